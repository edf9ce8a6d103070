/* SPDX-License-Identifier: Apache-2.0 */
/* json_in_field.c - one value by its row of the table.  Nothing is clamped or guessed: what does not fit is a fault.
 * Recursion follows the static tables, so its depth is theirs.
 * Layer: base.  Threads: any.  Source: ING-05. */
#include <inttypes.h>

#include "bw/base/mask.h"
#include "json_in_int.h"

static void *slot(void *to, size_t offset)
{
    return (char *)to + offset;
}

void bw_in_defaults(const struct bw_field *fields, void *to)
{
    for (const struct bw_field *f = fields; f->name; f++) {
        void *at = slot(to, f->offset);
        if (f->type == BW_J_TIME)
            *(struct bw_json_time *)at = (struct bw_json_time){ BW_TIME_NONE, 0 };
        else if (f->type == BW_J_DATE)
            *(bw_date *)at = BW_DATE_NONE;
        else if (f->type == BW_J_ENUM)
            *(int *)at = -1;
        else if (f->type == BW_J_OBJECT && f->elem_size == 0)
            bw_in_defaults(f->sub, at);
    }
}

/* C0 but LF and TAB, DEL, and C1 (U+0080 to U+009F, in UTF-8 C2 80 to C2 9F). */
static bool has_control(struct bw_str s)
{
    for (size_t k = 0; k < s.n; k++) {
        unsigned char c = (unsigned char)s.p[k];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            return true;
        if (c == 0xC2 && k + 1 < s.n && (unsigned char)s.p[k + 1] < 0xA0)
            return true;
    }
    return false;
}

static bool is_string(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, struct bw_str *ret)
{
    if (!json_object_is_type(v, json_type_string)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be a string");
        return false;
    }
    *ret = bw_str_n(json_object_get_string(v), (size_t)json_object_get_string_len(v));
    return true;
}

/* A string that passes the row's own checks, copied into the arena. */
static bool checked_string(struct bw_in *in, const struct bw_in_path *at, struct json_object *v,
                           const struct bw_field *f, struct bw_str *ret)
{
    struct bw_str s;
    if (!is_string(in, at, v, &s))
        return false;
    if ((f->flags & BW_J_TEXT) && has_control(s)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must not hold control characters other than line feed and tab");
        return false;
    }
    const char *wrong = f->check ? f->check(s) : NULL;
    if (wrong) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "%s", wrong);
        return false;
    }
    struct bw_str copy = bw_arena_str(in->faults->arena, s);
    if (copy.p && (f->flags & (BW_J_TEXT | BW_J_EXACT)) == BW_J_TEXT)
        copy = bw_masked(in->faults->arena, copy);
    if (!copy.p) {
        bw_in_fault(in, at, BW_E_NOMEM, "out of memory");
        return false;
    }
    *ret = copy;
    return true;
}

/* min and max both nought: no limit of its own. */
static bool within(const struct bw_field *f, int64_t v)
{
    BW_ASSERT(f->max >= f->min);
    return (f->min == 0 && f->max == 0) || (v >= f->min && v <= f->max);
}

static void string_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                         void *to)
{
    if (json_object_is_type(v, json_type_string) && !within(f, json_object_get_string_len(v))) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be %" PRId64 " to %" PRId64 " bytes long", f->min, f->max);
        return;
    }
    struct bw_str s;
    if (checked_string(in, at, v, f, &s))
        *(struct bw_str *)slot(to, f->offset) = s;
}

static void number_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                         void *to)
{
    if (!json_object_is_type(v, json_type_int)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be an integer");
        return;
    }
    int64_t n = json_object_get_int64(v);
    bool own = f->min != 0 || f->max != 0;
    int64_t min = own ? f->min : f->type == BW_J_U32 ? 0 : INT64_MIN;
    int64_t max = own ? f->max : f->type == BW_J_U32 ? UINT32_MAX : INT64_MAX;
    BW_ASSERT(max >= min && (f->type != BW_J_U32 || (min >= 0 && max <= UINT32_MAX)));
    if (n < min || n > max) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be within %" PRId64 " and %" PRId64, min, max);
        return;
    }
    if (f->type == BW_J_U32)
        *(uint32_t *)slot(to, f->offset) = (uint32_t)n;
    else
        *(int64_t *)slot(to, f->offset) = n;
}

static void bool_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                       void *to)
{
    if (!json_object_is_type(v, json_type_boolean)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be true or false");
        return;
    }
    *(bool *)slot(to, f->offset) = json_object_get_boolean(v);
}

static void enum_value(struct bw_in *in, const struct bw_in_path *at, struct bw_str s, const struct bw_field *f,
                       void *to)
{
    char list[160] = "";
    size_t len = 0;
    for (int k = 0; f->words[k]; k++) {
        struct bw_str word = bw_str_c(f->words[k]);
        if (bw_str_eq(s, word)) {
            *(int *)slot(to, f->offset) = k;
            return;
        }
        if (len + word.n + 3 > sizeof list)
            continue;
        if (len > 0)
            memcpy(list + len, ", ", 2);
        len += len > 0 ? 2 : 0;
        memcpy(list + len, word.p, word.n);
        len += word.n;
        list[len] = '\0';
    }
    bw_in_fault(in, at, BW_E_INVALID_BODY, "must be one of: %s", list);
}

/* Strings with a form of their own. */
static void formed_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                         void *to)
{
    struct bw_str s;
    if (!is_string(in, at, v, &s))
        return;
    void *here = slot(to, f->offset);
    struct bw_json_time t;
    if (f->type == BW_J_ENUM) {
        enum_value(in, at, s, f, to);
    } else if (f->type == BW_J_TIME) {
        if (bw_time_parse(s, &t.at, &t.offset_min))
            *(struct bw_json_time *)here = t;
        else
            bw_in_fault(in, at, BW_E_INVALID_BODY,
                        "must be an RFC 3339 time with offset, 1970 to 9999, at most microseconds");
    } else if (f->type == BW_J_DATE) {
        if (!bw_date_parse(s, here))
            bw_in_fault(in, at, BW_E_INVALID_BODY, "must be a date YYYY-MM-DD");
    } else if (!bw_uuid_parse(s, here)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be a UUID");
    }
}

static void object_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                         void *to)
{
    if (!json_object_is_type(v, json_type_object)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be an object");
        return;
    }
    void *sub = slot(to, f->offset);
    if (f->elem_size > 0) {
        sub = bw_arena_alloc(in->faults->arena, f->elem_size);
        if (!sub) {
            bw_in_fault(in, at, BW_E_NOMEM, "out of memory");
            return;
        }
        *(void **)slot(to, f->offset) = sub;
        bw_in_defaults(f->sub, sub);
    }
    bw_in_members(in, at, v, f->sub, sub);
}

/* An array of the right length and room for its elements; NULL when that failed. */
static void *array_room(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                        size_t elem_size)
{
    if (!json_object_is_type(v, json_type_array)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must be an array");
        return NULL;
    }
    size_t n = json_object_array_length(v);
    if (!within(f, (int64_t)n)) {
        bw_in_fault(in, at, BW_E_INVALID_BODY, "must have %" PRId64 " to %" PRId64 " elements", f->min, f->max);
        return NULL;
    }
    void *room = bw_arena_array(in->faults->arena, n, elem_size);
    if (!room)
        bw_in_fault(in, at, BW_E_NOMEM, "out of memory");
    return room;
}

static void strings_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v,
                          const struct bw_field *f, void *to)
{
    struct bw_str *room = array_room(in, at, v, f, sizeof(struct bw_str));
    if (!room)
        return;
    size_t n = json_object_array_length(v);
    for (size_t k = 0; k < n; k++) {
        struct bw_in_path here = { at, BW_STR_NONE, k };
        (void)checked_string(in, &here, json_object_array_get_idx(v, k), f, &room[k]);
    }
    *(struct bw_strs *)slot(to, f->offset) = (struct bw_strs){ room, n };
}

static void objects_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v,
                          const struct bw_field *f, void *to)
{
    char *room = array_room(in, at, v, f, f->elem_size);
    if (!room)
        return;
    size_t n = json_object_array_length(v);
    for (size_t k = 0; k < n; k++) {
        struct bw_in_path here = { at, BW_STR_NONE, k };
        struct json_object *element = json_object_array_get_idx(v, k);
        bw_in_defaults(f->sub, room + k * f->elem_size);
        if (json_object_is_type(element, json_type_object))
            bw_in_members(in, &here, element, f->sub, room + k * f->elem_size);
        else
            bw_in_fault(in, &here, BW_E_INVALID_BODY, "must be an object");
    }
    *(struct bw_objects *)slot(to, f->offset) = (struct bw_objects){ room, n };
}

void bw_in_value(struct bw_in *in, const struct bw_in_path *at, struct json_object *v, const struct bw_field *f,
                 void *to)
{
    switch (f->type) {
    case BW_J_STR:
        string_value(in, at, v, f, to);
        break;
    case BW_J_U32:
    case BW_J_I64:
        number_value(in, at, v, f, to);
        break;
    case BW_J_BOOL:
        bool_value(in, at, v, f, to);
        break;
    case BW_J_TIME:
    case BW_J_DATE:
    case BW_J_UUID:
    case BW_J_ENUM:
        formed_value(in, at, v, f, to);
        break;
    case BW_J_OBJECT:
        object_value(in, at, v, f, to);
        break;
    case BW_J_STRS:
        strings_value(in, at, v, f, to);
        break;
    case BW_J_OBJECTS:
        objects_value(in, at, v, f, to);
        break;
    }
}
