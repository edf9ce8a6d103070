/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue.c - a message catalogue: one flat JSON object of strings, kept sorted in an arena of its own.
 * Pure.  Layer: domain.  Threads: any; read-only once parsed.  Source: PAGE-09, RFC 8259. */
#include <stdlib.h>

#include "bw/base/fold.h"
#include "bw/base/json_scan.h"
#include "bw/domain/say.h"
#include "say_int.h"

#define CATALOGUE_MAX ((size_t)1 << 20)
#define CATALOGUE_KEYS 2000

struct entry {
    const char *key;
    struct bw_str text;
};
struct bw_catalogue {
    struct bw_arena arena; /* holds this struct too */
    struct entry *entries; /* sorted by key */
    size_t n;
    bool rtl;
    struct bw_str never; /* what is never said, folded, parted by '|' */
};

static int entry_cmp(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* --- reading: the scan has proven the grammar, so the walk only looks for what it wants --- */

static void skip_space(struct bw_str *rest)
{
    while (rest->n > 0 && strchr(" \t\r\n", rest->p[0]))
        *rest = bw_str_drop(*rest, 1);
}

static uint32_t hex4(const char *p)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t digit = bw_is_digit(c) ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a') + 10;
        v = v << 4 | digit;
    }
    return v;
}

static char *put_utf8(char *to, uint32_t cp)
{
    if (cp < 0x80) {
        *to++ = (char)cp;
        return to;
    }
    if (cp < 0x800) {
        *to++ = (char)(0xC0 | cp >> 6);
    } else if (cp < 0x10000) {
        *to++ = (char)(0xE0 | cp >> 12);
        *to++ = (char)(0x80 | (cp >> 6 & 0x3F));
    } else {
        *to++ = (char)(0xF0 | cp >> 18);
        *to++ = (char)(0x80 | (cp >> 12 & 0x3F));
        *to++ = (char)(0x80 | (cp >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (cp & 0x3F));
    return to;
}

/* After "\u": the code point, a pair of surrogates as one. */
static uint32_t read_escape(struct bw_str *rest)
{
    uint32_t cp = hex4(rest->p);
    *rest = bw_str_drop(*rest, 4);
    if (cp >= 0xD800 && cp < 0xDC00) {
        cp = 0x10000 + ((cp - 0xD800) << 10) + (hex4(rest->p + 2) - 0xDC00);
        *rest = bw_str_drop(*rest, 6);
    }
    return cp;
}

/* Reads a string that begins at rest, quotes and all; false when memory is out.  Unescaping never lengthens. */
static bool read_string(struct bw_arena *a, struct bw_str *rest, struct bw_str *ret)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char *text = bw_arena_alloc(a, rest->n);
    if (!text)
        return false;
    char *to = text;
    *rest = bw_str_drop(*rest, 1);
    while (rest->p[0] != '"') {
        char c = rest->p[0];
        *rest = bw_str_drop(*rest, 1);
        if (c != '\\') {
            *to++ = c;
            continue;
        }
        c = rest->p[0];
        *rest = bw_str_drop(*rest, 1);
        if (c == 'u')
            to = put_utf8(to, read_escape(rest));
        else
            *to++ = into[strchr(from, c) - from];
    }
    *rest = bw_str_drop(*rest, 1);
    *ret = bw_arena_str(a, bw_str_n(text, (size_t)(to - text)));
    return ret->p != NULL;
}

/* The two strings of one member, each unescaped into scratch of its own size and then kept. */
static bw_code read_member(struct bw_catalogue *c, struct bw_str *rest, struct bw_error *err)
{
    struct bw_str key;
    struct entry *e = &c->entries[c->n];
    struct bw_arena scratch;
    bw_arena_init(&scratch, CATALOGUE_MAX);
    bool ok = read_string(&scratch, rest, &key) && (key = bw_arena_str(&c->arena, key)).p != NULL;
    bw_arena_done(&scratch);
    if (!ok)
        return bw_fail(err, BW_E_NOMEM, NULL, "catalogue");
    skip_space(rest);
    *rest = bw_str_drop(*rest, 1); /* the colon */
    skip_space(rest);
    if (rest->p[0] != '"')
        return bw_fail(err, BW_E_CONFIG, NULL, "catalogue: %.60s is no string", key.p);
    bw_arena_init(&scratch, CATALOGUE_MAX);
    ok = read_string(&scratch, rest, &e->text) && (e->text = bw_arena_str(&c->arena, e->text)).p != NULL;
    bw_arena_done(&scratch);
    if (!ok)
        return bw_fail(err, BW_E_NOMEM, NULL, "catalogue");
    e->key = key.p;
    c->n++;
    return BW_OK;
}

static bw_code read_members(struct bw_catalogue *c, struct bw_str rest, struct bw_error *err)
{
    skip_space(&rest);
    if (rest.p[0] != '{')
        return bw_fail(err, BW_E_CONFIG, NULL, "catalogue: not an object");
    rest = bw_str_drop(rest, 1);
    for (;;) {
        skip_space(&rest);
        if (rest.p[0] == '}')
            return BW_OK;
        if (rest.p[0] == ',') {
            rest = bw_str_drop(rest, 1);
            continue;
        }
        if (c->n == CATALOGUE_KEYS)
            return bw_fail(err, BW_E_CONFIG, NULL, "catalogue: more than %d keys", CATALOGUE_KEYS);
        bw_code rc = read_member(c, &rest, err);
        if (rc != BW_OK)
            return rc;
    }
}

/* Folded once, since every free text is held against it. */
static bool fold_never(struct bw_catalogue *c)
{
    if (!bw_catalogue_has(c, "never.words"))
        return true;
    struct bw_str words = bw_catalogue_text(c, "never.words");
    size_t n = 0, most = 2 * words.n + 1; /* what is taken apart by folding is dropped again */
    char *to = bw_arena_alloc(&c->arena, most);
    while (to && words.p) {
        struct bw_str word = bw_str_split(&words, '|');
        n += bw_fold(word, to + n, most - n - 1);
        to[n++] = '|';
    }
    c->never = to ? bw_str_n(to, n ? n - 1 : 0) : BW_STR_NONE;
    return to != NULL;
}

bw_code bw_catalogue_parse(struct bw_str json, struct bw_catalogue **ret_take, struct bw_error *err)
{
    struct bw_arena arena;
    bw_code rc = bw_json_scan(json, &BW_JSON_LIMITS, err);
    if (rc != BW_OK) {
        bw_error_prefix(err, "catalogue");
        return rc;
    }
    if (json.n > CATALOGUE_MAX / 2)
        return bw_fail(err, BW_E_CONFIG, NULL, "catalogue: longer than %zu bytes", CATALOGUE_MAX / 2);
    bw_arena_init(&arena, 2 * CATALOGUE_MAX);
    struct bw_catalogue *c = BW_NEW(&arena, struct bw_catalogue);
    struct entry *entries = BW_NEW_ARRAY(&arena, struct entry, CATALOGUE_KEYS);
    if (!c || !entries) {
        bw_arena_done(&arena);
        return bw_fail(err, BW_E_NOMEM, NULL, "catalogue");
    }
    *c = (struct bw_catalogue){ .arena = arena, .entries = entries };
    rc = read_members(c, json, err);
    if (rc != BW_OK) {
        bw_catalogue_free(c);
        return rc;
    }
    qsort(c->entries, c->n, sizeof *c->entries, entry_cmp);
    if (!fold_never(c)) {
        bw_catalogue_free(c);
        return bw_fail(err, BW_E_NOMEM, NULL, "catalogue");
    }
    c->rtl = bw_catalogue_has(c, "dir") && bw_str_eq_c(bw_catalogue_text(c, "dir"), "rtl");
    *ret_take = c;
    return BW_OK;
}

void bw_catalogue_free(struct bw_catalogue *c)
{
    if (!c)
        return;
    struct bw_arena arena = c->arena; /* the struct lies in what is freed */
    bw_arena_done(&arena);
}

/* --- asking --- */

static const struct entry *find(const struct bw_catalogue *c, const char *key)
{
    const struct entry wanted = { .key = key };
    return bsearch(&wanted, c->entries, c->n, sizeof *c->entries, entry_cmp);
}

bool bw_catalogue_has(const struct bw_catalogue *c, const char *key)
{
    return find(c, key) != NULL;
}

bool bw_catalogue_at(const struct bw_catalogue *c, size_t i, const char **ret_key, struct bw_str *ret_text)
{
    if (i >= c->n)
        return false;
    *ret_key = c->entries[i].key;
    *ret_text = c->entries[i].text;
    return true;
}

struct bw_str bw_catalogue_never(const struct bw_catalogue *c)
{
    return c->never;
}

bool bw_catalogue_rtl(const struct bw_catalogue *c)
{
    return c->rtl;
}

struct bw_str bw_catalogue_text(const struct bw_catalogue *c, const char *key)
{
    const struct entry *e = find(c, key);
    BW_ASSERT(e != NULL);
    return e->text;
}

static const struct bw_arg *find_arg(const struct bw_arg *args, size_t n, struct bw_str name)
{
    for (size_t i = 0; i < n; i++) {
        if (bw_str_eq_c(name, args[i].name))
            return &args[i];
    }
    return NULL;
}

bool bw_say_piece(struct bw_str *rest, struct bw_str *ret_plain, struct bw_str *ret_name)
{
    if (rest->n == 0)
        return false;
    size_t open = bw_str_find(*rest, '{');
    size_t close = bw_str_find(bw_str_drop(*rest, open), '}');
    *ret_name = BW_STR_NONE;
    if (open + close >= rest->n) { /* no name any more; a brace that stays open is text */
        *ret_plain = *rest;
        *rest = BW_STR_NONE;
        return true;
    }
    *ret_plain = bw_str_take(*rest, open);
    *ret_name = bw_str_n(rest->p + open + 1, close - 1);
    *rest = bw_str_drop(*rest, open + close + 1);
    return true;
}

/* A number alone reads the same in every direction.  What holds Arabic letters, or marks already, is a text of ours: it
 * goes the way of the sentence, and marks around it would turn it, for what lies between marks has no say in its
 * direction. */
static bool is_foreign(struct bw_str text)
{
    bool foreign = false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i], next = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;
        if ((c >= 0xD8 && c <= 0xDB) || (c == 0xE2 && next == 0x81))
            return false;
        foreign = foreign || !bw_is_digit(text.p[i]);
    }
    return foreign;
}

void bw_say_foreign(const struct bw_catalogue *c, struct bw_str text, struct bw_buf *to)
{
    /* U+2068 first strong isolate, U+2069 pop directional isolate; by their bytes, so that they mislead no reader here
     */
    static const unsigned char fsi[] = { 0xE2, 0x81, 0xA8 }, pdi[] = { 0xE2, 0x81, 0xA9 };
    bool marked = c->rtl && is_foreign(text);
    if (marked)
        bw_buf_add(to, fsi, sizeof fsi);
    bw_buf_str(to, text);
    if (marked)
        bw_buf_add(to, pdi, sizeof pdi);
}

void bw_say(const struct bw_catalogue *c, const char *key, const struct bw_arg *args, size_t n, struct bw_buf *to)
{
    struct bw_str rest = bw_catalogue_text(c, key);
    struct bw_str plain, name;
    while (bw_say_piece(&rest, &plain, &name)) {
        bw_buf_str(to, plain);
        const struct bw_arg *arg = find_arg(args, n, name);
        if (arg)
            bw_say_foreign(c, arg->value, to);
    }
}
