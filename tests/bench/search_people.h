/* SPDX-License-Identifier: Apache-2.0 */
/* search_people.h - the k-th of a million passengers, the same in every run: name, contacts, bag and journey by number alone, so
 * that a question about any of them needs no list.
 * Surnames: the first 40 as common as in a telephone book (the first has 3 in 100), the rest made of syllables, rarer the later. */
#ifndef BW_BENCH_SEARCH_PEOPLE_H
#define BW_BENCH_SEARCH_PEOPLE_H

#include "bw/domain/bag.h"
#include "bw/domain/casefile.h"

#define PEOPLE_STATION "MAD"
struct person {
    char surname[40], given[40], town[40], text[120], phone[24], mail[64], pnr[8];
    char plate[11], short_plate[9], serial[7], ref[11];
    char carrier[3], first[3]; /* who brought it last and owns the case; who brought it before, or "" */
    char flight[BW_FLIGHT], first_flight[BW_FLIGHT];
    bw_date day;
    bw_time opened_at;
    struct bw_uuid case_id, bag_id;
};
/* n = how many there are: their cases were opened evenly over the year that ends at `now`. */
void person_make(uint64_t k, uint64_t n, bw_time now, struct person *to);

#endif
