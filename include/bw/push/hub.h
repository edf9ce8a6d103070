/* SPDX-License-Identifier: Apache-2.0 */
/* hub.h - the ring of recent feed entries and who waits for what.
 * Entries come in feed order from one feed thread.  A subscriber is a position in that order plus a filter: it is
 * registered first, then reads from its position (page of the database, ring, live), so that by construction there is
 * neither gap nor duplicate (STR-03).  Per subscriber at most 16 references wait; a reader that falls behind is put
 * back to reading the ring, so that its memory is bounded (STR-07); one whose position has left the ring is ended with
 * `slow`. Layer: push.  Threads: any; one mutex per hub.  Source: design.md 3, 4, 8; peers.md 1.4; STR-*. */
#ifndef BW_PUSH_HUB_H
#define BW_PUSH_HUB_H

#include "bw/base/buf.h"
#include "bw/base/clock.h"
#include "bw/base/id.h"

struct bw_hub;
struct bw_sub;

/* One change as its readers will see it.  Slices are copied by the hub. */
struct bw_feed_entry {
    uint64_t index;            /* the feed's own number, ascending */
    bw_time recorded_at;       /* for feed_wire_seconds; BW_TIME_NONE = do not measure */
    const char (*carriers)[4]; /* audience: NUL-closed codes */
    size_t n_carriers;
    struct bw_uuid bag_id;
    struct bw_uuid case_id; /* nil: no customer sees it */
    const char *name;       /* SSE event name: "bag" or "case"; a string constant */
    struct bw_str staff;    /* JSON for staff and carriers */
    struct bw_str customer; /* JSON for the case's customer; empty: not for customers */
};

struct bw_cursor {
    uint32_t epoch;
    uint64_t index; /* everything up to here was seen */
};
#define BW_CURSOR_TEXT 32
const char *bw_cursor_text(struct bw_cursor c, char to[BW_CURSOR_TEXT]); /* "<epoch>-<index>" */
BW_MUST_USE bool bw_cursor_parse(struct bw_str s, struct bw_cursor *ret);

struct bw_hub_config {
    size_t ring_entries, ring_bytes;   /* 65,536 and 64 MiB; 0 = these */
    unsigned streams_max;              /* in all; 0 = 20,000 */
    unsigned per_owner, per_address;   /* 0 = 16 and 256 */
    bw_time heartbeat, max_age, stall; /* 0 = 15 s, 10 min (+-20 %), 30 s of blocked writes */
    /* Wants the page of entries after `after` (a multiple of BW_HUB_PAGE) from the database: queue it and return true;
     * the answer is bw_hub_page or bw_hub_page_failed.  False = not now, asked again within a second.  Called under the
     * hub's lock.  NULL: what left the ring is gone. */
    bool (*want_page)(void *ctx, struct bw_hub *hub, uint64_t after);
    void *ctx;
    const char *snapshot; /* address named by `reset`, e.g. "/v1/promises"; customers get "fragment" */
    bool uncounted;       /* its streams are in no metric: the test realm's */
};

struct bw_hub *bw_hub_new(const struct bw_hub_config *config);
void bw_hub_free(struct bw_hub *hub); /* every subscriber must be gone */

/* Sets want_page later, where who answers is made after the hub; NULL ends it. */
void bw_hub_replay_by(struct bw_hub *hub, bool (*want_page)(void *ctx, struct bw_hub *hub, uint64_t after), void *ctx);

/* What bw_hub_bye ends here it ends there too: owners of streams of both are shown out by one call.  `other` outlives
 * this hub's use and has no twin. */
void bw_hub_twin(struct bw_hub *hub, struct bw_hub *other);

/* --- the feed thread --- */
/* Says where the feed stands: everything up to index is older than the ring.  Also at a change of epoch: then every
 * subscriber gets `reset`.  Before the first call subscribing fails with BW_E_DATABASE_AWAY.  To warm the ring
 * after a start, open at an older index and publish from there. */
void bw_hub_open(struct bw_hub *hub, uint32_t epoch, uint64_t index);
/* Appends entries, ascending and above the last; upto >= the last entry's index: the feed is complete to there. */
void bw_hub_publish(struct bw_hub *hub, const struct bw_feed_entry *entries, size_t n, uint64_t upto);
struct bw_cursor bw_hub_head(struct bw_hub *hub);
/* REL-03: the database is away (true) or back (false); told once to every stream as `degraded`. */
void bw_hub_degraded(struct bw_hub *hub, bool away);

/* --- what pages say beside the log --- */
/* Something has changed that pages say and no entry tells of them (a silent feed, a storm): from now on whoever comes
 * with a cursor of before is told `refresh`.  Gives the cases that customers' streams are open for, each once. */
size_t bw_hub_stale(struct bw_hub *hub, struct bw_uuid *to, size_t max);
/* Tells `refresh` to the streams of these cases and to all of the staff's. */
void bw_hub_refresh(struct bw_hub *hub, const struct bw_uuid *cases, size_t n);

/* --- replay pages, from a query worker --- */
#define BW_HUB_PAGE 1024
/* Entries with after < index <= after + BW_HUB_PAGE (fewer where the feed ends); the whole of what was asked. */
void bw_hub_page(struct bw_hub *hub, uint64_t after, const struct bw_feed_entry *entries, size_t n);
/* gone: no longer kept, its readers get `reset`.  Else: could not be read now, they end with `bye` and come back. */
void bw_hub_page_failed(struct bw_hub *hub, uint64_t after, bool gone);

/* --- subscribers --- */
enum bw_sub_kind { BW_SUB_EVERYTHING, BW_SUB_CARRIERS, BW_SUB_CASE };
struct bw_sub_filter {
    enum bw_sub_kind kind;
    const char (*carriers)[4]; /* BW_SUB_CARRIERS; at most 32 */
    size_t n_carriers;
    struct bw_uuid case_id; /* BW_SUB_CASE */
    struct bw_uuid owner;   /* key, account or link: for limits and for bw_hub_bye */
    struct bw_str address;  /* client address: for limits */
};
struct bw_sub_hooks {
    /* All three are called under the hub's lock and must only flag, queue or make one call that cannot block. */
    void (*park)(void *ctx); /* nothing to send: suspend the connection (on its own loop, inside bw_sub_read) */
    void (*wake)(void *ctx); /* parked and now there is something: resume it soon */
    void (*kill)(void *ctx); /* blocked writes for too long: shut the socket down */
    void *ctx;
};
/* after NULL = live from now.  A cursor of another epoch, from the future or too old starts with `reset` (STR-04).
 * BW_E_RATE_LIMITED for owner and address, BW_E_BUSY for all, BW_E_DATABASE_AWAY before bw_hub_open. */
BW_MUST_USE bw_code bw_hub_subscribe(struct bw_hub *hub, const struct bw_sub_filter *filter,
                                     const struct bw_cursor *after, const struct bw_sub_hooks *hooks,
                                     struct bw_sub **ret_take, struct bw_error *err);
/* Bytes for the wire, at most max; 0 = parked (hooks.park was called), -1 = the stream has ended. */
long bw_sub_read(struct bw_sub *sub, char *to, size_t max);
/* Forgets the subscriber; none of its hooks is called afterwards.  NULL is allowed. */
void bw_sub_free(struct bw_sub *sub);

/* The long poll's form (STR-12): appends what this filter sees after `after`, at most max entries, as a JSON array
 * without brackets, and moves *after.  BW_E_AS_OF_OPEN = of another epoch or from the future; BW_E_NOT_FOUND = not in
 * the ring. */
BW_MUST_USE bw_code bw_hub_collect(struct bw_hub *hub, const struct bw_sub_filter *filter, struct bw_cursor *after,
                                   size_t max, struct bw_buf *to, size_t *ret_n, struct bw_error *err);

/* --- timers and ends --- */
/* Heartbeats, rotation and stalled readers; call about five times a second. */
void bw_hub_tick(struct bw_hub *hub, bw_time mono);
/* Ends the streams of one owner with `bye` (revoked key, link or session). */
void bw_hub_bye(struct bw_hub *hub, const struct bw_uuid *owner, const char *reason);
/* The owners with open streams, each once: for the duty that looks for revocations made on another instance. */
size_t bw_hub_owners(struct bw_hub *hub, struct bw_uuid *to, size_t max);
/* STR-08: ends all streams spread over `within`, then (within == 0) the rest at once; new ones are refused. */
void bw_hub_drain(struct bw_hub *hub, bw_time mono, bw_time within);

struct bw_hub_stats {
    unsigned staff, customers, parked;
    uint64_t published, delivered, resets, pages_asked;
    uint64_t ended_rotate, ended_stall, ended_slow, ended_bye, ended_drain, ended_client;
    size_t ring_entries, ring_bytes, page_bytes;
};
struct bw_hub_stats bw_hub_stats(struct bw_hub *hub);

#endif
