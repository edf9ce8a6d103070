/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - the doors as the HTTP side's `auth`: finds the one credential of a request (Authorization: Bearer, session
 * cookie, token in the path) and asks the doors.  Layer: http.  Threads: loops and query workers.  Source: SEC-01 to
 * SEC-03. */
#ifndef BW_HTTP_AUTH_H
#define BW_HTTP_AUTH_H

#include "bw/app/doors.h"
#include "bw/http/server.h"

/* For bw_http_config.auth; the log-in and key handlers find the doors there too. */
struct bw_auth bw_auth_doors(struct bw_doors *doors);

#endif
