/* SPDX-License-Identifier: Apache-2.0 */
/* reference.c - the reference driver of PERF-02: the writer's own statements, driven straight by libpq.
 *     reference CONNINFO CONNECTIONS EVENTS BAGS BATCH
 * Each connection is a thread with bags of its own and runs the writer's transaction over and over: one pipeline that
 * reads keys and aliases with their bags, one that writes and commits.  The rows are those that a
 * server wrote before (answer, fold and feed line are read from the database as patterns), with ids of their own.  No
 * HTTP, no JSON, no fold, no verdict, no stamping: what the database alone takes.  One JSON line on standard output.
 * The statements come from schema/queries/ through the program's own table, so they are the same by construction. */
#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bw/base/crypto.h"
#include "bw/storage/stmt.h"

enum { INT2 = 21, INT4 = 23, INT8 = 20, BOOL = 16, TEXT = 25, BYTEA = 17, UUID = 2950, TIME = 1184, DATE = 1082 };
enum { PARAMS = 48, BYTES = 96 << 20 };
#define EPOCH_US INT64_C(946684800000000)

/* A bag of this driver, and the event of the present batch on it. */
struct scan {
    uint8_t bag[16], uid[16], print[32], leaf[32];
    char plate[32], short_plate[32], event_id[48], ident[40];
    int16_t bucket, ident_bucket;
    int32_t version, read;
};

/* Parameters of one statement in the wire's binary form. */
struct driver {
    pthread_t thread;
    PGconn *c;
    unsigned nth;
    long events, bags;
    size_t batch;
    struct scan *all, **now;
    char *bytes;
    size_t n, at[PARAMS + 1];
    int n_params;
    bool null[PARAMS];
    int64_t journal, us;
};

static const char *conninfo;
static char *answer, *line, *fold;
static size_t answer_n, line_n, fold_n;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "reference: %s: %s\n", what, why);
    exit(1);
}

static int64_t clock_us(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- parameters --- */

static void put(struct driver *d, const void *p, size_t n)
{
    if (d->n + n > BYTES)
        die("parameters", "too many bytes");
    memcpy(d->bytes + d->n, p, n);
    d->n += n;
}

static void put32(struct driver *d, uint32_t v)
{
    v = htobe32(v);
    put(d, &v, sizeof v);
}

static void begin(struct driver *d)
{
    d->n = 0;
    d->n_params = 0;
}

static void param(struct driver *d)
{
    d->at[d->n_params] = d->n;
    d->null[d->n_params++] = false;
    d->at[d->n_params] = d->n;
}

static void array(struct driver *d, uint32_t element, size_t n)
{
    param(d);
    put32(d, n ? 1 : 0);
    put32(d, 1); /* may hold nulls */
    put32(d, element);
    if (n) {
        put32(d, (uint32_t)n);
        put32(d, 1);
    }
}

static void bytes(struct driver *d, const void *p, size_t n)
{
    put32(d, (uint32_t)n);
    put(d, p, n);
}

static void text(struct driver *d, const char *s)
{
    bytes(d, s, strlen(s));
}

static void number(struct driver *d, size_t width, int64_t v)
{
    uint64_t be = htobe64((uint64_t)v);
    bytes(d, (const char *)&be + 8 - width, width);
}

/* One array column: `each` puts the element of scan s. */
#define COLUMN(d, element, count, each)                                                                                \
    do {                                                                                                               \
        array((d), (element), (count));                                                                                \
        for (size_t k = 0; k < (count); k++) {                                                                         \
            const struct scan *s = (d)->now[k];                                                                        \
            (void)s;                                                                                                   \
            each;                                                                                                      \
        }                                                                                                              \
    } while (0)
#define NULLS(d, element) array((d), (element), 0) /* as the writer sends a column that says nothing */
#define WORDS(d, count, word) COLUMN(d, TEXT, count, text((d), (word)))

/* A plate and its short form for every bag of a list. */
#define PAIRS(d, element, v, n, each)                                                                                  \
    do {                                                                                                               \
        array((d), (element), (n)*2);                                                                                  \
        for (size_t k = 0; k < (n)*2; k++) {                                                                           \
            const struct scan *s = (v)[k / 2];                                                                         \
            (void)s;                                                                                                   \
            each;                                                                                                      \
        }                                                                                                              \
    } while (0)

static void scalar(struct driver *d, size_t width, int64_t v)
{
    uint64_t be = htobe64((uint64_t)v);
    param(d);
    put(d, (const char *)&be + 8 - width, width);
}

static void send_stmt(struct driver *d, unsigned stmt)
{
    const char *values[PARAMS];
    int lengths[PARAMS], formats[PARAMS];
    for (int k = 0; k < d->n_params; k++) {
        size_t end = k + 1 < d->n_params ? d->at[k + 1] : d->n;
        values[k] = d->bytes + d->at[k];
        lengths[k] = (int)(end - d->at[k]);
        formats[k] = 1;
    }
    if (!PQsendQueryPrepared(d->c, bw_stmts.rows[stmt].name, d->n_params, values, lengths, formats, 1))
        die(bw_stmts.rows[stmt].name, PQerrorMessage(d->c));
}

/* Reads n statements' results up to the Sync behind them; the one row of the last is left in *ret, if asked for. */
static void finish(struct driver *d, int n, int64_t *ret)
{
    if (!PQpipelineSync(d->c) || PQflush(d->c) < 0)
        die("sync", PQerrorMessage(d->c));
    for (int k = 0; k < n; k++) {
        PGresult *res = PQgetResult(d->c);
        ExecStatusType status = PQresultStatus(res);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            die("statement", PQerrorMessage(d->c));
        if (ret && k == n - 1) {
            uint64_t be;
            memcpy(&be, PQgetvalue(res, 0, 0), sizeof be);
            *ret = (int64_t)be64toh(be);
        }
        PQclear(res);
        if (PQgetResult(d->c))
            die("statement", "more than one result");
    }
    PGresult *res = PQgetResult(d->c);
    if (PQresultStatus(res) != PGRES_PIPELINE_SYNC)
        die("sync", PQerrorMessage(d->c));
    PQclear(res);
}

/* --- one batch --- */

static int by_bucket(const void *pa, const void *pb)
{
    const struct scan *a = *(struct scan *const *)pa, *b = *(struct scan *const *)pb;
    int c = a->bucket - b->bucket;
    return c ? c : memcmp(a->bag, b->bag, sizeof a->bag);
}

static void read_trip(struct driver *d, size_t n)
{
    begin(d);
    send_stmt(d, BW_STMT_TX_BEGIN);
    COLUMN(d, INT2, n, number(d, 2, s->ident_bucket));
    WORDS(d, n, "BA");
    WORDS(d, n, s->event_id);
    WORDS(d, n, s->ident);
    send_stmt(d, BW_STMT_KEY_READ);
    begin(d);
    COLUMN(d, INT2, n, number(d, 2, s->ident_bucket));
    WORDS(d, n, "plate");
    WORDS(d, n, s->plate);
    scalar(d, 1, 1);
    COLUMN(d, INT2, n, number(d, 2, s->ident_bucket));
    WORDS(d, n, s->short_plate);
    send_stmt(d, BW_STMT_ALIAS_BAG_READ);
    begin(d);
    send_stmt(d, BW_STMT_JOURNAL_NEXT);
    finish(d, 4, &d->journal);
}

static void write_keys(struct driver *d, size_t n)
{
    begin(d);
    COLUMN(d, INT2, n, number(d, 2, s->ident_bucket));
    WORDS(d, n, "BA");
    WORDS(d, n, s->event_id);
    WORDS(d, n, s->ident);
    COLUMN(d, BYTEA, n, bytes(d, s->print, 32));
    COLUMN(d, INT2, n, number(d, 2, s->bucket));
    COLUMN(d, UUID, n, bytes(d, s->bag, 16));
    COLUMN(d, INT4, n, number(d, 4, s->version));
    send_stmt(d, BW_STMT_KEY_INSERT);
}

static void write_aliases(struct driver *d, struct scan **v, size_t n)
{
    begin(d);
    PAIRS(d, INT2, v, n, number(d, 2, s->ident_bucket));
    PAIRS(d, TEXT, v, n, text(d, k % 2 ? "short" : "plate"));
    PAIRS(d, TEXT, v, n, text(d, k % 2 ? s->short_plate : s->plate));
    PAIRS(d, DATE, v, n, number(d, 4, 9800));
    PAIRS(d, DATE, v, n, number(d, 4, 9834));
    PAIRS(d, INT2, v, n, number(d, 2, 0));
    PAIRS(d, INT2, v, n, number(d, 2, s->bucket));
    PAIRS(d, UUID, v, n, bytes(d, s->bag, 16));
    PAIRS(d, INT2, v, n, number(d, 2, 0));
    send_stmt(d, BW_STMT_ALIAS_INSERT);
}

static void write_events(struct driver *d, size_t n, int64_t at)
{
    begin(d);
    COLUMN(d, INT2, n, number(d, 2, s->bucket));
    COLUMN(d, UUID, n, bytes(d, s->bag, 16));
    COLUMN(d, INT4, n, number(d, 4, s->version));
    WORDS(d, n, "bag");
    COLUMN(d, UUID, n, bytes(d, s->uid, 16));
    scalar(d, 8, d->journal);
    COLUMN(d, INT4, n, number(d, 4, (int64_t)k));
    WORDS(d, n, "BAG_SEEN");
    WORDS(d, n, "BA");
    WORDS(d, n, s->event_id);
    WORDS(d, n, "BA");
    WORDS(d, n, "api");
    COLUMN(d, TIME, n, number(d, 8, at + (int64_t)k));
    COLUMN(d, INT2, n, number(d, 2, 50));
    COLUMN(d, TIME, n, number(d, 8, at + (int64_t)k));
    WORDS(d, n, "scan");
    WORDS(d, n, "actual");
    COLUMN(d, INT2, n, number(d, 2, 0));
    NULLS(d, TIME);
    COLUMN(d, INT8, n, number(d, 8, 0));
    COLUMN(d, TIME, n, number(d, 8, at));
    WORDS(d, n, "LHR");
    NULLS(d, TEXT);
    NULLS(d, TEXT);
    NULLS(d, DATE);
    for (int k2 = 0; k2 < 6; k2++) /* from, to, reason, new plate, data, replaces */
        NULLS(d, TEXT);
    NULLS(d, UUID);
    NULLS(d, INT4);
    NULLS(d, INT4);
    NULLS(d, BYTEA);
    NULLS(d, BYTEA);
    WORDS(d, n, "accepted");
    WORDS(d, n, "");
    COLUMN(d, TEXT, n, bytes(d, answer, answer_n));
    COLUMN(d, BYTEA, n, bytes(d, s->leaf, 32));
    WORDS(d, n, s->ident);
    send_stmt(d, BW_STMT_EVENT_INSERT);
}

static void write_bags(struct driver *d, struct scan **v, size_t n, bool fresh, int64_t at)
{
    struct scan **kept = d->now;
    d->now = v;
    begin(d);
    COLUMN(d, INT2, n, number(d, 2, s->bucket));
    COLUMN(d, UUID, n, bytes(d, s->bag, 16));
    COLUMN(d, INT4, n, number(d, 4, s->version));
    WORDS(d, n, s->plate);
    WORDS(d, n, s->short_plate);
    COLUMN(d, DATE, n, number(d, 4, 9803));
    if (fresh)
        COLUMN(d, TIME, n, number(d, 8, at));
    else
        COLUMN(d, INT4, n, number(d, 4, s->read));
    COLUMN(d, TIME, n, number(d, 8, at));
    WORDS(d, n, "at");
    WORDS(d, n, "LHR");
    WORDS(d, n, "held");
    WORDS(d, n, "BA");
    WORDS(d, n, "none");
    NULLS(d, UUID);
    COLUMN(d, BOOL, n, number(d, 1, 0));
    COLUMN(d, TIME, n, number(d, 8, at));
    COLUMN(d, TIME, n, number(d, 8, at));
    NULLS(d, TIME);
    NULLS(d, UUID);
    WORDS(d, n, "{}");
    COLUMN(d, INT4, n, number(d, 4, s->version));
    COLUMN(d, BYTEA, n, bytes(d, fold, fold_n));
    send_stmt(d, fresh ? BW_STMT_BAG_INSERT : BW_STMT_BAG_UPDATE);
    d->now = kept;
}

static void write_journal(struct driver *d, size_t n, int64_t at)
{
    begin(d);
    scalar(d, 8, d->journal);
    scalar(d, 4, (int64_t)n);
    scalar(d, 8, at);
    param(d);
    put(d, "reference", 9);
    param(d);
    for (size_t k = 0; k < n; k++)
        put(d, d->now[k]->leaf, 32);
    send_stmt(d, BW_STMT_JOURNAL_INSERT);
    begin(d);
    scalar(d, 2, (at + EPOCH_US) / INT64_C(86400000000) % 16);
    scalar(d, 8, d->journal);
    param(d);
    for (size_t k = 0; k < n; k++) { /* the ordinal, then the rest of the pattern */
        char ordinal[24];
        put(d, ordinal, (size_t)snprintf(ordinal, sizeof ordinal, "%zu", k));
        put(d, line, line_n);
    }
    send_stmt(d, BW_STMT_PAYLOAD_INSERT);
}

static void run_batch(struct driver *d, size_t n)
{
    int64_t at = clock_us(CLOCK_REALTIME) - EPOCH_US;
    struct scan **part = malloc(2 * n * sizeof *part), **fresh = part, **old = part + n;
    size_t n_fresh = 0, n_old = 0;
    if (!part)
        die("batch", "no memory");
    qsort(d->now, n, sizeof *d->now, by_bucket);
    read_trip(d, n);
    for (size_t k = 0; k < n; k++) {
        d->now[k]->read = d->now[k]->version++;
        if (d->now[k]->read)
            old[n_old++] = d->now[k];
        else
            fresh[n_fresh++] = d->now[k];
    }
    write_keys(d, n);
    if (n_fresh)
        write_aliases(d, fresh, n_fresh);
    write_events(d, n, at);
    if (n_fresh)
        write_bags(d, fresh, n_fresh, true, at);
    if (n_old)
        write_bags(d, old, n_old, false, at);
    write_journal(d, n, at);
    begin(d);
    send_stmt(d, BW_STMT_TX_COMMIT);
    finish(d, 5 + (n_fresh ? 2 : 0) + (n_old ? 1 : 0), NULL);
    free(part);
}

/* --- threads --- */

static void prepare(struct driver *d)
{
    static const char settings[] =
        "SET search_path = bagwatch, public; SET synchronous_commit = on; SET jit = off;"
        "SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = off;"
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_material = off; SET ROLE bagwatch_app";
    static const unsigned list[] = { BW_STMT_TX_BEGIN,       BW_STMT_TX_COMMIT,      BW_STMT_KEY_READ,
                                     BW_STMT_ALIAS_BAG_READ, BW_STMT_JOURNAL_NEXT,   BW_STMT_KEY_INSERT,
                                     BW_STMT_ALIAS_INSERT,   BW_STMT_EVENT_INSERT,   BW_STMT_BAG_INSERT,
                                     BW_STMT_BAG_UPDATE,     BW_STMT_JOURNAL_INSERT, BW_STMT_PAYLOAD_INSERT };
    d->c = PQconnectdb(conninfo);
    PGresult *res = PQexec(d->c, settings);
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        die("connecting", PQerrorMessage(d->c));
    PQclear(res);
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        res = PQprepare(d->c, bw_stmts.rows[list[k]].name, bw_stmts.rows[list[k]].sql, 0, NULL);
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            die(bw_stmts.rows[list[k]].name, PQerrorMessage(d->c));
        PQclear(res);
    }
    if (!PQenterPipelineMode(d->c))
        die("pipeline", PQerrorMessage(d->c));
}

static void *run(void *arg)
{
    struct driver *d = arg;
    long sent = 0;
    while (sent < d->events) {
        size_t n = 0;
        for (; n < d->batch && sent < d->events; n++, sent++) {
            struct scan *s = &d->all[sent % d->bags];
            bw_random(s->print, sizeof s->print);
            memcpy(s->leaf, s->print, sizeof s->leaf);
            memcpy(s->uid, s->print, sizeof s->uid);
            (void)snprintf(s->event_id, sizeof s->event_id, "ref-%d-%u-%ld", (int)getpid(), d->nth, sent);
            d->now[n] = s;
        }
        run_batch(d, n);
    }
    return NULL;
}

static void make(struct driver *d, unsigned nth, long events, long bags, size_t batch)
{
    *d = (struct driver){ .nth = nth, .events = events, .bags = bags, .batch = batch, .bytes = malloc(BYTES) };
    d->all = calloc((size_t)bags, sizeof *d->all);
    d->now = calloc(batch, sizeof(struct scan *));
    if (!d->bytes || !d->all || !d->now)
        die("start", "no memory");
    int run = (int)getpid() % 1000; /* several runs on one database have bags of their own */
    for (long k = 0; k < bags; k++) {
        struct scan *s = &d->all[k];
        bw_random(s->bag, sizeof s->bag);
        s->bucket = s->ident_bucket = s->bag[15];
        (void)snprintf(s->plate, sizeof s->plate, "%u%03d%06ld", nth % 10, run, k % 1000000);
        (void)snprintf(s->short_plate, sizeof s->short_plate, "%uS%03d%06ld", nth % 10, run, k % 1000000);
        (void)snprintf(s->ident, sizeof s->ident, "plate:%s", s->plate);
    }
    prepare(d);
}

/* One value that a server wrote, in binary form. */
static char *pattern(PGconn *c, const char *sql, size_t *ret_n)
{
    PGresult *res = PQexecParams(c, sql, 0, NULL, NULL, NULL, NULL, 1);
    if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
        die(sql, "post some scans to a server on this database first");
    *ret_n = (size_t)PQgetlength(res, 0, 0);
    char *copy = malloc(*ret_n + 1);
    if (!copy)
        die("patterns", "no memory");
    memcpy(copy, PQgetvalue(res, 0, 0), *ret_n);
    PQclear(res);
    return copy;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: reference CONNINFO CONNECTIONS EVENTS BAGS BATCH\n");
        return 64;
    }
    conninfo = argv[1];
    long connections = strtol(argv[2], NULL, 10), events = strtol(argv[3], NULL, 10), bags = strtol(argv[4], NULL, 10);
    long batch = strtol(argv[5], NULL, 10);
    if (connections < 1 || connections > 8 || batch < 1 || bags / connections < batch)
        die("arguments", "1 to 8 connections, and at least a batch of bags for each");
    PGconn *c = PQconnectdb(conninfo);
    answer = pattern(c, "SELECT answer FROM bagwatch.event WHERE code = 'BAG_SEEN' ORDER BY recorded_at DESC LIMIT 1",
                     &answer_n);
    fold = pattern(c, "SELECT fold FROM bagwatch.bag ORDER BY recorded_at DESC LIMIT 1", &fold_n);
    line = pattern(c, "SELECT entries FROM bagwatch.feed_payload ORDER BY journal_id DESC LIMIT 1", &line_n);
    char *end = memchr(line, '\n', line_n);
    const char *rest = memchr(line, ' ', line_n);
    if (!end || !rest || rest > end)
        die("patterns", "the feed's line does not begin with its ordinal");
    line_n = (size_t)(end - rest) + 1;
    memmove(line, rest, line_n);
    PQfinish(c);
    struct driver *d = calloc((size_t)connections, sizeof *d);
    if (!d)
        die("start", "no memory");
    for (long k = 0; k < connections; k++)
        make(&d[k], (unsigned)k, events / connections, bags / connections, (size_t)batch);
    int64_t began = clock_us(CLOCK_MONOTONIC);
    for (long k = 0; k < connections; k++)
        if (pthread_create(&d[k].thread, NULL, run, &d[k]) != 0)
            die("thread", "not started");
    for (long k = 0; k < connections; k++)
        (void)pthread_join(d[k].thread, NULL);
    double s = (double)(clock_us(CLOCK_MONOTONIC) - began) / 1e6;
    printf("{\"bench\":\"reference\",\"connections\":%ld,\"n\":%ld,\"bags\":%ld,\"batch\":%ld,\"per_s\":%.0f}\n",
           connections, events / connections * connections, bags, batch,
           (double)(events / connections * connections) / s);
    for (long k = 0; k < connections; k++) {
        PQfinish(d[k].c);
        free(d[k].bytes);
        free(d[k].all);
        free(d[k].now);
    }
    free(d);
    free(answer);
    free(line);
    free(fold);
    return 0;
}
