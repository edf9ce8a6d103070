/* SPDX-License-Identifier: Apache-2.0 */
/* pages_int.h - what the page handlers (h_pages.c, h_desk.c, h_owed_page.c, h_report_page.c) share: views, readers,
 * rendering, and the answer of a page that keeps itself true.  Private to http. */
#ifndef BW_HTTP_PAGES_INT_H
#define BW_HTTP_PAGES_INT_H

#include "bw/app/app.h"
#include "bw/app/bagview.h"
#include "bw/app/disruptions.h"
#include "bw/app/owed.h"
#include "bw/app/pulse.h"
#include "bw/app/stale_report.h"
#include "bw/app/world.h"
#include "bw/domain/say.h"
#include "bw/http/pages.h"

#include "http.h"

#define BW_HTML "text/html; charset=utf-8"

struct bw_page_template {
    const char *name; /* "status" */
    struct bw_template *t;
};
struct bw_page_catalogue {
    char language[9];
    struct bw_catalogue *words;
};

/* The server that a request came to. */
const struct bw_app *bw_pages_app(const struct bw_request *rq);
/* The languages there are, by their tags; NULL beyond the last. */
const struct bw_page_catalogue *bw_pages_language_at(const struct bw_pages *pages, size_t i);
/* That of the reader: ?lang= (kept in the cookie lang with this answer), else the cookie, else the heaviest of
 * Accept-Language among those there are, else English.  Never NULL. */
const struct bw_page_catalogue *bw_pages_language(const struct bw_pages *pages, struct bw_request *rq);
/* A zone by its name, kept for ever; NULL for what is no zone. */
const struct bw_zone *bw_pages_zone(struct bw_pages *pages, struct bw_str name);
/* Fills a template by its name, partials included; asserts that it exists. */
BW_MUST_USE bw_code bw_pages_render(const struct bw_pages *pages, const char *name, const struct bw_view *view,
                                    struct bw_buf *to, struct bw_error *err);

/* One page being made. */
struct bw_leaf {
    struct bw_request *rq;
    struct bw_reader reader;
    const char *language; /* of the page: "fr" */
    const struct bw_world *world;
    bw_time now;
    struct bw_view *view;        /* root */
    char cursor[BW_CURSOR_TEXT]; /* the feed position that the page is complete to; "" none */
};
/* Root view with what every page has: lang, dir, languages, title, addresses of style and icon, words, staff.  world
 * may be NULL. */
void bw_leaf_begin(struct bw_leaf *leaf, struct bw_request *rq, const struct bw_world *world, bw_time now);
/* The reader's zone: ?tz=, else the cookie tz, else `fallback` (NULL = UTC). */
void bw_leaf_zone(struct bw_leaf *leaf, const struct bw_zone *fallback);
/* A text of the catalogue with arguments, in the arena. */
const char *bw_leaf_text(const struct bw_leaf *leaf, const char *key, const struct bw_arg *args, size_t n);
/* Adds {iso, text} under key; nothing for BW_TIME_NONE.  Returns the map. */
struct bw_view *bw_leaf_when(const struct bw_leaf *leaf, struct bw_view *to, const char *key, bw_time at);
/* "2 h 14 min", in the arena. */
const char *bw_leaf_span(const struct bw_leaf *leaf, int64_t us);
/* "Iberia (IB)"; the code alone where no name is known; "" for "". */
const char *bw_leaf_carrier(const struct bw_leaf *leaf, const char *code);
/* Who owes: as bw_leaf_carrier, or in whose place who asks (CLK-16). */
const char *bw_leaf_debtor(const struct bw_leaf *leaf, const struct bw_promise *p);
/* "2: with a colleague of the owner" */
const char *bw_leaf_level(const struct bw_leaf *leaf, int level);
/* The same of a promise: a station's answer goes to its duty manager, then to the hub. */
const char *bw_leaf_level_of(const struct bw_leaf *leaf, const struct bw_promise *p);
/* The text of "<of>.<word>": "page.found.state" and "waiting". */
const char *bw_leaf_word(const struct bw_leaf *leaf, const char *of, struct bw_str word);
/* What is owed, in words for staff: "a forward plan or the reason to hold". */
const char *bw_leaf_owed(const struct bw_leaf *leaf, enum bw_owed owed);
/* "London Heathrow (LHR)"; the code alone where no name is known. */
const char *bw_leaf_station(const struct bw_leaf *leaf, const char *code);
/* due {iso, text}, age, late: what the partial `due` prints. */
void bw_leaf_due(const struct bw_leaf *leaf, struct bw_view *to, bw_time due);
/* What a bag is called: its plate, else words for none. */
const char *bw_leaf_bag(const struct bw_leaf *leaf, const char *plate);
/* What a storm comes from, in words (h_disruptions.c). */
const char *bw_leaf_cause(const struct bw_leaf *leaf, const char *cause);
/* "AT LHR …" in words. */
const char *bw_leaf_place(const struct bw_leaf *leaf, const struct bw_bag *bag);

/* A row of what is owed: who, what, to, due {…}, age, late, level, opened, policy. */
void bw_leaf_promise(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_promise *p);
/* A row of what was said: code, summary, occurred, recorded, by, outcome, details, flags, ours. */
void bw_leaf_said(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_event *ev);

/* Answers with a whole page. */
void bw_leaf_reply(struct bw_leaf *leaf, int status, const char *name);
/* What a page that keeps itself true consists of: `fragment` inside `page`, the stream it listens to. */
struct bw_live {
    const char *page, *fragment;
    const char *kind; /* "case", "bag", "list": what live.js takes from the stream */
};
/* The page with its fragment, or the fragment alone with its ETag: the hash of what it says, so that an answer of 304
 * can never hide a change. */
void bw_leaf_reply_live(struct bw_leaf *leaf, const struct bw_live *live, bool whole);
/* The title of the document. */
void bw_leaf_title(struct bw_leaf *leaf, const char *text);
/* That of a status view. */
void bw_leaf_title_of(struct bw_leaf *leaf, const struct bw_view *status);
/* Fills a map with what bw_say_status says of a bag, and with what the templates ask beside it: late, plans, journey,
 * told (whether those parts have anything to say), due (the next instant at which it says something else), minute. */
void bw_leaf_status(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_bag_seen *seen);

/* --- the pages, from what was read to the answer; whole = with all around the fragment --- */

/* h_pages.c: the bags of a case for its customer. */
void bw_pages_status(struct bw_request *rq, const struct bw_world *world, struct bw_bag_seen *const *seen, size_t n,
                     bw_time now, bool whole);
/* h_missing.c: a report that nobody has accepted, for who made it. */
void bw_pages_reported(struct bw_request *rq, const struct bw_world *world, const struct bw_case *file,
                       const struct bw_promise *open, size_t n_open, struct bw_bag_seen *const *seen, size_t n);
/* h_wait_page.c: true where the customer just opened a page with a request on it and that is not known yet: it is told
 * first, and `then` runs on the loop whatever came of it. */
bool bw_wait_opens(struct bw_request *rq, struct bw_pg *pg, bw_handler *then);
/* h_bag_page.c */
void bw_pages_bag(struct bw_request *rq, const struct bw_world *world, const struct bw_bag_seen *seen, bw_time now,
                  bool whole);
/* h_owed_page.c */
#define BW_OWED_MOST 500
struct bw_owed_storm {
    const struct bw_storm *storm;
    struct bw_storm_bags bags; /* counts; the list holds one at most */
};
struct bw_owed_found {
    struct bw_owed_line *lines; /* by due time */
    size_t n, n_late;           /* n_late: past due at the page's time; set by the page */
    struct bw_cursor head;
    struct bw_outage outage;      /* ours, the newest of the last day; ended 0: none */
    struct bw_owed_storm *storms; /* in which the reader's carriers owe or are owed: left out of lines */
    size_t n_storms;
};
void bw_pages_owed(struct bw_request *rq, const struct bw_world *world, struct bw_owed_found *found, bw_time now,
                   bool whole);
/* h_outside_page.c: for which reasons one may look outside one's own carriers, as "reasons". */
void bw_leaf_reasons(struct bw_leaf *leaf);
/* h_report_page.c */
struct bw_report_asked {
    struct bw_stale_period period;
    enum bw_stale_by by;
    char from[BW_TIME_TEXT], to[BW_TIME_TEXT]; /* as they stand in the form */
    const char *fault;                         /* key of the catalogue; NULL where it can be made */
};
void bw_report_asked_read(const struct bw_request *rq, bw_time now, struct bw_report_asked *ret);
/* r NULL: the form alone. */
void bw_pages_report(struct bw_request *rq, const struct bw_world *world, const struct bw_report_asked *asked,
                     const struct bw_stale_report *r);

#endif
