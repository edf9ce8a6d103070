/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_key.c - event ids of telegrams: the same text from the same origin has the same id, however often and in
 * whatever envelope it comes; on slow lines the same message is sent and acknowledged several times (domain.md 2.5).
 * Layer: domain.  Threads: any; pure.  Source: design.md 3 ("A telegram's event id"), TYB-06. */
#include "typeb_int.h"

#include "bw/base/codec.h"

enum { ID_DIGITS = 32, FIXED_PARTS = 14 };

/* Where the same text was met before in this request. */
struct met {
    struct bw_hash hash;
    uint32_t number; /* 0: free */
    uint32_t turn;
};

struct keys {
    struct bw_str *parts;
    struct met *table;
    size_t mask;
    uint32_t turn; /* rises whenever a message does another thing than the one before it */
    enum bw_typeb_action last;
};

static struct bw_hash hash_of(const struct bw_tb_work *w, const struct bw_typeb_message *m, struct bw_str *parts)
{
    const struct bw_typeb_envelope *e = m->first_part ? m->first_part->envelope : m->envelope;
    bool dated = m->origin_at != BW_TIME_NONE;
    char today[BW_DATE_TEXT];
    size_t n = 0;
    parts[n++] = BW_STR("typeb\n");
    parts[n++] = dated ? e->origin : BW_STR_NONE;
    parts[n++] = BW_STR("\n");
    parts[n++] = dated ? e->day_time : bw_str_c(bw_date_text(w->today, today));
    parts[n++] = BW_STR("\n");
    parts[n++] = bw_str_c(bw_smi_word(m->smi));
    parts[n++] = BW_STR("\n");
    parts[n++] = m->secondary;
    parts[n++] = BW_STR("\n");
    parts[n++] = bw_str_c(bw_typeb_action_word(m->action));
    parts[n++] = BW_STR("\n");
    for (size_t at = 0; at < m->n_whole; at++) {
        parts[n++] = m->whole[at].text;
        parts[n++] = BW_STR("\n");
    }
    /* END as in one piece, whichever part completed the message. */
    parts[n++] = BW_STR("END");
    parts[n++] = bw_str_c(bw_smi_word(m->smi));
    return bw_hmac(w->ctx->key, parts, n);
}

/* 1, and one more each time the same text comes again after a message that did something else: BSM, DEL, BSM. */
static uint32_t number_of(struct keys *k, const struct bw_typeb_message *m, const struct bw_hash *hash)
{
    if (m->action != k->last)
        k->turn++;
    k->last = m->action;
    size_t at = ((size_t)hash->b[0] | (size_t)hash->b[1] << 8 | (size_t)hash->b[2] << 16) & k->mask;
    while (k->table[at].number > 0 && memcmp(k->table[at].hash.b, hash->b, sizeof hash->b) != 0)
        at = (at + 1) & k->mask;
    struct met *met = &k->table[at];
    if (met->number == 0 || met->turn != k->turn)
        met->number++;
    met->hash = *hash;
    met->turn = k->turn;
    return met->number;
}

static void set_ids(const struct bw_typeb_message *m, struct bw_typeb_fact *facts, const struct bw_hash *hash,
                    uint32_t number)
{
    char text[BW_EVENT_ID], digits[10];
    bw_hex(hash->b, ID_DIGITS / 2, text);
    size_t n = ID_DIGITS, width = 0;
    text[n++] = ':';
    for (; number > 0; number /= 10)
        digits[width++] = (char)('0' + number % 10);
    while (width > 0)
        text[n++] = digits[--width];
    for (size_t at = 0; at < m->n_facts; at++)
        bw_str_put(bw_str_n(text, n), facts[at].ev.event_id, sizeof facts[at].ev.event_id);
}

void bw_tb_ids(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n)
{
    size_t used = 0, longest = 0, size = 16;
    for (size_t at = 0; at < n; at++) {
        used += messages[at].n_facts > 0;
        longest = messages[at].n_whole > longest ? messages[at].n_whole : longest;
    }
    while (size < used * 2)
        size *= 2;
    struct keys k = { .mask = size - 1,
                      .parts = BW_NEW_ARRAY(w->arena, struct bw_str, FIXED_PARTS + 2 * longest),
                      .table = BW_NEW_ARRAY(w->arena, struct met, size) };
    if (!k.parts || !k.table) {
        w->out_of_memory = true;
        return;
    }
    for (size_t at = 0; at < n; at++) {
        if (messages[at].n_facts == 0)
            continue;
        struct bw_hash hash = hash_of(w, &messages[at], k.parts);
        set_ids(&messages[at], messages[at].facts, &hash, number_of(&k, &messages[at], &hash));
    }
}
