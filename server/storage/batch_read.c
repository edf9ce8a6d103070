/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch reads, in rounds: event keys and aliases, and with them bags that nobody watches; other bags, their
 * promises and data keys; cases; histories; first answers. */
#include <stdio.h>

#include "batch_ways.h"

/* Arrays for one unnest, in the batch's arena. */
struct pairs {
    int16_t *bucket;
    struct bw_uuid *id;
    size_t n;
};

static bool pairs_new(struct bw_batch *b, struct pairs *p, size_t most)
{
    p->bucket = BW_NEW_ARRAY(&b->arena, int16_t, most);
    p->id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, most);
    p->n = 0;
    return p->bucket && p->id;
}

static void pairs_add(struct pairs *p, const struct bw_uuid *id)
{
    p->bucket[p->n] = bw_id_bucket(id);
    p->id[p->n++] = *id;
}

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a batch");
}

/* --- round 1: keys, aliases, telegrams already stored --- */

static bool refused(const struct bw_entry *e)
{
    return e->item->rc != BW_OK && !e->stored;
}

/* Asks for the keys of all entries, or of those that were refused. */
static bw_code send_keys(struct bw_batch *b, bool refused_only, struct bw_error *err)
{
    size_t n = 0;
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, b->n_entries + 1);
    struct bw_str *sender = BW_NEW_ARRAY(&b->arena, struct bw_str, b->n_entries + 1);
    struct bw_str *event_id = BW_NEW_ARRAY(&b->arena, struct bw_str, b->n_entries + 1);
    struct bw_str *ident = BW_NEW_ARRAY(&b->arena, struct bw_str, b->n_entries + 1);
    if (!bucket || !sender || !event_id || !ident)
        return no_memory(err);
    for (size_t k = 0; k < b->n_entries; k++) {
        const struct bw_entry *e = &b->entries[k];
        if (refused_only && !refused(e))
            continue;
        bucket[n] = e->bucket;
        sender[n] = bw_str_c(e->item->ev.sender);
        event_id[n] = bw_str_c(e->item->ev.event_id);
        ident[n++] = e->ident;
    }
    return bw_pipe_send(b->pg, BW_STMT_KEY_READ,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_texts(sender, n), bw_p_texts(event_id, n),
                                  bw_p_texts(ident, n)),
                        err);
}

/* Keys are read, and locked, where something will be sealed. */
static bool seals(const struct bw_batch *b)
{
    for (size_t k = 0; k < b->n_entries; k++) {
        const struct bw_item *item = b->entries[k].item;
        if (item->new_case || item->case_change || item->ev.private_body.n)
            return true;
    }
    return false;
}

static bw_code send_raws(struct bw_batch *b, struct bw_error *err)
{
    size_t n = 0;
    for (size_t k = 0; k < b->n_works; k++)
        n += b->works[k]->raw.n > 0;
    b->asked_raws = n > 0;
    if (!n)
        return BW_OK;
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    n = 0;
    if (!id)
        return no_memory(err);
    for (size_t k = 0; k < b->n_works; k++)
        if (b->works[k]->raw.n)
            id[n++] = b->works[k]->raw_id;
    return bw_pipe_send(b->pg, BW_STMT_RAW_KNOWN, BW_PARAMS(bw_p_uuids(id, n)), err);
}

/* journal.id is drawn behind the bag rows, in the same trip: of two batches on one bag the later has the higher number.
 * Where rows were read in several rounds, the last number counts. */
bw_code bw_batch_send_number(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = bw_pipe_send(b->pg, BW_STMT_JOURNAL_NEXT, BW_NO_PARAMS, err);
    return rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
}

bw_code bw_batch_read_number(struct bw_batch *b, struct bw_rows *rows, struct bw_error *err)
{
    bw_code rc = bw_pipe_read(b->pg, BW_STMT_JOURNAL_NEXT, rows, err);
    if (rc == BW_OK)
        b->journal_id = bw_rows_i64(rows, 0, "id");
    return rc;
}

static void take_key(struct bw_batch *b, struct bw_rows *rows, size_t row)
{
    char key[256];
    int n = snprintf(key, sizeof key, "%.*s\n%.*s\n%.*s", BW_FMT(bw_rows_text(rows, row, "sender")),
                     BW_FMT(bw_rows_text(rows, row, "event_id")), BW_FMT(bw_rows_text(rows, row, "ident")));
    struct bw_entry *e = n > 0 && (size_t)n < sizeof key ? bw_map_get(&b->keys, bw_str_n(key, (size_t)n)) : NULL;
    struct bw_str print = bw_rows_bytea(rows, row, "fingerprint");
    if (!e || print.n != BW_SHA256)
        return;
    e->stored = true;
    memcpy(e->stored_fingerprint.b, print.p, BW_SHA256);
    e->stored_bag = bw_rows_uuid(rows, row, "bag_id");
    e->stored_version = bw_rows_i32(rows, row, "version");
}

bw_code bw_batch_actor_in(struct bw_batch *b, struct bw_rows *rows, size_t row, bool file, struct bw_error *err)
{
    struct bw_uuid id = bw_rows_uuid(rows, row, file ? "case_id" : "bag_id");
    struct bw_actor *a = bw_actor_get(b, file ? BW_SUBJECT_CASE : BW_SUBJECT_BAG, &id);
    if (!a)
        return no_memory(err);
    if (file ? !bw_row_case(rows, row, &a->row.file) : !bw_row_bag(rows, row, &a->row.bag))
        return bw_fail(err, BW_E_DB, NULL, "the fold of a row does not read back");
    a->found = true;
    a->read_version = file ? a->row.file.version : a->row.bag.version;
    return BW_OK;
}

static void rows_end(struct bw_rows *rows)
{
    bw_rows_done(rows);
}

bw_code bw_batch_read_keys(struct bw_batch *b, struct bw_error *err)
{
    if (!bw_batch_name_aliases(b))
        return no_memory(err);
    bw_code rc = send_keys(b, false, err);
    rc = rc == BW_OK ? bw_batch_send_aliases(b, !seals(b), err) : rc;
    rc = rc == BW_OK ? send_raws(b, err) : rc;
    rc = rc == BW_OK ? bw_batch_send_number(b, err) : rc;
    BW_CLEANUP(rows_end) struct bw_rows rows = { 0 };
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_KEY_READ, &rows, err) : rc;
    if (rc != BW_OK)
        return rc;
    for (size_t k = 0; k < rows.n; k++)
        take_key(b, &rows, k);
    rc = bw_batch_read_aliases(b, &rows, err);
    if (rc != BW_OK)
        return rc;
    rc = b->asked_raws ? bw_pipe_read(b->pg, BW_STMT_RAW_KNOWN, &rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && b->asked_raws && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "id");
        struct bw_str key = bw_arena_str(&b->arena, bw_str_n((const char *)id.b, sizeof id.b));
        if (!key.p || !bw_map_put(&b->raw_known, key, b))
            return no_memory(err);
    }
    return rc == BW_OK ? bw_batch_read_number(b, &rows, err) : rc;
}

/* A refusal writes nothing, so no guard stands behind it: what it was judged by may have been committed, by this very
 * statement on another instance, after the keys were read.  Then the batch runs again and finds it stored (ING-04). */
bw_code bw_batch_recheck_keys(struct bw_batch *b, struct bw_error *err)
{
    size_t n = 0;
    for (size_t k = 0; k < b->n_entries; k++)
        n += refused(&b->entries[k]);
    if (!n)
        return BW_OK;
    BW_CLEANUP(rows_end) struct bw_rows rows = { 0 };
    bw_code rc = send_keys(b, true, err);
    rc = rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_KEY_READ, &rows, err) : rc;
    if (rc != BW_OK || !rows.n)
        return rc;
    return bw_fail(err, BW_E_CLASH, NULL, "a refused statement was stored meanwhile");
}

/* --- round 2: bags and cases that the aliases or the events name --- */

static bool promise_in(struct bw_batch *b, struct bw_rows *rows, size_t row)
{
    struct bw_prow *p = BW_NEW(&b->arena, struct bw_prow);
    if (!p || !bw_row_promise(rows, row, &p->p))
        return false;
    struct bw_actor *a = bw_actor_get(b, p->p.subject, &p->p.bag_id);
    return a && bw_list_add(&b->arena, &a->read_promises, p);
}

static void key_in(struct bw_batch *b, struct bw_rows *rows, size_t row)
{
    struct bw_str kind = bw_rows_text(rows, row, "kind");
    struct bw_uuid id = bw_rows_uuid(rows, row, "key_id");
    struct bw_str nonce = bw_rows_bytea(rows, row, "nonce"), sealed = bw_rows_bytea(rows, row, "wrapped");
    struct bw_actor *a = bw_actor_get(b, bw_str_eq_c(kind, "case") ? BW_SUBJECT_CASE : BW_SUBJECT_BAG, &id);
    if (!a || nonce.n != BW_NONCE || sealed.n != sizeof a->wrapped.sealed)
        return;
    a->wrapped.key_id = id;
    memcpy(a->wrapped.nonce, nonce.p, BW_NONCE);
    memcpy(a->wrapped.sealed, sealed.p, sealed.n);
    a->has_key = bw_key_unwrap(b->opt->keys, &a->wrapped, a->kind == BW_SUBJECT_CASE ? "case" : "bag", &a->key);
}

static bool is_of(const struct bw_actor *a, enum bw_subject kind)
{
    return a->kind == kind;
}

static bool is_other(const struct bw_actor *a, enum bw_subject kind)
{
    (void)kind;
    return bw_is_aside(a->kind);
}

/* The ids of one kind that were asked for and not yet read. */
static bool unread_by(struct bw_batch *b, bool (*meant)(const struct bw_actor *a, enum bw_subject kind),
                      enum bw_subject kind, struct pairs *p)
{
    if (!pairs_new(b, p, b->actor_list.n + 1))
        return false;
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        if (meant(a, kind) && !a->found && !a->fresh && a->read_version == 0) {
            pairs_add(p, &a->id);
            a->read_version = -1; /* asked: stays so when there is no such row */
        }
    }
    return true;
}

static bool unread(struct bw_batch *b, enum bw_subject kind, struct pairs *p)
{
    return unread_by(b, is_of, kind, p);
}

static bw_code send_pairs(struct bw_batch *b, unsigned stmt, const struct pairs *p, struct bw_error *err)
{
    return bw_pipe_send(b->pg, stmt, BW_PARAMS(bw_p_i16s(p->bucket, NULL, p->n), bw_p_uuids(p->id, p->n)), err);
}

static bw_code send_actors(struct bw_batch *b, const struct pairs *bags, const struct pairs *files,
                           struct bw_error *err)
{
    struct pairs all;
    if (!pairs_new(b, &all, bags->n + files->n))
        return no_memory(err);
    for (size_t k = 0; k < bags->n; k++)
        pairs_add(&all, &bags->id[k]);
    for (size_t k = 0; k < files->n; k++)
        pairs_add(&all, &files->id[k]);
    bw_code rc = bags->n ? send_pairs(b, BW_STMT_BAG_READ, bags, err) : BW_OK;
    rc = rc == BW_OK && files->n ? send_pairs(b, BW_STMT_CASE_READ, files, err) : rc;
    rc = rc == BW_OK && files->n ? send_pairs(b, BW_STMT_CASE_BAGS, files, err) : rc;
    rc = rc == BW_OK ? send_pairs(b, BW_STMT_PROMISE_OPEN, &all, err) : rc;
    rc = rc == BW_OK && seals(b) ? send_pairs(b, BW_STMT_DATA_KEY_SHARE, &all, err) : rc;
    return rc == BW_OK ? bw_batch_send_number(b, err) : rc;
}

static bw_code read_files(struct bw_batch *b, struct bw_rows *rows, struct bw_error *err)
{
    bw_code rc = bw_pipe_read(b->pg, BW_STMT_CASE_READ, rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows->n; k++)
        rc = bw_batch_actor_in(b, rows, k, true, err);
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_CASE_BAGS, rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < rows->n; k++) {
        struct bw_uuid id = bw_rows_uuid(rows, k, "case_id");
        struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_CASE, &id);
        if (a && a->n_bags < BW_LEN(a->bags))
            a->bags[a->n_bags++] = bw_rows_uuid(rows, k, "bag_id");
    }
    return rc;
}

static bw_code read_actors(struct bw_batch *b, const struct pairs *bags, const struct pairs *files,
                           struct bw_error *err)
{
    BW_CLEANUP(rows_end) struct bw_rows rows = { 0 };
    bw_code rc = bags->n ? bw_pipe_read(b->pg, BW_STMT_BAG_READ, &rows, err) : BW_OK;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        rc = bw_batch_actor_in(b, &rows, k, false, err);
    rc = rc == BW_OK && files->n ? read_files(b, &rows, err) : rc;
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_PROMISE_OPEN, &rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        if (!promise_in(b, &rows, k))
            rc = bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
    bool keys = seals(b);
    rc = rc == BW_OK && keys ? bw_pipe_read(b->pg, BW_STMT_DATA_KEY_SHARE, &rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && keys && k < rows.n; k++)
        key_in(b, &rows, k);
    return rc == BW_OK ? bw_batch_read_number(b, &rows, err) : rc;
}

/* Bags of cases, cases of bags, survivors of joins. */
static bool name_related(struct bw_batch *b)
{
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        if (a->kind == BW_SUBJECT_BAG && a->found && !a->fresh) {
            if (!bw_uuid_is_nil(&a->row.bag.case_id) && !bw_actor_get(b, BW_SUBJECT_CASE, &a->row.bag.case_id))
                return false;
            if (!bw_uuid_is_nil(&a->row.bag.joined_into) && !bw_actor_get(b, BW_SUBJECT_BAG, &a->row.bag.joined_into))
                return false;
        }
        for (size_t i = 0; a->kind == BW_SUBJECT_CASE && i < a->n_bags; i++)
            if (!bw_actor_get(b, BW_SUBJECT_BAG, &a->bags[i]))
                return false;
    }
    return true;
}

static bool name_events(struct bw_batch *b)
{
    for (size_t k = 0; k < b->n_entries; k++) {
        const struct bw_event *ev = &b->entries[k].item->ev;
        struct bw_uuid id;
        bool link = ev->code == BW_EV_ALIAS_JOINED || ev->code == BW_EV_ALIAS_PARTED;
        if (link && !bw_actor_get(b, BW_SUBJECT_BAG, &ev->data.other_bag))
            return false;
        if (ev->ident.kind == BW_IDENT_ID && bw_uuid_parse(bw_str_c(ev->ident.value), &id) &&
            !bw_actor_get(b, ev->subject, &id))
            return false;
    }
    for (size_t k = 0; k < b->alias_list.n; k++) {
        const struct bw_alias_set *s = b->alias_list.v[k];
        for (size_t i = 0; i < s->n_read; i++)
            if (!bw_actor_get(b, BW_SUBJECT_BAG, &s->v[i].bag_id))
                return false;
    }
    return true;
}

/* Of other subjects only the version is read. */
static bw_code read_sides(struct bw_batch *b, struct bw_error *err)
{
    struct pairs p;
    if (!unread_by(b, is_other, BW_SUBJECT_MAX, &p))
        return no_memory(err);
    if (!p.n)
        return BW_OK;
    BW_CLEANUP(rows_end) struct bw_rows rows = { 0 };
    bw_code rc = send_pairs(b, BW_STMT_SUBJECT_READ, &p, err);
    rc = rc == BW_OK ? bw_batch_send_number(b, err) : rc;
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_SUBJECT_READ, &rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        enum bw_subject kind;
        struct bw_uuid id = bw_rows_uuid(&rows, k, "bag_id");
        struct bw_actor *a =
            bw_subject_from(bw_rows_text(&rows, k, "subject"), &kind) ? bw_actor_get(b, kind, &id) : NULL;
        if (!a)
            return no_memory(err);
        a->found = true;
        a->read_version = a->row.side = bw_rows_i32(&rows, k, "version");
    }
    return rc == BW_OK ? bw_batch_read_number(b, &rows, err) : rc;
}

bw_code bw_batch_read_actors(struct bw_batch *b, struct bw_error *err)
{
    bw_code read = bw_batch_read_late_aliases(b, err);
    if (read != BW_OK)
        return read;
    if (!name_events(b))
        return no_memory(err);
    read = read_sides(b, err);
    if (read != BW_OK)
        return read;
    /* bag, its case, the case's other bags, a survivor: five rounds at the most, two as a rule */
    for (int round = 0; round < 5; round++) {
        struct pairs bags, files;
        if (!unread(b, BW_SUBJECT_BAG, &bags) || !unread(b, BW_SUBJECT_CASE, &files))
            return no_memory(err);
        if (!bags.n && !files.n)
            return BW_OK;
        bw_code rc = send_actors(b, &bags, &files, err);
        rc = rc == BW_OK ? read_actors(b, &bags, &files, err) : rc;
        if (rc != BW_OK)
            return rc;
        if (!name_related(b))
            return no_memory(err);
    }
    return BW_OK;
}

/* --- histories --- */

bw_code bw_batch_read_histories(struct bw_batch *b, struct bw_error *err)
{
    struct pairs p;
    if (!pairs_new(b, &p, b->actor_list.n + 1))
        return no_memory(err);
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        if (a->wants_history && !a->has_history)
            pairs_add(&p, &a->id);
    }
    if (!p.n)
        return BW_OK;
    BW_CLEANUP(rows_end) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pipe_send(b->pg, BW_STMT_EVENT_HISTORY,
                     BW_PARAMS(bw_p_i16s(p.bucket, NULL, p.n), bw_p_uuids(p.id, p.n), bw_p_i32(BW_HISTORY_MOST)), err);
    rc = rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_EVENT_HISTORY, &rows, err) : rc;
    if (rc != BW_OK)
        return rc;
    for (size_t row = 0; row < rows.n; row++) {
        struct bw_event *ev = BW_NEW(&b->arena, struct bw_event);
        if (!ev)
            return no_memory(err);
        if (!bw_row_event(&rows, row, &b->arena, ev))
            return bw_fail(err, BW_E_DB, NULL, "an event row does not read back");
        struct bw_actor *own = bw_actor_get(b, BW_SUBJECT_BAG, &ev->bag_id);
        if (!own || !bw_list_add(&b->arena, &own->history, ev))
            return no_memory(err);
    }
    for (size_t k = 0; k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        a->has_history = a->has_history || a->wants_history;
    }
    return BW_OK;
}

/* --- first answers of what comes again --- */

static void answer_in(struct bw_batch *b, struct bw_rows *rows, size_t row)
{
    struct bw_uuid id = bw_rows_uuid(rows, row, "bag_id");
    int32_t version = bw_rows_i32(rows, row, "version");
    unsigned flags = 0;
    for (struct bw_array a = bw_rows_array(rows, row, "flags"); bw_array_next(&a);)
        flags |= bw_event_flag_from(a.s);
    for (size_t k = 0; k < b->n_entries; k++) {
        struct bw_entry *e = &b->entries[k];
        if (!e->stored || e->stored_version != version || !bw_uuid_eq(&e->stored_bag, &id) || e->item->rc != BW_OK)
            continue;
        e->item->answer = bw_arena_str(e->work->arena, bw_rows_text(rows, row, "answer"));
        e->item->flags = flags;
    }
}

bw_code bw_batch_read_answers(struct bw_batch *b, struct bw_error *err)
{
    struct pairs p;
    int32_t *version = BW_NEW_ARRAY(&b->arena, int32_t, b->n_entries + 1);
    if (!pairs_new(b, &p, b->n_entries + 1) || !version)
        return no_memory(err);
    for (size_t k = 0; k < b->n_entries; k++)
        if (b->entries[k].stored) {
            version[p.n] = b->entries[k].stored_version;
            pairs_add(&p, &b->entries[k].stored_bag);
        }
    if (!p.n)
        return BW_OK;
    BW_CLEANUP(rows_end) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pipe_send(b->pg, BW_STMT_KEY_ANSWER,
                     BW_PARAMS(bw_p_i16s(p.bucket, NULL, p.n), bw_p_uuids(p.id, p.n), bw_p_i32s(version, NULL, p.n)),
                     err);
    rc = rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_KEY_ANSWER, &rows, err) : rc;
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        answer_in(b, &rows, k);
    return rc;
}
