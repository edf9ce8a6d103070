/* SPDX-License-Identifier: Apache-2.0 */
/* ingest_test.c - one JSON event on its way into the writer: who is stored as sender, whose voice it is, and the
 * answer. */
#include "bw/app/ingest.h"

#include "app_test.h"

#define NOW "2026-11-20T20:35:00Z"
#define SCAN                                                                                                           \
    "\"event_id\":\"scan-1\",\"plate\":\"0125728359\",\"occurred_at\":\"2026-11-20T20:34:00Z\",\"station\":\"LHR\""

static struct bw_arena arena;
static struct bw_faults faults;
static struct bw_work work;

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

static bw_code post(const struct bw_principal *who, const char *body)
{
    work = (struct bw_work){ 0 };
    bw_faults_init(&faults, &arena);
    return bw_ingest_event(who, bw_str_c(body), at(NOW), &arena, &work, &faults);
}

/* design.md 3: the log holds no names of people, so a person is organisation and handle.  req: SEC-10 */
static void senders_are_organisations_or_handles_and_never_names(void **state)
{
    (void)state;
    char sender[BW_SENDER_TEXT], other[BW_SENDER_TEXT];
    struct bw_principal key = principal(BW_P_KEY, "BA"), person = principal(BW_P_ACCOUNT, "BA");
    bw_sender_of(&key, sender);
    assert_string_equal(sender, "BA");
    bw_sender_of(&person, sender);
    assert_string_equal(sender, "BA.u1c1d1e1f");
    person.id.b[15] ^= 1;
    bw_sender_of(&person, other);
    assert_string_not_equal(sender, other);
    bw_str_put(BW_STR("a-long-handler1"), person.organisation, sizeof person.organisation);
    bw_sender_of(&person, sender); /* the longest organisation leaves room */
    assert_string_equal(sender, "a-long-handler1.u1c1d1e1e");
}

/* req: ING-01 */
static void a_scan_is_one_item_of_one_work(void **state)
{
    (void)state;
    struct bw_principal who = principal(BW_P_KEY, "BA");
    assert_int_equal(post(&who, "{" SCAN ",\"code\":\"BAG_SEEN\"}"), BW_OK);
    assert_int_equal(work.n, 1);
    assert_ptr_equal(work.arena, &arena);
    assert_null(work.items[0].new_case);
    const struct bw_event *ev = &work.items[0].ev;
    assert_string_equal(ev->sender, "BA");
    assert_string_equal(ev->carrier, "BA");
    assert_string_equal(ev->ident.value, "0125728359");
    assert_int_equal(ev->source, BW_SRC_JSON);
    assert_int_equal(ev->occurred_at, at("2026-11-20T20:34:00Z"));
}

/* req: ING-01 SEC-10 */
static void nobody_speaks_beyond_the_mandate(void **state)
{
    (void)state;
    struct bw_principal one = principal(BW_P_KEY, "BA"), two = principal(BW_P_KEY, "BA IB");
    assert_int_equal(post(&one, "{" SCAN ",\"code\":\"BAG_SEEN\",\"for_carrier\":\"IB\"}"), BW_E_CODE_NOT_YOURS);
    assert_true(told(&faults, BW_E_CODE_NOT_YOURS, "/for_carrier"));
    assert_int_equal(post(&two, "{" SCAN ",\"code\":\"BAG_SEEN\",\"for_carrier\":\"IB\"}"), BW_OK);
    assert_string_equal(work.items[0].ev.carrier, "IB");
    assert_int_not_equal(post(&two, "{" SCAN ",\"code\":\"BAG_SEEN\"}"), BW_OK);
    assert_true(faults.n > 0);
}

/* A key speaks as a carrier, an account as staff: codes.def says which code is whose. */
static void the_voice_is_the_principals(void **state)
{
    (void)state;
    struct bw_principal person = principal(BW_P_ACCOUNT, "BA");
    assert_int_equal(post(&person, "{" SCAN ",\"code\":\"BAG_SEEN\"}"), BW_OK);
    assert_int_equal(work.items[0].ev.source, BW_SRC_STAFF);
    assert_int_not_equal(post(&person, "{" SCAN ",\"code\":\"DATA_WITHDRAWN\"}"), BW_OK);
    assert_true(told(&faults, BW_E_CODE_NOT_YOURS, "/code"));
    struct bw_principal key = principal(BW_P_KEY, "BA");
    assert_int_equal(post(&key, "{" SCAN ",\"code\":\"DATA_WITHDRAWN\"}"), BW_OK);
    assert_int_not_equal(post(&key, "{" SCAN ",\"code\":\"CUSTODY_RESOLVED\"}"), BW_OK);
    assert_true(told(&faults, BW_E_CODE_NOT_YOURS, "/code"));
}

/* req: ING-05 */
static void every_fault_is_named_at_once(void **state)
{
    (void)state;
    struct bw_principal who = principal(BW_P_KEY, "BA");
    assert_int_equal(post(&who,
                          "{\"event_id\":\"a b\",\"plate\":\"123\",\"code\":\"BAG_SEEN\",\"occurred_at\":\"noon\","
                          "\"station\":\"lhr\",\"seat\":1,\"for_carrier\":\"IB\"}"),
                     BW_E_INVALID_BODY);
    assert_true(told(&faults, BW_E_INVALID_BODY, "/event_id"));
    assert_true(told(&faults, BW_E_INVALID_BODY, "/plate"));
    assert_true(told(&faults, BW_E_INVALID_BODY, "/occurred_at"));
    assert_true(told(&faults, BW_E_INVALID_BODY, "/station"));
    assert_true(told(&faults, BW_E_UNKNOWN_FIELD, "/seat"));
}

static void answers(const struct bw_item *item, int status, const char *json)
{
    struct bw_buf text;
    struct bw_json_out j;
    int told_status = 0;
    bw_buf_init(&text, 4096);
    bw_json_out_init(&j, &text);
    bw_ingest_answer(item, &j, &told_status);
    assert_string_equal(bw_buf_cstr(&text), json);
    assert_int_equal(told_status, status);
    bw_buf_done(&text);
}

/* req: ING-02 */
static void the_answer_says_what_became_of_it(void **state)
{
    (void)state;
    struct bw_item item = { .outcome = BW_OUT_ACCEPTED, .answer = BW_STR("{\"event\":{\"uid\":\"u\"},\"bag\":{}}") };
    answers(&item, 201, "{\"outcome\":\"accepted\",\"flags\":[],\"event\":{\"uid\":\"u\"},\"bag\":{}}");
    item.outcome = BW_OUT_LATE;
    item.flags = BW_FL_LATE_24H | BW_FL_UNKNOWN_STATION;
    answers(&item, 201,
            "{\"outcome\":\"late\",\"flags\":[\"late_24h\",\"unknown_station\"],\"event\":{\"uid\":\"u\"},\"bag\":{}}");
    item.outcome = BW_OUT_DUPLICATE;
    item.flags = 0;
    answers(&item, 200, "{\"outcome\":\"duplicate\",\"flags\":[],\"event\":{\"uid\":\"u\"},\"bag\":{}}");
    item.answer = BW_STR_NONE; /* nothing was stored */
    item.outcome = BW_OUT_MOOT;
    answers(&item, 201, "{\"outcome\":\"moot\",\"flags\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(senders_are_organisations_or_handles_and_never_names),
        cmocka_unit_test(a_scan_is_one_item_of_one_work),
        cmocka_unit_test(nobody_speaks_beyond_the_mandate),
        cmocka_unit_test(the_voice_is_the_principals),
        cmocka_unit_test(every_fault_is_named_at_once),
        cmocka_unit_test(the_answer_says_what_became_of_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
