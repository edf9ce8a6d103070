/* SPDX-License-Identifier: Apache-2.0 */
/* flight.c - the surest time of a flight, when it counts as gone, its id.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-03, CLK-20, domain.md 9.2. */
#include "bw/domain/flight.h"

#include <stdio.h>

#include "bw/base/crypto.h"

static const char *const sure_words[] = { "scheduled", "estimated", "actual" };
_Static_assert(BW_LEN(sure_words) == BW_SURE_MAX, "every kind of time has a word");

const char *bw_sure_word(enum bw_sure sure)
{
    BW_ASSERT((size_t)sure < BW_LEN(sure_words));
    return sure_words[sure];
}

void bw_flight_init(struct bw_flight *f, const char *number, bw_date date)
{
    *f = (struct bw_flight){ .date = date, .told_at = BW_TIME_NONE };
    bw_str_put(bw_str_c(number), f->number, sizeof f->number);
    bw_str_put(bw_str_c(number), f->own, sizeof f->own);
    for (int k = 0; k < BW_SURE_MAX; k++)
        f->departs[k] = f->arrives[k] = BW_TIME_NONE;
}

bw_time bw_flight_surest(const bw_time times[BW_SURE_MAX], enum bw_sure *ret_sure)
{
    for (int k = BW_SURE_MAX - 1; k >= 0; k--) {
        if (times[k] == BW_TIME_NONE)
            continue;
        if (ret_sure)
            *ret_sure = (enum bw_sure)k;
        return times[k];
    }
    return BW_TIME_NONE;
}

bw_time bw_flight_departs(const struct bw_flight *f)
{
    return bw_flight_surest(f->departs, NULL);
}

bw_time bw_flight_arrives(const struct bw_flight *f)
{
    return bw_flight_surest(f->arrives, NULL);
}

bw_time bw_flight_gone_at(const struct bw_flight *f)
{
    enum bw_sure sure = BW_SCHEDULED;
    bw_time at = bw_flight_surest(f->departs, &sure);
    if (at == BW_TIME_NONE || f->cancelled)
        return BW_TIME_NONE;
    return sure == BW_ACTUAL_AT ? at : at + BW_FLIGHT_MARGIN;
}

const char *bw_flight_text(const char *number, bw_date date, char to[BW_FLIGHT_TEXT])
{
    char day[BW_DATE_TEXT] = "";
    if (date != BW_DATE_NONE)
        bw_date_text(date, day);
    snprintf(to, BW_FLIGHT_TEXT, "%s/%s", number, day);
    return to;
}

struct bw_uuid bw_flight_id(const char *number, bw_date date)
{
    char text[BW_FLIGHT_TEXT];
    const struct bw_str parts[] = { BW_STR("flight\n"), bw_str_c(bw_flight_text(number, date, text)) };
    struct bw_hash h = bw_sha256_parts(parts, BW_LEN(parts));
    return bw_id_with_bucket(bw_uuid_v8(h.b), h.b[BW_SHA256 - 1]);
}
