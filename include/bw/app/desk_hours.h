/* SPDX-License-Identifier: Apache-2.0 */
/* desk_hours.h - open hours of a carrier's desks as its supervisors tell them: part of its book of policies, so a
 * change is an event of that book (POLICY_CHANGED, "what":"hours"), guarded by its version; fewer hours hold a day
 * after they were told, more at once (CLK-02), for promises opened from then on. Layer: app.  Threads: any; a bw_pg of
 * set query, duties or admin.  Source: CLK-17, CLK-02. */
#ifndef BW_APP_DESK_HOURS_H
#define BW_APP_DESK_HOURS_H

#include "bw/app/policies.h"
#include "bw/domain/hours.h"

/* Every row there is, by carrier, station and time of telling. */
BW_MUST_USE bw_code bw_desk_hours_load(struct bw_pg *pg, struct bw_arena *arena, struct bw_hours **ret, size_t *ret_n,
                                       struct bw_error *err);
/* One row, and until when it holds (BW_TIME_NONE: left out). */
void bw_desk_hours_json(const struct bw_hours *h, bw_time until, struct bw_json_out *j);
/* {"carrier","version","now","desks":[…]}: each row of the carrier with its state: in-force, coming, past. */
BW_MUST_USE bw_code bw_desk_hours_book(struct bw_pg *pg, const char *carrier, bw_time now, struct bw_arena *arena,
                                       int32_t *ret_version, struct bw_json_out *j, struct bw_error *err);

/* What somebody wants, as it was sent; decoded by bw_desk_hours_fields. */
struct bw_desk_hours_wish {
    struct bw_str carrier, station;
    struct bw_objects week, dates;
    bool ends;
    struct bw_json_time from;
};
extern const struct bw_field bw_desk_hours_fields[];
/* As bw_policy_change. */
BW_MUST_USE bw_code bw_desk_hours_change(struct bw_pg *pg, const struct bw_principal *who,
                                         const struct bw_desk_hours_wish *wish, int32_t version, bw_time now,
                                         struct bw_arena *arena, struct bw_policy_work **ret, struct bw_error *err);

#endif
