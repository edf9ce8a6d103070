/* SPDX-License-Identifier: Apache-2.0 */
/* policies_test.c - changes of policies and open hours through the writer: of two that were thought out by one version
 * of the book one is stored, wholly; what the world says then gives the stored promises their time, beside the
 * yardstick. Source: CLK-02, CLK-17, bw/app/policies.h. */
#include "posts.h"

#include "bw/app/desk_hours.h"
#include "bw/app/doors.h"
#include "bw/app/world.h"

static struct bwt_door door;
static struct bw_principal chief = { .kind = BW_P_ACCOUNT,
                                     .roles = BW_SUPERVISOR,
                                     .organisation = "BA",
                                     .own_carrier = "BA",
                                     .carriers = { "BA" },
                                     .n_carriers = 1,
                                     .expires_at = BW_TIME_NONE };

static struct bw_policy_wish wish(enum bw_owed owed, uint32_t minutes)
{
    return (struct bw_policy_wish){
        .owed = (int)owed, .priority = -1, .minutes = minutes, .has_minutes = true, .from = { BW_TIME_NONE, 0 }
    };
}

static struct bw_policy_work *thought(enum bw_owed owed, uint32_t minutes)
{
    struct bw_error err = { 0 };
    struct bw_policy_work *w = NULL;
    struct bw_policy_wish wanted = wish(owed, minutes);
    bw_code rc = bw_policy_change(door.pg, &chief, &wanted, -1, bw_clock_wall(), &door.arena, &w, &err);
    if (rc != BW_OK)
        fail_msg("%s", err.detail);
    return w;
}

static void of_two_by_one_version_one_is_stored_wholly(void **state)
{
    (void)state;
    struct bw_policy_work *first = thought(BW_OWE_LOCATED, 60), *second = thought(BW_OWE_LOCATED, 90);
    assert_int_equal(first->side.read_version, 0);
    bwt_submit(door.writer, &first->work);
    bwt_submit(door.writer, &second->work);
    assert_int_equal(first->item.outcome, BW_OUT_ACCEPTED);
    assert_int_equal(second->item.outcome, BW_OUT_MOOT);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM policy WHERE minutes = 60 AND carrier = 'BA'"), 1);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM policy"), 1);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM policy_change c JOIN event e ON e.uid = c.change_id "
                                    "JOIN policy p ON p.policy_id = e.uid WHERE e.code = 'POLICY_CHANGED'"),
                     1);
    struct bw_policy_work *third = thought(BW_OWE_LOCATED, 50);
    assert_int_equal(third->side.read_version, 1);
    bwt_submit(door.writer, &third->work);
    assert_int_equal(third->item.outcome, BW_OUT_ACCEPTED);
    assert_int_equal(third->item.ev.version, 2);
    assert_string_equal(ask(&door,
                            "SELECT before::json ->> 'minutes' FROM policy_change ORDER BY at DESC, change_id DESC"),
                        "60");
}

static void what_is_stored_gives_promises_their_time(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_policy *policies = NULL;
    static struct bw_hours night = { .carrier = "BA", .station = "LHR", .n_week = 7 };
    size_t n = 0;
    for (uint8_t k = 0; k < 7; k++) {
        night.week_day[k] = k;
        night.week[k] = (struct bw_open){ 5 * 60, 22 * 60 };
    }
    bwt_clock_set("2026-11-21T21:30:00Z");
    assert_int_equal(bw_policies_load(door.pg, &door.arena, &policies, &n, &err), BW_OK);
    door.world.policies = policies;
    door.world.n_policies = n;
    door.world.hours = &night;
    door.world.n_hours = 1;
    bwt_post(&door, "BA", BW_VOICE_CARRIER,
             "{\"event_id\":\"a1\",\"plate\":\"0125900001\",\"travel_date\":\"2026-11-21\",\"code\":\"BAG_ACCEPTED\","
             "\"station\":\"LHR\",\"occurred_at\":\"2026-11-21T20:00:00Z\"}");
    bwt_open_case(&door, "MADIB10001", "IB", "MAD", "0125900001", "2026-11-21");
    bwt_post(&door, "BA", BW_VOICE_CARRIER,
             "{\"event_id\":\"a2\",\"plate\":\"0125900001\",\"travel_date\":\"2026-11-21\",\"code\":\"ON_HAND\","
             "\"station\":\"LHR\",\"occurred_at\":\"2026-11-21T21:30:00Z\"}");
    struct bw_uuid bag = bwt_find(&door, "0125900001");
    struct bw_promise open[4];
    assert_int_equal(bwt_open(&door, &bag, open, 4), 1);
    assert_int_equal(open[0].owed, BW_OWE_LOCATED);
    assert_string_equal(open[0].policy, "located/BA");
    /* fifty minutes: thirty until ten at night, twenty from five in the morning */
    assert_true(open[0].due_at == bwt_time("2026-11-22T05:20:00Z"));
    assert_true(open[0].yardstick_at == bwt_time("2026-11-22T01:30:00Z"));
    struct bw_uuid file;
    assert_true(bw_uuid_parse(bw_str_c(ask(&door, "SELECT case_id FROM case_file WHERE ref = 'MADIB10001'")), &file));
    assert_int_equal(bwt_open(&door, &file, open, 4), 1);
    assert_true(open[0].due_at == open[0].opened_at + BW_HOUR); /* the owner's word never waits for a desk */
    door.world.n_hours = 0;
    door.world.n_policies = 0;
}

static int setup(void **state)
{
    struct bw_error err = { 0 };
    (void)state;
    bwt_door_open(&door, "2026-11-21T12:00:00Z");
    chief.id = bw_uuid_v7(bw_clock_wall());
    bw_code rc = bw_org_ensure(door.pg, BW_STR("BA"), BW_STR("British Airways"), "carrier", bw_clock_wall(), &err);
    if (rc == BW_OK)
        rc = bw_pg_query(door.pg, BW_STMT_ACCOUNT_INSERT,
                         BW_PARAMS(bw_p_uuid(&chief.id), bw_p_c("chief"), bw_p_c("BA"), bw_p_texts(NULL, 0),
                                   bw_p_c("supervisor"), bw_p_c("-"), bw_p_time(bw_clock_wall())),
                         NULL, &err);
    if (rc != BW_OK)
        fail_msg("%s", err.detail);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bwt_door_close(&door);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_two_by_one_version_one_is_stored_wholly),
        cmocka_unit_test(what_is_stored_gives_promises_their_time),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
