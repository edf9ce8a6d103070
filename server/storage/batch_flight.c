/* SPDX-License-Identifier: Apache-2.0 */
/* Flights that a batch's promises hang on: read only where a watched bag has one, into a copy of the world.
 * And which bags are to be on which flights, for the duty that looks at them when a flight's times change. */
#include "batch_ways.h"
#include "bw/domain/watch.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for flights");
}

/* Index in the list of those asked for; it is put there.  SIZE_MAX: memory is out. */
static size_t ask(struct bw_batch *b, const char *number, bw_date date)
{
    for (size_t k = 0; k < b->flights.n; k++) {
        const struct bw_flight *f = b->flights.v[k];
        if (f->date == date && strcmp(f->number, number) == 0)
            return k;
    }
    struct bw_flight *f = BW_NEW(&b->arena, struct bw_flight);
    if (!f || !bw_list_add(&b->arena, &b->flights, f))
        return SIZE_MAX;
    bw_flight_init(f, number, date);
    return b->flights.n - 1;
}

bool bw_batch_ask_flight(struct bw_batch *b, const struct bw_bag *bag)
{
    const char *flight;
    bw_date date;
    if (!bw_bag_hangs_on(bag, &flight, &date))
        return true;
    size_t at = ask(b, flight, date);
    b->needs_reading |= at >= b->n_flights;
    return at != SIZE_MAX;
}

/* A bag that is watched, or is to be: what is said of flights now may be owed by them. */
bool bw_batch_name_flights(struct bw_batch *b)
{
    bool watched = false;
    for (size_t k = 0; k < b->actor_list.n; k++) {
        const struct bw_actor *a = b->actor_list.v[k];
        const char *flight;
        bw_date date;
        if (a->kind != BW_SUBJECT_BAG || !a->found || !a->row.bag.watched)
            continue;
        watched = true;
        if (bw_bag_hangs_on(&a->row.bag, &flight, &date) && ask(b, flight, date) == SIZE_MAX)
            return false;
        for (size_t i = 0; i < a->row.bag.idle.n_plans; i++) /* which of them have left (CLK-11) */
            if (ask(b, a->row.bag.idle.plans[i].flight, a->row.bag.idle.plans[i].date) == SIZE_MAX)
                return false;
    }
    for (size_t k = 0; watched && k < b->n_entries; k++) {
        const struct bw_event *ev = &b->entries[k].item->ev;
        bool flies = ev->code == BW_EV_BAG_LOADED || ev->code == BW_EV_FORWARD_PLANNED;
        if (flies && ev->flight[0] && ev->flight_date != BW_DATE_NONE &&
            ask(b, ev->flight, ev->flight_date) == SIZE_MAX)
            return false;
    }
    return true;
}

static bw_code read_rows(struct bw_batch *b, struct bw_flight *known, size_t *n_known, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pipe_read(b->pg, BW_STMT_FLIGHT_READ, &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_flight f;
        if (!bw_row_flight(&rows, k, &f))
            return bw_fail(err, BW_E_DB, NULL, "a flight does not read back");
        bool again =
            *n_known && known[*n_known - 1].date == f.date && strcmp(known[*n_known - 1].number, f.number) == 0;
        if (!again && *n_known < b->flights.n)
            known[(*n_known)++] = f;
    }
    return rc;
}

bw_code bw_batch_read_flights(struct bw_batch *b, struct bw_error *err)
{
    size_t n = b->flights.n, n_known = 0;
    if (n == b->n_flights)
        return BW_OK;
    struct bw_str *number = BW_NEW_ARRAY(&b->arena, struct bw_str, n);
    bw_date *date = BW_NEW_ARRAY(&b->arena, bw_date, n);
    struct bw_flight *known = BW_NEW_ARRAY(&b->arena, struct bw_flight, n);
    if (!number || !date || !known)
        return no_memory(err);
    for (size_t k = 0; k < n; k++) {
        const struct bw_flight *f = b->flights.v[k];
        number[k] = bw_str_c(f->number);
        date[k] = f->date;
    }
    bw_code rc = bw_pipe_send(b->pg, BW_STMT_FLIGHT_READ, BW_PARAMS(bw_p_texts(number, n), bw_p_dates(date, n)), err);
    rc = rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
    rc = rc == BW_OK ? read_rows(b, known, &n_known, err) : rc;
    if (rc != BW_OK)
        return rc;
    /* The batch's own copy of the world: the one with the members, where those are asked for. */
    struct bw_world *own = b->world == &b->members.told ? &b->members.told : &b->own;
    if (b->world != own)
        *own = *b->world;
    own->flights = known;
    own->n_flights = n_known;
    b->world = own;
    b->n_flights = n;
    return BW_OK;
}

/* --- which bags are to be on which flights --- */

struct on_flight {
    const char *flight;
    bw_date date;
};
enum { FLIGHTS_MOST = BW_LEGS + 2 };

static size_t flights_of(const struct bw_bag *bag, struct on_flight to[FLIGHTS_MOST])
{
    size_t n = 0;
    for (size_t k = 0; k < bag->n_legs; k++)
        to[n++] = (struct on_flight){ bag->legs[k].flight, bag->legs[k].date };
    to[n++] = (struct on_flight){ bag->fwd_flight, bag->fwd_date };
    to[n++] = (struct on_flight){ bag->flight, bag->flight_date };
    return n;
}

static bool stands_there(const struct on_flight *list, size_t n, const struct on_flight *one)
{
    for (size_t k = 0; k < n; k++)
        if (list[k].date == one->date && strcmp(list[k].flight, one->flight) == 0)
            return true;
    return false;
}

struct columns {
    int16_t *bucket;
    struct bw_uuid *id;
    struct bw_str *flight;
    bw_date *date;
    size_t n;
};

static void add_new(struct columns *c, const struct bw_actor *a)
{
    struct on_flight was[FLIGHTS_MOST], is[FLIGHTS_MOST];
    size_t n_was = a->read_version > 0 ? flights_of(&a->row.bag, was) : 0, n = flights_of(&a->now.bag, is);
    for (size_t k = 0; k < n; k++) {
        bool dated = is[k].flight[0] && is[k].date != BW_DATE_NONE;
        if (!dated || stands_there(was, n_was, &is[k]) || stands_there(is, k, &is[k]))
            continue;
        c->bucket[c->n] = bw_id_bucket(&a->id);
        c->id[c->n] = a->id;
        c->flight[c->n] = bw_str_c(is[k].flight);
        c->date[c->n++] = is[k].date;
    }
}

bw_code bw_write_bag_flights(struct bw_batch *b, struct bw_error *err)
{
    struct columns c = { 0 };
    for (int fresh = 1; fresh >= 0; fresh--) {
        size_t n;
        struct bw_actor **v = bw_actors_changed(b, BW_SUBJECT_BAG, fresh != 0, &n);
        c.bucket = BW_NEW_ARRAY(&b->arena, int16_t, n * FLIGHTS_MOST + 1);
        c.id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n * FLIGHTS_MOST + 1);
        c.flight = BW_NEW_ARRAY(&b->arena, struct bw_str, n * FLIGHTS_MOST + 1);
        c.date = BW_NEW_ARRAY(&b->arena, bw_date, n * FLIGHTS_MOST + 1);
        c.n = 0;
        if (!v || !c.bucket || !c.id || !c.flight || !c.date)
            return no_memory(err);
        for (size_t k = 0; k < n; k++)
            add_new(&c, v[k]);
        bw_code rc = !c.n ? BW_OK
                          : bw_pipe_send(b->pg, BW_STMT_BAG_FLIGHT_ADD,
                                         BW_PARAMS(bw_p_i16s(c.bucket, NULL, c.n), bw_p_uuids(c.id, c.n),
                                                   bw_p_texts(c.flight, c.n), bw_p_dates(c.date, c.n)),
                                         err);
        if (rc != BW_OK)
            return rc;
    }
    return BW_OK;
}
