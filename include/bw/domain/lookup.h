/* SPDX-License-Identifier: Apache-2.0 */
/* lookup.h - what was typed into the one search box: everything that it may be, since "SAMSON" is a surname, a booking
 * and a brand, and 600123456 a phone or a plate without its first digit.  Readings cost nothing; the look-up tries each
 * of them. Pure.  Layer: domain.  Threads: any; values.  Source: DESK-01. */
#ifndef BW_DOMAIN_LOOKUP_H
#define BW_DOMAIN_LOOKUP_H

#include "bw/domain/identity.h"
#include "bw/domain/terms.h"

enum bw_reading {
    BW_READ_IDENT = 1,  /* plate, rush plate, short plate, file reference, our id */
    BW_READ_SERIAL = 2, /* six digits: the end of a plate; whose is not said */
    BW_READ_PNR = 4,
    BW_READ_PHONE = 8,  /* seven digits or more */
    BW_READ_LAST4 = 16, /* four to six digits: how a phone ends */
    BW_READ_MAIL = 32,
    BW_READ_FLIGHT = 64, /* a flight, with its day or days */
    BW_READ_WORDS = 128, /* name, description, town */
};

#define BW_LOOKUP_MOST 200 /* bytes of a question */
#define BW_FLIGHT_DAYS 31  /* a flight without a day: those of the last month */
struct bw_lookup {
    unsigned readings; /* bits of enum bw_reading */
    struct bw_ident ident[2];
    size_t n_idents;
    char serial[7];
    char pnr[9];     /* upper case */
    char digits[20]; /* of a phone: international without + or 00, else as dialled */
    char mail[255];  /* lower case */
    char flight[BW_FLIGHT];
    bw_date first, last; /* days of the flight */
    struct bw_words words;
};

/* Reads what was typed on that day (UTC).  `date` (may be BW_DATE_NONE) is the travel day, where it was said apart.
 * False with a sentence in *ret_why (static): nothing can be asked with it, as it is too short, too long or no text. */
BW_MUST_USE bool bw_lookup_read(struct bw_str typed, bw_date date, bw_date today, struct bw_lookup *ret,
                                const char **ret_why);

/* The digits of a phone as they are kept and asked for: "+44 (0)20 7946-0000" and "0044 20 79460000" are 442079460000;
 * a national number stays as dialled.  Empty where it is no phone (letters, or fewer than seven digits). */
struct bw_str bw_phone_digits(struct bw_str s, char to[20]);
/* A booking as it is kept: five to eight letters and digits in upper case; empty where it is none. */
struct bw_str bw_pnr_plain(struct bw_str s, char to[9]);
/* An address as it is kept: trimmed, in lower case; empty where it is none. */
struct bw_str bw_mail_plain(struct bw_str s, char to[255]);

/* A day as people write it: 2026-11-20, 20NOV, 20NOV26, 20 nov 2026, 20.11., 20/11/26, 20 (the nearest), today,
 * yesterday.  Day before month.  Without a year it is the newest that is not after tomorrow. */
BW_MUST_USE bool bw_day_read(struct bw_str s, bw_date today, bw_date *ret);

#endif
