/* SPDX-License-Identifier: Apache-2.0 */
/* flight_look.c - the duty that looks at the bags of a flight: when its times were told anew, and when it is gone.
 * What it posts has event ids made of flight, version and bag, so two instances, or one that was stopped halfway, post
 * the same; a row lock spares them the double work.  Layer: app.  Threads: the duties thread.  Source: CLK-03, CLK-20.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bw/app/flights.h"
#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/domain/watch.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"

#define DUTY "flights"
#define ARENA_MOST (64u << 20)
enum { FLIGHTS_AT_ONCE = 16, POST_AT_ONCE = 64 };

struct look {
    const struct bw_app *app;
    struct bw_arena arena; /* of one flight's bags */
    struct bw_flight flight;
    struct bw_bag *bags;
    size_t n;
    bool loading_seen;
    struct bw_world world; /* with the flights that the bags go on with */
    struct bw_item items[POST_AT_ONCE];
    size_t n_items;
    bw_time now;
};

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a flight's bags");
}

/* --- what is known --- */

static bool is_on(const struct bw_bag *bag, const struct bw_flight *f)
{
    if (bag->place != BW_PLACE_LOADED || bag->flight_date != f->date)
        return false;
    for (size_t k = 0; k < f->n_codeshares; k++)
        if (strcmp(bag->flight, f->codeshares[k]) == 0)
            return true;
    return strcmp(bag->flight, f->own) == 0;
}

static bw_code read_bags(struct look *l, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_str names[BW_CODESHARES + 1];
    size_t n = 0;
    names[n++] = bw_str_c(l->flight.own);
    for (size_t k = 0; k < l->flight.n_codeshares; k++)
        names[n++] = bw_str_c(l->flight.codeshares[k]);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_FLIGHT_BAGS, BW_PARAMS(bw_p_texts(names, n), bw_p_date(l->flight.date)), &rows, err);
    l->bags = rc == BW_OK ? BW_NEW_ARRAY(&l->arena, struct bw_bag, rows.n + 1) : NULL;
    if (rc == BW_OK && !l->bags)
        return no_memory(err);
    l->n = 0;
    l->loading_seen = false;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        if (!bw_row_bag(&rows, k, &l->bags[l->n]))
            return bw_fail(err, BW_E_DB, NULL, "the fold of a bag does not read back");
        l->loading_seen |= is_on(&l->bags[l->n], &l->flight);
        l->n++;
    }
    return rc;
}

/* The flights that bags of this one go on with, and this one under each of its numbers. */
static bw_code read_next(struct look *l, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_str *number = BW_NEW_ARRAY(&l->arena, struct bw_str, l->n * BW_LEGS + 1);
    bw_date *date = BW_NEW_ARRAY(&l->arena, bw_date, l->n * BW_LEGS + 1);
    size_t n = 0, n_known = 0;
    if (!number || !date)
        return no_memory(err);
    for (size_t k = 0; k < l->n; k++)
        for (size_t leg = 0; leg < l->bags[k].n_legs; leg++) {
            const struct bw_leg *one = &l->bags[k].legs[leg];
            size_t at = 0;
            while (at < n && (date[at] != one->date || !bw_str_eq_c(number[at], one->flight)))
                at++;
            if (at < n || !one->flight[0] || one->date == BW_DATE_NONE)
                continue;
            number[n] = bw_str_c(one->flight);
            date[n++] = one->date;
        }
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_FLIGHT_READ, BW_PARAMS(bw_p_texts(number, n), bw_p_dates(date, n)), &rows, err);
    struct bw_flight *known = rc == BW_OK ? BW_NEW_ARRAY(&l->arena, struct bw_flight, rows.n + 1) : NULL;
    if (rc == BW_OK && !known)
        return no_memory(err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        if (!bw_row_flight(&rows, k, &known[n_known++]))
            rc = bw_fail(err, BW_E_DB, NULL, "a flight does not read back");
    l->world.flights = known;
    l->world.n_flights = n_known;
    return rc;
}

/* --- posting --- */

static bw_code post(struct look *l, struct bw_error *err)
{
    struct bw_work work = { .items = l->items, .n = l->n_items, .arena = &l->arena };
    if (!l->n_items)
        return BW_OK;
    bw_code rc = bw_writer_wait(l->app->writer, &work, err);
    for (size_t k = 0; k < l->n_items && work.rc == BW_OK; k++)
        if (l->items[k].rc != BW_OK)
            bw_log(BW_WARN, "flights.refused", BW_LC("code", bw_code_info(l->items[k].rc)->name),
                   BW_LC("why", l->items[k].err.detail), BW_LC("event_id", l->items[k].ev.event_id));
    l->n_items = 0;
    return work.rc != BW_OK ? rc : BW_OK; /* one bag's refusal is told above and holds up no other */
}

static struct bw_event *add(struct look *l, bw_code *rc, struct bw_error *err)
{
    if (l->n_items == POST_AT_ONCE)
        *rc = post(l, err);
    l->items[l->n_items] = (struct bw_item){ .rc = BW_OK };
    return &l->items[l->n_items++].ev;
}

/* The number under which the bag knows the flight. */
static const char *known_as(const struct bw_bag *bag, const struct bw_flight *f)
{
    for (size_t k = 0; k < f->n_codeshares; k++) {
        const char *name = f->codeshares[k];
        bool on = (strcmp(bag->flight, name) == 0 && bag->flight_date == f->date) ||
                  (strcmp(bag->fwd_flight, name) == 0 && bag->fwd_date == f->date);
        for (size_t leg = 0; leg < bag->n_legs; leg++)
            on |= strcmp(bag->legs[leg].flight, name) == 0 && bag->legs[leg].date == f->date;
        if (on)
            return name;
    }
    return f->own;
}

/* A watched bag hears of the times on its own log, once for each version of them. */
static bw_code tell(struct look *l, const struct bw_bag *bag, struct bw_error *err)
{
    bw_code rc = BW_OK;
    struct bw_event *ev = add(l, &rc, err);
    const struct bw_flight *f = &l->flight;
    bw_event_ours(BW_EV_FLIGHT_TIMES, BW_SUBJECT_BAG, &bag->bag_id, f->told_at, ev);
    (void)snprintf(ev->event_id, sizeof ev->event_id, "times.%s.%d.v%d", f->own, (int)f->date, f->version);
    bw_str_put(bw_str_c(known_as(bag, f)), ev->flight, sizeof ev->flight);
    ev->flight_date = f->date;
    bw_str_put(bw_str_c(f->from), ev->station, sizeof ev->station);
    if (f->cancelled)
        bw_str_put(BW_STR(BW_REASON_CANCELLED), ev->reason, sizeof ev->reason);
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, 8 * 1024);
    bw_json_out_init(&j, &b);
    bw_flight_write(f, &j);
    ev->data.facts = bw_buf_ok(&b) ? bw_arena_str(&l->arena, bw_buf_view(&b)) : BW_STR_NONE;
    return rc == BW_OK && !ev->data.facts.p ? no_memory(err) : rc;
}

/* --- what a rule finds --- */

/* A file for the carrier that would own it; once for each bag and flight. */
static bw_code propose(struct look *l, struct bw_pg *pg, const struct bw_bag *bag, const struct bw_leg *leg,
                       struct bw_error *err)
{
    char text[BW_FLIGHT_TEXT];
    const struct bw_flight *f = bw_world_flight(&l->world, leg->flight, leg->date);
    const char *owner = bw_bag_owner_by_rule(bag, bag->last_news_carrier);
    const struct bw_str parts[] = { BW_STR("case-proposal\n"),
                                    bw_str_n((const char *)bag->bag_id.b, sizeof bag->bag_id.b),
                                    bw_str_c(bw_flight_text(leg->flight, leg->date, text)) };
    struct bw_hash h = bw_sha256_parts(parts, BW_LEN(parts));
    struct bw_uuid id = bw_uuid_v8(h.b);
    return bw_pg_query(pg, BW_STMT_CASE_PROPOSAL_ADD,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_time(l->now), bw_p_i16(bw_id_bucket(&bag->bag_id)),
                                 bw_p_uuid(&bag->bag_id), bw_p_text(bag->plate[0] ? bw_str_c(bag->plate) : BW_STR_NONE),
                                 bw_p_c(owner), bw_p_c(bag->last_seen_station), bw_p_c(leg->flight),
                                 bw_p_date(leg->date), bw_p_time(f ? bw_flight_arrives(f) : BW_TIME_NONE)),
                       NULL, err);
}

static bw_code watch(struct look *l, struct bw_pg *pg, const struct bw_bag *bag, const struct bw_leg *leg, bw_time at,
                     struct bw_error *err)
{
    bw_code rc = BW_OK;
    struct bw_event *ev = add(l, &rc, err);
    bw_missed_event(bag, leg->flight, leg->date, at, ev);
    return rc == BW_OK ? propose(l, pg, bag, leg, err) : rc;
}

static const struct bw_leg *leg_on(const struct bw_bag *bag, const struct bw_flight *f)
{
    const char *number = known_as(bag, f);
    for (size_t k = 0; k < bag->n_legs; k++)
        if (strcmp(bag->legs[k].flight, number) == 0 && bag->legs[k].date == f->date)
            return &bag->legs[k];
    return NULL;
}

/* Watched by this rule already, by a look that did not come to its end: the file is proposed all the same. */
static bool found_before(const struct bw_bag *bag, const struct bw_leg *leg)
{
    return bag->watched && strcmp(bag->watch_why, BW_WHY_MISSED) == 0 && bag->case_state == BW_CASE_NONE &&
           bw_bag_stand(bag, leg->flight, leg->date) != BW_STAND_ELSEWHERE;
}

static bw_code look_at(struct look *l, struct bw_pg *pg, const struct bw_bag *bag, struct bw_error *err)
{
    struct bw_flight as = l->flight;
    const struct bw_leg *leg = leg_on(bag, &l->flight);
    bw_str_put(bw_str_c(known_as(bag, &l->flight)), as.number, sizeof as.number);
    bw_time gone = bw_flight_gone_at(&as);
    if (leg && bw_bag_missed(bag, &as, l->loading_seen, l->now))
        return watch(l, pg, bag, leg, gone, err);
    const struct bw_leg *next = bw_bag_cannot_connect(bag, &l->world);
    if (next)
        return watch(l, pg, bag, next, l->flight.told_at, err);
    bool gone_by = gone != BW_TIME_NONE && gone <= l->now;
    bw_code rc = leg && gone_by && found_before(bag, leg) ? propose(l, pg, bag, leg, err) : BW_OK;
    return rc == BW_OK && bag->watched ? tell(l, bag, err) : rc;
}

/* Its bags, those that came from elsewhere among them; then when it is to be looked at again. */
static bw_code look_flight(struct look *l, struct bw_pg *pg, struct bw_error *err)
{
    bw_arena_reset(&l->arena);
    l->n_items = 0;
    bw_code rc = read_bags(l, pg, err);
    rc = rc == BW_OK ? read_next(l, pg, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < l->n; k++)
        rc = look_at(l, pg, &l->bags[k], err);
    rc = rc == BW_OK ? post(l, err) : rc;
    if (rc != BW_OK)
        return rc;
    bw_time gone = bw_flight_gone_at(&l->flight);
    struct bw_uuid id = bw_flight_id(l->flight.own, l->flight.date);
    return bw_pg_query(pg, BW_STMT_FLIGHT_LOOKED,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_i32(l->flight.version),
                                 bw_p_time(gone != BW_TIME_NONE && gone > l->now ? gone : BW_TIME_NONE)),
                       NULL, err);
}

static bw_code look_locked(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct look *l = ctx;
    struct bw_flight due[FLIGHTS_AT_ONCE];
    size_t n = 0;
    BW_CLEANUP(bw_rows_done) struct bw_rows lock = { 0 }, rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_DUTY_LOCK, BW_PARAMS(bw_p_c(DUTY)), &lock, err);
    if (rc != BW_OK || lock.n == 0)
        return rc;
    rc = bw_pg_query(pg, BW_STMT_FLIGHT_DUE, BW_PARAMS(bw_p_time(l->now), bw_p_i32(FLIGHTS_AT_ONCE)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        if (!bw_row_flight(&rows, k, &due[n++]))
            rc = bw_fail(err, BW_E_DB, NULL, "a flight does not read back");
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        l->flight = due[k];
        rc = look_flight(l, pg, err);
    }
    return rc;
}

bw_code bw_flights_look(const struct bw_app *app, struct bw_pg *pg, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_time now = bw_clock_wall();
    bw_code rc = bw_pg_query(pg, BW_STMT_FLIGHT_DUE, BW_PARAMS(bw_p_time(now), bw_p_i32(1)), &rows, err);
    if (rc != BW_OK || rows.n == 0)
        return rc;
    rc = bw_pg_query(pg, BW_STMT_DUTY_ADD, BW_PARAMS(bw_p_c(DUTY), bw_p_time(now), bw_p_c("")), NULL, err);
    struct look *l = rc == BW_OK ? calloc(1, sizeof(*l)) : NULL;
    if (!l)
        return rc == BW_OK ? no_memory(err) : rc;
    const struct bw_world *world = bw_worlds_take(app->worlds);
    l->app = app;
    l->now = now;
    l->world = *world;
    bw_arena_init(&l->arena, ARENA_MOST);
    rc = bw_tx_run(pg, look_locked, l, err);
    bw_arena_done(&l->arena);
    bw_worlds_release(app->worlds, world);
    free(l);
    return rc;
}
