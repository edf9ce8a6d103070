/* SPDX-License-Identifier: Apache-2.0 */
/* hearing_int.h - a feed's row as hearing.c counts it and silence.c tells of it.
 * Layer: app, private.  Threads: the duties' thread.  Source: CLK-12. */
#ifndef BW_APP_HEARING_INT_H
#define BW_APP_HEARING_INT_H

#include "bw/app/hearing.h"
#include "bw/domain/event.h"
#include "bw/domain/feed_health.h"

#define BW_FEED_CARRIERS 16

struct bw_feed_row {
    struct bw_uuid id;
    char sender[BW_SENDER_TEXT], station[4];
    char carriers[BW_FEED_CARRIERS][4]; /* for whom it has spoken there */
    size_t n_carriers;
    struct bw_feed_health health;
    int32_t version;
    bw_time silent_from; /* BW_TIME_NONE: no incident stands */
    bw_time look_at;
};

/* Columns feed_id, sender, station, carriers, fold, version, silent_from.  False for a row that does not read back. */
BW_MUST_USE bool bw_feed_row_read(struct bw_rows *rows, size_t k, struct bw_feed_row *ret);
/* When it has to be looked at again: its silence is told, or an incident that stands is over; since when we listen. */
bw_time bw_feed_row_look(const struct bw_feed_row *f, const struct bw_world *world, bw_time since);
/* Posts what has begun and what has ended; *ret_changed is true where any was. */
BW_MUST_USE bw_code bw_silences_tell(struct bw_hearing *h, struct bw_pg *pg, const struct bw_world *world, bw_time now,
                                     struct bw_arena *arena, bool *ret_changed, struct bw_error *err);

#endif
