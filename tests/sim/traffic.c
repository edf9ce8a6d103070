/* SPDX-License-Identifier: Apache-2.0 */
/* traffic.c - what happens to bags, and what carriers say of it: late, twice, out of order, against each other, wrong.
 * A bag's story is walked in true time; every statement then gets a fate of its own on the way to us. */
#include "sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bw/base/str.h"

const char *const sim_carriers[SIM_CARRIERS] = { "AF", "BA", "IB", "KL", "LH", "LX", "OS", "SK", "TP", "UX" };
const char *const sim_stations[SIM_STATIONS] = { "AMS", "ARN", "CDG", "CPH", "FRA", "LHR", "LIS", "MAD", "MUC", "ZRH" };

static const char *const *const stations = sim_stations;

struct maker {
    struct sim_traffic *t;
    uint64_t rng;
    char before[11]; /* plate of the story before */
};

/* One bag on its way. */
struct story {
    struct maker *m;
    unsigned bag, said;
    char plate[11], rush[11], other[11];
    bool dated; /* statements carry the travel date */
    bool rushed;
    bool tagged; /* it got another tag, and nobody told us which */
    bw_date date;
    bw_time now;
    struct {
        unsigned carrier, from, to;
        char flight[8];
    } legs[3];
    unsigned n_legs, leg;
    unsigned holder, at; /* carrier and station */
    bool home;           /* delivered: the story is over */
};

static uint64_t below(struct maker *m, uint64_t n)
{
    return sim_random(&m->rng) % n;
}

static bool chance(struct maker *m, unsigned percent)
{
    return below(m, 100) < percent;
}

/* Of what plain traffic does not have. */
static bool sometimes(struct maker *m, unsigned percent)
{
    return !m->t->plain && chance(m, percent);
}

static bw_time between(struct maker *m, bw_time least, bw_time most)
{
    return least + (bw_time)below(m, (uint64_t)(most - least));
}

/* --- the way to us --- */

static struct sim_statement *add(struct maker *m, bw_time arrives)
{
    struct sim_traffic *t = m->t;
    BW_ASSERT(t->n < t->max);
    struct sim_statement *s = &t->v[t->n];
    BW_ASSERT(arrives > 0);
    if (arrives < t->from)
        arrives = t->from + (bw_time)below(m, (uint64_t)(20 * BW_MINUTE)); /* an offline scanner's backlog */
    *s = (struct sim_statement){ .arrives = arrives, .number = (uint32_t)t->n };
    t->n++;
    return s;
}

static bw_time later(bw_time a, bw_time b)
{
    return a > b ? a : b;
}

static bw_time delay(struct maker *m)
{
    uint64_t fate = below(m, 100);
    if (fate < 60)
        return between(m, BW_SECOND, BW_MINUTE);
    if (fate < 80)
        return between(m, BW_MINUTE, 15 * BW_MINUTE);
    if (fate < 92)
        return between(m, 15 * BW_MINUTE, 2 * BW_HOUR);
    return between(m, 2 * BW_HOUR, fate < 98 ? 8 * BW_HOUR : 30 * BW_HOUR);
}

static void put_text(struct sim_statement *s, const char *fmt, ...) BW_PRINTF(2, 3);
static void put_text(struct sim_statement *s, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(s->text, sizeof s->text, fmt, args);
    va_end(args);
    BW_ASSERT(n > 0 && (size_t)n < sizeof s->text);
}

/* Some write the local time of the place, with its offset. */
static const char *moment(struct maker *m, bw_time at, char to[40])
{
    char text[BW_TIME_TEXT];
    bool local = chance(m, 25);
    bw_time_text(local ? at + BW_HOUR : at, text);
    (void)snprintf(to, 40, "%.*s%s", (int)strlen(text) - 1, text, local ? "+01:00" : "Z");
    return to;
}

static void again(struct maker *m, const struct sim_statement *s, bw_time arrives)
{
    struct sim_statement *copy = add(m, arrives);
    bw_time at = copy->arrives;
    uint32_t number = copy->number;
    *copy = *s;
    copy->arrives = at;
    copy->number = number;
}

/* Broken in one of the ways that senders find. */
static void spoil(struct maker *m, const struct sim_statement *s)
{
    static const char *const tails[] = { ",\"colour\":\"red\"}",
                                         ",\"station\":\"LHR\",\"station\":\"MAD\"}",
                                         ",\"place\":\"\xc3\x28\"}",
                                         ",\"occurred_at\":\"2027-01-01T00:00:00Z\",\"x\":1}",
                                         ",\"note\":{\"a\":[[[[[[[[[]]]]]]]]]}}",
                                         ",\"flight\":{\"no\":\"?\"}}",
                                         "" };
    struct sim_statement *bad = add(m, s->arrives);
    const char *tail = tails[below(m, BW_LEN(tails))];
    bad->kind = SIM_EVENT;
    bad->carrier = s->carrier;
    bad->staff = s->staff;
    bad->handler = s->handler;
    bad->malformed = true;
    (void)snprintf(bad->event_id, sizeof bad->event_id, "%.20s.x", s->event_id);
    const char *behind = strchr(s->text, ',');
    put_text(bad, "{\"event_id\":\"%s\"%.*s%s", bad->event_id, (int)strlen(behind) - 1, behind, tail);
}

static void deliver(struct story *s, const struct sim_statement *said)
{
    struct maker *m = s->m;
    if (chance(m, 12))
        again(m, said, said->arrives + (chance(m, 50) ? 0 : between(m, 1, BW_HOUR)));
    if (chance(m, 2))
        again(m, said, said->arrives + between(m, 1, 6 * BW_HOUR));
    if (said->kind == SIM_EVENT && chance(m, 4))
        spoil(m, said);
}

/* --- saying --- */

static const char *plate_of(struct story *s)
{
    if (s->rushed && chance(s->m, 70))
        return s->rush;
    return s->tagged && chance(s->m, 80) ? s->other : s->plate;
}

/* A statement of that carrier about this bag, at the story's time; `more` begins with a comma. */
static void tell(struct story *s, unsigned carrier, bool staff, const char *code, const char *station, const char *more)
{
    struct maker *m = s->m;
    char day[BW_DATE_TEXT], dated[40] = "", at[40], sent[64] = "", stood[32] = "", spoken[24] = "";
    bool handler = !staff && sometimes(m, 15);
    bw_time skew =
        carrier == 3 && !staff && !handler ? 7 * BW_MINUTE : 0; /* its scanners' clocks are ahead, and say so */
    /* A confirmation names the next step within a day: people type it as it happens. */
    bool typed = strcmp(code, "STATUS_CONFIRMED") == 0;
    struct sim_statement *st = add(m, s->now + (typed ? between(m, BW_SECOND, BW_MINUTE) : delay(m)));
    if (skew) {
        char text[BW_TIME_TEXT];
        (void)snprintf(sent, sizeof sent, ",\"sent_at\":\"%s\"", bw_time_text(st->arrives + skew, text));
    }
    if (s->dated)
        (void)snprintf(dated, sizeof dated, ",\"travel_date\":\"%s\"", bw_date_text(s->date, day));
    if (station)
        (void)snprintf(stood, sizeof stood, ",\"station\":\"%s\"", station);
    st->kind = SIM_EVENT;
    st->carrier = (uint8_t)carrier;
    st->staff = staff;
    st->handler = handler;
    if (handler)
        (void)snprintf(spoken, sizeof spoken, ",\"for_carrier\":\"%s\"", sim_carriers[carrier]);
    (void)snprintf(st->event_id, sizeof st->event_id, "b%u.%u", s->bag, s->said++);
    put_text(st, "{\"event_id\":\"%s\",\"plate\":\"%s\"%s,\"code\":\"%s\",\"occurred_at\":\"%s\"%s%s%s%s}",
             st->event_id, plate_of(s), dated, code, moment(m, s->now + skew, at), sent, stood, spoken, more);
    struct sim_statement said = *st;
    if (chance(m, 1) &&
        !strstr(more, "note")) { /* the same id with other words, sooner or later: one of the two is refused */
        st->contested = said.contested = true;
        struct sim_statement *other = add(m, later(said.arrives + between(m, -5 * BW_MINUTE, BW_HOUR), s->now));
        bw_time arrives = other->arrives;
        uint32_t number = other->number;
        *other = said;
        other->arrives = arrives;
        other->number = number;
        put_text(other, "%.*s,\"note\":\"said otherwise\"}", (int)strlen(said.text) - 1, said.text);
    }
    deliver(s, &said);
    if (chance(m, 2)) { /* taken back, sometimes before it is here */
        struct sim_statement *back = add(m, later(said.arrives + between(m, -30 * BW_MINUTE, 3 * BW_HOUR), s->now));
        back->kind = SIM_EVENT;
        back->carrier = said.carrier;
        back->staff = staff;
        back->handler = handler;
        (void)snprintf(back->event_id, sizeof back->event_id, "b%u.%u", s->bag, s->said++);
        const char *plate = strstr(said.text, "\"plate\":\"") + 9;
        put_text(back,
                 "{\"event_id\":\"%s\",\"plate\":\"%.10s\"%s,\"code\":\"CORRECTION\",\"occurred_at\":\"%s\"%s,"
                 "\"replaces\":[{"
                 "\"event_id\":\"%s\"}]}",
                 back->event_id, plate, dated, moment(m, s->now, at), spoken, said.event_id);
    }
}

static void scan(struct story *s, const char *code, const char *more)
{
    tell(s, s->holder, chance(s->m, 10), code, stations[s->at], more);
}

static void pass(struct story *s, int least, int most)
{
    s->now += between(s->m, least * BW_MINUTE, most * BW_MINUTE);
}

static const char *flight_of(struct story *s, char to[64], unsigned leg)
{
    char day[BW_DATE_TEXT];
    (void)snprintf(to, 64, ",\"flight\":{\"no\":\"%s\",\"date\":\"%s\"}", s->legs[leg].flight,
                   bw_date_text(bw_date_of(s->now), day));
    return to;
}

/* RP 1745: a forecast before, or a scan of the sorter; the time of the scan is the place's own minute. */
static void telegram(struct story *s, bool scanned)
{
    static const char *const months[] = { "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" };
    char day[BW_DATE_TEXT], at[BW_TIME_TEXT], ddmmm[6];
    const char *date = bw_date_text(bw_date_of(s->now), day);
    (void)bw_time_text(s->now, at);
    (void)snprintf(ddmmm, sizeof ddmmm, "%.2s%s", date + 8, months[(date[5] - '0') * 10 + date[6] - '1']);
    struct sim_statement *st = add(s->m, s->now + delay(s->m));
    st->kind = SIM_TELEGRAM;
    st->carrier = (uint8_t)s->legs[s->leg].carrier;
    (void)snprintf(st->event_id, sizeof st->event_id, "t%u.%u", s->bag, s->said++);
    const char *smi = scanned ? "BPM" : "BSM";
    put_text(st, "%s\n.V/1%c%s\n", smi, scanned || s->leg == 0 ? 'L' : 'T', stations[s->at]);
    size_t n = strlen(st->text);
    if (scanned)
        n += (size_t)snprintf(st->text + n, sizeof st->text - n, ".J/S/SORT1/BELT/%s/%.2s%.2sZ/T1\n", ddmmm, at + 11,
                              at + 14);
    n += (size_t)snprintf(st->text + n, sizeof st->text - n, ".F/%s/%s/%s\n", s->legs[s->leg].flight, ddmmm,
                          stations[s->legs[s->leg].to]);
    for (unsigned k = s->leg + 1; k < s->n_legs; k++)
        n += (size_t)snprintf(st->text + n, sizeof st->text - n, ".O/%s/%s/%s\n", s->legs[k].flight, ddmmm,
                              stations[s->legs[k].to]);
    n += (size_t)snprintf(st->text + n, sizeof st->text - n, ".N/%s001\nEND%s\n", s->plate, smi);
    BW_ASSERT(n < sizeof st->text);
    struct sim_statement said = *st;
    deliver(s, &said);
}

/* What staff do with a bag's records or file by hand, some time behind the story's: the body without its event id. */
static void by_hand(struct story *s, enum sim_kind kind, bw_time after, const char *plate, const char *rest)
{
    struct sim_statement *st = add(s->m, s->now + after);
    st->kind = (uint8_t)kind;
    st->carrier = (uint8_t)s->holder;
    st->staff = st->uncertain = true;
    (void)snprintf(st->event_id, sizeof st->event_id, "h%u.%u", s->bag, s->said++);
    put_text(st, "%s {\"event_id\":\"%s\",%s}", plate, st->event_id, rest);
}

/* --- what happens --- */

/* A tag tears off, and the bag gets another: two records of one bag, which staff join; and sometimes part again, for
 * it was another bag after all.  Some join what never belonged together. */
static void retag(struct story *s)
{
    struct maker *m = s->m;
    char rest[80];
    if (!s->tagged && sometimes(m, 6)) {
        s->tagged = true;
        (void)snprintf(rest, sizeof rest, "\"other\":\"%s\",\"for_carrier\":\"%s\"", s->other, sim_carriers[s->holder]);
        by_hand(s, SIM_JOIN, between(m, 30 * BW_MINUTE, 5 * BW_HOUR), s->plate, rest);
        if (chance(m, 45))
            by_hand(s, SIM_PART, between(m, 3 * BW_HOUR, 9 * BW_HOUR), s->plate, rest);
    }
    if (m->before[0] && sometimes(m, 1)) {
        (void)snprintf(rest, sizeof rest, "\"other\":\"%s\",\"for_carrier\":\"%s\"", m->before,
                       sim_carriers[s->holder]);
        by_hand(s, SIM_JOIN, between(m, BW_MINUTE, BW_HOUR), s->plate, rest);
        by_hand(s, SIM_PART, between(m, BW_HOUR, 3 * BW_HOUR), s->plate, rest);
    }
}

static void noise(struct story *s)
{
    struct maker *m = s->m;
    unsigned other = (unsigned)below(m, SIM_CARRIERS);
    unsigned where = chance(m, 85) ? s->at : (unsigned)below(m, SIM_STATIONS);
    static const char *const claims[] = {
        "BAG_SEEN",     "ON_HAND",      "BAG_SORTED",   "TRANSFER_IN",   "ARRIVED_AT_DESTINATION",
        "BAG_NOT_SEEN", "BAG_UNLOADED", "CUSTOMS_HOLD", "BAG_NOT_LOADED"
    };
    if (chance(m, 8))
        tell(s, other, false, claims[below(m, BW_LEN(claims))], stations[where], "");
    if (chance(m, 3)) {
        char more[64];
        unsigned to = (other + 1 + (unsigned)below(m, SIM_CARRIERS - 1)) % SIM_CARRIERS;
        (void)snprintf(more, sizeof more, ",\"to_carrier\":\"%s\"", sim_carriers[to]);
        tell(s, other, false, "TRANSFER_OUT", stations[where], more);
    }
    if (chance(m, 2))
        tell(s, other, chance(m, 50), "DAMAGE_REPORTED", stations[where], "");
}

static unsigned last_carrier(const struct story *s)
{
    return s->legs[s->n_legs - 1].carrier;
}

static void open_case(struct story *s)
{
    struct maker *m = s->m;
    char legs[400] = "", day[BW_DATE_TEXT];
    size_t n = 0;
    (void)bw_date_text(s->date, day);
    if (chance(m, 60)) {
        n = (size_t)snprintf(legs, sizeof legs, ",\"itinerary\":[");
        for (unsigned k = 0; k < s->n_legs; k++)
            n += (size_t)snprintf(legs + n, sizeof legs - n,
                                  "%s{\"flight\":\"%s\",\"date\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}", k ? "," : "",
                                  s->legs[k].flight, day, stations[s->legs[k].from], stations[s->legs[k].to]);
        (void)snprintf(legs + n, sizeof legs - n, "]");
    }
    struct sim_statement *st = add(m, s->now);
    if (s->now < m->t->from) /* nobody reports before we are there: at the start */
        st->arrives = m->t->from + (bw_time)below(m, (uint64_t)(5 * BW_MINUTE));
    st->kind = SIM_CASE;
    st->carrier = (uint8_t)last_carrier(s);
    st->staff = true;
    (void)snprintf(st->event_id, sizeof st->event_id, "c%u.%u", s->bag, s->said++);
    put_text(st,
             "{\"plate\":\"%s\",\"travel_date\":\"%s\",\"station\":\"%s\",\"passenger\":{\"surname\":\"SAMPLE\","
             "\"given\":\"A\"}%s}",
             s->plate, day, stations[s->legs[s->n_legs - 1].to], legs);
}

/* Words of the search, said by people and machines, most of them in time and some never. */
static void search(struct story *s)
{
    struct maker *m = s->m;
    unsigned owner = last_carrier(s);
    bw_time asked = 0;
    char more[240], next[BW_TIME_TEXT];
    for (unsigned words = (unsigned)below(m, 4); words > 0; words--) {
        pass(s, 5, 150);
        unsigned who = chance(m, 60) ? owner : s->holder;
        (void)snprintf(more, sizeof more,
                       ",\"action\":\"asked\",\"asked\":\"%s\",\"waiting_for\":\"%s\",\"next_step_at\":\"%s\"",
                       stations[s->at], sim_carriers[s->holder],
                       bw_time_text(s->now + between(m, 8 * BW_HOUR, 23 * BW_HOUR), next));
        switch (s->now < m->t->from ? 2 : below(m, 4)) {
        case 0:
            tell(s, who, chance(m, 80), "STATUS_CONFIRMED", stations[s->at], more);
            break;
        case 1:
            tell(s, who, true, "STAFF_NOTE", stations[s->at], ",\"note\":\"Spoke to the desk.\"");
            break;
        default:
            tell(s, who, chance(m, 60), "SEARCHED_NOT_FOUND", stations[s->at],
                 chance(m, 60) ? ",\"searched\":\"store 2\",\"person\":\"R. Roe\"" : ",\"searched\":\"store 2\"");
        }
        noise(s);
    }
    for (int turn = sometimes(m, 30) ? 0 : 4; turn < 4; turn++) {
        asked += sim_wait_said(&m->rng, turn, more);
        by_hand(s, SIM_WAIT, asked, s->plate, more);
    }
    if (sometimes(m, 3))
        by_hand(s, SIM_CLOSE, between(m, BW_MINUTE, 2 * BW_HOUR), s->plate,
                "\"reason\":\"withdrawn\",\"note\":\"Mrs Roe on the phone\"");
    if (chance(m, 3))
        tell(s, owner, true, "LOSS_ADMITTED", NULL, "");
    if (chance(m, 3))
        tell(s, owner, true, "PILFERAGE_REPORTED", stations[s->at], "");
}

/* From where it was found to where it belongs, most of the time under a rush plate. */
static void forward(struct story *s)
{
    struct maker *m = s->m;
    unsigned home = s->legs[s->n_legs - 1].to, carrier = last_carrier(s);
    char more[200], day[BW_DATE_TEXT], flight[64];
    bool rush = chance(m, 60) && !s->rushed;
    (void)snprintf(flight, sizeof flight, "{\"no\":\"%s%u\",\"date\":\"%s\"}", sim_carriers[carrier],
                   (unsigned)(3000 + below(m, 900)), bw_date_text(bw_date_of(s->now + 2 * BW_HOUR), day));
    (void)snprintf(more, sizeof more, ",\"to_station\":\"%s\",\"flight\":%s,\"new_plate\":\"%s\"", stations[home],
                   flight, rush ? s->rush : "same");
    bool was = s->rushed;
    s->rushed = false; /* the plan itself is said of the bag's own plate */
    tell(s, s->holder, chance(m, 50), "FORWARD_PLANNED", stations[s->at], more);
    s->rushed = was || rush;
    pass(s, 30, 150);
    noise(s);
    (void)snprintf(more, sizeof more, ",\"flight\":%s", flight);
    if (chance(m, 12)) {
        scan(s, "BAG_NOT_LOADED", more);
        pass(s, 20, 200);
        return;
    }
    s->holder = carrier;
    scan(s, "BAG_LOADED", more);
    pass(s, 190, 230);
    s->at = home;
    if (chance(m, 85))
        scan(s, "BAG_UNLOADED", "");
}

static void bring(struct story *s)
{
    struct maker *m = s->m;
    char more[120], from[BW_TIME_TEXT], until[BW_TIME_TEXT];
    if (chance(m, 15)) {
        pass(s, 5, 40);
        scan(s, "CUSTOMS_HOLD", "");
        pass(s, 20, 300);
        scan(s, "CUSTOMS_RELEASED", "");
    }
    pass(s, 5, 60);
    scan(s, chance(m, 70) ? "ARRIVED_AT_DESTINATION" : chance(m, 50) ? "PLACED_ON_BELT" : "READY_FOR_COLLECTION", "");
    noise(s);
    for (unsigned turn = 0; turn < 3 && !s->home; turn++) {
        pass(s, 10, 200);
        (void)snprintf(more, sizeof more, ",\"window\":{\"from\":\"%s\",\"until\":\"%s\"}",
                       bw_time_text(s->now + BW_HOUR, from),
                       bw_time_text(s->now + between(m, 2 * BW_HOUR, 5 * BW_HOUR), until));
        if (chance(m, 60))
            scan(s, "HANDED_TO_COURIER", chance(m, 70) ? more : "");
        pass(s, 60, 240);
        s->home = chance(m, 70);
        if (s->home) {
            tell(s, s->holder, chance(m, 30), "DELIVERED", NULL, ",\"proof\":\"pin\"");
            if (sometimes(m, 60))
                by_hand(s, SIM_CLOSE, between(m, BW_MINUTE, 3 * BW_HOUR), s->plate, "\"reason\":\"delivered\"");
            continue;
        }
        tell(s, s->holder, false, "DELIVERY_ATTEMPTED", NULL, "");
        pass(s, 20, 100);
        if (chance(m, 50))
            tell(s, s->holder, true, "DELIVERY_SCHEDULED", NULL, more);
        else
            scan(s, "RETURNED_TO_STATION", "");
    }
}

/* From one carrier to the next: said by both, by one, by none, or refused. */
static void hand_over(struct story *s, unsigned next)
{
    struct maker *m = s->m;
    char more[64];
    if (next == s->holder)
        return;
    (void)snprintf(more, sizeof more, ",\"to_carrier\":\"%s\"", sim_carriers[next]);
    if (chance(m, 80))
        scan(s, "TRANSFER_OUT", more);
    (void)snprintf(more, sizeof more, ",\"from_carrier\":\"%s\"", sim_carriers[s->holder]);
    pass(s, 5, 90);
    if (chance(m, 10)) {
        tell(s, next, false, "TRANSFER_REFUSED", stations[s->at], more);
        pass(s, 30, 100);
        scan(s, "ON_HAND", "");
    } else if (chance(m, 65)) {
        tell(s, next, false, "TRANSFER_IN", stations[s->at], more);
        s->holder = next;
    } else if (chance(m, 15)) {
        pass(s, 250, 400);
        tell(s, next, true, "CUSTODY_RESOLVED", stations[s->at], "");
        s->holder = next;
    }
}

/* Flies its legs; false where it is lost sight of. */
static bool fly(struct story *s)
{
    struct maker *m = s->m;
    char flight[64];
    for (s->leg = 0; s->leg < s->n_legs; s->leg++) {
        unsigned carrier = s->legs[s->leg].carrier;
        retag(s);
        if (chance(m, 30))
            telegram(s, true);
        if (chance(m, 60))
            scan(s, chance(m, 50) ? "BAG_SCREENED" : "BAG_SORTED", "");
        hand_over(s, carrier);
        noise(s);
        pass(s, 10, 60);
        if (chance(m, 18))
            return false;
        s->holder = carrier;
        scan(s, "BAG_LOADED", flight_of(s, flight, s->leg));
        if (chance(m, 5)) {
            pass(s, 5, 20);
            scan(s, "BAG_OFFLOADED", flight_of(s, flight, s->leg));
            return false;
        }
        pass(s, 190, 230); /* the farthest two are 3 h apart */
        s->at = s->legs[s->leg].to;
        if (chance(m, 8))
            return false;
        scan(s, "BAG_UNLOADED", flight_of(s, flight, s->leg));
        pass(s, 10, 50);
    }
    return true;
}

static void begin(struct story *s)
{
    static const char *const issuers[SIM_CARRIERS] = { "057", "125", "075", "074", "220",
                                                       "724", "257", "117", "047", "996" };
    struct maker *m = s->m;
    s->n_legs = 1 + (unsigned)below(m, 3);
    s->at = (unsigned)below(m, SIM_STATIONS);
    for (unsigned k = 0; k < s->n_legs; k++) {
        s->legs[k].from = k ? s->legs[k - 1].to : s->at;
        s->legs[k].to = (s->legs[k].from + 1 + (unsigned)below(m, SIM_STATIONS - 1)) % SIM_STATIONS;
        s->legs[k].carrier = (unsigned)below(m, SIM_CARRIERS);
        (void)snprintf(s->legs[k].flight, sizeof s->legs[k].flight, "%.2s%u", sim_carriers[s->legs[k].carrier],
                       (unsigned)(100 + below(m, 800)));
    }
    s->holder = s->legs[0].carrier;
    s->date = bw_date_of(s->now);
    s->dated = chance(m, 30);
    (void)snprintf(s->plate, sizeof s->plate, "0%s%06u", issuers[s->holder], 100000 + s->bag);
    (void)snprintf(s->rush, sizeof s->rush, "2%s%06u", issuers[last_carrier(s)], 100000 + s->bag);
    (void)snprintf(s->other, sizeof s->other, "1%s%06u", issuers[s->holder], 100000 + s->bag);
}

static void live(struct story *s)
{
    struct maker *m = s->m;
    begin(s);
    if (chance(m, 50))
        telegram(s, false);
    if (chance(m, 80))
        scan(s, "BAG_ACCEPTED", "");
    pass(s, 10, 60);
    bool arrived = fly(s);
    if (arrived && chance(m, 65)) {
        if (chance(m, 50))
            bring(s);
        return;
    }
    pass(s, 20, 120);
    if (chance(m, 90))
        open_case(s);
    for (unsigned turn = 0; turn < 3; turn++) {
        retag(s);
        search(s);
        pass(s, 10, 240);
        if (chance(m, 25)) /* a stranger finds it */
            s->holder = (unsigned)below(m, SIM_CARRIERS);
        if (chance(m, 80))
            scan(s, chance(m, 60) ? "ON_HAND" : "BAG_SEEN", "");
        pass(s, 10, 120);
        if (s->at == s->legs[s->n_legs - 1].to)
            break;
        forward(s);
    }
    bring(s);
}

void sim_traffic_make(struct sim_traffic *t)
{
    struct maker m = { .t = t, .rng = t->seed };
    t->n = 0;
    for (unsigned bag = 0; bag < t->bags; bag++) {
        struct story s = { .m = &m, .bag = bag, .now = between(&m, t->from - 14 * BW_HOUR, t->until) };
        live(&s);
        memcpy(m.before, s.plate, sizeof m.before);
    }
    if (!t->plain)
        sim_mandates_make(t);
    sim_traffic_sort(t);
    while (t->n > 0 && t->v[t->n - 1].arrives >= t->until)
        t->n--; /* what is under way when we stop looking */
    if (!t->plain)
        sim_bodies_make(t);
}
