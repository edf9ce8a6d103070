/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - reading a request: headers, parameters, query, form, cookies, JSON body.
 * Nothing here blocks or logs what a client sent.  Layer: http.  Threads: the request's owner. */
#include "http_int.h"

#define FORM_MAX 64

static struct bw_str pair_value(const struct bw_pair *pairs, size_t n, const char *name)
{
    for (size_t k = 0; k < n; k++)
        if (bw_str_eq_c(pairs[k].name, name))
            return pairs[k].value.p ? pairs[k].value : bw_str_n("", 0);
    return BW_STR_NONE;
}

struct bw_str bw_request_header(const struct bw_request *rq, const char *name)
{
    struct bw_str want = bw_str_c(name);
    for (size_t k = 0; k < rq->n_headers; k++)
        if (bw_str_eq_nocase(rq->headers[k].name, want))
            return rq->headers[k].value;
    return BW_STR_NONE;
}

struct bw_str bw_request_param(const struct bw_request *rq, const char *name)
{
    int k = bw_route_param(rq->route, bw_str_c(name));
    BW_ASSERT(k >= 0 && k < BW_PARAMS_MAX);
    return rq->params[k];
}

struct bw_str bw_request_query(const struct bw_request *rq, const char *name)
{
    BW_ASSERT(rq->route->query && bw_word_in(rq->route->query, bw_str_c(name)));
    return pair_value(rq->query, rq->n_query, name);
}

struct bw_str bw_request_form(struct bw_request *rq, const char *name)
{
    if (!rq->form) {
        struct bw_pair *pairs = BW_NEW_ARRAY(&rq->arena, struct bw_pair, FORM_MAX);
        if (!pairs || !bw_form_parse(&rq->arena, rq->body, pairs, FORM_MAX, &rq->n_form))
            rq->n_form = 0;
        /* What is not UTF-8 counts as not sent, so that handlers and pages see text only. */
        size_t kept = 0;
        for (size_t k = 0; k < rq->n_form; k++)
            if (bw_utf8_valid(pairs[k].value, 0))
                pairs[kept++] = pairs[k];
        rq->n_form = kept;
        rq->form = pairs;
    }
    return pair_value(rq->form, rq->n_form, name);
}

struct bw_str bw_request_cookie(const struct bw_request *rq, const char *name)
{
    struct bw_str rest = bw_request_header(rq, "Cookie");
    while (rest.p) {
        struct bw_str value = bw_str_split(&rest, ';'), key = bw_str_trim(bw_str_split(&value, '='));
        if (value.p && bw_str_eq_c(key, name))
            return bw_str_trim(value);
    }
    return BW_STR_NONE;
}

bool bw_request_accepts(const struct bw_request *rq, const char *media)
{
    struct bw_str rest = bw_request_header(rq, "Accept"), want = bw_str_c(media);
    struct bw_str major = bw_str_take(want, bw_str_find(want, '/') + 1); /* "text/" */
    if (!rest.p)
        return true;
    while (rest.p) {
        struct bw_str one = bw_str_split(&rest, ','), type = bw_str_trim(bw_str_split(&one, ';'));
        bool refused = false; /* q=0 */
        while (one.p) {
            struct bw_str p = bw_str_trim(bw_str_split(&one, ';'));
            refused = refused || bw_str_eq_c(p, "q=0") || bw_str_eq_c(p, "q=0.0");
        }
        bool range = bw_str_eq_c(type, "*/*") ||
                     (type.n == major.n + 1 && bw_str_starts(type, major) && type.p[type.n - 1] == '*');
        if (!refused && (range || bw_str_eq_nocase(type, want)))
            return true;
    }
    return false;
}

bool bw_request_json(struct bw_request *rq, const struct bw_field *fields, void *to)
{
    struct bw_faults *faults = BW_NEW(&rq->arena, struct bw_faults);
    if (!faults) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return false;
    }
    bw_faults_init(faults, &rq->arena);
    if (bw_json_decode(rq->body, fields, to, faults) == BW_OK)
        return true;
    bw_reply_faults(rq, faults);
    return false;
}

struct bw_str bw_request_origin(struct bw_request *rq)
{
    const char *own = rq->http->config.public_url;
    if (own) {
        struct bw_str s = bw_str_c(own);
        while (s.n > 0 && s.p[s.n - 1] == '/')
            s.n--;
        return s;
    }
    struct bw_str host = bw_request_header(rq, "Host");
    const char *text = bw_arena_printf(&rq->arena, "%s://%.*s", rq->secure ? "https" : "http", BW_FMT(host));
    return text ? bw_str_c(text) : bw_str_n("", 0);
}

void bw_request_on_end(struct bw_request *rq, void (*fn)(void *data), void *data)
{
    BW_ASSERT(!rq->core->on_end);
    rq->core->on_end = fn;
    rq->core->end_data = data;
}
