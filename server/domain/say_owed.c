/* SPDX-License-Identifier: Apache-2.0 */
/* say_owed.c - what comes next, who does it, by when; and when it did not come, what was escalated to whom.
 * Pure.  Layer: domain.  Threads: any.  Source: PAGE-01, PAGE-02, CLK-05, CLK-07, CLK-08, domain.md 9.5. */
#include <stdio.h>

#include "bw/domain/hours.h"
#include "say_int.h"

/* Both groups of open promises as one sequence: place news first. */
static size_t n_promises(const struct bw_page *page)
{
    return page->said->n_open + page->said->n_case_open;
}

static const struct bw_promise *promise_at(const struct bw_page *page, size_t i)
{
    const struct bw_said *said = page->said;
    if (i >= said->n_open)
        return &said->case_open[i - said->n_open];
    /* Of both who owe in a dispute the last proven custodian leads (CLK-08). */
    bool both = said->n_open == 2 && said->open[0].owed == BW_OWE_DISPUTED;
    return &said->open[both && strcmp(said->open[1].debtor, page->bag->custodian) == 0 ? 1 - i : i];
}

/* What one carrier owes another about the file is not the reader's: its owner answers whoever was asked (CASE-03). What
 * a station is asked is said apart (say_ask.c): it is no word to the reader. */
static bool stands(const struct bw_promise *p)
{
    return p->why == BW_CLOSE_OPEN && p->owed != BW_OWE_OWNER && p->owed != BW_OWE_ASK && !bw_promise_untold(p);
}

static bool is_word(const struct bw_promise *p)
{
    return p->owed == BW_OWE_FIRST_RESULT || p->owed == BW_OWE_CASE_STEP;
}

const char *bw_page_owner(const struct bw_page *page)
{
    return page->bag->owner[0] || !page->c ? page->bag->owner : page->c->owner;
}

/* The owner, or who asks it for the reader where it cannot be told (CLK-16); its own name where nobody asks. */
const char *bw_page_answers(const struct bw_page *page)
{
    const char *owner = bw_page_owner(page);
    for (size_t i = n_promises(page); i-- > 0;) {
        const struct bw_promise *p = promise_at(page, i);
        if (p->why == BW_CLOSE_OPEN && owner[0] && strcmp(p->for_carrier, owner) == 0)
            return p->debtor;
    }
    return owner;
}

bool bw_page_untold(const struct bw_page *page)
{
    for (size_t i = 0; i < page->said->n_case_open; i++)
        if (page->said->case_open[i].why == BW_CLOSE_OPEN && bw_promise_untold(&page->said->case_open[i]))
            return true;
    return false;
}

static const char *owner_of(const struct bw_page *page)
{
    return bw_page_answers(page);
}

const char *bw_page_what(const struct bw_page *page, const struct bw_promise *p)
{
    char key[40], flight[sizeof p->basis];
    struct bw_str rest = bw_str_c(p->basis);
    /* A flight's basis is "IB3163/2026-11-21". */
    bw_str_put(bw_str_split(&rest, '/'), flight, sizeof flight);
    snprintf(key, sizeof key, "what.%s", bw_owed_row(p->owed)->word);
    const struct bw_slot slots[] = { BW_SLOT_T("flight", flight),
                                     BW_SLOT_T("giver", bw_carrier_name(page->world, p->handoff_from)),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, p->for_carrier)) };
    return bw_page_text(page, key, slots, BW_LEN(slots));
}

static void say_promise(const struct bw_page *page, struct bw_view *list, const struct bw_promise *p)
{
    bw_time opens = bw_desk_opens(page->world, p, page->now);
    const struct bw_slot slots[] = { BW_SLOT_T("what", bw_page_what(page, p)),
                                     BW_SLOT_T("debtor", bw_carrier_name(page->world, p->debtor)),
                                     BW_SLOT_T("station", bw_station_name(page->world, p->station)),
                                     BW_SLOT_AT("opens", opens), BW_SLOT_AT("time", p->due_at) };
    const char *key = p->due_at > page->now ? "next.open" : "next.past";
    bw_line_say(page, bw_view_add_map(page->arena, list, NULL), opens == BW_TIME_NONE ? key : "next.desk", slots,
                BW_LEN(slots));
}

/* Place news and settlements; where nothing but the next word is owed, that. */
static void say_next(const struct bw_page *page)
{
    struct bw_view *list = bw_view_add_list(page->arena, page->to, "next");
    bool untold = bw_page_untold(page);
    for (int words = 0; words < 2 && list && !list->first; words++) {
        for (size_t i = 0; i < n_promises(page); i++) {
            const struct bw_promise *p = promise_at(page, i);
            if (stands(p) && is_word(p) == (words == 1))
                say_promise(page, list, p);
        }
    }
    if (list && !list->first)
        bw_line_say(page, bw_view_add_map(page->arena, list, NULL), untold ? "next.untold" : "next.none", NULL, 0);
}

/* The earliest due time still ahead; where all have passed, the promise that goes one step higher next. */
static void say_next_word(const struct bw_page *page)
{
    const struct bw_promise *ahead = NULL, *past = NULL;
    for (size_t i = 0; i < n_promises(page); i++) {
        const struct bw_promise *p = promise_at(page, i);
        if (!stands(p))
            continue;
        if (p->due_at > page->now && (!ahead || p->due_at < ahead->due_at))
            ahead = p;
        if (p->due_at <= page->now && (!past || p->next_level_at < past->next_level_at))
            past = p;
    }
    const struct bw_promise *p = ahead ? ahead : past;
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "next_word");
    if (!p) {
        bw_line_say(page, map, "word.none", NULL, 0);
        return;
    }
    const char *key = "word.due";
    if (!ahead)
        key = p->next_level_at != BW_TIME_NONE && p->next_level_at > page->now ? "word.higher" : "word.past";
    const struct bw_slot slots[] = { BW_SLOT_T("debtor", bw_carrier_name(page->world, p->debtor)),
                                     BW_SLOT_AT("time", p->due_at), BW_SLOT_AT("then", p->next_level_at) };
    bw_line_say(page, map, key, slots, BW_LEN(slots));
}

/* Who asks whom for the reader (CLK-16): said once for each that cannot be told. */
static void say_asks(const struct bw_page *page)
{
    const char *said[4];
    size_t n = 0;
    struct bw_view *list = bw_view_add_list(page->arena, page->to, "asks");
    for (size_t i = 0; i < n_promises(page) && n < BW_LEN(said); i++) {
        const struct bw_promise *p = promise_at(page, i);
        bool again = !stands(p) || !p->for_carrier[0];
        for (size_t k = 0; k < n; k++)
            again = again || strcmp(said[k], p->for_carrier) == 0;
        if (again)
            continue;
        said[n++] = p->for_carrier;
        const struct bw_slot slots[] = { BW_SLOT_T("debtor", bw_carrier_name(page->world, p->debtor)),
                                         BW_SLOT_T("carrier", bw_carrier_name(page->world, p->for_carrier)) };
        struct bw_view *map = bw_view_add_map(page->arena, list, NULL);
        bw_line_say(page, map, "names.asks", slots, BW_LEN(slots));
        bw_page_party(page, bw_view_add_map(page->arena, map, "by"), p->debtor);
        bw_page_party(page, bw_view_add_map(page->arena, map, "of"), p->for_carrier);
    }
}

/* Who answers to the reader and who must act, where these are not the same (CLK-08). */
static void say_two_names(const struct bw_page *page)
{
    const char *owner = owner_of(page);
    const struct bw_promise *acting[2];
    size_t n = 0;
    for (size_t i = 0; i < page->said->n_open && n < BW_LEN(acting); i++) {
        const struct bw_promise *p = promise_at(page, i);
        if (stands(p))
            acting[n++] = p;
    }
    bool other = n > 0 && (strcmp(acting[0]->debtor, owner) != 0 || strcmp(acting[n - 1]->debtor, owner) != 0);
    if (!owner[0] || !other)
        return;
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "two_names");
    const struct bw_slot slots[] = { BW_SLOT_T("owner", bw_carrier_name(page->world, owner)),
                                     BW_SLOT_T("debtor", bw_carrier_name(page->world, acting[0]->debtor)),
                                     BW_SLOT_T("second", bw_carrier_name(page->world, acting[n - 1]->debtor)) };
    bw_line_say(page, map, n == 2 ? "names.both" : "names.one", slots, BW_LEN(slots));
    bw_page_party(page, bw_view_add_map(page->arena, map, "answers"), owner);
    struct bw_view *acts = bw_view_add_list(page->arena, map, "acts");
    for (size_t i = 0; i < n; i++)
        bw_page_party(page, bw_view_add_map(page->arena, acts, NULL), acting[i]->debtor);
}

/* --- what was escalated --- */

/* When a level was raised: as recorded, else as it fell due. */
static bw_time raised_at(const struct bw_page *page, const struct bw_promise *p, int level)
{
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        if (ev->code == BW_EV_PROMISE_MISSED && ev->data.level == level &&
            bw_uuid_eq(&ev->data.promise_id, &p->promise_id))
            return ev->recorded_at;
    }
    return bw_level_at(p, level, page->world);
}

static const char *level_key(const char *prefix, int level, bool own, char to[40])
{
    if (level <= 3)
        snprintf(to, 40, "%s.%d%s", prefix, level, level == 3 && own ? "_own" : "");
    else
        snprintf(to, 40, "%s.more", prefix);
    return to;
}

struct raised {
    const struct bw_promise *p;
    int level;
    bw_time at;
};

/* What was raised, and said so far, oldest first. */
struct told {
    struct raised v[32];
    const char *text[32];
    size_t n, n_said;
    bool took_over; /* a colleague of the owner takes over once, whatever else comes to lie there */
};

static void say_level(const struct bw_page *page, struct bw_view *list, struct told *told, const struct raised *r)
{
    char key[40];
    const char *owner = owner_of(page);
    bool own = !owner[0] || strcmp(owner, r->p->debtor) == 0;
    const struct bw_slot slots[] = { BW_SLOT_T("debtor", bw_carrier_name(page->world, r->p->debtor)),
                                     BW_SLOT_T("owner", bw_carrier_name(page->world, owner)),
                                     BW_SLOT_AT("time", r->at) };
    const char *text = bw_page_text(page, level_key("escalated", r->level, own, key), slots, BW_LEN(slots));
    bool again = r->level == 2 && (told->took_over || !owner[0]);
    for (size_t i = 0; i < told->n_said; i++)
        again = again || strcmp(told->text[i], text) == 0;
    if (again)
        return;
    told->took_over = told->took_over || r->level == 2;
    told->text[told->n_said++] = text;
    struct bw_view *map = bw_view_add_map(page->arena, list, NULL);
    bw_line_say(page, map, key, slots, BW_LEN(slots));
    bw_view_add_int(page->arena, map, "level", r->level);
}

/* In the order of their times; of one time as they come. */
static void add_raised(const struct bw_page *page, struct told *told, const struct bw_promise *p, int level)
{
    const struct raised one = { p, level, raised_at(page, p, level) };
    size_t k = told->n;
    if (told->n == BW_LEN(told->v))
        return;
    for (told->n++; k > 0 && told->v[k - 1].at > one.at; k--)
        told->v[k] = told->v[k - 1];
    told->v[k] = one;
}

/* The first three levels, and of the daily ones the newest. */
static void say_escalated(const struct bw_page *page)
{
    struct told told = { .n = 0 };
    struct bw_view *list = bw_view_add_list(page->arena, page->to, "escalated");
    for (size_t i = 0; i < n_promises(page); i++) {
        const struct bw_promise *p = promise_at(page, i);
        for (int level = 1; stands(p) && level <= 3 && level <= p->level; level++)
            add_raised(page, &told, p, level);
        if (stands(p) && p->level > 3)
            add_raised(page, &told, p, p->level);
    }
    for (size_t k = 0; k < told.n; k++)
        say_level(page, list, &told, &told.v[k]);
}

static void say_escalates(const struct bw_page *page)
{
    char key[40];
    const struct bw_promise *next = NULL;
    const char *owner = owner_of(page);
    for (size_t i = 0; i < n_promises(page); i++) {
        const struct bw_promise *p = promise_at(page, i);
        bool due = stands(p) && p->due_at <= page->now && p->next_level_at > page->now && p->level >= 1;
        if (due && (!next || p->next_level_at < next->next_level_at))
            next = p;
    }
    if (!next || !owner[0])
        return;
    const struct bw_slot slots[] = { BW_SLOT_T("debtor", bw_carrier_name(page->world, next->debtor)),
                                     BW_SLOT_T("owner", bw_carrier_name(page->world, owner)),
                                     BW_SLOT_AT("time", next->next_level_at) };
    level_key("escalates", next->level + 1, strcmp(owner, next->debtor) == 0, key);
    bw_line_say(page, bw_view_add_map(page->arena, page->to, "escalates"), key, slots, BW_LEN(slots));
}

static void say_list(const struct bw_page *page)
{
    struct bw_arena *a = page->arena;
    struct bw_view *list = bw_view_add_list(a, page->to, "owed");
    for (size_t i = 0; i < n_promises(page); i++) {
        const struct bw_promise *p = promise_at(page, i);
        if (!stands(p))
            continue;
        const struct bw_owed_row *row = bw_owed_row(p->owed);
        struct bw_view *map = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, map, "owed", row->word);
        bw_view_add_c(a, map, "kind", bw_owed_kind_word(row->kind));
        bw_page_party(page, bw_view_add_map(a, map, "debtor"), p->debtor);
        if (p->for_carrier[0])
            bw_page_party(page, bw_view_add_map(a, map, "for"), p->for_carrier);
        bw_page_when(page, bw_view_add_map(a, map, "due"), p->due_at);
        bw_view_add_int(a, map, "level", p->level);
        bw_view_add_bool(a, map, "late", p->due_at <= page->now);
    }
}

void bw_say_owed(const struct bw_page *page)
{
    say_next(page);
    say_next_word(page);
    say_two_names(page);
    say_asks(page);
    say_escalated(page);
    say_escalates(page);
    say_list(page);
}
