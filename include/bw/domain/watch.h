/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h - which bags are found by rule, before anybody reports them: those whose flight left without them, those
 * whose connection cannot be made, those that stand at their destination and nobody asks for; and when a bag that
 * nobody watches goes quiet.  Pure.  Layer: domain.  Threads: any.  Source: CLK-20, BAG-09, BAG-10, story.md row 6. */
#ifndef BW_DOMAIN_WATCH_H
#define BW_DOMAIN_WATCH_H

#include "bw/domain/bag.h"

/* Words of data.why of WATCH_STARTED beside those that follow from a cause. */
#define BW_WHY_MISSED "missed-connection"
#define BW_WHY_UNCLAIMED "unclaimed"
#define BW_WHY_STAFF "staff"

/* How a bag stands to one of its flights. */
enum bw_stand {
    BW_STAND_ELSEWHERE, /* not of its journey, or it is past it, on it, or was never seen */
    BW_STAND_BEHIND,    /* on its way to where the flight departs */
    BW_STAND_HERE,  /* seen where the flight departs, after another flight or without being taken there by its owner */
    BW_STAND_START, /* seen at the very start of its journey, where it was handed in */
};
enum bw_stand bw_bag_stand(const struct bw_bag *bag, const char *flight, bw_date date);

/* True where the flight, one of the bag's, left without it and nobody watches it yet: its watch starts, as of when the
 * flight was gone.  loading_seen: some bag was seen loaded on it; without that nobody scans there, and a bag that was
 * handed in, or left at a station before, and was not seen again says nothing. */
bool bw_bag_missed(const struct bw_bag *bag, const struct bw_flight *flight, bool loading_seen, bw_time now);
/* The same for a connection that is still to come: the flight that brings the bag arrives when the next is gone.
 * The next leg's flight is looked up in the world.  NULL: it can be made, or nothing is known. */
const struct bw_leg *bw_bag_cannot_connect(const struct bw_bag *bag, const struct bw_world *world);
/* Whether a WATCH_STARTED of a rule or of staff still has its ground. */
bool bw_watch_holds(const struct bw_bag *bag, const struct bw_event *ev);
/* The WATCH_STARTED of a flight that was missed, as Bagwatch posts it; once for each bag and flight. */
void bw_missed_event(const struct bw_bag *bag, const char *flight, bw_date date, bw_time at, struct bw_event *to);

/* When a bag that stands at its destination without a file is to be watched as unclaimed: a day after it was last seen
 * to stand there.  BW_TIME_NONE: it does not stand there, or is watched. */
bw_time bw_bag_unclaimed_at(const struct bw_bag *bag);
void bw_unclaimed_event(const struct bw_bag *bag, struct bw_event *to);
/* What the sweeper looks at next: the end of a pending handover, else the above. */
bw_time bw_bag_timeout_at(const struct bw_bag *bag);

/* From when nobody expects news of a bag that nobody watches: 48 h after its last planned arrival, by flight times,
 * else the end of the last leg's day there, else of its travel date; BW_TIME_NONE where it is watched or nothing is
 * planned. */
bw_time bw_bag_quiet_at(const struct bw_bag *bag, const struct bw_world *world);

/* The leg that departs from where the bag stands; NULL: none, or it stands nowhere. */
const struct bw_leg *bw_bag_onward(const struct bw_bag *bag);
/* The flight that what is owed for a watched bag may hang on; false: none. */
bool bw_bag_hangs_on(const struct bw_bag *bag, const char **ret_flight, bw_date *ret_date);

#endif
