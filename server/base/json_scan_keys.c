/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_keys.c - doubled keys, and JSON Pointers.
 * Keys of the open objects stand on one stack; closing an object sorts its own and compares neighbours, so the answer
 * is exact, the cost is n log n whatever the keys, and memory is bounded by the number of values allowed. Layer: base.
 * Threads: any.  Source: RFC 8259 4, RFC 6901 3. */
#include <stdio.h>
#include <stdlib.h>

#include "json_scan_int.h"

/* Hands out the bytes of a string that the scan found clean, unescaped. */
struct unescape {
    struct bw_str rest;
    bool verbatim; /* a backslash is one like any other byte */
    unsigned char pending[4];
    unsigned n, next;
};

static unsigned unit4(const char *p)
{
    unsigned v = 0;
    for (int k = 0; k < 4; k++)
        v = v * 16 + (unsigned)(bw_is_digit(p[k]) ? p[k] - '0' : (p[k] | 0x20) - 'a' + 10);
    return v;
}

static void put_utf8(struct unescape *u, unsigned cp)
{
    u->n = 0;
    u->next = 0;
    if (cp < 0x80) {
        u->pending[u->n++] = (unsigned char)cp;
        return;
    }
    if (cp < 0x800) {
        u->pending[u->n++] = (unsigned char)(0xC0 | cp >> 6);
    } else if (cp < 0x10000) {
        u->pending[u->n++] = (unsigned char)(0xE0 | cp >> 12);
        u->pending[u->n++] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
    } else {
        u->pending[u->n++] = (unsigned char)(0xF0 | cp >> 18);
        u->pending[u->n++] = (unsigned char)(0x80 | (cp >> 12 & 0x3F));
        u->pending[u->n++] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
    }
    u->pending[u->n++] = (unsigned char)(0x80 | (cp & 0x3F));
}

static void take_escape(struct unescape *u)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = u->rest.p[1];
    if (c != 'u') {
        put_utf8(u, (unsigned char)to[bw_str_find(bw_str_c(from), c)]);
        u->rest = bw_str_drop(u->rest, 2);
        return;
    }
    unsigned cp = unit4(u->rest.p + 2);
    u->rest = bw_str_drop(u->rest, 6);
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        cp = 0x10000 + ((cp - 0xD800) << 10) + (unit4(u->rest.p + 2) - 0xDC00);
        u->rest = bw_str_drop(u->rest, 6);
    }
    put_utf8(u, cp);
}

/* The next byte, or -1 at the end. */
static int next_byte(struct unescape *u)
{
    if (u->next == u->n) {
        if (u->rest.n == 0)
            return -1;
        if (u->verbatim || u->rest.p[0] != '\\') {
            unsigned char c = (unsigned char)u->rest.p[0];
            u->rest = bw_str_drop(u->rest, 1);
            return c;
        }
        take_escape(u);
    }
    return u->pending[u->next++];
}

static int key_cmp(const void *va, const void *vb)
{
    const struct bw_scan_key *a = va, *b = vb;
    if (a->plain && b->plain)
        return bw_str_cmp(a->raw, b->raw);
    struct unescape ua = { .rest = a->raw }, ub = { .rest = b->raw };
    int ca, cb;
    do {
        ca = next_byte(&ua);
        cb = next_byte(&ub);
    } while (ca == cb && ca != -1);
    return (ca > cb) - (ca < cb);
}

bool bw_scan_key_push(struct bw_scan *s, struct bw_str raw)
{
    if (s->n_keys == s->cap_keys) {
        size_t cap = s->cap_keys * 2;
        struct bw_scan_key *keys = reallocarray(s->keys == s->few ? NULL : s->keys, cap, sizeof *keys);
        if (!keys)
            return bw_scan_break(s, BW_E_NOMEM, s->at, "out of memory");
        if (s->keys == s->few)
            memcpy(keys, s->few, sizeof s->few);
        s->keys = keys;
        s->cap_keys = cap;
    }
    s->keys[s->n_keys++] = (struct bw_scan_key){ raw, bw_str_find(raw, '\\') == raw.n };
    return true;
}

bool bw_scan_keys_close(struct bw_scan *s)
{
    struct bw_scan_frame *frame = &s->frames[s->depth - 1];
    struct bw_scan_key *keys = s->keys + frame->keys;
    size_t n = s->n_keys - frame->keys;
    bool go_on = true;
    if (n > 1)
        qsort(keys, n, sizeof *keys, key_cmp);
    for (size_t k = 1; k < n && go_on; k++) {
        if (key_cmp(&keys[k - 1], &keys[k]) != 0)
            continue;
        const char *p = keys[k - 1].raw.p > keys[k].raw.p ? keys[k - 1].raw.p : keys[k].raw.p;
        frame->member = keys[k].raw;
        go_on = bw_scan_tell(s, BW_E_DUPLICATE_KEY, (size_t)(p - s->text.p) - 1, "a key that stands twice");
    }
    s->n_keys = frame->keys;
    return go_on;
}

static bool pointer_byte(char *to, size_t size, size_t *len, int c)
{
    const char *escaped = c == '~' ? "~0" : c == '/' ? "~1" : NULL;
    size_t n = escaped ? 2 : 1;
    if (size - *len <= n)
        return false;
    if (escaped)
        memcpy(to + *len, escaped, 2);
    else
        to[*len] = (char)c;
    *len += n;
    return true;
}

static bool add_segment(char *to, size_t size, size_t *len, struct unescape *u)
{
    size_t before = *len;
    bool fits = size - *len > 1;
    if (fits)
        to[(*len)++] = '/';
    for (int c = next_byte(u); fits && c != -1; c = next_byte(u))
        fits = pointer_byte(to, size, len, c);
    if (!fits)
        *len = before;
    to[*len] = '\0';
    return fits;
}

bool bw_pointer_add(char *to, size_t size, size_t *len, struct bw_str segment)
{
    struct unescape u = { .rest = segment, .verbatim = true };
    return add_segment(to, size, len, &u);
}

bool bw_pointer_add_index(char *to, size_t size, size_t *len, size_t index)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%zu", index);
    return bw_pointer_add(to, size, len, bw_str_n(text, (size_t)n));
}

void bw_scan_pointer(const struct bw_scan *s, char *to, size_t size)
{
    size_t len = 0;
    bool fits = true;
    to[0] = '\0';
    for (unsigned k = 0; k < s->depth && fits; k++) {
        const struct bw_scan_frame *frame = &s->frames[k];
        if (!frame->object) {
            fits = bw_pointer_add_index(to, size, &len, frame->index);
            continue;
        }
        if (!frame->member.p)
            return;
        struct unescape u = { .rest = frame->member };
        fits = add_segment(to, size, &len, &u);
    }
}
