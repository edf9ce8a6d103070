-- name: outage_list        rows: many
-- set:  query
-- in:   $1 from timestamptz, $2 to timestamptz, $3 most integer      index: outage_ended
-- out:  outage_id uuid, began_at timestamptz, ended_at timestamptz, moved_at timestamptz
-- Those that touch a period, the newest first.
SELECT o.outage_id, o.began_at, o.ended_at, o.moved_at
FROM outage o
WHERE o.ended_at > $1 AND o.began_at < $2
ORDER BY o.ended_at DESC, o.outage_id
LIMIT $3
