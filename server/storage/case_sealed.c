/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/case_sealed.h"

#include <stdio.h>

static bool take(struct bw_str from, void *to, size_t n)
{
    if (from.n != n)
        return false;
    memcpy(to, from.p, n);
    return true;
}

/* False: it does not open.  *ret stays empty where memory is out. */
static bool open_one(const struct bw_key *key, const struct bw_uuid *case_id, const char *column, struct bw_str nonce,
                     struct bw_str body, struct bw_arena *arena, struct bw_str *ret)
{
    uint8_t bytes[BW_NONCE];
    char aad[64], text[BW_UUID_TEXT];
    *ret = BW_STR_NONE;
    uint8_t *plain = bw_arena_alloc(arena, body.n);
    if (!plain)
        return true;
    int n = snprintf(aad, sizeof aad, "%s/%s", bw_uuid_text(case_id, text), column);
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    if (body.n < BW_TAG || !take(nonce, bytes, sizeof bytes) ||
        !bw_open(key, bytes, bw_str_n(aad, (size_t)n), body, plain))
        return false;
    *ret = bw_str_n((const char *)plain, body.n - BW_TAG);
    return true;
}

static bool key_of(const struct bw_keys *keys, const struct bw_uuid *case_id, struct bw_rows *rows, size_t row,
                   struct bw_key *ret)
{
    struct bw_wrapped wrapped = { .key_id = *case_id };
    return take(bw_rows_bytea(rows, row, "wrapped"), wrapped.sealed, sizeof wrapped.sealed) &&
           take(bw_rows_bytea(rows, row, "key_nonce"), wrapped.nonce, sizeof wrapped.nonce) &&
           bw_key_unwrap(keys, &wrapped, "case", ret);
}

bw_code bw_case_unseal(const struct bw_keys *keys, const struct bw_uuid *case_id, struct bw_rows *rows, size_t row,
                       struct bw_arena *arena, struct bw_str *ret_details, struct bw_str *ret_reason,
                       struct bw_error *err)
{
    struct bw_key key;
    struct bw_str reason = bw_rows_bytea(rows, row, "reason");
    *ret_details = *ret_reason = BW_STR_NONE;
    if (!bw_rows_bytea(rows, row, "wrapped").n)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "what this file held of a person was erased");
    bool opened = key_of(keys, case_id, rows, row, &key) &&
                  open_one(&key, case_id, BW_SEALED_DETAILS, bw_rows_bytea(rows, row, "nonce"),
                           bw_rows_bytea(rows, row, "sealed"), arena, ret_details) &&
                  (!reason.n || open_one(&key, case_id, BW_SEALED_REASON, bw_rows_bytea(rows, row, "reason_nonce"),
                                         reason, arena, ret_reason));
    bw_wipe(&key, sizeof key);
    if (!opened)
        return bw_fail(err, BW_E_DB, NULL, "a file cannot be opened with the keys of this installation");
    if (!ret_details->p || (reason.n && !ret_reason->p))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
    return BW_OK;
}
