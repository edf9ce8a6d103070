/* SPDX-License-Identifier: Apache-2.0 */
/* h_bulk.c - POST /v1/events:bulk: NDJSON in, committed while it is read; one verdict a line out after the last byte.
 * The work is app/bulk.h's; here its hooks meet a connection.  An Idempotency-Key is not needed and not looked at: each
 * line is idempotent by its event_id.  Layer: http.  Threads: loop; wake and over on a worker's.  Source: ING-06 to
 * ING-08, ING-11, ING-13, design.md 8 ("Bulk"). */
#include "handlers.h"

#include <stdlib.h>

#include "bw/app/app.h"
#include "bw/app/bulk.h"
#include "upload.h"

#define NDJSON "application/x-ndjson"

static void park(void *ctx)
{
    bw_request_hold(ctx);
}

static void wake(void *ctx)
{
    bw_request_resume(ctx);
}

static size_t feed(void *ctx, const char *data, size_t n)
{
    return bw_bulk_feed(ctx, data, n);
}

static void fail(void *ctx, bw_code code, const char *why)
{
    bw_bulk_fail(ctx, code, why);
}

static void end(void *ctx)
{
    bw_bulk_end(ctx);
}

static void leave(void *ctx)
{
    bw_bulk_leave(ctx);
}

static void answer(struct bw_request *rq)
{
    struct bw_bulk_answer a;
    bw_bulk_answer(rq->data, &a);
    if (a.code != BW_OK)
        bw_reply_problem(rq, a.code, &a.err);
    else if (a.fd >= 0)
        bw_reply_file(rq, a.status, NDJSON, a.fd, a.size);
    else
        bw_reply_bytes(rq, a.status, NDJSON, a.bytes);
}

/* true, false, or not said; anything else is refused rather than guessed at. */
static bool yes(struct bw_request *rq, const char *name, bool *ret)
{
    struct bw_str s = bw_request_query(rq, name);
    *ret = bw_str_eq_c(s, "true");
    if (!s.p || *ret || bw_str_eq_c(s, "false"))
        return true;
    struct bw_error err = { 0 };
    bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, name, "true or false"), &err);
    return false;
}

void bw_h_bulk_post(struct bw_request *rq)
{
    const struct bw_app *app = rq->app;
    struct bw_error err = { 0 };
    struct bw_bulk *bulk = NULL;
    struct bw_bulk_options opt = { .who = &rq->who, .writer = app->writer, .gzip = bw_request_gzip(rq) };
    if (!yes(rq, "atomic", &opt.atomic) || !yes(rq, "dry_run", &opt.dry_run))
        return;
    opt.park = park;
    opt.wake = wake;
    opt.over = wake;
    opt.ctx = rq;
    bw_code rc = BW_OK;
    if (!bw_request_reserve(rq, opt.atomic ? BW_BULK_HELD_ATOMIC : BW_BULK_HELD))
        rc = bw_fail(&err, BW_E_BUSY, NULL, "too many bytes of bodies are on their way");
    if (rc == BW_OK)
        rc = bw_bulk_new(app->bulks, &opt, &bulk, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    rq->data = bulk;
    bw_request_on_end(rq, leave, bulk);
    bw_request_upload(rq, &(struct bw_upload){ feed, fail, end, answer, bulk });
}
