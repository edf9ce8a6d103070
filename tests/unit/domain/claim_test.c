/* SPDX-License-Identifier: Apache-2.0 */
/* claim_test.c - the claims of a case: which step may follow which and who says it, several claims on one number, the
 * one promise that is owed for them, what is packed. */
#include "fixture.h"

static struct bw_promise_changes changes;

static struct bw_event claim_event(enum bw_event_code code, enum bw_source source, const char *carrier,
                                   const char *recorded)
{
    struct bw_event ev = said(code, carrier, recorded);
    ev.source = source;
    ev.subject = BW_SUBJECT_CASE;
    return ev;
}

static struct bw_event filing(enum bw_claim_kind kind, uint8_t bag, const char *recorded)
{
    struct bw_event ev = claim_event(BW_EV_CLAIM_FILED, BW_SRC_CUSTOMER, "", recorded);
    bw_str_put(bw_str_c(bw_claim_kind_word(kind)), ev.data.claim_kind, sizeof ev.data.claim_kind);
    ev.data.bag_ordinal = bag;
    return ev;
}

static struct bw_event stepping(uint8_t claim, enum bw_claim_step to, const char *recorded)
{
    bool customer =
        to == BW_STEP_ACCEPTED || to == BW_STEP_DECLINED || to == BW_STEP_APPEALED || to == BW_STEP_WITHDRAWN;
    struct bw_event ev =
        claim_event(BW_EV_CLAIM_STEP, customer ? BW_SRC_CUSTOMER : BW_SRC_STAFF, customer ? "" : "IB", recorded);
    ev.data.claim = claim;
    bw_str_put(bw_str_c(bw_claim_step_word(to)), ev.data.claim_step, sizeof ev.data.claim_step);
    return ev;
}

static bw_code tell(struct bw_case *c, struct bw_event ev)
{
    struct bw_error err;
    bw_code rc = bw_claim_admit(c, &ev, &err);
    if (rc == BW_OK)
        bw_case_step(c, &ev);
    return rc;
}

/* A case of two bags with one claim that stands at a step. */
static struct bw_case standing(enum bw_claim_step step, bool appealed)
{
    struct bw_case c = open_case();
    c.n_bags = 2;
    assert_int_equal(tell(&c, filing(BW_CLAIM_DAMAGE, 1, "2026-11-21T18:00:00Z")), BW_OK);
    c.claims[0].step = (uint8_t)step;
    c.claims[0].appealed = appealed;
    return c;
}

/* The steps of CASE-08 once more, written apart from claims.def: owner, customer (or staff for them), holder of the
 * link alone, or nobody. */
static char who_may(enum bw_claim_step from, enum bw_claim_step to, bool appealed)
{
    bool open = from == BW_STEP_FILED || from == BW_STEP_ACKNOWLEDGED || from == BW_STEP_ASSESSED ||
                from == BW_STEP_OFFERED || from == BW_STEP_APPEALED;
    bool judged = from == BW_STEP_ASSESSED || from == BW_STEP_APPEALED;
    switch ((int)to) {
    case BW_STEP_ACKNOWLEDGED:
        return from == BW_STEP_FILED ? 'o' : '-';
    case BW_STEP_ASSESSED:
        return from == BW_STEP_ACKNOWLEDGED ? 'o' : '-';
    case BW_STEP_OFFERED:
    case BW_STEP_REFUSED:
        return judged ? 'o' : '-';
    case BW_STEP_ACCEPTED:
    case BW_STEP_DECLINED:
        return from == BW_STEP_OFFERED ? 'c' : '-';
    case BW_STEP_APPEALED:
        return !appealed && (from == BW_STEP_REFUSED || from == BW_STEP_DECLINED) ? 'c' : '-';
    case BW_STEP_PAID:
        return from == BW_STEP_ACCEPTED ? 'o' : '-';
    case BW_STEP_WITHDRAWN:
        return open ? 'h' : '-';
    default:
        return '-';
    }
}

/* req: CASE-08 (every step from every step, said by everybody) */
static void only_the_steps_of_the_table(void **state)
{
    (void)state;
    static const struct {
        enum bw_source source;
        const char *carrier, *may;
        unsigned flags;
    } voices[] = { { BW_SRC_CUSTOMER, "", "ch", 0 },
                   { BW_SRC_STAFF, "IB", "oc", 0 },
                   { BW_SRC_JSON, "IB", "o", 0 },
                   { BW_SRC_STAFF, "BA", "", 0 },
                   { BW_SRC_JSON, "BA", "", 0 },
                   { BW_SRC_SYSTEM, "", "", 0 },
                   { BW_SRC_JSON, "IB", "", BW_FL_NO_MANDATE } };
    unsigned good = 0;
    for (unsigned n = 0; n < 2 * BW_STEP_MAX * BW_STEP_MAX * BW_LEN(voices); n++) {
        bool appealed = n & 1;
        enum bw_claim_step from = n / 2 % BW_STEP_MAX, to = n / 2 / BW_STEP_MAX % BW_STEP_MAX;
        unsigned v = n / 2 / BW_STEP_MAX / BW_STEP_MAX;
        if (from == BW_STEP_NONE || to == BW_STEP_NONE)
            continue;
        struct bw_case c = standing(from, appealed);
        struct bw_event ev = stepping(1, to, "2026-11-22T09:00:00Z");
        ev.source = voices[v].source;
        ev.flags = voices[v].flags;
        bw_str_put(bw_str_c(voices[v].carrier), ev.carrier, sizeof ev.carrier);
        char who = who_may(from, to, appealed);
        bw_code want = who == '-' ? BW_E_CLAIM : strchr(voices[v].may, who) ? BW_OK : BW_E_CODE_NOT_YOURS;
        assert_int_equal(tell(&c, ev), want);
        assert_int_equal(c.claims[0].step, want == BW_OK ? to : from);
        assert_int_equal(c.claims[0].appealed, appealed || (want == BW_OK && to == BW_STEP_APPEALED));
        good += want == BW_OK;
    }
    assert_int_equal(good, 50);
}

static void what_is_not_there_is_refused(void **state)
{
    (void)state;
    struct bw_case none, c = standing(BW_STEP_FILED, false);
    struct bw_uuid id = id_of(5);
    bw_case_init(&none, &id);
    assert_int_equal(tell(&none, filing(BW_CLAIM_LOSS, 0, "2026-11-21T18:00:00Z")), BW_E_NOT_FOUND);
    assert_int_equal(tell(&c, stepping(0, BW_STEP_ACKNOWLEDGED, "2026-11-21T19:00:00Z")), BW_E_NOT_FOUND);
    assert_int_equal(tell(&c, stepping(2, BW_STEP_ACKNOWLEDGED, "2026-11-21T19:00:00Z")), BW_E_NOT_FOUND);
    struct bw_event odd = stepping(1, BW_STEP_ACKNOWLEDGED, "2026-11-21T19:00:00Z");
    bw_str_put(BW_STR("settled"), odd.data.claim_step, sizeof odd.data.claim_step);
    assert_int_equal(tell(&c, odd), BW_E_NOT_FOUND);
    bw_case_step(&c, &odd); /* a log that holds it all the same changes nothing */
    bw_case_step(&none, &odd);
    assert_int_equal(c.claims[0].step, BW_STEP_FILED);
    odd = filing(BW_CLAIM_DAMAGE, 0, "2026-11-21T19:00:00Z");
    bw_str_put(BW_STR("delay"), odd.data.claim_kind, sizeof odd.data.claim_kind);
    assert_int_equal(tell(&c, odd), BW_E_INVALID_BODY);
    bw_case_step(&c, &odd);
    assert_int_equal(c.n_claims, 1);
    assert_int_equal(tell(&c, filing(BW_CLAIM_DAMAGE, 3, "2026-11-21T19:00:00Z")), BW_E_INVALID_BODY);
}

/* req: CASE-05, CASE-08 (several claims on one number, each with its own steps) */
static void several_claims_on_one_number(void **state)
{
    (void)state;
    struct bw_case c = standing(BW_STEP_FILED, false);
    assert_int_equal(tell(&c, filing(BW_CLAIM_DAMAGE, 1, "2026-11-21T18:10:00Z")), BW_E_CLAIM); /* it runs already */
    assert_int_equal(tell(&c, filing(BW_CLAIM_DAMAGE, 2, "2026-11-21T18:20:00Z")), BW_OK);
    struct bw_event told = said(BW_EV_DAMAGE_REPORTED, "IB", "2026-11-21T18:30:00Z");
    told.data.bag_ordinal = 2;
    bw_case_step(&c, &told); /* the same damage, told of the bag */
    assert_int_equal(c.n_claims, 2);
    told = said(BW_EV_PILFERAGE_REPORTED, "IB", "2026-11-21T18:31:00Z");
    told.data.bag_ordinal = 2;
    bw_case_step(&c, &told);
    assert_int_equal(c.n_claims, 3);
    assert_int_equal(c.claims[2].kind, BW_CLAIM_MISSING);
    assert_string_equal(c.claims[2].reached, "IB");
    for (unsigned day = 0; c.n_claims < BW_CLAIMS && day < 20; day++)
        assert_int_equal(tell(&c, filing(BW_CLAIM_EXPENSES, 0, "2026-11-22T18:00:00Z")), BW_OK);
    assert_int_equal(tell(&c, filing(BW_CLAIM_EXPENSES, 0, "2026-11-22T19:00:00Z")), BW_E_CLAIM);
    c.claims[1].step = BW_STEP_PAID;
    bw_case_step(&c, &(struct bw_event){ .code = BW_EV_DAMAGE_REPORTED, .data.bag_ordinal = 2 });
    assert_int_equal(c.n_claims, BW_CLAIMS); /* no room; the word stays in the log */
}

/* req: CASE-08 (pictures are limited, and none are taken once nothing can follow) */
static void pictures_of_a_claim(void **state)
{
    (void)state;
    struct bw_case c = standing(BW_STEP_REFUSED, false);
    struct bw_event photo = claim_event(BW_EV_CLAIM_EVIDENCE, BW_SRC_CUSTOMER, "", "2026-11-22T09:00:00Z");
    photo.data.claim = 2;
    assert_int_equal(tell(&c, photo), BW_E_NOT_FOUND);
    photo.data.claim = 1;
    for (unsigned k = 0; k < BW_CLAIM_PHOTOS; k++)
        assert_int_equal(tell(&c, photo), BW_OK); /* it may still be appealed */
    assert_int_equal(c.claims[0].photos, BW_CLAIM_PHOTOS);
    assert_int_equal(tell(&c, photo), BW_E_CLAIM);
    bw_case_step(&c, &photo);
    assert_int_equal(c.claims[0].photos, BW_CLAIM_PHOTOS);
    assert_int_equal(c.claims[0].step, BW_STEP_REFUSED);
    c = standing(BW_STEP_PAID, false);
    assert_int_equal(tell(&c, photo), BW_E_CLAIM);
    c = standing(BW_STEP_REFUSED, true);
    assert_int_equal(tell(&c, photo), BW_E_CLAIM);
}

/* req: CASE-08 (after closing a claim runs on under the same number; a step that ends it does not open the file) */
static void closing_and_claims(void **state)
{
    (void)state;
    struct bw_case c = standing(BW_STEP_OFFERED, false);
    assert_true(bw_claims_running(&c));
    struct bw_event closed = said(BW_EV_CASE_CLOSED, "IB", "2026-11-25T09:00:00Z");
    bw_case_step(&c, &closed);
    assert_int_equal(tell(&c, stepping(1, BW_STEP_DECLINED, "2026-11-26T09:00:00Z")), BW_OK);
    assert_int_equal(c.state, BW_CASE_CLOSED);
    assert_false(bw_claims_running(&c));
    assert_true(bw_claim_may_appeal(&c.claims[0]));
    assert_int_equal(tell(&c, stepping(1, BW_STEP_APPEALED, "2026-11-27T09:00:00Z")), BW_OK);
    assert_int_equal(c.state, BW_CASE_CLAIM);
    assert_false(bw_claim_may_appeal(&c.claims[0]));
    struct bw_event owner = said(BW_EV_CASE_OWNER_CHANGED, "IB", "2026-11-27T10:00:00Z");
    bw_str_put(BW_STR("BA"), owner.to_carrier, sizeof owner.to_carrier);
    bw_case_step(&c, &owner);
    assert_string_equal(c.claims[0].reached, "IB"); /* the customer never files again: BA answers now */
    assert_int_equal(tell(&c, stepping(1, BW_STEP_OFFERED, "2026-11-27T11:00:00Z")), BW_E_CODE_NOT_YOURS);
    struct bw_event now = stepping(1, BW_STEP_OFFERED, "2026-11-27T11:00:00Z");
    bw_str_put(BW_STR("BA"), now.carrier, sizeof now.carrier);
    assert_int_equal(tell(&c, now), BW_OK);
}

/* --- the promise --- */

struct calendar {
    struct fixture *f;
    struct bw_case c;
    struct bw_promise open[4];
    size_t n;
    struct bw_promise last; /* closed last */
};

static void hear(struct calendar *k, struct bw_event ev)
{
    struct bw_error err;
    if (bw_is_claim(ev.code))
        assert_int_equal(bw_claim_admit(&k->c, &ev, &err), BW_OK);
    bw_case_step(&k->c, &ev);
    memset(&changes, 0, sizeof changes);
    bw_promise_case(k->open, k->n, &k->c, &ev, &k->f->world, next_id, k->f, &changes);
    for (size_t i = 0; i < changes.n_closed; i++) {
        size_t at = 0;
        while (at < k->n && !bw_uuid_eq(&k->open[at].promise_id, &changes.closed[i].promise_id))
            at++;
        assert_true(at < k->n);
        k->last = changes.closed[i];
        memmove(&k->open[at], &k->open[at + 1], (k->n - at - 1) * sizeof k->open[0]);
        k->n--;
    }
    for (size_t i = 0; i < changes.n_opened; i++)
        k->open[k->n++] = changes.opened[i];
}

static void assert_due(const struct calendar *k, enum bw_owed owed, const char *basis, const char *due)
{
    assert_int_equal(k->n, 1);
    assert_string_equal(bw_owed_row(k->open[0].owed)->word, bw_owed_row(owed)->word);
    assert_string_equal(k->open[0].basis, basis);
    assert_string_equal(k->open[0].debtor, "IB");
    assert_int_equal(k->open[0].due_at, at(due));
}

static struct calendar calendar(struct fixture *f)
{
    struct calendar k = { .f = f, .c = open_case() };
    k.c.awaited = 0; /* the bags are home */
    k.c.n_bags = 2;
    return k;
}

/* req: CASE-08 (acknowledged 24 h, assessed 72 h, offer 7 d, paid 7 d: each step a promise, met by that step) */
static void every_step_is_a_promise(void **state)
{
    struct calendar k = calendar(*state);
    hear(&k, filing(BW_CLAIM_DAMAGE, 1, "2026-11-21T18:05:00Z"));
    assert_due(&k, BW_OWE_CLAIM_ACK, "claim 1", "2026-11-22T18:05:00Z");
    hear(&k, stepping(1, BW_STEP_ACKNOWLEDGED, "2026-11-22T10:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_MET);
    assert_due(&k, BW_OWE_CLAIM_ASSESS, "claim 1", "2026-11-25T10:00:00Z");
    hear(&k, stepping(1, BW_STEP_ASSESSED, "2026-11-26T10:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_MET);
    assert_due(&k, BW_OWE_CLAIM_OFFER, "claim 1", "2026-12-03T10:00:00Z");
    hear(&k, stepping(1, BW_STEP_REFUSED, "2026-11-27T10:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_MET);
    assert_int_equal(k.n, 0);
    hear(&k, stepping(1, BW_STEP_APPEALED, "2026-11-28T10:00:00Z"));
    assert_due(&k, BW_OWE_CLAIM_OFFER, "claim 1", "2026-12-05T10:00:00Z");
    hear(&k, stepping(1, BW_STEP_OFFERED, "2026-11-29T10:00:00Z"));
    assert_int_equal(k.n, 0); /* the customer's turn */
    hear(&k, stepping(1, BW_STEP_ACCEPTED, "2026-11-30T10:00:00Z"));
    assert_due(&k, BW_OWE_CLAIM_PAY, "claim 1", "2026-12-07T10:00:00Z");
    hear(&k, stepping(1, BW_STEP_PAID, "2026-12-01T10:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_MET);
    assert_int_equal(k.n, 0);
    assert_false(bw_claims_running(&k.c));
}

/* req: CLK-01 (at most one claim step per debtor and case: the earliest; no claim's step meets another's) */
static void one_promise_for_all_claims(void **state)
{
    struct calendar k = calendar(*state);
    hear(&k, filing(BW_CLAIM_DAMAGE, 1, "2026-11-21T10:00:00Z"));
    hear(&k, stepping(1, BW_STEP_ACKNOWLEDGED, "2026-11-21T11:00:00Z"));
    assert_due(&k, BW_OWE_CLAIM_ASSESS, "claim 1", "2026-11-24T11:00:00Z");
    hear(&k, filing(BW_CLAIM_MISSING, 2, "2026-11-22T12:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_SUPERSEDED); /* claim 2 falls due before it */
    assert_due(&k, BW_OWE_CLAIM_ACK, "claim 2", "2026-11-23T12:00:00Z");
    hear(&k, filing(BW_CLAIM_EXPENSES, 0, "2026-11-22T13:00:00Z"));
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
    hear(&k, stepping(3, BW_STEP_ACKNOWLEDGED, "2026-11-22T14:00:00Z"));
    assert_int_equal(changes.n_closed + changes.n_opened, 0); /* it is not claim 2's */
    hear(&k, stepping(2, BW_STEP_ACKNOWLEDGED, "2026-11-23T09:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_MET);
    /* claim 1's time ran on meanwhile: filing another is no way to win days */
    assert_due(&k, BW_OWE_CLAIM_ASSESS, "claim 1", "2026-11-24T11:00:00Z");
    hear(&k, filing(BW_CLAIM_LOSS, 0, "2026-11-23T10:00:00Z"));
    assert_due(&k, BW_OWE_CLAIM_ACK, "claim 4", "2026-11-24T10:00:00Z");
    hear(&k, stepping(4, BW_STEP_ACKNOWLEDGED, "2026-11-24T10:50:00Z"));
    assert_due(&k, BW_OWE_CLAIM_ASSESS, "claim 1", "2026-11-24T11:50:00Z"); /* an hour is left in any case */
    hear(&k, stepping(1, BW_STEP_WITHDRAWN, "2026-11-24T11:00:00Z"));
    assert_int_equal(k.last.why, BW_CLOSE_SUPERSEDED);
    assert_due(&k, BW_OWE_CLAIM_ASSESS, "claim 3", "2026-11-25T14:00:00Z");
}

static void shorter_policies_hold(void **state)
{
    struct calendar k = calendar(*state);
    struct bw_policy quick = { .owed = "claim-acknowledge", .minutes = 30, .valid_from = BW_TIME_NONE };
    struct bw_world world = k.f->world;
    struct bw_case c = standing(BW_STEP_FILED, false);
    struct bw_owing o[BW_OWED_MAX];
    char policy[60];
    bw_time yardstick, day_late = at("2026-11-22T20:00:00Z");
    world.policies = &quick;
    world.n_policies = 1;
    c.awaited = 0;
    assert_int_equal(bw_owing_case(&c, o), 1);
    bw_time filed = at("2026-11-21T18:00:00Z");
    assert_int_equal(bw_promise_due(o, NULL, &c, &world, filed, &yardstick, policy), filed + 30 * BW_MINUTE);
    assert_int_equal(yardstick, filed + BW_DAY);
    assert_int_equal(bw_promise_due(o, NULL, &c, &world, day_late, &yardstick, policy), day_late + 30 * BW_MINUTE);
    assert_int_equal(yardstick, day_late + BW_HOUR);
}

/* req: CASE-08 (an offer for the loss is the settlement step that is owed for it) */
static void a_loss_is_settled_by_its_claim(void **state)
{
    struct calendar k = calendar(*state);
    hear(&k, said(BW_EV_LOSS_ADMITTED, "IB", "2026-12-01T10:00:00Z"));
    assert_due(&k, BW_OWE_LOST_STEP, "case", "2026-12-08T10:00:00Z");
    hear(&k, filing(BW_CLAIM_EXPENSES, 0, "2026-12-01T11:00:00Z"));
    hear(&k, filing(BW_CLAIM_LOSS, 0, "2026-12-01T12:00:00Z"));
    assert_int_equal(k.c.state, BW_CASE_LOST);
    for (unsigned claim = 1; claim <= 2; claim++) {
        hear(&k, stepping((uint8_t)claim, BW_STEP_ACKNOWLEDGED, "2026-12-01T13:00:00Z"));
        hear(&k, stepping((uint8_t)claim, BW_STEP_ASSESSED, "2026-12-01T14:00:00Z"));
    }
    hear(&k, stepping(1, BW_STEP_OFFERED, "2026-12-02T10:00:00Z"));
    assert_int_equal(k.last.owed, BW_OWE_CLAIM_OFFER);
    assert_int_equal(changes.n_closed, 1); /* expenses settle no loss */
    hear(&k, stepping(2, BW_STEP_OFFERED, "2026-12-03T10:00:00Z"));
    assert_int_equal(changes.n_closed, 2);
    assert_true(changes.closed[0].why == BW_CLOSE_MET && changes.closed[1].why == BW_CLOSE_MET);
    assert_due(&k, BW_OWE_LOST_STEP, "case", "2026-12-10T10:00:00Z"); /* the next one */
}

/* --- stored --- */

static void claims_are_packed(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, two = { 0 }, bare = { 0 };
    bw_buf_init(&one, 4096);
    bw_buf_init(&two, 4096);
    bw_buf_init(&bare, 4096);
    struct bw_case c = standing(BW_STEP_APPEALED, true), back;
    struct bw_case none = open_case();
    (void)tell(&c, filing(BW_CLAIM_LOSS, 0, "2026-11-22T18:00:00Z"));
    bw_case_pack(&c, &one);
    bw_case_pack(&none, &bare);
    assert_int_equal(one.n, bare.n + 2 * BW_CLAIM_PACKED);
    assert_true(bw_case_unpack(bw_buf_view(&one), &back));
    bw_case_pack(&back, &two);
    assert_true(bw_str_eq(bw_buf_view(&one), bw_buf_view(&two)));
    assert_int_equal(back.n_claims, 2);
    assert_memory_equal(back.claims, c.claims, 2 * sizeof c.claims[0]);
    assert_false(bw_case_unpack(BW_STR_NONE, &back));
    for (size_t n = 0; n < one.n; n++)
        assert_false(bw_case_unpack(bw_str_n(one.p, n), &back));
    size_t tail = one.n - 1 - 2 * BW_CLAIM_PACKED;
    static const struct {
        size_t at;
        char value;
    } bad[] = { { 0, BW_CLAIM_KINDS }, { 1, 0 }, { 1, BW_STEP_MAX }, { 3, 2 }, { 4, BW_CLAIM_PHOTOS + 1 }, { 8, 'X' } };
    for (size_t k = 0; k < BW_LEN(bad); k++) {
        char kept = one.p[tail + bad[k].at];
        one.p[tail + bad[k].at] = bad[k].value;
        assert_false(bw_case_unpack(bw_buf_view(&one), &back));
        one.p[tail + bad[k].at] = kept;
    }
    assert_true(bw_case_unpack(bw_buf_view(&one), &back));
    one.p[one.n - 1] = BW_CLAIMS + 1;
    assert_false(bw_case_unpack(bw_buf_view(&one), &back));
}

static void words(void **state)
{
    (void)state;
    enum bw_claim_kind kind;
    enum bw_claim_step step;
    for (unsigned k = 0; k < BW_CLAIM_KINDS; k++)
        assert_true(bw_claim_kind_from(bw_str_c(bw_claim_kind_word(k)), &kind) && kind == k);
    for (unsigned s = BW_STEP_NONE + 1; s < BW_STEP_MAX; s++)
        assert_true(bw_claim_step_from(bw_str_c(bw_claim_step_word(s)), &step) && step == s);
    assert_false(bw_claim_kind_from(BW_STR("delay"), &kind) || bw_claim_step_from(BW_STR(""), &step));
    size_t n = 0;
    for (; bw_refusal_word(n); n++)
        assert_non_null(bw_refusal_sentence(bw_str_c(bw_refusal_word(n))));
    assert_int_equal(n, 9);
    assert_null(bw_refusal_sentence(BW_STR("because")));
    assert_int_equal(bw_claim_step_meets(BW_STEP_FILED), BW_OWE_MAX);
    const struct bw_table_row *row;
    assert_int_equal(bw_claim_table(&row), 16);
    assert_string_equal(row[0].from, "FILED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_steps_of_the_table),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(several_claims_on_one_number),
        cmocka_unit_test(closing_and_claims),
        cmocka_unit_test(pictures_of_a_claim),
        cmocka_unit_test(every_step_is_a_promise),
        cmocka_unit_test(one_promise_for_all_claims),
        cmocka_unit_test(shorter_policies_hold),
        cmocka_unit_test(a_loss_is_settled_by_its_claim),
        cmocka_unit_test(claims_are_packed),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
