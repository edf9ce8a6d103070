/* SPDX-License-Identifier: Apache-2.0 */
/* h_health.c - GET /livez depends on nothing, GET /readyz on database, migrations, feed lag and not stopping.
 * Layer: http.  Threads: loop.  Source: OPS-04, REL-02. */
#include "http_int.h"

#include "handlers.h"

void bw_h_livez(struct bw_request *rq)
{
    bw_reply_static(rq, 200, "text/plain; charset=utf-8", BW_STR("alive\n"));
}

void bw_h_readyz(struct bw_request *rq)
{
    const struct bw_http_config *c = &rq->http->config;
    struct bw_error err = { 0 };
    bw_code code = BW_OK;
    if (atomic_load(&rq->http->draining))
        code = bw_fail(&err, BW_E_BUSY, NULL, "this instance is stopping");
    else if (c->ready)
        code = c->ready(c->ready_ctx, &err);
    if (code == BW_OK)
        bw_reply_static(rq, 200, "text/plain; charset=utf-8", BW_STR("ready\n"));
    else
        bw_reply_problem(rq, bw_code_info(code)->status == 503 ? code : BW_E_BUSY, &err);
}
