/* SPDX-License-Identifier: Apache-2.0 */
/* pg_error.c - from SQLSTATE to what the caller may do about it.
 * Server texts of classes 22 and 23 quote values, which may be personal: they never reach err. */
#include "pg_int.h"

#include <stdio.h>

static const struct {
    const char *prefix; /* whole state, or its class */
    bw_code code;
} classes[] = {
    { "23505", BW_E_CLASH },         { "23P01", BW_E_CLASH }, { "40", BW_E_RETRY },
    { "55P03", BW_E_RETRY }, /* lock_timeout */
    { "26000", BW_E_RETRY }, /* prepared statement gone */
    { "42P05", BW_E_RETRY }, /* prepared statement already there */
    { "0A000", BW_E_RETRY }, /* cached plan must not change result type */
    { "22", BW_E_POISON },           { "23", BW_E_POISON },   { "08", BW_E_DATABASE_AWAY },
    { "57P", BW_E_DATABASE_AWAY },   /* shutdown, crash, starting up */
    { "57014", BW_E_DATABASE_AWAY }, /* statement_timeout: too slow to be there */
    { "53", BW_E_DATABASE_AWAY },    /* out of disk, memory, connections */
    { "25006", BW_E_DATABASE_AWAY }, /* read only: a standby after a switch-over */
    { "25P03", BW_E_DATABASE_AWAY }, /* idle_in_transaction_session_timeout */
};

bw_code bw_pg_class(const char *sqlstate)
{
    struct bw_str state = bw_str_c(sqlstate);
    for (size_t i = 0; i < BW_LEN(classes); i++)
        if (bw_str_starts(state, bw_str_c(classes[i].prefix)))
            return classes[i].code;
    return BW_E_DB;
}

static bool ends_session(const char *state)
{
    return bw_str_starts(bw_str_c(state), BW_STR("08")) || bw_str_starts(bw_str_c(state), BW_STR("57P")) ||
           !strcmp(state, "25P03") || !strcmp(state, "25006");
}

/* A prepared statement or plan went stale: a new session prepares all of them again (P6). */
static bool stale(const char *state)
{
    return !strcmp(state, "26000") || !strcmp(state, "42P05") || !strcmp(state, "0A000");
}

bw_code bw_pg_failed(struct bw_pg *pg, const char *stmt, const PGresult *res, struct bw_error *err)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    if (!state || PQstatus(pg->c) == CONNECTION_BAD) {
        if (state)
            snprintf(pg->sqlstate, sizeof(pg->sqlstate), "%s", state);
        return bw_pg_lost(pg, stmt, err);
    }
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    snprintf(pg->sqlstate, sizeof(pg->sqlstate), "%s", state);
    snprintf(pg->constraint, sizeof(pg->constraint), "%s", constraint ? constraint : "");
    bw_code code = bw_pg_class(state);
    if (code == BW_E_POISON || code == BW_E_CLASH) {
        const char *column = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
        bw_fail(err, code, NULL, "%s: SQLSTATE %s %s%s", stmt, state, pg->constraint, column ? column : "");
    } else {
        const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
        bw_fail(err, code, NULL, "%s: SQLSTATE %s: %s", stmt, state, text ? text : "");
    }
    if (ends_session(state) || stale(state))
        bw_pg_drop(pg);
    return code;
}

const char *bw_pg_sqlstate(const struct bw_pg *pg)
{
    return pg->sqlstate;
}

const char *bw_pg_constraint(const struct bw_pg *pg)
{
    return pg->constraint;
}

bool bw_pg_constraint_is(const struct bw_pg *pg, const char *name)
{
    struct bw_str have = bw_str_c(pg->constraint), want = bw_str_c(name);
    if (!bw_str_starts(have, want))
        return false;
    struct bw_str rest = bw_str_drop(have, want.n);
    if (bw_str_empty(rest))
        return true;
    return rest.p[0] == '_' && bw_str_all(bw_str_drop(rest, 1), bw_is_digit); /* Citus: bag_pkey_102008 */
}

bool bw_pg_unknown(const struct bw_pg *pg)
{
    return pg->unknown;
}
