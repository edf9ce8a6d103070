/* SPDX-License-Identifier: Apache-2.0 */
/* The fold of a batch in queue order: each event with its own version and after-state, exactly as if it had come alone.
 */
#include "batch_erase.h"
#include "batch_ways.h"

#include "bw/domain/ask.h"
#include "bw/domain/case_step.h"
#include "bw/domain/watch.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a batch");
}

/* --- back to what was read --- */

static bool reset_actor(struct bw_batch *b, struct bw_actor *a)
{
    a->dirty = a->fresh = false;
    a->found = a->read_version > 0;
    a->now = a->row;
    a->opening = NULL;
    a->change = NULL;
    a->aside = NULL;
    a->added.n = 0;
    a->promises.n = 0;
    if (a->key_fresh)
        a->has_key = a->key_fresh = false;
    for (size_t k = 0; k < a->read_promises.n; k++) {
        struct bw_prow *copy = BW_NEW(&b->arena, struct bw_prow);
        if (!copy)
            return false;
        *copy = *(const struct bw_prow *)a->read_promises.v[k];
        if (!bw_list_add(&b->arena, &a->promises, copy))
            return false;
    }
    return true;
}

static bool reset(struct bw_batch *b)
{
    for (size_t k = 0; k < b->actor_list.n; k++)
        if (!reset_actor(b, b->actor_list.v[k]))
            return false;
    for (size_t k = 0; k < b->alias_list.n; k++) {
        struct bw_alias_set *s = b->alias_list.v[k];
        s->n = s->n_read;
    }
    b->outs.n = 0;
    bw_buf_clear(&b->lines);
    b->n_lines = 0;
    b->needs_reading = b->copying = b->elsewhere_waits = false;
    for (size_t k = 0; k < b->n_entries; k++) {
        b->entries[k].out = NULL;
        b->entries[k].item->rc = BW_OK;
    }
    return true;
}

/* --- one event on a bag --- */

/* uid = UUIDv8 of HMAC(sender, event id, identity as sent): the same statement has the same uid for ever. */
static void identify(struct bw_batch *b, struct bw_out *out)
{
    struct bw_event *ev = out->ev;
    struct bw_str parts[] = { BW_STR("uid"),          bw_str_c(ev->sender), BW_STR("\n"),
                              bw_str_c(ev->event_id), BW_STR("\n"),         out->key_ident };
    struct bw_hash h = bw_hmac(&b->opt->keys->installation, parts, BW_LEN(parts));
    ev->uid = bw_uuid_v8(h.b);
}

static void fingerprint(struct bw_batch *b, const struct bw_event *ev, struct bw_hash *ret)
{
    struct bw_buf text;
    bw_buf_init(&text, 256 * 1024); /* the private body of an event is as long as a file's details */
    bw_event_canonical(ev, &text);
    BW_ASSERT(bw_buf_ok(&text));
    struct bw_str parts[] = { BW_STR("fingerprint"), bw_buf_view(&text) };
    *ret = bw_hmac(&b->opt->keys->installation, parts, BW_LEN(parts));
    bw_buf_done(&text);
}

/* True where a time-out or level says what no longer holds: then nothing is stored. */
static bool moot(const struct bw_actor *a, const struct bw_event *ev)
{
    if (ev->code == BW_EV_CUSTODY_DISPUTED)
        return a->now.bag.custody != BW_CUSTODY_PENDING || a->now.bag.timeout_at != ev->occurred_at ||
               strcmp(a->now.bag.custodian, ev->from_carrier) != 0 || strcmp(a->now.bag.receiver, ev->to_carrier) != 0;
    if (ev->code == BW_EV_WATCH_STARTED)
        return !bw_watch_holds(&a->now.bag, ev);
    if (ev->code == BW_EV_FLIGHT_TIMES)
        return !a->now.bag.watched;
    if (ev->code == BW_EV_CASE_OWNER_LAPSED)
        return !bw_case_timeout_holds(&a->now.file, ev);
    bool moves = ev->code == BW_EV_PROMISE_MOVED;
    if (ev->code != BW_EV_PROMISE_REMINDED && ev->code != BW_EV_PROMISE_MISSED && !moves)
        return false;
    struct bw_promise open[BW_OPEN_MAX];
    size_t n = bw_open_promises(a, open, BW_LEN(open));
    for (size_t k = 0; k < n; k++)
        if (bw_uuid_eq(&open[k].promise_id, &ev->data.promise_id))
            return moves ? !bw_move_holds(&open[k], ev) : !bw_level_holds(&open[k], ev);
    return true;
}

/* The records whose logs this bag's fold reads: its own, those merged into it, those parted from it, and the one that
 * is being merged or parted. */
static size_t logs_of(struct bw_batch *b, struct bw_actor *a, const struct bw_event *ev, struct bw_actor *list[10])
{
    const struct bw_bag *bag = &a->now.bag;
    size_t n = 0;
    list[n++] = a;
    for (size_t k = 0; k < bag->n_members; k++)
        list[n++] = bw_actor_get(b, BW_SUBJECT_BAG, &bag->members[k]);
    for (size_t k = 0; k < bag->n_parted; k++)
        list[n++] = bw_actor_get(b, BW_SUBJECT_BAG, &bag->parted[k]);
    bool merged = ev->code == BW_EV_ALIAS_JOINED && strcmp(ev->data.why, "merge") == 0;
    if (!merged && ev->code != BW_EV_ALIAS_PARTED)
        return n;
    struct bw_actor *other = bw_actor_get(b, BW_SUBJECT_BAG, &ev->data.other_bag);
    for (size_t k = 0; k < n; k++)
        if (list[k] == other)
            return n;
    list[n++] = other;
    return n;
}

/* All that was said of the bag and of those merged into it, and ev. False: b->needs_reading or memory is out. */
static bool gather(struct bw_batch *b, struct bw_actor *a, const struct bw_event *ev, struct bw_list *all)
{
    struct bw_actor *list[10];
    size_t n = logs_of(b, a, ev, list);
    _Static_assert(BW_LEN(list) >= 2 + BW_LEN(a->now.bag.members) + BW_LEN(a->now.bag.parted), "every log has room");
    for (size_t k = 0; k < n; k++) {
        if (!list[k])
            return false;
        if (!list[k]->has_history && !list[k]->fresh) {
            list[k]->wants_history = true;
            b->needs_reading = true;
        }
    }
    if (b->needs_reading)
        return false;
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < list[k]->history.n; i++)
            if (!bw_list_add(&b->arena, all, list[k]->history.v[i]))
                return false;
        for (size_t i = 0; i < list[k]->added.n; i++)
            if (!bw_list_add(&b->arena, all, list[k]->added.v[i]))
                return false;
    }
    return true;
}

static bw_code fold_state(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_step *step,
                          struct bw_error *err)
{
    struct bw_bag *bag = &a->now.bag;
    if (bag->events >= BW_HISTORY_MOST && bw_bag_needs_history(bag, ev)) {
        *step = (struct bw_step){ .outcome = BW_OUT_LATE, .flags = BW_FL_NOT_FOLDED, .sentence = "too long a history" };
        return BW_OK;
    }
    if (!bw_bag_needs_history(bag, ev)) {
        bw_bag_step(bag, ev, b->world, step);
        return BW_OK;
    }
    struct bw_list all = { 0 };
    if (!gather(b, a, ev, &all) || !bw_list_add(&b->arena, &all, ev))
        return b->needs_reading ? BW_OK : no_memory(err);
    const struct bw_event **events = BW_NEW_ARRAY(&b->arena, const struct bw_event *, all.n);
    struct bw_bag *before = BW_NEW(&b->arena, struct bw_bag);
    if (!events || !before)
        return no_memory(err);
    for (size_t k = 0; k < all.n; k++)
        events[k] = all.v[k];
    *before = *bag;
    struct bw_told told = { .of = ev };
    size_t own = bw_bag_fold(bag, events, all.n, b->world, &told);
    bag->events = (int32_t)own - 1; /* this one is counted when it is recorded */
    bw_bag_judge(before, bag, ev, &told, step);
    return BW_OK;
}

static bool journey_known(const struct bw_bag *bag)
{
    return bag->n_legs > 0 || bag->owner[0] || bag->custodian[0];
}

static bw_code follow(struct bw_batch *b, const struct bw_bag *before, struct bw_actor *a, const struct bw_event *ev,
                      struct bw_error *err)
{
    struct bw_event *next = BW_NEW_ARRAY(&b->arena, struct bw_event, BW_FOLLOW_MAX);
    if (!next)
        return no_memory(err);
    size_t n = bw_bag_follow(before, &a->now.bag, ev, next, BW_FOLLOW_MAX);
    for (size_t k = 0; k < n; k++) {
        struct bw_out *out;
        struct bw_actor *to = a;
        if (next[k].subject == BW_SUBJECT_CASE) {
            to = bw_actor_get(b, BW_SUBJECT_CASE, &a->now.bag.case_id);
            if (!to)
                return no_memory(err);
            if (!to->found) {
                b->needs_reading = true;
                return BW_OK;
            }
        }
        b->copying = next[k].subject == BW_SUBJECT_CASE;
        bw_code rc = next[k].subject == BW_SUBJECT_CASE ? bw_fold_file(b, to, &next[k], &out, err)
                                                        : bw_fold_bag(b, to, &next[k], &out, err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
    }
    return ev->new_plate[0] ? bw_link_plate(b, a, ev, err) : BW_OK;
}

/* Journal, promises, answer, feed line of an event that was just folded. */
static bw_code record(struct bw_batch *b, struct bw_actor *a, struct bw_out *out, bool outsider, bool silent,
                      struct bw_error *err)
{
    int32_t ordinal = (int32_t)b->outs.n - 1;
    struct bw_event *ev = out->ev;
    if (!bw_members_ask(b, a, ev))
        return no_memory(err);
    if (b->needs_reading)
        return BW_OK;
    if (!bw_seal_private(b, out) || !bw_promises_apply(b, a, ev, ordinal) || !bw_out_answer(b, out, outsider))
        return no_memory(err);
    if (!silent && !bw_out_line(b, out, ordinal))
        return no_memory(err);
    struct bw_buf leaf;
    bw_buf_init(&leaf, 64 * 1024);
    bw_event_leaf(ev, &leaf);
    BW_ASSERT(bw_buf_ok(&leaf));
    out->leaf = bw_leaf_hash(bw_buf_view(&leaf));
    bw_buf_done(&leaf);
    return BW_OK;
}

/* The common start of an event on any actor; NULL: memory is out. */
static struct bw_out *begin(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, bw_time last)
{
    bw_time origin_at = ev->time_kind == BW_T_ORIGIN ? ev->order.t : BW_TIME_NONE;
    struct bw_out *out = bw_out_add(b, a, ev);
    b->copying = false;
    if (!out)
        return NULL;
    ev->subject = a->kind;
    ev->bag_id = a->id;
    ev->recorded_at = b->now > last ? b->now : last;
    identify(b, out);
    bw_event_set_order(ev, origin_at);
    fingerprint(b, ev, &out->fingerprint);
    bw_world_flags(b->world, ev);
    return out;
}

bw_code bw_fold_bag(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                    struct bw_error *err)
{
    *ret = NULL;
    struct bw_bag *before = BW_NEW(&b->arena, struct bw_bag);
    if (!before)
        return no_memory(err);
    *before = a->now.bag;
    struct bw_out *out = begin(b, a, ev, before->recorded_at == BW_TIME_NONE ? 0 : before->recorded_at);
    if (!out)
        return no_memory(err);
    a->added.n--; /* not yet part of its own history */
    bw_ask_complete(before, b->world, ev);
    bool outsider = ev->carrier[0] && journey_known(before) && !bw_bag_in_journey(before, ev->carrier);
    ev->flags |= outsider ? BW_FL_OUTSIDE_JOURNEY : 0;
    outsider = outsider || (ev->flags & BW_FL_NO_MANDATE && journey_known(before)); /* naming a carrier opens nothing */
    outsider = outsider || b->courier;
    struct bw_step step = { 0 };
    bw_code rc = fold_state(b, a, ev, &step, err);
    if (rc != BW_OK || b->needs_reading)
        return rc;
    a->added.n++;
    unsigned row = bw_idle_row(&a->now.bag.idle, ev, b->world);
    ev->data.in_a_row = (uint8_t)(row > 1 ? row : 0);
    if (b->elsewhere_waits && step.outcome == BW_OUT_CORRECTED)
        step.outcome = BW_OUT_ACCEPTED; /* not all of it has come */
    ev->outcome = ev->outcome == BW_OUT_AMBIGUOUS ? BW_OUT_AMBIGUOUS : step.outcome;
    ev->flags |= step.flags;
    a->now.bag.version++;
    a->now.bag.events++;
    a->now.bag.recorded_at = ev->recorded_at;
    ev->version = a->now.bag.version;
    bool moved = step.place_moved || step.custody_moved || step.case_moved;
    bool old = before->last_seen_at != BW_TIME_NONE && ev->order.t < before->last_seen_at;
    bool silent = !moved && (ev->outcome == BW_OUT_LATE || (ev->outcome == BW_OUT_IMPLAUSIBLE && old));
    rc = record(b, a, out, outsider, silent, err);
    if (rc == BW_OK && !b->needs_reading)
        rc = follow(b, before, a, ev, err);
    *ret = out;
    return rc;
}

/* The how-manyth confirmation of its carrier it is without a new fact on any bag of the file (CLK-11). */
static bool count_word(struct bw_batch *b, const struct bw_actor *a, struct bw_event *ev)
{
    bw_time since = 0;
    for (size_t k = 0; k < a->n_bags; k++) {
        const struct bw_actor *bag = bw_actor_get(b, BW_SUBJECT_BAG, &a->bags[k]);
        if (!bag)
            return false;
        b->needs_reading = b->needs_reading || !bag->found;
        bw_time one = bag->found ? bw_idle_since(&bag->now.bag.idle) : 0;
        since = one > since ? one : since;
    }
    unsigned n = 1 + bw_idle_words(a->now.file.words, a->now.file.n_words, ev->carrier, since);
    if (a->n_bags == 1 && ev->data.in_a_row > n) /* of plans that came to nothing the bag alone knows */
        n = ev->data.in_a_row;
    ev->data.in_a_row = (uint8_t)(n > 1 ? n : 0);
    return true;
}

bw_code bw_fold_file(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                     struct bw_error *err)
{
    *ret = NULL;
    struct bw_case *file = &a->now.file;
    struct bw_out *out = begin(b, a, ev, file->recorded_at == BW_TIME_NONE ? 0 : file->recorded_at);
    if (!out)
        return no_memory(err);
    ev->version = file->version + 1;
    bw_case_complete(file, b->world, ev);
    if (ev->code == BW_EV_STATUS_CONFIRMED && bw_event_in_person(ev) && !count_word(b, a, ev))
        return no_memory(err);
    if (b->needs_reading)
        return BW_OK;
    bw_case_step(file, ev);
    file->version = ev->version;
    file->recorded_at = ev->recorded_at;
    bw_code rc = record(b, a, out, false, false, err);
    *ret = out;
    if (rc != BW_OK || b->needs_reading || !(bw_code_row(ev->code)->flags & BW_CF_TO_BAGS))
        return rc;
    struct bw_event *copies = BW_NEW_ARRAY(&b->arena, struct bw_event, a->n_bags + 1);
    if (!copies)
        return no_memory(err);
    size_t n = bw_case_follow(file, ev, a->bags, a->n_bags, copies, a->n_bags);
    for (size_t k = 0; k < n; k++) {
        struct bw_actor *bag = bw_actor_get(b, BW_SUBJECT_BAG, &a->bags[k]);
        struct bw_out *copy;
        if (!bag)
            return no_memory(err);
        if (!bag->found) {
            b->needs_reading = true;
            return BW_OK;
        }
        b->copying = true;
        rc = bw_fold_bag(b, bag, &copies[k], &copy, err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
    }
    return BW_OK;
}

bw_code bw_fold_side(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                     struct bw_error *err)
{
    struct bw_out *out = begin(b, a, ev, 0);
    *ret = out;
    if (!out)
        return no_memory(err);
    ev->version = ++a->now.side;
    return record(b, a, out, false, false, err);
}

/* --- entries --- */

/* A statement that was made before: with the same content it gets the first answer, else it is refused (ING-04); of
 * other subjects somebody else was first to say that step. */
static void repeated(struct bw_entry *e, const struct bw_hash *first, const struct bw_hash *now)
{
    bool same = bw_hash_eq(first, now);
    e->item->fingerprint = *now;
    e->item->stored_fingerprint = *first;
    e->item->outcome = !same && e->item->side ? BW_OUT_MOOT : BW_OUT_DUPLICATE;
    if (!same && !e->item->side)
        e->item->rc = bw_fail(&e->item->err, BW_E_EVENT_CONFLICT, "/event_id",
                              "the first statement under this id had other content");
}

/* Whether the statement was made before, in the database or earlier in this batch; then its answer is settled. */
static bool answered_before(struct bw_batch *b, struct bw_entry *e, const struct bw_hash *print)
{
    struct bw_entry *first = bw_map_get(&b->keys, e->map_key);
    if (e->stored || (first && first != e && first->stored)) {
        if (!e->stored) { /* kept as read: the fold may run again */
            e->stored = true;
            e->stored_fingerprint = first->stored_fingerprint;
            e->stored_bag = first->stored_bag;
            e->stored_version = first->stored_version;
        }
        repeated(e, &e->stored_fingerprint, print);
        return true;
    }
    if (!first || first == e || !first->out)
        return false;
    repeated(e, &first->out->fingerprint, print);
    e->out = first->out;
    return true;
}

/* What is said of a file by its reference is said of the file where that has several bags (CASE-09): a word to the
 * customer, a contact, a note.  Only its journey's carriers say so; NULL: it is about a bag. */
static struct bw_actor *file_meant(struct bw_batch *b, const struct bw_event *ev)
{
    bool about = ev->code == BW_EV_STATUS_CONFIRMED || ev->code == BW_EV_CONTACT_LOGGED || ev->code == BW_EV_STAFF_NOTE;
    if (!about || ev->ident.kind != BW_IDENT_REF || ev->flags & BW_FL_NO_MANDATE)
        return NULL;
    const struct bw_alias_set *s = bw_alias_get(b, BW_IDENT_REF, bw_str_c(ev->ident.value));
    const struct bw_actor *bag = s && s->n > 1 ? bw_actor_get(b, BW_SUBJECT_BAG, &s->v[0].bag_id) : NULL;
    if (!bag || !bag->found || strcmp(bag->now.bag.case_ref, ev->ident.value) != 0 ||
        !bw_bag_in_journey(&bag->now.bag, ev->carrier))
        return NULL;
    struct bw_actor *file = bw_actor_get(b, BW_SUBJECT_CASE, &bag->now.bag.case_id);
    return file && file->found ? file : NULL;
}

/* The bag that a statement's identity names, or may be misread from (BAG-11). */
static bw_code find_bag(struct bw_batch *b, struct bw_event *ev, struct bw_actor **ret, bool *ret_ambiguous,
                        struct bw_error *err)
{
    bw_date day = bw_event_day(ev, b->now);
    bw_code rc = bw_misread(b, &ev->ident, day, ev, ret, err);
    if (rc == BW_OK && *ret)
        ev->flags |= BW_FL_OTHER_ISSUER;
    return rc != BW_OK || *ret || b->needs_reading ? rc : bw_resolve(b, &ev->ident, day, ev, ret, ret_ambiguous, err);
}

/* The case or bag that a statement is about. */
static bw_code find_actor(struct bw_batch *b, struct bw_event *ev, struct bw_actor **ret, bool *ret_ambiguous,
                          struct bw_error *err)
{
    *ret = file_meant(b, ev);
    if (*ret)
        return BW_OK;
    if (ev->ident.kind != BW_IDENT_ID || ev->subject != BW_SUBJECT_CASE)
        return find_bag(b, ev, ret, ret_ambiguous, err);
    struct bw_uuid id;
    bool read = bw_uuid_parse(bw_str_c(ev->ident.value), &id);
    *ret = read ? bw_actor_get(b, BW_SUBJECT_CASE, &id) : NULL;
    return *ret && (*ret)->found ? BW_OK : bw_fail(err, BW_E_NOT_FOUND, "/case", "no such file");
}

/* What may not be said of a case as it stands now; item->rc says why, or b->needs_reading. */
static bool refused(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_item *item)
{
    if (a->kind == BW_SUBJECT_CASE && ev->code == BW_EV_CASE_OPENED && !bw_case_accept(b, a, ev, item))
        return true;
    if (ev->code == BW_EV_REPORT_REFUSED && a->kind == BW_SUBJECT_CASE && a->now.file.state != BW_CASE_REPORT) {
        item->rc = bw_fail(&item->err, BW_E_REPORT, NULL, "%s is no report that waits", a->now.file.ref);
        return true;
    }
    if (bw_is_claim(ev->code))
        item->rc = bw_claim_admit(&a->now.file, ev, &item->err);
    else if (a->kind == BW_SUBJECT_CASE)
        item->rc = bw_case_may(&a->now.file, ev, b->now, &item->err);
    else
        item->rc = bw_ask_may(&a->now.bag, ev, b->world, b->now, &item->err);
    return item->rc != BW_OK || (item->case_change && !bw_case_take_change(a, item));
}

static bw_code fold_entry(struct bw_batch *b, struct bw_entry *e, struct bw_error *err)
{
    struct bw_item *item = e->item;
    struct bw_hash print;
    fingerprint(b, &item->ev, &print);
    if (answered_before(b, e, &print))
        return BW_OK;
    if (item->side)
        return bw_take_side(b, e, err);
    bw_time next = item->ev.data.next_step_at;
    if (next != BW_TIME_NONE && next <= b->now) { /* CLK-04 */
        item->rc = bw_fail(&item->err, BW_E_INVALID_BODY, "/next_step_at", "must lie within the next 24 hours");
        return BW_OK;
    }
    if (item->new_case) {
        bw_code opened = bw_open_case(b, e, &e->out, err);
        if (opened == BW_OK && e->out)
            e->out->fingerprint = print; /* of what was sent; the event has the owner and the journey in it by now */
        return opened;
    }
    struct bw_event *ev = BW_NEW(&b->arena, struct bw_event);
    if (!ev)
        return no_memory(err);
    *ev = item->ev;
    b->courier = item->courier;
    ev->data.supervisor = item->supervisor && ev->code == BW_EV_CORRECTION;
    struct bw_actor *a = NULL;
    bool ambiguous = false;
    bw_code rc = find_actor(b, ev, &a, &ambiguous, &item->err);
    if (b->needs_reading)
        return BW_OK;
    if (rc != BW_OK) {
        item->rc = rc;
        return rc == BW_E_NOMEM ? no_memory(err) : BW_OK;
    }
    if (item->erase && !bw_erasure_holds(b, item))
        return BW_OK;
    if (moot(a, ev)) {
        item->outcome = BW_OUT_MOOT;
        return BW_OK;
    }
    if (refused(b, a, ev, item))
        return BW_OK;
    ev->outcome = ambiguous ? BW_OUT_AMBIGUOUS : BW_OUT_ACCEPTED;
    if (a->kind == BW_SUBJECT_CASE)
        rc = bw_fold_file(b, a, ev, &e->out, err);
    else if (ev->code == BW_EV_ALIAS_JOINED || ev->code == BW_EV_ALIAS_PARTED)
        rc = bw_link_bags(b, a, ev, item, &e->out, err);
    else if (ev->code == BW_EV_CORRECTION)
        rc = bw_correct_bags(b, a, ev, &e->out, err);
    else
        rc = bw_fold_bag(b, a, ev, &e->out, err);
    if (e->out)
        e->out->fingerprint = print; /* of what was sent: a role may be gone when it is sent again */
    return rc;
}

/* An entry that lacks something is left where it stopped and the others are still looked at, so that one more reading
 * brings what all of them lack: a file of late scans, each on another bag, would else be folded once for every bag. */
bw_code bw_batch_fold(struct bw_batch *b, struct bw_error *err)
{
    bool lacking = false;
    if (!reset(b))
        return no_memory(err);
    for (size_t k = 0; k < b->n_entries; k++) {
        bw_code rc = fold_entry(b, &b->entries[k], err);
        if (rc != BW_OK)
            return rc;
        lacking |= b->needs_reading;
        b->needs_reading = false;
    }
    b->needs_reading = lacking;
    return BW_OK;
}
