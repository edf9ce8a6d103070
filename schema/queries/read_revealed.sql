-- name: read_revealed      rows: maybe one
-- set:  query
-- in:   $1 bucket smallint, $2 case_id uuid, $3 reader uuid, $4 now timestamptz      index: read_log_reveal
-- out:  holds_until timestamptz
SELECT r.holds_until FROM read_log r
WHERE r.bucket = $1 AND r.case_id = $2 AND r.reader = $3 AND r.holds_until > $4
ORDER BY r.holds_until DESC LIMIT 1;
