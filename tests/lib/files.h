/* SPDX-License-Identifier: Apache-2.0 */
/* files.h - whole files and folders for tests, and where the test suites of others lie when they are there.
 * Layer: tests.  Everything returned is freed with free(). */
#ifndef BW_TESTS_FILES_H
#define BW_TESTS_FILES_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bw/base/str.h"

/* Path of a file or folder under ../shared/data (or $BW_SHARED/data), or NULL and a word on stdout when it is not here.
 */
static inline char *bw_test_shared(const char *name)
{
    const char *shared = getenv("BW_SHARED");
    char *path = NULL;
    struct stat st;
    int n = shared ? asprintf(&path, "%s/data/%s", shared, name)
                   : asprintf(&path, "%s/../shared/data/%s", BW_SOURCE_DIR, name);
    if (n >= 0 && stat(path, &st) == 0)
        return path;
    printf("skipped: not here: shared/data/%s\n", name);
    if (n >= 0)
        free(path);
    return NULL;
}

/* The whole file in memory of exactly its size, so that a sanitizer sees any read behind it; p == NULL when unreadable.
 */
static inline struct bw_str bw_test_slurp(const char *dir, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s%s%s", dir, name ? "/" : "", name ? name : "") < 0)
        return BW_STR_NONE;
    FILE *f = fopen(path, "rb");
    free(path);
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
        if (f)
            (void)fclose(f);
        return BW_STR_NONE;
    }
    size_t n = (size_t)st.st_size;
    char *p = malloc(n ? n : 1);
    if (p && fread(p, 1, n, f) != n) {
        free(p);
        p = NULL;
    }
    (void)fclose(f);
    return bw_str_n(p, p ? n : 0);
}

static inline int bw_test_visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* Names in a folder, sorted; their number, or -1. */
static inline int bw_test_list(const char *dir, struct dirent ***ret)
{
    return scandir(dir, ret, bw_test_visible, alphasort);
}

#endif
