/* SPDX-License-Identifier: Apache-2.0 */
/* json_schema.c - JSON Schema from the field tables that decode bodies, so that the two cannot part.
 * Lengths are bytes in the decoder and characters in JSON Schema: a text that fits the one may be too long for the
 * other only beyond ASCII.  Layer: http.  Threads: any. */
#include "openapi.h"

static void type_of(struct bw_json_out *j, const struct bw_field *f, const char *name)
{
    if (!(f->flags & BW_J_NULLABLE)) {
        bw_jk_c(j, "type", name);
        return;
    }
    bw_jkey(j, "type");
    bw_ja_begin(j);
    bw_jstr(j, bw_str_c(name));
    bw_jstr(j, BW_STR("null"));
    bw_ja_end(j);
}

static void formatted(struct bw_json_out *j, const struct bw_field *f, const char *format)
{
    type_of(j, f, "string");
    bw_jk_c(j, "format", format);
}

static void words(struct bw_json_out *j, const struct bw_field *f)
{
    type_of(j, f, "string");
    bw_jkey(j, "enum");
    bw_ja_begin(j);
    for (const char *const *w = f->words; w && *w; w++)
        bw_jstr(j, bw_str_c(*w));
    if (f->flags & BW_J_NULLABLE)
        bw_jnull(j);
    bw_ja_end(j);
}

static void object(struct bw_json_out *j, const struct bw_field *fields);

static void array(struct bw_json_out *j, const struct bw_field *f)
{
    type_of(j, f, "array");
    if (f->min > 0)
        bw_jk_i64(j, "minItems", f->min);
    bw_jk_i64(j, "maxItems", f->max);
    bw_jkey(j, "items");
    bw_jo_begin(j);
    if (f->type == BW_J_STRS)
        bw_jk_c(j, "type", "string");
    else
        object(j, f->sub);
    bw_jo_end(j);
}

static void field(struct bw_json_out *j, const struct bw_field *f)
{
    bw_jkey(j, f->name);
    bw_jo_begin(j);
    switch (f->type) {
    case BW_J_STR:
        type_of(j, f, "string");
        if (f->min > 0)
            bw_jk_i64(j, "minLength", f->min);
        bw_jk_i64(j, "maxLength", f->max);
        break;
    case BW_J_U32:
    case BW_J_I64:
        type_of(j, f, "integer");
        bw_jk_i64(j, "minimum", f->min);
        bw_jk_i64(j, "maximum", f->max);
        break;
    case BW_J_BOOL:
        type_of(j, f, "boolean");
        break;
    case BW_J_TIME:
        formatted(j, f, "date-time");
        break;
    case BW_J_DATE:
        formatted(j, f, "date");
        break;
    case BW_J_UUID:
        formatted(j, f, "uuid");
        break;
    case BW_J_OBJECT:
        object(j, f->sub);
        break;
    case BW_J_STRS:
    case BW_J_OBJECTS:
        array(j, f);
        break;
    case BW_J_ENUM:
        words(j, f);
        break;
    }
    bw_jo_end(j);
}

static void object(struct bw_json_out *j, const struct bw_field *fields)
{
    bool any = false;
    bw_jk_c(j, "type", "object");
    bw_jk_bool(j, "additionalProperties", false);
    for (const struct bw_field *f = fields; f->name; f++)
        any = any || (f->flags & BW_J_REQUIRED);
    if (any) {
        bw_jkey(j, "required");
        bw_ja_begin(j);
        for (const struct bw_field *f = fields; f->name; f++)
            if (f->flags & BW_J_REQUIRED)
                bw_jstr(j, bw_str_c(f->name));
        bw_ja_end(j);
    }
    bw_jkey(j, "properties");
    bw_jo_begin(j);
    for (const struct bw_field *f = fields; f->name; f++)
        field(j, f);
    bw_jo_end(j);
}

void bw_json_schema(struct bw_json_out *j, const struct bw_field *fields)
{
    bw_jo_begin(j);
    object(j, fields);
    bw_jo_end(j);
}
