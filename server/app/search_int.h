/* SPDX-License-Identifier: Apache-2.0 */
/* search_int.h - what a search has found so far: ids with the reasons, before anything is read of them.
 * Private to app.  Threads: the query worker's. */
#ifndef BW_APP_SEARCH_INT_H
#define BW_APP_SEARCH_INT_H

#include "bw/app/search.h"
#include "bw/domain/lookup.h"

/* More than are shown: what sight takes away is replaced. */
#define BW_CANDIDATES_MOST 120
struct bw_candidate {
    bool is_case;
    struct bw_uuid id; /* of the case, or of a bag */
    unsigned why;
    bw_time at; /* opened, or made */
};
struct bw_searching {
    struct bw_pg *pg;
    const struct bw_app *app;
    const struct bw_principal *who;
    struct bw_arena *arena;
    bw_time now;
    const struct bw_lookup *asked;
    struct bw_str carriers[BW_CARRIERS_MAX + 1]; /* whose cases are looked through */
    size_t n_carriers;
    struct bw_candidate v[BW_CANDIDATES_MOST];
    size_t n;
    bool more;
};

/* The reasons of one thing found twice are put together. */
void bw_candidate_add(struct bw_searching *s, bool is_case, const struct bw_uuid *id, unsigned why, bw_time at);

/* search_words.c: by name, description and town. */
BW_MUST_USE bw_code bw_search_by_words(struct bw_searching *s, struct bw_error *err);
/* By a term in the index; of the first few thousand only. */
BW_MUST_USE bw_code bw_search_by_flight(struct bw_searching *s, struct bw_error *err);

/* search_load.c: reads what the candidates are, bags first to know their cases; drops what may not be seen, sorts. */
BW_MUST_USE bw_code bw_search_load(struct bw_searching *s, struct bw_found *to, struct bw_error *err);
/* search_names.c: the names that these hits' reader may see, or initials. */
BW_MUST_USE bw_code bw_search_names(struct bw_searching *s, struct bw_found *to, struct bw_error *err);
/* Puts on record what of them is shown; before they are. */
BW_MUST_USE bw_code bw_search_shown(struct bw_searching *s, const struct bw_found *found, struct bw_error *err);

#endif
