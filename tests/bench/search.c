/* SPDX-License-Identifier: Apache-2.0 */
/* search.c - look-ups among many cases, as a query worker runs them.
 *     search seed CONNINFO CASES      loads them (tests/bench/search_before.sql first, search_after.sql then)
 *     search look CONNINFO CASES N    asks N questions of every kind, one after the other, and prints one JSON line a
 * kind The row that a case is found by comes from the program's own function, the folds from its own packing, and the
 * questions go through bw_search and its statements: what is missing is HTTP alone.  Who asks: an agent of the biggest
 * carrier, of one that has one case in four thousand, and an administrator who sees all.  A question for one case must
 * find that case. */
#include "bw/app/search.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench_stmt_list.h"
#include "bw/app/case_search.h"
#include "pg_int.h"
#include "search_people.h"

enum { BATCH = 2000 };

static struct bw_keys keys;
static struct bw_arena arena;
static bw_time now;

static void die(const char *what, const struct bw_error *err)
{
    (void)fprintf(stderr, "search: %s: %s\n", what, err ? err->detail : "failed");
    exit(1);
}

static struct bw_pg *session(const char *conninfo, unsigned sets, const struct bw_stmt_table *stmts)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = {
        .conninfo = conninfo, .sets = sets, .stmts = stmts, .statement_us = 60 * BW_SECOND, .call_us = 60 * BW_SECOND
    };
    if (bw_pg_new(&o, &pg, &err) != BW_OK || bw_pg_ensure(pg, &err) != BW_OK)
        die("session", &err);
    return pg;
}

/* --- seed --- */

struct columns {
    int16_t case_bucket[BATCH], bag_bucket[BATCH];
    struct bw_uuid case_id[BATCH], bag_id[BATCH];
    bw_time opened_at[BATCH];
    bw_date day[BATCH];
    struct bw_str carriers[BATCH], names[BATCH], description[BATCH], town[BATCH], terms[BATCH], phone[BATCH],
        last7[BATCH], last4[BATCH], mail[BATCH], pnr[BATCH], ref[BATCH], owner[BATCH], plate[BATCH], short_plate[BATCH],
        file[BATCH], bag[BATCH];
};

static struct bw_str kept(struct bw_str s)
{
    struct bw_str copy = bw_arena_str(&arena, s);
    if (!copy.p)
        die("memory", NULL);
    return copy;
}

static struct bw_str hash(const uint8_t v[8])
{
    return kept(bw_str_n((const char *)v, 8));
}

static struct bw_str fold_of(void (*pack)(const void *, struct bw_buf *), const void *what)
{
    struct bw_buf buf;
    bw_buf_init(&buf, 64 * 1024);
    pack(what, &buf);
    struct bw_str copy = kept(bw_buf_view(&buf));
    bw_buf_done(&buf);
    return copy;
}

static void pack_case(const void *what, struct bw_buf *to)
{
    bw_case_pack(what, to);
}

static void pack_bag(const void *what, struct bw_buf *to)
{
    bw_bag_pack(what, to);
}

static void put_search(const struct person *p, const struct bw_bag *bag, struct columns *c, size_t k)
{
    struct bw_case_search row;
    struct bw_bag_reach reach;
    struct bw_buf carriers, terms;
    const struct bw_str text = bw_str_c(p->text);
    const struct bw_case_search_in in = { bw_str_c(p->surname), bw_str_c(p->given), bw_str_c(p->town), &text, 1,
                                          bw_str_c(p->phone),   bw_str_c(p->mail),  bw_str_c(p->pnr) };
    if (!bw_case_search_row(&keys, &in, &arena, &row))
        die("memory", NULL);
    bw_bag_reach(bag, &reach);
    bw_buf_init(&carriers, 1024);
    bw_buf_init(&terms, 64 * 1024);
    bw_buf_c(&carriers, "*");
    for (size_t i = 0; i < reach.n_carriers; i++)
        bw_buf_printf(&carriers, " %s", reach.carriers[i]);
    for (size_t i = 0; i < row.n_terms; i++)
        bw_buf_printf(&terms, "%s%.*s", i ? " " : "", BW_FMT(row.terms[i]));
    for (size_t i = 0; i < reach.n_flights; i++)
        bw_buf_printf(&terms, " %s", reach.flights[i]);
    c->carriers[k] = kept(bw_buf_view(&carriers));
    c->terms[k] = kept(bw_buf_view(&terms));
    bw_buf_done(&carriers);
    bw_buf_done(&terms);
    c->names[k] = row.names;
    c->description[k] = row.description;
    c->town[k] = row.town;
    c->phone[k] = hash(row.phone);
    c->last7[k] = hash(row.last7);
    c->last4[k] = hash(row.last4);
    c->mail[k] = hash(row.mail);
    c->pnr[k] = hash(row.pnr);
}

static void put_person(const struct person *p, struct columns *c, size_t k)
{
    struct bw_case file;
    struct bw_bag bag;
    bw_case_init(&file, &p->case_id);
    file.version = 1;
    file.state = BW_CASE_OPEN;
    file.opened_at = file.opened_recorded_at = file.recorded_at = p->opened_at;
    bw_str_put(bw_str_c(p->ref), file.ref, sizeof file.ref);
    bw_str_put(bw_str_c(p->carrier), file.owner, sizeof file.owner);
    bw_str_put(BW_STR(PEOPLE_STATION), file.station, sizeof file.station);
    file.n_bags = 1;
    bw_bag_init(&bag, &p->bag_id, p->opened_at);
    bag.version = bag.events = 1;
    bag.recorded_at = bag.last_news_at = bag.last_seen_at = p->opened_at;
    bw_str_put(bw_str_c(p->plate), bag.plate, sizeof bag.plate);
    bw_str_put(bw_str_c(p->short_plate), bag.short_plate, sizeof bag.short_plate);
    bw_str_put(BW_STR("LHR"), bag.station, sizeof bag.station);
    bw_str_put(BW_STR("LHR"), bag.last_seen_station, sizeof bag.last_seen_station);
    bag.place = BW_PLACE_AT;
    bag.travel_date = p->day;
    bag.case_id = p->case_id;
    bag.case_state = BW_CASE_OPEN;
    bw_str_put(bw_str_c(p->ref), bag.case_ref, sizeof bag.case_ref);
    bw_str_put(bw_str_c(p->carrier), bag.owner, sizeof bag.owner);
    const char *flights[] = { p->first_flight, p->flight };
    for (size_t i = 0; i < BW_LEN(flights); i++) {
        if (!flights[i][0])
            continue;
        struct bw_leg *leg = &bag.legs[bag.n_legs++];
        bw_str_put(bw_str_c(flights[i]), leg->flight, sizeof leg->flight);
        leg->date = p->day;
    }
    c->case_id[k] = p->case_id;
    c->case_bucket[k] = bw_id_bucket(&p->case_id);
    c->bag_id[k] = p->bag_id;
    c->bag_bucket[k] = bw_id_bucket(&p->bag_id);
    c->opened_at[k] = p->opened_at;
    c->day[k] = p->day;
    c->ref[k] = kept(bw_str_c(p->ref));
    c->owner[k] = kept(bw_str_c(p->carrier));
    c->plate[k] = kept(bw_str_c(p->plate));
    c->short_plate[k] = kept(bw_str_c(p->short_plate));
    c->file[k] = fold_of(pack_case, &file);
    c->bag[k] = fold_of(pack_bag, &bag);
    put_search(p, &bag, c, k);
}

static bw_code store(struct bw_pg *pg, const struct columns *c, size_t n, struct bw_error *err)
{
    struct bw_str *station = BW_NEW_ARRAY(&arena, struct bw_str, n);
    for (size_t k = 0; station && k < n; k++)
        station[k] = BW_STR(PEOPLE_STATION);
    bw_code rc =
        station ? bw_pg_query(pg, BENCH_STMT_SEED_SEARCH,
                              BW_PARAMS(bw_p_i16s(c->case_bucket, NULL, n), bw_p_uuids(c->case_id, n),
                                        bw_p_times(c->opened_at, n), bw_p_texts(c->carriers, n),
                                        bw_p_texts(c->names, n), bw_p_texts(c->description, n), bw_p_texts(c->town, n),
                                        bw_p_texts(c->terms, n), bw_p_byteas(c->phone, n), bw_p_byteas(c->last7, n),
                                        bw_p_byteas(c->last4, n), bw_p_byteas(c->mail, n), bw_p_byteas(c->pnr, n)),
                              NULL, err)
                : BW_E_NOMEM;
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BENCH_STMT_SEED_FILE,
                         BW_PARAMS(bw_p_i16s(c->case_bucket, NULL, n), bw_p_uuids(c->case_id, n), bw_p_texts(c->ref, n),
                                   bw_p_texts(c->owner, n), bw_p_texts(station, n), bw_p_times(c->opened_at, n),
                                   bw_p_byteas(c->file, n)),
                         NULL, err);
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BENCH_STMT_SEED_BAG,
                         BW_PARAMS(bw_p_i16s(c->bag_bucket, NULL, n), bw_p_uuids(c->bag_id, n), bw_p_texts(c->plate, n),
                                   bw_p_texts(c->short_plate, n), bw_p_dates(c->day, n), bw_p_times(c->opened_at, n),
                                   bw_p_uuids(c->case_id, n), bw_p_byteas(c->bag, n)),
                         NULL, err);
    return rc;
}

static void seed(const char *conninfo, uint64_t cases)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(conninfo, BW_SET_ADMIN, &bench_stmts);
    struct columns *c = calloc(1, sizeof *c);
    if (!c)
        die("memory", NULL);
    for (uint64_t at = 0; at < cases; at += BATCH) {
        size_t n = cases - at < BATCH ? (size_t)(cases - at) : BATCH;
        for (size_t k = 0; k < n; k++) {
            struct person p;
            person_make(at + k, cases, now, &p);
            put_person(&p, c, k);
        }
        if (store(pg, c, n, &err) != BW_OK)
            die("seed", &err);
        bw_arena_reset(&arena);
    }
    free(c);
    bw_pg_free(pg);
    (void)printf("{\"bench\":\"search-seed\",\"cases\":%llu}\n", (unsigned long long)cases);
}

/* --- look --- */

/* What is asked about person p, and whether it must find that person's case. */
struct kind {
    const char *name;
    void (*ask)(const struct person *p, char to[200]);
    bool finds;
};

#define ASK(name, ...)                                                                                                 \
    static void ask_##name(const struct person *p, char to[200])                                                       \
    {                                                                                                                  \
        (void)p;                                                                                                       \
        (void)snprintf(to, 200, __VA_ARGS__);                                                                          \
    }
static char day_text[BW_DATE_TEXT];
ASK(plate, "%.4s-%s", p->plate, p->plate + 4)
ASK(short_plate, "%s", p->short_plate)
ASK(serial, "%s", p->serial)
ASK(ref, "%s", p->ref)
ASK(pnr, "%s", p->pnr)
ASK(phone, "%s", p->phone)
ASK(national, "0%s", p->phone + 4)
ASK(last4, "%s", p->phone + strlen(p->phone) - 4)
ASK(switchboard, "0000")
ASK(mail, "%s", p->mail)
ASK(flight_day, "%s %s", p->flight, bw_date_text(p->day, day_text))
ASK(flight, "%s", p->flight)
ASK(surname, "%s", p->surname)
ASK(full_name, "%s %s", p->given, p->surname)
ASK(common, "garcia")
ASK(common_near, "garzia")
ASK(two_letters, "%.2s", p->surname[0] == 'B' && (unsigned char)p->surname[1] > 127 ? "bo" : p->surname)
ASK(ma, "ma")
ASK(looks, "blue samsonite")
ASK(rare_looks, "silver rimowa box ribbon")
ASK(name_looks, "%s %.5s", p->surname, p->text)
ASK(town, "%s", p->town)
ASK(nobody, "zzyzxq%.3s", p->serial)

static const struct kind kinds[] = {
    { "plate", ask_plate, true },
    { "short plate", ask_short_plate, true },
    { "end of a plate", ask_serial, false },
    { "file reference", ask_ref, true },
    { "PNR", ask_pnr, true },
    { "phone, international", ask_phone, true },
    { "phone, national", ask_national, false },
    { "phone, last four", ask_last4, false },
    { "phone, commonest last four", ask_switchboard, false },
    { "mail", ask_mail, true },
    { "flight and day", ask_flight_day, false },
    { "flight", ask_flight, false },
    { "surname, any", ask_surname, false },
    { "given name and surname", ask_full_name, false },
    { "surname, commonest (3 in 100)", ask_common, false },
    { "surname, commonest, misspelt", ask_common_near, false },
    { "two letters, any", ask_two_letters, false },
    { "two letters, commonest", ask_ma, false },
    { "description: blue samsonite", ask_looks, false },
    { "description: four words", ask_rare_looks, false },
    { "surname and colour", ask_name_looks, false },
    { "town", ask_town, false },
    { "nobody", ask_nobody, false },
};

/* Nanoseconds that this process and its session's have spent on a processor: on a machine that does nothing else, the
 * time a look-up takes. */
static int64_t on_cpu(const char *path)
{
    long long ns = 0;
    FILE *f = fopen(path, "re");
    if (!f || fscanf(f, "%lld", &ns) != 1) /* NOLINT(cert-err34-c): the kernel wrote it */
        die(path, NULL);
    (void)fclose(f);
    return ns;
}

static int64_t on_cpus(int backend)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", backend);
    return on_cpu("/proc/self/schedstat") + on_cpu(path);
}

static int cmp_time(const void *pa, const void *pb)
{
    bw_time a = *(const bw_time *)pa, b = *(const bw_time *)pb;
    return (a > b) - (a < b);
}

static bool has_case(const struct bw_found *f, const struct bw_uuid *id)
{
    for (size_t k = 0; k < f->n; k++)
        if (bw_uuid_eq(&f->hits[k].file.case_id, id))
            return true;
    return false;
}

static void look_kind(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who, const char *asker,
                      const struct kind *kind, uint64_t cases, size_t n, int backend)
{
    bw_time *took = calloc(n, sizeof *took), *cpu = calloc(n, sizeof *cpu);
    size_t hits = 0, lost = 0, more = 0;
    for (size_t k = 0; took && cpu && k < n; k++) {
        struct bw_error err = { 0 };
        struct bw_found *found = NULL;
        struct person p;
        char q[200];
        person_make(((uint64_t)k * 7349981 + 17) % cases, cases, now, &p);
        kind->ask(&p, q);
        const struct bw_search_in in = { .q = bw_str_c(q), .date = BW_DATE_NONE, .now = now };
        int64_t spent = on_cpus(backend);
        bw_time from = bw_clock_mono();
        if (bw_search(app, pg, who, &in, &arena, &found, &err) != BW_OK)
            die(q, &err);
        took[k] = bw_clock_mono() - from;
        cpu[k] = (on_cpus(backend) - spent) / 1000;
        bool mine =
            bw_principal_has(who, bw_str_c(p.carrier)) || (p.first[0] && bw_principal_has(who, bw_str_c(p.first)));
        lost += kind->finds && mine && !has_case(found, &p.case_id);
        hits += found->n;
        more += found->more;
        bw_arena_reset(&arena);
    }
    if (!took || !cpu || lost)
        die(kind->name, NULL);
    qsort(took, n, sizeof *took, cmp_time);
    qsort(cpu, n, sizeof *cpu, cmp_time);
    (void)printf("{\"bench\":\"search\",\"kind\":\"%s\",\"asker\":\"%s\",\"n\":%zu,\"hits\":%.1f,\"more\":%zu,\"p50_"
                 "ms\":%.1f,\"p95_ms\":%.1f,"
                 "\"p99_ms\":%.1f,\"max_ms\":%.1f,\"cpu_p50_ms\":%.1f,\"cpu_p95_ms\":%.1f}\n",
                 kind->name, asker, n, (double)hits / (double)n, more, (double)took[n / 2] / 1000,
                 (double)took[n * 95 / 100] / 1000, (double)took[n * 99 / 100] / 1000, (double)took[n - 1] / 1000,
                 (double)cpu[n / 2] / 1000, (double)cpu[n * 95 / 100] / 1000);
    free(cpu);
    free(took);
}

static void look(const char *conninfo, uint64_t cases, size_t n)
{
    const struct bw_app app = { .keys = &keys };
    struct bw_pg *pg = session(conninfo, BW_SET_QUERY, NULL);
    const int backend = PQbackendPID(pg->c);
    const struct {
        const char *name, *carriers;
    } askers[] = { { "big carrier", "IB" },
                   { "small carrier", "ZB" },
                   { "alliance", "IB BA LH AF KL SK TP LX OS AY EI ZB" } };
    for (size_t a = 0; a < BW_LEN(askers); a++) {
        struct bw_principal who = {
            .kind = BW_P_ACCOUNT, .roles = BW_AGENT, .organisation_kind = BW_ORG_CARRIER, .id = bw_uuid_v7(now)
        };
        bw_str_put(BW_STR("agent"), who.name, sizeof who.name);
        for (struct bw_str rest = bw_str_c(askers[a].carriers); rest.p;)
            bw_str_put(bw_str_split(&rest, ' '), who.carriers[who.n_carriers++], sizeof who.carriers[0]);
        for (size_t k = 0; k < BW_LEN(kinds); k++)
            look_kind(&app, pg, &who, askers[a].name, &kinds[k], cases, n, backend);
    }
    bw_pg_free(pg);
}

int main(int argc, char **argv)
{
    const uint8_t secret[32] = { 1 };
    uint64_t cases = argc > 3 ? strtoull(argv[3], NULL, 10) : 0, n = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    bw_date day = BW_DATE_NONE;
    if (argc < 4 || cases == 0 || !bw_date_parse(BW_STR("2026-11-22"), &day))
        die("seed|look CONNINFO CASES [N]", NULL);
    now = bw_date_start(day);
    bw_keys_from(secret, &keys);
    bw_arena_init(&arena, (size_t)256 << 20);
    if (strcmp(argv[1], "seed") == 0)
        seed(argv[2], cases);
    else
        look(argv[2], cases, (size_t)n);
    bw_arena_done(&arena);
    return 0;
}
