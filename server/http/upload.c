/* SPDX-License-Identifier: Apache-2.0 */
/* upload.c - bodies that are read while they come.  Who sends is settled before the first byte; libmicrohttpd takes an
 * answer before the body or after the body's end, not between, so what is refused later is read to its end first.
 * Held up is a connection only with bytes left over: of a chunked body the library calls on, in the same breath, once
 * all bytes of a call were taken.  Layer: http.  Threads: loop; bw_request_resume from any.  Source: ING-06, ING-11.
 */
#include "http_int.h"

#define OVER_MOST (256u << 10) /* read of a body that is too large on the wire */

void bw_request_upload(struct bw_request *rq, const struct bw_upload *upload)
{
    BW_ASSERT(rq->core->on_loop && (rq->route->flags & BW_R_UPLOAD));
    rq->core->upload = *upload;
}

void bw_request_hold(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    core->held_at = bw_clock_mono();
    bw_conn_phase(core->conn, BW_PH_RUN, core->held_at);
    atomic_store(&core->suspended, true);
    MHD_suspend_connection(core->connection);
}

/* The sender's own time goes on where it was held up. */
static void moves(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    bw_time now = bw_clock_mono(), since = core->upload_since;
    if (core->held_at)
        core->upload_since = since = since + (now - core->held_at);
    if (!since)
        core->upload_since = since = now;
    core->held_at = 0;
    bw_conn_phase(core->conn, BW_PH_UPLOAD, since);
}

/* Before the body: who sends is known now, and the handler has said who reads it, or it is refused. */
static enum MHD_Result settled(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    core->settled = true;
    if (rq->reply.kind == BW_RK_NONE) {
        moves(rq);
        return MHD_YES;
    }
    rq->reply.close = rq->reply.close || bw_request_has_body(rq);
    return rq->reply.close ? bw_send(rq) : MHD_YES;
}

enum MHD_Result bw_upload_begin(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    atomic_store_explicit(&core->conn->bytes, 0, memory_order_relaxed);
    bw_conn_phase(core->conn, BW_PH_RUN, rq->at_mono);
    core->next = bw_step_authenticate;
    return bw_loop_run(rq) ? settled(rq) : MHD_YES;
}

/* The handler in its last step: it belongs to the upload's reader until that resumes it. */
static void ended(struct bw_request *rq)
{
    struct bw_upload *upload = &rq->core->upload;
    bw_request_park(rq, upload->then);
    upload->end(upload->ctx);
}

static enum MHD_Result end_of_body(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    bw_conn_phase(core->conn, BW_PH_RUN, bw_clock_mono());
    if (rq->reply.kind != BW_RK_NONE || !core->upload.feed)
        return bw_send(rq);
    core->next = ended;
    return bw_loop_advance(rq);
}

/* What was sent fast is no credit for hours of silence: however much has come, the sender may pause for the body's
 * deadline and no longer, as if it had begun long ago at just the least rate. */
static void cap_credit(struct bw_request *rq, uint64_t bytes)
{
    struct bw_request_core *core = rq->core;
    bw_time earned = (bw_time)(bytes / BW_BODY_RATE) * BW_SECOND;
    bw_time latest = bw_clock_mono() + rq->http->config.body_deadline - earned;
    if (core->upload_since <= latest)
        return;
    core->upload_since = latest;
    bw_conn_phase(core->conn, BW_PH_UPLOAD, latest);
}

static enum MHD_Result take(struct bw_request *rq, const char *data, size_t *size)
{
    struct bw_request_core *core = rq->core;
    const struct bw_upload *upload = &core->upload;
    size_t n = *size, taken = n;
    uint64_t bytes = atomic_load_explicit(&core->conn->bytes, memory_order_relaxed);
    if (bytes + n > rq->route->body_max) {
        if (bytes + n > rq->route->body_max + OVER_MOST)
            return MHD_NO;
        if (upload->feed)
            upload->fail(upload->ctx, BW_E_TOO_LARGE, "larger than this route takes");
    }
    moves(rq);
    if (rq->reply.kind == BW_RK_NONE && upload->feed)
        taken = upload->feed(upload->ctx, data, n);
    atomic_fetch_add_explicit(&core->conn->bytes, taken, memory_order_relaxed);
    if (taken == n) /* else it is held up, and no time runs */
        cap_credit(rq, bytes + taken);
    *size = n - taken;
    return MHD_YES;
}

enum MHD_Result bw_upload_call(struct bw_request *rq, const char *data, size_t *size)
{
    struct bw_request_core *core = rq->core;
    if (core->parked && !bw_loop_run(rq))
        return MHD_YES;
    /* A connection that was suspended in its first call gets that call again, still before the body. */
    if (!core->settled)
        return settled(rq);
    return *size > 0 ? take(rq, data, size) : end_of_body(rq);
}
