/* SPDX-License-Identifier: Apache-2.0 */
/* policy_change_test.c - what a change of a policy is against what is in force, how far it may go, which row reigns
 * when. */
#include <stdio.h>

#include "fixture.h"

#include "bw/domain/policy.h"

#define NOW "2026-11-21T12:00:00Z"

struct told {
    const char *owed, *carrier, *station, *lane;
    enum bw_priority priority;
    int minutes, level2, level3; /* levels 0: those of the default */
    const char *from, *at;       /* NULL: always */
};

static struct bw_policy row(const struct told *t)
{
    struct bw_policy p = { .priority = t->priority, .minutes = t->minutes, .valid_from = BW_TIME_NONE };
    bw_str_put(bw_str_c(t->owed), p.owed, sizeof p.owed);
    bw_str_put(bw_str_c(t->carrier ? t->carrier : ""), p.carrier, sizeof p.carrier);
    bw_str_put(bw_str_c(t->station ? t->station : ""), p.station, sizeof p.station);
    bw_str_put(bw_str_c(t->lane ? t->lane : ""), p.lane, sizeof p.lane);
    if (t->level2) {
        p.n_steps = 3;
        p.steps[1] = t->level2;
        p.steps[2] = t->level3;
    }
    p.told_at = t->at ? at(t->at) : 0;
    if (t->from)
        p.valid_from = at(t->from);
    return p;
}

/* Rows that stand, a change told now, and what it is. */
static const struct {
    const char *what;
    struct told rows[3], change;
    bool relaxes;
    const char *beyond;
} judged[] = {
    { "less than the default", { { 0 } }, { .owed = "located", .carrier = "BA", .minutes = 239 }, false, NULL },
    { "the default itself", { { 0 } }, { .owed = "located", .carrier = "BA", .minutes = 240 }, false, NULL },
    { "more than the default", { { 0 } }, { .owed = "located", .carrier = "BA", .minutes = 241 }, true, NULL },
    { "twice the default", { { 0 } }, { .owed = "located", .carrier = "BA", .minutes = 480 }, true, NULL },
    { "beyond twice", { { 0 } }, { .owed = "located", .carrier = "BA", .minutes = 481 }, true, "minutes" },
    { "less than its own longer one",
      { { .owed = "located", .carrier = "BA", .minutes = 400 } },
      { .owed = "located", .carrier = "BA", .minutes = 300 },
      false,
      NULL },
    { "more than its own shorter one, less than the default",
      { { .owed = "located", .carrier = "BA", .minutes = 60 } },
      { .owed = "located", .carrier = "BA", .minutes = 90 },
      true,
      NULL },
    { "the end of a shorter one",
      { { .owed = "located", .carrier = "BA", .minutes = 60 } },
      { .owed = "located", .carrier = "BA", .minutes = 0 },
      true,
      NULL },
    { "the end of a longer one",
      { { .owed = "located", .carrier = "BA", .minutes = 400 } },
      { .owed = "located", .carrier = "BA", .minutes = 0 },
      false,
      NULL },
    { "the end of the default's equal",
      { { .owed = "located", .carrier = "BA", .minutes = 240 } },
      { .owed = "located", .carrier = "BA", .minutes = 0 },
      false,
      NULL },
    { "a carrier's row over a station's shorter one",
      { { .owed = "located", .station = "LHR", .minutes = 30 } },
      { .owed = "located", .carrier = "BA", .minutes = 60 },
      true,
      NULL },
    { "a carrier's row over another station's row of another carrier",
      { { .owed = "located", .carrier = "IB", .station = "LHR", .minutes = 30 } },
      { .owed = "located", .carrier = "BA", .minutes = 60 },
      false,
      NULL },
    { "a carrier's row over a lane's shorter one",
      { { .owed = "located", .lane = "JFK-MAD", .minutes = 30 } },
      { .owed = "located", .carrier = "BA", .minutes = 60 },
      true,
      NULL },
    { "a lane's row under the carrier's own, which wins",
      { { .owed = "located", .carrier = "BA", .minutes = 30 } },
      { .owed = "located", .lane = "JFK-MAD", .minutes = 60 },
      false,
      NULL },
    { "a station's row within the carrier's",
      { { .owed = "located", .carrier = "BA", .minutes = 60 } },
      { .owed = "located", .carrier = "BA", .station = "LHR", .minutes = 61 },
      true,
      NULL },
    { "a station's row beside the same station's lane",
      { { .owed = "located", .carrier = "BA", .minutes = 60 },
        { .owed = "located", .carrier = "BA", .station = "LHR", .lane = "JFK-MAD", .minutes = 20 } },
      { .owed = "located", .carrier = "BA", .station = "LHR", .minutes = 50 },
      false,
      NULL },
    { "another row of what is owed",
      { { .owed = "held", .carrier = "BA", .minutes = 60 } },
      { .owed = "located", .carrier = "BA", .minutes = 200 },
      false,
      NULL },
    { "a class at its own default",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .priority = BW_PRIORITY_MEDICAL, .minutes = 120 },
      false,
      NULL },
    { "a class above its own default",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .priority = BW_PRIORITY_MEDICAL, .minutes = 121 },
      true,
      NULL },
    { "a class beyond twice its own default",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .priority = BW_PRIORITY_MEDICAL, .minutes = 241 },
      true,
      "minutes" },
    { "a class above the carrier's shorter time for any bag",
      { { .owed = "located", .carrier = "BA", .minutes = 30 } },
      { .owed = "located", .carrier = "BA", .priority = BW_PRIORITY_ANIMAL, .minutes = 40 },
      true,
      NULL },
    { "a flight's row below its least",
      { { 0 } },
      { .owed = "forward-planned", .carrier = "BA", .minutes = 60 },
      false,
      NULL },
    { "a flight's row above its least",
      { { 0 } },
      { .owed = "forward-planned", .carrier = "BA", .minutes = 90 },
      true,
      NULL },
    { "a window may end at once, so half the default is more",
      { { 0 } },
      { .owed = "with-courier", .carrier = "BA", .minutes = 360 },
      true,
      NULL },
    { "daily", { { 0 } }, { .owed = "case-step", .carrier = "BA", .minutes = 1440 }, false, NULL },
    { "every other day", { { 0 } }, { .owed = "case-step", .carrier = "BA", .minutes = 2880 }, true, NULL },
    { "the end of a daily one: the default grows to a week",
      { { .owed = "case-step", .carrier = "BA", .minutes = 1440 } },
      { .owed = "case-step", .carrier = "BA", .minutes = 0 },
      true,
      NULL },
    { "a level sooner",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .minutes = 240, .level2 = 60, .level3 = 360 },
      false,
      NULL },
    { "a level later",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .minutes = 240, .level2 = 121, .level3 = 360 },
      true,
      NULL },
    { "less time and a level later",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .minutes = 60, .level2 = 120, .level3 = 361 },
      true,
      NULL },
    { "a level beyond twice",
      { { 0 } },
      { .owed = "located", .carrier = "BA", .minutes = 60, .level2 = 241, .level3 = 360 },
      true,
      "levels" },
    { "a level back to the default",
      { { .owed = "located", .carrier = "BA", .minutes = 200, .level2 = 30, .level3 = 60 } },
      { .owed = "located", .carrier = "BA", .minutes = 200 },
      true,
      NULL },
    { "less than now, more than what is told for tomorrow",
      { { .owed = "located", .carrier = "BA", .minutes = 300, .at = "2026-11-19T00:00:00Z" },
        { .owed = "located",
          .carrier = "BA",
          .minutes = 100,
          .from = "2026-11-22T00:00:00Z",
          .at = "2026-11-20T00:00:00Z" } },
      { .owed = "located", .carrier = "BA", .minutes = 200 },
      true,
      NULL },
    { "less than now, and what was told for tomorrow is more",
      { { .owed = "located", .carrier = "BA", .minutes = 200, .at = "2026-11-19T00:00:00Z" },
        { .owed = "located",
          .carrier = "BA",
          .minutes = 400,
          .from = "2026-11-22T00:00:00Z",
          .at = "2026-11-20T00:00:00Z" } },
      { .owed = "located", .carrier = "BA", .minutes = 100 },
      false,
      NULL },
};

/* CLK-02: tightening and relaxing, in every dimension, minutes and steps, to twice the default. */
static void a_change_is_held_against_all_it_takes_the_place_of(void **state)
{
    (void)state;
    for (size_t k = 0; k < BW_LEN(judged); k++) {
        struct bw_policy rows[BW_LEN(judged[k].rows)];
        struct bw_policy change = row(&judged[k].change);
        struct bw_world world = { .policies = rows };
        struct bw_policy_verdict v;
        while (world.n_policies < BW_LEN(rows) && judged[k].rows[world.n_policies].owed) {
            rows[world.n_policies] = row(&judged[k].rows[world.n_policies]);
            world.n_policies++;
        }
        change.told_at = at(NOW);
        bw_policy_judge(&world, &change, &v);
        if (v.relaxes != judged[k].relaxes || (v.beyond != NULL) != (judged[k].beyond != NULL) ||
            (v.beyond && strcmp(v.beyond, judged[k].beyond) != 0))
            fail_msg("%s: relaxes %d, beyond %s", judged[k].what, v.relaxes, v.beyond ? v.beyond : "nothing");
        assert_true(v.earliest == at(NOW) + (v.relaxes ? BW_DAY : BW_MINUTE));
    }
}

/* What is told for all carriers is held against each that has rows of its own; where these are too many to be tried
 * within about a second, it is told a day before, whatever it is. */
static void more_than_can_be_tried_counts_as_relaxing(void **state)
{
    enum { EACH = 120 };
    static struct bw_policy rows[EACH];
    struct bw_policy_verdict v;
    struct bw_policy change = row(&(struct told){ .owed = "located", .minutes = 10, .at = NOW });
    struct bw_world world = { .policies = rows, .n_policies = 1 };
    (void)state;
    for (unsigned k = 0; k < EACH; k++) {
        char carrier[4] = { (char)('A' + k % 26), (char)('A' + k / 26), '\0' };
        char station[4] = { 'Q', carrier[0], carrier[1], '\0' }, lane[8];
        (void)snprintf(lane, sizeof lane, "JFK-%s", station);
        rows[k] = row(
            &(struct told){ .owed = "located", .carrier = carrier, .station = station, .lane = lane, .minutes = 200 });
    }
    bw_policy_judge(&world, &change, &v);
    assert_false(v.relaxes);
    world.n_policies = EACH;
    bw_policy_judge(&world, &change, &v);
    assert_true(v.relaxes);
}

/* What is told after the tightening of tomorrow counts from when it is to hold itself. */
static void a_change_for_later_meets_what_holds_then(void **state)
{
    (void)state;
    const struct told rows[] = { { .owed = "located", .carrier = "BA", .minutes = 400 },
                                 { .owed = "located",
                                   .carrier = "BA",
                                   .minutes = 100,
                                   .from = "2026-11-25T00:00:00Z",
                                   .at = "2026-11-20T00:00:00Z" } };
    const struct told change = { .owed = "located", .carrier = "BA", .minutes = 200, .at = NOW };
    struct bw_policy stand[] = { row(&rows[0]), row(&rows[1]) }, new = row(&change);
    const struct bw_world world = { .policies = stand, .n_policies = 2 };
    struct bw_policy_verdict v;
    new.valid_from = at("2026-11-26T00:00:00Z");
    bw_policy_judge(&world, &new, &v);
    assert_true(v.relaxes);
    new.minutes = 90;
    bw_policy_judge(&world, &new, &v);
    assert_false(v.relaxes);
}

/* The last word of a key holds from its own time on; nothing that was told later is known before. */
static void each_row_reigns_until_the_next(void **state)
{
    (void)state;
    const struct told told[] = {
        { .owed = "located",
          .carrier = "BA",
          .minutes = 100,
          .from = "2026-11-01T00:00:00Z",
          .at = "2026-11-01T00:00:00Z" },
        { .owed = "located",
          .carrier = "BA",
          .minutes = 300,
          .from = "2026-11-11T00:00:00Z",
          .at = "2026-11-10T00:00:00Z" },
        { .owed = "located",
          .carrier = "BA",
          .minutes = 90,
          .from = "2026-11-10T12:00:00Z",
          .at = "2026-11-10T11:59:00Z" },
        { .owed = "located",
          .carrier = "BA",
          .minutes = 0,
          .from = "2026-11-20T00:00:00Z",
          .at = "2026-11-15T00:00:00Z" },
        { .owed = "located",
          .carrier = "IB",
          .minutes = 50,
          .from = "2026-11-02T00:00:00Z",
          .at = "2026-11-02T00:00:00Z" },
    };
    struct bw_policy rows[BW_LEN(told)];
    bw_time from, until;
    for (size_t k = 0; k < BW_LEN(told); k++)
        rows[k] = row(&told[k]);
    assert_true(bw_policy_reign(rows, 5, 0, at(NOW), &from, &until));
    assert_true(from == at("2026-11-01T00:00:00Z") && until == at("2026-11-10T12:00:00Z"));
    assert_false(bw_policy_reign(rows, 5, 1, at(NOW), &from, &until)); /* taken back before it began */
    assert_true(bw_policy_reign(rows, 5, 1, at("2026-11-10T06:00:00Z"), &from, &until));
    assert_true(from == at("2026-11-11T00:00:00Z") && until == BW_TIME_NONE);
    assert_true(bw_policy_reign(rows, 5, 0, at("2026-11-10T06:00:00Z"), &from, &until));
    assert_true(until == at("2026-11-11T00:00:00Z"));
    assert_true(bw_policy_reign(rows, 5, 2, at(NOW), &from, &until));
    assert_true(until == at("2026-11-20T00:00:00Z"));
    assert_false(bw_policy_reign(rows, 5, 2, at("2026-11-09T00:00:00Z"), &from, &until));
    assert_true(bw_policy_reign(rows, 5, 4, at(NOW), &from, &until));
    assert_true(until == BW_TIME_NONE);

    const struct bw_world world = { .policies = rows, .n_policies = 5 };
    const struct bw_situation s = { .owed = BW_OWE_LOCATED, .carrier = "BA", .station = "LHR" };
    assert_int_equal(bw_policy_best(&world, NULL, &s, at("2026-11-10T00:00:00Z"))->minutes, 100);
    assert_int_equal(bw_policy_best(&world, NULL, &s, at("2026-11-12T00:00:00Z"))->minutes, 90);
    assert_null(bw_policy_best(&world, NULL, &s, at("2026-11-20T00:00:00Z")));
}

static void relaxed_is_more_than_the_default_at_its_least(void **state)
{
    (void)state;
    static const struct {
        struct told told;
        bool relaxed;
    } rows[] = {
        { { .owed = "located", .carrier = "BA", .minutes = 240 }, false },
        { { .owed = "located", .carrier = "BA", .minutes = 241 }, true },
        { { .owed = "located", .carrier = "BA", .minutes = 0 }, false },
        { { .owed = "located", .priority = BW_PRIORITY_ANIMAL, .minutes = 61 }, true },
        { { .owed = "located", .priority = BW_PRIORITY_ANIMAL, .minutes = 60 }, false },
        { { .owed = "located", .carrier = "BA", .minutes = 100, .level2 = 130, .level3 = 360 }, true },
        { { .owed = "no-such-row", .carrier = "BA", .minutes = 9000 }, false },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct bw_policy p = row(&rows[k].told);
        if (bw_policy_relaxed(&p) != rows[k].relaxed)
            fail_msg("row %zu", k);
    }
    assert_int_equal(bw_policy_limit(BW_OWE_LOCATED, BW_PRIORITY_NONE), 480);
    assert_int_equal(bw_policy_limit(BW_OWE_LOCATED, BW_PRIORITY_ANIMAL), 120);
    assert_int_equal(bw_policy_limit(BW_OWE_COURIER, BW_PRIORITY_ANIMAL), 1440);
}

/* A row in force keeps what was promised under it: a promise opened before keeps its levels. */
static void a_promise_keeps_the_levels_it_was_opened_under(void **state)
{
    struct fixture *f = *state;
    const struct told told[] = {
        { .owed = "located",
          .carrier = "BA",
          .minutes = 240,
          .level2 = 30,
          .level3 = 60,
          .from = "2026-11-01T00:00:00Z",
          .at = "2026-11-01T00:00:00Z" },
        { .owed = "located",
          .carrier = "BA",
          .minutes = 240,
          .level2 = 240,
          .level3 = 720,
          .from = "2026-11-22T00:00:00Z",
          .at = "2026-11-21T00:00:00Z" },
    };
    struct bw_policy rows[] = { row(&told[0]), row(&told[1]) };
    struct bw_promise p = { .opened_at = at("2026-11-21T23:00:00Z"), .due_at = at("2026-11-22T03:00:00Z") };
    bw_str_put(BW_STR("located/BA"), p.policy, sizeof p.policy);
    bw_str_put(BW_STR("BA"), p.debtor, sizeof p.debtor);
    f->world.policies = rows;
    f->world.n_policies = 2;
    assert_true(bw_level_at(&p, 2, &f->world) == p.due_at + 30 * BW_MINUTE);
    p.opened_at = at("2026-11-22T00:00:00Z");
    assert_true(bw_level_at(&p, 2, &f->world) == p.due_at + 240 * BW_MINUTE);
    assert_true(bw_level_at(&p, 4, &f->world) == p.due_at + 720 * BW_MINUTE + BW_DAY);
    f->world.n_policies = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_held_against_all_it_takes_the_place_of),
        cmocka_unit_test(more_than_can_be_tried_counts_as_relaxing),
        cmocka_unit_test(a_change_for_later_meets_what_holds_then),
        cmocka_unit_test(each_row_reigns_until_the_next),
        cmocka_unit_test(relaxed_is_more_than_the_default_at_its_least),
        cmocka_unit_test(a_promise_keeps_the_levels_it_was_opened_under),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
