/* SPDX-License-Identifier: Apache-2.0 */
/* tz_int.h - what the three files of the time zone reader share.
 * Layer: base, private.  Threads: any; values only after loading.  Source: RFC 8536. */
#ifndef BW_BASE_TZ_INT_H
#define BW_BASE_TZ_INT_H

#include "bw/base/tz.h"

/* One end of summer time in a POSIX TZ string: "Jn", "n" or "Mm.w.d", with "/time". */
enum bw_tz_day { BW_TZ_JULIAN, BW_TZ_ZERO_BASED, BW_TZ_WEEKDAY };
struct bw_tz_change {
    enum bw_tz_day kind;
    int day;         /* 1-365, 0-365, or weekday 0-6 from Sunday */
    int month, week; /* for BW_TZ_WEEKDAY; week 5 = the last one */
    int time;        /* seconds after local midnight, -167 h to 167 h */
};

struct bw_tz_rule {
    char std[16], dst[16]; /* dst "" = no summer time */
    int std_offset, dst_offset;
    struct bw_tz_change start, end;
};

/* Reads a POSIX TZ string as RFC 8536 3.3 allows it; false when it is not one. */
BW_MUST_USE bool bw_tz_rule_parse(struct bw_str text, struct bw_tz_rule *ret);
/* Seconds east of UTC at `at` (seconds since 1970) by the rule; *ret_abbr points into the rule. */
int bw_tz_rule_offset(const struct bw_tz_rule *rule, int64_t at, const char **ret_abbr);

struct bw_tz_type {
    int32_t offset;
    uint8_t abbr; /* index into abbrs */
};

struct bw_zone {
    char name[64];
    size_t changes, types, abbr_bytes;
    int64_t *at;   /* changes, ascending, seconds since 1970 */
    uint8_t *type; /* one for each change */
    struct bw_tz_type *type_of;
    char *abbrs; /* NUL-terminated names one after another */
    bool has_rule;
    struct bw_tz_rule rule; /* what holds after the last change */
};

/* Fills z from the bytes of a TZif file.  On failure z holds what bw_zone_free can free. */
BW_MUST_USE bw_code bw_tzif_read(struct bw_str bytes, struct bw_zone *z, struct bw_error *err);

#endif
