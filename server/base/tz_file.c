/* SPDX-License-Identifier: Apache-2.0 */
/* tz_file.c - the bytes of a TZif file, checked before anything is believed.
 * Sizes come from the header and are compared with what is there before memory is taken, so no file makes us
 * allocate more than its own length.  Files with leap seconds ("right/") are refused: our instants have none.
 * Layer: base.  Threads: any; pure.  Source: RFC 8536 3. */
#include "tz_int.h"

#include <stdlib.h>

enum { HEADER = 44, OFFSET_MIN = -89999, OFFSET_MAX = 93599 };

struct counts {
    uint32_t isut, isstd, leap, time, type, chars;
};

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t value = 0;
    for (size_t at = 0; at < n; at++)
        value = value << 8 | (unsigned char)p[at];
    return value;
}

/* Reads a header and drops it from *s. */
static bool take_header(struct bw_str *s, struct counts *ret, char *ret_version)
{
    if (s->n < HEADER || !bw_str_starts(*s, BW_STR("TZif")))
        return false;
    const char *p = s->p + 20;
    *ret_version = s->p[4];
    *ret = (struct counts){ .isut = (uint32_t)big_endian(p, 4),
                            .isstd = (uint32_t)big_endian(p + 4, 4),
                            .leap = (uint32_t)big_endian(p + 8, 4),
                            .time = (uint32_t)big_endian(p + 12, 4),
                            .type = (uint32_t)big_endian(p + 16, 4),
                            .chars = (uint32_t)big_endian(p + 20, 4) };
    *s = bw_str_drop(*s, HEADER);
    return true;
}

static uint64_t block_size(const struct counts *c, uint64_t time_size)
{
    return c->time * (time_size + 1) + c->type * UINT64_C(6) + c->chars + c->leap * (time_size + 4) + c->isstd +
           c->isut;
}

/* A version 1 block may be empty when a second one follows; the one we use may not. */
static bool counts_fit(const struct counts *c, uint64_t time_size, size_t have)
{
    return c->type >= 1 && c->type <= 256 && c->chars >= 1 && c->leap == 0 && (c->isut == 0 || c->isut == c->type) &&
           (c->isstd == 0 || c->isstd == c->type) && block_size(c, time_size) <= have;
}

static bool read_changes(const char *p, size_t time_size, struct bw_zone *z)
{
    const char *kinds = p + z->changes * time_size;
    for (size_t at = 0; at < z->changes; at++) {
        uint64_t raw = big_endian(p + at * time_size, time_size);
        z->at[at] = time_size == 4 ? (int64_t)(int32_t)(uint32_t)raw : (int64_t)raw;
        z->type[at] = (uint8_t)kinds[at];
        if (z->type[at] >= z->types || (at > 0 && z->at[at] <= z->at[at - 1]))
            return false;
    }
    return true;
}

static bool read_types(const char *p, struct bw_zone *z)
{
    for (size_t at = 0; at < z->types; at++, p += 6) {
        z->type_of[at].offset = (int32_t)(uint32_t)big_endian(p, 4);
        z->type_of[at].abbr = (uint8_t)p[5];
        if (z->type_of[at].offset < OFFSET_MIN || z->type_of[at].offset > OFFSET_MAX || (unsigned char)p[4] > 1)
            return false;
        size_t abbr = z->type_of[at].abbr;
        if (abbr >= z->abbr_bytes || !memchr(z->abbrs + abbr, '\0', z->abbr_bytes - abbr))
            return false;
    }
    return true;
}

static bw_code read_block(struct bw_str s, const struct counts *c, size_t time_size, struct bw_zone *z,
                          struct bw_error *err)
{
    z->changes = c->time;
    z->types = c->type;
    z->abbr_bytes = c->chars;
    z->at = calloc(z->changes + 1, sizeof(*z->at));
    z->type = calloc(z->changes + 1, sizeof(*z->type));
    z->type_of = calloc(z->types, sizeof(*z->type_of));
    z->abbrs = calloc(z->abbr_bytes, 1);
    if (!z->at || !z->type || !z->type_of || !z->abbrs)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a zone of %zu changes", z->changes);
    const char *types = s.p + z->changes * (time_size + 1);
    memcpy(z->abbrs, types + z->types * 6, z->abbr_bytes);
    if (!read_changes(s.p, time_size, z) || !read_types(types, z))
        return bw_fail(err, BW_E_IO, NULL, "a change or type of the zone is out of order or out of range");
    return BW_OK;
}

/* "\n<TZ string>\n"; an empty string means that nothing is known after the last change. */
static bw_code read_footer(struct bw_str s, struct bw_zone *z, struct bw_error *err)
{
    if (!bw_str_starts(s, BW_STR("\n")))
        return bw_fail(err, BW_E_IO, NULL, "the zone has no footer");
    s = bw_str_drop(s, 1);
    size_t end = bw_str_find(s, '\n');
    if (end == s.n)
        return bw_fail(err, BW_E_IO, NULL, "the zone's footer has no end");
    if (end == 0)
        return BW_OK;
    if (!bw_tz_rule_parse(bw_str_take(s, end), &z->rule))
        return bw_fail(err, BW_E_IO, NULL, "the zone's footer is not a TZ string");
    z->has_rule = true;
    return BW_OK;
}

bw_code bw_tzif_read(struct bw_str bytes, struct bw_zone *z, struct bw_error *err)
{
    struct counts c;
    char version;
    size_t time_size = 4;
    if (!take_header(&bytes, &c, &version))
        return bw_fail(err, BW_E_IO, NULL, "not a TZif file");
    if (version != '\0' && (version < '2' || version > '4'))
        return bw_fail(err, BW_E_IO, NULL, "a TZif file of an unknown version");
    if (version != '\0') {
        uint64_t skip = block_size(&c, 4);
        if (skip > bytes.n)
            return bw_fail(err, BW_E_IO, NULL, "the zone's first block is cut");
        bytes = bw_str_drop(bytes, (size_t)skip);
        time_size = 8;
        if (!take_header(&bytes, &c, &version))
            return bw_fail(err, BW_E_IO, NULL, "the zone's second header is missing");
    }
    if (!counts_fit(&c, time_size, bytes.n))
        return bw_fail(err, BW_E_IO, NULL, "the zone's counts do not fit its length, or it counts leap seconds");
    bw_code code = read_block(bytes, &c, time_size, z, err);
    if (code != BW_OK || time_size == 4)
        return code;
    return read_footer(bw_str_drop(bytes, (size_t)block_size(&c, 8)), z, err);
}
