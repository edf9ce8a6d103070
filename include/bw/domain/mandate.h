/* SPDX-License-Identifier: Apache-2.0 */
/* mandate.h - what a carrier lets another organisation say in its name: which codes, at which stations, on which days.
 * A statement without a mandate is marked BW_FL_NO_MANDATE: it is at most a sighting, sets place and never custody.
 * Pure values.  Layer: domain.  Threads: any.  Source: SEC-10, BAG-05, ING-01. */
#ifndef BW_DOMAIN_MANDATE_H
#define BW_DOMAIN_MANDATE_H

#include "bw/domain/event.h"

struct bw_mandate {
    char carrier[4];
    bw_date from, until; /* first and last day, UTC, of what happened; BW_DATE_NONE = open */
    bool every_station, every_code;
    char (*stations)[4]; /* n_stations of them; the holder's */
    size_t n_stations;
    uint8_t codes[(BW_EV_MAX + 7) / 8]; /* bit code % 8 of byte code / 8 */
};
void bw_mandate_add_code(struct bw_mandate *m, enum bw_event_code code);

/* The day a statement is about: when it happened, else its flight's date, else the day of now. */
bw_date bw_mandate_day(const struct bw_event *ev, bw_time now);
/* True where the carrier of ev, its code, its station and that day are within m.  A statement without a station is
 * covered by a mandate for every station alone. */
bool bw_mandate_covers(const struct bw_mandate *m, const struct bw_event *ev, bw_date day);

#endif
