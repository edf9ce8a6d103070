/* SPDX-License-Identifier: Apache-2.0 */
/* ask_link.h - the signed link of a question to a station.  It names the bag and the question and carries an HMAC under
 * the installation's key: nothing of it is stored, so no copy of the database opens a page, and whoever may read it
 * (who asked, who is asked) is shown the same one again.  That it is used once, and for how long, follows from the
 * bag's log.  Layer: app.  Threads: any; values.  Source: CLK-09, SEC-05, reliability.md P3. */
#ifndef BW_APP_ASK_LINK_H
#define BW_APP_ASK_LINK_H

#include "bw/base/crypto.h"
#include "bw/base/id.h"

#define BW_ASK_TOKEN 64 /* base64url of 48 bytes: bag, question, 128 bits of HMAC */
void bw_ask_token(const struct bw_key *key, const struct bw_uuid *bag_id, const struct bw_uuid *ask,
                  char to[BW_ASK_TOKEN + 1]);
/* False for what is no token of ours: one answer for whatever is wrong with it, in constant time. */
BW_MUST_USE bool bw_ask_token_read(const struct bw_key *key, struct bw_str token, struct bw_uuid *ret_bag_id,
                                   struct bw_uuid *ret_ask);

#endif
