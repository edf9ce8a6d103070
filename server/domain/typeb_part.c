/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_part.c - messages cut into parts, put together again where all parts of one stand in the request.
 * The order in which they stand does not matter (TYB-06): the whole is read as if it had come in one piece.  What is
 * incomplete applies nothing and waits.  Nothing is guessed: two different parts of one number in an incomplete series
 * keep all of it waiting, for a wrong join would give bags to a wrong flight. Layer: domain.  Threads: any; pure.
 * Source: domain.md 2.2 ("Part messages"), requirements TYB-01, TYB-06. */
#include <stdlib.h>

#include "typeb_int.h"

enum { PARTS = 99 };

static struct bw_str field_of(const struct bw_typeb_message *m, char letter, size_t field)
{
    for (size_t at = 0; at < m->n_elements; at++)
        if (m->elements[at].letter == letter)
            return bw_typeb_field(&m->elements[at], field);
    return BW_STR_NONE;
}

/* What the parts of one message share: a reference names them; without one their origin line does; without either only
 * kind, station and, in a BTM, the inbound flight that stands at the head of each part. */
static struct bw_hash series_of(const struct bw_tb_work *w, const struct bw_typeb_message *m)
{
    struct bw_str reference = field_of(m, 'V', 2);
    bool dated = m->origin_at != BW_TIME_NONE, named = reference.n > 0;
    bool bare = !dated && !named && m->smi == BW_SMI_BTM;
    struct bw_str parts[] = {
        BW_STR("series\n"),
        w->ctx->sender,
        BW_STR("\n"),
        bw_str_c(bw_smi_word(m->smi)),
        bw_str_c(bw_typeb_action_word(m->action)),
        bw_str_n(&m->source_mark, m->source_mark ? 1 : 0),
        bw_str_c(m->station),
        BW_STR("\n"),
        reference,
        BW_STR("\n"),
        dated ? m->envelope->origin : BW_STR_NONE,
        BW_STR("\n"),
        dated && !named ? m->envelope->day_time : BW_STR_NONE,
        BW_STR("\n"),
        bare ? field_of(m, 'I', 0) : BW_STR_NONE,
        BW_STR("\n"),
        bare ? field_of(m, 'I', 1) : BW_STR_NONE,
    };
    return bw_hmac(w->ctx->key, parts, BW_LEN(parts));
}

bool bw_typeb_same_text(const struct bw_typeb_message *a, const struct bw_typeb_message *b)
{
    bool same = a->n_elements == b->n_elements && bw_str_eq(a->end_text, b->end_text);
    for (size_t at = 0; same && at < a->n_elements; at++)
        same = bw_str_eq(a->elements[at].text, b->elements[at].text);
    return same;
}

/* --- one whole of many --- */

/* A series while the request is walked. */
struct gathering {
    struct bw_typeb_message *part[PARTS + 1]; /* by number */
    uint8_t last;                             /* number of the part that ends the message; 0: not seen */
    uint8_t highest;
    uint8_t n;
    struct bw_typeb_message *whole; /* the part that completed it */
    bool torn;                      /* two different parts of one number */
};

static bool complete(const struct gathering *g)
{
    return !g->torn && g->last > 0 && g->last == g->highest && g->n == g->last;
}

/* A writer repeats .I and .F at the head of each part (Astra): one that says what is in force already is not another
 * group.  Returns the first element that counts. */
static size_t head_of(const struct bw_typeb_message *m, struct bw_str *inbound, struct bw_str *flight)
{
    size_t at = 0;
    while (at < m->n_elements && m->elements[at].letter == 'V')
        at++;
    if (at < m->n_elements && m->elements[at].letter == 'I' && bw_str_eq(m->elements[at].text, *inbound))
        at++;
    if (at < m->n_elements && m->elements[at].letter == 'F' && bw_str_eq(m->elements[at].text, *flight))
        at++;
    return at;
}

static void join(struct bw_tb_work *w, const struct gathering *g, struct bw_typeb_message *m)
{
    size_t n = 0;
    for (uint8_t k = 1; k <= g->last; k++)
        n += g->part[k]->n_elements;
    struct bw_typeb_element *all = BW_NEW_ARRAY(w->arena, struct bw_typeb_element, n);
    if (!all) {
        w->out_of_memory = true;
        return;
    }
    struct bw_str inbound = BW_STR_NONE, flight = BW_STR_NONE;
    n = 0;
    for (uint8_t k = 1; k <= g->last; k++) {
        const struct bw_typeb_message *part = g->part[k];
        for (size_t at = k == 1 ? 0 : head_of(part, &inbound, &flight); at < part->n_elements; at++) {
            all[n++] = part->elements[at];
            if (part->elements[at].letter == 'I') {
                inbound = part->elements[at].text;
                flight = BW_STR_NONE;
            } else if (part->elements[at].letter == 'F') {
                flight = part->elements[at].text;
            }
        }
    }
    m->whole = all;
    m->n_whole = n;
    m->first_part = g->part[1];
    m->origin_at = g->part[1]->origin_at;
    for (uint8_t k = 1; k <= g->last; k++) {
        g->part[k]->status = BW_TYPEB_USED;
        g->part[k]->joined_in = m->ordinal;
    }
}

/* The part that says the same where it was sent twice, else NULL. */
static struct bw_typeb_message *gather(struct bw_tb_work *w, struct gathering *g, struct bw_typeb_message *m)
{
    struct bw_typeb_message *there = g->part[m->part];
    if (there && bw_typeb_same_text(there, m))
        return there;
    if (there && g->whole)
        *g = (struct gathering){ 0 }; /* the next message of this kind */
    else if (there)
        g->torn = true;
    w->m = m;
    if (g->torn) {
        bw_tb_note(w, m->first_line, 'V', "another part of this number waits too, so it is not known which belongs");
        return NULL;
    }
    g->part[m->part] = m;
    g->n++;
    g->highest = m->part > g->highest ? m->part : g->highest;
    if (m->end == BW_TYPEB_END) {
        g->torn = g->last > 0;
        g->last = m->part;
    }
    if (!g->whole && complete(g)) {
        g->whole = m;
        join(w, g, m);
    }
    return NULL;
}

static int by_series(const void *pa, const void *pb)
{
    const struct bw_typeb_message *a = *(struct bw_typeb_message *const *)pa,
                                  *b = *(struct bw_typeb_message *const *)pb;
    int c = memcmp(a->series.b, b->series.b, sizeof a->series.b);
    return c ? c : a->ordinal - b->ordinal;
}

void bw_tb_join(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n)
{
    struct bw_typeb_message **parts = BW_NEW_ARRAY(w->arena, struct bw_typeb_message *, n + 1);
    struct bw_typeb_message **again = BW_NEW_ARRAY(w->arena, struct bw_typeb_message *, n + 1);
    struct gathering *g = BW_NEW(w->arena, struct gathering);
    size_t n_parts = 0;
    if (!parts || !again || !g) {
        w->out_of_memory = true;
        return;
    }
    for (size_t at = 0; at < n; at++) {
        if (messages[at].status != BW_TYPEB_WAITING_FOR_PARTS)
            continue;
        messages[at].series = series_of(w, &messages[at]);
        parts[n_parts++] = &messages[at];
    }
    qsort(parts, n_parts, sizeof(struct bw_typeb_message *), by_series);
    for (size_t at = 0; at < n_parts && !w->out_of_memory; at++) {
        if (at == 0 || memcmp(parts[at - 1]->series.b, parts[at]->series.b, sizeof parts[at]->series.b) != 0)
            *g = (struct gathering){ 0 };
        again[at] = gather(w, g, parts[at]);
    }
    for (size_t at = 0; at < n_parts && !w->out_of_memory; at++)
        if (again[at]) {
            parts[at]->status = again[at]->status;
            parts[at]->joined_in = again[at]->joined_in;
        }
}
