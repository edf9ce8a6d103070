/* SPDX-License-Identifier: Apache-2.0 */
/* ask_int.h - what the fold and the promises share of questions to stations.  Layer: domain, private.  Threads: any. */
#ifndef BW_DOMAIN_ASK_INT_H
#define BW_DOMAIN_ASK_INT_H

#include "bag_int.h"

/* A STATION_ANSWERED that says this. */
bool bw_answers(const struct bw_event *ev, const char *word);
/* Opens a question, ends it or moves its time. */
void bw_asks_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret);
/* None is open any more: the bag was seen, or its file is closed. */
void bw_asks_end(struct bw_bag *bag);

#endif
