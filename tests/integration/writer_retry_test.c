/* SPDX-License-Identifier: Apache-2.0 */
/* Errors that pass are not seen by anybody: the batch is tried again and every statement is stored once.  Errors that
 * stay end as the table in writer.h says: a clash as `busy` for the statement alone, a database that cannot store (no
 * disk, no session) as `database-away` for the batch.  The database is made to raise each of them, for the first tries
 * or for ever.  Source: design.md 3, reliability.md 7 rows 4, 9; writer.h; ING-03. */
#include "door_group.h"
#include "whole.h"

enum { POSTS = 12, PASSES = 3 };

static const struct {
    const char *state;
    bw_code stays; /* what the statement is told when it never ends */
} kinds[] = {
    { "23505", BW_E_BUSY },          /* a guarding key was taken meanwhile */
    { "23P01", BW_E_BUSY },          /* a window of days was */
    { "40001", BW_E_BUSY },          /* serialisation */
    { "40P01", BW_E_BUSY },          /* deadlock */
    { "55P03", BW_E_BUSY },          /* lock_timeout */
    { "26000", BW_E_BUSY },          /* prepared statement gone: a new session */
    { "53100", BW_E_DATABASE_AWAY }, /* disk full */
    { "57014", BW_E_DATABASE_AWAY }, /* statement_timeout */
    { "57P01", BW_E_DATABASE_AWAY }, /* the server is stopping */
    { "08006", BW_E_DATABASE_AWAY }, /* the connection broke */
};

/* What is said under "held…" is refused with that state for the first n tries. */
static void hold(const char *state, long n)
{
    char sql[700];
    (void)snprintf(sql, sizeof sql,
                   "CREATE SEQUENCE tries; CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                   "SET search_path FROM CURRENT AS $$ BEGIN "
                   "IF nextval('tries') <= %ld THEN RAISE EXCEPTION 'not now' USING ERRCODE = '%s'; END IF; RETURN "
                   "NEW; END $$; "
                   "CREATE TRIGGER hold BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.event_id LIKE 'held%%') "
                   "EXECUTE FUNCTION hold()",
                   n, state);
    db_script(door.cluster.owner, sql);
}

static void let_go(void)
{
    db_script(door.cluster.owner, "DROP TRIGGER hold ON event; DROP FUNCTION hold(); DROP SEQUENCE tries");
}

static bool is_held(unsigned k)
{
    return k == 3 || k == 8;
}

static void say(struct post *p, unsigned kind, unsigned run, unsigned k)
{
    char body[256];
    post_init(p);
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"%s-%u-%u-%u\",\"plate\":\"01259300%02u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                   "\"note\":\"n\",\"occurred_at\":\"2026-11-20T09:%02u:00Z\"}",
                   is_held(k) ? "held" : "good", kind, run, k, k % 5, k);
    (void)post_add(p, "BA", body);
}

/* One batch with two held statements in it; what each was told. */
static void batch_of(struct post p[POSTS], unsigned kind, unsigned run, bw_time deadline)
{
    struct bw_writer_options o = posts_options(&door, "one batch");
    o.threads = 1;
    o.batch_deadline = deadline;
    struct bw_writer *w = posts_writer(&o);
    for (unsigned k = 0; k < POSTS; k++) {
        say(&p[k], kind, run, k);
        assert_int_equal(post_send(w, &p[k]), BW_OK);
    }
    posts_start(w);
    for (unsigned k = 0; k < POSTS; k++)
        post_wait(&p[k]);
    posts_end(w);
    for (unsigned k = 0; k < POSTS; k++)
        assert_int_equal(p[k].calls, 1);
}

static int64_t stored(const char *name, unsigned kind, unsigned run)
{
    return ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%s-%u-%u-%%'", name, kind, run);
}

/* req: ING-03 */
static void an_error_that_passes_is_seen_by_nobody(void **state)
{
    (void)state;
    struct post p[POSTS];
    for (unsigned kind = 0; kind < BW_LEN(kinds); kind++) {
        hold(kinds[kind].state, PASSES);
        batch_of(p, kind, 0, BW_MINUTE);
        assert_true(ask_i64(&door, "SELECT last_value FROM tries") > PASSES);
        let_go();
        for (unsigned k = 0; k < POSTS; k++) {
            if (p[k].work.rc != BW_OK || p[k].items[0].rc != BW_OK)
                fail_msg("%s: %s", kinds[kind].state, p[k].work.err.detail);
            assert_int_not_equal(p[k].items[0].outcome, BW_OUT_DUPLICATE);
            post_done(&p[k]);
        }
        assert_int_equal(stored("held", kind, 0), 2);
        assert_int_equal(stored("good", kind, 0), POSTS - 2);
    }
}

/* req: ING-03 */
static void an_error_that_stays_is_told_and_nothing_of_it_is_kept(void **state)
{
    (void)state;
    struct post p[POSTS];
    for (unsigned kind = 0; kind < BW_LEN(kinds); kind++) {
        bool away = kinds[kind].stays == BW_E_DATABASE_AWAY;
        hold(kinds[kind].state, 1000000);
        batch_of(p, kind, 1, away ? 600 * BW_MS : BW_MINUTE);
        let_go();
        for (unsigned k = 0; k < POSTS; k++) {
            bw_code wanted = is_held(k) || away ? kinds[kind].stays : BW_OK;
            if (p[k].work.rc != wanted)
                fail_msg("%s: %u is told %s", kinds[kind].state, k, bw_code_info(p[k].work.rc)->name);
        }
        assert_int_equal(stored("held", kind, 1), 0);
        assert_int_equal(stored("good", kind, 1), away ? 0 : POSTS - 2);
        /* the same again, now that it can be stored */
        for (unsigned k = 0; k < POSTS; k++) {
            if (p[k].work.rc != BW_OK) {
                p[k].finished = false;
                assert_int_equal(post_run(door.writer, &p[k]), BW_OK);
                assert_int_equal(p[k].items[0].rc, BW_OK);
                assert_int_not_equal(p[k].items[0].outcome, BW_OUT_DUPLICATE);
            }
            post_done(&p[k]);
        }
        assert_int_equal(stored("held", kind, 1) + stored("good", kind, 1), POSTS);
    }
    (void)whole_database(door.cluster.app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_that_passes_is_seen_by_nobody),
        cmocka_unit_test(an_error_that_stays_is_told_and_nothing_of_it_is_kept),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
