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
    bw_json_end(rq, status, &r);
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
    rq->data = work;
    bw_request_commit(rq, work, bw_answer_item);
}
