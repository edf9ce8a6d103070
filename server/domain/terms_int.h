/* SPDX-License-Identifier: Apache-2.0 */
/* terms_int.h - what the words of a case and of a question have in common: one key for all spellings, letters left out.
 * Private to domain. */
#ifndef BW_DOMAIN_TERMS_INT_H
#define BW_DOMAIN_TERMS_INT_H

#include "bw/base/str.h"

#define BW_KEY_MOST 48   /* bytes of a word that count */
#define BW_BEGUN_MOST 6  /* letters of a beginning that is a term */
#define BW_JOINED_MOST 4 /* words that may be one: "van der Berg" */

/* Bytes of the letter at that place of folded text. */
size_t bw_letter(struct bw_str s, size_t at);
/* The one spelling under which a folded word is kept and asked for. */
struct bw_str bw_word_key(struct bw_str word, char to[BW_KEY_MOST]);
/* The keys of two to four words as one word; else empty. */
struct bw_str bw_words_joined(const struct bw_str *words, size_t n, char to[BW_KEY_MOST]);
/* Without a title glued on, as telegrams have it ("annamrs"); the word itself where there is none.  A question is cut
 * only at titles that end no name of their own: who asks for Adams does not mean Ada. */
enum bw_titles { BW_TITLES_SURE, BW_TITLES_ALL };
struct bw_str bw_word_titleless(struct bw_str word, enum bw_titles which);
/* Words of four to sixteen letters: of shorter ones half a telephone book is one letter off. */
bool bw_word_may_be_near(struct bw_str key);
/* The key without its k-th letter, from 0; 0 where it has no such letter. */
size_t bw_word_shorter(struct bw_str key, size_t k, char to[BW_KEY_MOST]);

#endif
