/* SPDX-License-Identifier: Apache-2.0 */
/* str.c - slices: compare, cut, read numbers, check UTF-8.
 * Layer: base.  Threads: any; values only. */
#include "bw/base/str.h"

bool bw_str_eq(struct bw_str a, struct bw_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool bw_str_eq_c(struct bw_str a, const char *b)
{
    return bw_str_eq(a, bw_str_c(b));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool bw_str_eq_nocase(struct bw_str a, struct bw_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t at = 0; at < a.n; at++)
        if (lower(a.p[at]) != lower(b.p[at]))
            return false;
    return true;
}

int bw_str_cmp(struct bw_str a, struct bw_str b)
{
    size_t common = a.n < b.n ? a.n : b.n;
    int order = common ? memcmp(a.p, b.p, common) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

bool bw_str_starts(struct bw_str s, struct bw_str prefix)
{
    return bw_str_eq(bw_str_take(s, prefix.n), prefix);
}

bool bw_str_ends(struct bw_str s, struct bw_str suffix)
{
    return s.n >= suffix.n && bw_str_eq(bw_str_drop(s, s.n - suffix.n), suffix);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bw_str bw_str_trim(struct bw_str s)
{
    while (s.n && is_space(s.p[0]))
        s = bw_str_drop(s, 1);
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct bw_str bw_str_drop(struct bw_str s, size_t n)
{
    if (!s.p)
        return s;
    if (n > s.n)
        n = s.n;
    return bw_str_n(s.p + n, s.n - n);
}

struct bw_str bw_str_take(struct bw_str s, size_t n)
{
    return bw_str_n(s.p, n < s.n ? n : s.n);
}

struct bw_str bw_str_split(struct bw_str *rest, char sep)
{
    struct bw_str all = *rest;
    size_t at = bw_str_find(all, sep);
    *rest = at == all.n ? BW_STR_NONE : bw_str_drop(all, at + 1);
    return bw_str_take(all, at);
}

size_t bw_str_find(struct bw_str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : s.n;
}

bool bw_str_to_u64(struct bw_str s, uint64_t min, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;
    if (s.n == 0)
        return false;
    for (size_t at = 0; at < s.n; at++) {
        if (!bw_is_digit(s.p[at]))
            return false;
        uint64_t digit = (uint64_t)(s.p[at] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}

bool bw_str_to_i64(struct bw_str s, int64_t min, int64_t max, int64_t *ret)
{
    bool minus = s.n && s.p[0] == '-';
    uint64_t size;
    if (!bw_str_to_u64(minus ? bw_str_drop(s, 1) : s, 0, (uint64_t)INT64_MAX + (minus ? 1 : 0), &size))
        return false;
    int64_t value = !minus ? (int64_t)size : size == 0 ? 0 : -(int64_t)(size - 1) - 1;
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}

bool bw_str_among(struct bw_str s, const char *const *words, size_t n, size_t *ret)
{
    for (size_t at = 0; at < n; at++) {
        if (bw_str_eq_c(s, words[at])) {
            *ret = at;
            return true;
        }
    }
    return false;
}

bool bw_str_copy(struct bw_str s, char *to, size_t size)
{
    if (size == 0)
        return false;
    to[0] = '\0';
    if (s.n >= size)
        return false;
    if (s.n)
        memcpy(to, s.p, s.n);
    to[s.n] = '\0';
    return true;
}

void bw_str_put(struct bw_str s, char *to, size_t size)
{
    bool fits = bw_str_copy(s, to, size);
    BW_ASSERT(fits);
}

bool bw_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool bw_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool bw_is_alnum(char c)
{
    return bw_is_digit(c) || bw_is_upper(c) || (c >= 'a' && c <= 'z');
}

bool bw_str_all(struct bw_str s, bool (*is)(char))
{
    for (size_t at = 0; at < s.n; at++)
        if (!is(s.p[at]))
            return false;
    return s.n > 0;
}

/* Bytes of the character at s, 0 when it is not one (RFC 3629, section 4: the table of well-formed sequences). */
static size_t utf8_char(const unsigned char *s, size_t n)
{
    unsigned char lead = s[0];
    if (lead < 0x80)
        return 1;
    size_t len = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || n < len)
        return 0;
    /* The second byte's range rules out overlong forms (E0, F0), surrogates (ED) and what is above U+10FFFF (F4). */
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t at = 2; at < len; at++)
        if ((s[at] & 0xC0) != 0x80)
            return 0;
    return len;
}

bool bw_utf8_valid(struct bw_str s, unsigned flags)
{
    const unsigned char *bytes = (const unsigned char *)s.p;
    for (size_t at = 0; at < s.n;) {
        size_t len = utf8_char(bytes + at, s.n - at);
        if (len == 0 || (bytes[at] == 0 && !(flags & BW_UTF8_NUL_OK)))
            return false;
        at += len;
    }
    return true;
}

size_t bw_utf8_len(struct bw_str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.n; at++)
        count += ((unsigned char)s.p[at] & 0xC0) != 0x80;
    return count;
}
