/* SPDX-License-Identifier: Apache-2.0 */
/* story_rows.h - the rows of the story that need no flight times, as events: one bag from JFK by London to Madrid.
 * Layer: tests.  Source: story.md (the mission's story), rows 1 to 18 without its dagger. */
#ifndef BW_TESTS_STORY_ROWS_H
#define BW_TESTS_STORY_ROWS_H

#include "writer_test.h"

enum { STORY_ROWS = 16 };

static inline struct bw_event story_telegram(const char *recorded, enum bw_event_code code, const char *station,
                                             const char *occurred)
{
    struct bw_event ev = say(recorded, "BA", code, station, occurred);
    ev.source = BW_SRC_TYPEB;
    return ev;
}

static inline void on_flight(struct bw_event *ev, const char *flight, const char *date)
{
    bw_str_put(bw_str_c(flight), ev->flight, sizeof(ev->flight));
    ev->flight_date = day(date);
}

static inline struct bw_event story_forecast(void)
{
    struct bw_event ev = story_telegram("2026-11-20T10:40:00Z", BW_EV_BAG_EXPECTED, "JFK", NULL);
    ev.time_kind = BW_T_ORIGIN;
    on_flight(&ev, "BA178", "2026-11-20");
    ev.data.n_legs = 2;
    ev.data.legs[0] = (struct bw_leg){ "BA178", day("2026-11-20"), "JFK", "LHR" };
    ev.data.legs[1] = (struct bw_leg){ "IB3167", day("2026-11-20"), "LHR", "MAD" };
    return ev;
}

static inline struct bw_event story_case(void)
{
    struct bw_event ev = say("2026-11-21T00:20:00Z", "IB", BW_EV_CASE_OPENED, "MAD", "2026-11-21T00:20:00Z");
    ev.source = BW_SRC_STAFF;
    bw_str_put(BW_STR("agent-ib"), ev.sender, sizeof(ev.sender));
    ev.data.case_id = id_of(77);
    bw_str_put(BW_STR("MADIB10001"), ev.data.case_ref, sizeof(ev.data.case_ref));
    bw_str_put(BW_STR("IB"), ev.data.owner, sizeof(ev.data.owner));
    ev.data.bag_ordinal = ev.data.n_bags = 1;
    return ev;
}

static inline struct bw_event story_disputed(void)
{
    struct bw_event ev = say("2026-11-21T00:35:00Z", "", BW_EV_CUSTODY_DISPUTED, "LHR", "2026-11-21T00:35:00Z");
    bw_str_put(BW_STR("BA"), ev.from_carrier, sizeof(ev.from_carrier));
    bw_str_put(BW_STR("IB"), ev.to_carrier, sizeof(ev.to_carrier));
    return ev;
}

static inline struct bw_event story_confirmed(void)
{
    struct bw_event ev = say("2026-11-21T00:55:00Z", "IB", BW_EV_STATUS_CONFIRMED, "", "2026-11-21T00:55:00Z");
    ev.source = BW_SRC_STAFF;
    bw_str_put(BW_STR("asked"), ev.data.action, sizeof(ev.data.action));
    bw_str_put(BW_STR("LHR"), ev.data.asked, sizeof(ev.data.asked));
    bw_str_put(BW_STR("BA"), ev.data.waiting_for, sizeof(ev.data.waiting_for));
    ev.data.next_step_at = at("2026-11-21T04:50:00Z");
    return ev;
}

static inline struct bw_event story_plan(void)
{
    struct bw_event ev = say("2026-11-21T07:05:00Z", "BA", BW_EV_FORWARD_PLANNED, "LHR", "2026-11-21T07:05:00Z");
    on_flight(&ev, "IB3163", "2026-11-21");
    bw_str_put(BW_STR("MAD"), ev.data.to_station, sizeof(ev.data.to_station));
    bw_str_put(BW_STR("2125001234"), ev.new_plate, sizeof(ev.new_plate));
    return ev;
}

static inline struct bw_event story_missed(const char *when)
{
    struct bw_event ev = say(when, "", BW_EV_PROMISE_MISSED, "", when);
    ev.data.level = 1;
    return ev;
}

/* Numbered as in the story; rows 6 and 7 need flight times, row 12 is its last level. */
static inline size_t story_rows(struct bw_event to[STORY_ROWS])
{
    size_t n = 0;
    to[n++] = story_forecast();
    to[n++] = say("2026-11-20T11:05:00Z", "BA", BW_EV_BAG_ACCEPTED, "JFK", "2026-11-20T11:04:00Z");
    to[n] = story_telegram("2026-11-20T12:31:00Z", BW_EV_BAG_LOADED, "JFK", "2026-11-20T12:29:00Z");
    on_flight(&to[n++], "BA178", "2026-11-20");
    to[n++] = say("2026-11-20T20:12:00Z", "BA", BW_EV_BAG_UNLOADED, "LHR", "2026-11-20T20:10:00Z");
    to[n] = say("2026-11-20T20:35:00Z", "BA", BW_EV_TRANSFER_OUT, "LHR", "2026-11-20T20:34:00Z");
    bw_str_put(BW_STR("IB"), to[n++].to_carrier, sizeof(to->to_carrier));
    to[n++] = story_case();
    to[n++] = story_disputed();
    to[n] = say("2026-11-21T00:50:00Z", "BA", BW_EV_ON_HAND, "LHR", "2026-11-21T00:45:00Z");
    bw_str_put(BW_STR("store"), to[n++].place, sizeof(to->place));
    to[n++] = story_confirmed();
    to[n++] = story_missed("2026-11-21T06:50:00Z");
    to[n++] = story_plan();
    to[n] = say("2026-11-21T09:14:00Z", "IB", BW_EV_BAG_LOADED, "LHR", "2026-11-21T09:12:00Z");
    to[n].ident = ident("2125001234");
    on_flight(&to[n++], "IB3163", "2026-11-21");
    to[n++] = say("2026-11-21T09:40:00Z", "BA", BW_EV_BAG_SEEN, "LHR", "2026-11-21T08:20:00Z");
    to[n++] = say("2026-11-21T12:22:00Z", "IB", BW_EV_ARRIVED_AT_DESTINATION, "MAD", "2026-11-21T12:20:00Z");
    to[n] = say("2026-11-21T14:00:00Z", "IB", BW_EV_HANDED_TO_COURIER, "MAD", "2026-11-21T14:00:00Z");
    to[n].data.window_from = at("2026-11-21T15:00:00Z");
    to[n++].data.window_until = at("2026-11-21T18:00:00Z");
    to[n] = say("2026-11-21T17:32:00Z", "IB", BW_EV_DELIVERED, "", "2026-11-21T17:30:00Z");
    to[n].source = BW_SRC_COURIER;
    bw_str_put(BW_STR("pin"), to[n++].data.proof, sizeof(to->data.proof));
    for (size_t k = 0; k < n; k++)
        stamp(&to[k], to[k].occurred_at == BW_TIME_NONE ? to[k].recorded_at : BW_TIME_NONE);
    return n;
}

#endif
