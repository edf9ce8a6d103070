-- name: raw_perish          rows: one
-- set:  duties
-- in:   $1 now timestamptz, $2 most integer      index: raw_message_perishable
-- out:  destroyed integer, kept integer
SELECT f.destroyed, f.kept FROM bw_raw_perish($1, $2) AS f (destroyed, kept);
