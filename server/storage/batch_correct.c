/* SPDX-License-Identifier: Apache-2.0 */
/* A correction lands on the log of what it names.  It says which bag it is about, and each thing that it takes back may
 * have been said of another: a plate that was misread.  Where all of it lies on one log the correction stands there;
 * where it lies on several there is one copy on each, and every element says whose it is.  It may come before what it
 * names: then it waits on the log where that will be written.  Source: ING-12, design.md 3 (replaces[]). */
#include "batch_ways.h"

enum { NAMED_MOST = 16 };

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a correction");
}

struct named {
    struct bw_replaced what[NAMED_MOST];
    struct bw_actor *on[NAMED_MOST];
    size_t n;
};

/* Whose log an element lies on.  What nobody can tell stays with the correction, and waits there. */
static bw_code aim(struct bw_batch *b, struct bw_actor *own, const struct bw_event *ev, const struct bw_replaced *what,
                   struct bw_actor **ret, struct bw_error *err)
{
    struct bw_ident ident;
    struct bw_error none = { 0 };
    struct bw_actor *other = NULL;
    bool ambiguous = false;
    *ret = own;
    if (!what->identity.n || !bw_ident_from_text(what->identity, &ident))
        return BW_OK;
    bw_date day = ident.date != BW_DATE_NONE ? ident.date : bw_event_day(ev, b->now);
    bw_code rc = bw_misread(b, &ident, day, NULL, &other, &none);
    if (rc == BW_OK && !other && !b->needs_reading)
        rc = bw_resolve(b, &ident, day, NULL, &other, &ambiguous, &none);
    if (rc == BW_E_NOMEM)
        return no_memory(err);
    if (rc == BW_OK && !ambiguous && other)
        *ret = other;
    return BW_OK;
}

static bw_code aim_all(struct bw_batch *b, struct bw_actor *own, const struct bw_event *ev, struct named *to,
                       struct bw_error *err)
{
    size_t at = 0;
    while (to->n < NAMED_MOST && bw_event_replaces_next(ev->replaces, &at, &to->what[to->n])) {
        bw_code rc = aim(b, own, ev, &to->what[to->n], &to->on[to->n], err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
        to->n++;
    }
    return BW_OK;
}

/* The same elements, each with the bag on whose log it lies. */
static bool say_whose(struct bw_batch *b, const struct named *named, struct bw_str *ret)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    bw_buf_init(&text, 8192);
    bw_json_out_init(&j, &text);
    bw_ja_begin(&j);
    for (size_t k = 0; k < named->n; k++) {
        bw_jo_begin(&j);
        bw_jk_str(&j, "event_id", named->what[k].event_id);
        bw_jko_str(&j, "identity", named->what[k].identity);
        bw_jk_uuid(&j, "bag", &named->on[k]->id);
        bw_jo_end(&j);
    }
    bw_ja_end(&j);
    *ret = bw_buf_ok(&text) ? bw_arena_str(&b->arena, bw_buf_view(&text)) : BW_STR_NONE;
    return ret->p != NULL;
}

/* *ret_waits: what the copy names there has not come yet. */
static bw_code copy_to(struct bw_batch *b, struct bw_actor *on, const struct bw_event *ev, bool *ret_waits,
                       struct bw_error *err)
{
    struct bw_event *copy = BW_NEW(&b->arena, struct bw_event);
    struct bw_out *out = NULL;
    char text[BW_UUID_TEXT];
    if (!copy)
        return no_memory(err);
    *copy = *ev;
    copy->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&on->id, text)), copy->ident.value, sizeof copy->ident.value);
    copy->private_body = BW_STR_NONE; /* the words stand on the first */
    copy->has_private_commitment = false;
    b->copying = true;
    bw_code rc = bw_fold_bag(b, on, copy, &out, err);
    *ret_waits = *ret_waits || copy->outcome == BW_OUT_ACCEPTED;
    return rc;
}

/* True where an earlier element lies on the same log. */
static bool before(const struct named *named, size_t k)
{
    for (size_t i = 0; i < k; i++)
        if (named->on[i] == named->on[k])
            return true;
    return false;
}

bw_code bw_correct_bags(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                        struct bw_error *err)
{
    struct named *named = BW_NEW(&b->arena, struct named);
    if (!named)
        return no_memory(err);
    bw_code rc = aim_all(b, a, ev, named, err);
    if (rc != BW_OK || b->needs_reading)
        return rc;
    bool own = named->n == 0, several = false;
    for (size_t k = 0; k < named->n; k++) {
        own = own || named->on[k] == a;
        several = several || named->on[k] != named->on[0];
    }
    struct bw_actor *first = own ? a : named->on[0];
    if (several && !say_whose(b, named, &ev->replaces))
        return no_memory(err);
    bool waits = false;
    for (size_t k = 0; several && k < named->n; k++) {
        if (named->on[k] == first || before(named, k))
            continue;
        rc = copy_to(b, named->on[k], ev, &waits, err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
    }
    b->elsewhere_waits = waits;
    rc = bw_fold_bag(b, first, ev, ret, err);
    b->elsewhere_waits = false;
    return rc;
}
