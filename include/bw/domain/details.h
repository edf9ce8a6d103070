/* SPDX-License-Identifier: Apache-2.0 */
/* details.h - what a delayed-bag file holds of a person and of what is in the bags: read from and written as one JSON
 * text, which the writer seals under the file's own key.  Nothing of it ever stands in the log; the log says only which
 * members were changed (bw_event_data.fields).
 * Who may see which member is SEC-13's table (app/sight.h); what may be looked up is app/case_search.h.
 * Pure.  Layer: domain.  Threads: any; slices borrow from the arena that the text was read into.
 * Source: CASE-01, CASE-06, CASE-09, CASE-10, CASE-12, domain.md 4.2, 4.3. */
#ifndef BW_DOMAIN_DETAILS_H
#define BW_DOMAIN_DETAILS_H

#include <stddef.h>

#include "bw/domain/event.h"

#define BW_CASE_BAGS 32 /* bags of one file: as many as bw_case.awaited has bits */
#define BW_CONTENTS 12  /* categories of one bag (domain.md 4.3) */

struct bw_details_name {
    struct bw_str surname, given;
};
struct bw_details_contacts {
    struct bw_str phone, mail, pnr;
    struct bw_str address, town; /* permanent, where no delivery address says otherwise */
};
/* One category of what a bag holds; the industry's dictionary is not public, so the category is a word of the agent's.
 */
struct bw_details_content {
    struct bw_str category, text;
};
/* One bag, by ordinal - 1. */
struct bw_details_bag {
    struct bw_str code; /* colour, type and descriptors: "BU22MBC" (bagcode.h) */
    struct bw_str brand, description;
    struct bw_objects contents; /* struct bw_details_content */
};
/* Where the passenger is, from when until when, and the bag is to be brought. */
enum bw_address_kind { BW_ADDRESS_PERMANENT, BW_ADDRESS_TEMPORARY };
struct bw_details_address {
    int kind; /* enum bw_address_kind */
    struct bw_str address, town, country, phone;
    struct bw_str station; /* the airport it is reached from; this alone, with the dates, also stands in the log */
    bw_date from, until;   /* both days included; BW_DATE_NONE: open */
};
/* The reason is sealed apart from the rest, and gone when the file is closed. */
struct bw_details_priority {
    int class_; /* enum bw_priority - 1; -1 none */
    struct bw_str reason;
};
struct bw_details {
    struct bw_details_name passenger;
    struct bw_details_contacts contacts;
    struct bw_str description; /* of all bags together */
    struct bw_objects bags;    /* struct bw_details_bag; fewer than the file has: the rest is not described */
    bw_date needed_by;
    struct bw_str language;
    struct bw_objects delivery; /* struct bw_details_address, BW_STAYS at most */
    struct bw_str collector;    /* who may fetch the bag beside the passenger */
    struct bw_details_priority priority;
};

/* Field table of the whole: reads the sealed text, the body of PATCH /v1/cases/{ref} once merged, and documents both.
 */
extern const struct bw_field bw_details_fields[];
/* Tables of its members, for bodies that hold them elsewhere. */
extern const struct bw_field bw_details_name_fields[], bw_details_contact_fields[], bw_details_content_fields[],
    bw_details_address_fields[], bw_details_priority_fields[];

/* Rows of a bag's own members, for a table of a struct that holds a struct bw_details_bag at byte `base`. */
bw_json_check bw_details_is_code, bw_details_is_language;
#define BW_DETAILS_BAG_ROWS(base)                                                                                      \
    { .name = "code",                                                                                                  \
      .type = BW_J_STR,                                                                                                \
      .offset = (base) + offsetof(struct bw_details_bag, code),                                                        \
      .flags = BW_J_NULLABLE,                                                                                          \
      .max = 7,                                                                                                        \
      .check = bw_details_is_code },                                                                                   \
        { .name = "brand",                                                                                             \
          .type = BW_J_STR,                                                                                            \
          .offset = (base) + offsetof(struct bw_details_bag, brand),                                                   \
          .flags = BW_J_TEXT | BW_J_NULLABLE,                                                                          \
          .max = 40 },                                                                                                 \
        { .name = "description",                                                                                       \
          .type = BW_J_STR,                                                                                            \
          .offset = (base) + offsetof(struct bw_details_bag, description),                                             \
          .flags = BW_J_TEXT | BW_J_NULLABLE,                                                                          \
          .max = 400 },                                                                                                \
    {                                                                                                                  \
        .name = "contents", .type = BW_J_OBJECTS, .offset = (base) + offsetof(struct bw_details_bag, contents),        \
        .flags = BW_J_NULLABLE, .max = BW_CONTENTS, .sub = bw_details_content_fields,                                  \
        .elem_size = sizeof(struct bw_details_content)                                                                 \
    }

/* Writes the whole as one object; what is empty is left out.  with_priority: class and reason too, for who may see and
 * change them; without them it is the text that is sealed. */
void bw_details_write(const struct bw_details *d, bool with_priority, struct bw_json_out *j);
/* Reads it back; false for a text that is not ours.  Slices and arrays are in the arena. */
BW_MUST_USE bool bw_details_read(struct bw_str json, struct bw_arena *arena, struct bw_details *ret);

/* Writes description codes as the chart does (upper case, X for what is missing); false: memory is out. */
BW_MUST_USE bool bw_details_tidy(struct bw_details *d, struct bw_arena *arena);
/* Which members differ: bits of enum bw_detail, 0 for none. */
unsigned bw_details_changed(const struct bw_details *before, const struct bw_details *after);
/* Faults that no field table sees: stays whose end lies before their beginning, two permanent addresses, temporary ones
 * without a first day or over each other.  Pointers begin with prefix ("" for a whole document). */
void bw_details_check(const struct bw_details *d, const char *prefix, struct bw_faults *f);
/* Where the passenger is on a day: the temporary address of that day, else the permanent one; NULL where none is known.
 */
const struct bw_details_address *bw_details_at(const struct bw_details *d, bw_date day);
/* Stations and days of the delivery addresses, without any address: what the log may say of them. */
size_t bw_details_stays(const struct bw_details *d, struct bw_stay to[BW_STAYS]);

#endif
