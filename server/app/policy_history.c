/* SPDX-License-Identifier: Apache-2.0 */
/* policy_history.c - changes of a book of policies, as people read them: who, when, what, and what it was before. */
#include "bw/app/policies.h"

#include "bw/domain/hours.h"

/* The last that was told of the same before it. */
static const struct bw_policy *told_before(const struct bw_policy_book *book, const struct bw_policy *p)
{
    const struct bw_policy *last = NULL;
    for (size_t k = 0; k < book->n_all; k++) /* by time of telling within a key */
        if (bw_policy_same_key(&book->all[k], p) && book->all[k].told_at < p->told_at)
            last = &book->all[k];
    return last;
}

/* The hours of a desk that were told at that instant, and the last before them. */
static void find_hours(const struct bw_policy_book *book, struct bw_policy_told *to)
{
    for (size_t k = 0; k < book->n_hours; k++) { /* by time of telling within a desk */
        const struct bw_hours *h = &book->hours[k];
        if (strcmp(h->carrier, book->carrier) != 0 || strcmp(h->station, to->desk) != 0)
            continue;
        if (h->told_at < to->p.told_at)
            to->hours_before = h;
        else if (h->told_at == to->p.told_at)
            to->hours = h;
    }
}

static bool told_of(struct bw_rows *rows, size_t row, const struct bw_policy_book *book, struct bw_arena *arena,
                    struct bw_policy_told *to)
{
    struct bw_str priority = bw_rows_text(rows, row, "priority");
    *to = (struct bw_policy_told){ .at = bw_rows_time(rows, row, "at"),
                                   .by = bw_arena_str(arena, bw_rows_text(rows, row, "name")),
                                   .p = { .minutes = bw_rows_i32(rows, row, "minutes"),
                                          .told_at = bw_rows_time(rows, row, "told_at") } };
    bw_str_put(bw_str_c(book->carrier), to->p.carrier, sizeof to->p.carrier);
    bool read = bw_str_copy(bw_rows_text(rows, row, "owed"), to->p.owed, sizeof to->p.owed) &&
                bw_str_copy(bw_rows_text(rows, row, "station"), to->p.station, sizeof to->p.station) &&
                bw_str_copy(bw_rows_text(rows, row, "lane"), to->p.lane, sizeof to->p.lane) &&
                bw_str_copy(bw_rows_text(rows, row, "desk"), to->desk, sizeof to->desk) &&
                (!priority.n || bw_priority_from(priority, &to->p.priority));
    to->before = read && to->p.owed[0] ? told_before(book, &to->p) : NULL;
    if (read && to->desk[0])
        find_hours(book, to);
    return read && to->by.p;
}

bw_code bw_policy_history(struct bw_pg *pg, const struct bw_policy_book *book, struct bw_arena *arena,
                          struct bw_policy_told **ret, size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_POLICY_HISTORY, BW_PARAMS(bw_p_c(book->carrier)), &rows, err);
    struct bw_policy_told *v = rc == BW_OK ? BW_NEW_ARRAY(arena, struct bw_policy_told, rows.n + 1) : NULL;
    size_t n = 0;
    if (rc != BW_OK)
        return rc;
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the changes of policies");
    for (size_t k = 0; k < rows.n; k++)
        n += told_of(&rows, k, book, arena, &v[n]) ? 1 : 0;
    *ret = v;
    *ret_n = n;
    return BW_OK;
}
