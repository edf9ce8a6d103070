/* SPDX-License-Identifier: Apache-2.0 */
/* An event of neither a bag nor a case: on its subject's own log, with the subject's rows, in one transaction.
 * Source: design.md 3 (events not about a bag have a subject of their own), bw/storage/side.h. */
#include <stdlib.h>

#include "batch_ways.h"

_Static_assert(BW_SIDE_MOST < BW_PIPE_MOST, "a pipeline takes what one side sends");

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for an event aside");
}

bool bw_is_aside(enum bw_subject kind)
{
    return kind != BW_SUBJECT_BAG && kind != BW_SUBJECT_CASE;
}

/* Whoever thought it out by an older state changes nothing and is told so. */
bw_code bw_take_side(struct bw_batch *b, struct bw_entry *e, struct bw_error *err)
{
    struct bw_item *item = e->item;
    struct bw_actor *a = bw_actor_get(b, item->ev.subject, &item->side->id);
    struct bw_event *ev = BW_NEW(&b->arena, struct bw_event);
    if (!a || !ev)
        return no_memory(err);
    if (a->now.side != item->side->read_version) {
        item->outcome = BW_OUT_MOOT;
        return BW_OK;
    }
    *ev = item->ev;
    ev->outcome = BW_OUT_ACCEPTED;
    a->fresh = a->now.side == 0;
    a->found = true;
    a->aside = item->side;
    return bw_fold_side(b, a, ev, &e->out, err);
}

static int by_id(const void *left, const void *right)
{
    const struct bw_entry *a = *(struct bw_entry *const *)left, *b = *(struct bw_entry *const *)right;
    int by = bw_uuid_cmp(&a->item->side->id, &b->item->side->id);
    return by ? by : a->out->ev->version - b->out->ev->version;
}

/* By subject, in the order of its log; what was only repeated writes nothing. */
bw_code bw_write_sides(struct bw_batch *b, struct bw_error *err)
{
    size_t n = 0;
    struct bw_entry **v = BW_NEW_ARRAY(&b->arena, struct bw_entry *, b->n_entries + 1);
    if (!v)
        return no_memory(err);
    for (size_t k = 0; k < b->n_entries; k++) {
        struct bw_entry *e = &b->entries[k];
        if (e->item->side && e->item->side->write && e->out && e->item->outcome != BW_OUT_DUPLICATE)
            v[n++] = e;
    }
    qsort(v, n, sizeof(*v), by_id);
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        const struct bw_side *side = v[k]->item->side;
        if (k)
            rc = bw_pipe_skip(b->pg, err);
        rc = rc == BW_OK ? side->write(b->pg, v[k]->out->ev, side->ctx, err) : rc;
    }
    return rc;
}
