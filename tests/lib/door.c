/* SPDX-License-Identifier: Apache-2.0 */
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bw/domain/event_in.h"
#include "bw/storage/rows.h"
#include "test_stmt_list.h"

static char clock_path[64];
static int clock_fd = -1;

bw_time bwt_time(const char *text)
{
    bw_time at;
    BW_ASSERT(bw_time_parse(bw_str_c(text), &at, NULL));
    return at;
}

void bwt_clock_us(bw_time at)
{
    char line[65];
    int n = snprintf(line, sizeof line, "%lld 0\n", (long long)at);
    BW_ASSERT(n > 0 && pwrite(clock_fd, line, (size_t)n, 0) == n);
}

void bwt_clock_set(const char *at)
{
    bwt_clock_us(bwt_time(at));
}

static void clock_start(const char *at)
{
    struct bw_error err = { 0 };
    (void)snprintf(clock_path, sizeof clock_path, "/tmp/bwt-clock-%d", (int)getpid());
    clock_fd = open(clock_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    char pad[64];
    memset(pad, ' ', sizeof pad);
    BW_ASSERT(clock_fd >= 0 && pwrite(clock_fd, pad, sizeof pad, 0) == (ssize_t)sizeof pad);
    bwt_clock_set(at);
    BW_ASSERT(setenv("BAGWATCH_TEST_CLOCK", clock_path, 1) == 0);
    BW_ASSERT(bw_clock_init(&err) == BW_OK);
}

/* --- the world --- */

static const struct bw_world *world_take(void *ctx)
{
    return ctx;
}

static void world_release(void *ctx, const struct bw_world *world)
{
    (void)ctx;
    (void)world;
}

static const struct bw_zone *zone(const char *name)
{
    struct bw_zone *z = NULL;
    struct bw_error err = { 0 };
    BW_ASSERT(bw_zone_load(NULL, bw_str_c(name), &z, &err) == BW_OK);
    return z;
}

static void world_start(struct bw_world *w)
{
    static struct bw_station stations[5];
    static const struct bw_carrier carriers[] = { { "BA", "125", "British Airways" },
                                                  { "IB", "075", "Iberia" },
                                                  { "LH", "220", "Lufthansa" },
                                                  { "SK", "117", "SAS" },
                                                  { "UX", "996", "Air Europa" } };
    static const struct bw_station sample[] = {
        { .code = "FRA", .name = "Frankfurt", .country = "DE", .latitude = 50.05, .longitude = 8.57 },
        { .code = "JFK", .name = "New York JFK", .country = "US", .latitude = 40.64, .longitude = -73.79 },
        { .code = "LHR", .name = "London Heathrow", .country = "GB", .latitude = 51.47, .longitude = -0.45 },
        { .code = "MAD", .name = "Madrid", .country = "ES", .latitude = 40.49, .longitude = -3.56 },
        { .code = "MUC", .name = "Munich", .country = "DE", .latitude = 48.35, .longitude = 11.79 },
    };
    static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Europe/London", "Europe/Madrid",
                                         "Europe/Berlin" };
    for (size_t k = 0; k < BW_LEN(stations); k++) {
        stations[k] = sample[k];
        if (!stations[k].zone)
            stations[k].zone = zone(zones[k]);
    }
    *w = (struct bw_world){
        .stations = stations, .n_stations = BW_LEN(stations), .carriers = carriers, .n_carriers = BW_LEN(carriers)
    };
}

/* --- writers --- */

struct bw_writer *bwt_writer_new(struct bwt_door *d, const char *instance)
{
    struct bw_error err = { 0 };
    struct bw_writer *w = NULL;
    struct bw_writer_options o = { .conninfo = d->cluster.app,
                                   .role = "bagwatch_app",
                                   .keys = &d->keys,
                                   .world = world_take,
                                   .release = world_release,
                                   .world_ctx = &d->world,
                                   .instance = instance };
    if (bw_writer_new(&o, &w, &err) != BW_OK || bw_writer_start(w, &err) != BW_OK) {
        fprintf(stderr, "writer: %s\n", err.detail);
        abort();
    }
    return w;
}

void bwt_door_open(struct bwt_door *d, const char *at)
{
    struct bw_error err = { 0 };
    uint8_t secret[32] = { 7 };
    *d = (struct bwt_door){ 0 };
    clock_start(at);
    bwt_cluster_start_migrated(&d->cluster);
    bw_keys_from(secret, &d->keys);
    world_start(&d->world);
    bw_arena_init(&d->arena, (size_t)256 << 20);
    struct bw_pg_options o = { .conninfo = d->cluster.app, .name = "look", .sets = BW_SET_QUERY | BW_SET_FEED };
    if (bw_pg_new(&o, &d->pg, &err) != BW_OK || bw_pg_ensure(d->pg, &err) != BW_OK) {
        fprintf(stderr, "look: %s\n", err.detail);
        abort();
    }
    d->writer = bwt_writer_new(d, "one");
}

void bwt_door_close(struct bwt_door *d)
{
    bw_writer_stop(d->writer);
    bw_writer_free(d->writer);
    bw_pg_free(d->pg);
    bw_arena_done(&d->arena);
    bwt_cluster_stop(&d->cluster);
    (void)close(clock_fd);
    (void)unlink(clock_path);
}

void bwt_forget(struct bwt_door *d)
{
    bw_arena_reset(&d->arena);
}

/* --- posting --- */

static void wake(struct bw_work *work)
{
    (void)sem_post(work->ctx);
}

void bwt_submit(struct bw_writer *w, struct bw_work *work)
{
    struct bw_error err = { 0 };
    sem_t done;
    BW_ASSERT(sem_init(&done, 0, 0) == 0);
    work->done = wake;
    work->ctx = &done;
    if (bw_writer_submit(w, work, &err) != BW_OK) {
        fprintf(stderr, "submit: %s\n", err.detail);
        abort();
    }
    while (sem_wait(&done) != 0)
        BW_ASSERT(errno == EINTR);
    (void)sem_destroy(&done);
}

struct bw_item *bwt_post(struct bwt_door *d, const char *carrier, enum bw_voice voice, const char *json)
{
    struct bw_item *item = BW_NEW(&d->arena, struct bw_item);
    struct bw_faults *f = BW_NEW(&d->arena, struct bw_faults);
    BW_ASSERT(item && f);
    bw_faults_init(f, &d->arena);
    struct bw_str speaks = bw_str_c(carrier);
    char *sender = bw_arena_printf(&d->arena, voice == BW_VOICE_STAFF ? "%s.u00000001" : "%s", carrier);
    struct bw_event_ctx ctx = {
        .voice = voice, .sender = bw_str_c(sender), .carriers = &speaks, .n_carriers = 1, .now = bw_clock_wall()
    };
    if (bw_event_in(bw_str_c(json), &ctx, &d->arena, &item->ev, f) != BW_OK) {
        for (size_t k = 0; k < f->n; k++)
            fprintf(stderr, "%.*s: %.*s\n", BW_FMT(f->v[k].pointer), BW_FMT(f->v[k].detail));
        fprintf(stderr, "in %s\n", json);
        abort();
    }
    struct bw_work work = { .items = item, .n = 1, .arena = &d->arena };
    bwt_submit(d->writer, &work);
    if (work.rc != BW_OK) {
        item->rc = work.rc;
        item->err = work.err;
    }
    return item;
}

struct bw_item *bwt_telegram(struct bwt_door *d, const char *carrier, const char *text, size_t *ret_n)
{
    struct bw_error err = { 0 };
    struct bw_typeb read;
    struct bw_str speaks = bw_str_c(carrier);
    struct bw_typeb_ctx ctx = { .sender = speaks,
                                .carriers = &speaks,
                                .n_carriers = 1,
                                .world = &d->world,
                                .received_at = bw_clock_wall(),
                                .key = &d->keys.installation };
    BW_ASSERT(bw_typeb_read(bw_str_c(text), &ctx, &d->arena, &read, &err) == BW_OK);
    struct bw_item *items = BW_NEW_ARRAY(&d->arena, struct bw_item, read.n_facts + 1);
    BW_ASSERT(items);
    *ret_n = 0;
    struct bw_hash id = bw_sha256(bw_str_c(text));
    struct bw_work work = {
        .items = items, .arena = &d->arena, .raw = bw_str_c(text), .raw_sender = speaks, .raw_id = bw_uuid_v8(id.b)
    };
    for (size_t k = 0; k < read.n_messages; k++)
        for (size_t i = 0; i < read.messages[k].n_facts; i++) {
            struct bw_event *ev = &items[(*ret_n)++].ev;
            *ev = read.messages[k].facts[i].ev;
            ev->raw_id = work.raw_id;
            if (ev->time_kind == BW_T_ORIGIN)
                ev->order.t = read.messages[k].origin_at;
        }
    work.n = *ret_n;
    bwt_submit(d->writer, &work);
    BW_ASSERT(work.rc == BW_OK);
    return items;
}

struct bw_item *bwt_open_case(struct bwt_door *d, const char *ref, const char *carrier, const char *station,
                              const char *plate, const char *travel_date)
{
    struct bw_item *item = BW_NEW(&d->arena, struct bw_item);
    struct bw_case_new *n = BW_NEW(&d->arena, struct bw_case_new);
    struct bw_ident *bag = BW_NEW(&d->arena, struct bw_ident);
    BW_ASSERT(item && n && bag);
    bw_date day = BW_DATE_NONE;
    const char *why;
    BW_ASSERT(!travel_date || bw_date_parse(bw_str_c(travel_date), &day));
    BW_ASSERT(bw_ident_parse(bw_str_c(plate), day, bag, &why));
    bw_event_init(&item->ev);
    item->ev.code = BW_EV_CASE_OPENED;
    item->ev.source = BW_SRC_STAFF;
    item->ev.subject = BW_SUBJECT_CASE;
    item->ev.occurred_at = bw_clock_wall();
    item->ev.ident.kind = BW_IDENT_REF;
    bw_str_put(bw_str_c(ref), item->ev.ident.value, sizeof item->ev.ident.value);
    bw_str_put(bw_str_c(ref), item->ev.event_id, sizeof item->ev.event_id);
    (void)snprintf(item->ev.sender, sizeof item->ev.sender, "%s.u00000001", carrier);
    bw_str_put(bw_str_c(carrier), item->ev.carrier, sizeof item->ev.carrier);
    bw_str_put(bw_str_c(station), item->ev.station, sizeof item->ev.station);
    n->case_id = bw_id_with_bucket(bw_uuid_v7(bw_clock_wall()), bw_ident_bucket(&item->ev.ident));
    bw_str_put(bw_str_c(ref), n->ref, sizeof n->ref);
    bw_str_put(bw_str_c(station), n->station, sizeof n->station);
    bw_str_put(bw_str_c(carrier), n->opener, sizeof n->opener);
    n->bags = bag;
    n->n_bags = 1;
    n->sealed.details = BW_STR("{\"passenger\":{\"surname\":\"SAMPLE\",\"given\":\"A\"}}");
    n->sealed.search.names = BW_STR("sample a");
    bw_random(n->link_hash.b, sizeof n->link_hash.b);
    item->new_case = n;
    struct bw_work work = { .items = item, .n = 1, .arena = &d->arena };
    bwt_submit(d->writer, &work);
    if (work.rc != BW_OK) {
        item->rc = work.rc;
        item->err = work.err;
    }
    return item;
}

/* --- looking --- */

struct bw_bag bwt_bag(struct bwt_door *d, const struct bw_uuid *bag_id)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    struct bw_bag bag;
    int16_t bucket = bw_id_bucket(bag_id);
    bw_code rc = bw_pg_query(d->pg, BW_STMT_BAG_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(bag_id, 1)),
                             &rows, &err);
    BW_ASSERT(rc == BW_OK && rows.n == 1 && bw_row_bag(&rows, 0, &bag));
    bw_rows_done(&rows);
    return bag;
}

size_t bwt_open(struct bwt_door *d, const struct bw_uuid *id, struct bw_promise *to, size_t max)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    int16_t bucket = bw_id_bucket(id);
    bw_code rc = bw_pg_query(d->pg, BW_STMT_PROMISE_OPEN, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1)),
                             &rows, &err);
    BW_ASSERT(rc == BW_OK && rows.n <= max);
    size_t n = rows.n;
    for (size_t k = 0; k < n; k++)
        BW_ASSERT(bw_row_promise(&rows, k, &to[k]));
    bw_rows_done(&rows);
    return n;
}

struct bw_uuid bwt_find(struct bwt_door *d, const char *plate)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    struct bw_ident ident;
    const char *why;
    BW_ASSERT(bw_ident_parse(bw_str_c(plate), BW_DATE_NONE, &ident, &why));
    int16_t bucket = bw_ident_bucket(&ident);
    struct bw_str kind = bw_str_c(bw_ident_kind_word(ident.kind)), value = bw_str_c(ident.value);
    bw_code rc =
        bw_pg_query(d->pg, BW_STMT_ALIAS_READ,
                    BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_texts(&kind, 1), bw_p_texts(&value, 1)), &rows, &err);
    BW_ASSERT(rc == BW_OK && rows.n == 1);
    struct bw_uuid id = bw_rows_uuid(&rows, 0, "bag_id");
    bw_rows_done(&rows);
    struct bw_bag bag = bwt_bag(d, &id);
    return bw_uuid_is_nil(&bag.joined_into) ? id : bag.joined_into;
}
