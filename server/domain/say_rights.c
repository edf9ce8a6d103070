/* SPDX-License-Identifier: Apache-2.0 */
/* say_rights.c - the rights box: under which law the journey stands, and the file's dates in words.
 * Pure.  Layer: domain.  Threads: any.  Source: PAGE-05, CLK-10, CLK-07. */
#include <stdio.h>

#include "bw/domain/rights.h"
#include "say_int.h"

/* "12 Dec 2026": the dates of the law lie years ahead. */
static const char *day_text(const struct bw_page *page, bw_date day)
{
    int year;
    unsigned month, of_month;
    char number[12];
    if (day == BW_DATE_NONE)
        return "";
    bw_date_to_civil(day, &year, &month, &of_month);
    snprintf(number, sizeof number, "%d", year);
    const struct bw_slot slots[] = { BW_SLOT_T("date", bw_page_date(page, day)), BW_SLOT_T("year", number) };
    return bw_page_text(page, "rights.day", slots, BW_LEN(slots));
}

static const char *clock_text(const struct bw_page *page, const struct bw_right *d)
{
    char clock[24];
    bw_time there = d->zone ? d->at + bw_zone_offset(d->zone, d->at, NULL) * BW_SECOND : d->at;
    int64_t minutes = (there - bw_date_start(bw_date_of(there))) / BW_MINUTE;
    snprintf(clock, sizeof clock, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
    const struct bw_slot slots[] = { BW_SLOT_T("day", day_text(page, bw_date_of(there))), BW_SLOT_T("clock", clock) };
    return bw_page_text(page, "rights.instant", slots, BW_LEN(slots));
}

/* "Madrid", else that times are UTC. */
static const char *place_text(const struct bw_page *page, const struct bw_right *d)
{
    return d->station[0] ? bw_station_name(page->world, d->station) : "UTC";
}

/* --- the law --- */

static const char *amount_text(const struct bw_page *page, const struct bw_legal_limit *limit)
{
    /* 1519 as "1 519": a space that does not break parts thousands in every language that we speak. */
    const char *text = limit->amount < 1000
                           ? bw_arena_printf(page->arena, "%d", limit->amount)
                           : bw_arena_printf(page->arena, "%d\xc2\xa0%03d", limit->amount / 1000, limit->amount % 1000);
    return text ? text : "";
}

static void say_limit(const struct bw_page *page, struct bw_view *box, const struct bw_rights *r)
{
    if (!r->limit)
        return;
    const char *key = strcmp(r->limit->currency, "XDR") == 0 ? "rights.limit.sdr" : "rights.limit.money";
    const struct bw_slot slots[] = { BW_SLOT_T("amount", amount_text(page, r->limit)),
                                     BW_SLOT_T("currency", r->limit->currency),
                                     BW_SLOT_T("day", day_text(page, r->limit->valid_from)),
                                     BW_SLOT_T("rule", r->limit->rule) };
    struct bw_line line;
    bw_line_begin(&line, page, bw_view_add_map(page->arena, box, "limit"));
    bw_line_add(&line, key, slots, BW_LEN(slots));
    if (!r->limit->reviewer[0])
        bw_line_add(&line, "rights.unreviewed", NULL, 0);
    (void)bw_line_end(&line);
}

static void say_law(const struct bw_page *page, struct bw_view *box, const struct bw_rights *r)
{
    char key[40];
    snprintf(key, sizeof key, "rights.law.%s", r->why);
    const struct bw_slot slots[] = { BW_SLOT_T("from", bw_station_name(page->world, r->from)),
                                     BW_SLOT_T("to", bw_station_name(page->world, r->to)) };
    struct bw_line line;
    bw_line_begin(&line, page, bw_view_add_map(page->arena, box, "law"));
    bw_line_add(&line, key, slots, BW_LEN(slots));
    if (r->regime == BW_REGIME_UNKNOWN)
        bw_line_add(&line, "rights.law.nothing", NULL, 0);
    else if (r->forecast)
        bw_line_add(&line, "rights.law.forecast", NULL, 0);
    if (r->regime == BW_REGIME_UNKNOWN || !r->reviewed)
        bw_line_add(&line, "rights.unreviewed", NULL, 0);
    (void)bw_line_end(&line);
}

/* --- one date --- */

static enum bw_met met(const struct bw_right *d, const char *word)
{
    for (size_t k = 0; k < d->n_conditions; k++)
        if (strcmp(d->conditions[k].word, word) == 0)
            return d->conditions[k].met;
    return BW_NOT_KNOWN;
}

static const char *what_key(const struct bw_right *d, char to[48])
{
    const char *how = "until";
    if (!d->start)
        how = "unstarted";
    else if (d->rule->grant == BW_GRANT_NOT_COME && met(d, "admitted") == BW_MET)
        how = "admitted";
    else if (d->from)
        how = "from";
    snprintf(to, 48, "rights.%s.%s", bw_grant_word(d->rule->grant), how);
    return to;
}

static void say_start(struct bw_line *line, const struct bw_page *page, const struct bw_rights *r,
                      const struct bw_right *d)
{
    char key[48];
    bool of_bag = strcmp(d->start, BW_START_DELIVERED) == 0 || strcmp(d->start, BW_START_READY) == 0;
    const char *suffix = of_bag && !d->said_by[0] ? ".unsaid" : "";
    snprintf(key, sizeof key, "rights.start.%s%s", d->start, suffix);
    const struct bw_slot slots[] = { BW_SLOT_T("day", day_text(page, d->start_day)), BW_SLOT_T("flight", r->flight),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, d->said_by)) };
    bw_line_add(line, key, slots, BW_LEN(slots));
    if (d->uncertain)
        bw_line_add(line, "rights.uncertain", NULL, 0);
}

static void say_conditions(struct bw_line *line, const struct bw_right *d)
{
    char key[48];
    for (size_t k = 0; k < d->n_conditions; k++) {
        snprintf(key, sizeof key, "rights.%s.%s", d->conditions[k].word, bw_met_word(d->conditions[k].met));
        bw_line_add(line, key, NULL, 0);
    }
}

static void say_date(const struct bw_page *page, struct bw_view *list, const struct bw_rights *r,
                     const struct bw_right *d, bool several)
{
    char key[48], number[12], amount[12], iso[BW_TIME_TEXT];
    struct bw_view *map = bw_view_add_map(page->arena, list, NULL);
    struct bw_line line;
    snprintf(number, sizeof number, "%u", d->bag);
    snprintf(amount, sizeof amount, "%d", d->rule->amount);
    const struct bw_slot slots[] = { BW_SLOT_T("n", number),
                                     BW_SLOT_T("amount", amount),
                                     BW_SLOT_T("day", day_text(page, d->last_day)),
                                     BW_SLOT_T("instant", d->at == BW_TIME_NONE ? "" : clock_text(page, d)),
                                     BW_SLOT_T("place", place_text(page, d)),
                                     BW_SLOT_T("rule", d->rule->rule) };
    bw_line_begin(&line, page, bw_view_add_map(page->arena, map, "date"));
    if (several && d->bag)
        bw_line_add(&line, "rights.bag", slots, BW_LEN(slots));
    bw_line_add(&line, what_key(d, key), slots, BW_LEN(slots));
    (void)bw_line_end(&line);
    bw_line_begin(&line, page, bw_view_add_map(page->arena, map, "why"));
    if (d->start)
        say_start(&line, page, r, d);
    say_conditions(&line, d);
    bw_line_add(&line, "rights.rule", slots, BW_LEN(slots));
    if (!d->reviewed)
        bw_line_add(&line, "rights.unreviewed", NULL, 0);
    (void)bw_line_end(&line);
    bw_view_add_c(page->arena, map, "grant", bw_grant_word(d->rule->grant));
    if (d->at != BW_TIME_NONE)
        bw_view_add_str(page->arena, map, "iso", bw_arena_str(page->arena, bw_str_c(bw_time_text(d->at, iso))));
    bw_view_add_bool(page->arena, map, "over", !d->from && d->at != BW_TIME_NONE && page->now > d->at);
}

void bw_say_rights(const struct bw_rights *rights, bool several, const struct bw_world *world,
                   const struct bw_reader *reader, bw_time now, struct bw_arena *arena, struct bw_view *to)
{
    const struct bw_page page = { .world = world, .reader = reader, .now = now, .arena = arena, .to = to };
    struct bw_view *box = bw_view_add_map(arena, to, "rights");
    say_law(&page, box, rights);
    say_limit(&page, box, rights);
    struct bw_view *list = bw_view_add_list(arena, box, "dates");
    for (size_t k = 0; k < rights->n; k++)
        say_date(&page, list, rights, &rights->dates[k], several);
}
