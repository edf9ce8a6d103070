/* SPDX-License-Identifier: Apache-2.0 */
/* bag_case.c - the third table, as far as a bag's own log tells it: what is owed to the owner, whether the bag is
 * watched. A watch follows from its causes (case opened; proven delivery; closing), so that a correction of the cause
 * mends it; WATCH_STARTED and WATCH_ENDED of other causes (a rule, staff) act by themselves. Layer: domain.  Threads:
 * any.  Source: design.md 6, BAG-03, BAG-09, CASE-05. */
#include "bag_int.h"
#include "bw/domain/waiting.h"

enum {
    NONE = 1 << BW_CASE_NONE,
    OPEN = 1 << BW_CASE_OPEN,
    CLOSED = 1 << BW_CASE_CLOSED,
    LOST = 1 << BW_CASE_LOST,
    FRESH = NONE | CLOSED,
    RUNNING = OPEN | 1 << BW_CASE_CLAIM | LOST,
    OPEN_OR_CLAIM = OPEN | 1 << BW_CASE_CLAIM,
    NOT_LOST = OPEN_OR_CLAIM | CLOSED,
    HELD = RUNNING | CLOSED,
    SAME = BW_CASE_MAX,
};
#define WORDS_FRESH "NONE or CLOSED"
#define WORDS_RUNNING "OPEN, CLAIM or LOST"
#define WORDS_OPEN_OR_CLAIM "OPEN or CLAIM"
#define WORDS_NOT_LOST "OPEN, CLAIM or CLOSED"
#define WORDS_LOST "LOST"
#define WORDS_HELD "any but NONE"
#define TO_OPEN BW_CASE_OPEN
#define TO_CLAIM BW_CASE_CLAIM
#define TO_LOST BW_CASE_LOST
#define TO_CLOSED BW_CASE_CLOSED
#define TO_SAME SAME

#define CASE_ROWS(R)                                                                                                   \
    R(FRESH, CASE_OPENED, OPEN, "a delayed-bag file was opened; as a CLAIM where damage was told before")              \
    R(RUNNING, CASE_OWNER_CHANGED, SAME, "another carrier answers to the customer")                                    \
    R(RUNNING, DETAILS_CORRECTED, SAME, "where its owner is, or how little it can wait, was told")                     \
    R(RUNNING, WAITING_FOR_CUSTOMER, SAME, "something is needed of the customer, or was said of that")                 \
    R(RUNNING, CASE_CLOSED, CLOSED, "the file was closed; watching ends")                                              \
    R(OPEN_OR_CLAIM, LOSS_ADMITTED, LOST, "the carrier admits the loss")                                               \
    R(LOST, LOSS_ADMITTED, SAME, "the loss is admitted again")                                                         \
    R(NOT_LOST, DAMAGE_REPORTED, CLAIM, "damage is a claim on the same number")                                        \
    R(NOT_LOST, PILFERAGE_REPORTED, CLAIM, "missing contents are a claim on the same number")                          \
    R(LOST, DAMAGE_REPORTED, SAME, "a claim beside the loss")                                                          \
    R(LOST, PILFERAGE_REPORTED, SAME, "a claim beside the loss")                                                       \
    R(HELD, CASE_ERASED, SAME, "the personal data of the file were destroyed")

static const struct bw_table_row words[] = {
#define R(from, code, to, sentence) { WORDS_##from, #code, #to, sentence },
    CASE_ROWS(R)
#undef R
};
static const struct {
    unsigned from;
    enum bw_event_code code;
    int to;
} rows[] = {
#define R(from, code, to, sentence) { from, BW_EV_##code, TO_##to },
    CASE_ROWS(R)
#undef R
};

size_t bw_case_table(const struct bw_table_row **ret)
{
    *ret = words;
    return BW_LEN(words);
}

static void watch(struct bw_bag *bag, bw_time recorded_at, const char *why)
{
    if (bag->watched)
        return;
    bag->watched = bag->place != BW_PLACE_DELIVERED;
    bag->watch_ended = !bag->watched;
    bag->watched_from = recorded_at;
    BW_SET(bag->watch_why, bag->watched ? why : "");
}

static void unwatch(struct bw_bag *bag)
{
    bag->watch_ended = true;
    bag->watched = false;
    bag->watch_why[0] = '\0';
}

/* Unused ones stay zero, whatever the event has there: equal states have equal bytes. */
static void take_stays(struct bw_bag *bag, const struct bw_event *ev)
{
    memset(bag->stays, 0, sizeof bag->stays);
    for (size_t k = 0; k < ev->data.n_stays; k++)
        bag->stays[k] = ev->data.stays[k];
    bag->n_stays = ev->data.n_stays;
}

/* A plan that was made for where the owner is no more is void: somebody owes a new one (CASE-10). */
static void move_owner(struct bw_bag *bag, const struct bw_event *ev)
{
    char before[4];
    BW_SET(before, bw_bag_target(bag));
    take_stays(bag, ev);
    bool dated = bag->forward && bag->fwd_date != BW_DATE_NONE;
    if (dated && strcmp(before, bw_bag_target(bag)) != 0 && strcmp(bag->fwd_to, bw_bag_target(bag)) != 0)
        bw_end_plan(bag);
}

static void correct_details(struct bw_bag *bag, const struct bw_event *ev)
{
    if (ev->data.fields & BW_DETAIL_PRIORITY)
        bag->priority = ev->data.priority;
    if (ev->data.fields & BW_DETAIL_DELIVERY)
        move_owner(bag, ev);
}

static void open_case(struct bw_bag *bag, const struct bw_event *ev)
{
    bag->case_id = ev->data.case_id;
    BW_SET(bag->case_ref, ev->data.case_ref);
    BW_SET(bag->owner, ev->data.owner[0] ? ev->data.owner : ev->carrier);
    BW_SET(bag->opener, ev->carrier);
    bag->case_ordinal = ev->data.bag_ordinal;
    bag->reported_at = ev->order.t;
    bag->sighted_since_report = false;
    bag->priority = ev->data.priority;
    take_stays(bag, ev);
    if (bag->claim_waits)
        bag->case_state = BW_CASE_CLAIM;
    bag->claim_waits = bag->erased = false;
    bw_wait_end(&bag->wait);
    watch(bag, ev->recorded_at, "case-opened");
}

static void close_case(struct bw_bag *bag)
{
    unwatch(bag);
    bw_wait_end(&bag->wait);
}

static struct bw_part part(enum bw_answer answer, const char *sentence)
{
    return (struct bw_part){ answer, sentence, 0 };
}

static struct bw_part verdict(const struct bw_bag *bag, const struct bw_event *ev)
{
    if (ev->code == BW_EV_CASE_OPENED && bw_uuid_eq(&bag->case_id, &ev->data.case_id))
        return part(BW_ANSWER_KEPT, "this case is open on the bag already");
    if (ev->code == BW_EV_CASE_OPENED)
        return part(BW_ANSWER_AGAINST, "another case is open on the bag: this report stands beside it");
    if (bag->case_state == BW_CASE_NONE && bw_code_row(ev->code)->flags & BW_CF_TO_CASE)
        return part(BW_ANSWER_KEPT, "no case yet: kept for it");
    if (ev->code == BW_EV_CASE_CLOSED && bag->case_state == BW_CASE_CLOSED)
        return part(BW_ANSWER_KEPT, "the case is closed already");
    return part(BW_ANSWER_AGAINST,
                bag->case_state == BW_CASE_NONE ? "there is no case on the bag" : "the case is closed");
}

/* "case-opened", "delivered", "settled" and "corrected" are records of what the fold knows by itself. */
static bool derived(const char *why)
{
    static const char *const own[] = { "case-opened", "delivered", "settled", "corrected" };
    for (size_t at = 0; at < BW_LEN(own); at++)
        if (strcmp(why, own[at]) == 0)
            return true;
    return false;
}

static void watch_step(struct bw_bag *bag, const struct bw_event *ev)
{
    if (derived(ev->data.why))
        return;
    if (ev->code == BW_EV_WATCH_STARTED)
        watch(bag, ev->recorded_at, ev->data.why);
    else if (ev->code == BW_EV_WATCH_ENDED)
        unwatch(bag);
}

static void beside(struct bw_bag *bag, const struct bw_event *ev)
{
    if (ev->code == BW_EV_CASE_OPENED)
        open_case(bag, ev);
    else if (ev->code == BW_EV_CASE_OWNER_CHANGED)
        BW_SET(bag->owner, ev->data.owner[0] ? ev->data.owner : ev->to_carrier);
    else if (ev->code == BW_EV_DETAILS_CORRECTED)
        correct_details(bag, ev);
    else if (ev->code == BW_EV_WAITING_FOR_CUSTOMER)
        bw_wait_step(&bag->wait, ev);
    else if (ev->code == BW_EV_CASE_CLOSED)
        close_case(bag);
    else if (ev->code == BW_EV_CASE_ERASED) /* of an earlier file: the one that is here now keeps what is its own */
        bag->erased |= bw_uuid_eq(&bag->case_id, &ev->data.case_id);
}

void bw_case_state_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    bool spoken = false;
    bool claim = ev->code == BW_EV_DAMAGE_REPORTED || ev->code == BW_EV_PILFERAGE_REPORTED;
    bag->damaged |= ev->code == BW_EV_DAMAGE_REPORTED;
    bag->claim_waits |= claim && bag->case_state == BW_CASE_NONE;
    watch_step(bag, ev);
    *ret = part(BW_ANSWER_SILENT, NULL);
    for (size_t at = 0; at < BW_LEN(rows); at++) {
        if (rows[at].code != ev->code)
            continue;
        spoken = true;
        if (!(rows[at].from & (1U << bag->case_state)))
            continue;
        if (rows[at].to != SAME)
            bag->case_state = (enum bw_case_state)rows[at].to;
        beside(bag, ev);
        *ret = part(BW_ANSWER_ROW, words[at].sentence);
        return;
    }
    if (spoken)
        *ret = verdict(bag, ev);
}
