/* SPDX-License-Identifier: Apache-2.0 */
/* batch_int.h - one transaction of the writer: what it read, what it folded, what it will write.
 * The fold is pure over what was read, in the batch's arena; a history that it lacks is read and the fold starts again.
 * Private to storage.  Threads: its writer's.  Source: design.md 3. */
#ifndef BW_STORAGE_BATCH_INT_H
#define BW_STORAGE_BATCH_INT_H

#include "bw/domain/event_in.h"
#include "bw/storage/answer.h"
#include "bw/storage/pipe.h"
#include "bw/storage/rows.h"
#include "bw/storage/writer.h"
#include "batch_member.h"
#include "map_int.h"

#define BW_HISTORY_MOST 5000 /* events of one bag that are still folded late (design.md 3) */

/* A promise and what this batch does to its row. */
struct bw_prow {
    struct bw_promise p;
    bool fresh, changed;
    int32_t opened_version, closed_version;
    int32_t opened_ordinal, closed_ordinal;
};

/* A bag or a case as this transaction sees it. */
struct bw_actor {
    enum bw_subject kind;
    struct bw_uuid id;
    bool fresh; /* has no row yet */
    bool dirty;
    bool found;
    union {
        struct bw_bag bag;
        struct bw_case file;
        int32_t side; /* version of a subject's log that is neither bag nor case */
    } row, now;       /* as read; as folded */
    int32_t read_version;
    struct bw_list read_promises; /* struct bw_prow, as read */
    struct bw_list promises;      /* struct bw_prow, live */
    bool wants_history, has_history;
    struct bw_list history;  /* const struct bw_event */
    struct bw_list added;    /* struct bw_event of this batch, in version order */
    struct bw_uuid bags[32]; /* of a case, by ordinal */
    size_t n_bags;
    bool has_key, key_fresh, key_read;
    struct bw_key key;
    struct bw_wrapped wrapped;
    const struct bw_case_new *opening;   /* a case that this batch opens */
    const struct bw_case_change *change; /* its personal data are written anew */
    const struct bw_side *aside;         /* neither bag nor case: what this batch says of it last */
};

/* One window of days of a plate or short plate. */
struct bw_window {
    bw_date from, until; /* [from, until) */
    int16_t twin;
    struct bw_uuid bag_id;
    bool fresh;
};
struct bw_alias_set { /* not read: the fold may not take it for empty */
    enum bw_ident_kind kind;
    char value[40], spare[9]; /* spare: a plate's short form, read where nobody goes by the plate */
    bool read;
    struct bw_window *v;
    size_t n, n_read, cap;
    int16_t next; /* number of the next window: one above the highest that was read */
};

/* An event on its way into the log. */
struct bw_out {
    struct bw_event *ev;
    struct bw_actor *actor;
    struct bw_str answer;
    struct bw_str ident;     /* text form */
    struct bw_str key_ident; /* the same; of a copy, one that nobody can send */
    uint8_t ident_bucket;
    struct bw_hash fingerprint, leaf;
    /* private text, sealed */
    bool sealed;
    uint8_t salt[16], nonce[BW_NONCE];
    struct bw_str body;
};

/* An item of a work and how it stands. */
struct bw_entry {
    struct bw_item *item;
    struct bw_work *work;
    struct bw_str ident;
    uint8_t bucket;
    struct bw_str map_key;
    bool stored; /* the key was found in the database */
    struct bw_hash stored_fingerprint;
    struct bw_uuid stored_bag;
    int32_t stored_version;
    struct bw_out *out; /* of this batch */
};

struct bw_batch {
    struct bw_arena arena;
    const struct bw_writer_options *opt;
    const struct bw_world *world;
    struct bw_members members;
    struct bw_pg *pg;
    bw_time now;
    bool lock; /* a lone work after clashes: take the advisory locks first */
    bool courier;    /* who says the entry that is folded is one */
    bool dry, asked_raws; /* nothing is stored; it holds telegrams */
    struct bw_work **works;
    size_t n_works, n_entries;
    struct bw_entry *entries;
    struct bw_map keys;   /* map_key -> struct bw_entry of this batch, first of its kind */
    struct bw_map actors; /* kind + id -> struct bw_actor */
    struct bw_list actor_list;
    struct bw_map aliases; /* "kind:value" -> struct bw_alias_set */
    struct bw_list alias_list;
    struct bw_list outs; /* struct bw_out, in journal order */
    struct bw_buf lines; /* feed_payload.entries */
    size_t n_lines;
    int64_t journal_id;
    struct bw_world own;    /* the world with the flights that were asked for, */
    struct bw_list flights; /* struct bw_flight; of which */
    size_t n_flights;       /* so many were read */
    bool needs_reading, copying; /* the fold met something that was not read; the next event is a copy of another's */
    bool elsewhere_waits;    /* a copy of the correction in hand waits for what it names */
    struct bw_map raw_known; /* id -> anything */
};

enum bw_batch_end {
    BW_BATCH_DONE,   /* committed (or dry): every entry has its verdict */
    BW_BATCH_CLASH,  /* rolled back: run again with fresh rows */
    BW_BATCH_POISON, /* rolled back: one row cannot be stored */
    BW_BATCH_AWAY,   /* the database is away, nothing was stored as far as we know: run again */
    BW_BATCH_BROKEN  /* our own fault or out of memory; err says */
};

/* One attempt.  err is filled for all but DONE. */
enum bw_batch_end bw_batch_run(struct bw_pg *pg, const struct bw_writer_options *opt, const struct bw_world *world,
                               struct bw_work **works, size_t n_works, bool lock, struct bw_error *err);

/* batch_read.c */
BW_MUST_USE bw_code bw_batch_read_keys(struct bw_batch *b, struct bw_error *err);
/* BW_E_CLASH where a refused statement is in the log by now. */
BW_MUST_USE bw_code bw_batch_recheck_keys(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_batch_read_actors(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_batch_read_histories(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_batch_read_answers(struct bw_batch *b, struct bw_error *err);

/* batch_resolve.c */
struct bw_actor *bw_actor_get(struct bw_batch *b, enum bw_subject kind, const struct bw_uuid *id); /* makes it */
struct bw_actor *bw_actor_find(struct bw_batch *b, enum bw_subject kind, const struct bw_uuid *id); /* or NULL */
struct bw_alias_set *bw_alias_get(struct bw_batch *b, enum bw_ident_kind kind, struct bw_str value); /* makes it */
BW_MUST_USE bool bw_window_add(struct bw_batch *b, struct bw_alias_set *s, const struct bw_window *w);
/* The bag an identity names on a day: by date, route and open case where it fits several, by what ev says; makes a new
 * one where none fits, a twin where a journey cannot be theirs.  *ret_ambiguous: it fits several, and is kept on a
 * record of its own.  b->needs_reading: not found out yet. */
BW_MUST_USE bw_code bw_resolve(struct bw_batch *b, const struct bw_ident *ident, bw_date day, const struct bw_event *ev,
                               struct bw_actor **ret, bool *ret_ambiguous, struct bw_error *err);
/* The record that an alias' bag lives on in; b->needs_reading: it was not read yet. */
BW_MUST_USE bw_code bw_bag_hit(struct bw_batch *b, const struct bw_uuid *id, struct bw_actor **ret,
                               struct bw_error *err);
bool bw_file_is_open(const struct bw_bag *bag);
/* A bag without a known identity: it is found by the reference, whose bucket it takes.  NULL: memory is out. */
struct bw_actor *bw_bag_unnamed(struct bw_batch *b, const struct bw_ident *ref, bw_date day);
BW_MUST_USE bool bw_alias_add(struct bw_batch *b, enum bw_ident_kind kind, struct bw_str value, bw_date day,
                              const struct bw_uuid *bag_id);
bw_date bw_event_day(const struct bw_event *ev, bw_time now);

/* batch_fold.c: resets to the rows and folds every entry; b->needs_reading: read, then again. */
BW_MUST_USE bw_code bw_batch_fold(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_fold_bag(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                                struct bw_error *err);
BW_MUST_USE bw_code bw_fold_file(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                                 struct bw_error *err);
/* batch_out.c: journal entry, answer, feed line, promises of one folded event. */
struct bw_out *bw_out_add(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev);
bool bw_out_answer(struct bw_batch *b, struct bw_out *out, bool outsider);
bool bw_out_line(struct bw_batch *b, struct bw_out *out, int32_t ordinal);
BW_MUST_USE bool bw_promises_apply(struct bw_batch *b, struct bw_actor *a, const struct bw_event *ev, int32_t ordinal);
size_t bw_open_promises(const struct bw_actor *a, struct bw_promise *to, size_t max);
#define BW_OPEN_MAX 16
/* batch_seal.c */
BW_MUST_USE bool bw_seal_private(struct bw_batch *b, struct bw_out *out);
struct bw_hash bw_commitment(const uint8_t salt[16], struct bw_str body);
void bw_actor_key(struct bw_batch *b, struct bw_actor *a);    /* its data key; made where there is none */
void bw_raw_commit(struct bw_batch *b, struct bw_work *work); /* batch_raw.c: data keys, telegrams, dead letters */
BW_MUST_USE bw_code bw_write_sealed(struct bw_batch *b, struct bw_error *err);
/* batch_write_bag.c: actors that were changed, sorted; batch_write.c, _event.c, _bag.c, _case.c, _promise.c: rows */
struct bw_actor **bw_actors_changed(struct bw_batch *b, enum bw_subject kind, bool fresh, size_t *ret_n);
BW_MUST_USE bool bw_put_fold(struct bw_arena *a, const struct bw_actor *actor, struct bw_str *ret);
BW_MUST_USE bw_code bw_batch_write(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_write_events(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_write_bags(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_write_promises(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_write_files(struct bw_batch *b, struct bw_error *err);
/* batch_search.c: rows of case_search: of a file opened here; of n files changed (sorted); of bags come to others. */
BW_MUST_USE bw_code bw_search_insert(struct bw_batch *b, const struct bw_actor *file, struct bw_error *err);
BW_MUST_USE bw_code bw_search_update(struct bw_batch *b, struct bw_actor *const *v, size_t n, struct bw_error *err);
BW_MUST_USE bw_code bw_search_reach(struct bw_batch *b, struct bw_error *err);
#endif
