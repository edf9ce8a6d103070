/* SPDX-License-Identifier: Apache-2.0 */
/* rights_test.c - the law's dates, worked by hand: every regime, every start with and without its fact, clocks that
 * change, the date line, 29 February, limits by their day, and that nothing pauses them. */
#include "bw/domain/rights.h"

#include "bw/domain/case_step.h"
#include "fixture.h"

static struct fixture f;
static struct bw_zone *tokyo, *los_angeles, *auckland, *paris;
static struct bw_station stations[] = {
    { .code = "AKL", .name = "Auckland", .country = "NZ" },
    { .code = "CDG", .name = "Paris", .country = "FR" },
    { .code = "JFK", .name = "New York", .country = "US" },
    { .code = "LAX", .name = "Los Angeles", .country = "US" },
    { .code = "LHR", .name = "Heathrow", .country = "GB" },
    { .code = "MAD", .name = "Madrid", .country = "ES" },
    { .code = "NCE", .name = "Nice", .country = "FR" },
    { .code = "NRT", .name = "Tokyo", .country = "JP" },
    { .code = "SVO", .name = "Sheremetyevo", .country = "RU" },
};
static struct bw_legal_rule rules[] = {
    { .id = "m-damage",
      .regime = BW_REGIME_MONTREAL,
      .grant = BW_GRANT_DAMAGE,
      .unit = BW_LEGAL_DAYS,
      .from = BW_FROM_RECEIVED,
      .amount = 7 },
    { .id = "m-delay",
      .regime = BW_REGIME_MONTREAL,
      .grant = BW_GRANT_DELAY,
      .unit = BW_LEGAL_DAYS,
      .from = BW_FROM_DISPOSAL,
      .amount = 21 },
    { .id = "m-not-come",
      .regime = BW_REGIME_MONTREAL,
      .grant = BW_GRANT_NOT_COME,
      .unit = BW_LEGAL_DAYS,
      .from = BW_FROM_DUE_ARRIVAL,
      .amount = 21 },
    { .id = "m-action",
      .regime = BW_REGIME_MONTREAL,
      .grant = BW_GRANT_ACTION,
      .unit = BW_LEGAL_YEARS,
      .from = BW_FROM_DUE_ARRIVAL,
      .amount = 2 },
    { .id = "eu-damage",
      .regime = BW_REGIME_EU,
      .grant = BW_GRANT_DAMAGE,
      .unit = BW_LEGAL_DAYS,
      .from = BW_FROM_RECEIVED,
      .amount = 7 },
    { .id = "eu-action",
      .regime = BW_REGIME_EU,
      .grant = BW_GRANT_ACTION,
      .unit = BW_LEGAL_YEARS,
      .from = BW_FROM_DUE_ARRIVAL,
      .amount = 2 },
    { .id = "us-home",
      .regime = BW_REGIME_US,
      .grant = BW_GRANT_BAG_FEE,
      .trip = BW_TRIP_DOMESTIC,
      .unit = BW_LEGAL_HOURS,
      .from = BW_FROM_DEPLANED,
      .amount = 12 },
    { .id = "us-short",
      .regime = BW_REGIME_US,
      .grant = BW_GRANT_BAG_FEE,
      .trip = BW_TRIP_SHORT,
      .unit = BW_LEGAL_HOURS,
      .from = BW_FROM_DEPLANED,
      .amount = 15 },
    { .id = "us-long",
      .regime = BW_REGIME_US,
      .grant = BW_GRANT_BAG_FEE,
      .trip = BW_TRIP_LONG,
      .unit = BW_LEGAL_HOURS,
      .from = BW_FROM_DEPLANED,
      .amount = 30 },
};
static struct bw_legal_scope scopes[] = {
    { .regime = BW_REGIME_MONTREAL, .code = "ES" }, { .regime = BW_REGIME_MONTREAL, .code = "FR" },
    { .regime = BW_REGIME_MONTREAL, .code = "GB" }, { .regime = BW_REGIME_MONTREAL, .code = "JP" },
    { .regime = BW_REGIME_MONTREAL, .code = "NZ" }, { .regime = BW_REGIME_MONTREAL, .code = "US" },
    { .regime = BW_REGIME_US, .code = "US" },       { .regime = BW_REGIME_EU, .carrier = true, .code = "SN" },
};
static struct bw_legal_limit limits[] = {
    { .regime = BW_REGIME_MONTREAL, .amount = 1288, .currency = "XDR" },
    { .regime = BW_REGIME_MONTREAL, .amount = 1519, .currency = "XDR" },
    { .regime = BW_REGIME_US, .amount = 4700, .currency = "USD" },
};
static struct bw_legal legal;
static struct bw_case file;
static struct bw_bag bag;
static struct bw_rights got;

static bw_date day_or_none(const char *text)
{
    return text ? day(text) : BW_DATE_NONE;
}

/* "BA178 2026-11-20 JFK LHR" */
static void leg(const char *text)
{
    struct bw_str rest = bw_str_c(text);
    struct bw_leg *l = &file.legs[file.n_legs++];
    *l = (struct bw_leg){ .date = BW_DATE_NONE };
    bw_str_put(bw_str_split(&rest, ' '), l->flight, sizeof l->flight);
    struct bw_str date = bw_str_split(&rest, ' ');
    if (date.n && date.p[0] != '-')
        assert_true(bw_date_parse(date, &l->date));
    bw_str_put(bw_str_split(&rest, ' '), l->from, sizeof l->from);
    bw_str_put(rest, l->to, sizeof l->to);
}

static void fresh(const char *first, const char *second)
{
    file = open_case();
    bag = watched_bag();
    file.n_legs = 0;
    file.opened_at = at("2026-11-21T00:20:00Z");
    bag.case_ordinal = 1;
    bag.n_legs = 0;
    bag.ready_at = BW_TIME_NONE;
    bag.destination[0] = '\0';
    if (first)
        leg(first);
    if (second)
        leg(second);
    if (file.n_legs)
        bw_str_put(bw_str_c(file.legs[file.n_legs - 1].to), bag.destination, sizeof bag.destination);
}

static void deliver(const char *when)
{
    bag.place = BW_PLACE_DELIVERED;
    bag.place_at = bag.last_seen_at = at(when);
    bag.last_seen_code = BW_EV_DELIVERED;
    bw_str_put(BW_STR("IB"), bag.last_seen_carrier, sizeof bag.last_seen_carrier);
}

static void compute(const char *now)
{
    const struct bw_bag *bags[] = { &bag };
    f.world.legal = &legal;
    bw_rights_of(&file, bags, 1, &f.world, at(now), &got);
}

static const struct bw_right *of(const char *id)
{
    const struct bw_right *found = NULL;
    for (size_t k = 0; k < got.n; k++)
        if (strcmp(got.dates[k].rule->id, id) == 0)
            found = &got.dates[k];
    return found;
}

/* The last day there and its last minute in UTC; NULL for a date that has no start. */
static void expect(const char *id, const char *start, const char *last, const char *until, bool uncertain)
{
    const struct bw_right *d = of(id);
    if (!d)
        fail_msg("no %s", id);
    if ((start && (!d->start || strcmp(d->start, start) != 0)) || (!start && d->start))
        fail_msg("%s starts from %s", id, d->start ? d->start : "nothing");
    if (d->last_day != day_or_none(last) || d->at != (until ? at(until) : BW_TIME_NONE) || d->uncertain != uncertain) {
        char a[BW_DATE_TEXT], b[BW_TIME_TEXT];
        fail_msg("%s: until %s, %s%s", id, d->last_day == BW_DATE_NONE ? "-" : bw_date_text(d->last_day, a),
                 d->at == BW_TIME_NONE ? "-" : bw_time_text(d->at, b), d->uncertain ? ", uncertain" : "");
    }
}

static void condition(const char *id, const char *word, enum bw_met met)
{
    const struct bw_right *d = of(id);
    assert_non_null(d);
    for (size_t k = 0; k < d->n_conditions; k++) {
        if (strcmp(d->conditions[k].word, word) == 0) {
            if (d->conditions[k].met != met)
                fail_msg("%s: %s is %s", id, word, bw_met_word(d->conditions[k].met));
            return;
        }
    }
    fail_msg("%s has no condition %s", id, word);
}

static const char story1[] = "BA178 2026-11-20 JFK LHR", story2[] = "IB3167 2026-11-20 LHR MAD";

/* --- tests --- */

/* The story's bag: given back on 21 November at 18:30 in Madrid.  req: CLK-10 */
static void the_story(void **state)
{
    (void)state;
    fresh(story1, story2);
    deliver("2026-11-21T17:30:00Z");
    compute("2026-11-22T09:00:00Z");
    assert_int_equal(got.regime, BW_REGIME_MONTREAL);
    assert_string_equal(got.why, BW_LAW_ROUTE);
    assert_int_equal(got.limit->amount, 1519);
    expect("m-damage", BW_START_DELIVERED, "2026-11-28", "2026-11-28T22:59:00Z", false);
    expect("m-delay", BW_START_DELIVERED, "2026-12-12", "2026-12-12T22:59:00Z", false);
    /* It left Heathrow on the 20th at the earliest at midnight: in Madrid it was the 20th, too. */
    expect("m-action", BW_START_FLIGHT_DAY, "2028-11-20", "2028-11-20T22:59:00Z", true);
    assert_null(of("m-not-come"));
    assert_string_equal(of("m-damage")->said_by, "IB");
    assert_string_equal(of("m-damage")->station, "MAD");
    assert_true(of("m-damage")->at == bw_damage_until(&bag, &f.world));
    condition("m-damage", "has-bag", BW_MET);
    condition("m-damage", "told", BW_MISSING);
    /* From the United States: 15 hours, for a flight of unknown length, from when it left at the earliest. */
    expect("us-short", BW_START_FLIGHT_DAY, NULL, "2026-11-20T15:00:00Z", true);
    condition("us-short", "late", BW_NOT_KNOWN);
    condition("us-short", "report", BW_MET);
    condition("us-short", "fee", BW_NOT_KNOWN);
}

static void before_it_comes(void **state)
{
    (void)state;
    fresh(story1, story2);
    compute("2026-11-21T06:55:00Z");
    expect("m-damage", NULL, NULL, NULL, false);
    expect("m-delay", NULL, NULL, NULL, false);
    condition("m-delay", "has-bag", BW_MISSING);
    expect("m-not-come", BW_START_FLIGHT_DAY, "2026-12-11", "2026-12-11T22:59:00Z", true);
    condition("m-not-come", "not-come", BW_MISSING);
    compute("2026-12-11T22:59:30Z");
    condition("m-not-come", "not-come", BW_MET);
    condition("m-not-come", "admitted", BW_MISSING);
    file.state = BW_CASE_LOST;
    compute("2026-11-25T00:00:00Z");
    condition("m-not-come", "admitted", BW_MET);
}

/* "Placed at his or her disposal": the day it was ready counts for the delay, that of receipt for damage. */
static void ready_before_it_was_fetched(void **state)
{
    (void)state;
    fresh(story1, story2);
    bag.ready_at = at("2026-11-21T09:00:00Z");
    bw_str_put(BW_STR("IB"), bag.ready_by, sizeof bag.ready_by);
    compute("2026-11-22T09:00:00Z");
    expect("m-delay", BW_START_READY, "2026-12-12", "2026-12-12T22:59:00Z", true);
    expect("m-damage", NULL, NULL, NULL, false);
    deliver("2026-11-23T12:00:00Z");
    compute("2026-11-24T09:00:00Z");
    expect("m-delay", BW_START_READY, "2026-12-12", "2026-12-12T22:59:00Z", true);
    expect("m-damage", BW_START_DELIVERED, "2026-11-30", "2026-11-30T22:59:00Z", false);
}

/* Clocks change on 29 March and on 25 October 2026; a day is a day. */
static void clocks_that_change(void **state)
{
    (void)state;
    fresh("BA178 2026-03-24 JFK LHR", "IB3167 2026-03-24 LHR MAD");
    deliver("2026-03-25T23:30:00Z"); /* 00:30 of the 26th in Madrid */
    compute("2026-03-26T09:00:00Z");
    expect("m-damage", BW_START_DELIVERED, "2026-04-02", "2026-04-02T21:59:00Z", false);
    expect("m-delay", BW_START_DELIVERED, "2026-04-16", "2026-04-16T21:59:00Z", false);
    fresh("BA178 2026-10-19 JFK LHR", "IB3167 2026-10-19 LHR MAD");
    deliver("2026-10-20T22:30:00Z"); /* 00:30 of the 21st */
    compute("2026-10-21T09:00:00Z");
    expect("m-damage", BW_START_DELIVERED, "2026-10-28", "2026-10-28T22:59:00Z", false);
}

static void over_the_date_line(void **state)
{
    (void)state;
    /* 20 November 00:00 in Tokyo is the 19th, 07:00, in Los Angeles: it may have landed on the 19th. */
    fresh("JL62 2026-11-20 NRT LAX", NULL);
    compute("2026-11-21T09:00:00Z");
    expect("m-not-come", BW_START_FLIGHT_DAY, "2026-12-10", "2026-12-11T07:59:00Z", true);
    expect("m-action", BW_START_FLIGHT_DAY, "2028-11-19", "2028-11-20T07:59:00Z", true);
    /* 20 November 00:00 in Los Angeles is 21:00 of the same day in Auckland. */
    fresh("NZ5 2026-11-20 LAX AKL", NULL);
    deliver("2026-11-22T12:30:00Z"); /* 01:30 of the 23rd in Auckland */
    compute("2026-11-23T09:00:00Z");
    expect("m-damage", BW_START_DELIVERED, "2026-11-30", "2026-11-30T10:59:00Z", false);
    expect("m-action", BW_START_FLIGHT_DAY, "2028-11-20", "2028-11-20T10:59:00Z", true);
}

static void leap_days(void **state)
{
    (void)state;
    fresh("IB3167 2028-02-29 LHR MAD", NULL);
    compute("2028-03-01T09:00:00Z");
    expect("m-action", BW_START_FLIGHT_DAY, "2030-02-28", "2030-02-28T22:59:00Z", true);
    expect("m-not-come", BW_START_FLIGHT_DAY, "2028-03-21", "2028-03-21T22:59:00Z", true);
    fresh("IB3167 2028-02-21 LHR MAD", NULL);
    deliver("2028-02-22T12:00:00Z");
    compute("2028-02-23T09:00:00Z");
    expect("m-damage", BW_START_DELIVERED, "2028-02-29", "2028-02-29T22:59:00Z", false);
    assert_int_equal(bw_years_on(day_or_none("2026-02-28"), 2), day_or_none("2028-02-28"));
}

/* req: CLK-10 */
static void which_law(void **state)
{
    static const struct {
        const char *first, *second;
        enum bw_regime regime;
        const char *why;
    } cases[] = {
        { story1, story2, BW_REGIME_MONTREAL, BW_LAW_ROUTE },
        { "BA1 2026-11-20 LHR MAD", "BA2 2026-11-20 MAD LHR", BW_REGIME_MONTREAL, BW_LAW_ROUTE }, /* a stop abroad */
        { "SN1 2026-11-20 NCE CDG", NULL, BW_REGIME_EU, BW_LAW_CARRIERS },
        { "SN1 2026-11-20 NCE CDG", "SU2 2026-11-20 CDG SVO", BW_REGIME_UNKNOWN, BW_LAW_NOT_LISTED },
        { "SN1 2026-11-20 CDG SVO", NULL, BW_REGIME_EU, BW_LAW_CARRIERS },
        { "BA1 2026-11-20 LHR SVO", NULL, BW_REGIME_UNKNOWN, BW_LAW_NOT_LISTED },
        { "AF1 2026-11-20 NCE CDG", NULL, BW_REGIME_UNKNOWN, BW_LAW_NOT_LISTED },
        { "AF1 2026-11-20 NCE QQQ", "AF2 2026-11-20 QQQ CDG", BW_REGIME_UNKNOWN,
          BW_LAW_NOT_LISTED }, /* a stop: where? */
        { "AA1 2026-11-20 JFK LAX", NULL, BW_REGIME_US, BW_LAW_DOMESTIC },
        { "BA1 2026-11-20 LHR QQQ", NULL, BW_REGIME_UNKNOWN, BW_LAW_NO_STATION },
        { "BA1 2026-11-20  MAD", NULL, BW_REGIME_UNKNOWN, BW_LAW_NO_JOURNEY },
        { "BA1 - LHR MAD", NULL, BW_REGIME_UNKNOWN, BW_LAW_NO_JOURNEY },
        { NULL, NULL, BW_REGIME_UNKNOWN, BW_LAW_NO_JOURNEY },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        fresh(cases[k].first, cases[k].second);
        deliver("2026-11-21T17:30:00Z");
        compute("2026-11-22T09:00:00Z");
        if (got.regime != cases[k].regime || strcmp(got.why, cases[k].why) != 0)
            fail_msg("case %zu: %s, %s", k, bw_regime_word(got.regime), got.why);
        for (size_t d = 0; d < got.n; d++) /* unknown: no date; of the United States the fee alone */
            if (got.dates[d].rule->regime != got.regime && got.dates[d].rule->grant != BW_GRANT_BAG_FEE)
                fail_msg("case %zu has %s", k, got.dates[d].rule->id);
        if (got.regime == BW_REGIME_UNKNOWN && (got.limit || (got.n && !of("us-short"))))
            fail_msg("case %zu says something of a law that is not known", k);
    }
}

static void within_the_united_states(void **state)
{
    (void)state;
    fresh("AA1 2026-11-20 JFK LAX", NULL);
    compute("2026-11-20T16:59:00Z"); /* left at the earliest at 05:00 UTC */
    assert_int_equal(got.n, 1);
    assert_int_equal(got.limit->amount, 4700);
    expect("us-home", BW_START_FLIGHT_DAY, NULL, "2026-11-20T17:00:00Z", true);
    condition("us-home", "late", BW_MISSING);
    compute("2026-11-20T17:01:00Z");
    condition("us-home", "late", BW_NOT_KNOWN);
    compute("2026-11-21T12:21:00Z"); /* twelve hours after its owner stood at the desk */
    condition("us-home", "late", BW_MET);
    file.unaccepted = true;
    compute("2026-11-21T12:21:00Z");
    condition("us-home", "report", BW_MISSING);
    /* Abroad nobody knows how long the flight was: sure only after thirty hours. */
    fresh(story1, story2);
    compute("2026-11-22T06:19:00Z");
    condition("us-short", "late", BW_NOT_KNOWN);
    compute("2026-11-22T06:21:00Z");
    condition("us-short", "late", BW_MET);
    deliver("2026-11-20T14:00:00Z");
    compute("2026-11-22T06:21:00Z");
    condition("us-short", "late", BW_MISSING);
}

/* Rules and limits count from their day; before it there are none. */
static void each_from_its_day(void **state)
{
    static const struct {
        const char *arrival;
        int32_t limit;
    } days[] = { { "2019-12-27", 0 }, { "2019-12-28", 1288 }, { "2024-12-27", 1288 }, { "2024-12-28", 1519 } };
    (void)state;
    for (size_t k = 0; k < BW_LEN(days); k++) {
        fresh(NULL, NULL);
        leg("IB3167 2026-11-20 LHR MAD");
        file.legs[0].date = day_or_none(days[k].arrival);
        compute("2026-11-22T09:00:00Z");
        assert_int_equal(got.limit ? got.limit->amount : 0, days[k].limit);
    }
    rules[0].valid_until = day_or_none("2026-11-19");
    fresh(story1, story2);
    compute("2026-11-22T09:00:00Z");
    assert_null(of("m-damage"));
    rules[0].valid_until = day_or_none("2026-11-20");
    compute("2026-11-22T09:00:00Z");
    assert_non_null(of("m-damage"));
    rules[0].valid_until = BW_DATE_NONE;
    scopes[0].valid_from = day_or_none("2026-11-21"); /* Spain became a party a day too late */
    compute("2026-11-22T09:00:00Z");
    assert_string_equal(got.why, BW_LAW_NOT_LISTED);
    scopes[0].valid_from = day_or_none("2009-01-01");
}

static void who_reviewed(void **state)
{
    (void)state;
    fresh(story1, story2);
    compute("2026-11-22T09:00:00Z");
    assert_false(of("m-damage")->reviewed);
    bw_str_put(BW_STR("counsel"), rules[0].reviewer, sizeof rules[0].reviewer);
    compute("2026-11-22T09:00:00Z");
    assert_false(of("m-damage")->reviewed); /* nobody has reviewed that the Convention holds here */
    bw_str_put(BW_STR("counsel"), scopes[0].reviewer, sizeof scopes[0].reviewer);
    bw_str_put(BW_STR("counsel"), scopes[5].reviewer, sizeof scopes[5].reviewer);
    compute("2026-11-22T09:00:00Z");
    assert_true(of("m-damage")->reviewed);
    assert_false(of("m-delay")->reviewed);
    rules[0].reviewer[0] = scopes[0].reviewer[0] = scopes[5].reviewer[0] = '\0';
}

/* What is owed, what is claimed and how the file stands moves none of them.  req: CLK-10 */
static void nothing_pauses_them(void **state)
{
    static struct bw_rights first;
    (void)state;
    fresh(story1, story2);
    deliver("2026-11-21T17:30:00Z");
    compute("2026-11-22T09:00:00Z");
    first = got;
    for (int s = BW_CASE_OPEN; s < BW_CASE_MAX; s++) {
        file.state = bag.case_state = (enum bw_case_state)s;
        file.closed_at = s == BW_CASE_CLOSED ? at("2026-11-22T10:00:00Z") : BW_TIME_NONE;
        file.n_claims = 1;
        file.claims[0] = (struct bw_claim){ .kind = BW_CLAIM_DAMAGE, .step = BW_STEP_ASSESSED, .bag = 1 };
        bag.last_confirmed_at = at("2026-11-23T10:00:00Z");
        compute("2027-06-01T00:00:00Z");
        assert_int_equal(got.n, first.n);
        for (size_t k = 0; k < got.n; k++) {
            assert_true(got.dates[k].at == first.dates[k].at);
            assert_int_equal(got.dates[k].last_day, first.dates[k].last_day);
        }
        condition("m-damage", "told", BW_MET);
        condition("m-delay", "told", BW_MISSING);
        file.claims[0].step = BW_STEP_WITHDRAWN;
        compute("2027-06-01T00:00:00Z");
        condition("m-damage", "told", BW_MISSING);
    }
}

/* Told times make starts exact: when it ought to land, when it did, and how long the flight is. */
static void with_flight_times(void **state)
{
    struct bw_flight flight;
    (void)state;
    bw_flight_init(&flight, "NZ5", day("2026-11-20"));
    flight.departs[BW_SCHEDULED] = at("2026-11-21T05:40:00Z"); /* 21:40 of the 20th in Los Angeles */
    flight.arrives[BW_SCHEDULED] = at("2026-11-21T18:25:00Z"); /* 07:25 of the 22nd in Auckland, 12 h 45 min on */
    f.world.flights = &flight;
    f.world.n_flights = 1;
    fresh("NZ5 2026-11-20 LAX AKL", NULL);
    file.opened_at = at("2026-11-21T19:30:00Z");
    compute("2026-11-22T20:00:00Z");
    expect("m-not-come", BW_START_SCHEDULED, "2026-12-13", "2026-12-13T10:59:00Z", false);
    expect("m-action", BW_START_SCHEDULED, "2028-11-22", "2028-11-22T10:59:00Z", true);
    expect("us-long", BW_START_SCHEDULED, NULL, "2026-11-23T00:25:00Z", true);
    condition("us-long", "late", BW_MISSING);
    compute("2026-12-13T10:59:00Z"); /* the last minute of the last day is one of the days */
    condition("m-not-come", "not-come", BW_MISSING);
    compute("2026-12-13T11:00:00Z");
    condition("m-not-come", "not-come", BW_MET);
    flight.arrives[BW_SCHEDULED] = at("2026-11-21T17:41:00Z"); /* more than twelve hours */
    compute("2026-11-22T20:00:00Z");
    assert_non_null(of("us-long"));
    flight.arrives[BW_SCHEDULED] = at("2026-11-21T17:40:00Z"); /* twelve hours are not */
    compute("2026-11-22T20:00:00Z");
    assert_non_null(of("us-short"));
    flight.arrives[BW_ACTUAL_AT] = at("2026-11-21T10:50:00Z"); /* 23:50 of the 21st: a day before */
    flight.arrives[BW_SCHEDULED] = at("2026-11-21T11:25:00Z"); /* 00:25 of the 22nd */
    compute("2026-11-22T20:00:00Z");
    expect("m-not-come", BW_START_SCHEDULED, "2026-12-13", "2026-12-13T10:59:00Z", false);
    expect("m-action", BW_START_LANDED, "2028-11-21", "2028-11-21T10:59:00Z", false);
    expect("us-short", BW_START_LANDED, NULL, "2026-11-22T01:50:00Z", true); /* 5 h 45 min */
    condition("us-short", "late", BW_MET); /* fifteen hours after its owner stood at the desk */
    flight.cancelled = true;
    compute("2026-11-22T20:00:00Z");
    expect("m-not-come", BW_START_FLIGHT_DAY, "2026-12-11", "2026-12-11T10:59:00Z", true);
    f.world.n_flights = 0;
}

/* A journey that only the bag's forecasts tell; several bags; where its owner is; a place without a zone. */
static void what_else_decides(void **state)
{
    (void)state;
    fresh(story1, story2);
    memcpy(bag.legs, file.legs, sizeof bag.legs);
    bag.n_legs = file.n_legs;
    file.n_legs = 0;
    compute("2026-11-22T09:00:00Z");
    assert_int_equal(got.regime, BW_REGIME_MONTREAL);
    assert_true(got.forecast);

    fresh(story1, story2);
    deliver("2026-11-21T23:30:00Z"); /* in Madrid the 22nd, in London the 21st */
    bag.n_stays = 1;
    bag.stays[0] = (struct bw_stay){ .station = "LHR", .from = BW_DATE_NONE, .until = BW_DATE_NONE };
    compute("2026-11-22T09:00:00Z");
    expect("m-damage", BW_START_DELIVERED, "2026-11-28", "2026-11-28T23:59:00Z", false);
    assert_true(of("m-damage")->at == bw_damage_until(&bag, &f.world));

    struct bw_bag second = bag;
    const struct bw_bag *bags[] = { &bag, &second };
    second.case_ordinal = 2;
    second.place = BW_PLACE_AT;
    bw_rights_of(&file, bags, 2, &f.world, at("2026-11-22T09:00:00Z"), &got);
    size_t of_second = 0;
    for (size_t k = 0; k < got.n; k++)
        of_second += got.dates[k].bag == 2;
    assert_int_equal(of_second, 4); /* damage, delay, not come, fee */

    stations[5].zone = NULL;
    fresh(story1, story2);
    deliver("2026-11-21T23:30:00Z");
    compute("2026-11-22T09:00:00Z");
    expect("m-damage", BW_START_DELIVERED, "2026-11-28", "2026-11-28T23:59:00Z", false);
    assert_string_equal(of("m-damage")->station, "");
    stations[5].zone = f.madrid;
}

static int setup(void **state)
{
    (void)state;
    fixture_init(&f);
    tokyo = zone_of("Asia/Tokyo");
    los_angeles = zone_of("America/Los_Angeles");
    auckland = zone_of("Pacific/Auckland");
    paris = zone_of("Europe/Paris");
    struct bw_zone *const zones[] = {
        auckland, paris, f.new_york, los_angeles, f.london, f.madrid, paris, tokyo, NULL
    };
    for (size_t k = 0; k < BW_LEN(stations); k++)
        stations[k].zone = zones[k];
    for (size_t k = 0; k < BW_LEN(rules); k++) {
        rules[k].valid_from = day_or_none("2003-11-04");
        rules[k].valid_until = BW_DATE_NONE;
    }
    for (size_t k = 0; k < BW_LEN(scopes); k++) {
        scopes[k].valid_from = day_or_none("2009-01-01");
        scopes[k].valid_until = BW_DATE_NONE;
    }
    limits[0].valid_from = day_or_none("2019-12-28");
    limits[1].valid_from = day_or_none("2024-12-28");
    limits[2].valid_from = day_or_none("2025-01-01");
    legal = (struct bw_legal){ rules, BW_LEN(rules), limits, BW_LEN(limits), scopes, BW_LEN(scopes) };
    f.world.stations = stations;
    f.world.n_stations = BW_LEN(stations);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_zone_free(tokyo);
    bw_zone_free(los_angeles);
    bw_zone_free(auckland);
    bw_zone_free(paris);
    fixture_done(&f);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story),           cmocka_unit_test(before_it_comes),
        cmocka_unit_test(clocks_that_change),  cmocka_unit_test(ready_before_it_was_fetched),
        cmocka_unit_test(over_the_date_line),  cmocka_unit_test(leap_days),
        cmocka_unit_test(which_law),           cmocka_unit_test(within_the_united_states),
        cmocka_unit_test(each_from_its_day),   cmocka_unit_test(who_reviewed),
        cmocka_unit_test(nothing_pauses_them), cmocka_unit_test(what_else_decides),
        cmocka_unit_test(with_flight_times),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
