/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_date.c - dates without a year, days without a month, times of day with or without a zone letter.
 * Layer: domain.  Threads: any; pure.  Source: domain.md 2.4, TYB-05. */
#include "typeb_int.h"

enum { HALF_YEAR = 183 };

/* Two digits at p[0] and p[1]. */
static bool two(const char *p, unsigned max, unsigned *ret)
{
    if (!bw_is_digit(p[0]) || !bw_is_digit(p[1]))
        return false;
    *ret = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
    return *ret <= max;
}

static unsigned month_of(struct bw_str mmm)
{
    static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    for (unsigned month = 0; month < 12; month++)
        if (bw_str_eq_nocase(mmm, bw_str_n(names + (size_t)month * 3, 3)))
            return month + 1;
    return 0;
}

bw_date bw_tb_date(struct bw_str ddmmm, bw_date near)
{
    unsigned day;
    if (ddmmm.n != 5 || !two(ddmmm.p, 31, &day))
        return BW_DATE_NONE;
    unsigned month = month_of(bw_str_drop(ddmmm, 2));
    int year;
    unsigned near_month, near_day;
    bw_date_to_civil(near, &year, &near_month, &near_day);
    bw_date best = BW_DATE_NONE;
    int32_t best_away = HALF_YEAR + 1;
    for (int candidate = year - 1; candidate <= year + 1; candidate++) {
        if (!bw_date_valid(candidate, month, day))
            continue;
        bw_date date = bw_date_from_civil(candidate, month, day);
        int32_t away = date < near ? near - date : date - near;
        if (away < best_away) {
            best = date;
            best_away = away;
        }
    }
    return best;
}

bool bw_tb_clock(struct bw_str s, bw_time *ret_of_day, bool *ret_utc)
{
    bool utc = false;
    if (s.n == 5 || s.n == 7) {
        char zone = s.p[s.n - 1];
        utc = zone == 'Z' || zone == 'z';
        if (!utc && zone != 'L' && zone != 'l')
            return false;
        s = bw_str_take(s, s.n - 1);
    }
    unsigned hour, minute, second = 0;
    if ((s.n != 4 && s.n != 6) || !two(s.p, 23, &hour) || !two(s.p + 2, 59, &minute))
        return false;
    if (s.n == 6 && !two(s.p + 4, 59, &second))
        return false;
    *ret_of_day = hour * BW_HOUR + minute * BW_MINUTE + second * BW_SECOND;
    *ret_utc = utc;
    return true;
}

bw_time bw_tb_origin_time(struct bw_str ddhhmm, bw_time near)
{
    unsigned day, hour, minute;
    if (ddhhmm.n != 6 || !two(ddhhmm.p, 31, &day) || !two(ddhhmm.p + 2, 23, &hour) || !two(ddhhmm.p + 4, 59, &minute))
        return BW_TIME_NONE;
    int year;
    unsigned month, near_day;
    bw_date_to_civil(bw_date_of(near), &year, &month, &near_day);
    /* From next month backwards; three steps may be spent on months without that day and one on the future. */
    for (int back = -1; back <= 2; back++) {
        int m = (int)month - 1 - back;
        int y = year + (m < 0 ? -1 : m / 12);
        unsigned of_year = (unsigned)((m + 12) % 12) + 1;
        if (!bw_date_valid(y, of_year, day))
            continue;
        bw_time at = bw_date_start(bw_date_from_civil(y, of_year, day)) + hour * BW_HOUR + minute * BW_MINUTE;
        if (at <= near + BW_HOUR)
            return at;
    }
    return BW_TIME_NONE;
}
