/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h - letters as look-ups compare them, whatever the keyboard: lower case, without marks, words parted by one
 * blank. "Müller-Lüdenscheidt" -> "muller ludenscheidt"      "O’Neill" -> "oneill"      "İSTANBUL, ΟΔΟΣ, ЁЖ" ->
 * "istanbul οδοσ еж" A letter is taken apart by Unicode's tables (compatibility decomposition, libunistring), its marks
 * are dropped; what Unicode does not take apart (ø, ł, đ, ß, dotless i ...) is said in fold.def.  Scripts stay what
 * they are: nothing is transcribed. Apostrophes fall out, since people leave them out; everything else that is no
 * letter and no digit parts words.  Digits of other scripts become ASCII digits.  Bytes that are no UTF-8 part words
 * too. Pure.  Layer: base.  Threads: any.  Source: DESK-01 ("accents folded"). */
#ifndef BW_BASE_FOLD_H
#define BW_BASE_FOLD_H

#include "bw/base/str.h"

/* Writes at most max bytes, no NUL, and returns how many; what does not fit is cut behind a whole character.  Folding
 * what was folded changes nothing. */
size_t bw_fold(struct bw_str s, char *to, size_t max);

#endif
