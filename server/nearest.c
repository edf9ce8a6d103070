/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c - the name that somebody may have meant (OPS-03). */
#include "options.h"

enum { NAME_MAX_BYTES = 48 };

/* Edits from one name to the other: insertions, removals, replacements. */
static size_t edits(struct bw_str a, struct bw_str b)
{
    size_t row[NAME_MAX_BYTES + 1];
    for (size_t k = 0; k <= b.n; k++)
        row[k] = k;
    for (size_t k = 0; k < a.n; k++) {
        size_t corner = row[0];
        row[0] = k + 1;
        for (size_t m = 0; m < b.n; m++) {
            size_t best = corner + (a.p[k] != b.p[m]);
            if (row[m] + 1 < best)
                best = row[m] + 1;
            if (row[m + 1] + 1 < best)
                best = row[m + 1] + 1;
            corner = row[m + 1];
            row[m + 1] = best;
        }
    }
    return row[b.n];
}

const char *bw_nearest(struct bw_str name, const char *const *candidates, size_t n)
{
    const char *best = NULL;
    size_t least = name.n / 2 + 1; /* more than half of it wrong is another name */
    if (name.n > NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        struct bw_str candidate = bw_str_c(candidates[i]);
        size_t d = candidate.n <= NAME_MAX_BYTES ? edits(name, candidate) : least + 1;
        if (d < least || (d == least && !best)) {
            least = d;
            best = candidates[i];
        }
    }
    return best;
}
