/* SPDX-License-Identifier: Apache-2.0 */
/* wiring.c - makes the parts of a server from its settings, and joins them. */
#include "wiring.h"

#include <stdio.h>
#include <unistd.h>

#include "bw/app/attach.h"
#include "bw/app/case_again.h"
#include "bw/app/chase.h"
#include "bw/app/doors.h"
#include "bw/app/erase.h"
#include "bw/app/flights.h"
#include "bw/app/retention.h"
#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/http/auth.h"
#include "bw/storage/migrate.h"
#include "bw/storage/writer.h"

#define REPORT_US (60 * BW_SECOND)
#define AROUND_EVERY (100 * BW_MS) /* every turn of the duties */

/* --- database, keys, world --- */

static bw_code open_database(struct bw_server *s, struct bw_error *err)
{
    bw_code code = bw_database_place(s->o, &s->db, err);
    if (code == BW_OK)
        code = bw_data_open(s->db.data, &s->data, err);
    if (code == BW_OK)
        code = bw_database_open(s->o, &s->db, err);
    if (code == BW_OK)
        code = bw_database_migrate(&s->db, NULL, NULL, err);
    if (code != BW_OK)
        return code;
    code = bw_keys_open(s->db.keys, 1, &s->keys, err);
    return code == BW_OK ? bw_database_tend(&s->db, err) : code;
}

static bw_code load_world(struct bw_server *s, struct bw_error *err)
{
    const struct bw_pg_options o = {
        .conninfo = s->db.app, .name = "start", .role = s->db.app_role, .sets = BW_SET_QUERY
    };
    struct bw_pg *pg = NULL;
    unsigned missing = 0;
    bw_code code = bw_worlds_new(NULL, &s->worlds, err);
    if (code == BW_OK)
        code = bw_pg_new(&o, &pg, err);
    if (code == BW_OK)
        code = bw_worlds_load(s->worlds, pg, &missing, err);
    bw_pg_free(pg);
    if (code == BW_OK && missing)
        bw_log(BW_WARN, "zones.missing", BW_LI("n", missing));
    return code;
}

/* --- threads --- */

static void on_committed(void *ctx)
{
    struct bw_server *s = ctx;
    bw_feed_wake(s->feed);
}

static void on_lines(void *ctx, int64_t journal_id, struct bw_buf *lines_steal)
{
    const struct bw_server *s = ctx;
    bw_feed_lines(s->feed, journal_id, lines_steal);
}

static bw_code start_writer(struct bw_server *s, struct bw_error *err)
{
    const struct bw_writer_options o = {
        .conninfo = s->db.app,
        .role = s->db.app_role,
        .keys = &s->keys,
        .world = bw_worlds_take,
        .release = bw_worlds_release,
        .world_ctx = s->worlds,
        .members = true, /* in the test realm, which has no keys and accounts of its own, every carrier counts as one */
        .committed = on_committed,
        .lines = on_lines,
        .committed_ctx = s,
        .instance = s->instance,
        .batch_max = (size_t)bw_opt_number(s->o, BW_OPT_WRITER_BATCH),
        .queue_max = (size_t)bw_opt_number(s->o, BW_OPT_WRITER_QUEUE),
        .threads = (unsigned)bw_opt_number(s->o, BW_OPT_WRITER_THREADS),
    };
    bw_code code = bw_writer_new(&o, &s->writer, err);
    return code == BW_OK ? bw_writer_start(s->writer, err) : code;
}

/* Silent feeds and storms are part of the world, whichever instance told of them. */
static void on_service(void *ctx)
{
    struct bw_server *s = ctx;
    bw_worlds_ask(s->worlds);
}

static bw_code start_feed(struct bw_server *s, struct bw_error *err)
{
    const struct bw_hub_config hub = { .streams_max = (unsigned)bw_opt_number(s->o, BW_OPT_STREAMS_MAX) };
    const struct bw_feed_options o = {
        .conninfo = s->db.app,
        .role = s->db.app_role,
        .keys_print = s->keys.print,
        .retention_days = (unsigned)bw_opt_number(s->o, BW_OPT_FEED_RETENTION),
        .hub = s->hub = bw_hub_new(&hub),
        .service = on_service,
        .service_ctx = s,
        .beat = bw_beats_turn,
        .beat_ctx = &s->beats,
    };
    if (!s->hub)
        return bw_fail(err, BW_E_NOMEM, NULL, "hub");
    s->beats.vitals = &s->vitals;
    s->beats.instance = s->instance;
    bw_code code = bw_feed_new(&o, &s->feed, err);
    return code == BW_OK ? bw_feed_start(s->feed, err) : code;
}

static bw_code sweep_doors(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_server *s = ctx;
    return bw_doors_sweep(s->doors, pg, s->hub, err);
}

/* Rows first: they are many and cheap. */
static bw_code keep_to_the_periods(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_server *s = ctx;
    bw_time now = bw_clock_wall(), cases = bw_opt_number(s->o, BW_OPT_RETAIN_CASES) * BW_DAY;
    bw_code code = bw_keeping_rows(pg, now, err);
    return code == BW_OK ? bw_keeping_files(&s->eraser, pg, now, cases, err) : code;
}

static bw_code open_doors(struct bw_server *s, struct bw_error *err)
{
    return bw_doors_new(&(struct bw_doors_config){ .keys = &s->keys }, &s->doors, err);
}

static bw_code open_attachments(struct bw_server *s, struct bw_error *err)
{
    snprintf(s->attachments, sizeof(s->attachments), "%s/attachments", s->db.data);
    return bw_attach_prepare(s->attachments, err);
}

static bw_code open_again(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    const struct bw_server *s = ctx;
    const struct bw_app app = { .writer = s->writer, .keys = &s->keys };
    return bw_case_again(&app, pg, err);
}

static bw_code look_at_flights(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    const struct bw_server *s = ctx;
    const struct bw_app app = { .writer = s->writer, .worlds = s->worlds, .keys = &s->keys };
    return bw_flights_look(&app, pg, err);
}

static bw_code start_duties(struct bw_server *s, struct bw_error *err)
{
    s->health = (struct bw_health){ .feed = s->feed, .writer = s->writer };
    s->vitals.ready = bw_health_takes;
    s->vitals.ctx = &s->health;
    const struct bw_chore chores[] = {
        { "doors.sweep", 2 * BW_SECOND, sweep_doors, s },
        { "retention", BW_HOUR, keep_to_the_periods, s },
        { "attachments.sweep", BW_HOUR, bw_attach_sweep, s->attachments },
        { "cases.again", 5 * BW_SECOND, open_again, s },
        { "feeds.hear", 2 * BW_SECOND, bw_hearing_turn, &s->hearing },
        { "flights.look", 500 * BW_MS, look_at_flights, s },
        { "storms", 2 * BW_SECOND, bw_storms_turn, &s->storms },
        { "chase", BW_SECOND, bw_chase_turn, s->instance },
        { "pages.around", AROUND_EVERY, bw_around_turn, &s->around },
    };
    s->around = (struct bw_around){ .worlds = s->worlds, .hub = s->hub };
    s->storms = (struct bw_storms){ .writer = s->writer, .worlds = s->worlds };
    s->hearing = (struct bw_hearing){ .writer = s->writer, .worlds = s->worlds };
    const struct bw_duties_options o = {
        .conninfo = s->db.app,
        .role = s->db.app_role,
        .sets = BW_SET_QUERY, /* for the chores */
        .writer = s->writer,
        .worlds = s->worlds,
        .instance = s->instance,
        .beats = &s->beats,
        .retention_days = (unsigned)bw_opt_number(s->o, BW_OPT_FEED_RETENTION),
        .chores = chores,
        .n_chores = BW_LEN(chores),
    };
    bw_code code = bw_duties_new(&o, &s->duties, err);
    return code == BW_OK ? bw_duties_start(s->duties, err) : code;
}

static bw_code start_test(struct bw_server *s, struct bw_error *err)
{
    return bw_test_realm_start(s, &s->test, err);
}

/* A database that was restored from before an erasure forgets again before anybody is served (CASE-06). */
static bw_code forget_again(struct bw_server *s, struct bw_error *err)
{
    const struct bw_pg_options o = {
        .conninfo = s->db.app, .name = "start", .role = s->db.app_role, .sets = BW_SET_QUERY
    };
    s->eraser =
        (struct bw_app){ .writer = s->writer, .worlds = s->worlds, .keys = &s->keys, .erasures = s->db.erasures };
    struct bw_erase_replayed r = { 0 };
    struct bw_pg *pg = NULL;
    bw_code code = bw_pg_new(&o, &pg, err);
    if (code == BW_OK)
        code = bw_pg_ensure(pg, err);
    if (code == BW_OK)
        code = bw_erase_replay(&s->eraser, pg, NULL, &r, err);
    bw_pg_free(pg);
    if (r.done)
        bw_log(BW_WARN, "erasures.replayed", BW_LI("listed", r.listed), BW_LI("done", r.done));
    return code;
}

/* --- http --- */

static struct bw_pg *worker_open(void *ctx, enum bw_worker_kind kind)
{
    struct bw_server *s = ctx;
    bool report = kind == BW_WORKER_REPORT;
    const struct bw_pg_options o = {
        .conninfo = report ? s->db.report : s->db.app,
        .name = report ? "report" : "query",
        .role = report ? s->db.report_role : s->db.app_role,
        .schema = kind == BW_WORKER_TEST ? s->db.test : NULL,
        .sets = BW_SET_QUERY,
        .statement_us = report ? REPORT_US : 0,
        .call_us = report ? REPORT_US : 0,
    };
    struct bw_pg *pg = NULL;
    struct bw_error err = { 0 };
    if (bw_pg_new(&o, &pg, &err) != BW_OK)
        bw_log(BW_ERROR, "http.worker", BW_LC("why", err.detail));
    return pg;
}

static bw_code worker_ready(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    return bw_pg_ensure(pg, err);
}

static void worker_close(void *ctx, struct bw_pg *pg)
{
    (void)ctx;
    bw_pg_free(pg);
}

static bw_code start_bulks(struct bw_server *s, struct bw_error *err)
{
    snprintf(s->spool, sizeof(s->spool), "%s/spool", s->db.data);
    return bw_bulks_new(&(struct bw_bulks_options){ .spool = s->spool }, &s->bulks, err);
}

static bw_code start_http(struct bw_server *s, struct bw_error *err)
{
    bw_code code = bw_pages_new(NULL, &s->pages, err);
    if (code != BW_OK)
        return code;
    s->app = (struct bw_app){ .writer = s->writer,
                              .worlds = s->worlds,
                              .keys = &s->keys,
                              .doors = s->doors,
                              .hub = s->hub,
                              .bulks = s->bulks,
                              .attachments = s->attachments,
                              .pages = s->pages,
                              .erasures = s->db.erasures,
                              .public_url = bw_opt_given(s->o, BW_OPT_PUBLIC_URL) };
    bw_test_realm_app(&s->test, &s->app);
    const struct bw_http_config c = {
        .listen = bw_opt_text(s->o, BW_OPT_LISTEN),
        .stream_listen = bw_opt_given(s->o, BW_OPT_STREAM_LISTEN),
        .metrics_listen = bw_opt_given(s->o, BW_OPT_METRICS_LISTEN),
        .daemons = (unsigned)bw_opt_number(s->o, BW_OPT_HTTP_DAEMONS),
        .behind_proxy = bw_opt_on(s->o, BW_OPT_BEHIND_PROXY),
        .trusted_proxies = bw_opt_given(s->o, BW_OPT_TRUSTED_PROXIES),
        .public_url = bw_opt_given(s->o, BW_OPT_PUBLIC_URL),
        .connections_max = (unsigned)bw_opt_number(s->o, BW_OPT_CONNECTIONS_MAX),
        .streams_max = (unsigned)bw_opt_number(s->o, BW_OPT_STREAMS_MAX),
        .query_workers = (unsigned)bw_opt_number(s->o, BW_OPT_QUERY_WORKERS),
        .app = &s->app,
        .auth = bw_auth_doors(s->doors),
        .db = { worker_open, worker_ready, worker_close, s },
        .hub = s->hub,
        .replay = bw_feed_replay,
        .replay_ctx = s->feed,
        .test = { s->test.hub ? &s->test.app : NULL, s->test.hub, s->test.feed },
        .ready = bw_health_ready,
        .ready_ctx = &s->health,
        .error_page = bw_pages_error,
        .error_page_ctx = s->pages,
    };
    return bw_http_start(&c, &s->http, err);
}

/* --- the demo story --- */

static bw_code start_demo(struct bw_server *s, struct bw_error *err)
{
    const char *url = bw_opt_given(s->o, BW_OPT_PUBLIC_URL);
    snprintf(s->demo_file, sizeof(s->demo_file), "%s/demo.txt", s->db.data);
    snprintf(s->demo_origin, sizeof(s->demo_origin), "http://127.0.0.1:%u", bw_http_port(s->http));
    const struct bw_demo_options o = { .app = &s->app,
                                       .conninfo = s->db.app,
                                       .role = s->db.app_role,
                                       .file = s->demo_file,
                                       .origin = url ? url : s->demo_origin };
    if (!bw_opt_on(s->o, BW_OPT_DEMO))
        return BW_OK;
    bw_code code = bw_demo_new(&o, &s->demo, err);
    return code == BW_OK ? bw_demo_start(s->demo, err) : code;
}

/* --- the whole --- */

static void label_metrics(void)
{
    char text[96];
    snprintf(text, sizeof(text), "version=\"%s\",schema=\"%u\"", BW_VERSION, bw_schema_number(&bw_sql_migrations));
    bw_metric_label(BW_M_BUILD_INFO, 0, text);
    bw_metric_set(BW_M_BUILD_INFO, 0, 1);
    for (unsigned k = 0; k < BW_KEEP_MAX; k++) {
        snprintf(text, sizeof(text), "class=\"%s\"", bw_keeping_row((enum bw_keeping)k)->class_);
        bw_metric_label(BW_M_RETIRED, k, text);
    }
    for (unsigned k = 0; k <= BW_OUT_MAX; k++) {
        snprintf(text, sizeof(text), "outcome=\"%s\"",
                 k < BW_OUT_MAX ? bw_outcome_word((enum bw_outcome)k) : "refused");
        bw_metric_label(BW_M_EVENTS, k, text);
    }
}

static void name_instance(char to[80])
{
    char host[48] = "";
    if (gethostname(host, sizeof(host) - 1) != 0 || !host[0])
        snprintf(host, sizeof(host), "host");
    snprintf(to, 80, "%s:%ld", host, (long)getpid());
}

static bw_code start(struct bw_server *s, struct bw_error *err)
{
    static bw_code (*const steps[])(struct bw_server * s, struct bw_error * err) = {
        open_database,    load_world,   start_feed, start_writer, forget_again, open_doors,
        open_attachments, start_duties, start_test, start_bulks,  start_http,   start_demo,
    };
    for (size_t i = 0; i < BW_LEN(steps); i++) {
        bw_code code = steps[i](s, err);
        if (code != BW_OK)
            return code;
    }
    return BW_OK;
}

bw_code bw_server_start(const struct bw_options *o, struct bw_server *s, struct bw_error *err)
{
    *s = (struct bw_server){ .o = o };
    label_metrics();
    name_instance(s->instance);
    bw_code code = start(s, err);
    if (code != BW_OK)
        bw_server_stop(s);
    return code;
}

void bw_server_tick(struct bw_server *s)
{
    bw_http_tick(s->http);
    bw_vitals_tick(&s->vitals);
}

void bw_server_drain(struct bw_server *s, bw_time within)
{
    bw_http_drain(s->http, within);
}

bool bw_server_drained(struct bw_server *s)
{
    struct bw_hub_stats stats = bw_hub_stats(s->hub);
    return stats.staff + stats.customers == 0 && bw_test_realm_drained(&s->test);
}

void bw_server_stop(struct bw_server *s)
{
    if (s->demo)
        bw_demo_stop(s->demo);
    if (s->http)
        bw_http_stop(s->http); /* accepted requests still find the writer */
    bw_bulks_free(s->bulks);   /* the same for lines whose sender has left */
    bw_pages_free(s->pages);
    if (s->demo)
        bw_demo_free(s->demo);
    bw_test_realm_stop(&s->test);
    bw_duties_stop(s->duties);
    bw_duties_free(s->duties);
    bw_around_done(&s->around);
    if (s->writer)
        bw_writer_stop(s->writer); /* what was queued is committed, and told to the feed */
    bw_feed_stop(s->feed);
    bw_writer_free(s->writer);
    bw_feed_free(s->feed);
    bw_hub_free(s->hub);
    bw_test_realm_free(&s->test);
    bw_doors_free(s->doors);
    bw_worlds_free(s->worlds);
    bw_keys_wipe(&s->keys);
    bw_database_close(&s->db);
    bw_data_close(s->data);
}
