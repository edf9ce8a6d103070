/* SPDX-License-Identifier: Apache-2.0 */
/* server.h - starts, ticks and stops the HTTP side of the process; what main and wiring see of this layer.
 * N single-thread epoll daemons on one port (SO_REUSEPORT), optionally others for streams, and one for metrics; query,
 * report and hash workers; one waker thread that resumes suspended connections in ticks.
 * Layer: http.  Threads: start, tick and stop from main.  Source: design.md 4, 8; reliability.md 2. */
#ifndef BW_HTTP_SERVER_H
#define BW_HTTP_SERVER_H

#include "bw/app/principal.h"
#include "bw/base/err.h"
#include "bw/push/hub.h"

struct bw_http;
struct bw_request;
struct bw_pg; /* a worker's database connection; what is in it is between storage and the job that uses it */

/* Who is asking.  `quick` runs on a loop thread before every handler of a route that is not for everybody, or that
 * carries credentials: caches only, never blocks.  Three answers: BW_OK with *who filled (kind BW_P_ANONYMOUS when no
 * credentials were sent), BW_OK with *ret_look_up set: `slow` is then run on a query worker (pg may be used there), or
 * a refusal, which is sent as it is.  A wrong key is BW_E_UNAUTHENTICATED, a dead link BW_E_NOT_FOUND; a dead session
 * counts as none sent.
 * Whether `who` may use the route (401, 403, CSRF) is checked by this layer afterwards. */
struct bw_auth {
    bw_code (*quick)(void *ctx, struct bw_request *rq, struct bw_principal *who, bool *ret_look_up, struct bw_error *err);
    bw_code (*slow)(void *ctx, struct bw_request *rq, struct bw_pg *pg, struct bw_principal *who, struct bw_error *err);
    void *ctx;
};

/* Whose session a worker has. */
enum bw_worker_kind {
    BW_WORKER_QUERY,
    BW_WORKER_REPORT,
    BW_WORKER_TEST /* everything that principals of the test realm ask (bw_principal.test_realm), reports too */
};

/* Workers' connections: opened, checked and closed on the worker's own thread. */
struct bw_worker_db {
    struct bw_pg *(*open)(void *ctx, enum bw_worker_kind kind);
    /* Before each job; reconnects where needed.  BW_E_DATABASE_AWAY is answered 503. */
    bw_code (*ready)(void *ctx, struct bw_pg *pg, struct bw_error *err);
    void (*close)(void *ctx, struct bw_pg *pg);
    void *ctx;
};

/* Reads one page of the feed for bw_hub_page: entries with after < index <= after + BW_HUB_PAGE, on a query worker; calls
 * bw_hub_page or bw_hub_page_failed exactly once. */
typedef void bw_replay_fn(void *ctx, struct bw_pg *pg, struct bw_hub *hub, uint64_t after);

/* What requests of the test realm get in place of the live one's. */
struct bw_http_realm {
    void *app; /* NULL = there is no test realm: its keys are refused */
    struct bw_hub *hub;
    void *replay_ctx;
};

struct bw_http_config {
    const char *listen;         /* "127.0.0.1:8080", "[::1]:0"; port 0 = any free */
    const char *stream_listen;  /* NULL = streams on the same daemons */
    const char *metrics_listen; /* NULL = none */
    unsigned daemons;           /* 0 = 2 */
    bool behind_proxy;          /* needed for an address that is not loopback */
    const char *trusted_proxies; /* peers beside loopback whose X-Forwarded-* count: "10.0.0.0/8 192.0.2.7", or NULL */
    const char *public_url;     /* "https://bags.example", or NULL = as asked */
    unsigned connections_max;   /* of each daemon beside streams; 0 = 2,000 */
    unsigned streams_max;       /* 0 = min(20,000, hard fd limit - 3,000) */
    size_t body_budget;         /* bytes of all bodies not yet stored; 0 = 64 MiB */
    bw_time header_deadline, body_deadline, request_deadline, idle_deadline; /* 0 = 10 s, 30 s, 10 s, 15 s */
    unsigned query_workers;     /* 0 = 4 */

    void *app;                  /* handlers find it as rq->app */
    struct bw_auth auth;
    struct bw_worker_db db;
    struct bw_hub *hub;         /* NULL = no streams */
    bw_replay_fn *replay;       /* with replay_ctx; NULL = ring only */
    void *replay_ctx;
    struct bw_http_realm test;
    /* OPS-04: BW_OK while database, migrations and feed are well; must not block. */
    bw_code (*ready)(void *ctx, struct bw_error *err);
    void *ready_ctx;
    /* HTML for a refusal on a page route; NULL, or false: problem+json. */
    bool (*error_page)(void *ctx, struct bw_request *rq, bw_code code, const struct bw_error *err, struct bw_buf *to);
    void *error_page_ctx;
};

/* Checks every route row, binds (a probe bind first: two copies never share a port silently) and serves. */
BW_MUST_USE bw_code bw_http_start(const struct bw_http_config *config, struct bw_http **ret_take, struct bw_error *err);
/* Deadlines, stream timers; about five times a second. */
void bw_http_tick(struct bw_http *http);
/* REL-02: readiness goes 503 and streams end spread over `within`; the caller goes on ticking until it stops. */
void bw_http_drain(struct bw_http *http, bw_time within);
/* No new connections, waits for accepted requests (whoever parked one must still resume it), stops, frees. */
void bw_http_stop(struct bw_http *http);
/* The port in use (for listen port 0); 0 = not listening there. */
unsigned bw_http_port(const struct bw_http *http);
unsigned bw_http_stream_port(const struct bw_http *http);
unsigned bw_http_metrics_port(const struct bw_http *http);
/* Runs fn on a query (or the report) worker, outside of any request.  False when the queue is full. */
BW_MUST_USE bool bw_http_task(struct bw_http *http, bool report, void (*fn)(void *ctx, struct bw_pg *pg), void *ctx);

#endif
