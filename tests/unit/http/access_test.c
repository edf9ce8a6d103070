/* SPDX-License-Identifier: Apache-2.0 */
/* access_test.c - who may use a route and what the others are told, cross-site forms, rates, and whose word about the
 * client's address counts.  The credentials here are a toy: "Authorization: Bearer <name>" or the cookie "s=<name>". */
#include "rig.h"

static void h_ok(struct bw_request *rq)
{
    bw_reply_bytes(rq, 200, "text/plain", bw_str_c(rq->address));
}

#define ROW(m, p, w, op, ...)                                                                                          \
    {                                                                                                                  \
        .method = m, .pattern = p, .who = w, .answers = "200", .handler = h_ok, .operation = op, .summary = op,        \
        __VA_ARGS__                                                                                                    \
    }
const struct bw_route bw_routes[] = {
    ROW(BW_GET, "/open", BW_ANYONE, "open", .flags = 0),
    ROW(BW_GET, "/keys", BW_SENDER, "keys", .scope = BW_SCOPE_READ),
    ROW(BW_GET, "/desk", BW_AGENT | BW_SUPERVISOR, "desk", .flags = 0),
    ROW(BW_GET, "/page", BW_AGENT, "page", .flags = BW_R_PAGE | BW_R_PERSONAL),
    ROW(BW_GET, "/t/{token}", BW_CUSTOMER, "link", .flags = BW_R_PAGE | BW_R_TOKEN | BW_R_PERSONAL),
    ROW(BW_POST, "/note", BW_AGENT | BW_SENDER, "note", .body_max = 100, .media = "application/json", .schema = "Note"),
    ROW(BW_POST, "/form", BW_AGENT, "form", .body_max = 100, .media = "application/x-www-form-urlencoded",
        .flags = BW_R_FORM),
    ROW(BW_POST, "/login", BW_ANYONE, "login", .body_max = 100, .media = "application/x-www-form-urlencoded",
        .rate = BW_RATE_LOGIN, .flags = BW_R_FORM),
};
const size_t bw_routes_n = BW_LEN(bw_routes);
const struct bw_schema bw_schemas[] = { { "Note", (const struct bw_field[]){ { .name = NULL } }, "" },
                                        { "Problem", NULL, "" } };
const size_t bw_schemas_n = BW_LEN(bw_schemas);

static bw_code identify(struct bw_str name, struct bw_principal *who, struct bw_error *err)
{
    static const struct {
        const char *name;
        struct bw_principal who;
    } known[] = {
        { "reader", { .kind = BW_P_KEY, .scopes = BW_SCOPE_READ | BW_SCOPE_EVENTS, .id = { { 1 } } } },
        { "writer", { .kind = BW_P_KEY, .scopes = BW_SCOPE_EVENTS, .id = { { 2 } } } },
        { "agent", { .kind = BW_P_ACCOUNT, .roles = BW_AGENT, .id = { { 3 } }, .csrf = "token-of-the-session" } },
        { "auditor", { .kind = BW_P_ACCOUNT, .roles = BW_AUDITOR, .id = { { 4 } }, .csrf = "another" } },
        { "link", { .kind = BW_P_LINK, .id = { { 5 } } } },
    };
    for (size_t k = 0; k < BW_LEN(known); k++) {
        if (bw_str_eq_c(name, known[k].name)) {
            *who = known[k].who;
            return BW_OK;
        }
    }
    return bw_fail(err, BW_E_UNAUTHENTICATED, NULL, "unknown credentials");
}

/* Bearer needs a look-up (the worker's part), cookies and links are cached. */
static bw_code quick(void *ctx, struct bw_request *rq, struct bw_principal *who, bool *ret_look_up,
                     struct bw_error *err)
{
    (void)ctx;
    struct bw_str cookie = bw_request_cookie(rq, "s");
    *ret_look_up = bw_request_header(rq, "Authorization").p != NULL;
    if (*ret_look_up)
        return BW_OK;
    if (bw_route_param(rq->route, BW_STR("token")) >= 0)
        return bw_str_eq_c(bw_request_param(rq, "token"), "good") ? identify(BW_STR("link"), who, err) : BW_E_NOT_FOUND;
    return cookie.p ? identify(cookie, who, err) : BW_OK;
}

static bw_code slow(void *ctx, struct bw_request *rq, struct bw_pg *pg, struct bw_principal *who, struct bw_error *err)
{
    (void)ctx;
    (void)pg;
    return identify(bw_str_drop(bw_request_header(rq, "Authorization"), strlen("Bearer ")), who, err);
}

struct one {
    const char *path, *headers;
    int status;
};

/* req: SEC-03 */
static void test_who_may(void **state)
{
    static const struct one cases[] = {
        { "/open", "", 200 },
        { "/open", "Authorization: Bearer reader\r\n", 200 },
        { "/open", "Authorization: Bearer nobody\r\n", 401 },
        { "/keys", "", 401 },
        { "/keys", "Authorization: Bearer reader\r\n", 200 },
        { "/keys", "Authorization: Bearer writer\r\n", 403 }, /* the scope is missing */
        { "/keys", "Cookie: s=agent\r\n", 403 },
        { "/desk", "", 401 },
        { "/desk", "Cookie: a=b; s=agent; c=d\r\n", 200 },
        { "/desk", "Cookie: s=auditor\r\n", 403 },
        { "/desk", "Authorization: Bearer reader\r\n", 403 },
        { "/page", "", 303 }, /* people are shown the way to the log-in */
        { "/page", "Cookie: s=agent\r\n", 200 },
        { "/page", "Cookie: s=auditor\r\n", 403 },
        { "/t/good", "", 200 },
        { "/t/bad", "", 404 },
        { "/t/good", "Authorization: Bearer reader\r\n",
          404 }, /* neither "forbidden" nor "log in" tells that it is good */
        { "/t/good", "Authorization: Bearer nobody\r\n", 404 },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        int status = rig_get(cases[k].path, cases[k].headers);
        if (status != cases[k].status)
            print_error("%s %s\n", cases[k].path, cases[k].headers);
        assert_int_equal(status, cases[k].status);
    }
}

static int post(const char *path, const char *media, const char *headers, const char *body)
{
    char text[1024];
    snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: h:1\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n%s",
             path, media, strlen(body), headers, body);
    return raw_status(bw_http_port(rig), text);
}

/* req: SEC-02 SEC-06 */
static void test_forms_of_strangers(void **state)
{
#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define AGENT "Cookie: s=agent\r\n"
#define GOOD "csrf=token-of-the-session"
    (void)state;
    assert_int_equal(post("/form", FORM, AGENT, GOOD), 200);
    assert_int_equal(post("/form", FORM, AGENT "Origin: http://h:1\r\n", GOOD), 200);
    assert_int_equal(post("/form", FORM, AGENT "Sec-Fetch-Site: same-origin\r\n", GOOD), 200);
    assert_int_equal(post("/form", FORM, AGENT, "csrf=token-of-the-sessioN"), 403);
    assert_int_equal(post("/form", FORM, AGENT, "csrf="), 403);
    assert_int_equal(post("/form", FORM, AGENT, "x=y"), 403);
    assert_int_equal(post("/form", FORM, AGENT "Origin: http://evil\r\n", GOOD), 403);
    assert_int_equal(post("/form", FORM, AGENT "Origin: null\r\n", GOOD), 403);
    assert_int_equal(post("/form", FORM, AGENT "Origin: null\r\nSec-Fetch-Site: cross-site\r\n", GOOD), 403);
    assert_int_equal(post("/form", FORM, AGENT "Origin: null\r\nSec-Fetch-Site: same-origin\r\n", GOOD),
                     200); /* our own forms under no-referrer */
    assert_int_equal(post("/form", FORM, AGENT "Sec-Fetch-Site: cross-site\r\n", GOOD), 403);
    assert_int_equal(post("/form", FORM, AGENT "Sec-Fetch-Site: same-site\r\n", GOOD), 403);
    assert_int_equal(post("/note", JSON, AGENT, "{}"), 403);
    assert_int_equal(post("/note", JSON, AGENT "X-CSRF-Token: token-of-the-session\r\n", "{}"), 200);
    assert_int_equal(post("/note", "text/plain", AGENT "X-CSRF-Token: token-of-the-session\r\n", "{}"), 415);
    assert_int_equal(post("/note", JSON, "Authorization: Bearer reader\r\n", "{}"),
                     200); /* keys have no cookie to ride on */
    assert_int_equal(post("/login", FORM, "", "user=x"), 200);
    assert_int_equal(post("/login", FORM, "Origin: http://evil\r\n", "user=x"), 403);
}

/* req: SEC-04 */
static void test_rate(void **state)
{
    int seen = 0;
    (void)state;
    for (int k = 0; k < 60 && seen != 429; k++)
        seen = post("/login", FORM, "X-Forwarded-For: 203.0.113.5\r\n", "user=x");
    assert_int_equal(seen, 429);
    struct raw_answer a = raw_ask(bw_http_port(rig), "POST /login HTTP/1.1\r\nHost: h\r\nContent-Type: " FORM
                                                     "\r\nContent-Length: 0\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n");
    assert_int_equal(a.status, 429);
    assert_string_equal(raw_header(&a, "RateLimit-Policy"), "\"default\";q=31;w=30");
    assert_non_null(strstr(raw_header(&a, "RateLimit"), "\"default\";r=0;t=3"));
    uint64_t seconds = 0;
    assert_true(bw_str_to_u64(bw_str_c(raw_header(&a, "Retry-After")), 1, 5, &seconds));
    raw_answer_done(&a);
    assert_int_equal(post("/login", FORM, "X-Forwarded-For: 203.0.113.6\r\n", "user=x"),
                     200); /* others are not touched */
}

static void expect_address(const char *header, const char *want)
{
    char text[256];
    snprintf(text, sizeof text, "GET /open HTTP/1.1\r\nHost: h\r\n%s\r\n", header);
    struct raw_answer a = raw_ask(bw_http_port(rig), text);
    assert_string_equal(a.body, want);
    raw_answer_done(&a);
}

static void test_forwarded_for(void **state)
{
    (void)state;
    expect_address("", "127.0.0.1");
    expect_address("X-Forwarded-For: 198.51.100.7\r\n", "198.51.100.7");
    expect_address("X-Forwarded-For: 6.6.6.6, 198.51.100.7\r\n", "198.51.100.7");  /* what a client adds stands left */
    expect_address("X-Forwarded-For: 198.51.100.7, 10.1.2.3\r\n", "198.51.100.7"); /* 10/8 is one of our proxies */
    expect_address("X-Forwarded-For: 2001:db8::5\r\n", "2001:db8::5");
    expect_address("X-Forwarded-For: junk\r\n", "127.0.0.1");
    expect_address("X-Forwarded-For: 6.6.6.6, junk\r\n", "127.0.0.1");
}

/* req: SEC-05 */
static void test_personal_pages_and_tls(void **state)
{
    (void)state;
    struct raw_answer a =
        raw_ask(bw_http_port(rig), "GET /t/good HTTP/1.1\r\nHost: h\r\nX-Forwarded-Proto: https\r\n\r\n");
    assert_string_equal(raw_header(&a, "Cache-Control"), "no-store");
    assert_string_equal(raw_header(&a, "X-Robots-Tag"), "noindex");
    assert_string_equal(raw_header(&a, "Referrer-Policy"), "no-referrer");
    assert_non_null(strstr(raw_header(&a, "Strict-Transport-Security"), "max-age="));
    raw_answer_done(&a);
    a = raw_ask(bw_http_port(rig), "GET /t/bad HTTP/1.1\r\nHost: h\r\n\r\n"); /* also where nothing is found */
    assert_string_equal(raw_header(&a, "Cache-Control"), "no-store");
    assert_string_equal(raw_header(&a, "X-Robots-Tag"), "noindex");
    assert_null(raw_header(&a, "Strict-Transport-Security"));
    raw_answer_done(&a);
    a = raw_ask(bw_http_port(rig), "GET /keys HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_non_null(raw_header(&a, "WWW-Authenticate"));
    raw_answer_done(&a);
    a = raw_ask(bw_http_port(rig), "GET /page HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_string_equal(raw_header(&a, "Location"), "/login?next=%2Fpage");
    raw_answer_done(&a);
}

/* Foreign and absent must not differ in anything but ids and dates.  req: SEC-03 */
static void test_foreign_is_absent(void **state)
{
    (void)state;
    struct raw_answer bad =
        raw_ask(bw_http_port(rig), "GET /t/bad HTTP/1.1\r\nHost: h\r\nX-Request-Id: same-id-1\r\n\r\n");
    struct raw_answer good = raw_ask(bw_http_port(rig), "GET /t/good HTTP/1.1\r\nHost: h\r\nX-Request-Id: same-id-1\r\n"
                                                        "Authorization: Bearer reader\r\n\r\n");
    assert_int_equal(bad.status, 404);
    assert_int_equal(good.status, 404);
    assert_string_equal(bad.body, good.body);
    assert_int_equal(strlen(bad.head), strlen(good.head));
    raw_answer_done(&bad);
    raw_answer_done(&good);
}

static int setup(void **state)
{
    static struct bw_http_config config;
    (void)state;
    config = (struct bw_http_config){ .auth = { .quick = quick, .slow = slow }, .trusted_proxies = "10.0.0.0/8" };
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
        cmocka_unit_test(test_who_may),
        cmocka_unit_test(test_forms_of_strangers),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_forwarded_for),
        cmocka_unit_test(test_personal_pages_and_tls),
        cmocka_unit_test(test_foreign_is_absent),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
