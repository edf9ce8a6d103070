/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_spool.c - verdicts of one body until its last byte was read: in memory, and beyond 128 KiB in a file without a
 * name, which nobody can open and which a crash leaves nothing of.  Layer: app.  Threads: the worker whose turn it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bulk_int.h"
#include "bw/app/problem.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"

/* Not every file system knows files that never had a name. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
        return fd;
    int n = snprintf(path, sizeof path, "%s/bulk-XXXXXX", folder);
    if (n < 0 || n >= (int)sizeof path)
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static bw_code no_room(struct bw_error *err, const char *what)
{
    bw_log(BW_WARN, "bulk.spool", BW_LC("what", what), BW_LI("errno", errno));
    return bw_fail(err, BW_E_BUSY, NULL, "no room for the verdicts");
}

static void tell(struct bw_bulks *pool)
{
    if (!pool->opt.uncounted)
        bw_metric_set(BW_M_BULK_SPOOL, 0, (int64_t)atomic_load(&pool->spooled));
}

static bw_code write_out(struct bw_bulk *b, struct bw_error *err)
{
    struct bulk_spool *s = &b->spool;
    struct bw_bulks *pool = b->pool;
    struct bw_str rest = bw_buf_view(&s->b);
    if (s->fd < 0)
        s->fd = open_nameless(pool->opt.spool);
    if (s->fd < 0)
        return no_room(err, "open");
    if (atomic_fetch_add(&pool->spooled, rest.n) + rest.n > pool->opt.spool_max) {
        atomic_fetch_sub(&pool->spooled, rest.n);
        return bw_fail(err, BW_E_BUSY, NULL, "the verdicts of all bodies take more room than there is");
    }
    s->size += rest.n;
    tell(pool);
    while (rest.n > 0) {
        ssize_t n = write(s->fd, rest.p, rest.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return no_room(err, "write");
        rest = bw_str_drop(rest, (size_t)n);
    }
    bw_buf_clear(&s->b);
    return BW_OK;
}

void bw_bulk_spool_done(struct bw_bulk *b)
{
    struct bulk_spool *s = &b->spool;
    if (s->fd >= 0)
        (void)close(s->fd);
    atomic_fetch_sub(&b->pool->spooled, s->size);
    tell(b->pool);
    bw_buf_done(&s->b);
}

bw_code bw_bulk_spool_end(struct bw_bulk *b, struct bw_error *err)
{
    return b->spool.fd >= 0 && b->spool.b.n > 0 && !bw_bulk_idle(b) ? write_out(b, err) : BW_OK;
}

/* --- verdicts --- */

static void put_refusal(struct bw_json_out *j, const struct bw_item *item)
{
    struct bw_error err;
    bw_ingest_refusal(item, &err);
    /* Our own faults are for the log, not for strangers. */
    bool say = bw_code_info(item->rc)->status != 500;
    struct bw_faults f = { .n = say && err.field[0] != '\0' };
    f.v[0] = (struct bw_fault){ item->rc, bw_str_c(err.field), bw_str_c(err.detail) };
    bw_problem_members(j, item->rc, say ? bw_str_c(err.detail) : BW_STR_NONE, BW_STR_NONE, BW_STR_NONE, &f);
}

static void put_verdict(struct bw_json_out *j, const struct bw_bulk *b, const struct bw_item *item)
{
    if (item->rc != BW_OK) {
        put_refusal(j, item);
    } else if (b->undone) {
        bw_problem_members(j, BW_E_ATOMIC, BW_STR_NONE, BW_STR_NONE, BW_STR_NONE, NULL);
    } else {
        bw_jk_i64(j, "status", bw_ingest_status(item));
        bw_ingest_members(item, j);
    }
}

bw_code bw_bulk_verdicts(struct bw_bulk *b, const struct bulk_chunk *c, struct bw_error *err)
{
    struct bw_buf *to = &b->spool.b;
    struct bw_json_out j;
    const struct bw_item *item = c->items;
    bw_code rc = BW_OK;
    for (uint32_t k = 0; k < c->n && rc == BW_OK; k++) {
        struct bw_str refusal = c->lines[k].refusal;
        bw_json_out_init(&j, to);
        bw_jo_begin(&j);
        bw_jk_i64(&j, "line", (int64_t)c->first + k);
        if (refusal.p) {
            bw_buf_ch(to, ',');
            bw_buf_str(to, bw_str_n(refusal.p + 1, refusal.n - 2)); /* its members */
        } else {
            if (bw_code_info(item->rc)->retry == BW_LATER && bw_code_info(item->rc)->status == 503) {
                *err = item->err; /* not about this line */
                return item->rc;
            }
            put_verdict(&j, b, item++);
        }
        bw_jo_end(&j);
        bw_buf_ch(to, '\n');
        if (to->n >= BW_BULK_PIECE)
            rc = write_out(b, err);
    }
    return bw_buf_ok(to) ? rc : bw_fail(err, BW_E_BUSY, NULL, "no memory for the verdicts");
}
