/* SPDX-License-Identifier: Apache-2.0 */
/* claims.h - claims on a delayed-bag file: filed, brought a step on, read with what was said of them.
 * Whoever sees the file sees each claim's kind and step; what is claimed, offered, argued and shown in pictures is seen
 * by the carrier that answers for the file and by the customer alone (sight.h: BW_SEE_NOTES, BW_SEE_CONTENTS).
 * Amounts and words stand in the private bodies of the events, sealed under the case's key, and go with it.
 * Layer: app.  Threads: decode on a loop, find and read on a query worker.  Source: CASE-05, CASE-08, SEC-13. */
#ifndef BW_APP_CLAIMS_H
#define BW_APP_CLAIMS_H

#include "bw/app/caseview.h"
#include "bw/storage/writer.h"

/* Field tables of POST …/claims and POST …/claims/{number}/steps; also the OpenAPI schemas "ClaimIn", "ClaimStepIn". */
extern const struct bw_field bw_claim_in_fields[];
extern const struct bw_field bw_claim_step_in_fields[];

struct bw_claim_request {
    struct bw_item item;
    struct bw_work work;
    char carrier[4]; /* for whom, as said or implied; "" for the customer */
};

/* Decodes a filing.  All faults in f. */
BW_MUST_USE bw_code bw_claim_filing(const struct bw_principal *who, struct bw_str body, bw_time now,
                                    struct bw_arena *arena, struct bw_claim_request **ret, struct bw_faults *f);
/* Decodes a step of claim `number`; what each step needs and what it may not carry is checked here. */
BW_MUST_USE bw_code bw_claim_stepping(const struct bw_principal *who, struct bw_str number, struct bw_str body,
                                      bw_time now, struct bw_arena *arena, struct bw_claim_request **ret,
                                      struct bw_faults *f);
/* A picture was added to claim `number`; content: SHA-256 of the cleaned picture, which stays private. */
BW_MUST_USE bw_code bw_claim_evidence(const struct bw_principal *who, struct bw_str number,
                                      const struct bw_uuid *attachment, const struct bw_hash *content, bw_time now,
                                      struct bw_arena *arena, struct bw_claim_request **ret, struct bw_error *err);
/* Binds the request to its file, for who may see that: ready for bw_writer_submit but for done and ctx.
 * BW_E_NOT_FOUND: none such, or none for it; BW_E_CODE_NOT_YOURS: no mandate. */
BW_MUST_USE bw_code bw_claim_bind(const struct bw_principal *who, const struct bw_case *file, bw_time now,
                                  struct bw_claim_request *rq, struct bw_error *err);

/* --- reading --- */

struct bw_claim_word {
    struct bw_event *ev;
    struct bw_str body; /* what stands sealed beside it, a JSON object; empty: nothing, not for this reader, or erased */
};
struct bw_claim_photo {
    struct bw_uuid id;
    struct bw_hash content;
    bw_time stored_at;
    struct bw_str media;
    unsigned width, height, bytes;
    uint8_t claim;
};
struct bw_claims_seen {
    const struct bw_file_seen *file;
    bool whole; /* this reader sees words, amounts and pictures */
    struct bw_claim_word *words; /* oldest first */
    size_t n_words;
    struct bw_claim_photo *photos; /* oldest first */
    size_t n_photos;
};
/* The reference of the case that a customer's link opens. */
BW_MUST_USE bw_code bw_claims_ref(struct bw_pg *pg, const struct bw_uuid *case_id, char ret[11], struct bw_error *err);
/* All claims of a file that was read for this reader. */
BW_MUST_USE bw_code bw_claims_see(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                  const struct bw_file_seen *file, struct bw_arena *arena, struct bw_claims_seen **ret, struct bw_error *err);
/* The case's own key.  *ret_there false: it was erased. */
BW_MUST_USE bw_code bw_case_key(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *case_id,
                                struct bw_key *ret, bool *ret_there, struct bw_error *err);
/* The number in a path: 1 to 16; 0 for anything else. */
unsigned bw_claim_number(struct bw_str text);
/* Number of the claim that a CLAIM_FILED under this event id made; 0: none. */
unsigned bw_claim_of(const struct bw_claims_seen *seen, const char *sender, const char *event_id);
/* The schema Claim. */
void bw_claim_json(struct bw_json_out *j, const struct bw_claims_seen *seen, unsigned number);

#endif
