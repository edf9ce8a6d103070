/* SPDX-License-Identifier: Apache-2.0 */
/* flights.c - times of a flight: told as an event of its own log, with its row in the same transaction; read by number.
 */
#include "bw/app/flights.h"

#include <stdio.h>

#include "bw/app/ingest.h"
#include "bw/storage/rows.h"

bw_code bw_flight_find(struct bw_pg *pg, const char *number, bw_date date, struct bw_flight *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_str name = bw_str_c(number);
    bw_code rc =
        bw_pg_query(pg, BW_STMT_FLIGHT_READ, BW_PARAMS(bw_p_texts(&name, 1), bw_p_dates(&date, 1)), &rows, err);
    if (rc != BW_OK)
        return rc;
    if (!rows.n)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "nothing was told of this flight");
    return bw_row_flight(&rows, 0, ret) ? BW_OK : bw_fail(err, BW_E_DB, NULL, "a flight does not read back");
}

void bw_flight_json(const struct bw_flight *f, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_c(j, "flight", f->own);
    bw_jk_date(j, "date", f->date);
    bw_jk_i64(j, "version", f->version);
    bw_jkey(j, "told");
    bw_flight_write(f, j);
    bw_jo_end(j);
}

/* --- telling --- */

static bw_code write_rows(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct bw_flight_work *w = ctx;
    const struct bw_flight *f = &w->flight;
    struct bw_str codeshares[BW_CODESHARES];
    for (size_t k = 0; k < f->n_codeshares; k++)
        codeshares[k] = bw_str_c(f->codeshares[k]);
    const struct bw_param names = bw_p_texts(codeshares, f->n_codeshares);
    struct bw_str from = f->from[0] ? bw_str_c(f->from) : BW_STR_NONE, to = f->to[0] ? bw_str_c(f->to) : BW_STR_NONE;
    struct bw_str operating = f->operating[0] ? bw_str_c(f->operating) : BW_STR_NONE;
    bw_code rc =
        bw_pipe_send(pg, BW_STMT_FLIGHT_PUT,
                     BW_PARAMS(bw_p_uuid(&w->side.id), bw_p_c(f->own), bw_p_date(f->date), bw_p_i32(ev->version),
                               bw_p_text(from), bw_p_text(to), bw_p_text(operating), names,
                               bw_p_time(f->departs[BW_SCHEDULED]), bw_p_time(f->departs[BW_ESTIMATED_AT]),
                               bw_p_time(f->departs[BW_ACTUAL_AT]), bw_p_time(f->arrives[BW_SCHEDULED]),
                               bw_p_time(f->arrives[BW_ESTIMATED_AT]), bw_p_time(f->arrives[BW_ACTUAL_AT]),
                               bw_p_bool(f->cancelled), bw_p_c(w->told_by), bw_p_time(ev->recorded_at)),
                     err);
    rc = rc == BW_OK ? bw_pipe_send(pg, BW_STMT_FLIGHT_NAMES_DROP, BW_PARAMS(bw_p_uuid(&w->side.id)), err) : rc;
    if (rc != BW_OK)
        return rc;
    return bw_pipe_send(pg, BW_STMT_FLIGHT_NAMES_ADD,
                        BW_PARAMS(bw_p_uuid(&w->side.id), bw_p_date(f->date), bw_p_c(f->own), names), err);
}

static void hears(struct bw_flight_work *w, struct bw_str carrier)
{
    if (carrier.n && w->side.n_audience < BW_LEN(w->audience) &&
        bw_str_copy(carrier, w->audience[w->side.n_audience], sizeof w->audience[0]))
        w->side.n_audience++;
}

/* For whom the caller tells it: the carrier of the number, who was named as operating it, who sells it. */
static bool speaks(const struct bw_principal *who, const struct bw_flight *f, const struct bw_flight *before,
                   char to[4])
{
    struct bw_str may[BW_CODESHARES + 2];
    size_t n = 0;
    may[n++] = bw_flight_carrier(f->own);
    if (before && before->operating[0])
        may[n++] = bw_str_c(before->operating);
    for (size_t k = 0; before && k < before->n_codeshares; k++)
        may[n++] = bw_flight_carrier(before->codeshares[k]);
    for (size_t k = 0; k < n; k++)
        if (bw_principal_speaks_for(who, may[k])) {
            bw_str_put(may[k], to, 4);
            return true;
        }
    return false;
}

static bw_code fill(const struct bw_principal *who, bw_time now, struct bw_arena *arena, struct bw_flight_work *w,
                    struct bw_error *err)
{
    struct bw_flight *f = &w->flight;
    struct bw_event *ev = &w->item.ev;
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, 8 * 1024);
    bw_json_out_init(&j, &b);
    bw_flight_write(f, &j);
    ev->data.facts = bw_buf_ok(&b) ? bw_arena_str(arena, bw_buf_view(&b)) : BW_STR_NONE;
    if (!ev->data.facts.p)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a flight");
    w->side = (struct bw_side){ .id = bw_flight_id(f->own, f->date),
                                .read_version = f->version,
                                .state = f->cancelled ? "CANCELLED" : "TOLD",
                                .audience = (const char(*)[4])w->audience,
                                .write = write_rows,
                                .ctx = w };
    hears(w, bw_flight_carrier(f->own));
    hears(w, bw_str_c(f->operating));
    for (size_t k = 0; k < f->n_codeshares; k++)
        hears(w, bw_flight_carrier(f->codeshares[k]));
    ev->code = BW_EV_FLIGHT_TIMES;
    ev->source = who->kind == BW_P_ACCOUNT ? BW_SRC_STAFF : BW_SRC_JSON;
    ev->subject = BW_SUBJECT_FLIGHT;
    ev->occurred_at = now;
    bw_sender_of(who, ev->sender);
    (void)snprintf(ev->event_id, sizeof ev->event_id, "times.v%d", f->version + 1);
    ev->ident.kind = BW_IDENT_ID;
    (void)bw_uuid_text(&w->side.id, ev->ident.value);
    bw_str_put(bw_str_c(f->own), ev->flight, sizeof ev->flight);
    ev->flight_date = f->date;
    bw_str_put(bw_str_c(f->from), ev->station, sizeof ev->station);
    bw_str_put(bw_str_c(who->organisation), w->told_by, sizeof w->told_by);
    w->item.side = &w->side;
    w->work = (struct bw_work){ .items = &w->item, .n = 1, .arena = arena };
    f->version++; /* as the writer will store it */
    return BW_OK;
}

bw_code bw_flight_tell(struct bw_pg *pg, const struct bw_principal *who, const struct bw_flight *f, bw_time now,
                       struct bw_arena *arena, struct bw_flight_work *ret, struct bw_error *err)
{
    struct bw_flight before;
    *ret = (struct bw_flight_work){ .flight = *f };
    bw_event_init(&ret->item.ev);
    bw_code rc = bw_flight_find(pg, f->own, f->date, &before, err);
    if (rc != BW_OK && rc != BW_E_NOT_FOUND)
        return rc;
    bool own =
        rc == BW_OK && strcmp(before.own, f->own) == 0; /* else it is a codeshare of another's: a flight by itself */
    ret->first = !own;
    ret->flight.version = own ? before.version : 0;
    if (!speaks(who, f, own ? &before : NULL, ret->item.ev.carrier))
        return bw_fail(err, BW_E_CODE_NOT_YOURS, NULL, "you speak neither for the carrier of %s nor for who flies it",
                       f->own);
    ret->nothing = own && bw_flight_same(&before, f);
    return ret->nothing ? BW_OK : fill(who, now, arena, ret, err);
}

/* --- for readers --- */

bw_code bw_flights_of(struct bw_pg *pg, const struct bw_bag *bag, struct bw_arena *arena, const struct bw_flight **ret,
                      size_t *ret_n, struct bw_error *err)
{
    struct bw_str number[BW_LEGS + 2];
    bw_date date[BW_LEN(number)];
    size_t n = 0;
    const char *const other[] = { bag->fwd_flight, bag->flight };
    const bw_date other_date[] = { bag->fwd_date, bag->flight_date };
    *ret_n = 0;
    for (size_t k = 0; k < bag->n_legs; k++) {
        number[n] = bw_str_c(bag->legs[k].flight);
        date[n++] = bag->legs[k].date;
    }
    for (size_t k = 0; k < BW_LEN(other); k++)
        if (other[k][0]) {
            number[n] = bw_str_c(other[k]);
            date[n++] = other_date[k];
        }
    if (!n)
        return BW_OK;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_FLIGHT_READ, BW_PARAMS(bw_p_texts(number, n), bw_p_dates(date, n)), &rows, err);
    if (rc != BW_OK)
        return rc;
    /* Where a number is a flight's own and a codeshare's, its own comes first and is the one that is found. */
    struct bw_flight *known = BW_NEW_ARRAY(arena, struct bw_flight, rows.n + 1);
    if (!known)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for flights");
    for (size_t k = 0; k < rows.n; k++)
        if (!bw_row_flight(&rows, k, &known[k]))
            return bw_fail(err, BW_E_DB, NULL, "a flight does not read back");
    *ret = known;
    *ret_n = rows.n;
    return BW_OK;
}
