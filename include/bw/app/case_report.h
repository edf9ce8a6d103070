/* SPDX-License-Identifier: Apache-2.0 */
/* case_report.h - reports of delayed bags that wait for an owner (CASE-02): made by a customer on a form, or by a carrier
 * beside a file that is open (POST /v1/cases with `beside`); the owner accepts or refuses.
 * Until then a report changes nothing of its bags (SEC-11), and its owner owes the answer within an hour.
 * Layer: app.  Threads: decode on a loop, the rest on a query worker and in the writer.  Source: CASE-02, SEC-11. */
#ifndef BW_APP_CASE_REPORT_H
#define BW_APP_CASE_REPORT_H

#include "bw/app/cases.h"
#include "bw/app/caseview.h"

struct bw_world;

/* What a customer's form says; slices of the request. */
struct bw_report_form {
    struct bw_str plate, flight, date, from, to; /* flight and date of the last leg, where it left and where it arrived */
    struct bw_str surname, given, phone, mail, town, description;
    struct bw_str language;
};
/* Checks the form and makes the request, as the airline that flew the last leg would, which is in the world's list; ready
 * for bw_case_number.  Faults point to the form's fields ("/flight"). */
BW_MUST_USE bw_code bw_report_request(const struct bw_app *app, const struct bw_world *world,
                                      const struct bw_report_form *form, bw_time now, struct bw_arena *arena,
                                      struct bw_case_request **ret, struct bw_faults *f);

enum bw_report_answer { BW_REPORT_ACCEPT, BW_REPORT_REFUSE };
/* Field table of POST /v1/cases/{ref}:refuse. */
extern const struct bw_field bw_report_refuse_fields[];
struct bw_report_decision {
    struct bw_item item;
    struct bw_work work;
};
/* The owner's answer to a report, ready for the writer; the same answer again by the same caller is a repetition.  body:
 * of a refusal.  Faults of the body are in f; else BW_E_NOT_FOUND, BW_E_FORBIDDEN: another carrier owns it; that it
 * waits no longer is for the writer to say. */
BW_MUST_USE bw_code bw_report_decide(struct bw_pg *pg, const struct bw_app *app, const struct bw_principal *who,
                                     struct bw_str ref, enum bw_report_answer answer, struct bw_str body, bw_time now,
                                     struct bw_report_decision **ret, struct bw_faults *f, struct bw_error *err);

#endif
