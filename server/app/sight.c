/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/sight.h"

#include <string.h>

#include "bw/app/mandates.h"

/* A courier may still have to say where it was, a day after the proof. */
#define DROP_AFTER_PROOF BW_DAY

#define OF_JOURNEY (BW_SEE_CASE | BW_SEE_LOOKS | BW_SEE_WORDS | BW_SEE_INITIALS | BW_SEE_TOWN | BW_SEE_PRIORITY)
#define OF_OWNER                                                                                                       \
    (OF_JOURNEY | BW_SEE_NAMES | BW_SEE_CONTACTS | BW_SEE_ADDRESS | BW_SEE_CONTENTS | BW_SEE_NEED | BW_SEE_NOTES |     \
     BW_SEE_READS)

const char *bw_sees_word(unsigned bit)
{
    static const char *const words[] = { "case",     "looks",   "words",    "initials", "town",  "priority", "names",
                                         "contacts", "address", "contents", "need",     "notes", "drop",     "reads" };
    return bit < BW_LEN(words) ? words[bit] : NULL;
}

/* --- where a thing is, for mandates that name stations --- */

#define STATIONS_MAX 64
struct stations {
    char v[STATIONS_MAX][4];
    size_t n;
};

static void add(struct stations *to, const char *station)
{
    if (station[0] && to->n < STATIONS_MAX)
        bw_str_put(bw_str_c(station), to->v[to->n++], sizeof to->v[0]);
}

static void add_bag(struct stations *to, const struct bw_bag *bag)
{
    add(to, bag->station);
    add(to, bag->last_seen_station);
    add(to, bag->destination);
    add(to, bag->fwd_from);
    add(to, bag->fwd_to);
    for (size_t k = 0; k < bag->n_legs; k++) {
        add(to, bag->legs[k].from);
        add(to, bag->legs[k].to);
    }
}

/* --- bags and words --- */

bool bw_bag_visible(const struct bw_bag *bag, const struct bw_principal *who)
{
    struct stations at = { .n = 0 };
    if (who->every_carrier)
        return true;
    if (who->organisation_kind == BW_ORG_COURIER)
        return false;
    add_bag(&at, bag);
    for (unsigned k = 0; k < who->n_carriers; k++)
        if (bw_bag_in_journey(bag, who->carriers[k]) &&
            bw_mandate_reads(who, bw_str_c(who->carriers[k]), -1, (const char(*)[4])at.v, at.n, bw_clock_wall()))
            return true;
    return false;
}

bool bw_said_by(const struct bw_event *ev, const struct bw_principal *who)
{
    size_t n = strlen(who->organisation);
    if (n && strncmp(ev->sender, who->organisation, n) == 0 && (!ev->sender[n] || ev->sender[n] == '.'))
        return true;
    if (!ev->carrier[0] || who->organisation_kind == BW_ORG_COURIER)
        return false;
    return who->every_carrier ||
           bw_mandate_reads(who, bw_str_c(ev->carrier), -1, &ev->station, ev->station[0] ? 1 : 0, bw_clock_wall());
}

bool bw_sees_carrier(const struct bw_principal *who, struct bw_str carrier, bw_time now)
{
    return who->every_carrier ||
           (who->organisation_kind != BW_ORG_COURIER && bw_mandate_reads(who, carrier, -1, NULL, 0, now));
}

size_t bw_sight_carriers(const struct bw_principal *who, bw_time now, struct bw_str to[BW_CARRIERS_MAX])
{
    size_t n = 0;
    for (unsigned k = 0; k < who->n_carriers; k++)
        if (!who->every_carrier && bw_sees_carrier(who, bw_str_c(who->carriers[k]), now))
            to[n++] = bw_str_c(who->carriers[k]);
    return n;
}

/* --- files --- */

static bool in_journey(const struct bw_case_facts *facts, const char *carrier)
{
    for (size_t k = 0; k < facts->n_bags; k++)
        if (bw_bag_in_journey(facts->bags[k], carrier))
            return true;
    /* Who opened a file answers for what it opened (CASE-11); who is asked to take it has to know what. */
    return strcmp(facts->file->opener, carrier) == 0 || strcmp(facts->file->offered_to, carrier) == 0;
}

/* What one of its carriers is to the file, as far as it may read for it. */
static unsigned of_carrier(const struct bw_principal *who, const struct bw_case_facts *facts, const struct stations *at,
                           const char *carrier, bw_time now)
{
    bool owns = strcmp(facts->file->owner, carrier) == 0;
    const char(*v)[4] = (const char(*)[4])at->v;
    if ((!owns && !in_journey(facts, carrier)) || !bw_mandate_reads(who, bw_str_c(carrier), -1, v, at->n, now))
        return 0;
    return owns && bw_mandate_reads(who, bw_str_c(carrier), BW_EV_CASE_OPENED, v, at->n, now) ? OF_OWNER : OF_JOURNEY;
}

/* Custody is for whoever has the bag in its hands; where the customer lives is not.  Who gives it to a courier is the
 * owner, or flies a leg of the passenger's own itinerary. */
static bool may_send(const struct bw_bag *bag, const char *carrier)
{
    if (!carrier[0] || strcmp(carrier, bag->owner) == 0)
        return carrier[0] != '\0';
    for (size_t k = 0; bag->legs_from_case && k < bag->n_legs; k++)
        if (bw_str_eq_c(bw_flight_carrier(bag->legs[k].flight), carrier))
            return true;
    return false;
}

static bool brings(const struct bw_bag *bag, const struct bw_principal *who, bw_time now)
{
    if (!who->organisation[0] || strcmp(bag->courier, who->organisation) != 0 || !may_send(bag, bag->courier_by))
        return false;
    return bag->place == BW_PLACE_WITH_COURIER ||
           (bag->place == BW_PLACE_DELIVERED && now < bag->place_at + DROP_AFTER_PROOF);
}

static void of_courier(const struct bw_principal *who, const struct bw_case_facts *facts, bw_time now,
                       struct bw_sight *ret)
{
    for (size_t k = 0; k < facts->n_bags && k < 32; k++)
        if (bw_uuid_eq(&facts->bags[k]->case_id, &facts->file->case_id) && brings(facts->bags[k], who, now))
            ret->drops |= UINT32_C(1) << k;
    ret->sees = ret->drops ? BW_SEE_DROP : 0;
}

static unsigned of_link(const struct bw_principal *who, const struct bw_case *file)
{
    if (!bw_uuid_eq(&who->case_id, &file->case_id) || file->unaccepted) /* SEC-11: its own page says what it may */
        return 0;
    return who->companion ? BW_SEE_CASE : BW_SEE_CASE | BW_SEE_LOOKS | BW_SEE_WORDS | BW_SEE_INITIALS;
}

static unsigned of_organisation(const struct bw_principal *who, const struct bw_case_facts *facts, bw_time now,
                                char as[4])
{
    struct stations at = { .n = 0 };
    unsigned sees = who->every_carrier ? OF_OWNER : 0;
    add(&at, facts->file->station);
    for (size_t k = 0; k < facts->n_bags; k++)
        add_bag(&at, facts->bags[k]);
    for (unsigned k = 0; k < who->n_carriers; k++) {
        unsigned more = of_carrier(who, facts, &at, who->carriers[k], now);
        if (more && (!as[0] || strcmp(who->carriers[k], facts->file->owner) == 0))
            bw_str_put(bw_str_c(who->carriers[k]), as, 4);
        sees |= more;
    }
    return sees;
}

/* What the role leaves of it.  *ret_asks: what comes back for a reason. */
static unsigned by_role(const struct bw_principal *who, unsigned sees, unsigned *ret_asks)
{
    *ret_asks = 0;
    if (who->kind == BW_P_KEY) {
        sees &= ~(unsigned)BW_SEE_READS;
        return who->scopes & BW_SCOPE_CASES ? sees : sees & OF_JOURNEY;
    }
    if (!(who->roles & (BW_SUPERVISOR | BW_AUDITOR | BW_CARRIER_ADMIN | BW_ADMIN)))
        sees &= ~(unsigned)BW_SEE_READS;
    if ((who->roles & (BW_AGENT | BW_SUPERVISOR)) && !who->every_carrier)
        return sees;
    *ret_asks = sees & BW_SEE_PERSONAL;
    return sees & ~(unsigned)BW_SEE_PERSONAL;
}

void bw_case_sight(const struct bw_principal *who, const struct bw_case_facts *facts, bw_time now, struct bw_sight *ret)
{
    *ret = (struct bw_sight){ .sees = 0 };
    if (who->kind == BW_P_LINK) {
        ret->sees = of_link(who, facts->file);
        return;
    }
    if (who->kind != BW_P_KEY && who->kind != BW_P_ACCOUNT)
        return;
    if (who->organisation_kind == BW_ORG_COURIER) {
        of_courier(who, facts, now, ret);
        return;
    }
    ret->sees = by_role(who, of_organisation(who, facts, now, ret->as), &ret->asks);
    if (facts->revealed_until > now)
        ret->sees |= ret->asks;
}
