/* SPDX-License-Identifier: Apache-2.0 */
/* world_legal.c - rules, limits and scopes of the law as the world holds them (CLK-10). */
#include "bw/storage/tx.h"
#include "world_int.h"

#define TAKE(rows, row, col, to) bw_str_copy(bw_rows_text((rows), (row), (col)), (to), sizeof(to))

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "rules of the law");
}

static bool take_rule(struct bw_rows *rows, size_t i, struct bw_legal_rule *to)
{
    to->amount = bw_rows_i32(rows, i, "amount");
    to->valid_from = bw_rows_date(rows, i, "valid_from");
    to->valid_until = bw_rows_null(rows, i, "valid_until") ? BW_DATE_NONE : bw_rows_date(rows, i, "valid_until");
    return bw_regime_from(bw_rows_text(rows, i, "regime"), &to->regime) &&
           bw_grant_from(bw_rows_text(rows, i, "grants"), &to->grant) &&
           bw_legal_unit_from(bw_rows_text(rows, i, "unit"), &to->unit) &&
           bw_counts_from_from(bw_rows_text(rows, i, "counts_from"), &to->from) &&
           bw_trip_from(bw_rows_text(rows, i, "trip"), &to->trip) && TAKE(rows, i, "rule_id", to->id) &&
           TAKE(rows, i, "rule", to->rule) && TAKE(rows, i, "source", to->source) &&
           TAKE(rows, i, "reviewer", to->reviewer);
}

static bw_code read_rules(struct bw_pg *pg, struct bw_arena *arena, struct bw_legal *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_LEGAL_RULE_LIST, BW_NO_PARAMS, &rows, err);
    struct bw_legal_rule *to = code == BW_OK ? BW_NEW_ARRAY(arena, struct bw_legal_rule, rows.n + 1) : NULL;
    if (code != BW_OK || !to)
        return code == BW_OK ? no_memory(err) : code;
    ret->rules = to;
    for (size_t i = 0; i < rows.n; i++)
        ret->n_rules += take_rule(&rows, i, &to[ret->n_rules]);
    return BW_OK;
}

static bool take_limit(struct bw_rows *rows, size_t i, struct bw_legal_limit *to)
{
    to->amount = bw_rows_i32(rows, i, "amount");
    to->valid_from = bw_rows_date(rows, i, "valid_from");
    return bw_regime_from(bw_rows_text(rows, i, "regime"), &to->regime) && TAKE(rows, i, "currency", to->currency) &&
           TAKE(rows, i, "rule", to->rule) && TAKE(rows, i, "source", to->source) &&
           TAKE(rows, i, "reviewer", to->reviewer);
}

static bw_code read_limits(struct bw_pg *pg, struct bw_arena *arena, struct bw_legal *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_LEGAL_LIMIT_LIST, BW_NO_PARAMS, &rows, err);
    struct bw_legal_limit *to = code == BW_OK ? BW_NEW_ARRAY(arena, struct bw_legal_limit, rows.n + 1) : NULL;
    if (code != BW_OK || !to)
        return code == BW_OK ? no_memory(err) : code;
    ret->limits = to;
    for (size_t i = 0; i < rows.n; i++)
        ret->n_limits += take_limit(&rows, i, &to[ret->n_limits]);
    return BW_OK;
}

static bool take_scope(struct bw_rows *rows, size_t i, struct bw_legal_scope *to)
{
    to->carrier = bw_str_eq_c(bw_rows_text(rows, i, "kind"), "carrier");
    to->valid_from = bw_rows_date(rows, i, "valid_from");
    to->valid_until = bw_rows_null(rows, i, "valid_until") ? BW_DATE_NONE : bw_rows_date(rows, i, "valid_until");
    return bw_regime_from(bw_rows_text(rows, i, "regime"), &to->regime) && TAKE(rows, i, "code", to->code) &&
           TAKE(rows, i, "reviewer", to->reviewer);
}

static bw_code read_scopes(struct bw_pg *pg, struct bw_arena *arena, struct bw_legal *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_LEGAL_SCOPE_LIST, BW_NO_PARAMS, &rows, err);
    struct bw_legal_scope *to = code == BW_OK ? BW_NEW_ARRAY(arena, struct bw_legal_scope, rows.n + 1) : NULL;
    if (code != BW_OK || !to)
        return code == BW_OK ? no_memory(err) : code;
    ret->scopes = to;
    for (size_t i = 0; i < rows.n; i++)
        ret->n_scopes += take_scope(&rows, i, &to[ret->n_scopes]);
    return BW_OK;
}

bw_code bw_world_legal(struct bw_pg *pg, struct bw_arena *arena, const struct bw_legal **ret, struct bw_error *err)
{
    struct bw_legal *l = BW_NEW(arena, struct bw_legal);
    if (!l)
        return no_memory(err);
    *l = (struct bw_legal){ .rules = NULL };
    bw_code code = read_rules(pg, arena, l, err);
    code = code == BW_OK ? read_limits(pg, arena, l, err) : code;
    code = code == BW_OK ? read_scopes(pg, arena, l, err) : code;
    *ret = l;
    return code;
}
