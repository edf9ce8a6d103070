/* SPDX-License-Identifier: Apache-2.0 */
/* h_events.c - POST /v1/events: statements in, verdicts out after COMMIT (ING-01 to ING-05).
 * Decode on the loop, hand to the writer, park; the writer's completion resumes; answer on the loop. Layer: http.
 * Threads: loop; done() on the writer's thread. */
#include "handlers.h"

#include <stdlib.h>

#include "bw/app/ingest.h"
#include "bw/app/world.h"

/* --- POST /v1/events --- */

void bw_answer_item(struct bw_request *rq)
{
    const struct bw_work *work = rq->data;
    const struct bw_item *item = &work->items[0];
    if (work->rc != BW_OK) {
        bw_reply_problem(rq, work->rc, &work->err);
        return;
    }
    if (item->rc != BW_OK) {
        struct bw_error err;
        bw_ingest_refusal(item, &err);
        bw_reply_problem(rq, item->rc, &err);
        return;
    }
    struct bw_json_reply r;
    int status;
    struct bw_json_out *j = bw_json_begin(&r, 128 * 1024);
    bw_ingest_answer(item, j, &status);
    bw_json_end(rq, work->dry_run ? 200 : status, &r); /* nothing was made */
}

/* ?dry_run=true: the verdict and what would be owed, and nothing is stored (ING-15). */
static bw_code take_dry_run(const struct bw_request *rq, struct bw_work *work, struct bw_error *err)
{
    struct bw_str said = bw_request_query(rq, "dry_run");
    work->dry_run = bw_str_eq_c(said, "true");
    if (!said.p || work->dry_run || bw_str_eq_c(said, "false"))
        return BW_OK;
    return bw_fail(err, BW_E_BAD_REQUEST, "dry_run", "dry_run is true or false");
}

void bw_h_events_post(struct bw_request *rq)
{
    struct bw_work *work = BW_NEW(&rq->arena, struct bw_work);
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!work || !f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    bw_code rc = bw_ingest_event(&rq->who, rq->body, bw_clock_wall(), &rq->arena, work, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    struct bw_error err = { 0 };
    rc = take_dry_run(rq, work, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = work;
    bw_request_commit(rq, work, bw_answer_item);
}
