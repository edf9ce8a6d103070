/* SPDX-License-Identifier: Apache-2.0 */
/* stale_policies.c - which policies of a report's period were looser than the defaults, beside the figures that they
 * made better.  A row is told once and never moved, so the list is the same for one as_of for ever. */
#include "bw/app/desk_hours.h"
#include "bw/app/sight.h"
#include "bw/app/world.h"
#include "stale_int.h"

static bool concerns(const struct bw_stale_period *period, bw_time from, bw_time until)
{
    bool begins = from == BW_TIME_NONE || (from < period->to && from <= period->as_of);
    return begins && (until == BW_TIME_NONE || until > period->from);
}

static bw_code read_desks(struct bw_pg *pg, struct bw_stale_report *r, const struct bw_principal *who,
                          struct bw_arena *arena, struct bw_error *err)
{
    struct bw_hours *all = NULL;
    size_t n = 0;
    bw_code rc = bw_desk_hours_load(pg, arena, &all, &n, err);
    if (rc != BW_OK)
        return rc;
    r->desks = BW_NEW_ARRAY(arena, struct bw_stale_desk, n + 1);
    if (!r->desks)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the report's desks");
    r->n_desks = 0;
    for (size_t k = 0; k < n; k++) {
        bw_time from, until;
        if (!all[k].always && bw_sees_carrier(who, bw_str_c(all[k].carrier), bw_clock_wall()) &&
            bw_hours_reign(all, n, k, r->period.as_of, &from, &until) && concerns(&r->period, from, until))
            r->desks[r->n_desks++] = (struct bw_stale_desk){ all[k], until };
    }
    return BW_OK;
}

bw_code bw_stale_policies_read(struct bw_pg *pg, struct bw_stale_report *r, const struct bw_principal *who,
                               struct bw_arena *arena, struct bw_error *err)
{
    struct bw_policy *all = NULL;
    size_t n = 0;
    bw_code rc = bw_policies_load(pg, arena, &all, &n, err);
    if (rc != BW_OK)
        return rc;
    r->relaxed = BW_NEW_ARRAY(arena, struct bw_stale_relaxed, n + 1);
    if (!r->relaxed)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the report's policies");
    r->n_relaxed = 0;
    for (size_t k = 0; k < n; k++) {
        bw_time from, until;
        const struct bw_policy *p = &all[k];
        bool seen = !p->carrier[0] || bw_sees_carrier(who, bw_str_c(p->carrier), bw_clock_wall());
        if (seen && bw_policy_relaxed(p) && bw_policy_reign(all, n, k, r->period.as_of, &from, &until) &&
            concerns(&r->period, from, until))
            r->relaxed[r->n_relaxed++] = (struct bw_stale_relaxed){ *p, until };
    }
    return read_desks(pg, r, who, arena, err);
}

void bw_stale_policies_json(const struct bw_stale_report *r, struct bw_json_out *j)
{
    bw_jkey(j, "relaxed");
    bw_ja_begin(j);
    for (size_t k = 0; k < r->n_relaxed; k++)
        bw_policy_json(&r->relaxed[k].p, r->relaxed[k].until, j);
    bw_ja_end(j);
    bw_jkey(j, "desk_hours");
    bw_ja_begin(j);
    for (size_t k = 0; k < r->n_desks; k++)
        bw_desk_hours_json(&r->desks[k].h, r->desks[k].until, j);
    bw_ja_end(j);
}

/* What holds for every carrier, or at every station, stands on each line. */
static bool on_line(const struct bw_stale_report *r, const struct bw_stale_line *line, const char *carrier,
                    const char *station)
{
    const char *key = r->by == BW_BY_CARRIER ? carrier : station;
    return line == &r->all || !key[0] || strcmp(key, line->key) == 0;
}

void bw_stale_policies_cell(const struct bw_stale_report *r, const struct bw_stale_line *line, struct bw_buf *to)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    char name[60];
    bw_buf_init(&text, 64 * 1024);
    for (size_t k = 0; k < r->n_relaxed; k++) {
        const struct bw_policy *p = &r->relaxed[k].p;
        if (!on_line(r, line, p->carrier, p->station))
            continue;
        bw_policy_name(p, name);
        bw_buf_printf(&text, "%s%s %d", text.n ? "; " : "", name, p->minutes);
    }
    for (size_t k = 0; k < r->n_desks; k++) {
        const struct bw_hours *h = &r->desks[k].h;
        if (on_line(r, line, h->carrier, h->station))
            bw_buf_printf(&text, "%sopen hours/%s%s %d", text.n ? "; " : "", h->carrier, h->station,
                          bw_hours_weekly(h));
    }
    bw_stale_cell(to, bw_buf_view(&text));
}
