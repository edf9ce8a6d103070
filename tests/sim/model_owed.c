/* SPDX-License-Identifier: Apache-2.0 */
/* model_owed.c - who owes what by when, after D 9.2, design.md 6 and CLK-01 to CLK-05. */
#include "model.h"

#include <stdio.h>
#include <string.h>

#include "model_codes.h"

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool m_no_news(const char *code)
{
    static const char *const codes[] = { "STATUS_CONFIRMED",   "DAMAGE_REPORTED",     "PILFERAGE_REPORTED",
                                         "STAFF_NOTE",         "CASE_OPENED",         "CASE_CLOSED",
                                         "CASE_OWNER_CHANGED", "CUSTODY_DISPUTED",    "WATCH_STARTED",
                                         "WATCH_ENDED",        "PROMISE_REMINDED",    "PROMISE_MISSED",
                                         "PROMISE_MOVED",      "ALIAS_JOINED",        "ALIAS_PARTED",
                                         "CONTACT_LOGGED",     "WAITING_FOR_CUSTOMER" };
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
        if (is(codes[k], code))
            return true;
    return false;
}

void m_carrier_of(const char *flight, char to[4])
{
    size_t n = strlen(flight) < 3 ? strlen(flight) : flight[2] >= '0' && flight[2] <= '9' ? 2 : 3;
    memset(to, 0, 4);
    memcpy(to, flight, n);
}

/* Hours from when it is owed, by default. */
static bw_time hours(const char *what, bw_time since, bw_time now)
{
    static const struct {
        const char *what;
        int hours;
    } rows[] = { { "tracing-holder", 4 }, { "located", 4 },          { "forward-planned", 1 },
                 { "in-flight", 18 },     { "transfer-pending", 1 }, { "custody-disputed", 4 },
                 { "held", 24 },          { "at-station", 4 },       { "unclaimed", 24 },
                 { "with-courier", 12 },  { "attempted", 24 },       { "remind-customer", 24 },
                 { "reported", 1 },       { "lost", 7 * 24 },        { "claim-acknowledge", 24 } };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (is(rows[k].what, what))
            return rows[k].hours * BW_HOUR;
    /* tracing and the word to the customer: daily for five days, every 72 h to day 21, then weekly */
    bw_time age = since == BW_TIME_NONE ? 0 : now - since;
    return age < 5 * BW_DAY ? BW_DAY : age < 21 * BW_DAY ? 3 * BW_DAY : 7 * BW_DAY;
}

static const char *where(const struct m_bag *b)
{
    return b->station[0] ? b->station : b->seen_station;
}

static struct m_owed owe(const struct m_bag *b, const char *what, const char *debtor, bw_time now)
{
    struct m_owed o = { .due = now + hours(what, b->reported, now) };
    const char *by_rule = b->last_carrier[0] ? b->last_carrier : b->custodian[0] ? b->custodian : b->news_carrier;
    const char *const named[] = { debtor, b->owner, by_rule, b->seen_carrier };
    for (size_t k = 0; k < 4 && !o.debtor[0]; k++)
        memcpy(o.debtor, named[k], strlen(named[k]) + 1);
    (void)snprintf(o.what, sizeof o.what, "%s", what);
    (void)snprintf(o.station, sizeof o.station, "%s", where(b));
    (void)snprintf(o.about, sizeof o.about, "%s", where(b));
    return o;
}

static struct m_owed owe_hand_over(const struct m_bag *b, const char *what, const char *debtor, bw_time now)
{
    struct m_owed o = owe(b, what, debtor, now);
    memcpy(o.giver, b->custodian, sizeof o.giver);
    (void)snprintf(o.about, sizeof o.about, "%s to %s", b->custodian, b->receiver);
    return o;
}

static struct m_owed owe_courier(const struct m_bag *b, bw_time now)
{
    struct m_owed o = owe(b, b->attempted ? "attempted" : "with-courier", b->custodian, now);
    if (b->attempted)
        return o;
    if (b->window_until != BW_TIME_NONE) /* its end and an hour; nobody owes before somebody was told */
        o.due = (b->window_until > now ? b->window_until : now) + BW_HOUR;
    (void)snprintf(o.about, sizeof o.about, "%lld", (long long)b->window_until);
    return o;
}

static struct m_owed owe_flight(const struct m_bag *b, bw_time now)
{
    char carrier[4];
    bool flies = is(b->place, "LOADED");
    m_carrier_of(flies ? b->flight : b->plan_flight, carrier);
    struct m_owed o =
        owe(b, flies ? "in-flight" : "forward-planned", carrier[0] || !flies ? carrier : b->custodian, now);
    if (!flies && b->plan_from[0])
        memcpy(o.station, b->plan_from, sizeof o.station);
    if (!flies && b->plan_date != BW_DATE_NONE && b->plan_due > o.due)
        o.due = b->plan_due;
    (void)snprintf(o.about, sizeof o.about, "%s %d", flies ? b->flight : b->plan_flight,
                   flies ? (int)b->flight_date : (int)b->plan_date);
    return o;
}

static bool stands_at_home(const struct m_bag *b)
{
    bool stands = is(b->place, "AT") || is(b->place, "AT_DESTINATION");
    return stands && b->rest && b->destination[0] && is(where(b), b->destination) && is(b->file, "NONE");
}

bw_time m_unclaimed_at(const struct m_bag *b)
{
    static const struct bw_uuid nil;
    bool merged = memcmp(&b->joined, &nil, sizeof nil) != 0;
    return stands_at_home(b) && !b->watched && !merged && b->seen != BW_TIME_NONE ? b->placed + BW_DAY : BW_TIME_NONE;
}

/* While the customer, who knows, has something to give, desks owe nothing and the file's owner reminds (CLK-18). */
static void rest(const struct m_bag *b, struct m_owed *o, bw_time now)
{
    bool desk = is(o->what, "held") || is(o->what, "located") || is(o->what, "at-station") || is(o->what, "attempted");
    if (!b->known || !desk)
        return;
    *o = owe(b, "remind-customer", b->owner, now);
    (void)snprintf(o->about, sizeof o->about, "%s", b->needs);
}

size_t m_owed_of_bag(const struct m_bag *b, bw_time now, struct m_owed to[2])
{
    static const struct bw_uuid nil;
    bool home = b->destination[0] && is(where(b), b->destination);
    bool merged = memcmp(&b->joined, &nil, sizeof nil) != 0;
    if (!b->watched || b->over || merged || is(b->place, "DELIVERED") || is(b->file, "CLOSED"))
        return 0;
    if (is(b->custody, "DISPUTED")) {
        to[0] = owe_hand_over(b, "custody-disputed", b->custodian, now);
        to[1] = owe_hand_over(b, "custody-disputed", b->receiver, now);
        return is(b->custodian, b->receiver) ? 1 : 2;
    }
    if (is(b->custody, "PENDING"))
        to[0] = owe_hand_over(b, "transfer-pending", b->receiver, now);
    else if (is(b->place, "WITH_COURIER") || b->attempted)
        to[0] = owe_courier(b, now);
    else if (b->unclaimed && stands_at_home(b))
        to[0] = owe(b, "unclaimed", b->custodian, now);
    else if (is(b->place, "AT_DESTINATION") || is(b->place, "ON_BELT"))
        to[0] = owe(b, "at-station", b->custodian, now);
    else if (is(b->place, "HELD"))
        to[0] = owe(b, "held", b->custodian, now);
    else if (is(b->place, "LOADED") || b->plan)
        to[0] = owe_flight(b, now);
    else if (is(b->place, "AT") && (b->sighted || b->rest || home))
        to[0] = owe(b, home ? "at-station" : "located", b->custodian, now);
    else if (b->custodian[0] && !is(b->denied, b->custodian))
        to[0] = owe(b, "tracing-holder", b->custodian, now);
    else
        to[0] = owe(b, "tracing", b->owner, now);
    rest(b, &to[0], now);
    return to[0].debtor[0] ? 1 : 0;
}

/* --- cases --- */

static uint32_t bit(int ordinal)
{
    return ordinal >= 1 && ordinal <= 32 ? UINT32_C(1) << (ordinal - 1) : 0;
}

bool m_in_person(const struct m_event *e)
{
    bool search = is(e->code, "SEARCHED_NOT_FOUND");
    return is(e->source, "staff") || (search ? e->person : !is(e->code, "STATUS_CONFIRMED"));
}

/* One too many without a new fact, as the log says. */
static bool m_empty(const struct m_event *e)
{
    return e->in_a_row > 2 && (is(e->code, "STATUS_CONFIRMED") || is(e->code, "FORWARD_PLANNED"));
}

static bool is_word(const struct m_event *e)
{
    bool word = strstr(m_code(e->code)->meets, " case-step ") != NULL;
    return word && !m_empty(e) && m_in_person(e) && !is(e->outcome, "late") && !is(e->outcome, "contradicting") &&
           !is(e->outcome, "corrected"); /* what was taken back before it came was not said (ING-12) */
}

void m_case_step(struct m_case *c, const struct m_event *e)
{
    bool none = is(c->state, "NONE"), running = !none && !is(c->state, "CLOSED");
    if (is(e->code, "CASE_OPENED") && none) {
        c->claim = is(e->why, "claim");
        c->claimed = e->recorded;
        c->state = c->claim ? "CLAIM" : "OPEN";
        memcpy(c->owner, e->owner[0] ? e->owner : e->carrier, sizeof c->owner);
        memcpy(c->station, e->station, sizeof c->station);
        c->opened = e->recorded;
        for (int k = 1; k <= (e->bags ? e->bags : 1); k++)
            c->awaited |= bit(k);
    } else if ((is(e->code, "DAMAGE_REPORTED") || is(e->code, "PILFERAGE_REPORTED")) && !none) {
        c->claimed = c->claim ? c->claimed : e->recorded;
        c->claim = true;
        c->state = is(c->state, "LOST") ? "LOST" : "CLAIM";
    } else if (is(e->code, "LOSS_ADMITTED") && running) {
        c->state = "LOST";
    } else if (is(e->code, "CASE_CLOSED") && running) {
        c->state = "CLOSED";
    } else if (is(e->code, "WATCH_STARTED") && running) {
        c->awaited |= bit(e->ordinal);
    } else if (is(e->code, "WATCH_ENDED")) {
        c->awaited &= ~bit(e->ordinal);
    }
    c->answered = c->answered || is_word(e);
}

static struct m_owed owe_step(const struct m_case *c, const char *what, bw_time now)
{
    struct m_owed o = { .due = now + hours(what, c->opened, now) };
    (void)snprintf(o.what, sizeof o.what, "%s", what);
    memcpy(o.debtor, c->owner, sizeof o.debtor);
    memcpy(o.station, c->station, sizeof o.station);
    return o;
}

size_t m_owed_of_case(const struct m_case *c, bw_time now, struct m_owed to[2])
{
    size_t n = 0;
    if (is(c->state, "NONE") || is(c->state, "CLOSED"))
        return 0;
    if (is(c->state, "LOST"))
        to[n++] = owe_step(c, "lost", now);
    else if (c->awaited)
        to[n++] = owe_step(c, c->answered ? "case-step" : "reported", now);
    /* the traffic files claims only by telling damage: the first one filed is the first that falls due */
    if (c->claim) {
        to[n] = owe_step(c, "claim-acknowledge", now);
        /* filed, then acknowledged within 24 h (CASE-08): telling it again after the file was closed wins no days */
        bw_time first = c->claimed + BW_DAY;
        to[n].due = first > now + BW_HOUR ? first : now + BW_HOUR;
        (void)snprintf(to[n++].about, sizeof to->about, "claim 1");
    }
    return n;
}

/* --- keeping and missing --- */

bool m_may_close(const struct m_case *c, const struct m_event *e)
{
    bool runs = !is(c->state, "NONE") && !is(c->state, "CLOSED");
    bool home = !c->awaited && !is(c->state, "LOST") && !c->claim;
    return runs && is(e->carrier, c->owner) && (home || !is(e->reason, "delivered"));
}

bool m_meets(const struct m_event *e, const char *owed, const char *debtor)
{
    char word[24];
    (void)snprintf(word, sizeof word, " %s ", owed);
    bool believed = !e->alone && is(e->outcome, "accepted");
    bool step = is(owed, "reported") || is(owed, "case-step");
    if (!e->of_bag && step && e->in_a_row >= 2 && !is(e->code, "STATUS_CONFIRMED")) /* seen after two confirmations */
        return believed && is(e->carrier, debtor);
    if (is(e->code, "WAITING_FOR_CUSTOMER") && !is(e->action, "reached") && !is(e->action, "tried"))
        return false;
    return believed && !m_empty(e) && m_in_person(e) && e->carrier[0] && is(e->carrier, debtor) &&
           strstr(m_code(e->code)->meets, word);
}

bw_time m_level_at(bw_time opened, bw_time due, int level)
{
    if (level <= 0)
        return opened + (due - opened) / 4 * 3;
    if (level == 1)
        return due;
    return level == 2 ? due + 2 * BW_HOUR : due + 6 * BW_HOUR + (level - 3) * BW_DAY;
}
