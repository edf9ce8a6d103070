/* SPDX-License-Identifier: Apache-2.0 */
/* bag_fold.c - the fold of a whole history, what corrections drop from it, and the verdict for an event that was not
 * the newest.  Layer: domain.  Threads: any; scratch on the stack.  Source: design.md 3 (one order), BAG-06, ING-02,
 * ING-09. */
#include <stdlib.h>

#include "bag_int.h"
#include "event_int.h"

bool bw_bag_needs_history(const struct bw_bag *bag, const struct bw_event *ev)
{
    if (ev->code == BW_EV_CORRECTION || ev->code == BW_EV_ALIAS_JOINED || bag->pending_replaces)
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

static int by_event_id(const void *left, const void *right)
{
    const struct bw_event *a = *(const struct bw_event *const *)left, *b = *(const struct bw_event *const *)right;
    int order = strcmp(a->event_id, b->event_id);
    return order ? order : bw_uuid_cmp(&a->uid, &b->uid);
}

/* A correction cannot be taken back, so that no two can take each other back; nor can what a case wrote. */
static bool replaceable(const struct bw_event *ev)
{
    return ev->code != BW_EV_CORRECTION && !(bw_code_row(ev->code)->flags & BW_CF_TO_BAGS);
}

/* A correction speaks for its own sender and carrier alone. */
static bool names(const struct bw_event *correction, const struct bw_replaced *what, const struct bw_event *ev)
{
    struct bw_ident identity = correction->ident;
    if (!replaceable(ev) || !bw_str_eq_c(what->event_id, ev->event_id) || strcmp(correction->sender, ev->sender) != 0 ||
        strcmp(correction->carrier, ev->carrier) != 0)
        return false;
    if (what->identity.n && !bw_ident_from_text(what->identity, &identity))
        return false;
    bool dated = identity.date != BW_DATE_NONE && ev->ident.date != BW_DATE_NONE;
    return identity.kind == ev->ident.kind && strcmp(identity.value, ev->ident.value) == 0 &&
           (!dated || identity.date == ev->ident.date);
}

struct drops {
    uint64_t bits[BW_HISTORY_MAX / 64];
};

static size_t first_of(const struct bw_event **events, size_t n, struct bw_str event_id)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bw_str_cmp(bw_str_c(events[middle]->event_id), event_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Marks what one element of one correction names; false when it has not come yet. */
static bool drop(const struct bw_event **events, size_t n, const struct bw_event *correction,
                 const struct bw_replaced *what, struct drops *drops)
{
    bool found = false;
    for (size_t at = first_of(events, n, what->event_id); at < n; at++) {
        if (!bw_str_eq_c(what->event_id, events[at]->event_id))
            break;
        if (!names(correction, what, events[at]))
            continue;
        drops->bits[at / 64] |= UINT64_C(1) << (at % 64);
        found = true;
    }
    return found;
}

/* Moves what corrections take back to the end; returns how many events count. */
static size_t correct(const struct bw_event **events, size_t n, bool *ret_pending)
{
    struct drops drops = { { 0 } };
    *ret_pending = false;
    qsort(events, n, sizeof(*events), by_event_id);
    for (size_t at = 0; at < n; at++) {
        struct bw_replaced what;
        size_t place = 0;
        if (events[at]->code != BW_EV_CORRECTION)
            continue;
        while (bw_event_replaces_next(events[at]->replaces, &place, &what))
            *ret_pending = !drop(events, n, events[at], &what, &drops) || *ret_pending;
    }
    size_t kept = 0;
    for (size_t at = 0; at < n; at++) {
        if (drops.bits[at / 64] >> (at % 64) & 1)
            continue;
        const struct bw_event *ev = events[at];
        events[at] = events[kept];
        events[kept++] = ev;
    }
    return kept;
}

void bw_bag_fold(struct bw_bag *bag, const struct bw_event **events, size_t n)
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
    for (size_t at = 0; at < n; at++)
        corrected = corrected || events[at]->code == BW_EV_CORRECTION;
    size_t kept = corrected ? correct(events, n, &pending) : n;
    qsort(events, kept, sizeof(*events), by_order);
    for (size_t at = 0; at < kept; at++) {
        struct bw_step step;
        bw_bag_step(bag, events[at], &step);
    }
    bag->pending_replaces = pending;
    bag->taken_back = (int32_t)(n - kept);
}

void bw_bag_judge(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev,
                  struct bw_step *ret)
{
    const struct bw_code_row *row = bw_code_row(ev->code);
    struct bw_bag alone = *before;
    bw_bag_step(&alone, ev, ret);
    bw_bag_moves(before, after, ret);
    bool moved = ret->place_moved || ret->custody_moved;
    bool moves = row->flags & BW_CF_SIGHTING || row->hold != BW_HOLD_KEEP;
    if (ev->code == BW_EV_CORRECTION) {
        bool waiting = after->pending_replaces && !before->pending_replaces;
        ret->outcome = waiting ? BW_OUT_ACCEPTED : BW_OUT_CORRECTED;
        ret->sentence = waiting ? "what it takes back has not come yet" : "what it names was taken back";
    } else if (after->taken_back > before->taken_back && ev->code != BW_EV_ALIAS_JOINED) {
        ret->outcome = BW_OUT_CORRECTED;
        ret->sentence = "an earlier correction takes it back";
    } else if (ev->code == BW_EV_CUSTODY_DISPUTED) {
        ret->outcome = ret->custody_moved ? BW_OUT_ACCEPTED : BW_OUT_MOOT;
    } else if (moved) {
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
