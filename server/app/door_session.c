/* SPDX-License-Identifier: Apache-2.0 */
/* door_session.c - sessions of staff: opened at log-in under a new token, idle and absolute end, revoked at log-out.
 * Layer: app.  Threads: the session's owner.  Source: SEC-02, reliability.md W3. */
#include "door_int.h"

/* Use is written once a minute at most; the idle limit is that much too short at worst. */
#define TOUCH_EVERY BW_MINUTE

static bw_code revoke(struct bw_doors *doors, struct bw_pg *pg, struct bw_str token, bw_time now, struct bw_error *err)
{
    if (!bw_token_well_formed(token, 32))
        return BW_OK;
    struct bw_hash hash = bw_sha256(token);
    bw_code code =
        bw_pg_query(pg, BW_STMT_SESSION_REVOKE, BW_PARAMS(bw_p_bytea(bw_hash_bytes(&hash)), bw_p_time(now)), NULL, err);
    bw_door_cache_drop(doors->cache, &hash);
    return code;
}

bw_code bw_session_open(struct bw_doors *doors, struct bw_pg *pg, const struct bw_uuid *account, struct bw_str old,
                        bw_time now, struct bw_session_made *ret, struct bw_error *err)
{
    struct bw_session_made made = { .ends_at = now + doors->config.session };
    bw_code code = revoke(doors, pg, old, now, err);
    if (code != BW_OK)
        return code;
    bw_token_make(32, made.token, sizeof made.token);
    bw_token_make(32, made.csrf, sizeof made.csrf);
    struct bw_hash hash = bw_sha256(bw_str_c(made.token));
    code = bw_pg_query(pg, BW_STMT_SESSION_INSERT,
                       BW_PARAMS(bw_p_bytea(bw_hash_bytes(&hash)), bw_p_uuid(account), bw_p_c(made.csrf),
                                 bw_p_time(now), bw_p_time(made.ends_at)),
                       NULL, err);
    if (code == BW_OK)
        *ret = made;
    bw_wipe(&made, sizeof made);
    return code;
}

bw_code bw_session_close(struct bw_doors *doors, struct bw_pg *pg, struct bw_str token, bw_time now,
                         struct bw_error *err)
{
    return revoke(doors, pg, token, now, err);
}

static void fill(struct bw_rows *rows, const struct bw_hash *token, struct bw_principal *who)
{
    struct bw_str kind = bw_rows_text(rows, 0, "kind");
    *who = (struct bw_principal){ .kind = BW_P_ACCOUNT, .id = bw_rows_uuid(rows, 0, "account_id") };
    who->owner = bw_token_id(token);
    who->roles = bw_role_bit(bw_rows_text(rows, 0, "role"));
    who->expires_at = bw_rows_time(rows, 0, "ends_at");
    bw_str_put(bw_rows_text(rows, 0, "name"), who->name, sizeof who->name);
    bw_str_put(bw_rows_text(rows, 0, "organisation"), who->organisation, sizeof who->organisation);
    bw_str_put(bw_rows_text(rows, 0, "csrf"), who->csrf, sizeof who->csrf);
    /* A carrier's own auditor sees its carrier; one from outside sees all. */
    who->every_carrier = bw_str_eq_c(kind, "operator") || (bw_str_eq_c(kind, "auditor") && who->roles == BW_AUDITOR);
}

bw_code bw_session_read(const struct bw_doors *doors, struct bw_pg *pg, const struct bw_hash *token, bool passive,
                        bw_time now, struct bw_pass *pass, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_SESSION_READ, BW_PARAMS(bw_p_bytea(bw_hash_bytes(token))), &rows, err);
    if (code != BW_OK)
        return code;
    pass->dead = !bw_token_row(&rows, token);
    if (pass->dead)
        return BW_OK;
    bw_time used = bw_rows_time(&rows, 0, "used_at");
    fill(&rows, token, &pass->who);
    pass->dead = pass->who.expires_at <= now || used + doors->config.idle <= now;
    code = bw_mandates_read(doors->mandates, pg, bw_rows_array(&rows, 0, "carriers"), bw_rows_text(&rows, 0, "kind"),
                            now, &pass->who, err);
    if (code != BW_OK)
        return code;
    if (pass->dead || passive || used > now - TOUCH_EVERY)
        return BW_OK;
    return bw_pg_query(pg, BW_STMT_SESSION_TOUCH,
                       BW_PARAMS(bw_p_bytea(bw_hash_bytes(token)), bw_p_time(now), bw_p_time(now - TOUCH_EVERY)), NULL,
                       err);
}
