/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/ingest.h"

#include <stdio.h>

#include "bw/app/mandates.h"
#include "bw/base/codec.h"
#include "bw/domain/event_in.h"
#include "bw/storage/answer.h"

void bw_sender_of(const struct bw_principal *who, char to[BW_SENDER_TEXT])
{
    if (who->kind != BW_P_ACCOUNT) {
        bw_str_put(bw_str_c(who->organisation), to, BW_SENDER_TEXT);
        return;
    }
    char handle[9];
    bw_hex(who->id.b + 12, 4, handle);
    int n = snprintf(to, BW_SENDER_TEXT, "%s.u%s", who->organisation, handle);
    BW_ASSERT(n > 0 && n < BW_SENDER_TEXT);
}

/* A courier says a courier's codes, whoever of it says them, and for a carrier that answers (BAG-04). */
static enum bw_voice voice_of(const struct bw_principal *who)
{
    if (who->organisation_kind == BW_ORG_COURIER)
        return BW_VOICE_COURIER;
    return who->kind == BW_P_ACCOUNT ? BW_VOICE_STAFF : BW_VOICE_CARRIER;
}

bw_code bw_ingest_item(const struct bw_principal *who, struct bw_str body, bw_time now, struct bw_arena *arena,
                       struct bw_item *item, struct bw_faults *f)
{
    char sender[BW_SENDER_TEXT];
    bw_sender_of(who, sender);
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n_carriers = bw_principal_names(who, carriers);
    struct bw_event_ctx ctx = {
        .voice = voice_of(who), .sender = bw_str_c(sender), .carriers = carriers, .n_carriers = n_carriers, .now = now
    };
    item->supervisor = who->kind == BW_P_ACCOUNT && (who->roles & BW_SUPERVISOR) != 0;
    item->courier = ctx.voice == BW_VOICE_COURIER;
    bw_code code = bw_event_in(body, &ctx, arena, &item->ev, f);
    if (code == BW_OK && who->organisation_kind == BW_ORG_COURIER && item->ev.code == BW_EV_HANDED_TO_COURIER)
        bw_str_put(bw_str_c(who->organisation), item->ev.data.courier, sizeof item->ev.data.courier);
    if (code == BW_OK)
        bw_mandate_mark(who, &item->ev, now);
    return code;
}

bw_code bw_ingest_event(const struct bw_principal *who, struct bw_str body, bw_time now, struct bw_arena *arena,
                        struct bw_work *work, struct bw_faults *f)
{
    struct bw_item *item = BW_NEW(arena, struct bw_item);
    if (!item)
        return BW_E_NOMEM;
    *work = (struct bw_work){ .items = item, .n = 1, .arena = arena };
    return bw_ingest_item(who, body, now, arena, item, f);
}

/* The members of the stored answer, without its braces. */
static void put_stored(struct bw_json_out *j, struct bw_str answer)
{
    BW_ASSERT(answer.n > 2 && answer.p[0] == '{');
    bw_buf_ch(j->b, ',');
    bw_buf_str(j->b, bw_str_n(answer.p + 1, answer.n - 2));
}

void bw_ingest_members(const struct bw_item *item, struct bw_json_out *j)
{
    bw_jk_c(j, "outcome", bw_outcome_word(item->outcome));
    bw_answer_flags(j, item->flags);
    if (item->answer.n)
        put_stored(j, item->answer);
}

int bw_ingest_status(const struct bw_item *item)
{
    return item->outcome == BW_OUT_DUPLICATE ? 200 : 201;
}

void bw_ingest_answer(const struct bw_item *item, struct bw_json_out *j, int *ret_status)
{
    bw_jo_begin(j);
    bw_ingest_members(item, j);
    bw_jo_end(j);
    *ret_status = bw_ingest_status(item);
}

void bw_ingest_refusal(const struct bw_item *item, struct bw_error *ret)
{
    char first[2 * BW_SHA256 + 1], now[2 * BW_SHA256 + 1];
    *ret = item->err;
    if (item->rc != BW_E_EVENT_CONFLICT)
        return;
    bw_hex(item->stored_fingerprint.b, BW_SHA256, first);
    bw_hex(item->fingerprint.b, BW_SHA256, now);
    (void)bw_fail(ret, BW_E_EVENT_CONFLICT, "/event_id", "stored fingerprint %s, sent %s", first, now);
}
