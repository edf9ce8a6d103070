/* SPDX-License-Identifier: Apache-2.0 */
/* Kept answers against a real database: first, repeat, running, another payload, cut off, another caller, sealed. */
#include "bw/app/idempotency.h"

#include "bw/app/retention.h"
#include "bw/base/codec.h"
#include "bw/storage/tx.h"
#include "door_rig.h"

static struct bw_keys keys;
static struct bw_principal caller = { .kind = BW_P_KEY };
static struct bw_arena arena;

static int start(void **state)
{
    uint8_t secret[32] = { 7 };
    bw_keys_from(secret, &keys);
    caller.id = bw_uuid_v7(bw_clock_wall());
    bw_arena_init(&arena, 1 << 20);
    return rig_setup(state);
}

static int stop(void **state)
{
    bw_arena_done(&arena);
    return rig_teardown(state);
}

static struct bw_idem ask(const char *key, const char *body)
{
    return (struct bw_idem){ &keys, &caller, bw_str_c(key), BW_STR("POST"), BW_STR("/v1/cases"), bw_str_c(body) };
}

static bw_code begin(const struct bw_idem *idem, bw_time now, struct bw_idem_answer *ret)
{
    struct bw_error err = { 0 };
    return bw_idem_begin(rig_app, idem, now, &arena, ret, &err);
}

static void finish(const struct bw_idem *idem, const char *headers, const char *body)
{
    struct bw_error err = { 0 };
    const struct bw_idem_answer answer = { 201, bw_str_c(headers), bw_str_c(body) };
    rig_ok(bw_idem_finish(rig_app, idem, &answer, &err), &err);
}

/* req: ING-08 */
static void a_repeat_gets_the_first_answer(void **state)
{
    struct bw_idem_answer a;
    const struct bw_idem idem = ask("k-1", "{\"plate\":1}");
    bw_time now = bw_clock_wall();
    (void)state;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    assert_int_equal(a.status, 0);
    assert_int_equal(begin(&idem, now, &a), BW_E_IDEMPOTENCY_RUNNING);
    finish(&idem, "Location: /v1/cases/MADSK10001\nX-Other: 1\n", "{\"a\":\n\n\"b\"}");
    assert_int_equal(begin(&idem, now + 6 * BW_DAY, &a), BW_OK);
    assert_int_equal(a.status, 201);
    assert_true(bw_str_eq_c(a.headers, "Location: /v1/cases/MADSK10001\nX-Other: 1\n"));
    assert_true(bw_str_eq_c(a.body, "{\"a\":\n\n\"b\"}"));
    const struct bw_idem bare = ask("k-2", "{}");
    assert_int_equal(begin(&bare, now, &a), BW_OK);
    finish(&bare, "", "");
    assert_int_equal(begin(&bare, now, &a), BW_OK);
    assert_true(a.status == 201 && a.headers.n == 0 && a.body.n == 0);
}

static void another_payload_or_path_is_refused_and_another_caller_is_new(void **state)
{
    struct bw_idem_answer a;
    struct bw_idem idem = ask("k-3", "one");
    bw_time now = bw_clock_wall();
    (void)state;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    idem.body = BW_STR("two");
    assert_int_equal(begin(&idem, now, &a), BW_E_IDEMPOTENCY_MISMATCH); /* also while the first runs */
    idem.body = BW_STR("one");
    finish(&idem, "", "mine");
    idem.path = BW_STR("/v1/keys");
    assert_int_equal(begin(&idem, now, &a), BW_E_IDEMPOTENCY_MISMATCH);
    idem.path = BW_STR("/v1/cases");
    struct bw_principal other = caller;
    other.id = bw_uuid_v7(now);
    idem.who = &other;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    assert_int_equal(a.status, 0);
    other = caller;
    other.kind = BW_P_ACCOUNT;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    assert_int_equal(a.status, 0);
}

static void after_a_refusal_the_key_is_free_again(void **state)
{
    struct bw_idem_answer a;
    struct bw_error err = { 0 };
    struct bw_idem idem = ask("k-4", "bad");
    bw_time now = bw_clock_wall();
    (void)state;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    rig_ok(bw_idem_drop(rig_app, &idem, &err), &err);
    idem.body = BW_STR("good");
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    finish(&idem, "", "done");
    rig_ok(bw_idem_drop(rig_app, &idem, &err), &err); /* an answer that is kept stays */
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    assert_int_equal(a.status, 201);
}

static void what_was_cut_off_is_taken_over_after_a_minute_by_one(void **state)
{
    struct bw_idem_answer a;
    const struct bw_idem idem = ask("k-5", "x");
    bw_time now = bw_clock_wall();
    (void)state;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    assert_int_equal(begin(&idem, now + BW_MINUTE - 1, &a), BW_E_IDEMPOTENCY_RUNNING);
    assert_int_equal(begin(&idem, now + BW_MINUTE, &a), BW_OK);
    assert_int_equal(a.status, 0);
    assert_int_equal(begin(&idem, now + BW_MINUTE + 1, &a), BW_E_IDEMPOTENCY_RUNNING);
}

static void a_week_later_the_key_is_new(void **state)
{
    struct bw_idem_answer a;
    struct bw_idem idem = ask("k-6", "x");
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    bw_time now = bw_clock_wall();
    (void)state;
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    finish(&idem, "", "old");
    rig_run(TEST_STMT_DOOR_IDEM_AGE, BW_PARAMS(bw_p_c("k-6"), bw_p_time(now - 7 * BW_DAY)));
    idem.body = BW_STR("y");
    assert_int_equal(begin(&idem, now, &a), BW_OK);
    assert_int_equal(a.status, 0);
    finish(&idem, "", "new");
    rig_run(TEST_STMT_DOOR_IDEM_AGE, BW_PARAMS(bw_p_c("k-6"), bw_p_time(now - 7 * BW_DAY - 1)));
    rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_COUNTS, BW_NO_PARAMS, &rows, &err), &err);
    int64_t before = bw_rows_i64(&rows, 0, "answers");
    rig_ok(bw_keeping_rows(rig_app, now, &err), &err);
    rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_COUNTS, BW_NO_PARAMS, &rows, &err), &err);
    assert_int_equal(bw_rows_i64(&rows, 0, "answers"), before - 1);
    bw_rows_done(&rows);
}

struct half {
    const struct bw_idem *idem;
    bw_code end;
};

static bw_code half_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    const struct half *h = ctx;
    struct bw_idem_answer a;
    const struct bw_idem_answer answer = { 201, BW_STR(""), BW_STR("whole") };
    bw_code code = bw_idem_begin(pg, h->idem, bw_clock_wall(), &arena, &a, err);
    if (code == BW_OK && a.status == 0)
        code = bw_idem_finish(pg, h->idem, &answer, err);
    return code == BW_OK ? h->end : code;
}

static void in_one_transaction_with_the_work_nothing_is_half_kept(void **state)
{
    const struct bw_idem idem = ask("k-7", "x");
    struct bw_error err = { 0 };
    struct bw_idem_answer a;
    struct half h = { &idem, BW_E_INVALID_BODY };
    (void)state;
    assert_int_equal(bw_tx_run(rig_app, half_body, &h, &err), BW_E_INVALID_BODY);
    h.end = BW_OK;
    rig_ok(bw_tx_run(rig_app, half_body, &h, &err), &err);
    assert_int_equal(begin(&idem, bw_clock_wall(), &a), BW_OK);
    assert_int_equal(a.status, 201);
}

/* req: CASE-06 */
static void kept_answers_are_sealed_and_bound_to_their_row(void **state)
{
    const struct bw_idem idem = ask("k-8", "{\"surname\":\"Testperson\"}");
    struct bw_idem_answer a;
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    char hex[64];
    (void)state;
    assert_int_equal(begin(&idem, bw_clock_wall(), &a), BW_OK);
    finish(&idem, "", "{\"customer_url\":\"/t/secret\"}");
    bw_hex("customer_url", 12, hex); /* how bytea would show it */
    rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_SECRETS, BW_NO_PARAMS, &rows, &err), &err);
    for (size_t k = 0; k < rows.n; k++) {
        assert_null(strstr(bw_rows_text(&rows, k, "text").p, hex));
        assert_null(strstr(bw_rows_text(&rows, k, "text").p, "Testperson"));
    }
    bw_rows_done(&rows);
    struct bw_keys stranger = keys;
    stranger.master.b[0] ^= 1; /* same fingerprints, another master key: the row is there but does not open */
    struct bw_idem other = idem;
    other.keys = &stranger;
    assert_int_equal(begin(&other, bw_clock_wall(), &a), BW_E_INTERNAL);
}

static void a_key_that_is_no_key_is_refused(void **state)
{
    struct bw_idem_answer a;
    char long_key[130];
    (void)state;
    memset(long_key, 'k', 129);
    long_key[129] = '\0';
    static const char *const bad[] = { "", "two words", "tab\there", "\xc3\xa9" };
    for (size_t k = 0; k < BW_LEN(bad); k++) {
        const struct bw_idem idem = ask(bad[k], "x");
        assert_int_equal(begin(&idem, bw_clock_wall(), &a), BW_E_BAD_REQUEST);
    }
    const struct bw_idem idem = ask(long_key, "x");
    assert_int_equal(begin(&idem, bw_clock_wall(), &a), BW_E_BAD_REQUEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeat_gets_the_first_answer),
        cmocka_unit_test(another_payload_or_path_is_refused_and_another_caller_is_new),
        cmocka_unit_test(after_a_refusal_the_key_is_free_again),
        cmocka_unit_test(what_was_cut_off_is_taken_over_after_a_minute_by_one),
        cmocka_unit_test(a_week_later_the_key_is_new),
        cmocka_unit_test(in_one_transaction_with_the_work_nothing_is_half_kept),
        cmocka_unit_test(kept_answers_are_sealed_and_bound_to_their_row),
        cmocka_unit_test(a_key_that_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
