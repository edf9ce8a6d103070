-- name: attachment_list    rows: many
-- set:  query, admin
-- in:   $1 bucket smallint, $2 case_id uuid      index: attachment_pkey
-- out:  attachment_id uuid, claim smallint, media text, width integer, height integer, bytes integer, content bytea,
--       stored_at timestamptz
SELECT attachment_id, claim, media, width, height, bytes, content, stored_at
FROM attachment WHERE bucket = $1 AND case_id = $2 ORDER BY stored_at, attachment_id
