/* SPDX-License-Identifier: Apache-2.0 */
/* tz.c - loading a zone, and turning instants and local times into each other.
 * Layer: base.  Threads: any once loaded.  Source: RFC 8536 3.2, design.md 5. */
#include "bw/base/tz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bw/base/buf.h"
#include "tz_int.h"

/* The largest file of the 2024 database has 3.6 KB. */
enum { FILE_MAX = 256 * 1024 };

bw_code bw_zone_parse(struct bw_str name, struct bw_str bytes, struct bw_zone **ret_take, struct bw_error *err)
{
    struct bw_zone *z = calloc(1, sizeof(*z));
    if (!z)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a zone");
    bw_code code = bw_str_copy(name, z->name, sizeof(z->name)) ? bw_tzif_read(bytes, z, err)
                                                               : bw_fail(err, BW_E_IO, NULL, "zone name too long");
    if (code != BW_OK) {
        bw_zone_free(z);
        return code;
    }
    *ret_take = z;
    return BW_OK;
}

static bool is_name_char(char c)
{
    return bw_is_alnum(c) || c == '+' || c == '_' || c == '/' || c == '-';
}

static bw_code read_file(const char *path, struct bw_buf *to, struct bw_error *err)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return bw_fail(err, BW_E_IO, NULL, "cannot open the zone file: errno %d", errno);
    char *room = bw_buf_room(to, FILE_MAX);
    size_t n = room ? fread(room, 1, FILE_MAX, f) : 0;
    bool whole = room && feof(f) && !ferror(f);
    fclose(f);
    if (!whole)
        return bw_fail(err, BW_E_IO, NULL, "the zone file cannot be read, or is larger than %d bytes", FILE_MAX);
    bw_buf_grew(to, n);
    return BW_OK;
}

bw_code bw_zone_load(const char *dir, struct bw_str name, struct bw_zone **ret_take, struct bw_error *err)
{
    char path[512];
    /* No dot passes the alphabet, so ".." cannot stand in a name either. */
    if (!bw_str_all(name, is_name_char) || name.p[0] == '/')
        return bw_fail(err, BW_E_IO, NULL, "not a zone name");
    int n = snprintf(path, sizeof(path), "%s/%.*s", dir ? dir : "/usr/share/zoneinfo", BW_FMT(name));
    if (n < 0 || (size_t)n >= sizeof(path))
        return bw_fail(err, BW_E_IO, NULL, "zone name too long");
    struct bw_buf bytes BW_CLEANUP(bw_buf_done);
    bw_buf_init(&bytes, FILE_MAX);
    bw_code code = read_file(path, &bytes, err);
    if (code == BW_OK)
        code = bw_zone_parse(name, bw_buf_view(&bytes), ret_take, err);
    if (code != BW_OK)
        bw_error_prefix(err, "zone %.*s", BW_FMT(name));
    return code;
}

void bw_zone_free(struct bw_zone *z)
{
    if (!z)
        return;
    free(z->at);
    free(z->type);
    free(z->type_of);
    free(z->abbrs);
    free(z);
}

const char *bw_zone_name(const struct bw_zone *z)
{
    return z->name;
}

static int64_t seconds_of(bw_time at)
{
    return at / BW_SECOND - (at % BW_SECOND < 0);
}

/* Index of the last change at or before `at`; z->changes when there is none. */
static size_t last_change(const struct bw_zone *z, int64_t at)
{
    size_t low = 0, high = z->changes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->at[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? z->changes : low - 1;
}

static int offset_at(const struct bw_zone *z, int64_t at, const char **ret_abbr)
{
    size_t change = last_change(z, at);
    if (z->has_rule && (z->changes == 0 || change == z->changes - 1))
        return bw_tz_rule_offset(&z->rule, at, ret_abbr);
    /* Before the first change type 0 holds (RFC 8536 3.2). */
    const struct bw_tz_type *type = &z->type_of[change == z->changes ? 0 : z->type[change]];
    *ret_abbr = z->abbrs + type->abbr;
    return type->offset;
}

int bw_zone_offset(const struct bw_zone *z, bw_time at, const char **ret_abbr)
{
    const char *abbr;
    int offset = offset_at(z, seconds_of(at), &abbr);
    if (ret_abbr)
        *ret_abbr = abbr;
    return offset;
}

/* Offset that held just before the change which skipped the local time.  Some instant within 26 hours before it
 * reads earlier and some instant after it later, so halving finds the jump. */
static int offset_before_gap(const struct bw_zone *z, int64_t local)
{
    const char *abbr;
    int64_t low = local - 26 * INT64_C(3600), high = local + 26 * INT64_C(3600);
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (middle + offset_at(z, middle, &abbr) <= local)
            low = middle;
        else
            high = middle;
    }
    return offset_at(z, low, &abbr);
}

/* Notes local - offset when that instant really has this offset. */
static void try_offset(const struct bw_zone *z, int64_t local, int offset, int64_t found[2], size_t *n)
{
    const char *abbr;
    int64_t at = local - offset;
    if (offset_at(z, at, &abbr) != offset || (*n > 0 && found[0] == at) || (*n > 1 && found[1] == at))
        return;
    if (*n == 0 || at < found[0]) {
        found[1] = found[0];
        found[0] = at;
    } else
        found[1] = at;
    *n = *n < 2 ? *n + 1 : 2;
}

bw_time bw_zone_to_utc(const struct bw_zone *z, bw_time local, enum bw_local *ret_how)
{
    /* The ends of the type, 292,000 years away, leave room for an offset. */
    if (local < INT64_MIN + 2 * BW_DAY || local > INT64_MAX - 2 * BW_DAY)
        local = local < 0 ? INT64_MIN + 2 * BW_DAY : INT64_MAX - 2 * BW_DAY;
    int64_t seconds = seconds_of(local), found[2] = { 0, 0 };
    size_t n = 0;
    for (size_t type = 0; type < z->types; type++)
        try_offset(z, seconds, z->type_of[type].offset, found, &n);
    if (z->has_rule) {
        try_offset(z, seconds, z->rule.std_offset, found, &n);
        if (z->rule.dst[0])
            try_offset(z, seconds, z->rule.dst_offset, found, &n);
    }
    if (n == 0)
        found[0] = seconds - offset_before_gap(z, seconds);
    if (ret_how)
        *ret_how = n == 0 ? BW_LOCAL_GAP : n == 1 ? BW_LOCAL_PLAIN : BW_LOCAL_FOLD;
    return found[0] * BW_SECOND + (local - seconds * BW_SECOND);
}
