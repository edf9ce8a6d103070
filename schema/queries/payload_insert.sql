-- name: payload_insert     rows: count
-- set:  writer
-- in:   $1 slot smallint, $2 journal_id bigint, $3 entries bytea
-- out:  none
INSERT INTO feed_payload (slot, journal_id, entries) VALUES ($1, $2, $3);
