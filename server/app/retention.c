/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/retention.h"

#include "bw/app/erase.h"
#include "bw/base/log.h"
#include "bw/base/metrics.h"

enum { AT_ONCE = 2000, ROUNDS = 100, FILES_AT_ONCE = 50, FILE_ROUNDS = 20 };

static const struct bw_keeping_row table[BW_KEEP_MAX] = {
#define R(id, word, hours, what, from, end) [BW_KEEP_##id] = { word, (hours)*BW_HOUR, what, from, end },
#include "bw/app/retention.def"
#undef R
};

const struct bw_keeping_row *bw_keeping_row(enum bw_keeping k)
{
    BW_ASSERT(k < BW_KEEP_MAX);
    return &table[k];
}

static void told(enum bw_keeping k, int64_t n)
{
    if (n <= 0)
        return;
    bw_metric_add(BW_M_RETIRED, k, (uint64_t)n);
    bw_log(BW_INFO, "retention.destroyed", BW_LC("class", table[k].class_), BW_LI("n", n));
}

bw_code bw_keeping_count(struct bw_pg *pg, enum bw_keeping k, bw_time now, int64_t n, struct bw_error *err)
{
    if (n <= 0)
        return BW_OK;
    told(k, n);
    return bw_pg_query(pg, BW_STMT_RETENTION_ADD,
                       BW_PARAMS(bw_p_c(table[k].class_), bw_p_date(bw_date_of(now)), bw_p_i64(n)), NULL, err);
}

/* Classes with a way of their own. */
static bool by_itself(enum bw_keeping k)
{
    return k == BW_KEEP_CASES || k == BW_KEEP_TEXTS;
}

static bw_code retire(struct bw_pg *pg, enum bw_keeping k, bw_time now, struct bw_error *err)
{
    bw_code rc = BW_OK;
    int64_t gone = AT_ONCE, all = 0;
    for (int round = 0; rc == BW_OK && gone >= AT_ONCE && round < ROUNDS; round++) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        rc = bw_pg_query(pg, BW_STMT_RETIRE,
                         BW_PARAMS(bw_p_c(table[k].class_), bw_p_time(now - table[k].period), bw_p_i32(AT_ONCE),
                                   bw_p_time(now)),
                         &rows, err);
        gone = rc == BW_OK ? bw_rows_i64(&rows, 0, "gone") : 0;
        all += gone;
    }
    told(k, all);
    return rc;
}

bw_code bw_keeping_rows(struct bw_pg *pg, bw_time now, struct bw_error *err)
{
    bw_code rc = BW_OK;
    for (int k = 0; rc == BW_OK && k < BW_KEEP_MAX; k++)
        if (!by_itself((enum bw_keeping)k))
            rc = retire(pg, (enum bw_keeping)k, now, err);
    return rc;
}

/* A file that cannot be erased now is named, and does not hold up the others. */
static size_t erase_all(const struct bw_app *app, struct bw_pg *pg, struct bw_rows *rows, bw_time now)
{
    size_t done = 0;
    for (size_t row = 0; row < rows->n; row++) {
        struct bw_error err = { 0 };
        bw_time at;
        char ref[11];
        bw_str_put(bw_rows_text(rows, row, "ref"), ref, sizeof ref);
        bw_code rc = bw_erase_run(app, pg, bw_str_c(ref), BW_ERASE_RETENTION, now, true, &at, &err);
        if (rc != BW_OK)
            bw_log(BW_WARN, "retention.not_erased", BW_LC("ref", ref), BW_LC("code", bw_code_info(rc)->name),
                   BW_LC("why", err.detail));
        done += rc == BW_OK;
    }
    return done;
}

bw_code bw_keeping_files(const struct bw_app *app, struct bw_pg *pg, bw_time now, bw_time cases, struct bw_error *err)
{
    bw_code rc = BW_OK;
    size_t done = FILES_AT_ONCE, all = 0;
    for (int round = 0; rc == BW_OK && done == FILES_AT_ONCE && round < FILE_ROUNDS; round++) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        rc = bw_pg_query(pg, BW_STMT_RETIRE_FILES, BW_PARAMS(bw_p_time(now - cases), bw_p_i32(FILES_AT_ONCE)), &rows,
                         err);
        done = rc == BW_OK ? erase_all(app, pg, &rows, now) : 0;
        all += done;
    }
    return rc == BW_OK ? bw_keeping_count(pg, BW_KEEP_CASES, now, (int64_t)all, err) : rc;
}

/* --- the report --- */

static int class_of(struct bw_str word)
{
    int k = 0;
    while (k < BW_KEEP_MAX && !bw_str_eq_c(word, table[k].class_))
        k++;
    return k;
}

bw_code bw_keeping_report(struct bw_pg *pg, bw_date first, bw_date last, struct bw_kept to[BW_KEEP_MAX],
                          struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    for (int k = 0; k < BW_KEEP_MAX; k++)
        to[k] = (struct bw_kept){ .oldest = BW_TIME_NONE };
    bw_code rc = bw_pg_query(pg, BW_STMT_RETENTION_KEPT, BW_NO_PARAMS, &rows, err);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++) {
        int k = class_of(bw_rows_text(&rows, row, "class"));
        BW_ASSERT(k < BW_KEEP_MAX);
        to[k].kept = bw_rows_i64(&rows, row, "kept");
        to[k].oldest = bw_rows_time(&rows, row, "oldest");
    }
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BW_STMT_RETENTION_DAYS, BW_PARAMS(bw_p_date(first), bw_p_date(last)), &rows, err);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++) {
        int k = class_of(bw_rows_text(&rows, row, "class"));
        if (k < BW_KEEP_MAX) /* a class of an older program */
            to[k].destroyed = bw_rows_i64(&rows, row, "destroyed");
    }
    return rc;
}
