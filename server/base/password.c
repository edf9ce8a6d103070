/* SPDX-License-Identifier: Apache-2.0 */
/* password.c - password hashes by scrypt (RFC 7914), stored as tagged text.
 * Only our own r = 8 and p = 1 are read back: a stored text may not choose how much memory checking it takes.
 * Layer: base.  Threads: any, but slow: hash thread only.  Source: SEC-02, OWASP password storage. */
#include "bw/base/crypto.h"

#include <stdio.h>

#include <openssl/evp.h>

#include "bw/base/codec.h"

enum { SALT = 16, LOG2_N_MAX = 20, BLOCK = 8, PARALLEL = 1 };

static bool derive(struct bw_str password, const uint8_t salt[SALT], unsigned log2_n, struct bw_hash *ret)
{
    uint64_t n = UINT64_C(1) << log2_n;
    /* RFC 7914 section 5: 128 * r * N for the table, as much again times p for the blocks, and some room. */
    uint64_t memory = UINT64_C(128) * BLOCK * (n + PARALLEL + 2) + 65536;
    return EVP_PBE_scrypt(password.n ? password.p : "", password.n, salt, SALT, n, BLOCK, PARALLEL, memory, ret->b,
                          sizeof(ret->b)) == 1;
}

bool bw_password_hash(struct bw_str password, unsigned log2_n, char to[BW_PASSWORD_TEXT])
{
    uint8_t salt[SALT];
    struct bw_hash hash;
    if (log2_n < 1 || log2_n > LOG2_N_MAX)
        return false;
    bw_random(salt, sizeof(salt));
    if (!derive(password, salt, log2_n, &hash))
        return false;
    struct bw_buf text;
    bw_buf_init(&text, BW_PASSWORD_TEXT - 1);
    bw_buf_printf(&text, "scrypt$%u$%d$%d$", log2_n, BLOCK, PARALLEL);
    bw_base64url(salt, sizeof(salt), &text);
    bw_buf_ch(&text, '$');
    bw_base64url(hash.b, sizeof(hash.b), &text);
    bool done = bw_buf_ok(&text) && bw_str_copy(bw_buf_view(&text), to, BW_PASSWORD_TEXT);
    bw_buf_done(&text);
    bw_wipe(&hash, sizeof(hash));
    return done;
}

/* The parts of a stored text; false for anything that bw_password_hash could not have written. */
static bool read_stored(struct bw_str text, unsigned *ret_log2_n, uint8_t salt[SALT], struct bw_hash *ret)
{
    uint64_t log2_n;
    size_t n;
    if (!bw_str_eq_c(bw_str_split(&text, '$'), "scrypt") ||
        !bw_str_to_u64(bw_str_split(&text, '$'), 1, LOG2_N_MAX, &log2_n) ||
        !bw_str_eq_c(bw_str_split(&text, '$'), "8") || !bw_str_eq_c(bw_str_split(&text, '$'), "1"))
        return false;
    if (!bw_unbase64url(bw_str_split(&text, '$'), salt, SALT, &n) || n != SALT)
        return false;
    if (!bw_unbase64url(text, ret->b, sizeof(ret->b), &n) || n != sizeof(ret->b))
        return false;
    *ret_log2_n = (unsigned)log2_n;
    return true;
}

bool bw_password_check(struct bw_str password, const char *stored)
{
    unsigned log2_n;
    uint8_t salt[SALT];
    struct bw_hash want, got;
    if (!read_stored(bw_str_c(stored), &log2_n, salt, &want) || !derive(password, salt, log2_n, &got))
        return false;
    bool same = bw_hash_eq(&want, &got);
    bw_wipe(&got, sizeof(got));
    return same;
}
