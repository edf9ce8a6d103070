/* SPDX-License-Identifier: Apache-2.0 */
/* A short plate that no record has, while one open file has a bag with the same six digits under other letters: read or
 * typed wrong, it may be that bag.  The sighting goes to its log and is marked, and the fold keeps it as possible.  The
 * digits of a plate are an alias from when a file is opened on its bag.  Source: BAG-11. */
#include "batch_ways.h"

#define KNOWN_BEFORE 31 /* days after its window that a short plate still means its own bag */

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a misread plate");
}

struct bw_alias_set *bw_digits_get(struct bw_batch *b, const struct bw_ident *ident)
{
    BW_ASSERT(ident->kind == BW_IDENT_SHORT || ident->kind == BW_IDENT_PLATE);
    return bw_alias_get(b, BW_IDENT_DIGITS, bw_str_drop(bw_str_c(ident->value), ident->kind == BW_IDENT_SHORT ? 2 : 4));
}

/* A bag goes, or lately went, by that short plate: what is said under it is of that bag, or not to be told. */
static bool has_a_record(const struct bw_alias_set *s, bw_date day)
{
    for (size_t k = 0; k < s->n; k++)
        if (s->v[k].from <= day && day < s->v[k].until + KNOWN_BEFORE)
            return true;
    return false;
}

static bool may_be(const struct bw_bag *bag, const struct bw_ident *ident, const struct bw_event *ev)
{
    char letters[4];
    bw_str_put(bw_str_take(bw_str_c(ident->value), 2), letters, sizeof letters);
    return ev ? bw_file_is_open(bag) && bw_bag_misread(bag, ev) : bw_bag_in_journey(bag, letters);
}

bw_code bw_misread(struct bw_batch *b, const struct bw_ident *ident, bw_date day, const struct bw_event *ev,
                   struct bw_actor **ret, struct bw_error *err)
{
    struct bw_actor *one = NULL;
    bool several = false;
    *ret = NULL;
    if (ident->kind != BW_IDENT_SHORT)
        return BW_OK;
    const struct bw_alias_set *own = bw_alias_get(b, BW_IDENT_SHORT, bw_str_c(ident->value));
    const struct bw_alias_set *digits = bw_digits_get(b, ident);
    if (!own || !digits)
        return no_memory(err);
    for (size_t k = 0; k < digits->n && !has_a_record(own, day); k++) {
        const struct bw_window *w = &digits->v[k];
        struct bw_actor *a = NULL;
        if (w->from > day || w->until <= day)
            continue;
        bw_code rc = bw_bag_hit(b, &w->bag_id, &a, err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
        if (a == one || !may_be(&a->now.bag, ident, ev))
            continue;
        several = several || one;
        one = a;
    }
    *ret = several ? NULL : one;
    return BW_OK;
}
