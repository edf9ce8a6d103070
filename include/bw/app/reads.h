/* SPDX-License-Identifier: Apache-2.0 */
/* reads.h - who read what is personal, when, of which file, and why: rows that the serving role can add and never
 * change.  A reason that opens more than one's role shows is such a row too, with the time until which it holds; the
 * event DATA_REVEALED beside it tells all readers of the file that it was given, and keeps its words sealed.
 * No row holds anything of the passenger.
 * Layer: app.  Threads: the session's owner.  Source: CASE-07, AUD-10, reliability.md 6 (S10). */
#ifndef BW_APP_READS_H
#define BW_APP_READS_H

#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/domain/event.h"
#include "bw/storage/pg.h"

/* How long a reason holds, for the account that gave it. */
#define BW_REVEAL_HOLDS BW_HOUR

struct bw_read {
    const struct bw_principal *who;
    const struct bw_uuid *case_id;
    unsigned shown;      /* bits of enum bw_sees (sight.h) */
    struct bw_str why;   /* a word: of bw_reveal_reason, or what the reader's work is */
    bw_time holds_until; /* of a reason: it opens the file until then; BW_TIME_NONE: it was read */
};
/* Commits by itself, or with the transaction it is called in. */
BW_MUST_USE bw_code bw_read_record(struct bw_pg *pg, const struct bw_read *one, bw_time now, struct bw_error *err);

/* The same for a list of files that one answer shows something of: `shown` by file, no reasons.  All or none. */
#define BW_READS_AT_ONCE 32
BW_MUST_USE bw_code bw_reads_record(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *case_ids,
                                    const unsigned *shown, size_t n, struct bw_str why, bw_time now,
                                    struct bw_error *err);

/* Until when the newest reason of that account or key for the file holds; BW_TIME_NONE: none, or no longer. */
BW_MUST_USE bw_code bw_revealed_until(struct bw_pg *pg, const struct bw_uuid *case_id, const struct bw_uuid *reader,
                                      bw_time now, bw_time *ret, struct bw_error *err);

struct bw_read_row {
    bw_time at, holds_until;
    struct bw_str name, organisation, role, why;
    struct bw_str *shown;
    size_t n_shown;
};
/* Newest first, at most BW_READS_MOST. */
#define BW_READS_MOST 1000
BW_MUST_USE bw_code bw_read_list(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_arena *arena,
                                 struct bw_read_row **ret, size_t *ret_n, struct bw_error *err);

/* --- reasons --- */

/* "audit", "complaint", "legal", "customer-asked", "repair"; NULL past the last. */
const char *bw_reveal_reason(size_t k);
/* DATA_REVEALED on the file's log: who (as sender) and the reason's word; note, in words, is sealed.  False: no memory.
 */
BW_MUST_USE bool bw_reveal_event(const struct bw_principal *who, const struct bw_uuid *case_id, struct bw_str reason,
                                 struct bw_str note, bw_time now, struct bw_arena *arena, struct bw_event *ret);

#endif
