/* SPDX-License-Identifier: Apache-2.0 */
/* replaces.c - the `replaces` column: [{"event_id":"scan-17","identity":"plate:0125728359@2026-11-20"}], written at the
 * door in just this form, by the writer with "bag" behind where the elements lie on the logs of several bags; read in
 * the fold without an arena.  Neither value holds a character that JSON escapes. Layer: domain.  Threads: any.  Source:
 * design.md 3 (corrections). */
#include "event_int.h"

static bool skip(struct bw_str text, size_t *at, const char *token)
{
    if (!bw_str_starts(bw_str_drop(text, *at), bw_str_c(token)))
        return false;
    *at += strlen(token);
    return true;
}

static bool quoted(struct bw_str text, size_t *at, struct bw_str *ret)
{
    struct bw_str rest = bw_str_drop(text, *at);
    size_t end = bw_str_find(rest, '"');
    if (end == rest.n)
        return false;
    *ret = bw_str_take(rest, end);
    *at += end + 1;
    return true;
}

bool bw_event_replaces_next(struct bw_str replaces, size_t *at, struct bw_replaced *ret)
{
    struct bw_replaced one = { .event_id = BW_STR_NONE, .identity = BW_STR_NONE };
    struct bw_str bag;
    size_t here = *at;
    if (!skip(replaces, &here, here == 0 ? "[{\"event_id\":\"" : ",{\"event_id\":\"") ||
        !quoted(replaces, &here, &one.event_id))
        return false;
    if (skip(replaces, &here, ",\"identity\":\"") && !quoted(replaces, &here, &one.identity))
        return false;
    if (skip(replaces, &here, ",\"bag\":\"") && (!quoted(replaces, &here, &bag) || !bw_uuid_parse(bag, &one.bag_id)))
        return false;
    if (!skip(replaces, &here, "}"))
        return false;
    *at = here;
    *ret = one;
    return true;
}
