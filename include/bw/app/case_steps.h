/* SPDX-License-Identifier: Apache-2.0 */
/* case_steps.h - what carriers do with a file by POST /v1/cases/{ref}:<step>: hand its ownership over, answer to that,
 * code fault station and reason, close it, note something, promise
 * something to the customer or ask for something.  A body becomes an event on the file's own log; whether the
 * file allows it is asked in the writer (domain/case_step.h).
 * Layer: app.  Threads: decode on a loop, look-up on a query worker, the rest in the writer.  Source: CASE-03, CASE-04,
 * CASE-11, domain.md 9.3. */
#ifndef BW_APP_CASE_STEPS_H
#define BW_APP_CASE_STEPS_H

#include "bw/app/caseview.h"
#include "bw/storage/writer.h"

enum bw_case_verb {
    BW_CASE_OFFER,
    BW_CASE_ACCEPT,
    BW_CASE_DECLINE,
    BW_CASE_FAULT,
    BW_CASE_CLOSE,
    BW_CASE_NOTE,
    BW_CASE_PROMISE,
    BW_CASE_WAIT,
    BW_CASE_VERBS
};
/* Field tables of the bodies; also the OpenAPI schemas "CaseOfferIn", "CaseOwnerIn" (accept and refuse), "CaseFaultIn",
 * "CaseCloseIn", "CaseNoteIn", "CasePromiseIn", "CaseWaitIn". */
extern const struct bw_field bw_case_offer_fields[], bw_case_owner_fields[], bw_case_fault_fields[],
    bw_case_close_fields[], bw_case_note_fields[], bw_case_promise_fields[], bw_case_wait_fields[];
/* The one of a verb. */
const struct bw_field *bw_case_verb_fields(enum bw_case_verb verb);

struct bw_case_step_request {
    enum bw_case_verb verb;
    struct bw_str ref;
    struct bw_item item;
    struct bw_work work;
};
/* Checks the body and fills the request; ref: the reference that the path names.  All faults in f. */
BW_MUST_USE bw_code bw_case_step_request(const struct bw_principal *who, enum bw_case_verb verb, struct bw_str ref,
                                         struct bw_str body, bw_time now, struct bw_arena *arena,
                                         struct bw_case_step_request **ret, struct bw_faults *f);
/* Finds the file: BW_E_NOT_FOUND where the caller may not see it, BW_E_CASE_STEP where the carrier that speaks, or the
 * one that is asked to take the file, has nothing to do with it.  Then the work is ready for bw_writer_submit but for
 * done and ctx. */
BW_MUST_USE bw_code bw_case_step_find(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                      struct bw_case_step_request *rq, bw_time now, struct bw_arena *arena,
                                      struct bw_error *err);

#endif
