-- SPDX-License-Identifier: Apache-2.0
-- Before a million cases are loaded: indexes that are faster built afterwards are put aside, as they are defined.  The windows of
-- plates are not guarded here: no look-up reads by that constraint.
ALTER TABLE bagwatch.alias DROP CONSTRAINT alias_window;
CREATE TABLE bagwatch.put_aside AS
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'bagwatch' AND tablename = 'case_search' AND indexname <> 'case_search_pkey';
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT indexname FROM bagwatch.put_aside LOOP
        EXECUTE format('DROP INDEX bagwatch.%I', one.indexname);
    END LOOP;
END
$$;
