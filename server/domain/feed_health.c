/* SPDX-License-Identifier: Apache-2.0 */
/* feed_health.c - minutes with a sign of life by hour of the week, and the arithmetic of silence.  Whole numbers only.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-12. */
#include "bw/domain/feed_health.h"

#define FORM 1
/* Older than this, what was known of a feed is of another time. */
#define FORGET_AFTER (INT64_C(24) * 7 * 10)
#define LOOK_AHEAD (INT64_C(24) * 7 * 6)
/* 1970-01-01 was a Thursday. */
#define FIRST_SLOT 72

void bw_feed_health_init(struct bw_feed_health *f)
{
    *f = (struct bw_feed_health){ .last_at = BW_TIME_NONE };
}

static int64_t offset_of(const char *station, const struct bw_world *world, bw_time at)
{
    return bw_station_offset(world, station, at) * BW_MINUTE;
}

static int64_t hour_of(const char *station, const struct bw_world *world, bw_time at)
{
    return (at + offset_of(station, world, at)) / BW_HOUR;
}

static size_t slot_of(int64_t hour)
{
    return (size_t)((hour + FIRST_SLOT) % BW_FEED_SLOTS);
}

/* One more week of an hour is known. */
static void close_hour(struct bw_feed_health *f, int64_t hour, uint16_t heard)
{
    size_t slot = slot_of(hour);
    if (f->weeks[slot] == BW_FEED_WEEKS_MOST)
        f->minutes[slot] =
            (uint16_t)(f->minutes[slot] - (f->minutes[slot] + BW_FEED_WEEKS_MOST / 2) / BW_FEED_WEEKS_MOST);
    else
        f->weeks[slot]++;
    f->minutes[slot] = (uint16_t)(f->minutes[slot] + heard);
}

static void close_until(struct bw_feed_health *f, int64_t hour, bool cut)
{
    if (hour - f->hour > FORGET_AFTER)
        bw_feed_health_init(f);
    else if (!cut) {
        if (f->whole)
            close_hour(f, f->hour, f->in_hour);
        for (int64_t silent = f->hour + 1; silent < hour; silent++)
            close_hour(f, silent, 0);
    }
    f->whole = !cut && f->last_at != BW_TIME_NONE;
    f->hour = hour;
    f->in_hour = 0;
}

void bw_feed_heard(struct bw_feed_health *f, const char *station, const struct bw_world *world, bw_time at, bool cut)
{
    if (f->last_at != BW_TIME_NONE && at <= f->last_at)
        return;
    bool same_minute = f->last_at != BW_TIME_NONE && at / BW_MINUTE == f->last_at / BW_MINUTE;
    int64_t hour = hour_of(station, world, at);
    /* Where clocks go back the hour comes again: it goes on. */
    if (f->last_at == BW_TIME_NONE || hour > f->hour)
        close_until(f, hour, cut || f->last_at == BW_TIME_NONE);
    else if (cut)
        f->whole = false;
    if (!same_minute)
        f->in_hour++;
    f->last_at = at;
}

static bool known(const struct bw_feed_health *f, size_t slot)
{
    return f->weeks[slot] >= BW_FEED_WEEKS_LEAST && f->minutes[slot] >= BW_FEED_MINUTES_LEAST;
}

int64_t bw_feed_usual_gap(const struct bw_feed_health *f, const char *station, const struct bw_world *world, bw_time at)
{
    size_t slot = slot_of(hour_of(station, world, at));
    return known(f, slot) ? BW_HOUR * f->weeks[slot] / f->minutes[slot] : 0;
}

static bool knows_any(const struct bw_feed_health *f)
{
    for (size_t slot = 0; slot < BW_FEED_SLOTS; slot++)
        if (known(f, slot))
            return true;
    return false;
}

bw_time bw_feed_silent_at(const struct bw_feed_health *f, const char *station, const struct bw_world *world,
                          bw_time from)
{
    bw_time least = from + BW_FEED_LEAST, at = from;
    /* Usual gaps still to go, in hours of a slot in which something comes once a week. */
    int64_t left = BW_FEED_GAPS * BW_HOUR;
    if (!knows_any(f))
        return BW_TIME_NONE;
    for (int64_t n = 0; n < LOOK_AHEAD; n++) {
        int64_t hour = hour_of(station, world, at);
        bw_time next = (hour + 1) * BW_HOUR - offset_of(station, world, at);
        size_t slot = slot_of(hour);
        if (known(f, slot)) {
            int64_t minutes = f->minutes[slot], weeks = f->weeks[slot];
            bw_time needs = (left * weeks + minutes - 1) / minutes;
            if (at + needs <= next)
                return at + needs > least ? at + needs : least;
            left -= (next - at) * minutes / weeks;
        }
        at = next;
    }
    return BW_TIME_NONE;
}

/* --- as bytes --- */

static void put(struct bw_buf *to, uint64_t v, unsigned bytes)
{
    while (bytes-- > 0)
        bw_buf_ch(to, (char)(v >> 8 * bytes & 0xff));
}

static uint64_t get(struct bw_str *from, unsigned bytes)
{
    uint64_t v = 0;
    for (unsigned k = 0; k < bytes; k++)
        v = v << 8 | (unsigned char)from->p[k];
    from->p += bytes;
    from->n -= bytes;
    return v;
}

#define PACKED (1 + 8 + 8 + 2 + 1 + BW_FEED_SLOTS * 3)

void bw_feed_health_pack(const struct bw_feed_health *f, struct bw_buf *to)
{
    put(to, FORM, 1);
    put(to, (uint64_t)f->last_at, 8);
    put(to, (uint64_t)f->hour, 8);
    put(to, f->in_hour, 2);
    put(to, f->whole, 1);
    for (size_t slot = 0; slot < BW_FEED_SLOTS; slot++) {
        put(to, f->minutes[slot], 2);
        put(to, f->weeks[slot], 1);
    }
}

bool bw_feed_health_unpack(struct bw_str bytes, struct bw_feed_health *ret)
{
    if (bytes.n != PACKED || get(&bytes, 1) != FORM)
        return false;
    ret->last_at = (bw_time)get(&bytes, 8);
    ret->hour = (int64_t)get(&bytes, 8);
    ret->in_hour = (uint16_t)get(&bytes, 2);
    ret->whole = get(&bytes, 1) != 0;
    for (size_t slot = 0; slot < BW_FEED_SLOTS; slot++) {
        ret->minutes[slot] = (uint16_t)get(&bytes, 2);
        ret->weeks[slot] = (uint8_t)get(&bytes, 1);
    }
    return true;
}
