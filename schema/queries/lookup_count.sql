-- name: lookup_count       rows: one
-- set:  query
-- in:   $1 reader uuid, $2 since timestamptz      index: lookup_log_reader
-- out:  n bigint
SELECT count(*) AS n FROM lookup_log l WHERE l.reader = $1 AND l.at > $2;
