/* SPDX-License-Identifier: Apache-2.0 */
/* h_erase.c - POST /v1/cases/{ref}:erase and :export, for a supervisor of the file's owner or an administrator of the
 * installation; to anybody else the file is not there.  What hangs on it is read and listed on a query worker, and
 * destroyed through the writer; where something was said of a bag meanwhile, all of it is done again. Layer: http.
 * Threads: loop, query worker, writer's completion.  Source: CASE-06, reliability.md P4, P6. */
#include "handlers.h"

#include "bw/app/erase.h"
#include "bw/app/export.h"
#include "bw/app/reads.h"
#include "bw/app/sight.h"
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

/* --- export --- */

/* The event is stored: now the reader goes on record, and then has it. */
static void job_hand_out(struct bw_request *rq, struct bw_pg *pg)
{
    const struct bw_export *x = rq->data;
    struct bw_error err = { 0 };
    const struct bw_read one = { .who = &rq->who,
                                 .case_id = &x->case_id,
                                 .shown = BW_SEE_PERSONAL & ~(unsigned)BW_SEE_DROP,
                                 .why = BW_STR("export"),
                                 .holds_until = BW_TIME_NONE };
    bw_code rc = bw_read_record(pg, &one, rq->at_wall, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_reply_json(rq, 200, x->json);
}

static void exported(struct bw_request *rq)
{
    const struct bw_export *x = rq->data;
    bw_code rc = x->work.rc != BW_OK ? x->work.rc : x->item.rc;
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, x->work.rc != BW_OK ? &x->work.err : &x->item.err);
    else
        bw_request_job(rq, BW_JOB_QUERY, job_hand_out);
}

static void commit_export(struct bw_request *rq)
{
    struct bw_export *x = rq->data;
    bw_request_commit(rq, &x->work, exported);
}

static void job_export(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_export *x;
    struct bw_error err = { 0 };
    bw_code rc = bw_export_make(rq->app, pg, bw_request_param(rq, "ref"), &rq->who, rq->at_wall, rq->data, &x, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = x;
    bw_request_then(rq, commit_export);
}

void bw_h_case_export(struct bw_request *rq)
{
    char none = 0;
    struct bw_arena *arena = bw_typeb_arena(rq);
    if (!arena) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (rq->body.n && !bw_request_json(rq, bw_nothing_fields, &none))
        return;
    rq->data = arena;
    bw_request_job(rq, BW_JOB_QUERY, job_export);
}
