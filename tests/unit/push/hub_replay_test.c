/* SPDX-License-Identifier: Apache-2.0 */
/* hub_replay_test.c - no gap and no duplicate while a writer runs at full speed through connects, reconnects and
 * replay from pages; slow readers cost bounded memory; thousands who come back together cost a few pages. */
#include "hub_rig.h"

#include <pthread.h>
#include <time.h>

static atomic_bool publisher_over;
static atomic_uint_fast64_t published;

static void *publisher_run(void *arg)
{
    struct bw_hub *hub = arg;
    char text[160];
    uint64_t index = bw_hub_head(hub).index;
    while (!atomic_load(&publisher_over)) {
        struct bw_feed_entry e = rig_entry(++index, text);
        bw_hub_publish(hub, &e, 1, index);
        atomic_store(&published, index);
        if (index % 4096 == 0) { /* readers on two cores need a turn of the lock now and then */
            struct timespec pause = { .tv_nsec = 200000 };
            nanosleep(&pause, NULL);
        }
    }
    return NULL;
}

/* The database's part: a thread that makes the pages that are asked for. */
struct pager {
    struct bw_queue *asked;
    pthread_t thread;
    struct bw_hub *hub;
    bool gone;
    atomic_uint answered;
};

static bool want_page(void *ctx, struct bw_hub *hub, uint64_t after)
{
    struct pager *p = ctx;
    uint64_t *copy = malloc(sizeof *copy);
    (void)hub;
    *copy = after;
    return bw_queue_put(p->asked, copy, 1) == BW_PUT_OK;
}

static void *pager_run(void *arg)
{
    struct pager *p = arg;
    static char texts[BW_HUB_PAGE][160];
    static struct bw_feed_entry entries[BW_HUB_PAGE];
    for (;;) {
        void *item = NULL;
        if (bw_queue_take(p->asked, &item, 1, 1, bw_clock_mono() + BW_SECOND / 10) == 0) {
            if (bw_queue_closed(p->asked))
                return NULL;
            continue;
        }
        uint64_t after = *(uint64_t *)item, head = bw_hub_head(p->hub).index;
        free(item);
        size_t n = 0;
        for (uint64_t k = after + 1; k <= after + BW_HUB_PAGE && k <= head; k++, n++)
            entries[n] = rig_entry(k, texts[n]);
        if (p->gone)
            bw_hub_page_failed(p->hub, after, true);
        else
            bw_hub_page(p->hub, after, entries, n);
        atomic_fetch_add(&p->answered, 1);
    }
}

static void pager_start(struct pager *p, struct bw_hub *hub)
{
    p->asked = bw_queue_new(64);
    p->hub = hub;
    bw_hub_replay_by(hub, want_page, p);
    assert_int_equal(pthread_create(&p->thread, NULL, pager_run, p), 0);
}

static void pager_stop(struct pager *p)
{
    bw_queue_close(p->asked);
    pthread_join(p->thread, NULL);
    bw_queue_free(p->asked);
}

struct client {
    pthread_t thread;
    struct bw_hub *hub;
    const struct bw_sub_filter *filter;
    uint64_t step, from;
    unsigned turns, n, gaps, resets, slows, hung;
};

/* Connects again and again from where it stopped, reading a random amount each time. */
static void *client_run(void *arg)
{
    struct client *c = arg;
    struct bw_cursor at = { 3, c->from };
    uint32_t dice = (uint32_t)c->from + 17;
    for (unsigned turn = 0; turn < c->turns; turn++) {
        struct reader r;
        reader_init(&r);
        r.step = c->step;
        if (reader_join(&r, c->hub, *c->filter, &at) != BW_OK) {
            reader_done(&r);
            continue;
        }
        dice = dice * 1103515245u + 12345u;
        unsigned want = (dice >> 16) % 3000;
        bw_time deadline = bw_clock_mono() + 10 * BW_SECOND;
        while (r.n < want && !r.ended && bw_clock_mono() < deadline) {
            char chunk[4096];
            long n = bw_sub_read(r.sub, chunk, 512 + (dice >> 8) % 3000);
            if (n < 0)
                break;
            if (n == 0) {
                reader_wait(&r, deadline);
                continue;
            }
            bw_buf_add(&r.got, chunk, (size_t)n);
            reader_parse(&r);
        }
        c->hung += bw_clock_mono() >= deadline;
        c->n += r.n;
        c->gaps += r.gaps;
        c->resets += r.resets;
        c->slows += r.slows;
        if (r.last > at.index)
            at.index = r.last;
        else if (r.id.epoch && r.id.index > at.index && r.n == 0)
            at.index = r.id.index / c->step * c->step; /* hello or bye told a position */
        reader_done(&r);
    }
    return NULL;
}

/* req: STR-03 STR-09 */
static void test_full_speed_writer_through_reconnects(void **state)
{
    static const struct bw_sub_filter *const filters[] = { &rig_all, &rig_carrier, &rig_case };
    struct client clients[9] = { 0 };
    struct pager pager = { 0 };
    pthread_t publisher;
    (void)state;
    struct bw_hub *hub =
        bw_hub_new(&(struct bw_hub_config){ .ring_entries = 20000, .per_owner = 100, .per_address = 100 });
    bw_hub_open(hub, 3, 0);
    rig_publish(hub, 1, 30000); /* a third of it has left the ring */
    pager_start(&pager, hub);
    atomic_store(&publisher_over, false);
    assert_int_equal(pthread_create(&publisher, NULL, publisher_run, hub), 0);
    for (unsigned k = 0; k < BW_LEN(clients); k++) {
        clients[k] = (struct client){
            .hub = hub, .filter = filters[k % 3], .step = 1u << (k % 3), .from = (k / 3) * 10000 + 4, .turns = 40
        };
        clients[k].from = clients[k].from / 4 * 4;
        assert_int_equal(pthread_create(&clients[k].thread, NULL, client_run, &clients[k]), 0);
    }
    unsigned n = 0;
    for (unsigned k = 0; k < BW_LEN(clients); k++) {
        pthread_join(clients[k].thread, NULL);
        assert_int_equal(clients[k].gaps, 0);
        assert_int_equal(clients[k].resets, 0);
        assert_int_equal(clients[k].hung, 0);
        n += clients[k].n;
    }
    atomic_store(&publisher_over, true);
    pthread_join(publisher, NULL);
    pager_stop(&pager);
    assert_true(n > 10000);
    assert_true(atomic_load(&pager.answered) > 0); /* pages were really read */
    bw_hub_free(hub);
}

/* req: STR-07 */
static void test_slow_readers_cost_bounded_memory(void **state)
{
    struct reader r[100], healthy;
    (void)state;
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ .ring_entries = 1000, .per_owner = 200 });
    bw_hub_open(hub, 3, 0);
    reader_init(&healthy);
    healthy.step = 1;
    assert_int_equal(reader_join(&healthy, hub, rig_all, NULL), BW_OK);
    reader_drain(&healthy, 16384);
    for (size_t k = 0; k < BW_LEN(r); k++) {
        reader_init(&r[k]);
        assert_int_equal(reader_join(&r[k], hub, rig_all, NULL), BW_OK);
        char few[200];
        assert_true(bw_sub_read(r[k].sub, few, sizeof few) > 0); /* hello, then it reads nothing more */
    }
    for (uint64_t k = 0; k < 20; k++) {
        rig_publish(hub, k * 500 + 1, k * 500 + 500);
        reader_drain(&healthy, 16384);
    }
    struct bw_hub_stats s = bw_hub_stats(hub);
    assert_int_equal(s.ring_entries, 1000); /* nothing is kept for them but what the ring holds ... */
    for (size_t k = 0; k < BW_LEN(r); k++)
        assert_int_equal(r[k].sub->n, BW_PENDING); /* ... and sixteen references each */
    assert_int_equal(healthy.n, 10000);
    assert_int_equal(healthy.gaps, 0);
    reader_drain(&r[0], 4096); /* one that reads on is told that it is too slow, and where it stood */
    assert_int_equal(r[0].slows, 1);
    assert_true(r[0].ended);
    assert_true(r[0].id.index >= BW_PENDING && r[0].id.index <= BW_PENDING + 1);
    bw_hub_tick(hub, bw_clock_mono() + 29 * BW_SECOND);
    assert_false(r[1].killed);
    bw_hub_tick(hub, bw_clock_mono() + 31 * BW_SECOND);
    for (size_t k = 1; k < BW_LEN(r); k++)
        assert_true(r[k].killed);
    assert_false(healthy.killed); /* it is parked: nothing is written, so nothing is blocked */
    for (size_t k = 0; k < BW_LEN(r); k++)
        reader_done(&r[k]);
    assert_int_equal(bw_hub_stats(hub).ended_stall, BW_LEN(r) - 1);
    assert_int_equal(bw_hub_stats(hub).ended_slow, 1);
    reader_done(&healthy);
    bw_hub_free(hub);
}

/* req: STR-09 */
static void test_a_stampede_costs_few_pages(void **state)
{
    enum { CLIENTS = 5000 };
    struct reader *r = calloc(CLIENTS, sizeof *r);
    struct pager pager = { 0 };
    (void)state;
    struct bw_hub *hub =
        bw_hub_new(&(struct bw_hub_config){ .ring_entries = 64, .per_owner = CLIENTS, .per_address = CLIENTS });
    bw_hub_open(hub, 3, 0);
    rig_publish(hub, 1, 5000);
    pager_start(&pager, hub);
    for (unsigned k = 0; k < CLIENTS; k++) {
        struct bw_cursor after = { 3, 1000 + k % 97 };
        reader_init(&r[k]);
        r[k].step = 4;
        assert_int_equal(reader_join(&r[k], hub, rig_case, &after), BW_OK);
        reader_drain(&r[k], 16384);
    }
    bw_time deadline = bw_clock_mono() + 20 * BW_SECOND;
    for (unsigned k = 0; k < CLIENTS; k++) {
        uint64_t want = 1250 - (1000 + k % 97) / 4;
        while (r[k].n < want && reader_wait(&r[k], deadline))
            reader_drain(&r[k], 16384);
        assert_int_equal(r[k].n, want);
        assert_int_equal(r[k].gaps, 0);
        reader_done(&r[k]);
    }
    assert_in_range(atomic_load(&pager.answered), 1, 10);
    pager_stop(&pager);
    free(r);
    bw_hub_free(hub);
}

/* req: STR-04 */
static void test_what_is_no_longer_kept_is_a_reset(void **state)
{
    struct bw_cursor after = { 3, 100 };
    struct pager pager = { .gone = true };
    struct reader r;
    (void)state;
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ .ring_entries = 64 });
    bw_hub_open(hub, 3, 0);
    rig_publish(hub, 1, 5000);
    pager_start(&pager, hub);
    reader_init(&r);
    assert_int_equal(reader_join(&r, hub, rig_all, &after), BW_OK);
    bw_time deadline = bw_clock_mono() + 10 * BW_SECOND;
    do
        reader_drain(&r, 4096);
    while (r.resets == 0 && reader_wait(&r, deadline));
    assert_int_equal(r.resets, 1);
    assert_int_equal(r.n, 0);
    assert_string_equal(r.reason, "too_old");
    reader_done(&r);
    pager_stop(&pager);
    bw_hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_speed_writer_through_reconnects),
        cmocka_unit_test(test_slow_readers_cost_bounded_memory),
        cmocka_unit_test(test_a_stampede_costs_few_pages),
        cmocka_unit_test(test_what_is_no_longer_kept_is_a_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
