/* SPDX-License-Identifier: Apache-2.0 */
/* What must not stand in clear: free text under its bag's key, telegrams under a key of their own, both with salted
 * commitments in the log (design.md 3 "No personal data in the log", TYB-11, CASE-06). */
#include <stdio.h>

#include "batch_int.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to seal a text");
}

static struct bw_hash commitment(const uint8_t salt[16], struct bw_str body)
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
    ev->private_commitment = commitment(out->salt, ev->private_body);
    ev->has_private_commitment = true;
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

/* The salt comes from the telegram itself and our key, so that the same telegram has the same commitment whenever it is
 * tried, and nobody can guess at its text. */
static void raw_salt(const struct bw_batch *b, const struct bw_work *work, uint8_t salt[16])
{
    struct bw_str parts[] = { BW_STR("raw salt"), bw_str_n((const char *)work->raw_id.b, 16) };
    struct bw_hash h = bw_hmac(&b->opt->keys->installation, parts, BW_LEN(parts));
    memcpy(salt, h.b, 16);
}

void bw_raw_commit(struct bw_batch *b, struct bw_work *work)
{
    if (!work->raw.n)
        return;
    uint8_t salt[16];
    raw_salt(b, work, salt);
    struct bw_hash h = commitment(salt, work->raw);
    for (size_t k = 0; k < work->n; k++) {
        work->items[k].ev.raw_commitment = h;
        work->items[k].ev.has_raw_commitment = true;
    }
}

static bool any_watched(const struct bw_batch *b, const struct bw_work *work)
{
    for (size_t k = 0; k < b->n_entries; k++)
        if (b->entries[k].work == work && b->entries[k].out && b->entries[k].out->actor->kind == BW_SUBJECT_BAG &&
            b->entries[k].out->actor->now.bag.watched)
            return true;
    return false;
}

static bw_code write_dead(struct bw_batch *b, const struct bw_work *work, struct bw_error *err)
{
    for (size_t k = 0; k < work->n_dead; k++) {
        const struct bw_dead_letter_new *d = &work->dead[k];
        bw_code rc =
            bw_pipe_send(b->pg, BW_STMT_DEAD_LETTER_INSERT,
                         BW_PARAMS(bw_p_uuid(&d->id), bw_p_uuid(&work->raw_id), bw_p_text(work->raw_sender),
                                   bw_p_time(b->now), bw_p_i32(d->ordinal), bw_p_i32(d->first_line),
                                   bw_p_i32(d->last_line), bw_p_c(d->smi), bw_p_c(d->status), bw_p_text(d->faults)),
                         err);
        if (rc != BW_OK)
            return rc;
    }
    return BW_OK;
}

bw_code bw_write_raw(struct bw_batch *b, struct bw_work *work, struct bw_error *err)
{
    struct bw_str id = bw_str_n((const char *)work->raw_id.b, sizeof work->raw_id.b);
    if (!work->raw.n || bw_map_get(&b->raw_known, id))
        return BW_OK;
    struct bw_key key;
    struct bw_wrapped wrapped;
    bw_random(key.b, sizeof key.b);
    bw_key_wrap(b->opt->keys, &work->raw_id, "raw", &key, &wrapped);
    uint8_t salt[16], nonce[BW_NONCE];
    raw_salt(b, work, salt);
    bw_random(nonce, sizeof nonce);
    uint8_t *sealed = bw_arena_alloc(&b->arena, work->raw.n + BW_TAG);
    if (!sealed)
        return no_memory(err);
    char aad[64], text[BW_UUID_TEXT];
    int n = snprintf(aad, sizeof aad, "%s/raw_message.body", bw_uuid_text(&work->raw_id, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bw_seal(&key, nonce, bw_str_n(aad, (size_t)n), work->raw, sealed);
    bw_wipe(&key, sizeof key);
    struct bw_hash h = commitment(salt, work->raw);
    int16_t bucket = bw_id_bucket(&work->raw_id);
    struct bw_str kind = BW_STR("raw"), wrapped_nonce = bw_str_n((const char *)wrapped.nonce, BW_NONCE),
                  wrapped_key = bw_str_n((const char *)wrapped.sealed, sizeof wrapped.sealed);
    bw_code rc =
        bw_pipe_send(b->pg, BW_STMT_DATA_KEY_INSERT,
                     BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(&work->raw_id, 1), bw_p_texts(&kind, 1),
                               bw_p_byteas(&wrapped_nonce, 1), bw_p_byteas(&wrapped_key, 1), bw_p_time(b->now)),
                     err);
    if (rc == BW_OK)
        rc = bw_pipe_send(b->pg, BW_STMT_RAW_INSERT,
                          BW_PARAMS(bw_p_uuid(&work->raw_id), bw_p_time(b->now), bw_p_text(work->raw_sender),
                                    bw_p_bytea(bw_str_n((const char *)h.b, sizeof h.b)),
                                    bw_p_bytea(bw_str_n((const char *)salt, 16)), bw_p_uuid(&work->raw_id),
                                    bw_p_bytea(bw_str_n((const char *)nonce, BW_NONCE)),
                                    bw_p_bytea(bw_str_n((const char *)sealed, work->raw.n + BW_TAG)),
                                    bw_p_bool(any_watched(b, work))),
                          err);
    return rc == BW_OK ? write_dead(b, work, err) : rc;
}

bw_code bw_write_keys_of_data(struct bw_batch *b, struct bw_error *err)
{
    size_t most = b->actor_list.n + 1, n = 0;
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, most);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, most);
    struct bw_str *kind = BW_NEW_ARRAY(&b->arena, struct bw_str, most);
    struct bw_str *nonce = BW_NEW_ARRAY(&b->arena, struct bw_str, most),
                  *wrapped = BW_NEW_ARRAY(&b->arena, struct bw_str, most);
    if (!bucket || !id || !kind || !nonce || !wrapped)
        return no_memory(err);
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        if (!a->key_fresh)
            continue;
        bucket[n] = bw_id_bucket(&a->id);
        id[n] = a->id;
        kind[n] = a->kind == BW_SUBJECT_CASE ? BW_STR("case") : BW_STR("bag");
        nonce[n] = bw_str_n((const char *)a->wrapped.nonce, BW_NONCE);
        wrapped[n++] = bw_str_n((const char *)a->wrapped.sealed, sizeof a->wrapped.sealed);
    }
    if (!n)
        return BW_OK;
    return bw_pipe_send(b->pg, BW_STMT_DATA_KEY_INSERT,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_texts(kind, n),
                                  bw_p_byteas(nonce, n), bw_p_byteas(wrapped, n), bw_p_time(b->now)),
                        err);
}
