/* SPDX-License-Identifier: Apache-2.0 */
/* once.c - POSTs that create something, repeated under one Idempotency-Key: the first answer again.  For handlers that
 * hand their work to the writer; h_keys.c keeps its answers in its own transaction.
 * Layer: http.  Threads: query workers; bw_once_done the loop.  Source: ING-08. */
#include "handlers.h"

#include "bw/app/app.h"
#include "bw/app/idempotency.h"
#include "bw/base/log.h"

/* false: the request names no key, or its route takes none. */
static bool idem_of(const struct bw_request *rq, struct bw_idem *ret)
{
    const struct bw_app *app = rq->app;
    struct bw_str key = bw_request_header(rq, "Idempotency-Key");
    *ret = (struct bw_idem){ app->keys, &rq->who, key, BW_STR("POST"), rq->path, rq->body };
    return key.p && rq->route->flags & BW_R_ONCE;
}

bool bw_once_replayed(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_idem idem;
    struct bw_idem_answer kept = { 0 };
    bw_code rc = idem_of(rq, &idem) ? bw_idem_begin(pg, &idem, rq->at_wall, &rq->arena, &kept, &err) : BW_OK;
    if (rc == BW_OK && kept.status == 0)
        return false;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return true;
    }
    struct bw_str line = bw_str_split(&kept.headers, '\n'), name = bw_str_split(&line, ':');
    if (bw_str_eq_c(name, "Location"))
        bw_reply_header(rq, "Location", bw_str_trim(line));
    bw_reply_header(rq, "Idempotency-Replayed", BW_STR("true"));
    bw_reply_json(rq, kept.status, kept.body);
    return true;
}

/* "Location: /v1/cases/MADIB10001\n", or nothing. */
static struct bw_str location_of(struct bw_request *rq)
{
    for (size_t k = 0; k < rq->reply.n_headers; k++)
        if (bw_str_eq_c(rq->reply.headers[k].name, "Location"))
            return bw_str_c(bw_arena_printf(&rq->arena, "Location: %.*s\n", BW_FMT(rq->reply.headers[k].value)));
    return BW_STR("");
}

void bw_once_keep(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_idem idem;
    if (!idem_of(rq, &idem))
        return;
    const struct bw_idem_answer answer = { 201, location_of(rq), bw_str_n(rq->reply.p, rq->reply.n) };
    bool made = rq->reply.status == 201 && answer.headers.p;
    bw_code rc = made ? bw_idem_finish(pg, &idem, &answer, &err) : bw_idem_drop(pg, &idem, &err);
    if (rc != BW_OK)
        bw_log(BW_WARN, "once.answer_not_kept", BW_LC("route", rq->route->operation),
               BW_LC("code", bw_code_info(rc)->name), BW_LC("why", err.detail));
}

void bw_once_done(struct bw_request *rq)
{
    struct bw_idem idem;
    if (idem_of(rq, &idem))
        bw_request_job(rq, BW_JOB_QUERY, bw_once_keep);
}
