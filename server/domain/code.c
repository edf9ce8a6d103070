/* SPDX-License-Identifier: Apache-2.0 */
/* code.c - codes.def as an array, and the words of the three states.
 * Layer: domain.  Threads: any; read-only tables. */
#include "bw/domain/code.h"

static const struct bw_code_row rows[] = {
    { "", 0, 0, BW_HOLD_KEEP, 0, 0, 0, 0, "", "" },
#define C(name, voices, flags, hold, rank, required, optional, meets, summary, example)                                \
    { #name, (voices), (flags), (hold), (rank), (required), (optional), (meets), (summary), (example) },
#include "bw/domain/codes.def"
#undef C
};
_Static_assert(BW_LEN(rows) == BW_EV_MAX, "every code has a row");

const struct bw_code_row *bw_code_row(enum bw_event_code code)
{
    BW_ASSERT(code > BW_EV_NONE && code < BW_EV_MAX);
    return &rows[code];
}

bool bw_code_from(struct bw_str name, enum bw_event_code *ret)
{
    for (size_t code = 1; code < BW_LEN(rows); code++) {
        if (bw_str_eq_c(name, rows[code].name)) {
            *ret = (enum bw_event_code)code;
            return true;
        }
    }
    return false;
}

const char *bw_place_word(enum bw_place p)
{
    static const char *const words[] = { "NONE",           "EXPECTED", "AT",           "LOADED",   "HELD",
                                         "AT_DESTINATION", "ON_BELT",  "WITH_COURIER", "DELIVERED" };
    _Static_assert(BW_LEN(words) == BW_PLACE_MAX, "every place has a word");
    BW_ASSERT(p < BW_PLACE_MAX);
    return words[p];
}

const char *bw_custody_word(enum bw_custody c)
{
    static const char *const words[] = { "NONE", "HELD", "PENDING", "DISPUTED" };
    _Static_assert(BW_LEN(words) == BW_CUSTODY_MAX, "every custody has a word");
    BW_ASSERT(c < BW_CUSTODY_MAX);
    return words[c];
}

const char *bw_case_word(enum bw_case_state s)
{
    static const char *const words[] = { "NONE", "OPEN", "CLAIM", "LOST", "CLOSED", "REPORT" };
    _Static_assert(BW_LEN(words) == BW_CASE_MAX, "every case state has a word");
    BW_ASSERT(s < BW_CASE_MAX);
    return words[s];
}

const char *const bw_priority_words[] = { "assistive-device", "medical", "infant", "live-animal", "minor",
                                          "onward-departure", NULL };
_Static_assert(BW_LEN(bw_priority_words) == BW_PRIORITY_MAX, "every class has a word");

const char *bw_priority_word(enum bw_priority p)
{
    BW_ASSERT(p < BW_PRIORITY_MAX);
    return p == BW_PRIORITY_NONE ? "" : bw_priority_words[p - 1];
}

bool bw_priority_from(struct bw_str word, enum bw_priority *ret)
{
    for (int k = 0; bw_priority_words[k]; k++) {
        if (bw_str_eq_c(word, bw_priority_words[k])) {
            *ret = (enum bw_priority)(k + 1);
            return true;
        }
    }
    return false;
}
