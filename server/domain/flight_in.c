/* SPDX-License-Identifier: Apache-2.0 */
/* flight_in.c - a flight's times read from a document and written as one.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-03, ING-05, ING-09. */
#include "bw/domain/flight_in.h"

#include <stddef.h>
#include <stdio.h>

#define AHEAD_MOST (2 * BW_MINUTE)

static const struct bw_field time_fields[] = {
    { BW_FIELD(struct bw_times_in, scheduled, BW_J_TIME) },
    { BW_FIELD(struct bw_times_in, estimated, BW_J_TIME) },
    { BW_FIELD(struct bw_times_in, actual, BW_J_TIME) },
    { BW_FIELD_END },
};
const struct bw_field bw_flight_fields[] = {
    { BW_FIELD(struct bw_flight_in, origin, BW_J_STR), .min = 3, .max = 3, .check = bw_check_station },
    { BW_FIELD(struct bw_flight_in, destination, BW_J_STR), .min = 3, .max = 3, .check = bw_check_station },
    { BW_FIELD(struct bw_flight_in, operating, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },
    { BW_FIELD(struct bw_flight_in, codeshares, BW_J_STRS), .max = BW_CODESHARES, .check = bw_check_flight },
    { BW_FIELD(struct bw_flight_in, departure, BW_J_OBJECT), .sub = time_fields,
      .elem_size = sizeof(struct bw_times_in) },
    { BW_FIELD(struct bw_flight_in, arrival, BW_J_OBJECT), .sub = time_fields,
      .elem_size = sizeof(struct bw_times_in) },
    { BW_FIELD(struct bw_flight_in, cancelled, BW_J_BOOL) },
    { BW_FIELD_END },
};

static void take_times(const struct bw_times_in *in, bw_time to[BW_SURE_MAX])
{
    to[BW_SCHEDULED] = in ? in->scheduled.at : BW_TIME_NONE;
    to[BW_ESTIMATED_AT] = in ? in->estimated.at : BW_TIME_NONE;
    to[BW_ACTUAL_AT] = in ? in->actual.at : BW_TIME_NONE;
}

void bw_flight_take(const struct bw_flight_in *in, struct bw_flight *to)
{
    bw_str_put(in->origin, to->from, sizeof to->from);
    bw_str_put(in->destination, to->to, sizeof to->to);
    bw_str_put(in->operating, to->operating, sizeof to->operating);
    take_times(in->departure, to->departs);
    take_times(in->arrival, to->arrives);
    to->cancelled = in->cancelled;
    to->n_codeshares = 0;
    memset(to->codeshares, 0, sizeof to->codeshares);
    for (size_t k = 0; k < in->codeshares.n && k < BW_CODESHARES; k++)
        if (bw_flight_parse(in->codeshares.v[k], to->codeshares[to->n_codeshares]))
            to->n_codeshares++;
}

static void check_times(const bw_time times[BW_SURE_MAX], const char *which, const struct bw_flight *f, bw_time now,
                        struct bw_faults *faults)
{
    char pointer[40];
    bw_time day = bw_date_start(f->date);
    for (int k = 0; k < BW_SURE_MAX; k++) {
        snprintf(pointer, sizeof pointer, "/%s/%s", which, bw_sure_word((enum bw_sure)k));
        if (times[k] == BW_TIME_NONE)
            continue;
        if (k == BW_ACTUAL_AT && times[k] > now + AHEAD_MOST)
            bw_fault_add(faults, BW_E_TIME_AHEAD, pointer, "an actual time cannot lie ahead");
        else if (times[k] < day - BW_DAY || times[k] > day + 5 * BW_DAY)
            bw_fault_add(faults, BW_E_INVALID_BODY, pointer, "is not of a flight of that day");
    }
}

void bw_flight_check(const struct bw_flight *f, bw_time now, struct bw_faults *faults)
{
    check_times(f->departs, "departure", f, now, faults);
    check_times(f->arrives, "arrival", f, now, faults);
    for (int k = 0; k < BW_SURE_MAX; k++)
        if (f->departs[k] != BW_TIME_NONE && f->arrives[k] != BW_TIME_NONE && f->arrives[k] <= f->departs[k])
            bw_fault_add(faults, BW_E_INVALID_BODY, "/arrival", "must be after the departure");
    for (size_t k = 0; k < f->n_codeshares; k++) {
        bool twice = strcmp(f->codeshares[k], f->own) == 0;
        for (size_t i = 0; i < k; i++)
            twice |= strcmp(f->codeshares[k], f->codeshares[i]) == 0;
        if (twice)
            bw_fault_add(faults, BW_E_INVALID_BODY, "/codeshares", "%s stands there already", f->codeshares[k]);
    }
}

static void write_times(struct bw_json_out *j, const char *key, const bw_time times[BW_SURE_MAX])
{
    if (bw_flight_surest(times, NULL) == BW_TIME_NONE)
        return;
    bw_jkey(j, key);
    bw_jo_begin(j);
    for (int k = 0; k < BW_SURE_MAX; k++)
        bw_jko_time(j, bw_sure_word((enum bw_sure)k), times[k]);
    bw_jo_end(j);
}

void bw_flight_write(const struct bw_flight *f, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jko_c(j, "origin", f->from);
    bw_jko_c(j, "destination", f->to);
    bw_jko_c(j, "operating", f->operating);
    if (f->n_codeshares)
        bw_jk_texts(j, "codeshares", f->codeshares[0], sizeof f->codeshares[0], f->n_codeshares);
    write_times(j, "departure", f->departs);
    write_times(j, "arrival", f->arrives);
    if (f->cancelled)
        bw_jk_bool(j, "cancelled", true);
    bw_jo_end(j);
}

bool bw_flight_same(const struct bw_flight *a, const struct bw_flight *b)
{
    bool same = strcmp(a->from, b->from) == 0 && strcmp(a->to, b->to) == 0 && strcmp(a->operating, b->operating) == 0 &&
                a->cancelled == b->cancelled && a->n_codeshares == b->n_codeshares;
    for (int k = 0; k < BW_SURE_MAX; k++)
        same = same && a->departs[k] == b->departs[k] && a->arrives[k] == b->arrives[k];
    for (size_t k = 0; same && k < a->n_codeshares; k++)
        same = strcmp(a->codeshares[k], b->codeshares[k]) == 0;
    return same;
}
