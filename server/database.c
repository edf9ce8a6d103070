/* SPDX-License-Identifier: Apache-2.0 */
/* database.c - from settings to connection strings. */
#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bw/app/seed.h"
#include "bw/base/log.h"
#include "bw/storage/migrate.h"
#include "bw/storage/pg.h"

#define TEND_EVERY (500 * BW_MS)

static bool fits(int n, size_t size)
{
    return n > 0 && (size_t)n < size;
}

/* DATA: as set, else the system's place for root, else the user's. */
static bool data_dir(const char *set, char *to, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char here[PATH_MAX];
    if (set && set[0] == '/')
        return fits(snprintf(to, size, "%s", set), size);
    if (set)
        return getcwd(here, sizeof(here)) && fits(snprintf(to, size, "%s/%s", here, set), size);
    if (geteuid() == 0)
        return fits(snprintf(to, size, "/var/lib/bagwatch"), size);
    if (state && state[0] == '/')
        return fits(snprintf(to, size, "%s/bagwatch", state), size);
    return home && home[0] == '/' && fits(snprintf(to, size, "%s/.local/state/bagwatch", home), size);
}

bw_code bw_database_place(const struct bw_options *o, struct bw_database *ret, struct bw_error *err)
{
    *ret = (struct bw_database){ .cluster = NULL };
    if (!data_dir(bw_opt_given(o, BW_OPT_DATA), ret->data, sizeof(ret->data)))
        return bw_fail(err, BW_E_CONFIG, "data", "no place for the data folder: say --data DIR");
    for (size_t n = strlen(ret->data); n > 1 && ret->data[n - 1] == '/'; n--)
        ret->data[n - 1] = '\0';
    const char *keys = bw_opt_given(o, BW_OPT_KEYS);
    if (!fits(keys ? snprintf(ret->keys, sizeof(ret->keys), "%s", keys)
                   : snprintf(ret->keys, sizeof(ret->keys), "%s/keys", ret->data),
              sizeof(ret->keys)))
        return bw_fail(err, BW_E_CONFIG, "keys", "the name of the folder is too long");
    (void)snprintf(ret->erasures, sizeof(ret->erasures), "%s/erasures.log", keys ? ret->keys : ret->data);
    bw_cluster_run_dir(ret->data, ret->run);
    bool own = !bw_opt_given(o, BW_OPT_DATABASE_URL);
    const char *const dirs[] = { ret->data, own && ret->run[0] ? ret->run : NULL, NULL };
    return bw_become_service_user(bw_opt_text(o, BW_OPT_USER), dirs, err);
}

static void use_urls(const struct bw_options *o, struct bw_database *db)
{
    const char *app = bw_opt_given(o, BW_OPT_APP_DATABASE_URL), *report = bw_opt_given(o, BW_OPT_REPORT_DATABASE_URL);
    db->owner = bw_opt_text(o, BW_OPT_DATABASE_URL);
    db->app = app ? app : db->owner;
    db->app_role = app ? NULL : "bagwatch_app";
    db->report = report ? report : db->owner;
    db->report_role = report ? NULL : "bagwatch_report";
}

bw_code bw_database_open(const struct bw_options *o, struct bw_database *db, struct bw_error *err)
{
    db->test = bw_opt_on(o, BW_OPT_TEST_REALM) ? BW_TEST_REALM : NULL;
    if (bw_opt_given(o, BW_OPT_DATABASE_URL)) {
        use_urls(o, db);
        return BW_OK;
    }
    const struct bw_cluster_options c = { .data_dir = db->data,
                                          .run_dir = db->run,
                                          .bin_dir = bw_opt_given(o, BW_OPT_POSTGRES_BIN) };
    bw_code code = bw_cluster_start(&c, &db->cluster, err);
    if (code != BW_OK)
        return code;
    db->owner = bw_cluster_conninfo(db->cluster, "bagwatch_owner", db->own[0]);
    db->app = bw_cluster_conninfo(db->cluster, "bagwatch_app", db->own[1]);
    db->report = bw_cluster_conninfo(db->cluster, "bagwatch_report", db->own[2]);
    return BW_OK;
}

/* Starting a server takes a while, so main's own ticks do not wait for it. */
static void *tend(void *arg)
{
    struct bw_database *db = arg;
    bool said = false;
    bw_lock(&db->mu);
    while (!db->stopping) {
        struct bw_error err = { 0 };
        bw_unlock(&db->mu);
        bool well = bw_cluster_tend(db->cluster, &err) == BW_OK;
        if (!well && !said)
            bw_log(BW_ERROR, "cluster.tend", BW_LC("why", err.detail));
        said = !well;
        bw_time next = bw_clock_mono() + TEND_EVERY;
        bw_lock(&db->mu);
        while (!db->stopping && bw_cond_wait_until(&db->cond, &db->mu, next))
            continue;
    }
    bw_unlock(&db->mu);
    return NULL;
}

bw_code bw_database_tend(struct bw_database *db, struct bw_error *err)
{
    if (!db->cluster)
        return BW_OK;
    bw_mutex_init(&db->mu);
    bw_cond_init(&db->cond);
    bw_code code = bw_thread_start(&db->tender, "tender", tend, db, err);
    db->tended = code == BW_OK;
    return code;
}

static void stop_tending(struct bw_database *db)
{
    if (!db->tended)
        return;
    bw_lock(&db->mu);
    db->stopping = true;
    bw_cond_signal(&db->cond);
    bw_unlock(&db->mu);
    (void)pthread_join(db->tender, NULL);
    bw_cond_done(&db->cond);
    bw_mutex_done(&db->mu);
    db->tended = false;
}

void bw_database_close(struct bw_database *db)
{
    struct bw_error err = { 0 };
    if (!db->cluster)
        return;
    stop_tending(db);
    if (bw_cluster_stop(db->cluster, &err) != BW_OK)
        bw_log(BW_WARN, "cluster.stop", BW_LC("why", err.detail));
    db->cluster = NULL;
}

bw_code bw_database_migrate(const struct bw_database *db, struct bw_migrate_status *ret,
                            struct bw_migrate_status *ret_test, struct bw_error *err)
{
    const struct bw_migrate_options live = { .conninfo = db->owner };
    const struct bw_migrate_options test = { .conninfo = db->owner, .schema = db->test };
    bw_code code = bw_migrate_up(&live, ret, err);
    if (code == BW_OK)
        code = bw_seed_reference(db->owner, NULL, NULL, err);
    if (code == BW_OK && db->test)
        code = bw_migrate_up(&test, ret_test, err);
    return code;
}
