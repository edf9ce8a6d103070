/* SPDX-License-Identifier: Apache-2.0 */
/* pages_test.c - the pages by HTTP, made of a fabricated bag of the story: what they say, in which zone, what they
 * never hold, and that the fragment alone is what stands in the page.  BW_PAGES_DIR=DIR keeps them as files, to be
 * looked at. */
#include "rig.h"

#include "../domain/say_fixture.h"
#include "handlers.h"
#include "pages_int.h"

static struct page story;
static struct bw_bag_seen seen;
static struct bw_pages *pages;
static struct bw_owed_line lines[3];
static struct bw_stale_report report;
static struct bw_stale_one behind[2];
static struct bw_stale_line figures[2];
static const char *clock_at = "2026-11-21T06:55:00Z";

static void h_status(struct bw_request *rq)
{
    struct bw_bag_seen *all[] = { &seen };
    bw_pages_status(rq, &story.f.world, all, 1, at(clock_at), true);
}

static void h_fragment(struct bw_request *rq)
{
    struct bw_bag_seen *all[] = { &seen };
    bw_pages_status(rq, &story.f.world, all, 1, at(clock_at), false);
}

static void h_companion(struct bw_request *rq)
{
    rq->who.companion = true;
    h_status(rq);
}

static void h_agent(struct bw_request *rq)
{
    rq->who = (struct bw_principal){
        .kind = BW_P_ACCOUNT, .roles = BW_AGENT, .name = "agent-ib", .organisation = "IB", .csrf = "abc"
    };
    rq->who.n_carriers = 1;
    bw_str_put(BW_STR("IB"), rq->who.carriers[0], 4);
}

static void h_bag(struct bw_request *rq)
{
    h_agent(rq);
    bw_pages_bag(rq, &story.f.world, &seen, at(clock_at), true);
}

static void h_owed(struct bw_request *rq)
{
    struct bw_owed_found found = { .lines = lines, .n = 3, .head = { 1, 42 } };
    h_agent(rq);
    bw_pages_owed(rq, &story.f.world, &found, at(clock_at), true);
}

static void h_owed_none(struct bw_request *rq)
{
    struct bw_owed_found found = { .lines = lines };
    h_agent(rq);
    bw_pages_owed(rq, &story.f.world, &found, at(clock_at), true);
}

static void h_report(struct bw_request *rq)
{
    struct bw_report_asked asked;
    h_agent(rq);
    bw_report_asked_read(rq, at(clock_at), &asked);
    bw_pages_report(rq, &story.f.world, &asked, asked.fault ? NULL : &report);
}

static void h_broken(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    bw_reply_problem(rq, bw_fail(&err, BW_E_NOT_FOUND, NULL, "a secret detail"), &err);
}

#define ROW(p, h, op, ...)                                                                                             \
    {                                                                                                                  \
        .method = BW_GET, .pattern = p, .who = BW_ANYONE, .answers = "200", .handler = h, .operation = op,             \
        .summary = op, __VA_ARGS__                                                                                     \
    }
#define PAGE BW_R_PAGE | BW_R_HIDDEN | BW_R_PERSONAL
const struct bw_route bw_routes[] = {
    ROW("/", bw_h_home, "home", .flags = PAGE),
    ROW("/status", h_status, "status", .flags = PAGE, .query = "tz"),
    ROW("/status/fragment", h_fragment, "fragment", .flags = PAGE, .query = "tz"),
    ROW("/companion", h_companion, "companion", .flags = PAGE, .query = "tz"),
    ROW("/bag", h_bag, "bag", .flags = PAGE, .query = "tz"),
    ROW("/owed", h_owed, "owed", .flags = PAGE, .query = "owes tz"),
    ROW("/owed-none", h_owed_none, "owedNone", .flags = PAGE, .query = "owes tz"),
    ROW("/report", h_report, "report", .flags = PAGE, .query = "from to by"),
    ROW("/gone/{token}", h_broken, "gone", .flags = PAGE | BW_R_TOKEN),
    ROW("/broken", h_broken, "broken", .flags = PAGE),
    ROW("/assets/{hash}/{file}", bw_h_asset, "asset", .flags = BW_R_HIDDEN),
};
const size_t bw_routes_n = BW_LEN(bw_routes);
const struct bw_schema bw_schemas[] = { { "Problem", NULL, "" } };
const size_t bw_schemas_n = BW_LEN(bw_schemas);

/* --- the story at 06:55, row 12 --- */

static struct bw_event history[8];
static struct bw_event *newest_first[8];

static void put_event(size_t k, enum bw_event_code code, const char *carrier, const char *occurred,
                      const char *recorded, const char *station, const char *spot)
{
    struct bw_event *ev = &history[k];
    *ev = said(code, carrier, recorded);
    ev->occurred_at = at(occurred);
    bw_str_put(bw_str_c(station), ev->station, sizeof ev->station);
    bw_str_put(bw_str_c(spot), ev->place, sizeof ev->place);
    bw_str_put(bw_str_c(carrier), ev->sender, sizeof ev->sender);
    newest_first[k] = ev;
}

static void put_missed(size_t k, int level, const char *recorded)
{
    put_event(k, level ? BW_EV_PROMISE_MISSED : BW_EV_PROMISE_REMINDED, "", recorded, recorded, "", "");
    history[k].source = BW_SRC_SYSTEM;
    history[k].data.level = (int8_t)level;
    history[k].data.promise_id = story.open[0].promise_id;
    bw_str_put(BW_STR("BA"), history[k].data.debtor, 4);
    bw_str_put(BW_STR("located"), history[k].data.owed, sizeof history[k].data.owed);
    bw_str_put(BW_STR("bagwatch"), history[k].sender, sizeof history[k].sender);
}

static void tell_story(void)
{
    begin(&story);
    struct bw_bag *bag = &story.bag;
    put_missed(0, 2, "2026-11-21T06:50:00Z");
    put_missed(1, 1, "2026-11-21T04:50:00Z");
    put_event(2, BW_EV_STATUS_CONFIRMED, "IB", "2026-11-21T00:55:00Z", "2026-11-21T00:55:00Z", "", "");
    history[2].source = BW_SRC_STAFF;
    bw_str_put(BW_STR("asked"), history[2].data.action, sizeof history[2].data.action);
    bw_str_put(BW_STR("LHR"), history[2].data.asked, 4);
    history[2].data.next_step_at = at("2026-11-21T04:50:00Z");
    put_event(3, BW_EV_ON_HAND, "BA", "2026-11-21T00:45:00Z", "2026-11-21T00:50:00Z", "LHR",
              "<script>alert(1)</script> store");
    put_event(4, BW_EV_TRANSFER_OUT, "BA", "2026-11-20T20:34:00Z", "2026-11-20T20:35:00Z", "LHR", "");
    bw_str_put(BW_STR("IB"), history[4].to_carrier, 4);
    put_event(5, BW_EV_BAG_UNLOADED, "BA", "2026-11-20T20:10:00Z", "2026-11-20T23:12:00Z", "LHR", "");
    put_event(6, BW_EV_BAG_ACCEPTED, "BA", "2026-11-20T11:04:00Z", "2026-11-20T11:05:00Z", "JFK", "desk 14");
    bag->version = 12;
    bag->last_seen_at = at("2026-11-21T00:45:00Z");
    bag->last_news_at = at("2026-11-21T00:50:00Z");
    bag->last_confirmed_at = at("2026-11-21T00:55:00Z");
    bag->last_seen_code = BW_EV_ON_HAND;
    bag->at_rest = true;
    bag->case_id = story.c.case_id;
    bw_str_put(BW_STR("BA"), bag->last_news_carrier, 4);
    bw_str_put(BW_STR("<script>alert(1)</script> store"), bag->spot, sizeof bag->spot);
    bag->n_legs = 2;
    bag->legs[0] = (struct bw_leg){ "BA178", day("2026-11-20"), "JFK", "LHR" };
    bag->legs[1] = (struct bw_leg){ "IB3167", day("2026-11-20"), "LHR", "MAD" };
    story.open[0].level = 2;
    story.open[0].next_level_at = at("2026-11-21T10:50:00Z");
    bw_str_put(BW_STR("IB"), story.open[0].creditor, 4);
    bw_str_put(BW_STR("LHR"), story.open[0].station, 4);
    seen = (struct bw_bag_seen){ .bag = *bag,
                                 .n_open = 1,
                                 .has_case = true,
                                 .file = story.c,
                                 .n_case_open = 1,
                                 .history = newest_first,
                                 .n_history = 7,
                                 .complete_to = { 1, 42 } };
    seen.open[0] = story.open[0];
    seen.case_open[0] = story.case_open[0];
    lines[0] = (struct bw_owed_line){ .p = story.open[0], .plate = "0125728359", .ref = "MADIB10001" };
    lines[1] = (struct bw_owed_line){ .p = story.case_open[0], .ref = "MADIB10001" };
    lines[1].p.subject = BW_SUBJECT_CASE;
    lines[2] = (struct bw_owed_line){ .p = story.case_open[0], .plate = "", .ref = "" };
}

static void make_report(void)
{
    report = (struct bw_stale_report){ .by = BW_BY_CARRIER, .lines = figures, .n = 2, .rows = behind, .n_rows = 2 };
    report.period =
        (struct bw_stale_period){ at("2026-11-20T00:00:00Z"), at("2026-11-22T00:00:00Z"), at("2026-11-21T18:05:00Z") };
    report.watched_us = 1032 * BW_MINUTE;
    figures[0] = (struct bw_stale_line){ "BA",
                                         { .fell_due = 1,
                                           .late = 1,
                                           .late_us = 135 * BW_MINUTE,
                                           .max_late_us = 135 * BW_MINUTE,
                                           .superseded = 1,
                                           .silent_us = 135 * BW_MINUTE } };
    figures[1] =
        (struct bw_stale_line){ "IB", { .fell_due = 3, .kept_fact = 2, .kept_confirmation = 1, .superseded = 2 } };
    report.all = (struct bw_stale_line){ "all",
                                         { .fell_due = 4,
                                           .kept_fact = 2,
                                           .kept_confirmation = 1,
                                           .late = 1,
                                           .late_us = 135 * BW_MINUTE,
                                           .max_late_us = 135 * BW_MINUTE,
                                           .superseded = 3,
                                           .silent_us = 135 * BW_MINUTE } };
    behind[0] = (struct bw_stale_one){ .p = story.open[0], .plate = "0125728359" };
    behind[0].p.why = BW_CLOSE_MET;
    behind[0].p.closed_at = at("2026-11-21T07:05:00Z");
    behind[1] = (struct bw_stale_one){ .p = story.case_open[0] };
    behind[1].p.subject = BW_SUBJECT_CASE;
}

static int setup(void **state)
{
    static struct bw_app app;
    static struct bw_http_config config;
    struct bw_error err = { 0 };
    void *unused;
    if (page_setup(&unused) != 0 || bw_pages_new(NULL, &pages, &err) != BW_OK) {
        print_error("%s\n", err.detail);
        return -1;
    }
    story = *(struct page *)unused;
    app.pages = pages;
    config.app = &app;
    config.error_page = bw_pages_error;
    config.error_page_ctx = pages;
    tell_story();
    make_report();
    *state = &story;
    return rig_start(&config);
}

static int teardown(void **state)
{
    (void)state;
    rig_stop();
    bw_pages_free(pages);
    void *ours = &story;
    return page_teardown(&ours);
}

/* --- asking --- */

static void keep(const char *path, const struct raw_answer *a)
{
    const char *dir = getenv("BW_PAGES_DIR");
    char name[512];
    if (!dir)
        return;
    snprintf(name, sizeof name, "%s/%s.html", dir, path[1] ? path + 1 : "home");
    for (char *p = name + strlen(dir) + 1; *p; p++)
        *p = *p == '/' || *p == '?' ? '_' : *p;
    FILE *f = fopen(name, "w");
    if (f) {
        fwrite(a->body, 1, a->body_n, f);
        fclose(f);
    }
}

static struct raw_answer get(const char *path, const char *more)
{
    char text[2048];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n", path, more);
    struct raw_answer a = raw_ask(bw_http_port(rig), text);
    assert_non_null(a.body);
    keep(path, &a);
    return a;
}

static void assert_says(const struct raw_answer *a, const char *text)
{
    if (!strstr(a->body, text))
        fail_msg("not there: %s", text);
}

static void assert_never(const struct raw_answer *a, const char *text)
{
    if (strcasestr(a->body, text))
        fail_msg("there: %s", text);
}

/* --- the customer's page --- */

/* req: PAGE-01 PAGE-02 (words and class of an overdue page, what was escalated to whom) */
static void the_page_at_0655_says_all_of_it(void **state)
{
    (void)state;
    struct raw_answer a = get("/status", "");
    assert_int_equal(a.status, 200);
    assert_says(&a, "Iberia is sorry");
    assert_says(&a, "class=\"bag overdue\"");
    assert_says(&a, "an update is overdue");
    assert_says(&a, "last seen at London Heathrow on <time datetime=\"2026-11-21T00:45:00Z\">21 Nov, 01:45</time>");
    assert_says(&a, "<span data-since=\"2026-11-21T00:50:00Z\">6 h 5 min</span>");
    assert_says(&a, "British Airways was reminded on <time datetime=\"2026-11-21T04:50:00Z\">21 Nov, 05:50</time>");
    assert_says(&a, "A colleague at Iberia took over on <time datetime=\"2026-11-21T06:50:00Z\">21 Nov, 07:50</time>");
    assert_says(&a, "The next word to you is due from Iberia by");
    const char *main_part = strstr(a.body, "<main");
    assert_non_null(main_part);
    assert_null(strcasestr(main_part, "guarantee"));
    assert_never(&a, "check back");
    assert_never(&a, "contact British Airways");
    raw_answer_done(&a);
}

/* req: PAGE-03 (newest first, in an ol with time elements; reported later where it was) */
static void the_timeline_is_newest_first(void **state)
{
    (void)state;
    struct raw_answer a = get("/status", "");
    const char *list = strstr(a.body, "<ol class=\"timeline\" reversed>");
    assert_non_null(list);
    const char *store = strstr(list, "data-code=\"ON_HAND\""), *first = strstr(list, "data-code=\"BAG_ACCEPTED\"");
    assert_true(store && first && store < first);
    assert_says(&a, "reported 3 h 2 min later by British Airways at LHR");
    assert_says(&a, "airline system · the bag was seen");
    raw_answer_done(&a);
}

/* req: PAGE-07 (the same fragment inside the page and alone, no timed refresh) */
static void the_fragment_is_what_stands_in_the_page(void **state)
{
    (void)state;
    struct raw_answer whole = get("/status", ""), part = get("/status/fragment", "");
    assert_non_null(strstr(whole.body, part.body));
    assert_null(strstr(part.body, "<html"));
    assert_never(&whole, "http-equiv");
    char line[1200], etag[1100];
    snprintf(etag, sizeof etag, "%s", raw_header(&part, "ETag"));
    assert_int_equal(strlen(etag), 34);
    snprintf(line, sizeof line, "data-etag=\"%.32s\"", etag + 1);
    assert_says(&whole, line);
    assert_says(&whole, "data-cursor=\"1-42\"");
    assert_string_equal(raw_header(&part, "Bagwatch-Index"), "1-42");
    assert_string_equal(raw_header(&part, "Bagwatch-Time"), "2026-11-21T06:55:00Z");
    snprintf(line, sizeof line, "If-None-Match: %s\r\n", etag);
    struct raw_answer same = get("/status/fragment", line);
    assert_int_equal(same.status, 304);
    clock_at = "2026-11-21T06:56:10Z";
    struct raw_answer later = get("/status/fragment", line);
    clock_at = "2026-11-21T06:55:00Z";
    assert_int_equal(later.status, 200);
    raw_answer_done(&whole);
    raw_answer_done(&part);
    raw_answer_done(&same);
    raw_answer_done(&later);
}

/* req: PAGE-11 SEC-05 (headers, no inline script or style) */
static void nothing_runs_inline_and_nothing_is_kept(void **state)
{
    (void)state;
    struct raw_answer a = get("/status", "");
    assert_string_equal(raw_header(&a, "Cache-Control"), "no-store");
    assert_string_equal(raw_header(&a, "Referrer-Policy"), "no-referrer");
    assert_string_equal(raw_header(&a, "X-Robots-Tag"), "noindex");
    assert_non_null(strstr(raw_header(&a, "Content-Security-Policy"), "script-src 'self'"));
    assert_null(strstr(raw_header(&a, "Content-Security-Policy"), "unsafe"));
    assert_never(&a, "<style");
    assert_never(&a, " style=");
    assert_never(&a, " onload");
    assert_never(&a, "<script>");
    assert_says(&a, "<p id=\"say\" class=\"hush\" role=\"status\" aria-live=\"polite\"></p>");
    raw_answer_done(&a);
}

static void a_place_that_is_a_script_is_text(void **state)
{
    (void)state;
    struct raw_answer a = get("/status", ""), b = get("/bag", "");
    assert_says(&a, "&lt;script&gt;alert(1)");
    assert_says(&b, "&lt;script&gt;alert(1)");
    assert_never(&a, "<script>");
    assert_never(&b, "<script>");
    raw_answer_done(&a);
    raw_answer_done(&b);
}

static void the_reader_s_zone_is_in_force(void **state)
{
    (void)state;
    struct raw_answer home = get("/status", ""), asked = get("/status?tz=America/New_York", ""),
                      kept = get("/status", "Cookie: a=b; tz=Europe/London\r\n"),
                      odd = get("/status?tz=../../etc/passwd", "");
    assert_says(&home, "Times are those of Europe/Madrid");
    assert_says(&home, "<a href=\"?tz=Europe/London\">Europe/London</a>");
    assert_says(&asked, "20 Nov, 19:45");
    assert_says(&kept, "21 Nov, 00:45");
    assert_says(&odd, "Times are those of Europe/Madrid");
    assert_null(bw_pages_zone(pages, BW_STR("right/Europe/Madrid")));
    assert_ptr_equal(bw_pages_zone(pages, BW_STR("Europe/London")), bw_pages_zone(pages, BW_STR("Europe/London")));
    raw_answer_done(&home);
    raw_answer_done(&asked);
    raw_answer_done(&kept);
    raw_answer_done(&odd);
}

/* req: PAGE-06 (the companion reads place, next step and dates) */
static void a_companion_reads_less(void **state)
{
    (void)state;
    struct raw_answer a = get("/companion", "");
    assert_says(&a, "last seen at London Heathrow");
    assert_says(&a, "The next word to you");
    assert_never(&a, "timeline");
    assert_never(&a, "0125728359");
    assert_never(&a, "MADIB10001");
    raw_answer_done(&a);
}

/* The budgets are for what travels compressed; uncompressed within them is within them. */
static void pages_are_small(void **state)
{
    (void)state;
    static const char *const names[] = { "static/live.js", "static/style.css", "static/icon.svg" };
    struct raw_answer a = get("/status", "");
    size_t all = a.body_n;
    assert_true(a.body_n < 30 * 1024);
    for (size_t k = 0; k < BW_LEN(names); k++) {
        const struct bw_asset *asset = bw_asset_find(bw_str_c(names[k]));
        assert_non_null(asset);
        assert_true(k > 0 || asset->n < 15 * 1024);
        all += asset->n;
    }
    assert_true(all < 100 * 1024);
    raw_answer_done(&a);
}

/* --- staff --- */

/* req: BAG-08 (both clocks, the confirmation on a line of its own) */
static void the_agent_sees_clocks_promises_and_entries(void **state)
{
    (void)state;
    struct raw_answer a = get("/bag", "");
    assert_says(&a, "Bag 0125728359, file MADIB10001");
    assert_says(&a, "<dt>Last seen</dt><dd><time datetime=\"2026-11-21T00:45:00Z\">21 Nov, 01:45</time>, London "
                    "Heathrow (LHR), British Airways (BA)");
    assert_says(&a, "<dt>Last news</dt><dd><time datetime=\"2026-11-21T00:50:00Z\">21 Nov, 01:50</time>, British "
                    "Airways (BA)");
    assert_says(&a, "<dt>Last confirmed</dt><dd><time datetime=\"2026-11-21T00:55:00Z\">21 Nov, 01:55</time>");
    assert_says(&a, "British Airways (BA) has it");
    assert_says(&a, "a forward plan or the reason to hold");
    assert_says(&a, "late by <span data-since=\"2026-11-21T04:50:00Z\">2 h 5 min</span>");
    assert_says(&a, "2: with a colleague of the owner");
    assert_says(&a, "7 entries, newest recorded first. Times are those of Europe/Madrid.");
    assert_says(&a, "data-live=\"bag\"");
    assert_says(&a, "agent-ib · IB");
    assert_says(&a, "name=\"csrf\" value=\"abc\"");
    raw_answer_done(&a);
}

static void the_list_parts_what_is_overdue_from_what_is_next(void **state)
{
    (void)state;
    struct raw_answer a = get("/owed", ""), none = get("/owed-none", "");
    assert_says(&a, "data-announce=\"1 overdue, 2 owed next\"");
    const char *late = strstr(a.body, "<section class=\"late\">"), *open = strstr(a.body, "<section class=\"open\">");
    const char *ba = strstr(a.body, "British Airways (BA)"), *ib = strstr(a.body, "Iberia (IB)</td><td>the next word");
    assert_true(late && open && ba && ib && late < ba && ba < open && open < ib);
    assert_says(&a, "href=\"/desk/cases/MADIB10001\"");
    assert_says(&a, "in <span data-until=\"2026-11-22T00:55:00Z\">18 h</span>");
    assert_says(&none, "Nothing is overdue.");
    raw_answer_done(&a);
    raw_answer_done(&none);
}

/* req: AUD-02 (denominator printed, no rate below 30) */
static void the_report_prints_its_denominator_and_no_rate(void **state)
{
    (void)state;
    struct raw_answer a = get("/report", ""), bad = get("/report?from=yesterday&to=2026-11-22", ""),
                      wrong = get("/report?from=2026-11-22&to=2026-11-22", "");
    assert_says(&a, "2 h 15 min silent of 17 h 12 min watched");
    assert_says(&a, "Promises that fell due: 4. Below 30 no rate is printed");
    assert_never(&a, "%");
    assert_says(&a, "/v1/reports/"
                    "stale?from=2026-11-20T00:00:00Z&amp;to=2026-11-22T00:00:00Z&amp;by=carrier&amp;format=csv");
    assert_says(&a, "value=\"2026-11-15\"");
    assert_says(&a, "the promises that your own carriers owed");
    assert_says(&a, "British Airways (BA)");
    assert_int_equal(bad.status, 400);
    assert_says(&bad, "must be dates");
    assert_says(&bad, "value=\"yesterday\"");
    assert_int_equal(wrong.status, 400);
    assert_says(&wrong, "must lie behind");
    report.all.row.fell_due = 31;
    struct raw_answer many = get("/report", "");
    report.all.row.fell_due = 4;
    assert_says(&many, "13.0 % of watched time, from 31 promises that fell due");
    raw_answer_done(&a);
    raw_answer_done(&bad);
    raw_answer_done(&wrong);
    raw_answer_done(&many);
}

/* --- around them --- */

static void a_refusal_is_a_page_in_words(void **state)
{
    (void)state;
    struct raw_answer gone = get("/gone/abc", ""), broken = get("/broken", ""), home = get("/", "");
    assert_int_equal(gone.status, 404);
    assert_says(&gone, "A link to a file ends 30 days after the file is closed");
    assert_int_equal(broken.status, 404);
    assert_says(&broken, "Nothing here under that name");
    assert_never(&broken, "a secret detail");
    assert_never(&gone, "a secret detail");
    assert_says(&home, "Open the link that the airline gave you");
    raw_answer_done(&gone);
    raw_answer_done(&broken);
    raw_answer_done(&home);
}

static void assert_language(const char *path, const char *head, const char *want)
{
    char open[64];
    struct raw_answer a = get(path, head);
    snprintf(open, sizeof open, "<html lang=\"%s\" dir=\"%s\">", want, strcmp(want, "ar") == 0 ? "rtl" : "ltr");
    if (!strstr(a.body, open))
        fail_msg("%s with %s: not in %s", path, head, want);
    raw_answer_done(&a);
}

static void words_come_in_the_language_that_weighs_most_and_is_there(void **state)
{
    static const char *const asked[][2] = {
        { "", "en" },
        { "Accept-Language: \r\n", "en" },
        { "Accept-Language: tlh, en-GB;q=0.8\r\n", "en" },
        { "Accept-Language: fr\r\n", "fr" },
        { "Accept-Language: FR-ca\r\n", "fr" },
        { "Accept-Language: de, ja\r\n", "en" },
        { "Accept-Language: de, es-419;q=0.4\r\n", "es" },
        { "Accept-Language: en;q=0.3, fr;q=0.7, ar;q=0.5\r\n", "fr" },
        { "Accept-Language: en;q=0.7, fr;q=0.7\r\n", "en" },
        { "Accept-Language: fr;q=0.7, en;q=0.7\r\n", "fr" },
        { "Accept-Language: ar-EG , *;q=0.1\r\n", "ar" },
        { "Accept-Language: *\r\n", "en" },
        { "Accept-Language: fr;q=0, es;q=0.001\r\n", "es" },
        { "Accept-Language: fr;q=0\r\n", "en" },
        { "Accept-Language: fr;q=0, fr-FR\r\n", "en" }, /* the closest range decides */
        { "Accept-Language: es;q=1.000, fr;Q=0.9\r\n", "es" },
        { "Accept-Language: es;q=2, fr;q=0.1\r\n", "fr" },
        { "Accept-Language: es;q=x, ar;q=.5, fr;q=0.1\r\n", "fr" },
        { "Accept-Language: ;;,,=;q, fr\r\n", "fr" },
    };
    (void)state;
    for (size_t k = 0; k < BW_LEN(asked); k++)
        assert_language("/status", asked[k][0], asked[k][1]);
}

static void the_reader_chooses_a_language_and_it_is_kept(void **state)
{
    (void)state;
    struct raw_answer a = get("/status?tz=Asia/Tokyo&lang=ar", "Accept-Language: fr\r\n");
    assert_says(&a, "<html lang=\"ar\" dir=\"rtl\">");
    assert_says(&a, "تعتذر");
    assert_says(&a, "<a href=\"?lang=es&amp;tz=Asia/Tokyo\" hreflang=\"es\">Español</a>");
    assert_non_null(raw_header(&a, "Set-Cookie"));
    assert_string_equal(raw_header(&a, "Set-Cookie"), "lang=ar; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    raw_answer_done(&a);
    assert_language("/status", "Cookie: lang=es\r\nAccept-Language: fr\r\n", "es");
    assert_language("/status?lang=fr", "Cookie: lang=es\r\n", "fr");
    assert_language("/status", "Cookie: lang=tlh\r\nAccept-Language: fr\r\n", "fr");
    a = get("/status?lang=tlh", "Accept-Language: fr\r\n");
    assert_says(&a, "<html lang=\"fr\"");
    assert_null(raw_header(&a, "Set-Cookie"));
    raw_answer_done(&a);
    a = get("/status", "");
    assert_null(raw_header(&a, "Set-Cookie"));
    raw_answer_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_at_0655_says_all_of_it),
        cmocka_unit_test(the_timeline_is_newest_first),
        cmocka_unit_test(the_fragment_is_what_stands_in_the_page),
        cmocka_unit_test(nothing_runs_inline_and_nothing_is_kept),
        cmocka_unit_test(a_place_that_is_a_script_is_text),
        cmocka_unit_test(the_reader_s_zone_is_in_force),
        cmocka_unit_test(a_companion_reads_less),
        cmocka_unit_test(pages_are_small),
        cmocka_unit_test(the_agent_sees_clocks_promises_and_entries),
        cmocka_unit_test(the_list_parts_what_is_overdue_from_what_is_next),
        cmocka_unit_test(the_report_prints_its_denominator_and_no_rate),
        cmocka_unit_test(a_refusal_is_a_page_in_words),
        cmocka_unit_test(words_come_in_the_language_that_weighs_most_and_is_there),
        cmocka_unit_test(the_reader_chooses_a_language_and_it_is_kept),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
