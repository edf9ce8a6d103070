/* SPDX-License-Identifier: Apache-2.0 */
/* tx.h - runs a callback in a transaction: begin, body, commit, or roll back and try again when the clash was a
 * passing one.  For everything but the writer.  Layer: storage.  Threads: the session's owner.  Source: style.md 2.1,
 * reliability.md P7. */
#ifndef BW_STORAGE_TX_H
#define BW_STORAGE_TX_H

#include "bw/storage/pg.h"

/* Runs statements by bw_pg_query.  Any code but BW_OK rolls back.  May run several times: must not keep anything of an
 * earlier run, and does nothing outside the database. */
typedef bw_code bw_tx_body(struct bw_pg *pg, void *ctx, struct bw_error *err);

/* Ensures the session, then runs body in one READ COMMITTED transaction.  BW_E_RETRY is tried 4 times in all, with
 * jitter, inside the deadline (of bw_pg_deadline, else 8 s).  BW_E_CLASH is handed to the caller.  When the connection
 * is lost during COMMIT: BW_E_DATABASE_AWAY and bw_pg_unknown(pg). */
BW_MUST_USE bw_code bw_tx_run(struct bw_pg *pg, bw_tx_body *body, void *ctx, struct bw_error *err);
/* The same in a REPEATABLE READ, READ ONLY transaction: one snapshot for all statements of the body. */
BW_MUST_USE bw_code bw_tx_read(struct bw_pg *pg, bw_tx_body *body, void *ctx, struct bw_error *err);

#endif
