-- name: part_joined         rows: count
-- set:  query
-- in:   $1 series bytea, $2 part smallint[], $3 content bytea[], $4 whole_id uuid      index: telegram_part_pkey
-- out:  none
UPDATE telegram_part p SET whole_id = $4
FROM unnest($2::smallint[], $3::bytea[]) AS w (part, content)
WHERE p.series = $1 AND p.part = w.part AND p.content = w.content AND p.whole_id IS NULL;
