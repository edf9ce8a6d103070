/* SPDX-License-Identifier: Apache-2.0 */
/* h_letter_page.c - dead letters on the screens of those who repair them: the list with counts per sender, one letter
 * with its faults, its text for a reason, and the button that replays it.  Plain pages and forms: they work without
 * scripts.  Layer: http.  Threads: loop, then a query worker.  Source: TYB-04, CASE-07, PAGE-07. */
#include "handlers.h"
#include "letters_int.h"
#include "pages_int.h"

#include <stdio.h>

static const char *number(const struct bw_leaf *leaf, int64_t n)
{
    return bw_arena_printf(&leaf->rq->arena, "%lld", (long long)n);
}

static const char *word(const struct bw_leaf *leaf, const char *kind, struct bw_str value)
{
    char key[64];
    snprintf(key, sizeof key, "page.letters.%s.%.*s", kind, BW_FMT(value));
    return bw_leaf_text(leaf, key, NULL, 0);
}

static void add_letter(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_letter *l)
{
    char id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    bw_view_add_str(a, to, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&l->id, id))));
    bw_view_add_str(a, to, "sender", l->sender);
    bw_view_add_str(a, to, "smi", l->smi.n ? l->smi : BW_STR("–"));
    bw_view_add_c(a, to, "first_line", number(leaf, l->first_line));
    bw_view_add_c(a, to, "last_line", number(leaf, l->last_line));
    bw_view_add_c(a, to, "status", word(leaf, "status", l->status));
    bw_view_add_c(a, to, "state", word(leaf, "state", l->state));
    bw_view_add_bool(a, to, "waiting", bw_str_eq_c(l->state, "waiting"));
    bw_leaf_when(leaf, to, "received", l->received_at);
    bw_leaf_when(leaf, to, "tried", l->tried_at);
    bw_view_add_str(a, to, "tried_by", l->tried_by);
    bw_leaf_when(leaf, to, "repaired", l->repaired_at);
    bw_view_add_str(a, to, "repaired_by", l->repaired_by);
}

/* --- the list --- */

static void list_page(struct bw_request *rq, const struct bw_letter *v, size_t n, const struct bw_letter_count *counts,
                      size_t n_counts)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.letters.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "at_letters", true);
    bw_leaf_when(&leaf, leaf.view, "now", leaf.now);
    struct bw_view *senders = bw_view_add_list(a, leaf.view, "senders");
    for (size_t k = 0; k < n_counts; k++) {
        struct bw_view *one = bw_view_add_map(a, senders, NULL);
        bw_view_add_str(a, one, "sender", counts[k].sender);
        bw_view_add_c(a, one, "waiting", number(&leaf, counts[k].waiting));
        bw_view_add_c(a, one, "replayed", number(&leaf, counts[k].replayed));
        bw_view_add_c(a, one, "dropped", number(&leaf, counts[k].dropped));
        bw_leaf_when(&leaf, one, "newest", counts[k].newest);
    }
    bw_view_add_bool(a, leaf.view, "any", n > 0);
    struct bw_view *letters = bw_view_add_list(a, leaf.view, "letters");
    for (size_t k = 0; k < n; k++)
        add_letter(&leaf, bw_view_add_map(a, letters, NULL), &v[k]);
    bw_leaf_reply(&leaf, 200, "letters");
}

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_letter *letters = NULL;
    struct bw_letter_count *counts = NULL;
    size_t n = 0, n_counts = 0;
    struct bw_str own = bw_letters_of(rq), state = bw_request_query(rq, "state");
    bw_code rc = bw_letters_count(pg, own, &rq->arena, &counts, &n_counts, &err);
    if (rc == BW_OK)
        rc = bw_letters_list(pg, own, state.p ? state : BW_STR("waiting"), &rq->arena, &letters, &n, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        list_page(rq, letters, n, counts, n_counts);
}

void bw_h_desk_letters(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

/* --- one letter --- */

struct in_fault {
    struct bw_str element, reason;
    int64_t line;
    bool lost;
};
static const struct bw_field fault_fields[] = {
    { BW_FIELD(struct in_fault, line, BW_J_I64), .max = 1 << 20 },
    { BW_FIELD(struct in_fault, element, BW_J_STR), .max = 2 },
    { BW_FIELD(struct in_fault, reason, BW_J_STR), .max = 400 },
    { BW_FIELD(struct in_fault, lost, BW_J_BOOL) },
    { BW_FIELD_END },
};
struct in_faults {
    struct bw_objects faults;
};
static const struct bw_field faults_fields[] = {
    { BW_FIELD(struct in_faults, faults, BW_J_OBJECTS), .max = BW_TYPEB_FAULTS, .sub = fault_fields,
      .elem_size = sizeof(struct in_fault) },
    { BW_FIELD_END },
};

/* The writer wrote them as an array; the decoder takes objects. */
static void add_faults(const struct bw_leaf *leaf, const struct bw_letter *l)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct in_faults in = { 0 };
    struct bw_faults *f = BW_NEW(a, struct bw_faults);
    const char *text = bw_arena_printf(a, "{\"faults\":%.*s}", BW_FMT(l->faults));
    if (!f || !text)
        return;
    bw_faults_init(f, a);
    if (bw_json_decode(bw_str_c(text), faults_fields, &in, f) != BW_OK)
        return;
    const struct in_fault *v = in.faults.v;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "faults");
    for (size_t k = 0; k < in.faults.n; k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "line", number(leaf, v[k].line));
        bw_view_add_str(a, one, "element", v[k].element);
        bw_view_add_str(a, one, "reason", v[k].reason);
    }
}

static void one_page(struct bw_request *rq, const struct bw_letter_seen *seen)
{
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    const struct bw_arg args[] = { { "sender", seen->letter.sender } };
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.letters.one", args, 1));
    bw_view_add_bool(a, leaf.view, "at_letters", true);
    add_letter(&leaf, leaf.view, &seen->letter);
    add_faults(&leaf, &seen->letter);
    bw_view_add_bool(a, leaf.view, "shown", seen->text.p != NULL);
    bw_view_add_str(a, leaf.view, "text", seen->text.p ? seen->text : BW_STR(""));
    bw_leaf_when(&leaf, leaf.view, "destroyed", seen->letter.destroyed_at);
    bw_view_add_c(a, leaf.view, "csrf", rq->who.csrf);
    struct bw_view *reasons = bw_view_add_list(a, leaf.view, "reasons");
    for (size_t k = 0; bw_letter_reason_at(k); k++) {
        struct bw_view *one = bw_view_add_map(a, reasons, NULL);
        bw_view_add_c(a, one, "value", bw_letter_reason_at(k));
        bw_view_add_c(a, one, "words", word(&leaf, "reason", bw_str_c(bw_letter_reason_at(k))));
    }
    bw_view_add_bool(a, leaf.view, "looked", seen->n_looks > 0);
    struct bw_view *looks = bw_view_add_list(a, leaf.view, "looks");
    for (size_t k = 0; k < seen->n_looks; k++) {
        struct bw_view *one = bw_view_add_map(a, looks, NULL);
        bw_view_add_str(a, one, "account", seen->looks[k].account);
        bw_view_add_c(a, one, "why", word(&leaf, "reason", seen->looks[k].reason));
        bw_leaf_when(&leaf, one, "at", seen->looks[k].at);
    }
    bw_leaf_reply(&leaf, 200, "letter");
}

struct one {
    struct bw_uuid id;
    struct bw_letter_seen seen;
};

static void job_one(struct bw_request *rq, struct bw_pg *pg)
{
    struct one *o = rq->data;
    struct bw_error err = { 0 };
    bw_code rc = bw_letter_see(rq, pg, &o->id, &o->seen, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        one_page(rq, &o->seen);
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

void bw_h_desk_letter(struct bw_request *rq)
{
    ask_one(rq, BW_STR_NONE);
}

void bw_h_desk_letter_show(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    struct bw_str reason = bw_request_form(rq, "reason");
    if (bw_letter_reason(reason))
        ask_one(rq, reason);
    else
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "reason", "a reason is needed"), &err);
}
