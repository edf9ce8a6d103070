-- name: attachment_known   rows: many
-- set:  duties, admin
-- in:   $1 attachment_id uuid[]      index: attachment_id
-- out:  attachment_id uuid
SELECT attachment_id FROM attachment WHERE attachment_id = ANY ($1)
