/* SPDX-License-Identifier: Apache-2.0 */
/* What must not stand in clear: free text under its bag's key, with a salted commitment in the log; telegrams are in
 * batch_raw.c (design.md 3 "No personal data in the log", CASE-06). */
#include <stdio.h>

#include "batch_erase.h"

struct bw_hash bw_commitment(const uint8_t salt[16], struct bw_str body)
{
    struct bw_str parts[] = { bw_str_n((const char *)salt, 16), body };
    return bw_sha256_parts(parts, BW_LEN(parts));
}

void bw_actor_key(struct bw_batch *b, struct bw_actor *a)
{
    if (a->has_key)
        return;
    bw_random(a->key.b, sizeof a->key.b);
    bw_key_wrap(b->opt->keys, &a->id, a->kind == BW_SUBJECT_CASE ? "case" : "bag", &a->key, &a->wrapped);
    a->has_key = a->key_fresh = true;
}

bool bw_seal_private(struct bw_batch *b, struct bw_out *out)
{
    struct bw_event *ev = out->ev;
    if (!ev->private_body.n)
        return true;
    bw_random(out->salt, sizeof out->salt);
    ev->private_commitment = bw_commitment(out->salt, ev->private_body);
    ev->has_private_commitment = true;
    if (bw_actor_erased(out->actor))
        return true;
    bw_actor_key(b, out->actor);
    uint8_t *sealed = bw_arena_alloc(&b->arena, ev->private_body.n + BW_TAG);
    if (!sealed)
        return false;
    char aad[64], uid[BW_UUID_TEXT];
    int n = snprintf(aad, sizeof aad, "%s/event_private.body", bw_uuid_text(&ev->uid, uid));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bw_random(out->nonce, sizeof out->nonce);
    bw_seal(&out->actor->key, out->nonce, bw_str_n(aad, (size_t)n), ev->private_body, sealed);
    out->body = bw_str_n((const char *)sealed, ev->private_body.n + BW_TAG);
    out->sealed = true;
    return true;
}
