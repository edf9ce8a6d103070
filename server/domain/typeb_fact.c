/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_fact.c - groups of bags turned into events, one a plate.
 * A plate named twice in one message gives one event.  Nothing personal gets here: .P .L .Y .C .R .G .M are not looked
 * at. Layer: domain.  Threads: any; pure.  Source: domain.md 1.1, 2.3, 2.4; design.md 3 (order key), 6; TYB-05. */
#include "typeb_int.h"

struct making {
    struct bw_tb_work *w;
    const struct bw_tb_groups *g;
    struct bw_typeb_fact *facts;
    size_t n;
    const struct bw_tb_bags **from; /* of each fact */
    uint32_t *table;                /* open addressing: number of a fact, 0 = free */
    size_t mask;
};

static bool within_mandate(const struct bw_typeb_ctx *ctx, const struct bw_tb_flight *f)
{
    struct bw_str carrier = f && f->ok ? bw_flight_carrier(f->flight) : BW_STR_NONE;
    for (size_t at = 0; at < ctx->n_carriers && carrier.n > 0; at++)
        if (bw_str_eq(carrier, ctx->carriers[at]))
            return true;
    return false;
}

/* For whom the group speaks; empty when that cannot be told. */
static struct bw_str speaker(const struct bw_tb_work *w, const struct bw_tb_group *group)
{
    const struct bw_typeb_ctx *ctx = w->ctx;
    bool transfer = w->m->smi == BW_SMI_BTM;
    if ((transfer || !group->f) && within_mandate(ctx, group->i))
        return bw_flight_carrier(group->i->flight);
    if (within_mandate(ctx, group->f))
        return bw_flight_carrier(group->f->flight);
    return ctx->n_carriers == 1 ? ctx->carriers[0] : BW_STR_NONE;
}

static bool add_leg(struct bw_event_data *d, const struct bw_tb_flight *f, const char *from, const char *to)
{
    if (!f || !f->ok)
        return true;
    if (d->n_legs == BW_LEGS)
        return false;
    struct bw_leg *leg = &d->legs[d->n_legs++];
    leg->date = f->date;
    bw_str_put(bw_str_c(f->flight), leg->flight, sizeof leg->flight);
    bw_str_put(bw_str_c(from), leg->from, sizeof leg->from);
    bw_str_put(bw_str_c(to), leg->to, sizeof leg->to);
    return true;
}

/* Inbound, outbound, onward, as far as said; the outbound flight leaves from the station of .V. */
static void fill_journey(struct making *k, const struct bw_tb_bags *bags, struct bw_event_data *d)
{
    const struct bw_tb_group *group = &k->g->groups[bags->group];
    const char *station = k->w->m->station, *at = station;
    bool whole = true;
    if (group->i)
        whole = add_leg(d, group->i, group->i->airport, station);
    if (group->f) {
        whole = whole && add_leg(d, group->f, at, group->f->airport);
        at = group->f->ok ? group->f->airport : "";
    }
    for (size_t o = 0; o < group->n_head_o + group->n_own_o && whole; o++) {
        const struct bw_tb_flight *next =
            o < group->n_head_o ? k->g->onward[group->head_o + o] : k->g->onward[group->own_o + o - group->n_head_o];
        whole = add_leg(d, next, at, next->airport);
        at = next->airport;
    }
    if (!whole)
        bw_tb_fault(k->w, bags->line, 'O', "the journey has more flights than eight; those behind are not used");
}

static void fill_time(const struct bw_tb_work *w, const struct bw_tb_mark *scan, struct bw_event *ev)
{
    if (scan && scan->at != BW_TIME_NONE) {
        ev->occurred_at = scan->at;
        ev->offset_min = scan->offset_min;
        ev->flags |= scan->flags;
        ev->time_kind = BW_T_SCAN;
        return;
    }
    ev->flags |= BW_FL_UNTIMED;
    ev->time_kind = w->m->origin_at != BW_TIME_NONE ? BW_T_ORIGIN : BW_T_DAY;
}

/* Forecasts and orders carry no scan: what stands in their .J is not when the bag was seen. */
static const struct bw_tb_mark *scan_of(const struct bw_typeb_message *m, const struct bw_tb_bags *bags)
{
    bool seen = m->smi == BW_SMI_BPM || m->smi == BW_SMI_BMM || m->smi == BW_SMI_BNS;
    return seen && m->action != BW_TYPEB_DELETE ? bags->mark[BW_TB_J] : NULL;
}

/* Why these bags cannot be used, or NULL. */
static const char *refusal(const struct making *k, const struct bw_tb_bags *bags, enum bw_event_code code)
{
    const struct bw_tb_group *group = &k->g->groups[bags->group];
    const struct bw_tb_mark *scan = scan_of(k->w->m, bags);
    if (code == BW_EV_NONE)
        return "nothing here says what became of the bag";
    if (scan && scan->ahead)
        return "the bag was scanned later than the telegram came, so the scan is not believed";
    bool timed = scan && scan->at != BW_TIME_NONE;
    if (group->f && !group->f->ok && !timed)
        return "the flight of the bag cannot be read, so it is not known which journey is meant";
    if (code == BW_EV_BAG_LOADED && (!group->f || !group->f->ok))
        return "the bag was loaded, but no flight can be read";
    if (speaker(k->w, group).n == 0)
        return "the key speaks for several carriers and the flight is of none of them";
    return NULL;
}

static void fill_flight(const struct bw_tb_flight *f, struct bw_event *ev)
{
    bw_str_put(bw_str_c(f->flight), ev->flight, sizeof ev->flight);
    ev->flight_date = f->date;
}

/* Everything that the bags of one .N or .B share. */
static void fill_shared(struct making *k, const struct bw_tb_bags *bags, enum bw_event_code code, const char *reason,
                        struct bw_event *ev)
{
    const struct bw_tb_group *group = &k->g->groups[bags->group];
    const struct bw_tb_work *w = k->w;
    const struct bw_code_row *row = bw_code_row(code);
    unsigned fields = row->required | row->optional;
    const struct bw_tb_mark *scan = scan_of(w->m, bags);
    bw_event_init(ev);
    ev->code = code;
    ev->source = BW_SRC_TYPEB;
    ev->time_type = BW_ACTUAL;
    ev->subject = BW_SUBJECT_BAG;
    bw_str_put(w->ctx->sender, ev->sender, sizeof ev->sender);
    bw_str_put(speaker(w, group), ev->carrier, sizeof ev->carrier);
    bw_str_put(bw_str_c(w->m->station), ev->station, sizeof ev->station);
    bool forecast = code == BW_EV_BAG_EXPECTED || code == BW_EV_DATA_WITHDRAWN;
    if (group->f && group->f->ok)
        fill_flight(group->f, ev);
    else if (!group->f && group->i && group->i->ok && forecast)
        fill_flight(group->i, ev);
    ev->ident.date = ev->flight_date;
    if (ev->ident.date == BW_DATE_NONE && group->i && group->i->ok)
        ev->ident.date = group->i->date;
    fill_time(w, scan, ev);
    if (scan && (fields & BW_F_PLACE))
        bw_str_put(bw_str_c(scan->place), ev->place, sizeof ev->place);
    if (fields & BW_F_REASON)
        bw_str_put(bw_str_c(reason), ev->reason, sizeof ev->reason);
    ev->data.source_mark = w->m->source_mark;
    if (code == BW_EV_BAG_EXPECTED)
        fill_journey(k, bags, &ev->data);
    ev->raw_first = group->first_line;
    ev->raw_last = group->last_line;
    if (ev->flight[0] && bw_flight_carrier(ev->flight).n <= 3) {
        char carrier[4];
        bw_str_put(bw_flight_carrier(ev->flight), carrier, sizeof carrier);
        if (!bw_world_carrier(w->ctx->world, carrier))
            ev->flags |= BW_FL_UNKNOWN_CARRIER;
    }
}

static uint32_t *place_of(struct making *k, const struct bw_ident *id)
{
    uint64_t hash = (uint64_t)(uint32_t)id->date;
    for (const char *p = id->value; *p; p++)
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    for (size_t at = (hash >> 20) & k->mask;; at = (at + 1) & k->mask) {
        uint32_t *slot = &k->table[at];
        if (*slot == 0)
            return slot;
        const struct bw_ident *there = &k->facts[*slot - 1].ev.ident;
        if (there->date == id->date && strcmp(there->value, id->value) == 0)
            return slot;
    }
}

/* A plate that is named twice: .B replaces .N for its bag (domain.md 2.3), else the first counts. */
static void add_fact(struct making *k, const struct bw_tb_bags *bags, const struct bw_typeb_fact *fact)
{
    uint32_t *slot = place_of(k, &fact->ev.ident);
    if (*slot == 0) {
        k->from[k->n] = bags;
        k->facts[k->n] = *fact;
        *slot = (uint32_t)++k->n;
        return;
    }
    const struct bw_tb_bags **there = &k->from[*slot - 1];
    bool same_group = (*there)->group == bags->group;
    if (same_group && bags->irregular && !(*there)->irregular) {
        *there = bags;
        k->facts[*slot - 1] = *fact;
    } else if (!same_group || bags->irregular || !(*there)->irregular) {
        bw_tb_fault(k->w, bags->line, bags->irregular ? 'B' : 'N',
                    "a plate stands twice in the message; the first counts");
    }
}

static void add_bags(struct making *k, const struct bw_tb_bags *bags)
{
    const char *reason, *why;
    enum bw_event_code code = bw_tb_code(k->w->m, bags, &reason);
    const char *refused = refusal(k, bags, code);
    if (refused) {
        bw_tb_fault(k->w, bags->line, bags->irregular ? 'B' : 'N', refused);
        return;
    }
    const struct bw_tb_group *group = &k->g->groups[bags->group];
    struct bw_typeb_fact fact = { .rush = group->rush, .inbound_date = BW_DATE_NONE };
    if (group->i && group->i->ok) {
        bw_str_put(bw_str_c(group->i->flight), fact.inbound, sizeof fact.inbound);
        fact.inbound_date = group->i->date;
    }
    fill_shared(k, bags, code, reason, &fact.ev);
    char plate[11];
    memcpy(plate, bags->first, sizeof plate);
    unsigned shared = fact.ev.flags;
    for (unsigned n = 0; n < bags->count; n++) {
        bool named = bw_ident_parse(bw_str_c(plate), fact.ev.ident.date, &fact.ev.ident, &why);
        BW_ASSERT(named); /* ten digits that are not all zero */
        fact.ev.flags = shared;
        bw_world_flags(k->w->ctx->world, &fact.ev);
        add_fact(k, bags, &fact);
        /* The next serial; bw_tb_tags() saw to it that none runs over. */
        for (size_t at = 9; ++plate[at] > '9' && at > 4; at--)
            plate[at] = '0';
    }
}

void bw_tb_facts(struct bw_tb_work *w, const struct bw_tb_groups *g)
{
    size_t size = 16;
    while (size < g->n_plates * 2)
        size *= 2;
    struct making k = { .w = w, .g = g, .mask = size - 1 };
    k.facts = BW_NEW_ARRAY(w->arena, struct bw_typeb_fact, g->n_plates);
    k.from = BW_NEW_ARRAY(w->arena, const struct bw_tb_bags *, g->n_plates);
    k.table = BW_NEW_ARRAY(w->arena, uint32_t, size);
    if (!k.facts || !k.from || !k.table) {
        w->out_of_memory = true;
        return;
    }
    for (size_t at = 0; at < g->n_bags; at++)
        add_bags(&k, &g->bags[at]);
    for (size_t at = 0; at < k.n && w->m->lost; at++)
        k.facts[at].ev.flags |= BW_FL_FAULTY_PARTS;
    w->m->facts = k.facts;
    w->m->n_facts = k.n;
}
