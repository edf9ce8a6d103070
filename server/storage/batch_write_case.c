/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of cases: the file, its reference, bags, look-up row and link when new; else updated where the version is still
 * the one read, with the personal data and the look-up row where those were changed.  What says something of a person
 * is sealed here, under the case's own key (CASE-06). */
#include <stdio.h>
#include <stdlib.h>

#include "batch_int.h"
#include "bw/storage/case_sealed.h"

/* New files are rare and go one by one, five statements each; the rest of a batch is a dozen. */
#define FILES_ON_THE_WAY 8
_Static_assert(FILES_ON_THE_WAY * 5 + 16 < BW_PIPE_MOST, "new files and the rest of a batch fit into the pipeline");

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to write files");
}

/* --- personal data --- */

/* A text under the case's key; no text, no bytes. */
struct sealed {
    struct bw_str nonce, body;
};

static bool seal(struct bw_batch *b, const struct bw_actor *a, const char *column, struct bw_str text,
                 struct sealed *ret)
{
    char aad[64], id[BW_UUID_TEXT];
    *ret = (struct sealed){ BW_STR_NONE, BW_STR_NONE };
    if (!text.n)
        return true;
    uint8_t *nonce = bw_arena_alloc(&b->arena, BW_NONCE), *body = bw_arena_alloc(&b->arena, text.n + BW_TAG);
    if (!nonce || !body)
        return false;
    int n = snprintf(aad, sizeof aad, "%s/%s", bw_uuid_text(&a->id, id), column);
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bw_random(nonce, BW_NONCE);
    bw_seal(&a->key, nonce, bw_str_n(aad, (size_t)n), text, body);
    *ret = (struct sealed){ bw_str_n((const char *)nonce, BW_NONCE), bw_str_n((const char *)body, text.n + BW_TAG) };
    return true;
}

static bool seal_both(struct bw_batch *b, const struct bw_actor *a, const struct bw_case_sealed *s,
                      struct sealed ret[2])
{
    BW_ASSERT(s->details.n > 0);
    return seal(b, a, BW_SEALED_DETAILS, s->details, &ret[0]) && seal(b, a, BW_SEALED_REASON, s->reason, &ret[1]);
}

/* --- new files --- */

static bw_code send_link(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    const struct bw_case_new *n = a->opening;
    return bw_pipe_send(b->pg, BW_STMT_CASE_LINK_INSERT,
                        BW_PARAMS(bw_p_bytea(bw_str_n((const char *)n->link_hash.b, BW_SHA256)),
                                  bw_p_i16(bw_id_bucket(&a->id)), bw_p_uuid(&a->id), bw_p_c("main"),
                                  bw_p_text(n->language.n ? n->language : BW_STR_NONE), bw_p_time(b->now)),
                        err);
}

static bw_code send_case_bags(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    int16_t ordinal[32], bucket[32];
    for (size_t k = 0; k < a->n_bags; k++) {
        ordinal[k] = (int16_t)k;
        bucket[k] = bw_id_bucket(&a->bags[k]);
    }
    return bw_pipe_send(b->pg, BW_STMT_CASE_BAG_INSERT,
                        BW_PARAMS(bw_p_i16(bw_id_bucket(&a->id)), bw_p_uuid(&a->id),
                                  bw_p_i16s(ordinal, NULL, a->n_bags), bw_p_i16s(bucket, NULL, a->n_bags),
                                  bw_p_uuids(a->bags, a->n_bags)),
                        err);
}

static bw_code insert_case(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    const struct bw_case *f = &a->now.file;
    struct sealed sealed[2];
    struct bw_str fold;
    if (!seal_both(b, a, &a->opening->sealed, sealed) || !bw_put_fold(&b->arena, a, &fold))
        return no_memory(err);
    int16_t bucket = bw_id_bucket(&a->id);
    bw_code rc = bw_pipe_send(b->pg, BW_STMT_CASE_FILE_INSERT,
                              BW_PARAMS(bw_p_i16(bucket), bw_p_uuid(&a->id), bw_p_i32(f->version), bw_p_c(f->ref),
                                        bw_p_c(bw_case_word(f->state)), bw_p_c(f->owner), bw_p_c(f->station),
                                        bw_p_time(f->opened_at), bw_p_time(f->recorded_at), bw_p_bytea(fold),
                                        bw_p_uuid(&a->id), bw_p_bytea(sealed[0].nonce), bw_p_bytea(sealed[0].body),
                                        bw_p_bytea(sealed[1].nonce), bw_p_bytea(sealed[1].body)),
                              err);
    rc = rc == BW_OK ? bw_pipe_send(b->pg, BW_STMT_CASE_REF_INSERT,
                                    BW_PARAMS(bw_p_i16(bucket), bw_p_c(f->ref), bw_p_uuid(&a->id)), err)
                     : rc;
    rc = rc == BW_OK ? send_case_bags(b, a, err) : rc;
    rc = rc == BW_OK ? bw_search_insert(b, a, err) : rc;
    rc = rc == BW_OK ? send_link(b, a, err) : rc;
    if (rc != BW_OK || bw_uuid_is_nil(&a->opening->linked))
        return rc;
    return bw_pipe_send(b->pg, BW_STMT_CASE_LINK_MOVE,
                        BW_PARAMS(bw_p_uuid(&a->opening->linked), bw_p_i16(bucket), bw_p_uuid(&a->id)), err);
}

/* --- files that are there --- */

static bw_code update_cases(struct bw_batch *b, struct bw_actor **v, size_t n, struct bw_error *err)
{
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    int32_t *version = BW_NEW_ARRAY(&b->arena, int32_t, n * 2);
    bw_time *at = BW_NEW_ARRAY(&b->arena, bw_time, n * 3);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 3);
    if (!bucket || !id || !version || !at || !text)
        return no_memory(err);
    for (size_t k = 0; k < n; k++) {
        const struct bw_case *f = &v[k]->now.file;
        bucket[k] = bw_id_bucket(&v[k]->id);
        id[k] = v[k]->id;
        version[k] = v[k]->read_version;
        version[n + k] = f->version;
        text[k] = bw_str_c(bw_case_word(f->state));
        text[n + k] = bw_str_c(f->owner);
        at[k] = f->recorded_at;
        at[n + k] = f->closed_at;
        at[2 * n + k] = f->answer_by;
        if (!bw_put_fold(&b->arena, v[k], &text[2 * n + k]))
            return no_memory(err);
    }
    return bw_pipe_send(b->pg, BW_STMT_CASE_FILE_UPDATE,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_i32s(version, NULL, n),
                                  bw_p_i32s(version + n, NULL, n), bw_p_texts(text, n), bw_p_texts(text + n, n),
                                  bw_p_times(at, n), bw_p_times(at + n, n), bw_p_byteas(text + 2 * n, n),
                                  bw_p_times(at + 2 * n, n)),
                        err);
}

/* Behind update_cases: the rows are locked, and have the version that this batch gave them. */
static bw_code update_details(struct bw_batch *b, struct bw_actor *const *all, size_t n_all, struct bw_error *err)
{
    struct bw_actor **v = BW_NEW_ARRAY(&b->arena, struct bw_actor *, n_all + 1);
    size_t n = 0;
    for (size_t k = 0; v && k < n_all; k++)
        if (all[k]->change)
            v[n++] = all[k];
    if (!n)
        return v ? BW_OK : no_memory(err);
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    int32_t *version = BW_NEW_ARRAY(&b->arena, int32_t, n);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 4);
    if (!bucket || !id || !version || !text)
        return no_memory(err);
    for (size_t k = 0; k < n; k++) {
        struct sealed sealed[2];
        if (!seal_both(b, v[k], &v[k]->change->sealed, sealed))
            return no_memory(err);
        bucket[k] = bw_id_bucket(&v[k]->id);
        id[k] = v[k]->id;
        version[k] = v[k]->now.file.version;
        text[k] = sealed[0].nonce;
        text[n + k] = sealed[0].body;
        text[2 * n + k] = sealed[1].nonce;
        text[3 * n + k] = sealed[1].body;
    }
    bw_code rc = bw_pipe_send(b->pg, BW_STMT_CASE_DETAILS_UPDATE,
                              BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_i32s(version, NULL, n),
                                        bw_p_byteas(text, n), bw_p_byteas(text + n, n), bw_p_byteas(text + 2 * n, n),
                                        bw_p_byteas(text + 3 * n, n)),
                              err);
    return rc == BW_OK ? bw_search_update(b, v, n, err) : rc;
}

bw_code bw_write_files(struct bw_batch *b, struct bw_error *err)
{
    size_t n_new, n_old;
    struct bw_actor **fresh = bw_actors_changed(b, BW_SUBJECT_CASE, true, &n_new),
                    **old = bw_actors_changed(b, BW_SUBJECT_CASE, false, &n_old);
    if (!fresh || !old)
        return no_memory(err);
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n_new; k++) {
        rc = insert_case(b, fresh[k], err);
        if (rc == BW_OK && k % FILES_ON_THE_WAY == FILES_ON_THE_WAY - 1)
            rc = bw_pipe_skip(b->pg, err);
    }
    rc = rc == BW_OK && n_old ? update_cases(b, old, n_old, err) : rc;
    rc = rc == BW_OK && n_old ? update_details(b, old, n_old, err) : rc;
    return rc == BW_OK ? bw_search_reach(b, err) : rc;
}
