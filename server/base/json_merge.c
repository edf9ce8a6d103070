/* SPDX-License-Identifier: Apache-2.0 */
/* json_merge.c - both texts as trees, the patch's members moved into the target's.  Recursion follows the patch, whose
 * depth the scan has limited.  Layer: base.  Source: RFC 7396. */
#include "bw/base/json_merge.h"

#include <json-c/json_object_iterator.h>
#include <json-c/json_tokener.h>

#include "json_in_int.h"
#include "json_scan_int.h"

static void tree_done(struct json_object **o)
{
    (void)json_object_put(*o);
}

static void tokener_done(struct json_tokener **t)
{
    if (*t)
        json_tokener_free(*t);
}

static struct json_object *tree_of(struct bw_str text, struct bw_arena *arena)
{
    if (bw_in_has_pairs(text)) {
        char *room = bw_arena_alloc(arena, text.n);
        if (!room)
            return NULL;
        text = bw_in_write_pairs(text, room);
    }
    BW_CLEANUP(tokener_done) struct json_tokener *t = json_tokener_new_ex(BW_SCAN_DEPTH_MAX + 2);
    if (!t || text.n > INT32_MAX)
        return NULL;
    json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    return json_tokener_parse_ex(t, text.p, (int)text.n);
}

static bool merge(struct json_object *target, struct json_object *patch);

/* One member of the patch that is not null. */
static bool put(struct json_object *target, const char *name, struct json_object *v)
{
    struct json_object *old = NULL;
    if (!json_object_is_type(v, json_type_object))
        return json_object_object_add(target, name, json_object_get(v)) == 0;
    if (!json_object_object_get_ex(target, name, &old) || !json_object_is_type(old, json_type_object)) {
        old = json_object_new_object();
        if (!old || json_object_object_add(target, name, old) != 0) {
            (void)json_object_put(old);
            return false;
        }
    }
    return merge(old, v);
}

static bool merge(struct json_object *target, struct json_object *patch)
{
    struct json_object_iterator it = json_object_iter_begin(patch), end = json_object_iter_end(patch);
    for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
        const char *name = json_object_iter_peek_name(&it);
        struct json_object *v = json_object_iter_peek_value(&it);
        if (!v)
            json_object_object_del(target, name);
        else if (!put(target, name, v))
            return false;
    }
    return true;
}

static bool keep_all(void *ctx, const struct bw_scan_fault *fault)
{
    bw_fault_add(ctx, fault->code, fault->pointer, "%s, at byte %zu", fault->what, fault->offset);
    return true;
}

bw_code bw_json_merge(struct bw_str target, struct bw_str patch, struct bw_faults *f, struct bw_str *ret)
{
    const struct bw_json_limits limits = BW_JSON_LIMITS;
    if (bw_scan_run(patch, &limits, keep_all, f) != BW_OK || f->n)
        return bw_faults_code(f);
    BW_CLEANUP(tree_done) struct json_object *to = tree_of(target, f->arena), *from = tree_of(patch, f->arena);
    if (!json_object_is_type(from, json_type_object)) {
        bw_fault_add(f, BW_E_INVALID_BODY, "", "must be an object");
        return bw_faults_code(f);
    }
    if (!to || !merge(to, from)) {
        bw_fault_add(f, BW_E_NOMEM, "", "out of memory");
        return bw_faults_code(f);
    }
    size_t n = 0;
    const char *text =
        json_object_to_json_string_length(to, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
    *ret = text ? bw_arena_str(f->arena, bw_str_n(text, n)) : BW_STR_NONE;
    if (!ret->p)
        bw_fault_add(f, BW_E_NOMEM, "", "out of memory");
    return bw_faults_code(f);
}
