/* SPDX-License-Identifier: Apache-2.0 */
/* writer_test.h - a log of one bag and its arrivals, handled as the writer handles them (design.md 3): duplicates
 * answered, the newest folded incrementally, all others by a refold of the history, follow-ups behind. Layer: tests. */
#ifndef BW_TESTS_WRITER_TEST_H
#define BW_TESTS_WRITER_TEST_H

#include "bw/domain/bag.h"
#include "domain_test.h"

enum { LOG_MOST = 128 };

/* No station has a place: nothing is too far away. */
static const struct bw_world nowhere;

struct log {
    struct bw_event events[LOG_MOST];
    size_t n;
    struct bw_bag bag;
    const struct bw_world *world;
    struct bw_step last;                   /* verdict on the newest arrival */
    struct bw_event follow[BW_FOLLOW_MAX]; /* what it brought along, copies for the case included */
    size_t n_follow;
    bool keeps_stamps; /* version and recorded time travel with the event; no follow-ups are made */
};

/* An event said by a carrier (or by nobody: "") of an actual time; uid and order are the log's. */
static inline struct bw_event say(const char *recorded, const char *carrier, enum bw_event_code code,
                                  const char *station, const char *occurred)
{
    static unsigned number;
    struct bw_event ev;
    bw_event_init(&ev);
    (void)snprintf(ev.event_id, sizeof(ev.event_id), "e-%u", ++number);
    (void)snprintf(ev.sender, sizeof(ev.sender), "%s", carrier[0] ? carrier : "bagwatch");
    ev.ident = ident("0125728359");
    ev.code = code;
    ev.source = carrier[0] ? BW_SRC_JSON : BW_SRC_SYSTEM;
    ev.occurred_at = occurred ? at(occurred) : BW_TIME_NONE;
    ev.recorded_at = at(recorded);
    bw_str_put(bw_str_c(carrier), ev.carrier, sizeof(ev.carrier));
    bw_str_put(bw_str_c(station), ev.station, sizeof(ev.station));
    return ev;
}

/* An id that hangs on sender, event id and identity alone, as the HMAC of the writer does. */
static inline void stamp(struct bw_event *ev, bw_time origin_at)
{
    char text[BW_IDENT_TEXT];
    const struct bw_str parts[] = { bw_str_c(ev->sender), BW_STR("\n"), bw_str_c(ev->event_id), BW_STR("\n"),
                                    bw_str_c(bw_ident_text(&ev->ident, text)) };
    struct bw_hash hash = bw_sha256_parts(parts, BW_LEN(parts));
    ev->uid = bw_uuid_v8(hash.b);
    bw_event_set_order(ev, origin_at);
}

static inline void log_init(struct log *log)
{
    struct bw_uuid id = id_of(1);
    *log = (struct log){ .n = 0, .world = &nowhere };
    bw_bag_init(&log->bag, &id, at("2026-11-20T10:40:00Z"));
}

static inline bool log_has(const struct log *log, const struct bw_event *ev)
{
    for (size_t k = 0; k < log->n; k++)
        if (bw_uuid_eq(&log->events[k].uid, &ev->uid))
            return true;
    return false;
}

static inline void log_refold(struct log *log, struct bw_bag *to, struct bw_told *told)
{
    const struct bw_event *history[LOG_MOST];
    for (size_t k = 0; k < log->n; k++)
        history[k] = &log->events[k];
    bw_bag_fold(to, history, log->n, log->world, told);
}

static inline void log_fold(struct log *log, const struct bw_event *ev)
{
    const struct bw_bag before = log->bag;
    if (!bw_bag_needs_history(&log->bag, ev)) {
        bw_bag_step(&log->bag, ev, log->world, &log->last);
    } else {
        struct bw_told told = { .of = &log->events[log->n - 1] };
        log_refold(log, &log->bag, &told);
        bw_bag_judge(&before, &log->bag, ev, &told, &log->last);
    }
    if (log->last.outcome != BW_OUT_MOOT || log->keeps_stamps)
        return;
    log->n--; /* nothing is stored */
    log->bag = before;
}

/* One arrival; follow-ups on the bag's own log arrive behind it. */
static inline void arrive(struct log *log, const struct bw_event *said)
{
    assert_true(log->n < LOG_MOST);
    struct bw_event ev = *said;
    if (log_has(log, &ev)) {
        log->last.outcome = BW_OUT_DUPLICATE;
        return;
    }
    if (!log->keeps_stamps) {
        ev.version = 0; /* given when it is stored, after the fold */
        ev.bag_id = log->bag.bag_id;
    }
    log->events[log->n++] = ev;
    const struct bw_bag before = log->bag;
    log_fold(log, &ev);
    if (log->keeps_stamps || log->last.outcome == BW_OUT_MOOT)
        return;
    log->events[log->n - 1].version = log->bag.version = before.version + 1;
    log->n_follow = bw_bag_follow(&before, &log->bag, &ev, log->follow, BW_FOLLOW_MAX);
    for (size_t k = 0; k < log->n_follow; k++) {
        struct bw_event *next = &log->follow[k];
        next->recorded_at = ev.recorded_at;
        stamp(next, BW_TIME_NONE);
        if (next->subject != BW_SUBJECT_BAG || log_has(log, next))
            continue;
        next->version = ++log->bag.version;
        log->events[log->n++] = *next;
        struct bw_step step;
        if (bw_bag_needs_history(&log->bag, next))
            log_refold(log, &log->bag, NULL);
        else
            bw_bag_step(&log->bag, next, log->world, &step);
    }
}

/* Says and lets arrive, with the time-out of a telegram's origin left out. */
static inline void hear(struct log *log, struct bw_event ev)
{
    stamp(&ev, BW_TIME_NONE);
    arrive(log, &ev);
}

#endif
