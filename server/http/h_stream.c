/* SPDX-License-Identifier: Apache-2.0 */
/* h_stream.c - GET /v1/stream for staff and carriers, GET /t/{token}/stream for the holder of a customer link.
 * Who sees what is the hub's filter: a case for customers, carriers for everybody else.
 * Layer: http.  Threads: loop.  Source: design.md 8 ("Feed entry"), STR-10, SEC-13. */
#include "handlers.h"

#include "bw/app/sight.h"

static struct bw_sub_filter filter_of(const struct bw_request *rq)
{
    return (struct bw_sub_filter){
        .case_id = rq->who.case_id,
        .owner = rq->who.owner,
        .address = bw_str_c(rq->address),
    };
}

void bw_h_stream(struct bw_request *rq)
{
    struct bw_sub_filter filter = filter_of(rq);
    struct bw_str seen[BW_CARRIERS_MAX];
    char carriers[BW_CARRIERS_MAX][4];
    filter.n_carriers = bw_sight_carriers(&rq->who, rq->at_wall, seen);
    for (size_t k = 0; k < filter.n_carriers; k++)
        bw_str_put(seen[k], carriers[k], sizeof carriers[k]);
    filter.carriers = (const char(*)[4])carriers;
    filter.kind = rq->who.every_carrier ? BW_SUB_EVERYTHING : BW_SUB_CARRIERS;
    bw_reply_stream(rq, &filter);
}

void bw_h_customer_stream(struct bw_request *rq)
{
    struct bw_sub_filter filter = filter_of(rq);
    filter.kind = BW_SUB_CASE;
    bw_reply_stream(rq, &filter);
}
