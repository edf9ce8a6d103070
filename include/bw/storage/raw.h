/* SPDX-License-Identifier: Apache-2.0 */
/* raw.h - opening what the writer sealed of a telegram.  Layer: storage.  Threads: any.  Source: design.md 3, TYB-11.
 */
#ifndef BW_STORAGE_RAW_H
#define BW_STORAGE_RAW_H

#include "bw/base/arena.h"
#include "bw/storage/keys.h"
#include "bw/storage/pg.h"

/* The text of the raw message in this row, which must have nonce, body, key_nonce and wrapped; in the arena.
 * BW_E_NOT_FOUND: it was destroyed; BW_E_DB: the row was tampered with, or its key belongs to another installation. */
BW_MUST_USE bw_code bw_raw_open(const struct bw_keys *keys, const struct bw_uuid *raw_id, struct bw_rows *rows,
                                size_t row, struct bw_arena *arena, struct bw_str *ret, struct bw_error *err);

#endif
