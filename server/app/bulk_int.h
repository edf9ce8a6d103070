/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_int.h - one body on its way: buffer, lines, chunks with the writer, verdicts.  Lock order: body, then pool.
 * bulk.c: the pool and what loops call; bulk_turn.c: a worker's turn; bulk_chunk.c: chunks to the writer and back;
 * bulk_spool.c: verdicts.  Private to app. */
#ifndef BW_APP_BULK_INT_H
#define BW_APP_BULK_INT_H

#include <stdatomic.h>

#include "bw/app/bulk.h"
#include "bw/app/ingest.h"
#include "bw/base/inflate.h"
#include "bw/base/lines.h"
#include "bw/base/sync.h"

#define BW_BULK_WORKERS 8
#define BW_BULK_CHUNK 256u      /* lines of one work */
#define BW_BULK_IN_FLIGHT 2048u /* lines of one body that the writer has */
#define BW_BULK_ALL_IN_FLIGHT 4096u
#define BW_BULK_PLAIN ((size_t)64 << 10)   /* of what the inflater gives at once */
#define BW_BULK_VERDICT ((size_t)64 << 10) /* one verdict takes less */
#define BW_BULK_PIECE ((size_t)128 << 10)  /* of a body, between loop and worker */

/* A line and what became of it. */
struct bulk_line {
    struct bw_str refusal; /* members of a problem document, or none: then the next item of the work */
};

struct bulk_chunk {
    struct bulk_chunk *next; /* in the order of lines; or in the pool's list of spare ones */
    struct bw_bulk *bulk;
    struct bw_work work;
    struct bw_arena arena;
    struct bulk_line *lines;
    struct bw_item *items;
    uint64_t *names; /* of the bags its items speak of, hashed; sorted when it goes to the writer */
    uint32_t first, n, cap; /* number of its first line, lines */
    bool done;              /* under the body's lock: the writer is through with it */
};

/* Verdicts that wait for the end of the body. */
struct bulk_spool {
    struct bw_buf b;
    int fd; /* -1: all in b */
    uint64_t size;
};

enum bulk_state { BULK_IDLE, BULK_QUEUED, BULK_RUNNING, BULK_AGAIN };

struct bw_bulk {
    /* set at new, then read-only */
    struct bw_bulks *pool;
    struct bw_bulk_options opt;
    struct bw_principal who;
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_buf in;
    bool parked, ended, over, left;
    enum bulk_state state;
    unsigned refs; /* the loop's, the pool's lists', one for each chunk with the writer */
    uint32_t in_flight;
    bw_code code; /* of the whole */
    struct bw_error err;
    /* shared: the pool's mu */
    struct bw_bulk *run_next, *wait_next, *all_next;
    bool waiting;
    /* owned by the worker whose turn it is */
    struct bw_buf work;
    size_t at; /* of work: read up to here */
    struct bw_inflate *inflate;
    char *plain; /* what the inflater gave: n_plain bytes, read up to plain_at */
    size_t n_plain, plain_at;
    struct bw_lines lines;
    uint32_t n_lines, n_stored; /* read; of chunks that the writer was through with, in order */
    uint64_t bytes;             /* inflated */
    bool read_all;
    struct bulk_chunk *open, *first, *last;
    bw_time refused_since; /* the writer takes nothing; 0: it does */
    bool undone;           /* atomic, and a line was refused */
    struct bulk_spool spool;
};

struct bw_bulks {
    /* set at new, then read-only */
    struct bw_bulks_options opt;
    pthread_t threads[BW_BULK_WORKERS];
    unsigned n_threads;
    atomic_uint_fast64_t spooled; /* bytes of all files */
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_cond some;  /* a body wants a turn: workers wait for it */
    struct bw_cond empty; /* the last body is gone */
    struct bw_bulk *run, *run_last, *wait, *wait_last, *all; /* all: every body that is open */
    bw_time call_at; /* when those that wait are called in any case */
    uint32_t in_flight;
    unsigned open;
    bool stop;
    struct bulk_chunk *spare;
    unsigned n_spare;
};

/* bulk.c */
void bw_bulk_poke_locked(struct bw_bulk *b) BW_REQUIRES(&b->mu); /* a turn, soon */
void bw_bulk_refuse(struct bw_bulk *b, bw_code code, const struct bw_error *err);
bool bw_bulk_idle(struct bw_bulk *b); /* refused or left: nothing more is read */
/* Room for a chunk with the writer; false: the body is called when there may be some. */
bool bw_bulk_room(struct bw_bulk *b, uint32_t n);
void bw_bulk_room_back(struct bw_bulks *pool, uint32_t n);
void bw_bulk_wait(struct bw_bulk *b);
/* bulk_turn.c: true where there is more to do at once. */
bool bw_bulk_turn(struct bw_bulk *b);
/* bulk_chunk.c */
struct bulk_chunk *bw_bulk_chunk_new(struct bw_bulk *b);
void bw_bulk_chunk_free(struct bulk_chunk *c);
void bw_bulk_spares_free(struct bw_bulks *pool);
/* One line more; its item or its refusal.  False: no memory. */
BW_MUST_USE bool bw_bulk_chunk_add(struct bulk_chunk *c, enum bw_line kind, struct bw_str line, bw_time now);
/* Hands b->open to the writer.  False: not now; the body is called again. */
bool bw_bulk_submit(struct bw_bulk *b);
/* bulk_spool.c */
void bw_bulk_spool_done(struct bw_bulk *b);
BW_MUST_USE bw_code bw_bulk_verdicts(struct bw_bulk *b, const struct bulk_chunk *c, struct bw_error *err);
/* After the last verdict: a file where one was begun. */
BW_MUST_USE bw_code bw_bulk_spool_end(struct bw_bulk *b, struct bw_error *err);

#endif
