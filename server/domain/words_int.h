/* SPDX-License-Identifier: Apache-2.0 */
/* words_int.h - the pair of functions that every enumeration with words has: bw_<name>_word of a value, and
 * bw_<name>_from a word, false where it is none of them (*ret is left alone).  Layer: domain, private.  Threads: any.
 */
#ifndef BW_DOMAIN_WORDS_INT_H
#define BW_DOMAIN_WORDS_INT_H

#include "bw/base/str.h"

#define BW_WORD(enumeration, name)                                                                                     \
    const char *bw_##name##_word(enum enumeration value)                                                               \
    {                                                                                                                  \
        BW_ASSERT((size_t)value < BW_LEN(name##_words));                                                               \
        return name##_words[value];                                                                                    \
    }
#define BW_WORD_FROM(enumeration, name)                                                                                \
    bool bw_##name##_from(struct bw_str word, enum enumeration *ret)                                                   \
    {                                                                                                                  \
        size_t at;                                                                                                     \
        if (!bw_str_among(word, name##_words, BW_LEN(name##_words), &at))                                              \
            return false;                                                                                              \
        *ret = (enum enumeration)at;                                                                                   \
        return true;                                                                                                   \
    }

#endif
