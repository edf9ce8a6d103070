/* SPDX-License-Identifier: Apache-2.0 */
/* tz_rule.c - the POSIX TZ string that stands at the end of a TZif file and rules after its last change.
 * Layer: base.  Threads: any; pure.  Source: RFC 8536 3.3 and 3.3.1, POSIX.1-2017 8.3. */
#include "tz_int.h"

enum { DAY_SECONDS = 86400 };

static bool take_char(struct bw_str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = bw_str_drop(*s, 1);
    return true;
}

static bool take_number(struct bw_str *s, int min, int max, int *ret)
{
    size_t n = 0;
    int64_t value;
    while (n < s->n && bw_is_digit(s->p[n]))
        n++;
    if (n > 4 || !bw_str_to_i64(bw_str_take(*s, n), min, max, &value))
        return false;
    *s = bw_str_drop(*s, n);
    *ret = (int)value;
    return true;
}

static bool is_letter(char c)
{
    return bw_is_alnum(c) && !bw_is_digit(c);
}

static bool is_quoted(char c)
{
    return bw_is_alnum(c) || c == '+' || c == '-';
}

/* "CET" or "<-03>". */
static bool take_name(struct bw_str *s, char *to, size_t size)
{
    bool quoted = take_char(s, '<');
    size_t n = 0;
    while (n < s->n && (quoted ? is_quoted(s->p[n]) : is_letter(s->p[n])))
        n++;
    if (n < 3 || !bw_str_copy(bw_str_take(*s, n), to, size))
        return false;
    *s = bw_str_drop(*s, n);
    return !quoted || take_char(s, '>');
}

/* "[+-]h[h][h][:mm[:ss]]" as seconds. */
static bool take_time(struct bw_str *s, int max_hours, int *ret)
{
    int hours, minutes = 0, seconds = 0;
    int sign = take_char(s, '-') ? -1 : 1;
    if (sign > 0)
        (void)take_char(s, '+');
    if (!take_number(s, 0, max_hours, &hours))
        return false;
    if (take_char(s, ':')) {
        if (!take_number(s, 0, 59, &minutes))
            return false;
        if (take_char(s, ':') && !take_number(s, 0, 59, &seconds))
            return false;
    }
    *ret = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool take_change(struct bw_str *s, struct bw_tz_change *to)
{
    *to = (struct bw_tz_change){ .kind = BW_TZ_ZERO_BASED, .time = 2 * 3600 };
    if (take_char(s, 'M')) {
        to->kind = BW_TZ_WEEKDAY;
        if (!take_number(s, 1, 12, &to->month) || !take_char(s, '.') || !take_number(s, 1, 5, &to->week) ||
            !take_char(s, '.') || !take_number(s, 0, 6, &to->day))
            return false;
    } else if (take_char(s, 'J')) {
        to->kind = BW_TZ_JULIAN;
        if (!take_number(s, 1, 365, &to->day))
            return false;
    } else if (!take_number(s, 0, 365, &to->day))
        return false;
    /* Version 3 allows -167 to 167 hours (RFC 8536 3.3.1); harmless in older files. */
    return !take_char(s, '/') || take_time(s, 167, &to->time);
}

bool bw_tz_rule_parse(struct bw_str text, struct bw_tz_rule *ret)
{
    struct bw_tz_rule rule = { .std_offset = 0 };
    /* POSIX counts west of Greenwich. */
    if (!take_name(&text, rule.std, sizeof(rule.std)) || !take_time(&text, 24, &rule.std_offset))
        return false;
    rule.std_offset = -rule.std_offset;
    rule.dst_offset = rule.std_offset + 3600;
    if (text.n > 0) {
        if (!take_name(&text, rule.dst, sizeof(rule.dst)))
            return false;
        if (text.n > 0 && text.p[0] != ',') {
            if (!take_time(&text, 24, &rule.dst_offset))
                return false;
            rule.dst_offset = -rule.dst_offset;
        }
        if (!take_char(&text, ',') || !take_change(&text, &rule.start) || !take_char(&text, ',') ||
            !take_change(&text, &rule.end))
            return false;
    }
    if (text.n > 0)
        return false;
    *ret = rule;
    return true;
}

/* Local time of a change in a year, in seconds as if local were UTC. */
static int64_t change_at(const struct bw_tz_change *c, int year)
{
    int64_t day = bw_date_from_civil(year, 1, 1);
    switch (c->kind) {
    case BW_TZ_JULIAN: /* 29 February is never counted: day 60 is always 1 March */
        day += c->day - 1 + (c->day >= 60 && bw_date_valid(year, 2, 29));
        break;
    case BW_TZ_ZERO_BASED:
        day += c->day;
        break;
    case BW_TZ_WEEKDAY: {
        int64_t first = bw_date_from_civil(year, (unsigned)c->month, 1);
        int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
        day = first + (c->day - weekday + 7) % 7 + INT64_C(7) * (c->week - 1);
        int year_of;
        unsigned month_of, day_of;
        bw_date_to_civil((bw_date)day, &year_of, &month_of, &day_of);
        if (month_of != (unsigned)c->month)
            day -= 7;
        break;
    }
    }
    return day * DAY_SECONDS + c->time;
}

int bw_tz_rule_offset(const struct bw_tz_rule *rule, int64_t at, const char **ret_abbr)
{
    bool summer = false;
    if (rule->dst[0]) {
        int year;
        unsigned month, day;
        int64_t local = at + rule->std_offset;
        bw_date_to_civil((bw_date)(local / DAY_SECONDS - (local % DAY_SECONDS < 0)), &year, &month, &day);
        int64_t start = change_at(&rule->start, year) - rule->std_offset;
        int64_t end = change_at(&rule->end, year) - rule->dst_offset;
        /* South of the equator summer time runs over the new year. */
        summer = start < end ? at >= start && at < end : at >= start || at < end;
    }
    *ret_abbr = summer ? rule->dst : rule->std;
    return summer ? rule->dst_offset : rule->std_offset;
}
