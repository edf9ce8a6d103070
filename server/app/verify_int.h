/* SPDX-License-Identifier: Apache-2.0 */
/* verify_int.h - a verification under way.  Layer: app.  Threads: one. */
#ifndef BW_APP_VERIFY_INT_H
#define BW_APP_VERIFY_INT_H

#include "bw/app/verify.h"
#include "bw/base/arena.h"
#include "bw/domain/casefile.h"
#include "bw/domain/world.h"
#include "bw/storage/pg.h"

enum { BW_VERIFY_PAGE = 100, BW_VERIFY_HISTORY = 1 << 20 };

/* The history of some subjects, by subject and version. */
struct bw_histories {
    struct bw_event *v;
    size_t n;
};

struct bw_verification {
    const struct bw_verify_options *o;
    struct bw_verify_result r;
    struct bw_pg *pg;
    struct bw_arena arena; /* of one page */
    int16_t bucket;        /* where the last page ended; -1: there was none */
    char book[4];          /* the same, of carriers' books */
    struct bw_uuid id;
    int64_t journal_id;    /* the same in the journal */
    struct bw_world world; /* stations and where they are: what can be depends on it (BAG-11) */
    struct bw_arena world_arena;
    bool more;
};

/* "bag <id>: <text>" */
void bw_differs(struct bw_verification *v, const char *kind, const struct bw_uuid *id, const char *fmt, ...)
    BW_PRINTF(4, 5);
/* Histories of n subjects; every leaf is hashed anew on the way, and compared. */
BW_MUST_USE bw_code bw_read_histories(struct bw_verification *v, const struct bw_uuid *ids, size_t n,
                                      struct bw_histories *ret, struct bw_error *err);
/* The events of one subject among them, in order of version; *ret_n = 0: none. */
struct bw_event *bw_history_of(const struct bw_histories *h, const struct bw_uuid *id, size_t *ret_n);
/* Tells holes in a subject's versions; the last must be `version`. */
void bw_check_versions(struct bw_verification *v, const char *kind, const struct bw_uuid *id,
                       const struct bw_event *events, size_t n, int32_t version);

/* bw_tx_body of one page each; ctx = the verification. */
bw_code bw_verify_bag_page(struct bw_pg *pg, void *v, struct bw_error *err);
bw_code bw_verify_case_page(struct bw_pg *pg, void *v, struct bw_error *err);
bw_code bw_verify_mandate_page(struct bw_pg *pg, void *v, struct bw_error *err);
bw_code bw_verify_book_page(struct bw_pg *pg, void *v, struct bw_error *err);
bw_code bw_verify_journal(struct bw_verification *v, struct bw_error *err);

#endif
