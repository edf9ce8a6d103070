/* SPDX-License-Identifier: Apache-2.0 */
/* posts.h - many statements at once for the tests of the writer: works with arenas of their own, latches, writers with
 * chosen options, questions to the database.  Sits on door.h.  Threads: submit from any, wait from one. */
#ifndef BW_TESTS_POSTS_H
#define BW_TESTS_POSTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bw/base/sync.h"
#include "bw/storage/rows.h"
#include "db.h"
#include "door.h"

#define POST_ITEMS 8

/* One request: a work with up to POST_ITEMS events.  Life: post_init, post_add…, post_send, post_wait, post_done. */
struct post {
    struct bw_work work;
    struct bw_item items[POST_ITEMS];
    struct bw_arena arena;
    struct bw_mutex mu;
    struct bw_cond cond;
    bool finished;
    unsigned calls; /* of done() */
    void (*look)(struct post *p); /* inside done(), NULL: nothing */
    void *ctx;
};

void post_init(struct post *p);
void post_done(struct post *p);
/* Adds one body, said by the carrier's own key or by a person of it; asserts that it decodes. */
struct bw_item *post_add_as(struct post *p, const char *carrier, enum bw_voice voice, const char *json);
struct bw_item *post_add(struct post *p, const char *carrier, const char *json);
/* A file of MAD by a person of IB, on those plates; its event id is the reference. */
struct bw_item *post_add_file(struct post *p, const char *ref, const char *const *plates, size_t n);
/* A person of that carrier closes a file that is about one bag: codes its fault, then closes it, under that event id. */
struct bw_item *post_add_closing(struct post *p, const struct bw_uuid *case_id, const char *carrier, const char *event_id);
bw_code post_send(struct bw_writer *w, struct post *p);
/* Waits for done(), at most 60 s. */
void post_wait(struct post *p);
/* Sends and waits; the code of the whole. */
bw_code post_run(struct bw_writer *w, struct post *p);

/* --- writers ----------------------------------------------------------------------------------------------------- */

struct bw_writer_options posts_options(struct bwt_door *d, const char *instance);
/* Not yet started: what is submitted before posts_start is one batch of the first thread. */
struct bw_writer *posts_writer(const struct bw_writer_options *o);
void posts_start(struct bw_writer *w);
void posts_end(struct bw_writer *w);
/* One batch of all the posts by one thread of a writer of its own. */
void posts_as_one_batch(struct bwt_door *d, struct post *posts, size_t n);

/* --- questions ----------------------------------------------------------------------------------------------------- */

/* First column of the first row of any question, as the owner; "" for none or NULL.  Valid until the next call. */
const char *ask(struct bwt_door *d, const char *fmt, ...) BW_PRINTF(2, 3);
#define ask_i64(d, ...) ask_number(ask((d), __VA_ARGS__))
int64_t ask_number(const char *text);

/* True as soon as check(ctx) is, false when it was not for `limit`. */
bool await(bool (*check)(void *ctx), void *ctx, bw_time limit);
void pause_ms(int ms);

/* True where the bag's row is, byte for byte, the fold of its own log and its members', versions 1 to n. */
bool bag_equals_fold(struct bwt_door *d, const struct bw_uuid *id);

/* A gate before a table: writers come up to their first INSERT into it and wait, everything read; then open it. */
struct bw_pg *gate_close(struct bwt_door *d, const char *table);
/* Until n writers stand before it; asserts that they come. */
void gate_wait(struct bwt_door *d, int n);
void gate_open(struct bw_pg *gate_take);

#endif
