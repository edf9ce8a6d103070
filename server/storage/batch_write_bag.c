/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of bags: inserted when new, else updated where the version is still the one read. */
#include <stdlib.h>

#include "batch_int.h"
#include "bw/domain/watch.h"
#include "pg_int.h"

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

struct bw_actor **bw_actors_changed(struct bw_batch *b, enum bw_subject kind, bool fresh, size_t *ret_n)
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

bool bw_put_fold(struct bw_arena *a, const struct bw_actor *actor, struct bw_str *ret)
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
    c->timeout[k] = bw_bag_timeout_at(bag);
    c->watched[k] = bag->watched;
    c->plate[k] = some(bag->plate);
    c->short_plate[k] = some(bag->short_plate);
    c->place[k] = bw_str_c(bw_place_word(bag->place));
    c->station[k] = some(bag->station);
    c->custody[k] = bw_str_c(bw_custody_word(bag->custody));
    c->custodian[k] = some(bag->custodian);
    c->case_state[k] = bw_str_c(bw_case_word(bag->case_state));
    return put_members(a, bag, &c->members[k]) && bw_put_fold(a, actor, &c->fold[k]);
}

static bw_code write_bags(struct bw_batch *b, bool fresh, struct bw_error *err)
{
    size_t n;
    struct bw_actor **v = bw_actors_changed(b, BW_SUBJECT_BAG, fresh, &n);
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
                                  bw_p_sparse(bw_p_uuids(c.case_id, n)), bw_p_bools(c.watched, NULL, n),
                                  bw_p_times(c.seen, n), bw_p_times(c.news, n), bw_p_sparse(bw_p_times(c.timeout, n)),
                                  bw_p_sparse(bw_p_uuids(c.joined, n)), bw_p_texts(c.members, n),
                                  bw_p_i32s(c.events, NULL, n), bw_p_byteas(c.fold, n)),
                        err);
}

bw_code bw_write_bags(struct bw_batch *b, struct bw_error *err)
{
    bw_code rc = write_bags(b, true, err);
    return rc == BW_OK ? write_bags(b, false, err) : rc;
}
