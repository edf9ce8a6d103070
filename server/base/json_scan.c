/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan.c - the walk itself: what may follow what, depth, number of values.
 * Layer: base.  Threads: any.  Source: RFC 8259 2 to 5, reliability.md 5. */
#include "bw/base/json_scan.h"

#include <stdlib.h>

#include "json_scan_int.h"

bool bw_scan_tell(struct bw_scan *s, bw_code code, size_t at, const char *what)
{
    char pointer[BW_SCAN_POINTER];
    bw_scan_pointer(s, pointer, sizeof pointer);
    struct bw_scan_fault fault = { code, pointer, at, what };
    if (s->sink(s->ctx, &fault))
        return true;
    s->rc = code;
    return false;
}

bool bw_scan_break(struct bw_scan *s, bw_code code, size_t at, const char *what)
{
    (void)bw_scan_tell(s, code, at, what);
    s->rc = code;
    return false;
}

static struct bw_scan_frame *top(struct bw_scan *s)
{
    return &s->frames[s->depth - 1];
}

static void value_done(struct bw_scan *s)
{
    s->want = s->depth == 0 ? WANT_NOTHING : WANT_COMMA_OR_END;
}

static bool open_container(struct bw_scan *s, bool object)
{
    if (s->depth == BW_SCAN_DEPTH_MAX)
        return bw_scan_break(s, BW_E_TOO_DEEP, s->at, "nested far too deeply");
    /* Told once for the outermost container too deep, not for all inside it. */
    if (s->depth == s->limits->depth && !bw_scan_tell(s, BW_E_TOO_DEEP, s->at, "nested too deeply"))
        return false;
    s->frames[s->depth] = (struct bw_scan_frame){ .object = object, .keys = s->n_keys };
    s->depth++;
    s->at++;
    s->want = object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
    return true;
}

static bool close_container(struct bw_scan *s)
{
    if (top(s)->object && !bw_scan_keys_close(s))
        return false;
    s->depth--;
    s->at++;
    value_done(s);
    return true;
}

static bool scalar(struct bw_scan *s, char c)
{
    if (c == '"') {
        struct bw_str raw;
        bool clean;
        return bw_scan_string(s, &raw, &clean);
    }
    if (c == '-' || bw_is_digit(c))
        return bw_scan_number(s);
    return bw_scan_literal(s);
}

static bool value(struct bw_scan *s, char c)
{
    if (++s->nodes > s->limits->nodes)
        return bw_scan_break(s, BW_E_TOO_DEEP, s->at, "too many values");
    if (c == '{' || c == '[')
        return open_container(s, c == '{');
    if (!scalar(s, c))
        return false;
    value_done(s);
    return true;
}

static void skip_space(struct bw_scan *s)
{
    while (s->at < s->text.n) {
        char c = s->text.p[s->at];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return;
        s->at++;
    }
}

static bool key(struct bw_scan *s, char c)
{
    if (c != '"')
        return bw_scan_unexpected(s);
    struct bw_str raw;
    bool clean;
    if (!bw_scan_string(s, &raw, &clean))
        return false;
    /* A key that is itself at fault names no place and is compared with nothing. */
    if (clean && !bw_scan_key_push(s, raw))
        return false;
    top(s)->member = clean ? raw : BW_STR_NONE;
    skip_space(s);
    if (s->at == s->text.n)
        return bw_scan_break(s, BW_E_BAD_JSON, s->at, "the text ends too early");
    if (s->text.p[s->at] != ':')
        return bw_scan_unexpected(s);
    s->at++;
    s->want = WANT_VALUE;
    return true;
}

static bool comma_or_end(struct bw_scan *s, char c)
{
    struct bw_scan_frame *frame = top(s);
    if (c == (frame->object ? '}' : ']'))
        return close_container(s);
    if (c != ',')
        return bw_scan_unexpected(s);
    s->at++;
    frame->index++;
    frame->member = BW_STR_NONE;
    s->want = frame->object ? WANT_KEY : WANT_VALUE;
    return true;
}

static bool step(struct bw_scan *s)
{
    char c = s->text.p[s->at];
    switch (s->want) {
    case WANT_VALUE_OR_END:
        return c == ']' ? close_container(s) : value(s, c);
    case WANT_VALUE:
        return value(s, c);
    case WANT_KEY_OR_END:
        return c == '}' ? close_container(s) : key(s, c);
    case WANT_KEY:
        return key(s, c);
    case WANT_COMMA_OR_END:
        return comma_or_end(s, c);
    case WANT_NOTHING:
        break;
    }
    return bw_scan_break(s, BW_E_BAD_JSON, s->at, "something stands behind the end of the text");
}

static void walk(struct bw_scan *s)
{
    for (skip_space(s); s->at < s->text.n; skip_space(s)) {
        if (!step(s))
            return;
    }
    if (s->want != WANT_NOTHING)
        (void)bw_scan_break(s, BW_E_BAD_JSON, s->at, "the text ends too early");
}

bw_code bw_scan_run(struct bw_str text, const struct bw_json_limits *limits, bw_scan_sink *sink, void *ctx)
{
    struct bw_scan s = { .text = text, .limits = limits, .sink = sink, .ctx = ctx, .want = WANT_VALUE, .rc = BW_OK };
    BW_ASSERT(limits->depth <= BW_SCAN_DEPTH_MAX);
    s.keys = s.few;
    s.cap_keys = BW_SCAN_KEYS_INLINE;
    walk(&s);
    if (s.keys != s.few)
        free(s.keys);
    return s.rc;
}

#define BW_SCAN_FIELD sizeof(((struct bw_error *)0)->field)

struct first_fault {
    struct bw_error *err;
    bw_code code;
};

/* The pointer, or the nearest parent that the field of an error has room for. */
static void shorten(const char *pointer, char to[BW_SCAN_FIELD])
{
    struct bw_str fit = bw_str_c(pointer);
    while (fit.n >= BW_SCAN_FIELD)
        fit.n = (size_t)((const char *)memrchr(fit.p, '/', fit.n) - fit.p);
    bw_str_put(fit, to, BW_SCAN_FIELD);
}

static bool keep_first(void *ctx, const struct bw_scan_fault *fault)
{
    struct first_fault *first = ctx;
    char field[BW_SCAN_FIELD];
    shorten(fault->pointer, field);
    first->code =
        bw_fail(first->err, fault->code, field, "%s, at byte %zu of the JSON text", fault->what, fault->offset);
    return false;
}

bw_code bw_json_scan(struct bw_str text, const struct bw_json_limits *limits, struct bw_error *err)
{
    struct first_fault first = { err, BW_OK };
    (void)bw_scan_run(text, limits, keep_first, &first);
    return first.code;
}
