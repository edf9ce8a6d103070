/* SPDX-License-Identifier: Apache-2.0 */
/* flights.h - flight times told, read, and looked at: each telling is an event of the flight's own log; a duty then
 * tells the bags concerned (FLIGHT_TIMES on their logs), finds those that their flight left without (WATCH_STARTED),
 * and proposes a file to the carrier that would own it. Layer: app.  Threads: query workers and the duties thread, each
 * with its session.  Source: CLK-03, CLK-20, CASE-02. */
#ifndef BW_APP_FLIGHTS_H
#define BW_APP_FLIGHTS_H

#include "bw/app/app.h"
#include "bw/app/principal.h"
#include "bw/base/json_out.h"
#include "bw/domain/flight_in.h"
#include "bw/storage/pg.h"
#include "bw/storage/writer.h"

/* By its own number, else by a codeshare's.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_flight_find(struct bw_pg *pg, const char *number, bw_date date, struct bw_flight *ret,
                                   struct bw_error *err);
/* Number, date, version and the document, as one object. */
void bw_flight_json(const struct bw_flight *f, struct bw_json_out *j);

/* Times on their way to the writer. */
struct bw_flight_work {
    struct bw_flight flight; /* as it is from then on */
    char told_by[16];
    char audience[BW_CODESHARES + 2][4];
    struct bw_side side;
    struct bw_item item;
    struct bw_work work; /* ready but for done and ctx */
    bool first;          /* nothing was told of it before */
    bool nothing;        /* it says what is known: there is nothing to write */
};
/* f: number, date and what is told.  The carrier of the number may tell it, and whom that one named: who operates it,
 * who sells it as a codeshare (BW_E_CODE_NOT_YOURS else).  The writer finds it `moot` where somebody told meanwhile:
 * then again from here. */
BW_MUST_USE bw_code bw_flight_tell(struct bw_pg *pg, const struct bw_principal *who, const struct bw_flight *f,
                                   bw_time now, struct bw_arena *arena, struct bw_flight_work *ret,
                                   struct bw_error *err);

/* A chore of the duties' thread: what was told of flights, and flights that are gone. */
BW_MUST_USE bw_code bw_flights_look(const struct bw_app *app, struct bw_pg *pg, struct bw_error *err);

/* The flights of a bag that are known, for what is said of it to readers.  Memory of the arena. */
BW_MUST_USE bw_code bw_flights_of(struct bw_pg *pg, const struct bw_bag *bag, struct bw_arena *arena,
                                  const struct bw_flight **ret, size_t *ret_n, struct bw_error *err);

#endif
