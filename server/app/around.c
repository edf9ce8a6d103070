/* SPDX-License-Identifier: Apache-2.0 */
/* around.c - the difference of two worlds, and whose pages it concerns. */
#include "bw/app/around.h"

#include <stdlib.h>

#include "bw/app/world.h"
#include "bw/base/log.h"

#define CASES_MOST 20000u /* as many as an instance has streams by default */
#define ASK_MOST 4096u    /* in one question to the database */
#define CHANGES_MOST 512u /* carriers at stations; of more, every page is told */

/* Where something changed, and of whom; "" = of every carrier there. */
struct change {
    const char *carrier, *station;
};
struct changes {
    struct change v[CHANGES_MOST];
    size_t n;
    bool many;
};

static void add(struct changes *c, const char *carrier, const char *station)
{
    if (c->n == BW_LEN(c->v))
        c->many = true;
    else
        c->v[c->n++] = (struct change){ carrier, station };
}

static bool says_silence(const struct bw_world *w, const struct bw_silence *s)
{
    const struct bw_silence *there = bw_world_silence(w, s->carrier, s->station);
    return there && there->since == s->since;
}

static bool same_carriers(const struct bw_storm *a, const struct bw_storm *b)
{
    bool same = a->n_carriers == b->n_carriers;
    for (size_t k = 0; same && k < a->n_carriers; k++)
        same = strcmp(a->carriers[k], b->carriers[k]) == 0;
    return same;
}

/* Until when it holds is not said; that it is over is. */
static bool says_storm(const struct bw_world *w, const struct bw_storm *s)
{
    for (size_t k = 0; k < w->n_storms; k++) {
        const struct bw_storm *o = &w->storms[k];
        if (bw_uuid_eq(&o->id, &s->id) && strcmp(o->cause, s->cause) == 0 && same_carriers(o, s))
            return true;
    }
    return false;
}

/* What stands in one and not in the other. */
static void compare(const struct bw_world *one, const struct bw_world *other, struct changes *to)
{
    for (size_t k = 0; k < one->n_silences; k++)
        if (!says_silence(other, &one->silences[k]))
            add(to, one->silences[k].carrier, one->silences[k].station);
    for (size_t k = 0; k < one->n_storms; k++) {
        const struct bw_storm *s = &one->storms[k];
        if (says_storm(other, s))
            continue;
        for (size_t i = 0; i < s->n_carriers; i++)
            add(to, s->carriers[i], s->station);
        if (!s->n_carriers)
            add(to, "", s->station);
    }
}

/* Those of n cases that are concerned, at the beginning of `cases`. */
static bw_code concerned(struct bw_pg *pg, const struct changes *c, const struct bw_uuid *cases, size_t n,
                         struct bw_uuid *to, size_t *n_to, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_str carriers[CHANGES_MOST], stations[CHANGES_MOST];
    for (size_t k = 0; k < c->n; k++) {
        carriers[k] = bw_str_c(c->v[k].carrier);
        stations[k] = bw_str_c(c->v[k].station);
    }
    bw_code rc = bw_pg_query(pg, BW_STMT_AROUND_CASES,
                             BW_PARAMS(bw_p_uuids(cases, n), bw_p_texts(carriers, c->n), bw_p_texts(stations, c->n)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        to[(*n_to)++] = bw_rows_uuid(&rows, k, "case_id");
    return rc;
}

static bw_code tell(struct bw_around *a, struct bw_pg *pg, const struct changes *c, struct bw_error *err)
{
    struct bw_uuid *cases = calloc(CASES_MOST, sizeof *cases);
    size_t n = 0, n_to = 0;
    bw_code rc = cases ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for open pages");
    if (cases)
        n = bw_hub_stale(a->hub, cases, CASES_MOST);
    n_to = c->many ? n : 0;
    for (size_t at = 0; rc == BW_OK && !c->many && at < n;
         at += ASK_MOST) /* what is found is never behind what is asked */
        rc = concerned(pg, c, cases + at, n - at < ASK_MOST ? n - at : ASK_MOST, cases, &n_to, err);
    if (rc == BW_OK) {
        bw_hub_refresh(a->hub, cases, n_to);
        bw_log(BW_INFO, "pages.refreshed", BW_LI("changes", (int64_t)c->n), BW_LI("open", (int64_t)n),
               BW_LI("cases", (int64_t)n_to));
    }
    free(cases);
    return rc;
}

bw_code bw_around_turn(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_around *a = ctx;
    const struct bw_world *now = bw_worlds_take(a->worlds);
    struct changes changes = { .n = 0 };
    bw_code rc = BW_OK;
    if (a->told && now != a->told) {
        compare(a->told, now, &changes);
        compare(now, a->told, &changes);
    }
    if (changes.n)
        rc = tell(a, pg, &changes, err);
    const struct bw_world *gone = rc == BW_OK ? a->told : now;
    a->told = rc == BW_OK ? now : a->told;
    if (gone)
        bw_worlds_release(a->worlds, gone);
    return rc;
}

void bw_around_done(struct bw_around *a)
{
    if (a->told)
        bw_worlds_release(a->worlds, a->told);
    a->told = NULL;
}
