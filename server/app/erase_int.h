/* SPDX-License-Identifier: Apache-2.0 */
/* erase_int.h - a file on its way to being erased, and what is looked for in texts that nothing links to it: its
 * plates, its booking, its passengers' names.  Private to app.  Threads: values. */
#ifndef BW_APP_ERASE_INT_H
#define BW_APP_ERASE_INT_H

#include "bw/app/erase.h"
#include "bw/base/arena.h"

enum { BW_NEEDLES_MOST = 64 };
struct bw_needles {
    struct {
        struct bw_str one, two; /* both must be there; two may be none */
    } v[BW_NEEDLES_MOST];
    size_t n;
};
/* Plates, as in the alias table. */
void bw_needles_plate(struct bw_needles *to, struct bw_str plate);
/* From a file's details, as we write them: bookings, and surname with given name. */
void bw_needles_details(struct bw_needles *to, struct bw_str json);
/* Whether a telegram, or a piece of one, speaks of them; blanks, hyphens and case do not count. */
bool bw_needles_in(const struct bw_needles *needles, struct bw_str text);

struct bw_erasing {
    const struct bw_app *app;
    struct bw_pg *pg;
    struct bw_arena *arena;
    struct bw_erase_request *rq;
    struct bw_uuid *bags; /* those that are wholly this file's */
    size_t n_bags;
    struct bw_str details, urgent; /* as sealed, opened; none where they were destroyed */
    struct bw_needles needles;
    struct bw_raw_copy *copies;
    struct bw_uuid *destroyed;
    size_t n_copies, n_destroyed, room;
    bw_time now; /* the clock's; the erasure may be told for an earlier time, when it is done again */
};
/* The file, where `who` (NULL: Bagwatch) may erase and export it, else BW_E_NOT_FOUND; its bags, into what.bags and bags. */
BW_MUST_USE bw_code bw_erase_read_file(struct bw_erasing *e, struct bw_str ref, const struct bw_principal *who,
                                       struct bw_error *err);
BW_MUST_USE bw_code bw_erase_read_bags(struct bw_erasing *e, struct bw_error *err);
/* Telegrams: fills what.copies and what.destroyed. */
BW_MUST_USE bw_code bw_erase_raws(struct bw_erasing *e, struct bw_error *err);

#endif
