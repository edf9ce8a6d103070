/* SPDX-License-Identifier: Apache-2.0 */
/* bagview.h - a bag as its readers see it, in one snapshot: state, promises, case, history, and the feed position it is
 * complete to (STR-05: position first, then data, in one REPEATABLE READ transaction). Layer: app.  Threads: a query
 * worker with its session.  Source: BAG-05, SEC-03 (foreign = absent), design.md 8. */
#ifndef BW_APP_BAGVIEW_H
#define BW_APP_BAGVIEW_H

#include "bw/app/sight.h"
#include "bw/domain/promise.h"
#include "bw/push/hub.h"
#include "bw/storage/pg.h"

#define BW_VIEW_PROMISES 16
struct bw_bag_seen {
    struct bw_bag bag;
    struct bw_promise open[BW_VIEW_PROMISES];
    size_t n_open;
    bool has_case;
    struct bw_case file;
    struct bw_promise case_open[BW_VIEW_PROMISES];
    size_t n_case_open;
    struct bw_event **history; /* newest recorded first; the bag's own, its members' and its case's */
    size_t n_history;
    struct bw_event **apart; /* what was said of records that were parted from it: its fold reads them */
    size_t n_apart;
    const struct bw_flight *flights; /* of the bag, as far as they are known */
    size_t n_flights;
    struct bw_cursor complete_to;
};

/* What is asked for. */
enum bw_bag_want { BW_WANT_STATE = 0, BW_WANT_HISTORY = 1 };

/* Where the feed stands; asked for before the data of a snapshot, so that this is complete to there (STR-05). */
BW_MUST_USE bw_code bw_feed_position(struct bw_pg *pg, struct bw_cursor *ret, struct bw_error *err);
/* By our id, or by any identity with a day (BW_DATE_NONE: the newest window).  BW_E_NOT_FOUND; several: *ret_n > 1 and
 * only ids are filled.  Up to max. */
BW_MUST_USE bw_code bw_bags_find(struct bw_pg *pg, const struct bw_ident *ident, struct bw_uuid *ids, size_t max,
                                 size_t *ret_n, struct bw_error *err);
/* Reads one bag; follows a join to the record that lives on. Memory from the arena. */
BW_MUST_USE bw_code bw_bag_see(struct bw_pg *pg, const struct bw_uuid *bag_id, unsigned want, struct bw_arena *arena,
                               struct bw_bag_seen **ret, struct bw_error *err);
/* The row of a bag, or of the record that it was joined into, inside a transaction of the caller's.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_bag_now(struct bw_pg *pg, const struct bw_uuid *id, struct bw_bag *ret, struct bw_error *err);
/* Adds the open promises of a bag or case, BW_VIEW_PROMISES in all at most. */
BW_MUST_USE bw_code bw_open_of(struct bw_pg *pg, const struct bw_uuid *id, struct bw_promise *to, size_t *ret_n,
                               struct bw_error *err);
/* Marks in a history what a correction takes back and what is only possible (enum bw_mark). */
BW_MUST_USE bw_code bw_bag_mark(const struct bw_bag_seen *seen, const struct bw_world *world, struct bw_arena *arena,
                                struct bw_error *err);
/* The bags of a case, by ordinal; for the customer's page. */
BW_MUST_USE bw_code bw_case_bags(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_uuid *ids, size_t max,
                                 size_t *ret_n, struct bw_error *err);
/* True where nobody watches it and its last planned arrival is 48 h past: no news is expected, and it is not said to be
 * delivered (BAG-09). */
bool bw_bag_quiet(const struct bw_bag_seen *seen, const struct bw_world *world, bw_time now);
/* Whether the caller may work on a bag that its words name. */
typedef bool bw_bag_may(const struct bw_bag_seen *seen, const struct bw_principal *who, const void *ctx);
struct bw_bag_naming {
    const struct bw_ident *ident;
    const struct bw_principal *who;
    enum bw_bag_want want;
    bw_bag_may *may;
    const void *ctx; /* of may */
    bw_code several; /* what it is where he may work on more of them */
};
/* The one bag of an identity that the caller may work on, and the id under which it was named.  BW_E_NOT_FOUND: none;
 * what he may not see counts as not there (SEC-03). */
BW_MUST_USE bw_code bw_bag_one(struct bw_pg *pg, const struct bw_bag_naming *of, struct bw_arena *arena,
                               struct bw_uuid *ret_id, struct bw_bag_seen **ret, struct bw_error *err);
/* Some event of the history is its own (bw_said_by). */
bool bw_bag_spoke(const struct bw_bag_seen *seen, const struct bw_principal *who);

#endif
