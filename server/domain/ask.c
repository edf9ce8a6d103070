/* SPDX-License-Identifier: Apache-2.0 */
/* ask.c - questions to stations and their answers: what the bag allows, what is added, what they change in the fold.
 * Layer: domain.  Threads: any.  Source: CLK-09, CLK-01 (at most one per debtor and subject, of each kind). */
#include "bw/domain/ask.h"

#include <stdio.h>

#include "ask_int.h"

const char *const bw_ask_words[] = { BW_ASK_HERE, BW_ASK_NOT_HERE, BW_ASK_SENT_ON, BW_ASK_UNTIL, NULL };

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool bw_answers(const struct bw_event *ev, const char *word)
{
    return ev->code == BW_EV_STATION_ANSWERED && is(ev->data.action, word);
}

static size_t index_of(const struct bw_bag *bag, const struct bw_uuid *uid)
{
    size_t at = 0;
    while (at < bag->n_asks && !bw_uuid_eq(&bag->asks[at].uid, uid))
        at++;
    return at;
}

const struct bw_ask *bw_ask_open(const struct bw_bag *bag, const struct bw_uuid *uid)
{
    size_t at = index_of(bag, uid);
    return at < bag->n_asks ? &bag->asks[at] : NULL;
}

const char *bw_ask_whom(const struct bw_bag *bag, const char *station)
{
    if (bag->custodian[0])
        return bag->custodian;
    return is(bag->last_seen_station, station) ? bag->last_seen_carrier : "";
}

void bw_ask_basis(const struct bw_ask *ask, char to[40])
{
    /* The end of a uid tells questions apart; a moved time is another promise (CLK-03: a moved due time closes one and
     * opens another). */
    unsigned tail = (unsigned)ask->uid.b[12] << 24 | (unsigned)ask->uid.b[13] << 16 | (unsigned)ask->uid.b[14] << 8 |
                    ask->uid.b[15];
    snprintf(to, 40, "%s %08x%s", ask->station, tail, ask->moved ? "+" : "");
}

/* --- what may be said --- */

static bw_time by_policy(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world, bw_time now)
{
    char policy[60];
    bw_time yardstick;
    struct bw_owing asked = { .owed = BW_OWE_ASK };
    BW_SET(asked.debtor, ev->to_carrier);
    BW_SET(asked.station, ev->station);
    return bw_promise_due(&asked, bag, NULL, world, now, &yardstick, policy);
}

static bw_code may_ask(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world, bw_time now,
                       struct bw_error *err)
{
    char text[BW_TIME_TEXT];
    bw_time by = ev->data.answer_by;
    if (!bag->watched || bag->watch_ended)
        return bw_fail(err, BW_E_ASK, NULL, "nobody waits for news of this bag: it is not watched");
    for (size_t at = 0; at < bag->n_asks; at++)
        if (is(bag->asks[at].carrier, ev->to_carrier))
            return bw_fail(err, BW_E_ASK, "/carrier", "%s is asked already, at %s, and owes the answer by %s",
                           ev->to_carrier, bag->asks[at].station, bw_time_text(bag->asks[at].due_at, text));
    if (bag->n_asks == BW_ASKS)
        return bw_fail(err, BW_E_ASK, NULL, "%d stations are asked already", BW_ASKS);
    if (by == BW_TIME_NONE)
        return BW_OK;
    bw_time least = by_policy(bag, ev, world, now);
    if (by > now + BW_ASK_MOST && by > least)
        return bw_fail(err, BW_E_ASK, "/answer_by", "an answer is due within a day");
    /* To the second: what is sent has no more. */
    if (by < least - BW_SECOND)
        return bw_fail(err, BW_E_ASK, "/answer_by", "by its policy %s has until %s to answer", ev->to_carrier,
                       bw_time_text(least, text));
    return BW_OK;
}

static bw_code may_answer(const struct bw_bag *bag, const struct bw_event *ev, bw_time now, struct bw_error *err)
{
    const struct bw_ask *ask = bw_ask_open(bag, &ev->data.ask);
    if (!ask)
        return bw_fail(err, BW_E_ASK, NULL, "it is answered already, or the bag was seen since");
    if (!is(ask->carrier, ev->carrier))
        return bw_fail(err, BW_E_FORBIDDEN, "/for_carrier", "%s is asked, and it alone answers", ask->carrier);
    if (!bw_answers(ev, BW_ASK_UNTIL))
        return BW_OK;
    if (ask->moved)
        return bw_fail(err, BW_E_ASK, "/until", "its time was moved once already");
    if (ev->data.answer_by <= now || ev->data.answer_by > now + BW_ASK_MOST)
        return bw_fail(err, BW_E_ASK, "/until", "the time must lie within the next 24 hours");
    if (ev->data.answer_by <= ask->due_at)
        return bw_fail(err, BW_E_ASK, "/until", "that is no later than when the answer is due");
    return BW_OK;
}

bw_code bw_ask_may(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world, bw_time now,
                   struct bw_error *err)
{
    if (ev->code == BW_EV_STATION_ASKED)
        return may_ask(bag, ev, world, now, err);
    return ev->code == BW_EV_STATION_ANSWERED ? may_answer(bag, ev, now, err) : BW_OK;
}

void bw_ask_complete(const struct bw_bag *bag, const struct bw_world *world, struct bw_event *ev)
{
    if (ev->code != BW_EV_STATION_ASKED && ev->code != BW_EV_STATION_ANSWERED)
        return;
    if (ev->occurred_at == BW_TIME_NONE) { /* it is said when it is told, whatever flight it names */
        ev->occurred_at = ev->recorded_at;
        bw_event_set_order(ev, BW_TIME_NONE);
    }
    if (ev->code == BW_EV_STATION_ASKED && ev->data.answer_by == BW_TIME_NONE)
        ev->data.answer_by = by_policy(bag, ev, world, ev->recorded_at);
}

/* --- the fold --- */

static struct bw_part part(enum bw_answer answer, const char *sentence)
{
    return (struct bw_part){ answer, sentence, 0 };
}

void bw_asks_end(struct bw_bag *bag)
{
    memset(bag->asks, 0, sizeof bag->asks); /* equal states have equal bytes */
    bag->n_asks = 0;
}

static void drop(struct bw_bag *bag, size_t at)
{
    for (bag->n_asks--; at < bag->n_asks; at++)
        bag->asks[at] = bag->asks[at + 1];
    bag->asks[bag->n_asks] = (struct bw_ask){ .moved = false };
}

static struct bw_part asked(struct bw_bag *bag, const struct bw_event *ev)
{
    if (bag->n_asks == BW_ASKS)
        return part(BW_ANSWER_KEPT, "as many stations as can be are asked already: kept for the record");
    struct bw_ask *ask = &bag->asks[bag->n_asks++];
    *ask = (struct bw_ask){ .uid = ev->uid, .asked_at = ev->recorded_at, .due_at = ev->data.answer_by };
    BW_SET(ask->station, ev->station);
    BW_SET(ask->carrier, ev->to_carrier);
    BW_SET(ask->by, ev->carrier);
    return part(BW_ANSWER_ROW, "a station is asked, and owes the answer");
}

static struct bw_part answered(struct bw_bag *bag, const struct bw_event *ev)
{
    size_t at = index_of(bag, &ev->data.ask);
    if (at == bag->n_asks)
        return part(BW_ANSWER_KEPT, "what it answers is answered or moot: kept for the record");
    if (bw_answers(ev, BW_ASK_UNTIL)) {
        bag->asks[at].due_at = ev->data.answer_by;
        bag->asks[at].moved = true;
        return part(BW_ANSWER_ROW, "the station needs longer, once, and says until when");
    }
    drop(bag, at);
    return part(BW_ANSWER_ROW, "the station answered");
}

void bw_asks_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    *ret = part(BW_ANSWER_SILENT, NULL);
    if (ev->code == BW_EV_STATION_ASKED)
        *ret = asked(bag, ev);
    else if (ev->code == BW_EV_STATION_ANSWERED)
        *ret = answered(bag, ev);
    else if (ev->code == BW_EV_CASE_CLOSED)
        bw_asks_end(bag);
}
