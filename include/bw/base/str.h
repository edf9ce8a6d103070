/* SPDX-License-Identifier: Apache-2.0 */
/* str.h - a borrowed slice of bytes, passed by value.  It never owns and need not end in NUL.
 * Layer: base.  Threads: any; values only. */
#ifndef BW_BASE_STR_H
#define BW_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bw/base/attr.h"

struct bw_str {
    const char *p;
    size_t n;
};

#define BW_STR(lit) ((struct bw_str){ "" lit, sizeof(lit) - 1 })
/* The same inside a static table, where ISO C allows no compound literal. */
#define BW_STR_INIT(lit)                                                                                               \
    {                                                                                                                  \
        "" lit, sizeof(lit) - 1                                                                                        \
    }
#define BW_STR_NONE ((struct bw_str){ NULL, 0 })
/* For printf's "%.*s". */
#define BW_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct bw_str bw_str_c(const char *c)
{
    return (struct bw_str){ c, c ? strlen(c) : 0 };
}
static inline struct bw_str bw_str_n(const char *p, size_t n)
{
    return (struct bw_str){ p, n };
}
static inline bool bw_str_empty(struct bw_str s)
{
    return s.n == 0;
}

bool bw_str_eq(struct bw_str a, struct bw_str b);
bool bw_str_eq_c(struct bw_str a, const char *b);
bool bw_str_eq_nocase(struct bw_str a, struct bw_str b); /* ASCII only */
int bw_str_cmp(struct bw_str a, struct bw_str b);        /* bytewise, a prefix first */
bool bw_str_starts(struct bw_str s, struct bw_str prefix);
bool bw_str_ends(struct bw_str s, struct bw_str suffix);
struct bw_str bw_str_trim(struct bw_str s);           /* ASCII space, tab, CR, LF */
struct bw_str bw_str_drop(struct bw_str s, size_t n); /* without the first n bytes; empty when shorter */
struct bw_str bw_str_take(struct bw_str s, size_t n); /* the first n bytes at most */

/* Cuts *rest at the first sep: returns what stands before it and leaves what stands behind.  Without a sep
 * returns the whole and leaves p == NULL, so that `while (rest.p)` visits every field, empty ones included. */
struct bw_str bw_str_split(struct bw_str *rest, char sep);
/* Index of c, or s.n. */
size_t bw_str_find(struct bw_str s, char c);

/* The whole of s as a decimal number within [min, max]; no sign for u64, no space, no overflow.
 * False leaves *ret alone. */
BW_MUST_USE bool bw_str_to_u64(struct bw_str s, uint64_t min, uint64_t max, uint64_t *ret);
BW_MUST_USE bool bw_str_to_i64(struct bw_str s, int64_t min, int64_t max, int64_t *ret);

/* Its place in a list of n words; false: it is none of them, and *ret is left alone. */
BW_MUST_USE bool bw_str_among(struct bw_str s, const char *const *words, size_t n, size_t *ret);

/* Copies into a fixed array with a closing NUL.  False, and an empty array, when it does not fit. */
BW_MUST_USE bool bw_str_copy(struct bw_str s, char *to, size_t size);
/* The same for text that was checked before: asserts that it fits. */
void bw_str_put(struct bw_str s, char *to, size_t size);

bool bw_is_upper(char c);
bool bw_is_digit(char c);
bool bw_is_alnum(char c);                           /* A-Z a-z 0-9 */
bool bw_str_all(struct bw_str s, bool (*is)(char)); /* false for the empty slice */

/* RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.  NUL is refused where nul_ok is 0. */
enum { BW_UTF8_NUL_OK = 1 };
bool bw_utf8_valid(struct bw_str s, unsigned flags);
/* Number of code points of valid UTF-8. */
size_t bw_utf8_len(struct bw_str s);

#endif
