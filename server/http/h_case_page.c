/* SPDX-License-Identifier: Apache-2.0 */
/* h_case_page.c - a delayed-bag file on the agent's screen: GET /desk/cases/{ref} and its fragment.  Whose it is and by
 * which rule, what is owed, its bags worst first, faults, every entry of its log; beside the part that keeps itself
 * true the notes, which are put on record when others' are shown, and the forms of its steps.  Nothing of the passenger
 * stands here: that is for the readings of GET /v1/cases/{ref}.
 * Layer: http.  Threads: loop, then a query worker.  Source: CASE-03, CASE-04, CASE-09, CASE-11, PAGE-07. */
#include "bw/app/case_notes.h"

#include "pages_int.h"

#include <stdio.h>

#include "bw/base/codec.h"
#include "bw/base/crypto.h"
#include "bw/domain/case_step.h"
#include "bw/domain/waiting.h"
#include "handlers.h"

struct shown {
    struct bw_file_seen *file;
    struct bw_event **log;
    size_t n_log;
    struct bw_case_note *notes;
    size_t n_notes;
};

/* --- whose it is --- */

/* "Iberia (IB)", and why. */
static void add_owner(const struct bw_leaf *leaf, const struct bw_case *c)
{
    char key[40];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_arg args[] = { { "segment", bw_str_c(bw_leaf_carrier(leaf, c->segment)) },
                                   { "brought", bw_str_c(bw_leaf_carrier(leaf, c->brought)) },
                                   { "forecast", bw_str_c(bw_leaf_carrier(leaf, c->forecast)) },
                                   { "custodian", bw_str_c(bw_leaf_carrier(leaf, c->custodian)) },
                                   { "opener", bw_str_c(bw_leaf_carrier(leaf, c->opener)) },
                                   { "by", bw_str_c(c->opened_by) } };
    snprintf(key, sizeof key, "page.file.rule.%s", c->rule);
    bw_view_add_c(a, leaf->view, "owner", bw_leaf_carrier(leaf, c->owner));
    bw_view_add_c(a, leaf->view, "rule", bw_leaf_text(leaf, key, args, BW_LEN(args)));
    bw_view_add_c(a, leaf->view, "opened_by", bw_leaf_text(leaf, "page.file.opened_by", args, BW_LEN(args)));
    const struct {
        const char *key, *carrier;
    } inputs[] = { { "page.file.input.segment", c->segment },
                   { "page.file.input.brought", c->brought },
                   { "page.file.input.forecast", c->forecast },
                   { "page.file.input.custodian", c->custodian } };
    struct bw_view *list = bw_view_add_list(a, leaf->view, "inputs");
    for (size_t k = 0; k < BW_LEN(inputs); k++) {
        if (!inputs[k].carrier[0])
            continue;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "what", bw_leaf_text(leaf, inputs[k].key, NULL, 0));
        bw_view_add_c(a, one, "carrier", bw_leaf_carrier(leaf, inputs[k].carrier));
    }
}

static void add_offer(const struct bw_leaf *leaf, const struct bw_case *c)
{
    if (!c->offered_to[0])
        return;
    struct bw_view *offer = bw_view_add_map(&leaf->rq->arena, leaf->view, "offer");
    bw_view_add_c(&leaf->rq->arena, offer, "to", bw_leaf_carrier(leaf, c->offered_to));
    bw_leaf_due(leaf, offer, c->answer_by);
}

/* Why a file is closed, and why a bag went wrong, in words; the tables' own are the API's. */
static const char *closing_text(const struct bw_leaf *leaf, const char *why)
{
    return bw_leaf_word(leaf, "closing", bw_str_c(why));
}

/* Some reasons share their words: those of the first of them. */
static const char *loss_text(const struct bw_leaf *leaf, const char *reason)
{
    char key[16];
    for (int code = (reason[0] - '0') * 10 + reason[1] - '0'; code > 0; code--) {
        snprintf(key, sizeof key, "loss.%d", code);
        if (bw_catalogue_has(leaf->reader.words, key))
            return bw_leaf_text(leaf, key, NULL, 0);
    }
    return reason;
}

static const char *wait_text(const struct bw_leaf *leaf, const char *word)
{
    char key[40];
    snprintf(key, sizeof key, "page.file.wait.%s", word);
    return bw_leaf_text(leaf, key, NULL, 0);
}

/* What the customer is asked for, and whether they know (CLK-18). */
static void add_wait(const struct bw_leaf *leaf, const struct bw_case *c)
{
    struct bw_arena *a = &leaf->rq->arena;
    if (!c->wait.needs[0])
        return;
    struct bw_view *wait = bw_view_add_map(a, leaf->view, "wait");
    bw_view_add_c(a, wait, "what", wait_text(leaf, c->wait.needs));
    bw_view_add_c(a, wait, "by", bw_leaf_carrier(leaf, c->wait.by));
    bw_leaf_when(leaf, wait, "asked", c->wait.asked_at);
    if (!c->wait.reached_at)
        return;
    struct bw_view *reached = bw_leaf_when(leaf, wait, "reached", c->wait.reached_at);
    const char *how = c->wait.by_page ? "page.file.wait_page" : "page.file.wait_told";
    bw_view_add_c(a, reached, "how", bw_leaf_text(leaf, how, NULL, 0));
}

static void add_head(struct bw_leaf *leaf, const struct bw_case *c)
{
    char key[40], id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_arg args[] = { { "ref", bw_str_c(c->ref) } };
    bw_leaf_title(leaf, bw_leaf_text(leaf, "page.file.title", args, 1));
    bw_view_add_str(a, leaf->view, "ref", bw_arena_str(a, bw_str_c(c->ref)));
    bw_view_add_str(a, leaf->view, "case_id", bw_arena_str(a, bw_str_c(bw_uuid_text(&c->case_id, id))));
    bw_view_add_int(a, leaf->view, "case_version", c->version);
    snprintf(key, sizeof key, "page.case.%s", bw_case_word(c->state));
    bw_view_add_c(a, leaf->view, "state", bw_leaf_text(leaf, key, NULL, 0));
    if (c->closed_why[0])
        bw_view_add_c(a, leaf->view, "closed_why", closing_text(leaf, c->closed_why));
    bw_view_add_str(a, leaf->view, "station", bw_arena_str(a, bw_str_c(bw_station_name(leaf->world, c->station))));
    bw_leaf_when(leaf, leaf->view, "opened", c->opened_at);
}

/* --- its bags --- */

static bw_time add_bag(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_file_bag *one)
{
    char id[BW_UUID_TEXT], number[12];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_bag *bag = &one->bag;
    bw_time next = BW_TIME_NONE;
    struct bw_view *row = bw_view_add_map(a, list, NULL);
    snprintf(number, sizeof number, "%zu", one->number + 1);
    bw_view_add_str(a, row, "number", bw_arena_str(a, bw_str_c(number)));
    bw_view_add_str(a, row, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->bag_id, id))));
    bw_view_add_int(a, row, "version", bag->version);
    bw_view_add_c(a, row, "plate", bw_leaf_bag(leaf, bag->plate));
    bw_view_add_c(a, row, "place", bw_leaf_place(leaf, bag));
    bw_view_add_c(a, row, "custodian", bw_leaf_carrier(leaf, bag->custodian));
    bw_leaf_when(leaf, row, "seen", bag->last_seen_at);
    bw_leaf_when(leaf, row, "damage_until", bw_damage_until(bag, leaf->world));
    bw_view_add_bool(a, row, "damaged", bag->damaged);
    struct bw_view *owes = bw_view_add_list(a, row, "owes");
    bool late = false;
    for (size_t k = 0; k < one->n_open; k++) {
        bw_leaf_promise(leaf, owes, &one->open[k]);
        late = late || one->open[k].due_at <= leaf->now;
        if (one->open[k].due_at > leaf->now && (next == BW_TIME_NONE || one->open[k].due_at < next))
            next = one->open[k].due_at;
    }
    bw_view_add_bool(a, row, "late", late);
    return next;
}

static void add_due(const struct bw_leaf *leaf, bw_time next)
{
    char iso[BW_TIME_TEXT];
    if (next != BW_TIME_NONE)
        bw_view_add_str(&leaf->rq->arena, leaf->view, "due",
                        bw_arena_str(&leaf->rq->arena, bw_str_c(bw_time_text(next, iso))));
}

static void add_owed(const struct bw_leaf *leaf, const struct bw_file_seen *file)
{
    struct bw_arena *a = &leaf->rq->arena;
    bw_time next = BW_TIME_NONE;
    struct bw_view *owes = bw_view_add_list(a, leaf->view, "owes");
    for (size_t k = 0; k < file->n_open; k++) {
        bw_leaf_promise(leaf, owes, &file->open[k]);
        if (file->open[k].due_at > leaf->now && (next == BW_TIME_NONE || file->open[k].due_at < next))
            next = file->open[k].due_at;
    }
    bw_view_add_bool(a, leaf->view, "has_owed", file->n_open > 0);
    struct bw_view *bags = bw_view_add_list(a, leaf->view, "bags");
    for (size_t k = 0; k < file->n_bags; k++) {
        bw_time due = add_bag(leaf, bags, &file->bags[k]);
        if (due != BW_TIME_NONE && (next == BW_TIME_NONE || due < next))
            next = due;
    }
    add_due(leaf, next);
}

/* --- faults, and the log --- */

/* What a carrier said of a bag later stands for what it said before. */
static bool said_since(const struct shown *s, size_t at)
{
    const struct bw_event *ev = s->log[at];
    for (size_t k = 0; k < at; k++) {
        const struct bw_event *later = s->log[k];
        bool covers = later->data.bag_ordinal == 0 || later->data.bag_ordinal == ev->data.bag_ordinal;
        if (later->code == BW_EV_FAULT_CODED && strcmp(later->carrier, ev->carrier) == 0 && covers)
            return true;
    }
    return false;
}

static void add_faults(const struct bw_leaf *leaf, const struct shown *s)
{
    char number[12];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "faults");
    for (size_t k = 0; k < s->n_log; k++) {
        const struct bw_event *ev = s->log[k];
        if (ev->code != BW_EV_FAULT_CODED || !bw_loss_meaning(bw_str_c(ev->reason)) || said_since(s, k))
            continue;
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        snprintf(number, sizeof number, "%d", ev->data.bag_ordinal);
        bw_view_add_c(a, one, "carrier", bw_leaf_carrier(leaf, ev->carrier));
        bw_view_add_c(a, one, "station", ev->station);
        bw_view_add_c(a, one, "reason", ev->reason);
        bw_view_add_c(a, one, "meaning", loss_text(leaf, ev->reason));
        if (ev->data.bag_ordinal)
            bw_view_add_str(a, one, "bag", bw_arena_str(a, bw_str_c(number)));
        bw_leaf_when(leaf, one, "at", ev->recorded_at);
    }
    bw_view_add_bool(a, leaf->view, "coded", list && list->first);
}

static void add_log(const struct bw_leaf *leaf, const struct shown *s)
{
    char text[24];
    const char *zone = leaf->reader.zone ? bw_zone_name(leaf->reader.zone) : "UTC";
    struct bw_view *list = bw_view_add_list(&leaf->rq->arena, leaf->view, "said");
    for (size_t k = 0; k < s->n_log; k++)
        bw_leaf_said(leaf, list, s->log[k]);
    snprintf(text, sizeof text, "%zu", s->n_log);
    const struct bw_arg args[] = { { "n", bw_str_c(text) }, { "zone", bw_str_c(zone) } };
    bw_view_add_c(&leaf->rq->arena, leaf->view, "entries", bw_leaf_text(leaf, "page.bag.entries", args, 2));
}

/* --- what does not change by itself: notes and forms --- */

static void add_notes(const struct bw_leaf *leaf, const struct shown *s)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, leaf->view, "notes");
    bw_view_add_bool(a, leaf->view, "noted", s->n_notes > 0);
    for (size_t k = 0; k < s->n_notes; k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "code", bw_code_row(s->notes[k].code)->name);
        bw_view_add_str(a, one, "by", bw_arena_str(a, bw_str_c(s->notes[k].sender)));
        bw_view_add_str(a, one, "text", s->notes[k].text);
        bw_leaf_when(leaf, one, "at", s->notes[k].recorded_at);
    }
}

static void add_option(struct bw_arena *a, struct bw_view *list, const char *value, const char *words)
{
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "value", value);
    bw_view_add_c(a, one, "words", words);
}

static bool speaks(const struct bw_leaf *leaf, const char *carrier)
{
    return carrier[0] && bw_principal_has(&leaf->rq->who, bw_str_c(carrier));
}

/* Every form names its step by an id of its own, so that a form sent twice is one step. */
static void add_ids(const struct bw_leaf *leaf, struct bw_view *form)
{
    static const char *const names[] = { "offer", "accept", "refuse", "fault", "close", "note", "promise", "wait" };
    for (size_t k = 0; k < BW_LEN(names); k++) {
        uint8_t random[12];
        char hex[2 * sizeof random + 1];
        bw_random(random, sizeof random);
        bw_hex(random, sizeof random, hex);
        struct bw_view *one = bw_view_add_map(&leaf->rq->arena, form, names[k]);
        bw_view_add_str(&leaf->rq->arena, one, "id", bw_arena_str(&leaf->rq->arena, bw_str_c(hex)));
    }
}

static void add_choices(const struct bw_leaf *leaf, struct bw_view *form)
{
    struct bw_arena *a = &leaf->rq->arena;
    const char *word, *meaning;
    char code[3];
    struct bw_view *losses = bw_view_add_list(a, form, "losses");
    for (size_t k = 0; bw_loss_at(k, code, &meaning); k++)
        add_option(a, losses, bw_arena_printf(a, "%s", code), bw_arena_printf(a, "%s %s", code, loss_text(leaf, code)));
    struct bw_view *closings = bw_view_add_list(a, form, "closings");
    for (size_t k = 0; (word = bw_closing_at(k, &meaning)); k++)
        add_option(a, closings, word, closing_text(leaf, word));
    struct bw_view *mine = bw_view_add_list(a, form, "mine");
    for (unsigned k = 0; k < leaf->rq->who.n_carriers; k++)
        add_option(a, mine, leaf->rq->who.carriers[k], bw_leaf_carrier(leaf, leaf->rq->who.carriers[k]));
    bw_view_add_bool(a, form, "several", leaf->rq->who.n_carriers > 1);
}

/* Asking begins by a message or in person; what is asked for is then said of. */
static void add_wait_forms(const struct bw_leaf *leaf, struct bw_view *form, const struct bw_case *c, bool owns)
{
    struct bw_arena *a = &leaf->rq->arena;
    bool waits = c->wait.needs[0] != '\0', runs = owns && c->state != BW_CASE_REPORT;
    bw_view_add_bool(a, form, "may_wait", runs && !waits);
    bw_view_add_bool(a, form, "may_say_wait", runs && waits);
    struct bw_view *needs = bw_view_add_list(a, form, "needs"), *steps = bw_view_add_list(a, form, "wait_steps");
    for (size_t k = 0; bw_wait_words[k]; k++)
        add_option(a, needs, bw_wait_words[k], wait_text(leaf, bw_wait_words[k]));
    for (size_t k = 0; bw_wait_steps[k]; k++) {
        bool asks = strcmp(bw_wait_steps[k], BW_WAIT_ASKED) == 0, told = strcmp(bw_wait_steps[k], BW_WAIT_REACHED) == 0;
        if (told || asks != waits)
            add_option(a, steps, bw_wait_steps[k], wait_text(leaf, bw_wait_steps[k]));
    }
}

/* Full hours of the next day, and the same hour of the days after: a time that is chosen with one tap. */
static void add_times(const struct bw_leaf *leaf, struct bw_view *form)
{
    static const int hours[] = { 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 48, 72, 96, 120, 144 };
    struct bw_arena *a = &leaf->rq->arena;
    bw_time hour = leaf->now - leaf->now % BW_HOUR;
    struct bw_view *list = bw_view_add_list(a, form, "times");
    for (size_t k = 0; k < BW_LEN(hours); k++) {
        char iso[BW_TIME_TEXT];
        bw_time at = hour + hours[k] * BW_HOUR;
        BW_CLEANUP(bw_buf_done) struct bw_buf text;
        bw_buf_init(&text, 256);
        bw_say_time(&leaf->reader, at, &text);
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_str(a, one, "value", bw_arena_str(a, bw_str_c(bw_time_text(at, iso))));
        bw_view_add_str(a, one, "words", bw_arena_str(a, bw_buf_view(&text)));
    }
}

/* The steps that this person's carriers may take as the file stands; the writer has the last word. */
static void add_forms(const struct bw_leaf *leaf, const struct bw_file_seen *file)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_case *c = &file->file;
    bool running = c->state != BW_CASE_NONE && c->state != BW_CASE_CLOSED, owns = running && speaks(leaf, c->owner);
    bool asked = running && speaks(leaf, c->offered_to);
    if (!(leaf->rq->who.roles & BW_DESK) || !leaf->rq->who.n_carriers)
        return;
    struct bw_view *form = bw_view_add_map(a, leaf->view, "form");
    bw_view_add_c(a, form, "csrf", leaf->rq->who.csrf);
    bw_view_add_bool(a, form, "may_offer", owns);
    bw_view_add_bool(a, form, "may_accept", asked || (running && !owns && strcmp(c->rule, BW_RULE_OPENER) == 0));
    bw_view_add_bool(a, form, "may_refuse", asked || (owns && c->offered_to[0]));
    bw_view_add_bool(a, form, "withdraws", owns);
    bw_view_add_bool(a, form, "may_close", owns);
    bw_view_add_bool(a, form, "many_bags", file->n_bags > 1);
    add_ids(leaf, form);
    add_choices(leaf, form);
    bw_view_add_bool(a, form, "may_promise", running);
    add_wait_forms(leaf, form, c, owns);
    add_times(leaf, form);
}

/* --- the page --- */

static void page(struct bw_request *rq, const struct bw_world *world, const struct shown *s, bw_time now, bool whole)
{
    static const struct bw_live live = { "case", "case_fragment", "bag" };
    struct bw_leaf leaf;
    const struct bw_station *home = bw_world_station(world, s->file->file.station);
    bw_leaf_begin(&leaf, rq, world, now);
    bw_leaf_zone(&leaf, home ? home->zone : NULL);
    add_head(&leaf, &s->file->file);
    add_owner(&leaf, &s->file->file);
    add_offer(&leaf, &s->file->file);
    add_wait(&leaf, &s->file->file);
    add_owed(&leaf, s->file);
    if (s->file->rights)
        bw_say_rights(s->file->rights, s->file->n_bags > 1, world, &leaf.reader, now, &rq->arena, leaf.view);
    add_faults(&leaf, s);
    add_log(&leaf, s);
    if (whole) {
        add_notes(&leaf, s);
        add_forms(&leaf, s->file);
    }
    bw_cursor_text(s->file->complete_to, leaf.cursor);
    bw_leaf_reply_live(&leaf, &live, whole);
}

static void serve(struct bw_request *rq, struct bw_pg *pg, bool whole)
{
    struct bw_error err = { 0 };
    struct shown s = { 0 };
    bw_time now = bw_clock_wall();
    bw_code rc = bw_file_see(rq->app, pg, &rq->who, bw_request_param(rq, "ref"), now, &rq->arena, &s.file, &err);
    if (rc == BW_OK && !(s.file->sight.sees & BW_SEE_CASE))
        rc = bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such file");
    rc = rc == BW_OK ? bw_case_log(pg, &s.file->file.case_id, &rq->arena, &s.log, &s.n_log, &err) : rc;
    if (rc == BW_OK && whole)
        rc = bw_case_notes(rq->app, pg, &rq->who, s.file, now, &rq->arena, &s.notes, &s.n_notes, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    rc = bw_file_rights(s.file, world, now, &rq->arena, &err);
    if (rc == BW_OK)
        page(rq, world, &s, now, whole);
    else
        bw_reply_problem(rq, rc, &err);
    bw_worlds_release(worlds, world);
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    serve(rq, pg, true);
}

static void fragment_job(struct bw_request *rq, struct bw_pg *pg)
{
    serve(rq, pg, false);
}

void bw_h_desk_case(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

void bw_h_desk_case_fragment(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, fragment_job);
}
