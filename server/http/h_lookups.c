/* SPDX-License-Identifier: Apache-2.0 */
/* h_lookups.c - POST /v1/lookups: whom to ask about a bag or file of other carriers, by its exact plate or reference,
 * for a reason that is kept; GET /v1/lookups: who did.  Layer: http.  Threads: loop, then a query worker.  Source:
 * SEC-14. */
#include "handlers.h"

#include "bw/app/lookups.h"

struct lookup_body {
    struct bw_str value, reason;
    bw_date travel_date;
};
static const char *is_reason(struct bw_str s)
{
    const char *word;
    for (size_t k = 0; (word = bw_lookup_reason(k)); k++)
        if (bw_str_eq_c(s, word))
            return NULL;
    return "must be customer-here, bag-found, carrier-asked or authority-asked";
}
/* What many bags share, and our own ids, are no way to find somebody else's. */
static bool exact(struct bw_str s, bw_date day, struct bw_ident *ret)
{
    const char *why;
    if (!bw_ident_parse(s, day, ret, &why))
        return false;
    return ret->kind == BW_IDENT_PLATE || ret->kind == BW_IDENT_RUSH || ret->kind == BW_IDENT_REF;
}
static const char *is_exact(struct bw_str s)
{
    struct bw_ident ident;
    return exact(s, BW_DATE_NONE, &ident) ? NULL : "must be a whole plate of ten digits or a file reference";
}
const struct bw_field bw_lookup_fields[] = {
    { BW_FIELD(struct lookup_body, value, BW_J_STR), .flags = BW_J_REQUIRED, .min = 8, .max = 20, .check = is_exact },
    { BW_FIELD(struct lookup_body, travel_date, BW_J_DATE) },
    { BW_FIELD(struct lookup_body, reason, BW_J_STR), .flags = BW_J_REQUIRED, .max = 20, .check = is_reason },
    { BW_FIELD_END },
};

static void reply_hits(struct bw_request *rq, const struct bw_lookup_hit *hits, size_t n, unsigned left)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 16 * 1024);
    bw_jo_begin(j);
    bw_jk_i64(j, "left", left);
    bw_jkey(j, "hits");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++) {
        bw_jo_begin(j);
        bw_jko_c(j, "plate", hits[k].plate);
        bw_jko_c(j, "ref", hits[k].ref);
        bw_jko_c(j, "ask", hits[k].ask);
        bw_jk_bool(j, "yours", hits[k].yours);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

static void job_look(struct bw_request *rq, struct bw_pg *pg)
{
    const struct lookup_body *body = rq->data;
    struct bw_error err = { 0 };
    struct bw_ident ident;
    struct bw_lookup_hit hits[BW_LOOKUP_HITS];
    size_t n = 0;
    unsigned left = 0;
    BW_ASSERT(exact(body->value, body->travel_date, &ident));
    bw_code rc = bw_lookup(pg, &rq->who, &ident, body->reason, bw_clock_wall(), &rq->arena, hits, &n, &left, &err);
    if (rc == BW_E_RATE_LIMITED)
        bw_reply_later(rq, rc, &err, 60);
    else if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        reply_hits(rq, hits, n, left);
}

void bw_h_lookup(struct bw_request *rq)
{
    struct lookup_body *body = BW_NEW(&rq->arena, struct lookup_body);
    if (!body) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_request_json(rq, bw_lookup_fields, body))
        return;
    rq->data = body;
    bw_request_job(rq, BW_JOB_QUERY, job_look);
}

/* --- who looked --- */

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_lookup_row *rows = NULL;
    size_t n = 0;
    struct bw_str whose = rq->who.every_carrier ? BW_STR("") : bw_str_c(rq->who.organisation);
    bw_code rc = bw_lookup_list(pg, whose, &rq->arena, &rows, &n, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 1024 * 1024);
    bw_jo_begin(j);
    bw_jkey(j, "lookups");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++) {
        bw_jo_begin(j);
        bw_jk_time(j, "at", rows[k].at);
        bw_jk_str(j, "name", rows[k].name);
        bw_jk_str(j, "organisation", rows[k].organisation);
        bw_jk_str(j, "kind", rows[k].kind);
        bw_jk_str(j, "value", rows[k].value);
        bw_jk_str(j, "why", rows[k].why);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_lookups(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}
