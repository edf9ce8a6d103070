/* SPDX-License-Identifier: Apache-2.0 */
/* bag.c - one step of the fold: asks the three tables, moves the two clocks, joins the answers into one verdict.
 * Layer: domain.  Threads: any.  Source: design.md 3 and 6, BAG-03, BAG-06, BAG-08. */
#include "ask_int.h"
#include "bag_possible.h"
#include "bw/domain/ask.h"
#include "bw/domain/waiting.h"

void bw_bag_init(struct bw_bag *bag, const struct bw_uuid *bag_id, bw_time made_at)
{
    *bag = (struct bw_bag){
        .bag_id = *bag_id,
        .made_at = made_at,
        .travel_date = BW_DATE_NONE,
        .recorded_at = BW_TIME_NONE,
        .newest = { .t = BW_TIME_NONE },
        .flight_date = BW_DATE_NONE,
        .place_at = BW_TIME_NONE,
        .custody_at = BW_TIME_NONE,
        .offered_recorded_at = BW_TIME_NONE,
        .timeout_at = BW_TIME_NONE,
        .reported_at = BW_TIME_NONE,
        .watched_from = BW_TIME_NONE,
        .last_seen_at = BW_TIME_NONE,
        .last_news_at = BW_TIME_NONE,
        .last_confirmed_at = BW_TIME_NONE,
        .possible_at = BW_TIME_NONE,
        .linked_at = BW_TIME_NONE,
        .fwd_date = BW_DATE_NONE,
        .fwd_at = BW_TIME_NONE,
        .window_from = BW_TIME_NONE,
        .ready_at = BW_TIME_NONE,
        .window_until = BW_TIME_NONE,
        .untimed_at = BW_TIME_NONE,
    };
    for (size_t leg = 0; leg < BW_LEGS; leg++)
        bag->legs[leg].date = BW_DATE_NONE;
}

bool bw_untimed(const struct bw_event *ev)
{
    return ev->time_kind != BW_T_SCAN;
}

bool bw_by_receipt(const struct bw_event *ev)
{
    return bw_untimed(ev) && ev->source == BW_SRC_TYPEB;
}

bool bw_is_sighting(const struct bw_event *ev)
{
    bool seen = bw_code_row(ev->code)->flags & BW_CF_SIGHTING || bw_answers(ev, BW_ASK_HERE);
    return seen && !bw_untimed(ev) && ev->time_type != BW_PLANNED;
}

bool bw_no_mandate(const struct bw_event *ev)
{
    return ev->flags & BW_FL_NO_MANDATE;
}

/* BAG-08: what Bagwatch and the customer say is no news, nor is a search by nobody. */
static bool is_news(const struct bw_event *ev)
{
    return bw_code_row(ev->code)->flags & BW_CF_NEWS && ev->carrier[0] && ev->source != BW_SRC_SYSTEM &&
           ev->source != BW_SRC_CUSTOMER && bw_event_in_person(ev);
}

static void sighted(struct bw_bag *bag, const struct bw_event *ev)
{
    bag->last_seen_at = ev->order.t;
    BW_SET(bag->last_seen_station, ev->station);
    BW_SET(bag->last_seen_carrier, ev->carrier);
    bag->last_seen_code = ev->code;
    bag->denied_by[0] = '\0';
    bw_asks_end(bag); /* where it is, which is what was asked, is known */
    if (bag->reported_at != BW_TIME_NONE && ev->order.t > bag->reported_at)
        bag->sighted_since_report = true;
}

static void clocks(struct bw_bag *bag, const struct bw_event *ev)
{
    if (bw_is_sighting(ev))
        sighted(bag, ev);
    if (is_news(ev) && ev->recorded_at >= bag->last_news_at) {
        bag->last_news_at = ev->recorded_at;
        BW_SET(bag->last_news_carrier, ev->carrier);
    }
    if (ev->code == BW_EV_STATUS_CONFIRMED && bw_event_in_person(ev) && ev->recorded_at > bag->last_confirmed_at)
        bag->last_confirmed_at = ev->recorded_at;
    if ((ev->code == BW_EV_SEARCHED_NOT_FOUND && bw_event_in_person(ev)) || bw_answers(ev, BW_ASK_NOT_HERE))
        BW_SET(bag->denied_by, ev->carrier);
    bw_idle_step(&bag->idle, ev);
}

/* --- joins and partings (design.md 7): one event on each of the two, so that both versions guard it --- */

static void list_add(struct bw_uuid *list, uint8_t *n, size_t most, const struct bw_uuid *id)
{
    for (size_t at = 0; at < *n; at++)
        if (bw_uuid_eq(&list[at], id))
            return;
    if (*n < most)
        list[(*n)++] = *id;
}

static void list_drop(struct bw_uuid *list, uint8_t *n, const struct bw_uuid *id)
{
    uint8_t kept = 0;
    for (uint8_t at = 0; at < *n; at++)
        if (!bw_uuid_eq(&list[at], id))
            list[kept++] = list[at];
    while (*n > kept)
        list[--*n] = (struct bw_uuid){ { 0 } };
}

/* The one that is merged says "into"; the survivor's own word is "merge". */
static void joined(struct bw_bag *bag, const struct bw_event *ev)
{
    const struct bw_uuid *other = &ev->data.other_bag;
    list_drop(bag->parted, &bag->n_parted, other);
    if (strcmp(ev->data.why, "into") == 0)
        bag->joined_into = *other;
    else
        list_add(bag->members, &bag->n_members, BW_LEN(bag->members), other);
}

static void parted(struct bw_bag *bag, const struct bw_event *ev)
{
    const struct bw_uuid *other = &ev->data.other_bag;
    list_drop(bag->members, &bag->n_members, other);
    if (bw_uuid_eq(&bag->joined_into, other))
        bag->joined_into = (struct bw_uuid){ { 0 } };
    list_add(bag->parted, &bag->n_parted, BW_LEN(bag->parted), other);
}

static void joins(struct bw_bag *bag, const struct bw_event *ev)
{
    bool about = ev->code == BW_EV_ALIAS_JOINED || ev->code == BW_EV_ALIAS_PARTED;
    /* What a member's own log says of the survivor stands in the merged history too. */
    if (!about || bw_uuid_eq(&ev->data.other_bag, &bag->bag_id))
        return;
    bag->linked_at = ev->order.t;
    if (ev->code == BW_EV_ALIAS_JOINED)
        joined(bag, ev);
    else
        parted(bag, ev);
}

static unsigned marks(const struct bw_bag *before, const struct bw_event *ev)
{
    unsigned flags = 0;
    if (bw_untimed(ev))
        flags |= BW_FL_UNTIMED;
    if (bw_by_receipt(ev) && ev->order.t == before->untimed_at)
        flags |= BW_FL_ORDER_BY_RECEIPT;
    bool sighting = bw_code_row(ev->code)->flags & BW_CF_SIGHTING;
    if (sighting && ev->carrier[0] && before->n_legs && !bw_bag_in_journey(before, ev->carrier))
        flags |= BW_FL_OUTSIDE_JOURNEY;
    return flags;
}

/* One verdict out of the answers: a contradiction first, then the rows in the order of the tables, then what was
 * kept. */
static void join(const struct bw_part *parts, size_t n, struct bw_step *ret)
{
    static const enum bw_answer order[] = { BW_ANSWER_AGAINST, BW_ANSWER_MOOT, BW_ANSWER_ROW, BW_ANSWER_KEPT };
    static const enum bw_outcome outcomes[] = { BW_OUT_CONTRADICTING, BW_OUT_MOOT, BW_OUT_ACCEPTED, BW_OUT_ACCEPTED };
    ret->outcome = BW_OUT_ACCEPTED;
    ret->sentence = "says nothing about the states: kept for the record";
    for (size_t at = 0; at < n; at++)
        ret->flags |= parts[at].flags;
    for (size_t rank = 0; rank < BW_LEN(order); rank++) {
        for (size_t at = 0; at < n; at++) {
            if (parts[at].answer != order[rank])
                continue;
            ret->outcome = outcomes[rank];
            ret->sentence = parts[at].sentence;
            if (order[rank] == BW_ANSWER_KEPT)
                ret->flags |= BW_FL_NO_EFFECT;
            return;
        }
    }
}

void bw_bag_moves(const struct bw_bag *before, const struct bw_bag *after, struct bw_step *ret)
{
    ret->place_moved = before->place != after->place || strcmp(before->station, after->station) != 0 ||
                       strcmp(before->spot, after->spot) != 0 || strcmp(before->flight, after->flight) != 0 ||
                       before->flight_date != after->flight_date || before->at_rest != after->at_rest;
    ret->custody_moved = before->custody != after->custody || strcmp(before->custodian, after->custodian) != 0 ||
                         strcmp(before->receiver, after->receiver) != 0;
    ret->case_moved = before->case_state != after->case_state || strcmp(before->owner, after->owner) != 0 ||
                      !bw_uuid_eq(&before->case_id, &after->case_id);
}

static void tables(struct bw_bag *bag, const struct bw_event *ev, struct bw_part parts[4])
{
    bw_place_step(bag, ev, &parts[0]);
    /* Three tables, but what cannot be true of the place is no ground to move custody. */
    if (parts[0].answer != BW_ANSWER_AGAINST)
        bw_custody_step(bag, ev, &parts[1]);
    bw_case_state_step(bag, ev, &parts[2]);
    bw_asks_step(bag, ev, &parts[3]);
    bw_legs_step(bag, ev);
    joins(bag, ev);
    clocks(bag, ev);
}

/* SEC-10: at most a sighting; a forecast is less than that, and taken as it is.  It is nobody's news, meets nothing,
 * and no other table is asked. */
static void without_mandate(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    bw_place_seen(bag, ev, ret);
    if (ev->code == BW_EV_BAG_EXPECTED)
        bw_legs_step(bag, ev);
    else if (bw_is_sighting(ev) && ev->code != BW_EV_DELIVERED)
        sighted(bag, ev);
}

void bw_bag_believe(struct bw_bag *bag, const struct bw_event *ev, struct bw_step *ret)
{
    const struct bw_bag before = *bag;
    struct bw_part parts[4] = { 0 };
    *ret = (struct bw_step){ .flags = marks(&before, ev) };
    if (bw_no_mandate(ev))
        without_mandate(bag, ev, &parts[0]);
    else
        tables(bag, ev, parts);
    if (bw_wait_over(&before, bag)) /* it goes on without what was waited for (CLK-18) */
        bw_wait_end(&bag->wait);
    bag->newest = ev->order;
    if (bw_by_receipt(ev))
        bag->untimed_at = ev->order.t;
    join(parts, BW_LEN(parts), ret);
    bw_bag_moves(&before, bag, ret);
}

void bw_bag_step(struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world, struct bw_step *ret)
{
    if (bw_sighting_fits(bag, ev, world)) {
        bw_bag_believe(bag, ev, ret);
        return;
    }
    *ret = (struct bw_step){ .flags = marks(bag, ev) };
    bw_possible_step(bag, ev, ret);
}
