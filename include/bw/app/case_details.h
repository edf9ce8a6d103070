/* SPDX-License-Identifier: Apache-2.0 */
/* case_details.h - the personal data of a delayed-bag file on their way between the sealed column and its users: read
 * and opened, written for the writer, made into the row that look-ups read.
 * Whoever reads them for a person must ask app/sight.h what that person may see, and record the look (CASE-07).
 * Layer: app.  Threads: a query worker with its session; the rest any.  Source: CASE-01, CASE-06, CASE-12, DESK-01. */
#ifndef BW_APP_CASE_DETAILS_H
#define BW_APP_CASE_DETAILS_H

#include "bw/domain/casefile.h"
#include "bw/domain/details.h"
#include "bw/storage/pg.h"
#include "bw/storage/writer.h"

/* A file and what it holds of a person, of one instant. */
struct bw_case_whole {
    struct bw_case file;       /* its version is what a change names as read_version */
    struct bw_details details; /* priority filled in: class from the file, reason where there is one */
};
/* BW_E_NOT_FOUND: no such file, or its personal data were erased (then ret->file is filled in all the same, and its ref
 * is not empty). */
BW_MUST_USE bw_code bw_case_details(struct bw_pg *pg, const struct bw_keys *keys, const struct bw_uuid *case_id,
                                    struct bw_arena *arena, struct bw_case_whole *ret, struct bw_error *err);
/* What the writer seals and the look-up row; texts in the arena.  BW_E_NOMEM. */
BW_MUST_USE bw_code bw_case_seal(const struct bw_keys *keys, const struct bw_details *d, struct bw_arena *arena,
                                 struct bw_case_sealed *ret);
/* The look-up row alone: the one place where names, descriptions and contacts get the form they are found by. */
BW_MUST_USE bw_code bw_case_search_of(const struct bw_keys *keys, const struct bw_details *d, struct bw_arena *arena,
                                      struct bw_case_search *ret);
/* A work item's event and change for a file, ready for the writer: DETAILS_CORRECTED on it under a fresh event id, as
 * that sender for that carrier, with the members that differ between before and after, the stays where they differ, and
 * what was before as its private body.  BW_E_NOMEM; *ret_fields is 0 where nothing differs, and then nothing is to be
 * done. */
BW_MUST_USE bw_code bw_case_change_of(const struct bw_keys *keys, const struct bw_case_whole *before,
                                      const struct bw_details *after, bw_time now, struct bw_arena *arena,
                                      struct bw_item *item, unsigned *ret_fields);

#endif
