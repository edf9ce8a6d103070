/* SPDX-License-Identifier: Apache-2.0 */
/* promise.c - what an event does to the open promises of its subject, and the levels of a missed one.
 * What is owed is compared before and after: a promise is met by a fact, kept where the same is still owed, else closed
 * as re-planned or superseded; what is owed and not yet promised is opened. Pure.  Layer: domain.  Threads: any.
 * Source: CLK-01, CLK-04, CLK-05, CLK-13, domain.md 9.2, story.md. */
#include <stdio.h>

#include "ask_int.h"
#include "bw/domain/ask.h"
#include "bw/domain/promise.h"
#include "bw/domain/waiting.h"
#include "policy_int.h"

/* What a promise is about: a bag's place news or a case's steps. */
struct subject {
    enum bw_subject kind;
    const struct bw_uuid *id;
    const struct bw_bag *bag;
    const struct bw_case *c;
    const char *creditor;
    struct bw_owing owing[BW_OWED_MAX];
    size_t n_owing;
};
struct making {
    const struct bw_event *ev;
    const struct bw_world *world;
    bw_make_id *make_id;
    void *ctx;
};

static bool is_level(const struct bw_event *ev)
{
    return ev->code == BW_EV_PROMISE_REMINDED || ev->code == BW_EV_PROMISE_MISSED;
}

/* A step meets what was owed for it on its own claim; one that settles a loss is also the settlement step that is owed
 * for the loss. */
static bool step_of_claim(const struct bw_event *ev, const struct bw_promise *p)
{
    enum bw_claim_step to;
    char basis[sizeof p->basis];
    if (!bw_claim_step_from(bw_str_c(ev->data.claim_step), &to))
        return false;
    if (p->owed == BW_OWE_LOST_STEP)
        return strcmp(ev->data.claim_kind, bw_claim_kind_word(BW_CLAIM_LOSS)) == 0 &&
               (to == BW_STEP_OFFERED || to == BW_STEP_REFUSED || to == BW_STEP_PAID);
    snprintf(basis, sizeof basis, "claim %u", ev->data.claim);
    return bw_claim_step_meets(to) == p->owed && strcmp(basis, p->basis) == 0;
}

/* The debtor asked the carrier in whose place it answers; or what that one said was entered by the debtor's people
 * (CLK-16). */
static bool asked_for(const struct bw_event *ev, const struct bw_promise *p)
{
    struct bw_str entered_by = bw_str_c(ev->sender);
    bool own = strcmp(ev->carrier, p->debtor) == 0;
    bool named = strcmp(ev->data.asked, p->for_carrier) == 0 || strcmp(ev->data.waiting_for, p->for_carrier) == 0;
    if (own && ev->code == BW_EV_STATUS_CONFIRMED)
        return named;
    bool via = strcmp(ev->carrier, p->for_carrier) == 0 && bw_str_eq_c(bw_str_split(&entered_by, '.'), p->debtor);
    return via && bw_code_row(ev->code)->flags & BW_CF_SIGHTING;
}

/* The same is owed after the event as before. */
static bool still_owed(const struct subject *s, const struct bw_promise *p)
{
    for (size_t i = 0; i < s->n_owing; i++) {
        const struct bw_owing *o = &s->owing[i];
        if (p->owed == o->owed && strcmp(p->debtor, o->debtor) == 0 && strcmp(p->basis, o->basis) == 0)
            return true;
    }
    return false;
}

/* An answer meets its own question and no other; a scan by whoever is asked is an answer too (CLK-09). */
static bool answered(const struct bw_event *ev, const struct bw_promise *p, const struct subject *s)
{
    const char *asked = p->for_carrier[0] ? p->for_carrier : p->debtor;
    bool answer = ev->code == BW_EV_STATION_ANSWERED ? !bw_answers(ev, BW_ASK_UNTIL) : bw_is_sighting(ev);
    return answer && strcmp(ev->carrier, asked) == 0 && !(ev->flags & BW_FL_NO_MANDATE) && !still_owed(s, p);
}

/* "Here" and "not here" are the word that a search is waited for; "sent on" and "needs until" are not. */
static bool is_no_word(const struct bw_event *ev)
{
    return bw_answers(ev, BW_ASK_SENT_ON) || bw_answers(ev, BW_ASK_UNTIL);
}

/* Only a fact of the debtor's own meets; a confirmation and a search need a person (CLK-04, ING-14). */
static bool meets(const struct bw_event *ev, const struct bw_promise *p, const struct subject *s)
{
    if (ev->outcome != BW_OUT_ACCEPTED) /* ING-12: what was taken back before it came was not said either */
        return false;
    if (!bw_event_in_person(ev))
        return false;
    if (bw_idle_empty(ev)) /* CLK-11 */
        return false;
    if (p->owed == BW_OWE_ASK)
        return answered(ev, p, s);
    if (p->for_carrier[0] && asked_for(ev, p))
        return true;
    if (!ev->carrier[0] || strcmp(ev->carrier, p->debtor) != 0 || ev->flags & BW_FL_NO_MANDATE)
        return false;
    if (ev->code == BW_EV_CLAIM_STEP)
        return step_of_claim(ev, p);
    if (ev->code == BW_EV_WAITING_FOR_CUSTOMER && !bw_wait_contact(ev)) /* asking is no reminder */
        return false;
    bool word = p->owed == BW_OWE_FIRST_RESULT || p->owed == BW_OWE_CASE_STEP;
    if (word && bw_code_row(ev->code)->flags & BW_CF_SIGHTING && ev->data.in_a_row >= BW_IDLE_MOST)
        return true;
    return !is_no_word(ev) && (bw_code_row(ev->code)->meets >> p->owed & 1) != 0;
}

static enum bw_close met_by(const struct bw_event *ev)
{
    if (ev->code == BW_EV_STATUS_CONFIRMED)
        return BW_CLOSE_CONFIRMED;
    bool searched = ev->code == BW_EV_SEARCHED_NOT_FOUND || bw_answers(ev, BW_ASK_NOT_HERE);
    return searched ? BW_CLOSE_SEARCHED : BW_CLOSE_MET;
}

static bool same_duty(const struct bw_promise *p, const struct bw_owing *o)
{
    return p->owed == o->owed && strcmp(p->debtor, o->debtor) == 0 && strcmp(p->for_carrier, o->for_carrier) == 0;
}

static bool owes(const struct subject *s, enum bw_owed owed)
{
    for (size_t i = 0; i < s->n_owing; i++)
        if (s->owing[i].owed == owed)
            return true;
    return false;
}

/* Why an unmet promise ends: its debtor planned anew, its clock rests, or it is moot. */
static enum bw_close ended_by(const struct bw_promise *p, const struct subject *s, const struct bw_event *ev)
{
    bool own = strcmp(ev->carrier, p->debtor) == 0 && !(ev->flags & BW_FL_NO_MANDATE);
    if ((ev->code == BW_EV_FORWARD_PLANNED || bw_answers(ev, BW_ASK_UNTIL)) && own) {
        for (size_t i = 0; i < s->n_owing; i++) {
            if (same_duty(p, &s->owing[i]))
                return BW_CLOSE_REPLANNED;
        }
    }
    bool place = bw_owed_row(p->owed)->kind == BW_OWED_PLACE && p->owed != BW_OWE_REMIND;
    return place && owes(s, BW_OWE_REMIND) ? BW_CLOSE_WAITING : BW_CLOSE_SUPERSEDED;
}

static void close_promise(const struct bw_promise *p, enum bw_close why, const struct bw_event *ev,
                          struct bw_promise_changes *ret)
{
    BW_ASSERT(ret->n_closed < BW_CHANGES_MAX);
    struct bw_promise *closed = &ret->closed[ret->n_closed++];
    *closed = *p;
    closed->why = why;
    closed->closed_at = ev->recorded_at;
    closed->closed_uid = ev->uid;
    closed->next_level_at = BW_TIME_NONE;
}

/* A file that changes hands takes along by when its customer was to hear: the new debtor has read that and accepted it,
 * and two that hand a file to and fro gain nothing.  What was missed is on record as missed; of that, the new debtor
 * has an hour, or the whole of a shorter time (CLK-01, CASE-03). */
static void take_over(struct bw_promise *p, const struct making *m, const struct bw_promise_changes *so_far)
{
    bw_time soon = p->opened_at + BW_HOUR;
    for (size_t i = 0; m->ev->code == BW_EV_CASE_OWNER_CHANGED && i < so_far->n_closed; i++) {
        const struct bw_promise *old = &so_far->closed[i];
        if (old->why != BW_CLOSE_SUPERSEDED || old->owed != p->owed || strcmp(old->basis, p->basis) != 0)
            continue;
        bw_time due = old->due_at > p->opened_at ? old->due_at : soon;
        bw_time yardstick = old->yardstick_at > p->opened_at ? old->yardstick_at : soon;
        p->due_at = due < p->due_at ? due : p->due_at;
        p->yardstick_at = yardstick < p->yardstick_at ? yardstick : p->yardstick_at;
    }
}

static void open_promise(const struct subject *s, const struct bw_owing *o, const struct making *m,
                         struct bw_promise_changes *ret)
{
    bw_time now = m->ev->recorded_at;
    BW_ASSERT(ret->n_opened < BW_CHANGES_MAX);
    struct bw_promise *p = &ret->opened[ret->n_opened++];
    *p = (struct bw_promise){ .promise_id = m->make_id(m->ctx, now),
                              .subject = s->kind,
                              .bag_id = *s->id,
                              .owed = o->owed,
                              .opened_at = now,
                              .level = -1,
                              .why = BW_CLOSE_OPEN,
                              .closed_at = BW_TIME_NONE };
    memcpy(p->debtor, o->debtor, sizeof p->debtor);
    bw_str_put(bw_str_c(s->creditor), p->creditor, sizeof p->creditor);
    memcpy(p->station, o->station, sizeof p->station);
    memcpy(p->handoff_from, o->handoff_from, sizeof p->handoff_from);
    memcpy(p->for_carrier, o->for_carrier, sizeof p->for_carrier);
    memcpy(p->basis, o->basis, sizeof p->basis);
    p->unconfirmed = o->unconfirmed;
    p->due_at = bw_promise_due(o, s->bag, s->c, m->world, now, &p->yardstick_at, p->policy);
    take_over(p, m, ret);
    p->offset_min = (int16_t)bw_station_offset(m->world, p->station, p->due_at);
    p->next_level_at = bw_level_next(p, m->world);
}

/* Within the hour that everybody has from a new promise, telling times gains nothing and loses nothing. */
bool bw_promise_moves(bw_time was, bw_time anew, bw_time now)
{
    bw_time soon = now + BW_HOUR;
    return was > now && anew != was && (anew > soon || was > soon);
}

/* What hangs on a flight whose times were told anew, and is not due yet, is owed for when the flight says (CLK-03). */
static bool moves(const struct bw_promise *p, const struct bw_owing *o, const struct subject *s, const struct making *m)
{
    char policy[sizeof p->policy];
    bw_time yardstick, now = m->ev->recorded_at;
    if (m->ev->code != BW_EV_FLIGHT_TIMES || p->due_at <= now || !bw_hangs_on_times(o, s->bag, m->world))
        return false;
    bw_time due = bw_promise_due(o, s->bag, s->c, m->world, now, &yardstick, policy);
    bool by_flight = strcmp(policy, bw_owed_row(bw_owing_timed(o))->word) == 0; /* a carrier's own minutes run on */
    return by_flight && bw_promise_moves(p->due_at, due, now);
}

/* What stays owed is owed to the file's new owner: raised, so that the row says so. */
static void owe_to(const struct bw_promise *p, const struct bw_owing *o, const struct subject *s,
                   const struct making *m, struct bw_promise_changes *ret)
{
    bool other = m->ev->code == BW_EV_CASE_OWNER_CHANGED && strcmp(p->creditor, s->creditor) != 0;
    if (!other && p->unconfirmed == o->unconfirmed)
        return;
    BW_ASSERT(ret->n_raised < BW_CHANGES_MAX);
    struct bw_promise *kept = &ret->raised[ret->n_raised++];
    *kept = *p;
    kept->unconfirmed = o->unconfirmed;
    if (other)
        bw_str_put(bw_str_c(s->creditor), kept->creditor, sizeof kept->creditor);
}

static void raise_level(const struct bw_promise *open, size_t n_open, const struct making *m,
                        struct bw_promise_changes *ret)
{
    for (size_t i = 0; i < n_open; i++) {
        if (!bw_level_holds(&open[i], m->ev))
            continue;
        BW_ASSERT(ret->n_raised < BW_CHANGES_MAX);
        struct bw_promise *raised = &ret->raised[ret->n_raised++];
        *raised = open[i];
        raised->level = m->ev->data.level;
        raised->next_level_at = bw_level_next(raised, m->world);
        return;
    }
}

/* Closed and opened anew with the later time: what the debtor owes, since when it is written down, and who hears of it
 * stay as they were.  Its yardstick moves along, or the report would call late what nobody could have kept. */
static void put_off(const struct bw_promise *p, const struct making *m, struct bw_promise_changes *ret)
{
    bw_time due = m->ev->data.due;
    bool ours = strcmp(m->ev->data.why, BW_MOVE_OUTAGE) == 0;
    close_promise(p, ours ? BW_CLOSE_OUTAGE : BW_CLOSE_MOVED, m->ev, ret);
    BW_ASSERT(ret->n_opened < BW_CHANGES_MAX);
    struct bw_promise *again = &ret->opened[ret->n_opened++];
    *again = *p;
    again->promise_id = m->make_id(m->ctx, m->ev->recorded_at);
    again->opened_at = m->ev->recorded_at;
    again->due_at = due;
    again->yardstick_at = p->yardstick_at > due ? p->yardstick_at : due;
    again->offset_min = (int16_t)bw_station_offset(m->world, p->station, due);
    again->level = p->level < 0 ? -1 : 0;
    again->next_level_at = bw_level_next(again, m->world);
}

static void move(const struct bw_promise *open, size_t n_open, const struct making *m, struct bw_promise_changes *ret)
{
    for (size_t i = 0; i < n_open; i++) {
        if (!bw_move_holds(&open[i], m->ev))
            continue;
        if (m->ev->data.due != BW_TIME_NONE) {
            put_off(&open[i], m, ret);
            return;
        }
        BW_ASSERT(ret->n_raised < BW_CHANGES_MAX);
        struct bw_promise *waits = &ret->raised[ret->n_raised++];
        *waits = open[i];
        waits->next_level_at = m->ev->data.quiet_until;
        return;
    }
}

static void settle(const struct bw_promise *open, size_t n_open, const struct subject *s, const struct making *m,
                   struct bw_promise_changes *ret)
{
    bool promised[BW_OWED_MAX] = { false };
    BW_ASSERT(s->n_owing <= BW_OWED_MAX);
    for (size_t i = 0; i < n_open; i++) {
        const struct bw_promise *p = &open[i];
        size_t same = 0;
        if (p->why != BW_CLOSE_OPEN)
            continue;
        if (meets(m->ev, p, s)) {
            close_promise(p, met_by(m->ev), m->ev, ret);
            continue;
        }
        while (same < s->n_owing &&
               (promised[same] || !same_duty(p, &s->owing[same]) || strcmp(p->basis, s->owing[same].basis) != 0))
            same++;
        if (same < s->n_owing && moves(p, &s->owing[same], s, m)) {
            close_promise(p, BW_CLOSE_MOVED, m->ev, ret);
        } else if (same < s->n_owing) {
            promised[same] = true;
            owe_to(p, &s->owing[same], s, m, ret);
        } else {
            close_promise(p, ended_by(p, s, m->ev), m->ev, ret);
        }
    }
    for (size_t i = 0; i < s->n_owing; i++) {
        if (!promised[i])
            open_promise(s, &s->owing[i], m, ret);
    }
}

static void apply(const struct bw_promise *open, size_t n_open, const struct subject *s, const struct making *m,
                  struct bw_promise_changes *ret)
{
    ret->n_closed = ret->n_opened = ret->n_raised = 0;
    if (is_level(m->ev))
        raise_level(open, n_open, m, ret);
    else if (m->ev->code == BW_EV_PROMISE_MOVED)
        move(open, n_open, m, ret);
    else
        settle(open, n_open, s, m, ret);
}

/* What is open and stays so as far as the event meets it: who owes for another goes on until it is met (CLK-16). */
static size_t unmet(const struct bw_promise *open, size_t n_open, const struct bw_event *ev, const struct subject *s,
                    struct bw_promise to[BW_CHANGES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < n_open && n < BW_CHANGES_MAX; i++) {
        if (!meets(ev, &open[i], s))
            to[n++] = open[i];
    }
    return n;
}

/* After two plans that came to nothing what is promised stands as it is, whatever is planned next (CLK-11). */
static void stand(struct subject *s, const struct bw_promise *open, size_t n_open)
{
    size_t n = 0;
    const struct subject now = *s;
    for (size_t i = 0; i < n_open && n < BW_OWED_MAX; i++) {
        bool reminder = open[i].owed == BW_OWE_REMIND && !owes(&now, BW_OWE_REMIND); /* what was waited for is there */
        if (open[i].why != BW_CLOSE_OPEN || bw_owed_row(open[i].owed)->kind != BW_OWED_PLACE || reminder)
            continue;
        struct bw_owing *to = &s->owing[n++];
        *to = (struct bw_owing){ .owed = open[i].owed, .unconfirmed = open[i].unconfirmed };
        memcpy(to->debtor, open[i].debtor, sizeof to->debtor);
        memcpy(to->for_carrier, open[i].for_carrier, sizeof to->for_carrier);
        memcpy(to->basis, open[i].basis, sizeof to->basis);
    }
    if (!n)
        return;
    for (size_t i = 0; i < now.n_owing && n < BW_OWED_MAX; i++) {
        if (bw_owed_row(now.owing[i].owed)->kind != BW_OWED_PLACE) /* what a station was asked */
            s->owing[n++] = now.owing[i];
    }
    s->n_owing = n;
}

void bw_promise_bag(const struct bw_promise *open, size_t n_open, const struct bw_bag *after, const struct bw_event *ev,
                    const struct bw_world *world, bw_make_id *make_id, void *ctx, struct bw_promise_changes *ret)
{
    struct subject s = { .kind = BW_SUBJECT_BAG, .id = &after->bag_id, .bag = after, .creditor = after->owner };
    const struct making m = { .ev = ev, .world = world, .make_id = make_id, .ctx = ctx };
    s.n_owing = bw_owing_place(after, world, s.owing);
    struct bw_promise left[BW_CHANGES_MAX];
    size_t n_left = unmet(open, n_open, ev, &s, left);
    s.n_owing = bw_owing_told(s.owing, s.n_owing, after, NULL, left, n_left, world);
    if (s.n_owing && bw_idle_left(&after->idle, world, ev->recorded_at) >= BW_IDLE_MOST)
        stand(&s, left, n_left);
    apply(open, n_open, &s, &m, ret);
}

void bw_promise_case(const struct bw_promise *open, size_t n_open, const struct bw_case *after,
                     const struct bw_event *ev, const struct bw_world *world, bw_make_id *make_id, void *ctx,
                     struct bw_promise_changes *ret)
{
    struct subject s = { .kind = BW_SUBJECT_CASE, .id = &after->case_id, .c = after, .creditor = after->owner };
    const struct making m = { .ev = ev, .world = world, .make_id = make_id, .ctx = ctx };
    s.n_owing = bw_owing_case(after, s.owing);
    struct bw_promise left[BW_CHANGES_MAX];
    s.n_owing = bw_owing_told(s.owing, s.n_owing, NULL, after, left, unmet(open, n_open, ev, &s, left), world);
    apply(open, n_open, &s, &m, ret);
}

/* What Bagwatch says of a promise, on the log of the bag or file that it is about. */
static void event_of(const struct bw_promise *p, enum bw_event_code code, bw_time at, struct bw_event *to)
{
    bw_event_ours(code, p->subject, &p->bag_id, at, to);
    to->data.promise_id = p->promise_id;
    bw_str_put(bw_str_c(bw_owed_row(p->owed)->word), to->data.owed, sizeof to->data.owed);
    memcpy(to->data.debtor, p->debtor, sizeof to->data.debtor);
}

void bw_level_event(const struct bw_promise *p, int level, const struct bw_world *world, struct bw_event *to)
{
    char text[BW_UUID_TEXT];
    event_of(p, level <= 0 ? BW_EV_PROMISE_REMINDED : BW_EV_PROMISE_MISSED, bw_level_at(p, level, world), to);
    snprintf(to->event_id, sizeof to->event_id, "%s.L%d", bw_uuid_text(&p->promise_id, text), level);
    to->data.level = (int16_t)level;
}

bool bw_level_holds(const struct bw_promise *p, const struct bw_event *ev)
{
    return p->why == BW_CLOSE_OPEN && is_level(ev) && bw_uuid_eq(&p->promise_id, &ev->data.promise_id) &&
           ev->data.level == p->level + 1;
}

void bw_move_event(const struct bw_promise *p, const struct bw_move *move, bw_time at, struct bw_event *to)
{
    char text[BW_UUID_TEXT];
    bool missed = move->since != BW_TIME_NONE && p->due_at < move->since;
    event_of(p, BW_EV_PROMISE_MOVED, at, to);
    snprintf(to->event_id, sizeof to->event_id, "%s.M%lld", bw_uuid_text(&p->promise_id, text), (long long)move->until);
    to->data.due = missed ? BW_TIME_NONE : move->until;
    to->data.quiet_until = missed ? move->until : BW_TIME_NONE;
    to->data.incident = move->incident;
    to->data.since = move->why == BW_CLOSE_OUTAGE ? move->since : BW_TIME_NONE;
    bw_str_put(bw_str_c(move->why == BW_CLOSE_OUTAGE ? BW_MOVE_OUTAGE : BW_MOVE_DISRUPTION), to->data.why,
               sizeof to->data.why);
}

bool bw_move_holds(const struct bw_promise *p, const struct bw_event *ev)
{
    if (p->why != BW_CLOSE_OPEN || ev->code != BW_EV_PROMISE_MOVED || !bw_uuid_eq(&p->promise_id, &ev->data.promise_id))
        return false;
    if (ev->data.due != BW_TIME_NONE)
        return p->due_at < ev->data.due;
    return p->next_level_at != BW_TIME_NONE && p->next_level_at < ev->data.quiet_until;
}
