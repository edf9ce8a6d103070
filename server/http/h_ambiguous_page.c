/* SPDX-License-Identifier: Apache-2.0 */
/* h_ambiguous_page.c - GET /desk/ambiguous: statements that fit several bags, what was said, and the bags to choose
 * from. Layer: http.  Threads: loop, then a query worker.  Source: BAG-02. */
#include "pages_int.h"

#include "bw/app/links.h"
#include "handlers.h"

static void add_choice(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_bag_seen *seen)
{
    char id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&seen->bag.bag_id, id))));
    bw_view_add_c(a, one, "plate", bw_leaf_bag(leaf, seen->bag.plate));
    bw_view_add_c(a, one, "state", bw_leaf_place(leaf, &seen->bag));
    bw_view_add_c(a, one, "ref", seen->bag.case_ref);
}

static void add_row(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_ambiguous *said)
{
    char id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&said->record->bag.bag_id, id))));
    bw_view_add_str(a, one, "ident", bw_arena_str(a, bw_str_c(said->ident.value)));
    bw_view_add_c(a, one, "code", bw_code_row(said->event->code)->name);
    bw_view_add_c(a, one, "who", bw_leaf_carrier(leaf, said->event->carrier));
    bw_view_add_c(a, one, "station", said->event->station);
    bw_leaf_when(leaf, one, "at", said->event->order.t);
    struct bw_view *choices = bw_view_add_list(a, one, "choices");
    for (size_t k = 0; k < said->n_choices; k++)
        add_choice(leaf, choices, said->choices[k]);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_ambiguous *said;
    struct bw_leaf leaf;
    size_t n;
    if (bw_ambiguous_read(rq, pg, &said, &n) != BW_OK)
        return;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.ambiguous.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_ambiguous", true);
    bw_view_add_bool(&rq->arena, leaf.view, "has", n > 0);
    struct bw_view *rows = bw_view_add_list(&rq->arena, leaf.view, "rows");
    for (size_t k = 0; k < n; k++)
        add_row(&leaf, rows, &said[k]);
    bw_leaf_reply(&leaf, 200, "ambiguous");
    bw_worlds_release(worlds, world);
}

void bw_h_desk_ambiguous(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}
