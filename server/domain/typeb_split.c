/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_split.c - a request cut into messages: what stands before, identifier, status, elements, end.
 * A message ends at its END line.  Where another message or envelope begins first, it was cut off and applies nothing,
 * least of all a CHG or DEL (TYB-03).  Elements outside of any message become a message of their own without
 * identifier, so that they land among the dead letters instead of nowhere. Layer: domain.  Threads: any; pure.  Source:
 * domain.md 2.2, 2.5. */
#include "typeb_int.h"

static void add_fault(struct bw_tb_work *w, struct bw_typeb_fault fault)
{
    struct bw_typeb_message *m = w->m;
    m->n_faults++;
    if (m->n_faults > BW_TYPEB_FAULTS)
        return;
    struct bw_typeb_fault *added = BW_NEW(w->arena, struct bw_typeb_fault);
    if (!added) {
        w->out_of_memory = true;
        return;
    }
    struct bw_typeb_fault **at = &m->faults;
    while (*at && (*at)->line <= fault.line)
        at = &(*at)->next;
    fault.next = *at;
    *added = fault;
    *at = added;
}

void bw_tb_fault(struct bw_tb_work *w, int32_t line, char letter, const char *reason)
{
    w->m->lost = true;
    add_fault(w, (struct bw_typeb_fault){ .line = line, .element = { letter }, .reason = reason, .lost = true });
}

void bw_tb_note(struct bw_tb_work *w, int32_t line, char letter, const char *reason)
{
    add_fault(w, (struct bw_typeb_fault){ .line = line, .element = { letter }, .reason = reason });
}

/* What the cutting holds in its hands. */
struct cut {
    struct bw_tb_work *w;
    struct bw_tb_lex lex;
    struct bw_typeb_message *messages;
    size_t n_messages;
    struct bw_typeb_element *elements; /* of all messages, one after the other */
    size_t n_elements;
    struct bw_tb_preamble before;
};

static bool is_secondary(struct bw_str line)
{
    static const char *const known[] = { "BAM", "FOM", "FCM", "FMM", "DBM" };
    for (size_t at = 0; at < BW_LEN(known); at++)
        if (bw_str_eq_c(line, known[at]))
            return true;
    return false;
}

static bool is_status(struct bw_str line, enum bw_typeb_action *ret)
{
    bool change = bw_str_eq_nocase(line, BW_STR("CHG"));
    if (!change && !bw_str_eq_nocase(line, BW_STR("DEL")))
        return false;
    *ret = change ? BW_TYPEB_CHANGE : BW_TYPEB_DELETE;
    return true;
}

static struct bw_typeb_message *open_message(struct cut *c, enum bw_smi smi, const struct bw_tb_line *line)
{
    struct bw_typeb_message *m = &c->messages[c->n_messages++];
    *m = (struct bw_typeb_message){ .ordinal = (int32_t)c->n_messages,
                                    .smi = smi,
                                    .envelope = c->before.current,
                                    .elements = c->elements + c->n_elements,
                                    .raw = { line->begin, (size_t)(line->end - line->begin) },
                                    .first_line = line->no,
                                    .last_line = line->no,
                                    .origin_at = BW_TIME_NONE };
    c->w->m = m;
    return m;
}

static void extend(struct bw_typeb_message *m, const struct bw_tb_line *line)
{
    m->raw.n = (size_t)(line->end - m->raw.p);
    m->last_line = line->no;
}

static void add_element(struct cut *c, struct bw_typeb_message *m, const struct bw_tb_line *line)
{
    c->elements[c->n_elements++] =
        (struct bw_typeb_element){ .letter = bw_tb_letter(line->text), .line = line->no, .text = line->text };
    m->n_elements++;
    extend(m, line);
}

static void unusable(struct bw_tb_work *w, int32_t line, const char *reason)
{
    bw_tb_fault(w, line, 0, reason);
    w->m->status = BW_TYPEB_UNUSABLE;
}

/* A line between identifier and end that is no element. */
static void take_word(struct cut *c, struct bw_typeb_message *m, const struct bw_tb_line *line)
{
    enum bw_typeb_action action;
    if (m->n_elements == 0 && m->smi == BW_SMI_BCM && m->secondary.n == 0 && is_secondary(line->text)) {
        m->secondary = line->text;
        extend(m, line);
        return;
    }
    if (m->n_elements == 0 && m->action == BW_TYPEB_NEW && is_status(line->text, &action)) {
        m->action = action;
        extend(m, line);
        return;
    }
    bool first = m->n_elements == 0;
    add_element(c, m, line);
    if (is_status(line->text, &action))
        unusable(c->w, line->no, "CHG or DEL stands where it does not belong, so it is not known what is wanted");
    else if (first)
        unusable(c->w, line->no, "the line after the identifier is neither CHG nor DEL nor an element");
    else
        bw_tb_fault(c->w, line->no, 0, "the line is not an element");
}

/* The END line of some message; BW_TYPEB_CUT_OFF for any other line. */
static enum bw_typeb_end end_of(struct bw_str line, enum bw_smi smi)
{
    if (!bw_str_starts(line, BW_STR("END")))
        return BW_TYPEB_CUT_OFF;
    struct bw_str what = bw_str_drop(line, 3);
    enum bw_smi named = bw_tb_smi(what);
    if (named != BW_SMI_NONE)
        return named == smi ? BW_TYPEB_END : BW_TYPEB_END_OTHER;
    bool part = bw_str_starts(what, BW_STR("PART")) && what.n <= 7 && bw_str_all(bw_str_drop(what, 4), bw_is_digit);
    return part ? BW_TYPEB_END_PART : BW_TYPEB_CUT_OFF;
}

/* From the identifier to the end, or to what cuts it off. */
static void take_message(struct cut *c, enum bw_smi smi, const struct bw_tb_line *begin)
{
    struct bw_typeb_message *m = open_message(c, smi, begin);
    struct bw_tb_line line;
    for (;;) {
        struct bw_tb_lex here = c->lex;
        bool more = bw_tb_lex_next(&c->lex, &line);
        if (!more || bw_tb_smi(line.text) != BW_SMI_NONE || bw_tb_is_priority_line(line.text)) {
            c->lex = here;
            unusable(c->w, m->last_line, "the message has no END and was cut off, so nothing of it is applied");
            return;
        }
        m->end = end_of(line.text, smi);
        if (m->end != BW_TYPEB_CUT_OFF) {
            m->end_text = line.text;
            extend(m, &line);
            if (m->end == BW_TYPEB_END_OTHER)
                unusable(c->w, line.no, "the END line is that of another kind of message");
            return;
        }
        if (bw_tb_letter(line.text))
            add_element(c, m, &line);
        else
            take_word(c, m, &line);
    }
}

static void take_all(struct cut *c)
{
    struct bw_tb_line line;
    struct bw_typeb_message *stray = NULL;
    while (bw_tb_lex_next(&c->lex, &line)) {
        enum bw_smi smi = bw_tb_smi(line.text);
        if (smi != BW_SMI_NONE) {
            if (stray)
                stray->envelope = c->before.current;
            stray = NULL;
            take_message(c, smi, &line);
            c->before.fresh = c->before.in_addresses = false;
        } else if (bw_tb_letter(line.text)) {
            if (!stray) {
                stray = open_message(c, BW_SMI_NONE, &line);
                unusable(c->w, line.no, "elements stand outside of any message");
            }
            add_element(c, stray, &line);
            c->before.in_addresses = false;
        } else if (!bw_tb_preamble_take(&c->before, line.text, c->w->arena)) {
            continue; /* "LX10", "SYM": known to stand before messages, and nothing to us */
        }
    }
    if (stray)
        stray->envelope = c->before.current;
}

size_t bw_tb_split(struct bw_tb_work *w, struct bw_str text, struct bw_typeb_message **ret_messages)
{
    size_t n_lines = 0, n_smi = 0, n_elements = 0;
    struct bw_tb_line line;
    struct bw_tb_lex lex = bw_tb_lex_start(text);
    while (bw_tb_lex_next(&lex, &line)) {
        n_lines++;
        n_smi += bw_tb_smi(line.text) != BW_SMI_NONE;
        n_elements += bw_tb_letter(line.text) != 0;
    }
    size_t n_stray = n_elements < n_smi + 1 ? n_elements : n_smi + 1;
    struct cut c = { .w = w, .lex = bw_tb_lex_start(text) };
    c.messages = BW_NEW_ARRAY(w->arena, struct bw_typeb_message, n_smi + n_stray);
    c.elements = BW_NEW_ARRAY(w->arena, struct bw_typeb_element, n_lines - n_smi);
    *ret_messages = c.messages;
    if (!c.messages || !c.elements) {
        w->out_of_memory = true;
        return 0;
    }
    take_all(&c);
    for (size_t at = 0; at < c.n_messages; at++) {
        c.messages[at].whole = c.messages[at].elements;
        c.messages[at].n_whole = c.messages[at].n_elements;
    }
    w->out_of_memory |= c.before.out_of_memory;
    return c.n_messages;
}
