/* SPDX-License-Identifier: Apache-2.0 */
/* event_in_table.c - the fields of POST /v1/events, each with its own check; the OpenAPI schema EventIn reads the same
 * table. Layer: domain.  Threads: any; read-only tables.  Source: design.md 8 ("Event in"), ING-01, ING-05. */
#include <stddef.h>

#include "event_in_int.h"

enum { PLACE_CHARS = 40, PERSON_CHARS = 60, NOTE_CHARS = 500, UTF8_MOST = 4, REPLACES_MOST = 16 };

static const char *event_id(struct bw_str s)
{
    for (size_t at = 0; at < s.n; at++)
        if (!bw_is_alnum(s.p[at]) && !strchr("._:-", s.p[at]))
            return "must be of A-Z, a-z, 0-9, '.', '_', ':' and '-'";
    return NULL;
}

static const char *station_or_carrier(struct bw_str s)
{
    return bw_is_station(s) || bw_is_carrier(s) ? NULL : "must be a station or an airline's code";
}

static const char *organisation(struct bw_str s)
{
    for (size_t at = 0; at < s.n; at++)
        if (!bw_is_upper(s.p[at]) && !bw_is_digit(s.p[at]))
            return "must be an organisation's code: upper-case letters and digits";
    return NULL;
}

static const char *reason(struct bw_str s)
{
    for (size_t at = 0; at < s.n; at++)
        if (!bw_is_alnum(s.p[at]) && s.p[at] != '-')
            return "must be a code of letters, digits and '-'";
    return NULL;
}

static const char *new_plate(struct bw_str s)
{
    struct bw_ident id;
    const char *why;
    if (bw_str_eq_c(s, "same") || bw_ident_parse_as(BW_IDENT_PLATE, s, BW_DATE_NONE, &id, &why))
        return NULL;
    return "must be a plate of ten digits, or the word same";
}

static const char *one_line(struct bw_str s, size_t most, const char *too_long)
{
    if (s.n && memchr(s.p, '\n', s.n))
        return "must be one line";
    return bw_utf8_len(s) > most ? too_long : NULL;
}

static const char *place(struct bw_str s)
{
    return one_line(s, PLACE_CHARS, "must be at most 40 characters");
}

static const char *searched(struct bw_str s)
{
    return one_line(s, sizeof(((struct bw_event_data *)0)->searched), "too long");
}

static const char *person(struct bw_str s)
{
    return one_line(s, PERSON_CHARS, "must be at most 60 characters");
}

static const char *note(struct bw_str s)
{
    return bw_utf8_len(s) > NOTE_CHARS ? "must be at most 500 characters" : NULL;
}

static const char *identity(struct bw_str s)
{
    struct bw_ident id;
    const char *why = NULL;
    return bw_ident_parse(s, BW_DATE_NONE, &id, &why) ? NULL : why;
}

static const char *const kinds[] = { "plate", "short", "rush", "ref", "id", NULL };
static const char *const time_types[] = { "actual", "estimated", "planned", NULL };

#define AT(type, member) .offset = offsetof(struct type, member)
#define SENT(member) .present = offsetof(struct bw_body, member) + 1

static const struct bw_field bag_fields[] = {
    { .name = "kind", .type = BW_J_ENUM, AT(bw_body_bag, kind), .flags = BW_J_REQUIRED, .words = kinds },
    { .name = "value", .type = BW_J_STR, AT(bw_body_bag, value), .flags = BW_J_REQUIRED, .min = 1, .max = 64 },
    { 0 },
};
static const struct bw_field flight_fields[] = {
    { .name = "no",
      .type = BW_J_STR,
      AT(bw_body_flight, no),
      .flags = BW_J_REQUIRED,
      .min = 3,
      .max = 10,
      .check = bw_check_flight },
    { .name = "date", .type = BW_J_DATE, AT(bw_body_flight, date), .flags = BW_J_REQUIRED },
    { 0 },
};
static const struct bw_field window_fields[] = {
    { .name = "from", .type = BW_J_TIME, AT(bw_body_window, from), .flags = BW_J_REQUIRED },
    { .name = "until", .type = BW_J_TIME, AT(bw_body_window, until), .flags = BW_J_REQUIRED },
    { 0 },
};
static const struct bw_field replaced_fields[] = {
    { .name = "event_id",
      .type = BW_J_STR,
      AT(bw_body_replaced, event_id),
      .flags = BW_J_REQUIRED,
      .min = 1,
      .max = 64,
      .check = event_id },
    { .name = "identity", .type = BW_J_STR, AT(bw_body_replaced, identity), .min = 1, .max = 64, .check = identity },
    { .name = "travel_date", .type = BW_J_DATE, AT(bw_body_replaced, travel_date) },
    { 0 },
};

#define CODE(field, low, high, fn)                                                                                     \
    {                                                                                                                  \
        .name = #field, .type = BW_J_STR, AT(bw_body, field), .min = (low), .max = (high), .check = (fn)               \
    }
const struct bw_field bw_event_in_fields[] = {
    { .name = "event_id",
      .type = BW_J_STR,
      AT(bw_body, event_id),
      .flags = BW_J_REQUIRED,
      .min = 1,
      .max = BW_EVENT_ID - 1,
      .check = event_id },
    { .name = "plate", .type = BW_J_STR, AT(bw_body, plate), .min = 1, .max = 64, SENT(has_plate) },
    { .name = "bag", .type = BW_J_OBJECT, AT(bw_body, bag), .sub = bag_fields, SENT(has_bag) },
    { .name = "travel_date", .type = BW_J_DATE, AT(bw_body, travel_date) },
    { .name = "flight", .type = BW_J_OBJECT, AT(bw_body, flight), .sub = flight_fields, SENT(has_flight) },
    { .name = "code",
      .type = BW_J_STR,
      AT(bw_body, code),
      .flags = BW_J_REQUIRED,
      .min = 1,
      .max = 40,
      SENT(has_code) },
    { .name = "occurred_at",
      .type = BW_J_TIME,
      AT(bw_body, occurred_at),
      .flags = BW_J_REQUIRED,
      SENT(has_occurred_at) },
    { .name = "time_type", .type = BW_J_ENUM, AT(bw_body, time_type), .words = time_types },
    CODE(station, 3, 3, bw_check_station),
    { .name = "place",
      .type = BW_J_STR,
      AT(bw_body, place),
      .flags = BW_J_TEXT,
      .min = 1,
      .max = PLACE_CHARS * UTF8_MOST,
      .check = place },
    CODE(for_carrier, 2, 3, bw_check_carrier),
    CODE(from_carrier, 2, 3, bw_check_carrier),
    CODE(to_carrier, 2, 3, bw_check_carrier),
    CODE(reason, 1, 23, reason),
    CODE(new_plate, 1, 16, new_plate),
    { .name = "note",
      .type = BW_J_STR,
      AT(bw_body, note),
      .flags = BW_J_TEXT,
      .min = 1,
      .max = NOTE_CHARS * UTF8_MOST,
      .check = note,
      SENT(has_note) },
    { .name = "replaces",
      .type = BW_J_OBJECTS,
      AT(bw_body, replaces),
      .min = 1,
      .max = REPLACES_MOST,
      .sub = replaced_fields,
      .elem_size = sizeof(struct bw_body_replaced),
      SENT(has_replaces) },
    { .name = "sent_at", .type = BW_J_TIME, AT(bw_body, sent_at) },
    CODE(to_station, 3, 3, bw_check_station),
    { .name = "window", .type = BW_J_OBJECT, AT(bw_body, window), .sub = window_fields, SENT(has_window) },
    CODE(courier, 2, 12, organisation),
    { .name = "proof", .type = BW_J_ENUM, AT(bw_body, proof), .words = bw_proof_words },
    { .name = "action", .type = BW_J_ENUM, AT(bw_body, action), .words = bw_action_words },
    CODE(asked, 2, 3, station_or_carrier),
    CODE(waiting_for, 2, 3, station_or_carrier),
    { .name = "next_step_at", .type = BW_J_TIME, AT(bw_body, next_step_at) },
    { .name = "searched",
      .type = BW_J_STR,
      AT(bw_body, searched),
      .flags = BW_J_TEXT,
      .min = 1,
      .max = sizeof(((struct bw_event_data *)0)->searched) - 1,
      .check = searched },
    { .name = "person",
      .type = BW_J_STR,
      AT(bw_body, person),
      .flags = BW_J_TEXT,
      .min = 1,
      .max = PERSON_CHARS * UTF8_MOST,
      .check = person },
    { 0 },
};
