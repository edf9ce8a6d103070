/* SPDX-License-Identifier: Apache-2.0 */
/* rig.h - a whole server without its HTTP side, for tests: a database of its own, keys, world and writers, and
 * statements posted as senders post them.  Layer: tests.  Threads: the test's own. */
#ifndef BW_TESTS_RIG_H
#define BW_TESTS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bw/app/feed.h"
#include "bw/app/seed.h"
#include "bw/app/world.h"
#include "bw/base/sync.h"
#include "bw/domain/event_in.h"
#include "bw/storage/writer.h"
#include "test_stmt_list.h"
#include "throwaway.h"

struct rig {
    struct bwt_cluster cluster;
    struct bw_keys keys;
    struct bw_worlds *worlds;
    struct bw_writer *writer;
    struct bw_feed *feed; /* woken after commits where there is one */
};

static inline void rig_ok(bw_code code, const struct bw_error *err)
{
    if (code != BW_OK)
        fail_msg("%s: %s", bw_code_info(code)->name, err->detail);
}

static inline struct bw_pg *rig_session(const char *conninfo, const struct bw_stmt_table *stmts, unsigned sets)
{
    const struct bw_pg_options o = { .conninfo = conninfo, .name = "test", .sets = sets, .stmts = stmts };
    struct bw_pg *pg = NULL;
    struct bw_error err = { 0 };
    rig_ok(bw_pg_new(&o, &pg, &err), &err);
    rig_ok(bw_pg_ensure(pg, &err), &err);
    return pg;
}

static inline void rig_committed(void *ctx)
{
    struct rig *rig = ctx;
    if (rig->feed)
        bw_feed_wake(rig->feed);
}

static inline struct bw_writer *rig_writer(struct rig *rig, const char *instance)
{
    const struct bw_writer_options o = {
        .conninfo = rig->cluster.app,
        .keys = &rig->keys,
        .world = bw_worlds_take,
        .release = bw_worlds_release,
        .world_ctx = rig->worlds,
        .committed = rig_committed,
        .committed_ctx = rig,
        .instance = instance,
    };
    struct bw_writer *writer = NULL;
    struct bw_error err = { 0 };
    rig_ok(bw_writer_new(&o, &writer, &err), &err);
    rig_ok(bw_writer_start(writer, &err), &err);
    return writer;
}

static inline void rig_start(struct rig *rig)
{
    static const uint8_t secret[32] = "a key for tests, known to all..";
    struct bw_error err = { 0 };
    bwt_cluster_start_migrated(&rig->cluster);
    rig_ok(bw_seed_reference(rig->cluster.owner, NULL, NULL, &err), &err);
    bw_keys_from(secret, &rig->keys);
    rig_ok(bw_worlds_new(NULL, &rig->worlds, &err), &err);
    struct bw_pg *pg = rig_session(rig->cluster.app, NULL, BW_SET_QUERY);
    rig_ok(bw_worlds_load(rig->worlds, pg, NULL, &err), &err);
    bw_pg_free(pg);
    rig->writer = rig_writer(rig, "test");
}

static inline void rig_stop(struct rig *rig)
{
    bw_writer_stop(rig->writer);
    bw_writer_free(rig->writer);
    bw_worlds_free(rig->worlds);
    bwt_cluster_stop(&rig->cluster);
}

/* Waits for a work's end. */
struct rig_latch {
    struct bw_mutex mu;
    struct bw_cond cond;
    bool done;
};
static inline void rig_done(struct bw_work *work)
{
    struct rig_latch *latch = work->ctx;
    bw_lock(&latch->mu);
    latch->done = true;
    bw_cond_signal(&latch->cond);
    bw_unlock(&latch->mu);
}
static inline bw_code rig_submit(struct bw_writer *writer, struct bw_work *work)
{
    struct rig_latch latch = { .done = false };
    bw_mutex_init(&latch.mu);
    bw_cond_init(&latch.cond);
    work->done = rig_done;
    work->ctx = &latch;
    bw_code code = bw_writer_submit(writer, work, &work->err);
    bw_lock(&latch.mu);
    while (code == BW_OK && !latch.done)
        assert_true(bw_cond_wait_until(&latch.cond, &latch.mu, bw_clock_mono() + 20 * BW_SECOND));
    bw_unlock(&latch.mu);
    bw_cond_done(&latch.cond);
    bw_mutex_done(&latch.mu);
    return code == BW_OK ? work->rc : code;
}

/* Posts one body as the carrier's own key would; the item as it came back. */
static inline struct bw_item rig_say(struct rig *rig, const char *carrier, const char *body)
{
    struct bw_arena arena;
    struct bw_faults faults;
    struct bw_item item = { .rc = BW_OK };
    struct bw_str speaks = bw_str_c(carrier);
    const struct bw_event_ctx ctx = {
        .voice = BW_VOICE_CARRIER, .sender = speaks, .carriers = &speaks, .n_carriers = 1, .now = bw_clock_wall()
    };
    bw_arena_init(&arena, 4 << 20);
    bw_faults_init(&faults, &arena);
    bw_code code = bw_event_in(bw_str_c(body), &ctx, &arena, &item.ev, &faults);
    if (code != BW_OK)
        fail_msg("%s: %.*s", body, BW_FMT(faults.n ? faults.v[0].detail : BW_STR("refused")));
    struct bw_work work = { .items = &item, .n = 1, .arena = &arena };
    rig_ok(rig_submit(rig->writer, &work), &work.err);
    rig_ok(item.rc, &item.err);
    item.answer = BW_STR_NONE; /* it goes with the arena */
    bw_arena_done(&arena);
    return item;
}

/* Opens a file for one bag. */
static inline struct bw_uuid rig_open_case(struct rig *rig, const char *ref, const char *plate, bw_date date)
{
    struct bw_arena arena;
    struct bw_item item = { .rc = BW_OK };
    struct bw_ident bag, file;
    const char *why;
    assert_true(bw_ident_parse(bw_str_c(plate), date, &bag, &why));
    assert_true(bw_ident_parse(bw_str_c(ref), BW_DATE_NONE, &file, &why));
    struct bw_case_new made = { .bags = &bag, .n_bags = 1, .sealed = { .details = BW_STR("{\"passenger\":{\"surname\":\"SAMPLE\"}}") } };
    made.case_id = bw_id_with_bucket(bw_uuid_v7(bw_clock_wall()), bw_ident_bucket(&file));
    bw_str_put(bw_str_c(ref), made.ref, sizeof(made.ref));
    bw_str_put(bw_str_take(bw_str_c(ref), 3), made.station, sizeof(made.station));
    bw_str_put(bw_str_n(ref + 3, 2), made.opener, sizeof(made.opener));
    bw_random(made.link_hash.b, sizeof(made.link_hash.b));
    bw_event_init(&item.ev);
    item.new_case = &made;
    item.ev.code = BW_EV_CASE_OPENED;
    item.ev.source = BW_SRC_STAFF;
    item.ev.subject = BW_SUBJECT_CASE;
    item.ev.time_kind = BW_T_SCAN;
    item.ev.occurred_at = bw_clock_wall();
    item.ev.ident.kind = BW_IDENT_ID;
    item.ev.ident.date = BW_DATE_NONE;
    char text[BW_UUID_TEXT];
    bw_str_put(bw_str_c(bw_uuid_text(&made.case_id, text)), item.ev.ident.value, sizeof(item.ev.ident.value));
    snprintf(item.ev.sender, sizeof(item.ev.sender), "%.2s.u1", ref + 3);
    snprintf(item.ev.event_id, sizeof(item.ev.event_id), "open-%s", ref);
    memcpy(item.ev.carrier, made.opener, sizeof(made.opener));
    memcpy(item.ev.station, made.station, sizeof(made.station));
    bw_arena_init(&arena, 4 << 20);
    struct bw_work work = { .items = &item, .n = 1, .arena = &arena };
    rig_ok(rig_submit(rig->writer, &work), &work.err);
    rig_ok(item.rc, &item.err);
    bw_arena_done(&arena);
    return made.case_id;
}

/* True as soon as check(ctx) is, false when it was not for `limit`. */
static inline bool rig_until(bool (*check)(void *ctx), void *ctx, bw_time limit)
{
    const struct timespec step = { 0, 5000000 };
    for (bw_time end = bw_clock_mono() + limit; bw_clock_mono() < end; nanosleep(&step, NULL))
        if (check(ctx))
            return true;
    return check(ctx);
}

#endif
