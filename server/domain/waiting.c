/* SPDX-License-Identifier: Apache-2.0 */
/* waiting.c - asking the customer for a form, a key or an address: what the file allows, what it changes in the folds.
 * Layer: domain.  Threads: any.  Source: CLK-18. */
#include "bw/domain/waiting.h"

#include "bag_int.h"

const char *const bw_wait_words[] = { "form", "key", "address", NULL };
const char *const bw_wait_steps[] = { BW_WAIT_ASKED, BW_WAIT_REACHED,   BW_WAIT_TRIED,
                                      BW_WAIT_GIVEN, BW_WAIT_WITHDRAWN, NULL };

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool says(const struct bw_event *ev, const char *word)
{
    return ev->code == BW_EV_WAITING_FOR_CUSTOMER && is(ev->data.action, word);
}

static bool runs(const struct bw_case *c)
{
    return c->state == BW_CASE_OPEN || c->state == BW_CASE_CLAIM || c->state == BW_CASE_LOST;
}

bw_code bw_wait_may(const struct bw_case *c, const struct bw_event *ev, struct bw_error *err)
{
    char text[BW_TIME_TEXT];
    const struct bw_wait *w = &c->wait;
    bool begins = says(ev, BW_WAIT_ASKED) || says(ev, BW_WAIT_REACHED);
    if (ev->source != BW_SRC_CUSTOMER && !is(ev->carrier, c->owner))
        return bw_fail(err, BW_E_FORBIDDEN, "/for_carrier", "%s owns the file, and it alone says that", c->owner);
    if (!runs(c))
        return bw_fail(err, BW_E_CASE_STEP, NULL, "the file is %s",
                       c->state == BW_CASE_REPORT ? "a report that waits" : "closed");
    if (!w->needs[0] && !begins)
        return bw_fail(err, BW_E_CASE_STEP, NULL, "nothing is waited for");
    if (!w->needs[0] && !ev->data.why[0])
        return bw_fail(err, BW_E_CASE_STEP, "/needs", "say what is needed");
    if (w->needs[0] && ev->data.why[0] && !is(w->needs, ev->data.why))
        return bw_fail(err, BW_E_CASE_STEP, "/needs", "what is waited for since %s is: %s",
                       bw_time_text(w->asked_at, text), w->needs);
    if (w->needs[0] && says(ev, BW_WAIT_ASKED))
        return bw_fail(err, BW_E_CASE_STEP, "/step", "that was asked for already, at %s",
                       bw_time_text(w->asked_at, text));
    if (says(ev, BW_WAIT_OPENED) && w->reached_at)
        return bw_fail(err, BW_E_CASE_STEP, NULL, "the customer knows already");
    return BW_OK;
}

void bw_wait_complete(const struct bw_case *c, struct bw_event *ev)
{
    if (ev->code != BW_EV_WAITING_FOR_CUSTOMER)
        return;
    if (!ev->data.why[0])
        BW_SET(ev->data.why, c->wait.needs);
    if (ev->occurred_at <= c->wait.said_at) { /* two of one batch */
        ev->occurred_at = c->wait.said_at + 1;
        bw_event_set_order(ev, BW_TIME_NONE);
    }
}

void bw_wait_end(struct bw_wait *w)
{
    *w = (struct bw_wait){ .said_at = w->said_at };
}

static void ask(struct bw_wait *w, const struct bw_event *ev)
{
    if (w->needs[0])
        return;
    w->asked_at = ev->recorded_at;
    BW_SET(w->needs, ev->data.why);
    BW_SET(w->by, ev->carrier);
}

void bw_wait_step(struct bw_wait *w, const struct bw_event *ev)
{
    bool told = says(ev, BW_WAIT_REACHED), opened = says(ev, BW_WAIT_OPENED);
    w->said_at = ev->order.t;
    if (says(ev, BW_WAIT_ASKED) || told)
        ask(w, ev);
    if ((told || opened) && w->needs[0] && !w->reached_at) {
        w->reached_at = ev->recorded_at;
        w->by_page = opened;
    }
    if (says(ev, BW_WAIT_GIVEN) || says(ev, BW_WAIT_WITHDRAWN))
        bw_wait_end(w);
}

bool bw_wait_contact(const struct bw_event *ev)
{
    return says(ev, BW_WAIT_REACHED) || says(ev, BW_WAIT_TRIED);
}

bool bw_wait_rests(const struct bw_wait *w)
{
    return w->needs[0] && w->reached_at;
}

bool bw_wait_covers(enum bw_owed owed)
{
    return owed == BW_OWE_HELD || owed == BW_OWE_LOCATED || owed == BW_OWE_AT_STATION || owed == BW_OWE_ATTEMPTED;
}

bool bw_wait_over(const struct bw_bag *before, const struct bw_bag *after)
{
    return before->place != after->place || !is(before->station, after->station) || before->custody != after->custody ||
           !is(before->custodian, after->custodian) || before->attempted != after->attempted ||
           before->forward != after->forward;
}
