/* SPDX-License-Identifier: Apache-2.0 */
/* pipe.h - a transaction as a pipeline: many statements on the way at once, results read in the order they were sent.
 *     bw_pipe_begin(pg)                          BEGIN goes out with the first statements
 *     bw_pipe_send(pg, BW_STMT_A, …) …           queued, written while there is room
 *     bw_pipe_sync(pg)                           everything sent is now on its way
 *     bw_pipe_read(pg, BW_STMT_A, &rows) …       one for each send, in order; may be left out for what nobody needs
 *     bw_pipe_send(pg, BW_STMT_INSERT, …) …      as many rounds of send, sync, read as needed
 *     bw_pipe_commit(pg)                         COMMIT and Sync leave together with the statements before them
 *     bw_pipe_read(pg, BW_STMT_INSERT, &rows) …  results, read after COMMIT was sent; no proof of anything yet
 *     bw_pipe_end(pg)                            the verdict
 * After any failure of begin, send, sync, read or commit, call bw_pipe_end: it says what became of the transaction and
 * leaves the session idle (rolled back) or closed.  After BW_COMMIT_NOT or _UNKNOWN start anew with bw_pg_ensure.
 * Layer: storage.  Threads: the session's owner.  Source: reliability.md 3.1 (P1 to P6), 3.2, F5, F6. */
#ifndef BW_STORAGE_PIPE_H
#define BW_STORAGE_PIPE_H

#include "bw/storage/pg.h"

enum bw_commit {
    BW_COMMIT_OK,     /* tag COMMIT and the Sync result were read, no warning spoke of a standby: acknowledge */
    BW_COMMIT_NOT,    /* certainly not stored; err says why */
    BW_COMMIT_UNKNOWN /* COMMIT was sent, its result never came (or a standby was not waited for): run the same again */
};

/* The session must be connected and outside a transaction. */
BW_MUST_USE bw_code bw_pipe_begin(struct bw_pg *pg, struct bw_error *err);
/* Parameters are copied; they may die when this returns. */
BW_MUST_USE bw_code bw_pipe_send(struct bw_pg *pg, unsigned stmt, const struct bw_param *params, size_t n_params,
                                 struct bw_error *err);
BW_MUST_USE bw_code bw_pipe_sync(struct bw_pg *pg, struct bw_error *err);
/* The next result, which must be stmt's (anything else is a protocol error and closes the session: P5).
 * ret may be NULL.  Codes as bw_pg_query's; after one failed, the later ones fail with the same code. */
BW_MUST_USE bw_code bw_pipe_read(struct bw_pg *pg, unsigned stmt, struct bw_rows *ret, struct bw_error *err);
/* Reads and drops every result that is still on the way: a pipeline waits for BW_PIPE_MOST at the most, so whoever
 * sends statements by the piece calls this now and then.  One round trip. */
enum { BW_PIPE_MOST = 64 };
BW_MUST_USE bw_code bw_pipe_skip(struct bw_pg *pg, struct bw_error *err);
BW_MUST_USE bw_code bw_pipe_commit(struct bw_pg *pg, struct bw_error *err);
/* Reads what is left.  Without bw_pipe_commit before it: rolls back, BW_COMMIT_NOT.  The first failure of the
 * transaction stays in err, also when it was reported before. */
BW_MUST_USE enum bw_commit bw_pipe_end(struct bw_pg *pg, struct bw_error *err);

#endif
