/* SPDX-License-Identifier: Apache-2.0 */
/* writer.h - the one door: every event goes through a writer thread that commits what waits as one transaction.
 *
 * Happy path.  Idle: a work is committed at once.  Busy: works that arrive during a commit form the next batch, up to
 * batch_max events; who finds another writer at work and little to do lets 1 ms of more come.  One pipelined
 * transaction: event keys and aliases are read, then bags, cases and open promises, then the histories of bags that
 * need a refold; the pure rules fold rows and batch in queue order, each event as if it had come alone; then set-based
 * inserts and COMMIT.  After COMMIT, and only then, done() is called for each work.
 *
 * Failure modes, and what every waiter is told:
 *   a guarding key was taken meanwhile (23505, 23P01, 40P01, 40001): rolled back, retried with fresh rows; at the
 * second clash the batch splits in halves; a lone work takes pg_advisory_xact_lock of its bags, five tries, then
 * `busy`; one row cannot be stored (class 22, other 23): the batch is bisected until only that work is refused
 * (`internal`, its id logged), the others are stored, and a divisible work is cut in halves down to that item;
 * connection lost before COMMIT was sent, or its outcome unknown: the same batch is run again under the same event keys
 * until the batch deadline of 8 s; what was stored then answers as the first answer; after the deadline, counted from
 * when the oldest was queued, `database-away`; away for two seconds: bw_writer_submit refuses with `database-away`, and
 * a thread looks for the database four times a second; queue full (events or age) or shutting down: bw_writer_submit
 * refuses at once with `busy`; shutdown: the queue is closed, what waits is still committed.
 *
 * Layer: storage.  Threads: submit from any; done() runs on the writer's thread and must not block.
 * Source: design.md 3, reliability.md 3, ING-03, ING-04, ING-11. */
#ifndef BW_STORAGE_WRITER_H
#define BW_STORAGE_WRITER_H

#include "bw/base/buf.h"
#include "bw/domain/promise.h"
#include "bw/storage/keys.h"
#include "bw/storage/pg.h"
#include "bw/storage/side.h"

/* What a case is found by: made by bw_case_search_of alone (app/case_details.h).  Who may search it, and its flights,
 * the writer adds from the bags' journeys. */
struct bw_case_search {
    struct bw_str names, description, town; /* folded (base/fold.h); may be empty */
    const struct bw_str *terms;             /* domain/terms.h; n_terms of them, without blanks */
    size_t n_terms;
    uint8_t phone[8], last7[8], last4[8], mail[8], pnr[8];
    bool has_phone, has_mail, has_pnr;
};

/* Personal data of a case, as the writer takes them. */
struct bw_case_sealed {
    struct bw_str details; /* JSON of details.h without the priority; sealed under the case's own key */
    struct bw_str reason;  /* of its priority; sealed apart, gone when the case is closed; empty = none */
    struct bw_case_search search;
};

/* What opening a case adds to its CASE_OPENED event. */
struct bw_case_new {
    struct bw_uuid case_id; /* carries the bucket of its reference */
    char ref[11];
    char station[4];
    char opener[4];              /* carrier whose staff or key opens it */
    struct bw_leg legs[BW_LEGS]; /* passenger's itinerary, may be empty */
    uint8_t n_legs;
    const struct bw_ident *bags; /* identities of its bags, in order of their ordinal */
    size_t n_bags;
    struct bw_case_sealed sealed;
    struct bw_uuid
        linked;  /* the closed file that it takes up again: its customer's links lead here from now on; nil = none */
    bool report; /* by a customer: it waits for its owner to accept it (CASE-02) */
    char beside[11];          /* a report beside this file, which is open on one of the bags; "" = none */
    struct bw_hash link_hash; /* SHA-256 of the customer link's token */
    struct bw_str language;
};

/* What changes the personal data of a case, beside an event on its log (subject CASE, identity = the case's id) whose
 * data.fields says which members are changed.  Event, sealed data and look-up row are stored together or not at all.
 * Refused: BW_E_PRECONDITION_FAILED where they were changed after read_version; BW_E_NOT_FOUND where they were erased.
 */
struct bw_case_change {
    int32_t read_version; /* of the case, when what is changed was read */
    struct bw_case_sealed sealed;
};

struct bw_erasure;

/* One event and what became of it. */
struct bw_item {
    struct bw_event ev;                 /* in: as event_in or the telegram reader left it; out: complete */
    struct bw_case_new *new_case;       /* CASE_OPENED, CASE_REPORTED; a CASE_OPENED without it accepts a report */
    struct bw_case_change *case_change; /* NULL: the personal data stay as they are */
    const struct bw_erasure *erase;     /* CASE_ERASED only: storage/erasure.h */
    const struct bw_side *side;         /* an event of neither a bag nor a case: side.h */
    bool supervisor; /* a supervisor says it: a CORRECTION reaches every sender of the carrier (ING-12) */
    bool courier;    /* a courier says it: the answer tells nothing else of the bag (SEC-13) */
    /* out */
    bw_code rc; /* BW_OK, else err says why (this item only) */
    struct bw_error err;
    enum bw_outcome outcome;
    unsigned flags;
    struct bw_str
        answer; /* JSON object without outcome and flags: {"event":…,"bag":…,"promises":…,"instruction":…}; in arena */
    struct bw_hash fingerprint, stored_fingerprint; /* both named in a 409 */
};

struct bw_dead_letter_new {
    int32_t ordinal, first_line, last_line;
    char smi[4], status[24];
    struct bw_str faults; /* JSON array */
    struct bw_uuid id;    /* out */
};

/* What one request hands to the writer: committed in one transaction, all items or, where one item is refused for its
 * own content (conflict, not found), the others. */
struct bw_work {
    struct bw_item *items;
    size_t n;
    /* a telegram's text, sealed by the writer; raw_id is given by the caller and already stands in the items */
    struct bw_str raw;
    struct bw_uuid raw_id;
    struct bw_str raw_sender;
    struct bw_str raw_carriers; /* for whom the sender could speak: "BA IB" */
    struct bw_dead_letter_new *dead;
    size_t n_dead;
    bool repair;            /* of a telegram whose letters stand: no new ones are made */
    bool raw_new;           /* out: the text was not stored before, so its letters are new too */
    bool dry_run;           /* nothing is stored: rolled back after the fold */
    bool atomic;            /* one refused item, and nothing is stored; it has a transaction of its own */
    bool divisible;         /* lines of one body: where they cannot be stored together, each gets a try of its own */
    bool undone;            /* out: atomic, and an item was refused */
    struct bw_arena *arena; /* answers are put here */
    bw_code rc;             /* of the whole; BW_OK: look at each item */
    struct bw_error err;
    void (*done)(struct bw_work *work); /* exactly once, also after a refusal other than submit's */
    void *ctx;
    bw_time queued_mono; /* set by submit */
};

struct bw_writer_options {
    const char *conninfo, *role, *schema; /* as bw_pg_options */
    const struct bw_keys *keys;
    /* The world as of now; the pointer stays valid until `release`. */
    const struct bw_world *(*world)(void *ctx);
    void (*release)(void *ctx, const struct bw_world *world);
    void *world_ctx;
    void (*committed)(void *ctx); /* after each commit with events: wakes the feed thread */
    /* Before it: what feed_payload has of the batch, for who will number it; NULL: it is read from there. */
    void (*lines)(void *ctx, int64_t journal_id, struct bw_buf *lines_steal);
    void *committed_ctx;
    bool members; /* only who is told can owe (CLK-16): who has a key or an account is read; else every carrier is */
    const char *instance;   /* name in the journal */
    size_t batch_max;       /* events in one transaction, 512 */
    size_t queue_max;       /* events waiting in all, 10,000 */
    bw_time queue_age_max;  /* 2 s */
    unsigned threads;       /* 2 */
    bw_time batch_deadline; /* 8 s */
};

struct bw_writer;
BW_MUST_USE bw_code bw_writer_new(const struct bw_writer_options *opt, struct bw_writer **ret_take,
                                  struct bw_error *err);
BW_MUST_USE bw_code bw_writer_start(struct bw_writer *w, struct bw_error *err);
/* BW_E_BUSY when full, too old or stopping, BW_E_DATABASE_AWAY while there is no database; then done() is not called.
 */
BW_MUST_USE bw_code bw_writer_submit(struct bw_writer *w, struct bw_work *work, struct bw_error *err);
/* writer_wait.c: submits and waits until the work, which has an arena and one item at least, is done; for threads that
 * may wait as long as a batch takes.  The work's verdict, else its first item's; refused before it was taken: as
 * bw_writer_submit says, and the work's and the item's own codes are BW_OK. */
BW_MUST_USE bw_code bw_writer_wait(struct bw_writer *w, struct bw_work *work, struct bw_error *err);
/* True while the writers' sessions work; false after a batch ended in database-away. */
bool bw_writer_healthy(struct bw_writer *w);
size_t bw_writer_waiting(struct bw_writer *w);
/* Closes the queue, commits what waits, joins the threads. */
void bw_writer_stop(struct bw_writer *w);
void bw_writer_free(struct bw_writer *w);

/* Named points of reliability.md 7 row 1 (test builds): BAGWATCH_CRASH_AT=before-commit|after-commit|mid-fan-out[:n]
 * ends the process by SIGKILL at the n-th pass. */
void bw_crash_point(const char *name);

#endif
