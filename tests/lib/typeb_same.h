/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_same.h - whether two readings of telegrams have the same value; line numbers and raw bytes are no part of it.
 * Layer: tests. */
#ifndef BW_TESTS_TYPEB_SAME_H
#define BW_TESTS_TYPEB_SAME_H

#include "bw/base/buf.h"
#include "bw/domain/typeb.h"

static inline bool typeb_same_envelope(const struct bw_typeb_envelope *a, const struct bw_typeb_envelope *b)
{
    if (!a || !b)
        return a == b;
    bool same = bw_str_eq(a->priority, b->priority) && bw_str_eq(a->origin_line, b->origin_line) &&
                bw_str_eq(a->origin, b->origin) && bw_str_eq(a->signature, b->signature) &&
                bw_str_eq(a->day_time, b->day_time) && a->n_to == b->n_to;
    for (size_t at = 0; same && at < a->n_to; at++)
        same = bw_str_eq(a->to[at], b->to[at]);
    return same;
}

static inline bool typeb_same_fact(const struct bw_typeb_fact *a, const struct bw_typeb_fact *b)
{
    struct bw_buf left, right;
    bw_buf_init(&left, 65536);
    bw_buf_init(&right, 65536);
    bw_event_canonical(&a->ev, &left);
    bw_event_canonical(&b->ev, &right);
    bool same = bw_buf_ok(&left) && bw_str_eq(bw_buf_view(&left), bw_buf_view(&right)) && a->rush == b->rush &&
                strcmp(a->ev.event_id, b->ev.event_id) == 0 && a->ev.flags == b->ev.flags &&
                strcmp(a->ev.carrier, b->ev.carrier) == 0 && a->ev.occurred_at == b->ev.occurred_at;
    bw_buf_done(&left);
    bw_buf_done(&right);
    return same;
}

static inline bool typeb_same_faults(const struct bw_typeb_message *a, const struct bw_typeb_message *b)
{
    const struct bw_typeb_fault *left = a->faults, *right = b->faults;
    while (left && right && left->reason == right->reason && left->lost == right->lost) {
        left = left->next;
        right = right->next;
    }
    return !left && !right && a->n_faults == b->n_faults;
}

static inline bool typeb_same_message(const struct bw_typeb_message *a, const struct bw_typeb_message *b)
{
    bool same = a->ordinal == b->ordinal && a->smi == b->smi && a->action == b->action && a->status == b->status &&
                a->end == b->end && bw_str_eq(a->end_text, b->end_text) && bw_str_eq(a->secondary, b->secondary) &&
                strcmp(a->station, b->station) == 0 && a->source_mark == b->source_mark && a->part == b->part &&
                a->origin_at == b->origin_at && a->joined_in == b->joined_in && a->n_elements == b->n_elements &&
                a->n_facts == b->n_facts && typeb_same_envelope(a->envelope, b->envelope) && typeb_same_faults(a, b);
    for (size_t at = 0; same && at < a->n_elements; at++)
        same =
            a->elements[at].letter == b->elements[at].letter && bw_str_eq(a->elements[at].text, b->elements[at].text);
    for (size_t at = 0; same && at < a->n_facts; at++)
        same = typeb_same_fact(&a->facts[at], &b->facts[at]);
    return same;
}

static inline bool typeb_same(const struct bw_typeb *a, const struct bw_typeb *b)
{
    bool same = a->n_messages == b->n_messages && a->n_facts == b->n_facts;
    for (size_t at = 0; same && at < a->n_messages; at++)
        same = typeb_same_message(&a->messages[at], &b->messages[at]);
    return same;
}

#endif
