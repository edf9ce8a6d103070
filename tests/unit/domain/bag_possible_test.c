/* SPDX-License-Identifier: Apache-2.0 */
/* bag_possible_test.c - sightings that cannot be: which they are, what they move (nothing), what bears them out, and
 * that the order of arrival does not matter. */
#include "bag_possible.h"
#include "places.h"

static struct log log_;

static struct bw_event tell(const char *when, const char *carrier, enum bw_event_code code, const char *station)
{
    char full[32];
    (void)snprintf(full, sizeof(full), "2026-11-20T%s:00Z", when);
    struct bw_event ev = say(full, carrier, code, station, full);
    stamp(&ev, BW_TIME_NONE);
    return ev;
}

static void hears(const char *when, const char *carrier, enum bw_event_code code, const char *station)
{
    struct bw_event ev = tell(when, carrier, code, station);
    arrive(&log_, &ev);
}

/* On its way from New York by London to Madrid, just seen in London. */
static void start(void)
{
    log_init(&log_);
    log_.world = &places;
    struct bw_event forecast = story_forecast();
    stamp(&forecast, at("2026-11-20T06:00:00Z"));
    arrive(&log_, &forecast);
    hears("09:00", "BA", BW_EV_BAG_UNLOADED, "LHR");
}

static struct bw_event checked(const char *when, const char *station)
{
    struct bw_event ev = tell(when, "BA", BW_EV_SIGHTING_CONFIRMED, station);
    ev.source = BW_SRC_STAFF;
    return ev;
}

static void stands_in(const char *station, const char *seen, int possible)
{
    char full[32];
    (void)snprintf(full, sizeof(full), "2026-11-20T%s:00Z", seen);
    assert_string_equal(log_.bag.station, station);
    assert_string_equal(log_.bag.last_seen_station, station);
    assert_int_equal(log_.bag.last_seen_at, at(full));
    assert_int_equal(log_.bag.possible, possible);
}

static void distances(void **state)
{
    (void)state;
    const struct bw_station *lhr = bw_world_station(&places, "LHR"), *jfk = bw_world_station(&places, "JFK"),
                            *sin = bw_world_station(&places, "SIN");
    assert_true(bw_station_km(lhr, lhr) < 0.001);
    assert_true(bw_station_km(lhr, jfk) > 5530 && bw_station_km(lhr, jfk) < 5560);
    assert_true(bw_station_km(sin, jfk) > 15300 && bw_station_km(sin, jfk) < 15400);
    const struct bw_station pole = { .latitude = 90 }, other = { .latitude = -90 };
    assert_true(bw_station_km(&pole, &other) > 20010 && bw_station_km(&pole, &other) < 20020);
}

/* 943 km from London to Munich: 27 minutes and the half hour of grace suffice, 25 do not.  req: BAG-11 ING-02 */
static void too_far_and_off_the_route(void **state)
{
    (void)state;
    start();
    hears("09:25", "LH", BW_EV_ON_HAND, "MUC");
    assert_int_equal(log_.last.outcome, BW_OUT_IMPLAUSIBLE);
    assert_false(log_.last.place_moved || log_.last.custody_moved || log_.last.case_moved);
    assert_int_equal(log_.bag.custody, BW_CUSTODY_HELD);
    assert_string_equal(log_.bag.custodian, "BA");
    assert_string_equal(log_.bag.last_news_carrier, "BA");
    stands_in("LHR", "09:00", 1);
    assert_string_equal(log_.bag.possible_station, "MUC");
    assert_string_equal(log_.bag.possible_carrier, "LH");
    start();
    hears("09:27", "LH", BW_EV_ON_HAND, "MUC");
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    stands_in("MUC", "09:27", 0);
}

/* On the route a clock may be wrong; without a route, or where no place is known, there is nothing to hold against it.
 * req: BAG-11 */
static void what_may_be_is_believed(void **state)
{
    (void)state;
    start();
    hears("09:05", "IB", BW_EV_BAG_SEEN, "MAD");
    stands_in("MAD", "09:05", 0);
    start();
    hears("09:05", "LH", BW_EV_BAG_SEEN, "ZZZ");
    stands_in("ZZZ", "09:05", 0);
    log_init(&log_);
    log_.world = &places;
    hears("09:00", "BA", BW_EV_BAG_SEEN, "LHR");
    hears("09:05", "LH", BW_EV_BAG_SEEN, "SIN");
    stands_in("SIN", "09:05", 0);
}

/* The same reader may misread twice; another carrier, or the next station, is a second scan.  What it bears out counts
 * at its own time.  req: BAG-11 */
static void a_second_scan_bears_it_out(void **state)
{
    (void)state;
    start();
    hears("09:10", "LH", BW_EV_ON_HAND, "MUC");
    hears("09:12", "LH", BW_EV_BAG_SORTED, "MUC");
    stands_in("LHR", "09:00", 2);
    assert_int_equal(log_.last.outcome, BW_OUT_IMPLAUSIBLE);
    hears("09:20", "IB", BW_EV_BAG_SEEN, "MUC");
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    assert_true(log_.last.place_moved && log_.last.custody_moved);
    stands_in("MUC", "09:20", 0);
    start();
    hears("09:10", "LH", BW_EV_ON_HAND, "MUC");
    hears("09:50", "LH", BW_EV_BAG_UNLOADED, "CDG");
    stands_in("CDG", "09:50", 0);
    /* A scan on the route says nothing for it. */
    start();
    hears("09:10", "LH", BW_EV_ON_HAND, "MUC");
    hears("11:00", "IB", BW_EV_TRANSFER_IN, "LHR");
    stands_in("LHR", "11:00", 1);
    /* Nor does one that cannot be either. */
    start();
    hears("09:10", "LH", BW_EV_ON_HAND, "MUC");
    hears("09:15", "IB", BW_EV_BAG_SEEN, "SIN");
    stands_in("LHR", "09:00", 2);
}

/* req: BAG-11 (or a check by staff), ING-12 (which is taken back like anything else) */
static void staff_bear_it_out(void **state)
{
    (void)state;
    start();
    hears("09:10", "LH", BW_EV_ON_HAND, "MUC");
    struct bw_event elsewhere = checked("09:30", "CDG");
    arrive(&log_, &elsewhere);
    assert_true(log_.last.flags & BW_FL_NO_EFFECT);
    stands_in("LHR", "09:00", 1);
    struct bw_event check = checked("09:40", "MUC");
    arrive(&log_, &check);
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    assert_true(log_.last.place_moved && !(log_.last.flags & BW_FL_NO_EFFECT));
    stands_in("MUC", "09:10", 0);
    assert_string_equal(log_.bag.custodian, "LH");
    char text[128];
    struct bw_event mend = tell("09:50", "BA", BW_EV_CORRECTION, "");
    (void)snprintf(text, sizeof(text), "[{\"event_id\":\"%s\"}]", check.event_id);
    mend.replaces = bw_str_c(text);
    arrive(&log_, &mend);
    stands_in("LHR", "09:00", 1);
}

/* A plate comes back after weeks on another bag.  req: BAG-11 (date unmatched) */
static void another_travel(void **state)
{
    (void)state;
    start();
    struct bw_event scan = tell("10:00", "BA", BW_EV_BAG_SEEN, "LHR");
    scan.ident.date = day("2026-11-23");
    stamp(&scan, BW_TIME_NONE);
    arrive(&log_, &scan);
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    scan = tell("10:10", "BA", BW_EV_BAG_SEEN, "LHR");
    scan.ident.date = day("2026-11-24");
    stamp(&scan, BW_TIME_NONE);
    arrive(&log_, &scan);
    assert_int_equal(log_.last.outcome, BW_OUT_IMPLAUSIBLE);
    stands_in("LHR", "10:00", 1);
    scan = tell("10:20", "IB", BW_EV_BAG_SEEN, "LHR");
    scan.ident.date = day("2026-11-24");
    stamp(&scan, BW_TIME_NONE);
    arrive(&log_, &scan);
    stands_in("LHR", "10:20", 0);
    scan.ident.kind = BW_IDENT_RUSH; /* a forward has its own date */
    scan.ident.date = day("2026-11-29");
    scan.event_id[0] = 'r';
    stamp(&scan, BW_TIME_NONE);
    arrive(&log_, &scan);
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
}

/* Resolved to the bag by the digits of its plate alone: the writer marks it. */
static struct bw_event misread(const char *when, const char *carrier, const char *station, const char *plate)
{
    struct bw_event ev = tell(when, carrier, BW_EV_BAG_SEEN, station);
    ev.ident = ident(plate);
    ev.flags |= BW_FL_OTHER_ISSUER;
    stamp(&ev, BW_TIME_NONE);
    return ev;
}

/* On the route and in time, and yet not the plate of this bag.  A scan under its own plate says nothing for it, nor
 * does one under a third; the same short plate told by another does.  req: BAG-11 (issuer unmatched) */
static void another_issuer(void **state)
{
    (void)state;
    start();
    const struct bw_event set[] = { misread("09:10", "BA", "LHR", "IB728359"),
                                    misread("09:12", "BA", "LHR", "IB728359"),
                                    tell("09:15", "IB", BW_EV_BAG_SEEN, "LHR"),
                                    misread("09:20", "IB", "MAD", "AA728359"),
                                    misread("09:30", "IB", "MAD", "IB728359") };
    static const struct {
        const char *station, *seen;
        int possible;
    } then[] = { { "LHR", "09:00", 1 },
                 { "LHR", "09:00", 2 },
                 { "LHR", "09:15", 2 },
                 { "LHR", "09:15", 3 },
                 { "MAD", "09:30", 1 } };
    for (size_t k = 0; k < BW_LEN(set); k++) {
        struct bw_event ev = set[k];
        arrive(&log_, &ev);
        bool believed = k == 2 || k == 4;
        assert_int_equal(log_.last.outcome, believed ? BW_OUT_ACCEPTED : BW_OUT_IMPLAUSIBLE);
        stands_in(then[k].station, then[k].seen, then[k].possible);
    }
    struct bw_event check = checked("09:40", "MAD");
    arrive(&log_, &check);
    stands_in("MAD", "09:30", 0);
}

/* What the fold decides by must not be altered unseen.  req: BAG-11 AUD-08 */
static void the_mark_is_in_the_leaf(void **state)
{
    (void)state;
    struct bw_event ev = misread("09:10", "BA", "LHR", "IB728359");
    BW_CLEANUP(bw_buf_done) struct bw_buf with = { 0 }, without = { 0 };
    bw_buf_init(&with, 8192);
    bw_buf_init(&without, 8192);
    bw_event_leaf(&ev, &with);
    ev.flags = 0;
    bw_event_leaf(&ev, &without);
    assert_true(bw_buf_ok(&with) && bw_buf_ok(&without));
    assert_false(bw_str_eq(bw_buf_view(&with), bw_buf_view(&without)));
}

/* Which bags such a plate may be misread from.  req: BAG-11 */
static void whose_plate_it_may_be(void **state)
{
    (void)state;
    start();
    const struct bw_event here = misread("09:10", "BA", "LHR", "IB728359");
    struct bw_event ev = here;
    assert_true(bw_bag_misread(&log_.bag, &ev));
    ev.ident.date = day("2026-11-20");
    assert_true(bw_bag_misread(&log_.bag, &ev));
    ev.ident.date = day("2026-11-30");
    assert_false(bw_bag_misread(&log_.bag, &ev));
    ev = misread("09:10", "BA", "LHR", "LH728359"); /* no carrier of the journey */
    assert_false(bw_bag_misread(&log_.bag, &ev));
    ev = misread("23:10", "BA", "MUC", "IB728359"); /* off the route */
    assert_false(bw_bag_misread(&log_.bag, &ev));
    ev = here;
    ev.code = BW_EV_BAG_ACCEPTED; /* another bag checks in */
    assert_false(bw_bag_misread(&log_.bag, &ev));
    ev.code = BW_EV_STATUS_CONFIRMED; /* nobody saw it */
    assert_false(bw_bag_misread(&log_.bag, &ev));
}

/* A possible sighting ends no doubt about who has the bag, in any order.  req: BAG-06 BAG-11 */
static void any_order_of_arrival(void **state)
{
    (void)state;
    struct bw_event set[12];
    size_t n = 0;
    set[n] = story_forecast();
    stamp(&set[n++], at("2026-11-20T06:00:00Z"));
    set[n++] = tell("09:00", "BA", BW_EV_BAG_UNLOADED, "LHR");
    set[n++] = tell("09:10", "LH", BW_EV_ON_HAND, "MUC");
    set[n++] = tell("09:12", "LH", BW_EV_BAG_SORTED, "MUC");
    set[n++] = tell("09:15", "IB", BW_EV_BAG_SEEN, "SIN");
    set[n++] = tell("09:20", "IB", BW_EV_BAG_SEEN, "MUC");
    set[n++] = checked("09:40", "SIN");
    set[n++] = tell("12:00", "BA", BW_EV_BAG_SEEN, "LHR");
    set[n++] = misread("12:10", "BA", "LHR", "IB728359");
    set[n++] = misread("12:40", "IB", "MAD", "IB728359");
    set[n++] = misread("12:50", "BA", "JFK", "AA728359");
    for (size_t k = 0; k < n; k++)
        set[k].version = (int32_t)k + 1;
    BW_CLEANUP(bw_buf_done) struct bw_buf first = { 0 }, other = { 0 };
    bw_buf_init(&first, 8192);
    bw_buf_init(&other, 8192);
    unsigned seed = 11;
    for (int round = 0; round < 1000; round++) {
        size_t order[12];
        for (size_t k = 0; k < n; k++)
            order[k] = k;
        for (size_t k = n; round && k > 1; k--) {
            seed = seed * 1664525U + 1013904223U;
            size_t with = (seed >> 8) % k, kept = order[k - 1];
            order[k - 1] = order[with];
            order[with] = kept;
        }
        log_init(&log_);
        log_.world = &places;
        log_.keeps_stamps = true;
        for (size_t k = 0; k < n; k++)
            arrive(&log_, &set[order[k]]);
        bw_buf_clear(&other);
        bw_bag_pack(&log_.bag, round ? &other : &first);
        if (round && !bw_str_eq(bw_buf_view(&first), bw_buf_view(&other)))
            fail_msg("order %d gives another bag", round);
    }
    /* Staff checked Singapore, so the scan of Munich five minutes later is what cannot be.  Two told IB728359, one AA.
     */
    assert_int_equal(log_.bag.possible, 2);
    assert_string_equal(log_.bag.possible_carrier, "BA");
    assert_string_equal(log_.bag.possible_station, "JFK");
    assert_string_equal(log_.bag.station, "MAD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances),
        cmocka_unit_test(too_far_and_off_the_route),
        cmocka_unit_test(what_may_be_is_believed),
        cmocka_unit_test(a_second_scan_bears_it_out),
        cmocka_unit_test(staff_bear_it_out),
        cmocka_unit_test(another_travel),
        cmocka_unit_test(another_issuer),
        cmocka_unit_test(the_mark_is_in_the_leaf),
        cmocka_unit_test(whose_plate_it_may_be),
        cmocka_unit_test(any_order_of_arrival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
