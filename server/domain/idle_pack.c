/* SPDX-License-Identifier: Apache-2.0 */
/* idle_pack.c - what stands behind a packed bag: its idle words and plans, then their numbers as the last two bytes, so
 * that a bag without any pays for no more, and one that was cut does not read back. Layer: domain.  Threads: any.
 * Source: BAG-07, CLK-11. */
#include "idle_int.h"

#define WORD_PACKED (sizeof(((struct bw_idle_word *)0)->carrier) + 8 * (BW_IDLE_MOST + 1))
#define PLAN_PACKED                                                                                                    \
    (sizeof(((struct bw_idle_plan *)0)->flight) + sizeof(((struct bw_idle_plan *)0)->from) + 2 * sizeof(uint64_t))

static void put_number(struct bw_buf *to, int64_t value)
{
    for (unsigned byte = sizeof value; byte-- > 0;)
        bw_buf_ch(to, (char)((uint64_t)value >> (8 * byte) & 0xFF));
}

static int64_t take_number(const char **p)
{
    uint64_t value = 0;
    for (size_t byte = 0; byte < sizeof value; byte++)
        value = value << 8 | (unsigned char)*(*p)++;
    return (int64_t)value;
}

/* A text in its whole place, zeroes behind it. */
static bool take_text(const char **p, char *to, size_t size)
{
    memcpy(to, *p, size);
    *p += size;
    return to[size - 1] == '\0';
}

void bw_idle_pack(const struct bw_idle *idle, struct bw_buf *to)
{
    for (size_t k = 0; k < idle->n_words; k++) {
        bw_buf_add(to, idle->words[k].carrier, sizeof idle->words[k].carrier);
        for (size_t i = 0; i < BW_LEN(idle->words[k].at); i++)
            put_number(to, idle->words[k].at[i]);
    }
    for (size_t k = 0; k < idle->n_plans; k++) {
        bw_buf_add(to, idle->plans[k].flight, sizeof idle->plans[k].flight);
        bw_buf_add(to, idle->plans[k].from, sizeof idle->plans[k].from);
        put_number(to, idle->plans[k].date);
        put_number(to, idle->plans[k].at);
    }
    bw_buf_ch(to, (char)idle->n_words);
    bw_buf_ch(to, (char)idle->n_plans);
}

bool bw_idle_unpack(struct bw_str *bytes, struct bw_idle *to)
{
    if (bytes->n < 2)
        return false;
    uint8_t words = (uint8_t)bytes->p[bytes->n - 2], plans = (uint8_t)bytes->p[bytes->n - 1];
    size_t size = words * WORD_PACKED + plans * PLAN_PACKED + 2;
    if (words > BW_IDLE_WORDS || plans > BW_IDLE_PLANS || bytes->n < size)
        return false;
    bytes->n -= size;
    const char *p = bytes->p + bytes->n;
    bool ok = true;
    for (to->n_words = 0; to->n_words < words; to->n_words++) {
        struct bw_idle_word *w = &to->words[to->n_words];
        ok = take_text(&p, w->carrier, sizeof w->carrier) && ok;
        for (size_t i = 0; i < BW_LEN(w->at); i++)
            w->at[i] = take_number(&p);
    }
    for (to->n_plans = 0; to->n_plans < plans; to->n_plans++) {
        struct bw_idle_plan *plan = &to->plans[to->n_plans];
        ok = take_text(&p, plan->flight, sizeof plan->flight) && ok;
        ok = take_text(&p, plan->from, sizeof plan->from) && ok;
        plan->date = (bw_date)take_number(&p);
        plan->at = take_number(&p);
    }
    return ok;
}
