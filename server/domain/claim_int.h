/* SPDX-License-Identifier: Apache-2.0 */
/* claim_int.h - what events do to the claims of a case.  Private to domain.  Source: CASE-05, CASE-08. */
#ifndef BW_DOMAIN_CLAIM_INT_H
#define BW_DOMAIN_CLAIM_INT_H

#include "bw/domain/casefile.h"

/* Damage or missing contents were told (of a bag, or with the opening of its file): a claim on the same number, unless
 * one for the same runs already. */
void bw_claim_told(struct bw_case *c, const struct bw_event *ev);
/* CLAIM_FILED, CLAIM_STEP and CLAIM_EVIDENCE, as bw_claim_admit left them. */
void bw_claim_said(struct bw_case *c, const struct bw_event *ev);

#endif
