/* SPDX-License-Identifier: Apache-2.0 */
/* event_in_fields.c - fields against the row of their code: what it needs, what it does not take, what must fit
 * together. Layer: domain.  Threads: any; one arena per call.  Source: ING-05, ING-14 (codes.def), CLK-04, BAG-04. */
#include <stddef.h>

#include "event_in_int.h"

/* Members of the body that stand for one field of a row. */
struct member {
    unsigned field; /* enum bw_event_field */
    const char *name;
};
static const struct member members[] = {
    { BW_F_STATION, "station" },
    { BW_F_PLACE, "place" },
    { BW_F_FLIGHT, "flight" },
    { BW_F_TO_CARRIER, "to_carrier" },
    { BW_F_FROM_CARRIER, "from_carrier" },
    { BW_F_REASON, "reason" },
    { BW_F_NEW_PLATE, "new_plate" },
    { BW_F_NOTE, "note" },
    { BW_F_REPLACES, "replaces" },
    { BW_F_TO_STATION, "to_station" },
    { BW_F_WINDOW, "window" },
    { BW_F_PROOF, "proof" },
    { BW_F_ACTION, "action" },
    { BW_F_ACTION, "asked" },
    { BW_F_ACTION, "waiting_for" },
    { BW_F_NEXT_STEP, "next_step_at" },
    { BW_F_SEARCHED, "searched" },
    { BW_F_COURIER, "courier" },
    { BW_F_PERSON, "person" },
};

const char *bw_event_member(size_t number, unsigned *ret_field, bool *ret_leads)
{
    if (number >= BW_LEN(members))
        return NULL;
    *ret_field = members[number].field;
    *ret_leads = number == 0 || members[number - 1].field != members[number].field;
    return members[number].name;
}

static bool sent(const struct bw_body *in, size_t member)
{
    const bool present[] = {
        in->station.n > 0,      in->place.n > 0,      in->has_flight,        in->to_carrier.n > 0,
        in->from_carrier.n > 0, in->reason.n > 0,     in->new_plate.n > 0,   in->has_note,
        in->has_replaces,       in->to_station.n > 0, in->has_window,        in->proof >= 0,
        in->action >= 0,        in->asked.n > 0,      in->waiting_for.n > 0, in->next_step_at.at != BW_TIME_NONE,
        in->searched.n > 0,     in->courier.n > 0,    in->person.n > 0,
    };
    _Static_assert(BW_LEN(present) == BW_LEN(members), "one answer a member");
    return present[member];
}

/* A fault of the member itself; one inside of it says nothing about whether it may be there. */
static bool told(const struct bw_faults *f, const char *pointer)
{
    for (size_t at = 0; at < f->n && at < BW_FAULTS_MAX; at++)
        if (bw_str_eq_c(f->v[at].pointer, pointer))
            return true;
    return false;
}

static void check_members(struct bw_intake *k)
{
    const struct bw_code_row *row = bw_code_row(k->ev->code);
    for (size_t at = 0; at < BW_LEN(members); at++) {
        const struct member *m = &members[at];
        char pointer[32] = "/";
        bool is = sent(&k->in, at), needed = row->required & m->field;
        /* asked and waiting_for go with action, which alone is required */
        if (m->field == BW_F_ACTION && strcmp(m->name, "action") != 0)
            needed = false;
        bw_str_put(bw_str_c(m->name), pointer + 1, sizeof(pointer) - 1);
        if (told(k->f, pointer))
            continue;
        if (needed && !is && !bw_faulty(k->f, pointer))
            bw_fault_add(k->f, BW_E_INVALID_BODY, pointer, "%s needs it", row->name);
        else if (is && !((row->required | row->optional) & m->field))
            bw_fault_add(k->f, BW_E_INVALID_BODY, pointer, "%s does not take it", row->name);
    }
}

#define PUT(from, to) bw_str_put((from), (to), sizeof(to))

static void take_new_plate(struct bw_intake *k)
{
    struct bw_ident id;
    const char *why;
    struct bw_event *ev = k->ev;
    ev->data.same_plate = bw_str_eq_c(k->in.new_plate, "same");
    if (ev->data.same_plate || !k->in.new_plate.n ||
        !bw_ident_parse_as(BW_IDENT_PLATE, k->in.new_plate, BW_DATE_NONE, &id, &why))
        return;
    bw_str_put(bw_str_c(id.value), ev->new_plate, sizeof(ev->new_plate));
}

/* Canonical JSON from a buffer into the arena. */
static struct bw_str keep(struct bw_intake *k, struct bw_buf *json)
{
    struct bw_str kept = bw_buf_ok(json) ? bw_arena_str(k->arena, bw_buf_view(json)) : BW_STR_NONE;
    if (!kept.p)
        bw_fault_add(k->f, BW_E_NOMEM, "", "out of memory");
    return kept;
}

/* Free text and names of people: sealed, beside the event (design.md 3). */
static void take_private(struct bw_intake *k)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf json = { 0 };
    struct bw_json_out j;
    k->ev->data.person = k->in.person.n > 0;
    if (!k->in.note.n && !k->in.person.n)
        return;
    bw_buf_init(&json, 16384);
    bw_json_out_init(&j, &json);
    bw_jo_begin(&j);
    bw_jko_str(&j, "note", k->in.note);
    bw_jko_str(&j, "person", k->in.person);
    bw_jo_end(&j);
    k->ev->private_body = keep(k, &json);
}

static void take_replaces(struct bw_intake *k)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf json = { 0 };
    struct bw_json_out j;
    const struct bw_body_replaced *one = k->in.replaces.v;
    if (k->in.replaces.n == 0)
        return;
    bw_buf_init(&json, 8192);
    bw_json_out_init(&j, &json);
    bw_ja_begin(&j);
    for (size_t at = 0; at < k->in.replaces.n; at++) {
        struct bw_ident id;
        const char *why;
        char text[BW_IDENT_TEXT];
        bw_jo_begin(&j);
        bw_jk_str(&j, "event_id", one[at].event_id);
        if (one[at].identity.n && bw_ident_parse(one[at].identity, one[at].travel_date, &id, &why))
            bw_jk_c(&j, "identity", bw_ident_text(&id, text));
        bw_jo_end(&j);
    }
    bw_ja_end(&j);
    k->ev->replaces = keep(k, &json);
}

static void take_words(int word, const char *const *words, char *to, size_t size)
{
    if (word >= 0)
        bw_str_put(bw_str_c(words[word]), to, size);
}

void bw_intake_fields(struct bw_intake *k)
{
    struct bw_event *ev = k->ev;
    const struct bw_body *in = &k->in;
    check_members(k);
    PUT(in->station, ev->station);
    PUT(in->place, ev->place);
    if (in->flight.no.n && bw_flight_parse(in->flight.no, ev->flight))
        ev->flight_date = in->flight.date;
    PUT(in->from_carrier, ev->from_carrier);
    PUT(in->to_carrier, ev->to_carrier);
    PUT(in->reason, ev->reason);
    PUT(in->to_station, ev->data.to_station);
    PUT(in->asked, ev->data.asked);
    PUT(in->waiting_for, ev->data.waiting_for);
    PUT(in->searched, ev->data.searched);
    PUT(in->courier, ev->data.courier);
    ev->data.window_from = in->has_window ? in->window.from.at : BW_TIME_NONE;
    ev->data.window_until = in->has_window ? in->window.until.at : BW_TIME_NONE;
    ev->data.next_step_at = in->next_step_at.at;
    take_words(in->proof, bw_proof_words, ev->data.proof, sizeof(ev->data.proof));
    take_words(in->action, bw_action_words, ev->data.action, sizeof(ev->data.action));
    take_new_plate(k);
    /* What the scan refused may not be UTF-8, which the writer would not bear. */
    if (k->f->n)
        return;
    take_private(k);
    take_replaces(k);
}

/* CLK-04: searched where, asked whom, waiting for what; and a next step within 24 hours.  That it is still to come is
 * for the writer to see: what is sent again after the step has its first answer, and no fault (ING-04). */
static void check_confirmation(struct bw_intake *k)
{
    static const char *const needs[] = { "/searched", "/asked", "/waiting_for" };
    const struct bw_body *in = &k->in;
    const bool has[] = { in->searched.n > 0, in->asked.n > 0, in->waiting_for.n > 0 };
    if (in->action >= 0 && !has[in->action] && !bw_faulty(k->f, needs[in->action]))
        bw_fault_add(k->f, BW_E_INVALID_BODY, needs[in->action], "action \"%s\" needs it", bw_action_words[in->action]);
    bw_time next = in->next_step_at.at, now = k->ctx->now;
    if (next != BW_TIME_NONE && next > now + BW_DAY)
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/next_step_at", "must lie within the next 24 hours");
}

void bw_intake_sense(struct bw_intake *k)
{
    const struct bw_event *ev = k->ev;
    if (ev->to_carrier[0] && strcmp(ev->to_carrier, ev->carrier) == 0)
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/to_carrier", "a carrier cannot hand a bag to itself");
    if (ev->from_carrier[0] && strcmp(ev->from_carrier, ev->carrier) == 0)
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/from_carrier", "a carrier cannot take a bag from itself");
    if (k->in.has_window && !bw_faulty(k->f, "/window") && ev->data.window_from >= ev->data.window_until)
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/window/until", "must be later than from");
    if (ev->data.to_station[0] && strcmp(ev->data.to_station, ev->station) == 0)
        bw_fault_add(k->f, BW_E_INVALID_BODY, "/to_station", "must differ from station");
    if (ev->code == BW_EV_STATUS_CONFIRMED)
        check_confirmation(k);
}
