/* SPDX-License-Identifier: Apache-2.0 */
/* mandate_test.c - what a mandate covers, and what a statement without one does in the fold, in every order. */
#include "bw/domain/mandate.h"
#include "bw/domain/promise.h"
#include "story_rows.h"

static struct log log_;

static struct bw_event tell(const char *when, const char *carrier, enum bw_event_code code, bool mandated)
{
    char full[32];
    (void)snprintf(full, sizeof full, "2026-11-20T%s:00Z", when);
    struct bw_event ev = say(full, carrier, code, "LHR", full);
    ev.flags |= mandated ? 0 : BW_FL_NO_MANDATE;
    return ev;
}

/* req: SEC-10 */
static void covers_carrier_station_code_and_day(void **state)
{
    (void)state;
    char stations[2][4] = { "LHR", "MAD" };
    struct bw_mandate m = { "BA", day("2026-11-18"), day("2026-11-20"), false, false, stations, 2, { 0 } };
    bw_mandate_add_code(&m, BW_EV_ON_HAND);
    struct bw_event ev = tell("10:00", "BA", BW_EV_ON_HAND, true);
    assert_true(bw_mandate_covers(&m, &ev, day("2026-11-18")) && bw_mandate_covers(&m, &ev, day("2026-11-20")));
    assert_false(bw_mandate_covers(&m, &ev, day("2026-11-17")) || bw_mandate_covers(&m, &ev, day("2026-11-21")));
    struct bw_event other = tell("10:00", "BA", BW_EV_BAG_SEEN, true);
    assert_false(bw_mandate_covers(&m, &other, day("2026-11-20")));
    other = tell("10:00", "IB", BW_EV_ON_HAND, true);
    assert_false(bw_mandate_covers(&m, &other, day("2026-11-20")));
    bw_str_put(BW_STR("CDG"), ev.station, sizeof ev.station);
    assert_false(bw_mandate_covers(&m, &ev, day("2026-11-20")));
    ev.station[0] = '\0'; /* said of no station: a mandate for two stations does not hold it */
    assert_false(bw_mandate_covers(&m, &ev, day("2026-11-20")));
    m.every_station = m.every_code = true;
    m.from = m.until = BW_DATE_NONE;
    assert_true(bw_mandate_covers(&m, &ev, day("1999-01-01")));
    assert_true(bw_mandate_covers(&m, &(struct bw_event){ .code = BW_EV_DELIVERED, .carrier = "BA" }, 0));
}

/* req: SEC-10 (every code has a bit of its own) */
static void holds_every_code_apart(void **state)
{
    (void)state;
    for (int one = 1; one < BW_EV_MAX; one++) {
        struct bw_mandate m = { .carrier = "BA", .from = BW_DATE_NONE, .until = BW_DATE_NONE, .every_station = true };
        bw_mandate_add_code(&m, (enum bw_event_code)one);
        for (int code = 1; code < BW_EV_MAX; code++) {
            const struct bw_event ev = { .code = (enum bw_event_code)code, .carrier = "BA" };
            assert_int_equal(bw_mandate_covers(&m, &ev, 0), code == one);
        }
    }
}

/* req: SEC-10 (the day it happened; else of its flight; else today) */
static void the_day_is_that_of_what_is_told(void **state)
{
    (void)state;
    struct bw_event ev = tell("23:59", "BA", BW_EV_ON_HAND, true);
    assert_int_equal(bw_mandate_day(&ev, at("2026-11-25T10:00:00Z")), day("2026-11-20"));
    ev.occurred_at = BW_TIME_NONE;
    assert_int_equal(bw_mandate_day(&ev, at("2026-11-25T10:00:00Z")), day("2026-11-25"));
    ev.flight_date = day("2026-11-22");
    assert_int_equal(bw_mandate_day(&ev, at("2026-11-25T10:00:00Z")), day("2026-11-22"));
}

/* req: SEC-10 (place, never custody; no other table is asked, and it is nobody's news) */
static void every_code_without_a_mandate_moves_the_place_at_most(void **state)
{
    (void)state;
    for (int code = 1; code < BW_EV_MAX; code++) {
        if (bw_code_row((enum bw_event_code)code)->voices == BW_VOICE_SYSTEM)
            continue;
        log_init(&log_);
        hear(&log_, tell("08:00", "BA", BW_EV_BAG_ACCEPTED, true));
        struct bw_event file = story_case();
        file.occurred_at = file.recorded_at = file.order.t = at("2026-11-20T08:30:00Z");
        hear(&log_, file);
        const struct bw_bag before = log_.bag;
        struct bw_event ev = tell("09:00", "IB", (enum bw_event_code)code, false);
        bw_str_put(BW_STR("UX"), ev.to_carrier, sizeof ev.to_carrier);
        bw_str_put(BW_STR("pin"), ev.data.proof, sizeof ev.data.proof);
        hear(&log_, ev);
        const struct bw_bag *after = &log_.bag;
        assert_int_equal(after->custody, before.custody);
        assert_string_equal(after->custodian, "BA");
        assert_int_equal(after->case_state, before.case_state);
        assert_true(after->watched && !after->forward && !after->damaged && !after->denied_by[0]);
        assert_int_equal(after->last_news_at, before.last_news_at);
        assert_int_equal(after->last_confirmed_at, before.last_confirmed_at);
        bool sighting = bw_code_row((enum bw_event_code)code)->flags & BW_CF_SIGHTING && code != BW_EV_DELIVERED;
        assert_int_equal(after->last_seen_at, sighting ? ev.occurred_at : before.last_seen_at);
        assert_int_not_equal(after->place, BW_PLACE_DELIVERED);
    }
}

/* req: SEC-10 BAG-06 */
static void the_order_of_arrival_does_not_matter(void **state)
{
    (void)state;
    struct bw_event said[] = { tell("08:00", "BA", BW_EV_BAG_ACCEPTED, true),
                               tell("09:00", "IB", BW_EV_TRANSFER_IN, false), tell("10:00", "BA", BW_EV_BAG_SEEN, true),
                               tell("11:00", "BA", BW_EV_ON_HAND, false) };
    static const unsigned char orders[][4] = {
        { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 0, 3, 2 }, { 2, 3, 0, 1 }, { 1, 3, 0, 2 }
    };
    for (size_t k = 0; k < BW_LEN(orders); k++) {
        log_init(&log_);
        for (size_t i = 0; i < 4; i++)
            hear(&log_, said[orders[k][i]]);
        assert_int_equal(log_.bag.custody, BW_CUSTODY_HELD);
        assert_string_equal(log_.bag.custodian, "BA");
        assert_int_equal(log_.bag.last_seen_at, at("2026-11-20T11:00:00Z"));
        assert_int_equal(log_.bag.custody_at, at("2026-11-20T08:00:00Z"));
    }
}

/* req: SEC-10 ING-12 */
static void a_correction_without_a_mandate_takes_nothing_back(void **state)
{
    (void)state;
    char text[100];
    log_init(&log_);
    struct bw_event scan = tell("08:00", "BA", BW_EV_BAG_ACCEPTED, true),
                    mend = tell("09:00", "BA", BW_EV_CORRECTION, false);
    (void)snprintf(text, sizeof text, "[{\"event_id\":\"%s\"}]", scan.event_id);
    mend.replaces = bw_str_c(text);
    hear(&log_, scan);
    hear(&log_, mend);
    assert_string_equal(log_.bag.custodian, "BA");
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    assert_false(log_.bag.pending_replaces);
}

/* req: SEC-10 AUD-08 (that there was none cannot be altered unseen) */
static void the_leaf_says_that_there_was_none(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf with, without;
    bw_buf_init(&with, 65536);
    bw_buf_init(&without, 65536);
    struct bw_event ev = tell("08:00", "BA", BW_EV_ON_HAND, true);
    bw_event_leaf(&ev, &with);
    ev.flags = BW_FL_NO_MANDATE;
    bw_event_leaf(&ev, &without);
    assert_true(without.n == with.n + strlen("\"mandate\":false,"));
    assert_non_null(strstr(bw_buf_cstr(&without), "\"carrier\":\"BA\",\"mandate\":false,\"times\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covers_carrier_station_code_and_day),
        cmocka_unit_test(holds_every_code_apart),
        cmocka_unit_test(the_day_is_that_of_what_is_told),
        cmocka_unit_test(every_code_without_a_mandate_moves_the_place_at_most),
        cmocka_unit_test(the_order_of_arrival_does_not_matter),
        cmocka_unit_test(a_correction_without_a_mandate_takes_nothing_back),
        cmocka_unit_test(the_leaf_says_that_there_was_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
