/* SPDX-License-Identifier: Apache-2.0 */
/* legal.c - the words of the law's rows, and which row is in force on a day.  Pure.  Layer: domain.  Threads: any.
 * Source: CLK-10, domain.md 5. */
#include "bw/domain/legal.h"

#include "words_int.h"

static const char *const regime_words[] = {
    [BW_REGIME_UNKNOWN] = "unknown", [BW_REGIME_MONTREAL] = "montreal", [BW_REGIME_EU] = "eu", [BW_REGIME_US] = "us"
};
static const char *const grant_words[] = { [BW_GRANT_DAMAGE] = "damage",
                                           [BW_GRANT_DELAY] = "delay",
                                           [BW_GRANT_NOT_COME] = "not-come",
                                           [BW_GRANT_ACTION] = "action",
                                           [BW_GRANT_BAG_FEE] = "bag-fee" };
static const char *const legal_unit_words[] = {
    [BW_LEGAL_HOURS] = "hours", [BW_LEGAL_DAYS] = "days", [BW_LEGAL_YEARS] = "years"
};
static const char *const counts_from_words[] = { [BW_FROM_RECEIVED] = "received",
                                                 [BW_FROM_DISPOSAL] = "at-disposal",
                                                 [BW_FROM_DUE_ARRIVAL] = "due-arrival",
                                                 [BW_FROM_DEPLANED] = "deplaned" };
static const char *const trip_words[] = {
    [BW_TRIP_ANY] = "any", [BW_TRIP_DOMESTIC] = "domestic", [BW_TRIP_SHORT] = "short", [BW_TRIP_LONG] = "long"
};
BW_WORD(bw_regime, regime)
BW_WORD(bw_grant, grant)
BW_WORD(bw_counts_from, counts_from)
BW_WORD_FROM(bw_regime, regime)
BW_WORD_FROM(bw_grant, grant)
BW_WORD_FROM(bw_legal_unit, legal_unit)
BW_WORD_FROM(bw_counts_from, counts_from)
BW_WORD_FROM(bw_trip, trip)

static bool in_force(bw_date from, bw_date until, bw_date day)
{
    return from <= day && (until == BW_DATE_NONE || day <= until);
}

const struct bw_legal_scope *bw_legal_scope(const struct bw_legal *l, enum bw_regime regime, bool carrier,
                                            const char *code, bw_date day)
{
    for (size_t k = 0; l && code[0] && k < l->n_scopes; k++) {
        const struct bw_legal_scope *s = &l->scopes[k];
        if (s->regime == regime && s->carrier == carrier && strcmp(s->code, code) == 0 &&
            in_force(s->valid_from, s->valid_until, day))
            return s;
    }
    return NULL;
}

const struct bw_legal_rule *bw_legal_rule(const struct bw_legal *l, enum bw_regime regime, enum bw_grant grant,
                                          enum bw_trip trip, bw_date day)
{
    const struct bw_legal_rule *found = NULL;
    for (size_t k = 0; l && k < l->n_rules; k++) {
        const struct bw_legal_rule *r = &l->rules[k];
        bool fits = r->regime == regime && r->grant == grant && (r->trip == trip || r->trip == BW_TRIP_ANY) &&
                    in_force(r->valid_from, r->valid_until, day);
        if (fits && (!found || r->valid_from > found->valid_from))
            found = r;
    }
    return found;
}

const struct bw_legal_limit *bw_legal_limit(const struct bw_legal *l, enum bw_regime regime, bw_date day)
{
    const struct bw_legal_limit *found = NULL;
    for (size_t k = 0; l && k < l->n_limits; k++) {
        const struct bw_legal_limit *r = &l->limits[k];
        if (r->regime == regime && r->valid_from <= day && (!found || r->valid_from > found->valid_from))
            found = r;
    }
    return found;
}
