/* SPDX-License-Identifier: Apache-2.0 */
/* door_key.c - sender keys: made, read, listed, revoked.
 * Layer: app.  Threads: the session's owner.  Source: SEC-01, reliability.md A1, A2, A5. */
#include "door_int.h"

/* Last use is a hint for people: written once a minute at most. */
#define TOUCH_EVERY BW_MINUTE

static const char *const scope_words[] = { "events", "read", "cases" };

const char *bw_scope_word(unsigned bit)
{
    for (size_t k = 0; k < BW_LEN(scope_words); k++)
        if (bit == 1u << k)
            return scope_words[k];
    return NULL;
}

unsigned bw_scope_bit(struct bw_str word)
{
    for (size_t k = 0; k < BW_LEN(scope_words); k++)
        if (bw_str_eq_c(word, scope_words[k]))
            return 1u << k;
    return 0;
}

static size_t scope_list(unsigned scopes, struct bw_str to[BW_LEN(scope_words)])
{
    size_t n = 0;
    for (size_t k = 0; k < BW_LEN(scope_words); k++)
        if (scopes & 1u << k)
            to[n++] = bw_str_c(scope_words[k]);
    return n;
}

static unsigned scopes_of(struct bw_array words)
{
    unsigned scopes = 0;
    while (bw_array_next(&words))
        scopes |= bw_scope_bit(words.s);
    return scopes;
}

static bw_code check_new(const struct bw_key_new *key, bw_time now, struct bw_error *err)
{
    struct bw_cidr net;
    if (key->scopes == 0 || key->scopes >= 1u << BW_LEN(scope_words))
        return bw_fail(err, BW_E_INVALID_BODY, "/scopes", "one or more of events, read, cases");
    if (key->n_cidrs > BW_KEY_CIDRS)
        return bw_fail(err, BW_E_INVALID_BODY, "/cidrs", "at most %d networks", BW_KEY_CIDRS);
    for (size_t k = 0; k < key->n_cidrs; k++)
        if (!bw_cidr_parse(key->cidrs[k], &net))
            return bw_fail(err, BW_E_INVALID_BODY, "/cidrs",
                           "a network such as 192.0.2.0/24 or 2001:db8::/32, with zeros behind its prefix");
    if (key->expires_at != BW_TIME_NONE && key->expires_at <= now)
        return bw_fail(err, BW_E_INVALID_BODY, "/expires_at", "must lie ahead");
    return BW_OK;
}

bw_code bw_key_create(struct bw_pg *pg, const struct bw_key_new *key, bw_time now, struct bw_key_made *ret,
                      struct bw_error *err)
{
    char kind[16];
    struct bw_str carriers[BW_CARRIERS_MAX], scopes[BW_LEN(scope_words)];
    size_t n_carriers = 0;
    bw_code code = check_new(key, now, err);
    if (code == BW_OK)
        code = bw_org_kind(pg, key->organisation, kind, err);
    if (code == BW_OK)
        code = bw_org_carriers(key->organisation, kind, key->carriers, key->n_carriers, carriers, &n_carriers, err);
    if (code != BW_OK)
        return code;
    struct bw_key_made made = { .id = bw_uuid_v7(now), .n_carriers = n_carriers };
    for (size_t k = 0; k < n_carriers; k++)
        bw_str_put(carriers[k], made.carriers[k], sizeof made.carriers[k]);
    bw_key_token(key->test, made.token);
    bw_str_put(bw_str_n(made.token, BW_KEY_PREFIX_TEXT - 1), made.prefix, sizeof made.prefix);
    bw_str_put(bw_str_c(made.token + BW_KEY_TEXT - 5), made.last4, sizeof made.last4);
    struct bw_hash hash = bw_sha256(bw_str_c(made.token));
    size_t n_scopes = scope_list(key->scopes, scopes);
    code = bw_pg_query(pg, BW_STMT_API_KEY_INSERT,
                       BW_PARAMS(bw_p_uuid(&made.id), bw_p_bytea(bw_hash_bytes(&hash)), bw_p_c(made.prefix),
                                 bw_p_c(made.last4), bw_p_text(key->organisation), bw_p_c(key->test ? "test" : "live"),
                                 bw_p_texts(carriers, n_carriers), bw_p_texts(scopes, n_scopes),
                                 bw_p_texts(key->cidrs, key->n_cidrs), bw_p_time(now), bw_p_time(key->expires_at)),
                       NULL, err);
    if (code == BW_OK)
        *ret = made;
    bw_wipe(&made, sizeof made);
    return code;
}

static bool nets_of(struct bw_array cidrs, struct bw_pass *pass)
{
    while (bw_array_next(&cidrs))
        if (pass->n_nets == BW_KEY_CIDRS || !bw_cidr_parse(cidrs.s, &pass->nets[pass->n_nets++]))
            return false;
    return true;
}

static void fill(struct bw_rows *rows, struct bw_pass *pass)
{
    struct bw_principal *who = &pass->who;
    *who = (struct bw_principal){ .kind = BW_P_KEY, .id = bw_rows_uuid(rows, 0, "key_id") };
    who->owner = who->id;
    who->scopes = scopes_of(bw_rows_array(rows, 0, "scopes"));
    who->expires_at = bw_rows_time(rows, 0, "expires_at");
    who->test_realm = bw_str_eq_c(bw_rows_text(rows, 0, "realm"), "test");
    bw_str_put(bw_rows_text(rows, 0, "organisation"), who->organisation, sizeof who->organisation);
    bw_str_put(BW_STR("key …"), who->name, sizeof who->name);
    bw_str_put(bw_rows_text(rows, 0, "last4"), who->name + strlen(who->name), 5);
}

bw_code bw_key_read(const struct bw_doors *doors, struct bw_pg *pg, const struct bw_hash *token, bw_time now,
                    struct bw_pass *pass, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_API_KEY_READ, BW_PARAMS(bw_p_bytea(bw_hash_bytes(token))), &rows, err);
    if (code != BW_OK)
        return code;
    pass->dead = !bw_token_row(&rows, token);
    if (pass->dead)
        return BW_OK;
    fill(&rows, pass);
    /* A network that does not read back must not open the key to the world. */
    pass->dead = !nets_of(bw_rows_array(&rows, 0, "cidrs"), pass) ||
                 (pass->who.expires_at != BW_TIME_NONE && pass->who.expires_at <= now);
    code = bw_mandates_read(doors->mandates, pg, bw_rows_array(&rows, 0, "carriers"), bw_rows_text(&rows, 0, "kind"),
                            now, &pass->who, err);
    if (code != BW_OK)
        return code;
    bw_time used = bw_rows_time(&rows, 0, "last_used_at");
    if (pass->dead || (used != BW_TIME_NONE && used > now - TOUCH_EVERY))
        return BW_OK;
    return bw_pg_query(pg, BW_STMT_API_KEY_TOUCH,
                       BW_PARAMS(bw_p_uuid(&pass->who.id), bw_p_time(now), bw_p_time(now - TOUCH_EVERY)), NULL, err);
}

static bool row_of(struct bw_rows *rows, size_t k, struct bw_arena *arena, struct bw_key_row *to)
{
    to->id = bw_rows_uuid(rows, k, "key_id");
    bw_str_put(bw_rows_text(rows, k, "prefix"), to->prefix, sizeof to->prefix);
    bw_str_put(bw_rows_text(rows, k, "last4"), to->last4, sizeof to->last4);
    bw_str_put(bw_rows_text(rows, k, "organisation"), to->organisation, sizeof to->organisation);
    to->test = bw_str_eq_c(bw_rows_text(rows, k, "realm"), "test");
    to->scopes = scopes_of(bw_rows_array(rows, k, "scopes"));
    to->made_at = bw_rows_time(rows, k, "made_at");
    to->expires_at = bw_rows_time(rows, k, "expires_at");
    to->revoked_at = bw_rows_time(rows, k, "revoked_at");
    to->last_used_at = bw_rows_time(rows, k, "last_used_at");
    return bw_row_texts(rows, k, "carriers", arena, &to->carriers, &to->n_carriers) &&
           bw_row_texts(rows, k, "cidrs", arena, &to->cidrs, &to->n_cidrs);
}

bw_code bw_key_list(struct bw_pg *pg, struct bw_str organisation, struct bw_arena *arena, struct bw_key_row **ret,
                    size_t *ret_n, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_str of = organisation.p ? organisation : BW_STR("");
    bw_code code = bw_pg_query(pg, BW_STMT_API_KEY_LIST, BW_PARAMS(bw_p_text(of)), &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_key_row *v = BW_NEW_ARRAY(arena, struct bw_key_row, rows.n);
    for (size_t k = 0; v && k < rows.n; k++)
        if (!row_of(&rows, k, arena, &v[k]))
            v = NULL;
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list of keys");
    *ret = v;
    *ret_n = rows.n;
    return BW_OK;
}

bw_code bw_key_revoke(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str organisation, bw_time now,
                      struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_str of = organisation.p ? organisation : BW_STR("");
    bw_code code =
        bw_pg_query(pg, BW_STMT_API_KEY_REVOKE, BW_PARAMS(bw_p_uuid(id), bw_p_text(of), bw_p_time(now)), &rows, err);
    if (code != BW_OK)
        return code;
    return rows.affected == 1 ? BW_OK : bw_fail(err, BW_E_NOT_FOUND, NULL, "no such key");
}
