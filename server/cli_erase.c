/* SPDX-License-Identifier: Apache-2.0 */
/* cli_erase.c - erasing and exporting a file from the command line, and a list of erasures on a restored database. Both
 * verbs have a writer of their own, so that they work beside a serving instance and without one. */
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "bw/app/erase.h"
#include "bw/app/export.h"
#include "bw/app/world.h"
#include "cli.h"
#include "cli_db.h"

/* What the use case is handed: a session, the keys, a writer. */
struct tools {
    struct bw_keys keys;
    struct bw_worlds *worlds;
    struct bw_writer *writer;
    struct bw_pg *pg;
    struct bw_app app;
    char instance[32];
};

static bw_code start_writer(struct tools *t, const struct bw_database *db, struct bw_error *err)
{
    const struct bw_writer_options o = { .conninfo = db->app,
                                         .role = db->app_role,
                                         .keys = &t->keys,
                                         .world = bw_worlds_take,
                                         .release = bw_worlds_release,
                                         .world_ctx = t->worlds,
                                         .instance = t->instance,
                                         .threads = 1 };
    (void)snprintf(t->instance, sizeof t->instance, "command line:%ld", (long)getpid());
    bw_code rc = bw_writer_new(&o, &t->writer, err);
    return rc == BW_OK ? bw_writer_start(t->writer, err) : rc;
}

static bw_code tools_new(struct tools *t, const struct bw_database *db, struct bw_error *err)
{
    const struct bw_pg_options o = {
        .conninfo = db->app, .name = "command line", .role = db->app_role, .sets = BW_SET_ADMIN | BW_SET_QUERY
    };
    bw_code rc = bw_keys_open(db->keys, 0, &t->keys, err);
    rc = rc == BW_OK ? bw_pg_new(&o, &t->pg, err) : rc;
    rc = rc == BW_OK ? bw_pg_ensure(t->pg, err) : rc;
    rc = rc == BW_OK ? bw_worlds_new(NULL, &t->worlds, err) : rc;
    rc = rc == BW_OK ? bw_worlds_load(t->worlds, t->pg, NULL, err) : rc;
    rc = rc == BW_OK ? start_writer(t, db, err) : rc;
    t->app = (struct bw_app){ .writer = t->writer, .worlds = t->worlds, .keys = &t->keys, .erasures = db->erasures };
    return rc;
}

static void tools_done(struct tools *t)
{
    if (t->writer)
        bw_writer_stop(t->writer);
    bw_writer_free(t->writer);
    bw_worlds_free(t->worlds);
    bw_pg_free(t->pg);
    bw_keys_wipe(&t->keys);
}

static int replay(struct bw_cli *cli, struct tools *t, const char *path)
{
    struct bw_error err = { 0 };
    struct bw_erase_replayed r;
    bw_code rc = bw_erase_replay(&t->app, t->pg, path, &r, &err);
    if (rc != BW_OK)
        return bw_cli_fail(cli, rc, &err);
    fprintf(cli->out, "%zu erasures on the list, %zu done again\n", r.listed, r.done);
    return EX_OK;
}

static int erase_one(struct bw_cli *cli, struct tools *t)
{
    struct bw_error err = { 0 };
    bw_time at = BW_TIME_NONE;
    char text[BW_TIME_TEXT];
    bw_code rc =
        bw_erase_run(&t->app, t->pg, bw_str_c(cli->words[0]), BW_ERASE_ASKED, bw_clock_wall(), true, &at, &err);
    if (rc != BW_OK)
        return bw_cli_fail(cli, rc, &err);
    fprintf(cli->out, "%s erased %s\n", cli->words[0], bw_time_text(at, text));
    return EX_OK;
}

static int erase(struct bw_cli *cli, struct bw_database *db)
{
    struct tools t = { .writer = NULL };
    struct bw_error err = { 0 };
    const char *list = bw_cli_arg(cli, "replay");
    if ((cli->n_words == 1) == (list != NULL))
        return bw_cli_fail(cli, bw_fail(&err, BW_E_BAD_REQUEST, NULL, "say a file reference, or --replay FILE"), &err);
    bw_code rc = tools_new(&t, db, &err);
    int status = rc != BW_OK ? bw_cli_fail(cli, rc, &err) : list ? replay(cli, &t, list) : erase_one(cli, &t);
    tools_done(&t);
    return status;
}

int bw_verb_erase(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, erase);
}

static bw_code take_out(const struct tools *t, struct bw_str ref, struct bw_arena *arena, struct bw_export **ret,
                        struct bw_error *err)
{
    bw_code rc = bw_export_make(&t->app, t->pg, ref, NULL, bw_clock_wall(), arena, ret, err);
    return rc == BW_OK ? bw_writer_wait(t->writer, &(*ret)->work, err) : rc;
}

static int export(struct bw_cli *cli, struct bw_database *db)
{
    struct tools t = { .writer = NULL };
    struct bw_error err = { 0 };
    struct bw_export *x = NULL;
    struct bw_arena arena;
    bw_arena_init(&arena, BW_ERASE_ARENA);
    bw_code rc = tools_new(&t, db, &err);
    rc = rc == BW_OK ? take_out(&t, bw_str_c(cli->words[0]), &arena, &x, &err) : rc;
    int status = EX_OK;
    if (rc != BW_OK)
        status = bw_cli_fail(cli, rc, &err);
    else if (fprintf(cli->out, "%.*s\n", BW_FMT(x->json)) < 0 || fflush(cli->out) != 0)
        status = EX_IOERR;
    bw_arena_done(&arena);
    tools_done(&t);
    return status;
}

int bw_verb_export(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, export);
}
