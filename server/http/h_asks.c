/* SPDX-License-Identifier: Apache-2.0 */
/* h_asks.c - POST /v1/bags/{id}/ask asks a station, POST /v1/bags/{id}/answer answers by an account of the carrier that
 * is asked, GET /v1/asked lists what is asked of one's own carriers; and the form of the bag's page.
 * Decode on the loop, find the bag on a query worker, commit through the writer, then read what was stored: a repeat of
 * the same event_id gives the same link.  Layer: http.  Threads: loop, query worker, writer's completion.
 * Source: CLK-09. */
#include "handlers.h"

#include "bw/app/asks.h"
#include "bw/app/ingest.h"
#include "bw/domain/stale.h"

#define ANSWER_MOST ((size_t)256 * 1024)

/* --- the link --- */

struct bw_str bw_ask_url(struct bw_request *rq, const struct bw_uuid *bag_id, const struct bw_uuid *ask)
{
    char token[BW_ASK_TOKEN + 1];
    const struct bw_app *app = rq->app;
    struct bw_str origin = bw_request_origin(rq);
    bw_ask_token(&app->keys->installation, bag_id, ask, token);
    return bw_str_c(bw_arena_printf(&rq->arena, "%.*s/a/%s", BW_FMT(origin), token));
}

static void put_link(struct bw_request *rq, struct bw_json_out *j, const struct bw_uuid *bag_id,
                     const struct bw_uuid *ask, bw_time asked_at)
{
    bw_jk_str(j, "link", bw_ask_url(rq, bag_id, ask));
    bw_jk_time(j, "link_until", asked_at + BW_ASK_LINK_LIFE);
}

/* --- asking --- */

static void put_stored(struct bw_request *rq, const struct bw_ask_request *ask, const struct bw_bag_seen *seen,
                       const struct bw_event *ev)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, ANSWER_MOST);
    bw_jo_begin(j);
    bw_ingest_members(&ask->item, j);
    bw_jkey(j, "ask");
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &ev->uid);
    bw_jk_c(j, "station", ev->station);
    bw_jk_c(j, "carrier", ev->to_carrier);
    bw_jk_time(j, "due", ev->data.answer_by);
    put_link(rq, j, &seen->bag.bag_id, &ev->uid, ev->recorded_at);
    bw_jo_end(j);
    bw_jo_end(j);
    bw_json_end(rq, bw_ingest_status(&ask->item), &r);
}

static void stored_job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct bw_ask_request *ask = rq->data;
    struct bw_error err = { 0 };
    struct bw_bag_seen *seen;
    struct bw_uuid id;
    bool named = bw_uuid_parse(bw_str_c(ask->item.ev.ident.value), &id);
    bw_code rc = named ? bw_bag_see(pg, &id, BW_WANT_HISTORY, &rq->arena, &seen, &err) : BW_E_INTERNAL;
    const struct bw_event *ev = rc == BW_OK ? bw_ask_stored(seen, ask) : NULL;
    if (rc == BW_OK && !ev)
        rc = bw_fail(&err, BW_E_DB, NULL, "a stored question is not found");
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        put_stored(rq, ask, seen, ev);
}

static void answer(struct bw_request *rq, struct bw_ask_request *ask)
{
    rq->data = &ask->work;
    bw_answer_item(rq);
}

/* A question's answer has its link; a form goes back to the bag's page, which shows it. */
static void answered(struct bw_request *rq)
{
    struct bw_ask_request *ask = rq->data;
    bool well = ask->work.rc == BW_OK && ask->item.rc == BW_OK;
    if (well && rq->route->flags & BW_R_PAGE)
        bw_reply_redirect(rq, bw_str_c(bw_arena_printf(&rq->arena, "/desk/bags/%s#asked", ask->item.ev.ident.value)));
    else if (well && ask->item.ev.code == BW_EV_STATION_ASKED)
        bw_request_job(rq, BW_JOB_QUERY, stored_job);
    else
        answer(rq, ask);
}

static void submit(struct bw_request *rq)
{
    struct bw_ask_request *ask = rq->data;
    bw_request_commit(rq, &ask->work, answered);
}

static void find_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_ask_find(pg, &rq->who, rq->data, &rq->arena, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit);
}

typedef bw_code decoder(const struct bw_principal *who, const struct bw_ident *bag, struct bw_str body,
                        struct bw_arena *arena, struct bw_ask_request **ret, struct bw_faults *f);

static void post(struct bw_request *rq, decoder *decode)
{
    static const char *const form[] = { "event_id", "for_carrier", "^station", "^carrier", "note" };
    struct bw_error err = { 0 };
    struct bw_ident bag;
    const char *why;
    struct bw_ask_request *ask;
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    if (!bw_ident_parse(bw_request_param(rq, "id"), BW_DATE_NONE, &bag, &why)) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such bag"), &err);
        return;
    }
    bw_code rc = decode(&rq->who, &bag, bw_request_said(rq, form, BW_LEN(form)), &rq->arena, &ask, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    rq->data = ask;
    bw_request_job(rq, BW_JOB_QUERY, find_job);
}

void bw_h_ask(struct bw_request *rq)
{
    post(rq, bw_ask_request);
}

void bw_h_ask_answer(struct bw_request *rq)
{
    post(rq, bw_ask_answer_request);
}

/* --- GET /v1/asked --- */

static void put_line(struct bw_request *rq, struct bw_json_out *j, const struct bw_asked_line *line, bw_time now)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &line->ask.uid);
    bw_jk_uuid(j, "bag_id", &line->bag.bag_id);
    bw_jko_c(j, "plate", line->bag.plate);
    bw_jk_c(j, "station", line->ask.station);
    bw_jk_c(j, "carrier", line->ask.carrier);
    bw_jk_c(j, "asked_by", line->ask.by);
    bw_jk_time(j, "asked_at", line->ask.asked_at);
    bw_jk_time(j, "due", line->p.due_at);
    bw_jk_bool(j, "moved", line->ask.moved);
    bw_jk_i64(j, "late_minutes", now > line->p.due_at ? bw_minutes(now - line->p.due_at) : 0);
    bw_jk_c(j, "with", bw_ask_reached(line->p.level));
    put_link(rq, j, &line->bag.bag_id, &line->ask.uid, line->ask.asked_at);
    bw_jo_end(j);
}

static void asked_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_asked_line *lines;
    struct bw_list_place after, next;
    size_t n;
    bw_time now = bw_clock_wall();
    if (!bw_request_after(rq, &after))
        return;
    bw_code rc = bw_asked_list(rq->app, pg, &rq->who, &after, &rq->arena, &lines, &n, &next, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)1 << 20);
    bw_reply_next(rq, &next);
    bw_jo_begin(j);
    bw_jk_time(j, "now", now);
    bw_jkey(j, "asked");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        put_line(rq, j, &lines[k], now);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_asked(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, asked_job);
}
