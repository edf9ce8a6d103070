/* SPDX-License-Identifier: Apache-2.0 */
/* traffic_bodies.c - how news comes that is not said bag by bag: files of scans as one NDJSON body (ING-06, ING-13),
 * what carriers let a handler say in their name (SEC-10), and what an owner says of something that it needs of the
 * customer (CLK-18).  Layer: tests.  Threads: one. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bw/base/str.h"
#include "sim.h"

enum { BODY_MOST = 150, FILES_PERCENT = 30 };

/* --- order --- */

static int by_arrival(const void *a, const void *b)
{
    const struct sim_statement *l = a, *r = b;
    if (l->arrives != r->arrives)
        return l->arrives < r->arrives ? -1 : 1;
    if (l->body != r->body)
        return l->body < r->body ? -1 : 1;
    return l->number < r->number ? -1 : l->number > r->number;
}

void sim_traffic_sort(struct sim_traffic *t)
{
    qsort(t->v, t->n, sizeof *t->v, by_arrival);
}

/* --- bodies --- */

/* Whose file it is: keys alone send files; carriers and, for one carrier at a time, the handler. */
static unsigned file_of(const struct sim_statement *s)
{
    return s->kind == SIM_EVENT && !s->staff ? 1U + 2U * s->carrier + s->handler : 0;
}

/* One scanner's news of some minutes comes at once, as its last does. */
static void one_file(struct sim_traffic *t, unsigned whose, bw_time from, bw_time until, uint32_t body, bool gzip)
{
    struct sim_statement *of[BODY_MOST];
    size_t n = 0;
    for (size_t k = 0; k < t->n && n < BODY_MOST; k++) {
        struct sim_statement *s = &t->v[k];
        if (file_of(s) == whose && !s->body && s->arrives >= from && s->arrives < until)
            of[n++] = s;
    }
    for (size_t k = 0; k < n; k++) {
        of[k]->body = body;
        of[k]->gzip = gzip;
        of[k]->arrives = of[n - 1]->arrives;
    }
}

void sim_bodies_make(struct sim_traffic *t)
{
    uint64_t rng = t->seed ^ 0xb0d1e5;
    uint32_t body = 0;
    for (bw_time from = t->from; from < t->until; from += 20 * BW_MINUTE)
        for (unsigned whose = 1; whose <= 2 * SIM_CARRIERS; whose++) {
            bw_time long_ = 5 * BW_MINUTE + (bw_time)(sim_random(&rng) % (uint64_t)(14 * BW_MINUTE));
            if (sim_random(&rng) % 100 < FILES_PERCENT)
                one_file(t, whose, from, from + long_, ++body, sim_random(&rng) % 2);
        }
    sim_traffic_sort(t);
}

/* --- mandates --- */

static void say(struct sim_traffic *t, unsigned carrier, bw_time at, const char *fmt, ...) BW_PRINTF(4, 5);
static void say(struct sim_traffic *t, unsigned carrier, bw_time at, const char *fmt, ...)
{
    BW_ASSERT(t->n < t->max);
    struct sim_statement *s = &t->v[t->n];
    *s = (struct sim_statement){
        .arrives = at, .number = (uint32_t)t->n, .kind = SIM_MANDATE, .carrier = (uint8_t)carrier, .staff = true
    };
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(s->text, sizeof s->text, fmt, args);
    va_end(args);
    BW_ASSERT(n > 0 && (size_t)n < sizeof s->text);
    (void)snprintf(s->event_id, sizeof s->event_id, "m%zu", t->n);
    t->n++;
}

/* For everything; for some stations; for some codes; for one day. */
static void grant(struct sim_traffic *t, unsigned carrier, bw_time at, uint64_t *rng)
{
    char stations[40] = "", codes[80] = "", days[64] = "", day[BW_DATE_TEXT];
    uint64_t how = sim_random(rng) % 6;
    if (how == 1 || sim_random(rng) % 6 == 0)
        (void)snprintf(stations, sizeof stations, ",\"stations\":[\"%s\",\"%s\"]", sim_stations[sim_random(rng) % 5],
                       sim_stations[5 + sim_random(rng) % 5]);
    if (how == 2)
        (void)snprintf(codes, sizeof codes, ",\"codes\":[\"BAG_LOADED\",\"BAG_UNLOADED\",\"ON_HAND\"]");
    if (how == 3)
        (void)snprintf(days, sizeof days, ",\"from\":\"%s\",\"until\":\"%.10s\"", bw_date_text(bw_date_of(at), day),
                       day);
    say(t, carrier, at, "{\"sender\":\"" SIM_HANDLER "\"%s%s%s}", stations, codes, days);
}

void sim_mandates_make(struct sim_traffic *t)
{
    uint64_t rng = t->seed ^ 0x3a2da7e5;
    for (unsigned carrier = 0; carrier < SIM_CARRIERS; carrier++) {
        bw_time at = t->from + (bw_time)(sim_random(&rng) % (uint64_t)(2 * BW_HOUR));
        while (at < t->until) {
            grant(t, carrier, at, &rng);
            at += BW_HOUR + (bw_time)(sim_random(&rng) % (uint64_t)(4 * BW_HOUR));
            say(t, carrier, at, "revoke");
            at += 10 * BW_MINUTE + (bw_time)(sim_random(&rng) % (uint64_t)(2 * BW_HOUR));
        }
    }
}

/* --- waiting for the customer --- */

bw_time sim_wait_said(uint64_t *rng, int turn, char to[SIM_SAID])
{
    static const char *const asks[] = { "asked\",\"needs\":\"form", "asked\",\"needs\":\"key",
                                        "reached\",\"needs\":\"address" };
    static const char *const then[] = { "reached", "tried", "reached", "tried", "given", "withdrawn" };
    uint64_t roll = sim_random(rng);
    (void)snprintf(to, SIM_SAID, "\"step\":\"%s\",\"note\":\"By phone\"", turn ? then[roll % 6] : asks[roll % 3]);
    return BW_MINUTE + (bw_time)(sim_random(rng) % (uint64_t)(4 * BW_HOUR));
}
