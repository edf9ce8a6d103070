/* SPDX-License-Identifier: Apache-2.0 */
/* feed_health.h - what is usual for the feed of one sender at one station, and from when on its silence is no quiet
 * hour. A feed's signs of life are carriers' statements by key or telegram and heartbeats, at recorded time; those of
 * one minute count once, so that a telegram of sixty bags is one sign.  For each hour of the week it is known in how
 * many minutes something came and in how many weeks that hour was watched.  The usual gap of an hour is one by the
 * other. The week is the station's own: flights are planned in local time, and a change of its clocks moves the feed
 * along. A local hour that comes twice counts as one, one that does not come counts as watched. A silence that goes
 * through several hours uses up the usual gaps of each: a night in which nothing ever comes uses none.  Pure.  Layer:
 * domain.  Threads: any.  Source: CLK-12. */
#ifndef BW_DOMAIN_FEED_HEALTH_H
#define BW_DOMAIN_FEED_HEALTH_H

#include "bw/base/buf.h"
#include "bw/domain/world.h"

#define BW_FEED_SLOTS 168              /* hours of a week, from Monday 00:00 */
#define BW_FEED_LEAST (15 * BW_MINUTE) /* no silence is shorter */
enum {
    BW_FEED_GAPS = 5,          /* usual gaps that make a silence */
    BW_FEED_WEEKS_LEAST = 3,   /* an hour that was watched in fewer weeks has no usual gap… */
    BW_FEED_MINUTES_LEAST = 3, /* …nor one that was heard of in fewer minutes in all */
    BW_FEED_WEEKS_MOST = 8,    /* older ones fade */
};

struct bw_feed_health {
    bw_time last_at;  /* the newest sign of life; BW_TIME_NONE: none yet */
    int64_t hour;     /* the station's hour that is being counted, since 1970 */
    uint16_t in_hour; /* minutes of it with a sign */
    bool whole;       /* it was watched from its beginning */
    uint16_t minutes[BW_FEED_SLOTS];
    uint8_t weeks[BW_FEED_SLOTS];
};

void bw_feed_health_init(struct bw_feed_health *f);

/* A sign of life at an instant.  One that is not newer than the newest changes nothing, so the same may be told twice.
 * cut: what lies between it and the one before was an incident, or we did not listen: those hours are no history. */
void bw_feed_heard(struct bw_feed_health *f, const char *station, const struct bw_world *world, bw_time at, bool cut);

/* When the silence since `from` (the newest sign, or when we began to listen again) is longer than fifteen minutes and
 * five usual gaps; BW_TIME_NONE: no hour of the next six weeks has a usual gap, so it never is. */
bw_time bw_feed_silent_at(const struct bw_feed_health *f, const char *station, const struct bw_world *world,
                          bw_time from);

/* The usual gap of the hour in which an instant lies; 0: too little is known of it. */
int64_t bw_feed_usual_gap(const struct bw_feed_health *f, const char *station, const struct bw_world *world,
                          bw_time at);

/* Column `fold` of sender_feed, and back; false for bytes that are none. */
void bw_feed_health_pack(const struct bw_feed_health *f, struct bw_buf *to);
BW_MUST_USE bool bw_feed_health_unpack(struct bw_str bytes, struct bw_feed_health *ret);

#endif
