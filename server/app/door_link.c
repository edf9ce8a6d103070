/* SPDX-License-Identifier: Apache-2.0 */
/* door_link.c - customer links: 131 random bits in the path, SHA-256 at rest, good until 30 days after closing.
 * Layer: app.  Threads: the session's owner.  Source: PAGE-06, SEC-11, reliability.md P3. */
#include "bw/domain/identity.h"

#include "door_int.h"

void bw_link_token(bool test, char token[BW_LINK_TEXT], struct bw_hash *ret)
{
    struct bw_str prefix = test ? BW_STR(BW_LINK_TEST) : BW_STR("");
    bw_str_put(prefix, token, BW_LINK_TEXT);
    bw_random_base62(token + prefix.n, BW_LINK_DIGITS);
    *ret = bw_sha256(bw_str_c(token));
}

static bw_code case_of(struct bw_pg *pg, struct bw_str ref, struct bw_uuid *ret_id, int16_t *ret_bucket,
                       struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_ident ident;
    const char *why;
    if (!bw_ident_parse_as(BW_IDENT_REF, ref, BW_DATE_NONE, &ident, &why))
        return bw_fail(err, BW_E_INVALID_BODY, "/ref", "%s", why);
    bw_code code = bw_pg_query(pg, BW_STMT_CASE_BY_REF,
                               BW_PARAMS(bw_p_i16((int16_t)bw_ident_bucket(&ident)), bw_p_c(ident.value)), &rows, err);
    if (code != BW_OK)
        return code;
    if (rows.n == 0)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file reference");
    *ret_id = bw_rows_uuid(&rows, 0, "case_id");
    *ret_bucket = bw_rows_i16(&rows, 0, "case_bucket");
    return BW_OK;
}

bw_code bw_link_case(struct bw_pg *pg, struct bw_str ref, struct bw_uuid *ret, struct bw_error *err)
{
    int16_t bucket;
    return case_of(pg, ref, ret, &bucket, err);
}

bw_code bw_link_create(struct bw_pg *pg, struct bw_str ref, bool companion, struct bw_str language, bw_time now,
                       char token[BW_LINK_TEXT], struct bw_error *err)
{
    struct bw_hash hash;
    struct bw_uuid case_id;
    int16_t bucket;
    char made[BW_LINK_TEXT];
    bw_code code = case_of(pg, ref, &case_id, &bucket, err);
    if (code != BW_OK)
        return code;
    bw_link_token(false, made, &hash);
    code = bw_pg_query(pg, BW_STMT_CASE_LINK_INSERT,
                       BW_PARAMS(bw_p_bytea(bw_hash_bytes(&hash)), bw_p_i16(bucket), bw_p_uuid(&case_id),
                                 bw_p_c(companion ? "companion" : "main"), bw_p_text(language), bw_p_time(now)),
                       NULL, err);
    if (code == BW_OK)
        memcpy(token, made, sizeof made);
    bw_wipe(made, sizeof made);
    return code;
}

bw_code bw_link_read(struct bw_pg *pg, const struct bw_hash *token, bw_time now, struct bw_pass *pass,
                     struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_LINK_READ, BW_PARAMS(bw_p_bytea(bw_hash_bytes(token))), &rows, err);
    if (code != BW_OK)
        return code;
    pass->dead = !bw_token_row(&rows, token);
    if (pass->dead)
        return BW_OK;
    struct bw_principal *who = &pass->who;
    bw_time ends = bw_rows_time(&rows, 0, "ends_at"), closed = bw_rows_time(&rows, 0, "closed_at");
    if (closed != BW_TIME_NONE && (ends == BW_TIME_NONE || closed + BW_LINK_AFTER_CLOSING < ends))
        ends = closed + BW_LINK_AFTER_CLOSING;
    *who = (struct bw_principal){ .kind = BW_P_LINK, .id = bw_token_id(token), .expires_at = ends };
    who->owner = who->id;
    who->case_id = bw_rows_uuid(&rows, 0, "case_id");
    who->companion = bw_str_eq_c(bw_rows_text(&rows, 0, "kind"), "companion");
    bw_str_put(who->companion ? BW_STR("companion") : BW_STR("customer"), who->name, sizeof who->name);
    pass->dead = ends != BW_TIME_NONE && ends <= now;
    return BW_OK;
}

static bw_code list_rows(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_rows *rows, struct bw_error *err)
{
    return bw_pg_query(pg, BW_STMT_LINK_LIST, BW_PARAMS(bw_p_uuid(case_id)), rows, err);
}

bw_code bw_link_list(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_arena *arena, struct bw_link_row **ret,
                     size_t *ret_n, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = list_rows(pg, case_id, &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_link_row *v = BW_NEW_ARRAY(arena, struct bw_link_row, rows.n);
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list of links");
    for (size_t k = 0; k < rows.n; k++) {
        struct bw_hash hash = { .b = { 0 } };
        if (bw_hash_from(bw_rows_bytea(&rows, k, "token_hash"), &hash))
            v[k].id = bw_token_id(&hash);
        v[k].companion = bw_str_eq_c(bw_rows_text(&rows, k, "kind"), "companion");
        v[k].made_at = bw_rows_time(&rows, k, "made_at");
        v[k].ends_at = bw_rows_time(&rows, k, "ends_at");
        v[k].revoked_at = bw_rows_time(&rows, k, "revoked_at");
    }
    *ret = v;
    *ret_n = rows.n;
    return BW_OK;
}

bw_code bw_link_revoke(struct bw_pg *pg, const struct bw_uuid *case_id, const struct bw_uuid *id, bw_time now,
                       struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = list_rows(pg, case_id, &rows, err);
    for (size_t k = 0; code == BW_OK && k < rows.n; k++) {
        struct bw_hash hash;
        if (!bw_hash_from(bw_rows_bytea(&rows, k, "token_hash"), &hash))
            continue;
        struct bw_uuid own = bw_token_id(&hash);
        if (bw_uuid_eq(&own, id))
            return bw_pg_query(pg, BW_STMT_LINK_REVOKE, BW_PARAMS(bw_p_bytea(bw_hash_bytes(&hash)), bw_p_time(now)),
                               NULL, err);
    }
    return code == BW_OK ? bw_fail(err, BW_E_NOT_FOUND, NULL, "no such link") : code;
}
