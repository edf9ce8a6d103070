/* SPDX-License-Identifier: Apache-2.0 */
/* cases.h - opening a delayed-bag file: body in, reference drawn, contacts sealed, customer link made.
 * Layer: app.  Threads: decode on a loop, draw on a query worker, the rest in the writer.  Source: CASE-01, CASE-06,
 * CASE-11, PAGE-06. */
#ifndef BW_APP_CASES_H
#define BW_APP_CASES_H

#include "bw/app/app.h"
#include "bw/app/doors.h"
#include "bw/app/principal.h"
#include "bw/storage/writer.h"

/* Field table of POST /v1/cases; also the OpenAPI schema "CaseIn". */
extern const struct bw_field bw_case_in_fields[];
/* Refuses members that no file has, and nothing else: what such a body lacks may be known from elsewhere, as of a bag
 * that a rule found.  BW_E_UNKNOWN_FIELD with the pointers in f, BW_E_INVALID_BODY for several, BW_E_NOMEM. */
BW_MUST_USE bw_code bw_case_members(struct bw_str body, struct bw_arena *arena, struct bw_faults *f);

struct bw_case_request {
    struct bw_case_new new_case;
    struct bw_item item;
    struct bw_work work;
    char token[BW_LINK_TEXT]; /* of the customer link: shown once */
};

/* Checks the body and fills the request; for whom: the principal's carrier (or for_carrier within its mandate).  All
 * faults in f. */
BW_MUST_USE bw_code bw_case_request(const struct bw_app *app, const struct bw_principal *who, struct bw_str body,
                                    bw_time now, struct bw_arena *arena, struct bw_case_request **ret,
                                    struct bw_faults *f);
/* Draws the next reference of station and carrier and completes the request: ready for bw_writer_submit but for done
 * and ctx. */
BW_MUST_USE bw_code bw_case_number(struct bw_pg *pg, struct bw_case_request *rq, bw_time now, struct bw_error *err);
/* {"ref","case_id","owner","customer_url","bag":{…},"promises":[…]} after the commit. */
void bw_case_answer(const struct bw_case_request *rq, struct bw_str origin, struct bw_json_out *j);

#endif
