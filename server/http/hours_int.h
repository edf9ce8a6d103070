/* SPDX-License-Identifier: Apache-2.0 */
/* hours_int.h - open hours of desks in words, for the pages that show them (h_hours_page.c, h_policy_page.c).
 * Layer: http. */
#ifndef BW_HTTP_HOURS_INT_H
#define BW_HTTP_HOURS_INT_H

#include "bw/domain/hours.h"

#include "pages_int.h"

/* Adds a list under key, one {text} for each run of days with the same hours, then one for each date that has its own.
 * NULL, or hours that ended: "always open". */
void bw_hours_lines(const struct bw_leaf *leaf, struct bw_view *to, const char *key, const struct bw_hours *h_or_null);
/* The same as one text: "Mon to Fri: 05:00–22:00; Sat to Sun: closed". */
const char *bw_hours_words(const struct bw_leaf *leaf, const struct bw_hours *h_or_null);
/* What is written into the form for a day (0 = Monday): "05:00-12:00, 14:00-22:00"; "" closed.  In the arena. */
const char *bw_hours_day_text(const struct bw_leaf *leaf, const struct bw_hours *h, unsigned day);
/* And for the dates: a line each, "2026-12-24 05:00-14:00", a date alone closed. */
const char *bw_hours_dates_text(const struct bw_leaf *leaf, const struct bw_hours *h);
/* The words of the days in forms and in the API: "mon" … "sun". */
extern const char *const bw_hours_day_keys[7];
/* "Mon" */
const char *bw_hours_day_name(const struct bw_leaf *leaf, unsigned day);
/* hours_form.c: the form that was sent, as JSON in the arena; BW_STR_NONE: *ret_fault says why it cannot be, in the
 * reader's words, or there is no memory. */
struct bw_str bw_hours_form_body(const struct bw_leaf *leaf, const char *carrier, const char *station,
                                 const char **ret_fault);

#endif
