/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - the words of a question: read, written as a tsquery, looked for in what was found. */
#include <stdio.h>

#include "bw/base/fold.h"
#include "bw/domain/terms.h"
#include "terms_int.h"

enum { NEAR_LEAST = 4, NEAR_MOST = 16, SCANNED_LEAST = 3 };

static size_t letters(struct bw_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n; at += bw_letter(s, at))
        n++;
    return n;
}

bool bw_word_may_be_near(struct bw_str key)
{
    size_t n = letters(key);
    return n >= NEAR_LEAST && n <= NEAR_MOST;
}

bool bw_words_read(struct bw_str s, struct bw_words *ret)
{
    size_t n = bw_fold(s, ret->text, sizeof ret->text);
    ret->n = 0;
    for (struct bw_str rest = bw_str_n(ret->text, n); rest.p;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        if (word.n && ret->n == BW_WORDS_MOST)
            return false;
        if (word.n)
            ret->v[ret->n++] = word;
    }
    return ret->n > 0;
}

/* --- as a tsquery --- */

/* Folded words hold letters and digits alone: nothing in them ends the quotation. */
static void put(struct bw_buf *to, const char *mark, struct bw_str word, const char *ending)
{
    if (to->n && (to->p[to->n - 1] == '\'' || to->p[to->n - 1] == '*'))
        bw_buf_c(to, "|");
    bw_buf_c(to, "'");
    bw_buf_c(to, mark);
    bw_buf_str(to, word);
    bw_buf_c(to, "'");
    bw_buf_c(to, ending);
}

/* Numbers are no names: they are looked for as they are. */
static bool has_digit(struct bw_str s)
{
    for (size_t k = 0; k < s.n; k++)
        if (bw_is_digit(s.p[k]))
            return true;
    return false;
}

static void put_begun(struct bw_buf *to, struct bw_str key, enum bw_asked_of of)
{
    if (letters(key) <= BW_BEGUN_MOST)
        put(to, "^", key, "");
    else
        put(to, "", key, ":*");
    if (of == BW_ASKED_OF_ROWS && letters(key) >= SCANNED_LEAST)
        put(to, "=", key, ":*");
}

static void put_near(struct bw_buf *to, struct bw_str key)
{
    char shorter[BW_KEY_MOST];
    size_t n;
    if (!bw_word_may_be_near(key))
        return;
    put(to, "~", key, "");
    for (size_t k = 0; (n = bw_word_shorter(key, k, shorter)) > 0; k++) {
        put(to, "", bw_str_n(shorter, n), "");
        put(to, "~", bw_str_n(shorter, n), "");
    }
}

static void put_word(struct bw_buf *to, struct bw_str word, enum bw_closeness close, enum bw_asked_of of)
{
    char text[BW_KEY_MOST], other[BW_KEY_MOST];
    struct bw_str key = bw_word_key(word, text), bare = bw_word_titleless(word, BW_TITLES_SURE);
    put(to, "", key, "");
    if (bare.n < word.n)
        put(to, "", bw_word_key(bare, other), "");
    if (close >= BW_CLOSE_WHOLE)
        put(to, "=", key, "");
    if (has_digit(key))
        return;
    if (close >= BW_CLOSE_BEGUN)
        put_begun(to, key, of);
    if (close >= BW_CLOSE_NEAR)
        put_near(to, key);
}

void bw_words_query(const struct bw_words *w, enum bw_closeness close, enum bw_asked_of of, struct bw_buf *to)
{
    char text[BW_KEY_MOST];
    bw_buf_clear(to);
    bw_buf_c(to, "(");
    for (size_t k = 0; k < w->n; k++) {
        bw_buf_c(to, k ? "&(" : "(");
        put_word(to, w->v[k], close, of);
        bw_buf_c(to, ")");
    }
    bw_buf_c(to, ")");
    struct bw_str one = bw_words_joined(w->v, w->n, text);
    if (one.p) { /* "o neill" for O'Neill */
        bw_buf_c(to, "|");
        put(to, "", one, "");
    }
}

void bw_flight_query(const char *flight, bw_date first, bw_date last, struct bw_buf *to)
{
    char term[BW_TERM_FLIGHT];
    bw_buf_clear(to);
    for (bw_date day = first; day <= last; day++)
        put(to, "", bw_str_c(bw_term_of_flight(flight, day, term)), "");
}

/* --- where they stand --- */

enum fit { FIT_NOT, FIT_NEAR, FIT_BEGUN, FIT_WHOLE };

/* One letter more, less or other, or two neighbours changed: the words without one letter have one in common. */
static bool is_near(struct bw_str a, struct bw_str b)
{
    char x[BW_KEY_MOST], y[BW_KEY_MOST];
    size_t n, m;
    bool both = bw_word_may_be_near(b); /* else it has no terms without a letter */
    if (!bw_word_may_be_near(a))
        return false;
    for (size_t k = 0; (n = bw_word_shorter(a, k, x)) > 0; k++) {
        if (bw_str_eq(bw_str_n(x, n), b))
            return true;
        for (size_t i = 0; both && (m = bw_word_shorter(b, i, y)) > 0; i++)
            if (bw_str_eq(bw_str_n(x, n), bw_str_n(y, m)) || bw_str_eq(bw_str_n(y, m), a))
                return true;
    }
    return false;
}

static enum fit fits(struct bw_str asked, struct bw_str word)
{
    char a[BW_KEY_MOST], b[BW_KEY_MOST];
    struct bw_str want = bw_word_key(asked, a), have = bw_word_key(word, b);
    if (bw_str_eq(want, have))
        return FIT_WHOLE;
    if (bw_str_eq(want, bw_word_titleless(have, BW_TITLES_ALL)) ||
        bw_str_eq(bw_word_titleless(want, BW_TITLES_SURE), have))
        return FIT_WHOLE;
    if (bw_str_starts(have, want))
        return FIT_BEGUN;
    return is_near(want, have) ? FIT_NEAR : FIT_NOT;
}

static enum fit best(struct bw_str asked, struct bw_str text)
{
    enum fit most = FIT_NOT;
    for (struct bw_str rest = text; rest.p;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        enum fit fit = word.n ? fits(asked, word) : FIT_NOT;
        most = fit > most ? fit : most;
    }
    return most;
}

/* The word is two to four of the name's in one: "vanderberg" of "van der berg". */
static bool is_joined(struct bw_str key, struct bw_str names)
{
    struct bw_str words[16];
    char text[BW_KEY_MOST];
    size_t n = 0;
    for (struct bw_str rest = names; rest.p && n < BW_LEN(words);) {
        struct bw_str word = bw_str_split(&rest, ' ');
        if (word.n)
            words[n++] = word;
    }
    for (size_t from = 0; from < n; from++)
        for (size_t many = 2; many <= BW_JOINED_MOST && from + many <= n; many++)
            if (bw_str_eq(bw_words_joined(words + from, many, text), key))
                return true;
    return false;
}

/* All words asked for are one of the name's: "o neill" for oneill. */
static bool all_in_one(const struct bw_words *w, struct bw_str names)
{
    char text[BW_KEY_MOST];
    struct bw_str one = bw_words_joined(w->v, w->n, text);
    if (!one.n)
        return false;
    for (struct bw_str rest = names; rest.p;) {
        char key[BW_KEY_MOST];
        if (bw_str_eq(bw_word_key(bw_str_split(&rest, ' '), key), one))
            return true;
    }
    return is_joined(one, names);
}

static enum fit fits_name(struct bw_str asked, struct bw_str names)
{
    char text[BW_KEY_MOST];
    enum fit fit = best(asked, names);
    return fit < FIT_WHOLE && is_joined(bw_word_key(asked, text), names) ? FIT_WHOLE : fit;
}

unsigned bw_words_found(const struct bw_words *w, struct bw_str names, struct bw_str description, struct bw_str town)
{
    static const unsigned of_name[] = {
        [FIT_NEAR] = BW_IN_NAME_NEAR, [FIT_BEGUN] = BW_IN_NAME_BEGUN, [FIT_WHOLE] = BW_IN_NAME
    };
    unsigned bits = 0;
    if (all_in_one(w, names))
        return BW_IN_NAME;
    for (size_t k = 0; k < w->n; k++) {
        enum fit name = fits_name(w->v[k], names), looks = best(w->v[k], description), place = best(w->v[k], town);
        if (name == FIT_WHOLE || (name > FIT_NOT && looks < FIT_BEGUN && place < FIT_BEGUN))
            bits |= of_name[name];
        if (looks >= FIT_BEGUN)
            bits |= BW_IN_DESCRIPTION;
        if (place >= FIT_BEGUN)
            bits |= BW_IN_TOWN;
    }
    return bits;
}
