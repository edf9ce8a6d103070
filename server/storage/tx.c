/* SPDX-License-Identifier: Apache-2.0 */
/* tx.c - transactions that are not the writer's. */
#include "bw/storage/tx.h"

#include <time.h>

#include "bw/base/crypto.h"
#include "pg_int.h"

enum { TRIES = 4 };
#define TX_US (8 * BW_SECOND)

/* COMMIT is sent and its one result read to the end. */
static bw_code send_commit(struct bw_pg *pg, bool *ret_tag, struct bw_error *err)
{
    PGresult *res = NULL;
    bw_code code = bw_pg_send(pg, &pg->core, BW_STMT_TX_COMMIT, BW_NO_PARAMS, err);
    if (code == BW_OK)
        code = bw_pg_result(pg, &res, err);
    if (code != BW_OK)
        return code;
    *ret_tag = PQresultStatus(res) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(res), "COMMIT") == 0;
    code = bw_pg_accept(pg, bw_stmt_row_of(&pg->core, BW_STMT_TX_COMMIT), res, NULL, err);
    bw_code drained = pg->c ? bw_pg_drain(pg, code == BW_OK ? err : NULL) : BW_OK;
    return code == BW_OK ? drained : code;
}

static bw_code commit(struct bw_pg *pg, struct bw_error *err)
{
    bool tag = false;
    bw_pg_call_begin(pg);
    pg->standby_warning = false;
    if (!pg->c) /* the body lost the session and went on: nothing commits without COMMIT */
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the connection was lost inside the transaction");
    bw_code code = send_commit(pg, &tag, err);
    pg->unknown = !pg->c;
    if (code != BW_OK)
        return code;
    if (!tag) /* P1: COMMIT of a failed transaction */
        return bw_fail(err, BW_E_DB, NULL, "the transaction had failed, COMMIT rolled it back");
    if (pg->standby_warning) {
        pg->unknown = true;
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the standby was not waited for");
    }
    return BW_OK;
}

void bw_pg_roll_back(struct bw_pg *pg)
{
    if (!pg->c || PQtransactionStatus(pg->c) == PQTRANS_IDLE)
        return;
    char state[sizeof(pg->sqlstate)], constraint[sizeof(pg->constraint)];
    memcpy(state, pg->sqlstate, sizeof(state));
    memcpy(constraint, pg->constraint, sizeof(constraint));
    bw_pg_call_begin(pg);
    if (bw_pg_run(pg, &pg->core, BW_STMT_TX_ROLLBACK, BW_NO_PARAMS, NULL, NULL) != BW_OK)
        bw_pg_drop(pg);
    pg->unknown = false; /* never committed */
    memcpy(pg->sqlstate, state, sizeof(state));
    memcpy(pg->constraint, constraint, sizeof(constraint));
}

static bw_code attempt(struct bw_pg *pg, unsigned begin, bw_tx_body *body, void *ctx, struct bw_error *err)
{
    bw_code code = bw_pg_ensure(pg, err);
    if (code != BW_OK)
        return code;
    bw_pg_call_begin(pg);
    code = bw_pg_run(pg, &pg->core, begin, BW_NO_PARAMS, NULL, err);
    if (code == BW_OK)
        code = body(pg, ctx, err);
    if (code == BW_OK)
        return commit(pg, err);
    pg->unknown = false; /* nothing commits without COMMIT */
    bw_pg_roll_back(pg);
    return code;
}

/* 10 to 20 ms, then twice and four times that: long enough for the other side to finish. */
static void pause_before(int tried)
{
    uint16_t jitter;
    bw_random(&jitter, sizeof(jitter));
    bw_time us = (10 * BW_MS + 10 * BW_MS * jitter / UINT16_MAX) << tried;
    struct timespec ts = { us / BW_SECOND, us % BW_SECOND * 1000 };
    nanosleep(&ts, NULL);
}

static bw_code run(struct bw_pg *pg, unsigned begin, bw_tx_body *body, void *ctx, struct bw_error *err)
{
    bw_time kept = pg->deadline;
    if (kept == BW_TIME_NONE)
        pg->deadline = bw_clock_mono() + (pg->call_us > TX_US ? pg->call_us : TX_US);
    bw_code code = BW_OK;
    for (int i = 0; i < TRIES; i++) {
        code = attempt(pg, begin, body, ctx, err);
        if (code != BW_E_RETRY || bw_clock_mono() >= pg->deadline)
            break;
        if (i + 1 < TRIES)
            pause_before(i);
    }
    pg->deadline = kept;
    return code;
}

bw_code bw_tx_run(struct bw_pg *pg, bw_tx_body *body, void *ctx, struct bw_error *err)
{
    return run(pg, BW_STMT_TX_BEGIN, body, ctx, err);
}

bw_code bw_tx_read(struct bw_pg *pg, bw_tx_body *body, void *ctx, struct bw_error *err)
{
    return run(pg, BW_STMT_TX_BEGIN_SNAPSHOT, body, ctx, err);
}
