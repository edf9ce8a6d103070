/* SPDX-License-Identifier: Apache-2.0 */
/* http_head_fuzz.c - what libmicrohttpd hands us of a request's head, as it hands it: method, target, version and
 * header lines of any bytes; then a form.  Whatever passes our checks has a plain path, decoded text in every
 * parameter, and one meaning; the credentials, languages, zones and addresses in it are looked at as for every request.
 * Input: "METHOD TARGET VERSION\n", lines "name:value\n", an empty line, the body.  Source: reliability.md 2.1, SEC-09.
 */
#include <stdlib.h>

#include "auth_int.h"
#include "bw/http/auth.h"
#include "bw/http/pages.h"
#include "http_int.h"
#include "pages_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bw_str header_lines;
static struct bw_arena *lines;

/* In the place of the library's own: names and values end with a NUL, and may hold others. */
int MHD_get_connection_values_n(struct MHD_Connection *connection, enum MHD_ValueKind kind, MHD_KeyValueIteratorN it,
                                void *ctx)
{
    int n = 0;
    struct bw_str rest = header_lines;
    (void)connection;
    while (rest.n > 0) {
        struct bw_str value = bw_str_split(&rest, '\n'), name = bw_arena_str(lines, bw_str_split(&value, ':'));
        value = bw_arena_str(lines, bw_str_trim(value));
        n++;
        if (!name.p || !value.p || it(ctx, kind, name.p, name.n, value.p, value.n) == MHD_NO)
            break;
    }
    return n;
}

static void look(struct bw_request *rq)
{
    static struct bw_pages *pages;
    static struct bw_doors *doors;
    static const struct bw_net proxy = { 2 /* AF_INET */, { 10 }, 8 };
    char from[46];
    bool look_up = false;
    struct bw_error err = { 0 };
    if (!pages && bw_pages_new(NULL, &pages, &err) != BW_OK)
        abort();
    if (!doors && bw_doors_new(&(struct bw_doors_config){ 0 }, &doors, &err) != BW_OK)
        abort();
    struct bw_auth auth = bw_auth_doors(doors);
    (void)auth.quick(auth.ctx, rq, &rq->who, &look_up, &err);
    BW_ASSERT(rq->who.kind == BW_P_ANONYMOUS); /* nothing that a stranger writes opens a door by itself */
    BW_ASSERT(bw_pages_language(pages, rq));
    (void)bw_pages_zone(pages, bw_request_cookie(rq, "tz"));
    (void)bw_request_accepts(rq, "text/html");
    bw_forwarded_for(bw_request_header(rq, "X-Forwarded-For"), &proxy, 1, from);
    BW_ASSERT(strlen(from) < sizeof from);
    struct bw_str origin = bw_request_origin(rq);
    BW_ASSERT(bw_str_find(origin, '\n') == origin.n && bw_str_find(origin, '<') == origin.n);
    (void)bw_request_form(rq, "name");
    for (size_t k = 0; k < rq->n_form; k++)
        BW_ASSERT(bw_utf8_valid(rq->form[k].value, 0) && !memchr(rq->form[k].value.p, 0, rq->form[k].value.n));
}

static void take(struct bw_request *rq, struct bw_str method, struct bw_str version)
{
    struct bw_error err = { 0 };
    char m[32], v[32];
    unsigned allow;
    if (!bw_str_copy(method, m, sizeof m) || !bw_str_copy(version, v, sizeof v))
        return;
    if (bw_check_head(rq, m, v, &err) != BW_OK)
        return;
    BW_ASSERT(rq->path.n > 0 && rq->path.p[0] == '/' && rq->n_headers <= BW_HEADERS_MAX);
    for (size_t k = 0; k < rq->target.n; k++)
        BW_ASSERT(rq->target.p[k] > 0x20 && rq->target.p[k] < 0x7f);
    if (bw_route_find(bw_routes, bw_routes_n, &rq->arena, rq->method, rq->path, &rq->route, rq->params, &allow) !=
        BW_OK)
        return;
    for (size_t k = 0; k < BW_PARAMS_MAX && rq->params[k].p; k++)
        BW_ASSERT(bw_utf8_valid(rq->params[k], 0) && !memchr(rq->params[k].p, 0, rq->params[k].n));
    struct bw_str query = bw_str_drop(rq->target, rq->path.n);
    if (bw_query_check(rq, query.n ? bw_str_drop(query, 1) : query, &err) != BW_OK)
        return;
    for (size_t k = 0; k < rq->n_query; k++) /* what a page does not know it passes over, and nobody can ask for it */
        BW_ASSERT(!bw_word_in(rq->route->query ? rq->route->query : "", rq->query[k].name) ||
                  (bw_utf8_valid(rq->query[k].value, 0) && !memchr(rq->query[k].value.p, 0, rq->query[k].value.n)));
    if (bw_check_body(rq, &err) == BW_OK)
        look(rq);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bw_http http;
    struct bw_request_core core = { .begun = true };
    struct bw_request rq = { .http = &http, .core = &core, .at_wall = bw_date_start(20777), .address = "192.0.2.1" };
    struct bw_str rest = bw_str_n((const char *)data, size), line = bw_str_split(&rest, '\n');
    struct bw_str method = bw_str_split(&line, ' ');
    bw_arena_init(&rq.arena, 8 << 20);
    lines = &rq.arena;
    rq.target = line.p ? bw_str_split(&line, ' ') : BW_STR("");
    header_lines = bw_str_n(rest.p, 0);
    for (struct bw_str at = rest; at.n > 0;) {
        struct bw_str one = bw_str_split(&at, '\n');
        if (one.n == 0)
            break;
        header_lines.n = (size_t)(one.p + one.n - rest.p);
    }
    size_t head = header_lines.n + 2 < rest.n ? header_lines.n + 2 : rest.n;
    rq.body = bw_str_drop(rest, head);
    take(&rq, method, line.p ? line : BW_STR("HTTP/1.1"));
    bw_arena_done(&rq.arena);
    return 0;
}
