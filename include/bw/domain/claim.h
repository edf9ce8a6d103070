/* SPDX-License-Identifier: Apache-2.0 */
/* claim.h - a claim on a delayed-bag file: its kinds, its steps, and who may say which step when (claims.def).
 * A claim is part of its case's fold (casefile.h): it has a number there, names a bag or the whole file, and keeps the
 * carrier that it reached.  What is claimed, offered and paid is personal and commercial: it stands in the private body
 * of the events, sealed under the case's key, never here.
 * Pure values.  Layer: domain.  Threads: any.  Source: CASE-05, CASE-08, CLK-01, domain.md 5. */
#ifndef BW_DOMAIN_CLAIM_H
#define BW_DOMAIN_CLAIM_H

#include "bw/base/buf.h"
#include "bw/base/clock.h"
#include "bw/base/err.h"
#include "bw/domain/code.h"

enum bw_claim_kind {
#define K(id, word) BW_CLAIM_##id,
#include "bw/domain/claims.def"
#undef K
    BW_CLAIM_KINDS
};
enum bw_claim_step {
    BW_STEP_NONE,
#define S(id, ...) BW_STEP_##id,
#include "bw/domain/claims.def"
#undef S
    BW_STEP_MAX
};
/* Who says a step: the carrier that answers for the file (its key or its staff); the customer, or that carrier's staff
 * for a customer who told them; the customer alone. */
enum bw_claim_voice { BW_BY_OWNER, BW_BY_CUSTOMER, BW_BY_HOLDER };

#define BW_CLAIMS 16       /* of one case */
#define BW_CLAIM_PHOTOS 20 /* of one claim */
struct bw_claim {
    uint8_t kind, step; /* enum bw_claim_kind, enum bw_claim_step */
    uint8_t bag;        /* ordinal of the bag; 0: the whole file */
    uint8_t appealed;   /* 1: the one appeal was made */
    uint8_t photos;     /* pictures added */
    char reached[4];    /* carrier that answered for the file when it was filed */
    bw_time filed_at;   /* recorded */
    bw_time since;      /* recorded time of the step */
};

/* CLAIM_FILED, CLAIM_STEP or CLAIM_EVIDENCE. */
static inline bool bw_is_claim(enum bw_event_code code)
{
    return code == BW_EV_CLAIM_FILED || code == BW_EV_CLAIM_STEP || code == BW_EV_CLAIM_EVIDENCE;
}
const char *bw_claim_kind_word(unsigned kind); /* "damage" */
const char *bw_claim_step_word(unsigned step); /* "filed"; "" for none */
BW_MUST_USE bool bw_claim_kind_from(struct bw_str word, enum bw_claim_kind *ret);
BW_MUST_USE bool bw_claim_step_from(struct bw_str word, enum bw_claim_step *ret);
/* The sentence of a refusal's reason; NULL for a word that is none. */
const char *bw_refusal_sentence(struct bw_str word);
/* The reasons there are, by number from 0; NULL past the last. */
const char *bw_refusal_word(size_t number);

/* What its carrier owes while it stands there; BW_OWE_MAX: nothing, it is the customer's turn or over. */
enum bw_owed bw_claim_owes(const struct bw_claim *claim);
/* Nothing can follow, or nothing but an appeal. */
bool bw_claim_over(const struct bw_claim *claim);
/* May it be brought before the carrier once more? */
bool bw_claim_may_appeal(const struct bw_claim *claim);
/* The row that leads from its step to `to`: who says it, and what it meets (BW_OWE_MAX: nothing).  False: none does. */
BW_MUST_USE bool bw_claim_row(const struct bw_claim *claim, enum bw_claim_step to, enum bw_claim_voice *ret_voice,
                              enum bw_owed *ret_meets);
/* Which promise a step of that name meets, whatever it follows on; BW_OWE_MAX: none. */
enum bw_owed bw_claim_step_meets(enum bw_claim_step to);

/* The table of claims.def as the build prints it. */
struct bw_table_row;
size_t bw_claim_table(const struct bw_table_row **ret);

/* Rows of the fold's tail: fixed width, so that a case without claims pays one byte. */
#define BW_CLAIM_PACKED 25
void bw_claim_pack(const struct bw_claim *claim, struct bw_buf *to);
BW_MUST_USE bool bw_claim_unpack(struct bw_str bytes, struct bw_claim *ret);

#endif
