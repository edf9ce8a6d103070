/* SPDX-License-Identifier: Apache-2.0 */
/* h_bag_page.c - one bag on the agent's screen: GET /desk/bags/{id} and its fragment.  What we know, both clocks, who
 * owes what, what to say to the traveller, and every entry of the log.  No personal data: there is none in it. Layer:
 * http.  Threads: loop, then a query worker.  Source: DESK-03 (in short), BAG-05, BAG-08, CLK-08, SEC-03. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/base/codec.h"
#include "bw/base/crypto.h"
#include "bw/domain/waiting.h"
#include "handlers.h"

static void add_text(const struct bw_leaf *leaf, struct bw_view *to, const char *key, struct bw_buf *text)
{
    bw_view_add_str(&leaf->rq->arena, to, key, bw_arena_str(&leaf->rq->arena, bw_buf_view(text)));
    bw_buf_clear(text);
}

/* --- what we know --- */

/* "21 Nov, 01:45, London Heathrow (LHR), British Airways (BA)" and how long ago. */
static void add_clock(const struct bw_leaf *leaf, struct bw_view *to, const char *key, bw_time at, const char *station,
                      const char *carrier)
{
    struct bw_view *map = bw_leaf_when(leaf, to, key, at);
    if (!map)
        return;
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 512);
    const char *joint = bw_leaf_text(leaf, "joint", NULL, 0);
    if (station[0])
        bw_buf_printf(&b, "%s%s", joint, bw_leaf_station(leaf, station));
    if (carrier[0])
        bw_buf_printf(&b, "%s%s", joint, bw_leaf_carrier(leaf, carrier));
    add_text(leaf, map, "where", &b);
    bw_view_add_c(&leaf->rq->arena, map, "age", bw_leaf_span(leaf, leaf->now - at));
}

static const char *custody_text(const struct bw_leaf *leaf, const struct bw_bag *bag)
{
    char key[40];
    const struct bw_arg args[] = { { "carrier", bw_str_c(bw_leaf_carrier(leaf, bag->custodian)) },
                                   { "receiver", bw_str_c(bw_leaf_carrier(leaf, bag->receiver)) } };
    snprintf(key, sizeof key, "page.custody.%s", bw_custody_word(bag->custody));
    return bw_leaf_text(leaf, key, args, BW_LEN(args));
}

static const char *case_text(const struct bw_leaf *leaf, const struct bw_bag_seen *seen)
{
    char key[40];
    snprintf(key, sizeof key, "page.case.%s", bw_case_word(seen->has_case ? seen->file.state : seen->bag.case_state));
    const char *word = bw_leaf_text(leaf, key, NULL, 0);
    const char *text =
        seen->bag.case_ref[0] ? bw_arena_printf(&leaf->rq->arena, "%s, %s", seen->bag.case_ref, word) : word;
    return text ? text : word;
}

static void add_facts(const struct bw_leaf *leaf, const struct bw_bag_seen *seen)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_bag *bag = &seen->bag;
    struct bw_view *facts = bw_view_add_map(a, leaf->view, "facts");
    bw_view_add_c(a, facts, "place", bw_leaf_place(leaf, bag));
    bw_view_add_c(a, facts, "custody", custody_text(leaf, bag));
    add_clock(leaf, facts, "seen", bag->last_seen_at, bag->last_seen_station, bag->last_seen_carrier);
    add_clock(leaf, facts, "news", bag->last_news_at, "", bag->last_news_carrier);
    bw_leaf_when(leaf, facts, "confirmed", bag->last_confirmed_at);
    bw_view_add_c(a, facts, "case", case_text(leaf, seen));
    if (bag->case_ref[0])
        bw_view_add_str(a, facts, "case_ref", bw_arena_str(a, bw_str_c(bag->case_ref)));
    if (bag->watched && !bag->watch_ended)
        bw_leaf_when(leaf, facts, "watched", bag->watched_from);
    else
        bw_view_add_c(a, facts, "not_watched",
                      bw_leaf_text(leaf,
                                   bw_bag_quiet(seen, leaf->world, leaf->now) ? "page.bag.quiet"
                                   : bag->watch_ended                         ? "page.bag.watch_ended"
                                                                              : "page.bag.watched_no",
                                   NULL, 0));
    bw_view_add_bool(a, facts, "pending", bag->pending_replaces);
}

/* Staff may ask for a bag that nobody watches yet (BAG-09); outside of what the stream renews. */
static void add_watch_form(const struct bw_leaf *leaf, const struct bw_bag *bag)
{
    char once[17], id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    bool over = bag->watched || bag->place == BW_PLACE_DELIVERED || bag->case_state != BW_CASE_NONE;
    if (over || !(leaf->rq->who.roles & BW_DESK) || leaf->rq->who.n_carriers != 1)
        return;
    bw_random_base62(once, sizeof once - 1);
    struct bw_view *form = bw_view_add_map(a, leaf->view, "watch_form");
    bw_view_add_str(a, form, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->bag_id, id))));
    bw_view_add_c(a, form, "csrf", leaf->rq->who.csrf);
    bw_view_add_str(a, form, "once", bw_arena_str(a, bw_str_c(once)));
}

/* --- who owes what --- */

void bw_leaf_promise(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_promise *p)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "who", bw_leaf_debtor(leaf, p));
    bw_view_add_c(a, one, "what", bw_leaf_owed(leaf, p->owed));
    bw_view_add_c(a, one, "to", bw_leaf_carrier(leaf, p->creditor));
    bw_leaf_due(leaf, one, p->due_at);
    bw_view_add_c(a, one, "level", bw_leaf_level_of(leaf, p));
    bw_leaf_when(leaf, one, "opened", p->opened_at);
    bw_view_add_str(a, one, "policy", bw_arena_str(a, bw_str_c(p->policy)));
}

static void add_promises(const struct bw_leaf *leaf, const struct bw_bag_seen *seen)
{
    struct bw_view *list = bw_view_add_list(&leaf->rq->arena, leaf->view, "owes");
    for (size_t k = 0; k < seen->n_open; k++)
        bw_leaf_promise(leaf, list, &seen->open[k]);
    for (size_t k = 0; k < seen->n_case_open; k++)
        bw_leaf_promise(leaf, list, &seen->case_open[k]);
    bw_view_add_bool(&leaf->rq->arena, leaf->view, "has_owed", list && list->first);
}

/* --- every entry --- */

static void piece(struct bw_buf *to, const char *text)
{
    if (text[0])
        bw_buf_printf(to, "%s%s", to->n ? " · " : "", text);
}

/* What the customer is asked for, and how that stands (CLK-18). */
static void wait_pieces(const struct bw_leaf *leaf, const struct bw_event *ev, struct bw_buf *to)
{
    char key[40];
    if (ev->code != BW_EV_WAITING_FOR_CUSTOMER)
        return;
    snprintf(key, sizeof key, "page.file.wait.%s", ev->data.why);
    piece(to, bw_leaf_text(leaf, key, NULL, 0));
    bool opened = strcmp(ev->data.action, BW_WAIT_OPENED) == 0;
    snprintf(key, sizeof key, "page.file.wait.%s", ev->data.action);
    piece(to, bw_leaf_text(leaf, opened ? "page.file.wait_page" : key, NULL, 0));
}

static void add_details(const struct bw_leaf *leaf, struct bw_view *one, const struct bw_event *ev)
{
    char date[BW_DATE_TEXT];
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 2048);
    piece(&b, ev->station);
    piece(&b, ev->place);
    piece(&b, ev->flight);
    if (ev->flight[0] && ev->flight_date != BW_DATE_NONE)
        bw_buf_printf(&b, " %s", bw_date_text(ev->flight_date, date));
    if (ev->from_carrier[0])
        bw_buf_printf(&b, "%s← %s", b.n ? " · " : "", ev->from_carrier);
    if (ev->to_carrier[0])
        bw_buf_printf(&b, "%s→ %s", b.n ? " · " : "", ev->to_carrier);
    if (ev->data.to_station[0])
        bw_buf_printf(&b, "%s→ %s", b.n ? " · " : "", ev->data.to_station);
    piece(&b, ev->new_plate);
    piece(&b, ev->reason);
    piece(&b, ev->data.asked);
    piece(&b, ev->data.searched);
    piece(&b, ev->data.proof);
    wait_pieces(leaf, ev, &b);
    piece(&b, ev->data.debtor);
    piece(&b, ev->data.owed);
    if (ev->data.level >= 0 && ev->data.debtor[0])
        piece(&b, bw_leaf_level(leaf, ev->data.level));
    add_text(leaf, one, "details", &b);
}

static void add_flags(const struct bw_leaf *leaf, struct bw_view *one, unsigned flags)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 512);
    for (unsigned bit = 0; bit < BW_EVENT_FLAGS; bit++)
        if (flags & (1u << bit))
            bw_buf_printf(&b, "%s%s", b.n ? ", " : "", bw_event_flag_word(bit));
    if (b.n)
        add_text(leaf, one, "flags", &b);
}

/* What the code means, for staff; the table's own words are the API's. */
static const char *code_text(const struct bw_leaf *leaf, const struct bw_code_row *row)
{
    return bw_leaf_word(leaf, "code", bw_str_c(row->name));
}

void bw_leaf_said(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_event *ev)
{
    char key[40];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_code_row *row = bw_code_row(ev->code);
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, one, "code", row->name);
    bw_view_add_c(a, one, "summary", code_text(leaf, row));
    bw_view_add_bool(a, one, "ours", ev->source == BW_SRC_SYSTEM);
    if (!(ev->flags & BW_FL_UNTIMED))
        bw_leaf_when(leaf, one, "occurred", ev->occurred_at);
    bw_leaf_when(leaf, one, "recorded", ev->recorded_at);
    const char *by = ev->carrier[0] && strcmp(ev->carrier, ev->sender) != 0
                         ? bw_arena_printf(a, "%s, via %s", ev->carrier, ev->sender)
                         : bw_arena_printf(a, "%s", ev->sender);
    bw_view_add_c(a, one, "by", by);
    snprintf(key, sizeof key, "page.outcome.%s", bw_outcome_word(ev->outcome));
    bw_view_add_c(a, one, "outcome", bw_leaf_text(leaf, key, NULL, 0));
    bw_view_add_bool(a, one, "taken_back", ev->marks & BW_MARK_TAKEN_BACK);
    if (ev->marks)
        bw_view_add_c(a, one, "mark",
                      bw_leaf_text(leaf, ev->marks & BW_MARK_TAKEN_BACK ? "page.mark.taken_back" : "page.mark.possible",
                                   NULL, 0));
    add_details(leaf, one, ev);
    add_flags(leaf, one, ev->flags);
}

/* A statement that stands on the bag and on its case is one statement: it is shown once. */
static bool stands_on_bag(const struct bw_bag_seen *seen, const struct bw_event *ev)
{
    for (size_t k = 0; k < seen->n_history && ev->subject == BW_SUBJECT_CASE; k++) {
        const struct bw_event *other = seen->history[k];
        if (other->subject == BW_SUBJECT_BAG && other->code == ev->code && strcmp(other->event_id, ev->event_id) == 0 &&
            strcmp(other->sender, ev->sender) == 0)
            return true;
    }
    return false;
}

static void add_events(const struct bw_leaf *leaf, const struct bw_bag_seen *seen)
{
    char text[24];
    size_t n = 0;
    const char *zone = leaf->reader.zone ? bw_zone_name(leaf->reader.zone) : "UTC";
    struct bw_view *list = bw_view_add_list(&leaf->rq->arena, leaf->view, "said");
    for (size_t k = 0; k < seen->n_history; k++) {
        if (stands_on_bag(seen, seen->history[k]))
            continue;
        bw_leaf_said(leaf, list, seen->history[k]);
        n++;
    }
    snprintf(text, sizeof text, "%zu", n);
    const struct bw_arg args[] = { { "n", bw_str_c(text) }, { "zone", bw_str_c(zone) } };
    bw_view_add_c(&leaf->rq->arena, leaf->view, "entries", bw_leaf_text(leaf, "page.bag.entries", args, 2));
}

/* --- asking a station --- */

/* The links of what this person's carriers asked: for them to hand over. */
static void add_links(const struct bw_leaf *leaf, struct bw_view *form, const struct bw_bag *bag)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *list = bw_view_add_list(a, form, "links");
    for (size_t k = 0; k < bag->n_asks; k++) {
        const struct bw_ask *ask = &bag->asks[k];
        if (!bw_principal_has(&leaf->rq->who, bw_str_c(ask->by)))
            continue;
        BW_CLEANUP(bw_buf_done) struct bw_buf due;
        bw_buf_init(&due, 256);
        bw_say_time(&leaf->reader, ask->due_at, &due);
        const struct bw_arg args[] = { { "station", bw_str_c(bw_leaf_station(leaf, ask->station)) },
                                       { "carrier", bw_str_c(bw_leaf_carrier(leaf, ask->carrier)) },
                                       { "time", bw_buf_view(&due) } };
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "text", bw_leaf_text(leaf, "page.bag.asked", args, BW_LEN(args)));
        bw_view_add_str(a, one, "url", bw_ask_url(leaf->rq, &bag->bag_id, &ask->uid));
    }
}

static void add_ask(const struct bw_leaf *leaf, const struct bw_bag *bag)
{
    uint8_t random[12];
    char hex[2 * sizeof random + 1], id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_principal *who = &leaf->rq->who;
    bool mine = false;
    for (unsigned k = 0; k < who->n_carriers; k++)
        mine = mine || bw_bag_in_journey(bag, who->carriers[k]);
    if (!(who->roles & BW_DESK) || !mine || !bag->watched || bag->watch_ended)
        return;
    struct bw_view *form = bw_view_add_map(a, leaf->view, "ask");
    bw_random(random, sizeof random);
    bw_hex(random, sizeof random, hex);
    bw_view_add_c(a, form, "csrf", who->csrf);
    bw_view_add_str(a, form, "event_id", bw_arena_str(a, bw_str_c(hex)));
    bw_view_add_str(a, form, "bag", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->bag_id, id))));
    bw_view_add_c(a, form, "station", bag->last_seen_station);
    bw_view_add_bool(a, form, "several", who->n_carriers > 1);
    struct bw_view *list = bw_view_add_list(a, form, "mine");
    for (unsigned k = 0; k < who->n_carriers; k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, one, "value", who->carriers[k]);
        bw_view_add_c(a, one, "words", bw_leaf_carrier(leaf, who->carriers[k]));
    }
    add_links(leaf, form, bag);
}

/* --- the page --- */

static void add_heading(struct bw_leaf *leaf, const struct bw_bag *bag)
{
    char id[BW_UUID_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_arg args[] = { { "plate", bw_str_c(bw_leaf_bag(leaf, bag->plate)) },
                                   { "ref", bw_str_c(bag->case_ref) } };
    const char *text =
        bw_leaf_text(leaf, bag->case_ref[0] ? "page.bag.title_ref" : "page.bag.title", args, BW_LEN(args));
    bw_view_add_c(a, leaf->view, "heading", text);
    bw_view_add_str(a, leaf->view, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->bag_id, id))));
    if (!bw_uuid_is_nil(&bag->case_id))
        bw_view_add_str(a, leaf->view, "case_id", bw_arena_str(a, bw_str_c(bw_uuid_text(&bag->case_id, id))));
}

void bw_pages_bag(struct bw_request *rq, const struct bw_world *world, const struct bw_bag_seen *seen, bw_time now,
                  bool whole)
{
    static const struct bw_live live = { "bag", "bag_fragment", "bag" };
    struct bw_leaf leaf;
    const struct bw_station *home = seen->bag.destination[0] ? bw_world_station(world, seen->bag.destination) : NULL;
    bw_leaf_begin(&leaf, rq, world, now);
    bw_leaf_zone(&leaf, home ? home->zone : NULL);
    bw_leaf_status(&leaf, leaf.view, seen);
    add_heading(&leaf, &seen->bag);
    add_facts(&leaf, seen);
    add_promises(&leaf, seen);
    add_events(&leaf, seen);
    if (whole) {
        add_ask(&leaf, &seen->bag);
        add_watch_form(&leaf, &seen->bag);
    }
    bw_cursor_text(seen->complete_to, leaf.cursor);
    bw_leaf_reply_live(&leaf, &live, whole);
}

static void serve(struct bw_request *rq, struct bw_pg *pg, bool whole)
{
    struct bw_error err = { 0 };
    struct bw_uuid id;
    struct bw_bag_seen *seen;
    bw_code rc = bw_uuid_parse(bw_request_param(rq, "id"), &id) ? BW_OK : BW_E_NOT_FOUND;
    if (rc == BW_OK)
        rc = bw_bag_see(pg, &id, BW_WANT_HISTORY, &rq->arena, &seen, &err);
    if (rc == BW_OK && !bw_bag_visible(&seen->bag, &rq->who))
        rc = BW_E_NOT_FOUND;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    bw_pages_bag(rq, world, seen, bw_clock_wall(), whole);
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

void bw_h_desk_bag(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}

void bw_h_desk_bag_fragment(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, fragment_job);
}
