/* SPDX-License-Identifier: Apache-2.0 */
/* A mandate granted or revoked: an event of the mandate's own log, its row, and who did it, in one transaction.
 * Source: SEC-10, design.md 3 (events not about a bag have a subject of their own). */
#include <stdlib.h>

#include "batch_ways.h"

#define MANDATES_ON_THE_WAY 16

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a mandate");
}

/* A mandate is granted once and revoked once; whoever comes later changes nothing and is told so. */
bw_code bw_change_mandate(struct bw_batch *b, struct bw_entry *e, struct bw_error *err)
{
    struct bw_item *item = e->item;
    const struct bw_mandate_change *change = item->mandate;
    struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_MANDATE, &change->id);
    struct bw_event *ev = BW_NEW(&b->arena, struct bw_event);
    if (!a || !ev)
        return no_memory(err);
    if (a->now.mandate != (change->before.p ? 1 : 0)) {
        item->outcome = BW_OUT_MOOT;
        return BW_OK;
    }
    *ev = item->ev;
    ev->data.mandate = &change->terms;
    a->fresh = !change->before.p;
    a->found = true;
    a->granting = change;
    return bw_fold_mandate(b, a, ev, &e->out, err);
}

static bw_code write_one(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    const struct bw_mandate_change *c = a->granting;
    const struct bw_mandate_terms *t = &c->terms;
    const struct bw_event *ev = a->added.v[a->added.n - 1];
    bw_code rc = a->fresh
                     ? bw_pipe_send(b->pg, BW_STMT_MANDATE_INSERT,
                                    BW_PARAMS(bw_p_uuid(&a->id), bw_p_c(ev->carrier), bw_p_text(t->sender),
                                              bw_p_texts(t->stations, t->n_stations), bw_p_texts(t->codes, t->n_codes),
                                              bw_p_date(t->from), bw_p_date(t->until), bw_p_time(ev->occurred_at)),
                                    err)
                     : bw_pipe_send(b->pg, BW_STMT_MANDATE_REVOKE,
                                    BW_PARAMS(bw_p_uuid(&a->id), bw_p_time(ev->occurred_at)), err);
    if (rc != BW_OK)
        return rc;
    return bw_pipe_send(b->pg, BW_STMT_MANDATE_CHANGE_INSERT,
                        BW_PARAMS(bw_p_uuid(&ev->uid), bw_p_uuid(&a->id), bw_p_time(ev->recorded_at),
                                  bw_p_uuid(&c->account_id), bw_p_text(c->before), bw_p_text(c->after)),
                        err);
}

static int by_id(const void *left, const void *right)
{
    const struct bw_actor *a = *(struct bw_actor *const *)left, *b = *(struct bw_actor *const *)right;
    return bw_uuid_cmp(&a->id, &b->id);
}

bw_code bw_write_mandates(struct bw_batch *b, struct bw_error *err)
{
    size_t n = 0;
    struct bw_actor **v = BW_NEW_ARRAY(&b->arena, struct bw_actor *, b->actor_list.n + 1);
    if (!v)
        return no_memory(err);
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        if (a->kind == BW_SUBJECT_MANDATE && a->added.n)
            v[n++] = a;
    }
    qsort(v, n, sizeof *v, by_id);
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        rc = write_one(b, v[k], err);
        if (rc == BW_OK && k % MANDATES_ON_THE_WAY == MANDATES_ON_THE_WAY - 1)
            rc = bw_pipe_skip(b->pg, err);
    }
    return rc;
}
