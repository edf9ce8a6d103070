/* SPDX-License-Identifier: Apache-2.0 */
/* auth.c - which credential a request carries, and what the doors say to it.
 * A link in the path stands alone: a session cookie beside it came by itself, from the agent's own browser, and does
 * not count.  A key beside a link or a cookie was put there by somebody who may not know which of them acts: refused.
 * Layer: http.  Threads: loops (quick) and query workers (slow).  Source: SEC-01 to SEC-03, PAGE-06, reliability.md W3.
 */
#include "auth_int.h"

bool bw_request_by_tls(struct bw_request *rq)
{
    return rq->secure || bw_str_starts(bw_request_origin(rq), BW_STR("https://"));
}

static const char *cookie_name(struct bw_request *rq)
{
    return bw_request_by_tls(rq) ? "__Host-bagwatch" : "bagwatch";
}

struct bw_str bw_session_cookie(struct bw_request *rq)
{
    return bw_request_cookie(rq, cookie_name(rq));
}

void bw_reply_session_cookie(struct bw_request *rq, const char *token)
{
    const char *line = bw_arena_printf(&rq->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(rq), token,
                                       bw_request_by_tls(rq) ? "; Secure" : "", token[0] ? "" : "; Max-Age=0");
    if (line)
        bw_reply_cookie(rq, bw_str_c(line));
}

static bw_code bearer(struct bw_str header, struct bw_str *ret, struct bw_error *err)
{
    struct bw_str rest = bw_str_trim(header), scheme = bw_str_split(&rest, ' ');
    if (!bw_str_eq_nocase(scheme, BW_STR("Bearer")))
        return bw_fail(err, BW_E_UNAUTHENTICATED, NULL, "the only scheme known here is Bearer");
    *ret = bw_str_trim(rest);
    return BW_OK;
}

/* *ret_any is false where nothing was sent. */
static bw_code credential(struct bw_request *rq, struct bw_credential *ret, bool *ret_any, struct bw_error *err)
{
    const struct bw_route *route = rq->route;
    struct bw_str header = bw_request_header(rq, "Authorization"), cookie = bw_session_cookie(rq);
    bool link = (route->who & BW_CUSTOMER) && (route->flags & BW_R_TOKEN);
    *ret = (struct bw_credential){ .address = bw_str_c(rq->address), .passive = (route->flags & BW_R_STREAM) != 0 };
    *ret_any = true;
    if (header.p && (link || cookie.p))
        return bw_fail(err, BW_E_BAD_REQUEST, "Authorization", "two credentials at once; send one");
    if (link) {
        ret->door = BW_DOOR_LINK;
        ret->token = bw_request_param(rq, "token");
        return BW_OK;
    }
    if (header.p) {
        ret->door = BW_DOOR_KEY;
        return bearer(header, &ret->token, err);
    }
    ret->door = BW_DOOR_SESSION;
    ret->token = cookie;
    *ret_any = cookie.p != NULL;
    return BW_OK;
}

static bw_code quick(void *ctx, struct bw_request *rq, struct bw_principal *who, bool *ret_look_up,
                     struct bw_error *err)
{
    struct bw_credential c;
    bool any = false;
    bw_code code = credential(rq, &c, &any, err);
    if (code != BW_OK || !any)
        return code;
    return bw_doors_quick(ctx, &c, who, ret_look_up, err);
}

static bw_code slow(void *ctx, struct bw_request *rq, struct bw_pg *pg, struct bw_principal *who, struct bw_error *err)
{
    struct bw_credential c;
    bool any = false;
    bw_code code = credential(rq, &c, &any, err);
    if (code != BW_OK || !any)
        return code;
    return bw_doors_slow(ctx, pg, &c, who, err);
}

struct bw_auth bw_auth_doors(struct bw_doors *doors)
{
    return (struct bw_auth){ .quick = quick, .slow = slow, .ctx = doors };
}
