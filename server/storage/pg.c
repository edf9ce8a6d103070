/* SPDX-License-Identifier: Apache-2.0 */
/* pg.c - a session's life: options, connecting with limits on both ends, settings, back-off, dropping. */
#include "bw/storage/pg.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "bw/base/crypto.h"
#include "pg_int.h"

#define CALL_US (8 * BW_SECOND)      /* reliability.md 3.3 */
#define STATEMENT_US (5 * BW_SECOND) /* ingest and page reads */
#define BACKOFF_LEAST (100 * BW_MS)
#define BACKOFF_MOST (2 * BW_SECOND)
enum { SCRATCH_MAX = 256 << 20 };

/* When any session of this process last connected (CLOCK_MONOTONIC): who failed before that need not wait any longer,
 * or readers would be refused for two seconds after the writers are back. */
static _Atomic bw_time connected_at;

static bool plain_name(const char *s)
{
    for (const char *c = s; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || bw_is_digit(*c) || *c == '_'))
            return false;
    return *s != '\0';
}

static char *copy(const char *s)
{
    return s ? strdup(s) : NULL;
}

/* pg_stat_activity and our own messages tell the realms' sessions apart. */
static char *name_of(const struct bw_pg_options *o)
{
    char text[64];
    bool test = o->schema && strcmp(o->schema, BW_TEST_REALM) == 0;
    snprintf(text, sizeof(text), "%s%s", test ? "test " : "", o->name ? o->name : "bagwatchd");
    return copy(text);
}

bw_code bw_pg_new(const struct bw_pg_options *options, struct bw_pg **ret_take, struct bw_error *err)
{
    const char *schema = options->schema ? options->schema : "bagwatch";
    if (!options->conninfo || !plain_name(schema) || (options->role && !plain_name(options->role)))
        return bw_fail(err, BW_E_CONFIG, NULL, "connection string, schema or role is missing or malformed");
    struct bw_pg *pg = calloc(1, sizeof(*pg));
    if (!pg)
        return bw_fail(err, BW_E_NOMEM, NULL, "session");
    pg->conninfo = copy(options->conninfo);
    pg->name = name_of(options);
    pg->role = copy(options->role);
    pg->schema = copy(schema);
    pg->call_us = options->call_us ? options->call_us : CALL_US;
    pg->by_keys = options->by_keys;
    pg->statement_us = options->statement_us ? options->statement_us : STATEMENT_US;
    pg->deadline = BW_TIME_NONE;
    bw_buf_init(&pg->scratch, SCRATCH_MAX);
    bw_code code = bw_stmt_known_init(&pg->core, &bw_stmts, BW_SET_ALL, err);
    if (code == BW_OK)
        code = bw_stmt_known_init(&pg->own, options->stmts ? options->stmts : &bw_stmts, options->sets, err);
    if (code == BW_OK && (!pg->conninfo || !pg->name || !pg->schema || (options->role && !pg->role)))
        code = bw_fail(err, BW_E_NOMEM, NULL, "session");
    if (code != BW_OK) {
        bw_pg_free(pg);
        return code;
    }
    *ret_take = pg;
    return BW_OK;
}

void bw_pg_free(struct bw_pg *pg)
{
    if (!pg)
        return;
    bw_pg_drop(pg);
    bw_stmt_known_done(&pg->core);
    bw_stmt_known_done(&pg->own);
    bw_buf_done(&pg->scratch);
    free(pg->conninfo);
    free(pg->name);
    free(pg->role);
    free(pg->schema);
    free(pg);
}

void bw_pg_drop(struct bw_pg *pg)
{
    if (!pg || !pg->c)
        return;
    PQfinish(pg->c);
    pg->c = NULL;
    pg->prepared = false;
}

bool bw_pg_connected(const struct bw_pg *pg)
{
    return pg->c != NULL;
}

void bw_pg_deadline(struct bw_pg *pg, bw_time mono)
{
    pg->deadline = mono;
}

/* A COMMIT that stopped waiting for its standby says so in a WARNING and reports success all the same (F5). */
static void on_notice(void *arg, const PGresult *res)
{
    struct bw_pg *pg = arg;
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    if (severity && state && !strcmp(severity, "WARNING") && (!strcmp(state, "01000") || !strcmp(state, "57P01")))
        pg->standby_warning = true;
}

static bw_code connect_once(struct bw_pg *pg, struct bw_error *err)
{
    /* what stands before dbname the connection string may override */
    static const char *const keys[] = {
        "connect_timeout",      "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        "target_session_attrs", "dbname",          "application_name",    "client_encoding",  NULL
    };
    const char *const values[] = { "2", "5", "2", "2", "4000", "read-write", pg->conninfo, pg->name, "UTF8", NULL };
    pg->c = PQconnectdbParams(keys, values, 1);
    if (!pg->c)
        return bw_fail(err, BW_E_NOMEM, NULL, "session");
    if (PQstatus(pg->c) != CONNECTION_OK || PQsetnonblocking(pg->c, 1) != 0)
        return bw_pg_lost(pg, "connecting", err);
    PQsetNoticeReceiver(pg->c, on_notice, pg);
    return BW_OK;
}

/* The server's side of the limits (reliability.md 3.3), and who and where we are.  The role comes last.
 * by_keys: arrays joined to keyed tables.  Planned by statistics that are minutes old, or for a table that was empty,
 * such a join reads every row of the batch's buckets instead: measured, 2,000 scans a second that fell to 1,100 within
 * 60,000 events.  The duties, which look round every second, read all bags at 10^7 events, and took 40 % of two cores.
 */
static bw_code set_session(struct bw_pg *pg, struct bw_error *err)
{
    static const char *const planner[] = { "plan_cache_mode", "enable_hashjoin",   "enable_mergejoin",
                                           "enable_seqscan",  "enable_bitmapscan", "enable_material" };
    char path[160], statement[24], idle[24];
    bw_time idle_us = pg->statement_us > 5 * BW_SECOND ? pg->statement_us : 5 * BW_SECOND;
    snprintf(path, sizeof(path), "%s, public", pg->schema);
    snprintf(statement, sizeof(statement), "%lld", (long long)(pg->statement_us / BW_MS));
    snprintf(idle, sizeof(idle), "%lld", (long long)(idle_us / BW_MS));
    const char *const pairs[][2] = {
        { "search_path", path },
        { "bagwatch.schema", pg->schema },
        { "statement_timeout", statement },
        { "lock_timeout", "2000" },
        { "idle_in_transaction_session_timeout", idle },
        { "tcp_keepalives_idle", "10" },
        { "tcp_keepalives_interval", "5" },
        { "tcp_keepalives_count", "2" },
        { "tcp_user_timeout", "15000" },
        { "client_connection_check_interval", "2000" },
        { "synchronous_commit", "on" },
        { "TimeZone", "UTC" },
        { "jit", "off" },
    };
    struct bw_str names[BW_LEN(pairs) + BW_LEN(planner) + 1], settings[BW_LEN(names)];
    size_t n = 0;
    for (size_t i = 0; i < BW_LEN(pairs); i++, n++) {
        names[n] = bw_str_c(pairs[i][0]);
        settings[n] = bw_str_c(pairs[i][1]);
    }
    for (size_t i = 0; pg->by_keys && i < BW_LEN(planner); i++, n++) {
        names[n] = bw_str_c(planner[i]);
        settings[n] = i == 0 ? BW_STR("force_generic_plan") : BW_STR("off");
    }
    if (pg->role) {
        names[n] = BW_STR("role");
        settings[n++] = bw_str_c(pg->role);
    }
    return bw_pg_run(pg, &pg->core, BW_STMT_SESSION_SET, BW_PARAMS(bw_p_texts(names, n), bw_p_texts(settings, n)), NULL,
                     err);
}

static bw_code set_up(struct bw_pg *pg, struct bw_error *err)
{
    bw_code code = connect_once(pg, err);
    if (code != BW_OK)
        return code;
    bw_pg_call_begin(pg); /* connecting had its own limit */
    code = set_session(pg, err);
    if (code == BW_OK)
        code = bw_pg_prepare_all(pg, err);
    if (code == BW_OK)
        code = bw_pg_clock(pg, BW_CLOCK_DUE, err);
    if (code == BW_OK)
        return BW_OK;
    bw_pg_drop(pg);
    if (code != BW_E_RETRY && code != BW_E_CLASH && code != BW_E_POISON)
        return code;
    if (err)
        err->code = BW_E_DATABASE_AWAY; /* such as a migration that holds a lock: it passes */
    return BW_E_DATABASE_AWAY;
}

/* True while the session is fit for new work: alive as far as the socket knows, and outside a transaction. */
static bool fit(struct bw_pg *pg)
{
    if (!pg->c || pg->pipe.on || PQtransactionStatus(pg->c) != PQTRANS_IDLE)
        return false;
    struct pollfd fd = { PQsocket(pg->c), POLLIN, 0 };
    for (int i = 0; i < 4 && poll(&fd, 1, 0) > 0; i++) /* a server that went away left a message, then an end */
        if (!PQconsumeInput(pg->c) || PQstatus(pg->c) == CONNECTION_BAD)
            return false;
    return true;
}

static void back_off(struct bw_pg *pg)
{
    uint16_t jitter;
    bw_random(&jitter, sizeof(jitter));
    bw_time step = pg->backoff < BACKOFF_LEAST ? BACKOFF_LEAST : pg->backoff;
    pg->failed_at = bw_clock_mono();
    pg->retry_at = pg->failed_at + step / 2 + step * jitter / (INT64_C(2) * UINT16_MAX);
    pg->backoff = step * 2 > BACKOFF_MOST ? BACKOFF_MOST : step * 2;
}

bw_code bw_pg_ensure(struct bw_pg *pg, struct bw_error *err)
{
    bw_pg_call_begin(pg);
    if (fit(pg)) {
        if (bw_pg_clock(pg, BW_CLOCK_DUE, NULL) == BW_OK)
            return BW_OK;
        bw_pg_call_begin(pg);
    }
    bw_pg_drop(pg);
    pg->pipe.on = false;
    if (bw_clock_mono() < pg->retry_at && atomic_load(&connected_at) <= pg->failed_at)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "waiting before the next attempt to connect");
    bw_code code = set_up(pg, err);
    if (code != BW_OK) {
        bw_error_prefix(err, "%s", pg->name);
        back_off(pg);
        return code;
    }
    pg->backoff = 0;
    pg->retry_at = 0;
    atomic_store(&connected_at, bw_clock_mono());
    return BW_OK;
}
