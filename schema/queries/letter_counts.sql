-- name: letter_counts       rows: many
-- set:  query
-- in:   $1 sender text      index: dead_letter_sender
-- out:  sender text, waiting bigint, replayed bigint, dropped bigint, newest timestamptz
SELECT d.sender, count(*) FILTER (WHERE d.state = 'waiting') AS waiting, count(*) FILTER (WHERE d.state = 'replayed') AS replayed,
       count(*) FILTER (WHERE d.state = 'dropped') AS dropped, max(d.received_at) AS newest
FROM dead_letter d
WHERE $1 = '' OR d.sender = $1
GROUP BY d.sender
ORDER BY 2 DESC, 1;
