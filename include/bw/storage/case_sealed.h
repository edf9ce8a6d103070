/* SPDX-License-Identifier: Apache-2.0 */
/* case_sealed.h - opening what the writer sealed of a case's personal data.  Layer: storage.  Threads: any.
 * Source: design.md 3, CASE-06, CASE-12. */
#ifndef BW_STORAGE_CASE_SEALED_H
#define BW_STORAGE_CASE_SEALED_H

#include "bw/base/arena.h"
#include "bw/storage/keys.h"
#include "bw/storage/pg.h"

/* Part of the AAD of each text, after the case's id. */
#define BW_SEALED_DETAILS "case_file.sealed"
#define BW_SEALED_REASON "case_file.reason"

/* The texts of this row, which must have the columns of queries/case_details.sql from nonce on; in the arena.  An empty
 * reason: none, or the case was closed.  BW_E_NOT_FOUND: the key was destroyed, nothing can be read any more; BW_E_DB:
 * the row was tampered with, or its key belongs to another installation. */
BW_MUST_USE bw_code bw_case_unseal(const struct bw_keys *keys, const struct bw_uuid *case_id, struct bw_rows *rows,
                                   size_t row, struct bw_arena *arena, struct bw_str *ret_details,
                                   struct bw_str *ret_reason, struct bw_error *err);

#endif
