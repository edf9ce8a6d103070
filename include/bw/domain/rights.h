/* SPDX-License-Identifier: Apache-2.0 */
/* rights.h - the dates that the law sets for one file: under which regime it stands, and for each rule from what, by
 * whose word, in which zone and until which day it is counted, and which of its conditions are met.  Nothing pauses
 * them: they are looked up from the journey and the bag, never from what is owed or from how the file stands. Where a
 * start is not known exactly, the date is the earliest that it can be and says so.  Where the law is not known there is
 * no date. Pure.  Layer: domain.  Threads: any.  Source: CLK-10, PAGE-05, domain.md 5. */
#ifndef BW_DOMAIN_RIGHTS_H
#define BW_DOMAIN_RIGHTS_H

#include "bw/base/arena.h"
#include "bw/domain/bag.h"
#include "bw/domain/casefile.h"
#include "bw/domain/legal.h"

/* Why the regime is what it is: key of the catalogue ("rights.law.<word>") and word of the API. */
#define BW_LAW_ROUTE "route"           /* between two states of the Montreal Convention, or with a stop abroad */
#define BW_LAW_CARRIERS "carriers"     /* every carrier of the journey is a Community carrier */
#define BW_LAW_DOMESTIC "us-domestic"  /* inside the United States: fees and a limit, no dates for complaints */
#define BW_LAW_NO_JOURNEY "no-journey" /* where it began or ended is not on file */
#define BW_LAW_NO_STATION "no-station" /* the country of where it began or ended is not known */
#define BW_LAW_NOT_LISTED "not-listed" /* no law that we know of is known to hold for it */

enum bw_met { BW_MET, BW_MISSING, BW_NOT_KNOWN };
const char *bw_met_word(enum bw_met m); /* "met", "missing", "unknown" */
struct bw_condition {
    const char *word; /* "has-bag", "not-come", "told", "report", "fee", "late" */
    enum bw_met met;
};

/* What a time is counted from, as it is known; of the last flight: its day, when it ought to land, when it did. */
#define BW_START_DELIVERED "delivered"
#define BW_START_READY "ready"
#define BW_START_FLIGHT_DAY "flight-day"
#define BW_START_SCHEDULED "scheduled"
#define BW_START_LANDED "landed"
struct bw_right {
    const struct bw_legal_rule *rule;
    bool reviewed; /* the rule, and that it holds for this journey */
    bool from;     /* it may be claimed from `at` on; else until then */
    uint8_t bag;   /* ordinal from 1; 0: the whole file */
    /* the start */
    const char *start; /* NULL: it has not begun, or nothing tells when */
    bool uncertain;    /* this is the earliest that it can be */
    char said_by[4];   /* whose word the start is; "" the journey's */
    bw_time start_at;
    /* the end */
    char station[4];            /* whose zone counts; "" UTC, for want of one */
    const struct bw_zone *zone; /* NULL: UTC */
    bw_date start_day,
        last_day; /* there; the last day is included.  BW_DATE_NONE without a start, or counted in hours */
    bw_time at;   /* the last minute of the last day, or the instant from which; BW_TIME_NONE */
    struct bw_condition conditions[3];
    uint8_t n_conditions;
};

#define BW_RIGHTS_MAX 132 /* 32 bags, four each, and the file's own */
struct bw_rights {
    enum bw_regime regime;
    const char *why;     /* BW_LAW_… */
    char from[4], to[4]; /* stations that decided; "" where not on file */
    char flight[BW_FLIGHT];
    bw_date flight_day;
    bool forecast;                      /* the journey is known from the bags' forecasts alone */
    bool reviewed;                      /* that the regime holds for these countries or carriers */
    const struct bw_legal_limit *limit; /* NULL none known */
    struct bw_right dates[BW_RIGHTS_MAX];
    size_t n;
};

/* The dates of a file with n bags, none of them NULL; now: only for whether a bag has come late.  Rules without a row
 * in world->legal give nothing; the last flight's times are those of world->flights. */
void bw_rights_of(const struct bw_case *file, const struct bw_bag *const *bags, size_t n, const struct bw_world *world,
                  bw_time now, struct bw_rights *ret);

/* The last minute of a day in a zone (NULL: UTC). */
bw_time bw_day_end(const struct bw_zone *zone, bw_date day);
/* The day of an instant in a zone (NULL: UTC). */
bw_date bw_day_of(const struct bw_zone *zone, bw_time at);
/* The same day some years on; 29 February becomes the 28th where there is none. */
bw_date bw_years_on(bw_date day, int years);

#endif
