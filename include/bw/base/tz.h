/* SPDX-License-Identifier: Apache-2.0 */
/* tz.h - time zones from TZif files (RFC 8536), handed to `domain` as values.
 * A bw_zone is immutable after loading.  Layer: base.  Threads: any once loaded.  Source: design.md 5. */
#ifndef BW_BASE_TZ_H
#define BW_BASE_TZ_H

#include "bw/base/clock.h"

struct bw_zone; /* opaque */

/* Parses the bytes of a TZif file (versions 1 to 4; footer TZ string used beyond the last transition).
 * Fails with BW_E_IO on anything malformed; bounded by its input.  Name is copied. */
BW_MUST_USE bw_code bw_zone_parse(struct bw_str name, struct bw_str bytes, struct bw_zone **ret_take, struct bw_error *err);
/* Loads DIR/NAME; refuses names with "..", a leading "/" or characters outside [A-Za-z0-9+_/-]. dir NULL = /usr/share/zoneinfo */
BW_MUST_USE bw_code bw_zone_load(const char *dir, struct bw_str name, struct bw_zone **ret_take, struct bw_error *err);
void bw_zone_free(struct bw_zone *z);

const char *bw_zone_name(const struct bw_zone *z);
/* Seconds east of UTC at an instant; *ret_abbr (NULL allowed) is borrowed from the zone. */
int bw_zone_offset(const struct bw_zone *z, bw_time at, const char **ret_abbr);

/* How a local time met the zone: a time that occurs twice is taken as the earlier (dst_fold), one that does not
 * exist shifts forward by the gap (dst_gap). */
enum bw_local { BW_LOCAL_PLAIN, BW_LOCAL_FOLD, BW_LOCAL_GAP };
/* local = the wall-clock reading as if it were UTC. */
bw_time bw_zone_to_utc(const struct bw_zone *z, bw_time local, enum bw_local *ret_how);

#endif
