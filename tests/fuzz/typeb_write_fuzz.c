/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_write_fuzz.c - any words as a telegram of ours: what is written has short lines of Type B's characters, reads
 * back with the same envelope, and free text is never taken for a baggage message (TYB-10). */
#include "bw/domain/typeb_write.h"

#include "typeb_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lines(struct bw_str text)
{
    BW_ASSERT(text.n > 0 && text.n <= BW_TYPEB_LETTER && text.p[text.n - 1] == '\n');
    for (struct bw_str rest = text; rest.p;)
        BW_ASSERT(bw_str_split(&rest, '\n').n <= 69);
    for (size_t k = 0; k < text.n; k++)
        BW_ASSERT(text.p[k] == '\n' || (text.p[k] >= ' ' && text.p[k] <= 'Z'));
}

static void check_envelope(const struct bw_typeb_envelope *e, const struct bw_typeb_head *head)
{
    BW_ASSERT(e && e->n_to == head->n_to && bw_str_eq(e->priority, head->priority));
    BW_ASSERT(bw_str_eq(e->origin, head->origin) && bw_str_eq_c(e->day_time, "201300"));
}

static void check_text(struct typeb_case *c, const struct bw_typeb_head *head, struct bw_str words)
{
    struct bw_typeb_letter letter;
    struct bw_error err = { 0 };
    bw_buf_clear(&c->out);
    if (bw_typeb_write_text(head, words, &c->out, &err) != BW_OK)
        return;
    check_lines(bw_buf_view(&c->out));
    bool read = bw_typeb_letter_read(bw_buf_view(&c->out), &c->arena, &letter);
    BW_ASSERT(read && letter.text.n > 0);
    check_envelope(letter.envelope, head);
    BW_ASSERT(typeb_read(c, bw_buf_view(&c->out))->n_messages == 0);
}

/* The fields of a request, one a line. */
static void check_request(struct typeb_case *c, const struct bw_typeb_head *head, struct bw_str words)
{
    struct bw_str plates[16];
    struct bw_error err = { 0 };
    struct bw_typeb_request r = { .station = bw_str_split(&words, '\n'),
                                  .reference = bw_str_split(&words, '\n'),
                                  .flight = bw_str_split(&words, '\n'),
                                  .destination = bw_str_split(&words, '\n'),
                                  .flight_date = bw_date_of(head->at),
                                  .plates = plates };
    while (words.p && r.n_plates < BW_LEN(plates))
        plates[r.n_plates++] = bw_str_split(&words, '\n');
    bw_buf_clear(&c->out);
    if (bw_typeb_write_request(head, &r, &c->out, &err) != BW_OK)
        return;
    check_lines(bw_buf_view(&c->out));
    const struct bw_typeb *t = typeb_read(c, bw_buf_view(&c->out));
    BW_ASSERT(t->n_messages == 1 && t->messages[0].status == BW_TYPEB_NOT_A_BAG_MESSAGE);
    BW_ASSERT(t->messages[0].smi == BW_SMI_BRQ && t->messages[0].n_faults == 0);
    check_envelope(t->messages[0].envelope, head);
    BW_ASSERT(t->messages[0].n_elements == 1 + r.n_plates + (r.flight.n > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct typeb_case c;
    static const struct bw_str to[] = { BW_STR_INIT("LHRLLBA"), BW_STR_INIT("MADLLIB") };
    if (!c.world.stations)
        typeb_open(&c);
    bw_arena_reset(&c.arena);
    const struct bw_typeb_head head = { BW_STR("QK"), to, 1 + size % 2, BW_STR("BWXBAGW"), c.ctx.received_at };
    check_text(&c, &head, bw_str_n((const char *)data, size));
    check_request(&c, &head, bw_str_n((const char *)data, size));
    return 0;
}
