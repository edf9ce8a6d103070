/* SPDX-License-Identifier: Apache-2.0 */
/* case_step_test.c - who owns a file, how it is handed over, coded and closed: each step as the writer takes it, asked
 * first, then completed, folded and held against the open promises. */
#include "bw/domain/case_step.h"

#include "fixture.h"

static struct fixture f;
static struct bw_case c;
static struct bw_promise open[8];
static size_t n_open;
static struct bw_promise_changes changes;
static bw_code refusal; /* of the step that was asked for last; BW_OK: it was let pass */

static struct bw_event step_of(enum bw_event_code code, const char *carrier, const char *when)
{
    struct bw_event ev = said(code, carrier, when);
    ev.subject = BW_SUBJECT_CASE;
    ev.source = carrier[0] ? BW_SRC_STAFF : BW_SRC_SYSTEM;
    bw_event_set_order(&ev, BW_TIME_NONE);
    return ev;
}

/* Folds what was let pass, and keeps the promises that stay open. */
static void fold(struct bw_event *ev)
{
    bw_case_complete(&c, &f.world, ev);
    bw_case_step(&c, ev);
    bw_promise_case(open, n_open, &c, ev, &f.world, next_id, &f, &changes);
    for (size_t k = 0; k < changes.n_closed; k++) {
        size_t i = 0;
        while (!bw_uuid_eq(&open[i].promise_id, &changes.closed[k].promise_id))
            i++;
        open[i] = open[--n_open];
    }
    for (size_t k = 0; k < changes.n_raised; k++)
        for (size_t i = 0; i < n_open; i++)
            if (bw_uuid_eq(&open[i].promise_id, &changes.raised[k].promise_id))
                open[i] = changes.raised[k];
    for (size_t k = 0; k < changes.n_opened; k++)
        open[n_open++] = changes.opened[k];
}

static bool may(const struct bw_event *ev)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_case_may(&c, ev, ev->recorded_at, &err);
    assert_true(rc == BW_OK || ((rc == BW_E_CASE_STEP || rc == BW_E_FORBIDDEN) && err.detail[0]));
    refusal = rc;
    return rc == BW_OK;
}

static bool tried(struct bw_event ev)
{
    if (!may(&ev))
        return false;
    fold(&ev);
    return true;
}

static bool offers(const char *carrier, const char *to, const char *when)
{
    struct bw_event ev = step_of(BW_EV_CASE_OWNER_OFFERED, carrier, when);
    bw_str_put(bw_str_c(to), ev.to_carrier, sizeof ev.to_carrier);
    return tried(ev);
}
static bool accepts(const char *carrier, const char *when)
{
    return tried(step_of(BW_EV_CASE_OWNER_CHANGED, carrier, when));
}
static bool refuses(const char *carrier, const char *when)
{
    return tried(step_of(BW_EV_CASE_OWNER_REFUSED, carrier, when));
}
static bool codes(const char *carrier, uint8_t ordinal, const char *station, const char *reason)
{
    struct bw_event ev = step_of(BW_EV_FAULT_CODED, carrier, "2026-11-21T12:00:00Z");
    bw_str_put(bw_str_c(station), ev.station, sizeof ev.station);
    bw_str_put(bw_str_c(reason), ev.reason, sizeof ev.reason);
    ev.data.bag_ordinal = ordinal;
    return tried(ev);
}
static bool closes(const char *carrier, const char *reason)
{
    struct bw_event ev = step_of(BW_EV_CASE_CLOSED, carrier, "2026-11-21T13:00:00Z");
    bw_str_put(bw_str_c(reason), ev.reason, sizeof ev.reason);
    return tried(ev);
}

/* A file of MAD opened at 00:20 by LH, of that many bags; by the rule it is the named carrier's. */
static void begin(uint8_t n_bags, const char *owner, const char *rule)
{
    struct bw_uuid id = id_of(2000);
    struct bw_event ev = step_of(BW_EV_CASE_OPENED, "LH", "2026-11-21T00:20:00Z");
    bw_case_init(&c, &id);
    n_open = 0;
    ev.data.n_bags = n_bags;
    bw_str_put(BW_STR("MADLH10001"), ev.data.case_ref, sizeof ev.data.case_ref);
    bw_str_put(BW_STR("LH.u01020304"), ev.sender, sizeof ev.sender);
    bw_str_put(BW_STR("MAD"), ev.station, sizeof ev.station);
    bw_str_put(bw_str_c(owner), ev.data.owner, sizeof ev.data.owner);
    bw_str_put(bw_str_c(rule), ev.data.rule, sizeof ev.data.rule);
    fold(&ev);
}

static const struct bw_promise *owed(enum bw_owed what)
{
    for (size_t k = 0; k < n_open; k++)
        if (open[k].owed == what)
            return &open[k];
    return NULL;
}

/* --- the rule --- */

static void chosen(struct bw_event *ev, const struct bw_bag *bag, const char *rule, const char *owner)
{
    const struct bw_bag *const bags[] = { bag };
    bw_event_data_init(&ev->data);
    bw_owner_choose(ev, bags, 1);
    assert_string_equal(ev->data.rule, rule);
    assert_string_equal(ev->data.owner, owner);
}

/* The first rule that names a carrier; the opener where none does: never nobody.  req: CASE-11 */
static void each_rule_in_its_turn(void **state)
{
    (void)state;
    struct bw_bag bag;
    struct bw_uuid id = id_of(1);
    bw_bag_init(&bag, &id, at("2026-11-20T10:40:00Z"));
    struct bw_event ev = step_of(BW_EV_CASE_OPENED, "LH", "2026-11-21T00:20:00Z");
    bw_str_put(BW_STR("MAD"), ev.station, sizeof ev.station);
    chosen(&ev, &bag, BW_RULE_OPENER, "LH");
    bw_str_put(BW_STR("AA"), bag.custodian, sizeof bag.custodian);
    chosen(&ev, &bag, BW_RULE_CUSTODIAN, "AA");
    bw_str_put(BW_STR("UX"), bag.last_carrier, sizeof bag.last_carrier);
    chosen(&ev, &bag, BW_RULE_FORECAST, "UX");
    assert_string_equal(ev.data.custodian, "AA");

    const struct bw_leg legs[] = { { "BA178", day("2026-11-20"), "JFK", "LHR" },
                                   { "IB3167", day("2026-11-20"), "LHR", "MAD" } };
    bw_event_data_init(&ev.data);
    memcpy(ev.data.legs, legs, sizeof legs);
    ev.data.n_legs = 2;
    const struct bw_bag *const bags[] = { &bag };
    bw_owner_choose(&ev, bags, 1);
    assert_string_equal(ev.data.rule, BW_RULE_SEGMENT);
    assert_string_equal(ev.data.owner, "IB");
    assert_string_equal(ev.data.segment, "IB");
    assert_string_equal(ev.data.forecast, "UX");
    assert_string_equal(ev.data.brought, "");
    /* the trip ended at Heathrow: who flew the traveller there */
    bw_str_put(BW_STR("LHR"), ev.station, sizeof ev.station);
    bw_owner_choose(&ev, bags, 1);
    assert_string_equal(ev.data.rule, BW_RULE_BROUGHT);
    assert_string_equal(ev.data.owner, "BA");
    /* the same where the bag's forecasts alone tell the journey */
    memcpy(bag.legs, legs, sizeof legs);
    bag.n_legs = 2;
    chosen(&ev, &bag, BW_RULE_BROUGHT, "BA");
    bw_str_put(BW_STR("BCN"), ev.station, sizeof ev.station);
    chosen(&ev, &bag, BW_RULE_FORECAST, "UX");
}

static void the_file_keeps_what_the_rule_was_asked(void **state)
{
    (void)state;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_string_equal(c.owner, "IB");
    assert_string_equal(c.rule, BW_RULE_SEGMENT);
    assert_string_equal(c.opener, "LH");
    assert_string_equal(c.opened_by, "LH");
}

/* Where no rule fits, the creating carrier owns until another accepts.  req: CASE-11 */
static void who_opened_owns_until_another_accepts(void **state)
{
    (void)state;
    begin(1, "LH", BW_RULE_OPENER);
    assert_false(accepts("LH", "2026-11-21T00:30:00Z"));
    assert_true(accepts("IB", "2026-11-21T00:31:00Z"));
    assert_string_equal(c.owner, "IB");
    assert_string_equal(c.rule, BW_RULE_TAKEN);
    assert_false(accepts("BA", "2026-11-21T00:32:00Z"));
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_false(accepts("BA", "2026-11-21T00:31:00Z"));
}

/* --- the hand-over --- */

/* req: CASE-03 (acceptance in time) CLK-04 (met by the receiver's own word) */
static void a_hand_over_needs_acceptance(void **state)
{
    (void)state;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_non_null(owed(BW_OWE_FIRST_RESULT));
    assert_false(offers("BA", "LH", "2026-11-21T00:30:00Z")); /* not its file */
    assert_false(offers("IB", "IB", "2026-11-21T00:30:00Z"));
    assert_true(offers("IB", "BA", "2026-11-21T00:30:00Z"));
    assert_string_equal(c.owner, "IB");
    const struct bw_promise *asked = owed(BW_OWE_OWNER);
    assert_string_equal(asked->debtor, "BA");
    assert_string_equal(asked->creditor, "IB");
    assert_true(asked->due_at == at("2026-11-21T04:30:00Z") && asked->due_at == c.answer_by);
    assert_string_equal(owed(BW_OWE_FIRST_RESULT)->debtor, "IB");
    assert_false(accepts("LH", "2026-11-21T01:00:00Z"));
    assert_false(refuses("LH", "2026-11-21T01:00:00Z"));
    assert_false(offers("IB", "BA", "2026-11-21T01:00:00Z")); /* the first offer's time runs on */
    assert_true(accepts("BA", "2026-11-21T01:00:00Z"));
    assert_string_equal(c.owner, "BA");
    assert_string_equal(c.rule, BW_RULE_ACCEPTED);
    assert_string_equal(c.offered_to, "");
    assert_null(owed(BW_OWE_OWNER));
    assert_int_equal(changes.n_closed, 2);
    for (size_t k = 0; k < 2; k++)
        assert_int_equal(changes.closed[k].why,
                         changes.closed[k].owed == BW_OWE_OWNER ? BW_CLOSE_MET : BW_CLOSE_SUPERSEDED);
    assert_string_equal(owed(BW_OWE_FIRST_RESULT)->debtor, "BA");
    assert_true(offers("BA", "IB", "2026-11-21T01:10:00Z")); /* and back */
    assert_false(accepts("BA", "2026-11-21T01:11:00Z"));
}

/* req: CASE-03 (or bounces back) */
static void what_nobody_accepts_stays(void **state)
{
    (void)state;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_false(refuses("BA", "2026-11-21T00:25:00Z"));
    assert_true(offers("IB", "BA", "2026-11-21T00:30:00Z"));
    assert_true(refuses("BA", "2026-11-21T00:40:00Z"));
    assert_true(strcmp(c.owner, "IB") == 0 && !c.offered_to[0] && c.answer_by == BW_TIME_NONE);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET); /* an answer is an answer */
    assert_null(owed(BW_OWE_OWNER));
    /* asked again, of another, taken back */
    assert_true(offers("IB", "BA", "2026-11-21T00:50:00Z"));
    assert_true(offers("IB", "LH", "2026-11-21T01:00:00Z"));
    assert_string_equal(owed(BW_OWE_OWNER)->debtor, "LH");
    assert_false(accepts("BA", "2026-11-21T01:01:00Z"));
    assert_true(refuses("IB", "2026-11-21T01:02:00Z"));
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
    assert_false(accepts("LH", "2026-11-21T01:03:00Z"));
    assert_string_equal(c.rule, BW_RULE_SEGMENT);
}

/* The time-out counts only while nobody has answered, once, and nobody accepts behind it, also before it was told.
 * req: CASE-03 CLK-01 */
static void time_ends_an_offer(void **state)
{
    (void)state;
    struct bw_event late, again;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_true(offers("IB", "BA", "2026-11-21T00:30:00Z"));
    bw_case_timeout_event(&c, &late);
    late.recorded_at = at("2026-11-21T04:30:01Z");
    assert_true(late.occurred_at == at("2026-11-21T04:30:00Z"));
    assert_true(bw_case_timeout_holds(&c, &late));
    assert_false(accepts("BA", "2026-11-21T04:30:00Z"));
    assert_true(offers("IB", "BA", "2026-11-21T04:30:00Z")); /* asked once more, before the sweeper came */
    assert_false(bw_case_timeout_holds(&c, &late));
    bw_case_timeout_event(&c, &again);
    again.recorded_at = at("2026-11-21T08:30:01Z");
    assert_string_not_equal(again.event_id, late.event_id);
    assert_true(may(&again));
    fold(&again);
    assert_true(strcmp(c.owner, "IB") == 0 && !c.offered_to[0]);
    assert_null(owed(BW_OWE_OWNER));
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
    assert_true(changes.closed[0].closed_at > changes.closed[0].due_at); /* counts as late */
    assert_false(bw_case_timeout_holds(&c, &again));
    assert_true(offers("IB", "BA", "2026-11-21T09:00:00Z"));
    assert_true(accepts("BA", "2026-11-21T09:30:00Z"));
    bw_case_timeout_event(&c, &again);
    assert_false(bw_case_timeout_holds(&c, &again));
}

/* What is another's to say is forbidden, open or closed; what the file does not allow its own people is a conflict.
 * req: SEC-06 (reliability.md 6, Z2) */
static void whose_step_it_is(void **state)
{
    (void)state;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_true(!offers("BA", "LH", "2026-11-21T00:30:00Z") && refusal == BW_E_FORBIDDEN);
    assert_true(!offers("BA", "IB", "2026-11-21T00:30:00Z") && refusal == BW_E_FORBIDDEN);
    assert_true(!closes("BA", "delivered") && refusal == BW_E_FORBIDDEN);
    assert_true(!accepts("BA", "2026-11-21T00:30:00Z") && refusal == BW_E_FORBIDDEN);
    assert_true(!offers("IB", "IB", "2026-11-21T00:30:00Z") && refusal == BW_E_CASE_STEP);
    assert_true(!accepts("IB", "2026-11-21T00:30:00Z") && refusal == BW_E_CASE_STEP);
    assert_true(!refuses("BA", "2026-11-21T00:30:00Z") && refusal == BW_E_CASE_STEP);
    assert_true(!closes("IB", "delivered") && refusal == BW_E_CASE_STEP);
    assert_true(offers("IB", "BA", "2026-11-21T00:30:00Z"));
    assert_true(!accepts("LH", "2026-11-21T00:40:00Z") && refusal == BW_E_FORBIDDEN);
    assert_true(!refuses("LH", "2026-11-21T00:40:00Z") && refusal == BW_E_FORBIDDEN);
    assert_true(!accepts("BA", "2026-11-21T04:30:00Z") && refusal == BW_E_CASE_STEP);
    assert_true(codes("IB", 0, "LHR", "54") && closes("IB", "withdrawn"));
    assert_true(!closes("BA", "withdrawn") && refusal == BW_E_FORBIDDEN);
    assert_true(!closes("IB", "withdrawn") && refusal == BW_E_CASE_STEP);
}

/* Handed to and fro every 20 minutes, the customer's word is due when it was; then it is missed, and due within the
 * hour.  req: CLK-01 CASE-03 */
static void a_hand_over_gains_no_time(void **state)
{
    (void)state;
    static const char *const times[] = { "2026-11-21T00:40:00Z", "2026-11-21T01:00:00Z", "2026-11-21T01:19:00Z",
                                         "2026-11-21T01:20:00Z", "2026-11-21T02:00:00Z", "2026-11-21T03:00:00Z" };
    static const char *const due[] = { "2026-11-21T01:20:00Z", "2026-11-21T01:20:00Z", "2026-11-21T01:20:00Z",
                                       "2026-11-21T02:20:00Z", "2026-11-21T02:20:00Z", "2026-11-21T04:00:00Z" };
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_true(owed(BW_OWE_FIRST_RESULT)->due_at == at("2026-11-21T01:20:00Z"));
    for (size_t k = 0; k < BW_LEN(times); k++) {
        const char *from = k % 2 ? "BA" : "IB", *to = k % 2 ? "IB" : "BA";
        assert_true(offers(from, to, times[k]) && accepts(to, times[k]));
        const struct bw_promise *p = owed(BW_OWE_FIRST_RESULT);
        assert_string_equal(p->debtor, to);
        assert_string_equal(p->creditor, to);
        assert_true(p->opened_at == at(times[k]));
        assert_true(p->due_at == at(due[k]) && p->yardstick_at == p->due_at);
    }
    /* a word of its own, and the next is owed by the rhythm; who takes over keeps that too, or its shorter own */
    struct bw_event word = step_of(BW_EV_STATUS_CONFIRMED, "IB", "2026-11-21T03:10:00Z");
    fold(&word);
    assert_true(owed(BW_OWE_CASE_STEP)->due_at == at("2026-11-22T03:10:00Z"));
    assert_true(offers("IB", "BA", "2026-11-21T12:00:00Z") && accepts("BA", "2026-11-21T12:10:00Z"));
    assert_true(owed(BW_OWE_CASE_STEP)->due_at == at("2026-11-22T03:10:00Z"));
    const struct bw_policy quick = { .owed = "case-step", .carrier = "IB", .minutes = 120, .valid_from = BW_TIME_NONE };
    f.world.policies = &quick;
    f.world.n_policies = 1;
    assert_true(offers("BA", "IB", "2026-11-21T12:20:00Z") && accepts("IB", "2026-11-21T12:30:00Z"));
    f.world.n_policies = 0;
    assert_true(owed(BW_OWE_CASE_STEP)->due_at == at("2026-11-21T14:30:00Z"));
}

/* The same for what is owed of a bag: the new owner owes it in the old one's time, the holder to the new owner. */
static void what_is_owed_of_a_bag_goes_along(void **state)
{
    (void)state;
    for (int held = 0; held < 2; held++) {
        struct bw_bag bag = watched_bag();
        if (!held) {
            bag.custody = BW_CUSTODY_NONE;
            bag.custodian[0] = '\0';
        }
        struct bw_event began = said(BW_EV_CASE_OPENED, "IB", "2026-11-21T00:20:00Z");
        bw_promise_bag(NULL, 0, &bag, &began, &f.world, next_id, &f, &changes);
        assert_int_equal(changes.n_opened, 1);
        const struct bw_promise one = changes.opened[0];
        assert_string_equal(one.debtor, held ? "BA" : "IB");
        bw_str_put(BW_STR("UX"), bag.owner, sizeof bag.owner);
        struct bw_event taken = said(BW_EV_CASE_OWNER_CHANGED, "UX", "2026-11-21T01:00:00Z");
        bw_promise_bag(&one, 1, &bag, &taken, &f.world, next_id, &f, &changes);
        assert_int_equal(changes.n_closed, !held);
        assert_int_equal(held ? changes.n_raised : changes.n_opened, 1);
        const struct bw_promise *now = held ? &changes.raised[0] : &changes.opened[0];
        assert_string_equal(now->debtor, held ? "BA" : "UX");
        assert_string_equal(now->creditor, "UX");
        assert_true(now->due_at == one.due_at && now->level == one.level);
        assert_int_equal(bw_uuid_eq(&now->promise_id, &one.promise_id), held);
    }
}

/* A carrier may tighten its time; what was asked keeps it. */
static void a_policy_sets_the_time(void **state)
{
    (void)state;
    const struct bw_policy quick = {
        .owed = "owner-offered", .carrier = "BA", .minutes = 30, .valid_from = BW_TIME_NONE
    };
    f.world.policies = &quick;
    f.world.n_policies = 1;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_true(offers("IB", "BA", "2026-11-21T00:30:00Z"));
    f.world.n_policies = 0;
    assert_true(c.answer_by == at("2026-11-21T01:00:00Z"));
    assert_true(owed(BW_OWE_OWNER)->due_at == c.answer_by);
    assert_false(accepts("BA", "2026-11-21T01:00:00Z"));
}

/* --- fault and closing --- */

/* req: CASE-04 (coded apart from custody by any carrier; required for closing, for every bag, of the owner) */
static void closing_needs_the_owners_code(void **state)
{
    (void)state;
    begin(2, "IB", BW_RULE_SEGMENT);
    c.awaited = 0;
    assert_false(closes("IB", "delivered"));
    assert_false(codes("BA", 0, "LHR", "14"));
    assert_false(codes("BA", 3, "LHR", "54"));
    assert_true(codes("BA", 0, "LHR", "54"));
    assert_true(bw_case_coded(&c, "BA"));
    assert_false(closes("IB", "delivered")); /* another's view */
    assert_true(codes("IB", 1, "LHR", "54"));
    assert_false(closes("IB", "delivered")); /* one of two bags */
    assert_true(codes("IB", 2, "JFK", "21"));
    assert_false(closes("BA", "delivered"));
    assert_false(closes("IB", "bored"));
    assert_true(offers("IB", "BA", "2026-11-21T12:30:00Z"));
    assert_true(closes("IB", "delivered"));
    assert_int_equal(c.state, BW_CASE_CLOSED);
    assert_string_equal(c.closed_why, "delivered");
    assert_int_equal(n_open, 0);
    assert_string_equal(c.offered_to, "");
    assert_false(closes("IB", "delivered"));
    assert_false(offers("IB", "BA", "2026-11-21T14:00:00Z"));
    assert_true(codes("LH", 0, "LHR", "79")); /* who pays is settled for long after */
}

static void what_each_reason_asks(void **state)
{
    (void)state;
    static const struct {
        enum bw_case_state state;
        uint32_t awaited;
        enum bw_claim_step claim;
        const char *allowed; /* beside the three that rest on a person's word */
    } rows[] = {
        { BW_CASE_OPEN, 1, BW_STEP_NONE, "" },           { BW_CASE_OPEN, 0, BW_STEP_NONE, "delivered" },
        { BW_CASE_CLAIM, 0, BW_STEP_FILED, "" },         { BW_CASE_CLAIM, 0, BW_STEP_OFFERED, "" },
        { BW_CASE_CLAIM, 0, BW_STEP_PAID, "delivered" }, { BW_CASE_LOST, 1, BW_STEP_NONE, "settled" },
        { BW_CASE_LOST, 1, BW_STEP_ACKNOWLEDGED, "" },   { BW_CASE_LOST, 1, BW_STEP_PAID, "settled" },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        const char *reason, *meaning;
        size_t n = 0;
        for (; (reason = bw_closing_at(n, &meaning)); n++) {
            begin(1, "IB", BW_RULE_SEGMENT);
            assert_true(codes("IB", 0, "LHR", "79"));
            c.state = rows[k].state;
            c.awaited = rows[k].awaited;
            c.n_claims = rows[k].claim != BW_STEP_NONE;
            c.claims[0].step = (uint8_t)rows[k].claim;
            bool word = bw_closing_needs_word(bw_str_c(reason));
            assert_true(meaning[0]);
            assert_int_equal(closes("IB", reason), word || strcmp(reason, rows[k].allowed) == 0);
        }
        assert_int_equal(n, 5);
    }
}

/* Of more carriers than there is room for, the one that spoke longest ago goes, and never the owner. */
static void many_carriers_code(void **state)
{
    (void)state;
    begin(1, "IB", BW_RULE_SEGMENT);
    assert_true(codes("IB", 0, "LHR", "54"));
    for (char k = 'A'; k < 'A' + 12; k++) {
        const char carrier[] = { 'X', k, '\0' };
        assert_true(codes(carrier, 0, "LHR", "53"));
        assert_true(bw_case_coded(&c, carrier) && bw_case_coded(&c, "IB"));
    }
    assert_int_equal(c.n_coders, BW_CASE_CODERS);
    assert_false(bw_case_coded(&c, "XA"));
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, two = { 0 };
    struct bw_case back;
    bw_buf_init(&one, 2048);
    bw_buf_init(&two, 2048);
    bw_case_pack(&c, &one);
    assert_true(bw_case_unpack(bw_buf_view(&one), &back));
    bw_case_pack(&back, &two);
    assert_true(bw_str_eq(bw_buf_view(&one), bw_buf_view(&two)));
}

/* --- words --- */

/* Every public code of RP 1743e, and no other. */
static void reasons_for_loss(void **state)
{
    (void)state;
    char code[3];
    const char *meaning;
    size_t n = 0;
    for (; bw_loss_at(n, code, &meaning); n++)
        assert_string_equal(bw_loss_meaning(bw_str_c(code)), meaning);
    assert_int_equal(n, 34 + 3 + 9 + 1 + 20);
    assert_string_equal(bw_loss_meaning(BW_STR("54")), "interline, not made available by inbound carrier");
    assert_string_equal(bw_loss_meaning(BW_STR("79")), "unknown");
    static const char *const none[] = { "14", "00", "10", "19", "24", "60", "5", "540", "5x", "" };
    for (size_t k = 0; k < BW_LEN(none); k++)
        assert_null(bw_loss_meaning(bw_str_c(none[k])));
}

/* Seven days after the day of the delivery, in the zone of where it was to go.  req: CASE-05 */
static void the_damage_window(void **state)
{
    (void)state;
    struct bw_bag bag = watched_bag();
    assert_true(bw_damage_until(&bag, &f.world) == BW_TIME_NONE);
    bag.place = BW_PLACE_DELIVERED;
    bag.place_at = at("2026-11-21T23:30:00Z"); /* 00:30 of the next day in Madrid */
    assert_true(bw_damage_until(&bag, &f.world) == at("2026-11-29T22:59:00Z"));
    bag.destination[0] = '\0';
    assert_true(bw_damage_until(&bag, &f.world) == at("2026-11-28T23:59:00Z"));
}

static int setup(void **state)
{
    (void)state;
    fixture_init(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_done(&f);
    return 0;
}

static bool gives(const char *carrier, const char *by, const char *when)
{
    struct bw_event ev = step_of(BW_EV_PROMISE_GIVEN, carrier, when);
    bw_str_put(BW_STR("call"), ev.data.action, sizeof ev.data.action);
    ev.data.answer_by = at(by);
    return tried(ev);
}

/* One of a carrier at a time, within seven days, at the time that was said; its own contact keeps it (CLK-19). */
static void what_staff_promise_is_owed_until_a_contact(void **state)
{
    (void)state;
    n_open = 0;
    c = open_case();
    assert_false(gives("IB", "2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z"));
    assert_false(gives("IB", "2026-11-28T08:00:01Z", "2026-11-21T08:00:00Z"));
    assert_true(gives("IB", "2026-11-21T16:00:00Z", "2026-11-21T08:00:00Z"));
    assert_false(gives("IB", "2026-11-21T20:00:00Z", "2026-11-21T08:01:00Z"));
    assert_true(gives("BA", "2026-11-21T12:00:00Z", "2026-11-21T08:02:00Z"));
    size_t own = 0;
    for (size_t k = 0; k < n_open; k++)
        own +=
            open[k].owed == BW_OWE_OWN_WORD &&
            open[k].due_at == at(strcmp(open[k].debtor, "IB") == 0 ? "2026-11-21T16:00:00Z" : "2026-11-21T12:00:00Z");
    assert_int_equal(own, 2);
    (void)tried(step_of(BW_EV_CONTACT_LOGGED, "LH", "2026-11-21T14:00:00Z")); /* who promised nothing keeps nothing */
    assert_int_equal(c.n_given, 2);
    assert_true(tried(step_of(BW_EV_CONTACT_LOGGED, "IB", "2026-11-21T15:00:00Z")));
    assert_int_equal(changes.n_closed, 1);
    assert_string_equal(changes.closed[0].debtor, "IB");
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
    assert_int_equal(c.n_given, 1);
    struct bw_case again;
    struct bw_buf bytes;
    bw_buf_init(&bytes, 8192);
    bw_case_pack(&c, &bytes);
    assert_true(bw_case_unpack(bw_buf_view(&bytes), &again));
    assert_string_equal(again.given[0].carrier, "BA");
    bw_buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_in_its_turn),
        cmocka_unit_test(the_file_keeps_what_the_rule_was_asked),
        cmocka_unit_test(who_opened_owns_until_another_accepts),
        cmocka_unit_test(a_hand_over_needs_acceptance),
        cmocka_unit_test(what_nobody_accepts_stays),
        cmocka_unit_test(time_ends_an_offer),
        cmocka_unit_test(whose_step_it_is),
        cmocka_unit_test(a_hand_over_gains_no_time),
        cmocka_unit_test(what_is_owed_of_a_bag_goes_along),
        cmocka_unit_test(a_policy_sets_the_time),
        cmocka_unit_test(closing_needs_the_owners_code),
        cmocka_unit_test(what_each_reason_asks),
        cmocka_unit_test(many_carriers_code),
        cmocka_unit_test(reasons_for_loss),
        cmocka_unit_test(the_damage_window),
        cmocka_unit_test(what_staff_promise_is_owed_until_a_contact),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
