/* SPDX-License-Identifier: Apache-2.0 */
/* h_report_page.c - GET /report: who let which updates go stale, as a plain page for the auditor; the same figures as
 * GET /v1/reports/stale, and the promises behind them.
 * Layer: http.  Threads: loop, then the report worker.  Source: AUD-01, AUD-02, design.md 8. */
#include "pages_int.h"

#include <stdio.h>

#include "handlers.h"

#define ROWS_MOST 200
#define RATE_FROM 30 /* no rate below (AUD-02) */
#define DAYS_MOST 400

/* --- what was asked for --- */

/* An instant, or a date standing for its first moment UTC; the form shows it as it was sent. */
static bool read_instant(struct bw_str s, bw_time *ret, char text[BW_TIME_TEXT])
{
    bw_date day;
    if (!bw_str_copy(s, text, BW_TIME_TEXT))
        return false;
    if (bw_date_parse(s, &day)) {
        *ret = bw_date_start(day);
        return true;
    }
    return bw_time_parse(s, ret, NULL);
}

/* Without parameters: the seven days that end with today's. */
void bw_report_asked_read(const struct bw_request *rq, bw_time now, struct bw_report_asked *a)
{
    char day[BW_DATE_TEXT];
    struct bw_str from = bw_str_trim(bw_request_query(rq, "from")), to = bw_str_trim(bw_request_query(rq, "to"));
    bw_date today = bw_date_of(now);
    *a = (struct bw_report_asked){ .period = { .as_of = now } };
    a->by = bw_str_eq_c(bw_request_query(rq, "by"), "station") ? BW_BY_STATION : BW_BY_CARRIER;
    if (!from.n && !to.n) {
        a->period.from = bw_date_start(today - 6);
        a->period.to = bw_date_start(today + 1);
        bw_str_put(bw_str_c(bw_date_text(today - 6, day)), a->from, sizeof a->from);
        bw_str_put(bw_str_c(bw_date_text(today + 1, day)), a->to, sizeof a->to);
        return;
    }
    bool good = read_instant(from, &a->period.from, a->from);
    good = read_instant(to, &a->period.to, a->to) && good;
    if (!good)
        a->fault = "page.report.fault";
    else if (a->period.from >= a->period.to || a->period.to - a->period.from > DAYS_MOST * BW_DAY)
        a->fault = "page.report.fault_span";
}

/* --- figures --- */

/* Hours and minutes, whatever their number: days would hide what is compared. */
static const char *hours(const struct bw_leaf *leaf, int64_t us)
{
    char h[24], m[24];
    int64_t minutes = bw_minutes(us);
    snprintf(h, sizeof h, "%lld", (long long)(minutes / 60));
    snprintf(m, sizeof m, "%lld", (long long)(minutes % 60));
    const struct bw_arg args[] = { { "h", bw_str_c(h) }, { "m", bw_str_c(m) } };
    return bw_leaf_text(leaf, minutes < 60 ? "span.minutes" : "span.hours_minutes", args, 2);
}

static void add_line(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_stale_line *line,
                     const char *name, bool all)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_stale_row *w = &line->row;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_bool(a, one, "all", all);
    bw_view_add_c(a, one, "key", all ? bw_leaf_text(leaf, "page.report.all", NULL, 0) : line->key);
    bw_view_add_c(a, one, "name", name);
    bw_view_add_int(a, one, "due", w->fell_due);
    bw_view_add_int(a, one, "fact", w->kept_fact);
    bw_view_add_int(a, one, "search", w->kept_search);
    bw_view_add_int(a, one, "confirmation", w->kept_confirmation);
    bw_view_add_int(a, one, "replan", w->kept_replan);
    bw_view_add_int(a, one, "late", w->late);
    bw_view_add_int(a, one, "never", w->never);
    bw_view_add_int(a, one, "superseded", w->superseded);
    bw_view_add_int(a, one, "moved", w->moved);
    bw_view_add_int(a, one, "pending", w->pending);
    bw_view_add_c(a, one, "late_sum", hours(leaf, w->late_us));
    bw_view_add_c(a, one, "late_max", hours(leaf, w->max_late_us));
    bw_view_add_c(a, one, "silent", hours(leaf, w->silent_us));
    bw_view_add_int(a, one, "in_silent_feed", w->in_silent_feed);
    bw_view_add_int(a, one, "in_disruption", w->in_disruption);
    bw_view_add_c(a, one, "waited", hours(leaf, w->waited_us));
    bw_view_add_c(a, one, "yardstick", hours(leaf, w->silent_yardstick_us));
}

/* Policies that gave more than the default, which the figures do not show by themselves (CLK-02). */
static void add_relaxed(const struct bw_leaf *leaf, const struct bw_stale_report *r)
{
    char name[60];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "relaxed");
    bw_view_add_bool(a, leaf->view, "has_relaxed", r->n_relaxed + r->n_desks > 0);
    for (size_t k = 0; k < r->n_relaxed; k++) {
        enum bw_owed owed;
        const struct bw_policy *p = &r->relaxed[k].p;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_policy_name(p, name);
        bw_view_add_str(a, one, "name", bw_arena_str(a, bw_str_c(name)));
        bw_view_add_c(a, one, "given", hours(leaf, p->minutes * BW_MINUTE));
        if (bw_owed_from(bw_str_c(p->owed), &owed))
            bw_view_add_c(a, one, "usual", hours(leaf, bw_policy_default(owed, p->priority) * BW_MINUTE));
        bw_leaf_when(leaf, one, "from", p->valid_from);
        bw_leaf_when(leaf, one, "until", r->relaxed[k].until);
    }
    for (size_t k = 0; k < r->n_desks; k++) {
        const struct bw_hours *h = &r->desks[k].h;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        const struct bw_arg args[] = { { "carrier", bw_str_c(h->carrier) }, { "station", bw_str_c(h->station) } };
        bw_view_add_c(a, one, "name", bw_leaf_text(leaf, "page.report.desk", args, 2));
        bw_view_add_c(a, one, "given", hours(leaf, bw_hours_weekly(h) * BW_MINUTE));
        bw_view_add_c(a, one, "usual", hours(leaf, 7 * BW_DAY));
        bw_leaf_when(leaf, one, "from", h->valid_from);
        bw_leaf_when(leaf, one, "until", r->desks[k].until);
    }
}

/* Whose silence is no breach, and who was asked in its place (CLK-16). */
static void add_coverage(const struct bw_leaf *leaf, const struct bw_stale_report *r)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "coverage");
    for (size_t k = 0; k < r->n_coverage; k++) {
        const struct bw_stale_coverage *c = &r->coverage[k];
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "carrier", bw_leaf_carrier(leaf, c->carrier));
        bw_view_add_c(a, one, "via",
                      c->via[0] ? bw_leaf_carrier(leaf, c->via) : bw_leaf_text(leaf, "page.report.via_none", NULL, 0));
        bw_view_add_int(a, one, "n", c->promises);
        bw_view_add_c(a, one, "span", hours(leaf, c->us));
    }
    bw_view_add_bool(a, leaf->view, "has_coverage", r->n_coverage > 0);
}

static void add_lines(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_stale_report *r)
{
    struct bw_view *list = bw_view_add_list(&leaf->rq->arena, to, "lines");
    for (size_t k = 0; k < r->n; k++) {
        const char *key = r->lines[k].key;
        const char *name =
            r->by == BW_BY_CARRIER ? bw_carrier_name(leaf->world, key) : bw_station_name(leaf->world, key);
        add_line(leaf, list, &r->lines[k], strcmp(name, key) == 0 ? "" : name, false);
    }
    add_line(leaf, list, &r->all, "", true);
}

static void add_figures(const struct bw_leaf *leaf, const struct bw_stale_report *r)
{
    struct bw_arena *a = &leaf->rq->arena;
    add_lines(leaf, leaf->view, r);
    if (r->without)
        add_lines(leaf, bw_view_add_map(a, leaf->view, "without"), r->without);
    bw_view_add_bool(a, leaf->view, "has", r->n > 0);
}

/* Silent hours over watched hours, with the number of promises beside it; a share only where it says something. */
static void add_headline(const struct bw_leaf *leaf, const struct bw_stale_report *r)
{
    struct bw_arena *a = &leaf->rq->arena;
    char n[24], rate[32] = "";
    const struct bw_stale_row *all = &r->all.row;
    snprintf(n, sizeof n, "%lld", (long long)all->fell_due);
    if (r->watched_us > 0) {
        int64_t watched = bw_minutes(r->watched_us), tenths = watched ? bw_minutes(all->silent_us) * 1000 / watched : 0;
        snprintf(rate, sizeof rate, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
    }
    const struct bw_arg args[] = { { "silent", bw_str_c(hours(leaf, all->silent_us)) },
                                   { "watched", bw_str_c(hours(leaf, r->watched_us)) },
                                   { "n", bw_str_c(n) },
                                   { "rate", bw_str_c(rate) } };
    bool told = all->fell_due >= RATE_FROM && r->watched_us > 0;
    const char *headline = r->watched_us > 0 ? "page.report.headline" : "page.report.headline_none";
    bw_view_add_c(a, leaf->view, "headline", bw_leaf_text(leaf, headline, args, BW_LEN(args)));
    bw_view_add_c(a, leaf->view, "rate",
                  bw_leaf_text(leaf, told ? "page.report.rate" : "page.report.rate_not", args, BW_LEN(args)));
}

static void add_asof(const struct bw_leaf *leaf, const struct bw_stale_report *r)
{
    char from[BW_TIME_TEXT], to[BW_TIME_TEXT], asof[BW_TIME_TEXT];
    bw_time second = r->period.as_of - r->period.as_of % BW_SECOND;
    const struct bw_arg args[] = { { "from", bw_str_c(bw_time_text(r->period.from, from)) },
                                   { "to", bw_str_c(bw_time_text(r->period.to, to)) },
                                   { "asof", bw_str_c(bw_time_text(second, asof)) } };
    bw_view_add_c(&leaf->rq->arena, leaf->view, "asof", bw_leaf_text(leaf, "page.report.asof", args, BW_LEN(args)));
}

/* --- the promises behind them --- */

static void add_row(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_stale_one *row, bw_time as_of)
{
    char id[BW_UUID_TEXT], key[40];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_promise *p = &row->p;
    bool closed = p->why != BW_CLOSE_OPEN && p->closed_at <= as_of;
    bw_time end = closed ? p->closed_at : as_of;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "bag",
                  p->subject == BW_SUBJECT_BAG ? bw_leaf_bag(leaf, row->plate)
                                               : bw_leaf_text(leaf, "page.whole", NULL, 0));
    bw_view_add_c(a, one, "href", bw_arena_printf(a, "/desk/bags/%s", bw_uuid_text(&row->about, id)));
    bw_view_add_c(a, one, "who", bw_leaf_debtor(leaf, p));
    bw_view_add_c(a, one, "what", bw_owed_row(p->owed)->what);
    bw_view_add_c(a, one, "station", p->station);
    bw_leaf_when(leaf, one, "due", p->due_at);
    if (closed)
        bw_leaf_when(leaf, one, "closed", p->closed_at);
    snprintf(key, sizeof key, "page.why.%s", closed ? bw_close_word(p->why) : "open");
    bw_view_add_c(a, one, "why", bw_leaf_text(leaf, key, NULL, 0));
    bool late = end > p->due_at && !bw_promise_untold(p);
    bw_view_add_bool(a, one, "late", late);
    if (late)
        bw_view_add_c(a, one, "lateness", hours(leaf, end - p->due_at));
    bw_view_add_c(a, one, "level", bw_leaf_level(leaf, p->level));
    bw_view_add_bool(a, one, "in_silent_feed", row->in_silent_feed);
    bw_view_add_bool(a, one, "in_disruption", row->in_disruption);
}

static void add_rows(const struct bw_leaf *leaf, const struct bw_stale_report *r)
{
    char n[24], all[24];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "rows");
    size_t shown = 0, due = 0; /* by due time: what only the yardstick counts stands last */
    while (due < r->n_rows && r->rows[due].p.due_at < r->period.to)
        due++;
    for (size_t k = 0; k < due && shown < ROWS_MOST; k++, shown++)
        add_row(leaf, list, &r->rows[k], r->period.as_of);
    bw_view_add_bool(a, leaf->view, "has_rows", shown > 0);
    snprintf(n, sizeof n, "%zu", shown);
    snprintf(all, sizeof all, "%zu", due);
    const struct bw_arg args[] = { { "n", bw_str_c(n) }, { "all", bw_str_c(all) } };
    if (shown < due)
        bw_view_add_c(a, leaf->view, "rows_most", bw_leaf_text(leaf, "page.report.rows_most", args, 2));
}

/* --- the page --- */

static void add_form(const struct bw_leaf *leaf, const struct bw_report_asked *asked)
{
    struct bw_arena *a = &leaf->rq->arena;
    bool station = asked->by == BW_BY_STATION;
    bw_view_add_str(a, leaf->view, "from", bw_arena_str(a, bw_str_c(asked->from)));
    bw_view_add_str(a, leaf->view, "to", bw_arena_str(a, bw_str_c(asked->to)));
    bw_view_add_bool(a, leaf->view, station ? "by_station" : "by_carrier", true);
    bw_view_add_c(a, leaf->view, "group",
                  bw_leaf_text(leaf, station ? "page.report.station" : "page.report.carrier", NULL, 0));
    if (asked->fault)
        bw_view_add_c(a, leaf->view, "fault", bw_leaf_text(leaf, asked->fault, NULL, 0));
}

void bw_pages_report(struct bw_request *rq, const struct bw_world *world, const struct bw_report_asked *asked,
                     const struct bw_stale_report *r)
{
    char from[BW_TIME_TEXT], to[BW_TIME_TEXT];
    struct bw_leaf leaf;
    bw_leaf_begin(&leaf, rq, world, asked->period.as_of);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.report.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_report", true);
    add_form(&leaf, asked);
    if (r) {
        bw_view_add_bool(&rq->arena, leaf.view, "made", true);
        bw_view_add_bool(&rq->arena, leaf.view, "own", !rq->who.every_carrier);
        add_headline(&leaf, r);
        add_asof(&leaf, r);
        add_figures(&leaf, r);
        add_coverage(&leaf, r);
        add_relaxed(&leaf, r);
        add_rows(&leaf, r);
        bw_view_add_c(&rq->arena, leaf.view, "export",
                      bw_arena_printf(&rq->arena, "from=%s&to=%s&by=%s", bw_time_text(r->period.from, from),
                                      bw_time_text(r->period.to, to), r->by == BW_BY_STATION ? "station" : "carrier"));
    }
    bw_leaf_reply(&leaf, asked->fault ? 400 : 200, "report");
}

static void report_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_report_asked asked;
    struct bw_stale_report *r = NULL;
    bw_report_asked_read(rq, bw_clock_wall(), &asked);
    bw_code rc = asked.fault ? BW_OK : bw_stale_make(pg, &asked.period, asked.by, &rq->who, &rq->arena, &r, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_pages_report(rq, world, &asked, r);
    bw_worlds_release(worlds, world);
}

void bw_h_report(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_REPORT, report_job);
}
