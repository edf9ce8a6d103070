/* SPDX-License-Identifier: Apache-2.0 */
/* heartbeat.h - "alive, nothing to say": kept per sender and station, so that silence can be told from a quiet hour.
 * Layer: app.  Threads: any; functions that take a bw_pg want it ready, set query.  Source: ING-17, CLK-12. */
#ifndef BW_APP_HEARTBEAT_H
#define BW_APP_HEARTBEAT_H

#include "bw/base/clock.h"
#include "bw/base/json_in.h"
#include "bw/base/json_out.h"
#include "bw/storage/pg.h"

/* Body: {station, sent_at}; station is needed. */
struct bw_heartbeat_in {
    struct bw_str station;
    struct bw_json_time sent_at;
};
extern const struct bw_field bw_heartbeat_fields[];

/* Keeps it and writes what is known of that feed: {"sender","station","at","skew_seconds","times"}. */
BW_MUST_USE bw_code bw_heartbeat_put(struct bw_pg *pg, const char *sender, const struct bw_heartbeat_in *in,
                                     bw_time now, struct bw_json_out *j, struct bw_error *err);
/* {"heartbeats":[…]} of one sender, or of all where it is empty; at most 10,000, by sender and station. */
BW_MUST_USE bw_code bw_heartbeat_list(struct bw_pg *pg, struct bw_str sender, struct bw_json_out *j,
                                      struct bw_error *err);

#endif
