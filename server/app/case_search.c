/* SPDX-License-Identifier: Apache-2.0 */
/* case_search.c - the look-up row of a file: names, description and town in one spelling, contacts as keyed hashes.
 * Layer: app.  Threads: any.  Source: CASE-06, DESK-01, design.md 7. */
#include "bw/app/case_search.h"

#include "bw/app/case_details.h"
#include "bw/domain/bagcode.h"
#include "bw/domain/lookup.h"

static void last_hash(const struct bw_keys *keys, const char *kind, struct bw_str digits, size_t n, uint8_t to[8])
{
    bw_search_hash(keys, kind, digits.n > n ? bw_str_drop(digits, digits.n - n) : digits, to);
}

void bw_phone_hash(const struct bw_keys *keys, struct bw_str digits, struct bw_contact_hash *ret)
{
    bw_search_hash(keys, "phone", digits, ret->whole);
    last_hash(keys, "phone7", digits, 7, ret->last7);
    last_hash(keys, "phone4", digits, 4, ret->last4);
}

void bw_mail_hash(const struct bw_keys *keys, struct bw_str plain, uint8_t to[8])
{
    bw_search_hash(keys, "mail", plain, to);
}

void bw_pnr_hash(const struct bw_keys *keys, struct bw_str plain, uint8_t to[8])
{
    bw_search_hash(keys, "pnr", plain, to);
}

static void hash_contacts(const struct bw_keys *keys, const struct bw_case_search_in *in, struct bw_case_search *ret)
{
    char digits[20], mail[255], pnr[9];
    struct bw_str phone = bw_phone_digits(in->phone, digits), address = bw_mail_plain(in->mail, mail),
                  booking = bw_pnr_plain(in->pnr, pnr);
    ret->has_phone = phone.n;
    ret->has_mail = address.n;
    ret->has_pnr = booking.n;
    if (phone.n) {
        struct bw_contact_hash h;
        bw_phone_hash(keys, phone, &h);
        memcpy(ret->phone, h.whole, sizeof h.whole);
        memcpy(ret->last7, h.last7, sizeof h.last7);
        memcpy(ret->last4, h.last4, sizeof h.last4);
    }
    if (address.n)
        bw_mail_hash(keys, address, ret->mail);
    if (booking.n)
        bw_pnr_hash(keys, booking, ret->pnr);
}

bool bw_case_search_row(const struct bw_keys *keys, const struct bw_case_search_in *in, struct bw_arena *arena,
                        struct bw_case_search *ret)
{
    const struct bw_terms_in words = { in->surname, in->given, in->town, in->texts, in->n_texts };
    struct bw_terms terms;
    if (!bw_terms_of_case(&words, arena, &terms))
        return false;
    *ret = (struct bw_case_search){
        .names = terms.names, .description = terms.description, .town = terms.town, .terms = terms.v, .n_terms = terms.n
    };
    hash_contacts(keys, in, ret);
    return true;
}

/* --- of details --- */

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
static size_t texts_of(const struct bw_details *d, struct bw_arena *arena, struct bw_str to[1 + 3 * BW_CASE_BAGS])
{
    const struct bw_details_bag *bags = d->bags.v;
    size_t n = 0;
    to[n++] = d->description;
    for (size_t k = 0; k < d->bags.n && k < BW_CASE_BAGS; k++) {
        to[n++] = code_words(bags[k].code, arena);
        to[n++] = bags[k].brand;
        to[n++] = bags[k].description;
    }
    return n;
}

bw_code bw_case_search_of(const struct bw_keys *keys, const struct bw_details *d, struct bw_arena *arena,
                          struct bw_case_search *ret)
{
    struct bw_str texts[1 + 3 * BW_CASE_BAGS];
    const struct bw_case_search_in in = { .surname = d->passenger.surname,
                                          .given = d->passenger.given,
                                          .town = d->contacts.town,
                                          .texts = texts,
                                          .n_texts = texts_of(d, arena, texts),
                                          .phone = d->contacts.phone,
                                          .mail = d->contacts.mail,
                                          .pnr = d->contacts.pnr };
    return bw_case_search_row(keys, &in, arena, ret) ? BW_OK : BW_E_NOMEM;
}
