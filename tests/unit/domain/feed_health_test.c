/* SPDX-License-Identifier: Apache-2.0 */
/* feed_health_test.c - when the silence of a feed is no quiet hour: usual gaps by hour of the week, nights, what is too
 * little to know, hours that do not count, changes of the station's clocks. */
#include "bw/domain/feed_health.h"

#include "fixture.h"

static struct fixture fx;

static void heard(struct bw_feed_health *f, bw_time when)
{
    bw_feed_heard(f, "LHR", &fx.world, when, false);
}

/* A sign every `every` minutes from `from` (an hour of day at LHR in winter) until `until`, on each day from the first
 * on. */
static void days(struct bw_feed_health *f, const char *first, int n, int from, int until, int every)
{
    for (int d = 0; d < n; d++)
        for (int minute = from * 60; minute < until * 60; minute += every)
            heard(f, at(first) + d * BW_DAY + minute * BW_MINUTE);
}

static bw_time silent_at(const struct bw_feed_health *f, const char *from)
{
    return bw_feed_silent_at(f, "LHR", &fx.world, at(from));
}

/* req: CLK-12 (fifteen minutes or five usual gaps, whichever is longer) */
static void five_usual_gaps_and_never_less_than_a_quarter(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    days(&f, "2026-11-02T00:00:00Z", 22, 0, 24, 10); /* from a Monday on: every hour of the week three times */
    assert_int_equal(bw_feed_usual_gap(&f, "LHR", &fx.world, at("2026-11-24T10:00:00Z")), 10 * BW_MINUTE);
    assert_int_equal(silent_at(&f, "2026-11-24T10:00:00Z"), at("2026-11-24T10:50:00Z"));
    assert_int_equal(silent_at(&f, "2026-11-24T10:40:00Z"), at("2026-11-24T11:30:00Z"));

    bw_feed_health_init(&f);
    days(&f, "2026-11-02T00:00:00Z", 22, 0, 24, 2);
    assert_int_equal(silent_at(&f, "2026-11-24T10:00:00Z"), at("2026-11-24T10:15:00Z"));
}

/* req: CLK-12 (a burst is one sign of life a minute) */
static void a_burst_counts_once_a_minute(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    for (int d = 0; d < 22; d++)
        for (int hour = 0; hour < 24; hour++)
            for (int bag = 0; bag < 120; bag++) /* sixty seconds from the full hour on, and from the half */
                heard(&f, at("2026-11-02T00:00:00Z") + d * BW_DAY + hour * BW_HOUR + bag / 60 * 30 * BW_MINUTE +
                              bag % 60 * BW_SECOND);
    assert_int_equal(bw_feed_usual_gap(&f, "LHR", &fx.world, at("2026-11-24T10:00:00Z")), 30 * BW_MINUTE);
}

/* req: CLK-12 (nights: hours in which nothing ever comes use up no gaps) */
static void a_quiet_night_is_no_silence(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    days(&f, "2026-11-02T00:00:00Z", 22, 5, 23, 10);
    assert_int_equal(bw_feed_usual_gap(&f, "LHR", &fx.world, at("2026-11-24T02:00:00Z")), 0);
    /* one gap before the night, four after it: 05:40 */
    assert_int_equal(silent_at(&f, "2026-11-24T22:50:00Z"), at("2026-11-25T05:40:00Z"));
    /* busy by day, sparse in the evening: each hour by its own gap */
    bw_feed_health_init(&f);
    for (int d = 0; d < 22; d++) {
        for (int hour = 0; hour < 24; hour++)
            for (int minute = 0; minute < 60; minute += hour == 22 ? 60 : 10)
                heard(&f, at("2026-11-02T00:00:00Z") + d * BW_DAY + hour * BW_HOUR + minute * BW_MINUTE);
    }
    /* 21:50 to 22:00 one gap, 22:00 to 23:00 one, from 23:00 on three of ten minutes */
    assert_int_equal(silent_at(&f, "2026-11-24T21:50:00Z"), at("2026-11-24T23:30:00Z"));
}

/* req: CLK-12 (too little history: none) */
static void too_little_history_raises_nothing(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    assert_int_equal(silent_at(&f, "2026-11-24T10:00:00Z"), BW_TIME_NONE);
    days(&f, "2026-11-03T00:00:00Z", 14, 0, 24, 10); /* every hour twice */
    assert_int_equal(silent_at(&f, "2026-11-17T10:00:00Z"), BW_TIME_NONE);
    days(&f, "2026-11-17T00:00:00Z", 7, 0, 24, 10);
    assert_int_equal(silent_at(&f, "2026-11-24T10:00:00Z"), at("2026-11-24T10:50:00Z"));
    /* three weeks of one word a week at one hour: five gaps are five weeks */
    bw_feed_health_init(&f);
    for (int week = 0; week < 5; week++)
        heard(&f, at("2026-11-02T10:30:00Z") + week * 7 * BW_DAY);
    assert_int_equal(silent_at(&f, "2026-11-30T11:00:00Z"), at("2027-01-04T11:00:00Z"));
}

/* An hour in which we were away for a while is not known, though it was heard before and after. */
static void an_hour_that_was_cut_in_its_midst_does_not_count(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    heard(&f, at("2026-11-24T08:50:00Z"));
    heard(&f, at("2026-11-24T09:00:00Z"));
    heard(&f, at("2026-11-24T10:10:00Z"));
    assert_int_equal(f.weeks[1 * 24 + 9], 1); /* a Tuesday */
    bw_feed_heard(&f, "LHR", &fx.world, at("2026-11-24T10:40:00Z"), true);
    heard(&f, at("2026-11-24T11:00:00Z"));
    assert_int_equal(f.weeks[1 * 24 + 10], 0);
    heard(&f, at("2026-11-24T12:00:00Z"));
    assert_int_equal(f.weeks[1 * 24 + 11], 1);
}

/* What an incident or our own outage took is no usual quiet. */
static void hours_that_were_cut_are_no_history(void **state)
{
    (void)state;
    struct bw_feed_health f, before;
    bw_feed_health_init(&f);
    days(&f, "2026-11-02T00:00:00Z", 22, 0, 24, 10);
    before = f;
    bw_feed_heard(&f, "LHR", &fx.world, at("2026-11-26T10:07:00Z"), true);
    assert_memory_equal(f.minutes, before.minutes, sizeof f.minutes);
    assert_memory_equal(f.weeks, before.weeks, sizeof f.weeks);
    heard(&f, at("2026-11-26T12:00:00Z")); /* the rest of the hour was not watched from its start: only 11 counts */
    assert_int_equal(f.weeks[3 * 24 + 10], before.weeks[3 * 24 + 10]);
    assert_int_equal(f.weeks[3 * 24 + 11], before.weeks[3 * 24 + 11] + 1);
    /* after a quarter of a year nothing is known any more */
    heard(&f, at("2027-03-01T10:00:00Z"));
    assert_int_equal(silent_at(&f, "2027-03-01T10:00:00Z"), BW_TIME_NONE);
}

/* The same told twice, or an older one, changes nothing: chores may overlap. */
static void telling_twice_changes_nothing(void **state)
{
    (void)state;
    struct bw_feed_health f, again;
    bw_feed_health_init(&f);
    days(&f, "2026-11-02T00:00:00Z", 8, 0, 24, 10);
    again = f;
    days(&again, "2026-11-08T00:00:00Z", 2, 0, 24, 10);
    assert_memory_equal(&f, &again, sizeof f);
}

/* Older weeks fade: a feed that became slower is known as slower. */
static void habits_change(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    days(&f, "2026-01-05T00:00:00Z", 70, 0, 24, 5);
    assert_int_equal(bw_feed_usual_gap(&f, "LHR", &fx.world, at("2026-03-16T10:00:00Z")), 5 * BW_MINUTE);
    days(&f, "2026-03-16T00:00:00Z", 140, 0, 24, 20);
    int64_t gap = bw_feed_usual_gap(&f, "LHR", &fx.world, at("2026-08-03T10:00:00Z"));
    assert_true(gap > 15 * BW_MINUTE && gap <= 20 * BW_MINUTE);
}

/* The week is the station's own: when its clocks go forward or back, the feed's mornings go along. */
static void clocks_of_the_station(void **state)
{
    (void)state;
    struct bw_feed_health f;
    bw_feed_health_init(&f);
    /* London summer time: from 06:00 to 22:00 by the clock there, UTC 05:00 to 21:00 */
    days(&f, "2026-09-28T00:00:00Z", 26, 5, 21, 10);
    heard(&f, at("2026-10-24T20:50:00Z"));
    /* 25 October: the clocks went back; 05:00 UTC is 05:00 there, an hour before anything comes */
    assert_int_equal(bw_feed_usual_gap(&f, "LHR", &fx.world, at("2026-10-26T05:30:00Z")), 0);
    assert_int_equal(silent_at(&f, "2026-10-25T21:50:00Z"), at("2026-10-26T06:40:00Z"));
    /* and forward: no hour is lost, every minute of the day is after the one before */
    bw_feed_health_init(&f);
    days(&f, "2026-03-02T00:00:00Z", 28, 0, 24, 10);
    assert_int_equal(silent_at(&f, "2026-03-29T00:50:00Z"), at("2026-03-29T01:40:00Z"));
}

static void packs_and_unpacks(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    struct bw_feed_health f, back = { 0 };
    bw_feed_health_init(&f);
    days(&f, "2026-11-02T00:00:00Z", 22, 5, 23, 7);
    bw_buf_init(&b, 4096);
    bw_feed_health_pack(&f, &b);
    assert_true(bw_feed_health_unpack(bw_buf_view(&b), &back));
    assert_int_equal(back.last_at, f.last_at);
    assert_int_equal(back.hour, f.hour);
    assert_int_equal(back.in_hour, f.in_hour);
    assert_int_equal(back.whole, f.whole);
    assert_memory_equal(back.minutes, f.minutes, sizeof f.minutes);
    assert_memory_equal(back.weeks, f.weeks, sizeof f.weeks);
    assert_false(bw_feed_health_unpack(bw_str_n(b.p, b.n - 1), &back));
    assert_false(bw_feed_health_unpack(BW_STR(""), &back));
    b.p[0] = 9;
    assert_false(bw_feed_health_unpack(bw_buf_view(&b), &back));
}

static int setup(void **state)
{
    (void)state;
    fixture_init(&fx);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_done(&fx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_usual_gaps_and_never_less_than_a_quarter),
        cmocka_unit_test(a_burst_counts_once_a_minute),
        cmocka_unit_test(a_quiet_night_is_no_silence),
        cmocka_unit_test(too_little_history_raises_nothing),
        cmocka_unit_test(an_hour_that_was_cut_in_its_midst_does_not_count),
        cmocka_unit_test(hours_that_were_cut_are_no_history),
        cmocka_unit_test(telling_twice_changes_nothing),
        cmocka_unit_test(habits_change),
        cmocka_unit_test(clocks_of_the_station),
        cmocka_unit_test(packs_and_unpacks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
