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
/* Sends the row of open hours. */
BW_MUST_USE bw_code bw_desk_hours_write(struct bw_pg *pg, const struct bw_event *ev, const struct bw_hours *h,
                                        struct bw_error *err);

#endif
