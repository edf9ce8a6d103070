/* SPDX-License-Identifier: Apache-2.0 */
/* h_claim_page.c - the customer's claims: GET /t/{token}/claims shows them, what is owed and by when, what was said and
 * offered; forms file one, answer an offer, appeal, take one back, add a picture (h_pictures.c).
 * Forms are sent by POST and answered by a redirect (PAGE-07); the link is the customer's right, Origin is checked, and
 * a field drawn with the page makes a form that is sent twice one statement.  A companion's link sees none of it.
 * Layer: http.  Threads: loop, query worker, writer's completion.  Source: CASE-08, PAGE-04, PAGE-07, PAGE-11. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/app/receipt.h"
#include "claims_int.h"
#include "handlers.h"

/* --- what was said --- */

struct said {
    struct bw_str amount, currency, note, rule, evidence, appeal;
};
static const struct bw_field said_fields[] = {
    { BW_FIELD(struct said, amount, BW_J_STR), .max = 16 },
    { BW_FIELD(struct said, currency, BW_J_STR), .max = 3 },
    { BW_FIELD(struct said, note, BW_J_STR), .max = 8000 },
    { BW_FIELD(struct said, rule, BW_J_STR), .max = 800 },
    { BW_FIELD(struct said, evidence, BW_J_STR), .max = 4000 },
    { BW_FIELD(struct said, appeal, BW_J_STR), .max = 2000 },
    { BW_FIELD_END },
};

static void add_line(const struct bw_leaf *leaf, struct bw_view *list, const char *key, struct bw_str text)
{
    if (!text.n)
        return;
    const struct bw_arg args[] = { { "text", text } };
    struct bw_view *one = bw_view_add_map(&leaf->rq->arena, list, NULL);
    bw_view_add_c(&leaf->rq->arena, one, "text", bw_leaf_text(leaf, key, args, 1));
}

static void add_said(const struct bw_leaf *leaf, struct bw_view *entry, const struct bw_claim_word *word)
{
    struct said in = { 0 };
    struct bw_faults f;
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *lines = bw_view_add_list(a, entry, "lines");
    struct bw_str reason = bw_str_c(word->ev->reason);
    if (bw_refusal_sentence(reason))
        add_line(leaf, lines, "claim.because", bw_str_c(bw_leaf_word(leaf, "refusal", reason)));
    bw_faults_init(&f, a);
    if (!word->body.n || bw_json_decode(word->body, said_fields, &in, &f) != BW_OK)
        return;
    const char *amount = in.amount.n ? bw_arena_printf(a, "%.*s %.*s", BW_FMT(in.amount), BW_FMT(in.currency)) : NULL;
    add_line(leaf, lines, "claim.amount", amount ? bw_str_c(amount) : BW_STR_NONE);
    add_line(leaf, lines, "claim.note", in.note);
    add_line(leaf, lines, "claim.rule", in.rule);
    add_line(leaf, lines, "claim.evidence", in.evidence);
    add_line(leaf, lines, "claim.appeal", in.appeal);
}

static void add_history(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_claims_seen *seen,
                        unsigned number)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, to, "history");
    for (size_t k = 0; k < seen->n_words; k++) {
        const struct bw_event *ev = seen->words[k].ev;
        char key[48];
        if ((ev->code != BW_EV_CLAIM_FILED && ev->code != BW_EV_CLAIM_STEP) || ev->data.claim != number)
            continue;
        bool you = ev->source == BW_SRC_CUSTOMER;
        (void)snprintf(key, sizeof key, "claim.said.%s%s", ev->data.claim_step[0] ? ev->data.claim_step : "filed",
                       you ? ".you" : "");
        const struct bw_arg args[] = { { "carrier", bw_str_c(bw_leaf_carrier(leaf, ev->carrier)) } };
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_leaf_when(leaf, one, "at", ev->recorded_at);
        bw_view_add_c(a, one, "text", bw_leaf_text(leaf, key, args, 1));
        add_said(leaf, one, &seen->words[k]);
    }
}

/* --- one claim --- */

static void add_photos(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_claims_seen *seen,
                       unsigned number)
{
    char id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, to, "pictures");
    for (size_t k = 0; k < seen->n_photos; k++) {
        if (seen->photos[k].claim != number)
            continue;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&seen->photos[k].id, id))));
        bw_leaf_when(leaf, one, "at", seen->photos[k].stored_at);
    }
}

static void add_next(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_claims_seen *seen,
                     const struct bw_claim *claim, unsigned number)
{
    char basis[40], key[48];
    struct bw_arena *a = &leaf->rq->arena;
    enum bw_owed owed = bw_claim_owes(claim);
    if (owed == BW_OWE_MAX)
        return;
    (void)snprintf(key, sizeof key, "claim.next.%s", bw_owed_row(owed)->word);
    const struct bw_arg args[] = { { "carrier", bw_str_c(bw_leaf_carrier(leaf, seen->file->file.owner)) } };
    struct bw_view *next = bw_view_add_map(a, to, "next");
    bw_view_add_c(a, next, "text", bw_leaf_text(leaf, key, args, 1));
    (void)snprintf(basis, sizeof basis, "claim %u", number);
    bw_time due = claim->since + bw_owed_row(owed)->minutes * BW_MINUTE;
    for (size_t k = 0; k < seen->file->n_open; k++)
        if (strcmp(seen->file->open[k].basis, basis) == 0)
            due = seen->file->open[k].due_at;
    bw_leaf_due(leaf, next, due);
}

/* What the customer may say now. */
static void add_choices(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_claim *claim)
{
    static const struct {
        enum bw_claim_step step;
        const char *name;
    } choices[] = { { BW_STEP_ACCEPTED, "may_accept" },
                    { BW_STEP_DECLINED, "may_decline" },
                    { BW_STEP_APPEALED, "may_appeal" },
                    { BW_STEP_WITHDRAWN, "may_withdraw" } };
    enum bw_claim_voice voice;
    enum bw_owed meets;
    for (size_t k = 0; k < BW_LEN(choices); k++)
        bw_view_add_bool(&leaf->rq->arena, to, choices[k].name, bw_claim_row(claim, choices[k].step, &voice, &meets));
    bool room = claim->photos < BW_CLAIM_PHOTOS && (!bw_claim_over(claim) || bw_claim_may_appeal(claim));
    bw_view_add_bool(&leaf->rq->arena, to, "may_add", room);
}

/* One field for each form, so that what is sent twice is said once. */
static void add_once(const struct bw_leaf *leaf, struct bw_view *to)
{
    char once[17];
    bw_random_base62(once, sizeof once - 1);
    bw_view_add_str(&leaf->rq->arena, to, "once", bw_arena_str(&leaf->rq->arena, bw_str_c(once)));
}

static void add_claim(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_claims_seen *seen,
                      unsigned number)
{
    char n[4], bag[4], key[48];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_claim *claim = &seen->file->file.claims[number - 1];
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    (void)snprintf(n, sizeof n, "%u", number % 100);
    (void)snprintf(bag, sizeof bag, "%d", claim->bag % 100);
    (void)snprintf(key, sizeof key, "claim.head.%s%s", bw_claim_kind_word(claim->kind), claim->bag ? ".bag" : "");
    const struct bw_arg head[] = { { "n", bw_str_c(n) }, { "bag", bw_str_c(bag) } };
    const struct bw_arg reached[] = { { "carrier", bw_str_c(bw_leaf_carrier(leaf, claim->reached)) } };
    bw_view_add_int(a, one, "number", number);
    bw_view_add_c(a, one, "step", bw_claim_step_word(claim->step));
    bw_view_add_c(a, one, "head", bw_leaf_text(leaf, key, head, 2));
    bw_view_add_c(a, one, "reached", bw_leaf_text(leaf, "claim.reached", reached, 1));
    bw_leaf_when(leaf, one, "filed", claim->filed_at);
    add_once(leaf, one);
    add_next(leaf, one, seen, claim, number);
    add_choices(leaf, one, claim);
    add_history(leaf, one, seen, number);
    add_photos(leaf, one, seen, number);
}

/* --- the page --- */

static bool own(struct bw_request *rq, struct bw_pg *pg, struct bw_claims_seen **ret)
{
    struct bw_error err = { 0 };
    if (bw_claims_read(rq, pg, ret) != BW_OK)
        return false;
    if (!(*ret)->whole) /* a companion's link */
        bw_reply_problem(rq, bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such page"), &err);
    return (*ret)->whole;
}

static void page(struct bw_request *rq, const struct bw_world *world, const struct bw_claims_seen *seen)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    const struct bw_case *file = &seen->file->file;
    const struct bw_station *station = bw_world_station(world, file->station);
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, station ? station->zone : NULL);
    const struct bw_arg args[] = { { "ref", bw_str_c(file->ref) } };
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "claim.title", args, 1));
    bw_view_add_str(a, leaf.view, "token", bw_request_param(rq, "token"));
    add_once(&leaf, leaf.view);
    struct bw_view *list = bw_view_add_list(a, leaf.view, "claims");
    for (unsigned number = 1; number <= file->n_claims; number++)
        add_claim(&leaf, list, seen, number);
    bw_view_add_bool(a, leaf.view, "room", file->n_claims < BW_CLAIMS);
    struct bw_view *bags = bw_view_add_list(a, leaf.view, "bags");
    for (int k = 1; k <= file->n_bags; k++)
        bw_view_add_int(a, bw_view_add_map(a, bags, NULL), "ordinal", k);
    bw_leaf_reply(&leaf, 200, "claims");
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_claims_seen *seen;
    if (!own(rq, pg, &seen))
        return;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    page(rq, world, seen);
    bw_worlds_release(worlds, world);
}

void bw_h_customer_claims(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

static void receipt_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_claims_seen *seen;
    unsigned number = own(rq, pg, &seen) ? bw_claim_named(rq, seen) : 0;
    if (!number)
        return;
    struct bw_json_reply r;
    bw_receipt_json(bw_json_begin(&r, 65536), rq->app, seen, number, &rq->arena);
    bw_json_end(rq, 200, &r);
    const char *name =
        bw_arena_printf(&rq->arena, "attachment; filename=\"%s-%u-receipt.json\"", seen->file->file.ref, number);
    bw_reply_header(rq, "Content-Disposition", name ? bw_str_c(name) : BW_STR("attachment"));
}

void bw_h_customer_receipt(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, receipt_job);
}

/* --- the forms --- */

/* The form as the JSON body of the same statement: one way in, one set of rules. */
static struct bw_str body_of(struct bw_request *rq)
{
    static const char *const fields[] = { "kind", "step", "amount", "currency", "note" };
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    uint64_t bag = 0;
    bw_buf_init(&text, 65536);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    const char *once = bw_arena_printf(&rq->arena, "form-%.*s", BW_FMT(bw_request_lines(rq, "once")));
    bw_jk_c(&j, "event_id", once ? once : "");
    for (size_t k = 0; k < BW_LEN(fields); k++)
        bw_jko_str(&j, fields[k], bw_request_lines(rq, fields[k]));
    if (bw_str_to_u64(bw_request_lines(rq, "bag"), 1, 32, &bag))
        bw_jk_i64(&j, "bag", (int64_t)bag);
    bw_jo_end(&j);
    return bw_buf_ok(&text) ? bw_arena_str(&rq->arena, bw_buf_view(&text)) : BW_STR_NONE;
}

static void told(struct bw_request *rq)
{
    if (bw_claim_refused(rq, rq->data))
        return;
    const char *at = bw_arena_printf(&rq->arena, "/t/%.*s/claims", BW_FMT(bw_request_param(rq, "token")));
    bw_reply_redirect(rq, at ? bw_str_c(at) : BW_STR("/"));
}

static void submit(struct bw_request *rq)
{
    struct bw_claim_request *cr = rq->data;
    bw_request_commit(rq, &cr->work, told);
}

static void bind_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_claims_seen *seen;
    if (!own(rq, pg, &seen))
        return;
    bw_code rc = bw_claim_bind(&rq->who, &seen->file->file, bw_clock_wall(), rq->data, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit);
}

void bw_h_customer_claim_file(struct bw_request *rq)
{
    bw_claim_say(rq, body_of(rq), true, bind_job);
}

void bw_h_customer_claim_step(struct bw_request *rq)
{
    bw_claim_say(rq, body_of(rq), false, bind_job);
}
