/* SPDX-License-Identifier: Apache-2.0 */
/* body_test.c - bodies: limits told early, media types, 100-continue, the budget of all bodies, and deadlines for those
 * who send slowly or not at all. */
#include "rig.h"
#include "upload.h"

static void h_take(struct bw_request *rq)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", rq->body.n);
    bw_reply_bytes(rq, 200, "text/plain", bw_str_c(text));
}

struct item {
    uint32_t count;
    struct bw_str name;
};
static const struct bw_field item_fields[] = {
    { .name = "count", .type = BW_J_U32, .offset = offsetof(struct item, count), .flags = BW_J_REQUIRED, .max = 9 },
    { .name = "name", .type = BW_J_STR, .offset = offsetof(struct item, name), .max = 5 },
    { .name = NULL },
};

static void h_json(struct bw_request *rq)
{
    struct item item = { 0 };
    if (!bw_request_json(rq, item_fields, &item))
        return;
    bw_reply_json(rq, 201, BW_STR("{\"ok\":true}"));
}

static void h_form(struct bw_request *rq)
{
    struct bw_str a = bw_request_form(rq, "a");
    bw_reply_bytes(rq, 200, "text/plain", a.p ? a : BW_STR("absent"));
}

static size_t upload_feed(void *ctx, const char *data, size_t n)
{
    (void)ctx;
    (void)data;
    return n;
}

static void upload_end(void *ctx)
{
    bw_request_resume(ctx);
}

static void h_upload(struct bw_request *rq)
{
    bw_request_upload(rq, &(struct bw_upload){ .feed = upload_feed, .end = upload_end, .then = h_take, .ctx = rq });
}

const struct bw_route bw_routes[] = {
    { .method = BW_POST,
      .pattern = "/take",
      .who = BW_ANYONE,
      .body_max = 100000,
      .media = "text/plain",
      .answers = "200",
      .handler = h_take,
      .operation = "take",
      .summary = "takes" },
    { .method = BW_POST,
      .pattern = "/json",
      .who = BW_ANYONE,
      .body_max = 1000,
      .media = "application/json",
      .schema = "Item",
      .answers = "201",
      .handler = h_json,
      .operation = "json",
      .summary = "json" },
    { .method = BW_POST,
      .pattern = "/form",
      .who = BW_ANYONE,
      .body_max = 1000,
      .media = "application/x-www-form-urlencoded",
      .answers = "200",
      .handler = h_form,
      .operation = "form",
      .summary = "form" },
    { .method = BW_POST,
      .pattern = "/big",
      .who = BW_ANYONE,
      .body_max = 1u << 20,
      .media = "text/plain",
      .answers = "200",
      .handler = h_take,
      .operation = "big",
      .summary = "takes much" },
    { .method = BW_POST,
      .pattern = "/upload",
      .who = BW_ANYONE,
      .body_max = 64u << 20,
      .media = "text/plain",
      .answers = "200",
      .handler = h_upload,
      .operation = "upload",
      .summary = "reads while it comes",
      .flags = BW_R_UPLOAD },
    { .method = BW_POST,
      .pattern = "/none",
      .who = BW_ANYONE,
      .answers = "200",
      .handler = h_take,
      .operation = "none",
      .summary = "takes no body" },
};
const size_t bw_routes_n = BW_LEN(bw_routes);
const struct bw_schema bw_schemas[] = { { "Item", item_fields, "" }, { "Problem", NULL, "" } };
const size_t bw_schemas_n = BW_LEN(bw_schemas);

#define TAKE "POST /take HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n"

struct one {
    const char *text;
    int status;
};

/* req: ING-10 */
static void test_refusals(void **state)
{
    static const struct one cases[] = {
        { TAKE "\r\n", 411 },
        { TAKE "Content-Length: 100001\r\n\r\n", 413 }, /* answered although no byte of it was sent */
        { TAKE "Content-Length: 99999999999999\r\n\r\n", 413 },
        { "POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx", 413 },
        { "POST /none HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413 },
        { "GET /take HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 405 },
        { "POST /take HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", 415 },
        { "POST /take HTTP/1.1\r\nHost: h\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", 415 },
        { "POST /take HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain;charset=latin1\r\nContent-Length: 2\r\n\r\nhi",
          415 },
        { "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415 },
        { TAKE "Expect: 200-ok\r\nContent-Length: 2\r\n\r\nhi", 417 },
        { "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 422 },
        { "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{,}", 400 },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        int status = raw_status(bw_http_port(rig), cases[k].text);
        if (status != cases[k].status)
            print_error("%s\n", cases[k].text);
        assert_int_equal(status, cases[k].status);
    }
}

/* req: ING-10 */
static void test_taken(void **state)
{
    static const struct one cases[] = {
        { TAKE "Content-Length: 2\r\n\r\nhi", 200 },
        { TAKE "Content-Length: 0\r\n\r\n", 200 },
        { "POST /take HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 200 },
        { "POST /none HTTP/1.1\r\nHost: h\r\n\r\n", 200 },
        { "POST /take HTTP/1.1\r\nHost: h\r\nContent-Type: TEXT/plain; charset=UTF-8\r\nContent-Length: 2\r\n\r\nhi",
          200 },
        { TAKE "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 200 },
        { "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"count\":3}",
          201 },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        int status = raw_status(bw_http_port(rig), cases[k].text);
        if (status != cases[k].status)
            print_error("%s\n", cases[k].text);
        assert_int_equal(status, cases[k].status);
    }
}

/* Every fault of a body at once, each with its pointer.  req: ING-05 */
static void test_faults_have_pointers(void **state)
{
    (void)state;
    struct raw_answer a =
        raw_ask(bw_http_port(rig), "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                                   "Content-Length: 38\r\n\r\n{\"count\":10,\"name\":\"abcdef\",\"zz\":null}");
    assert_int_equal(a.status, 422);
    assert_non_null(strstr(a.body, "\"pointer\":\"/count\""));
    assert_non_null(strstr(a.body, "\"pointer\":\"/name\""));
    assert_non_null(strstr(a.body, "\"pointer\":\"/zz\",\"code\":\"unknown-field\""));
    raw_answer_done(&a);
}

static void test_form(void **state)
{
    (void)state;
    struct raw_answer a =
        raw_ask(bw_http_port(rig),
                "POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 15\r\n\r\nb=1&a=x+y%21%C3");
    assert_string_equal(a.body, "absent"); /* what is not UTF-8 counts as not sent */
    raw_answer_done(&a);
    a = raw_ask(bw_http_port(rig),
                "POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 12\r\n\r\nb=1&a=x+y%21");
    assert_string_equal(a.body, "x y!");
    raw_answer_done(&a);
}

/* req: ING-10 */
static void test_expect_continue(void **state)
{
    (void)state;
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, TAKE "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    assert_non_null(raw_until(r, "HTTP/1.1 100 Continue\r\n\r\n"));
    raw_drop(r, strlen("HTTP/1.1 100 Continue\r\n\r\n"));
    assert_true(raw_say(r, "hi"));
    struct raw_answer a = raw_answer(r, 0);
    assert_int_equal(a.status, 200);
    raw_answer_done(&a);
    raw_close(r);
    r = raw_open(bw_http_port(rig)); /* and what is refused is refused instead of continued */
    assert_true(raw_say(r, TAKE "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n"));
    a = raw_answer(r, 0);
    assert_int_equal(a.status, 413);
    assert_string_equal(raw_header(&a, "Connection"), "close");
    raw_answer_done(&a);
    assert_true(raw_ended(r));
    raw_close(r);
}

/* A chunked body tells its size only by and by.  req: ING-10 */
static void test_chunked_too_large(void **state)
{
    char chunk[10100];
    (void)state;
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, TAKE "Transfer-Encoding: chunked\r\n\r\n"));
    int n = snprintf(chunk, sizeof chunk, "2710\r\n%010000d\r\n", 0);
    for (int k = 0; k < 11; k++)
        assert_true(raw_write(r, chunk, (size_t)n));
    assert_true(raw_say(r, "0\r\n\r\n"));
    struct raw_answer a = raw_answer(r, 0);
    assert_int_equal(a.status, 413);
    raw_answer_done(&a);
    assert_true(raw_ended(r));
    raw_close(r);
    r = raw_open(bw_http_port(rig)); /* one that never ends is cut off */
    assert_true(raw_say(r, TAKE "Transfer-Encoding: chunked\r\n\r\n"));
    bool cut = false;
    for (int k = 0; k < 5000 && !cut; k++)
        cut = !raw_write(r, chunk, (size_t)n);
    assert_true(cut);
    raw_close(r);
}

static bool no_bodies(void)
{
    return atomic_load(&rig->body_bytes) == 0;
}

static bool two_bodies(void)
{
    return atomic_load(&rig->body_bytes) == 2000000;
}

/* req: ING-10 ING-11 */
static void test_budget_of_all_bodies(void **state)
{
    struct raw *r[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        r[k] = raw_open(bw_http_port(rig));
        assert_true(
            raw_say(r[k],
                    "POST /big HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nx"));
    }
    assert_true(rig_wait(two_bodies));
    struct raw_answer a = raw_ask(bw_http_port(rig), "POST /big HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n"
                                                     "Content-Length: 200000\r\n\r\n");
    assert_int_equal(a.status, 503);
    assert_string_equal(raw_header(&a, "Retry-After"), "1");
    raw_answer_done(&a);
    raw_close(r[0]);
    raw_close(r[1]);
    assert_true(rig_wait(no_bodies)); /* what was reserved comes back when its sender goes */
    assert_int_equal(raw_status(bw_http_port(rig), TAKE "Content-Length: 2\r\n\r\nhi"), 200);
}

/* One byte every now and then keeps no connection alive (F4): headers 300 ms, bodies 600 ms here.  req: ING-10 */
static void test_slow_senders_are_cut(void **state)
{
    static const char *const starts[] = { "GET /ta", "GET /take HTTP/1.1\r\nHost: h\r\nX",
                                          TAKE "Content-Length: 5\r\n\r\nh" };
    (void)state;
    for (size_t k = 0; k < BW_LEN(starts); k++) {
        struct timespec pause = { .tv_nsec = 50000000 };
        struct raw *r = raw_open(bw_http_port(rig));
        bw_time start = bw_clock_mono();
        assert_true(raw_say(r, starts[k]));
        while (bw_clock_mono() - start < 10 * BW_SECOND && raw_say(r, "a"))
            nanosleep(&pause, NULL); /* the sender's pace, not a wait for anything */
        bw_time took = bw_clock_mono() - start;
        assert_in_range(took, 200 * BW_MS, 5 * BW_SECOND);
        raw_close(r);
    }
}

static bool no_requests(void)
{
    return atomic_load(&rig->open_requests) == 0;
}

/* An upload may take long while it moves; one that came fast and then stands still is cut after the body's deadline,
 * whether its sender is silent or has closed its half.  req: ING-10 ING-11 */
static void test_uploads_that_stand_still_are_cut(void **state)
{
    static char much[64 * 1024];
    (void)state;
    memset(much, 'x', sizeof much);
    for (int half_closed = 0; half_closed < 2; half_closed++) {
        struct raw *r = raw_open(bw_http_port(rig));
        assert_true(raw_say(r, "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n"
                               "Content-Length: 67108864\r\n\r\n"));
        for (int k = 0; k < 64; k++)
            assert_true(raw_write(r, much, sizeof much));
        if (half_closed)
            shutdown(r->fd, SHUT_WR);
        bw_time start = bw_clock_mono();
        assert_true(raw_ended(r));
        assert_true(bw_clock_mono() - start < 10 * BW_SECOND);
        raw_close(r);
        assert_true(rig_wait(no_requests));
    }
}

/* An idle kept-alive connection ends too; one that asks in time goes on. */
static void test_idle_connections_end(void **state)
{
    (void)state;
    struct raw *r = raw_open(bw_http_port(rig));
    for (int k = 0; k < 3; k++) {
        assert_true(raw_say(r, TAKE "Content-Length: 2\r\n\r\nhi"));
        struct raw_answer a = raw_answer(r, 0);
        assert_int_equal(a.status, 200);
        raw_answer_done(&a);
    }
    assert_true(raw_ended(r));
    raw_close(r);
}

static int setup(void **state)
{
    static struct bw_http_config config;
    (void)state;
    config = (struct bw_http_config){ .body_budget = 2100000,
                                      .header_deadline = 300 * BW_MS,
                                      .body_deadline = 600 * BW_MS,
                                      .idle_deadline = 400 * BW_MS };
    return rig_start(&config);
}

static int teardown(void **state)
{
    (void)state;
    return rig_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_faults_have_pointers),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_chunked_too_large),
        cmocka_unit_test(test_budget_of_all_bodies),
        cmocka_unit_test(test_slow_senders_are_cut),
        cmocka_unit_test(test_uploads_that_stand_still_are_cut),
        cmocka_unit_test(test_idle_connections_end),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
