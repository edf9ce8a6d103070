/* SPDX-License-Identifier: Apache-2.0 */
#include "search_people.h"

#include <stdio.h>

static const char *const common[] = { "Garcia",  "Smith",   "Müller",   "Martin",   "Rossi",    "Silva",
                                      "Johnson", "Nguyen",  "Kim",      "Martinez", "Schmidt",  "Brown",
                                      "López",   "Jones",   "Wang",     "Khan",     "Ivanov",   "Dubois",
                                      "Hansen",  "Novák",   "Sánchez",  "Ali",      "Kowalski", "Tanaka",
                                      "O’Neill", "Yılmaz",  "Andersen", "Al-Said",  "van Dijk", "Costa",
                                      "Singh",   "Nielsen", "Moreau",   "Björk",    "Walsh",    "Papadopoulos",
                                      "Horvath", "Popescu", "Weiß",     "Mendes" };
static const char *const given[] = { "Maria",  "Juan",   "Anna", "John",  "Ali",   "Wei",   "Sofia",
                                     "Peter",  "Fatima", "Luca", "Emma",  "Pablo", "Chloé", "Mohamed",
                                     "Ingrid", "Jan",    "Olga", "David", "Zoë",   "Carlos" };
static const char *const syllables[] = { "ba",  "ko", "ri",  "mar", "sen", "ta", "ve",   "lin", "du",  "ro",
                                         "man", "pe", "sti", "no",  "gra", "wi", "tsch", "el",  "far", "jo",
                                         "que", "lo", "ber", "ha",  "zi",  "mo", "ster", "ka" };
static const char *const colours[] = { "black", "black", "black", "blue",  "blue",
                                       "grey",  "red",   "green", "brown", "silver" };
static const char *const kinds[] = { "suitcase", "suitcase", "hard shell trolley", "soft bag", "duffel bag",
                                     "backpack", "box" };
static const char *const brands[] = { "Samsonite", "Samsonite", "American Tourister", "Delsey",
                                      "Rimowa",    "Eastpak",   "Travelite",          "Tumi" };
static const char *const marks[] = { "red ribbon",  "sticker on the side", "name tag", "broken wheel",
                                     "four wheels", "blue strap",          "" };
static const char *const towns[] = { "Madrid", "London", "Paris",    "München", "Roma",
                                     "Lisboa", "Oslo",   "New York", "Kraków",  "Zürich" };
/* The first fly half the world; the last, one case in some four thousand. */
static const char *const carriers[] = { "IB", "IB", "IB", "BA", "BA", "LH", "LH", "AF",
                                        "AF", "KL", "SK", "TP", "LX", "OS", "AY", "EI" };

/* splitmix64: the n-th draw of person k. */
static uint64_t draw(uint64_t k, uint64_t n)
{
    uint64_t z = k * UINT64_C(0x9E3779B97F4A7C15) + (n + 1) * UINT64_C(0xD1B54A32D192ED03);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

#define PICK(words, number) ((words)[(number) % BW_LEN(words)])
#define SAY(to, ...) ((void)snprintf(to, sizeof(to), __VA_ARGS__))

static void make_surname(uint64_t k, struct person *p)
{
    uint64_t at = draw(k, 0) % 1000;
    if (at < 30) { /* the worst case that DESK-01 names */
        SAY(p->surname, "%s", common[0]);
    } else if (at < 400) {
        uint64_t nth = draw(k, 1) % 39, again = draw(k, 2) % 39; /* the lower of two: the earlier the more common */
        SAY(p->surname, "%s", common[1 + (nth < again ? nth : again)]);
    } else {
        uint64_t which = draw(k, 3) % 100000, again = draw(k, 4) % 100000;
        which = which < again ? which : again;
        SAY(p->surname, "%s%s%s%s", PICK(syllables, which), PICK(syllables, which / 28), PICK(syllables, which / 784),
            which % 3 ? PICK(syllables, which / 21952) : "");
        if (p->surname[0] >= 'a')
            p->surname[0] = (char)(p->surname[0] - 'a' + 'A');
    }
}

static void make_contacts(uint64_t k, struct person *p)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    uint64_t number = draw(k, 10), booking = draw(k, 11);
    if (number % 100 == 0) /* switchboards: many phones end alike */
        SAY(p->phone, "+34 %03u %03u 0000", (unsigned)(number / 100 % 1000), (unsigned)(number / 100000 % 1000));
    else
        SAY(p->phone, "+34 %03u %03u %04u", (unsigned)(number / 100 % 1000), (unsigned)(number / 100000 % 1000),
            (unsigned)(number / 100000000 % 10000));
    SAY(p->mail, "traveller.%llu@mail%u.example", (unsigned long long)k, (unsigned)(number % 7));
    for (size_t at = 0; at < 6; at++, booking /= 32)
        p->pnr[at] = letters[booking % 32];
    p->pnr[6] = '\0';
}

static void make_journey(uint64_t k, struct person *p)
{
    uint64_t at = draw(k, 20), number = draw(k, 21);
    SAY(p->carrier, "%s", at % 4000 == 0 ? "ZB" : PICK(carriers, at / 4000));
    p->first[0] = p->first_flight[0] = '\0';
    if (draw(k, 22) % 2) {
        SAY(p->first, "%s", PICK(carriers, draw(k, 23)));
        SAY(p->first_flight, "%s%u", p->first, (unsigned)(100 + number / 1000 % 400));
    }
    SAY(p->flight, "%s%u", p->carrier, (unsigned)(100 + number % 400));
    SAY(p->serial, "%06u", (unsigned)(k * 7919 % 1000000));
    SAY(p->plate, "0%03u%s", (unsigned)(100 + k / 1000000), p->serial);
    SAY(p->short_plate, "%s%s", p->carrier, p->serial);
    unsigned station = (unsigned)(k / 90000);
    char where[4] = { (char)('A' + station / 26 % 26), (char)('A' + station % 26), 'X', '\0' };
    bw_fileref_make(where, p->carrier, (unsigned)(10000 + k % 90000), p->ref);
}

void person_make(uint64_t k, uint64_t n, bw_time now, struct person *to)
{
    make_surname(k, to);
    SAY(to->given, "%s", PICK(given, draw(k, 5)));
    SAY(to->text, "%s %s %s, %s", PICK(colours, draw(k, 6)), PICK(brands, draw(k, 7)), PICK(kinds, draw(k, 8)),
        PICK(marks, draw(k, 9)));
    SAY(to->town, "%s", PICK(towns, draw(k, 30)));
    make_contacts(k, to);
    make_journey(k, to);
    to->opened_at = now - (bw_time)(n - k) * (365 * BW_DAY / (bw_time)n);
    to->day = bw_date_of(to->opened_at);
    struct bw_ident ref = { .kind = BW_IDENT_REF, .date = BW_DATE_NONE },
                    plate = { .kind = BW_IDENT_PLATE, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(to->ref), ref.value, sizeof ref.value);
    bw_str_put(bw_str_c(to->plate), plate.value, sizeof plate.value);
    for (uint64_t at = 0; at < 16; at++) {
        to->case_id.b[at] = (uint8_t)draw(k, 40 + at);
        to->bag_id.b[at] = (uint8_t)draw(k, 60 + at);
    }
    to->case_id = bw_id_with_bucket(to->case_id, bw_ident_bucket(&ref));
    to->bag_id = bw_id_with_bucket(to->bag_id, bw_ident_bucket(&plate));
}
