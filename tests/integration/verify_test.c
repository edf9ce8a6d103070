/* SPDX-License-Identifier: Apache-2.0 */
/* verify_test.c - BAG-07: what the database says equals what its log gives, and what was tampered with is found. */
#include "rig.h"

#include "bw/app/verify.h"

static struct rig rig;
static struct bw_pg *sql;
static char told[8192];

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

static void on_line(void *ctx, const char *line)
{
    size_t n = strlen(told);
    (void)ctx;
    snprintf(told + n, sizeof(told) - n, "%s\n", line);
}

static struct bw_verify_result verify(void)
{
    const struct bw_verify_options o = { .conninfo = rig.cluster.app, .parts = BW_VERIFY_ALL, .tell = on_line };
    struct bw_verify_result r = { 0 };
    struct bw_error err = { 0 };
    told[0] = '\0';
    rig_ok(bw_verify(&o, &r, &err), &err);
    return r;
}

static void run(unsigned stmt)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    rig_ok(bw_pg_query(sql, stmt, BW_NO_PARAMS, &rows, &err), &err);
    assert_true(rows.affected > 0);
}

static struct bw_item say(const char *carrier, const char *code, const char *plate, const char *id, bw_time ago,
                          const char *more)
{
    char body[600], when[BW_TIME_TEXT], day[BW_DATE_TEXT];
    bw_time now = bw_clock_wall();
    snprintf(body, sizeof(body),
             "{\"event_id\":\"%s\",\"plate\":\"%s\",\"travel_date\":\"%s\",\"code\":\"%s\",\"occurred_at\":\"%s\"%s}",
             id, plate, bw_date_text(bw_date_of(now), day), code, bw_time_text(now - ago, when), more);
    return rig_say(&rig, carrier, body);
}

static void stamp(void)
{
    const struct bw_feed_options o = { .conninfo = rig.cluster.app,
                                       .keys_print = rig.keys.print,
                                       .hub = bw_hub_new(&(struct bw_hub_config){ 0 }),
                                       .retention_days = 7 };
    struct bw_feed *feed = NULL;
    struct bw_error err = { 0 };
    rig_ok(bw_feed_new(&o, &feed, &err), &err);
    rig_ok(bw_feed_start(feed, &err), &err);
    bw_feed_stop(feed);
    bw_feed_free(feed);
    bw_hub_free(o.hub);
}

/* req: BAG-07 req: AUD-08 */
static void what_is_stored_is_what_the_log_gives(void **state)
{
    (void)state;
    say("BA", "BAG_ACCEPTED", "0125000001", "v-acc", 3 * BW_HOUR, ",\"station\":\"JFK\"");
    say("BA", "BAG_SEEN", "0125000001", "v-seen-1", BW_HOUR, ",\"station\":\"LHR\"");
    say("BA", "BAG_SEEN", "0125000001", "v-seen-2", 2 * BW_HOUR, ",\"station\":\"LHR\""); /* late */
    say("BA", "BAG_SEEN", "0125000001", "v-wrong", BW_MINUTE, ",\"station\":\"CDG\"");
    struct bw_item corrected =
        say("BA", "CORRECTION", "0125000001", "v-mend", 0, ",\"replaces\":[{\"event_id\":\"v-wrong\"}]");
    assert_int_equal(corrected.outcome, BW_OUT_CORRECTED);
    rig_open_case(&rig, "LHRBA10001", "0125000001", bw_date_of(bw_clock_wall()));
    /* a bag that is known under a rush plate before its forward is told: two logs, merged */
    say("IB", "BAG_SEEN", "2125001234", "v-rush", 30 * BW_MINUTE, ",\"station\":\"MAD\"");
    char forward[160], day[BW_DATE_TEXT];
    snprintf(forward, sizeof(forward),
             ",\"station\":\"LHR\",\"to_station\":\"MAD\",\"flight\":{\"no\":\"IB3163\",\"date\":\"%s\"},"
             "\"new_plate\":\"2125001234\"",
             bw_date_text(bw_date_of(bw_clock_wall()), day));
    say("BA", "FORWARD_PLANNED", "0125000001", "v-fwd", 0, forward);
    stamp();
    struct bw_verify_result r = verify();
    if (r.differences)
        fail_msg("%s", told);
    assert_int_equal(r.bags, 2);
    assert_int_equal(r.cases, 1);
    assert_true(r.events >= 10);
    assert_true(r.batches >= 8);
}

static void expect(const char *text)
{
    struct bw_verify_result r = verify();
    assert_true(r.differences > 0);
    if (!strstr(told, text))
        fail_msg("\"%s\" is not in: %s", text, told);
}

/* req: BAG-07 */
static void what_was_tampered_with_is_found(void **state)
{
    (void)state;
    run(TEST_STMT_TAMPER_BAG);
    expect("column place says \"DELIVERED\", its events \"AT\"");
    run(TEST_STMT_TAMPER_BAG_BACK);
    assert_int_equal(verify().differences, 0);
    run(TEST_STMT_TAMPER_EVENT);
    expect("its leaf is not the hash of what the row says");
    run(TEST_STMT_TAMPER_EVENT_BACK);
    assert_int_equal(verify().differences, 0);
    run(TEST_STMT_TAMPER_FEED);
    expect("feed: the indexes of the events have holes or overlap");
    run(TEST_STMT_TAMPER_CASE);
    expect("columns ref, state or owner differ");
    run(TEST_STMT_TAMPER_CASE_TIMEOUT);
    expect("column timeout_at differs");
    run(TEST_STMT_TAMPER_JOURNAL);
    expect("its leaves are not those of its events");
    run(TEST_STMT_TAMPER_VERSION);
    expect("version 3 is missing, 4 follows");
    expect("its number of events is not the number of events that point to it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_is_what_the_log_gives),
        cmocka_unit_test(what_was_tampered_with_is_found),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
