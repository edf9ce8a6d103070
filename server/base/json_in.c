/* SPDX-License-Identifier: Apache-2.0 */
/* json_in.c - scan, parse, then the members of objects against their table; faults and their pointers.
 * When the scan finds faults of content but the grammar holds, json-c still builds a tree so that the faults of the
 * table are reported in the same answer; the body is refused all the same. Layer: base.  Threads: any.  Source: ING-05,
 * reliability.md 5. */
#include "bw/base/json_in.h"

#include <stdarg.h>
#include <stdio.h>

#include <json-c/json_object_iterator.h>
#include <json-c/json_tokener.h>

#include "json_in_int.h"
#include "json_scan_int.h"

void bw_faults_init(struct bw_faults *f, struct bw_arena *arena)
{
    *f = (struct bw_faults){ .arena = arena };
}

static void fault_put(struct bw_faults *f, bw_code code, const char *pointer, const char *detail)
{
    if (f->n++ >= BW_FAULTS_MAX)
        return;
    f->v[f->n - 1] =
        (struct bw_fault){ code, bw_arena_str(f->arena, bw_str_c(pointer)), bw_arena_str(f->arena, bw_str_c(detail)) };
}

void bw_fault_add(struct bw_faults *f, bw_code code, const char *pointer, const char *fmt, ...)
{
    char detail[256];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    fault_put(f, code, pointer, detail);
}

bw_code bw_faults_code(const struct bw_faults *f)
{
    if (f->n == 0)
        return BW_OK;
    return f->n == 1 ? f->v[0].code : BW_E_INVALID_BODY;
}

static void pointer_write(const struct bw_in_path *at, char *to, size_t size)
{
    const struct bw_in_path *way[BW_SCAN_DEPTH_MAX];
    size_t n = 0, len = 0;
    bool fits = true;
    to[0] = '\0';
    for (; at && n < BW_LEN(way); at = at->up)
        way[n++] = at;
    while (n-- > 0 && fits)
        fits = way[n]->key.p ? bw_pointer_add(to, size, &len, way[n]->key)
                             : bw_pointer_add_index(to, size, &len, way[n]->index);
}

static bool told_by_scan(const struct bw_in *in, const char *pointer)
{
    for (size_t k = 0; k < in->scanned && k < BW_FAULTS_MAX; k++) {
        if (bw_str_eq_c(in->faults->v[k].pointer, pointer))
            return true;
    }
    return false;
}

void bw_in_fault(struct bw_in *in, const struct bw_in_path *at, bw_code code, const char *fmt, ...)
{
    char pointer[BW_SCAN_POINTER], detail[256];
    pointer_write(at, pointer, sizeof pointer);
    if (told_by_scan(in, pointer))
        return;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    fault_put(in->faults, code, pointer, detail);
}

static const struct bw_field *field_of(const struct bw_field *fields, const char *name)
{
    for (; fields->name; fields++) {
        if (strcmp(fields->name, name) == 0)
            return fields;
    }
    return NULL;
}

static void unknown_members(struct bw_in *in, const struct bw_in_path *at, struct json_object *object,
                            const struct bw_field *fields)
{
    struct json_object_iterator it = json_object_iter_begin(object), end = json_object_iter_end(object);
    for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
        struct bw_str name = bw_str_c(json_object_iter_peek_name(&it));
        struct bw_in_path here = { at, name, 0 };
        /* A key that is not UTF-8 was told by the scan and cannot be named in an answer. */
        if (!field_of(fields, name.p) && bw_utf8_valid(name, 0))
            bw_in_fault(in, &here, BW_E_UNKNOWN_FIELD, "no such field");
    }
}

void bw_in_members(struct bw_in *in, const struct bw_in_path *at, struct json_object *object,
                   const struct bw_field *fields, void *to)
{
    unknown_members(in, at, object, fields);
    for (const struct bw_field *f = fields; f->name; f++) {
        struct bw_in_path here = { at, bw_str_c(f->name), 0 };
        struct json_object *v = NULL;
        bool sent = json_object_object_get_ex(object, f->name, &v);
        if (f->present)
            *((bool *)to + f->present - 1) = sent;
        if (sent && (v || !(f->flags & BW_J_NULLABLE)))
            bw_in_value(in, &here, v, f, to);
        else if (!sent && (f->flags & BW_J_REQUIRED))
            bw_in_fault(in, &here, BW_E_INVALID_BODY, "required");
    }
}

static void tokener_done(struct json_tokener **t)
{
    if (*t)
        json_tokener_free(*t);
}

static void object_done(struct json_object **o)
{
    (void)json_object_put(*o);
}

/* The grammar is known to hold and the top to be an object, so json-c has no say but to run out of memory. */
static void decode_tree(struct bw_in *in, struct bw_str text, const struct bw_field *fields, void *to)
{
    if (bw_in_has_pairs(text)) {
        char *room = bw_arena_alloc(in->faults->arena, text.n);
        if (!room) {
            bw_fault_add(in->faults, BW_E_NOMEM, "", "out of memory");
            return;
        }
        text = bw_in_write_pairs(text, room);
    }
    BW_CLEANUP(tokener_done) struct json_tokener *t = json_tokener_new_ex(BW_SCAN_DEPTH_MAX + 2);
    if (!t) {
        bw_fault_add(in->faults, BW_E_NOMEM, "", "out of memory");
        return;
    }
    json_tokener_set_flags(t, JSON_TOKENER_STRICT | (in->scanned == 0 ? JSON_TOKENER_VALIDATE_UTF8 : 0));
    BW_CLEANUP(object_done) struct json_object *tree = json_tokener_parse_ex(t, text.p, (int)text.n);
    if (!json_object_is_type(tree, json_type_object)) {
        bw_fault_add(in->faults, BW_E_INTERNAL, "", "the parser stopped: %s",
                     json_tokener_error_desc(json_tokener_get_error(t)));
        return;
    }
    bw_in_members(in, NULL, tree, fields, to);
}

static bool keep_all(void *ctx, const struct bw_scan_fault *fault)
{
    bw_fault_add(ctx, fault->code, fault->pointer, "%s, at byte %zu", fault->what, fault->offset);
    return true;
}

bw_code bw_json_decode_limits(struct bw_str text, const struct bw_json_limits *limits, const struct bw_field *fields,
                              void *to, struct bw_faults *f)
{
    bw_in_defaults(fields, to);
    /* json-c takes an int; no route takes a body of that size. */
    if (text.n > INT32_MAX) {
        bw_fault_add(f, BW_E_TOO_LARGE, "", "larger than 2 GiB");
        return bw_faults_code(f);
    }
    if (bw_scan_run(text, limits, keep_all, f) != BW_OK)
        return bw_faults_code(f);
    struct bw_str body = bw_str_trim(text);
    if (body.p[0] != '{') {
        bw_fault_add(f, BW_E_INVALID_BODY, "", "must be an object");
        return bw_faults_code(f);
    }
    struct bw_in in = { f, f->n };
    decode_tree(&in, body, fields, to);
    return bw_faults_code(f);
}

bw_code bw_json_decode(struct bw_str text, const struct bw_field *fields, void *to, struct bw_faults *f)
{
    const struct bw_json_limits limits = BW_JSON_LIMITS;
    return bw_json_decode_limits(text, &limits, fields, to, f);
}
