/* SPDX-License-Identifier: Apache-2.0 */
/* verify_policy.c - policies and open hours held against the books that told them: every event of a carrier's book has
 * one row with its uid, in the same words, and beside it what was before; and no row stands there that no event tells.
 */
#include "policies_int.h"
#include "verify_int.h"

/* One table's rows of the books of a page, by id, and which of them an event has told. */
struct shelf {
    const char *kind;
    struct bw_rows rows;
    bool *told;
};
struct page {
    struct shelf policies, hours, changes;
};

static bw_code fill(struct bw_verification *v, struct shelf *s, unsigned stmt, const struct bw_str *carriers, size_t n,
                    struct bw_error *err)
{
    bw_code code = bw_pg_query(v->pg, stmt, BW_PARAMS(bw_p_texts(carriers, n)), &s->rows, err);
    if (code != BW_OK)
        return code;
    s->told = BW_NEW_ARRAY(&v->arena, bool, s->rows.n + 1);
    return s->told ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "policies");
}

/* The row of an event, told by now; false: there is none. */
static bool take(struct shelf *s, const struct bw_uuid *uid, size_t *ret)
{
    size_t low = 0, high = s->rows.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct bw_uuid id = bw_rows_uuid(&s->rows, middle, "id");
        if (bw_uuid_cmp(&id, uid) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct bw_uuid id = low < s->rows.n ? bw_rows_uuid(&s->rows, low, "id") : (struct bw_uuid){ { 0 } };
    if (low == s->rows.n || !bw_uuid_eq(&id, uid))
        return false;
    s->told[low] = true;
    *ret = low;
    return true;
}

/* What the row would have its event say; p NULL: it is none that the rules can read. */
static struct bw_str text_of(struct shelf *s, bool hours, size_t row, struct bw_arena *arena)
{
    struct bw_policy p = { .minutes = 0 };
    struct bw_hours h = { .always = false };
    bool read = hours ? bw_desk_hours_of_row(&s->rows, row, &h) : bw_policy_of_row(&s->rows, row, &p);
    /* Levels are told from the second on; the first is always when it is due. */
    bool plain = !p.n_steps || (p.n_steps == 3 && p.steps[0] == 0);
    return read && plain ? bw_policy_text(&p, hours ? &h : NULL, arena) : BW_STR_NONE;
}

/* The row and the change beside it say what the event says, whichever way it was judged. */
static bool same(struct bw_verification *v, struct page *p, bool hours, size_t row, size_t change,
                 const struct bw_event *ev)
{
    struct shelf *s = hours ? &p->hours : &p->policies;
    struct bw_rows *c = &p->changes.rows;
    struct bw_str after = text_of(s, hours, row, &v->arena);
    struct bw_str before = bw_rows_null(c, change, "before") ? BW_STR_NONE : bw_rows_text(c, change, "before");
    bool found = false;
    for (int relaxes = 0; relaxes < 2 && after.p; relaxes++)
        found = found || bw_str_eq(ev->data.facts, bw_policy_facts(hours ? "hours" : "policy", ev->carrier, before,
                                                                   after, relaxes != 0, &v->arena));
    return found && bw_str_eq_c(bw_rows_text(&s->rows, row, "carrier"), ev->carrier) &&
           bw_str_eq_c(bw_rows_text(&s->rows, row, "set_by"), ev->sender) &&
           bw_str_eq_c(bw_rows_text(c, change, "carrier"), ev->carrier) &&
           bw_str_eq(bw_rows_text(c, change, "after"), after) && bw_rows_time(c, change, "at") == ev->recorded_at;
}

static void check_event(struct bw_verification *v, struct page *p, const struct bw_event *ev)
{
    size_t row = 0, change = 0;
    bool policy = take(&p->policies, &ev->uid, &row);
    bool hours = !policy && take(&p->hours, &ev->uid, &row);
    bool beside = take(&p->changes, &ev->uid, &change);
    const char *kind = hours ? p->hours.kind : p->policies.kind;
    if (!policy && !hours)
        bw_differs(v, kind, &ev->uid, "event %d of the book of '%s' tells it, and there is no such row", ev->version,
                   ev->carrier);
    else if (!beside)
        bw_differs(v, kind, &ev->uid, "what was before it is not there");
    else if (ev->code != BW_EV_POLICY_CHANGED || !same(v, p, hours, row, change, ev))
        bw_differs(v, kind, &ev->uid, "it is not what event %d of the book of '%s' says", ev->version, ev->carrier);
}

static void check_untold(struct bw_verification *v, struct shelf *s)
{
    for (size_t k = 0; k < s->rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&s->rows, k, "id");
        if (!s->told[k])
            bw_differs(v, s->kind, &id, "no event tells it");
    }
}

static bw_code check_page(struct bw_verification *v, struct page *p, const struct bw_str *carriers, size_t n,
                          struct bw_error *err)
{
    struct bw_histories h = { 0 };
    struct bw_uuid *ids = BW_NEW_ARRAY(&v->arena, struct bw_uuid, n);
    if (!ids)
        return bw_fail(err, BW_E_NOMEM, NULL, "policies");
    for (size_t k = 0; k < n; k++) {
        char carrier[4];
        bw_str_put(carriers[k], carrier, sizeof carrier);
        ids[k] = bw_policy_book_id(carrier);
    }
    bw_code code = bw_read_histories(v, ids, n, &h, err);
    code = code == BW_OK ? fill(v, &p->policies, BW_STMT_VERIFY_POLICIES, carriers, n, err) : code;
    code = code == BW_OK ? fill(v, &p->hours, BW_STMT_VERIFY_HOURS, carriers, n, err) : code;
    code = code == BW_OK ? fill(v, &p->changes, BW_STMT_VERIFY_CHANGES, carriers, n, err) : code;
    if (code != BW_OK)
        return code;
    for (size_t k = 0; k < n; k++) {
        size_t n_events;
        const struct bw_event *events = bw_history_of(&h, &ids[k], &n_events);
        bw_check_versions(v, "policies", &ids[k], events, n_events, (int32_t)n_events);
        for (size_t i = 0; i < n_events; i++)
            check_event(v, p, &events[i]);
    }
    check_untold(v, &p->policies);
    check_untold(v, &p->hours);
    check_untold(v, &p->changes);
    return BW_OK;
}

bw_code bw_verify_book_page(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_verification *v = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows books = { 0 };
    struct page p = { .policies.kind = "policy", .hours.kind = "desk hours", .changes.kind = "policy change" };
    bw_code code =
        bw_pg_query(pg, BW_STMT_VERIFY_BOOKS,
                    BW_PARAMS(v->bucket < 0 ? bw_p_text(BW_STR_NONE) : bw_p_c(v->book), bw_p_i32(BW_VERIFY_PAGE)),
                    &books, err);
    v->more = code == BW_OK && books.n == BW_VERIFY_PAGE;
    if (code != BW_OK || books.n == 0)
        return code;
    struct bw_str *carriers = BW_NEW_ARRAY(&v->arena, struct bw_str, books.n);
    if (!carriers)
        return bw_fail(err, BW_E_NOMEM, NULL, "policies");
    for (size_t k = 0; k < books.n; k++)
        carriers[k] = bw_rows_text(&books, k, "carrier");
    code = check_page(v, &p, carriers, books.n, err);
    v->bucket = 0;
    bw_str_put(carriers[books.n - 1], v->book, sizeof v->book);
    bw_rows_done(&p.policies.rows);
    bw_rows_done(&p.hours.rows);
    bw_rows_done(&p.changes.rows);
    return code;
}
