/* SPDX-License-Identifier: Apache-2.0 */
/* test_realm.c - makes and ends the parts of the test realm. */
#include "test_realm.h"

#include <stdio.h>

#include "bw/app/attach.h"
#include "bw/app/doors.h"
#include "bw/app/flights.h"
#include "bw/app/retention.h"
#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/push/hub.h"
#include "bw/storage/writer.h"
#include "wiring.h"

#define LIVES (30 * BW_DAY)
#define WIPE_LOOK (5 * BW_SECOND)
enum { STREAMS_MOST = 256, RING_ENTRIES = 4096, RING_BYTES = 4 << 20, QUEUE_MOST = 2000, SPOOL_MOST = 64 << 20 };

static void on_committed(void *ctx)
{
    struct bw_test_realm *realm = ctx;
    bw_feed_wake(realm->feed);
}

static void on_lines(void *ctx, int64_t journal_id, struct bw_buf *lines_steal)
{
    const struct bw_test_realm *realm = ctx;
    bw_feed_lines(realm->feed, journal_id, lines_steal);
}

static bw_code start_feed(struct bw_server *s, struct bw_test_realm *realm, struct bw_error *err)
{
    int64_t most = bw_opt_number(s->o, BW_OPT_STREAMS_MAX);
    const struct bw_hub_config hub = { .streams_max = most > 0 && most < STREAMS_MOST ? (unsigned)most : STREAMS_MOST,
                                       .ring_entries = RING_ENTRIES,
                                       .ring_bytes = RING_BYTES,
                                       .uncounted = true };
    const struct bw_feed_options o = {
        .conninfo = s->db.app,
        .role = s->db.app_role,
        .schema = s->db.test,
        .keys_print = s->keys.print,
        .retention_days = (unsigned)bw_opt_number(s->o, BW_OPT_FEED_RETENTION),
        .warm = RING_ENTRIES / 4,
        .hub = realm->hub = bw_hub_new(&hub),
        .beat = bw_beats_turn,
        .beat_ctx = &realm->beats,
    };
    realm->beats.vitals = &s->vitals;
    realm->beats.instance = s->instance;
    if (!realm->hub)
        return bw_fail(err, BW_E_NOMEM, NULL, "hub");
    bw_hub_twin(s->hub, realm->hub);
    bw_code code = bw_feed_new(&o, &realm->feed, err);
    return code == BW_OK ? bw_feed_start(realm->feed, err) : code;
}

static bw_code start_writer(struct bw_server *s, struct bw_test_realm *realm, struct bw_error *err)
{
    const struct bw_writer_options o = {
        .conninfo = s->db.app,
        .role = s->db.app_role,
        .schema = s->db.test,
        .keys = &s->keys,
        .world = bw_worlds_take,
        .release = bw_worlds_release,
        .world_ctx = s->worlds,
        .committed = on_committed,
        .lines = on_lines,
        .committed_ctx = realm,
        .instance = s->instance,
        .batch_max = (size_t)bw_opt_number(s->o, BW_OPT_WRITER_BATCH),
        .queue_max = QUEUE_MOST,
        .threads = 1,
    };
    bw_code code = bw_writer_new(&o, &realm->writer, err);
    return code == BW_OK ? bw_writer_start(realm->writer, err) : code;
}

/* --- duties --- */

static bw_code purge_doors(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    return bw_keeping_rows(pg, bw_clock_wall(), err);
}

/* Whichever instance comes first; every feed thread sees by the epoch that it happened. */
static bw_code wipe(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    (void)ctx;
    bw_code code = bw_pg_query(pg, BW_STMT_REALM_WIPE, BW_PARAMS(bw_p_time(bw_clock_wall() - LIVES)), &rows, err);
    if (code == BW_OK && bw_rows_i32(&rows, 0, "epoch") > 0)
        bw_log(BW_INFO, "test_realm.wiped", BW_LI("epoch", bw_rows_i32(&rows, 0, "epoch")));
    return code;
}

/* A folder of its own: the sweep takes away what its own tables do not name. */
static bw_code open_attachments(struct bw_server *s, struct bw_test_realm *realm, struct bw_error *err)
{
    snprintf(realm->attachments, sizeof(realm->attachments), "%s/attachments-test", s->db.data);
    return bw_attach_prepare(realm->attachments, err);
}

/* Flights of tests concern bags of tests. */
static bw_code look_at_flights(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    const struct bw_test_realm *realm = ctx;
    const struct bw_app app = { .writer = realm->writer, .worlds = realm->worlds };
    return bw_flights_look(&app, pg, err);
}

static bw_code start_duties(struct bw_server *s, struct bw_test_realm *realm, struct bw_error *err)
{
    const struct bw_chore chores[] = {
        { "doors.purge", BW_HOUR, purge_doors, NULL },
        { "realm.wipe", WIPE_LOOK, wipe, NULL },
        { "attachments.sweep", BW_HOUR, bw_attach_sweep, realm->attachments },
        { "flights.look", 500 * BW_MS, look_at_flights, realm },
        { "pages.around", 500 * BW_MS, bw_around_turn, &realm->around },
    };
    realm->worlds = s->worlds;
    realm->around = (struct bw_around){ .worlds = s->worlds, .hub = realm->hub };
    const struct bw_duties_options o = {
        .conninfo = s->db.app,
        .role = s->db.app_role,
        .schema = s->db.test,
        .sets = BW_SET_REALM,
        .writer = realm->writer,
        .worlds = s->worlds,
        .second = true,
        .instance = s->instance,
        .beats = &realm->beats,
        .retention_days = (unsigned)bw_opt_number(s->o, BW_OPT_FEED_RETENTION),
        .chores = chores,
        .n_chores = BW_LEN(chores),
    };
    bw_code code = bw_duties_new(&o, &realm->duties, err);
    return code == BW_OK ? bw_duties_start(realm->duties, err) : code;
}

static bw_code start_bulks(struct bw_server *s, struct bw_test_realm *realm, struct bw_error *err)
{
    const struct bw_bulks_options o = {
        .spool = realm->spool, .spool_max = SPOOL_MOST, .workers = 1, .uncounted = true
    };
    snprintf(realm->spool, sizeof(realm->spool), "%s/spool", s->db.data);
    snprintf(realm->erasures, sizeof(realm->erasures), "%s/erasures-test.log", s->db.data);
    return bw_bulks_new(&o, &realm->bulks, err);
}

/* --- the whole --- */

bw_code bw_test_realm_start(struct bw_server *s, struct bw_test_realm *ret, struct bw_error *err)
{
    if (!s->db.test)
        return BW_OK;
    bw_metrics_mute(true); /* and with this thread those that it starts here */
    bw_code code = start_feed(s, ret, err);
    if (code == BW_OK)
        code = start_writer(s, ret, err);
    if (code == BW_OK)
        code = open_attachments(s, ret, err);
    if (code == BW_OK)
        code = start_duties(s, ret, err);
    if (code == BW_OK)
        code = start_bulks(s, ret, err);
    bw_metrics_mute(false);
    return code;
}

void bw_test_realm_app(struct bw_test_realm *realm, const struct bw_app *live)
{
    realm->app = *live;
    realm->app.writer = realm->writer;
    realm->app.hub = realm->hub;
    realm->app.bulks = realm->bulks;
    realm->app.erasures = realm->erasures; /* both have a MADIB10001; the list of one erases nothing of the other */
    realm->app.attachments = realm->attachments;
}

bool bw_test_realm_drained(struct bw_test_realm *realm)
{
    if (!realm->hub)
        return true;
    struct bw_hub_stats stats = bw_hub_stats(realm->hub);
    return stats.staff + stats.customers == 0;
}

void bw_test_realm_stop(struct bw_test_realm *realm)
{
    bw_bulks_free(realm->bulks); /* first: its lines are with the writer */
    bw_duties_stop(realm->duties);
    if (realm->writer)
        bw_writer_stop(realm->writer);
    bw_feed_stop(realm->feed);
}

void bw_test_realm_free(struct bw_test_realm *realm)
{
    bw_duties_free(realm->duties);
    bw_around_done(&realm->around);
    bw_writer_free(realm->writer);
    bw_feed_free(realm->feed);
    bw_hub_free(realm->hub);
}
