/* SPDX-License-Identifier: Apache-2.0 */
/* h_policies.c - GET, PUT /v1/policies and /v1/policies/hours, POST /v1/policies:dry-run, GET /v1/policies/changes.
 * Layer: http.  Threads: loop, query workers, the writer's completion.  Source: CLK-02. */
#include "bw/app/case_edit.h"
#include "bw/app/policies.h"
#include "bw/app/world.h"
#include "bw/base/log.h"

#include "auth_int.h"
#include "handlers.h"
#include "policies_int.h"

#define ANSWER_MOST ((size_t)4 << 20)

static void tag(struct bw_request *rq, int32_t version)
{
    const char *text = bw_arena_printf(&rq->arena, "\"%d\"", version);
    if (text)
        bw_reply_header(rq, "ETag", bw_str_c(text));
}

static bool reads(struct bw_request *rq, char carrier[4])
{
    struct bw_error err = { 0 };
    bw_code rc = bw_policy_reads(&rq->who, bw_request_query(rq, "carrier"), carrier, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

/* --- looking --- */

static void list_job(struct bw_request *rq, struct bw_pg *pg)
{
    char carrier[4];
    struct bw_error err = { 0 };
    struct bw_policy_book *book;
    struct bw_json_reply r;
    if (!reads(rq, carrier))
        return;
    bw_time now = bw_clock_wall();
    bw_code rc = bw_policy_book_read(pg, carrier, now, &rq->arena, &book, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    tag(rq, book->version);
    bw_policy_book_json(book, now, bw_json_begin(&r, ANSWER_MOST));
    bw_json_end(rq, 200, &r);
}

void bw_h_policies(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, list_job);
}

static void changes_job(struct bw_request *rq, struct bw_pg *pg)
{
    char carrier[4];
    struct bw_error err = { 0 };
    struct bw_buf b;
    struct bw_json_out j;
    if (!reads(rq, carrier))
        return;
    bw_buf_init(&b, ANSWER_MOST);
    bw_json_out_init(&j, &b);
    bw_code rc = bw_policy_changes_json(pg, carrier, &j, &err);
    if (rc == BW_OK)
        bw_reply_buf(rq, 200, "application/json", &b);
    else
        bw_reply_problem(rq, rc, &err);
    bw_buf_done(&b);
}

void bw_h_policy_changes(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, changes_job);
}

/* --- changing --- */

bool bw_policy_written(struct bw_request *rq, const struct bw_policy_work *w)
{
    struct bw_error err = { 0 };
    if (bw_reply_unstored(rq, &w->work))
        return false;
    if (w->item.outcome == BW_OUT_MOOT) {
        bw_code rc =
            bw_fail(&err, BW_E_PRECONDITION_FAILED, NULL, "somebody else changed the policies at the same time");
        bw_reply_problem(rq, rc, &err);
        return false;
    }
    bw_worlds_ask(bw_app_of(rq)->worlds);
    bw_log(BW_INFO, "policy.changed", BW_LC("carrier", w->book->carrier),
           BW_LC("what", w->hours ? w->hours->station : w->p.owed), BW_LC("by", rq->who.name));
    return true;
}

static void answer_put(struct bw_request *rq)
{
    const struct bw_policy_put *put = rq->data;
    if (!bw_policy_written(rq, put->change))
        return;
    tag(rq, put->change->item.ev.version);
    bw_reply_json(rq, 200, put->change->after);
}

static void submit_put(struct bw_request *rq)
{
    struct bw_policy_put *put = rq->data;
    bw_request_commit(rq, &put->change->work, put->then);
}

void bw_policy_put_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_policy_put *put = rq->data;
    struct bw_error err = { 0 };
    bw_code rc =
        bw_policy_change(pg, &rq->who, &put->wish, put->version, bw_clock_wall(), &rq->arena, &put->change, &err);
    if (rc == BW_OK)
        bw_request_then(rq, submit_put);
    else
        bw_reply_problem(rq, rc, &err);
}

/* The body; NULL: the reply is there. */
static struct bw_policy_put *decoded(struct bw_request *rq, bool to_hours)
{
    const struct bw_field *fields = to_hours ? bw_desk_hours_fields : bw_policy_fields;
    struct bw_policy_put *put = BW_NEW(&rq->arena, struct bw_policy_put);
    if (!put) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return NULL;
    }
    *put = (struct bw_policy_put){ .version = -1, .then = answer_put };
    rq->data = put;
    return bw_request_json(rq, fields, to_hours ? (void *)&put->hours : (void *)&put->wish) ? put : NULL;
}

static void put_change(struct bw_request *rq, bool to_hours, bw_job *job)
{
    struct bw_error err = { 0 };
    struct bw_policy_put *put = decoded(rq, to_hours);
    if (!put)
        return;
    bw_code rc = bw_case_if_match(bw_request_header(rq, "If-Match"), &put->version, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_job(rq, BW_JOB_QUERY, job);
}

void bw_h_policy_put(struct bw_request *rq)
{
    put_change(rq, false, bw_policy_put_job);
}

/* --- open hours --- */

static void hours_job(struct bw_request *rq, struct bw_pg *pg)
{
    char carrier[4];
    int32_t version = 0;
    struct bw_error err = { 0 };
    struct bw_buf b;
    struct bw_json_out j;
    if (!reads(rq, carrier))
        return;
    bw_buf_init(&b, ANSWER_MOST);
    bw_json_out_init(&j, &b);
    bw_code rc = bw_desk_hours_book(pg, carrier, bw_clock_wall(), &rq->arena, &version, &j, &err);
    if (rc == BW_OK) {
        tag(rq, version);
        bw_reply_buf(rq, 200, "application/json", &b);
    } else {
        bw_reply_problem(rq, rc, &err);
    }
    bw_buf_done(&b);
}

void bw_h_desk_hours(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, hours_job);
}

static void hours_put_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_policy_put *put = rq->data;
    struct bw_error err = { 0 };
    bw_code rc =
        bw_desk_hours_change(pg, &rq->who, &put->hours, put->version, bw_clock_wall(), &rq->arena, &put->change, &err);
    if (rc == BW_OK)
        bw_request_then(rq, submit_put);
    else
        bw_reply_problem(rq, rc, &err);
}

void bw_h_desk_hours_put(struct bw_request *rq)
{
    put_change(rq, true, hours_put_job);
}

/* --- trying --- */

static void try_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_policy_put *put = rq->data;
    struct bw_error err = { 0 };
    struct bw_replay *replay;
    struct bw_json_reply r;
    bw_time now = bw_clock_wall();
    struct bw_worlds *worlds = bw_app_of(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_code rc = bw_policy_change(pg, &rq->who, &put->wish, -1, now, &rq->arena, &put->change, &err);
    rc = rc == BW_OK ? bw_policy_replay(pg, world, put->change, now, &rq->arena, &replay, &err) : rc;
    bw_worlds_release(worlds, world);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    bw_policy_replay_json(replay, put->change, bw_json_begin(&r, ANSWER_MOST));
    bw_json_end(rq, 200, &r);
}

void bw_h_policy_try(struct bw_request *rq)
{
    if (decoded(rq, false))
        bw_request_job(rq, BW_JOB_QUERY, try_job); /* the reporting role reads no files */
}
