/* SPDX-License-Identifier: Apache-2.0 */
/* router.c - from method and path to a row of the routes table, and the check of that table at start.
 * Segments are compared as sent, undecoded; a row with more literal segments beats one with fewer, so that the order of
 * rows does not matter.  Layer: http.  Threads: any; the table is constant.  Source: design.md 8, style.md 5.9. */
#include "http_int.h"

bool bw_word_in(const char *words, struct bw_str word)
{
    struct bw_str rest = bw_str_c(words);
    while (rest.p) {
        struct bw_str one = bw_str_split(&rest, ' ');
        if (!bw_str_empty(one) && bw_str_eq(one, word))
            return true;
    }
    return false;
}

/* Splits "{id}:replay" into name and suffix; false for a literal segment. */
static bool parameter(struct bw_str segment, struct bw_str *ret_name, struct bw_str *ret_suffix)
{
    if (segment.n < 3 || segment.p[0] != '{')
        return false;
    size_t end = bw_str_find(segment, '}');
    if (end == segment.n)
        return false;
    *ret_name = bw_str_n(segment.p + 1, end - 1);
    *ret_suffix = bw_str_drop(segment, end + 1);
    return true;
}

int bw_route_param(const struct bw_route *route, struct bw_str name)
{
    struct bw_str rest = bw_str_c(route->pattern), param, suffix;
    int k = 0;
    while (rest.p) {
        if (!parameter(bw_str_split(&rest, '/'), &param, &suffix))
            continue;
        if (bw_str_eq(param, name))
            return k;
        k++;
    }
    return -1;
}

/* False where the path differs before the first parameter: most rows, and cheaper than to cut them up. */
static bool may_match(const char *pattern, struct bw_str path)
{
    size_t k = 0;
    while (k < path.n && pattern[k] == path.p[k] && pattern[k] != '{')
        k++;
    return pattern[k] == '{' || (pattern[k] == '\0' && k == path.n);
}

/* Number of literal segments plus one, or 0 where the path does not fit; raw parameters are collected. */
static unsigned match(const char *pattern, struct bw_str path, struct bw_str params[BW_PARAMS_MAX])
{
    if (!may_match(pattern, path))
        return 0;
    struct bw_str want = bw_str_c(pattern), have = path;
    unsigned score = 1;
    size_t n = 0;
    while (want.p && have.p) {
        struct bw_str w = bw_str_split(&want, '/'), h = bw_str_split(&have, '/'), name, suffix;
        if (!parameter(w, &name, &suffix)) {
            if (!bw_str_eq(w, h))
                return 0;
            score += 2;
            continue;
        }
        if (h.n <= suffix.n || !bw_str_ends(h, suffix))
            return 0;
        score += suffix.n > 0;
        params[n++] = bw_str_take(h, h.n - suffix.n);
    }
    return want.p || have.p ? 0 : score;
}

static bool method_fits(enum bw_method route, enum bw_method asked)
{
    return route == asked || (route == BW_GET && asked == BW_HEAD);
}

bw_code bw_route_find(const struct bw_route *routes, size_t n, struct bw_arena *arena, enum bw_method method,
                      struct bw_str path, const struct bw_route **ret, struct bw_str params[BW_PARAMS_MAX],
                      unsigned *ret_allow)
{
    unsigned best = 0, allow = 0;
    const struct bw_route *found = NULL;
    struct bw_str raw[BW_PARAMS_MAX] = { { NULL, 0 } };
    for (size_t k = 0; k < n; k++) {
        struct bw_str p[BW_PARAMS_MAX] = { { NULL, 0 } };
        unsigned score = match(routes[k].pattern, path, p);
        if (score == 0 || score < best)
            continue;
        if (score > best) { /* a better pattern: what worse ones allow does not count */
            best = score;
            allow = 0;
            found = NULL;
        }
        allow |= 1u << routes[k].method | (routes[k].method == BW_GET ? 1u << BW_HEAD : 0);
        if (method_fits(routes[k].method, method)) {
            found = &routes[k];
            memcpy(raw, p, sizeof raw);
        }
    }
    *ret_allow = allow;
    if (!found)
        return allow ? BW_E_METHOD : BW_E_NOT_FOUND;
    *ret = found;
    for (size_t k = 0; k < BW_PARAMS_MAX && raw[k].p; k++)
        if (!bw_percent_decode(arena, raw[k], 0, &params[k]) || !bw_utf8_valid(params[k], 0))
            return BW_E_BAD_REQUEST;
    return BW_OK;
}

bw_code bw_query_check(struct bw_request *rq, struct bw_str text, struct bw_error *err)
{
    const char *known = rq->route->query ? rq->route->query : "";
    bool linked = rq->route->flags & BW_R_LINKED, page = rq->route->flags & BW_R_PAGE;
    if (bw_str_empty(text))
        return BW_OK;
    rq->query = BW_NEW_ARRAY(&rq->arena, struct bw_pair, BW_QUERY_MAX);
    if (!rq->query)
        return bw_fail(err, BW_E_BUSY, NULL, "no memory for the query");
    if (!bw_form_parse(&rq->arena, text, rq->query, BW_QUERY_MAX, &rq->n_query)) {
        rq->n_query = 0;
        return bw_fail(err, BW_E_BAD_REQUEST, "query", "the query is not well formed, or has more than %d parameters",
                       BW_QUERY_MAX);
    }
    for (size_t k = 0; k < rq->n_query; k++) {
        struct bw_str name = rq->query[k].name;
        bool taken = bw_word_in(known, name) || (page && bw_str_eq_c(name, "lang"));
        if (!taken && linked)
            continue;
        if (!taken)
            return bw_fail(err, BW_E_BAD_REQUEST, "query", "a query parameter is not known here; known: %s",
                           known[0] ? known : "none");
        if (!bw_utf8_valid(rq->query[k].value, 0))
            return bw_fail(err, BW_E_BAD_REQUEST, "query", "%.*s is not UTF-8", BW_FMT(name));
        for (size_t j = 0; j < k; j++)
            if (bw_str_eq(name, rq->query[j].name))
                return bw_fail(err, BW_E_BAD_REQUEST, "query", "%.*s stands twice", BW_FMT(name));
    }
    return BW_OK;
}

static const char *pattern_fault(const char *pattern)
{
    struct bw_str rest = bw_str_c(pattern), name, suffix;
    size_t n = 0;
    if (pattern[0] != '/')
        return "the pattern does not start with /";
    (void)bw_str_split(&rest, '/');
    while (rest.p) {
        struct bw_str segment = bw_str_split(&rest, '/');
        if (bw_str_empty(segment) && strcmp(pattern, "/") != 0)
            return "the pattern has an empty segment";
        if (parameter(segment, &name, &suffix) ? ++n > BW_PARAMS_MAX : bw_str_find(segment, '{') < segment.n)
            return "the pattern has too many or misplaced parameters";
    }
    return NULL;
}

static bool schema_known(const char *name)
{
    for (size_t k = 0; k < bw_schemas_n; k++)
        if (strcmp(bw_schemas[k].name, name) == 0)
            return true;
    return false;
}

static const char *row_fault(const struct bw_route *r)
{
    if (!r->pattern || !r->handler || !r->operation || !r->summary || !r->answers)
        return "pattern, handler, operation, summary or answers is missing";
    if (r->who == 0 || r->method >= BW_METHOD_MAX || r->method == BW_HEAD || r->rate >= BW_RATE_MAX)
        return "who, method or rate is missing or wrong";
    if ((r->body_max > 0) != (r->media != NULL))
        return "body limit and media types must stand together";
    if (r->body_max > 0 && (r->method == BW_GET || r->method == BW_DELETE))
        return "this method takes no body";
    if (r->media && bw_word_in(r->media, BW_STR("application/json")) && !r->schema)
        return "a JSON body needs a schema";
    if (r->schema && !schema_known(r->schema))
        return "the schema is not in schemas.c";
    if ((r->who & BW_CUSTOMER) && bw_route_param(r, BW_STR("token")) < 0)
        return "a customer's route needs {token}";
    if (bw_route_param(r, BW_STR("token")) >= 0 && !(r->flags & BW_R_TOKEN))
        return "a route with {token} needs BW_R_TOKEN";
    if (r->scope != 0 && !(r->who & BW_SENDER))
        return "a scope without senders";
    return pattern_fault(r->pattern);
}

static bw_code answers_check(const struct bw_route *r, struct bw_error *err)
{
    struct bw_str rest = bw_str_c(r->answers);
    while (rest.p) {
        struct bw_str one = bw_str_split(&rest, ' '), status = bw_str_split(&one, ':'),
                      schema = bw_str_split(&one, '+');
        uint64_t v = 0;
        char name[64];
        if (!bw_str_to_u64(status, 200, 599, &v) ||
            (schema.n && (!bw_str_copy(schema, name, sizeof name) || !schema_known(name))))
            return bw_fail(err, BW_E_CONFIG, r->operation, "answers \"%s\": not a status, or an unknown schema",
                           r->answers);
    }
    return BW_OK;
}

bw_code bw_routes_check(const struct bw_route *routes, size_t n, struct bw_error *err)
{
    for (size_t k = 0; k < n; k++) {
        const struct bw_route *r = &routes[k];
        const char *fault = row_fault(r);
        if (fault)
            return bw_fail(err, BW_E_CONFIG, r->operation, "route %s: %s", r->pattern ? r->pattern : "?", fault);
        bw_code code = answers_check(r, err);
        if (code != BW_OK)
            return code;
        for (size_t j = 0; j < k; j++) {
            bool twin = r->method == routes[j].method && strcmp(r->pattern, routes[j].pattern) == 0;
            if (twin || strcmp(r->operation, routes[j].operation) == 0)
                return bw_fail(err, BW_E_CONFIG, r->operation, "route %s stands twice", r->pattern);
        }
    }
    return BW_OK;
}
