/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - the installation's own keys, files outside the database (DATA/keys, mode 0600), and what is done with them:
 * fingerprints and uids (installation key), wrapping of data keys (master key), look-up hashes (search key).
 * Those three are derived by HKDF-like HMAC from DATA/keys/master; `receipt` stands beside it, so that either can be
 * changed without the other; `log` and `vapid` will for later.
 * The database knows a fingerprint of them: a program with other keys refuses to start (design.md 10).
 * Layer: storage.  Threads: read-only once opened.  Source: design.md 3, 10; CASE-06. */
#ifndef BW_STORAGE_KEYS_H
#define BW_STORAGE_KEYS_H

#include "bw/base/crypto.h"
#include "bw/base/err.h"
#include "bw/base/id.h"
#include "bw/base/sign.h"

struct bw_keys {
    struct bw_key installation; /* fingerprints, uids, telegram event ids */
    struct bw_key master;       /* wraps data keys */
    struct bw_key search;       /* look-up hashes of phone, mail, PNR */
    char print[17];             /* 16 hex digits the database compares */
    struct bw_sign_key receipt; /* signs receipts of claims; a file of its own, DIR/receipt */
};

/* Reads DIR/master and DIR/receipt (64 hex digits each); makes what is missing (0600, whole or not at all, never over
 * another's, fsync) where make is 1. Refuses files that others can read. */
BW_MUST_USE bw_code bw_keys_open(const char *dir, int make, struct bw_keys *ret, struct bw_error *err);
/* From 32 given bytes: tests. */
void bw_keys_from(const uint8_t secret[32], struct bw_keys *ret);
void bw_keys_wipe(struct bw_keys *keys);

/* A data key wrapped by the master key; AAD is the key id and its kind. */
struct bw_wrapped {
    struct bw_uuid key_id;
    uint8_t nonce[BW_NONCE];
    uint8_t sealed[BW_KEY + BW_TAG];
};
void bw_key_wrap(const struct bw_keys *keys, const struct bw_uuid *key_id, const char *kind,
                 const struct bw_key *data_key, struct bw_wrapped *ret);
BW_MUST_USE bool bw_key_unwrap(const struct bw_keys *keys, const struct bw_wrapped *w, const char *kind,
                               struct bw_key *ret);

/* HMAC under the search key of "kind:" and the normalised value, cut to 8 bytes (design.md 7). */
void bw_search_hash(const struct bw_keys *keys, const char *kind, struct bw_str normalised, uint8_t to[8]);

#endif
