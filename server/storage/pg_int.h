/* SPDX-License-Identifier: Apache-2.0 */
/* pg_int.h - what the files of the session share; the only place, with them, that sees libpq.
 * Layer: storage, private.  Threads: the session's owner. */
#ifndef BW_STORAGE_PG_INT_H
#define BW_STORAGE_PG_INT_H

#include <libpq-fe.h>

#include "bw/base/buf.h"
#include "bw/storage/pg.h"
#include "bw/storage/pipe.h"

enum {
    BW_STMT_COLUMNS = 64, /* most parameters, and most columns, of one statement */
    BW_PIPE_MAX = BW_PIPE_MOST
};

/* What the `in:` line of a statement says. */
struct bw_stmt_in {
    uint8_t n;
    uint8_t types[BW_STMT_COLUMNS]; /* enum bw_pg_type */
};

/* A statement table as this session knows it. */
struct bw_stmt_known {
    const struct bw_stmt_table *table;
    struct bw_stmt_in *in; /* one for each row */
    unsigned sets;         /* rows of these sets are prepared */
};

enum bw_pipe_kind { BW_PIPE_BEGIN, BW_PIPE_STMT, BW_PIPE_COMMIT, BW_PIPE_SYNC };
struct bw_pipe_item {
    enum bw_pipe_kind kind;
    unsigned stmt;
};
struct bw_pipe {
    bool on;
    bool synced;      /* nothing was sent since the last Sync */
    bool commit_sent; /* COMMIT was handed to libpq */
    bool commit_tag;  /* it came back with tag COMMIT */
    bool commit_sync; /* and the Sync behind it */
    bool commit_lost; /* its result speaks of a lost session */
    unsigned head, n; /* ring of what was sent and not yet read */
    struct bw_pipe_item items[BW_PIPE_MAX];
    struct bw_error first; /* the first failure */
};

struct bw_pg {
    /* set at birth */
    char *conninfo, *name, *role, *schema;
    bw_time call_us, statement_us;
    bool by_keys;
    struct bw_stmt_known core, own; /* tx_*, session_set, clock_read; the caller's table */
    /* the session */
    PGconn *c;
    bool prepared;    /* the statements are there; before that, they go out as texts */
    bw_time deadline; /* as set by the caller */
    bw_time until;    /* end of the present call */
    bw_time failed_at, retry_at, backoff;
    struct bw_buf scratch; /* encoded parameters */
    struct bw_pipe pipe;
    bool standby_warning; /* a COMMIT came back without having waited for its standby */
    /* of the last failure */
    bool unknown;
    char sqlstate[6];
    char constraint[64];
};

/* stmt_in.c */
/* Reads one "name type" of a comma list; false at its end.  Malformed text is our bug and asserts. */
bool bw_stmt_next(struct bw_str *list, struct bw_str *ret_name, enum bw_pg_type *ret_type);
const struct bw_stmt_row *bw_stmt_row_of(const struct bw_stmt_known *k, unsigned stmt);
BW_MUST_USE bw_code bw_stmt_known_init(struct bw_stmt_known *k, const struct bw_stmt_table *table, unsigned sets,
                                       struct bw_error *err);
void bw_stmt_known_done(struct bw_stmt_known *k);
unsigned bw_pg_oid(enum bw_pg_type type);
/* BW_T_MAX when the OID is none of ours; varchar, bpchar, name and "char" read as text. */
enum bw_pg_type bw_pg_type_of(unsigned oid);
const char *bw_pg_type_name(enum bw_pg_type type);

/* pg_param.c: parameters in the wire's binary form, in pg->scratch. */
struct bw_wire_params {
    int n;
    const char *values[BW_STMT_COLUMNS];
    int lengths[BW_STMT_COLUMNS];
    int formats[BW_STMT_COLUMNS];
};
BW_MUST_USE bw_code bw_pg_encode(struct bw_buf *scratch, const struct bw_param *params, size_t n,
                                 struct bw_wire_params *ret, struct bw_error *err);

/* pg_wire.c: all waiting is here, by pg->until. */
void bw_pg_call_begin(struct bw_pg *pg);
/* Drops the session; BW_E_DATABASE_AWAY. */
bw_code bw_pg_lost(struct bw_pg *pg, const char *what, struct bw_error *err);
BW_MUST_USE bw_code bw_pg_wait(struct bw_pg *pg, short events, struct bw_error *err);
BW_MUST_USE bw_code bw_pg_flush(struct bw_pg *pg, struct bw_error *err);
/* The next result; *ret is NULL where libpq ends the results of a statement. */
BW_MUST_USE bw_code bw_pg_result(struct bw_pg *pg, PGresult **ret_take, struct bw_error *err);
/* Reads and frees results up to the one that ends the statement; bounded. */
BW_MUST_USE bw_code bw_pg_drain(struct bw_pg *pg, struct bw_error *err);

/* pg_error.c */
bw_code bw_pg_class(const char *sqlstate);
/* Code of a failed result, with SQLSTATE and constraint kept in pg; drops the session where the server ended it. */
bw_code bw_pg_failed(struct bw_pg *pg, const char *stmt, const PGresult *res, struct bw_error *err);

/* pg_query.c */
BW_MUST_USE bw_code bw_pg_send(struct bw_pg *pg, const struct bw_stmt_known *k, unsigned stmt,
                               const struct bw_param *params, size_t n, struct bw_error *err);
/* Takes res: into *ret, or frees it.  Checks the row count that the statement declares. */
BW_MUST_USE bw_code bw_pg_accept(struct bw_pg *pg, const struct bw_stmt_row *row, PGresult *res_steal,
                                 struct bw_rows *ret, struct bw_error *err);
BW_MUST_USE bw_code bw_pg_run(struct bw_pg *pg, const struct bw_stmt_known *k, unsigned stmt,
                              const struct bw_param *params, size_t n, struct bw_rows *ret, struct bw_error *err);
/* A script of many statements by the simple protocol, for migrations only. */
BW_MUST_USE bw_code bw_pg_script(struct bw_pg *pg, const char *name, struct bw_str sql, struct bw_error *err);

/* tx.c: ends an open transaction, keeping what is known of the failure; drops the session where that fails. */
void bw_pg_roll_back(struct bw_pg *pg);

/* pg_prepare.c: prepares and checks every statement of the session's sets. */
BW_MUST_USE bw_code bw_pg_prepare_all(struct bw_pg *pg, struct bw_error *err);

/* pg_clock.c: measures the database's clock if ten seconds passed since anybody did; `now` = at once. */
enum bw_clock_when { BW_CLOCK_DUE, BW_CLOCK_NOW };
BW_MUST_USE bw_code bw_pg_clock(struct bw_pg *pg, enum bw_clock_when when, struct bw_error *err);

/* An array that stands beside a full one in the same unnest: where all its elements are null it is sent as '{}', which
 * gives the same rows, and costs neither the wire nor the database anything. */
static inline struct bw_param bw_p_sparse(struct bw_param p)
{
    p.sparse = true;
    return p;
}

#endif
