/* SPDX-License-Identifier: Apache-2.0 */
/* say_never_test.c - the customer's page in every state, at every level, with every event: it opens with the owner's
 * apology, never says what CLK-07 forbids, leaves nothing unfilled, and has the keys that the templates are told of. */
#include "bw/domain/ask.h"
#include "bw/domain/waiting.h"
#include "say_fixture.h"
#include "say_int.h"

struct walk {
    struct page *p;
    char keys[800][32]; /* of the view, collected over all states */
    size_t n_keys;
    size_t texts, turn;
    bool collect;
    const char *sorry; /* how every page begins that has an owner */
};

static void never_says(struct page *p, struct bw_str text)
{
    char *copy = bw_arena_printf(&p->arena, "%.*s", BW_FMT(text));
    struct bw_page page = { .reader = &p->reader };
    if (bw_page_clean(&page, copy)[0] == '\0')
        fail_msg("the page never says this: %s", copy);
    if (strpbrk(copy, "{}") || strstr(copy, "  ") || strstr(copy, " ."))
        fail_msg("not filled in: %s", copy);
}

static void check_node(void *ctx, const struct bw_view *node)
{
    struct walk *w = ctx;
    /* Words of our tables are for data-* attributes, not for reading. */
    bool raw = node->key && (strcmp(node->key, "owed") == 0 || strcmp(node->key, "case") == 0);
    if (node->kind == BW_V_STR && node->s.n > 0 && !raw) {
        never_says(w->p, node->s);
        w->texts++;
    }
    if (!w->collect || !node->key || strlen(node->key) >= sizeof w->keys[0])
        return;
    for (size_t i = 0; i < w->n_keys; i++) {
        if (strcmp(w->keys[i], node->key) == 0)
            return;
    }
    if (w->n_keys == BW_LEN(w->keys))
        fail_msg("more keys than expected");
    memcpy(w->keys[w->n_keys++], node->key, strlen(node->key) + 1);
}

static void check_page(struct walk *w, const char *now)
{
    struct bw_view *v = say_at(w->p, now);
    if (w->collect && w->n_keys == 0) /* they are the same on every page */
        bw_say_words(w->p->words, &w->p->arena, v);
    const char *apology = text_at(v, "apology.text");
    view_walk(v, check_node, w);
    if (w->p->bag.owner[0] && strncmp(apology, w->sorry, strlen(w->sorry)) != 0)
        fail_msg("does not open with the owner's apology: %s", apology);
    if (strcmp(text_at(v, "next_word.text"), "(nothing)") == 0 || strcmp(text_at(v, "where.text"), "(nothing)") == 0 ||
        count_at(v, "next") == 0)
        fail_msg("a top line is missing");
    bw_arena_reset(&w->p->arena);
}

/* Texts stand in many files and times; a planned time without its planner is found by its key. */
static void check_catalogue(struct page *p)
{
    const char *key;
    struct bw_str text;
    for (size_t i = 0; bw_catalogue_at(p->words, i, &key, &text); i++) {
        struct bw_page page = { .reader = &p->reader };
        char *copy = bw_arena_printf(&p->arena, "%.*s", BW_FMT(text));
        if (strcmp(key, "never.words") == 0)
            continue;
        assert_non_null(copy);
        if (copy[0] && bw_page_clean(&page, copy)[0] == '\0')
            fail_msg("%s: %s", key, copy);
        if ((strncmp(key, "plan.", 5) == 0 || strncmp(key, "leg.", 4) == 0 || strstr(copy, " planned")) &&
            !strstr(copy, "planned by"))
            fail_msg("%s: a plan without its planner: %s", key, copy);
        if (strstr(copy, "contact "))
            fail_msg("%s: sends the reader to somebody else: %s", key, copy);
    }
    bw_arena_reset(&p->arena);
}

static void walk_states(struct walk *w)
{
    struct page *p = w->p;
    static const enum bw_event_code last[] = { BW_EV_BAG_SEEN, BW_EV_ON_HAND };
    for (int place = 0; place < BW_PLACE_MAX; place++) {
        for (int custody = 0; custody < BW_CUSTODY_MAX; custody++) {
            for (int state = 0; state < BW_CASE_MAX; state++) {
                for (int how = 0; how < 16; how++) {
                    if (w->turn++ % SAY_EACH != 0)
                        continue;
                    begin(p);
                    p->bag.place = (enum bw_place)place;
                    p->bag.custody = (enum bw_custody)custody;
                    p->bag.case_state = p->c.state = (enum bw_case_state)state;
                    p->bag.last_seen_code = last[how & 1];
                    if (how & 2)
                        p->bag.last_seen_at = BW_TIME_NONE;
                    if (how & 4)
                        p->bag.last_seen_station[0] = '\0';
                    if (how & 8)
                        bw_str_put(BW_STR("BA1"), p->bag.flight, sizeof p->bag.flight);
                    bw_str_put(BW_STR("IB"), p->bag.receiver, sizeof p->bag.receiver);
                    check_page(w, "2026-11-21T01:00:00Z");
                }
            }
        }
    }
}

static void walk_levels(struct walk *w)
{
    struct page *p = w->p;
    for (int owed = 0; owed < BW_OWE_MAX; owed++) {
        for (int level = -1; level <= 6; level++) {
            for (int own = 0; own < 2; own++) {
                begin(p);
                p->open[0] = promise((enum bw_owed)owed, own ? "IB" : "BA", "2026-11-21T00:50:00Z",
                                     "2026-11-21T04:50:00Z", level);
                p->case_open[0] = promise(BW_OWE_CASE_STEP, "IB", "2026-11-20T00:55:00Z",
                                          own ? "2026-11-21T00:55:00Z" : "2026-11-22T00:55:00Z", own ? level : -1);
                check_page(w, level < 1 ? "2026-11-21T01:00:00Z" : "2026-11-21T08:00:00Z");
                p->bag.owner[0] = p->c.owner[0] = '\0';
                check_page(w, "2026-11-21T08:00:00Z");
            }
        }
    }
}

/* The owner cannot be told, so that another asks it, or nobody can; and an owner that asks another (CLK-16). */
static void walk_outsiders(struct walk *w)
{
    struct page *p = w->p;
    static const struct {
        const char *place, *place_for, *step, *step_for, *sorry;
    } rows[] = { { "BA", "IB", "BA", "IB", "British Airways is sorry" },
                 { "BA", "", "BA", "IB", "British Airways is sorry" },
                 { "IB", "LH", "IB", "", "Iberia is sorry" },
                 { "BA", "BA", "IB", "IB", "We are sorry" } };
    for (size_t row = 0; row < BW_LEN(rows); row++) {
        for (int owed = 0; owed < BW_OWE_MAX; owed++) {
            for (int level = -1; level <= 4; level++) {
                begin(p);
                p->open[0] =
                    promise((enum bw_owed)owed, rows[row].place, "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", level);
                p->case_open[0] =
                    promise(BW_OWE_CASE_STEP, rows[row].step, "2026-11-20T00:55:00Z", "2026-11-22T00:55:00Z", -1);
                bw_str_put(bw_str_c(rows[row].place_for), p->open[0].for_carrier, 4);
                bw_str_put(bw_str_c(rows[row].step_for), p->case_open[0].for_carrier, 4);
                if (owed == BW_OWE_ASK_REPORT && !rows[row].place_for[0])
                    continue; /* what is asked for is another's */
                w->sorry = rows[row].sorry;
                p->bag.idle.n_words = 1; /* and three confirmations that add nothing */
                p->bag.idle.words[0] = (struct bw_idle_word){ "IB", { 3, 2, 1 } };
                check_page(w, level < 1 ? "2026-11-21T01:00:00Z" : "2026-11-21T08:00:00Z");
            }
        }
    }
    w->sorry = "Iberia is sorry";
}

/* A station is asked, whatever it says and whoever is told. */
static void walk_asks(struct walk *w)
{
    struct page *p = w->p;
    for (int how = 0; how < 32; how++) {
        begin(p);
        struct bw_ask *ask = &p->bag.asks[0];
        *ask = (struct bw_ask){ .asked_at = at("2026-11-21T00:50:00Z"), .due_at = at("2026-11-21T04:50:00Z") };
        bw_str_put(BW_STR("LHR"), ask->station, sizeof ask->station);
        bw_str_put(BW_STR("BA"), ask->carrier, sizeof ask->carrier);
        bw_str_put(BW_STR("IB"), ask->by, sizeof ask->by);
        ask->moved = how & 1;
        p->bag.n_asks = 1;
        p->open[0] = promise(BW_OWE_ASK, "BA", "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", how >> 2);
        bw_ask_basis(ask, p->open[0].basis);
        check_page(w, how & 2 ? "2026-11-21T08:00:00Z" : "2026-11-21T01:00:00Z");
    }
}

/* Something is needed of the reader, who knows of it or does not (CLK-18). */
static void walk_waits(struct walk *w)
{
    struct page *p = w->p;
    for (int how = 0; how < 12; how++) {
        begin(p);
        p->bag.wait = (struct bw_wait){ .asked_at = at("2026-11-21T00:40:00Z"), .by_page = how & 1 };
        p->bag.wait.reached_at = how & 2 ? at("2026-11-21T00:45:00Z") : 0;
        bw_str_put(bw_str_c(bw_wait_words[how / 4]), p->bag.wait.needs, sizeof p->bag.wait.needs);
        bw_str_put(BW_STR("IB"), p->bag.wait.by, sizeof p->bag.wait.by);
        if (how & 2)
            p->open[0] = promise(BW_OWE_REMIND, "IB", "2026-11-21T00:45:00Z", "2026-11-22T00:45:00Z", -1);
        check_page(w, "2026-11-21T08:00:00Z");
    }
}

static void fill_event(struct bw_event *ev, enum bw_event_code code, unsigned how)
{
    *ev = said(code, "BA", "2026-11-21T08:00:00Z");
    ev->source = (enum bw_source)(how % 6);
    ev->data.level = (int8_t)(how % 6);
    ev->data.claim = (uint8_t)(how % 3);
    if (how % BW_STEP_MAX != BW_STEP_FILED)
        bw_str_put(bw_str_c(bw_claim_step_word(how % BW_STEP_MAX)), ev->data.claim_step, sizeof ev->data.claim_step);
    bw_str_put(BW_STR("BA"), ev->data.debtor, sizeof ev->data.debtor);
    if (how & 1)
        ev->occurred_at = at("2026-11-21T05:00:00Z");
    if (how & 2) {
        bw_str_put(BW_STR("LHR"), ev->station, sizeof ev->station);
        bw_str_put(BW_STR("store 2"), ev->place, sizeof ev->place);
        bw_str_put(BW_STR("IB3163"), ev->flight, sizeof ev->flight);
        ev->flight_date = day("2026-11-21");
        bw_str_put(BW_STR("IB"), ev->to_carrier, sizeof ev->to_carrier);
        bw_str_put(BW_STR("IB"), ev->from_carrier, sizeof ev->from_carrier);
        bw_str_put(BW_STR("MAD"), ev->data.to_station, sizeof ev->data.to_station);
    }
    if (how & 4) {
        ev->data.window_from = at("2026-11-21T15:00:00Z");
        ev->data.window_until = at("2026-11-21T18:00:00Z");
        bw_str_put(BW_STR("pin"), ev->data.proof, sizeof ev->data.proof);
        bw_str_put(BW_STR("store 1, store 2"), ev->data.searched, sizeof ev->data.searched);
        bw_str_put(how & 1 ? BW_STR("asked") : BW_STR("searched"), ev->data.action, sizeof ev->data.action);
        bw_str_put(BW_STR("LHR"), ev->data.asked, sizeof ev->data.asked);
        bw_str_put(BW_STR("BA"), ev->data.waiting_for, sizeof ev->data.waiting_for);
        bw_str_put(BW_STR("ask"), ev->data.owed, sizeof ev->data.owed);
    }
    if (code == BW_EV_STATION_ASKED || code == BW_EV_STATION_ANSWERED) {
        bw_str_put(BW_STR("IB"), ev->to_carrier, sizeof ev->to_carrier);
        bw_str_put(bw_str_c(bw_ask_words[how & 3]), ev->data.action, sizeof ev->data.action);
        ev->data.answer_by = at("2026-11-21T12:00:00Z");
        bw_str_put(BW_STR("LHR"), ev->station, sizeof ev->station);
        bw_str_put(BW_STR("IB3163"), ev->flight, sizeof ev->flight);
        ev->flight_date = day("2026-11-21");
        bw_str_put(BW_STR("MAD"), ev->data.to_station, sizeof ev->data.to_station);
        bw_event_set_order(ev, BW_TIME_NONE);
    }
}

static void walk_events(struct walk *w)
{
    struct page *p = w->p;
    static struct bw_event events[BW_EV_MAX];
    static struct bw_storm storm = { .station = "LHR", .cause = "weather" };
    storm.from = at("2026-11-21T04:00:00Z");
    storm.until = at("2026-11-21T12:00:00Z");
    for (unsigned how = 0; how < 48; how++) {
        begin(p);
        p->bag.damaged = how & 1;
        if (how & 1)
            plan_forward(&p->bag);
        p->bag.window_from = p->bag.window_until = how & 1 ? at("2026-11-21T15:00:00Z") : BW_TIME_NONE;
        if (how & 2)
            p->bag.custodian[0] = '\0';
        if (how & 8) {
            p->bag.place = BW_PLACE_DELIVERED;
            p->bag.place_at = at("2026-11-21T06:00:00Z");
        }
        p->bag.n_legs = 4;
        for (unsigned i = 0; i < 4; i++) {
            p->bag.legs[i] = (struct bw_leg){ .flight = "BA178", .date = day("2026-11-20") };
            bw_str_put(i & 1 ? BW_STR("JFK") : BW_STR(""), p->bag.legs[i].from, 4);
            bw_str_put(i & 2 ? BW_STR("LHR") : BW_STR(""), p->bag.legs[i].to, 4);
        }
        p->open[0].level = 2;
        p->f.world.storms = &storm;
        p->f.world.n_storms = how & 1;
        bw_str_put(BW_STR("LHR"), p->open[0].station, sizeof p->open[0].station);
        p->said.n_history = 0;
        for (int code = BW_EV_NONE + 1; code < BW_EV_MAX; code++) {
            fill_event(&events[code], (enum bw_event_code)code, how);
            p->history[p->said.n_history++] = &events[code];
        }
        check_page(w, "2026-11-21T08:00:00Z");
    }
}

/* Every name in the first two columns of the tables is a key of the view in some state; what other templates have
 * beside it stands under a heading of its own. */
static void check_readme(const struct walk *w)
{
    struct bw_str text = bw_test_slurp(BW_SOURCE_DIR "/server/web/templates/README.md", NULL);
    struct bw_str rest = text;
    size_t names = 0;
    assert_non_null(text.p);
    while (rest.p) {
        struct bw_str line = bw_str_split(&rest, '\n');
        if (bw_str_eq_c(line, "## The other templates"))
            break;
        if (!bw_str_starts(line, BW_STR("| ")))
            continue;
        line = bw_str_drop(line, 1);
        struct bw_str first = bw_str_split(&line, '|'), second = bw_str_split(&line, '|');
        struct bw_str cells = bw_str_n(first.p, (size_t)(second.p + second.n - first.p));
        for (bool inside = false; cells.p; inside = !inside) {
            struct bw_str name = bw_str_split(&cells, '`');
            bool found = !inside || bw_str_find(name, '{') < name.n;
            for (size_t i = 0; !found && i < w->n_keys; i++)
                found = bw_str_eq_c(name, w->keys[i]);
            if (!found)
                fail_msg("README.md names %.*s, which no page has", BW_FMT(name));
            names += inside;
        }
    }
    assert_true(names > 60);
    free((void *)(uintptr_t)text.p);
}

/* req: CLK-07 (all texts x states x levels: opens with the owner's apology, never a word that promises or sends away)
 */
static void no_state_says_what_is_never_said(void **state)
{
    static struct walk w;
    w = (struct walk){ .p = *state, .collect = true, .sorry = "Iberia is sorry" };
    check_catalogue(w.p);
    walk_asks(&w);
    walk_waits(&w);
    walk_levels(&w);
    walk_outsiders(&w);
    walk_events(&w);
    check_readme(&w);
    w.collect = false;
    walk_states(&w);
    assert_true(w.texts > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(no_state_says_what_is_never_said) };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
