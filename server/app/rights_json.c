/* SPDX-License-Identifier: Apache-2.0 */
/* rights_json.c - the law's dates of a file as JSON, each with everything that it rests on.
 * Layer: app.  Threads: any.  Source: CLK-10. */
#include "bw/app/caseview.h"
#include "bw/domain/rights.h"

static void put_limit(struct bw_json_out *j, const struct bw_legal_limit *limit)
{
    if (!limit)
        return;
    bw_jkey(j, "limit");
    bw_jo_begin(j);
    bw_jk_i64(j, "amount", limit->amount);
    bw_jk_c(j, "currency", limit->currency);
    bw_jk_c(j, "rule", limit->rule);
    bw_jk_date(j, "valid_from", limit->valid_from);
    bw_jk_c(j, "source", limit->source);
    bw_jko_c(j, "reviewer", limit->reviewer);
    bw_jo_end(j);
}

static void put_start(struct bw_json_out *j, const struct bw_right *d, const struct bw_rights *r)
{
    bw_jkey(j, "start");
    bw_jo_begin(j);
    bw_jk_c(j, "counts_from", bw_counts_from_word(d->rule->from));
    bw_jko_c(j, "known_by", d->start);
    bool of_bag = d->start && (strcmp(d->start, BW_START_DELIVERED) == 0 || strcmp(d->start, BW_START_READY) == 0);
    if (d->start && !of_bag) {
        bw_jko_c(j, "flight", r->flight);
        bw_jko_date(j, "flight_date", r->flight_day);
        bw_jk_c(j, "told_by", r->forecast ? "forecast" : "itinerary");
    }
    bw_jko_c(j, "told_by_carrier", d->said_by);
    bw_jko_time(j, "at", d->start_at);
    bw_jko_date(j, "day", d->start_day);
    bw_jk_bool(j, "uncertain", d->uncertain || !d->start);
    bw_jo_end(j);
}

static void put_date(struct bw_json_out *j, const struct bw_right *d, const struct bw_rights *r)
{
    static const char *const words[] = { "you can claim until", "you can claim from" };
    bw_jo_begin(j);
    bw_jk_c(j, "id", d->rule->id);
    bw_jk_c(j, "grants", bw_grant_word(d->rule->grant));
    if (d->bag)
        bw_jk_i64(j, "bag", d->bag);
    bw_jk_c(j, "regime", bw_regime_word(d->rule->regime));
    bw_jk_c(j, "rule", d->rule->rule);
    bw_jk_date(j, "valid_from", d->rule->valid_from);
    bw_jk_c(j, "source", d->rule->source);
    bw_jko_c(j, "reviewer", d->rule->reviewer);
    bw_jk_bool(j, "reviewed", d->reviewed);
    if (!d->reviewed)
        bw_jk_c(j, "advice", "check with the airline");
    put_start(j, d, r);
    bw_jk_c(j, "words", words[d->from]);
    bw_jk_c(j, "zone", d->zone ? bw_zone_name(d->zone) : "UTC");
    bw_jko_c(j, "zone_of", d->station);
    bw_jko_date(j, "last_day", d->last_day);
    bw_jko_time(j, d->from ? "from" : "until", d->at);
    bw_jkey(j, "conditions");
    bw_jo_begin(j);
    for (size_t k = 0; k < d->n_conditions; k++)
        bw_jk_c(j, d->conditions[k].word, bw_met_word(d->conditions[k].met));
    bw_jo_end(j);
    bw_jo_end(j);
}

void bw_rights_json(struct bw_json_out *j, const struct bw_rights *r)
{
    bw_jo_begin(j);
    bw_jk_c(j, "regime", bw_regime_word(r->regime));
    bw_jk_c(j, "because", r->why);
    bw_jko_c(j, "from", r->from);
    bw_jko_c(j, "to", r->to);
    bw_jk_bool(j, "reviewed", r->reviewed);
    put_limit(j, r->limit);
    bw_jkey(j, "dates");
    bw_ja_begin(j);
    for (size_t k = 0; k < r->n; k++)
        put_date(j, &r->dates[k], r);
    bw_ja_end(j);
    bw_jo_end(j);
}
