/* SPDX-License-Identifier: Apache-2.0 */
/* story_fold_test.c - the mission's story, cell by cell: place, custody, the two clocks, verdicts, the watch; then its
 * rows in many orders of arrival. */
#include "story_rows.h"

struct cell {
    int row;
    enum bw_place place;
    const char *where; /* station, or flight when loaded */
    enum bw_custody custody;
    const char *custodian, *receiver;
    const char *seen, *news; /* "" = never */
    enum bw_outcome outcome;
    bool watched;
};
static const struct cell cells[STORY_ROWS] = {
    { 1, BW_PLACE_EXPECTED, "JFK", BW_CUSTODY_NONE, "", "", "", "20T10:40", BW_OUT_ACCEPTED, false },
    { 2, BW_PLACE_AT, "JFK", BW_CUSTODY_HELD, "BA", "", "20T11:04", "20T11:05", BW_OUT_ACCEPTED, false },
    { 3, BW_PLACE_LOADED, "BA178", BW_CUSTODY_HELD, "BA", "", "20T12:29", "20T12:31", BW_OUT_ACCEPTED, false },
    { 4, BW_PLACE_AT, "LHR", BW_CUSTODY_HELD, "BA", "", "20T20:10", "20T20:12", BW_OUT_ACCEPTED, false },
    { 5, BW_PLACE_AT, "LHR", BW_CUSTODY_PENDING, "BA", "IB", "20T20:34", "20T20:35", BW_OUT_ACCEPTED, false },
    { 8, BW_PLACE_AT, "LHR", BW_CUSTODY_PENDING, "BA", "IB", "20T20:34", "20T20:35", BW_OUT_ACCEPTED, true },
    { 9, BW_PLACE_AT, "LHR", BW_CUSTODY_DISPUTED, "BA", "IB", "20T20:34", "20T20:35", BW_OUT_ACCEPTED, true },
    { 10, BW_PLACE_AT, "LHR", BW_CUSTODY_HELD, "BA", "", "21T00:45", "21T00:50", BW_OUT_ACCEPTED, true },
    { 11, BW_PLACE_AT, "LHR", BW_CUSTODY_HELD, "BA", "", "21T00:45", "21T00:50", BW_OUT_ACCEPTED, true },
    { 12, BW_PLACE_AT, "LHR", BW_CUSTODY_HELD, "BA", "", "21T00:45", "21T00:50", BW_OUT_ACCEPTED, true },
    { 13, BW_PLACE_AT, "LHR", BW_CUSTODY_HELD, "BA", "", "21T00:45", "21T07:05", BW_OUT_ACCEPTED, true },
    { 14, BW_PLACE_LOADED, "IB3163", BW_CUSTODY_HELD, "IB", "", "21T09:12", "21T09:14", BW_OUT_ACCEPTED, true },
    { 15, BW_PLACE_LOADED, "IB3163", BW_CUSTODY_HELD, "IB", "", "21T09:12", "21T09:40", BW_OUT_LATE, true },
    { 16, BW_PLACE_AT_DESTINATION, "MAD", BW_CUSTODY_HELD, "IB", "", "21T12:20", "21T12:22", BW_OUT_ACCEPTED, true },
    { 17, BW_PLACE_WITH_COURIER, "MAD", BW_CUSTODY_HELD, "IB", "", "21T14:00", "21T14:00", BW_OUT_ACCEPTED, true },
    { 18, BW_PLACE_DELIVERED, "MAD", BW_CUSTODY_NONE, "", "", "21T17:30", "21T17:32", BW_OUT_ACCEPTED, false },
};

static bw_time short_time(const char *text)
{
    char full[32];
    if (!text[0])
        return BW_TIME_NONE;
    (void)snprintf(full, sizeof(full), "2026-11-%s:00Z", text);
    return at(full);
}

static void check_cell(const struct bw_bag *bag, const struct cell *cell)
{
    const char *where = bag->place == BW_PLACE_LOADED ? bag->flight : bag->station;
    if (bag->place != cell->place || strcmp(where, cell->where) != 0)
        fail_msg("row %d: place %s %s", cell->row, bw_place_word(bag->place), where);
    if (bag->custody != cell->custody || strcmp(bag->custodian, cell->custodian) != 0 ||
        strcmp(bag->receiver, cell->receiver) != 0)
        fail_msg("row %d: custody %s %s>%s", cell->row, bw_custody_word(bag->custody), bag->custodian, bag->receiver);
    if (bag->last_seen_at != short_time(cell->seen))
        fail_msg("row %d: last seen is not %s", cell->row, cell->seen);
    if (bag->last_news_at != short_time(cell->news))
        fail_msg("row %d: last news is not %s", cell->row, cell->news);
    if (bag->watched != cell->watched)
        fail_msg("row %d: watched is not %d", cell->row, cell->watched);
}

/* req: BAG-03 BAG-04 BAG-08 BAG-09 ING-02 */
static void every_cell(void **state)
{
    (void)state;
    struct bw_event rows[STORY_ROWS];
    struct log log;
    log_init(&log);
    size_t n = story_rows(rows);
    assert_int_equal(n, STORY_ROWS);
    for (size_t k = 0; k < n; k++) {
        arrive(&log, &rows[k]);
        check_cell(&log.bag, &cells[k]);
        if (log.last.outcome != cells[k].outcome)
            fail_msg("row %d: %s, %s", cells[k].row, bw_outcome_word(log.last.outcome), log.last.sentence);
        /* The fold of the history is the row, at every step. req: BAG-07 */
        BW_CLEANUP(bw_buf_done) struct bw_buf row = { 0 }, fold = { 0 };
        struct bw_bag again = log.bag;
        bw_buf_init(&row, 4096);
        bw_buf_init(&fold, 4096);
        log_refold(&log, &again, NULL);
        bw_bag_pack(&log.bag, &row);
        bw_bag_pack(&again, &fold);
        assert_true(bw_str_eq(bw_buf_view(&row), bw_buf_view(&fold)));
    }
    for (size_t k = 0; k < n; k++) {
        arrive(&log, &rows[k]);
        assert_int_equal(log.last.outcome, BW_OUT_DUPLICATE);
        check_cell(&log.bag, &cells[n - 1]);
    }
}

/* What the cells do not show: rest, plan, time-out, window, report, journey. req: BAG-10 */
static void beside_the_cells(void **state)
{
    (void)state;
    struct bw_event rows[STORY_ROWS];
    struct log log;
    log_init(&log);
    size_t n = story_rows(rows);
    for (size_t k = 0; k < n; k++) {
        arrive(&log, &rows[k]);
        const struct bw_bag *bag = &log.bag;
        if (cells[k].row == 1)
            assert_true(strcmp(bag->destination, "MAD") == 0 && strcmp(bw_bag_owner_by_rule(bag, "LH"), "IB") == 0);
        if (cells[k].row == 5)
            assert_int_equal(bag->timeout_at, at("2026-11-21T00:35:00Z"));
        if (cells[k].row == 8)
            assert_true(bag->watched_from == at("2026-11-21T00:20:00Z") && !bag->at_rest && !bag->sighted_since_report);
        if (cells[k].row == 9)
            assert_int_equal(bag->timeout_at, BW_TIME_NONE);
        if (cells[k].row == 10)
            assert_true(bag->at_rest && bag->sighted_since_report && strcmp(bag->spot, "store") == 0);
        if (cells[k].row == 11)
            assert_int_equal(bag->last_confirmed_at, at("2026-11-21T00:55:00Z"));
        if (cells[k].row == 13)
            assert_true(bag->forward && strcmp(bag->fwd_flight, "IB3163") == 0 &&
                        strcmp(bag->fwd_plate, "2125001234") == 0);
        if (cells[k].row == 14)
            assert_false(bag->forward);
        if (cells[k].row == 17)
            assert_int_equal(bag->window_until, at("2026-11-21T18:00:00Z"));
    }
    assert_true(log.bag.watch_ended && strcmp(log.bag.owner, "IB") == 0 && strcmp(log.bag.case_ref, "MADIB10001") == 0);
}

/* req: BAG-09 (watching starts with the case and ends with proven delivery) */
static void watch_events(void **state)
{
    (void)state;
    struct bw_event rows[STORY_ROWS];
    struct log log;
    log_init(&log);
    size_t n = story_rows(rows);
    for (size_t k = 0; k < n; k++) {
        arrive(&log, &rows[k]);
        bool turns = cells[k].row == 8 || cells[k].row == 18;
        bool to_case = cells[k].row == 11;
        assert_int_equal(log.n_follow, turns ? 2 : to_case ? 1 : 0);
        if (to_case) {
            assert_int_equal(log.follow[0].subject, BW_SUBJECT_CASE);
            assert_string_equal(log.follow[0].event_id, rows[k].event_id);
            assert_string_equal(log.follow[0].sender, rows[k].sender);
            assert_int_equal(log.follow[0].data.bag_ordinal, 1);
            assert_int_equal(log.follow[0].source, BW_SRC_STAFF);
        }
        if (!turns)
            continue;
        assert_int_equal(log.follow[0].code, cells[k].row == 8 ? BW_EV_WATCH_STARTED : BW_EV_WATCH_ENDED);
        assert_string_equal(log.follow[0].data.why, cells[k].row == 8 ? "case-opened" : "delivered");
        assert_string_equal(log.follow[0].sender, "bagwatch");
        assert_int_equal(log.follow[0].subject, BW_SUBJECT_BAG);
        assert_int_equal(log.follow[1].subject, BW_SUBJECT_CASE);
        assert_string_equal(log.follow[0].event_id, log.follow[1].event_id);
        assert_true(bw_uuid_eq(&log.follow[1].bag_id, &log.follow[0].data.case_id));
    }
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* The carriers' rows in any order of arrival: each is recorded when it comes. req: BAG-06 */
static void any_order_of_arrival(void **state)
{
    (void)state;
    unsigned seed = 20261120;
    for (int round = 0; round < 300; round++) {
        struct bw_event rows[STORY_ROWS];
        struct log log;
        log_init(&log);
        size_t n = story_rows(rows);
        for (size_t k = n; k > 1; k--) {
            size_t other = next_random(&seed) % k;
            struct bw_event swap = rows[k - 1];
            rows[k - 1] = rows[other];
            rows[other] = swap;
        }
        for (size_t k = 0; k < n; k++) {
            /* A time-out comes by Bagwatch, at its time, not in any order. */
            if (rows[k].code == BW_EV_CUSTODY_DISPUTED)
                continue;
            rows[k].recorded_at = at("2026-11-22T00:00:00Z") + (bw_time)k * BW_SECOND;
            arrive(&log, &rows[k]);
        }
        struct cell last = cells[n - 1];
        last.news = "";
        struct bw_bag end = log.bag;
        assert_int_not_equal(end.last_news_at, BW_TIME_NONE);
        end.last_news_at = BW_TIME_NONE;
        check_cell(&end, &last);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell),
        cmocka_unit_test(beside_the_cells),
        cmocka_unit_test(watch_events),
        cmocka_unit_test(any_order_of_arrival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
