/* SPDX-License-Identifier: Apache-2.0 */
/* private.h - opening what the writer sealed of an event (batch_seal.c).  Layer: storage.  Threads: any.
 * Source: design.md 3. */
#ifndef BW_STORAGE_PRIVATE_H
#define BW_STORAGE_PRIVATE_H

#include "bw/base/arena.h"
#include "bw/storage/keys.h"
#include "bw/storage/pg.h"

/* The private JSON of the event in this row, which must have uid, nonce, body, kind, key_id, key_nonce and wrapped; in the
 * arena.  False: it has none, its key is gone or another installation's, or memory is out. */
BW_MUST_USE bool bw_private_open(const struct bw_keys *keys, struct bw_rows *rows, size_t row, struct bw_arena *arena,
                                 struct bw_str *ret);

#endif
