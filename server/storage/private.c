/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/private.h"

#include <stdio.h>

static bool take(struct bw_str from, void *to, size_t n)
{
    if (from.n != n)
        return false;
    memcpy(to, from.p, n);
    return true;
}

bool bw_private_open(const struct bw_keys *keys, struct bw_rows *rows, size_t row, struct bw_arena *arena,
                     struct bw_str *ret)
{
    struct bw_key key;
    struct bw_wrapped wrapped = { .key_id = bw_rows_uuid(rows, row, "key_id") };
    struct bw_uuid uid = bw_rows_uuid(rows, row, "uid");
    struct bw_str body = bw_rows_bytea(rows, row, "body");
    uint8_t nonce[BW_NONCE], *plain = bw_arena_alloc(arena, body.n + 1);
    char aad[64], text[BW_UUID_TEXT], kind[8];
    if (!plain || body.n < BW_TAG || !bw_str_copy(bw_rows_text(rows, row, "kind"), kind, sizeof kind) ||
        !take(bw_rows_bytea(rows, row, "nonce"), nonce, sizeof nonce) ||
        !take(bw_rows_bytea(rows, row, "key_nonce"), wrapped.nonce, sizeof wrapped.nonce) ||
        !take(bw_rows_bytea(rows, row, "wrapped"), wrapped.sealed, sizeof wrapped.sealed) ||
        !bw_key_unwrap(keys, &wrapped, kind, &key))
        return false;
    int n = snprintf(aad, sizeof aad, "%s/event_private.body", bw_uuid_text(&uid, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bool opened = bw_open(&key, nonce, bw_str_n(aad, (size_t)n), body, plain);
    bw_wipe(&key, sizeof key);
    *ret = opened ? bw_str_n((const char *)plain, body.n - BW_TAG) : BW_STR_NONE;
    return opened;
}
