/* SPDX-License-Identifier: Apache-2.0 */
/* The doors by HTTP: log-in and log-out as a browser does them, /v1/me, /v1/keys, and that what belongs to somebody
 * else looks like what is not there. */
#include "door_int.h"
#include "http_rig.h"

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON "Content-Type: application/json\r\n"
#define TLS "X-Forwarded-Proto: https\r\n"

static struct bw_session_made admin, carrier_admin, other_admin, agent;

/* What the server logs while these tests run, debug lines too. */
static FILE *log_file;

static int end(void **state)
{
    bw_log_init(2, BW_ERROR);
    fclose(log_file);
    return rig_http_teardown(state);
}

static int start(void **state)
{
    if (rig_http_setup(state) != 0)
        return -1;
    log_file = tmpfile();
    bw_log_init(fileno(log_file), BW_DEBUG);
    rig_account("anna", "SK", "agent");
    admin = rig_login("the.admin", "WATCH", "admin");
    carrier_admin = rig_login("sk.admin", "SK", "carrier-admin");
    other_admin = rig_login("lh.admin", "LH", "carrier-admin");
    agent = rig_login("sk.agent", "SK", "agent");
    return 0;
}

static const char *as(const struct bw_session_made *s, const char *more)
{
    static char lines[4][1024];
    static unsigned next;
    char *to = lines[next++ % BW_LEN(lines)];
    snprintf(to, sizeof lines[0], "Cookie: bagwatch=%s\r\nX-CSRF-Token: %s\r\n%s", s->token, s->csrf, more);
    return to;
}

/* The text value of a key in flat JSON; "" where it is not there. */
static const char *text_at(const char *json, const char *key, char to[128])
{
    char want[64];
    snprintf(want, sizeof want, "\"%s\":\"", key);
    const char *at = strstr(json, want);
    to[0] = '\0';
    if (at)
        snprintf(to, 128, "%.*s", (int)strcspn(at + strlen(want), "\""), at + strlen(want));
    return to;
}

static void log_in(const char *lines, const char *name, const char *cookie_name, char token[64])
{
    char body[256], with[1024];
    snprintf(body, sizeof body, "name=%s&password=correct+horse+battery&next=%%2Fdesk%%3Fq%%3D1", name);
    snprintf(with, sizeof with, FORM "%s", lines);
    struct raw_answer a = rig_send("POST", "/login", with, body);
    assert_int_equal(a.status, 303);
    assert_string_equal(raw_header(&a, "Location"), "/desk?q=1");
    const char *cookie = raw_header(&a, "Set-Cookie");
    assert_non_null(cookie);
    assert_true(strncmp(cookie, cookie_name, strlen(cookie_name)) == 0 && cookie[strlen(cookie_name)] == '=');
    snprintf(token, 64, "%.*s", (int)strcspn(cookie + strlen(cookie_name) + 1, ";"), cookie + strlen(cookie_name) + 1);
    assert_int_equal(strlen(token), 43);
    assert_non_null(strstr(cookie, "; HttpOnly"));
    assert_non_null(strstr(cookie, "; SameSite=Lax"));
    assert_non_null(strstr(cookie, "; Path=/"));
    assert_null(strstr(cookie, "Domain"));
    assert_int_equal(strstr(cookie, "; Secure") != NULL, strncmp(cookie_name, "__Host-", 7) == 0);
    assert_null(strstr(cookie, "Max-Age"));
    raw_answer_done(&a);
}

/* req: SEC-02 */
static void staff_log_in_and_out_by_form(void **state)
{
    char token[64], second[64], lines[512], csrf[128], body[256];
    (void)state;
    log_in("Origin: http://h\r\n", "anna", "bagwatch", token);
    snprintf(lines, sizeof lines, "Cookie: other=1; bagwatch=%s\r\n", token);
    struct raw_answer a = rig_send("GET", "/v1/me", lines, NULL);
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "\"name\":\"anna\""));
    assert_non_null(strstr(a.body, "\"roles\":[\"agent\"]"));
    assert_non_null(strstr(a.body, "\"carriers\":[\"SK\"]"));
    assert_null(strstr(a.body, token));
    text_at(a.body, "csrf", csrf);
    raw_answer_done(&a);
    assert_int_equal(rig_status("GET", "/login", lines, NULL), 303); /* is in already */

    /* Once more with the session there: its token is needed, a new session comes, the old one is over. */
    char with[1024];
    snprintf(with, sizeof with, "%s" FORM, lines);
    assert_int_equal(rig_status("POST", "/login", with, "name=anna&password=correct+horse+battery"), 403);
    snprintf(body, sizeof body, "name=anna&password=correct+horse+battery&csrf=%s", csrf);
    a = rig_send("POST", "/login", with, body);
    assert_int_equal(a.status, 303);
    snprintf(second, sizeof second, "%.43s", raw_header(&a, "Set-Cookie") + strlen("bagwatch="));
    raw_answer_done(&a);
    assert_string_not_equal(token, second);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 401);
    snprintf(lines, sizeof lines, "Cookie: bagwatch=%s\r\n", second);
    a = rig_send("GET", "/v1/me", lines, NULL);
    assert_int_equal(a.status, 200);
    text_at(a.body, "csrf", csrf);
    raw_answer_done(&a);

    snprintf(with, sizeof with, "%s" FORM, lines);
    assert_int_equal(rig_status("POST", "/logout", with, ""), 403);
    snprintf(body, sizeof body, "csrf=%s", csrf);
    a = rig_send("POST", "/logout", with, body);
    assert_int_equal(a.status, 303);
    assert_string_equal(raw_header(&a, "Location"), "/login");
    assert_non_null(strstr(raw_header(&a, "Set-Cookie"), "bagwatch=; "));
    assert_non_null(strstr(raw_header(&a, "Set-Cookie"), "Max-Age=0"));
    raw_answer_done(&a);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 401);
}

/* req: SEC-02 */
static void behind_tls_only_the_host_cookie_counts(void **state)
{
    char token[64], lines[512];
    (void)state;
    log_in(TLS "Origin: https://h\r\n", "anna", "__Host-bagwatch", token);
    snprintf(lines, sizeof lines, TLS "Cookie: __Host-bagwatch=%s\r\n", token);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 200);
    snprintf(lines, sizeof lines, TLS "Cookie: bagwatch=%s\r\n", token); /* anybody on the net could have set it */
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 401);
    snprintf(lines, sizeof lines, "Cookie: __Host-bagwatch=%s\r\n", token);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 401);
}

/* req: SEC-02 */
static void a_wrong_name_and_a_wrong_password_look_the_same(void **state)
{
    static const char *const bodies[] = { "name=anna&password=wrong", "name=boris&password=wrong",
                                          "name=anna&password=", "name=boris" };
    char *first = NULL;
    (void)state;
    for (size_t k = 0; k < BW_LEN(bodies); k++) {
        struct raw_answer a = rig_send("POST", "/login", FORM "X-Forwarded-For: 203.0.113.9\r\n", bodies[k]);
        assert_int_equal(a.status, 401);
        assert_null(raw_header(&a, "Set-Cookie"));
        char *name = strstr(a.body, k % 2 ? "boris" : "anna");
        assert_non_null(name); /* what was typed stays in the field; taken out, the pages are the same */
        memmove(name, name + (k % 2 ? 5 : 4), strlen(name + (k % 2 ? 5 : 4)) + 1);
        if (!first)
            first = strdup(a.body);
        assert_string_equal(a.body, first);
        raw_answer_done(&a);
    }
    free(first);
    for (int k = 0; k < 6; k++)
        assert_int_equal(rig_status("POST", "/login", FORM "X-Forwarded-For: 203.0.113.9\r\n", "name=x&password=y"),
                         401);
    struct raw_answer a = rig_send("POST", "/login", FORM "X-Forwarded-For: 203.0.113.9\r\n", "name=x&password=y");
    assert_int_equal(a.status, 429);
    assert_string_equal(raw_header(&a, "Retry-After"), "10");
    raw_answer_done(&a);
    char token[64];
    log_in("X-Forwarded-For: 203.0.113.10\r\n", "anna", "bagwatch", token); /* nobody else is held up */
}

static void log_in_leads_to_our_own_pages_only(void **state)
{
    static const char *const rows[][2] = {
        { "/report?by=SK", "/report?by=SK" }, { "//evil.example/", "/desk" },
        { "https://evil.example/", "/desk" }, { "/%5Cevil.example", "/desk" },
        { "/a%0D%0AX-Evil:%201", "/desk" },   { "", "/desk" },
        { "javascript:alert(1)", "/desk" },   { "desk", "/desk" },
    };
    char body[512];
    (void)state;
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        snprintf(body, sizeof body, "name=anna&password=correct+horse+battery&next=%s", rows[k][0]);
        struct raw_answer a = rig_send("POST", "/login", FORM "X-Forwarded-For: 203.0.113.20\r\n", body);
        assert_int_equal(a.status, 303);
        assert_string_equal(raw_header(&a, "Location"), rows[k][1]);
        assert_null(raw_header(&a, "X-Evil"));
        raw_answer_done(&a);
    }
}

static void the_form_shows_what_was_typed_as_text(void **state)
{
    (void)state;
    struct raw_answer a = rig_send("GET", "/login?next=/report?a=%22%3E%3Cb%3E", "", NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(raw_header(&a, "Content-Type"), "text/html; charset=utf-8");
    assert_non_null(strstr(a.body, "value=\"/report?a=&quot;&gt;&lt;b&gt;\""));
    assert_null(strstr(a.body, "<b>"));
    assert_null(strstr(a.body, "role=\"alert\""));
    raw_answer_done(&a);
    a = rig_send("POST", "/login", FORM "X-Forwarded-For: 203.0.113.30\r\n", "name=%3Cscript%3E&password=x");
    assert_int_equal(a.status, 401);
    assert_null(strstr(a.body, "<script>"));
    assert_non_null(strstr(a.body, "role=\"alert\""));
    raw_answer_done(&a);
}

/* req: SEC-01 */
static void a_key_is_made_shown_once_used_and_revoked(void **state)
{
    char token[128], id[128], again[128], path[256], lines[256];
    (void)state;
    struct raw_answer a = rig_send("POST", "/v1/keys", as(&carrier_admin, JSON),
                                   "{\"scopes\":[\"events\",\"read\"],\"cidrs\":[\"127.0.0.0/8\"]}");
    assert_int_equal(a.status, 201);
    text_at(a.body, "key", token);
    text_at(a.body, "id", id);
    assert_int_equal(strlen(token), 46);
    assert_non_null(strstr(a.body, "\"organisation\":\"SK\""));
    assert_non_null(strstr(a.body, "\"carriers\":[\"SK\"]"));
    assert_non_null(strstr(raw_header(&a, "Location"), id));
    raw_answer_done(&a);
    snprintf(lines, sizeof lines, "Authorization: Bearer %s\r\n", token);
    a = rig_send("GET", "/v1/me", lines, NULL);
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "\"scopes\":[\"events\",\"read\"]"));
    assert_non_null(strstr(a.body, "\"realm\":\"live\""));
    raw_answer_done(&a);
    a = rig_send("GET", "/v1/keys", as(&carrier_admin, ""), NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(text_at(a.body, "id", again), id);
    assert_null(strstr(a.body, token + 14));
    assert_non_null(strstr(a.body, "\"last_used_at\":\"20"));
    raw_answer_done(&a);
    snprintf(path, sizeof path, "/v1/keys/%s", id);
    assert_int_equal(rig_status("DELETE", path, as(&carrier_admin, ""), NULL), 204);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 401);
    assert_int_equal(rig_status("DELETE", path, as(&carrier_admin, ""), NULL), 204);
}

/* req: SEC-03 */
static void nobody_makes_a_key_for_what_is_not_theirs(void **state)
{
    (void)state;
    assert_int_equal(rig_status("POST", "/v1/keys", as(&carrier_admin, JSON),
                                "{\"scopes\":[\"events\"],\"organisation\":\"LH\"}"),
                     403);
    assert_int_equal(rig_status("POST", "/v1/keys", as(&carrier_admin, JSON),
                                "{\"scopes\":[\"events\"],\"carriers\":[\"LH\"]}"),
                     403);
    assert_int_equal(rig_status("POST", "/v1/keys", as(&agent, JSON), "{\"scopes\":[\"events\"]}"), 403);
    struct raw_answer a = rig_send("POST", "/v1/keys", as(&admin, JSON),
                                   "{\"scopes\":[\"events\"],\"organisation\":\"SK\",\"carriers\":[\"LH\"]}");
    assert_int_equal(a.status, 201);
    assert_non_null(strstr(a.body, "\"carriers\":[\"SK\",\"LH\"]"));
    raw_answer_done(&a);
}

static void a_faulty_key_names_its_fault(void **state)
{
    static const char *const rows[][2] = {
        { "{}", "/scopes" },
        { "{\"scopes\":[\"all\"]}", "/scopes" },
        { "{\"scopes\":[\"events\"],\"cidrs\":[\"10.0.0.1/8\"]}", "/cidrs" },
        { "{\"scopes\":[\"events\"],\"expires_at\":\"2020-01-01T00:00:00Z\"}", "/expires_at" },
        { "{\"scopes\":[\"events\"],\"role\":\"admin\"}", "/role" },
        { "{\"scopes\":[\"events\"],\"organisation\":\"NOBODY\"}", "/organisation" },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct raw_answer a = rig_send("POST", "/v1/keys", as(&admin, JSON), rows[k][0]);
        char want[64];
        snprintf(want, sizeof want, "\"pointer\":\"%s\"", rows[k][1]);
        assert_int_equal(a.status, 422);
        assert_non_null(strstr(a.body, want));
        raw_answer_done(&a);
    }
}

/* req: ING-08 SEC-01 */
static void a_repeated_making_makes_one_key_and_does_not_show_it_again(void **state)
{
    char id[128], again[128], token[128];
    const char *body = "{\"scopes\":[\"read\"]}";
    (void)state;
    struct raw_answer a = rig_send("POST", "/v1/keys", as(&other_admin, JSON "Idempotency-Key: first\r\n"), body);
    assert_int_equal(a.status, 201);
    assert_null(raw_header(&a, "Idempotency-Replayed"));
    text_at(a.body, "id", id);
    text_at(a.body, "key", token);
    raw_answer_done(&a);
    a = rig_send("POST", "/v1/keys", as(&other_admin, JSON "Idempotency-Key: first\r\n"), body);
    assert_int_equal(a.status, 201);
    assert_string_equal(raw_header(&a, "Idempotency-Replayed"), "true");
    assert_string_equal(text_at(a.body, "id", again), id);
    assert_null(strstr(a.body, token));
    assert_null(strstr(a.body, "\"key\""));
    raw_answer_done(&a);
    assert_int_equal(rig_status("POST", "/v1/keys", as(&other_admin, JSON "Idempotency-Key: first\r\n"),
                                "{\"scopes\":[\"cases\"]}"),
                     422);
    assert_int_equal(rig_status("POST", "/v1/keys", as(&other_admin, JSON "Idempotency-Key: bad\r\n"),
                                "{\"scopes\":[\"x\"]}"),
                     422);
    assert_int_equal(rig_status("POST", "/v1/keys", as(&other_admin, JSON "Idempotency-Key: bad\r\n"), body), 201);
    assert_int_equal(rig_status("POST", "/v1/keys", as(&other_admin, JSON "Idempotency-Key: a b\r\n"), body), 400);
}

/* Cuts out what must differ between two requests: their id. */
static char *without_ids(struct raw_answer *a)
{
    const char *id = raw_header(a, "X-Request-Id");
    for (char *at = id ? strstr(a->body, id) : NULL; at; at = strstr(a->body, id))
        memset(at, '#', strlen(id));
    return a->body;
}

/* req: SEC-03 */
static void what_is_another_organisations_looks_like_what_is_not_there(void **state)
{
    struct bw_key_made foreign = rig_key("LH", BW_SCOPE_EVENTS, false);
    struct bw_uuid nowhere = bw_uuid_v7(bw_clock_wall());
    char id[BW_UUID_TEXT], path[128], lines[256];
    (void)state;
    const struct {
        const char *method, *folder;
        const struct bw_uuid *foreign, *absent;
    } rows[] = { { "DELETE", "/v1/keys/", &foreign.id, &nowhere } };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        snprintf(path, sizeof path, "%s%s", rows[k].folder, bw_uuid_text(rows[k].foreign, id));
        struct raw_answer theirs = rig_send(rows[k].method, path, as(&carrier_admin, ""), NULL);
        snprintf(path, sizeof path, "%s%s", rows[k].folder, bw_uuid_text(rows[k].absent, id));
        struct raw_answer absent = rig_send(rows[k].method, path, as(&carrier_admin, ""), NULL);
        assert_int_equal(theirs.status, 404);
        assert_int_equal(absent.status, 404);
        assert_string_equal(without_ids(&theirs), without_ids(&absent));
        raw_answer_done(&theirs);
        raw_answer_done(&absent);
    }
    assert_int_equal(rig_status("DELETE", "/v1/keys/not-an-id", as(&carrier_admin, ""), NULL), 404);
    struct raw_answer list = rig_send("GET", "/v1/keys", as(&carrier_admin, ""), NULL);
    assert_null(strstr(list.body, "\"organisation\":\"LH\""));
    raw_answer_done(&list);
    snprintf(lines, sizeof lines, "Authorization: Bearer %s\r\n", foreign.token);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 200); /* and nothing happened to it */
}

static void what_is_no_bearer_key_is_refused(void **state)
{
    char lines[256];
    struct bw_key_made key = rig_key("SK", BW_SCOPE_READ, false);
    (void)state;
    snprintf(lines, sizeof lines, "Authorization: bearer   %s\r\n",
             key.token); /* the scheme in any case (RFC 9110 11.1) */
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 200);
    snprintf(lines, sizeof lines, "Authorization: Basic %s\r\n", key.token);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 401);
    assert_int_equal(rig_status("GET", "/v1/me", "Authorization: Bearer\r\n", NULL), 401);
    assert_int_equal(rig_status("GET", "/v1/me", "Authorization:\r\n", NULL), 401);
    snprintf(lines, sizeof lines, "Authorization: Bearer %s\r\nCookie: bagwatch=%s\r\n", key.token, agent.token);
    assert_int_equal(rig_status("GET", "/v1/me", lines, NULL), 400);
    struct raw_answer a = rig_send("GET", "/v1/me", "", NULL);
    assert_int_equal(a.status, 401);
    assert_string_equal(raw_header(&a, "WWW-Authenticate"), "Bearer realm=\"bagwatch\"");
    raw_answer_done(&a);
}

/* req: SEC-01 */
static void who_guesses_keys_waits_and_who_has_one_does_not(void **state)
{
    struct bw_key_made key = rig_key("SK", BW_SCOPE_READ, false);
    char right[256], wrong[256], guess[BW_KEY_TEXT];
    int status = 0, tries = 0;
    (void)state;
    snprintf(right, sizeof right, "X-Forwarded-For: 203.0.113.40\r\nAuthorization: Bearer %s\r\n", key.token);
    assert_int_equal(rig_status("GET", "/v1/me", right, NULL), 200);
    for (; status != 429 && tries < 200; tries++) {
        bw_key_token(false, guess);
        snprintf(wrong, sizeof wrong, "X-Forwarded-For: 203.0.113.40\r\nAuthorization: Bearer %s\r\n", guess);
        struct raw_answer a = rig_send("GET", "/v1/me", wrong, NULL);
        status = a.status;
        assert_true(status == 401 || (status == 429 && raw_header(&a, "Retry-After")));
        raw_answer_done(&a);
    }
    assert_true(tries > 20 && tries < 100);
    assert_int_equal(rig_status("GET", "/v1/me", right, NULL), 200);
}

/* Last: reads what was logged during all the others.
 * req: SEC-05 */
static void no_key_session_link_or_password_is_in_the_log(void **state)
{
    char line[8192], link[BW_LINK_TEXT], path[64];
    unsigned lines = 0;
    struct bw_error err = { 0 };
    (void)state;
    struct bw_key_made key = rig_key("SK", BW_SCOPE_READ, false);
    rig_case("MADSK10001");
    rig_ok(bw_link_create(rig_app, BW_STR("MADSK10001"), false, BW_STR_NONE, bw_clock_wall(), link, &err), &err);
    snprintf(path, sizeof path, "/t/%s/stream", link);
    rig_status("HEAD", path, "", NULL);
    snprintf(line, sizeof line, "Authorization: Bearer %s\r\n", key.token);
    assert_int_equal(rig_status("GET", "/v1/me", line, NULL), 200);
    line[strlen(line) - 3] ^= 1; /* misspelt: still nobody's to read */
    assert_int_equal(rig_status("GET", "/v1/me", line, NULL), 401);
    const char *const secrets[] = {
        "bagk_",    "horse",     link,   admin.token, admin.csrf, agent.token, carrier_admin.token,
        agent.csrf, "203.0.113", "next="
    };
    rewind(log_file);
    while (fgets(line, sizeof line, log_file)) {
        lines++;
        for (size_t k = 0; k < BW_LEN(secrets); k++)
            if (strstr(line, secrets[k]))
                fail_msg("%s stands in %s", secrets[k], line);
    }
    assert_true(lines > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(staff_log_in_and_out_by_form),
        cmocka_unit_test(behind_tls_only_the_host_cookie_counts),
        cmocka_unit_test(a_wrong_name_and_a_wrong_password_look_the_same),
        cmocka_unit_test(log_in_leads_to_our_own_pages_only),
        cmocka_unit_test(the_form_shows_what_was_typed_as_text),
        cmocka_unit_test(a_key_is_made_shown_once_used_and_revoked),
        cmocka_unit_test(nobody_makes_a_key_for_what_is_not_theirs),
        cmocka_unit_test(a_faulty_key_names_its_fault),
        cmocka_unit_test(a_repeated_making_makes_one_key_and_does_not_show_it_again),
        cmocka_unit_test(what_is_another_organisations_looks_like_what_is_not_there),
        cmocka_unit_test(what_is_no_bearer_key_is_refused),
        cmocka_unit_test(who_guesses_keys_waits_and_who_has_one_does_not),
        cmocka_unit_test(no_key_session_link_or_password_is_in_the_log),
    };
    return cmocka_run_group_tests(tests, start, end);
}
