/* SPDX-License-Identifier: Apache-2.0 */
/* writer_wait.c - for a thread that may wait: a work is handed in and its end waited for.
 * Layer: storage.  Threads: any that may wait as long as a batch takes; never a loop, never the writer's own. */
#include "bw/base/sync.h"
#include "bw/storage/writer.h"

struct waiting {
    struct bw_mutex mu;
    struct bw_cond cond;
    bool done; /* under mu */
};

static void on_done(struct bw_work *work)
{
    struct waiting *w = work->ctx;
    bw_lock(&w->mu);
    w->done = true;
    bw_cond_signal(&w->cond);
    bw_unlock(&w->mu);
}

bw_code bw_writer_wait(struct bw_writer *writer, struct bw_work *work, struct bw_error *err)
{
    struct waiting *w = BW_NEW(work->arena, struct waiting);
    if (!w)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory to wait for the writer");
    bw_mutex_init(&w->mu);
    bw_cond_init(&w->cond);
    work->done = on_done;
    work->ctx = w;
    bw_code rc = bw_writer_submit(writer, work, err);
    bw_lock(&w->mu);
    while (rc == BW_OK && !w->done)
        bw_cond_wait(&w->cond, &w->mu);
    bw_unlock(&w->mu);
    bw_cond_done(&w->cond);
    bw_mutex_done(&w->mu);
    if (rc != BW_OK)
        return rc;
    rc = work->rc != BW_OK ? work->rc : work->items[0].rc;
    if (rc != BW_OK)
        *err = work->rc != BW_OK ? work->err : work->items[0].err;
    return rc;
}
