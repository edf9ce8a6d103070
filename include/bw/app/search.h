/* SPDX-License-Identifier: Apache-2.0 */
/* search.h - the one search box: everything that the question may mean is tried, and each hit says why it is there.
 * Worst cases are bounded, not hoped for.  Names and words are looked for among the newest cases first, where what is
 * common is found at once; only what is too rare to fill a screen there is then asked of the index, and of that no more
 * than a budget is read.  Whose cases: those of the asker's own carriers (case_search.carriers), then what sight.h
 * leaves of each. Cases of others are found by an exact identifier alone, for a reason that is put on record. Layer:
 * app.  Threads: a query worker with its session.  Source: DESK-01, SEC-13, SEC-14, PERF-04. */
#ifndef BW_APP_SEARCH_H
#define BW_APP_SEARCH_H

#include "bw/app/app.h"
#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/domain/bag.h"
#include "bw/domain/casefile.h"
#include "bw/push/hub.h"
#include "bw/storage/pg.h"

/* Why a hit is one: X(BIT, word).  The order is that of their worth. */
#define BW_WHYS(X)                                                                                                     \
    X(BW_WHY_ID, "id")                                                                                                 \
    X(BW_WHY_REF, "ref")                                                                                               \
    X(BW_WHY_PLATE, "plate")                                                                                           \
    X(BW_WHY_RUSH, "rush") X(BW_WHY_SHORT, "short") X(BW_WHY_MAIL, "mail") X(BW_WHY_PHONE, "phone")                    \
        X(BW_WHY_PNR, "pnr") X(BW_WHY_NAME, "name") X(BW_WHY_PHONE7, "phone_last7") X(BW_WHY_FLIGHT, "flight")         \
            X(BW_WHY_DESCRIPTION, "description") X(BW_WHY_TOWN, "town") X(BW_WHY_PHONE4, "phone_last4")                \
                X(BW_WHY_NAME_BEGUN, "name_begins") X(BW_WHY_NAME_NEAR, "name_like")
enum bw_why_number {
#define X(bit, word) bit##_NUMBER,
    BW_WHYS(X)
#undef X
        BW_WHY_MAX
};
enum bw_why {
#define X(bit, word) bit = 1 << bit##_NUMBER,
    BW_WHYS(X)
#undef X
};
const char *bw_why_word(unsigned number); /* by bit number; NULL past the last */

#define BW_HITS_MOST 20
struct bw_hit {
    unsigned why; /* bits of enum bw_why */
    bool has_case;
    struct bw_case file;
    struct bw_bag **bags; /* of the case, by ordinal; or the one bag that has no case */
    size_t n_bags;
    struct bw_str name;     /* folded, as it is searched for; empty where its reader may not see it */
    struct bw_str initials; /* "A. G.", for readers that may see no more */
    unsigned sees;          /* bits of enum bw_sees (sight.h) */
    bool stale;             /* something that is owed for it is overdue */
};
struct bw_found {
    struct bw_hit *hits; /* best first */
    size_t n;
    bool more; /* there are more than these: another word, or a longer one, is needed */
    bool ask;  /* a plate or reference that one's own carriers do not know: lookups.h looks further, for a reason */
    const char *say; /* why nothing could be asked; NULL */
    struct bw_cursor complete_to;
};
struct bw_search_in {
    struct bw_str q;
    bw_date date; /* travel day of a plate, or of a flight; BW_DATE_NONE */
    bw_time now;
};
BW_MUST_USE bw_code bw_search(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                              const struct bw_search_in *in, struct bw_arena *arena, struct bw_found **ret,
                              struct bw_error *err);

#endif
