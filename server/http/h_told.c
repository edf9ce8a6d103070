/* SPDX-License-Identifier: Apache-2.0 */
/* h_told.c - GET /v1/chasers and GET /desk/told: what carriers and customers were told of promises that fall due or did
 * not come, and what waits to be told.  Layer: http.  Threads: loop, then a query worker.  Source: CLK-05, CLK-15. */
#include "bw/app/told.h"

#include <stdio.h>

#include "handlers.h"
#include "pages_int.h"

struct asked {
    struct bw_chase_told_ask ask;
    struct bw_chase_told *v;
    size_t n;
    struct bw_list_place next;
};

/* --- what is asked --- */

static bool refused(struct bw_request *rq, const char *field, const char *why)
{
    struct bw_error err = { 0 };
    bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, field, "%s", why), &err);
    return false;
}

/* False: the reply is there.  A field that was left empty was not said. */
static bool read_ask(struct bw_request *rq, struct bw_chase_told_ask *ask)
{
    struct bw_str level = bw_request_query(rq, "level");
    int64_t number = -1;
    *ask = (struct bw_chase_told_ask){ .debtor = bw_request_typed(rq, bw_request_query(rq, "owes")),
                                       .ref = bw_request_typed(rq, bw_request_query(rq, "case")) };
    if (ask->debtor.n && !bw_is_carrier(ask->debtor))
        return refused(rq, "owes", "owes must be a carrier");
    if (level.n && !bw_str_to_i64(level, 0, INT16_MAX, &number))
        return refused(rq, "level", "level must be a number");
    ask->level = (int)number;
    return bw_request_after(rq, &ask->after);
}

/* False: the reply is there. */
static bool look(struct bw_request *rq, struct bw_pg *pg, bw_time now, struct asked *ret)
{
    struct bw_error err = { 0 };
    if (!read_ask(rq, &ret->ask))
        return false;
    bw_code rc = bw_chase_told_list(pg, &rq->who, &ret->ask, now, &rq->arena, &ret->v, &ret->n, &ret->next, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

/* "waiting" until its moment has come, then "ready" for who sends. */
static const char *state_of(const struct bw_chase_told *m, bw_time now)
{
    if (!bw_str_eq_c(m->state, "ready"))
        return bw_str_eq_c(m->state, "sent") ? "sent" : "given-up";
    return m->not_before > now ? "waiting" : "ready";
}

/* --- GET /v1/chasers --- */

static void put_line(struct bw_json_out *j, const struct bw_chase_told_line *l)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &l->promise_id);
    bw_jk_c(j, "subject", bw_subject_word(l->subject));
    bw_jk_uuid(j, "subject_id", &l->subject_id);
    bw_jko_c(j, "plate", l->plate);
    bw_jko_c(j, "case_ref", l->ref);
    bw_jk_c(j, "owed", bw_owed_row(l->owed)->word);
    bw_jk_c(j, "what", bw_owed_row(l->owed)->what);
    bw_jko_c(j, "for_carrier", l->for_carrier);
    bw_jk_time(j, "due", l->due_at);
    bw_jk_time(j, "closed", l->closed_at);
    bw_jo_end(j);
}

static void put_message(struct bw_json_out *j, const struct bw_chase_told *m, bw_time now)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &m->id);
    bw_jk_str(j, "as", m->kind);
    bw_jk_c(j, "to", m->receiver[0] ? m->receiver : "customer");
    bw_jko_c(j, "case_ref", m->ref);
    bw_jk_c(j, "carrier", m->debtor);
    bw_jko_c(j, "station", m->station);
    bw_jk_i64(j, "level", m->level);
    bw_jk_str(j, "channel", m->channel);
    bw_jk_c(j, "state", state_of(m, now));
    bw_jk_time(j, "made", m->made_at);
    bw_jk_time(j, "not_before", m->not_before);
    bw_jk_i64(j, "count", (int64_t)m->all);
    bw_jkey(j, "promises");
    bw_ja_begin(j);
    for (size_t k = 0; k < m->n_lines; k++)
        put_line(j, &m->lines[k]);
    bw_ja_end(j);
    bw_jko_str(j, "body", m->body);
    bw_jo_end(j);
}

static void list_job(struct bw_request *rq, struct bw_pg *pg)
{
    bw_time now = bw_clock_wall();
    struct bw_json_reply r;
    struct asked a;
    if (!look(rq, pg, now, &a))
        return;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)4 << 20);
    bw_jo_begin(j);
    bw_jk_time(j, "now", now);
    bw_jkey(j, "messages");
    bw_ja_begin(j);
    for (size_t k = 0; k < a.n; k++)
        put_message(j, &a.v[k], now);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_reply_next(rq, &a.next);
    bw_json_end(rq, 200, &r);
}

void bw_h_told(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, list_job);
}

/* --- GET /desk/told --- */

static const char *channel_text(const struct bw_leaf *leaf, struct bw_str channel)
{
    char key[32];
    (void)snprintf(key, sizeof key, "told.by.%.*s", BW_FMT(channel));
    return bw_leaf_text(leaf, key, NULL, 0);
}

static const char *state_text(const struct bw_leaf *leaf, const char *state)
{
    char key[32];
    (void)snprintf(key, sizeof key, "told.state.%s", state);
    return bw_leaf_text(leaf, key, NULL, 0);
}

/* "Iberia (IB), its desk"; "the customer of MADIB10001" */
static const char *whom(const struct bw_leaf *leaf, const struct bw_chase_told *m)
{
    char key[32];
    (void)snprintf(key, sizeof key, "told.to.%.*s", BW_FMT(m->kind));
    const struct bw_arg args[] = { { "carrier", bw_str_c(m->receiver[0] ? bw_leaf_carrier(leaf, m->receiver) : "") },
                                   { "ref", bw_str_c(m->ref) } };
    return bw_leaf_text(leaf, key, args, BW_LEN(args));
}

static void add_line(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_chase_told_line *l)
{
    struct bw_arena *a = &leaf->rq->arena;
    char id[BW_UUID_TEXT];
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bool bag = l->subject == BW_SUBJECT_BAG;
    bw_view_add_c(a, one, "at",
                  bw_arena_printf(a, bag ? "/desk/bags/%s" : "/desk/cases/%s",
                                  bag ? bw_uuid_text(&l->subject_id, id) : l->ref));
    bw_view_add_c(a, one, "name", bag ? bw_leaf_bag(leaf, l->plate) : bw_arena_printf(a, "%s", l->ref));
    if (bag && l->ref[0])
        bw_view_add_str(a, one, "ref", bw_arena_str(a, bw_str_c(l->ref)));
    bw_view_add_c(a, one, "what", bw_leaf_owed(leaf, l->owed));
    if (l->for_carrier[0])
        bw_view_add_c(a, one, "place_of", bw_leaf_carrier(leaf, l->for_carrier));
    bw_leaf_when(leaf, one, "due", l->due_at);
    bw_leaf_when(leaf, one, "closed", l->closed_at);
}

static void add_message(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_chase_told *m)
{
    struct bw_arena *a = &leaf->rq->arena;
    char number[24];
    const char *state = state_of(m, leaf->now);
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "whom", whom(leaf, m));
    bw_view_add_c(a, one, "debtor", bw_leaf_carrier(leaf, m->debtor));
    if (m->station[0])
        bw_view_add_c(a, one, "station", bw_leaf_station(leaf, m->station));
    bw_view_add_c(a, one, "level", bw_leaf_level(leaf, m->level));
    bw_view_add_c(a, one, "channel", channel_text(leaf, m->channel));
    bw_view_add_c(a, one, "state", state_text(leaf, state));
    bw_leaf_when(leaf, one, "made", m->made_at);
    if (strcmp(state, "waiting") == 0)
        bw_leaf_when(leaf, one, "until", m->not_before);
    struct bw_view *lines = bw_view_add_list(a, one, "lines");
    for (size_t k = 0; k < m->n_lines; k++)
        add_line(leaf, lines, &m->lines[k]);
    if (m->all > m->n_lines) {
        (void)snprintf(number, sizeof number, "%zu", m->all - m->n_lines);
        const struct bw_arg args[] = { { "n", bw_str_c(number) } };
        bw_view_add_c(a, one, "more", bw_leaf_text(leaf, "told.more", args, 1));
    }
    bw_view_add_str(a, one, "body", m->body);
}

static void add_form(const struct bw_leaf *leaf, const struct bw_chase_told_ask *ask)
{
    struct bw_arena *a = &leaf->rq->arena;
    bw_view_add_str(a, leaf->view, "owes", bw_arena_str(a, ask->debtor));
    bw_view_add_str(a, leaf->view, "ref", bw_arena_str(a, ask->ref));
    struct bw_view *levels = bw_view_add_list(a, leaf->view, "levels");
    for (int level = 0; level <= 3; level++) {
        struct bw_view *one = bw_view_add_map(a, levels, NULL);
        bw_view_add_int(a, one, "n", level);
        bw_view_add_c(a, one, "words", bw_leaf_level(leaf, level));
        bw_view_add_bool(a, one, "chosen", ask->level == level);
    }
}

/* The page that comes behind, for the same question. */
static void add_next(const struct bw_leaf *leaf, const struct asked *a)
{
    char id[BW_UUID_TEXT], level[12] = "";
    if (a->next.at == BW_TIME_NONE)
        return;
    if (a->ask.level >= 0)
        (void)snprintf(level, sizeof level, "%d", a->ask.level);
    bw_view_add_c(&leaf->rq->arena, leaf->view, "next",
                  bw_arena_printf(&leaf->rq->arena, "/desk/told?owes=%.*s&case=%.*s&level=%s&after=%lld.%s",
                                  BW_FMT(a->ask.debtor), BW_FMT(a->ask.ref), level, (long long)a->next.at,
                                  bw_uuid_text(&a->next.id, id)));
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    bw_time now = bw_clock_wall();
    struct asked a;
    struct bw_leaf leaf;
    if (!look(rq, pg, now, &a))
        return;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, now);
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.told.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_told", true);
    bw_view_add_bool(&rq->arena, leaf.view, "has", a.n > 0);
    bw_view_add_bool(&rq->arena, leaf.view, "narrowed", a.ask.debtor.n || a.ask.ref.n || a.ask.level >= 0);
    add_form(&leaf, &a.ask);
    struct bw_view *list = bw_view_add_list(&rq->arena, leaf.view, "messages");
    for (size_t k = 0; k < a.n; k++)
        add_message(&leaf, list, &a.v[k]);
    add_next(&leaf, &a);
    bw_leaf_reply(&leaf, 200, "told");
    bw_worlds_release(worlds, world);
}

void bw_h_desk_told(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}
