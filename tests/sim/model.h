/* SPDX-License-Identifier: Apache-2.0 */
/* model.h - the rules of bags, cases and promises written a second time, from requirements.md (BAG, CLK), domain.md 9
 * and design.md 6 alone, as plainly as possible: a state is folded anew from the sorted log for every single event. It
 * takes verdicts and what a report was opened with from the log, as facts; it finds by itself where a bag is, who has
 * it, who owes what by when, and when each level falls due.  It shares no code with server/domain.  Policies: defaults
 * only. */
#ifndef BW_TESTS_SIM_MODEL_H
#define BW_TESTS_SIM_MODEL_H

#include "sim.h"

/* One row of the log. */
struct m_event {
    struct bw_uuid subject, uid, case_id, promise_id, other;
    bool of_bag;
    int version, rank, level, ordinal, bags, in_a_row;
    char code[24], sender[33], event_id[65], ident[64], carrier[4], source[10], time_kind[8], time_type[10], station[4];
    char flight[12], from[4], to[4], outcome[14], why[20], action[12], owner[4], last_flight[12], last_to[4];
    bool proof, person;     /* a search: somebody is named */
    bool marked;            /* the log says: without a mandate */
    bool alone;             /* the model says so: see m_mandated */
    int64_t batch;          /* the commit that it came with */
    char reason[16];        /* of a closing */
    char *stations, *codes; /* of a mandate, as JSON lists; NULL: it is none, or every one */
    char *route;            /* stations of the legs that it tells; NULL: none */
    bw_date from_day, until_day;
    bw_date flight_date;
    bw_time t, occurred, recorded, window_until, plan_due, due, quiet_until;
    char *replaces; /* NULL: none */
};

#define SIM_LOG_MAX 512 /* events of one bag and of those merged into it */

struct m_bag {
    const char *place; /* "NONE", … as in design.md 6 */
    char station[4], flight[12];
    bw_date flight_date;
    bool rest, attempted;
    bw_time placed; /* since when it is there */
    bw_time window_until;
    const char *custody; /* "NONE", "HELD", "PENDING", "DISPUTED" */
    char custodian[4], receiver[4];
    bw_time offered;  /* recorded */
    const char *file; /* "NONE", "OPEN", "CLAIM", "LOST", "CLOSED" */
    bool kept;        /* a claim waits for its file */
    struct bw_uuid case_id, joined;
    char owner[4];
    bool watched, over, sighted, unclaimed;
    char needs[20]; /* of the customer, "" nothing; known: the customer was reached (CLK-18) */
    bool known;
    bw_time reported, seen, news;
    char seen_station[4], seen_carrier[4], news_carrier[4], denied[4];
    bool plan, legs_of_case;
    char plan_flight[12], plan_from[4];
    bw_date plan_date;
    bw_time plan_due;
    char destination[4], last_carrier[4];
};

/* What a carrier let the handler say (SEC-10): the events of one mandate's own log. */
struct m_mandate {
    const struct m_event *granted, *revoked; /* revoked: NULL while it holds */
};

struct m_case {
    const char *state;
    char owner[4], station[4];
    bw_time opened;
    uint32_t awaited;
    bool answered, claim;
    bw_time claimed; /* when the first claim was filed */
};

/* What is owed: the row of D 9.2, by whom, and what makes it another duty when it changes. */
struct m_owed {
    char what[20], debtor[4], station[4], giver[4], about[40];
    bw_time due;
};

bool m_sighting(const struct m_event *e);
/* Kilometres between two of the simulator's stations; 0 where one is none. */
double m_apart(const char *a, const char *b);
/* False where a handler says it for a carrier that has not let it, for that code, station and day, by then. */
bool m_mandated(const struct m_event *e, const struct m_mandate *mandates, size_t n);
/* Whether a file may be closed for that reason as it stands (CASE-04, CASE-05). */
bool m_may_close(const struct m_case *file, const struct m_event *ev);
/* Folds events (sorted and thinned out in place). */
void m_fold_bag(struct m_bag *bag, const struct bw_uuid *id, const struct m_event **events, size_t n);
void m_case_step(struct m_case *file, const struct m_event *ev);
/* Who owes now; at most 2. */
size_t m_owed_of_bag(const struct m_bag *bag, bw_time now, struct m_owed to[2]);
/* When a bag that stands at its destination, without a file and unwatched, has stood there for a day (CLK-20). */
bw_time m_unclaimed_at(const struct m_bag *bag);
size_t m_owed_of_case(const struct m_case *file, bw_time now, struct m_owed to[2]);
/* True where the event, by its code, speaker and verdict, keeps what the debtor owed. */
bool m_in_person(const struct m_event *ev); /* false: a confirmation or a search by a machine alone */
bool m_meets(const struct m_event *ev, const char *owed, const char *debtor);
/* CLK-11, of a bag whose log is n events, the last of them e or a plan or confirmation's moment: how many plans since
 * the newest fact are past their flight; the how-manyth confirmation or plan e is without a new fact, as the log says
 * it (0 for the first); -1 where there are more plans than the model counts, or e is neither. */
int m_plans_left(const struct m_event **events, size_t n, bw_time now);
int m_in_a_row(const struct m_event **events, size_t n, const struct m_event *e);
bw_time m_level_at(bw_time opened, bw_time due, int level);

#endif
