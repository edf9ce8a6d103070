/* SPDX-License-Identifier: Apache-2.0 */
/* hub_test.c - what each kind of reader sees, where it starts, and how streams end. */
#include "hub_rig.h"

#include "bw/base/metrics.h"

static struct bw_hub *make(struct bw_hub_config config, uint64_t head)
{
    struct bw_hub *hub = bw_hub_new(&config);
    assert_non_null(hub);
    bw_hub_open(hub, 3, head);
    return hub;
}

/* req: STR-01 STR-10 */
static void test_filters(void **state)
{
    const struct bw_sub_filter *const filters[] = { &rig_all, &rig_carrier, &rig_case };
    const uint64_t steps[] = { 1, 2, 4 };
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 100);
    for (int k = 0; k < 3; k++) {
        struct reader r;
        reader_init(&r);
        r.step = steps[k];
        assert_int_equal(reader_join(&r, hub, *filters[k], NULL), BW_OK);
        reader_drain(&r, 16384);
        assert_true(r.parked);
        assert_int_equal(r.hellos, 1);
        uint64_t head = bw_hub_head(hub).index;
        assert_int_equal(r.id.index, head);
        rig_publish(hub, head + 1, head + 200);
        assert_false(r.parked);
        reader_drain(&r, 7); /* in pieces that cut every frame */
        assert_int_equal(r.n, 200 / steps[k]);
        assert_int_equal(r.gaps, 0);
        reader_done(&r);
    }
    bw_hub_free(hub);
}

/* The customer's stream carries nothing of the staff's.  req: STR-10 SEC-13 */
static void test_customer_sees_only_the_coarse_form(void **state)
{
    char chunk[4096];
    struct reader r;
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 0);
    reader_init(&r);
    assert_int_equal(reader_join(&r, hub, rig_case, NULL), BW_OK);
    reader_drain(&r, 4096);
    rig_publish(hub, 1, 4);
    long n = bw_sub_read(r.sub, chunk, sizeof chunk - 1);
    assert_true(n > 0);
    chunk[n] = '\0';
    assert_string_equal(chunk, "id: 3-4\nevent: bag\ndata: "
                               "{\"bag\":1,\"version\":2,\"state\":\"TRACING\",\"level\":0}\n\n");
    reader_done(&r);
    bw_hub_free(hub);
}

/* req: STR-03 */
static void test_resume_from_ring(void **state)
{
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 1000);
    rig_publish(hub, 1001, 6000);
    for (uint64_t from = 1000; from <= 6000; from += 500) {
        struct bw_cursor after = { 3, from };
        struct reader r;
        reader_init(&r);
        r.step = 2;
        assert_int_equal(reader_join(&r, hub, rig_carrier, &after), BW_OK);
        reader_drain(&r, 1000);
        assert_int_equal(r.hellos, 1);
        assert_int_equal(r.n, (6000 - from) / 2);
        assert_int_equal(r.gaps + r.resets, 0);
        reader_done(&r);
    }
    assert_int_equal(bw_hub_stats(hub).pages_asked, 0);
    bw_hub_free(hub);
}

static void expect_reset(struct bw_hub *hub, struct bw_cursor after, const char *reason)
{
    struct reader r;
    reader_init(&r);
    assert_int_equal(reader_join(&r, hub, rig_all, &after), BW_OK);
    reader_drain(&r, 4096);
    assert_int_equal(r.resets, 1);
    assert_string_equal(r.reason, reason);
    assert_int_equal(r.id.epoch, bw_hub_head(hub).epoch);
    assert_int_equal(r.id.index, bw_hub_head(hub).index);
    uint64_t head = bw_hub_head(hub).index;
    rig_publish(hub, head + 1, head + 1); /* live from now on */
    reader_drain(&r, 4096);
    assert_int_equal(r.n, 1);
    reader_done(&r);
}

/* req: STR-04 */
static void test_resets(void **state)
{
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ .ring_entries = 100 }, 0);
    rig_publish(hub, 1, 500);
    expect_reset(hub, (struct bw_cursor){ 2, 499 }, "epoch");
    expect_reset(hub, (struct bw_cursor){ 0, 0 }, "epoch");
    expect_reset(hub, (struct bw_cursor){ 3, 10000000 }, "future");
    expect_reset(hub, (struct bw_cursor){ 3, 10 }, "too_old");
    bw_hub_free(hub);
}

/* A reader that is just ahead of this instance is waited for, then told.  req: STR-04 */
static void test_a_moment_ahead(void **state)
{
    struct bw_cursor after = { 3, 105 };
    struct reader r;
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 100);
    reader_init(&r);
    r.step = 1;
    assert_int_equal(reader_join(&r, hub, rig_all, &after), BW_OK);
    reader_drain(&r, 4096);
    rig_publish(hub, 101, 110);
    bw_hub_tick(hub, bw_clock_mono());
    reader_drain(&r, 4096);
    assert_int_equal(r.n, 5); /* 106 to 110, not those it has */
    assert_int_equal(r.gaps + r.resets, 0);
    reader_done(&r);
    after.index = 120;
    reader_init(&r);
    assert_int_equal(reader_join(&r, hub, rig_all, &after), BW_OK);
    reader_drain(&r, 4096);
    assert_int_equal(r.resets, 0);
    bw_hub_tick(hub, bw_clock_mono() + 3 * BW_SECOND);
    reader_drain(&r, 4096);
    assert_string_equal(r.reason, "future");
    reader_done(&r);
    bw_hub_free(hub);
}

static void test_epoch_changes_under_open_streams(void **state)
{
    struct reader r;
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 100);
    reader_init(&r);
    assert_int_equal(reader_join(&r, hub, rig_all, NULL), BW_OK);
    rig_publish(hub, 101, 103); /* of the old epoch: never delivered after the change */
    bw_hub_open(hub, 4, 50);
    reader_drain(&r, 4096);
    assert_int_equal(r.resets, 1);
    assert_int_equal(r.n, 0);
    assert_int_equal(r.id.epoch, 4);
    assert_int_equal(r.id.index, 50);
    reader_done(&r);
    bw_hub_free(hub);
}

/* req: STR-02 */
static void test_heartbeats_are_spread_and_change_no_id(void **state)
{
    struct reader r[30];
    unsigned most = 0;
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ .per_owner = 100 }, 7);
    for (size_t k = 0; k < BW_LEN(r); k++) {
        reader_init(&r[k]);
        assert_int_equal(reader_join(&r[k], hub, rig_all, NULL), BW_OK);
        reader_drain(&r[k], 4096);
    }
    bw_time start = bw_clock_mono() / BW_SECOND * BW_SECOND;
    for (unsigned second = 1; second <= 15; second++) {
        unsigned woken = 0;
        bw_hub_tick(hub, start + second * BW_SECOND);
        bw_hub_tick(hub, start + second * BW_SECOND + 200 * BW_MS);
        for (size_t k = 0; k < BW_LEN(r); k++) {
            woken += !r[k].parked;
            reader_drain(&r[k], 4096);
        }
        most = woken > most ? woken : most;
    }
    for (size_t k = 0; k < BW_LEN(r); k++) {
        assert_int_equal(r[k].heartbeats, 1);
        assert_int_equal(r[k].id.index, 7);
        reader_done(&r[k]);
    }
    assert_in_range(most, 1, 15); /* not all in one second */
    bw_hub_free(hub);
}

/* req: STR-08 */
static void test_rotation_and_drain(void **state)
{
    struct reader r[40];
    unsigned early = 0, middle = 0;
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ .per_owner = 100 }, 7);
    bw_time start = bw_clock_mono();
    for (size_t k = 0; k < BW_LEN(r); k++) {
        reader_init(&r[k]);
        assert_int_equal(reader_join(&r[k], hub, rig_all, NULL), BW_OK);
        reader_drain(&r[k], 4096);
    }
    bw_hub_tick(hub, start + 7 * BW_MINUTE);
    for (size_t k = 0; k < BW_LEN(r); k++) { /* they read a heartbeat now and then, else they would count as stalled */
        reader_drain(&r[k], 4096);
        early += r[k].byes;
    }
    assert_int_equal(early, 0);
    bw_hub_tick(hub, start + 10 * BW_MINUTE);
    for (size_t k = 0; k < BW_LEN(r); k++) {
        reader_drain(&r[k], 4096);
        middle += r[k].byes;
    }
    assert_in_range(middle, 1, BW_LEN(r) - 1);
    bw_hub_drain(hub, start + 10 * BW_MINUTE, 0);
    for (size_t k = 0; k < BW_LEN(r); k++) {
        if (!r[k].ended)
            reader_drain(&r[k], 4096);
        assert_true(r[k].ended);
        assert_int_equal(r[k].byes, 1);
        assert_int_equal(r[k].id.index, 7);
        reader_done(&r[k]);
    }
    struct reader late;
    reader_init(&late);
    assert_int_equal(reader_join(&late, hub, rig_all, NULL), BW_E_BUSY);
    reader_done(&late);
    bw_hub_free(hub);
}

/* req: STR-10 */
static void test_bye_to_one_owner(void **state)
{
    struct reader a, b;
    struct bw_uuid owners[4];
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 7);
    reader_init(&a);
    reader_init(&b);
    assert_int_equal(reader_join(&a, hub, rig_all, NULL), BW_OK);
    assert_int_equal(reader_join(&b, hub, rig_case, NULL), BW_OK);
    assert_int_equal(bw_hub_owners(hub, owners, 4), 2);
    reader_drain(&a, 4096);
    reader_drain(&b, 4096);
    bw_hub_bye(hub, &rig_case.owner, "revoked");
    rig_publish(hub, 8, 8);
    reader_drain(&a, 4096);
    reader_drain(&b, 4096);
    assert_int_equal(a.n, 1);
    assert_int_equal(b.n, 0); /* nothing after the revocation */
    assert_true(b.ended);
    assert_string_equal(b.reason, "revoked");
    reader_done(&a);
    reader_done(&b);
    bw_hub_free(hub);
}

/* req: ING-15 a revoked key's streams end in whichever realm they are; those of the test realm are in no figure */
static void test_bye_goes_on_to_the_twin(void **state)
{
    struct reader there;
    int64_t closed = bw_metric_get(BW_M_STREAM_CLOSED, 4);
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 7);
    struct bw_hub *twin = make((struct bw_hub_config){ .uncounted = true }, 7);
    bw_hub_twin(hub, twin);
    reader_init(&there);
    assert_int_equal(reader_join(&there, twin, rig_case, NULL), BW_OK);
    reader_drain(&there, 4096);
    bw_hub_bye(hub, &rig_case.owner, "revoked");
    reader_drain(&there, 4096);
    assert_true(there.ended);
    assert_string_equal(there.reason, "revoked");
    reader_done(&there);
    assert_int_equal(bw_metric_get(BW_M_STREAM_CLOSED, 4), closed);
    bw_hub_free(hub);
    bw_hub_free(twin);
}

/* req: STR-11 */
static void test_limits(void **state)
{
    struct reader r[6];
    const struct bw_sub_filter other = { .kind = BW_SUB_EVERYTHING,
                                         .owner = { { 9 } },
                                         .address = BW_STR("192.0.2.9") };
    struct bw_sub_filter third = { .kind = BW_SUB_EVERYTHING, .owner = { { 10 } }, .address = BW_STR("192.0.2.9") };
    (void)state;
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ .per_owner = 2, .per_address = 2, .streams_max = 5 });
    for (size_t k = 0; k < BW_LEN(r); k++)
        reader_init(&r[k]);
    assert_int_equal(reader_join(&r[0], hub, rig_all, NULL), BW_E_DATABASE_AWAY); /* before bw_hub_open */
    bw_hub_open(hub, 1, 0);
    assert_int_equal(reader_join(&r[0], hub, rig_all, NULL), BW_OK);
    assert_int_equal(reader_join(&r[1], hub, rig_all, NULL), BW_OK);
    assert_int_equal(reader_join(&r[2], hub, rig_all, NULL), BW_E_RATE_LIMITED);
    assert_int_equal(reader_join(&r[2], hub, other, NULL), BW_OK);
    assert_int_equal(reader_join(&r[3], hub, third, NULL), BW_OK);
    assert_int_equal(reader_join(&r[4], hub, third, NULL), BW_E_RATE_LIMITED); /* the address is full */
    third.address = BW_STR("2001:db8::1");
    assert_int_equal(reader_join(&r[4], hub, third, NULL), BW_OK);
    third.owner.b[0] = 11;
    third.address = BW_STR("2001:db8::2");
    assert_int_equal(reader_join(&r[5], hub, third, NULL), BW_E_BUSY);
    bw_sub_free(r[0].sub);
    r[0].sub = NULL;
    assert_int_equal(reader_join(&r[5], hub, third, NULL), BW_OK); /* room again */
    for (size_t k = 0; k < BW_LEN(r); k++)
        reader_done(&r[k]);
    bw_hub_free(hub);
}

/* req: REL-03 */
static void test_degraded_is_told_once_each_way(void **state)
{
    struct reader r, late;
    (void)state;
    struct bw_hub *hub = make((struct bw_hub_config){ 0 }, 7);
    reader_init(&r);
    reader_init(&late);
    assert_int_equal(reader_join(&r, hub, rig_all, NULL), BW_OK);
    reader_drain(&r, 4096);
    bw_hub_degraded(hub, true);
    bw_hub_degraded(hub, true);
    reader_drain(&r, 4096);
    assert_int_equal(r.degraded, 1);
    assert_int_equal(reader_join(&late, hub, rig_all, NULL), BW_OK);
    reader_drain(&late, 4096);
    assert_int_equal(late.degraded, 1); /* who comes during it hears of it */
    bw_hub_degraded(hub, false);
    reader_drain(&r, 4096);
    assert_int_equal(r.degraded, 2);
    assert_false(r.ended);
    reader_done(&r);
    reader_done(&late);
    bw_hub_free(hub);
}

/* The long poll sees the same entries under the same cursor.  req: STR-12 */
static void test_collect(void **state)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_cursor at = { 3, 100 };
    struct bw_error err;
    size_t n = 0;
    (void)state;
    bw_buf_init(&b, 1u << 20);
    struct bw_hub *hub = make((struct bw_hub_config){ .ring_entries = 50 }, 100);
    rig_publish(hub, 101, 120);
    assert_int_equal(bw_hub_collect(hub, &rig_carrier, &at, 4, &b, &n, &err), BW_OK);
    assert_int_equal(n, 4);
    assert_int_equal(at.index, 108); /* 102 104 106 108 were given */
    assert_non_null(strstr(bw_buf_cstr(&b), "\"index\":108,"));
    assert_null(strstr(bw_buf_cstr(&b), "\"index\":110,"));
    assert_int_equal(bw_hub_collect(hub, &rig_carrier, &at, 100, &b, &n, &err), BW_OK);
    assert_int_equal(n, 6);
    assert_int_equal(at.index, 120);
    at.index = 121;
    assert_int_equal(bw_hub_collect(hub, &rig_carrier, &at, 100, &b, &n, &err), BW_E_AS_OF_OPEN);
    rig_publish(hub, 121, 200);
    at.index = 110;
    assert_int_equal(bw_hub_collect(hub, &rig_carrier, &at, 100, &b, &n, &err), BW_E_NOT_FOUND);
    bw_hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_customer_sees_only_the_coarse_form),
        cmocka_unit_test(test_resume_from_ring),
        cmocka_unit_test(test_resets),
        cmocka_unit_test(test_a_moment_ahead),
        cmocka_unit_test(test_epoch_changes_under_open_streams),
        cmocka_unit_test(test_heartbeats_are_spread_and_change_no_id),
        cmocka_unit_test(test_rotation_and_drain),
        cmocka_unit_test(test_bye_to_one_owner),
        cmocka_unit_test(test_bye_goes_on_to_the_twin),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_degraded_is_told_once_each_way),
        cmocka_unit_test(test_collect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
