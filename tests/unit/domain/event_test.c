/* SPDX-License-Identifier: Apache-2.0 */
/* event_test.c - words, order key, canonical form, data and leaf of an event. */
#include "bw/domain/event.h"

#include "bw/base/codec.h"
#include "domain_test.h"

static struct bw_event sample(void)
{
    struct bw_event ev;
    bw_event_init(&ev);
    bw_str_put(BW_STR("ba"), ev.sender, sizeof(ev.sender));
    bw_str_put(BW_STR("scan-1"), ev.event_id, sizeof(ev.event_id));
    ev.ident = ident("0125728359");
    ev.code = BW_EV_TRANSFER_OUT;
    ev.occurred_at = at("2026-11-20T20:34:00Z");
    ev.recorded_at = at("2026-11-20T20:35:00Z");
    bw_str_put(BW_STR("BA"), ev.carrier, sizeof(ev.carrier));
    bw_str_put(BW_STR("IB"), ev.to_carrier, sizeof(ev.to_carrier));
    bw_str_put(BW_STR("LHR"), ev.station, sizeof(ev.station));
    ev.uid = id_of(1);
    bw_event_set_order(&ev, BW_TIME_NONE);
    ev.bag_id = id_of(2);
    ev.version = 5;
    return ev;
}

static void words_and_back(void **state)
{
    (void)state;
    enum bw_source source;
    enum bw_outcome outcome;
    enum bw_subject subject;
    enum bw_time_kind kind;
    enum bw_time_type type;
    for (int k = BW_SRC_JSON; k <= BW_SRC_SYSTEM; k++) {
        assert_true(bw_source_from(bw_str_c(bw_source_word((enum bw_source)k)), &source));
        assert_int_equal(source, k);
    }
    for (int k = 0; k < BW_OUT_MAX; k++) {
        assert_true(bw_outcome_from(bw_str_c(bw_outcome_word((enum bw_outcome)k)), &outcome));
        assert_int_equal(outcome, k);
    }
    for (unsigned bit = 0; bit < BW_EVENT_FLAGS; bit++)
        assert_int_equal(bw_event_flag_from(bw_str_c(bw_event_flag_word(bit))), 1U << bit);
    assert_int_equal(bw_event_flag_from(BW_STR("no such")), 0);
    assert_string_equal(bw_event_flag_word(13), "no_effect");
    assert_true(bw_subject_from(BW_STR("case"), &subject) && subject == BW_SUBJECT_CASE);
    assert_true(bw_time_kind_from(BW_STR("origin"), &kind) && kind == BW_T_ORIGIN);
    assert_true(bw_time_type_from(BW_STR("planned"), &type) && type == BW_PLANNED);
    assert_false(bw_time_type_from(BW_STR("Planned"), &type));
}

/* Every row of codes.def can be found by its name, and says what it needs. */
static void code_rows(void **state)
{
    (void)state;
    for (int code = 1; code < BW_EV_MAX; code++) {
        const struct bw_code_row *row = bw_code_row((enum bw_event_code)code);
        enum bw_event_code found;
        assert_true(bw_code_from(bw_str_c(row->name), &found));
        assert_int_equal(found, code);
        assert_int_not_equal(row->voices, 0);
        assert_int_equal(row->required & row->optional, 0);
        assert_true(row->summary[0] != '\0' && row->rank > 0);
        if (row->hold == BW_HOLD_OFFER)
            assert_true(row->required & BW_F_TO_CARRIER);
        if (row->flags & BW_CF_AT_REST)
            assert_true(row->flags & BW_CF_SIGHTING);
    }
    enum bw_event_code none;
    assert_false(bw_code_from(BW_STR("BAG_TELEPORTED"), &none));
    assert_false(bw_code_from(BW_STR(""), &none));
}

static void order_key(void **state)
{
    (void)state;
    struct bw_event a = sample(), b = a;
    assert_int_equal(bw_order_cmp(&a.order, &b.order), 0);
    b.uid = id_of(9);
    bw_event_set_order(&b, BW_TIME_NONE);
    assert_int_equal(bw_order_cmp(&a.order, &b.order), -1);
    bw_str_put(BW_STR("AA"), b.carrier, sizeof(b.carrier));
    bw_event_set_order(&b, BW_TIME_NONE);
    assert_int_equal(bw_order_cmp(&a.order, &b.order), 1);
    b.code = BW_EV_TRANSFER_IN; /* the giver's word of the same instant stands before the receiver's */
    bw_event_set_order(&b, BW_TIME_NONE);
    assert_int_equal(bw_order_cmp(&a.order, &b.order), -1);
    b.occurred_at -= 1;
    bw_event_set_order(&b, BW_TIME_NONE);
    assert_int_equal(bw_order_cmp(&a.order, &b.order), 1);
}

/* req: BAG-06 (origin time, then flight date) */
static void order_of_the_untimed(void **state)
{
    (void)state;
    struct bw_event ev = sample();
    ev.flight_date = day("2026-11-20");
    bw_event_set_order(&ev, at("2026-11-20T10:40:00Z"));
    assert_int_equal(ev.order.t, ev.occurred_at);
    ev.occurred_at = BW_TIME_NONE;
    bw_event_set_order(&ev, at("2026-11-20T10:40:00Z"));
    assert_int_equal(ev.order.t, at("2026-11-20T10:40:00Z"));
    bw_event_set_order(&ev, BW_TIME_NONE);
    assert_int_equal(ev.order.t, at("2026-11-20T00:00:00Z"));
    ev.flight_date = BW_DATE_NONE;
    bw_event_set_order(&ev, BW_TIME_NONE);
    assert_int_equal(ev.order.t, ev.recorded_at);
}

static struct bw_str canonical(const struct bw_event *ev, struct bw_buf *to)
{
    bw_buf_clear(to);
    bw_event_canonical(ev, to);
    assert_true(bw_buf_ok(to));
    return bw_buf_view(to);
}

static void canonical_form(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, two = { 0 };
    bw_buf_init(&one, 4096);
    bw_buf_init(&two, 4096);
    struct bw_event ev = sample();
    assert_true(
        bw_str_eq_c(canonical(&ev, &one),
                    "{\"v\":1,\"code\":\"TRANSFER_OUT\",\"source\":\"json\",\"time_type\":\"actual\",\"time_kind\":"
                    "\"scan\",\"occurred_at\":\"2026-11-20T20:34:00Z\",\"offset_min\":0,\"carrier\":\"BA\","
                    "\"station\":\"LHR\",\"to_carrier\":\"IB\"}"));
    /* What was derived, and when it was sent, take no part: a retry with another skew is the same statement. */
    struct bw_event again = ev;
    again.sent_at = at("2026-11-20T20:40:00Z");
    again.skew_us = 7 * BW_SECOND;
    again.occurred_at -= again.skew_us;
    again.version = 9;
    again.recorded_at += BW_HOUR;
    again.flags = BW_FL_SKEW;
    assert_true(bw_str_eq(canonical(&ev, &one), canonical(&again, &two)));
    again.private_body = BW_STR("{\"note\":\"x\"}");
    assert_false(bw_str_eq(canonical(&ev, &one), canonical(&again, &two)));
    again = ev;
    bw_str_put(BW_STR("LH"), again.to_carrier, sizeof(again.to_carrier));
    assert_false(bw_str_eq(canonical(&ev, &one), canonical(&again, &two)));
}

static struct bw_event_data full_data(void)
{
    struct bw_event_data d;
    bw_event_data_init(&d);
    bw_str_put(BW_STR("MAD"), d.to_station, sizeof(d.to_station));
    d.window_from = at("2026-11-21T15:00:00Z");
    d.window_until = at("2026-11-21T18:00:00Z");
    bw_str_put(BW_STR("VELOX"), d.courier, sizeof(d.courier));
    bw_str_put(BW_STR("signature"), d.proof, sizeof(d.proof));
    bw_str_put(BW_STR("searched"), d.action, sizeof(d.action));
    bw_str_put(BW_STR("LHR"), d.asked, sizeof(d.asked));
    bw_str_put(BW_STR("BA"), d.waiting_for, sizeof(d.waiting_for));
    d.next_step_at = at("2026-11-21T04:50:00Z");
    bw_str_put(BW_STR("T3 store 2, \"T5\" transfer, K\xC3\xB6ln"), d.searched, sizeof(d.searched));
    d.n_legs = 2;
    d.legs[0] = (struct bw_leg){ "BA178", day("2026-11-20"), "JFK", "LHR" };
    d.legs[1] = (struct bw_leg){ "IB3167", BW_DATE_NONE, "", "MAD" };
    d.source_mark = 'L';
    d.case_id = id_of(3);
    bw_str_put(BW_STR("MADIB10001"), d.case_ref, sizeof(d.case_ref));
    bw_str_put(BW_STR("IB"), d.owner, sizeof(d.owner));
    d.bag_ordinal = 1;
    d.n_bags = 2;
    d.promise_id = id_of(4);
    d.level = 0;
    bw_str_put(BW_STR("custody-disputed"), d.owed, sizeof(d.owed));
    bw_str_put(BW_STR("BA"), d.debtor, sizeof(d.debtor));
    d.due = at("2026-11-21T06:00:00Z");
    d.quiet_until = at("2026-11-21T06:30:00Z");
    d.since = at("2026-11-21T02:00:00Z");
    d.incident = id_of(6);
    d.other_bag = id_of(5);
    bw_str_put(BW_STR("case-opened"), d.why, sizeof(d.why));
    d.same_plate = true;
    return d;
}

static void data_round_trip(void **state)
{
    (void)state;
    struct bw_arena arena;
    bw_arena_init(&arena, 1 << 20);
    BW_CLEANUP(bw_buf_done) struct bw_buf json = { 0 }, again = { 0 };
    bw_buf_init(&json, 8192);
    bw_buf_init(&again, 8192);
    struct bw_event_data d = full_data(), back;
    bw_event_data_json(&d, &json);
    assert_true(bw_event_data_parse(bw_buf_view(&json), &back, &arena));
    bw_event_data_json(&back, &again);
    assert_true(bw_str_eq(bw_buf_view(&json), bw_buf_view(&again)));
    assert_memory_equal(back.legs, d.legs, 2 * sizeof(d.legs[0]));
    assert_string_equal(back.searched, d.searched);
    assert_int_equal(back.level, 0);
    assert_int_equal(back.next_step_at, d.next_step_at);
    bw_event_data_init(&d);
    bw_buf_clear(&json);
    bw_event_data_json(&d, &json);
    assert_int_equal(json.n, 0);
    assert_true(bw_event_data_parse(BW_STR(""), &back, &arena));
    assert_int_equal(back.level, -1);
    assert_true(bw_event_data_parse(BW_STR("{\"level\":365}"), &back, &arena));
    assert_int_equal(back.level, 365); /* a year of silence */
    assert_true(bw_event_data_parse(BW_STR(""), &back, &arena));
    assert_int_equal(back.window_from, BW_TIME_NONE);
    assert_false(bw_event_data_parse(BW_STR("{\"proof\":1}"), &back, &arena));
    assert_false(bw_event_data_parse(BW_STR("{\"no_such\":\"x\"}"), &back, &arena));
    assert_false(bw_event_data_parse(BW_STR("[]"), &back, &arena));
    bw_arena_done(&arena);
}

/* The form is final: this text may never change for v 1.  req: AUD-08 (no personal data: the note is a commitment
 * alone) */
/* What is said of neither a bag nor a case stands alone and comes back byte for byte. */
static void facts_are_kept_as_they_are(void **state)
{
    (void)state;
    static char room[256];
    struct bw_arena arena;
    struct bw_event_data d, back;
    struct bw_buf json;
    bw_arena_init(&arena, 1 << 20);
    bw_buf_init(&json, 1024);
    bw_event_data_init(&d);
    d.facts = BW_STR("{\"after\":{\"steps\":[120, 360]},\"note\":\"a/b\"}");
    bw_event_data_json(&d, &json);
    bw_str_put(bw_buf_view(&json), room, sizeof room);
    assert_string_equal(room, "{\"facts\":{\"after\":{\"steps\":[120, 360]},\"note\":\"a/b\"}}");
    assert_true(bw_event_data_parse(bw_buf_view(&json), &back, &arena));
    assert_true(bw_str_eq(back.facts, d.facts));
    assert_false(bw_event_data_parse(BW_STR("{\"facts\":{\"a\":}}"), &back, &arena));
    assert_false(bw_event_data_parse(BW_STR("{\"facts\":{}},{\"b\":{}}"), &back, &arena));
    bw_buf_done(&json);
    bw_arena_done(&arena);
}

static void leaf_is_final(void **state)
{
    (void)state;
    static const char want[] =
        "{\"v\":1,\"uid\":\"10000001-0000-8000-8000-000000000000\",\"subject_kind\":\"bag\",\"subject\":"
        "\"10000002-0000-8000-8000-000000000000\",\"version\":5,\"code\":\"TRANSFER_OUT\",\"sender\":\"ba\","
        "\"carrier\":\"BA\","
        "\"times\":{\"order\":\"2026-11-20T20:34:00Z\",\"occurred\":\"2026-11-20T20:34:00Z\",\"offset_min\":0,\"kind\":"
        "\"scan\",\"type\":\"actual\",\"sent\":null,\"skew_us\":0,\"recorded\":\"2026-11-20T20:35:00Z\"},\"station\":"
        "\"LHR\","
        "\"place\":null,\"flight\":null,\"flight_date\":null,\"from\":null,\"to\":\"IB\",\"reason\":null,\"new_plate\":"
        "null,"
        "\"source\":\"json\",\"data\":{\"proof\":\"pin\"},\"raw_commitment\":null,\"private_commitment\":"
        "\"e300000000000000000000000000000000000000000000000000000000000000\",\"replaces\":[{\"event_id\":\"a\"}]}";
    BW_CLEANUP(bw_buf_done) struct bw_buf leaf = { 0 };
    bw_buf_init(&leaf, 8192);
    struct bw_event ev = sample();
    bw_str_put(BW_STR("pin"), ev.data.proof, sizeof(ev.data.proof));
    ev.replaces = BW_STR("[{\"event_id\":\"a\"}]");
    ev.private_body = BW_STR("{\"note\":\"call Mrs Svensson\"}");
    ev.has_private_commitment = true;
    ev.private_commitment.b[0] = 0xE3;
    bw_event_leaf(&ev, &leaf);
    assert_string_equal(bw_buf_cstr(&leaf), want);
    struct bw_hash hash = bw_leaf_hash(bw_buf_view(&leaf));
    const struct bw_str parts[] = { bw_str_n("\0", 1), bw_str_c(want) };
    struct bw_hash expected = bw_sha256_parts(parts, 2);
    assert_memory_equal(hash.b, expected.b, sizeof(hash.b));
}

/* RFC 6962 2.1: SHA-256 of one zero byte, which is the hash of the leaf of the empty entry. */
static void leaf_hash_vector(void **state)
{
    (void)state;
    char hex[2 * BW_SHA256 + 1];
    struct bw_hash hash = bw_leaf_hash(BW_STR(""));
    bw_hex(hash.b, sizeof(hash.b), hex);
    assert_string_equal(hex, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_back),
        cmocka_unit_test(code_rows),
        cmocka_unit_test(order_key),
        cmocka_unit_test(order_of_the_untimed),
        cmocka_unit_test(canonical_form),
        cmocka_unit_test(data_round_trip),
        cmocka_unit_test(facts_are_kept_as_they_are),
        cmocka_unit_test(leaf_is_final),
        cmocka_unit_test(leaf_hash_vector),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
