/* SPDX-License-Identifier: Apache-2.0 */
/* health.c - what readiness asks of the parts. */
#include "bw/app/health.h"

#include "bw/app/feed.h"
#include "bw/storage/writer.h"

#define LAG_LIMIT (10 * BW_SECOND)

bw_code bw_health_takes(void *arg, struct bw_error *err)
{
    const struct bw_health *h = arg;
    if (!bw_feed_connected(h->feed))
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the database does not answer");
    if (!bw_writer_healthy(h->writer))
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "the last commit did not come through");
    return BW_OK;
}

bw_code bw_health_ready(void *arg, struct bw_error *err)
{
    const struct bw_health *h = arg;
    bw_code code = bw_health_takes(arg, err);
    if (code == BW_OK && bw_feed_lag(h->feed) > LAG_LIMIT)
        return bw_fail(err, BW_E_BUSY, NULL, "committed changes wait for their number");
    return code;
}
