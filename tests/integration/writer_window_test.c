/* SPDX-License-Identifier: Apache-2.0 */
/* Which bag a statement is about, through the writer: a plate names one bag for the days of its window, another bag
 * outside of it; windows end where their neighbours begin; short plate, rush plate, file reference and id lead to the
 * same bag.  Source: BAG-01, design.md 7 "alias". */
#include <stdio.h>
#include <stdlib.h>

#include "door_group.h"

static unsigned number;

/* Posts one sighting under an identity ("plate":… or "bag":…) and a travel date, or none; the item. */
static struct bw_item *said(const char *identity, const char *travel_date, const char *occurred_at)
{
    char body[400], date[40] = "";
    if (travel_date)
        (void)snprintf(date, sizeof date, "\"travel_date\":\"%s\",", travel_date);
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"w%u\",%s,%s\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"occurred_at\":\"%s\"}",
                   ++number, identity, date, occurred_at);
    struct bw_item *item = bwt_post(&door, "BA", BW_VOICE_CARRIER, body);
    if (item->rc != BW_OK)
        fail_msg("%s: %s", body, item->err.detail);
    return item;
}

static struct bw_uuid seen(const char *plate, const char *travel_date)
{
    char identity[40];
    (void)snprintf(identity, sizeof identity, "\"plate\":\"%s\"", plate);
    return said(identity, travel_date, "2026-11-20T09:00:00Z")->ev.bag_id;
}

static struct bw_uuid seen_at(const char *plate, const char *occurred_at)
{
    char identity[40];
    (void)snprintf(identity, sizeof identity, "\"plate\":\"%s\"", plate);
    return said(identity, NULL, occurred_at)->ev.bag_id;
}

#define SAME(a, b) assert_true(bw_uuid_eq(&(a), &(b)))
#define OTHER(a, b) assert_false(bw_uuid_eq(&(a), &(b)))

/* The windows of an identity, in order of days. */
static const char *windows(const char *kind, const char *value)
{
    return ask(&door,
               "SELECT string_agg(valid::text, ' ' ORDER BY valid) FROM alias WHERE kind = '%s' AND value = '%s'", kind,
               value);
}

static int32_t version(struct bw_uuid id)
{
    return bwt_bag(&door, &id).version;
}

/* Three days before to thirty after, both included. req: BAG-01 */
static void a_window_holds_its_edges_and_no_more(void **state)
{
    (void)state;
    static const char *const plates[] = { "0125810001", "2125810001" }; /* plate, rush plate */
    static const char *const kinds[] = { "plate", "rush" };
    for (size_t k = 0; k < BW_LEN(plates); k++) {
        struct bw_uuid bag = seen(plates[k], "2026-11-20");
        struct bw_uuid first = seen(plates[k], "2026-11-17"), last = seen(plates[k], "2026-12-20");
        SAME(first, bag);
        SAME(last, bag);
        assert_string_equal(windows(kinds[k], plates[k]), "[2026-11-17,2026-12-21)");
        struct bw_uuid before = seen(plates[k], "2026-11-16"), after = seen(plates[k], "2026-12-21");
        OTHER(before, bag);
        OTHER(after, bag);
        OTHER(after, before);
        assert_int_equal(version(bag), 3);
        assert_int_equal(version(before), 1);
        assert_int_equal(version(after), 1);
        assert_string_equal(windows(kinds[k], plates[k]),
                            "[2026-11-13,2026-11-17) [2026-11-17,2026-12-21) [2026-12-21,2027-01-21)");
    }
}

/* Between two windows a third takes the days that are free, and no day has two bags. req: BAG-01 */
static void a_window_ends_where_its_neighbours_begin(void **state)
{
    (void)state;
    static const char plate[] = "0125820001";
    struct bw_uuid a = seen(plate, "2026-11-20"), b = seen(plate, "2027-01-10"), c = seen(plate, "2026-12-25"),
                   d = seen(plate, "2026-12-21");
    assert_string_equal(windows("plate", plate), "[2026-11-17,2026-12-21) [2026-12-21,2026-12-22) "
                                                 "[2026-12-22,2027-01-07) [2027-01-07,2027-02-10)");
    const struct {
        const char *day;
        const struct bw_uuid *bag;
    } days[] = { { "2026-12-20", &a }, { "2026-12-21", &d }, { "2026-12-22", &c },
                 { "2027-01-06", &c }, { "2027-01-07", &b }, { "2027-02-09", &b } };
    for (size_t k = 0; k < BW_LEN(days); k++) {
        struct bw_uuid got = seen(plate, days[k].day);
        if (!bw_uuid_eq(&got, days[k].bag))
            fail_msg("%s is another bag", days[k].day);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM bag WHERE plate = '%s'", plate), 4);
}

/* Where no travel date is said, the day in UTC on which it happened counts. req: BAG-01 */
static void the_day_of_a_statement_is_utc(void **state)
{
    (void)state;
    static const char plate[] = "0125830001";
    bwt_clock_set("2026-12-22T10:00:00Z"); /* it never goes back */
    struct bw_uuid bag = seen(plate, "2026-11-20"), last = seen_at(plate, "2026-12-20T23:59:59Z"),
                   still = seen_at(plate, "2026-12-21T00:30:00+01:00"),
                   next = seen_at(plate, "2026-12-20T22:00:00-02:00");
    SAME(last, bag);
    SAME(still, bag);
    OTHER(next, bag);
}

/* The second journey of a plate begins from nothing, and news of the first does not touch it. req: BAG-01 */
static void a_plate_used_again_is_another_bag(void **state)
{
    (void)state;
    static const char *const words[] = {
        "{\"event_id\":\"r1\",\"plate\":\"0125840001\",\"travel_date\":\"2026-11-20\",\"code\":\"DELIVERED\","
        "\"proof\":\"pin\",\"station\":\"MAD\",\"occurred_at\":\"2026-11-20T08:00:00Z\"}",
        "{\"event_id\":\"r1\",\"plate\":\"0125840001\",\"travel_date\":\"2026-12-21\",\"code\":\"BAG_ACCEPTED\","
        "\"station\":\"JFK\",\"occurred_at\":\"2026-12-21T08:00:00Z\"}",
        "{\"event_id\":\"r2\",\"plate\":\"0125840001\",\"travel_date\":\"2026-11-20\",\"code\":\"DAMAGE_REPORTED\","
        "\"station\":\"MAD\",\"occurred_at\":\"2026-12-21T08:30:00Z\"}",
    };
    struct bw_uuid id[3];
    for (size_t k = 0; k < 3; k++) {
        if (k)
            bwt_clock_set("2026-12-21T09:00:00Z");
        const struct bw_item *item = bwt_post(&door, "BA", BW_VOICE_CARRIER, words[k]);
        assert_int_equal(item->rc, BW_OK);
        assert_int_equal(item->outcome, BW_OUT_ACCEPTED); /* the same event id, of another identity */
        id[k] = item->ev.bag_id;
    }
    OTHER(id[1], id[0]);
    SAME(id[2], id[0]);
    struct bw_bag first = bwt_bag(&door, &id[0]), second = bwt_bag(&door, &id[1]);
    assert_int_equal(first.place, BW_PLACE_DELIVERED);
    assert_true(first.damaged);
    assert_int_equal(second.place, BW_PLACE_AT);
    assert_string_equal(second.station, "JFK");
    assert_false(second.damaged);
    assert_int_equal(second.version, 1);
    assert_true(bag_equals_fold(&door, &id[0]) && bag_equals_fold(&door, &id[1]));
}

/* req: BAG-01 */
static void every_name_of_a_bag_leads_to_it(void **state)
{
    (void)state;
    struct bw_uuid bag = seen("0125850001", "2026-11-20");
    char id[80], text[BW_UUID_TEXT];
    (void)snprintf(id, sizeof id, "\"bag\":{\"kind\":\"id\",\"value\":\"%s\"}", bw_uuid_text(&bag, text));
    assert_int_equal(bwt_open_case(&door, "MADIB70001", "IB", "MAD", "0125850001", "2026-11-20")->rc, BW_OK);
    const struct bw_item *plan =
        bwt_post(&door, "BA", BW_VOICE_CARRIER,
                 "{\"event_id\":\"plan\",\"plate\":\"0125850001\",\"code\":\"FORWARD_PLANNED\",\"station\":\"LHR\","
                 "\"to_station\":\"MAD\",\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-21\"},"
                 "\"new_plate\":\"2125850099\",\"occurred_at\":\"2026-11-20T09:30:00Z\"}");
    assert_int_equal(plan->rc, BW_OK);
    SAME(plan->ev.bag_id, bag);
    const char *const names[] = { "\"plate\":\"0125850001\"",
                                  "\"bag\":{\"kind\":\"plate\",\"value\":\"0125850001\"}",
                                  "\"plate\":\"BA850001\"",
                                  "\"bag\":{\"kind\":\"short\",\"value\":\"BA850001\"}",
                                  "\"plate\":\"2125850099\"",
                                  "\"bag\":{\"kind\":\"rush\",\"value\":\"2125850099\"}",
                                  "\"bag\":{\"kind\":\"ref\",\"value\":\"MADIB70001\"}",
                                  id };
    int32_t last = version(bag);
    for (size_t k = 0; k < BW_LEN(names); k++) {
        const struct bw_item *item = said(names[k], NULL, "2026-11-20T09:40:00Z");
        if (!bw_uuid_eq(&item->ev.bag_id, &bag))
            fail_msg("%s leads elsewhere", names[k]);
        assert_int_not_equal(item->outcome, BW_OUT_AMBIGUOUS);
        assert_int_equal(item->ev.version, ++last);
    }
    assert_int_equal(ask_i64(&door,
                             "SELECT count(DISTINCT bag_id) FROM alias WHERE value IN ('0125850001', 'BA850001', "
                             "'2125850099', 'MADIB70001')"),
                     1);
    assert_string_equal(ask(&door, "SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM alias WHERE value IN "
                                   "('0125850001', 'BA850001', '2125850099', 'MADIB70001')"),
                        "plate ref rush short");
    assert_true(bag_equals_fold(&door, &bag));
}

/* A file is often opened days after the bag was last seen, and its reference is never given again. req: BAG-01 */
static void a_reference_means_its_bag_on_any_day(void **state)
{
    (void)state;
    struct bw_uuid bag = seen("0125870001", "2026-11-10");
    assert_int_equal(bwt_open_case(&door, "MADIB70002", "IB", "MAD", "0125870001", "2026-11-10")->rc, BW_OK);
    static const char *const times[] = { "2026-11-10T09:00:00Z", "2026-11-16T23:59:59Z", "2026-11-20T09:50:00Z" };
    for (size_t k = 0; k < BW_LEN(times); k++) {
        struct bw_uuid id = said("\"bag\":{\"kind\":\"ref\",\"value\":\"MADIB70002\"}", NULL, times[k])->ev.bag_id;
        SAME(id, bag);
    }
}

/* Each window of the plate has its short form: the short plate means the bag of the day too. req: BAG-01 */
static void a_short_plate_means_the_bag_of_its_days(void **state)
{
    (void)state;
    struct bw_uuid november = seen("0125860001", "2026-11-20"), january = seen("0125860001", "2027-01-20");
    struct bw_uuid first = seen("BA860001", "2026-12-20"), second = seen("BA860001", "2027-01-17");
    SAME(first, november);
    SAME(second, january);
    /* a bag first known by its short plate takes its whole plate when that is said */
    struct bw_uuid by_short = seen("BA860002", "2026-11-20"), whole = seen("0125860002", "2026-11-21");
    SAME(whole, by_short);
    assert_string_equal(bwt_bag(&door, &by_short).plate, "0125860002");
}

/* --- the days behind a window ---------------------------------------------------------------------------------------
 */

static void close_file(const struct bw_uuid *bag)
{
    struct post p;
    post_init(&p);
    struct bw_bag now = bwt_bag(&door, bag);
    struct bw_item *end = post_add_closing(&p, &now.case_id, now.owner, "closed");
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(end->rc, BW_OK);
    post_done(&p);
}

static struct bw_uuid with_file(const char *plate, const char *ref)
{
    struct bw_uuid bag = seen(plate, "2026-11-20");
    assert_int_equal(bwt_open_case(&door, ref, "IB", "MAD", plate, "2026-11-20")->rc, BW_OK);
    return bag;
}

/* Found after five weeks, a bag is still the one that is looked for, whoever reads its plate; without a file it is
 * another bag; and so is what begins a journey or has another travel date. req: BAG-01 */
static void an_open_file_keeps_the_free_days_behind_its_window(void **state)
{
    (void)state;
    struct bw_uuid bag = with_file("0125880001", "MADIB70011"), edge = with_file("0125880002", "MADIB70012"),
                   lone = seen("0125880003", "2026-11-20"), next = seen("0125880002", "2026-12-29");
    bwt_clock_set("2027-01-03T10:00:00Z");
    struct bw_uuid found = seen_at("0125880001", "2026-12-25T09:00:00Z"),
                   later = seen_at("0125880001", "2026-12-28T09:00:00Z"),
                   by_short = seen_at("BA880001", "2026-12-25T09:00:00Z");
    SAME(found, bag);
    SAME(later, bag);
    SAME(by_short, bag);
    assert_string_equal(windows("plate", "0125880001"), "[2026-11-17,2026-12-21) [2026-12-21,2026-12-29)");
    /* as far as they are free */
    struct bw_uuid between = seen_at("0125880002", "2026-12-24T09:00:00Z"),
                   behind = seen_at("0125880002", "2026-12-26T09:00:00Z");
    SAME(between, edge);
    SAME(behind, next);
    assert_string_equal(windows("plate", "0125880002"),
                        "[2026-11-17,2026-12-21) [2026-12-21,2026-12-26) [2026-12-26,2027-01-29)");
    struct bw_uuid other = seen_at("0125880003", "2026-12-25T09:00:00Z");
    OTHER(other, lone);
    /* first words of a journey, and another travel date */
    const struct bw_item *item =
        bwt_post(&door, "BA", BW_VOICE_CARRIER,
                 "{\"event_id\":\"j1\",\"plate\":\"0125880001\",\"code\":\"BAG_ACCEPTED\",\"station\":\"LHR\","
                 "\"occurred_at\":\"2027-01-02T09:00:00Z\"}");
    assert_int_equal(item->rc, BW_OK);
    OTHER(item->ev.bag_id, bag);
    struct bw_uuid dated = seen("0125880001", "2027-03-01");
    OTHER(dated, bag);
    OTHER(dated, item->ev.bag_id);
}

/* req: BAG-01 */
static void a_closed_file_keeps_three_days(void **state)
{
    (void)state;
    struct bw_uuid bag = with_file("0125890001", "MADIB70021");
    struct bw_uuid last = seen_at("0125890001", "2027-01-03T09:00:00Z");
    SAME(last, bag);
    close_file(&bag);
    bwt_clock_set("2027-01-08T10:00:00Z");
    struct bw_uuid third = seen_at("0125890001", "2027-01-06T23:59:00Z"),
                   fourth = seen_at("0125890001", "2027-01-07T00:01:00Z");
    SAME(third, bag);
    OTHER(fourth, bag);
    assert_true(bag_equals_fold(&door, &bag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_holds_its_edges_and_no_more),
        cmocka_unit_test(a_window_ends_where_its_neighbours_begin),
        cmocka_unit_test(every_name_of_a_bag_leads_to_it),
        cmocka_unit_test(a_reference_means_its_bag_on_any_day),
        cmocka_unit_test(a_short_plate_means_the_bag_of_its_days),
        cmocka_unit_test(a_plate_used_again_is_another_bag),
        cmocka_unit_test(the_day_of_a_statement_is_utc),
        cmocka_unit_test(an_open_file_keeps_the_free_days_behind_its_window),
        cmocka_unit_test(a_closed_file_keeps_three_days),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
