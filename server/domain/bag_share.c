/* SPDX-License-Identifier: Apache-2.0 */
/* bag_share.c - which events are a bag's when logs were merged and parted again.  Logs never move: a survivor's fold
 * merges its members' logs, and after a parting the record that leaves takes along what was said on the survivor's log
 * meanwhile under its own identities.  Layer: domain.  Threads: any; scratch on the stack.
 * Source: design.md 7 (ALIAS_JOINED, ALIAS_PARTED), BAG-02. */
#include "bag_fold.h"

enum { PARTINGS_MOST = 16 };

/* A time on the survivor's log during which another record was merged into it. */
struct stay {
    struct bw_uuid other; /* who stayed */
    int32_t from, until;  /* versions on the survivor's log, both outside */
    int32_t left;         /* version of the parting on its own log */
};

struct stays {
    struct stay v[PARTINGS_MOST];
    size_t n;
};

/* What is not stored yet has no version: it is the newest. */
static int32_t version_of(const struct bw_event *ev)
{
    return ev->version ? ev->version : INT32_MAX;
}

static bool is_link(const struct bw_event *ev)
{
    return ev->code == BW_EV_ALIAS_JOINED || ev->code == BW_EV_ALIAS_PARTED;
}

/* The newest join or parting that `log` tells of `other`, before a version; NULL: none. */
static const struct bw_event *link_of(const struct bw_event *const *events, size_t n, const struct bw_uuid *log,
                                      const struct bw_uuid *other, int32_t before)
{
    const struct bw_event *newest = NULL;
    for (size_t at = 0; at < n; at++) {
        const struct bw_event *ev = events[at];
        bool about = is_link(ev) && bw_uuid_eq(&ev->bag_id, log) && bw_uuid_eq(&ev->data.other_bag, other);
        if (about && version_of(ev) < before && (!newest || version_of(ev) > version_of(newest)))
            newest = ev;
    }
    return newest;
}

static bool is_why(const struct bw_event *ev, const char *why)
{
    return strcmp(ev->data.why, why) == 0;
}

/* The same parting on the log of the record that left; not written yet: the newest. */
static int32_t left_at(const struct bw_event *const *events, size_t n, const struct bw_event *part)
{
    for (size_t at = 0; at < n; at++) {
        const struct bw_event *ev = events[at];
        if (ev->code == BW_EV_ALIAS_PARTED && bw_uuid_eq(&ev->bag_id, &part->data.other_bag) &&
            strcmp(ev->event_id, part->event_id) == 0 && strcmp(ev->sender, part->sender) == 0)
            return version_of(ev);
    }
    return INT32_MAX;
}

/* Every stay of `other` (nil: of anybody) on the log of `survivor` that has ended. */
static void find_stays(const struct bw_event *const *events, size_t n, const struct bw_uuid *survivor,
                       const struct bw_uuid *other, struct stays *ret)
{
    for (size_t at = 0; at < n && ret->n < PARTINGS_MOST; at++) {
        const struct bw_event *ev = events[at];
        if (ev->code != BW_EV_ALIAS_PARTED || !is_why(ev, "part") || !bw_uuid_eq(&ev->bag_id, survivor))
            continue;
        if (!bw_uuid_is_nil(other) && !bw_uuid_eq(&ev->data.other_bag, other))
            continue;
        const struct bw_event *joined = link_of(events, n, survivor, &ev->data.other_bag, version_of(ev));
        if (joined && joined->code == BW_EV_ALIAS_JOINED)
            ret->v[ret->n++] =
                (struct stay){ ev->data.other_bag, version_of(joined), version_of(ev), left_at(events, n, ev) };
    }
}

/* Whether a record's own log had a statement under that identity when it left: what it is called later takes nothing
 * along. */
static bool goes_by(const struct bw_event *const *events, size_t n, const struct stay *stay,
                    const struct bw_ident *ident)
{
    if (ident->kind == BW_IDENT_ID || ident->kind == BW_IDENT_REF)
        return false;
    for (size_t at = 0; at < n; at++)
        if (bw_uuid_eq(&events[at]->bag_id, &stay->other) && version_of(events[at]) < stay->left &&
            events[at]->ident.kind == ident->kind && strcmp(events[at]->ident.value, ident->value) == 0)
            return true;
    return false;
}

/* Whether the record that stayed takes this statement of the survivor's log along. */
static bool taken_along(const struct bw_event *const *events, size_t n, const struct stays *stays,
                        const struct bw_event *ev)
{
    for (size_t at = 0; at < stays->n; at++) {
        const struct stay *s = &stays->v[at];
        if (version_of(ev) > s->from && version_of(ev) < s->until && goes_by(events, n, s, &ev->ident))
            return true;
    }
    return false;
}

/* The newest word of this bag's log about another; NULL: none. */
static const struct bw_event *last_link(const struct bw_event *const *events, size_t n, const struct bw_uuid *bag_id,
                                        const struct bw_uuid *other)
{
    for (size_t at = 0; at < n; at++)
        if (is_link(events[at]) && !events[at]->version && bw_uuid_eq(&events[at]->bag_id, bag_id) &&
            bw_uuid_eq(&events[at]->data.other_bag, other))
            return events[at]; /* being written now */
    return link_of(events, n, bag_id, other, INT32_MAX);
}

static bool apart(const struct bw_event *const *events, size_t n, const struct bw_uuid *bag_id,
                  const struct bw_uuid *other)
{
    const struct bw_event *link = last_link(events, n, bag_id, other);
    return link && link->code == BW_EV_ALIAS_PARTED;
}

static bool belongs(const struct bw_uuid *bag_id, const struct bw_event *const *events, size_t n,
                    const struct stays *left, const struct bw_event *ev)
{
    if (bw_uuid_eq(&ev->bag_id, bag_id) || bw_uuid_is_nil(&ev->bag_id))
        return !taken_along(events, n, left, ev);
    const struct bw_event *link = last_link(events, n, bag_id, &ev->bag_id);
    if (!link || link->code == BW_EV_ALIAS_JOINED)
        return !link || !is_why(link, "into");
    struct stays own = { .n = 0 };
    find_stays(events, n, &ev->bag_id, bag_id, &own);
    return taken_along(events, n, &own, ev);
}

size_t bw_fold_share(const struct bw_uuid *bag_id, const struct bw_event **events, size_t n)
{
    bool parted = false;
    for (size_t at = 0; at < n; at++)
        parted = parted || events[at]->code == BW_EV_ALIAS_PARTED;
    if (!parted)
        return n;
    struct stays all = { .n = 0 }, left = { .n = 0 };
    const struct bw_uuid nobody = { { 0 } };
    find_stays(events, n, bag_id, &nobody, &all);
    /* A record that was joined again brings back what it took along. */
    for (size_t at = 0; at < all.n; at++)
        if (apart(events, n, bag_id, &all.v[at].other))
            left.v[left.n++] = all.v[at];
    /* Decided on the untouched array, then moved. */
    uint64_t out[BW_HISTORY_MAX / 64] = { 0 };
    for (size_t at = 0; at < n; at++)
        if (!belongs(bag_id, events, n, &left, events[at]))
            out[at / 64] |= UINT64_C(1) << (at % 64);
    size_t kept = 0;
    for (size_t at = 0; at < n; at++) {
        if (out[at / 64] >> (at % 64) & 1)
            continue;
        const struct bw_event *ev = events[at];
        events[at] = events[kept];
        events[kept++] = ev;
    }
    return kept;
}
