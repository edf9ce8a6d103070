/* SPDX-License-Identifier: Apache-2.0 */
/* say_int.h - what the files of the customer's page share: the page being said, and sentences with marked times.
 * Pure; strings live in the page's arena, texts come from its catalogue.  Layer: domain, private.
 * Threads: one page, one thread.  Source: PAGE-01..03, CLK-07. */
#ifndef BW_DOMAIN_SAY_INT_H
#define BW_DOMAIN_SAY_INT_H

#include "bw/domain/say.h"

/* One page being made. */
struct bw_page {
    const struct bw_bag *bag;
    const struct bw_case *c; /* NULL: no case */
    const struct bw_said *said;
    const struct bw_world *world;
    const struct bw_reader *reader;
    bw_time now;
    struct bw_arena *arena;
    struct bw_view *to;
};

/* An argument of a sentence; times and ages keep their instant, so that a template can mark them up. */
enum bw_slot_kind { BW_SLOT_TEXT, BW_SLOT_TIME, BW_SLOT_AGE };
struct bw_slot {
    const char *name;
    enum bw_slot_kind kind;
    const char *text; /* BW_SLOT_TEXT */
    bw_time at;       /* BW_SLOT_TIME, BW_SLOT_AGE */
};
#define BW_SLOT_T(n, t) ((struct bw_slot){ .name = (n), .kind = BW_SLOT_TEXT, .text = (t) })
#define BW_SLOT_AT(n, a) ((struct bw_slot){ .name = (n), .kind = BW_SLOT_TIME, .at = (a) })
#define BW_SLOT_SINCE(n, a) ((struct bw_slot){ .name = (n), .kind = BW_SLOT_AGE, .at = (a) })

/* A sentence in the making, inside a map of the view. */
struct bw_line {
    const struct bw_page *page;
    struct bw_view *map, *runs;
    struct bw_buf text, plain; /* the whole; the piece not yet written as a run */
};
void bw_line_begin(struct bw_line *l, const struct bw_page *page, struct bw_view *map);
/* Adds the text of a key; a space parts it from what stands there. */
void bw_line_add(struct bw_line *l, const char *key, const struct bw_slot *slots, size_t n);
/* Writes text and runs into the map.  Returns the text, in the arena. */
const char *bw_line_end(struct bw_line *l);
/* The three in one, into a map. */
const char *bw_line_say(const struct bw_page *page, struct bw_view *map, const char *key, const struct bw_slot *slots,
                        size_t n);
/* A text without marked times, in the arena; never NULL. */
const char *bw_page_text(const struct bw_page *page, const char *key, const struct bw_slot *slots, size_t n);

void bw_page_when(const struct bw_page *page, struct bw_view *map, bw_time at);             /* iso, text */
void bw_page_party(const struct bw_page *page, struct bw_view *map, const char *carrier);   /* code, name */
void bw_page_station(const struct bw_page *page, struct bw_view *map, const char *station); /* code, name */
const char *bw_page_date(const struct bw_page *page, bw_date date);                         /* "21 Nov" */
/* Free text of a carrier, "" where it holds a word that this page never says (CLK-07). */
const char *bw_page_clean(const struct bw_page *page, const char *text);
const char *bw_page_name(const struct bw_page *page, const char *code); /* of a station or carrier; never NULL */

/* The parts of the page. */
void bw_say_where(const struct bw_page *page);
void bw_say_owed(const struct bw_page *page);
void bw_say_asks(const struct bw_page *page);
/* What a station answered, as a sentence of a line: keys first_key.here, .not-here, .sent-on, .until. */
void bw_line_add_answer(struct bw_line *l, const struct bw_event *ev, const char *first_key);
void bw_say_wait(const struct bw_page *page);
void bw_say_confirmed(const struct bw_page *page);
void bw_say_silences(const struct bw_page *page);
void bw_say_outage(const struct bw_page *page);
void bw_say_storm(const struct bw_page *page);
void bw_say_plans(const struct bw_page *page);
void bw_say_timeline(const struct bw_page *page);
/* What a STATUS_CONFIRMED says was done, as further sentences of a line. */
void bw_line_add_confirmation(struct bw_line *l, const struct bw_event *ev, const char *first_key);
/* The owner of the case, "" none; and who answers in fact: another where the owner cannot be told (CLK-16). */
const char *bw_page_owner(const struct bw_page *page);
const char *bw_page_answers(const struct bw_page *page);
/* Nobody of the journey can be told. */
bool bw_page_untold(const struct bw_page *page);
/* What is owed, in the customer's words. */
const char *bw_page_what(const struct bw_page *page, const struct bw_promise *p);
/* The customer may not see entries of this code (staff notes, security orders). */
bool bw_page_shows(const struct bw_event *ev);

/* Catalogue: the n-th entry in order of keys, false beyond the last; and the text of a key, which must be there. */
bool bw_catalogue_at(const struct bw_catalogue *c, size_t i, const char **ret_key, struct bw_str *ret_text);
struct bw_str bw_catalogue_text(const struct bw_catalogue *c, const char *key);
/* Words that are never said, folded (bw/base/fold.h) and parted by '|'. */
struct bw_str bw_catalogue_never(const struct bw_catalogue *c);
/* Cuts the next piece off a text: what stands before a {name}, and the name; false at the end. */
bool bw_say_piece(struct bw_str *rest, struct bw_str *ret_plain, struct bw_str *ret_name);

#endif
