/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_int.h"

/* FNV-1a; keys come from within (ids, identities that passed validation), and the map dies with the batch. */
static uint64_t hash(struct bw_str key)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t k = 0; k < key.n; k++)
        h = (h ^ (uint8_t)key.p[k]) * UINT64_C(1099511628211);
    return h ^ (h >> 29);
}

static struct bw_map_slot *find(struct bw_map_slot *slots, size_t cap, struct bw_str key)
{
    for (size_t k = hash(key) & (cap - 1);; k = (k + 1) & (cap - 1))
        if (!slots[k].key.p || bw_str_eq(slots[k].key, key))
            return &slots[k];
}

void *bw_map_get(const struct bw_map *m, struct bw_str key)
{
    return m->cap ? find(m->slots, m->cap, key)->value : NULL;
}

static bool grow(struct bw_map *m)
{
    size_t cap = m->cap ? m->cap * 2 : 64;
    struct bw_map_slot *slots = BW_NEW_ARRAY(m->arena, struct bw_map_slot, cap);
    if (!slots)
        return false;
    for (size_t k = 0; k < m->cap; k++)
        if (m->slots[k].key.p)
            *find(slots, cap, m->slots[k].key) = m->slots[k];
    m->slots = slots;
    m->cap = cap;
    return true;
}

bool bw_map_put(struct bw_map *m, struct bw_str key, void *value)
{
    BW_ASSERT(key.p);
    if (m->n * 2 >= m->cap && !grow(m))
        return false;
    struct bw_map_slot *slot = find(m->slots, m->cap, key);
    if (!slot->key.p)
        m->n++;
    *slot = (struct bw_map_slot){ key, value };
    return true;
}

bool bw_list_add(struct bw_arena *a, struct bw_list *l, void *p)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        void **v = BW_NEW_ARRAY(a, void *, cap);
        if (!v)
            return false;
        if (l->n)
            memcpy(v, l->v, l->n * sizeof *v);
        l->v = v;
        l->cap = cap;
    }
    l->v[l->n++] = p;
    return true;
}
