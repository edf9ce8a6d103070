/* SPDX-License-Identifier: Apache-2.0 */
/* bag_fold.c - the fold of a whole history, and the verdict for an event that was not the newest.  Layer: domain.
 * Threads: any; scratch on the stack.  Source: design.md 3 (one order), BAG-06, ING-02, ING-09. */
#include <stdlib.h>

#include "bag_fold.h"
#include "bag_possible.h"

bool bw_bag_needs_history(const struct bw_bag *bag, const struct bw_event *ev)
{
    switch ((int)ev->code) {
    case BW_EV_CORRECTION:
    case BW_EV_ALIAS_JOINED:
    case BW_EV_ALIAS_PARTED:
        return true;
    case BW_EV_SIGHTING_CONFIRMED:
        if (bag->possible)
            return true;
        break;
    default:
        break;
    }
    if (bag->pending_replaces ||
        (bw_is_sighting(ev) && (bag->possible || bw_of_other_travel(bag, ev) || bw_of_other_issuer(ev))))
        return true;
    if (bw_by_receipt(ev) && ev->order.t == bag->newest.t)
        return true;
    return bw_order_cmp(&ev->order, &bag->newest) < 0;
}

/* Telegrams without a scan time stand before what is timed at that t, and among themselves by receipt, so that BSM,
 * DEL, BSM ends added: the one exception to order independence (design.md 3). */
static int by_receipt(const struct bw_event *a, const struct bw_event *b)
{
    if (a->recorded_at != b->recorded_at)
        return a->recorded_at < b->recorded_at ? -1 : 1;
    /* What is not stored yet has no version: it is the newest. */
    int64_t left = a->version ? a->version : INT64_MAX, right = b->version ? b->version : INT64_MAX;
    if (left != right)
        return left < right ? -1 : 1;
    return bw_uuid_cmp(&a->uid, &b->uid);
}

static int by_order(const void *left, const void *right)
{
    const struct bw_event *a = *(const struct bw_event *const *)left, *b = *(const struct bw_event *const *)right;
    if (a->order.t == b->order.t && bw_by_receipt(a) != bw_by_receipt(b))
        return bw_by_receipt(a) ? -1 : 1;
    if (a->order.t == b->order.t && bw_by_receipt(a))
        return by_receipt(a, b);
    return bw_order_cmp(&a->order, &b->order);
}

/* Steps through what counts, in order. */
static void steps(struct bw_bag *bag, const struct bw_event *const *events, size_t n, const struct bw_world *world,
                  struct bw_told *told)
{
    for (size_t at = 0; at < n; at++) {
        const struct bw_event *ev = events[at];
        struct bw_step step;
        if (bw_sighting_fits(bag, ev, world) || bw_sighting_confirmed(bag, events, n, at, world)) {
            bw_bag_believe(bag, ev, &step);
            continue;
        }
        bw_possible_step(bag, ev, &step);
        if (told && told->of == ev)
            told->possible = true;
        if (told && told->mark)
            told->mark(told->ctx, ev, BW_MARK_POSSIBLE);
    }
}

size_t bw_bag_fold(struct bw_bag *bag, const struct bw_event **events, size_t n, const struct bw_world *world,
                   struct bw_told *told)
{
    const struct bw_bag was = *bag;
    bool corrected = false, pending = false;
    BW_ASSERT(n <= BW_HISTORY_MAX);
    bw_bag_init(bag, &was.bag_id, was.made_at);
    bag->version = was.version;
    bag->events = was.events;
    bag->recorded_at = was.recorded_at;
    bag->travel_date = was.travel_date;
    BW_SET(bag->plate, was.plate);
    BW_SET(bag->short_plate, was.short_plate);
    size_t own = bw_fold_share(&was.bag_id, events, n);
    for (size_t at = 0; at < own; at++)
        corrected = corrected || events[at]->code == BW_EV_CORRECTION;
    size_t kept = corrected ? bw_fold_correct(events, own, &pending, told) : own;
    qsort(events, kept, sizeof(*events), by_order);
    steps(bag, events, kept, world, told);
    bag->pending_replaces = pending;
    return own;
}

/* The named verdicts of events that are not judged by what they moved. */
static bool judged_by_kind(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev,
                           const struct bw_told *told, struct bw_step *ret)
{
    if (told->taken_back) {
        ret->outcome = BW_OUT_CORRECTED;
        ret->sentence = "a correction takes it back";
    } else if (ev->code == BW_EV_CORRECTION && !bw_no_mandate(ev)) {
        ret->outcome = told->waiting ? BW_OUT_ACCEPTED : BW_OUT_CORRECTED;
        ret->sentence = told->waiting ? "what it takes back has not come yet" : "what it names was taken back";
    } else if (ev->code == BW_EV_SIGHTING_CONFIRMED && !bw_no_mandate(ev)) {
        bool any = after->possible < before->possible;
        ret->outcome = BW_OUT_ACCEPTED;
        ret->flags &= ~(unsigned)BW_FL_NO_EFFECT;
        ret->flags |= any ? 0 : BW_FL_NO_EFFECT;
        ret->sentence = any ? "the possible sighting was right: it counts from its own time on"
                            : "no possible sighting at that station: kept for the record";
    } else if (told->possible) {
        ret->outcome = BW_OUT_IMPLAUSIBLE;
        ret->sentence = "a possible sighting: kept, moves nothing until it is confirmed";
    } else if (ev->code == BW_EV_CUSTODY_DISPUTED) {
        ret->outcome = ret->custody_moved ? BW_OUT_ACCEPTED : BW_OUT_MOOT;
    } else {
        return false;
    }
    return true;
}

void bw_bag_judge(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev,
                  const struct bw_told *told, struct bw_step *ret)
{
    const struct bw_code_row *row = bw_code_row(ev->code);
    struct bw_bag alone = *before;
    bw_bag_believe(&alone, ev, ret);
    bw_bag_moves(before, after, ret);
    bool moved = ret->place_moved || ret->custody_moved;
    bool moves = bw_is_sighting(ev) || row->flags & BW_CF_SIGHTING || row->hold != BW_HOLD_KEEP;
    if (judged_by_kind(before, after, ev, told, ret))
        return;
    if (moved) {
        /* What it would do on top of all that is known is not what it did in its place. */
        if (ret->outcome != BW_OUT_ACCEPTED || ret->flags & BW_FL_NO_EFFECT)
            ret->sentence = "older than what is known, and yet it changes it";
        ret->outcome = BW_OUT_ACCEPTED;
        ret->flags &= ~(unsigned)BW_FL_NO_EFFECT;
    } else if (moves && before->last_seen_at != BW_TIME_NONE && ev->order.t < before->last_seen_at) {
        ret->outcome = BW_OUT_LATE;
        ret->sentence = "older than the last sighting: in the history, moves nothing";
    }
}
