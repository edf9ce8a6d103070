/* SPDX-License-Identifier: Apache-2.0 */
/* h_policy_page.c - GET, POST /desk/policies: a carrier's deadlines, a form that changes one of them, and what that
 * would have done, shown before it is told.  The form is the JSON body of PUT /v1/policies: one way in, one set of
 * rules. Works without a script.  Layer: http.  Threads: loop, query workers, the writer's completion.  Source: CLK-02.
 */
#include "pages_int.h"

#include <stdio.h>

#include "handlers.h"
#include "hours_int.h"
#include "policies_int.h"

/* What stands on the page beside the book. */
struct showing {
    char carrier[4];
    const struct bw_policy_work *tried; /* NULL: nothing was tried */
    const struct bw_replay *replay;
    const char *fault; /* why what was asked for cannot be */
    bool may;          /* the reader may change it */
};

static const char *const fields[] = { "owed",    "station",        "lane",          "priority",
                                      "minutes", "level2_minutes", "level3_minutes" };

/* --- rows --- */

static const char *number(const struct bw_leaf *leaf, int64_t n)
{
    const char *text = bw_arena_printf(&leaf->rq->arena, "%lld", (long long)n);
    return text ? text : "";
}

static const char *minutes(const struct bw_leaf *leaf, int64_t n)
{
    const struct bw_arg args[] = { { "m", bw_str_c(number(leaf, n)) } };
    return bw_leaf_text(leaf, "span.minutes", args, 1);
}

/* Where it holds: station, lane and class, or everywhere. */
static const char *where(const struct bw_leaf *leaf, const struct bw_policy *p)
{
    const char *of_class = bw_priority_word(p->priority);
    const char *text =
        bw_arena_printf(&leaf->rq->arena, "%s%s%s%s%s", p->station, p->station[0] && p->lane[0] ? ", " : "", p->lane,
                        (p->station[0] || p->lane[0]) && of_class[0] ? ", " : "", of_class);
    return text && text[0] ? text : bw_leaf_text(leaf, "page.policies.everywhere", NULL, 0);
}

static void add_what(const struct bw_leaf *leaf, struct bw_view *one, const struct bw_policy *p)
{
    struct bw_arena *a = &leaf->rq->arena;
    enum bw_owed owed;
    bw_view_add_c(a, one, "what", bw_owed_from(bw_str_c(p->owed), &owed) ? bw_leaf_owed(leaf, owed) : "");
    bw_view_add_c(a, one, "where", where(leaf, p));
    bw_view_add_c(a, one, "time",
                  p->minutes ? minutes(leaf, p->minutes) : bw_leaf_text(leaf, "page.policies.default", NULL, 0));
}

static void add_row(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_policy_row *row, bool ours)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_policy *p = &row->p;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    add_what(leaf, one, p);
    bw_view_add_str(a, one, "owed", bw_arena_str(a, bw_str_c(p->owed)));
    bw_view_add_str(a, one, "station", bw_arena_str(a, bw_str_c(p->station)));
    bw_view_add_str(a, one, "lane", bw_arena_str(a, bw_str_c(p->lane)));
    bw_view_add_c(a, one, "priority", bw_priority_word(p->priority));
    bw_view_add_c(a, one, "level2", minutes(leaf, bw_policy_level(p, 2)));
    bw_view_add_c(a, one, "level3", minutes(leaf, bw_policy_level(p, 3)));
    bw_view_add_bool(a, one, "relaxed", bw_policy_relaxed(p));
    bw_view_add_bool(a, one, "ours", ours && p->minutes);
    bw_leaf_when(leaf, one, "from", row->from);
    bw_leaf_when(leaf, one, "until", row->until);
}

static void add_rows(const struct bw_leaf *leaf, const char *key, const struct bw_policy_book *book,
                     enum bw_policy_when when, bool may)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, key);
    size_t n = 0;
    for (size_t k = 0; k < book->n; k++) {
        if (bw_policy_when(&book->rows[k], leaf->now) != when)
            continue;
        add_row(leaf, list, &book->rows[k], may && strcmp(book->rows[k].p.carrier, book->carrier) == 0);
        n++;
    }
    const char *has = bw_arena_printf(a, "has_%s", key);
    if (has)
        bw_view_add_bool(a, leaf->view, has, n > 0);
}

static void add_history(const struct bw_leaf *leaf, const struct bw_policy_told *v, size_t n)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "history");
    bw_view_add_bool(a, leaf->view, "has_history", n > 0);
    for (size_t k = 0; k < n; k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        const struct bw_policy *before = v[k].before;
        const struct bw_arg args[] = { { "station", bw_str_c(v[k].desk[0] ? bw_leaf_station(leaf, v[k].desk) : "") } };
        bw_leaf_when(leaf, one, "at", v[k].at);
        bw_view_add_str(a, one, "by", v[k].by);
        if (v[k].desk[0]) {
            bw_view_add_c(a, one, "what", bw_leaf_text(leaf, "page.policies.desk", args, 1));
            bw_view_add_c(a, one, "before", bw_hours_words(leaf, v[k].hours_before));
            bw_view_add_c(a, one, "time", bw_hours_words(leaf, v[k].hours));
            continue;
        }
        add_what(leaf, one, &v[k].p);
        bw_view_add_c(a, one, "before",
                      before && before->minutes ? minutes(leaf, before->minutes)
                                                : bw_leaf_text(leaf, "page.policies.default", NULL, 0));
    }
}

/* --- the form, and what it would do --- */

static void add_form(const struct bw_leaf *leaf)
{
    struct bw_request *rq = leaf->rq;
    struct bw_arena *a = &rq->arena;
    bool posted = rq->method == BW_POST;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "rows");
    for (int k = 0; k < BW_OWE_MAX; k++) {
        const struct bw_owed_row *row = bw_owed_row((enum bw_owed)k);
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "word", row->word);
        bw_view_add_c(a, one, "what", bw_leaf_owed(leaf, (enum bw_owed)k));
        bw_view_add_c(a, one, "usual", minutes(leaf, row->minutes));
        bw_view_add_bool(a, one, "chosen", posted && bw_str_eq_c(bw_request_form(rq, "owed"), row->word));
    }
    list = bw_view_add_list(a, leaf->view, "classes");
    for (const char *const *word = bw_priority_words; *word; word++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "word", *word);
        bw_view_add_bool(a, one, "chosen", posted && bw_str_eq_c(bw_request_form(rq, "priority"), *word));
    }
    struct bw_view *sent = bw_view_add_map(a, leaf->view, "sent");
    for (size_t k = 0; posted && k < BW_LEN(fields); k++)
        bw_view_add_str(a, sent, fields[k], bw_str_trim(bw_request_form(rq, fields[k])));
    bw_view_add_bool(a, sent, "ends", posted && bw_request_form(rq, "ends").n > 0);
}

static void add_tried(const struct bw_leaf *leaf, const struct showing *s)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_replay *r = s->replay;
    struct bw_view *one = bw_view_add_map(a, leaf->view, "tried");
    const struct bw_arg args[] = {
        { "n", bw_str_c(number(leaf, r->promises)) },
        { "moved", bw_str_c(number(leaf, r->moved)) },
        { "before", bw_str_c(number(leaf, r->missed_before)) },
        { "after", bw_str_c(number(leaf, r->missed_after)) },
        { "silent", bw_str_c(bw_leaf_span(leaf, r->silent_us_before)) },
        { "then", bw_str_c(bw_leaf_span(leaf, r->silent_us_after)) },
        { "raised", bw_str_c(number(leaf, r->raised_before)) },
        { "higher", bw_str_c(number(leaf, r->raised_after)) },
    };
    static const char *const lines[] = { "moved", "missed", "silent", "raised" };
    struct bw_view *list = bw_view_add_list(a, one, "lines");
    for (size_t k = 0; k < BW_LEN(lines); k++) {
        char key[40];
        snprintf(key, sizeof key, "page.policies.tried_%s", lines[k]);
        bw_view_add_c(a, bw_view_add_map(a, list, NULL), "text", bw_leaf_text(leaf, key, args, BW_LEN(args)));
    }
    add_what(leaf, one, &s->tried->p);
    bw_leaf_when(leaf, one, "from", s->tried->p.valid_from);
    bw_view_add_bool(a, one, "relaxes", s->tried->verdict.relaxes);
    bw_view_add_int(a, one, "version", s->tried->book->version);
}

static const char *title(const struct bw_leaf *leaf, const char *carrier)
{
    const struct bw_arg args[] = { { "carrier", bw_str_c(carrier[0] ? bw_leaf_carrier(leaf, carrier) : "") } };
    return bw_leaf_text(leaf, carrier[0] ? "page.policies.title" : "page.policies.title_all", args, 1);
}

bool bw_policies_read(struct bw_request *rq, struct bw_pg *pg, const char *carrier, bw_time now,
                      struct bw_policy_seen *ret)
{
    struct bw_error err = { 0 };
    *ret = (struct bw_policy_seen){ .told = NULL };
    bw_code rc = bw_policy_book_read(pg, carrier, now, &rq->arena, &ret->book, &err);
    rc = rc == BW_OK ? bw_policy_history(pg, ret->book, &rq->arena, &ret->told, &ret->n_told, &err) : rc;
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

static void show(struct bw_request *rq, struct bw_pg *pg, const struct showing *s)
{
    struct bw_policy_seen seen;
    struct bw_leaf leaf;
    bw_time now = bw_clock_wall();
    if (!bw_policies_read(rq, pg, s->carrier, now, &seen))
        return;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, now);
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, title(&leaf, s->carrier));
    bw_view_add_bool(&rq->arena, leaf.view, "at_policies", true);
    bw_view_add_bool(&rq->arena, leaf.view, "may", s->may);
    bw_view_add_bool(&rq->arena, leaf.view, "every", rq->who.every_carrier);
    bw_view_add_str(&rq->arena, leaf.view, "carrier", bw_arena_str(&rq->arena, bw_str_c(s->carrier)));
    bw_view_add_c(&rq->arena, leaf.view, "csrf", rq->who.csrf);
    if (s->fault)
        bw_view_add_c(&rq->arena, leaf.view, "fault", s->fault);
    add_rows(&leaf, "standing", seen.book, BW_POLICY_IN_FORCE, s->may);
    add_rows(&leaf, "coming", seen.book, BW_POLICY_COMING, false);
    add_history(&leaf, seen.told, seen.n_told);
    add_form(&leaf);
    if (s->replay)
        add_tried(&leaf, s);
    bw_leaf_reply(&leaf, s->fault ? 422 : 200, "policies");
    bw_worlds_release(worlds, world);
}

/* --- GET --- */

static bool may_change(const struct bw_request *rq, struct bw_str named)
{
    char carrier[4];
    return (rq->who.roles & (BW_SUPERVISOR | BW_ADMIN)) && bw_policy_whose(&rq->who, named, carrier, NULL) == BW_OK;
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_str named = bw_request_query(rq, "carrier");
    struct showing s = { .may = may_change(rq, named) };
    bw_code rc = bw_policy_reads(&rq->who, named, s.carrier, &err);
    if (rc == BW_OK)
        show(rq, pg, &s);
    else
        bw_reply_problem(rq, rc, &err);
}

void bw_h_desk_policies(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

/* --- POST --- */

static struct bw_str body_of(struct bw_request *rq)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    bool ends = bw_request_form(rq, "ends").n > 0;
    bw_buf_init(&text, 8192);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jko_str(&j, "carrier", bw_str_trim(bw_request_form(rq, "carrier")));
    for (size_t k = 0; k < BW_LEN(fields); k++) {
        int64_t n;
        bool counts = k >= 4, code = k == 1 || k == 2;
        struct bw_str value = code ? bw_request_code(rq, fields[k]) : bw_str_trim(bw_request_form(rq, fields[k]));
        if (counts && ends)
            continue;
        if (counts && bw_str_to_i64(value, 0, INT32_MAX, &n))
            bw_jk_i64(&j, fields[k], n);
        else
            bw_jko_str(&j, fields[k], value);
    }
    if (ends)
        bw_jk_bool(&j, "ends", true);
    bw_jo_end(&j);
    return bw_buf_ok(&text) ? bw_arena_str(&rq->arena, bw_buf_view(&text)) : BW_STR_NONE;
}

static void refused(struct bw_request *rq, struct bw_pg *pg, const char *why)
{
    struct bw_error err = { 0 };
    struct bw_str named = bw_str_trim(bw_request_form(rq, "carrier"));
    struct showing s = { .may = true, .fault = why };
    bw_code rc = bw_policy_whose(&rq->who, named, s.carrier, &err);
    if (rc == BW_OK)
        show(rq, pg, &s);
    else
        bw_reply_problem(rq, rc, &err);
}

static void told(struct bw_request *rq)
{
    const struct bw_policy_put *put = rq->data;
    if (!bw_policy_written(rq, put->change))
        return;
    const char *carrier = put->change->book->carrier;
    const char *at = bw_arena_printf(&rq->arena, "/desk/policies%s%s", carrier[0] ? "?carrier=" : "", carrier);
    bw_reply_redirect(rq, at ? bw_str_c(at) : BW_STR("/desk/policies"));
}

static void try_it(struct bw_request *rq, struct bw_pg *pg, struct bw_policy_put *put)
{
    struct bw_error err = { 0 };
    struct bw_replay *replay = NULL;
    struct showing s = { .may = true };
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_time now = bw_clock_wall();
    bw_code rc = bw_policy_change(pg, &rq->who, &put->wish, -1, now, &rq->arena, &put->change, &err);
    rc = rc == BW_OK ? bw_policy_replay(pg, world, put->change, now, &rq->arena, &replay, &err) : rc;
    bw_worlds_release(worlds, world);
    if (rc == BW_E_POLICY || rc == BW_E_INVALID_BODY) {
        refused(rq, pg, bw_arena_printf(&rq->arena, "%s", err.detail));
        return;
    }
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    memcpy(s.carrier, put->change->book->carrier, sizeof s.carrier);
    s.tried = put->change;
    s.replay = replay;
    show(rq, pg, &s);
}

static void post_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_policy_put *put = rq->data;
    int64_t version;
    struct bw_str body = body_of(rq);
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!body.p || !f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    if (bw_json_decode(body, bw_policy_fields, &put->wish, f) != BW_OK) {
        refused(rq, pg,
                bw_arena_printf(&rq->arena, "%.*s: %.*s", BW_FMT(bw_str_drop(f->v[0].pointer, 1)),
                                BW_FMT(f->v[0].detail)));
        return;
    }
    bool tell = bw_str_eq_c(bw_request_form(rq, "act"), "tell");
    if (tell && bw_str_to_i64(bw_request_form(rq, "version"), 0, INT32_MAX, &version)) {
        put->version = (int32_t)version;
        bw_policy_put_job(rq, pg);
    } else {
        try_it(rq, pg, put);
    }
}

void bw_h_desk_policy_post(struct bw_request *rq)
{
    struct bw_policy_put *put = BW_NEW(&rq->arena, struct bw_policy_put);
    if (!put) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    *put = (struct bw_policy_put){ .version = -1, .then = told };
    rq->data = put;
    bw_request_job(rq, BW_JOB_QUERY, post_job);
}
