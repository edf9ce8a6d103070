/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of promises: opened ones are inserted, those closed or raised updated. */
#include <stdlib.h>

#include "batch_int.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to write promises");
}

static int cmp_row(const void *pa, const void *pb)
{
    const struct bw_prow *a = *(struct bw_prow *const *)pa, *b = *(struct bw_prow *const *)pb;
    int c = (int)bw_id_bucket(&a->p.bag_id) - (int)bw_id_bucket(&b->p.bag_id);
    c = c ? c : bw_uuid_cmp(&a->p.bag_id, &b->p.bag_id);
    return c ? c : bw_uuid_cmp(&a->p.promise_id, &b->p.promise_id);
}

static struct bw_prow **rows_of(struct bw_batch *b, bool fresh, size_t *ret_n)
{
    struct bw_list all = { 0 };
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        for (size_t i = 0; i < a->promises.n; i++) {
            struct bw_prow *r = a->promises.v[i];
            if (r->fresh == fresh && (fresh || r->changed) && !bw_list_add(&b->arena, &all, r))
                return NULL;
        }
    }
    struct bw_prow **v = BW_NEW_ARRAY(&b->arena, struct bw_prow *, all.n + 1);
    for (size_t k = 0; v && k < all.n; k++)
        v[k] = all.v[k];
    if (v)
        qsort(v, all.n, sizeof *v, cmp_row);
    *ret_n = all.n;
    return v;
}

struct columns {
    int16_t *bucket, *level, *offset_min;
    struct bw_uuid *bag_id, *promise_id, *closed_uid;
    bw_time *opened, *due, *yardstick, *next, *closed;
    int32_t *opened_version, *opened_ordinal, *closed_version, *closed_ordinal;
    int64_t *closed_journal;
    bool *open, *unconfirmed;
    struct bw_str *subject, *kind, *owed, *debtor, *creditor, *station, *from, *for_carrier, *basis, *policy, *why;
};

static bool columns_new(struct bw_arena *a, struct columns *c, size_t n)
{
    c->bucket = BW_NEW_ARRAY(a, int16_t, n * 3);
    c->bag_id = BW_NEW_ARRAY(a, struct bw_uuid, n * 3);
    c->opened = BW_NEW_ARRAY(a, bw_time, n * 5);
    c->opened_version = BW_NEW_ARRAY(a, int32_t, n * 4);
    c->closed_journal = BW_NEW_ARRAY(a, int64_t, n);
    c->open = BW_NEW_ARRAY(a, bool, n * 2);
    c->subject = BW_NEW_ARRAY(a, struct bw_str, n * 11);
    if (!c->bucket || !c->bag_id || !c->opened || !c->opened_version || !c->closed_journal || !c->open || !c->subject)
        return false;
    c->unconfirmed = c->open + n;
    c->level = c->bucket + n;
    c->offset_min = c->level + n;
    c->promise_id = c->bag_id + n;
    c->closed_uid = c->promise_id + n;
    c->due = c->opened + n;
    c->yardstick = c->due + n;
    c->next = c->yardstick + n;
    c->closed = c->next + n;
    c->opened_ordinal = c->opened_version + n;
    c->closed_version = c->opened_ordinal + n;
    c->closed_ordinal = c->closed_version + n;
    struct bw_str **list[] = { &c->subject, &c->kind,        &c->owed,  &c->debtor, &c->creditor, &c->station,
                               &c->from,    &c->for_carrier, &c->basis, &c->policy, &c->why };
    for (size_t k = 1; k < BW_LEN(list); k++)
        *list[k] = c->subject + k * n;
    return true;
}

static struct bw_str some(const char *s)
{
    return s[0] ? bw_str_c(s) : BW_STR_NONE;
}

static void put(struct bw_batch *b, struct columns *c, size_t k, const struct bw_prow *r)
{
    const struct bw_promise *p = &r->p;
    const struct bw_owed_row *row = bw_owed_row(p->owed);
    c->bucket[k] = bw_id_bucket(&p->bag_id);
    c->bag_id[k] = p->bag_id;
    c->promise_id[k] = p->promise_id;
    c->subject[k] = bw_str_c(bw_subject_word(p->subject));
    c->kind[k] = bw_str_c(bw_owed_kind_word(row->kind));
    c->owed[k] = bw_str_c(row->word);
    c->debtor[k] = bw_str_c(p->debtor);
    c->creditor[k] = bw_str_c(p->creditor);
    c->station[k] = some(p->station);
    c->from[k] = some(p->handoff_from);
    c->for_carrier[k] = some(p->for_carrier);
    c->basis[k] = bw_str_c(p->basis);
    c->policy[k] = bw_str_c(p->policy);
    c->opened[k] = p->opened_at;
    c->due[k] = p->due_at;
    c->yardstick[k] = p->yardstick_at;
    c->offset_min[k] = p->offset_min;
    c->level[k] = p->level;
    c->open[k] = p->why == BW_CLOSE_OPEN;
    c->unconfirmed[k] = p->unconfirmed;
    c->next[k] = c->open[k] ? p->next_level_at : BW_TIME_NONE;
    c->closed[k] = c->open[k] ? BW_TIME_NONE : p->closed_at;
    c->why[k] = c->open[k] ? BW_STR_NONE : bw_str_c(bw_close_word(p->why));
    c->closed_uid[k] = c->open[k] ? (struct bw_uuid){ { 0 } } : p->closed_uid;
    c->opened_version[k] = r->opened_version;
    c->opened_ordinal[k] = r->opened_ordinal;
    c->closed_version[k] = r->closed_version;
    c->closed_ordinal[k] = r->closed_ordinal;
    c->closed_journal[k] = b->journal_id;
}

static bw_code send_new(struct bw_batch *b, const struct columns *c, size_t n, struct bw_error *err)
{
    return bw_pipe_send(b->pg, BW_STMT_PROMISE_INSERT,
                        BW_PARAMS(bw_p_i16s(c->bucket, NULL, n), bw_p_uuids(c->bag_id, n), bw_p_uuids(c->promise_id, n),
                                  bw_p_texts(c->subject, n), bw_p_texts(c->kind, n), bw_p_texts(c->owed, n),
                                  bw_p_texts(c->debtor, n), bw_p_texts(c->creditor, n), bw_p_texts(c->station, n),
                                  bw_p_texts(c->from, n), bw_p_texts(c->basis, n), bw_p_texts(c->policy, n),
                                  bw_p_times(c->opened, n), bw_p_times(c->due, n), bw_p_times(c->yardstick, n),
                                  bw_p_i32s(c->opened_version, NULL, n), bw_p_i64(b->journal_id),
                                  bw_p_i32s(c->opened_ordinal, NULL, n), bw_p_i16s(c->offset_min, NULL, n),
                                  bw_p_i16s(c->level, NULL, n), bw_p_times(c->next, n), bw_p_times(c->closed, n),
                                  bw_p_texts(c->why, n), bw_p_uuids(c->closed_uid, n),
                                  bw_p_i32s(c->closed_version, c->open, n), bw_p_i64s(c->closed_journal, c->open, n),
                                  bw_p_i32s(c->closed_ordinal, c->open, n), bw_p_texts(c->for_carrier, n),
                                  bw_p_bools(c->unconfirmed, NULL, n)),
                        err);
}

static bw_code send_old(struct bw_batch *b, const struct columns *c, size_t n, struct bw_error *err)
{
    return bw_pipe_send(b->pg, BW_STMT_PROMISE_UPDATE,
                        BW_PARAMS(bw_p_i16s(c->bucket, NULL, n), bw_p_uuids(c->bag_id, n), bw_p_uuids(c->promise_id, n),
                                  bw_p_i16s(c->level, NULL, n), bw_p_times(c->next, n), bw_p_times(c->closed, n),
                                  bw_p_texts(c->why, n), bw_p_uuids(c->closed_uid, n),
                                  bw_p_i32s(c->closed_version, c->open, n), bw_p_i64s(c->closed_journal, c->open, n),
                                  bw_p_i32s(c->closed_ordinal, c->open, n), bw_p_texts(c->creditor, n),
                                  bw_p_bools(c->unconfirmed, NULL, n)),
                        err);
}

bw_code bw_write_promises(struct bw_batch *b, struct bw_error *err)
{
    for (int fresh = 1; fresh >= 0; fresh--) {
        size_t n;
        struct columns c;
        struct bw_prow **v = rows_of(b, fresh != 0, &n);
        if (!v || !columns_new(&b->arena, &c, n + 1))
            return no_memory(err);
        for (size_t k = 0; k < n; k++)
            put(b, &c, k, v[k]);
        bw_code rc = !n ? BW_OK : fresh ? send_new(b, &c, n, err) : send_old(b, &c, n, err);
        if (rc != BW_OK)
            return rc;
    }
    return BW_OK;
}
