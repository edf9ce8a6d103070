/* SPDX-License-Identifier: Apache-2.0 */
/* mask.h - numbers of payment cards and passports in free text, made unreadable before the text is kept anywhere:
 * nobody here needs them, and what is not stored cannot be lost (PCI DSS 3.3; reliability.md P6). A card number is 13
 * to 19 digits in one run or in groups with a blank, hyphen, full stop or slash between, of a length and beginning that
 * some scheme has, whose Luhn sum is right; all digits but the last four become `*`.  Plates (10 digits), Type B tags
 * (13, from 0 or 1), phone numbers (behind + or 00), ticket numbers and references do not fit. A passport's number has
 * no form of its own, so it is known by the word before it; all of it becomes `*`. The text keeps its length.  Pure.
 * Layer: base.  Threads: any. */
#ifndef BW_BASE_MASK_H
#define BW_BASE_MASK_H

#include "bw/base/arena.h"
#include "bw/base/str.h"

/* Masks in place; returns how many numbers were found. */
size_t bw_mask(char *text, size_t n);
/* The text itself where there is nothing to mask, else a masked copy in the arena; BW_STR_NONE: memory is out. */
struct bw_str bw_masked(struct bw_arena *arena, struct bw_str text);

#endif
