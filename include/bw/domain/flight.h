/* SPDX-License-Identifier: Apache-2.0 */
/* flight.h - what is known of a flight of a day: its times, who operates it, under which other numbers it is sold.
 * Handed to the rules as values with the world; promises that hang on a flight fall due by it (CLK-03).
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-03, CLK-20, domain.md 9.2, 9.3.10. */
#ifndef BW_DOMAIN_FLIGHT_H
#define BW_DOMAIN_FLIGHT_H

#include "bw/domain/identity.h"

/* How sure a time is; a later one outranks an earlier one. */
enum bw_sure { BW_SCHEDULED, BW_ESTIMATED_AT, BW_ACTUAL_AT, BW_SURE_MAX };
const char *bw_sure_word(enum bw_sure sure); /* "scheduled", "estimated", "actual" */

#define BW_CODESHARES 12
struct bw_flight {
    char number[BW_FLIGHT]; /* its own, or the codeshare's under which it was asked for */
    bw_date date;           /* of departure, where it departs */
    char own[BW_FLIGHT];    /* under which its times were told */
    char operating[4];      /* who flies it; "" not told: whoever owes by its number is unconfirmed */
    char from[4], to[4];    /* "" not told */
    bw_time departs[BW_SURE_MAX], arrives[BW_SURE_MAX]; /* BW_TIME_NONE where not told */
    bool cancelled;
    char codeshares[BW_CODESHARES][BW_FLIGHT];
    uint8_t n_codeshares;
    int32_t version;
    bw_time told_at; /* recorded time of that version */
};
/* Nothing known but number and date. */
void bw_flight_init(struct bw_flight *f, const char *number, bw_date date);
/* The surest of three times; BW_TIME_NONE where none was told.  ret_sure may be NULL. */
bw_time bw_flight_surest(const bw_time times[BW_SURE_MAX], enum bw_sure *ret_sure);
bw_time bw_flight_departs(const struct bw_flight *f);
bw_time bw_flight_arrives(const struct bw_flight *f);

/* data.reason of a FLIGHT_TIMES on a bag whose flight will not fly. */
#define BW_REASON_CANCELLED "cancelled"

/* From when a flight counts as gone though nobody said that it left: twice the quarter of an hour from which a
 * departure is reported late, so a feed that tells a delay has told it by then. */
#define BW_FLIGHT_MARGIN (30 * BW_MINUTE)
/* When it left, or counts as gone; BW_TIME_NONE where no time is known or it was cancelled. */
bw_time bw_flight_gone_at(const struct bw_flight *f);

/* A flight's own log: its id is made of number and date, so that two who tell of it first meet at one key. */
struct bw_uuid bw_flight_id(const char *number, bw_date date);
/* "IB3163/2026-11-21": the basis of promises that hang on it. */
#define BW_FLIGHT_TEXT (BW_FLIGHT + BW_DATE_TEXT)
const char *bw_flight_text(const char *number, bw_date date, char to[BW_FLIGHT_TEXT]);

#endif
