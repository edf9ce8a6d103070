/* SPDX-License-Identifier: Apache-2.0 */
/* h_keys.c - sender keys by their organisation's administrator: GET, POST /v1/keys, DELETE /v1/keys/{id}.
 * A carrier's administrator sees and makes keys of its own organisation that speak for carriers it speaks for itself:
 * nobody grants what only another carrier may grant (SEC-10).  A key's letters are answered once; a repeat under the
 * same Idempotency-Key is told which key it made, without them. Layer: http.  Threads: query workers.  Source: SEC-01,
 * SEC-03, design.md 8. */
#include "bw/app/idempotency.h"
#include "bw/base/log.h"
#include "bw/storage/tx.h"

#include "auth_int.h"
#include "handlers.h"

struct key_body {
    struct bw_str organisation;
    struct bw_strs carriers, scopes, cidrs;
    struct bw_json_time expires_at;
    bool test;
};
const struct bw_field bw_key_fields[] = {
    { BW_FIELD(struct key_body, organisation, BW_J_STR), .min = 2, .max = 12 },
    { BW_FIELD(struct key_body, carriers, BW_J_STRS), .max = BW_CARRIERS_MAX },
    { BW_FIELD(struct key_body, scopes, BW_J_STRS), .flags = BW_J_REQUIRED, .min = 1, .max = 3 },
    { BW_FIELD(struct key_body, cidrs, BW_J_STRS), .max = BW_KEY_CIDRS },
    { BW_FIELD(struct key_body, expires_at, BW_J_TIME), .flags = BW_J_NULLABLE },
    { BW_FIELD(struct key_body, test, BW_J_BOOL) },
    { BW_FIELD_END },
};

/* "" = all: the operator's administrator. */
static struct bw_str whose(const struct bw_request *rq)
{
    return rq->who.roles & BW_ADMIN ? BW_STR("") : bw_str_c(rq->who.organisation);
}

static void strings(struct bw_json_out *j, const char *key, const struct bw_str *v, size_t n)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        bw_jstr(j, v[k]);
    bw_ja_end(j);
}

static void key_json(struct bw_json_out *j, const struct bw_key_row *k, const char *token)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &k->id);
    if (token)
        bw_jk_c(j, "key", token);
    bw_jk_c(j, "prefix", k->prefix);
    bw_jk_c(j, "last4", k->last4);
    bw_jk_c(j, "organisation", k->organisation);
    bw_jk_c(j, "realm", k->test ? "test" : "live");
    strings(j, "carriers", k->carriers, k->n_carriers);
    bw_jkey(j, "scopes");
    bw_ja_begin(j);
    for (unsigned bit = 1; bw_scope_word(bit); bit <<= 1)
        if (k->scopes & bit)
            bw_jstr(j, bw_str_c(bw_scope_word(bit)));
    bw_ja_end(j);
    strings(j, "cidrs", k->cidrs, k->n_cidrs);
    bw_jk_time(j, "made_at", k->made_at);
    bw_jk_time(j, "expires_at", k->expires_at);
    bw_jk_time(j, "revoked_at", k->revoked_at);
    bw_jk_time(j, "last_used_at", k->last_used_at);
    bw_jo_end(j);
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_key_row *rows = NULL;
    size_t n = 0;
    struct bw_error err = { 0 };
    bw_code code = bw_key_list(pg, whose(rq), &rq->arena, &rows, &n, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 4u << 20);
    bw_jo_begin(j);
    bw_jkey(j, "keys");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        key_json(j, &rows[k], NULL);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_keys(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

struct making {
    struct bw_request *rq;
    struct bw_key_new key;
    struct bw_str *cidrs;   /* key.cidrs, as the list of rows has them */
    struct bw_str idem_key; /* p == NULL: none */
    /* of the last run */
    struct bw_key_made made;
    struct bw_idem_answer kept; /* status 0: made just now */
    struct bw_str answer, location;
};

static struct bw_str answer_of(const struct making *m, const char *token)
{
    struct bw_key_row row = { .id = m->made.id, .test = m->key.test, .scopes = m->key.scopes };
    struct bw_str carriers[BW_CARRIERS_MAX];
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    memcpy(row.prefix, m->made.prefix, sizeof row.prefix);
    memcpy(row.last4, m->made.last4, sizeof row.last4);
    bw_str_put(m->key.organisation, row.organisation, sizeof row.organisation);
    for (size_t k = 0; k < m->made.n_carriers; k++)
        carriers[k] = bw_str_c(m->made.carriers[k]);
    row.carriers = carriers;
    row.n_carriers = m->made.n_carriers;
    row.cidrs = m->cidrs;
    row.n_cidrs = m->key.n_cidrs;
    row.made_at = m->rq->at_wall;
    row.expires_at = m->key.expires_at;
    row.revoked_at = row.last_used_at = BW_TIME_NONE;
    bw_buf_init(&b, 16 * 1024);
    bw_json_out_init(&j, &b);
    key_json(&j, &row, token);
    return bw_buf_ok(&b) ? bw_arena_str(&m->rq->arena, bw_buf_view(&b)) : BW_STR_NONE;
}

/* One transaction: a repeat waits for its end, and nothing is half made. */
static bw_code make_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct making *m = ctx;
    struct bw_request *rq = m->rq;
    char id[BW_UUID_TEXT];
    const struct bw_idem idem = { bw_app_of(rq)->keys, &rq->who, m->idem_key, BW_STR("POST"), rq->path, rq->body };
    m->kept.status = 0;
    bw_code code = m->idem_key.p ? bw_idem_begin(pg, &idem, rq->at_wall, &rq->arena, &m->kept, err) : BW_OK;
    if (code != BW_OK || m->kept.status != 0)
        return code;
    code = bw_key_create(pg, &m->key, rq->at_wall, &m->made, err);
    if (code == BW_E_NOT_FOUND) /* an organisation of the body, not what the path names */
        code = bw_fail(err, BW_E_INVALID_BODY, "/organisation", "no such organisation");
    if (code != BW_OK)
        return code;
    m->answer = answer_of(m, m->made.token);
    const char *at = bw_arena_printf(&rq->arena, "/v1/keys/%s", bw_uuid_text(&m->made.id, id));
    struct bw_str kept = answer_of(m, NULL);
    if (!m->answer.p || !kept.p || !at)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the answer");
    m->location = bw_str_c(at);
    const struct bw_idem_answer answer = { 201, BW_STR(""), kept };
    return m->idem_key.p ? bw_idem_finish(pg, &idem, &answer, err) : BW_OK;
}

static void job_make(struct bw_request *rq, struct bw_pg *pg)
{
    struct making *m = rq->data;
    struct bw_error err = { 0 };
    char id[BW_UUID_TEXT];
    bw_code code = bw_tx_run(pg, make_body, m, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
    } else if (m->kept.status != 0) {
        bw_reply_header(rq, "Idempotency-Replayed", BW_STR("true"));
        bw_reply_json(rq, m->kept.status, m->kept.body);
    } else {
        bw_log(BW_INFO, "key.made", BW_LC("key", bw_uuid_text(&m->made.id, id)),
               BW_LS("organisation", m->key.organisation), BW_LC("by", rq->who.name));
        bw_reply_header(rq, "Location", m->location);
        bw_reply_json(rq, 201, m->answer);
    }
    bw_wipe(m->made.token, sizeof m->made.token);
}

static bw_code may_make(const struct bw_request *rq, const struct bw_key_new *key, struct bw_error *err)
{
    if (!(rq->who.roles & BW_ADMIN) && !bw_str_eq_c(key->organisation, rq->who.organisation))
        return bw_fail(err, BW_E_FORBIDDEN, "/organisation", "keys of another organisation are its own to make");
    for (size_t k = 0; k < key->n_carriers; k++)
        if (!bw_principal_speaks_for(&rq->who, key->carriers[k]))
            return bw_fail(err, BW_E_FORBIDDEN, "/carriers", "you do not speak for each of these carriers");
    return BW_OK;
}

void bw_h_key_make(struct bw_request *rq)
{
    struct key_body body = { 0 };
    struct bw_error err = { 0 };
    struct making *m = BW_NEW(&rq->arena, struct making);
    if (!m) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_request_json(rq, bw_key_fields, &body))
        return;
    m->rq = rq;
    m->idem_key = bw_request_header(rq, "Idempotency-Key");
    m->cidrs = body.cidrs.v;
    m->key = (struct bw_key_new){
        .organisation = body.organisation.p ? body.organisation : bw_str_c(rq->who.organisation),
        .carriers = body.carriers.v,
        .n_carriers = body.carriers.n,
        .cidrs = body.cidrs.v,
        .n_cidrs = body.cidrs.n,
        .test = body.test,
        .expires_at = body.expires_at.at,
    };
    bw_code code = may_make(rq, &m->key, &err);
    for (size_t k = 0; code == BW_OK && k < body.scopes.n; k++) {
        unsigned bit = bw_scope_bit(body.scopes.v[k]);
        m->key.scopes |= bit;
        if (bit == 0)
            code = bw_fail(&err, BW_E_INVALID_BODY, "/scopes", "one or more of events, read, cases");
    }
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    rq->data = m;
    bw_request_job(rq, BW_JOB_QUERY, job_make);
}

static void job_revoke(struct bw_request *rq, struct bw_pg *pg)
{
    const struct bw_uuid *id = rq->data;
    struct bw_error err = { 0 };
    char text[BW_UUID_TEXT];
    bw_code code = bw_key_revoke(pg, id, whose(rq), rq->at_wall, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    bw_doors_shut(bw_app_of(rq)->doors, bw_app_of(rq)->hub, id);
    bw_log(BW_INFO, "key.revoked", BW_LC("key", bw_uuid_text(id, text)), BW_LC("by", rq->who.name));
    bw_reply_empty(rq, 204);
}

void bw_h_key_revoke(struct bw_request *rq)
{
    struct bw_uuid *id = BW_NEW(&rq->arena, struct bw_uuid);
    if (!id || !bw_uuid_parse(bw_request_param(rq, "id"), id)) {
        bw_reply_problem(rq, id ? BW_E_NOT_FOUND : BW_E_BUSY, NULL);
        return;
    }
    rq->data = id;
    bw_request_job(rq, BW_JOB_QUERY, job_revoke);
}
