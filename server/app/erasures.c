/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/erasures.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/base/codec.h"

enum { LINE_MOST = 192, SEAL = 32 };
#define FILE_MOST ((off_t)256 << 20) /* some million files */

static void seal_of(const struct bw_keys *keys, struct bw_str said, char to[2 * BW_SHA256 + 1])
{
    struct bw_str parts[] = { BW_STR("erasure\n"), said };
    struct bw_hash h = bw_hmac(&keys->installation, parts, BW_LEN(parts));
    bw_hex(h.b, sizeof h.b, to);
    to[SEAL] = '\0';
}

static size_t write_line(const struct bw_keys *keys, const struct bw_erasure_line *line, char to[LINE_MOST])
{
    char at[BW_TIME_TEXT], id[BW_UUID_TEXT], seal[2 * BW_SHA256 + 1];
    int n = snprintf(to, LINE_MOST, "1 %s %s %s %s", bw_time_text(line->at, at), line->ref,
                     bw_uuid_text(&line->case_id, id), line->why);
    BW_ASSERT(n > 0 && n < LINE_MOST - SEAL - 3);
    seal_of(keys, bw_str_n(to, (size_t)n), seal);
    return (size_t)n + (size_t)snprintf(to + n, (size_t)(LINE_MOST - n), " %s\n", seal);
}

static bw_code io(struct bw_error *err, const char *path)
{
    return bw_fail(err, BW_E_IO, NULL, "%s: %s", path, strerror(errno));
}

/* What a crash left of a line is ended first, as what it is, so that the next stands alone. */
static bool end_last(int fd)
{
    struct stat st;
    char last = '\n';
    if (fstat(fd, &st) != 0 || (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1))
        return false;
    return last == '\n' || write(fd, "!\n", 2) == 2;
}

bw_code bw_erasures_add(const char *path, const struct bw_keys *keys, const struct bw_erasure_line *line,
                        struct bw_error *err)
{
    char text[LINE_MOST];
    size_t n = write_line(keys, line, text);
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return io(err, path);
    bool ok = flock(fd, LOCK_EX) == 0 && end_last(fd) && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    bw_code rc = ok ? BW_OK : io(err, path);
    (void)close(fd);
    return rc;
}

static bool parse(const struct bw_keys *keys, struct bw_str text, struct bw_erasure_line *ret)
{
    char seal[2 * BW_SHA256 + 1];
    struct bw_str rest = text;
    if (text.n < SEAL + 1)
        return false;
    seal_of(keys, bw_str_take(text, text.n - SEAL - 1), seal);
    if (!bw_str_eq_c(bw_str_drop(text, text.n - SEAL), seal) || !bw_str_eq_c(bw_str_split(&rest, ' '), "1"))
        return false;
    int offset;
    return bw_time_parse(bw_str_split(&rest, ' '), &ret->at, &offset) &&
           bw_str_copy(bw_str_split(&rest, ' '), ret->ref, sizeof ret->ref) &&
           bw_uuid_parse(bw_str_split(&rest, ' '), &ret->case_id) &&
           bw_str_copy(bw_str_split(&rest, ' '), ret->why, sizeof ret->why);
}

static bw_code read_file(int fd, const char *path, struct bw_arena *arena, struct bw_str *ret, struct bw_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return io(err, path);
    if (st.st_size > FILE_MOST)
        return bw_fail(err, BW_E_IO, NULL, "%s is too large for a list of erasures", path);
    char *to = bw_arena_alloc(arena, (size_t)st.st_size + 1);
    if (!to)
        return bw_fail(err, BW_E_NOMEM, NULL, "the list of erasures");
    ssize_t n = 0;
    for (ssize_t got = 1; got > 0 && n<st.st_size; n += got> 0 ? got : 0) {
        got = read(fd, to + n, (size_t)(st.st_size - n));
        if (got < 0)
            return io(err, path);
    }
    *ret = bw_str_n(to, (size_t)n);
    return BW_OK;
}

static bw_code parse_all(const char *path, const struct bw_keys *keys, struct bw_str text, struct bw_arena *arena,
                         struct bw_erasure_line **ret, size_t *ret_n, struct bw_error *err)
{
    size_t most = 1, no = 0;
    for (size_t k = 0; k < text.n; k++)
        most += text.p[k] == '\n';
    *ret = BW_NEW_ARRAY(arena, struct bw_erasure_line, most);
    if (!*ret)
        return bw_fail(err, BW_E_NOMEM, NULL, "the list of erasures");
    for (struct bw_str rest = text; rest.p && rest.n;) {
        struct bw_str before = rest, line = bw_str_split(&rest, '\n');
        bool cut = line.n == before.n || bw_str_ends(line, BW_STR("!"));
        no++;
        if (parse(keys, line, &(*ret)[*ret_n]))
            ++*ret_n;
        else if (!cut)
            return bw_fail(err, BW_E_POISON, NULL, "%s: line %zu is not ours, or was changed", path, no);
    }
    return BW_OK;
}

bw_code bw_erasures_read(const char *path, bool must, const struct bw_keys *keys, struct bw_arena *arena,
                         struct bw_erasure_line **ret, size_t *ret_n, struct bw_error *err)
{
    struct bw_str text = BW_STR_NONE;
    *ret = NULL;
    *ret_n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT && !must ? BW_OK : io(err, path);
    bw_code rc = read_file(fd, path, arena, &text, err);
    (void)close(fd);
    return rc == BW_OK ? parse_all(path, keys, text, arena, ret, ret_n, err) : rc;
}
