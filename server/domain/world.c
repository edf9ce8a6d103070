/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - look-ups in the tables of stations and carriers.
 * Layer: domain.  Threads: any; the tables are immutable. */
#include "bw/domain/world.h"

#include <stdlib.h>

#include "bw/domain/event.h"

/* Both rows begin with their code. */
static int by_code(const void *key, const void *row)
{
    return strcmp(key, row);
}

const struct bw_station *bw_world_station(const struct bw_world *w, const char *code)
{
    return w->n_stations ? bsearch(code, w->stations, w->n_stations, sizeof(*w->stations), by_code) : NULL;
}

const struct bw_carrier *bw_world_carrier(const struct bw_world *w, const char *code)
{
    return w->n_carriers ? bsearch(code, w->carriers, w->n_carriers, sizeof(*w->carriers), by_code) : NULL;
}

const struct bw_carrier *bw_world_issuer(const struct bw_world *w, struct bw_str issuer)
{
    for (size_t at = 0; issuer.n && at < w->n_carriers; at++)
        if (bw_str_eq_c(issuer, w->carriers[at].issuer))
            return &w->carriers[at];
    return NULL;
}

bool bw_world_member(const struct bw_world *w, const char *code)
{
    for (size_t at = 0; at < w->n_members; at++)
        if (strcmp(w->members[at].code, code) == 0)
            return w->members[at].how != BW_MEMBER_NOT;
    return !w->members;
}

const struct bw_flight *bw_world_flight(const struct bw_world *w, const char *number, bw_date date)
{
    for (size_t at = 0; number[0] && date != BW_DATE_NONE && at < w->n_flights; at++)
        if (w->flights[at].date == date && strcmp(w->flights[at].number, number) == 0)
            return &w->flights[at];
    return NULL;
}

const char *bw_carrier_name(const struct bw_world *w, const char *code)
{
    const struct bw_carrier *row = bw_world_carrier(w, code);
    return row && row->name[0] ? row->name : code;
}

const char *bw_station_name(const struct bw_world *w, const char *code)
{
    const struct bw_station *row = bw_world_station(w, code);
    return row && row->name[0] ? row->name : code;
}

const struct bw_silence *bw_world_silence(const struct bw_world *w, const char *carrier, const char *station)
{
    for (size_t at = 0; at < w->n_silences; at++)
        if (strcmp(w->silences[at].carrier, carrier) == 0 && strcmp(w->silences[at].station, station) == 0)
            return &w->silences[at];
    return NULL;
}

int bw_station_offset(const struct bw_world *w, const char *code, bw_time at)
{
    const struct bw_station *row = bw_world_station(w, code);
    return row && row->zone ? bw_zone_offset(row->zone, at, NULL) / 60 : 0;
}

static bool known_station(const struct bw_world *w, const char *code)
{
    return !code[0] || bw_world_station(w, code);
}

static bool known_carrier(const struct bw_world *w, const char *code)
{
    return !code[0] || bw_world_carrier(w, code);
}

void bw_world_flags(const struct bw_world *w, struct bw_event *ev)
{
    const struct bw_event_data *d = &ev->data;
    if (!known_station(w, ev->station) || !known_station(w, d->to_station))
        ev->flags |= BW_FL_UNKNOWN_STATION;
    if (!known_carrier(w, ev->carrier) || !known_carrier(w, ev->from_carrier) || !known_carrier(w, ev->to_carrier))
        ev->flags |= BW_FL_UNKNOWN_CARRIER;
    bool plate = ev->ident.kind == BW_IDENT_PLATE || ev->ident.kind == BW_IDENT_RUSH;
    if (plate && !bw_world_issuer(w, bw_plate_issuer(ev->ident.value)))
        ev->flags |= BW_FL_UNKNOWN_ISSUER;
}
