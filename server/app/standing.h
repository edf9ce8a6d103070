/* SPDX-License-Identifier: Apache-2.0 */
/* standing.h - sessions of writers whose process was paused in the midst of sending a transaction.  To the database
 * they are busy, so no limit of its own ends them, and they keep the locks on their bags until the process goes on;
 * whoever is awake ends them (bw_end_standing).  The paused one finds its session gone and its batch not committed, and
 * posts again what its event keys keep from being stored twice. Layer: app.  Threads: the duties'.  Source: CLK-05,
 * reliability.md 7 row 27. */
#ifndef BW_APP_STANDING_H
#define BW_APP_STANDING_H

#include "bw/base/clock.h"
#include "bw/storage/pg.h"

enum { BW_STANDING_MOST = 32 };

/* What stood when it was looked before.  Zero it. */
struct bw_standing {
    bw_time next; /* monotonic */
    char seen[BW_STANDING_MOST][96];
    size_t n;
};

/* Every five seconds, which is as long as an idle transaction may stand: ends what stands as it did. */
BW_MUST_USE bw_code bw_standing_end(struct bw_standing *standing, struct bw_pg *pg, struct bw_error *err);

#endif
