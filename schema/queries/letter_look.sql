-- name: letter_look         rows: count
-- set:  query
-- in:   $1 id uuid, $2 letter_id uuid, $3 account text, $4 reason text, $5 now timestamptz
-- out:  none
INSERT INTO dead_letter_look (id, letter_id, account, reason, looked_at) VALUES ($1, $2, $3, $4, $5);
