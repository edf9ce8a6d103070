/* SPDX-License-Identifier: Apache-2.0 */
/* disruption.c - what a storm covers, and the stages to which it puts off.  Pure.  Layer: domain.  Threads: any.
 * Source: CLK-14. */
#include "bw/domain/disruption.h"

#define STAGES 8

const char *const bw_storm_causes[] = { "weather", "strike", "systems", "security", "closure", "crowding", NULL };

bool bw_storm_cause_known(struct bw_str word)
{
    for (size_t k = 0; bw_storm_causes[k]; k++)
        if (bw_str_eq_c(word, bw_storm_causes[k]))
            return true;
    return false;
}

bool bw_storm_moves(enum bw_owed owed)
{
    const uint64_t desks = UINT64_C(1) << BW_OWE_TRACING_HOLDER | UINT64_C(1) << BW_OWE_LOCATED |
                           UINT64_C(1) << BW_OWE_FORWARD | UINT64_C(1) << BW_OWE_TRANSFER |
                           UINT64_C(1) << BW_OWE_DISPUTED | UINT64_C(1) << BW_OWE_HELD |
                           UINT64_C(1) << BW_OWE_AT_STATION | UINT64_C(1) << BW_OWE_ATTEMPTED;
    return (desks >> owed & 1) != 0;
}

size_t bw_storm_words(struct bw_str to[BW_OWE_MAX])
{
    size_t n = 0;
    for (int owed = 0; owed < BW_OWE_MAX; owed++)
        if (bw_storm_moves((enum bw_owed)owed))
            to[n++] = bw_str_c(bw_owed_row((enum bw_owed)owed)->word);
    return n;
}

bool bw_storm_covers(const struct bw_storm *s, const struct bw_promise *p)
{
    if (!bw_storm_moves(p->owed) || strcmp(s->station, p->station) != 0)
        return false;
    for (size_t k = 0; k < s->n_carriers; k++)
        if (strcmp(s->carriers[k], p->debtor) == 0)
            return true;
    return s->n_carriers == 0;
}

const struct bw_storm *bw_world_storm(const struct bw_world *w, const struct bw_promise *p, bw_time now)
{
    for (size_t k = 0; k < w->n_storms; k++)
        if (now < w->storms[k].until && bw_storm_covers(&w->storms[k], p))
            return &w->storms[k];
    return NULL;
}

bw_time bw_storm_due(const struct bw_promise *p, bw_time until)
{
    /* The last bytes of an id are random but for its bucket, which is the very last. */
    int64_t stage = p->promise_id.b[14] % STAGES + 1;
    return p->due_at + (until - p->due_at) / STAGES * stage;
}

bool bw_storm_proposes(int64_t bags, int64_t lapsed, int64_t owed)
{
    return bags >= BW_STORM_BAGS && 2 * lapsed >= owed;
}
