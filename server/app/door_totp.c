/* SPDX-License-Identifier: Apache-2.0 */
/* door_totp.c - one-time codes of staff accounts: six digits of an authenticator beside the password.
 * The secret is 160 bits, wrapped by the master key; a code is good once and for a minute and a half at most.
 * Layer: app.  Threads: the session's owner; bw_totp_check any.  Source: SEC-02, RFC 6238 (5.2: one use a step; 6:
 * one step of drift either way), RFC 4226 7.3 (throttling). */
#include "bw/base/codec.h"
#include "bw/storage/keys.h"
#include "door_int.h"

#define SECRET 20 /* bytes: what RFC 4226 recommends and every authenticator takes */
#define KIND "totp"

_Static_assert(sizeof((struct bw_wrapped *)0)->sealed == BW_TOTP_SEALED, "a secret is wrapped like a data key");

void bw_totp_row(struct bw_rows *rows, struct bw_totp *ret)
{
    struct bw_str nonce = bw_rows_bytea(rows, 0, "totp_nonce"), sealed = bw_rows_bytea(rows, 0, "totp_sealed");
    *ret = (struct bw_totp){ .spent = bw_rows_i64(rows, 0, "totp_step") };
    ret->there = nonce.n == sizeof ret->nonce && sealed.n == sizeof ret->sealed;
    ret->on = ret->there && bw_rows_time(rows, 0, "totp_on_at") != BW_TIME_NONE;
    if (!ret->there)
        return;
    memcpy(ret->nonce, nonce.p, sizeof ret->nonce);
    memcpy(ret->sealed, sealed.p, sizeof ret->sealed);
}

bw_code bw_totp_read(struct bw_pg *pg, const struct bw_uuid *account, struct bw_totp *ret, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_ACCOUNT_TOTP_READ, BW_PARAMS(bw_p_uuid(account)), &rows, err);
    if (code == BW_OK && rows.n == 0)
        code = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such account");
    if (code == BW_OK)
        bw_totp_row(&rows, ret);
    return code;
}

static bool open_secret(const struct bw_doors *doors, const struct bw_uuid *account, const struct bw_totp *totp,
                        struct bw_key *ret)
{
    struct bw_wrapped w = { .key_id = *account };
    if (!doors->config.keys || !totp->there)
        return false;
    memcpy(w.nonce, totp->nonce, sizeof w.nonce);
    memcpy(w.sealed, totp->sealed, sizeof w.sealed);
    return bw_key_unwrap(doors->config.keys, &w, KIND, ret);
}

bw_code bw_totp_secret(const struct bw_doors *doors, const struct bw_uuid *account, const struct bw_totp *totp,
                       char to[BW_TOTP_TEXT], struct bw_error *err)
{
    struct bw_key key;
    struct bw_buf text BW_CLEANUP(bw_buf_done);
    bw_buf_init(&text, BW_TOTP_TEXT);
    if (!open_secret(doors, account, totp, &key))
        return bw_fail(err, BW_E_CRYPTO, NULL, "the secret of the one-time codes does not open");
    bw_base32(key.b, SECRET, &text);
    BW_ASSERT(bw_buf_ok(&text) && bw_str_copy(bw_buf_view(&text), to, BW_TOTP_TEXT));
    bw_wipe(&key, sizeof key);
    return BW_OK;
}

bw_code bw_totp_begin(const struct bw_doors *doors, struct bw_pg *pg, const struct bw_uuid *account,
                      struct bw_error *err)
{
    struct bw_key key;
    struct bw_wrapped w;
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    if (!doors->config.keys)
        return bw_fail(err, BW_E_CRYPTO, NULL, "this server has no keys for one-time codes");
    bw_random(key.b, sizeof key.b);
    bw_key_wrap(doors->config.keys, account, KIND, &key, &w);
    bw_wipe(&key, sizeof key);
    bw_code code =
        bw_pg_query(pg, BW_STMT_ACCOUNT_TOTP_BEGIN,
                    BW_PARAMS(bw_p_uuid(account), bw_p_bytea(bw_str_n((const char *)w.nonce, sizeof w.nonce)),
                              bw_p_bytea(bw_str_n((const char *)w.sealed, sizeof w.sealed))),
                    &rows, err);
    if (code == BW_OK && rows.affected == 0)
        code = bw_fail(err, BW_E_NOT_FOUND, NULL, "the account asks for one-time codes already");
    return code;
}

bool bw_totp_check(struct bw_doors *doors, const struct bw_uuid *account, const struct bw_totp *totp,
                   struct bw_str code, bw_time now, int64_t *ret_step)
{
    struct bw_key key;
    uint64_t said;
    char who[BW_UUID_TEXT];
    struct bw_str owner = bw_str_c(bw_uuid_text(account, who));
    bw_time mono = bw_clock_mono();
    if (bw_fail_limit_over(doors->fails, BW_FAIL_CODE, owner, mono) || !open_secret(doors, account, totp, &key))
        return false;
    int64_t step = now / BW_SECOND / BW_TOTP_STEP;
    bool shaped = code.n == 6 && bw_str_to_u64(code, 0, 999999, &said), good = false;
    for (int64_t k = step - 1; shaped && k <= step + 1; k++)
        if (k > totp->spent && bw_totp(bw_str_n((const char *)key.b, SECRET), (uint64_t)k) == said) {
            *ret_step = k;
            good = true;
        }
    bw_wipe(&key, sizeof key);
    if (!good && code.n) /* none at all is no guess */
        bw_fail_limit_add(doors->fails, BW_FAIL_CODE, owner, mono);
    return good;
}

bw_code bw_totp_spend(struct bw_pg *pg, const struct bw_uuid *account, const struct bw_totp *totp, int64_t step,
                      bw_time now, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code =
        bw_pg_query(pg, BW_STMT_ACCOUNT_TOTP_SPEND,
                    BW_PARAMS(bw_p_uuid(account), bw_p_i64(step),
                              bw_p_bytea(bw_str_n((const char *)totp->sealed, sizeof totp->sealed)), bw_p_time(now)),
                    &rows, err);
    if (code == BW_OK && rows.affected == 0)
        code = bw_fail(err, BW_E_UNAUTHENTICATED, NULL, "that code was used already");
    return code;
}

bw_code bw_totp_off(struct bw_pg *pg, const struct bw_uuid *account, struct bw_error *err)
{
    return bw_pg_query(pg, BW_STMT_ACCOUNT_TOTP_OFF, BW_PARAMS(bw_p_uuid(account)), NULL, err);
}

bw_code bw_totp_reset(struct bw_pg *pg, struct bw_str name, bw_time now, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    char lower[64];
    if (!bw_account_name(name, lower))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such account");
    bw_code code = bw_pg_query(pg, BW_STMT_ACCOUNT_TOTP_RESET, BW_PARAMS(bw_p_c(lower)), &rows, err);
    return code == BW_OK ? bw_account_end(pg, &rows, now, err) : code;
}
