/* SPDX-License-Identifier: Apache-2.0 */
/* leaf.c - one page being made: what every page has, the reader's zone, small shapes, and the answer.
 * Layer: http.  Threads: the request's owner.  Source: PAGE-02, PAGE-07, PAGE-11, CLK-07. */
#include "pages_int.h"

#include <stdio.h>

#include "bw/base/codec.h"
#include "bw/base/crypto.h"
#include "bw/base/log.h"

#include "http_int.h"

#define PAGE_MAX ((size_t)4 << 20)

const struct bw_app *bw_pages_app(const struct bw_request *rq)
{
    return rq->app;
}

/* --- what every page has --- */

static const char *kept(const struct bw_leaf *leaf, struct bw_buf *text)
{
    struct bw_str s = bw_arena_str(&leaf->rq->arena, bw_buf_view(text));
    return s.p ? s.p : "";
}

static void add_staff(const struct bw_leaf *leaf)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_principal *who = &leaf->rq->who;
    if (who->kind != BW_P_ACCOUNT)
        return;
    struct bw_view *staff = bw_view_add_map(a, leaf->view, "staff");
    bw_view_add_c(a, staff, "name", who->name);
    bw_view_add_c(a, staff, "organisation", who->organisation);
    bw_view_add_c(a, staff, "csrf", who->csrf);
    bw_view_add_bool(a, staff, "desk", (who->roles & BW_DESK) != 0);
    bw_view_add_bool(a, staff, "letters", (who->roles & (BW_CARRIER_ADMIN | BW_ADMIN)) != 0);
}

/* This page in another language: "?lang=fr" and what was asked beside it. */
static const char *address_in(const struct bw_leaf *leaf, const char *language)
{
    const struct bw_request *rq = leaf->rq;
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 16384);
    bw_buf_printf(&b, "?lang=%s", language);
    struct bw_str query = bw_str_drop(rq->target, bw_str_find(rq->target, '?') + 1);
    while (rq->route->query && query.n) {
        struct bw_str one = bw_str_split(&query, '&'), rest = one, name = bw_str_split(&rest, '=');
        if (rest.p && bw_word_in(rq->route->query, name))
            bw_buf_printf(&b, "&%.*s", BW_FMT(one));
    }
    return kept(leaf, &b);
}

/* The languages there are, each by its own name; links, so that they work without scripts. */
static void add_languages(const struct bw_leaf *leaf, const struct bw_pages *pages, const char *in_use)
{
    struct bw_arena *a = &leaf->rq->arena;
    const struct bw_page_catalogue *c;
    const struct bw_route *route = leaf->rq->route;
    if (!route || !(route->flags & BW_R_PAGE) || route->method != BW_GET)
        return; /* not to be had by a link */
    bw_view_add_bool(a, leaf->view, "choice", true);
    struct bw_view *list = bw_view_add_list(a, leaf->view, "languages");
    for (size_t k = 0; (c = bw_pages_language_at(pages, k)); k++) {
        struct bw_view *one = bw_view_add_map(a, list, NULL);
        BW_CLEANUP(bw_buf_done) struct bw_buf name;
        bw_buf_init(&name, 256);
        bw_say(c->words, "lang.name", NULL, 0, &name);
        bw_view_add_c(a, one, "code", c->language);
        bw_view_add_str(a, one, "name", bw_arena_str(a, bw_buf_view(&name)));
        bw_view_add_c(a, one, "at", address_in(leaf, c->language));
        bw_view_add_c(a, one, "dir", bw_catalogue_rtl(c->words) ? "rtl" : "ltr");
        bw_view_add_bool(a, one, "chosen", strcmp(c->language, in_use) == 0);
    }
}

static void begin(struct bw_leaf *leaf, struct bw_request *rq, struct bw_pages *pages, const struct bw_world *world,
                  bw_time now)
{
    struct bw_arena *a = &rq->arena;
    const struct bw_page_catalogue *c = bw_pages_language(pages, rq);
    *leaf = (struct bw_leaf){ .rq = rq, .world = world, .now = now, .view = bw_view_map(a) };
    leaf->reader.words = c->words;
    leaf->language = c->language;
    bw_view_add_c(a, leaf->view, "lang", c->language);
    bw_view_add_c(a, leaf->view, "dir", bw_catalogue_rtl(c->words) ? "rtl" : "ltr");
    bw_view_add_c(a, leaf->view, "style", bw_asset_url("style.css"));
    bw_view_add_c(a, leaf->view, "icon", bw_asset_url("icon.svg"));
    bw_say_words(leaf->reader.words, a, leaf->view);
    add_languages(leaf, pages, c->language);
    add_staff(leaf);
}

void bw_leaf_begin(struct bw_leaf *leaf, struct bw_request *rq, const struct bw_world *world, bw_time now)
{
    begin(leaf, rq, bw_pages_app(rq)->pages, world, now);
}

void bw_leaf_zone(struct bw_leaf *leaf, const struct bw_zone *fallback)
{
    struct bw_pages *pages = bw_pages_app(leaf->rq)->pages;
    const struct bw_zone *zone = bw_pages_zone(pages, bw_request_query(leaf->rq, "tz"));
    if (!zone)
        zone = bw_pages_zone(pages, bw_request_cookie(leaf->rq, "tz"));
    leaf->reader.zone = zone ? zone : fallback;
    const char *name = leaf->reader.zone ? bw_zone_name(leaf->reader.zone) : "UTC";
    const struct bw_arg args[] = { { "zone", bw_str_c(name) } };
    bw_view_add_c(&leaf->rq->arena, leaf->view, "zone_name", name);
    bw_view_add_c(&leaf->rq->arena, leaf->view, "zone_words", bw_leaf_text(leaf, "zone.words", args, 1));
}

void bw_leaf_title(struct bw_leaf *leaf, const char *text)
{
    bw_view_add_c(&leaf->rq->arena, leaf->view, "title", text);
}

/* --- small shapes --- */

const char *bw_leaf_text(const struct bw_leaf *leaf, const char *key, const struct bw_arg *args, size_t n)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 4096);
    bw_say(leaf->reader.words, key, args, n, &b);
    return kept(leaf, &b);
}

static const char *time_text(const struct bw_leaf *leaf, bw_time at)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 256);
    bw_say_time(&leaf->reader, at, &b);
    return kept(leaf, &b);
}

struct bw_view *bw_leaf_when(const struct bw_leaf *leaf, struct bw_view *to, const char *key, bw_time at)
{
    char iso[BW_TIME_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    if (at == BW_TIME_NONE)
        return NULL;
    struct bw_view *map = bw_view_add_map(a, to, key);
    bw_view_add_str(a, map, "iso", bw_arena_str(a, bw_str_c(bw_time_text(at, iso))));
    bw_view_add_c(a, map, "text", time_text(leaf, at));
    return map;
}

const char *bw_leaf_span(const struct bw_leaf *leaf, int64_t us)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 256);
    bw_say_span(&leaf->reader, us, &b);
    return kept(leaf, &b);
}

/* "Iberia (IB)", kept apart from the direction of what stands around it. */
static const char *named(const struct bw_leaf *leaf, const char *name, const char *code)
{
    const char *text = strcmp(name, code) == 0 ? bw_arena_printf(&leaf->rq->arena, "%s", code)
                                               : bw_arena_printf(&leaf->rq->arena, "%s (%s)", name, code);
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 1024);
    bw_say_foreign(leaf->reader.words, bw_str_c(text ? text : ""), &b);
    return kept(leaf, &b);
}

const char *bw_leaf_carrier(const struct bw_leaf *leaf, const char *code)
{
    return named(leaf, bw_carrier_name(leaf->world, code), code);
}

const char *bw_leaf_station(const struct bw_leaf *leaf, const char *code)
{
    return named(leaf, bw_station_name(leaf->world, code), code);
}

const char *bw_leaf_word(const struct bw_leaf *leaf, const char *of, struct bw_str word)
{
    char key[80];
    snprintf(key, sizeof key, "%s.%.*s", of, BW_FMT(word));
    return bw_leaf_text(leaf, key, NULL, 0);
}

const char *bw_leaf_owed(const struct bw_leaf *leaf, enum bw_owed owed)
{
    return bw_leaf_word(leaf, "owed", bw_str_c(bw_owed_row(owed)->word));
}

const char *bw_leaf_debtor(const struct bw_leaf *leaf, const struct bw_promise *p)
{
    if (!p->for_carrier[0])
        return bw_leaf_carrier(leaf, p->debtor);
    const struct bw_arg args[] = { { "carrier", bw_str_c(bw_leaf_carrier(leaf, p->for_carrier)) },
                                   { "via", bw_str_c(bw_leaf_carrier(leaf, p->debtor)) } };
    return bw_leaf_text(leaf, bw_promise_untold(p) ? "page.owes.untold" : "page.owes.via", args, BW_LEN(args));
}

const char *bw_leaf_level(const struct bw_leaf *leaf, int level)
{
    char key[32], number[12];
    if (level < 0)
        return bw_leaf_text(leaf, "page.level.none", NULL, 0);
    snprintf(number, sizeof number, "%d", level);
    const struct bw_arg args[] = { { "n", bw_str_c(number) } };
    snprintf(key, sizeof key, "page.level.%s", level > 3 ? "more" : number);
    return bw_leaf_text(leaf, key, args, 1);
}

const char *bw_leaf_level_of(const struct bw_leaf *leaf, const struct bw_promise *p)
{
    const struct bw_arg args[] = { { "station", bw_str_c(p->station) } };
    if (p->owed != BW_OWE_ASK || p->level < 1 || p->level > 2)
        return bw_leaf_level(leaf, p->level);
    return bw_leaf_text(leaf, p->level == 1 ? "page.level.ask.1" : "page.level.ask.2", args, 1);
}

void bw_leaf_due(const struct bw_leaf *leaf, struct bw_view *to, bw_time due)
{
    bool late = due <= leaf->now;
    bw_leaf_when(leaf, to, "due", due);
    bw_view_add_bool(&leaf->rq->arena, to, "late", late);
    bw_view_add_c(&leaf->rq->arena, to, "age", bw_leaf_span(leaf, late ? leaf->now - due : due - leaf->now));
}

const char *bw_leaf_bag(const struct bw_leaf *leaf, const char *plate)
{
    const char *text =
        plate[0] ? bw_arena_printf(&leaf->rq->arena, "%s", plate) : bw_leaf_text(leaf, "page.desk.unknown", NULL, 0);
    return text ? text : "";
}

const char *bw_leaf_place(const struct bw_leaf *leaf, const struct bw_bag *bag)
{
    char key[40];
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, 1024);
    snprintf(key, sizeof key, "page.place.%s", bw_place_word(bag->place));
    bw_say(leaf->reader.words, key, NULL, 0, &b);
    if (bag->station[0])
        bw_buf_printf(&b, ": %s", bw_leaf_station(leaf, bag->station));
    const char *more[] = { bag->spot, bag->flight };
    for (size_t k = 0; k < BW_LEN(more); k++) {
        if (!more[k][0])
            continue;
        bw_buf_c(&b, bw_leaf_text(leaf, "joint", NULL, 0));
        bw_say_foreign(leaf->reader.words, bw_str_c(more[k]), &b);
    }
    if (bag->at_rest)
        bw_buf_printf(&b, "; %s", bw_leaf_text(leaf, "page.bag.at_rest", NULL, 0));
    return kept(leaf, &b);
}

/* --- a bag in words --- */

static const struct bw_view *child(const struct bw_view *of, const char *key)
{
    const struct bw_view *v = of ? of->first : NULL;
    while (v && !(v->key && strcmp(v->key, key) == 0))
        v = v->next;
    return v;
}

static bool has(const struct bw_view *of, const char *key)
{
    const struct bw_view *v = child(of, key);
    return v && v->first;
}

static bw_time next_due(const struct bw_bag_seen *seen, bw_time now)
{
    bw_time next = BW_TIME_NONE;
    for (size_t k = 0; k < seen->n_open + seen->n_case_open; k++) {
        const struct bw_promise *p = k < seen->n_open ? &seen->open[k] : &seen->case_open[k - seen->n_open];
        if (p->due_at > now && (next == BW_TIME_NONE || p->due_at < next))
            next = p->due_at;
    }
    return next;
}

void bw_leaf_status(const struct bw_leaf *leaf, struct bw_view *to, const struct bw_bag_seen *seen)
{
    struct bw_arena *a = &leaf->rq->arena;
    char iso[BW_TIME_TEXT];
    struct bw_error err = { 0 };
    if (bw_bag_mark(seen, leaf->world, a, &err) != BW_OK)
        bw_log(BW_WARN, "page.unmarked", BW_LC("why", err.detail));
    const struct bw_said said = { .history = (const struct bw_event *const *)seen->history,
                                  .n_history = seen->n_history,
                                  .open = seen->open,
                                  .n_open = seen->n_open,
                                  .case_open = seen->case_open,
                                  .n_case_open = seen->n_case_open };
    struct bw_world world = *leaf->world;
    world.flights = seen->flights;
    world.n_flights = seen->n_flights;
    bw_say_status(&seen->bag, seen->has_case ? &seen->file : NULL, &said, &world, &leaf->reader, leaf->now, a, to);
    bw_view_add_bool(a, to, "late", has(to, "escalated") || has(to, "escalates"));
    bw_view_add_bool(a, to, "plans", has(to, "plan") || has(to, "window"));
    bw_view_add_bool(a, to, "journey", has(to, "legs"));
    bw_view_add_bool(a, to, "told", has(to, "timeline"));
    bw_time due = next_due(seen, leaf->now);
    if (due != BW_TIME_NONE)
        bw_view_add_str(a, to, "due", bw_arena_str(a, bw_str_c(bw_time_text(due, iso))));
    bw_view_add_str(a, to, "minute", bw_arena_str(a, bw_str_c(bw_time_text(leaf->now - leaf->now % BW_MINUTE, iso))));
}

void bw_leaf_title_of(struct bw_leaf *leaf, const struct bw_view *status)
{
    const struct bw_view *title = child(status, "title");
    if (title)
        bw_view_add_str(&leaf->rq->arena, leaf->view, "title", title->s);
}

/* --- answering --- */

static void refuse(struct bw_leaf *leaf, bw_code rc, struct bw_error *err)
{
    if (rc == BW_OK)
        rc = bw_fail(err, BW_E_INTERNAL, NULL, "a page outgrew its buffer");
    bw_reply_problem(leaf->rq, rc, err);
}

void bw_leaf_reply(struct bw_leaf *leaf, int status, const char *name)
{
    struct bw_error err = { 0 };
    BW_CLEANUP(bw_buf_done) struct bw_buf b;
    bw_buf_init(&b, PAGE_MAX);
    bw_code rc = bw_pages_render(bw_pages_app(leaf->rq)->pages, name, leaf->view, &b, &err);
    if (rc == BW_OK && bw_buf_ok(&b))
        bw_reply_buf(leaf->rq, status, BW_HTML, &b);
    else
        refuse(leaf, rc, &err);
}

/* A pattern for the script, which formats what the catalogue says: each argument is said as itself. */
static void add_pattern(const struct bw_leaf *leaf, struct bw_view *map, const char *name, const char *key)
{
    static const struct bw_arg same[] = { { "d", BW_STR_INIT("{d}") },
                                          { "h", BW_STR_INIT("{h}") },
                                          { "m", BW_STR_INIT("{m}") },
                                          { "n", BW_STR_INIT("{n}") },
                                          { "time", BW_STR_INIT("{time}") } };
    bw_view_add_c(&leaf->rq->arena, map, name, bw_leaf_text(leaf, key, same, BW_LEN(same)));
}

static void add_patterns(const struct bw_leaf *leaf)
{
    static const char *const spans[] = { "none", "minutes", "hours", "hours_minutes", "days", "days_hours" };
    static const char *const said[] = { "paused", "away", "more" };
    char key[40];
    struct bw_view *map = bw_view_add_map(&leaf->rq->arena, leaf->view, "span");
    for (size_t k = 0; k < BW_LEN(spans); k++) {
        snprintf(key, sizeof key, "span.%s", spans[k]);
        add_pattern(leaf, map, spans[k], key);
    }
    map = bw_view_add_map(&leaf->rq->arena, leaf->view, "banner");
    for (size_t k = 0; k < BW_LEN(said); k++) {
        snprintf(key, sizeof key, "page.live.%s", said[k]);
        add_pattern(leaf, map, said[k], key);
    }
}

static void add_live(struct bw_leaf *leaf, const struct bw_live *live, struct bw_str fragment, const char *etag)
{
    char iso[BW_TIME_TEXT];
    struct bw_arena *a = &leaf->rq->arena;
    add_patterns(leaf);
    bw_view_add_c(a, leaf->view, "script", bw_asset_url("live.js"));
    bw_view_add_c(a, leaf->view, "live", live->kind);
    bw_view_add_c(a, leaf->view, "etag", etag);
    bw_view_add_c(a, leaf->view, "cursor", leaf->cursor);
    bw_view_add_str(a, leaf->view, "now_iso", bw_arena_str(a, bw_str_c(bw_time_text(leaf->now, iso))));
    bw_view_add_str(a, leaf->view, "fragment", fragment);
}

void bw_leaf_reply_live(struct bw_leaf *leaf, const struct bw_live *live, bool whole)
{
    struct bw_request *rq = leaf->rq;
    struct bw_error err = { 0 };
    char tag[33], iso[BW_TIME_TEXT];
    BW_CLEANUP(bw_buf_done) struct bw_buf part;
    bw_buf_init(&part, PAGE_MAX);
    bw_code rc = bw_pages_render(bw_pages_app(rq)->pages, live->fragment, leaf->view, &part, &err);
    if (rc != BW_OK || !bw_buf_ok(&part)) {
        refuse(leaf, rc, &err);
        return;
    }
    struct bw_hash hash = bw_sha256(bw_buf_view(&part));
    bw_hex(hash.b, 16, tag);
    /* the script counts ages from the server's clock, whatever the reader's says */
    bw_reply_header(rq, "Bagwatch-Time", bw_str_c(bw_time_text(leaf->now, iso)));
    if (leaf->cursor[0])
        bw_reply_header(rq, "Bagwatch-Index", bw_str_c(leaf->cursor));
    if (whole) {
        add_live(leaf, live, bw_buf_view(&part), tag);
        bw_leaf_reply(leaf, 200, live->page);
    } else if (!bw_reply_etag(rq, bw_str_c(tag))) {
        bw_reply_buf(rq, 200, BW_HTML, &part);
    }
}

/* --- refusals in words --- */

/* "error.not-found" and "error.not-found.fix"; what people rarely meet on a page is said in the API's words in English,
 * and in general words in other languages. */
static const char *error_text(const struct bw_leaf *leaf, const char *slug, const char *part, const char *in_english)
{
    char key[80];
    snprintf(key, sizeof key, "error.%s%s", slug, part);
    if (bw_catalogue_has(leaf->reader.words, key))
        return bw_leaf_text(leaf, key, NULL, 0);
    if (strcmp(leaf->language, "en") == 0)
        return in_english;
    snprintf(key, sizeof key, "error.other%s", part);
    return bw_leaf_text(leaf, key, NULL, 0);
}

bool bw_pages_error(void *ctx, struct bw_request *rq, bw_code code, const struct bw_error *err, struct bw_buf *to)
{
    struct bw_leaf leaf;
    struct bw_error own = { 0 };
    const struct bw_code_info *info = bw_code_info(code);
    bool link = code == BW_E_NOT_FOUND && rq->route && (rq->route->flags & BW_R_TOKEN);
    /* what is not there and what may not be seen look the same; our own faults are for the log */
    bool say = err && err->detail[0] && code != BW_E_NOT_FOUND && info->status != 500;
    begin(&leaf, rq, ctx, NULL, bw_clock_wall());
    bw_leaf_title(&leaf, error_text(&leaf, info->slug, "", info->title));
    if (say)
        bw_view_add_str(&rq->arena, leaf.view, "detail", bw_arena_str(&rq->arena, bw_str_c(err->detail)));
    bw_view_add_c(&rq->arena, leaf.view, "fix",
                  link ? bw_leaf_text(&leaf, "page.error.link", NULL, 0)
                       : error_text(&leaf, info->slug, ".fix", info->fix));
    bw_view_add_c(&rq->arena, leaf.view, "request_id", rq->id);
    return bw_pages_render(ctx, "error", leaf.view, to, &own) == BW_OK;
}
