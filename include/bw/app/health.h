/* SPDX-License-Identifier: Apache-2.0 */
/* health.h - may this instance be sent requests?  Layer: app.  Threads: any; never blocks.  Source: OPS-04, REL-02. */
#ifndef BW_APP_HEALTH_H
#define BW_APP_HEALTH_H

#include "bw/base/err.h"

struct bw_feed;
struct bw_writer;

struct bw_health {
    struct bw_feed *feed;
    struct bw_writer *writer;
};
/* bw_http_config.ready, ctx = the health: BW_OK while the database answers, writers commit and the feed keeps up.
 * Migrations were checked before anything was started. */
BW_MUST_USE bw_code bw_health_ready(void *health, struct bw_error *err);
/* bw_vitals.ready: BW_OK while the database answers and writers commit, so that updates are taken (CLK-13).  A feed
 * that is behind takes none away; and a clock that jumps makes what was just committed look old. */
BW_MUST_USE bw_code bw_health_takes(void *health, struct bw_error *err);

#endif
