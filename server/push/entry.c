/* SPDX-License-Identifier: Apache-2.0 */
/* entry.c - one feed entry with its two frames, made once for all its readers, and the question whom it is for.
 * Layer: push.  Threads: made anywhere, then under the hub's lock. */
#include "hub_int.h"

#include <stdlib.h>

#define FRAME_MAX (256u * 1024u)

/* A code is at most three characters; 64 bits tell most of them apart. */
static unsigned bit_of(const char *code)
{
    unsigned h = 0;
    for (unsigned k = 0; k < 4 && code[k]; k++)
        h = h * 37 + (unsigned char)code[k];
    return h % 64;
}

uint64_t bw_carrier_mask(const char *carriers, size_t n)
{
    uint64_t mask = 0;
    for (size_t k = 0; k < n; k++)
        mask |= UINT64_C(1) << bit_of(carriers + 4 * k);
    return mask;
}

void bw_carriers_copy(char *to, const char (*from)[4], size_t n)
{
    memset(to, 0, 4 * n);
    for (size_t k = 0; k < n; k++)
        memcpy(to + 4 * k, from[k], strnlen(from[k], 4));
}

struct bw_entry *bw_entry_new(const struct bw_feed_entry *from, uint32_t epoch)
{
    struct bw_cursor id = { epoch, from->index };
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    bw_buf_init(&b, 2 * FRAME_MAX);
    BW_ASSERT(bw_str_find(from->staff, '\n') == from->staff.n);
    bw_sse_event(&b, from->name, &id, from->staff.p ? from->staff : BW_STR("{}"));
    size_t staff_n = b.n;
    if (from->customer.n > 0)
        bw_sse_event(&b, from->name, &id, from->customer);
    size_t text = sizeof(struct bw_entry), codes = from->n_carriers * 4;
    struct bw_entry *e = bw_buf_ok(&b) ? calloc(1, text + codes + b.n) : NULL;
    if (!e)
        return NULL;
    char *p = (char *)e + text;
    bw_carriers_copy(p, from->carriers, from->n_carriers);
    memcpy(p + codes, b.p, b.n);
    e->refs = 1;
    e->index = from->index;
    e->recorded_at = from->recorded_at;
    e->case_id = from->case_id;
    e->carriers = p;
    e->n_carriers = (unsigned)from->n_carriers;
    e->mask = bw_carrier_mask(e->carriers, e->n_carriers);
    e->staff = bw_str_n(p + codes, staff_n);
    e->customer = bw_str_n(p + codes + staff_n, b.n - staff_n);
    e->staff_json = bw_str_n(e->staff.p + staff_n - 2 - from->staff.n, from->staff.n);
    e->bytes = text + codes + b.n;
    return e;
}

void bw_entry_unref(struct bw_entry *e)
{
    if (e && --e->refs == 0)
        free(e);
}

bool bw_entry_for(const struct bw_entry *e, const struct bw_sub *s)
{
    switch (s->kind) {
    case BW_SUB_EVERYTHING:
        return true;
    case BW_SUB_CASE:
        return e->customer.n > 0 && bw_uuid_eq(&e->case_id, &s->case_id);
    case BW_SUB_CARRIERS:
        break;
    }
    if (!(e->mask & s->mask))
        return false;
    for (unsigned k = 0; k < e->n_carriers; k++)
        for (unsigned j = 0; j < s->n_carriers; j++)
            if (memcmp(e->carriers + (size_t)4 * k, s->carriers[j], 4) == 0)
                return true;
    return false;
}

struct bw_str bw_entry_frame(const struct bw_entry *e, const struct bw_sub *s)
{
    return s->kind == BW_SUB_CASE ? e->customer : e->staff;
}
