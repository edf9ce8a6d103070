/* SPDX-License-Identifier: Apache-2.0 */
/* bag_place.c - the first table: where the bag is, and what goes with it (flight, rest, forward plan, courier's
 * window). Layer: domain.  Threads: any.  Source: design.md 6, domain.md 9.1 and 9.2, BAG-03, BAG-10, story.md. */
#include "ask_int.h"
#include "bw/domain/ask.h"

enum {
    NONE = 1 << BW_PLACE_NONE,
    EXPECTED = 1 << BW_PLACE_EXPECTED,
    DELIVERED = 1 << BW_PLACE_DELIVERED,
    UNSEEN = NONE | EXPECTED,
    ANYWHERE = (1 << BW_PLACE_MAX) - 1 - DELIVERED,
    SAME = BW_PLACE_MAX, /* the row changes what goes with the place only */
};
#define WORDS_NONE "NONE"
#define WORDS_EXPECTED "EXPECTED"
#define WORDS_DELIVERED "DELIVERED"
#define WORDS_UNSEEN "NONE or EXPECTED"
#define WORDS_ANYWHERE "any but DELIVERED"
#define TO_SAME SAME
#define TO_NONE BW_PLACE_NONE
#define TO_EXPECTED BW_PLACE_EXPECTED
#define TO_AT BW_PLACE_AT
#define TO_LOADED BW_PLACE_LOADED
#define TO_HELD BW_PLACE_HELD
#define TO_AT_DESTINATION BW_PLACE_AT_DESTINATION
#define TO_ON_BELT BW_PLACE_ON_BELT
#define TO_WITH_COURIER BW_PLACE_WITH_COURIER
#define TO_DELIVERED BW_PLACE_DELIVERED

#define PLACE_ROWS(R)                                                                                                  \
    R(UNSEEN, BAG_EXPECTED, EXPECTED, "a forecast says where the bag should come")                                     \
    R(EXPECTED, DATA_WITHDRAWN, NONE, "the forecast was taken back")                                                   \
    R(ANYWHERE, BAG_ACCEPTED, AT, "taken from the passenger")                                                          \
    R(ANYWHERE, BAG_SCREENED, AT, "screened at the station")                                                           \
    R(ANYWHERE, BAG_SORTED, AT, "sorted at the station")                                                               \
    R(ANYWHERE, BAG_SEEN, AT, "seen at the station")                                                                   \
    R(ANYWHERE, BAG_LOADED, LOADED, "loaded on the flight; a forward plan ends")                                       \
    R(ANYWHERE, BAG_NOT_LOADED, AT, "left behind, at rest; a plan for that flight ends")                               \
    R(ANYWHERE, BAG_OFFLOADED, AT, "taken off again, at rest")                                                         \
    R(ANYWHERE, BAG_UNLOADED, AT, "came off the aircraft")                                                             \
    R(ANYWHERE, TRANSFER_OUT, AT, "handed over by its giver's word")                                                   \
    R(ANYWHERE, TRANSFER_IN, AT, "taken over by its receiver")                                                         \
    R(ANYWHERE, TRANSFER_REFUSED, AT, "not taken over, seen by the carrier that refused")                              \
    R(ANYWHERE, ON_HAND, AT, "stands at the station")                                                                  \
    R(ANYWHERE, STATION_ANSWERED, AT, "a person at the station that was asked says \"here\"; at rest")                 \
    R(ANYWHERE, CUSTOMS_HOLD, HELD, "kept by customs")                                                                 \
    R(ANYWHERE, CUSTOMS_RELEASED, AT, "let go by customs, at rest")                                                    \
    R(ANYWHERE, ARRIVED_AT_DESTINATION, AT_DESTINATION, "arrived where its owner is to get it")                        \
    R(ANYWHERE, PLACED_ON_BELT, ON_BELT, "on the reclaim belt")                                                        \
    R(ANYWHERE, READY_FOR_COLLECTION, AT_DESTINATION, "ready to be fetched")                                           \
    R(ANYWHERE, HANDED_TO_COURIER, WITH_COURIER, "with a courier of the carrier")                                      \
    R(ANYWHERE, DELIVERY_ATTEMPTED, WITH_COURIER, "nobody took it at the door; still with the courier")                \
    R(ANYWHERE, RETURNED_TO_STATION, AT_DESTINATION, "brought back by the courier")                                    \
    R(ANYWHERE, DELIVERED, DELIVERED, "with its owner, proven")                                                        \
    R(DELIVERED, DELIVERED, DELIVERED, "with its owner, said again")                                                   \
    R(ANYWHERE, FORWARD_PLANNED, SAME, "a forward is planned; an older plan ends")                                     \
    R(ANYWHERE, DELIVERY_SCHEDULED, SAME, "a delivery window is agreed")

static const struct bw_table_row words[] = {
#define R(from, code, to, sentence) { WORDS_##from, #code, #to, sentence },
    PLACE_ROWS(R)
#undef R
};
static const struct {
    unsigned from;
    enum bw_event_code code;
    int to;
} rows[] = {
#define R(from, code, to, sentence) { from, BW_EV_##code, TO_##to },
    PLACE_ROWS(R)
#undef R
};

size_t bw_place_table(const struct bw_table_row **ret)
{
    *ret = words;
    return BW_LEN(words);
}

/* Row of this pair, or BW_LEN(rows); *ret_spoken = some row is about the code. */
static size_t row_of(enum bw_place place, enum bw_event_code code, bool *ret_spoken)
{
    *ret_spoken = false;
    for (size_t at = 0; at < BW_LEN(rows); at++) {
        if (rows[at].code != code)
            continue;
        *ret_spoken = true;
        if (rows[at].from & (1U << place))
            return at;
    }
    return BW_LEN(rows);
}

static struct bw_part part(enum bw_answer answer, const char *sentence, unsigned flags)
{
    return (struct bw_part){ answer, sentence, flags };
}

static bool same_or_unsaid(const char *said, const char *known)
{
    return !said[0] || strcmp(said, known) == 0;
}

/* A verdict by name where the row's condition does not hold, or no row stands for a code that the table knows. */
static struct bw_part verdict(const struct bw_bag *bag, const struct bw_event *ev)
{
    if (ev->code == BW_EV_BAG_EXPECTED)
        return part(BW_ANSWER_KEPT, "forecast after a sighting: kept, moves nothing", 0);
    if (ev->code == BW_EV_DATA_WITHDRAWN)
        return part(BW_ANSWER_KEPT, "no forecast in force there: kept, moves nothing", 0);
    BW_ASSERT(bag->place == BW_PLACE_DELIVERED);
    if (!(bw_code_row(ev->code)->flags & BW_CF_SIGHTING) && !bw_is_sighting(ev))
        return part(BW_ANSWER_AGAINST, "planned after delivery: kept, the bag stays delivered", 0);
    return part(BW_ANSWER_AGAINST, "seen after delivery: kept, the bag stays delivered", 0);
}

static bool unfit(const struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    bool seen = bw_code_row(ev->code)->flags & BW_CF_SIGHTING;
    if (seen && bw_untimed(ev) && bag->last_seen_at != BW_TIME_NONE) {
        *ret = part(BW_ANSWER_KEPT, "no known time: kept, does not outrank a timed sighting", BW_FL_UNTIMED);
        return true;
    }
    if (seen && ev->time_type == BW_PLANNED) {
        *ret = part(BW_ANSWER_KEPT, "planned, not seen: kept, moves nothing", 0);
        return true;
    }
    if (ev->code == BW_EV_DELIVERED && !ev->data.proof[0]) {
        *ret = part(BW_ANSWER_AGAINST, "delivery without proof: kept, not believed", 0);
        return true;
    }
    if (ev->code == BW_EV_DATA_WITHDRAWN && !same_or_unsaid(ev->station, bag->station)) {
        *ret = verdict(bag, ev);
        return true;
    }
    return false;
}

void bw_end_plan(struct bw_bag *bag)
{
    bag->forward = false;
    bag->fwd_flight[0] = bag->fwd_from[0] = bag->fwd_to[0] = bag->fwd_plate[0] = bag->fwd_by[0] = '\0';
    bag->fwd_date = BW_DATE_NONE;
    bag->fwd_at = BW_TIME_NONE;
}

static void make_plan(struct bw_bag *bag, const struct bw_event *ev)
{
    bag->forward = true;
    BW_SET(bag->fwd_flight, ev->flight);
    bag->fwd_date = ev->flight_date;
    BW_SET(bag->fwd_from, ev->station);
    BW_SET(bag->fwd_to, ev->data.to_station);
    BW_SET(bag->fwd_plate, ev->new_plate);
    BW_SET(bag->fwd_by, ev->carrier);
    bag->fwd_at = ev->order.t;
}

static void end_delivery(struct bw_bag *bag)
{
    bag->window_from = bag->window_until = BW_TIME_NONE;
    bag->attempted = false;
}

/* The plan of a flight that left without the bag is over: a new one is owed (domain.md 9.2, FORWARD_PLANNED). */
static void left_behind(struct bw_bag *bag, const struct bw_event *ev)
{
    bool that_day = ev->flight_date == BW_DATE_NONE || ev->flight_date == bag->fwd_date;
    if (bag->forward && same_or_unsaid(ev->flight, bag->fwd_flight) && that_day)
        bw_end_plan(bag);
}

/* A plan for a flight that will not fly is over, whoever cancelled it: a new one is owed. */
static void flight_told(struct bw_bag *bag, const struct bw_event *ev)
{
    if (strcmp(ev->reason, BW_REASON_CANCELLED) == 0 && bag->forward && strcmp(ev->flight, bag->fwd_flight) == 0 &&
        ev->flight_date == bag->fwd_date)
        bw_end_plan(bag);
}

/* Who brings it learns where to (SEC-13), so a word without the carrier's mandate names nobody. */
static void by_courier(struct bw_bag *bag, const struct bw_event *ev)
{
    if (bag->place != BW_PLACE_WITH_COURIER && bag->place != BW_PLACE_DELIVERED)
        bag->courier[0] = bag->courier_by[0] = '\0';
    if (ev->code != BW_EV_HANDED_TO_COURIER || bw_no_mandate(ev))
        return;
    BW_SET(bag->courier, ev->data.courier);
    BW_SET(bag->courier_by, ev->data.courier[0] ? ev->carrier : "");
}

/* From when its owner could have it: the first word that it is ready since it last flew (domain.md 5). */
static void ready(struct bw_bag *bag, const struct bw_event *ev)
{
    if (ev->code == BW_EV_BAG_LOADED) {
        bag->ready_at = BW_TIME_NONE;
        bag->ready_by[0] = '\0';
    } else if (ev->code == BW_EV_READY_FOR_COLLECTION && bag->ready_at == BW_TIME_NONE) {
        bag->ready_at = ev->order.t;
        BW_SET(bag->ready_by, ev->carrier);
    }
}

/* What goes with the place, by code. */
static void beside(struct bw_bag *bag, const struct bw_event *ev)
{
    bool window = ev->data.window_from != BW_TIME_NONE;
    if (ev->code == BW_EV_BAG_LOADED)
        bw_end_plan(bag);
    else if (ev->code == BW_EV_BAG_NOT_LOADED)
        left_behind(bag, ev);
    else if (ev->code == BW_EV_FORWARD_PLANNED)
        make_plan(bag, ev);
    if (bag->place != BW_PLACE_WITH_COURIER && ev->code != BW_EV_DELIVERY_SCHEDULED)
        end_delivery(bag);
    by_courier(bag, ev);
    ready(bag, ev);
    if (ev->code == BW_EV_HANDED_TO_COURIER)
        end_delivery(bag);
    if (window) {
        bag->window_from = ev->data.window_from;
        bag->window_until = ev->data.window_until;
    }
    if (ev->code == BW_EV_DELIVERY_SCHEDULED)
        bag->attempted = false;
    if (ev->code == BW_EV_DELIVERY_ATTEMPTED) {
        end_delivery(bag);
        bag->attempted = true;
    }
    if (bag->place == BW_PLACE_DELIVERED) {
        bw_end_plan(bag);
        bag->watch_ended = true;
        bag->watched = false;
        bag->watch_why[0] = '\0';
    }
}

static void move(struct bw_bag *bag, const struct bw_event *ev, enum bw_place to)
{
    bool flies = to == BW_PLACE_LOADED || to == BW_PLACE_EXPECTED;
    bool again = to == BW_PLACE_DELIVERED && bag->place == to; /* its owner has had it since the first time */
    bag->place = to;
    /* A courier's word may come without a station: it is still that of the delivery. */
    if (ev->station[0] || to == BW_PLACE_NONE)
        BW_SET(bag->station, ev->code == BW_EV_DATA_WITHDRAWN ? "" : ev->station);
    BW_SET(bag->spot, to == BW_PLACE_NONE ? "" : ev->place);
    BW_SET(bag->flight, flies ? ev->flight : "");
    bag->flight_date = flies ? ev->flight_date : BW_DATE_NONE;
    bag->at_rest = bw_code_row(ev->code)->flags & BW_CF_AT_REST || ev->code == BW_EV_STATION_ANSWERED;
    if (!again)
        bag->place_at = to == BW_PLACE_NONE ? BW_TIME_NONE : ev->order.t;
}

void bw_place_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    bool spoken;
    size_t at = row_of(bag->place, ev->code, &spoken);
    if (ev->code == BW_EV_BAG_EXPECTED)
        bag->data_withdrawn = false;
    else if (ev->code == BW_EV_DATA_WITHDRAWN)
        bag->data_withdrawn = true;
    else if (ev->code == BW_EV_FLIGHT_TIMES)
        flight_told(bag, ev);
    *ret = part(BW_ANSWER_SILENT, NULL, 0);
    if (!spoken || (ev->code == BW_EV_STATION_ANSWERED && !bw_is_sighting(ev)))
        return;
    if (at == BW_LEN(rows)) {
        *ret = verdict(bag, ev);
        return;
    }
    if (unfit(bag, ev, ret))
        return;
    if (rows[at].to != SAME)
        move(bag, ev, (enum bw_place)rows[at].to);
    beside(bag, ev);
    *ret = part(BW_ANSWER_ROW, words[at].sentence, 0);
}

void bw_place_seen(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    bool seen = bw_code_row(ev->code)->flags & BW_CF_SIGHTING && ev->code != BW_EV_DELIVERED;
    bool forecast = ev->code == BW_EV_BAG_EXPECTED || ev->code == BW_EV_DATA_WITHDRAWN;
    if (seen || forecast)
        bw_place_step(bag, ev, ret);
    else
        *ret = part(BW_ANSWER_KEPT, "said without the carrier's mandate, and no sighting: moves nothing", 0);
}
