/* SPDX-License-Identifier: Apache-2.0 */
/* pack_test.c - packed bags: nothing is lost, equal states have equal bytes, bytes that are not ours are refused. */
#include "story_rows.h"

static struct bw_bag story_bag(size_t rows)
{
    struct bw_event all[STORY_ROWS];
    struct log log;
    log_init(&log);
    (void)story_rows(all);
    for (size_t k = 0; k < rows; k++)
        arrive(&log, &all[k]);
    bw_str_put(BW_STR("0125728359"), log.bag.plate, sizeof(log.bag.plate));
    bw_str_put(BW_STR("BA728359"), log.bag.short_plate, sizeof(log.bag.short_plate));
    log.bag.travel_date = day("2026-11-20");
    log.bag.members[0] = id_of(5);
    log.bag.n_members = 1;
    return log.bag;
}

static void pack(const struct bw_bag *bag, struct bw_buf *to)
{
    bw_buf_clear(to);
    bw_bag_pack(bag, to);
    assert_true(bw_buf_ok(to));
}

/* req: BAG-07 */
static void round_trip(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, two = { 0 };
    bw_buf_init(&one, 4096);
    bw_buf_init(&two, 4096);
    for (size_t rows = 0; rows <= STORY_ROWS; rows++) {
        struct bw_bag bag = story_bag(rows), back;
        pack(&bag, &one);
        assert_true(bw_bag_unpack(bw_buf_view(&one), &back));
        pack(&back, &two);
        assert_true(bw_str_eq(bw_buf_view(&one), bw_buf_view(&two)));
        assert_int_equal(back.place, bag.place);
        assert_int_equal(back.last_seen_code, bag.last_seen_code);
        assert_int_equal(back.newest.rank, bag.newest.rank);
        assert_int_equal(back.timeout_at, bag.timeout_at);
        assert_memory_equal(back.legs, bag.legs, sizeof(bag.legs));
        assert_string_equal(back.fwd_plate, bag.fwd_plate);
    }
}

/* Every member takes part: another value of any of them gives other bytes. */
#define DIFFERS(member, value)                                                                                         \
    do {                                                                                                               \
        struct bw_bag other = *bag;                                                                                    \
        other.member = value;                                                                                          \
        pack(&other, to);                                                                                              \
        if (bw_str_eq(packed, bw_buf_view(to)))                                                                        \
            fail_msg("%s is not packed", #member);                                                                     \
    } while (0)
#define CHANGES(member) DIFFERS(member, bag->member ^ 1)
#define TURNS(member) DIFFERS(member, !bag->member)

static void place_and_custody(const struct bw_bag *bag, struct bw_str packed, struct bw_buf *to)
{
    CHANGES(bag_id.b[0]);
    CHANGES(version);
    CHANGES(events);
    CHANGES(plate[0]);
    CHANGES(short_plate[0]);
    CHANGES(travel_date);
    CHANGES(made_at);
    CHANGES(recorded_at);
    CHANGES(newest.t);
    CHANGES(newest.rank);
    CHANGES(newest.uid.b[15]);
    CHANGES(place);
    CHANGES(station[0]);
    CHANGES(flight[0]);
    CHANGES(flight_date);
    CHANGES(place_at);
    CHANGES(custody);
    CHANGES(custodian[0]);
    CHANGES(custody_at);
    CHANGES(offered_recorded_at);
    CHANGES(timeout_at);
    CHANGES(case_state);
    CHANGES(case_id.b[3]);
    CHANGES(case_ref[0]);
}

static void clocks_and_journey(const struct bw_bag *bag, struct bw_str packed, struct bw_buf *to)
{
    CHANGES(owner[0]);
    CHANGES(case_ordinal);
    CHANGES(reported_at);
    CHANGES(watched_from);
    CHANGES(last_seen_at);
    CHANGES(last_seen_station[0]);
    CHANGES(last_seen_carrier[0]);
    CHANGES(last_seen_code);
    CHANGES(last_news_at);
    CHANGES(last_news_carrier[0]);
    CHANGES(last_confirmed_at);
    CHANGES(fwd_date);
    CHANGES(fwd_at);
    CHANGES(window_from);
    CHANGES(window_until);
    CHANGES(legs[1].flight[0]);
    CHANGES(legs[7].date);
    CHANGES(n_legs);
    CHANGES(destination[0]);
    CHANGES(last_carrier[0]);
    CHANGES(members[3].b[0]);
    CHANGES(n_members);
    CHANGES(joined_into.b[0]);
    CHANGES(possible);
    CHANGES(possible_at);
    CHANGES(n_parted);
    CHANGES(linked_at);
    CHANGES(untimed_at);
}

static void yes_and_no(const struct bw_bag *bag, struct bw_str packed, struct bw_buf *to)
{
    TURNS(at_rest);
    TURNS(watched);
    TURNS(watch_ended);
    TURNS(sighted_since_report);
    TURNS(forward);
    TURNS(attempted);
    TURNS(damaged);
    TURNS(claim_waits);
    TURNS(legs_from_case);
    TURNS(data_withdrawn);
    TURNS(pending_replaces);
}

static void every_member_is_packed(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, two = { 0 };
    bw_buf_init(&one, 4096);
    bw_buf_init(&two, 4096);
    struct bw_bag bag = story_bag(13);
    pack(&bag, &one);
    place_and_custody(&bag, bw_buf_view(&one), &two);
    clocks_and_journey(&bag, bw_buf_view(&one), &two);
    yes_and_no(&bag, bw_buf_view(&one), &two);
}

static void refuses_other_bytes(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf bytes = { 0 };
    bw_buf_init(&bytes, 4096);
    struct bw_bag bag = story_bag(10), back;
    pack(&bag, &bytes);
    struct bw_str whole = bw_buf_view(&bytes);
    for (size_t n = 0; n < whole.n; n++)
        assert_false(bw_bag_unpack(bw_str_take(whole, n), &back));
    uint8_t form = (uint8_t)bytes.p[0];
    bytes.p[0] = (char)(form + 1);
    assert_false(bw_bag_unpack(whole, &back));
    bytes.p[0] = (char)form;
    bw_buf_ch(&bytes, 'x');
    assert_false(bw_bag_unpack(bw_buf_view(&bytes), &back));
    /* A place that there is not: the byte behind the fixed head, the plate and the order key. */
    bag.place = (enum bw_place)BW_PLACE_MAX;
    pack(&bag, &bytes);
    assert_false(bw_bag_unpack(bw_buf_view(&bytes), &back));
    bag.place = BW_PLACE_AT;
    bag.n_legs = BW_LEGS + 1;
    pack(&bag, &bytes);
    assert_false(bw_bag_unpack(bw_buf_view(&bytes), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(every_member_is_packed),
        cmocka_unit_test(refuses_other_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
