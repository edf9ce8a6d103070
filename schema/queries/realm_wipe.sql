-- name: realm_wipe         rows: one
-- set:  realm
-- in:   $1 before timestamptz
-- out:  epoch integer
SELECT bw_realm_wipe($1) AS epoch
