-- name: payload_count      rows: one
-- set:  admin
-- in:   none
-- out:  n bigint
SELECT count(*) AS n FROM feed_payload
