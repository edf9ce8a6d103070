/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/raw.h"

#include <stdio.h>

#include "bw/storage/erasure.h"

enum { AAD = 64 };

static bool take(struct bw_str from, void *to, size_t n)
{
    if (from.n != n)
        return false;
    memcpy(to, from.p, n);
    return true;
}

static struct bw_str aad_of(const struct bw_uuid *raw_id, char to[AAD])
{
    char text[BW_UUID_TEXT];
    int n = snprintf(to, AAD, "%s/raw_message.body", bw_uuid_text(raw_id, text));
    BW_ASSERT(n > 0 && n < AAD);
    return bw_str_n(to, (size_t)n);
}

bw_code bw_raw_open(const struct bw_keys *keys, const struct bw_uuid *raw_id, struct bw_rows *rows, size_t row,
                    struct bw_arena *arena, struct bw_str *ret, struct bw_error *err)
{
    struct bw_wrapped wrapped = { .key_id = *raw_id };
    struct bw_key key;
    uint8_t nonce[BW_NONCE];
    char aad[AAD];
    struct bw_str sealed = bw_rows_bytea(rows, row, "wrapped"), body = bw_rows_bytea(rows, row, "body");
    if (!sealed.n || body.n < BW_TAG)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "the text was destroyed");
    uint8_t *plain = bw_arena_alloc(arena, body.n);
    if (!plain)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    bool opened = take(sealed, wrapped.sealed, sizeof wrapped.sealed) &&
                  take(bw_rows_bytea(rows, row, "key_nonce"), wrapped.nonce, sizeof wrapped.nonce) &&
                  take(bw_rows_bytea(rows, row, "nonce"), nonce, sizeof nonce) &&
                  bw_key_unwrap(keys, &wrapped, "raw", &key) && bw_open(&key, nonce, aad_of(raw_id, aad), body, plain);
    bw_wipe(&key, sizeof key);
    if (!opened)
        return bw_fail(err, BW_E_DB, NULL, "a telegram cannot be opened with the keys of this installation");
    *ret = bw_str_n((const char *)plain, body.n - BW_TAG);
    return BW_OK;
}

bool bw_raw_copy_make(const struct bw_keys *keys, const struct bw_uuid *raw_id, struct bw_str text,
                      struct bw_arena *arena, struct bw_raw_copy *ret)
{
    struct bw_key key;
    char aad[AAD];
    uint8_t *body = bw_arena_alloc(arena, text.n + BW_TAG);
    if (!body)
        return false;
    ret->raw_id = *raw_id;
    bw_random(key.b, sizeof key.b);
    bw_key_wrap(keys, raw_id, "raw", &key, &ret->wrapped);
    bw_random(ret->nonce, sizeof ret->nonce);
    bw_seal(&key, ret->nonce, aad_of(raw_id, aad), text, body);
    bw_wipe(&key, sizeof key);
    ret->body = bw_str_n((const char *)body, text.n + BW_TAG);
    return true;
}
