/* SPDX-License-Identifier: Apache-2.0 */
/* mandate.c - whether a mandate covers a statement.  Layer: domain.  Threads: any.  Source: SEC-10. */
#include "bw/domain/mandate.h"

void bw_mandate_add_code(struct bw_mandate *m, enum bw_event_code code)
{
    BW_ASSERT(code > BW_EV_NONE && code < BW_EV_MAX);
    m->codes[code / 8] |= (uint8_t)(1U << (code % 8));
}

bw_date bw_mandate_day(const struct bw_event *ev, bw_time now)
{
    if (ev->occurred_at != BW_TIME_NONE)
        return bw_date_of(ev->occurred_at);
    return ev->flight_date != BW_DATE_NONE ? ev->flight_date : bw_date_of(now);
}

static bool has_station(const struct bw_mandate *m, const char *station)
{
    for (size_t at = 0; at < m->n_stations; at++)
        if (strcmp(m->stations[at], station) == 0)
            return true;
    return m->every_station;
}

bool bw_mandate_covers(const struct bw_mandate *m, const struct bw_event *ev, bw_date day)
{
    bool code = m->every_code || (m->codes[ev->code / 8] >> (ev->code % 8) & 1);
    bool in_time = (m->from == BW_DATE_NONE || m->from <= day) && (m->until == BW_DATE_NONE || day <= m->until);
    return code && in_time && strcmp(m->carrier, ev->carrier) == 0 && has_station(m, ev->station);
}
