/* SPDX-License-Identifier: Apache-2.0 */
/* event_in.c - the door of an event: who says it about which bag, what, and when.  All faults are told at once.
 * Layer: domain.  Threads: any; one arena per call.  Source: design.md 8 ("Event in"), ING-01, ING-05, ING-09, ING-16.
 */
#include "event_in_int.h"

#define SKEW_BELOW (2 * BW_SECOND) /* within the time a request takes */
#define SKEW_TOLD (2 * BW_MINUTE)  /* worth a flag */
#define AHEAD (2 * BW_MINUTE)      /* ING-09 */
#define LATE BW_DAY                /* ING-09 */
#define YEAR (366 * BW_DAY)        /* no bag is spoken of for longer; a clock is wrong */

bool bw_faulty(const struct bw_faults *f, const char *pointer)
{
    struct bw_str place = bw_str_c(pointer);
    for (size_t at = 0; at < f->n && at < BW_FAULTS_MAX; at++) {
        struct bw_str told = f->v[at].pointer;
        if (bw_str_starts(told, place) && (told.n == place.n || told.p[place.n] == '/'))
            return true;
    }
    return false;
}

static void take_ident(struct bw_intake *k)
{
    static const enum bw_ident_kind kinds[] = { BW_IDENT_PLATE, BW_IDENT_SHORT, BW_IDENT_RUSH, BW_IDENT_REF,
                                                BW_IDENT_ID };
    const struct bw_body *in = &k->in;
    const char *why = NULL, *pointer = in->has_bag ? "/bag/value" : "/plate";
    if (in->has_plate == in->has_bag) {
        bw_fault_add(k->f, BW_E_INVALID_BODY, in->has_bag ? "/bag" : "/plate",
                     in->has_bag ? "say plate or bag, not both" : "required: plate, or bag with kind and value");
        return;
    }
    if (bw_faulty(k->f, "/bag") || bw_faulty(k->f, "/plate"))
        return;
    bool ok = in->has_bag ? bw_ident_parse_as(kinds[in->bag.kind], in->bag.value, in->travel_date, &k->ev->ident, &why)
                          : bw_ident_parse(in->plate, in->travel_date, &k->ev->ident, &why);
    bool plate = in->has_bag || (k->ev->ident.kind != BW_IDENT_REF && k->ev->ident.kind != BW_IDENT_ID);
    if (ok && plate)
        return;
    bw_fault_add(k->f, BW_E_INVALID_BODY, pointer, "%s", ok ? "this is no plate: say it as bag with its kind" : why);
}

/* Codes that have a way of their own in, where more is checked than a body can say. */
bool bw_code_is_posted(const struct bw_code_row *row)
{
    return !(row->flags & (BW_CF_CASE_ONLY | BW_CF_OWN_WAY | BW_CF_ASIDE)) && row->voices != BW_VOICE_SYSTEM;
}

static void take_code(struct bw_intake *k)
{
    if (bw_faulty(k->f, "/code"))
        return;
    if (!bw_code_from(k->in.code, &k->ev->code)) {
        bw_fault_add(k->f, BW_E_UNKNOWN_CODE, "/code", "no such event code");
        return;
    }
    const struct bw_code_row *row = bw_code_row(k->ev->code);
    if (!bw_code_is_posted(row))
        bw_fault_add(k->f, BW_E_CODE_NOT_YOURS, "/code", "%s is not posted as an event", row->name);
    else if (!(row->voices & k->ctx->voice))
        bw_fault_add(k->f, BW_E_CODE_NOT_YOURS, "/code", "%s is not yours to say", row->name);
}

static bool may_speak_for(const struct bw_event_ctx *ctx, struct bw_str carrier)
{
    for (size_t at = 0; at < ctx->n_carriers; at++)
        if (bw_str_eq(ctx->carriers[at], carrier))
            return true;
    return false;
}

static void take_carrier(struct bw_intake *k)
{
    struct bw_str carrier = k->in.for_carrier;
    if (bw_faulty(k->f, "/for_carrier"))
        return;
    if (carrier.n && !may_speak_for(k->ctx, carrier)) {
        bw_fault_add(k->f, BW_E_CODE_NOT_YOURS, "/for_carrier", "this sender may not speak for %.*s", BW_FMT(carrier));
        return;
    }
    if (!carrier.n && k->ctx->n_carriers == 1)
        carrier = k->ctx->carriers[0];
    if (!carrier.n && k->ctx->voice != BW_VOICE_CUSTOMER) {
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/for_carrier", "required: this sender speaks for %zu carriers",
                     k->ctx->n_carriers);
        return;
    }
    bw_str_put(carrier, k->ev->carrier, sizeof(k->ev->carrier));
}

/* ING-16: what the device's clock was off by when it sent is taken out of what it says. */
static int64_t skew_of(bw_time sent_at, bw_time now)
{
    int64_t skew = sent_at == BW_TIME_NONE ? 0 : sent_at - now;
    return skew > -SKEW_BELOW && skew < SKEW_BELOW ? 0 : skew;
}

static bool may_be_planned(enum bw_event_code code)
{
    return code == BW_EV_BAG_EXPECTED || code == BW_EV_FORWARD_PLANNED || code == BW_EV_DELIVERY_SCHEDULED ||
           code == BW_EV_UNLOAD_ORDERED;
}

static void check_time(struct bw_intake *k)
{
    struct bw_event *ev = k->ev;
    bw_time now = k->ctx->now;
    bool planned = ev->time_type == BW_PLANNED;
    if (planned && ev->code != BW_EV_NONE && !may_be_planned(ev->code))
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/time_type", "%s tells what was done or seen; it has no planned time",
                     bw_code_row(ev->code)->name);
    else if (!planned && ev->occurred_at > now + AHEAD)
        bw_fault_add(k->f, BW_E_TIME_AHEAD, "/occurred_at", "%lld s ahead of now, after a skew of %lld s was taken out",
                     (long long)((ev->occurred_at - now) / BW_SECOND), (long long)(ev->skew_us / BW_SECOND));
    else if (ev->occurred_at > now + YEAR || ev->occurred_at < now - YEAR)
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/occurred_at", "more than a year away from now");
    else if (!planned && ev->occurred_at < now - LATE)
        ev->flags |= BW_FL_LATE_24H;
}

static void take_times(struct bw_intake *k)
{
    struct bw_event *ev = k->ev;
    const struct bw_body *in = &k->in;
    ev->time_kind = BW_T_SCAN;
    ev->time_type = in->time_type < 0 ? BW_ACTUAL : (enum bw_time_type)in->time_type;
    ev->sent_at = in->sent_at.at;
    ev->skew_us = skew_of(in->sent_at.at, k->ctx->now);
    if (ev->skew_us > SKEW_TOLD || ev->skew_us < -SKEW_TOLD)
        ev->flags |= BW_FL_SKEW;
    if (in->occurred_at.at == BW_TIME_NONE)
        return;
    ev->occurred_at = in->occurred_at.at - ev->skew_us;
    ev->offset_min = (int16_t)in->occurred_at.offset_min;
    check_time(k);
}

static enum bw_source source_of(enum bw_voice voice)
{
    switch (voice) {
    case BW_VOICE_STAFF:
        return BW_SRC_STAFF;
    case BW_VOICE_COURIER:
        return BW_SRC_COURIER;
    case BW_VOICE_CUSTOMER:
        return BW_SRC_CUSTOMER;
    case BW_VOICE_SYSTEM:
        return BW_SRC_SYSTEM;
    case BW_VOICE_TELEGRAM:
        return BW_SRC_TYPEB;
    case BW_VOICE_CARRIER:
    default:
        return BW_SRC_JSON;
    }
}

bw_code bw_event_in(struct bw_str body, const struct bw_event_ctx *ctx, struct bw_arena *arena, struct bw_event *ret_ev,
                    struct bw_faults *f)
{
    struct bw_intake k = { .ctx = ctx, .arena = arena, .ev = ret_ev, .f = f };
    bw_event_init(ret_ev);
    /* Without a code nothing more can be checked; the decoder has told that it is missing, or that this is no object.
     */
    if (bw_json_decode(body, bw_event_in_fields, &k.in, f) != BW_OK && !k.in.has_code)
        return bw_faults_code(f);
    ret_ev->subject = BW_SUBJECT_BAG;
    ret_ev->source = source_of(ctx->voice);
    bw_str_put(ctx->sender, ret_ev->sender, sizeof(ret_ev->sender));
    if (!bw_faulty(f, "/event_id"))
        bw_str_put(k.in.event_id, ret_ev->event_id, sizeof(ret_ev->event_id));
    take_ident(&k);
    take_code(&k);
    take_carrier(&k);
    take_times(&k);
    if (ret_ev->code != BW_EV_NONE) {
        bw_intake_fields(&k);
        bw_intake_sense(&k);
    }
    return bw_faults_code(f);
}
