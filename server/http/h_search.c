/* SPDX-License-Identifier: Apache-2.0 */
/* h_search.c - GET /v1/search?q=&date=: the one search box as an interface.  Each hit says why it is one; a case shows
 * what its reader may see and no more.  Layer: http.  Threads: loop, then a query worker.  Source: DESK-01, SEC-13,
 * SEC-14. */
#include "handlers.h"

#include "bw/app/app.h"
#include "bw/app/search.h"
#include "bw/storage/answer.h"

static void put_why(struct bw_json_out *j, unsigned why)
{
    bw_jkey(j, "why");
    bw_ja_begin(j);
    for (unsigned k = 0; bw_why_word(k); k++)
        if (why & 1U << k)
            bw_jstr(j, bw_str_c(bw_why_word(k)));
    bw_ja_end(j);
}

static void put_case(struct bw_json_out *j, const struct bw_hit *hit)
{
    bw_jkey(j, "case");
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &hit->file.case_id);
    bw_jk_c(j, "ref", hit->file.ref);
    bw_jk_c(j, "state", bw_case_word(hit->file.state));
    bw_jk_c(j, "owner", hit->file.owner);
    bw_jk_c(j, "station", hit->file.station);
    bw_jk_time(j, "opened_at", hit->file.opened_at);
    bw_jko_str(j, "name", hit->name);
    bw_jko_str(j, "initials", hit->initials);
    bw_jo_end(j);
}

static void put_hit(struct bw_json_out *j, const struct bw_hit *hit)
{
    bw_jo_begin(j);
    put_why(j, hit->why);
    if (hit->has_case)
        put_case(j, hit);
    bw_jkey(j, "bags");
    bw_ja_begin(j);
    for (size_t k = 0; k < hit->n_bags; k++)
        bw_answer_bag(j, hit->bags[k]);
    bw_ja_end(j);
    bw_jk_bool(j, "stale", hit->stale);
    bw_jo_end(j);
}

bool bw_search_read(struct bw_request *rq, struct bw_pg *pg, struct bw_found **ret)
{
    struct bw_error err = { 0 };
    struct bw_search_in in = { .q = bw_request_query(rq, "q"), .date = BW_DATE_NONE, .now = bw_clock_wall() };
    struct bw_str date = bw_request_query(rq, "date");
    if (date.n && !bw_date_parse(date, &in.date)) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "date", "date must be YYYY-MM-DD"), &err);
        return false;
    }
    bw_code rc = bw_search(rq->app, pg, &rq->who, &in, &rq->arena, ret, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

static void search_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_found *found;
    if (!bw_search_read(rq, pg, &found))
        return;
    if (found->say) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "q", "%s", found->say), &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 1024 * 1024);
    bw_jo_begin(j);
    bw_jkey(j, "hits");
    bw_ja_begin(j);
    for (size_t k = 0; k < found->n; k++)
        put_hit(j, &found->hits[k]);
    bw_ja_end(j);
    bw_jk_bool(j, "more", found->more);
    bw_jk_bool(j, "ask", found->ask);
    bw_jo_end(j);
    bw_reply_index(rq, &found->complete_to);
    bw_json_end(rq, 200, &r);
}

void bw_h_search(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, search_job);
}
