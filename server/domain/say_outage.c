/* SPDX-License-Identifier: Apache-2.0 */
/* say_outage.c - that it was us: when our own service could not take updates, and what was put off for it.  Read from
 * the bag's and its file's own logs, so only where something of this case was put off; for a day. Pure.  Layer: domain.
 * Threads: any.  Source: CLK-13, CLK-07. */
#include <string.h>

#include "say_int.h"

#define SAID_FOR BW_DAY

void bw_say_outage(const struct bw_page *page)
{
    const struct bw_event *newest = NULL;
    bw_time due = BW_TIME_NONE;
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        bool ours = ev->code == BW_EV_PROMISE_MOVED && strcmp(ev->data.why, BW_MOVE_OUTAGE) == 0;
        if (ours && (!newest || ev->occurred_at > newest->occurred_at))
            newest = ev;
    }
    if (!newest || page->now - newest->occurred_at >= SAID_FOR || page->bag->watch_ended)
        return;
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        if (ev->code == BW_EV_PROMISE_MOVED && ev->occurred_at == newest->occurred_at && ev->data.due != BW_TIME_NONE)
            due = ev->data.due;
    }
    const struct bw_slot slots[] = { BW_SLOT_AT("from", newest->data.since), BW_SLOT_AT("to", newest->occurred_at),
                                     BW_SLOT_AT("due", due) };
    bw_line_say(page, bw_view_add_map(page->arena, page->to, "outage"),
                due == BW_TIME_NONE ? "outage.ours" : "outage.moved", slots, BW_LEN(slots));
}
