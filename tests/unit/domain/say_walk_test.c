/* SPDX-License-Identifier: Apache-2.0 */
/* say_walk_test.c - the page in four languages: every place, custody, state of the case, row of promises.def and level,
 * whoever owes it; and every row and level in every scene.  What must hold of each stands in say_walk.h. */
#include "bw/domain/ask.h"
#include "bw/domain/hours.h"
#include "say_walk.h"

#include "bw/domain/disruption.h"
#include "bw/domain/waiting.h"

/* --- scenes: what else may be so --- */

static struct bw_event scene_events[4];

static void plain(struct page *p)
{
    (void)p;
}

static void nobody_owns(struct page *p)
{
    p->bag.owner[0] = p->c.owner[0] = '\0';
}

static void never_seen(struct page *p)
{
    p->bag.last_seen_at = p->bag.last_news_at = BW_TIME_NONE;
}

static void seen_somewhere(struct page *p)
{
    p->bag.last_seen_station[0] = '\0';
}

static void in_store(struct page *p)
{
    p->bag.last_seen_code = BW_EV_ON_HAND;
}

static void going_on(struct page *p)
{
    plan_forward(&p->bag);
    p->bag.n_legs = 1;
    p->bag.legs[0] = (struct bw_leg){ .flight = "IB3163", .date = day("2026-11-21"), .from = "LHR", .to = "MAD" };
}

/* Times of the flight are known: one to come, one that has passed without a word (CLK-03). */
static void times_are_known(struct page *p)
{
    static struct bw_flight flights[2];
    going_on(p);
    bw_flight_init(&flights[0], "IB3163", day("2026-11-21"));
    flights[0].departs[BW_SCHEDULED] = at("2026-11-29T09:30:00Z");
    bw_str_put(BW_STR("IB3163"), flights[0].own, sizeof flights[0].own);
    bw_flight_init(&flights[1], "BA1", day("2026-11-20"));
    flights[1].arrives[BW_SCHEDULED] = at("2026-11-21T06:30:00Z");
    bw_str_put(BW_STR("BA1"), flights[1].own, sizeof flights[1].own);
    p->bag.flight_date = day("2026-11-20");
    p->bag.place = BW_PLACE_LOADED;
    p->f.world.flights = flights;
    p->f.world.n_flights = BW_LEN(flights);
}

static void to_be_delivered(struct page *p)
{
    p->bag.window_from = at("2026-11-29T15:00:00Z");
    p->bag.window_until = at("2026-11-29T18:00:00Z");
}

static void damaged(struct page *p)
{
    p->bag.damaged = true;
    p->bag.place_at = at("2026-11-20T20:34:00Z");
}

static void tell(struct page *p, size_t i, enum bw_event_code code, enum bw_source source)
{
    scene_events[i] = said(code, source == BW_SRC_SYSTEM ? "" : "IB", "2026-11-21T00:55:00Z");
    scene_events[i].source = source;
    bw_str_put(BW_STR("BA"), scene_events[i].data.debtor, sizeof scene_events[i].data.debtor);
    p->history[i] = &scene_events[i];
    p->said.n_history = i + 1;
}

static void confirmed(struct page *p)
{
    tell(p, 0, BW_EV_STATUS_CONFIRMED, BW_SRC_STAFF);
    bw_str_put(BW_STR("asked"), scene_events[0].data.action, sizeof scene_events[0].data.action);
    bw_str_put(BW_STR("LHR"), scene_events[0].data.asked, sizeof scene_events[0].data.asked);
    bw_str_put(BW_STR("BA"), scene_events[0].data.waiting_for, sizeof scene_events[0].data.waiting_for);
    scene_events[0].data.next_step_at = at("2026-11-29T04:50:00Z");
}

static void escalated(struct page *p)
{
    tell(p, 0, BW_EV_PROMISE_REMINDED, BW_SRC_SYSTEM);
    for (size_t i = 1; i < BW_LEN(scene_events); i++) {
        tell(p, i, BW_EV_PROMISE_MISSED, BW_SRC_SYSTEM);
        scene_events[i].data.level = (int8_t)i;
    }
}

static void put_off(struct page *p)
{
    tell(p, 0, BW_EV_PROMISE_MOVED, BW_SRC_SYSTEM);
    bw_str_put(BW_STR("outage"), scene_events[0].data.why, sizeof scene_events[0].data.why);
    scene_events[0].data.since = at("2026-11-21T00:25:00Z");
    scene_events[0].data.due = at("2026-11-29T04:50:00Z");
    tell(p, 1, BW_EV_PROMISE_MOVED, BW_SRC_SYSTEM);
    bw_str_put(BW_STR("disruption"), scene_events[1].data.why, sizeof scene_events[1].data.why);
    scene_events[1].data.due = at("2026-11-29T04:50:00Z");
}

/* The other carrier is not here: the owner asks it (CLK-16). */
static void other_is_asked(struct page *p)
{
    struct bw_promise *all[] = { &p->open[0], &p->open[1], &p->case_open[0] };
    for (size_t i = 0; i < BW_LEN(all); i++) {
        if (strcmp(all[i]->debtor, "BA") != 0)
            continue;
        memcpy(all[i]->for_carrier, "BA", 3);
        memcpy(all[i]->debtor, "IB", 3);
    }
}

/* The owner is not here: another answers and asks it. */
static void owner_is_asked(struct page *p)
{
    memcpy(p->bag.owner, "LH", 3);
    memcpy(p->c.owner, "LH", 3);
    memcpy(p->case_open[0].for_carrier, "LH", 3);
    memcpy(p->case_open[0].debtor, "IB", 3);
}

static void nobody_is_here(struct page *p)
{
    struct bw_promise *all[] = { &p->open[0], &p->open[1], &p->case_open[0] };
    for (size_t i = 0; i < BW_LEN(all); i++)
        memcpy(all[i]->for_carrier, all[i]->debtor, sizeof all[i]->for_carrier);
}

/* The other carrier's systems have not been heard at the bag's station (CLK-12). */
static void feed_is_dead(struct page *p)
{
    static struct bw_silence silence = { .carrier = "BA", .station = "LHR" };
    silence.since = at("2026-11-21T00:10:00Z");
    p->f.world.silences = &silence;
    p->f.world.n_silences = 1;
}

/* Night at the station: whoever owes there has a desk that opens at eight (CLK-17). */
static void desk_is_closed(struct page *p)
{
    static struct bw_hours hours[2] = { { .carrier = "BA", .station = "LHR" }, { .carrier = "IB", .station = "LHR" } };
    for (size_t i = 0; i < BW_LEN(hours); i++) {
        for (hours[i].n_week = 0; hours[i].n_week < 7; hours[i].n_week++) {
            hours[i].week_day[hours[i].n_week] = hours[i].n_week;
            hours[i].week[hours[i].n_week] = (struct bw_open){ 8 * 60, 20 * 60 };
        }
    }
    struct bw_promise *all[] = { &p->open[0], &p->open[1] };
    for (size_t i = 0; i < BW_LEN(all); i++)
        memcpy(all[i]->station, "LHR", sizeof all[i]->station);
    p->f.world.hours = hours;
    p->f.world.n_hours = BW_LEN(hours);
}

/* A storm at the station of what is owed, of each cause in turn (CLK-14). */
static void storm(struct page *p)
{
    static struct bw_storm one = { .station = "LHR" };
    static size_t turn;
    one.from = at("2026-11-21T04:00:00Z");
    one.until = at("2026-11-29T04:00:00Z");
    turn = bw_storm_causes[turn] ? turn : 0;
    bw_str_put(bw_str_c(bw_storm_causes[turn++]), one.cause, sizeof one.cause);
    memcpy(p->open[0].station, "LHR", 4);
    memcpy(p->open[1].station, "LHR", 4);
    p->f.world.storms = &one;
    p->f.world.n_storms = 1;
}

/* Each thing that is needed of the reader in turn: asked for, told by a person, opened on the page; the owner reminds
 * where a desk's duty rests (CLK-18). */
static void waits(struct page *p)
{
    static unsigned turn;
    struct bw_wait *w = &p->bag.wait;
    turn++;
    *w = (struct bw_wait){ .asked_at = at("2026-11-21T00:40:00Z"), .by_page = turn % 2 };
    bw_str_put(bw_str_c(bw_wait_words[turn / 2 % 3]), w->needs, sizeof w->needs);
    bw_str_put(BW_STR("IB"), w->by, sizeof w->by);
    if (turn / 6 % 3 == 0)
        return;
    w->reached_at = at("2026-11-21T00:45:00Z");
    if (turn / 6 % 3 == 1 && p->said.n_open)
        p->open[0].owed = BW_OWE_REMIND;
}

static const struct {
    const char *name;
    void (*set)(struct page *p);
} scenes[] = {
    { "plain", plain },
    { "nobody owns", nobody_owns },
    { "never seen", never_seen },
    { "seen somewhere", seen_somewhere },
    { "in store", in_store },
    { "going on", going_on },
    { "times are known", times_are_known },
    { "to be delivered", to_be_delivered },
    { "damaged", damaged },
    { "confirmed", confirmed },
    { "escalated", escalated },
    { "put off", put_off },
    { "other is asked", other_is_asked },
    { "owner is asked", owner_is_asked },
    { "nobody is here", nobody_is_here },
    { "feed is dead", feed_is_dead },
    { "desk is closed", desk_is_closed },
    { "storm", storm },
    { "waits", waits },
};

/* --- the product --- */

enum who { OTHER_OWES, OWNER_OWES, BOTH_OWE, WHO_MAX };
enum { LEVEL_LEAST = -1, LEVEL_LATE = 5 /* its next one is due, and not raised yet */, LEVEL_MOST = 6 };

static struct bw_promise one(enum bw_owed owed, const char *debtor, int level)
{
    /* -1: ahead; 0: reminded, still ahead; from 1 on past due for as long as the level needs */
    struct bw_promise p = promise(owed, debtor, "2026-11-17T00:50:00Z",
                                  level < 1   ? "2026-11-21T12:50:00Z"
                                  : level < 3 ? "2026-11-21T04:50:00Z"
                                              : "2026-11-17T16:50:00Z",
                                  level);
    p.next_level_at = level == LEVEL_LATE ? at("2026-11-21T06:50:00Z") : at("2026-11-21T08:50:00Z");
    return p;
}

static void owe(struct page *p, enum bw_owed owed, int level, enum who who)
{
    bool place = bw_owed_row(owed)->kind == BW_OWED_PLACE || bw_owed_row(owed)->kind > BW_OWED_CLAIM;
    p->said.n_open = place ? 1 + (who == BOTH_OWE) : 0;
    p->said.n_case_open = 1;
    if (!place) {
        p->case_open[0] = one(owed, who == OWNER_OWES ? "IB" : "BA", level);
        return;
    }
    p->open[0] = one(owed, who == OWNER_OWES ? "IB" : "BA", level);
    p->open[1] = one(owed, "IB", level);
    p->case_open[0] = one(BW_OWE_CASE_STEP, "IB", level > 3 ? level : LEVEL_LEAST);
}

static void settle(struct walk *w)
{
    struct page *p = w->p;
    /* who is sorry: the owner, or who answers for it; nobody where none of the carriers is here */
    w->owner = (p->bag.owner[0] || p->c.owner[0]) && !bw_promise_untold(&p->case_open[0]) ? "Iberia" : NULL;
    /* what is over was said by the owner itself, or for it */
    bool over = p->bag.case_state == BW_CASE_LOST || p->bag.case_state == BW_CASE_CLOSED || p->bag.watch_ended ||
                p->bag.place == BW_PLACE_DELIVERED;
    if (strcmp(p->bag.owner, "LH") == 0 && over)
        w->owner = "Lufthansa";
    w->other = "British Airways";
}

/* Every page in one language at least; in all four where the run is a deep one. */
static bool is_due(const struct walk *w)
{
    return (w->turn + w->language) % ((w->every ? 1u : 3u) * SAY_EACH) == 0;
}

static void walk_owed(struct walk *w, size_t scene, int place, int custody, int state)
{
    struct page *p = w->p;
    for (int owed = 0; owed < BW_OWE_MAX; owed++) {
        for (int level = LEVEL_LEAST; level <= LEVEL_MOST; level++) {
            for (int who = 0; who < WHO_MAX; who++, w->turn++) {
                if (!is_due(w))
                    continue;
                begin(p);
                p->bag.place = (enum bw_place)place;
                p->bag.custody = (enum bw_custody)custody;
                p->bag.case_state = p->c.state = (enum bw_case_state)state;
                bw_str_put(BW_STR("IB"), p->bag.receiver, sizeof p->bag.receiver);
                bw_str_put(BW_STR("BA1"), p->bag.flight, sizeof p->bag.flight);
                owe(p, (enum bw_owed)owed, level, (enum who)who);
                p->f.world.n_silences = p->f.world.n_flights = p->f.world.n_hours = p->f.world.n_storms = 0;
                scenes[scene].set(p);
                settle(w);
                walk_page(w, "2026-11-21T06:55:00Z");
            }
        }
    }
}

static void walk_states(struct walk *w)
{
    size_t scene = 0;
    for (int place = 0; place < BW_PLACE_MAX; place++)
        for (int custody = 0; custody < BW_CUSTODY_MAX; custody++)
            for (int state = 0; state < BW_CASE_MAX; state++)
                walk_owed(w, scene++ % BW_LEN(scenes), place, custody, state);
}

/* --- every row, code and level has words --- */

static void has_words(const struct walk *w, const char *form, const char *word)
{
    char key[64];
    (void)snprintf(key, sizeof key, "%s.%s", form, word);
    if (!bw_catalogue_has(w->words[w->language], key))
        fail_msg("%s.json has no %s", walk_languages[w->language], key);
}

static void has_words_of_tables(const struct walk *w)
{
    for (int owed = 0; owed < BW_OWE_MAX; owed++) {
        const struct bw_owed_row *row = bw_owed_row((enum bw_owed)owed);
        has_words(w, "what", row->word); /* to the traveller */
        has_words(w, "owed", row->word); /* to agents, and to the carrier that owes it */
        if (row->kind == BW_OWED_CLAIM)
            has_words(w, "claim.next", row->word);
    }
    for (int code = BW_EV_NONE + 1; code < BW_EV_MAX; code++)
        has_words(w, "code",
                  bw_code_row((enum bw_event_code)code)->name); /* to agents; event.<code> is the traveller's */
    for (int place = 0; place < BW_PLACE_MAX; place++)
        has_words(w, "page.place", bw_place_word((enum bw_place)place));
    for (int custody = 0; custody < BW_CUSTODY_MAX; custody++)
        has_words(w, "page.custody", bw_custody_word((enum bw_custody)custody));
    for (int state = 0; state < BW_CASE_MAX; state++)
        has_words(w, "page.case", bw_case_word((enum bw_case_state)state));
    for (int outcome = 0; outcome < BW_OUT_MAX; outcome++)
        has_words(w, "page.outcome", bw_outcome_word((enum bw_outcome)outcome));
    for (int why = BW_CLOSE_MET; why <= BW_CLOSE_WAITING; why++)
        has_words(w, "page.why", bw_close_word((enum bw_close)why));
    for (size_t k = 0; bw_storm_causes[k]; k++)
        has_words(w, "cause", bw_storm_causes[k]);
    for (int level = 0; level <= 3; level++) {
        const char number[] = { (char)('0' + level), '\0' };
        has_words(w, "page.level", number);
        if (level > 0) {
            has_words(w, "escalated", number);
            has_words(w, "escalates", number);
            has_words(w, "event.PROMISE_MISSED", number);
        }
    }
}

/* What is said of a station that is asked has no less (CLK-09). */
static void ask_station(struct bw_event *ev, unsigned how)
{
    bw_str_put(bw_str_c(bw_ask_words[how & 3]), ev->data.action, sizeof ev->data.action);
    bw_str_put(BW_STR("LHR"), ev->station, sizeof ev->station);
    bw_str_put(BW_STR("IB"), ev->to_carrier, sizeof ev->to_carrier);
    bw_str_put(BW_STR("MAD"), ev->data.to_station, sizeof ev->data.to_station);
    bw_str_put(BW_STR("IB3163"), ev->flight, sizeof ev->flight);
    ev->flight_date = day("2026-11-21");
    ev->data.answer_by = at("2026-11-21T12:00:00Z");
    bw_event_set_order(ev, BW_TIME_NONE);
}

/* Each code that a reader may see, from every kind of sender, with much said and with little. */
static void tell_every_code(struct walk *w)
{
    static struct bw_event all[BW_EV_MAX];
    struct page *p = w->p;
    for (unsigned how = 0; how < 12; how++) {
        begin(p);
        p->said.n_history = 0;
        for (int code = BW_EV_NONE + 1; code < BW_EV_MAX; code++) {
            struct bw_event *ev = &all[code];
            *ev = said((enum bw_event_code)code, "BA", "2026-11-21T00:55:00Z");
            ev->source = (enum bw_source)(how % 6);
            bw_str_put(BW_STR("BA"), ev->data.debtor, sizeof ev->data.debtor);
            ev->data.level = (int8_t)(1 + how % 5);
            if (how & 1) {
                bw_str_put(BW_STR("LHR"), ev->station, sizeof ev->station);
                bw_str_put(BW_STR("IB3163"), ev->flight, sizeof ev->flight);
                ev->flight_date = day("2026-11-01");
                bw_str_put(BW_STR("IB"), ev->to_carrier, sizeof ev->to_carrier);
                bw_str_put(BW_STR("IB"), ev->from_carrier, sizeof ev->from_carrier);
            }
            if (code == BW_EV_WAITING_FOR_CUSTOMER)
                bw_str_put(bw_str_c(how < 11 ? bw_wait_steps[how % 5] : BW_WAIT_OPENED), ev->data.action,
                           sizeof ev->data.action);
            if (code == BW_EV_STATION_ASKED || code == BW_EV_STATION_ANSWERED)
                ask_station(ev, how);
            p->history[p->said.n_history++] = ev;
        }
        settle(w);
        walk_page(w, "2026-11-21T06:55:00Z");
    }
}

/* req: CLK-07 (a row, code, state or level without words in one of the languages fails the build) */
static void every_row_code_state_and_level_has_words(void **state)
{
    static struct walk w;
    walk_begin(&w, *state);
    for (w.language = 0; w.language < WALK_LANGUAGES; w.language++) {
        w.p->reader.words = w.words[w.language];
        has_words_of_tables(&w);
        tell_every_code(&w);
    }
    w.p->reader.words = w.p->words;
    walk_end(&w);
}

/* --- what carriers write --- */

/* req: CLK-07 (in no language: a carrier's own text is not translated, so it is looked through for the words of all) */
static void what_a_carrier_writes_is_looked_through_in_every_language(void **state)
{
    static const char *const never[] = { "Lost & Found, T3",   "LOST-AND-FOUND",
                                         "bagages PERDUS",     "BIENTÔT au tapis 4",
                                         "Objetos Perdidos",   "sala de equipaje extraviado",
                                         "مكتب المفقودات",     "will come soon, guaranteed",
                                         "Check  back, desk 2" };
    static const char *const fine[] = { "store 2", "Expertise hall", "zona pertenencias", "قاعة 3", "belt 4" };
    static struct walk w;
    struct page *p = *state;
    walk_begin(&w, p);
    for (w.language = 0; w.language < WALK_LANGUAGES; w.language++) {
        p->reader.words = w.words[w.language];
        for (size_t i = 0; i < BW_LEN(never) + BW_LEN(fine); i++) {
            const char *text = i < BW_LEN(never) ? never[i] : fine[i - BW_LEN(never)];
            begin(p);
            tell(p, 0, BW_EV_ON_HAND, BW_SRC_JSON);
            bw_str_put(bw_str_c(text), scene_events[0].place, sizeof scene_events[0].place);
            bool told = strstr(text_at(say_at(p, "2026-11-21T06:55:00Z"), "timeline.0.text"), text) != NULL;
            if (told != (i >= BW_LEN(never)))
                walk_fail(&w, told ? "is never said" : "may be said", text);
        }
    }
    p->reader.words = p->words;
    walk_end(&w);
}

/* --- as the reader gets it --- */

static struct bw_template *template_of(const char *name)
{
    char path[512];
    struct bw_error err = { 0 };
    struct bw_template *t;
    snprintf(path, sizeof path, "%s/server/web/templates/%s.mustache", BW_SOURCE_DIR, name);
    struct bw_str text = bw_test_slurp(path, NULL);
    if (bw_template_compile(text, &t, &err) != BW_OK)
        fail_msg("%s: %s", name, err.detail);
    free((void *)(uintptr_t)text.p);
    return t;
}

static const struct bw_template *only_sentences(void *ctx, struct bw_str name)
{
    return bw_str_eq_c(name, "sentence") ? ctx : NULL;
}

/* The text between two places of the page, without its tags. */
static void text_between(const char *from, const char *to, char *text, size_t max)
{
    size_t n = 0;
    bool tag = false;
    for (; from < to && n + 1 < max; from++) {
        tag = tag || *from == '<';
        if (!tag)
            text[n++] = *from;
        tag = tag && *from != '>';
    }
    text[n] = '\0';
}

static void render(struct walk *w, const struct bw_template *fragment, struct bw_template *sentence)
{
    char opening[4096], wanted[4096];
    struct page *p = w->p;
    struct bw_error err = { 0 };
    BW_CLEANUP(bw_buf_done) struct bw_buf html;
    bw_buf_init(&html, 1 << 20);
    struct bw_view *root = bw_view_map(&p->arena);
    struct bw_view *bag = bw_view_add_map(&p->arena, bw_view_add_list(&p->arena, root, "bags"), NULL);
    bw_say_words(p->reader.words, &p->arena, root);
    bw_say_status(&p->bag, &p->c, &p->said, &p->f.world, &p->reader, at("2026-11-21T06:55:00Z"), &p->arena, bag);
    assert_int_equal(bw_template_render(fragment, root, only_sentences, sentence, &html, &err), BW_OK);
    const char *page = bw_buf_cstr(&html), *first = strstr(page, "<p class=\"apology\">");
    const char *box = strstr(page, "<section class=\"top\"");
    if (!first || !box || box < first)
        walk_fail(w, "the page does not open with the apology", page);
    text_between(first, box, opening, sizeof opening);
    snprintf(wanted, sizeof wanted, "%s\n%s\n", text_at(bag, "apology.text"), text_at(bag, "next_word.text"));
    if (strcmp(opening, wanted) != 0)
        walk_fail(w, "the page opens otherwise", opening);
    text_between(page, first, opening, sizeof opening);
    if (strspn(opening, " \n") != strlen(opening))
        walk_fail(w, "something is said before the apology", opening);
    if (strstr(page, "{{"))
        walk_fail(w, "not filled in", page);
    bw_arena_reset(&p->arena);
}

/* req: CLK-07 (in the template, too: first the apology and what the owner does, then when the next word comes) */
static void the_page_opens_with_apology_and_next_word(void **state)
{
    static struct walk w;
    struct bw_template *fragment = template_of("fragment"), *sentence = template_of("sentence");
    walk_begin(&w, *state);
    for (w.language = 0; w.language < WALK_LANGUAGES; w.language++) {
        w.p->reader.words = w.words[w.language];
        for (size_t scene = 0; scene < BW_LEN(scenes); scene++) {
            for (int level = LEVEL_LEAST; level <= LEVEL_MOST; level += 2) {
                begin(w.p);
                owe(w.p, BW_OWE_LOCATED, level, OTHER_OWES);
                scenes[scene].set(w.p);
                render(&w, fragment, sentence);
            }
        }
    }
    w.p->reader.words = w.p->words;
    bw_template_free(fragment);
    bw_template_free(sentence);
    walk_end(&w);
}

/* req: CLK-07 (texts x places x custodies x states of the case x rows x levels x languages) */
static void every_page_opens_with_the_owner_and_denies_nothing(void **state)
{
    static struct walk w;
    walk_begin(&w, *state);
    for (w.language = 0; w.language < WALK_LANGUAGES; w.language++) {
        w.p->reader.words = w.words[w.language];
        w.turn = 0;
        w.every = true;
        for (size_t scene = 0; scene < BW_LEN(scenes); scene++)
            walk_owed(&w, scene, BW_PLACE_AT, BW_CUSTODY_HELD, BW_CASE_OPEN);
        w.every = getenv("BW_DEEP") != NULL;
        walk_states(&w);
    }
    print_message("%zu pages, %zu sentences\n", w.pages, w.sentences);
    w.p->reader.words = w.p->words;
    walk_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_page_opens_with_the_owner_and_denies_nothing),
                                        cmocka_unit_test(every_row_code_state_and_level_has_words),
                                        cmocka_unit_test(what_a_carrier_writes_is_looked_through_in_every_language),
                                        cmocka_unit_test(the_page_opens_with_apology_and_next_word) };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
