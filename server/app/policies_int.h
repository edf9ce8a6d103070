/* SPDX-License-Identifier: Apache-2.0 */
/* policies_int.h - what overrides and open hours share: the book, its guard, and the event of a change.  Layer: app. */
#ifndef BW_APP_POLICIES_INT_H
#define BW_APP_POLICIES_INT_H

#include "bw/app/desk_hours.h"

#define BW_POLICY_AHEAD (366 * BW_DAY)

/* bw_policy_book_read; BW_E_PRECONDITION_FAILED where it is not at that version (-1: any). */
BW_MUST_USE bw_code bw_policy_book_at(struct bw_pg *pg, const char *carrier, int32_t version, bw_time now,
                                      struct bw_arena *arena, struct bw_policy_book **ret, struct bw_error *err);
/* Makes the event of a change that was judged, and what stands beside it. */
BW_MUST_USE bw_code bw_policy_event(const struct bw_principal *who, bw_time now, struct bw_arena *arena,
                                    struct bw_policy_work *w, struct bw_error *err);
/* One row of table policy or desk_hours, by its columns; false: it does not fit what the rules know and is none of
 * theirs, so the default holds. */
bool bw_policy_of_row(struct bw_rows *rows, size_t row, struct bw_policy *p);
bool bw_desk_hours_of_row(struct bw_rows *rows, size_t row, struct bw_hours *h);
/* An override (hours NULL), or open hours, as its event says it; p NULL = no memory. */
struct bw_str bw_policy_text(const struct bw_policy *p, const struct bw_hours *hours, struct bw_arena *arena);
/* What the event of a change says of it (`facts`): what is "hours" or "policy", before.p NULL = nothing was told. */
struct bw_str bw_policy_facts(const char *what, const char *carrier, struct bw_str before, struct bw_str after,
                              bool relaxes, struct bw_arena *arena);
/* Sends the row of open hours. */
BW_MUST_USE bw_code bw_desk_hours_write(struct bw_pg *pg, const struct bw_event *ev, const struct bw_hours *h,
                                        struct bw_error *err);

#endif
