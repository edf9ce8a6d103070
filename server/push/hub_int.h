/* SPDX-License-Identifier: Apache-2.0 */
/* hub_int.h - the hub's parts: entries, ring, replay pages, subscribers.  Private to push.
 * Everything here is under the hub's one mutex; functions that need it end in _locked.  Frames are made outside. */
#ifndef BW_PUSH_HUB_INT_H
#define BW_PUSH_HUB_INT_H

#include "bw/base/sync.h"
#include "bw/push/hub.h"

#include "sse.h"

#define BW_PENDING 16
#define BW_PAGES 8
#define BW_CHAINS 4096u
#define BW_SUB_CARRIERS_MAX 64 /* as many as a principal has; 256 bytes a stream */

/* An entry as it will be written: shared by ring, pages and subscribers, freed by the last of them. */
struct bw_entry {
    unsigned refs;
    uint64_t index;
    bw_time recorded_at;
    uint64_t mask; /* one bit a carrier code: a quick "surely not" */
    struct bw_uuid case_id;
    unsigned n_carriers;
    struct bw_str staff, customer; /* frames; customer.n == 0: not for customers */
    struct bw_str staff_json;      /* inside the frame */
    const char *carriers;          /* n_carriers times four bytes, NUL-padded */
    size_t bytes;
};

struct bw_ring {
    struct bw_entry **v; /* capacity entries, from first, n of them */
    size_t capacity, first, n, bytes, max_bytes;
    uint64_t base; /* all entries above this are in the ring */
};

enum bw_page_state { BW_PAGE_FREE, BW_PAGE_LOADING, BW_PAGE_READY };
struct bw_page {
    enum bw_page_state state;
    uint64_t after; /* multiple of BW_HUB_PAGE */
    uint64_t upto;  /* complete to here */
    struct bw_entry *v[BW_HUB_PAGE];
    size_t n, bytes;
    uint64_t used; /* for choosing which to drop */
};

enum bw_chain { BW_BY_CASE, BW_BY_OWNER, BW_BY_ADDRESS, BW_CHAIN_MAX };
struct bw_link {
    struct bw_sub *prev, *next;
};

enum bw_sub_end { BW_END_NOT, BW_END_ROTATE, BW_END_STALL, BW_END_SLOW, BW_END_BYE, BW_END_DRAIN };

struct bw_sub {
    struct bw_hub *hub;
    struct bw_sub_hooks hooks;
    enum bw_sub_kind kind;
    uint64_t mask;
    char carriers[BW_SUB_CARRIERS_MAX][4];
    unsigned n_carriers;
    struct bw_uuid case_id, owner;
    uint64_t address;
    struct bw_link all, chain[BW_CHAIN_MAX];
    size_t bucket[BW_CHAIN_MAX];

    bool live;    /* has considered everything up to the hub's head; else reads on from `next` */
    bool in_ring; /* has read from the ring: leaving it is `slow` */
    uint64_t next;
    struct bw_entry *pending[BW_PENDING];
    unsigned first, n;
    struct bw_entry *writing;
    size_t written;
    char control[640];
    size_t control_n, control_at;

    bool parked;
    bool hello_due, heartbeat_due, refresh_due, degraded_told, killed;
    const char *reset; /* reason that is due */
    enum bw_sub_end end;
    const char *end_reason;
    bool ended; /* the last byte is in `control` */
    bw_time last_read, end_at, ahead_until;
    unsigned second; /* its heartbeat's place within the period */
};

struct bw_hub {
    struct bw_hub_config config;
    struct bw_mutex lock;
    bool open, degraded, draining;
    bw_time degraded_since;
    uint32_t epoch;
    uint64_t head;
    uint64_t refresh_before; /* who has seen less may have a page from before a change beside the log */
    struct bw_ring ring;
    struct bw_page pages[BW_PAGES];
    uint64_t page_clock;
    struct bw_sub *all;   /* every subscriber */
    struct bw_sub *staff; /* chain BW_BY_CASE of those that are not customers */
    struct bw_sub *chains[BW_CHAIN_MAX][BW_CHAINS];
    unsigned n_subs;
    bw_time last_second;
    struct bw_hub_stats stats;
    struct bw_hub *twin; /* NULL: none */
};

/* entry.c */
struct bw_entry *bw_entry_new(const struct bw_feed_entry *from, uint32_t epoch);
void bw_entry_unref(struct bw_entry *e);
uint64_t bw_carrier_mask(const char *carriers, size_t n);
/* Copies codes NUL-padded, as they are compared. */
void bw_carriers_copy(char *to, const char (*from)[4], size_t n);
bool bw_entry_for(const struct bw_entry *e, const struct bw_sub *s);
struct bw_str bw_entry_frame(const struct bw_entry *e, const struct bw_sub *s);

/* ring.c */
bool bw_ring_init(struct bw_ring *r, size_t capacity, size_t max_bytes);
void bw_ring_clear(struct bw_ring *r, uint64_t base);
void bw_ring_done(struct bw_ring *r);
void bw_ring_push(struct bw_ring *r, struct bw_entry *take);
struct bw_entry *bw_ring_at(const struct bw_ring *r, size_t k);
/* Position of the first entry with index >= want; n when there is none. */
size_t bw_ring_find(const struct bw_ring *r, uint64_t want);

/* page.c */
/* The page that holds `next`, when it is ready; else asks for it (once) and returns NULL. */
struct bw_page *bw_page_locked(struct bw_hub *hub, uint64_t next);
void bw_page_drop(struct bw_hub *hub, struct bw_page *page);

/* control.c: hello, reset, degraded, heartbeat, bye */
/* Puts the next due control text into s->control; false when none is due. */
bool bw_control_next_locked(struct bw_sub *s);
void bw_sub_end_locked(struct bw_sub *s, enum bw_sub_end end, const char *reason);

/* sub.c */
size_t bw_chain_bucket(const void *p, size_t n);
void bw_sub_wake_locked(struct bw_sub *s);
void bw_sub_offer_locked(struct bw_sub *s, struct bw_entry *e);
uint64_t bw_sub_position_locked(const struct bw_sub *s);
void bw_sub_reset_locked(struct bw_sub *s, const char *reason);

#endif
