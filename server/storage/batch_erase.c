/* SPDX-License-Identifier: Apache-2.0 */
/* Erasing a file: its CASE_ERASED goes through the fold like any event of the file, with copies on its bags, and what
 * is destroyed with it goes in the same transaction, behind the event.  Whoever writes to the file or its bags
 * meanwhile takes a version that this batch wants too, so that one of the two starts again: nothing is sealed behind an
 * erasure's back. */
#include "batch_erase.h"

#include "bw/storage/erasure.h"

bool bw_actor_erased(const struct bw_actor *a)
{
    return a->kind == BW_SUBJECT_CASE ? a->now.file.erased_at != BW_TIME_NONE : a->now.bag.erased;
}

bool bw_erasure_holds(struct bw_batch *b, struct bw_item *item)
{
    const struct bw_erasure *erase = item->erase;
    for (size_t k = 0; k < erase->n_bags; k++) {
        const struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_BAG, &erase->bags[k]);
        if (a && !a->found && a->read_version == 0)
            b->needs_reading = true;
        else if (!a || a->read_version != erase->versions[k])
            item->rc = bw_fail(&item->err, BW_E_PRECONDITION_FAILED, NULL, "something was said of a bag meanwhile");
    }
    return item->rc == BW_OK && !b->needs_reading;
}

static bw_code send(struct bw_batch *b, const struct bw_erasure *erase, struct bw_error *err)
{
    size_t n = erase->n_copies;
    struct bw_uuid *raw = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n + 1);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 4 + 1);
    if (!raw || !text)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory to erase a file");
    for (size_t k = 0; k < n; k++) {
        const struct bw_raw_copy *copy = &erase->copies[k];
        raw[k] = copy->raw_id;
        text[k] = bw_str_n((const char *)copy->wrapped.nonce, BW_NONCE);
        text[n + k] = bw_str_n((const char *)copy->wrapped.sealed, sizeof copy->wrapped.sealed);
        text[2 * n + k] = bw_str_n((const char *)copy->nonce, BW_NONCE);
        text[3 * n + k] = copy->body;
    }
    return bw_pipe_send(b->pg, BW_STMT_ERASE_CASE,
                        BW_PARAMS(bw_p_time(b->now), bw_p_i16(bw_id_bucket(&erase->case_id)),
                                  bw_p_uuid(&erase->case_id), bw_p_c(erase->ref),
                                  bw_p_uuids(erase->bags, erase->n_bags), bw_p_times(erase->until, erase->n_bags),
                                  bw_p_uuids(raw, n), bw_p_byteas(text, n), bw_p_byteas(text + n, n),
                                  bw_p_byteas(text + 2 * n, n), bw_p_byteas(text + 3 * n, n),
                                  bw_p_uuids(erase->destroyed, erase->n_destroyed)),
                        err);
}

bw_code bw_write_erasures(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < b->n_entries; k++) {
        const struct bw_entry *e = &b->entries[k];
        if (e->item->erase && e->item->rc == BW_OK && e->out)
            rc = send(b, e->item->erase, err);
    }
    return rc;
}
