/* SPDX-License-Identifier: Apache-2.0 */
/* stale_int.h - the relaxed policies of a stale-update report.  Layer: app.  Threads: the report worker. */
#ifndef BW_APP_STALE_INT_H
#define BW_APP_STALE_INT_H

#include "bw/app/stale_report.h"

/* Those that were in force in the period, as far as was told by its as_of and as the reader may see their carrier. */
BW_MUST_USE bw_code bw_stale_policies_read(struct bw_pg *pg, struct bw_stale_report *r, const struct bw_principal *who,
                                           struct bw_arena *arena, struct bw_error *err);
/* The members "relaxed" and "desk_hours". */
void bw_stale_policies_json(const struct bw_stale_report *r, struct bw_json_out *j);
/* What concerns a line, as one cell: "located/BA 480; open hours/BALHR 7140" (minutes, and minutes a week). */
void bw_stale_policies_cell(const struct bw_stale_report *r, const struct bw_stale_line *line, struct bw_buf *to);
/* A cell that a spreadsheet cannot take for a formula (reliability.md W6). */
void bw_stale_cell(struct bw_buf *to, struct bw_str s);

#endif
