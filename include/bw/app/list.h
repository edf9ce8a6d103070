/* SPDX-License-Identifier: Apache-2.0 */
/* list.h - a place in a list that comes in pages: behind what a page ended with.  Layer: app.  Source: design.md 8
 * ("opaque cursors and Link"). */
#ifndef BW_APP_LIST_H
#define BW_APP_LIST_H

#include "bw/base/clock.h"
#include "bw/base/id.h"

struct bw_list_place {
    bw_time at; /* what the list is ordered by; BW_TIME_NONE: its beginning, or that there is no more */
    struct bw_uuid id;
};

#endif
