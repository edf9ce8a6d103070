/* SPDX-License-Identifier: Apache-2.0 */
/* h_letters.c - dead letters by API: GET /v1/dead-letters with counts per sender, GET one, POST {id}:show its text for
 * a reason that is kept, POST {id}:replay the same text after a fix.  A carrier's administrator sees the letters of its
 * own organisation; others are not there.  Replay is the writer's ordinary way: what was used before is a repetition.
 * Layer: http.  Threads: loop, query workers, writer's completion.  Source: TYB-04, CASE-07, design.md 8. */
#include "handlers.h"
#include "letters_int.h"

#include "bw/base/log.h"

struct show_body {
    struct bw_str reason;
};
static const char *is_reason(struct bw_str s)
{
    return bw_letter_reason(s) ? NULL : "must be repair, sender-asked, customer-asked or audit";
}
const struct bw_field bw_letter_show_fields[] = {
    { BW_FIELD(struct show_body, reason, BW_J_STR), .flags = BW_J_REQUIRED, .max = 20, .check = is_reason },
    { BW_FIELD_END },
};

struct repair_body {
    struct bw_str text;
};
const struct bw_field bw_letter_repair_fields[] = {
    { BW_FIELD(struct repair_body, text, BW_J_STR), .min = 1, .max = 8192 },
    { BW_FIELD_END },
};

const struct bw_field bw_nothing_fields[] = {
    { BW_FIELD_END },
};

struct bw_str bw_letters_of(const struct bw_request *rq)
{
    return rq->who.roles & BW_ADMIN ? BW_STR("") : bw_str_c(rq->who.organisation);
}

bool bw_letter_id(struct bw_request *rq, struct bw_uuid *ret)
{
    struct bw_error err = { 0 };
    if (bw_uuid_parse(bw_request_param(rq, "id"), ret))
        return true;
    bw_reply_problem(rq, bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such dead letter"), &err);
    return false;
}

static void letter_members(struct bw_json_out *j, const struct bw_letter *l)
{
    bw_jk_uuid(j, "id", &l->id);
    bw_jk_str(j, "sender", l->sender);
    bw_jk_time(j, "received_at", l->received_at);
    bw_jk_i64(j, "ordinal", l->ordinal);
    bw_jk_i64(j, "first_line", l->first_line);
    bw_jk_i64(j, "last_line", l->last_line);
    bw_jk_str(j, "smi", l->smi.p ? l->smi : BW_STR(""));
    bw_jk_str(j, "status", l->status);
    bw_jkey(j, "faults");
    bw_jraw(j, l->faults);
    bw_jk_str(j, "state", l->state);
    bw_jk_time(j, "tried_at", l->tried_at);
    bw_jko_str(j, "tried_by", l->tried_by);
    bw_jko_time(j, "repaired_at", l->repaired_at);
    bw_jko_str(j, "repaired_by", l->repaired_by);
}

static void count_members(struct bw_json_out *j, const struct bw_letter_count *c)
{
    bw_jo_begin(j);
    bw_jk_str(j, "sender", c->sender);
    bw_jk_i64(j, "waiting", c->waiting);
    bw_jk_i64(j, "replayed", c->replayed);
    bw_jk_i64(j, "dropped", c->dropped);
    bw_jk_time(j, "newest", c->newest);
    bw_jo_end(j);
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_letter *letters = NULL;
    struct bw_letter_count *counts = NULL;
    size_t n = 0, n_counts = 0;
    struct bw_str own = bw_letters_of(rq), asked = bw_request_query(rq, "sender"),
                  state = bw_request_query(rq, "state");
    struct bw_str sender = own.n ? own : asked;
    bw_code rc = bw_letters_count(pg, own.n ? own : BW_STR(""), &rq->arena, &counts, &n_counts, &err);
    if (rc == BW_OK)
        rc = bw_letters_list(pg, sender.p ? sender : BW_STR(""), state.p ? state : BW_STR(""), &rq->arena, &letters, &n,
                             &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)64 << 20);
    bw_jo_begin(j);
    bw_jkey(j, "senders");
    bw_ja_begin(j);
    for (size_t k = 0; k < n_counts; k++)
        count_members(j, &counts[k]);
    bw_ja_end(j);
    bw_jkey(j, "letters");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++) {
        bw_jo_begin(j);
        letter_members(j, &letters[k]);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_letters(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

bw_code bw_letter_see(struct bw_request *rq, struct bw_pg *pg, const struct bw_uuid *id, struct bw_letter_seen *seen,
                      struct bw_error *err)
{
    char name[BW_UUID_TEXT];
    bw_code rc = bw_letter_read(pg, id, bw_letters_of(rq), &rq->arena, &seen->letter, err);
    if (rc == BW_OK && seen->reason.n) {
        rc = bw_letter_show(rq->app, pg, &seen->letter, bw_str_c(rq->who.name), seen->reason, rq->at_wall, &rq->arena,
                            &seen->text, err);
        bw_log(BW_INFO, "letter.shown", BW_LC("letter", bw_uuid_text(id, name)), BW_LC("by", rq->who.name),
               BW_LS("reason", seen->reason));
    }
    if (rc == BW_OK)
        rc = bw_letter_looks(pg, id, &rq->arena, &seen->looks, &seen->n_looks, err);
    return rc;
}

struct one {
    struct bw_uuid id;
    struct bw_letter_seen seen;
};

static void job_one(struct bw_request *rq, struct bw_pg *pg)
{
    struct one *o = rq->data;
    struct bw_letter_seen *seen = &o->seen;
    struct bw_error err = { 0 };
    bw_code rc = bw_letter_see(rq, pg, &o->id, seen, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)4 << 20);
    bw_jo_begin(j);
    letter_members(j, &seen->letter);
    bw_jk_time(j, "destroyed_at", seen->letter.destroyed_at);
    if (seen->text.p)
        bw_jk_str(j, "text", seen->text);
    bw_jkey(j, "looks");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_looks; k++) {
        bw_jo_begin(j);
        bw_jk_str(j, "account", seen->looks[k].account);
        bw_jk_str(j, "reason", seen->looks[k].reason);
        bw_jk_time(j, "at", seen->looks[k].at);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

static void ask_one(struct bw_request *rq, struct bw_str reason)
{
    struct one *o = BW_NEW(&rq->arena, struct one);
    if (!o) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    if (!bw_letter_id(rq, &o->id))
        return;
    o->seen.reason = reason;
    rq->data = o;
    bw_request_job(rq, BW_JOB_QUERY, job_one);
}

void bw_h_letter(struct bw_request *rq)
{
    ask_one(rq, BW_STR_NONE);
}

void bw_h_letter_show(struct bw_request *rq)
{
    struct show_body body = { 0 };
    if (bw_request_json(rq, bw_letter_show_fields, &body))
        ask_one(rq, body.reason);
}

/* --- replay --- */

struct replay {
    struct bw_uuid id;
    struct bw_arena *arena;
    struct bw_str repaired; /* empty: as it was sent */
    struct bw_letter_replay r;
};

static void answer_replay(struct bw_request *rq, const struct replay *p)
{
    char id[BW_UUID_TEXT];
    if (rq->route->flags & BW_R_PAGE) {
        const char *to = bw_arena_printf(&rq->arena, "/desk/dead-letters/%s", bw_uuid_text(&p->id, id));
        bw_reply_redirect(rq, bw_str_c(to));
        return;
    }
    struct bw_json_reply r;
    int status;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)64 << 20);
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &p->id);
    bw_jk_str(j, "state", p->r.letter.state);
    bw_jkey(j, "telegram");
    bw_ingest_telegram_answer(&p->r.telegram, j, &status);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

static void job_tried(struct bw_request *rq, struct bw_pg *pg)
{
    struct replay *p = rq->data;
    struct bw_error err = { 0 };
    char id[BW_UUID_TEXT];
    bw_code rc = bw_letter_tried(pg, &p->r, bw_str_c(rq->who.name), rq->at_wall, &err);
    bw_log(BW_INFO, "letter.replayed", BW_LC("letter", bw_uuid_text(&p->id, id)), BW_LC("by", rq->who.name),
           BW_LS("state", p->r.letter.state), BW_LC("repaired", p->repaired.n ? "yes" : "no"));
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        answer_replay(rq, p);
}

static void stored(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_tried);
}

static void store(struct bw_request *rq)
{
    struct replay *p = rq->data;
    bw_typeb_store(rq, &p->r.telegram, &p->r.who, stored);
}

static void job_replay(struct bw_request *rq, struct bw_pg *pg)
{
    struct replay *p = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_letter_replay(rq->app, pg, &p->id, bw_letters_of(rq), p->repaired, p->arena, &p->r, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, store);
}

void bw_h_letter_replay(struct bw_request *rq)
{
    struct bw_uuid id;
    struct repair_body body = { BW_STR_NONE };
    bool page = rq->route->flags & BW_R_PAGE;
    if (!bw_letter_id(rq, &id) || (!page && rq->body.n > 0 && !bw_request_json(rq, bw_letter_repair_fields, &body)))
        return;
    if (page)
        body.text = bw_request_form(rq, "text");
    struct bw_arena *arena = bw_typeb_arena(rq);
    struct replay *p = arena ? BW_NEW(arena, struct replay) : NULL;
    if (!p) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    p->id = id;
    p->arena = arena;
    p->repaired = body.text;
    rq->data = p;
    bw_request_job(rq, BW_JOB_QUERY, job_replay);
}
