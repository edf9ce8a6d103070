/* SPDX-License-Identifier: Apache-2.0 */
/* identity.c - reading the printed forms of a bag's names, and the bucket each name hashes to.
 * Layer: domain.  Threads: any; values only.  Source: domain.md 1.1 (Res 740), 2.3; design.md 7 (bucket). */
#include "bw/domain/identity.h"

#include <stdio.h>

#include "bw/base/crypto.h"

enum { PLATE_DIGITS = 10, SHORT_CHARS = 8, REF_CHARS = 10 };

static const char *const kind_words[] = { "none", "plate", "rush", "short", "ref", "id", "digits" };

const char *bw_ident_kind_word(enum bw_ident_kind kind)
{
    BW_ASSERT((size_t)kind < BW_LEN(kind_words));
    return kind_words[kind];
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Copies without the spaces and dashes that people and printers put between, upper case.  Length, or 0 when too long.
 */
static size_t squeeze(struct bw_str s, char *to, size_t size)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n; at++) {
        if (s.p[at] == ' ' || s.p[at] == '-')
            continue;
        if (n + 1 >= size)
            return 0;
        to[n++] = upper(s.p[at]);
    }
    to[n] = '\0';
    return n;
}

bool bw_is_carrier(struct bw_str s)
{
    if (s.n == 3)
        return bw_str_all(s, bw_is_upper);
    if (s.n != 2)
        return false;
    bool first = bw_is_upper(s.p[0]), second = bw_is_upper(s.p[1]);
    return (first || bw_is_digit(s.p[0])) && (second || bw_is_digit(s.p[1])) && (first || second);
}

bool bw_is_station(struct bw_str s)
{
    return s.n == 3 && bw_str_all(s, bw_is_upper);
}

static bool is_fileref(struct bw_str s)
{
    return s.n == REF_CHARS && bw_is_station(bw_str_take(s, 3)) && bw_is_carrier(bw_str_n(s.p + 3, 2)) &&
           bw_str_all(bw_str_drop(s, 5), bw_is_digit);
}

static bool is_short_plate(struct bw_str s)
{
    return s.n == SHORT_CHARS && bw_is_carrier(bw_str_take(s, 2)) && bw_str_all(bw_str_drop(s, 2), bw_is_digit);
}

static enum bw_ident_kind kind_of(struct bw_str s)
{
    if (s.n == PLATE_DIGITS && bw_str_all(s, bw_is_digit))
        return s.p[0] == '2' ? BW_IDENT_RUSH : BW_IDENT_PLATE;
    if (is_short_plate(s))
        return BW_IDENT_SHORT;
    return is_fileref(s) ? BW_IDENT_REF : BW_IDENT_NONE;
}

/* Kind NONE in *ret where it is no name at all. */
static void read_ident(struct bw_str s, struct bw_ident *ret)
{
    struct bw_uuid uuid;
    s = bw_str_trim(s);
    if (bw_uuid_parse(s, &uuid)) {
        ret->kind = BW_IDENT_ID;
        (void)bw_uuid_text(&uuid, ret->value);
        return;
    }
    ret->kind = kind_of((struct bw_str){ ret->value, squeeze(s, ret->value, sizeof(ret->value)) });
}

bool bw_ident_parse_as(enum bw_ident_kind kind, struct bw_str s, bw_date travel_date, struct bw_ident *ret,
                       const char **ret_why)
{
    static const char *const wanted[] = {
        "neither a plate of ten digits, nor a carrier with six digits, nor a file reference, nor an id",
        "a plate has ten digits",
        "a rush plate has ten digits and begins with 2",
        "a short plate is a two-character carrier and six digits",
        "a file reference is a station, a two-character carrier and five digits",
        "an id is a UUID",
    };
    struct bw_ident id = { .date = travel_date };
    read_ident(s, &id);
    /* A rush plate is a plate too: its leading digit says which (Res 740). */
    bool fits = id.kind == kind || kind == BW_IDENT_NONE || (kind == BW_IDENT_PLATE && id.kind == BW_IDENT_RUSH);
    if (id.kind == BW_IDENT_NONE || !fits) {
        *ret_why = wanted[kind];
        return false;
    }
    if (strcmp(id.value, "0000000000") == 0) {
        *ret_why = "0000000000 stands for a tag that could not be read; it names no bag";
        return false;
    }
    *ret = id;
    return true;
}

bool bw_ident_parse(struct bw_str s, bw_date travel_date, struct bw_ident *ret, const char **ret_why)
{
    return bw_ident_parse_as(BW_IDENT_NONE, s, travel_date, ret, ret_why);
}

const char *bw_ident_text(const struct bw_ident *id, char to[BW_IDENT_TEXT])
{
    char date[BW_DATE_TEXT];
    if (id->date == BW_DATE_NONE)
        (void)snprintf(to, BW_IDENT_TEXT, "%s:%s", bw_ident_kind_word(id->kind), id->value);
    else
        (void)snprintf(to, BW_IDENT_TEXT, "%s:%s@%s", bw_ident_kind_word(id->kind), id->value,
                       bw_date_text(id->date, date));
    return to;
}

bool bw_ident_from_text(struct bw_str text, struct bw_ident *ret)
{
    struct bw_str rest = text, kind = bw_str_split(&rest, ':'), value = bw_str_split(&rest, '@');
    bw_date date = BW_DATE_NONE;
    const char *why;
    if (rest.p && !bw_date_parse(rest, &date))
        return false;
    struct bw_ident id;
    if (!value.p || !bw_ident_parse(value, date, &id, &why) || !bw_str_eq_c(kind, bw_ident_kind_word(id.kind)) ||
        !bw_str_eq_c(value, id.value))
        return false;
    *ret = id;
    return true;
}

uint8_t bw_ident_bucket(const struct bw_ident *id)
{
    struct bw_uuid uuid;
    if (id->kind == BW_IDENT_ID && bw_uuid_parse(bw_str_c(id->value), &uuid))
        return bw_id_bucket(&uuid);
    const struct bw_str parts[] = { bw_str_c(bw_ident_kind_word(id->kind)), bw_str_c(id->value) };
    return bw_sha256_parts(parts, BW_LEN(parts)).b[0];
}

struct bw_uuid bw_id_with_bucket(struct bw_uuid id, uint8_t bucket)
{
    id.b[sizeof(id.b) - 1] = bucket;
    return id;
}

uint8_t bw_id_bucket(const struct bw_uuid *id)
{
    return id->b[sizeof(id->b) - 1];
}

struct bw_str bw_plate_issuer(const char plate[11])
{
    return bw_str_n(plate + 1, 3);
}

bool bw_plate_to_short(const char plate[11], struct bw_str carrier, char to[9])
{
    if (carrier.n != 2 || !bw_is_carrier(carrier))
        return false;
    (void)snprintf(to, SHORT_CHARS + 1, "%.2s%.6s", carrier.p, plate + 4);
    return true;
}

bool bw_flight_parse(struct bw_str s, char to[BW_FLIGHT])
{
    char plain[BW_FLIGHT];
    struct bw_str flight = { plain, squeeze(s, plain, sizeof(plain)) };
    if (flight.n < 3)
        return false;
    /* domain.md 2.3: where the third character is a digit the airline has two, else three. */
    size_t airline = bw_is_digit(plain[2]) ? 2 : 3;
    struct bw_str number = bw_str_drop(flight, airline);
    char suffix[2] = "";
    if (number.n > 1 && bw_is_upper(number.p[number.n - 1])) {
        suffix[0] = number.p[number.n - 1];
        number.n--;
    }
    if (number.n > 5 || !bw_str_all(number, bw_is_digit) || !bw_is_carrier(bw_str_take(flight, airline)))
        return false;
    while (number.n > 1 && number.p[0] == '0')
        number = bw_str_drop(number, 1);
    if (number.p[0] == '0')
        return false;
    (void)snprintf(to, BW_FLIGHT, "%.*s%.*s%s", (int)airline, plain, BW_FMT(number), suffix);
    return true;
}

struct bw_str bw_flight_carrier(const char *flight)
{
    struct bw_str s = bw_str_c(flight);
    if (s.n < 3)
        return BW_STR_NONE;
    return bw_str_take(s, bw_is_digit(s.p[2]) ? 2 : 3);
}

const char *bw_check_station(struct bw_str s)
{
    return bw_is_station(s) ? NULL : "must be a station: three upper-case letters";
}

const char *bw_check_carrier(struct bw_str s)
{
    return bw_is_carrier(s) ? NULL : "must be an airline's code: two upper-case characters, or three letters";
}

const char *bw_check_flight(struct bw_str s)
{
    char to[BW_FLIGHT];
    return bw_flight_parse(s, to) ? NULL : "must be an airline's code and a number, such as BA178";
}
