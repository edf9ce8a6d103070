/* SPDX-License-Identifier: Apache-2.0 */
/* map_int.h - the two containers of a batch, both in its arena: nothing is freed one by one.
 * Private to storage.  Threads: the batch's. */
#ifndef BW_STORAGE_MAP_INT_H
#define BW_STORAGE_MAP_INT_H

#include "bw/base/arena.h"
#include "bw/base/str.h"

/* A bytes-to-pointer map in an arena; grows by doubling. */
struct bw_map_slot {
    struct bw_str key;
    void *value;
};
struct bw_map {
    struct bw_arena *arena;
    struct bw_map_slot *slots;
    size_t n, cap;
};
void *bw_map_get(const struct bw_map *m, struct bw_str key);
BW_MUST_USE bool bw_map_put(struct bw_map *m, struct bw_str key, void *value); /* key must live as long as the map */

/* A growing array of pointers in an arena. */
struct bw_list {
    void **v;
    size_t n, cap;
};
BW_MUST_USE bool bw_list_add(struct bw_arena *a, struct bw_list *l, void *p);

#endif
