/* SPDX-License-Identifier: Apache-2.0 */
/* check_read.c - the log, the promises and the bags as they stand in the database. */
#include "check_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sim_rows_of(struct checking *c, unsigned stmt, const struct bw_param *params, size_t n, struct bw_rows *rows)
{
    struct bw_error err = { 0 };
    if (bw_pg_query(c->pg, stmt, params, n, rows, &err) == BW_OK)
        return;
    fprintf(stderr, "sim: %s\n", err.detail);
    abort();
}

#define PUT(to, column) bw_str_put(bw_rows_text(rows, at, column), (to), sizeof(to))

static char *copy_of(struct bw_str s)
{
    return s.n ? strndup(s.p, s.n) : NULL;
}

static void read_event(struct bw_rows *rows, size_t at, struct m_event *e)
{
    *e = (struct m_event){ .subject = bw_rows_uuid(rows, at, "bag_id"),
                           .uid = bw_rows_uuid(rows, at, "uid"),
                           .case_id = bw_rows_uuid(rows, at, "case_id"),
                           .promise_id = bw_rows_uuid(rows, at, "promise_id"),
                           .other = bw_rows_uuid(rows, at, "other_bag"),
                           .batch = bw_rows_i64(rows, at, "batch"),
                           .marked = bw_rows_bool(rows, at, "marked"),
                           .from_day = bw_rows_date(rows, at, "from_day"),
                           .until_day = bw_rows_date(rows, at, "until_day"),
                           .of_bag = bw_str_eq_c(bw_rows_text(rows, at, "subject"), "bag"),
                           .version = bw_rows_i32(rows, at, "version"),
                           .rank = bw_rows_i16(rows, at, "rank"),
                           .level = bw_rows_i32(rows, at, "level"),
                           .ordinal = bw_rows_i32(rows, at, "ordinal"),
                           .bags = bw_rows_i32(rows, at, "bags"),
                           .in_a_row = bw_rows_i32(rows, at, "in_a_row"),
                           .proof = !bw_rows_null(rows, at, "proof"),
                           .person = !bw_rows_null(rows, at, "person"),
                           .flight_date = bw_rows_date(rows, at, "flight_date"),
                           .t = bw_rows_time(rows, at, "order_at"),
                           .occurred = bw_rows_time(rows, at, "occurred_at"),
                           .recorded = bw_rows_time(rows, at, "recorded_at"),
                           .window_until = bw_rows_time(rows, at, "window_until"),
                           .plan_due = bw_rows_time(rows, at, "plan_due"),
                           .due = bw_rows_time(rows, at, "due"),
                           .quiet_until = bw_rows_time(rows, at, "quiet_until") };
    PUT(e->code, "code");
    PUT(e->sender, "sender");
    PUT(e->event_id, "event_id");
    PUT(e->ident, "ident");
    PUT(e->carrier, "carrier");
    PUT(e->source, "source");
    PUT(e->time_kind, "time_kind");
    PUT(e->time_type, "time_type");
    PUT(e->station, "station");
    PUT(e->flight, "flight");
    PUT(e->from, "from_carrier");
    PUT(e->to, "to_carrier");
    PUT(e->outcome, "outcome");
    PUT(e->why, "why");
    PUT(e->action, "action");
    PUT(e->owner, "owner");
    PUT(e->last_flight, "last_flight");
    PUT(e->last_to, "last_to");
    PUT(e->reason, "reason");
    e->replaces = copy_of(bw_rows_text(rows, at, "replaces"));
    e->stations = copy_of(bw_rows_text(rows, at, "stations"));
    e->route = copy_of(bw_rows_text(rows, at, "route"));
    e->codes = copy_of(bw_rows_text(rows, at, "codes"));
}

void sim_read_log(struct checking *c)
{
    enum { BUCKETS = 256, SLICE = 16 };
    size_t room = 0;
    for (int16_t first = 0; first < BUCKETS; first += SLICE) {
        struct bw_rows rows = { 0 };
        sim_rows_of(c, TEST_STMT_SIM_EVENTS, BW_PARAMS(bw_p_i16(first), bw_p_i16((int16_t)(first + SLICE - 1))), &rows);
        if (c->n_events + rows.n > room) {
            room = 2 * (c->n_events + rows.n);
            c->events = realloc(c->events, room * sizeof *c->events);
            BW_ASSERT(c->events);
        }
        for (size_t k = 0; k < rows.n; k++)
            read_event(&rows, k, &c->events[c->n_events++]);
        bw_rows_done(&rows);
    }
}

/* One row into its struct. */
typedef void taker(struct bw_rows *rows, size_t at, void *to);

static void *read_all(struct checking *c, unsigned stmt, size_t size, taker *take, size_t *ret_n)
{
    struct bw_rows rows = { 0 };
    sim_rows_of(c, stmt, BW_NO_PARAMS, &rows);
    char *v = calloc(rows.n + 1, size);
    BW_ASSERT(v);
    for (size_t at = 0; at < rows.n; at++)
        take(&rows, at, v + at * size);
    *ret_n = rows.n;
    bw_rows_done(&rows);
    return v;
}

static void take_promise(struct bw_rows *rows, size_t at, void *to)
{
    struct db_promise *p = to;
    *p = (struct db_promise){ .subject = bw_rows_uuid(rows, at, "bag_id"),
                              .id = bw_rows_uuid(rows, at, "promise_id"),
                              .closed_uid = bw_rows_uuid(rows, at, "closed_uid"),
                              .opened = bw_rows_time(rows, at, "opened_at"),
                              .due = bw_rows_time(rows, at, "due_at"),
                              .closed = bw_rows_time(rows, at, "closed_at"),
                              .next_level = bw_rows_time(rows, at, "next_level_at"),
                              .opened_version = bw_rows_i32(rows, at, "opened_version"),
                              .closed_version = bw_rows_i32(rows, at, "closed_version"),
                              .level = bw_rows_i16(rows, at, "level") };
    PUT(p->owed, "owed");
    PUT(p->debtor, "debtor");
    PUT(p->station, "station");
    PUT(p->giver, "handoff_from");
    PUT(p->why, "closed_why");
}

void sim_read_promises(struct checking *c)
{
    c->promises = read_all(c, TEST_STMT_SIM_PROMISES, sizeof *c->promises, take_promise, &c->n_promises);
}

static void take_bag(struct bw_rows *rows, size_t at, void *to)
{
    struct db_bag *b = to;
    *b = (struct db_bag){ .id = bw_rows_uuid(rows, at, "bag_id"),
                          .joined = bw_rows_uuid(rows, at, "joined_into"),
                          .version = bw_rows_i32(rows, at, "version"),
                          .watched = bw_rows_bool(rows, at, "watched"),
                          .seen = bw_rows_time(rows, at, "last_seen_at"),
                          .news = bw_rows_time(rows, at, "last_news_at"),
                          .timeout = bw_rows_time(rows, at, "timeout_at") };
    PUT(b->place, "place");
    PUT(b->station, "station");
    PUT(b->custody, "custody");
    PUT(b->custodian, "custodian");
    PUT(b->file, "case_state");
}

void sim_read_bags(struct checking *c)
{
    c->bags = read_all(c, TEST_STMT_SIM_BAGS, sizeof *c->bags, take_bag, &c->n_bags);
}
