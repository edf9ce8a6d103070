/* SPDX-License-Identifier: Apache-2.0 */
/* identity.h - how a bag is named by others: plates with travel date, short plates, rush plates, file references, our
 * id. Pure.  Layer: domain.  Threads: any.  Source: domain.md 1 (IATA Res 740), BAG-01, design.md 7 (alias). */
#ifndef BW_DOMAIN_IDENTITY_H
#define BW_DOMAIN_IDENTITY_H

#include "bw/base/clock.h"
#include "bw/base/id.h"
#include "bw/base/str.h"

/* DIGITS: six digits of a plate whose bag has a file; no sender names a bag by them alone (BAG-11). */
enum bw_ident_kind {
    BW_IDENT_NONE,
    BW_IDENT_PLATE,
    BW_IDENT_RUSH,
    BW_IDENT_SHORT,
    BW_IDENT_REF,
    BW_IDENT_ID,
    BW_IDENT_DIGITS
};

/* A normalised identity as sent. */
struct bw_ident {
    enum bw_ident_kind kind;
    char value[40]; /* "0125728359", "BA728359", "MADIB10001", or a UUID in canonical form */
    bw_date date;   /* travel date as sent, or BW_DATE_NONE */
};

/* Reads any printed form: ten digits (spaces and dashes between are dropped; leading digit 2 = rush plate), carrier +
 * six digits (short plate), file reference AAABBNNNNN, UUID.  Lower case is accepted.  False with a sentence in
 * *ret_why (static text) when it is none of these; 0000000000 is refused (domain.md 1.1: "no readable tag"). */
BW_MUST_USE bool bw_ident_parse(struct bw_str s, bw_date travel_date, struct bw_ident *ret, const char **ret_why);
/* The same, where the sender said which kind it is; BW_IDENT_NONE = any. */
BW_MUST_USE bool bw_ident_parse_as(enum bw_ident_kind kind, struct bw_str s, bw_date travel_date, struct bw_ident *ret,
                                   const char **ret_why);
const char *bw_ident_kind_word(enum bw_ident_kind kind); /* "plate", "rush", "short", "ref", "id", "digits" */

/* "plate:0125728359@2026-11-20": the ident column of event_key. */
#define BW_IDENT_TEXT 64
const char *bw_ident_text(const struct bw_ident *id, char to[BW_IDENT_TEXT]);
/* Reads just that text back; false for any other. */
BW_MUST_USE bool bw_ident_from_text(struct bw_str text, struct bw_ident *ret);

/* First byte of SHA-256(kind word, value); for BW_IDENT_ID the bucket that the id itself carries in its last byte. */
uint8_t bw_ident_bucket(const struct bw_ident *id);
/* Ids of bags and cases carry their bucket in the last byte, so an id alone finds its shard. */
struct bw_uuid bw_id_with_bucket(struct bw_uuid id, uint8_t bucket);
uint8_t bw_id_bucket(const struct bw_uuid *id);

/* Issuer digits of a plate ("125"). */
struct bw_str bw_plate_issuer(const char plate[11]);
/* "BA728359" from plate 0125728359 and the issuer's carrier code; false for carriers of three characters. */
BW_MUST_USE bool bw_plate_to_short(const char plate[11], struct bw_str carrier, char to[9]);

/* Syntax only. */
bool bw_is_carrier(struct bw_str s); /* 2 characters with at least one letter, or 3 letters (ICAO) */
bool bw_is_station(struct bw_str s); /* 3 letters */
/* "BA178" (leading zeros dropped, suffix letter kept) from "BA0178", "BA 178", "ba178".  The airline has 2 characters
 * where the third is a digit, else 3 (domain.md 2.3). */
#define BW_FLIGHT 10
BW_MUST_USE bool bw_flight_parse(struct bw_str s, char to[BW_FLIGHT]);
struct bw_str bw_flight_carrier(const char *flight);

/* Checks of a field of a body (struct bw_field): NULL, or what is wrong with it. */
const char *bw_check_station(struct bw_str s);
const char *bw_check_carrier(struct bw_str s);
const char *bw_check_flight(struct bw_str s);

#endif
