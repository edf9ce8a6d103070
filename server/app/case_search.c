/* SPDX-License-Identifier: Apache-2.0 */
/* case_search.c - the look-up row of a file: names, description and town in one spelling, contacts as keyed hashes.
 * Layer: app.  Threads: any.  Source: CASE-06, DESK-01, design.md 7. */
#include "bw/app/case_details.h"

#include "bw/domain/bagcode.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Adds s in lower case (ASCII) with one space between its words and before the first, where n is not 0. */
static size_t add_words(struct bw_str s, char *to, size_t n)
{
    bool gap = n > 0;
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] == ' ' || s.p[k] == '\t' || s.p[k] == '\n') {
            gap = n > 0;
            continue;
        }
        if (gap)
            to[n++] = ' ';
        gap = false;
        to[n++] = lower(s.p[k]);
    }
    return n;
}

/* The form in which names stand in case_search: lower case, blanks folded, one space between the parts.  p == NULL:
 * memory is out. */
static struct bw_str normal(struct bw_arena *arena, const struct bw_str *parts, size_t n_parts)
{
    size_t room = 1, n = 0;
    for (size_t k = 0; k < n_parts; k++)
        room += parts[k].n + 1;
    char *to = bw_arena_alloc(arena, room);
    for (size_t k = 0; to && k < n_parts; k++)
        n = add_words(parts[k], to, n);
    return to ? bw_str_n(to, n) : BW_STR_NONE;
}

static struct bw_str code_words(struct bw_str code, struct bw_arena *arena)
{
    struct bw_bagcode read;
    const char *why;
    char words[200];
    if (!bw_bagcode_parse(code, &read, &why))
        return BW_STR_NONE;
    size_t n = bw_bagcode_words(&read, words, sizeof words);
    return bw_arena_str(arena, bw_str_n(words, n));
}

/* What was said of all bags, then colour, type, brand and words of each: "blue samsonite" finds it. */
static struct bw_str description_of(const struct bw_details *d, struct bw_arena *arena)
{
    struct bw_str parts[1 + 3 * BW_CASE_BAGS];
    const struct bw_details_bag *bags = d->bags.v;
    size_t n = 0;
    parts[n++] = d->description;
    for (size_t k = 0; k < d->bags.n && k < BW_CASE_BAGS; k++) {
        parts[n++] = code_words(bags[k].code, arena);
        parts[n++] = bags[k].brand;
        parts[n++] = bags[k].description;
    }
    return normal(arena, parts, n);
}

static void hash_phone(const struct bw_keys *keys, struct bw_str phone, struct bw_case_search *ret)
{
    char digits[41];
    size_t n = 0;
    for (size_t k = 0; k < phone.n && n < sizeof digits - 1; k++)
        if (bw_is_digit(phone.p[k]))
            digits[n++] = phone.p[k];
    ret->has_phone = n >= 7;
    if (!ret->has_phone)
        return;
    bw_search_hash(keys, "phone", bw_str_n(digits, n), ret->phone);
    bw_search_hash(keys, "phone7", bw_str_n(digits + n - 7, 7), ret->last7);
    bw_search_hash(keys, "phone4", bw_str_n(digits + n - 4, 4), ret->last4);
}

static void hash_mail(const struct bw_keys *keys, struct bw_str address, struct bw_case_search *ret)
{
    char mail[255];
    ret->has_mail = address.n > 2 && bw_str_copy(address, mail, sizeof mail);
    if (!ret->has_mail)
        return;
    for (char *p = mail; *p; p++)
        *p = lower(*p);
    bw_search_hash(keys, "mail", bw_str_c(mail), ret->mail);
}

bw_code bw_case_search_of(const struct bw_keys *keys, const struct bw_details *d, struct bw_arena *arena,
                          struct bw_case_search *ret)
{
    *ret = (struct bw_case_search){ 0 };
    const struct bw_str names[] = { d->passenger.surname, d->passenger.given };
    ret->names = normal(arena, names, BW_LEN(names));
    ret->description = description_of(d, arena);
    ret->town = normal(arena, &d->contacts.town, 1);
    hash_phone(keys, d->contacts.phone, ret);
    hash_mail(keys, d->contacts.mail, ret);
    ret->has_pnr = d->contacts.pnr.n >= 5;
    if (ret->has_pnr)
        bw_search_hash(keys, "pnr", d->contacts.pnr, ret->pnr);
    return ret->names.p && ret->description.p && ret->town.p ? BW_OK : BW_E_NOMEM;
}
