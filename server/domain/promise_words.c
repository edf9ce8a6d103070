/* SPDX-License-Identifier: Apache-2.0 */
/* promise_words.c - the table of what can be owed, and the words under which promises are stored and printed.
 * Pure.  Layer: domain.  Threads: any.  Source: promises.def, domain.md 9.2. */
#include "bw/domain/promise.h"

#include "words_int.h"

static const struct bw_owed_row owed_rows[BW_OWE_MAX] = {
#define P(id, word, kind, minutes, what) [BW_OWE_##id] = { word, kind, minutes, what },
#include "bw/domain/promises.def"
#undef P
};

static const char *const kind_words[] = {
    [BW_OWED_PLACE] = "place",
    [BW_OWED_CASE] = "case",
    [BW_OWED_CLAIM] = "claim",
    [BW_OWED_ASK] = "ask",
};

static const char *const close_words[] = {
    [BW_CLOSE_OPEN] = "",
    [BW_CLOSE_MET] = "met",
    [BW_CLOSE_CONFIRMED] = "confirmed",
    [BW_CLOSE_SEARCHED] = "searched",
    [BW_CLOSE_REPLANNED] = "replanned",
    [BW_CLOSE_SUPERSEDED] = "superseded",
    [BW_CLOSE_MOVED] = "moved",
    [BW_CLOSE_OUTAGE] = "outage",
    [BW_CLOSE_WAITING] = "waiting",
};

const struct bw_owed_row *bw_owed_row(enum bw_owed owed)
{
    BW_ASSERT((size_t)owed < BW_LEN(owed_rows));
    return &owed_rows[owed];
}

bool bw_owed_from(struct bw_str word, enum bw_owed *ret)
{
    for (size_t i = 0; i < BW_LEN(owed_rows); i++) {
        if (bw_str_eq_c(word, owed_rows[i].word)) {
            *ret = (enum bw_owed)i;
            return true;
        }
    }
    return false;
}

const char *bw_owed_kind_word(enum bw_owed_kind kind)
{
    BW_ASSERT((size_t)kind < BW_LEN(kind_words));
    return kind_words[kind];
}

BW_WORD(bw_close, close)
BW_WORD_FROM(bw_close, close)
