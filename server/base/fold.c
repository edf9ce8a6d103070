/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/base/fold.h"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#define TATWEEL 0x640 /* stretches Arabic words */

struct out {
    char *p;
    size_t n, max;
    bool gap;  /* a word ended: a blank stands before the next letter */
    bool full; /* something did not fit: nothing more is written */
};

/* A whole character or nothing. */
static void put(struct out *o, const char *p, size_t n)
{
    bool gap = o->gap && o->n > 0;
    if (o->full || o->n + n + gap > o->max) {
        o->full = true;
        return;
    }
    if (gap)
        o->p[o->n++] = ' ';
    o->gap = false;
    memcpy(o->p + o->n, p, n);
    o->n += n;
}

static void put_char(struct out *o, ucs4_t c)
{
    uint8_t text[6];
    int n = u8_uctomb(text, c, sizeof text);
    if (n > 0)
        put(o, (const char *)text, (size_t)n);
}

static const char *special(ucs4_t c)
{
    static const struct {
        ucs4_t c;
        const char *to;
    } rows[] = {
#define X(point, letters) { point, letters },
#include "fold.def"
#undef X
    };
    for (size_t k = 0; k < BW_LEN(rows); k++)
        if (rows[k].c == c)
            return rows[k].to;
    return NULL;
}

/* Left out where they stand in a name: people do, and telegrams have none. */
static bool is_apostrophe(ucs4_t c)
{
    return c == '\'' || c == '`' || c == 0xB4 || c == 0x2BB || c == 0x2BC || c == 0x2018 || c == 0x2019 ||
           c == 0x201B || c == 0x2032 || c == 0xFF07;
}

/* A character that is not taken apart any further. */
static void put_atom(struct out *o, ucs4_t c)
{
    ucs4_t small = uc_tolower(c);
    int digit = uc_decimal_value(small);
    const char *to = special(small);
    if (is_apostrophe(small) || small == TATWEEL ||
        uc_is_general_category_withtable(small, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Cf))
        return; /* marks, and what only helps the typesetter */
    if (digit >= 0)
        put_char(o, (ucs4_t)('0' + digit));
    else if (to)
        put(o, to, strlen(to));
    else if (uc_is_general_category_withtable(small, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N))
        put_char(o, small);
    else
        o->gap = true;
}

/* Syllables of Korean are read whole; their parts would treble them. */
static bool stays_whole(ucs4_t c)
{
    return c < 0x80 || (c >= 0xAC00 && c <= 0xD7A3) || special(c);
}

/* Takes a character apart as far as Unicode goes: a stack instead of recursion, since what comes out first may itself
 * come apart (three levels at most in Unicode 14). */
static void put_folded(struct out *o, ucs4_t c)
{
    ucs4_t stack[64];
    size_t n = 0;
    stack[n++] = c;
    while (n > 0) {
        ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
        int tag;
        ucs4_t one = uc_tolower(stack[--n]);
        int found = stays_whole(one) || is_apostrophe(one) ? -1 : uc_decomposition(one, &tag, parts);
        if (found <= 0 || n + (size_t)found > BW_LEN(stack)) {
            put_atom(o, one);
            continue;
        }
        for (int k = found; k > 0; k--)
            stack[n++] = parts[k - 1];
    }
}

size_t bw_fold(struct bw_str s, char *to, size_t max)
{
    struct out o = { .p = to, .max = max };
    for (size_t at = 0; at < s.n && !o.full;) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)s.p + at, s.n - at);
        if (n <= 0) {
            o.gap = true;
            at++;
            continue;
        }
        put_folded(&o, c);
        at += (size_t)n;
    }
    return o.n;
}
