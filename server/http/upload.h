/* SPDX-License-Identifier: Apache-2.0 */
/* upload.h - bodies that are read while they come, on routes with BW_R_UPLOAD: the handler runs before the first byte and
 * says who reads.  Private to the http layer.  Threads: loop, as each function says.  Source: ING-06, ING-11. */
#ifndef BW_HTTP_UPLOAD_INT_H
#define BW_HTTP_UPLOAD_INT_H

#include "http.h"

/* A body that is read while it comes (BW_R_UPLOAD); all of these run on the loop. */
struct bw_upload {
    /* How many of n bytes were taken; where fewer, it called bw_request_hold before. */
    size_t (*feed)(void *ctx, const char *data, size_t n);
    void (*fail)(void *ctx, bw_code code, const char *why); /* too large on the wire: refuse it */
    void (*end)(void *ctx); /* all of it was there and the request is parked; somebody calls bw_request_resume */
    bw_handler *then;       /* runs after that, and replies */
    void *ctx;
};
/* In the handler of such a route, instead of a reply. */
void bw_request_upload(struct bw_request *rq, const struct bw_upload *upload);
/* Inside feed: nothing more is read, so that the sender is held up, until bw_request_resume by any thread. */
void bw_request_hold(struct bw_request *rq);
/* Takes n bytes more of the budget of all bodies, until the request is over; false: there is no room. */
BW_MUST_USE bool bw_request_reserve(struct bw_request *rq, size_t n);

#endif
