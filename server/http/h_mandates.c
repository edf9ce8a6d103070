/* SPDX-License-Identifier: Apache-2.0 */
/* h_mandates.c - GET, POST /v1/mandates, DELETE /v1/mandates/{id}, GET /v1/mandates/{id}/changes.
 * A mandate is the carrier's to give: by a supervisor or administrator of the carrier's own organisation, and by nobody
 * who speaks for it under a mandate.  Layer: http.  Threads: loop, then query workers.  Source: SEC-10. */
#include "bw/app/idempotency.h"
#include "bw/app/mandates.h"
#include "bw/base/log.h"
#include "bw/storage/tx.h"

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
    struct bw_request *rq;
    struct bw_mandate_row row;
    struct bw_str idem_key; /* p == NULL: none */
    /* of the last run */
    struct bw_idem_answer kept; /* status 0: granted just now */
    struct bw_str answer;
};

static bw_code grant_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct granting *g = ctx;
    struct bw_request *rq = g->rq;
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    const struct bw_idem idem = { bw_app_of(rq)->keys, &rq->who, g->idem_key, BW_STR("POST"), rq->path, rq->body };
    bw_buf_init(&b, 64 * 1024);
    bw_json_out_init(&j, &b);
    g->kept.status = 0;
    bw_code code = g->idem_key.p ? bw_idem_begin(pg, &idem, rq->at_wall, &rq->arena, &g->kept, err) : BW_OK;
    if (code != BW_OK || g->kept.status != 0)
        return code;
    g->row.id = bw_uuid_v7(rq->at_wall);
    code = bw_mandate_grant(pg, &g->row, &rq->who.id, rq->at_wall, err);
    if (code != BW_OK)
        return code;
    bw_mandate_json(&j, &g->row);
    g->answer = bw_buf_ok(&b) ? bw_arena_str(&rq->arena, bw_buf_view(&b)) : BW_STR_NONE;
    if (!g->answer.p)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the answer");
    const struct bw_idem_answer answer = { 201, BW_STR(""), g->answer };
    return g->idem_key.p ? bw_idem_finish(pg, &idem, &answer, err) : BW_OK;
}

static void job_grant(struct bw_request *rq, struct bw_pg *pg)
{
    struct granting *g = rq->data;
    struct bw_error err = { 0 };
    char id[BW_UUID_TEXT], sender[16];
    bw_code code = bw_tx_run(pg, grant_body, g, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    if (g->kept.status != 0) {
        bw_reply_header(rq, "Idempotency-Replayed", BW_STR("true"));
        bw_reply_json(rq, g->kept.status, g->kept.body);
        return;
    }
    bw_str_put(g->row.sender, sender, sizeof sender);
    bw_doors_mandate_changed(bw_app_of(rq)->doors, sender);
    bw_log(BW_INFO, "mandate.granted", BW_LC("mandate", bw_uuid_text(&g->row.id, id)), BW_LC("sender", sender),
           BW_LS("carrier", g->row.carrier), BW_LC("by", rq->who.name));
    const char *at = bw_arena_printf(&rq->arena, "/v1/mandates/%s", id);
    if (at)
        bw_reply_header(rq, "Location", bw_str_c(at));
    bw_reply_json(rq, 201, g->answer);
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
    g->rq = rq;
    g->idem_key = bw_request_header(rq, "Idempotency-Key");
    g->row = (struct bw_mandate_row){
        .carrier = bw_str_c(rq->who.own_carrier),
        .sender = body.sender,
        .stations = body.stations.v,
        .n_stations = body.stations.n,
        .codes = body.codes.v,
        .n_codes = body.codes.n,
        .from = body.from,
        .until = body.until,
        .made_at = rq->at_wall,
        .revoked_at = BW_TIME_NONE,
    };
    rq->data = g;
    bw_request_job(rq, BW_JOB_QUERY, job_grant);
}

/* --- revoking --- */

struct revoking {
    struct bw_request *rq;
    char sender[16];
};

static bw_code revoke_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct revoking *r = ctx;
    struct bw_request *rq = r->rq;
    return bw_mandate_revoke(pg, rq->data, bw_str_c(rq->who.own_carrier), &rq->who.id, rq->at_wall, r->sender, err);
}

static void job_revoke(struct bw_request *rq, struct bw_pg *pg)
{
    struct revoking r = { .rq = rq };
    struct bw_error err = { 0 };
    char id[BW_UUID_TEXT];
    bw_code code = bw_tx_run(pg, revoke_body, &r, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    bw_doors_mandate_changed(bw_app_of(rq)->doors, r.sender);
    bw_log(BW_INFO, "mandate.revoked", BW_LC("mandate", bw_uuid_text(rq->data, id)), BW_LC("sender", r.sender),
           BW_LC("by", rq->who.name));
    bw_reply_empty(rq, 204);
}

void bw_h_mandate_revoke(struct bw_request *rq)
{
    if (path_id(rq))
        bw_request_job(rq, BW_JOB_QUERY, job_revoke);
}
