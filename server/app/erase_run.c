/* SPDX-License-Identifier: Apache-2.0 */
/* erase_run.c - an erasure from beginning to end on one thread, and all of a list after a restore. */
#include <string.h>

#include "bw/app/erase.h"
#include "bw/app/erasures.h"
#include "bw/base/log.h"

static bw_code once(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref, const char *why, bw_time at,
                    bool list, bw_time *ret_at, struct bw_error *err)
{
    struct bw_erase_request *rq;
    struct bw_arena arena;
    bw_arena_init(&arena, BW_ERASE_ARENA);
    bw_code rc = bw_erase_prepare(app, pg, ref, NULL, why, at, &arena, &rq, err);
    rc = rc == BW_OK && list ? bw_erase_list(app, rq, err) : rc;
    if (rc == BW_OK)
        *ret_at = rq->erased_at;
    if (rc == BW_OK && rq->erased_at == BW_TIME_NONE) {
        rc = bw_writer_wait(app->writer, &rq->work, err);
        *ret_at = rq->item.ev.recorded_at;
        if (rc == BW_OK)
            bw_log(BW_INFO, "case.erased", BW_LC("ref", rq->ref), BW_LC("why", why),
                   BW_LI("telegrams", rq->what.n_copies + rq->what.n_destroyed));
    }
    bw_arena_done(&arena);
    return rc;
}

bw_code bw_erase_run(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref, const char *why, bw_time at,
                     bool list, bw_time *ret_at, struct bw_error *err)
{
    bw_code rc = BW_E_PRECONDITION_FAILED;
    for (int k = 0; rc == BW_E_PRECONDITION_FAILED && k < BW_ERASE_TRIES; k++)
        rc = once(app, pg, ref, why, at, list && k == 0, ret_at, err);
    return rc;
}

/* --- a list --- */

enum { PAGE = 1000 };

/* The files of a page that this database has and that still stand. */
static bw_code standing(struct bw_pg *pg, const struct bw_erasure_line *v, size_t n, struct bw_rows *rows,
                        struct bw_error *err)
{
    int16_t bucket[PAGE];
    struct bw_uuid id[PAGE];
    for (size_t k = 0; k < n; k++) {
        id[k] = v[k].case_id;
        bucket[k] = bw_id_bucket(&id[k]);
    }
    return bw_pg_query(pg, BW_STMT_ERASE_STANDING, BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n)), rows, err);
}

static bw_code replay_page(const struct bw_app *app, struct bw_pg *pg, const struct bw_erasure_line *v, size_t n,
                           struct bw_erase_replayed *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = standing(pg, v, n, &rows, err);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++) {
        struct bw_uuid id = bw_rows_uuid(&rows, row, "case_id");
        size_t k = 0;
        bw_time at;
        while (k < n && !bw_uuid_eq(&v[k].case_id, &id))
            k++;
        BW_ASSERT(k < n);
        rc = bw_erase_run(app, pg, bw_str_c(v[k].ref), v[k].why, v[k].at, false, &at, err);
        ret->done += rc == BW_OK;
    }
    return rc;
}

bw_code bw_erase_replay(const struct bw_app *app, struct bw_pg *pg, const char *path, struct bw_erase_replayed *ret,
                        struct bw_error *err)
{
    struct bw_arena arena;
    struct bw_erasure_line *lines;
    *ret = (struct bw_erase_replayed){ 0 };
    bw_arena_init(&arena, (size_t)1 << 30);
    bw_code rc =
        bw_erasures_read(path ? path : app->erasures, path != NULL, app->keys, &arena, &lines, &ret->listed, err);
    for (size_t at = 0; rc == BW_OK && at < ret->listed; at += PAGE)
        rc = replay_page(app, pg, lines + at, ret->listed - at < PAGE ? ret->listed - at : PAGE, ret, err);
    bw_arena_done(&arena);
    return rc;
}
