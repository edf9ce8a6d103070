/* SPDX-License-Identifier: Apache-2.0 */
/* typeb.h - Type B baggage messages (IATA RP 1745): text in, messages with elements, events and faults out; and back to
 * text. Everything that comes out is a slice of the input or lies in the caller's arena, so both must outlive it. Pure:
 * no I/O, no clock, no heap.  Layer: domain.  Threads: any. Source: domain.md 2 (grammar rebuilt from public readings
 * of RP 1745), design.md 3, 6, 8, requirements TYB-01 to TYB-09. */
#ifndef BW_DOMAIN_TYPEB_H
#define BW_DOMAIN_TYPEB_H

#include "bw/base/crypto.h"
#include "bw/domain/event.h"
#include "bw/domain/world.h"

#define BW_TYPEB_MAX 262144               /* bytes of one request: 256 KiB */
#define BW_TYPEB_BAGS 4096                /* bags of one message */
#define BW_TYPEB_BAGS_REQUEST 8192        /* bags of one request */
#define BW_TYPEB_ARENA ((size_t)64 << 20) /* an arena with this maximum holds whatever one request can hold */

enum bw_smi {
    BW_SMI_NONE, /* elements outside of any message: nothing says what they are about */
    BW_SMI_BSM,
    BW_SMI_BTM,
    BW_SMI_BPM,
    BW_SMI_BUM,
    BW_SMI_BNS,
    BW_SMI_BCM,
    BW_SMI_BMM,
    BW_SMI_BRQ,
    BW_SMI_MAX
};
enum bw_typeb_action { BW_TYPEB_NEW, BW_TYPEB_CHANGE, BW_TYPEB_DELETE };
enum bw_typeb_status {
    BW_TYPEB_USED,
    BW_TYPEB_PARTLY_USED,
    BW_TYPEB_UNUSABLE,
    BW_TYPEB_NOT_A_BAG_MESSAGE, /* BCM, BRQ: looked at, nothing to apply */
    BW_TYPEB_WAITING_FOR_PARTS, /* PART n of several whose fellows are not in the request: applies nothing */
};
/* Words as answered: "BSM" ("" for none), "new", "waiting_for_parts", … */
const char *bw_smi_word(enum bw_smi smi);
const char *bw_typeb_action_word(enum bw_typeb_action action);
const char *bw_typeb_status_word(enum bw_typeb_status status);

/* --- What was sent ----------------------------------------------------------------------------------------------- */

/* One line of a message.  Unknown letters are kept like known ones (TYB-07). */
struct bw_typeb_element {
    char letter;        /* 'A' to 'Z'; 0 for a line that is not an element */
    int32_t line;       /* of the request, from 1 */
    struct bw_str text; /* the whole line as sent, without control characters and blanks at its ends */
};
/* Field i, counted from 0; empty with p set where it was sent empty, BW_STR_NONE where it was left out. */
struct bw_str bw_typeb_field(const struct bw_typeb_element *e, size_t i);

/* What stood before the message: addresses and origin of the innermost envelope (domain.md 2.5). */
struct bw_typeb_envelope {
    struct bw_str priority;  /* "QU"; empty where there was no such line */
    const struct bw_str *to; /* addresses of seven characters */
    size_t n_to;
    struct bw_str origin_line; /* the last origin line that is not blank, with its full stop; empty = none */
    struct bw_str origin;      /* "ISTKMTK" */
    struct bw_str signature;   /* "HB" of ".PEKKMCA HB/301623"; mostly empty */
    struct bw_str day_time;    /* "081625", UTC; empty where the line has none */
};

/* Something in the message that needs a person's eye.  Never holds text of the telegram. */
struct bw_typeb_fault {
    int32_t line;
    char element[2];    /* "N"; "" for the message itself */
    const char *reason; /* a sentence, static */
    bool lost;          /* something was left unused because of it; false: odd, and kept as sent */
    struct bw_typeb_fault *next;
};

/* One bag's event.  Complete but for raw_id, commitments, uid, order, version, recorded_at and outcome. */
struct bw_typeb_fact {
    struct bw_event ev;      /* raw_first to raw_last: the lines of this bag's passenger group, what erasure blanks */
    bool rush;               /* .E/RUSH: proposes a link to an open case, for staff to confirm (TYB-02) */
    char inbound[BW_FLIGHT]; /* .I of its group; "" where none can be read */
    bw_date inbound_date;
};

enum bw_typeb_end { BW_TYPEB_CUT_OFF, BW_TYPEB_END, BW_TYPEB_END_PART, BW_TYPEB_END_OTHER };

struct bw_typeb_message {
    int32_t ordinal; /* place in the request, from 1 */
    enum bw_smi smi;
    enum bw_typeb_action action;
    enum bw_typeb_status status;
    const struct bw_typeb_envelope *envelope; /* shared by the messages under it; NULL where there was none */
    struct bw_str secondary;                  /* "BAM", "FOM", … of a BCM */
    const struct bw_typeb_element *elements;
    size_t n_elements;
    /* The elements that its facts come from: its own, or, in the part that completes a message, those of all parts. */
    const struct bw_typeb_element *whole;
    size_t n_whole;
    enum bw_typeb_end end;
    struct bw_str end_text; /* "ENDBSM", "ENDPART1"; empty when cut off */
    struct bw_str raw;      /* bytes from the message's first line to the end of its last */
    int32_t first_line, last_line;
    /* read from the elements */
    char station[4];  /* of .V; "" when there is none */
    char source_mark; /* L, T, X or R of .V; 0 when not said */
    uint8_t part;     /* PARTn of .V; 0 when not said */
    /* of a message in several parts (TYB-06) */
    struct bw_hash series; /* what its parts share; zero for a message in one piece */
    int32_t joined_in; /* ordinal of the part that completed it and has its facts; 0: not complete, or in one piece */
    const struct bw_typeb_message *first_part; /* in the completing part: PART1; NULL else */
    bw_time origin_at; /* the origin line's time, for bw_event_set_order(); BW_TIME_NONE without */
    struct bw_typeb_fact *facts;
    size_t n_facts;
    struct bw_typeb_fault *faults; /* by line; at most BW_TYPEB_FAULTS are listed */
    size_t n_faults;               /* all that were found */
    bool lost;                     /* one of them is `lost` */
};
#define BW_TYPEB_FAULTS 200

struct bw_typeb {
    const struct bw_typeb_message *messages;
    size_t n_messages; /* 0: the text is no telegram at all */
    size_t n_facts;    /* of all messages */
};

/* --- Reading ----------------------------------------------------------------------------------------------------- */

/* What the reader must be told. */
struct bw_typeb_ctx {
    struct bw_str sender;          /* organisation of the key; becomes bw_event.sender */
    const struct bw_str *carriers; /* for whom it may speak */
    size_t n_carriers;
    const struct bw_world *world; /* stations with zones, carriers with issuers */
    bw_time received_at;          /* dates without a year are taken near it */
    const struct bw_key *key;     /* installation key: event ids are HMACs under it */
};

/* Reads a request of one telegram or many.  Fails with BW_E_TOO_LARGE, BW_E_TOO_MANY_BAGS or BW_E_NOMEM and then
 * *ret is untouched; everything else that can be wrong is a fault of a message.  Several messages, relayed envelopes,
 * CRLF or LF, control characters and lines before the first known identifier are all normal.
 *
 * Parts of one message that all stand in the request, in any order, are read as one; facts and faults of the whole are
 * those of the part that completes it (joined_in).  Parts whose fellows are missing wait.
 *
 * Event codes follow Avinor's precedence (domain.md 2.6) within TYB-02.  event_id = first 32 hex digits of HMAC-SHA256
 * over origin address, day-time and the message's own lines (without an origin time: the UTC date of receipt stands
 * for them), ":", and a number: 1, or higher where the same text comes again in one request after a message that did
 * the opposite, so that BSM, DEL, BSM ends added.
 *
 * The carrier that speaks is the one of .F (BTM: of .I, then of .F; without .F: of .I) where it is within the key's
 * mandate, else the only carrier of the key; with neither the group's bags are not used and a fault says so. */
BW_MUST_USE bw_code bw_typeb_read(struct bw_str text, const struct bw_typeb_ctx *ctx, struct bw_arena *arena,
                                  struct bw_typeb *ret, struct bw_error *err);

/* Whether two parts of one number say the same. */
bool bw_typeb_same_text(const struct bw_typeb_message *a, const struct bw_typeb_message *b);

/* Writes what was read as clean text: LF, no control characters, no junk before the messages.  Reading that again gives
 * the same value but for line numbers (TYB-07). */
void bw_typeb_print(const struct bw_typeb *t, struct bw_buf *to);

/* --- Blanking ---------------------------------------------------------------------------------------------------- */

/* Lines of a telegram, both ends within. */
struct bw_typeb_lines {
    int32_t first, last;
};
/* A copy of a telegram without what is told of somebody, for erasure (design.md 3): of the lines in `gone` only what
 * becomes part of an event stays (identifiers, flights, plates, scan places), and outside of `kept` (the lines of other
 * bags' groups) nothing else personal stays either, since an element before the groups holds for all of them.  A
 * blanked element keeps its letter, any other line goes empty: lines keep their numbers. */
void bw_typeb_blank(struct bw_str text, const struct bw_typeb_lines *gone, size_t n_gone,
                    const struct bw_typeb_lines *kept, size_t n_kept, struct bw_buf *to);

#endif
