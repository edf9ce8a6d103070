/* SPDX-License-Identifier: Apache-2.0 */
/* owing_told.c - only one that is told can owe: for a carrier that is not a member the file's owner, else the member
 * that is nearest, asks and reports, and the promise says for whom.  Who owed before a carrier came or went goes on
 * owing: membership decides about new promises alone. Pure.  Layer: domain.  Threads: any.  Source: CLK-01, CLK-16. */
#include <stdio.h>

#include "bw/domain/promise.h"

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* --- who may ask in another's place, the nearest first --- */

struct near {
    char (*to)[4];
    size_t n;
};

static void add(struct near *near, const char *carrier)
{
    for (size_t at = 0; at < near->n; at++)
        if (is(near->to[at], carrier))
            return;
    if (carrier[0] && near->n < BW_ASKED_MAX)
        bw_str_put(bw_str_c(carrier), near->to[near->n++], 4);
}

static void near_bag(const struct bw_bag *bag, struct near *near)
{
    const char *const first[] = {
        bag->owner, bag->opener, bag->custodian, bag->receiver, bag->last_news_carrier, bag->last_seen_carrier
    };
    for (size_t at = 0; at < BW_LEN(first); at++)
        add(near, first[at]);
    for (size_t leg = bag->n_legs; leg-- > 0;) {
        char carrier[4] = "";
        bw_str_put(bw_flight_carrier(bag->legs[leg].flight), carrier, sizeof carrier);
        add(near, carrier);
    }
    char planned[4] = "";
    bw_str_put(bw_flight_carrier(bag->place == BW_PLACE_LOADED ? bag->flight : bag->fwd_flight), planned,
               sizeof planned);
    add(near, planned);
    add(near, bag->denied_by);
    for (size_t at = 0; at < bag->n_asks; at++)
        add(near, bag->asks[at].carrier);
}

static void near_case(const struct bw_case *c, struct near *near)
{
    const char *const first[] = {
        c->owner, c->opener, c->custodian, c->segment, c->brought, c->forecast, c->offered_to
    };
    for (size_t at = 0; at < BW_LEN(first); at++)
        add(near, first[at]);
}

size_t bw_owing_asked(const struct bw_bag *bag, const struct bw_case *c, char to[BW_ASKED_MAX][4])
{
    struct near near = { to, 0 };
    if (bag)
        near_bag(bag, &near);
    if (c)
        near_case(c, &near);
    return near.n;
}

/* --- in whose place --- */

static bool promised(const struct bw_owing *o, const struct bw_promise *open, size_t n_open)
{
    for (size_t at = 0; at < n_open; at++)
        if (open[at].why == BW_CLOSE_OPEN && open[at].owed == o->owed && is(open[at].debtor, o->debtor) &&
            is(open[at].for_carrier, o->for_carrier) && is(open[at].basis, o->basis))
            return true;
    return false;
}

/* What the nearest member owes in the place of a carrier that is not one.  Where nobody at all is here, that carrier's
 * name stands, and that it stands for nobody: its silence is coverage. */
static struct bw_owing in_place_of(const struct bw_owing *o, const char (*near)[4], size_t n,
                                   const struct bw_world *world)
{
    struct bw_owing to = *o;
    char basis[2 * sizeof o->basis];
    bw_str_put(bw_str_c(o->debtor), to.for_carrier, sizeof to.for_carrier);
    for (size_t at = 0; at < n; at++) {
        if (is(near[at], o->debtor) || !bw_world_member(world, near[at]))
            continue;
        bw_str_put(bw_str_c(near[at]), to.debtor, sizeof to.debtor);
        to.since = 0; /* it was not told before */
        if (bw_owed_row(o->owed)->kind == BW_OWED_PLACE) {
            to.owed = BW_OWE_ASK_REPORT;
            to.instead = o->owed;
            (void)snprintf(basis, sizeof basis, "%s %s", bw_owed_row(o->owed)->word, o->basis);
            bw_str_put(bw_str_take(bw_str_c(basis), sizeof to.basis - 1), to.basis, sizeof to.basis);
        }
        break;
    }
    return to;
}

/* One of a debtor: its own duty, which then says for whom else it answers, before what it asks for. */
static bool joins(struct bw_owing *owing, size_t n, const struct bw_owing *o, const struct bw_promise *open,
                  size_t n_open)
{
    for (size_t at = 0; at < n; at++) {
        struct bw_owing *have = &owing[at];
        if (!is(have->debtor, o->debtor) || bw_owed_row(have->owed)->kind != BW_OWED_PLACE ||
            bw_owed_row(o->owed)->kind != BW_OWED_PLACE)
            continue;
        struct bw_owing both = have->for_carrier[0] ? *o : *have;
        const char *whose = have->for_carrier[0] ? have->for_carrier : o->for_carrier;
        if (!both.for_carrier[0] && !promised(&both, open, n_open))
            bw_str_put(bw_str_c(whose), both.for_carrier, sizeof both.for_carrier);
        *have = both;
        return true;
    }
    return false;
}

size_t bw_owing_told(struct bw_owing *owing, size_t n, const struct bw_bag *bag, const struct bw_case *c,
                     const struct bw_promise *open, size_t n_open, const struct bw_world *world)
{
    char near[BW_ASKED_MAX][4];
    size_t n_near = bw_owing_asked(bag, c, near), kept = 0;
    for (size_t at = 0; at < n; at++) {
        struct bw_owing own = owing[at];
        struct bw_owing via = in_place_of(&own, (const char(*)[4])near, n_near, world);
        bool stays = promised(&own, open, n_open);
        /* whoever is asked was told: by the link that it was sent (CLK-09); who asks the customer said so here */
        bool asked = bw_owed_row(own.owed)->kind == BW_OWED_ASK || own.owed == BW_OWE_REMIND;
        bool member = asked || (bw_world_member(world, own.debtor) && !promised(&via, open, n_open));
        /* Whoever was asked to take the file over and cannot be told does not owe an answer: the owner knows. */
        if (own.owed == BW_OWE_OWNER && !stays && !member)
            continue;
        struct bw_owing next = stays || member ? own : via;
        if (!joins(owing, kept, &next, open, n_open))
            owing[kept++] = next;
    }
    return kept;
}

bool bw_promise_untold(const struct bw_promise *p)
{
    return p->for_carrier[0] && is(p->for_carrier, p->debtor);
}

enum bw_owed bw_owing_timed(const struct bw_owing *o)
{
    return o->owed == BW_OWE_ASK_REPORT ? o->instead : o->owed;
}
