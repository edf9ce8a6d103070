/* SPDX-License-Identifier: Apache-2.0 */
/* bag_int.h - what the three state tables hand to the step that joins them.
 * Layer: domain.  Threads: any; values only. */
#ifndef BW_DOMAIN_BAG_INT_H
#define BW_DOMAIN_BAG_INT_H

#include "bw/domain/bag.h"

/* How one table answers to one event. */
enum bw_answer {
    BW_ANSWER_SILENT,  /* the code says nothing about this state */
    BW_ANSWER_ROW,     /* a row of the table */
    BW_ANSWER_KEPT,    /* no row, a named verdict: kept for the record, moves nothing */
    BW_ANSWER_AGAINST, /* no row, a named verdict: it contradicts what is known */
    BW_ANSWER_MOOT,    /* a time-out whose condition no longer holds */
};
struct bw_part {
    enum bw_answer answer;
    const char *sentence;
    unsigned flags; /* enum bw_event_flag */
};

/* Each applies its row to *bag. */
void bw_place_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret);
void bw_custody_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret);
void bw_case_state_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret);

/* There is no forward plan any more. */
void bw_end_plan(struct bw_bag *bag);

/* Journey as far as this event tells it. */
void bw_legs_step(struct bw_bag *bag, const struct bw_event *ev);

/* No scan time: ordered by the message's or the flight's date, never above a timed sighting (BAG-06). */
bool bw_untimed(const struct bw_event *ev);
/* Untimed and from a telegram: ordered by receipt among those of one t. */
bool bw_by_receipt(const struct bw_event *ev);
/* Somebody saw the bag at a known time. */
bool bw_is_sighting(const struct bw_event *ev);

/* One step of an event that is believed, whether or not it can be. */
void bw_bag_believe(struct bw_bag *bag, const struct bw_event *ev, struct bw_step *ret);

/* Said for a carrier that has not allowed it (SEC-10): a forecast, a sighting at its station, or nothing. */
bool bw_no_mandate(const struct bw_event *ev);
/* What such a statement does: the row of the place, and that only for a forecast or a sighting; a delivery is believed
 * of the carrier alone, for it ends what is owed. */
void bw_place_seen(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret);

/* Which of the three states differ. */
void bw_bag_moves(const struct bw_bag *before, const struct bw_bag *after, struct bw_step *ret);

/* Copies between two arrays of the same size. */
#define BW_SET(to, from) bw_str_put(bw_str_c(from), (to), sizeof(to))

#endif
