/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.h - the OpenAPI 3.1 document, made from the routes table and the schemas.  Private to the http layer. */
#ifndef BW_HTTP_OPENAPI_INT_H
#define BW_HTTP_OPENAPI_INT_H

#include "http.h"

/* Appends the document; rows marked BW_R_HIDDEN are left out.  origin = address of this server. */
void bw_openapi(const struct bw_route *routes, size_t n, struct bw_str origin, struct bw_buf *to);
/* JSON Schema (2020-12) of a body that is decoded by this field table. */
void bw_json_schema(struct bw_json_out *j, const struct bw_field *fields);

/* The same for the body of POST /v1/events, with the rules of each code; and an example of each. */
void bw_openapi_event(struct bw_json_out *j, const struct bw_field *fields);
void bw_openapi_event_examples(struct bw_json_out *j);

#endif
