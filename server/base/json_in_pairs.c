/* SPDX-License-Identifier: Apache-2.0 */
/* json_in_pairs.c - surrogate pairs written out before json-c reads them.
 * json-c 0.16 tests the low 16 bits of a character that it has put together from \uD8xx\uDCxx, so that it takes all of
 * U+xD800 to U+xDFFF (ideographs of names among them, such as U+2D800) for half a pair and reads U+FFFD.  Found by
 * tests/fuzz/json_scan_fuzz.c.  Written as UTF-8 the same characters pass unharmed.
 * Layer: base, private.  Threads: any. */
#include "json_in_int.h"

static unsigned unit4(const char *p)
{
    unsigned v = 0;
    for (int k = 0; k < 4; k++)
        v = v * 16 + (unsigned)(bw_is_digit(p[k]) ? p[k] - '0' : (p[k] | 0x20) - 'a' + 10);
    return v;
}

/* The character of the pair of escapes at p, 0 when there is none. */
static unsigned pair_at(const char *p, size_t n)
{
    if (n < 12 || p[1] != 'u' || p[6] != '\\' || p[7] != 'u')
        return 0;
    unsigned high = unit4(p + 2), low = unit4(p + 8);
    if (high < 0xD800 || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return 0;
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

bool bw_in_has_pairs(struct bw_str text)
{
    return memmem(text.p, text.n, "\\ud", 3) || memmem(text.p, text.n, "\\uD", 3);
}

struct bw_str bw_in_write_pairs(struct bw_str text, char *to)
{
    size_t n = 0;
    for (size_t k = 0; k < text.n;) {
        unsigned cp = text.p[k] == '\\' ? pair_at(text.p + k, text.n - k) : 0;
        if (cp > 0) {
            to[n++] = (char)(0xF0 | cp >> 18);
            to[n++] = (char)(0x80 | (cp >> 12 & 0x3F));
            to[n++] = (char)(0x80 | (cp >> 6 & 0x3F));
            to[n++] = (char)(0x80 | (cp & 0x3F));
            k += 12;
            continue;
        }
        /* Both bytes of an escape at once, so that the backslash of "\\\\" begins nothing. */
        if (text.p[k] == '\\')
            to[n++] = text.p[k++];
        to[n++] = text.p[k++];
    }
    return bw_str_n(to, n);
}
