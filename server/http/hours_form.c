/* SPDX-License-Identifier: Apache-2.0 */
/* hours_form.c - the form of open hours as the JSON body of PUT /v1/policies/hours.  What people write for a day is a
 * list of times from and until; what cannot be read is said with the day or the line that it stands in. */
#include <stdio.h>

#include "hours_int.h"

/* The form on its way into JSON; fault: why it cannot be, in the reader's words. */
struct taking {
    const struct bw_leaf *leaf;
    const struct bw_station *at;
    struct bw_json_out j;
    const char *fault;
};

static bool take_clock(struct bw_str s, char to[8])
{
    int64_t hour, minute;
    size_t colon = bw_str_find(s, ':');
    if (colon >= s.n || !bw_str_to_i64(bw_str_take(s, colon), 0, 24, &hour) || s.n - colon != 3 ||
        !bw_str_to_i64(bw_str_drop(s, colon + 1), 0, 59, &minute) || hour * 60 + minute > 24 * 60)
        return false;
    (void)snprintf(to, 8, "%02d:%02d", (int)hour, (int)minute);
    return true;
}

/* "05:00-12:00", with a dash of either kind. */
static bool take_open(struct bw_str s, char from[8], char until[8])
{
    static const char dash[] = "\xe2\x80\x93";
    for (size_t k = 0; k < s.n; k++) {
        bool is_long = bw_str_starts(bw_str_drop(s, k), bw_str_c(dash));
        if (s.p[k] == '-' || is_long)
            return take_clock(bw_str_trim(bw_str_take(s, k)), from) &&
                   take_clock(bw_str_trim(bw_str_drop(s, k + (is_long ? 3 : 1))), until);
    }
    return false;
}

/* Each interval of a list as an object that begins with the member named. */
static bool put_list(struct taking *t, struct bw_str list, const char *key, struct bw_str value)
{
    while (list.n) {
        char from[8], until[8];
        if (!take_open(bw_str_trim(bw_str_split(&list, ',')), from, until))
            return false;
        bw_jo_begin(&t->j);
        bw_jk_str(&t->j, key, value);
        bw_jk_c(&t->j, "from", from);
        bw_jk_c(&t->j, "until", until);
        bw_jo_end(&t->j);
    }
    return true;
}

static void say_fault(struct taking *t, const char *key, const char *name, struct bw_str value)
{
    const struct bw_arg args[] = { { name, value } };
    if (!t->fault)
        t->fault = bw_leaf_text(t->leaf, key, args, 1);
}

static void put_week(struct taking *t)
{
    size_t days = 0;
    bw_jkey(&t->j, "week");
    bw_ja_begin(&t->j);
    for (unsigned day = 0; day < 7; day++) {
        struct bw_str list = bw_str_trim(bw_request_form(t->leaf->rq, bw_hours_day_keys[day]));
        days += list.n > 0;
        if (!put_list(t, list, "day", bw_str_c(bw_hours_day_keys[day])))
            say_fault(t, "hours.fault.day", "day", bw_str_c(bw_hours_day_name(t->leaf, day)));
    }
    bw_ja_end(&t->j);
    if (!days && !t->fault)
        t->fault = bw_leaf_text(t->leaf, "hours.fault.none", NULL, 0);
}

/* A line each: a date, and the hours it has in its weekday's stead; alone it is closed. */
static void put_dates(struct taking *t)
{
    struct bw_str rest = bw_request_form(t->leaf->rq, "dates");
    bw_jkey(&t->j, "dates");
    bw_ja_begin(&t->j);
    while (rest.n) {
        bw_date date;
        struct bw_str line = bw_str_trim(bw_str_split(&rest, '\n')), list = bw_str_trim(bw_str_drop(line, 10));
        if (!line.n)
            continue;
        if (!bw_date_parse(bw_str_take(line, 10), &date) || !put_list(t, list, "date", bw_str_take(line, 10)))
            say_fault(t, "hours.fault.date", "line", line);
        if (list.n)
            continue;
        bw_jo_begin(&t->j);
        bw_jk_str(&t->j, "date", bw_str_take(line, 10));
        bw_jo_end(&t->j);
    }
    bw_ja_end(&t->j);
}

/* From the first minute of a day of the station's. */
static void put_from(struct taking *t)
{
    bw_date date;
    enum bw_local how;
    struct bw_str from = bw_str_trim(bw_request_form(t->leaf->rq, "from"));
    if (!from.n)
        return;
    if (!bw_date_parse(from, &date)) {
        say_fault(t, "hours.fault.from", "date", from);
        return;
    }
    bw_time local = bw_date_start(date);
    bw_jk_time(&t->j, "from", t->at && t->at->zone ? bw_zone_to_utc(t->at->zone, local, &how) : local);
}

struct bw_str bw_hours_form_body(const struct bw_leaf *leaf, const char *carrier, const char *station,
                                 const char **ret_fault)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_request *rq = leaf->rq;
    struct taking t = { .leaf = leaf, .at = bw_world_station(leaf->world, station) };
    bw_buf_init(&text, 32768);
    bw_json_out_init(&t.j, &text);
    if (!t.at)
        say_fault(&t, "hours.fault.station", "station", bw_str_trim(bw_request_form(rq, "station")));
    bw_jo_begin(&t.j);
    bw_jk_c(&t.j, "carrier", carrier);
    bw_jk_c(&t.j, "station", station);
    if (bw_request_form(rq, "ends").n) {
        bw_jk_bool(&t.j, "ends", true);
    } else {
        put_week(&t);
        put_dates(&t);
    }
    put_from(&t);
    bw_jo_end(&t.j);
    *ret_fault = t.fault;
    return !t.fault && bw_buf_ok(&text) ? bw_arena_str(&rq->arena, bw_buf_view(&text)) : BW_STR_NONE;
}
