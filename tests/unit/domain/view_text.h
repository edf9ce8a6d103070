/* SPDX-License-Identifier: Apache-2.0 */
/* view_text.h - reading a view in tests: by path ("next.0.text"), or all its texts one by one.  Layer: tests. */
#ifndef BW_TESTS_VIEW_TEXT_H
#define BW_TESTS_VIEW_TEXT_H

#include "files.h"

#include "bw/domain/say.h"

static inline struct bw_catalogue *english(void)
{
    struct bw_error err = { 0 };
    struct bw_catalogue *c;
    struct bw_str json = bw_test_slurp(BW_SOURCE_DIR "/server/web/catalogues/en.json", NULL);
    if (bw_catalogue_parse(json, &c, &err) != BW_OK)
        fail_msg("en.json: %s", err.detail);
    free((void *)(uintptr_t)json.p);
    return c;
}

/* NULL where nothing stands. */
static inline const struct bw_view *view_at(const struct bw_view *v, const char *path)
{
    struct bw_str rest = bw_str_c(path);
    while (v && rest.p) {
        struct bw_str part = bw_str_split(&rest, '.');
        const struct bw_view *child = v->first;
        uint64_t index;
        if (v->kind == BW_V_LIST && bw_str_to_u64(part, 0, 1000, &index)) {
            while (child && index-- > 0)
                child = child->next;
        } else {
            while (child && !(child->key && bw_str_eq_c(part, child->key)))
                child = child->next;
        }
        v = child;
    }
    return v;
}

static inline const char *text_at(const struct bw_view *v, const char *path)
{
    const struct bw_view *found = view_at(v, path);
    return found && found->kind == BW_V_STR ? found->s.p : "(nothing)";
}

static inline bool is_at(const struct bw_view *v, const char *path)
{
    const struct bw_view *found = view_at(v, path);
    return found && found->kind == BW_V_BOOL && found->b;
}

static inline size_t count_at(const struct bw_view *v, const char *path)
{
    size_t n = 0;
    const struct bw_view *list = view_at(v, path);
    for (const struct bw_view *child = list ? list->first : NULL; child; child = child->next)
        n++;
    return n;
}

/* Calls fn for every node below v; depth-first, as the view nests a handful of levels. */
typedef void view_visit(void *ctx, const struct bw_view *node);
static inline void view_walk(const struct bw_view *v, view_visit *fn, void *ctx)
{
    for (const struct bw_view *child = v->first; child; child = child->next) {
        fn(ctx, child);
        view_walk(child, fn, ctx);
    }
}

#endif
