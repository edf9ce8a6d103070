/* SPDX-License-Identifier: Apache-2.0 */
/* server.c - starts and stops the daemons.  N single-thread epoll daemons share a port by SO_REUSEPORT; never the pool
 * (quiescing one aborts the process, F1).  Stopping: no new connections, streams end, accepted requests finish, and
 * only when nothing is suspended any more are the daemons stopped. Layer: http.  Threads: main.  Source: design.md 4,
 * 8; reliability.md 2.2, 2.3. */
#include "http_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define STOP_PATIENCE (75 * BW_SECOND) /* a report may run for 60 s */
#define STOP_STEP_NS 5000000
#define STOP_FRESH (500 * BW_MS)  /* for that long a connection without a word is waited for */
#define STOP_LATE (5 * BW_SECOND) /* what comes after that is answered 503 */
#define FD_SPARE 3000u

/* A token bucket: libmicrohttpd once logged five million lines a second when descriptors ran out (F3). */
static void mhd_log(void *cls, const char *fmt, va_list args) BW_PRINTF(2, 0);
static void mhd_log(void *cls, const char *fmt, va_list args)
{
    static _Atomic int64_t second;
    static atomic_uint lines;
    int64_t now = bw_clock_mono() / BW_SECOND;
    char text[256];
    (void)cls;
    if (atomic_exchange(&second, now) != now)
        atomic_store(&lines, 0);
    if (atomic_fetch_add(&lines, 1) >= 10)
        return;
    vsnprintf(text, sizeof text, fmt, args);
    bw_log(BW_DEBUG, "http.library", BW_LS("text", bw_str_trim(bw_str_c(text))));
}

BW_NORETURN static void mhd_panic(void *cls, const char *file, unsigned line, const char *reason)
{
    (void)cls;
    bw_log(BW_ERROR, "http.library_panic", BW_LC("file", file), BW_LI("line", line),
           BW_LC("reason", reason ? reason : ""));
    abort(); /* the supervisor starts us again; nothing was acknowledged before its commit */
}

static size_t no_unescape(void *cls, struct MHD_Connection *connection, char *s)
{
    (void)cls;
    (void)connection;
    return strlen(s); /* we decode ourselves, from the raw target */
}

static void or_default(bw_time *v, bw_time d)
{
    if (*v == 0)
        *v = d;
}

static bw_code defaults(struct bw_http_config *c, struct bw_error *err)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return bw_fail(err, BW_E_IO, NULL, "the limit of open files cannot be read");
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files); /* may be refused in a container; the check below counts */
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < 256)
        return bw_fail(err, BW_E_CONFIG, NULL, "fewer than 256 open files are allowed; raise LimitNOFILE");
    unsigned room = files.rlim_cur > 1000000 ? 1000000 : (unsigned)files.rlim_cur;
    c->daemons = c->daemons ? c->daemons : 2;
    if (c->daemons > BW_DAEMONS_MAX)
        return bw_fail(err, BW_E_CONFIG, "daemons", "at most %d", BW_DAEMONS_MAX);
    if (!c->streams_max)
        c->streams_max = room < 2 * FD_SPARE ? room / 2 : room - FD_SPARE > 20000 ? 20000 : room - FD_SPARE;
    unsigned left = room > c->streams_max + 100 ? room - c->streams_max - 100 : 16;
    if (!c->connections_max)
        c->connections_max = left / c->daemons < 2000 ? left / c->daemons : 2000;
    if (!c->body_budget)
        c->body_budget = 64u << 20;
    or_default(&c->header_deadline, 10 * BW_SECOND);
    or_default(&c->body_deadline, 30 * BW_SECOND);
    or_default(&c->request_deadline, 10 * BW_SECOND);
    or_default(&c->idle_deadline, 15 * BW_SECOND);
    c->query_workers = c->query_workers ? c->query_workers : 4;
    return BW_OK;
}

/* Strictness 0: level 1 differs only in answering a missing Host itself, with two status lines; check.c does it well.
 */
static bw_code daemon_start(struct bw_daemon *d, struct bw_address *at, unsigned connections, size_t memory,
                            struct bw_error *err)
{
    bw_code code = bw_listen(at, true, &d->listen_fd, err);
    if (code != BW_OK)
        return code;
    bw_mutex_init(&d->lock);
    d->mhd =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0,
                         NULL, NULL, bw_loop_answer, d, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL,
                         MHD_OPTION_LISTEN_SOCKET, d->listen_fd, MHD_OPTION_STRICT_FOR_CLIENT, 0,
                         MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_NOTIFY_COMPLETED, bw_loop_completed, d,
                         MHD_OPTION_NOTIFY_CONNECTION, bw_loop_connection, d, MHD_OPTION_URI_LOG_CALLBACK, bw_loop_uri,
                         d, MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL, MHD_OPTION_END);
    if (d->mhd)
        return BW_OK;
    close(d->listen_fd);
    bw_mutex_done(&d->lock);
    return bw_fail(err, BW_E_IO, "listen", "libmicrohttpd does not start");
}

/* One port, several daemons. */
static bw_code port_start(struct bw_http *http, const char *listen, bool for_streams, unsigned connections,
                          unsigned *ret_port, struct bw_error *err)
{
    struct bw_address at;
    bw_code code = bw_address_parse(listen, &at, err);
    if (code != BW_OK)
        return code;
    if (!at.loopback && !http->config.behind_proxy)
        return bw_fail(err, BW_E_CONFIG, "listen",
                       "%s is reachable from elsewhere; TLS ends in a proxy, so say behind_proxy or listen on loopback",
                       listen);
    code = bw_listen_probe(&at, err);
    for (unsigned k = 0; k < http->config.daemons && code == BW_OK; k++) {
        struct bw_daemon *d = &http->daemons[http->n_daemons];
        d->http = http;
        d->for_streams = for_streams;
        code = daemon_start(d, &at, connections, for_streams ? 6144 : 16384, err);
        http->n_daemons += code == BW_OK;
    }
    *ret_port = bw_address_port(&at);
    return code;
}

static bw_code ports_start(struct bw_http *http, struct bw_error *err)
{
    const struct bw_http_config *c = &http->config;
    unsigned shared = c->stream_listen ? 0 : c->streams_max;
    bw_code code = port_start(http, c->listen, false, c->connections_max + shared, &http->port, err);
    if (code == BW_OK && c->stream_listen)
        code = port_start(http, c->stream_listen, true, c->streams_max + 100, &http->stream_port, err);
    if (code == BW_OK && c->metrics_listen) {
        struct bw_daemon *d = &http->daemons[http->n_daemons];
        d->http = http;
        code = bw_metrics_port_start(http, d, err);
        http->n_daemons += code == BW_OK;
    }
    return code;
}

/* One page for the hub, on a query worker. */
struct page_task {
    struct bw_http *http;
    struct bw_hub *hub;
    uint64_t after;
};

static void page_run(void *ctx, struct bw_pg *pg)
{
    struct page_task *t = ctx;
    const struct bw_http_config *c = &t->http->config;
    void *from = t->hub == c->test.hub ? c->test.replay_ctx : c->replay_ctx;
    struct bw_error err = { 0 };
    if (c->db.ready && c->db.ready(c->db.ctx, pg, &err) != BW_OK)
        bw_hub_page_failed(t->hub, t->after, false);
    else
        c->replay(from, pg, t->hub, t->after);
    free(t);
}

static bool want_page(void *ctx, struct bw_hub *hub, uint64_t after)
{
    struct page_task *t = malloc(sizeof *t);
    if (!t)
        return false;
    *t = (struct page_task){ ctx, hub, after };
    bool test = hub == t->http->config.test.hub;
    if (bw_jobs_task(t->http->jobs, test ? BW_JOB_TEST : BW_JOB_QUERY, page_run, t))
        return true;
    free(t);
    return false;
}

bw_code bw_http_start(const struct bw_http_config *config, struct bw_http **ret_take, struct bw_error *err)
{
    struct bw_http *http = calloc(1, sizeof *http);
    if (!http)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the server");
    http->config = *config;
    MHD_set_panic_func(mhd_panic, NULL);
    bw_assets_init();
    bw_http_metric_labels(bw_routes, bw_routes_n);
    bw_code code = defaults(&http->config, err);
    if (code == BW_OK)
        code = bw_routes_check(bw_routes, bw_routes_n, err);
    if (code == BW_OK && config->trusted_proxies)
        code = bw_nets_parse(config->trusted_proxies, http->trusted, BW_TRUST_MAX, &http->n_trusted, err);
    if (code == BW_OK && !(http->limiter = bw_limiter_new()))
        code = bw_fail(err, BW_E_NOMEM, NULL, "no memory for the limiter");
    if (code == BW_OK)
        code = bw_waker_start(&http->waker, err);
    if (code == BW_OK)
        code = bw_jobs_start(http, &http->jobs, err);
    if (code == BW_OK && config->hub && config->replay)
        bw_hub_replay_by(config->hub, want_page, http);
    if (code == BW_OK && config->test.hub && config->replay)
        bw_hub_replay_by(config->test.hub, want_page, http);
    if (code == BW_OK)
        code = ports_start(http, err);
    if (code != BW_OK) {
        bw_http_stop(http);
        return code;
    }
    bw_log(BW_INFO, "http.listening", BW_LI("port", http->port), BW_LI("stream_port", http->stream_port),
           BW_LI("metrics_port", http->metrics_port), BW_LI("daemons", (int64_t)http->n_daemons),
           BW_LI("streams_max", http->config.streams_max));
    *ret_take = http;
    return BW_OK;
}

void bw_http_tick(struct bw_http *http)
{
    bw_time mono = bw_clock_mono();
    for (size_t k = 0; k < http->n_daemons; k++)
        bw_reap(&http->daemons[k], mono);
    if (http->config.hub)
        bw_hub_tick(http->config.hub, mono);
    if (http->config.test.hub)
        bw_hub_tick(http->config.test.hub, mono);
}

void bw_http_drain(struct bw_http *http, bw_time within)
{
    atomic_store(&http->draining, true);
    if (http->config.hub)
        bw_hub_drain(http->config.hub, bw_clock_mono(), within);
    if (http->config.test.hub)
        bw_hub_drain(http->config.test.hub, bw_clock_mono(), within);
}

/* No more connections.  Those that the kernel had taken for us already are served like any other; the descriptor keeps
 * its number until the daemon has ended, as a loop may be about to use it (microhttpd.h, MHD_quiesce_daemon). */
static void close_door(struct bw_daemon *d)
{
    struct sockaddr_storage from;
    socklen_t n = sizeof from;
    int fd;
    if (MHD_quiesce_daemon(d->mhd) == MHD_INVALID_SOCKET)
        return;
    while ((fd = accept4(d->listen_fd, (struct sockaddr *)&from, &n, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        (void)MHD_add_connection(d->mhd, fd, (const struct sockaddr *)&from, n); /* closes it where it fails */
        n = sizeof from;
    }
    (void)shutdown(d->listen_fd, SHUT_RDWR);
}

static void wind_step(struct bw_http *http)
{
    const struct timespec step = { .tv_nsec = STOP_STEP_NS };
    bw_http_drain(http, 0);
    bw_http_tick(http);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &step, NULL);
}

/* Whoever was let in a moment ago may have a request on its way. */
static bool any_fresh(struct bw_http *http)
{
    bool fresh = false;
    for (size_t k = 0; k < http->n_daemons && !fresh; k++)
        fresh = bw_fresh(&http->daemons[k], bw_clock_mono() - STOP_FRESH);
    return fresh;
}

/* Ends streams and waits until no request is open; false = somebody never resumed one. */
static bool wind_down(struct bw_http *http)
{
    bw_time now = bw_clock_mono(), until = now + STOP_PATIENCE, late = now + STOP_LATE;
    atomic_store(&http->stopping_at, now);
    while (bw_clock_mono() < late && (atomic_load(&http->open_requests) > 0 || any_fresh(http)))
        wind_step(http);
    atomic_store(&http->stopping, true); /* from here on requests are refused, so that there is an end */
    while (atomic_load(&http->open_requests) > 0) {
        if (bw_clock_mono() > until)
            return false;
        wind_step(http);
    }
    return true;
}

void bw_http_stop(struct bw_http *http)
{
    atomic_store(&http->draining, true);
    for (size_t k = 0; k < http->n_daemons; k++)
        close_door(&http->daemons[k]);
    if (!wind_down(http)) {
        /* Stopping a daemon with suspended connections aborts the process; say why first. */
        bw_log(BW_ERROR, "http.stop_stuck", BW_LI("open_requests", atomic_load(&http->open_requests)));
        abort();
    }
    if (http->config.hub)
        bw_hub_replay_by(http->config.hub, NULL, NULL);
    if (http->config.test.hub)
        bw_hub_replay_by(http->config.test.hub, NULL, NULL);
    bw_jobs_stop(http->jobs);
    bw_waker_stop(http->waker);
    for (size_t k = 0; k < http->n_daemons; k++) {
        MHD_stop_daemon(http->daemons[k].mhd);
        close(http->daemons[k].listen_fd);
        bw_mutex_done(&http->daemons[k].lock);
    }
    bw_limiter_free(http->limiter);
    free(http);
}

unsigned bw_http_port(const struct bw_http *http)
{
    return http->port;
}

unsigned bw_http_stream_port(const struct bw_http *http)
{
    return http->stream_port;
}

unsigned bw_http_metrics_port(const struct bw_http *http)
{
    return http->metrics_port;
}

bool bw_http_task(struct bw_http *http, bool report, void (*fn)(void *ctx, struct bw_pg *pg), void *ctx)
{
    return bw_jobs_task(http->jobs, report ? BW_JOB_REPORT : BW_JOB_QUERY, fn, ctx);
}
