/* SPDX-License-Identifier: Apache-2.0 */
/* hearing.h - listens to the feeds of all senders, and tells once when one falls silent and once when it is heard
 * again. Happy path: every few seconds the journal behind the cursor and the heartbeats are read, a minute of a feed as
 * one sign of life (domain/feed_health.h); then every feed whose time is up is told as FEED_SILENT of the service, with
 * its row and its incident, in one transaction of the writer.  Writers know nothing of it. Exactly once: one instance
 * at a time, by the lock of the table `listening`; behind it the version of the feed's log. Failure: a turn that fails
 * is made again in the next; the same sign counted twice changes nothing.  Where nobody listened for two minutes (we
 * were down, or away from the database), silence is counted from when we listen again. Layer: app.  Threads: the
 * duties' thread.  Source: CLK-12, ING-17. */
#ifndef BW_APP_HEARING_H
#define BW_APP_HEARING_H

#include "bw/base/clock.h"
#include "bw/storage/pg.h"

struct bw_worlds;
struct bw_writer;

struct bw_hearing {
    struct bw_writer *writer;
    struct bw_worlds *worlds; /* read anew when a silence begins or ends: pages speak of it */
    bool running;             /* ours: a turn was made by this process */
    bw_time turned;           /* ours, monotonic */
};

/* A chore (bw/app/duties.h); ctx is a struct bw_hearing. */
bw_code bw_hearing_turn(void *ctx, struct bw_pg *pg, struct bw_error *err);

#endif
