/* SPDX-License-Identifier: Apache-2.0 */
/* stale_test.c - the report's arithmetic: every way a promise can end, cut to the period and to what was known then. */
#include "bw/domain/stale.h"

#include "domain_test.h"

static struct bw_stale_period two_days(void)
{
    return (struct bw_stale_period){ at("2026-11-20T00:00:00Z"), at("2026-11-22T00:00:00Z"),
                                     at("2026-11-23T00:00:00Z") };
}

static struct bw_promise promise(const char *due, enum bw_close why, const char *closed)
{
    return (struct bw_promise){ .owed = BW_OWE_LOCATED,
                                .opened_at = at("2026-11-19T00:00:00Z"),
                                .due_at = at(due),
                                .why = why,
                                .closed_at = closed ? at(closed) : BW_TIME_NONE };
}

static struct bw_stale_row one(struct bw_promise p, struct bw_stale_period period)
{
    struct bw_stale_row row = { 0 };
    bw_stale_add(&row, &p, &period);
    return row;
}

/* req: AUD-02 (kept by fact, by search result, by confirmation, by re-plan, superseded, late, never) */
static void every_end_is_counted_once(void **state)
{
    (void)state;
    static const char due[] = "2026-11-21T10:00:00Z", early[] = "2026-11-21T09:00:00Z", late[] = "2026-11-21T12:15:00Z";
    struct bw_stale_period period = two_days();
    struct bw_stale_row row = one(promise(due, BW_CLOSE_MET, early), period);
    assert_int_equal(row.fell_due, 1);
    assert_int_equal(row.kept_fact, 1);
    assert_int_equal(row.silent_us, 0);
    row = one(promise(due, BW_CLOSE_MET, due), period);
    assert_int_equal(row.kept_fact, 1);
    assert_int_equal(one(promise(due, BW_CLOSE_SEARCHED, early), period).kept_search, 1);
    assert_int_equal(one(promise(due, BW_CLOSE_CONFIRMED, early), period).kept_confirmation, 1);
    assert_int_equal(one(promise(due, BW_CLOSE_REPLANNED, early), period).kept_replan, 1);
    row = one(promise(due, BW_CLOSE_SUPERSEDED, early), period);
    assert_int_equal(row.superseded, 1);
    assert_int_equal(row.fell_due, 0);
    row = one(promise(due, BW_CLOSE_SUPERSEDED, late), period);
    assert_int_equal(row.superseded, 0);
    assert_int_equal(row.fell_due, 1);
    assert_int_equal(row.late, 1);
    assert_int_equal(bw_minutes(row.late_us), 135);
    assert_int_equal(bw_minutes(row.silent_us), 135);
    row = one(promise(due, BW_CLOSE_OPEN, NULL), period);
    assert_int_equal(row.fell_due, 1);
    assert_int_equal(row.never, 1);
    assert_int_equal(bw_minutes(row.silent_us), 14 * 60);
}

/* req: CLK-13 (what fell due while we were away is neither in time nor late; what a disruption put off late stays late)
 */
static void what_was_put_off_is_neither_in_time_nor_late(void **state)
{
    (void)state;
    static const char due[] = "2026-11-21T10:00:00Z", early[] = "2026-11-21T09:00:00Z", late[] = "2026-11-21T12:15:00Z";
    struct bw_stale_period period = two_days();
    const struct bw_promise nobodys[] = { promise(due, BW_CLOSE_OUTAGE, early), promise(due, BW_CLOSE_OUTAGE, late),
                                          promise(due, BW_CLOSE_MOVED, early) };
    for (size_t k = 0; k < BW_LEN(nobodys); k++) {
        struct bw_stale_row row = one(nobodys[k], period);
        assert_int_equal(row.moved, 1);
        assert_int_equal(row.fell_due + row.late + row.never + row.pending + row.superseded, 0);
        assert_int_equal(row.late_us + row.silent_us, 0);
    }
    struct bw_stale_row row = one(promise(due, BW_CLOSE_MOVED, late), period);
    assert_int_equal(row.moved, 0);
    assert_int_equal(row.late, 1);
    assert_int_equal(bw_minutes(row.silent_us), 135);
    period.as_of = at("2026-11-21T11:00:00Z"); /* before it was known that we had been away */
    row = one(promise(due, BW_CLOSE_OUTAGE, late), period);
    assert_int_equal(row.never, 1);
    assert_int_equal(bw_minutes(row.silent_us), 60);
}

static void lateness_is_summed_and_its_longest_kept(void **state)
{
    (void)state;
    struct bw_stale_period period = two_days();
    struct bw_promise a = promise("2026-11-21T10:00:00Z", BW_CLOSE_MET, "2026-11-21T10:30:00Z");
    struct bw_promise b = promise("2026-11-21T11:00:00Z", BW_CLOSE_CONFIRMED, "2026-11-21T11:10:00Z");
    struct bw_stale_row row = { 0 };
    bw_stale_add(&row, &a, &period);
    bw_stale_add(&row, &b, &period);
    assert_int_equal(row.late, 2);
    assert_int_equal(bw_minutes(row.late_us), 40);
    assert_int_equal(bw_minutes(row.max_late_us), 30);
    assert_int_equal(bw_minutes(row.silent_us), 40);
}

/* req: AUD-03 (what was recorded after as_of changes nothing) */
static void nothing_later_than_as_of_is_known(void **state)
{
    (void)state;
    struct bw_stale_period period = two_days();
    period.as_of = at("2026-11-21T11:00:00Z");
    struct bw_stale_row row = one(promise("2026-11-21T10:00:00Z", BW_CLOSE_MET, "2026-11-21T12:00:00Z"), period);
    assert_int_equal(row.never, 1);
    assert_int_equal(row.late, 0);
    assert_int_equal(bw_minutes(row.silent_us), 60);
    row = one(promise("2026-11-21T11:30:00Z", BW_CLOSE_OPEN, NULL), period);
    assert_int_equal(row.pending, 1);
    assert_int_equal(row.fell_due, 0);
    row = one(promise("2026-11-21T11:30:00Z", BW_CLOSE_MET, "2026-11-21T10:30:00Z"), period);
    assert_int_equal(row.kept_fact, 1);
    struct bw_promise later = promise("2026-11-21T11:30:00Z", BW_CLOSE_OPEN, NULL);
    later.opened_at = at("2026-11-21T11:01:00Z");
    row = one(later, period);
    assert_int_equal(row.fell_due + row.pending + row.silent_us, 0);
}

static void silence_is_cut_to_the_period(void **state)
{
    (void)state;
    struct bw_stale_period period = two_days();
    struct bw_stale_row row = one(promise("2026-11-19T20:00:00Z", BW_CLOSE_MET, "2026-11-20T01:00:00Z"), period);
    assert_int_equal(row.fell_due, 0);
    assert_int_equal(bw_minutes(row.silent_us), 60);
    row = one(promise("2026-11-21T23:00:00Z", BW_CLOSE_MET, "2026-11-22T05:00:00Z"), period);
    assert_int_equal(bw_minutes(row.silent_us), 60);
    assert_int_equal(bw_minutes(row.late_us), 360);
    row = one(promise("2026-11-22T00:00:00Z", BW_CLOSE_MET, "2026-11-22T05:00:00Z"), period);
    assert_int_equal(row.fell_due + row.silent_us, 0);
    struct bw_promise claim = promise("2026-11-21T10:00:00Z", BW_CLOSE_OPEN, NULL);
    claim.owed = BW_OWE_CLAIM_ACK;
    row = one(claim, period);
    assert_int_equal(row.never, 1);
    assert_int_equal(row.silent_us, 0);
}

/* What late and still open count, one by one. */
static void a_breach_is_what_is_counted_as_one(void **state)
{
    (void)state;
    static const struct {
        const char *due, *closed;
        enum bw_close why;
    } ends[] = {
        { "2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z", BW_CLOSE_MET },
        { "2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z", BW_CLOSE_MET },
        { "2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z", BW_CLOSE_SUPERSEDED },
        { "2026-11-21T10:00:00Z", "2026-11-24T12:00:00Z", BW_CLOSE_MET },
        { "2026-11-21T10:00:00Z", NULL, BW_CLOSE_OPEN },
        { "2026-11-19T23:59:59Z", NULL, BW_CLOSE_OPEN },
        { "2026-11-22T00:00:00Z", NULL, BW_CLOSE_OPEN },
    };
    struct bw_stale_period period = two_days();
    for (size_t k = 0; k < BW_LEN(ends); k++) {
        struct bw_promise p = promise(ends[k].due, ends[k].why, ends[k].closed);
        struct bw_stale_row row = one(p, period);
        assert_int_equal(bw_stale_breach(&p, &period), row.late + row.never);
    }
    period.as_of = at("2026-11-21T09:00:00Z");
    struct bw_promise p = promise("2026-11-21T10:00:00Z", BW_CLOSE_OPEN, NULL);
    assert_false(bw_stale_breach(&p, &period));
}

/* req: AUD-01 (joint silence counts once in totals) */
static void joint_silence_counts_once(void **state)
{
    (void)state;
    struct bw_span spans[] = { { 50, 60 }, { 0, 10 }, { 5, 20 }, { 7, 8 }, { 20, 25 }, { 50, 55 }, { 70, 70 } };
    assert_int_equal(bw_span_union(spans, BW_LEN(spans)), 35);
    assert_int_equal(bw_span_union(spans, 0), 0);
    struct bw_span twice[] = { { 3, 9 }, { 3, 9 } };
    assert_int_equal(bw_span_union(twice, 2), 6);
}

static void minutes_round_half_up(void **state)
{
    (void)state;
    assert_int_equal(bw_minutes(0), 0);
    assert_int_equal(bw_minutes(30 * BW_SECOND - 1), 0);
    assert_int_equal(bw_minutes(30 * BW_SECOND), 1);
    assert_int_equal(bw_minutes(90 * BW_SECOND - 1), 1);
    assert_int_equal(bw_minutes(-30 * BW_SECOND), 0);
    assert_int_equal(bw_minutes(-31 * BW_SECOND), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_is_counted_once),
        cmocka_unit_test(lateness_is_summed_and_its_longest_kept),
        cmocka_unit_test(what_was_put_off_is_neither_in_time_nor_late),
        cmocka_unit_test(nothing_later_than_as_of_is_known),
        cmocka_unit_test(silence_is_cut_to_the_period),
        cmocka_unit_test(joint_silence_counts_once),
        cmocka_unit_test(minutes_round_half_up),
        cmocka_unit_test(a_breach_is_what_is_counted_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
