/* SPDX-License-Identifier: Apache-2.0 */
/* letters_int.h - what the API of dead letters and its pages share.  Private to http. */
#ifndef BW_HTTP_LETTERS_INT_H
#define BW_HTTP_LETTERS_INT_H

#include "bw/app/letters.h"

#include "http.h"

/* Whose letters the caller sees; "" = all: the operator's administrator. */
struct bw_str bw_letters_of(const struct bw_request *rq);
/* The id in the path; false: not found is the reply. */
BW_MUST_USE bool bw_letter_id(struct bw_request *rq, struct bw_uuid *ret);

/* One letter with who looked at it, and its text where it was asked for. */
struct bw_letter_seen {
    struct bw_letter letter;
    struct bw_letter_look *looks;
    size_t n_looks;
    struct bw_str text;   /* p NULL: not shown */
    struct bw_str reason; /* in: why the text is asked for; empty: it is not */
};
BW_MUST_USE bw_code bw_letter_see(struct bw_request *rq, struct bw_pg *pg, const struct bw_uuid *id,
                                  struct bw_letter_seen *seen, struct bw_error *err);

#endif
