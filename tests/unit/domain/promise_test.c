/* SPDX-License-Identifier: Apache-2.0 */
/* promise_test.c - what an event does to open promises: met, kept, re-planned, superseded, opened, raised. */
#include "fixture.h"

static struct bw_promise_changes changes;

static void on_bag(struct fixture *f, const struct bw_promise *open, size_t n, const struct bw_bag *after,
                   const struct bw_event *ev)
{
    memset(&changes, 0, sizeof changes);
    bw_promise_bag(open, n, after, ev, &f->world, next_id, f, &changes);
}

static void on_case(struct fixture *f, const struct bw_promise *open, size_t n, const struct bw_case *after,
                    const struct bw_event *ev)
{
    memset(&changes, 0, sizeof changes);
    bw_promise_case(open, n, after, ev, &f->world, next_id, f, &changes);
}

static void assert_counts(size_t closed, size_t opened, size_t raised)
{
    assert_int_equal(changes.n_closed, closed);
    assert_int_equal(changes.n_opened, opened);
    assert_int_equal(changes.n_raised, raised);
}

/* BA owes a plan since 00:50. */
static struct bw_promise located(struct fixture *f, struct bw_bag *ret_bag)
{
    *ret_bag = watched_bag();
    ret_bag->at_rest = true;
    struct bw_event ev = said(BW_EV_ON_HAND, "BA", "2026-11-21T00:50:00Z");
    on_bag(f, NULL, 0, ret_bag, &ev);
    assert_counts(0, 1, 0);
    return changes.opened[0];
}

static void plan(struct bw_bag *bag, const char *flight)
{
    bag->forward = true;
    bag->fwd_date = day("2026-11-21");
    bw_str_put(BW_STR("LHR"), bag->fwd_from, sizeof bag->fwd_from);
    bw_str_put(bw_str_c(flight), bag->fwd_flight, sizeof bag->fwd_flight);
}

/* req: CLK-01 (who, to whom, what, by when, why) */
static void what_is_owed_is_opened_whole(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag);
    assert_int_equal(p.subject, BW_SUBJECT_BAG);
    assert_true(bw_uuid_eq(&p.bag_id, &bag.bag_id));
    assert_false(bw_uuid_is_nil(&p.promise_id));
    assert_int_equal(p.owed, BW_OWE_LOCATED);
    assert_string_equal(p.debtor, "BA");
    assert_string_equal(p.creditor, "IB");
    assert_string_equal(p.station, "LHR");
    assert_string_equal(p.policy, "located");
    assert_true(p.opened_at == at("2026-11-21T00:50:00Z"));
    assert_true(p.due_at == at("2026-11-21T04:50:00Z"));
    assert_true(p.yardstick_at == p.due_at);
    assert_true(p.next_level_at == at("2026-11-21T03:50:00Z"));
    assert_int_equal(p.level, -1);
    assert_int_equal(p.offset_min, 0);
    assert_int_equal(p.why, BW_CLOSE_OPEN);
    assert_true(p.closed_at == BW_TIME_NONE);
}

static void what_stays_owed_is_kept(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag);
    struct bw_event again = said(BW_EV_ON_HAND, "BA", "2026-11-21T02:00:00Z");
    on_bag(f, &p, 1, &bag, &again);
    assert_counts(0, 0, 0);
}

/* req: CLK-04 (met at recorded time, by a code its row names, of the debtor; which event met it is kept) */
static void a_fact_of_the_debtor_meets(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag);
    struct bw_event ev = said(BW_EV_FORWARD_PLANNED, "BA", "2026-11-21T07:05:00Z");
    ev.occurred_at = at("2026-11-21T04:00:00Z");
    plan(&bag, "IB3163");
    on_bag(f, &p, 1, &bag, &ev);
    assert_counts(1, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
    assert_true(changes.closed[0].closed_at == ev.recorded_at);
    assert_true(bw_uuid_eq(&changes.closed[0].closed_uid, &ev.uid));
    assert_true(changes.closed[0].next_level_at == BW_TIME_NONE);
    assert_true(bw_uuid_eq(&changes.closed[0].promise_id, &p.promise_id));
    assert_string_equal(changes.opened[0].debtor, "IB");
    assert_true(changes.opened[0].due_at == at("2026-11-22T01:00:00Z"));
    struct bw_promise forward = changes.opened[0];

    /* The same plan from another carrier only supersedes: it is not the debtor's word. */
    ev = said(BW_EV_FORWARD_PLANNED, "LH", "2026-11-21T07:05:00Z");
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);

    /* A newer plan by the debtor is a re-plan, by another a superseding. */
    plan(&bag, "IB3165");
    ev = said(BW_EV_FORWARD_PLANNED, "IB", "2026-11-21T08:00:00Z");
    on_bag(f, &forward, 1, &bag, &ev);
    assert_counts(1, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_REPLANNED);
    assert_string_equal(changes.opened[0].basis, "IB3165/2026-11-21");
    ev = said(BW_EV_FORWARD_PLANNED, "BA", "2026-11-21T08:00:00Z");
    on_bag(f, &forward, 1, &bag, &ev);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
}

/* req: ING-09 (late by any amount never moves a state back); ING-12: what was taken back before it came was not said */
static void late_and_contradicting_words_meet_nothing(void **state)
{
    struct fixture *f = *state;
    static const enum bw_outcome weak[] = { BW_OUT_LATE, BW_OUT_CONTRADICTING, BW_OUT_AMBIGUOUS, BW_OUT_IMPLAUSIBLE,
                                            BW_OUT_CORRECTED };
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag);
    struct bw_event ev = said(BW_EV_FORWARD_PLANNED, "BA", "2026-11-21T02:00:00Z");
    for (size_t i = 0; i < BW_LEN(weak); i++) {
        ev.outcome = weak[i];
        on_bag(f, &p, 1, &bag, &ev);
        assert_counts(0, 0, 0);
    }
    /* A late event that does change the state changes what is owed, and still meets nothing. */
    ev.outcome = BW_OUT_LATE;
    bag.place = BW_PLACE_AT_DESTINATION;
    on_bag(f, &p, 1, &bag, &ev);
    assert_counts(1, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
    assert_int_equal(changes.opened[0].owed, BW_OWE_AT_STATION);
}

/* req: ING-14 (a search by nobody meets nothing) */
static void a_search_result_meets_and_hands_on(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    struct bw_event ev = said(BW_EV_WATCH_STARTED, "", "2026-11-21T00:20:00Z");
    on_bag(f, NULL, 0, &bag, &ev);
    struct bw_promise p = changes.opened[0];
    assert_int_equal(p.owed, BW_OWE_TRACING_HOLDER);
    ev = said(BW_EV_SEARCHED_NOT_FOUND, "BA", "2026-11-21T01:00:00Z");
    ev.source = BW_SRC_JSON;
    on_bag(f, &p, 1, &bag, &ev);
    assert_counts(0, 0, 0);
    bw_str_put(BW_STR("BA"), bag.denied_by, sizeof bag.denied_by);
    ev.data.person = true;
    on_bag(f, &p, 1, &bag, &ev);
    assert_counts(1, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SEARCHED);
    assert_int_equal(changes.opened[0].owed, BW_OWE_TRACING);
    assert_string_equal(changes.opened[0].debtor, "IB");
}

/* req: CLK-04 (a confirmation needs a person; from a machine key it meets nothing) */
static void a_confirmation_meets_the_owners_step(void **state)
{
    struct fixture *f = *state;
    struct bw_case c = open_case();
    struct bw_event ev = said(BW_EV_CASE_OPENED, "IB", "2026-11-21T00:20:00Z");
    on_case(f, NULL, 0, &c, &ev);
    assert_counts(0, 1, 0);
    struct bw_promise p = changes.opened[0];
    assert_int_equal(p.subject, BW_SUBJECT_CASE);
    assert_int_equal(p.owed, BW_OWE_FIRST_RESULT);
    assert_int_equal(p.offset_min, 60);
    assert_true(p.due_at == at("2026-11-21T01:20:00Z"));

    ev = said(BW_EV_STATUS_CONFIRMED, "IB", "2026-11-21T00:55:00Z");
    on_case(f, &p, 1, &c, &ev);
    assert_counts(0, 0, 0);
    ev.source = BW_SRC_STAFF;
    bw_str_put(BW_STR("BA"), ev.carrier, sizeof ev.carrier);
    on_case(f, &p, 1, &c, &ev);
    assert_counts(0, 0, 0);
    bw_str_put(BW_STR("IB"), ev.carrier, sizeof ev.carrier);
    c.first_result = true;
    on_case(f, &p, 1, &c, &ev);
    assert_counts(1, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_CONFIRMED);
    p = changes.opened[0];
    assert_int_equal(p.owed, BW_OWE_CASE_STEP);
    assert_true(p.due_at == at("2026-11-22T00:55:00Z"));

    /* Met again, it is owed again. */
    ev.recorded_at = at("2026-11-21T10:00:00Z");
    on_case(f, &p, 1, &c, &ev);
    assert_counts(1, 1, 0);
    assert_true(changes.opened[0].due_at == at("2026-11-22T10:00:00Z"));
    c.awaited = 0;
    ev = said(BW_EV_WATCH_ENDED, "", "2026-11-21T17:32:00Z");
    on_case(f, &p, 1, &c, &ev);
    assert_counts(1, 0, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);

    /* Another owner: the old one's step is moot, the new one's opens. */
    c = open_case();
    c.first_result = true;
    bw_str_put(BW_STR("LH"), c.owner, sizeof c.owner);
    ev = said(BW_EV_CASE_OWNER_CHANGED, "IB", "2026-11-21T11:00:00Z");
    on_case(f, &p, 1, &c, &ev);
    assert_counts(1, 1, 0);
    assert_string_equal(changes.opened[0].debtor, "LH");
}

/* req: CLK-08 (a dispute ends for both when the giver sees the bag) */
static void a_dispute_ends_for_both(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    struct bw_event ev = said(BW_EV_CUSTODY_DISPUTED, "", "2026-11-21T00:35:00Z");
    bag.custody = BW_CUSTODY_DISPUTED;
    bw_str_put(BW_STR("IB"), bag.receiver, sizeof bag.receiver);
    on_bag(f, NULL, 0, &bag, &ev);
    assert_counts(0, 2, 0);
    struct bw_promise both[2] = { changes.opened[0], changes.opened[1] };
    assert_false(bw_uuid_eq(&both[0].promise_id, &both[1].promise_id));
    assert_string_equal(both[1].handoff_from, "BA");
    bag.custody = BW_CUSTODY_HELD;
    bag.at_rest = true;
    bag.receiver[0] = '\0';
    ev = said(BW_EV_ON_HAND, "BA", "2026-11-21T00:50:00Z");
    on_bag(f, both, 2, &bag, &ev);
    assert_counts(2, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
    assert_int_equal(changes.closed[1].why, BW_CLOSE_SUPERSEDED);
}

/* req: CLK-05 (each level of a promise exactly once) */
static void levels_are_raised_once_and_in_order(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag);
    struct bw_event ev;
    char text[BW_UUID_TEXT], wanted[80];
    for (int level = 0; level <= 4; level++) {
        bw_level_event(&p, level, &f->world, &ev);
        assert_int_equal(ev.code, level == 0 ? BW_EV_PROMISE_REMINDED : BW_EV_PROMISE_MISSED);
        snprintf(wanted, sizeof wanted, "%s.L%d", bw_uuid_text(&p.promise_id, text), level);
        assert_string_equal(ev.event_id, wanted);
        assert_string_equal(ev.sender, "bagwatch");
        assert_string_equal(ev.ident.value, bw_uuid_text(&p.bag_id, text));
        assert_true(ev.occurred_at == bw_level_at(&p, level, &f->world));
        assert_string_equal(ev.data.debtor, "BA");
        assert_string_equal(ev.data.owed, "located");
        ev.recorded_at = ev.occurred_at;
        assert_true(bw_level_holds(&p, &ev));
        on_bag(f, &p, 1, &bag, &ev);
        assert_counts(0, 0, 1);
        p = changes.raised[0];
        assert_int_equal(p.level, level);
        assert_true(p.next_level_at == bw_level_at(&p, level + 1, &f->world));
        assert_false(bw_level_holds(&p, &ev));
        on_bag(f, &p, 1, &bag, &ev);
        assert_counts(0, 0, 0);
    }
    struct bw_promise closed = p;
    bw_level_event(&p, 5, &f->world, &ev);
    closed.why = BW_CLOSE_MET;
    assert_false(bw_level_holds(&closed, &ev));
    struct bw_promise other = p;
    other.promise_id = id_of(99);
    assert_false(bw_level_holds(&other, &ev));
    /* a year of silence is told every day of it */
    p.level = 364;
    bw_level_event(&p, 365, &f->world, &ev);
    assert_int_equal(ev.data.level, 365);
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.raised[0].level, 365);
    assert_true(changes.raised[0].next_level_at == p.due_at + 6 * BW_HOUR + 363 * BW_DAY);
}

static struct bw_event put_off(const struct bw_promise *p, enum bw_close why, const char *since, const char *until)
{
    struct bw_event ev;
    const struct bw_move m = { why, id_of(77), since ? at(since) : BW_TIME_NONE, at(until) };
    bw_move_event(p, &m, at("2026-11-21T05:00:00Z"), &ev);
    ev.recorded_at = at("2026-11-21T05:00:00Z");
    ev.uid = id_of(78);
    return ev;
}

/* req: CLK-13 (what fell due while we were away is closed, and owed anew by the later time; never an earlier one) */
static void what_is_put_off_is_owed_anew(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag), again; /* due 04:50 */
    struct bw_event ev = put_off(&p, BW_CLOSE_OUTAGE, "2026-11-21T04:00:00Z", "2026-11-21T06:00:00Z");
    char text[BW_UUID_TEXT], wanted[80];
    struct bw_uuid incident = id_of(77);
    snprintf(wanted, sizeof wanted, "%s.M%lld", bw_uuid_text(&p.promise_id, text),
             (long long)at("2026-11-21T06:00:00Z"));
    assert_string_equal(ev.event_id, wanted);
    assert_string_equal(ev.data.why, "outage");
    assert_true(ev.code == BW_EV_PROMISE_MOVED && bw_uuid_eq(&ev.data.incident, &incident));
    assert_true(bw_move_holds(&p, &ev));
    on_bag(f, &p, 1, &bag, &ev);
    assert_counts(1, 1, 0);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_OUTAGE);
    assert_true(changes.closed[0].closed_at == ev.recorded_at && bw_uuid_eq(&changes.closed[0].closed_uid, &ev.uid));
    again = changes.opened[0];
    assert_false(bw_uuid_eq(&again.promise_id, &p.promise_id));
    assert_true(again.due_at == at("2026-11-21T06:00:00Z") && again.yardstick_at == again.due_at);
    assert_true(again.opened_at == ev.recorded_at && again.next_level_at == at("2026-11-21T05:45:00Z"));
    assert_true(again.owed == p.owed && strcmp(again.debtor, "BA") == 0 && strcmp(again.basis, p.basis) == 0);
    assert_int_equal(again.level, -1);
    assert_true(again.why == BW_CLOSE_OPEN && again.closed_at == BW_TIME_NONE);

    assert_false(bw_move_holds(&again, &ev));             /* another promise */
    assert_false(bw_move_holds(&changes.closed[0], &ev)); /* closed meanwhile */
    ev = put_off(&again, BW_CLOSE_OUTAGE, NULL, "2026-11-21T06:00:00Z");
    assert_false(bw_move_holds(&again, &ev)); /* never to where it is, or earlier */
    on_bag(f, &again, 1, &bag, &ev);
    assert_counts(0, 0, 0);
}

/* A reminder that was sent is not sent again; what was escalated of the old stands with the old, and the new one is
 * escalated by its own time.  Whatever is said next finds the new one in place. */
static void a_promise_put_off_starts_its_levels_anew(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag);
    for (int level = 0; level <= 2; level++) {
        p.level = (int8_t)level;
        struct bw_event ev = put_off(&p, BW_CLOSE_MOVED, NULL, "2026-11-21T09:00:00Z");
        on_bag(f, &p, 1, &bag, &ev);
        assert_counts(1, 1, 0);
        assert_int_equal(changes.closed[0].why, BW_CLOSE_MOVED);
        assert_int_equal(changes.closed[0].level, level);
        assert_int_equal(changes.opened[0].level, 0);
        assert_true(changes.opened[0].next_level_at == at("2026-11-21T09:00:00Z"));
    }
    struct bw_promise later = changes.opened[0];
    struct bw_event again = said(BW_EV_ON_HAND, "BA", "2026-11-21T06:00:00Z");
    on_bag(f, &later, 1, &bag, &again);
    assert_counts(0, 0, 0);
    later.yardstick_at = at("2026-11-22T00:00:00Z"); /* a tightened policy: the default gives more than that anyway */
    struct bw_event ev = put_off(&later, BW_CLOSE_MOVED, NULL, "2026-11-21T10:00:00Z");
    on_bag(f, &later, 1, &bag, &ev);
    assert_true(changes.opened[0].yardstick_at == later.yardstick_at);
}

/* req: CLK-13 (no chaser before that: what was missed before we were away stays missed, and its next level waits) */
static void what_was_missed_before_only_waits(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_promise p = located(f, &bag); /* due 04:50; level 2 at 06:50 */
    p.level = 1;
    p.next_level_at = bw_level_at(&p, 2, &f->world);
    struct bw_event ev = put_off(&p, BW_CLOSE_OUTAGE, "2026-11-21T04:51:00Z", "2026-11-21T08:00:00Z");
    assert_true(ev.data.due == BW_TIME_NONE && ev.data.quiet_until == at("2026-11-21T08:00:00Z"));
    assert_true(bw_move_holds(&p, &ev));
    on_bag(f, &p, 1, &bag, &ev);
    assert_counts(0, 0, 1);
    assert_true(changes.raised[0].next_level_at == at("2026-11-21T08:00:00Z"));
    assert_true(changes.raised[0].due_at == p.due_at && changes.raised[0].level == 1);
    assert_false(bw_move_holds(&changes.raised[0], &ev));

    struct bw_promise waited =
        changes.raised[0]; /* the level tells when it fell due, and the next comes at its own time */
    bw_level_event(&waited, 2, &f->world, &ev);
    assert_true(ev.occurred_at == at("2026-11-21T06:50:00Z"));
    on_bag(f, &waited, 1, &bag, &ev);
    assert_true(changes.raised[0].next_level_at == at("2026-11-21T10:50:00Z"));
    waited.next_level_at = BW_TIME_NONE;
    ev = put_off(&waited, BW_CLOSE_OUTAGE, "2026-11-21T04:51:00Z", "2026-11-21T08:00:00Z");
    assert_false(bw_move_holds(&waited, &ev)); /* no level is left to wait */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_owed_is_opened_whole),
        cmocka_unit_test(what_stays_owed_is_kept),
        cmocka_unit_test(a_fact_of_the_debtor_meets),
        cmocka_unit_test(late_and_contradicting_words_meet_nothing),
        cmocka_unit_test(a_search_result_meets_and_hands_on),
        cmocka_unit_test(a_confirmation_meets_the_owners_step),
        cmocka_unit_test(a_dispute_ends_for_both),
        cmocka_unit_test(levels_are_raised_once_and_in_order),
        cmocka_unit_test(what_is_put_off_is_owed_anew),
        cmocka_unit_test(a_promise_put_off_starts_its_levels_anew),
        cmocka_unit_test(what_was_missed_before_only_waits),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
