/* SPDX-License-Identifier: Apache-2.0 */
/* h_erase.c - POST /v1/cases/{ref}:erase, for a supervisor of the file's owner or an administrator of the installation;
 * to anybody else the file is not there.  What hangs on it is read and listed on a query worker, and destroyed through
 * the writer; where something was said of a bag meanwhile, all of it is done again. Layer: http.  Threads: loop, query
 * worker, writer's completion.  Source: CASE-06, reliability.md P4, P6. */
#include "handlers.h"

#include "bw/app/erase.h"
#include "bw/base/log.h"

struct erasing {
    struct bw_arena *arena;
    struct bw_erase_request *file;
    int tries;
};

static void answer(struct bw_request *rq, const struct bw_erase_request *file, bw_time at)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 4096);
    bw_jo_begin(j);
    bw_jk_c(j, "ref", file->ref);
    bw_jk_time(j, "erased_at", at);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

static void job_prepare(struct bw_request *rq, struct bw_pg *pg);

static void committed(struct bw_request *rq)
{
    struct erasing *e = rq->data;
    const struct bw_erase_request *file = e->file;
    bw_code rc = file->work.rc != BW_OK ? file->work.rc : file->item.rc;
    if (rc == BW_E_PRECONDITION_FAILED && ++e->tries < BW_ERASE_TRIES) {
        bw_request_job(rq, BW_JOB_QUERY, job_prepare);
        return;
    }
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, file->work.rc != BW_OK ? &file->work.err : &file->item.err);
        return;
    }
    bw_log(BW_INFO, "case.erased", BW_LC("ref", file->ref), BW_LC("why", file->item.ev.data.why),
           BW_LC("by", rq->who.name), BW_LI("telegrams", file->what.n_copies + file->what.n_destroyed));
    answer(rq, file, file->item.ev.recorded_at);
}

static void commit(struct bw_request *rq)
{
    struct erasing *e = rq->data;
    bw_request_commit(rq, &e->file->work, committed);
}

static void job_prepare(struct bw_request *rq, struct bw_pg *pg)
{
    struct erasing *e = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_erase_prepare(rq->app, pg, bw_request_param(rq, "ref"), &rq->who, BW_ERASE_ASKED, rq->at_wall,
                                  e->arena, &e->file, &err);
    if (rc == BW_OK && e->tries == 0)
        rc = bw_erase_list(rq->app, e->file, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (e->file->erased_at != BW_TIME_NONE)
        answer(rq, e->file, e->file->erased_at);
    else
        bw_request_then(rq, commit);
}

void bw_h_case_erase(struct bw_request *rq)
{
    char none = 0;
    struct bw_arena *arena = bw_typeb_arena(rq);
    struct erasing *e = arena ? BW_NEW(arena, struct erasing) : NULL;
    if (!e) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (rq->body.n && !bw_request_json(rq, bw_nothing_fields, &none))
        return;
    e->arena = arena;
    rq->data = e;
    bw_request_job(rq, BW_JOB_QUERY, job_prepare);
}
