/* SPDX-License-Identifier: Apache-2.0 */
/* watch_test.c - flights and the bags that they leave without: when a flight is gone, how a bag stands to it, what a
 * rule finds, when a bag is unclaimed and when it goes quiet; promises that hang on a flight fall due by it and move
 * with it. */
#include "fixture.h"

#include "bw/domain/flight_in.h"
#include "bw/domain/watch.h"

static struct bw_flight flight(const char *number, const char *departs, const char *arrives)
{
    struct bw_flight f;
    bw_flight_init(&f, number, day("2026-11-20"));
    f.departs[BW_SCHEDULED] = departs ? at(departs) : BW_TIME_NONE;
    f.arrives[BW_SCHEDULED] = arrives ? at(arrives) : BW_TIME_NONE;
    return f;
}

/* JFK - LHR - MAD, seen at a station, watched by nobody. */
static struct bw_bag traveller(const char *station)
{
    struct bw_bag bag;
    struct bw_uuid id = id_of(7);
    bw_bag_init(&bag, &id, at("2026-11-20T10:40:00Z"));
    static const char *const legs[2][3] = { { "BA178", "JFK", "LHR" }, { "IB3167", "LHR", "MAD" } };
    for (size_t k = 0; k < 2; k++) {
        bw_str_put(bw_str_c(legs[k][0]), bag.legs[k].flight, sizeof bag.legs[k].flight);
        bw_str_put(bw_str_c(legs[k][1]), bag.legs[k].from, sizeof bag.legs[k].from);
        bw_str_put(bw_str_c(legs[k][2]), bag.legs[k].to, sizeof bag.legs[k].to);
        bag.legs[k].date = day("2026-11-20");
    }
    bag.n_legs = 2;
    bw_str_put(BW_STR("MAD"), bag.destination, sizeof bag.destination);
    bw_str_put(bw_str_c(station), bag.station, sizeof bag.station);
    bw_str_put(BW_STR("BA"), bag.custodian, sizeof bag.custodian);
    bag.place = BW_PLACE_AT;
    bag.place_at = bag.last_seen_at = at("2026-11-20T20:10:00Z");
    return bag;
}

static void loaded(struct bw_bag *bag, const char *number)
{
    bag->place = BW_PLACE_LOADED;
    bw_str_put(bw_str_c(number), bag->flight, sizeof bag->flight);
    bag->flight_date = day("2026-11-20");
}

static void the_surest_time_counts_and_a_silent_flight_is_gone_after_half_an_hour(void **state)
{
    (void)state;
    struct bw_flight f = flight("IB3167", "2026-11-20T21:20:00Z", NULL);
    assert_true(bw_flight_gone_at(&f) == at("2026-11-20T21:50:00Z"));
    f.departs[BW_ESTIMATED_AT] = at("2026-11-20T21:40:00Z");
    assert_true(bw_flight_departs(&f) == at("2026-11-20T21:40:00Z"));
    f.departs[BW_ACTUAL_AT] = at("2026-11-20T21:24:00Z");
    assert_true(bw_flight_gone_at(&f) == at("2026-11-20T21:24:00Z"));
    assert_true(bw_flight_arrives(&f) == BW_TIME_NONE);
    f.cancelled = true;
    assert_true(bw_flight_gone_at(&f) == BW_TIME_NONE);
    struct bw_uuid one = bw_flight_id("IB3167", day("2026-11-20")), same = bw_flight_id("IB3167", day("2026-11-20"));
    struct bw_uuid other = bw_flight_id("IB3167", day("2026-11-21"));
    assert_true(bw_uuid_eq(&one, &same) && !bw_uuid_eq(&one, &other));
}

static void a_document_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    struct bw_arena arena;
    struct bw_buf b;
    struct bw_json_out j;
    struct bw_faults faults;
    struct bw_flight_in in = { 0 };
    struct bw_flight f = flight("IB3167", "2026-11-20T21:20:00Z", "2026-11-20T23:45:00Z"), back;
    bw_str_put(BW_STR("LHR"), f.from, sizeof f.from);
    bw_str_put(BW_STR("IB"), f.operating, sizeof f.operating);
    bw_str_put(BW_STR("BA7051"), f.codeshares[f.n_codeshares++], BW_FLIGHT);
    f.cancelled = true;
    bw_arena_init(&arena, 1 << 20);
    bw_buf_init(&b, 4096);
    bw_json_out_init(&j, &b);
    bw_flight_write(&f, &j);
    bw_faults_init(&faults, &arena);
    assert_int_equal(bw_json_decode(bw_buf_view(&b), bw_flight_fields, &in, &faults), BW_OK);
    bw_flight_init(&back, "IB3167", day("2026-11-20"));
    bw_flight_take(&in, &back);
    assert_true(bw_flight_same(&f, &back));
    bw_flight_check(&f, at("2026-11-20T12:00:00Z"), &faults);
    assert_int_equal(faults.n, 0);
    f.arrives[BW_SCHEDULED] = f.departs[BW_SCHEDULED];
    f.departs[BW_ACTUAL_AT] = at("2026-11-20T21:20:00Z");
    bw_flight_check(&f, at("2026-11-20T12:00:00Z"), &faults);
    assert_int_equal(faults.n, 2);
    bw_buf_done(&b);
    bw_arena_done(&arena);
}

/* req: CLK-20 */
static void a_bag_stands_to_a_flight_as_it_was_last_seen(void **state)
{
    (void)state;
    bw_date date = day("2026-11-20");
    struct bw_bag bag = traveller("LHR");
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_HERE);
    assert_int_equal(bw_bag_stand(&bag, "BA178", date), BW_STAND_ELSEWHERE); /* it came with that one */
    assert_int_equal(bw_bag_stand(&bag, "LH400", date), BW_STAND_ELSEWHERE);
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date + 1), BW_STAND_ELSEWHERE);
    bag = traveller("JFK");
    assert_int_equal(bw_bag_stand(&bag, "BA178", date), BW_STAND_START);
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_BEHIND);
    loaded(&bag, "BA178");
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_BEHIND);
    loaded(&bag, "IB3167");
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_ELSEWHERE);
    bag = traveller("MAD");
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_ELSEWHERE);
    bag = traveller("LHR");
    bw_str_put(BW_STR("LHR"), bag.legs[1].to, sizeof bag.legs[1].to); /* and back again: it may have flown */
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_ELSEWHERE);
    bag = traveller("LHR");
    bag.last_seen_at = BW_TIME_NONE;
    assert_int_equal(bw_bag_stand(&bag, "IB3167", date), BW_STAND_ELSEWHERE);
}

/* req: CLK-20 */
static void a_flight_that_is_gone_has_missed_what_stands_there(void **state)
{
    (void)state;
    struct bw_flight f = flight("IB3167", "2026-11-20T21:20:00Z", NULL),
                     first = flight("BA178", "2026-11-20T13:00:00Z", NULL);
    bw_time before = at("2026-11-20T21:49:59Z"), then = at("2026-11-20T21:50:00Z");
    struct bw_bag bag = traveller("LHR");
    struct bw_event ev;
    assert_false(bw_bag_missed(&bag, &f, true, before));
    assert_true(bw_bag_missed(&bag, &f, false, then));
    bw_missed_event(&bag, f.number, f.date, bw_flight_gone_at(&f), &ev);
    assert_string_equal(ev.event_id, "missed.IB3167.2026-11-20");
    assert_true(bw_watch_holds(&bag, &ev));
    loaded(&bag, "IB3167");
    assert_false(bw_bag_missed(&bag, &f, true, then) || bw_watch_holds(&bag, &ev));
    bag = traveller("JFK");
    assert_false(bw_bag_missed(&bag, &first, false, then)); /* nobody scans the loading there */
    assert_true(bw_bag_missed(&bag, &first, true, then));
    assert_false(bw_bag_missed(&bag, &f, false, then));
    loaded(&bag, "BA178");
    assert_true(bw_bag_missed(&bag, &f, false, then)); /* known to be in the air still */
    bag.watched = true;
    assert_false(bw_bag_missed(&bag, &f, true, then));
}

/* req: CLK-20 */
static void a_connection_cannot_be_made_that_leaves_before_the_bag_lands(void **state)
{
    (void)state;
    struct bw_flight flights[] = { flight("BA178", "2026-11-20T13:00:00Z", "2026-11-20T19:50:00Z"),
                                   flight("IB3167", "2026-11-20T21:20:00Z", "2026-11-20T23:45:00Z") };
    const struct bw_world world = { .flights = flights, .n_flights = 2 };
    struct bw_bag bag = traveller("JFK");
    loaded(&bag, "BA178");
    assert_null(bw_bag_cannot_connect(&bag, &world));
    flights[0].arrives[BW_ESTIMATED_AT] = at("2026-11-20T21:20:00Z");
    assert_string_equal(bw_bag_cannot_connect(&bag, &world)->flight, "IB3167");
    flights[1].cancelled = true;
    assert_null(bw_bag_cannot_connect(&bag, &world));
    flights[1].cancelled = false;
    loaded(&bag, "IB3167");
    assert_null(bw_bag_cannot_connect(&bag, &world)); /* there is no next one */
}

/* req: CLK-20 BAG-09 */
static void a_bag_that_stands_at_its_end_is_unclaimed_after_a_day_and_one_that_nobody_watches_goes_quiet(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = traveller("MAD");
    struct bw_event ev;
    bag.place = BW_PLACE_AT_DESTINATION;
    assert_true(bw_bag_unclaimed_at(&bag) == BW_TIME_NONE); /* on its way to the belt */
    bag.at_rest = true;
    assert_true(bw_bag_unclaimed_at(&bag) == at("2026-11-21T20:10:00Z"));
    bw_unclaimed_event(&bag, &ev);
    assert_true(bw_watch_holds(&bag, &ev));
    bag.timeout_at = at("2026-11-20T23:00:00Z");
    assert_true(bw_bag_timeout_at(&bag) == bag.timeout_at);
    assert_true(bw_bag_quiet_at(&bag, &f->world) == at("2026-11-22T23:00:00Z")); /* the day's end in Madrid */
    struct bw_flight told = flight("IB3167", "2026-11-20T21:20:00Z", "2026-11-20T23:45:00Z");
    f->world.flights = &told;
    f->world.n_flights = 1;
    assert_true(bw_bag_quiet_at(&bag, &f->world) == at("2026-11-22T23:45:00Z"));
    struct bw_bag home = bag;
    home.place = BW_PLACE_DELIVERED;
    assert_true(bw_bag_quiet_at(&home, &f->world) == BW_TIME_NONE); /* its owner has it: nothing is quiet about that */
    bag.watched = true;
    assert_true(bw_bag_quiet_at(&bag, &f->world) == BW_TIME_NONE && bw_bag_unclaimed_at(&bag) == BW_TIME_NONE);
    f->world.n_flights = 0;
}

/* req: CLK-03 */
static void what_hangs_on_a_flight_moves_with_it_until_it_is_missed(void **state)
{
    struct fixture *f = *state;
    struct bw_flight told = flight("IB3167", "2026-11-20T21:20:00Z", "2026-11-20T23:45:00Z");
    struct bw_promise_changes changes;
    struct bw_bag bag = watched_bag();
    struct bw_event ev;
    bag.forward = true;
    bw_str_put(BW_STR("IB3167"), bag.fwd_flight, sizeof bag.fwd_flight);
    bag.fwd_date = day("2026-11-20");
    f->world.flights = &told;
    f->world.n_flights = 1;
    bw_event_init(&ev);
    ev.code = BW_EV_FORWARD_PLANNED;
    ev.recorded_at = at("2026-11-20T18:00:00Z");
    bw_promise_bag(NULL, 0, &bag, &ev, &f->world, next_id, f, &changes);
    assert_true(changes.n_opened == 1 && changes.opened[0].due_at == at("2026-11-20T22:20:00Z"));
    assert_true(changes.opened[0].unconfirmed);
    struct bw_promise open = changes.opened[0];
    bw_str_put(BW_STR("IB"), told.operating, sizeof told.operating);
    ev.code = BW_EV_FLIGHT_TIMES;
    bw_promise_bag(&open, 1, &bag, &ev, &f->world, next_id, f, &changes);
    assert_true(changes.n_raised == 1 && !changes.raised[0].unconfirmed && changes.n_closed == 0);
    open = changes.raised[0];
    told.departs[BW_ESTIMATED_AT] = at("2026-11-20T22:20:00Z");
    bw_promise_bag(&open, 1, &bag, &ev, &f->world, next_id, f, &changes);
    assert_true(changes.n_closed == 1 && changes.closed[0].why == BW_CLOSE_MOVED);
    assert_true(changes.n_opened == 1 && changes.opened[0].due_at == at("2026-11-20T23:20:00Z"));
    told.departs[BW_ESTIMATED_AT] = at("2026-11-20T21:30:00Z"); /* within the hour that is left, nothing is won */
    ev.recorded_at = at("2026-11-20T21:50:00Z");
    bw_promise_bag(&open, 1, &bag, &ev, &f->world, next_id, f, &changes);
    assert_true(changes.n_closed == 0 && changes.n_opened == 0);
    told.departs[BW_ESTIMATED_AT] = at("2026-11-20T22:20:00Z");
    ev.recorded_at = at("2026-11-20T22:20:00Z"); /* due: it stays missed */
    bw_promise_bag(&open, 1, &bag, &ev, &f->world, next_id, f, &changes);
    assert_true(changes.n_closed == 0 && changes.n_opened == 0);
    told.departs[BW_ESTIMATED_AT] = at("2026-11-21T06:00:00Z"); /* told hours later, too */
    bw_promise_bag(&open, 1, &bag, &ev, &f->world, next_id, f, &changes);
    assert_true(changes.n_closed == 0 && changes.n_opened == 0);
    f->world.n_flights = 0;
}

/* A bag that waits for its own flight hangs on that; one that was seen since its file was opened is looked for. */
static void what_was_seen_since_the_report_waits_for_no_flight(void **state)
{
    (void)state;
    const char *on;
    bw_date date;
    struct bw_bag bag = traveller("LHR");
    assert_false(bw_bag_hangs_on(&bag, &on, &date)); /* nobody watches it */
    bag.watched = true;
    assert_true(bw_bag_hangs_on(&bag, &on, &date));
    assert_string_equal(on, "IB3167");
    bag.sighted_since_report = true;
    assert_false(bw_bag_hangs_on(&bag, &on, &date));
    bag.sighted_since_report = false;
    bag.at_rest = true;
    assert_false(bw_bag_hangs_on(&bag, &on, &date));
}

/* req: BAG-10 (seen after its onward flight left) */
static void seen_as_its_flight_leaves_it_may_yet_be_on_it(void **state)
{
    (void)state;
    struct bw_flight left = flight("IB3167", "2026-11-20T21:20:00Z", NULL);
    const struct bw_world world = { .flights = &left, .n_flights = 1 };
    struct bw_owing to[BW_OWED_MAX];
    struct bw_bag bag = traveller("LHR");
    left.departs[BW_ACTUAL_AT] = at("2026-11-20T21:24:00Z");
    bag.watched = true;
    bag.place_at = at("2026-11-20T21:24:00Z");
    assert_int_equal(bw_owing_place(&bag, &world, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_TRACING_HOLDER);
    bag.place_at += BW_SECOND;
    assert_int_equal(bw_owing_place(&bag, &world, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_LOCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_surest_time_counts_and_a_silent_flight_is_gone_after_half_an_hour),
        cmocka_unit_test(a_document_is_read_back_as_it_was_written),
        cmocka_unit_test(a_bag_stands_to_a_flight_as_it_was_last_seen),
        cmocka_unit_test(a_flight_that_is_gone_has_missed_what_stands_there),
        cmocka_unit_test(a_connection_cannot_be_made_that_leaves_before_the_bag_lands),
        cmocka_unit_test(a_bag_that_stands_at_its_end_is_unclaimed_after_a_day_and_one_that_nobody_watches_goes_quiet),
        cmocka_unit_test(what_hangs_on_a_flight_moves_with_it_until_it_is_missed),
        cmocka_unit_test(what_was_seen_since_the_report_waits_for_no_flight),
        cmocka_unit_test(seen_as_its_flight_leaves_it_may_yet_be_on_it),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
