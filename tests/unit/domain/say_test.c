/* SPDX-License-Identifier: Apache-2.0 */
/* say_test.c - the customer's page in every state: what it opens with, what it never says, and each of its parts. */
#include "fixture.h"
#include "say_int.h"
#include "view_text.h"

struct page {
    struct fixture f;
    struct bw_catalogue *words;
    struct bw_reader reader;
    struct bw_arena arena;
    struct bw_bag bag;
    struct bw_case c;
    struct bw_promise open[2], case_open[2];
    const struct bw_event *history[80];
    struct bw_said said;
};

static struct bw_view *say_at(struct page *p, const char *now)
{
    struct bw_view *to = bw_view_map(&p->arena);
    bw_say_status(&p->bag, &p->c, &p->said, &p->f.world, &p->reader, at(now), &p->arena, to);
    return to;
}

static struct bw_promise promise(enum bw_owed owed, const char *debtor, const char *opened, const char *due, int level)
{
    struct bw_promise p = { .promise_id = id_of(500 + (unsigned)owed),
                            .owed = owed,
                            .opened_at = at(opened),
                            .due_at = at(due),
                            .level = (int8_t)level,
                            .closed_at = BW_TIME_NONE };
    bw_str_put(bw_str_c(debtor), p.debtor, sizeof p.debtor);
    bw_str_put(BW_STR("IB3163/2026-11-21"), p.basis, sizeof p.basis);
    bw_str_put(BW_STR("BA"), p.handoff_from, sizeof p.handoff_from);
    bw_str_put(bw_str_c(bw_owed_row(owed)->word), p.policy, sizeof p.policy);
    p.next_level_at = p.due_at + (level >= 1 ? 6 * BW_HOUR : 0);
    return p;
}

/* Back to the bag of the fixture: BA owes a plan, IB the next word. */
static void begin(struct page *p)
{
    bw_arena_reset(&p->arena);
    p->bag = watched_bag();
    p->c = open_case();
    bw_str_put(BW_STR("0125728359"), p->bag.plate, sizeof p->bag.plate);
    p->bag.last_seen_code = BW_EV_BAG_UNLOADED;
    p->open[0] = promise(BW_OWE_LOCATED, "BA", "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", -1);
    p->case_open[0] = promise(BW_OWE_CASE_STEP, "IB", "2026-11-21T00:55:00Z", "2026-11-22T00:55:00Z", -1);
    p->said = (struct bw_said){ p->history, 0, p->open, 1, p->case_open, 1 };
}

/* --- times
 * ------------------------------------------------------------------------------------------------------------ */

static void assert_span(const struct page *p, int64_t minutes, const char *text)
{
    struct bw_buf b;
    bw_buf_init(&b, 100);
    bw_say_span(&p->reader, minutes * BW_MINUTE + 59 * BW_SECOND, &b);
    assert_string_equal(bw_buf_cstr(&b), text);
    bw_buf_done(&b);
}

static void times_and_spans_are_said(void **state)
{
    struct page *p = *state;
    struct bw_buf b;
    bw_buf_init(&b, 100);
    bw_say_time(&p->reader, at("2026-11-21T00:45:00Z"), &b);
    assert_string_equal(bw_buf_cstr(&b), "21 Nov, 01:45");
    bw_buf_clear(&b);
    bw_say_time(&(struct bw_reader){ .words = p->words }, at("2026-07-01T23:05:59Z"), &b);
    assert_string_equal(bw_buf_cstr(&b), "1 Jul, 23:05");
    bw_buf_done(&b);
    assert_span(p, 134, "2 h 14 min");
    assert_span(p, 0, "less than a minute");
    assert_span(p, 1, "1 min");
    assert_span(p, 60, "1 h");
    assert_span(p, 24 * 60, "1 d");
    assert_span(p, 24 * 60 + 59, "1 d");
    assert_span(p, 3 * 24 * 60 + 5 * 60 + 7, "3 d 5 h");
    assert_span(p, -5, "less than a minute");
}

/* --- freshness
 * -------------------------------------------------------------------------------------------------------- */

/* req: PAGE-02 (late from due, overdue from level 2) */
static void freshness_follows_due_and_level(void **state)
{
    struct page *p = *state;
    begin(p);
    bw_time due = p->open[0].due_at;
    assert_int_equal(bw_freshness(p->open, 1, &p->bag, due - 1), BW_FRESH);
    assert_int_equal(bw_freshness(p->open, 1, &p->bag, due), BW_LATE);
    p->open[0].level = 2;
    assert_int_equal(bw_freshness(p->open, 1, &p->bag, due), BW_OVERDUE);
    p->open[0].why = BW_CLOSE_MET;
    assert_int_equal(bw_freshness(p->open, 1, &p->bag, due), BW_FRESH);
    p->bag.place = BW_PLACE_DELIVERED;
    assert_int_equal(bw_freshness(p->open, 0, &p->bag, due), BW_DONE);
    p->open[0].why = BW_CLOSE_OPEN;

    p->bag.place = BW_PLACE_AT;
    struct bw_view *v = say_at(p, "2026-11-21T06:55:00Z");
    assert_string_equal(text_at(v, "freshness.word"), "overdue");
    assert_true(is_at(v, "freshness.overdue"));
    assert_false(is_at(v, "freshness.on_time"));
    p->said.n_open = 0;
    v = say_at(p, "2026-11-22T01:00:00Z");
    assert_string_equal(text_at(v, "freshness.word"), "late");
    assert_true(is_at(v, "freshness.late"));
}

/* --- the parts
 * -------------------------------------------------------------------------------------------------------- */

/* req: PAGE-01 (where, since when, what comes next, who does it, when the next word comes) */
static void the_top_says_where_what_and_when(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_view *v = say_at(p, "2026-11-21T01:00:00Z");
    assert_string_equal(text_at(v, "apology.text"),
                        "Iberia is sorry that your bag did not arrive with you. Iberia looks after "
                        "this case and answers to you.");
    assert_string_equal(text_at(v, "where.text"),
                        "Your bag was last seen at London Heathrow on 20 Nov, 21:34 (20:34 local "
                        "time there), by British Airways.");
    assert_string_equal(text_at(v, "next.0.text"),
                        "Next comes a plan to send your bag on or the reason to keep it, from British "
                        "Airways, due by 21 Nov, 05:50.");
    assert_string_equal(text_at(v, "next_word.text"),
                        "The next word to you is due from British Airways by 21 Nov, 05:50.");
    assert_string_equal(text_at(v, "two_names.text"), "Iberia answers to you. British Airways must act.");
    assert_string_equal(text_at(v, "two_names.acts.0.code"), "BA");
    assert_int_equal(count_at(v, "escalated"), 0);
    assert_null(view_at(v, "escalates"));
    assert_string_equal(text_at(v, "ref"), "MADIB10001");
    assert_string_equal(text_at(v, "plate"), "0125728359");
    assert_string_equal(text_at(v, "zone.name"), "Europe/Madrid");
    assert_string_equal(text_at(v, "now.iso"), "2026-11-21T01:00:00Z");
    assert_string_equal(text_at(v, "state.place"), "AT");
    assert_string_equal(text_at(v, "seen_at.name"), "London Heathrow");
    assert_string_equal(text_at(v, "custodian.name"), "British Airways");
    assert_string_equal(text_at(v, "words.timeline"), "What happened");
    p->reader.zone = p->f.london;
    assert_string_equal(text_at(say_at(p, "2026-11-21T01:00:00Z"), "where.text"),
                        "Your bag was last seen at London Heathrow on 20 Nov, 20:34, by British Airways.");
    p->reader.zone = p->f.madrid;
}

/* req: PAGE-02 ("No news since <time in your zone> (2 h 14 min)", computed by the server) */
static void no_news_says_since_when(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_view *v = say_at(p, "2026-11-20T22:48:30Z");
    assert_string_equal(text_at(v, "no_news.text"), "No news since 20 Nov, 21:34 (2 h 14 min)");
    assert_string_equal(text_at(v, "no_news.since.iso"), "2026-11-20T20:34:00Z");
    assert_string_equal(text_at(v, "no_news.runs.1.text"), "20 Nov, 21:34");
    assert_true(is_at(v, "no_news.runs.1.time"));
    assert_string_equal(text_at(v, "no_news.runs.3.text"), "2 h 14 min");
    assert_true(is_at(v, "no_news.runs.3.age"));
    assert_string_equal(text_at(v, "no_news.runs.3.iso"), "2026-11-20T20:34:00Z");
    p->bag.last_news_at = BW_TIME_NONE;
    assert_string_equal(text_at(say_at(p, "2026-11-21T01:00:00Z"), "no_news.text"),
                        "No airline has sent news of this bag yet");
    p->bag.watch_ended = true;
    assert_null(view_at(say_at(p, "2026-11-21T01:00:00Z"), "no_news"));
}

/* req: CLK-08 (two names: who answers to you, who must act) */
static void a_dispute_names_both(void **state)
{
    struct page *p = *state;
    begin(p);
    p->bag.custody = BW_CUSTODY_DISPUTED;
    bw_str_put(BW_STR("IB"), p->bag.receiver, sizeof p->bag.receiver);
    p->open[0] = promise(BW_OWE_DISPUTED, "BA", "2026-11-21T00:35:00Z", "2026-11-21T04:35:00Z", 2);
    p->open[1] = promise(BW_OWE_DISPUTED, "IB", "2026-11-21T00:35:00Z", "2026-11-21T04:35:00Z", 2);
    p->said.n_open = 2;
    struct bw_view *v = say_at(p, "2026-11-21T06:55:00Z");
    assert_int_equal(count_at(v, "next"), 2);
    assert_string_equal(text_at(v, "two_names.text"), "Iberia answers to you. British Airways and Iberia must act.");
    assert_non_null(strstr(text_at(v, "where.text"), "By the last proof it was British Airways."));
    assert_int_equal(count_at(v, "escalated"), 3); /* both reminded, one colleague */
    assert_string_equal(text_at(v, "escalated.0.text"), "British Airways was reminded on 21 Nov, 05:35.");
    assert_string_equal(text_at(v, "escalated.1.text"), "A colleague at Iberia took over on 21 Nov, 07:35.");
    assert_string_equal(text_at(v, "escalated.2.text"), "Iberia was reminded on 21 Nov, 05:35.");
    p->bag.custody = BW_CUSTODY_PENDING;
    p->open[0] = promise(BW_OWE_TRANSFER, "IB", "2026-11-21T00:20:00Z", "2026-11-21T01:20:00Z", -1);
    p->said.n_open = 1;
    v = say_at(p, "2026-11-21T00:25:00Z");
    assert_null(view_at(v, "two_names"));
    assert_non_null(
        strstr(text_at(v, "where.text"), "British Airways says that it handed the bag to Iberia. Iberia has not"));
    assert_string_equal(text_at(v, "next.0.text"), "Next comes word whether it took your bag over from British "
                                                   "Airways, from Iberia, due by 21 Nov, 02:20.");
}

static void what_comes_higher_is_said(void **state)
{
    struct page *p = *state;
    begin(p);
    p->said.n_case_open = 0;
    p->open[0].level = 3;
    p->open[0].next_level_at = at("2026-11-22T10:50:00Z");
    struct bw_view *v = say_at(p, "2026-11-21T12:00:00Z");
    assert_string_equal(text_at(v, "escalated.2.text"),
                        "The supervisors of British Airways and Iberia were told on 21 Nov, 11:50.");
    assert_string_equal(text_at(v, "escalates.text"),
                        "If it has still not come in by 22 Nov, 11:50, the supervisors are told again.");
    assert_string_equal(text_at(v, "next_word.text"), "The word that British Airways owed you by 21 Nov, 05:50 has not "
                                                      "come in. If it has still not come by "
                                                      "22 Nov, 11:50, it is escalated one step further.");
    p->open[0].level = 7;
    v = say_at(p, "2026-11-26T12:00:00Z");
    assert_int_equal(count_at(v, "escalated"), 4);
    assert_string_equal(text_at(v, "escalated.3.text"), "The supervisors were told again on 25 Nov, 11:50.");
    assert_non_null(strstr(text_at(v, "next_word.text"), "It is being escalated."));
    bw_str_put(BW_STR("IB"), p->open[0].debtor, sizeof p->open[0].debtor);
    assert_string_equal(text_at(say_at(p, "2026-11-26T12:00:00Z"), "escalated.2.text"),
                        "The supervisors of Iberia were told on 21 Nov, 11:50.");
    p->said.n_open = 0;
    v = say_at(p, "2026-11-26T12:00:00Z");
    assert_string_equal(text_at(v, "next.0.text"), "No airline owes an update on this bag.");
    assert_string_equal(text_at(v, "next_word.text"), "No further word is owed to you on this bag.");
}

static void plan_forward(struct bw_bag *bag)
{
    bag->forward = true;
    bag->fwd_date = day("2026-11-21");
    bw_str_put(BW_STR("IB3163"), bag->fwd_flight, sizeof bag->fwd_flight);
    bw_str_put(BW_STR("LHR"), bag->fwd_from, sizeof bag->fwd_from);
    bw_str_put(BW_STR("MAD"), bag->fwd_to, sizeof bag->fwd_to);
    bw_str_put(BW_STR("BA"), bag->fwd_by, sizeof bag->fwd_by);
}

/* req: CLK-07 (a planned time never without "planned by X") */
static void plans_say_whose_they_are(void **state)
{
    struct page *p = *state;
    begin(p);
    p->bag.damaged = true;
    plan_forward(&p->bag);
    p->bag.window_from = at("2026-11-21T15:00:00Z");
    p->bag.window_until = at("2026-11-21T18:00:00Z");
    p->bag.n_legs = 2;
    p->bag.legs[0] = (struct bw_leg){ "BA178", day("2026-11-20"), "JFK", "LHR" };
    p->bag.legs[1] = (struct bw_leg){ "IB3167", day("2026-11-20"), "", "MAD" };
    struct bw_view *v = say_at(p, "2026-11-21T07:10:00Z");
    assert_string_equal(text_at(v, "plan.text"),
                        "Flight IB3163 on 21 Nov from London Heathrow to Madrid, planned by British Airways.");
    assert_string_equal(text_at(v, "window.text"),
                        "Delivery between 21 Nov, 16:00 and 21 Nov, 19:00, planned by British Airways.");
    assert_string_equal(text_at(v, "legs.0.text"),
                        "BA178 on 20 Nov from New York JFK to London Heathrow, planned by British Airways");
    assert_string_equal(text_at(v, "legs.1.text"), "IB3167 on 20 Nov to Madrid, planned by Iberia");
    assert_non_null(view_at(v, "damage.text"));
}

/* --- the timeline
 * ----------------------------------------------------------------------------------------------------- */

/* req: PAGE-03 (occurred, recorded where more than 10 minutes later, carrier, source, confidence) */
static void entries_say_who_when_and_how_sure(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_event seen = said(BW_EV_BAG_SEEN, "BA", "2026-11-21T09:40:00Z");
    struct bw_event soon = said(BW_EV_BAG_SEEN, "BA", "2026-11-21T09:00:00Z");
    struct bw_event untimed = said(BW_EV_BAG_EXPECTED, "BA", "2026-11-20T10:40:00Z");
    struct bw_event ours = said(BW_EV_WATCH_STARTED, "", "2026-11-21T00:20:00Z");
    struct bw_event note = said(BW_EV_STAFF_NOTE, "IB", "2026-11-21T00:20:00Z");
    struct bw_event mine = said(BW_EV_DAMAGE_REPORTED, "", "2026-11-21T18:05:00Z");
    seen.occurred_at = at("2026-11-21T08:20:00Z");
    soon.occurred_at = soon.recorded_at - 10 * BW_MINUTE;
    untimed.occurred_at = BW_TIME_NONE;
    ours.source = BW_SRC_SYSTEM;
    mine.source = BW_SRC_CUSTOMER;
    bw_str_put(BW_STR("bagwatch"), ours.sender, sizeof ours.sender);
    bw_str_put(BW_STR("LHR"), seen.station, sizeof seen.station);
    bw_str_put(BW_STR("T3 transfer belt"), seen.place, sizeof seen.place);
    const struct bw_event *const history[] = { &mine, &seen, &soon, &ours, &ours, &note, &untimed };
    p->said.history = history;
    p->said.n_history = BW_LEN(history);
    struct bw_view *v = say_at(p, "2026-11-21T18:10:00Z");
    assert_int_equal(count_at(v, "timeline"), 5); /* once per statement, no staff note */
    assert_string_equal(text_at(v, "timeline.0.text"), "You reported damage.");
    assert_string_equal(text_at(v, "timeline.0.source"), "you");
    assert_null(view_at(v, "timeline.0.carrier"));
    assert_string_equal(text_at(v, "timeline.1.text"), "Seen at London Heathrow (T3 transfer belt).");
    assert_string_equal(text_at(v, "timeline.1.code"), "BAG_SEEN");
    assert_string_equal(text_at(v, "timeline.1.occurred.text"), "21 Nov, 09:20");
    assert_string_equal(text_at(v, "timeline.1.recorded.iso"), "2026-11-21T09:40:00Z");
    assert_string_equal(text_at(v, "timeline.1.reported.text"), "reported 1 h 20 min later by British Airways at LHR");
    assert_string_equal(text_at(v, "timeline.1.carrier.name"), "British Airways");
    assert_string_equal(text_at(v, "timeline.1.source"), "airline system");
    assert_string_equal(text_at(v, "timeline.1.confidence"), "the bag was seen");
    assert_null(view_at(v, "timeline.2.reported"));
    assert_true(is_at(v, "timeline.3.ours"));
    assert_true(is_at(v, "timeline.4.occurred.untimed"));
    assert_string_equal(text_at(v, "timeline.4.occurred.words"), "time not told");
    assert_string_equal(text_at(v, "timeline.4.confidence"), "planned by British Airways");
    assert_string_equal(text_at(v, "announce"), "You reported damage.");
    seen.outcome = BW_OUT_CONTRADICTING;
    soon.outcome = BW_OUT_IMPLAUSIBLE;
    bw_str_put(BW_STR("Lost and found"), seen.place, sizeof seen.place);
    v = say_at(p, "2026-11-21T18:10:00Z");
    assert_string_equal(text_at(v, "timeline.1.confidence"), "does not fit what else is known");
    assert_string_equal(text_at(v, "timeline.2.confidence"), "a possible sighting, not confirmed");
    assert_string_equal(text_at(v, "timeline.1.text"), "Seen at London Heathrow.");
}

/* req: BAG-08 (a confirmation is shown on a line of its own) */
static void a_confirmation_has_its_own_line(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_event ev = said(BW_EV_STATUS_CONFIRMED, "IB", "2026-11-21T00:55:00Z");
    struct bw_event machine = said(BW_EV_STATUS_CONFIRMED, "IB", "2026-11-21T02:55:00Z");
    ev.source = BW_SRC_STAFF;
    bw_str_put(BW_STR("asked"), ev.data.action, sizeof ev.data.action);
    bw_str_put(BW_STR("LHR"), ev.data.asked, sizeof ev.data.asked);
    bw_str_put(BW_STR("BA"), ev.data.waiting_for, sizeof ev.data.waiting_for);
    ev.data.next_step_at = at("2026-11-21T04:50:00Z");
    const struct bw_event *const history[] = { &machine, &ev };
    p->said.history = history;
    p->said.n_history = 2;
    struct bw_view *v = say_at(p, "2026-11-21T03:00:00Z");
    assert_string_equal(text_at(v, "confirmed.text"), "Iberia confirmed on 21 Nov, 01:55 that it asked London "
                                                      "Heathrow. It waits for British Airways. "
                                                      "Its next step is planned by Iberia for 21 Nov, 05:50.");
    assert_true(is_at(v, "timeline.1.confirmation"));
    bw_str_put(BW_STR("searched"), ev.data.action, sizeof ev.data.action);
    v = say_at(p, "2026-11-21T03:00:00Z");
    assert_non_null(strstr(text_at(v, "confirmed.text"), "that it searched at London Heathrow."));
    ev.data.asked[0] = '\0';
    v = say_at(p, "2026-11-21T03:00:00Z");
    assert_non_null(strstr(text_at(v, "confirmed.text"), "that it is working on your case."));
    p->said.n_history = 1;
    assert_null(view_at(say_at(p, "2026-11-21T03:00:00Z"), "confirmed"));
}

/* --- every state: what is never said
 * ---------------------------------------------------------------------------------- */

struct walk {
    struct page *p;
    char keys[200][32]; /* of the view, collected over all states */
    size_t n_keys;
    size_t texts;
    bool collect;
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
    const char *apology = text_at(v, "apology.text");
    view_walk(v, check_node, w);
    if (w->p->bag.owner[0] && strncmp(apology, "Iberia is sorry", 15) != 0)
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

static void fill_event(struct bw_event *ev, enum bw_event_code code, unsigned how)
{
    *ev = said(code, "BA", "2026-11-21T08:00:00Z");
    ev->source = (enum bw_source)(how % 6);
    ev->data.level = (int8_t)(how % 6);
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
    }
}

static void walk_events(struct walk *w)
{
    struct page *p = w->p;
    static struct bw_event events[BW_EV_MAX];
    for (unsigned how = 0; how < 48; how++) {
        begin(p);
        p->bag.damaged = how & 1;
        if (how & 1)
            plan_forward(&p->bag);
        p->bag.window_from = p->bag.window_until = how & 1 ? at("2026-11-21T15:00:00Z") : BW_TIME_NONE;
        if (how & 2)
            p->bag.custodian[0] = '\0';
        p->bag.n_legs = 4;
        for (unsigned i = 0; i < 4; i++) {
            p->bag.legs[i] = (struct bw_leg){ .flight = "BA178", .date = day("2026-11-20") };
            bw_str_put(i & 1 ? BW_STR("JFK") : BW_STR(""), p->bag.legs[i].from, 4);
            bw_str_put(i & 2 ? BW_STR("LHR") : BW_STR(""), p->bag.legs[i].to, 4);
        }
        p->open[0].level = 2;
        p->said.n_history = 0;
        for (int code = BW_EV_NONE + 1; code < BW_EV_MAX; code++) {
            fill_event(&events[code], (enum bw_event_code)code, how);
            p->history[p->said.n_history++] = &events[code];
        }
        check_page(w, "2026-11-21T08:00:00Z");
    }
}

/* Every name in the first two columns of the tables is a key of the view in some state. */
static void check_readme(const struct walk *w)
{
    struct bw_str text = bw_test_slurp(BW_SOURCE_DIR "/server/web/templates/README.md", NULL);
    struct bw_str rest = text;
    size_t names = 0;
    assert_non_null(text.p);
    while (rest.p) {
        struct bw_str line = bw_str_split(&rest, '\n');
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
    w = (struct walk){ .p = *state, .collect = true };
    check_catalogue(w.p);
    walk_levels(&w);
    walk_events(&w);
    check_readme(&w);
    w.collect = false;
    walk_states(&w);
    assert_true(w.texts > 10000);
}

static int setup(void **state)
{
    static struct page p;
    fixture_init(&p.f);
    p.words = english();
    p.reader = (struct bw_reader){ p.words, p.f.madrid };
    bw_arena_init(&p.arena, 16 << 20);
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    struct page *p = *state;
    bw_arena_done(&p->arena);
    bw_catalogue_free(p->words);
    fixture_done(&p->f);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_and_spans_are_said),
        cmocka_unit_test(freshness_follows_due_and_level),
        cmocka_unit_test(the_top_says_where_what_and_when),
        cmocka_unit_test(no_news_says_since_when),
        cmocka_unit_test(a_dispute_names_both),
        cmocka_unit_test(what_comes_higher_is_said),
        cmocka_unit_test(plans_say_whose_they_are),
        cmocka_unit_test(entries_say_who_when_and_how_sure),
        cmocka_unit_test(a_confirmation_has_its_own_line),
        cmocka_unit_test(no_state_says_what_is_never_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
