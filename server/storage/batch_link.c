/* SPDX-License-Identifier: Apache-2.0 */
/* Records that turned out to be one bag, and records that are two after all: an event on each of the two, so that both
 * versions guard it; logs never move (design.md 7, BAG-02). */
#include <stdio.h>

#include "batch_ways.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a batch");
}

static void name(const struct bw_uuid *id, struct bw_ident *to)
{
    char text[BW_UUID_TEXT];
    *to = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(id, text)), to->value, sizeof to->value);
}

/* Later than any join or parting of either, so that their order is that in which they were made. */
static bw_time link_time(const struct bw_batch *b, const struct bw_actor *one, const struct bw_actor *other)
{
    bw_time at = b->now;
    const struct bw_bag *bags[] = { &one->now.bag, &other->now.bag };
    for (size_t k = 0; k < BW_LEN(bags); k++) {
        at = bags[k]->recorded_at > at ? bags[k]->recorded_at : at;
        at = bags[k]->linked_at >= at ? bags[k]->linked_at + 1 : at;
    }
    return at;
}

/* --- a forward under a new plate --- */

static void joined(const struct bw_event *ev, const struct bw_uuid *on, const struct bw_uuid *other, const char *why,
                   bw_time at, struct bw_event *to)
{
    bw_event_init(to);
    char text[BW_UUID_TEXT];
    bw_str_put(BW_STR("bagwatch"), to->sender, sizeof to->sender);
    int n = snprintf(to->event_id, sizeof to->event_id, "%s.join", bw_uuid_text(&ev->uid, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof to->event_id);
    name(on, &to->ident);
    to->code = BW_EV_ALIAS_JOINED;
    to->source = BW_SRC_SYSTEM;
    to->occurred_at = at;
    to->data.other_bag = *other;
    bw_str_put(bw_str_c(why), to->data.why, sizeof to->data.why);
}

/* A plan never joins silently what may be two bags: a record with a case, members or partings of its own (BAG-02). */
static bool may_merge(const struct bw_actor *a, const struct bw_actor *other)
{
    const struct bw_bag *bag = &other->now.bag;
    return other != a && bw_uuid_is_nil(&bag->joined_into) && bag->case_state == BW_CASE_NONE && !bag->n_members &&
           !bag->n_parted && a->now.bag.n_members < BW_LEN(a->now.bag.members);
}

/* The named rush plate is this bag from now on.  Where scans under it came first and made a record of their own, the
 * two are one. */
bw_code bw_link_plate(struct bw_batch *b, struct bw_actor *a, const struct bw_event *ev, struct bw_error *err)
{
    struct bw_ident rush;
    const char *why;
    bw_date day = ev->flight_date != BW_DATE_NONE ? ev->flight_date : bw_event_day(ev, b->now);
    if (!bw_ident_parse(bw_str_c(ev->new_plate), day, &rush, &why))
        return BW_OK;
    struct bw_alias_set *s = bw_alias_get(b, rush.kind, bw_str_c(rush.value));
    if (!s)
        return no_memory(err);
    const struct bw_window *w = NULL;
    for (size_t k = 0; k < s->n && !w; k++)
        w = s->v[k].from <= day && day < s->v[k].until ? &s->v[k] : NULL;
    if (!w)
        return bw_alias_add(b, rush.kind, bw_str_c(rush.value), day, &a->id) ? BW_OK : no_memory(err);
    struct bw_actor *other = bw_actor_get(b, BW_SUBJECT_BAG, &w->bag_id);
    if (!other)
        return no_memory(err);
    if (!other->found) {
        b->needs_reading = true;
        return BW_OK;
    }
    if (!may_merge(a, other))
        return BW_OK; /* this bag already, or staff see both */
    struct bw_event *into = BW_NEW(&b->arena, struct bw_event), *merge = BW_NEW(&b->arena, struct bw_event);
    struct bw_out *out;
    if (!into || !merge)
        return no_memory(err);
    bw_time at = link_time(b, a, other);
    joined(ev, &other->id, &a->id, "into", at, into);
    joined(ev, &a->id, &other->id, "merge", at, merge);
    bw_code rc = bw_fold_bag(b, other, into, &out, err);
    return rc == BW_OK && !b->needs_reading ? bw_fold_bag(b, a, merge, &out, err) : rc;
}

/* --- by staff --- */

/* The same statement on the other record, under a key that nobody can send. */
static struct bw_event *mirror(struct bw_batch *b, const struct bw_event *ev, const struct bw_actor *on,
                               const struct bw_actor *other, const char *why)
{
    struct bw_event *to = BW_NEW(&b->arena, struct bw_event);
    if (!to)
        return NULL;
    *to = *ev;
    name(&on->id, &to->ident);
    to->private_body = BW_STR_NONE; /* the words stand on one of the two */
    to->has_private_commitment = false;
    to->data.other_bag = other->id;
    bw_str_put(bw_str_c(why), to->data.why, sizeof to->data.why);
    return to;
}

/* Why two records cannot be joined; NULL: they can.  *ret_into lives on. */
static const char *cannot_join(struct bw_actor *a, struct bw_actor *other, struct bw_actor **ret_into)
{
    const struct bw_bag *one = &a->now.bag, *two = &other->now.bag;
    *ret_into = a;
    if (a == other)
        return "they are one bag already";
    if (one->case_state != BW_CASE_NONE && two->case_state != BW_CASE_NONE)
        return "each has a file of its own: close one of them first";
    if (one->n_members && two->n_members)
        return "both have other records joined to them: part those first";
    /* The one with a file lives on, else the one that others were joined to. */
    if (two->case_state != BW_CASE_NONE || (two->n_members && one->case_state == BW_CASE_NONE))
        *ret_into = other;
    const struct bw_actor *from = *ret_into == a ? other : a;
    if (from->now.bag.n_members)
        return "the one without a file has other records joined to it: part those first";
    return (*ret_into)->now.bag.n_members == BW_LEN(one->members) ? "four records are joined to it already" : NULL;
}

static const char *cannot_part(const struct bw_actor *a, const struct bw_actor *other)
{
    const struct bw_bag *bag = &a->now.bag;
    bool member = false;
    for (size_t k = 0; k < bag->n_members; k++)
        member = member || bw_uuid_eq(&bag->members[k], &other->id);
    if (!member)
        return "they are not joined";
    bool full = bag->n_parted == BW_LEN(bag->parted) || other->now.bag.n_parted == BW_LEN(bag->parted);
    return full ? "four records were parted from it already" : NULL;
}

static bw_code refuse(struct bw_item *item, const char *why)
{
    item->rc = bw_fail(&item->err, BW_E_LINK, "/other", "%s", why);
    return BW_OK;
}

bw_code bw_link_bags(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_item *item,
                     struct bw_out **ret, struct bw_error *err)
{
    bool join = ev->code == BW_EV_ALIAS_JOINED;
    struct bw_actor *other = bw_actor_get(b, BW_SUBJECT_BAG, &ev->data.other_bag);
    for (int hop = 0; join && other && hop < 4 && !bw_uuid_is_nil(&other->now.bag.joined_into); hop++)
        other = bw_actor_get(b, BW_SUBJECT_BAG, &other->now.bag.joined_into);
    if (!other)
        return no_memory(err);
    if (!other->found) {
        if (other->read_version < 0)
            item->rc = bw_fail(&item->err, BW_E_NOT_FOUND, "/other", "no such bag");
        else
            b->needs_reading = true;
        return BW_OK;
    }
    struct bw_actor *into = a;
    const char *why = join ? cannot_join(a, other, &into) : cannot_part(a, other);
    if (why)
        return refuse(item, why);
    struct bw_actor *from = into == a ? other : a;
    ev->occurred_at = link_time(b, into, from);
    ev->data.other_bag = from->id;
    bw_str_put(join ? BW_STR("merge") : BW_STR("part"), ev->data.why, sizeof ev->data.why);
    struct bw_event *on_other = mirror(b, ev, from, into, join ? "into" : "from");
    struct bw_out *out;
    if (!on_other)
        return no_memory(err);
    /* A survivor's fold reads the other's log, and the other's share of a survivor's log needs the parting on it. */
    bw_code rc = BW_OK;
    if (join) {
        b->copying = true;
        rc = bw_fold_bag(b, from, on_other, &out, err);
    }
    if (rc != BW_OK || b->needs_reading)
        return rc;
    rc = bw_fold_bag(b, into, ev, ret, err);
    if (rc != BW_OK || b->needs_reading || join)
        return rc;
    b->copying = true;
    return bw_fold_bag(b, from, on_other, &out, err);
}
