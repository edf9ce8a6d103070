/* SPDX-License-Identifier: Apache-2.0 */
/* h_desk.c - the agent's one search box (GET /desk): whatever a traveller can say, with the reason for each hit.  The
 * only hit of a plate, a reference or an id opens at once; what may not be seen looks the same as what is not there
 * (SEC-03). Layer: http.  Threads: loop, then a query worker.  Source: design.md 8, DESK-01, BAG-02, SEC-14. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/app/search.h"
#include "handlers.h"

/* "tag, surname": why a hit is one, the best reason first. */
static const char *why_text(struct bw_leaf *leaf, unsigned why)
{
    const char *all = "";
    for (unsigned k = 0; bw_why_word(k); k++) {
        char key[48];
        if (!(why & 1U << k))
            continue;
        (void)snprintf(key, sizeof key, "page.desk.why.%s", bw_why_word(k));
        all = bw_arena_printf(&leaf->rq->arena, "%s%s%s", all, all[0] ? ", " : "", bw_leaf_text(leaf, key, NULL, 0));
    }
    return all;
}

static void add_bag(struct bw_leaf *leaf, struct bw_view *list, const struct bw_bag *bag)
{
    char id[BW_UUID_TEXT], date[BW_DATE_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->bag_id, id))));
    bw_view_add_c(a, one, "plate", bw_leaf_bag(leaf, bag->plate));
    if (bag->travel_date != BW_DATE_NONE)
        bw_view_add_str(a, one, "date", bw_arena_str(a, bw_str_c(bw_date_text(bag->travel_date, date))));
    bw_view_add_c(a, one, "state", bw_leaf_place(leaf, bag));
    bw_leaf_when(leaf, one, "seen", bag->last_seen_at);
    bw_view_add_c(a, one, "station", bag->last_seen_station);
}

static void add_hit(struct bw_leaf *leaf, struct bw_view *list, const struct bw_hit *hit)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "why", why_text(leaf, hit->why));
    bw_view_add_bool(a, one, "stale", hit->stale);
    if (hit->has_case) {
        bw_view_add_c(a, one, "ref", hit->file.ref);
        bw_view_add_c(a, one, "case", bw_case_word(hit->file.state));
        bw_view_add_c(a, one, "owner", bw_leaf_carrier(leaf, hit->file.owner));
        bw_view_add_str(a, one, "name", hit->name);
        bw_view_add_str(a, one, "initials", hit->initials);
    }
    struct bw_view *bags = bw_view_add_list(a, one, "bags");
    for (size_t k = 0; k < hit->n_bags; k++)
        add_bag(leaf, bags, hit->bags[k]);
}

static const char *answer(struct bw_leaf *leaf, struct bw_str q, const struct bw_found *found)
{
    const struct bw_arg args[] = { { "q", q }, { "why", bw_str_c(found->say) } };
    if (found->say)
        return bw_leaf_text(leaf, "page.desk.bad", args, 2);
    return found->n ? NULL : bw_leaf_text(leaf, found->ask ? "page.desk.outside" : "page.desk.none", args, 1);
}

static void page(struct bw_request *rq, const struct bw_world *world, const struct bw_found *found)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    struct bw_str q = bw_str_trim(bw_request_query(rq, "q"));
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.desk.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "at_desk", true);
    bw_view_add_str(a, leaf.view, "q", q);
    bw_view_add_str(a, leaf.view, "date", bw_str_trim(bw_request_query(rq, "date")));
    const char *say = found ? answer(&leaf, q, found) : NULL;
    if (say)
        bw_view_add_c(a, leaf.view, "say", say);
    bw_view_add_bool(a, leaf.view, "ask", found && found->ask);
    if (found && found->ask) {
        bw_view_add_c(a, leaf.view, "csrf", rq->who.csrf);
        bw_leaf_reasons(&leaf);
    }
    if (found && found->n) {
        const struct bw_arg args[] = { { "q", q }, { "n", bw_str_c(bw_arena_printf(a, "%zu", found->n)) } };
        const char *key = found->more ? "page.desk.many" : found->n == 1 ? "page.desk.one" : "page.desk.several";
        bw_view_add_c(a, leaf.view, "found", bw_leaf_text(&leaf, key, args, 2));
        struct bw_view *list = bw_view_add_list(a, leaf.view, "hits");
        for (size_t k = 0; k < found->n; k++)
            add_hit(&leaf, list, &found->hits[k]);
    }
    bw_leaf_reply(&leaf, 200, "desk");
}

/* One bag, found by what it is called: nobody has to choose. */
static bool opens(const struct bw_found *found)
{
    unsigned called = BW_WHY_ID | BW_WHY_REF | BW_WHY_PLATE | BW_WHY_RUSH | BW_WHY_SHORT;
    return found->n == 1 && found->hits[0].n_bags == 1 && (found->hits[0].why & called);
}

static void desk_job(struct bw_request *rq, struct bw_pg *pg)
{
    char id[BW_UUID_TEXT];
    struct bw_found *found = NULL;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    if (bw_str_trim(bw_request_query(rq, "q")).n && !bw_search_read(rq, pg, &found))
        return;
    if (found && opens(found)) {
        bw_uuid_text(&found->hits[0].bags[0]->bag_id, id);
        bw_reply_redirect(rq, bw_str_c(bw_arena_printf(&rq->arena, "/desk/bags/%s", id)));
        return;
    }
    const struct bw_world *world = bw_worlds_take(worlds);
    page(rq, world, found);
    bw_worlds_release(worlds, world);
}

void bw_h_desk(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, desk_job);
}
