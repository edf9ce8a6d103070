/* SPDX-License-Identifier: Apache-2.0 */
/* Which carriers are told what they owe (CLK-16): read in the batch's own transaction, when a promise is to be judged
 * and only then.  So a key that was made a moment ago counts, and a batch about unwatched bags asks nothing. */
#include "batch_int.h"

static bool known(const struct bw_batch *b, const char *code)
{
    for (size_t k = 0; k < b->members.n; k++)
        if (strcmp(b->members.v[k].code, code) == 0)
            return true;
    return false;
}

static bool want(struct bw_batch *b, const char *code)
{
    if (!code[0] || known(b, code))
        return true;
    if (b->members.n == b->members.cap) {
        size_t cap = b->members.cap * 2;
        struct bw_member *more = BW_NEW_ARRAY(&b->arena, struct bw_member, cap);
        if (!more)
            return false;
        memcpy(more, b->members.v, b->members.n * sizeof *more);
        b->members.v = more;
        b->members.cap = cap;
    }
    struct bw_member *m = &b->members.v[b->members.n++];
    *m = (struct bw_member){ .how = BW_MEMBER_NOT };
    bw_str_put(bw_str_c(code), m->code, sizeof m->code);
    return true;
}

static bool want_all(struct bw_batch *b, const struct bw_actor *a)
{
    char code[BW_ASKED_MAX][4];
    bool bag = a->kind == BW_SUBJECT_BAG;
    size_t n = a->kind == BW_SUBJECT_BAG || a->kind == BW_SUBJECT_CASE
                   ? bw_owing_asked(bag ? &a->now.bag : NULL, bag ? NULL : &a->now.file, code)
                   : 0;
    struct bw_owing owing[BW_OWED_MAX];
    size_t n_owing = bag ? bw_owing_place(&a->now.bag, b->world, owing) : 0; /* who operates a flight, by its times */
    for (size_t k = 0; k < n; k++)
        if (!want(b, code[k]))
            return false;
    for (size_t k = 0; k < n_owing; k++)
        if (!want(b, owing[k].debtor))
            return false;
    return true;
}

static bool all_known(const struct bw_batch *b, const struct bw_actor *a)
{
    char code[BW_ASKED_MAX][4];
    struct bw_owing owing[BW_OWED_MAX];
    bool bag = a->kind == BW_SUBJECT_BAG;
    size_t n_owing = bag ? bw_owing_place(&a->now.bag, b->world, owing) : 0;
    if (bag && n_owing == 0)
        return true;
    for (size_t k = 0; k < n_owing; k++)
        if (!known(b, owing[k].debtor))
            return false;
    size_t n = bw_owing_asked(bag ? &a->now.bag : NULL, bag ? NULL : &a->now.file, code);
    for (size_t k = 0; k < n; k++)
        if (!known(b, code[k]))
            return false;
    return true;
}

bool bw_members_begin(struct bw_batch *b)
{
    enum { FIRST = 64 };
    if (!b->opt->members)
        return true;
    b->members.v = BW_NEW_ARRAY(&b->arena, struct bw_member, FIRST);
    b->members.cap = FIRST;
    b->members.told = *b->world;
    b->members.told.members = b->members.v;
    b->members.told.n_members = 0;
    b->world = &b->members.told;
    return b->members.v != NULL;
}

/* A level is raised, and a time put off, whoever owes. */
static bool is_level(const struct bw_event *ev)
{
    return ev->code == BW_EV_PROMISE_REMINDED || ev->code == BW_EV_PROMISE_MISSED || ev->code == BW_EV_PROMISE_MOVED;
}

/* Asks for those of every bag and file at once, so that a file of many bags is folded twice and not once for each. */
bool bw_members_ask(struct bw_batch *b, const struct bw_actor *a, const struct bw_event *ev)
{
    bool owes = a->kind == BW_SUBJECT_BAG || a->kind == BW_SUBJECT_CASE;
    if (!b->opt->members || !owes || is_level(ev) || all_known(b, a))
        return true;
    b->needs_reading = true;
    for (size_t k = 0; k < b->actor_list.n; k++) {
        const struct bw_actor *one = b->actor_list.v[k];
        if (one->found && !want_all(b, one))
            return false;
    }
    return want_all(b, a);
}

static enum bw_membership how(struct bw_rows *rows, size_t row)
{
    if (bw_rows_bool(rows, row, "connected"))
        return BW_MEMBER_CONNECTED;
    return bw_rows_bool(rows, row, "by_hand") ? BW_MEMBER_BY_HAND : BW_MEMBER_NOT;
}

bw_code bw_batch_read_members(struct bw_batch *b, struct bw_error *err)
{
    size_t from = b->members.told.n_members, n = b->members.n - from;
    if (!b->opt->members || !n)
        return BW_OK;
    struct bw_str *code = BW_NEW_ARRAY(&b->arena, struct bw_str, n);
    if (!code)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a batch");
    for (size_t k = 0; k < n; k++)
        code[k] = bw_str_c(b->members.v[from + k].code);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pipe_send(b->pg, BW_STMT_MEMBER_READ, BW_PARAMS(bw_p_texts(code, n), bw_p_time(b->now)), err);
    rc = rc == BW_OK ? bw_pipe_sync(b->pg, err) : rc;
    rc = rc == BW_OK ? bw_pipe_read(b->pg, BW_STMT_MEMBER_READ, &rows, err) : rc;
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++)
        for (size_t k = from; k < b->members.n; k++)
            if (bw_str_eq_c(bw_rows_text(&rows, row, "code"), b->members.v[k].code))
                b->members.v[k].how = how(&rows, row);
    b->members.told.members = b->members.v;
    b->members.told.n_members = b->members.n;
    return rc;
}
