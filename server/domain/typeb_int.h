/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_int.h - the steps of the Type B reader among themselves: lines, envelopes, messages, groups, facts.
 * Each step works on what the one before left: text -> lines -> messages of elements -> groups of bags -> facts.
 * Pure.  Layer: domain.  Threads: any.  Source: domain.md 2. */
#ifndef BW_DOMAIN_TYPEB_INT_H
#define BW_DOMAIN_TYPEB_INT_H

#include "bw/domain/typeb.h"

/* --- typeb_lex.c: lines ------------------------------------------------------------------------------------------- */

struct bw_tb_line {
    struct bw_str text;      /* without control characters and blanks at its ends; never empty */
    const char *begin, *end; /* the line as it lies in the input, its end of line included */
    int32_t no;
};
struct bw_tb_lex {
    const char *at, *end;
    int32_t no; /* of the last line taken */
};
struct bw_tb_lex bw_tb_lex_start(struct bw_str text);
/* The next line that is not blank; false at the end of the text.  LF, CR, CRLF and CR CR LF end a line. */
BW_MUST_USE bool bw_tb_lex_next(struct bw_tb_lex *lex, struct bw_tb_line *ret);
/* 'A' to 'Z' for ".N" and ".N/…" in either case, 0 for anything else. */
char bw_tb_letter(struct bw_str line);
enum bw_smi bw_tb_smi(struct bw_str line); /* BW_SMI_NONE unless the line is exactly an identifier */

/* --- typeb_date.c: days and times of day without a year --- */

/* DDMMM in the year that brings it nearest to `near`; BW_DATE_NONE for what is no date, and for a 29FEB that is more
 * than half a year away from the next one there is. */
bw_date bw_tb_date(struct bw_str ddmmm, bw_date near);
/* HHMM or HHMMSS, then L, Z or nothing: microseconds of the day and whether the reading is UTC. */
BW_MUST_USE bool bw_tb_clock(struct bw_str s, bw_time *ret_of_day, bool *ret_utc);
/* DDHHMM, UTC: the last such moment that is not more than an hour after `near`; BW_TIME_NONE for what is none. */
bw_time bw_tb_origin_time(struct bw_str ddhhmm, bw_time near);

/* --- typeb_envelope.c --- */

#define BW_TB_ADDRESSES 64
/* Lines before a message, read one by one. */
struct bw_tb_preamble {
    struct bw_typeb_envelope *current; /* the envelope in force; NULL before the first */
    bool fresh;                        /* current was begun by these lines, so further layers go on in it */
    bool in_addresses;
    bool out_of_memory;
};
/* "QU HKGTSXH …": a priority and at least one address. */
bool bw_tb_is_priority_line(struct bw_str line);
/* True when the line belongs to an envelope and was taken. */
bool bw_tb_preamble_take(struct bw_tb_preamble *p, struct bw_str line, struct bw_arena *arena);

/* --- typeb_split.c: the request cut into messages --- */

/* One message under work; faults go in by line. */
struct bw_tb_work {
    const struct bw_typeb_ctx *ctx;
    struct bw_arena *arena;
    struct bw_typeb_message *m;
    bw_date today; /* of receipt, UTC */
    bool out_of_memory;
};
void bw_tb_fault(struct bw_tb_work *w, int32_t line, char letter, const char *reason);
/* Odd, and kept as sent. */
void bw_tb_note(struct bw_tb_work *w, int32_t line, char letter, const char *reason);
/* All messages of the request with their elements, envelopes, ends, and the faults that the lines themselves show.
 * *ret_messages is an arena array.  Only w->out_of_memory can go wrong. */
size_t bw_tb_split(struct bw_tb_work *w, struct bw_str text, struct bw_typeb_message **ret_messages);

/* --- typeb_part.c: parts put together --- */

/* Series of all that wait for parts, and the whole where all parts are there. */
void bw_tb_join(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n);

/* --- typeb_field.c: single elements --- */

/* .F .I .O */
struct bw_tb_flight {
    char flight[BW_FLIGHT];
    bw_date date;
    char airport[4]; /* "" when not said */
    bool ok;         /* flight and date can both be used */
    int32_t line;
};
/* What .B .U .X .J say of a bag beside its plate. */
struct bw_tb_mark {
    char word[4]; /* .B status, .X result, .J secondary code; "" when none */
    bool decides; /* the element says something of its own */
    bool ahead;   /* .J: the scan lies after the receipt (ING-09) */
    bw_time at;   /* .J: BW_TIME_NONE when not said */
    int16_t offset_min;
    unsigned flags; /* .J: BW_FL_DST_FOLD, BW_FL_DST_GAP */
    char place[41]; /* .J: reading location */
    int32_t line;
};
/* Station, source mark and part of .V into the message; false when it has no usable station. */
bool bw_tb_version(struct bw_tb_work *w, const struct bw_typeb_element *e);
const struct bw_tb_flight *bw_tb_flight(struct bw_tb_work *w, const struct bw_typeb_element *e);
/* First plate and number of plates of tag details "<10 digits><3 digits>"; false with a fault. */
bool bw_tb_tags(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_str tags, char ret_first[11],
                unsigned *ret_count);
/* Typed .B .U .X .J; NULL with a fault when it cannot be used. */
const struct bw_tb_mark *bw_tb_mark(struct bw_tb_work *w, const struct bw_typeb_element *e);

/* --- typeb_group.c: who belongs to whom --- */

enum bw_tb_slot { BW_TB_B, BW_TB_U, BW_TB_X, BW_TB_J, BW_TB_SLOTS };
/* A passenger group: bags that share everything but their own scans. */
struct bw_tb_group {
    const struct bw_tb_flight *f, *i;        /* NULL when not said */
    size_t head_o, n_head_o, own_o, n_own_o; /* onward flights: of the flight group, then of this one */
    bool rush;
    int32_t first_line, last_line;
};
/* One .N or .B that names plates. */
struct bw_tb_bags {
    char first[11];
    unsigned count;
    bool irregular; /* named by .B */
    size_t group;
    int32_t line;
    const struct bw_tb_mark
        *mark[BW_TB_SLOTS]; /* nearest to it: behind it, else before it, else of its flight, else of all */
};
struct bw_tb_groups {
    struct bw_tb_group *groups;
    struct bw_tb_bags *bags;
    const struct bw_tb_flight **onward;
    size_t n_groups, n_bags, n_onward;
    size_t n_plates;
};
void bw_tb_groups(struct bw_tb_work *w, struct bw_tb_groups *ret);

/* --- typeb_code.c, typeb_fact.c: what it means --- */

/* BW_EV_NONE when nothing decides.  *ret_reason: a word for bw_event.reason, or "". */
enum bw_event_code bw_tb_code(const struct bw_typeb_message *m, const struct bw_tb_bags *bags, const char **ret_reason);
void bw_tb_facts(struct bw_tb_work *w, const struct bw_tb_groups *g);

/* --- typeb_key.c --- */

/* Event ids of all facts, after all messages are read. */
void bw_tb_ids(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n);

#endif
