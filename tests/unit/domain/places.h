/* SPDX-License-Identifier: Apache-2.0 */
/* places.h - a world of stations with their places, where some things are too far away.  Layer: tests. */
#ifndef BW_TESTS_PLACES_H
#define BW_TESTS_PLACES_H

#include "story_rows.h"

static const struct bw_station place_rows[] = {
    { .code = "CDG", .latitude = 49.003196, .longitude = 2.567023 },
    { .code = "JFK", .latitude = 40.642335, .longitude = -73.78817 },
    { .code = "LHR", .latitude = 51.469603, .longitude = -0.453566 },
    { .code = "MAD", .latitude = 40.49027, .longitude = -3.564479 },
    { .code = "MUC", .latitude = 48.353005, .longitude = 11.790143 },
    { .code = "SIN", .latitude = 1.361173, .longitude = 103.990201 },
};
static const struct bw_world places = { .stations = place_rows, .n_stations = BW_LEN(place_rows) };

#endif
