/* SPDX-License-Identifier: Apache-2.0 */
/* http_int.h - the machinery behind http.h: daemons, connections, the loop's half of a request, workers, waker.
 * Only this header and the files that include it know libmicrohttpd.  Private to the http layer.
 * Source: reliability.md 2.2, 2.3. */
#ifndef BW_HTTP_CORE_INT_H
#define BW_HTTP_CORE_INT_H

#include <stdatomic.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/base/sync.h"

#include "address.h"
#include "http.h"
#include "upload.h"

#define BW_URI_MAX 2048
#define BW_DAEMONS_MAX 8
#define BW_BODY_RATE 1024 /* bytes of a body a second, at least */
#define BW_TRUST_MAX 16

/* Where a connection stands; each has its own deadline (reaper.c). */
enum bw_phase { BW_PH_HEAD, BW_PH_BODY, BW_PH_UPLOAD, BW_PH_RUN, BW_PH_SEND, BW_PH_STREAM, BW_PH_IDLE };

struct bw_daemon;

/* One TCP connection.  The list links belong to the daemon's mutex; the atomics are written by the loop and read by the
 * reaper; the rest is fixed at birth.  It leaves the list, under that mutex, before its descriptor can be reused. */
struct bw_conn {
    struct bw_conn *prev, *next;
    struct bw_daemon *daemon;
    int fd;
    char peer[46];
    bool peer_trusted;
    _Atomic int phase;
    _Atomic int64_t since;   /* monotonic, start of the phase */
    _Atomic uint64_t bytes;  /* of body received, or of answer to send */
};

struct bw_daemon {
    struct MHD_Daemon *mhd;
    struct bw_http *http;
    int listen_fd;
    bool for_streams;
    struct bw_mutex lock;
    struct bw_conn *conns;
};

/* What the asker has: quota requests in window seconds, of which so many are left; all of them again in reset seconds.
 * quota 0 = no limit; wait = whole seconds to wait, 0 = go on. */
struct bw_quota {
    unsigned quota, window, left, reset, wait;
};

/* The loop's half of a request. */
struct bw_request_core {
    struct MHD_Connection *connection;
    struct bw_conn *conn;
    bool begun;    /* the first callback has been */
    bool on_loop;  /* a handler runs on the loop right now */
    bool parked;   /* loop thread only: the step that ran handed the request over */
    bool answered; /* a response is queued */
    atomic_bool suspended; /* our own flag: the law of reliability.md 2.2 */
    bw_handler *next;
    struct bw_buf body;
    size_t reserved;  /* of the global body budget */
    bw_code refused;  /* found while the body came in; answered after its end */
    size_t discarded; /* body bytes thrown away after that */
    void (*on_end)(void *data);
    void *end_data;
    bw_job *job;
    enum bw_job_kind job_kind;
    bw_time queued_at, held_until;
    struct bw_request_core *wake_next;
    struct bw_request *rq;
    struct bw_sub *sub;
    bw_time answered_at;
    bool settled; /* BW_R_UPLOAD: the handler ran or it was refused; the body may come */
    struct bw_upload upload; /* feed == NULL: none */
    bw_time upload_since;    /* loop thread only: when the sender's time began, without what it was held up for */
    bw_time held_at;         /* loop thread only: held up since; 0: it is not */
    struct bw_quota quota; /* what the limiter said */
};

struct bw_jobs;
struct bw_waker;
struct bw_limiter;

struct bw_http {
    struct bw_http_config config; /* defaults filled in */
    struct bw_daemon daemons[BW_DAEMONS_MAX * 2 + 1];
    size_t n_daemons;
    unsigned port, stream_port, metrics_port;
    struct bw_net trusted[BW_TRUST_MAX];
    size_t n_trusted;
    struct bw_jobs *jobs;
    struct bw_waker *waker;
    struct bw_limiter *limiter;
    atomic_size_t body_bytes;  /* of all bodies in flight */
    atomic_uint open_requests; /* from the request line to the completed callback */
    atomic_bool draining, stopping;
    _Atomic int64_t stopping_at; /* monotonic; 0: not yet */
};

/* --- check.c: what libmicrohttpd lets through (reliability.md 2.1) --- */
enum { BW_CLOSE = 1 };
/* Fills method, target, path, headers and ids; a fault names its part and sets rq->reply.close where framing is doubtful. */
BW_MUST_USE bw_code bw_check_head(struct bw_request *rq, const char *method, const char *version, struct bw_error *err);
/* Content-Length, coding, media type and size against the row. */
BW_MUST_USE bw_code bw_check_body(struct bw_request *rq, struct bw_error *err);
/* Content-Length of the request; false = absent. */
bool bw_request_length(const struct bw_request *rq, uint64_t *ret);
bool bw_request_has_body(const struct bw_request *rq);

/* --- router.c --- */
/* Every row complete, unique and sensible; called at start. */
BW_MUST_USE bw_code bw_routes_check(const struct bw_route *routes, size_t n, struct bw_error *err);
/* BW_E_NOT_FOUND, BW_E_METHOD (*ret_allow = bits 1 << method), BW_E_BAD_REQUEST for an undecodable parameter. */
BW_MUST_USE bw_code bw_route_find(const struct bw_route *routes, size_t n, struct bw_arena *arena, enum bw_method method,
                                  struct bw_str path, const struct bw_route **ret, struct bw_str params[BW_PARAMS_MAX],
                                  unsigned *ret_allow);
/* Position of {name} among the pattern's parameters, or -1. */
int bw_route_param(const struct bw_route *route, struct bw_str name);
/* Decodes the query and holds it against the row's list. */
BW_MUST_USE bw_code bw_query_check(struct bw_request *rq, struct bw_str text, struct bw_error *err);
bool bw_word_in(const char *words, struct bw_str word);

/* --- access.c --- */
/* 401, 403, 404 or BW_OK by the row's mask, scopes and, for unsafe methods, the CSRF rules. */
BW_MUST_USE bw_code bw_access_check(struct bw_request *rq, struct bw_error *err);

/* --- loop.c: callbacks of libmicrohttpd --- */
void *bw_loop_uri(void *daemon, const char *uri, struct MHD_Connection *connection);
enum MHD_Result bw_loop_answer(void *daemon, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version, const char *data, size_t *size, void **request);
void bw_loop_completed(void *daemon, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode why);
void bw_loop_connection(void *daemon, struct MHD_Connection *connection, void **conn,
                        enum MHD_ConnectionNotificationCode what);
/* Runs core->next and whatever it leads to, up to an answer or a hand-over. */
enum MHD_Result bw_loop_advance(struct bw_request *rq);
void bw_conn_phase(struct bw_conn *conn, enum bw_phase phase, bw_time mono);
/* The same without sending: false = the request was handed over. */
bool bw_loop_run(struct bw_request *rq);

/* --- upload.c: bodies that are read while they come --- */
/* The first call of such a route, after its head was found good. */
enum MHD_Result bw_upload_begin(struct bw_request *rq);
enum MHD_Result bw_upload_call(struct bw_request *rq, const char *data, size_t *size); /* every later one */

/* --- steps.c --- */
void bw_step_authenticate(struct bw_request *rq);

/* --- send.c --- */
enum MHD_Result bw_send(struct bw_request *rq);
void bw_security_headers(struct MHD_Response *response, const struct bw_request *rq, bool cacheable);
/* Names the series of each route; at start. */
void bw_http_metric_labels(const struct bw_route *routes, size_t n);

/* --- stream.c --- */
struct MHD_Response *bw_stream_response(struct bw_request *rq);

/* --- jobs.c --- */
BW_MUST_USE bw_code bw_jobs_start(struct bw_http *http, struct bw_jobs **ret, struct bw_error *err);
/* False = full: the request was not taken. */
BW_MUST_USE bool bw_jobs_put(struct bw_jobs *jobs, struct bw_request *rq);
BW_MUST_USE bool bw_jobs_task(struct bw_jobs *jobs, enum bw_job_kind kind, void (*fn)(void *, struct bw_pg *), void *ctx);
/* Runs what is queued, then ends the workers. */
void bw_jobs_stop(struct bw_jobs *jobs);

/* --- waker.c --- */
BW_MUST_USE bw_code bw_waker_start(struct bw_waker **ret, struct bw_error *err);
/* Resumes the connection in the next tick; the core must be suspended and in nobody else's hands. */
void bw_waker_put(struct bw_waker *waker, struct bw_request_core *core);
void bw_waker_hold(struct bw_waker *waker, struct bw_request_core *core, bw_time until); /* no sooner, but at the stop */
void bw_waker_stop(struct bw_waker *waker);

/* --- reaper.c --- */
void bw_reap(struct bw_daemon *daemon, bw_time mono);
/* A connection came, or a request began, later than `since` and its head is not read yet. */
bool bw_fresh(struct bw_daemon *daemon, bw_time since);

/* --- limiter.c (SEC-04) --- */
struct bw_limiter *bw_limiter_new(void);
void bw_limiter_free(struct bw_limiter *l);
/* Asks for one request. */
struct bw_quota bw_limiter_ask(struct bw_limiter *l, enum bw_rate rate, struct bw_str who, bw_time mono);

/* --- metrics_port.c --- */
BW_MUST_USE bw_code bw_metrics_port_start(struct bw_http *http, struct bw_daemon *daemon, struct bw_error *err);

/* --- assets.c --- */
void bw_assets_init(void);
const struct bw_asset *bw_asset_by_url(struct bw_str hash, struct bw_str file);
const char *bw_asset_hash(const struct bw_asset *asset); /* 16 hex digits */

#endif
