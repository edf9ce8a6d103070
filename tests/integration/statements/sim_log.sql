-- name: sim_log           rows: one
-- set:  admin
-- in:   none
-- out:  unstamped bigint, holes bigint, wrong bigint, doubled bigint, keys bigint, events bigint, levels bigint
-- unstamped batches; batches whose first number does not follow the batch before; batches that hold other ordinals than 0 to
-- n-1; statements (sender, id, identity; a join or parting stands on both records) or uids stored more than once; event keys and events; levels of one promise raised twice.
SELECT (SELECT count(*) FROM journal j WHERE j.seq IS NULL) AS unstamped,
       (SELECT count(*) FROM (SELECT j.first_index, lag(j.first_index + j.n, 1, 1::bigint) OVER (ORDER BY j.seq) AS follows
                              FROM journal j WHERE j.seq IS NOT NULL) f WHERE f.first_index <> f.follows) AS holes,
       (SELECT count(*) FROM (SELECT j.id, j.n, count(e.uid) AS n_events, count(DISTINCT e.ordinal) AS ordinals,
                                     coalesce(max(e.ordinal), -1) AS top
                              FROM journal j LEFT JOIN event e ON e.journal_id = j.id GROUP BY j.id, j.n) b
        WHERE b.n <> b.n_events OR b.n <> b.ordinals OR b.n <> b.top + 1) AS wrong,
       (SELECT count(*) FROM (SELECT 1 FROM event e WHERE e.subject = 'bag' AND e.code NOT IN ('ALIAS_JOINED', 'ALIAS_PARTED')
                              GROUP BY e.sender, e.event_id, e.ident HAVING count(*) > 1) d)
       + (SELECT count(*) FROM (SELECT 1 FROM event e GROUP BY e.uid HAVING count(*) > 1) u) AS doubled,
       (SELECT count(*) FROM event_key) AS keys,
       (SELECT count(*) FROM event) AS events,
       (SELECT count(*) FROM (SELECT 1 FROM event e WHERE e.code IN ('PROMISE_REMINDED', 'PROMISE_MISSED')
                              GROUP BY e.data::jsonb ->> 'promise_id', e.data::jsonb ->> 'level' HAVING count(*) > 1) l) AS levels
