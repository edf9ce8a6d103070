/* SPDX-License-Identifier: Apache-2.0 */
/* send.c - a filled reply becomes a response of libmicrohttpd: security headers on every answer, length, log line,
 * metrics.  The route's name is logged, never path, query or link.
 * Layer: http.  Threads: loop.  Source: SEC-05, OPS-04, OPS-05, reliability.md W2. */
#include "http_int.h"

#include <stdio.h>
#include <stdlib.h>

#define CSP                                                                                                            \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "              \
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
#define READ_BLOCK 16384

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    /* Fails only without memory; an answer without its headers must not go out. */
    BW_ASSERT(MHD_add_response_header(response, name, value) == MHD_YES);
}

void bw_security_headers(struct MHD_Response *response, const struct bw_request *rq, bool cacheable)
{
    add(response, "Content-Security-Policy", CSP);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (!cacheable)
        add(response, "Cache-Control", "no-store");
    if (rq && rq->secure)
        add(response, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    if (!rq || !rq->route || (rq->route->flags & (BW_R_PERSONAL | BW_R_TOKEN | BW_R_STREAM)) ||
        !(rq->route->who & BW_ANYONE))
        add(response, "X-Robots-Tag", "noindex");
}

static ssize_t read_reply(void *cls, uint64_t at, char *to, size_t max)
{
    struct bw_request *rq = cls;
    (void)at;
    long n = rq->reply.reader(rq->reply.reader_ctx, to, max);
    bw_conn_phase(rq->core->conn, BW_PH_SEND, bw_clock_mono()); /* it reads, so it may go on */
    if (n == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *make(struct bw_request *rq)
{
    struct bw_reply *r = &rq->reply;
    void *p = (void *)(uintptr_t)r->p;
    switch (r->kind) {
    case BW_RK_BYTES: /* in the arena, which outlives the response's use */
    case BW_RK_STATIC:
        return MHD_create_response_from_buffer(r->n, p, MHD_RESPMEM_PERSISTENT);
    case BW_RK_OWNED:
        r->kind = BW_RK_STATIC; /* the response owns the bytes from here on */
        return MHD_create_response_from_buffer(r->n, p, MHD_RESPMEM_MUST_FREE);
    case BW_RK_READER:
        if (rq->method == BW_HEAD)
            return MHD_create_response_from_buffer(0, p, MHD_RESPMEM_PERSISTENT);
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, READ_BLOCK, read_reply, rq, NULL);
    case BW_RK_FILE:
        r->kind = BW_RK_STATIC; /* the response owns the descriptor from here on */
        return MHD_create_response_from_fd64(r->n, r->fd);
    case BW_RK_STREAM:
        return bw_stream_response(rq);
    case BW_RK_NONE:
        break;
    }
    return NULL;
}

static size_t slot_of(const struct bw_request *rq)
{
    return rq->route ? (size_t)(rq->route - bw_routes) : bw_routes_n;
}

void bw_http_metric_labels(const struct bw_route *routes, size_t n)
{
    char text[160];
    for (size_t k = 0; k <= n; k++) {
        const char *route = k < n ? routes[k].pattern : "none";
        const char *method = k < n ? bw_method_name(routes[k].method) : "any";
        for (unsigned c = 1; c <= 5; c++) {
            snprintf(text, sizeof text, "route=\"%s\",method=\"%s\",code=\"%uxx\"", route, method, c);
            bw_metric_label(BW_M_HTTP_REQUESTS, (unsigned)(k * 5 + c - 1), text);
        }
        snprintf(text, sizeof text, "route=\"%s %s\"", method, route);
        bw_metric_label(BW_M_HTTP_SECONDS, (unsigned)k, text);
    }
}

static void record(struct bw_request *rq)
{
    static const char *const kinds[] = { "anonymous", "key", "account", "link" };
    struct bw_reply *r = &rq->reply;
    bw_time took = bw_clock_mono() - rq->at_mono;
    unsigned slot = (unsigned)slot_of(rq), class = (unsigned)(r->status / 100);
    bw_metric_add(BW_M_HTTP_REQUESTS, slot * 5 + class - 1, 1);
    bw_metric_observe(BW_M_HTTP_SECONDS, slot, took);
    bw_log_context(bw_str_c(rq->id), bw_str_c(rq->trace));
    bw_log(r->status >= 500 ? BW_WARN : BW_INFO, "http.request",
           BW_LC("route", rq->route ? rq->route->pattern : "none"), BW_LC("method", bw_method_name(rq->method)),
           BW_LI("status", r->status), BW_LI("dur_us", took), BW_LC("who", kinds[rq->who.kind]),
           BW_LC("problem", r->code == BW_OK ? "" : bw_code_info(r->code)->slug));
    bw_log_context(BW_STR_NONE, BW_STR_NONE);
}

/* draft-ietf-httpapi-ratelimit-headers: what the caller has, and what of it is left. */
static void quota_headers(struct MHD_Response *response, const struct bw_quota *q)
{
    char text[64];
    if (q->quota == 0)
        return;
    snprintf(text, sizeof text, "\"default\";q=%u;w=%u", q->quota, q->window);
    add(response, "RateLimit-Policy", text);
    snprintf(text, sizeof text, "\"default\";r=%u;t=%u", q->left, q->reset);
    add(response, "RateLimit", text);
}

static void reply_headers(struct MHD_Response *response, struct bw_request *rq)
{
    struct bw_reply *r = &rq->reply;
    bw_security_headers(response, rq, r->cacheable && !(rq->route && (rq->route->flags & BW_R_PERSONAL)));
    add(response, "X-Request-Id", rq->id);
    if (r->media)
        add(response, "Content-Type", r->media);
    for (size_t k = 0; k < r->n_headers; k++)
        add(response, r->headers[k].name.p, r->headers[k].value.p);
    if (r->wait > 0) {
        char seconds[12];
        snprintf(seconds, sizeof seconds, "%u", r->wait);
        add(response, "Retry-After", seconds);
    }
    if (rq->who.test_realm)
        add(response, "Bagwatch-Realm", "test");
    quota_headers(response, &rq->core->quota);
    if (r->status == 401)
        add(response, "WWW-Authenticate", "Bearer realm=\"bagwatch\"");
    if (r->close || atomic_load(&rq->http->draining))
        add(response, "Connection", "close");
}

enum MHD_Result bw_send(struct bw_request *rq)
{
    struct bw_request_core *core = rq->core;
    if (rq->reply.kind == BW_RK_NONE)
        bw_reply_problem(rq, BW_E_INTERNAL, NULL);
    bool stream = rq->reply.kind == BW_RK_STREAM && rq->method != BW_HEAD;
    struct MHD_Response *response = make(rq);
    if (!response)
        return MHD_NO;
    reply_headers(response, rq);
    core->answered = true;
    core->answered_at = bw_clock_mono();
    atomic_store_explicit(&core->conn->bytes, rq->reply.n, memory_order_relaxed);
    bw_conn_phase(core->conn, stream ? BW_PH_STREAM : BW_PH_SEND, core->answered_at);
    record(rq);
    enum MHD_Result result = MHD_queue_response(core->connection, (unsigned)rq->reply.status, response);
    MHD_destroy_response(response);
    return result;
}
