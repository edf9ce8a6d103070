/* SPDX-License-Identifier: Apache-2.0 */
/* feed.h - the thread that numbers what was committed and hands it to the hub, and the pages that the hub asks for.
 * Happy path: the writer's `committed` hook wakes it, bw_stamp numbers the new rows, their entries go to the hub, in
 * the one order, without a gap, from memory where they were committed here (bw_feed_lines), else read back.  Other
 * instances' commits arrive by NOTIFY on the realm's channel; every 250 ms it looks by itself. Failure: a lost database
 * makes the hub say `degraded` and this thread connects again until it is back, then goes on behind the last entry that
 * it handed over (REL-03).  Another epoch (restore, failover, the test realm wiped) opens the hub anew, within those
 * 250 ms: every reader is reset.  A database that knows other keys than ours is refused at the start (design.md 10).
 * Layer: app.  Threads: start and stop from main; wake and the questions from any.
 * Source: design.md 3 "One feed", 4. */
#ifndef BW_APP_FEED_H
#define BW_APP_FEED_H

#include "bw/base/buf.h"
#include "bw/base/clock.h"
#include "bw/base/err.h"
#include "bw/push/hub.h"

struct bw_feed;
struct bw_pg;

struct bw_feed_options {
    const char *conninfo, *role, *schema; /* as bw_pg_options */
    const char *keys_print;               /* bw_keys.print */
    struct bw_hub *hub;
    unsigned retention_days; /* 1 to 14: older payloads may be gone */
    unsigned warm;           /* entries brought into the ring at the start; 0 = 8192 */
    /* Something was said of the service itself (a silent feed, a storm), here or on another instance; NULL: nobody
     * asks. Called by the feed's thread, must not block. */
    void (*service)(void *ctx);
    void *service_ctx;
    /* Called every 250 ms on the feed's session: the instance's beats (pulse.h), which no long work may hold up.  NULL:
     * none. */
    bw_code (*beat)(void *ctx, struct bw_pg *pg, struct bw_error *err);
    void *beat_ctx;
};

BW_MUST_USE bw_code bw_feed_new(const struct bw_feed_options *o, struct bw_feed **ret_take, struct bw_error *err);
/* Connects, compares the keys, opens the hub with what is there, then starts the thread.  BW_E_CONFIG: the database
 * belongs to other keys. */
BW_MUST_USE bw_code bw_feed_start(struct bw_feed *feed, struct bw_error *err);
void bw_feed_stop(struct bw_feed *feed);
void bw_feed_free(struct bw_feed *feed);

/* Something was committed: bw_writer_options.committed.  Does not block. */
void bw_feed_wake(void *feed);
/* And these are its lines: bw_writer_options.lines.  Does not block. */
void bw_feed_lines(void *feed, int64_t journal_id, struct bw_buf *lines_steal);
/* Raises the epoch after a restore; on a session of set feed or admin. */
BW_MUST_USE bw_code bw_feed_rise(struct bw_pg *pg, const char *keys_print, struct bw_error *err);
/* BW_E_CONFIG where the database knows other keys; changes nothing.  On a session of set admin. */
BW_MUST_USE bw_code bw_feed_check_keys(struct bw_pg *pg, const char *keys_print, struct bw_error *err);

/* True while the database answers this thread. */
bool bw_feed_connected(struct bw_feed *feed);
/* How old the oldest committed row without a number is; 0 = none. */
bw_time bw_feed_lag(struct bw_feed *feed);

/* bw_http_config.replay, ctx = the feed: one page for the hub, on a session of set query. */
void bw_feed_replay(void *feed, struct bw_pg *pg, struct bw_hub *hub, uint64_t after);

#endif
