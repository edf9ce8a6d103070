/* SPDX-License-Identifier: Apache-2.0 */
/* erase_text.c - finding a person in telegrams that could not be read, or came again: Type B has neither small letters
 * nor accents, and senders strip blanks and hyphens of names (domain.md 2.3).  Better one text of somebody else
 * destroyed too early than this one kept: none of them lives longer than 72 hours anyway.  Layer: app.  Threads:
 * values. */
#include "erase_int.h"

enum { SHORTEST = 3 };

static bool skipped(char c)
{
    return c == ' ' || c == '-' || c == '\'' || c == '\r';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Whether needle stands at the start of hay, neither's skipped characters counted. */
static bool starts_here(const char *hay, const char *end, struct bw_str needle)
{
    for (size_t k = 0; k < needle.n; k++) {
        if (skipped(needle.p[k]))
            continue;
        while (hay < end && skipped(*hay))
            hay++;
        if (hay == end || upper(*hay++) != upper(needle.p[k]))
            return false;
    }
    return true;
}

static bool contains(struct bw_str hay, struct bw_str needle)
{
    for (const char *at = hay.p, *end = hay.p + hay.n; at < end; at++)
        if (!skipped(*at) && starts_here(at, end, needle))
            return true;
    return false;
}

bool bw_needles_in(const struct bw_needles *needles, struct bw_str text)
{
    for (size_t k = 0; text.n && k < needles->n; k++)
        if (contains(text, needles->v[k].one) && (!needles->v[k].two.n || contains(text, needles->v[k].two)))
            return true;
    return false;
}

static void add(struct bw_needles *to, struct bw_str one, struct bw_str two)
{
    if (one.n < SHORTEST || to->n == BW_NEEDLES_MOST)
        return;
    to->v[to->n].one = one;
    to->v[to->n++].two = two.n < SHORTEST ? BW_STR_NONE : two;
}

void bw_needles_plate(struct bw_needles *to, struct bw_str plate)
{
    add(to, plate, BW_STR_NONE);
}

/* The longest run of plain letters and digits of a name: what a telegram makes of the others is anybody's guess. */
static struct bw_str plain_part(struct bw_str name)
{
    struct bw_str best = BW_STR_NONE;
    for (size_t at = 0; at < name.n;) {
        size_t from = at;
        while (at < name.n && (bw_is_alnum(name.p[at]) || skipped(name.p[at])))
            at++;
        if (at - from > best.n)
            best = bw_str_n(name.p + from, at - from);
        at += at < name.n;
    }
    return best;
}

/* The next string member of that name at or behind *at; none: BW_STR_NONE. */
static struct bw_str member(struct bw_str json, struct bw_str quoted, size_t *at)
{
    for (; *at + quoted.n < json.n; ++*at) {
        struct bw_str rest = bw_str_drop(json, *at);
        if (!bw_str_starts(rest, quoted))
            continue;
        rest = bw_str_drop(rest, quoted.n);
        *at += quoted.n;
        return bw_str_take(rest, bw_str_find(rest, '"'));
    }
    return BW_STR_NONE;
}

void bw_needles_details(struct bw_needles *to, struct bw_str json)
{
    struct bw_str found;
    for (size_t at = 0; (found = member(json, BW_STR("\"pnr\":\""), &at)).n;)
        add(to, plain_part(found), BW_STR_NONE);
    for (size_t at = 0; (found = member(json, BW_STR("\"surname\":\""), &at)).n;) {
        size_t behind = at;
        add(to, plain_part(found), plain_part(member(json, BW_STR("\"given\":\""), &behind)));
    }
}
