/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of the routes table, tried by nobody, by every role, by keys with and without each scope, by a wrong key
 * and by customer links: each cell is one of "the handler ran", 401, 403, 404, 303 to /login.  The table is the
 * program's own, with every handler replaced by one that says it ran, so a new route is tried without anybody thinking
 * of it.  A key of the test realm may ask what the same key of the live one may. req: SEC-03 SEC-02 SEC-05 ING-15 */
#define bw_routes real_routes
#define bw_routes_n real_routes_n
#include "routes.c" /* the real rows, under another name */
#undef bw_routes
#undef bw_routes_n

#include "door_int.h"
#include "http_rig.h"

#define ROUTES 256
#define RAN 299

/* What the http layer links to instead of routes.c. */
extern struct bw_route probe_routes[] __asm__("bw_routes");
extern size_t probe_routes_n __asm__("bw_routes_n");
struct bw_route probe_routes[ROUTES];
size_t probe_routes_n;

static void probe(struct bw_request *rq)
{
    bw_reply_bytes(rq, RAN, "text/plain", BW_STR("the handler ran\n"));
}

struct caller {
    const char *name;
    unsigned bits;            /* of enum bw_who, without BW_ANYONE */
    unsigned scopes;          /* of a key */
    bool test, wrong, second; /* test realm; a key that is none; a key and a session at once */
    char token[64], csrf[64];
};

static struct caller callers[] = {
    { .name = "nobody" },
    { .name = "scanner", .bits = BW_SCANNER },
    { .name = "agent", .bits = BW_AGENT },
    { .name = "supervisor", .bits = BW_SUPERVISOR },
    { .name = "auditor", .bits = BW_AUDITOR },
    { .name = "carrier-admin", .bits = BW_CARRIER_ADMIN },
    { .name = "admin", .bits = BW_ADMIN },
    { .name = "key", .bits = BW_SENDER, .scopes = 7 },
    { .name = "key without events", .bits = BW_SENDER, .scopes = 6 },
    { .name = "key without read", .bits = BW_SENDER, .scopes = 5 },
    { .name = "key without cases", .bits = BW_SENDER, .scopes = 3 },
    { .name = "test key", .bits = BW_SENDER, .scopes = 7, .test = true },
    { .name = "wrong key", .bits = BW_SENDER, .wrong = true },
    { .name = "key and session", .bits = BW_SENDER, .scopes = 7, .second = true },
};
static char links[2][BW_LINK_TEXT];

static int start(void **state)
{
    static const char *const roles[] = { "", "scanner", "agent", "supervisor", "auditor", "carrier-admin", "admin" };
    BW_ASSERT(real_routes_n <= ROUTES);
    for (size_t k = 0; k < real_routes_n; k++) {
        probe_routes[k] = real_routes[k];
        probe_routes[k].handler = probe;
    }
    probe_routes_n = real_routes_n;
    rig_test.app = &rig_the_app;
    if (rig_http_setup(state) != 0)
        return -1;
    for (size_t k = 1; k < BW_LEN(roles); k++) {
        struct bw_session_made s = rig_login(roles[k], k == BW_LEN(roles) - 1 ? "WATCH" : "SK", roles[k]);
        bw_str_put(bw_str_c(s.token), callers[k].token, sizeof callers[k].token);
        bw_str_put(bw_str_c(s.csrf), callers[k].csrf, sizeof callers[k].csrf);
    }
    for (size_t k = BW_LEN(roles); k < BW_LEN(callers); k++) {
        struct bw_key_made made = rig_key("SK", callers[k].wrong ? 7 : callers[k].scopes, callers[k].test);
        bw_str_put(bw_str_c(made.token), callers[k].token, sizeof callers[k].token);
        if (callers[k].wrong)
            bw_key_token(false, callers[k].token); /* well-formed, and nobody's */
    }
    struct bw_error err = { 0 };
    rig_case("MADSK10001");
    for (int k = 0; k < 2; k++)
        rig_ok(bw_link_create(rig_app, BW_STR("MADSK10001"), k == 1, BW_STR_NONE, bw_clock_wall(), links[k], &err),
               &err);
    return 0;
}

/* "/v1/bags/{id}" as "/v1/bags/x"; {token} as given. */
static const char *path_of(const struct bw_route *r, const char *token, char to[256])
{
    struct bw_str rest = bw_str_c(r->pattern);
    size_t n = 0;
    while (rest.n > 0) {
        size_t open = bw_str_find(rest, '{'), close = bw_str_find(rest, '}');
        n += (size_t)snprintf(to + n, 256 - n, "%.*s", BW_FMT(bw_str_take(rest, open)));
        if (open == rest.n)
            break;
        bool is_token = bw_str_eq_c(bw_str_n(rest.p + open + 1, close - open - 1), "token");
        n += (size_t)snprintf(to + n, 256 - n, "%s", is_token ? token : "x");
        rest = bw_str_drop(rest, close + 1);
    }
    return to;
}

static bool customers(const struct bw_route *r)
{
    return (r->who & BW_CUSTOMER) && (r->flags & BW_R_TOKEN);
}

/* The rule in words (design.md 8, SEC-03), apart from the code that keeps it. */
static int expected(const struct bw_route *r, const struct caller *c)
{
    bool key = (c->bits & BW_SENDER) != 0;
    if (key && (c->second || customers(r)))
        return 400; /* two credentials */
    if (customers(r))
        return 404; /* the token in the path is none; whoever asks beside it does not count */
    if (c->wrong)
        return r->flags & BW_R_TOKEN ? 404 : r->flags & BW_R_PAGE && r->who & BW_STAFF ? 303 : 401;
    if (r->who & (BW_ANYONE | c->bits)) {
        bool scoped = !key || (c->scopes & r->scope) == r->scope;
        return scoped ? RAN : 403;
    }
    if (r->flags & BW_R_TOKEN)
        return 404;
    if (c->bits != 0)
        return 403;
    return r->flags & BW_R_PAGE && r->who & BW_STAFF ? 303 : 401;
}

static void lines_of(const struct caller *c, bool csrf, size_t n, char to[512])
{
    bool key = (c->bits & BW_SENDER) != 0;
    int at = snprintf(to, 512, "X-Forwarded-For: 198.51.%zu.%zu\r\n", n / 200, n % 200 + 1); /* each its own failures */
    if (key)
        at += snprintf(to + at, 512 - (size_t)at, "Authorization: Bearer %s\r\n", c->token);
    if ((c->bits && !key) || c->second)
        at += snprintf(to + at, 512 - (size_t)at, "Cookie: bagwatch=%s\r\n", c->second ? callers[2].token : c->token);
    if (csrf && c->csrf[0])
        snprintf(to + at, 512 - (size_t)at, "X-CSRF-Token: %s\r\n", c->csrf);
}

static bool writes(const struct bw_route *r)
{
    return r->method != BW_GET && r->method != BW_HEAD;
}

static int try_cell(const struct bw_route *r, const char *path, const char *lines)
{
    return rig_status(bw_method_name(r->method), path, lines, r->body_max > 0 ? "" : NULL);
}

static void every_cell_of_the_table(void **state)
{
    char path[256], lines[512];
    unsigned cells = 0, wrong = 0, ran = 0;
    (void)state;
    for (size_t k = 0; k < probe_routes_n; k++) {
        const struct bw_route *r = &probe_routes[k];
        path_of(r, "AAAAAAAAAAAAAAAAAAAAAA", path);
        for (size_t c = 0; c < BW_LEN(callers); c++) {
            lines_of(&callers[c], true, cells, lines);
            int want = expected(r, &callers[c]), got = try_cell(r, path, lines);
            cells++;
            ran += got == RAN;
            if (got != want) {
                wrong++;
                print_error("%s %s by %s: %d, should be %d\n", bw_method_name(r->method), r->pattern, callers[c].name,
                            got, want);
            }
        }
    }
    printf("%u cells over %zu routes, %u of them let in\n", cells, probe_routes_n, ran);
    assert_int_equal(wrong, 0);
    assert_true(cells >= 10 * BW_LEN(callers) && ran > 0);
}

static void links_open_the_customers_routes_and_a_session_beside_them_does_not_count(void **state)
{
    char path[256], lines[512];
    unsigned tried = 0;
    (void)state;
    for (size_t k = 0; k < probe_routes_n; k++) {
        const struct bw_route *r = &probe_routes[k];
        if (!customers(r))
            continue;
        for (int n = 0; n < 2; n++) {
            path_of(r, links[n], path);
            assert_int_equal(try_cell(r, path, ""), RAN);
            lines_of(&callers[2], false, k, lines);
            assert_int_equal(try_cell(r, path, lines), RAN);
            lines_of(&callers[7], false, k, lines);
            assert_int_equal(try_cell(r, path, lines), 400);
            tried++;
        }
    }
    assert_true(tried > 0);
}

static void an_unsafe_request_of_a_session_needs_its_token_and_our_origin(void **state)
{
    char path[256], lines[512], with[1024];
    unsigned tried = 0;
    (void)state;
    for (size_t k = 0; k < probe_routes_n; k++) {
        const struct bw_route *r = &probe_routes[k];
        if (!writes(r) || customers(r))
            continue;
        path_of(r, "x", path);
        for (size_t c = 1; c <= 6; c++) {
            if (!(r->who & (callers[c].bits | BW_ANYONE)))
                continue;
            lines_of(&callers[c], false, tried, lines);
            assert_int_equal(try_cell(r, path, lines), 403);
            snprintf(with, sizeof with, "%sX-CSRF-Token: %s\r\n", lines, callers[c % 6 + 1].csrf); /* somebody else's */
            assert_int_equal(try_cell(r, path, with), 403);
            lines_of(&callers[c], true, tried, lines);
            snprintf(with, sizeof with, "%sOrigin: https://evil.example\r\n", lines);
            assert_int_equal(try_cell(r, path, with), 403);
            snprintf(with, sizeof with, "%sSec-Fetch-Site: cross-site\r\n", lines);
            assert_int_equal(try_cell(r, path, with), 403);
            snprintf(with, sizeof with, "%sOrigin: http://h\r\nSec-Fetch-Site: same-origin\r\n", lines);
            assert_int_equal(try_cell(r, path, with), RAN);
            tried++;
        }
    }
    assert_true(tried > 0);
}

static void forms_for_everybody_are_taken_from_our_own_pages_only(void **state)
{
    unsigned tried = 0;
    char path[256];
    (void)state;
    for (size_t k = 0; k < probe_routes_n; k++) {
        const struct bw_route *r = &probe_routes[k];
        if (!(r->flags & BW_R_FORM) || !(r->who & BW_ANYONE))
            continue;
        path_of(r, "x", path);
        assert_int_equal(try_cell(r, path, "Origin: https://evil.example\r\n"), 403);
        assert_int_equal(try_cell(r, path, "Origin: null\r\n"), 403);
        assert_int_equal(try_cell(r, path, "Origin: http://h\r\n"), RAN);
        tried++;
    }
    assert_true(tried > 0);
}

static void a_session_cannot_send_json_under_another_media_type(void **state)
{
    static const char *const media[] = { "text/plain", "application/x-www-form-urlencoded",
                                         "multipart/form-data; boundary=x" };
    char path[256], lines[512], with[1024];
    unsigned tried = 0;
    (void)state;
    for (size_t k = 0; k < probe_routes_n; k++) {
        const struct bw_route *r = &probe_routes[k];
        if (!r->media || strcmp(r->media, "application/json") != 0)
            continue;
        for (size_t c = 1; c <= 6; c++) {
            if (!(r->who & callers[c].bits))
                continue;
            lines_of(&callers[c], true, k, lines);
            for (size_t m = 0; m < BW_LEN(media); m++) {
                snprintf(with, sizeof with, "%sContent-Type: %s\r\n", lines, media[m]);
                assert_int_equal(rig_status(bw_method_name(r->method), path_of(r, "x", path), with, "{}"), 415);
                tried++;
            }
        }
    }
    assert_true(tried > 0);
}

static void every_answer_carries_the_headers_that_protect_its_reader(void **state)
{
    char path[256], lines[512];
    (void)state;
    for (size_t k = 0; k < probe_routes_n; k++) {
        const struct bw_route *r = &probe_routes[k];
        path_of(r, links[0], path);
        for (size_t c = 0; c < 3; c++) {
            lines_of(&callers[c], true, 5000 + k, lines);
            struct raw_answer a = rig_send(bw_method_name(r->method), path, lines, r->body_max > 0 ? "" : NULL);
            assert_non_null(strstr(raw_header(&a, "Content-Security-Policy"), "default-src 'none'"));
            assert_string_equal(raw_header(&a, "X-Content-Type-Options"), "nosniff");
            assert_string_equal(raw_header(&a, "Referrer-Policy"), "no-referrer");
            assert_string_equal(raw_header(&a, "Cross-Origin-Opener-Policy"), "same-origin");
            assert_string_equal(raw_header(&a, "Cross-Origin-Resource-Policy"), "same-origin");
            assert_string_equal(raw_header(&a, "Cache-Control"), "no-store");
            if (!(r->who & BW_ANYONE))
                assert_string_equal(raw_header(&a, "X-Robots-Tag"), "noindex");
            raw_answer_done(&a);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_the_table),
        cmocka_unit_test(links_open_the_customers_routes_and_a_session_beside_them_does_not_count),
        cmocka_unit_test(an_unsafe_request_of_a_session_needs_its_token_and_our_origin),
        cmocka_unit_test(forms_for_everybody_are_taken_from_our_own_pages_only),
        cmocka_unit_test(a_session_cannot_send_json_under_another_media_type),
        cmocka_unit_test(every_answer_carries_the_headers_that_protect_its_reader),
    };
    return cmocka_run_group_tests(tests, start, rig_http_teardown);
}
