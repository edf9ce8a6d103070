/* SPDX-License-Identifier: Apache-2.0 */
/* feed_kept.c - lines of this process' own commits until their batch has its number.
 * Layer: app.  Threads: writers put, the feed's thread takes.  Source: design.md 3 "One feed". */
#include <stdlib.h>

#include "bw/base/sync.h"
#include "feed_int.h"

#define KEPT_MOST (8u << 20)
#define KEPT_FOR (5 * BW_SECOND) /* numbered by another instance, and read from the database before it was put here */

struct kept {
    struct kept *next;
    int64_t journal_id;
    bw_time put_at; /* monotonic */
    struct bw_buf lines;
};

struct bw_feed_kept {
    struct bw_mutex mu;
    struct kept *first, **end; /* shared: mu; in the order in which they were put */
    size_t bytes;              /* shared: mu */
};

struct bw_feed_kept *bw_feed_kept_new(void)
{
    struct bw_feed_kept *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->end = &k->first;
    bw_mutex_init(&k->mu);
    return k;
}

/* Takes the one at *at out of the list. */
static struct kept *cut_locked(struct bw_feed_kept *k, struct kept **at) BW_REQUIRES(&k->mu)
{
    struct kept *one = *at;
    *at = one->next;
    if (k->end == &one->next)
        k->end = at;
    k->bytes -= one->lines.n;
    return one;
}

static struct kept *find_locked(struct bw_feed_kept *k, int64_t journal_id) BW_REQUIRES(&k->mu)
{
    for (struct kept **at = &k->first; *at; at = &(*at)->next)
        if ((*at)->journal_id == journal_id)
            return cut_locked(k, at);
    return NULL;
}

static void let_go(struct kept *one)
{
    if (one)
        bw_buf_done(&one->lines);
    free(one);
}

static void drop_locked(struct bw_feed_kept *k, bw_time before) BW_REQUIRES(&k->mu)
{
    while (k->first && (k->first->put_at < before || k->bytes > KEPT_MOST))
        let_go(cut_locked(k, &k->first));
}

void bw_feed_kept_free(struct bw_feed_kept *k)
{
    if (!k)
        return;
    bw_lock(&k->mu);
    drop_locked(k, INT64_MAX);
    bw_unlock(&k->mu);
    bw_mutex_done(&k->mu);
    free(k);
}

void bw_feed_kept_put(struct bw_feed_kept *k, int64_t journal_id, struct bw_buf *lines_steal)
{
    struct kept *one = calloc(1, sizeof *one);
    if (!one)
        return; /* it will be read from the database */
    *one = (struct kept){ .journal_id = journal_id, .put_at = bw_clock_mono(), .lines = *lines_steal };
    bw_buf_init(lines_steal, lines_steal->max);
    bw_lock(&k->mu);
    let_go(find_locked(k, journal_id)); /* of a realm that was wiped: numbers begin anew */
    *k->end = one;
    k->end = &one->next;
    k->bytes += one->lines.n;
    drop_locked(k, one->put_at - KEPT_FOR);
    bw_unlock(&k->mu);
}

bool bw_feed_kept_take(struct bw_feed_kept *k, int64_t journal_id, struct bw_buf *ret_take)
{
    bw_lock(&k->mu);
    struct kept *one = find_locked(k, journal_id);
    bw_unlock(&k->mu);
    if (!one)
        return false;
    *ret_take = one->lines;
    free(one);
    return true;
}
