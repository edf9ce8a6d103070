/* SPDX-License-Identifier: Apache-2.0 */
/* bulk.h - statements by the hundred thousand: NDJSON that is decoded and committed while it is still being read, and
 * one verdict a line, in the order of the lines, once all of it was there.
 *
 * Happy path: feed copies what came into a buffer; one of two workers takes the buffer, inflates it where it is gzip,
 * cuts it into lines, decodes them and hands them to the writer 256 at a time; verdicts go, in order, into memory and
 * beyond 128 KiB into a file without a name.  After `end` and the last verdict `over` is called.
 * Back-pressure: at most 2,048 lines of one body and 4,096 of all are with the writer, which leaves most of its queue
 * to single scans; bodies that wait for room get it in turn; lines of one body that name the same bag are stored in
 * their order, whichever writer takes them.  While a body waits its buffer fills, and then feed parks
 * the connection: the sender's socket is slowed.  Only when the writer has taken nothing for 8 s is the body refused
 * (`busy`, `database-away`); its lines up to there are stored, which the refusal says; sending all of it again is safe.
 * Failure: what is wrong with one line is told on that line.  What is wrong with the whole (too large, too many lines,
 * broken gzip, no room for verdicts, atomic beyond 1,000 lines) refuses it as a whole; the lines before it are stored.
 * A sender that leaves: the lines that are with the writer are still stored; the rest is let go.
 * Atomic: nothing goes to the writer before all lines were read; one refused line, and nothing is stored.
 *
 * Owns: its workers, buffers, spool.  Layer: app.  Threads: a body's functions from one thread at a time, its loop's;
 * the hooks are called on that thread (park) or a worker's (wake, over), under the body's lock, and must not call back.
 * Source: design.md 8 ("Bulk"), ING-06, ING-07, ING-11, ING-13. */
#ifndef BW_APP_BULK_H
#define BW_APP_BULK_H

#include "bw/app/principal.h"
#include "bw/base/clock.h"
#include "bw/base/err.h"
#include "bw/base/str.h"

struct bw_writer;

#define BW_BULK_BODY ((size_t)64 << 20) /* inflated */
#define BW_BULK_LINE ((size_t)16 << 10)
#define BW_BULK_LINES 200000u
#define BW_BULK_ATOMIC 1000u
/* What a body may hold of memory before the writer has it, for the server's budget; an atomic one holds all its lines.
 */
#define BW_BULK_HELD ((size_t)1 << 20)
#define BW_BULK_HELD_ATOMIC ((size_t)8 << 20)

struct bw_bulks_options {
    const char *spool; /* folder of the files without names */
    size_t spool_max;  /* bytes of all verdicts that wait; 0 = 512 MiB */
    unsigned workers;  /* 0 = 2 */
    unsigned each;     /* bodies of one organisation that are read at once; 0 = 4 */
    bw_time patience;  /* without room in the writer's queue; 0 = 8 s */
    bool uncounted;    /* its bodies are in no metric: the test realm's */
};
struct bw_bulks;
BW_MUST_USE bw_code bw_bulks_new(const struct bw_bulks_options *opt, struct bw_bulks **ret_take, struct bw_error *err);
/* No body may be open any more; the writers may still run. */
void bw_bulks_free(struct bw_bulks *bulks);

struct bw_bulk_options {
    const struct bw_principal *who; /* copied */
    struct bw_writer *writer;
    bool atomic, dry_run, gzip;
    void (*park)(void *ctx); /* feed took less than it was given: hold the sender until wake */
    void (*wake)(void *ctx); /* once for each park */
    void (*over)(void *ctx); /* once after end: the answer is there */
    void *ctx;
};
struct bw_bulk;
/* BW_E_BUSY when too many bodies are open or the spool is full, BW_E_RATE_LIMITED when that sender has too many. */
BW_MUST_USE bw_code bw_bulk_new(struct bw_bulks *bulks, const struct bw_bulk_options *opt, struct bw_bulk **ret_take,
                                struct bw_error *err);
/* How many of n bytes were taken; fewer than n only after park was called. */
size_t bw_bulk_feed(struct bw_bulk *b, const char *p, size_t n);
/* The body is refused from here on; the first reason counts. */
void bw_bulk_fail(struct bw_bulk *b, bw_code code, const char *why);
/* All bytes were fed. */
void bw_bulk_end(struct bw_bulk *b);

/* After `over`. */
struct bw_bulk_answer {
    bw_code code; /* BW_OK: every line has its verdict; else err says why the whole is refused */
    struct bw_error err;
    int status; /* 200, or 422 for an atomic body that was not stored */
    uint32_t lines;
    int fd; /* the verdicts, the caller's to close; -1: they stand in `bytes` */
    uint64_t size;
    struct bw_str bytes; /* until bw_bulk_leave */
};
void bw_bulk_answer(struct bw_bulk *b, struct bw_bulk_answer *ret);
/* The loop lets go of it, at any time. */
void bw_bulk_leave(struct bw_bulk *b);

#endif
