/* SPDX-License-Identifier: Apache-2.0 */
/* hub_entries.h - feed entries made by number, and filters that see every, every second, or every fourth of them. */
#ifndef BW_TEST_HUB_ENTRIES_H
#define BW_TEST_HUB_ENTRIES_H

#include <stdio.h>

#include "bw/push/hub.h"

static const char rig_sk[1][4] = { "SK" };
static const char rig_lh[2][4] = { "LH", "SK" };

/* Even indexes are for SK and LH, odd ones for SK only; every fourth has case 4 and is for its customer. */
static inline struct bw_feed_entry rig_entry(uint64_t index, char text[160])
{
    snprintf(text, 160, "{\"v\":1,\"index\":%llu,\"padding\":\"%060d\"}", (unsigned long long)index, 0);
    struct bw_feed_entry e = {
        .index = index,
        .recorded_at = BW_TIME_NONE,
        .carriers = index % 2 == 0 ? rig_lh : rig_sk,
        .n_carriers = index % 2 == 0 ? 2 : 1,
        .name = "bag",
        .staff = bw_str_c(text),
    };
    if (index % 4 == 0) {
        e.case_id.b[0] = 4;
        e.customer = BW_STR("{\"bag\":1,\"version\":2,\"state\":\"TRACING\",\"level\":0}");
    }
    return e;
}

static inline void rig_publish(struct bw_hub *hub, uint64_t from, uint64_t to)
{
    char text[160];
    for (uint64_t k = from; k <= to; k++) {
        struct bw_feed_entry e = rig_entry(k, text);
        bw_hub_publish(hub, &e, 1, k);
    }
}

static const struct bw_sub_filter rig_all = { .kind = BW_SUB_EVERYTHING, .owner = { { 1 } } };
static const struct bw_sub_filter rig_carrier = { .kind = BW_SUB_CARRIERS,
                                                  .carriers = rig_lh,
                                                  .n_carriers = 1,
                                                  .owner = { { 2 } } };
static const struct bw_sub_filter rig_case = { .kind = BW_SUB_CASE, .case_id = { { 4 } }, .owner = { { 3 } } };

#endif
