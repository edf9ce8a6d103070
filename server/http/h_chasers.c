/* SPDX-License-Identifier: Apache-2.0 */
/* h_chasers.c - GET, PUT /v1/chasers/wish: how a carrier is told of what it owes.
 * Layer: http.  Threads: loop, then a query worker.  Source: CLK-15. */
#include "handlers.h"

#include "bw/domain/chaser.h"
#include "bw/storage/pg.h"

struct wish_body {
    struct bw_str channel, address;
};
static const char *is_channel(struct bw_str s)
{
    enum bw_channel channel;
    return bw_channel_from(s, &channel) ? NULL : "must be webhook, mail or telegram";
}
static const char *is_address(struct bw_str s)
{
    for (size_t k = 0; k < s.n; k++)
        if (!bw_is_digit(s.p[k]) && (s.p[k] < 'A' || s.p[k] > 'Z'))
            return "must be seven capital letters and digits";
    return NULL;
}
const struct bw_field bw_chaser_wish_fields[] = {
    { BW_FIELD(struct wish_body, channel, BW_J_STR), .flags = BW_J_REQUIRED, .max = 10, .check = is_channel },
    { BW_FIELD(struct wish_body, address, BW_J_STR), .min = 7, .max = 7, .check = is_address },
    { BW_FIELD_END },
};

/* A wish is the carrier's own; who belongs to none has none. */
static bool of_carrier(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    if (rq->who.organisation_kind == BW_ORG_CARRIER)
        return true;
    bw_reply_problem(rq, bw_fail(&err, BW_E_FORBIDDEN, NULL, "a carrier's own people say how it is told"), &err);
    return false;
}

static void reply(struct bw_request *rq, struct bw_str channel, struct bw_str address)
{
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, 1024);
    bw_jo_begin(j);
    bw_jk_c(j, "carrier", rq->who.organisation);
    bw_jk_str(j, "channel", channel);
    bw_jko_str(j, "address", address);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

static void read_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CHASE_WISH, BW_PARAMS(bw_p_c(rq->who.organisation)), &rows, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (rows.n)
        reply(rq, bw_rows_text(&rows, 0, "channel"), bw_rows_text(&rows, 0, "address"));
    else
        reply(rq, bw_str_c(bw_channel_word(BW_CHANNEL_MAIL)), BW_STR_NONE);
}

void bw_h_chaser_wish(struct bw_request *rq)
{
    if (of_carrier(rq))
        bw_request_job(rq, BW_JOB_QUERY, read_job);
}

static void put_job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct wish_body *body = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CHASE_WISH_PUT,
                             BW_PARAMS(bw_p_c(rq->who.organisation), bw_p_text(body->channel),
                                       bw_p_text(body->address.n ? body->address : BW_STR_NONE), bw_p_c(rq->who.name),
                                       bw_p_time(bw_clock_wall())),
                             NULL, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        reply(rq, body->channel, body->address);
}

void bw_h_chaser_wish_put(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    struct wish_body *body = BW_NEW(&rq->arena, struct wish_body);
    if (!body) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    rq->data = body;
    if (!of_carrier(rq) || !bw_request_json(rq, bw_chaser_wish_fields, body))
        return;
    if (bw_str_eq_c(body->channel, bw_channel_word(BW_CHANNEL_TELEGRAM)) && !body->address.n) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_INVALID_BODY, "/address", "a telegram goes to an address"), &err);
        return;
    }
    bw_request_job(rq, BW_JOB_QUERY, put_job);
}
