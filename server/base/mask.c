/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/base/mask.h"

enum { CARD_LEAST = 13, CARD_MOST = 19, KEPT = 4, PASSPORT_LEAST = 6, PASSPORT_MOST = 9, PASSPORT_NEAR = 24 };

/* --- cards --- */

/* First digits and lengths of the schemes (ISO/IEC 7812, as their owners publish them). */
static const struct {
    unsigned digits; /* of the prefix */
    unsigned from, until;
    unsigned least, most;
} schemes[] = {
    { 1, 4, 4, 13, 13 },       { 1, 4, 4, 16, 16 },       { 1, 4, 4, 19, 19 },       /* Visa */
    { 2, 51, 55, 16, 16 },     { 4, 2221, 2720, 16, 16 },                            /* Mastercard */
    { 2, 34, 34, 15, 15 },     { 2, 37, 37, 15, 15 },                                /* American Express */
    { 2, 36, 36, 14, 19 },     { 2, 38, 39, 16, 19 },     { 3, 300, 305, 14, 19 },   /* Diners Club */
    { 4, 6011, 6011, 16, 19 }, { 3, 644, 649, 16, 19 },   { 2, 65, 65, 16, 19 },     /* Discover */
    { 4, 3528, 3589, 16, 19 }, { 2, 62, 62, 16, 19 },     { 4, 2200, 2204, 16, 19 }, /* JCB, UnionPay, Mir */
    { 2, 50, 50, 13, 19 },     { 2, 56, 58, 13, 19 },     { 2, 60, 61, 13, 19 },     /* Maestro and its kin */
    { 2, 63, 64, 13, 19 },     { 2, 66, 69, 13, 19 },
};

static bool issued(const char *digits, size_t n)
{
    unsigned prefix[5] = { 0 };
    for (unsigned k = 1; k < BW_LEN(prefix); k++)
        prefix[k] = prefix[k - 1] * 10 + (unsigned)(digits[k - 1] - '0');
    for (size_t k = 0; k < BW_LEN(schemes); k++)
        if (prefix[schemes[k].digits] >= schemes[k].from && prefix[schemes[k].digits] <= schemes[k].until &&
            n >= schemes[k].least && n <= schemes[k].most)
            return true;
    return false;
}

static bool luhn(const char *digits, size_t n)
{
    unsigned sum = 0;
    for (size_t k = 0; k < n; k++) {
        unsigned d = (unsigned)(digits[n - 1 - k] - '0') << (k & 1);
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

static bool between(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/';
}

/* At most 19 digits from text[at] on, one separator between two of them passed over.  place[k]: where the k-th stands.
 */
static size_t run_of(const char *text, size_t n, size_t at, char digits[CARD_MOST], size_t place[CARD_MOST])
{
    size_t found = 0;
    while (at < n && found < CARD_MOST) {
        if (bw_is_digit(text[at])) {
            place[found] = at;
            digits[found++] = text[at++];
        } else if (between(text[at]) && at + 1 < n && bw_is_digit(text[at + 1])) {
            at++;
        } else {
            break;
        }
    }
    return found;
}

/* A number that is dialled, not charged: +49 176 … */
static bool dialled(const char *text, size_t at)
{
    return at > 0 && text[at - 1] == '+';
}

/* The longest card number that the run begins with and that ends a group of digits; 0: none. */
static size_t card_in(const char *text, size_t n, const char *digits, const size_t *place, size_t found)
{
    for (size_t most = found; most >= CARD_LEAST; most--) {
        size_t behind = place[most - 1] + 1;
        bool ends = behind == n || !bw_is_digit(text[behind]);
        if (ends && issued(digits, most) && luhn(digits, most))
            return most;
    }
    return 0;
}

static size_t mask_cards(char *text, size_t n)
{
    size_t masked = 0;
    for (size_t at = 0; at < n; at++) {
        size_t place[CARD_MOST] = { 0 };
        char digits[CARD_MOST] = { 0 };
        if (!bw_is_digit(text[at]) || (at > 0 && bw_is_digit(text[at - 1])))
            continue;
        size_t found = run_of(text, n, at, digits, place), card = 0;
        if (dialled(text, at))
            at = place[found - 1];
        else
            card = card_in(text, n, digits, place, found);
        for (size_t k = 0; k + KEPT < card; k++)
            text[place[k]] = '*';
        if (card)
            at = place[card - 1];
        masked += card > 0;
    }
    return masked;
}

/* --- passports --- */

static const struct bw_str words[] = {
    { "passport", 8 }, { "passeport", 9 }, { "pasaporte", 9 }, { "passaporte", 10 }, { "reisepass", 9 },
};

static char lower(char c)
{
    return bw_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/* Length of the word that stands at text[at]; 0: another. */
static size_t word_at(const char *text, size_t n, size_t at)
{
    for (size_t w = 0; w < BW_LEN(words); w++) {
        size_t k = 0;
        while (k < words[w].n && at + k < n && lower(text[at + k]) == words[w].p[k])
            k++;
        if (k == words[w].n)
            return k;
    }
    return 0;
}

/* Six to nine letters and digits, most of them digits. */
static bool passport_like(const char *text, size_t n)
{
    size_t digits = 0;
    for (size_t k = 0; k < n; k++)
        digits += bw_is_digit(text[k]);
    return n >= PASSPORT_LEAST && n <= PASSPORT_MOST && digits * 2 > n;
}

static size_t mask_behind(char *text, size_t n, size_t at)
{
    size_t end = n - at < PASSPORT_NEAR ? n : at + PASSPORT_NEAR;
    while (at < end) {
        size_t from = at;
        while (at < n && bw_is_alnum(text[at]))
            at++;
        if (passport_like(text + from, at - from)) {
            memset(text + from, '*', at - from);
            return 1;
        }
        at += at == from;
    }
    return 0;
}

static size_t mask_passports(char *text, size_t n)
{
    size_t masked = 0;
    for (size_t at = 0; at < n; at++) {
        size_t word = word_at(text, n, at);
        if (word)
            masked += mask_behind(text, n, at + word);
    }
    return masked;
}

size_t bw_mask(char *text, size_t n)
{
    return mask_cards(text, n) + mask_passports(text, n);
}

static bool has_digits(struct bw_str text)
{
    for (size_t k = 0; k < text.n; k++)
        if (bw_is_digit(text.p[k]))
            return true;
    return false;
}

struct bw_str bw_masked(struct bw_arena *arena, struct bw_str text)
{
    if (!has_digits(text))
        return text;
    char *to = bw_arena_alloc(arena, text.n);
    if (!to)
        return BW_STR_NONE;
    memcpy(to, text.p, text.n);
    return bw_mask(to, text.n) ? bw_str_n(to, text.n) : text;
}
