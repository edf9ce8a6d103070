/* SPDX-License-Identifier: Apache-2.0 */
/* lookups.h - where somebody may look for files.  Its own carriers' it finds by anything that its sight shows; others'
 * by an exact plate or reference alone, for a reason, twenty times an hour: and is told whom to ask, nothing of the
 * file. Each such look is a row that the serving role can add and never change; they are counted there, so the limit is
 * one for all instances. Layer: app.  Threads: the session's owner.  Source: SEC-14, SEC-13 ("outside the journey: …
 * what to do"), CASE-07. */
#ifndef BW_APP_LOOKUPS_H
#define BW_APP_LOOKUPS_H

#include "bw/app/bagview.h"

struct bw_search_scope {
    struct bw_str carriers[BW_CARRIERS_MAX]; /* n of them; they borrow from the principal */
    size_t n;
    bool every;    /* auditors and administrators of the installation: all carriers' */
    bool personal; /* by names, contacts and words too: who would see those in the file without giving a reason first */
    bool outside;  /* may ask bw_lookup */
};
void bw_search_scope(const struct bw_principal *who, bw_time now, struct bw_search_scope *ret);

#define BW_LOOKUPS_HOURLY 20
/* "customer-here", "bag-found", "carrier-asked", "authority-asked"; NULL past the last. */
const char *bw_lookup_reason(size_t k);
struct bw_lookup_hit {
    char plate[11], ref[11]; /* "" none */
    char ask[4];             /* the carrier that answers for it; "" nobody is known */
    bool yours;              /* its own carriers': it finds the file itself */
};
#define BW_LOOKUP_HITS 16
/* Puts the look on record, then looks.  ident: a plate, rush plate or reference.  *ret_left: how many are left of this
 * hour.  BW_E_FORBIDDEN: not for this principal; BW_E_RATE_LIMITED: none is left, and nothing was looked up. */
BW_MUST_USE bw_code bw_lookup(struct bw_pg *pg, const struct bw_principal *who, const struct bw_ident *ident,
                              struct bw_str reason, bw_time now, struct bw_arena *arena,
                              struct bw_lookup_hit to[BW_LOOKUP_HITS], size_t *ret_n, unsigned *ret_left,
                              struct bw_error *err);

struct bw_lookup_row {
    bw_time at;
    struct bw_str name, organisation, kind, value, why;
};
#define BW_LOOKUPS_MOST 1000
/* Newest first, of one organisation; empty = all. */
BW_MUST_USE bw_code bw_lookup_list(struct bw_pg *pg, struct bw_str organisation, struct bw_arena *arena,
                                   struct bw_lookup_row **ret, size_t *ret_n, struct bw_error *err);

#endif
