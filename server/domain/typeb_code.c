/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_code.c - what a message says of a bag: Avinor's order of precedence within our own rules.
 * DEL first; any BSM and BTM is a forecast; a BNS is no sighting; a BUM is an order, not an unloading (TYB-02); in a
 * BPM and BMM irregularity before loading before screening before scan. Layer: domain.  Threads: any; pure.  Source:
 * domain.md 2.6, 9.1; design.md 6. */
#include "typeb_int.h"

static enum bw_event_code irregularity(const struct bw_tb_mark *b, const char **ret_reason)
{
    if (strcmp(b->word, "UNS") == 0)
        return BW_EV_BAG_NOT_SEEN;
    *ret_reason = b->word;
    return strcmp(b->word, "OFF") == 0 ? BW_EV_BAG_OFFLOADED : BW_EV_BAG_NOT_LOADED;
}

static enum bw_event_code processed(enum bw_smi smi, const struct bw_tb_bags *bags, const char **ret_reason)
{
    if (bags->mark[BW_TB_B])
        return irregularity(bags->mark[BW_TB_B], ret_reason);
    if (bags->mark[BW_TB_U])
        return BW_EV_BAG_LOADED;
    if (bags->mark[BW_TB_X]) {
        *ret_reason = bags->mark[BW_TB_X]->word;
        return BW_EV_BAG_SCREENED;
    }
    const struct bw_tb_mark *scan = bags->mark[BW_TB_J];
    if (scan && scan->decides)
        return scan->word[0] == 'S' ? BW_EV_BAG_SORTED : BW_EV_BAG_SEEN;
    /* A manifest line without loading data is no statement that the bag was seen. */
    return smi == BW_SMI_BPM ? BW_EV_BAG_SEEN : BW_EV_NONE;
}

enum bw_event_code bw_tb_code(const struct bw_typeb_message *m, const struct bw_tb_bags *bags, const char **ret_reason)
{
    *ret_reason = "";
    if (m->action == BW_TYPEB_DELETE)
        return BW_EV_DATA_WITHDRAWN;
    switch (m->smi) {
    case BW_SMI_BSM:
    case BW_SMI_BTM:
        return BW_EV_BAG_EXPECTED;
    case BW_SMI_BNS:
        return BW_EV_BAG_NOT_SEEN;
    case BW_SMI_BUM:
        return BW_EV_UNLOAD_ORDERED;
    case BW_SMI_BPM:
    case BW_SMI_BMM:
        return processed(m->smi, bags, ret_reason);
    case BW_SMI_NONE:
    case BW_SMI_BCM:
    case BW_SMI_BRQ:
    case BW_SMI_MAX:
    default:
        return BW_EV_NONE;
    }
}
