/* SPDX-License-Identifier: Apache-2.0 */
/* idle_test.c - confirmations and plans without a new fact: counted whatever the order, two meet and a third does not,
 * and only a sighting, a search or an admission of loss helps on. */
#include "fixture.h"

static struct bw_promise_changes changes;

static struct bw_event confirmed(const char *carrier, const char *when)
{
    struct bw_event ev = said(BW_EV_STATUS_CONFIRMED, carrier, when);
    ev.source = BW_SRC_STAFF;
    return ev;
}

static struct bw_event planned(const char *flight, const char *date, const char *when)
{
    struct bw_event ev = said(BW_EV_FORWARD_PLANNED, "BA", when);
    ev.time_type = BW_PLANNED;
    ev.flight_date = day(date);
    bw_str_put(bw_str_c(flight), ev.flight, sizeof ev.flight);
    bw_str_put(BW_STR("LHR"), ev.station, sizeof ev.station);
    return ev;
}

static struct bw_event seen(enum bw_event_code code, const char *carrier, const char *when)
{
    struct bw_event ev = said(code, carrier, when);
    ev.time_kind = BW_T_SCAN;
    bw_str_put(BW_STR("LHR"), ev.station, sizeof ev.station);
    return ev;
}

static unsigned row(struct fixture *f, struct bw_idle *idle, const struct bw_event *ev)
{
    bw_idle_step(idle, ev);
    return bw_idle_row(idle, ev, &f->world);
}

/* req: CLK-11 */
static void the_third_confirmation_without_a_fact_is_one_too_many(void **state)
{
    struct fixture *f = *state;
    struct bw_idle idle = { 0 };
    struct bw_event ev[] = { confirmed("IB", "2026-11-21T04:00:00Z"), confirmed("IB", "2026-11-21T08:00:00Z"),
                             confirmed("IB", "2026-11-21T12:00:00Z"), confirmed("IB", "2026-11-21T16:00:00Z") };
    struct bw_event other = confirmed("BA", "2026-11-21T13:00:00Z");
    for (unsigned k = 0; k < BW_LEN(ev); k++) {
        assert_int_equal(row(f, &idle, &ev[k]), k < 3 ? k + 1 : 3);
        assert_true(bw_idle_stands(&idle, &f->world, ev[k].recorded_at) == (k >= 2));
    }
    assert_int_equal(row(f, &idle, &other), 1); /* another carrier's word is its own */
    struct bw_event machine = confirmed("IB", "2026-11-21T17:00:00Z");
    machine.source = BW_SRC_JSON;
    assert_int_equal(row(f, &idle, &machine), 0);
    const struct bw_event facts[] = { seen(BW_EV_BAG_SEEN, "BA", "2026-11-21T18:00:00Z"),
                                      said(BW_EV_LOSS_ADMITTED, "IB", "2026-11-21T18:00:00Z") };
    for (size_t k = 0; k < BW_LEN(facts); k++) {
        struct bw_idle again = idle;
        bw_idle_step(&again, &facts[k]);
        struct bw_event next = confirmed("IB", "2026-11-21T20:00:00Z");
        assert_int_equal(row(f, &again, &next), 1);
    }
    struct bw_event search = said(BW_EV_SEARCHED_NOT_FOUND, "IB", "2026-11-21T18:00:00Z");
    bw_idle_step(&idle, &search); /* by nobody */
    assert_true(bw_idle_stands(&idle, &f->world, search.recorded_at));
    search.data.person = true;
    bw_idle_step(&idle, &search);
    assert_false(bw_idle_stands(&idle, &f->world, search.recorded_at));
}

/* There is room for so many carriers: who spoke longest ago is let go of, and who spoke since is still counted. */
static void who_spoke_longest_ago_is_let_go_of(void **state)
{
    struct fixture *f = *state;
    struct bw_idle idle = { 0 };
    char carrier[4] = "A0";
    for (unsigned k = 0; k <= BW_IDLE_WORDS; k++) {
        char when[BW_TIME_TEXT];
        carrier[1] = (char)('0' + k);
        struct bw_event ev = confirmed(carrier, bw_time_text(at("2026-11-21T04:00:00Z") + k * BW_MINUTE, when));
        assert_int_equal(row(f, &idle, &ev), 1);
    }
    struct bw_event newest = confirmed("A1", "2026-11-21T06:00:00Z"), oldest = confirmed("A0", "2026-11-21T06:01:00Z");
    assert_int_equal(row(f, &idle, &newest), 2);
    assert_int_equal(row(f, &idle, &oldest), 1);
}

/* req: CLK-11 (two plans whose flight left without LOADED) */
static void two_plans_that_came_to_nothing_are_enough(void **state)
{
    struct fixture *f = *state;
    struct bw_idle idle = { 0 };
    struct bw_event one = planned("IB3163", "2026-11-21", "2026-11-21T07:00:00Z");
    struct bw_event same = planned("IB3163", "2026-11-21", "2026-11-21T08:00:00Z");
    struct bw_event two = planned("IB3165", "2026-11-22", "2026-11-22T07:00:00Z");
    struct bw_event three = planned("IB3167", "2026-11-24", "2026-11-23T07:00:00Z");
    assert_int_equal(row(f, &idle, &one), 1);
    assert_int_equal(row(f, &idle, &same), 1);
    assert_int_equal(idle.n_plans, 1);
    assert_int_equal(bw_idle_left(&idle, &f->world, at("2026-11-21T23:59:00Z")), 0);
    assert_int_equal(bw_idle_left(&idle, &f->world, at("2026-11-22T00:00:00Z")), 1);
    assert_int_equal(row(f, &idle, &two), 1);
    /* where its times are known they count: gone in the morning, or not flown at all */
    struct bw_flight flight;
    bw_flight_init(&flight, "IB3163", day("2026-11-21"));
    flight.departs[BW_ACTUAL_AT] = at("2026-11-21T09:30:00Z");
    f->world.flights = &flight;
    f->world.n_flights = 1;
    assert_int_equal(bw_idle_left(&idle, &f->world, at("2026-11-21T09:29:00Z")), 0);
    assert_int_equal(bw_idle_left(&idle, &f->world, at("2026-11-21T10:00:00Z")), 1);
    flight.cancelled = true;
    assert_int_equal(bw_idle_left(&idle, &f->world, at("2026-11-22T06:00:00Z")), 0);
    f->world.n_flights = 0;
    struct bw_idle loaded = idle;
    assert_int_equal(row(f, &idle, &three), 3);
    struct bw_event word = confirmed("BA", "2026-11-23T08:00:00Z");
    assert_int_equal(row(f, &idle, &word), 3);
    struct bw_event on = seen(BW_EV_BAG_LOADED, "IB", "2026-11-22T10:00:00Z");
    bw_idle_step(&loaded, &on);
    assert_int_equal(row(f, &loaded, &three), 1);
}

/* req: CLK-11 (a plan is news once: confirm, plan, confirm, plan gains nothing) */
static void a_plan_for_every_confirmation_helps_nobody(void **state)
{
    struct fixture *f = *state;
    static const char *const hours[] = { "2026-11-21T01:00:00Z", "2026-11-21T02:00:00Z", "2026-11-21T03:00:00Z",
                                         "2026-11-21T04:00:00Z", "2026-11-21T05:00:00Z", "2026-11-21T06:00:00Z" };
    struct bw_idle idle = { 0 };
    unsigned most = 0;
    for (unsigned k = 0; k < BW_LEN(hours); k++) {
        char flight[8];
        (void)snprintf(flight, sizeof flight, "IB%u", 100 + k);
        struct bw_event p = planned(flight, "2026-12-20", hours[k]), c = confirmed("BA", hours[k]);
        c.recorded_at += 30 * BW_MINUTE;
        bw_idle_step(&idle, &p);
        most = row(f, &idle, &c);
    }
    assert_int_equal(most, 3);
}

/* req: CLK-11, BAG-06 (whatever the order in which they are folded) */
static void the_order_of_folding_does_not_matter(void **state)
{
    (void)state;
    struct bw_event ev[] = { confirmed("IB", "2026-11-21T01:00:00Z"),
                             planned("IB3163", "2026-11-21", "2026-11-21T02:00:00Z"),
                             seen(BW_EV_BAG_SEEN, "BA", "2026-11-21T03:00:00Z"),
                             confirmed("IB", "2026-11-21T04:00:00Z"),
                             confirmed("BA", "2026-11-21T05:00:00Z"),
                             planned("IB3165", "2026-11-22", "2026-11-21T06:00:00Z"),
                             confirmed("IB", "2026-11-21T07:00:00Z") };
    enum { N = 7 };
    struct bw_idle want = { 0 };
    for (size_t k = 0; k < N; k++)
        bw_idle_step(&want, &ev[k]);
    assert_int_equal(want.n_plans, 1);
    assert_int_equal(want.n_words, 2);
    uint32_t seed = 7;
    for (int turn = 0; turn < 500; turn++) {
        size_t order[N] = { 0, 1, 2, 3, 4, 5, 6 };
        for (size_t k = N - 1; k > 0; k--) {
            seed = seed * 1664525U + 1013904223U;
            size_t i = (seed >> 8) % (k + 1), keep = order[k];
            order[k] = order[i];
            order[i] = keep;
        }
        struct bw_idle got = { 0 };
        for (size_t k = 0; k < N; k++)
            bw_idle_step(&got, &ev[order[k]]);
        assert_memory_equal(&got, &want, sizeof want);
    }
    /* and a bag that keeps all that reads back as it was; cut anywhere it does not */
    struct bw_bag bag = watched_bag(), again;
    struct bw_buf bytes;
    bag.idle = want;
    bw_buf_init(&bytes, 8192);
    bw_bag_pack(&bag, &bytes);
    assert_true(bw_bag_unpack(bw_buf_view(&bytes), &again));
    assert_memory_equal(&again.idle, &want, sizeof want);
    for (size_t cut = 1; cut < bytes.n; cut++)
        assert_false(bw_bag_unpack(bw_str_n(bytes.p, bytes.n - cut), &again));
    bw_buf_done(&bytes);
}

static void on_case(struct fixture *f, const struct bw_promise *open, const struct bw_case *c,
                    const struct bw_event *ev)
{
    memset(&changes, 0, sizeof changes);
    bw_promise_case(open, open ? 1 : 0, c, ev, &f->world, next_id, f, &changes);
}

/* req: CLK-11, CLK-04 (only a sighting, a search or an admission of loss meets it then) */
static void one_too_many_meets_nothing_and_a_fact_does(void **state)
{
    struct fixture *f = *state;
    struct bw_case c = open_case();
    c.first_result = true;
    struct bw_event ev = said(BW_EV_CONTACT_LOGGED, "IB", "2026-11-21T00:55:00Z");
    on_case(f, NULL, &c, &ev);
    struct bw_promise p = changes.opened[0];
    ev = confirmed("IB", "2026-11-21T09:00:00Z");
    ev.data.in_a_row = 3;
    assert_true(bw_idle_empty(&ev));
    on_case(f, &p, &c, &ev);
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
    ev.data.in_a_row = 2;
    on_case(f, &p, &c, &ev);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_CONFIRMED);
    assert_true(bw_uuid_eq(&changes.closed[0].closed_uid, &ev.uid));
    struct bw_event sighting = seen(BW_EV_BAG_SEEN, "IB", "2026-11-21T10:00:00Z");
    on_case(f, &p, &c, &sighting); /* in the ordinary way a scan is no word to the customer */
    assert_int_equal(changes.n_closed, 0);
    sighting.data.in_a_row = 2;
    on_case(f, &p, &c, &sighting);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
    for (int admits = 0; admits < 2; admits++) {
        struct bw_event helps =
            said(admits ? BW_EV_LOSS_ADMITTED : BW_EV_SEARCHED_NOT_FOUND, "IB", "2026-11-21T10:00:00Z");
        helps.data.person = true;
        on_case(f, &p, &c, &helps);
        assert_int_equal(changes.n_closed, 1);
    }
}

/* Room is for three carriers: the one that spoke first is let go of, also where it is folded last. */
static void of_four_carriers_the_last_three_are_kept(void **state)
{
    const struct bw_event ev[] = { confirmed("UX", "2026-11-21T01:00:00Z"), confirmed("BA", "2026-11-21T02:00:00Z"),
                                   confirmed("IB", "2026-11-21T03:00:00Z"), confirmed("LH", "2026-11-21T04:00:00Z") };
    struct bw_idle want = { 0 };
    (void)state;
    for (size_t k = 0; k < BW_LEN(ev); k++)
        bw_idle_step(&want, &ev[k]);
    assert_int_equal(want.n_words, BW_IDLE_WORDS);
    assert_string_equal(want.words[0].carrier, "BA");
    for (unsigned order = 0; order < 256; order++) {
        struct bw_idle got = { 0 };
        unsigned folded = 0;
        for (unsigned k = 0; k < BW_LEN(ev); k++)
            folded |= 1u << (order >> 2 * k & 3);
        for (unsigned k = 0; folded == 15 && k < BW_LEN(ev); k++)
            bw_idle_step(&got, &ev[order >> 2 * k & 3]);
        if (folded == 15)
            assert_memory_equal(&got, &want, sizeof want);
    }
}

/* req: CLK-11 (level 2 stands, whatever is planned next) */
static void a_third_plan_leaves_what_is_promised_as_it_stands(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    bag.forward = true;
    bag.fwd_date = day("2026-11-22");
    bw_str_put(BW_STR("LHR"), bag.fwd_from, sizeof bag.fwd_from);
    bw_str_put(BW_STR("IB3165"), bag.fwd_flight, sizeof bag.fwd_flight);
    struct bw_event one = planned("IB3163", "2026-11-21", "2026-11-21T07:00:00Z");
    struct bw_event two = planned("IB3165", "2026-11-22", "2026-11-22T07:00:00Z");
    bw_idle_step(&bag.idle, &one);
    bw_idle_step(&bag.idle, &two);
    memset(&changes, 0, sizeof changes);
    bw_promise_bag(NULL, 0, &bag, &two, &f->world, next_id, f, &changes);
    struct bw_promise p = changes.opened[0];
    p.level = 2;
    struct bw_event three = planned("IB3167", "2026-11-24", "2026-11-23T07:00:00Z");
    bw_idle_step(&bag.idle, &three);
    three.data.in_a_row = 3;
    bag.fwd_date = day("2026-11-24");
    bw_str_put(BW_STR("IB3167"), bag.fwd_flight, sizeof bag.fwd_flight);
    memset(&changes, 0, sizeof changes);
    bw_promise_bag(&p, 1, &bag, &three, &f->world, next_id, f, &changes);
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
    assert_true(p.unconfirmed); /* nobody told who operates the flight: that stands too */
    assert_int_equal(changes.n_raised, 0);
    struct bw_event on = seen(BW_EV_BAG_NOT_LOADED, "IB", "2026-11-23T08:00:00Z");
    bw_idle_step(&bag.idle, &on);
    memset(&changes, 0, sizeof changes);
    bw_promise_bag(&p, 1, &bag, &on, &f->world, next_id, f, &changes);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_spoke_longest_ago_is_let_go_of, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_third_confirmation_without_a_fact_is_one_too_many, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(two_plans_that_came_to_nothing_are_enough, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_plan_for_every_confirmation_helps_nobody, fixture_setup, fixture_teardown),
        cmocka_unit_test(the_order_of_folding_does_not_matter),
        cmocka_unit_test(of_four_carriers_the_last_three_are_kept),
        cmocka_unit_test_setup_teardown(one_too_many_meets_nothing_and_a_fact_does, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_third_plan_leaves_what_is_promised_as_it_stands, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
