/* SPDX-License-Identifier: Apache-2.0 */
/* pg.h - one PostgreSQL session: prepared statements by enum, typed parameters, rows by column name.
 * Happy path: bw_pg_new, then before each unit of work bw_pg_ensure, then bw_pg_query or a pipeline (pipe.h) or
 * bw_tx_run (tx.h).  Every call ends by a deadline on the monotonic clock, whatever the server or the net does.
 * Failure: a lost connection or a passed deadline closes the session and gives BW_E_DATABASE_AWAY; the next
 * bw_pg_ensure connects again, at most every 100 ms to 2 s.  Nothing here ever cancels a statement (a cancelled COMMIT
 * lies).
 * Owns: socket, prepared statements, scratch memory.  Layer: storage.  Threads: one owner at a time; a thread that
 * needs the database has its own.  Source: reliability.md 3. */
#ifndef BW_STORAGE_PG_H
#define BW_STORAGE_PG_H

#include "bw/base/clock.h"
#include "bw/base/id.h"
#include "bw/storage/stmt.h"

struct bw_pg; /* opaque */

#define BW_TEST_REALM "bagwatch_test" /* schema of what `bagk_test_` keys write (ING-15) */

struct bw_pg_options {
    const char *conninfo; /* keyword=value or URL; several hosts are allowed */
    const char *name;     /* application_name, e.g. "writer 1"; of the test realm "test writer 1" */
    const char *role;     /* SET ROLE after connecting; NULL stays who connected */
    const char *schema;   /* realm: NULL = "bagwatch"; or BW_TEST_REALM */
    unsigned sets;        /* BW_SET_*: the statements prepared at connect */
    bool by_keys;         /* every statement reads rows by their keys: planned once and by index, whatever statistics say */
    bw_time call_us;      /* limit of one call where no deadline is set; 0 = 8 s */
    bw_time statement_us; /* the server's own statement_timeout; 0 = 5 s; the report's is 60 s */
    const struct bw_stmt_table *stmts; /* NULL = the program's own */
};

/* Copies the options; connects to nothing yet.  Fails with BW_E_NOMEM or BW_E_CONFIG (conninfo). */
BW_MUST_USE bw_code bw_pg_new(const struct bw_pg_options *options, struct bw_pg **ret_take, struct bw_error *err);
void bw_pg_free(struct bw_pg *pg);

/* Makes the session usable: connects, sets role, schema and limits, prepares and checks every statement of its sets,
 * measures the database's clock when that is due.  At once when already connected.  BW_E_DATABASE_AWAY: try again later
 * (inside the back-off without touching the net; the back-off ends when any session of the process connects).  Any other
 * code does not heal by waiting: a statement that the schema does not know (BW_E_DB), a wrong setting (BW_E_CONFIG). */
BW_MUST_USE bw_code bw_pg_ensure(struct bw_pg *pg, struct bw_error *err);
/* Ends the session on our side, without a word to the server. */
void bw_pg_drop(struct bw_pg *pg);
bool bw_pg_connected(const struct bw_pg *pg);
/* All further calls end by this instant of bw_clock_mono; BW_TIME_NONE goes back to call_us for each call. */
void bw_pg_deadline(struct bw_pg *pg, bw_time mono);

/* Parameters.  They borrow: what they point to must live until the call that takes them returns.
 * SQL NULL is: a slice with p == NULL, BW_TIME_NONE, BW_DATE_NONE, the nil UUID, bw_p_null(), or in arrays of numbers
 * and flags an element whose `nulls` flag is set.  The type must be the one declared in the statement's `in:` line. */
struct bw_param {
    enum bw_pg_type type;
    bool null;
    int64_t i;
    struct bw_str s;
    const void *items; /* arrays: C array of the element type named below */
    const bool *nulls; /* arrays: NULL = none is null */
    size_t n;
    bool sparse; /* arrays: sent as '{}' where all elements are null */
};
static inline struct bw_param bw_p_int(enum bw_pg_type t, int64_t i) { return (struct bw_param){ .type = t, .i = i }; }
static inline struct bw_param bw_p_bytes(enum bw_pg_type t, struct bw_str s)
{
    return (struct bw_param){ .type = t, .null = !s.p, .s = s };
}
static inline struct bw_param bw_p_items(enum bw_pg_type t, const void *items, const bool *nulls, size_t n)
{
    return (struct bw_param){ .type = t, .items = items, .nulls = nulls, .n = n };
}
static inline struct bw_param bw_p_null(enum bw_pg_type t) { return (struct bw_param){ .type = t, .null = true }; }
static inline struct bw_param bw_p_i16(int16_t v) { return bw_p_int(BW_T_I16, v); }
static inline struct bw_param bw_p_i32(int32_t v) { return bw_p_int(BW_T_I32, v); }
static inline struct bw_param bw_p_i64(int64_t v) { return bw_p_int(BW_T_I64, v); }
static inline struct bw_param bw_p_f64(double v)
{
    struct bw_param p = { .type = BW_T_F64 };
    memcpy(&p.i, &v, sizeof(v)); /* its bits */
    return p;
}
static inline struct bw_param bw_p_bool(bool v) { return bw_p_int(BW_T_BOOL, v); }
static inline struct bw_param bw_p_text(struct bw_str v) { return bw_p_bytes(BW_T_TEXT, v); }
static inline struct bw_param bw_p_c(const char *v) { return bw_p_bytes(BW_T_TEXT, bw_str_c(v)); }
static inline struct bw_param bw_p_bytea(struct bw_str v) { return bw_p_bytes(BW_T_BYTEA, v); }
static inline struct bw_param bw_p_jsonb(struct bw_str v) { return bw_p_bytes(BW_T_JSONB, v); }
static inline struct bw_param bw_p_uuid(const struct bw_uuid *v)
{
    return bw_uuid_is_nil(v) ? bw_p_null(BW_T_UUID) : bw_p_bytes(BW_T_UUID, bw_str_n((const char *)v->b, 16));
}
static inline struct bw_param bw_p_time(bw_time v)
{
    return v == BW_TIME_NONE ? bw_p_null(BW_T_TIME) : bw_p_int(BW_T_TIME, v);
}
static inline struct bw_param bw_p_date(bw_date v)
{
    return v == BW_DATE_NONE ? bw_p_null(BW_T_DATE) : bw_p_int(BW_T_DATE, v);
}
/* Arrays for unnest; n == 0 gives '{}'. */
static inline struct bw_param bw_p_i16s(const int16_t *v, const bool *nulls, size_t n)
{
    return bw_p_items(BW_T_I16S, v, nulls, n);
}
static inline struct bw_param bw_p_i32s(const int32_t *v, const bool *nulls, size_t n)
{
    return bw_p_items(BW_T_I32S, v, nulls, n);
}
static inline struct bw_param bw_p_i64s(const int64_t *v, const bool *nulls, size_t n)
{
    return bw_p_items(BW_T_I64S, v, nulls, n);
}
static inline struct bw_param bw_p_f64s(const double *v, const bool *nulls, size_t n)
{
    return bw_p_items(BW_T_F64S, v, nulls, n);
}
static inline struct bw_param bw_p_bools(const bool *v, const bool *nulls, size_t n)
{
    return bw_p_items(BW_T_BOOLS, v, nulls, n);
}
static inline struct bw_param bw_p_texts(const struct bw_str *v, size_t n)
{
    return bw_p_items(BW_T_TEXTS, v, NULL, n);
}
static inline struct bw_param bw_p_byteas(const struct bw_str *v, size_t n)
{
    return bw_p_items(BW_T_BYTEAS, v, NULL, n);
}
static inline struct bw_param bw_p_jsonbs(const struct bw_str *v, size_t n)
{
    return bw_p_items(BW_T_JSONBS, v, NULL, n);
}
static inline struct bw_param bw_p_uuids(const struct bw_uuid *v, size_t n)
{
    return bw_p_items(BW_T_UUIDS, v, NULL, n);
}
static inline struct bw_param bw_p_times(const bw_time *v, size_t n) { return bw_p_items(BW_T_TIMES, v, NULL, n); }
static inline struct bw_param bw_p_dates(const bw_date *v, size_t n) { return bw_p_items(BW_T_DATES, v, NULL, n); }

/* bw_pg_query(pg, BW_STMT_BAG_BY_ID, BW_PARAMS(bw_p_i16(bucket), bw_p_uuid(&id)), &rows, err) */
#define BW_PARAMS(...) (const struct bw_param[]){ __VA_ARGS__ }, \
    sizeof((const struct bw_param[]){ __VA_ARGS__ }) / sizeof(struct bw_param)
#define BW_NO_PARAMS NULL, 0

/* Rows of one statement.  Zero it, end with bw_rows_done (safe on a zeroed one); slices borrow from it until then. */
struct bw_rows {
    size_t n;          /* rows that came back */
    uint64_t affected; /* rows inserted, updated or deleted, from the command tag */
    void *res;        /* ours */
    unsigned next;    /* ours: where the next column is looked for first */
};
void bw_rows_done(struct bw_rows *rows);

/* Runs one statement and checks the row count that it declares.  ret may be NULL; an earlier content of *ret is freed.
 * Outside a transaction the statement commits by itself; a loss then leaves bw_pg_unknown() true.
 * BW_E_CLASH      23505 or 23P01: bw_pg_constraint() names the key
 * BW_E_RETRY      40001, 40P01, 55P03, and prepared statements or plans that went stale (26000, 42P05, 0A000)
 * BW_E_POISON     class 22, and 23 other than the above
 * BW_E_DATABASE_AWAY  08, 57P01 to 57P03, 53, lost connection, passed deadline; 57014 (statement_timeout)
 * BW_E_DB         anything else, and a row count other than declared */
BW_MUST_USE bw_code bw_pg_query(struct bw_pg *pg, unsigned stmt, const struct bw_param *params, size_t n_params,
                                struct bw_rows *ret, struct bw_error *err);
/* True when a statement or COMMIT was under way while the connection was lost: it may or may not have happened. */
bool bw_pg_unknown(const struct bw_pg *pg);
/* Of the last failure: SQLSTATE, "" when it was not the server's. */
const char *bw_pg_sqlstate(const struct bw_pg *pg);
/* Of the last failure: the constraint, "" when none is named. */
const char *bw_pg_constraint(const struct bw_pg *pg);
/* The same compared, with the _<shard id> that Citus appends taken off. */
bool bw_pg_constraint_is(const struct bw_pg *pg, const char *name);

/* A column that is not there, or not of this type, is our bug and asserts: bw_pg_ensure has compared every statement's
 * `out:` line with the server.  SQL NULL reads as 0, false, BW_STR_NONE, nil, BW_TIME_NONE, BW_DATE_NONE. */
bool bw_rows_null(struct bw_rows *r, size_t row, const char *col);
int16_t bw_rows_i16(struct bw_rows *r, size_t row, const char *col);
int32_t bw_rows_i32(struct bw_rows *r, size_t row, const char *col);
int64_t bw_rows_i64(struct bw_rows *r, size_t row, const char *col); /* also takes the narrower ones */
double bw_rows_f64(struct bw_rows *r, size_t row, const char *col);
bool bw_rows_bool(struct bw_rows *r, size_t row, const char *col);
struct bw_str bw_rows_text(struct bw_rows *r, size_t row, const char *col); /* NUL follows, outside n */
struct bw_str bw_rows_bytea(struct bw_rows *r, size_t row, const char *col);
struct bw_str bw_rows_jsonb(struct bw_rows *r, size_t row, const char *col); /* its text */
struct bw_uuid bw_rows_uuid(struct bw_rows *r, size_t row, const char *col);
bw_time bw_rows_time(struct bw_rows *r, size_t row, const char *col);
bw_date bw_rows_date(struct bw_rows *r, size_t row, const char *col);

/* One-dimensional array columns: `struct bw_array a = bw_rows_array(…); while (bw_array_next(&a)) …` */
struct bw_array {
    enum bw_pg_type type; /* of the element */
    size_t left;          /* elements not yet visited */
    struct bw_str rest;   /* ours */
    bool null;            /* of the element visited */
    struct bw_str s;      /* its bytes: text, bytea, jsonb text, 16 bytes of a UUID */
    int64_t i;            /* its number: integers, bool, bw_time, bw_date */
};
struct bw_array bw_rows_array(struct bw_rows *r, size_t row, const char *col);
bool bw_array_next(struct bw_array *a);

/* Waits for a NOTIFY on a session that ran a LISTEN statement, until the instant given, or until wake_fd (-1 = none)
 * is readable.  *ret is true when at least one came; all that wait are taken at once. */
BW_MUST_USE bw_code bw_pg_wait_notify(struct bw_pg *pg, bw_time mono, int wake_fd, bool *ret, struct bw_error *err);

#endif
