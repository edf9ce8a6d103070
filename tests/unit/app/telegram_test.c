/* SPDX-License-Identifier: Apache-2.0 */
/* telegram_test.c - telegrams on their way into the writer: items, dead letters, message ids, and the answer. */
#include "bw/app/ingest.h"

#include "app_test.h"
#include "typeb_case.h"

#define NOW "2026-11-20T13:00:00Z"
#define GOOD "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728359001\n.P/SMITH/JOHN\nENDBSM\n"
/* No such month; the plate of ten digits with its count is well. */
#define FAULTY "BSM\n.V/1LJFK\n.F/BA0178/20NVO/LHR\n.N/0125728360001\n.P/GARCIA/ANA\nENDBSM\n"
/* One tag of two can be read. */
#define PARTLY "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.N/0125728361001\n.N/012572X361001\n.P/PEREZ/LUIS\nENDBSM\n"
#define NO_BAGS "BCM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\nENDBCM\n"

static struct typeb_case c;
static struct bw_keys keys;
static struct bw_app app;
static struct bw_telegram t;

static int setup(void **state)
{
    (void)state;
    typeb_open(&c);
    keys = keys_of(1);
    app = (struct bw_app){ .keys = &keys };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    typeb_close(&c);
    return 0;
}

static void send_at(const struct bw_principal *who, const char *text, const char *now)
{
    struct bw_error err = { 0 };
    if (bw_ingest_telegram(&app, &c.world, who, bw_str_c(text), at(now), &c.arena, &t, &err) != BW_OK)
        fail_msg("%s", err.detail);
}

static void send(const char *text)
{
    struct bw_principal who = principal(BW_P_KEY, "BA");
    send_at(&who, text, NOW);
}

/* The answer as text, until the next one. */
static const char *answer(int *ret_status)
{
    struct bw_json_out j;
    bw_buf_clear(&c.out);
    bw_json_out_init(&j, &c.out);
    bw_ingest_telegram_answer(&t, &j, ret_status);
    return bw_buf_cstr(&c.out);
}

static void answered(int status, const char *const *parts)
{
    int told_status = 0;
    const char *json = answer(&told_status);
    assert_int_equal(told_status, status);
    for (; *parts; parts++)
        if (!strstr(json, *parts))
            fail_msg("%s is not in %s", *parts, json);
}

/* req: TYB-01 */
static void each_bag_of_each_message_is_one_item(void **state)
{
    (void)state;
    send(GOOD NO_BAGS PARTLY);
    assert_int_equal(t.read.n_messages, 3);
    assert_int_equal(t.work.n, 2);
    assert_string_equal(t.work.items[0].ev.ident.value, "0125728359");
    assert_string_equal(t.work.items[1].ev.ident.value, "0125728361");
    const size_t first[] = { 0, 1, 1 };
    assert_memory_equal(t.item_of, first, sizeof first);
    for (size_t k = 0; k < t.work.n; k++) {
        assert_string_equal(t.work.items[k].ev.sender, "BA");
        assert_int_equal(t.work.items[k].ev.source, BW_SRC_TYPEB);
        assert_true(bw_uuid_eq(&t.work.items[k].ev.raw_id, &t.work.raw_id));
    }
    assert_ptr_equal(t.work.arena, &c.arena);
    assert_true(bw_str_eq_c(t.work.raw, GOOD NO_BAGS PARTLY));
    assert_true(bw_str_eq_c(t.work.raw_sender, "BA"));
}

static struct bw_uuid id_of(const struct bw_principal *who, const char *text, const char *now)
{
    send_at(who, text, now);
    return t.work.raw_id;
}

/* req: TYB-06 */
static void the_same_text_of_the_same_sender_is_the_same_message(void **state)
{
    (void)state;
    struct bw_principal ba = principal(BW_P_KEY, "BA"), other = principal(BW_P_KEY, "BA");
    bw_str_put(BW_STR("ground"), other.organisation, sizeof other.organisation);
    struct bw_uuid first = id_of(&ba, GOOD, NOW), again = id_of(&ba, GOOD, "2026-11-20T14:00:00Z");
    struct bw_uuid changed = id_of(&ba, PARTLY, NOW), strange = id_of(&other, GOOD, NOW);
    struct bw_uuid next_day = id_of(&ba, GOOD, "2026-11-21T13:00:00Z");
    assert_true(bw_uuid_eq(&first, &again));
    assert_false(bw_uuid_eq(&first, &changed));
    assert_false(bw_uuid_eq(&first, &strange));
    assert_false(bw_uuid_eq(&first, &next_day)); /* what is kept 72 h must not stand for what comes next year */
    struct bw_keys others = keys_of(2);
    app.keys = &others; /* an outsider cannot reckon it from the text */
    struct bw_uuid elsewhere = id_of(&ba, GOOD, NOW);
    app.keys = &keys;
    assert_false(bw_uuid_eq(&first, &elsewhere));
}

/* req: TYB-04 */
static void what_cannot_be_used_is_a_dead_letter_of_its_own(void **state)
{
    (void)state;
    send(GOOD FAULTY NO_BAGS PARTLY);
    assert_int_equal(t.work.n_dead, 2);
    const struct bw_dead_letter_new *unusable = &t.work.dead[0], *partly = &t.work.dead[1];
    assert_int_equal(unusable->ordinal, 2);
    assert_string_equal(unusable->smi, "BSM");
    assert_string_equal(unusable->status, "unusable");
    assert_int_equal(unusable->first_line, 7);
    assert_int_equal(unusable->last_line, 12);
    assert_int_equal(partly->ordinal, 4);
    assert_string_equal(partly->status, "partly_used");
    assert_false(bw_uuid_eq(&unusable->id, &partly->id));
    assert_false(bw_uuid_eq(&unusable->id, &t.work.raw_id));
    struct bw_uuid first = unusable->id;
    send(GOOD FAULTY NO_BAGS PARTLY);
    assert_true(bw_uuid_eq(&first, &t.work.dead[0].id)); /* sent again it is the same letter */
    send(GOOD NO_BAGS);
    assert_int_equal(t.work.n_dead, 0);
}

/* Faults are kept in clear for years, texts are sealed and destroyed.  req: TYB-03 TYB-11 */
static void faults_name_line_element_and_reason_and_no_text(void **state)
{
    (void)state;
    int status;
    send(FAULTY PARTLY);
    assert_int_equal(t.work.n_dead, 2);
    assert_true(has(t.work.dead[0].faults, "\"line\":3,\"element\":\"F\",\"reason\":"));
    assert_true(has(t.work.dead[0].faults, "\"lost\":true"));
    assert_true(has(t.work.dead[1].faults, "\"line\":11,\"element\":\"N\",\"reason\":"));
    static const char *const personal[] = { "GARCIA", "ANA", "PEREZ", "LUIS", "20NVO", "012572X361" };
    const char *json = answer(&status);
    for (size_t k = 0; k < BW_LEN(personal); k++) {
        assert_null(strstr(json, personal[k]));
        assert_false(has(t.work.dead[0].faults, personal[k]) || has(t.work.dead[1].faults, personal[k]));
    }
}

/* req: TYB-03 TYB-04 */
static void the_answer_names_messages_bags_faults_and_letters(void **state)
{
    (void)state;
    char letter[BW_UUID_TEXT];
    send(GOOD PARTLY);
    t.work.items[0].outcome = BW_OUT_ACCEPTED;
    t.work.items[0].answer = BW_STR("{\"event\":{\"uid\":\"u\"}}");
    t.work.items[1].rc = bw_fail(&t.work.items[1].err, BW_E_EVENT_CONFLICT, "/event_id", "other content");
    (void)bw_uuid_text(&t.work.dead[0].id, letter);
    const char *const parts[] = {
        "{\"messages\":[{\"ordinal\":1,\"smi\":\"BSM\",\"action\":\"new\",\"status\":\"used\",\"station\":\"JFK\","
        "\"bags\":"
        "[{\"plate\":\"0125728359\",\"code\":\"BAG_EXPECTED\",\"answer\":{\"outcome\":\"accepted\",\"flags\":[],"
        "\"event\":"
        "{\"uid\":\"u\"}}}],\"faults\":[],\"dead_letter\":null},{\"ordinal\":2,",
        "\"status\":\"partly_used\"",
        "\"refused\":\"event-id-conflict\",\"detail\":\"other content\"}]",
        "\"faults\":[{\"line\":11,\"element\":\"N\",\"reason\":\"",
        letter,
        NULL,
    };
    answered(200, parts);
}

/* design.md 8: 200 when every message could be looked at, 422 only when none could. */
static void the_status_is_422_only_when_nothing_could_be_read(void **state)
{
    (void)state;
    const char *const any[] = { "{\"messages\":[{\"ordinal\":1,", NULL };
    send(FAULTY);
    answered(422, any);
    send(FAULTY GOOD);
    answered(200, any);
    send(NO_BAGS);
    answered(200, any);
}

/* req: TYB-04 */
static void a_text_without_a_message_is_kept_whole(void **state)
{
    (void)state;
    send("DEAR COLLEAGUES\nMR GARCIA MISSES HIS BAG\n");
    assert_int_equal(t.work.n, 0);
    assert_int_equal(t.work.n_dead, 1);
    assert_int_equal(t.work.dead[0].first_line, 1);
    assert_int_equal(t.work.dead[0].last_line, 2);
    assert_string_equal(t.work.dead[0].status, "unusable");
    assert_false(has(t.work.dead[0].faults, "GARCIA"));
    char letter[BW_UUID_TEXT];
    (void)bw_uuid_text(&t.work.dead[0].id, letter);
    const char *const parts[] = { "\"ordinal\":0", "\"status\":\"unusable\",\"bags\":[],\"faults\":[{\"line\":1,",
                                  letter, NULL };
    answered(422, parts);
    send(""); /* nothing at all is one letter too */
    assert_int_equal(t.work.n_dead, 1);
    assert_int_equal(t.work.dead[0].last_line, 1);
}

/* req: SEC-10 */
static void bags_of_other_carriers_are_not_used(void **state)
{
    (void)state;
    struct bw_principal sk = principal(BW_P_KEY, "SK LH");
    send_at(&sk, GOOD, NOW);
    assert_int_equal(t.work.n, 0);
    assert_int_equal(t.work.n_dead, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bag_of_each_message_is_one_item),
        cmocka_unit_test(the_same_text_of_the_same_sender_is_the_same_message),
        cmocka_unit_test(what_cannot_be_used_is_a_dead_letter_of_its_own),
        cmocka_unit_test(faults_name_line_element_and_reason_and_no_text),
        cmocka_unit_test(the_answer_names_messages_bags_faults_and_letters),
        cmocka_unit_test(the_status_is_422_only_when_nothing_could_be_read),
        cmocka_unit_test(a_text_without_a_message_is_kept_whole),
        cmocka_unit_test(bags_of_other_carriers_are_not_used),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
