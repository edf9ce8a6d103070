/* SPDX-License-Identifier: Apache-2.0 */
/* attach_sweep.c - the folder of pictures: made at start, and kept free of files that no row names.
 * Layer: app.  Threads: start, the duties' thread.  Source: CASE-08, CASE-06. */
#include "bw/app/attach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/base/log.h"

#define FOLDERS 256
#define AT_ONCE 200
#define YOUNG BW_DAY /* its row may still come */

bw_code bw_attach_prepare(const char *folder, struct bw_error *err)
{
    char path[PATH_MAX];
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return bw_fail(err, BW_E_IO, "data", "cannot make %s: errno %d", folder, errno);
    for (unsigned k = 0; k < FOLDERS; k++) {
        int n = snprintf(path, sizeof path, "%s/%02x", folder, k);
        if (n < 0 || (size_t)n >= sizeof path || (mkdir(path, 0700) != 0 && errno != EEXIST))
            return bw_fail(err, BW_E_IO, "data", "cannot make the folders of the attachments: errno %d", errno);
    }
    return BW_OK;
}

/* Files of one subfolder that are old enough to be looked for. */
struct names {
    char text[AT_ONCE][64];
    struct bw_uuid id[AT_ONCE]; /* nil: a temporary name */
    size_t n;
};

/* Up to AT_ONCE more of them; false at the folder's end. */
static bool gather(DIR *d, bw_time now, struct names *to)
{
    for (const struct dirent *e; to->n < AT_ONCE;) {
        struct stat st;
        e = readdir(d);
        if (!e)
            return false;
        bool file = e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                    S_ISREG(st.st_mode) && bw_str_copy(bw_str_c(e->d_name), to->text[to->n], sizeof to->text[0]);
        if (!file || (bw_time)st.st_mtim.tv_sec * BW_SECOND > now - YOUNG)
            continue;
        if (!bw_uuid_parse(bw_str_c(e->d_name), &to->id[to->n]))
            to->id[to->n] = (struct bw_uuid){ { 0 } };
        to->n++;
    }
    return true;
}

static bw_code remove_strays(struct bw_pg *pg, int folder, const struct names *found, size_t *gone,
                             struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_ATTACHMENT_KNOWN, BW_PARAMS(bw_p_uuids(found->id, found->n)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < found->n; k++) {
        bool known = false;
        for (size_t row = 0; row < rows.n && !known; row++) {
            struct bw_uuid id = bw_rows_uuid(&rows, row, "attachment_id");
            known = bw_uuid_eq(&id, &found->id[k]);
        }
        *gone += !known && unlinkat(folder, found->text[k], 0) == 0;
    }
    return rc;
}

static bw_code sweep_folder(struct bw_pg *pg, const char *path, struct names *found, size_t *gone, struct bw_error *err)
{
    bw_code rc = BW_OK;
    bool more = true;
    DIR *d = opendir(path);
    while (d && rc == BW_OK && more) {
        found->n = 0;
        more = gather(d, bw_clock_system(), found);
        rc = found->n ? remove_strays(pg, dirfd(d), found, gone, err) : BW_OK;
    }
    if (d)
        (void)closedir(d);
    return rc;
}

/* The clock of files is the system's, not the database's: a day is far more than they differ by. */
bw_code bw_attach_sweep(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    char path[PATH_MAX];
    size_t gone = 0;
    bw_code rc = BW_OK;
    struct names *found = malloc(sizeof *found);
    if (!found)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a sweep");
    for (unsigned k = 0; rc == BW_OK && k < FOLDERS; k++) {
        (void)snprintf(path, sizeof path, "%s/%02x", (const char *)ctx, k);
        rc = sweep_folder(pg, path, found, &gone, err);
    }
    free(found);
    if (gone)
        bw_log(BW_INFO, "attachments.swept", BW_LI("n", (int64_t)gone));
    return rc;
}
