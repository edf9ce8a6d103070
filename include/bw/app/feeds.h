/* SPDX-License-Identifier: Apache-2.0 */
/* feeds.h - the feeds of senders at stations as their readers see them: when each was last heard, what is usual at this
 * hour, and since when it is silent.
 * Layer: app.  Threads: any; the session is ready, set query.  Source: CLK-12, SEC-13. */
#ifndef BW_APP_FEEDS_H
#define BW_APP_FEEDS_H

#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/base/clock.h"
#include "bw/base/json_out.h"
#include "bw/domain/world.h"
#include "bw/storage/pg.h"

struct bw_feed_seen {
    struct bw_uuid id;
    const char *sender, *station;
    const char *const *carriers; /* for whom it has spoken there */
    size_t n_carriers;
    bw_time last_at;
    int64_t usual_gap;            /* of this hour, us; 0: too little is known */
    bw_time silent_at;            /* when it would be told as silent; BW_TIME_NONE: as far as known never */
    bw_time silent_from, told_at; /* of the incident that stands; BW_TIME_NONE: none */
};
/* The principal's own feeds, and those that speak for carriers that it may read; the silent ones first, at most 2,000.
 */
BW_MUST_USE bw_code bw_feeds_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_world *world,
                                  bw_time now, struct bw_arena *arena, struct bw_feed_seen **ret, size_t *ret_n,
                                  struct bw_error *err);
/* {"as_of","feeds":[{"sender","station","carriers",...}]} */
void bw_feeds_json(const struct bw_feed_seen *v, size_t n, bw_time now, struct bw_json_out *j);

#endif
