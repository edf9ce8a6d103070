/* SPDX-License-Identifier: Apache-2.0 */
/* h_desk.c - the agent's look-up (GET /desk): a bag by any name it goes by.  One that fits opens at once, several are
 * offered, what may not be seen looks the same as what is not there (SEC-03).
 * Layer: http.  Threads: loop, then a query worker.  Source: design.md 8, DESK-01 (identities), BAG-02. */
#include "pages_int.h"

#include <stdio.h>

#include "handlers.h"

#define HITS_MAX 16

struct search {
    struct bw_str q, date;
    struct bw_bag_seen *hits[HITS_MAX];
    size_t n;
};

static void add_hit(struct bw_leaf *leaf, struct bw_view *list, const struct bw_bag_seen *seen)
{
    char id[BW_UUID_TEXT], date[BW_DATE_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_bag *bag = &seen->bag;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->bag_id, id))));
    bw_view_add_c(a, one, "plate", bw_leaf_bag(leaf, bag->plate));
    if (bag->travel_date != BW_DATE_NONE)
        bw_view_add_str(a, one, "date", bw_arena_str(a, bw_str_c(bw_date_text(bag->travel_date, date))));
    bw_view_add_c(a, one, "state", bw_leaf_place(leaf, bag));
    bw_leaf_when(leaf, one, "seen", bag->last_seen_at);
    bw_view_add_c(a, one, "station", bag->last_seen_station);
    bw_view_add_c(a, one, "ref", bag->case_ref);
}

static void page(struct bw_request *rq, const struct bw_world *world, const struct search *s, const char *say)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.desk.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "at_desk", true);
    bw_view_add_str(a, leaf.view, "q", s->q);
    bw_view_add_str(a, leaf.view, "date", s->date);
    const struct bw_arg args[] = { { "q", s->q }, { "why", bw_str_c(say) } };
    if (say)
        bw_view_add_c(a, leaf.view, "say", bw_leaf_text(&leaf, say[0] ? "page.desk.bad" : "page.desk.none", args, 2));
    if (s->n > 1) {
        bw_view_add_c(a, leaf.view, "several", bw_leaf_text(&leaf, "page.desk.several", args, 1));
        struct bw_view *list = bw_view_add_list(a, leaf.view, "hits");
        for (size_t k = 0; k < s->n; k++)
            add_hit(&leaf, list, s->hits[k]);
    }
    bw_leaf_reply(&leaf, 200, "desk");
}

/* The bags of that name which the caller may see. */
static bw_code look(struct bw_request *rq, struct bw_pg *pg, const struct bw_ident *ident, struct search *s,
                    struct bw_error *err)
{
    struct bw_uuid ids[HITS_MAX];
    size_t n;
    bw_code rc = bw_bags_find(pg, ident, ids, HITS_MAX, &n, err);
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        rc = bw_bag_see(pg, &ids[k], BW_WANT_STATE, &rq->arena, &s->hits[s->n], err);
        if (rc == BW_OK && bw_bag_visible(&s->hits[s->n]->bag, &rq->who))
            s->n++;
    }
    return rc == BW_E_NOT_FOUND ? BW_OK : rc;
}

static void desk_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct search *s = rq->data;
    struct bw_ident ident;
    char id[BW_UUID_TEXT];
    bw_date date = BW_DATE_NONE;
    const char *why = NULL;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const char *say = s->q.n ? "" : NULL;
    if (s->date.n && !bw_date_parse(s->date, &date))
        date = BW_DATE_NONE;
    bool known = s->q.n && bw_ident_parse(s->q, date, &ident, &why);
    bw_code rc = known ? look(rq, pg, &ident, s, &err) : BW_OK;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    if (s->n == 1) {
        bw_uuid_text(&s->hits[0]->bag.bag_id, id);
        const char *to = bw_arena_printf(&rq->arena, "/desk/bags/%s", id);
        bw_reply_redirect(rq, bw_str_c(to));
        return;
    }
    if (s->q.n && !known)
        say = why ? why : "";
    const struct bw_world *world = bw_worlds_take(worlds);
    page(rq, world, s, s->n ? NULL : say);
    bw_worlds_release(worlds, world);
}

void bw_h_desk(struct bw_request *rq)
{
    struct search *s = BW_NEW(&rq->arena, struct search);
    if (!s) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    s->q = bw_str_trim(bw_request_query(rq, "q"));
    s->date = bw_str_trim(bw_request_query(rq, "date"));
    rq->data = s;
    bw_request_job(rq, BW_JOB_QUERY, desk_job);
}
