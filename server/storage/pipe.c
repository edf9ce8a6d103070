/* SPDX-License-Identifier: Apache-2.0 */
/* pipe.c - a transaction as a pipeline.  What was sent stands in a ring of our own; every result is matched against its
 * head, and a mismatch closes the session (P5).  Every reading is bounded in number and in time (P3, P4). */
#include "bw/storage/pipe.h"

#include "pg_int.h"

static struct bw_pipe_item *head(struct bw_pipe *p)
{
    BW_ASSERT(p->n);
    return &p->items[p->head];
}

static void pop(struct bw_pipe *p)
{
    p->head = (p->head + 1) % BW_PIPE_MAX;
    p->n--;
}

static void push(struct bw_pipe *p, enum bw_pipe_kind kind, unsigned stmt)
{
    BW_ASSERT(p->n < BW_PIPE_MAX);
    p->items[(p->head + p->n) % BW_PIPE_MAX] = (struct bw_pipe_item){ kind, stmt };
    p->n++;
    p->synced = kind == BW_PIPE_SYNC;
}

static bool failed(const struct bw_pg *pg)
{
    return pg->pipe.first.code != BW_OK;
}

/* Keeps the first failure for the verdict, and tells it to this caller. */
static bw_code note(struct bw_pg *pg, const struct bw_error *what, struct bw_error *err)
{
    if (!failed(pg))
        pg->pipe.first = *what;
    if (err)
        *err = pg->pipe.first;
    return pg->pipe.first.code;
}

static bw_code send_item(struct bw_pg *pg, enum bw_pipe_kind kind, const struct bw_stmt_known *k, unsigned stmt,
                         const struct bw_param *params, size_t n, struct bw_error *err)
{
    struct bw_error e = { 0 };
    BW_ASSERT(pg->pipe.on && !pg->pipe.commit_sent);
    if (failed(pg))
        return note(pg, &pg->pipe.first, err);
    /* noted before it is sent: a COMMIT whose sending failed half-way may have arrived all the same */
    pg->pipe.commit_sent = kind == BW_PIPE_COMMIT;
    push(&pg->pipe, kind, stmt);
    if (bw_pg_send(pg, k, stmt, params, n, &e) != BW_OK)
        return note(pg, &e, err); /* it stands in libpq's buffer; bw_pipe_sync writes, in one piece */
    return BW_OK;
}

bw_code bw_pipe_begin(struct bw_pg *pg, struct bw_error *err)
{
    BW_ASSERT(!pg->pipe.on);
    bw_pg_call_begin(pg);
    pg->pipe = (struct bw_pipe){ .on = true, .synced = true };
    pg->standby_warning = false;
    struct bw_error e = { 0 };
    if (!pg->c) {
        bw_fail(&e, BW_E_DATABASE_AWAY, NULL, "no connection");
        return note(pg, &e, err);
    }
    if (!PQenterPipelineMode(pg->c)) {
        bw_pg_lost(pg, "pipeline", &e);
        return note(pg, &e, err);
    }
    return send_item(pg, BW_PIPE_BEGIN, &pg->core, BW_STMT_TX_BEGIN, BW_NO_PARAMS, err);
}

bw_code bw_pipe_send(struct bw_pg *pg, unsigned stmt, const struct bw_param *params, size_t n_params,
                     struct bw_error *err)
{
    return send_item(pg, BW_PIPE_STMT, &pg->own, stmt, params, n_params, err);
}

/* Sync behind what was sent, without looking at earlier failures: they need it too. */
static bw_code put_sync(struct bw_pg *pg, struct bw_error *err)
{
    if (!pg->c)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "no connection");
    if (pg->pipe.synced)
        return bw_pg_flush(pg, err);
    if (!PQpipelineSync(pg->c))
        return bw_pg_lost(pg, "pipeline", err);
    push(&pg->pipe, BW_PIPE_SYNC, 0);
    return bw_pg_flush(pg, err);
}

bw_code bw_pipe_sync(struct bw_pg *pg, struct bw_error *err)
{
    struct bw_error e = { 0 };
    BW_ASSERT(pg->pipe.on);
    if (failed(pg))
        return note(pg, &pg->pipe.first, err);
    return put_sync(pg, &e) == BW_OK ? BW_OK : note(pg, &e, err);
}

bw_code bw_pipe_commit(struct bw_pg *pg, struct bw_error *err)
{
    bw_code code = send_item(pg, BW_PIPE_COMMIT, &pg->core, BW_STMT_TX_COMMIT, BW_NO_PARAMS, err);
    return code == BW_OK ? bw_pipe_sync(pg, err) : code;
}

static const struct bw_stmt_row *row_of(struct bw_pg *pg, const struct bw_pipe_item *item)
{
    static const unsigned core[] = { [BW_PIPE_BEGIN] = BW_STMT_TX_BEGIN, [BW_PIPE_COMMIT] = BW_STMT_TX_COMMIT };
    if (item->kind == BW_PIPE_STMT)
        return bw_stmt_row_of(&pg->own, item->stmt);
    return bw_stmt_row_of(&pg->core, core[item->kind]);
}

static bw_code read_sync(struct bw_pg *pg, struct bw_error *err)
{
    PGresult *res = NULL;
    bw_code code = bw_pg_result(pg, &res, err);
    if (code != BW_OK)
        return code;
    bool synced = PQresultStatus(res) == PGRES_PIPELINE_SYNC;
    PQclear(res);
    if (!synced)
        return bw_pg_lost(pg, "another result than the Sync's", err);
    pop(&pg->pipe);
    if (pg->pipe.commit_tag)
        pg->pipe.commit_sync = true;
    return BW_OK;
}

/* Reads the result at the head of the ring, whatever it is. */
static bw_code read_head(struct bw_pg *pg, struct bw_rows *ret, struct bw_error *err)
{
    struct bw_pipe *p = &pg->pipe;
    struct bw_pipe_item item = *head(p);
    if (item.kind == BW_PIPE_SYNC)
        return read_sync(pg, err);
    const struct bw_stmt_row *row = row_of(pg, &item);
    PGresult *res = NULL;
    bw_code code = bw_pg_result(pg, &res, err);
    if (code != BW_OK)
        return code;
    ExecStatusType status = PQresultStatus(res);
    if (!res || status == PGRES_PIPELINE_SYNC) {
        PQclear(res);
        return bw_pg_lost(pg, row->name, err);
    }
    bool tag = status == PGRES_COMMAND_OK && strcmp(PQcmdStatus(res), "COMMIT") == 0;
    if (status == PGRES_PIPELINE_ABORTED) { /* the server skipped it after an earlier failure */
        PQclear(res);
        code = bw_fail(err, BW_E_RETRY, NULL, "%s: skipped", row->name);
    } else {
        code = bw_pg_accept(pg, row, res, ret, err);
    }
    if (item.kind == BW_PIPE_COMMIT) {
        p->commit_tag = tag;
        p->commit_lost = !pg->c;
        if (code == BW_OK && !tag) /* COMMIT of a failed transaction succeeds with the tag ROLLBACK (P1) */
            code = bw_fail(err, BW_E_DB, NULL, "the transaction had failed, COMMIT rolled it back");
    }
    pop(p);
    bw_code drained = pg->c ? bw_pg_drain(pg, code == BW_OK ? err : NULL) : BW_OK;
    return code == BW_OK ? drained : code;
}

bw_code bw_pipe_read(struct bw_pg *pg, unsigned stmt, struct bw_rows *ret, struct bw_error *err)
{
    struct bw_pipe *p = &pg->pipe;
    struct bw_error e = { 0 };
    BW_ASSERT(p->on && p->synced);
    if (failed(pg))
        return note(pg, &p->first, err);
    bw_code code = BW_OK;
    while (code == BW_OK && p->n && head(p)->kind != BW_PIPE_STMT)
        code = read_head(pg, NULL, &e);
    if (code == BW_OK) {
        BW_ASSERT(p->n && head(p)->stmt == stmt);
        code = read_head(pg, ret, &e);
    }
    return code == BW_OK ? BW_OK : note(pg, &e, err);
}

bw_code bw_pipe_skip(struct bw_pg *pg, struct bw_error *err)
{
    struct bw_error e = { 0 };
    bw_code code = bw_pipe_sync(pg, err);
    if (code != BW_OK)
        return code;
    while (code == BW_OK && pg->pipe.n)
        code = read_head(pg, NULL, &e);
    return code == BW_OK ? BW_OK : note(pg, &e, err);
}

/* Reads everything that is on the way; keeps the first failure. */
static void read_rest(struct bw_pg *pg)
{
    struct bw_error e = { 0 };
    if (!pg->pipe.synced && put_sync(pg, &e) != BW_OK)
        note(pg, &e, NULL);
    for (unsigned i = 0; i < 2 * BW_PIPE_MAX && pg->c && pg->pipe.n; i++) {
        e = (struct bw_error){ 0 };
        if (read_head(pg, NULL, &e) != BW_OK)
            note(pg, &e, NULL);
    }
}

static enum bw_commit verdict(const struct bw_pg *pg)
{
    const struct bw_pipe *p = &pg->pipe;
    if (p->commit_tag && p->commit_sync)
        return pg->standby_warning ? BW_COMMIT_UNKNOWN : BW_COMMIT_OK;
    if (!p->commit_sent)
        return BW_COMMIT_NOT;
    if (p->commit_tag || p->commit_lost)
        return BW_COMMIT_UNKNOWN;
    /* COMMIT was read and refused, or an earlier statement failed: the server never ran it.  A session lost while
     * COMMIT was still waited for proves nothing. */
    bool waited_for = false;
    for (unsigned i = 0; i < p->n; i++)
        waited_for |= p->items[(p->head + i) % BW_PIPE_MAX].kind == BW_PIPE_COMMIT;
    return waited_for && p->first.code == BW_E_DATABASE_AWAY ? BW_COMMIT_UNKNOWN : BW_COMMIT_NOT;
}

enum bw_commit bw_pipe_end(struct bw_pg *pg, struct bw_error *err)
{
    struct bw_pipe *p = &pg->pipe;
    BW_ASSERT(p->on);
    if (pg->c)
        read_rest(pg);
    enum bw_commit result = verdict(pg);
    if (result == BW_COMMIT_UNKNOWN && !failed(pg))
        bw_fail(&p->first, BW_E_DATABASE_AWAY, NULL, "the standby was not waited for");
    if (pg->c && (p->n || !PQexitPipelineMode(pg->c)))
        bw_pg_drop(pg);
    p->on = false;
    bw_pg_roll_back(pg);
    pg->unknown = result == BW_COMMIT_UNKNOWN;
    if (result != BW_COMMIT_OK && err)
        *err = p->first;
    return result;
}
