/* SPDX-License-Identifier: Apache-2.0 */
/* asked.h - a station that was asked whether a bag is there and has not answered, as the bag's fold keeps it.
 * Values.  Layer: domain.  Threads: any.  Source: CLK-09; what is done with it stands in ask.h. */
#ifndef BW_DOMAIN_ASKED_H
#define BW_DOMAIN_ASKED_H

#include "bw/base/clock.h"
#include "bw/base/id.h"

struct bw_ask {
    struct bw_uuid uid; /* of the STATION_ASKED */
    char station[4], carrier[4];
    char by[4];       /* the carrier that asks */
    bw_time asked_at; /* recorded */
    bw_time due_at;
    bool moved; /* it said once until when it needs */
};
#define BW_ASKS 4 /* open at once */

#endif
