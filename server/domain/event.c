/* SPDX-License-Identifier: Apache-2.0 */
/* event.c - words of an event's enumerations, its order key and its canonical form.
 * Layer: domain.  Threads: any; values only.  Source: design.md 3 (one order, idempotency). */
#include "bw/domain/event.h"

#include "event_int.h"
#include "words_int.h"

#define WORDS(enumeration, name, ...)                                                                                  \
    static const char *const name##_words[] = { __VA_ARGS__ };                                                         \
    BW_WORD(enumeration, name)                                                                                         \
    BW_WORD_FROM(enumeration, name)
WORDS(bw_subject, subject, "bag", "case", "policy", "account", "mandate", "flight", "service")
WORDS(bw_time_type, time_type, "actual", "estimated", "planned")
WORDS(bw_time_kind, time_kind, "scan", "origin", "date")
WORDS(bw_source, source, "json", "typeb", "courier", "staff", "customer", "system")
WORDS(bw_outcome, outcome, "accepted", "duplicate", "late", "contradicting", "ambiguous", "implausible", "corrected",
      "moot")

static const char *const flag_words[] = {
    "late_24h",     "unknown_station",  "unknown_carrier", "unknown_issuer",  "dst_fold",        "dst_gap",
    "not_folded",   "order_by_receipt", "untimed",         "no_transfer_out", "outside_journey", "skew",
    "faulty_parts", "no_effect",        "no_mandate",      "other_issuer",
};
_Static_assert(BW_LEN(flag_words) == BW_EVENT_FLAGS, "every flag has a word");

const char *bw_event_flag_word(unsigned bit_index)
{
    BW_ASSERT(bit_index < BW_EVENT_FLAGS);
    return flag_words[bit_index];
}

unsigned bw_event_flag_from(struct bw_str word)
{
    size_t at;
    return bw_str_among(word, flag_words, BW_LEN(flag_words), &at) ? 1U << at : 0;
}

int bw_order_cmp(const struct bw_order *a, const struct bw_order *b)
{
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int carrier = strcmp(a->carrier, b->carrier);
    if (carrier != 0)
        return carrier < 0 ? -1 : 1;
    return bw_uuid_cmp(&a->uid, &b->uid);
}

void bw_event_init(struct bw_event *ev)
{
    *ev = (struct bw_event){ .occurred_at = BW_TIME_NONE,
                             .sent_at = BW_TIME_NONE,
                             .flight_date = BW_DATE_NONE,
                             .recorded_at = BW_TIME_NONE,
                             .ident = { .date = BW_DATE_NONE } };
    bw_event_data_init(&ev->data);
}

void bw_event_ours(enum bw_event_code code, enum bw_subject subject, const struct bw_uuid *id, bw_time at,
                   struct bw_event *to)
{
    bw_event_init(to);
    bw_str_put(BW_STR("bagwatch"), to->sender, sizeof to->sender);
    to->ident.kind = BW_IDENT_ID;
    (void)bw_uuid_text(id, to->ident.value);
    to->code = code;
    to->source = BW_SRC_SYSTEM;
    to->occurred_at = at;
    to->subject = subject;
    to->bag_id = *id;
}

bool bw_event_in_person(const struct bw_event *ev)
{
    if (ev->source == BW_SRC_STAFF)
        return true;
    if (ev->code == BW_EV_SEARCHED_NOT_FOUND)
        return ev->data.person;
    return ev->code != BW_EV_STATUS_CONFIRMED;
}

void bw_event_set_order(struct bw_event *ev, bw_time origin_at)
{
    bw_time t = ev->recorded_at;
    if (ev->flight_date != BW_DATE_NONE)
        t = bw_date_start(ev->flight_date);
    if (origin_at != BW_TIME_NONE)
        t = origin_at;
    if (ev->occurred_at != BW_TIME_NONE)
        t = ev->occurred_at;
    ev->order = (struct bw_order){ .t = t, .rank = (int16_t)bw_code_row(ev->code)->rank, .uid = ev->uid };
    bw_str_put(bw_str_c(ev->carrier), ev->order.carrier, sizeof(ev->order.carrier));
}

static void raw_member(struct bw_json_out *j, const char *key, struct bw_str json)
{
    if (bw_str_empty(json))
        return;
    bw_jkey(j, key);
    bw_jraw(j, json);
}

void bw_event_canonical(const struct bw_event *ev, struct bw_buf *to)
{
    struct bw_json_out j;
    bw_json_out_init(&j, to);
    bw_jo_begin(&j);
    bw_jk_i64(&j, "v", 1);
    bw_jk_c(&j, "code", bw_code_row(ev->code)->name);
    bw_jk_c(&j, "source", bw_source_word(ev->source));
    bw_jk_c(&j, "time_type", bw_time_type_word(ev->time_type));
    bw_jk_c(&j, "time_kind", bw_time_kind_word(ev->time_kind));
    /* As sent: the skew differs with every sending, so the corrected time would too. */
    bw_jko_time(&j, "occurred_at", ev->occurred_at == BW_TIME_NONE ? BW_TIME_NONE : ev->occurred_at + ev->skew_us);
    bw_jk_i64(&j, "offset_min", ev->offset_min);
    bw_jko_c(&j, "carrier", ev->carrier);
    bw_jko_c(&j, "station", ev->station);
    bw_jko_c(&j, "place", ev->place);
    bw_jko_c(&j, "flight", ev->flight);
    bw_jko_date(&j, "flight_date", ev->flight_date);
    bw_jko_c(&j, "from_carrier", ev->from_carrier);
    bw_jko_c(&j, "to_carrier", ev->to_carrier);
    bw_jko_c(&j, "reason", ev->reason);
    bw_jko_c(&j, "new_plate", ev->new_plate);
    if (bw_event_has_data(&ev->data)) {
        bw_jkey(&j, "data");
        bw_event_data_write(&ev->data, &j);
    }
    raw_member(&j, "replaces", ev->replaces);
    raw_member(&j, "private", ev->private_body);
    bw_jo_end(&j);
}
