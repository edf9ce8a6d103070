/* SPDX-License-Identifier: Apache-2.0 */
/* policies.h - the overrides of deadlines: told by a carrier's supervisors for what that carrier owes, or by an
 * administrator for whom they like; each change an event of the carrier's book of policies, with what was told of the
 * same before and after, and who did it beside it.
 * The book is a subject of its own (storage/side.h): its version is what If-Match names, so of two who change it at
 * once the second is told.  What a change may be is judged by the pure rules (domain/policy.h) on the rows as they are
 * stored. Layer: app.  Threads: any; functions that take a bw_pg want it ready, of set query.  Source: CLK-02, CASE-12.
 */
#ifndef BW_APP_POLICIES_H
#define BW_APP_POLICIES_H

#include "bw/app/principal.h"
#include "bw/base/json_in.h"
#include "bw/domain/policy.h"
#include "bw/storage/writer.h"

/* One row as it was told. */
struct bw_policy_row {
    struct bw_policy p;
    bw_time from, until; /* its reign as of now; until BW_TIME_NONE: no end is known */
    bool reigned;        /* false: something else was told for all its time */
};
/* The book of a carrier ("": what holds for all), and every row there is. */
struct bw_policy_book {
    char carrier[4];
    int32_t version; /* of its log */
    struct bw_policy *all;
    struct bw_policy_row *rows; /* those of the carrier and those of all carriers, by key and time of telling */
    size_t n_all, n;
    struct bw_hours *hours; /* of all desks (desk_hours.h) */
    size_t n_hours;
};
/* The subject of a carrier's book. */
struct bw_uuid bw_policy_book_id(const char *carrier);
/* One snapshot, as of now. */
BW_MUST_USE bw_code bw_policy_book_read(struct bw_pg *pg, const char *carrier, bw_time now, struct bw_arena *arena,
                                        struct bw_policy_book **ret, struct bw_error *err);
/* One row as it was told, and until when it holds (BW_TIME_NONE: left out). */
void bw_policy_json(const struct bw_policy *p, bw_time until, struct bw_json_out *j);
/* {"carrier","version","now","defaults","in_force","coming","past"} */
void bw_policy_book_json(const struct bw_policy_book *book, bw_time now, struct bw_json_out *j);
/* {"changes":[{"at","by","organisation","before","after"}]}, newest first, at most 200. */
BW_MUST_USE bw_code bw_policy_changes_json(struct bw_pg *pg, const char *carrier, struct bw_json_out *j,
                                           struct bw_error *err);

/* A change as the page of policies lists it. */
struct bw_policy_told {
    bw_time at;
    struct bw_str by;                            /* account */
    struct bw_policy p;                          /* what it told; owed "" for hours */
    const struct bw_policy *before;              /* what was told before under the same key; NULL: nothing */
    char desk[4];                                /* whose hours it told; "" else */
    const struct bw_hours *hours, *hours_before; /* those, and what was told of the desk before; NULL: always open */
};
/* The newest 50 of the book, newest first. */
BW_MUST_USE bw_code bw_policy_history(struct bw_pg *pg, const struct bw_policy_book *book, struct bw_arena *arena,
                                      struct bw_policy_told **ret, size_t *ret_n, struct bw_error *err);
enum bw_policy_when { BW_POLICY_PAST, BW_POLICY_IN_FORCE, BW_POLICY_COMING };
enum bw_policy_when bw_policy_when(const struct bw_policy_row *row, bw_time now);

/* What somebody wants, as it was sent; decoded by bw_policy_fields. */
struct bw_policy_wish {
    struct bw_str carrier, station, lane;
    int owed, priority;
    uint32_t minutes, level2_minutes, level3_minutes;
    bool ends, has_minutes, has_level2, has_level3;
    struct bw_json_time from;
};
extern const struct bw_field bw_policy_fields[];
/* For whose book the caller may speak: its own carrier's, which need not be named, or any ("": of all) for an
 * administrator of the installation.  BW_E_FORBIDDEN; BW_E_INVALID_BODY for what is no carrier. */
BW_MUST_USE bw_code bw_policy_whose(const struct bw_principal *who, struct bw_str named, char carrier[4],
                                    struct bw_error *err);
/* Whose book the caller may read: the same, and any for who sees every carrier.  BW_E_FORBIDDEN; BW_E_BAD_REQUEST for
 * what is no carrier, as a query names it. */
BW_MUST_USE bw_code bw_policy_reads(const struct bw_principal *who, struct bw_str named, char carrier[4],
                                    struct bw_error *err);

/* A change on its way to the writer; all of the arena. */
struct bw_policy_work {
    struct bw_policy p; /* as it is told */
    const struct bw_hours *hours,
        *hours_before; /* hours != NULL: open hours are told, and no override (desk_hours.h) */
    struct bw_policy_verdict verdict;
    struct bw_policy_book *book; /* as it was before */
    struct bw_uuid account_id;   /* who did it; the log has a handle only */
    struct bw_str before, after; /* JSON; before.p == NULL: nothing was told under this key */
    struct bw_side side;
    struct bw_item item;
    struct bw_work work; /* ready but for done and ctx */
};
/* version: what If-Match named, -1 any.  BW_E_INVALID_BODY and BW_E_POLICY say by field what is wrong with the wish,
 * BW_E_PRECONDITION_FAILED that the book was changed meanwhile (also out of the writer: outcome `moot`). */
BW_MUST_USE bw_code bw_policy_change(struct bw_pg *pg, const struct bw_principal *who,
                                     const struct bw_policy_wish *wish, int32_t version, bw_time now,
                                     struct bw_arena *arena, struct bw_policy_work **ret, struct bw_error *err);

/* --- what it would have done --- */

#define BW_REPLAY_DAYS 30
#define BW_REPLAY_SHOWN 100
/* One promise of the time that would have had another due time. */
struct bw_replayed {
    struct bw_promise p;
    bw_time would;
};
struct bw_replay {
    bw_time from, to;
    int64_t promises, moved, sooner; /* of this row: all, those with another due time, of those the earlier ones */
    int64_t kept_as_it_was;          /* set by something else (an outage, a storm): left as they are */
    int64_t missed_before, missed_after;
    int64_t silent_us_before, silent_us_after; /* past due until answered, or until now */
    int64_t raised_before, raised_after;       /* levels from 2 up */
    bool whole;                                /* false: there were more than could be read */
    struct bw_replayed *shown;                 /* the first of those that moved, by due time */
    size_t n_shown;
};
/* Every promise of the change's row that was opened in the last 30 days, given its due time again by the pure rules,
 * with and without the change.  The bag's journey and class are those of its fold today. */
BW_MUST_USE bw_code bw_policy_replay(struct bw_pg *pg, const struct bw_world *world,
                                     const struct bw_policy_work *change, bw_time now, struct bw_arena *arena,
                                     struct bw_replay **ret, struct bw_error *err);
void bw_policy_replay_json(const struct bw_replay *r, const struct bw_policy_work *change, struct bw_json_out *j);

#endif
