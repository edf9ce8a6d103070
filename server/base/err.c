/* SPDX-License-Identifier: Apache-2.0 */
/* err.c - the table of err.def as data, and the two ways to fill an error.
 * Layer: base.  Threads: any; values only.  Source: design.md 8. */
#include "bw/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct bw_code_info codes[] = {
    [BW_OK] = { "BW_OK", 200, BW_NEVER, "ok", "All is well", "" },
#define X(name, status, retry, slug, title, fix) [name] = { #name, status, retry, slug, title, fix },
#include "bw/base/err.def"
#undef X
};

const struct bw_code_info *bw_code_info(bw_code code)
{
    BW_ASSERT((unsigned)code < BW_LEN(codes));
    return &codes[code];
}

/* A cut must not leave half a UTF-8 character: the text goes into JSON. */
static void drop_torn_tail(char *text, size_t size)
{
    size_t n = strlen(text);
    if (n + 1 < size)
        return;
    size_t back = 0;
    while (back < 3 && back < n && ((unsigned char)text[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back >= n)
        return;
    unsigned char lead = (unsigned char)text[n - 1 - back];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (want > back)
        text[n - 1 - back] = '\0';
}

/* The parentheses keep the macro away that err.h makes for the analyzer. */
bw_code(bw_fail)(struct bw_error *err, bw_code code, const char *field, const char *fmt, ...)
{
    BW_ASSERT(code != BW_OK && code < BW_CODE_MAX);
    if (!err)
        return code;
    err->code = code;
    snprintf(err->field, sizeof(err->field), "%s", field ? field : "");
    drop_torn_tail(err->field, sizeof(err->field));
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->detail, sizeof(err->detail), fmt, ap);
    va_end(ap);
    drop_torn_tail(err->detail, sizeof(err->detail));
    return code;
}

void bw_error_prefix(struct bw_error *err, const char *fmt, ...)
{
    if (!err)
        return;
    char joined[sizeof(err->detail)];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(joined, sizeof(joined), fmt, ap);
    va_end(ap);
    size_t at = n < 0 ? 0 : (size_t)n < sizeof(joined) ? (size_t)n : sizeof(joined) - 1;
    for (const char *tail = ": "; *tail && at + 1 < sizeof(joined); tail++)
        joined[at++] = *tail;
    for (const char *tail = err->detail; *tail && at + 1 < sizeof(joined); tail++)
        joined[at++] = *tail;
    joined[at] = '\0';
    drop_torn_tail(joined, sizeof(joined));
    memcpy(err->detail, joined, at + 1);
}
