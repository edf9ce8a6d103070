/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/cases.h"

#include <stddef.h>
#include <stdio.h>

#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/base/codec.h"

/* --- the body --- */

struct in_leg {
    struct bw_str flight, from, to;
    bw_date date;
};
struct in_passenger {
    struct bw_str surname, given;
};
struct in_contacts {
    struct bw_str phone, mail, pnr, address, town;
};
struct in_case {
    struct bw_str plate, station, for_carrier, description, language;
    bw_date travel_date, needed_by;
    struct in_passenger passenger;
    struct in_contacts contacts;
    struct bw_objects itinerary;
};

static const char *is_station(struct bw_str s)
{
    return bw_is_station(s) ? NULL : "must be a station of three letters";
}
static const char *is_carrier(struct bw_str s)
{
    return bw_is_carrier(s) ? NULL : "must be a carrier of two characters, or three letters";
}
static const char *is_flight(struct bw_str s)
{
    char text[BW_FLIGHT];
    return bw_flight_parse(s, text) ? NULL : "must be a flight such as IB3167";
}
static const char *is_bag(struct bw_str s)
{
    struct bw_ident ident;
    const char *why = NULL;
    if (!bw_ident_parse(s, BW_DATE_NONE, &ident, &why))
        return why;
    return ident.kind == BW_IDENT_REF || ident.kind == BW_IDENT_ID ? "must be a plate" : NULL;
}
static const char *is_language(struct bw_str s)
{
    return s.n == 2 ? NULL : "must be a language of two letters";
}

static const struct bw_field leg_fields[] = {
    { BW_FIELD(struct in_leg, flight, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 12, .check = is_flight },
    { BW_FIELD(struct in_leg, date, BW_J_DATE), .flags = BW_J_REQUIRED },
    { BW_FIELD(struct in_leg, from, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3, .check = is_station },
    { BW_FIELD(struct in_leg, to, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3, .check = is_station },
    { BW_FIELD_END },
};
static const struct bw_field passenger_fields[] = {
    { BW_FIELD(struct in_passenger, surname, BW_J_STR), .flags = BW_J_REQUIRED | BW_J_TEXT, .min = 1, .max = 80 },
    { BW_FIELD(struct in_passenger, given, BW_J_STR), .flags = BW_J_TEXT, .max = 80 },
    { BW_FIELD_END },
};
static const struct bw_field contact_fields[] = {
    { BW_FIELD(struct in_contacts, phone, BW_J_STR), .flags = BW_J_TEXT, .max = 40 },
    { BW_FIELD(struct in_contacts, mail, BW_J_STR), .flags = BW_J_TEXT, .max = 254 },
    { BW_FIELD(struct in_contacts, pnr, BW_J_STR), .flags = BW_J_TEXT, .max = 8 },
    { BW_FIELD(struct in_contacts, address, BW_J_STR), .flags = BW_J_TEXT, .max = 400 },
    { BW_FIELD(struct in_contacts, town, BW_J_STR), .flags = BW_J_TEXT, .max = 80 },
    { BW_FIELD_END },
};
const struct bw_field bw_case_in_fields[] = {
    { BW_FIELD(struct in_case, plate, BW_J_STR), .flags = BW_J_REQUIRED, .min = 8, .max = 20, .check = is_bag },
    { BW_FIELD(struct in_case, travel_date, BW_J_DATE) },
    { BW_FIELD(struct in_case, station, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3, .check = is_station },
    { BW_FIELD(struct in_case, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = is_carrier },
    { BW_FIELD(struct in_case, passenger, BW_J_OBJECT), .flags = BW_J_REQUIRED, .sub = passenger_fields },
    { BW_FIELD(struct in_case, contacts, BW_J_OBJECT), .sub = contact_fields },
    { BW_FIELD(struct in_case, itinerary, BW_J_OBJECTS), .max = BW_LEGS, .sub = leg_fields,
      .elem_size = sizeof(struct in_leg) },
    { BW_FIELD(struct in_case, description, BW_J_STR), .flags = BW_J_TEXT, .max = 400 },
    { BW_FIELD(struct in_case, needed_by, BW_J_DATE) },
    { BW_FIELD(struct in_case, language, BW_J_STR), .min = 2, .max = 2, .check = is_language },
    { BW_FIELD_END },
};

/* --- for look-up --- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Adds s in lower case (ASCII) with one space between its words and before the first, where n is not 0. */
static size_t add_words(struct bw_str s, char *to, size_t n)
{
    bool gap = n > 0;
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] == ' ' || s.p[k] == '\t' || s.p[k] == '\n') {
            gap = n > 0;
            continue;
        }
        if (gap)
            to[n++] = ' ';
        gap = false;
        to[n++] = lower(s.p[k]);
    }
    return n;
}

/* The form in which names stand in case_search: lower case, blanks folded. */
static struct bw_str normal(struct bw_arena *arena, struct bw_str a, struct bw_str b)
{
    char *to = bw_arena_alloc(arena, a.n + b.n + 2);
    return to ? bw_str_n(to, add_words(b, to, add_words(a, to, 0))) : BW_STR_NONE;
}

static void hash_contacts(const struct bw_app *app, const struct in_contacts *c, struct bw_case_new *n)
{
    char digits[41];
    size_t d = 0;
    for (size_t k = 0; k < c->phone.n && d < sizeof digits - 1; k++)
        if (bw_is_digit(c->phone.p[k]))
            digits[d++] = c->phone.p[k];
    n->has_phone = d >= 7;
    if (n->has_phone) {
        bw_search_hash(app->keys, "phone", bw_str_n(digits, d), n->phone);
        bw_search_hash(app->keys, "phone7", bw_str_n(digits + d - 7, 7), n->last7);
        bw_search_hash(app->keys, "phone4", bw_str_n(digits + d - 4, 4), n->last4);
    }
    char mail[255];
    n->has_mail = c->mail.n > 2 && bw_str_copy(c->mail, mail, sizeof mail);
    if (n->has_mail) {
        for (char *p = mail; *p; p++)
            *p = lower(*p);
        bw_search_hash(app->keys, "mail", bw_str_c(mail), n->mail);
    }
    n->has_pnr = c->pnr.n >= 5;
    if (n->has_pnr)
        bw_search_hash(app->keys, "pnr", c->pnr, n->pnr);
}

/* What is sealed under the case's own key: everything that says who the passenger is. */
static struct bw_str details_json(struct bw_arena *arena, const struct in_case *in)
{
    struct bw_buf text;
    bw_buf_init(&text, 64 * 1024);
    struct bw_json_out j;
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jkey(&j, "passenger");
    bw_jo_begin(&j);
    bw_jk_str(&j, "surname", in->passenger.surname);
    bw_jko_str(&j, "given", in->passenger.given);
    bw_jo_end(&j);
    bw_jkey(&j, "contacts");
    bw_jo_begin(&j);
    bw_jko_str(&j, "phone", in->contacts.phone);
    bw_jko_str(&j, "mail", in->contacts.mail);
    bw_jko_str(&j, "pnr", in->contacts.pnr);
    bw_jko_str(&j, "address", in->contacts.address);
    bw_jko_str(&j, "town", in->contacts.town);
    bw_jo_end(&j);
    bw_jko_str(&j, "description", in->description);
    bw_jko_date(&j, "needed_by", in->needed_by);
    bw_jko_str(&j, "language", in->language);
    bw_jo_end(&j);
    struct bw_str out = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    bw_buf_done(&text);
    return out;
}

static void put_legs(const struct in_case *in, struct bw_case_new *n)
{
    const struct in_leg *legs = in->itinerary.v;
    n->n_legs = (uint8_t)in->itinerary.n;
    for (size_t k = 0; k < in->itinerary.n; k++) {
        BW_ASSERT(bw_flight_parse(legs[k].flight, n->legs[k].flight));
        n->legs[k].date = legs[k].date;
        bw_str_put(legs[k].from, n->legs[k].from, sizeof n->legs[k].from);
        bw_str_put(legs[k].to, n->legs[k].to, sizeof n->legs[k].to);
    }
}

/* For whom the file is opened: the only carrier, or the one named, within the mandate.  Its code goes into the file's
 * reference, which has room for two characters. */
static void choose_carrier(const struct bw_principal *who, struct bw_str named, char to[4], struct bw_faults *f)
{
    if (!named.n && who->n_carriers == 1)
        named = bw_str_c(who->carriers[0]);
    if (!named.n)
        bw_fault_add(f, BW_E_INVALID_BODY, "/for_carrier", "is needed where you speak for several carriers");
    else if (!bw_principal_has(who, named))
        bw_fault_add(f, BW_E_CODE_NOT_YOURS, "/for_carrier", "you do not speak for %.*s", BW_FMT(named));
    else if (named.n != 2)
        bw_fault_add(f, BW_E_INVALID_BODY, "/for_carrier", "a file reference needs a carrier of two characters");
    else
        bw_str_put(named, to, 4);
}

static void event_of(struct bw_case_request *rq, const struct bw_principal *who, bw_time now)
{
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    ev->code = BW_EV_CASE_OPENED;
    ev->source = who->kind == BW_P_ACCOUNT ? BW_SRC_STAFF : BW_SRC_JSON;
    ev->subject = BW_SUBJECT_CASE;
    ev->occurred_at = now;
    bw_sender_of(who, ev->sender);
    bw_str_put(bw_str_c(rq->new_case.opener), ev->carrier, sizeof ev->carrier);
    bw_str_put(bw_str_c(rq->new_case.station), ev->station, sizeof ev->station);
}

bw_code bw_case_request(const struct bw_app *app, const struct bw_principal *who, struct bw_str body, bw_time now,
                        struct bw_arena *arena, struct bw_case_request **ret, struct bw_faults *f)
{
    struct in_case *in = BW_NEW(arena, struct in_case);
    struct bw_case_request *rq = BW_NEW(arena, struct bw_case_request);
    struct bw_ident *bag = BW_NEW(arena, struct bw_ident);
    if (!in || !rq || !bag)
        return BW_E_NOMEM;
    bw_code rc = bw_json_decode(body, bw_case_in_fields, in, f);
    if (rc == BW_OK || in->for_carrier.n)
        choose_carrier(who, in->for_carrier, rq->new_case.opener, f);
    if (f->n)
        return bw_faults_code(f);
    const char *why;
    BW_ASSERT(bw_ident_parse(in->plate, in->travel_date, bag, &why));
    struct bw_case_new *n = &rq->new_case;
    n->bags = bag;
    n->n_bags = 1;
    bw_str_put(in->station, n->station, sizeof n->station);
    put_legs(in, n);
    n->details = details_json(arena, in);
    n->names = normal(arena, in->passenger.surname, in->passenger.given);
    n->description = normal(arena, in->description, BW_STR_NONE);
    n->town = normal(arena, in->contacts.town, BW_STR_NONE);
    n->language = in->language;
    hash_contacts(app, &in->contacts, n);
    bw_random_base62(rq->token, BW_LINK_TOKEN - 1);
    n->link_hash = bw_sha256(bw_str_c(rq->token));
    event_of(rq, who, now);
    if (!bw_mandated(who, &rq->item.ev, now)) {
        bw_fault_add(f, BW_E_CODE_NOT_YOURS, "/for_carrier", "%s has given you no mandate to open files there",
                     n->opener);
        return bw_faults_code(f);
    }
    rq->item.new_case = n;
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    *ret = rq;
    return n->details.p && n->names.p ? BW_OK : BW_E_NOMEM;
}

bw_code bw_case_number(struct bw_pg *pg, struct bw_case_request *rq, bw_time now, struct bw_error *err)
{
    struct bw_case_new *n = &rq->new_case;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CASE_NUMBER, BW_PARAMS(bw_p_c(n->station), bw_p_c(n->opener)), &rows, err);
    if (rc != BW_OK)
        return rc;
    int32_t number = bw_rows_i32(&rows, 0, "last");
    if (number < 1 || number > 99999)
        return bw_fail(err, BW_E_BUSY, NULL, "the references of %s %s are used up", n->station, n->opener);
    bw_fileref_make(n->station, n->opener, (unsigned)number, n->ref);
    struct bw_event *ev = &rq->item.ev;
    ev->ident.kind = BW_IDENT_REF;
    ev->ident.date = BW_DATE_NONE;
    bw_str_put(bw_str_c(n->ref), ev->ident.value, sizeof ev->ident.value);
    int len = snprintf(ev->event_id, sizeof ev->event_id, "case-%s", n->ref);
    BW_ASSERT(len > 0 && (size_t)len < sizeof ev->event_id);
    n->case_id = bw_id_with_bucket(bw_uuid_v7(now), bw_ident_bucket(&ev->ident));
    return BW_OK;
}

void bw_case_answer(const struct bw_case_request *rq, struct bw_str origin, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_c(j, "ref", rq->new_case.ref);
    bw_jk_uuid(j, "case_id", &rq->new_case.case_id);
    bw_jk_c(j, "owner", rq->item.ev.data.owner);
    struct bw_buf url;
    bw_buf_init(&url, 1024);
    bw_buf_str(&url, origin);
    bw_buf_printf(&url, "/t/%s", rq->token);
    bw_jk_str(j, "customer_url", bw_buf_view(&url));
    bw_buf_done(&url);
    if (rq->item.answer.n) {
        bw_jkey(j, "opened");
        bw_jraw(j, rq->item.answer);
    }
    bw_jo_end(j);
}
