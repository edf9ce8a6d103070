/* SPDX-License-Identifier: Apache-2.0 */
/* day.c - days as people write them in a search box. */
#include "bw/domain/lookup.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

/* Number, name of a month, or what stands between. */
static bool take_number(struct bw_str *s, unsigned *ret, size_t *ret_width)
{
    size_t n = 0;
    unsigned v = 0;
    while (n < s->n && n < 4 && bw_is_digit(s->p[n]))
        v = v * 10 + (unsigned)(s->p[n++] - '0');
    if (n == 0 || (n < s->n && bw_is_digit(s->p[n])))
        return false;
    *s = bw_str_drop(*s, n);
    *ret = v;
    *ret_width = n;
    return true;
}

static bool take_month(struct bw_str *s, unsigned *ret)
{
    if (s->n < 3)
        return false;
    const char name[] = { lower(s->p[0]), lower(s->p[1]), lower(s->p[2]), '\0' };
    for (unsigned m = 0; m < 12; m++) {
        if (memcmp(months + 3 * m, name, 3) != 0)
            continue;
        size_t n = 3;
        while (n < s->n && ((lower(s->p[n]) >= 'a' && lower(s->p[n]) <= 'z')))
            n++; /* "november" */
        *s = bw_str_drop(*s, n);
        *ret = m + 1;
        return true;
    }
    return false;
}

static void skip(struct bw_str *s)
{
    while (s->n && memchr(" ./-", s->p[0], 4))
        *s = bw_str_drop(*s, 1);
}

/* The newest such day that is not after tomorrow; 29FEB may be three years back. */
static bool of_no_year(unsigned month, unsigned day, bw_date today, bw_date *ret)
{
    int year;
    unsigned m, d;
    bw_date_to_civil(today + 1, &year, &m, &d);
    for (int back = 0; back < 8; back++) {
        if (!bw_date_valid(year - back, month, day))
            continue;
        *ret = bw_date_from_civil(year - back, month, day);
        if (*ret <= today + 1)
            return true;
    }
    return false;
}

static bool of_no_month(unsigned day, bw_date today, bw_date *ret)
{
    for (bw_date at = today + 1; at > today - 62; at--) {
        int year;
        unsigned m, d;
        bw_date_to_civil(at, &year, &m, &d);
        if (d == day) {
            *ret = at;
            return true;
        }
    }
    return false;
}

static bool is_word(struct bw_str s, const char *word)
{
    return bw_str_eq_nocase(s, bw_str_c(word));
}

bool bw_day_read(struct bw_str s, bw_date today, bw_date *ret)
{
    unsigned day, month, year;
    size_t width;
    if (bw_date_parse(s, ret))
        return true;
    if (is_word(s, "today") || is_word(s, "yesterday")) {
        *ret = today - (is_word(s, "yesterday") ? 1 : 0);
        return true;
    }
    if (!take_number(&s, &day, &width) || width > 2 || day < 1 || day > 31)
        return false;
    if (s.n == 0)
        return of_no_month(day, today, ret);
    skip(&s);
    if (!take_month(&s, &month) && (!take_number(&s, &month, &width) || width > 2 || month < 1 || month > 12))
        return false;
    skip(&s);
    if (s.n == 0)
        return of_no_year(month, day, today, ret);
    if (!take_number(&s, &year, &width) || s.n || (width != 2 && width != 4))
        return false;
    year += width == 2 ? 2000 : 0;
    if (year < 2000 || year > 2200 || !bw_date_valid((int)year, month, day))
        return false;
    *ret = bw_date_from_civil((int)year, month, day);
    return true;
}
