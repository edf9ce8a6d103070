-- name: listen_lock        rows: maybe one
-- set:  duties
-- in:   none      index: listening_pkey
-- out:  seq bigint, beat_at timestamptz, ran_at timestamptz, since timestamptz, last_seq bigint
-- No row: another instance is at it.
SELECT l.seq, l.beat_at, l.ran_at, l.since, s.last_seq
FROM listening l JOIN feed_state s ON s.one
WHERE l.one FOR UPDATE OF l SKIP LOCKED
