/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the feed at full speed: two writers write, two stampers stamp without a pause and with clocks that
 * disagree, a reader follows.  No number is missing or given twice at any moment that anybody can see, stamps never go
 * back, and on every bag the order of the feed is the order of its versions.
 * Source: design.md 3 "One feed" (a one-statement form left 281 holes in 18,000 rows), AUD-08. */
#include <pthread.h>
#include <stdatomic.h>

#include "door_group.h"
#include "whole.h"

enum { LOAD = 1500, FLIGHT = 64, BAGS = 30, REPEATS = 40 };

static atomic_bool over;

/* A thread and what it found wrong, for the test's own thread to tell. */
struct hand {
    pthread_t id;
    struct bw_pg *pg; /* the thread's own until it is joined */
    unsigned seed;
    int64_t rounds;
    char wrong[200];
    /* reader */
    int64_t seq, next_index;
    bw_time stamp;
};

static struct bw_pg *session(unsigned sets, const struct bw_stmt_table *stmts)
{
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    const struct bw_pg_options o = { .conninfo = door.cluster.app, .name = "hand", .sets = sets, .stmts = stmts };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    assert_int_equal(bw_pg_ensure(pg, &err), BW_OK);
    return pg;
}

static bool stamp(struct hand *h, bw_time now, int64_t *ret)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    if (bw_pg_query(h->pg, BW_STMT_FEED_STAMP, BW_PARAMS(bw_p_time(now)), &rows, &err) != BW_OK) {
        (void)snprintf(h->wrong, sizeof h->wrong, "%.180s", err.detail);
        return false;
    }
    *ret = bw_rows_i64(&rows, 0, "last_index");
    bw_rows_done(&rows);
    return true;
}

/* Its clock is up to ten seconds early or late, now and then wild. */
static bw_time some_clock(struct hand *h)
{
    static const bw_time wild[] = { 0, 400 * BW_DAY, -400 * BW_DAY };
    int r = rand_r(&h->seed);
    bw_time now = bw_clock_wall();
    return r % 50 == 0 ? now + wild[r / 50 % 3] : now + (r % 21 - 10) * BW_SECOND;
}

static void *stamper(void *arg)
{
    struct hand *h = arg;
    int64_t last = 0;
    for (; !atomic_load(&over); h->rounds++) {
        int64_t index;
        if (!stamp(h, some_clock(h), &index))
            return NULL;
        if (index < last) {
            (void)snprintf(h->wrong, sizeof h->wrong, "the index went from %lld to %lld", (long long)last,
                           (long long)index);
            return NULL;
        }
        last = index;
    }
    return NULL;
}

/* One look: what is new follows what was there. False: something is wrong. */
static bool look(struct hand *h, size_t *ret_n)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    if (bw_pg_query(h->pg, TEST_STMT_STAMPED_AFTER, BW_PARAMS(bw_p_i64(h->seq)), &rows, &err) != BW_OK) {
        (void)snprintf(h->wrong, sizeof h->wrong, "%.180s", err.detail);
        return false;
    }
    bool right = true;
    for (size_t k = 0; right && k < rows.n; k++) {
        int64_t seq = bw_rows_i64(&rows, k, "seq"), first = bw_rows_i64(&rows, k, "first_index");
        bw_time at = bw_rows_time(&rows, k, "stamped_at");
        right = seq == h->seq + 1 && first == h->next_index && at >= h->stamp;
        if (!right)
            (void)snprintf(h->wrong, sizeof h->wrong, "after batch %lld, index %lld at %lld came %lld, %lld at %lld",
                           (long long)h->seq, (long long)h->next_index, (long long)h->stamp, (long long)seq,
                           (long long)first, (long long)at);
        h->seq = seq;
        h->next_index = first + bw_rows_i32(&rows, k, "n");
        h->stamp = at;
    }
    *ret_n = rows.n;
    bw_rows_done(&rows);
    return right;
}

static void *reader(void *arg)
{
    struct hand *h = arg;
    size_t n;
    while (!atomic_load(&over) && look(h, &n))
        h->rounds += n > 0;
    return NULL;
}

/* --- load --- */

static void say(struct post *p, unsigned number)
{
    char body[256];
    post_init(p);
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"f%u\",\"plate\":\"01259100%02u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                   "\"note\":\"the same words\",\"occurred_at\":\"2026-11-20T09:%02u:00Z\"}",
                   number, number % BAGS, number % 60);
    (void)post_add(p, "BA", body);
}

static void end(struct post *p)
{
    post_wait(p);
    assert_int_equal(p->work.rc, BW_OK);
    assert_int_equal(p->items[0].rc, BW_OK);
    post_done(p);
}

static void write_at_full_speed(void)
{
    static struct post ring[FLIGHT];
    struct bw_writer *w[2];
    unsigned seed = 20261122;
    for (unsigned k = 0; k < 2; k++) {
        struct bw_writer_options o = posts_options(&door, k ? "one" : "two");
        o.batch_max = 16;
        o.queue_age_max = o.batch_deadline = BW_MINUTE;
        w[k] = posts_writer(&o);
        posts_start(w[k]);
    }
    for (unsigned k = 0; k < LOAD + FLIGHT; k++) {
        struct post *p = &ring[k % FLIGHT];
        if (k >= FLIGHT)
            end(p);
        if (k >= LOAD)
            continue;
        bwt_clock_us(bwt_time("2026-11-20T10:00:00Z") + k * 20 * BW_MS);
        say(p, k % 7 == 6 ? k - 6 : k);
        assert_int_equal(post_send(w[rand_r(&seed) % 2], p), BW_OK);
    }
    for (unsigned k = 0; k < REPEATS; k++) { /* batches of nothing but what is there */
        struct post p;
        say(&p, k * 7);
        assert_int_equal(post_send(w[k % 2], &p), BW_OK);
        end(&p);
    }
    posts_end(w[0]);
    posts_end(w[1]);
}

static void no_number_is_missing_or_given_twice_at_any_moment(void **state)
{
    (void)state;
    struct hand stampers[2] = { { .seed = 1 }, { .seed = 2 } }, follower = { .next_index = 1 }, last = { 0 };
    for (unsigned k = 0; k < 2; k++) {
        stampers[k].pg = session(BW_SET_FEED, NULL);
        assert_int_equal(pthread_create(&stampers[k].id, NULL, stamper, &stampers[k]), 0);
    }
    follower.pg = session(BW_SET_ADMIN, &test_stmts);
    assert_int_equal(pthread_create(&follower.id, NULL, reader, &follower), 0);
    write_at_full_speed();
    atomic_store(&over, true);
    struct hand *const hands[] = { &stampers[0], &stampers[1], &follower };
    for (size_t k = 0; k < BW_LEN(hands); k++) {
        assert_int_equal(pthread_join(hands[k]->id, NULL), 0);
        assert_string_equal(hands[k]->wrong, "");
        assert_true(hands[k]->rounds > 0);
    }
    int64_t index;
    size_t n = 1;
    last.pg = session(BW_SET_FEED, NULL);
    assert_true(stamp(&last, bw_clock_wall(), &index));
    while (n && look(&follower, &n))
        ;
    assert_string_equal(follower.wrong, "");
    assert_int_equal(follower.seq, ask_i64(&door, "SELECT count(*) FROM journal"));
    assert_int_equal(follower.next_index - 1, index);
    assert_int_equal(index, ask_i64(&door, "SELECT count(*) FROM event"));
    print_message("%lld batches, %lld and %lld stamps, %lld looks\n", (long long)follower.seq,
                  (long long)stampers[0].rounds, (long long)stampers[1].rounds, (long long)follower.rounds);
    bw_pg_free(last.pg);
    for (size_t k = 0; k < BW_LEN(hands); k++)
        bw_pg_free(hands[k]->pg);
}

static void batches_without_events_stand_between(void **state)
{
    (void)state;
    assert_true(ask_i64(&door, "SELECT count(*) FROM journal WHERE n = 0") >= REPEATS);
    assert_int_equal(ask_i64(&door,
                             "SELECT count(*) FROM journal WHERE n = 0 AND (seq IS NULL OR first_index IS NULL)"),
                     0);
}

/* Where a batch was numbered and where it was stamped, a bag's versions come in the same order. */
static void on_every_bag_the_feed_has_the_order_of_its_versions(void **state)
{
    (void)state;
    static const char *const orders[] = { "j.seq", "j.id" };
    for (size_t k = 0; k < BW_LEN(orders); k++)
        assert_int_equal(ask_i64(&door,
                                 "SELECT count(*) FROM (SELECT %s AS at, e.ordinal, lag(%s) OVER w AS at_before, "
                                 "lag(e.ordinal) "
                                 "OVER w AS ordinal_before FROM event e JOIN journal j ON j.id = e.journal_id "
                                 "WINDOW w AS (PARTITION BY e.bag_id ORDER BY e.version)) AS o "
                                 "WHERE (at_before, ordinal_before) >= (at, ordinal)",
                                 orders[k], orders[k]),
                         0);
    assert_int_equal(ask_i64(&door, "SELECT count(DISTINCT bag_id) FROM event"), BAGS);
}

/* A clock that is a year ahead does not pin the stamps there. */
static void no_stamp_is_far_ahead_of_what_it_stamps(void **state)
{
    (void)state;
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM journal WHERE stamped_at > (SELECT max(recorded_at) FROM "
                                    "journal) + interval '10 seconds'"),
                     0);
    assert_true(ask_i64(&door, "SELECT count(DISTINCT stamped_at) FROM journal") > 1);
}

/* The leaf holds a salted commitment: equal words have unequal ones, and when the words are destroyed every leaf still
 * is what its event gives. req: AUD-08 */
static void destroyed_words_leave_every_leaf_valid(void **state)
{
    (void)state;
    int64_t notes = ask_i64(&door, "SELECT count(*) FROM event_private");
    assert_int_equal(notes, ask_i64(&door, "SELECT count(*) FROM event WHERE code = 'BAG_SEEN'"));
    assert_int_equal(ask_i64(&door, "SELECT count(DISTINCT private_commitment) FROM event"), notes);
    struct bw_verify_result before = whole_database(door.cluster.app);
    db_script(door.cluster.owner, "DELETE FROM event_private; DELETE FROM data_key");
    struct bw_verify_result after = whole_database(door.cluster.app);
    assert_true(after.events == before.events && after.events >= LOAD / 7 * 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_number_is_missing_or_given_twice_at_any_moment),
        cmocka_unit_test(batches_without_events_stand_between),
        cmocka_unit_test(on_every_bag_the_feed_has_the_order_of_its_versions),
        cmocka_unit_test(no_stamp_is_far_ahead_of_what_it_stamps),
        cmocka_unit_test(destroyed_words_leave_every_leaf_valid),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
