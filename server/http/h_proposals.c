/* SPDX-License-Identifier: Apache-2.0 */
/* h_proposals.c - which rushed bags may belong to which open cases: GET /v1/proposals, POST {id}:refuse, and the same
 * as a page.  Confirming is joining the two records.  Layer: http.  Threads: loop, then a query worker.  Source:
 * TYB-02. */
#include "bw/app/proposals.h"

#include "handlers.h"
#include "pages_int.h"

static void members(struct bw_json_out *j, const void *row)
{
    const struct bw_proposal *p = row;
    bw_jk_uuid(j, "id", &p->id);
    bw_jk_time(j, "made_at", p->made_at);
    bw_jk_str(j, "state", p->state);
    bw_jk_str(j, "why", p->why);
    bw_jk_str(j, "sender", p->sender);
    bw_jk_str(j, "carrier", p->carrier);
    bw_jk_uuid(j, "bag_id", &p->bag_id);
    bw_jk_str(j, "plate", p->plate);
    bw_jko_str(j, "flight", p->flight);
    bw_jko_date(j, "flight_date", p->flight_date);
    bw_jk_str(j, "from_station", p->from_station);
    bw_jk_str(j, "to_station", p->to_station);
    bw_jk_str(j, "ref", p->ref);
    bw_jk_str(j, "owner", p->owner);
    bw_jk_uuid(j, "case_bag_id", &p->case_bag_id);
    bw_jko_str(j, "case_plate", p->case_plate);
    bw_jk_time(j, "refused_at", p->refused_at);
    bw_jko_str(j, "refused_by", p->refused_by);
}

static void add_row(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_proposal *p)
{
    char id[BW_UUID_TEXT], date[BW_DATE_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&p->id, id))));
    bw_view_add_str(a, one, "bag", bw_arena_str(a, bw_str_c(bw_uuid_text(&p->bag_id, id))));
    bw_view_add_str(a, one, "case_bag", bw_arena_str(a, bw_str_c(bw_uuid_text(&p->case_bag_id, id))));
    bw_view_add_str(a, one, "plate", p->plate);
    bw_view_add_str(a, one, "case_plate", p->case_plate);
    bw_view_add_str(a, one, "ref", p->ref);
    bw_view_add_str(a, one, "owner", p->owner);
    bw_view_add_str(a, one, "carrier", p->carrier);
    bw_view_add_str(a, one, "flight", p->flight);
    if (p->flight_date != BW_DATE_NONE)
        bw_view_add_str(a, one, "date", bw_arena_str(a, bw_str_c(bw_date_text(p->flight_date, date))));
    bw_view_add_str(a, one, "from", p->from_station);
    bw_view_add_str(a, one, "to", p->to_station);
    bw_view_add_c(a, one, "why", bw_leaf_word(leaf, "page.proposals.why", p->why));
    bw_view_add_c(a, one, "state", bw_leaf_word(leaf, "page.proposals.state", p->state));
    bool desk = (leaf->rq->who.roles & BW_DESK) != 0;
    bw_view_add_bool(a, one, "waiting", desk && bw_str_eq_c(p->state, "waiting"));
    bw_leaf_when(leaf, one, "made", p->made_at);
}

static void list_page(struct bw_request *rq, const struct bw_proposal *v, size_t n)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.proposals.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "at_proposals", true);
    bw_view_add_bool(a, leaf.view, "any", n > 0);
    bw_view_add_c(a, leaf.view, "csrf", rq->who.csrf);
    bw_leaf_when(&leaf, leaf.view, "now", leaf.now);
    struct bw_view *list = bw_view_add_list(a, leaf.view, "rows");
    for (size_t k = 0; k < n; k++)
        add_row(&leaf, list, &v[k]);
    bw_leaf_reply(&leaf, 200, "proposals");
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_proposal *v = NULL;
    size_t n = 0;
    bw_code rc = bw_proposals_list(pg, &rq->who, &rq->arena, &v, &n, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (rq->route->flags & BW_R_PAGE)
        list_page(rq, v, n);
    else
        bw_reply_rows(rq, "proposals", v, n, sizeof *v, members);
}

void bw_h_proposals(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

/* --- confirm --- */

static void joined(struct bw_request *rq)
{
    const struct bw_work *work = rq->data;
    bool well = work->rc == BW_OK && work->items[0].rc == BW_OK;
    if (well && rq->route->flags & BW_R_PAGE)
        bw_reply_redirect(rq, BW_STR("/desk/proposals"));
    else
        bw_answer_item(rq);
}

static void submit(struct bw_request *rq)
{
    struct bw_link_request *link = rq->data;
    rq->data = &link->work;
    bw_request_commit(rq, &link->work, joined);
}

static void job_confirm(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_link_request *link;
    bw_code rc = bw_proposal_confirm(pg, &rq->who, rq->data, &rq->arena, &link, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = link;
    bw_request_then(rq, submit);
}

/* --- refuse --- */

static void job_refuse(struct bw_request *rq, struct bw_pg *pg)
{
    const struct bw_uuid *id = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_proposal_refuse(pg, &rq->who, id, rq->at_wall, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (rq->route->flags & BW_R_PAGE)
        bw_reply_redirect(rq, BW_STR("/desk/proposals"));
    else
        bw_reply_empty(rq, 204);
}

static void with_id(struct bw_request *rq, bw_job *job)
{
    struct bw_error err = { 0 };
    struct bw_uuid *id = BW_NEW(&rq->arena, struct bw_uuid);
    if (!id || !bw_uuid_parse(bw_request_param(rq, "id"), id)) {
        bw_reply_problem(rq, bw_fail(&err, id ? BW_E_NOT_FOUND : BW_E_BUSY, NULL, "no such proposal"), &err);
        return;
    }
    rq->data = id;
    bw_request_job(rq, BW_JOB_QUERY, job);
}

void bw_h_proposal_confirm(struct bw_request *rq)
{
    with_id(rq, job_confirm);
}

void bw_h_proposal_refuse(struct bw_request *rq)
{
    with_id(rq, job_refuse);
}
