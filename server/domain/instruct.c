/* SPDX-License-Identifier: Apache-2.0 */
/* instruct.c - what the carrier that scanned a bag is asked to do with it; first fit, in the order of design.md 6.
 * Layer: domain.  Threads: any.  Source: ING-02, BAG-05 (this much is told to anybody who saw the bag). */
#include "bag_int.h"

struct asked {
    const struct bw_bag *bag;
    const char *carrier, *station;
    const struct bw_world *world;
    struct bw_buf *to;
};

static void on_flight(const struct asked *a, const char *flight, bw_date date, const char *to_station)
{
    char day[BW_DATE_TEXT];
    bw_buf_printf(a->to, "Send it on %s", flight);
    if (date != BW_DATE_NONE)
        bw_buf_printf(a->to, " of %s", bw_date_text(date, day));
    if (to_station[0])
        bw_buf_printf(a->to, " to %s (%s)", bw_station_name(a->world, to_station), to_station);
}

static bool handover(const struct asked *a)
{
    const struct bw_bag *bag = a->bag;
    const char *giver = bw_carrier_name(a->world, bag->custodian);
    const char *receiver = bw_carrier_name(a->world, bag->receiver);
    bool gives = strcmp(a->carrier, bag->custodian) == 0, takes = strcmp(a->carrier, bag->receiver) == 0;
    if (bag->custody == BW_CUSTODY_PENDING && takes)
        bw_buf_printf(a->to, "Take it over from %s (TRANSFER_IN) or refuse it (TRANSFER_REFUSED).", giver);
    else if (bag->custody == BW_CUSTODY_PENDING && gives)
        bw_buf_printf(a->to, "Hand it to %s; you answer for it until %s has taken it.", receiver, receiver);
    else if (bag->custody == BW_CUSTODY_DISPUTED && (gives || takes))
        bw_buf_printf(a->to, "%s handed it over, %s has not taken it: whoever has it, scan it.", giver, receiver);
    else
        return false;
    return true;
}

/* Words that need nothing but the place; NULL where more is to be said. */
static const char *by_place(const struct bw_bag *bag)
{
    switch (bag->place) {
    case BW_PLACE_DELIVERED:
        return "Its owner has it. Nothing is asked.";
    case BW_PLACE_WITH_COURIER:
        return bag->attempted ? "Agree on a new delivery window with its owner (DELIVERY_SCHEDULED)."
                              : "Deliver it and report DELIVERED with proof, or DELIVERY_ATTEMPTED.";
    case BW_PLACE_AT_DESTINATION:
    case BW_PLACE_ON_BELT:
        return bag->watched ? "Hand it to a courier (HANDED_TO_COURIER) or tell its owner to fetch it "
                              "(READY_FOR_COLLECTION)."
                            : "Keep it for its owner.";
    case BW_PLACE_HELD:
        return "Customs keep it; report CUSTOMS_RELEASED.";
    case BW_PLACE_LOADED:
        return "Report BAG_UNLOADED or ARRIVED_AT_DESTINATION when it arrives.";
    case BW_PLACE_NONE:
    case BW_PLACE_EXPECTED:
    case BW_PLACE_AT:
    case BW_PLACE_MAX:
    default:
        return NULL;
    }
}

static bool onward(const struct asked *a)
{
    const struct bw_bag *bag = a->bag;
    if (bag->forward) {
        on_flight(a, bag->fwd_flight, bag->fwd_date, bag->fwd_to);
        if (bag->fwd_plate[0])
            bw_buf_printf(a->to, " under plate %s", bag->fwd_plate);
        bw_buf_ch(a->to, '.');
        return true;
    }
    if (bag->watched) {
        const char *to = bw_bag_target(bag)[0] ? bw_bag_target(bag) : "its destination";
        bw_buf_printf(a->to, "Name the flight that takes it to %s (FORWARD_PLANNED), or say why it is held.",
                      bw_station_name(a->world, to));
        return true;
    }
    for (size_t at = 0; at < bag->n_legs; at++) {
        const struct bw_leg *leg = &bag->legs[at];
        if (!leg->flight[0] || !a->station[0] || strcmp(leg->from, a->station) != 0)
            continue;
        on_flight(a, leg->flight, leg->date, leg->to);
        bw_buf_ch(a->to, '.');
        return true;
    }
    return false;
}

void bw_bag_instruction(const struct bw_bag *bag, const char *carrier, const char *station,
                        const struct bw_world *world, struct bw_buf *to)
{
    const struct asked a = { bag, carrier, station, world, to };
    if (bag->damaged && bag->place != BW_PLACE_DELIVERED)
        bw_buf_c(to, "Damage was reported: its owner is told before it is handed over. ");
    if (bag->place != BW_PLACE_DELIVERED && handover(&a))
        return;
    const char *words = by_place(bag);
    if (words)
        bw_buf_c(to, words);
    else if (!onward(&a))
        bw_buf_c(to, "Nothing is asked for this bag.");
}
