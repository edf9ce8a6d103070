/* SPDX-License-Identifier: Apache-2.0 */
/* disruption_test.c - what a storm covers, to when it puts off, when one is proposed, and what the page says of it. */
#include "bw/domain/disruption.h"

#include "say_fixture.h"

static const struct bw_storm storm = {
    .station = "LHR", .carriers = { "BA", "IB" }, .n_carriers = 2, .cause = "weather"
};

static struct bw_promise owed_at(enum bw_owed owed, const char *debtor, const char *station)
{
    struct bw_promise p = promise(owed, debtor, "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", -1);
    bw_str_put(bw_str_c(station), p.station, sizeof p.station);
    return p;
}

/* req: CLK-14 (the duties of the station's desks, never what the owner owes its customer) */
static void the_owners_word_is_never_covered(void **state)
{
    (void)state;
    struct bw_promise p = owed_at(BW_OWE_LOCATED, "BA", "LHR");
    assert_true(bw_storm_covers(&storm, &p));
    for (int owed = 0; owed < BW_OWE_MAX; owed++)
        if (bw_owed_row((enum bw_owed)owed)->kind != BW_OWED_PLACE)
            assert_false(bw_storm_moves((enum bw_owed)owed));
    assert_false(bw_storm_moves(BW_OWE_IN_FLIGHT));
    assert_false(bw_storm_moves(BW_OWE_COURIER));
    p = owed_at(BW_OWE_LOCATED, "LH", "LHR");
    assert_false(bw_storm_covers(&storm, &p));
    p = owed_at(BW_OWE_LOCATED, "BA", "MAD");
    assert_false(bw_storm_covers(&storm, &p));
    struct bw_storm all = storm;
    all.n_carriers = 0;
    p = owed_at(BW_OWE_LOCATED, "LH", "LHR");
    assert_true(bw_storm_covers(&all, &p));
}

/* req: CLK-14 (staged: later than before, never behind the storm's end, not all at once) */
static void stages_lie_between_the_old_time_and_the_end(void **state)
{
    (void)state;
    struct bw_promise p = owed_at(BW_OWE_LOCATED, "BA", "LHR");
    bw_time until = p.due_at + 8 * BW_HOUR;
    unsigned seen = 0;
    for (unsigned k = 0; k < 256; k++) {
        p.promise_id.b[14] = (uint8_t)k;
        bw_time due = bw_storm_due(&p, until);
        assert_true(due >= p.due_at + BW_HOUR && due <= until);
        seen |= 1u << ((due - p.due_at) / BW_HOUR);
    }
    assert_int_equal(seen, 0x1fe); /* each of eight */
}

/* req: CLK-14 (proposed at 30 bags and half of what is owed) */
static void thirty_bags_and_half_of_what_is_owed(void **state)
{
    (void)state;
    assert_true(bw_storm_proposes(30, 30, 60));
    assert_false(bw_storm_proposes(29, 30, 40));
    assert_false(bw_storm_proposes(30, 30, 61));
    assert_true(bw_storm_proposes(500, 510, 510));
}

/* req: CLK-14 (one sentence names it; the next word keeps its time) */
static void the_page_names_the_storm(void **state)
{
    struct page *p = *state;
    struct bw_storm held = storm;
    begin(p);
    bw_str_put(BW_STR("LHR"), p->open[0].station, sizeof p->open[0].station);
    held.until = at("2026-11-21T09:00:00Z");
    p->f.world.storms = &held;
    p->f.world.n_storms = 1;
    struct bw_view *v = say_at(p, "2026-11-21T02:30:00Z");
    assert_string_equal(text_at(v, "storm.text"), "Baggage handling at London Heathrow is disrupted by bad weather. "
                                                  "What is owed to you stays owed.");
    for (size_t k = 0; bw_storm_causes[k]; k++) {
        bw_str_put(bw_str_c(bw_storm_causes[k]), held.cause, sizeof held.cause);
        assert_true(bw_storm_cause_known(bw_str_c(bw_storm_causes[k])));
        assert_non_null(strstr(text_at(say_at(p, "2026-11-21T02:30:00Z"), "storm.text"), "disrupted by"));
    }
    assert_false(bw_storm_cause_known(BW_STR("rain")));
    assert_string_equal(text_at(say_at(p, "2026-11-21T09:00:00Z"), "storm.text"), "(nothing)"); /* over */
    p->f.world.n_storms = 0;
    assert_string_equal(text_at(say_at(p, "2026-11-21T02:30:00Z"), "storm.text"), "(nothing)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owners_word_is_never_covered),
        cmocka_unit_test(stages_lie_between_the_old_time_and_the_end),
        cmocka_unit_test(thirty_bags_and_half_of_what_is_owed),
        cmocka_unit_test(the_page_names_the_storm),
    };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
