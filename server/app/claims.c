/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/claims.h"

#include <stddef.h>
#include <stdio.h>

#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/app/said.h"
#include "bw/base/codec.h"

/* --- the bodies --- */

struct in_claim {
    struct bw_str event_id, for_carrier, kind, step;
    uint32_t bag;
    struct bw_str amount, currency, note, reason, rule, evidence, appeal;
};

static const char *is_kind(struct bw_str s)
{
    enum bw_claim_kind kind;
    return bw_claim_kind_from(s, &kind) ? NULL : "must be damage, missing, expenses or loss";
}

static const char *is_step(struct bw_str s)
{
    enum bw_claim_step step;
    bool known = bw_claim_step_from(s, &step) && step != BW_STEP_FILED;
    return known ? NULL
                 : "must be acknowledged, assessed, offered, refused, accepted, declined, appealed, paid or withdrawn";
}

static const char *is_amount(struct bw_str s)
{
    struct bw_str rest = s, whole = bw_str_split(&rest, '.');
    bool digits = whole.n >= 1 && whole.n <= 9 && (!rest.p || (rest.n >= 1 && rest.n <= 3));
    for (size_t at = 0; at < s.n; at++)
        digits = digits && (bw_is_digit(s.p[at]) || s.p[at] == '.');
    return digits && bw_str_find(rest.p ? rest : BW_STR(""), '.') == (rest.p ? rest.n : 0)
               ? NULL
               : "must be a decimal number such as 120.50";
}

static const char *is_currency(struct bw_str s)
{
    for (size_t at = 0; at < s.n; at++)
        if (s.p[at] < 'A' || s.p[at] > 'Z')
            return "must be three capital letters such as EUR";
    return NULL;
}

static const char *is_reason(struct bw_str s)
{
    return bw_refusal_sentence(s) ? NULL : "is no reason of a refusal; they are listed in /openapi.json";
}

#define COMMON                                                                                                         \
    { BW_FIELD(struct in_claim, event_id, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 64,                      \
      .check = bw_said_event_id },                                                                                     \
        { BW_FIELD(struct in_claim, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },           \
        { BW_FIELD(struct in_claim, amount, BW_J_STR), .min = 1, .max = 13, .check = is_amount },                      \
        { BW_FIELD(struct in_claim, currency, BW_J_STR), .min = 3, .max = 3, .check = is_currency },                   \
    {                                                                                                                  \
        BW_FIELD(struct in_claim, note, BW_J_STR), .flags = BW_J_TEXT, .max = 2000                                     \
    }

const struct bw_field bw_claim_in_fields[] = {
    COMMON,
    { BW_FIELD(struct in_claim, kind, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 11, .check = is_kind },
    { BW_FIELD(struct in_claim, bag, BW_J_U32), .max = 32 },
    { BW_FIELD_END },
};
const struct bw_field bw_claim_step_in_fields[] = {
    COMMON,
    { BW_FIELD(struct in_claim, step, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 15, .check = is_step },
    { BW_FIELD(struct in_claim, reason, BW_J_STR), .min = 1, .max = 23, .check = is_reason },
    { BW_FIELD(struct in_claim, rule, BW_J_STR), .flags = BW_J_TEXT, .min = 1, .max = 200 },
    { BW_FIELD(struct in_claim, evidence, BW_J_STR), .flags = BW_J_TEXT, .min = 1, .max = 1000 },
    { BW_FIELD(struct in_claim, appeal, BW_J_STR), .flags = BW_J_TEXT, .min = 1, .max = 500 },
    { BW_FIELD_END },
};

/* --- what each step carries --- */

enum { AMOUNT = 1, NOTE = 2, REFUSAL = 4 };
static const struct {
    enum bw_claim_step step;
    unsigned needs, may;
} carries[] = {
    { BW_STEP_ACKNOWLEDGED, 0, NOTE },
    { BW_STEP_ASSESSED, 0, NOTE | AMOUNT },
    { BW_STEP_OFFERED, AMOUNT, AMOUNT | NOTE },
    { BW_STEP_REFUSED, REFUSAL, REFUSAL | NOTE },
    { BW_STEP_ACCEPTED, 0, NOTE },
    { BW_STEP_DECLINED, 0, NOTE },
    { BW_STEP_APPEALED, NOTE, NOTE },
    { BW_STEP_PAID, AMOUNT, AMOUNT | NOTE },
    { BW_STEP_WITHDRAWN, 0, NOTE },
};

static void hold_member(struct bw_faults *f, const char *pointer, struct bw_str value, bool needed, bool allowed,
                        struct bw_str step)
{
    if (needed && !value.n)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "is needed for %.*s", BW_FMT(step));
    else if (!allowed && value.n)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "does not go with %.*s", BW_FMT(step));
}

static void hold_step(const struct in_claim *in, enum bw_claim_step step, struct bw_faults *f)
{
    unsigned needs = 0, may = 0;
    for (size_t at = 0; at < BW_LEN(carries); at++) {
        if (carries[at].step != step)
            continue;
        needs = carries[at].needs;
        may = carries[at].may;
    }
    hold_member(f, "/amount", in->amount, needs & AMOUNT, may & AMOUNT, in->step);
    hold_member(f, "/note", in->note, needs & NOTE, may & NOTE, in->step);
    hold_member(f, "/reason", in->reason, needs & REFUSAL, may & REFUSAL, in->step);
    hold_member(f, "/rule", in->rule, needs & REFUSAL, may & REFUSAL, in->step);
    hold_member(f, "/evidence", in->evidence, needs & REFUSAL, may & REFUSAL, in->step);
    hold_member(f, "/appeal", in->appeal, needs & REFUSAL, may & REFUSAL, in->step);
}

static void hold_currency(const struct in_claim *in, struct bw_faults *f)
{
    if (in->amount.n && !in->currency.n)
        bw_fault_add(f, BW_E_INVALID_BODY, "/currency", "is needed with an amount");
    if (!in->amount.n && in->currency.n)
        bw_fault_add(f, BW_E_INVALID_BODY, "/currency", "goes with an amount");
}

/* --- the request --- */

static bw_code take_carrier(const struct bw_principal *who, struct bw_str said, char to[4], struct bw_error *err)
{
    to[0] = '\0';
    if (who->kind == BW_P_LINK)
        return said.n ? bw_fail(err, BW_E_CODE_NOT_YOURS, "/for_carrier", "a customer speaks for no carrier") : BW_OK;
    if (!said.n && who->n_carriers == 1)
        said = bw_str_c(who->carriers[0]);
    if (!said.n)
        return bw_fail(err, BW_E_INVALID_BODY, "/for_carrier",
                       "is needed where you speak for several carriers, or none");
    if (!bw_principal_has(who, said))
        return bw_fail(err, BW_E_CODE_NOT_YOURS, "/for_carrier", "you do not speak for %.*s", BW_FMT(said));
    bw_str_put(said, to, 4);
    return BW_OK;
}

static struct bw_claim_request *make(const struct bw_principal *who, enum bw_event_code code, bw_time now,
                                     struct bw_arena *arena)
{
    struct bw_claim_request *rq = BW_NEW(arena, struct bw_claim_request);
    if (!rq)
        return NULL;
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    ev->code = code;
    ev->subject = BW_SUBJECT_CASE;
    ev->occurred_at = now;
    ev->source = who->kind == BW_P_LINK ? BW_SRC_CUSTOMER : who->kind == BW_P_ACCOUNT ? BW_SRC_STAFF : BW_SRC_JSON;
    if (who->kind == BW_P_LINK)
        bw_str_put(BW_STR("customer"), ev->sender, sizeof ev->sender);
    else
        bw_sender_of(who, ev->sender);
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    return rq;
}

/* Amounts and words: personal and commercial, so sealed. */
static bool put_private(const struct in_claim *in, struct bw_event *ev, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    bool any = in->amount.n || in->note.n || in->rule.n || in->evidence.n || in->appeal.n;
    if (!any)
        return true;
    bw_buf_init(&text, 64 * 1024);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jko_str(&j, "amount", in->amount);
    bw_jko_str(&j, "currency", in->currency);
    bw_jko_str(&j, "note", in->note);
    bw_jko_str(&j, "rule", in->rule);
    bw_jko_str(&j, "evidence", in->evidence);
    bw_jko_str(&j, "appeal", in->appeal);
    bw_jo_end(&j);
    ev->private_body = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    return ev->private_body.p != NULL;
}

static bw_code finish(const struct bw_principal *who, const struct in_claim *in, struct bw_claim_request *rq,
                      struct bw_arena *arena, struct bw_faults *f)
{
    struct bw_error err = { 0 };
    bw_code rc = take_carrier(who, in->for_carrier, rq->carrier, &err);
    if (rc != BW_OK)
        bw_fault_add(f, rc, err.field, "%s", err.detail);
    if (f->n)
        return bw_faults_code(f);
    bw_str_put(in->event_id, rq->item.ev.event_id, sizeof rq->item.ev.event_id);
    return put_private(in, &rq->item.ev, arena) ? BW_OK : BW_E_NOMEM;
}

bw_code bw_claim_filing(const struct bw_principal *who, struct bw_str body, bw_time now, struct bw_arena *arena,
                        struct bw_claim_request **ret, struct bw_faults *f)
{
    struct in_claim *in = BW_NEW(arena, struct in_claim);
    struct bw_claim_request *rq = make(who, BW_EV_CLAIM_FILED, now, arena);
    if (!in || !rq)
        return BW_E_NOMEM;
    if (bw_json_decode(body, bw_claim_in_fields, in, f) != BW_OK)
        return bw_faults_code(f);
    hold_currency(in, f);
    bw_str_put(in->kind, rq->item.ev.data.claim_kind, sizeof rq->item.ev.data.claim_kind);
    rq->item.ev.data.bag_ordinal = (uint8_t)in->bag;
    *ret = rq;
    return finish(who, in, rq, arena, f);
}

bw_code bw_claim_stepping(const struct bw_principal *who, struct bw_str number, struct bw_str body, bw_time now,
                          struct bw_arena *arena, struct bw_claim_request **ret, struct bw_faults *f)
{
    enum bw_claim_step step;
    struct in_claim *in = BW_NEW(arena, struct in_claim);
    struct bw_claim_request *rq = make(who, BW_EV_CLAIM_STEP, now, arena);
    if (!in || !rq)
        return BW_E_NOMEM;
    if (bw_json_decode(body, bw_claim_step_in_fields, in, f) != BW_OK)
        return bw_faults_code(f);
    BW_ASSERT(bw_claim_step_from(in->step, &step));
    hold_currency(in, f);
    hold_step(in, step, f);
    struct bw_event *ev = &rq->item.ev;
    ev->data.claim = (uint8_t)bw_claim_number(number);
    bw_str_put(in->step, ev->data.claim_step, sizeof ev->data.claim_step);
    bw_str_put(in->reason, ev->reason, sizeof ev->reason);
    *ret = rq;
    return finish(who, in, rq, arena, f);
}

bw_code bw_claim_evidence(const struct bw_principal *who, struct bw_str number, const struct bw_uuid *attachment,
                          const struct bw_hash *content, bw_time now, struct bw_arena *arena,
                          struct bw_claim_request **ret, struct bw_error *err)
{
    char hex[2 * BW_SHA256 + 1], id[BW_UUID_TEXT];
    struct bw_claim_request *rq = make(who, BW_EV_CLAIM_EVIDENCE, now, arena);
    if (!rq)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a picture");
    bw_hex(content->b, BW_SHA256, hex);
    char *body = bw_arena_printf(arena, "{\"content\":\"%s\"}", hex);
    if (!body)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a picture");
    rq->item.ev.data.claim = (uint8_t)bw_claim_number(number);
    rq->item.ev.private_body = bw_str_c(body);
    (void)snprintf(rq->item.ev.event_id, sizeof rq->item.ev.event_id, "picture-%s", bw_uuid_text(attachment, id));
    *ret = rq;
    return take_carrier(who, BW_STR_NONE, rq->carrier, err);
}

bw_code bw_claim_bind(const struct bw_principal *who, const struct bw_case *file, bw_time now,
                      struct bw_claim_request *rq, struct bw_error *err)
{
    struct bw_event *ev = &rq->item.ev;
    ev->bag_id = file->case_id;
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    (void)bw_uuid_text(&file->case_id, ev->ident.value);
    bw_str_put(bw_str_c(file->station), ev->station, sizeof ev->station);
    bw_str_put(bw_str_c(rq->carrier), ev->carrier, sizeof ev->carrier);
    if (who->kind != BW_P_LINK && !bw_mandated(who, ev, now))
        return bw_fail(err, BW_E_CODE_NOT_YOURS, "/for_carrier", "%s has given you no mandate for that", ev->carrier);
    return BW_OK;
}
