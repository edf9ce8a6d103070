/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_message_fuzz.c - any bytes as a request: limits hold, facts carry only checked values, what was cut off gives
 * none, and what is printed reads back to the same value (TYB-07). */
#include "typeb_case.h"
#include "typeb_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fact(const struct bw_typeb_message *m, const struct bw_typeb_fact *fact)
{
    const struct bw_event *ev = &fact->ev;
    BW_ASSERT(m->status <= BW_TYPEB_PARTLY_USED);
    if (m->first_part)
        BW_ASSERT(m->joined_in == m->ordinal && m->first_part->part == 1 && m->first_part->joined_in == m->ordinal);
    else
        BW_ASSERT(m->end == BW_TYPEB_END && m->part <= 1 && m->joined_in == 0);
    BW_ASSERT(bw_code_row(ev->code)->voices & BW_VOICE_TELEGRAM);
    BW_ASSERT(ev->ident.value[0] && strcmp(ev->ident.value, "0000000000") != 0 && ev->carrier[0] && ev->station[0]);
    BW_ASSERT(ev->raw_first <= ev->raw_last);
    BW_ASSERT(m->first_part || (ev->raw_first >= m->first_line && ev->raw_last <= m->last_line));
    BW_ASSERT((ev->occurred_at == BW_TIME_NONE) == ((ev->flags & BW_FL_UNTIMED) != 0));
    BW_ASSERT(bw_utf8_valid(bw_str_c(ev->place), 0) && bw_utf8_valid(bw_str_c(ev->flight), 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct typeb_case c;
    if (!c.world.stations)
        typeb_open(&c);
    bw_arena_reset(&c.arena);
    struct bw_typeb first, again;
    struct bw_error err;
    if (bw_typeb_read(bw_str_n((const char *)data, size), &c.ctx, &c.arena, &first, &err) != BW_OK)
        return 0;
    for (size_t at = 0; at < first.n_messages; at++)
        for (size_t fact = 0; fact < first.messages[at].n_facts; fact++)
            check_fact(&first.messages[at], &first.messages[at].facts[fact]);
    bw_buf_clear(&c.out);
    bw_typeb_print(&first, &c.out);
    bw_code rc = bw_typeb_read(bw_buf_view(&c.out), &c.ctx, &c.arena, &again, &err);
    BW_ASSERT(bw_buf_ok(&c.out) && rc == BW_OK && typeb_same(&first, &again));
    return 0;
}
