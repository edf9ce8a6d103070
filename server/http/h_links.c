/* SPDX-License-Identifier: Apache-2.0 */
/* h_links.c - POST /v1/bags/{id}/aliases:join and :part, GET /v1/ambiguous: staff say which records are one bag, and
 * see which statements fit several (BAG-02, BAG-12).  A record that the person may not see looks like one that is not
 * there. Layer: http.  Threads: loop, query worker, writer's completion. */
#include "handlers.h"

#include "bw/app/links.h"
#include "bw/storage/answer.h"

#define AMBIGUOUS_MOST 50
#define AMBIGUOUS_DAYS 33 /* as long as a plate means one bag */

static void submit_link(struct bw_request *rq)
{
    struct bw_link_request *link = rq->data;
    struct bw_work *work = &link->work;
    rq->data = work;
    bw_request_commit(rq, work, bw_answer_item);
}

static void find_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_link_find(pg, &rq->who, rq->data, &rq->arena, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit_link);
}

static void post_link(struct bw_request *rq, bool join)
{
    struct bw_error err = { 0 };
    struct bw_ident bag;
    const char *why;
    struct bw_link_request *link;
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    bw_code rc = bw_ident_parse(bw_request_param(rq, "id"), BW_DATE_NONE, &bag, &why)
                     ? bw_link_request(&rq->who, join, &bag, rq->body, &rq->arena, &link, f)
                     : bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such bag");
    if (rc != BW_OK && rc != BW_E_NOT_FOUND) {
        bw_reply_refused(rq, rc, f);
        return;
    }
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = link;
    bw_request_job(rq, BW_JOB_QUERY, find_job);
}

void bw_h_bags_join(struct bw_request *rq)
{
    post_link(rq, true);
}

void bw_h_bags_part(struct bw_request *rq)
{
    post_link(rq, false);
}

/* --- GET /v1/ambiguous --- */

static void put_one(struct bw_json_out *j, const struct bw_ambiguous *one)
{
    char ident[BW_IDENT_TEXT];
    bw_jo_begin(j);
    bw_jk_uuid(j, "bag_id", &one->record->bag.bag_id);
    bw_jk_c(j, "identity", bw_ident_text(&one->ident, ident));
    bw_jkey(j, "event");
    bw_answer_event(j, one->event);
    bw_jkey(j, "choices");
    bw_ja_begin(j);
    for (size_t k = 0; k < one->n_choices; k++)
        bw_answer_bag(j, &one->choices[k]->bag);
    bw_ja_end(j);
    bw_jo_end(j);
}

bw_code bw_ambiguous_read(struct bw_request *rq, struct bw_pg *pg, struct bw_ambiguous **ret, size_t *ret_n)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_ambiguous_list(pg, &rq->who, bw_clock_wall() - AMBIGUOUS_DAYS * BW_DAY, AMBIGUOUS_MOST, &rq->arena,
                                   ret, ret_n, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc;
}

static void ambiguous_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_ambiguous *list;
    size_t n;
    if (bw_ambiguous_read(rq, pg, &list, &n) != BW_OK)
        return;
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)4 << 20);
    bw_jo_begin(j);
    bw_jkey(j, "ambiguous");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        put_one(j, &list[k]);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_ambiguous(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, ambiguous_job);
}
