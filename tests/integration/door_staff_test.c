/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, log-in and sessions against a real database, as the serving role. */
#include "bw/app/retention.h"
#include "door_rig.h"

#include <stdio.h>
#include <time.h>

#define HERE "192.0.2.20"
#define PASSWORD "correct horse battery"

/* scrypt at 2^14 is still measurable and quick enough. */
static const struct bw_doors_config plain = { .password_log2_n = 14, .entries = 256 };

static struct bw_uuid account(const char *name, const char *organisation, const char *role)
{
    const struct bw_account_new a = { .name = bw_str_c(name),
                                      .organisation = bw_str_c(organisation),
                                      .role = bw_str_c(role),
                                      .password = BW_STR(PASSWORD) };
    struct bw_uuid id;
    struct bw_error err = { 0 };
    rig_ok(bw_account_create(rig_app, &a, 14, bw_clock_wall(), &id, &err), &err);
    return id;
}

static struct bw_session_made open_session(struct bw_doors *doors, const struct bw_uuid *id, const char *old)
{
    struct bw_session_made made;
    struct bw_error err = { 0 };
    rig_ok(bw_session_open(doors, rig_app, id, bw_str_c(old), bw_clock_wall(), &made, &err), &err);
    return made;
}

/* req: SEC-02 */
static void the_password_and_nothing_else_logs_in(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_uuid id = account("Anna.Berg", "SK", "agent");
    struct bw_login login;
    struct bw_error err = { 0 };
    (void)state;
    rig_ok(bw_login_find(doors, rig_app, BW_STR("anna.berg"), &login, &err), &err);
    assert_true(bw_uuid_eq(&login.account, &id));
    assert_true(bw_str_starts(bw_str_c(login.stored), BW_STR("scrypt$14$8$1$")));
    assert_null(strstr(login.stored, PASSWORD));
    assert_true(bw_login_check(doors, &login, BW_STR(PASSWORD), BW_STR(HERE)));
    assert_false(bw_login_check(doors, &login, BW_STR("correct horse batterz"), BW_STR(HERE)));
    assert_false(bw_login_check(doors, &login, BW_STR(""), BW_STR(HERE)));
    rig_ok(bw_login_find(doors, rig_app, BW_STR("ANNA.BERG"), &login, &err), &err);
    assert_true(bw_uuid_eq(&login.account, &id));
    bw_doors_free(doors);
}

/* What one check costs this thread: its own work, whatever else keeps the machine busy. */
static bw_time cost_of_check(struct bw_doors *doors, const char *name)
{
    struct bw_login login;
    struct bw_error err = { 0 };
    struct timespec from, to;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from), 0);
    rig_ok(bw_login_find(doors, rig_app, bw_str_c(name), &login, &err), &err);
    assert_false(bw_login_check(doors, &login, BW_STR("not the password"), BW_STR("192.0.2.99")));
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to), 0);
    return (to.tv_sec - from.tv_sec) * BW_SECOND + (to.tv_nsec - from.tv_nsec) / 1000;
}

/* req: SEC-02 */
static void an_unknown_name_costs_as_much_as_a_wrong_password(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_login login;
    struct bw_error err = { 0 };
    (void)state;
    account("known", "SK", "agent");
    rig_ok(bw_login_find(doors, rig_app, BW_STR("nobody.at.all"), &login, &err), &err);
    assert_true(bw_uuid_is_nil(&login.account));
    assert_int_equal(strlen(login.stored), strlen("scrypt$14$8$1$") + 22 + 1 + 43);
    static const char *const names[] = { "known", "unknown", "'; --" };
    bw_time best[] = { INT64_MAX, INT64_MAX, INT64_MAX };
    for (size_t k = 0; k < 7 * BW_LEN(names); k++) { /* in turns, and the least of seven: caches are shared */
        bw_time cost = cost_of_check(doors, names[k % BW_LEN(names)]), *least = &best[k % BW_LEN(names)];
        *least = cost < *least ? cost : *least;
    }
    bw_time known = best[0], unknown = best[1], odd = best[2];
    printf("known %lld us, unknown %lld us, impossible name %lld us\n", (long long)known, (long long)unknown,
           (long long)odd);
    assert_true(unknown > known / 2 && unknown < known * 2);
    assert_true(odd > known / 2 && odd < known * 2);
    bw_doors_free(doors);
}

/* req: SEC-02 */
static void ten_wrong_passwords_and_the_address_waits(void **state)
{
    struct bw_doors *doors = rig_doors(&(struct bw_doors_config){ .password_log2_n = 1, .entries = 64 });
    struct bw_login login;
    struct bw_error err = { 0 };
    (void)state;
    rig_ok(bw_login_find(doors, rig_app, BW_STR("nobody"), &login, &err), &err);
    for (int k = 0; k < 10; k++) {
        rig_ok(bw_login_allowed(doors, BW_STR(HERE), &err), &err);
        assert_false(bw_login_check(doors, &login, BW_STR("guess"), BW_STR(HERE)));
    }
    assert_int_equal(bw_login_allowed(doors, BW_STR(HERE), &err), BW_E_RATE_LIMITED);
    rig_ok(bw_login_allowed(doors, BW_STR("192.0.2.21"), &err), &err);
    bw_doors_free(doors);
}

/* req: SEC-02 */
static void a_session_says_who_and_ends_at_log_out(void **state)
{
    struct bw_doors *doors = rig_doors(&plain), *elsewhere = rig_doors(&plain);
    struct bw_uuid id = account("bo", "SK", "supervisor");
    struct bw_session_made s = open_session(doors, &id, "");
    struct bw_principal who;
    struct bw_error err = { 0 };
    (void)state;
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ACCOUNT);
    assert_int_equal(who.roles, BW_SUPERVISOR);
    assert_string_equal(who.name, "bo");
    assert_string_equal(who.organisation, "SK");
    assert_string_equal(who.csrf, s.csrf);
    assert_int_equal(strlen(s.csrf), 43);
    assert_string_not_equal(s.csrf, s.token);
    assert_true(bw_uuid_eq(&who.id, &id));
    assert_false(bw_uuid_eq(&who.owner, &id)); /* streams hang on the session */
    assert_true(who.n_carriers == 1 && !who.every_carrier);
    assert_true(who.expires_at == s.ends_at && s.ends_at > bw_clock_wall() + 11 * BW_HOUR);
    assert_int_equal(rig_enter(elsewhere, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    rig_ok(bw_session_close(doors, rig_app, bw_str_c(s.token), bw_clock_wall(), &err), &err);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    rig_ok(bw_doors_sweep(elsewhere, rig_app, NULL, &err), &err);
    assert_int_equal(rig_enter(elsewhere, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    bw_doors_free(doors);
    bw_doors_free(elsewhere);
}

/* req: SEC-02 */
static void a_log_in_makes_a_new_token_and_ends_the_old_session(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_uuid id = account("cecilie", "SK", "agent");
    struct bw_principal who;
    (void)state;
    struct bw_session_made first = open_session(doors, &id, "");
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, first.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ACCOUNT);
    struct bw_session_made second = open_session(doors, &id, first.token);
    assert_string_not_equal(first.token, second.token);
    assert_string_not_equal(first.csrf, second.csrf);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, first.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, second.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ACCOUNT);
    /* A token that somebody planted (fixation) is not adopted. */
    const char *planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    open_session(doors, &id, planted);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, planted, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    bw_doors_free(doors);
}

/* req: SEC-02 */
static void a_session_ends_after_half_an_hour_idle_or_twelve_hours(void **state)
{
    struct bw_uuid id = account("dag", "SK", "agent");
    static const struct {
        bw_time idle, left;
        bool opens;
    } rows[] = { { 29 * BW_MINUTE, BW_HOUR, true }, { 30 * BW_MINUTE, BW_HOUR, false }, { 0, 0, false } };
    struct bw_doors *make = rig_doors(&plain);
    (void)state;
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct bw_doors *doors = rig_doors(&plain);
        struct bw_principal who;
        struct bw_session_made s = open_session(make, &id, "");
        bw_time now = bw_clock_wall();
        rig_run(TEST_STMT_DOOR_SESSION_AGE,
                BW_PARAMS(bw_p_uuid(&id), bw_p_time(now - rows[k].idle), bw_p_time(now + rows[k].left)));
        assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
        assert_int_equal(who.kind, rows[k].opens ? BW_P_ACCOUNT : BW_P_ANONYMOUS);
        bw_doors_free(doors);
    }
    bw_doors_free(make);
}

/* req: SEC-02 */
static void use_prolongs_a_session_and_a_stream_that_reconnects_does_not(void **state)
{
    struct bw_uuid id = account("eva", "SK", "agent");
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_session_made s = open_session(doors, &id, "");
    struct bw_error err = { 0 };
    struct bw_principal who;
    bw_time now = bw_clock_wall(), later = now + BW_HOUR;
    (void)state;
    for (int passive = 1; passive >= 0; passive--) {
        /* 29 minutes ago, then once more at 25: only a use by a person moves it. */
        struct bw_doors *one = rig_doors(&plain);
        const struct bw_credential c = { BW_DOOR_SESSION, bw_str_c(s.token), BW_STR(HERE), passive == 1 };
        rig_run(TEST_STMT_DOOR_SESSION_AGE,
                BW_PARAMS(bw_p_uuid(&id), bw_p_time(now - 29 * BW_MINUTE), bw_p_time(later)));
        rig_ok(bw_doors_slow(one, rig_app, &c, &who, &err), &err);
        assert_int_equal(who.kind, BW_P_ACCOUNT);
        /* With an idle limit of 5 minutes the row tells whether it was touched. */
        struct bw_doors *strict = rig_doors(&(struct bw_doors_config){ .idle = 5 * BW_MINUTE, .entries = 64 });
        rig_ok(bw_doors_slow(strict, rig_app, &c, &who, &err), &err);
        assert_int_equal(who.kind, passive ? BW_P_ANONYMOUS : BW_P_ACCOUNT);
        bw_doors_free(one);
        bw_doors_free(strict);
    }
    bw_doors_free(doors);
}

/* req: SEC-02 */
static void a_new_password_or_a_disabled_account_ends_its_sessions(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_uuid id = account("frode", "SK", "agent");
    struct bw_session_made s = open_session(doors, &id, "");
    struct bw_principal who;
    struct bw_login login;
    struct bw_error err = { 0 };
    (void)state;
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ACCOUNT);
    rig_ok(bw_account_password(rig_app, BW_STR("frode"), BW_STR("another long one"), 4, bw_clock_wall(), &err), &err);
    rig_ok(bw_doors_sweep(doors, rig_app, NULL, &err), &err);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    rig_ok(bw_login_find(doors, rig_app, BW_STR("frode"), &login, &err), &err);
    assert_true(bw_login_check(doors, &login, BW_STR("another long one"), BW_STR(HERE)));
    s = open_session(doors, &id, "");
    rig_ok(bw_account_disable(rig_app, BW_STR("Frode"), bw_clock_wall(), &err), &err);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    rig_ok(bw_login_find(doors, rig_app, BW_STR("frode"), &login, &err), &err);
    assert_true(bw_uuid_is_nil(&login.account));
    assert_false(bw_login_check(doors, &login, BW_STR("another long one"), BW_STR(HERE)));
    assert_int_equal(bw_account_disable(rig_app, BW_STR("nobody"), bw_clock_wall(), &err), BW_E_NOT_FOUND);
    bw_doors_free(doors);
}

static bw_code try_account(const char *name, const char *organisation, const char *role, const char *password,
                           struct bw_error *err)
{
    const struct bw_account_new a = { .name = bw_str_c(name),
                                      .organisation = bw_str_c(organisation),
                                      .role = bw_str_c(role),
                                      .password = bw_str_c(password) };
    struct bw_uuid id;
    return bw_account_create(rig_app, &a, 4, bw_clock_wall(), &id, err);
}

static void an_account_that_says_nonsense_is_not_made(void **state)
{
    struct bw_error err = { 0 };
    (void)state;
    account("greta", "SK", "agent");
    assert_int_equal(try_account("GRETA", "SK", "agent", PASSWORD, &err), BW_E_CLASH);
    assert_int_equal(try_account("h", "SK", "agent", PASSWORD, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/name");
    assert_int_equal(try_account("-hans", "SK", "agent", PASSWORD, &err), BW_E_INVALID_BODY);
    assert_int_equal(try_account("hans", "SK", "king", PASSWORD, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/role");
    assert_int_equal(try_account("hans", "SK", "admin", PASSWORD, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/role");
    assert_int_equal(try_account("hans", "WATCH", "agent", PASSWORD, &err), BW_E_INVALID_BODY);
    assert_int_equal(try_account("hans", "ZZ", "agent", PASSWORD, &err), BW_E_NOT_FOUND);
    assert_int_equal(try_account("hans", "SK", "agent", "too short", &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/password");
}

/* req: SEC-03 */
static void who_sees_every_carrier_is_said_by_organisation_and_role(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    static const struct {
        const char *name, *organisation, *role;
        bool every;
    } rows[] = { { "an.admin", "WATCH", "admin", true },        { "an.auditor", "AUDIT", "auditor", true },
                 { "its.agent", "AUDIT", "agent", false },      { "own.auditor", "SK", "auditor", false },
                 { "own.admin", "SK", "carrier-admin", false }, { "handler", "MENZIES", "scanner", false } };
    (void)state;
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct bw_principal who;
        struct bw_uuid id = account(rows[k].name, rows[k].organisation, rows[k].role);
        struct bw_session_made s = open_session(doors, &id, "");
        assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, s.token, HERE, &who), BW_OK);
        assert_int_equal(who.every_carrier, rows[k].every);
        assert_int_equal(bw_principal_speaks_for(&who, BW_STR("LH")), rows[k].every);
    }
    bw_doors_free(doors);
}

static void organisations_are_checked_and_made_once(void **state)
{
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    (void)state;
    rig_ok(bw_org_ensure(rig_app, BW_STR("SK"), BW_STR("Another name"), "carrier", now, &err), &err);
    assert_int_equal(bw_org_ensure(rig_app, BW_STR("SKY"), BW_STR("x"), "king", now, &err), BW_E_INVALID_BODY);
    assert_int_equal(bw_org_ensure(rig_app, BW_STR("sk"), BW_STR("x"), "carrier", now, &err), BW_E_INVALID_BODY);
    assert_int_equal(bw_org_ensure(rig_app, BW_STR("MENZ"), BW_STR("x"), "carrier", now, &err), BW_E_INVALID_BODY);
    assert_int_equal(bw_org_ensure(rig_app, BW_STR("BA"), BW_STR(""), "carrier", now, &err), BW_E_INVALID_BODY);
}

static void the_purge_takes_what_ended_a_week_ago(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_uuid id = account("old", "SK", "agent");
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    struct bw_principal who;
    bw_time now = bw_clock_wall();
    int64_t counts[3];
    (void)state;
    struct bw_session_made gone = open_session(doors, &id, "");
    rig_run(TEST_STMT_DOOR_SESSION_AGE, BW_PARAMS(bw_p_uuid(&id), bw_p_time(now), bw_p_time(now - 7 * BW_DAY - 1)));
    for (int k = 0; k < 3; k++) {
        rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_COUNTS, BW_NO_PARAMS, &rows, &err), &err);
        counts[k] = bw_rows_i64(&rows, 0, "sessions");
        rig_ok(bw_keeping_rows(rig_app, now, &err), &err);
    }
    bw_rows_done(&rows);
    assert_int_equal(counts[1], counts[0] - 1);
    assert_int_equal(counts[2], counts[1]);
    assert_int_equal(rig_enter(doors, BW_DOOR_SESSION, gone.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    bw_doors_free(doors);
}

/* req: SEC-01 SEC-02 */
static void no_session_token_or_password_is_stored(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_uuid id = account("ida", "SK", "agent");
    struct bw_session_made s = open_session(doors, &id, "");
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    (void)state;
    rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_SECRETS, BW_NO_PARAMS, &rows, &err), &err);
    assert_true(rows.n > 2);
    for (size_t k = 0; k < rows.n; k++) {
        assert_null(strstr(bw_rows_text(&rows, k, "text").p, s.token));
        assert_null(strstr(bw_rows_text(&rows, k, "text").p, PASSWORD));
    }
    bw_rows_done(&rows);
    bw_doors_free(doors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_password_and_nothing_else_logs_in),
        cmocka_unit_test(an_unknown_name_costs_as_much_as_a_wrong_password),
        cmocka_unit_test(ten_wrong_passwords_and_the_address_waits),
        cmocka_unit_test(a_session_says_who_and_ends_at_log_out),
        cmocka_unit_test(a_log_in_makes_a_new_token_and_ends_the_old_session),
        cmocka_unit_test(a_session_ends_after_half_an_hour_idle_or_twelve_hours),
        cmocka_unit_test(use_prolongs_a_session_and_a_stream_that_reconnects_does_not),
        cmocka_unit_test(a_new_password_or_a_disabled_account_ends_its_sessions),
        cmocka_unit_test(an_account_that_says_nonsense_is_not_made),
        cmocka_unit_test(who_sees_every_carrier_is_said_by_organisation_and_role),
        cmocka_unit_test(organisations_are_checked_and_made_once),
        cmocka_unit_test(the_purge_takes_what_ended_a_week_ago),
        cmocka_unit_test(no_session_token_or_password_is_stored),
    };
    return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
