-- name: feed_age           rows: one
-- set:  feed
-- in:   none
-- out:  oldest timestamptz, epoch integer
-- The epoch beside it: it rises under a session that stays, when the test realm is wiped or a copy restored.
SELECT (SELECT min(j.recorded_at) FROM journal j WHERE j.seq IS NULL) AS oldest, f.epoch FROM feed_state f WHERE f.one;
