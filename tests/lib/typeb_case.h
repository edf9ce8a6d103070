/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_case.h - a small world for the Type B tests, reading in one call, and results as one comparable line a message.
 * Layer: tests.  One case at a time. */
#ifndef BW_TESTS_TYPEB_CASE_H
#define BW_TESTS_TYPEB_CASE_H

#include <stdio.h>
#include <stdlib.h>

#include "bw/base/buf.h"
#include "bw/domain/typeb.h"

struct typeb_case {
    struct bw_arena arena;
    struct bw_station stations[8];
    struct bw_carrier carriers[12];
    struct bw_zone *zones[8];
    struct bw_world world;
    struct bw_key key;
    struct bw_str mandate[8];
    struct bw_typeb_ctx ctx;
    struct bw_typeb t;
    struct bw_buf out;
};

static inline bw_time typeb_at(const char *text)
{
    bw_time at;
    bool read = bw_time_parse(bw_str_c(text), &at, NULL);
    BW_ASSERT(read);
    return at;
}

/* Carriers for whom the key speaks: "BA" or "BA IB". */
static inline void typeb_mandate(struct typeb_case *c, const char *carriers)
{
    struct bw_str rest = bw_str_c(carriers);
    c->ctx.n_carriers = 0;
    while (rest.p && rest.n > 0)
        c->mandate[c->ctx.n_carriers++] = bw_str_split(&rest, ' ');
}

static inline void typeb_open(struct typeb_case *c)
{
    static const char *const stations[][2] = {
        { "FRA", "Europe/Berlin" },
        { "HKG", "Asia/Hong_Kong" },
        { "JFK", "America/New_York" },
        { "LHR", "Europe/London" },
        { "NOZ", NULL },
        { "OSL", "Europe/Oslo" },
        { "TPE", "Asia/Taipei" },
        { "ZRH", "Europe/Zurich" },
    };
    static const char *const carriers[][2] = { { "BA", "125" }, { "IB", "075" }, { "LH", "220" }, { "OZ", "988" },
                                               { "SK", "117" }, { "SR", "085" }, { "U2", "" } };
    *c = (struct typeb_case){ .key = { { 7 } } };
    bw_arena_init(&c->arena, BW_TYPEB_ARENA);
    bw_buf_init(&c->out, (size_t)1 << 20);
    for (size_t at = 0; at < BW_LEN(stations); at++) {
        struct bw_error err = { 0 };
        bw_str_put(bw_str_c(stations[at][0]), c->stations[at].code, sizeof c->stations[at].code);
        if (stations[at][1]) {
            bw_code rc = bw_zone_load(NULL, bw_str_c(stations[at][1]), &c->zones[at], &err);
            BW_ASSERT(rc == BW_OK);
        }
        c->stations[at].zone = c->zones[at];
    }
    for (size_t at = 0; at < BW_LEN(carriers); at++) {
        bw_str_put(bw_str_c(carriers[at][0]), c->carriers[at].code, sizeof c->carriers[at].code);
        bw_str_put(bw_str_c(carriers[at][1]), c->carriers[at].issuer, sizeof c->carriers[at].issuer);
    }
    c->world = (struct bw_world){
        .stations = c->stations, .n_stations = BW_LEN(stations), .carriers = c->carriers, .n_carriers = BW_LEN(carriers)
    };
    c->ctx = (struct bw_typeb_ctx){ .sender = BW_STR("ground"),
                                    .carriers = c->mandate,
                                    .world = &c->world,
                                    .received_at = typeb_at("2026-11-20T13:00:00Z"),
                                    .key = &c->key };
    typeb_mandate(c, "BA");
}

static inline void typeb_close(struct typeb_case *c)
{
    for (size_t at = 0; at < BW_LEN(c->zones); at++)
        bw_zone_free(c->zones[at]);
    bw_arena_done(&c->arena);
    bw_buf_done(&c->out);
}

/* The text must outlive the case. */
static inline const struct bw_typeb *typeb_read(struct typeb_case *c, struct bw_str text)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_typeb_read(text, &c->ctx, &c->arena, &c->t, &err);
    BW_ASSERT(rc == BW_OK);
    return &c->t;
}

static inline void typeb_put_fact(struct bw_buf *b, const struct bw_typeb_fact *fact)
{
    const struct bw_event *ev = &fact->ev;
    char time[BW_TIME_TEXT], date[BW_DATE_TEXT], ident[BW_IDENT_TEXT];
    bw_buf_printf(b, " | %s %s %s by %s", bw_code_row(ev->code)->name, bw_ident_text(&ev->ident, ident),
                  ev->occurred_at == BW_TIME_NONE ? "untimed" : bw_time_text_at(ev->occurred_at, ev->offset_min, time),
                  ev->carrier);
    if (ev->flight[0])
        bw_buf_printf(b, " on %s %s", ev->flight, bw_date_text(ev->flight_date, date));
    if (ev->place[0])
        bw_buf_printf(b, " at %s", ev->place);
    if (ev->reason[0])
        bw_buf_printf(b, " for %s", ev->reason);
    for (size_t at = 0; at < ev->data.n_legs; at++)
        bw_buf_printf(b, " %s:%s-%s", ev->data.legs[at].flight, ev->data.legs[at].from, ev->data.legs[at].to);
    if (fact->rush)
        bw_buf_c(b, " rush");
}

/* One message: "BSM new used OSL/L | BAG_EXPECTED plate:…@… untimed by SK on SK4416 … ! 7:N". */
static inline const char *typeb_line(struct typeb_case *c, const struct bw_typeb_message *m)
{
    bw_buf_clear(&c->out);
    bw_buf_printf(&c->out, "%s %s %s %s", bw_smi_word(m->smi), bw_typeb_action_word(m->action),
                  bw_typeb_status_word(m->status), m->station);
    if (m->source_mark)
        bw_buf_printf(&c->out, "/%c", m->source_mark);
    for (size_t at = 0; at < m->n_facts; at++)
        typeb_put_fact(&c->out, &m->facts[at]);
    for (const struct bw_typeb_fault *f = m->faults; f; f = f->next)
        bw_buf_printf(&c->out, " %c %d:%s", f->lost ? '!' : '?', f->line, f->element);
    return bw_buf_cstr(&c->out);
}

/* Reads a text of one message and shows it. */
static inline const char *typeb_show(struct typeb_case *c, const char *text)
{
    (void)typeb_read(c, bw_str_c(text));
    BW_ASSERT(c->t.n_messages == 1);
    return typeb_line(c, &c->t.messages[0]);
}

/* The origin time where it is not of the day of receipt, then the flags. */
static inline void typeb_put_beside(struct bw_buf *b, const struct typeb_case *c, const struct bw_typeb_message *m)
{
    char time[BW_TIME_TEXT];
    if (m->origin_at != BW_TIME_NONE && bw_date_of(m->origin_at) != bw_date_of(c->ctx.received_at))
        bw_buf_printf(b, " = %s", bw_time_text(m->origin_at, time));
    for (unsigned bit = 0; m->n_facts && bit < BW_EVENT_FLAGS; bit++)
        if (m->facts[0].ev.flags & (1U << bit) & ~(unsigned)BW_FL_UNTIMED)
            bw_buf_printf(b, " +%s", bw_event_flag_word(bit));
}

/* Every message of what was read, with its envelope. */
static inline void typeb_show_all(struct typeb_case *c, struct bw_buf *b)
{
    for (size_t at = 0; at < c->t.n_messages; at++) {
        const struct bw_typeb_message *m = &c->t.messages[at];
        if (at > 0)
            bw_buf_ch(b, '\n');
        if (m->envelope)
            bw_buf_printf(b, "%.*s %.*s: ", BW_FMT(m->envelope->origin), BW_FMT(m->envelope->day_time));
        bw_buf_c(b, typeb_line(c, m));
        typeb_put_beside(b, c, m);
    }
}

#endif
