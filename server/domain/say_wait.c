/* SPDX-License-Identifier: Apache-2.0 */
/* say_wait.c - what the reader has to give before the bag can go on: what, who asked and when, whether the clock rests
 * and since when, and who reminds.  Pure.  Layer: domain.  Threads: any.  Source: CLK-18, CLK-07. */
#include <stdio.h>

#include "bw/domain/waiting.h"
#include "say_int.h"

/* The daily reminder that is owed while desk duties rest; NULL: every clock runs. */
static const struct bw_promise *reminder(const struct bw_page *page)
{
    for (size_t i = 0; i < page->said->n_open; i++) {
        const struct bw_promise *p = &page->said->open[i];
        if (p->why == BW_CLOSE_OPEN && p->owed == BW_OWE_REMIND)
            return p;
    }
    return NULL;
}

void bw_say_wait(const struct bw_page *page)
{
    char key[32];
    struct bw_line l;
    const struct bw_wait *w = &page->bag->wait;
    const struct bw_promise *p = reminder(page);
    if (!w->needs[0] || page->bag->watch_ended)
        return;
    const struct bw_slot asked[] = { BW_SLOT_T("carrier", bw_carrier_name(page->world, w->by)),
                                     BW_SLOT_AT("time", w->asked_at) };
    const struct bw_slot reached[] = { asked[0], BW_SLOT_AT("time", w->reached_at) };
    const struct bw_slot debtor[] = { BW_SLOT_T("carrier", bw_carrier_name(page->world, p ? p->debtor : "")) };
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "waits");
    bw_line_begin(&l, page, map);
    (void)snprintf(key, sizeof key, "wait.need.%s", w->needs);
    bw_line_add(&l, key, asked, BW_LEN(asked));
    if (!w->reached_at)
        bw_line_add(&l, "wait.runs", NULL, 0);
    if (p) {
        bw_line_add(&l, w->by_page ? "wait.page" : "wait.told", reached, BW_LEN(reached));
        bw_line_add(&l, "wait.daily", debtor, BW_LEN(debtor));
    }
    bw_line_end(&l);
    bw_page_when(page, bw_view_add_map(page->arena, map, "asked"), w->asked_at);
    bw_view_add_bool(page->arena, map, "rests", p != NULL);
}
