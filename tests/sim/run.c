/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - the traffic through the real writer: legs, each a process of its own with two writers, feed and sweeper,
 * which ends by itself, by SIGKILL at any moment, or at a named point of a batch; what got no answer is sent again by
 * the next, as a carrier would.  Clock, traffic and answers are memory and a file that all legs share. */
#include "run.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bw/app/cases.h"
#include "bw/app/feed.h"
#include "bw/app/ingest.h"
#include "bw/app/seed.h"
#include "bw/app/world.h"
#include "bw/base/sync.h"
#include "db.h"
#include "leg.h"

/* --- the clock that everybody reads --- */

static void clock_open(struct sim_run *r, bw_time at)
{
    struct bw_error err = { 0 };
    char blank[64];
    (void)snprintf(r->clock_path, sizeof r->clock_path, "/tmp/bwt-sim-clock-%d", (int)getpid());
    r->clock_fd = open(r->clock_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    memset(blank, ' ', sizeof blank);
    BW_ASSERT(r->clock_fd >= 0 && pwrite(r->clock_fd, blank, sizeof blank, 0) == (ssize_t)sizeof blank);
    sim_clock_set(r, at);
    BW_ASSERT(setenv("BAGWATCH_TEST_CLOCK", r->clock_path, 1) == 0);
    BW_ASSERT(bw_clock_init(&err) == BW_OK);
}

void sim_clock_set(struct sim_run *r, bw_time at)
{
    char line[64];
    int n = snprintf(line, sizeof line, "%020lld 0\n", (long long)at);
    BW_ASSERT(pwrite(r->clock_fd, line, (size_t)n, 0) == n);
}

/* --- one leg --- */

void sim_must(bw_code code, const struct bw_error *err, const char *what)
{
    if (code == BW_OK)
        return;
    fprintf(stderr, "sim: %s: %s: %s\n", what, bw_code_info(code)->name, err->detail);
    _exit(3);
}

static void committed(void *ctx)
{
    const struct leg *leg = ctx;
    bw_feed_wake(leg->feed);
}

struct bw_pg *sim_session(const char *conninfo, unsigned sets)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = conninfo, .name = "sim", .sets = sets };
    sim_must(bw_pg_new(&o, &pg, &err), &err, "session");
    sim_must(bw_pg_ensure(pg, &err), &err, "session");
    return pg;
}

static void leg_start(struct leg *leg)
{
    static const char *const instances[] = { "one", "two" };
    struct bw_error err = { 0 };
    struct sim_run *r = leg->r;
    leg->pg = sim_session(r->cluster.app, BW_SET_QUERY | BW_SET_DUTIES);
    sim_must(bw_worlds_new(NULL, &leg->worlds, &err), &err, "worlds");
    sim_must(bw_worlds_load(leg->worlds, leg->pg, NULL, &err), &err, "worlds");
    leg->hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    const struct bw_feed_options feed = {
        .conninfo = r->cluster.app, .keys_print = r->keys.print, .hub = leg->hub, .retention_days = 7, .warm = 16
    };
    sim_must(bw_feed_new(&feed, &leg->feed, &err), &err, "feed");
    sim_must(bw_feed_start(leg->feed, &err), &err, "feed");
    for (size_t k = 0; k < 2; k++) {
        const struct bw_writer_options o = { .conninfo = r->cluster.app,
                                             .keys = &r->keys,
                                             .world = bw_worlds_take,
                                             .release = bw_worlds_release,
                                             .world_ctx = leg->worlds,
                                             .committed = committed,
                                             .committed_ctx = leg,
                                             .instance = instances[k],
                                             .batch_max = 48,
                                             .threads = 2 };
        sim_must(bw_writer_new(&o, &leg->writers[k], &err), &err, "writer");
        sim_must(bw_writer_start(leg->writers[k], &err), &err, "writer");
    }
    sim_must(bw_sweep_new(leg->writers[0], leg->worlds, &leg->sweep, &err), &err, "sweep");
    sim_must(bw_sweep_register(leg->pg, "one", &err), &err, "sweep");
    sim_must(bw_doors_new(&(struct bw_doors_config){ 0 }, &leg->doors, &err), &err, "doors");
    const struct bw_bulks_options bulks = { .spool = "/tmp", .patience = 2 * BW_SECOND };
    sim_must(bw_bulks_new(&bulks, &leg->bulks, &err), &err, "bulk");
    bw_mutex_init(&leg->mu);
    bw_cond_init(&leg->cond);
    for (size_t k = 0; k < IN_FLIGHT; k++) {
        leg->slots[k].leg = leg;
        bw_arena_init(&leg->slots[k].arena, (size_t)8 << 20);
    }
}

static void leg_stop(struct leg *leg)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    bw_sweep_free(leg->sweep);
    bw_bulks_free(leg->bulks);
    for (size_t k = 0; k < 2; k++) {
        bw_writer_stop(leg->writers[k]);
        bw_writer_free(leg->writers[k]);
    }
    bw_feed_stop(leg->feed);
    bw_feed_free(leg->feed);
    bw_hub_free(leg->hub);
    bw_worlds_free(leg->worlds);
    bw_doors_free(leg->doors);
    bw_pg_free(leg->pg);
    struct bw_pg *pg = sim_session(leg->r->cluster.app, BW_SET_FEED);
    sim_must(bw_pg_query(pg, BW_STMT_FEED_STAMP, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, &err), &err, "stamp");
    bw_rows_done(&rows);
    bw_pg_free(pg);
    for (size_t k = 0; k < IN_FLIGHT; k++)
        bw_arena_done(&leg->slots[k].arena);
}

/* --- answers --- */

uint8_t sim_answer_of(const struct bw_item *item)
{
    if (item->rc == BW_E_EVENT_CONFLICT)
        return SIM_CONFLICT;
    if (item->rc != BW_OK)
        return SIM_REFUSED;
    return item->outcome == BW_OUT_DUPLICATE ? SIM_REPEATED : SIM_STORED;
}

static void on_done(struct bw_work *work)
{
    struct slot *slot = work->ctx;
    struct leg *leg = slot->leg;
    struct sim_statement *s = slot->s;
    if (work->rc == BW_OK) {
        uint8_t answer = work->n ? sim_answer_of(&work->items[0]) : SIM_STORED;
        if (answer == SIM_REFUSED && s->kind == SIM_CASE)
            answer = SIM_REPEATED; /* an earlier leg opened it, and died before it could say so */
        if (answer == SIM_STORED && s->kind == SIM_EVENT)
            s->uid = work->items[0].ev.uid;
        if (answer == SIM_REFUSED)
            fprintf(stderr, "sim: refused by the writer: %s: %s\n", work->items[0].err.detail, s->text);
        s->answer = answer;
        __atomic_add_fetch(&leg->r->tally->answered, 1, __ATOMIC_SEQ_CST);
    }
    bw_lock(&leg->mu);
    leg->under_way--;
    bw_cond_signal(&leg->cond);
    bw_unlock(&leg->mu);
}

struct bw_principal sim_speaker(struct leg *leg, const struct sim_statement *s)
{
    struct bw_error err = { 0 };
    struct bw_principal who = { .kind = s->staff ? BW_P_ACCOUNT : BW_P_KEY, .n_carriers = 1 };
    memcpy(who.organisation, sim_carriers[s->carrier], 3);
    memcpy(who.carriers[0], sim_carriers[s->carrier], 3);
    memcpy(who.own_carrier, sim_carriers[s->carrier], 3);
    who.id.b[15] = s->carrier;
    if (!s->handler)
        return who;
    who = (struct bw_principal){ .kind = BW_P_KEY, .organisation = SIM_HANDLER, .n_named = SIM_CARRIERS };
    for (size_t k = 0; k < SIM_CARRIERS; k++)
        memcpy(who.carriers[k], sim_carriers[k], 3);
    sim_must(bw_mandates_of(leg->doors, leg->pg, &who, &err), &err, "mandates");
    return who;
}

/* False where it was refused before it came to the writer. */
static bool prepare(struct leg *leg, struct slot *slot)
{
    struct sim_statement *s = slot->s;
    struct bw_principal who = sim_speaker(leg, s);
    struct bw_str text = bw_str_c(s->text);
    struct bw_faults f;
    struct bw_error err = { 0 };
    const struct bw_app app = { .keys = &leg->r->keys };
    bw_arena_reset(&slot->arena);
    bw_faults_init(&f, &slot->arena);
    slot->work = &slot->event;
    if (s->kind == SIM_TELEGRAM) {
        const struct bw_world *world = bw_worlds_take(leg->worlds);
        sim_must(bw_ingest_telegram(&app, world, &who, text, bw_clock_wall(), &slot->arena, &slot->telegram, &err),
                 &err, "telegram");
        bw_worlds_release(leg->worlds, world);
        slot->work = &slot->telegram.work;
        return true;
    }
    if (s->kind == SIM_CASE) {
        struct bw_case_request *rq;
        if (bw_case_request(&app, &who, text, bw_clock_wall(), &slot->arena, &rq, &f) == BW_OK) {
            sim_must(bw_case_number(leg->pg, rq, bw_clock_wall(), &err), &err, "case");
            slot->work = &rq->work;
            return true;
        }
    } else if (bw_ingest_event(&who, text, bw_clock_wall(), &slot->arena, &slot->event, &f) == BW_OK) {
        return true;
    }
    if (!s->malformed)
        fprintf(stderr, "sim: refused: %.*s: %s\n", BW_FMT(f.n ? f.v[0].detail : BW_STR("?")), s->text);
    s->answer = SIM_REFUSED;
    return false;
}

static void send(struct leg *leg, struct slot *slot, uint64_t *rng)
{
    struct bw_error err = { 0 };
    if (!prepare(leg, slot))
        return;
    slot->work->done = on_done;
    slot->work->ctx = slot;
    bw_lock(&leg->mu);
    leg->under_way++;
    bw_unlock(&leg->mu);
    if (bw_writer_submit(leg->writers[sim_random(rng) % 2], slot->work, &err) == BW_OK)
        return;
    bw_lock(&leg->mu); /* busy or without a database: again in the next round */
    leg->under_way--;
    bw_unlock(&leg->mu);
}

static void wait_for_all(struct leg *leg)
{
    bw_time end = bw_clock_mono() + PATIENCE_S * BW_SECOND;
    bw_lock(&leg->mu);
    while (leg->under_way > 0)
        if (!bw_cond_wait_until(&leg->cond, &leg->mu, end))
            _exit(4);
    bw_unlock(&leg->mu);
}

/* One of what comes by itself, while nothing else is under way: so what was let or taken back before it holds for it.
 */
static size_t by_itself(struct leg *leg, size_t at, uint64_t *rng)
{
    struct sim_statement *s = &leg->r->t.v[at];
    size_t n = 1;
    if (s->body) {
        while (at + n < leg->r->t.n && leg->r->t.v[at + n].body == s->body)
            n++;
        sim_send_body(leg, s, n, rng);
    } else {
        sim_act(leg, s, rng);
    }
    return n;
}

static bool comes_by_itself(const struct sim_statement *s)
{
    return s->body || (s->kind != SIM_EVENT && s->kind != SIM_CASE && s->kind != SIM_TELEGRAM);
}

/* Sends what has arrived and is not answered, up to what comes by itself; true while there is more. */
static bool deliver_some(struct leg *leg, bw_time now, uint64_t *rng)
{
    const struct sim_traffic *t = &leg->r->t;
    size_t sent = 0, at = leg->first;
    bool more = false;
    while (at < t->n && t->v[at].arrives <= now && !more) {
        struct sim_statement *s = &t->v[at];
        if (s->answer != SIM_UNANSWERED) {
            at++;
        } else if (comes_by_itself(s)) {
            more = true;
            at += sent ? 0 : by_itself(leg, at, rng);
        } else {
            leg->slots[sent].s = s;
            send(leg, &leg->slots[sent++], rng);
            at++;
            more = sent == IN_FLIGHT;
        }
    }
    wait_for_all(leg);
    while (leg->first < at && t->v[leg->first].answer != SIM_UNANSWERED)
        leg->first++;
    return more || leg->first < at;
}

/* All that has arrived by now, until all of it is answered. */
static void deliver(struct leg *leg, bw_time now, uint64_t *rng)
{
    const struct timespec nap = { 0, 10000000 };
    bw_time end = bw_clock_mono() + PATIENCE_S * BW_SECOND;
    for (size_t first = leg->first; deliver_some(leg, now, rng); first = leg->first) {
        if (leg->first > first)
            end = bw_clock_mono() + PATIENCE_S * BW_SECOND;
        else
            (void)nanosleep(&nap, NULL);
        if (bw_clock_mono() > end)
            _exit(5);
    }
}

static void sweep(struct leg *leg)
{
    enum { ROUNDS = 200 };
    struct bw_error err = { 0 };
    bool more = true;
    for (int k = 0; k < ROUNDS && more; k++) {
        bw_code code = bw_pg_ensure(leg->pg, &err);
        if (code == BW_OK)
            code = bw_sweep_round(leg->sweep, leg->pg, &more, &err);
        if (code != BW_OK && code != BW_E_DATABASE_AWAY && code != BW_E_BUSY)
            sim_must(code, &err, "sweep");
    }
}

/* Whatever was due has been raised: what stayed due would keep the sweeper busy for ever. */
static void nothing_is_due(struct leg *leg)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    sim_must(bw_pg_query(leg->pg, BW_STMT_DUE_ANY, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, &err), &err, "due");
    if (bw_rows_bool(&rows, 0, "any")) {
        fprintf(stderr, "sim: the sweeper leaves something due\n");
        _exit(6);
    }
    bw_rows_done(&rows);
}

/* After a crash, as if no instance had taken updates for the last twenty minutes: the sweeper puts off what fell due.
 */
static void we_were_away(const struct sim_run *r)
{
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    struct bw_uuid id = bw_uuid_v7(now);
    struct bw_pg *pg = sim_session(r->cluster.app, BW_SET_WRITER);
    sim_must(bw_pg_query(pg, BW_STMT_OUTAGE_INSERT,
                         BW_PARAMS(bw_p_uuid(&id), bw_p_time(now - 20 * BW_MINUTE), bw_p_time(now), bw_p_c("sim")),
                         NULL, &err),
             &err, "outage");
    bw_pg_free(pg);
}

static void run_leg(struct sim_run *r, const char *crash_at, uint64_t rng)
{
    static struct leg leg;
    leg.r = r;
    if (crash_at)
        BW_ASSERT(setenv("BAGWATCH_CRASH_AT", crash_at, 1) == 0);
    leg_start(&leg);
    if (r->tally->step > 0)
        we_were_away(r);
    for (uint32_t step = r->tally->step; step < r->steps && !r->tally->stop; step++) {
        bw_time now = r->t.from + (bw_time)(step + 1) * r->step;
        sim_clock_set(r, now);
        deliver(&leg, now, &rng);
        sweep(&leg);
        r->tally->step = step + 1;
    }
    nothing_is_due(&leg);
    leg_stop(&leg);
    _exit(0);
}

/* --- the whole --- */

static void *shared(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    BW_ASSERT(p != MAP_FAILED);
    return p;
}

void sim_run_open(struct sim_run *r, uint64_t seed, bw_time from, unsigned hours, unsigned bags)
{
    static const uint8_t secret[32] = "a key for tests, known to all..";
    struct bw_error err = { 0 };
    r->t = (struct sim_traffic){ .seed = seed, .from = from, .until = from + hours * BW_HOUR, .bags = bags };
    r->t.max = (size_t)bags * SIM_PER_BAG;
    r->t.v = shared(r->t.max * sizeof *r->t.v);
    r->tally = shared(sizeof *r->tally);
    r->step = bags < 1000 ? 3 * BW_MINUTE : BW_MINUTE;
    r->steps = (uint32_t)(hours * BW_HOUR / r->step);
    sim_traffic_make(&r->t);
    clock_open(r, from);
    bwt_cluster_start_migrated(&r->cluster);
    sim_must(bw_seed_reference(r->cluster.owner, NULL, NULL, &err), &err, "seed");
    sim_people_make(r);
    bw_keys_from(secret, &r->keys);
}

void sim_run_close(struct sim_run *r)
{
    bwt_cluster_stop(&r->cluster);
    (void)munmap(r->t.v, r->t.max * sizeof *r->t.v);
    (void)munmap(r->tally, sizeof *r->tally);
    (void)close(r->clock_fd);
    (void)unlink(r->clock_path);
}

static void cut(struct sim_run *r, struct bw_pg *pg)
{
    struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    sim_must(bw_pg_query(pg, TEST_STMT_SIM_CUT, BW_NO_PARAMS, &rows, &err), &err, "cut");
    r->tally->cut_sessions += (uint32_t)bw_rows_i64(&rows, 0, "n");
    bw_rows_done(&rows);
}

/* Waits for the end of a leg; kills it, or cuts its sessions and stops it, when so many are answered. */
static int watch_leg(struct sim_run *r, pid_t leg, enum sim_end how, uint32_t target)
{
    enum { MORE = 20 };
    const struct timespec nap = { 0, 500000 };
    struct bw_pg *pg = how == SIM_CUT ? db_session(r->cluster.super, BW_SET_BOOT) : NULL;
    bool done = how == SIM_WHOLE || how == SIM_POINT;
    int status = 0;
    while (waitpid(leg, &status, WNOHANG) == 0) {
        if (!done && r->tally->answered >= target && how == SIM_KILL) {
            done = true;
            (void)kill(leg, SIGKILL);
            r->tally->kills++;
        } else if (!done && r->tally->answered >= target) {
            done = true;
            cut(r, pg);
        } else if (done && how == SIM_CUT && r->tally->answered >= target + MORE) {
            r->tally->stop = 1;
        }
        (void)nanosleep(&nap, NULL);
    }
    bw_pg_free(pg);
    return status;
}

bool sim_run_all(struct sim_run *r, unsigned ends)
{
    static const char *const points[] = { "before-commit", "after-commit", "mid-fan-out" };
    uint64_t rng = r->t.seed ^ 0x5157;
    for (unsigned k = 0; r->tally->step < r->steps; k++) {
        enum sim_end how = k < ends ? (enum sim_end)(1 + k % (SIM_ENDS - 1)) : SIM_WHOLE;
        uint32_t share = (uint32_t)(r->t.n / (ends + 1) + 1);
        uint32_t target = r->tally->answered + share / 2 + (uint32_t)(sim_random(&rng) % share);
        uint64_t leg_rng = sim_random(&rng);
        char crash_at[40];
        (void)snprintf(crash_at, sizeof crash_at, "%s:%u", points[sim_random(&rng) % 3], 1 + target % 40);
        if (k > ends + 20)
            return false;
        r->tally->stop = 0;
        pid_t leg = fork();
        BW_ASSERT(leg >= 0);
        if (leg == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            run_leg(r, how == SIM_POINT ? crash_at : NULL, leg_rng);
        }
        int status = watch_leg(r, leg, how, target);
        r->tally->legs++;
        bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        r->tally->crash_points += killed && how == SIM_POINT;
        if (!killed && status != 0) {
            fprintf(stderr, "sim: leg %u ended with %x\n", k, (unsigned)status);
            return false;
        }
    }
    return true;
}
