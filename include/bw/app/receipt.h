/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - what a customer keeps in hand: a claim with its number, when it was recorded, the carrier that it reached
 * and the pictures that came with it, signed by the installation's receipt key.
 * The form is JWS (RFC 7515, EdDSA): any JOSE library checks it against GET /v1/receipt-key, without us.  It holds no
 * personal data.  The same claim with the same pictures gives the same receipt.
 * Layer: app.  Threads: any.  Source: CASE-08. */
#ifndef BW_APP_RECEIPT_H
#define BW_APP_RECEIPT_H

#include "bw/app/claims.h"

/* Compact form; in the arena, empty when memory is out. */
struct bw_str bw_receipt(const struct bw_app *app, const struct bw_claims_seen *seen, unsigned number,
                         struct bw_arena *arena);
/* {"receipt":"…","key":"<kid>","says":{…}}: the schema ClaimReceipt. */
void bw_receipt_json(struct bw_json_out *j, const struct bw_app *app, const struct bw_claims_seen *seen,
                     unsigned number, struct bw_arena *arena);
/* {"keys":[…]}: a JWK set. */
void bw_receipt_keys(struct bw_json_out *j, const struct bw_app *app);

#endif
