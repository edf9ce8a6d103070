/* SPDX-License-Identifier: Apache-2.0 */
/* One folded event on its way out: journal entry, stored answer, line of the feed, its promises. */
#include <stdio.h>

#include "batch_ways.h"

#define ANSWER_MOST (64 * 1024)

static struct bw_uuid make_promise_id(void *ctx, bw_time at)
{
    const struct bw_actor *a = ctx;
    return bw_id_with_bucket(bw_uuid_v7(at), bw_id_bucket(&a->id));
}

size_t bw_open_promises(const struct bw_actor *a, struct bw_promise *to, size_t max)
{
    size_t n = 0;
    for (size_t k = 0; k < a->promises.n && n < max; k++) {
        const struct bw_prow *r = a->promises.v[k];
        if (r->p.why == BW_CLOSE_OPEN)
            to[n++] = r->p;
    }
    return n;
}

static struct bw_prow *row_of(struct bw_actor *a, const struct bw_uuid *promise_id)
{
    for (size_t k = 0; k < a->promises.n; k++) {
        struct bw_prow *r = a->promises.v[k];
        if (bw_uuid_eq(&r->p.promise_id, promise_id))
            return r;
    }
    return NULL;
}

bool bw_promises_apply(struct bw_batch *b, struct bw_actor *a, const struct bw_event *ev, int32_t ordinal)
{
    struct bw_promise open[BW_OPEN_MAX];
    if (bw_is_aside(a->kind)) /* owes nothing */
        return true;
    struct bw_promise_changes *c = BW_NEW(&b->arena, struct bw_promise_changes);
    if (!c || (a->kind == BW_SUBJECT_BAG && !bw_batch_ask_flight(b, &a->now.bag)))
        return false;
    size_t n = bw_open_promises(a, open, BW_LEN(open));
    if (a->kind == BW_SUBJECT_CASE)
        bw_promise_case(open, n, &a->now.file, ev, b->world, make_promise_id, a, c);
    else
        bw_promise_bag(open, n, &a->now.bag, ev, b->world, make_promise_id, a, c);
    for (size_t k = 0; k < c->n_closed; k++) {
        struct bw_prow *r = row_of(a, &c->closed[k].promise_id);
        BW_ASSERT(r);
        r->p = c->closed[k];
        r->changed = true;
        r->closed_version = ev->version;
        r->closed_ordinal = ordinal;
    }
    for (size_t k = 0; k < c->n_raised; k++) {
        struct bw_prow *r = row_of(a, &c->raised[k].promise_id);
        BW_ASSERT(r);
        r->p = c->raised[k];
        r->changed = true;
    }
    for (size_t k = 0; k < c->n_opened; k++) {
        struct bw_prow *r = BW_NEW(&b->arena, struct bw_prow);
        if (!r || !bw_list_add(&b->arena, &a->promises, r))
            return false;
        r->p = c->opened[k];
        r->p.subject = a->kind;
        r->p.bag_id = a->id;
        r->fresh = true;
        r->opened_version = ev->version;
        r->opened_ordinal = ordinal;
    }
    return true;
}

struct bw_out *bw_out_add(struct bw_batch *b, struct bw_actor *a, struct bw_event *ev)
{
    struct bw_out *out = BW_NEW(&b->arena, struct bw_out);
    if (!out || !bw_list_add(&b->arena, &b->outs, out) || !bw_list_add(&b->arena, &a->added, ev))
        return NULL;
    out->ev = ev;
    out->actor = a;
    char text[BW_IDENT_TEXT];
    out->ident = bw_arena_str(&b->arena, bw_str_c(bw_ident_text(&ev->ident, text)));
    /* A copy has the sender and the event id of what it copies: its key must not be one that the sender may use too. */
    char *copy = bw_arena_printf(&b->arena, "copy/%s", text);
    out->key_ident = b->copying && copy ? bw_str_c(copy) : out->ident;
    out->ident_bucket = bw_ident_bucket(&ev->ident);
    a->dirty = true;
    return out->ident.p && copy ? out : NULL;
}

static void put_case(struct bw_json_out *j, const struct bw_case *c)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &c->case_id);
    bw_jk_c(j, "ref", c->ref);
    bw_jk_i64(j, "version", c->version);
    bw_jk_c(j, "state", bw_case_word(c->state));
    bw_jk_c(j, "owner", c->owner);
    bw_jk_time(j, "opened_at", c->opened_at);
    bw_jko_c(j, "priority", bw_priority_word(c->priority));
    bw_jko_c(j, "linked", c->linked);
    bw_answer_offer(j, c);
    bw_answer_wait(j, &c->wait);
    bw_jo_end(j);
}

/* What was said of it stands in the event. */
static void put_side(struct bw_json_out *j, const struct bw_actor *a)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &a->id);
    bw_jk_i64(j, "version", a->now.side);
    bw_jk_c(j, "state", a->aside->state);
    bw_jo_end(j);
}

static void put_subject(struct bw_json_out *j, const struct bw_actor *a)
{
    bw_jkey(j, bw_subject_word(a->kind));
    if (a->kind == BW_SUBJECT_CASE)
        put_case(j, &a->now.file);
    else if (bw_is_aside(a->kind))
        put_side(j, a);
    else
        bw_answer_bag(j, &a->now.bag);
}

/* What a carrier outside the journey and a courier may read: its own statement and what to do (BAG-05, SEC-13). */
static void put_outsider(struct bw_json_out *j, const struct bw_bag *bag)
{
    bw_jkey(j, "bag");
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &bag->bag_id);
    bw_jko_str(j, "plate", bw_str_c(bag->plate));
    bw_jk_i64(j, "version", bag->version);
    bw_jo_end(j);
}

bool bw_out_answer(struct bw_batch *b, struct bw_out *out, bool outsider)
{
    struct bw_actor *a = out->actor;
    struct bw_promise open[BW_OPEN_MAX];
    size_t n = outsider ? 0 : bw_open_promises(a, open, BW_LEN(open));
    struct bw_buf text, words;
    bw_buf_init(&text, ANSWER_MOST);
    bw_buf_init(&words, 2048);
    struct bw_json_out j;
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jkey(&j, "event");
    bw_answer_event(&j, out->ev);
    if (outsider)
        put_outsider(&j, &a->now.bag);
    else
        put_subject(&j, a);
    bw_jkey(&j, "promises");
    bw_answer_promises(&j, open, n, b->world, out->ev->recorded_at);
    if (a->kind == BW_SUBJECT_BAG) {
        if (out->ev->flags & BW_FL_NO_MANDATE)
            bw_buf_printf(&words, "%s has given you no mandate for this: at most a sighting, custody stays. ",
                          bw_carrier_name(b->world, out->ev->carrier));
        if (!bw_event_in_person(out->ev))
            bw_buf_str(&words, BW_STR("No person is named: kept, and meets nothing that is owed. "));
        if (bw_idle_empty(out->ev))
            bw_buf_str(&words,
                       BW_STR("Nothing new since the last two of these: kept, and meets nothing that is owed. "));
        bw_bag_instruction(&a->now.bag, out->ev->carrier, out->ev->station, b->world, &words);
        bw_jk_str(&j, "instruction", bw_buf_view(&words));
    }
    bw_jo_end(&j);
    bool ok = bw_buf_ok(&text) && bw_buf_ok(&words);
    out->answer = ok ? bw_arena_str(&b->arena, bw_buf_view(&text)) : BW_STR_NONE;
    bw_buf_done(&text);
    bw_buf_done(&words);
    return out->answer.p != NULL;
}

/* Carriers that see the change: the journey's, the owner, the holders of promises, the speaker. */
struct audience {
    char v[16][4];
    size_t n;
};

static void audience_add(struct audience *to, const char *carrier)
{
    if (!carrier[0] || to->n == BW_LEN(to->v))
        return;
    for (size_t k = 0; k < to->n; k++)
        if (strcmp(to->v[k], carrier) == 0)
            return;
    bw_str_put(bw_str_c(carrier), to->v[to->n++], sizeof to->v[0]);
}

static void audience_of(const struct bw_out *out, const struct bw_promise *open, size_t n_open, struct audience *to)
{
    const struct bw_actor *a = out->actor;
    to->n = 0;
    if (a->kind == BW_SUBJECT_CASE) {
        audience_add(to, a->now.file.owner);
        audience_add(to, out->ev->from_carrier); /* a hand-over is told to both */
        audience_add(to, out->ev->to_carrier);
    } else if (bw_is_aside(a->kind)) {
        for (size_t k = 0; k < a->aside->n_audience; k++)
            audience_add(to, a->aside->audience[k]);
    } else {
        const struct bw_bag *bag = &a->now.bag;
        audience_add(to, bag->owner);
        audience_add(to, bag->custodian);
        audience_add(to, bag->receiver);
        for (size_t k = 0; k < bag->n_legs; k++) {
            char carrier[4];
            if (bw_str_copy(bw_flight_carrier(bag->legs[k].flight), carrier, sizeof carrier))
                audience_add(to, carrier);
        }
    }
    for (size_t k = 0; k < n_open; k++)
        audience_add(to, open[k].debtor);
    if (!(out->ev->flags & (BW_FL_OUTSIDE_JOURNEY | BW_FL_NO_MANDATE)))
        audience_add(to, out->ev->carrier);
}

static void put_line_json(struct bw_json_out *j, const struct bw_out *out, const struct bw_promise *open, size_t n_open,
                          const struct audience *to)
{
    const struct bw_actor *a = out->actor;
    char type[24];
    (void)snprintf(type, sizeof type, "%s" BW_FEED_CHANGED, bw_subject_word(a->kind));
    bw_jo_begin(j);
    bw_jk_i64(j, "v", 1);
    bw_jk_c(j, "type", type);
    bw_jk_uuid(j, "uid", &out->ev->uid);
    put_subject(j, a);
    bw_jkey(j, "promises");
    bw_answer_promises(j, open, n_open, NULL, out->ev->recorded_at);
    if (a->kind == BW_SUBJECT_BAG && a->now.bag.case_ref[0])
        bw_jk_c(j, "case", a->now.bag.case_ref);
    bw_jkey(j, "audience");
    bw_ja_begin(j);
    for (size_t k = 0; k < to->n; k++)
        bw_jstr(j, bw_str_c(to->v[k]));
    bw_ja_end(j);
    bw_jkey(j, "event");
    bw_answer_event(j, out->ev);
    bw_jo_end(j);
}

static void line_state(const struct bw_actor *a, struct bw_feed_line *line)
{
    if (a->kind == BW_SUBJECT_CASE) {
        line->case_id = a->id;
        line->state = bw_str_c(bw_case_word(a->now.file.state));
    } else if (bw_is_aside(a->kind)) {
        line->state = bw_str_c(a->aside->state);
    } else {
        line->case_id = a->now.bag.case_id;
        line->bag_ordinal = a->now.bag.case_ordinal;
        line->state = bw_str_c(bw_place_word(a->now.bag.place));
    }
}

bool bw_out_line(struct bw_batch *b, struct bw_out *out, int32_t ordinal)
{
    struct bw_actor *a = out->actor;
    struct bw_promise open[BW_OPEN_MAX];
    size_t n = bw_open_promises(a, open, BW_LEN(open));
    struct audience to;
    audience_of(out, open, n, &to);
    char carriers[80] = "";
    size_t at = 0;
    for (size_t k = 0; k < to.n; k++) {
        size_t len = strlen(to.v[k]);
        if (at + len + 1 >= sizeof carriers)
            break;
        if (at)
            carriers[at++] = ',';
        memcpy(carriers + at, to.v[k], len);
        at += len;
    }
    struct bw_buf text;
    bw_buf_init(&text, ANSWER_MOST);
    struct bw_json_out j;
    bw_json_out_init(&j, &text);
    put_line_json(&j, out, open, n, &to);
    struct bw_feed_line line = { .ordinal = ordinal,
                                 .bag_id = a->id,
                                 .version = out->ev->version,
                                 .level = -1,
                                 .audience = bw_str_n(carriers, at),
                                 .json = bw_buf_view(&text) };
    line_state(a, &line);
    for (size_t k = 0; k < n; k++)
        line.level = open[k].level > line.level ? open[k].level : line.level;
    bool ok = bw_buf_ok(&text);
    if (ok)
        bw_feed_line_put(&b->lines, &line);
    bw_buf_done(&text);
    b->n_lines++;
    return ok && bw_buf_ok(&b->lines);
}
