/* SPDX-License-Identifier: Apache-2.0 */
/* h_bags.c - GET /v1/bags/{id} (our id, a plate, a short plate or a reference), its events.
 * What a caller may not see looks the same as what is not there (SEC-03).  Answers carry the feed position they are
 * complete to (STR-05).  Layer: http.  Threads: loop, then a query worker. */
#include "handlers.h"

#include "bw/app/app.h"
#include "bw/app/bagview.h"
#include "bw/app/world.h"
#include "bw/storage/answer.h"

#define CHOICES_MOST 16

void bw_reply_index(struct bw_request *rq, const struct bw_cursor *complete_to)
{
    char text[BW_CURSOR_TEXT];
    bw_reply_header(rq, "Bagwatch-Index", bw_str_c(bw_cursor_text(*complete_to, text)));
}

static void put_case(struct bw_json_out *j, const struct bw_bag_seen *seen)
{
    if (!seen->has_case)
        return;
    bw_jkey(j, "case");
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &seen->file.case_id);
    bw_jk_c(j, "ref", seen->file.ref);
    bw_jk_c(j, "state", bw_case_word(seen->file.state));
    bw_jk_c(j, "owner", seen->file.owner);
    bw_jk_time(j, "opened_at", seen->file.opened_at);
    bw_jk_i64(j, "version", seen->file.version);
    bw_jkey(j, "promises");
    bw_answer_promises(j, seen->case_open, seen->n_case_open, NULL, BW_TIME_NONE);
    bw_jo_end(j);
}

static bool quiet(const struct bw_request *rq, const struct bw_bag_seen *seen)
{
    const struct bw_app *app = rq->app;
    const struct bw_world *world = bw_worlds_take(app->worlds);
    bool is = bw_bag_quiet(seen, world, rq->at_wall);
    bw_worlds_release(app->worlds, world);
    return is;
}

static void reply_bag(struct bw_request *rq, const struct bw_bag_seen *seen)
{
    const struct bw_app *app = rq->app;
    const struct bw_world *world = bw_worlds_take(app->worlds);
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 256 * 1024);
    bw_jo_begin(j);
    bw_jkey(j, "bag");
    bw_answer_bag(j, &seen->bag);
    bw_jkey(j, "promises");
    bw_answer_promises(j, seen->open, seen->n_open, world, bw_clock_wall());
    bw_worlds_release(app->worlds, world);
    put_case(j, seen);
    if (quiet(rq, seen))
        bw_jk_bool(j, "quiet", true);
    bw_jo_end(j);
    bw_reply_index(rq, &seen->complete_to);
    bw_json_end(rq, 200, &r);
}

/* A carrier outside the journey reads its own statements and nothing else (BAG-05). */
static bool may_see(const struct bw_request *rq, const struct bw_event *ev, bool whole)
{
    return whole || bw_said_by(ev, &rq->who);
}

static void reply_events(struct bw_request *rq, const struct bw_bag_seen *seen, bool whole)
{
    const struct bw_app *app = rq->app;
    struct bw_error err = { 0 };
    const struct bw_world *world = bw_worlds_take(app->worlds);
    bw_code rc = bw_bag_mark(seen, world, &rq->arena, &err);
    bw_worlds_release(app->worlds, world);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)16 << 20);
    bw_jo_begin(j);
    bw_jkey(j, "events");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_history; k++)
        if (may_see(rq, seen->history[k], whole))
            bw_answer_event(j, seen->history[k]);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_reply_index(rq, &seen->complete_to);
    bw_json_end(rq, 200, &r);
}

/* Several bags fit and the caller may see more than one: 300 with choices, no Location (design.md 8). */
static void reply_choices(struct bw_request *rq, struct bw_bag_seen **seen, size_t n)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 256 * 1024);
    bw_jo_begin(j);
    bw_jkey(j, "choices");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        bw_answer_bag(j, &seen[k]->bag);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_reply_index(rq, &seen[0]->complete_to); /* read first, so the least of them */
    bw_json_end(rq, 300, &r);
}

/* The identity that a path or search box names; false: the reply is already there. */
static bool read_ident(struct bw_request *rq, struct bw_str said, struct bw_ident *ret)
{
    struct bw_error err = { 0 };
    bw_date day = BW_DATE_NONE;
    struct bw_str date = bw_request_query(rq, "date");
    const char *why = NULL;
    if (date.p && !bw_date_parse(date, &day)) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "date", "date must be YYYY-MM-DD"), &err);
        return false;
    }
    if (bw_ident_parse(said, day, ret, &why))
        return true;
    bw_reply_problem(rq, bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such bag"), &err);
    return false;
}

/* The bags an identity names that the caller may see, in whole or by its own words. */
static bw_code find_visible(struct bw_request *rq, struct bw_pg *pg, const struct bw_ident *ident,
                            struct bw_bag_seen **seen, size_t *ret_n, struct bw_error *err)
{
    struct bw_uuid ids[CHOICES_MOST];
    size_t n;
    *ret_n = 0;
    bw_code rc = bw_bags_find(pg, ident, ids, BW_LEN(ids), &n, err);
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        rc = bw_bag_see(pg, &ids[k], BW_WANT_HISTORY, &rq->arena, &seen[*ret_n], err);
        if (rc == BW_OK && (bw_bag_visible(&seen[*ret_n]->bag, &rq->who) || bw_bag_spoke(seen[*ret_n], &rq->who)))
            ++*ret_n;
    }
    if (rc == BW_OK && !*ret_n)
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such bag");
    return rc;
}

static void get_bag(struct bw_request *rq, struct bw_pg *pg, bool events)
{
    struct bw_error err = { 0 };
    struct bw_ident ident;
    struct bw_bag_seen *seen[CHOICES_MOST];
    size_t n;
    if (!read_ident(rq, bw_request_param(rq, "id"), &ident))
        return;
    bw_code rc = find_visible(rq, pg, &ident, seen, &n, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    if (n > 1) {
        reply_choices(rq, seen, n);
        return;
    }
    bool whole = bw_bag_visible(&seen[0]->bag, &rq->who);
    if (events || !whole)
        reply_events(rq, seen[0], whole);
    else
        reply_bag(rq, seen[0]);
}

static void get_bag_job(struct bw_request *rq, struct bw_pg *pg)
{
    get_bag(rq, pg, false);
}

static void get_events_job(struct bw_request *rq, struct bw_pg *pg)
{
    get_bag(rq, pg, true);
}

void bw_h_bag_get(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, get_bag_job);
}

void bw_h_bag_events(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, get_events_job);
}
