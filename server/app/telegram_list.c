/* SPDX-License-Identifier: Apache-2.0 */
/* telegram_list.c - a BTM tells which bags an inbound flight brings for onward flights; the newest for that flight
 * counts, by the time of its origin line, else of its receipt (domain.md 2.2 "Replacement").  Bags that only the one
 * before it had are withdrawn at the newer one's time; of an older one that comes late nothing is applied.  Two of the
 * same minute are one list in two telegrams.
 * The list is stored before the writer is asked: a sender that was not answered sends again, and the same telegram then
 * gives the same events.  Layer: app.  Threads: query workers.  Source: TYB-06. */
#include "telegram_int.h"

/* One inbound flight of one message. */
struct inbound {
    struct bw_pg *pg;
    struct bw_telegram *t;
    const struct bw_typeb_message *m;
    const struct bw_typeb_fact *fact; /* the first of that flight */
    bw_time now, said_at;
    bool old;
    struct bw_rows rows;
};

static bool lists(const struct bw_typeb_message *m)
{
    return m->smi == BW_SMI_BTM && m->action == BW_TYPEB_NEW && m->n_facts > 0;
}

bool bw_telegram_lists_bags(const struct bw_telegram *t)
{
    for (size_t k = 0; k < t->read.n_messages; k++)
        if (lists(&t->read.messages[k]))
            return true;
    return false;
}

static bool same_flight(const struct bw_typeb_fact *a, const struct bw_typeb_fact *b)
{
    return a->inbound_date == b->inbound_date && strcmp(a->inbound, b->inbound) == 0;
}

/* "plate:0125728001@2026-11-20 LH502" */
static struct bw_str bag_text(struct bw_arena *arena, const struct bw_event *ev)
{
    char ident[BW_IDENT_TEXT];
    const char *text = bw_arena_printf(arena, "%s %s", bw_ident_text(&ev->ident, ident), ev->flight);
    return bw_str_c(text);
}

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
}

static bw_code keep(struct inbound *k, uint64_t *ret_new, struct bw_error *err)
{
    struct bw_arena *arena = k->t->work.arena;
    BW_CLEANUP(bw_rows_done) struct bw_rows added = { 0 };
    struct bw_str *bags = BW_NEW_ARRAY(arena, struct bw_str, k->m->n_facts);
    size_t n = 0;
    if (!bags)
        return no_memory(err);
    for (size_t at = 0; at < k->m->n_facts; at++)
        if (same_flight(&k->m->facts[at], k->fact)) {
            bags[n] = bag_text(arena, &k->m->facts[at].ev);
            if (!bags[n++].p)
                return no_memory(err);
        }
    bw_code rc =
        bw_pg_query(k->pg, BW_STMT_TRANSFER_ADD,
                    BW_PARAMS(bw_p_text(k->t->work.raw_sender), bw_p_c(k->m->station), bw_p_c(k->fact->inbound),
                              bw_p_date(k->fact->inbound_date), bw_p_c(k->fact->ev.event_id), bw_p_time(k->said_at),
                              bw_p_time(k->now), bw_p_texts(bags, n)),
                    &added, err);
    *ret_new = added.affected;
    return rc;
}

static bw_code look(struct inbound *k, struct bw_error *err)
{
    uint64_t is_new = 0;
    k->said_at = k->m->origin_at != BW_TIME_NONE ? k->m->origin_at : k->now;
    bw_code rc = keep(k, &is_new, err);
    if (rc == BW_OK)
        rc = bw_pg_query(k->pg, BW_STMT_TRANSFER_READ,
                         BW_PARAMS(bw_p_text(k->t->work.raw_sender), bw_p_c(k->m->station), bw_p_c(k->fact->inbound),
                                   bw_p_date(k->fact->inbound_date)),
                         &k->rows, err);
    if (rc != BW_OK)
        return rc;
    bw_time newest = k->said_at;
    bool was_late = false;
    for (size_t row = 0; row < k->rows.n; row++) {
        bw_time at = bw_rows_time(&k->rows, row, "said_at");
        newest = at > newest ? at : newest;
        if (!bw_str_eq_c(bw_rows_text(&k->rows, row, "message"), k->fact->ev.event_id))
            continue;
        k->said_at = at; /* sent before: its own time, not that of the repetition */
        was_late = bw_rows_bool(&k->rows, row, "late");
    }
    /* What was taken before is told as the repetition that it is. */
    k->old = is_new ? newest > k->said_at : was_late;
    return BW_OK;
}

/* --- the facts as they are after all --- */

struct facts {
    struct bw_typeb_fact *v;
    size_t n, max;
};

static bool holds(const struct facts *f, const struct bw_typeb_fact *like, const struct bw_ident *ident)
{
    for (size_t at = 0; at < f->n; at++)
        if (same_flight(&f->v[at], like) && strcmp(f->v[at].ev.ident.value, ident->value) == 0)
            return true;
    return false;
}

/* Withdrawn by the newer list, at its time. */
static void withdraw(struct inbound *k, struct bw_str bag, struct facts *to)
{
    struct bw_str rest = bag, text = bw_str_split(&rest, ' ');
    struct bw_ident ident;
    if (to->n == to->max || !bw_ident_from_text(text, &ident) || holds(to, k->fact, &ident))
        return;
    struct bw_typeb_fact *fact = &to->v[to->n++];
    *fact = *k->fact;
    struct bw_event *ev = &fact->ev;
    ev->code = BW_EV_DATA_WITHDRAWN;
    ev->ident = ident;
    ev->flight_date = ident.date;
    bw_str_put(rest, ev->flight, sizeof ev->flight);
    bw_event_data_init(&ev->data);
    ev->data.source_mark = k->m->source_mark;
    ev->raw_first = ev->raw_last = k->m->first_line;
    fact->rush = false;
}

static void withdraw_older(struct inbound *k, struct facts *to)
{
    bw_time before = BW_TIME_NONE;
    for (size_t row = 0; row < k->rows.n; row++) {
        bw_time at = bw_rows_time(&k->rows, row, "said_at");
        bool applied = !bw_rows_bool(&k->rows, row, "late");
        if (!applied || at >= k->said_at || (before != BW_TIME_NONE && at != before))
            continue; /* newest first: the list before this one has withdrawn what was older still */
        before = at;
        struct bw_array bags = bw_rows_array(&k->rows, row, "bags");
        while (bw_array_next(&bags))
            withdraw(k, bags.s, to);
    }
}

static bool told_old(struct bw_arena *arena, struct bw_typeb_message *m)
{
    struct bw_typeb_fault *fault = BW_NEW(arena, struct bw_typeb_fault);
    if (!fault)
        return false;
    *fault = (struct bw_typeb_fault){ .line = m->first_line,
                                      .element = "I",
                                      .reason = "a newer list for this inbound flight came before, so this one changes "
                                                "nothing",
                                      .next = m->faults };
    m->faults = fault;
    m->n_faults++;
    return true;
}

/* Takes the facts of one inbound flight over, or leaves them out, and adds what is withdrawn. */
static bw_code settle(struct inbound *k, struct bw_typeb_message *m, struct facts *to, struct bw_error *err)
{
    bw_code rc = k->fact->inbound[0] ? look(k, err) : BW_OK;
    if (rc != BW_OK)
        return rc;
    if (k->old)
        return told_old(k->t->work.arena, m) ? BW_OK : no_memory(err);
    for (size_t at = 0; at < k->m->n_facts; at++)
        if (same_flight(&k->m->facts[at], k->fact))
            to->v[to->n++] = k->m->facts[at];
    withdraw_older(k, to);
    return BW_OK;
}

static bool first_of_flight(const struct bw_typeb_message *m, size_t at)
{
    for (size_t k = 0; k < at; k++)
        if (same_flight(&m->facts[k], &m->facts[at]))
            return false;
    return true;
}

static bw_code settle_message(struct bw_pg *pg, struct bw_telegram *t, struct bw_typeb_message *m, bw_time now,
                              struct bw_error *err)
{
    const struct bw_typeb_message was = *m;
    struct facts to = { .max = m->n_facts + BW_TYPEB_BAGS };
    to.v = BW_NEW_ARRAY(t->work.arena, struct bw_typeb_fact, to.max);
    if (!to.v)
        return no_memory(err);
    for (size_t at = 0; at < was.n_facts; at++) {
        if (at > 0 && (same_flight(&was.facts[at], &was.facts[at - 1]) || !first_of_flight(&was, at)))
            continue;
        struct inbound k = { .pg = pg, .t = t, .m = &was, .fact = &was.facts[at], .now = now };
        bw_code rc = settle(&k, m, &to, err);
        bw_rows_done(&k.rows);
        if (rc != BW_OK)
            return rc;
    }
    m->facts = to.v;
    m->n_facts = to.n;
    return BW_OK;
}

bw_code bw_telegram_lists(struct bw_pg *pg, struct bw_telegram *t, bw_time now, struct bw_error *err)
{
    struct bw_typeb_message *all = BW_NEW_ARRAY(t->work.arena, struct bw_typeb_message, t->read.n_messages);
    if (!all)
        return no_memory(err);
    memcpy(all, t->read.messages, t->read.n_messages * sizeof *all);
    t->read.n_facts = 0;
    for (size_t k = 0; k < t->read.n_messages; k++) {
        bw_code rc = lists(&all[k]) ? settle_message(pg, t, &all[k], now, err) : BW_OK;
        if (rc != BW_OK)
            return rc;
        t->read.n_facts += all[k].n_facts;
    }
    t->read.messages = all;
    return bw_telegram_work(t, err);
}
