/* SPDX-License-Identifier: Apache-2.0 */
/* event_in_test.c - bodies of POST /v1/events: what is taken, what is refused and where, time rules, mandates, notes.
 */
#include <json-c/json.h>

#include "bw/domain/event_in.h"

#include "domain_test.h"

#define NOW "2026-11-20T20:35:00Z"
#define COMMON "\"event_id\":\"scan-1\",\"plate\":\"0125728359\",\"occurred_at\":\"2026-11-20T20:34:00Z\""

static struct bw_arena arena;
static struct bw_faults faults;
static struct bw_event ev;
static const struct bw_str both[] = { BW_STR_INIT("BA"), BW_STR_INIT("IB") };

static int setup(void **state)
{
    (void)state;
    bw_arena_init(&arena, 4 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_arena_done(&arena);
    return 0;
}

static bw_code take_as(enum bw_voice voice, size_t n_carriers, const char *body)
{
    struct bw_event_ctx ctx = { voice, BW_STR("ba"), both, n_carriers, at(NOW) };
    bw_faults_init(&faults, &arena);
    return bw_event_in(bw_str_c(body), &ctx, &arena, &ev, &faults);
}

static bw_code take(const char *body)
{
    return take_as(BW_VOICE_CARRIER, 1, body);
}

static bool told(bw_code code, const char *pointer)
{
    for (size_t k = 0; k < faults.n; k++)
        if (faults.v[k].code == code && bw_str_eq_c(faults.v[k].pointer, pointer))
            return true;
    return false;
}

static void well(bw_code rc)
{
    if (rc != BW_OK)
        fail_msg("%.*s: %.*s", BW_FMT(faults.v[0].pointer), BW_FMT(faults.v[0].detail));
}

/* The only fault of a body, and where it is. */
#define REFUSED(body, code, pointer)                                                                                   \
    do {                                                                                                               \
        assert_int_equal(take(body), code);                                                                            \
        assert_int_equal(faults.n, 1);                                                                                 \
        assert_true(told(code, pointer));                                                                              \
    } while (0)

/* req: ING-01 */
static void takes_a_scan(void **state)
{
    (void)state;
    well(take(
        "{\"event_id\":\"scan-1\",\"plate\":\"0125 728359\",\"travel_date\":\"2026-11-20\",\"code\":\"TRANSFER_OUT\","
        "\"occurred_at\":\"2026-11-20T15:34:00-05:00\",\"time_type\":\"estimated\",\"station\":\"LHR\",\"place\":\"T3 "
        "K\xC3\xB6ln\",\"flight\":{\"no\":\"IB "
        "3167\",\"date\":\"2026-11-20\"},\"for_carrier\":\"BA\",\"to_carrier\":\"IB\","
        "\"note\":\"two \\\"straps\\\"\",\"sent_at\":\"2026-11-20T20:35:01Z\"}"));
    assert_string_equal(ev.sender, "ba");
    assert_string_equal(ev.event_id, "scan-1");
    assert_string_equal(ev.ident.value, "0125728359");
    assert_int_equal(ev.ident.date, day("2026-11-20"));
    assert_int_equal(ev.code, BW_EV_TRANSFER_OUT);
    assert_int_equal(ev.occurred_at, at("2026-11-20T20:34:00Z"));
    assert_int_equal(ev.offset_min, -300);
    assert_int_equal(ev.time_type, BW_ESTIMATED);
    assert_int_equal(ev.time_kind, BW_T_SCAN);
    assert_int_equal(ev.source, BW_SRC_JSON);
    assert_string_equal(ev.station, "LHR");
    assert_string_equal(ev.place, "T3 K\xC3\xB6ln");
    assert_string_equal(ev.flight, "IB3167");
    assert_int_equal(ev.flight_date, day("2026-11-20"));
    assert_string_equal(ev.carrier, "BA");
    assert_string_equal(ev.to_carrier, "IB");
    assert_true(bw_str_eq_c(ev.private_body, "{\"note\":\"two \\\"straps\\\"\"}"));
    assert_int_equal(ev.skew_us, 0);
    assert_int_equal(ev.flags, 0);
}

/* Who searched is personal: it goes with the note, sealed, and the event says only that somebody was named.
 * req: ING-14 ING-05 */
static void who_searched_is_sealed(void **state)
{
    (void)state;
#define SEARCHED                                                                                                       \
    COMMON ",\"code\":\"SEARCHED_NOT_FOUND\",\"station\":\"LHR\",\"for_carrier\":\"BA\",\"searched\":\"store 2\""
    well(take("{" SEARCHED "}"));
    assert_true(!ev.data.person && !bw_event_in_person(&ev) && bw_str_empty(ev.private_body));
    well(take("{" SEARCHED ",\"person\":\"M. Ruiz\",\"note\":\"dark\"}"));
    assert_true(ev.data.person && bw_event_in_person(&ev));
    assert_true(bw_str_eq_c(ev.private_body, "{\"note\":\"dark\",\"person\":\"M. Ruiz\"}"));
    struct bw_buf leaf;
    bw_buf_init(&leaf, 4096);
    bw_event_leaf(&ev, &leaf);
    assert_non_null(strstr(bw_buf_cstr(&leaf), "\"person\":true"));
    assert_null(strstr(bw_buf_cstr(&leaf), "Ruiz"));
    bw_buf_done(&leaf);
    REFUSED("{" SEARCHED ",\"person\":\"one\\ntwo\"}", BW_E_INVALID_BODY, "/person");
    REFUSED("{" SEARCHED ",\"person\":\"0123456789012345678901234567890123456789012345678901234567890\"}",
            BW_E_INVALID_BODY, "/person");
}

/* Every example of codes.def is a body that its own voice may send; system codes and case codes are refused. req:
 * ING-01 */
static void takes_every_example(void **state)
{
    (void)state;
    size_t taken = 0;
    for (int code = 1; code < BW_EV_MAX; code++) {
        const struct bw_code_row *row = bw_code_row((enum bw_event_code)code);
        char body[1024];
        bool later = code == BW_EV_STATUS_CONFIRMED;
        (void)snprintf(body, sizeof(body), "{" COMMON ",\"code\":\"%s\"%s%s}", row->name, row->example[0] ? "," : "",
                       row->example);
        enum bw_voice voice = row->voices & BW_VOICE_CARRIER ? BW_VOICE_CARRIER : BW_VOICE_STAFF;
        const struct bw_str mine = code == BW_EV_TRANSFER_IN || code == BW_EV_TRANSFER_REFUSED ? both[1] : both[0];
        struct bw_event_ctx ctx = { voice, BW_STR("x"), &mine, 1, at(later ? "2026-11-20T20:50:00Z" : NOW) };
        bw_faults_init(&faults, &arena);
        bw_code rc = bw_event_in(bw_str_c(body), &ctx, &arena, &ev, &faults);
        bool elsewhere = row->voices == BW_VOICE_SYSTEM || !bw_code_is_posted(row);
        if (elsewhere ? rc == BW_OK : rc != BW_OK)
            fail_msg("%s: %s %.*s", row->name, bw_code_info(rc)->slug, BW_FMT(faults.v[0].detail));
        taken += rc == BW_OK;
    }
    assert_true(taken > 30);
}

/* A body of the code's own example, in the voice that may say it; `without` is left out, `with` (a member with its
 * value) is added. */
static bw_code try_code(enum bw_event_code code, const char *without, const char *with)
{
    const struct bw_code_row *row = bw_code_row(code);
    char body[1024];
    (void)snprintf(body, sizeof body, "{" COMMON ",\"code\":\"%s\"%s%s}", row->name, row->example[0] ? "," : "",
                   row->example);
    json_object *o = json_tokener_parse(body);
    assert_non_null(o);
    if (without)
        json_object_object_del(o, without);
    char text[1200];
    (void)snprintf(text, sizeof text, "%s", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
    json_object_put(o);
    if (with)
        (void)snprintf(text + strlen(text) - 1, sizeof text - strlen(text) + 1, ",%s}", with);
    enum bw_voice voice = row->voices & BW_VOICE_CARRIER ? BW_VOICE_CARRIER : BW_VOICE_STAFF;
    const struct bw_str mine = code == BW_EV_TRANSFER_IN || code == BW_EV_TRANSFER_REFUSED ? both[1] : both[0];
    struct bw_event_ctx ctx = { voice, BW_STR("x"), &mine, 1, at("2026-11-20T20:50:00Z") };
    bw_faults_init(&faults, &arena);
    return bw_event_in(bw_str_c(text), &ctx, &arena, &ev, &faults);
}

static const char *value_of(unsigned field)
{
    switch (field) {
    case BW_F_FLIGHT:
        return "{\"no\":\"IB3167\",\"date\":\"2026-11-20\"}";
    case BW_F_REPLACES:
        return "[{\"event_id\":\"scan-17\"}]";
    case BW_F_WINDOW:
        return "{\"from\":\"2026-11-21T15:00:00Z\",\"until\":\"2026-11-21T18:00:00Z\"}";
    case BW_F_NEXT_STEP:
        return "\"2026-11-21T04:50:00Z\"";
    case BW_F_PROOF:
        return "\"pin\"";
    case BW_F_NEW_PLATE:
        return "\"same\"";
    case BW_F_TO_CARRIER:
    case BW_F_FROM_CARRIER:
        return "\"SK\"";
    default:
        return "\"CDG\"";
    }
}

/* Each code: its example is taken, without any one required field it is refused there and nowhere else, and a field
 * that its row does not have is refused. req: ING-14 */
static void every_code_is_held_to_its_row(void **state)
{
    (void)state;
    size_t needed = 0, foreign = 0, codes = 0;
    for (int code = 1; code < BW_EV_MAX; code++) {
        const struct bw_code_row *row = bw_code_row((enum bw_event_code)code);
        if (!bw_code_is_posted(row))
            continue;
        well(try_code((enum bw_event_code)code, NULL, NULL));
        codes++;
        assert_true(row->summary[0] && !(row->required & row->optional));
        unsigned field;
        bool leads;
        const char *name;
        for (size_t k = 0; (name = bw_event_member(k, &field, &leads)); k++) {
            char pointer[32], with[160];
            (void)snprintf(pointer, sizeof pointer, "/%s", name);
            if (leads && row->required & field) {
                needed++;
                assert_int_not_equal(try_code((enum bw_event_code)code, name, NULL), BW_OK);
                if (!told(BW_E_INVALID_BODY, pointer) || faults.n != 1)
                    fail_msg("%s without %s: %zu faults", row->name, name, faults.n);
            }
            if ((row->required | row->optional) & field)
                continue;
            foreign++;
            (void)snprintf(with, sizeof with, "\"%s\":%s", name,
                           field == BW_F_ACTION && leads ? "\"asked\"" : value_of(field));
            assert_int_not_equal(try_code((enum bw_event_code)code, NULL, with), BW_OK);
            if (!told(BW_E_INVALID_BODY, pointer))
                fail_msg("%s takes %s", row->name, name);
        }
    }
    assert_true(codes > 30 && needed > codes / 2 && foreign > 200);
    /* req: ING-14 (what the requirement names) */
    unsigned plan = BW_F_NEW_PLATE | BW_F_FLIGHT | BW_F_STATION | BW_F_TO_STATION;
    assert_int_equal(bw_code_row(BW_EV_FORWARD_PLANNED)->required & plan, plan);
    assert_true(bw_code_row(BW_EV_SEARCHED_NOT_FOUND)->required & BW_F_SEARCHED);
    assert_true(bw_code_row(BW_EV_SEARCHED_NOT_FOUND)->optional & BW_F_PERSON); /* required of a key for it to count */
    assert_true(bw_code_row(BW_EV_DELIVERED)->required & BW_F_PROOF);
}

static void identities(void **state)
{
    (void)state;
#define SEEN "\"event_id\":\"e\",\"occurred_at\":\"2026-11-20T20:34:00Z\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\""
    well(take("{" SEEN ",\"bag\":{\"kind\":\"short\",\"value\":\"BA728359\"}}"));
    assert_int_equal(ev.ident.kind, BW_IDENT_SHORT);
    well(take("{" SEEN ",\"bag\":{\"kind\":\"id\",\"value\":\"0192f0c1-7a2b-7c3d-8e4f-0123456789ab\"}}"));
    assert_int_equal(ev.ident.kind, BW_IDENT_ID);
    well(take("{" SEEN ",\"plate\":\"2125001234\"}"));
    assert_int_equal(ev.ident.kind, BW_IDENT_RUSH);
    assert_int_equal(ev.ident.date, BW_DATE_NONE);
    REFUSED("{" SEEN "}", BW_E_INVALID_BODY, "/plate");
    REFUSED("{" SEEN ",\"plate\":\"0125728359\",\"bag\":{\"kind\":\"plate\",\"value\":\"0125728359\"}}",
            BW_E_INVALID_BODY, "/bag");
    REFUSED("{" SEEN ",\"plate\":\"0000000000\"}", BW_E_INVALID_BODY, "/plate");
    REFUSED("{" SEEN ",\"plate\":\"MADIB10001\"}", BW_E_INVALID_BODY, "/plate");
    REFUSED("{" SEEN ",\"bag\":{\"kind\":\"rush\",\"value\":\"0125728359\"}}", BW_E_INVALID_BODY, "/bag/value");
    REFUSED("{" SEEN ",\"bag\":{\"kind\":\"crate\",\"value\":\"0125728359\"}}", BW_E_INVALID_BODY, "/bag/kind");
    REFUSED("{" SEEN ",\"bag\":\"0125728359\"}", BW_E_INVALID_BODY, "/bag");
}

/* req: ING-05 */
static void tells_all_faults_at_once(void **state)
{
    (void)state;
    assert_int_equal(take("{\"event_id\":\"a "
                          "b\",\"plate\":\"12\",\"code\":\"TRANSFER_OUT\",\"occurred_at\":\"yesterday\","
                          "\"station\":\"lhr\",\"proof\":\"pin\",\"colour\":\"red\",\"flight\":{\"no\":\"BA178\"},"
                          "\"place\":\"01234567890123456789012345678901234567890\"}"),
                     BW_E_INVALID_BODY);
    assert_true(told(BW_E_INVALID_BODY, "/event_id"));
    assert_true(told(BW_E_INVALID_BODY, "/plate"));
    assert_true(told(BW_E_INVALID_BODY, "/occurred_at"));
    assert_true(told(BW_E_INVALID_BODY, "/station"));
    assert_true(told(BW_E_INVALID_BODY, "/to_carrier"));
    assert_true(told(BW_E_INVALID_BODY, "/proof"));
    assert_true(told(BW_E_UNKNOWN_FIELD, "/colour"));
    assert_true(told(BW_E_INVALID_BODY, "/flight/date"));
    assert_true(told(BW_E_INVALID_BODY, "/place"));
    assert_int_equal(faults.n, 9);
    REFUSED("{" COMMON ",\"code\":\"BAG_TELEPORTED\"}", BW_E_UNKNOWN_CODE, "/code");
    REFUSED("{" COMMON "}", BW_E_INVALID_BODY, "/code");
    REFUSED("[]", BW_E_INVALID_BODY, "");
    assert_int_equal(take("{" COMMON ",\"code\":\"STAFF_NOTE\",\"note\":\"\xFF\"}"), BW_E_INVALID_BODY);
    assert_true(told(BW_E_NOT_UTF8, "/note") && told(BW_E_CODE_NOT_YOURS, "/code"));
    assert_int_equal(take("{" COMMON ",\"plate\":\"0125728359\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"}"),
                     BW_E_DUPLICATE_KEY);
    assert_int_equal(take("{\"event_id\":"), BW_E_BAD_JSON);
}

/* req: ING-05 (refused, never clamped) */
static void fields_of_a_code(void **state)
{
    (void)state;
    REFUSED("{" COMMON ",\"code\":\"BAG_LOADED\",\"station\":\"LHR\"}", BW_E_INVALID_BODY, "/flight");
    REFUSED("{" COMMON ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"to_carrier\":\"IB\"}", BW_E_INVALID_BODY,
            "/to_carrier");
    REFUSED("{" COMMON ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"asked\":\"IB\"}", BW_E_INVALID_BODY, "/asked");
    REFUSED("{" COMMON ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"replaces\":[{\"event_id\":\"x\"}]}",
            BW_E_INVALID_BODY, "/replaces");
    REFUSED("{" COMMON ",\"code\":\"DELIVERED\"}", BW_E_INVALID_BODY, "/proof");
    REFUSED("{" COMMON ",\"code\":\"DELIVERED\",\"proof\":\"word of honour\"}", BW_E_INVALID_BODY, "/proof");
    REFUSED("{" COMMON ",\"code\":\"TRANSFER_OUT\",\"station\":\"LHR\",\"to_carrier\":\"BA\"}", BW_E_INVALID_BODY,
            "/to_carrier");
    REFUSED("{" COMMON ",\"code\":\"TRANSFER_IN\",\"station\":\"LHR\",\"from_carrier\":\"BA\"}", BW_E_INVALID_BODY,
            "/from_carrier");
    REFUSED("{" COMMON
            ",\"code\":\"HANDED_TO_COURIER\",\"station\":\"MAD\",\"window\":{\"from\":\"2026-11-21T18:00:00Z\","
            "\"until\":\"2026-11-21T15:00:00Z\"}}",
            BW_E_INVALID_BODY, "/window/until");
    REFUSED("{" COMMON
            ",\"code\":\"FORWARD_PLANNED\",\"station\":\"LHR\",\"to_station\":\"LHR\",\"new_plate\":\"same\","
            "\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-21\"}}",
            BW_E_INVALID_BODY, "/to_station");
    well(take("{" COMMON
              ",\"code\":\"FORWARD_PLANNED\",\"station\":\"LHR\",\"to_station\":\"MAD\",\"new_plate\":\"same\","
              "\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-21\"}}"));
    assert_true(ev.data.same_plate && ev.new_plate[0] == '\0');
    /* Characters count, not bytes. */
#define TEN "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
    well(take("{" COMMON ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"place\":\"" TEN TEN TEN TEN "\"}"));
    REFUSED("{" COMMON ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"place\":\"" TEN TEN TEN TEN "x\"}",
            BW_E_INVALID_BODY, "/place");
}

/* req: ING-01 (for_carrier within the sender's mandate, left out where there is only one), BAG-05 */
static void speaks_for_its_own(void **state)
{
    (void)state;
#define LHR_SEEN "{" COMMON ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\""
    well(take(LHR_SEEN "}"));
    assert_string_equal(ev.carrier, "BA");
    REFUSED(LHR_SEEN ",\"for_carrier\":\"IB\"}", BW_E_CODE_NOT_YOURS, "/for_carrier");
    well(take_as(BW_VOICE_CARRIER, 2, LHR_SEEN ",\"for_carrier\":\"IB\"}"));
    assert_string_equal(ev.carrier, "IB");
    assert_int_equal(take_as(BW_VOICE_CARRIER, 2, LHR_SEEN "}"), BW_E_INVALID_BODY);
    assert_true(told(BW_E_INVALID_BODY, "/for_carrier"));
    assert_int_equal(take_as(BW_VOICE_CUSTOMER, 0, LHR_SEEN "}"), BW_E_CODE_NOT_YOURS);
    well(take_as(BW_VOICE_CUSTOMER, 0, "{" COMMON ",\"code\":\"DAMAGE_REPORTED\"}"));
    assert_string_equal(ev.carrier, "");
    assert_int_equal(ev.source, BW_SRC_CUSTOMER);
    REFUSED("{" COMMON ",\"code\":\"CUSTODY_RESOLVED\",\"station\":\"LHR\"}", BW_E_CODE_NOT_YOURS, "/code");
    well(take_as(BW_VOICE_STAFF, 1, "{" COMMON ",\"code\":\"CUSTODY_RESOLVED\",\"station\":\"LHR\"}"));
    assert_int_equal(take_as(BW_VOICE_SYSTEM, 1, "{" COMMON ",\"code\":\"CUSTODY_DISPUTED\"}"), BW_E_CODE_NOT_YOURS);
    assert_int_equal(take_as(BW_VOICE_STAFF, 1, "{" COMMON ",\"code\":\"CASE_OPENED\",\"station\":\"MAD\"}"),
                     BW_E_CODE_NOT_YOURS);
}

static bw_code take_at(const char *occurred_at, const char *more)
{
    char body[512];
    (void)snprintf(body, sizeof(body),
                   "{\"event_id\":\"e\",\"plate\":\"0125728359\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"occurred_"
                   "at\":\"%s\"%s}",
                   occurred_at, more);
    return take(body);
}

/* req: ING-09 */
static void time_ahead_and_late(void **state)
{
    (void)state;
    well(take_at("2026-11-20T20:37:00Z", ""));
    assert_int_equal(take_at("2026-11-20T20:37:00.000001Z", ""), BW_E_TIME_AHEAD);
    assert_true(told(BW_E_TIME_AHEAD, "/occurred_at"));
    assert_int_equal(take_at("2026-11-20T20:38:00Z", ",\"time_type\":\"estimated\""), BW_E_TIME_AHEAD);
    assert_int_equal(take_at("2026-11-20T21:38:00Z", ",\"time_type\":\"planned\""), BW_E_INVALID_BODY);
    assert_true(told(BW_E_INVALID_BODY, "/time_type"));
    well(take("{\"event_id\":\"e\",\"plate\":\"0125728359\",\"code\":\"BAG_EXPECTED\",\"station\":\"LHR\",\"time_"
              "type\":\"planned\","
              "\"occurred_at\":\"2026-11-21T20:38:00Z\"}"));
    well(take_at("2026-11-19T20:35:00Z", ""));
    assert_int_equal(ev.flags, 0);
    well(take_at("2026-11-19T20:34:59Z", ""));
    assert_int_equal(ev.flags, BW_FL_LATE_24H);
    assert_int_equal(take_at("2025-01-01T00:00:00Z", ""), BW_E_INVALID_BODY);
    assert_int_equal(take_at("1969-12-31T23:59:59Z", ""), BW_E_INVALID_BODY);
}

/* req: ING-16, ING-09 (the skew is taken out first) */
static void skew_is_taken_out(void **state)
{
    (void)state;
    well(take_at("2026-11-20T21:34:00+01:00", ",\"sent_at\":\"2026-11-20T20:35:01.9Z\""));
    assert_int_equal(ev.skew_us, 0);
    assert_int_equal(ev.occurred_at, at("2026-11-20T20:34:00Z"));
    /* A device three hours ahead: both its readings are. */
    well(take_at("2026-11-20T23:34:00Z", ",\"sent_at\":\"2026-11-20T23:35:00Z\""));
    assert_int_equal(ev.skew_us, 3 * BW_HOUR);
    assert_int_equal(ev.occurred_at, at("2026-11-20T20:34:00Z"));
    assert_int_equal(ev.sent_at, at("2026-11-20T23:35:00Z"));
    assert_int_equal(ev.flags, BW_FL_SKEW);
    well(take_at("2026-11-20T20:33:30Z", ",\"sent_at\":\"2026-11-20T20:34:30Z\""));
    assert_int_equal(ev.skew_us, -30 * BW_SECOND);
    assert_int_equal(ev.occurred_at, at("2026-11-20T20:34:00Z"));
    assert_int_equal(ev.flags, 0);
    /* A device that says it is now three hours from now, and saw the bag in five: still ahead. */
    assert_int_equal(take_at("2026-11-21T01:35:00Z", ",\"sent_at\":\"2026-11-20T23:35:00Z\""), BW_E_TIME_AHEAD);
}

static void corrections(void **state)
{
    (void)state;
    well(take("{" COMMON ",\"code\":\"CORRECTION\",\"replaces\":[{\"event_id\":\"scan-17\"},{\"event_id\":\"scan-18\","
              "\"identity\":\"BA 728359\",\"travel_date\":\"2026-11-20\"}]}"));
    assert_true(bw_str_eq_c(ev.replaces, "[{\"event_id\":\"scan-17\"},{\"event_id\":\"scan-18\",\"identity\":"
                                         "\"short:BA728359@2026-11-20\"}]"));
    REFUSED("{" COMMON ",\"code\":\"CORRECTION\"}", BW_E_INVALID_BODY, "/replaces");
    REFUSED("{" COMMON ",\"code\":\"CORRECTION\",\"replaces\":[]}", BW_E_INVALID_BODY, "/replaces");
    REFUSED("{" COMMON ",\"code\":\"CORRECTION\",\"replaces\":[{\"event_id\":\"a\\\"b\"}]}", BW_E_INVALID_BODY,
            "/replaces/0/event_id");
    REFUSED("{" COMMON ",\"code\":\"CORRECTION\",\"replaces\":[{\"event_id\":\"a\",\"identity\":\"x\"}]}",
            BW_E_INVALID_BODY, "/replaces/0/identity");
}

/* req: CLK-04 (an action with its object, a next step within 24 hours) */
static void confirmations(void **state)
{
    (void)state;
#define CONFIRM "{" COMMON ",\"code\":\"STATUS_CONFIRMED\","
    well(take_as(BW_VOICE_STAFF, 1,
                 CONFIRM "\"action\":\"waiting\",\"waiting_for\":\"BA\",\"next_step_at\":\"2026-11-21T20:35:00Z\"}"));
    assert_string_equal(ev.data.action, "waiting");
    assert_string_equal(ev.data.waiting_for, "BA");
    REFUSED(CONFIRM "\"action\":\"waiting\",\"next_step_at\":\"2026-11-21T01:00:00Z\"}", BW_E_INVALID_BODY,
            "/waiting_for");
    REFUSED(CONFIRM "\"action\":\"searched\",\"asked\":\"LHR\",\"next_step_at\":\"2026-11-21T01:00:00Z\"}",
            BW_E_INVALID_BODY, "/searched");
    REFUSED(CONFIRM "\"action\":\"asked\",\"asked\":\"LHR\",\"next_step_at\":\"2026-11-21T20:36:00Z\"}",
            BW_E_INVALID_BODY, "/next_step_at");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_scan),        cmocka_unit_test(who_searched_is_sealed),
        cmocka_unit_test(takes_every_example), cmocka_unit_test(every_code_is_held_to_its_row),
        cmocka_unit_test(identities),          cmocka_unit_test(tells_all_faults_at_once),
        cmocka_unit_test(fields_of_a_code),    cmocka_unit_test(speaks_for_its_own),
        cmocka_unit_test(time_ahead_and_late), cmocka_unit_test(skew_is_taken_out),
        cmocka_unit_test(corrections),         cmocka_unit_test(confirmations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
