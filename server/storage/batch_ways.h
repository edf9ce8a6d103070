/* SPDX-License-Identifier: Apache-2.0 */
/* batch_ways.h - statements that have a way of their own through the fold of a batch: on several logs, or on none of a
 * bag. Private to storage.  Threads: the writer's. */
#ifndef BW_STORAGE_BATCH_WAYS_H
#define BW_STORAGE_BATCH_WAYS_H

#include "batch_int.h"

/* batch_alias.c.  Names every identity that the fold may ask for. */
BW_MUST_USE bool bw_batch_name_aliases(struct bw_batch *b);
/* Asks for what was named and not read yet; reads the answer.  with_bags: and for the bags that nobody watches. */
BW_MUST_USE bw_code bw_batch_send_aliases(struct bw_batch *b, bool with_bags, struct bw_error *err);
BW_MUST_USE bw_code bw_batch_read_aliases(struct bw_batch *b, struct bw_rows *rows, struct bw_error *err);
/* A trip for what the fold asked for beyond that: short forms of plates that are known, but on other days. */
BW_MUST_USE bw_code bw_batch_read_late_aliases(struct bw_batch *b, struct bw_error *err);
/* batch_resolve.c: the short form of a plate, where its issuer is a carrier we know. */
BW_MUST_USE bool bw_short_of(const struct bw_batch *b, const char *plate, char to[9]);
/* batch_read.c: the journal's number behind what is read; a row that is a bag or a case. */
BW_MUST_USE bw_code bw_batch_send_number(struct bw_batch *b, struct bw_error *err);
BW_MUST_USE bw_code bw_batch_read_number(struct bw_batch *b, struct bw_rows *rows, struct bw_error *err);
BW_MUST_USE bw_code bw_batch_actor_in(struct bw_batch *b, struct bw_rows *rows, size_t row, bool file,
                                      struct bw_error *err);
/* batch_link.c: records that are one bag, and that are not.  A forward under a new plate makes it an alias; staff join
 * and part records (item->rc says where they cannot be). */
BW_MUST_USE bw_code bw_link_plate(struct bw_batch *b, struct bw_actor *a, const struct bw_event *ev,
                                  struct bw_error *err);
BW_MUST_USE bw_code bw_link_bags(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_item *item,
                                 struct bw_out **ret, struct bw_error *err);
/* batch_correct.c: a correction, on the log of what it names. */
BW_MUST_USE bw_code bw_correct_bags(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                                    struct bw_error *err);
/* batch_misread.c: the windows of the six digits of a plate or short plate (NULL: memory is out), and the one bag that
 * a short plate nobody knows may be misread from (*ret NULL: none, or several).  ev: the sighting; NULL: a correction
 * names what was said so. */
struct bw_alias_set *bw_digits_get(struct bw_batch *b, const struct bw_ident *ident);
BW_MUST_USE bw_code bw_misread(struct bw_batch *b, const struct bw_ident *ident, bw_date day, const struct bw_event *ev,
                               struct bw_actor **ret, struct bw_error *err);
/* batch_side.c: an event of neither a bag nor a case, and the rows beside it; batch_fold.c: its way through the fold.
 */
BW_MUST_USE bw_code bw_fold_side(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_out **ret,
                                 struct bw_error *err);
bool bw_is_aside(enum bw_subject kind); /* neither bag nor case */
BW_MUST_USE bw_code bw_take_side(struct bw_batch *b, struct bw_entry *e, struct bw_error *err);
BW_MUST_USE bw_code bw_write_sides(struct bw_batch *b, struct bw_error *err);
/* batch_case.c: a file is opened, or its details changed. */
BW_MUST_USE bw_code bw_open_case(struct bw_batch *b, struct bw_entry *e, struct bw_out **ret, struct bw_error *err);
/* A CASE_OPENED on a report is its acceptance; false: refused, item->rc says why, or b->needs_reading. */
BW_MUST_USE bool bw_case_accept(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev, struct bw_item *item);
/* Notes that the item's event changes the case's personal data; false: refused, item->rc says why. */
BW_MUST_USE bool bw_case_take_change(struct bw_actor *a, struct bw_item *item);

/* batch_flight.c: flights that promises hang on.  Names those that the rows and the events at hand will ask for. */
BW_MUST_USE bool bw_batch_name_flights(struct bw_batch *b);
BW_MUST_USE bw_code bw_batch_read_flights(struct bw_batch *b, struct bw_error *err);
/* b->needs_reading where what is owed for the bag hangs on a flight that was not asked for.  False: memory is out. */
BW_MUST_USE bool bw_batch_ask_flight(struct bw_batch *b, const struct bw_bag *bag);
/* Flights that bags have come to in this batch (bag_flight). */
BW_MUST_USE bw_code bw_write_bag_flights(struct bw_batch *b, struct bw_error *err);

#endif
