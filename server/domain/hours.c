/* SPDX-License-Identifier: Apache-2.0 */
/* hours.c - open hours of a station's desk, in its own time of day: intervals of local days become intervals of time,
 * so that a day of 23 or 25 hours and a night over midnight need no rule of their own. */
#include "bw/domain/hours.h"

#define MINUTES_A_DAY 1440
#define LOOK_AHEAD 15 /* days */
#define A_MONDAY 4    /* 1970-01-05 */

bool bw_station_duty(enum bw_owed owed)
{
    const uint64_t duties = UINT64_C(1) << BW_OWE_TRACING_HOLDER | UINT64_C(1) << BW_OWE_LOCATED |
                            UINT64_C(1) << BW_OWE_TRANSFER | UINT64_C(1) << BW_OWE_DISPUTED |
                            UINT64_C(1) << BW_OWE_HELD | UINT64_C(1) << BW_OWE_AT_STATION |
                            UINT64_C(1) << BW_OWE_ATTEMPTED | UINT64_C(1) << BW_OWE_ASK;
    return owed < BW_OWE_MAX && (duties >> owed & 1);
}

static bool later(const struct bw_hours *a, const struct bw_hours *b)
{
    return a->told_at != b->told_at ? a->told_at > b->told_at : a->valid_from > b->valid_from;
}

const struct bw_hours *bw_hours_at(const struct bw_world *w, const char *carrier, const char *station, bw_time at)
{
    const struct bw_hours *last = NULL;
    for (size_t i = 0; i < w->n_hours; i++) {
        const struct bw_hours *h = &w->hours[i];
        if (strcmp(h->carrier, carrier) != 0 || strcmp(h->station, station) != 0 || at < h->valid_from)
            continue;
        if (!last || later(h, last))
            last = h;
    }
    return last && !last->always ? last : NULL;
}

/* --- the intervals of a day --- */

static unsigned weekday(bw_date date)
{
    return (unsigned)((date % 7 + 10) % 7); /* 1970-01-01 was a Thursday, 3 */
}

/* The k-th interval that begins on a local date; false: there are no more.  A date that is named has its own. */
static bool nth_of(const struct bw_hours *h, bw_date date, unsigned k, struct bw_open *ret)
{
    bool named = false;
    for (unsigned i = 0; i < h->n_dates; i++) {
        if (h->date[i] != date)
            continue;
        named = true;
        *ret = h->dates[i];
        if (ret->from < ret->until && k-- == 0)
            return true;
    }
    for (unsigned i = 0; !named && i < h->n_week; i++) {
        *ret = h->week[i];
        if (h->week_day[i] == weekday(date) && k-- == 0)
            return true;
    }
    return false;
}

static bw_time local_minute(const struct bw_zone *zone, bw_date date, int minute)
{
    enum bw_local how;
    bw_time local = bw_date_start(date) + minute * BW_MINUTE;
    return zone ? bw_zone_to_utc(zone, local, &how) : local;
}

static bw_date local_date(const struct bw_zone *zone, bw_time at)
{
    return bw_date_of(zone ? at + bw_zone_offset(zone, at, NULL) * BW_SECOND : at);
}

/* Goes through what is open from an instant on, each moment once. */
struct walk {
    const struct bw_hours *h;
    const struct bw_zone *zone;
    bw_date date, last;
    unsigned k;
    bw_time reached;
};

static struct walk walk_from(const struct bw_hours *h, const struct bw_zone *zone, bw_time at, bw_time until)
{
    return (struct walk){ h, zone, local_date(zone, at) - 1, local_date(zone, until) + 1, 0, at };
}

static bool next_open(struct walk *w, bw_time *from, bw_time *to)
{
    struct bw_open open;
    for (; w->date <= w->last; w->date++, w->k = 0) {
        while (nth_of(w->h, w->date, w->k, &open)) {
            w->k++;
            *from = local_minute(w->zone, w->date, open.from);
            *to = local_minute(w->zone, w->date, open.until);
            if (*from < w->reached)
                *from = w->reached;
            if (*from >= *to)
                continue;
            w->reached = *to;
            return true;
        }
    }
    return false;
}

/* --- what they do to a time --- */

bw_time bw_hours_due(const struct bw_hours *h, const struct bw_zone *zone_or_utc, bw_time now, bw_time wall)
{
    bw_time left = wall - now, most = wall + BW_HOURS_CAP, from, to;
    struct walk w = walk_from(h, zone_or_utc, now, most);
    while (next_open(&w, &from, &to) && from < most) {
        if (to - from >= left)
            return from + left < most ? from + left : most;
        left -= to - from;
    }
    return most;
}

bw_time bw_hours_opens(const struct bw_hours *h, const struct bw_zone *zone_or_utc, bw_time at)
{
    bw_time from, to;
    struct walk w = walk_from(h, zone_or_utc, at, at + LOOK_AHEAD * BW_DAY);
    return next_open(&w, &from, &to) ? from : BW_TIME_NONE;
}

int32_t bw_hours_weekly(const struct bw_hours *h)
{
    struct bw_hours plain = *h;
    bw_time monday = bw_date_start(A_MONDAY), end = monday + 7 * BW_DAY, from, to, open = 0;
    plain.n_dates = 0;
    struct walk w = walk_from(&plain, NULL, monday, end);
    while (next_open(&w, &from, &to) && from < end)
        open += (to < end ? to : end) - from;
    return (int32_t)(open / BW_MINUTE);
}

/* --- more or fewer --- */

/* One interval of was, wholly within what begins on that date by will. */
static bool still_open(const struct bw_hours *will, bw_date date, struct bw_open was)
{
    struct bw_open open;
    int minute = was.from;
    for (unsigned k = 0; minute < was.until && nth_of(will, date, k, &open); k++)
        if (open.from <= minute && open.until > minute)
            minute = open.until;
    return minute >= was.until;
}

static bool fewer_on(const struct bw_hours *was, const struct bw_hours *will, bw_date date)
{
    struct bw_open open = { 0, MINUTES_A_DAY };
    if (!was)
        return !still_open(will, date, open);
    for (unsigned k = 0; nth_of(was, date, k, &open); k++)
        if (!still_open(will, date, open))
            return true;
    return false;
}

bool bw_hours_fewer(const struct bw_hours *was_or_null, const struct bw_hours *will_or_null)
{
    if (!will_or_null || will_or_null->always)
        return false;
    const struct bw_hours *was = was_or_null && !was_or_null->always ? was_or_null : NULL;
    struct bw_hours plain_was = { 0 }, plain_will = *will_or_null;
    plain_will.n_dates = 0;
    if (was)
        plain_was = *was;
    plain_was.n_dates = 0;
    for (bw_date day = 0; day < 7; day++)
        if (fewer_on(was ? &plain_was : NULL, &plain_will, day))
            return true;
    for (unsigned i = 0; i < will_or_null->n_dates; i++)
        if (fewer_on(was, will_or_null, will_or_null->date[i]))
            return true;
    for (unsigned i = 0; was && i < was->n_dates; i++)
        if (fewer_on(was, will_or_null, was->date[i]))
            return true;
    return false;
}

static bool same_desk(const struct bw_hours *a, const struct bw_hours *b)
{
    return strcmp(a->carrier, b->carrier) == 0 && strcmp(a->station, b->station) == 0;
}

bool bw_hours_reign(const struct bw_hours *rows, size_t n, size_t i, bw_time as_of, bw_time *ret_from,
                    bw_time *ret_until)
{
    const struct bw_hours *h = &rows[i];
    *ret_from = h->valid_from;
    *ret_until = BW_TIME_NONE;
    for (size_t k = 0; k < n; k++) {
        if (k == i || rows[k].told_at > as_of || !same_desk(h, &rows[k]) || !later(&rows[k], h))
            continue;
        if (*ret_until == BW_TIME_NONE || rows[k].valid_from < *ret_until)
            *ret_until = rows[k].valid_from;
    }
    return h->told_at <= as_of && (*ret_until == BW_TIME_NONE || *ret_until > h->valid_from);
}

bool bw_hours_relaxes(const struct bw_hours *rows, size_t n, const struct bw_hours *change)
{
    const struct bw_world w = { .hours = rows, .n_hours = n };
    bool relaxes = bw_hours_fewer(bw_hours_at(&w, change->carrier, change->station, change->valid_from), change);
    for (size_t k = 0; k < n && !relaxes; k++)
        if (same_desk(&rows[k], change) && rows[k].valid_from > change->valid_from)
            relaxes = bw_hours_fewer(bw_hours_at(&w, change->carrier, change->station, rows[k].valid_from), change);
    return relaxes;
}

/* --- what is owed --- */

bw_time bw_desk_due(const struct bw_world *w, enum bw_owed owed, const char *debtor, const char *station, bw_time now,
                    bw_time wall)
{
    const struct bw_hours *h = bw_station_duty(owed) && wall > now ? bw_hours_at(w, debtor, station, now) : NULL;
    const struct bw_station *at = h ? bw_world_station(w, station) : NULL;
    return at ? bw_hours_due(h, at->zone, now, wall) : wall;
}

bw_time bw_desk_opens(const struct bw_world *w, const struct bw_promise *p, bw_time now)
{
    if (p->why != BW_CLOSE_OPEN || p->due_at <= now || !bw_station_duty(p->owed))
        return BW_TIME_NONE;
    const struct bw_hours *h = bw_hours_at(w, p->debtor, p->station, now);
    const struct bw_station *at = h ? bw_world_station(w, p->station) : NULL;
    bw_time opens = at ? bw_hours_opens(h, at->zone, now) : BW_TIME_NONE;
    /* A promise that was given before the hours were told falls due before it opens: then it waits for no desk. */
    return opens > now && opens < p->due_at ? opens : BW_TIME_NONE;
}
