/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/heartbeat.h"

#include "bw/base/metrics.h"
#include "bw/domain/identity.h"

const struct bw_field bw_heartbeat_fields[] = {
    { BW_FIELD(struct bw_heartbeat_in, station, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3,
      .check = bw_check_station },
    { BW_FIELD(struct bw_heartbeat_in, sent_at, BW_J_TIME) },
    { BW_FIELD_END },
};

static void put(struct bw_json_out *j, struct bw_str sender, struct bw_str station, bw_time at, int64_t skew,
                int64_t times)
{
    bw_jo_begin(j);
    bw_jk_str(j, "sender", sender);
    bw_jk_str(j, "station", station);
    bw_jk_time(j, "at", at);
    bw_jk_i64(j, "skew_seconds", skew / BW_SECOND);
    bw_jk_i64(j, "times", times);
    bw_jo_end(j);
}

bw_code bw_heartbeat_put(struct bw_pg *pg, const char *sender, const struct bw_heartbeat_in *in, bw_time now,
                         struct bw_json_out *j, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    int64_t skew = in->sent_at.at == BW_TIME_NONE ? 0 : in->sent_at.at - now;
    bw_code code =
        bw_pg_query(pg, BW_STMT_HEARTBEAT_PUT,
                    BW_PARAMS(bw_p_c(sender), bw_p_text(in->station), bw_p_time(now), bw_p_i64(skew)), &rows, err);
    if (code != BW_OK)
        return code;
    bw_metric_add(BW_M_HEARTBEATS, 0, 1);
    put(j, bw_str_c(sender), in->station, bw_rows_time(&rows, 0, "last_at"), skew, bw_rows_i64(&rows, 0, "times"));
    return BW_OK;
}

bw_code bw_heartbeat_list(struct bw_pg *pg, struct bw_str sender, struct bw_json_out *j, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_HEARTBEAT_LIST, BW_PARAMS(bw_p_text(sender)), &rows, err);
    if (code != BW_OK)
        return code;
    bw_jo_begin(j);
    bw_jkey(j, "heartbeats");
    bw_ja_begin(j);
    for (size_t k = 0; k < rows.n; k++)
        put(j, bw_rows_text(&rows, k, "sender"), bw_rows_text(&rows, k, "station"), bw_rows_time(&rows, k, "last_at"),
            bw_rows_i64(&rows, k, "skew_us"), bw_rows_i64(&rows, k, "times"));
    bw_ja_end(j);
    bw_jo_end(j);
    return BW_OK;
}
