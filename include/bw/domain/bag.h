/* SPDX-License-Identifier: Apache-2.0 */
/* bag.h - the fold of a bag's events: three independent state tables (place, custody, case), the two clocks, the route,
 * the forward plan.  A bag row is this struct and nothing else; it depends on the set of events only, not on their order of
 * arrival (BAG-06); what is counted from recorded times takes them from the events.
 * Pure: no clock, no I/O, no allocation.  Layer: domain.  Threads: any.  Source: design.md 3, 6; domain.md 9.3; BAG-03..10. */
#ifndef BW_DOMAIN_BAG_H
#define BW_DOMAIN_BAG_H

#include "bw/domain/asked.h"
#include "bw/domain/bag_tables.h"
#include "bw/domain/event.h"
#include "bw/domain/idle.h"
#include "bw/domain/terms.h"
#include "bw/domain/waits.h"
#include "bw/domain/world.h"

struct bw_bag {
    struct bw_uuid bag_id;
    int32_t version; /* events on this bag's own log */
    int32_t events;  /* events folded, members' included */
    char plate[11];  /* first plate known, "" none */
    char short_plate[9];
    bw_date travel_date;
    bw_time made_at;
    bw_time recorded_at;    /* of the newest event by version: recorded time never falls */
    struct bw_order newest; /* newest key folded */

    /* place */
    enum bw_place place;
    char station[4];
    char spot[41 * 4];
    char flight[BW_FLIGHT]; /* LOADED on, EXPECTED for */
    bw_date flight_date;
    bool at_rest;
    bw_time place_at;

    /* custody */
    enum bw_custody custody;
    char custodian[4]; /* HELD: who; PENDING, DISPUTED: last proven custodian = giver */
    char receiver[4];
    bw_time custody_at;
    bw_time offered_recorded_at; /* recorded time of the TRANSFER_OUT in force */
    bw_time timeout_at;          /* that + 4 h while PENDING, else BW_TIME_NONE */

    /* case, as far as the bag's own log tells */
    enum bw_case_state case_state;
    struct bw_uuid case_id;
    char case_ref[11];
    char owner[4], opener[4]; /* who answers; who opened the file */
    uint8_t case_ordinal;
    enum bw_priority priority; /* CASE-12: promises opened from now on are shorter */
    struct bw_stay stays[BW_STAYS]; /* where its owner is, from when until when (CASE-10); the first that fits a day counts */
    uint8_t n_stays;
    bw_time reported_at; /* t of CASE_OPENED */
    bool watched;
    bool watch_ended;     /* delivered with proof, or settled */
    bw_time watched_from; /* recorded time */
    char watch_why[20];   /* the first cause: case-opened, missed-connection, unclaimed, staff; "" not watched */
    struct bw_wait wait; /* for the customer, since when (CLK-18) */
    bool erased; /* the personal data of its file were destroyed: until another opens, none is kept of it */

    /* the two clocks */
    bw_time last_seen_at;
    char last_seen_station[4], last_seen_carrier[4];
    enum bw_event_code last_seen_code;
    bw_time last_news_at; /* recorded time */
    char last_news_carrier[4];
    bw_time last_confirmed_at; /* recorded time of the newest STATUS_CONFIRMED */
    bool sighted_since_report;
    struct bw_idle idle; /* what was said since the newest fact, and adds none (CLK-11) */
    char denied_by[4]; /* who searched and did not find it since the last sighting */

    /* sightings that cannot be: kept, not believed, no part of anything above (BAG-11) */
    int32_t possible;    /* how many */
    bw_time possible_at; /* the newest of them */
    char possible_station[4], possible_carrier[4];

    /* forward plan, ended by LOADED or a newer plan */
    bool forward;
    char fwd_flight[BW_FLIGHT];
    bw_date fwd_date;
    char fwd_from[4], fwd_to[4], fwd_plate[11], fwd_by[4];
    bw_time fwd_at;
    struct bw_ask asks[BW_ASKS]; /* stations that are asked, oldest first; a believed sighting answers them all */
    uint8_t n_asks;

    /* courier */
    bw_time window_from, window_until;
    bw_time ready_at; /* its owner was told that it can be fetched, since it was last loaded; BW_TIME_NONE */
    char ready_by[4]; /* who said so */
    char courier[13]; /* the organisation that brings it, or brought it; "" none was named */
    char courier_by[4]; /* the carrier that gave it to them */
    bool attempted, damaged, claim_waits; /* damage, contents told before there was a case: the one that opens is a claim */

    /* journey */
    struct bw_leg legs[BW_LEGS];
    uint8_t n_legs;
    bool legs_from_case; /* the passenger's itinerary outranks forecasts */
    char destination[4];
    char last_carrier[4]; /* who flies the last leg */

    /* other bags whose logs are merged here (ALIAS_JOINED), or the bag this one was merged into */
    struct bw_uuid members[4];
    uint8_t n_members;
    struct bw_uuid joined_into; /* nil: none */
    struct bw_uuid parted[4];   /* records that were joined with this one and are not any more: their logs are read too */
    uint8_t n_parted;
    bw_time linked_at; /* t of the newest join or parting: the next is later */
    bool data_withdrawn;        /* DEL: the source no longer expects it */
    bool pending_replaces;      /* a correction names an event that has not come yet */
    bw_time untimed_at;         /* t of the newest telegram without a scan time, for order_by_receipt */
};

void bw_bag_init(struct bw_bag *bag, const struct bw_uuid *bag_id, bw_time made_at);

/* What one event did. */
struct bw_step {
    enum bw_outcome outcome; /* accepted, late, contradicting, implausible, corrected, moot */
    unsigned flags;          /* enum bw_event_flag to add */
    const char *sentence;    /* the table row's words, or the verdict's name and why; static text */
    bool place_moved, custody_moved, case_moved;
};
/* Folds the next event in order: ev->order is not older than bag->newest.  Never fails: a pair that no table has yields a
 * named verdict and changes nothing but the clocks; a sighting that cannot be (by the world's stations) changes nothing but
 * `possible`.  Does not touch version, events, recorded_at, made_at, plates. */
void bw_bag_step(struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world, struct bw_step *ret);

/* True where ev cannot be folded incrementally: older than bag->newest, or a correction, a join, a parting or a check of a
 * possible sighting, or it may be what an earlier correction takes back or what bears out a possible sighting, or it shares
 * its t with another telegram without a scan time. */
bool bw_bag_needs_history(const struct bw_bag *bag, const struct bw_event *ev);

/* What a fold of a whole history made of one of its events. */
struct bw_told {
    const struct bw_event *of;
    bool taken_back; /* a correction names it */
    bool waiting;    /* it is a correction, and something that it names has not come yet */
    bool possible;   /* a sighting that cannot be, and nothing bears it out */
    void (*mark)(void *ctx, const struct bw_event *ev, enum bw_mark mark); /* called for each event; NULL: nobody asks */
    void *ctx;
};

/* Folds a whole history into *bag, of which only identity, version, events, recorded_at, made_at and plates are kept.  The
 * array of pointers is sorted by order key here; what belongs to a record that was parted from this one, and what
 * corrections take back, goes to the array's end.  Each event's recorded_at must be set: telegrams without a scan time stand
 * before the timed events of the same t, by receipt (recorded time, then version; version 0, not stored yet, is the newest).
 * A correction may name another that is older than itself; case events, joins and partings cannot be taken back.
 * told: NULL, or told->of is one of the events (or NULL) and the rest is filled in.  Returns how many of the events are this bag's. */
#define BW_HISTORY_MAX 65536 /* more asserts */
size_t bw_bag_fold(struct bw_bag *bag, const struct bw_event **events, size_t n, const struct bw_world *world,
                 struct bw_told *told);

/* The verdict for an event recorded now that was not the newest (after a refold): compares before and after.  An event that a
 * correction took back before it came is `corrected`, and so is the correction. */
void bw_bag_judge(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev,
                  const struct bw_told *told, struct bw_step *ret);

/* Events that Bagwatch itself adds right after ev, in the same batch: WATCH_STARTED, WATCH_ENDED, copies to the case
 * (ident = case id).  Writes at most max; returns how many.  Code, ident, event id, times, carrier and data are set here; uid, order,
 * version and recorded time by the caller's machinery.  sender is "bagwatch" for its own, the event's own for copies. */
#define BW_FOLLOW_MAX 4
size_t bw_bag_follow(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev, struct bw_event *to,
                     size_t max);

/* How well a statement fits a bag that its identity may mean (BAG-02, BAG-12): negative = it cannot be this bag (another
 * journey, another travel, unreachable), 0 = nothing speaks for or against it, more = on its route, on one of its flights.  A
 * journey (BAG_EXPECTED, CASE_OPENED) is compared as a whole. */
int bw_bag_match(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world);
/* Whether a sighting under a short plate of other letters may be of this bag: the letters are of a carrier of its journey,
 * and the station is on its route or where it was last seen (BAG-11). */
bool bw_bag_misread(const struct bw_bag *bag, const struct bw_event *ev);

/* Where the bag is to be brought: where its owner is on the day of the planned delivery (that of the forward, else of the
 * delivery window, else of the newest record), else the end of the journey; "" where neither is known (CASE-10). */
const char *bw_bag_target(const struct bw_bag *bag);
/* Carriers of the journey: legs, owner, custodian, receiver (BAG-05). */
bool bw_bag_in_journey(const struct bw_bag *bag, const char *carrier);
/* All of them, and the terms (terms.h) of the dated flights it has or will have: what a case is searched by. */
#define BW_REACH_MOST (BW_LEGS + 6)
struct bw_bag_reach {
    char carriers[BW_REACH_MOST][4];
    size_t n_carriers;
    char flights[BW_REACH_MOST][BW_TERM_FLIGHT];
    size_t n_flights;
};
void bw_bag_reach(const struct bw_bag *bag, struct bw_bag_reach *ret);
/* Owner by rule: carrier of the last leg, else custodian, else opener (design.md 6, CASE-11). */
const char *bw_bag_owner_by_rule(const struct bw_bag *bag, const char *opener);

/* Byte-stable binary form, the `fold` column: equal states have equal bytes. */
void bw_bag_pack(const struct bw_bag *bag, struct bw_buf *to);
BW_MUST_USE bool bw_bag_unpack(struct bw_str bytes, struct bw_bag *ret);

/* What to do with the bag, in words for the carrier that just scanned it (ING-02).  now = recorded time. */
void bw_bag_instruction(const struct bw_bag *bag, const char *carrier, const char *station, const struct bw_world *world,
                        struct bw_buf *to);

#endif
