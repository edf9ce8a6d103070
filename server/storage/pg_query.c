/* SPDX-License-Identifier: Apache-2.0 */
/* pg_query.c - one prepared statement: send, wait, check what came back against what the statement declares. */
#include "pg_int.h"

bw_code bw_pg_send(struct bw_pg *pg, const struct bw_stmt_known *k, unsigned stmt, const struct bw_param *params,
                   size_t n, struct bw_error *err)
{
    const struct bw_stmt_row *row = bw_stmt_row_of(k, stmt);
    BW_ASSERT(n == k->in[stmt].n);
    for (size_t i = 0; i < n; i++)
        BW_ASSERT(params[i].type == (enum bw_pg_type)k->in[stmt].types[i]);
    if (!pg->c)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "%s: no connection", row->name);
    struct bw_wire_params wire;
    bw_code code = bw_pg_encode(&pg->scratch, params, n, &wire, err);
    if (code != BW_OK) {
        bw_error_prefix(err, "%s", row->name);
        return code;
    }
    int sent;
    if (pg->prepared) {
        sent = PQsendQueryPrepared(pg->c, row->name, wire.n, wire.values, wire.lengths, wire.formats, 1);
    } else {
        Oid oids[BW_STMT_COLUMNS];
        for (size_t i = 0; i < n; i++)
            oids[i] = bw_pg_oid(params[i].type);
        sent = PQsendQueryParams(pg->c, row->sql, wire.n, oids, wire.values, wire.lengths, wire.formats, 1);
    }
    return sent ? BW_OK : bw_pg_lost(pg, row->name, err);
}

static bw_code check_count(const struct bw_stmt_row *row, ExecStatusType status, size_t n, struct bw_error *err)
{
    static const char *const declared[] = { "none", "none, counted", "one", "maybe one", "many" };
    bool tuples = status == PGRES_TUPLES_OK;
    bool ok = false;
    if (row->rows == BW_ROWS_NONE || row->rows == BW_ROWS_COUNT)
        ok = !tuples;
    else if (row->rows == BW_ROWS_ONE)
        ok = tuples && n == 1;
    else if (row->rows == BW_ROWS_MAYBE_ONE)
        ok = tuples && n <= 1;
    else
        ok = tuples;
    if (ok)
        return BW_OK;
    return bw_fail(err, BW_E_DB, NULL, "%s: %zu rows came back, declared is: %s", row->name, n, declared[row->rows]);
}

bw_code bw_pg_accept(struct bw_pg *pg, const struct bw_stmt_row *row, PGresult *res_steal, struct bw_rows *ret,
                     struct bw_error *err)
{
    ExecStatusType status = PQresultStatus(res_steal);
    bw_code code = BW_OK;
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        code = bw_pg_failed(pg, row->name, res_steal, err);
    else
        code = check_count(row, status, (size_t)PQntuples(res_steal), err);
    if (code != BW_OK || !ret) {
        PQclear(res_steal);
        return code;
    }
    bw_rows_done(ret);
    ret->res = res_steal;
    ret->n = (size_t)PQntuples(res_steal);
    uint64_t affected = 0;
    if (bw_str_to_u64(bw_str_c(PQcmdTuples(res_steal)), 0, UINT64_MAX, &affected))
        ret->affected = affected;
    return BW_OK;
}

bw_code bw_pg_run(struct bw_pg *pg, const struct bw_stmt_known *k, unsigned stmt, const struct bw_param *params,
                  size_t n, struct bw_rows *ret, struct bw_error *err)
{
    BW_ASSERT(!pg->pipe.on);
    const struct bw_stmt_row *row = bw_stmt_row_of(k, stmt);
    bool alone = pg->c && PQtransactionStatus(pg->c) == PQTRANS_IDLE;
    bw_code code = bw_pg_send(pg, k, stmt, params, n, err);
    if (code != BW_OK)
        return code;
    PGresult *res = NULL;
    code = bw_pg_result(pg, &res, err);
    if (code == BW_OK && !res)
        code = bw_pg_lost(pg, row->name, err);
    if (code == BW_OK)
        code = bw_pg_accept(pg, row, res, ret, err);
    if (pg->c) {
        bw_code drained = bw_pg_drain(pg, code == BW_OK ? err : NULL);
        code = code == BW_OK ? drained : code;
    }
    if (!pg->c && alone)
        pg->unknown = true; /* it may have been done, with or without our hearing of it */
    return code;
}

bw_code bw_pg_query(struct bw_pg *pg, unsigned stmt, const struct bw_param *params, size_t n_params,
                    struct bw_rows *ret, struct bw_error *err)
{
    bw_pg_call_begin(pg);
    return bw_pg_run(pg, &pg->own, stmt, params, n_params, ret, err);
}

bw_code bw_pg_script(struct bw_pg *pg, const char *name, struct bw_str sql, struct bw_error *err)
{
    bw_pg_call_begin(pg);
    if (!pg->c)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "%s: no connection", name);
    BW_ASSERT(sql.p[sql.n] == '\0'); /* embed.cmake closes every text */
    if (!PQsendQuery(pg->c, sql.p))
        return bw_pg_lost(pg, name, err);
    bw_code code = BW_OK;
    enum { STATEMENTS_MAX = 100000 };
    for (int i = 0; i < STATEMENTS_MAX; i++) {
        PGresult *res = NULL;
        bw_code got = bw_pg_result(pg, &res, code == BW_OK ? err : NULL);
        if (got != BW_OK)
            return code == BW_OK ? got : code;
        if (!res)
            return code;
        ExecStatusType status = PQresultStatus(res);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && code == BW_OK)
            code = bw_pg_failed(pg, name, res, err);
        PQclear(res);
        if (!pg->c)
            return code;
    }
    return bw_pg_lost(pg, name, err);
}
