/* SPDX-License-Identifier: Apache-2.0 */
/* erasure.h - what erasing a file takes along with its CASE_ERASED event, in the same transaction: its data keys,
 * private rows, search row, links and kept answers; telegrams that name its bags are replaced by copies with their
 * groups blanked, copies of them that nothing else needs are destroyed.  The log is not touched, so every leaf stays
 * what it was. The app reads, opens and blanks; the writer writes it where the bags still stand at the versions that
 * were read, else the item is refused with BW_E_PRECONDITION_FAILED and all of it is done again. Layer: storage.
 * Threads: values.  Source: design.md 3, CASE-06, AUD-08. */
#ifndef BW_STORAGE_ERASURE_H
#define BW_STORAGE_ERASURE_H

#include "bw/base/arena.h"
#include "bw/storage/keys.h"
#include "bw/storage/pg.h"

/* A telegram's blanked copy, sealed under a key of its own. */
struct bw_raw_copy {
    struct bw_uuid raw_id;
    struct bw_wrapped wrapped;
    uint8_t nonce[BW_NONCE];
    struct bw_str body;
};
/* Seals a text as the telegram raw_id, under a fresh key; the body lies in the arena.  False: memory is out. */
BW_MUST_USE bool bw_raw_copy_make(const struct bw_keys *keys, const struct bw_uuid *raw_id, struct bw_str text,
                                  struct bw_arena *arena, struct bw_raw_copy *ret);

struct bw_erasure {
    struct bw_uuid case_id;
    char ref[11];
    const struct bw_uuid *bags; /* of the file, and the records joined with them */
    const int32_t *versions;    /* of each, as read */
    const bw_time *until; /* of each: rows recorded before are this file's; BW_TIME_NONE: all, and the bag's key */
    size_t n_bags;
    const struct bw_raw_copy *copies;
    size_t n_copies;
    const struct bw_uuid *destroyed; /* telegrams whose text goes whole */
    size_t n_destroyed;
};

#endif
