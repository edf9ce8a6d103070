/* SPDX-License-Identifier: Apache-2.0 */
/* caseview.h - a delayed-bag file as one reader sees it, in one snapshot: the file, its bags with what is owed (worst
 * first), and of the sealed details what this reader's sight allows (sight.h).  What is not allowed is not even opened.
 * Every showing of something personal is put on record before it is shown: a reader that cannot be recorded reads
 * nothing.
 * Layer: app.  Threads: a query worker with its session.  Source: CASE-03, CASE-06, CASE-07, CASE-09, SEC-13, STR-05.
 */
#ifndef BW_APP_CASEVIEW_H
#define BW_APP_CASEVIEW_H

#include "bw/app/app.h"
#include "bw/app/bagview.h"
#include "bw/app/case_details.h"
#include "bw/base/json_out.h"
#include "bw/domain/rights.h"

struct bw_file_bag {
    struct bw_bag bag;
    size_t number; /* its ordinal in the file, from 0 */
    bool brought;  /* by the courier that asks */
    struct bw_promise open[BW_VIEW_PROMISES];
    size_t n_open;
};
struct bw_file_seen {
    struct bw_case file;
    struct bw_promise open[BW_VIEW_PROMISES];
    size_t n_open;
    struct bw_file_bag *bags; /* worst first */
    size_t n_bags;
    struct bw_sight sight;
    const struct bw_details *details; /* NULL: nothing of them may be seen, or the key is gone */
    bool erased;                      /* the key is gone */
    bw_date today;                    /* UTC, when it was read */
    const struct bw_flight *flights;  /* of its journey, as far as they are known */
    size_t n_flights;
    const struct bw_rights *rights; /* bw_file_rights; NULL: not asked for */
    struct bw_cursor complete_to;
};

/* Reads the file of a reference (upper case, ten characters) for this reader.  BW_E_NOT_FOUND: none, or none for it. */
BW_MUST_USE bw_code bw_file_see(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                struct bw_str ref, bw_time now, struct bw_arena *arena, struct bw_file_seen **ret,
                                struct bw_error *err);
/* What this reader sees of a file that the caller has read, for who is to change it; a reason that was given counts.
 * BW_E_NOT_FOUND: nothing. */
BW_MUST_USE bw_code bw_file_sight(struct bw_pg *pg, const struct bw_principal *who, const struct bw_case *file,
                                  bw_time now, struct bw_arena *arena, struct bw_sight *ret, struct bw_error *err);
/* Changes whenever what this reader sees of it changes; in the arena, without quotes. */
struct bw_str bw_file_tag(const struct bw_file_seen *seen, struct bw_arena *arena);
/* Puts on record that it was shown, and what of it; nothing where nothing of it is personal.  Once, before the answer.
 */
BW_MUST_USE bw_code bw_file_shown(struct bw_pg *pg, const struct bw_principal *who, const struct bw_file_seen *seen,
                                  bw_time now, struct bw_error *err);
/* Adds the law's dates (CLK-10), where the reader sees the case; in the arena. */
BW_MUST_USE bw_code bw_file_rights(struct bw_file_seen *seen, const struct bw_world *world, bw_time now,
                                   struct bw_arena *arena, struct bw_error *err);
/* The schema Rights. */
void bw_rights_json(struct bw_json_out *j, const struct bw_rights *r);
/* The schema CaseAnswer. */
void bw_file_json(struct bw_json_out *j, const struct bw_file_seen *seen);

#endif
