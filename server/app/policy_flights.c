/* SPDX-License-Identifier: Apache-2.0 */
/* policy_flights.c - what a dry run knows of flights: promises that their times moved are one duty, and by the default
 * a duty is moved by what was told of its flight while it ran. */
#include <stdlib.h>

#include "replay_int.h"

/* --- duties --- */

static int by_duty(const void *pa, const void *pb)
{
    const struct bw_replay_step *a = pa, *b = pb;
    int order = memcmp(a->bag_id.b, b->bag_id.b, sizeof a->bag_id.b);
    order = order ? order : strcmp(a->debtor, b->debtor);
    order = order ? order : strcmp(a->basis, b->basis);
    return order ? order : (a->opened_at > b->opened_at) - (a->opened_at < b->opened_at);
}

static int by_due(const void *pa, const void *pb)
{
    const struct bw_replay_duty *a = pa, *b = pb;
    if (a->due_at != b->due_at)
        return a->due_at < b->due_at ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static bool takes_up(const struct bw_replay_step *was, const struct bw_replay_step *is)
{
    return was->by_flight && was->closed_at == is->opened_at && bw_uuid_eq(&was->bag_id, &is->bag_id) &&
           strcmp(was->debtor, is->debtor) == 0 && strcmp(was->basis, is->basis) == 0;
}

static void read_steps(struct bw_rows *rows, struct bw_replay_step *steps)
{
    for (size_t k = 0; k < rows->n; k++) {
        struct bw_replay_step *s = &steps[k];
        *s = (struct bw_replay_step){ .row = k,
                                      .next = SIZE_MAX,
                                      .bag_id = bw_rows_uuid(rows, k, "bag_id"),
                                      .opened_at = bw_rows_time(rows, k, "opened_at"),
                                      .closed_at = bw_rows_time(rows, k, "closed_at"),
                                      .due_at = bw_rows_time(rows, k, "due_at"),
                                      .by_flight = bw_rows_bool(rows, k, "by_flight") };
        bw_str_put(bw_str_take(bw_rows_text(rows, k, "debtor"), sizeof s->debtor - 1), s->debtor, sizeof s->debtor);
        bw_str_put(bw_str_take(bw_rows_text(rows, k, "basis"), sizeof s->basis - 1), s->basis, sizeof s->basis);
    }
}

bool bw_replay_duties_read(struct bw_rows *rows, struct bw_replay_duties *ret)
{
    size_t n = rows->n;
    *ret = (struct bw_replay_duties){ .v = calloc(n + 1, sizeof *ret->v), .steps = calloc(n + 1, sizeof *ret->steps) };
    if (!ret->v || !ret->steps)
        return false;
    read_steps(rows, ret->steps);
    qsort(ret->steps, n, sizeof *ret->steps, by_duty);
    for (size_t k = 0; k + 1 < n; k++)
        if (takes_up(&ret->steps[k], &ret->steps[k + 1])) {
            ret->steps[k].next = k + 1;
            ret->steps[k + 1].follows = true;
        }
    for (size_t k = 0; k < n; k++) {
        size_t last = k;
        if (ret->steps[k].follows)
            continue;
        while (ret->steps[last].next != SIZE_MAX)
            last = ret->steps[last].next;
        ret->v[ret->n++] = (struct bw_replay_duty){ ret->steps[k].row, ret->steps[last].row, ret->steps[last].due_at,
                                                    ret->steps[k].basis };
    }
    qsort(ret->v, ret->n, sizeof *ret->v, by_due);
    return true;
}

void bw_replay_duties_done(struct bw_replay_duties *d)
{
    free(d->v);
    free(d->steps);
    *d = (struct bw_replay_duties){ 0 };
}

/* --- flights --- */

/* "IB3163/2026-11-21" */
static bool flight_of(const char *basis, struct bw_str *ret_number, bw_date *ret_date)
{
    struct bw_str rest = bw_str_c(basis);
    *ret_number = bw_str_split(&rest, '/');
    return ret_number->n && ret_number->n < BW_FLIGHT && bw_date_parse(rest, ret_date);
}

static int by_basis(const void *pa, const void *pb)
{
    const char *const *a = pa, *const *b = pb;
    return strcmp(*a, *b);
}

static int by_flight(const void *pa, const void *pb)
{
    const struct bw_replay_told *a = pa, *b = pb;
    int order = strcmp(a->number, b->number);
    if (order || a->date != b->date)
        return order ? order : a->date < b->date ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a dry run");
}

/* The flights of the duties, each once. */
struct names {
    const char **basis;
    struct bw_str *number;
    bw_date *date;
    size_t n;
};

static void names_done(struct names *names)
{
    free((void *)names->basis);
    free(names->number);
    free(names->date);
}

static bool names_of(const struct bw_replay_duties *duties, struct names *ret)
{
    *ret = (struct names){ .basis = calloc(duties->n + 1, sizeof *ret->basis),
                           .number = calloc(duties->n + 1, sizeof *ret->number),
                           .date = calloc(duties->n + 1, sizeof *ret->date) };
    if (!ret->basis || !ret->number || !ret->date)
        return false;
    for (size_t k = 0; k < duties->n; k++)
        ret->basis[k] = duties->v[k].basis;
    qsort((void *)ret->basis, duties->n, sizeof *ret->basis, by_basis);
    for (size_t k = 0; k < duties->n; k++) {
        bool again = k > 0 && strcmp(ret->basis[k], ret->basis[k - 1]) == 0;
        if (!again && flight_of(ret->basis[k], &ret->number[ret->n], &ret->date[ret->n]))
            ret->n++;
    }
    return true;
}

static bw_code read_told(struct bw_pg *pg, const struct names *names, struct bw_replay_flights *ret,
                         struct bw_error *err)
{
    static const char *const departs[] = { "departs_scheduled", "departs_estimated", "departs_actual" };
    static const char *const arrives[] = { "arrives_scheduled", "arrives_estimated", "arrives_actual" };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_FLIGHT_TOLD,
                    BW_PARAMS(bw_p_texts(names->number, names->n), bw_p_dates(names->date, names->n)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret = (struct bw_replay_flights){ .v = calloc(rows.n + 1, sizeof *ret->v), .n = rows.n };
    if (!ret->v)
        return no_memory(err);
    for (size_t k = 0; k < rows.n; k++) {
        struct bw_replay_told *one = &ret->v[k];
        bw_str_put(bw_str_take(bw_rows_text(&rows, k, "number"), BW_FLIGHT - 1), one->number, BW_FLIGHT);
        one->date = bw_rows_date(&rows, k, "day");
        one->at = bw_rows_time(&rows, k, "at");
        for (int sure = 0; sure < BW_SURE_MAX; sure++) {
            one->departs[sure] = bw_rows_time(&rows, k, departs[sure]);
            one->arrives[sure] = bw_rows_time(&rows, k, arrives[sure]);
        }
    }
    qsort(ret->v, ret->n, sizeof *ret->v, by_flight);
    return BW_OK;
}

bw_code bw_replay_flights_read(struct bw_pg *pg, const struct bw_replay_duties *duties, struct bw_replay_flights *ret,
                               struct bw_error *err)
{
    struct names names;
    *ret = (struct bw_replay_flights){ 0 };
    bw_code rc = names_of(duties, &names) ? read_told(pg, &names, ret, err) : no_memory(err);
    names_done(&names);
    return rc;
}

void bw_replay_flights_done(struct bw_replay_flights *f)
{
    free(f->v);
    *f = (struct bw_replay_flights){ 0 };
}

/* --- by the default --- */

/* The first that was told of it behind an instant; the end where nothing was. */
static size_t first_behind(const struct bw_replay_flights *flights, const struct bw_replay_told *key)
{
    size_t low = 0, high = flights->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_flight(&flights->v[middle], key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool of_same(const struct bw_replay_told *a, const struct bw_replay_told *b)
{
    return a->date == b->date && strcmp(a->number, b->number) == 0;
}

/* When it would be due if it were given its time at the instant at which these times were told. */
static bw_time due_by(const struct bw_replay_told *told, const struct bw_promise *p, const struct bw_world *world,
                      struct bw_bag *bag)
{
    char name[60];
    bw_time yardstick;
    bool planned = p->owed == BW_OWE_FORWARD;
    struct bw_flight f;
    struct bw_world bare = *world;
    struct bw_owing o = { .owed = p->owed };
    bw_flight_init(&f, told->number, told->date);
    memcpy(f.departs, told->departs, sizeof f.departs);
    memcpy(f.arrives, told->arrives, sizeof f.arrives);
    memcpy(o.debtor, p->debtor, sizeof o.debtor);
    memcpy(o.station, p->station, sizeof o.station);
    bare.flights = &f;
    bare.n_flights = 1;
    bare.n_policies = 0;
    bw_str_put(bw_str_c(told->number), planned ? bag->fwd_flight : bag->flight, BW_FLIGHT);
    *(planned ? &bag->fwd_date : &bag->flight_date) = told->date;
    return bw_promise_due(&o, bag, NULL, &bare, told->at, &yardstick, name);
}

bw_time bw_replay_retimed(const struct bw_replay_flights *flights, const struct bw_promise *p, bw_time end,
                          const struct bw_world *world, struct bw_bag *bag)
{
    struct bw_str number;
    struct bw_replay_told key = { .at = p->opened_at };
    bw_time due = p->yardstick_at;
    bool planned = p->owed == BW_OWE_FORWARD;
    if (!flight_of(p->basis, &number, &key.date))
        return due;
    bw_str_put(number, key.number, sizeof key.number);
    for (size_t k = first_behind(flights, &key); k < flights->n && of_same(&flights->v[k], &key); k++) {
        const struct bw_replay_told *told = &flights->v[k];
        bool timed = bw_flight_surest(planned ? told->departs : told->arrives, NULL) != BW_TIME_NONE;
        if (told->at >= end || told->at >= due)
            break;
        bw_time anew = timed ? due_by(told, p, world, bag) : due;
        due = bw_promise_moves(due, anew, told->at) ? anew : due;
    }
    return due;
}
