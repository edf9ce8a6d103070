/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/feeds.h"

#include "bw/app/sight.h"
#include "bw/domain/feed_health.h"

static const char *kept(struct bw_arena *arena, struct bw_str s)
{
    return bw_arena_str(arena, s).p;
}

static bool take_carriers(struct bw_rows *rows, size_t k, struct bw_arena *arena, struct bw_feed_seen *to)
{
    struct bw_array carriers = bw_rows_array(rows, k, "carriers");
    const char **v = BW_NEW_ARRAY(arena, const char *, carriers.left + 1);
    to->carriers = v;
    while (v && bw_array_next(&carriers)) {
        v[to->n_carriers] = kept(arena, carriers.s);
        if (!v[to->n_carriers++])
            return false;
    }
    return v != NULL;
}

static bool take(struct bw_rows *rows, size_t k, const struct bw_world *world, bw_time now, struct bw_arena *arena,
                 struct bw_feed_seen *to)
{
    struct bw_feed_health health;
    to->id = bw_rows_uuid(rows, k, "feed_id");
    to->sender = kept(arena, bw_rows_text(rows, k, "sender"));
    to->station = kept(arena, bw_rows_text(rows, k, "station"));
    to->last_at = bw_rows_time(rows, k, "last_at");
    to->silent_from = bw_rows_time(rows, k, "silent_from");
    to->told_at = bw_rows_time(rows, k, "raised_at");
    to->silent_at = to->silent_from == BW_TIME_NONE ? bw_rows_time(rows, k, "look_at") : BW_TIME_NONE;
    if (!to->sender || !to->station || !bw_feed_health_unpack(bw_rows_bytea(rows, k, "fold"), &health))
        return false;
    to->usual_gap = bw_feed_usual_gap(&health, to->station, world, now);
    return take_carriers(rows, k, arena, to);
}

bw_code bw_feeds_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_world *world, bw_time now,
                      struct bw_arena *arena, struct bw_feed_seen **ret, size_t *ret_n, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n = bw_sight_carriers(who, now, carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_FEED_LIST,
                    BW_PARAMS(bw_p_bool(who->every_carrier), bw_p_c(who->organisation), bw_p_texts(carriers, n)), &rows,
                    err);
    if (rc != BW_OK)
        return rc;
    struct bw_feed_seen *v = BW_NEW_ARRAY(arena, struct bw_feed_seen, rows.n + 1);
    for (size_t k = 0; v && k < rows.n; k++)
        if (!take(&rows, k, world, now, arena, &v[k]))
            v = NULL;
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list of feeds");
    *ret = v;
    *ret_n = rows.n;
    return BW_OK;
}

static void put(struct bw_json_out *j, const struct bw_feed_seen *f)
{
    bw_jo_begin(j);
    bw_jk_c(j, "sender", f->sender);
    bw_jk_c(j, "station", f->station);
    bw_jkey(j, "carriers");
    bw_ja_begin(j);
    for (size_t k = 0; k < f->n_carriers; k++)
        bw_jstr(j, bw_str_c(f->carriers[k]));
    bw_ja_end(j);
    bw_jk_time(j, "last_at", f->last_at);
    if (f->usual_gap)
        bw_jk_i64(j, "usual_gap_seconds", f->usual_gap / BW_SECOND);
    bw_jko_time(j, "silent_at", f->silent_at);
    bw_jko_time(j, "silent_from", f->silent_from);
    bw_jko_time(j, "told_at", f->told_at);
    bw_jo_end(j);
}

void bw_feeds_json(const struct bw_feed_seen *v, size_t n, bw_time now, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_time(j, "as_of", now);
    bw_jkey(j, "feeds");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        put(j, &v[k]);
    bw_ja_end(j);
    bw_jo_end(j);
}
