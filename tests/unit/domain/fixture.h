/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - the small world of the story (story.md): three stations with their zones, two carriers, a bag and a case
 * with nothing known, promise ids that count up.  Layer: tests. */
#ifndef BW_TESTS_DOMAIN_FIXTURE_H
#define BW_TESTS_DOMAIN_FIXTURE_H

#include "domain_test.h"

#include "bw/domain/promise.h"

struct fixture {
    struct bw_zone *new_york, *london, *madrid;
    struct bw_station stations[3];
    struct bw_carrier carriers[3];
    struct bw_world world;
    unsigned ids;
};

static inline struct bw_zone *zone_of(const char *name)
{
    struct bw_zone *zone;
    if (bw_zone_load(NULL, bw_str_c(name), &zone, NULL) != BW_OK)
        fail_msg("no zone %s", name);
    return zone;
}

static inline void fixture_init(struct fixture *f)
{
    *f = (struct fixture){ .new_york = zone_of("America/New_York"),
                           .london = zone_of("Europe/London"),
                           .madrid = zone_of("Europe/Madrid") };
    f->stations[0] = (struct bw_station){ .code = "JFK", .name = "New York JFK", .country = "US", .zone = f->new_york };
    f->stations[1] =
        (struct bw_station){ .code = "LHR", .name = "London Heathrow", .country = "GB", .zone = f->london };
    f->stations[2] = (struct bw_station){ .code = "MAD", .name = "Madrid", .country = "ES", .zone = f->madrid };
    f->carriers[0] = (struct bw_carrier){ "BA", "125", "British Airways" };
    f->carriers[1] = (struct bw_carrier){ "IB", "075", "Iberia" };
    f->carriers[2] = (struct bw_carrier){ "LH", "220", "Lufthansa" };
    f->world = (struct bw_world){ .stations = f->stations, .n_stations = 3, .carriers = f->carriers, .n_carriers = 3 };
}

static inline void fixture_done(struct fixture *f)
{
    bw_zone_free(f->new_york);
    bw_zone_free(f->london);
    bw_zone_free(f->madrid);
}

/* As cmocka's set-up and tear-down; *state is a struct fixture. */
static inline int fixture_setup(void **state)
{
    static struct fixture f;
    fixture_init(&f);
    *state = &f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    fixture_done(*state);
    return 0;
}

static inline struct bw_uuid next_id(void *ctx, bw_time when)
{
    struct fixture *f = ctx;
    (void)when;
    return id_of(++f->ids);
}

/* A watched bag of an open case of IB, last seen at LHR by BA, before the report. */
static inline struct bw_bag watched_bag(void)
{
    struct bw_bag bag;
    struct bw_uuid id = id_of(1000);
    bw_bag_init(&bag, &id, at("2026-11-20T10:40:00Z"));
    bag.watched = true;
    bag.watched_from = bag.reported_at = at("2026-11-21T00:20:00Z");
    bag.case_state = BW_CASE_OPEN;
    bag.place = BW_PLACE_AT;
    bag.custody = BW_CUSTODY_HELD;
    bag.last_seen_at = bag.last_news_at = at("2026-11-20T20:34:00Z");
    bw_str_put(BW_STR("IB"), bag.owner, sizeof bag.owner);
    bw_str_put(BW_STR("BA"), bag.custodian, sizeof bag.custodian);
    bw_str_put(BW_STR("LHR"), bag.station, sizeof bag.station);
    bw_str_put(BW_STR("LHR"), bag.last_seen_station, sizeof bag.last_seen_station);
    bw_str_put(BW_STR("BA"), bag.last_seen_carrier, sizeof bag.last_seen_carrier);
    bw_str_put(BW_STR("MAD"), bag.destination, sizeof bag.destination);
    bw_str_put(BW_STR("MADIB10001"), bag.case_ref, sizeof bag.case_ref);
    return bag;
}

static inline struct bw_case open_case(void)
{
    struct bw_case c;
    struct bw_uuid id = id_of(2000);
    bw_case_init(&c, &id);
    c.state = BW_CASE_OPEN;
    c.n_bags = 1;
    c.awaited = 1;
    c.opened_at = c.opened_recorded_at = at("2026-11-21T00:20:00Z");
    bw_str_put(BW_STR("IB"), c.owner, sizeof c.owner);
    bw_str_put(BW_STR("MAD"), c.station, sizeof c.station);
    bw_str_put(BW_STR("MADIB10001"), c.ref, sizeof c.ref);
    return c;
}

/* An accepted statement of a carrier, recorded then. */
static inline struct bw_event said(enum bw_event_code code, const char *carrier, const char *recorded)
{
    struct bw_event ev;
    bw_event_init(&ev);
    ev.code = code;
    ev.source = BW_SRC_JSON;
    ev.outcome = BW_OUT_ACCEPTED;
    ev.recorded_at = at(recorded);
    ev.occurred_at = ev.recorded_at;
    ev.uid = id_of((unsigned)(ev.recorded_at / BW_MINUTE) + (unsigned)code);
    bw_str_put(bw_str_c(carrier), ev.carrier, sizeof ev.carrier);
    return ev;
}

#endif
