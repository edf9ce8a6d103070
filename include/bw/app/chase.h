/* SPDX-License-Identifier: Apache-2.0 */
/* chase.h - the chore that turns raised levels into messages, rendered and ready to be sent.
 * Happy path: it reads the feed behind its cursor, puts what is told of one receiver, debtor, station and level into one
 * message, and moves the cursor, all in one transaction under the duty's row: each level once, with several instances and
 * after a restart; a restored database has cursor and messages of one moment.
 * A message waits a few seconds for its fellows; a second one about the same waits until 15 minutes after the first, and
 * takes up what comes until then.  A customer hears once in 12 hours.  What is met meanwhile is not chased.
 * Layer: app.  Threads: duties, on a session of that set.  Source: CLK-05, CLK-15. */
#ifndef BW_APP_CHASE_H
#define BW_APP_CHASE_H

#include "bw/base/clock.h"
#include "bw/base/err.h"

struct bw_pg;

#define BW_CHASE_GATHER (5 * BW_SECOND)
#define BW_CHASE_APART (15 * BW_MINUTE)
#define BW_CHASE_CUSTOMER_APART (12 * BW_HOUR)
/* As a bw_chore; ctx is the instance's name. */
bw_code bw_chase_turn(void *ctx, struct bw_pg *pg, struct bw_error *err);

#endif
