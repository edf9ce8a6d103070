/* SPDX-License-Identifier: Apache-2.0 */
/* auth_int.h - what the log-in, key and link handlers share with the auth hook.  Private to http. */
#ifndef BW_HTTP_AUTH_INT_H
#define BW_HTTP_AUTH_INT_H

#include "bw/app/app.h"
#include "bw/http/auth.h"

#include "http.h"

static inline const struct bw_app *bw_app_of(const struct bw_request *rq) { return rq->app; }

/* True where the browser reached us by TLS, at whatever front: then the cookie is `__Host-bagwatch`, Secure. */
bool bw_request_by_tls(struct bw_request *rq);
/* The session cookie's value; p == NULL: none.  Of the two names only the one that fits the way it came counts, so that
 * nobody who can write plain cookies for the host plants a session. */
struct bw_str bw_session_cookie(struct bw_request *rq);
/* token "" takes the cookie away. */
void bw_reply_session_cookie(struct bw_request *rq, const char *token);

#endif
