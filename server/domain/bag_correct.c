/* SPDX-License-Identifier: Apache-2.0 */
/* bag_correct.c - what corrections take back from a history: the state is as if it had never been said.  A correction
 * speaks for its own sender and carrier, or a supervisor's for the whole carrier.  One correction may take back another
 * that is older in the one order, so no two can take each other back; then what the older took back is said again.
 * Layer: domain.  Threads: any; scratch on the stack.  Source: ING-12, design.md 3 (corrections). */
#include <stdlib.h>

#include "bag_fold.h"
#include "event_int.h"

struct marks {
    uint64_t bits[BW_HISTORY_MAX / 64];
};

static bool marked(const struct marks *m, size_t at)
{
    return m->bits[at / 64] >> (at % 64) & 1;
}

static void mark(struct marks *m, size_t at)
{
    m->bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static int by_event_id(const void *left, const void *right)
{
    const struct bw_event *a = *(const struct bw_event *const *)left, *b = *(const struct bw_event *const *)right;
    int order = strcmp(a->event_id, b->event_id);
    return order ? order : bw_uuid_cmp(&a->uid, &b->uid);
}

/* What a case wrote stays, and so do joins and partings: each has a way back of its own. */
static bool replaceable(const struct bw_event *correction, const struct bw_event *ev)
{
    if (ev->code == BW_EV_ALIAS_JOINED || ev->code == BW_EV_ALIAS_PARTED ||
        bw_code_row(ev->code)->flags & BW_CF_TO_BAGS)
        return false;
    return ev->code != BW_EV_CORRECTION || bw_order_cmp(&ev->order, &correction->order) < 0;
}

static bool may_correct(const struct bw_event *correction, const struct bw_event *ev)
{
    if (strcmp(correction->carrier, ev->carrier) != 0)
        return false;
    return strcmp(correction->sender, ev->sender) == 0 || (correction->data.supervisor && ev->carrier[0]);
}

static bool same_identity(const struct bw_ident *a, const struct bw_ident *b)
{
    bool dated = a->date != BW_DATE_NONE && b->date != BW_DATE_NONE;
    return a->kind == b->kind && strcmp(a->value, b->value) == 0 && (!dated || a->date == b->date);
}

/* What lies on another bag's log is that log's copy of the correction to take back. */
static bool lies_elsewhere(const struct bw_event *correction, const struct bw_replaced *what)
{
    return !bw_uuid_is_nil(&what->bag_id) && !bw_uuid_eq(&what->bag_id, &correction->bag_id);
}

static bool names(const struct bw_event *correction, const struct bw_replaced *what, const struct bw_event *ev)
{
    struct bw_ident identity = correction->ident;
    if (!bw_str_eq_c(what->event_id, ev->event_id) || !replaceable(correction, ev) || !may_correct(correction, ev))
        return false;
    if (what->identity.n && !bw_ident_from_text(what->identity, &identity))
        return false;
    /* One that names the bag itself means whatever identity the statement was made under. */
    return identity.kind == BW_IDENT_ID || same_identity(&identity, &ev->ident);
}

static size_t first_of(const struct bw_event *const *events, size_t n, struct bw_str event_id)
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
static bool drop(const struct bw_event *const *events, size_t n, const struct bw_event *correction,
                 const struct bw_replaced *what, struct marks *dropped)
{
    bool found = false;
    for (size_t at = first_of(events, n, what->event_id); at < n; at++) {
        if (!bw_str_eq_c(what->event_id, events[at]->event_id))
            break;
        if (!names(correction, what, events[at]))
            continue;
        mark(dropped, at);
        found = true;
    }
    return found;
}

/* The newest correction that was not looked at yet, or n. */
static size_t next_correction(const struct bw_event *const *events, size_t n, const struct marks *seen)
{
    size_t next = n;
    for (size_t at = 0; at < n; at++) {
        if (events[at]->code != BW_EV_CORRECTION || bw_no_mandate(events[at]) || marked(seen, at))
            continue;
        if (next == n || bw_order_cmp(&events[at]->order, &events[next]->order) > 0)
            next = at;
    }
    return next;
}

/* Every element of one correction; false when one of them has not come yet. */
static bool apply(const struct bw_event *const *events, size_t n, const struct bw_event *correction,
                  struct marks *dropped)
{
    struct bw_replaced what;
    size_t place = 0;
    bool whole = true;
    while (bw_event_replaces_next(correction->replaces, &place, &what))
        whole = (lies_elsewhere(correction, &what) || drop(events, n, correction, &what, dropped)) && whole;
    return whole;
}

size_t bw_fold_correct(const struct bw_event **events, size_t n, bool *ret_pending, struct bw_told *told)
{
    struct marks dropped = { { 0 } }, seen = { { 0 } };
    *ret_pending = false;
    qsort(events, n, sizeof(*events), by_event_id);
    for (size_t at; (at = next_correction(events, n, &seen)) < n;) {
        mark(&seen, at);
        if (marked(&dropped, at))
            continue;
        bool whole = apply(events, n, events[at], &dropped);
        *ret_pending = *ret_pending || !whole;
        if (told && told->of == events[at])
            told->waiting = !whole;
    }
    size_t kept = 0;
    for (size_t at = 0; at < n; at++) {
        if (marked(&dropped, at)) {
            if (told && told->of == events[at])
                told->taken_back = true;
            if (told && told->mark)
                told->mark(told->ctx, events[at], BW_MARK_TAKEN_BACK);
            continue;
        }
        const struct bw_event *ev = events[at];
        events[at] = events[kept];
        events[kept++] = ev;
    }
    return kept;
}
