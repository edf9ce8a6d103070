/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/lookups.h"

#include "bw/storage/tx.h"

void bw_search_scope(const struct bw_principal *who, bw_time now, struct bw_search_scope *ret)
{
    bool staff = who->kind == BW_P_ACCOUNT && (who->roles & (BW_AGENT | BW_SUPERVISOR));
    bool courier = who->organisation_kind == BW_ORG_COURIER;
    *ret = (struct bw_search_scope){ .every = who->every_carrier };
    ret->n = bw_sight_carriers(who, now, ret->carriers);
    ret->personal = !who->every_carrier && (staff || (who->kind == BW_P_KEY && (who->scopes & BW_SCOPE_CASES)));
    ret->outside = staff && !courier && !who->every_carrier;
}

const char *bw_lookup_reason(size_t k)
{
    static const char *const reasons[] = { "customer-here", "bag-found", "carrier-asked", "authority-asked" };
    return k < BW_LEN(reasons) ? reasons[k] : NULL;
}

/* --- on record --- */

struct record {
    const struct bw_principal *who;
    const struct bw_ident *ident;
    struct bw_str reason;
    bw_time now;
    unsigned left;
};

/* One look of an account at a time, on whatever instance: so the count is never behind. */
static bw_code record(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct record *r = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_uuid id = bw_uuid_v7(r->now);
    bw_code rc = bw_pg_query(pg, BW_STMT_LOOKUP_LOCK, BW_PARAMS(bw_p_uuid(&r->who->id)), NULL, err);
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BW_STMT_LOOKUP_COUNT, BW_PARAMS(bw_p_uuid(&r->who->id), bw_p_time(r->now - BW_HOUR)),
                         &rows, err);
    if (rc != BW_OK)
        return rc;
    int64_t n = bw_rows_i64(&rows, 0, "n");
    if (n >= BW_LOOKUPS_HOURLY)
        return bw_fail(err, BW_E_RATE_LIMITED, NULL, "%d looks an hour outside your own carriers are all there are",
                       BW_LOOKUPS_HOURLY);
    r->left = (unsigned)(BW_LOOKUPS_HOURLY - n - 1);
    return bw_pg_query(pg, BW_STMT_LOOKUP_ADD,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_time(r->now), bw_p_uuid(&r->who->id), bw_p_c(r->who->name),
                                 bw_p_c(r->who->organisation), bw_p_c(bw_ident_kind_word(r->ident->kind)),
                                 bw_p_c(r->ident->value), bw_p_text(r->reason)),
                       NULL, err);
}

/* --- the look --- */

static void fill(const struct bw_bag *bag, const struct bw_principal *who, struct bw_lookup_hit *to)
{
    *to = (struct bw_lookup_hit){ .yours = bw_bag_visible(bag, who) };
    const char *ask = bag->owner[0] ? bag->owner : bw_bag_owner_by_rule(bag, bag->last_news_carrier);
    bw_str_put(bw_str_c(bag->plate), to->plate, sizeof to->plate);
    bw_str_put(bw_str_c(bag->case_ref), to->ref, sizeof to->ref);
    bw_str_put(bw_str_c(ask), to->ask, sizeof to->ask);
}

bw_code bw_lookup(struct bw_pg *pg, const struct bw_principal *who, const struct bw_ident *ident, struct bw_str reason,
                  bw_time now, struct bw_arena *arena, struct bw_lookup_hit to[BW_LOOKUP_HITS], size_t *ret_n,
                  unsigned *ret_left, struct bw_error *err)
{
    struct bw_search_scope scope;
    struct record r = { .who = who, .ident = ident, .reason = reason, .now = now };
    struct bw_uuid ids[BW_LOOKUP_HITS];
    size_t n = 0;
    *ret_n = 0;
    bw_search_scope(who, now, &scope);
    if (!scope.outside)
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "looking outside one's own carriers is for agents of carriers");
    bw_code rc = bw_tx_run(pg, record, &r, err);
    *ret_left = r.left;
    rc = rc == BW_OK ? bw_bags_find(pg, ident, ids, BW_LEN(ids), &n, err) : rc;
    if (rc == BW_E_NOT_FOUND)
        return BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        struct bw_bag_seen *seen;
        rc = bw_bag_see(pg, &ids[k], BW_WANT_STATE, arena, &seen, err);
        if (rc == BW_OK)
            fill(&seen->bag, who, &to[(*ret_n)++]);
    }
    return rc;
}

bw_code bw_lookup_list(struct bw_pg *pg, struct bw_str organisation, struct bw_arena *arena, struct bw_lookup_row **ret,
                       size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_LOOKUP_LIST, BW_PARAMS(bw_p_text(organisation), bw_p_i32(BW_LOOKUPS_MOST)), &rows, err);
    if (rc != BW_OK)
        return rc;
    struct bw_lookup_row *v = BW_NEW_ARRAY(arena, struct bw_lookup_row, rows.n + 1);
    for (size_t k = 0; v && k < rows.n; k++)
        v[k] = (struct bw_lookup_row){ bw_rows_time(&rows, k, "at"),
                                       bw_arena_str(arena, bw_rows_text(&rows, k, "name")),
                                       bw_arena_str(arena, bw_rows_text(&rows, k, "organisation")),
                                       bw_arena_str(arena, bw_rows_text(&rows, k, "kind")),
                                       bw_arena_str(arena, bw_rows_text(&rows, k, "value")),
                                       bw_arena_str(arena, bw_rows_text(&rows, k, "why")) };
    *ret = v;
    *ret_n = rows.n;
    return v ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
}
