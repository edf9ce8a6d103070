/* SPDX-License-Identifier: Apache-2.0 */
/* disruptions_int.h - what the words of people (disruptions.c) and the chore (storms.c) share.
 * Layer: app, private.  Source: CLK-14. */
#ifndef BW_APP_DISRUPTIONS_INT_H
#define BW_APP_DISRUPTIONS_INT_H

#include "bw/app/disruptions.h"

#define BW_PROPOSAL_LASTS (2 * BW_HOUR)

/* A row with all columns of queries/disruption_one.sql.  False where it does not read back. */
BW_MUST_USE bool bw_disruption_row(struct bw_rows *rows, size_t k, struct bw_disruption *ret);
/* Whom it concerns, beside its carriers: where it is of all, the sixteen who owe most at its station. */
BW_MUST_USE bw_code bw_disruption_audience(struct bw_pg *pg, struct bw_disruption_work *w, struct bw_error *err);
/* The event of w->d and its rows.  before: version of its log when it was thought out.  sender: a handle. */
BW_MUST_USE bool bw_disruption_say(struct bw_disruption_work *w, const char *what, const char *sender,
                                   const char *carrier, int32_t before, bw_time now, struct bw_arena *arena);

#endif
