/* SPDX-License-Identifier: Apache-2.0 */
/* policies_int.h - what the routes and the page of policies share.  Layer: http. */
#ifndef BW_HTTP_POLICIES_INT_H
#define BW_HTTP_POLICIES_INT_H

#include "bw/app/desk_hours.h"

#include "http.h"

/* rq->data of a change. */
struct bw_policy_put {
    struct bw_policy_wish wish;
    struct bw_desk_hours_wish hours;
    int32_t version;  /* -1: any */
    bw_handler *then; /* after the commit */
    struct bw_policy_work *change;
};
/* Judges it and hands it to the writer; a refusal is the reply.  Query worker. */
bw_job bw_policy_put_job;
/* After the commit: true, and the world is read anew; false: the reply is there. */
bool bw_policy_written(struct bw_request *rq, const struct bw_policy_work *w);

#endif
