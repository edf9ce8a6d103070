/* SPDX-License-Identifier: Apache-2.0 */
/* reply_json.c - what handlers that answer with JSON or hand something to the writer do alike.
 * Layer: http.  Threads: loop or worker, whoever has the request; committed() on the writer's thread. */
#include "handlers.h"

#include "bw/app/app.h"
#include "bw/app/list.h"
#include "bw/base/codec.h"
#include "bw/base/json_out.h"
#include "bw/storage/writer.h"

struct bw_json_out *bw_json_begin(struct bw_json_reply *r, size_t max)
{
    bw_buf_init(&r->text, max);
    bw_json_out_init(&r->out, &r->text);
    return &r->out;
}

void bw_json_end(struct bw_request *rq, int status, struct bw_json_reply *r)
{
    bw_reply_buf(rq, status, "application/json", &r->text);
    bw_buf_done(&r->text);
}

void bw_reply_refused(struct bw_request *rq, bw_code code, const struct bw_faults *f)
{
    if (f->n)
        bw_reply_faults(rq, f);
    else
        bw_reply_problem(rq, code, NULL);
}

bool bw_reply_unstored(struct bw_request *rq, const struct bw_work *work)
{
    const struct bw_item *item = &work->items[0];
    if (work->rc != BW_OK)
        bw_reply_problem(rq, work->rc, &work->err);
    else if (item->rc != BW_OK)
        bw_reply_problem(rq, item->rc, &item->err);
    return work->rc != BW_OK || item->rc != BW_OK;
}

struct bw_faults *bw_request_faults(struct bw_request *rq)
{
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (f)
        bw_faults_init(f, &rq->arena);
    else
        bw_reply_problem(rq, BW_E_BUSY, NULL);
    return f;
}

struct bw_str bw_request_typed(struct bw_request *rq, struct bw_str s)
{
    char *to = bw_arena_alloc(&rq->arena, s.n + 1);
    size_t n = 0;
    for (size_t k = 0; to && k < s.n; k++)
        if (s.p[k] != ' ')
            to[n++] = s.p[k] >= 'a' && s.p[k] <= 'z' ? (char)(s.p[k] - 'a' + 'A') : s.p[k];
    return bw_str_n(to, n);
}

struct bw_str bw_request_code(struct bw_request *rq, const char *name)
{
    return bw_request_typed(rq, bw_request_form(rq, name));
}

struct bw_str bw_request_lines(struct bw_request *rq, const char *name)
{
    struct bw_str s = bw_str_trim(bw_request_form(rq, name));
    char *to = bw_arena_alloc(&rq->arena, s.n + 1);
    size_t n = 0;
    for (size_t k = 0; to && k < s.n; k++)
        if (s.p[k] != '\r')
            to[n++] = s.p[k];
    return to ? bw_str_n(to, n) : BW_STR_NONE;
}

struct bw_str bw_request_said(struct bw_request *rq, const char *const *names, size_t n)
{
    struct bw_json_out j;
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    if (!(rq->route->flags & BW_R_FORM))
        return rq->body;
    bw_buf_init(&text, 32 * 1024);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    for (size_t k = 0; k < n; k++) {
        int64_t number;
        bool counts = names[k][0] == '#', code = names[k][0] == '^';
        const char *name = names[k] + (counts || code);
        struct bw_str value = code ? bw_request_code(rq, name) : bw_str_trim(bw_request_form(rq, name));
        if (counts && bw_str_to_i64(value, 0, INT32_MAX, &number))
            bw_jk_i64(&j, name, number);
        else
            bw_jko_str(&j, name, value);
    }
    bw_jo_end(&j);
    return bw_buf_ok(&text) ? bw_arena_str(&rq->arena, bw_buf_view(&text)) : BW_STR_NONE;
}

void bw_reply_rows(struct bw_request *rq, const char *key, const void *rows, size_t n, size_t size, bw_row_members *put)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)4 << 20);
    bw_jo_begin(j);
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++) {
        bw_jo_begin(j);
        put(j, (const char *)rows + k * size);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

/* "<microseconds>.<id>" */
bool bw_request_after(struct bw_request *rq, struct bw_list_place *ret)
{
    struct bw_error err = { 0 };
    struct bw_str rest = bw_request_query(rq, "after");
    *ret = (struct bw_list_place){ .at = BW_TIME_NONE };
    if (!rest.p || (bw_str_to_i64(bw_str_split(&rest, '.'), 0, INT64_MAX, &ret->at) && bw_uuid_parse(rest, &ret->id)))
        return true;
    bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "after", "after must be as a Link gave it"), &err);
    return false;
}

void bw_reply_next(struct bw_request *rq, const struct bw_list_place *next)
{
    char id[BW_UUID_TEXT];
    BW_CLEANUP(bw_buf_done) struct bw_buf link = { 0 };
    if (next->at == BW_TIME_NONE)
        return;
    bw_buf_init(&link, 4096);
    bw_buf_printf(&link, "<%.*s?", BW_FMT(rq->path));
    for (size_t k = 0; k < rq->n_query; k++) {
        if (bw_str_eq_c(rq->query[k].name, "after"))
            continue;
        bw_buf_printf(&link, "%.*s=", BW_FMT(rq->query[k].name)); /* one that the route knows */
        bw_percent_encode(&link, rq->query[k].value);
        bw_buf_ch(&link, '&');
    }
    bw_buf_printf(&link, "after=%lld.%s>; rel=\"next\"", (long long)next->at, bw_uuid_text(&next->id, id));
    if (bw_buf_ok(&link))
        bw_reply_header(rq, "Link", bw_buf_view(&link));
}

/* After COMMIT (or a refusal): nothing but the wake-up. */
static void committed(struct bw_work *work)
{
    bw_request_resume(work->ctx);
}

void bw_request_commit(struct bw_request *rq, struct bw_work *work, bw_handler *then)
{
    const struct bw_app *app = rq->app;
    struct bw_error err = { 0 };
    work->done = committed;
    work->ctx = rq;
    bw_request_park(rq, then);
    bw_code rc = bw_writer_submit(app->writer, work, &err);
    if (rc == BW_OK)
        return; /* the request is no longer ours */
    work->rc = rc;
    work->err = err;
    bw_request_resume(rq);
}
