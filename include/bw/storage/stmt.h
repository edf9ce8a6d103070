/* SPDX-License-Identifier: Apache-2.0 */
/* stmt.h - every SQL statement of the program by enum, made from schema/queries/<name>.sql by schema/embed.cmake:
 * file bag_by_id.sql is BW_STMT_BAG_BY_ID.  Header of a file, in this order, before any SQL:
 *     -- name: bag_by_id         rows: maybe one
 *     -- set:  writer, query
 *     -- in:   $1 bucket smallint, $2 bag_id uuid      index: bag_pkey
 *     -- out:  version integer, place smallint, news_at timestamptz
 * rows: none (no rows come back), count (the same, and the caller reads `affected`), one, maybe one, many.
 * set: writer query feed duties admin owner boot migrate realm, or all.  in, out: "none" or a comma list; a list may go on in further
 * lines of the same header word.  Types: the SQL names in BW_PG_TYPES.  `index:` names the index
 * that the statement reads by; for writer and feed a test holds it to that (integration.statements_test).
 * Layer: storage.  Threads: constant data.  Source: style.md 5.10, 5b. */
#ifndef BW_STORAGE_STMT_H
#define BW_STORAGE_STMT_H

#include <stddef.h>

#include "bw/storage/stmt_list.h" /* generated: enum bw_stmt { BW_STMT_…, BW_STMT_MAX } */

/* X(id, SQL name, other name, OID); every type is followed by its array. */
#define BW_PG_TYPES(X) \
    X(BW_T_I16, "smallint", "int2", 21) X(BW_T_I16S, "smallint[]", "int2[]", 1005) \
    X(BW_T_I32, "integer", "int4", 23) X(BW_T_I32S, "integer[]", "int4[]", 1007) \
    X(BW_T_I64, "bigint", "int8", 20) X(BW_T_I64S, "bigint[]", "int8[]", 1016) \
    X(BW_T_F64, "double precision", "float8", 701) X(BW_T_F64S, "double precision[]", "float8[]", 1022) \
    X(BW_T_BOOL, "boolean", "bool", 16) X(BW_T_BOOLS, "boolean[]", "bool[]", 1000) \
    X(BW_T_TEXT, "text", "text", 25) X(BW_T_TEXTS, "text[]", "text[]", 1009) \
    X(BW_T_BYTEA, "bytea", "bytea", 17) X(BW_T_BYTEAS, "bytea[]", "bytea[]", 1001) \
    X(BW_T_UUID, "uuid", "uuid", 2950) X(BW_T_UUIDS, "uuid[]", "uuid[]", 2951) \
    X(BW_T_TIME, "timestamptz", "timestamptz", 1184) X(BW_T_TIMES, "timestamptz[]", "timestamptz[]", 1185) \
    X(BW_T_DATE, "date", "date", 1082) X(BW_T_DATES, "date[]", "date[]", 1182) \
    X(BW_T_JSONB, "jsonb", "jsonb", 3802) X(BW_T_JSONBS, "jsonb[]", "jsonb[]", 3807)

enum bw_pg_type {
#define X(id, name, other, oid) id,
    BW_PG_TYPES(X)
#undef X
    BW_T_MAX
};

/* Which sessions prepare a statement. */
enum bw_stmt_set {
    BW_SET_WRITER = 1,
    BW_SET_QUERY = 2,
    BW_SET_FEED = 4,
    BW_SET_DUTIES = 8,
    BW_SET_ADMIN = 16, /* command line verbs */
    BW_SET_OWNER = 32, /* as bagwatch_owner: maintain, erase */
    BW_SET_ALL = 63,
    BW_SET_BOOT = 64,    /* on a database that may hold nothing of ours yet */
    BW_SET_MIGRATE = 128, /* once schema_migration is there */
    BW_SET_REALM = 256    /* of the test realm alone: on functions that the live one does not have */
};

enum bw_stmt_rows { BW_ROWS_NONE, BW_ROWS_COUNT, BW_ROWS_ONE, BW_ROWS_MAYBE_ONE, BW_ROWS_MANY };

struct bw_stmt_row {
    const char *name;
    const char *sql;
    const char *in;  /* "$1 bucket smallint, $2 bag_id uuid"; "" = none */
    const char *out; /* "version integer, place smallint"; "" = none */
    enum bw_stmt_rows rows;
    unsigned sets;
};

struct bw_stmt_table {
    const struct bw_stmt_row *rows;
    unsigned n;
};

/* The program's own statements, indexed by enum bw_stmt. */
extern const struct bw_stmt_table bw_stmts;

#endif
