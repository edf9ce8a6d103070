/* SPDX-License-Identifier: Apache-2.0 */
/* asks.h - asking a station whether a bag is there, and its answers: by an account of the asked carrier, or by the
 * signed link that whoever asks hands over (ask_link.h).  A body becomes an event on the bag's log; whether the bag
 * allows it is asked in the writer (domain/ask.h). Layer: app.  Threads: decode on a loop, look-up on a query worker,
 * the rest in the writer.  Source: CLK-09, SEC-13. */
#ifndef BW_APP_ASKS_H
#define BW_APP_ASKS_H

#include "bw/app/app.h"
#include "bw/app/ask_link.h"
#include "bw/app/bagview.h"
#include "bw/app/list.h"
#include "bw/domain/ask.h"
#include "bw/storage/writer.h"

/* Field tables of the bodies; also the OpenAPI schemas "AskIn" and "AskAnswerIn". */
extern const struct bw_field bw_ask_in_fields[], bw_ask_answer_in_fields[];

struct bw_ask_request {
    struct bw_ident bag; /* as the path names it */
    struct bw_item item;
    struct bw_work work;
};
/* An empty one, of a person; NULL: memory is out. */
struct bw_ask_request *bw_ask_new(enum bw_event_code code, struct bw_arena *arena);
/* Names the bag by our id. */
void bw_ask_name(struct bw_event *ev, const struct bw_bag *bag);
/* Check the body and fill the request; all faults in f. */
BW_MUST_USE bw_code bw_ask_request(const struct bw_principal *who, const struct bw_ident *bag, struct bw_str body,
                                   struct bw_arena *arena, struct bw_ask_request **ret, struct bw_faults *f);
BW_MUST_USE bw_code bw_ask_answer_request(const struct bw_principal *who, const struct bw_ident *bag,
                                          struct bw_str body, struct bw_arena *arena, struct bw_ask_request **ret,
                                          struct bw_faults *f);
/* Finds the bag.  A question is for carriers of the journey, an answer for who sees the bag or is asked: else
 * BW_E_NOT_FOUND; who speaks for a carrier by its mandate needs one for that station (BW_E_CODE_NOT_YOURS).  Fills in
 * whom one asks where nobody was named.  Then the work is ready for bw_writer_submit but for done and ctx. */
BW_MUST_USE bw_code bw_ask_find(struct bw_pg *pg, const struct bw_principal *who, struct bw_ask_request *rq,
                                struct bw_arena *arena, struct bw_error *err);
/* The question of that uid in a bag's history; NULL: there is none. */
const struct bw_event *bw_ask_question(const struct bw_bag_seen *seen, const struct bw_uuid *uid);
/* What an answer says, of body or form; what is left out is empty. */
struct bw_ask_answer {
    const char *word; /* of bw_ask_words */
    struct bw_str place, searched, flight, to;
    bw_date date;
    bw_time until; /* BW_TIME_NONE: not said */
    struct bw_str note, person;
};
/* Puts it into the event; what the answer needs and lacks, and what does not go with it, is a fault. */
BW_MUST_USE bw_code bw_ask_answer_put(const struct bw_ask_answer *a, struct bw_event *ev, struct bw_arena *arena,
                                      struct bw_faults *f);
/* The question of a request that was stored, now or before; NULL: it is not there. */
const struct bw_event *bw_ask_stored(const struct bw_bag_seen *seen, const struct bw_ask_request *rq);

/* --- by the link --- */
enum bw_ask_state { BW_ASK_WAITS, BW_ASK_ANSWERED, BW_ASK_MOOT, BW_ASK_EXPIRED };
struct bw_ask_seen {
    enum bw_ask_state state;
    struct bw_bag_seen *bag;
    const struct bw_event *question;
    const struct bw_event *answer; /* the last one: also where it was "needs until"; NULL: none */
    bw_time due_at;                /* of the question, or as it was moved */
    bw_time ends_at;               /* of the link */
    bool moved;
    struct bw_str looks; /* description code of the bag: "BU22MBC"; empty: not known */
};
/* What the link shows: no personal data.  BW_E_NOT_FOUND: no such link. */
BW_MUST_USE bw_code bw_ask_see(const struct bw_app *app, struct bw_pg *pg, struct bw_str token, bw_time now,
                               struct bw_arena *arena, struct bw_ask_seen **ret, struct bw_error *err);
/* The fields of the page's forms, as they were sent. */
struct bw_ask_form {
    struct bw_str answer, place, searched, flight, date, to, until, person;
};
/* The answer of somebody at the station, who need not say who that is.  All faults in f; pointers name the fields. */
BW_MUST_USE bw_code bw_ask_link_answer(const struct bw_ask_seen *seen, const struct bw_ask_form *form,
                                       struct bw_arena *arena, struct bw_ask_request **ret, struct bw_faults *f);

/* --- "asked of us" --- */
#define BW_ASKED_MOST 200
struct bw_asked_line {
    struct bw_promise p;
    struct bw_bag bag;
    struct bw_ask ask;
    char token[BW_ASK_TOKEN + 1];
};
/* Open questions that the principal may answer, by due time: of the BW_ASKED_MOST of its carriers behind `after`, a
 * place of the list.  *ret_next is where the next page begins. */
BW_MUST_USE bw_code bw_asked_list(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                  const struct bw_list_place *after, struct bw_arena *arena, struct bw_asked_line **ret,
                                  size_t *ret_n, struct bw_list_place *ret_next, struct bw_error *err);
/* To whom it has gone by then: "station", "duty-manager", "hub", "supervisors". */
const char *bw_ask_reached(int level);

#endif
