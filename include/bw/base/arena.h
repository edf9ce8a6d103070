/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h - bump memory of one request or batch, freed in one call.
 * Born with a maximum; bw_arena_alloc returns NULL beyond it.  Layer: base.  Threads: one owner at a time. */
#ifndef BW_BASE_ARENA_H
#define BW_BASE_ARENA_H

#include "bw/base/str.h"

struct bw_arena_block;

struct bw_arena {
    struct bw_arena_block *head;
    size_t used, max;
};

void bw_arena_init(struct bw_arena *a, size_t max);
void bw_arena_done(struct bw_arena *a);
/* Forgets everything, keeps at most one block for the next use. */
void bw_arena_reset(struct bw_arena *a);

/* Zeroed, aligned for any type; NULL when the maximum is reached or memory is out.  n == 0 gives a valid pointer. */
BW_MUST_USE void *bw_arena_alloc(struct bw_arena *a, size_t n);
/* Zeroed array; NULL also when count * size overflows. */
BW_MUST_USE void *bw_arena_array(struct bw_arena *a, size_t count, size_t size);
/* Copies with a closing NUL; {NULL, 0} on failure. */
struct bw_str bw_arena_str(struct bw_arena *a, struct bw_str s);
char *bw_arena_printf(struct bw_arena *a, const char *fmt, ...) BW_PRINTF(2, 3);

#define BW_NEW(arena, type) ((type *)bw_arena_alloc((arena), sizeof(type)))
#define BW_NEW_ARRAY(arena, type, count) ((type *)bw_arena_array((arena), (count), sizeof(type)))

#endif
