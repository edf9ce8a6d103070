/* SPDX-License-Identifier: Apache-2.0 */
/* queue_test.c - the bounded queue: order, weight, closing, and many threads at once. */
#include "bw/base/sync.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bw_time soon(void)
{
    return bw_clock_mono() + 30 * BW_SECOND;
}

static void first_in_first_out_over_growth(void **state)
{
    (void)state;
    struct bw_queue *q = bw_queue_new(10000);
    static int items[1000];
    void *got[7];
    size_t put = 0, taken = 0;
    /* Puts run ahead of takes, so the ring grows while its start stands anywhere. */
    while (taken < BW_LEN(items)) {
        for (int n = 0; n < 11 && put < BW_LEN(items); n++)
            assert_int_equal(bw_queue_put(q, &items[put++], 1), BW_PUT_OK);
        size_t n = bw_queue_take(q, got, BW_LEN(got), SIZE_MAX, soon());
        assert_true(n > 0);
        for (size_t at = 0; at < n; at++)
            assert_ptr_equal(got[at], &items[taken++]);
        assert_int_equal(bw_queue_weight(q), put - taken);
    }
    bw_queue_free(q);
    bw_queue_free(NULL);
}

static void full_by_weight(void **state)
{
    (void)state;
    struct bw_queue *q = bw_queue_new(100);
    int a, b, c;
    void *got[3];
    assert_int_equal(bw_queue_put(q, &a, 101), BW_PUT_FULL);
    assert_int_equal(bw_queue_put(q, &a, 60), BW_PUT_OK);
    assert_int_equal(bw_queue_put(q, &b, 41), BW_PUT_FULL);
    assert_int_equal(bw_queue_put(q, &b, SIZE_MAX), BW_PUT_FULL);
    assert_int_equal(bw_queue_put(q, &b, 40), BW_PUT_OK);
    assert_int_equal(bw_queue_put(q, &c, 0), BW_PUT_FULL); /* nothing weighs nothing */
    assert_int_equal(bw_queue_weight(q), 100);
    assert_int_equal(bw_queue_take(q, got, 1, SIZE_MAX, soon()), 1);
    assert_ptr_equal(got[0], &a);
    assert_int_equal(bw_queue_put(q, &c, 0), BW_PUT_OK);
    assert_int_equal(bw_queue_weight(q), 41);
    assert_int_equal(bw_queue_take(q, got, 3, SIZE_MAX, soon()), 2);
    bw_queue_free(q);
}

static void take_stops_before_too_much_weight(void **state)
{
    (void)state;
    struct bw_queue *q = bw_queue_new(1000);
    int items[5];
    static const size_t weights[] = { 300, 40, 60, 1, 5 };
    void *got[5];
    for (size_t at = 0; at < BW_LEN(items); at++)
        assert_int_equal(bw_queue_put(q, &items[at], weights[at]), BW_PUT_OK);
    assert_int_equal(bw_queue_take(q, got, 5, 100, soon()), 1); /* the first one always */
    assert_ptr_equal(got[0], &items[0]);
    assert_int_equal(bw_queue_take(q, got, 5, 100, soon()), 2);
    assert_ptr_equal(got[1], &items[2]);
    assert_int_equal(bw_queue_take(q, got, 1, 100, soon()), 1);
    assert_int_equal(bw_queue_take(q, got, 5, 0, soon()), 1);
    assert_int_equal(bw_queue_weight(q), 0);
    bw_queue_free(q);
}

static void an_empty_queue_answers_at_the_deadline(void **state)
{
    (void)state;
    struct bw_queue *q = bw_queue_new(10);
    void *got[1];
    bw_time start = bw_clock_mono();
    assert_int_equal(bw_queue_take(q, got, 1, 1, start + 20 * BW_MS), 0);
    assert_true(bw_clock_mono() >= start + 20 * BW_MS);
    assert_int_equal(bw_queue_take(q, got, 1, 1, start), 0);
    bw_queue_free(q);
}

static void close_lets_takers_drain(void **state)
{
    (void)state;
    struct bw_queue *q = bw_queue_new(10);
    int a, b;
    void *got[2];
    assert_int_equal(bw_queue_put(q, &a, 1), BW_PUT_OK);
    assert_int_equal(bw_queue_put(q, &b, 1), BW_PUT_OK);
    assert_false(bw_queue_closed(q));
    bw_queue_close(q);
    assert_true(bw_queue_closed(q));
    assert_int_equal(bw_queue_put(q, &a, 1), BW_PUT_CLOSED);
    assert_int_equal(bw_queue_take(q, got, 1, 9, soon()), 1);
    assert_int_equal(bw_queue_take(q, got, 2, 9, soon()), 1);
    assert_ptr_equal(got[0], &b);
    bw_time start = bw_clock_mono();
    assert_int_equal(bw_queue_take(q, got, 2, 9, start + BW_HOUR), 0);
    assert_true(bw_clock_mono() < start + 10 * BW_SECOND);
    bw_queue_free(q);
}

static void age_is_that_of_the_oldest(void **state)
{
    (void)state;
    struct bw_queue *q = bw_queue_new(10);
    int a, b;
    void *got[2];
    assert_int_equal(bw_queue_age(q, bw_clock_mono()), 0);
    bw_time before = bw_clock_mono();
    assert_int_equal(bw_queue_put(q, &a, 1), BW_PUT_OK);
    bw_time after = bw_clock_mono();
    while (bw_clock_mono() < after + BW_MS)
        sched_yield();
    assert_int_equal(bw_queue_put(q, &b, 1), BW_PUT_OK);
    assert_in_range(bw_queue_age(q, after + BW_SECOND), BW_SECOND, BW_SECOND + (after - before));
    assert_int_equal(bw_queue_age(q, before - BW_SECOND), 0);
    assert_int_equal(bw_queue_take(q, got, 1, 9, soon()), 1);
    assert_true(bw_queue_age(q, after + BW_SECOND) < BW_SECOND);
    assert_int_equal(bw_queue_take(q, got, 1, 9, soon()), 1);
    assert_int_equal(bw_queue_age(q, after + BW_SECOND), 0);
    bw_queue_free(q);
}

enum { PRODUCERS = 4, TAKERS = 3, EACH = 5000 };

struct item {
    unsigned producer, number;
    _Atomic unsigned taken;
};

struct crowd {
    struct bw_queue *q;
    struct item *items;
    _Atomic unsigned next_producer, misordered, too_heavy, closed_early;
};

static void *produce(void *arg)
{
    struct crowd *c = arg;
    unsigned me = atomic_fetch_add(&c->next_producer, 1);
    for (unsigned number = 0; number < EACH; number++) {
        struct item *item = &c->items[me * EACH + number];
        enum bw_put put;
        item->producer = me;
        item->number = number;
        while ((put = bw_queue_put(c->q, item, 1 + number % 3)) == BW_PUT_FULL)
            sched_yield();
        if (put == BW_PUT_CLOSED)
            atomic_fetch_add(&c->closed_early, 1);
        if (bw_queue_weight(c->q) > 50)
            atomic_fetch_add(&c->too_heavy, 1);
    }
    return NULL;
}

static void *consume(void *arg)
{
    struct crowd *c = arg;
    unsigned next[PRODUCERS] = { 0 };
    void *got[8];
    for (;;) {
        size_t n = bw_queue_take(c->q, got, BW_LEN(got), 10, soon());
        for (size_t at = 0; at < n; at++) {
            struct item *item = got[at];
            atomic_fetch_add(&item->taken, 1);
            if (item->number < next[item->producer])
                atomic_fetch_add(&c->misordered, 1);
            next[item->producer] = item->number + 1;
        }
        if (n == 0)
            return NULL;
    }
}

/* Meant for TSan too: the preset "tsan" runs it. */
static void many_threads_lose_and_double_nothing(void **state)
{
    (void)state;
    struct crowd c = { .q = bw_queue_new(50), .items = calloc(PRODUCERS * EACH, sizeof(struct item)) };
    pthread_t producers[PRODUCERS], takers[TAKERS];
    assert_non_null(c.items);
    for (size_t t = 0; t < TAKERS; t++)
        assert_int_equal(bw_thread_start(&takers[t], "take", consume, &c, NULL), BW_OK);
    for (size_t t = 0; t < PRODUCERS; t++)
        assert_int_equal(bw_thread_start(&producers[t], "put", produce, &c, NULL), BW_OK);
    for (size_t t = 0; t < PRODUCERS; t++)
        assert_int_equal(pthread_join(producers[t], NULL), 0);
    bw_queue_close(c.q);
    for (size_t t = 0; t < TAKERS; t++)
        assert_int_equal(pthread_join(takers[t], NULL), 0);
    for (size_t at = 0; at < PRODUCERS * EACH; at++)
        assert_int_equal(atomic_load(&c.items[at].taken), 1);
    assert_int_equal(atomic_load(&c.misordered), 0);
    assert_int_equal(atomic_load(&c.too_heavy), 0);
    assert_int_equal(atomic_load(&c.closed_early), 0);
    assert_int_equal(bw_queue_weight(c.q), 0);
    bw_queue_free(c.q);
    free(c.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_first_out_over_growth),
        cmocka_unit_test(full_by_weight),
        cmocka_unit_test(take_stops_before_too_much_weight),
        cmocka_unit_test(an_empty_queue_answers_at_the_deadline),
        cmocka_unit_test(close_lets_takers_drain),
        cmocka_unit_test(age_is_that_of_the_oldest),
        cmocka_unit_test(many_threads_lose_and_double_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
