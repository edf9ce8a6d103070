/* SPDX-License-Identifier: Apache-2.0 */
/* duties_test.c - what falls due is raised once, in time, by one instance or two, after jumps and restarts of the
 * clock. */
#include "rig.h"
#include "standing_clock.h"

#include "bw/app/duties.h"
#include "bw/base/metrics.h"

static struct rig rig;
static struct bw_pg *sql;

static bw_time at(const char *rfc3339)
{
    bw_time t = 0;
    assert_true(bw_time_parse(bw_str_c(rfc3339), &t, NULL));
    return t;
}

static int start(void **state)
{
    (void)state;
    rig_start(&rig);
    sql = rig_session(rig.cluster.owner, &test_stmts, BW_SET_ADMIN);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    bw_pg_free(sql);
    rig_stop(&rig);
    return 0;
}

static struct bw_duties *duties_on(struct bw_writer *writer, const char *instance)
{
    const struct bw_duties_options o = {
        .conninfo = rig.cluster.app, .writer = writer, .worlds = rig.worlds, .instance = instance, .retention_days = 7
    };
    struct bw_duties *d = NULL;
    struct bw_error err = { 0 };
    rig_ok(bw_duties_new(&o, &d, &err), &err);
    rig_ok(bw_duties_start(d, &err), &err);
    return d;
}

static void duties_off(struct bw_duties *d)
{
    bw_duties_stop(d);
    bw_duties_free(d);
}

static void rows_of(unsigned stmt, const struct bw_param *params, size_t n, struct bw_rows *ret)
{
    struct bw_error err = { 0 };
    rig_ok(bw_pg_ensure(sql, &err), &err);
    rig_ok(bw_pg_query(sql, stmt, params, n, ret, &err), &err);
}

static size_t events_of(const char *code)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    rows_of(TEST_STMT_OWN_EVENTS, BW_PARAMS(bw_p_c(code)), &rows);
    return rows.n;
}

/* Nothing is due any more. */
static bool caught_up(void *ctx)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bool due = false;
    (void)ctx;
    rows_of(TEST_STMT_PROMISE_ALL, BW_NO_PARAMS, &rows);
    for (size_t i = 0; i < rows.n; i++) {
        bw_time next = bw_rows_time(&rows, i, "next_level_at");
        due = due || (next != BW_TIME_NONE && next <= bw_clock_wall());
    }
    return !due;
}

struct wanted {
    const char *code;
    size_t n;
};
static bool there(void *ctx)
{
    const struct wanted *w = ctx;
    return events_of(w->code) >= w->n;
}
static void until_events(const char *code, size_t n)
{
    struct wanted w = { code, n };
    if (!rig_until(there, &w, 5 * BW_SECOND))
        fail_msg("%zu of %s, not %zu", events_of(code), code, n);
    assert_true(rig_until(caught_up, NULL, 5 * BW_SECOND));
    assert_int_equal(events_of(code), n);
}

static void say(const char *carrier, const char *code, const char *plate, const char *id, const char *more)
{
    char body[512], when[BW_TIME_TEXT];
    snprintf(body, sizeof(body),
             "{\"event_id\":\"%s\",\"plate\":\"%s\",\"travel_date\":\"2026-11-20\",\"code\":\"%s\",\"occurred_at\":\"%"
             "s\","
             "\"station\":\"LHR\"%s}",
             id, plate, code, bw_time_text(bw_clock_wall() - BW_MINUTE, when), more);
    rig_say(&rig, carrier, body);
}

/* Rows 5, 8 and 9 of the story without flight times, and the levels of row 10. */
/* req: CLK-05, CLK-08, CLK-04 */
static void the_story_of_a_silent_handoff(void **state)
{
    struct bw_duties *d = duties_on(rig.writer, "one");
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    (void)state;
    standing_clock_set(at("2026-11-20T20:35:00Z"));
    say("BA", "TRANSFER_OUT", "0125728359", "t-out", ",\"to_carrier\":\"IB\"");
    standing_clock_set(at("2026-11-21T00:20:00Z"));
    rig_open_case(&rig, "MADIB10001", "0125728359", bw_date_of(at("2026-11-20T00:00:00Z")));
    standing_clock_set(at("2026-11-21T00:34:59Z"));
    assert_true(caught_up(NULL));
    assert_int_equal(events_of("CUSTODY_DISPUTED"), 0);
    standing_clock_set(at("2026-11-21T00:35:00Z"));
    until_events("CUSTODY_DISPUTED", 1);
    rows_of(TEST_STMT_OWN_EVENTS, BW_PARAMS(bw_p_c("CUSTODY_DISPUTED")), &rows);
    assert_true(bw_rows_time(&rows, 0, "occurred_at") == at("2026-11-21T00:35:00Z"));
    assert_true(bw_str_eq_c(bw_rows_text(&rows, 0, "from_carrier"), "BA"));
    assert_true(bw_str_eq_c(bw_rows_text(&rows, 0, "to_carrier"), "IB"));
    rows_of(TEST_STMT_BAG_CUSTODY, BW_PARAMS(bw_p_c("0125728359")), &rows);
    assert_true(bw_str_eq_c(bw_rows_text(&rows, 0, "custody"), "DISPUTED"));
    assert_true(bw_rows_null(&rows, 0, "timeout_at"));

    standing_clock_set(at("2026-11-21T00:50:00Z"));
    say("BA", "ON_HAND", "0125728359", "on-hand", ",\"place\":\"T3 store\"");
    size_t reminded = events_of("PROMISE_REMINDED"), missed = events_of("PROMISE_MISSED");
    assert_int_equal(reminded, 0);
    /* the case's first result is due at 01:20, BA's plan at 04:50 */
    standing_clock_set(at("2026-11-21T01:05:00Z"));
    until_events("PROMISE_REMINDED", reminded + 1);
    standing_clock_set(at("2026-11-21T01:20:00Z"));
    until_events("PROMISE_MISSED", missed + 1);
    standing_clock_set(at("2026-11-21T03:50:00Z"));
    until_events("PROMISE_REMINDED", reminded + 2);
    until_events("PROMISE_MISSED", missed + 2); /* the case's second level at 03:20 */
    standing_clock_set(at("2026-11-21T04:50:00Z"));
    until_events("PROMISE_MISSED", missed + 3);
    standing_clock_set(at("2026-11-21T06:50:00Z"));
    until_events("PROMISE_MISSED", missed + 4);
    duties_off(d);
}

static bool counted(void *ctx)
{
    (void)ctx;
    return bw_metric_get(BW_M_PROMISES_OPEN, 0) > 0 && bw_metric_get(BW_M_PROMISES_OVERDUE, 0) > 0;
}

/* A clock that jumps by a day, while nobody was there to look: every level in between, once. */
/* req: CLK-05 */
static void jumps_and_restarts_are_caught_up_with(void **state)
{
    (void)state;
    size_t before = events_of("PROMISE_MISSED");
    standing_clock_set(at("2026-11-21T07:19:59Z"));
    struct bw_duties *d = duties_on(rig.writer, "one");
    until_events("PROMISE_MISSED", before);
    duties_off(d);
    /* BA: third level 10:50, daily after; the case: third 07:20, daily after */
    standing_clock_set(at("2026-11-22T10:50:00Z"));
    d = duties_on(rig.writer, "one again");
    until_events("PROMISE_MISSED", before + 4);
    duties_off(d);
    d = duties_on(rig.writer, "and again");
    until_events("PROMISE_MISSED", before + 4);
    assert_true(rig_until(counted, NULL, 5 * BW_SECOND));
    duties_off(d);
}

/* Two instances, many promises, all due at once: each level of each promise exactly once. */
/* req: CLK-05 */
static void two_instances_raise_each_level_once(void **state)
{
    enum { BAGS = 60 };
    BW_CLEANUP(bw_rows_done) struct bw_rows events = { 0 }, promises = { 0 };
    (void)state;
    standing_clock_set(at("2026-11-23T00:00:00Z"));
    for (unsigned i = 0; i < BAGS; i++) {
        char plate[16], id[32], ref[16];
        snprintf(plate, sizeof(plate), "0125%06u", 100000 + i);
        snprintf(id, sizeof(id), "many-%u", i);
        snprintf(ref, sizeof(ref), "LHRBA2%04u", i);
        say("BA", "ON_HAND", plate, id, ",\"place\":\"T3 store\"");
        rig_open_case(&rig, ref, plate, bw_date_of(at("2026-11-20T00:00:00Z")));
    }
    struct bw_writer *second = rig_writer(&rig, "second");
    struct bw_duties *a = duties_on(rig.writer, "one"), *b = duties_on(second, "two");
    standing_clock_set(at("2026-11-23T13:00:00Z"));
    assert_true(rig_until(caught_up, NULL, 20 * BW_SECOND));
    duties_off(a);
    duties_off(b);
    bw_writer_stop(second);
    bw_writer_free(second);
    rows_of(TEST_STMT_OWN_EVENTS, BW_PARAMS(bw_p_c("PROMISE_MISSED")), &events);
    for (size_t i = 0; i < events.n; i++)
        for (size_t k = i + 1; k < events.n; k++)
            assert_false(bw_str_eq(bw_rows_text(&events, i, "event_id"), bw_rows_text(&events, k, "event_id")));
    rows_of(TEST_STMT_PROMISE_ALL, BW_NO_PARAMS, &promises);
    size_t raised = 0, open = 0;
    for (size_t i = 0; i < promises.n; i++) {
        int level = bw_rows_i16(&promises, i, "level");
        raised += level > 0 ? (size_t)level : 0;
        open += bw_rows_null(&promises, i, "closed_why");
    }
    assert_int_equal(events.n, raised);
    assert_true(open >= 2 * BAGS);
    assert_true(raised >= (size_t)BAGS * 6);
}

/* A handover told under a rush plate before its plan was: the record that it made is merged, and with it the handover,
 * which then is the survivor's to answer.  Nothing of the merged record may stay due, or the sweeper never comes to
 * rest. */
static void a_merged_bag_leaves_nothing_due(void **state)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    (void)state;
    standing_clock_set(at("2026-11-24T08:00:00Z"));
    say("BA", "TRANSFER_OUT", "2125000901", "merged-out", ",\"to_carrier\":\"IB\"");
    standing_clock_set(at("2026-11-24T08:10:00Z"));
    say("BA", "BAG_SEEN", "0125000901", "merged-seen", "");
    say("BA", "FORWARD_PLANNED", "0125000901", "merged-plan",
        ",\"to_station\":\"MAD\",\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-24\"},\"new_plate\":\"2125000901\"");
    size_t disputed = events_of("CUSTODY_DISPUTED");
    standing_clock_set(at("2026-11-24T13:00:00Z"));
    struct bw_duties *d = duties_on(rig.writer, "one");
    assert_true(rig_until(caught_up, NULL, 20 * BW_SECOND));
    duties_off(d);
    assert_int_equal(events_of("ALIAS_JOINED"), 2);
    assert_int_equal(events_of("CUSTODY_DISPUTED"), disputed);
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_DUTIES);
    rig_ok(bw_pg_query(pg, BW_STMT_DUE_ANY, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, &err), &err);
    assert_false(bw_rows_bool(&rows, 0, "any"));
    bw_pg_free(pg);
}

static bool trimmed(void *ctx)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    (void)ctx;
    rows_of(TEST_STMT_PAYLOAD_COUNT, BW_NO_PARAMS, &rows);
    return bw_rows_i64(&rows, 0, "n") < 100;
}

static bool refuse(void *ctx, struct bw_hub *hub, uint64_t after)
{
    (void)ctx;
    (void)hub;
    (void)after;
    return true;
}

static void nothing(void *ctx)
{
    (void)ctx;
}

/* req: STR-04 what is older than the retention is reset, never a silent hole */
static void old_payloads_go_and_their_readers_are_told(void **state)
{
    static char text[65536];
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ .want_page = refuse });
    struct bw_error err = { 0 };
    struct bw_sub *sub = NULL;
    (void)state;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    rows_of(TEST_STMT_PAYLOAD_COUNT, BW_NO_PARAMS, &rows);
    assert_true(bw_rows_i64(&rows, 0, "n") >= 100);
    standing_clock_set(at("2026-12-02T00:00:00Z"));
    struct bw_duties *d = duties_on(rig.writer, "one");
    assert_true(rig_until(trimmed, NULL, 10 * BW_SECOND));
    assert_true(rig_until(caught_up, NULL, 20 * BW_SECOND));
    duties_off(d);
    const struct bw_feed_options o = {
        .conninfo = rig.cluster.app, .keys_print = rig.keys.print, .hub = hub, .retention_days = 7, .warm = 1
    };
    struct bw_feed *feed = NULL;
    rig_ok(bw_feed_new(&o, &feed, &err), &err);
    rig_ok(bw_feed_start(feed, &err), &err);
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_QUERY);
    const struct bw_sub_hooks hooks = { nothing, nothing, nothing, NULL };
    const struct bw_sub_filter all = { .kind = BW_SUB_EVERYTHING,
                                       .owner = bw_uuid_v7(bw_clock_wall()),
                                       .address = BW_STR("127.0.0.1") };
    struct bw_cursor from = { bw_hub_head(hub).epoch, 0 };
    rig_ok(bw_hub_subscribe(hub, &all, &from, &hooks, &sub, &err), &err);
    size_t n = 0;
    for (long got; (got = bw_sub_read(sub, text + n, sizeof(text) - n - 1)) > 0;)
        n += (size_t)got;
    bw_feed_replay(feed, pg, hub, 0);
    for (long got; (got = bw_sub_read(sub, text + n, sizeof(text) - n - 1)) > 0;)
        n += (size_t)got;
    text[n] = '\0';
    assert_non_null(strstr(text, "event: reset\n"));
    assert_null(strstr(text, "event: bag\n"));
    bw_sub_free(sub);
    bw_pg_free(pg);
    bw_feed_stop(feed);
    bw_feed_free(feed);
    bw_hub_free(hub);
}

int main(void)
{
    if (!standing_clock_start())
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story_of_a_silent_handoff),
        cmocka_unit_test(jumps_and_restarts_are_caught_up_with),
        cmocka_unit_test(two_instances_raise_each_level_once),
        cmocka_unit_test(a_merged_bag_leaves_nothing_due),
        cmocka_unit_test(old_payloads_go_and_their_readers_are_told),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
