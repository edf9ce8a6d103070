/* SPDX-License-Identifier: Apache-2.0 */
/* leaf.c - the leaf of an event in the transparency log.  The order and the names of the members are final: a change
 * would make every old proof false, so a later form gets another "v".  Every member always stands there, null when
 * absent, but for "mandate" and "issuer", which stand there where there was none. Layer: domain.  Threads: any. Source:
 * design.md 3 ("Leaf"), RFC 6962 2.1, AUD-08. */
#include "bw/base/codec.h"
#include "event_int.h"

static void text_or_null(struct bw_json_out *j, const char *key, const char *text)
{
    if (text[0])
        bw_jk_c(j, key, text);
    else
        bw_jk_null(j, key);
}

static void hash_or_null(struct bw_json_out *j, const char *key, bool has, const struct bw_hash *hash)
{
    char hex[2 * BW_SHA256 + 1];
    bw_hex(hash->b, sizeof(hash->b), hex);
    text_or_null(j, key, has ? hex : "");
}

static void times(struct bw_json_out *j, const struct bw_event *ev)
{
    bw_jkey(j, "times");
    bw_jo_begin(j);
    bw_jk_time(j, "order", ev->order.t);
    bw_jk_time(j, "occurred", ev->occurred_at);
    bw_jk_i64(j, "offset_min", ev->offset_min);
    bw_jk_c(j, "kind", bw_time_kind_word(ev->time_kind));
    bw_jk_c(j, "type", bw_time_type_word(ev->time_type));
    bw_jk_time(j, "sent", ev->sent_at);
    bw_jk_i64(j, "skew_us", ev->skew_us);
    bw_jk_time(j, "recorded", ev->recorded_at);
    bw_jo_end(j);
}

void bw_event_leaf(const struct bw_event *ev, struct bw_buf *to)
{
    struct bw_json_out j;
    bw_json_out_init(&j, to);
    bw_jo_begin(&j);
    bw_jk_i64(&j, "v", 1);
    bw_jk_uuid(&j, "uid", &ev->uid);
    bw_jk_c(&j, "subject_kind", bw_subject_word(ev->subject));
    bw_jk_uuid(&j, "subject", &ev->bag_id);
    bw_jk_i64(&j, "version", ev->version);
    bw_jk_c(&j, "code", bw_code_row(ev->code)->name);
    bw_jk_c(&j, "sender", ev->sender);
    text_or_null(&j, "carrier", ev->carrier);
    /* What decides whether custody moves must not be altered unseen (SEC-10). */
    if (ev->flags & BW_FL_NO_MANDATE)
        bw_jk_bool(&j, "mandate", false);
    /* Nor what decides whether a sighting is believed (BAG-11). */
    if (ev->flags & BW_FL_OTHER_ISSUER)
        bw_jk_bool(&j, "issuer", false);
    times(&j, ev);
    text_or_null(&j, "station", ev->station);
    text_or_null(&j, "place", ev->place);
    text_or_null(&j, "flight", ev->flight);
    bw_jk_date(&j, "flight_date", ev->flight_date);
    text_or_null(&j, "from", ev->from_carrier);
    text_or_null(&j, "to", ev->to_carrier);
    text_or_null(&j, "reason", ev->reason);
    text_or_null(&j, "new_plate", ev->new_plate);
    bw_jk_c(&j, "source", bw_source_word(ev->source));
    bw_jkey(&j, "data");
    if (bw_event_has_data(&ev->data))
        bw_event_data_write(&ev->data, &j);
    else
        bw_jnull(&j);
    hash_or_null(&j, "raw_commitment", ev->has_raw_commitment, &ev->raw_commitment);
    hash_or_null(&j, "private_commitment", ev->has_private_commitment, &ev->private_commitment);
    bw_jkey(&j, "replaces");
    if (bw_str_empty(ev->replaces))
        bw_jnull(&j);
    else
        bw_jraw(&j, ev->replaces);
    bw_jo_end(&j);
}

struct bw_hash bw_leaf_hash(struct bw_str canonical)
{
    const struct bw_str parts[] = { bw_str_n("\0", 1), canonical };
    return bw_sha256_parts(parts, BW_LEN(parts));
}
