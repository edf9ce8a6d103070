/* SPDX-License-Identifier: Apache-2.0 */
/* sight.h - who may see what: the one place that decides (actor, object) -> classes of data, denied unless a line below
 * allows it.  What is read and shown is built from these bits by allow-lists (caseview.h); nobody else asks for roles
 * or carriers to decide what to show.
 *
 *   outside the journey   its own words, and what to do with the bag: on the bag; of the file, nothing
 *   carrier of a journey  the file: state, owner, route, places, custody, promises; what the bags look like; the
 * initials, the town of delivery and the priority class, but not its reason owner                 all of it: names,
 * contacts, address, contents, need, notes; and who read it handler               what the carrier sees that gave it a
 * mandate, where one of the file's stations is the mandate's; all that an owner sees only if the mandate lets it open
 * files (CASE_OPENED) courier               of bags that were handed to it: one address and one phone, until 24 h after
 * the proof auditor, administrator the file without what the passenger is known by; that too for a reason given
 * (DATA_REVEALED) customer              by the main link what a page may show, by a companion's the state alone
 *
 * Layer: app.  Threads: any; values.  Source: SEC-13, SEC-14, AUD-10, BAG-05, CASE-12, reliability.md 6 (Z1). */
#ifndef BW_APP_SIGHT_H
#define BW_APP_SIGHT_H

#include "bw/app/principal.h"
#include "bw/domain/bag.h"
#include "bw/domain/casefile.h"

enum bw_sees {
    BW_SEE_CASE = 1 << 0,     /* state, owner, route, places, custody, promises, plates, linked files */
    BW_SEE_LOOKS = 1 << 1,    /* colour, type and brand of the bags */
    BW_SEE_WORDS = 1 << 2,    /* what they look like, in somebody's words */
    BW_SEE_INITIALS = 1 << 3, /* and the language */
    BW_SEE_TOWN = 1 << 4,     /* of delivery */
    BW_SEE_PRIORITY = 1 << 5, /* its class */
    BW_SEE_NAMES = 1 << 6,    /* of the passenger, and of who may collect the bag */
    BW_SEE_CONTACTS = 1 << 7, /* phone, mail, booking */
    BW_SEE_ADDRESS = 1 << 8,
    BW_SEE_CONTENTS = 1 << 9,
    BW_SEE_NEED = 1 << 10,  /* needed by when, and why */
    BW_SEE_NOTES = 1 << 11, /* what people wrote on the file */
    BW_SEE_DROP = 1 << 12,  /* one address and one phone of the bags in bw_sight.drops */
    BW_SEE_READS = 1 << 13, /* who read what is personal here */
};
/* What stands sealed because it tells of a person: showing any of it is recorded (CASE-07), and an auditor gives a
 * reason for it first (AUD-10). */
#define BW_SEE_PERSONAL                                                                                                \
    (BW_SEE_WORDS | BW_SEE_INITIALS | BW_SEE_TOWN | BW_SEE_NAMES | BW_SEE_CONTACTS | BW_SEE_ADDRESS |                  \
     BW_SEE_CONTENTS | BW_SEE_NEED | BW_SEE_NOTES | BW_SEE_DROP)
/* "case", "looks", … by bit number; NULL past the last. */
const char *bw_sees_word(unsigned bit);

/* What is known of the object when the question is asked. */
struct bw_case_facts {
    const struct bw_case *file;
    const struct bw_bag *const *bags; /* n_bags of them, by ordinal */
    size_t n_bags;
    bw_time revealed_until; /* of the newest reason that this very principal gave; BW_TIME_NONE: none */
};
struct bw_sight {
    unsigned sees;  /* bits of enum bw_sees; 0: the file is not there for it */
    uint32_t drops; /* BW_SEE_DROP: bit k for bags[k] */
    unsigned asks;  /* what it would see beside that if it gave a reason */
    char as[4];     /* the carrier for whom it reads: the owner where it can; "" none */
};
void bw_case_sight(const struct bw_principal *who, const struct bw_case_facts *facts, bw_time now,
                   struct bw_sight *ret);

/* May this principal read the whole of a bag: its history, promises, what others said?  Else its own words alone. */
bool bw_bag_visible(const struct bw_bag *bag, const struct bw_principal *who);
/* The principal's organisation, or a carrier that it may read for there, said it: everybody may read his own words
 * (BAG-05). */
bool bw_said_by(const struct bw_event *ev, const struct bw_principal *who);
/* May it read all that concerns a carrier, wherever: lists, streams, reports?  A mandate for some stations does not. */
bool bw_sees_carrier(const struct bw_principal *who, struct bw_str carrier, bw_time now);
/* The carriers of which it may; they borrow from *who.  Returns how many; none for who has every carrier by its role.
 */
size_t bw_sight_carriers(const struct bw_principal *who, bw_time now, struct bw_str to[BW_CARRIERS_MAX]);

#endif
