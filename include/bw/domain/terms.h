/* SPDX-License-Identifier: Apache-2.0 */
/* terms.h - the words by which a case is found, and the questions asked of them.
 * Of a case (column case_search.terms) stand
 *   garcia      each word of the name, all of them in one ("vanderberg", "alsaid"), and without a title glued on
 * ("annamrs") =samsonite  each word of description and town ^g ^ga ^gar how each word of the name begins ~gacia each
 * word of the surname with one letter left out: two spellings one letter apart share one of these, or one of them is
 * the other's, so no list of all surnames is searched for what is similar
 *   @IB3167/2026-11-20  each flight
 * all of them folded (fold.h) and with ae, oe, ue, aa written as a, o, u, a on both sides, so that Mueller, Muller and
 * Müller are one word. Pure.  Layer: domain.  Threads: any; memory from the arena.  Source: DESK-01, domain.md 2.4
 * (`.P`). */
#ifndef BW_DOMAIN_TERMS_H
#define BW_DOMAIN_TERMS_H

#include "bw/base/arena.h"
#include "bw/base/buf.h"
#include "bw/base/clock.h"
#include "bw/base/str.h"

/* --- of a case --- */
#define BW_TERMS_MAX 400
struct bw_terms {
    struct bw_str *v;
    size_t n;
    /* what people read, folded: one blank between words */
    struct bw_str names, description, town;
};
struct bw_terms_in {
    struct bw_str surname, given, town;
    const struct bw_str *texts; /* descriptions: n_texts of them */
    size_t n_texts;
};
/* False without memory.  What is more than BW_TERMS_MAX is left out, from the end. */
BW_MUST_USE bool bw_terms_of_case(const struct bw_terms_in *in, struct bw_arena *arena, struct bw_terms *ret);

#define BW_TERM_FLIGHT 24
/* "@IB3167/2026-11-20" */
const char *bw_term_of_flight(const char *flight, bw_date date, char to[BW_TERM_FLIGHT]);

/* --- of a question --- */
#define BW_WORDS_MOST 6
struct bw_words {
    char text[400];                 /* folded, one blank between words */
    struct bw_str v[BW_WORDS_MOST]; /* into text */
    size_t n;
};
/* False: no word, or more than BW_WORDS_MOST. */
BW_MUST_USE bool bw_words_read(struct bw_str s, struct bw_words *ret);

/* How close a case must come to every word, closest first; each holds those before it. */
enum bw_closeness {
    BW_CLOSE_NAME,  /* it is a word of the name */
    BW_CLOSE_WHOLE, /* or of description or town */
    BW_CLOSE_BEGUN, /* or begins one */
    BW_CLOSE_NEAR,  /* or is one letter off one of the name's */
    BW_CLOSE_MAX
};
/* Who reads the question: an index, where every beginning of a common word would cost all of its cases; or a scan of
 * rows, where beginnings of words of description and town cost nothing. */
enum bw_asked_of { BW_ASKED_OF_INDEX, BW_ASKED_OF_ROWS };
/* The question as PostgreSQL reads it (tsquery). */
void bw_words_query(const struct bw_words *w, enum bw_closeness close, enum bw_asked_of of, struct bw_buf *to);
/* The same for a flight on any of the days from `first` to `last`. */
void bw_flight_query(const char *flight, bw_date first, bw_date last, struct bw_buf *to);

/* Why a case was found: bits by where the words stand. */
enum bw_found_in {
    BW_IN_NAME = 1,       /* a word of it */
    BW_IN_NAME_BEGUN = 2, /* begins a word of it */
    BW_IN_NAME_NEAR = 4,  /* one of its words is written a little differently */
    BW_IN_DESCRIPTION = 8,
    BW_IN_TOWN = 16,
};
/* names, description and town as bw_terms_of_case left them. */
unsigned bw_words_found(const struct bw_words *w, struct bw_str names, struct bw_str description, struct bw_str town);

#endif
