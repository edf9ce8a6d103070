/* SPDX-License-Identifier: Apache-2.0 */
/* claims_int.h - what the handlers of claims share: h_claims.c (JSON), h_pictures.c (pictures of both), h_claim_page.c
 * (the customer's page).  Private to http. */
#ifndef BW_HTTP_CLAIMS_INT_H
#define BW_HTTP_CLAIMS_INT_H

#include "bw/app/claims.h"

#include "http.h"

/* The claims of the file that the path or the customer's link names, as this reader sees them; a refusal is the reply.
 */
BW_MUST_USE bw_code bw_claims_read(struct bw_request *rq, struct bw_pg *pg, struct bw_claims_seen **ret);
/* Files a claim, or brings {n} on, as the JSON body says (p == NULL: memory is out); bind goes on with the struct
 * bw_claim_request in rq->data, on a query worker.  A refusal is the reply. */
void bw_claim_say(struct bw_request *rq, struct bw_str body, bool filing, bw_job *bind);
/* The claim that {n} names; 0, and the refusal is the reply. */
unsigned bw_claim_named(struct bw_request *rq, const struct bw_claims_seen *seen);
/* After the commit: true, and the refusal is the reply. */
bool bw_claim_refused(struct bw_request *rq, const struct bw_claim_request *cr);
/* Answers with the claim as it stands now: the schema ClaimAnswer. */
void bw_claim_answer(struct bw_request *rq, struct bw_pg *pg, const struct bw_claim_request *cr);

#endif
