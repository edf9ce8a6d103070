/* SPDX-License-Identifier: Apache-2.0 */
/* claim.c - the tables of claims.def as data, and what follows from where a claim stands.
 * Layer: domain.  Threads: any.  Source: claims.def, CASE-08. */
#include "bw/domain/claim.h"

#include "bag_int.h"

static const char *const kind_words[] = {
#define K(id, word) [BW_CLAIM_##id] = (word),
#include "bw/domain/claims.def"
#undef K
};

static const struct {
    const char *word;
    enum bw_owed owes;
    bool over;
} steps[] = {
    [BW_STEP_NONE] = { "", BW_OWE_MAX, true },
#define S(id, word, owes, over, sentence) [BW_STEP_##id] = { (word), BW_OWE_##owes, (over) },
#include "bw/domain/claims.def"
#undef S
};

static const struct {
    enum bw_claim_step from, to;
    enum bw_claim_voice voice;
    enum bw_owed meets;
} rows[] = {
#define T(from, to, who, meets, sentence) { BW_STEP_##from, BW_STEP_##to, BW_BY_##who, BW_OWE_##meets },
#include "bw/domain/claims.def"
#undef T
};
static const struct bw_table_row words[] = {
#define WHO_OWNER "the carrier"
#define WHO_CUSTOMER "the customer, or staff for them"
#define WHO_HOLDER "the customer"
#define T(from, to, who, meets, sentence) { #from, WHO_##who, #to, sentence },
#include "bw/domain/claims.def"
#undef T
};

static const struct {
    const char *word, *sentence;
} reasons[] = {
#define R(word, sentence) { word, sentence },
#include "bw/domain/claims.def"
#undef R
};

size_t bw_claim_table(const struct bw_table_row **ret)
{
    *ret = words;
    return BW_LEN(words);
}

const char *bw_claim_kind_word(unsigned kind)
{
    BW_ASSERT(kind < BW_LEN(kind_words));
    return kind_words[kind];
}

const char *bw_claim_step_word(unsigned step)
{
    BW_ASSERT(step < BW_LEN(steps));
    return steps[step].word;
}

bool bw_claim_kind_from(struct bw_str word, enum bw_claim_kind *ret)
{
    size_t at;
    if (!bw_str_among(word, kind_words, BW_LEN(kind_words), &at))
        return false;
    *ret = (enum bw_claim_kind)at;
    return true;
}

bool bw_claim_step_from(struct bw_str word, enum bw_claim_step *ret)
{
    for (unsigned at = BW_STEP_NONE + 1; at < BW_LEN(steps); at++) {
        if (bw_str_eq_c(word, steps[at].word)) {
            *ret = (enum bw_claim_step)at;
            return true;
        }
    }
    return false;
}

const char *bw_refusal_word(size_t number)
{
    return number < BW_LEN(reasons) ? reasons[number].word : NULL;
}

const char *bw_refusal_sentence(struct bw_str word)
{
    for (size_t at = 0; at < BW_LEN(reasons); at++)
        if (bw_str_eq_c(word, reasons[at].word))
            return reasons[at].sentence;
    return NULL;
}

enum bw_owed bw_claim_owes(const struct bw_claim *claim)
{
    BW_ASSERT(claim->step < BW_LEN(steps));
    return steps[claim->step].owes;
}

bool bw_claim_over(const struct bw_claim *claim)
{
    BW_ASSERT(claim->step < BW_LEN(steps));
    return steps[claim->step].over;
}

bool bw_claim_row(const struct bw_claim *claim, enum bw_claim_step to, enum bw_claim_voice *ret_voice,
                  enum bw_owed *ret_meets)
{
    if (to == BW_STEP_APPEALED && claim->appealed)
        return false;
    for (size_t at = 0; at < BW_LEN(rows); at++) {
        if (rows[at].from != claim->step || rows[at].to != to)
            continue;
        *ret_voice = rows[at].voice;
        *ret_meets = rows[at].meets;
        return true;
    }
    return false;
}

bool bw_claim_may_appeal(const struct bw_claim *claim)
{
    enum bw_claim_voice voice;
    enum bw_owed meets;
    return bw_claim_row(claim, BW_STEP_APPEALED, &voice, &meets);
}

enum bw_owed bw_claim_step_meets(enum bw_claim_step to)
{
    for (size_t at = 0; at < BW_LEN(rows); at++)
        if (rows[at].to == to)
            return rows[at].meets;
    return BW_OWE_MAX;
}

static void put_time(bw_time at, struct bw_buf *to)
{
    for (int byte = 7; byte >= 0; byte--)
        bw_buf_ch(to, (char)((uint64_t)at >> (8 * byte) & 0xFF));
}

static bw_time take_time(const char *p)
{
    uint64_t value = 0;
    for (int byte = 0; byte < 8; byte++)
        value = value << 8 | (unsigned char)p[byte];
    return (bw_time)value;
}

void bw_claim_pack(const struct bw_claim *claim, struct bw_buf *to)
{
    const char head[] = { (char)claim->kind, (char)claim->step, (char)claim->bag, (char)claim->appealed,
                          (char)claim->photos };
    bw_buf_add(to, head, sizeof head);
    bw_buf_add(to, claim->reached, sizeof claim->reached);
    put_time(claim->filed_at, to);
    put_time(claim->since, to);
}

bool bw_claim_unpack(struct bw_str bytes, struct bw_claim *ret)
{
    if (bytes.n != BW_CLAIM_PACKED || bytes.p[8] != '\0')
        return false;
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (p[0] >= BW_CLAIM_KINDS || p[1] == BW_STEP_NONE || p[1] >= BW_STEP_MAX || p[3] > 1 || p[4] > BW_CLAIM_PHOTOS)
        return false;
    *ret = (struct bw_claim){ .kind = p[0], .step = p[1], .bag = p[2], .appealed = p[3], .photos = p[4] };
    memcpy(ret->reached, bytes.p + 5, sizeof ret->reached);
    ret->filed_at = take_time(bytes.p + 9);
    ret->since = take_time(bytes.p + 17);
    return true;
}
