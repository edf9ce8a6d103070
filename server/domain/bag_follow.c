/* SPDX-License-Identifier: Apache-2.0 */
/* bag_follow.c - what Bagwatch adds right after an event: the start or end of a watch, and the copies on the bag's
 * case. Event ids hang on the trigger's uid, so that a repeated batch makes the same events. Layer: domain.  Threads:
 * any.  Source: design.md 6, BAG-09. */
#include <stdio.h>

#include "bag_int.h"
#include "bw/base/codec.h"

#define OWN_SENDER "bagwatch"
#define OWN_SUFFIX ".watch"

static void set_ident(struct bw_event *ev, const struct bw_uuid *id)
{
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    (void)bw_uuid_text(id, ev->ident.value);
}

static void set_case(struct bw_event *ev, const struct bw_bag *bag)
{
    ev->data.case_id = bag->case_id;
    BW_SET(ev->data.case_ref, bag->case_ref);
    ev->data.bag_ordinal = bag->case_ordinal;
}

static void watch_event(struct bw_event *to, enum bw_event_code code, const char *why, const struct bw_bag *bag,
                        const struct bw_event *trigger)
{
    char hex[2 * sizeof(trigger->uid.b) + 1];
    bw_event_init(to);
    bw_hex(trigger->uid.b, sizeof(trigger->uid.b), hex);
    (void)snprintf(to->event_id, sizeof(to->event_id), "%s" OWN_SUFFIX, hex);
    BW_SET(to->sender, OWN_SENDER);
    to->code = code;
    to->source = BW_SRC_SYSTEM;
    to->time_kind = BW_T_SCAN;
    to->occurred_at = trigger->order.t;
    to->offset_min = trigger->offset_min;
    to->subject = BW_SUBJECT_BAG;
    to->bag_id = bag->bag_id;
    set_ident(to, &bag->bag_id);
    set_case(to, bag);
    BW_SET(to->data.why, why);
}

static void case_copy(struct bw_event *to, const struct bw_event *of, const struct bw_bag *bag)
{
    *to = *of;
    to->subject = BW_SUBJECT_CASE;
    to->bag_id = bag->case_id;
    set_ident(to, &bag->case_id);
    set_case(to, bag);
    /* The words stay with the bag's event, under the bag's key. */
    to->private_body = to->replaces = BW_STR_NONE;
    to->has_private_commitment = false;
    to->uid = (struct bw_uuid){ { 0 } };
    to->order = (struct bw_order){ 0 };
    to->version = 0;
}

static bool is_own_follow_up(const struct bw_event *ev)
{
    return strcmp(ev->sender, OWN_SENDER) == 0 && bw_str_ends(bw_str_c(ev->event_id), BW_STR(OWN_SUFFIX));
}

static const char *end_reason(const struct bw_bag *after)
{
    if (after->place == BW_PLACE_DELIVERED)
        return "delivered";
    return after->case_state == BW_CASE_CLOSED ? "settled" : "corrected";
}

/* Code of the watch event that is due, or BW_EV_NONE. */
static enum bw_event_code watch_code(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev)
{
    if (ev->code == BW_EV_WATCH_STARTED || ev->code == BW_EV_WATCH_ENDED)
        return BW_EV_NONE;
    /* A case opened on a bag that was delivered before: the case must not wait for it. */
    bool home = ev->code == BW_EV_CASE_OPENED && !after->watched && bw_uuid_eq(&after->case_id, &ev->data.case_id);
    if (home || (before->watched && !after->watched))
        return BW_EV_WATCH_ENDED;
    return after->watched && !before->watched ? BW_EV_WATCH_STARTED : BW_EV_NONE;
}

/* A file that only a fact helps on hears of a sighting by the carrier whose confirmations were used up (CLK-11). */
static unsigned lifts(const struct bw_bag *before, const struct bw_event *ev)
{
    bool told = bw_code_row(ev->code)->flags & BW_CF_TO_CASE;
    if (told || !bw_is_sighting(ev) || !bw_is_fact(ev) || ev->outcome != BW_OUT_ACCEPTED)
        return 0;
    unsigned n = bw_idle_words(before->idle.words, before->idle.n_words, ev->carrier, bw_idle_since(&before->idle));
    return n >= BW_IDLE_MOST ? n : 0;
}

size_t bw_bag_follow(const struct bw_bag *before, const struct bw_bag *after, const struct bw_event *ev,
                     struct bw_event *to, size_t max)
{
    size_t n = 0;
    if (ev->subject != BW_SUBJECT_BAG || is_own_follow_up(ev))
        return 0;
    bool has_case = !bw_uuid_is_nil(&after->case_id);
    enum bw_event_code code = watch_code(before, after, ev);
    if (has_case && bw_code_row(ev->code)->flags & BW_CF_TO_CASE && !bw_no_mandate(ev) && n < max)
        case_copy(&to[n++], ev, after);
    unsigned confirmed = has_case ? lifts(before, ev) : 0;
    if (confirmed && n < max) {
        case_copy(&to[n], ev, after);
        to[n++].data.in_a_row = (uint8_t)confirmed;
    }
    if (code == BW_EV_NONE || n >= max)
        return n;
    const char *started = ev->code == BW_EV_CASE_OPENED ? "case-opened" : "corrected";
    const char *why = code == BW_EV_WATCH_STARTED ? started : end_reason(after);
    watch_event(&to[n++], code, why, after, ev);
    if (has_case && n < max) {
        case_copy(&to[n], &to[n - 1], after);
        n++;
    }
    return n;
}
