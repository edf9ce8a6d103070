/* SPDX-License-Identifier: Apache-2.0 */
/* h_rules_page.c - GET /desk/rules: the rows by which the law's dates are shown, where each was read, from which day of
 * arrival it holds, and who has reviewed it; a row that nobody has says "check with the airline" to customers.
 * Layer: http.  Threads: loop, then a query worker.  Source: CLK-10. */
#include <stdio.h>

#include "handlers.h"
#include "pages_int.h"

static const char *law(const struct bw_leaf *leaf, enum bw_regime regime)
{
    char key[32];
    (void)snprintf(key, sizeof key, "rules.law.%s", bw_regime_word(regime));
    return bw_leaf_text(leaf, key, NULL, 0);
}

static const char *grant(const struct bw_leaf *leaf, enum bw_grant g)
{
    char key[32];
    (void)snprintf(key, sizeof key, "rules.grant.%s", bw_grant_word(g));
    return bw_leaf_text(leaf, key, NULL, 0);
}

static const char *start(const struct bw_leaf *leaf, enum bw_counts_from from)
{
    char key[32];
    (void)snprintf(key, sizeof key, "rules.from.%s", bw_counts_from_word(from));
    return bw_leaf_text(leaf, key, NULL, 0);
}

/* "days: 21" */
static const char *span(const struct bw_leaf *leaf, const struct bw_legal_rule *r)
{
    static const char *const keys[] = { [BW_LEGAL_HOURS] = "rules.unit.hours",
                                        [BW_LEGAL_DAYS] = "rules.unit.days",
                                        [BW_LEGAL_YEARS] = "rules.unit.years" };
    char number[16];
    (void)snprintf(number, sizeof number, "%d", (int)r->amount);
    const struct bw_arg args[] = { { "n", bw_str_c(number) } };
    return bw_leaf_text(leaf, keys[r->unit], args, 1);
}

static void add_trip(const struct bw_leaf *leaf, struct bw_view *one, enum bw_trip trip)
{
    static const char *const keys[BW_TRIP_MAX] = { [BW_TRIP_DOMESTIC] = "rules.trip.domestic",
                                                   [BW_TRIP_SHORT] = "rules.trip.short",
                                                   [BW_TRIP_LONG] = "rules.trip.long" };
    if (keys[trip])
        bw_view_add_c(&leaf->rq->arena, one, "trip", bw_leaf_text(leaf, keys[trip], NULL, 0));
}

static void add_text(const struct bw_leaf *leaf, struct bw_view *one, const char *key, const char *text)
{
    if (text[0])
        bw_view_add_str(&leaf->rq->arena, one, key, bw_arena_str(&leaf->rq->arena, bw_str_c(text)));
}

static void add_day(const struct bw_leaf *leaf, struct bw_view *one, const char *key, bw_date day)
{
    char text[BW_DATE_TEXT];
    if (day != BW_DATE_NONE)
        add_text(leaf, one, key, bw_date_text(day, text));
}

static void add_rules(const struct bw_leaf *leaf, const struct bw_legal *l)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "rules");
    for (size_t k = 0; k < l->n_rules; k++) {
        const struct bw_legal_rule *r = &l->rules[k];
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "law", law(leaf, r->regime));
        bw_view_add_c(a, one, "what", grant(leaf, r->grant));
        bw_view_add_c(a, one, "time", span(leaf, r));
        bw_view_add_c(a, one, "start", start(leaf, r->from));
        add_trip(leaf, one, r->trip);
        add_day(leaf, one, "from", r->valid_from);
        add_day(leaf, one, "until", r->valid_until);
        add_text(leaf, one, "rule", r->rule);
        add_text(leaf, one, "source", r->source);
        add_text(leaf, one, "reviewer", r->reviewer);
    }
}

static void add_limits(const struct bw_leaf *leaf, const struct bw_legal *l)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "limits");
    for (size_t k = 0; k < l->n_limits; k++) {
        const struct bw_legal_limit *m = &l->limits[k];
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "law", law(leaf, m->regime));
        bw_view_add_c(a, one, "amount", bw_arena_printf(a, "%d %s", (int)m->amount, m->currency));
        add_day(leaf, one, "from", m->valid_from);
        add_text(leaf, one, "rule", m->rule);
        add_text(leaf, one, "source", m->source);
        add_text(leaf, one, "reviewer", m->reviewer);
    }
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    struct bw_leaf leaf;
    (void)pg;
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.rules.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_rules", true);
    bw_view_add_bool(&rq->arena, leaf.view, "has", world->legal && world->legal->n_rules > 0);
    if (world->legal) {
        add_rules(&leaf, world->legal);
        add_limits(&leaf, world->legal);
    }
    bw_leaf_reply(&leaf, 200, "rules");
    bw_worlds_release(worlds, world);
}

void bw_h_rules_page(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}
