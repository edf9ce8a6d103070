/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_get.c - GET /v1/cases/{ref}: a delayed-bag file as far as the caller may see it.  What is personal in the
 * answer was put on record before it is sent.  What may not be seen at all looks the same as what is not there. Layer:
 * http.  Threads: loop, then a query worker.  Source: CASE-03, CASE-07, SEC-03, SEC-13, STR-05. */
#include "handlers.h"

#include "bw/app/caseview.h"
#include "bw/app/world.h"

static void reply(struct bw_request *rq, const struct bw_file_seen *seen)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 1024 * 1024);
    bw_file_json(j, seen);
    bw_json_end(rq, 200, &r);
}

/* With the law's dates, which point into the world. */
static void answer(struct bw_request *rq, struct bw_pg *pg, struct bw_file_seen *seen, const struct bw_world *world,
                   bw_time now)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_file_rights(seen, world, now, &rq->arena, &err);
    struct bw_str tag = bw_file_tag(seen, &rq->arena);
    if (rc == BW_OK && tag.p && bw_reply_etag(rq, tag))
        return; /* nothing is shown */
    rc = rc == BW_OK ? bw_file_shown(pg, &rq->who, seen, now, &err) : rc;
    if (rc == BW_OK)
        reply(rq, seen);
    else
        bw_reply_problem(rq, rc, &err);
}

static void get_case(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_file_seen *seen;
    bw_time now = bw_clock_wall();
    bw_code rc = bw_file_see(rq->app, pg, &rq->who, bw_request_param(rq, "ref"), now, &rq->arena, &seen, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    const struct bw_app *app = rq->app;
    bw_reply_index(rq, &seen->complete_to);
    const struct bw_world *world = bw_worlds_take(app->worlds);
    answer(rq, pg, seen, world, now);
    bw_worlds_release(app->worlds, world);
}

void bw_h_case_get(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, get_case);
}
