/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/domain/legal.h"

static const char *const regimes[] = {
    [BW_REGIME_UNKNOWN] = "unknown", [BW_REGIME_MONTREAL] = "montreal", [BW_REGIME_EU] = "eu", [BW_REGIME_US] = "us"
};
static const char *const grants[] = { [BW_GRANT_DAMAGE] = "damage",
                                      [BW_GRANT_DELAY] = "delay",
                                      [BW_GRANT_NOT_COME] = "not-come",
                                      [BW_GRANT_ACTION] = "action",
                                      [BW_GRANT_BAG_FEE] = "bag-fee" };
static const char *const units[] = { [BW_LEGAL_HOURS] = "hours", [BW_LEGAL_DAYS] = "days", [BW_LEGAL_YEARS] = "years" };
static const char *const starts[] = { [BW_FROM_RECEIVED] = "received",
                                      [BW_FROM_DISPOSAL] = "at-disposal",
                                      [BW_FROM_DUE_ARRIVAL] = "due-arrival",
                                      [BW_FROM_DEPLANED] = "deplaned" };
static const char *const trips[] = {
    [BW_TRIP_ANY] = "any", [BW_TRIP_DOMESTIC] = "domestic", [BW_TRIP_SHORT] = "short", [BW_TRIP_LONG] = "long"
};

static bool find(const char *const *words, size_t n, struct bw_str word, size_t *ret)
{
    for (size_t k = 0; k < n; k++) {
        if (bw_str_eq_c(word, words[k])) {
            *ret = k;
            return true;
        }
    }
    return false;
}

const char *bw_regime_word(enum bw_regime r)
{
    BW_ASSERT((size_t)r < BW_LEN(regimes));
    return regimes[r];
}

const char *bw_grant_word(enum bw_grant g)
{
    BW_ASSERT((size_t)g < BW_LEN(grants));
    return grants[g];
}

const char *bw_counts_from_word(enum bw_counts_from f)
{
    BW_ASSERT((size_t)f < BW_LEN(starts));
    return starts[f];
}

bool bw_regime_from(struct bw_str word, enum bw_regime *ret)
{
    size_t k = 0;
    bool there = find(regimes, BW_LEN(regimes), word, &k);
    *ret = there ? (enum bw_regime)k : *ret;
    return there;
}

bool bw_grant_from(struct bw_str word, enum bw_grant *ret)
{
    size_t k = 0;
    bool there = find(grants, BW_LEN(grants), word, &k);
    *ret = there ? (enum bw_grant)k : *ret;
    return there;
}

bool bw_legal_unit_from(struct bw_str word, enum bw_legal_unit *ret)
{
    size_t k = 0;
    bool there = find(units, BW_LEN(units), word, &k);
    *ret = there ? (enum bw_legal_unit)k : *ret;
    return there;
}

bool bw_counts_from_from(struct bw_str word, enum bw_counts_from *ret)
{
    size_t k = 0;
    bool there = find(starts, BW_LEN(starts), word, &k);
    *ret = there ? (enum bw_counts_from)k : *ret;
    return there;
}

bool bw_trip_from(struct bw_str word, enum bw_trip *ret)
{
    size_t k = 0;
    bool there = find(trips, BW_LEN(trips), word, &k);
    *ret = there ? (enum bw_trip)k : *ret;
    return there;
}

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
