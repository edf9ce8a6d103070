/* SPDX-License-Identifier: Apache-2.0 */
/* stream_test.c - event streams through a running server: headers, hello, resume over reconnects with a writer at full
 * speed, stalled readers, revocation, shutting down.  Uses the program's own routes: /v1/stream and the customer's. */
#include "rig.h"

#define RING 200000
#define STALL (4 * BW_SECOND) /* more than a busy machine keeps a thread waiting */

static struct bw_hub *hub;

static bw_code quick(void *ctx, struct bw_request *rq, struct bw_principal *who, bool *ret_look_up,
                     struct bw_error *err)
{
    (void)ctx;
    (void)ret_look_up;
    (void)err;
    *who = (struct bw_principal){
        .id = { { 7 } }, .owner = { { 7 } }, .scopes = BW_SCOPE_READ, .carriers = { "SK" }, .n_carriers = 1
    };
    who->kind = bw_route_param(rq->route, BW_STR("token")) >= 0 ? BW_P_LINK : BW_P_KEY;
    who->case_id.b[0] = 9;
    return BW_OK;
}

static void publish(uint64_t index, const char *carrier)
{
    char text[96], codes[1][4] = { { 0 } };
    snprintf(codes[0], 4, "%s", carrier);
    snprintf(text, sizeof text, "{\"index\":%llu}", (unsigned long long)index);
    struct bw_feed_entry e = { .index = index,
                               .recorded_at = bw_clock_wall(),
                               .carriers = (const char(*)[4])codes[0],
                               .n_carriers = 1,
                               .case_id = { { 9 } },
                               .name = "bag",
                               .staff = bw_str_c(text),
                               .customer = BW_STR("{\"bag\":1,\"version\":1}") };
    bw_hub_publish(hub, &e, 1, index);
}

static struct raw *open_stream(const char *path, const char *headers)
{
    char text[256];
    struct raw *r = raw_open(bw_http_port(rig));
    assert_non_null(r);
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n", path, headers);
    assert_true(raw_say(r, text));
    return r;
}

/* req: STR-01 */
static void test_headers_and_hello(void **state)
{
    (void)state;
    struct raw *r = NULL;
    bw_time took = BW_SECOND;
    for (unsigned try = 0; try < 5 && took >= 100 * BW_MS; try++) { /* a busy machine may miss one */
        raw_close(r);
        bw_time start = bw_clock_mono();
        r = open_stream("/v1/stream", "");
        assert_non_null(raw_until(r, "heartbeat_s"));
        took = bw_clock_mono() - start;
    }
    assert_true(took < 100 * BW_MS);
    struct raw_answer a = { .status = 200, .head = r->buf };
    assert_true(strncmp(r->buf, "HTTP/1.1 200 ", 13) == 0);
    assert_string_equal(raw_header(&a, "Content-Type"), "text/event-stream");
    assert_string_equal(raw_header(&a, "Cache-Control"), "no-store");
    assert_string_equal(raw_header(&a, "X-Accel-Buffering"), "no");
    assert_null(raw_header(&a, "Content-Length"));
    assert_null(raw_header(&a, "Content-Encoding"));
    assert_true(strstr(r->buf, "retry: ") < strstr(r->buf, "event: hello\n"));
    assert_non_null(strstr(r->buf, "data: {\"epoch\":5,\"index\":"));
    uint64_t next = bw_hub_head(hub).index + 1;
    publish(next, "LH"); /* not for SK */
    publish(next + 1, "SK");
    char want[128];
    snprintf(want, sizeof want, "id: 5-%llu\nevent: bag\ndata: {\"index\":%llu}\n\n", (unsigned long long)next + 1,
             (unsigned long long)next + 1);
    assert_non_null(raw_until(r, want));
    snprintf(want, sizeof want, "id: 5-%llu\nevent: bag", (unsigned long long)next);
    assert_null(strstr(r->buf, want));
    raw_close(r);
}

static void test_customer_stream(void **state)
{
    (void)state;
    struct raw *r = open_stream("/t/secret/stream", "");
    assert_non_null(raw_until(r, "event: hello\n"));
    publish(bw_hub_head(hub).index + 1, "LH");
    assert_non_null(raw_until(r, "data: {\"bag\":1,\"version\":1}\n\n"));
    assert_null(strstr(r->buf, "{\"index\":"
                               "1")); /* nothing of the staff's form beyond hello's position */
    raw_close(r);
}

static atomic_bool over;
static atomic_uint_fast64_t reader_at;

/* As fast as it can, yet never so far ahead that the ring no longer holds what the reader is owed. */
static void *publisher_run(void *arg)
{
    struct timespec pause = { .tv_nsec = 100000 };
    (void)arg;
    uint64_t k = bw_hub_head(hub).index;
    while (!atomic_load(&over)) {
        bool ahead = k >= atomic_load(&reader_at) + RING / 2;
        if (!ahead)
            publish(++k, "SK");
        if (ahead || k % 16 == 0)
            nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Reads `want` data events behind *at; false at a gap, a repeat or an end before. */
static bool follow(struct raw *r, uint64_t *at, unsigned want)
{
    while (want > 0) {
        char *mark = raw_until(r, "\nevent: bag\n");
        if (!mark) {
            print_error("behind %llu: the stream %s, with %.300s\n", (unsigned long long)*at,
                        r->closed ? "ended" : "is silent", r->buf);
            return false;
        }
        char *id = mark;
        while (id > r->buf && strncmp(id, "id: 5-", 6) != 0)
            id--;
        uint64_t index = 0;
        if (!bw_str_to_u64(bw_str_n(id + 6, strcspn(id + 6, "\n")), 0, INT64_MAX, &index) || index != *at + 1) {
            print_error("behind %llu came %llu\n", (unsigned long long)*at, (unsigned long long)index);
            return false;
        }
        *at = index;
        want--;
        raw_drop(r, (size_t)(mark - r->buf) + 5);
    }
    return true;
}

/* req: STR-03 */
static void test_resume_with_a_writer_at_full_speed(void **state)
{
    pthread_t publisher;
    (void)state;
    atomic_store(&over, false);
    uint64_t at = bw_hub_head(hub).index;
    atomic_store(&reader_at, at);
    publish(at + 1, "SK");
    assert_int_equal(pthread_create(&publisher, NULL, publisher_run, NULL), 0);
    bool whole = true;
    for (unsigned turn = 0; turn < 60 && whole; turn++) {
        char path[96], header[64] = "";
        unsigned long long from = at;
        switch (turn % 3) {
        case 0:
            snprintf(path, sizeof path, "/v1/stream?last_event_id=5-%llu", from);
            break;
        case 1:
            snprintf(path, sizeof path, "/v1/stream?lastEventId=5-%llu", from);
            break;
        default: /* the header wins */
            snprintf(path, sizeof path, "/v1/stream?last_event_id=5-1");
            snprintf(header, sizeof header, "Last-Event-ID: 5-%llu\r\n", from);
        }
        struct raw *r = open_stream(path, header);
        char *body = raw_until(r, "\r\n\r\n");
        assert_non_null(body);
        raw_drop(r, (size_t)(body - r->buf) + 4);
        r->chunked = true;
        raw_unchunk(r, 0);
        whole = follow(r, &at, 1 + turn * 7);
        atomic_store(&reader_at, at);
        raw_close(r);
    }
    atomic_store(&over, true); /* first: the tests behind this one publish themselves */
    pthread_join(publisher, NULL);
    assert_true(whole);
}

/* req: STR-04 */
static void test_reset(void **state)
{
    (void)state;
    struct raw *r = open_stream("/v1/stream", "Last-Event-ID: 4-17\r\n");
    assert_non_null(raw_until(r, "event: reset\ndata: {\"reason\":\"epoch\",\"snapshot\":\""));
    raw_close(r);
    r = open_stream("/v1/stream", "Last-Event-ID: what is this\r\n");
    assert_non_null(raw_until(r, "event: reset\n"));
    raw_close(r);
}

static bool no_streams(void)
{
    struct bw_hub_stats s = bw_hub_stats(hub);
    return s.staff + s.customers == 0;
}

/* Dead clients are found by writing to them; a farewell does. */
static void end_all_streams(void)
{
    bw_hub_bye(hub, &(const struct bw_uuid){ { 7 } }, "over");
    assert_true(rig_wait(no_streams));
}

static bool thirty_parked(void)
{
    return bw_hub_stats(hub).parked == 30;
}

static bool stalled_are_gone(void)
{
    return bw_hub_stats(hub).ended_stall >= 20;
}

/* Twenty readers that never read, ten that do.  req: STR-07 */
static void test_stalled_readers(void **state)
{
    struct raw *stalled[20], *healthy[10];
    (void)state;
    end_all_streams();
    for (unsigned k = 0; k < 20; k++) {
        const int small = 2048;
        stalled[k] = raw_open(bw_http_port(rig));
        if (!stalled[k])
            abort();
        setsockopt(stalled[k]->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        assert_true(raw_say(stalled[k], "GET /v1/stream HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    for (unsigned k = 0; k < 10; k++)
        healthy[k] = open_stream("/v1/stream", "");
    assert_true(rig_wait(thirty_parked));
    uint64_t first = bw_hub_head(hub).index, next = first;
    for (unsigned round = 0; round < 300; round++) {
        for (unsigned k = 0; k < 50; k++)
            publish(++next, "SK");
        for (unsigned k = 0; k < 10; k++) {
            uint64_t at = next - 50;
            if (round == 0)
                assert_non_null(raw_until(healthy[k], "event: hello\n"));
            assert_true(follow(healthy[k], &at, 50));
        }
    }
    assert_true(rig_wait(stalled_are_gone)); /* after the STALL of this test's hub */
    assert_int_equal(bw_hub_stats(hub).staff, 10);
    for (unsigned k = 0; k < 20; k++)
        raw_close(stalled[k]);
    for (unsigned k = 0; k < 10; k++)
        raw_close(healthy[k]);
}

/* req: STR-10 */
static void test_revoked(void **state)
{
    const struct bw_uuid owner = { { 7 } };
    (void)state;
    struct raw *r = open_stream("/v1/stream", "");
    assert_non_null(raw_until(r, "event: hello\n"));
    bw_hub_bye(hub, &owner, "revoked");
    assert_non_null(raw_until(r, "event: bye\ndata: {\"reason\":\"revoked\"}\n\n"));
    assert_non_null(raw_until(r, "\r\n0\r\n\r\n")); /* a whole chunked body: nothing was cut */
    raw_close(r);
}

static void test_head_and_limits(void **state)
{
    struct raw *r[40];
    (void)state;
    struct raw_answer a = raw_ask(bw_http_port(rig), "HEAD /v1/stream HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(a.status, 200);
    assert_string_equal(raw_header(&a, "Content-Type"), "text/event-stream");
    raw_answer_done(&a);
    end_all_streams();
    for (unsigned k = 0; k < 40; k++) {
        r[k] = open_stream("/v1/stream", "");
        assert_non_null(raw_until(r[k], "event: hello\n"));
    }
    a = raw_ask(bw_http_port(rig), "GET /v1/stream HTTP/1.1\r\nHost: h\r\n\r\n"); /* req: STR-11 */
    assert_int_equal(a.status, 429);
    assert_non_null(raw_header(&a, "Retry-After"));
    raw_answer_done(&a);
    for (unsigned k = 0; k < 40; k++)
        raw_close(r[k]);
}

static int setup(void **state)
{
    static struct bw_http_config config;
    (void)state;
    hub = bw_hub_new(
        &(struct bw_hub_config){ .ring_entries = RING, .stall = STALL, .per_address = 1000, .per_owner = 40 });
    bw_hub_open(hub, 5, 100);
    config = (struct bw_http_config){ .hub = hub, .auth = { .quick = quick } };
    return rig_start(&config);
}

/* Streams end with `bye` when the server stops, and readers can tell it from a fault.  req: STR-08 REL-02 */
static void test_stop_ends_streams(void **state)
{
    struct raw *r[5];
    (void)state;
    end_all_streams();
    for (unsigned k = 0; k < 5; k++) {
        r[k] = open_stream("/v1/stream", "");
        assert_non_null(raw_until(r[k], "event: hello\n"));
    }
    rig_stop();
    for (unsigned k = 0; k < 5; k++) {
        assert_non_null(raw_until(r[k], "event: bye\ndata: {\"reason\":\"restart\"}\n\n"));
        assert_non_null(raw_until(r[k], "0\r\n\r\n"));
        raw_close(r[k]);
    }
    bw_hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_and_hello),
        cmocka_unit_test(test_customer_stream),
        cmocka_unit_test(test_resume_with_a_writer_at_full_speed),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_revoked),
        cmocka_unit_test(test_stalled_readers),
        cmocka_unit_test(test_head_and_limits),
        cmocka_unit_test(test_stop_ends_streams),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
