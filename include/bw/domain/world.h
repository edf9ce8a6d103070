/* SPDX-License-Identifier: Apache-2.0 */
/* world.h - what the rules may know of the world, handed to them as values: stations with zones, carriers, policies, and
 * flights, of which a copy of the world holds those that its user asked for.
 * Built by app from the database, immutable while in use.  Pure.  Layer: domain.  Threads: any. */
#ifndef BW_DOMAIN_WORLD_H
#define BW_DOMAIN_WORLD_H

#include "bw/base/id.h"
#include "bw/base/tz.h"
#include "bw/domain/code.h"
#include "bw/domain/flight.h"
#include "bw/domain/legal.h"

struct bw_station {
    char code[4];
    char name[80];
    char country[3];
    const struct bw_zone *zone; /* NULL where the zone file is missing: UTC is used */
    double latitude, longitude;
};
struct bw_carrier {
    char code[4];
    char issuer[4]; /* "" = none */
    char name[60];
};
/* One override of a default (table policy).  Rows are only added: of those with one key (owed, carrier, station, lane,
 * class) that have begun, the one that was told last is in force (domain/policy.h). */
struct bw_policy {
    char owed[20];
    char carrier[4], station[4], lane[8]; /* "" = any */
    enum bw_priority priority;            /* of which class of bags; NONE = any (CASE-12) */
    int32_t minutes;                      /* 0: from then on there is no override under this key */
    int32_t steps[8];                     /* minutes after due of levels 1, 2, 3, …; none: those of CLK-05 */
    uint8_t n_steps;
    bw_time valid_from, told_at; /* valid_from BW_TIME_NONE = always */
    char name[60];               /* shown as the promise's policy, e.g. "located/BA" */
};
/* A carrier of whom nothing comes at a station: its feed there is silent (feed_health.h).  For pages alone: no state
 * and no promise depends on it. */
struct bw_silence {
    char carrier[4], station[4];
    bw_time since; /* when it was last heard there, by recorded time */
};
/* How a carrier can be told what it owes (CLK-16): it is not here; its people read by hand; a key of its own, or of one
 * that it lets speak for it, reads too. */
enum bw_membership { BW_MEMBER_NOT, BW_MEMBER_BY_HAND, BW_MEMBER_CONNECTED };
struct bw_member {
    char code[4];
    enum bw_membership how;
};
struct bw_hours;
/* A disruption that holds at a station (disruption.h).  For pages alone, as silences are: what is put off is said on
 * the logs of the bags. */
#define BW_STORM_CARRIERS 16
struct bw_storm {
    struct bw_uuid id;
    char station[4];
    char carriers[BW_STORM_CARRIERS][4]; /* whose duties it puts off; none: everybody's */
    size_t n_carriers;
    char cause[12];
    bw_time from, until;
};
struct bw_world {
    const struct bw_station *stations; /* sorted by code */
    size_t n_stations;
    const struct bw_carrier *carriers; /* sorted by code */
    size_t n_carriers;
    const struct bw_policy *policies;
    size_t n_policies;
    const struct bw_hours *hours; /* of stations' desks (hours.h) */
    size_t n_hours;
    const struct bw_legal *legal; /* rules of the law; NULL: none were read */
    const struct bw_silence *silences;
    size_t n_silences;
    const struct bw_member
        *members; /* those that are looked for; NULL: it is not known, and every carrier counts as one */
    size_t n_members;
    const struct bw_flight *flights; /* the few that were looked up for what is at hand */
    size_t n_flights;
    const struct bw_storm *storms; /* by station */
    size_t n_storms;
};
const struct bw_station *bw_world_station(const struct bw_world *w, const char *code); /* NULL when unknown */
const struct bw_carrier *bw_world_carrier(const struct bw_world *w, const char *code);
const struct bw_carrier *bw_world_issuer(const struct bw_world *w, struct bw_str issuer);
/* True for a carrier that is told what it owes. */
bool bw_world_member(const struct bw_world *w, const char *code);
/* The flight of that number and day; NULL where nothing was told of it. */
const struct bw_flight *bw_world_flight(const struct bw_world *w, const char *number, bw_date date);
/* Name to show: the carrier's or station's own, else its code. */
const char *bw_carrier_name(const struct bw_world *w, const char *code);
const char *bw_station_name(const struct bw_world *w, const char *code);
/* NULL: the carrier is not silent there, as far as known. */
const struct bw_silence *bw_world_silence(const struct bw_world *w, const char *carrier, const char *station);
/* Minutes east of UTC at a station; 0 when unknown. */
int bw_station_offset(const struct bw_world *w, const char *code, bw_time at);
/* Sets the flags unknown_station, unknown_carrier and unknown_issuer of an event: such codes are accepted and marked.
 */
struct bw_event;
void bw_world_flags(const struct bw_world *w, struct bw_event *ev);

#endif
