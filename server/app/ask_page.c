/* SPDX-License-Identifier: Apache-2.0 */
/* ask_page.c - what the link of a question shows, and the answer that comes by it.  Its event id hangs on the question,
 * so that of two answers at once one is stored; and the fold is asked as for any other.
 * Layer: app.  Threads: a query worker with its session.  Source: CLK-09. */
#include <stdio.h>

#include "bw/app/asks.h"
#include "bw/app/case_details.h"
#include "bw/base/codec.h"

#define STATION_SENDER "station"

/* The last answer to it; the history comes newest first. */
static const struct bw_event *answer_of(const struct bw_bag_seen *seen, const struct bw_uuid *uid)
{
    for (size_t k = 0; k < seen->n_history; k++) {
        const struct bw_event *ev = seen->history[k];
        if (ev->code == BW_EV_STATION_ANSWERED && bw_uuid_eq(&ev->data.ask, uid))
            return ev;
    }
    return NULL;
}

/* Colour, type and descriptors, as whoever opened the file chose them from the chart; nothing that anybody wrote. */
static bw_code read_looks(const struct bw_app *app, struct bw_pg *pg, const struct bw_bag *bag, struct bw_arena *arena,
                          struct bw_str *ret, struct bw_error *err)
{
    struct bw_case_whole *whole = BW_NEW(arena, struct bw_case_whole);
    if (!whole)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a bag");
    if (bw_uuid_is_nil(&bag->case_id) || bag->erased)
        return BW_OK;
    bw_code rc = bw_case_details(pg, app->keys, &bag->case_id, arena, whole, err);
    const struct bw_details_bag *bags = whole->details.bags.v;
    if (rc == BW_OK && bag->case_ordinal >= 1 && bag->case_ordinal <= whole->details.bags.n)
        *ret = bags[bag->case_ordinal - 1].code;
    return rc == BW_E_NOT_FOUND ? BW_OK : rc;
}

/* As the promise says: an outage may have put it off. */
static bw_time due_of(const struct bw_bag_seen *seen, const struct bw_ask *ask)
{
    char basis[40];
    bw_ask_basis(ask, basis);
    for (size_t k = 0; k < seen->n_open; k++)
        if (seen->open[k].owed == BW_OWE_ASK && strcmp(seen->open[k].basis, basis) == 0)
            return seen->open[k].due_at;
    return ask->due_at;
}

static void judge(struct bw_ask_seen *s, const struct bw_uuid *uid, bw_time now)
{
    const struct bw_ask *open = bw_ask_open(&s->bag->bag, uid);
    s->ends_at = s->question->recorded_at + BW_ASK_LINK_LIFE;
    s->due_at = open ? due_of(s->bag, open) : s->question->data.answer_by;
    s->moved = open && open->moved;
    s->answer = answer_of(s->bag, uid);
    bool said = s->answer && strcmp(s->answer->data.action, BW_ASK_UNTIL) != 0;
    s->state = open ? BW_ASK_WAITS : said ? BW_ASK_ANSWERED : BW_ASK_MOOT;
    if (s->state != BW_ASK_ANSWERED && now >= s->ends_at)
        s->state = BW_ASK_EXPIRED;
}

bw_code bw_ask_see(const struct bw_app *app, struct bw_pg *pg, struct bw_str token, bw_time now, struct bw_arena *arena,
                   struct bw_ask_seen **ret, struct bw_error *err)
{
    struct bw_uuid bag_id, uid;
    struct bw_ask_seen *s = BW_NEW(arena, struct bw_ask_seen);
    if (!s)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a page");
    *s = (struct bw_ask_seen){ .state = BW_ASK_MOOT };
    if (!bw_ask_token_read(&app->keys->installation, token, &bag_id, &uid))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such link");
    bw_code rc = bw_bag_see(pg, &bag_id, BW_WANT_HISTORY, arena, &s->bag, err);
    if (rc == BW_OK && !(s->question = bw_ask_question(s->bag, &uid)))
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such link");
    if (rc != BW_OK)
        return rc;
    judge(s, &uid, now);
    *ret = s;
    return s->state == BW_ASK_WAITS ? read_looks(app, pg, &s->bag->bag, arena, &s->looks, err) : BW_OK;
}

/* --- the answer --- */

static const char *word_of(struct bw_str said)
{
    for (size_t k = 0; bw_ask_words[k]; k++)
        if (bw_str_eq_c(said, bw_ask_words[k]))
            return bw_ask_words[k];
    return NULL;
}

static void hold_text(struct bw_str s, size_t chars, const char *pointer, struct bw_faults *f)
{
    if (bw_utf8_len(s) > chars || (s.n && memchr(s.p, '\n', s.n)))
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "must be one line of at most %zu characters", chars);
}

static void read_form(const struct bw_ask_form *form, struct bw_ask_answer *a, struct bw_faults *f)
{
    *a = (struct bw_ask_answer){ .word = word_of(form->answer),
                                 .place = form->place,
                                 .searched = form->searched,
                                 .flight = form->flight,
                                 .to = form->to,
                                 .date = BW_DATE_NONE,
                                 .until = BW_TIME_NONE,
                                 .person = form->person };
    if (!a->word)
        bw_fault_add(f, BW_E_INVALID_BODY, "/answer", "must be here, not-here, sent-on or until");
    hold_text(form->place, 40, "/place", f);
    hold_text(form->person, 60, "/person", f);
    if (form->searched.n >= sizeof(((struct bw_event_data *)0)->searched))
        bw_fault_add(f, BW_E_INVALID_BODY, "/searched", "is too long");
    hold_text(form->searched, 63, "/searched", f);
    if (form->to.n && !bw_is_station(form->to))
        bw_fault_add(f, BW_E_INVALID_BODY, "/to", "%s", bw_check_station(form->to));
    if (form->flight.n && !bw_date_parse(form->date, &a->date))
        bw_fault_add(f, BW_E_INVALID_BODY, "/date", "is needed with a flight");
    if (form->until.n && !bw_time_parse(form->until, &a->until, NULL))
        bw_fault_add(f, BW_E_INVALID_BODY, "/until", "must be a time");
}

bw_code bw_ask_link_answer(const struct bw_ask_seen *seen, const struct bw_ask_form *form, struct bw_arena *arena,
                           struct bw_ask_request **ret, struct bw_faults *f)
{
    char hex[2 * sizeof(seen->question->uid.b) + 1];
    struct bw_ask_answer a;
    struct bw_ask_request *rq = bw_ask_new(BW_EV_STATION_ANSWERED, arena);
    if (!rq)
        return BW_E_NOMEM;
    struct bw_event *ev = &rq->item.ev;
    read_form(form, &a, f);
    bw_code rc = f->n ? bw_faults_code(f) : bw_ask_answer_put(&a, ev, arena, f);
    if (rc != BW_OK)
        return rc;
    bw_hex(seen->question->uid.b, sizeof seen->question->uid.b, hex);
    bool until = bw_str_eq_c(form->answer, BW_ASK_UNTIL);
    (void)snprintf(ev->event_id, sizeof ev->event_id, "%s.%s", hex, until ? "until" : "answer");
    bw_str_put(BW_STR(STATION_SENDER), ev->sender, sizeof ev->sender);
    bw_str_put(bw_str_c(seen->question->to_carrier), ev->carrier, sizeof ev->carrier);
    bw_str_put(bw_str_c(seen->question->station), ev->station, sizeof ev->station);
    ev->data.ask = seen->question->uid;
    bw_ask_name(ev, &seen->bag->bag);
    *ret = rq;
    return BW_OK;
}
