/* SPDX-License-Identifier: Apache-2.0 */
/* seed.h - brings the reference data that the program carries (folder schema/seed) into a migrated database.
 * Rows that are there already stay as they are, so that it can run at every start.
 * Layer: app.  Threads: any; a session of its own.  Source: design.md 7; NOTICE names where the airports come from. */
#ifndef BW_APP_SEED_H
#define BW_APP_SEED_H

#include "bw/base/err.h"
#include "bw/base/str.h"

struct bw_seeded {
    uint64_t carriers, stations, legal; /* rows that were missing; legal: rules, limits and scopes */
};
/* conninfo: who may become bagwatch_owner; schema NULL = "bagwatch". */
BW_MUST_USE bw_code bw_seed_reference(const char *conninfo, const char *schema, struct bw_seeded *ret, struct bw_error *err);

/* Cuts one line of CSV (RFC 4180: fields in double quotes may hold commas and doubled quotes) into at most max fields;
 * quotes inside a field are undone in place, so the line must be writable.  Returns how many, 0 for a malformed line. */
size_t bw_csv_cut(char *line, struct bw_str *to, size_t max);

#endif
