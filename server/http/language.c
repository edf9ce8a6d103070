/* SPDX-License-Identifier: Apache-2.0 */
/* language.c - the language of a page: what the reader chose (?lang=, kept in the cookie lang), else what the browser
 * asks for by weight (Accept-Language), else English.
 * Layer: http.  Threads: the request's owner.  Source: PAGE-09, CLK-07; RFC 9110 12.4.2 and 12.5.4, RFC 4647 3.4. */
#include "pages_int.h"

/* "0.8" -> 800, "1.000" -> 1000; what is no weight counts as none. */
static int weight_of(struct bw_str s)
{
    int v = 0, unit = 1000;
    s = bw_str_trim(s);
    if (!s.n || s.n > 5 || (s.n > 1 && s.p[1] != '.'))
        return 0;
    for (size_t k = 0; k < s.n; k++) {
        if (k == 1)
            continue;
        if (!bw_is_digit(s.p[k]))
            return 0;
        v += (s.p[k] - '0') * unit;
        unit /= 10;
    }
    return v <= 1000 ? v : 0;
}

/* The weight of one range: "fr-CA;q=0.8" -> 800. */
static int range_weight(struct bw_str parameters)
{
    while (parameters.p) {
        struct bw_str value = bw_str_split(&parameters, ';'), name = bw_str_trim(bw_str_split(&value, '='));
        if (value.p && bw_str_eq_nocase(name, BW_STR("q")))
            return weight_of(value);
    }
    return 1000;
}

/* How much a language is wanted: the range that names it most closely decides; -1: none does. */
static int wanted(struct bw_str accept, struct bw_str language)
{
    int weight = -1, closest = -1;
    while (accept.p) {
        struct bw_str rest = bw_str_split(&accept, ','), tag = bw_str_trim(bw_str_split(&rest, ';'));
        struct bw_str first = tag, primary = bw_str_split(&first, '-');
        int close = bw_str_eq_c(tag, "*") ? 0 : !bw_str_eq_nocase(primary, language) ? -1 : first.p ? 1 : 2;
        int w = close >= 0 ? range_weight(rest) : 0;
        if (close > closest || (close == closest && close >= 0 && w > weight)) {
            closest = close;
            weight = w;
        }
    }
    return weight;
}

static const struct bw_page_catalogue *by_name(const struct bw_pages *pages, struct bw_str language)
{
    const struct bw_page_catalogue *c = bw_pages_language_at(pages, 0);
    for (size_t k = 1; c && !bw_str_eq_nocase(language, bw_str_c(c->language)); k++)
        c = bw_pages_language_at(pages, k);
    return c;
}

/* Where a language stands among those there are. */
static size_t place_of(const struct bw_pages *pages, const struct bw_page_catalogue *c)
{
    size_t k = 0;
    while (bw_pages_language_at(pages, k) != c)
        k++;
    return k;
}

/* The heaviest of those there are; of two alike the one that stands first.  Each is weighed once: a header of 16 KiB
 * names thousands of ranges, and a loop has no time to weigh each by all. */
static const struct bw_page_catalogue *by_weight(const struct bw_pages *pages, struct bw_str accept)
{
    const struct bw_page_catalogue *best = NULL, *c;
    struct bw_str ranges = accept;
    uint32_t weighed = 0;
    int weight = 0;
    while (ranges.p) {
        struct bw_str range = bw_str_split(&ranges, ','), tag = bw_str_trim(bw_str_split(&range, ';'));
        c = by_name(pages, bw_str_eq_c(tag, "*") ? BW_STR("en") : bw_str_split(&tag, '-'));
        uint32_t bit = c ? UINT32_C(1) << place_of(pages, c) : 0;
        if (!c || weighed & bit)
            continue;
        weighed |= bit;
        int w = wanted(accept, bw_str_c(c->language));
        if (w > weight) {
            best = c;
            weight = w;
        }
    }
    return best;
}

/* ?lang=, which every page takes beside what its row names. */
static struct bw_str asked_for(const struct bw_request *rq)
{
    bool page = rq->route && (rq->route->flags & BW_R_PAGE);
    for (size_t k = 0; page && k < rq->n_query; k++)
        if (bw_str_eq_c(rq->query[k].name, "lang"))
            return rq->query[k].value;
    return BW_STR_NONE;
}

/* Kept for a year, so that the next page is in it too; the address alone would forget it at the first link. */
static void keep(struct bw_request *rq, const char *language)
{
    const char *line = bw_arena_printf(&rq->arena, "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly%s",
                                       language, rq->secure ? "; Secure" : "");
    if (line)
        bw_reply_cookie(rq, bw_str_c(line));
}

const struct bw_page_catalogue *bw_pages_language(const struct bw_pages *pages, struct bw_request *rq)
{
    struct bw_str chosen = asked_for(rq);
    const struct bw_page_catalogue *c = chosen.n ? by_name(pages, chosen) : NULL;
    if (c)
        keep(rq, c->language);
    if (!c && (chosen = bw_request_cookie(rq, "lang")).n)
        c = by_name(pages, chosen);
    if (!c)
        c = by_weight(pages, bw_request_header(rq, "Accept-Language"));
    if (!c)
        c = by_name(pages, BW_STR("en"));
    BW_ASSERT(c); /* part of the program */
    return c;
}
