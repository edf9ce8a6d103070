/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/raw.h"

#include <stdio.h>

static bool take(struct bw_str from, void *to, size_t n)
{
    if (from.n != n)
        return false;
    memcpy(to, from.p, n);
    return true;
}

bw_code bw_raw_open(const struct bw_keys *keys, const struct bw_uuid *raw_id, struct bw_rows *rows, size_t row,
                    struct bw_arena *arena, struct bw_str *ret, struct bw_error *err)
{
    struct bw_wrapped wrapped = { .key_id = *raw_id };
    struct bw_key key;
    uint8_t nonce[BW_NONCE];
    char aad[64], text[BW_UUID_TEXT];
    struct bw_str sealed = bw_rows_bytea(rows, row, "wrapped"), body = bw_rows_bytea(rows, row, "body");
    if (!sealed.n || body.n < BW_TAG)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "the text was destroyed");
    uint8_t *plain = bw_arena_alloc(arena, body.n);
    if (!plain)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    int n = snprintf(aad, sizeof aad, "%s/raw_message.body", bw_uuid_text(raw_id, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bool opened = take(sealed, wrapped.sealed, sizeof wrapped.sealed) &&
                  take(bw_rows_bytea(rows, row, "key_nonce"), wrapped.nonce, sizeof wrapped.nonce) &&
                  take(bw_rows_bytea(rows, row, "nonce"), nonce, sizeof nonce) &&
                  bw_key_unwrap(keys, &wrapped, "raw", &key) &&
                  bw_open(&key, nonce, bw_str_n(aad, (size_t)n), body, plain);
    bw_wipe(&key, sizeof key);
    if (!opened)
        return bw_fail(err, BW_E_DB, NULL, "a telegram cannot be opened with the keys of this installation");
    *ret = bw_str_n((const char *)plain, body.n - BW_TAG);
    return BW_OK;
}
