/* SPDX-License-Identifier: Apache-2.0 */
/* mustache_view.c - building views in an arena.
 * Layer: base.  Threads: one builder at a time. */
#include <inttypes.h>

#include "bw/base/mustache.h"

struct bw_view *bw_view_map(struct bw_arena *a)
{
    struct bw_view *v = BW_NEW(a, struct bw_view);
    if (v)
        v->kind = BW_V_MAP;
    return v;
}

static struct bw_view *add(struct bw_arena *a, struct bw_view *to, const char *key, enum bw_view_kind kind)
{
    if (!to)
        return NULL;
    BW_ASSERT(key ? to->kind == BW_V_MAP : to->kind == BW_V_LIST);
    struct bw_view *v = BW_NEW(a, struct bw_view);
    if (!v)
        return NULL;
    v->kind = kind;
    v->key = key;
    if (to->last)
        to->last->next = v;
    else
        to->first = v;
    to->last = v;
    return v;
}

struct bw_view *bw_view_add_str(struct bw_arena *a, struct bw_view *to, const char *key, struct bw_str s)
{
    struct bw_view *v = add(a, to, key, BW_V_STR);
    if (v)
        v->s = s;
    return v;
}

struct bw_view *bw_view_add_c(struct bw_arena *a, struct bw_view *to, const char *key, const char *s)
{
    return s ? bw_view_add_str(a, to, key, bw_str_c(s)) : add(a, to, key, BW_V_NULL);
}

struct bw_view *bw_view_add_int(struct bw_arena *a, struct bw_view *to, const char *key, int64_t v)
{
    const char *text = to ? bw_arena_printf(a, "%" PRId64, v) : NULL;
    return text ? bw_view_add_c(a, to, key, text) : NULL;
}

struct bw_view *bw_view_add_bool(struct bw_arena *a, struct bw_view *to, const char *key, bool b)
{
    struct bw_view *v = add(a, to, key, BW_V_BOOL);
    if (v)
        v->b = b;
    return v;
}

struct bw_view *bw_view_add_map(struct bw_arena *a, struct bw_view *to, const char *key)
{
    return add(a, to, key, BW_V_MAP);
}

struct bw_view *bw_view_add_list(struct bw_arena *a, struct bw_view *to, const char *key)
{
    return add(a, to, key, BW_V_LIST);
}
