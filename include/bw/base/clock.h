/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the two clocks of the house, and civil dates.
 * wall = the database's clock: system time plus an offset that storage measures and sets; never runs backwards.
 * mono = CLOCK_MONOTONIC, for timers and deadlines only.
 * With -DBW_TEST_CLOCK=ON and BAGWATCH_TEST_CLOCK=FILE, wall is read from the mapped file "<unix us> <rate>\n":
 * the time given plus rate x (real time since the file's last change); rate 0 stands still.  Release builds have none.
 * Move it by one pwrite in place, line end included; never truncate it (SIGBUS) nor replace it (nobody would see).
 * `domain` never asks a clock: instants are handed to it.  Layer: base.  Threads: any.  Source: design.md 5. */
#ifndef BW_BASE_CLOCK_H
#define BW_BASE_CLOCK_H

#include "bw/base/err.h"
#include "bw/base/str.h"

typedef int64_t bw_time; /* microseconds since 1970-01-01T00:00:00Z */

#define BW_TIME_NONE INT64_MIN
#define BW_US 1
#define BW_MS INT64_C(1000)
#define BW_SECOND INT64_C(1000000)
#define BW_MINUTE (60 * BW_SECOND)
#define BW_HOUR (60 * BW_MINUTE)
#define BW_DAY (24 * BW_HOUR)

/* Reads BAGWATCH_TEST_CLOCK where the build has a test clock.  Call once, before any thread starts; a
 * test that calls it again may go back in time. */
BW_MUST_USE bw_code bw_clock_init(struct bw_error *err);
/* True where this build can read BAGWATCH_TEST_CLOCK at all. */
bool bw_clock_testable(void);
/* True while a test clock file is in force: then the database's clock is not consulted. */
bool bw_clock_faked(void);

bw_time bw_clock_wall(void);
bw_time bw_clock_mono(void);
/* The same, and it goes on while the machine sleeps: for finding out that we were not running. */
bw_time bw_clock_boot(void);
/* This machine's own clock, uncorrected and free to jump; only for measuring how far the database's is from it. */
bw_time bw_clock_system(void);
/* Database clock minus system clock, us; set by storage after each measurement. */
void bw_clock_set_offset(int64_t offset_us);
int64_t bw_clock_offset(void);

/* Days since 1970-01-01 of a civil date (proleptic Gregorian), and back. */
typedef int32_t bw_date;
#define BW_DATE_NONE INT32_MIN
bw_date bw_date_from_civil(int year, unsigned month, unsigned day);
void bw_date_to_civil(bw_date date, int *year, unsigned *month, unsigned *day);
bool bw_date_valid(int year, unsigned month, unsigned day);
bw_date bw_date_of(bw_time at); /* UTC date */
bw_time bw_date_start(bw_date date); /* 00:00 UTC */
/* "2026-11-20" */
BW_MUST_USE bool bw_date_parse(struct bw_str s, bw_date *ret);
#define BW_DATE_TEXT 11
const char *bw_date_text(bw_date date, char to[BW_DATE_TEXT]);

/* RFC 3339 with mandatory offset, at most microseconds (further digits refused), leap second 60 refused,
 * years 1970 to 9999.  *ret_offset_min (NULL allowed) = minutes east of UTC as sent. */
BW_MUST_USE bool bw_time_parse(struct bw_str s, bw_time *ret, int *ret_offset_min);
/* "2026-11-20T20:34:00Z", with ".ffffff" only when not whole seconds (trailing zeros dropped to ms or us). */
#define BW_TIME_TEXT 33
/* Instants outside the years 0 to 9999 print as the nearest inside. */
const char *bw_time_text(bw_time at, char to[BW_TIME_TEXT]);
/* The same in a zone given by minutes east of UTC: "2026-11-21T01:45:00+01:00". */
const char *bw_time_text_at(bw_time at, int offset_min, char to[BW_TIME_TEXT]);

#endif
