/* SPDX-License-Identifier: Apache-2.0 */
/* promise.h - the promise clock: who owes the next update, to whom, what, by when, and what happens when it does not come.
 * What is owed is looked up from the states, never stored as truth; what was promised is append-only rows.
 * Promises follow recorded time (CLK-04); a promise's time runs from when it is opened (CLK-01).
 * Pure.  Layer: domain.  Threads: any.  Source: domain.md 9.2, design.md 6, CLK-01..08, story.md. */
#ifndef BW_DOMAIN_PROMISE_H
#define BW_DOMAIN_PROMISE_H

#include "bw/domain/bag.h"
#include "bw/domain/casefile.h"

enum bw_owed_kind { BW_OWED_PLACE, BW_OWED_CASE, BW_OWED_CLAIM, BW_OWED_ASK };
struct bw_owed_row {
    const char *word;
    enum bw_owed_kind kind;
    int minutes;
    const char *what;
};
const struct bw_owed_row *bw_owed_row(enum bw_owed owed);
BW_MUST_USE bool bw_owed_from(struct bw_str word, enum bw_owed *ret);
const char *bw_owed_kind_word(enum bw_owed_kind kind); /* "place", "case", "claim", "ask" */

/* Why a promise was closed: by a fact, by a confirmation, by a search result, by a re-plan, or moot; moved before it was
 * due, with the flight that it hangs on or by a disruption; or put off because our own service was away when it fell due. */
enum bw_close {
    BW_CLOSE_OPEN,
    BW_CLOSE_MET,
    BW_CLOSE_CONFIRMED,
    BW_CLOSE_SEARCHED,
    BW_CLOSE_REPLANNED,
    BW_CLOSE_SUPERSEDED,
    BW_CLOSE_MOVED,
    BW_CLOSE_OUTAGE,
    BW_CLOSE_WAITING /* its clock rests: the customer was reached and has to give something first (CLK-18) */
};
const char *bw_close_word(enum bw_close why); /* "met", … ; "" for open */
BW_MUST_USE bool bw_close_from(struct bw_str word, enum bw_close *ret);

struct bw_promise {
    struct bw_uuid promise_id;
    enum bw_subject subject; /* bag or case */
    struct bw_uuid bag_id;   /* subject id */
    enum bw_owed owed;
    char debtor[4], creditor[4]; /* creditor = case owner of the day, "" where none yet */
    char station[4];
    char handoff_from[4];
    char for_carrier[4]; /* "XX, via IB": XX cannot be told, and the debtor answers in its place; the debtor itself: nobody
                          * of the journey can be told (CLK-16); "" it is the debtor's own */
    char basis[40];
    char policy[60];
    bool unconfirmed; /* the debtor is known by the flight's number alone (CLK-03) */
    bw_time opened_at, due_at, yardstick_at;
    int16_t offset_min;    /* of the station at due time */
    int16_t level;         /* highest raised; -1 none yet */
    bw_time next_level_at; /* BW_TIME_NONE when closed */
    enum bw_close why;
    bw_time closed_at;
    struct bw_uuid closed_uid;
};

/* Of a bag two debtors at once (a dispute) and the stations that are asked; of a case its step, its claim's, and an
 * answer to a hand-over. */
#define BW_OWED_MAX 8
struct bw_owing {
    enum bw_owed owed;
    char debtor[4];
    char station[4];
    char handoff_from[4];
    char for_carrier[4]; /* as bw_promise */
    enum bw_owed instead; /* of BW_OWE_ASK_REPORT: what that carrier would owe, and by when */
    char basis[40];
    bool unconfirmed; /* the debtor is known by the flight's number alone, nobody told who operates it (CLK-03) */
    bw_time since; /* claim steps: recorded time from which their time runs; 0: from when it is opened */
    bw_time due;   /* agreed when it was asked for: no policy moves it; 0: by policy */
};
/* The row of design.md 6 that fits first, and beside it the answers of stations that are asked; 0 when nobody owes news. */
size_t bw_owing_place(const struct bw_bag *bag, const struct bw_world *world, struct bw_owing to[BW_OWED_MAX]);
/* The case's own step, its claim's step, and whoever was asked to take it over: none to all of them. */
size_t bw_owing_case(const struct bw_case *c, struct bw_owing to[BW_OWED_MAX]);

/* Only one that is told can owe (CLK-16): what carriers owe that are not members of the world is asked for and reported by
 * the case's owner, or by the member that is nearest to it; at most one a debtor of place news.  What is promised
 * already (open) stays with whom it was promised by.  bag: of place news, else NULL and c is the case. */
size_t bw_owing_told(struct bw_owing *owing, size_t n, const struct bw_bag *bag, const struct bw_case *c,
                     const struct bw_promise *open, size_t n_open, const struct bw_world *world);
/* True where nobody of the journey can be told: the promise says whose it would be, no level is raised, and the silence
 * is coverage, no breach. */
bool bw_promise_untold(const struct bw_promise *p);
/* The row whose time counts: of what is asked for in another's place, that one's. */
enum bw_owed bw_owing_timed(const struct bw_owing *o);
/* The carriers of whom it must be known whether they can be told, before bw_promise_bag or _case; at most max. */
#define BW_ASKED_MAX (BW_LEGS + 12)
size_t bw_owing_asked(const struct bw_bag *bag, const struct bw_case *c, char to[BW_ASKED_MAX][4]);

#define BW_CHANGES_MAX 16
struct bw_promise_changes {
    struct bw_promise closed[BW_CHANGES_MAX]; /* as they were, with why, closed_at and closed_uid filled in */
    size_t n_closed;
    struct bw_promise opened[BW_CHANGES_MAX];
    size_t n_opened;
    struct bw_promise raised[BW_CHANGES_MAX]; /* still open, with new level and next_level_at, or a new creditor */
    size_t n_raised;
};
/* Gives ids for new promises. */
typedef struct bw_uuid bw_make_id(void *ctx, bw_time at);

/* What an event recorded now (ev->recorded_at) does to the open promises of its subject.  An event whose outcome is late or
 * contradicting meets nothing.  CASE_OWNER_CHANGED: what another owes from now on keeps its due time, and what stays owed
 * is owed to the new owner.  FLIGHT_TIMES moves what hangs on the flight and is not yet due; what was missed stays missed.
 * PROMISE_REMINDED and PROMISE_MISSED raise a level, PROMISE_MOVED puts one promise off; they change nothing else. */
void bw_promise_bag(const struct bw_promise *open, size_t n_open, const struct bw_bag *after, const struct bw_event *ev,
                    const struct bw_world *world, bw_make_id *make_id, void *ctx, struct bw_promise_changes *ret);
void bw_promise_case(const struct bw_promise *open, size_t n_open, const struct bw_case *after, const struct bw_event *ev,
                     const struct bw_world *world, bw_make_id *make_id, void *ctx, struct bw_promise_changes *ret);

/* True where times of its flight, told now, move what was due at `was` to `anew`: not yet due, and not both within the
 * hour that everybody has from a new promise (CLK-03). */
bool bw_promise_moves(bw_time was, bw_time anew, bw_time now);
/* Due time of what is owed from now on, by policy and by the yardstick (the default of domain.md 9.2). */
bw_time bw_promise_due(const struct bw_owing *o, const struct bw_bag *bag_or_null, const struct bw_case *case_or_null,
                       const struct bw_world *world, bw_time now, bw_time *ret_yardstick, char policy[60]);

/* When a level falls due: 0 at three quarters of the time, 1 at due, 2 at +2 h, 3 at +6 h or the policy's steps, then daily. */
bw_time bw_level_at(const struct bw_promise *p, int level, const struct bw_world *world);
/* The level event that is next for an open promise, as Bagwatch posts it: PROMISE_REMINDED (level 0) or PROMISE_MISSED; its event
 * id is "<promise id>.L<level>", its time the time the level fell due. */
void bw_level_event(const struct bw_promise *p, int level, const struct bw_world *world, struct bw_event *to);
/* True where a level event still holds against the promise as it is now: open, and the level is the next one. */
bool bw_level_holds(const struct bw_promise *p, const struct bw_event *ev);

/* Why promises are put off: by a disruption (CLK-14), or because we could not take updates (CLK-13). */
#define BW_MOVE_OUTAGE "outage"
#define BW_MOVE_DISRUPTION "disruption"
struct bw_move {
    enum bw_close why; /* BW_CLOSE_MOVED or BW_CLOSE_OUTAGE */
    struct bw_uuid incident; /* the disruption or outage */
    bw_time since; /* what fell due before was missed already: it stays, its next level waits; BW_TIME_NONE: all move */
    bw_time until; /* the new time */
};
/* PROMISE_MOVED as Bagwatch posts it: the promise closes and the same duty opens anew, due at `until` and never earlier; the
 * reminder that was sent is not sent again.  Its event id is "<promise id>.M<until>", its time `at`. */
void bw_move_event(const struct bw_promise *p, const struct bw_move *move, bw_time at, struct bw_event *to);
/* True where a PROMISE_MOVED still changes the promise: open, and due (or raised next) before the new time. */
bool bw_move_holds(const struct bw_promise *p, const struct bw_event *ev);

#endif
