/* SPDX-License-Identifier: Apache-2.0 */
/* The set-based inserts of a batch, tables in one order (data_key, raw_message, event_key, alias, event, event_private,
 * case_file, bag, bag_flight, promise, journal, feed_payload) and every array sorted by its key: unsorted arrays
 * deadlocked in trials, sorted never. */
#include <stdlib.h>

#include "batch_erase.h"
#include "batch_ways.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to write a batch");
}

static int cmp_bucket(int a, int b)
{
    return (a > b) - (a < b);
}

static int cmp_key(const void *pa, const void *pb)
{
    const struct bw_out *a = *(struct bw_out *const *)pa, *b = *(struct bw_out *const *)pb;
    int c = cmp_bucket(a->ident_bucket, b->ident_bucket);
    c = c ? c : strcmp(a->ev->sender, b->ev->sender);
    c = c ? c : strcmp(a->ev->event_id, b->ev->event_id);
    return c ? c : bw_str_cmp(a->key_ident, b->key_ident);
}

static bw_code write_keys(struct bw_batch *b, struct bw_error *err)
{
    size_t n = b->outs.n;
    struct bw_out **o = BW_NEW_ARRAY(&b->arena, struct bw_out *, n);
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n), *bag_bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 4);
    struct bw_uuid *bag_id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    int32_t *version = BW_NEW_ARRAY(&b->arena, int32_t, n);
    if (!o || !bucket || !bag_bucket || !text || !bag_id || !version)
        return no_memory(err);
    for (size_t k = 0; k < n; k++)
        o[k] = b->outs.v[k];
    qsort(o, n, sizeof *o, cmp_key);
    for (size_t k = 0; k < n; k++) {
        bucket[k] = o[k]->ident_bucket;
        text[k] = bw_str_c(o[k]->ev->sender);
        text[n + k] = bw_str_c(o[k]->ev->event_id);
        text[2 * n + k] = o[k]->key_ident;
        text[3 * n + k] = bw_str_n((const char *)o[k]->fingerprint.b, BW_SHA256);
        bag_bucket[k] = bw_id_bucket(&o[k]->ev->bag_id);
        bag_id[k] = o[k]->ev->bag_id;
        version[k] = o[k]->ev->version;
    }
    return bw_pipe_send(b->pg, BW_STMT_KEY_INSERT,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_texts(text, n), bw_p_texts(text + n, n),
                                  bw_p_texts(text + 2 * n, n), bw_p_byteas(text + 3 * n, n),
                                  bw_p_i16s(bag_bucket, NULL, n), bw_p_uuids(bag_id, n), bw_p_i32s(version, NULL, n)),
                        err);
}

/* A window on its way into the table. */
struct new_window {
    const struct bw_alias_set *set;
    const struct bw_window *w;
    int16_t bucket, number;
};

static int cmp_window(const void *pa, const void *pb)
{
    const struct new_window *a = pa, *b = pb;
    int c = cmp_bucket(a->bucket, b->bucket);
    c = c ? c : (int)a->set->kind - (int)b->set->kind;
    c = c ? c : strcmp(a->set->value, b->set->value);
    return c ? c : cmp_bucket(a->number, b->number);
}

/* False for a bag that was made for a statement which was refused after all: it gets no row, so no window either. */
static bool lives(struct bw_batch *b, const struct bw_window *w)
{
    const struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_BAG, &w->bag_id);
    return a && (!a->fresh || a->added.n);
}

static size_t new_windows(struct bw_batch *b, struct new_window *to)
{
    size_t n = 0;
    for (size_t k = 0; k < b->alias_list.n; k++) {
        const struct bw_alias_set *s = b->alias_list.v[k];
        struct bw_ident ident = { .kind = s->kind, .date = BW_DATE_NONE };
        bw_str_put(bw_str_c(s->value), ident.value, sizeof ident.value);
        for (size_t i = s->n_read; i < s->n; i++) {
            if (!lives(b, &s->v[i]))
                continue;
            if (to)
                to[n] = (struct new_window){ s, &s->v[i], bw_ident_bucket(&ident),
                                             (int16_t)(s->next + (int16_t)(i - s->n_read)) };
            n++;
        }
    }
    return n;
}

static bw_code write_aliases(struct bw_batch *b, struct bw_error *err)
{
    size_t n = new_windows(b, NULL);
    if (!n)
        return BW_OK;
    struct new_window *w = BW_NEW_ARRAY(&b->arena, struct new_window, n);
    int16_t *small = BW_NEW_ARRAY(&b->arena, int16_t, n * 4);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 2);
    bw_date *date = BW_NEW_ARRAY(&b->arena, bw_date, n * 2);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    if (!w || !small || !text || !date || !id)
        return no_memory(err);
    (void)new_windows(b, w);
    qsort(w, n, sizeof *w, cmp_window);
    for (size_t k = 0; k < n; k++) {
        small[k] = w[k].bucket;
        text[k] = bw_str_c(bw_ident_kind_word(w[k].set->kind));
        text[n + k] = bw_str_c(w[k].set->value);
        date[k] = w[k].w->from;
        date[n + k] = w[k].w->until;
        small[n + k] = w[k].w->twin;
        small[2 * n + k] = bw_id_bucket(&w[k].w->bag_id);
        small[3 * n + k] = w[k].number;
        id[k] = w[k].w->bag_id;
    }
    return bw_pipe_send(b->pg, BW_STMT_ALIAS_INSERT,
                        BW_PARAMS(bw_p_i16s(small, NULL, n), bw_p_texts(text, n), bw_p_texts(text + n, n),
                                  bw_p_dates(date, n), bw_p_dates(date + n, n), bw_p_i16s(small + n, NULL, n),
                                  bw_p_i16s(small + 2 * n, NULL, n), bw_p_uuids(id, n),
                                  bw_p_i16s(small + 3 * n, NULL, n)),
                        err);
}

/* Leaves and number of events; written also for a batch of duplicates, so that its commit waits like any other
 * (reliability.md 3.2). */
static bw_code write_journal(struct bw_batch *b, struct bw_error *err)
{
    size_t n = b->outs.n;
    uint8_t *leaves = bw_arena_alloc(&b->arena, n * BW_SHA256);
    if (!leaves)
        return no_memory(err);
    for (size_t k = 0; k < n; k++)
        memcpy(leaves + k * BW_SHA256, ((const struct bw_out *)b->outs.v[k])->leaf.b, BW_SHA256);
    bw_time recorded_at = b->now;
    for (size_t k = 0; k < n; k++) {
        bw_time at = ((const struct bw_out *)b->outs.v[k])->ev->recorded_at;
        recorded_at = at > recorded_at ? at : recorded_at;
    }
    bw_code rc =
        bw_pipe_send(b->pg, BW_STMT_JOURNAL_INSERT,
                     BW_PARAMS(bw_p_i64(b->journal_id), bw_p_i32((int32_t)n), bw_p_time(recorded_at),
                               bw_p_c(b->opt->instance), bw_p_bytea(bw_str_n((const char *)leaves, n * BW_SHA256))),
                     err);
    if (rc != BW_OK || !b->n_lines)
        return rc;
    int64_t slot = (int64_t)bw_date_of(recorded_at) % 16;
    return bw_pipe_send(b->pg, BW_STMT_PAYLOAD_INSERT,
                        BW_PARAMS(bw_p_i16((int16_t)slot), bw_p_i64(b->journal_id), bw_p_bytea(bw_buf_view(&b->lines))),
                        err);
}

bw_code bw_batch_write(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = bw_write_sealed(b, err);
    if (b->outs.n) {
        rc = rc == BW_OK ? write_keys(b, err) : rc;
        rc = rc == BW_OK ? write_aliases(b, err) : rc;
        rc = rc == BW_OK ? bw_write_events(b, err) : rc;
        rc = rc == BW_OK ? bw_write_files(b, err) : rc;
        rc = rc == BW_OK ? bw_write_bags(b, err) : rc;
        rc = rc == BW_OK ? bw_write_bag_flights(b, err) : rc;
        rc = rc == BW_OK ? bw_write_promises(b, err) : rc;
        rc = rc == BW_OK ? bw_write_erasures(b, err) : rc;
        rc = rc == BW_OK ? bw_write_sides(b, err) : rc;
    }
    return rc == BW_OK ? write_journal(b, err) : rc;
}
