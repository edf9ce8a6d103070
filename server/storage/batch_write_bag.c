/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of bags and cases: inserted when new, else updated where the version is still the one read. */
#include <stdio.h>
#include <stdlib.h>

#include "batch_int.h"

/* New files are rare and go one by one, five statements each; the rest of a batch is a dozen. */
#define FILES_ON_THE_WAY 8
_Static_assert(FILES_ON_THE_WAY * 5 + 16 < BW_PIPE_MOST, "new files and the rest of a batch fit into the pipeline");

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to write bags");
}

static int cmp_actor(const void *pa, const void *pb)
{
    const struct bw_actor *a = *(struct bw_actor *const *)pa, *b = *(struct bw_actor *const *)pb;
    int c = (int)bw_id_bucket(&a->id) - (int)bw_id_bucket(&b->id);
    return c ? c : bw_uuid_cmp(&a->id, &b->id);
}

/* Actors of a kind that were changed, sorted. */
static struct bw_actor **changed(struct bw_batch *b, enum bw_subject kind, bool fresh, size_t *ret_n)
{
    struct bw_actor **v = BW_NEW_ARRAY(&b->arena, struct bw_actor *, b->actor_list.n + 1);
    size_t n = 0;
    for (size_t k = 0; v && k < b->actor_list.n; k++) {
        struct bw_actor *a = b->actor_list.v[k];
        if (a->kind == kind && a->dirty && a->fresh == fresh && a->added.n)
            v[n++] = a;
    }
    if (v)
        qsort(v, n, sizeof *v, cmp_actor);
    *ret_n = n;
    return v;
}

struct bag_columns {
    int16_t *bucket;
    struct bw_uuid *id, *case_id, *joined;
    int32_t *version, *read, *events;
    bw_date *travel;
    bw_time *made, *recorded, *seen, *news, *timeout;
    bool *watched;
    struct bw_str *plate, *short_plate, *place, *station, *custody, *custodian, *case_state, *members, *fold;
};

static bool bag_columns_new(struct bw_arena *a, struct bag_columns *c, size_t n)
{
    c->bucket = BW_NEW_ARRAY(a, int16_t, n);
    c->id = BW_NEW_ARRAY(a, struct bw_uuid, n * 3);
    c->version = BW_NEW_ARRAY(a, int32_t, n * 3);
    c->travel = BW_NEW_ARRAY(a, bw_date, n);
    c->made = BW_NEW_ARRAY(a, bw_time, n * 5);
    c->watched = BW_NEW_ARRAY(a, bool, n);
    c->plate = BW_NEW_ARRAY(a, struct bw_str, n * 9);
    if (!c->bucket || !c->id || !c->version || !c->travel || !c->made || !c->watched || !c->plate)
        return false;
    c->case_id = c->id + n;
    c->joined = c->case_id + n;
    c->read = c->version + n;
    c->events = c->read + n;
    c->recorded = c->made + n;
    c->seen = c->recorded + n;
    c->news = c->seen + n;
    c->timeout = c->news + n;
    c->short_plate = c->plate + n;
    c->place = c->short_plate + n;
    c->station = c->place + n;
    c->custody = c->station + n;
    c->custodian = c->custody + n;
    c->case_state = c->custodian + n;
    c->members = c->case_state + n;
    c->fold = c->members + n;
    return true;
}

static struct bw_str some(const char *s)
{
    return s[0] ? bw_str_c(s) : BW_STR_NONE;
}

static bool put_members(struct bw_arena *a, const struct bw_bag *bag, struct bw_str *ret)
{
    struct bw_buf text;
    bw_buf_init(&text, 512);
    bw_buf_ch(&text, '{');
    for (size_t k = 0; k < bag->n_members; k++) {
        char id[BW_UUID_TEXT];
        bw_buf_printf(&text, "%s%s", k ? "," : "", bw_uuid_text(&bag->members[k], id));
    }
    bw_buf_ch(&text, '}');
    *ret = bw_arena_str(a, bw_buf_view(&text));
    bw_buf_done(&text);
    return ret->p != NULL;
}

static bool put_fold(struct bw_arena *a, const struct bw_actor *actor, struct bw_str *ret)
{
    struct bw_buf bytes;
    bw_buf_init(&bytes, 64 * 1024);
    if (actor->kind == BW_SUBJECT_CASE)
        bw_case_pack(&actor->now.file, &bytes);
    else
        bw_bag_pack(&actor->now.bag, &bytes);
    *ret = bw_buf_ok(&bytes) ? bw_arena_str(a, bw_buf_view(&bytes)) : BW_STR_NONE;
    bw_buf_done(&bytes);
    return ret->p != NULL;
}

static bool put_bag(struct bw_arena *a, struct bag_columns *c, size_t k, const struct bw_actor *actor)
{
    const struct bw_bag *bag = &actor->now.bag;
    c->bucket[k] = bw_id_bucket(&actor->id);
    c->id[k] = actor->id;
    c->version[k] = bag->version;
    c->read[k] = actor->read_version;
    c->events[k] = bag->events;
    c->case_id[k] = bag->case_id;
    c->joined[k] = bag->joined_into;
    c->travel[k] = bag->travel_date;
    c->made[k] = bag->made_at;
    c->recorded[k] = bag->recorded_at;
    c->seen[k] = bag->last_seen_at;
    c->news[k] = bag->last_news_at;
    c->timeout[k] = bag->timeout_at;
    c->watched[k] = bag->watched;
    c->plate[k] = some(bag->plate);
    c->short_plate[k] = some(bag->short_plate);
    c->place[k] = bw_str_c(bw_place_word(bag->place));
    c->station[k] = some(bag->station);
    c->custody[k] = bw_str_c(bw_custody_word(bag->custody));
    c->custodian[k] = some(bag->custodian);
    c->case_state[k] = bw_str_c(bw_case_word(bag->case_state));
    return put_members(a, bag, &c->members[k]) && put_fold(a, actor, &c->fold[k]);
}

static bw_code write_bags(struct bw_batch *b, bool fresh, struct bw_error *err)
{
    size_t n;
    struct bw_actor **v = changed(b, BW_SUBJECT_BAG, fresh, &n);
    struct bag_columns c;
    if (!v || !bag_columns_new(&b->arena, &c, n + 1))
        return no_memory(err);
    if (!n)
        return BW_OK;
    for (size_t k = 0; k < n; k++)
        if (!put_bag(&b->arena, &c, k, v[k]))
            return no_memory(err);
    struct bw_param seventh = fresh ? bw_p_times(c.made, n) : bw_p_i32s(c.read, NULL, n);
    return bw_pipe_send(b->pg, fresh ? BW_STMT_BAG_INSERT : BW_STMT_BAG_UPDATE,
                        BW_PARAMS(bw_p_i16s(c.bucket, NULL, n), bw_p_uuids(c.id, n), bw_p_i32s(c.version, NULL, n),
                                  bw_p_texts(c.plate, n), bw_p_texts(c.short_plate, n), bw_p_dates(c.travel, n),
                                  seventh, bw_p_times(c.recorded, n), bw_p_texts(c.place, n), bw_p_texts(c.station, n),
                                  bw_p_texts(c.custody, n), bw_p_texts(c.custodian, n), bw_p_texts(c.case_state, n),
                                  bw_p_uuids(c.case_id, n), bw_p_bools(c.watched, NULL, n), bw_p_times(c.seen, n),
                                  bw_p_times(c.news, n), bw_p_times(c.timeout, n), bw_p_uuids(c.joined, n),
                                  bw_p_texts(c.members, n), bw_p_i32s(c.events, NULL, n), bw_p_byteas(c.fold, n)),
                        err);
}

bw_code bw_write_bags(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = write_bags(b, true, err);
    return rc == BW_OK ? write_bags(b, false, err) : rc;
}

/* --- cases --- */

static struct bw_str eight(const uint8_t v[8], bool has)
{
    return has ? bw_str_n((const char *)v, 8) : BW_STR_NONE;
}

/* An empty text is not NULL: the column is NOT NULL. */
static struct bw_str text_of(struct bw_str s)
{
    return s.p ? s : BW_STR("");
}

static bw_code send_search(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    const struct bw_case_new *n = a->opening;
    int16_t bucket = bw_id_bucket(&a->id);
    bw_code rc =
        bw_pipe_send(b->pg, BW_STMT_CASE_SEARCH_INSERT,
                     BW_PARAMS(bw_p_i16(bucket), bw_p_uuid(&a->id), bw_p_text(text_of(n->names)),
                               bw_p_text(text_of(n->description)), bw_p_text(text_of(n->town)),
                               bw_p_bytea(eight(n->phone, n->has_phone)), bw_p_bytea(eight(n->last7, n->has_phone)),
                               bw_p_bytea(eight(n->last4, n->has_phone)), bw_p_bytea(eight(n->mail, n->has_mail)),
                               bw_p_bytea(eight(n->pnr, n->has_pnr))),
                     err);
    if (rc != BW_OK)
        return rc;
    return bw_pipe_send(b->pg, BW_STMT_CASE_LINK_INSERT,
                        BW_PARAMS(bw_p_bytea(bw_str_n((const char *)n->link_hash.b, BW_SHA256)), bw_p_i16(bucket),
                                  bw_p_uuid(&a->id), bw_p_c("main"),
                                  bw_p_text(n->language.n ? n->language : BW_STR_NONE), bw_p_time(b->now)),
                        err);
}

static bw_code send_case_bags(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    int16_t ordinal[32], bucket[32];
    for (size_t k = 0; k < a->n_bags; k++) {
        ordinal[k] = (int16_t)k;
        bucket[k] = bw_id_bucket(&a->bags[k]);
    }
    return bw_pipe_send(b->pg, BW_STMT_CASE_BAG_INSERT,
                        BW_PARAMS(bw_p_i16(bw_id_bucket(&a->id)), bw_p_uuid(&a->id),
                                  bw_p_i16s(ordinal, NULL, a->n_bags), bw_p_i16s(bucket, NULL, a->n_bags),
                                  bw_p_uuids(a->bags, a->n_bags)),
                        err);
}

static bw_code insert_case(struct bw_batch *b, const struct bw_actor *a, struct bw_error *err)
{
    const struct bw_case *f = &a->now.file;
    struct bw_str details = a->opening->details;
    uint8_t nonce[BW_NONCE];
    uint8_t *sealed = bw_arena_alloc(&b->arena, details.n + BW_TAG);
    struct bw_str fold;
    if (!sealed || !put_fold(&b->arena, a, &fold))
        return no_memory(err);
    char aad[64], text[BW_UUID_TEXT];
    int n = snprintf(aad, sizeof aad, "%s/case_file.sealed", bw_uuid_text(&a->id, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    bw_random(nonce, sizeof nonce);
    bw_seal(&a->key, nonce, bw_str_n(aad, (size_t)n), details, sealed);
    int16_t bucket = bw_id_bucket(&a->id);
    bw_code rc = bw_pipe_send(b->pg, BW_STMT_CASE_FILE_INSERT,
                              BW_PARAMS(bw_p_i16(bucket), bw_p_uuid(&a->id), bw_p_i32(f->version), bw_p_c(f->ref),
                                        bw_p_c(bw_case_word(f->state)), bw_p_c(f->owner), bw_p_c(f->station),
                                        bw_p_time(f->opened_at), bw_p_time(f->recorded_at), bw_p_bytea(fold),
                                        bw_p_uuid(&a->id), bw_p_bytea(bw_str_n((const char *)nonce, BW_NONCE)),
                                        bw_p_bytea(bw_str_n((const char *)sealed, details.n + BW_TAG))),
                              err);
    rc = rc == BW_OK ? bw_pipe_send(b->pg, BW_STMT_CASE_REF_INSERT,
                                    BW_PARAMS(bw_p_i16(bucket), bw_p_c(f->ref), bw_p_uuid(&a->id)), err)
                     : rc;
    rc = rc == BW_OK ? send_case_bags(b, a, err) : rc;
    return rc == BW_OK ? send_search(b, a, err) : rc;
}

static bw_code update_cases(struct bw_batch *b, struct bw_actor **v, size_t n, struct bw_error *err)
{
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n);
    int32_t *version = BW_NEW_ARRAY(&b->arena, int32_t, n * 2);
    bw_time *at = BW_NEW_ARRAY(&b->arena, bw_time, n * 2);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n * 3);
    if (!bucket || !id || !version || !at || !text)
        return no_memory(err);
    for (size_t k = 0; k < n; k++) {
        const struct bw_case *f = &v[k]->now.file;
        bucket[k] = bw_id_bucket(&v[k]->id);
        id[k] = v[k]->id;
        version[k] = v[k]->read_version;
        version[n + k] = f->version;
        text[k] = bw_str_c(bw_case_word(f->state));
        text[n + k] = bw_str_c(f->owner);
        at[k] = f->recorded_at;
        at[n + k] = f->state == BW_CASE_CLOSED ? f->recorded_at : BW_TIME_NONE;
        if (!put_fold(&b->arena, v[k], &text[2 * n + k]))
            return no_memory(err);
    }
    return bw_pipe_send(b->pg, BW_STMT_CASE_FILE_UPDATE,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_i32s(version, NULL, n),
                                  bw_p_i32s(version + n, NULL, n), bw_p_texts(text, n), bw_p_texts(text + n, n),
                                  bw_p_times(at, n), bw_p_times(at + n, n), bw_p_byteas(text + 2 * n, n)),
                        err);
}

bw_code bw_write_files(struct bw_batch *b, struct bw_error *err)
{
    size_t n_new, n_old;
    struct bw_actor **fresh = changed(b, BW_SUBJECT_CASE, true, &n_new),
                    **old = changed(b, BW_SUBJECT_CASE, false, &n_old);
    if (!fresh || !old)
        return no_memory(err);
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n_new; k++) {
        rc = insert_case(b, fresh[k], err);
        if (rc == BW_OK && k % FILES_ON_THE_WAY == FILES_ON_THE_WAY - 1)
            rc = bw_pipe_skip(b->pg, err);
    }
    return rc == BW_OK && n_old ? update_cases(b, old, n_old, err) : rc;
}
