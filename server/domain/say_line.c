/* SPDX-License-Identifier: Apache-2.0 */
/* say_line.c - sentences with marked times, local times and lengths of time, and the small shapes of the view.
 * Pure.  Layer: domain.  Threads: any.  Source: PAGE-02, PAGE-03, server/web/templates/README.md. */
#include <inttypes.h>
#include <stdio.h>

#include "bw/base/fold.h"
#include "say_int.h"

#define LINE_MAX 4096

/* --- times in words --- */

static struct bw_arg number(const char *name, char to[24], int64_t v, int digits)
{
    int n = snprintf(to, 24, "%0*" PRId64, digits, v);
    return (struct bw_arg){ name, bw_str_n(to, (size_t)n) };
}

static void say_date(const struct bw_catalogue *words, bw_date date, struct bw_buf *to)
{
    char day_text[24], month_key[16];
    int year;
    unsigned month, day;
    bw_date_to_civil(date, &year, &month, &day);
    snprintf(month_key, sizeof month_key, "month.%u", month);
    const struct bw_arg args[] = { number("day", day_text, day, 1), { "month", bw_catalogue_text(words, month_key) } };
    bw_say(words, day == 1 ? "time.first" : "time.date", args, BW_LEN(args), to);
}

static bw_time local_reading(const struct bw_zone *zone, bw_time at)
{
    return zone ? at + (int64_t)bw_zone_offset(zone, at, NULL) * BW_SECOND : at;
}

static const char *clock_text(bw_time local, char to[24])
{
    int64_t minutes = (local - bw_date_start(bw_date_of(local))) / BW_MINUTE;
    snprintf(to, 24, "%02" PRId64 ":%02" PRId64, minutes / 60, minutes % 60);
    return to;
}

void bw_say_time(const struct bw_reader *reader, bw_time at, struct bw_buf *to)
{
    char clock[24];
    BW_CLEANUP(bw_buf_done) struct bw_buf date;
    bw_time local = local_reading(reader->zone, at);
    bw_buf_init(&date, LINE_MAX);
    say_date(reader->words, bw_date_of(local), &date);
    const struct bw_arg args[] = { { "date", bw_buf_view(&date) }, { "clock", bw_str_c(clock_text(local, clock)) } };
    bw_say(reader->words, "time.at", args, BW_LEN(args), to);
}

void bw_say_span(const struct bw_reader *reader, int64_t us, struct bw_buf *to)
{
    char a[24], b[24];
    int64_t minutes = (us < 0 ? 0 : us) / BW_MINUTE; /* whole minutes that have passed */
    int64_t days = minutes / (BW_DAY / BW_MINUTE), hours = minutes / 60 % 24;
    const char *key = "span.minutes";
    struct bw_arg args[] = { number("m", a, minutes % 60, 1), number("h", b, hours, 1) };
    if (minutes == 0) {
        key = "span.none";
    } else if (days > 0) {
        key = hours ? "span.days_hours" : "span.days";
        args[0] = number("d", a, days, 1);
    } else if (hours > 0) {
        key = minutes % 60 ? "span.hours_minutes" : "span.hours";
    }
    bw_say(reader->words, key, args, BW_LEN(args), to);
}

/* --- sentences --- */

void bw_line_begin(struct bw_line *l, const struct bw_page *page, struct bw_view *map)
{
    *l = (struct bw_line){ .page = page, .map = map };
    bw_buf_init(&l->text, LINE_MAX);
    bw_buf_init(&l->plain, LINE_MAX);
    l->runs = bw_view_add_list(page->arena, map, "runs");
}

static void add_run(struct bw_line *l, struct bw_str text, enum bw_slot_kind kind, bw_time at)
{
    struct bw_arena *a = l->page->arena;
    if (text.n == 0)
        return;
    struct bw_view *run = bw_view_add_map(a, l->runs, NULL);
    bw_view_add_str(a, run, "text", bw_arena_str(a, text));
    bw_view_add_bool(a, run, "time", kind == BW_SLOT_TIME);
    bw_view_add_bool(a, run, "age", kind == BW_SLOT_AGE);
    if (kind != BW_SLOT_TEXT) {
        char iso[BW_TIME_TEXT];
        bw_view_add_str(a, run, "iso", bw_arena_str(a, bw_str_c(bw_time_text(at, iso))));
    }
}

static void flush_plain(struct bw_line *l)
{
    add_run(l, bw_buf_view(&l->plain), BW_SLOT_TEXT, BW_TIME_NONE);
    bw_buf_clear(&l->plain);
}

static void add_plain(struct bw_line *l, struct bw_str text)
{
    bw_buf_str(&l->plain, text);
    bw_buf_str(&l->text, text);
}

static void add_slot(struct bw_line *l, const struct bw_slot *slot)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf said;
    bw_buf_init(&said, LINE_MAX);
    if (slot->kind == BW_SLOT_TEXT) {
        bw_say_foreign(l->page->reader->words, bw_str_c(slot->text), &said);
        add_plain(l, bw_buf_view(&said));
        return;
    }
    flush_plain(l);
    if (slot->kind == BW_SLOT_TIME)
        bw_say_time(l->page->reader, slot->at, &said);
    else
        bw_say_span(l->page->reader, l->page->now - slot->at, &said);
    add_run(l, bw_buf_view(&said), slot->kind, slot->at);
    bw_buf_str(&l->text, bw_buf_view(&said));
}

void bw_line_add(struct bw_line *l, const char *key, const struct bw_slot *slots, size_t n)
{
    struct bw_str rest = bw_catalogue_text(l->page->reader->words, key);
    struct bw_str plain, name;
    if (l->text.n > 0)
        add_plain(l, BW_STR(" "));
    while (bw_say_piece(&rest, &plain, &name)) {
        add_plain(l, plain);
        for (size_t i = 0; i < n; i++) {
            if (bw_str_eq_c(name, slots[i].name))
                add_slot(l, &slots[i]);
        }
    }
}

const char *bw_line_end(struct bw_line *l)
{
    struct bw_arena *a = l->page->arena;
    flush_plain(l);
    struct bw_str text = bw_arena_str(a, bw_buf_view(&l->text));
    bw_view_add_str(a, l->map, "text", text);
    bw_buf_done(&l->text);
    bw_buf_done(&l->plain);
    return text.p ? text.p : "";
}

const char *bw_line_say(const struct bw_page *page, struct bw_view *map, const char *key, const struct bw_slot *slots,
                        size_t n)
{
    struct bw_line l;
    bw_line_begin(&l, page, map);
    bw_line_add(&l, key, slots, n);
    return bw_line_end(&l);
}

const char *bw_page_text(const struct bw_page *page, const char *key, const struct bw_slot *slots, size_t n)
{
    /* Into a map that nobody sees. */
    return bw_line_say(page, bw_view_map(page->arena), key, slots, n);
}

/* --- small shapes --- */

void bw_page_when(const struct bw_page *page, struct bw_view *map, bw_time at)
{
    char iso[BW_TIME_TEXT];
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, LINE_MAX);
    bw_say_time(page->reader, at, &text);
    bw_view_add_str(page->arena, map, "iso", bw_arena_str(page->arena, bw_str_c(bw_time_text(at, iso))));
    bw_view_add_str(page->arena, map, "text", bw_arena_str(page->arena, bw_buf_view(&text)));
}

static void add_named(const struct bw_page *page, struct bw_view *map, const char *code, const char *name)
{
    bw_view_add_str(page->arena, map, "code", bw_arena_str(page->arena, bw_str_c(code)));
    bw_view_add_str(page->arena, map, "name", bw_arena_str(page->arena, bw_str_c(name)));
}

void bw_page_party(const struct bw_page *page, struct bw_view *map, const char *carrier)
{
    add_named(page, map, carrier, bw_carrier_name(page->world, carrier));
}

void bw_page_station(const struct bw_page *page, struct bw_view *map, const char *station)
{
    add_named(page, map, station, bw_station_name(page->world, station));
}

const char *bw_page_date(const struct bw_page *page, bw_date date)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, LINE_MAX);
    if (date != BW_DATE_NONE)
        say_date(page->reader->words, date, &text);
    struct bw_str kept = bw_arena_str(page->arena, bw_buf_view(&text));
    return kept.p ? kept.p : "";
}

const char *bw_page_name(const struct bw_page *page, const char *code)
{
    return bw_world_station(page->world, code) ? bw_station_name(page->world, code)
                                               : bw_carrier_name(page->world, code);
}

static bool holds(struct bw_str text, struct bw_str part)
{
    for (size_t i = 0; part.n > 0 && i + part.n <= text.n; i++)
        if (memcmp(text.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

/* Compared without case, marks and punctuation; the words of every language, for a carrier's text is not translated. */
const char *bw_page_clean(const struct bw_page *page, const char *text)
{
    char folded[LINE_MAX];
    struct bw_str never = bw_catalogue_never(page->reader->words);
    struct bw_str all = bw_str_n(folded, bw_fold(bw_str_c(text), folded, sizeof folded));
    while (never.p)
        if (holds(all, bw_str_split(&never, '|')))
            return "";
    return text;
}
