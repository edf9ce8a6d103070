/* SPDX-License-Identifier: Apache-2.0 */
/* event_in_int.h - the body of POST /v1/events as decoded, before it is an event.
 * Layer: domain.  Threads: any; one body at a time. */
#ifndef BW_DOMAIN_EVENT_IN_INT_H
#define BW_DOMAIN_EVENT_IN_INT_H

#include "event_int.h"

struct bw_body_flight {
    struct bw_str no;
    bw_date date;
};
struct bw_body_window {
    struct bw_json_time from, until;
};
struct bw_body_bag {
    int kind; /* bw_body_kinds */
    struct bw_str value;
};
struct bw_body_replaced {
    struct bw_str event_id, identity;
    bw_date travel_date;
};
struct bw_body {
    struct bw_str event_id, plate, code, station, place, for_carrier, from_carrier, to_carrier, reason, new_plate, note;
    struct bw_str to_station, asked, waiting_for, searched, courier, person;
    struct bw_body_bag bag;
    bw_date travel_date;
    struct bw_body_flight flight;
    struct bw_body_window window;
    struct bw_json_time occurred_at, sent_at, next_step_at;
    struct bw_objects replaces; /* of struct bw_body_replaced */
    int time_type, proof, action;
    bool has_plate, has_bag, has_code, has_occurred_at, has_flight, has_window, has_replaces, has_note;
};

/* One body on its way to an event. */
struct bw_intake {
    const struct bw_event_ctx *ctx;
    struct bw_body in;
    struct bw_arena *arena;
    struct bw_event *ev;
    struct bw_faults *f;
};

/* True where a fault names this place or one inside it: nothing more is to be said about it. */
bool bw_faulty(const struct bw_faults *f, const char *pointer);

/* Copies the optional fields and checks them against the row of the code; ev->code is set. */
void bw_intake_fields(struct bw_intake *k);
/* Checks that take several fields together. */
void bw_intake_sense(struct bw_intake *k);

#endif
