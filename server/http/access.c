/* SPDX-License-Identifier: Apache-2.0 */
/* access.c - may this principal use this route: the who-mask, key scopes, rate, and the proof that an unsafe request by
 * cookie comes from our own page.  Objects (whose bag, whose case) are the handlers' matter.
 * Layer: http.  Threads: loop.  Source: SEC-02, SEC-03, SEC-04, reliability.md W4. */
#include "http_int.h"

#include "bw/base/crypto.h"

static bool unsafe_method(enum bw_method m)
{
    return m != BW_GET && m != BW_HEAD;
}

/* Browsers send Origin with every unsafe request, and Sec-Fetch-Site where they know it; what sends neither is no
 * browser and has no cookies that a stranger could ride on. */
static bool foreign_origin(struct bw_request *rq)
{
    struct bw_str origin = bw_request_header(rq, "Origin"), site = bw_request_header(rq, "Sec-Fetch-Site");
    if (site.p && !bw_str_eq_c(site, "same-origin") && !bw_str_eq_c(site, "none"))
        return true;
    /* Under our own Referrer-Policy: no-referrer a browser says "null" on our forms too (Fetch, "append a request
     * Origin header"); then its word about the site decides, which no page can forge. */
    if (bw_str_eq_c(origin, "null"))
        return !bw_str_eq_c(site, "same-origin");
    return origin.p && !bw_str_eq_nocase(origin, bw_request_origin(rq));
}

static bool token_good(struct bw_request *rq)
{
    struct bw_str own = bw_str_c(rq->who.csrf), sent = bw_request_header(rq, "X-CSRF-Token");
    if (!sent.p && (rq->route->flags & BW_R_FORM))
        sent = bw_request_form(rq, "csrf");
    return own.n > 0 && sent.n == own.n && bw_same_bytes(own.p, sent.p, own.n);
}

static bw_code csrf_check(struct bw_request *rq, struct bw_error *err)
{
    bool by_cookie = rq->who.kind == BW_P_ACCOUNT;
    if (!unsafe_method(rq->method) || (!by_cookie && !(rq->route->flags & BW_R_FORM)))
        return BW_OK;
    if (foreign_origin(rq))
        return bw_fail(err, BW_E_CSRF, NULL, "the request comes from another origin");
    if (by_cookie && !token_good(rq))
        return bw_fail(err, BW_E_CSRF, NULL, "the session's token is missing or wrong");
    return BW_OK;
}

static bw_code rate_check(struct bw_request *rq, struct bw_error *err)
{
    struct bw_str who = rq->who.kind == BW_P_ANONYMOUS ? bw_str_c(rq->address)
                                                       : bw_str_n((const char *)rq->who.id.b, sizeof rq->who.id.b);
    /* Now, not when the request came: what waited for a look-up would seem to be seconds behind those that did not. */
    rq->core->quota = bw_limiter_ask(rq->http->limiter, rq->route->rate, who, bw_clock_mono());
    unsigned wait = rq->core->quota.wait;
    return wait == 0 ? BW_OK : bw_fail(err, BW_E_RATE_LIMITED, NULL, "wait %u s", wait);
}

bw_code bw_access_check(struct bw_request *rq, struct bw_error *err)
{
    const struct bw_route *r = rq->route;
    if (!(bw_principal_bits(&rq->who) & r->who)) {
        if (r->flags & BW_R_TOKEN)
            return BW_E_NOT_FOUND;
        if (rq->who.kind == BW_P_ANONYMOUS)
            return bw_fail(err, BW_E_UNAUTHENTICATED, NULL, "this route needs credentials");
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "this route is not for you");
    }
    if (rq->who.test_realm && r->scope != 0 && !rq->http->config.test.app)
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "this server has no test realm");
    if (rq->who.kind == BW_P_KEY && (rq->who.scopes & r->scope) != r->scope)
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "the key lacks the scope that this route needs");
    bw_code code = rate_check(rq, err);
    if (code == BW_OK)
        code = csrf_check(rq, err);
    return code;
}
