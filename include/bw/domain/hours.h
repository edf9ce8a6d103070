/* SPDX-License-Identifier: Apache-2.0 */
/* hours.h - when the desk of a carrier at a station is open, and what that does to the time of a duty there.
 * A station duty counts open hours only, and no more than 12 hours by the clock beside its own time (CLK-17).  It is
 * one that is answered where the bag is, by who can walk to it: on hand or not, a plan to send it, a handover, a
 * dispute, customs, the hand-out, a new delivery window.  A flight leaves and a courier's window ends by the clock, the
 * owner's search and word to the customer never pause, and files and claims are handled where no desk closes. A station
 * of which nothing was told is always open.  The yardstick knows no hours: who sets his own must not set the measure.
 * Rows are told, never moved, as policies are (policy.h). Pure.  Layer: domain.  Threads: any.  Source: CLK-17, CLK-02.
 */
#ifndef BW_DOMAIN_HOURS_H
#define BW_DOMAIN_HOURS_H

#include "bw/domain/promise.h"

#define BW_OPEN_WEEK 28
#define BW_OPEN_DATES 60
#define BW_HOURS_CAP (12 * BW_HOUR)

/* Minutes from the local midnight on which it opens; until may lie on the next day, 2,880 at the most. */
struct bw_open {
    int16_t from, until;
};
struct bw_hours {
    char carrier[4], station[4];
    bool always; /* from then on nothing is told: always open */
    struct bw_open week[BW_OPEN_WEEK];
    uint8_t week_day[BW_OPEN_WEEK]; /* 0 = Monday; by day and time */
    uint8_t n_week;
    struct bw_open dates[BW_OPEN_DATES]; /* in the weekday's stead; from == until: closed that day */
    bw_date date[BW_OPEN_DATES];         /* by date and time */
    uint8_t n_dates;
    bw_time valid_from, told_at;
};

/* True where the row of what is owed is a duty of the station. */
bool bw_station_duty(enum bw_owed owed);
/* The hours in force at an instant; NULL: always open. */
const struct bw_hours *bw_hours_at(const struct bw_world *w, const char *carrier, const char *station, bw_time at);
/* When a time that would end at wall ends, with only open hours counted from now on: wall + 12 h at the latest. */
bw_time bw_hours_due(const struct bw_hours *h, const struct bw_zone *zone_or_utc, bw_time now, bw_time wall);
/* When it is open next: at itself where it is open then; BW_TIME_NONE where it is not within two weeks. */
bw_time bw_hours_opens(const struct bw_hours *h, const struct bw_zone *zone_or_utc, bw_time at);
/* True where will is closed at some time at which was is open; NULL: always open. */
bool bw_hours_fewer(const struct bw_hours *was_or_null, const struct bw_hours *will_or_null);
/* Minutes open in a week without exceptions; what is told twice counts once. */
int32_t bw_hours_weekly(const struct bw_hours *h);

/* Row i is in force from *ret_from until *ret_until (BW_TIME_NONE: no end is known), as far as was told by as_of; false
 * where it never was. */
bool bw_hours_reign(const struct bw_hours *rows, size_t n, size_t i, bw_time as_of, bw_time *ret_from,
                    bw_time *ret_until);
/* True where a change, valid_from set, closes a desk when it would be open without: then it relaxes (CLK-02). */
bool bw_hours_relaxes(const struct bw_hours *rows, size_t n, const struct bw_hours *change);

/* The same for what is owed: when a duty of that debtor at that station falls due that would by the clock at wall,
 * opened now; wall for what is no station duty. */
bw_time bw_desk_due(const struct bw_world *w, enum bw_owed owed, const char *debtor, const char *station, bw_time now,
                    bw_time wall);
/* When the desk opens that an open promise, not due yet, waits for; BW_TIME_NONE: it is open, or waits for none. */
bw_time bw_desk_opens(const struct bw_world *w, const struct bw_promise *p, bw_time now);

#endif
