/* SPDX-License-Identifier: Apache-2.0 */
/* Event rows as arrays, and their sealed texts. */
#include <stdlib.h>

#include "batch_int.h"
#include "pg_int.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to write events");
}

/* Columns of queries/event_insert.sql, one array each. */
struct columns {
    int16_t *bucket, *rank, *offset_min;
    bool *untimed_offset, *no_raw;
    int32_t *version, *ordinal, *raw_first, *raw_last;
    int64_t *skew_us;
    bw_time *order_at, *occurred_at, *sent_at, *recorded_at;
    bw_date *flight_date;
    struct bw_uuid *bag_id, *uid, *raw_id;
    struct bw_str *subject, *code, *sender, *event_id, *carrier, *source, *time_kind, *time_type, *station, *place,
        *flight, *from, *to, *reason, *new_plate, *data, *replaces, *raw_hash, *private_hash, *outcome, *flags, *answer,
        *leaf, *ident;
};

static bool columns_new(struct bw_arena *a, struct columns *c, size_t n)
{
    c->bucket = BW_NEW_ARRAY(a, int16_t, n * 3);
    c->untimed_offset = BW_NEW_ARRAY(a, bool, n * 2);
    c->version = BW_NEW_ARRAY(a, int32_t, n * 4);
    c->skew_us = BW_NEW_ARRAY(a, int64_t, n);
    c->order_at = BW_NEW_ARRAY(a, bw_time, n * 4);
    c->flight_date = BW_NEW_ARRAY(a, bw_date, n);
    c->bag_id = BW_NEW_ARRAY(a, struct bw_uuid, n * 3);
    struct bw_str *text = BW_NEW_ARRAY(a, struct bw_str, n * 24);
    if (!c->bucket || !c->untimed_offset || !c->version || !c->skew_us || !c->order_at || !c->flight_date ||
        !c->bag_id || !text)
        return false;
    c->rank = c->bucket + n;
    c->offset_min = c->rank + n;
    c->no_raw = c->untimed_offset + n;
    c->ordinal = c->version + n;
    c->raw_first = c->ordinal + n;
    c->raw_last = c->raw_first + n;
    c->occurred_at = c->order_at + n;
    c->sent_at = c->occurred_at + n;
    c->recorded_at = c->sent_at + n;
    c->uid = c->bag_id + n;
    c->raw_id = c->uid + n;
    struct bw_str **list[] = { &c->subject,      &c->code,      &c->sender,    &c->event_id, &c->carrier,  &c->source,
                               &c->time_kind,    &c->time_type, &c->station,   &c->place,    &c->flight,   &c->from,
                               &c->to,           &c->reason,    &c->new_plate, &c->data,     &c->replaces, &c->raw_hash,
                               &c->private_hash, &c->outcome,   &c->flags,     &c->answer,   &c->leaf,     &c->ident };
    _Static_assert(BW_LEN(list) == 24, "one array a text column");
    for (size_t k = 0; k < BW_LEN(list); k++)
        *list[k] = text + k * n;
    return true;
}

/* NULL for what was not said. */
static struct bw_str some(const char *s)
{
    return s[0] ? bw_str_c(s) : BW_STR_NONE;
}

static struct bw_str bytes(const struct bw_hash *h, bool has)
{
    return has ? bw_hash_bytes(h) : BW_STR_NONE;
}

static bool flag_words(struct bw_arena *a, unsigned flags, struct bw_str *ret)
{
    struct bw_buf text;
    bw_buf_init(&text, 1024);
    for (unsigned bit = 0; bit < BW_EVENT_FLAGS; bit++)
        if (flags & (1u << bit))
            bw_buf_printf(&text, "%s%s", text.n ? " " : "", bw_event_flag_word(bit));
    *ret = bw_arena_str(a, bw_buf_view(&text));
    bw_buf_done(&text);
    return ret->p != NULL;
}

static bool data_text(struct bw_arena *a, const struct bw_event *ev, struct bw_str *ret)
{
    struct bw_buf text;
    bw_buf_init(&text, 16 * 1024);
    bw_event_data_json(&ev->data, &text);
    bool ok = bw_buf_ok(&text);
    *ret = text.n ? bw_arena_str(a, bw_buf_view(&text)) : BW_STR_NONE;
    ok = ok && (!text.n || ret->p);
    bw_buf_done(&text);
    return ok;
}

static void put_texts(struct columns *c, size_t k, const struct bw_event *ev)
{
    c->subject[k] = bw_str_c(bw_subject_word(ev->subject));
    c->code[k] = bw_str_c(bw_code_row(ev->code)->name);
    c->sender[k] = bw_str_c(ev->sender);
    c->event_id[k] = bw_str_c(ev->event_id);
    c->carrier[k] = bw_str_c(ev->carrier);
    c->source[k] = bw_str_c(bw_source_word(ev->source));
    c->time_kind[k] = bw_str_c(bw_time_kind_word(ev->time_kind));
    c->time_type[k] = bw_str_c(bw_time_type_word(ev->time_type));
    c->station[k] = some(ev->station);
    c->place[k] = some(ev->place);
    c->flight[k] = some(ev->flight);
    c->from[k] = some(ev->from_carrier);
    c->to[k] = some(ev->to_carrier);
    c->reason[k] = some(ev->reason);
    c->new_plate[k] = some(ev->new_plate);
    c->replaces[k] = ev->replaces.n ? ev->replaces : BW_STR_NONE;
    c->outcome[k] = bw_str_c(bw_outcome_word(ev->outcome));
}

static bool put(struct bw_batch *b, struct columns *c, size_t k, const struct bw_out *out, int32_t ordinal)
{
    const struct bw_event *ev = out->ev;
    put_texts(c, k, ev);
    c->bucket[k] = bw_id_bucket(&ev->bag_id);
    c->bag_id[k] = ev->bag_id;
    c->version[k] = ev->version;
    c->uid[k] = ev->uid;
    c->ordinal[k] = ordinal;
    c->order_at[k] = ev->order.t;
    c->rank[k] = ev->order.rank;
    c->occurred_at[k] = ev->occurred_at;
    c->untimed_offset[k] = ev->occurred_at == BW_TIME_NONE;
    c->offset_min[k] = ev->offset_min;
    c->sent_at[k] = ev->sent_at;
    c->skew_us[k] = ev->skew_us;
    c->recorded_at[k] = ev->recorded_at;
    c->flight_date[k] = ev->flight_date;
    c->raw_id[k] = ev->raw_id;
    c->no_raw[k] = bw_uuid_is_nil(&ev->raw_id);
    c->raw_first[k] = ev->raw_first;
    c->raw_last[k] = ev->raw_last;
    c->raw_hash[k] = bytes(&ev->raw_commitment, ev->has_raw_commitment);
    c->private_hash[k] = bytes(&ev->private_commitment, ev->has_private_commitment);
    c->answer[k] = out->answer;
    c->ident[k] = out->ident;
    c->leaf[k] = bw_str_n((const char *)out->leaf.b, BW_SHA256);
    return flag_words(&b->arena, ev->flags, &c->flags[k]) && data_text(&b->arena, ev, &c->data[k]);
}

/* An out with its place in the journal, so that sorting keeps it. */
struct placed {
    const struct bw_out *out;
    int32_t ordinal;
};

static int cmp_placed(const void *pa, const void *pb)
{
    const struct placed *a = pa, *b = pb;
    int c = (int)bw_id_bucket(&a->out->ev->bag_id) - (int)bw_id_bucket(&b->out->ev->bag_id);
    c = c ? c : bw_uuid_cmp(&a->out->ev->bag_id, &b->out->ev->bag_id);
    return c ? c : (a->out->ev->version > b->out->ev->version) - (a->out->ev->version < b->out->ev->version);
}

static bw_code send_events(struct bw_batch *b, const struct columns *c, size_t n, struct bw_error *err)
{
    return bw_pipe_send(b->pg, BW_STMT_EVENT_INSERT,
                        BW_PARAMS(bw_p_i16s(c->bucket, NULL, n), bw_p_uuids(c->bag_id, n),
                                  bw_p_i32s(c->version, NULL, n), bw_p_texts(c->subject, n), bw_p_uuids(c->uid, n),
                                  bw_p_i64(b->journal_id), bw_p_i32s(c->ordinal, NULL, n), bw_p_texts(c->code, n),
                                  bw_p_texts(c->sender, n), bw_p_texts(c->event_id, n), bw_p_texts(c->carrier, n),
                                  bw_p_texts(c->source, n), bw_p_times(c->order_at, n), bw_p_i16s(c->rank, NULL, n),
                                  bw_p_times(c->occurred_at, n), bw_p_texts(c->time_kind, n),
                                  bw_p_texts(c->time_type, n), bw_p_i16s(c->offset_min, c->untimed_offset, n),
                                  bw_p_sparse(bw_p_times(c->sent_at, n)), bw_p_i64s(c->skew_us, NULL, n),
                                  bw_p_times(c->recorded_at, n), bw_p_texts(c->station, n),
                                  bw_p_sparse(bw_p_texts(c->place, n)), bw_p_sparse(bw_p_texts(c->flight, n)),
                                  bw_p_sparse(bw_p_dates(c->flight_date, n)), bw_p_sparse(bw_p_texts(c->from, n)),
                                  bw_p_sparse(bw_p_texts(c->to, n)), bw_p_sparse(bw_p_texts(c->reason, n)),
                                  bw_p_sparse(bw_p_texts(c->new_plate, n)), bw_p_sparse(bw_p_texts(c->data, n)),
                                  bw_p_sparse(bw_p_texts(c->replaces, n)), bw_p_sparse(bw_p_uuids(c->raw_id, n)),
                                  bw_p_sparse(bw_p_i32s(c->raw_first, c->no_raw, n)),
                                  bw_p_sparse(bw_p_i32s(c->raw_last, c->no_raw, n)),
                                  bw_p_sparse(bw_p_byteas(c->raw_hash, n)),
                                  bw_p_sparse(bw_p_byteas(c->private_hash, n)), bw_p_texts(c->outcome, n),
                                  bw_p_texts(c->flags, n), bw_p_texts(c->answer, n), bw_p_byteas(c->leaf, n),
                                  bw_p_texts(c->ident, n)),
                        err);
}

static bw_code send_private(struct bw_batch *b, const struct placed *p, size_t n_all, struct bw_error *err)
{
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, n_all);
    struct bw_uuid *id = BW_NEW_ARRAY(&b->arena, struct bw_uuid, n_all);
    int32_t *version = BW_NEW_ARRAY(&b->arena, int32_t, n_all);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, n_all * 3);
    size_t n = 0;
    if (!bucket || !id || !version || !text)
        return no_memory(err);
    for (size_t k = 0; k < n_all; k++) {
        const struct bw_out *out = p[k].out;
        if (!out->sealed)
            continue;
        bucket[n] = bw_id_bucket(&out->ev->bag_id);
        id[n] = out->ev->bag_id;
        version[n] = out->ev->version;
        text[n] = bw_str_n((const char *)out->salt, sizeof out->salt);
        text[n_all + n] = bw_str_n((const char *)out->nonce, sizeof out->nonce);
        text[2 * n_all + n++] = out->body;
    }
    if (!n)
        return BW_OK;
    return bw_pipe_send(b->pg, BW_STMT_PRIVATE_INSERT,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_i32s(version, NULL, n),
                                  bw_p_byteas(text, n), bw_p_uuids(id, n), bw_p_byteas(text + n_all, n),
                                  bw_p_byteas(text + 2 * n_all, n)),
                        err);
}

bw_code bw_write_events(struct bw_batch *b, struct bw_error *err)
{
    size_t n = b->outs.n;
    struct columns c;
    struct placed *p = BW_NEW_ARRAY(&b->arena, struct placed, n);
    if (!p || !columns_new(&b->arena, &c, n))
        return no_memory(err);
    for (size_t k = 0; k < n; k++)
        p[k] = (struct placed){ b->outs.v[k], (int32_t)k };
    qsort(p, n, sizeof *p, cmp_placed);
    for (size_t k = 0; k < n; k++)
        if (!put(b, &c, k, p[k].out, p[k].ordinal))
            return no_memory(err);
    bw_code rc = send_events(b, &c, n, err);
    return rc == BW_OK ? send_private(b, p, n, err) : rc;
}
