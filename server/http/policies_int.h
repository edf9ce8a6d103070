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

/* What both pages of a carrier's policies are of.  In the arena. */
struct bw_policy_seen {
    struct bw_policy_book *book;
    struct bw_policy_told *told; /* n_told of them, newest first */
    size_t n_told;
};
/* Query worker.  False: the reply is there. */
bool bw_policies_read(struct bw_request *rq, struct bw_pg *pg, const char *carrier, bw_time now,
                      struct bw_policy_seen *ret);

#endif
