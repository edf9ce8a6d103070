/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - bump memory in a chain of blocks, newest first.
 * The maximum counts what was handed out (rounded up to the alignment), so a limit means the same whatever the
 * block sizes are.  Layer: base.  Threads: one owner at a time.  Source: style.md 8.5. */
#include "bw/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGN = alignof(max_align_t), FIRST_BLOCK = 4096, LARGEST_BLOCK = 64 * 1024 };

struct bw_arena_block {
    struct bw_arena_block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

void bw_arena_init(struct bw_arena *a, size_t max)
{
    BW_ASSERT(max < SIZE_MAX / 4);
    *a = (struct bw_arena){ .max = max };
}

static void free_chain(struct bw_arena_block *block)
{
    while (block) {
        struct bw_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void bw_arena_done(struct bw_arena *a)
{
    free_chain(a->head);
    *a = (struct bw_arena){ .max = a->max };
}

void bw_arena_reset(struct bw_arena *a)
{
    struct bw_arena_block *keep = NULL;
    while (a->head) {
        struct bw_arena_block *block = a->head;
        a->head = block->next;
        /* One huge request must not leave its memory with an idle connection. */
        if (!keep && block->size <= LARGEST_BLOCK)
            keep = block;
        else
            free(block);
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
    }
    a->head = keep;
    a->used = 0;
}

static bool add_block(struct bw_arena *a, size_t n)
{
    size_t size = !a->head ? FIRST_BLOCK : a->head->size * 2;
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < n)
        size = n;
    struct bw_arena_block *block = malloc(sizeof(*block) + size);
    if (!block)
        return false;
    block->next = a->head;
    block->size = size;
    block->used = 0;
    a->head = block;
    return true;
}

void *bw_arena_alloc(struct bw_arena *a, size_t n)
{
    if (n > a->max - a->used)
        return NULL;
    size_t rounded = n == 0 ? ALIGN : (n + ALIGN - 1) / ALIGN * ALIGN;
    if (rounded > a->max - a->used)
        return NULL;
    if ((!a->head || rounded > a->head->size - a->head->used) && !add_block(a, rounded))
        return NULL;
    void *p = a->head->data + a->head->used;
    a->head->used += rounded;
    a->used += rounded;
    return memset(p, 0, rounded);
}

void *bw_arena_array(struct bw_arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        return NULL;
    return bw_arena_alloc(a, n);
}

struct bw_str bw_arena_str(struct bw_arena *a, struct bw_str s)
{
    char *copy = s.n < SIZE_MAX ? bw_arena_alloc(a, s.n + 1) : NULL;
    if (!copy)
        return BW_STR_NONE;
    if (s.n)
        memcpy(copy, s.p, s.n);
    return bw_str_n(copy, s.n);
}

char *bw_arena_printf(struct bw_arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *text = n < 0 ? NULL : bw_arena_alloc(a, (size_t)n + 1);
    if (!text)
        return NULL;
    va_start(ap, fmt);
    vsnprintf(text, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return text;
}
