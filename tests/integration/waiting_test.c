/* SPDX-License-Identifier: Apache-2.0 */
/* waiting_test.c - waiting for the customer through the writer: one statement on the file and on each of its bags,
 * promises that rest and the owner's reminders in their place as rows, of two that ask at once the second refused, a
 * page that is opened again in the same moment, a late sighting that ended the wait; and every row stays the fold of
 * its log.  req: CLK-18 */
#include "posts.h"

#include "bw/app/verify.h"

static struct bwt_door door;
static struct bw_uuid file;
static struct bw_uuid bags[2];
static const char *const plates[] = { "0125600001", "0125600002" };
static unsigned number;

static struct bw_item *add(struct post *p, enum bw_source source, const char *step, const char *needs)
{
    char text[BW_UUID_TEXT];
    struct bw_item *item = &p->items[p->work.n++];
    struct bw_event *ev = &item->ev;
    bool customer = source == BW_SRC_CUSTOMER;
    bw_event_init(ev);
    ev->code = BW_EV_WAITING_FOR_CUSTOMER;
    ev->source = source;
    ev->subject = BW_SUBJECT_CASE;
    ev->ident.kind = BW_IDENT_ID;
    bw_str_put(bw_str_c(bw_uuid_text(&file, text)), ev->ident.value, sizeof ev->ident.value);
    bw_str_put(bw_str_c(customer ? "customer" : "IB.u00000001"), ev->sender, sizeof ev->sender);
    bw_str_put(bw_str_c(customer ? "" : "IB"), ev->carrier, sizeof ev->carrier);
    (void)snprintf(ev->event_id, sizeof ev->event_id, "step-%u", ++number);
    bw_str_put(bw_str_c(step), ev->data.action, sizeof ev->data.action);
    bw_str_put(bw_str_c(needs), ev->data.why, sizeof ev->data.why);
    return item;
}

static bw_code says(enum bw_source source, const char *step, const char *needs)
{
    struct post p;
    post_init(&p);
    struct bw_item *item = add(&p, source, step, needs);
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    bw_code rc = item->rc;
    post_done(&p);
    return rc;
}

static void scan(const char *carrier, const char *body)
{
    struct post p;
    post_init(&p);
    struct bw_item *item = post_add(&p, carrier, body);
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(item->rc, BW_OK);
    post_done(&p);
}

/* "held closed waiting; remind-customer open" of a bag, by opening. */
static const char *rows_of(size_t bag)
{
    char text[BW_UUID_TEXT];
    return ask(&door,
               "SELECT string_agg(owed || ' ' || debtor || ' ' || coalesce(closed_why, 'open'), '; ' ORDER BY "
               "opened_at, "
               "opened_version) FROM promise WHERE bag_id = '%s' AND kind = 'place' AND owed NOT LIKE 'tracing%%'",
               bw_uuid_text(&bags[bag], text));
}

static void all_folds_hold(void)
{
    const struct bw_verify_options o = { .conninfo = door.cluster.app, .parts = BW_VERIFY_BAGS };
    struct bw_verify_result r = { 0 };
    struct bw_error err = { 0 };
    assert_int_equal(bw_verify(&o, &r, &err), BW_OK);
    assert_true(r.cases > 0);
    assert_int_equal(r.differences, 0);
    for (size_t k = 0; k < BW_LEN(bags); k++)
        assert_true(bag_equals_fold(&door, &bags[k]));
}

static void one_statement_rests_what_desks_owe_of_every_bag(void **state)
{
    (void)state;
    bwt_clock_set("2026-11-20T12:00:00Z");
    assert_int_equal(says(BW_SRC_STAFF, "asked", "form"), BW_OK);
    assert_string_equal(rows_of(0), "held IB open");
    bwt_clock_set("2026-11-20T13:00:00Z");
    assert_int_equal(says(BW_SRC_STAFF, "reached", ""), BW_OK);
    assert_string_equal(rows_of(0), "held IB waiting; remind-customer IB open");
    assert_string_equal(rows_of(1), "located BA waiting; remind-customer IB open");
    struct bw_bag bag = bwt_bag(&door, &bags[1]);
    assert_string_equal(bag.wait.needs, "form");
    assert_true(bag.wait.reached_at == bwt_time("2026-11-20T13:00:00Z"));
    bwt_clock_set("2026-11-21T12:00:00Z");
    assert_int_equal(says(BW_SRC_STAFF, "tried", ""), BW_OK);
    assert_string_equal(rows_of(0), "held IB waiting; remind-customer IB met; remind-customer IB open");
    assert_string_equal(ask(&door, "SELECT count(*) FROM event WHERE code = 'WAITING_FOR_CUSTOMER'"), "9");
    assert_string_equal(ask(&door, "SELECT count(*) FROM event WHERE code = 'WAITING_FOR_CUSTOMER' AND data::jsonb ->> "
                                   "'why' = 'form'"),
                        "9");
    all_folds_hold();
    bwt_clock_set("2026-11-21T15:00:00Z");
    assert_int_equal(says(BW_SRC_CUSTOMER, "given", ""), BW_OK);
    assert_string_equal(rows_of(0),
                        "held IB waiting; remind-customer IB met; remind-customer IB superseded; held IB open");
    assert_int_equal(says(BW_SRC_CUSTOMER, "given", ""), BW_E_CASE_STEP);
    all_folds_hold();
}

static void of_two_at_once_the_second_is_asked_of_what_the_first_made(void **state)
{
    (void)state;
    struct post p[4];
    struct bw_item *item[4];
    bwt_clock_set("2026-11-21T16:00:00Z");
    for (size_t k = 0; k < BW_LEN(p); k++)
        post_init(&p[k]);
    item[0] = add(&p[0], BW_SRC_STAFF, "asked", "key");
    item[1] = add(&p[1], BW_SRC_STAFF, "asked", "address");
    item[2] = add(&p[2], BW_SRC_CUSTOMER, "opened", "");
    item[3] = add(&p[3], BW_SRC_CUSTOMER, "opened", "");
    bw_str_put(bw_str_c(item[2]->ev.event_id), item[3]->ev.event_id, sizeof item[3]->ev.event_id);
    posts_as_one_batch(&door, p, BW_LEN(p));
    assert_int_equal(item[0]->rc, BW_OK);
    assert_int_equal(item[1]->rc, BW_E_CASE_STEP);
    assert_int_equal(item[2]->rc, BW_OK);
    assert_int_equal(item[3]->rc, BW_OK);
    assert_int_equal(item[3]->outcome, BW_OUT_DUPLICATE);
    for (size_t k = 0; k < BW_LEN(p); k++)
        post_done(&p[k]);
    assert_true(bwt_bag(&door, &bags[0]).wait.by_page);
    all_folds_hold();
}

/* Scanned before it was asked, told after: the wait holds.  Released after it, told late: it was over by then, and what
 * is owed follows. */
static void late_sightings_are_folded_at_their_time(void **state)
{
    (void)state;
    bwt_clock_set("2026-11-21T18:00:00Z");
    scan("IB", "{\"event_id\":\"late1\",\"plate\":\"0125600001\",\"code\":\"BAG_SEEN\",\"station\":\"MAD\","
               "\"occurred_at\":\"2026-11-20T10:30:00Z\"}");
    assert_string_equal(bwt_bag(&door, &bags[0]).wait.needs, "key");
    scan("IB", "{\"event_id\":\"late2\",\"plate\":\"0125600001\",\"code\":\"CUSTOMS_RELEASED\",\"station\":\"MAD\","
               "\"occurred_at\":\"2026-11-21T17:00:00Z\"}");
    assert_string_equal(bwt_bag(&door, &bags[0]).wait.needs, "");
    assert_string_equal(bwt_bag(&door, &bags[1]).wait.needs, "key");
    all_folds_hold();
    /* taken back: it waits again, and the duty that had opened rests */
    scan("IB", "{\"event_id\":\"c1\",\"plate\":\"0125600001\",\"code\":\"CORRECTION\",\"replaces\":[{\"event_id\":"
               "\"late2\"}],\"occurred_at\":\"2026-11-21T18:00:00Z\"}");
    assert_string_equal(bwt_bag(&door, &bags[0]).wait.needs, "key");
    char text[BW_UUID_TEXT];
    assert_string_equal(ask(&door,
                            "SELECT string_agg(owed, ' ') FROM promise WHERE bag_id = '%s' AND closed_at IS NULL",
                            bw_uuid_text(&bags[0], text)),
                        "remind-customer");
    all_folds_hold();
}

static int start(void **state)
{
    (void)state;
    struct post p;
    bwt_door_open(&door, "2026-11-20T10:00:00Z");
    post_init(&p);
    struct bw_item *item = post_add_file(&p, "MADIB60001", plates, BW_LEN(plates));
    file = item->new_case->case_id;
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(item->rc, BW_OK);
    post_done(&p);
    bwt_clock_set("2026-11-20T11:00:00Z");
    scan("IB", "{\"event_id\":\"h1\",\"plate\":\"0125600001\",\"code\":\"CUSTOMS_HOLD\",\"station\":\"MAD\","
               "\"occurred_at\":\"2026-11-20T11:00:00Z\"}");
    scan("BA", "{\"event_id\":\"h2\",\"plate\":\"0125600002\",\"code\":\"ON_HAND\",\"station\":\"LHR\","
               "\"occurred_at\":\"2026-11-20T11:00:00Z\"}");
    for (size_t k = 0; k < BW_LEN(bags); k++)
        bags[k] = bwt_find(&door, plates[k]);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    bwt_door_close(&door);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_statement_rests_what_desks_owe_of_every_bag),
        cmocka_unit_test(of_two_at_once_the_second_is_asked_of_what_the_first_made),
        cmocka_unit_test(late_sightings_are_folded_at_their_time),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
