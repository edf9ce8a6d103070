/* SPDX-License-Identifier: Apache-2.0 */
/* say.c - the customer's page: freshness, the top lines, and the order in which the parts are said.
 * Opens with the owner's apology; another carrier is a fact, never an excuse (CLK-07).
 * Pure.  Layer: domain.  Threads: any.  Source: PAGE-01..03, CLK-07, CLK-08, domain.md 9.5. */
#include <stdio.h>

#include "say_int.h"

/* --- freshness --- */

static bool is_done(const struct bw_bag *bag)
{
    return bag->watch_ended || bag->place == BW_PLACE_DELIVERED || bag->case_state == BW_CASE_CLOSED;
}

static enum bw_freshness worst(const struct bw_promise *open, size_t n_open, bw_time now)
{
    enum bw_freshness f = BW_FRESH;
    for (size_t i = 0; i < n_open; i++) {
        if (open[i].why != BW_CLOSE_OPEN || open[i].owed == BW_OWE_OWNER || open[i].owed == BW_OWE_ASK ||
            bw_promise_untold(&open[i]))
            continue;
        if (open[i].level >= 2)
            return BW_OVERDUE;
        if (open[i].level >= 1 || open[i].due_at <= now)
            f = BW_LATE;
    }
    return f;
}

enum bw_freshness bw_freshness(const struct bw_promise *open, size_t n_open, const struct bw_bag *bag, bw_time now)
{
    enum bw_freshness f = worst(open, n_open, now);
    return f == BW_FRESH && is_done(bag) ? BW_DONE : f;
}

const char *bw_freshness_word(enum bw_freshness f)
{
    static const char *const words[] = {
        [BW_FRESH] = "on-time", [BW_LATE] = "late", [BW_OVERDUE] = "overdue", [BW_DONE] = "done"
    };
    BW_ASSERT((size_t)f < BW_LEN(words));
    return words[f];
}

static void say_freshness(const struct bw_page *page)
{
    char key[40];
    enum bw_freshness f = bw_freshness(page->said->open, page->said->n_open, page->bag, page->now);
    enum bw_freshness of_case = worst(page->said->case_open, page->said->n_case_open, page->now);
    if (of_case != BW_FRESH && (f == BW_DONE || of_case > f))
        f = of_case;
    snprintf(key, sizeof key, "freshness.%s", bw_freshness_word(f));
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "freshness");
    bw_view_add_c(page->arena, map, "word", bw_freshness_word(f));
    bw_view_add_c(page->arena, map, "words", bw_page_text(page, key, NULL, 0));
    bw_view_add_bool(page->arena, map, "on_time", f == BW_FRESH);
    bw_view_add_bool(page->arena, map, "late", f == BW_LATE);
    bw_view_add_bool(page->arena, map, "overdue", f == BW_OVERDUE);
    bw_view_add_bool(page->arena, map, "done", f == BW_DONE);
}

/* --- the top --- */

static void say_raw(const struct bw_page *page)
{
    struct bw_arena *a = page->arena;
    const struct bw_bag *bag = page->bag;
    const char *ref = page->c && page->c->ref[0] ? page->c->ref : bag->case_ref;
    bw_view_add_int(a, page->to, "version", bag->version);
    bw_view_add_int(a, page->to, "case_version", page->c ? page->c->version : 0);
    bw_page_when(page, bw_view_add_map(a, page->to, "now"), page->now);
    if (ref[0])
        bw_view_add_str(a, page->to, "ref", bw_arena_str(a, bw_str_c(ref)));
    if (bag->plate[0])
        bw_view_add_str(a, page->to, "plate", bw_arena_str(a, bw_str_c(bag->plate)));
    struct bw_view *state = bw_view_add_map(a, page->to, "state");
    bw_view_add_c(a, state, "place", bw_place_word(bag->place));
    bw_view_add_c(a, state, "custody", bw_custody_word(bag->custody));
    bw_view_add_c(a, state, "case", bw_case_word(page->c ? page->c->state : bag->case_state));
    struct bw_view *zone = bw_view_add_map(a, page->to, "zone");
    const char *name = page->reader->zone ? bw_zone_name(page->reader->zone) : "UTC";
    const struct bw_slot slots[] = { BW_SLOT_T("zone", name) };
    bw_view_add_str(a, zone, "name", bw_arena_str(a, bw_str_c(name)));
    bw_view_add_c(a, zone, "words", bw_page_text(page, "zone.words", slots, 1));
}

static void say_title(const struct bw_page *page)
{
    const struct bw_slot slots[] = { BW_SLOT_T("station", bw_station_name(page->world, page->bag->last_seen_station)) };
    const char *key = "title.unseen";
    if (is_done(page->bag))
        key = "title.done";
    else if (page->bag->last_seen_station[0])
        key = "title.seen";
    bw_view_add_c(page->arena, page->to, "title", bw_page_text(page, key, slots, 1));
}

static void say_apology(const struct bw_page *page)
{
    const char *owner = bw_page_owner(page), *answers = bw_page_answers(page);
    const struct bw_slot slots[] = { BW_SLOT_T("owner", bw_carrier_name(page->world, owner)),
                                     BW_SLOT_T("debtor", bw_carrier_name(page->world, answers)) };
    const char *key = "apology.open";
    if (!owner[0])
        key = page->bag->watched ? "apology.unowned" : "apology.unreported";
    else if (page->bag->case_state == BW_CASE_LOST)
        key = "apology.not_found";
    else if (is_done(page->bag))
        key = "apology.done";
    else if (strcmp(owner, answers) != 0)
        key = "apology.asks";
    else if (bw_page_untold(page))
        key = "apology.untold";
    bw_line_say(page, bw_view_add_map(page->arena, page->to, "apology"), key, slots, BW_LEN(slots));
    if (owner[0])
        bw_page_party(page, bw_view_add_map(page->arena, page->to, "owner"), owner);
}

static void say_no_news(const struct bw_page *page)
{
    bw_time since = page->bag->last_news_at;
    if (is_done(page->bag))
        return;
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "no_news");
    if (since == BW_TIME_NONE) {
        bw_line_say(page, map, "no_news.never", NULL, 0);
        return;
    }
    const struct bw_slot slots[] = { BW_SLOT_AT("time", since), BW_SLOT_SINCE("age", since) };
    bw_line_say(page, map, "no_news.since", slots, BW_LEN(slots));
    bw_page_when(page, bw_view_add_map(page->arena, map, "since"), since);
}

/* After two confirmations or plans without a new fact, and something past due: since when there was none (CLK-11). */
static void say_no_facts(const struct bw_page *page)
{
    const struct bw_idle *idle = &page->bag->idle;
    const struct bw_case *c = page->c;
    bool stands = bw_idle_stands(idle, page->world, page->now);
    for (size_t k = 0; c && k < c->n_words && !stands; k++)
        stands = bw_idle_words(c->words, c->n_words, c->words[k].carrier, bw_idle_since(idle)) > BW_IDLE_MOST;
    bool late = worst(page->said->open, page->said->n_open, page->now) != BW_FRESH ||
                worst(page->said->case_open, page->said->n_case_open, page->now) != BW_FRESH;
    if (!stands || !late || is_done(page->bag))
        return;
    bw_time since = idle->fact_at ? idle->fact_at : page->bag->watched_from;
    const struct bw_slot slots[] = { BW_SLOT_AT("time", since) };
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "no_facts");
    bw_line_say(page, map, "no_facts.since", slots, 1);
}

void bw_say_words(const struct bw_catalogue *words, struct bw_arena *arena, struct bw_view *to)
{
    static const char prefix[] = "page.";
    struct bw_view *map = bw_view_add_map(arena, to, "words");
    const char *key;
    struct bw_str text;
    for (size_t i = 0; bw_catalogue_at(words, i, &key, &text); i++) {
        if (strncmp(key, prefix, sizeof prefix - 1) != 0 || bw_str_find(text, '{') < text.n)
            continue;
        char *name = bw_arena_printf(arena, "%s", key + sizeof prefix - 1);
        if (!name)
            continue;
        for (char *dot = strchr(name, '.'); dot; dot = strchr(dot, '.'))
            *dot = '_';
        bw_view_add_str(arena, map, name, text);
    }
}

void bw_say_status(const struct bw_bag *bag, const struct bw_case *c, const struct bw_said *said,
                   const struct bw_world *world, const struct bw_reader *reader, bw_time now, struct bw_arena *arena,
                   struct bw_view *to)
{
    const struct bw_page page = { bag, c, said, world, reader, now, arena, to };
    say_raw(&page);
    say_freshness(&page);
    say_title(&page);
    say_apology(&page);
    bw_say_where(&page);
    bw_say_outage(&page);
    bw_say_owed(&page);
    bw_say_asks(&page);
    bw_say_wait(&page);
    say_no_news(&page);
    say_no_facts(&page);
    bw_say_confirmed(&page);
    bw_say_silences(&page);
    bw_say_storm(&page);
    bw_say_plans(&page);
    bw_say_timeline(&page);
}
