/* SPDX-License-Identifier: Apache-2.0 */
/* steps_test.c - the life of a request: at once, by job, parked and resumed, chained; storms of all of them,
 * pipelining, half-close, clients that go away while suspended, and stopping with requests under way. */
#include "rig.h"

#include <poll.h>

#include "bw/base/sync.h"

static atomic_uint ended_requests, parked_now, jobs_run;

static void h_now(struct bw_request *rq)
{
    bw_reply_bytes(rq, 200, "text/plain", bw_request_query(rq, "n"));
}

static void job_fill(struct bw_request *rq, struct bw_pg *pg)
{
    assert_non_null(pg);
    atomic_fetch_add(&jobs_run, 1);
    bw_reply_bytes(rq, 200, "text/plain", bw_request_query(rq, "n"));
}

static void h_job(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_fill);
}

static void job_refuse(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err;
    (void)pg;
    bw_reply_problem(rq, bw_fail(&err, BW_E_TIME_AHEAD, "/occurred_at", "%d s ahead", 7), &err);
}

static void h_refuse(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_refuse);
}

static void h_silent(struct bw_request *rq)
{
    (void)rq; /* a handler that forgets to answer */
}

/* A thread in the writer's place: takes parked requests in batches and resumes them, some at once, some later. */
static struct bw_queue *writer_queue;
static pthread_t writer;

static void *writer_run(void *arg)
{
    void *items[64];
    unsigned turn = 0;
    (void)arg;
    for (;;) {
        size_t n = bw_queue_take(writer_queue, items, BW_LEN(items), 64, bw_clock_mono() + BW_SECOND / 10);
        if (n == 0 && bw_queue_closed(writer_queue))
            return NULL;
        struct timespec pause = { .tv_nsec = turn++ % 3 == 0 ? 2000000 : 0 };
        nanosleep(&pause, NULL);
        for (size_t k = 0; k < n; k++) {
            atomic_fetch_sub(&parked_now, 1);
            bw_request_resume(items[k]);
        }
    }
}

static void park_done(struct bw_request *rq)
{
    bw_reply_bytes(rq, 201, "text/plain", bw_request_query(rq, "n"));
}

static void count_end(void *data)
{
    (void)data;
    atomic_fetch_add(&ended_requests, 1);
}

static void h_park(struct bw_request *rq)
{
    bw_request_on_end(rq, count_end, NULL);
    atomic_fetch_add(&parked_now, 1);
    bw_request_park(rq, park_done);
    assert_int_equal(bw_queue_put(writer_queue, rq, 1), BW_PUT_OK);
}

/* job, then park, then job, then reply: every hand-over once */
static void chain_park_done(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_fill);
}

static void chain_park(struct bw_request *rq)
{
    atomic_fetch_add(&parked_now, 1);
    bw_request_park(rq, chain_park_done);
    assert_int_equal(bw_queue_put(writer_queue, rq, 1), BW_PUT_OK);
}

static void job_chain(struct bw_request *rq, struct bw_pg *pg)
{
    (void)pg;
    bw_request_then(rq, chain_park);
}

static void h_chain(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_chain);
}

/* Held until the test lets go. */
static struct bw_request *_Atomic held;

static void h_hold(struct bw_request *rq)
{
    bw_request_on_end(rq, count_end, NULL);
    bw_request_park(rq, park_done);
    atomic_store(&held, rq);
}

static atomic_bool hash_go;

static void job_hash(struct bw_request *rq, struct bw_pg *pg)
{
    struct timespec step = { .tv_nsec = 1000000 };
    assert_null(pg);
    for (int k = 0; k < 10000 && !atomic_load(&hash_go); k++)
        nanosleep(&step, NULL);
    bw_reply_empty(rq, 204);
}

static void h_hash(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_HASH, job_hash);
}

#define ROW(p, h, op)                                                                                                  \
    {                                                                                                                  \
        .method = BW_GET, .pattern = p, .who = BW_ANYONE, .query = "n", .answers = "200", .handler = h,                \
        .operation = op, .summary = op                                                                                 \
    }
const struct bw_route bw_routes[] = {
    ROW("/now", h_now, "now"),          ROW("/job", h_job, "job"),          ROW("/park", h_park, "park"),
    ROW("/chain", h_chain, "chain"),    ROW("/hold", h_hold, "hold"),       ROW("/hash", h_hash, "hash"),
    ROW("/silent", h_silent, "silent"), ROW("/refuse", h_refuse, "refuse"),
};
const size_t bw_routes_n = BW_LEN(bw_routes);
const struct bw_schema bw_schemas[] = { { "Problem", NULL, "" } };
const size_t bw_schemas_n = 1;

static int ask(const char *path, const char *n)
{
    char text[128];
    snprintf(text, sizeof text, "%s?n=%s", path, n);
    return rig_get(text, "");
}

static void test_each_way_answers(void **state)
{
    (void)state;
    assert_int_equal(ask("/now", "1"), 200);
    assert_int_equal(ask("/job", "1"), 200);
    assert_int_equal(ask("/park", "1"), 201);
    assert_int_equal(ask("/chain", "1"), 200);
    assert_int_equal(ask("/silent", "1"), 500);
    struct raw_answer a = raw_ask(bw_http_port(rig), "GET /refuse HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(a.status, 422);
    assert_non_null(strstr(a.body, "\"errors\":[{\"pointer\":\"/occurred_at\",\"code\":\"time-ahead\",\"detail\":\"7 s "
                                   "ahead\"}]"));
    raw_answer_done(&a);
}

static void test_pipelined_ten_deep(void **state)
{
    static const char *const paths[] = { "/park", "/now", "/chain", "/job" };
    char text[2048] = "";
    (void)state;
    size_t n = 0;
    for (int k = 0; k < 10; k++)
        n += (size_t)snprintf(text + n, sizeof text - n, "GET %s?n=%d HTTP/1.1\r\nHost: h\r\n\r\n", paths[k % 4], k);
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, text));
    for (int k = 0; k < 10; k++) {
        char want[16];
        snprintf(want, sizeof want, "%d", k);
        struct raw_answer a = raw_answer(r, 0);
        assert_in_range(a.status, 200, 201);
        assert_string_equal(a.body, want);
        raw_answer_done(&a);
    }
    raw_close(r);
}

static void test_half_close(void **state)
{
    (void)state;
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, "GET /park?n=5 HTTP/1.1\r\nHost: h\r\n\r\n"));
    shutdown(r->fd, SHUT_WR);
    struct raw_answer a = raw_answer(r, 0);
    assert_int_equal(a.status, 201);
    assert_string_equal(a.body, "5");
    raw_answer_done(&a);
    raw_close(r);
}

struct storm {
    pthread_t thread;
    unsigned seed, good;
};

static void *storm_run(void *arg)
{
    static const char *const paths[] = { "/park", "/job", "/now", "/chain", "/park" };
    struct storm *s = arg;
    char text[128], want[16];
    struct raw *r = raw_open(bw_http_port(rig));
    for (unsigned k = 0; k < 300 && r; k++) {
        s->seed = s->seed * 1103515245u + 12345u;
        unsigned dice = s->seed >> 16;
        snprintf(want, sizeof want, "%u", dice);
        snprintf(text, sizeof text, "GET %s?n=%u HTTP/1.1\r\nHost: h\r\n\r\n", paths[dice % 5], dice);
        if (!raw_say(r, text))
            break;
        if (dice % 17 == 0) { /* go away without reading, perhaps while suspended */
            raw_close(r);
            r = raw_open(bw_http_port(rig));
            s->good++;
            continue;
        }
        struct raw_answer a = raw_answer(r, 0);
        s->good += a.status >= 200 && a.status < 300 && strcmp(a.body, want) == 0;
        raw_answer_done(&a);
    }
    raw_close(r);
    return NULL;
}

static bool nothing_open(void)
{
    return atomic_load(&rig->open_requests) == 0 && atomic_load(&parked_now) == 0;
}

static void test_storm(void **state)
{
    struct storm storms[16];
    (void)state;
    for (unsigned k = 0; k < BW_LEN(storms); k++) {
        storms[k] = (struct storm){ .seed = k * 7919 + 1 };
        assert_int_equal(pthread_create(&storms[k].thread, NULL, storm_run, &storms[k]), 0);
    }
    for (unsigned k = 0; k < BW_LEN(storms); k++) {
        pthread_join(storms[k].thread, NULL);
        assert_int_equal(storms[k].good, 300);
    }
    assert_true(rig_wait(nothing_open));
}

static bool is_held(void)
{
    return atomic_load(&held) != NULL;
}

static bool one_ended(void)
{
    return atomic_load(&ended_requests) == 1;
}

static void test_client_gone_while_suspended(void **state)
{
    (void)state;
    atomic_store(&ended_requests, 0);
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_true(rig_wait(is_held));
    raw_close(r);
    assert_int_equal(ask("/now", "1"), 200); /* the loop goes on */
    assert_int_equal(atomic_load(&ended_requests), 0);
    bw_request_resume(atomic_exchange(&held, NULL));
    assert_true(rig_wait(one_ended));
}

/* W5: the hash queue is eight deep, then 503 with Retry-After; others are not touched.  req: ING-10 */
static void test_full_queue_is_polite(void **state)
{
    struct raw *r[12];
    int busy = 0, good = 0;
    (void)state;
    atomic_store(&hash_go, false);
    for (size_t k = 0; k < BW_LEN(r); k++) {
        r[k] = raw_open(bw_http_port(rig));
        assert_true(raw_say(r[k], "GET /hash HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    for (size_t k = 0; k < BW_LEN(r); k++) { /* the refused ones answer while the others wait */
        struct pollfd p = { .fd = r[k]->fd, .events = POLLIN };
        if (poll(&p, 1, 500) != 1)
            continue;
        struct raw_answer a = raw_answer(r[k], 0);
        assert_int_equal(a.status, 503);
        assert_string_equal(raw_header(&a, "Retry-After"), "1");
        raw_answer_done(&a);
        raw_close(r[k]);
        r[k] = NULL;
        busy++;
    }
    assert_in_range(busy, 3, 4); /* one runs (or is about to), eight wait */
    assert_int_equal(ask("/job", "1"), 200);
    atomic_store(&hash_go, true);
    for (size_t k = 0; k < BW_LEN(r); k++) {
        if (!r[k])
            continue;
        struct raw_answer a = raw_answer(r[k], 0);
        good += a.status == 204;
        raw_answer_done(&a);
        raw_close(r[k]);
    }
    assert_int_equal(good + busy, BW_LEN(r));
}

static int db_token;

static struct bw_pg *db_open(void *ctx, enum bw_worker_kind kind)
{
    (void)ctx;
    (void)kind;
    return (struct bw_pg *)(void *)&db_token;
}

static atomic_bool db_away;

static bw_code db_ready(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    (void)pg;
    return atomic_load(&db_away) ? bw_fail(err, BW_E_DATABASE_AWAY, NULL, "gone fishing") : BW_OK;
}

/* req: REL-03 */
static void test_database_away_is_503(void **state)
{
    (void)state;
    atomic_store(&db_away, true);
    struct raw_answer a = raw_ask(bw_http_port(rig), "GET /job HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(a.status, 503);
    assert_non_null(strstr(a.body, "/problems/database-away"));
    assert_non_null(raw_header(&a, "Retry-After"));
    raw_answer_done(&a);
    atomic_store(&db_away, false);
    assert_int_equal(ask("/job", "1"), 200);
}

static int setup(void **state)
{
    static struct bw_http_config config;
    (void)state;
    config = (struct bw_http_config){ .db = { .open = db_open, .ready = db_ready } };
    writer_queue = bw_queue_new(10000);
    if (pthread_create(&writer, NULL, writer_run, NULL) != 0)
        return -1;
    return rig_start(&config);
}

static void *let_go(void *arg)
{
    struct timespec pause = { .tv_nsec = 100000000 };
    (void)arg;
    nanosleep(&pause, NULL); /* the stop below is waiting by then; earlier would only make the test weaker */
    bw_request_resume(atomic_exchange(&held, NULL));
    return NULL;
}

/* req: REL-02 */
static void test_stop_waits_for_the_accepted(void **state)
{
    pthread_t helper;
    (void)state;
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, "GET /hold?n=9 HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_true(rig_wait(is_held));
    unsigned port = bw_http_port(rig);
    assert_int_equal(pthread_create(&helper, NULL, let_go, NULL), 0);
    rig_stop();
    pthread_join(helper, NULL);
    struct raw_answer a = raw_answer(r, 0);
    assert_int_equal(a.status, 201);
    assert_string_equal(a.body, "9");
    assert_string_equal(raw_header(&a, "Connection"), "close");
    raw_answer_done(&a);
    raw_close(r);
    assert_null(raw_open(port));
    bw_queue_close(writer_queue);
    pthread_join(writer, NULL);
    bw_queue_free(writer_queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_way_answers),
        cmocka_unit_test(test_pipelined_ten_deep),
        cmocka_unit_test(test_half_close),
        cmocka_unit_test(test_storm),
        cmocka_unit_test(test_client_gone_while_suspended),
        cmocka_unit_test(test_full_queue_is_polite),
        cmocka_unit_test(test_database_away_is_503),
        cmocka_unit_test(test_stop_waits_for_the_accepted),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
