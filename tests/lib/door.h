/* SPDX-License-Identifier: Apache-2.0 */
/* door.h - a writer with a real database under it, for tests that post statements without HTTP.
 * World: JFK, LHR, MAD, MUC, FRA with their zones; BA, IB, LH, UX, SK.  The clock is the test clock of this process.
 * Owns: cluster, writers, clock file.  Threads: one test thread posts, writers answer. */
#ifndef BW_TESTS_DOOR_H
#define BW_TESTS_DOOR_H

#include "bw/domain/typeb.h"
#include "bw/storage/writer.h"
#include "throwaway.h"

struct bwt_door {
    struct bwt_cluster cluster;
    struct bw_keys keys;
    struct bw_world world;
    struct bw_writer *writer;
    struct bw_writer *other; /* of another instance, where a test has one (door_group.h); NULL else */
    struct bw_pg *pg;        /* for looking, sets query and writer */
    struct bw_arena arena;   /* answers of the last posts */
};

/* Starts all of it; the wall clock stands at `at` until bwt_clock_set. */
void bwt_door_open(struct bwt_door *d, const char *at);
void bwt_door_close(struct bwt_door *d);
/* A second writer on the same database (another instance). */
struct bw_writer *bwt_writer_new(struct bwt_door *d, const char *instance);
/* "2026-11-20T10:40:00Z" */
bw_time bwt_time(const char *text);
void bwt_clock_set(const char *at);
void bwt_clock_us(bw_time at);

/* Posts one event body as organisation `who` speaking for `carrier` ("BA"), by a key or as staff; waits for the
 * verdict. Asserts that the body decodes.  The item lives until the next bwt_forget. */
struct bw_item *bwt_post(struct bwt_door *d, const char *carrier, enum bw_voice voice, const char *json);
/* Posts a telegram as that carrier; the items of all its bags, *ret_n of them. */
struct bw_item *bwt_telegram(struct bwt_door *d, const char *carrier, const char *text, size_t *ret_n);
/* Hands any work to a writer and waits until done() was called. */
void bwt_submit(struct bw_writer *w, struct bw_work *work);
/* Opens a file for one plate. */
struct bw_item *bwt_open_case(struct bwt_door *d, const char *ref, const char *carrier, const char *station,
                              const char *plate, const char *travel_date);
void bwt_forget(struct bwt_door *d);

/* The bag and its open promises as they stand in the database. */
struct bw_bag bwt_bag(struct bwt_door *d, const struct bw_uuid *bag_id);
size_t bwt_open(struct bwt_door *d, const struct bw_uuid *id, struct bw_promise *to, size_t max);
/* The only bag with that plate. */
struct bw_uuid bwt_find(struct bwt_door *d, const char *plate);

#endif
