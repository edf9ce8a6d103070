/* SPDX-License-Identifier: Apache-2.0 */
/* say_where.c - where the bag is or was last seen, who has it, where it is meant to go.
 * Only a sighting says where; a plan always says whose plan it is (CLK-07).
 * Pure.  Layer: domain.  Threads: any.  Source: PAGE-01, domain.md 9.5. */
#include <stdio.h>

#include "bw/domain/case_step.h"
#include "say_int.h"

/* The clock at the place of the bag, where it differs from the reader's. */
static const char *local_there(const struct bw_page *page, const char *station, bw_time at)
{
    char clock[24];
    const struct bw_station *s = bw_world_station(page->world, station);
    if (!s || !s->zone)
        return "";
    int there = bw_zone_offset(s->zone, at, NULL);
    int here = page->reader->zone ? bw_zone_offset(page->reader->zone, at, NULL) : 0;
    if (there == here)
        return "";
    bw_time local = at + there * BW_SECOND;
    int64_t minutes = (local - bw_date_start(bw_date_of(local))) / BW_MINUTE;
    snprintf(clock, sizeof clock, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
    const struct bw_slot slots[] = { BW_SLOT_T("clock", clock) };
    return bw_page_text(page, "piece.local", slots, 1);
}

static const char *where_key(const struct bw_bag *bag)
{
    static const char *const by_place[BW_PLACE_MAX] = {
        [BW_PLACE_NONE] = "where.seen",
        [BW_PLACE_EXPECTED] = "where.seen",
        [BW_PLACE_AT] = "where.seen",
        [BW_PLACE_LOADED] = "where.loaded",
        [BW_PLACE_HELD] = "where.held",
        [BW_PLACE_AT_DESTINATION] = "where.arrived",
        [BW_PLACE_ON_BELT] = "where.belt",
        [BW_PLACE_WITH_COURIER] = "where.courier",
        [BW_PLACE_DELIVERED] = "where.delivered",
    };
    if (bag->last_seen_at == BW_TIME_NONE)
        return bag->place == BW_PLACE_EXPECTED && bag->station[0] ? "where.expected" : "where.unseen";
    if (bag->place == BW_PLACE_DELIVERED || bag->place == BW_PLACE_WITH_COURIER)
        return by_place[bag->place];
    if (!bag->last_seen_station[0])
        return "where.seen_somewhere";
    if (bag->place == BW_PLACE_AT && bag->last_seen_code == BW_EV_ON_HAND)
        return "where.store";
    if (bag->place == BW_PLACE_LOADED && !bag->flight[0])
        return "where.seen";
    return by_place[bag->place];
}

static void say_custody(struct bw_line *l, const struct bw_page *page)
{
    const struct bw_bag *bag = page->bag;
    const struct bw_slot slots[] = { BW_SLOT_T("carrier", bw_carrier_name(page->world, bag->custodian)),
                                     BW_SLOT_T("receiver", bw_carrier_name(page->world, bag->receiver)) };
    if (bag->custody == BW_CUSTODY_HELD && bag->custodian[0] && strcmp(bag->custodian, bag->last_seen_carrier) != 0)
        bw_line_add(l, "custody.held", slots, 1);
    if (!bag->custodian[0] || !bag->receiver[0])
        return;
    if (bag->custody == BW_CUSTODY_PENDING)
        bw_line_add(l, "custody.pending", slots, BW_LEN(slots));
    else if (bag->custody == BW_CUSTODY_DISPUTED)
        bw_line_add(l, "custody.disputed", slots, BW_LEN(slots));
}

/* What is said of a time of a flight: of one to come, of one that was planned and is past, of one that is known. */
struct flight_words {
    const char *planned, *past, *done;
};
static const struct flight_words departs = { "plan.departs", "plan.departs_past", "flight.left" };
static const struct flight_words arrives = { "plan.flies", "plan.flies_past", "flight.landed" };

/* A time of the flight and who says it: who operates it, else whose number it has. */
static void add_time(struct bw_line *l, const struct bw_page *page, const struct bw_flight *f,
                     const bw_time times[BW_SURE_MAX], const struct flight_words *words)
{
    char carrier[4];
    enum bw_sure sure = BW_SCHEDULED;
    bw_time at = bw_flight_surest(times, &sure);
    if (at == BW_TIME_NONE)
        return;
    bw_str_put(f->operating[0] ? bw_str_c(f->operating) : bw_flight_carrier(f->own), carrier, sizeof carrier);
    const struct bw_slot slots[] = { BW_SLOT_T("flight", f->number), BW_SLOT_AT("time", at),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, carrier)) };
    const char *key = at > page->now ? words->planned : words->past;
    bw_line_add(l, sure == BW_ACTUAL_AT ? words->done : key, slots, BW_LEN(slots));
}

/* Where who owes is known by the number alone, that is said (CLK-03). */
static void add_unconfirmed(struct bw_line *l, const struct bw_page *page)
{
    for (size_t i = 0; i < page->said->n_open; i++)
        if (page->said->open[i].why == BW_CLOSE_OPEN && page->said->open[i].unconfirmed) {
            bw_line_add(l, "flight.unconfirmed", NULL, 0);
            return;
        }
}

void bw_say_where(const struct bw_page *page)
{
    const struct bw_bag *bag = page->bag;
    bool seen = bag->last_seen_at != BW_TIME_NONE;
    const char *station = seen ? bag->last_seen_station : bag->station;
    struct bw_line l;
    const struct bw_slot slots[] = {
        BW_SLOT_T("station", bw_station_name(page->world, station)),
        BW_SLOT_T("carrier", bw_carrier_name(page->world, bag->last_seen_carrier)),
        BW_SLOT_T("flight", bag->flight),
        BW_SLOT_T("local", seen ? local_there(page, station, bag->last_seen_at) : ""),
        BW_SLOT_AT("time", seen ? bag->last_seen_at : page->now),
    };
    bw_line_begin(&l, page, bw_view_add_map(page->arena, page->to, "where"));
    bw_line_add(&l, where_key(bag), slots, BW_LEN(slots));
    say_custody(&l, page);
    if (bag->place == BW_PLACE_LOADED) {
        const struct bw_flight *f = bw_world_flight(page->world, bag->flight, bag->flight_date);
        if (f)
            add_time(&l, page, f, f->arrives, &arrives);
        add_unconfirmed(&l, page);
    }
    bw_line_end(&l);
    if (seen && station[0])
        bw_page_station(page, bw_view_add_map(page->arena, page->to, "seen_at"), station);
    if (bag->custodian[0] && bag->custody != BW_CUSTODY_NONE)
        bw_page_party(page, bw_view_add_map(page->arena, page->to, "custodian"), bag->custodian);
}

/* --- plans --- */

static void carrier_of(const char *flight, char to[4])
{
    bw_str_put(bw_flight_carrier(flight), to, 4);
}

static void say_forward(const struct bw_page *page)
{
    const struct bw_bag *bag = page->bag;
    if (!bag->forward || !bag->fwd_flight[0])
        return;
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "plan");
    const struct bw_slot slots[] = { BW_SLOT_T("flight", bag->fwd_flight),
                                     BW_SLOT_T("date", bw_page_date(page, bag->fwd_date)),
                                     BW_SLOT_T("from", bw_station_name(page->world, bag->fwd_from)),
                                     BW_SLOT_T("to", bw_station_name(page->world, bag->fwd_to)),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, bag->fwd_by)) };
    const struct bw_flight *f = bw_world_flight(page->world, bag->fwd_flight, bag->fwd_date);
    struct bw_line l;
    bw_line_begin(&l, page, map);
    bw_line_add(&l, "plan.forward", slots, BW_LEN(slots));
    if (f)
        add_time(&l, page, f, f->departs, &departs);
    add_unconfirmed(&l, page);
    bw_line_end(&l);
    bw_view_add_str(page->arena, map, "flight", bw_arena_str(page->arena, bw_str_c(bag->fwd_flight)));
    bw_page_station(page, bw_view_add_map(page->arena, map, "from"), bag->fwd_from);
    bw_page_station(page, bw_view_add_map(page->arena, map, "to"), bag->fwd_to);
}

static void say_window(const struct bw_page *page)
{
    const struct bw_bag *bag = page->bag;
    if (bag->window_from == BW_TIME_NONE || bag->window_until == BW_TIME_NONE || bag->place == BW_PLACE_DELIVERED)
        return;
    struct bw_view *map = bw_view_add_map(page->arena, page->to, "window");
    const struct bw_slot slots[] = { BW_SLOT_AT("from", bag->window_from), BW_SLOT_AT("until", bag->window_until),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, bag->custodian)) };
    static const char *const keys[2][2] = { { "plan.window", "plan.window_bare" },
                                            { "plan.window_past", "plan.window_past_bare" } };
    bw_line_say(page, map, keys[bag->window_until <= page->now][!bag->custodian[0]], slots, BW_LEN(slots));
    bw_page_when(page, bw_view_add_map(page->arena, map, "from"), bag->window_from);
    bw_page_when(page, bw_view_add_map(page->arena, map, "until"), bag->window_until);
}

static void say_leg(const struct bw_page *page, struct bw_view *list, const struct bw_leg *leg)
{
    char carrier[4];
    carrier_of(leg->flight, carrier);
    struct bw_view *map = bw_view_add_map(page->arena, list, NULL);
    const struct bw_slot slots[] = { BW_SLOT_T("flight", leg->flight), BW_SLOT_T("date", bw_page_date(page, leg->date)),
                                     BW_SLOT_T("from", bw_station_name(page->world, leg->from)),
                                     BW_SLOT_T("to", bw_station_name(page->world, leg->to)),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, carrier)) };
    const char *key = leg->from[0] && leg->to[0] ? "leg.whole"
                      : leg->from[0]             ? "leg.from"
                      : leg->to[0]               ? "leg.to"
                                                 : "leg.bare";
    bw_line_say(page, map, key, slots, BW_LEN(slots));
    bw_view_add_str(page->arena, map, "flight", bw_arena_str(page->arena, bw_str_c(leg->flight)));
    bw_view_add_c(page->arena, map, "date", bw_page_date(page, leg->date));
    if (leg->from[0])
        bw_page_station(page, bw_view_add_map(page->arena, map, "from"), leg->from);
    if (leg->to[0])
        bw_page_station(page, bw_view_add_map(page->arena, map, "to"), leg->to);
}

/* Who of the carriers saw the damage, newest first; NULL: its owner alone reported it. */
static const struct bw_event *damage_seen(const struct bw_page *page)
{
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        bool counts = ev->subject == BW_SUBJECT_BAG && ev->source != BW_SRC_CUSTOMER && ev->carrier[0];
        if (ev->code == BW_EV_DAMAGE_REPORTED && counts && ev->outcome != BW_OUT_CORRECTED && bw_page_shows(ev))
            return ev;
    }
    return NULL;
}

/* Damage that was seen on the way is told before the bag is handed over; after it, how long it may be reported
 * (CASE-05). */
static void say_damage(const struct bw_page *page)
{
    const struct bw_bag *bag = page->bag;
    const struct bw_event *seen = bag->place == BW_PLACE_DELIVERED ? NULL : damage_seen(page);
    bw_time until = bw_damage_until(bag, page->world);
    if (bag->damaged) {
        const struct bw_slot slots[] = { BW_SLOT_T("carrier", seen ? bw_carrier_name(page->world, seen->carrier) : ""),
                                         BW_SLOT_AT("time", !seen                               ? BW_TIME_NONE
                                                            : seen->occurred_at == BW_TIME_NONE ? seen->recorded_at
                                                                                                : seen->occurred_at) };
        bw_line_say(page, bw_view_add_map(page->arena, page->to, "damage"), seen ? "damage.seen" : "damage.open", slots,
                    seen ? BW_LEN(slots) : 0);
    }
    if (until == BW_TIME_NONE || page->now > until)
        return;
    const struct bw_slot slots[] = { BW_SLOT_AT("until", until) };
    bw_line_say(page, bw_view_add_map(page->arena, page->to, "damage_window"), "damage.window", slots, 1);
}

void bw_say_plans(const struct bw_page *page)
{
    say_forward(page);
    say_window(page);
    say_damage(page);
    struct bw_view *legs = bw_view_add_list(page->arena, page->to, "legs");
    for (size_t i = 0; i < page->bag->n_legs && i < BW_LEGS; i++)
        say_leg(page, legs, &page->bag->legs[i]);
}
