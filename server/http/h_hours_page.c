/* SPDX-License-Identifier: Apache-2.0 */
/* h_hours_page.c - GET, POST /desk/hours: when the desks of a carrier are open, and a form that changes those of one.
 * What is asked for is shown beside what holds before it is told.  The form becomes the JSON body of
 * PUT /v1/policies/hours: one way in, one set of rules.  Works without a script.
 * Layer: http.  Threads: loop, query workers, the writer's completion.  Source: CLK-17, CLK-02. */
#include "handlers.h"
#include "hours_int.h"
#include "policies_int.h"

/* What stands on the page beside the book. */
struct showing {
    char carrier[4], station[4];        /* station "": the form is empty */
    const struct bw_policy_work *tried; /* NULL: nothing was tried */
    const char *fault;                  /* why what was asked for cannot be */
    bool may;                           /* the reader may change it */
};

/* --- the list --- */

static void add_now(const struct bw_leaf *leaf, struct bw_view *one, const struct bw_hours *h)
{
    const struct bw_station *at = bw_world_station(leaf->world, h->station);
    bw_time opens = h->always ? leaf->now : bw_hours_opens(h, at ? at->zone : NULL, leaf->now);
    bw_view_add_bool(&leaf->rq->arena, one, "open", opens == leaf->now);
    if (opens != leaf->now)
        bw_leaf_when(leaf, one, "opens", opens);
}

static const char *zone_of(const struct bw_leaf *leaf, const char *station)
{
    const struct bw_station *at = bw_world_station(leaf->world, station);
    return at && at->zone ? bw_zone_name(at->zone) : "UTC";
}

static void add_desk(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_hours *h, bw_time until,
                     bool in_force)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "station", bw_leaf_station(leaf, h->station));
    bw_view_add_str(a, one, "code", bw_arena_str(a, bw_str_c(h->station)));
    bw_view_add_c(a, one, "zone", zone_of(leaf, h->station));
    bw_hours_lines(leaf, one, "lines", h);
    bw_leaf_when(leaf, one, "from", h->valid_from);
    bw_leaf_when(leaf, one, "until", until);
    if (in_force)
        add_now(leaf, one, h);
}

static void add_desks(const struct bw_leaf *leaf, const char *key, const struct bw_policy_book *book, bool coming)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, key);
    size_t n = 0;
    for (size_t k = 0; k < book->n_hours; k++) {
        bw_time from, until;
        const struct bw_hours *h = &book->hours[k];
        if (strcmp(h->carrier, book->carrier) != 0 ||
            !bw_hours_reign(book->hours, book->n_hours, k, leaf->now, &from, &until))
            continue;
        bool past = until != BW_TIME_NONE && until <= leaf->now;
        if (past || (from > leaf->now) != coming || (h->always && !coming && until == BW_TIME_NONE))
            continue;
        add_desk(leaf, list, h, until, !coming);
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
    size_t shown = 0;
    for (size_t k = 0; k < n; k++) {
        if (!v[k].hours)
            continue;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_leaf_when(leaf, one, "at", v[k].at);
        bw_view_add_str(a, one, "by", v[k].by);
        bw_view_add_c(a, one, "station", bw_leaf_station(leaf, v[k].desk));
        bw_hours_lines(leaf, one, "before", v[k].hours_before);
        bw_hours_lines(leaf, one, "after", v[k].hours);
        bw_leaf_when(leaf, one, "from", v[k].hours->valid_from);
        shown++;
    }
    bw_view_add_bool(a, leaf->view, "has_history", shown > 0);
}

/* --- the form --- */

/* What is told last of a desk, by time of telling. */
static const struct bw_hours *told_last(const struct bw_policy_book *book, const char *station)
{
    const struct bw_hours *last = NULL;
    for (size_t k = 0; k < book->n_hours; k++)
        if (strcmp(book->hours[k].carrier, book->carrier) == 0 && strcmp(book->hours[k].station, station) == 0)
            last = &book->hours[k];
    return last && !last->always ? last : NULL;
}

static void add_form(const struct bw_leaf *leaf, const struct bw_policy_book *book, const char *station)
{
    struct bw_request *rq = leaf->rq;
    struct bw_arena *a = &rq->arena;
    bool posted = rq->method == BW_POST;
    const struct bw_hours *told = posted ? NULL : told_last(book, station);
    struct bw_view *sent = bw_view_add_map(a, leaf->view, "sent");
    bw_view_add_str(a, sent, "station",
                    posted ? bw_str_trim(bw_request_form(rq, "station")) : bw_arena_str(a, bw_str_c(station)));
    bw_view_add_str(a, sent, "from", posted ? bw_str_trim(bw_request_form(rq, "from")) : BW_STR(""));
    bw_view_add_str(a, sent, "dates",
                    posted ? bw_str_trim(bw_request_form(rq, "dates"))
                           : bw_str_c(told ? bw_hours_dates_text(leaf, told) : ""));
    bw_view_add_bool(a, sent, "ends", posted && bw_request_form(rq, "ends").n > 0);
    struct bw_view *days = bw_view_add_list(a, sent, "days");
    for (unsigned day = 0; day < 7; day++) {
        struct bw_view *one = bw_view_add_map(a, days, NULL);
        bw_view_add_c(a, one, "key", bw_hours_day_keys[day]);
        bw_view_add_c(a, one, "name", bw_hours_day_name(leaf, day));
        bw_view_add_str(a, one, "value",
                        posted ? bw_str_trim(bw_request_form(rq, bw_hours_day_keys[day]))
                               : bw_str_c(told ? bw_hours_day_text(leaf, told, day) : ""));
    }
}

static void add_tried(const struct bw_leaf *leaf, const struct bw_policy_work *w)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, leaf->view, "tried");
    bw_view_add_c(a, one, "station", bw_leaf_station(leaf, w->hours->station));
    bw_view_add_c(a, one, "zone", zone_of(leaf, w->hours->station));
    bw_hours_lines(leaf, one, "before", w->hours_before);
    bw_hours_lines(leaf, one, "after", w->hours);
    bw_leaf_when(leaf, one, "from", w->hours->valid_from);
    bw_view_add_bool(a, one, "relaxes", w->verdict.relaxes);
    bw_view_add_int(a, one, "version", w->book->version);
}

static void fill(struct bw_leaf *leaf, const struct bw_policy_book *book, const struct showing *s)
{
    struct bw_request *rq = leaf->rq;
    struct bw_arena *a = &rq->arena;
    const struct bw_arg args[] = { { "carrier", bw_str_c(s->carrier[0] ? bw_leaf_carrier(leaf, s->carrier) : "") } };
    bw_leaf_title(leaf, bw_leaf_text(leaf, s->carrier[0] ? "page.hours.title" : "page.hours.title_none", args, 1));
    bw_view_add_bool(a, leaf->view, "at_hours", true);
    bw_view_add_bool(a, leaf->view, "may", s->may && s->carrier[0]);
    bw_view_add_bool(a, leaf->view, "every", rq->who.every_carrier);
    bw_view_add_bool(a, leaf->view, "whose", s->carrier[0] != '\0');
    bw_view_add_str(a, leaf->view, "carrier", bw_arena_str(a, bw_str_c(s->carrier)));
    bw_view_add_c(a, leaf->view, "csrf", rq->who.csrf);
    if (s->fault)
        bw_view_add_c(a, leaf->view, "fault", s->fault);
    add_desks(leaf, "standing", book, false);
    add_desks(leaf, "coming", book, true);
    add_form(leaf, book, s->station);
    if (s->tried)
        add_tried(leaf, s->tried);
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
    fill(&leaf, seen.book, s);
    add_history(&leaf, seen.told, seen.n_told);
    bw_leaf_reply(&leaf, s->fault ? 422 : 200, "hours");
    bw_worlds_release(worlds, world);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    char own[4];
    struct bw_str named = bw_request_query(rq, "carrier"), station = bw_request_query(rq, "station");
    struct showing s = { .may = (rq->who.roles & (BW_SUPERVISOR | BW_ADMIN)) &&
                                bw_policy_whose(&rq->who, named, own, NULL) == BW_OK };
    bw_code rc = bw_policy_reads(&rq->who, named, s.carrier, &err);
    if (bw_is_station(station))
        bw_str_put(station, s.station, sizeof s.station);
    if (rc == BW_OK)
        show(rq, pg, &s);
    else
        bw_reply_problem(rq, rc, &err);
}

void bw_h_hours_page(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

/* --- POST --- */

/* The body; BW_STR_NONE: *ret_fault says why, or there is no memory. */
static struct bw_str taken(struct bw_request *rq, const struct showing *s, const char **ret_fault)
{
    struct bw_leaf leaf;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    struct bw_str body = bw_hours_form_body(&leaf, s->carrier, s->station, ret_fault);
    bw_worlds_release(worlds, world);
    return body;
}

/* Why the rules refuse it, in the reader's words where they have any. */
static const char *refusal(struct bw_request *rq, bw_code rc, const struct bw_error *err,
                           const struct bw_policy_work *w)
{
    struct bw_leaf leaf;
    BW_CLEANUP(bw_buf_done) struct bw_buf at = { 0 };
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    if (strcmp(err->field, "/ends") == 0)
        return bw_leaf_text(&leaf, "hours.fault.always", NULL, 0);
    if (rc != BW_E_POLICY)
        return bw_arena_printf(&rq->arena, "%s", err->detail);
    bw_buf_init(&at, 256);
    bw_say_time(&leaf.reader, w->verdict.earliest, &at);
    const struct bw_arg args[] = { { "time", bw_buf_view(&at) } };
    return bw_leaf_text(&leaf, w->verdict.relaxes ? "hours.fault.fewer" : "hours.fault.early", args, 1);
}

static void told(struct bw_request *rq)
{
    const struct bw_policy_put *put = rq->data;
    if (!bw_policy_written(rq, put->change))
        return;
    const char *at = bw_arena_printf(&rq->arena, "/desk/hours?carrier=%s", put->change->book->carrier);
    bw_reply_redirect(rq, at ? bw_str_c(at) : BW_STR("/desk/hours"));
}

static void submit(struct bw_request *rq)
{
    struct bw_policy_put *put = rq->data;
    bw_request_commit(rq, &put->change->work, put->then);
}

/* Judged: shown, or handed to the writer. */
static void judge(struct bw_request *rq, struct bw_pg *pg, struct showing *s, struct bw_policy_put *put)
{
    struct bw_error err = { 0 };
    int64_t version;
    bool tell = bw_str_eq_c(bw_request_form(rq, "act"), "tell") &&
                bw_str_to_i64(bw_request_form(rq, "version"), 0, INT32_MAX, &version);
    put->version = tell ? (int32_t)version : -1;
    bw_code rc =
        bw_desk_hours_change(pg, &rq->who, &put->hours, put->version, bw_clock_wall(), &rq->arena, &put->change, &err);
    if (rc == BW_OK && tell) {
        bw_request_then(rq, submit);
    } else if (rc == BW_OK) {
        s->tried = put->change;
        show(rq, pg, s);
    } else if (rc == BW_E_POLICY || rc == BW_E_INVALID_BODY) {
        s->fault = refusal(rq, rc, &err, put->change);
        show(rq, pg, s);
    } else {
        bw_reply_problem(rq, rc, &err);
    }
}

static void post_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_policy_put *put = rq->data;
    struct bw_error err = { 0 };
    struct showing s = { .may = true };
    bw_code rc = bw_policy_whose(&rq->who, bw_str_trim(bw_request_form(rq, "carrier")), s.carrier, &err);
    if (rc == BW_OK && !s.carrier[0])
        rc = bw_fail(&err, BW_E_INVALID_BODY, "/carrier", "a desk is a carrier's");
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_str station = bw_request_code(rq, "station");
    bw_str_put(station.n < sizeof s.station ? station : BW_STR_NONE, s.station, sizeof s.station);
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    struct bw_str body = taken(rq, &s, &s.fault);
    if (s.fault) {
        show(rq, pg, &s);
        return;
    }
    if (!body.p || !f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    if (bw_json_decode(body, bw_desk_hours_fields, &put->hours, f) == BW_OK) {
        judge(rq, pg, &s, put);
        return;
    }
    s.fault =
        bw_arena_printf(&rq->arena, "%.*s: %.*s", BW_FMT(bw_str_drop(f->v[0].pointer, 1)), BW_FMT(f->v[0].detail));
    show(rq, pg, &s);
}

void bw_h_hours_page_post(struct bw_request *rq)
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
