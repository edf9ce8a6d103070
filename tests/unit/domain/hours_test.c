/* SPDX-License-Identifier: Apache-2.0 */
/* hours_test.c - open hours of a desk: what counts of a time, nights over midnight, days of 23 and 25 hours,
 * exceptions, the cap, and which change closes a desk when it was open. */
#include <stdio.h>

#include "fixture.h"

#include "bw/domain/hours.h"

/* "mon 05:00-22:00 … ; 2026-12-25 closed": days and dates with their intervals, as the tests write them. */
static struct bw_hours hours(const char *text)
{
    static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    struct bw_hours h = { .carrier = "BA", .station = "LHR", .valid_from = 0, .told_at = 0 };
    struct bw_str rest = bw_str_c(text);
    while (rest.p && rest.n) {
        struct bw_str part = bw_str_trim(bw_str_split(&rest, ';'));
        struct bw_str name = bw_str_split(&part, ' ');
        int fh = 0, fm = 0, uh = 0, um = 0;
        bool closed = sscanf(part.p, "%d:%d-%d:%d", &fh, &fm, &uh, &um) != 4;
        struct bw_open open = { (int16_t)(fh * 60 + fm), (int16_t)(uh * 60 + um) };
        if (!closed && open.until <= open.from)
            open.until = (int16_t)(open.until + 1440);
        for (unsigned d = 0; d < 7; d++) {
            if (!bw_str_eq_c(name, days[d]) && !bw_str_eq_c(name, "daily"))
                continue;
            h.week_day[h.n_week] = (uint8_t)d;
            h.week[h.n_week++] = open;
        }
        if (name.n == 10) {
            assert_true(bw_date_parse(name, &h.date[h.n_dates]));
            h.dates[h.n_dates++] = closed ? (struct bw_open){ 0, 0 } : open;
        }
    }
    return h;
}

static const struct {
    const char *what, *zone, *hours, *now;
    int minutes;
    const char *due;
} counted[] = {
    { "open all along", "Europe/London", "daily 00:00-24:00", "2026-11-21T22:00:00Z", 240, "2026-11-22T02:00:00Z" },
    { "open until it is due", "Europe/London", "daily 05:00-22:00", "2026-11-21T18:00:00Z", 240,
      "2026-11-21T22:00:00Z" },
    { "closed in between", "Europe/London", "daily 05:00-22:00", "2026-11-21T20:30:00Z", 180, "2026-11-22T06:30:00Z" },
    { "told when it is closed", "Europe/London", "daily 05:00-22:00", "2026-11-21T23:00:00Z", 90,
      "2026-11-22T06:30:00Z" },
    { "told as it closes", "Europe/London", "daily 05:00-22:00", "2026-11-21T22:00:00Z", 60, "2026-11-22T06:00:00Z" },
    { "told as it opens", "Europe/London", "daily 05:00-22:00", "2026-11-21T05:00:00Z", 60, "2026-11-21T06:00:00Z" },
    { "a break at noon", "Europe/London", "daily 09:00-12:00;daily 13:00-17:00", "2026-11-21T11:30:00Z", 60,
      "2026-11-21T13:30:00Z" },
    { "over midnight", "Europe/London", "daily 20:00-04:00", "2026-11-21T18:00:00Z", 300, "2026-11-22T01:00:00Z" },
    { "over midnight, begun yesterday", "Europe/London", "daily 20:00-04:00", "2026-11-21T02:00:00Z", 60,
      "2026-11-21T03:00:00Z" },
    { "a night that meets the morning counts once", "Europe/London", "daily 05:00-08:00;daily 20:00-06:00",
      "2026-11-21T04:00:00Z", 240, "2026-11-21T08:00:00Z" },
    { "its own time of day", "America/New_York", "daily 05:00-22:00", "2026-11-21T03:30:00Z", 60,
      "2026-11-21T11:00:00Z" },
    { "the cap: twelve hours beside its own", "Europe/London", "mon 09:00-17:00", "2026-11-21T18:00:00Z", 240,
      "2026-11-22T10:00:00Z" },
    { "the cap in the middle of an interval", "Europe/London", "daily 12:00-13:00", "2026-11-21T13:00:00Z", 120,
      "2026-11-22T03:00:00Z" },
    { "never open", "Europe/London", "2026-11-21 closed", "2026-11-21T18:00:00Z", 60, "2026-11-22T07:00:00Z" },
    { "a date of its own", "Europe/London", "daily 05:00-22:00;2026-11-21 10:00-12:00", "2026-11-21T06:00:00Z", 60,
      "2026-11-21T11:00:00Z" },
    { "a date that is closed", "Europe/London", "daily 05:00-22:00;2026-11-22 closed", "2026-11-21T21:30:00Z", 60,
      "2026-11-22T10:30:00Z" },
    { "the night before a closed date still ends in it", "Europe/London", "daily 20:00-04:00;2026-11-22 closed",
      "2026-11-22T02:00:00Z", 60, "2026-11-22T03:00:00Z" },
    { "clocks go forward: a night is an hour shorter, and the rest runs into the cap", "Europe/London",
      "daily 22:00-06:00", "2026-03-28T22:00:00Z", 480, "2026-03-29T18:00:00Z" },
    { "clocks go forward: seven hours are left of it", "Europe/London", "daily 22:00-06:00", "2026-03-28T22:00:00Z",
      420, "2026-03-29T05:00:00Z" },
    { "clocks go back: a night is an hour longer", "Europe/London", "daily 22:00-06:00", "2026-10-24T21:00:00Z", 540,
      "2026-10-25T06:00:00Z" },
    { "opens within the hour that is left out", "Europe/London", "daily 01:30-05:00", "2026-03-29T00:00:00Z", 60,
      "2026-03-29T02:30:00Z" },
    { "opens in the hour that comes twice, the first time", "Europe/London", "daily 01:30-05:00",
      "2026-10-24T23:00:00Z", 60, "2026-10-25T01:30:00Z" },
    { "five in the morning before and after the change", "America/New_York", "daily 05:00-22:00",
      "2026-03-08T03:30:00Z", 60, "2026-03-08T10:00:00Z" },
};

/* Of two that were told for one desk whoever speaks later is heard, also where it is from an earlier day. */
static void the_last_word_holds(void **state)
{
    (void)state;
    struct bw_hours rows[] = { hours("daily 05:00-22:00"), hours("daily 00:00-24:00") };
    const struct bw_world world = { .hours = rows, .n_hours = 2 };
    rows[0].valid_from = at("2026-11-21T00:00:00Z");
    rows[0].told_at = at("2026-11-20T00:00:00Z");
    rows[1].valid_from = at("2026-11-20T12:00:00Z");
    rows[1].told_at = at("2026-11-20T11:00:00Z");
    assert_ptr_equal(bw_hours_at(&world, "BA", "LHR", at("2026-11-20T12:00:00Z")), &rows[1]);
    assert_ptr_equal(bw_hours_at(&world, "BA", "LHR", at("2026-11-22T00:00:00Z")), &rows[1]);
    assert_null(bw_hours_at(&world, "BA", "LHR", at("2026-11-20T11:59:00Z")));
    rows[1].always = true; /* told to be open always: no hours */
    assert_null(bw_hours_at(&world, "BA", "LHR", at("2026-11-22T00:00:00Z")));
}

static void only_open_hours_count(void **state)
{
    char text[BW_TIME_TEXT];
    (void)state;
    for (size_t k = 0; k < BW_LEN(counted); k++) {
        struct bw_zone *zone = zone_of(counted[k].zone);
        struct bw_hours h = hours(counted[k].hours);
        bw_time now = at(counted[k].now);
        bw_time due = bw_hours_due(&h, zone, now, now + counted[k].minutes * BW_MINUTE);
        if (due != at(counted[k].due))
            fail_msg("%s: %s", counted[k].what, bw_time_text(due, text));
        bw_zone_free(zone);
    }
}

/* The same counted minute by minute, over two years of a zone with summer time. */
static void minute_by_minute_it_is_the_same(void **state)
{
    static const char *const kinds[] = {
        "daily 05:00-22:00", "daily 20:00-04:00",
        "mon 06:00-10:00;tue 22:00-03:00;wed 00:00-24:00;fri 12:00-12:30;sat 01:30-02:30",
        "daily 09:00-12:00;daily 13:00-17:00;2026-03-29 00:30-03:30;2026-10-25 closed"
    };
    const struct fixture *f = *state;
    for (size_t k = 0; k < BW_LEN(kinds); k++) {
        struct bw_hours h = hours(kinds[k]);
        for (bw_time now = at("2026-03-20T00:07:00Z"); now < at("2026-11-05T00:00:00Z"); now += 7 * BW_HOUR) {
            bw_time wall = now + 240 * BW_MINUTE, by_minute = now;
            for (int left = 240; left > 0 && by_minute < wall + BW_HOURS_CAP; by_minute += BW_MINUTE)
                left -= bw_hours_opens(&h, f->london, by_minute) == by_minute;
            bw_time due = bw_hours_due(&h, f->london, now, wall);
            if (due != by_minute)
                fail_msg("hours %zu at %lld: %lld minutes apart", k, (long long)(now / BW_SECOND),
                         (long long)((due - by_minute) / BW_MINUTE));
        }
    }
}

static void a_desk_opens_at_its_own_time(void **state)
{
    const struct fixture *f = *state;
    struct bw_hours h = hours("daily 05:00-22:00;2026-11-22 closed");
    assert_true(bw_hours_opens(&h, f->london, at("2026-11-21T10:00:00Z")) == at("2026-11-21T10:00:00Z"));
    assert_true(bw_hours_opens(&h, f->london, at("2026-11-21T22:00:00Z")) == at("2026-11-23T05:00:00Z"));
    assert_true(bw_hours_opens(&h, f->new_york, at("2026-11-21T04:00:00Z")) == at("2026-11-21T10:00:00Z"));
    assert_true(bw_hours_opens(&h, NULL, at("2026-11-21T04:00:00Z")) == at("2026-11-21T05:00:00Z"));
    h = hours("2026-11-22 closed");
    assert_true(bw_hours_opens(&h, f->london, at("2026-11-21T22:00:00Z")) == BW_TIME_NONE);
}

/* The report prints it beside what the hours made better, so no minute counts twice. */
static void a_week_counts_each_open_minute_once(void **state)
{
    static const struct {
        const char *hours;
        int minutes;
    } weeks[] = { { "daily 05:00-22:00", 7 * 17 * 60 },
                  { "mon 08:00-12:00;mon 13:00-17:00;2026-11-23 closed", 8 * 60 },
                  { "mon 08:00-12:00;mon 08:00-12:00;mon 10:00-13:00", 5 * 60 },
                  { "sun 22:00-06:00", 8 * 60 },
                  { "daily 02:00-05:00;daily 20:00-04:00", 7 * 9 * 60 },
                  { "daily 00:00-24:00", 7 * 24 * 60 } };
    (void)state;
    for (size_t k = 0; k < BW_LEN(weeks); k++) {
        struct bw_hours h = hours(weeks[k].hours);
        if (bw_hours_weekly(&h) != weeks[k].minutes)
            fail_msg("%s: %d", weeks[k].hours, bw_hours_weekly(&h));
    }
}

static void fewer_hours_are_told_from_more(void **state)
{
    static const struct {
        const char *was, *will; /* NULL: always open */
        bool fewer;
    } changes[] = {
        { NULL, "daily 00:00-24:00", false },
        { NULL, "daily 05:00-22:00", true },
        { "daily 05:00-22:00", NULL, false },
        { "daily 05:00-22:00", "daily 04:00-23:00", false },
        { "daily 05:00-22:00", "daily 05:00-21:59", true },
        { "daily 05:00-22:00", "daily 05:00-12:00;daily 12:00-22:00", false },
        { "daily 05:00-22:00", "daily 05:00-12:00;daily 13:00-22:00", true },
        { "mon 05:00-22:00", "tue 05:00-22:00", true },
        { "daily 05:00-22:00", "daily 05:00-22:00;2026-12-25 closed", true },
        { "daily 05:00-22:00;2026-12-25 closed", "daily 05:00-22:00", false },
        { "daily 05:00-22:00;2026-12-25 00:00-24:00", "daily 05:00-22:00", true },
        { "daily 20:00-04:00", "daily 20:00-03:00", true },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(changes); k++) {
        struct bw_hours was = hours(changes[k].was ? changes[k].was : ""),
                        will = hours(changes[k].will ? changes[k].will : "");
        if (bw_hours_fewer(changes[k].was ? &was : NULL, changes[k].will ? &will : NULL) != changes[k].fewer)
            fail_msg("%s to %s", changes[k].was ? changes[k].was : "always",
                     changes[k].will ? changes[k].will : "always");
    }
}

/* Which duties wait for a desk: those of the station, none of the owner's, of flights, windows, files or claims. */
static void only_duties_of_the_station_wait(void **state)
{
    struct fixture *f = *state;
    struct bw_hours rows[] = { hours("daily 05:00-22:00"), hours("daily 05:00-22:00"), hours("") };
    const enum bw_owed waits[] = { BW_OWE_TRACING_HOLDER, BW_OWE_LOCATED,    BW_OWE_TRANSFER,  BW_OWE_DISPUTED,
                                   BW_OWE_HELD,           BW_OWE_AT_STATION, BW_OWE_ATTEMPTED, BW_OWE_ASK };
    struct bw_bag bag = watched_bag();
    bw_time now = at("2026-11-21T23:00:00Z"), yardstick, plain;
    char policy[60];
    f->world.hours = rows;
    f->world.n_hours = 1;
    for (int k = 0; k < BW_OWE_MAX; k++) {
        struct bw_owing o = { .owed = (enum bw_owed)k, .debtor = "BA", .station = "LHR" };
        bool waiting = false;
        for (size_t i = 0; i < BW_LEN(waits); i++)
            waiting = waiting || waits[i] == o.owed;
        f->world.n_hours = 0;
        plain = bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy);
        f->world.n_hours = 1;
        bw_time due = bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy);
        if ((due != plain) != waiting || due < plain || due > plain + 12 * BW_HOUR)
            fail_msg("%s: %lld minutes put off", bw_owed_row(o.owed)->word, (long long)((due - plain) / BW_MINUTE));
        assert_true(bw_station_duty(o.owed) == waiting);
        f->world.n_hours = 0;
        bw_time default_yardstick;
        (void)bw_promise_due(&o, &bag, NULL, &f->world, now, &default_yardstick, policy);
        assert_true(yardstick == default_yardstick); /* the measure knows no hours */
    }
    f->world.n_hours = 1;
    struct bw_owing o = { .owed = BW_OWE_LOCATED, .debtor = "BA", .station = "LHR" };
    assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) == at("2026-11-22T09:00:00Z"));
    bw_str_put(BW_STR("IB"), o.debtor, sizeof o.debtor); /* another carrier's desk there: nothing is known of it */
    assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) == now + 240 * BW_MINUTE);
    bw_str_put(BW_STR("BA"), o.debtor, sizeof o.debtor);
    bw_str_put(BW_STR("QQQ"), o.station, sizeof o.station); /* an unknown station is always open */
    bw_str_put(BW_STR("QQQ"), rows[0].station, sizeof rows[0].station);
    assert_true(bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, policy) == now + 240 * BW_MINUTE);
    f->world.n_hours = 0;
}

/* The last word that has begun holds; a row that says always ends it. */
static void the_last_word_that_has_begun_holds(void **state)
{
    struct fixture *f = *state;
    struct bw_hours rows[] = { hours("daily 05:00-22:00"), hours("daily 06:00-20:00"), hours("") };
    bw_time from, until;
    rows[0].valid_from = rows[0].told_at = at("2026-11-01T00:00:00Z");
    rows[1].told_at = at("2026-11-10T00:00:00Z");
    rows[1].valid_from = at("2026-11-11T00:00:00Z");
    rows[2].always = true;
    rows[2].told_at = rows[2].valid_from = at("2026-11-20T00:00:00Z");
    f->world.hours = rows;
    f->world.n_hours = 3;
    assert_null(bw_hours_at(&f->world, "BA", "LHR", at("2026-10-01T00:00:00Z")));
    assert_ptr_equal(bw_hours_at(&f->world, "BA", "LHR", at("2026-11-10T12:00:00Z")), &rows[0]);
    assert_ptr_equal(bw_hours_at(&f->world, "BA", "LHR", at("2026-11-11T00:00:00Z")), &rows[1]);
    assert_null(bw_hours_at(&f->world, "BA", "LHR", at("2026-11-20T00:00:00Z")));
    assert_null(bw_hours_at(&f->world, "BA", "MAD", at("2026-11-11T00:00:00Z")));
    assert_true(bw_hours_reign(rows, 3, 0, at("2026-11-30T00:00:00Z"), &from, &until) && until == rows[1].valid_from);
    assert_true(bw_hours_reign(rows, 3, 0, at("2026-11-09T00:00:00Z"), &from, &until) && until == BW_TIME_NONE);
    assert_false(bw_hours_reign(rows, 3, 1, at("2026-11-09T00:00:00Z"), &from, &until));
    struct bw_hours change = hours("daily 06:00-20:00");
    change.valid_from = at("2026-11-10T12:00:00Z");
    assert_true(bw_hours_relaxes(rows, 3, &change));
    change = hours("daily 05:00-23:00");
    change.valid_from = at("2026-11-10T12:00:00Z");
    assert_true(bw_hours_relaxes(rows, 3, &change)); /* open all day was told for the 20th */
    assert_false(bw_hours_relaxes(rows, 2, &change));
    f->world.n_hours = 0;
}

static void what_waits_for_a_desk_says_when_it_opens(void **state)
{
    struct fixture *f = *state;
    const struct bw_hours rows[] = { hours("daily 05:00-22:00") };
    struct bw_promise p = {
        .owed = BW_OWE_LOCATED, .debtor = "BA", .station = "LHR", .due_at = at("2026-11-22T06:30:00Z")
    };
    f->world.hours = rows;
    f->world.n_hours = 1;
    assert_true(bw_desk_opens(&f->world, &p, at("2026-11-21T23:00:00Z")) == at("2026-11-22T05:00:00Z"));
    assert_true(bw_desk_opens(&f->world, &p, at("2026-11-22T05:00:00Z")) == BW_TIME_NONE);
    assert_true(bw_desk_opens(&f->world, &p, at("2026-11-22T06:30:00Z")) == BW_TIME_NONE); /* it is late: no excuse */
    p.due_at = at("2026-11-22T02:00:00Z"); /* promised before the hours were told */
    assert_true(bw_desk_opens(&f->world, &p, at("2026-11-21T23:00:00Z")) == BW_TIME_NONE);
    p.due_at = at("2026-11-22T06:30:00Z");
    p.owed = BW_OWE_CASE_STEP;
    assert_true(bw_desk_opens(&f->world, &p, at("2026-11-21T23:00:00Z")) == BW_TIME_NONE);
    p.owed = BW_OWE_LOCATED;
    p.why = BW_CLOSE_MET;
    assert_true(bw_desk_opens(&f->world, &p, at("2026-11-21T23:00:00Z")) == BW_TIME_NONE);
    f->world.n_hours = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_word_holds),
        cmocka_unit_test(only_open_hours_count),
        cmocka_unit_test(minute_by_minute_it_is_the_same),
        cmocka_unit_test(a_desk_opens_at_its_own_time),
        cmocka_unit_test(a_week_counts_each_open_minute_once),
        cmocka_unit_test(fewer_hours_are_told_from_more),
        cmocka_unit_test(only_duties_of_the_station_wait),
        cmocka_unit_test(the_last_word_that_has_begun_holds),
        cmocka_unit_test(what_waits_for_a_desk_says_when_it_opens),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
