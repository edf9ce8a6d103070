/* SPDX-License-Identifier: Apache-2.0 */
/* h_mandates.c - GET, POST /v1/mandates, DELETE /v1/mandates/{id}, GET /v1/mandates/{id}/changes.
 * A mandate is the carrier's to give: by a supervisor or administrator of the carrier's own organisation, and by nobody
 * who speaks for it under a mandate.  Layer: http.  Threads: loop, then query workers.  Source: SEC-10. */
#include "bw/app/mandates.h"
#include "bw/base/log.h"

#include "auth_int.h"
#include "handlers.h"

struct mandate_body {
    struct bw_str carrier, sender;
    struct bw_strs stations, codes;
    bw_date from, until;
};
const struct bw_field bw_mandate_fields[] = {
    { BW_FIELD(struct mandate_body, carrier, BW_J_STR), .min = 2, .max = 3 },
    { BW_FIELD(struct mandate_body, sender, BW_J_STR), .flags = BW_J_REQUIRED, .min = 2, .max = 12 },
    { BW_FIELD(struct mandate_body, stations, BW_J_STRS), .max = BW_MANDATE_LIST_MAX },
    { BW_FIELD(struct mandate_body, codes, BW_J_STRS), .max = BW_MANDATE_LIST_MAX },
    { BW_FIELD(struct mandate_body, from, BW_J_DATE) },
    { BW_FIELD(struct mandate_body, until, BW_J_DATE) },
    { BW_FIELD_END },
};

/* "" = all: who sees every carrier. */
static struct bw_str whose(const struct bw_request *rq)
{
    return rq->who.every_carrier ? BW_STR("") : bw_str_c(rq->who.organisation);
}

/* --- looking --- */

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_mandate_row *rows = NULL;
    size_t n = 0;
    struct bw_error err = { 0 };
    bw_code code = bw_mandate_list(pg, whose(rq), &rq->arena, &rows, &n, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    struct bw_buf b;
    struct bw_json_out j;
    bw_buf_init(&b, 4u << 20);
    bw_json_out_init(&j, &b);
    bw_jo_begin(&j);
    bw_jkey(&j, "mandates");
    bw_ja_begin(&j);
    for (size_t k = 0; k < n; k++)
        bw_mandate_json(&j, &rows[k]);
    bw_ja_end(&j);
    bw_jo_end(&j);
    bw_reply_buf(rq, 200, "application/json", &b);
}

void bw_h_mandates(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

/* The id of the path; false: the reply is there. */
static bool path_id(struct bw_request *rq)
{
    struct bw_uuid *id = BW_NEW(&rq->arena, struct bw_uuid);
    rq->data = id;
    if (id && bw_uuid_parse(bw_request_param(rq, "id"), id))
        return true;
    bw_reply_problem(rq, id ? BW_E_NOT_FOUND : BW_E_BUSY, NULL);
    return false;
}

static void job_changes(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_buf b;
    struct bw_json_out j;
    struct bw_error err = { 0 };
    bw_buf_init(&b, 1u << 20);
    bw_json_out_init(&j, &b);
    bw_code code = bw_mandate_changes(pg, rq->data, whose(rq), &j, &err);
    if (code == BW_OK)
        bw_reply_buf(rq, 200, "application/json", &b);
    else
        bw_reply_problem(rq, code, &err);
    bw_buf_done(&b);
}

void bw_h_mandate_changes(struct bw_request *rq)
{
    if (path_id(rq))
        bw_request_job(rq, BW_JOB_QUERY, job_changes);
}

/* --- granting --- */

struct granting {
    struct bw_mandate_row row;
    struct bw_mandate_work done;
};

/* What became of a change; false: the reply is there. */
static bool written(struct bw_request *rq, const struct bw_mandate_work *w)
{
    char id[BW_UUID_TEXT], sender[16];
    if (bw_reply_unstored(rq, &w->work))
        return false;
    bw_str_put(w->row.sender, sender, sizeof sender);
    bw_doors_mandate_changed(bw_app_of(rq)->doors, sender);
    bw_log(BW_INFO, w->before.p ? "mandate.revoked" : "mandate.granted", BW_LC("mandate", bw_uuid_text(&w->row.id, id)),
           BW_LC("sender", sender), BW_LS("carrier", w->row.carrier), BW_LC("by", rq->who.name));
    return true;
}

static void answer_grant(struct bw_request *rq)
{
    const struct granting *g = rq->data;
    char id[BW_UUID_TEXT];
    if (written(rq, &g->done)) {
        const char *at = bw_arena_printf(&rq->arena, "/v1/mandates/%s", bw_uuid_text(&g->done.row.id, id));
        if (at)
            bw_reply_header(rq, "Location", bw_str_c(at));
        bw_reply_json(rq, 201, g->done.after);
    }
    bw_once_done(rq);
}

static void submit_grant(struct bw_request *rq)
{
    struct granting *g = rq->data;
    bw_request_commit(rq, &g->done.work, answer_grant);
}

static void job_grant(struct bw_request *rq, struct bw_pg *pg)
{
    struct granting *g = rq->data;
    struct bw_error err = { 0 };
    if (bw_once_replayed(rq, pg))
        return;
    bw_code code = bw_mandate_grant(pg, &rq->who, &g->row, rq->at_wall, &rq->arena, &g->done, &err);
    if (code == BW_OK) {
        bw_request_then(rq, submit_grant);
        return;
    }
    bw_reply_problem(rq, code, &err);
    bw_once_keep(rq, pg);
}

void bw_h_mandate_grant(struct bw_request *rq)
{
    struct mandate_body body = { .from = BW_DATE_NONE, .until = BW_DATE_NONE };
    struct bw_error err = { 0 };
    struct granting *g = BW_NEW(&rq->arena, struct granting);
    if (!g) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_request_json(rq, bw_mandate_fields, &body))
        return;
    if (!rq->who.own_carrier[0] || (body.carrier.n && !bw_str_eq_c(body.carrier, rq->who.own_carrier))) {
        bw_code code = bw_fail(&err, BW_E_FORBIDDEN, "/carrier", "a mandate is given by the carrier's own people");
        bw_reply_problem(rq, code, &err);
        return;
    }
    g->row = (struct bw_mandate_row){
        .carrier = bw_str_c(rq->who.own_carrier),
        .sender = body.sender,
        .stations = body.stations.v,
        .n_stations = body.stations.n,
        .codes = body.codes.v,
        .n_codes = body.codes.n,
        .from = body.from,
        .until = body.until,
    };
    rq->data = g;
    bw_request_job(rq, BW_JOB_QUERY, job_grant);
}

/* --- revoking --- */

struct revoking {
    struct bw_uuid id;
    struct bw_mandate_work done;
};

static void answer_revoke(struct bw_request *rq)
{
    const struct revoking *r = rq->data;
    if (written(rq, &r->done))
        bw_reply_empty(rq, 204);
}

static void submit_revoke(struct bw_request *rq)
{
    struct revoking *r = rq->data;
    bw_request_commit(rq, &r->done.work, answer_revoke);
}

static void job_revoke(struct bw_request *rq, struct bw_pg *pg)
{
    struct revoking *r = rq->data;
    struct bw_error err = { 0 };
    bw_code code = bw_mandate_revoke(pg, &rq->who, &r->id, rq->at_wall, &rq->arena, &r->done, &err);
    if (code != BW_OK)
        bw_reply_problem(rq, code, &err);
    else if (r->done.nothing)
        bw_reply_empty(rq, 204);
    else
        bw_request_then(rq, submit_revoke);
}

void bw_h_mandate_revoke(struct bw_request *rq)
{
    struct revoking *r = BW_NEW(&rq->arena, struct revoking);
    if (!r) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!path_id(rq))
        return;
    r->id = *(const struct bw_uuid *)rq->data;
    rq->data = r;
    bw_request_job(rq, BW_JOB_QUERY, job_revoke);
}
