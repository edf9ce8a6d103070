/* SPDX-License-Identifier: Apache-2.0 */
/* h_me.c - GET /v1/me: whom a key or a session speaks for, and the session's CSRF token for its own scripts.
 * Layer: http.  Threads: loop.  Source: design.md 8. */
#include "auth_int.h"
#include "handlers.h"

static void words(struct bw_json_out *j, const char *key, unsigned bits, const char *(*word)(unsigned bit),
                  unsigned first)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (unsigned bit = first; bit != 0 && bit <= bits; bit <<= 1)
        if ((bits & bit) && word(bit))
            bw_jstr(j, bw_str_c(word(bit)));
    bw_ja_end(j);
}

void bw_h_me(struct bw_request *rq)
{
    const struct bw_principal *who = &rq->who;
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 16 * 1024);
    bw_jo_begin(j);
    bw_jk_c(j, "kind", who->kind == BW_P_KEY ? "key" : "account");
    bw_jk_uuid(j, "id", &who->id);
    bw_jk_c(j, "name", who->name);
    bw_jk_c(j, "organisation", who->organisation);
    bw_jkey(j, "carriers");
    bw_ja_begin(j);
    for (unsigned k = 0; k < who->n_carriers; k++)
        bw_jstr(j, bw_str_c(who->carriers[k]));
    bw_ja_end(j);
    bw_jk_bool(j, "every_carrier", who->every_carrier);
    if (who->kind == BW_P_KEY) {
        words(j, "scopes", who->scopes, bw_scope_word, 1);
        bw_jk_c(j, "realm", who->test_realm ? "test" : "live");
    } else {
        words(j, "roles", who->roles, bw_role_word, BW_SCANNER);
        bw_jk_c(j, "csrf", who->csrf);
    }
    bw_jk_time(j, "expires_at", who->expires_at);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}
