/* SPDX-License-Identifier: Apache-2.0 */
/* cli_doctor.c - `doctor`: what is set up so that it works today and hurts later.  One line a finding. */
#include <sys/resource.h>
#include <sysexits.h>

#include "bw/app/feed.h"
#include "bw/app/world.h"
#include "bw/storage/keys.h"
#include "bw/storage/migrate.h"
#include "bw/storage/pg.h"
#include "cli.h"
#include "cli_db.h"

#define CLOCK_LIMIT (2 * BW_SECOND)
enum { FILES_WANTED = 4096 };

struct visit {
    struct bw_cli *cli;
    struct bw_database *db;
    unsigned bad;
};

static void say(struct visit *v, bool good, const char *what, const char *why)
{
    fprintf(v->cli->out, "%-5s %s%s%s\n", good ? "ok" : "BAD", what, good || !why[0] ? "" : ": ", good ? "" : why);
    v->bad += !good;
}

/* fsync and full_page_writes off lose what was acknowledged (reliability.md 3.2). */
static void check_settings(struct visit *v, struct bw_pg *pg)
{
    static const struct bw_str names[] = { BW_STR_INIT("fsync"), BW_STR_INIT("full_page_writes"),
                                           BW_STR_INIT("server_encoding") };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    if (bw_pg_query(pg, BW_STMT_DOCTOR_SETTINGS, BW_PARAMS(bw_p_texts(names, BW_LEN(names))), &rows, &err) != BW_OK) {
        say(v, false, "the database's settings", err.detail);
        return;
    }
    for (size_t i = 0; i < rows.n; i++) {
        char what[96];
        struct bw_str name = bw_rows_text(&rows, i, "name"), setting = bw_rows_text(&rows, i, "setting");
        snprintf(what, sizeof(what), "database: %.*s is %.*s", BW_FMT(name), BW_FMT(setting));
        say(v, bw_str_eq_c(setting, "on") || bw_str_eq_c(setting, "UTF8"), what, "what was acknowledged can be lost");
    }
}

static void check_role(struct visit *v, struct bw_pg *pg)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_DOCTOR_ROLE, BW_NO_PARAMS, &rows, &err);
    bool plain = code == BW_OK && !bw_rows_bool(&rows, 0, "super") && !bw_rows_bool(&rows, 0, "owner");
    say(v, plain, "the serving session can add to the log and change nothing of it",
        code == BW_OK ? "it logs in as the owner and only steps down; set app-database-url" : err.detail);
}

static void check_keys(struct visit *v, struct bw_pg *pg)
{
    struct bw_keys keys;
    struct bw_error err = { 0 };
    bw_code code = bw_keys_open(v->db->keys, 0, &keys, &err);
    if (code == BW_OK)
        code = bw_feed_check_keys(pg, keys.print, &err);
    say(v, code == BW_OK, "the keys in the data folder are the database's", err.detail);
    bw_keys_wipe(&keys);
}

static void check_world(struct visit *v, struct bw_pg *pg)
{
    struct bw_worlds *worlds = NULL;
    struct bw_error err = { 0 };
    unsigned missing = 0;
    bw_code code = bw_worlds_new(NULL, &worlds, &err);
    if (code == BW_OK)
        code = bw_worlds_load(worlds, pg, &missing, &err);
    say(v, code == BW_OK && missing == 0, "every station's time zone is known",
        code == BW_OK ? "install tzdata; stations without a zone show UTC" : err.detail);
    bw_worlds_free(worlds);
}

static void check_clock(struct visit *v)
{
    char why[96];
    int64_t off = bw_clock_offset();
    snprintf(why, sizeof(why), "they differ by %lld ms; the database's clock counts", (long long)(off / BW_MS));
    say(v, off < CLOCK_LIMIT && off > -CLOCK_LIMIT, "our clock and the database's agree", why);
}

static void check_files(struct visit *v)
{
    struct rlimit files;
    bool good = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max >= FILES_WANTED;
    say(v, good, "enough files may be open", "raise LimitNOFILE; streams are limited by it");
}

static int visit(struct bw_cli *cli, struct bw_database *db)
{
    const struct bw_pg_options o = {
        .conninfo = db->app, .name = "doctor", .role = db->app_role, .sets = BW_SET_ADMIN
    };
    struct visit v = { cli, db, 0 };
    struct bw_pg *pg = NULL;
    struct bw_error err = { 0 };
    const struct bw_migrate_options m = { .conninfo = db->app };
    bool migrated = bw_migrate_check(&m, &err) == BW_OK;
    say(&v, migrated, "the database has this program's schema", err.detail);
    if (migrated && db->test) {
        const struct bw_migrate_options t = { .conninfo = db->app, .schema = db->test };
        say(&v, bw_migrate_check(&t, &err) == BW_OK, "the test realm has it too", err.detail);
    }
    check_files(&v);
    if (!migrated)
        return 1;
    bw_code code = bw_pg_new(&o, &pg, &err);
    if (code == BW_OK)
        code = bw_pg_ensure(pg, &err);
    say(&v, code == BW_OK, "the database answers the serving role", err.detail);
    if (code == BW_OK) {
        check_settings(&v, pg);
        check_role(&v, pg);
        check_keys(&v, pg);
        check_world(&v, pg);
        check_clock(&v);
    }
    bw_pg_free(pg);
    return v.bad ? 1 : EX_OK;
}

int bw_verb_doctor(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, visit);
}
