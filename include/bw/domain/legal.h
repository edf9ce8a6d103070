/* SPDX-License-Identifier: Apache-2.0 */
/* legal.h - the law's dates as data: rules, limits, and for which countries and carriers each regime holds.  What no
 * row says is not known; nothing is assumed.  A row without a reviewer was checked by nobody for this installation.
 * Pure values, read from the database by app.  Layer: domain.  Threads: any.  Source: CLK-10, domain.md 5. */
#ifndef BW_DOMAIN_LEGAL_H
#define BW_DOMAIN_LEGAL_H

#include "bw/base/clock.h"

/* Under which law a journey stands. */
enum bw_regime { BW_REGIME_UNKNOWN, BW_REGIME_MONTREAL, BW_REGIME_EU, BW_REGIME_US, BW_REGIME_MAX };
/* What may be claimed. */
enum bw_grant { BW_GRANT_DAMAGE, BW_GRANT_DELAY, BW_GRANT_NOT_COME, BW_GRANT_ACTION, BW_GRANT_BAG_FEE, BW_GRANT_MAX };
enum bw_legal_unit { BW_LEGAL_HOURS, BW_LEGAL_DAYS, BW_LEGAL_YEARS, BW_LEGAL_UNIT_MAX };
/* From when the time is counted. */
enum bw_counts_from { BW_FROM_RECEIVED, BW_FROM_DISPOSAL, BW_FROM_DUE_ARRIVAL, BW_FROM_DEPLANED, BW_FROM_MAX };
enum bw_trip { BW_TRIP_ANY, BW_TRIP_DOMESTIC, BW_TRIP_SHORT, BW_TRIP_LONG, BW_TRIP_MAX };

/* Words as stored and sent: "montreal", "damage", "days", "at-disposal", "short"; "unknown" for no regime. */
const char *bw_regime_word(enum bw_regime r);
const char *bw_grant_word(enum bw_grant g);
const char *bw_counts_from_word(enum bw_counts_from f);
BW_MUST_USE bool bw_regime_from(struct bw_str word, enum bw_regime *ret);
BW_MUST_USE bool bw_grant_from(struct bw_str word, enum bw_grant *ret);
BW_MUST_USE bool bw_legal_unit_from(struct bw_str word, enum bw_legal_unit *ret);
BW_MUST_USE bool bw_counts_from_from(struct bw_str word, enum bw_counts_from *ret);
BW_MUST_USE bool bw_trip_from(struct bw_str word, enum bw_trip *ret);

struct bw_legal_rule {
    char id[40];
    enum bw_regime regime;
    enum bw_grant grant;
    enum bw_legal_unit unit;
    enum bw_counts_from from;
    enum bw_trip trip;
    int32_t amount;
    char rule[160], source[240];
    bw_date valid_from, valid_until; /* days of arrival, both included; BW_DATE_NONE: open */
    char reviewer[60];               /* "" nobody */
};
struct bw_legal_limit {
    enum bw_regime regime;
    bw_date valid_from; /* until the next of its regime */
    int32_t amount;
    char currency[4];
    char rule[160], source[240], reviewer[60];
};
struct bw_legal_scope {
    enum bw_regime regime;
    bool carrier; /* else a country */
    char code[4];
    bw_date valid_from, valid_until; /* both included; BW_DATE_NONE: open */
    char reviewer[60];
};
struct bw_legal {
    const struct bw_legal_rule *rules;
    size_t n_rules;
    const struct bw_legal_limit *limits; /* by regime and day */
    size_t n_limits;
    const struct bw_legal_scope *scopes;
    size_t n_scopes;
};

/* The row by which a regime holds for a country or a carrier on a day; NULL: not known to. */
const struct bw_legal_scope *bw_legal_scope(const struct bw_legal *l, enum bw_regime regime, bool carrier,
                                            const char *code, bw_date day);
/* The rule in force on a day of arrival; NULL none. */
const struct bw_legal_rule *bw_legal_rule(const struct bw_legal *l, enum bw_regime regime, enum bw_grant grant,
                                          enum bw_trip trip, bw_date day);
const struct bw_legal_limit *bw_legal_limit(const struct bw_legal *l, enum bw_regime regime, bw_date day);

#endif
