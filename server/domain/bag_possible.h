/* SPDX-License-Identifier: Apache-2.0 */
/* bag_possible.h - which sightings can be, for the fold and for the choice between twins.
 * Layer: domain.  Threads: any; values only. */
#ifndef BW_DOMAIN_BAG_POSSIBLE_H
#define BW_DOMAIN_BAG_POSSIBLE_H

#include "bag_int.h"

/* Great-circle distance. */
double bw_station_km(const struct bw_station *a, const struct bw_station *b);
/* A travel date that lies away from every leg of the bag's journey; false where either is unknown. */
bool bw_other_travel(const struct bw_bag *bag, bw_date day);
/* False for a sighting that cannot be, on top of what is believed so far.  What is no sighting always fits. */
bool bw_sighting_fits(const struct bw_bag *bag, const struct bw_event *ev, const struct bw_world *world);
/* A sighting that says a travel date which lies away from the bag's journey. */
bool bw_of_other_travel(const struct bw_bag *bag, const struct bw_event *ev);
/* A sighting whose short plate has the letters of another carrier than the bag's. */
bool bw_of_other_issuer(const struct bw_event *ev);
/* Whether the rest of a history in order bears out events[at], a sighting that does not fit: a second independent scan,
 * or a later check by staff (SIGHTING_CONFIRMED at its station). */
bool bw_sighting_confirmed(const struct bw_bag *bag, const struct bw_event *const *events, size_t n, size_t at,
                           const struct bw_world *world);
/* Keeps one as possible: counts it, moves nothing. */
void bw_possible_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_step *ret);

#endif
