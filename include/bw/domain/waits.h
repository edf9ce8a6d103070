/* SPDX-License-Identifier: Apache-2.0 */
/* waits.h - something that only the customer can give, and that is waited for, as the folds of a file and of its bags
 * keep it. Values; equal states have equal bytes.  Layer: domain.  Threads: any.  Source: CLK-18; what is done with it
 * stands in waiting.h. */
#ifndef BW_DOMAIN_WAITS_H
#define BW_DOMAIN_WAITS_H

#include "bw/base/clock.h"

struct bw_wait {
    char needs[8];      /* of bw_wait_words; "" nothing is waited for */
    char by[4];         /* the carrier that asks */
    bw_time asked_at;   /* recorded */
    bw_time reached_at; /* recorded: since when the customer knows; 0 not yet: every clock runs on */
    bool by_page;       /* knows by opening the page, else by a person's word */
    bw_time said_at;    /* t of the newest step: the next is later, so that every log has them in one order; 0 none */
};

#endif
