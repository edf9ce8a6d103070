/* SPDX-License-Identifier: Apache-2.0 */
/* sync_test.c - mutex, condition and thread start do what the threads of the house rely on. */
#include "bw/base/sync.h"

#include <signal.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct shared {
    struct bw_mutex mu;
    struct bw_cond changed;
    /* shared: mu */
    unsigned count;
    char name[16];
    bool signals_blocked;
    bool patient; /* set before the threads start */
};

static void shared_init(struct shared *s)
{
    memset(s, 0, sizeof(*s));
    bw_mutex_init(&s->mu);
    bw_cond_init(&s->changed);
}

static void shared_done(struct shared *s)
{
    bw_cond_done(&s->changed);
    bw_mutex_done(&s->mu);
}

static void *count_up(void *arg)
{
    struct shared *s = arg;
    for (int round = 0; round < 20000; round++) {
        bw_lock(&s->mu);
        s->count++;
        bw_unlock(&s->mu);
    }
    return NULL;
}

static void a_mutex_excludes(void **state)
{
    (void)state;
    struct shared s;
    pthread_t threads[4];
    shared_init(&s);
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(bw_thread_start(&threads[t], "count", count_up, &s, NULL), BW_OK);
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(pthread_join(threads[t], NULL), 0);
    assert_int_equal(s.count, 80000);
    shared_done(&s);
}

static void *look_at_self(void *arg)
{
    struct shared *s = arg;
    sigset_t blocked;
    bw_lock(&s->mu);
    pthread_getname_np(pthread_self(), s->name, sizeof(s->name));
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    s->signals_blocked = sigismember(&blocked, SIGTERM) == 1 && sigismember(&blocked, SIGINT) == 1;
    s->count = 1;
    bw_cond_signal(&s->changed);
    bw_unlock(&s->mu);
    return s;
}

static void threads_have_names_and_no_signals(void **state)
{
    (void)state;
    struct shared s;
    pthread_t thread;
    void *got;
    sigset_t mine;
    shared_init(&s);
    assert_int_equal(bw_thread_start(&thread, "a-name-longer-than-15", look_at_self, &s, NULL), BW_OK);
    bw_lock(&s.mu);
    while (s.count == 0)
        bw_cond_wait(&s.changed, &s.mu);
    assert_string_equal(s.name, "a-name-longer-t");
    assert_true(s.signals_blocked);
    bw_unlock(&s.mu);
    assert_int_equal(pthread_join(thread, &got), 0);
    assert_ptr_equal(got, &s);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_int_equal(sigismember(&mine, SIGTERM), 0);
    shared_done(&s);
}

static void waits_end_at_their_deadline(void **state)
{
    (void)state;
    struct shared s;
    shared_init(&s);
    bw_lock(&s.mu);
    bw_time start = bw_clock_mono();
    assert_false(bw_cond_wait_until(&s.changed, &s.mu, start + 30 * BW_MS));
    assert_true(bw_clock_mono() >= start + 30 * BW_MS);
    assert_false(bw_cond_wait_until(&s.changed, &s.mu, start - BW_SECOND));
    assert_false(bw_cond_wait_until(&s.changed, &s.mu, BW_TIME_NONE));
    bw_unlock(&s.mu);
    shared_done(&s);
}

static void *wait_for_seven(void *arg)
{
    struct shared *s = arg;
    bw_time deadline = s->patient ? INT64_MAX : bw_clock_mono() + 30 * BW_SECOND;
    bool in_time = true;
    bw_lock(&s->mu);
    while (s->count != 7 && in_time)
        in_time = bw_cond_wait_until(&s->changed, &s->mu, deadline);
    bw_unlock(&s->mu);
    return in_time ? s : NULL;
}

static void check_broadcast(bool patient)
{
    struct shared s;
    pthread_t threads[4];
    shared_init(&s);
    s.patient = patient;
    for (size_t t = 0; t < BW_LEN(threads); t++)
        assert_int_equal(bw_thread_start(&threads[t], "wait", wait_for_seven, &s, NULL), BW_OK);
    bw_lock(&s.mu);
    s.count = 7;
    bw_cond_broadcast(&s.changed);
    bw_unlock(&s.mu);
    for (size_t t = 0; t < BW_LEN(threads); t++) {
        void *got;
        assert_int_equal(pthread_join(threads[t], &got), 0);
        assert_ptr_equal(got, &s);
    }
    shared_done(&s);
}

static void broadcast_wakes_everybody(void **state)
{
    (void)state;
    check_broadcast(false);
    check_broadcast(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mutex_excludes),
        cmocka_unit_test(threads_have_names_and_no_signals),
        cmocka_unit_test(waits_end_at_their_deadline),
        cmocka_unit_test(broadcast_wakes_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
