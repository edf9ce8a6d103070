/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is acknowledged before COMMIT, and what was is there once, whatever dies: sessions, the server, the program.
 * The program's own death is played by this test's binary started again with a named crash point.
 * Source: ING-03, reliability.md 7 rows 1 to 3. */
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "door_group.h"
#include "whole.h"

enum { BAGS = 20, FLIGHT = 48, LOAD = 600 };

static const char *self;

static void say(struct post *p, const char *run, unsigned number)
{
    char body[256];
    post_init(p);
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"%s%u\",\"plate\":\"01257000%02u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                   "\"note\":\"n\",\"occurred_at\":\"2026-11-20T09:%02u:00Z\"}",
                   run, number, number % BAGS, number % 60);
    (void)post_add(p, "BA", body);
}

/* --- acknowledged after COMMIT --------------------------------------------------------------------------------------
 */

static void stored_by_now(struct post *p)
{
    int64_t n = ask_i64(&door, "SELECT count(*) FROM event WHERE event_id = '%s'", p->items[0].ev.event_id);
    p->ctx = n == 1 ? &door : NULL;
}

/* Another session sees the event from within done(). req: ING-03 */
static void an_answer_comes_after_the_commit(void **state)
{
    (void)state;
    struct post p[5];
    struct bw_writer_options o = posts_options(&door, "asked");
    o.threads = 1; /* one asks at a time */
    struct bw_writer *w = posts_writer(&o);
    posts_start(w);
    for (unsigned k = 0; k < 5; k++) {
        say(&p[k], "after", k);
        p[k].look = stored_by_now;
    }
    for (unsigned k = 0; k < 5; k++)
        assert_int_equal(post_send(w, &p[k]), BW_OK);
    for (unsigned k = 0; k < 5; k++) {
        post_wait(&p[k]);
        assert_int_equal(p[k].work.rc, BW_OK);
        assert_ptr_equal(p[k].ctx, &door);
        post_done(&p[k]);
    }
    posts_end(w);
}

/* Everything is written but the last table: nobody has an answer yet. req: ING-03 */
static void no_answer_while_the_last_insert_waits(void **state)
{
    (void)state;
    struct post p;
    say(&p, "held", 0);
    struct bw_pg *gate = gate_close(&door, "feed_payload");
    assert_int_equal(post_send(door.writer, &p), BW_OK);
    gate_wait(&door, 1);
    assert_false(p.finished);
    gate_open(gate);
    post_wait(&p);
    assert_int_equal(p.work.rc, BW_OK);
    post_done(&p);
}

/* --- load ------------------------------------------------------------------------------------------------------------
 */

struct load {
    const char *run;
    struct bw_writer *writers[2];
    unsigned again;
};

/* What is refused for the time being is sent again under the same id until it is stored. */
static void until_stored(struct load *l, struct post *p)
{
    bw_time until = bw_clock_mono() + BW_MINUTE;
    for (unsigned tries = 0; p->work.rc != BW_OK; tries++) {
        assert_true(p->work.rc == BW_E_BUSY || p->work.rc == BW_E_DATABASE_AWAY);
        assert_true(bw_clock_mono() < until);
        l->again++;
        p->finished = false;
        pause_ms(10);
        (void)post_run(l->writers[tries % 2], p);
    }
    assert_int_equal(p->items[0].rc, BW_OK);
    assert_true(p->items[0].answer.n > 0);
}

static void until_taken(struct bw_writer *w, struct post *p)
{
    bw_time until = bw_clock_mono() + BW_MINUTE;
    while (post_send(w, p) != BW_OK) {
        assert_true(bw_clock_mono() < until);
        pause_ms(5);
    }
}

/* Sends LOAD statements, FLIGHT at a time, over two writers.  between() runs after every tenth. */
static void load(struct load *l, void (*between)(unsigned number))
{
    static struct post ring[FLIGHT];
    for (unsigned k = 0; k < LOAD + FLIGHT; k++) {
        struct post *p = &ring[k % FLIGHT];
        if (k >= FLIGHT) {
            post_wait(p);
            until_stored(l, p);
            post_done(p);
        }
        if (k >= LOAD)
            continue;
        say(p, l->run, k);
        until_taken(l->writers[k % 2], p);
        if (between && k % 10 == 9)
            between(k);
    }
}

static void nothing_lost_or_doubled(const char *run)
{
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%s%%'", run), LOAD);
    assert_int_equal(ask_i64(&door, "SELECT count(DISTINCT event_id) FROM event WHERE event_id LIKE '%s%%'", run),
                     LOAD);
    struct bw_verify_result r = whole_database(door.cluster.app);
    assert_true(r.bags >= BAGS && r.events >= LOAD);
}

static struct load load_new(const char *run)
{
    struct load l = { .run = run };
    for (unsigned k = 0; k < 2; k++) {
        struct bw_writer_options o = posts_options(&door, k ? "one" : "two");
        o.batch_deadline = 3 * BW_SECOND;
        o.queue_age_max = BW_MINUTE;
        l.writers[k] = posts_writer(&o);
        posts_start(l.writers[k]);
    }
    return l;
}

static void load_end(struct load *l)
{
    posts_end(l->writers[0]);
    posts_end(l->writers[1]);
}

static const char *ask_super(const char *question)
{
    static char answer[64];
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    struct bw_pg *pg = db_session(door.cluster.super, BW_SET_QUERY);
    bw_code code = bw_pg_query(pg, TEST_STMT_SCALAR, BW_PARAMS(bw_p_c(question)), &rows, &err);
    assert_int_equal(code, BW_OK);
    bw_str_put(bw_rows_text(&rows, 0, "value"), answer, sizeof answer);
    bw_rows_done(&rows);
    bw_pg_free(pg);
    return answer;
}

static bool killed(void *ctx)
{
    (void)ctx;
    return ask_super("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'writer%' "
                     "ORDER BY random() LIMIT 1")[0] == 't';
}

/* Whatever it does: connecting, reading, in the middle of a commit. */
static void kill_a_session(unsigned number)
{
    (void)number;
    assert_true(await(killed, NULL, 20 * BW_SECOND));
}

/* req: ING-03 */
static void sessions_killed_under_load(void **state)
{
    (void)state;
    struct load l = load_new("session");
    load(&l, kill_a_session);
    load_end(&l);
    print_message("%d sessions killed, %u statements sent again\n", LOAD / 10, l.again);
    nothing_lost_or_doubled("session");
}

static void kill_the_server(unsigned number)
{
    struct bw_error err = { 0 };
    if (number != 199 && number != 449)
        return;
    int pid = bw_cluster_pid(door.cluster.cluster);
    assert_true(pid > 1);
    assert_int_equal(kill(pid, SIGKILL), 0);
    bw_time until = bw_clock_mono() + BW_MINUTE;
    while (bw_cluster_tend(door.cluster.cluster, &err) != BW_OK || bw_cluster_pid(door.cluster.cluster) == pid) {
        assert_true(bw_clock_mono() < until);
        pause_ms(5);
    }
}

/* req: ING-03 */
static void the_server_killed_under_load(void **state)
{
    (void)state;
    struct load l = load_new("server");
    load(&l, kill_the_server);
    load_end(&l);
    print_message("%u statements sent again\n", l.again);
    nothing_lost_or_doubled("server");
}

/* --- unknown outcomes -----------------------------------------------------------------------------------------------
 */

static bool at_standby(void *ctx)
{
    (void)ctx;
    return ask_i64(&door, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
                          "AND application_name LIKE 'writer%%'") > 0;
}

static void standby(const char *names)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "ALTER SYSTEM SET synchronous_standby_names = '%s'", names);
    db_script(door.cluster.super, sql);
    db_script(door.cluster.super, "SELECT pg_reload_conf()");
}

/* COMMIT is stored and its session dies before it can say so: the writer runs the same again, finds it, and gives the
 * stored answer; nothing is there twice.  A standby that is not there holds the session between the two. req: ING-03
 * ING-04 */
static void an_unknown_outcome_is_looked_up(void **state)
{
    (void)state;
    struct post p;
    say(&p, "unknown", 0);
    int64_t journals = ask_i64(&door, "SELECT count(*) FROM journal");
    standby("ghost");
    assert_int_equal(post_send(door.writer, &p), BW_OK);
    assert_true(await(at_standby, NULL, 7 * BW_SECOND)); /* a batch has 8 s */
    assert_string_equal(ask_super("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                  "WHERE wait_event = 'SyncRep' AND application_name LIKE 'writer%'"),
                        "true");
    standby("");
    post_wait(&p);
    assert_int_equal(p.work.rc, BW_OK);
    assert_int_equal(p.items[0].rc, BW_OK);
    assert_int_equal(p.calls, 1);
    assert_string_equal(ask(&door, "SELECT encode(convert_to(answer, 'UTF8'), 'base64') FROM event WHERE event_id = "
                                   "'unknown0'"),
                        ask(&door, "SELECT encode(convert_to('%.*s', 'UTF8'), 'base64')", BW_FMT(p.items[0].answer)));
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id = 'unknown0'"), 1);
    /* the first run was stored indeed, and the second, that found it, wrote its own row without events */
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM journal"), journals + 2);
    assert_int_equal(ask_i64(&door, "SELECT n FROM journal ORDER BY id DESC LIMIT 1"), 0);
    post_done(&p);
}

static bool is_healthy(void *ctx)
{
    return bw_writer_healthy(ctx);
}

struct refusal {
    struct bw_writer *writer;
    bool healthy;
    bw_code code;
    struct post next;
};

/* Inside done(), before the writer's thread looks for the database again. */
static void what_the_next_is_told(struct post *p)
{
    struct refusal *r = p->ctx;
    say(&r->next, "next", 0);
    r->healthy = bw_writer_healthy(r->writer);
    r->code = post_send(r->writer, &r->next);
}

/* The gate stays shut for longer than the batch may take: told so, not healthy, the next is refused at once; the same
 * statement later is stored once, also where the abandoned session commits after all. req: ING-03 */
static void a_deadline_ends_in_database_away(void **state)
{
    (void)state;
    struct bw_writer_options o = posts_options(&door, "short");
    o.batch_deadline = 1200 * BW_MS;
    o.threads = 1;
    struct bw_writer *w = posts_writer(&o);
    posts_start(w);
    struct post p;
    static struct refusal told;
    told.writer = w;
    say(&p, "late", 0);
    p.look = what_the_next_is_told;
    p.ctx = &told;
    struct bw_pg *gate = gate_close(&door, "journal");
    bw_time began = bw_clock_mono();
    assert_int_equal(post_run(w, &p), BW_E_DATABASE_AWAY);
    bw_time took = bw_clock_mono() - began;
    assert_true(took >= o.batch_deadline && took < 8 * BW_SECOND); /* its own, not the usual one */
    assert_false(told.healthy);
    assert_int_equal(told.code, BW_E_DATABASE_AWAY);
    post_done(&told.next);
    p.look = NULL;
    gate_open(gate);
    bw_code code = BW_E_DATABASE_AWAY;
    for (int tries = 0; tries < 20 && code != BW_OK; tries++) {
        assert_true(await(is_healthy, w, 20 * BW_SECOND));
        p.finished = false;
        code = post_run(w, &p);
    }
    if (code != BW_OK)
        fail_msg("%s: %s", bw_code_info(code)->name, p.work.err.detail);
    assert_true(bw_writer_healthy(w));
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id IN ('late0', 'next0')"), 1);
    post_done(&p);
    posts_end(w);
}

static void no_server_at_all(void **state)
{
    (void)state;
    struct bw_writer_options o = posts_options(&door, "nowhere");
    o.conninfo = "host=/tmp/bwt-there-is-nothing-here dbname=bagwatch";
    o.batch_deadline = 300 * BW_MS;
    struct bw_writer *w = posts_writer(&o);
    posts_start(w);
    struct post p;
    say(&p, "nowhere", 0);
    assert_int_equal(post_run(w, &p), BW_E_DATABASE_AWAY);
    assert_int_equal(p.calls, 1);
    post_done(&p);
    posts_end(w);
}

/* --- the end of work ------------------------------------------------------------------------------------------------
 */

static void *stop_the_writer(void *arg)
{
    bw_writer_stop(arg);
    return NULL;
}

/* Two batches stand before the gate and the rest waits in the queue when the stop is asked for: from then on
 * statements are refused, and every one that was taken is stored and answered. req: REL-02 ING-03 */
static void a_stop_under_load_ends_what_was_taken(void **state)
{
    (void)state;
    enum { TAKEN = 200 };
    static struct post p[LOAD];
    struct bw_writer_options o = posts_options(&door, "stopped");
    o.batch_max = 32;
    o.queue_age_max = BW_MINUTE;
    struct bw_writer *w = posts_writer(&o);
    pthread_t stopper;
    size_t n = 0;
    bw_code code = BW_OK;
    struct bw_pg *gate = gate_close(&door, "journal");
    posts_start(w);
    for (; code == BW_OK && n < LOAD; n += code == BW_OK) {
        say(&p[n], "stop", (unsigned)n);
        if (n == TAKEN)
            assert_int_equal(pthread_create(&stopper, NULL, stop_the_writer, w), 0);
        if (n >= TAKEN)
            pause_ms(10);
        code = post_send(w, &p[n]);
    }
    assert_int_equal(code, BW_E_BUSY);
    assert_true(bw_writer_waiting(w) > 0);
    post_done(&p[n]);
    gate_open(gate);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(p[k].calls, 1); /* answered before the stop came back */
        assert_int_equal(p[k].work.rc, BW_OK);
        assert_int_equal(p[k].items[0].rc, BW_OK);
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'stop%%'"), n);
    bw_writer_free(w);
}

/* --- the program's own death ----------------------------------------------------------------------------------------
 */

enum { CHILD_EVENTS = 60 };

static void acknowledged(struct post *p)
{
    char line[80];
    int n = snprintf(line, sizeof line, "%s\n", p->items[0].ev.event_id);
    if (p->work.rc == BW_OK && p->items[0].rc == BW_OK)
        BW_ASSERT(n > 0 && write(STDOUT_FILENO, line, (size_t)n) == n);
}

/* The child: posts until it is ended; each acknowledgement is a line on standard output. */
static int child(const char *run, const char *conninfo)
{
    static struct post p[CHILD_EVENTS];
    static struct bwt_door d;
    struct bw_error err = { 0 };
    uint8_t secret[32] = { 7 };
    BW_ASSERT(bw_clock_init(&err) == BW_OK);
    bw_keys_from(secret, &d.keys);
    (void)snprintf(d.cluster.app, sizeof d.cluster.app, "%s", conninfo);
    struct bw_writer_options o = posts_options(&d, "child");
    o.batch_max = 8;
    o.queue_age_max = BW_MINUTE;
    o.threads = 1; /* so that nothing else is committed at the point of death */
    struct bw_writer *w = posts_writer(&o);
    posts_start(w);
    for (unsigned k = 0; k < CHILD_EVENTS; k++) {
        say(&p[k], run, k);
        p[k].look = acknowledged;
        BW_ASSERT(post_send(w, &p[k]) == BW_OK);
        if (k % 6 == 5)
            post_wait(&p[k]);
    }
    posts_end(w);
    return 0;
}

/* Starts it, reads its acknowledgements, and says how it ended. */
static size_t run_child(const char *run, const char *crash_at, char acked[CHILD_EVENTS][16], int *ret_status)
{
    int out[2];
    pid_t pid;
    posix_spawn_file_actions_t files;
    char *const argv[] = { (char *)(uintptr_t)self, (char *)(uintptr_t)run, door.cluster.app, NULL };
    assert_int_equal(pipe(out), 0);
    assert_int_equal(setenv("BAGWATCH_CRASH_AT", crash_at, 1), 0);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&files, out[0]);
    assert_int_equal(posix_spawn(&pid, self, &files, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&files);
    assert_int_equal(unsetenv("BAGWATCH_CRASH_AT"), 0);
    close(out[1]);
    FILE *lines = fdopen(out[0], "r");
    size_t n = 0;
    assert_non_null(lines);
    while (n < CHILD_EVENTS && fgets(acked[n], 16, lines)) {
        acked[n][strcspn(acked[n], "\n")] = '\0';
        n++;
    }
    (void)fclose(lines);
    assert_int_equal(waitpid(pid, ret_status, 0), pid);
    return n;
}

/* Where it died, and what of that batch is stored then. */
static const struct {
    const char *at;
    bool first, stored;
} deaths[] = {
    { "before-commit", true, false },    { "after-commit", true, true },    { "mid-fan-out", true, true },
    { "before-commit:4", false, false }, { "after-commit:5", false, true }, { "mid-fan-out:3", false, true }
};

/* req: ING-03 */
static void the_program_killed_at_named_points(void **state)
{
    (void)state;
    for (unsigned at = 0; at < BW_LEN(deaths); at++) {
        char acked[CHILD_EVENTS][16], run[8];
        int status;
        (void)snprintf(run, sizeof run, "c%u-", at);
        size_t n = run_child(run, deaths[at].at, acked, &status);
        int64_t stored = ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%s%%'", run);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        assert_true(deaths[at].stored ? (int64_t)n < stored : (int64_t)n == stored);
        assert_true(!deaths[at].first || deaths[at].stored || n == 0);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id = '%s'", acked[k]), 1);
        /* everything again, by another instance: nothing is there twice */
        for (unsigned k = 0; k < CHILD_EVENTS; k++) {
            struct post p;
            say(&p, run, k);
            assert_int_equal(post_run(door.writer, &p), BW_OK);
            assert_int_equal(p.items[0].rc, BW_OK);
            post_done(&p);
        }
        assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%s%%'", run), CHILD_EVENTS);
    }
    (void)whole_database(door.cluster.app);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_after_the_commit),
        cmocka_unit_test(no_answer_while_the_last_insert_waits),
        cmocka_unit_test(an_unknown_outcome_is_looked_up),
        cmocka_unit_test(a_deadline_ends_in_database_away),
        cmocka_unit_test(no_server_at_all),
        cmocka_unit_test(a_stop_under_load_ends_what_was_taken),
        cmocka_unit_test(sessions_killed_under_load),
        cmocka_unit_test(the_server_killed_under_load),
        cmocka_unit_test(the_program_killed_at_named_points),
    };
    self = argv[0];
    if (argc == 3)
        return child(argv[1], argv[2]);
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
