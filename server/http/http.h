/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - what a handler (h_*.c) sees: the request, its steps, its reply, the routes table, assets and schemas.
 *
 * A handler runs on a loop thread after the header checks, the body, authentication and the who-mask, and never blocks.
 * When it returns it has done exactly one of:
 *   - filled the reply (bw_reply_*),
 *   - bw_request_job(): fn runs on a worker with a database connection and fills the reply there,
 *   - bw_request_park(): somebody else (the writer's completion) calls bw_request_resume(), then `then` runs on the loop.
 * A job's fn may instead of replying name a next step with bw_request_then(), which runs on the loop and may again do any
 * of the three.  A request belongs to one thread at a time: nobody touches it between handing it over and its next step.
 * Private to the http layer.  Source: design.md 4, 8; reliability.md 2; style.md 5.9. */
#ifndef BW_HTTP_INT_H
#define BW_HTTP_INT_H

#include "bw/app/principal.h"
#include "bw/app/problem.h"
#include "bw/base/arena.h"
#include "bw/base/buf.h"
#include "bw/base/codec.h"
#include "bw/base/json_in.h"
#include "bw/base/json_out.h"
#include "bw/http/server.h"

enum bw_method { BW_GET, BW_HEAD, BW_POST, BW_PUT, BW_PATCH, BW_DELETE, BW_METHOD_MAX };
const char *bw_method_name(enum bw_method m);

/* What a request costs, for the limiter (SEC-04). */
enum bw_rate { BW_RATE_FREE, BW_RATE_READ, BW_RATE_WRITE, BW_RATE_SEARCH, BW_RATE_LOGIN, BW_RATE_REPORT, BW_RATE_STREAM, BW_RATE_MAX };

enum bw_route_flag {
    BW_R_PAGE = 1,     /* HTML for people: refusals are pages, 401 becomes 303 to /login for staff routes */
    BW_R_FORM = 2,     /* takes an HTML form: Origin is checked, and the session's csrf field where there is a session */
    BW_R_STREAM = 4,   /* answers with an event stream: no deadline; lives on the stream daemons where there are any */
    BW_R_PERSONAL = 8, /* Cache-Control: no-store, X-Robots-Tag: noindex */
    BW_R_HIDDEN = 16,  /* not in /openapi.json (pages, assets) */
    BW_R_UPLOAD = 64,  /* the handler runs before the body, and says by bw_request_upload who reads it; gzip is taken */
    BW_R_ONCE = 128,   /* creates something: takes an Idempotency-Key (ING-08) */
    BW_R_LINKED = 256, /* reached by a link that others pass on: what they add to the query (fbclid, utm_*) is passed over */
    BW_R_MATCH = 512,  /* changes what was read: needs an If-Match */
    BW_R_TOKEN = 32,   /* {token} is a secret: nobody may learn from the answer that it was once good; 401 becomes 404 */
};

typedef void bw_handler(struct bw_request *rq);
typedef void bw_job(struct bw_request *rq, struct bw_pg *pg);

/* One row of the one table (routes.c). */
struct bw_route {
    enum bw_method method;
    const char *pattern;    /* "/v1/bags/{id}"; a literal segment beats a parameter; "{id}:replay" is allowed */
    unsigned who;           /* bits of enum bw_who */
    unsigned scope;         /* bits of enum bw_scope that a key needs, all of them; 0 = none */
    size_t body_max;        /* bytes; 0 = no body */
    const char *media;      /* media types taken, separated by spaces; NULL without body */
    enum bw_rate rate;
    const char *query;      /* known query parameters, separated by spaces; others are refused; NULL = none; pages take lang, too */
    const char *schema;     /* request body: name in schemas.c; NULL where there is none or it is not JSON */
    const char *answers;    /* "201:EventAnswer 200:EventAnswer 409 422"; statuses with schema names, "+text/csv" behind one where it
                             * also comes in that form; common refusals are implied */
    bw_handler *handler;
    const char *operation;  /* OpenAPI operationId, also the metric's and log's name: "postEvent" */
    const char *summary;    /* one sentence */
    unsigned flags;         /* enum bw_route_flag */
};
extern const struct bw_route bw_routes[];
extern const size_t bw_routes_n;

#define BW_PARAMS_MAX 4
#define BW_QUERY_MAX 32
#define BW_HEADERS_MAX 64
#define BW_REPLY_HEADERS_MAX 12

enum bw_reply_kind { BW_RK_NONE, BW_RK_BYTES, BW_RK_OWNED, BW_RK_STATIC, BW_RK_READER, BW_RK_FILE, BW_RK_STREAM };

/* Up to max bytes into to; 0 = end, -1 = failed (the connection is cut, so that half a document is never taken for a whole). */
typedef long bw_reader_fn(void *ctx, char *to, size_t max);

struct bw_reply {
    enum bw_reply_kind kind;
    int status;
    const char *media;
    const char *p;
    size_t n;
    struct bw_pair headers[BW_REPLY_HEADERS_MAX];
    size_t n_headers;
    bool close;            /* the connection ends after this answer */
    bool cacheable;        /* else Cache-Control: no-store */
    bw_code code;          /* of a refusal, for log and metrics */
    unsigned wait;         /* seconds for Retry-After; 0 = none */
    bw_reader_fn *reader;
    void *reader_ctx;
    void (*reader_free)(void *ctx);
    int fd; /* BW_RK_FILE: n bytes of it */
};

struct bw_request_core; /* server.c's own part: connection, state, locks */

struct bw_request {
    struct bw_arena arena;     /* freed with the request; 8 MiB at most */
    const struct bw_route *route; /* NULL: no such route */
    enum bw_method method;
    struct bw_str target;      /* as sent, path and query: never logged */
    struct bw_str path;        /* target before '?', not decoded */
    struct bw_str params[BW_PARAMS_MAX]; /* decoded, in the pattern's order */
    struct bw_pair *query; /* n_query of them */
    size_t n_query;
    struct bw_pair *headers; /* n_headers of them; the text is borrowed from the connection */
    size_t n_headers;
    struct bw_str body;
    const struct bw_pair *form; /* parsed by the first bw_request_form */
    size_t n_form;
    char id[65];               /* X-Request-Id, the client's or ours */
    char trace[33];            /* W3C trace id, or "" */
    char address[46];          /* of the client, past trusted proxies */
    bool secure;               /* came by TLS to the proxy */
    struct bw_principal who;
    bw_time at_wall, at_mono;  /* when the headers were read */
    bw_time deadline;          /* monotonic: the answer is due */
    struct bw_reply reply;
    void *app;                 /* bw_http_config.app; from the handler on that of who's realm */
    void *data;                /* the handler's own between its steps; in the arena, or freed by bw_request_on_end */
    struct bw_http *http;
    struct bw_request_core *core;
};

/* --- reading --- */
struct bw_str bw_request_header(const struct bw_request *rq, const char *name); /* p == NULL: absent */
struct bw_str bw_request_param(const struct bw_request *rq, const char *name);  /* by its name in the pattern; asserts it is there */
struct bw_str bw_request_query(const struct bw_request *rq, const char *name);  /* decoded; p == NULL: absent */
struct bw_str bw_request_form(struct bw_request *rq, const char *name);         /* urlencoded body; p == NULL: absent */
struct bw_str bw_request_cookie(const struct bw_request *rq, const char *name); /* p == NULL: absent */
bool bw_request_gzip(const struct bw_request *rq);                              /* Content-Encoding names gzip */
bool bw_request_accepts(const struct bw_request *rq, const char *media);        /* Accept names it or a range that holds it */
/* Decodes the JSON body by a field table; on faults the problem+json is already the reply and false is returned. */
BW_MUST_USE bool bw_request_json(struct bw_request *rq, const struct bw_field *fields, void *to);
/* "https://host": public_url, else scheme and Host of this request.  In the arena. */
struct bw_str bw_request_origin(struct bw_request *rq);

/* --- steps --- */
/* Hash jobs get pg == NULL.  What the test realm asks becomes BW_JOB_TEST by itself, whatever kind was named. */
enum bw_job_kind { BW_JOB_QUERY, BW_JOB_REPORT, BW_JOB_HASH, BW_JOB_TEST, BW_JOB_MAX };
/* Loop thread only.  A full queue is answered 503 here. */
void bw_request_job(struct bw_request *rq, enum bw_job_kind kind, bw_job *fn);
/* In a job or a resumed step's stead: what runs next, on the loop. */
void bw_request_then(struct bw_request *rq, bw_handler *next);
/* Loop thread only, BEFORE handing the request to anybody. */
void bw_request_park(struct bw_request *rq, bw_handler *then);
/* Any thread, exactly once per park.  The caller must not touch the request afterwards. */
void bw_request_resume(struct bw_request *rq);
/* Called once when the request is over (answered, or the client gone), on the loop.  One per request. */
void bw_request_on_end(struct bw_request *rq, void (*fn)(void *data), void *data);

/* --- replying: the last call wins until the handler (or job) returns --- */
void bw_reply_header(struct bw_request *rq, const char *name, struct bw_str value); /* copied; CR, LF, NUL assert */
void bw_reply_json(struct bw_request *rq, int status, struct bw_str json);          /* copied */
void bw_reply_bytes(struct bw_request *rq, int status, const char *media, struct bw_str bytes); /* copied */
/* Takes the buffer's bytes (empty afterwards); a failed buffer answers 500.  media "text/html; charset=utf-8" for pages. */
void bw_reply_buf(struct bw_request *rq, int status, const char *media, struct bw_buf *take);
void bw_reply_static(struct bw_request *rq, int status, const char *media, struct bw_str forever); /* lives as long as the program */
void bw_reply_empty(struct bw_request *rq, int status);
void bw_reply_redirect(struct bw_request *rq, struct bw_str location); /* 303 */
void bw_reply_reader(struct bw_request *rq, int status, const char *media, bw_reader_fn *fn, void *ctx, void (*done)(void *ctx));
/* The first `size` bytes of a file, which is closed when they are sent. */
void bw_reply_file(struct bw_request *rq, int status, const char *media, int fd_take, uint64_t size);
/* ETag (without quotes; weak = 0).  True: If-None-Match holds it and the reply is 304 already. */
bool bw_reply_etag(struct bw_request *rq, struct bw_str tag);
/* problem+json (a page on page routes).  err may be NULL; Retry-After is set where the code says "later". */
void bw_reply_problem(struct bw_request *rq, bw_code code, const struct bw_error *err);
void bw_reply_faults(struct bw_request *rq, const struct bw_faults *faults);
/* The same with own seconds for Retry-After. */
void bw_reply_later(struct bw_request *rq, bw_code code, const struct bw_error *err, unsigned seconds);
void bw_reply_cookie(struct bw_request *rq, struct bw_str name_value_attributes); /* one Set-Cookie line */

/* --- streams (h_stream.c and the customer's stream) --- */
/* Answers with an event stream of the hub of who's realm in bw_http_config; Last-Event-ID and its query forms are read from rq. */
void bw_reply_stream(struct bw_request *rq, const struct bw_sub_filter *filter);

/* --- embedded files: server/web/{templates,static,catalogues} and server/http/schemas --- */
struct bw_asset {
    const char *name; /* "templates/status.mustache", "static/style.css", "schemas/EventAnswer.json" */
    const char *media;
    const unsigned char *p;
    size_t n;
};
const struct bw_asset *bw_asset_find(struct bw_str name); /* NULL: none */
extern const struct bw_asset bw_assets[];
extern const size_t bw_assets_n;
/* "/assets/<hash>/style.css" for static/style.css: changes with the content, cached for ever.  Asserts that it exists. */
const char *bw_asset_url(const char *static_name);

/* --- schemas (schemas.c): request bodies from their field tables, answers from server/http/schemas/<Name>.json --- */
struct bw_schema {
    const char *name;
    const struct bw_field *fields; /* NULL: schemas/<Name>.json */
    const char *summary;
};
extern const struct bw_schema bw_schemas[];
extern const size_t bw_schemas_n;
/* Examples, executed by tests, are schemas/<Name>.example.json. */

#endif
