/* SPDX-License-Identifier: Apache-2.0 */
/* feed_test.c - from COMMIT to the hub: one order without gaps, customers' share, other instances, restarts, losses. */
#include "rig.h"

#include <signal.h>

#include "bw/base/metrics.h"

static struct rig rig;

static int start(void **state)
{
    (void)state;
    rig_start(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static struct bw_feed *feed_on(struct bw_hub *hub, const char *print, bw_code expected)
{
    const struct bw_feed_options o = {
        .conninfo = rig.cluster.app, .keys_print = print, .hub = hub, .retention_days = 7, .warm = 4
    };
    struct bw_feed *feed = NULL;
    struct bw_error err = { 0 };
    rig_ok(bw_feed_new(&o, &feed, &err), &err);
    bw_code code = bw_feed_start(feed, &err);
    if (code != expected)
        fail_msg("%s: %s", bw_code_info(code)->name, err.detail);
    return feed;
}

static void feed_off(struct bw_feed *feed, struct bw_hub *hub)
{
    bw_feed_stop(feed);
    bw_feed_free(feed);
    bw_hub_free(hub);
}

struct reach {
    struct bw_hub *hub;
    uint64_t index;
};
static bool reached(void *ctx)
{
    const struct reach *r = ctx;
    return bw_hub_head(r->hub).index >= r->index;
}
static void until_index(struct bw_hub *hub, uint64_t index)
{
    struct reach r = { hub, index };
    if (!rig_until(reached, &r, 5 * BW_SECOND))
        fail_msg("the hub stands at %llu, not %llu", (unsigned long long)bw_hub_head(hub).index,
                 (unsigned long long)index);
}

static void say_seen(unsigned number)
{
    char body[400], at[BW_TIME_TEXT], day[BW_DATE_TEXT];
    bw_time now = bw_clock_wall();
    snprintf(body, sizeof(body),
             "{\"event_id\":\"seen-%u\",\"plate\":\"0125%06u\",\"travel_date\":\"%s\",\"code\":\"BAG_SEEN\","
             "\"occurred_at\":\"%s\",\"station\":\"LHR\"}",
             number, number, bw_date_text(bw_date_of(now), day), bw_time_text(now - BW_SECOND, at));
    struct bw_item item = rig_say(&rig, "BA", body);
    assert_int_equal(item.outcome, BW_OUT_ACCEPTED);
}

/* Staff JSON of everything behind `after`. */
static size_t collect(struct bw_hub *hub, uint64_t after, struct bw_buf *to)
{
    const struct bw_sub_filter all = { .kind = BW_SUB_EVERYTHING };
    struct bw_cursor cursor = bw_hub_head(hub);
    struct bw_error err = { 0 };
    size_t n = 0;
    cursor.index = after;
    bw_buf_clear(to);
    rig_ok(bw_hub_collect(hub, &all, &cursor, 1000, to, &n, &err), &err);
    return n;
}

static void commits_reach_the_hub_in_order(void **state)
{
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    (void)state;
    bw_buf_init(&text, 1 << 20);
    rig.feed = feed_on(hub, rig.keys.print, BW_OK);
    assert_true(bw_feed_connected(rig.feed));
    assert_int_equal(bw_hub_head(hub).index, 0);
    for (unsigned i = 1; i <= 10; i++)
        say_seen(i);
    until_index(hub, 10);
    assert_int_equal(collect(hub, 0, &text), 10);
    const char *json = bw_buf_cstr(&text), *before = json;
    for (unsigned i = 1; i <= 10; i++) {
        char id[32];
        snprintf(id, sizeof(id), "\"seen-%u\"", i);
        const char *at = strstr(before, id);
        assert_non_null(at); /* each behind the one before */
        before = at;
    }
    assert_int_equal(bw_metric_get(BW_M_FEED_INDEX, 0), 10);
    feed_off(rig.feed, hub);
    rig.feed = NULL;
}

static void nothing(void *ctx)
{
    (void)ctx;
}

static size_t read_stream(struct bw_sub *sub, char *to, size_t max)
{
    size_t n = 0;
    for (long got; n < max && (got = bw_sub_read(sub, to + n, max - n - 1)) > 0;)
        n += (size_t)got;
    to[n] = '\0';
    return n;
}

/* req: STR-06; design.md 8: the customer's stream carries bag ordinal, version, state and level only */
static void customers_get_their_share_and_no_more(void **state)
{
    static const char carriers[][4] = { "QF" };
    static char mine[65536], foreign[65536];
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    struct bw_error err = { 0 };
    struct bw_sub *sub = NULL, *outsider = NULL;
    const struct bw_sub_hooks hooks = { nothing, nothing, nothing, NULL };
    (void)state;
    rig.feed = feed_on(hub, rig.keys.print, BW_OK);
    uint64_t before = bw_hub_head(hub).index;
    struct bw_uuid case_id = rig_open_case(&rig, "LHRBA10001", "0125000001", bw_date_of(bw_clock_wall()));
    const struct bw_sub_filter filter = {
        .kind = BW_SUB_CASE, .case_id = case_id, .owner = case_id, .address = BW_STR("127.0.0.1")
    };
    const struct bw_sub_filter other = { .kind = BW_SUB_CARRIERS,
                                         .carriers = carriers,
                                         .n_carriers = 1,
                                         .owner = bw_uuid_v7(bw_clock_wall()),
                                         .address = BW_STR("127.0.0.1") };
    struct bw_cursor cursor = bw_hub_head(hub);
    cursor.index = before;
    rig_ok(bw_hub_subscribe(hub, &filter, &cursor, &hooks, &sub, &err), &err);
    rig_ok(bw_hub_subscribe(hub, &other, &cursor, &hooks, &outsider, &err), &err);
    say_seen(11); /* another bag */
    /* CASE_OPENED on the case and on its bag, WATCH_STARTED, the other bag's sighting */
    until_index(hub, before + 4);
    read_stream(sub, mine, sizeof(mine));
    assert_non_null(strstr(mine, "event: case\n"));
    assert_non_null(strstr(mine, "event: bag\n"));
    assert_non_null(strstr(mine, "{\"bag\":1,\"version\":"));
    assert_non_null(strstr(mine, "\"state\":\"AT\",\"level\":-1}"));
    assert_null(strstr(mine, "0125"));
    assert_null(strstr(mine, "promises"));
    read_stream(outsider, foreign, sizeof(foreign));
    assert_non_null(strstr(foreign, "event: hello\n"));
    assert_null(strstr(foreign, "event: bag\n"));
    bw_sub_free(sub);
    bw_sub_free(outsider);
    feed_off(rig.feed, hub);
    rig.feed = NULL;
}

/* Commits that nobody here was woken for: another instance's. */
static void other_instances_commits_arrive(void **state)
{
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 }), *second = bw_hub_new(&(struct bw_hub_config){ 0 });
    BW_CLEANUP(bw_buf_done) struct bw_buf one, two;
    (void)state;
    bw_buf_init(&one, 1 << 20);
    bw_buf_init(&two, 1 << 20);
    struct bw_feed *feed = feed_on(hub, rig.keys.print, BW_OK);
    rig.feed = feed_on(second, rig.keys.print, BW_OK);
    uint64_t before = bw_hub_head(hub).index;
    assert_int_equal(bw_hub_head(second).index, before);
    for (unsigned i = 20; i < 30; i++)
        say_seen(i); /* wakes the second alone */
    until_index(hub, before + 10);
    until_index(second, before + 10);
    struct bw_feed *woken = rig.feed;
    rig.feed = NULL; /* and now nobody is woken at all: the look every 250 ms finds them */
    for (unsigned i = 30; i < 35; i++)
        say_seen(i);
    until_index(hub, before + 15);
    until_index(second, before + 15);
    assert_int_equal(collect(hub, before, &one), 15);
    assert_int_equal(collect(second, before, &two), 15);
    assert_string_equal(bw_buf_cstr(&one), bw_buf_cstr(&two));
    assert_int_equal(bw_hub_head(hub).epoch, bw_hub_head(second).epoch);
    feed_off(feed, hub);
    feed_off(woken, second);
}

static bool wanted(void *ctx, struct bw_hub *hub, uint64_t after)
{
    (void)ctx;
    (void)hub;
    return after == 0;
}

/* req: STR-03 pages of the database hold what the ring held */
static void pages_hold_what_the_ring_held(void **state)
{
    static char live[262144], replayed[262144];
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ .want_page = wanted });
    const struct bw_sub_hooks hooks = { nothing, nothing, nothing, NULL };
    const struct bw_sub_filter all = { .kind = BW_SUB_EVERYTHING,
                                       .owner = bw_uuid_v7(bw_clock_wall()),
                                       .address = BW_STR("127.0.0.1") };
    struct bw_error err = { 0 };
    struct bw_sub *sub = NULL;
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_QUERY);
    (void)state;
    /* warm = 4: the ring of a fresh start begins four entries before the end */
    rig.feed = feed_on(hub, rig.keys.print, BW_OK);
    struct bw_cursor head = bw_hub_head(hub), from = { head.epoch, 0 };
    assert_true(head.index > 10);
    rig_ok(bw_hub_subscribe(hub, &all, &from, &hooks, &sub, &err), &err);
    read_stream(sub, live, sizeof(live)); /* asks for the page and parks */
    bw_feed_replay(rig.feed, pg, hub, 0);
    read_stream(sub, replayed, sizeof(replayed));
    for (uint64_t index = 1; index <= head.index; index++) {
        char id[48];
        snprintf(id, sizeof(id), "id: %u-%llu\n", head.epoch, (unsigned long long)index);
        const char *at = strstr(replayed, id);
        assert_non_null(at);
        assert_null(strstr(at + 1, id)); /* once */
    }
    bw_sub_free(sub);
    bw_pg_free(pg);
    feed_off(rig.feed, hub);
    rig.feed = NULL;
}

/* design.md 10: a program with other keys refuses to start */
static void foreign_keys_are_refused(void **state)
{
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    (void)state;
    struct bw_feed *feed = feed_on(hub, "0123456789abcdef", BW_E_CONFIG);
    feed_off(feed, hub);
}

/* req: STR-04 a cursor of another epoch is reset: a restore raises it */
static void a_restore_raises_the_epoch(void **state)
{
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_ADMIN);
    struct bw_error err = { 0 };
    (void)state;
    struct bw_feed *feed = feed_on(hub, rig.keys.print, BW_OK);
    uint32_t before = bw_hub_head(hub).epoch;
    feed_off(feed, hub);
    rig_ok(bw_feed_rise(pg, rig.keys.print, &err), &err);
    hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    feed = feed_on(hub, rig.keys.print, BW_OK);
    assert_int_equal(bw_hub_head(hub).epoch, before + 1);
    feed_off(feed, hub);
    bw_pg_free(pg);
}

struct risen {
    struct bw_hub *hub;
    uint32_t epoch;
};
static bool has_risen(void *ctx)
{
    const struct risen *r = ctx;
    return bw_hub_head(r->hub).epoch == r->epoch;
}

/* req: STR-04 ING-15 an epoch that rises under a session that stays (the test realm wiped, a copy restored beside us)
 * is seen without anybody starting anything again */
static void a_feed_sees_a_new_epoch_by_itself(void **state)
{
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_ADMIN);
    struct bw_error err = { 0 };
    (void)state;
    struct bw_feed *feed = feed_on(hub, rig.keys.print, BW_OK);
    struct risen r = { hub, bw_hub_head(hub).epoch + 1 };
    rig_ok(bw_feed_rise(pg, rig.keys.print, &err), &err);
    assert_true(rig_until(has_risen, &r, 10 * BW_SECOND));
    assert_true(bw_feed_connected(feed));
    feed_off(feed, hub);
    bw_pg_free(pg);
}

static bool lost(void *ctx)
{
    return !bw_feed_connected(ctx);
}
static bool back(void *ctx)
{
    return bw_feed_connected(ctx);
}
/* As `serve` does it: the server of one's own is looked after, and started again where it is gone. */
static bool restarted(void *ctx)
{
    const int *before = ctx;
    struct bw_error err = { 0 };
    return bw_cluster_tend(rig.cluster.cluster, &err) == BW_OK && bw_cluster_pid(rig.cluster.cluster) != *before;
}

/* req: REL-03 streams learn of it by `degraded`, and work resumes by itself within 5 s of the database's return */
static void a_lost_database_is_told_and_forgiven(void **state)
{
    static char text[262144];
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    const struct bw_sub_hooks hooks = { nothing, nothing, nothing, NULL };
    const struct bw_sub_filter all = { .kind = BW_SUB_EVERYTHING,
                                       .owner = bw_uuid_v7(bw_clock_wall()),
                                       .address = BW_STR("127.0.0.1") };
    struct bw_error err = { 0 };
    struct bw_sub *sub = NULL;
    (void)state;
    rig.feed = feed_on(hub, rig.keys.print, BW_OK);
    struct bw_cursor before = bw_hub_head(hub);
    rig_ok(bw_hub_subscribe(hub, &all, NULL, &hooks, &sub, &err), &err);
    read_stream(sub, text, sizeof(text));
    int postmaster = bw_cluster_pid(rig.cluster.cluster);
    assert_int_equal(kill(postmaster, SIGQUIT), 0);
    assert_true(rig_until(lost, rig.feed, 10 * BW_SECOND));
    read_stream(sub, text, sizeof(text));
    assert_non_null(strstr(text, "event: degraded\n"));
    assert_non_null(strstr(text, "\"degraded\":true"));
    assert_true(rig_until(restarted, &postmaster, 30 * BW_SECOND));
    assert_true(rig_until(back, rig.feed, 5 * BW_SECOND));
    say_seen(50);
    until_index(hub, before.index + 1);
    assert_int_equal(bw_hub_head(hub).epoch, before.epoch);
    read_stream(sub, text, sizeof(text));
    assert_non_null(strstr(text, "\"degraded\":false"));
    assert_non_null(strstr(text, "\"seen-50\""));
    assert_null(strstr(text, "event: reset"));
    bw_sub_free(sub);
    feed_off(rig.feed, hub);
    rig.feed = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commits_reach_the_hub_in_order),    cmocka_unit_test(customers_get_their_share_and_no_more),
        cmocka_unit_test(other_instances_commits_arrive),    cmocka_unit_test(pages_hold_what_the_ring_held),
        cmocka_unit_test(foreign_keys_are_refused),          cmocka_unit_test(a_restore_raises_the_epoch),
        cmocka_unit_test(a_feed_sees_a_new_epoch_by_itself), cmocka_unit_test(a_lost_database_is_told_and_forgiven),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
