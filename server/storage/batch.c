/* SPDX-License-Identifier: Apache-2.0 */
/* One attempt at a batch: begin, read, fold (again with what the fold found missing), write, commit, hand out verdicts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "batch_ways.h"

#define ARENA_MOST (256u * 1024 * 1024)
#define LINES_MOST (64u * 1024 * 1024)
#define FOLDS_MOST 12

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a batch");
}

static size_t count_items(struct bw_work **works, size_t n)
{
    size_t items = 0;
    for (size_t k = 0; k < n; k++)
        items += works[k]->n;
    return items;
}

static bool entry_init(struct bw_batch *b, struct bw_entry *e, struct bw_work *work, struct bw_item *item)
{
    char ident[BW_IDENT_TEXT];
    e->work = work;
    e->item = item;
    item->rc = BW_OK;
    item->flags = 0;
    item->outcome = BW_OUT_ACCEPTED;
    item->answer = BW_STR_NONE;
    e->bucket = bw_ident_bucket(&item->ev.ident);
    e->ident = bw_arena_str(&b->arena, bw_str_c(bw_ident_text(&item->ev.ident, ident)));
    char *key = bw_arena_printf(&b->arena, "%s\n%s\n%s", item->ev.sender, item->ev.event_id, ident);
    if (!e->ident.p || !key)
        return false;
    e->map_key = bw_str_c(key);
    return bw_map_get(&b->keys, e->map_key) || bw_map_put(&b->keys, e->map_key, e);
}

static bw_code batch_init(struct bw_batch *b, struct bw_error *err)
{
    b->keys.arena = b->actors.arena = b->aliases.arena = b->raw_known.arena = &b->arena;
    b->n_entries = count_items(b->works, b->n_works);
    b->entries = BW_NEW_ARRAY(&b->arena, struct bw_entry, b->n_entries + 1);
    if (!b->entries)
        return no_memory(err);
    if (!bw_members_begin(b))
        return no_memory(err);
    size_t at = 0;
    for (size_t k = 0; k < b->n_works; k++) {
        bw_raw_commit(b, b->works[k]);
        b->dry = b->dry || b->works[k]->dry_run;
        for (size_t i = 0; i < b->works[k]->n; i++)
            if (!entry_init(b, &b->entries[at++], b->works[k], &b->works[k]->items[i]))
                return no_memory(err);
    }
    return BW_OK;
}

static int64_t lock_number(struct bw_str what)
{
    int64_t number;
    struct bw_hash h = bw_sha256(what);
    memcpy(&number, h.b, sizeof number);
    return number;
}

/* Every name that the works say and every record that those names mean now: a plate, a rush plate and an id of one bag
 * meet at the same lock.  What is read for this is not kept: after the locks it is read again. */
static bw_code lock_numbers(struct bw_batch *b, struct bw_batch *look, int64_t **ret, size_t *ret_n,
                            struct bw_error *err)
{
    bw_code rc = batch_init(look, err);
    rc = rc == BW_OK ? bw_batch_read_keys(look, err) : rc;
    rc = rc == BW_OK ? bw_batch_read_actors(look, err) : rc;
    if (rc != BW_OK)
        return rc;
    size_t most = look->n_entries + 2 * look->alias_list.n + look->actor_list.n + 1, n = 0;
    int64_t *number = BW_NEW_ARRAY(&b->arena, int64_t, most);
    if (!number)
        return no_memory(err);
    for (size_t k = 0; k < look->n_entries; k++)
        number[n++] = lock_number(bw_str_c(look->entries[k].item->ev.ident.value));
    for (size_t k = 0; k < look->alias_list.n; k++) {
        const struct bw_alias_set *s = look->alias_list.v[k];
        number[n++] = lock_number(bw_str_c(s->value));
        if (s->spare[0])
            number[n++] = lock_number(bw_str_c(s->spare));
    }
    for (size_t k = 0; k < look->actor_list.n; k++) {
        const struct bw_actor *a = look->actor_list.v[k];
        number[n++] = lock_number(bw_str_n((const char *)a->id.b, sizeof a->id.b));
    }
    *ret = number;
    *ret_n = n;
    return BW_OK;
}

/* A lone work that clashed before: nobody else who clashed gets at its bags until it is done. */
static bw_code take_locks(struct bw_batch *b, struct bw_error *err)
{
    struct bw_batch *look = BW_NEW(&b->arena, struct bw_batch);
    int64_t *number = NULL;
    size_t n = 0;
    if (!look)
        return no_memory(err);
    *look = (struct bw_batch){
        .opt = b->opt, .world = b->world, .pg = b->pg, .now = b->now, .works = b->works, .n_works = b->n_works
    };
    bw_arena_init(&look->arena, ARENA_MOST);
    bw_code rc = lock_numbers(b, look, &number, &n, err);
    bw_arena_done(&look->arena);
    rc = rc == BW_OK ? bw_pipe_send(b->pg, BW_STMT_BAG_LOCK, BW_PARAMS(bw_p_i64s(number, NULL, n)), err) : rc;
    rc = rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
    return rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_BAG_LOCK, NULL, err) : rc;
}

static bw_code read_and_fold(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = b->lock ? take_locks(b, err) : BW_OK;
    rc = rc == BW_OK ? bw_batch_read_keys(b, err) : rc;
    rc = rc == BW_OK ? bw_batch_read_actors(b, err) : rc;
    if (rc == BW_OK && !bw_batch_name_flights(b))
        rc = no_memory(err);
    rc = rc == BW_OK ? bw_batch_read_flights(b, err) : rc;
    for (int round = 0; rc == BW_OK && round < FOLDS_MOST; round++) {
        rc = bw_batch_fold(b, err);
        if (rc != BW_OK || !b->needs_reading)
            break;
        rc = bw_batch_read_actors(b, err);
        rc = rc == BW_OK ? bw_batch_read_histories(b, err) : rc;
        rc = rc == BW_OK ? bw_batch_read_members(b, err) : rc;
        rc = rc == BW_OK ? bw_batch_read_flights(b, err) : rc;
    }
    if (rc == BW_OK && b->needs_reading)
        rc = bw_fail(err, BW_E_DB, NULL, "a batch kept asking for more rows");
    rc = rc == BW_OK ? bw_batch_recheck_keys(b, err) : rc;
    return rc == BW_OK ? bw_batch_read_answers(b, err) : rc;
}

/* --- verdicts --- */

static void hand_out(struct bw_batch *b)
{
    for (size_t k = 0; k < b->n_entries; k++) {
        struct bw_entry *e = &b->entries[k];
        struct bw_item *item = e->item;
        if (item->rc != BW_OK || !e->out)
            continue;
        item->answer = bw_arena_str(e->work->arena, e->out->answer);
        item->flags = e->out->ev->flags;
        if (item->outcome == BW_OUT_DUPLICATE)
            continue;
        item->outcome = e->out->ev->outcome;
        struct bw_str private_body = item->ev.private_body, replaces = item->ev.replaces;
        item->ev = *e->out->ev;
        item->ev.private_body = private_body;
        item->ev.replaces = replaces;
    }
}

static enum bw_batch_end end_of(bw_code rc)
{
    switch ((int)rc) {
    case BW_E_CLASH:
    case BW_E_RETRY:
        return BW_BATCH_CLASH;
    case BW_E_POISON:
        return BW_BATCH_POISON;
    case BW_E_DATABASE_AWAY:
        return BW_BATCH_AWAY;
    default:
        return BW_BATCH_BROKEN;
    }
}

/* An atomic work of which an item is refused: it has this transaction to itself, and all of it is rolled back. */
static bool undone(const struct bw_batch *b)
{
    bool refused = false;
    for (size_t k = 0; k < b->n_entries; k++)
        refused = refused || (b->entries[k].work->atomic && b->entries[k].item->rc != BW_OK);
    if (refused)
        b->works[0]->undone = true;
    return refused;
}

static enum bw_batch_end run(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = bw_pipe_begin(b->pg, err);
    if (rc != BW_OK)
        return end_of(rc);
    rc = batch_init(b, err);
    rc = rc == BW_OK ? read_and_fold(b, err) : rc;
    bool store = rc == BW_OK && !b->dry && !undone(b);
    rc = store ? bw_batch_write(b, err) : rc;
    if (store && rc == BW_OK) {
        bw_crash_point("before-commit");
        rc = bw_pipe_commit(b->pg, err);
    }
    struct bw_error first = *err;
    enum bw_commit end = bw_pipe_end(b->pg, err);
    if (!store && rc == BW_OK) {
        hand_out(b);
        return BW_BATCH_DONE;
    }
    if (rc != BW_OK) {
        *err = first;
        return end_of(rc);
    }
    if (end == BW_COMMIT_OK) {
        bw_crash_point("after-commit");
        if (b->opt->lines)
            b->opt->lines(b->opt->committed_ctx, b->journal_id, &b->lines);
        hand_out(b);
        return BW_BATCH_DONE;
    }
    return end == BW_COMMIT_UNKNOWN ? BW_BATCH_AWAY : end_of(err->code);
}

enum bw_batch_end bw_batch_run(struct bw_pg *pg, const struct bw_writer_options *opt, const struct bw_world *world,
                               struct bw_work **works, size_t n_works, bool lock, struct bw_error *err)
{
    struct bw_batch b = { .opt = opt, .world = world, .pg = pg, .works = works, .n_works = n_works, .lock = lock };
    b.now = bw_clock_wall();
    *err = (struct bw_error){ 0 };
    bw_arena_init(&b.arena, ARENA_MOST);
    bw_buf_init(&b.lines, LINES_MOST);
    enum bw_batch_end end = run(&b, err);
    bw_buf_done(&b.lines);
    bw_arena_done(&b.arena);
    return end;
}
