/* SPDX-License-Identifier: Apache-2.0 */
/* casefile.c - the fold of a case, the copies it leaves on its bags, the file reference.
 * Layer: domain.  Threads: any.  Source: design.md 6 (case events), domain.md 4.1, CASE-01, CASE-08, CASE-09, CLK-04.
 */
#include "bw/domain/casefile.h"

#include <stddef.h>
#include <stdio.h>

#include "bag_int.h"
#include "bw/domain/waiting.h"
#include "claim_int.h"
#include "pack_int.h"

enum { FORM = 10, AWAITED_BAGS = 32 };

void bw_case_init(struct bw_case *c, const struct bw_uuid *case_id)
{
    *c = (struct bw_case){ .case_id = *case_id,
                           .opened_at = BW_TIME_NONE,
                           .opened_recorded_at = BW_TIME_NONE,
                           .recorded_at = BW_TIME_NONE,
                           .last_word_at = BW_TIME_NONE,
                           .answer_by = BW_TIME_NONE,
                           .closed_at = BW_TIME_NONE,
                           .erased_at = BW_TIME_NONE,
                           .newest = { .t = BW_TIME_NONE } };
}

static uint32_t bit_of(uint8_t ordinal)
{
    return ordinal >= 1 && ordinal <= AWAITED_BAGS ? UINT32_C(1) << (ordinal - 1) : 0;
}

/* Unused ones stay zero, whatever the event has there: equal states have equal bytes. */
static void take_legs(struct bw_case *c, const struct bw_event_data *d)
{
    for (size_t k = 0; k < d->n_legs; k++)
        c->legs[k] = d->legs[k];
    c->n_legs = d->n_legs;
}

static void take_stays(struct bw_case *c, const struct bw_event_data *d)
{
    memset(c->stays, 0, sizeof c->stays);
    for (size_t k = 0; k < d->n_stays; k++)
        c->stays[k] = d->stays[k];
    c->n_stays = d->n_stays;
}

static void begin(struct bw_case *c, const struct bw_event *ev, enum bw_case_state state)
{
    c->state = state;
    BW_SET(c->ref, ev->data.case_ref);
    BW_SET(c->station, ev->station);
    BW_SET(c->opener, ev->carrier);
    BW_SET(c->rule, ev->data.rule);
    BW_SET(c->segment, ev->data.segment);
    BW_SET(c->brought, ev->data.brought);
    BW_SET(c->forecast, ev->data.forecast);
    BW_SET(c->custodian, ev->data.custodian);
    struct bw_str sender = bw_str_c(ev->sender); /* organisation, or organisation.person */
    bw_str_put(bw_str_split(&sender, '.'), c->opened_by, sizeof c->opened_by);
    c->n_bags = ev->data.n_bags ? ev->data.n_bags : 1;
    c->changed_version = ev->version;
    c->priority = ev->data.priority;
    BW_SET(c->linked, ev->data.linked);
    take_legs(c, &ev->data);
    take_stays(c, &ev->data);
}

static void take_owner(struct bw_case *c, const struct bw_event *ev)
{
    BW_SET(c->owner, ev->data.owner[0] ? ev->data.owner : ev->carrier);
    c->opened_at = ev->order.t;
    c->opened_recorded_at = ev->recorded_at;
}

/* A report waits for its owner; none of its bags knows of it but by its own log. */
static void reported(struct bw_case *c, const struct bw_event *ev)
{
    if (c->state != BW_CASE_NONE)
        return;
    begin(c, ev, BW_CASE_REPORT);
    take_owner(c, ev);
    c->unaccepted = true;
}

static void opened(struct bw_case *c, const struct bw_event *ev)
{
    if (c->state != BW_CASE_NONE && c->state != BW_CASE_REPORT)
        return;
    if (c->state == BW_CASE_NONE)
        begin(c, ev, BW_CASE_OPEN);
    take_owner(c, ev);
    c->state = BW_CASE_OPEN;
    c->unaccepted = false;
    for (uint8_t ordinal = 1; ordinal <= c->n_bags && ordinal <= AWAITED_BAGS; ordinal++)
        c->awaited |= bit_of(ordinal);
    if (strcmp(ev->data.why, BW_WHY_CLAIM) == 0)
        bw_claim_told(c, ev);
}

static bool runs(const struct bw_case *c)
{
    return c->state == BW_CASE_OPEN || c->state == BW_CASE_CLAIM || c->state == BW_CASE_LOST;
}

/* Whose the file is: an answer ends what was offered, whoever was asked, and so does the end of its time. */
static void change_owner(struct bw_case *c, const struct bw_event *ev)
{
    if (!runs(c))
        return;
    if (ev->code == BW_EV_CASE_OWNER_OFFERED) {
        BW_SET(c->offered_to, ev->to_carrier);
        c->answer_by = ev->data.answer_by;
        return;
    }
    if (ev->code == BW_EV_CASE_OWNER_CHANGED) {
        BW_SET(c->owner, ev->data.owner[0] ? ev->data.owner : ev->to_carrier);
        BW_SET(c->rule, ev->data.why[0] ? ev->data.why : "accepted");
    }
    c->offered_to[0] = '\0';
    c->answer_by = BW_TIME_NONE;
}

/* What a carrier says of its bags' fault replaces what it said before; the newest stands last. */
static void code_fault(struct bw_case *c, const struct bw_event *ev)
{
    struct bw_case_coder one = { .bags = ev->data.bag_ordinal ? bit_of(ev->data.bag_ordinal) : UINT32_MAX };
    size_t at = 0;
    BW_SET(one.carrier, ev->carrier);
    while (at < c->n_coders && strcmp(c->coders[at].carrier, ev->carrier) != 0)
        at++;
    if (at < c->n_coders)
        one.bags |= c->coders[at].bags;
    else if (c->n_coders == BW_CASE_CODERS)
        at = strcmp(c->coders[0].carrier, c->owner) == 0; /* never the owner's: closing asks for it */
    else
        c->n_coders++;
    for (; at + 1 < c->n_coders; at++)
        c->coders[at] = c->coders[at + 1];
    c->coders[at] = one;
}

static void change_state(struct bw_case *c, const struct bw_event *ev)
{
    bool running = runs(c);
    if (ev->code == BW_EV_CASE_OPENED)
        opened(c, ev);
    else if (ev->code == BW_EV_DAMAGE_REPORTED || ev->code == BW_EV_PILFERAGE_REPORTED)
        bw_claim_told(c, ev);
    else if (bw_is_claim(ev->code))
        bw_claim_said(c, ev);
    else if (ev->code == BW_EV_LOSS_ADMITTED && running)
        c->state = BW_CASE_LOST;
    else if (ev->code == BW_EV_WATCH_STARTED && running)
        c->awaited |= bit_of(ev->data.bag_ordinal);
    else if (ev->code == BW_EV_WATCH_ENDED)
        c->awaited &= ~bit_of(ev->data.bag_ordinal);
    else if (ev->code == BW_EV_CASE_ERASED && c->erased_at == BW_TIME_NONE)
        c->erased_at = ev->recorded_at;
    if (c->state != BW_CASE_CLOSED)
        c->closed_at = BW_TIME_NONE;
    if (ev->code != BW_EV_CASE_CLOSED || !running)
        return;
    c->state = BW_CASE_CLOSED;
    c->closed_at = ev->recorded_at;
    bw_wait_end(&c->wait);
    c->awaited = 0;
    c->offered_to[0] = '\0';
    c->answer_by = BW_TIME_NONE;
    BW_SET(c->closed_why, ev->reason);
}

static void refused(struct bw_case *c, const struct bw_event *ev)
{
    if (c->state != BW_CASE_REPORT)
        return;
    c->state = BW_CASE_CLOSED;
    BW_SET(c->closed_why, ev->reason);
}

static void change(struct bw_case *c, const struct bw_event *ev)
{
    switch ((int)ev->code) {
    case BW_EV_CASE_OWNER_OFFERED:
    case BW_EV_CASE_OWNER_CHANGED:
    case BW_EV_CASE_OWNER_REFUSED:
    case BW_EV_CASE_OWNER_LAPSED:
        change_owner(c, ev);
        break;
    case BW_EV_FAULT_CODED:
        code_fault(c, ev);
        break;
    case BW_EV_CASE_REPORTED:
        reported(c, ev);
        break;
    case BW_EV_WAITING_FOR_CUSTOMER:
        bw_wait_step(&c->wait, ev);
        break;
    case BW_EV_REPORT_REFUSED:
        refused(c, ev);
        break;
    default:
        change_state(c, ev);
    }
}

/* CLK-04, ING-14: a confirmation and a search need a person; what came late, contradicts or was taken back meets
 * nothing. */
static bool is_word(const struct bw_event *ev)
{
    uint64_t steps = UINT64_C(1) << BW_OWE_FIRST_RESULT | UINT64_C(1) << BW_OWE_CASE_STEP;
    if (ev->outcome == BW_OUT_LATE || ev->outcome == BW_OUT_CONTRADICTING || ev->outcome == BW_OUT_CORRECTED)
        return false;
    if (!bw_event_in_person(ev) || bw_idle_empty(ev))
        return false;
    return bw_code_row(ev->code)->meets & steps;
}

static void change_details(struct bw_case *c, const struct bw_event *ev)
{
    if (!ev->data.fields || c->state == BW_CASE_NONE)
        return;
    c->changed_version = ev->version;
    if (ev->data.fields & BW_DETAIL_PRIORITY)
        c->priority = ev->data.priority;
    if (ev->data.fields & BW_DETAIL_DELIVERY)
        take_stays(c, &ev->data);
}

/* A promise to the customer, and the contact by which its carrier keeps it; with the file all end (CLK-19). */
static void give_word(struct bw_case *c, const struct bw_event *ev)
{
    size_t at = 0;
    while (at < c->n_given && strcmp(c->given[at].carrier, ev->carrier) != 0)
        at++;
    if (ev->code == BW_EV_PROMISE_GIVEN && at == c->n_given && c->n_given < BW_CASE_GIVEN && runs(c)) {
        struct bw_case_given *given = &c->given[c->n_given++];
        *given = (struct bw_case_given){ .due_at = ev->data.answer_by };
        BW_SET(given->carrier, ev->carrier);
        BW_SET(given->what, ev->data.action);
    } else if ((ev->code == BW_EV_CONTACT_LOGGED || bw_wait_contact(ev)) && at < c->n_given) {
        for (c->n_given--; at < c->n_given; at++)
            c->given[at] = c->given[at + 1];
        c->given[c->n_given] = (struct bw_case_given){ .due_at = 0 };
    }
    if (c->state != BW_CASE_CLOSED)
        return;
    memset(c->given, 0, sizeof c->given);
    c->n_given = 0;
}

void bw_case_step(struct bw_case *c, const struct bw_event *ev)
{
    give_word(c, ev);
    change(c, ev);
    change_details(c, ev);
    bw_idle_say(c->words, &c->n_words, ev);
    if (is_word(ev)) {
        c->first_result = true;
        c->last_word_at = ev->recorded_at;
    }
    if (ev->recorded_at > c->recorded_at)
        c->recorded_at = ev->recorded_at;
    if (bw_order_cmp(&ev->order, &c->newest) > 0)
        c->newest = ev->order;
}

size_t bw_case_follow(const struct bw_case *after, const struct bw_event *ev, const struct bw_uuid *bags, size_t n_bags,
                      struct bw_event *to, size_t max)
{
    if (ev->subject != BW_SUBJECT_CASE || !(bw_code_row(ev->code)->flags & BW_CF_TO_BAGS))
        return 0;
    /* What of the details a bag needs to know: where it is to be brought, how little it can wait. */
    if (ev->code == BW_EV_DETAILS_CORRECTED && (after->state == BW_CASE_CLOSED || after->unaccepted ||
                                                !(ev->data.fields & (BW_DETAIL_DELIVERY | BW_DETAIL_PRIORITY))))
        return 0;
    size_t n = n_bags < max ? n_bags : max;
    for (size_t at = 0; at < n; at++) {
        struct bw_event *copy = &to[at];
        *copy = *ev;
        copy->subject = BW_SUBJECT_BAG;
        copy->bag_id = bags[at];
        copy->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
        (void)bw_uuid_text(&bags[at], copy->ident.value);
        copy->data.case_id = after->case_id;
        BW_SET(copy->data.case_ref, after->ref);
        BW_SET(copy->data.owner, after->owner);
        copy->data.bag_ordinal = (uint8_t)(at + 1);
        copy->data.n_bags = after->n_bags;
        copy->private_body = copy->replaces = BW_STR_NONE;
        copy->has_private_commitment = false;
        copy->uid = (struct bw_uuid){ { 0 } };
        copy->order = (struct bw_order){ 0 };
        copy->version = 0;
    }
    return n;
}

#define M(member, kind, below)                                                                                         \
    {                                                                                                                  \
        offsetof(struct bw_case, member), sizeof(((struct bw_case *)0)->member), (kind), (below)                       \
    }
#define WORD(k)                                                                                                        \
    M(words[k].carrier, BW_PACK_TEXT, 0), M(words[k].at[0], BW_PACK_INT, 0), M(words[k].at[1], BW_PACK_INT, 0),        \
        M(words[k].at[2], BW_PACK_INT, 0)
_Static_assert(BW_IDLE_WORDS == 3 && BW_IDLE_MOST == 2, "one WORD row each");
#define CODER(k) M(coders[k].carrier, BW_PACK_TEXT, 0), M(coders[k].bags, BW_PACK_UINT, 0)
_Static_assert(BW_CASE_CODERS == 8, "one CODER row each");
#define LEG(k)                                                                                                         \
    M(legs[k].flight, BW_PACK_TEXT, 0), M(legs[k].date, BW_PACK_INT, 0), M(legs[k].from, BW_PACK_TEXT, 0),             \
        M(legs[k].to, BW_PACK_TEXT, 0)
#define GIVEN(k)                                                                                                       \
    M(given[k].carrier, BW_PACK_TEXT, 0), M(given[k].what, BW_PACK_TEXT, 0), M(given[k].due_at, BW_PACK_INT, 0)
_Static_assert(BW_CASE_GIVEN == 4, "one GIVEN row each");
#define STAY(k)                                                                                                        \
    M(stays[k].station, BW_PACK_TEXT, 0), M(stays[k].from, BW_PACK_INT, 0), M(stays[k].until, BW_PACK_INT, 0)
static const struct bw_pack_member members[] = {
    M(case_id, BW_PACK_BYTES, 0),
    M(version, BW_PACK_INT, 0),
    M(ref, BW_PACK_TEXT, 0),
    M(state, BW_PACK_UINT, BW_CASE_MAX),
    M(owner, BW_PACK_TEXT, 0),
    M(station, BW_PACK_TEXT, 0),
    M(opened_at, BW_PACK_INT, 0),
    M(opened_recorded_at, BW_PACK_INT, 0),
    M(recorded_at, BW_PACK_INT, 0),
    M(first_result, BW_PACK_BOOL, 0),
    M(last_word_at, BW_PACK_INT, 0),
    WORD(0),
    WORD(1),
    WORD(2),
    M(n_words, BW_PACK_UINT, BW_IDLE_WORDS + 1),
    M(n_bags, BW_PACK_UINT, 0),
    M(awaited, BW_PACK_UINT, 0),
    M(n_claims, BW_PACK_UINT, BW_CLAIMS + 1),
    M(rule, BW_PACK_TEXT, 0),
    M(segment, BW_PACK_TEXT, 0),
    M(brought, BW_PACK_TEXT, 0),
    M(forecast, BW_PACK_TEXT, 0),
    M(custodian, BW_PACK_TEXT, 0),
    M(opener, BW_PACK_TEXT, 0),
    M(opened_by, BW_PACK_TEXT, 0),
    M(offered_to, BW_PACK_TEXT, 0),
    M(answer_by, BW_PACK_INT, 0),
    CODER(0),
    CODER(1),
    CODER(2),
    CODER(3),
    CODER(4),
    CODER(5),
    CODER(6),
    CODER(7),
    M(n_coders, BW_PACK_UINT, BW_CASE_CODERS + 1),
    M(closed_why, BW_PACK_TEXT, 0),
    M(closed_at, BW_PACK_INT, 0),
    M(erased_at, BW_PACK_INT, 0),
    M(newest.t, BW_PACK_INT, 0),
    M(newest.rank, BW_PACK_INT, 0),
    M(newest.carrier, BW_PACK_TEXT, 0),
    M(newest.uid, BW_PACK_BYTES, 0),
    M(changed_version, BW_PACK_INT, 0),
    M(priority, BW_PACK_UINT, BW_PRIORITY_MAX),
    M(linked, BW_PACK_TEXT, 0),
    M(unaccepted, BW_PACK_BOOL, 0),
    LEG(0),
    LEG(1),
    LEG(2),
    LEG(3),
    LEG(4),
    LEG(5),
    LEG(6),
    LEG(7),
    M(n_legs, BW_PACK_UINT, BW_LEGS + 1),
    STAY(0),
    STAY(1),
    STAY(2),
    STAY(3),
    M(n_stays, BW_PACK_UINT, BW_STAYS + 1),
    GIVEN(0),
    GIVEN(1),
    GIVEN(2),
    GIVEN(3),
    M(n_given, BW_PACK_UINT, BW_CASE_GIVEN + 1),
    M(wait.needs, BW_PACK_TEXT, 0),
    M(wait.by, BW_PACK_TEXT, 0),
    M(wait.asked_at, BW_PACK_INT, 0),
    M(wait.reached_at, BW_PACK_INT, 0),
    M(wait.by_page, BW_PACK_BOOL, 0),
    M(wait.said_at, BW_PACK_INT, 0),
};
_Static_assert(BW_LEGS == 8 && BW_STAYS == 4, "one row each");

/* The claims stand behind the members, and their number once more as the last byte: a file without any pays for no
 * more, and one that was cut does not read back. */
void bw_case_pack(const struct bw_case *c, struct bw_buf *to)
{
    BW_ASSERT(c->n_claims <= BW_CLAIMS);
    bw_pack(FORM, members, BW_LEN(members), c, to);
    for (size_t at = 0; at < c->n_claims; at++)
        bw_claim_pack(&c->claims[at], to);
    bw_buf_ch(to, (char)c->n_claims);
}

static bool take_claims(struct bw_str *bytes, struct bw_claim *to, size_t *ret_n)
{
    size_t n = bytes->n ? (unsigned char)bytes->p[bytes->n - 1] : BW_CLAIMS + 1u;
    if (n > BW_CLAIMS || bytes->n < 1 + n * BW_CLAIM_PACKED)
        return false;
    bytes->n -= 1 + n * BW_CLAIM_PACKED;
    for (size_t at = 0; at < n; at++)
        if (!bw_claim_unpack(bw_str_n(bytes->p + bytes->n + at * BW_CLAIM_PACKED, BW_CLAIM_PACKED), &to[at]))
            return false;
    *ret_n = n;
    return true;
}

bool bw_case_unpack(struct bw_str bytes, struct bw_case *ret)
{
    size_t n;
    struct bw_case c = { 0 };
    if (!take_claims(&bytes, c.claims, &n) || !bw_unpack(FORM, members, BW_LEN(members), bytes, &c) || c.n_claims != n)
        return false;
    *ret = c;
    return true;
}

bool bw_fileref_valid(struct bw_str s)
{
    struct bw_ident id;
    const char *why;
    return bw_ident_parse_as(BW_IDENT_REF, s, BW_DATE_NONE, &id, &why) && bw_str_eq_c(s, id.value);
}

void bw_fileref_make(const char *station, const char *carrier, unsigned number, char to[11])
{
    BW_ASSERT(number <= 99999 && bw_is_station(bw_str_c(station)) && strlen(carrier) == 2);
    (void)snprintf(to, 11, "%.3s%.2s%05u", station, carrier, number);
}
