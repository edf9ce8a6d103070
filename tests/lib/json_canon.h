/* SPDX-License-Identifier: Apache-2.0 */
/* json_canon.h - two independent ways to the byte-stable form of a JSON text, for differential tests:
 * straight from the text (canon_text: knows nothing but strings, trusts the scan for everything else), and through
 * json-c's tree and the writer (canon_tree).  Whatever the scan accepts must give the same bytes both ways.
 * Layer: tests. */
#ifndef BW_TESTS_JSON_CANON_H
#define BW_TESTS_JSON_CANON_H

#include <stdlib.h>

#include <json-c/json_object.h>
#include <json-c/json_object_iterator.h>
#include <json-c/json_tokener.h>

#include "bw/base/json_out.h"
#include "json_in_int.h"

static inline unsigned canon_hex4(const char *p)
{
    unsigned v = 0;
    for (int k = 0; k < 4; k++)
        v = v * 16 + (unsigned)(p[k] <= '9' ? p[k] - '0' : (p[k] | 0x20) - 'a' + 10);
    return v;
}

static inline void canon_char(unsigned cp, struct bw_buf *to)
{
    static const char from[] = "\"\\\b\f\n\r\t", named[] = "\"\\bfnrt";
    const char *short_form = cp < 0x80 ? strchr(from, (int)cp) : NULL;
    if (short_form) {
        bw_buf_ch(to, '\\');
        bw_buf_ch(to, named[short_form - from]);
    } else if (cp < 0x20) {
        bw_buf_printf(to, "\\u%04x", cp);
    } else if (cp < 0x80) {
        bw_buf_ch(to, (char)cp);
    } else {
        unsigned more = cp < 0x800 ? 1 : cp < 0x10000 ? 2 : 3;
        bw_buf_ch(to, (char)((0xF00U >> (more + 1) & 0xFF) | cp >> 6 * more));
        while (more-- > 0)
            bw_buf_ch(to, (char)(0x80 | (cp >> 6 * more & 0x3F)));
    }
}

/* One escape at p; bytes taken. */
static inline size_t canon_escape(const char *p, struct bw_buf *to)
{
    size_t taken = 6;
    unsigned cp;
    if (p[1] == '/') {
        bw_buf_ch(to, '/');
        return 2;
    }
    if (p[1] != 'u') {
        bw_buf_add(to, p, 2);
        return 2;
    }
    cp = canon_hex4(p + 2);
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        cp = 0x10000 + ((cp - 0xD800) << 10) + (canon_hex4(p + 8) - 0xDC00);
        taken = 12;
    }
    canon_char(cp, to);
    return taken;
}

/* Drops white space outside strings and the sign of a whole -0, and writes escapes in their shortest form. */
static inline void canon_text(struct bw_str text, struct bw_buf *to)
{
    bool in = false;
    for (size_t k = 0; k < text.n;) {
        char c = text.p[k];
        if (in && c == '\\') {
            k += canon_escape(text.p + k, to);
            continue;
        }
        in = c == '"' ? !in : in;
        /* json-c holds whole numbers as int64, which has one nought only. */
        bool minus_zero = !in && c == '-' && (k == 0 || (text.p[k - 1] | 0x20) != 'e') && text.p[k + 1] == '0' &&
                          (k + 2 == text.n || !strchr(".eE", text.p[k + 2]));
        if (in || (!strchr(" \t\r\n", c) && !minus_zero))
            bw_buf_ch(to, c);
        k++;
    }
}

static inline void canon_value(struct json_object *v, struct bw_json_out *j)
{
    if (json_object_is_type(v, json_type_object)) {
        struct json_object_iterator it = json_object_iter_begin(v), end = json_object_iter_end(v);
        bw_jo_begin(j);
        for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
            bw_jkey(j, json_object_iter_peek_name(&it));
            canon_value(json_object_iter_peek_value(&it), j);
        }
        bw_jo_end(j);
    } else if (json_object_is_type(v, json_type_array)) {
        bw_ja_begin(j);
        for (size_t k = 0; k < json_object_array_length(v); k++)
            canon_value(json_object_array_get_idx(v, k), j);
        bw_ja_end(j);
    } else if (json_object_is_type(v, json_type_string)) {
        bw_jstr(j, bw_str_n(json_object_get_string(v), (size_t)json_object_get_string_len(v)));
    } else if (json_object_is_type(v, json_type_int)) {
        bw_ji64(j, json_object_get_int64(v));
    } else if (json_object_is_type(v, json_type_boolean)) {
        bw_jbool(j, json_object_get_boolean(v));
    } else if (json_object_is_type(v, json_type_null)) {
        bw_jnull(j);
    } else {
        bw_jraw(j, bw_str_c(json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN)));
    }
}

/* Through json-c as the decoder hands texts to it; false when json-c does not take the text whole. */
static inline bool canon_tree(struct bw_str text, struct bw_buf *to)
{
    char *room = malloc(text.n + 1);
    BW_ASSERT(room);
    if (bw_in_has_pairs(text))
        text = bw_in_write_pairs(text, room);
    struct json_tokener *t = json_tokener_new_ex(70);
    json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *v = json_tokener_parse_ex(t, text.p, (int)text.n);
    if (!v && json_tokener_get_error(t) == json_tokener_continue)
        v = json_tokener_parse_ex(t, " ", 1); /* a number ends only with what follows it */
    bool whole = json_tokener_get_error(t) == json_tokener_success;
    struct bw_json_out j;
    bw_json_out_init(&j, to);
    if (whole)
        canon_value(v, &j);
    json_object_put(v);
    json_tokener_free(t);
    free(room);
    return whole;
}

#endif
