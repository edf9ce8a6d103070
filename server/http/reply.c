/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - filling the reply of a request; nothing is sent here (send.c does, on the loop).
 * Layer: http.  Threads: the request's owner. */
#include "http_int.h"

#include <stdlib.h>
#include <unistd.h>

/* Forgets an earlier reply, so that the last call wins; its headers stay (cookies set before a redirect). */
static void begin(struct bw_request *rq, enum bw_reply_kind kind, int status, const char *media)
{
    struct bw_reply *r = &rq->reply;
    if (r->kind == BW_RK_OWNED)
        free((void *)(uintptr_t)r->p);
    if (r->kind == BW_RK_READER && r->reader_free)
        r->reader_free(r->reader_ctx);
    if (r->kind == BW_RK_FILE)
        (void)close(r->fd);
    r->kind = kind;
    r->status = status;
    r->media = media;
    r->p = "";
    r->n = 0;
    r->code = BW_OK;
    r->wait = 0;
    r->reader_free = NULL;
}

void bw_reply_header(struct bw_request *rq, const char *name, struct bw_str value)
{
    struct bw_reply *r = &rq->reply;
    for (size_t k = 0; k < value.n; k++)
        BW_ASSERT((unsigned char)value.p[k] >= 0x20);
    BW_ASSERT(r->n_headers < BW_REPLY_HEADERS_MAX);
    struct bw_str copy = bw_arena_str(&rq->arena, value);
    if (copy.p)
        r->headers[r->n_headers++] = (struct bw_pair){ bw_str_c(name), copy };
}

void bw_reply_cookie(struct bw_request *rq, struct bw_str line)
{
    bw_reply_header(rq, "Set-Cookie", line);
}

void bw_reply_bytes(struct bw_request *rq, int status, const char *media, struct bw_str bytes)
{
    struct bw_str copy = bw_arena_str(&rq->arena, bytes);
    if (!copy.p) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    begin(rq, BW_RK_BYTES, status, media);
    rq->reply.p = copy.p;
    rq->reply.n = copy.n;
}

void bw_reply_json(struct bw_request *rq, int status, struct bw_str json)
{
    bw_reply_bytes(rq, status, "application/json", json);
}

void bw_reply_buf(struct bw_request *rq, int status, const char *media, struct bw_buf *take)
{
    if (!bw_buf_ok(take)) {
        bw_buf_done(take);
        bw_reply_problem(rq, BW_E_INTERNAL, NULL);
        return;
    }
    size_t n = 0;
    char *p = bw_buf_steal(take, &n);
    begin(rq, BW_RK_OWNED, status, media);
    rq->reply.p = p;
    rq->reply.n = n;
}

void bw_reply_static(struct bw_request *rq, int status, const char *media, struct bw_str forever)
{
    begin(rq, BW_RK_STATIC, status, media);
    rq->reply.p = forever.p;
    rq->reply.n = forever.n;
}

void bw_reply_empty(struct bw_request *rq, int status)
{
    begin(rq, BW_RK_STATIC, status, NULL);
}

void bw_reply_redirect(struct bw_request *rq, struct bw_str location)
{
    begin(rq, BW_RK_STATIC, 303, NULL);
    bw_reply_header(rq, "Location", location);
}

void bw_reply_reader(struct bw_request *rq, int status, const char *media, bw_reader_fn *fn, void *ctx,
                     void (*done)(void *ctx))
{
    begin(rq, BW_RK_READER, status, media);
    rq->reply.reader = fn;
    rq->reply.reader_ctx = ctx;
    rq->reply.reader_free = done;
}

void bw_reply_file(struct bw_request *rq, int status, const char *media, int fd_take, uint64_t size)
{
    begin(rq, BW_RK_FILE, status, media);
    rq->reply.fd = fd_take;
    rq->reply.n = size;
}

/* RFC 9110 13.1.2: weak comparison, a list, or "*". */
static bool none_match(struct bw_str list, struct bw_str tag)
{
    if (bw_str_eq_c(bw_str_trim(list), "*"))
        return true;
    while (list.p) {
        struct bw_str one = bw_str_trim(bw_str_split(&list, ','));
        if (bw_str_starts(one, BW_STR("W/")))
            one = bw_str_drop(one, 2);
        if (one.n == tag.n + 2 && one.p[0] == '"' && one.p[one.n - 1] == '"' &&
            bw_str_eq(bw_str_n(one.p + 1, tag.n), tag))
            return true;
    }
    return false;
}

bool bw_reply_etag(struct bw_request *rq, struct bw_str tag)
{
    const char *quoted = bw_arena_printf(&rq->arena, "\"%.*s\"", BW_FMT(tag));
    if (!quoted)
        return false;
    bw_reply_header(rq, "ETag", bw_str_c(quoted));
    struct bw_str held = bw_request_header(rq, "If-None-Match");
    if (!held.p || (rq->method != BW_GET && rq->method != BW_HEAD) || !none_match(held, tag))
        return false;
    begin(rq, BW_RK_STATIC, 304, NULL);
    return true;
}

void bw_reply_later(struct bw_request *rq, bw_code code, const struct bw_error *err, unsigned seconds)
{
    bw_reply_problem(rq, code, err);
    rq->reply.wait = seconds > 0 ? seconds : 1;
}

/* A refusal's body is made in the arena; where even that fails, a fixed text says so. */
static void problem(struct bw_request *rq, bw_code code, struct bw_str detail, const struct bw_faults *faults)
{
    static const char bare[] = "{\"type\":\"/problems/busy\",\"title\":\"Too much at once\",\"status\":503}";
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, 256 * 1024);
    bw_json_out_init(&j, &b);
    const char *instance = bw_arena_printf(&rq->arena, "urn:bagwatch:request:%s", rq->id);
    bw_problem_json(&j, code, detail, bw_str_c(instance), bw_str_c(rq->id), faults);
    struct bw_str copy = bw_buf_ok(&b) ? bw_arena_str(&rq->arena, bw_buf_view(&b)) : BW_STR_NONE;
    begin(rq, BW_RK_BYTES, copy.p ? bw_code_info(code)->status : 503, "application/problem+json");
    rq->reply.p = copy.p ? copy.p : bare;
    rq->reply.n = copy.p ? copy.n : sizeof bare - 1;
    rq->reply.code = copy.p ? code : BW_E_BUSY;
    rq->reply.wait = bw_code_info(code)->retry == BW_LATER || !copy.p ? 1 : 0;
}

static bool wants_page(const struct bw_request *rq)
{
    if (rq->route)
        return (rq->route->flags & BW_R_PAGE) != 0;
    /* Unknown paths: a browser names text/html itself, a program sends a bare range or JSON. */
    struct bw_str accept = bw_request_header(rq, "Accept");
    return accept.p && bw_str_starts(bw_str_trim(accept), BW_STR("text/html"));
}

void bw_reply_problem(struct bw_request *rq, bw_code code, const struct bw_error *err)
{
    const struct bw_http_config *c = &rq->http->config;
    int status = bw_code_info(code)->status;
    /* What is not there and what may not be seen look the same; our own faults, and what libpq says of a database (its
     * address, its user), are for the log, not for strangers. */
    bool say = err && code != BW_E_NOT_FOUND && code != BW_E_DATABASE_AWAY && status != 500;
    struct bw_buf page BW_CLEANUP(bw_buf_done);
    bw_buf_init(&page, 1024 * 1024);
    if (status == 500 && err)
        bw_log(BW_ERROR, "http.internal", BW_LC("code", bw_code_info(code)->name), BW_LC("field", err->field),
               BW_LC("detail", err->detail));
    if (wants_page(rq) && c->error_page && c->error_page(c->error_page_ctx, rq, code, err, &page) && bw_buf_ok(&page)) {
        bw_reply_buf(rq, status, "text/html; charset=utf-8", &page);
        rq->reply.code = code;
        rq->reply.wait = bw_code_info(code)->retry == BW_LATER ? 1 : 0;
        return;
    }
    if (!say || err->field[0] == '\0') {
        problem(rq, code, say ? bw_str_c(err->detail) : BW_STR_NONE, NULL);
        return;
    }
    struct bw_faults *one = BW_NEW(&rq->arena, struct bw_faults);
    if (one) {
        bw_faults_init(one, &rq->arena);
        bw_fault_add(one, code, err->field, "%s", err->detail);
    }
    problem(rq, code, bw_str_c(err->detail), one);
}

void bw_reply_faults(struct bw_request *rq, const struct bw_faults *faults)
{
    bw_code code = bw_faults_code(faults);
    struct bw_str detail = faults->n == 1 ? faults->v[0].detail : BW_STR_NONE;
    problem(rq, code == BW_OK ? BW_E_INTERNAL : code, detail, faults);
}
