/* SPDX-License-Identifier: Apache-2.0 */
/* Telegrams as received, each sealed under a key of its own, their dead letters, and all data keys of a batch: three
 * inserts however many there are, sorted by id, so that two writers with the same telegrams wait for each other instead
 * of meeting crosswise.  The same telegram is stored once (TYB-06, TYB-11). */
#include <stdio.h>
#include <stdlib.h>

#include "batch_int.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to seal a telegram");
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
    struct bw_hash h = bw_commitment(salt, work->raw);
    for (size_t k = 0; k < work->n; k++) {
        work->items[k].ev.raw_commitment = h;
        work->items[k].ev.has_raw_commitment = true;
    }
}

/* A telegram on its way into the table. */
struct sealed {
    const struct bw_work *work;
    struct bw_wrapped wrapped;
    uint8_t salt[16], nonce[BW_NONCE];
    struct bw_hash commitment;
    struct bw_str body;
};

static bool seal(struct bw_batch *b, const struct bw_work *work, struct sealed *to)
{
    struct bw_key key;
    char aad[64], text[BW_UUID_TEXT];
    uint8_t *body = bw_arena_alloc(&b->arena, work->raw.n + BW_TAG);
    if (!body)
        return false;
    to->work = work;
    bw_random(key.b, sizeof key.b);
    bw_key_wrap(b->opt->keys, &work->raw_id, "raw", &key, &to->wrapped);
    raw_salt(b, work, to->salt);
    to->commitment = bw_commitment(to->salt, work->raw);
    bw_random(to->nonce, sizeof to->nonce);
    int n = snprintf(aad, sizeof aad, "%s/raw_message.body", bw_uuid_text(&work->raw_id, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bw_seal(&key, to->nonce, bw_str_n(aad, (size_t)n), work->raw, body);
    bw_wipe(&key, sizeof key);
    to->body = bw_str_n((const char *)body, work->raw.n + BW_TAG);
    return true;
}

static int cmp_sealed(const void *pa, const void *pb)
{
    const struct sealed *a = pa, *b = pb;
    return bw_uuid_cmp(&a->work->raw_id, &b->work->raw_id);
}

/* Telegrams that are not stored yet, each once, sorted; NULL: memory is out. */
static struct sealed *new_raws(struct bw_batch *b, size_t *ret_n)
{
    struct sealed *v = BW_NEW_ARRAY(&b->arena, struct sealed, b->n_works + 1);
    size_t n = 0;
    for (size_t k = 0; v && k < b->n_works; k++) {
        const struct bw_work *work = b->works[k];
        struct bw_str id = bw_str_n((const char *)work->raw_id.b, sizeof work->raw_id.b);
        if (!work->raw.n || bw_map_get(&b->raw_known, id))
            continue;
        if (!bw_map_put(&b->raw_known, id, b) || !seal(b, work, &v[n++]))
            return NULL;
    }
    if (v)
        qsort(v, n, sizeof *v, cmp_sealed);
    *ret_n = n;
    return v;
}

/* --- data keys --- */

struct new_key {
    const struct bw_wrapped *wrapped;
    const char *kind;
};

static int cmp_key(const void *pa, const void *pb)
{
    const struct new_key *a = pa, *b = pb;
    int c = (int)bw_id_bucket(&a->wrapped->key_id) - (int)bw_id_bucket(&b->wrapped->key_id);
    return c ? c : bw_uuid_cmp(&a->wrapped->key_id, &b->wrapped->key_id);
}

static bw_code send_keys(struct bw_batch *b, struct new_key *v, size_t n, struct bw_error *err)
{
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 3);
    if (!bucket || !id || !text)
        return no_memory(err);
    qsort(v, n, sizeof *v, cmp_key);
    for (size_t k = 0; k < n; k++) {
        const struct bw_wrapped *w = v[k].wrapped;
        bucket[k] = bw_id_bucket(&w->key_id);
        id[k] = w->key_id;
        text[k] = bw_str_c(v[k].kind);
        text[n + k] = bw_str_n((const char *)w->nonce, BW_NONCE);
        text[2 * n + k] = bw_str_n((const char *)w->sealed, sizeof w->sealed);
    }
    return bw_pipe_send(b->pg, BW_STMT_DATA_KEY_INSERT,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_texts(text, n),
                                  bw_p_byteas(text + n, n), bw_p_byteas(text + 2 * n, n), bw_p_time(b->now)),
                        err);
}

static bw_code write_keys(struct bw_batch *b, const struct sealed *raws, size_t n_raws, struct bw_error *err)
{
    struct new_key *v = BW_NEW_ARRAY(&b->arena, struct new_key, b->actor_list.n + n_raws + 1);
    size_t n = 0;
    if (!v)
        return no_memory(err);
    for (size_t k = 0; k < b->actor_list.n; k++) {
        const struct bw_actor *a = b->actor_list.v[k];
        if (a->key_fresh)
            v[n++] = (struct new_key){ &a->wrapped, a->kind == BW_SUBJECT_CASE ? "case" : "bag" };
    }
    for (size_t k = 0; k < n_raws; k++)
        v[n++] = (struct new_key){ &raws[k].wrapped, "raw" };
    return n ? send_keys(b, v, n, err) : BW_OK;
}

/* --- telegrams and dead letters --- */

static bool any_watched(const struct bw_batch *b, const struct bw_work *work)
{
    for (size_t k = 0; k < b->n_entries; k++)
        if (b->entries[k].work == work && b->entries[k].out && b->entries[k].out->actor->kind == BW_SUBJECT_BAG &&
            b->entries[k].out->actor->now.bag.watched && !b->entries[k].out->actor->now.bag.erased)
            return true;
    return false;
}

static bw_code send_raws(struct bw_batch *b, const struct sealed *raws, size_t n, struct bw_error *err)
{
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 5);
    bool *watched = BW_NEW_ARRAY(&b->arena, bool, n);
    if (!id || !text || !watched)
        return no_memory(err);
    for (size_t k = 0; k < n; k++) {
        const struct sealed *raw = &raws[k];
        id[k] = raw->work->raw_id;
        text[k] = raw->work->raw_sender;
        text[n + k] = bw_str_n((const char *)raw->commitment.b, sizeof raw->commitment.b);
        text[2 * n + k] = bw_str_n((const char *)raw->salt, sizeof raw->salt);
        text[3 * n + k] = bw_str_n((const char *)raw->nonce, BW_NONCE);
        text[4 * n + k] = raw->body;
        watched[k] = any_watched(b, raw->work);
    }
    return bw_pipe_send(b->pg, BW_STMT_RAW_INSERT,
                        BW_PARAMS(bw_p_uuids(id, n), bw_p_time(b->now), bw_p_texts(text, n), bw_p_byteas(text + n, n),
                                  bw_p_byteas(text + 2 * n, n), bw_p_byteas(text + 3 * n, n),
                                  bw_p_byteas(text + 4 * n, n), bw_p_bools(watched, NULL, n)),
                        err);
}

static bw_code send_dead(struct bw_batch *b, const struct sealed *raws, size_t n_raws, struct bw_error *err)
{
    size_t most = 0, n = 0;
    for (size_t k = 0; k < n_raws; k++)
        most += raws[k].work->repair ? 0 : raws[k].work->n_dead;
    if (!most)
        return BW_OK;
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, most * 2);
    int32_t *number = BW_NEW_ARRAY(&b->arena, int32_t, most * 3);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, most * 5);
    if (!id || !number || !text)
        return no_memory(err);
    for (size_t k = 0; k < n_raws; k++)
        for (size_t i = 0; !raws[k].work->repair && i < raws[k].work->n_dead; i++, n++) {
            const struct bw_dead_letter_new *d = &raws[k].work->dead[i];
            id[n] = d->id;
            id[most + n] = raws[k].work->raw_id;
            number[n] = d->ordinal;
            number[most + n] = d->first_line;
            number[2 * most + n] = d->last_line;
            text[n] = raws[k].work->raw_sender;
            text[most + n] = bw_str_c(d->smi);
            text[2 * most + n] = bw_str_c(d->status);
            text[3 * most + n] = d->faults;
            text[4 * most + n] = raws[k].work->raw_carriers.p ? raws[k].work->raw_carriers : BW_STR("");
        }
    return bw_pipe_send(b->pg, BW_STMT_DEAD_LETTER_INSERT,
                        BW_PARAMS(bw_p_uuids(id, n), bw_p_uuids(id + most, n), bw_p_texts(text, n), bw_p_time(b->now),
                                  bw_p_i32s(number, NULL, n), bw_p_i32s(number + most, NULL, n),
                                  bw_p_i32s(number + 2 * most, NULL, n), bw_p_texts(text + most, n),
                                  bw_p_texts(text + 2 * most, n), bw_p_texts(text + 3 * most, n),
                                  bw_p_texts(text + 4 * most, n)),
                        err);
}

bw_code bw_write_sealed(struct bw_batch *b, struct bw_error *err)
{
    size_t n;
    struct sealed *raws = new_raws(b, &n);
    if (!raws)
        return no_memory(err);
    bw_code rc = write_keys(b, raws, n, err);
    if (rc != BW_OK || !n)
        return rc;
    for (size_t k = 0; k < b->n_works; k++)
        for (size_t i = 0; i < n; i++)
            b->works[k]->raw_new = b->works[k]->raw_new || raws[i].work == b->works[k];
    rc = send_raws(b, raws, n, err);
    return rc == BW_OK ? send_dead(b, raws, n, err) : rc;
}
