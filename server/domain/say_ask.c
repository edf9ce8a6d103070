/* SPDX-License-Identifier: Apache-2.0 */
/* say_ask.c - stations that were asked: whom, when, by when they answer, who was told where they did not, and what they
 * said.  Pure.  Layer: domain.  Threads: any.  Source: CLK-09, CLK-07. */
#include <stdio.h>

#include "bw/domain/ask.h"
#include "say_int.h"

static const struct bw_promise *promise_of(const struct bw_page *page, const struct bw_ask *ask)
{
    char basis[40];
    bw_ask_basis(ask, basis);
    for (size_t i = 0; i < page->said->n_open; i++) {
        const struct bw_promise *p = &page->said->open[i];
        if (p->owed == BW_OWE_ASK && strcmp(p->basis, basis) == 0)
            return p;
    }
    return NULL;
}

static void say_one(const struct bw_page *page, struct bw_view *list, const struct bw_ask *ask)
{
    struct bw_line l;
    char key[24];
    const struct bw_promise *p = promise_of(page, ask);
    bw_time due = p ? p->due_at : ask->due_at; /* an outage may have put it off */
    const struct bw_slot slots[] = { BW_SLOT_T("by", bw_carrier_name(page->world, ask->by)),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, ask->carrier)),
                                     BW_SLOT_T("station", bw_station_name(page->world, ask->station)),
                                     BW_SLOT_AT("time", ask->asked_at), BW_SLOT_AT("due", due) };
    bw_line_begin(&l, page, bw_view_add_map(page->arena, list, NULL));
    bw_line_add(&l, "asked.question", slots, BW_LEN(slots));
    if (due <= page->now)
        bw_line_add(&l, "asked.past", slots, BW_LEN(slots));
    else
        bw_line_add(&l, ask->moved ? "asked.moved" : "asked.due", slots, BW_LEN(slots));
    for (int level = 1; p && level <= 2 && level <= p->level; level++) {
        (void)snprintf(key, sizeof key, "asked.level.%d", level);
        bw_line_add(&l, key, slots, BW_LEN(slots));
    }
    bw_line_end(&l);
}

/* "Not here" and "sent on", as long as nobody has seen the bag since; "here" is where it is. */
static const struct bw_event *last_answer(const struct bw_page *page)
{
    const struct bw_event *newest = NULL;
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        bool said = ev->code == BW_EV_STATION_ANSWERED && ev->order.t >= page->bag->last_seen_at &&
                    strcmp(ev->data.action, BW_ASK_UNTIL) != 0;
        if (said && (!newest || ev->recorded_at > newest->recorded_at))
            newest = ev;
    }
    return newest;
}

void bw_say_asks(const struct bw_page *page)
{
    struct bw_view *list = bw_view_add_list(page->arena, page->to, "asked");
    if (page->bag->watch_ended)
        return;
    for (size_t i = 0; i < page->bag->n_asks; i++)
        say_one(page, list, &page->bag->asks[i]);
    const struct bw_event *ev = last_answer(page);
    if (!ev)
        return;
    struct bw_line l;
    bw_line_begin(&l, page, bw_view_add_map(page->arena, list, NULL));
    bw_line_add_answer(&l, ev, "answered");
    bw_line_end(&l);
}

void bw_line_add_answer(struct bw_line *l, const struct bw_event *ev, const char *first_key)
{
    char key[64];
    const struct bw_page *page = l->page;
    const struct bw_slot place[] = { BW_SLOT_T("x", bw_page_clean(page, ev->place)) };
    const struct bw_slot searched[] = { BW_SLOT_T("x", bw_page_clean(page, ev->data.searched)) };
    const struct bw_slot slots[] = {
        BW_SLOT_T("carrier", bw_carrier_name(page->world, ev->carrier)),
        BW_SLOT_T("station", bw_station_name(page->world, ev->station)),
        BW_SLOT_T("spot", place[0].text[0] ? bw_page_text(page, "piece.spot", place, 1) : ""),
        BW_SLOT_T("searched", searched[0].text[0] ? bw_page_text(page, "piece.searched", searched, 1) : ""),
        BW_SLOT_T("flight", ev->flight),
        BW_SLOT_T("date", bw_page_date(page, ev->flight_date)),
        BW_SLOT_T("to", bw_station_name(page->world, ev->data.to_station)),
        BW_SLOT_AT("time", ev->recorded_at)
    };
    (void)snprintf(key, sizeof key, "%s.%s", first_key, ev->data.action);
    bw_line_add(l, key, slots, BW_LEN(slots));
}
