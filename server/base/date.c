/* SPDX-License-Identifier: Apache-2.0 */
/* date.c - civil dates and RFC 3339 text.
 * Day counting after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years start in March, so that
 * the leap day is the last of its year.  Layer: base.  Threads: any; pure.  Source: RFC 3339 5.6, design.md 5. */
#include "bw/base/clock.h"

enum { DAYS_PER_ERA = 146097, EPOCH_SHIFT = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

bw_date bw_date_from_civil(int year, unsigned month, unsigned day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (int64_t)((month + 9) % 12) + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (bw_date)(era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT);
}

void bw_date_to_civil(bw_date date, int *year, unsigned *month, unsigned *day)
{
    int64_t days = (int64_t)date + EPOCH_SHIFT;
    int64_t era = floor_div(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    *day = (unsigned)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

bool bw_date_valid(int year, unsigned month, unsigned day)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

bw_date bw_date_of(bw_time at)
{
    return (bw_date)floor_div(at, BW_DAY);
}

bw_time bw_date_start(bw_date date)
{
    return (bw_time)date * BW_DAY;
}

/* Exactly `width` digits at the front of *s, within [min, max]. */
static bool digits(struct bw_str *s, size_t width, uint64_t min, uint64_t max, unsigned *ret)
{
    uint64_t value;
    if (s->n < width || !bw_str_to_u64(bw_str_take(*s, width), min, max, &value))
        return false;
    *s = bw_str_drop(*s, width);
    *ret = (unsigned)value;
    return true;
}

static bool mark(struct bw_str *s, char upper, char lower)
{
    if (s->n == 0 || (s->p[0] != upper && s->p[0] != lower))
        return false;
    *s = bw_str_drop(*s, 1);
    return true;
}

static bool read_date(struct bw_str *s, unsigned first_year, bw_date *ret)
{
    unsigned year, month, day;
    if (!digits(s, 4, first_year, 9999, &year) || !mark(s, '-', '-') || !digits(s, 2, 1, 12, &month) ||
        !mark(s, '-', '-') || !digits(s, 2, 1, 31, &day) || !bw_date_valid((int)year, month, day))
        return false;
    *ret = bw_date_from_civil((int)year, month, day);
    return true;
}

bool bw_date_parse(struct bw_str s, bw_date *ret)
{
    bw_date date;
    if (!read_date(&s, 1, &date) || s.n != 0)
        return false;
    *ret = date;
    return true;
}

/* "HH:MM:SS" and at most six digits of a fraction, as microseconds of the day. */
static bool read_clock(struct bw_str *s, int64_t *ret)
{
    unsigned hour, minute, second, us = 0;
    if (!digits(s, 2, 0, 23, &hour) || !mark(s, ':', ':') || !digits(s, 2, 0, 59, &minute) || !mark(s, ':', ':') ||
        !digits(s, 2, 0, 59, &second))
        return false;
    if (mark(s, '.', '.')) {
        size_t width = 0;
        while (width < s->n && bw_is_digit(s->p[width]))
            width++;
        if (width > 6 || !digits(s, width, 0, 999999, &us))
            return false;
        for (; width < 6; width++)
            us *= 10;
    }
    *ret = hour * BW_HOUR + minute * BW_MINUTE + second * BW_SECOND + us;
    return true;
}

/* "Z" or "+HH:MM" to minutes east; "-00:00" is UTC of unknown place (RFC 3339 4.3). */
static bool read_offset(struct bw_str *s, int *ret)
{
    unsigned hours, minutes;
    if (mark(s, 'Z', 'z')) {
        *ret = 0;
        return true;
    }
    int sign = mark(s, '-', '-') ? -1 : 1;
    if (sign > 0 && !mark(s, '+', '+'))
        return false;
    if (!digits(s, 2, 0, 23, &hours) || !mark(s, ':', ':') || !digits(s, 2, 0, 59, &minutes))
        return false;
    *ret = sign * (int)(hours * 60 + minutes);
    return true;
}

bool bw_time_parse(struct bw_str s, bw_time *ret, int *ret_offset_min)
{
    bw_date date;
    int64_t of_day;
    int offset;
    if (!read_date(&s, 1970, &date) || !mark(&s, 'T', 't') || !read_clock(&s, &of_day) || !read_offset(&s, &offset) ||
        s.n != 0)
        return false;
    bw_time at = bw_date_start(date) + of_day - offset * BW_MINUTE;
    /* The offset may push the first and the last day out of the years we can print. */
    if (at < 0 || at >= bw_date_start(bw_date_from_civil(10000, 1, 1)))
        return false;
    *ret = at;
    if (ret_offset_min)
        *ret_offset_min = offset;
    return true;
}

static char *put(char *to, unsigned value, unsigned width)
{
    for (unsigned at = width; at > 0; at--) {
        to[at - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + width;
}

static char *put_date(char *to, bw_date date)
{
    int year;
    unsigned month, day;
    bw_date_to_civil(date, &year, &month, &day);
    to = put(to, (unsigned)year, 4);
    *to++ = '-';
    to = put(to, month, 2);
    *to++ = '-';
    return put(to, day, 2);
}

const char *bw_date_text(bw_date date, char to[BW_DATE_TEXT])
{
    bw_date first = bw_date_from_civil(0, 1, 1), last = bw_date_from_civil(9999, 12, 31);
    *put_date(to, date < first ? first : date > last ? last : date) = '\0';
    return to;
}

const char *bw_time_text(bw_time at, char to[BW_TIME_TEXT])
{
    char *end = to + strlen(bw_time_text_at(at, 0, to));
    end[-6] = 'Z';
    end[-5] = '\0';
    return to;
}

const char *bw_time_text_at(bw_time at, int offset_min, char to[BW_TIME_TEXT])
{
    BW_ASSERT(offset_min > -24 * 60 && offset_min < 24 * 60);
    bw_time first = bw_date_start(bw_date_from_civil(0, 1, 1)) + BW_DAY;
    bw_time last = bw_date_start(bw_date_from_civil(10000, 1, 1)) - 1;
    if (at < first)
        at = first;
    bw_time local = at > last - offset_min * BW_MINUTE ? last : at + offset_min * BW_MINUTE;
    bw_date date = bw_date_of(local);
    unsigned second = (unsigned)((local - bw_date_start(date)) / BW_SECOND);
    unsigned us = (unsigned)((local - bw_date_start(date)) % BW_SECOND);
    unsigned east = (unsigned)(offset_min < 0 ? -offset_min : offset_min);
    char *p = put_date(to, date);
    *p++ = 'T';
    p = put(p, second / 3600, 2);
    *p++ = ':';
    p = put(p, second / 60 % 60, 2);
    *p++ = ':';
    p = put(p, second % 60, 2);
    if (us) {
        *p++ = '.';
        p = us % 1000 ? put(p, us, 6) : put(p, us / 1000, 3);
    }
    *p++ = offset_min < 0 ? '-' : '+';
    p = put(p, east / 60, 2);
    *p++ = ':';
    *put(p, east % 60, 2) = '\0';
    return to;
}
