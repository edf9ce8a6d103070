/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_test.c - bulk bodies without HTTP: many at once share the writer's room in turn; a writer that takes nothing
 * holds the sender up and then refuses the body; a line that cannot be stored is refused alone; verdicts have a limit
 * and go into a file; who leaves is let go.  req: ING-06 ING-07 ING-11 */
#include "bw/app/bulk.h"

#include <pthread.h>

#include "posts.h"

#define NOW "2026-11-20T12:00:00Z"
#define BODIES 12

static struct bwt_door door;
static struct bw_principal who = { .kind = BW_P_KEY, .organisation = "BA", .carriers = { "BA" }, .n_carriers = 1 };

/* --- a sender without a socket --- */

struct sender {
    struct bw_bulk *bulk;
    struct bw_mutex mu;
    struct bw_cond cond;
    bool parked, over;
    unsigned parks;
    const char *name;
    struct bw_bulk_answer answer;
};

static void on_park(void *ctx)
{
    struct sender *s = ctx;
    bw_lock(&s->mu);
    s->parked = true;
    s->parks++;
    bw_unlock(&s->mu);
}

static void on_wake(void *ctx)
{
    struct sender *s = ctx;
    bw_lock(&s->mu);
    s->parked = false;
    bw_cond_signal(&s->cond);
    bw_unlock(&s->mu);
}

static void on_over(void *ctx)
{
    struct sender *s = ctx;
    bw_lock(&s->mu);
    s->over = true;
    bw_cond_signal(&s->cond);
    bw_unlock(&s->mu);
}

static void begin(struct sender *s, struct bw_bulks *pool, struct bw_writer *w, const char *name, bool atomic)
{
    struct bw_error err = { 0 };
    *s = (struct sender){ .name = name };
    bw_mutex_init(&s->mu);
    bw_cond_init(&s->cond);
    const struct bw_bulk_options o = {
        .who = &who, .writer = w, .atomic = atomic, .park = on_park, .wake = on_wake, .over = on_over, .ctx = s
    };
    assert_int_equal(bw_bulk_new(pool, &o, &s->bulk, &err), BW_OK);
}

/* False: it was parked, and not woken within `limit`. */
static bool feed(struct sender *s, struct bw_str text, bw_time limit)
{
    while (text.n > 0) {
        text = bw_str_drop(text, bw_bulk_feed(s->bulk, text.p, text.n));
        bw_time until = bw_clock_mono() + limit;
        bool woken = true;
        bw_lock(&s->mu);
        while (s->parked && woken)
            woken = bw_cond_wait_until(&s->cond, &s->mu, until);
        bw_unlock(&s->mu);
        if (!woken)
            return false;
    }
    return true;
}

/* Lines first to last of that body; "poison" where the number is a multiple of `every`. */
static void feed_lines(struct sender *s, unsigned first, unsigned last, unsigned every)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, (size_t)64 << 20);
    for (unsigned k = first; k <= last; k++)
        bw_buf_printf(&b,
                      "{\"event_id\":\"%s-%s-%u\",\"plate\":\"0125%06u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                      "\"occurred_at\":\"2026-11-20T11:58:00Z\"}\n",
                      every && k % every == 0 ? "poison" : "good", s->name, k, k);
    assert_true(bw_buf_ok(&b));
    assert_true(feed(s, bw_buf_view(&b), 60 * BW_SECOND));
}

static void finish(struct sender *s)
{
    bw_time until = bw_clock_mono() + 60 * BW_SECOND;
    bw_bulk_end(s->bulk);
    bw_lock(&s->mu);
    while (!s->over)
        assert_true(bw_cond_wait_until(&s->cond, &s->mu, until));
    bw_unlock(&s->mu);
    bw_bulk_answer(s->bulk, &s->answer);
}

static void leave(struct sender *s)
{
    if (s->answer.fd > 0)
        (void)close(s->answer.fd);
    bw_bulk_leave(s->bulk);
}

/* Holds every verdict against `status(line)`; in order, none missing. */
static void check(struct sender *s, unsigned n, int (*status)(unsigned line))
{
    static char text[8 << 20];
    struct bw_str rest = s->answer.bytes;
    assert_int_equal(s->answer.code, BW_OK);
    assert_int_equal(s->answer.lines, n);
    if (s->answer.fd >= 0) {
        ssize_t got = pread(s->answer.fd, text, sizeof text, 0);
        assert_int_equal(got, s->answer.size);
        rest = bw_str_n(text, (size_t)got);
    }
    for (unsigned k = 1; k <= n; k++) {
        char want[64];
        struct bw_str line = bw_str_split(&rest, '\n');
        int code = status(k);
        (void)snprintf(want, sizeof want, code < 300 ? "{\"line\":%u,\"status\":%d," : "{\"line\":%u,\"type\":", k,
                       code);
        if (!bw_str_starts(line, bw_str_c(want)))
            fail_msg("line %u: %.*s", k, BW_FMT(line));
        (void)snprintf(want, sizeof want, "\"status\":%d", code);
        assert_non_null(memmem(line.p, line.n, want, strlen(want)));
    }
    assert_int_equal(rest.n, 0);
}

static int all_new(unsigned line)
{
    (void)line;
    return 201;
}
static int poison_at_17(unsigned line)
{
    return line % 17 == 0 ? 500 : 201;
}
static int all_undone(unsigned line)
{
    (void)line;
    return 422;
}

static struct bw_bulks *pool_of(size_t spool_max, bw_time patience)
{
    struct bw_bulks *pool = NULL;
    struct bw_error err = { 0 };
    const struct bw_bulks_options o = { .spool = "/tmp", .spool_max = spool_max, .patience = patience, .each = BODIES };
    assert_int_equal(bw_bulks_new(&o, &pool, &err), BW_OK);
    return pool;
}

/* --- tests --- */

static void many_bodies_at_once_share_the_room_and_all_are_answered(void **state)
{
    (void)state;
    static struct sender s[BODIES];
    static const char *const names[BODIES] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };
    struct bw_writer_options o = posts_options(&door, "bulk");
    o.batch_deadline = BW_MINUTE;
    struct bw_writer *w = posts_writer(&o); /* takes works, and begins when all bodies wait for it */
    struct bw_bulks *pool = pool_of(0, BW_MINUTE);
    for (unsigned k = 0; k < BODIES; k++) {
        begin(&s[k], pool, w, names[k], false);
        feed_lines(&s[k], k * 1000 + 1, k * 1000 + 700, 0);
    }
    assert_true(bw_writer_waiting(w) <= 4096); /* the rest of its queue is for single scans */
    posts_start(w);
    for (unsigned k = 0; k < BODIES; k++)
        finish(&s[k]);
    for (unsigned k = 0; k < BODIES; k++) {
        check(&s[k], 700, all_new);
        assert_true(s[k].answer.fd >= 0); /* half a megabyte of verdicts */
        leave(&s[k]);
    }
    bw_bulks_free(pool);
    posts_end(w);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'good-_-%%'"), BODIES * 700);
}

/* Bodies that wait for room are called again and again, by several workers at once, and stand in line again: nobody is
 * lost, and nobody's place is given back twice (a sanitizer sees that; else somebody is never answered). */
static void who_is_called_and_must_wait_again_is_called_again(void **state)
{
    (void)state;
    enum { ROUNDS = 10 };
    static struct sender s[BODIES];
    static const char *const names[BODIES] = { "wa", "wb", "wc", "wd", "we", "wf", "wg", "wh", "wi", "wj", "wk", "wl" };
    struct bw_error err = { 0 };
    struct bw_writer_options o = posts_options(&door, "line");
    o.queue_max = 600; /* two chunks: the others wait */
    o.queue_age_max = BW_MINUTE;
    o.batch_deadline = BW_MINUTE;
    o.batch_max = 64;
    struct bw_writer *w = posts_writer(&o);
    struct bw_bulks *pool = NULL;
    const struct bw_bulks_options many = { .spool = "/tmp", .workers = 8, .patience = BW_MINUTE, .each = 64 };
    assert_int_equal(bw_bulks_new(&many, &pool, &err), BW_OK);
    posts_start(w);
    for (unsigned k = 0; k < BODIES; k++)
        begin(&s[k], pool, w, names[k], false);
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned k = 0; k < BODIES; k++)
            feed_lines(&s[k], 20000 + k * 1000 + round * 100 + 1, 20000 + k * 1000 + round * 100 + 100, 0);
    for (unsigned k = 0; k < BODIES; k++)
        finish(&s[k]);
    for (unsigned k = 0; k < BODIES; k++) {
        check(&s[k], ROUNDS * 100, all_new);
        leave(&s[k]);
    }
    bw_bulks_free(pool);
    posts_end(w);
}

static void a_writer_that_takes_nothing_holds_the_sender_up_and_then_refuses(void **state)
{
    (void)state;
    struct sender s;
    struct bw_writer_options o = posts_options(&door, "full");
    o.queue_max = 300;
    struct bw_writer *w = posts_writer(&o);
    struct bw_bulks *pool = pool_of(0, 2 * BW_SECOND);
    static char blank[2 << 20]; /* lines without end: more than any buffer of ours */
    begin(&s, pool, w, "held", false);
    feed_lines(&s, 1, 300, 0); /* 256 are with the writer; the others find it full once there is a chunk of them */
    feed_lines(&s, 301, 600, 0);
    memset(blank, '\n', sizeof blank);
    bw_time began = bw_clock_mono();
    assert_false(feed(&s, bw_str_n(blank, sizeof blank), 200 * BW_MS));
    assert_true(s.parks > 0);
    assert_true(feed(&s, bw_str_n(blank, sizeof blank), 30 * BW_SECOND)); /* refused: woken, the rest is thrown away */
    assert_true(bw_clock_mono() - began > BW_SECOND);
    posts_start(w);
    finish(&s);
    assert_int_equal(s.answer.code, BW_E_BUSY);
    assert_non_null(strstr(s.answer.err.detail, "the first 256 lines are done with"));
    leave(&s);
    bw_bulks_free(pool);
    posts_end(w);
}

static void a_line_that_cannot_be_stored_is_refused_alone(void **state)
{
    (void)state;
    struct sender s;
    struct bw_bulks *pool = pool_of(0, 0);
    db_script(door.cluster.owner,
              "ALTER TABLE event ADD CONSTRAINT poison CHECK (event_id NOT LIKE 'poison%') NOT VALID");
    begin(&s, pool, door.writer, "p", false);
    feed_lines(&s, 1, 300, 17);
    finish(&s);
    check(&s, 300, poison_at_17);
    leave(&s);
    begin(&s, pool, door.writer, "q", true); /* all or nothing: the whole, not a line of it */
    feed_lines(&s, 1, 30, 17);
    finish(&s);
    assert_int_equal(s.answer.code, BW_E_INTERNAL);
    leave(&s);
    db_script(door.cluster.owner, "ALTER TABLE event DROP CONSTRAINT poison");
    bw_bulks_free(pool);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%%-p-%%'"), 300 - 17);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%%-q-%%'"), 0);
}

static void atomic_bodies_are_stored_whole_or_not_at_all(void **state)
{
    (void)state;
    struct sender s;
    struct bw_bulks *pool = pool_of(0, 0);
    begin(&s, pool, door.writer, "w", true);
    feed_lines(&s, 1, 1000, 0);
    finish(&s);
    assert_int_equal(s.answer.status, 200);
    check(&s, 1000, all_new);
    leave(&s);
    begin(&s, pool, door.writer, "x", true);
    feed_lines(&s, 1, 9, 0);
    assert_true(feed(&s, BW_STR("{}\n"), BW_SECOND));
    finish(&s);
    assert_int_equal(s.answer.status, 422);
    check(&s, 10, all_undone);
    leave(&s);
    bw_bulks_free(pool);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'good-w-%%'"), 1000);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'good-x-%%'"), 0);
}

static void verdicts_have_a_limit_and_give_their_room_back(void **state)
{
    (void)state;
    struct sender s;
    struct bw_bulks *pool = pool_of((size_t)512 << 10, 0);
    begin(&s, pool, door.writer, "s", false);
    feed_lines(&s, 1, 2000, 0);
    finish(&s);
    assert_int_equal(s.answer.code, BW_E_BUSY);
    leave(&s);
    begin(&s, pool, door.writer, "t", false);
    feed_lines(&s, 1, 300, 0);
    finish(&s);
    check(&s, 300, all_new);
    leave(&s);
    bw_bulks_free(pool);
}

static void who_leaves_is_let_go_and_what_the_writer_has_is_stored(void **state)
{
    (void)state;
    struct sender s;
    const struct bw_writer_options o = posts_options(&door, "left");
    struct bw_writer *w = posts_writer(&o);
    struct bw_bulks *pool = pool_of(0, 0);
    begin(&s, pool, w, "y", false);
    feed_lines(&s, 1, 600, 0);
    bw_time until = bw_clock_mono() + 30 * BW_SECOND;
    while (bw_writer_waiting(w) < 256 && bw_clock_mono() < until)
        pause_ms(5);
    leave(&s);
    posts_start(w);
    bw_bulks_free(pool); /* waits for what is with the writer */
    posts_end(w);
    int64_t n = ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'good-y-%%'");
    assert_true(n >= 256 && n <= 600);
    assert_int_equal(ask_i64(&door, "SELECT max(substr(event_id, 8)::int) FROM event WHERE event_id LIKE 'good-y-%%'"),
                     n);
}

/* A bag in every chunk of a long body, told in the order of happening: two writers take the chunks, and yet none of its
 * lines is late.  req: ING-06 (as if each line had come alone, in input order) */
static void lines_of_one_bag_keep_their_order(void **state)
{
    (void)state;
    enum { LINES = 6000, EVERY = 60 };
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    struct sender s;
    bw_buf_init(&b, (size_t)8 << 20);
    for (unsigned k = 0; k < LINES; k++) {
        char at[BW_TIME_TEXT];
        unsigned bag = k % EVERY == 0 ? 900000 : 800000 + k;
        bw_buf_printf(&b,
                      "{\"event_id\":\"order-%u\",\"plate\":\"0125%06u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                      "\"occurred_at\":\"%s\"}\n",
                      k, bag, bw_time_text(bwt_time("2026-11-20T10:00:00Z") + (bw_time)k * BW_SECOND, at));
    }
    struct bw_writer_options o = posts_options(&door, "order");
    o.threads = 4;
    o.batch_max = 256;
    struct bw_writer *w = posts_writer(&o);
    struct bw_bulks *pool = pool_of(0, BW_MINUTE);
    posts_start(w);
    begin(&s, pool, w, "order", false);
    assert_true(bw_buf_ok(&b) && feed(&s, bw_buf_view(&b), BW_MINUTE));
    finish(&s);
    check(&s, LINES, all_new);
    leave(&s);
    bw_bulks_free(pool);
    posts_end(w);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'order-%%'"), LINES);
    assert_int_equal(ask_i64(&door,
                             "SELECT count(*) FROM event WHERE event_id LIKE 'order-%%' AND outcome <> 'accepted'"),
                     0);
    assert_int_equal(ask_i64(&door,
                             "SELECT count(*) FROM (SELECT version, row_number() OVER (PARTITION BY bag_id ORDER BY "
                             "occurred_at) AS told FROM event WHERE event_id LIKE 'order-%%') o WHERE version <> told"),
                     0);
}

/* req: ING-11 (one sender's bodies do not take the places of all others) */
static void a_sender_has_four_bodies_at_once(void **state)
{
    (void)state;
    struct sender s[4], more;
    struct bw_error err = { 0 };
    struct bw_bulks *pool = NULL;
    struct bw_bulk *fifth = NULL;
    struct bw_writer_options o = posts_options(&door, "four");
    struct bw_writer *w = posts_writer(&o);
    assert_int_equal(bw_bulks_new(&(struct bw_bulks_options){ .spool = "/tmp" }, &pool, &err), BW_OK);
    posts_start(w);
    for (unsigned k = 0; k < BW_LEN(s); k++)
        begin(&s[k], pool, w, "four", false);
    struct bw_bulk_options opt = {
        .who = &who, .writer = w, .park = on_park, .wake = on_wake, .over = on_over, .ctx = &more
    };
    assert_int_equal(bw_bulk_new(pool, &opt, &fifth, &err), BW_E_RATE_LIMITED);
    assert_non_null(strstr(err.detail, "4 bulk bodies of yours"));
    struct bw_principal other = who;
    bw_str_put(BW_STR("IB"), other.organisation, sizeof other.organisation);
    opt.who = &other;
    assert_int_equal(bw_bulk_new(pool, &opt, &fifth, &err), BW_OK);
    bw_bulk_leave(fifth);
    finish(&s[2]);
    leave(&s[2]);
    begin(&s[2], pool, w, "again", false);
    for (unsigned k = 0; k < BW_LEN(s); k++) {
        finish(&s[k]);
        leave(&s[k]);
    }
    bw_bulks_free(pool);
    posts_end(w);
}

static int setup(void **state)
{
    (void)state;
    bwt_door_open(&door, NOW);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bwt_door_close(&door);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_bodies_at_once_share_the_room_and_all_are_answered),
        cmocka_unit_test(who_is_called_and_must_wait_again_is_called_again),
        cmocka_unit_test(a_writer_that_takes_nothing_holds_the_sender_up_and_then_refuses),
        cmocka_unit_test(a_line_that_cannot_be_stored_is_refused_alone),
        cmocka_unit_test(atomic_bodies_are_stored_whole_or_not_at_all),
        cmocka_unit_test(verdicts_have_a_limit_and_give_their_room_back),
        cmocka_unit_test(who_leaves_is_let_go_and_what_the_writer_has_is_stored),
        cmocka_unit_test(lines_of_one_bag_keep_their_order),
        cmocka_unit_test(a_sender_has_four_bodies_at_once),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
