/* SPDX-License-Identifier: Apache-2.0 */
/* door.c - coming in: from memory, from the database, and being shown out.
 * Layer: app.  Threads: any; bw_doors_sweep one at a time.  Source: bw/app/doors.h. */
#include <stdlib.h>

#include "door_int.h"

/* How far a sweep looks back behind the last one: longer than any commit may take (design.md 8, "batch 8 s"). */
#define SWEEP_OVERLAP (30 * BW_SECOND)

bw_code bw_doors_new(const struct bw_doors_config *config, struct bw_doors **ret_take, struct bw_error *err)
{
    struct bw_doors *d = calloc(1, sizeof *d);
    if (!d)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the doors");
    struct bw_doors_config *c = &d->config;
    *c = *config;
    c->fresh = c->fresh ? c->fresh : 2 * BW_SECOND;
    c->keep = c->keep ? c->keep : 4 * BW_SECOND;
    c->idle = c->idle ? c->idle : 30 * BW_MINUTE;
    c->session = c->session ? c->session : 12 * BW_HOUR;
    c->password_log2_n = c->password_log2_n ? c->password_log2_n : BW_PASSWORD_COST;
    d->cache = bw_door_cache_new(c->entries ? c->entries : 8192, c->fresh, c->keep);
    d->fails = bw_fail_limit_new();
    d->mandates = bw_mandates_new();
    d->swept_at = BW_TIME_NONE;
    if (!d->cache || !d->fails || !d->mandates) {
        bw_doors_free(d);
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the doors");
    }
    *ret_take = d;
    return BW_OK;
}

void bw_doors_free(struct bw_doors *doors)
{
    if (!doors)
        return;
    bw_door_cache_free(doors->cache);
    bw_fail_limit_free(doors->fails);
    bw_mandates_free(doors->mandates);
    free(doors);
}

static enum bw_fail_kind fail_kind(enum bw_door door)
{
    static const enum bw_fail_kind kinds[] = { BW_FAIL_KEY, BW_FAIL_SESSION, BW_FAIL_LINK };
    return kinds[door];
}

static bool test_link(const struct bw_credential *c)
{
    return c->door == BW_DOOR_LINK && bw_link_test_part(c->token).p;
}

static bool well_formed(const struct bw_credential *c)
{
    switch (c->door) {
    case BW_DOOR_KEY:
        return bw_key_well_formed(c->token);
    case BW_DOOR_SESSION:
        return bw_token_well_formed(c->token, 32);
    case BW_DOOR_LINK:
        return bw_token_well_formed(test_link(c) ? bw_link_test_part(c->token) : c->token, 16);
    }
    return false;
}

/* One answer for whatever is wrong with a credential, so that nobody learns what. */
static bw_code turn_away(enum bw_door door, struct bw_principal *who, struct bw_error *err)
{
    *who = (struct bw_principal){ .kind = BW_P_ANONYMOUS, .expires_at = BW_TIME_NONE };
    switch (door) {
    case BW_DOOR_KEY:
        return bw_fail(err, BW_E_UNAUTHENTICATED, NULL, "the key is not one that is good here");
    case BW_DOOR_SESSION:
        return BW_OK;
    case BW_DOOR_LINK:
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such link");
    }
    return BW_E_INTERNAL;
}

static bool from_its_network(const struct bw_pass *pass, struct bw_str address)
{
    for (size_t k = 0; k < pass->n_nets; k++)
        if (bw_cidr_has(&pass->nets[k], address))
            return true;
    return pass->n_nets == 0;
}

static bw_code let_in(const struct bw_credential *c, const struct bw_pass *pass, struct bw_principal *who,
                      struct bw_error *err)
{
    bool over = pass->who.expires_at != BW_TIME_NONE && pass->who.expires_at <= bw_clock_wall();
    if (pass->dead || over || !from_its_network(pass, c->address))
        return turn_away(c->door, who, err);
    *who = pass->who;
    return BW_OK;
}

static bw_code limited(struct bw_error *err)
{
    return bw_fail(err, BW_E_RATE_LIMITED, NULL, "too many failed attempts from this address");
}

bw_code bw_doors_quick(struct bw_doors *doors, const struct bw_credential *c, struct bw_principal *who,
                       bool *ret_look_up, struct bw_error *err)
{
    enum bw_fail_kind kind = fail_kind(c->door);
    bw_time mono = bw_clock_mono();
    struct bw_pass pass;
    if (!well_formed(c)) {
        bool over = c->door != BW_DOOR_SESSION && bw_fail_limit_over(doors->fails, kind, c->address, mono);
        bw_fail_limit_add(doors->fails, kind, c->address, mono);
        return over ? limited(err) : turn_away(c->door, who, err);
    }
    struct bw_hash hash = bw_sha256(c->token);
    who->test_realm = test_link(c);
    switch (bw_door_cache_find(doors->cache, c->door, &hash, mono, &pass)) {
    case BW_CACHED_YES:
        return let_in(c, &pass, who, err);
    case BW_CACHED_AGED: /* known to be good a moment ago: others' failures do not lock it out */
        *ret_look_up = true;
        return BW_OK;
    case BW_CACHED_NO:
        if (bw_fail_limit_over(doors->fails, kind, c->address, mono))
            return limited(err);
        *ret_look_up = true;
        return BW_OK;
    }
    return BW_E_INTERNAL;
}

bw_code bw_doors_slow(struct bw_doors *doors, struct bw_pg *pg, const struct bw_credential *c, struct bw_principal *who,
                      struct bw_error *err)
{
    struct bw_hash hash = bw_sha256(c->token);
    struct bw_pass pass = { .dead = true };
    bw_time read_at = bw_clock_mono(), now = bw_clock_wall();
    bw_code code = BW_E_INTERNAL;
    switch (c->door) {
    case BW_DOOR_KEY:
        code = bw_key_read(doors, pg, &hash, now, &pass, err);
        break;
    case BW_DOOR_SESSION:
        code = bw_session_read(doors, pg, &hash, c->passive, now, &pass, err);
        break;
    case BW_DOOR_LINK:
        code = bw_link_read(pg, &hash, now, &pass, err);
        pass.who.test_realm = test_link(c);
        break;
    }
    if (code != BW_OK)
        return code;
    bw_door_cache_put(doors->cache, c->door, &hash, read_at, &pass);
    if (pass.dead)
        bw_fail_limit_add(doors->fails, fail_kind(c->door), c->address, read_at);
    return let_in(c, &pass, who, err);
}

/* The token of this row must be read again, and its streams begin anew. */
static void shut_row(struct bw_doors *doors, struct bw_rows *rows, size_t k, struct bw_hub *hub)
{
    struct bw_hash token;
    struct bw_uuid owner = bw_rows_uuid(rows, k, "key_id");
    if (!bw_hash_from(bw_rows_bytea(rows, k, "token_hash"), &token))
        return;
    bw_door_cache_drop(doors->cache, &token);
    if (bw_uuid_is_nil(&owner))
        owner = bw_token_id(&token);
    if (hub)
        bw_hub_bye(hub, &owner, "revoked");
}

static bool done_with(const struct bw_doors *doors, const struct bw_uuid *change)
{
    size_t n = doors->n_changes < BW_CHANGES_KEPT ? doors->n_changes : BW_CHANGES_KEPT;
    for (size_t k = 0; k < n; k++)
        if (bw_uuid_eq(&doors->changes[k], change))
            return true;
    return false;
}

/* A revoked token cannot come again; one whose mandates changed can, so each change ends its streams once. */
static bw_code sweep_mandates(struct bw_doors *doors, struct bw_pg *pg, bw_time since, struct bw_hub *hub,
                              struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    size_t before = doors->n_changes;
    bw_code code = bw_pg_query(pg, BW_STMT_DOOR_MANDATES, BW_PARAMS(bw_p_time(since)), &rows, err);
    for (size_t k = 0; code == BW_OK && k < rows.n; k++) {
        struct bw_uuid change = bw_rows_uuid(&rows, k, "change_id");
        if (!done_with(doors, &change))
            shut_row(doors, &rows, k, hub);
    }
    for (size_t k = 0; code == BW_OK && k < rows.n; k++) {
        struct bw_uuid change = bw_rows_uuid(&rows, k, "change_id");
        if (doors->n_changes - before < BW_CHANGES_KEPT && !done_with(doors, &change))
            doors->changes[doors->n_changes++ % BW_CHANGES_KEPT] = change;
    }
    return code;
}

bw_code bw_doors_sweep(struct bw_doors *doors, struct bw_pg *pg, struct bw_hub *hub, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_time now = bw_clock_wall();
    bw_time since = (doors->swept_at == BW_TIME_NONE ? now : doors->swept_at) - SWEEP_OVERLAP;
    bw_code code = bw_pg_query(pg, BW_STMT_DOOR_REVOKED, BW_PARAMS(bw_p_time(since)), &rows, err);
    for (size_t k = 0; code == BW_OK && k < rows.n; k++)
        shut_row(doors, &rows, k, hub);
    if (code == BW_OK)
        code = sweep_mandates(doors, pg, since, hub, err);
    if (code == BW_OK)
        doors->swept_at = now;
    return code;
}

void bw_doors_shut(struct bw_doors *doors, struct bw_hub *hub, const struct bw_uuid *owner)
{
    bw_door_cache_drop_owner(doors->cache, owner);
    if (hub)
        bw_hub_bye(hub, owner, "revoked");
}

void bw_doors_mandate_changed(struct bw_doors *doors, const char *organisation)
{
    bw_door_cache_drop_organisation(doors->cache, organisation);
}
