/* SPDX-License-Identifier: Apache-2.0 */
/* feed.c - the feed's thread. */
#include "bw/app/feed.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "bw/base/log.h"
#include "bw/base/metrics.h"
#include "bw/base/sync.h"
#include "bw/domain/event.h"
#include "bw/storage/pg.h"
#include "feed_int.h"

#define LOOK_EVERY (250 * BW_MS)
/* Batches that are committed within this time of a stamping are numbered together: a stamping is a transaction with a
 * flush of its own, and at 300 batches a second it took an eighth of all the time of the database. */
#define STAMP_EVERY (10 * BW_MS)
#define CONNECT_EVERY (100 * BW_MS)
enum { WARM = 8192 };

struct bw_feed {
    /* set at new, then read-only */
    struct bw_feed_options o;
    int wake_fd; /* written by wakers, read by the thread */
    pthread_t thread;
    bool running; /* of main */
    /* shared */
    atomic_bool stopping, committed, connected;
    _Atomic bw_time lag;
    /* owned by the thread once it runs */
    struct bw_pg *pg;
    struct bw_feed_list list;
    struct bw_feed_kept *kept; /* has a lock of its own */
    bool listening;            /* on this session */
    bool opened;               /* the hub stands at (epoch, head) */
    uint32_t epoch;            /* 0 = none yet */
    uint64_t head;
    bw_time look_at, stamp_at; /* not before */
};

bw_code bw_feed_new(const struct bw_feed_options *o, struct bw_feed **ret_take, struct bw_error *err)
{
    const struct bw_pg_options pg = { .conninfo = o->conninfo,
                                      .name = "feed",
                                      .role = o->role,
                                      .schema = o->schema,
                                      .sets = BW_SET_FEED,
                                      .by_keys = true };
    struct bw_feed *feed = calloc(1, sizeof(*feed));
    if (!feed)
        return bw_fail(err, BW_E_NOMEM, NULL, "feed");
    feed->o = *o;
    feed->o.warm = o->warm ? o->warm : WARM;
    bw_feed_list_init(&feed->list);
    feed->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bw_code code = feed->wake_fd >= 0 ? BW_OK : bw_fail(err, BW_E_IO, NULL, "eventfd: errno %d", errno);
    if (code == BW_OK && !(feed->kept = bw_feed_kept_new()))
        code = bw_fail(err, BW_E_NOMEM, NULL, "feed");
    if (code == BW_OK)
        code = bw_pg_new(&pg, &feed->pg, err);
    if (code != BW_OK) {
        bw_feed_free(feed);
        return code;
    }
    *ret_take = feed;
    return BW_OK;
}

void bw_feed_free(struct bw_feed *feed)
{
    if (!feed)
        return;
    bw_pg_free(feed->pg);
    bw_feed_list_done(&feed->list);
    bw_feed_kept_free(feed->kept);
    if (feed->wake_fd >= 0)
        close(feed->wake_fd);
    free(feed);
}

unsigned bw_feed_retention(const struct bw_feed *feed)
{
    return feed->o.retention_days;
}

static void ring(struct bw_feed *feed)
{
    static const uint64_t one = 1;
    ssize_t n = write(feed->wake_fd, &one, sizeof(one));
    BW_ASSERT(n == sizeof(one) || errno == EAGAIN); /* EAGAIN: it is awake as can be */
}

void bw_feed_wake(void *arg)
{
    struct bw_feed *feed = arg;
    if (!atomic_exchange(&feed->committed, true))
        ring(feed);
}

void bw_feed_lines(void *arg, int64_t journal_id, struct bw_buf *lines_steal)
{
    struct bw_feed *feed = arg;
    bw_feed_kept_put(feed->kept, journal_id, lines_steal);
}

bool bw_feed_connected(struct bw_feed *feed)
{
    return atomic_load(&feed->connected);
}

bw_time bw_feed_lag(struct bw_feed *feed)
{
    return atomic_load(&feed->lag);
}

/* --- what is there --- */

/* lines: of each row; NULL: they stand in the rows. */
static bw_code publish(struct bw_feed *feed, struct bw_rows *rows, const struct bw_buf *lines, bool live,
                       struct bw_error *err)
{
    bw_feed_list_clear(&feed->list);
    uint64_t upto = feed->head;
    for (size_t i = 0; i < rows->n; i++) {
        uint64_t first = (uint64_t)bw_rows_i64(rows, i, "first_index");
        if (live && first != upto + 1)
            return bw_fail(err, BW_E_DB, NULL, "the feed has a hole: %llu follows %llu", (unsigned long long)first,
                           (unsigned long long)upto);
        struct bw_str text = lines ? bw_buf_view(&lines[i]) : bw_rows_bytea(rows, i, "entries");
        bw_code code = bw_feed_unpack(rows, i, text, feed->head, UINT64_MAX, &feed->list, err);
        if (code != BW_OK)
            return code;
        upto = bw_feed_row_last(rows, i);
        if (!lines && bw_feed_row_gone(rows, i, feed->o.retention_days)) {
            /* Older than what is kept: the ring begins behind it, so that nobody takes it for all there was. */
            bw_feed_list_clear(&feed->list);
            bw_hub_open(feed->o.hub, feed->epoch, upto);
            feed->head = upto;
        }
    }
    bool service = false;
    for (size_t i = 0; i < feed->list.n; i++) {
        service = service || strcmp(feed->list.v[i].name, bw_subject_word(BW_SUBJECT_SERVICE)) == 0;
        if (!live)
            feed->list.v[i].recorded_at = BW_TIME_NONE; /* old: says nothing about how fast we are */
    }
    bw_hub_publish(feed->o.hub, feed->list.v, feed->list.n, upto);
    if (service && feed->o.service)
        feed->o.service(feed->o.service_ctx);
    feed->head = upto;
    bw_metric_set(BW_M_FEED_INDEX, 0, (int64_t)upto);
    return BW_OK;
}

/* Everything behind the head goes to the hub. */
static bw_code read_on(struct bw_feed *feed, bool live, struct bw_error *err)
{
    for (;;) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        bw_code code = bw_pg_query(feed->pg, BW_STMT_FEED_READ,
                                   BW_PARAMS(bw_p_i64((int64_t)feed->head), bw_p_i32(BW_FEED_ROWS)), &rows, err);
        if (code == BW_OK && rows.n > 0)
            code = publish(feed, &rows, NULL, live, err);
        if (code != BW_OK || rows.n < BW_FEED_ROWS)
            return code;
    }
}

/* What follows the head, as far as all of it was committed here and is still in memory: to read it back from the
 * database costs an eighth of what storing it cost.  *ret_all is false where some of it has to be read after all. */
static bw_code read_own(struct bw_feed *feed, bool *ret_all, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_buf lines[BW_FEED_ROWS];
    bw_code code = bw_pg_query(feed->pg, BW_STMT_FEED_NUMBERED,
                               BW_PARAMS(bw_p_i64((int64_t)feed->head), bw_p_i32(BW_FEED_ROWS)), &rows, err);
    size_t n = 0;
    while (code == BW_OK && n < rows.n && bw_feed_kept_take(feed->kept, bw_rows_i64(&rows, n, "id"), &lines[n]))
        n++;
    *ret_all = code == BW_OK && n == rows.n && n < BW_FEED_ROWS;
    if (*ret_all && n > 0)
        code = publish(feed, &rows, lines, true, err);
    for (size_t k = 0; k < n; k++)
        bw_buf_done(&lines[k]);
    return code;
}

/* The first time, and after a change of epoch, the hub stands a little before the end, and reads on.  After a line that
 * does not read back it stands at the end: who needs what is before that asks for the page. */
static bw_code open_hub(struct bw_feed *feed, uint32_t epoch, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(feed->pg, BW_STMT_FEED_HEAD, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    uint64_t last = (uint64_t)bw_rows_i64(&rows, 0, "last_index");
    bool fresh = feed->epoch != epoch;
    feed->head = !fresh ? last : last > feed->o.warm ? last - feed->o.warm : 0;
    feed->epoch = epoch;
    bw_hub_open(feed->o.hub, epoch, feed->head);
    code = read_on(feed, false, err);
    feed->opened = code == BW_OK;
    return code;
}

static bw_code same_keys(struct bw_str known, const char *ours, struct bw_error *err)
{
    if (bw_str_eq_c(known, ours))
        return BW_OK;
    return bw_fail(err, BW_E_CONFIG, NULL,
                   "this database belongs to the keys %.*s, ours are %s: bring the right keys into the data folder",
                   BW_FMT(known), ours);
}

bw_code bw_feed_check_keys(struct bw_pg *pg, const char *keys_print, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_KEYS_KNOWN, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK || bw_rows_null(&rows, 0, "keys_print"))
        return code; /* a database that nobody has served yet takes any keys */
    return same_keys(bw_rows_text(&rows, 0, "keys_print"), keys_print, err);
}

static bw_code ask_epoch(struct bw_pg *pg, bool rise, const char *keys_print, uint32_t *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_FEED_EPOCH, BW_PARAMS(bw_p_bool(rise), bw_p_c(keys_print)), &rows, err);
    if (code != BW_OK)
        return code;
    code = same_keys(bw_rows_text(&rows, 0, "keys_known"), keys_print, err);
    if (code != BW_OK)
        return code;
    *ret = (uint32_t)bw_rows_i32(&rows, 0, "epoch");
    return BW_OK;
}

bw_code bw_feed_rise(struct bw_pg *pg, const char *keys_print, struct bw_error *err)
{
    uint32_t epoch;
    return ask_epoch(pg, true, keys_print, &epoch, err);
}

/* A session that listens, and a hub that stands where the database stands.  LISTEN comes before reading: what is
 * stamped between the two is then told again rather than never. */
static bw_code attach(struct bw_feed *feed, struct bw_error *err)
{
    bool had = bw_pg_connected(feed->pg);
    bw_code code = bw_pg_ensure(feed->pg, err);
    if (code != BW_OK || (had && feed->listening && bw_pg_connected(feed->pg)))
        return code;
    uint32_t epoch = 0;
    feed->listening = false;
    code = bw_pg_query(feed->pg, BW_STMT_FEED_LISTEN, BW_NO_PARAMS, NULL, err);
    if (code == BW_OK)
        code = ask_epoch(feed->pg, false, feed->o.keys_print, &epoch, err);
    if (code == BW_OK && (!feed->opened || epoch != feed->epoch))
        code = open_hub(feed, epoch, err);
    feed->listening = code == BW_OK;
    return code;
}

/* --- the thread --- */

/* Rows without a number that nobody was woken for: another instance died between its commit and its stamp. */
static bw_code look(struct bw_feed *feed, bool *ret_stamp, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(feed->pg, BW_STMT_FEED_AGE, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    bw_time oldest = bw_rows_time(&rows, 0, "oldest"), lag = 0;
    if ((uint32_t)bw_rows_i32(&rows, 0, "epoch") != feed->epoch) {
        feed->listening = false; /* the log that we stood in is not there any more */
        code = attach(feed, err);
    }
    if (oldest != BW_TIME_NONE) {
        lag = bw_clock_wall() - oldest;
        *ret_stamp = true;
    }
    atomic_store(&feed->lag, lag > 0 ? lag : 0);
    bw_metric_set(BW_M_FEED_AGE, 0, lag > 0 ? lag : 0);
    return code;
}

static bw_code stamp(struct bw_feed *feed, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    return bw_pg_query(feed->pg, BW_STMT_FEED_STAMP, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, err);
}

/* One turn: number what waits, hand over what is numbered. */
static bw_code turn(struct bw_feed *feed, struct bw_error *err)
{
    bw_code code = attach(feed, err);
    if (code != BW_OK)
        return code;
    bool to_stamp = atomic_exchange(&feed->committed, false);
    bw_time now = bw_clock_mono();
    if (now >= feed->look_at) {
        code = feed->o.beat ? feed->o.beat(feed->o.beat_ctx, feed->pg, err) : BW_OK;
        code = code == BW_OK ? look(feed, &to_stamp, err) : code;
        feed->look_at = now + LOOK_EVERY;
    }
    if (code == BW_OK && to_stamp) {
        code = stamp(feed, err);
        feed->stamp_at = bw_clock_mono() + STAMP_EVERY;
    }
    bool all = false;
    if (code == BW_OK)
        code = read_own(feed, &all, err);
    if (code == BW_OK && !all)
        code = read_on(feed, true, err);
    if (code != BW_OK && to_stamp)
        atomic_store(&feed->committed, true);
    return code;
}

static void silence(struct bw_feed *feed)
{
    uint64_t times;
    ssize_t n = read(feed->wake_fd, &times, sizeof(times));
    (void)n; /* EAGAIN: nobody rang */
}

static void say(struct bw_feed *feed, bw_code code, const struct bw_error *err)
{
    bool up = code == BW_OK;
    const char *realm = feed->o.schema ? feed->o.schema : "bagwatch";
    bw_hub_degraded(feed->o.hub, !up);
    bw_metric_set(BW_M_DB_UP, 0, up);
    if (atomic_exchange(&feed->connected, up) == up)
        return;
    if (up)
        bw_log(BW_INFO, "feed.attached", BW_LC("realm", realm), BW_LI("epoch", feed->epoch),
               BW_LI("index", feed->head));
    else
        bw_log(BW_WARN, "feed.lost", BW_LC("realm", realm), BW_LC("code", bw_code_info(code)->name),
               BW_LC("why", err->detail));
}

static void wait_away(struct bw_feed *feed)
{
    struct pollfd fd = { feed->wake_fd, POLLIN, 0 };
    enum { MS = 100 };
    silence(feed); /* commits are told again by `committed` */
    (void)poll(&fd, 1, MS);
}

static void pace(const struct bw_feed *feed)
{
    bw_time left = feed->stamp_at - bw_clock_mono();
    struct timespec t = { .tv_nsec = left * 1000 };
    if (left > 0 && left <= STAMP_EVERY && atomic_load(&feed->committed))
        (void)nanosleep(&t, NULL);
}

static void *run(void *arg)
{
    struct bw_feed *feed = arg;
    while (!atomic_load(&feed->stopping)) {
        struct bw_error err = { 0 };
        bool told = false;
        pace(feed);
        bw_code code = turn(feed, &err);
        if (code == BW_OK && !atomic_load(&feed->committed)) {
            say(feed, code, &err);
            code = bw_pg_wait_notify(feed->pg, feed->look_at, feed->wake_fd, &told, &err);
            silence(feed);
        }
        if (code == BW_OK)
            continue;
        say(feed, code, &err);
        if (code == BW_E_DB)
            feed->opened = false; /* a hole or a foreign line: stand anew where the database stands */
        bw_pg_drop(feed->pg);
        feed->listening = false;
        wait_away(feed);
    }
    return NULL;
}

bw_code bw_feed_start(struct bw_feed *feed, struct bw_error *err)
{
    bw_code code = turn(feed, err);
    if (code != BW_OK)
        return code;
    struct bw_error none = { 0 };
    say(feed, BW_OK, &none);
    code = bw_thread_start(&feed->thread, "feed", run, feed, err);
    feed->running = code == BW_OK;
    return code;
}

void bw_feed_stop(struct bw_feed *feed)
{
    if (!feed || !feed->running)
        return;
    atomic_store(&feed->stopping, true);
    ring(feed);
    (void)pthread_join(feed->thread, NULL);
    feed->running = false;
}
