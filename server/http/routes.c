/* SPDX-License-Identifier: Apache-2.0 */
/* routes.c - the one table of routes, and nothing else: a row is all there is to know about who may ask what, with
 * which limits, and what is answered.  /openapi.json, the start-up check, the metrics' labels and the role x route test
 * are made from it.  Grouped by handler file.  Layer: http.  Source: design.md 8. */
#include "handlers.h"

#define READERS (BW_SENDER | BW_DESK | BW_AUDITOR)

const struct bw_route bw_routes[] = {
    /* h_health.c */
    { .method = BW_GET,
      .pattern = "/livez",
      .who = BW_ANYONE,
      .answers = "200",
      .handler = bw_h_livez,
      .operation = "getLivez",
      .summary = "The process answers; depends on nothing else" },
    { .method = BW_GET,
      .pattern = "/readyz",
      .who = BW_ANYONE,
      .answers = "200 503",
      .handler = bw_h_readyz,
      .operation = "getReadyz",
      .summary = "Database, migrations and feed are well, and the instance is not stopping" },

    /* h_meta.c */
    { .method = BW_GET,
      .pattern = "/openapi.json",
      .who = BW_ANYONE,
      .rate = BW_RATE_READ,
      .answers = "200",
      .handler = bw_h_openapi,
      .operation = "getOpenapi",
      .summary = "This description of the interface" },
    { .method = BW_GET,
      .pattern = "/problems/{slug}",
      .who = BW_ANYONE,
      .rate = BW_RATE_READ,
      .answers = "200 404",
      .handler = bw_h_problem,
      .operation = "getProblem",
      .summary = "What a problem type means and what to do about it" },
    { .method = BW_GET,
      .pattern = "/assets/{hash}/{file}",
      .who = BW_ANYONE,
      .answers = "200 304 404",
      .handler = bw_h_asset,
      .operation = "getAsset",
      .summary = "A static file; the address changes with the content",
      .flags = BW_R_HIDDEN },

    /* h_stream.c */
    { .method = BW_GET,
      .pattern = "/v1/stream",
      .who = READERS,
      .scope = BW_SCOPE_READ,
      .rate = BW_RATE_STREAM,
      .query = "last_event_id lastEventId",
      .answers = "200",
      .handler = bw_h_stream,
      .operation = "getStream",
      .summary = "Server-sent events: every change that the caller's carriers may see",
      .flags = BW_R_STREAM },
    { .method = BW_GET,
      .pattern = "/t/{token}/stream",
      .who = BW_CUSTOMER,
      .rate = BW_RATE_STREAM,
      .query = "last_event_id lastEventId",
      .answers = "200",
      .handler = bw_h_customer_stream,
      .operation = "getCustomerStream",
      .summary = "Server-sent events: that something about the case's bags has changed",
      .flags = BW_R_STREAM | BW_R_TOKEN | BW_R_HIDDEN },
};
const size_t bw_routes_n = BW_LEN(bw_routes);
