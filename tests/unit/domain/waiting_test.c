/* SPDX-License-Identifier: Apache-2.0 */
/* waiting_test.c - waiting for the customer: who may ask, what reaches the customer, what rests meanwhile and what does
 * not, how it ends, and that neither asking twice nor the order of telling gains anything.  req: CLK-18 */
#include "bw/domain/waiting.h"

#include "bw/domain/case_step.h"
#include "bw/domain/stale.h"
#include "fixture.h"

static struct fixture f;
static struct bw_uuid case_id, bag_id;
static struct bw_case c;
static struct bw_bag bag;
static struct bw_promise open[8];
static size_t n_open;
static struct bw_promise_changes changes;
static const struct bw_event *log_of[32];
static struct bw_event events[32];
static size_t n_log;

/* --- the world: a bag that customs keep in Madrid since eight, under Iberia's file; both as their logs fold them ---
 */

static struct bw_event event(enum bw_event_code code, const char *carrier, const char *when, enum bw_source source)
{
    struct bw_event ev = said(code, carrier, when);
    ev.source = source;
    bw_str_put(BW_STR("MAD"), ev.station, sizeof ev.station);
    snprintf(ev.event_id, sizeof ev.event_id, "%zu", n_log);
    ev.uid.b[0] = (uint8_t)(n_log + 1);
    bw_event_set_order(&ev, BW_TIME_NONE);
    return ev;
}

/* On the bag's log, and held against what is promised of it. */
static void hears(struct bw_event ev)
{
    struct bw_step step;
    ev.subject = BW_SUBJECT_BAG;
    ev.version = (int32_t)n_log + 1;
    bw_bag_step(&bag, &ev, &f.world, &step);
    ev.outcome = step.outcome;
    bag.recorded_at = ev.recorded_at;
    events[n_log] = ev;
    log_of[n_log] = &events[n_log];
    n_log++;
    bw_promise_bag(open, n_open, &bag, &ev, &f.world, next_id, &f, &changes);
    for (size_t k = 0; k < changes.n_closed; k++) {
        size_t i = 0;
        while (!bw_uuid_eq(&open[i].promise_id, &changes.closed[k].promise_id))
            i++;
        open[i] = open[--n_open];
    }
    for (size_t k = 0; k < changes.n_opened; k++)
        open[n_open++] = changes.opened[k];
}

static bw_code refusal;

/* A step as the writer takes it: asked, completed, folded into the file, copied to the bag. */
static bool say_by(const char *carrier, enum bw_source source, const char *step, const char *needs, const char *when)
{
    struct bw_error err = { 0 };
    struct bw_event ev = event(BW_EV_WAITING_FOR_CUSTOMER, carrier, when, source);
    bw_str_put(bw_str_c(step), ev.data.action, sizeof ev.data.action);
    bw_str_put(bw_str_c(needs), ev.data.why, sizeof ev.data.why);
    refusal = bw_case_may(&c, &ev, ev.recorded_at, &err);
    if (refusal != BW_OK)
        return false;
    ev.subject = BW_SUBJECT_CASE;
    bw_case_complete(&c, &f.world, &ev);
    bw_case_step(&c, &ev);
    hears(ev);
    return true;
}
static bool staff(const char *step, const char *needs, const char *when)
{
    return say_by("IB", BW_SRC_STAFF, step, needs, when);
}
static bool customer(const char *step, const char *when)
{
    return say_by("", BW_SRC_CUSTOMER, step, "", when);
}

static void begin(void)
{
    case_id = id_of(2000);
    bag_id = id_of(1000);
    bw_case_init(&c, &case_id);
    bw_bag_init(&bag, &bag_id, at("2026-11-21T07:00:00Z"));
    n_open = n_log = 0;
    struct bw_event opened = event(BW_EV_CASE_OPENED, "IB", "2026-11-21T07:00:00Z", BW_SRC_STAFF);
    opened.data.case_id = case_id;
    opened.data.n_bags = opened.data.bag_ordinal = 1;
    opened.data.n_legs = 1;
    opened.data.legs[0] = (struct bw_leg){ .flight = "IB3167", .date = day("2026-11-20"), .from = "LHR", .to = "MAD" };
    bw_str_put(BW_STR("IB"), opened.data.owner, sizeof opened.data.owner);
    bw_case_step(&c, &opened);
    hears(opened);
    hears(event(BW_EV_CUSTOMS_HOLD, "IB", "2026-11-21T08:00:00Z", BW_SRC_JSON));
}

static const char *owed(void)
{
    assert_int_equal(n_open, 1);
    return bw_owed_row(open[0].owed)->word;
}
#define assert_owed(word, due)                                                                                         \
    do {                                                                                                               \
        assert_string_equal(owed(), (word));                                                                           \
        assert_true(open[0].due_at == at(due));                                                                        \
    } while (0)

/* --- */

static void nothing_rests_before_the_customer_was_reached(void **state)
{
    (void)state;
    begin();
    assert_owed("held", "2026-11-22T08:00:00Z");
    assert_true(staff("asked", "form", "2026-11-21T09:00:00Z"));
    assert_true(staff("tried", "", "2026-11-21T10:00:00Z"));
    assert_owed("held", "2026-11-22T08:00:00Z");
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
    assert_string_equal(bag.wait.needs, "form");
    assert_false(bw_wait_rests(&bag.wait));
    assert_true(staff("withdrawn", "", "2026-11-21T11:00:00Z"));
    assert_owed("held", "2026-11-22T08:00:00Z");
    assert_string_equal(bag.wait.needs, "");
}

static void told_in_person_it_rests_and_the_owner_reminds_daily(void **state)
{
    (void)state;
    begin();
    assert_true(staff("asked", "form", "2026-11-21T09:00:00Z"));
    assert_true(staff("reached", "form", "2026-11-21T10:00:00Z"));
    assert_owed("remind-customer", "2026-11-22T10:00:00Z");
    assert_string_equal(open[0].debtor, "IB");
    assert_int_equal(changes.closed[0].owed, BW_OWE_HELD);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_WAITING);
    assert_false(bag.wait.by_page);
    assert_true(bag.wait.asked_at == at("2026-11-21T09:00:00Z") && bag.wait.reached_at == at("2026-11-21T10:00:00Z"));
    /* a message that is left is a reminder; the next is due a day later */
    assert_true(staff("tried", "", "2026-11-22T09:00:00Z"));
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
    assert_owed("remind-customer", "2026-11-23T09:00:00Z");
    /* late: it is still met, and the hours go on from the first time */
    assert_true(staff("reached", "", "2026-11-23T11:00:00Z"));
    assert_owed("remind-customer", "2026-11-24T11:00:00Z");
    assert_true(bag.wait.reached_at == at("2026-11-21T10:00:00Z"));
}

static void reached_at_once_by_whoever_asks_in_person(void **state)
{
    (void)state;
    begin();
    assert_false(staff("reached", "", "2026-11-21T10:00:00Z"));
    assert_int_equal(refusal, BW_E_CASE_STEP);
    assert_true(staff("reached", "key", "2026-11-21T10:00:00Z"));
    assert_true(bag.wait.asked_at == bag.wait.reached_at);
    assert_owed("remind-customer", "2026-11-22T10:00:00Z");
}

static void the_page_reaches_once_a_request(void **state)
{
    (void)state;
    begin();
    assert_false(customer("opened", "2026-11-21T08:30:00Z"));
    assert_true(staff("asked", "address", "2026-11-21T09:00:00Z"));
    assert_true(customer("opened", "2026-11-21T10:00:00Z"));
    assert_owed("remind-customer", "2026-11-22T10:00:00Z");
    assert_true(bag.wait.by_page && c.wait.by_page);
    assert_false(customer("opened", "2026-11-21T10:30:00Z"));
    assert_owed("remind-customer", "2026-11-22T10:00:00Z");
}

static void whoever_may_not(void **state)
{
    (void)state;
    begin();
    assert_false(say_by("BA", BW_SRC_STAFF, "asked", "form", "2026-11-21T09:00:00Z"));
    assert_int_equal(refusal, BW_E_FORBIDDEN);
    static const char *const nothing[] = { "tried", "given", "withdrawn" };
    for (size_t k = 0; k < BW_LEN(nothing); k++) {
        assert_false(staff(nothing[k], "", "2026-11-21T09:00:00Z"));
        assert_int_equal(refusal, BW_E_CASE_STEP);
    }
    assert_false(customer("given", "2026-11-21T09:00:00Z"));
    c.state = BW_CASE_REPORT;
    assert_false(staff("asked", "form", "2026-11-21T09:00:00Z"));
    c.state = BW_CASE_CLOSED;
    assert_false(staff("asked", "form", "2026-11-21T09:00:00Z"));
}

static void asking_again_restarts_nothing(void **state)
{
    (void)state;
    begin();
    assert_true(staff("reached", "form", "2026-11-21T10:00:00Z"));
    assert_false(staff("asked", "form", "2026-11-21T12:00:00Z"));
    assert_false(staff("reached", "key", "2026-11-21T12:00:00Z"));
    assert_int_equal(refusal, BW_E_CASE_STEP);
    assert_owed("remind-customer", "2026-11-22T10:00:00Z");
    assert_true(bag.wait.reached_at == at("2026-11-21T10:00:00Z"));
}

static void given_the_duty_opens_anew_with_its_full_time(void **state)
{
    (void)state;
    begin();
    assert_true(staff("reached", "form", "2026-11-21T10:00:00Z"));
    assert_true(customer("given", "2026-11-24T15:00:00Z"));
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
    assert_owed("held", "2026-11-25T15:00:00Z");
    assert_true(staff("reached", "form", "2026-11-24T16:00:00Z"));
    assert_true(staff("given", "", "2026-11-24T17:00:00Z"));
    assert_owed("held", "2026-11-25T17:00:00Z");
    assert_string_equal(c.wait.needs, "");
}

static void what_was_missed_before_stays_missed(void **state)
{
    (void)state;
    begin();
    assert_true(staff("reached", "form", "2026-11-22T11:00:00Z")); /* due at eight, three hours ago */
    const struct bw_stale_period day_of = { .from = at("2026-11-22T00:00:00Z"),
                                            .to = at("2026-11-23T00:00:00Z"),
                                            .as_of = at("2026-11-24T00:00:00Z") };
    struct bw_stale_row row = { 0 };
    bw_stale_add(&row, &changes.closed[0], &day_of);
    bw_stale_add(&row, &open[0], &day_of);
    assert_int_equal(row.late, 1);
    assert_int_equal(bw_minutes(row.late_us), 180);
    assert_int_equal(bw_minutes(row.waited_us), 13 * 60); /* from eleven to the end of the period, silence apart */
    assert_int_equal(bw_minutes(row.silent_us), 180);
    begin();
    assert_true(staff("reached", "form", "2026-11-22T07:00:00Z"));
    row = (struct bw_stale_row){ 0 };
    bw_stale_add(&row, &changes.closed[0], &day_of);
    assert_int_equal(row.superseded, 1);
    assert_int_equal(row.fell_due, 0);
}

static void a_bag_that_moves_on_waits_no_more(void **state)
{
    static const enum bw_event_code on[] = { BW_EV_CUSTOMS_RELEASED, BW_EV_READY_FOR_COLLECTION,
                                             BW_EV_HANDED_TO_COURIER, BW_EV_BAG_LOADED };
    (void)state;
    for (size_t k = 0; k < BW_LEN(on); k++) {
        begin();
        assert_true(staff("reached", "form", "2026-11-21T10:00:00Z"));
        hears(event(BW_EV_CUSTOMS_HOLD, "IB", "2026-11-21T11:00:00Z", BW_SRC_JSON)); /* where it was: nothing changes */
        assert_owed("remind-customer", "2026-11-22T10:00:00Z");
        struct bw_event ev = event(on[k], "IB", "2026-11-21T12:00:00Z", BW_SRC_JSON);
        bw_str_put(BW_STR("IB3170"), ev.flight, sizeof ev.flight);
        ev.flight_date = day("2026-11-21");
        hears(ev);
        assert_string_not_equal(owed(), "remind-customer");
        assert_string_equal(bag.wait.needs, "");
    }
}

/* What moves, is disputed or searched for owes as ever. */
static void only_desk_duties_rest(void **state)
{
    (void)state;
    static const enum bw_owed rests[] = { BW_OWE_HELD, BW_OWE_LOCATED, BW_OWE_AT_STATION, BW_OWE_ATTEMPTED };
    size_t n = 0;
    for (int k = 0; k < BW_OWE_MAX; k++)
        n += bw_wait_covers((enum bw_owed)k);
    assert_int_equal(n, BW_LEN(rests));
    for (size_t k = 0; k < BW_LEN(rests); k++)
        assert_true(bw_wait_covers(rests[k]));
    begin();
    assert_true(staff("reached", "form", "2026-11-21T10:00:00Z"));
    struct bw_owing to[BW_OWED_MAX];
    struct {
        enum bw_place place;
        enum bw_custody custody;
        bool attempted, rests;
    } cases[] = { { BW_PLACE_HELD, BW_CUSTODY_HELD, false, true },
                  { BW_PLACE_AT_DESTINATION, BW_CUSTODY_HELD, false, true },
                  { BW_PLACE_ON_BELT, BW_CUSTODY_HELD, false, true },
                  { BW_PLACE_WITH_COURIER, BW_CUSTODY_HELD, true, true },
                  { BW_PLACE_WITH_COURIER, BW_CUSTODY_HELD, false, false },
                  { BW_PLACE_LOADED, BW_CUSTODY_HELD, false, false },
                  { BW_PLACE_HELD, BW_CUSTODY_PENDING, false, false },
                  { BW_PLACE_HELD, BW_CUSTODY_DISPUTED, false, false },
                  { BW_PLACE_EXPECTED, BW_CUSTODY_HELD, false, false } };
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        struct bw_bag b = bag;
        b.place = cases[k].place;
        b.custody = cases[k].custody;
        b.attempted = cases[k].attempted;
        bw_str_put(BW_STR("BA"), b.receiver, sizeof b.receiver);
        assert_true(bw_owing_place(&b, &f.world, to) >= 1);
        assert_int_equal(to[0].owed == BW_OWE_REMIND, cases[k].rests);
    }
}

/* Another's bag, another's duty: the file's owner reminds all the same, and takes its time along when it hands over. */
static void the_owner_reminds_whoever_has_the_bag(void **state)
{
    (void)state;
    begin();
    hears(event(BW_EV_ON_HAND, "BA", "2026-11-21T09:00:00Z", BW_SRC_JSON));
    assert_string_equal(open[0].debtor, "BA");
    assert_true(staff("reached", "key", "2026-11-21T10:00:00Z"));
    assert_string_equal(open[0].debtor, "IB");
    struct bw_event ev = event(BW_EV_CASE_OWNER_CHANGED, "BA", "2026-11-21T12:00:00Z", BW_SRC_STAFF);
    bw_str_put(BW_STR("BA"), ev.data.owner, sizeof ev.data.owner);
    hears(ev);
    assert_string_equal(open[0].debtor, "BA");
    assert_owed("remind-customer", "2026-11-22T10:00:00Z");
}

static void closing_ends_it_and_the_order_of_telling_does_not_matter(void **state)
{
    (void)state;
    begin();
    assert_true(staff("reached", "form", "2026-11-21T10:00:00Z"));
    assert_true(staff("tried", "", "2026-11-21T11:00:00Z"));
    hears(event(BW_EV_CUSTOMS_HOLD, "IB", "2026-11-21T11:30:00Z", BW_SRC_JSON));
    struct bw_bag again = bag;
    const struct bw_event *other[32];
    for (size_t k = 0; k < n_log; k++)
        other[k] = log_of[n_log - 1 - k];
    bw_bag_fold(&again, other, n_log, &f.world, NULL);
    assert_memory_equal(&again.wait, &bag.wait, sizeof bag.wait);
    struct bw_bag read;
    struct bw_case file;
    struct bw_buf bytes;
    bw_buf_init(&bytes, 16384);
    bw_bag_pack(&bag, &bytes);
    assert_true(bw_bag_unpack(bw_buf_view(&bytes), &read));
    assert_memory_equal(&read.wait, &bag.wait, sizeof bag.wait);
    bw_buf_clear(&bytes);
    bw_case_pack(&c, &bytes);
    assert_true(bw_case_unpack(bw_buf_view(&bytes), &file));
    assert_memory_equal(&file.wait, &c.wait, sizeof c.wait);
    bw_buf_done(&bytes);
    struct bw_event closed = event(BW_EV_CASE_CLOSED, "IB", "2026-11-21T13:00:00Z", BW_SRC_STAFF);
    closed.data.case_id = case_id;
    bw_case_step(&c, &closed);
    hears(closed);
    assert_string_equal(bag.wait.needs, "");
    assert_string_equal(c.wait.needs, "");
    assert_int_equal(n_open, 0);
}

/* Plans that came to nothing are not waited away: what stands, stands until a fact (CLK-11). */
static void waiting_hides_nothing(void **state)
{
    (void)state;
    begin();
    hears(event(BW_EV_ON_HAND, "IB", "2026-11-21T09:00:00Z", BW_SRC_JSON));
    for (int k = 0; k < 2; k++) {
        struct bw_event plan =
            event(BW_EV_FORWARD_PLANNED, "IB", k ? "2026-11-21T10:10:00Z" : "2026-11-21T10:00:00Z", BW_SRC_JSON);
        snprintf(plan.flight, sizeof plan.flight, "IB31%d", 70 + k);
        plan.flight_date = day("2026-11-21");
        bw_str_put(BW_STR("LHR"), plan.data.to_station, sizeof plan.data.to_station);
        hears(plan);
    }
    assert_string_equal(owed(), "forward-planned");
    struct bw_uuid stands = open[0].promise_id;
    assert_true(staff("reached", "key", "2026-11-23T10:00:00Z"));
    assert_true(bw_uuid_eq(&open[0].promise_id, &stands));
}

/* A word that was given is kept by the same contact (CLK-19). */
static void a_contact_keeps_a_given_word(void **state)
{
    (void)state;
    begin();
    c.n_given = 1;
    c.given[0].due_at = at("2026-11-21T16:00:00Z");
    bw_str_put(BW_STR("IB"), c.given[0].carrier, sizeof c.given[0].carrier);
    bw_str_put(BW_STR("call"), c.given[0].what, sizeof c.given[0].what);
    assert_true(staff("asked", "form", "2026-11-21T10:00:00Z"));
    assert_int_equal(c.n_given, 1);
    assert_true(staff("tried", "", "2026-11-21T11:00:00Z"));
    assert_int_equal(c.n_given, 0);
}

static int setup(void **state)
{
    (void)state;
    fixture_init(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_done(&f);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_rests_before_the_customer_was_reached),
        cmocka_unit_test(told_in_person_it_rests_and_the_owner_reminds_daily),
        cmocka_unit_test(reached_at_once_by_whoever_asks_in_person),
        cmocka_unit_test(the_page_reaches_once_a_request),
        cmocka_unit_test(whoever_may_not),
        cmocka_unit_test(asking_again_restarts_nothing),
        cmocka_unit_test(given_the_duty_opens_anew_with_its_full_time),
        cmocka_unit_test(what_was_missed_before_stays_missed),
        cmocka_unit_test(a_bag_that_moves_on_waits_no_more),
        cmocka_unit_test(only_desk_duties_rest),
        cmocka_unit_test(the_owner_reminds_whoever_has_the_bag),
        cmocka_unit_test(closing_ends_it_and_the_order_of_telling_does_not_matter),
        cmocka_unit_test(waiting_hides_nothing),
        cmocka_unit_test(a_contact_keeps_a_given_word),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
