/* SPDX-License-Identifier: Apache-2.0 */
/* cli_database.c - verbs that look after the database. */
#include <stdlib.h>
#include <sysexits.h>

#include "bw/app/seed.h"
#include "bw/app/verify.h"
#include "bw/storage/migrate.h"
#include "bw/storage/pg.h"
#include "cli.h"
#include "cli_db.h"

int bw_cli_with_database(struct bw_cli *cli, int (*run)(struct bw_cli *cli, struct bw_database *db))
{
    struct bw_database db;
    struct bw_error err = { 0 };
    bw_code code = bw_clock_init(&err);
    if (code == BW_OK)
        code = bw_database_place(&cli->options, &db, &err);
    if (code == BW_OK)
        code = bw_database_open(&cli->options, &db, &err);
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    int status = run(cli, &db);
    bw_database_close(&db);
    return status;
}

static const char *state_word(enum bw_migration_state state)
{
    switch (state) {
    case BW_MIGRATION_APPLIED:
        return "applied";
    case BW_MIGRATION_PENDING:
        return "pending";
    case BW_MIGRATION_DRIFTED:
        return "DRIFTED: recorded with another checksum";
    case BW_MIGRATION_NEWER:
        return "newer than this program";
    }
    return "";
}

static void print_status(const struct bw_cli *cli, const struct bw_migrate_status *st)
{
    char at[BW_TIME_TEXT];
    for (unsigned i = 0; i < st->n; i++) {
        const struct bw_migration_line *line = &st->lines[i];
        fprintf(cli->out, "%04u %-32s %s%s%s\n", line->number, line->name, state_word(line->state),
                line->applied_at == BW_TIME_NONE ? "" : " ",
                line->applied_at == BW_TIME_NONE ? "" : bw_time_text(line->applied_at, at));
    }
    fprintf(cli->out, "program %u, database %u, %u pending\n", st->program, st->database, st->pending);
}

/* The live realm and, where there is one, the test realm: [0] and [1]. */
static struct bw_migrate_status *status_new(const struct bw_cli *cli)
{
    struct bw_migrate_status *st = calloc(2, sizeof(*st));
    if (!st)
        fprintf(cli->err, "bagwatchd: out of memory\n");
    return st;
}

static void print_both(const struct bw_cli *cli, const struct bw_database *db, const struct bw_migrate_status *st)
{
    print_status(cli, &st[0]);
    if (db->test) {
        fprintf(cli->out, "test realm:\n");
        print_status(cli, &st[1]);
    }
}

static int up(struct bw_cli *cli, struct bw_database *db)
{
    struct bw_error err = { 0 };
    struct bw_migrate_status *st = status_new(cli);
    if (!st)
        return EX_OSERR;
    bw_code code = bw_database_migrate(db, &st[0], &st[1], &err);
    if (code == BW_OK)
        print_both(cli, db, st);
    free(st);
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

static int status_of(struct bw_cli *cli, const struct bw_database *db, struct bw_migrate_status *st)
{
    const struct bw_migrate_options live = { .conninfo = db->owner };
    const struct bw_migrate_options test = { .conninfo = db->owner, .schema = db->test };
    struct bw_error err = { 0 };
    bw_code code = bw_migrate_status(&live, &st[0], &err);
    if (code == BW_OK && db->test)
        code = bw_migrate_status(&test, &st[1], &err);
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

static int status(struct bw_cli *cli, struct bw_database *db)
{
    struct bw_migrate_status *st = status_new(cli);
    int code = st ? status_of(cli, db, st) : EX_OSERR;
    if (code == EX_OK) {
        print_both(cli, db, st);
        code = st[0].pending || st[1].pending ? 1 : EX_OK;
    }
    free(st);
    return code;
}

static void print_plan(const struct bw_cli *cli, const struct bw_migrate_status *st, const char *where)
{
    for (unsigned i = 0; i < st->n; i++)
        if (st->lines[i].state == BW_MIGRATION_PENDING)
            fprintf(cli->out, "apply %04u %s%s\n", st->lines[i].number, st->lines[i].name, where);
    fprintf(cli->out, "make the functions and grants anew%s\n", where);
}

static int plan(struct bw_cli *cli, struct bw_database *db)
{
    struct bw_migrate_status *st = status_new(cli);
    int code = st ? status_of(cli, db, st) : EX_OSERR;
    if (code == EX_OK) {
        print_plan(cli, &st[0], "");
        fprintf(cli->out, "add stations and carriers that are missing\n");
    }
    if (code == EX_OK && db->test)
        print_plan(cli, &st[1], " (test realm)");
    free(st);
    return code;
}

static int seed(struct bw_cli *cli, struct bw_database *db)
{
    struct bw_error err = { 0 };
    struct bw_seeded done = { 0 };
    bw_code code = bw_seed_reference(db->owner, NULL, &done, &err);
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    fprintf(cli->out, "%llu stations, %llu carriers and %llu rows of law added\n", (unsigned long long)done.stations,
            (unsigned long long)done.carriers, (unsigned long long)done.legal);
    return EX_OK;
}

static void print_difference(void *ctx, const char *line)
{
    const struct bw_cli *cli = ctx;
    fprintf(cli->out, "%s\n", line);
}

static int verify(struct bw_cli *cli, struct bw_database *db)
{
    const struct bw_verify_options o = {
        .conninfo = db->app,
        .role = db->app_role,
        .schema = bw_cli_arg(cli, "test") ? BW_TEST_REALM : NULL,
        .parts = bw_cli_arg(cli, "bags") ? BW_VERIFY_BAGS : BW_VERIFY_ALL,
        .tell = print_difference,
        .ctx = cli,
    };
    struct bw_verify_result r = { 0 };
    struct bw_error err = { 0 };
    bw_code code = bw_verify(&o, &r, &err);
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    fprintf(cli->out, "%llu bags, %llu cases, %llu events, %llu batches: %llu differences\n",
            (unsigned long long)r.bags, (unsigned long long)r.cases, (unsigned long long)r.events,
            (unsigned long long)r.batches, (unsigned long long)r.differences);
    return r.differences ? 1 : EX_OK;
}

int bw_verb_migrate_up(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, up);
}

int bw_verb_migrate_status(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, status);
}

int bw_verb_migrate_plan(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, plan);
}

int bw_verb_seed(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, seed);
}

int bw_verb_verify(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, verify);
}
