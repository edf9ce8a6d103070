/* SPDX-License-Identifier: Apache-2.0 */
/* erasures.h - the list of erased files: one text file outside of the database, so that a copy of the database from
 * before an erasure can be made to forget again.  It lies in DATA, or in the folder of the keys where one is named,
 * since all instances on one database share it.  Append-only: a line is written as one, under a lock, and is on the
 * disk before the erasure begins. 1 2026-11-22T09:30:00Z LHRBA10023 0190…-uuid asked 4f2a… form, time, reference, case
 * id, why, and the first 32 hex digits of HMAC-SHA256 (installation key) of what stands before. The HMAC is there
 * because a list destroys: a line that is not ours is refused, with its number.  There is no chain over the lines: two
 * instances append without reading, and a missing tail could be cut from a chain as well; what the log says of
 * CASE_ERASED is the second witness.  No personal data. Layer: app.  Threads: any.  Source: design.md 3, 7, 10;
 * CASE-06. */
#ifndef BW_APP_ERASURES_H
#define BW_APP_ERASURES_H

#include "bw/base/arena.h"
#include "bw/base/clock.h"
#include "bw/storage/keys.h"

struct bw_erasure_line {
    bw_time at;
    char ref[11];
    struct bw_uuid case_id;
    char why[20];
};
BW_MUST_USE bw_code bw_erasures_add(const char *path, const struct bw_keys *keys, const struct bw_erasure_line *line,
                                    struct bw_error *err);
/* All lines, in the arena; none where there is no such file and `must` is false.  BW_E_POISON: a line is not ours, or
 * was changed; err names it.  What a crash left of a line, at the end or ended by "!", is passed over: nothing had
 * begun. */
BW_MUST_USE bw_code bw_erasures_read(const char *path, bool must, const struct bw_keys *keys, struct bw_arena *arena,
                                     struct bw_erasure_line **ret, size_t *ret_n, struct bw_error *err);

#endif
