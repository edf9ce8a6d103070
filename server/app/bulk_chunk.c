/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_chunk.c - lines that go to the writer as one work, and come back.  Chunks are used again: one is half a
 * megabyte, and would else be asked of the system for each.  Layer: app.  Threads: the worker; returned() on a
 * writer's. */
#include <stdlib.h>

#include "bulk_int.h"
#include "bw/app/problem.h"

#define SPARES 18u                               /* all that can be with the writer, and one open for each worker */
#define ARENA_A_LINE (BW_BULK_LINE + (8u << 10)) /* its texts and its answer */

struct bulk_chunk *bw_bulk_chunk_new(struct bw_bulk *b)
{
    struct bw_bulks *pool = b->pool;
    uint32_t cap = b->opt.atomic ? BW_BULK_ATOMIC : BW_BULK_CHUNK;
    struct bulk_chunk *c = NULL;
    bw_lock(&pool->mu);
    if (pool->spare && !b->opt.atomic) {
        c = pool->spare;
        pool->spare = c->next;
        pool->n_spare--;
    }
    bw_unlock(&pool->mu);
    if (!c) {
        c = calloc(1, sizeof *c);
        struct bw_item *items = malloc(cap * sizeof *items);
        struct bulk_line *lines = malloc(cap * sizeof *lines);
        uint64_t *names = malloc(cap * sizeof *names);
        if (!c || !items || !lines || !names) {
            free(c);
            free(items);
            free(names);
            free(lines);
            return NULL;
        }
        *c = (struct bulk_chunk){ .lines = lines, .items = items, .names = names, .cap = cap };
        bw_arena_init(&c->arena, cap * ARENA_A_LINE);
    }
    c->next = NULL;
    c->bulk = b;
    c->first = b->n_lines + 1;
    c->n = 0;
    c->done = false;
    c->work = (struct bw_work){ .items = c->items,
                                .arena = &c->arena,
                                .dry_run = b->opt.dry_run,
                                .atomic = b->opt.atomic,
                                .divisible = !b->opt.atomic,
                                .ctx = c };
    return c;
}

static void release(struct bulk_chunk *c)
{
    bw_arena_done(&c->arena);
    free(c->items);
    free(c->names);
    free(c->lines);
    free(c);
}

void bw_bulk_chunk_free(struct bulk_chunk *c)
{
    struct bw_bulks *pool = c->bulk->pool;
    bw_arena_reset(&c->arena);
    bw_lock(&pool->mu);
    bool keep = c->cap == BW_BULK_CHUNK && pool->n_spare < SPARES;
    if (keep) {
        c->next = pool->spare;
        pool->spare = c;
        pool->n_spare++;
    }
    bw_unlock(&pool->mu);
    if (!keep)
        release(c);
}

void bw_bulk_spares_free(struct bw_bulks *pool)
{
    while (pool->spare) {
        struct bulk_chunk *c = pool->spare;
        pool->spare = c->next;
        release(c);
    }
}

/* --- one line --- */

static bool refuse_line(struct bulk_chunk *c, const struct bw_faults *f)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, BW_BULK_VERDICT - 64);
    bw_json_out_init(&j, &b);
    bw_problem_json(&j, bw_faults_code(f), f->n == 1 ? f->v[0].detail : BW_STR_NONE, BW_STR_NONE, BW_STR_NONE, f);
    struct bw_str text = bw_buf_ok(&b) ? bw_arena_str(&c->arena, bw_buf_view(&b)) : BW_STR_NONE;
    c->lines[c->n++].refusal = text;
    return text.p != NULL;
}

static void decode(struct bulk_chunk *c, enum bw_line kind, struct bw_str line, bw_time now, struct bw_faults *f)
{
    struct bw_item *item = &c->items[c->work.n];
    if (kind == BW_LINE_OVERLONG)
        bw_fault_add(f, BW_E_TOO_LARGE, "", "the line is longer than %zu bytes", BW_BULK_LINE);
    else if (kind == BW_LINE_OPEN)
        bw_fault_add(f, BW_E_BAD_JSON, "", "the last line has no newline at its end, so more of it may be missing");
    else if (bw_str_trim(line).n == 0)
        bw_fault_add(f, BW_E_BAD_JSON, "", "the line is empty");
    else {
        *item = (struct bw_item){ 0 };
        bw_code rc = bw_ingest_item(&c->bulk->who, line, now, &c->arena, item, f);
        BW_ASSERT(rc == bw_faults_code(f));
    }
}

/* FNV-1a, 64 bits: two bags that share a number wait for each other, and nothing else comes of it. */
static uint64_t name_of(const struct bw_ident *ident)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)ident->kind;
    for (const char *c = ident->value; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return hash;
}

static bool no_memory(const struct bw_faults *f)
{
    bool is = false;
    for (size_t k = 0; k < f->n && k < BW_FAULTS_MAX; k++)
        is = is || f->v[k].code == BW_E_NOMEM;
    return is;
}

bool bw_bulk_chunk_add(struct bulk_chunk *c, enum bw_line kind, struct bw_str line, bw_time now)
{
    struct bw_faults f;
    bw_faults_init(&f, &c->arena);
    decode(c, kind, line, now, &f);
    if (f.n > 0)
        return !no_memory(&f) && refuse_line(c, &f);
    c->lines[c->n++].refusal = BW_STR_NONE;
    c->names[c->work.n] = name_of(&c->items[c->work.n].ev.ident);
    c->work.n++;
    return true;
}

/* --- to the writer and back --- */

static void append(struct bw_bulk *b, struct bulk_chunk *c)
{
    *(b->first ? &b->last->next : &b->first) = c;
    b->last = c;
    b->open = NULL;
}

/* The writer's thread, after COMMIT or a refusal: nothing but the wake-up.  The turn that it asks for holds the body,
 * so this chunk's hold is never the last. */
static void returned(struct bw_work *work)
{
    struct bulk_chunk *c = work->ctx;
    struct bw_bulk *b = c->bulk;
    bw_bulk_room_back(b->pool, c->n);
    bw_lock(&b->mu);
    c->done = true;
    b->in_flight -= c->n;
    bw_bulk_poke_locked(b);
    b->refs--;
    bw_unlock(&b->mu);
}

static void take_back(struct bw_bulk *b, uint32_t n)
{
    bw_bulk_room_back(b->pool, n);
    bw_lock(&b->mu);
    b->in_flight -= n;
    b->refs--; /* the turn has its own */
    bw_unlock(&b->mu);
}

/* The writer takes nothing: for a while the sender is held up, then the body is refused. */
static bool refused_by_writer(struct bw_bulk *b, bw_code rc, const struct bw_error *err)
{
    bw_time now = bw_clock_mono();
    b->refused_since = b->refused_since ? b->refused_since : now;
    if (now - b->refused_since > b->pool->opt.patience)
        bw_bulk_refuse(b, rc, err);
    else
        bw_bulk_wait(b);
    return false;
}

static int by_name(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static bool share(const struct bulk_chunk *a, const struct bulk_chunk *b)
{
    for (size_t at = 0, k = 0; at < a->work.n && k < b->work.n;) {
        if (a->names[at] == b->names[k])
            return true;
        *(a->names[at] < b->names[k] ? &at : &k) += 1;
    }
    return false;
}

/* Two writers may take two chunks of one body at once, and then the later may be the first.  Lines that name the same
 * bag are told in their order: a chunk waits for those before it that speak of one of its bags. */
static bool follows(struct bw_bulk *b, struct bulk_chunk *c)
{
    bool is = false;
    qsort(c->names, c->work.n, sizeof *c->names, by_name);
    for (const struct bulk_chunk *before = b->first; before && !is; before = before->next) {
        bw_lock(&b->mu);
        bool with_writer = !before->done;
        bw_unlock(&b->mu);
        is = with_writer && share(before, c);
    }
    return is;
}

bool bw_bulk_submit(struct bw_bulk *b)
{
    struct bulk_chunk *c = b->open;
    struct bw_error err = { 0 };
    bool partly = c->work.n < c->n;
    if (c->work.n == 0 || (b->opt.atomic && partly)) {
        b->undone = b->opt.atomic;
        c->done = true;
        append(b, c);
        return true;
    }
    if (follows(b, c) || !bw_bulk_room(b, c->n)) /* the one it follows calls the body when it is back */
        return false;
    c->work.done = returned;
    bw_code rc = bw_writer_submit(b->opt.writer, &c->work, &err);
    if (rc != BW_OK) {
        take_back(b, c->n);
        return refused_by_writer(b, rc, &err);
    }
    b->refused_since = 0;
    append(b, c);
    return true;
}
