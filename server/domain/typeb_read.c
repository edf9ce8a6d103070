/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_read.c - the whole way of a request: cut into messages, each judged and, where it can be, turned into facts.
 * Layer: domain.  Threads: any; pure.  Source: domain.md 2, design.md 8 (limits), TYB-01 to TYB-03. */
#include "typeb_int.h"

/* The first .V counts. */
static bool read_version(struct bw_tb_work *w)
{
    const struct bw_typeb_message *m = w->m;
    bool found = false, usable = false;
    for (size_t at = 0; at < m->n_elements; at++) {
        const struct bw_typeb_element *e = &m->elements[at];
        if (e->letter != 'V')
            continue;
        if (found)
            bw_tb_fault(w, e->line, e->letter, "the element stands twice; the first counts");
        else
            usable = bw_tb_version(w, e);
        found = true;
    }
    if (!found)
        bw_tb_fault(w, m->first_line, 'V', "the message has no .V, so no station");
    return usable;
}

/* Where it ends as a part: whether it is one of several, and whether .V and the end agree on which. */
static void judge_part(struct bw_tb_work *w)
{
    struct bw_typeb_message *m = w->m;
    uint64_t number = 0;
    bool part_end = m->end == BW_TYPEB_END_PART;
    if (part_end && (!bw_str_to_u64(bw_str_drop(m->end_text, 7), 1, 99, &number) || number != m->part)) {
        bw_tb_fault(w, m->last_line, 0, "ENDPART does not name the part that .V names");
        m->status = BW_TYPEB_UNUSABLE;
    } else if (part_end || m->part > 1) {
        m->status = BW_TYPEB_WAITING_FOR_PARTS;
    }
}

static void judge_message(struct bw_tb_work *w)
{
    struct bw_typeb_message *m = w->m;
    bool bags = m->smi != BW_SMI_BCM && m->smi != BW_SMI_BRQ && m->smi != BW_SMI_NONE;
    bool ended = m->end == BW_TYPEB_END || m->end == BW_TYPEB_END_PART;
    bool usable = m->smi == BW_SMI_NONE ? false : read_version(w);
    if (!bags && ended)
        m->status = BW_TYPEB_NOT_A_BAG_MESSAGE;
    if (!bags || m->status == BW_TYPEB_UNUSABLE)
        return;
    if (!usable) {
        m->status = BW_TYPEB_UNUSABLE;
        return;
    }
    judge_part(w);
}

static void judge_facts(struct bw_tb_work *w, const struct bw_tb_groups *groups)
{
    struct bw_typeb_message *m = w->m;
    if (m->status != BW_TYPEB_USED)
        return;
    bw_tb_facts(w, groups);
    if (m->n_facts == 0) {
        if (!m->lost)
            bw_tb_fault(w, m->first_line, 0, "the message names no bag");
        m->status = BW_TYPEB_UNUSABLE;
    } else if (m->lost) {
        m->status = BW_TYPEB_PARTLY_USED;
    }
}

static bw_time origin_time(const struct bw_typeb_message *m, bw_time received_at)
{
    return m->envelope ? bw_tb_origin_time(m->envelope->day_time, received_at) : BW_TIME_NONE;
}

/* The parts of a whole that gave nothing share its fate, so that each can be found among the dead letters. */
static void fail_parts(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n)
{
    for (size_t at = 0; at < n; at++) {
        struct bw_typeb_message *m = &messages[at];
        if (m->joined_in == 0 || m->joined_in == m->ordinal || messages[m->joined_in - 1].status != BW_TYPEB_UNUSABLE)
            continue;
        w->m = m;
        m->status = BW_TYPEB_UNUSABLE;
        bw_tb_fault(w, m->first_line, 0, "the message that this is a part of could not be used");
    }
}

/* All messages in turn; the number of bags is checked before the facts are made. */
static bw_code make_facts(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n, size_t *ret_facts,
                          struct bw_error *err)
{
    size_t plates = 0, facts = 0;
    for (size_t at = 0; at < n && !w->out_of_memory; at++) {
        struct bw_tb_groups groups = { 0 };
        w->m = &messages[at];
        if (w->m->status != BW_TYPEB_USED || (w->m->joined_in && w->m->joined_in != w->m->ordinal))
            continue;
        bw_tb_groups(w, &groups);
        plates += groups.n_plates;
        if (groups.n_plates > BW_TYPEB_BAGS)
            return bw_fail(err, BW_E_TOO_MANY_BAGS, NULL, "message %zu names more than %d bags", at + 1, BW_TYPEB_BAGS);
        if (plates > BW_TYPEB_BAGS_REQUEST)
            return bw_fail(err, BW_E_TOO_MANY_BAGS, NULL, "the request names more than %d bags", BW_TYPEB_BAGS_REQUEST);
        if (!w->out_of_memory)
            judge_facts(w, &groups);
        facts += w->m->n_facts;
    }
    fail_parts(w, messages, n);
    *ret_facts = facts;
    return BW_OK;
}

static bw_code read_messages(struct bw_tb_work *w, struct bw_typeb_message *messages, size_t n, size_t *ret_facts,
                             struct bw_error *err)
{
    for (size_t at = 0; at < n && !w->out_of_memory; at++) {
        w->m = &messages[at];
        w->m->origin_at = origin_time(w->m, w->ctx->received_at);
        judge_message(w);
    }
    if (!w->out_of_memory)
        bw_tb_join(w, messages, n);
    return make_facts(w, messages, n, ret_facts, err);
}

bw_code bw_typeb_read(struct bw_str text, const struct bw_typeb_ctx *ctx, struct bw_arena *arena, struct bw_typeb *ret,
                      struct bw_error *err)
{
    if (text.n > BW_TYPEB_MAX)
        return bw_fail(err, BW_E_TOO_LARGE, NULL, "the telegram is longer than %d bytes", BW_TYPEB_MAX);
    struct bw_tb_work w = { .ctx = ctx, .arena = arena, .today = bw_date_of(ctx->received_at) };
    struct bw_typeb_message *messages;
    struct bw_typeb read = { 0 };
    read.n_messages = bw_tb_split(&w, text, &messages);
    bw_code rc = read_messages(&w, messages, read.n_messages, &read.n_facts, err);
    if (rc != BW_OK)
        return rc;
    if (!w.out_of_memory)
        bw_tb_ids(&w, messages, read.n_messages);
    if (w.out_of_memory)
        return bw_fail(err, BW_E_NOMEM, NULL, "the telegram needs more memory than one request may have");
    read.messages = messages;
    *ret = read;
    return BW_OK;
}
