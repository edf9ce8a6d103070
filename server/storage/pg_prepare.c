/* SPDX-License-Identifier: Apache-2.0 */
/* pg_prepare.c - all statements of a session in one round trip, each described by the server and compared with its
 * header: a statement that does not fit the schema stops start-up instead of a request. */
#include "pg_int.h"

static bool wanted(const struct bw_stmt_known *k, const struct bw_stmt_known *core, unsigned i)
{
    const struct bw_stmt_row *row = &k->table->rows[i];
    if (k == core)
        return row->sets == BW_SET_ALL;
    return (row->sets & k->sets) && !(k->table == core->table && row->sets == BW_SET_ALL);
}

static bw_code send_one(struct bw_pg *pg, const struct bw_stmt_known *k, unsigned i, struct bw_error *err)
{
    const struct bw_stmt_row *row = &k->table->rows[i];
    Oid oids[BW_STMT_COLUMNS];
    for (unsigned n = 0; n < k->in[i].n; n++)
        oids[n] = bw_pg_oid((enum bw_pg_type)k->in[i].types[n]);
    if (!PQsendPrepare(pg->c, row->name, row->sql, k->in[i].n, oids) || !PQsendDescribePrepared(pg->c, row->name))
        return bw_pg_lost(pg, row->name, err);
    return BW_OK;
}

static bw_code compare_out(const struct bw_stmt_row *row, const PGresult *res, struct bw_error *err)
{
    struct bw_str list = bw_str_c(row->out), name;
    enum bw_pg_type type;
    int n = 0;
    while (bw_stmt_next(&list, &name, &type)) {
        if (n >= PQnfields(res) || !bw_str_eq_c(name, PQfname(res, n)))
            return bw_fail(err, BW_E_DB, NULL, "%s: column %d is \"%s\", declared is \"%.*s\"", row->name, n + 1,
                           n < PQnfields(res) ? PQfname(res, n) : "", BW_FMT(name));
        enum bw_pg_type have = bw_pg_type_of(PQftype(res, n));
        if (have != type)
            return bw_fail(err, BW_E_DB, NULL, "%s: column \"%.*s\" is %s, declared is %s", row->name, BW_FMT(name),
                           bw_pg_type_name(have), bw_pg_type_name(type));
        n++;
    }
    if (n != PQnfields(res))
        return bw_fail(err, BW_E_DB, NULL, "%s: %d columns come back, declared are %d", row->name, PQnfields(res), n);
    return BW_OK;
}

static bw_code compare(const struct bw_stmt_known *k, unsigned i, const PGresult *res, struct bw_error *err)
{
    const struct bw_stmt_row *row = &k->table->rows[i];
    if (PQnparams(res) != k->in[i].n)
        return bw_fail(err, BW_E_DB, NULL, "%s: takes %d parameters, declared are %d", row->name, PQnparams(res),
                       k->in[i].n);
    for (unsigned n = 0; n < k->in[i].n; n++)
        if (PQparamtype(res, (int)n) != bw_pg_oid((enum bw_pg_type)k->in[i].types[n]))
            return bw_fail(err, BW_E_DB, NULL, "%s: parameter %u is not the declared type", row->name, n + 1);
    return compare_out(row, res, err);
}

/* One good result and the end mark behind it. */
static bw_code read_step(struct bw_pg *pg, const char *name, PGresult **ret_take, struct bw_error *err)
{
    PGresult *res = NULL;
    bw_code code = bw_pg_result(pg, &res, err);
    if (code == BW_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
        code = bw_pg_failed(pg, name, res, err);
    if (code == BW_OK)
        code = bw_pg_drain(pg, err);
    if (code != BW_OK) {
        PQclear(res);
        return code;
    }
    *ret_take = res;
    return BW_OK;
}

static bw_code read_one(struct bw_pg *pg, const struct bw_stmt_known *k, unsigned i, struct bw_error *err)
{
    PGresult *parsed = NULL, *described = NULL;
    bw_code code = read_step(pg, k->table->rows[i].name, &parsed, err);
    if (code == BW_OK)
        code = read_step(pg, k->table->rows[i].name, &described, err);
    if (code == BW_OK)
        code = compare(k, i, described, err);
    PQclear(parsed);
    PQclear(described);
    return code;
}

static bw_code read_all(struct bw_pg *pg, const struct bw_stmt_known *k, struct bw_error *err)
{
    bw_code code = BW_OK;
    for (unsigned i = 0; i < k->table->n && code == BW_OK; i++)
        if (wanted(k, &pg->core, i))
            code = read_one(pg, k, i, err);
    return code;
}

bw_code bw_pg_prepare_all(struct bw_pg *pg, struct bw_error *err)
{
    const struct bw_stmt_known *const both[] = { &pg->core, &pg->own };
    if (!PQenterPipelineMode(pg->c))
        return bw_pg_lost(pg, "pipeline", err);
    bw_code code = BW_OK;
    for (size_t t = 0; t < BW_LEN(both); t++)
        for (unsigned i = 0; i < both[t]->table->n && code == BW_OK; i++)
            if (wanted(both[t], &pg->core, i))
                code = send_one(pg, both[t], i, err);
    if (code == BW_OK && !PQpipelineSync(pg->c))
        code = bw_pg_lost(pg, "pipeline", err);
    for (size_t t = 0; t < BW_LEN(both) && code == BW_OK; t++)
        code = read_all(pg, both[t], err);
    if (code != BW_OK)
        return code; /* the caller drops the session with whatever is still on the way */
    PGresult *res = NULL;
    code = bw_pg_result(pg, &res, err);
    bool synced = code == BW_OK && PQresultStatus(res) == PGRES_PIPELINE_SYNC;
    PQclear(res);
    if (!synced || !PQexitPipelineMode(pg->c))
        return code != BW_OK ? code : bw_pg_lost(pg, "pipeline", err);
    pg->prepared = true;
    return BW_OK;
}
