/* SPDX-License-Identifier: Apache-2.0 */
/* desk_hours.c - open hours of desks: read, shown, and told anew. */
#include "bw/app/desk_hours.h"

#include <stdio.h>
#include <stdlib.h>

#include "policies_int.h"

static const char *const day_words[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };
#define MINUTES_A_DAY 1440

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for open hours");
}

/* --- rows --- */

bool bw_desk_hours_of_row(struct bw_rows *rows, size_t row, struct bw_hours *h)
{
    struct bw_array week = bw_rows_array(rows, row, "week"), dates = bw_rows_array(rows, row, "dates");
    struct bw_array minutes = bw_rows_array(rows, row, "date_minutes");
    *h = (struct bw_hours){ .always = bw_rows_null(rows, row, "week"),
                            .valid_from = bw_rows_time(rows, row, "valid_from"),
                            .told_at = bw_rows_time(rows, row, "told_at") };
    while (h->n_week < BW_OPEN_WEEK && bw_array_next(&week)) {
        h->week_day[h->n_week] = (uint8_t)week.i;
        h->week[h->n_week].from = bw_array_next(&week) ? (int16_t)week.i : 0;
        h->week[h->n_week].until = bw_array_next(&week) ? (int16_t)week.i : 0;
        h->n_week++;
    }
    while (h->n_dates < BW_OPEN_DATES && bw_array_next(&dates)) {
        h->date[h->n_dates] = (bw_date)dates.i;
        h->dates[h->n_dates].from = bw_array_next(&minutes) ? (int16_t)minutes.i : 0;
        h->dates[h->n_dates].until = bw_array_next(&minutes) ? (int16_t)minutes.i : 0;
        h->n_dates++;
    }
    return bw_str_copy(bw_rows_text(rows, row, "carrier"), h->carrier, sizeof h->carrier) &&
           bw_str_copy(bw_rows_text(rows, row, "station"), h->station, sizeof h->station);
}

bw_code bw_desk_hours_load(struct bw_pg *pg, struct bw_arena *arena, struct bw_hours **ret, size_t *ret_n,
                           struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_DESK_HOURS_LIST, BW_NO_PARAMS, &rows, err);
    struct bw_hours *to = rc == BW_OK ? BW_NEW_ARRAY(arena, struct bw_hours, rows.n + 1) : NULL;
    size_t n = 0;
    if (rc != BW_OK)
        return rc;
    if (!to)
        return no_memory(err);
    for (size_t k = 0; k < rows.n; k++)
        n += bw_desk_hours_of_row(&rows, k, &to[n]) ? 1 : 0;
    *ret = to;
    *ret_n = n;
    return BW_OK;
}

bw_code bw_desk_hours_write(struct bw_pg *pg, const struct bw_event *ev, const struct bw_hours *h, struct bw_error *err)
{
    int32_t week[3 * BW_OPEN_WEEK], dates[2 * BW_OPEN_DATES];
    for (size_t k = 0; k < h->n_week; k++) {
        week[3 * k] = h->week_day[k];
        week[3 * k + 1] = h->week[k].from;
        week[3 * k + 2] = h->week[k].until;
    }
    for (size_t k = 0; k < h->n_dates; k++) {
        dates[2 * k] = h->dates[k].from;
        dates[2 * k + 1] = h->dates[k].until;
    }
    return bw_pipe_send(pg, BW_STMT_DESK_HOURS_PUT,
                        BW_PARAMS(bw_p_uuid(&ev->uid), bw_p_c(h->carrier), bw_p_c(h->station),
                                  h->always ? bw_p_null(BW_T_I32S) : bw_p_i32s(week, NULL, 3 * (size_t)h->n_week),
                                  bw_p_dates(h->date, h->n_dates), bw_p_i32s(dates, NULL, 2 * (size_t)h->n_dates),
                                  bw_p_time(h->valid_from), bw_p_time(h->told_at), bw_p_c(ev->sender)),
                        err);
}

/* --- JSON --- */

static void put_clock(struct bw_json_out *j, const char *key, int minute)
{
    char text[8];
    int of_day = minute > MINUTES_A_DAY ? minute - MINUTES_A_DAY : minute;
    (void)snprintf(text, sizeof text, "%02u:%02u", (unsigned)of_day / 60 % 100, (unsigned)of_day % 60);
    bw_jk_c(j, key, text);
}

static void put_hours(struct bw_json_out *j, const struct bw_hours *h, bw_time until, const char *state)
{
    bw_jo_begin(j);
    bw_jk_c(j, "carrier", h->carrier);
    bw_jk_c(j, "station", h->station);
    bw_jk_bool(j, "always", h->always);
    bw_jkey(j, "week");
    bw_ja_begin(j);
    for (size_t k = 0; k < h->n_week; k++) {
        bw_jo_begin(j);
        bw_jk_c(j, "day", day_words[h->week_day[k] % 7]);
        put_clock(j, "from", h->week[k].from);
        put_clock(j, "until", h->week[k].until);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jkey(j, "dates");
    bw_ja_begin(j);
    for (size_t k = 0; k < h->n_dates; k++) {
        bw_jo_begin(j);
        bw_jk_date(j, "date", h->date[k]);
        if (h->dates[k].from < h->dates[k].until) {
            put_clock(j, "from", h->dates[k].from);
            put_clock(j, "until", h->dates[k].until);
        }
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jk_i64(j, "weekly_minutes", h->always ? 7 * MINUTES_A_DAY : bw_hours_weekly(h));
    bw_jk_time(j, "valid_from", h->valid_from);
    bw_jk_time(j, "told_at", h->told_at);
    bw_jko_time(j, "valid_until", until);
    bw_jko_c(j, "state", state);
    bw_jo_end(j);
}

void bw_desk_hours_json(const struct bw_hours *h, bw_time until, struct bw_json_out *j)
{
    put_hours(j, h, until, NULL);
}

bw_code bw_desk_hours_book(struct bw_pg *pg, const char *carrier, bw_time now, struct bw_arena *arena,
                           int32_t *ret_version, struct bw_json_out *j, struct bw_error *err)
{
    struct bw_policy_book *book;
    bw_code rc = bw_policy_book_read(pg, carrier, now, arena, &book, err);
    if (rc != BW_OK)
        return rc;
    *ret_version = book->version;
    bw_jo_begin(j);
    bw_jk_c(j, "carrier", carrier);
    bw_jk_i64(j, "version", book->version);
    bw_jk_time(j, "now", now);
    bw_jkey(j, "desks");
    bw_ja_begin(j);
    for (size_t k = 0; k < book->n_hours; k++) {
        bw_time from, until;
        if (strcmp(book->hours[k].carrier, carrier) != 0)
            continue;
        bool reigns = bw_hours_reign(book->hours, book->n_hours, k, now, &from, &until);
        bool past = !reigns || (until != BW_TIME_NONE && until <= now);
        put_hours(j, &book->hours[k], until, past ? "past" : from > now ? "coming" : "in-force");
    }
    bw_ja_end(j);
    bw_jo_end(j);
    return BW_OK;
}

/* --- the wish --- */

struct open_wish {
    int day;
    bw_date date;
    struct bw_str from, until;
};

static bool read_clock(struct bw_str s, int16_t *ret)
{
    int64_t hour, minute;
    if (s.n != 5 || s.p[2] != ':' || !bw_str_to_i64(bw_str_take(s, 2), 0, 24, &hour) ||
        !bw_str_to_i64(bw_str_drop(s, 3), 0, 59, &minute) || hour * 60 + minute > MINUTES_A_DAY)
        return false;
    *ret = (int16_t)(hour * 60 + minute);
    return true;
}

static const char *is_clock(struct bw_str s)
{
    int16_t minute;
    return read_clock(s, &minute) ? NULL : "a time of day is 00:00 to 24:00";
}

static const struct bw_field week_fields[] = {
    { BW_FIELD(struct open_wish, day, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = day_words },
    { BW_FIELD(struct open_wish, from, BW_J_STR), .flags = BW_J_REQUIRED, .max = 5, .check = is_clock },
    { BW_FIELD(struct open_wish, until, BW_J_STR), .flags = BW_J_REQUIRED, .max = 5, .check = is_clock },
    { BW_FIELD_END },
};
static const struct bw_field date_fields[] = {
    { BW_FIELD(struct open_wish, date, BW_J_DATE), .flags = BW_J_REQUIRED },
    { BW_FIELD(struct open_wish, from, BW_J_STR), .max = 5, .check = is_clock },
    { BW_FIELD(struct open_wish, until, BW_J_STR), .max = 5, .check = is_clock },
    { BW_FIELD_END },
};
const struct bw_field bw_desk_hours_fields[] = {
    { BW_FIELD(struct bw_desk_hours_wish, carrier, BW_J_STR), .max = 3, .check = bw_check_carrier },
    { BW_FIELD(struct bw_desk_hours_wish, station, BW_J_STR), .flags = BW_J_REQUIRED, .max = 3,
      .check = bw_check_station },
    { BW_FIELD(struct bw_desk_hours_wish, week, BW_J_OBJECTS), .max = BW_OPEN_WEEK, .sub = week_fields,
      .elem_size = sizeof(struct open_wish) },
    { BW_FIELD(struct bw_desk_hours_wish, dates, BW_J_OBJECTS), .max = BW_OPEN_DATES, .sub = date_fields,
      .elem_size = sizeof(struct open_wish) },
    { BW_FIELD(struct bw_desk_hours_wish, ends, BW_J_BOOL) },
    { BW_FIELD(struct bw_desk_hours_wish, from, BW_J_TIME) },
    { BW_FIELD_END },
};

static int by_day(const void *pa, const void *pb)
{
    const struct open_wish *a = pa, *b = pb;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return bw_str_cmp(a->from, b->from);
}

/* An end that is not behind its beginning lies on the next day. */
static struct bw_open open_of(const struct open_wish *w)
{
    struct bw_open to = { 0, 0 };
    if (!w->from.n || !read_clock(w->from, &to.from) || !read_clock(w->until, &to.until))
        return (struct bw_open){ 0, 0 };
    if (to.until <= to.from)
        to.until = (int16_t)(to.until + MINUTES_A_DAY);
    return to;
}

static bw_code take_wish(const struct bw_desk_hours_wish *w, const char *carrier, bw_time now, struct bw_hours *h,
                         struct bw_error *err)
{
    struct open_wish *week = w->week.v, *dates = w->dates.v;
    *h = (struct bw_hours){ .always = w->ends, .valid_from = w->from.at, .told_at = now };
    bw_str_put(bw_str_c(carrier), h->carrier, sizeof h->carrier);
    bw_str_put(w->station, h->station, sizeof h->station);
    if (w->ends && (w->week.n || w->dates.n))
        return bw_fail(err, BW_E_INVALID_BODY, "/ends", "a desk that is always open has no hours");
    if (!w->ends && !w->week.n)
        return bw_fail(err, BW_E_INVALID_BODY, "/week", "the hours of a week are needed, or ends: true");
    if (w->from.at != BW_TIME_NONE && w->from.at > now + BW_POLICY_AHEAD)
        return bw_fail(err, BW_E_INVALID_BODY, "/from", "is more than a year ahead");
    if (w->week.n)
        qsort(week, w->week.n, sizeof *week, by_day);
    if (w->dates.n)
        qsort(dates, w->dates.n, sizeof *dates, by_day);
    for (size_t k = 0; k < w->week.n; k++) {
        h->week_day[h->n_week] = (uint8_t)week[k].day;
        h->week[h->n_week++] = open_of(&week[k]);
    }
    for (size_t k = 0; k < w->dates.n; k++) {
        if (!dates[k].from.n != !dates[k].until.n)
            return bw_fail(err, BW_E_INVALID_BODY, "/dates", "a date has from and until, or neither: closed");
        h->date[h->n_dates] = dates[k].date;
        h->dates[h->n_dates++] = open_of(&dates[k]);
    }
    return BW_OK;
}

/* --- telling it --- */

static const struct bw_hours *told_before(const struct bw_policy_book *book, const struct bw_hours *h)
{
    const struct bw_hours *last = NULL;
    for (size_t k = 0; k < book->n_hours; k++)
        if (strcmp(book->hours[k].carrier, h->carrier) == 0 && strcmp(book->hours[k].station, h->station) == 0)
            last = &book->hours[k];
    return last;
}

static bw_code judge(struct bw_policy_work *w, struct bw_hours *h, struct bw_error *err)
{
    char text[BW_TIME_TEXT];
    const struct bw_hours *last = told_before(w->book, h);
    bw_time soon = h->told_at + BW_POLICY_SOON, wanted = h->valid_from;
    if (h->always && (!last || last->always))
        return bw_fail(err, BW_E_INVALID_BODY, "/ends", "no hours were told of this desk");
    h->valid_from = wanted == BW_TIME_NONE ? soon : wanted;
    w->verdict.relaxes = bw_hours_relaxes(w->book->hours, w->book->n_hours, h);
    w->verdict.earliest = w->verdict.relaxes ? h->told_at + BW_POLICY_NOTICE : soon;
    if (wanted == BW_TIME_NONE)
        h->valid_from = w->verdict.earliest;
    if (h->valid_from >= w->verdict.earliest)
        return BW_OK;
    return bw_fail(err, BW_E_POLICY, "/from", "%s it is told at the earliest, from %s",
                   w->verdict.relaxes ? "fewer hours hold a day after" : "a change holds a minute after",
                   bw_time_text(w->verdict.earliest, text));
}

bw_code bw_desk_hours_change(struct bw_pg *pg, const struct bw_principal *who, const struct bw_desk_hours_wish *wish,
                             int32_t version, bw_time now, struct bw_arena *arena, struct bw_policy_work **ret,
                             struct bw_error *err)
{
    char carrier[4];
    struct bw_policy_work *w = BW_NEW(arena, struct bw_policy_work);
    struct bw_hours *h = BW_NEW(arena, struct bw_hours);
    if (!w || !h)
        return no_memory(err);
    *w = (struct bw_policy_work){ .hours = h };
    bw_code rc = bw_policy_whose(who, wish->carrier, carrier, err);
    if (rc == BW_OK && !carrier[0])
        rc = bw_fail(err, BW_E_INVALID_BODY, "/carrier", "a desk is a carrier's");
    rc = rc == BW_OK ? take_wish(wish, carrier, now, h, err) : rc;
    rc = rc == BW_OK ? bw_policy_book_at(pg, carrier, version, now, arena, &w->book, err) : rc;
    rc = rc == BW_OK ? judge(w, h, err) : rc;
    w->hours_before = rc == BW_OK ? told_before(w->book, h) : NULL;
    *ret = w;
    return rc == BW_OK ? bw_policy_event(who, now, arena, w, err) : rc;
}
