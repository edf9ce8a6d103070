/* SPDX-License-Identifier: Apache-2.0 */
/* duty_in_fuzz.c - what people and feeds say about duties: a question to a station and its answer, steps of a file, a
 * join, a claim, a flight's times, a report's form; and the token of a signed link.  Each is refused with a fault, or
 * becomes an event that has a leaf; a flight is printed and read back; a token that is read is the one that is made of
 * what was read.  Source: SEC-09, CLK-03, CLK-09, CASE-03. */
#include <stdlib.h>

#include "bw/app/ask_link.h"
#include "bw/app/asks.h"
#include "bw/app/case_report.h"
#include "bw/app/case_steps.h"
#include "bw/app/claims.h"
#include "bw/app/links.h"
#include "bw/domain/flight_in.h"
#include "bw/storage/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct bw_principal who = {
    .kind = BW_P_ACCOUNT, .roles = BW_AGENT, .organisation = "IB", .carriers = { "IB" }, .n_carriers = 1
};

/* The bytes of an event that is taken. */
static void taken(bw_code rc, const struct bw_faults *f, const struct bw_event *ev)
{
    BW_ASSERT((rc == BW_OK) == (f->n == 0));
    for (size_t k = 0; k < f->n && k < BW_FAULTS_MAX; k++)
        BW_ASSERT(bw_utf8_valid(f->v[k].pointer, 0) && bw_utf8_valid(f->v[k].detail, 0) && f->v[k].detail.n > 0);
    if (rc != BW_OK)
        return;
    BW_CLEANUP(bw_buf_done) struct bw_buf to = { 0 };
    bw_buf_init(&to, 1 << 17);
    bw_event_leaf(ev, &to);
    BW_ASSERT(bw_buf_ok(&to) && ev->event_id[0] && strcmp(ev->carrier, "IB") == 0);
}

static void flight(struct bw_str body, bw_time now, struct bw_arena *arena)
{
    struct bw_flight one, again;
    struct bw_flight_in in = { 0 };
    struct bw_faults f;
    bw_faults_init(&f, arena);
    bw_flight_init(&one, "IB3167", bw_date_of(now));
    again = one;
    if (bw_json_decode(body, bw_flight_fields, &in, &f) != BW_OK)
        return;
    bw_flight_take(&in, &one);
    bw_flight_check(&one, now, &f);
    if (f.n)
        return;
    BW_ASSERT(bw_flight_gone_at(&one) == BW_TIME_NONE || !one.cancelled);
    BW_CLEANUP(bw_buf_done) struct bw_buf to = { 0 };
    struct bw_json_out j;
    bw_buf_init(&to, 1 << 16);
    bw_json_out_init(&j, &to);
    bw_flight_write(&one, &j);
    BW_ASSERT(bw_buf_ok(&to));
    in = (struct bw_flight_in){ 0 };
    bw_code rc = bw_json_decode(bw_buf_view(&to), bw_flight_fields, &in, &f);
    BW_ASSERT(rc == BW_OK);
    bw_flight_take(&in, &again);
    BW_ASSERT(bw_flight_same(&one, &again));
}

static void token(struct bw_str text)
{
    static const struct bw_key key = { "a key for tests, known to all.." };
    struct bw_uuid bag, ask;
    char back[BW_ASK_TOKEN + 1];
    if (text.n >= 32) { /* one that is ours, of any two ids */
        memcpy(bag.b, text.p, sizeof bag.b);
        memcpy(ask.b, text.p + 16, sizeof ask.b);
        bw_ask_token(&key, &bag, &ask, back);
        struct bw_uuid got[2];
        bool is = bw_ask_token_read(&key, bw_str_c(back), &got[0], &got[1]);
        BW_ASSERT(is && bw_uuid_eq(&got[0], &bag) && bw_uuid_eq(&got[1], &ask));
    }
    if (!bw_ask_token_read(&key, text, &bag, &ask))
        return;
    bw_ask_token(&key, &bag, &ask, back);
    BW_ASSERT(bw_str_eq_c(text, back));
}

/* A line a field; a form's fields are text (bw_request_form). */
static void form(struct bw_str rest, bw_time now, struct bw_arena *arena)
{
    static const struct bw_keys keys;
    static const struct bw_app app = { .keys = &keys };
    static const struct bw_world nowhere;
    struct bw_report_form in = { 0 };
    struct bw_case_request *rq = NULL;
    struct bw_faults f;
    struct bw_str *const fields[] = { &in.plate, &in.flight, &in.date, &in.from, &in.to,          &in.surname,
                                      &in.given, &in.phone,  &in.mail, &in.town, &in.description, &in.language };
    if (!bw_utf8_valid(rest, 0))
        return;
    for (size_t k = 0; k < BW_LEN(fields) && rest.p; k++)
        *fields[k] = bw_str_split(&rest, '\n');
    bw_faults_init(&f, arena);
    bw_code rc = bw_report_request(&app, &nowhere, &in, now, arena, &rq, &f);
    BW_ASSERT((rc == BW_OK) == (f.n == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str body = bw_str_n((const char *)data, size);
    bw_time now = bw_date_start(20777);
    struct bw_arena arena;
    struct bw_faults f;
    struct bw_ident bag;
    const char *why;
    bool is = bw_ident_parse(BW_STR("0125728359"), BW_DATE_NONE, &bag, &why);
    BW_ASSERT(is);
    bw_arena_init(&arena, 8 << 20);
    for (int verb = 0; verb < BW_CASE_VERBS; verb++) {
        struct bw_case_step_request *rq = NULL;
        bw_faults_init(&f, &arena);
        bw_code rc =
            bw_case_step_request(&who, (enum bw_case_verb)verb, BW_STR("MADIB10001"), body, now, &arena, &rq, &f);
        taken(rc, &f, rc == BW_OK ? &rq->item.ev : NULL);
    }
    for (int way = 0; way < 4; way++) {
        struct bw_ask_request *rq = NULL;
        struct bw_link_request *link = NULL;
        bw_faults_init(&f, &arena);
        bw_code rc = way == 0   ? bw_ask_request(&who, &bag, body, &arena, &rq, &f)
                     : way == 1 ? bw_ask_answer_request(&who, &bag, body, &arena, &rq, &f)
                                : bw_link_request(&who, way == 2, &bag, body, &arena, &link, &f);
        taken(rc, &f, rc != BW_OK ? NULL : rq ? &rq->item.ev : &link->item.ev);
    }
    struct bw_claim_request *claim = NULL;
    bw_faults_init(&f, &arena);
    bw_code rc = bw_claim_filing(&who, body, now, &arena, &claim, &f);
    BW_ASSERT((rc == BW_OK) == (f.n == 0));
    bw_faults_init(&f, &arena);
    rc = bw_claim_stepping(&who, BW_STR("1"), body, now, &arena, &claim, &f);
    BW_ASSERT((rc == BW_OK) == (f.n == 0));
    flight(body, now, &arena);
    token(body);
    form(body, now, &arena);
    bw_arena_done(&arena);
    return 0;
}
