/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a delayed-bag file: CASE_OPENED on the file, copies on its bags, aliases under the reference; changing its
 * personal data (CASE-01, CASE-06, CASE-11). */
#include "batch_ways.h"

#include "bw/domain/case_step.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
}

/* What the file says of its bags' journey, for the choice between bags of one plate. */
static struct bw_event *as_said(struct bw_batch *b, const struct bw_entry *e)
{
    const struct bw_case_new *n = e->item->new_case;
    struct bw_event *ev = BW_NEW(&b->arena, struct bw_event);
    if (!ev)
        return NULL;
    bw_event_init(ev);
    ev->code = BW_EV_CASE_OPENED;
    ev->occurred_at = e->item->ev.occurred_at;
    memcpy(ev->data.legs, n->legs, sizeof ev->data.legs);
    ev->data.n_legs = n->n_legs;
    return ev;
}

/* The bag an identity names; *ret stays NULL where the item is refused or more has to be read. */
static bw_code find_bag(struct bw_batch *b, struct bw_entry *e, const struct bw_ident *ident, struct bw_event *said,
                        struct bw_actor **ret, struct bw_error *err)
{
    struct bw_actor *bag = NULL;
    bool ambiguous;
    said->ident = *ident;
    bw_date day = bw_event_day(said, b->now);
    bw_code rc = BW_OK;
    *ret = NULL;
    if (ident->kind == BW_IDENT_NONE)
        bag = bw_bag_unnamed(b, &e->item->ev.ident, day);
    else
        rc = bw_resolve(b, &said->ident, day, said, &bag, &ambiguous, &e->item->err);
    if (rc == BW_E_NOMEM || (rc == BW_OK && !b->needs_reading && !bag))
        return no_memory(err);
    e->item->rc = rc;
    if (rc == BW_OK && !b->needs_reading)
        *ret = bag;
    return BW_OK;
}

/* One accepted case a bag: another is refused, or stands beside it as a report where that was said (CASE-02). */
static bool stands_in_the_way(const struct bw_case_new *n, const struct bw_bag *bag, struct bw_item *item)
{
    if (!bw_file_is_open(bag) || n->report || strcmp(n->beside, bag->case_ref) == 0)
        return false;
    item->rc = bw_fail(&item->err, BW_E_CASE_EXISTS, "/plate", "file %s is open on this bag", bag->case_ref);
    return true;
}

/* The file that a report stands beside; NULL: none of its bags has it. */
static const struct bw_bag *beside_of(struct bw_batch *b, const struct bw_case_new *n, const struct bw_actor *file)
{
    for (size_t k = 0; k < file->n_bags; k++) {
        const struct bw_bag *bag = &bw_actor_get(b, BW_SUBJECT_BAG, &file->bags[k])->now.bag;
        if (bw_file_is_open(bag) && (!n->beside[0] || strcmp(n->beside, bag->case_ref) == 0))
            return bag;
    }
    return NULL;
}

/* The bags the file names; a bag that has an open file already is not taken over (CASE-02).  *ret_claim: one of them
 * keeps a claim for its file. */
static bw_code take_bags(struct bw_batch *b, struct bw_entry *e, struct bw_actor *file, bool *ret_claim,
                         struct bw_error *err)
{
    const struct bw_case_new *new_case = e->item->new_case;
    struct bw_event *said = as_said(b, e);
    if (!said)
        return no_memory(err);
    file->n_bags = 0;
    for (size_t k = 0; k < new_case->n_bags; k++) {
        struct bw_actor *bag;
        bw_code rc = find_bag(b, e, &new_case->bags[k], said, &bag, err);
        if (rc != BW_OK || !bag)
            return rc;
        if (stands_in_the_way(new_case, &bag->now.bag, e->item))
            return BW_OK;
        for (size_t i = 0; i < file->n_bags; i++)
            if (bw_uuid_eq(&file->bags[i], &bag->id)) {
                e->item->rc = bw_fail(&e->item->err, BW_E_INVALID_BODY, "/bags", "two of them are one bag");
                return BW_OK;
            }
        if (file->n_bags < BW_LEN(file->bags))
            file->bags[file->n_bags++] = bag->id;
        *ret_claim |= bag->now.bag.claim_waits;
    }
    return BW_OK;
}

/* By the rule of CASE-11, which the event then tells with what it was asked. */
static bool choose_owner(struct bw_batch *b, const struct bw_actor *file, struct bw_event *ev)
{
    const struct bw_bag *bags[BW_LEN(file->bags)];
    for (size_t k = 0; k < file->n_bags; k++) {
        const struct bw_actor *bag = bw_actor_get(b, BW_SUBJECT_BAG, &file->bags[k]);
        if (!bag)
            return false;
        bags[k] = &bag->now.bag;
    }
    bw_owner_choose(ev, bags, file->n_bags);
    return true;
}

/* Damage was told before the file: the claim that the opening makes says of which bag, or of the whole where it is
 * several. */
static void say_claim(struct bw_batch *b, const struct bw_actor *file, struct bw_event *ev)
{
    unsigned waiting = 0;
    bool damaged = false;
    for (size_t k = 0; k < file->n_bags; k++) {
        const struct bw_bag *bag = &bw_actor_get(b, BW_SUBJECT_BAG, &file->bags[k])->now.bag;
        if (!bag->claim_waits)
            continue;
        damaged |= bag->damaged;
        ev->data.bag_ordinal = waiting++ ? 0 : (uint8_t)(k + 1);
    }
    bw_str_put(BW_STR(BW_WHY_CLAIM), ev->data.why, sizeof ev->data.why);
    bw_str_put(bw_str_c(bw_claim_kind_word(damaged ? BW_CLAIM_DAMAGE : BW_CLAIM_MISSING)), ev->data.claim_kind,
               sizeof ev->data.claim_kind);
}

/* From now on its bags go by the reference, and by the digits of what they were named by (BAG-11). */
static bool name_bags(struct bw_batch *b, const struct bw_case_new *n, const struct bw_actor *file, bw_date day)
{
    for (size_t k = 0; k < file->n_bags; k++) {
        const struct bw_ident *named = &n->bags[k];
        if (!bw_alias_add(b, BW_IDENT_REF, bw_str_c(n->ref), day, &file->bags[k]))
            return false;
        if (named->kind != BW_IDENT_PLATE && named->kind != BW_IDENT_SHORT)
            continue;
        const struct bw_alias_set *digits = bw_digits_get(b, named);
        if (!digits || !bw_alias_add(b, BW_IDENT_DIGITS, bw_str_c(digits->value), day, &file->bags[k]))
            return false;
    }
    return true;
}

bw_code bw_open_case(struct bw_batch *b, struct bw_entry *e, struct bw_out **ret, struct bw_error *err)
{
    const struct bw_case_new *n = e->item->new_case;
    struct bw_event *ev = BW_NEW(&b->arena, struct bw_event);
    struct bw_actor *file = bw_actor_get(b, BW_SUBJECT_CASE, &n->case_id);
    if (!ev || !file)
        return no_memory(err);
    bool claim = false;
    bw_code rc = take_bags(b, e, file, &claim, err);
    if (rc != BW_OK || b->needs_reading || e->item->rc != BW_OK)
        return rc;
    const struct bw_bag *beside = n->report || n->beside[0] ? beside_of(b, n, file) : NULL;
    if (n->beside[0] && !beside) {
        e->item->rc =
            bw_fail(&e->item->err, BW_E_INVALID_BODY, "/beside", "no file %s is open on these bags", n->beside);
        return BW_OK;
    }
    *ev = e->item->ev;
    file->fresh = file->found = file->dirty = true;
    file->opening = n;
    bw_case_init(&file->now.file, &n->case_id);
    bw_actor_key(b, file);
    ev->data.case_id = n->case_id;
    ev->data.n_bags = (uint8_t)file->n_bags;
    if (claim && ev->code == BW_EV_CASE_OPENED)
        say_claim(b, file, ev);
    bw_str_put(bw_str_c(n->ref), ev->data.case_ref, sizeof ev->data.case_ref);
    memcpy(ev->data.legs, n->legs, sizeof ev->data.legs);
    ev->data.n_legs = n->n_legs;
    if (!choose_owner(b, file, ev))
        return no_memory(err);
    if (beside) { /* one answers for the bag already, and for what is told beside its file */
        bw_str_put(bw_str_c(beside->owner), ev->data.owner, sizeof ev->data.owner);
        bw_str_put(BW_STR("beside"), ev->data.rule, sizeof ev->data.rule);
    }
    if (!name_bags(b, n, file, bw_event_day(ev, b->now)))
        return no_memory(err);
    return bw_fold_file(b, file, ev, ret, err);
}

/* Its owner takes a report for its own: from here on it is a file like any other (CASE-02). */
bool bw_case_accept(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_item *item)
{
    const struct bw_case *c = &a->now.file;
    if (c->state != BW_CASE_REPORT)
        item->rc = bw_fail(&item->err, BW_E_REPORT, NULL, "%s is no report that waits", c->ref);
    for (size_t k = 0; item->rc == BW_OK && k < a->n_bags; k++) {
        const struct bw_actor *bag = bw_actor_get(b, BW_SUBJECT_BAG, &a->bags[k]);
        if (!bag || !bag->found)
            b->needs_reading = true;
        else if (bw_file_is_open(&bag->now.bag))
            item->rc = bw_fail(&item->err, BW_E_CASE_EXISTS, NULL, "file %s is open on bag %zu of it",
                               bag->now.bag.case_ref, k + 1);
    }
    if (item->rc != BW_OK || b->needs_reading)
        return false;
    ev->data.case_id = c->case_id;
    ev->data.n_bags = c->n_bags;
    ev->data.priority = c->priority;
    bw_str_put(bw_str_c(c->ref), ev->data.case_ref, sizeof ev->data.case_ref);
    bw_str_put(bw_str_c(c->station), ev->station, sizeof ev->station);
    bw_str_put(bw_str_c(c->owner), ev->data.owner, sizeof ev->data.owner);
    memcpy(ev->data.legs, c->legs, sizeof ev->data.legs);
    ev->data.n_legs = c->n_legs;
    memcpy(ev->data.stays, c->stays, sizeof ev->data.stays);
    ev->data.n_stays = c->n_stays;
    return true;
}

/* The guard is the version at which the personal data were last changed, not the case's own: that moves with every
 * reminder, and an edit that nothing contradicts would be refused for it. */
bool bw_case_take_change(struct bw_actor *a, struct bw_item *item)
{
    const struct bw_case_change *change = item->case_change;
    const struct bw_case *c = &a->now.file;
    BW_ASSERT(item->ev.data.fields != 0);
    if (!a->has_key)
        item->rc = bw_fail(&item->err, BW_E_NOT_FOUND, NULL, "what this file held of a person was erased");
    else if (change->read_version < c->changed_version || change->read_version > c->version)
        item->rc = bw_fail(&item->err, BW_E_PRECONDITION_FAILED, NULL, "version %d has other details than version %d",
                           c->version, change->read_version);
    if (item->rc != BW_OK)
        return false;
    a->change = change;
    return true;
}
