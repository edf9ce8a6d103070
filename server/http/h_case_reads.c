/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_reads.c - POST /v1/cases/{ref}:reveal, by whom the role alone does not show what is personal: a reason, which
 * becomes an event on the file and opens it for that account for an hour; GET /v1/cases/{ref}/reads: who was shown
 * what, when and why.  Layer: http.  Threads: loop, query workers, writer's completion.  Source: CASE-07, AUD-10. */
#include "handlers.h"

#include "bw/app/caseview.h"
#include "bw/app/reads.h"
#include "bw/storage/writer.h"

struct reveal_body {
    struct bw_str reason, note;
};
static const char *is_reason(struct bw_str s)
{
    const char *word;
    for (size_t k = 0; (word = bw_reveal_reason(k)); k++)
        if (bw_str_eq_c(s, word))
            return NULL;
    return "must be audit, complaint, legal, customer-asked or repair";
}
const struct bw_field bw_reveal_fields[] = {
    { BW_FIELD(struct reveal_body, reason, BW_J_STR), .flags = BW_J_REQUIRED, .max = 20, .check = is_reason },
    { BW_FIELD(struct reveal_body, note, BW_J_STR), .flags = BW_J_REQUIRED | BW_J_TEXT, .min = 3, .max = 500 },
    { BW_FIELD_END },
};

struct reveal {
    struct reveal_body body;
    const struct bw_file_seen *seen;
    struct bw_item item;
    struct bw_work work;
};

static void put_words(struct bw_json_out *j, const char *key, const struct bw_str *v, size_t n)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        bw_jstr(j, v[k]);
    bw_ja_end(j);
}

/* --- POST …:reveal --- */

static void answer(struct bw_request *rq, const struct reveal *v, bw_time until)
{
    struct bw_str words[32];
    size_t n = 0;
    for (unsigned bit = 0; bw_sees_word(bit); bit++)
        if (v->seen->sight.asks & (1u << bit))
            words[n++] = bw_str_c(bw_sees_word(bit));
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 4096);
    bw_jo_begin(j);
    bw_jk_c(j, "ref", v->seen->file.ref);
    bw_jk_time(j, "until", until);
    put_words(j, "opens", words, n);
    bw_jo_end(j);
    bw_json_end(rq, 201, &r);
}

/* The event is stored: from now on the file is open to this account. */
static void job_grant(struct bw_request *rq, struct bw_pg *pg)
{
    const struct reveal *v = rq->data;
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    const struct bw_read one = {
        .who = &rq->who, .case_id = &v->seen->file.case_id, .why = v->body.reason, .holds_until = now + BW_REVEAL_HOLDS
    };
    bw_code rc = bw_read_record(pg, &one, now, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        answer(rq, v, one.holds_until);
}

static void stored(struct bw_request *rq)
{
    const struct reveal *v = rq->data;
    bw_code rc = v->work.rc != BW_OK ? v->work.rc : v->item.rc;
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, v->work.rc != BW_OK ? &v->work.err : &v->item.err);
    else
        bw_request_job(rq, BW_JOB_QUERY, job_grant);
}

static void store(struct bw_request *rq)
{
    struct reveal *v = rq->data;
    bw_request_commit(rq, &v->work, stored);
}

static void job_reveal(struct bw_request *rq, struct bw_pg *pg)
{
    struct reveal *v = rq->data;
    struct bw_error err = { 0 };
    struct bw_file_seen *seen;
    bw_time now = bw_clock_wall();
    bw_code rc = bw_file_see(rq->app, pg, &rq->who, bw_request_param(rq, "ref"), now, &rq->arena, &seen, &err);
    if (rc == BW_OK && !seen->sight.asks)
        rc = bw_fail(&err, BW_E_FORBIDDEN, NULL, "no reason shows you more of this file than you see already");
    if (rc == BW_OK &&
        !bw_reveal_event(&rq->who, &seen->file.case_id, v->body.reason, v->body.note, now, &rq->arena, &v->item.ev))
        rc = BW_E_NOMEM;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    v->seen = seen;
    v->work = (struct bw_work){ .items = &v->item, .n = 1, .arena = &rq->arena };
    bw_request_then(rq, store);
}

void bw_h_case_reveal(struct bw_request *rq)
{
    struct reveal *v = BW_NEW(&rq->arena, struct reveal);
    if (!v) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_request_json(rq, bw_reveal_fields, &v->body))
        return;
    rq->data = v;
    bw_request_job(rq, BW_JOB_QUERY, job_reveal);
}

/* --- GET …/reads --- */

static void put_read(struct bw_json_out *j, const struct bw_read_row *one)
{
    bw_jo_begin(j);
    bw_jk_time(j, "at", one->at);
    bw_jk_str(j, "name", one->name);
    bw_jk_str(j, "organisation", one->organisation);
    bw_jk_str(j, "role", one->role);
    put_words(j, "shown", one->shown, one->n_shown);
    bw_jk_str(j, "why", one->why);
    bw_jk_time(j, "holds_until", one->holds_until);
    bw_jo_end(j);
}

static void job_reads(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_file_seen *seen;
    struct bw_read_row *rows = NULL;
    size_t n = 0;
    bw_code rc =
        bw_file_see(rq->app, pg, &rq->who, bw_request_param(rq, "ref"), bw_clock_wall(), &rq->arena, &seen, &err);
    if (rc == BW_OK && !(seen->sight.sees & BW_SEE_READS))
        rc = bw_fail(&err, BW_E_FORBIDDEN, NULL,
                     "who read a file is for the supervisors of its owner, and for auditors");
    if (rc == BW_OK)
        rc = bw_read_list(pg, &seen->file.case_id, &rq->arena, &rows, &n, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 1024 * 1024);
    bw_jo_begin(j);
    bw_jk_c(j, "ref", seen->file.ref);
    bw_jkey(j, "reads");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        put_read(j, &rows[k]);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_case_reads(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_reads);
}
