/* SPDX-License-Identifier: Apache-2.0 */
/* model.c - where a bag is and who has it, after D 9.1, D 9.3 and design.md 3 and 6. */
#include "model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_codes.h"

#define HAND_OVER_TIME (4 * BW_HOUR)
#define SET(to, from) memcpy((to), (from), sizeof(to))

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

const struct m_code *m_code(const char *name)
{
    for (size_t k = 0; k < sizeof m_codes / sizeof *m_codes; k++)
        if (is(m_codes[k].name, name))
            return &m_codes[k];
    static const struct m_code unknown = { "", "", 0, "", "" };
    return &unknown;
}

static bool untimed(const struct m_event *e)
{
    return !is(e->time_kind, "scan");
}

static bool is_place(const struct m_code *c)
{
    return c->place[0] && !is(c->place, "plan") && !is(c->place, "window") && !is(c->place, "EXPECTED") &&
           !is(c->place, "withdrawn");
}

bool m_sighting(const struct m_event *e)
{
    return is_place(m_code(e->code)) && !untimed(e) && !is(e->time_type, "planned");
}

double m_apart(const char *a, const char *b)
{
    static const struct {
        const char *code;
        double north, east;
    } at[] = { { "AMS", 52.309, 4.764 },  { "ARN", 59.650, 17.924 }, { "CDG", 49.003, 2.567 },
               { "CPH", 55.616, 12.646 }, { "FRA", 50.030, 8.559 },  { "LHR", 51.470, -0.454 },
               { "LIS", 38.774, -9.132 }, { "MAD", 40.490, -3.564 }, { "MUC", 48.353, 11.790 },
               { "ZRH", 47.458, 8.555 } };
    const double degree = 3.14159265358979 / 180, earth = 6371;
    size_t i = 0, k = 0, n = sizeof at / sizeof *at;
    while (i < n && !is(at[i].code, a))
        i++;
    while (k < n && !is(at[k].code, b))
        k++;
    if (i == n || k == n || i == k)
        return 0;
    double cosine = sin(at[i].north * degree) * sin(at[k].north * degree) +
                    cos(at[i].north * degree) * cos(at[k].north * degree) * cos((at[i].east - at[k].east) * degree);
    return earth * acos(cosine);
}

/* --- one order --- */

/* A telegram without a scan time stands by its receipt, before what is timed at that moment. */
static int order(const void *left, const void *right)
{
    const struct m_event *a = *(const struct m_event *const *)left, *b = *(const struct m_event *const *)right;
    bool ra = untimed(a) && is(a->source, "typeb"), rb = untimed(b) && is(b->source, "typeb");
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    if (ra != rb)
        return ra ? -1 : 1;
    if (ra && a->recorded != b->recorded)
        return a->recorded < b->recorded ? -1 : 1;
    if (ra)
        return a->version < b->version ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int carrier = strcmp(a->carrier, b->carrier);
    return carrier ? carrier : memcmp(a->uid.b, b->uid.b, sizeof a->uid.b);
}

/* --- mandates (SEC-10) --- */

static bool in_list(const char *list, const char *word)
{
    char quoted[32];
    (void)snprintf(quoted, sizeof quoted, "\"%s\"", word);
    return !list || strcmp(list, "[]") == 0 || strstr(list, quoted);
}

bool m_mandated(const struct m_event *e, const struct m_mandate *mandates, size_t n)
{
    bw_date day = bw_date_of(e->occurred);
    if (!is(e->sender, SIM_HANDLER))
        return true;
    for (size_t k = 0; k < n; k++) {
        const struct m_event *m = mandates[k].granted;
        bool then = m->batch < e->batch && (!mandates[k].revoked || mandates[k].revoked->batch > e->batch);
        bool there = e->station[0] ? in_list(m->stations, e->station) : !m->stations || is(m->stations, "[]");
        bool dated = (m->from_day == BW_DATE_NONE || m->from_day <= day) &&
                     (m->until_day == BW_DATE_NONE || day <= m->until_day);
        if (then && there && dated && is(m->carrier, e->carrier) && in_list(m->codes, e->code))
            return true;
    }
    return false;
}

/* --- place --- */

static void end_plan(struct m_bag *b)
{
    b->plan = false;
    b->plan_flight[0] = b->plan_from[0] = '\0';
    b->plan_date = BW_DATE_NONE;
}

static void end_delivery(struct m_bag *b)
{
    b->window_until = BW_TIME_NONE;
    b->attempted = false;
}

static void beside(struct m_bag *b, const struct m_event *e)
{
    bool window = is(e->code, "DELIVERY_SCHEDULED");
    if (is(e->code, "BAG_LOADED"))
        end_plan(b);
    if (is(e->code, "BAG_NOT_LOADED") && b->plan && (!e->flight[0] || is(e->flight, b->plan_flight)) &&
        (e->flight_date == BW_DATE_NONE || e->flight_date == b->plan_date))
        end_plan(b);
    if (is(e->code, "FORWARD_PLANNED")) {
        b->plan = true;
        SET(b->plan_flight, e->flight);
        SET(b->plan_from, e->station);
        b->plan_date = e->flight_date;
        b->plan_due = e->plan_due;
    }
    if (is(e->code, "HANDED_TO_COURIER") || (!is(b->place, "WITH_COURIER") && !window))
        end_delivery(b);
    if (e->window_until != BW_TIME_NONE)
        b->window_until = e->window_until;
    if (window)
        b->attempted = false;
    if (is(e->code, "DELIVERY_ATTEMPTED")) {
        end_delivery(b);
        b->attempted = true;
    }
    if (is(b->place, "DELIVERED")) {
        end_plan(b);
        b->watched = false;
        b->over = true;
    }
}

/* False where the statement cannot be true of the place, so that nothing of it moves custody. */
static bool place(struct m_bag *b, const struct m_event *e, const struct m_code *c)
{
    bool delivered = is(b->place, "DELIVERED");
    if (is(c->place, "EXPECTED")) {
        if (!is(b->place, "NONE") && !is(b->place, "EXPECTED"))
            return true;
    } else if (is(c->place, "withdrawn")) {
        if (!is(b->place, "EXPECTED") || (e->station[0] && !is(e->station, b->station)))
            return true;
    } else if (!c->place[0]) {
        return true;
    } else if (delivered && !is(e->code, "DELIVERED")) {
        return false;
    }
    if (is_place(c) && ((untimed(e) && b->seen != BW_TIME_NONE) || is(e->time_type, "planned")))
        return true;
    if (is(e->code, "DELIVERED") && !e->proof)
        return false;
    if (is(c->place, "withdrawn")) {
        b->place = "NONE";
        b->station[0] = '\0';
    } else if (is_place(c) || is(c->place, "EXPECTED")) {
        b->place = c->place;
        if (e->station[0])
            SET(b->station, e->station);
        bool flies = is(c->place, "LOADED") || is(c->place, "EXPECTED");
        memcpy(b->flight, flies ? e->flight : (const char[12]){ 0 }, sizeof b->flight);
        b->flight_date = flies ? e->flight_date : BW_DATE_NONE;
        b->rest = c->rest;
        b->placed = e->t;
    }
    beside(b, e);
    return true;
}

/* --- custody --- */

static void hold(struct m_bag *b, const char *custody, const char custodian[4], const char receiver[4], bw_time offered)
{
    char keep[4];
    memcpy(keep, custodian, sizeof keep);
    b->custody = custody;
    SET(b->custodian, keep);
    memcpy(b->receiver, receiver, sizeof b->receiver);
    b->offered = offered;
}

static void offer(struct m_bag *b, const struct m_event *e)
{
    bool own = is(e->carrier, b->custodian);
    if (is(b->custody, "HELD") && !own && is(e->to, b->custodian))
        return; /* it has it already */
    if (is(b->custody, "PENDING") && own && is(e->to, b->receiver))
        return; /* offered before */
    hold(b, "PENDING", e->carrier, e->to, e->recorded);
}

static void custody(struct m_bag *b, const struct m_event *e, const struct m_code *c)
{
    static const char none[4] = "";
    bool open = is(b->custody, "PENDING") || is(b->custody, "DISPUTED");
    if (is(e->code, "CUSTODY_DISPUTED")) {
        if (is(b->custody, "PENDING") && e->t == b->offered + HAND_OVER_TIME && is(e->from, b->custodian) &&
            is(e->to, b->receiver))
            b->custody = "DISPUTED";
        return;
    }
    if (!c->custody[0] || !e->carrier[0] || (untimed(e) && b->seen != BW_TIME_NONE) || is(e->time_type, "planned"))
        return;
    if (is(c->custody, "acquire") && (open || !is(e->code, "CUSTODY_RESOLVED")))
        hold(b, "HELD", e->carrier, none, BW_TIME_NONE);
    else if (is(c->custody, "offer") && e->to[0] && !is(e->to, e->carrier))
        offer(b, e);
    else if (is(c->custody, "refuse") && open && is(e->carrier, b->receiver) && !is(e->carrier, b->custodian))
        hold(b, "HELD", b->custodian, none, BW_TIME_NONE);
    else if (is(c->custody, "end") && e->proof)
        hold(b, "NONE", none, none, BW_TIME_NONE);
}

/* --- case, journey, clocks --- */

static void file(struct m_bag *b, const struct m_event *e)
{
    bool claim = is(e->code, "DAMAGE_REPORTED") || is(e->code, "PILFERAGE_REPORTED");
    if (is(e->code, "CASE_OPENED") && (is(b->file, "NONE") || is(b->file, "CLOSED"))) {
        b->file = b->kept ? "CLAIM" : "OPEN";
        b->kept = false;
        b->case_id = e->case_id;
        memcpy(b->owner, e->owner[0] ? e->owner : e->carrier, sizeof b->owner);
        b->reported = e->t;
        b->sighted = false;
        if (!b->watched) {
            b->watched = !is(b->place, "DELIVERED");
            b->over = !b->watched;
        }
    } else if (is(e->code, "WATCH_STARTED") && (is(e->why, "unclaimed") || is(e->why, "missed-connection"))) {
        b->unclaimed = b->unclaimed || (!b->watched && is(e->why, "unclaimed"));
        b->watched = b->watched || !is(b->place, "DELIVERED");
    } else if (is(e->code, "CASE_CLOSED") && !is(b->file, "NONE") && !is(b->file, "CLOSED")) {
        b->file = "CLOSED"; /* settled: watching ends */
        b->watched = false;
        b->over = true;
    } else if (is(e->code, "LOSS_ADMITTED") && (is(b->file, "OPEN") || is(b->file, "CLAIM"))) {
        b->file = "LOST";
    } else if (claim && is(b->file, "NONE")) {
        b->kept = true;
    } else if (claim && !is(b->file, "LOST")) {
        b->file = "CLAIM";
    }
}

static void journey(struct m_bag *b, const struct m_event *e)
{
    bool report = is(e->code, "CASE_OPENED") && memcmp(b->case_id.b, e->case_id.b, sizeof e->case_id.b) == 0;
    if (e->last_flight[0] && (report || (is(e->code, "BAG_EXPECTED") && !b->legs_of_case))) {
        m_carrier_of(e->last_flight, b->last_carrier);
        if (e->last_to[0])
            SET(b->destination, e->last_to);
        b->legs_of_case = b->legs_of_case || report;
    }
    if (report && !b->destination[0])
        SET(b->destination, e->station);
}

static void clocks(struct m_bag *b, const struct m_event *e, const struct m_code *c)
{
    if (is_place(c) && !untimed(e) && !is(e->time_type, "planned")) {
        b->seen = e->t;
        SET(b->seen_station, e->station);
        SET(b->seen_carrier, e->carrier);
        b->denied[0] = '\0';
        b->sighted = b->sighted || (b->reported != BW_TIME_NONE && e->t > b->reported);
    }
    bool own = is(e->source, "system") || is(e->source, "customer") || e->alone;
    if (!m_no_news(e->code) && e->carrier[0] && !own && e->recorded >= b->news && m_in_person(e)) {
        b->news = e->recorded;
        SET(b->news_carrier, e->carrier);
    }
    if (is(e->code, "SEARCHED_NOT_FOUND") && m_in_person(e) && !e->alone)
        SET(b->denied, e->carrier);
}

/* --- corrections --- */

static bool same_identity(const char *a, const char *b)
{
    size_t na = strcspn(a, "@"), nb = strcspn(b, "@");
    return na == nb && strncmp(a, b, na) == 0 && (!a[na] || !b[nb] || is(a + na, b + nb));
}

static bool taken_back(const struct m_event *e, const struct m_event **all, size_t n)
{
    char named[80] = "\"event_id\":\"";
    if (is(e->code, "CORRECTION") || strncmp(e->code, "CASE_", 5) == 0)
        return false;
    size_t at = strlen(named);
    (void)snprintf(named + at, sizeof named - at, "%s\"", e->event_id);
    for (size_t k = 0; k < n; k++)
        if (is(all[k]->code, "CORRECTION") && !all[k]->alone && all[k]->replaces && strstr(all[k]->replaces, named) &&
            is(all[k]->sender, e->sender) && is(all[k]->carrier, e->carrier) && same_identity(all[k]->ident, e->ident))
            return true;
    return false;
}

/* --- what adds no fact (CLK-11) --- */

static bool fact(const struct m_event *e)
{
    bool own = is(e->source, "system") || is(e->source, "customer") || !e->carrier[0] || e->alone;
    bool seen = is_place(m_code(e->code)) && !untimed(e) && !is(e->time_type, "planned");
    bool said = is(e->code, "LOSS_ADMITTED") || is(e->code, "CUSTODY_RESOLVED") ||
                (is(e->code, "SEARCHED_NOT_FOUND") && m_in_person(e));
    return !own && (seen || said);
}

static bw_time newest_fact(const struct m_event **events, size_t n)
{
    bw_time at = 0;
    for (size_t k = 0; k < n; k++)
        if (fact(events[k]) && events[k]->recorded > at && !taken_back(events[k], events, n))
            at = events[k]->recorded;
    return at;
}

/* The plans since then, each flight once, by its newest telling. */
static size_t plans(const struct m_event **events, size_t n, bw_time since, const struct m_event *to[SIM_LOG_MAX])
{
    size_t count = 0;
    for (size_t k = 0; k < n; k++) {
        const struct m_event *e = events[k];
        bool again = !is(e->code, "FORWARD_PLANNED") || e->alone || e->recorded <= since || taken_back(e, events, n);
        for (size_t i = 0; i < n && !again; i++)
            again = is(events[i]->code, e->code) && !events[i]->alone && is(events[i]->flight, e->flight) &&
                    events[i]->flight_date == e->flight_date &&
                    (events[i]->recorded > e->recorded || (events[i]->recorded == e->recorded && i > k)) &&
                    !taken_back(events[i], events, n);
        if (!again)
            to[count++] = e;
    }
    return count;
}

int m_plans_left(const struct m_event **events, size_t n, bw_time now)
{
    const struct m_event *list[SIM_LOG_MAX];
    size_t count = plans(events, n, newest_fact(events, n), list);
    int left = 0;
    for (size_t k = 0; k < count; k++)
        left += list[k]->plan_due - BW_HOUR <= now;
    return count > 4 ? -1 : left;
}

int m_in_a_row(const struct m_event **events, size_t n, const struct m_event *e)
{
    const struct m_event *list[SIM_LOG_MAX];
    bw_time since = newest_fact(events, n);
    size_t count = plans(events, n, since, list);
    int words = 0;
    bool confirms = is(e->code, "STATUS_CONFIRMED") && m_in_person(e);
    if (e->alone || (!confirms && !is(e->code, "FORWARD_PLANNED")))
        return -1;
    for (size_t k = 0; k < count; k++)
        since = k == 0 || list[k]->recorded < since ? list[k]->recorded : since;
    for (size_t k = 0; k < n; k++)
        words += is(events[k]->code, "STATUS_CONFIRMED") && m_in_person(events[k]) && events[k]->recorded > since &&
                 !events[k]->alone && is(events[k]->carrier, e->carrier) && !taken_back(events[k], events, n);
    int left = m_plans_left(events, n, e->recorded);
    words = is(e->code, "STATUS_CONFIRMED") ? words : 1;
    words = left >= 2 ? 3 : words > 3 ? 3 : words;
    return left < 0 ? -1 : words > 1 ? words : 0;
}

/* --- waiting for the customer (CLK-18) --- */

static void wait(struct m_bag *b, const struct m_event *e)
{
    bool runs = is(b->file, "OPEN") || is(b->file, "CLAIM") || is(b->file, "LOST");
    bool told = is(e->action, "reached");
    if (!is(e->code, "WAITING_FOR_CUSTOMER") || !runs)
        return;
    if (!b->needs[0] && (told || is(e->action, "asked")))
        SET(b->needs, e->why);
    b->known = b->known || (b->needs[0] && (told || is(e->action, "opened")));
    if (is(e->action, "given") || is(e->action, "withdrawn")) {
        b->needs[0] = '\0';
        b->known = false;
    }
}

/* It went on without what was waited for, or its file came or went. */
static void end_wait(struct m_bag *b, const struct m_bag *was, const struct m_event *e)
{
    if (is(b->place, was->place) && is(b->station, was->station) && is(b->custody, was->custody) &&
        is(b->custodian, was->custodian) && b->attempted == was->attempted && b->plan == was->plan &&
        !(is(e->code, "CASE_CLOSED") && is(b->file, "CLOSED")))
        return;
    b->needs[0] = '\0';
    b->known = false;
}

void m_fold_bag(struct m_bag *b, const struct bw_uuid *id, const struct m_event **events, size_t n)
{
    const struct m_event *kept[SIM_LOG_MAX];
    size_t n_kept = 0;
    *b = (struct m_bag){ .place = "NONE",
                         .custody = "NONE",
                         .file = "NONE",
                         .flight_date = BW_DATE_NONE,
                         .window_until = BW_TIME_NONE,
                         .offered = BW_TIME_NONE,
                         .reported = BW_TIME_NONE,
                         .seen = BW_TIME_NONE,
                         .news = BW_TIME_NONE,
                         .plan_date = BW_DATE_NONE };
    BW_ASSERT(n <= SIM_LOG_MAX);
    for (size_t k = 0; k < n; k++)
        if (!taken_back(events[k], events, n))
            kept[n_kept++] = events[k];
    qsort(kept, n_kept, sizeof *kept, order);
    for (size_t k = 0; k < n_kept; k++) {
        const struct m_event *e = kept[k];
        const struct m_code *c = m_code(e->code);
        const struct m_bag was = *b;
        if (e->alone) { /* at most a sighting: it sets place, never custody */
            if (is_place(c) && !is(e->code, "DELIVERED")) {
                (void)place(b, e, c);
                clocks(b, e, c);
                end_wait(b, &was, e);
            }
            continue;
        }
        if (place(b, e, c))
            custody(b, e, c);
        file(b, e);
        journey(b, e);
        bool about = memcmp(e->other.b, id->b, sizeof id->b) != 0;
        if (about && is(e->code, "ALIAS_JOINED") && is(e->why, "into"))
            b->joined = e->other;
        if (about && is(e->code, "ALIAS_PARTED") && memcmp(e->other.b, b->joined.b, sizeof b->joined) == 0)
            b->joined = (struct bw_uuid){ { 0 } };
        clocks(b, e, c);
        wait(b, e);
        end_wait(b, &was, e);
    }
}
