/* SPDX-License-Identifier: Apache-2.0 */
/* idempotency.h - what was answered to a POST with an Idempotency-Key, for 7 days, so that repeating it creates nothing
 * twice.  Events need none of this: their event_id does it (design.md 3).
 * Use: begin; where nothing is kept, do the work; then finish with the answer, or drop it after a refusal that a repeat
 * may turn into success.  Best in the work's own transaction: then a repeat waits for its end, and a crash leaves
 * nothing. Answers may hold personal data or a token, so headers and body are sealed under a key outside the database.
 * Layer: app.  Threads: the session's owner.  Source: ING-08, design.md 8 (Idempotency-Replayed), draft-ietf-httpapi-
 * idempotency-key-header. */
#ifndef BW_APP_IDEMPOTENCY_H
#define BW_APP_IDEMPOTENCY_H

#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/storage/keys.h"
#include "bw/storage/pg.h"

#define BW_IDEM_KEEP (7 * BW_DAY)
/* A request that is still without answer after this long was cut off; a repeat takes over. */
#define BW_IDEM_STUCK BW_MINUTE

struct bw_idem {
    const struct bw_keys *keys;
    const struct bw_principal *who; /* a key or an account: keys of two callers never meet */
    struct bw_str key;              /* the header: 1 to 128 printable ASCII characters */
    struct bw_str method, path, body;
};
struct bw_idem_answer {
    int status;            /* 0: nothing is kept, the work is the caller's */
    struct bw_str headers; /* "Name: value" lines, may be empty */
    struct bw_str body;
};

/* BW_OK with ret->status 0 or the kept answer (in arena); BW_E_IDEMPOTENCY_RUNNING; BW_E_IDEMPOTENCY_MISMATCH: the key
 * came with another payload; BW_E_BAD_REQUEST: no acceptable key. */
BW_MUST_USE bw_code bw_idem_begin(struct bw_pg *pg, const struct bw_idem *idem, bw_time now, struct bw_arena *arena,
                                  struct bw_idem_answer *ret, struct bw_error *err);
BW_MUST_USE bw_code bw_idem_finish(struct bw_pg *pg, const struct bw_idem *idem, const struct bw_idem_answer *answer,
                                   struct bw_error *err);
BW_MUST_USE bw_code bw_idem_drop(struct bw_pg *pg, const struct bw_idem *idem, struct bw_error *err);

#endif
