/* SPDX-License-Identifier: Apache-2.0 */
/* ask.h - asking a station whether a bag is there: what may be asked and answered as the bag stands, and what Bagwatch
 * adds to it.  What is open stands in the bag (bw_bag.asks), so it follows from the bag's own log; the answer is owed
 * as any other promise (row `ask`).  Pure.  Layer: domain.  Threads: any.  Source: CLK-09, design.md 8. */
#ifndef BW_DOMAIN_ASK_H
#define BW_DOMAIN_ASK_H

#include "bw/domain/promise.h"

/* data.action of a STATION_ANSWERED. */
#define BW_ASK_HERE "here"
#define BW_ASK_NOT_HERE "not-here"
#define BW_ASK_SENT_ON "sent-on"
#define BW_ASK_UNTIL "until"
extern const char *const bw_ask_words[]; /* the four, ended by NULL */

#define BW_ASK_LINK_LIFE (72 * BW_HOUR) /* how long the station's link opens its page */
#define BW_ASK_MOST BW_DAY              /* an answer is due within a day of the question, or of "needs until" */

/* With the reason in err: BW_E_ASK where the bag does not allow it as it stands.  Codes that are neither a question nor
 * an answer pass.  now: recorded time. */
BW_MUST_USE bw_code bw_ask_may(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world,
                               bw_time now, struct bw_error *err);
/* Adds to a question until when it is owed, and to both the time at which they are said; ev->recorded_at is set. */
void bw_ask_complete(const struct bw_bag *bag, const struct bw_world *world, struct bw_event *ev);

/* The open question of that uid; NULL: it is answered, or moot. */
const struct bw_ask *bw_ask_open(const struct bw_bag *bag, const struct bw_uuid *uid);
/* Whom one asks at a station who names no carrier: who has the bag, else who saw it there last; "" none. */
const char *bw_ask_whom(const struct bw_bag *bag, const char *station);

/* The basis of its promise: station and question, and whether its time was moved. */
void bw_ask_basis(const struct bw_ask *ask, char to[40]);

#endif
