/* SPDX-License-Identifier: Apache-2.0 */
/* case_search.h - the one function that makes the row a case is found by.  Whoever opens a case or puts its details
 * right calls it with all that the case holds then, and hands the row to the writer. Layer: app.  Threads: any; pure
 * but for the keyed hashes.  Source: CASE-06, DESK-01, design.md 7. */
#ifndef BW_APP_CASE_SEARCH_H
#define BW_APP_CASE_SEARCH_H

#include "bw/base/arena.h"
#include "bw/storage/keys.h"
#include "bw/storage/writer.h"

/* As sent; any part may be empty. */
struct bw_case_search_in {
    struct bw_str surname, given, town;
    const struct bw_str *texts; /* descriptions of the bags: n_texts of them */
    size_t n_texts;
    struct bw_str phone, mail, pnr;
};
/* False without memory.  What ret holds is in the arena. */
BW_MUST_USE bool bw_case_search_row(const struct bw_keys *keys, const struct bw_case_search_in *in,
                                    struct bw_arena *arena, struct bw_case_search *ret);

/* The hashes by which contacts are found: of phone digits, mail and booking in their plain forms (domain/lookup.h). */
struct bw_contact_hash {
    uint8_t whole[8], last7[8], last4[8];
};
void bw_phone_hash(const struct bw_keys *keys, struct bw_str digits,
                   struct bw_contact_hash *ret); /* 4 digits at least */
void bw_mail_hash(const struct bw_keys *keys, struct bw_str plain, uint8_t to[8]);
void bw_pnr_hash(const struct bw_keys *keys, struct bw_str plain, uint8_t to[8]);

#endif
