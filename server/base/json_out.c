/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.c - the streaming writer.  Level 0 is the place of the one value; each open container is a level above it.
 * Layer: base.  Threads: one owner at a time.  Source: RFC 8259; escapes as RFC 8785 3.2.2.2 has them. */
#include "bw/base/json_out.h"

void bw_json_out_init(struct bw_json_out *j, struct bw_buf *b)
{
    *j = (struct bw_json_out){ .b = b };
}

/* Before any value: checks that one may stand here and writes the comma. */
static void value_due(struct bw_json_out *j)
{
    if (j->depth > 0 && j->kind[j->depth] == 'o') {
        BW_ASSERT(j->after_key);
        j->after_key = false;
        return;
    }
    BW_ASSERT(j->depth > 0 || !j->comma[0]);
    if (j->comma[j->depth])
        bw_buf_ch(j->b, ',');
    j->comma[j->depth] = true;
}

static void begin(struct bw_json_out *j, unsigned char kind, char bracket)
{
    value_due(j);
    BW_ASSERT(j->depth + 1 < BW_JSON_OUT_DEPTH);
    j->depth++;
    j->kind[j->depth] = kind;
    j->comma[j->depth] = false;
    bw_buf_ch(j->b, bracket);
}

static void end(struct bw_json_out *j, unsigned char kind, char bracket)
{
    BW_ASSERT(j->depth > 0 && j->kind[j->depth] == kind && !j->after_key);
    j->depth--;
    bw_buf_ch(j->b, bracket);
}

void bw_jo_begin(struct bw_json_out *j)
{
    begin(j, 'o', '{');
}

void bw_jo_end(struct bw_json_out *j)
{
    end(j, 'o', '}');
}

void bw_ja_begin(struct bw_json_out *j)
{
    begin(j, 'a', '[');
}

void bw_ja_end(struct bw_json_out *j)
{
    end(j, 'a', ']');
}

static void escaped(struct bw_buf *b, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    size_t k = bw_str_find(BW_STR("\"\\\b\f\n\r\t"), (char)c);
    if (k < sizeof from - 1) {
        bw_buf_ch(b, '\\');
        bw_buf_ch(b, to[k]);
        return;
    }
    bw_buf_printf(b, "\\u%04x", (unsigned)c);
}

/* Bytes that are zero in x have their high bit in the result (others may not). */
static uint64_t zeros(uint64_t x)
{
    return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

/* Printable ASCII without quote and backslash, which most of what we write is: nothing to check, nothing to escape. */
static bool plain(struct bw_str s)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    uint64_t other = 0, x = 0;
    size_t at = 0;
    for (; at + sizeof x <= s.n; at += sizeof x) {
        memcpy(&x, s.p + at, sizeof x);
        other |= (x & high) | ((x - ones * 0x20) & ~x & high) | zeros(x ^ (ones * '"')) | zeros(x ^ (ones * '\\'));
    }
    for (; at < s.n; at++) {
        unsigned char c = (unsigned char)s.p[at];
        other |= c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
    }
    return other == 0;
}

static void put_plain(struct bw_buf *b, struct bw_str s)
{
    char *to = bw_buf_room(b, s.n + 2);
    if (!to)
        return;
    to[0] = '"';
    if (s.n)
        memcpy(to + 1, s.p, s.n);
    to[s.n + 1] = '"';
    bw_buf_grew(b, s.n + 2);
}

static void quoted(struct bw_buf *b, struct bw_str s)
{
    if (plain(s)) {
        put_plain(b, s);
        return;
    }
    BW_ASSERT(bw_utf8_valid(s, BW_UTF8_NUL_OK));
    bw_buf_ch(b, '"');
    size_t from = 0;
    for (size_t k = 0; k < s.n; k++) {
        unsigned char c = (unsigned char)s.p[k];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        bw_buf_add(b, s.p + from, k - from);
        escaped(b, c);
        from = k + 1;
    }
    if (s.n > from)
        bw_buf_add(b, s.p + from, s.n - from);
    bw_buf_ch(b, '"');
}

static void digits(struct bw_buf *b, uint64_t v, bool minus)
{
    char text[21];
    size_t at = sizeof text;
    do
        text[--at] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    if (minus)
        text[--at] = '-';
    bw_buf_add(b, text + at, sizeof text - at);
}

void bw_jkey(struct bw_json_out *j, const char *key)
{
    BW_ASSERT(j->depth > 0 && j->kind[j->depth] == 'o' && !j->after_key);
    if (j->comma[j->depth])
        bw_buf_ch(j->b, ',');
    j->comma[j->depth] = true;
    quoted(j->b, bw_str_c(key));
    bw_buf_ch(j->b, ':');
    j->after_key = true;
}

void bw_jstr(struct bw_json_out *j, struct bw_str s)
{
    value_due(j);
    quoted(j->b, s);
}

void bw_ji64(struct bw_json_out *j, int64_t v)
{
    value_due(j);
    digits(j->b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

void bw_ju64(struct bw_json_out *j, uint64_t v)
{
    value_due(j);
    digits(j->b, v, false);
}

void bw_jbool(struct bw_json_out *j, bool v)
{
    value_due(j);
    bw_buf_c(j->b, v ? "true" : "false");
}

void bw_jnull(struct bw_json_out *j)
{
    value_due(j);
    bw_buf_c(j->b, "null");
}

void bw_jraw(struct bw_json_out *j, struct bw_str json)
{
    BW_ASSERT(json.n > 0);
    value_due(j);
    bw_buf_str(j->b, json);
}

void bw_jk_str(struct bw_json_out *j, const char *key, struct bw_str s)
{
    bw_jkey(j, key);
    bw_jstr(j, s);
}

void bw_jk_c(struct bw_json_out *j, const char *key, const char *s)
{
    bw_jk_str(j, key, bw_str_c(s));
}

void bw_jk_i64(struct bw_json_out *j, const char *key, int64_t v)
{
    bw_jkey(j, key);
    bw_ji64(j, v);
}

void bw_jk_bool(struct bw_json_out *j, const char *key, bool v)
{
    bw_jkey(j, key);
    bw_jbool(j, v);
}

void bw_jk_null(struct bw_json_out *j, const char *key)
{
    bw_jkey(j, key);
    bw_jnull(j);
}

void bw_jk_time(struct bw_json_out *j, const char *key, bw_time at)
{
    char text[BW_TIME_TEXT];
    if (at == BW_TIME_NONE)
        bw_jk_null(j, key);
    else
        bw_jk_c(j, key, bw_time_text(at, text));
}

void bw_jk_date(struct bw_json_out *j, const char *key, bw_date date)
{
    char text[BW_DATE_TEXT];
    if (date == BW_DATE_NONE)
        bw_jk_null(j, key);
    else
        bw_jk_c(j, key, bw_date_text(date, text));
}

void bw_jk_uuid(struct bw_json_out *j, const char *key, const struct bw_uuid *id)
{
    char text[BW_UUID_TEXT];
    bw_jk_c(j, key, bw_uuid_text(id, text));
}

void bw_jk_texts(struct bw_json_out *j, const char *key, const char *texts, size_t size, size_t n)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        bw_jstr(j, bw_str_c(texts + k * size));
    bw_ja_end(j);
}

void bw_jko_str(struct bw_json_out *j, const char *key, struct bw_str s)
{
    if (!bw_str_empty(s))
        bw_jk_str(j, key, s);
}

void bw_jko_c(struct bw_json_out *j, const char *key, const char *s)
{
    bw_jko_str(j, key, bw_str_c(s));
}

void bw_jko_time(struct bw_json_out *j, const char *key, bw_time at)
{
    if (at != BW_TIME_NONE)
        bw_jk_time(j, key, at);
}

void bw_jko_date(struct bw_json_out *j, const char *key, bw_date date)
{
    if (date != BW_DATE_NONE)
        bw_jk_date(j, key, date);
}
