/* SPDX-License-Identifier: Apache-2.0 */
/* The row that a case is found by: written with the file, and again where its bags have come to other carriers or
 * flights, so that a search is scoped and answered by this one table (SEC-14, DESK-01). */
#include <stdlib.h>

#include "batch_int.h"

#define EVERYBODY "*" /* those who see every carrier */

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a search row");
}

static struct bw_str eight(const uint8_t v[8], bool has)
{
    return has ? bw_str_n((const char *)v, 8) : BW_STR_NONE;
}

/* An empty text is not NULL: the columns are NOT NULL. */
static struct bw_str text_of(struct bw_str s)
{
    return s.p ? s : BW_STR("");
}

/* A set of words: carriers, or flights. */
#define WORDS_MOST 256
struct words {
    struct bw_str v[WORDS_MOST];
    size_t n;
};

static void add(struct words *to, struct bw_str word)
{
    for (size_t k = 0; k < to->n; k++)
        if (bw_str_eq(to->v[k], word))
            return;
    if (word.n && to->n < WORDS_MOST)
        to->v[to->n++] = word;
}

/* r must live as long as the sets. */
static void add_reach(struct words *carriers, struct words *flights, const struct bw_bag_reach *r)
{
    for (size_t k = 0; k < r->n_carriers; k++)
        add(carriers, bw_str_c(r->carriers[k]));
    for (size_t k = 0; k < r->n_flights; k++)
        add(flights, bw_str_c(r->flights[k]));
}

/* One text of them, blanks between: what an array of arrays cannot be. */
static bool joined(struct bw_arena *a, const struct words *w, struct bw_str *ret)
{
    size_t n = 0, at = 0;
    for (size_t k = 0; k < w->n; k++)
        n += w->v[k].n + 1;
    char *to = bw_arena_alloc(a, n + 1);
    for (size_t k = 0; to && k < w->n; k++) {
        if (k)
            to[at++] = ' ';
        memcpy(to + at, w->v[k].p, w->v[k].n);
        at += w->v[k].n;
    }
    *ret = bw_str_n(to, at);
    return to;
}

bw_code bw_search_insert(struct bw_batch *b, const struct bw_actor *file, struct bw_error *err)
{
    const struct bw_case_search *row = &file->opening->sealed.search;
    struct words *carriers = BW_NEW(&b->arena, struct words), *terms = BW_NEW(&b->arena, struct words);
    struct bw_bag_reach *reach = BW_NEW_ARRAY(&b->arena, struct bw_bag_reach, file->n_bags + 1);
    struct bw_str *all = BW_NEW_ARRAY(&b->arena, struct bw_str, row->n_terms + WORDS_MOST);
    if (!carriers || !terms || !reach || !all)
        return no_memory(err);
    add(carriers, BW_STR(EVERYBODY));
    add(carriers, bw_str_c(file->now.file.owner));
    add(carriers, bw_str_c(file->opening->opener));
    for (size_t k = 0; k < file->n_bags; k++) {
        bw_bag_reach(&bw_actor_get(b, BW_SUBJECT_BAG, &file->bags[k])->now.bag, &reach[k]);
        add_reach(carriers, terms, &reach[k]);
    }
    for (size_t k = 0; k < row->n_terms; k++)
        all[k] = row->terms[k];
    for (size_t k = 0; k < terms->n; k++)
        all[row->n_terms + k] = terms->v[k];
    return bw_pipe_send(b->pg, BW_STMT_CASE_SEARCH_INSERT,
                        BW_PARAMS(bw_p_i16(bw_id_bucket(&file->id)), bw_p_uuid(&file->id),
                                  bw_p_text(text_of(row->names)), bw_p_text(text_of(row->description)),
                                  bw_p_text(text_of(row->town)), bw_p_bytea(eight(row->phone, row->has_phone)),
                                  bw_p_bytea(eight(row->last7, row->has_phone)),
                                  bw_p_bytea(eight(row->last4, row->has_phone)),
                                  bw_p_bytea(eight(row->mail, row->has_mail)),
                                  bw_p_bytea(eight(row->pnr, row->has_pnr)), bw_p_texts(all, row->n_terms + terms->n),
                                  bw_p_texts(carriers->v, carriers->n), bw_p_time(file->now.file.opened_at)),
                        err);
}

/* Of one case in one text: no term holds a blank. */
static bool joined_terms(struct bw_arena *a, const struct bw_case_search *row, struct bw_str *ret)
{
    size_t n = 0, at = 0;
    for (size_t k = 0; k < row->n_terms; k++)
        n += row->terms[k].n + 1;
    char *to = bw_arena_alloc(a, n + 1);
    for (size_t k = 0; to && k < row->n_terms; k++) {
        memcpy(to + at, row->terms[k].p, row->terms[k].n);
        at += row->terms[k].n;
        to[at++] = ' ';
    }
    *ret = bw_str_n(to, at ? at - 1 : 0);
    return to;
}

enum { TEXTS = 9 };

bw_code bw_search_update(struct bw_batch *b, struct bw_actor *const *v, size_t n, struct bw_error *err)
{
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * TEXTS);
    if (!bucket || !id || !text)
        return no_memory(err);
    for (size_t k = 0; k < n; k++) {
        const struct bw_case_search *s = &v[k]->change->sealed.search;
        struct bw_str terms;
        if (!joined_terms(&b->arena, s, &terms))
            return no_memory(err);
        bucket[k] = bw_id_bucket(&v[k]->id);
        id[k] = v[k]->id;
        const struct bw_str row[TEXTS] = { text_of(s->names),
                                           text_of(s->description),
                                           text_of(s->town),
                                           eight(s->phone, s->has_phone),
                                           eight(s->last7, s->has_phone),
                                           eight(s->last4, s->has_phone),
                                           eight(s->mail, s->has_mail),
                                           eight(s->pnr, s->has_pnr),
                                           terms };
        for (size_t i = 0; i < TEXTS; i++)
            text[i * n + k] = row[i];
    }
    return bw_pipe_send(b->pg, BW_STMT_CASE_SEARCH_UPDATE,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_texts(text, n),
                                  bw_p_texts(text + n, n), bw_p_texts(text + 2 * n, n), bw_p_byteas(text + 3 * n, n),
                                  bw_p_byteas(text + 4 * n, n), bw_p_byteas(text + 5 * n, n),
                                  bw_p_byteas(text + 6 * n, n), bw_p_byteas(text + 7 * n, n),
                                  bw_p_texts(text + 8 * n, n)),
                        err);
}

/* --- where the bags have come to --- */

struct further {
    struct bw_uuid case_id;
    struct bw_bag_reach reach;
};

static bool adds_to(const struct bw_bag_reach *was, const struct bw_bag_reach *is)
{
    struct words carriers = { .n = 0 }, flights = { .n = 0 };
    add_reach(&carriers, &flights, was);
    size_t n = carriers.n + flights.n;
    add_reach(&carriers, &flights, is);
    return carriers.n + flights.n > n;
}

/* True where this batch took the bag further than its case's row says; a file that the batch opens has it already. */
static bool goes_further(struct bw_batch *b, const struct bw_actor *a, struct further *ret)
{
    struct bw_bag_reach was = { .n_carriers = 0 };
    const struct bw_bag *bag = &a->now.bag;
    if (a->kind != BW_SUBJECT_BAG || !a->dirty || !a->added.n || bw_uuid_is_nil(&bag->case_id))
        return false;
    const struct bw_actor *file = bw_actor_find(b, BW_SUBJECT_CASE, &bag->case_id);
    if (file && file->fresh)
        return false;
    if (!a->fresh && bw_uuid_eq(&a->row.bag.case_id, &bag->case_id))
        bw_bag_reach(&a->row.bag, &was);
    ret->case_id = bag->case_id;
    bw_bag_reach(bag, &ret->reach);
    return adds_to(&was, &ret->reach);
}

static int cmp_case(const void *pa, const void *pb)
{
    const struct further *a = *(struct further *const *)pa, *b = *(struct further *const *)pb;
    int c = (int)bw_id_bucket(&a->case_id) - (int)bw_id_bucket(&b->case_id);
    return c ? c : bw_uuid_cmp(&a->case_id, &b->case_id);
}

/* Every bag that goes further, sorted by its case. */
static bool find_further(struct bw_batch *b, struct further ***ret, size_t *ret_n)
{
    struct further **v = BW_NEW_ARRAY(&b->arena, struct further *, b->actor_list.n + 1), *one = NULL;
    size_t n = 0;
    for (size_t k = 0; v && k < b->actor_list.n; k++) {
        one = one ? one : BW_NEW(&b->arena, struct further);
        if (!one)
            return false;
        if (goes_further(b, b->actor_list.v[k], one)) {
            v[n++] = one;
            one = NULL;
        }
    }
    if (v)
        qsort(v, n, sizeof *v, cmp_case);
    *ret = v;
    *ret_n = n;
    return v;
}

bw_code bw_search_reach(struct bw_batch *b, struct bw_error *err)
{
    struct further **v;
    size_t n, rows = 0;
    if (!find_further(b, &v, &n))
        return no_memory(err);
    if (n == 0)
        return BW_OK;
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    struct bw_str *carriers = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 2), *flights = carriers ? carriers + n : NULL;
    struct words *c = BW_NEW(&b->arena, struct words), *f = BW_NEW(&b->arena, struct words);
    if (!bucket || !id || !carriers || !c || !f)
        return no_memory(err);
    for (size_t k = 0; k < n; rows++) {
        c->n = f->n = 0;
        id[rows] = v[k]->case_id;
        bucket[rows] = bw_id_bucket(&v[k]->case_id);
        for (; k < n && bw_uuid_eq(&v[k]->case_id, &id[rows]); k++)
            add_reach(c, f, &v[k]->reach);
        if (!joined(&b->arena, c, &carriers[rows]) || !joined(&b->arena, f, &flights[rows]))
            return no_memory(err);
    }
    return bw_pipe_send(b->pg, BW_STMT_CASE_SEARCH_REACH,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, rows), bw_p_uuids(id, rows), bw_p_texts(carriers, rows),
                                  bw_p_texts(flights, rows)),
                        err);
}
