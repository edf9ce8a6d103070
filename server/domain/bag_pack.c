/* SPDX-License-Identifier: Apache-2.0 */
/* bag_pack.c - the `fold` column of a bag: every member of struct bw_bag, in this order.
 * Layer: domain.  Threads: any.  Source: design.md 3 ("a bag row is a fold"), BAG-07. */
#include <stddef.h>

#include "bag_int.h"
#include "idle_int.h"
#include "pack_int.h"

enum { FORM = 6 };

#define M(member, kind, below)                                                                                         \
    {                                                                                                                  \
        offsetof(struct bw_bag, member), sizeof(((struct bw_bag *)0)->member), (kind), (below)                         \
    }
#define INT(member) M(member, BW_PACK_INT, 0)
#define COUNT(member, below) M(member, BW_PACK_UINT, below)
#define FLAG(member) M(member, BW_PACK_BOOL, 0)
#define TEXT(member) M(member, BW_PACK_TEXT, 0)
#define ID(member) M(member, BW_PACK_BYTES, 0)
#define LEG(k) TEXT(legs[k].flight), INT(legs[k].date), TEXT(legs[k].from), TEXT(legs[k].to)
#define ASK(k)                                                                                                         \
    ID(asks[k].uid), TEXT(asks[k].station), TEXT(asks[k].carrier), TEXT(asks[k].by), INT(asks[k].asked_at),            \
        INT(asks[k].due_at), FLAG(asks[k].moved)
#define STAY(k) TEXT(stays[k].station), INT(stays[k].from), INT(stays[k].until)

static const struct bw_pack_member members[] = {
    ID(bag_id),
    INT(version),
    INT(events),
    TEXT(plate),
    TEXT(short_plate),
    INT(travel_date),
    INT(made_at),
    INT(recorded_at),
    INT(newest.t),
    INT(newest.rank),
    TEXT(newest.carrier),
    ID(newest.uid),
    /* place */
    COUNT(place, BW_PLACE_MAX),
    TEXT(station),
    TEXT(spot),
    TEXT(flight),
    INT(flight_date),
    FLAG(at_rest),
    INT(place_at),
    /* custody */
    COUNT(custody, BW_CUSTODY_MAX),
    TEXT(custodian),
    TEXT(receiver),
    INT(custody_at),
    INT(offered_recorded_at),
    INT(timeout_at),
    /* case */
    COUNT(case_state, BW_CASE_MAX),
    ID(case_id),
    TEXT(case_ref),
    TEXT(owner),
    TEXT(opener),
    COUNT(case_ordinal, 0),
    COUNT(priority, BW_PRIORITY_MAX),
    STAY(0),
    STAY(1),
    STAY(2),
    STAY(3),
    COUNT(n_stays, BW_STAYS + 1),
    INT(reported_at),
    FLAG(watched),
    FLAG(watch_ended),
    INT(watched_from),
    TEXT(watch_why),
    TEXT(wait.needs),
    TEXT(wait.by),
    INT(wait.asked_at),
    INT(wait.reached_at),
    FLAG(wait.by_page),
    INT(wait.said_at),
    FLAG(erased),
    /* clocks */
    INT(last_seen_at),
    TEXT(last_seen_station),
    TEXT(last_seen_carrier),
    M(last_seen_code, BW_PACK_CODE, 0),
    INT(last_news_at),
    TEXT(last_news_carrier),
    INT(last_confirmed_at),
    FLAG(sighted_since_report),
    INT(idle.fact_at),
    TEXT(denied_by),
    INT(possible),
    INT(possible_at),
    TEXT(possible_station),
    TEXT(possible_carrier),
    /* forward plan */
    FLAG(forward),
    TEXT(fwd_flight),
    INT(fwd_date),
    TEXT(fwd_from),
    TEXT(fwd_to),
    TEXT(fwd_plate),
    TEXT(fwd_by),
    INT(fwd_at),
    ASK(0),
    ASK(1),
    ASK(2),
    ASK(3),
    COUNT(n_asks, BW_ASKS + 1),
    /* courier, damage */
    INT(window_from),
    INT(window_until),
    INT(ready_at),
    TEXT(ready_by),
    TEXT(courier),
    TEXT(courier_by),
    FLAG(attempted),
    FLAG(damaged),
    FLAG(claim_waits),
    /* journey */
    LEG(0),
    LEG(1),
    LEG(2),
    LEG(3),
    LEG(4),
    LEG(5),
    LEG(6),
    LEG(7),
    COUNT(n_legs, BW_LEGS + 1),
    FLAG(legs_from_case),
    TEXT(destination),
    TEXT(last_carrier),
    /* joins, order */
    ID(members[0]),
    ID(members[1]),
    ID(members[2]),
    ID(members[3]),
    COUNT(n_members, 5),
    ID(joined_into),
    ID(parted[0]),
    ID(parted[1]),
    ID(parted[2]),
    ID(parted[3]),
    COUNT(n_parted, 5),
    INT(linked_at),
    FLAG(data_withdrawn),
    FLAG(pending_replaces),
    INT(untimed_at),
};
_Static_assert(BW_LEGS == 8, "one LEG row each");
_Static_assert(BW_STAYS == 4, "one STAY row each");
_Static_assert(BW_ASKS == 4, "one ASK row each");
_Static_assert(sizeof(((struct bw_bag *)0)->members) == 4 * sizeof(struct bw_uuid), "one ID row each");
_Static_assert(sizeof(((struct bw_bag *)0)->parted) == 4 * sizeof(struct bw_uuid), "one ID row each");

void bw_bag_pack(const struct bw_bag *bag, struct bw_buf *to)
{
    bw_pack(FORM, members, BW_LEN(members), bag, to);
    bw_idle_pack(&bag->idle, to);
}

bool bw_bag_unpack(struct bw_str bytes, struct bw_bag *ret)
{
    struct bw_bag bag = { 0 };
    if (!bw_idle_unpack(&bytes, &bag.idle) || !bw_unpack(FORM, members, BW_LEN(members), bytes, &bag))
        return false;
    *ret = bag;
    return true;
}
