/* SPDX-License-Identifier: Apache-2.0 */
/* h_meta.c - what describes the server itself: /openapi.json, the pages of problem types, embedded static files.
 * Layer: http.  Threads: loop.  Source: OPS-07, design.md 8. */
#include "http_int.h"

#include "bw/base/mustache.h"

#include "handlers.h"
#include "openapi.h"

void bw_h_openapi(struct bw_request *rq)
{
    struct bw_buf b;
    bw_buf_init(&b, 4u << 20);
    bw_openapi(bw_routes, bw_routes_n, bw_request_origin(rq), &b);
    bw_reply_buf(rq, 200, "application/json", &b);
}

/* Several codes share a slug; the first one, which is sent to clients, has the text. */
static const struct bw_code_info *by_slug(struct bw_str slug)
{
    for (int code = BW_OK + 1; code < BW_CODE_MAX; code++)
        if (bw_str_eq_c(slug, bw_code_info((bw_code)code)->slug))
            return bw_code_info((bw_code)code);
    return NULL;
}

static void problem_page(const struct bw_code_info *info, struct bw_buf *b)
{
    bw_buf_c(b, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
    bw_html_escape(b, bw_str_c(info->title));
    bw_buf_printf(b,
                  "</title><link rel=\"icon\" type=\"image/svg+xml\" href=\"%s\"><link rel=\"stylesheet\" href=\"%s\">",
                  bw_asset_url("icon.svg"), bw_asset_url("style.css"));
    bw_buf_c(b, "</head><body class=\"error\"><main><h1>");
    bw_html_escape(b, bw_str_c(info->title));
    bw_buf_printf(b, "</h1><p>Problem type <code>/problems/%s</code>, status %d.</p><p>", info->slug, info->status);
    bw_html_escape(b, bw_str_c(info->fix));
    bw_buf_c(b, "</p></main></body></html>\n");
}

static void problem_json(const struct bw_code_info *info, struct bw_buf *b)
{
    struct bw_json_out j;
    bw_json_out_init(&j, b);
    bw_jo_begin(&j);
    bw_jk_c(&j, "slug", info->slug);
    bw_jk_c(&j, "title", info->title);
    bw_jk_i64(&j, "status", info->status);
    bw_jk_bool(&j, "retry", info->retry == BW_LATER);
    bw_jk_c(&j, "fix", info->fix);
    bw_jo_end(&j);
}

void bw_h_problem(struct bw_request *rq)
{
    const struct bw_code_info *info = by_slug(bw_request_param(rq, "slug"));
    if (!info) {
        bw_reply_problem(rq, BW_E_NOT_FOUND, NULL);
        return;
    }
    bool page = bw_request_accepts(rq, "text/html");
    struct bw_buf b;
    bw_buf_init(&b, 16384);
    (page ? problem_page : problem_json)(info, &b);
    bw_reply_buf(rq, 200, page ? "text/html; charset=utf-8" : "application/json", &b);
}

void bw_h_asset(struct bw_request *rq)
{
    const struct bw_asset *a = bw_asset_by_url(bw_request_param(rq, "hash"), bw_request_param(rq, "file"));
    if (!a) {
        bw_reply_problem(rq, BW_E_NOT_FOUND, NULL);
        return;
    }
    rq->reply.cacheable = true;
    bw_reply_header(rq, "Cache-Control", BW_STR("public, max-age=31536000, immutable"));
    if (!bw_reply_etag(rq, bw_str_c(bw_asset_hash(a))))
        bw_reply_static(rq, 200, a->media, bw_str_n((const char *)a->p, a->n));
}
