/* SPDX-License-Identifier: Apache-2.0 */
/* door_account.c - staff accounts and their passwords.
 * Layer: app.  Threads: the session's owner; bw_login_check on the hash thread.  Source: SEC-02, SEC-14, W5. */
#include <stdio.h>

#include "door_int.h"

static const struct {
    const char *word;
    unsigned bit;
} roles[] = {
    { "scanner", BW_SCANNER },
    { "agent", BW_AGENT },
    { "supervisor", BW_SUPERVISOR },
    { "auditor", BW_AUDITOR },
    { "carrier-admin", BW_CARRIER_ADMIN },
    { "admin", BW_ADMIN },
};

unsigned bw_role_bit(struct bw_str word)
{
    for (size_t k = 0; k < BW_LEN(roles); k++)
        if (bw_str_eq_c(word, roles[k].word))
            return roles[k].bit;
    return 0;
}

const char *bw_role_word(unsigned bit)
{
    for (size_t k = 0; k < BW_LEN(roles); k++)
        if (roles[k].bit == bit)
            return roles[k].word;
    return NULL;
}

static bool name_char(char c)
{
    return bw_is_alnum(c) || c == '.' || c == '_' || c == '@' || c == '-';
}

bool bw_account_name(struct bw_str s, char to[64])
{
    if (s.n < 2 || s.n > 63 || !bw_str_all(s, name_char) || !bw_is_alnum(s.p[0]))
        return false;
    for (size_t k = 0; k < s.n; k++)
        to[k] = (char)(bw_is_upper(s.p[k]) ? s.p[k] | 0x20 : s.p[k]);
    to[s.n] = '\0';
    return true;
}

static bw_code password_hash(struct bw_str password, unsigned log2_n, char to[BW_PASSWORD_TEXT], struct bw_error *err)
{
    if (password.n < 12 || password.n > BW_PASSWORD_MAX || !bw_utf8_valid(password, 0))
        return bw_fail(err, BW_E_INVALID_BODY, "/password", "12 to %d bytes", BW_PASSWORD_MAX);
    return bw_password_hash(password, log2_n ? log2_n : BW_PASSWORD_COST, to)
               ? BW_OK
               : bw_fail(err, BW_E_CRYPTO, NULL, "scrypt failed");
}

bw_code bw_account_create(struct bw_pg *pg, const struct bw_account_new *account, unsigned password_log2_n, bw_time now,
                          struct bw_uuid *ret, struct bw_error *err)
{
    char name[64], kind[16], stored[BW_PASSWORD_TEXT];
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n_carriers = 0;
    unsigned role = bw_role_bit(account->role);
    if (!bw_account_name(account->name, name))
        return bw_fail(err, BW_E_INVALID_BODY, "/name", "2 to 63 of A-Z a-z 0-9 . _ @ -, first a letter or digit");
    if (role == 0)
        return bw_fail(err, BW_E_INVALID_BODY, "/role", "scanner, agent, supervisor, auditor, carrier-admin or admin");
    bw_code code = bw_org_kind(pg, account->organisation, kind, err);
    if (code == BW_OK && (role == BW_ADMIN) != (strcmp(kind, "operator") == 0))
        code =
            bw_fail(err, BW_E_INVALID_BODY, "/role", "admins, and nobody else, belong to the operator of this server");
    if (code == BW_OK)
        code = bw_org_carriers(account->organisation, kind, account->carriers, account->n_carriers, carriers,
                               &n_carriers, err);
    if (code == BW_OK)
        code = password_hash(account->password, password_log2_n, stored, err);
    if (code != BW_OK)
        return code;
    struct bw_uuid id = bw_uuid_v7(now);
    code = bw_pg_query(pg, BW_STMT_ACCOUNT_INSERT,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_c(name), bw_p_text(account->organisation),
                                 bw_p_texts(carriers, n_carriers), bw_p_c(bw_role_word(role)), bw_p_c(stored),
                                 bw_p_time(now)),
                       NULL, err);
    if (code == BW_OK)
        *ret = id;
    return code;
}

bw_code bw_account_end(struct bw_pg *pg, struct bw_rows *account, bw_time now, struct bw_error *err)
{
    if (account->n == 0)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such account");
    struct bw_uuid id = bw_rows_uuid(account, 0, "account_id");
    return bw_pg_query(pg, BW_STMT_ACCOUNT_SESSIONS_END, BW_PARAMS(bw_p_uuid(&id), bw_p_time(now)), NULL, err);
}

bw_code bw_account_password(struct bw_pg *pg, struct bw_str name, struct bw_str password, unsigned password_log2_n,
                            bw_time now, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    char lower[64], stored[BW_PASSWORD_TEXT];
    if (!bw_account_name(name, lower))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such account");
    bw_code code = password_hash(password, password_log2_n, stored, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_ACCOUNT_PASSWORD, BW_PARAMS(bw_p_c(lower), bw_p_c(stored)), &rows, err);
    return code == BW_OK ? bw_account_end(pg, &rows, now, err) : code;
}

bw_code bw_account_disable(struct bw_pg *pg, struct bw_str name, bw_time now, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    char lower[64];
    if (!bw_account_name(name, lower))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such account");
    bw_code code = bw_pg_query(pg, BW_STMT_ACCOUNT_DISABLE, BW_PARAMS(bw_p_c(lower), bw_p_time(now)), &rows, err);
    return code == BW_OK ? bw_account_end(pg, &rows, now, err) : code;
}

bw_code bw_login_allowed(struct bw_doors *doors, struct bw_str address, struct bw_error *err)
{
    if (bw_fail_limit_over(doors->fails, BW_FAIL_LOGIN, address, bw_clock_mono()))
        return bw_fail(err, BW_E_RATE_LIMITED, NULL, "too many failed attempts from this address");
    return BW_OK;
}

bw_code bw_login_find(struct bw_doors *doors, struct bw_pg *pg, struct bw_str name, struct bw_login *ret,
                      struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_login found = { .stored = "" };
    char lower[64];
    if (!bw_account_name(name, lower))
        bw_str_put(BW_STR("-"), lower, sizeof lower); /* nobody's name; asked for all the same */
    bw_code code = bw_pg_query(pg, BW_STMT_ACCOUNT_LOGIN, BW_PARAMS(bw_p_c(lower)), &rows, err);
    if (code != BW_OK)
        return code;
    if (rows.n == 1 && bw_str_copy(bw_rows_text(&rows, 0, "password"), found.stored, sizeof found.stored)) {
        found.account = bw_rows_uuid(&rows, 0, "account_id");
        bw_totp_row(&rows, &found.totp);
    } else {
        /* No password has this hash, but to find out takes as long as for anybody. */
        snprintf(found.stored, sizeof found.stored, "scrypt$%u$8$1$%.22s$%.43s", doors->config.password_log2_n,
                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }
    *ret = found;
    return BW_OK;
}

bool bw_login_check(struct bw_doors *doors, const struct bw_login *login, struct bw_str password, struct bw_str address)
{
    bool same = bw_password_check(bw_str_take(password, BW_PASSWORD_MAX + 1), login->stored);
    if (same && !bw_uuid_is_nil(&login->account))
        return true;
    bw_fail_limit_add(doors->fails, BW_FAIL_LOGIN, address, bw_clock_mono());
    return false;
}
