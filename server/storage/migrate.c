/* SPDX-License-Identifier: Apache-2.0 */
/* migrate.c - applies, compares, refuses.  Each step is a transaction of its own that takes the lock and reads the list
 * again, so that two migrators at once, or one that was killed anywhere, come to the same end. */
#include "bw/storage/migrate.h"

#include <stdio.h>
#include <stdlib.h>

#include "bw/base/crypto.h"
#include "bw/storage/tx.h"
#include "pg_int.h"

#define STEP_US (30 * BW_MINUTE) /* a migration of a large table */
#define LOCK_US (2 * BW_MINUTE)  /* another migrator at work */

struct run {
    struct bw_migrate_options o;
    struct bw_migrate_status *st;
    struct bw_pg *pg;
    unsigned number; /* the one being applied */
};

static const char *const default_extensions[] = { "btree_gist", "pg_trgm", NULL };

static unsigned number_of(const char *name)
{
    struct bw_str rest = bw_str_c(name);
    uint64_t n = 0;
    bool ok = bw_str_to_u64(bw_str_split(&rest, '_'), 1, 999999, &n);
    BW_ASSERT(ok && rest.p); /* schema/migrations/NNNN_name.sql */
    return (unsigned)n;
}

unsigned bw_schema_number(const struct bw_scripts *migrations)
{
    return migrations->n ? number_of(migrations->rows[migrations->n - 1].name) : 0;
}

/* "-- min-program: N" among the leading comment lines; 1 where it does not stand. */
static unsigned min_program_of(struct bw_str sql)
{
    static const struct bw_str key = { "-- min-program:", 15 };
    struct bw_str rest = sql;
    uint64_t n = 1;
    while (rest.p) {
        struct bw_str line = bw_str_trim(bw_str_split(&rest, '\n'));
        if (!bw_str_starts(line, BW_STR("--")))
            break;
        if (bw_str_starts(line, key))
            BW_ASSERT(bw_str_to_u64(bw_str_trim(bw_str_drop(line, key.n)), 1, 999999, &n));
    }
    return (unsigned)n;
}

static struct bw_migration_line *line_of(struct bw_migrate_status *st, unsigned number)
{
    for (unsigned i = 0; i < st->n; i++)
        if (st->lines[i].number == number)
            return &st->lines[i];
    return NULL;
}

static const struct bw_script *script_of(const struct bw_scripts *scripts, unsigned number)
{
    for (unsigned i = 0; i < scripts->n; i++)
        if (number_of(scripts->rows[i].name) == number)
            return &scripts->rows[i];
    return NULL;
}

/* What the program has, all pending. */
static void expect_own(struct run *r)
{
    struct bw_migrate_status *st = r->st;
    *st = (struct bw_migrate_status){ .program = bw_schema_number(r->o.migrations) };
    BW_ASSERT(r->o.migrations->n < BW_MIGRATIONS_MAX / 2);
    for (unsigned i = 0; i < r->o.migrations->n; i++) {
        const struct bw_script *s = &r->o.migrations->rows[i];
        struct bw_migration_line *line = &st->lines[st->n++];
        *line = (struct bw_migration_line){ .number = number_of(s->name),
                                            .state = BW_MIGRATION_PENDING,
                                            .min_program = min_program_of(s->sql),
                                            .applied_at = BW_TIME_NONE };
        snprintf(line->name, sizeof(line->name), "%s", s->name);
        BW_ASSERT(i == 0 || line->number > line[-1].number);
    }
    st->pending = st->n;
}

static bw_code take_recorded(struct run *r, struct bw_rows *rows, size_t row, struct bw_error *err)
{
    struct bw_migrate_status *st = r->st;
    unsigned number = (unsigned)bw_rows_i32(rows, row, "number");
    struct bw_migration_line *line = line_of(st, number);
    const struct bw_script *own = script_of(r->o.migrations, number);
    if (!line) {
        if (st->n >= BW_MIGRATIONS_MAX)
            return bw_fail(err, BW_E_CONFIG, NULL, "more than %d migrations", BW_MIGRATIONS_MAX);
        line = &st->lines[st->n++];
        *line = (struct bw_migration_line){ .number = number, .state = BW_MIGRATION_NEWER };
        struct bw_str name = bw_str_take(bw_rows_text(rows, row, "name"), sizeof(line->name) - 1);
        bw_str_put(name, line->name, sizeof(line->name));
    } else {
        struct bw_hash ours = bw_sha256(own->sql);
        bool same = bw_str_eq(bw_rows_bytea(rows, row, "checksum"), bw_str_n((const char *)ours.b, sizeof(ours.b)));
        line->state = same ? BW_MIGRATION_APPLIED : BW_MIGRATION_DRIFTED;
        st->pending--;
    }
    line->min_program = (unsigned)bw_rows_i32(rows, row, "min_program");
    line->applied_at = bw_rows_time(rows, row, "applied_at");
    if (number > st->database)
        st->database = number;
    return BW_OK;
}

static bw_code read_recorded(struct run *r, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    expect_own(r);
    bw_code code = bw_pg_query(r->pg, BW_STMT_MIGRATION_LIST, BW_NO_PARAMS, &rows, err);
    for (size_t i = 0; i < rows.n && code == BW_OK; i++)
        code = take_recorded(r, &rows, i, err);
    return code;
}

/* May this program work on what is recorded? */
static bw_code judge(const struct bw_migrate_status *st, struct bw_error *err)
{
    for (unsigned i = 0; i < st->n; i++) {
        const struct bw_migration_line *line = &st->lines[i];
        if (line->state == BW_MIGRATION_DRIFTED)
            return bw_fail(err, BW_E_CONFIG, NULL, "migration %s was applied with another text than this program has",
                           line->name);
        if (line->state == BW_MIGRATION_NEWER && line->number < st->program)
            return bw_fail(err, BW_E_CONFIG, NULL, "migration %s is recorded and unknown to this program", line->name);
        if (line->state != BW_MIGRATION_PENDING && line->min_program > st->program)
            return bw_fail(err, BW_E_CONFIG, NULL,
                           "the database needs a newer program: %s allows schema number %u and above, this one has %u",
                           line->name, line->min_program, st->program);
        if (line->state == BW_MIGRATION_PENDING && line->number < st->database)
            return bw_fail(err, BW_E_CONFIG, NULL, "migration %s is missing below those that were applied", line->name);
    }
    return BW_OK;
}

static bw_code open_session(struct run *r, unsigned sets, const char *role, struct bw_error *err)
{
    const struct bw_pg_options o = { .conninfo = r->o.conninfo,
                                     .name = "migrate",
                                     .schema = r->o.schema,
                                     .role = role,
                                     .sets = sets,
                                     .call_us = STEP_US,
                                     .statement_us = STEP_US };
    bw_pg_free(r->pg);
    r->pg = NULL;
    bw_code code = bw_pg_new(&o, &r->pg, err);
    return code == BW_OK ? bw_pg_ensure(r->pg, err) : code;
}

static bw_code lock(struct bw_pg *pg, struct bw_error *err)
{
    return bw_pg_query(pg, BW_STMT_MIGRATION_LOCK, BW_NO_PARAMS, NULL, err);
}

/* Another migrator holds the lock: its steps are waited for. */
static bw_code run_locked(struct run *r, bw_tx_body *body, struct bw_error *err)
{
    bw_time until = bw_clock_mono() + LOCK_US;
    bw_code code;
    do
        code = bw_tx_run(r->pg, body, r, err);
    while (code == BW_E_RETRY && bw_clock_mono() < until);
    return code;
}

static bw_code run_scripts(struct bw_pg *pg, const struct bw_scripts *scripts, struct bw_error *err)
{
    bw_code code = BW_OK;
    for (unsigned i = 0; i < scripts->n && code == BW_OK; i++)
        code = bw_pg_script(pg, scripts->rows[i].name, scripts->rows[i].sql, err);
    return code;
}

static bw_code boot_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    (void)ctx;
    bw_code code = lock(pg, err);
    return code == BW_OK ? run_scripts(pg, &bw_sql_bootstrap, err) : code;
}

static bw_code step_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct run *r = ctx;
    bw_code code = lock(pg, err);
    if (code == BW_OK)
        code = read_recorded(r, err);
    if (code == BW_OK)
        code = judge(r->st, err);
    const struct bw_migration_line *line = line_of(r->st, r->number);
    if (code != BW_OK || !line || line->state != BW_MIGRATION_PENDING)
        return code; /* somebody else has done it */
    const struct bw_script *s = script_of(r->o.migrations, r->number);
    struct bw_hash sum = bw_sha256(s->sql);
    code = bw_pg_script(pg, s->name, s->sql, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_MIGRATION_ADD,
                           BW_PARAMS(bw_p_i32((int32_t)r->number), bw_p_c(s->name),
                                     bw_p_bytea(bw_str_n((const char *)sum.b, sizeof(sum.b))),
                                     bw_p_i32((int32_t)line->min_program), bw_p_time(bw_clock_wall())),
                           NULL, err);
    return code;
}

static bw_code functions_body(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct run *r = ctx;
    bw_code code = lock(pg, err);
    if (code == BW_OK)
        code = read_recorded(r, err);
    if (code == BW_OK)
        code = judge(r->st, err);
    if (code != BW_OK || r->st->database != r->st->program)
        return code; /* a newer database keeps its own functions */
    code = run_scripts(pg, r->o.functions, err);
    bool test = r->o.schema && strcmp(r->o.schema, BW_TEST_REALM) == 0;
    return code == BW_OK && test ? run_scripts(pg, &bw_sql_test_realm, err) : code;
}

static bw_code check_extensions(struct run *r, struct bw_error *err)
{
    enum { MOST = 16 };
    struct bw_str names[MOST];
    size_t n = 0;
    char missing[160] = "";
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    for (; r->o.extensions[n]; n++) {
        BW_ASSERT(n < MOST);
        names[n] = bw_str_c(r->o.extensions[n]);
    }
    bw_code code = bw_pg_query(r->pg, BW_STMT_EXTENSION_MISSING, BW_PARAMS(bw_p_texts(names, n)), &rows, err);
    if (code != BW_OK || rows.n == 0)
        return code;
    for (size_t i = 0; i < rows.n; i++) {
        size_t at = strlen(missing);
        snprintf(missing + at, sizeof(missing) - at, " %.*s", BW_FMT(bw_rows_text(&rows, i, "name")));
    }
    return bw_fail(err, BW_E_CONFIG, NULL, "the server lacks these extensions (package postgresql-contrib):%s",
                   missing);
}

static bw_code bootstrap(struct run *r, struct bw_error *err)
{
    bw_code code = open_session(r, BW_SET_BOOT, NULL, err);
    if (code == BW_OK)
        code = check_extensions(r, err);
    if (code == BW_OK)
        code = run_locked(r, boot_body, err);
    if (code == BW_E_DB && strcmp(bw_pg_sqlstate(r->pg), "42501") == 0) {
        bw_error_prefix(err, "the migrating user may not create roles, extensions or schemas");
        code = BW_E_CONFIG;
        if (err)
            err->code = code;
    }
    return code;
}

static void with_defaults(struct run *r, const struct bw_migrate_options *o)
{
    r->o = *o;
    if (!r->o.migrations)
        r->o.migrations = &bw_sql_migrations;
    if (!r->o.functions)
        r->o.functions = &bw_sql_functions;
    if (!r->o.extensions)
        r->o.extensions = default_extensions;
}

static bw_code up(struct run *r, struct bw_error *err)
{
    bw_code code = bootstrap(r, err);
    if (code == BW_OK)
        code = open_session(r, BW_SET_MIGRATE, "bagwatch_owner", err);
    if (code == BW_OK)
        code = read_recorded(r, err);
    if (code == BW_OK)
        code = judge(r->st, err);
    for (unsigned i = 0; i < r->o.migrations->n && code == BW_OK; i++) {
        r->number = number_of(r->o.migrations->rows[i].name);
        const struct bw_migration_line *line = line_of(r->st, r->number);
        if (line && line->state == BW_MIGRATION_PENDING)
            code = run_locked(r, step_body, err);
    }
    if (code == BW_OK)
        code = run_locked(r, functions_body, err);
    return code == BW_OK ? read_recorded(r, err) : code;
}

/* Status where schema_migration may not be there yet. */
static bw_code look(struct run *r, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    expect_own(r);
    bw_code code = open_session(r, BW_SET_BOOT, NULL, err);
    if (code == BW_OK)
        code = bw_pg_query(r->pg, BW_STMT_MIGRATION_READY, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK || !bw_rows_bool(&rows, 0, "there"))
        return code;
    code = open_session(r, BW_SET_MIGRATE, NULL, err);
    return code == BW_OK ? read_recorded(r, err) : code;
}

static bw_code check(struct run *r, struct bw_error *err)
{
    bw_code code = look(r, err);
    if (code == BW_OK)
        code = judge(r->st, err);
    if (code == BW_OK && r->st->pending)
        code = bw_fail(err, BW_E_CONFIG, NULL, "%u migrations are pending: run bagwatchd migrate up", r->st->pending);
    return code;
}

static bw_code with_session(const struct bw_migrate_options *o, struct bw_migrate_status *ret,
                            bw_code (*work)(struct run *, struct bw_error *), struct bw_error *err)
{
    struct run r = { .st = calloc(1, sizeof(*ret)) };
    if (!r.st)
        return bw_fail(err, BW_E_NOMEM, NULL, "migrations");
    with_defaults(&r, o);
    bw_code code = work(&r, err);
    if (code == BW_OK && ret)
        *ret = *r.st;
    bw_pg_free(r.pg);
    free(r.st);
    return code;
}

bw_code bw_migrate_up(const struct bw_migrate_options *o, struct bw_migrate_status *ret, struct bw_error *err)
{
    return with_session(o, ret, up, err);
}

bw_code bw_migrate_status(const struct bw_migrate_options *o, struct bw_migrate_status *ret, struct bw_error *err)
{
    return with_session(o, ret, look, err);
}

bw_code bw_migrate_check(const struct bw_migrate_options *o, struct bw_error *err)
{
    return with_session(o, NULL, check, err);
}
