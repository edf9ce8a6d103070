/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - one world at a time, counted by its holders. */
#include "bw/app/world.h"

#include <stdlib.h>

#include "bw/app/disruptions.h"
#include "bw/base/arena.h"
#include "bw/base/sync.h"
#include "bw/storage/tx.h"
#include "policies_int.h"
#include "world_int.h"

enum { ARENA_MAX = 256 << 20, ZONES_MAX = 1024 };

struct held_world {
    struct bw_world world; /* first: what holders know us by */
    struct bw_arena arena;
    unsigned refs; /* shared, the owner's mutex; one of them is "in force" */
};

struct bw_worlds {
    char *zone_dir; /* read-only after new */
    /* shared: mu */
    struct bw_mutex mu;
    struct held_world *now;
    bool asked; /* to load anew: something was changed here */
    /* owned by whoever loads: zones never change while we run, so every world shares them */
    struct bw_zone *zones[ZONES_MAX];
    unsigned n_zones, missing;
};

static struct held_world *held_new(void)
{
    struct held_world *held = calloc(1, sizeof(*held));
    if (!held)
        return NULL;
    bw_arena_init(&held->arena, ARENA_MAX);
    held->refs = 1;
    return held;
}

static void held_free(struct held_world *held)
{
    if (!held)
        return;
    bw_arena_done(&held->arena);
    free(held);
}

bw_code bw_worlds_new(const char *zone_dir, struct bw_worlds **ret_take, struct bw_error *err)
{
    struct bw_worlds *worlds = calloc(1, sizeof(*worlds));
    struct held_world *held = held_new();
    char *dir = zone_dir ? strdup(zone_dir) : NULL;
    if (!worlds || !held || (zone_dir && !dir)) {
        free(worlds);
        free(dir);
        held_free(held);
        return bw_fail(err, BW_E_NOMEM, NULL, "world");
    }
    bw_mutex_init(&worlds->mu);
    worlds->zone_dir = dir;
    worlds->now = held;
    *ret_take = worlds;
    return BW_OK;
}

void bw_worlds_free(struct bw_worlds *worlds)
{
    if (!worlds)
        return;
    BW_ASSERT(worlds->now->refs == 1);
    held_free(worlds->now);
    for (unsigned i = 0; i < worlds->n_zones; i++)
        bw_zone_free(worlds->zones[i]);
    bw_mutex_done(&worlds->mu);
    free(worlds->zone_dir);
    free(worlds);
}

const struct bw_world *bw_worlds_take(void *arg)
{
    struct bw_worlds *worlds = arg;
    bw_lock(&worlds->mu);
    struct held_world *held = worlds->now;
    held->refs++;
    bw_unlock(&worlds->mu);
    return &held->world;
}

static void let_go(struct bw_worlds *worlds, struct held_world *held)
{
    bw_lock(&worlds->mu);
    BW_ASSERT(held->refs > 0);
    bool last = --held->refs == 0;
    bw_unlock(&worlds->mu);
    if (last)
        held_free(held);
}

void bw_worlds_release(void *arg, const struct bw_world *world)
{
    union {
        const struct bw_world *borrowed;
        struct held_world *held;
    } u = { .borrowed = world };
    if (world)
        let_go(arg, u.held);
}

static const struct bw_zone *zone_of(struct bw_worlds *worlds, struct bw_str name, const struct bw_zone *last)
{
    if (last && bw_str_eq_c(name, bw_zone_name(last)))
        return last;
    for (unsigned i = 0; i < worlds->n_zones; i++)
        if (bw_str_eq_c(name, bw_zone_name(worlds->zones[i])))
            return worlds->zones[i];
    struct bw_zone *zone = NULL;
    if (worlds->n_zones == ZONES_MAX || bw_zone_load(worlds->zone_dir, name, &zone, NULL) != BW_OK) {
        worlds->missing++;
        return NULL;
    }
    worlds->zones[worlds->n_zones++] = zone;
    return zone;
}

/* A text that is longer than its place is cut: names are for showing. */
static void put_name(struct bw_str name, char *to, size_t size)
{
    struct bw_str cut = bw_str_take(name, size - 1);
    while (cut.n > 0 && !bw_utf8_valid(cut, 0))
        cut.n--;
    bw_str_put(cut, to, size);
}

/* The stations by code; worlds NULL: without their zones. */
static bw_code read_stations(struct bw_worlds *worlds, struct bw_pg *pg, struct bw_arena *arena, struct bw_world *ret,
                             struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_STATION_LIST, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_station *to = BW_NEW_ARRAY(arena, struct bw_station, rows.n);
    if (!to)
        return bw_fail(err, BW_E_NOMEM, NULL, "stations");
    const struct bw_zone *zone = NULL;
    for (size_t i = 0; i < rows.n; i++) {
        bw_str_put(bw_rows_text(&rows, i, "code"), to[i].code, sizeof(to[i].code));
        put_name(bw_rows_text(&rows, i, "name"), to[i].name, sizeof(to[i].name));
        put_name(bw_rows_text(&rows, i, "country"), to[i].country, sizeof(to[i].country));
        to[i].zone = zone = worlds ? zone_of(worlds, bw_rows_text(&rows, i, "zone"), zone) : NULL;
        to[i].latitude = bw_rows_f64(&rows, i, "latitude");
        to[i].longitude = bw_rows_f64(&rows, i, "longitude");
    }
    ret->stations = to;
    ret->n_stations = rows.n;
    return BW_OK;
}

bw_code bw_world_places(struct bw_pg *pg, struct bw_arena *arena, struct bw_world *ret, struct bw_error *err)
{
    *ret = (struct bw_world){ 0 };
    return read_stations(NULL, pg, arena, ret, err);
}

static bw_code read_carriers(struct bw_pg *pg, struct held_world *held, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_CARRIER_LIST, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_carrier *to = BW_NEW_ARRAY(&held->arena, struct bw_carrier, rows.n);
    if (!to)
        return bw_fail(err, BW_E_NOMEM, NULL, "carriers");
    for (size_t i = 0; i < rows.n; i++) {
        bw_str_put(bw_rows_text(&rows, i, "code"), to[i].code, sizeof(to[i].code));
        bw_str_put(bw_rows_text(&rows, i, "issuer"), to[i].issuer, sizeof(to[i].issuer));
        put_name(bw_rows_text(&rows, i, "name"), to[i].name, sizeof(to[i].name));
    }
    held->world.carriers = to;
    held->world.n_carriers = rows.n;
    return BW_OK;
}

bool bw_policy_of_row(struct bw_rows *rows, size_t row, struct bw_policy *p)
{
    *p = (struct bw_policy){ .minutes = bw_rows_i32(rows, row, "minutes"),
                             .valid_from = bw_rows_time(rows, row, "valid_from"),
                             .told_at = bw_rows_time(rows, row, "told_at") };
    struct bw_array steps = bw_rows_array(rows, row, "steps");
    while (bw_array_next(&steps) && p->n_steps < BW_LEN(p->steps))
        p->steps[p->n_steps++] = (int32_t)steps.i;
    struct bw_str priority = bw_rows_text(rows, row, "priority");
    return bw_str_copy(bw_rows_text(rows, row, "owed"), p->owed, sizeof(p->owed)) &&
           bw_str_copy(bw_rows_text(rows, row, "carrier"), p->carrier, sizeof(p->carrier)) &&
           bw_str_copy(bw_rows_text(rows, row, "station"), p->station, sizeof(p->station)) &&
           bw_str_copy(bw_rows_text(rows, row, "lane"), p->lane, sizeof(p->lane)) &&
           (!priority.n || bw_priority_from(priority, &p->priority));
}

bw_code bw_policies_load(struct bw_pg *pg, struct bw_arena *arena, struct bw_policy **ret, size_t *ret_n,
                         struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_POLICY_LIST, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_policy *to = BW_NEW_ARRAY(arena, struct bw_policy, rows.n + 1);
    if (!to)
        return bw_fail(err, BW_E_NOMEM, NULL, "policies");
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        n += bw_policy_of_row(&rows, i, &to[n]) ? 1 : 0;
    *ret = to;
    *ret_n = n;
    return BW_OK;
}

static bw_code read_policies(struct bw_pg *pg, struct held_world *held, struct bw_error *err)
{
    struct bw_policy *to = NULL;
    bw_code code = bw_policies_load(pg, &held->arena, &to, &held->world.n_policies, err);
    held->world.policies = to;
    return code;
}

static bw_code read_storms(struct bw_pg *pg, struct held_world *held, struct bw_error *err)
{
    struct bw_storm *to = NULL;
    bw_code code = bw_storms_read(pg, &held->arena, &to, &held->world.n_storms, err);
    held->world.storms = to;
    return code;
}

static bw_code read_silences(struct bw_pg *pg, struct held_world *held, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_SILENCE_NOW, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    struct bw_silence *to = BW_NEW_ARRAY(&held->arena, struct bw_silence, rows.n + 1);
    if (!to)
        return bw_fail(err, BW_E_NOMEM, NULL, "silences");
    for (size_t i = 0; i < rows.n; i++) {
        bw_str_put(bw_rows_text(&rows, i, "carrier"), to[i].carrier, sizeof(to[i].carrier));
        bw_str_put(bw_rows_text(&rows, i, "station"), to[i].station, sizeof(to[i].station));
        to[i].since = bw_rows_time(&rows, i, "since");
    }
    held->world.silences = to;
    held->world.n_silences = rows.n;
    return BW_OK;
}

static bw_code read_hours(struct bw_pg *pg, struct held_world *held, struct bw_error *err)
{
    struct bw_hours *to = NULL;
    bw_code code = bw_desk_hours_load(pg, &held->arena, &to, &held->world.n_hours, err);
    held->world.hours = to;
    return code;
}

struct load {
    struct bw_worlds *worlds;
    struct held_world *held;
};

static bw_code read_all(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct load *load = ctx;
    bw_arena_reset(&load->held->arena);
    load->held->world = (struct bw_world){ 0 };
    load->worlds->missing = 0;
    bw_code code = read_stations(load->worlds, pg, &load->held->arena, &load->held->world, err);
    if (code == BW_OK)
        code = read_carriers(pg, load->held, err);
    code = code == BW_OK ? read_policies(pg, load->held, err) : code;
    code = code == BW_OK ? read_hours(pg, load->held, err) : code;
    code = code == BW_OK ? read_silences(pg, load->held, err) : code;
    code = code == BW_OK ? read_storms(pg, load->held, err) : code;
    return code == BW_OK ? bw_world_legal(pg, &load->held->arena, &load->held->world.legal, err) : code;
}

bw_code bw_worlds_load(struct bw_worlds *worlds, struct bw_pg *pg, unsigned *ret_missing, struct bw_error *err)
{
    struct load load = { worlds, held_new() };
    if (!load.held)
        return bw_fail(err, BW_E_NOMEM, NULL, "world");
    bw_lock(&worlds->mu);
    worlds->asked = false; /* what is asked for while we read is not in it */
    bw_unlock(&worlds->mu);
    bw_code code = bw_tx_read(pg, read_all, &load, err);
    if (code != BW_OK) {
        held_free(load.held);
        return code;
    }
    bw_lock(&worlds->mu);
    struct held_world *before = worlds->now;
    worlds->now = load.held;
    bw_unlock(&worlds->mu);
    let_go(worlds, before);
    if (ret_missing)
        *ret_missing = worlds->missing;
    return BW_OK;
}

void bw_worlds_ask(struct bw_worlds *worlds)
{
    bw_lock(&worlds->mu);
    worlds->asked = true;
    bw_unlock(&worlds->mu);
}

bool bw_worlds_asked(struct bw_worlds *worlds)
{
    bw_lock(&worlds->mu);
    bool asked = worlds->asked;
    bw_unlock(&worlds->mu);
    return asked;
}
