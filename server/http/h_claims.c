/* SPDX-License-Identifier: Apache-2.0 */
/* h_claims.c - claims on a delayed-bag file: POST …/claims files one, POST …/claims/{n}/steps brings it on, GET reads
 * them and their signed receipts; GET /v1/receipt-key gives the key that receipts are checked with.
 * Decode on the loop, find the file on a query worker, commit through the writer, then read what it became: a repeat of
 * the same event_id gives the claim as it stands. Layer: http.  Threads: loop, query worker, writer's completion.
 * Source: CASE-08, CASE-05, SEC-13. */
#include "handlers.h"

#include "bw/app/ingest.h"
#include "bw/app/receipt.h"
#include "claims_int.h"

#define ANSWER_MOST ((size_t)1 << 20)

/* --- reading --- */

/* By the reference in the path, or the case that a customer's link opens. */
static bw_code read_file(struct bw_request *rq, struct bw_pg *pg, struct bw_file_seen **ret, struct bw_error *err)
{
    char own[11];
    bool customer = rq->who.kind == BW_P_LINK;
    bw_code rc = customer ? bw_claims_ref(pg, &rq->who.case_id, own, err) : BW_OK;
    struct bw_str ref = rc != BW_OK ? BW_STR_NONE : customer ? bw_str_c(own) : bw_request_param(rq, "ref");
    rc = rc == BW_OK ? bw_file_see(rq->app, pg, &rq->who, ref, bw_clock_wall(), &rq->arena, ret, err) : rc;
    if (rc == BW_OK && !((*ret)->sight.sees & BW_SEE_CASE))
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    return rc;
}

bw_code bw_claims_read(struct bw_request *rq, struct bw_pg *pg, struct bw_claims_seen **ret)
{
    struct bw_error err = { 0 };
    struct bw_file_seen *file;
    bw_code rc = read_file(rq, pg, &file, &err);
    rc = rc == BW_OK ? bw_claims_see(rq->app, pg, &rq->who, file, &rq->arena, ret, &err) : rc;
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc;
}

/* What is personal in them was shown: on record before the answer (CASE-07). */
static bool shown(struct bw_request *rq, struct bw_pg *pg, const struct bw_claims_seen *seen)
{
    struct bw_error err = { 0 };
    bw_code rc = seen->whole ? bw_file_shown(pg, &rq->who, seen->file, bw_clock_wall(), &err) : BW_OK;
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

static void list_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_claims_seen *seen;
    struct bw_json_reply r;
    if (bw_claims_read(rq, pg, &seen) != BW_OK || !shown(rq, pg, seen))
        return;
    struct bw_json_out *j = bw_json_begin(&r, ANSWER_MOST);
    bw_jo_begin(j);
    bw_jk_c(j, "ref", seen->file->file.ref);
    bw_jkey(j, "claims");
    bw_ja_begin(j);
    for (unsigned number = 1; number <= seen->file->file.n_claims; number++)
        bw_claim_json(j, seen, number);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_claims_get(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, list_job);
}

unsigned bw_claim_named(struct bw_request *rq, const struct bw_claims_seen *seen)
{
    struct bw_error err = { 0 };
    unsigned number = bw_claim_number(bw_request_param(rq, "n"));
    if (number >= 1 && number <= seen->file->file.n_claims)
        return number;
    bw_reply_problem(rq, bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such claim"), &err);
    return 0;
}

static void one_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_claims_seen *seen;
    struct bw_json_reply r;
    unsigned number = bw_claims_read(rq, pg, &seen) == BW_OK ? bw_claim_named(rq, seen) : 0;
    if (!number || !shown(rq, pg, seen))
        return;
    bw_claim_json(bw_json_begin(&r, ANSWER_MOST), seen, number);
    bw_json_end(rq, 200, &r);
}

void bw_h_claim_get(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, one_job);
}

static void receipt_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_claims_seen *seen;
    struct bw_json_reply r;
    unsigned number = bw_claims_read(rq, pg, &seen) == BW_OK ? bw_claim_named(rq, seen) : 0;
    if (!number)
        return;
    bw_receipt_json(bw_json_begin(&r, ANSWER_MOST), rq->app, seen, number, &rq->arena);
    bw_json_end(rq, 200, &r);
}

void bw_h_claim_receipt(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, receipt_job);
}

void bw_h_receipt_key(struct bw_request *rq)
{
    struct bw_json_reply r;
    bw_receipt_keys(bw_json_begin(&r, 4096), rq->app);
    bw_json_end(rq, 200, &r);
}

/* --- saying --- */

void bw_claim_answer(struct bw_request *rq, struct bw_pg *pg, const struct bw_claim_request *cr)
{
    const struct bw_event *ev = &cr->item.ev;
    struct bw_claims_seen *seen;
    struct bw_json_reply r;
    struct bw_error err = { 0 };
    if (bw_claims_read(rq, pg, &seen) != BW_OK)
        return;
    unsigned number = bw_claim_of(seen, ev->sender, ev->event_id);
    if (!number) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_DB, NULL, "a stored claim is not found"), &err);
        return;
    }
    int status = bw_ingest_status(&cr->item);
    struct bw_json_out *j = bw_json_begin(&r, ANSWER_MOST);
    bw_jo_begin(j);
    bw_jk_c(j, "outcome", bw_outcome_word(cr->item.outcome));
    bw_jkey(j, "claim");
    bw_claim_json(j, seen, number);
    if (ev->code == BW_EV_CLAIM_FILED) {
        bw_jkey(j, "receipt");
        bw_receipt_json(j, rq->app, seen, number, &rq->arena);
    }
    bw_jo_end(j);
    const char *at = bw_arena_printf(&rq->arena, "/v1/cases/%s/claims/%u", seen->file->file.ref, number);
    if (at && status == 201)
        bw_reply_header(rq, "Location", bw_str_c(at));
    bw_json_end(rq, status, &r);
}

bool bw_claim_refused(struct bw_request *rq, const struct bw_claim_request *cr)
{
    struct bw_error err;
    bw_code rc = cr->work.rc != BW_OK ? cr->work.rc : cr->item.rc;
    if (rc == BW_OK)
        return false;
    bw_ingest_refusal(&cr->item, &err);
    bw_reply_problem(rq, rc, cr->work.rc != BW_OK ? &cr->work.err : &err);
    return true;
}

static void told_job(struct bw_request *rq, struct bw_pg *pg)
{
    bw_claim_answer(rq, pg, rq->data);
}

static void tell(struct bw_request *rq)
{
    if (!bw_claim_refused(rq, rq->data))
        bw_request_job(rq, BW_JOB_QUERY, told_job);
}

static void submit(struct bw_request *rq)
{
    struct bw_claim_request *cr = rq->data;
    bw_request_commit(rq, &cr->work, tell);
}

static void bind_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_claims_seen *seen;
    if (bw_claims_read(rq, pg, &seen) != BW_OK)
        return;
    bw_code rc = bw_claim_bind(&rq->who, &seen->file->file, bw_clock_wall(), rq->data, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit);
}

void bw_claim_say(struct bw_request *rq, struct bw_str body, bool filing, bw_job *bind)
{
    struct bw_claim_request *cr = NULL;
    struct bw_faults *f = body.p ? BW_NEW(&rq->arena, struct bw_faults) : NULL;
    if (!f) {
        bw_reply_problem(rq, BW_E_NOMEM, NULL);
        return;
    }
    bw_faults_init(f, &rq->arena);
    bw_time now = bw_clock_wall();
    bw_code rc = filing ? bw_claim_filing(&rq->who, body, now, &rq->arena, &cr, f)
                        : bw_claim_stepping(&rq->who, bw_request_param(rq, "n"), body, now, &rq->arena, &cr, f);
    if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    rq->data = cr;
    bw_request_job(rq, BW_JOB_QUERY, bind);
}

void bw_h_claim_file(struct bw_request *rq)
{
    bw_claim_say(rq, rq->body, true, bind_job);
}

void bw_h_claim_step(struct bw_request *rq)
{
    bw_claim_say(rq, rq->body, false, bind_job);
}
