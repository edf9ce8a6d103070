/* SPDX-License-Identifier: Apache-2.0 */
/* meta_test.c - the program's own table: complete, described by /openapi.json; pages of problems, health, metrics on
 * their own port, assets; addresses that may be listened on. */
#include "rig.h"

#include <json-c/json.h>

#include "openapi.h"

static struct json_object *at(struct json_object *o, const char *path)
{
    struct json_object *found = NULL;
    if (json_pointer_get(o, path, &found) != 0)
        return NULL;
    return found;
}

static void test_the_table_is_complete(void **state)
{
    struct bw_error err = { 0 };
    (void)state;
    assert_int_equal(bw_routes_check(bw_routes, bw_routes_n, &err), BW_OK);
}

static void nothing(struct bw_request *rq)
{
    (void)rq;
}

#define GOOD                                                                                                           \
    .method = BW_GET, .pattern = "/a/{id}", .who = BW_ANYONE, .answers = "200", .handler = nothing, .operation = "a",  \
    .summary = "a"

static void test_broken_rows_are_refused(void **state)
{
    const struct bw_route good = { GOOD };
    struct bw_route bad[12];
    struct bw_error err;
    (void)state;
    assert_int_equal(bw_routes_check(&good, 1, &err), BW_OK);
    for (size_t k = 0; k < BW_LEN(bad); k++)
        bad[k] = good;
    bad[0].handler = NULL;
    bad[1].who = 0;
    bad[2].pattern = "a";
    bad[3].pattern = "/a//b";
    bad[4].pattern = "/a/x{id}";
    bad[5].body_max = 10;
    bad[6].answers = "200:NoSuchSchema";
    bad[7].answers = "2OO";
    bad[8].who = BW_CUSTOMER;
    bad[9].pattern = "/a/{token}";
    bad[10].scope = BW_SCOPE_READ;
    bad[11].summary = NULL;
    for (size_t k = 0; k < BW_LEN(bad); k++)
        assert_int_equal(bw_routes_check(&bad[k], 1, &err), BW_E_CONFIG);
    const struct bw_route twins[2] = { { GOOD }, { GOOD } };
    assert_int_equal(bw_routes_check(twins, 2, &err), BW_E_CONFIG);
}

static const struct bw_route shapes[] = {
    { .method = BW_GET, .pattern = "/" },
    { .method = BW_GET, .pattern = "/v1/bags/{id}" },
    { .method = BW_GET, .pattern = "/v1/bags/mine" },
    { .method = BW_POST, .pattern = "/v1/bags/{id}/aliases:join" },
    { .method = BW_POST, .pattern = "/v1/letters/{id}:replay" },
    { .method = BW_GET, .pattern = "/v1/letters/{id}" },
    { .method = BW_PUT, .pattern = "/v1/flights/{flight}/{date}" },
};

static void test_matching(void **state)
{
    static const struct {
        enum bw_method method;
        const char *path;
        int row; /* -1 = not found, -2 = other method */
        const char *first;
    } cases[] = {
        { BW_GET, "/", 0, NULL },
        { BW_HEAD, "/", 0, NULL },
        { BW_GET, "/v1/bags/0117123456", 1, "0117123456" },
        { BW_GET, "/v1/bags/a%20b", 1, "a b" },
        { BW_GET, "/v1/bags/mine", 2, NULL },
        { BW_GET, "/v1/bags/mine/", -1, NULL },
        { BW_GET, "/v1/bags/", -1, NULL },
        { BW_GET, "/v1/bags", -1, NULL },
        { BW_POST, "/v1/bags/mine", -2, NULL },
        { BW_POST, "/v1/bags/7/aliases:join", 3, "7" },
        { BW_POST, "/v1/bags/7/aliases%3Ajoin", -1, NULL },
        { BW_POST, "/v1/letters/7:replay", 4, "7" },
        { BW_GET, "/v1/letters/7", 5, "7" },
        { BW_POST, "/v1/letters/7", -2, NULL },
        { BW_PUT, "/v1/flights/SK925/2026-11-20", 6, "SK925" },
        { BW_GET, "/V1/bags/mine", -1, NULL },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        struct bw_arena arena;
        const struct bw_route *found = NULL;
        struct bw_str params[BW_PARAMS_MAX] = { { NULL, 0 } };
        unsigned allow = 0;
        bw_arena_init(&arena, 4096);
        bw_code code = bw_route_find(shapes, BW_LEN(shapes), &arena, cases[k].method, bw_str_c(cases[k].path), &found,
                                     params, &allow);
        if (cases[k].row >= 0) {
            assert_int_equal(code, BW_OK);
            assert_ptr_equal(found, &shapes[cases[k].row]);
            if (cases[k].first)
                assert_true(bw_str_eq_c(params[0], cases[k].first));
        } else {
            assert_int_equal(code, cases[k].row == -1 ? BW_E_NOT_FOUND : BW_E_METHOD);
        }
        bw_arena_done(&arena);
    }
}

/* req: OPS-07 */
static void test_openapi(void **state)
{
    (void)state;
    struct raw_answer a = raw_ask(bw_http_port(rig), "GET /openapi.json HTTP/1.1\r\nHost: bags.example\r\n\r\n");
    assert_int_equal(a.status, 200);
    struct json_object *doc = json_tokener_parse(a.body);
    assert_non_null(doc);
    assert_string_equal(json_object_get_string(at(doc, "/openapi")), "3.1.0");
    assert_string_equal(json_object_get_string(at(doc, "/servers/0/url")), "http://bags.example");
    size_t shown = 0, there = 0;
    for (size_t k = 0; k < bw_routes_n; k++)
        shown += !(bw_routes[k].flags & BW_R_HIDDEN);
    json_object_object_foreach(at(doc, "/paths"), path, operations)
    {
        json_object_object_foreach(operations, method, operation)
        {
            assert_non_null(at(operation, "/operationId"));
            assert_non_null(at(operation, "/summary"));
            assert_non_null(at(operation, "/responses/400"));
            assert_non_null(method);
            there++;
        }
        assert_int_equal(path[0], '/');
    }
    assert_int_equal(there, shown);
    assert_non_null(at(doc, "/components/schemas/Problem/properties/errors"));
    json_object_put(doc);
    raw_answer_done(&a);
}

struct inner {
    bool flag;
};
struct outer {
    struct bw_str text;
    struct bw_strs list;
    struct inner in;
    int word;
    uint32_t n;
};
static const char *const word_list[] = { "a", "b", NULL };
static const struct bw_field inner_fields[] = {
    { .name = "flag", .type = BW_J_BOOL, .offset = offsetof(struct inner, flag), .flags = BW_J_REQUIRED },
    { .name = NULL },
};
static const struct bw_field outer_fields[] = {
    { .name = "text",
      .type = BW_J_STR,
      .offset = offsetof(struct outer, text),
      .flags = BW_J_REQUIRED,
      .min = 1,
      .max = 40 },
    { .name = "list", .type = BW_J_STRS, .offset = offsetof(struct outer, list), .max = 3 },
    { .name = "in", .type = BW_J_OBJECT, .offset = offsetof(struct outer, in), .sub = inner_fields },
    { .name = "word",
      .type = BW_J_ENUM,
      .offset = offsetof(struct outer, word),
      .words = word_list,
      .flags = BW_J_NULLABLE },
    { .name = "n", .type = BW_J_U32, .offset = offsetof(struct outer, n), .min = 2, .max = 7 },
    { .name = NULL },
};

static void test_schema_from_fields(void **state)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    (void)state;
    bw_buf_init(&b, 65536);
    bw_json_out_init(&j, &b);
    bw_json_schema(&j, outer_fields);
    assert_string_equal(bw_buf_cstr(&b),
                        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"text\"],\"properties\":{"
                        "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":40},"
                        "\"list\":{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"string\"}},"
                        "\"in\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"flag\"],"
                        "\"properties\":{"
                        "\"flag\":{\"type\":\"boolean\"}}},"
                        "\"word\":{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",\"b\",null]},"
                        "\"n\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":7}}}");
}

/* Every type that a refusal can name has a page that says what to do.  req: OPS-07 */
static void test_problem_pages(void **state)
{
    char text[256];
    (void)state;
    for (int code = BW_OK + 1; code < BW_E_RETRY; code++) {
        const struct bw_code_info *info = bw_code_info((bw_code)code);
        snprintf(text, sizeof text, "GET /problems/%s HTTP/1.1\r\nHost: h\r\nAccept: text/html,*/*;q=0.8\r\n\r\n",
                 info->slug);
        struct raw_answer a = raw_ask(bw_http_port(rig), text);
        assert_int_equal(a.status, 200);
        assert_string_equal(raw_header(&a, "Content-Type"), "text/html; charset=utf-8");
        assert_non_null(strstr(a.body, info->slug));
        raw_answer_done(&a);
        snprintf(text, sizeof text, "GET /problems/%s HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\n\r\n",
                 info->slug);
        a = raw_ask(bw_http_port(rig), text);
        struct json_object *doc = json_tokener_parse(a.body);
        assert_string_equal(json_object_get_string(at(doc, "/fix")), info->fix);
        json_object_put(doc);
        raw_answer_done(&a);
    }
    assert_int_equal(rig_get("/problems/no-such-thing", ""), 404);
}

static atomic_bool sick;

static bw_code ready(void *ctx, struct bw_error *err)
{
    (void)ctx;
    return atomic_load(&sick) ? bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the database is away") : BW_OK;
}

/* req: OPS-04 */
static void test_health_and_metrics(void **state)
{
    (void)state;
    assert_int_equal(rig_get("/livez", ""), 200);
    assert_int_equal(rig_get("/readyz", ""), 200);
    atomic_store(&sick, true);
    assert_int_equal(rig_get("/readyz", ""), 503);
    assert_int_equal(rig_get("/livez", ""), 200);
    atomic_store(&sick, false);
    assert_int_equal(rig_get("/metrics", ""), 404); /* not where customers are */
    struct raw_answer a = raw_ask(bw_http_metrics_port(rig), "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "bagwatch_http_requests_total{route=\"/livez\",method=\"GET\",code=\"2xx\"} "));
    assert_non_null(strstr(a.body, "bagwatch_http_requests_total{route=\"/readyz\",method=\"GET\",code=\"5xx\"} 1\n"));
    assert_non_null(strstr(a.body, "bagwatch_http_requests_total{route=\"none\",method=\"any\",code=\"4xx\"} "));
    raw_answer_done(&a);
    assert_int_equal(raw_status(bw_http_metrics_port(rig), "GET /v1/stream HTTP/1.1\r\nHost: h\r\n\r\n"), 404);
}

static void test_assets(void **state)
{
    char text[256];
    (void)state;
    assert_non_null(bw_asset_find(BW_STR("schemas/Problem.json")));
    assert_null(bw_asset_find(BW_STR("schemas/Problem.jso")));
    for (size_t k = 1; k < bw_assets_n; k++)
        assert_true(strcmp(bw_assets[k - 1].name, bw_assets[k].name) < 0);
    for (size_t k = 0; k < bw_assets_n; k++) {
        if (strncmp(bw_assets[k].name, "static/", 7) != 0)
            continue;
        const char *url = bw_asset_url(bw_assets[k].name + 7);
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", url);
        struct raw_answer a = raw_ask(bw_http_port(rig), text);
        assert_int_equal(a.status, 200);
        assert_string_equal(raw_header(&a, "Cache-Control"), "public, max-age=31536000, immutable");
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\nIf-None-Match: %.40s\r\n\r\n", url,
                 raw_header(&a, "ETag"));
        raw_answer_done(&a);
        assert_int_equal(raw_status(bw_http_port(rig), text), 304);
    }
    assert_int_equal(rig_get("/assets/0000000000000000/style.css", ""), 404);
}

/* A second copy on the same port is told so, although both would set SO_REUSEPORT. */
static void test_a_port_is_not_shared_silently(void **state)
{
    char listen[32];
    struct bw_http *second = NULL;
    struct bw_error err;
    (void)state;
    snprintf(listen, sizeof listen, "127.0.0.1:%u", bw_http_port(rig));
    struct bw_http_config config = { .listen = listen };
    assert_int_equal(bw_http_start(&config, &second, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "taken"));
    config.listen = "0.0.0.0:0";
    assert_int_equal(bw_http_start(&config, &second, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "behind_proxy"));
    config.listen = "nonsense";
    assert_int_equal(bw_http_start(&config, &second, &err), BW_E_CONFIG);
    config.listen = "127.0.0.1:70000";
    assert_int_equal(bw_http_start(&config, &second, &err), BW_E_CONFIG);
    config.listen = "0.0.0.0:0";
    config.behind_proxy = true;
    config.trusted_proxies = "10.0.0.0/8, x";
    assert_int_equal(bw_http_start(&config, &second, &err), BW_E_CONFIG);
    config.trusted_proxies = "10.0.0.0/8 2001:db8::/32";
    assert_int_equal(bw_http_start(&config, &second, &err), BW_OK);
    bw_http_stop(second);
}

static void test_networks(void **state)
{
    static const struct {
        const char *net, *address;
        bool in;
    } cases[] = {
        { "10.0.0.0/8", "10.255.0.1", true },       { "10.0.0.0/8", "11.0.0.1", false },
        { "192.0.2.7", "192.0.2.7", true },         { "192.0.2.7", "192.0.2.8", false },
        { "192.0.2.0/25", "192.0.2.127", true },    { "192.0.2.0/25", "192.0.2.128", false },
        { "2001:db8::/32", "2001:db8:1::1", true }, { "2001:db8::/32", "2001:db9::1", false },
        { "0.0.0.0/0", "8.8.8.8", true },           { "0.0.0.0/0", "::1", false },
    };
    struct bw_net net;
    (void)state;
    for (size_t k = 0; k < BW_LEN(cases); k++) {
        assert_true(bw_net_parse(bw_str_c(cases[k].net), &net));
        assert_int_equal(bw_net_has(&net, cases[k].address), cases[k].in);
    }
    assert_false(bw_net_parse(BW_STR("10.0.0.0/33"), &net));
    assert_false(bw_net_parse(BW_STR("10.0.0/8"), &net));
    assert_false(bw_net_parse(BW_STR("10.0.0.0/"), &net));
}

static int setup(void **state)
{
    static struct bw_http_config config;
    (void)state;
    config = (struct bw_http_config){ .ready = ready, .metrics_listen = "127.0.0.1:0" };
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
        cmocka_unit_test(test_the_table_is_complete),
        cmocka_unit_test(test_broken_rows_are_refused),
        cmocka_unit_test(test_matching),
        cmocka_unit_test(test_openapi),
        cmocka_unit_test(test_schema_from_fields),
        cmocka_unit_test(test_problem_pages),
        cmocka_unit_test(test_health_and_metrics),
        cmocka_unit_test(test_assets),
        cmocka_unit_test(test_a_port_is_not_shared_silently),
        cmocka_unit_test(test_networks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
