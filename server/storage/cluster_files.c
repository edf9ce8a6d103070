/* SPDX-License-Identifier: Apache-2.0 */
/* cluster_files.c - the files of the embedded server: where its programs are, initdb, settings, who may come in. */
#include "cluster_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/base/buf.h"
#include "bw/base/crypto.h"
#include "child.h"
#include "datadir.h"

#define INITDB_US (120 * BW_SECOND)
#define VERSION "15"
static const char tmp_prefix[] = "/tmp/bagwatch-";

static bool has_programs(const char *bin)
{
    char initdb[PATH_MAX], postgres[PATH_MAX];
    snprintf(initdb, sizeof(initdb), "%s/initdb", bin);
    snprintf(postgres, sizeof(postgres), "%s/postgres", bin);
    return access(initdb, X_OK) == 0 && access(postgres, X_OK) == 0;
}

bw_code bw_cluster_find_bin(struct bw_cluster *c, const char *wanted, struct bw_error *err)
{
    static const char *const places[] = { "/usr/lib/postgresql/" VERSION "/bin", "/usr/pgsql-" VERSION "/bin",
                                          "/usr/local/pgsql-" VERSION "/bin" };
    for (size_t i = 0; i < BW_LEN(places) && !wanted; i++)
        if (has_programs(places[i]))
            wanted = places[i];
    if (!wanted || !has_programs(wanted))
        return bw_fail(err, BW_E_CONFIG, NULL,
                       "PostgreSQL " VERSION " is not installed%s%s: package postgresql-" VERSION, wanted ? " in " : "",
                       wanted ? wanted : "");
    if (!bw_str_copy(bw_str_c(wanted), c->bin, sizeof(c->bin)))
        return bw_fail(err, BW_E_CONFIG, NULL, "path too long: %s", wanted);
    return BW_OK;
}

static bw_code give_to_child(const struct bw_cluster *c, const char *path, struct bw_error *err)
{
    struct bw_user user;
    if (!c->child_user)
        return BW_OK;
    if (!bw_user_named(c->child_user, &user) || chown(path, user.uid, user.gid) != 0)
        return bw_fail(err, BW_E_CONFIG, NULL, "cannot give %s to user %s", path, c->child_user);
    return BW_OK;
}

static bw_code check_version(const struct bw_cluster *c, const char *dir, struct bw_error *err)
{
    char path[PATH_MAX + 32], version[16];
    snprintf(path, sizeof(path), "%s/PG_VERSION", dir);
    if (!bw_read_file(path, version, sizeof(version)))
        return bw_fail(err, BW_E_CONFIG, NULL, "cannot read %s", path);
    if (!bw_str_eq(bw_str_trim(bw_str_c(version)), BW_STR(VERSION)))
        return bw_fail(err, BW_E_CONFIG, NULL, "%s was made by PostgreSQL %.*s, programs of " VERSION " are in %s", dir,
                       BW_FMT(bw_str_trim(bw_str_c(version))), c->bin);
    return BW_OK;
}

static bw_code include_ours(const char *dir, struct bw_error *err)
{
    static const char line[] = "\ninclude 'bagwatch.conf'\n";
    char path[PATH_MAX + 32];
    snprintf(path, sizeof(path), "%s/postgresql.conf", dir);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    ssize_t n = fd >= 0 ? write(fd, line, sizeof(line) - 1) : -1;
    if (fd >= 0)
        close(fd);
    return n == sizeof(line) - 1 ? BW_OK : bw_fail(err, BW_E_IO, NULL, "cannot write %s: errno %d", path, errno);
}

bw_code bw_cluster_init(const struct bw_cluster *c, struct bw_error *err)
{
    char fresh[PATH_MAX], initdb[PATH_MAX], log[PATH_MAX];
    if (access(c->pg, F_OK) == 0)
        return check_version(c, c->pg, err);
    snprintf(fresh, sizeof(fresh), "%s.new", c->pg); /* an initdb that was killed leaves nothing that looks whole */
    snprintf(initdb, sizeof(initdb), "%s/initdb", c->bin);
    snprintf(log, sizeof(log), "%s/pg.log", c->data);
    bw_code code = bw_remove_tree(fresh, err);
    if (code == BW_OK)
        code = bw_make_dir(fresh, err);
    if (code == BW_OK)
        code = give_to_child(c, fresh, err);
    if (code != BW_OK)
        return code;
    const char *const argv[] = { initdb, "-D",       fresh,     "-A", "peer",     "-k", "-E",
                                 "UTF8", "--locale", "C.UTF-8", "-U", "postgres", NULL };
    const struct bw_child_options o = { .argv = argv, .user = c->child_user, .out_path = log };
    code = bw_child_run(&o, INITDB_US, err);
    if (code != BW_OK) {
        bw_error_prefix(err, "see %s", log);
        return code;
    }
    code = check_version(c, fresh, err);
    if (code == BW_OK)
        code = include_ours(fresh, err);
    if (code == BW_OK && rename(fresh, c->pg) != 0)
        code = bw_fail(err, BW_E_IO, NULL, "cannot rename %s: errno %d", fresh, errno);
    return code;
}

static bw_code write_conf(const struct bw_cluster *c, const char *name, const char *text, struct bw_error *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", c->pg, name);
    bw_code code = bw_write_file(path, bw_str_c(text), err);
    return code == BW_OK ? give_to_child(c, path, err) : code;
}

static bw_code write_ident(const struct bw_cluster *c, struct bw_error *err)
{
    static const char *const roles[] = { "postgres", "bagwatch_owner", "bagwatch_app", "bagwatch_report" };
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct bw_user me;
    if (!bw_user_with_id(geteuid(), &me)) /* peer asks for the name */
        return bw_fail(err, BW_E_CONFIG, NULL, "user id %ld has no name in the system", (long)geteuid());
    bw_buf_init(&text, 4096);
    for (size_t i = 0; i < BW_LEN(roles); i++) {
        bw_buf_printf(&text, "bw \"%s\" %s\n", me.name, roles[i]);
        if (c->child_user)
            bw_buf_printf(&text, "bw \"%s\" %s\n", c->child_user, roles[i]);
    }
    return write_conf(c, "pg_ident.conf", bw_buf_cstr(&text), err);
}

bw_code bw_cluster_configure(const struct bw_cluster *c, struct bw_error *err)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf conf;
    bw_buf_init(&conf, 64 << 10);
    /* log_error_verbosity: DETAIL lines quote keys.  A week of logs at most. */
    bw_buf_printf(&conf,
                  "listen_addresses = ''\nunix_socket_directories = '%s'\nunix_socket_permissions = 0700\nport = 5432\n"
                  "wal_compression = lz4\nmax_wal_size = 4GB\nfsync = on\nfull_page_writes = on\n"
                  "logging_collector = on\nlog_directory = 'log'\nlog_filename = 'postgresql-%%a.log'\n"
                  "log_truncate_on_rotation = on\nlog_rotation_age = 1d\nlog_rotation_size = 0\n"
                  "log_error_verbosity = terse\nlc_messages = 'C'\nlog_timezone = 'UTC'\ntimezone = 'UTC'\n%s\n",
                  c->socket_dir, c->extra_settings ? c->extra_settings : "");
    if (!bw_buf_ok(&conf))
        return bw_fail(err, BW_E_NOMEM, NULL, "bagwatch.conf");
    bw_code code = write_conf(c, "bagwatch.conf", bw_buf_cstr(&conf), err);
    if (code == BW_OK)
        code = write_conf(c, "pg_hba.conf", "local all all peer map=bw\n", err);
    return code == BW_OK ? write_ident(c, err) : code;
}

/* No server of ours lives, and the folder is nobody else's.  What a killed one left there would stop the next as long
 * as the dead one's id is not given free, which takes a reaping parent. */
static void drop_stale_socket(const struct bw_cluster *c)
{
    static const char *const names[] = { ".s.PGSQL.5432.lock", ".s.PGSQL.5432" };
    char path[BW_SOCKET_DIR + 32];
    for (size_t i = 0; i < BW_LEN(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", c->socket_dir, names[i]);
        unlink(path);
    }
}

bw_code bw_cluster_make_socket_dir(struct bw_cluster *c, struct bw_error *err)
{
    struct stat st;
    if (c->run[0]) {
        if (!bw_str_copy(bw_str_c(c->run), c->socket_dir, sizeof(c->socket_dir)))
            return bw_fail(err, BW_E_CONFIG, NULL, "socket path longer than 107 bytes: %s", c->run);
        bw_code code = bw_make_dir(c->run, err);
        drop_stale_socket(c);
        return code == BW_OK ? give_to_child(c, c->run, err) : code;
    }
    /* the folder of a server that was killed serves again */
    if (bw_str_starts(bw_str_c(c->socket_dir), bw_str_c(tmp_prefix)) && lstat(c->socket_dir, &st) == 0 &&
        S_ISDIR(st.st_mode) && (st.st_mode & 077) == 0 && (st.st_uid == geteuid() || c->child_user)) {
        drop_stale_socket(c);
        return BW_OK;
    }
    snprintf(c->socket_dir, sizeof(c->socket_dir), "%sXXXXXX", tmp_prefix);
    if (!mkdtemp(c->socket_dir))
        return bw_fail(err, BW_E_IO, NULL, "cannot create %s: errno %d", c->socket_dir, errno);
    return give_to_child(c, c->socket_dir, err);
}

void bw_cluster_drop_socket_dir(const struct bw_cluster *c)
{
    if (strncmp(c->socket_dir, tmp_prefix, strlen(tmp_prefix)) == 0)
        rmdir(c->socket_dir);
}

const char *bw_cluster_run_dir(const char *data_dir, char to[BW_RUN_DIR])
{
    struct bw_hash h = bw_sha256(bw_str_c(data_dir));
    const char *xdg = getenv("XDG_RUNTIME_DIR");
    const char *base = geteuid() == 0 ? "/run" : xdg && xdg[0] == '/' ? xdg : NULL;
    int n = 0;
    to[0] = '\0';
    if (base)
        n = snprintf(to, BW_RUN_DIR, "%s/bagwatch-%02x%02x%02x%02x", base, h.b[0], h.b[1], h.b[2], h.b[3]);
    if (n < 0 || n > BW_SOCKET_DIR)
        to[0] = '\0';
    return to;
}
