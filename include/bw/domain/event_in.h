/* SPDX-License-Identifier: Apache-2.0 */
/* event_in.h - a statement as it comes in: the body of POST /v1/events with all its faults, and what a correction names.
 * Pure.  Layer: domain.  Threads: any; one arena per call.  Source: design.md 8 ("Event in"), ING-01, ING-05, ING-12. */
#ifndef BW_DOMAIN_EVENT_IN_H
#define BW_DOMAIN_EVENT_IN_H

#include "bw/domain/event.h"

/* Reads `replaces` as stored, one element a call; *at begins at 0.  False at the end, or for a text that is not ours. */
struct bw_replaced {
    struct bw_str event_id;
    struct bw_str identity; /* text of bw_ident_text, or empty: the correction's own */
    struct bw_uuid bag_id;  /* on whose log it lies, where the elements lie on several; nil: the correction's own */
};
BW_MUST_USE bool bw_event_replaces_next(struct bw_str replaces, size_t *at, struct bw_replaced *ret);

/* --- body of POST /v1/events --- */
struct bw_event_ctx {
    enum bw_voice voice;
    struct bw_str sender;          /* organisation code, or organisation.u<handle> for a person */
    const struct bw_str *carriers; /* for whom it may speak */
    size_t n_carriers;
    bw_time now;
};
/* Members of the body that stand for a field of a code's row, by number from 0; NULL past the last.  A field has one
 * member, but for BW_F_ACTION: `asked` and `waiting_for` go with `action`, which alone is required with it. */
const char *bw_event_member(size_t number, unsigned *ret_field, bool *ret_leads);
/* False for codes that have a way of their own in, and for those that Bagwatch alone says. */
bool bw_code_is_posted(const struct bw_code_row *row);
/* Field table of the body; also feeds the OpenAPI schema "EventIn". */
extern const struct bw_field bw_event_in_fields[];
/* Decodes and validates one body: shape, code, who may say it, required and forbidden fields of the code, time rules
 * (ING-09, ING-16).  All faults at once in f.  *ret_ev is complete but for uid, order, version and outcome. */
BW_MUST_USE bw_code bw_event_in(struct bw_str body, const struct bw_event_ctx *ctx, struct bw_arena *arena,
                                struct bw_event *ret_ev, struct bw_faults *f);

#endif
