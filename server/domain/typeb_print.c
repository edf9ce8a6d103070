/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_print.c - what was read, as clean text that reads back to the same value.
 * Layer: domain.  Threads: any; pure.  Source: domain.md 2.2, 2.5; TYB-07. */
#include "typeb_int.h"

enum { ADDRESSES_A_LINE = 7 }; /* address lines hold 64 characters (domain.md 2.5) */

static void put_line(struct bw_buf *to, struct bw_str line)
{
    if (line.n == 0)
        return;
    bw_buf_str(to, line);
    bw_buf_ch(to, '\n');
}

static void put_envelope(struct bw_buf *to, const struct bw_typeb_envelope *e)
{
    bw_buf_str(to, e->priority);
    for (size_t at = 0; at < e->n_to; at++) {
        if (at > 0 && at % ADDRESSES_A_LINE == 0)
            bw_buf_ch(to, '\n');
        else
            bw_buf_ch(to, ' ');
        bw_buf_str(to, e->to[at]);
    }
    if (e->priority.n > 0)
        bw_buf_ch(to, '\n');
    put_line(to, e->origin_line);
}

static void put_message(struct bw_buf *to, const struct bw_typeb_message *m)
{
    put_line(to, bw_str_c(bw_smi_word(m->smi)));
    put_line(to, m->secondary);
    if (m->action == BW_TYPEB_CHANGE)
        put_line(to, BW_STR("CHG"));
    if (m->action == BW_TYPEB_DELETE)
        put_line(to, BW_STR("DEL"));
    for (size_t at = 0; at < m->n_elements; at++)
        put_line(to, m->elements[at].text);
    put_line(to, m->end_text);
}

void bw_typeb_print(const struct bw_typeb *t, struct bw_buf *to)
{
    const struct bw_typeb_envelope *last = NULL;
    for (size_t at = 0; at < t->n_messages; at++) {
        const struct bw_typeb_message *m = &t->messages[at];
        if (m->envelope && m->envelope != last)
            put_envelope(to, m->envelope);
        last = m->envelope;
        put_message(to, m);
    }
}
