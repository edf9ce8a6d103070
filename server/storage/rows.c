/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/rows.h"

/* Copies a short text column; false when it does not fit, which no row of ours does. */
static bool take(struct bw_rows *rows, size_t row, const char *col, char *to, size_t size)
{
    return bw_str_copy(bw_rows_text(rows, row, col), to, size);
}

static bool take_hash(struct bw_rows *rows, size_t row, const char *col, struct bw_hash *to, bool *has)
{
    struct bw_str s = bw_rows_bytea(rows, row, col);
    *has = s.p != NULL;
    if (!s.p)
        return true;
    if (s.n != sizeof to->b)
        return false;
    memcpy(to->b, s.p, sizeof to->b);
    return true;
}

static bool take_words(struct bw_rows *rows, size_t row, struct bw_event *ev)
{
    return bw_subject_from(bw_rows_text(rows, row, "subject"), &ev->subject) &&
           bw_code_from(bw_rows_text(rows, row, "code"), &ev->code) &&
           bw_source_from(bw_rows_text(rows, row, "source"), &ev->source) &&
           bw_time_kind_from(bw_rows_text(rows, row, "time_kind"), &ev->time_kind) &&
           bw_time_type_from(bw_rows_text(rows, row, "time_type"), &ev->time_type) &&
           bw_outcome_from(bw_rows_text(rows, row, "outcome"), &ev->outcome);
}

static bool take_texts(struct bw_rows *rows, size_t row, struct bw_event *ev)
{
    return take(rows, row, "sender", ev->sender, sizeof ev->sender) &&
           take(rows, row, "event_id", ev->event_id, sizeof ev->event_id) &&
           take(rows, row, "carrier", ev->carrier, sizeof ev->carrier) &&
           take(rows, row, "station", ev->station, sizeof ev->station) &&
           take(rows, row, "place", ev->place, sizeof ev->place) &&
           take(rows, row, "flight", ev->flight, sizeof ev->flight) &&
           take(rows, row, "from_carrier", ev->from_carrier, sizeof ev->from_carrier) &&
           take(rows, row, "to_carrier", ev->to_carrier, sizeof ev->to_carrier) &&
           take(rows, row, "reason", ev->reason, sizeof ev->reason) &&
           take(rows, row, "new_plate", ev->new_plate, sizeof ev->new_plate);
}

bool bw_row_event(struct bw_rows *rows, size_t row, struct bw_arena *arena, struct bw_event *ret)
{
    bw_event_init(ret);
    if (!take_words(rows, row, ret) || !take_texts(rows, row, ret) ||
        !bw_ident_from_text(bw_rows_text(rows, row, "ident"), &ret->ident))
        return false;
    ret->bag_id = bw_rows_uuid(rows, row, "bag_id");
    ret->version = bw_rows_i32(rows, row, "version");
    ret->uid = bw_rows_uuid(rows, row, "uid");
    ret->order.t = bw_rows_time(rows, row, "order_at");
    ret->order.rank = bw_rows_i16(rows, row, "rank");
    ret->order.uid = ret->uid;
    memcpy(ret->order.carrier, ret->carrier, sizeof ret->order.carrier);
    ret->occurred_at = bw_rows_time(rows, row, "occurred_at");
    ret->offset_min = bw_rows_i16(rows, row, "offset_min");
    ret->sent_at = bw_rows_time(rows, row, "sent_at");
    ret->skew_us = bw_rows_i64(rows, row, "skew_us");
    ret->recorded_at = bw_rows_time(rows, row, "recorded_at");
    ret->flight_date = bw_rows_date(rows, row, "flight_date");
    ret->raw_id = bw_rows_uuid(rows, row, "raw_id");
    ret->raw_first = bw_rows_i32(rows, row, "raw_first");
    ret->raw_last = bw_rows_i32(rows, row, "raw_last");
    struct bw_str data = bw_rows_text(rows, row, "data");
    if (data.n && !bw_event_data_parse(data, &ret->data, arena))
        return false;
    struct bw_str replaces = bw_rows_text(rows, row, "replaces");
    if (replaces.n)
        ret->replaces = bw_arena_str(arena, replaces);
    for (struct bw_array a = bw_rows_array(rows, row, "flags"); bw_array_next(&a);)
        ret->flags |= bw_event_flag_from(a.s);
    return take_hash(rows, row, "raw_commitment", &ret->raw_commitment, &ret->has_raw_commitment) &&
           take_hash(rows, row, "private_commitment", &ret->private_commitment, &ret->has_private_commitment);
}

bool bw_row_promise(struct bw_rows *rows, size_t row, struct bw_promise *ret)
{
    *ret = (struct bw_promise){ 0 };
    ret->promise_id = bw_rows_uuid(rows, row, "promise_id");
    ret->bag_id = bw_rows_uuid(rows, row, "bag_id");
    ret->opened_at = bw_rows_time(rows, row, "opened_at");
    ret->due_at = bw_rows_time(rows, row, "due_at");
    ret->yardstick_at = bw_rows_time(rows, row, "yardstick_at");
    ret->offset_min = bw_rows_i16(rows, row, "offset_min");
    ret->level = bw_rows_i16(rows, row, "level");
    ret->next_level_at = bw_rows_time(rows, row, "next_level_at");
    ret->closed_at = bw_rows_time(rows, row, "closed_at");
    ret->closed_uid = bw_rows_uuid(rows, row, "closed_uid");
    ret->unconfirmed = bw_rows_bool(rows, row, "unconfirmed");
    struct bw_str why = bw_rows_text(rows, row, "closed_why");
    if (why.n && !bw_close_from(why, &ret->why))
        return false;
    return bw_subject_from(bw_rows_text(rows, row, "subject"), &ret->subject) &&
           bw_owed_from(bw_rows_text(rows, row, "owed"), &ret->owed) &&
           take(rows, row, "debtor", ret->debtor, sizeof ret->debtor) &&
           take(rows, row, "creditor", ret->creditor, sizeof ret->creditor) &&
           take(rows, row, "station", ret->station, sizeof ret->station) &&
           take(rows, row, "handoff_from", ret->handoff_from, sizeof ret->handoff_from) &&
           take(rows, row, "for_carrier", ret->for_carrier, sizeof ret->for_carrier) &&
           take(rows, row, "basis", ret->basis, sizeof ret->basis) &&
           take(rows, row, "policy", ret->policy, sizeof ret->policy);
}

bool bw_row_bag(struct bw_rows *rows, size_t row, struct bw_bag *ret)
{
    return bw_bag_unpack(bw_rows_bytea(rows, row, "fold"), ret) && ret->version == bw_rows_i32(rows, row, "version");
}

bool bw_row_case(struct bw_rows *rows, size_t row, struct bw_case *ret)
{
    return bw_case_unpack(bw_rows_bytea(rows, row, "fold"), ret) && ret->version == bw_rows_i32(rows, row, "version");
}

bool bw_row_flight(struct bw_rows *rows, size_t row, struct bw_flight *ret)
{
    static const char *const departs[] = { "departs_scheduled", "departs_estimated", "departs_actual" };
    static const char *const arrives[] = { "arrives_scheduled", "arrives_estimated", "arrives_actual" };
    bw_flight_init(ret, "", bw_rows_date(rows, row, "day"));
    for (int k = 0; k < BW_SURE_MAX; k++) {
        ret->departs[k] = bw_rows_time(rows, row, departs[k]);
        ret->arrives[k] = bw_rows_time(rows, row, arrives[k]);
    }
    ret->cancelled = bw_rows_bool(rows, row, "cancelled");
    ret->version = bw_rows_i32(rows, row, "version");
    ret->told_at = bw_rows_time(rows, row, "told_at");
    struct bw_array a = bw_rows_array(rows, row, "codeshares");
    while (bw_array_next(&a) && ret->n_codeshares < BW_CODESHARES)
        if (!bw_str_copy(a.s, ret->codeshares[ret->n_codeshares++], BW_FLIGHT))
            return false;
    return take(rows, row, "number", ret->number, sizeof ret->number) &&
           take(rows, row, "flight", ret->own, sizeof ret->own) &&
           take(rows, row, "origin", ret->from, sizeof ret->from) &&
           take(rows, row, "destination", ret->to, sizeof ret->to) &&
           take(rows, row, "operating", ret->operating, sizeof ret->operating);
}
