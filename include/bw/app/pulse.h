/* SPDX-License-Identifier: Apache-2.0 */
/* pulse.h - knowing when we could not take updates (CLK-13): an instance that was ready all the while beats in the
 * database every few seconds; where all beats stop for more than a minute, whoever beats next stores the gap as one
 * OUTAGE event with its row.  Until what it puts off was put off no level is raised (sweep.c). A minute: senders try
 * again within it, and everything here is owed and reported by the minute; a restart takes about one second.  Whether
 * we ran on is asked of the monotonic clock, so a wall clock that jumps is no outage; how long we were away is what the
 * wall clock says, so that the times are the database's. Failure: without the database there is no beat; the next one
 * finds the gap.  A crash between event and beat finds the same gap again, and the event's id, made of the gap's
 * beginning, makes it the same event. Layer: app.  Source: CLK-13, reliability.md 7 rows 11, 27. */
#ifndef BW_APP_PULSE_H
#define BW_APP_PULSE_H

#include <stdatomic.h>

#include "bw/base/clock.h"
#include "bw/base/err.h"
#include "bw/base/id.h"

struct bw_pg;
struct bw_writer;

#define BW_OUTAGE_LEAST BW_MINUTE
/* CLK-13: what falls due up to half an hour after the end moves to an hour after it. */
#define BW_OUTAGE_REACH (30 * BW_MINUTE)
#define BW_OUTAGE_MOVES (60 * BW_MINUTE)

/* Whether this process took updates all the while; one for all realms.  Zero it, set ready (bw_health_takes) and ctx;
 * then main ticks. */
struct bw_vitals {
    bw_code (*ready)(void *ctx, struct bw_error *err); /* able to take updates; never blocks */
    void *ctx;
    _Atomic int64_t last;    /* boot clock; 0: never ready yet */
    _Atomic unsigned breaks; /* times that it was not ready, or did not run, for more than half a minute */
    _Atomic bool unready;
    bw_time wall; /* owned by who ticks */
};
/* About five times a second, from one thread, once everything is started. */
void bw_vitals_tick(struct bw_vitals *vitals);

/* The beats of one realm.  Two threads beat, whichever comes first: the duties', and the feed's, which no long sweep
 * holds up, so that another instance that has just come, or was away, hears in time that somebody was there.  Zero it,
 * set vitals and instance. */
struct bw_beats {
    const struct bw_vitals *vitals;
    const char *instance;
    _Atomic int64_t at;           /* of the newest, boot clock; 0: none yet */
    _Atomic unsigned breaks_seen; /* looked back at */
    _Atomic bool looked;
};
/* True where we are known to have taken updates ever since the last look back. */
bool bw_beats_well(const struct bw_beats *beats);
/* Beats where it is time and we are well; ctx = the beats.  On a session of set feed or duties. */
BW_MUST_USE bw_code bw_beats_turn(void *ctx, struct bw_pg *pg, struct bw_error *err);

struct bw_pulse_options {
    struct bw_beats *beats;
    struct bw_writer *writer;
};
struct bw_pulse;
BW_MUST_USE bw_code bw_pulse_new(const struct bw_pulse_options *o, struct bw_pulse **ret_take, struct bw_error *err);
void bw_pulse_free(struct bw_pulse *pulse);
/* The duties thread, at every turn: beats when it is time and we take updates, and looks back first where we may have
 * been away. */
BW_MUST_USE bw_code bw_pulse_beat(struct bw_pulse *pulse, struct bw_pg *pg, struct bw_error *err);
/* bw_beats_well of its beats. */
bool bw_pulse_well(const struct bw_pulse *pulse);

struct bw_outage {
    struct bw_uuid id;
    bw_time began, ended, moved; /* moved: when all was put off, BW_TIME_NONE: not yet */
};
#define BW_OUTAGES_MOST 100
/* Those that touch [from, to), the newest first, at most BW_OUTAGES_MOST.  Session of set query. */
BW_MUST_USE bw_code bw_outages(struct bw_pg *pg, bw_time from, bw_time to, struct bw_outage *ret, size_t *ret_n,
                               struct bw_error *err);

#endif
