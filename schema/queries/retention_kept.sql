-- name: retention_kept     rows: many
-- set:  query
-- in:   none
-- out:  class text, kept bigint, oldest timestamptz
-- oldest: of the time that the class's period is counted from.
SELECT 'case-files' AS class, count(*) AS kept, min(c.closed_at) AS oldest FROM case_file c WHERE c.closed_at IS NOT NULL AND c.erased_at IS NULL
UNION ALL SELECT 'telegram-texts', count(*), min(r.received_at) FROM raw_message r WHERE NOT r.watched AND r.destroyed_at IS NULL
UNION ALL SELECT 'telegram-parts', count(*), min(t.received_at) FROM telegram_part t
UNION ALL SELECT 'transfer-lists', count(*), min(l.received_at) FROM transfer_list l
UNION ALL SELECT 'customer-links', count(*), min(c.closed_at) FROM case_link l JOIN case_file c ON c.bucket = l.case_bucket AND c.case_id = l.case_id
          WHERE c.closed_at IS NOT NULL
UNION ALL SELECT 'kept-answers', count(*), min(i.made_at) FROM idempotency i
UNION ALL SELECT 'sessions', count(*), min(s.ends_at) FROM session s
UNION ALL SELECT 'heartbeats', count(*), min(h.last_at) FROM heartbeat h
UNION ALL SELECT 'proposals', count(*), min(p.made_at) FROM proposal p
UNION ALL SELECT 'read-logs', sum(a.n)::bigint, min(a.oldest) FROM (SELECT count(*) AS n, min(r.at) AS oldest FROM read_log r
          UNION ALL SELECT count(*), min(l.at) FROM lookup_log l UNION ALL SELECT count(*), min(d.looked_at) FROM dead_letter_look d) AS a;
