/* SPDX-License-Identifier: Apache-2.0 */
/* What the doors know without a database: spelling of tokens, networks, the limit of failures, the cache. */
#include "door_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bw/base/codec.h"

/* req: SEC-01 */
static void a_key_ends_in_the_checksum_of_its_body(void **state)
{
    (void)state;
    struct bw_str good = BW_STR("bagk_live_0123456789abcdefghijABCDEFGHIJ3mpbCX");
    assert_true(bw_key_well_formed(good));
    assert_true(bw_key_well_formed(BW_STR("bagk_test_0123456789abcdefghijABCDEFGHIJ3mpbCX")));
    char typo[BW_KEY_TEXT];
    for (size_t k = 0; k < good.n; k++) {
        bw_str_put(good, typo, sizeof typo);
        typo[k] = typo[k] == 'q' ? 'r' : 'q';
        assert_false(bw_key_well_formed(bw_str_c(typo)));
    }
    for (size_t n = 0; n < good.n; n++)
        assert_false(bw_key_well_formed(bw_str_take(good, n)));
    assert_false(bw_key_well_formed(BW_STR("bagk_live_0123456789abcdefghijABCDEFGHIJ3mpbCX0")));
    assert_false(bw_key_well_formed(BW_STR("bagk_prod_0123456789abcdefghijABCDEFGHIJ3mpbCX")));
    assert_false(bw_key_well_formed(BW_STR_NONE));
}

/* req: SEC-01 */
static void keys_are_made_well_formed_and_never_twice(void **state)
{
    char keys[200][BW_KEY_TEXT];
    (void)state;
    for (size_t k = 0; k < BW_LEN(keys); k++) {
        bw_key_token(k % 2 == 1, keys[k]);
        assert_int_equal(strlen(keys[k]), 46);
        assert_true(bw_key_well_formed(bw_str_c(keys[k])));
        assert_true(bw_str_starts(bw_str_c(keys[k]), k % 2 ? BW_STR("bagk_test_") : BW_STR("bagk_live_")));
        for (size_t j = 0; j < k; j++)
            assert_memory_not_equal(keys[j] + 10, keys[k] + 10, 30);
    }
}

/* req: SEC-02 PAGE-06 */
static void session_and_link_tokens_have_256_and_128_bits(void **state)
{
    char session[BW_SESSION_TEXT], link[BW_LINK_TEXT], other[BW_LINK_TEXT];
    struct bw_hash hash;
    (void)state;
    bw_token_make(32, session, sizeof session);
    bw_link_token(false, link, &hash);
    assert_int_equal(strlen(session), 43);
    assert_int_equal(strlen(link), 22);
    assert_true(bw_token_well_formed(bw_str_c(session), 32));
    assert_true(bw_token_well_formed(bw_str_c(link), 16));
    assert_false(bw_token_well_formed(bw_str_c(session), 16));
    assert_false(bw_token_well_formed(bw_str_c(link), 32));
    assert_false(bw_token_well_formed(BW_STR("AAAAAAAAAAAAAAAAAAAA=="), 16));
    struct bw_hash again = bw_sha256(bw_str_c(link));
    assert_true(bw_hash_eq(&hash, &again));
    bw_link_token(false, other, &hash);
    assert_string_not_equal(link, other);
    assert_null(bw_link_test_part(bw_str_c(link)).p);
}

/* req: ING-15 a link tells by its first letters which realm its case is in: no look-up has to try both */
static void links_of_the_test_realm_say_so(void **state)
{
    char link[BW_LINK_TEXT];
    struct bw_hash hash;
    (void)state;
    bw_link_token(true, link, &hash);
    assert_int_equal(strlen(link), 27);
    struct bw_hash whole = bw_sha256(bw_str_c(link));
    assert_true(bw_hash_eq(&hash, &whole));
    struct bw_str digits = bw_link_test_part(bw_str_c(link));
    assert_int_equal(digits.n, BW_LINK_DIGITS);
    assert_true(bw_token_well_formed(digits, 16));
    assert_null(bw_link_test_part(digits).p);
    assert_null(bw_link_test_part(bw_str_take(bw_str_c(link), 26)).p);
    assert_null(bw_link_test_part(BW_STR("TEST-abcdefghijklmnopqrstuv")).p);
}

static bool within(const char *net, const char *address)
{
    struct bw_cidr cidr;
    if (!bw_cidr_parse(bw_str_c(net), &cidr))
        fail_msg("%s", net);
    return bw_cidr_has(&cidr, bw_str_c(address));
}

/* req: SEC-01 */
static void networks_hold_their_addresses_and_no_others(void **state)
{
    (void)state;
    assert_true(within("192.0.2.0/24", "192.0.2.255"));
    assert_false(within("192.0.2.0/24", "192.0.3.0"));
    assert_true(within("192.0.2.128/25", "192.0.2.128"));
    assert_false(within("192.0.2.128/25", "192.0.2.127"));
    assert_true(within("192.0.2.7", "192.0.2.7"));
    assert_false(within("192.0.2.7", "192.0.2.6"));
    assert_true(within("0.0.0.0/0", "203.0.113.9"));
    assert_false(within("0.0.0.0/0", "2001:db8::1"));
    assert_true(within("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(within("2001:db8::/33", "2001:db8:8000::1"));
    assert_true(within("192.0.2.0/24", "::ffff:192.0.2.9")); /* the same host, as a dual socket shows it */
    assert_false(within("::/0", "not an address"));
    assert_false(within("0.0.0.0/0", ""));
}

static void a_network_with_host_bits_or_nonsense_is_refused(void **state)
{
    static const char *const bad[] = { "192.0.2.1/24",   "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
                                       "2001:db8::1/64", "example.org",  "",           "192.0.2.0/24/24",
                                       " 192.0.2.0/24",  "192.0.2/24" };
    struct bw_cidr cidr;
    (void)state;
    for (size_t k = 0; k < BW_LEN(bad); k++)
        if (bw_cidr_parse(bw_str_c(bad[k]), &cidr))
            fail_msg("%s was taken", bad[k]);
}

static void failures_are_counted_by_address_and_for_ipv6_by_64_bits(void **state)
{
    uint8_t a[16], b[16];
    (void)state;
    assert_int_equal(bw_address_owner(BW_STR("192.0.2.1"), a).n, 4);
    assert_true(
        bw_str_eq(bw_address_owner(BW_STR("2001:db8:1:2:3::4"), a), bw_address_owner(BW_STR("2001:db8:1:2::9"), b)));
    assert_false(
        bw_str_eq(bw_address_owner(BW_STR("2001:db8:1:2::4"), a), bw_address_owner(BW_STR("2001:db8:1:3::4"), b)));
}

/* req: SEC-01 */
static void an_address_that_fails_too_often_waits_and_others_do_not(void **state)
{
    struct bw_fail_limit *l = bw_fail_limit_new();
    struct bw_str bad = BW_STR("192.0.2.66"), good = BW_STR("192.0.2.7");
    bw_time now = 1000 * BW_SECOND;
    (void)state;
    for (int k = 0; k < 30; k++) {
        assert_false(bw_fail_limit_over(l, BW_FAIL_KEY, bad, now));
        bw_fail_limit_add(l, BW_FAIL_KEY, bad, now);
    }
    assert_true(bw_fail_limit_over(l, BW_FAIL_KEY, bad, now));
    assert_false(bw_fail_limit_over(l, BW_FAIL_KEY, good, now));
    assert_false(bw_fail_limit_over(l, BW_FAIL_LINK, bad, now));
    for (int k = 0; k < 10000; k++) /* tries without end do not make the wait longer */
        bw_fail_limit_add(l, BW_FAIL_KEY, bad, now);
    assert_true(bw_fail_limit_over(l, BW_FAIL_KEY, bad, now + BW_SECOND - 1));
    assert_false(bw_fail_limit_over(l, BW_FAIL_KEY, bad, now + BW_SECOND + 1));
    for (int k = 0; k < 10; k++)
        bw_fail_limit_add(l, BW_FAIL_LOGIN, bad, now);
    assert_true(bw_fail_limit_over(l, BW_FAIL_LOGIN, bad, now));
    assert_true(bw_fail_limit_over(l, BW_FAIL_LOGIN, bad, now + 9 * BW_SECOND));
    assert_false(bw_fail_limit_over(l, BW_FAIL_LOGIN, bad, now + 11 * BW_SECOND));
    bw_fail_limit_free(l);
}

static struct bw_hash hash_of(unsigned n)
{
    return bw_sha256(bw_str_n((const char *)&n, sizeof n));
}

static struct bw_pass pass_of(unsigned n, bool dead)
{
    struct bw_pass p = { .dead = dead };
    p.who.kind = BW_P_KEY;
    p.who.owner.b[0] = (uint8_t)n;
    p.who.owner.b[1] = 1;
    return p;
}

/* req: SEC-01 */
static void one_reads_again_while_the_others_go_on_for_four_seconds(void **state)
{
    struct bw_door_cache *c = bw_door_cache_new(64, 2 * BW_SECOND, 4 * BW_SECOND);
    struct bw_hash h = hash_of(1);
    struct bw_pass p = pass_of(1, false), got;
    bw_time t = 500 * BW_SECOND;
    (void)state;
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t, &got), BW_CACHED_NO);
    bw_door_cache_put(c, BW_DOOR_KEY, &h, t, &p);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 2 * BW_SECOND - 1, &got), BW_CACHED_YES);
    assert_int_equal(got.who.owner.b[0], 1);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_LINK, &h, t, &got), BW_CACHED_NO);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 2 * BW_SECOND, &got), BW_CACHED_AGED);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 2 * BW_SECOND, &got), BW_CACHED_YES);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 4 * BW_SECOND, &got), BW_CACHED_AGED);
    bw_door_cache_put(c, BW_DOOR_KEY, &h, t + 4 * BW_SECOND, &p);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 5 * BW_SECOND, &got), BW_CACHED_YES);
    bw_door_cache_drop(c, &h);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 5 * BW_SECOND, &got), BW_CACHED_NO);
    bw_door_cache_put(c, BW_DOOR_KEY, &h, t, &p);
    bw_door_cache_drop_owner(c, &p.who.owner);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t, &got), BW_CACHED_NO);
    bw_door_cache_free(c);
}

static void dead_tokens_are_remembered_but_push_out_no_good_one(void **state)
{
    struct bw_door_cache *c = bw_door_cache_new(4, 2 * BW_SECOND, 4 * BW_SECOND); /* one set of four */
    struct bw_pass good = pass_of(1, false), dead = pass_of(2, true), got;
    bw_time t = 500 * BW_SECOND;
    (void)state;
    struct bw_hash bad = hash_of(100);
    bw_door_cache_put(c, BW_DOOR_LINK, &bad, t, &dead);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_LINK, &bad, t, &got), BW_CACHED_YES);
    assert_true(got.dead);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_LINK, &bad, t + 2 * BW_SECOND, &got), BW_CACHED_NO);
    for (unsigned k = 0; k < 4; k++) {
        struct bw_hash h = hash_of(k);
        bw_door_cache_put(c, BW_DOOR_KEY, &h, t + k, &good);
    }
    for (unsigned k = 101; k < 150; k++) {
        struct bw_hash h = hash_of(k);
        bw_door_cache_put(c, BW_DOOR_LINK, &h, t + 10, &dead);
    }
    for (unsigned k = 0; k < 4; k++) {
        struct bw_hash h = hash_of(k);
        assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &h, t + 10, &got), BW_CACHED_YES);
        assert_false(got.dead);
    }
    struct bw_hash fifth = hash_of(5), first = hash_of(0);
    bw_door_cache_put(c, BW_DOOR_KEY, &fifth, t + 10, &good); /* a good one takes the place of the oldest */
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &fifth, t + 10, &got), BW_CACHED_YES);
    assert_int_equal(bw_door_cache_find(c, BW_DOOR_KEY, &first, t + 10, &got), BW_CACHED_NO);
    bw_door_cache_free(c);
}

static void roles_and_scopes_are_words_and_bits(void **state)
{
    unsigned all = 0;
    (void)state;
    for (unsigned bit = BW_SCANNER; bit <= BW_ADMIN; bit <<= 1) {
        assert_non_null(bw_role_word(bit));
        assert_int_equal(bw_role_bit(bw_str_c(bw_role_word(bit))), bit);
        all |= bit;
    }
    assert_int_equal(all, BW_STAFF);
    assert_int_equal(bw_role_bit(BW_STR("root")), 0);
    assert_null(bw_role_word(BW_SENDER));
    assert_int_equal(bw_scope_bit(BW_STR("events")), BW_SCOPE_EVENTS);
    assert_int_equal(bw_scope_bit(BW_STR("read")), BW_SCOPE_READ);
    assert_int_equal(bw_scope_bit(BW_STR("cases")), BW_SCOPE_CASES);
    assert_int_equal(bw_scope_bit(BW_STR("all")), 0);
    assert_null(bw_scope_word(8));
}

/* A2: the time that a comparison takes must not tell how much of a key fits.  What is compared is a digest of fixed
 * size by CRYPTO_memcmp; here we only hold that every length and every wrong character gets the same answer.
 * req: SEC-01 */
static void every_wrong_key_gets_the_same_answer(void **state)
{
    struct bw_doors *doors = NULL;
    struct bw_error err = { 0 }, first = { 0 };
    struct bw_principal who;
    const struct bw_doors_config config = { .entries = 64 };
    (void)state;
    assert_int_equal(bw_doors_new(&config, &doors, &err), BW_OK);
    static const char *const wrong[] = { "", "x", "bagk_live_", "bagk_live_0123456789abcdefghijABCDEFGHIJ3mpbCY",
                                         "bagk_live_0123456789abcdefghijABCDEFGHIJ3mpbCX " };
    for (size_t k = 0; k < BW_LEN(wrong); k++) {
        bool look_up = false;
        const struct bw_credential c = { .door = BW_DOOR_KEY,
                                         .token = bw_str_c(wrong[k]),
                                         .address = BW_STR("192.0.2.1") };
        assert_int_equal(bw_doors_quick(doors, &c, &who, &look_up, &err), BW_E_UNAUTHENTICATED);
        assert_false(look_up);
        if (k == 0)
            first = err;
        assert_string_equal(err.detail, first.detail);
    }
    /* 10,000 more never reach the database, and soon not even a second thought (A6). */
    bool look_up = false;
    bw_code code = BW_OK;
    for (int k = 0; k < 10000; k++) {
        const struct bw_credential c = { .door = BW_DOOR_KEY,
                                         .token = BW_STR("guess"),
                                         .address = BW_STR("192.0.2.1") };
        code = bw_doors_quick(doors, &c, &who, &look_up, &err);
        assert_false(look_up);
    }
    assert_int_equal(code, BW_E_RATE_LIMITED);
    const struct bw_credential right = { .door = BW_DOOR_KEY,
                                         .token = BW_STR("bagk_live_0123456789abcdefghijABCDEFGHIJ3mpbCX"),
                                         .address = BW_STR("192.0.2.1") };
    assert_int_equal(bw_doors_quick(doors, &right, &who, &look_up, &err), BW_E_RATE_LIMITED);
    struct bw_credential elsewhere = right;
    elsewhere.address = BW_STR("192.0.2.2");
    assert_int_equal(bw_doors_quick(doors, &elsewhere, &who, &look_up, &err), BW_OK);
    assert_true(look_up);
    bw_doors_free(doors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_ends_in_the_checksum_of_its_body),
        cmocka_unit_test(keys_are_made_well_formed_and_never_twice),
        cmocka_unit_test(session_and_link_tokens_have_256_and_128_bits),
        cmocka_unit_test(links_of_the_test_realm_say_so),
        cmocka_unit_test(networks_hold_their_addresses_and_no_others),
        cmocka_unit_test(a_network_with_host_bits_or_nonsense_is_refused),
        cmocka_unit_test(failures_are_counted_by_address_and_for_ipv6_by_64_bits),
        cmocka_unit_test(an_address_that_fails_too_often_waits_and_others_do_not),
        cmocka_unit_test(one_reads_again_while_the_others_go_on_for_four_seconds),
        cmocka_unit_test(dead_tokens_are_remembered_but_push_out_no_good_one),
        cmocka_unit_test(roles_and_scopes_are_words_and_bits),
        cmocka_unit_test(every_wrong_key_gets_the_same_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
