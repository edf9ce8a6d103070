/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/asks.h"

#include <stddef.h>

#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/app/said.h"
#include "bw/storage/rows.h"

enum { PLACE_CHARS = 40, PERSON_CHARS = 60, NOTE_CHARS = 500, UTF8_MOST = 4 };

/* --- the bodies --- */

struct in_flight {
    struct bw_str no;
    bw_date date;
};
struct in_ask {
    struct bw_str event_id, for_carrier, station, carrier, note, place, searched, to_station, person;
    struct bw_json_time answer_by, until;
    struct bw_uuid ask;
    struct in_flight *flight;
    int answer;
};

static const char *one_line(struct bw_str s, size_t most)
{
    if (s.n && memchr(s.p, '\n', s.n))
        return "must be one line";
    return bw_utf8_len(s) > most ? "is too long" : NULL;
}

static const char *is_place(struct bw_str s)
{
    return one_line(s, PLACE_CHARS);
}

static const char *is_person(struct bw_str s)
{
    return one_line(s, PERSON_CHARS);
}

static const char *is_searched(struct bw_str s)
{
    return one_line(s, sizeof(((struct bw_event_data *)0)->searched));
}

static const char *is_note(struct bw_str s)
{
    return bw_utf8_len(s) > NOTE_CHARS ? "must be at most 500 characters" : NULL;
}

#define TEXT(name, most, fn)                                                                                           \
    {                                                                                                                  \
        BW_FIELD(struct in_ask, name, BW_J_STR), .flags = BW_J_TEXT, .min = 1, .max = (most), .check = (fn)            \
    }
#define COMMON                                                                                                         \
    { BW_FIELD(struct in_ask, event_id, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = BW_EVENT_ID - 1,           \
      .check = bw_said_event_id },                                                                                     \
        { BW_FIELD(struct in_ask, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },             \
        TEXT(note, NOTE_CHARS *UTF8_MOST, is_note)

const struct bw_field bw_ask_in_fields[] = {
    COMMON,
    { BW_FIELD(struct in_ask, station, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3,
      .check = bw_check_station },
    { BW_FIELD(struct in_ask, carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },
    { BW_FIELD(struct in_ask, answer_by, BW_J_TIME) },
    { BW_FIELD_END },
};
static const struct bw_field flight_fields[] = {
    { BW_FIELD(struct in_flight, no, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 10, .check = bw_check_flight },
    { BW_FIELD(struct in_flight, date, BW_J_DATE), .flags = BW_J_REQUIRED },
    { BW_FIELD_END },
};
const struct bw_field bw_ask_answer_in_fields[] = {
    COMMON,
    { BW_FIELD(struct in_ask, ask, BW_J_UUID), .flags = BW_J_REQUIRED },
    { BW_FIELD(struct in_ask, answer, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = bw_ask_words },
    TEXT(place, PLACE_CHARS *UTF8_MOST, is_place),
    TEXT(searched, (int64_t)sizeof(((struct bw_event_data *)0)->searched) - 1, is_searched),
    { BW_FIELD(struct in_ask, flight, BW_J_OBJECT), .sub = flight_fields, .elem_size = sizeof(struct in_flight) },
    { BW_FIELD(struct in_ask, to_station, BW_J_STR), .min = 3, .max = 3, .check = bw_check_station },
    { BW_FIELD(struct in_ask, until, BW_J_TIME) },
    TEXT(person, PERSON_CHARS *UTF8_MOST, is_person),
    { BW_FIELD_END },
};

/* --- the request --- */

struct bw_ask_request *bw_ask_new(enum bw_event_code code, struct bw_arena *arena)
{
    struct bw_ask_request *rq = BW_NEW(arena, struct bw_ask_request);
    if (!rq)
        return NULL;
    bw_event_init(&rq->item.ev);
    rq->item.ev.code = code;
    rq->item.ev.source = BW_SRC_STAFF;
    rq->item.ev.subject = BW_SUBJECT_BAG;
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    return rq;
}

/* Free text is sealed; the log says only that somebody was named. */
static bool put_private(struct bw_str note, struct bw_str person, struct bw_event *ev, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    if (!note.n && !person.n)
        return true;
    bw_buf_init(&text, 16384);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jko_str(&j, "note", note);
    bw_jko_str(&j, "person", person);
    bw_jo_end(&j);
    ev->data.person = person.n != 0;
    ev->private_body = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    return ev->private_body.p != NULL;
}

static bw_code take(const struct bw_principal *who, const struct bw_field *fields, enum bw_event_code code,
                    const struct bw_ident *bag, struct bw_str body, struct bw_arena *arena, struct in_ask **ret_in,
                    struct bw_ask_request **ret, struct bw_faults *f)
{
    *ret_in = BW_NEW(arena, struct in_ask);
    *ret = bw_ask_new(code, arena);
    if (!*ret_in || !*ret)
        return BW_E_NOMEM;
    bw_code rc = bw_json_decode(body, fields, *ret_in, f);
    if (rc == BW_OK || (*ret_in)->for_carrier.n)
        bw_said_for(who, (*ret_in)->for_carrier, &(*ret)->item.ev, f);
    if (f->n)
        return bw_faults_code(f);
    (*ret)->bag = *bag;
    bw_sender_of(who, (*ret)->item.ev.sender);
    bw_str_put((*ret_in)->event_id, (*ret)->item.ev.event_id, sizeof(*ret)->item.ev.event_id);
    return BW_OK;
}

/* Neither a courier nor a mandate for other things, or for other stations, speaks here. */
static bw_code hold_mandate(const struct bw_principal *who, const struct bw_event *ev, struct bw_error *err)
{
    if (who->organisation_kind != BW_ORG_COURIER && bw_mandated(who, ev, bw_clock_wall()))
        return BW_OK;
    return bw_fail(err, BW_E_CODE_NOT_YOURS, "/for_carrier", "%s has given you no mandate for that", ev->carrier);
}

bw_code bw_ask_request(const struct bw_principal *who, const struct bw_ident *bag, struct bw_str body,
                       struct bw_arena *arena, struct bw_ask_request **ret, struct bw_faults *f)
{
    struct in_ask *in;
    bw_code rc = take(who, bw_ask_in_fields, BW_EV_STATION_ASKED, bag, body, arena, &in, ret, f);
    if (rc != BW_OK)
        return rc;
    struct bw_event *ev = &(*ret)->item.ev;
    bw_str_put(in->station, ev->station, sizeof ev->station);
    bw_str_put(in->carrier, ev->to_carrier, sizeof ev->to_carrier);
    ev->data.answer_by = in->answer_by.at;
    return bw_said_note(in->note, ev, arena) ? BW_OK : BW_E_NOMEM;
}

/* --- what each answer carries --- */

static void need(struct bw_faults *f, bool there, bool needed, bool allowed, const char *pointer, const char *word)
{
    if (needed && !there)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "is needed for %s", word);
    else if (there && !allowed)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "does not go with %s", word);
}

bw_code bw_ask_answer_put(const struct bw_ask_answer *a, struct bw_event *ev, struct bw_arena *arena,
                          struct bw_faults *f)
{
    bool here = strcmp(a->word, BW_ASK_HERE) == 0, searched = strcmp(a->word, BW_ASK_NOT_HERE) == 0;
    bool sent = strcmp(a->word, BW_ASK_SENT_ON) == 0, until = strcmp(a->word, BW_ASK_UNTIL) == 0;
    need(f, a->place.n, here, here, "/place", a->word);
    need(f, a->searched.n, searched, searched, "/searched", a->word);
    need(f, a->flight.n, sent, sent, "/flight", a->word);
    need(f, a->to.n, sent, sent, "/to_station", a->word);
    need(f, a->until != BW_TIME_NONE, until, until, "/until", a->word);
    bw_str_put(bw_str_c(a->word), ev->data.action, sizeof ev->data.action);
    bw_str_put(a->place, ev->place, sizeof ev->place);
    bw_str_put(a->searched, ev->data.searched, sizeof ev->data.searched);
    if (a->flight.n && !bw_flight_parse(a->flight, ev->flight))
        bw_fault_add(f, BW_E_INVALID_BODY, "/flight", "%s", bw_check_flight(a->flight));
    ev->flight_date = a->date;
    bw_str_put(a->to, ev->data.to_station, sizeof ev->data.to_station);
    ev->data.answer_by = a->until;
    if (f->n)
        return bw_faults_code(f);
    return put_private(a->note, a->person, ev, arena) ? BW_OK : BW_E_NOMEM;
}

bw_code bw_ask_answer_request(const struct bw_principal *who, const struct bw_ident *bag, struct bw_str body,
                              struct bw_arena *arena, struct bw_ask_request **ret, struct bw_faults *f)
{
    struct in_ask *in;
    bw_code rc = take(who, bw_ask_answer_in_fields, BW_EV_STATION_ANSWERED, bag, body, arena, &in, ret, f);
    if (rc != BW_OK)
        return rc;
    struct bw_event *ev = &(*ret)->item.ev;
    const struct bw_ask_answer a = { .word = bw_ask_words[in->answer],
                                     .place = in->place,
                                     .searched = in->searched,
                                     .flight = in->flight ? in->flight->no : BW_STR_NONE,
                                     .date = in->flight ? in->flight->date : BW_DATE_NONE,
                                     .to = in->to_station,
                                     .until = in->until.at,
                                     .note = in->note,
                                     .person = in->person };
    ev->data.ask = in->ask;
    return bw_ask_answer_put(&a, ev, arena, f);
}

/* --- the bag --- */

void bw_ask_name(struct bw_event *ev, const struct bw_bag *bag)
{
    char text[BW_UUID_TEXT];
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&bag->bag_id, text)), ev->ident.value, sizeof ev->ident.value);
}

const struct bw_event *bw_ask_question(const struct bw_bag_seen *seen, const struct bw_uuid *uid)
{
    for (size_t k = 0; k < seen->n_history; k++) {
        const struct bw_event *ev = seen->history[k];
        if (ev->code == BW_EV_STATION_ASKED && bw_uuid_eq(&ev->uid, uid))
            return ev;
    }
    return NULL;
}

static bw_code choose_asked(const struct bw_bag *bag, struct bw_event *ev, struct bw_error *err)
{
    if (!bw_bag_in_journey(bag, ev->carrier))
        return bw_fail(err, BW_E_FORBIDDEN, "/for_carrier", "%s is no carrier of this journey", ev->carrier);
    if (!ev->to_carrier[0])
        bw_str_put(bw_str_c(bw_ask_whom(bag, ev->station)), ev->to_carrier, sizeof ev->to_carrier);
    if (!ev->to_carrier[0])
        return bw_fail(err, BW_E_INVALID_BODY, "/carrier", "is needed: nobody is known to have or have seen it there");
    return BW_OK;
}

/* Who sees the bag, and who was asked: ctx is the event. */
static bool may_speak(const struct bw_bag_seen *seen, const struct bw_principal *who, const void *ctx)
{
    const struct bw_event *ev = ctx;
    const struct bw_event *question = bw_ask_question(seen, &ev->data.ask);
    return bw_bag_visible(&seen->bag, who) || (question && strcmp(question->to_carrier, ev->carrier) == 0);
}

bw_code bw_ask_find(struct bw_pg *pg, const struct bw_principal *who, struct bw_ask_request *rq, struct bw_arena *arena,
                    struct bw_error *err)
{
    struct bw_uuid id;
    struct bw_bag_seen *seen;
    struct bw_event *ev = &rq->item.ev;
    const struct bw_bag_naming of = {
        .ident = &rq->bag, .who = who, .want = BW_WANT_HISTORY, .may = may_speak, .ctx = ev, .several = BW_E_ASK
    };
    bw_code rc = bw_bag_one(pg, &of, arena, &id, &seen, err);
    if (rc != BW_OK)
        return rc;
    const struct bw_event *question = bw_ask_question(seen, &ev->data.ask);
    bw_ask_name(ev, &seen->bag);
    if (ev->code == BW_EV_STATION_ASKED) {
        rc = hold_mandate(who, ev, err);
        return rc == BW_OK ? choose_asked(&seen->bag, ev, err) : rc;
    }
    if (!question)
        return bw_fail(err, BW_E_ASK, "/ask", "nobody was asked that of this bag");
    bw_str_put(bw_str_c(question->station), ev->station, sizeof ev->station);
    return hold_mandate(who, ev, err);
}

const struct bw_event *bw_ask_stored(const struct bw_bag_seen *seen, const struct bw_ask_request *rq)
{
    const struct bw_event *said = &rq->item.ev;
    for (size_t k = 0; k < seen->n_history; k++) {
        const struct bw_event *ev = seen->history[k];
        if (ev->code == said->code && strcmp(ev->event_id, said->event_id) == 0 &&
            strcmp(ev->sender, said->sender) == 0)
            return ev;
    }
    return NULL;
}

/* --- "asked of us" --- */

const char *bw_ask_reached(int level)
{
    static const char *const words[] = { "station", "duty-manager", "hub", "supervisors" };
    return words[level < 0 ? 0 : level > 3 ? 3 : level];
}

/* The list has the links, and a link answers: it is for who may answer, at that station (SEC-10). */
static bool may_answer(const struct bw_principal *who, const struct bw_promise *p)
{
    return bw_mandate_reads(who, bw_str_c(p->debtor), BW_EV_STATION_ANSWERED, &p->station, 1, bw_clock_wall());
}

bw_code bw_asked_list(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                      const struct bw_list_place *after, struct bw_arena *arena, struct bw_asked_line **ret,
                      size_t *ret_n, struct bw_list_place *ret_next, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n = 0;
    while (n < who->n_carriers && !who->every_carrier && who->organisation_kind != BW_ORG_COURIER) {
        carriers[n] = bw_str_c(who->carriers[n]);
        n++;
    }
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_ASK_OWED,
                             BW_PARAMS(bw_p_texts(carriers, n), bw_p_i32(BW_ASKED_MOST), bw_p_time(after->at),
                                       bw_p_uuid(&after->id)),
                             &rows, err);
    *ret_next = (struct bw_list_place){ .at = BW_TIME_NONE };
    *ret_n = 0;
    *ret = rc == BW_OK ? BW_NEW_ARRAY(arena, struct bw_asked_line, rows.n + 1) : NULL;
    if (rc != BW_OK || !*ret)
        return rc == BW_OK ? bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list") : rc;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_asked_line *one = &(*ret)[*ret_n];
        char basis[40];
        if (!bw_row_promise(&rows, k, &one->p))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        if (k + 1 == BW_ASKED_MOST)
            *ret_next = (struct bw_list_place){ one->p.due_at, one->p.promise_id };
        if (!may_answer(who, &one->p))
            continue;
        rc = bw_bag_now(pg, &one->p.bag_id, &one->bag, err);
        for (size_t at = 0; rc == BW_OK && at < one->bag.n_asks; at++) {
            bw_ask_basis(&one->bag.asks[at], basis);
            if (strcmp(basis, one->p.basis) != 0 || strcmp(one->p.debtor, one->bag.asks[at].carrier) != 0)
                continue;
            one->ask = one->bag.asks[at];
            bw_ask_token(&app->keys->installation, &one->bag.bag_id, &one->ask.uid, one->token);
            ++*ret_n;
            break;
        }
    }
    return rc;
}
