/* SPDX-License-Identifier: Apache-2.0 */
/* loop.c - the callbacks of libmicrohttpd: a request is born when its line is read, its head is checked at the first
 * call, its body counted and kept, then its steps run.  Returning MHD_NO drops the connection.
 * Layer: http.  Threads: loop.  Source: reliability.md 2.1, 2.2, 2.3. */
#include "http_int.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARENA_MAX (8u << 20)
#define DISCARD_MAX (256u << 10)
#define DEAD_PEER_MS 30000u

struct whole {
    struct bw_request rq;
    struct bw_request_core core;
};

void bw_conn_phase(struct bw_conn *conn, enum bw_phase phase, bw_time mono)
{
    atomic_store_explicit(&conn->since, mono, memory_order_relaxed);
    atomic_store_explicit(&conn->phase, (int)phase, memory_order_release);
}

void bw_loop_connection(void *cls, struct MHD_Connection *connection, void **slot,
                        enum MHD_ConnectionNotificationCode what)
{
    struct bw_daemon *d = cls;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        struct bw_conn *c = *slot;
        if (!c)
            return;
        bw_lock(&d->lock);
        *(c->prev ? &c->prev->next : &d->conns) = c->next;
        if (c->next)
            c->next->prev = c->prev;
        bw_unlock(&d->lock);
        free(c);
        *slot = NULL;
        return;
    }
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct bw_conn *c = calloc(1, sizeof *c);
    if (!c || !fd || !peer) {
        free(c);
        return; /* the first request finds no connection object and is dropped */
    }
    const unsigned dead = DEAD_PEER_MS;
    c->daemon = d;
    c->fd = fd->connect_fd;
    setsockopt(c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof dead);
    bw_sockaddr_text(peer->client_addr, c->peer);
    c->peer_trusted = bw_address_trusted(c->peer, d->http->trusted, d->http->n_trusted);
    bw_conn_phase(c, BW_PH_HEAD, bw_clock_mono());
    *slot = c;
    bw_lock(&d->lock);
    c->next = d->conns;
    if (c->next)
        c->next->prev = c;
    d->conns = c;
    bw_unlock(&d->lock);
}

void *bw_loop_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct bw_daemon *d = cls;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct bw_conn *conn = info ? info->socket_context : NULL;
    struct whole *w = conn ? calloc(1, sizeof *w) : NULL;
    if (!w)
        return NULL;
    struct bw_request *rq = &w->rq;
    bw_arena_init(&rq->arena, ARENA_MAX);
    rq->core = &w->core;
    rq->http = d->http;
    rq->app = d->http->config.app;
    w->core.rq = rq;
    w->core.connection = connection;
    w->core.conn = conn;
    rq->at_mono = bw_clock_mono();
    rq->at_wall = bw_clock_wall();
    rq->deadline = rq->at_mono + d->http->config.request_deadline;
    rq->target = bw_arena_str(&rq->arena, bw_str_c(uri ? uri : ""));
    bw_conn_phase(conn, BW_PH_HEAD, rq->at_mono);
    atomic_fetch_add(&d->http->open_requests, 1);
    return rq;
}

static void release_body(struct bw_request *rq)
{
    if (rq->core->reserved > 0)
        atomic_fetch_sub(&rq->http->body_bytes, rq->core->reserved);
    rq->core->reserved = 0;
}

void bw_loop_completed(void *cls, struct MHD_Connection *connection, void **slot, enum MHD_RequestTerminationCode why)
{
    struct bw_request *rq = *slot;
    (void)cls;
    (void)connection;
    (void)why; /* COMPLETED_OK is no proof of delivery (reliability.md 2.1, last row) */
    if (!rq)
        return;
    struct bw_request_core *core = rq->core;
    struct bw_http *http = rq->http;
    bw_sub_free(core->sub);
    if (core->on_end)
        core->on_end(core->end_data);
    if (rq->reply.kind == BW_RK_READER && rq->reply.reader_free)
        rq->reply.reader_free(rq->reply.reader_ctx);
    if (rq->reply.kind == BW_RK_OWNED)
        free((void *)(uintptr_t)rq->reply.p);
    if (rq->reply.kind == BW_RK_FILE)
        (void)close(rq->reply.fd);
    release_body(rq);
    bw_conn_phase(core->conn, BW_PH_IDLE, bw_clock_mono());
    bw_buf_done(&core->body);
    bw_arena_done(&rq->arena);
    free(rq); /* first member of struct whole */
    *slot = NULL;
    atomic_fetch_sub(&http->open_requests, 1);
}

bool bw_request_reserve(struct bw_request *rq, size_t n)
{
    struct bw_http *http = rq->http;
    if (atomic_fetch_add(&http->body_bytes, n) + n > http->config.body_budget) {
        atomic_fetch_sub(&http->body_bytes, n);
        return false;
    }
    rq->core->reserved += n;
    return true;
}

static void client_of(struct bw_request *rq)
{
    const struct bw_conn *conn = rq->core->conn;
    const struct bw_http *http = rq->http;
    memcpy(rq->address, conn->peer, sizeof rq->address);
    if (!conn->peer_trusted)
        return;
    char told[46];
    bw_forwarded_for(bw_request_header(rq, "X-Forwarded-For"), http->trusted, http->n_trusted, told);
    if (told[0])
        memcpy(rq->address, told, sizeof told);
    rq->secure = bw_str_eq_nocase(bw_str_trim(bw_request_header(rq, "X-Forwarded-Proto")), BW_STR("https"));
}

static bw_code route_of(struct bw_request *rq, struct bw_error *err)
{
    unsigned allow = 0;
    const struct bw_route *route = NULL;
    bw_code code = bw_route_find(bw_routes, bw_routes_n, &rq->arena, rq->method, rq->path, &route, rq->params, &allow);
    if (code == BW_E_METHOD) {
        char text[64] = "";
        size_t n = 0;
        for (int m = 0; m < BW_METHOD_MAX; m++)
            if (allow & (1u << m))
                n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? ", " : "",
                                      bw_method_name((enum bw_method)m));
        bw_reply_header(rq, "Allow", bw_str_c(text));
    }
    if (code != BW_OK)
        return bw_fail(err, code, NULL, "%s", code == BW_E_BAD_REQUEST ? "the path holds a broken escape" : "");
    rq->route = route;
    return bw_query_check(rq, bw_str_drop(rq->target, rq->path.n + 1), err);
}

static bw_code head(struct bw_request *rq, const char *method, const char *version, struct bw_error *err)
{
    bw_code code = bw_check_head(rq, method, version, err);
    client_of(rq);
    if (code == BW_OK && atomic_load(&rq->http->stopping))
        code = bw_fail(err, BW_E_BUSY, NULL, "this instance is stopping");
    if (code == BW_OK)
        code = route_of(rq, err);
    if (code == BW_OK)
        code = bw_check_body(rq, err);
    uint64_t n = 0;
    bool kept = code == BW_OK && !(rq->route->flags & BW_R_UPLOAD); /* else its reader says what it holds */
    if (kept && bw_request_length(rq, &n) && !bw_request_reserve(rq, (size_t)n))
        code = bw_fail(err, BW_E_BUSY, NULL, "too many bytes of bodies are on their way");
    if (code == BW_OK)
        bw_buf_init(&rq->core->body, rq->route->body_max);
    return code;
}

static enum MHD_Result first_call(struct bw_request *rq, const char *method, const char *version)
{
    struct bw_error err = { 0 };
    rq->core->begun = true;
    bw_code code = head(rq, method, version, &err);
    if (code == BW_OK && (rq->route->flags & BW_R_UPLOAD))
        return bw_upload_begin(rq);
    if (code == BW_OK) {
        bool body = bw_request_has_body(rq);
        atomic_store_explicit(&rq->core->conn->bytes, 0, memory_order_relaxed);
        bw_conn_phase(rq->core->conn, body ? BW_PH_BODY : BW_PH_RUN, rq->at_mono);
        return MHD_YES;
    }
    bool unread = bw_request_has_body(rq);
    rq->reply.close = rq->reply.close || unread;
    bw_reply_problem(rq, code, &err);
    /* An answer at this call ends the connection: right where a body would follow, else the next call sends it. */
    return unread || rq->reply.close ? bw_send(rq) : MHD_YES;
}

static enum MHD_Result take_body(struct bw_request *rq, const char *data, size_t n)
{
    struct bw_request_core *core = rq->core;
    uint64_t known = 0;
    size_t most = rq->route ? rq->route->body_max : 0; /* no route: refused, and read only to be dropped */
    atomic_fetch_add_explicit(&core->conn->bytes, n, memory_order_relaxed);
    if (core->refused == BW_OK && core->body.n + n > most)
        core->refused = BW_E_TOO_LARGE;
    if (core->refused == BW_OK && !bw_request_length(rq, &known) && !bw_request_reserve(rq, n))
        core->refused = BW_E_BUSY;
    if (core->refused == BW_OK) {
        bw_buf_add(&core->body, data, n);
        if (bw_buf_ok(&core->body))
            return MHD_YES;
        core->refused = BW_E_BUSY;
    }
    /* The answer can go out only after the body's end: a little is read for that, then the connection is dropped. */
    core->discarded += n;
    return core->discarded <= DISCARD_MAX ? MHD_YES : MHD_NO;
}

bool bw_loop_run(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    bw_handler *next = core->next;
    core->next = NULL;
    core->parked = false;
    if (!next)
        return true;
    bw_log_context(bw_str_c(rq->id), bw_str_c(rq->trace));
    core->on_loop = true;
    next(rq);
    bw_log_context(BW_STR_NONE, BW_STR_NONE);
    if (core->parked) /* it belongs to whoever has it now; `parked` is the loop's own */
        return false;
    core->on_loop = false;
    return true;
}

enum MHD_Result bw_loop_advance(struct bw_request *rq)
{
    return bw_loop_run(rq) ? bw_send(rq) : MHD_YES;
}

static enum MHD_Result body_complete(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    rq->body = bw_buf_view(&core->body);
    bw_conn_phase(core->conn, BW_PH_RUN, bw_clock_mono());
    if (rq->reply.kind != BW_RK_NONE) /* refused by its head */
        return bw_send(rq);
    if (core->refused != BW_OK) {
        rq->reply.close = true;
        bw_reply_problem(rq, core->refused, NULL);
        return bw_send(rq);
    }
    core->next = bw_step_authenticate;
    return bw_loop_advance(rq);
}

enum MHD_Result bw_loop_answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version, const char *data, size_t *size, void **slot)
{
    struct bw_request *rq = *slot;
    (void)cls;
    (void)connection;
    (void)url; /* decoded by libmicrohttpd's rules; ours is rq->target */
    if (!rq)
        return MHD_NO;
    struct bw_request_core *core = rq->core;
    if (core->answered)
        return MHD_NO; /* a daemon that is being stopped says yes to an answer, takes none and goes on asking */
    if (!core->begun)
        return first_call(rq, method, version);
    if (rq->route && (rq->route->flags & BW_R_UPLOAD))
        return bw_upload_call(rq, data, size);
    if (*size > 0) {
        size_t n = *size;
        *size = 0;
        return take_body(rq, data, n);
    }
    if (core->parked)
        return bw_loop_advance(rq);
    return body_complete(rq);
}
