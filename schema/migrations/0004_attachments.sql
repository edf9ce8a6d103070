-- SPDX-License-Identifier: Apache-2.0
-- 0004_attachments: pictures of damage and of receipts (CASE-08).
-- min-program: 1
CREATE TABLE attachment (
    bucket      smallint NOT NULL,
    case_id     uuid NOT NULL,
    attachment_id uuid NOT NULL,
    claim       smallint NOT NULL CHECK (claim BETWEEN 1 AND 16),
    media       text NOT NULL CHECK (media IN ('image/jpeg', 'image/png')),
    width       integer NOT NULL,
    height      integer NOT NULL,
    bytes       integer NOT NULL,
    content     bytea NOT NULL CHECK (octet_length(content) = 32),
    stored_at   timestamptz NOT NULL,
    CONSTRAINT attachment_pkey PRIMARY KEY (bucket, case_id, attachment_id)
);
CREATE INDEX attachment_id ON attachment (attachment_id);
COMMENT ON TABLE attachment IS 'Pictures of damage and of receipts. The picture itself, stripped of its metadata, is a file of DATA/attachments, AES-256-GCM under the case''s key (AAD = case id and attachment id); a file without a row is swept away.';
COMMENT ON COLUMN attachment.content IS 'SHA-256 of the stripped picture, as the signed receipt names it.';
