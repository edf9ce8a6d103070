/* SPDX-License-Identifier: Apache-2.0 */
/* migrate.h - brings a database to the schema of this program, and tells whether the program may run on it.
 * First schema/bootstrap (roles, extensions, the realm's schema, schema_migration; run again each time), then every
 * schema/migrations/NNNN_name.sql once, in its own transaction as bagwatch_owner, under a transaction-scoped advisory
 * lock, recorded with SHA-256; then schema/functions, made anew each time, in one transaction.
 * The program's schema number is that of its newest migration.  The header of a migration may say
 *     -- min-program: N      the lowest program schema number that may still run afterwards (default: 1)
 * so that a contracting step shuts old programs out and an expanding one does not (OPS-06).
 * Scripts name no schema: the session's search_path is "<realm>, public".
 * Layer: storage.  Threads: any; every call has a session of its own.  Source: OPS-06, design.md 7. */
#ifndef BW_STORAGE_MIGRATE_H
#define BW_STORAGE_MIGRATE_H

#include "bw/base/clock.h"
#include "bw/base/str.h"

/* One embedded file; sql ends in a NUL that n does not count. */
struct bw_script {
    const char *name; /* file name without .sql: "0001_core" */
    struct bw_str sql;
};
struct bw_scripts {
    const struct bw_script *rows;
    unsigned n;
};

/* The program's own, in order of their names. */
extern const struct bw_scripts bw_sql_bootstrap;
extern const struct bw_scripts bw_sql_migrations;
extern const struct bw_scripts bw_sql_functions;
extern const struct bw_scripts bw_sql_test_realm; /* functions of the test realm alone, beside the others */
extern const struct bw_scripts bw_sql_cluster; /* the embedded server's owner role and database */

struct bw_migrate_options {
    const char *conninfo;               /* who may create roles and own the schema */
    const char *schema;                 /* realm: NULL = "bagwatch"; or BW_TEST_REALM (pg.h) */
    const struct bw_scripts *migrations; /* NULL = the program's own */
    const struct bw_scripts *functions;  /* NULL = the program's own */
    const char *const *extensions;      /* NULL-ended; NULL = btree_gist and pg_trgm */
};

enum bw_migration_state {
    BW_MIGRATION_APPLIED, /* recorded with our checksum */
    BW_MIGRATION_PENDING, /* ours, not recorded */
    BW_MIGRATION_DRIFTED, /* recorded with another checksum */
    BW_MIGRATION_NEWER    /* recorded, unknown to this program */
};
struct bw_migration_line {
    unsigned number;
    char name[64];
    enum bw_migration_state state;
    unsigned min_program; /* as recorded, else as the file says */
    bw_time applied_at;   /* BW_TIME_NONE when pending */
};
enum { BW_MIGRATIONS_MAX = 512 };
struct bw_migrate_status {
    unsigned program;  /* our schema number */
    unsigned database; /* the newest recorded; 0 = none */
    unsigned pending;
    unsigned n;
    struct bw_migration_line lines[BW_MIGRATIONS_MAX];
};

/* Applies what is pending.  BW_E_CONFIG: drift, a database that excludes this program, an extension that the server
 * lacks, missing rights; detail says which.  Nothing is applied where anything is wrong beforehand.  A database that is
 * newer and allows us is left alone, functions included.  ret may be NULL. */
BW_MUST_USE bw_code bw_migrate_up(const struct bw_migrate_options *o, struct bw_migrate_status *ret,
                                  struct bw_error *err);
/* What stands and what is pending; changes nothing.  Works on an empty database too. */
BW_MUST_USE bw_code bw_migrate_status(const struct bw_migrate_options *o, struct bw_migrate_status *ret,
                                      struct bw_error *err);
/* May this program serve?  BW_OK, or BW_E_CONFIG when the database excludes us, has drifted or has pending migrations;
 * runs as any role that can read schema_migration. */
BW_MUST_USE bw_code bw_migrate_check(const struct bw_migrate_options *o, struct bw_error *err);
/* The number before the "_" of the newest of them; 0 for none. */
unsigned bw_schema_number(const struct bw_scripts *migrations);

#endif
