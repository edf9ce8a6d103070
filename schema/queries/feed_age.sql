-- name: feed_age           rows: one
-- set:  feed
-- in:   none
-- out:  oldest timestamptz
SELECT min(j.recorded_at) AS oldest FROM journal j WHERE j.seq IS NULL;
