/* SPDX-License-Identifier: Apache-2.0 */
/* flight_in.h - a flight's times as a document: what PUT /v1/flights takes, what GET gives, what the log keeps.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-03, design.md 8. */
#ifndef BW_DOMAIN_FLIGHT_IN_H
#define BW_DOMAIN_FLIGHT_IN_H

#include "bw/base/json_in.h"
#include "bw/base/json_out.h"
#include "bw/domain/flight.h"

struct bw_times_in {
    struct bw_json_time scheduled, estimated, actual;
};
struct bw_flight_in {
    struct bw_str origin, destination, operating;
    struct bw_strs codeshares;
    struct bw_times_in *departure, *arrival;
    bool cancelled;
};
/* Field table of the document; also the OpenAPI schema "FlightIn". */
extern const struct bw_field bw_flight_fields[];

/* Puts a decoded document in the place of all that was known, but for number, date and version. */
void bw_flight_take(const struct bw_flight_in *in, struct bw_flight *to);
/* What cannot be: it arrives before it departs, an actual time still to come, a codeshare twice or its own number.
 * now: 2 minutes of leeway (ING-09). */
void bw_flight_check(const struct bw_flight *f, bw_time now, struct bw_faults *faults);
/* The document as an object, as the next value of j; number, date and version are not in it. */
void bw_flight_write(const struct bw_flight *f, struct bw_json_out *j);
/* True where two say the same of a flight. */
bool bw_flight_same(const struct bw_flight *a, const struct bw_flight *b);

#endif
