/* SPDX-License-Identifier: Apache-2.0 */
/* h_flights.c - GET, PUT /v1/flights/{flight}/{date}: times of a flight, an event of its own log each.  Who tells the
 * same again changes nothing; of two who tell at once, the later one is told last. Layer: http.  Threads: loop, query
 * worker, writer's completion.  Source: CLK-03, design.md 8. */
#include "bw/app/flights.h"

#include "handlers.h"

#define TRIES 5

struct telling {
    struct bw_flight flight;
    struct bw_flight_work done;
    int tries;
};

/* The flight of the path; false: the reply is there. */
static bool path_flight(struct bw_request *rq, struct telling **ret)
{
    char number[BW_FLIGHT];
    bw_date date;
    struct telling *t = BW_NEW(&rq->arena, struct telling);
    if (!t || !bw_flight_parse(bw_request_param(rq, "flight"), number) ||
        !bw_date_parse(bw_request_param(rq, "date"), &date)) {
        bw_reply_problem(rq, t ? BW_E_NOT_FOUND : BW_E_BUSY, NULL);
        return false;
    }
    bw_flight_init(&t->flight, number, date);
    rq->data = *ret = t;
    return true;
}

static void reply_flight(struct bw_request *rq, int status, const struct bw_flight *f)
{
    struct bw_json_reply r;
    bw_flight_json(f, bw_json_begin(&r, 16 * 1024));
    bw_json_end(rq, status, &r);
}

static void job_get(struct bw_request *rq, struct bw_pg *pg)
{
    struct telling *t = rq->data;
    struct bw_flight found;
    struct bw_error err = { 0 };
    bw_code rc = bw_flight_find(pg, t->flight.number, t->flight.date, &found, &err);
    if (rc == BW_OK)
        reply_flight(rq, 200, &found);
    else
        bw_reply_problem(rq, rc, &err);
}

void bw_h_flight_get(struct bw_request *rq)
{
    struct telling *t;
    if (path_flight(rq, &t))
        bw_request_job(rq, BW_JOB_QUERY, job_get);
}

/* --- telling --- */

static void job_put(struct bw_request *rq, struct bw_pg *pg);

static void answer_put(struct bw_request *rq)
{
    struct telling *t = rq->data;
    const struct bw_flight_work *w = &t->done;
    if (bw_reply_unstored(rq, &w->work))
        return;
    if (w->item.outcome != BW_OUT_MOOT)
        reply_flight(rq, w->first ? 201 : 200, &w->flight);
    else if (++t->tries < TRIES)
        bw_request_job(rq, BW_JOB_QUERY, job_put); /* somebody told meanwhile: on top of that */
    else
        bw_reply_problem(rq, BW_E_BUSY, NULL);
}

static void submit_put(struct bw_request *rq)
{
    struct telling *t = rq->data;
    bw_request_commit(rq, &t->done.work, answer_put);
}

static void job_put(struct bw_request *rq, struct bw_pg *pg)
{
    struct telling *t = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_flight_tell(pg, &rq->who, &t->flight, rq->at_wall, &rq->arena, &t->done, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else if (t->done.nothing)
        reply_flight(rq, 200, &t->done.flight);
    else
        bw_request_then(rq, submit_put);
}

void bw_h_flight_put(struct bw_request *rq)
{
    struct telling *t;
    struct bw_flight_in in = { 0 };
    struct bw_faults *f = BW_NEW(&rq->arena, struct bw_faults);
    if (!f) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!path_flight(rq, &t) || !bw_request_json(rq, bw_flight_fields, &in))
        return;
    bw_flight_take(&in, &t->flight);
    bw_faults_init(f, &rq->arena);
    bw_flight_check(&t->flight, rq->at_wall, f);
    if (f->n)
        bw_reply_faults(rq, f);
    else
        bw_request_job(rq, BW_JOB_QUERY, job_put);
}
