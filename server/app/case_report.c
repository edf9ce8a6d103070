/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/case_report.h"

#include <stddef.h>
#include <stdio.h>

#include "bw/app/ingest.h"
#include "bw/domain/world.h"

#define BODY_MOST (64 * 1024) /* a form of 8 KiB, were every byte of it to be escaped */

/* --- a customer's form --- */

/* An airline that is known by two characters, as the reference needs them. */
static bool airline_of(const struct bw_world *world, struct bw_str flight, char to[4])
{
    char text[BW_FLIGHT];
    if (!bw_flight_parse(flight, text))
        return false;
    struct bw_str carrier = bw_flight_carrier(text);
    return carrier.n == 2 && bw_str_copy(carrier, to, 4) && bw_world_carrier(world, to);
}

static void put_leg(const struct bw_report_form *form, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_str(j, "flight", form->flight);
    bw_jk_str(j, "date", form->date);
    bw_jk_str(j, "from", form->from);
    bw_jk_str(j, "to", form->to);
    bw_jo_end(j);
}

static void put_person(const struct bw_report_form *form, struct bw_json_out *j)
{
    bw_jkey(j, "passenger");
    bw_jo_begin(j);
    bw_jk_str(j, "surname", form->surname);
    bw_jko_str(j, "given", form->given);
    bw_jo_end(j);
    bw_jkey(j, "contacts");
    bw_jo_begin(j);
    bw_jko_str(j, "phone", form->phone);
    bw_jko_str(j, "mail", form->mail);
    bw_jko_str(j, "town", form->town);
    bw_jo_end(j);
}

/* The form as the body that an agent would have sent: one way in, one set of checks. */
static struct bw_str body_of(const struct bw_report_form *form, struct bw_arena *arena)
{
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, BODY_MOST);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    if (form->plate.n)
        bw_jk_str(&j, "plate", form->plate);
    else {
        bw_jkey(&j, "bags");
        bw_jraw(&j, BW_STR("[{}]"));
    }
    bw_jk_str(&j, "travel_date", form->date);
    bw_jk_str(&j, "station", form->to);
    put_person(form, &j);
    bw_jko_str(&j, "description", form->description);
    bw_jko_str(&j, "language", form->language);
    bw_jkey(&j, "itinerary");
    bw_ja_begin(&j);
    put_leg(form, &j);
    bw_ja_end(&j);
    bw_jo_end(&j);
    struct bw_str out = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    bw_buf_done(&text);
    return out;
}

/* Pointers of the body as names of the form's fields: "/itinerary/0/flight" is "/flight", "/station" is "/to". */
static void point_to_form(struct bw_faults *f)
{
    for (size_t k = 0; k < f->n && k < BW_FAULTS_MAX; k++) {
        struct bw_str *at = &f->v[k].pointer;
        size_t last = at->n;
        while (last > 0 && at->p[last - 1] != '/')
            last--;
        if (last > 0)
            *at = bw_str_drop(*at, last - 1);
        if (bw_str_eq_c(*at, "/station"))
            *at = BW_STR("/to");
        else if (bw_str_eq_c(*at, "/travel_date"))
            *at = BW_STR("/date");
    }
}

bw_code bw_report_request(const struct bw_app *app, const struct bw_world *world, const struct bw_report_form *form,
                          bw_time now, struct bw_arena *arena, struct bw_case_request **ret, struct bw_faults *f)
{
    struct bw_principal *who = BW_NEW(arena, struct bw_principal);
    struct bw_str body = body_of(form, arena);
    if (!who || !body.p)
        return BW_E_NOMEM;
    if (!airline_of(world, form->flight, who->carriers[0])) {
        bw_fault_add(f, BW_E_INVALID_BODY, "/flight", "must be a flight of an airline, such as IB3167");
        bw_str_put(BW_STR("XX"), who->carriers[0], sizeof who->carriers[0]);
    }
    who->n_carriers = 1;
    bw_str_put(BW_STR("customer"), who->organisation, sizeof who->organisation);
    struct bw_case_request *rq = NULL;
    bw_code rc = bw_case_request(app, who, body, now, arena, &rq, f);
    point_to_form(f);
    if (rc != BW_OK || f->n)
        return f->n ? bw_faults_code(f) : rc;
    rq->new_case.report = true;
    rq->item.ev.code = BW_EV_CASE_REPORTED;
    rq->item.ev.source = BW_SRC_CUSTOMER;
    rq->item.ev.carrier[0] = '\0'; /* it speaks for nobody */
    *ret = rq;
    return BW_OK;
}

/* --- the owner's answer --- */

static const char *const reasons[] = { "duplicate", "not-ours", "not-flown", "no-answer", NULL };
struct in_refuse {
    int reason;
};
const struct bw_field bw_report_refuse_fields[] = {
    { BW_FIELD(struct in_refuse, reason, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = reasons },
    { BW_FIELD_END },
};

static void decision_event(const struct bw_case *file, enum bw_report_answer answer, int reason, bw_time now,
                           struct bw_event *ev)
{
    char text[BW_UUID_TEXT];
    bool accept = answer == BW_REPORT_ACCEPT;
    ev->code = accept ? BW_EV_CASE_OPENED : BW_EV_REPORT_REFUSED;
    ev->subject = BW_SUBJECT_CASE;
    ev->occurred_at = now;
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&file->case_id, text)), ev->ident.value, sizeof ev->ident.value);
    (void)snprintf(ev->event_id, sizeof ev->event_id, "%s-%s", accept ? "accept" : "refuse", file->ref);
    bw_str_put(bw_str_c(file->owner), ev->carrier, sizeof ev->carrier);
    if (!accept)
        bw_str_put(bw_str_c(reasons[reason]), ev->reason, sizeof ev->reason);
}

bw_code bw_report_decide(struct bw_pg *pg, const struct bw_app *app, const struct bw_principal *who, struct bw_str ref,
                         enum bw_report_answer answer, struct bw_str body, bw_time now, struct bw_report_decision **ret,
                         struct bw_faults *f, struct bw_error *err)
{
    struct bw_file_seen *seen;
    struct in_refuse in = { 0 };
    struct bw_report_decision *d = BW_NEW(f->arena, struct bw_report_decision);
    if (!d)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for an answer");
    bw_code rc = bw_file_see(app, pg, who, ref, now, f->arena, &seen, err);
    if (rc != BW_OK)
        return rc;
    if (!(seen->sight.sees & BW_SEE_NAMES) || strcmp(seen->sight.as, seen->file.owner) != 0)
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "%s owns it, and answers", seen->file.owner);
    if (answer == BW_REPORT_REFUSE && bw_json_decode(body, bw_report_refuse_fields, &in, f) != BW_OK)
        return bw_faults_code(f);
    bw_event_init(&d->item.ev);
    decision_event(&seen->file, answer, in.reason, now, &d->item.ev);
    d->item.ev.source = who->kind == BW_P_ACCOUNT ? BW_SRC_STAFF : BW_SRC_JSON;
    bw_sender_of(who, d->item.ev.sender);
    d->work = (struct bw_work){ .items = &d->item, .n = 1, .arena = f->arena };
    *ret = d;
    return BW_OK;
}
