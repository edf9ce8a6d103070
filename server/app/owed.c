/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/owed.h"

#include "bw/app/sight.h"
#include "bw/domain/disruption.h"
#include "bw/storage/rows.h"

static void take(struct bw_rows *rows, size_t row, const char *col, char *to, size_t size)
{
    if (!bw_str_copy(bw_rows_text(rows, row, col), to, size))
        to[0] = '\0';
}

static struct bw_str some(struct bw_str s)
{
    return s.n ? s : BW_STR_NONE;
}

bw_code bw_owed_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_owed_ask *ask, bw_time now,
                     struct bw_arena *arena, struct bw_owed_line **ret, size_t *ret_n, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    struct bw_str words[BW_OWE_MAX];
    size_t n = bw_sight_carriers(who, now, carriers), n_words = bw_storm_words(words);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_PROMISE_OWED,
                    BW_PARAMS(bw_p_texts(carriers, n), bw_p_bool(who->every_carrier), bw_p_text(some(ask->debtor)),
                              bw_p_time(ask->overdue ? now : BW_TIME_NONE), bw_p_i32((int32_t)ask->most),
                              bw_p_time(ask->grouped ? now : BW_TIME_NONE), bw_p_texts(words, n_words),
                              bw_p_text(some(ask->station)), bw_p_text(some(ask->kind)),
                              bw_p_i16((int16_t)(ask->level < 0 ? -1 : ask->level)), bw_p_time(ask->after_due),
                              bw_p_uuid(&ask->after_id)),
                    &rows, err);
    if (rc != BW_OK)
        return rc;
    struct bw_owed_line *lines = BW_NEW_ARRAY(arena, struct bw_owed_line, rows.n + 1);
    if (!lines)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
    for (size_t k = 0; k < rows.n; k++) {
        if (!bw_row_promise(&rows, k, &lines[k].p))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        take(&rows, k, "plate", lines[k].plate, sizeof lines[k].plate);
        take(&rows, k, "ref", lines[k].ref, sizeof lines[k].ref);
    }
    *ret = lines;
    *ret_n = rows.n;
    return BW_OK;
}
