/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/cases.h"

#include <stddef.h>
#include <stdio.h>

#include "bw/app/case_details.h"
#include "bw/app/found.h"
#include "bw/app/ingest.h"
#include "bw/app/mandates.h"

/* --- the body --- */

struct in_leg {
    struct bw_str flight, from, to;
    bw_date date;
};
struct in_bag {
    struct bw_str plate;
    bw_date travel_date;
    struct bw_details_bag d;
};
struct in_case {
    struct bw_str plate, station, for_carrier, beside;
    bw_date travel_date;
    struct bw_objects bags, itinerary;
    struct bw_details d; /* its bags are made from ours */
};

static const char *is_bag(struct bw_str s)
{
    struct bw_ident ident;
    const char *why = NULL;
    if (!bw_ident_parse(s, BW_DATE_NONE, &ident, &why))
        return why;
    return ident.kind == BW_IDENT_REF || ident.kind == BW_IDENT_ID ? "must be a plate" : NULL;
}
static const struct bw_field leg_fields[] = {
    { BW_FIELD(struct in_leg, flight, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 12,
      .check = bw_check_flight },
    { BW_FIELD(struct in_leg, date, BW_J_DATE), .flags = BW_J_REQUIRED },
    { BW_FIELD(struct in_leg, from, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3, .check = bw_check_station },
    { BW_FIELD(struct in_leg, to, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3, .check = bw_check_station },
    { BW_FIELD_END },
};
static const char *is_ref(struct bw_str s)
{
    return bw_fileref_valid(s) ? NULL : "must be a file reference, such as MADIB10001";
}

static const struct bw_field bag_fields[] = {
    { BW_FIELD(struct in_bag, plate, BW_J_STR), .min = 8, .max = 20, .check = is_bag },
    { BW_FIELD(struct in_bag, travel_date, BW_J_DATE) },
    BW_DETAILS_BAG_ROWS(offsetof(struct in_bag, d)),
    { BW_FIELD_END },
};
#define DETAIL(member, type_)                                                                                          \
    .name = #member, .type = (type_), .offset = offsetof(struct in_case, d) + offsetof(struct bw_details, member)
#define OF_WHOM                                                                                                        \
    { DETAIL(passenger, BW_J_OBJECT), .flags = BW_J_REQUIRED, .sub = bw_details_name_fields },                         \
    {                                                                                                                  \
        DETAIL(contacts, BW_J_OBJECT), .sub = bw_details_contact_fields                                                \
    }
#define OF_WHO_WAITS                                                                                                   \
    { DETAIL(description, BW_J_STR), .flags = BW_J_TEXT, .max = 400 }, { DETAIL(needed_by, BW_J_DATE) },               \
        { DETAIL(language, BW_J_STR), .min = 2, .max = 2, .check = bw_details_is_language },                           \
        { DETAIL(delivery, BW_J_OBJECTS), .max = BW_STAYS, .sub = bw_details_address_fields,                           \
          .elem_size = sizeof(struct bw_details_address) },                                                            \
        { DETAIL(collector, BW_J_STR), .flags = BW_J_TEXT, .max = 120 },                                               \
    {                                                                                                                  \
        DETAIL(priority, BW_J_OBJECT), .sub = bw_details_priority_fields                                               \
    }

const struct bw_field bw_case_in_fields[] = {
    { BW_FIELD(struct in_case, plate, BW_J_STR), .min = 8, .max = 20, .check = is_bag },
    { BW_FIELD(struct in_case, travel_date, BW_J_DATE) },
    { BW_FIELD(struct in_case, bags, BW_J_OBJECTS), .min = 1, .max = BW_CASE_BAGS, .sub = bag_fields,
      .elem_size = sizeof(struct in_bag) },
    { BW_FIELD(struct in_case, station, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3,
      .check = bw_check_station },
    { BW_FIELD(struct in_case, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },
    OF_WHOM,
    { BW_FIELD(struct in_case, itinerary, BW_J_OBJECTS), .max = BW_LEGS, .sub = leg_fields,
      .elem_size = sizeof(struct in_leg) },
    OF_WHO_WAITS,
    { BW_FIELD(struct in_case, beside, BW_J_STR), .min = 10, .max = 10, .check = is_ref },
    { BW_FIELD_END },
};

/* Of a proposed file the bag knows the rest (found.h). */
const struct bw_field bw_found_accept_fields[] = {
    OF_WHOM,
    OF_WHO_WAITS,
    { BW_FIELD_END },
};

/* The bags that are meant and what is said of each: one by its plate, or a list.  False: memory is out. */
static bool take_bags(struct in_case *in, struct bw_arena *arena, struct bw_case_new *n)
{
    const struct in_bag one = { .plate = in->plate, .travel_date = in->travel_date };
    const struct in_bag *list = in->bags.n ? in->bags.v : &one;
    n->n_bags = in->bags.n ? in->bags.n : 1;
    struct bw_ident *bags = BW_NEW_ARRAY(arena, struct bw_ident, n->n_bags);
    struct bw_details_bag *d = BW_NEW_ARRAY(arena, struct bw_details_bag, n->n_bags);
    if (!bags || !d)
        return false;
    for (size_t k = 0; k < n->n_bags; k++) {
        const char *why;
        bw_date day = list[k].travel_date == BW_DATE_NONE ? in->travel_date : list[k].travel_date;
        bags[k] = (struct bw_ident){ .kind = BW_IDENT_NONE, .date = day };
        if (list[k].plate.n)
            BW_ASSERT(bw_ident_parse(list[k].plate, day, &bags[k], &why));
        d[k] = list[k].d;
    }
    n->bags = bags;
    in->d.bags = in->bags.n ? (struct bw_objects){ d, n->n_bags } : (struct bw_objects){ NULL, 0 };
    return true;
}

static void check_bags(const struct in_case *in, struct bw_faults *f)
{
    const struct in_bag *bags = in->bags.v;
    if ((in->plate.n > 0) == (in->bags.n > 0))
        bw_fault_add(f, BW_E_INVALID_BODY, in->plate.n ? "/bags" : "/plate",
                     in->plate.n ? "say plate or bags, not both" : "required: plate, or bags");
    for (size_t k = 0; k < in->bags.n; k++)
        for (size_t i = 0; i < k; i++) {
            char pointer[40];
            if (!bags[k].plate.n || !bw_str_eq(bags[k].plate, bags[i].plate) ||
                bags[k].travel_date != bags[i].travel_date)
                continue;
            (void)snprintf(pointer, sizeof pointer, "/bags/%zu/plate", k);
            bw_fault_add(f, BW_E_INVALID_BODY, pointer, "is bag %zu already", i + 1);
            break;
        }
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

static void event_of(struct bw_case_request *rq, const struct bw_details *d, const struct bw_principal *who,
                     bw_time now)
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
    ev->data.priority = (enum bw_priority)(d->priority.class_ + 1);
    ev->data.n_stays = (uint8_t)bw_details_stays(d, ev->data.stays);
}

bw_code bw_case_members(struct bw_str body, struct bw_arena *arena, struct bw_faults *f)
{
    struct in_case *in = BW_NEW(arena, struct in_case);
    struct bw_faults *all = BW_NEW(arena, struct bw_faults);
    if (!in || !all)
        return BW_E_NOMEM;
    bw_faults_init(all, arena);
    if (bw_json_decode(body, bw_case_in_fields, in, all) == BW_OK)
        return BW_OK;
    for (size_t k = 0; k < all->n && k < BW_FAULTS_MAX; k++)
        if (all->v[k].code == BW_E_UNKNOWN_FIELD)
            f->v[f->n++] = all->v[k];
    return bw_faults_code(f);
}

bw_code bw_case_request(const struct bw_app *app, const struct bw_principal *who, struct bw_str body, bw_time now,
                        struct bw_arena *arena, struct bw_case_request **ret, struct bw_faults *f)
{
    struct in_case *in = BW_NEW(arena, struct in_case);
    struct bw_case_request *rq = BW_NEW(arena, struct bw_case_request);
    if (!in || !rq)
        return BW_E_NOMEM;
    struct bw_case_new *n = &rq->new_case;
    bw_code rc = bw_json_decode(body, bw_case_in_fields, in, f);
    if (rc == BW_OK || in->for_carrier.n)
        choose_carrier(who, in->for_carrier, n->opener, f);
    if (rc == BW_OK) {
        check_bags(in, f);
        bw_details_check(&in->d, "", f);
    }
    if (f->n)
        return bw_faults_code(f);
    bw_str_put(in->station, n->station, sizeof n->station);
    put_legs(in, n);
    if (!take_bags(in, arena, n) || !bw_details_tidy(&in->d, arena) ||
        bw_case_seal(app->keys, &in->d, arena, &n->sealed) != BW_OK)
        return BW_E_NOMEM;
    n->language = in->d.language;
    bw_link_token(who->test_realm, rq->token, &n->link_hash);
    event_of(rq, &in->d, who, now);
    if (!bw_mandated(who, &rq->item.ev, now)) {
        bw_fault_add(f, BW_E_CODE_NOT_YOURS, "/for_carrier", "%s has given you no mandate to open files there",
                     n->opener);
        return bw_faults_code(f);
    }
    if (in->beside.n) {
        bw_str_put(in->beside, n->beside, sizeof n->beside);
        rq->item.ev.code = BW_EV_CASE_REPORTED;
    }
    rq->item.new_case = n;
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    *ret = rq;
    return BW_OK;
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
    bw_jk_c(j, "state", bw_case_word(rq->item.ev.code == BW_EV_CASE_REPORTED ? BW_CASE_REPORT : BW_CASE_OPEN));
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
