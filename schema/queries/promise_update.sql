-- name: promise_update     rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 promise_id uuid[], $4 level smallint[], $5 next_level_at timestamptz[],
--       $6 closed_at timestamptz[], $7 closed_why text[], $8 closed_uid uuid[], $9 closed_version integer[], $10 closed_journal bigint[],
--       $11 closed_ordinal integer[], $12 creditor text[], $13 unconfirmed boolean[]      index: promise_pkey
-- out:  none
UPDATE promise p
SET level = w.level, next_level_at = w.next_level_at, closed_at = w.closed_at, closed_why = w.closed_why, closed_uid = w.closed_uid,
    closed_version = w.closed_version, closed_journal = w.closed_journal, closed_ordinal = w.closed_ordinal, creditor = w.creditor,
    unconfirmed = w.unconfirmed
FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::smallint[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::uuid[],
            $9::integer[], $10::bigint[], $11::integer[], $12::text[], $13::boolean[])
     AS w (bucket, bag_id, promise_id, level, next_level_at, closed_at, closed_why, closed_uid, closed_version, closed_journal,
           closed_ordinal, creditor, unconfirmed)
WHERE ($1::smallint[] IS NULL OR p.bucket = ANY ($1)) AND p.bucket = w.bucket AND p.bag_id = w.bag_id AND p.promise_id = w.promise_id;
