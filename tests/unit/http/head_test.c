/* SPDX-License-Identifier: Apache-2.0 */
/* head_test.c - the raw-byte cases of reliability.md 2.1 against a running server, column "our rule". */
#include "rig.h"

static void h_echo(struct bw_request *rq)
{
    char text[64];
    snprintf(text, sizeof text, "%zu:%.*s", rq->body.n, (int)(rq->body.n < 40 ? rq->body.n : 40),
             rq->body.p ? rq->body.p : "");
    bw_reply_bytes(rq, 200, "text/plain", bw_str_c(text));
}

static void h_show(struct bw_request *rq)
{
    bw_reply_bytes(rq, 200, "text/plain", rq->params[0].p ? rq->params[0] : BW_STR("none"));
}

const struct bw_route bw_routes[] = {
    { .method = BW_POST,
      .pattern = "/echo",
      .who = BW_ANYONE,
      .body_max = 1000,
      .media = "text/plain",
      .answers = "200",
      .handler = h_echo,
      .operation = "echo",
      .summary = "echoes" },
    { .method = BW_GET,
      .pattern = "/show",
      .who = BW_ANYONE,
      .query = "q r",
      .answers = "200",
      .handler = h_show,
      .operation = "show",
      .summary = "shows" },
    { .method = BW_GET,
      .pattern = "/show/{x}",
      .who = BW_ANYONE,
      .answers = "200",
      .handler = h_show,
      .operation = "showOne",
      .summary = "shows a parameter" },
};
const size_t bw_routes_n = BW_LEN(bw_routes);
const struct bw_schema bw_schemas[] = { { "Problem", NULL, "" } };
const size_t bw_schemas_n = 1;

struct raw_case {
    const char *name, *text;
    size_t n; /* 0 = strlen */
    int status;
    bool closes;
};

#define POST "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n"
#define NUL_LINE "GET /show HTTP/1.1\r\nHost: h\r\nX-A: b\0c\r\n\r\n"

static const struct raw_case cases[] = {
    { "two lengths", POST "Content-Length: 5\r\nContent-Length: 3\r\n\r\nhello", 0, 400, true },
    { "length 0 then 35", POST "Content-Length: 0\r\nContent-Length: 35\r\n\r\n", 0, 400, true },
    { "length and chunked", POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 400, true },
    { "gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 0, 501, true },
    { "chunked, identity", POST "Transfer-Encoding: chunked, identity\r\n\r\n", 0, 501, true },
    { "xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n", 0, 501, true },
    { "two codings", POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 400, true },
    { "space before colon", POST "Content-Length : 5\r\n\r\nhello", 0, 400, true },
    { "space before colon, coding", POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 0, 400, true },
    { "two hosts", "GET /show HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 0, 400, true },
    { "two credentials", "GET /show HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", 0, 400,
      true },
    { "two keys", POST "Idempotency-Key: 1\r\nIdempotency-Key: 2\r\nContent-Length: 2\r\n\r\nhi", 0, 400, true },
    { "two media types", POST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", 0, 400, true },
    { "control in value", "GET /show HTTP/1.1\r\nHost: h\r\nX-A: b\001c\r\n\r\n", 0, 400, true },
    { "escape in value", "GET /show HTTP/1.1\r\nHost: h\r\nX-A: b\033[2Jc\r\n\r\n", 0, 400, true },
    { "bad name", "GET /show HTTP/1.1\r\nHost: h\r\nX(A): b\r\n\r\n", 0, 400, true },
    { "bad host", "GET /show HTTP/1.1\r\nHost: a/b\r\n\r\n", 0, 400, true },
    { "no host", "GET /show HTTP/1.1\r\n\r\n", 0, 400, true },
    { "HTTP/1.2", "GET /show HTTP/1.2\r\nHost: h\r\n\r\n", 0, 400, true },
    { "absolute target", "GET http://evil/show HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "lower-case method", "get /show HTTP/1.1\r\nHost: h\r\n\r\n", 0, 405, true },
    { "junk method", "BREW /show HTTP/1.1\r\nHost: h\r\n\r\n", 0, 405, true },
    { "TRACE", "TRACE /show HTTP/1.1\r\nHost: h\r\n\r\n", 0, 405, true },
    { "known method, other route", "PUT /show HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 0, 405, false },
    { "%00", "GET /show/a%00b HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "%2f", "GET /show/a%2Fb HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "dot segment", "GET /show/../show HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "broken escape", "GET /show/a%zz HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "not UTF-8", "GET /show/%ff HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "raw high byte", "GET /show/\xff HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "parameter twice", "GET /show?q=1&q=2 HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "unknown parameter", "GET /show?z=1 HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400, false },
    { "well", "GET /show?q=1&r=2 HTTP/1.1\r\nHost: h\r\n\r\n", 0, 200, false },
    { "chunk extensions and zeros", POST "Transfer-Encoding: chunked\r\n\r\n0005;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
      0, 200, false },
    { "no such path", "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n", 0, 404, false },
    { "HTTP/1.0", "GET /show HTTP/1.0\r\nHost: h\r\n\r\n", 0, 200, true },
};

/* req: ING-10 SEC-06 */
static void test_framing_cases(void **state)
{
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        const struct raw_case *c = &cases[k];
        struct raw *r = raw_open(bw_http_port(rig));
        assert_non_null(r);
        assert_true(raw_write(r, c->text, c->n ? c->n : strlen(c->text)));
        struct raw_answer a = raw_answer(r, 0);
        if (a.status != c->status)
            print_error("case: %s\n", c->name);
        assert_int_equal(a.status, c->status);
        if (c->closes) {
            if (r->n > 0)
                print_error("case: %s: %s%s\nleft: %s\n", c->name, a.head, a.body, r->buf);
            assert_true(raw_ended(r));
        } else { /* the connection is still in step: another request on it gets its own answer */
            raw_answer_done(&a);
            assert_true(raw_say(r, "GET /show/next HTTP/1.1\r\nHost: h\r\n\r\n"));
            a = raw_answer(r, 0);
            if (a.status != 200)
                print_error("after case: %s\n", c->name);
            assert_int_equal(a.status, 200);
            assert_string_equal(a.body, "next");
        }
        raw_answer_done(&a);
        raw_close(r);
    }
}

/* A NUL inside a header value must not reach a handler as a shorter value, nor confuse what follows. */
static void test_nul_in_value(void **state)
{
    (void)state;
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_write(r, NUL_LINE, sizeof NUL_LINE - 1));
    struct raw_answer a = raw_answer(r, 0);
    print_message("NUL in a value: %d\n", a.status);
    assert_true(a.status == 400 || a.status == 200);
    raw_answer_done(&a);
    raw_close(r);
}

/* req: SEC-05 */
static void test_every_refusal_is_a_problem_with_headers(void **state)
{
    static const char *const asks[] = { "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n",
                                        "BREW /show HTTP/1.1\r\nHost: h\r\n\r\n",
                                        "GET /show?z=1 HTTP/1.1\r\nHost: h\r\nX-Request-Id: my-id-12345\r\n\r\n",
                                        POST "Content-Length: 5000\r\n\r\n" };
    (void)state;
    for (size_t k = 0; k < BW_LEN(asks); k++) {
        struct raw_answer a = raw_ask(bw_http_port(rig), asks[k]);
        assert_true(a.status >= 400);
        assert_string_equal(raw_header(&a, "Content-Type"), "application/problem+json");
        assert_string_equal(raw_header(&a, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(raw_header(&a, "Referrer-Policy"), "no-referrer");
        assert_string_equal(raw_header(&a, "Cache-Control"), "no-store");
        assert_string_equal(raw_header(&a, "Cross-Origin-Opener-Policy"), "same-origin");
        assert_string_equal(raw_header(&a, "Cross-Origin-Resource-Policy"), "same-origin");
        assert_non_null(strstr(raw_header(&a, "Content-Security-Policy"), "frame-ancestors 'none'"));
        assert_null(raw_header(&a, "Strict-Transport-Security"));
        assert_non_null(raw_header(&a, "X-Request-Id"));
        assert_non_null(strstr(a.body, "\"type\":\"/problems/"));
        assert_non_null(strstr(a.body, raw_header(&a, "X-Request-Id")));
        raw_answer_done(&a);
    }
}

/* req: OPS-05 */
static void test_request_ids(void **state)
{
    (void)state;
    struct raw_answer a =
        raw_ask(bw_http_port(rig), "GET /show HTTP/1.1\r\nHost: h\r\nX-Request-Id: abc.DEF_9-\r\n\r\n");
    assert_string_equal(raw_header(&a, "X-Request-Id"), "abc.DEF_9-");
    raw_answer_done(&a);
    a = raw_ask(bw_http_port(rig), "GET /show HTTP/1.1\r\nHost: h\r\nX-Request-Id: short\r\n\r\n");
    assert_int_equal(strlen(raw_header(&a, "X-Request-Id")), 36);
    raw_answer_done(&a);
}

static void test_methods_and_head(void **state)
{
    (void)state;
    struct raw_answer a = raw_ask(bw_http_port(rig), "DELETE /show HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(a.status, 405);
    assert_string_equal(raw_header(&a, "Allow"), "GET, HEAD");
    raw_answer_done(&a);
    struct raw *r = raw_open(bw_http_port(rig));
    assert_true(raw_say(r, "HEAD /show/abcd HTTP/1.1\r\nHost: h\r\n\r\nGET /show/x HTTP/1.1\r\nHost: h\r\n\r\n"));
    a = raw_answer(r, 1);
    assert_int_equal(a.status, 200);
    assert_string_equal(raw_header(&a, "Content-Length"), "4");
    raw_answer_done(&a);
    a = raw_answer(r, 0);
    assert_string_equal(a.body, "x");
    raw_answer_done(&a);
    raw_close(r);
}

static void test_too_long_and_too_many(void **state)
{
    char text[16384];
    (void)state;
    size_t n = (size_t)snprintf(text, sizeof text, "GET /show?q=");
    memset(text + n, 'a', 3000);
    snprintf(text + n + 3000, sizeof text - n - 3000, " HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(raw_status(bw_http_port(rig), text), 414);
    n = (size_t)snprintf(text, sizeof text, "GET /show HTTP/1.1\r\nHost: h\r\n");
    for (int k = 0; k < 80; k++)
        n += (size_t)snprintf(text + n, sizeof text - n, "X-%d: y\r\n", k);
    snprintf(text + n, sizeof text - n, "\r\n");
    assert_int_equal(raw_status(bw_http_port(rig), text), 400);
}

static int setup(void **state)
{
    static struct bw_http_config config;
    (void)state;
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
        cmocka_unit_test(test_framing_cases),
        cmocka_unit_test(test_nul_in_value),
        cmocka_unit_test(test_every_refusal_is_a_problem_with_headers),
        cmocka_unit_test(test_request_ids),
        cmocka_unit_test(test_methods_and_head),
        cmocka_unit_test(test_too_long_and_too_many),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
