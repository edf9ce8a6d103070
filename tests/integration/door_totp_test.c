/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes of accounts against a real database: set up, asked for, good once, throttled, turned off. */
#include "door_rig.h"

#include <stdio.h>

#include "bw/storage/keys.h"

static struct bw_keys keys;

static struct bw_doors *open_doors(void)
{
    return rig_doors(&(struct bw_doors_config){ .password_log2_n = 4, .entries = 64, .keys = &keys });
}

static struct bw_uuid account(const char *name)
{
    const struct bw_account_new a = { .name = bw_str_c(name),
                                      .organisation = BW_STR("SK"),
                                      .role = BW_STR("agent"),
                                      .password = BW_STR("long enough a word") };
    struct bw_uuid id;
    struct bw_error err = { 0 };
    rig_ok(bw_account_create(rig_app, &a, 4, bw_clock_wall(), &id, &err), &err);
    return id;
}

static struct bw_totp read_totp(const struct bw_uuid *id)
{
    struct bw_totp totp;
    struct bw_error err = { 0 };
    rig_ok(bw_totp_read(rig_app, id, &totp, &err), &err);
    return totp;
}

/* What an authenticator does with the text it was given: base32, RFC 6238. */
static void code_of(struct bw_doors *doors, const struct bw_uuid *id, int64_t step, char to[7])
{
    char secret[BW_TOTP_TEXT];
    uint8_t bytes[20] = { 0 };
    unsigned at = 0;
    struct bw_error err = { 0 };
    struct bw_totp totp = read_totp(id);
    rig_ok(bw_totp_secret(doors, id, &totp, secret, &err), &err);
    assert_int_equal(strlen(secret), 32);
    for (const char *c = secret; *c; c++) {
        unsigned five = *c >= 'A' ? (unsigned)(*c - 'A') : (unsigned)(*c - '2') + 26;
        for (int bit = 4; bit >= 0; bit--, at++)
            bytes[at / 8] |= (uint8_t)((five >> bit & 1) << (7 - at % 8));
    }
    (void)snprintf(to, 7, "%06u", (unsigned)bw_totp(bw_str_n((const char *)bytes, sizeof bytes), (uint64_t)step));
}

static bool check(struct bw_doors *doors, const struct bw_uuid *id, const char *code, bw_time now, int64_t *ret_step)
{
    struct bw_totp totp = read_totp(id);
    return bw_totp_check(doors, id, &totp, bw_str_c(code), now, ret_step);
}

static bw_code spend(const struct bw_uuid *id, int64_t step, bw_time now)
{
    struct bw_error err = { 0 };
    struct bw_totp totp = read_totp(id);
    return bw_totp_spend(rig_app, id, &totp, step, now, &err);
}

/* An account with codes turned on at `now`, of the step before it. */
static struct bw_uuid with_codes(struct bw_doors *doors, const char *name, bw_time now)
{
    char code[7];
    int64_t step = 0;
    struct bw_error err = { 0 };
    struct bw_uuid id = account(name);
    rig_ok(bw_totp_begin(doors, rig_app, &id, &err), &err);
    code_of(doors, &id, now / BW_SECOND / BW_TOTP_STEP - 1, code);
    assert_true(check(doors, &id, code, now, &step));
    assert_int_equal(spend(&id, step, now), BW_OK);
    return id;
}

/* req: SEC-02 */
static void codes_are_asked_for_once_one_was_typed(void **state)
{
    (void)state;
    struct bw_doors *doors = open_doors();
    struct bw_login login;
    struct bw_error err = { 0 };
    struct bw_uuid id = account("ida");
    assert_false(read_totp(&id).there);
    rig_ok(bw_totp_begin(doors, rig_app, &id, &err), &err);
    struct bw_totp first = read_totp(&id);
    assert_true(first.there && !first.on);
    rig_ok(bw_login_find(doors, rig_app, BW_STR("ida"), &login, &err), &err);
    assert_false(login.totp.on);
    rig_ok(bw_totp_begin(doors, rig_app, &id, &err), &err); /* another secret, the first is worth nothing */
    assert_int_equal(bw_totp_spend(rig_app, &id, &first, 5, bw_clock_wall(), &err), BW_E_UNAUTHENTICATED);
    id = with_codes(doors, "ivar", bw_clock_wall());
    rig_ok(bw_login_find(doors, rig_app, BW_STR("IVAR"), &login, &err), &err);
    assert_true(login.totp.on);
    assert_int_equal(bw_totp_begin(doors, rig_app, &id, &err), BW_E_NOT_FOUND); /* no way around the code in force */
    assert_true(read_totp(&id).on);
    bw_doors_free(doors);
}

/* RFC 6238 5.2 and 6. req: SEC-02 */
static void a_code_is_good_for_its_time_and_once(void **state)
{
    (void)state;
    struct bw_doors *doors = open_doors();
    bw_time now = bw_clock_wall() / (BW_TOTP_STEP * BW_SECOND) * (BW_TOTP_STEP * BW_SECOND);
    struct bw_uuid id = with_codes(doors, "jens", now);
    int64_t this = now / BW_SECOND / BW_TOTP_STEP, step = 0;
    char code[7], old[7], far[7];
    code_of(doors, &id, this - 1, old);
    code_of(doors, &id, this + 1, code);
    code_of(doors, &id, this + 2, far);
    assert_false(check(doors, &id, old, now, &step)); /* it was used to turn the codes on */
    assert_false(check(doors, &id, far, now, &step));
    assert_true(check(doors, &id, code, now, &step)); /* a clock half a minute ahead */
    assert_int_equal(step, this + 1);
    assert_int_equal(spend(&id, step, now), BW_OK);
    assert_int_equal(spend(&id, step, now), BW_E_UNAUTHENTICATED); /* two log-ins at once: one */
    assert_false(check(doors, &id, code, now, &step));
    assert_true(check(doors, &id, far, now + BW_TOTP_STEP * BW_SECOND, &step));
    static const char *const shapes[] = { "", "12345", "1234567", "12 345", "-12345", "abcdef" };
    for (size_t k = 0; k < BW_LEN(shapes); k++) {
        struct bw_doors *unslowed = open_doors();
        assert_false(check(unslowed, &id, shapes[k], now, &step));
        bw_doors_free(unslowed);
    }
    bw_doors_free(doors);
}

/* req: SEC-02 */
static void guessing_is_slowed_per_account(void **state)
{
    (void)state;
    struct bw_doors *doors = open_doors(), *restarted = open_doors();
    bw_time now = bw_clock_wall();
    struct bw_uuid id = with_codes(doors, "kari", now), other = with_codes(doors, "knut", now);
    int64_t step = 0;
    char code[7], others[7];
    code_of(doors, &id, now / BW_SECOND / BW_TOTP_STEP, code);
    code_of(doors, &other, now / BW_SECOND / BW_TOTP_STEP, others);
    for (int k = 0; k < 5; k++)
        assert_false(check(doors, &id, "abcdef", now, &step));
    assert_false(check(doors, &id, code, now, &step)); /* the right one too: it may have been guessed */
    assert_true(check(doors, &other, others, now, &step));
    assert_true(check(restarted, &id, code, now, &step));
    bw_doors_free(doors);
    bw_doors_free(restarted);
}

/* req: SEC-02 */
static void a_lost_authenticator_is_reset_by_the_operator(void **state)
{
    (void)state;
    struct bw_doors *doors = open_doors();
    struct bw_principal who;
    struct bw_session_made s;
    struct bw_error err = { 0 };
    struct bw_uuid id = with_codes(doors, "lars", bw_clock_wall());
    rig_ok(bw_session_open(doors, rig_app, &id, BW_STR(""), bw_clock_wall(), &s, &err), &err);
    rig_ok(bw_totp_reset(rig_app, BW_STR("Lars"), bw_clock_wall(), &err), &err);
    assert_false(read_totp(&id).there);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, "192.0.2.20", &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    assert_int_equal(bw_totp_reset(rig_app, BW_STR("nobody"), bw_clock_wall(), &err), BW_E_NOT_FOUND);
    bw_doors_free(doors);
}

/* A secret is bound to its account and to the installation's keys. req: SEC-02 */
static void a_secret_opens_nowhere_else(void **state)
{
    (void)state;
    struct bw_doors *doors = open_doors(), *without = rig_doors(&(struct bw_doors_config){ .entries = 64 });
    struct bw_error err = { 0 };
    char secret[BW_TOTP_TEXT];
    int64_t step = 0;
    bw_time now = bw_clock_wall();
    struct bw_uuid id = with_codes(doors, "maja", now), other = account("moa");
    struct bw_totp totp = read_totp(&id);
    assert_int_equal(bw_totp_secret(doors, &other, &totp, secret, &err), BW_E_CRYPTO);
    assert_int_equal(bw_totp_begin(without, rig_app, &other, &err), BW_E_CRYPTO);
    assert_false(bw_totp_check(without, &id, &totp, BW_STR("000000"), now, &step));
    bw_doors_free(doors);
    bw_doors_free(without);
}

static int start(void **state)
{
    uint8_t secret[32] = { 9 };
    bw_keys_from(secret, &keys);
    return rig_setup(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_asked_for_once_one_was_typed),
        cmocka_unit_test(a_code_is_good_for_its_time_and_once),
        cmocka_unit_test(guessing_is_slowed_per_account),
        cmocka_unit_test(a_lost_authenticator_is_reset_by_the_operator),
        cmocka_unit_test(a_secret_opens_nowhere_else),
    };
    return cmocka_run_group_tests(tests, start, rig_teardown);
}
