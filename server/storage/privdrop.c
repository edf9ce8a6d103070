/* SPDX-License-Identifier: Apache-2.0 */
/* privdrop.c - from root to the service user, for good (SEC-07: non-root; PostgreSQL refuses root anyway). */
#include "bw/storage/cluster.h"

#include <errno.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "datadir.h"

#define USERADD_US (30 * BW_SECOND)

static bw_code find_or_add(const char *user, struct bw_user *ret, struct bw_error *err)
{
    bool there = bw_user_named(user, ret);
    if (!there) {
        const char *const argv[] = { "/usr/sbin/useradd",
                                     "--system",
                                     "--user-group",
                                     "--no-create-home",
                                     "--home-dir",
                                     "/var/lib/bagwatch",
                                     "--shell",
                                     "/usr/sbin/nologin",
                                     user,
                                     NULL };
        const struct bw_child_options o = { .argv = argv };
        bw_code code = bw_child_run(&o, USERADD_US, err);
        if (code != BW_OK)
            return code;
        there = bw_user_named(user, ret);
    }
    if (!there || ret->uid == 0)
        return bw_fail(err, BW_E_CONFIG, NULL, "no system user %s", user);
    return BW_OK;
}

/* A folder that we make is given away; one that is there must be the user's already. */
static bw_code hand_over(const char *dir, const struct bw_user *to, struct bw_error *err)
{
    struct stat st;
    bool made = lstat(dir, &st) != 0 && errno == ENOENT;
    if (made) {
        bw_code code = bw_make_dir(dir, err);
        if (code != BW_OK)
            return code;
        if (chown(dir, to->uid, to->gid) != 0)
            return bw_fail(err, BW_E_IO, NULL, "cannot give %s away: errno %d", dir, errno);
        return BW_OK;
    }
    if (lstat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
        return bw_fail(err, BW_E_CONFIG, NULL, "%s is no folder", dir);
    if (st.st_uid != to->uid)
        return bw_fail(err, BW_E_CONFIG, NULL, "%s belongs to user id %ld, not %ld", dir, (long)st.st_uid,
                       (long)to->uid);
    return BW_OK;
}

bw_code bw_become_service_user(const char *user, const char *const *dirs, struct bw_error *err)
{
    bool root = geteuid() == 0;
    struct bw_user to = { .uid = geteuid() };
    bw_code code = root ? find_or_add(user, &to, err) : BW_OK;
    for (size_t i = 0; code == BW_OK && dirs && dirs[i]; i++)
        code = root ? hand_over(dirs[i], &to, err) : bw_make_dir(dirs[i], err);
    if (code != BW_OK || !root)
        return code;
    if (initgroups(user, to.gid) != 0 || setresgid(to.gid, to.gid, to.gid) != 0 ||
        setresuid(to.uid, to.uid, to.uid) != 0)
        return bw_fail(err, BW_E_CONFIG, NULL, "cannot become user %s: errno %d", user, errno);
    if (setuid(0) == 0 || seteuid(0) == 0)
        return bw_fail(err, BW_E_CONFIG, NULL, "still root after becoming user %s", user);
    return BW_OK;
}
