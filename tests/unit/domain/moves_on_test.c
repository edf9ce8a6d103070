/* SPDX-License-Identifier: Apache-2.0 */
/* moves_on_test.c - a passenger who moves on, and a bag that cannot wait: what is owed then, by whom, by when. */
#include "fixture.h"

static const struct bw_world no_world;

static const char *owed(const struct bw_bag *bag)
{
    struct bw_owing to[BW_OWED_MAX];
    assert_int_equal(bw_owing_place(bag, &no_world, to), 1);
    return bw_owed_row(to[0].owed)->word;
}

static void stay(struct bw_bag *bag, const char *station, const char *from, const char *until)
{
    struct bw_stay *to = &bag->stays[bag->n_stays++];
    bw_str_put(bw_str_c(station), to->station, sizeof to->station);
    to->from = from ? day(from) : BW_DATE_NONE;
    to->until = until ? day(until) : BW_DATE_NONE;
}

static struct bw_bag bag_in_madrid(void)
{
    struct bw_bag bag = watched_bag();
    bag.place = BW_PLACE_AT_DESTINATION;
    bag.recorded_at = at("2026-11-21T12:00:00Z");
    bw_str_put(BW_STR("MAD"), bag.station, sizeof bag.station);
    bw_str_put(BW_STR("MAD"), bag.destination, sizeof bag.destination);
    return bag;
}

/* req: CASE-10 */
static void the_target_is_where_the_passenger_is_at_planned_delivery(void **state)
{
    (void)state;
    struct bw_bag bag = bag_in_madrid();
    assert_string_equal(bw_bag_target(&bag), "MAD");
    stay(&bag, "SVQ", "2026-11-22", "2026-11-24");
    stay(&bag, "LIS", NULL, NULL);
    assert_string_equal(bw_bag_target(&bag), "LIS"); /* today: at home */
    bag.window_from = at("2026-11-22T09:00:00Z");
    assert_string_equal(bw_bag_target(&bag), "SVQ");
    bag.forward = true;
    bag.fwd_date = day("2026-11-25");
    assert_string_equal(bw_bag_target(&bag), "LIS");
    bag.fwd_date = day("2026-11-24");
    assert_string_equal(bw_bag_target(&bag), "SVQ");
    bag.n_stays = 1;
    bag.fwd_date = day("2026-11-25");
    assert_string_equal(bw_bag_target(&bag), "MAD"); /* nothing was said of that day */
}

/* req: CASE-10 (also from AT_STATION) */
static void a_bag_that_came_to_the_old_place_is_to_be_sent_on(void **state)
{
    (void)state;
    struct bw_bag bag = bag_in_madrid();
    assert_string_equal(owed(&bag), "at-station");
    stay(&bag, "MAD", NULL, NULL);
    assert_string_equal(owed(&bag), "at-station");
    bag.n_stays = 0;
    stay(&bag, "SVQ", "2026-11-21", NULL);
    assert_string_equal(owed(&bag), "located");
    bag.place = BW_PLACE_ON_BELT;
    assert_string_equal(owed(&bag), "located");
    bag.forward = true;
    bag.fwd_date = day("2026-11-22");
    bw_str_put(BW_STR("IB101"), bag.fwd_flight, sizeof bag.fwd_flight);
    assert_string_equal(owed(&bag), "forward-planned");
    bag = bag_in_madrid();
    bag.place = BW_PLACE_AT;
    bag.at_rest = true;
    bw_str_put(BW_STR("SVQ"), bag.station, sizeof bag.station);
    assert_string_equal(owed(&bag), "located");
    stay(&bag, "SVQ", NULL, NULL);
    assert_string_equal(owed(&bag), "at-station"); /* it stands where its owner is */
}

static struct bw_event correction(unsigned fields, enum bw_priority priority, const char *station)
{
    struct bw_event ev;
    bw_event_init(&ev);
    ev.code = BW_EV_DETAILS_CORRECTED;
    ev.recorded_at = ev.occurred_at = at("2026-11-21T12:00:00Z");
    ev.data.fields = fields;
    ev.data.priority = priority;
    if (station) {
        bw_str_put(bw_str_c(station), ev.data.stays[0].station, sizeof ev.data.stays[0].station);
        ev.data.n_stays = 1;
    }
    bw_event_set_order(&ev, BW_TIME_NONE);
    return ev;
}

static struct bw_bag planned(const char *to)
{
    struct bw_bag bag = bag_in_madrid();
    bag.place = BW_PLACE_AT;
    bag.forward = true;
    bag.fwd_date = day("2026-11-22");
    bw_str_put(bw_str_c(to), bag.fwd_to, sizeof bag.fwd_to);
    return bag;
}

/* req: CASE-10 (a change re-plans) */
static void a_plan_for_the_old_place_is_void(void **state)
{
    struct fixture *f = *state;
    struct bw_step step;
    struct bw_bag bag = planned("MAD");
    struct bw_event ev = correction(BW_DETAIL_DELIVERY, BW_PRIORITY_NONE, "SVQ");
    bw_bag_step(&bag, &ev, &f->world, &step);
    assert_int_equal(step.outcome, BW_OUT_ACCEPTED);
    assert_false(bag.forward);
    assert_string_equal(bw_bag_target(&bag), "SVQ");
    bag = planned("SVQ"); /* it was for there already */
    bw_bag_step(&bag, &ev, &f->world, &step);
    assert_true(bag.forward);
    bag = planned("MAD"); /* another address by the same airport */
    ev = correction(BW_DETAIL_DELIVERY, BW_PRIORITY_NONE, "MAD");
    bw_bag_step(&bag, &ev, &f->world, &step);
    assert_true(bag.forward);
    ev = correction(BW_DETAIL_PRIORITY, BW_PRIORITY_ANIMAL, "SVQ"); /* says nothing of the address */
    bw_bag_step(&bag, &ev, &f->world, &step);
    assert_int_equal(bag.priority, BW_PRIORITY_ANIMAL);
    assert_string_equal(bw_bag_target(&bag), "MAD");
}

static const char *due_of(const struct fixture *f, enum bw_owed what, enum bw_priority priority, const char **policy)
{
    static char text[BW_TIME_TEXT], name[60];
    struct bw_bag bag = watched_bag();
    struct bw_owing o = { .owed = what };
    bw_time yardstick, now = at("2026-11-21T00:00:00Z");
    bw_str_put(BW_STR("BA"), o.debtor, sizeof o.debtor);
    bag.priority = priority;
    bw_time due = bw_promise_due(&o, &bag, NULL, &f->world, now, &yardstick, name);
    assert_true(due <= yardstick || f->world.n_policies);
    *policy = name;
    return bw_time_text(due, text);
}

/* req: CASE-12 (classes have their own policies) */
static void a_class_has_its_own_time(void **state)
{
    struct fixture f = *(struct fixture *)*state;
    const char *policy;
    assert_string_equal(due_of(&f, BW_OWE_LOCATED, BW_PRIORITY_NONE, &policy), "2026-11-21T04:00:00Z");
    assert_string_equal(policy, "located");
    assert_string_equal(due_of(&f, BW_OWE_LOCATED, BW_PRIORITY_MEDICAL, &policy), "2026-11-21T02:00:00Z");
    assert_string_equal(policy, "located#medical");
    assert_string_equal(due_of(&f, BW_OWE_LOCATED, BW_PRIORITY_ANIMAL, &policy), "2026-11-21T01:00:00Z");
    assert_string_equal(due_of(&f, BW_OWE_IN_FLIGHT, BW_PRIORITY_ANIMAL, &policy), "2026-11-21T18:00:00Z");
    assert_string_equal(policy, "in-flight"); /* an aircraft flies no faster */
    struct bw_policy rows[] = {
        { .owed = "located", .carrier = "BA", .minutes = 200 },
        { .owed = "located", .priority = BW_PRIORITY_MEDICAL, .minutes = 90 },
        { .owed = "held", .carrier = "BA", .minutes = 30 },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++)
        rows[k].valid_from = BW_TIME_NONE;
    f.world.policies = rows;
    f.world.n_policies = BW_LEN(rows);
    assert_string_equal(due_of(&f, BW_OWE_LOCATED, BW_PRIORITY_NONE, &policy), "2026-11-21T03:20:00Z");
    assert_string_equal(due_of(&f, BW_OWE_LOCATED, BW_PRIORITY_MEDICAL, &policy), "2026-11-21T01:30:00Z");
    assert_string_equal(policy, "located/#medical");
    assert_string_equal(due_of(&f, BW_OWE_LOCATED, BW_PRIORITY_INFANT, &policy), "2026-11-21T03:00:00Z");
    assert_string_equal(policy, "located#infant"); /* shorter than the carrier's own for any bag */
    assert_string_equal(due_of(&f, BW_OWE_HELD, BW_PRIORITY_INFANT, &policy), "2026-11-21T00:30:00Z");
    assert_string_equal(policy, "held/BA");
}

/* req: CASE-12 (the file's own steps too) */
static void a_file_of_a_class_answers_sooner(void **state)
{
    struct fixture *f = *state;
    struct bw_case c = open_case();
    struct bw_owing o = { .owed = BW_OWE_FIRST_RESULT };
    char policy[60], text[BW_TIME_TEXT];
    bw_time yardstick;
    c.priority = BW_PRIORITY_ASSISTIVE;
    bw_time due = bw_promise_due(&o, NULL, &c, &f->world, at("2026-11-21T00:00:00Z"), &yardstick, policy);
    assert_string_equal(bw_time_text(due, text), "2026-11-21T00:30:00Z");
    assert_string_equal(bw_time_text(yardstick, text), "2026-11-21T01:00:00Z");
    assert_string_equal(policy, "reported#assistive-device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_target_is_where_the_passenger_is_at_planned_delivery),
        cmocka_unit_test(a_bag_that_came_to_the_old_place_is_to_be_sent_on),
        cmocka_unit_test(a_plan_for_the_old_place_is_void),
        cmocka_unit_test(a_class_has_its_own_time),
        cmocka_unit_test(a_file_of_a_class_answers_sooner),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
