/* SPDX-License-Identifier: Apache-2.0 */
/* h_feeds.c - GET /v1/feeds and GET /desk/feeds: whether the systems of senders are heard at their stations.
 * Layer: http.  Threads: loop, then a query worker.  Source: CLK-12. */
#include "bw/app/feeds.h"

#include "handlers.h"
#include "pages_int.h"

struct found {
    struct bw_feed_seen *v;
    size_t n;
};

/* False: the reply is there. */
static bool read_feeds(struct bw_request *rq, struct bw_pg *pg, const struct bw_world *world, bw_time now,
                       struct found *ret)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_feeds_list(pg, &rq->who, world, now, &rq->arena, &ret->v, &ret->n, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_time now = bw_clock_wall();
    struct bw_json_reply r;
    struct found found;
    if (read_feeds(rq, pg, world, now, &found)) {
        bw_feeds_json(found.v, found.n, now, bw_json_begin(&r, 2u << 20));
        bw_json_end(rq, 200, &r);
    }
    bw_worlds_release(worlds, world);
}

void bw_h_feeds(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

/* --- the page --- */

static const char *carriers_of(const struct bw_leaf *leaf, const struct bw_feed_seen *f)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    bw_buf_init(&b, 2048);
    for (size_t k = 0; k < f->n_carriers; k++)
        bw_buf_printf(&b, "%s%s", k ? ", " : "", bw_leaf_carrier(leaf, f->carriers[k]));
    struct bw_str text = bw_arena_str(&leaf->rq->arena, bw_buf_view(&b));
    return text.p ? text.p : "";
}

/* "Nothing from British Airways (BA) at London Heathrow since 20 Nov, 14:05" */
static void add_nothing(const struct bw_leaf *leaf, struct bw_view *one, const struct bw_feed_seen *f)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf time = { 0 };
    bw_buf_init(&time, 256);
    bw_say_time(&leaf->reader, f->silent_from, &time);
    const char *who = f->n_carriers ? carriers_of(leaf, f) : f->sender;
    const struct bw_arg args[] = { { "carrier", bw_str_c(who) },
                                   { "station", bw_str_c(bw_station_name(leaf->world, f->station)) },
                                   { "time", bw_buf_view(&time) } };
    bw_view_add_c(&leaf->rq->arena, one, "nothing", bw_leaf_text(leaf, "page.feeds.nothing", args, BW_LEN(args)));
}

static void add_feed(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_feed_seen *f)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "sender", f->sender);
    bw_view_add_c(a, one, "station", bw_leaf_station(leaf, f->station));
    bw_view_add_c(a, one, "carriers", carriers_of(leaf, f));
    bw_view_add_c(a, one, "gap",
                  f->usual_gap ? bw_leaf_span(leaf, f->usual_gap) : bw_leaf_text(leaf, "page.feeds.unknown", NULL, 0));
    bw_leaf_when(leaf, one, "last", f->last_at);
    bw_leaf_when(leaf, one, "until", f->silent_at);
    bw_leaf_when(leaf, one, "told", f->told_at);
    if (f->silent_from != BW_TIME_NONE)
        add_nothing(leaf, one, f);
}

static void add_lists(const struct bw_leaf *leaf, const struct found *found)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *silent = bw_view_add_list(a, leaf->view, "silent");
    struct bw_view *alive = bw_view_add_list(a, leaf->view, "alive");
    size_t n_silent = 0;
    for (size_t k = 0; k < found->n; k++) {
        bool is_silent = found->v[k].silent_from != BW_TIME_NONE;
        add_feed(leaf, is_silent ? silent : alive, &found->v[k]);
        n_silent += is_silent ? 1 : 0;
    }
    bw_view_add_bool(a, leaf->view, "has_silent", n_silent > 0);
    bw_view_add_bool(a, leaf->view, "has_alive", n_silent < found->n);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_time now = bw_clock_wall();
    struct found found;
    struct bw_leaf leaf;
    if (read_feeds(rq, pg, world, now, &found)) {
        bw_leaf_begin(&leaf, rq, world, now);
        bw_leaf_zone(&leaf, NULL);
        bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.feeds.title", NULL, 0));
        bw_view_add_bool(&rq->arena, leaf.view, "at_feeds", true);
        add_lists(&leaf, &found);
        bw_leaf_reply(&leaf, 200, "feeds");
    }
    bw_worlds_release(worlds, world);
}

void bw_h_desk_feeds(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}
