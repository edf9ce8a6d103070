/* SPDX-License-Identifier: Apache-2.0 */
/* policy_replay.c - what a change of a policy would have done: the promises that were given in the last 30 days are
 * given again by the pure rules, once with the policies of their time and once with the change told before them all.
 * Answers are taken to have come when they came.  Promises that a flight's times moved are one duty; what the change
 * leaves to the default moves with its flight as that was told (policy_flights.c).  What something else than a policy
 * has set (an outage, a storm, a file that changed hands) keeps that. */
#include "bw/app/policies.h"

#include "bw/domain/hours.h"
#include "bw/domain/stale.h"
#include "bw/storage/rows.h"

#include "replay_int.h"

#define READ_MOST 50000
#define LEVELS_MOST 126

struct playing {
    struct bw_world world;   /* the policies of the time */
    struct bw_policy change; /* as if it had always held */
    struct bw_replay_flights flights;
    struct bw_replay *r;
    struct bw_bag *fly; /* of bw_replay_retimed */
    bw_time now;
};

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a dry run");
}

/* The subject of a promise, for its class and lane; a row that does not read back is an ordinary one. */
struct subject {
    struct bw_bag bag;
    struct bw_case file;
    bool has_bag, has_file;
};

static void read_subject(struct bw_rows *rows, size_t row, const struct bw_promise *p, struct subject *to)
{
    bool there = !bw_rows_null(rows, row, "fold");
    to->has_bag = there && p->subject == BW_SUBJECT_BAG && bw_row_bag(rows, row, &to->bag);
    to->has_file = there && p->subject == BW_SUBJECT_CASE && bw_row_case(rows, row, &to->file);
}

/* A claim's step runs since the step before: its default says since when, unless it was left its last hour. */
static bool span_of(const struct bw_promise *p, const struct bw_policy *change, struct bw_span_of *to)
{
    *to = (struct bw_span_of){ .now = p->opened_at, .yardstick = p->yardstick_at };
    const struct bw_owed_row *row = bw_owed_row(p->owed);
    if (row->kind != BW_OWED_CLAIM)
        return true;
    to->since = p->yardstick_at - row->minutes * BW_MINUTE;
    return p->yardstick_at > p->opened_at + BW_HOUR || change->minutes <= row->minutes;
}

static int64_t levels_by(const struct bw_policy *p, bw_time due, bw_time end)
{
    int level = 2;
    while (level < LEVELS_MOST && due + bw_policy_level(p, level) * BW_MINUTE < end)
        level++;
    return level - 2;
}

/* first and last: the same promise, unless the times of its flight have moved it. */
static void count(struct playing *y, const struct bw_promise *first, const struct bw_promise *last, bw_time would,
                  const struct bw_policy *had, const struct bw_policy *has)
{
    struct bw_replay *r = y->r;
    bw_time end = last->why == BW_CLOSE_OPEN ? y->now : last->closed_at, due = last->due_at;
    r->promises++;
    r->missed_before += end > due;
    r->missed_after += end > would;
    r->silent_us_before += end > due ? end - due : 0;
    r->silent_us_after += end > would ? end - would : 0;
    r->raised_before += levels_by(had, due, end);
    r->raised_after += levels_by(has, would, end);
    if (would == due)
        return;
    r->moved++;
    r->sooner += would < due;
    if (r->n_shown == BW_REPLAY_SHOWN)
        return;
    struct bw_replayed *shown = &r->shown[r->n_shown++];
    *shown = (struct bw_replayed){ *last, would };
    shown->p.opened_at = first->opened_at;
}

/* By the default a duty that hangs on a flight moves with it; by a carrier's own minutes it runs on (CLK-03). */
static bool hangs(const struct playing *y, const struct bw_promise *p, const struct bw_policy *has)
{
    return !has && y->flights.n && (p->owed == BW_OWE_FORWARD || p->owed == BW_OWE_IN_FLIGHT);
}

static void play(struct playing *y, const struct bw_promise *first, const struct bw_promise *last,
                 const struct subject *of)
{
    char name[60];
    struct bw_situation s;
    struct bw_span_of t;
    bw_time opened = first->opened_at, end = last->why == BW_CLOSE_OPEN ? y->now : last->closed_at;
    bw_situation_of(first->owed, first->debtor, first->station, of->has_bag ? &of->bag : NULL,
                    of->has_file ? &of->file : NULL, &s);
    const struct bw_policy *had = bw_policy_best(&y->world, NULL, &s, opened);
    const struct bw_policy *has = bw_policy_best(&y->world, &y->change, &s, opened);
    bool known = span_of(first, &y->change, &t);
    bw_time was = bw_policy_due(&s, had, &t, name), would = bw_policy_due(&s, has, &t, name);
    was = bw_desk_due(&y->world, first->owed, first->debtor, first->station, opened, was);
    would = bw_desk_due(&y->world, first->owed, first->debtor, first->station, opened, would);
    bool by_others = had != has && (!known || was < first->due_at);
    y->r->kept_as_it_was += by_others;
    if (had == has || by_others || (was > first->due_at && would > first->due_at))
        would = last->due_at;
    else if (hangs(y, first, has))
        would = bw_replay_retimed(&y->flights, first, end, &y->world, y->fly);
    count(y, first, last, would, had, has);
}

static bw_code play_all(struct playing *y, struct bw_rows *rows, const struct bw_replay_duties *duties,
                        struct subject *of, struct bw_error *err)
{
    for (size_t k = 0; k < duties->n; k++) {
        struct bw_promise first, last;
        if (!bw_row_promise(rows, duties->v[k].first, &first) || !bw_row_promise(rows, duties->v[k].last, &last))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        read_subject(rows, duties->v[k].first, &first, of);
        play(y, &first, &last, of);
    }
    return BW_OK;
}

/* What was told of flights counts where a change leaves it to the default. */
static bw_code play_rows(struct playing *y, struct bw_pg *pg, struct bw_rows *rows, struct subject *of,
                         struct bw_error *err)
{
    struct bw_replay_duties duties;
    bw_code rc = bw_replay_duties_read(rows, &duties) ? BW_OK : no_memory(err);
    if (rc == BW_OK && !y->change.minutes)
        rc = bw_replay_flights_read(pg, &duties, &y->flights, err);
    rc = rc == BW_OK ? play_all(y, rows, &duties, of, err) : rc;
    bw_replay_flights_done(&y->flights);
    bw_replay_duties_done(&duties);
    return rc;
}

bw_code bw_policy_replay(struct bw_pg *pg, const struct bw_world *world, const struct bw_policy_work *change,
                         bw_time now, struct bw_arena *arena, struct bw_replay **ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    const struct bw_policy *p = &change->p;
    struct bw_replay *r = BW_NEW(arena, struct bw_replay);
    struct subject *of = BW_NEW(arena, struct subject);
    struct playing y = { .world = *world, .change = *p, .r = r, .fly = BW_NEW(arena, struct bw_bag), .now = now };
    if (!r || !of || !y.fly)
        return no_memory(err);
    *r = (struct bw_replay){ .from = now - BW_REPLAY_DAYS * BW_DAY, .to = now };
    r->shown = BW_NEW_ARRAY(arena, struct bw_replayed, BW_REPLAY_SHOWN);
    if (!r->shown)
        return no_memory(err);
    bw_code rc = bw_pg_query(pg, BW_STMT_PROMISE_REPLAY,
                             BW_PARAMS(bw_p_time(r->from), bw_p_time(r->to), bw_p_c(p->owed),
                                       bw_p_c(change->book->carrier), bw_p_i32(READ_MOST)),
                             &rows, err);
    if (rc != BW_OK)
        return rc;
    y.change.valid_from = BW_TIME_NONE;
    y.world.policies = change->book->all;
    y.world.n_policies = change->book->n_all;
    rc = play_rows(&y, pg, &rows, of, err);
    r->whole = rows.n < READ_MOST;
    *ret = r;
    return rc;
}

static void put_moved(struct bw_json_out *j, const struct bw_replayed *m)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &m->p.promise_id);
    bw_jk_c(j, "subject", bw_subject_word(m->p.subject));
    bw_jk_uuid(j, "subject_id", &m->p.bag_id);
    bw_jk_c(j, "carrier", m->p.debtor);
    bw_jko_c(j, "station", m->p.station);
    bw_jk_time(j, "opened", m->p.opened_at);
    bw_jk_time(j, "due", m->p.due_at);
    bw_jk_time(j, "would_be_due", m->would);
    bw_jk_time(j, "closed", m->p.why == BW_CLOSE_OPEN ? BW_TIME_NONE : m->p.closed_at);
    bw_jo_end(j);
}

void bw_policy_replay_json(const struct bw_replay *r, const struct bw_policy_work *change, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jkey(j, "change");
    bw_jraw(j, change->after);
    bw_jk_bool(j, "relaxes", change->verdict.relaxes);
    bw_jk_time(j, "earliest", change->verdict.earliest);
    bw_jk_time(j, "from", r->from);
    bw_jk_time(j, "to", r->to);
    bw_jk_bool(j, "whole", r->whole);
    bw_jk_i64(j, "promises", r->promises);
    bw_jk_i64(j, "moved", r->moved);
    bw_jk_i64(j, "sooner", r->sooner);
    bw_jk_i64(j, "set_by_other_rules", r->kept_as_it_was);
    bw_jk_i64(j, "missed_before", r->missed_before);
    bw_jk_i64(j, "missed_after", r->missed_after);
    bw_jk_i64(j, "silent_minutes_before", bw_minutes(r->silent_us_before));
    bw_jk_i64(j, "silent_minutes_after", bw_minutes(r->silent_us_after));
    bw_jk_i64(j, "escalations_before", r->raised_before);
    bw_jk_i64(j, "escalations_after", r->raised_after);
    bw_jkey(j, "rows");
    bw_ja_begin(j);
    for (size_t k = 0; k < r->n_shown; k++)
        put_moved(j, &r->shown[k]);
    bw_ja_end(j);
    bw_jo_end(j);
}
