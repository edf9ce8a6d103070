/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - an event stream: a subscriber of the hub read by libmicrohttpd's content reader on a suspended connection.
 * The subscriber is registered before the first byte (hello says where it stands), suspends inside bw_sub_read under
 * the hub's lock, and is resumed by the waker; so no wake-up is lost and none is doubled (reliability.md 2.2).
 * Layer: http.  Threads: loop; hooks run on whatever thread publishes.  Source: STR-01 to STR-11, peers.md 1.4. */
#include "http_int.h"

#include <netinet/in.h>

#define STREAM_BLOCK 512 /* used for HTTP/1.0 only: chunks are written into the connection's own memory */
#define STREAM_SNDBUF (64 * 1024)

static void hook_park(void *ctx)
{
    struct bw_request_core *core = ctx;
    atomic_store(&core->suspended, true);
    MHD_suspend_connection(core->connection);
}

static void hook_wake(void *ctx)
{
    struct bw_request_core *core = ctx;
    bool was = atomic_exchange(&core->suspended, false);
    BW_ASSERT(was);
    bw_waker_put(core->rq->http->waker, core);
}

static void hook_kill(void *ctx)
{
    struct bw_request_core *core = ctx;
    shutdown(core->conn->fd, SHUT_RDWR);
}

static ssize_t read_stream(void *cls, uint64_t at, char *to, size_t max)
{
    struct bw_request_core *core = cls;
    (void)at;
    long n = bw_sub_read(core->sub, to, max);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

struct MHD_Response *bw_stream_response(struct bw_request *rq)
{
    static char nothing[1];
    if (rq->method == BW_HEAD)
        return MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
    const int small = STREAM_SNDBUF;
    setsockopt(rq->core->conn->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, rq->core, NULL);
}

/* The header wins: browsers cannot set it on the first connect, so the query says where a page's snapshot stood. */
static struct bw_str position_of(const struct bw_request *rq)
{
    static const char *const names[] = { "last_event_id", "lastEventId" };
    struct bw_str s = bw_request_header(rq, "Last-Event-ID");
    for (size_t k = 0; k < BW_LEN(names) && bw_str_empty(s); k++)
        if (rq->route->query && bw_word_in(rq->route->query, bw_str_c(names[k])))
            s = bw_request_query(rq, names[k]);
    return s;
}

void bw_reply_stream(struct bw_request *rq, const struct bw_sub_filter *filter)
{
    const struct bw_http_config *c = &rq->http->config;
    struct bw_hub *hub = rq->who.test_realm ? c->test.hub : c->hub;
    struct bw_error err = { 0 };
    struct bw_cursor after = { 0 };
    struct bw_str told = position_of(rq);
    if (!hub || atomic_load(&rq->http->draining)) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    /* What is no cursor at all is one of another epoch: 0 is never in use, so the reader gets `reset`. */
    if (!bw_str_empty(told) && !bw_cursor_parse(told, &after))
        after = (struct bw_cursor){ 0 };
    if (rq->method != BW_HEAD) {
        const struct bw_sub_hooks hooks = { hook_park, hook_wake, hook_kill, rq->core };
        bw_code code = bw_hub_subscribe(hub, filter, bw_str_empty(told) ? NULL : &after, &hooks, &rq->core->sub, &err);
        if (code != BW_OK) {
            bw_reply_problem(rq, code, &err);
            return;
        }
    }
    bw_reply_empty(rq, 200);
    rq->reply.kind = BW_RK_STREAM;
    rq->reply.media = "text/event-stream";
    bw_reply_header(rq, "X-Accel-Buffering", BW_STR("no"));
    bw_reply_header(rq, "Incremental", BW_STR("?1"));
}
