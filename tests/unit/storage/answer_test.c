/* SPDX-License-Identifier: Apache-2.0 */
/* answer_test.c - the JSON of bags, promises and events as answered and pushed, and the lines of a feed payload. */
#include "bw/storage/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct bw_buf text;
static struct bw_json_out j;

static int setup(void **state)
{
    (void)state;
    bw_buf_init(&text, 64 * 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_buf_done(&text);
    return 0;
}

static void begin(void)
{
    bw_buf_clear(&text);
    bw_json_out_init(&j, &text);
}

static bw_time at(const char *rfc3339)
{
    bw_time t = 0;
    assert_true(bw_time_parse(bw_str_c(rfc3339), &t, NULL));
    return t;
}

static bw_date day(const char *iso)
{
    bw_date d = 0;
    assert_true(bw_date_parse(bw_str_c(iso), &d));
    return d;
}

static struct bw_uuid id_of(uint8_t byte)
{
    uint8_t bytes[16];
    memset(bytes, byte, sizeof bytes);
    return bw_uuid_v8(bytes);
}
#define ID1 "01010101-0101-8101-8101-010101010101"
#define ID2 "02020202-0202-8202-8202-020202020202"
#define ID3 "03030303-0303-8303-8303-030303030303"

/* A time that never was is null where the field is part of the state, and absent where it is an extra. */
static void a_bag_of_which_nothing_is_known(void **state)
{
    (void)state;
    struct bw_bag bag;
    struct bw_uuid id = id_of(1);
    bw_bag_init(&bag, &id, at("2026-11-20T10:40:00Z"));
    begin();
    bw_answer_bag(&j, &bag);
    assert_string_equal(bw_buf_cstr(&text),
                        "{\"id\":\"" ID1 "\",\"version\":0,\"place\":\"NONE\",\"at_rest\":false,\"custody\":\"NONE\","
                        "\"case\":\"NONE\",\"watched\":false,\"last_seen_at\":null,\"last_news_at\":null,\"route\":[]"
                        "}");
}

/* req: STR-06 */
static void a_bag_is_told_whole_with_its_version(void **state)
{
    (void)state;
    struct bw_uuid id = id_of(1);
    struct bw_bag bag;
    bw_bag_init(&bag, &id, at("2026-11-20T10:40:00Z"));
    bag.version = 7;
    bw_str_put(BW_STR("0125728359"), bag.plate, sizeof bag.plate);
    bw_str_put(BW_STR("BA728359"), bag.short_plate, sizeof bag.short_plate);
    bag.travel_date = day("2026-11-20");
    bag.place = BW_PLACE_AT;
    bw_str_put(BW_STR("LHR"), bag.station, sizeof bag.station);
    bw_str_put(BW_STR("T5 \"K\""), bag.spot, sizeof bag.spot);
    bag.at_rest = true;
    bag.custody = BW_CUSTODY_PENDING;
    bw_str_put(BW_STR("BA"), bag.custodian, sizeof bag.custodian);
    bw_str_put(BW_STR("IB"), bag.receiver, sizeof bag.receiver);
    bag.case_state = BW_CASE_OPEN;
    bw_str_put(BW_STR("MADIB10001"), bag.case_ref, sizeof bag.case_ref);
    bw_str_put(BW_STR("IB"), bag.owner, sizeof bag.owner);
    bag.watched = true;
    bag.last_seen_at = at("2026-11-20T20:34:00Z");
    bw_str_put(BW_STR("LHR"), bag.last_seen_station, sizeof bag.last_seen_station);
    bw_str_put(BW_STR("BA"), bag.last_seen_carrier, sizeof bag.last_seen_carrier);
    bag.last_news_at = at("2026-11-20T20:35:00Z");
    bw_str_put(BW_STR("BA"), bag.last_news_carrier, sizeof bag.last_news_carrier);
    bag.last_confirmed_at = at("2026-11-20T21:00:00Z");
    bag.forward = true;
    bw_str_put(BW_STR("IB3163"), bag.fwd_flight, sizeof bag.fwd_flight);
    bag.fwd_date = day("2026-11-21");
    bw_str_put(BW_STR("LHR"), bag.fwd_from, sizeof bag.fwd_from);
    bw_str_put(BW_STR("MAD"), bag.fwd_to, sizeof bag.fwd_to);
    bw_str_put(BW_STR("2125001234"), bag.fwd_plate, sizeof bag.fwd_plate);
    bw_str_put(BW_STR("BA"), bag.fwd_by, sizeof bag.fwd_by);
    bag.n_legs = 2;
    bag.legs[0] = (struct bw_leg){ "BA178", day("2026-11-20"), "JFK", "LHR" };
    bag.legs[1] = (struct bw_leg){ "IB3167", BW_DATE_NONE, "LHR", "" };
    bag.joined_into = id_of(2);
    begin();
    bw_answer_bag(&j, &bag);
    assert_string_equal(
        bw_buf_cstr(&text),
        "{\"id\":\"" ID1 "\",\"plate\":\"0125728359\",\"short_plate\":\"BA728359\",\"travel_date\":\"2026-11-20\","
        "\"version\":7,\"place\":\"AT\",\"station\":\"LHR\",\"spot\":\"T5 \\\"K\\\"\",\"at_rest\":true,"
        "\"custody\":\"PENDING\",\"custodian\":\"BA\",\"receiver\":\"IB\",\"case\":\"OPEN\",\"case_ref\":"
        "\"MADIB10001\","
        "\"owner\":\"IB\",\"watched\":true,\"last_seen_at\":\"2026-11-20T20:34:00Z\",\"last_seen_station\":\"LHR\","
        "\"last_seen_by\":\"BA\",\"last_news_at\":\"2026-11-20T20:35:00Z\",\"last_news_from\":\"BA\","
        "\"last_confirmed_at\":\"2026-11-20T21:00:00Z\",\"forward\":{\"flight\":\"IB3163\",\"date\":\"2026-11-21\","
        "\"from\":\"LHR\",\"to\":\"MAD\",\"plate\":\"2125001234\",\"planned_by\":\"BA\"},\"route\":[{\"flight\":"
        "\"BA178\","
        "\"date\":\"2026-11-20\",\"from\":\"JFK\",\"to\":\"LHR\"},{\"flight\":\"IB3167\",\"from\":\"LHR\"}],"
        "\"joined_into\":\"" ID2 "\"}");
}

static void promises_say_who_owes_what_by_when(void **state)
{
    (void)state;
    struct bw_promise p = { .promise_id = id_of(3),
                            .subject = BW_SUBJECT_BAG,
                            .owed = BW_OWE_LOCATED,
                            .debtor = "BA",
                            .creditor = "IB",
                            .station = "LHR",
                            .policy = "located/BA",
                            .opened_at = at("2026-11-20T20:00:00Z"),
                            .due_at = at("2026-11-20T22:00:00Z"),
                            .level = 1 };
    const struct bw_owed_row *row = bw_owed_row(p.owed);
    char wanted[600];
    int n =
        snprintf(wanted, sizeof wanted,
                 "[{\"id\":\"" ID3 "\",\"carrier\":\"BA\",\"to\":\"IB\",\"kind\":\"place\",\"owed\":\"%s\",\"what\":"
                 "\"%s\",\"opened\":\"2026-11-20T20:00:00Z\",\"due\":\"2026-11-20T22:00:00Z\",\"policy\":"
                 "\"located/BA\",\"level\":1,\"station\":\"LHR\"}]",
                 row->word, row->what);
    assert_true(n > 0 && (size_t)n < sizeof wanted);
    begin();
    bw_answer_promises(&j, &p, 1, NULL, BW_TIME_NONE);
    assert_string_equal(bw_buf_cstr(&text), wanted);
    begin();
    bw_answer_promises(&j, NULL, 0, NULL, BW_TIME_NONE);
    assert_string_equal(bw_buf_cstr(&text), "[]");
}

static struct bw_event scan(void)
{
    struct bw_event ev;
    bw_event_init(&ev);
    ev.uid = id_of(1);
    bw_str_put(BW_STR("BA.u1a2b3c4d"), ev.sender, sizeof ev.sender);
    bw_str_put(BW_STR("scan-1"), ev.event_id, sizeof ev.event_id);
    ev.code = BW_EV_BAG_SEEN;
    bw_str_put(BW_STR("BA"), ev.carrier, sizeof ev.carrier);
    bw_str_put(BW_STR("LHR"), ev.station, sizeof ev.station);
    ev.occurred_at = at("2026-11-20T20:34:00Z");
    ev.recorded_at = at("2026-11-20T20:35:00Z");
    ev.version = 3;
    return ev;
}

static void events_say_what_was_stated_and_what_became_of_it(void **state)
{
    (void)state;
    struct bw_event ev = scan();
    ev.flags = BW_FL_LATE_24H | BW_FL_UNKNOWN_STATION;
    begin();
    bw_answer_event(&j, &ev);
    assert_string_equal(bw_buf_cstr(&text),
                        "{\"uid\":\"" ID1
                        "\",\"event_id\":\"scan-1\",\"code\":\"BAG_SEEN\",\"sender\":\"BA.u1a2b3c4d\","
                        "\"carrier\":\"BA\",\"source\":\"json\",\"station\":\"LHR\",\"occurred_at\":"
                        "\"2026-11-20T20:34:00Z\",\"time_type\":\"actual\",\"recorded_at\":\"2026-11-20T20:35:00Z\","
                        "\"version\":3,\"outcome\":\"accepted\",\"flags\":[\"late_24h\",\"unknown_station\"]}");
}

/* Free text is sealed beside the event; what is answered and pushed has none of it.  req: TYB-11 */
static void no_answer_holds_free_text(void **state)
{
    (void)state;
    struct bw_event ev = scan();
    ev.private_body = BW_STR("{\"note\":\"Garcia\"}");
    begin();
    bw_answer_event(&j, &ev);
    assert_null(strstr(bw_buf_cstr(&text), "Garcia"));
}

/* The longest data: eight legs and every other field at once. */
static void long_data_is_told_whole(void **state)
{
    (void)state;
    struct bw_event ev = scan();
    struct bw_buf data;
    ev.data.n_legs = BW_LEGS;
    for (size_t k = 0; k < BW_LEGS; k++)
        ev.data.legs[k] = (struct bw_leg){ "BAW12345Z", day("2026-11-20"), "JFK", "LHR" };
    memset(ev.data.searched, '"', sizeof ev.data.searched - 1);
    memset(ev.data.why, '\\', sizeof ev.data.why - 1);
    memset(ev.data.owed, '"', sizeof ev.data.owed - 1);
    ev.data.case_id = id_of(1);
    ev.data.promise_id = id_of(2);
    ev.data.other_bag = id_of(3);
    ev.data.window_from = ev.data.window_until = ev.data.next_step_at = ev.occurred_at;
    bw_buf_init(&data, 8 * 1024);
    bw_event_data_json(&ev.data, &data);
    assert_true(data.n > 1024 && data.n < 2048);
    begin();
    bw_answer_event(&j, &ev);
    assert_non_null(memmem(text.p, text.n, data.p, data.n));
    bw_buf_done(&data);
}

static void lines_read_back_as_they_were_put(void **state)
{
    (void)state;
    struct bw_feed_line one = { .ordinal = 12,
                                .case_id = id_of(1),
                                .bag_ordinal = 2,
                                .bag_id = id_of(2),
                                .version = 7,
                                .state = BW_STR("AT"),
                                .level = -1,
                                .audience = BW_STR("BA,IB"),
                                .json = BW_STR("{\"v\":1,\"note\":\"a b\"}") };
    struct bw_feed_line two = { .bag_id = id_of(3), .state = BW_STR("NONE"), .level = 128, .json = BW_STR("{}") };
    begin();
    bw_feed_line_put(&text, &one);
    bw_feed_line_put(&text, &two);
    assert_string_equal(bw_buf_cstr(&text), "12 " ID1 " 2 " ID2 " 7 AT -1 BA,IB {\"v\":1,\"note\":\"a b\"}\n"
                                            "0 - 0 " ID3 " 0 NONE 128 - {}\n");
    struct bw_str rest = bw_buf_view(&text);
    struct bw_feed_line got;
    assert_true(bw_feed_line_next(&rest, &got));
    assert_int_equal(got.ordinal, 12);
    assert_true(bw_uuid_eq(&got.case_id, &one.case_id) && bw_uuid_eq(&got.bag_id, &one.bag_id));
    assert_int_equal(got.bag_ordinal, 2);
    assert_int_equal(got.version, 7);
    assert_true(bw_str_eq(got.state, one.state));
    assert_int_equal(got.level, -1);
    assert_true(bw_str_eq(got.audience, one.audience));
    assert_true(bw_str_eq(got.json, one.json));
    assert_true(bw_feed_line_next(&rest, &got));
    assert_true(bw_uuid_is_nil(&got.case_id));
    assert_true(bw_uuid_eq(&got.bag_id, &two.bag_id));
    assert_int_equal(got.level, 128); /* four months on: daily levels know no end */
    assert_int_equal(got.audience.n, 0);
    assert_false(bw_feed_line_next(&rest, &got));
}

static void lines_that_are_not_ours_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "x - 0 " ID1 " 1 AT 0 - {}\n",
        "-1 - 0 " ID1 " 1 AT 0 - {}\n",
        "1 none 0 " ID1 " 1 AT 0 - {}\n",
        "1 - 256 " ID1 " 1 AT 0 - {}\n",
        "1 - 0 bag 1 AT 0 - {}\n",
        "1 - 0 " ID1 " -1 AT 0 - {}\n",
        "1 - 0 " ID1 " 1 AT -2 - {}\n",
        "1 - 0 " ID1 " 1 AT 32768 - {}\n",
        "1 - 0 " ID1 " 1 AT 0 -\n",
        "1 - 0 " ID1 " 1 AT 0 - []\n",
    };
    struct bw_feed_line got;
    for (size_t k = 0; k < BW_LEN(bad); k++) {
        struct bw_str rest = bw_str_c(bad[k]);
        if (bw_feed_line_next(&rest, &got))
            fail_msg("read: %s", bad[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bag_of_which_nothing_is_known),
        cmocka_unit_test(a_bag_is_told_whole_with_its_version),
        cmocka_unit_test(promises_say_who_owes_what_by_when),
        cmocka_unit_test(events_say_what_was_stated_and_what_became_of_it),
        cmocka_unit_test(no_answer_holds_free_text),
        cmocka_unit_test(long_data_is_told_whole),
        cmocka_unit_test(lines_read_back_as_they_were_put),
        cmocka_unit_test(lines_that_are_not_ours_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
