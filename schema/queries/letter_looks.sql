-- name: letter_looks        rows: many
-- set:  query
-- in:   $1 letter_id uuid      index: dead_letter_look_letter
-- out:  account text, reason text, looked_at timestamptz
SELECT l.account, l.reason, l.looked_at FROM dead_letter_look l WHERE l.letter_id = $1 ORDER BY l.looked_at DESC LIMIT 50;
