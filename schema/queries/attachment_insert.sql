-- name: attachment_insert  rows: count
-- set:  query, admin
-- in:   $1 bucket smallint, $2 case_id uuid, $3 attachment_id uuid, $4 claim smallint, $5 media text, $6 width integer,
--       $7 height integer, $8 bytes integer, $9 content bytea, $10 now timestamptz      index: attachment_pkey
-- out:  none
INSERT INTO attachment (bucket, case_id, attachment_id, claim, media, width, height, bytes, content, stored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (bucket, case_id, attachment_id) DO NOTHING
