/* SPDX-License-Identifier: Apache-2.0 */
/* idle.c - counting what was said without a new fact.  Only the newest few are kept, those above the newest fact: what
 * is left over of any set of events is the same in whatever order they are folded. Layer: domain.  Threads: any.
 * Source: CLK-11. */
#include "bw/domain/idle.h"

#include <stdlib.h>

#include "ask_int.h"
#include "bw/domain/ask.h"

bool bw_is_fact(const struct bw_event *ev)
{
    if (!ev->carrier[0] || bw_no_mandate(ev) || ev->source == BW_SRC_SYSTEM || ev->source == BW_SRC_CUSTOMER)
        return false;
    if (ev->code == BW_EV_SEARCHED_NOT_FOUND)
        return bw_event_in_person(ev);
    if (bw_answers(ev, BW_ASK_NOT_HERE)) /* a search, and a person's */
        return true;
    return bw_is_sighting(ev) || ev->code == BW_EV_CUSTODY_RESOLVED || ev->code == BW_EV_LOSS_ADMITTED;
}

/* --- confirmations --- */

static bw_time newest(const struct bw_idle_word *w)
{
    return w->at[0];
}

static int by_carrier(const void *a, const void *b)
{
    return strcmp(((const struct bw_idle_word *)a)->carrier, ((const struct bw_idle_word *)b)->carrier);
}

/* The place of a carrier that speaks then; of too many the one that spoke longest ago is let go of, which may be this
 * one (NULL): folding late what was said early gives the same. */
static struct bw_idle_word *word_of(struct bw_idle_word *words, uint8_t *n, const char *carrier, bw_time at)
{
    struct bw_idle_word *to = &words[0];
    for (size_t k = 0; k < *n; k++) {
        if (strcmp(words[k].carrier, carrier) == 0)
            return &words[k];
        to = newest(&words[k]) < newest(to) ? &words[k] : to;
    }
    if (*n < BW_IDLE_WORDS)
        to = &words[(*n)++];
    else if (at <= newest(to))
        return NULL;
    *to = (struct bw_idle_word){ 0 };
    BW_SET(to->carrier, carrier);
    return to;
}

void bw_idle_say(struct bw_idle_word *words, uint8_t *n, const struct bw_event *ev)
{
    if (ev->code != BW_EV_STATUS_CONFIRMED || !bw_event_in_person(ev) || bw_no_mandate(ev) || !ev->carrier[0])
        return;
    bw_time at = ev->recorded_at;
    struct bw_idle_word *w = word_of(words, n, ev->carrier, at);
    for (size_t k = 0; w && k < BW_LEN(w->at); k++) {
        if (w->at[k] >= at)
            continue;
        bw_time older = w->at[k];
        w->at[k] = at;
        at = older;
    }
    qsort(words, *n, sizeof *words, by_carrier);
}

unsigned bw_idle_words(const struct bw_idle_word *words, size_t n, const char *carrier, bw_time since)
{
    unsigned count = 0;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; strcmp(words[k].carrier, carrier) == 0 && i < BW_LEN(words[k].at); i++)
            count += words[k].at[i] > since;
    return count;
}

/* --- plans --- */

static int by_time(const void *pa, const void *pb)
{
    const struct bw_idle_plan *a = pa, *b = pb;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    int by = strcmp(a->flight, b->flight);
    return by ? by : (a->date > b->date) - (a->date < b->date);
}

static void plan(struct bw_idle *idle, const struct bw_event *ev)
{
    struct bw_idle_plan one = { .date = ev->flight_date, .at = ev->recorded_at };
    if (one.date == BW_DATE_NONE)
        one.date = bw_date_of(ev->order.t);
    BW_SET(one.flight, ev->flight);
    BW_SET(one.from, ev->station);
    struct bw_idle_plan *to = NULL;
    for (size_t k = 0; k < idle->n_plans && !to; k++)
        if (strcmp(idle->plans[k].flight, one.flight) == 0 && idle->plans[k].date == one.date)
            to = &idle->plans[k];
    if (!to && idle->n_plans < BW_IDLE_PLANS)
        to = &idle->plans[idle->n_plans++];
    if (!to)
        to = &idle->plans[0]; /* the oldest */
    if (to->at < one.at)
        *to = one;
    qsort(idle->plans, idle->n_plans, sizeof *idle->plans, by_time);
}

/* --- both --- */

static void forget(struct bw_idle *idle)
{
    uint8_t kept = 0;
    for (uint8_t k = 0; k < idle->n_words; k++) {
        struct bw_idle_word w = idle->words[k];
        for (size_t i = 0; i < BW_LEN(w.at); i++)
            w.at[i] = w.at[i] > idle->fact_at ? w.at[i] : 0;
        if (w.at[0])
            idle->words[kept++] = w;
    }
    while (idle->n_words > kept)
        idle->words[--idle->n_words] = (struct bw_idle_word){ 0 };
    kept = 0;
    for (uint8_t k = 0; k < idle->n_plans; k++)
        if (idle->plans[k].at > idle->fact_at)
            idle->plans[kept++] = idle->plans[k];
    while (idle->n_plans > kept)
        idle->plans[--idle->n_plans] = (struct bw_idle_plan){ 0 };
}

void bw_idle_step(struct bw_idle *idle, const struct bw_event *ev)
{
    if (bw_is_fact(ev) && ev->recorded_at > idle->fact_at) {
        idle->fact_at = ev->recorded_at;
        forget(idle);
    }
    if (ev->recorded_at <= idle->fact_at)
        return;
    bw_idle_say(idle->words, &idle->n_words, ev);
    if (ev->code == BW_EV_FORWARD_PLANNED && ev->flight[0] && ev->carrier[0] && !bw_no_mandate(ev))
        plan(idle, ev);
}

/* A first plan is news, so that two confirmations may follow it; one that takes the place of another is none. */
bw_time bw_idle_since(const struct bw_idle *idle)
{
    return idle->n_plans ? idle->plans[0].at : idle->fact_at;
}

static bool has_left(const struct bw_idle_plan *p, const struct bw_world *world, bw_time now)
{
    enum bw_local how;
    const struct bw_flight *flight = bw_world_flight(world, p->flight, p->date);
    bw_time gone = flight ? bw_flight_gone_at(flight) : BW_TIME_NONE;
    if (gone != BW_TIME_NONE || (flight && flight->cancelled)) /* one that does not fly leaves nobody behind */
        return gone != BW_TIME_NONE && gone <= now;
    const struct bw_station *origin = bw_world_station(world, p->from);
    bw_time end = bw_date_start(p->date + 1);
    if (origin && origin->zone)
        end = bw_zone_to_utc(origin->zone, end, &how);
    return end <= now;
}

unsigned bw_idle_left(const struct bw_idle *idle, const struct bw_world *world, bw_time now)
{
    unsigned n = 0;
    for (size_t k = 0; k < idle->n_plans; k++)
        n += has_left(&idle->plans[k], world, now);
    return n;
}

unsigned bw_idle_row(const struct bw_idle *idle, const struct bw_event *ev, const struct bw_world *world)
{
    bool confirms = ev->code == BW_EV_STATUS_CONFIRMED && bw_event_in_person(ev);
    if ((!confirms && ev->code != BW_EV_FORWARD_PLANNED) || bw_no_mandate(ev))
        return 0;
    unsigned left = bw_idle_left(idle, world, ev->recorded_at);
    unsigned words = confirms ? bw_idle_words(idle->words, idle->n_words, ev->carrier, bw_idle_since(idle)) : 1;
    return left >= BW_IDLE_MOST ? BW_IDLE_MOST + 1 : words;
}

bool bw_idle_empty(const struct bw_event *ev)
{
    bool says = ev->code == BW_EV_STATUS_CONFIRMED || ev->code == BW_EV_FORWARD_PLANNED;
    return says && ev->data.in_a_row > BW_IDLE_MOST;
}

bool bw_idle_stands(const struct bw_idle *idle, const struct bw_world *world, bw_time now)
{
    for (size_t k = 0; k < idle->n_words; k++)
        if (bw_idle_words(idle->words, idle->n_words, idle->words[k].carrier, bw_idle_since(idle)) > BW_IDLE_MOST)
            return true;
    return bw_idle_left(idle, world, now) >= BW_IDLE_MOST;
}
