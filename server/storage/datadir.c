/* SPDX-License-Identifier: Apache-2.0 */
/* datadir.c - DATA: its folders, its lock, and the file work that the cluster needs. */
#include "datadir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/storage/cluster.h"
#include "child.h"

struct bw_data {
    int lock_fd;
};

bw_code bw_make_dir(const char *path, struct bw_error *err)
{
    char part[PATH_MAX];
    if (path[0] != '/' || !bw_str_copy(bw_str_c(path), part, sizeof(part)))
        return bw_fail(err, BW_E_CONFIG, NULL, "not an absolute path: %s", path);
    for (char *c = part + 1;; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char kept = *c;
        *c = '\0';
        if (mkdir(part, kept ? 0755 : 0700) != 0 && errno != EEXIST)
            return bw_fail(err, BW_E_CONFIG, NULL, "cannot create %s: errno %d", part, errno);
        *c = kept;
        if (!kept)
            return BW_OK;
    }
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

bw_code bw_remove_tree(const char *path, struct bw_error *err)
{
    enum { FDS = 16 };
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return BW_OK;
    if (nftw(path, remove_one, FDS, FTW_DEPTH | FTW_PHYS) != 0)
        return bw_fail(err, BW_E_IO, NULL, "cannot remove %s: errno %d", path, errno);
    return BW_OK;
}

bw_code bw_write_file(const char *path, struct bw_str text, struct bw_error *err)
{
    char temp[PATH_MAX];
    snprintf(temp, sizeof(temp), "%s.new", path);
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return bw_fail(err, BW_E_IO, NULL, "cannot write %s: errno %d", temp, errno);
    struct bw_str rest = text;
    while (rest.n) {
        ssize_t n = write(fd, rest.p, rest.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        rest = bw_str_drop(rest, (size_t)n);
    }
    bool ok = rest.n == 0 && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (!ok || rename(temp, path) != 0)
        return bw_fail(err, BW_E_IO, NULL, "cannot write %s: errno %d", path, errno);
    return BW_OK;
}

bool bw_read_file(const char *path, char *to, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, to, size - 1);
    close(fd);
    if (n < 0)
        return false;
    to[n] = '\0';
    return true;
}

int bw_lock_file(const char *path, struct bw_error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        bw_fail(err, BW_E_CONFIG, NULL, "cannot open %s: errno %d", path, errno);
    return fd;
}

bool bw_lock_until(int fd, int how, bw_time mono)
{
    while (flock(fd, how | LOCK_NB) != 0) {
        if (bw_clock_mono() > mono)
            return false;
        bw_nap(10);
    }
    return true;
}

static bw_code make_parts(const char *dir, struct bw_error *err)
{
    static const char *const parts[] = { "keys", "spool" };
    char path[PATH_MAX];
    bw_code code = bw_make_dir(dir, err);
    for (size_t i = 0; i < BW_LEN(parts) && code == BW_OK; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, parts[i]);
        code = bw_make_dir(path, err);
    }
    return code;
}

bw_code bw_data_open(const char *dir, struct bw_data **ret_take, struct bw_error *err)
{
    char path[PATH_MAX], holder[32] = "";
    bw_code code = make_parts(dir, err);
    if (code != BW_OK)
        return code;
    snprintf(path, sizeof(path), "%s/lock", dir);
    int fd = bw_lock_file(path, err);
    if (fd < 0)
        return BW_E_CONFIG;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        struct bw_str pid = bw_read_file(path, holder, sizeof(holder)) ? bw_str_trim(bw_str_c(holder)) : BW_STR_NONE;
        close(fd);
        return bw_fail(err, BW_E_CONFIG, NULL, "%s is in use by process %.*s", dir, BW_FMT(pid));
    }
    int n = snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());
    struct bw_data *d = calloc(1, sizeof(*d));
    if (!d || ftruncate(fd, 0) != 0 || pwrite(fd, holder, (size_t)n, 0) != n) {
        free(d);
        close(fd);
        return bw_fail(err, BW_E_IO, NULL, "cannot write %s: errno %d", path, errno);
    }
    d->lock_fd = fd;
    *ret_take = d;
    return BW_OK;
}

void bw_data_close(struct bw_data *d)
{
    if (!d)
        return;
    close(d->lock_fd);
    free(d);
}
