/* SPDX-License-Identifier: Apache-2.0 */
/* totp.h - one-time codes of staff accounts (RFC 6238), where a person has set them up.
 * Layer: app.  Threads: the session's owner; bw_totp_check any.  Source: SEC-02. */
#ifndef BW_APP_TOTP_H
#define BW_APP_TOTP_H

#include "bw/storage/pg.h"

struct bw_doors;

#define BW_TOTP_SEALED 48
#define BW_TOTP_TEXT 33 /* 160 bits in base32 */
struct bw_totp {
    bool there, on; /* a secret was made; it was confirmed, and is asked for at log-in */
    uint8_t nonce[12], sealed[BW_TOTP_SEALED];
    int64_t spent; /* newest step whose code was used */
};
BW_MUST_USE bw_code bw_totp_read(struct bw_pg *pg, const struct bw_uuid *account, struct bw_totp *ret,
                                 struct bw_error *err);
/* The secret for the person's authenticator. */
BW_MUST_USE bw_code bw_totp_secret(const struct bw_doors *doors, const struct bw_uuid *account,
                                   const struct bw_totp *totp, char to[BW_TOTP_TEXT], struct bw_error *err);
/* A new secret, asked for once bw_totp_spend took a code of it.  BW_E_NOT_FOUND where codes are asked for already. */
BW_MUST_USE bw_code bw_totp_begin(const struct bw_doors *doors, struct bw_pg *pg, const struct bw_uuid *account,
                                  struct bw_error *err);
/* Whether it is the code of this half minute, the one before or the one after, and not one used before; *ret_step for
 * bw_totp_spend.  Five failures of an account in a short time and it is heard twice a minute (A6). */
BW_MUST_USE bool bw_totp_check(struct bw_doors *doors, const struct bw_uuid *account, const struct bw_totp *totp,
                               struct bw_str code, bw_time now, int64_t *ret_step);
/* Marks the step as used; the first turns the codes on.  BW_E_UNAUTHENTICATED: another request was faster with it. */
BW_MUST_USE bw_code bw_totp_spend(struct bw_pg *pg, const struct bw_uuid *account, const struct bw_totp *totp,
                                  int64_t step, bw_time now, struct bw_error *err);
BW_MUST_USE bw_code bw_totp_off(struct bw_pg *pg, const struct bw_uuid *account, struct bw_error *err);
/* For one who has lost the authenticator; ends every session of the account.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_totp_reset(struct bw_pg *pg, struct bw_str name, bw_time now, struct bw_error *err);

#endif
