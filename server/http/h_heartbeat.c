/* SPDX-License-Identifier: Apache-2.0 */
/* h_heartbeat.c - POST /v1/heartbeat: alive at a station, nothing to say; GET /v1/heartbeats: when each feed last was.
 * Layer: http.  Threads: loop, then query workers.  Source: ING-17. */
#include "bw/app/heartbeat.h"

#include "handlers.h"

static void job_put(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 4096);
    bw_code code = bw_heartbeat_put(pg, rq->who.organisation, rq->data, rq->at_wall, j, &err);
    bw_json_end(rq, 200, &r);
    if (code != BW_OK)
        bw_reply_problem(rq, code, &err);
}

void bw_h_heartbeat(struct bw_request *rq)
{
    struct bw_heartbeat_in *in = BW_NEW(&rq->arena, struct bw_heartbeat_in);
    if (!in) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_request_json(rq, bw_heartbeat_fields, in))
        return;
    rq->data = in;
    bw_request_job(rq, BW_JOB_QUERY, job_put);
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 4u << 20);
    struct bw_str whose = rq->who.every_carrier ? BW_STR("") : bw_str_c(rq->who.organisation);
    bw_code code = bw_heartbeat_list(pg, whose, j, &err);
    bw_json_end(rq, 200, &r);
    if (code != BW_OK)
        bw_reply_problem(rq, code, &err);
}

void bw_h_heartbeats(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}
