/* SPDX-License-Identifier: Apache-2.0 */
/* What was found, read in a handful of statements however many there are: bags by their names first, to know their
 * cases; then files, their bags, and what is owed for them.  What the asker may not see is dropped here and nowhere
 * else. */
#include <stdlib.h>

#include "bw/app/bagview.h"
#include "bw/app/sight.h"
#include "bw/storage/rows.h"
#include "search_int.h"

enum { BAGS_MOST = BW_CANDIDATES_MOST * 8, HOPS = 4 };

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for what was found");
}

/* --- bags --- */

struct bags {
    struct bw_bag **v;
    size_t n;
};

static struct bw_bag *bag_of(const struct bags *b, struct bw_uuid id)
{
    for (int hop = 0; hop < HOPS; hop++) {
        struct bw_bag *found = NULL;
        for (size_t k = 0; !found && k < b->n; k++)
            if (bw_uuid_eq(&b->v[k]->bag_id, &id))
                found = b->v[k];
        if (!found || bw_uuid_is_nil(&found->joined_into))
            return found;
        id = found->joined_into;
    }
    return NULL;
}

static bool is_read(const struct bags *b, const struct bw_uuid *id)
{
    for (size_t k = 0; k < b->n; k++)
        if (bw_uuid_eq(&b->v[k]->bag_id, id))
            return true;
    return false;
}

static bw_code read_these(struct bw_searching *s, const struct bw_uuid *ids, size_t n, struct bags *b,
                          struct bw_error *err)
{
    int16_t *bucket = BW_NEW_ARRAY(s->arena, int16_t, n + 1);
    if (!bucket)
        return no_memory(err);
    for (size_t k = 0; k < n; k++)
        bucket[k] = bw_id_bucket(&ids[k]);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(s->pg, BW_STMT_BAG_READ, BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(ids, n)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n && b->n < BAGS_MOST; k++) {
        struct bw_bag *bag = BW_NEW(s->arena, struct bw_bag);
        if (!bag)
            return no_memory(err);
        if (!bw_row_bag(&rows, k, bag))
            return bw_fail(err, BW_E_DB, NULL, "the fold of a bag does not read back");
        b->v[b->n++] = bag;
    }
    return rc;
}

/* Those of the ids that are not read yet, and the records that they were joined into. */
static bw_code read_bags(struct bw_searching *s, struct bw_uuid *ids, size_t n, struct bags *b, struct bw_error *err)
{
    for (int hop = 0; hop < HOPS && n; hop++) {
        size_t from = b->n, left = 0;
        for (size_t k = 0; k < n; k++)
            if (!is_read(b, &ids[k]))
                ids[left++] = ids[k];
        bw_code rc = left ? read_these(s, ids, left, b, err) : BW_OK;
        if (rc != BW_OK)
            return rc;
        n = 0;
        for (size_t k = from; k < b->n; k++)
            if (!bw_uuid_is_nil(&b->v[k]->joined_into))
                ids[n++] = b->v[k]->joined_into;
    }
    return BW_OK;
}

/* Bags that were found by name stand for their cases; what has none stays a bag. */
static bw_code bags_to_cases(struct bw_searching *s, struct bags *b, struct bw_error *err)
{
    struct bw_uuid ids[BW_CANDIDATES_MOST];
    struct bw_candidate old[BW_CANDIDATES_MOST];
    size_t n = 0, n_old = s->n;
    memcpy(old, s->v, n_old * sizeof *old);
    for (size_t k = 0; k < n_old; k++)
        if (!old[k].is_case)
            ids[n++] = old[k].id;
    bw_code rc = read_bags(s, ids, n, b, err);
    s->n = 0;
    for (size_t k = 0; rc == BW_OK && k < n_old; k++) {
        struct bw_bag *bag = old[k].is_case ? NULL : bag_of(b, old[k].id);
        if (old[k].is_case)
            bw_candidate_add(s, true, &old[k].id, old[k].why, old[k].at);
        else if (bag && !bw_uuid_is_nil(&bag->case_id))
            bw_candidate_add(s, true, &bag->case_id, old[k].why, old[k].at);
        else if (bag)
            bw_candidate_add(s, false, &bag->bag_id, old[k].why, bag->made_at);
    }
    return rc;
}

/* --- cases --- */

struct loading {
    struct bw_searching *s;
    struct bags bags;
    struct bw_hit *hits; /* by candidate */
    int16_t bucket[BW_CANDIDATES_MOST];
    struct bw_uuid cases[BW_CANDIDATES_MOST];
    size_t n_cases;
};

static struct bw_hit *hit_of(struct loading *l, const struct bw_uuid *case_id)
{
    for (size_t k = 0; k < l->s->n; k++)
        if (l->s->v[k].is_case && bw_uuid_eq(&l->s->v[k].id, case_id))
            return &l->hits[k];
    return NULL;
}

static bw_code read_files(struct loading *l, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(l->s->pg, BW_STMT_CASE_READ,
                    BW_PARAMS(bw_p_i16s(l->bucket, NULL, l->n_cases), bw_p_uuids(l->cases, l->n_cases)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "case_id");
        struct bw_hit *hit = hit_of(l, &id);
        if (hit && !bw_row_case(&rows, k, &hit->file))
            return bw_fail(err, BW_E_DB, NULL, "the fold of a file does not read back");
        if (hit)
            hit->has_case = true;
    }
    return rc;
}

static bw_code read_their_bags(struct loading *l, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(l->s->pg, BW_STMT_CASE_BAGS,
                    BW_PARAMS(bw_p_i16s(l->bucket, NULL, l->n_cases), bw_p_uuids(l->cases, l->n_cases)), &rows, err);
    struct bw_uuid *ids = rc == BW_OK ? BW_NEW_ARRAY(l->s->arena, struct bw_uuid, rows.n + BAGS_MOST) : NULL;
    if (rc == BW_OK && !ids)
        return no_memory(err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        ids[k] = bw_rows_uuid(&rows, k, "bag_id");
    rc = rc == BW_OK ? read_bags(l->s, ids, rows.n, &l->bags, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid case_id = bw_rows_uuid(&rows, k, "case_id");
        struct bw_hit *hit = hit_of(l, &case_id);
        struct bw_bag *bag = bag_of(&l->bags, bw_rows_uuid(&rows, k, "bag_id"));
        if (!hit || !bag)
            continue;
        hit->bags = hit->bags ? hit->bags : BW_NEW_ARRAY(l->s->arena, struct bw_bag *, rows.n + 1);
        if (!hit->bags)
            return no_memory(err);
        hit->bags[hit->n_bags++] = bag;
    }
    return rc;
}

/* --- what may be seen, the best first --- */

static bool may_see(const struct bw_searching *s, struct bw_hit *hit)
{
    struct bw_sight sight;
    if (!hit->has_case)
        return hit->n_bags && bw_bag_visible(hit->bags[0], s->who);
    const struct bw_case_facts facts = { &hit->file, (const struct bw_bag *const *)hit->bags, hit->n_bags,
                                         BW_TIME_NONE };
    bw_case_sight(s->who, &facts, s->now, &sight);
    hit->sees = sight.sees;
    return sight.sees & BW_SEE_CASE;
}

static unsigned best_why(unsigned why)
{
    unsigned bit = 0;
    while (bit < BW_WHY_MAX && !(why & 1U << bit))
        bit++;
    return bit;
}

/* Twice what is shown is enough to read: what sight takes away of one's own carriers' cases is little. */
static int cmp_candidate(const void *pa, const void *pb)
{
    const struct bw_candidate *a = pa, *b = pb;
    unsigned wa = best_why(a->why), wb = best_why(b->why);
    if (wa != wb)
        return wa < wb ? -1 : 1;
    return (a->at < b->at) - (a->at > b->at);
}

static void cut_candidates(struct bw_searching *s)
{
    if (s->n <= (size_t)BW_HITS_MOST * 2)
        return;
    qsort(s->v, s->n, sizeof *s->v, cmp_candidate);
    s->n = (size_t)BW_HITS_MOST * 2;
    s->more = true;
}

static int cmp_hit(const void *pa, const void *pb)
{
    const struct bw_hit *a = pa, *b = pb;
    unsigned wa = best_why(a->why), wb = best_why(b->why);
    if (wa != wb)
        return wa < wb ? -1 : 1;
    bw_time ta = a->has_case ? a->file.opened_at : a->bags[0]->made_at,
            tb = b->has_case ? b->file.opened_at : b->bags[0]->made_at;
    if (ta != tb)
        return ta > tb ? -1 : 1;
    return bw_uuid_cmp(&a->file.case_id, &b->file.case_id);
}

static void keep_best(struct loading *l, struct bw_found *to)
{
    to->hits = l->hits;
    for (size_t k = 0; k < l->s->n; k++)
        if (may_see(l->s, &l->hits[k]))
            to->hits[to->n++] = l->hits[k];
    qsort(to->hits, to->n, sizeof *to->hits, cmp_hit);
    to->more = l->s->more || to->n > BW_HITS_MOST;
    to->n = to->n < BW_HITS_MOST ? to->n : BW_HITS_MOST;
}

/* --- what is owed --- */

static bool concerns(const struct bw_hit *hit, const struct bw_uuid *id)
{
    for (size_t k = 0; k < hit->n_bags; k++)
        if (bw_uuid_eq(&hit->bags[k]->bag_id, id))
            return true;
    return hit->has_case && bw_uuid_eq(&hit->file.case_id, id);
}

static bw_code read_owed(struct bw_searching *s, struct bw_found *to, struct bw_error *err)
{
    size_t n = 0, max = 0;
    for (size_t k = 0; k < to->n; k++)
        max += to->hits[k].n_bags + 1;
    struct bw_uuid *ids = BW_NEW_ARRAY(s->arena, struct bw_uuid, max + 1);
    int16_t *bucket = BW_NEW_ARRAY(s->arena, int16_t, max + 1);
    if (!ids || !bucket)
        return no_memory(err);
    for (size_t k = 0; k < to->n; k++) {
        if (to->hits[k].has_case)
            ids[n++] = to->hits[k].file.case_id;
        for (size_t b = 0; b < to->hits[k].n_bags; b++)
            ids[n++] = to->hits[k].bags[b]->bag_id;
    }
    for (size_t k = 0; k < n; k++)
        bucket[k] = bw_id_bucket(&ids[k]);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(s->pg, BW_STMT_PROMISE_OPEN, BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(ids, n)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "bag_id");
        for (size_t h = 0; bw_rows_time(&rows, k, "due_at") <= s->now && h < to->n; h++)
            to->hits[h].stale |= concerns(&to->hits[h], &id);
    }
    return rc;
}

bw_code bw_search_load(struct bw_searching *s, struct bw_found *to, struct bw_error *err)
{
    struct loading *l = BW_NEW(s->arena, struct loading);
    if (!l)
        return no_memory(err);
    l->s = s;
    l->bags.v = BW_NEW_ARRAY(s->arena, struct bw_bag *, BAGS_MOST);
    l->hits = BW_NEW_ARRAY(s->arena, struct bw_hit, BW_CANDIDATES_MOST);
    if (!l->bags.v || !l->hits)
        return no_memory(err);
    bw_code rc = bags_to_cases(s, &l->bags, err);
    cut_candidates(s);
    for (size_t k = 0; rc == BW_OK && k < s->n; k++) {
        l->hits[k].why = s->v[k].why;
        if (s->v[k].is_case) {
            l->bucket[l->n_cases] = bw_id_bucket(&s->v[k].id);
            l->cases[l->n_cases++] = s->v[k].id;
            continue;
        }
        l->hits[k].bags = BW_NEW(s->arena, struct bw_bag *);
        if (!l->hits[k].bags)
            return no_memory(err);
        l->hits[k].bags[l->hits[k].n_bags++] = bag_of(&l->bags, s->v[k].id);
    }
    rc = rc == BW_OK && l->n_cases ? read_files(l, err) : rc;
    rc = rc == BW_OK && l->n_cases ? read_their_bags(l, err) : rc;
    if (rc != BW_OK)
        return rc;
    keep_best(l, to);
    rc = to->n ? read_owed(s, to, err) : BW_OK;
    return rc == BW_OK && to->n ? bw_search_names(s, to, err) : rc;
}
