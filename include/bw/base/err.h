/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - the one table of error codes, and the error value that carries what failed and where.
 * A function that can fail returns bw_code (BW_OK = 0) and takes `struct bw_error *err` last; the function that
 * finds the fault fills it once, callers may prefix, never overwrite.  Business outcomes are not errors.
 * Layer: base.  Threads: any; values only.  Source: design.md 8, style.md 5.3. */
#ifndef BW_BASE_ERR_H
#define BW_BASE_ERR_H

#include <stdbool.h>

#include "bw/base/attr.h"

enum bw_retry { BW_NEVER, BW_LATER };

typedef enum bw_code {
    BW_OK = 0,
#define X(name, status, retry, slug, title, fix) name,
#include "bw/base/err.def"
#undef X
    BW_CODE_MAX
} bw_code;

struct bw_error {
    bw_code code;
    char field[64];   /* JSON Pointer, parameter or setting; "" where none fits */
    char detail[200]; /* what failed with which value; never personal data, keys or tokens */
};

struct bw_code_info {
    const char *name;
    int status; /* HTTP status */
    enum bw_retry retry;
    const char *slug; /* /problems/<slug> */
    const char *title;
    const char *fix;
};

/* The row of a code; BW_OK has one too.  Never NULL. */
const struct bw_code_info *bw_code_info(bw_code code);

/* Fills err (NULL is allowed) and returns code, so that `return bw_fail(err, …)` reads as one step.
 * field may be NULL. */
bw_code bw_fail(struct bw_error *err, bw_code code, const char *field, const char *fmt, ...) BW_PRINTF(4, 5);
#ifdef __clang_analyzer__
/* The analyzer sees one file at a time and has to be told that the code comes back. */
#define bw_fail(err, code, ...) ((void)bw_fail((err), (code), __VA_ARGS__), (code))
#endif

/* Puts "fmt: " before the detail that a callee filled in; keeps its code and field. */
void bw_error_prefix(struct bw_error *err, const char *fmt, ...) BW_PRINTF(2, 3);

#endif
