/* SPDX-License-Identifier: Apache-2.0 */
/* hours_words.c - open hours of a desk in words: days with the same hours are one line. */
#include "hours_int.h"

#include <stdio.h>

#define MINUTES_A_DAY 1440
#define TEXT_MOST ((size_t)16 * 1024)

const char *const bw_hours_day_keys[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static const char *kept(const struct bw_leaf *leaf, const struct bw_buf *b)
{
    struct bw_str s = bw_arena_str(&leaf->rq->arena, bw_buf_view(b));
    return s.p ? s.p : "";
}

const char *bw_hours_day_name(const struct bw_leaf *leaf, unsigned day)
{
    char key[24];
    (void)snprintf(key, sizeof key, "hours.day.%s", bw_hours_day_keys[day % 7]);
    return bw_leaf_text(leaf, key, NULL, 0);
}

/* "05:00–12:00"; what ends behind midnight is named by its time of day. */
static void put_open(struct bw_buf *b, struct bw_open open, const char *dash)
{
    int until = open.until > MINUTES_A_DAY ? open.until - MINUTES_A_DAY : open.until;
    bw_buf_printf(b, "%02d:%02d%s%02d:%02d", open.from / 60, open.from % 60, dash, until / 60, until % 60);
}

static void put_day(struct bw_buf *b, const struct bw_hours *h, unsigned day, const char *dash)
{
    unsigned n = 0;
    for (unsigned k = 0; k < h->n_week; k++) {
        if (h->week_day[k] % 7 != day)
            continue;
        bw_buf_printf(b, "%s", n++ ? ", " : "");
        put_open(b, h->week[k], dash);
    }
}

/* The dates from row k on that are one date. */
static unsigned put_date(struct bw_buf *b, const struct bw_hours *h, unsigned k, const char *dash)
{
    unsigned n = 0;
    bw_date date = h->date[k];
    for (; k < h->n_dates && h->date[k] == date; k++) {
        if (h->dates[k].from >= h->dates[k].until)
            continue;
        bw_buf_printf(b, "%s", n++ ? ", " : "");
        put_open(b, h->dates[k], dash);
    }
    return k;
}

const char *bw_hours_day_text(const struct bw_leaf *leaf, const struct bw_hours *h, unsigned day)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    bw_buf_init(&b, 512);
    put_day(&b, h, day, "-");
    return kept(leaf, &b);
}

const char *bw_hours_dates_text(const struct bw_leaf *leaf, const struct bw_hours *h)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    char text[BW_DATE_TEXT];
    bw_buf_init(&b, TEXT_MOST);
    for (unsigned k = 0; k < h->n_dates;) {
        bw_buf_printf(&b, "%s%s ", k ? "\n" : "", bw_date_text(h->date[k], text));
        k = put_date(&b, h, k, "-");
    }
    return kept(leaf, &b);
}

/* --- in words --- */

static const char *times(const struct bw_leaf *leaf, const struct bw_buf *b)
{
    return bw_buf_view(b).n ? kept(leaf, b) : bw_leaf_text(leaf, "hours.closed", NULL, 0);
}

static const char *line(const struct bw_leaf *leaf, const char *days, const char *open)
{
    const struct bw_arg args[] = { { "days", bw_str_c(days) }, { "times", bw_str_c(open) } };
    return bw_leaf_text(leaf, "hours.line", args, BW_LEN(args));
}

/* The days from one on that have the same hours as it; *ret_next is the first that has not. */
static const char *run_of(const struct bw_leaf *leaf, const struct bw_hours *h, unsigned day, unsigned *ret_next)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    bw_buf_init(&b, 512);
    put_day(&b, h, day, "–");
    const char *open = times(leaf, &b), *own = bw_hours_day_text(leaf, h, day);
    unsigned last = day;
    while (last < 6 && strcmp(bw_hours_day_text(leaf, h, last + 1), own) == 0)
        last++;
    *ret_next = last + 1;
    if (last == day)
        return line(leaf, bw_hours_day_name(leaf, day), open);
    const struct bw_arg args[] = { { "first", bw_str_c(bw_hours_day_name(leaf, day)) },
                                   { "last", bw_str_c(bw_hours_day_name(leaf, last)) } };
    return line(leaf, bw_leaf_text(leaf, "hours.days", args, BW_LEN(args)), open);
}

static const char *date_line(const struct bw_leaf *leaf, const struct bw_hours *h, unsigned k, unsigned *ret_next)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    char text[BW_DATE_TEXT];
    bw_buf_init(&b, 512);
    *ret_next = put_date(&b, h, k, "–");
    return line(leaf, bw_date_text(h->date[k], text), times(leaf, &b));
}

/* Calls for every line; one where it is always open. */
static void each(const struct bw_leaf *leaf, const struct bw_hours *h, void (*say)(void *, const char *), void *ctx)
{
    if (!h || h->always) {
        say(ctx, bw_leaf_text(leaf, "hours.always", NULL, 0));
        return;
    }
    for (unsigned day = 0; day < 7;)
        say(ctx, run_of(leaf, h, day, &day));
    for (unsigned k = 0; k < h->n_dates;)
        say(ctx, date_line(leaf, h, k, &k));
}

struct listing {
    struct bw_arena *arena;
    struct bw_view *list;
};

static void add_line(void *ctx, const char *text)
{
    const struct listing *to = ctx;
    bw_view_add_c(to->arena, bw_view_add_map(to->arena, to->list, NULL), "text", text);
}

void bw_hours_lines(const struct bw_leaf *leaf, struct bw_view *to, const char *key, const struct bw_hours *h_or_null)
{
    struct listing lines = { &leaf->rq->arena, bw_view_add_list(&leaf->rq->arena, to, key) };
    each(leaf, h_or_null, add_line, &lines);
}

struct joining {
    struct bw_buf text;
    const char *joint;
};

static void join_line(void *ctx, const char *text)
{
    struct joining *to = ctx;
    bw_buf_printf(&to->text, "%s%s", bw_buf_view(&to->text).n ? to->joint : "", text);
}

const char *bw_hours_words(const struct bw_leaf *leaf, const struct bw_hours *h_or_null)
{
    struct joining to = { .joint = bw_leaf_text(leaf, "hours.joint", NULL, 0) };
    bw_buf_init(&to.text, TEXT_MOST);
    each(leaf, h_or_null, join_line, &to);
    const char *text = kept(leaf, &to.text);
    bw_buf_done(&to.text);
    return text;
}
