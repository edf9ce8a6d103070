/* SPDX-License-Identifier: Apache-2.0 */
/* door_cache.c - what tokens open, for seconds: a fixed table in sets of four, found by the token's SHA-256.
 * Dead tokens are kept too, so that one that is tried again and again costs one look-up in 2 s; they never push out a
 * good one.  Layer: app.  Threads: any; one mutex, no waiting.  Source: SEC-01, reliability.md A5. */
#include "door_int.h"

#include <stdlib.h>

#define WAYS 4u

struct entry {
    struct bw_hash token;
    enum bw_door door;
    bool used;
    bool reading; /* somebody has been sent to read it again */
    bw_time read_at;
    struct bw_pass pass;
};

struct bw_door_cache {
    size_t sets;         /* fixed */
    bw_time fresh, keep; /* fixed */
    struct bw_mutex lock;
    struct entry *entries; /* sets x WAYS; under lock */
};

struct bw_door_cache *bw_door_cache_new(size_t entries, bw_time fresh, bw_time keep)
{
    struct bw_door_cache *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->sets = (entries + WAYS - 1) / WAYS;
    c->fresh = fresh;
    c->keep = keep;
    bw_mutex_init(&c->lock);
    c->entries = calloc(c->sets * WAYS, sizeof *c->entries);
    if (c->entries)
        return c;
    bw_door_cache_free(c);
    return NULL;
}

void bw_door_cache_free(struct bw_door_cache *c)
{
    if (!c)
        return;
    bw_mutex_done(&c->lock);
    free(c->entries);
    free(c);
}

static struct entry *set_of(struct bw_door_cache *c, const struct bw_hash *token)
{
    size_t n = (size_t)token->b[0] << 24 | (size_t)token->b[1] << 16 | (size_t)token->b[2] << 8 | token->b[3];
    return &c->entries[n % c->sets * WAYS];
}

static struct entry *find_locked(struct bw_door_cache *c, const struct bw_hash *token) BW_REQUIRES(&c->lock)
{
    struct entry *set = set_of(c, token);
    for (size_t k = 0; k < WAYS; k++)
        if (set[k].used && bw_hash_eq(&set[k].token, token))
            return &set[k];
    return NULL;
}

enum bw_cached bw_door_cache_find(struct bw_door_cache *c, enum bw_door door, const struct bw_hash *token, bw_time mono,
                                  struct bw_pass *ret)
{
    enum bw_cached found = BW_CACHED_NO;
    bw_lock(&c->lock);
    struct entry *e = find_locked(c, token);
    if (e && e->door == door) {
        bw_time age = mono - e->read_at;
        if (age < c->fresh || (age < c->keep && e->reading && !e->pass.dead))
            found = BW_CACHED_YES;
        else if (!e->pass.dead)
            found = BW_CACHED_AGED;
    }
    if (found == BW_CACHED_YES)
        *ret = e->pass;
    else if (found == BW_CACHED_AGED)
        e->reading = true;
    bw_unlock(&c->lock);
    return found;
}

/* A place in the set: its own, an empty one, one that has aged, a dead one; a good one only for a good one. */
static struct entry *place_locked(struct bw_door_cache *c, const struct bw_hash *token, bw_time mono, bool dead)
    BW_REQUIRES(&c->lock)
{
    struct entry *own = find_locked(c, token), *set = set_of(c, token), *best = NULL;
    int best_rank = 0;
    if (own)
        return own;
    for (size_t k = 0; k < WAYS; k++) {
        struct entry *e = &set[k];
        int rank = !e->used ? 4 : mono - e->read_at >= c->keep ? 3 : e->pass.dead ? 2 : dead ? 0 : 1;
        if (rank > best_rank || (rank == best_rank && rank > 0 && e->read_at < best->read_at)) {
            best = e;
            best_rank = rank;
        }
    }
    return best;
}

void bw_door_cache_put(struct bw_door_cache *c, enum bw_door door, const struct bw_hash *token, bw_time read_at,
                       const struct bw_pass *pass)
{
    bw_lock(&c->lock);
    struct entry *e = place_locked(c, token, read_at, pass->dead);
    if (e) {
        e->token = *token;
        e->door = door;
        e->used = true;
        e->reading = false;
        e->read_at = read_at;
        e->pass = *pass;
    }
    bw_unlock(&c->lock);
}

static void forget(struct entry *e)
{
    bw_wipe(e, sizeof *e);
}

void bw_door_cache_drop(struct bw_door_cache *c, const struct bw_hash *token)
{
    bw_lock(&c->lock);
    struct entry *e = find_locked(c, token);
    if (e)
        forget(e);
    bw_unlock(&c->lock);
}

void bw_door_cache_drop_owner(struct bw_door_cache *c, const struct bw_uuid *owner)
{
    bw_lock(&c->lock);
    for (size_t k = 0; k < c->sets * WAYS; k++)
        if (c->entries[k].used && !c->entries[k].pass.dead && bw_uuid_eq(&c->entries[k].pass.who.owner, owner))
            forget(&c->entries[k]);
    bw_unlock(&c->lock);
}

void bw_door_cache_drop_organisation(struct bw_door_cache *c, const char *organisation)
{
    bw_lock(&c->lock);
    for (size_t k = 0; k < c->sets * WAYS; k++)
        if (c->entries[k].used && strcmp(c->entries[k].pass.who.organisation, organisation) == 0)
            forget(&c->entries[k]);
    bw_unlock(&c->lock);
}
