/* SPDX-License-Identifier: Apache-2.0 */
/* say_health.c - whose systems are silent where the bag is, and whether the station is disrupted: facts beside what is
 * owed, never an excuse for it.  Pure.  Layer: domain.  Threads: any.  Source: CLK-07, CLK-12, CLK-14. */
#include <stdio.h>

#include "bw/domain/disruption.h"
#include "say_int.h"

/* Who must speak of the bag, or has it, and where. */
struct speaker {
    const char *carrier, *station;
};

static size_t speakers(const struct bw_page *page, struct speaker to[BW_OWED_MAX + 1])
{
    const struct bw_bag *bag = page->bag;
    const char *here = bag->station[0] ? bag->station : bag->last_seen_station;
    size_t n = 0;
    for (size_t i = 0; i < page->said->n_open && n < BW_OWED_MAX; i++) {
        const struct bw_promise *p = &page->said->open[i];
        if (p->why == BW_CLOSE_OPEN && p->owed != BW_OWE_OWNER)
            to[n++] = (struct speaker){ p->debtor, p->station[0] ? p->station : here };
    }
    if (bag->watched && !bag->watch_ended)
        to[n++] = (struct speaker){ bag->custodian, here };
    return n;
}

/* The incident may be told as over a moment after the carrier's own word is on this page. */
static bool heard_since(const struct bw_page *page, const struct bw_silence *silence)
{
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        bool machine = ev->source == BW_SRC_JSON || ev->source == BW_SRC_TYPEB;
        if (machine && ev->recorded_at > silence->since && strcmp(ev->carrier, silence->carrier) == 0 &&
            strcmp(ev->station, silence->station) == 0)
            return true;
    }
    return false;
}

void bw_say_silences(const struct bw_page *page)
{
    struct speaker who[BW_OWED_MAX + 1];
    const struct bw_silence *said[BW_OWED_MAX + 1];
    size_t n_said = 0, n = speakers(page, who);
    struct bw_view *list = bw_view_add_list(page->arena, page->to, "silences");
    for (size_t i = 0; i < n; i++) {
        const struct bw_silence *silence = bw_world_silence(page->world, who[i].carrier, who[i].station);
        bool again = !silence || heard_since(page, silence);
        for (size_t k = 0; k < n_said && !again; k++)
            again = said[k] == silence;
        if (again)
            continue;
        said[n_said++] = silence;
        const struct bw_slot slots[] = { BW_SLOT_T("carrier", bw_carrier_name(page->world, silence->carrier)),
                                         BW_SLOT_T("station", bw_station_name(page->world, silence->station)),
                                         BW_SLOT_AT("time", silence->since) };
        bw_line_say(page, bw_view_add_map(page->arena, list, NULL), "silence.feed", slots, BW_LEN(slots));
    }
}

/* One sentence that names the storm in which what is owed for this bag stands. */
void bw_say_storm(const struct bw_page *page)
{
    char key[32];
    const struct bw_storm *storm = NULL;
    for (size_t i = 0; i < page->said->n_open && !storm; i++)
        if (page->said->open[i].why == BW_CLOSE_OPEN)
            storm = bw_world_storm(page->world, &page->said->open[i], page->now);
    if (!storm)
        return;
    snprintf(key, sizeof key, "cause.%s", storm->cause);
    const struct bw_slot slots[] = { BW_SLOT_T("station", bw_station_name(page->world, storm->station)),
                                     BW_SLOT_T("cause", bw_page_text(page, key, NULL, 0)) };
    bw_line_say(page, bw_view_add_map(page->arena, page->to, "storm"), "storm.here", slots, BW_LEN(slots));
}
