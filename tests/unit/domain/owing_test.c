/* SPDX-License-Identifier: Apache-2.0 */
/* owing_test.c - who owes what in every state: first row that fits, and never nobody. */
#include "fixture.h"

static const struct bw_world no_world;

static void put(char *to, size_t size, const char *text)
{
    bw_str_put(bw_str_c(text), to, size);
}

static void assert_owed(const struct bw_bag *bag, enum bw_owed owed, const char *debtor)
{
    struct bw_owing to[BW_OWED_MAX];
    assert_int_equal(bw_owing_place(bag, &no_world, to), 1);
    assert_string_equal(bw_owed_row(to[0].owed)->word, bw_owed_row(owed)->word);
    assert_string_equal(to[0].debtor, debtor);
}

/* req: BAG-09 (an unwatched bag owes no place news) */
static void nobody_owes_for_what_is_not_watched(void **state)
{
    (void)state;
    struct bw_owing to[BW_OWED_MAX];
    struct bw_bag bag = watched_bag();
    bag.watched = false;
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 0);
    bag = watched_bag();
    bag.watch_ended = true;
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 0);
    bag = watched_bag();
    bag.case_state = BW_CASE_CLOSED;
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 0);
    bag = watched_bag();
    bag.place = BW_PLACE_DELIVERED;
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 0);
    bag = watched_bag();
    bag.joined_into = id_of(7);
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 0);
}

/* req: CLK-08 (a handoff: the receiver owes; in a dispute both, the last proven custodian leads) */
static void a_handoff_names_the_receiver_and_a_dispute_both(void **state)
{
    (void)state;
    struct bw_owing to[BW_OWED_MAX];
    struct bw_bag bag = watched_bag();
    bag.custody = BW_CUSTODY_PENDING;
    put(bag.receiver, sizeof bag.receiver, "IB");
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_TRANSFER);
    assert_string_equal(to[0].debtor, "IB");
    assert_string_equal(to[0].handoff_from, "BA");
    assert_string_equal(to[0].station, "LHR");
    bag.custody = BW_CUSTODY_DISPUTED;
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 2);
    assert_int_equal(to[0].owed, BW_OWE_DISPUTED);
    assert_string_equal(to[0].debtor, "BA");
    assert_string_equal(to[1].debtor, "IB");
    put(bag.receiver, sizeof bag.receiver, "BA");
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 1);
    bag.receiver[0] = bag.custodian[0] = '\0';
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 1);
    assert_string_equal(to[0].debtor, "IB");
}

static void a_courier_is_answered_for(void **state)
{
    (void)state;
    struct bw_bag bag = watched_bag();
    bag.place = BW_PLACE_WITH_COURIER;
    assert_owed(&bag, BW_OWE_COURIER, "BA");
    bag.attempted = true;
    assert_owed(&bag, BW_OWE_ATTEMPTED, "BA");
    bag.custodian[0] = '\0';
    bag.custody = BW_CUSTODY_NONE;
    assert_owed(&bag, BW_OWE_ATTEMPTED, "IB");
}

static void places_name_their_rows(void **state)
{
    (void)state;
    struct bw_owing to[BW_OWED_MAX];
    struct bw_bag bag = watched_bag();
    bag.place = BW_PLACE_AT_DESTINATION;
    assert_owed(&bag, BW_OWE_AT_STATION, "BA");
    bag.place = BW_PLACE_ON_BELT;
    assert_owed(&bag, BW_OWE_AT_STATION, "BA");
    bag.place = BW_PLACE_HELD;
    assert_owed(&bag, BW_OWE_HELD, "BA");
    bag.place = BW_PLACE_LOADED;
    put(bag.flight, sizeof bag.flight, "IB3163");
    bag.flight_date = day("2026-11-21");
    assert_owed(&bag, BW_OWE_IN_FLIGHT, "IB");
    bag.flight[0] = '\0';
    assert_owed(&bag, BW_OWE_IN_FLIGHT, "BA");
    struct bw_owing holder[BW_OWED_MAX]; /* no flight was named, so nobody's flying it is in doubt */
    assert_int_equal(bw_owing_place(&bag, &no_world, holder), 1);
    assert_false(holder[0].unconfirmed);
    bag.place = BW_PLACE_AT;
    bag.forward = true;
    bag.at_rest = true;
    put(bag.fwd_flight, sizeof bag.fwd_flight, "IB3163");
    put(bag.fwd_from, sizeof bag.fwd_from, "LHR");
    bag.fwd_date = day("2026-11-21");
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_FORWARD);
    assert_string_equal(to[0].debtor, "IB");
    assert_string_equal(to[0].basis, "IB3163/2026-11-21");
    bag.fwd_flight[0] = '\0';
    assert_owed(&bag, BW_OWE_FORWARD, "IB");
}

/* req: BAG-10 (last seen at rest, or sighted since the report: the holder; at its destination: at station; else
 * tracing) */
static void a_report_on_a_bag_finds_its_holder(void **state)
{
    (void)state;
    struct bw_bag bag = watched_bag();
    assert_owed(&bag, BW_OWE_TRACING_HOLDER, "BA");
    bag.at_rest = true;
    assert_owed(&bag, BW_OWE_LOCATED, "BA");
    bag.at_rest = false;
    bag.sighted_since_report = true;
    assert_owed(&bag, BW_OWE_LOCATED, "BA");
    bag.sighted_since_report = false;
    put(bag.station, sizeof bag.station, "MAD");
    assert_owed(&bag, BW_OWE_AT_STATION, "BA");
    bag = watched_bag();
    put(bag.denied_by, sizeof bag.denied_by, "BA");
    assert_owed(&bag, BW_OWE_TRACING, "IB");
    bag.denied_by[0] = bag.custodian[0] = '\0';
    bag.custody = BW_CUSTODY_NONE;
    bag.place = BW_PLACE_EXPECTED;
    assert_owed(&bag, BW_OWE_TRACING, "IB");
}

/* req: CLK-01 (somebody is named whenever anybody is known) */
static void nobody_is_left_out(void **state)
{
    (void)state;
    struct bw_owing to[BW_OWED_MAX];
    struct bw_bag bag = watched_bag();
    bag.owner[0] = bag.custodian[0] = '\0';
    bag.custody = BW_CUSTODY_NONE;
    assert_owed(&bag, BW_OWE_TRACING, "BA");
    for (int place = 0; place < BW_PLACE_MAX; place++) {
        for (int custody = 0; custody < BW_CUSTODY_MAX; custody++) {
            for (int named = 0; named < 8; named++) {
                bag = watched_bag();
                bag.place = (enum bw_place)place;
                bag.custody = (enum bw_custody)custody;
                bag.forward = named & 1;
                put(bag.custodian, sizeof bag.custodian, named & 2 ? "BA" : "");
                put(bag.receiver, sizeof bag.receiver, named & 4 ? "LH" : "");
                size_t n = bw_owing_place(&bag, &no_world, to);
                assert_true(place == BW_PLACE_DELIVERED ? n == 0 : n > 0);
                for (size_t i = 0; i < n; i++)
                    assert_true(to[i].debtor[0] != '\0');
            }
        }
    }
    struct bw_uuid id = id_of(1);
    bw_bag_init(&bag, &id, 0);
    bag.watched = true;
    assert_int_equal(bw_owing_place(&bag, &no_world, to), 0);
}

static void a_case_owes_its_steps(void **state)
{
    (void)state;
    struct bw_owing to[BW_OWED_MAX];
    struct bw_case c = open_case();
    assert_int_equal(bw_owing_case(&c, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_FIRST_RESULT);
    assert_string_equal(to[0].debtor, "IB");
    c.first_result = true;
    assert_int_equal(bw_owing_case(&c, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_CASE_STEP);
    c.state = BW_CASE_CLAIM;
    c.n_claims = 1;
    c.claims[0] = (struct bw_claim){ .step = BW_STEP_FILED, .since = at("2026-11-21T09:00:00Z") };
    assert_int_equal(bw_owing_case(&c, to), 2);
    assert_int_equal(to[1].owed, BW_OWE_CLAIM_ACK);
    c.awaited = 0;
    assert_int_equal(bw_owing_case(&c, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_CLAIM_ACK);
    c.claims[0].step = BW_STEP_ACKNOWLEDGED;
    assert_int_equal(bw_owing_case(&c, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_CLAIM_ASSESS);
    c.claims[0].step = BW_STEP_ASSESSED;
    assert_int_equal(bw_owing_case(&c, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_CLAIM_OFFER);
    c.claims[0].step = BW_STEP_OFFERED;
    assert_int_equal(bw_owing_case(&c, to), 0);
    c.state = BW_CASE_LOST;
    assert_int_equal(bw_owing_case(&c, to), 1);
    assert_int_equal(to[0].owed, BW_OWE_LOST_STEP);
    c = open_case();
    c.awaited = 0;
    assert_int_equal(bw_owing_case(&c, to), 0);
    c = open_case();
    c.state = BW_CASE_CLOSED;
    assert_int_equal(bw_owing_case(&c, to), 0);
}

static void words_read_back(void **state)
{
    (void)state;
    enum bw_owed owed;
    enum bw_close why;
    for (int i = 0; i < BW_OWE_MAX; i++) {
        const struct bw_owed_row *row = bw_owed_row((enum bw_owed)i);
        assert_true(bw_owed_from(bw_str_c(row->word), &owed));
        assert_int_equal(owed, i);
        assert_true(row->minutes > 0 && row->what[0]);
    }
    for (int i = 0; i <= BW_CLOSE_OUTAGE; i++) {
        assert_true(bw_close_from(bw_str_c(bw_close_word((enum bw_close)i)), &why));
        assert_int_equal(why, i);
    }
    assert_false(bw_owed_from(BW_STR("nothing"), &owed));
    assert_false(bw_close_from(BW_STR("forgotten"), &why));
    assert_string_equal(bw_owed_kind_word(BW_OWED_PLACE), "place");
    assert_string_equal(bw_owed_kind_word(BW_OWED_CASE), "case");
    assert_string_equal(bw_owed_kind_word(BW_OWED_CLAIM), "claim");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_owes_for_what_is_not_watched),
        cmocka_unit_test(a_handoff_names_the_receiver_and_a_dispute_both),
        cmocka_unit_test(a_courier_is_answered_for),
        cmocka_unit_test(places_name_their_rows),
        cmocka_unit_test(a_report_on_a_bag_finds_its_holder),
        cmocka_unit_test(nobody_is_left_out),
        cmocka_unit_test(a_case_owes_its_steps),
        cmocka_unit_test(words_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
