/* SPDX-License-Identifier: Apache-2.0 */
/* h_ask_page.c - the page of a station that is asked: GET and POST /a/{token}, without an account and without scripts;
 * and GET /desk/asked, the same questions for staff of the carrier.  No personal data: plate, looks by the chart,
 * flight, where the bag was last seen, who asks and until when.  Reading changes nothing, so a mail program that opens
 * links answers nothing; a POST is answered by a redirect to the page, which says what became of the question
 * (PAGE-07). Layer: http.  Threads: loop, query worker, writer's completion.  Source: CLK-09, PAGE-11. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/app/asks.h"
#include "bw/domain/bagcode.h"
#include "handlers.h"

/* --- what is asked --- */

static void add_text(const struct bw_leaf *leaf, const char *to, const char *key, const struct bw_arg *args, size_t n)
{
    bw_view_add_c(&leaf->rq->arena, leaf->view, to, bw_leaf_text(leaf, key, args, n));
}

/* "BU22MBC: blue upright, …" */
static void add_looks(const struct bw_leaf *leaf, struct bw_str code)
{
    struct bw_bagcode parsed;
    const char *why;
    char words[160];
    if (!code.n || !bw_bagcode_parse(code, &parsed, &why))
        return;
    (void)bw_bagcode_words(&parsed, words, sizeof words);
    bw_view_add_c(&leaf->rq->arena, leaf->view, "looks",
                  bw_arena_printf(&leaf->rq->arena, "%.*s: %s", BW_FMT(code), words));
}

static void add_route(const struct bw_leaf *leaf, const struct bw_bag *bag)
{
    char date[BW_DATE_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "legs");
    for (size_t k = 0; k < bag->n_legs; k++) {
        const struct bw_leg *leg = &bag->legs[k];
        const char *day = leg->date == BW_DATE_NONE ? "" : bw_date_text(leg->date, date);
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "text", bw_arena_printf(a, "%s %s %s %s", leg->flight, day, leg->from, leg->to));
    }
}

static void add_bag(const struct bw_leaf *leaf, const struct bw_ask_seen *seen)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_bag *bag = &seen->bag->bag;
    const struct bw_event *q = seen->question;
    const struct bw_arg args[] = { { "asker", bw_str_c(bw_leaf_carrier(leaf, q->carrier)) },
                                   { "carrier", bw_str_c(bw_leaf_carrier(leaf, q->to_carrier)) },
                                   { "station", bw_str_c(bw_station_name(leaf->world, q->station)) },
                                   { "code", bw_str_c(q->station) } };
    add_text(leaf, "lead", "ask.lead", args, BW_LEN(args));
    bw_view_add_c(a, leaf->view, "plate", bw_leaf_bag(leaf, bag->plate));
    if (bag->fwd_plate[0] && strcmp(bag->fwd_plate, bag->plate) != 0)
        bw_view_add_c(a, leaf->view, "rush", bag->fwd_plate);
    add_looks(leaf, seen->looks);
    add_route(leaf, bag);
    struct bw_view *last = bw_leaf_when(leaf, leaf->view, "seen", bag->last_seen_at);
    if (last)
        bw_view_add_c(a, last, "where",
                      bw_arena_printf(a, "%s, %s", bw_leaf_station(leaf, bag->last_seen_station),
                                      bw_leaf_carrier(leaf, bag->last_seen_carrier)));
    (void)bw_leaf_when(leaf, leaf->view, "asked", q->recorded_at);
    (void)bw_leaf_when(leaf, leaf->view, "ends", seen->ends_at);
    bw_leaf_due(leaf, leaf->view, seen->due_at);
}

/* --- the forms --- */

#define FIELDS(F) F(answer) F(place) F(searched) F(flight) F(date) F(to) F(until) F(person)
static const char *const field_names[] = {
#define F(name) #name,
    FIELDS(F)
#undef F
};

static struct bw_str *field_of(struct bw_ask_form *form, const char *name)
{
#define F(member)                                                                                                      \
    if (strcmp(name, #member) == 0)                                                                                    \
        return &form->member;
    FIELDS(F)
#undef F
    return NULL;
}

/* The words beside a field: ours, in the reader's language; what the checks say is for programs. */
static void add_fault(const struct bw_leaf *leaf, struct bw_view *one, const char *name, const struct bw_faults *f)
{
    char key[32];
    for (size_t k = 0; f && k < f->n && k < BW_FAULTS_MAX; k++) {
        struct bw_str pointer = bw_str_drop(f->v[k].pointer, f->v[k].pointer.n ? 1 : 0);
        bool to = bw_str_eq_c(pointer, "to_station") && strcmp(name, "to") == 0;
        if (!to && !bw_str_eq_c(pointer, name))
            continue;
        (void)snprintf(key, sizeof key, "ask.fault.%s", name);
        bw_view_add_c(&leaf->rq->arena, one, "why", bw_leaf_text(leaf, key, NULL, 0));
        return;
    }
}

static void add_fields(const struct bw_leaf *leaf, struct bw_ask_form *form, const struct bw_faults *f)
{
    struct bw_arena *a = &leaf->rq->arena;
    for (size_t k = 0; k < BW_LEN(field_names); k++) {
        struct bw_view *one = bw_view_add_map(a, leaf->view, field_names[k]);
        const struct bw_str *value = field_of(form, field_names[k]);
        bw_view_add_str(a, one, "value", value->p ? *value : BW_STR(""));
        add_fault(leaf, one, field_names[k], f);
    }
}

/* Full hours behind the due time, a day from now at most: a time that is chosen with one tap. */
static void add_times(const struct bw_leaf *leaf, const struct bw_ask_seen *seen, struct bw_str chosen)
{
    static const int hours[] = { 1, 2, 4, 6, 8, 12, 16, 20, 24 };
    struct bw_arena *a = &leaf->rq->arena;
    bw_time most = leaf->now + BW_ASK_MOST, hour = leaf->now - leaf->now % BW_HOUR;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "times");
    if (seen->moved || seen->due_at >= most)
        return;
    for (size_t k = 0; k < BW_LEN(hours); k++) {
        char iso[BW_TIME_TEXT];
        bw_time at = hour + hours[k] * BW_HOUR;
        if (at <= seen->due_at || at <= leaf->now || at > most)
            continue;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        BW_CLEANUP(bw_buf_done) struct bw_buf text;
        bw_buf_init(&text, 256);
        bw_say_time(&leaf->reader, at, &text);
        bw_view_add_str(a, one, "value", bw_arena_str(a, bw_str_c(bw_time_text(at, iso))));
        bw_view_add_bool(a, one, "chosen", bw_str_eq_c(chosen, iso));
        bw_view_add_str(a, one, "words", bw_arena_str(a, bw_buf_view(&text)));
    }
    bw_view_add_bool(a, leaf->view, "may_wait", list && list->first);
}

/* --- the page --- */

/* What became of the question. */
static void add_answer(const struct bw_leaf *leaf, const struct bw_ask_seen *seen)
{
    char key[40], date[BW_DATE_TEXT];
    const struct bw_event *ev = seen->answer;
    if (!ev)
        return;
    BW_CLEANUP(bw_buf_done) struct bw_buf until;
    bw_buf_init(&until, 256);
    if (ev->data.answer_by != BW_TIME_NONE)
        bw_say_time(&leaf->reader, ev->data.answer_by, &until);
    const struct bw_arg args[] = {
        { "place", bw_str_c(ev->place) },
        { "searched", bw_str_c(ev->data.searched) },
        { "flight", bw_str_c(ev->flight) },
        { "date", bw_str_c(ev->flight_date == BW_DATE_NONE ? "" : bw_date_text(ev->flight_date, date)) },
        { "to", bw_str_c(bw_station_name(leaf->world, ev->data.to_station)) },
        { "until", bw_buf_view(&until) }
    };
    (void)snprintf(key, sizeof key, "ask.said.%s", ev->data.action);
    struct bw_view *answer = bw_view_add_map(&leaf->rq->arena, leaf->view, "said");
    bw_view_add_c(&leaf->rq->arena, answer, "text", bw_leaf_text(leaf, key, args, BW_LEN(args)));
    (void)bw_leaf_when(leaf, answer, "at", ev->recorded_at);
}

static void show(struct bw_request *rq, const struct bw_ask_seen *seen, int status, const char *notice,
                 struct bw_ask_form *form, const struct bw_faults *f)
{
    static const char *const states[] = { "waits", "answered", "moot", "expired" };
    char key[40];
    struct bw_leaf leaf;
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    const struct bw_station *station = bw_world_station(world, seen->question->station);
    bw_leaf_zone(&leaf, station ? station->zone : NULL);
    (void)snprintf(key, sizeof key, "ask.title.%s", states[seen->state]);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, key, NULL, 0));
    (void)snprintf(key, sizeof key, "ask.state.%s", states[seen->state]);
    add_text(&leaf, "state", key, NULL, 0);
    bw_view_add_str(&rq->arena, leaf.view, "token", bw_request_param(rq, "token"));
    if (notice)
        add_text(&leaf, "notice", notice, NULL, 0);
    bool waits = seen->state == BW_ASK_WAITS;
    bw_view_add_bool(&rq->arena, leaf.view, "waits", waits);
    add_answer(&leaf, seen);
    if (waits) {
        add_bag(&leaf, seen);
        add_fields(&leaf, form, f);
        add_times(&leaf, seen, form->until);
    }
    bw_leaf_reply(&leaf, status, "ask");
    bw_worlds_release(worlds, world);
}

static bool read_link(struct bw_request *rq, struct bw_pg *pg, struct bw_ask_seen **ret)
{
    struct bw_error err = { 0 };
    bw_code rc = bw_ask_see(rq->app, pg, bw_request_param(rq, "token"), bw_clock_wall(), &rq->arena, ret, &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    return rc == BW_OK;
}

static int status_of(const struct bw_ask_seen *seen)
{
    return seen->state == BW_ASK_EXPIRED ? 410 : 200;
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_ask_seen *seen;
    struct bw_ask_form form = { .answer = BW_STR_NONE };
    if (read_link(rq, pg, &seen))
        show(rq, seen, status_of(seen), NULL, &form, NULL);
}

void bw_h_ask_page(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

/* --- the answer --- */

/* Somebody else was first, or something was seen of the bag meanwhile: the page as it is now. */
static void late_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_ask_seen *seen;
    struct bw_ask_form form = { .answer = BW_STR_NONE };
    if (read_link(rq, pg, &seen))
        show(rq, seen, seen->state == BW_ASK_EXPIRED ? 410 : 409, "ask.late", &form, NULL);
}

static void committed(struct bw_request *rq)
{
    const struct bw_ask_request *ask = rq->data;
    bool late = ask->work.rc == BW_OK && (ask->item.rc == BW_E_EVENT_CONFLICT || ask->item.rc == BW_E_ASK);
    if (late)
        bw_request_job(rq, BW_JOB_QUERY, late_job);
    else if (!bw_reply_unstored(rq, &ask->work))
        bw_reply_redirect(rq, rq->path);
}

static void submit(struct bw_request *rq)
{
    struct bw_ask_request *ask = rq->data;
    bw_request_commit(rq, &ask->work, committed);
}

static void answer_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_ask_seen *seen;
    struct bw_ask_form form;
    struct bw_ask_request *ask;
    struct bw_faults *f = bw_request_faults(rq);
    if (!f)
        return;
    for (size_t k = 0; k < BW_LEN(field_names); k++)
        *field_of(&form, field_names[k]) = bw_str_trim(bw_request_form(rq, field_names[k]));
    form.flight = bw_request_code(rq, "flight");
    form.to = bw_request_code(rq, "to");
    if (!read_link(rq, pg, &seen))
        return;
    if (seen->state == BW_ASK_EXPIRED) {
        show(rq, seen, 410, NULL, &form, NULL);
        return;
    }
    bw_code rc = bw_ask_link_answer(seen, &form, &rq->arena, &ask, f);
    if (f->n && seen->state == BW_ASK_WAITS) {
        show(rq, seen, 422, "ask.faulty", &form, f);
    } else if (rc != BW_OK) {
        bw_reply_refused(rq, rc, f);
    } else {
        rq->data = ask;
        bw_request_then(rq, submit);
    }
}

void bw_h_ask_page_post(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, answer_job);
}

/* --- GET /desk/asked --- */

static void add_line(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_asked_line *line)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "href", bw_arena_printf(a, "/a/%s", line->token));
    bw_view_add_c(a, one, "bag", bw_leaf_bag(leaf, line->bag.plate));
    bw_view_add_c(a, one, "station", bw_leaf_station(leaf, line->ask.station));
    bw_view_add_c(a, one, "who", bw_leaf_carrier(leaf, line->ask.carrier));
    bw_view_add_c(a, one, "by", bw_leaf_carrier(leaf, line->ask.by));
    bw_view_add_c(a, one, "level", bw_leaf_level_of(leaf, &line->p));
    (void)bw_leaf_when(leaf, one, "asked", line->ask.asked_at);
    bw_leaf_due(leaf, one, line->p.due_at);
}

static void asked_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_asked_line *lines;
    struct bw_leaf leaf;
    const struct bw_list_place first = { .at = BW_TIME_NONE };
    struct bw_list_place next;
    size_t n;
    bw_code rc = bw_asked_list(rq->app, pg, &rq->who, &first, &rq->arena, &lines, &n, &next, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.asked.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_asked", true);
    bw_view_add_bool(&rq->arena, leaf.view, "any", n > 0);
    struct bw_view *list = bw_view_add_list(&rq->arena, leaf.view, "asked");
    for (size_t k = 0; k < n; k++)
        add_line(&leaf, list, &lines[k]);
    bw_leaf_reply(&leaf, 200, "asked");
    bw_worlds_release(worlds, world);
}

void bw_h_desk_asked(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, asked_job);
}
