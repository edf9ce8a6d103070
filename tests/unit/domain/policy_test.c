/* SPDX-License-Identifier: Apache-2.0 */
/* policy_test.c - due times by default and by override, the yardstick beside them, and when each level falls due. */
#include "fixture.h"

static struct bw_owing owing(enum bw_owed owed, const char *debtor, const char *station)
{
    struct bw_owing o = { .owed = owed };
    bw_str_put(bw_str_c(debtor), o.debtor, sizeof o.debtor);
    bw_str_put(bw_str_c(station), o.station, sizeof o.station);
    return o;
}

static void assert_due(const struct fixture *f, struct bw_owing o, const struct bw_bag *bag, const struct bw_case *c,
                       const char *now, const char *due)
{
    char policy[60], text[BW_TIME_TEXT];
    bw_time yardstick;
    bw_time got = bw_promise_due(&o, bag, c, &f->world, at(now), &yardstick, policy);
    assert_string_equal(bw_time_text(got, text), due);
    assert_true(got == yardstick);
    assert_string_equal(policy, bw_owed_row(o.owed)->word);
}

/* req: CLK-01 (time runs from opening) */
static void defaults_run_from_opening(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    for (int i = 0; i < BW_OWE_MAX; i++) {
        struct bw_owing o = owing((enum bw_owed)i, "BA", "LHR");
        char policy[60];
        bw_time yardstick, now = at("2026-11-21T00:50:00Z");
        bw_time due = bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy);
        assert_true(due == now + bw_owed_row((enum bw_owed)i)->minutes * BW_MINUTE);
    }
    assert_due(f, owing(BW_OWE_LOCATED, "BA", "LHR"), &bag, NULL, "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z");
}

static void special_rules(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    bag.fwd_date = day("2026-11-21");
    bw_str_put(BW_STR("LHR"), bag.fwd_from, sizeof bag.fwd_from);
    struct bw_owing forward = owing(BW_OWE_FORWARD, "IB", "LHR");
    assert_due(f, forward, &bag, NULL, "2026-11-21T07:05:00Z", "2026-11-22T01:00:00Z");
    bw_str_put(BW_STR("JFK"), bag.fwd_from, sizeof bag.fwd_from);
    assert_due(f, forward, &bag, NULL, "2026-11-21T07:05:00Z", "2026-11-22T06:00:00Z");
    bw_str_put(BW_STR("QQQ"), bag.fwd_from, sizeof bag.fwd_from);
    assert_due(f, forward, &bag, NULL, "2026-11-21T07:05:00Z", "2026-11-22T01:00:00Z");
    assert_due(f, forward, &bag, NULL, "2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z");

    struct bw_owing courier = owing(BW_OWE_COURIER, "IB", "MAD");
    assert_due(f, courier, &bag, NULL, "2026-11-21T14:00:00Z", "2026-11-22T02:00:00Z");
    bag.window_until = at("2026-11-21T18:00:00Z");
    assert_due(f, courier, &bag, NULL, "2026-11-21T14:00:00Z", "2026-11-21T19:00:00Z");
    assert_due(f, courier, &bag, NULL, "2026-11-21T20:00:00Z", "2026-11-21T21:00:00Z");

    struct bw_case c = open_case();
    struct bw_owing step = owing(BW_OWE_CASE_STEP, "IB", "MAD");
    assert_due(f, step, NULL, &c, "2026-11-21T00:55:00Z", "2026-11-22T00:55:00Z");
    assert_due(f, step, NULL, &c, "2026-11-26T00:19:59Z", "2026-11-27T00:19:59Z");
    assert_due(f, step, NULL, &c, "2026-11-26T00:20:00Z", "2026-11-29T00:20:00Z");
    assert_due(f, step, NULL, &c, "2026-12-12T00:20:00Z", "2026-12-19T00:20:00Z");
    struct bw_owing tracing = owing(BW_OWE_TRACING, "IB", "LHR");
    assert_due(f, tracing, &bag, NULL, "2026-11-21T00:20:00Z", "2026-11-22T00:20:00Z");
    assert_due(f, tracing, &bag, NULL, "2026-11-27T00:00:00Z", "2026-11-30T00:00:00Z");
    bag.reported_at = BW_TIME_NONE;
    assert_due(f, tracing, &bag, NULL, "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z");
}

/* req: CLK-02 (carrier and station before carrier before station before lane; relaxed to twice the default at most) */
static void the_most_specific_policy_wins(void **state)
{
    struct fixture *f = *state;
    struct bw_policy rows[] = {
        { .owed = "located", .lane = "JFK-MAD", .minutes = 11 },
        { .owed = "located", .station = "LHR", .minutes = 22 },
        { .owed = "located", .carrier = "BA", .minutes = 33, .name = "located/BA" },
        { .owed = "located", .carrier = "BA", .station = "LHR", .minutes = 44 },
        { .owed = "held", .carrier = "BA", .station = "LHR", .minutes = 55 },
    };
    static const struct {
        size_t rows;
        int minutes;
        const char *name;
    } wins[] = {
        { 1, 11, "located/JFK-MAD" }, { 2, 22, "located/LHR" }, { 3, 33, "located/BA" }, { 4, 44, "located/BALHR" }
    };
    struct bw_bag bag = watched_bag();
    bag.n_legs = 1;
    bw_str_put(BW_STR("JFK"), bag.legs[0].from, sizeof bag.legs[0].from);
    struct bw_owing o = owing(BW_OWE_LOCATED, "BA", "LHR");
    bw_time yardstick, now = at("2026-11-21T00:50:00Z");
    char policy[60];
    for (size_t i = 0; i < BW_LEN(rows); i++)
        rows[i].valid_from = BW_TIME_NONE;
    f->world.policies = rows;
    for (size_t i = 0; i < BW_LEN(wins); i++) {
        f->world.n_policies = wins[i].rows;
        assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) ==
                    now + wins[i].minutes * BW_MINUTE);
        assert_true(yardstick == now + 240 * BW_MINUTE);
        assert_string_equal(policy, wins[i].name);
    }
    f->world.n_policies = BW_LEN(rows);
    struct bw_owing other = owing(BW_OWE_LOCATED, "IB", "MAD");
    bag.n_legs = 0;
    assert_true(bw_promise_due(&other, &bag, NULL, &f->world, now, &yardstick, policy) == now + 240 * BW_MINUTE);
    rows[3].minutes = 9999;
    assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) == now + 480 * BW_MINUTE);
    rows[3].minutes = 0; /* ended */
    bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy);
    assert_string_equal(policy, "located/BA");
    rows[2].valid_from = now + 1;
    bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy);
    assert_string_equal(policy, "located/LHR");
    f->world.n_policies = 0;
}

/* A flight that landed before anybody was told leaves an hour; of two rows the class that was named decides. */
static void nobody_owes_before_he_was_told_and_a_class_has_its_own_time(void **state)
{
    struct fixture *f = *state;
    char policy[60];
    bw_time yardstick, now = at("2026-11-21T00:50:00Z");
    struct bw_flight landed;
    struct bw_bag bag = watched_bag();
    bw_flight_init(&landed, "BA178", day("2026-11-20"));
    landed.arrives[BW_ACTUAL_AT] = at("2026-11-20T19:50:00Z");
    bw_str_put(BW_STR("BA178"), bag.flight, sizeof bag.flight);
    bag.flight_date = day("2026-11-20");
    f->world.flights = &landed;
    f->world.n_flights = 1;
    assert_due(f, owing(BW_OWE_IN_FLIGHT, "BA", "LHR"), &bag, NULL, "2026-11-20T18:00:00Z", "2026-11-20T21:50:00Z");
    assert_due(f, owing(BW_OWE_IN_FLIGHT, "BA", "LHR"), &bag, NULL, "2026-11-21T00:50:00Z", "2026-11-21T01:50:00Z");
    f->world.n_flights = 0;

    const struct bw_policy rows[] = {
        { .owed = "located", .carrier = "BA", .minutes = 200, .valid_from = BW_TIME_NONE },
        { .owed = "located",
          .carrier = "BA",
          .priority = BW_PRIORITY_MEDICAL,
          .minutes = 150,
          .valid_from = BW_TIME_NONE },
    };
    struct bw_owing o = owing(BW_OWE_LOCATED, "BA", "LHR");
    bag.priority = BW_PRIORITY_MEDICAL;
    f->world.policies = rows;
    f->world.n_policies = 1; /* the class's share of the default is less than what the carrier gives all */
    assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) == now + 120 * BW_MINUTE);
    f->world.n_policies = 2;
    assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) == now + 150 * BW_MINUTE);
    f->world.n_policies = 0;
}

/* req: CLK-05 (0 at 75 % of the time, 1 at due, 2 at +2 h, 3 at +6 h, then daily; waits by policy) */
static void levels_fall_due_in_their_order(void **state)
{
    struct fixture *f = *state;
    struct bw_promise p = { .opened_at = at("2026-11-21T00:50:00Z"), .due_at = at("2026-11-21T04:50:00Z") };
    static const char *const due[] = { "2026-11-21T03:50:00Z", "2026-11-21T04:50:00Z", "2026-11-21T06:50:00Z",
                                       "2026-11-21T10:50:00Z", "2026-11-22T10:50:00Z", "2026-11-23T10:50:00Z" };
    char text[BW_TIME_TEXT];
    bw_str_put(BW_STR("located"), p.policy, sizeof p.policy);
    for (int level = 0; level < (int)BW_LEN(due); level++)
        assert_string_equal(bw_time_text(bw_level_at(&p, level, &f->world), text), due[level]);

    struct bw_policy quick[] = {
        { .owed = "located", .carrier = "BA", .minutes = 4, .steps = { 0, 2 }, .n_steps = 2 },
        { .owed = "located", .carrier = "BA", .minutes = 4, .steps = { 0, 9 }, .n_steps = 2 }
    };
    quick[0].valid_from = BW_TIME_NONE;
    quick[1].valid_from = at("2026-11-21T01:00:00Z");
    f->world.policies = quick;
    f->world.n_policies = 2;
    bw_str_put(BW_STR("located/BA"), p.policy, sizeof p.policy);
    bw_str_put(BW_STR("BA"), p.debtor, sizeof p.debtor);
    assert_string_equal(bw_time_text(bw_level_at(&p, 2, &f->world), text), "2026-11-21T04:52:00Z");
    assert_string_equal(bw_time_text(bw_level_at(&p, 3, &f->world), text), "2026-11-22T04:52:00Z");
    p.opened_at = at("2026-11-21T01:00:00Z");
    assert_string_equal(bw_time_text(bw_level_at(&p, 2, &f->world), text), "2026-11-21T04:59:00Z");
    quick[1].n_steps = 0;
    assert_string_equal(bw_time_text(bw_level_at(&p, 2, &f->world), text), "2026-11-21T06:50:00Z");
    f->world.n_policies = 0;
}

/* A carrier of three letters and a station may have one spelling: each promise keeps the levels of its own. */
static void one_name_of_a_carrier_and_of_a_station(void **state)
{
    struct fixture *f = *state;
    struct bw_policy rows[] = {
        { .owed = "located", .carrier = "IBE", .minutes = 4, .steps = { 0, 7 }, .n_steps = 2 },
        { .owed = "located", .station = "IBE", .minutes = 4, .steps = { 0, 9 }, .n_steps = 2, .told_at = 1 }
    };
    struct bw_promise p = { .opened_at = at("2026-11-21T00:50:00Z"), .due_at = at("2026-11-21T04:50:00Z") };
    rows[0].valid_from = rows[1].valid_from = BW_TIME_NONE;
    f->world.policies = rows;
    f->world.n_policies = BW_LEN(rows);
    bw_str_put(BW_STR("located/IBE"), p.policy, sizeof p.policy);
    bw_str_put(BW_STR("IBE"), p.debtor, sizeof p.debtor);
    bw_str_put(BW_STR("MAD"), p.station, sizeof p.station);
    assert_true(bw_level_at(&p, 2, &f->world) == p.due_at + 7 * BW_MINUTE);
    bw_str_put(BW_STR("AV"), p.debtor, sizeof p.debtor);
    bw_str_put(BW_STR("IBE"), p.station, sizeof p.station);
    assert_true(bw_level_at(&p, 2, &f->world) == p.due_at + 9 * BW_MINUTE);
    f->world.n_policies = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_run_from_opening),
        cmocka_unit_test(special_rules),
        cmocka_unit_test(the_most_specific_policy_wins),
        cmocka_unit_test(nobody_owes_before_he_was_told_and_a_class_has_its_own_time),
        cmocka_unit_test(levels_fall_due_in_their_order),
        cmocka_unit_test(one_name_of_a_carrier_and_of_a_station),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
