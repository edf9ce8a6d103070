-- SPDX-License-Identifier: Apache-2.0
-- What follows from the rows that were loaded, then the indexes that were put aside, then statistics.
SET search_path = bagwatch, public;
SET maintenance_work_mem = '1GB';
INSERT INTO case_ref (bucket, ref, case_id, case_bucket) SELECT bucket, ref, case_id, bucket FROM case_file;
INSERT INTO case_bag (bucket, case_id, ordinal, bag_bucket, bag_id)
SELECT get_byte(uuid_send(case_id), 15), case_id, 0, bucket, bag_id FROM bag;
INSERT INTO alias (bucket, kind, value, number, valid, twin, bag_bucket, bag_id)
SELECT get_byte(sha256(convert_to(k.kind || k.value, 'UTF8')), 0), k.kind, k.value, 0,
       daterange(b.travel_date - 3, b.travel_date + 30), 0, b.bucket, b.bag_id
FROM bag b, LATERAL (VALUES ('plate', b.plate), ('short', b.short_plate)) AS k (kind, value);
INSERT INTO promise (bucket, bag_id, promise_id, subject, kind, owed, debtor, creditor, basis, policy, opened_at, due_at, yardstick_at,
                     opened_version, opened_journal, opened_ordinal, offset_min, unconfirmed, level)
SELECT bucket, case_id, case_id, 'case', 'case', 'tracing', owner, owner, '', 'default', opened_at, opened_at + interval '1 day',
       opened_at + interval '1 day', 1, 1, 0, 0, false, -1
FROM case_file;
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT indexdef FROM put_aside LOOP
        EXECUTE one.indexdef;
    END LOOP;
END
$$;
DROP TABLE put_aside;
VACUUM ANALYZE;
CHECKPOINT;
SELECT indexrelname, pg_size_pretty(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes WHERE relname = 'case_search' ORDER BY 1;
SELECT pg_size_pretty(pg_relation_size('case_search')) AS case_search;
