/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and links against a real database, as the serving role: what opens, what does not, how long after a revocation.
 */
#include "door_rig.h"

#include <stdio.h>
#include <time.h>

#define HERE "192.0.2.10"

static const struct bw_doors_config plain = { .password_log2_n = 4, .entries = 256 };

static struct bw_key_made make_key(const struct bw_key_new *key)
{
    struct bw_key_made made;
    struct bw_error err = { 0 };
    rig_ok(bw_key_create(rig_app, key, bw_clock_wall(), &made, &err), &err);
    return made;
}

static struct bw_key_new for_org(const char *organisation)
{
    return (struct bw_key_new){ .organisation = bw_str_c(organisation),
                                .scopes = BW_SCOPE_EVENTS,
                                .expires_at = BW_TIME_NONE };
}

static void nap(long ms)
{
    const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

/* req: SEC-01 */
static void a_key_opens_for_its_organisation_carriers_and_scopes(void **state)
{
    const struct bw_str more[] = { BW_STR_INIT("LH"), BW_STR_INIT("SK"), BW_STR_INIT("LX") };
    struct bw_key_new key = for_org("SK");
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_principal who;
    (void)state;
    key.carriers = more;
    key.n_carriers = BW_LEN(more);
    key.scopes = BW_SCOPE_EVENTS | BW_SCOPE_CASES;
    struct bw_key_made made = make_key(&key);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_KEY);
    assert_string_equal(who.organisation, "SK");
    assert_int_equal(who.scopes, BW_SCOPE_EVENTS | BW_SCOPE_CASES);
    /* Its own it speaks for; the others have given no mandate, and may be named only (req: SEC-10). */
    assert_int_equal(who.n_carriers, 1);
    assert_int_equal(who.n_named, 3);
    assert_string_equal(who.carriers[0], "SK");
    assert_string_equal(who.own_carrier, "SK");
    assert_true(bw_principal_speaks_for(&who, BW_STR("SK")));
    assert_false(bw_principal_speaks_for(&who, BW_STR("LX")) || bw_principal_speaks_for(&who, BW_STR("BA")));
    assert_false(who.every_carrier || who.test_realm || who.roles);
    assert_true(bw_uuid_eq(&who.id, &made.id) && bw_uuid_eq(&who.owner, &made.id));
    assert_null(strstr(who.name, made.token + 14));
    key = for_org("MENZIES");
    key.test = true;
    made = make_key(&key);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    assert_int_equal(who.n_carriers, 0); /* a handler speaks for nobody by itself */
    assert_true(who.test_realm);
    bw_doors_free(doors);
}

static void a_key_that_says_nonsense_is_not_made(void **state)
{
    const struct bw_str bad_carrier[] = { BW_STR_INIT("sas") }, bad_net[] = { BW_STR_INIT("192.0.2.1/24") };
    struct bw_key_made made;
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    (void)state;
    struct bw_key_new key = for_org("ZZ");
    assert_int_equal(bw_key_create(rig_app, &key, now, &made, &err), BW_E_NOT_FOUND);
    key = for_org("SK");
    key.scopes = 0;
    assert_int_equal(bw_key_create(rig_app, &key, now, &made, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/scopes");
    key = for_org("SK");
    key.carriers = bad_carrier;
    key.n_carriers = 1;
    assert_int_equal(bw_key_create(rig_app, &key, now, &made, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/carriers");
    key = for_org("SK");
    key.cidrs = bad_net;
    key.n_cidrs = 1;
    assert_int_equal(bw_key_create(rig_app, &key, now, &made, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/cidrs");
    key = for_org("SK");
    key.expires_at = now;
    assert_int_equal(bw_key_create(rig_app, &key, now, &made, &err), BW_E_INVALID_BODY);
    assert_string_equal(err.field, "/expires_at");
}

/* req: SEC-01 */
static void a_key_works_from_its_networks_only(void **state)
{
    const struct bw_str nets[] = { BW_STR_INIT("192.0.2.0/25"), BW_STR_INIT("2001:db8:7::/48") };
    struct bw_key_new key = for_org("SK");
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_principal who;
    (void)state;
    key.cidrs = nets;
    key.n_cidrs = BW_LEN(nets);
    struct bw_key_made made = make_key(&key);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, "192.0.2.127", &who), BW_OK);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, "2001:db8:7:9::1", &who), BW_OK);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, "192.0.2.128", &who), BW_E_UNAUTHENTICATED);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, "", &who), BW_E_UNAUTHENTICATED);
    bw_doors_free(doors);
}

/* req: SEC-01 */
static void a_key_ends_when_it_says_also_from_memory(void **state)
{
    struct bw_doors *doors = rig_doors(&(struct bw_doors_config){ .fresh = BW_HOUR, .keep = BW_HOUR, .entries = 64 });
    struct bw_key_new key = for_org("SK");
    struct bw_principal who;
    (void)state;
    key.expires_at = bw_clock_wall() + 300 * BW_MS;
    struct bw_key_made made = make_key(&key);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    assert_true(who.expires_at == key.expires_at);
    while (bw_clock_wall() < key.expires_at)
        nap(20);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, HERE, &who), BW_E_UNAUTHENTICATED);
    bw_doors_free(doors);
}

/* req: SEC-01 */
static void the_last_use_is_written_once_a_minute(void **state)
{
    struct bw_key_new key = for_org("SK");
    struct bw_key_made made = make_key(&key);
    struct bw_principal who;
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    bw_time first = BW_TIME_NONE;
    (void)state;
    for (int round = 0; round < 3; round++) {
        struct bw_doors *doors = rig_doors(&plain); /* each a fresh memory, so each reads the row */
        if (round == 2)
            rig_run(TEST_STMT_DOOR_KEY_AGE, BW_PARAMS(bw_p_uuid(&made.id), bw_p_time(bw_clock_wall() - 61 * BW_SECOND),
                                                      bw_p_time(BW_TIME_NONE)));
        assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
        rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_KEY_USED, BW_PARAMS(bw_p_uuid(&made.id)), &rows, &err), &err);
        bw_time used = bw_rows_time(&rows, 0, "last_used_at");
        assert_true(used > bw_clock_wall() - 20 * BW_SECOND);
        if (round == 0)
            first = used;
        else
            assert_int_equal(used == first, round == 1);
        bw_doors_free(doors);
    }
    bw_rows_done(&rows);
}

/* Two instances with a memory of their own; the sweep does not run, only time passes.
 * req: SEC-01 */
static void a_revoked_key_is_dead_on_every_instance_within_five_seconds(void **state)
{
    struct bw_doors *a = rig_doors(&plain), *b = rig_doors(&plain);
    struct bw_key_new key = for_org("SK");
    struct bw_key_made made = make_key(&key), other = make_key(&key);
    struct bw_principal who;
    struct bw_error err = { 0 };
    (void)state;
    assert_int_equal(rig_enter(a, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    assert_int_equal(rig_enter(b, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    assert_int_equal(bw_key_revoke(rig_app, &made.id, BW_STR("LH"), bw_clock_wall(), &err), BW_E_NOT_FOUND);
    rig_ok(bw_key_revoke(rig_app, &made.id, BW_STR("SK"), bw_clock_wall(), &err), &err);
    bw_doors_shut(a, NULL, &made.id);
    assert_int_equal(rig_enter(a, BW_DOOR_KEY, made.token, HERE, &who), BW_E_UNAUTHENTICATED);
    bw_time from = bw_clock_mono();
    unsigned used = 0;
    while (rig_enter(b, BW_DOOR_KEY, made.token, HERE, &who) == BW_OK && bw_clock_mono() - from < 8 * BW_SECOND) {
        used++;
        nap(50);
    }
    bw_time took = bw_clock_mono() - from;
    printf("the other instance took the key for another %.2f s\n", (double)took / BW_SECOND);
    assert_true(used > 0); /* it came from memory, or this proves nothing */
    assert_true(took < 5 * BW_SECOND);
    assert_int_equal(rig_enter(b, BW_DOOR_KEY, other.token, HERE, &who), BW_OK); /* overlap: the second key works on */
    rig_ok(bw_key_revoke(rig_app, &made.id, BW_STR(""), bw_clock_wall(), &err), &err); /* again: no change */
    bw_doors_free(a);
    bw_doors_free(b);
}

/* req: SEC-01 */
static void the_sweep_finds_what_another_instance_revoked(void **state)
{
    const struct bw_doors_config slow = { .fresh = BW_HOUR, .keep = BW_HOUR, .entries = 64 };
    struct bw_doors *here = rig_doors(&slow);
    struct bw_key_new key = for_org("LH");
    struct bw_key_made made = make_key(&key), kept = make_key(&key);
    struct bw_principal who;
    struct bw_error err = { 0 };
    (void)state;
    assert_int_equal(rig_enter(here, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    assert_int_equal(rig_enter(here, BW_DOOR_KEY, kept.token, HERE, &who), BW_OK);
    rig_ok(bw_doors_sweep(here, rig_app, NULL, &err), &err);
    assert_int_equal(rig_enter(here, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    rig_ok(bw_key_revoke(rig_app, &made.id, BW_STR(""), bw_clock_wall(), &err), &err);
    assert_int_equal(rig_enter(here, BW_DOOR_KEY, made.token, HERE, &who), BW_OK); /* nobody has told this one */
    rig_ok(bw_doors_sweep(here, rig_app, NULL, &err), &err);
    assert_int_equal(rig_enter(here, BW_DOOR_KEY, made.token, HERE, &who), BW_E_UNAUTHENTICATED);
    assert_int_equal(rig_enter(here, BW_DOOR_KEY, kept.token, HERE, &who), BW_OK);
    bw_doors_free(here);
}

struct stream {
    struct bw_sub *sub;
    unsigned woken;
};
static void stream_park(void *ctx)
{
    (void)ctx;
}
static void stream_wake(void *ctx)
{
    ((struct stream *)ctx)->woken++;
}

/* req: SEC-01 */
static void the_sweep_ends_the_streams_of_a_revoked_key_and_of_no_other(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ .ring_entries = 64, .ring_bytes = 1 << 16 });
    struct stream streams[2] = { 0 };
    struct bw_key_new key = for_org("LH");
    struct bw_key_made made[2] = { make_key(&key), make_key(&key) };
    struct bw_error err = { 0 };
    char text[4096];
    (void)state;
    bw_hub_open(hub, 1, 0);
    for (int k = 0; k < 2; k++) {
        const struct bw_sub_filter filter = { .kind = BW_SUB_EVERYTHING, .owner = made[k].id, .address = BW_STR(HERE) };
        const struct bw_sub_hooks hooks = { stream_park, stream_wake, stream_wake, &streams[k] };
        rig_ok(bw_hub_subscribe(hub, &filter, NULL, &hooks, &streams[k].sub, &err), &err);
        while (bw_sub_read(streams[k].sub, text, sizeof text) > 0) {
        }
        streams[k].woken = 0;
    }
    rig_ok(bw_key_revoke(rig_app, &made[0].id, BW_STR(""), bw_clock_wall(), &err), &err);
    rig_ok(bw_doors_sweep(doors, rig_app, hub, &err), &err);
    assert_int_equal(streams[0].woken, 1);
    assert_int_equal(streams[1].woken, 0);
    long n = bw_sub_read(streams[0].sub, text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_non_null(strstr(text, "event: bye"));
    assert_int_equal(bw_sub_read(streams[0].sub, text, sizeof text), -1);
    bw_sub_free(streams[0].sub);
    bw_sub_free(streams[1].sub);
    bw_hub_free(hub);
    bw_doors_free(doors);
}

/* req: SEC-01 */
static void keys_are_listed_by_prefix_and_last_four_of_their_own_organisation(void **state)
{
    const struct bw_str nets[] = { BW_STR_INIT("203.0.113.0/24") };
    struct bw_key_new key = for_org("MENZIES");
    struct bw_key_row *rows = NULL;
    struct bw_arena arena;
    struct bw_error err = { 0 };
    size_t n = 0, all = 0;
    (void)state;
    key.cidrs = nets;
    key.n_cidrs = 1;
    struct bw_key_made made = make_key(&key);
    bw_arena_init(&arena, 1 << 20);
    rig_ok(bw_key_list(rig_app, BW_STR("MENZIES"), &arena, &rows, &n, &err), &err);
    assert_true(n >= 1);
    for (size_t k = 0; k < n; k++)
        assert_string_equal(rows[k].organisation, "MENZIES");
    assert_true(bw_uuid_eq(&rows[0].id, &made.id));
    assert_memory_equal(rows[0].prefix, made.token, 14);
    assert_string_equal(rows[0].last4, made.token + 42);
    assert_int_equal(rows[0].n_cidrs, 1);
    assert_true(bw_str_eq_c(rows[0].cidrs[0], "203.0.113.0/24"));
    rig_ok(bw_key_list(rig_app, BW_STR_NONE, &arena, &rows, &all, &err), &err);
    assert_true(all > n);
    bw_arena_done(&arena);
}

/* req: PAGE-06 */
static void a_link_opens_its_case_until_it_is_revoked(void **state)
{
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_uuid case_id = rig_case("MADSK10001"), other = rig_case("MADSK10002");
    char main_link[BW_LINK_TEXT], companion[BW_LINK_TEXT];
    struct bw_principal who;
    struct bw_error err = { 0 };
    (void)state;
    bw_time now = bw_clock_wall();
    rig_ok(bw_link_create(rig_app, BW_STR("MADSK10001"), false, BW_STR("en"), now, main_link, &err), &err);
    rig_ok(bw_link_create(rig_app, BW_STR("madsk10001"), true, BW_STR_NONE, now, companion, &err), &err);
    assert_int_equal(bw_link_create(rig_app, BW_STR("MADSK99999"), false, BW_STR_NONE, now, companion + 0, &err),
                     BW_E_NOT_FOUND);
    assert_int_equal(rig_enter(doors, BW_DOOR_LINK, main_link, HERE, &who), BW_OK);
    assert_int_equal(who.kind, BW_P_LINK);
    assert_true(bw_uuid_eq(&who.case_id, &case_id));
    assert_false(who.companion);
    assert_int_equal(bw_principal_bits(&who), BW_ANYONE | BW_CUSTOMER);
    struct bw_uuid link = who.id;
    assert_int_equal(rig_enter(doors, BW_DOOR_LINK, companion, HERE, &who), BW_OK);
    assert_true(who.companion);
    assert_int_equal(bw_link_revoke(rig_app, &other, &link, now, &err), BW_E_NOT_FOUND); /* not that case's */
    rig_ok(bw_link_revoke(rig_app, &case_id, &link, bw_clock_wall(), &err), &err);
    rig_ok(bw_doors_sweep(doors, rig_app, NULL, &err), &err);
    assert_int_equal(rig_enter(doors, BW_DOOR_LINK, main_link, HERE, &who), BW_E_NOT_FOUND);
    assert_int_equal(who.kind, BW_P_ANONYMOUS);
    assert_int_equal(rig_enter(doors, BW_DOOR_LINK, companion, HERE, &who), BW_OK);
    assert_int_equal(rig_enter(doors, BW_DOOR_LINK, "AAAAAAAAAAAAAAAAAAAAAA", HERE, &who), BW_E_NOT_FOUND);
    assert_int_equal(rig_enter(doors, BW_DOOR_LINK, "short", HERE, &who), BW_E_NOT_FOUND);
    struct bw_arena arena;
    struct bw_link_row *rows = NULL;
    size_t n = 0;
    bw_arena_init(&arena, 1 << 16);
    rig_ok(bw_link_list(rig_app, &case_id, &arena, &rows, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_int_equal((rows[0].revoked_at != BW_TIME_NONE) + (rows[1].revoked_at != BW_TIME_NONE), 1);
    bw_arena_done(&arena);
    bw_doors_free(doors);
}

/* req: PAGE-06 */
static void a_link_ends_thirty_days_after_closing(void **state)
{
    struct bw_uuid case_id = rig_case("MADSK10003");
    char link[BW_LINK_TEXT];
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    (void)state;
    rig_ok(bw_link_create(rig_app, BW_STR("MADSK10003"), false, BW_STR_NONE, now, link, &err), &err);
    static const struct {
        bw_time ago;
        bool opens;
    } closings[] = { { BW_TIME_NONE, true }, { 0, true }, { 30 * BW_DAY - BW_HOUR, true }, { 30 * BW_DAY, false } };
    for (size_t k = 0; k < BW_LEN(closings); k++) {
        struct bw_doors *doors = rig_doors(&plain);
        struct bw_principal who;
        bw_time closed = closings[k].ago == BW_TIME_NONE ? BW_TIME_NONE : now - closings[k].ago;
        rig_run(TEST_STMT_DOOR_CASE_CLOSE, BW_PARAMS(bw_p_uuid(&case_id), bw_p_time(closed)));
        assert_int_equal(rig_enter(doors, BW_DOOR_LINK, link, HERE, &who), closings[k].opens ? BW_OK : BW_E_NOT_FOUND);
        if (closings[k].opens && closed != BW_TIME_NONE)
            assert_true(who.expires_at == closed + 30 * BW_DAY);
        bw_doors_free(doors);
    }
}

/* req: SEC-01 PAGE-06 */
static void nothing_that_is_stored_opens_a_door(void **state)
{
    struct bw_key_new key = for_org("SK");
    struct bw_key_made made = make_key(&key);
    char link[BW_LINK_TEXT];
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    (void)state;
    rig_case("MADSK10004");
    rig_ok(bw_link_create(rig_app, BW_STR("MADSK10004"), false, BW_STR_NONE, bw_clock_wall(), link, &err), &err);
    rig_ok(bw_pg_query(rig_owner, TEST_STMT_DOOR_SECRETS, BW_NO_PARAMS, &rows, &err), &err);
    assert_true(rows.n > 2);
    for (size_t k = 0; k < rows.n; k++) {
        assert_null(strstr(bw_rows_text(&rows, k, "text").p, made.token + 14));
        assert_null(strstr(bw_rows_text(&rows, k, "text").p, link));
    }
    bw_rows_done(&rows);
}

/* req: SEC-01 */
static void a_lost_database_is_said_so_and_not_taken_for_a_bad_key(void **state)
{
    struct bw_pg *away = rig_session(rig_cluster.app, NULL, BW_SET_QUERY);
    struct bw_doors *doors = rig_doors(&plain);
    struct bw_key_new key = for_org("SK");
    struct bw_key_made made = make_key(&key);
    struct bw_principal who;
    struct bw_error err = { 0 };
    const struct bw_credential c = { BW_DOOR_KEY, bw_str_c(made.token), BW_STR(HERE), false };
    (void)state;
    bw_pg_drop(away);
    assert_int_equal(bw_doors_slow(doors, away, &c, &who, &err), BW_E_DATABASE_AWAY);
    assert_int_equal(rig_enter(doors, BW_DOOR_KEY, made.token, HERE, &who), BW_OK);
    bw_pg_free(away);
    bw_doors_free(doors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_opens_for_its_organisation_carriers_and_scopes),
        cmocka_unit_test(a_key_that_says_nonsense_is_not_made),
        cmocka_unit_test(a_key_works_from_its_networks_only),
        cmocka_unit_test(a_key_ends_when_it_says_also_from_memory),
        cmocka_unit_test(the_last_use_is_written_once_a_minute),
        cmocka_unit_test(a_revoked_key_is_dead_on_every_instance_within_five_seconds),
        cmocka_unit_test(the_sweep_finds_what_another_instance_revoked),
        cmocka_unit_test(the_sweep_ends_the_streams_of_a_revoked_key_and_of_no_other),
        cmocka_unit_test(keys_are_listed_by_prefix_and_last_four_of_their_own_organisation),
        cmocka_unit_test(a_link_opens_its_case_until_it_is_revoked),
        cmocka_unit_test(a_link_ends_thirty_days_after_closing),
        cmocka_unit_test(nothing_that_is_stored_opens_a_door),
        cmocka_unit_test(a_lost_database_is_said_so_and_not_taken_for_a_bad_key),
    };
    return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
