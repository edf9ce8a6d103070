/* SPDX-License-Identifier: Apache-2.0 */
/* stop_test.c - stopping while clients go on: whoever was let in is answered, and nothing that comes too late is more
 * than refused.  Run under load, libmicrohttpd asked for bodies of requests that were refused while its daemon ended.
 */
#include "rig.h"

static void h_take(struct bw_request *rq)
{
    bw_reply_bytes(rq, 200, "text/plain", rq->body);
}

const struct bw_route bw_routes[] = {
    { .method = BW_POST,
      .pattern = "/take",
      .who = BW_ANYONE,
      .media = "text/plain",
      .body_max = 4096,
      .answers = "200",
      .handler = h_take,
      .operation = "take",
      .summary = "take" },
};
const size_t bw_routes_n = BW_LEN(bw_routes);
const struct bw_schema bw_schemas[] = { { "Problem", NULL, "" } };
const size_t bw_schemas_n = 1;

#define HEAD "POST /take HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n"
#define ASKING 60

static void start(void)
{
    static struct bw_http_config config;
    config = (struct bw_http_config){ 0 };
    assert_int_equal(rig_start(&config), 0);
}

/* Most of these stand in the kernel's queue, not accepted by anybody, when the stop begins.  req: REL-02 */
static void test_who_was_let_in_is_served(void **state)
{
    struct raw *asking[ASKING], *silent[5];
    (void)state;
    start();
    for (unsigned k = 0; k < BW_LEN(silent); k++)
        assert_non_null(silent[k] = raw_open(bw_http_port(rig)));
    for (unsigned k = 0; k < ASKING; k++) {
        assert_non_null(asking[k] = raw_open(bw_http_port(rig)));
        assert_true(raw_say(asking[k], HEAD "hello"));
    }
    bw_time from = bw_clock_mono();
    rig_stop();
    assert_true(bw_clock_mono() - from < 10 * BW_SECOND); /* silence holds nothing up for long */
    for (unsigned k = 0; k < ASKING; k++) {
        struct raw_answer a = raw_answer(asking[k], 0);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body, "hello");
        raw_answer_done(&a);
        raw_close(asking[k]);
    }
    for (unsigned k = 0; k < BW_LEN(silent); k++) {
        assert_true(raw_ended(silent[k]));
        raw_close(silent[k]);
    }
}

static atomic_uint answered, wrong;
static atomic_bool enough;

/* Asks again and again, head and body apart, until nobody listens. */
static void *hammer(void *arg)
{
    struct timespec pause = { .tv_nsec = 200000 };
    unsigned port = *(unsigned *)arg;
    while (!atomic_load(&enough)) {
        struct raw *r = raw_open(port);
        if (!r)
            return NULL;
        if (raw_say(r, HEAD)) {
            nanosleep(&pause, NULL); /* between head and body, where the stop may fall */
            struct raw_answer a = { 0 };
            if (raw_say(r, "hello"))
                a = raw_answer(r, 0);
            atomic_fetch_add(&answered, a.status == 200);
            atomic_fetch_add(&wrong, a.status != 0 && a.status != 200 && a.status != 503);
            raw_answer_done(&a);
        }
        raw_close(r);
    }
    return NULL;
}

static bool many_answered(void)
{
    return atomic_load(&answered) > 40;
}

/* req: REL-02 */
static void test_stopping_under_load(void **state)
{
    (void)state;
    for (int turn = 0; turn < 10; turn++) {
        pthread_t clients[8];
        start();
        unsigned port = bw_http_port(rig);
        atomic_store(&answered, 0);
        atomic_store(&enough, false);
        for (size_t k = 0; k < BW_LEN(clients); k++)
            assert_int_equal(pthread_create(&clients[k], NULL, hammer, &port), 0);
        assert_true(rig_wait(many_answered));
        rig_stop();
        atomic_store(&enough, true);
        for (size_t k = 0; k < BW_LEN(clients); k++)
            pthread_join(clients[k], NULL);
        assert_int_equal(atomic_load(&wrong), 0);
        assert_null(raw_open(port));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_was_let_in_is_served),
        cmocka_unit_test(test_stopping_under_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
