/* SPDX-License-Identifier: Apache-2.0 */
/* say_test.c - the customer's page: times, freshness, the top lines, plans, the timeline. */
#include "say_fixture.h"

/* --- times --- */

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

/* --- freshness --- */

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

/* --- the parts --- */

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
    bw_say_words(p->words, &p->arena, v);
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

/* req: CLK-16 (the page says who asks for you) */
static void the_page_says_who_asks_for_the_reader(void **state)
{
    struct page *p = *state;
    begin(p);
    p->open[0] = promise(BW_OWE_ASK_REPORT, "IB", "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", 1);
    bw_str_put(BW_STR("BA"), p->open[0].for_carrier, 4);
    struct bw_view *v = say_at(p, "2026-11-21T05:00:00Z");
    assert_string_equal(text_at(v, "asks.0.text"),
                        "Iberia asks British Airways for you: British Airways takes no messages from here.");
    assert_string_equal(text_at(v, "asks.0.of.code"), "BA");
    assert_string_equal(text_at(v, "next.0.text"),
                        "From Iberia, what British Airways says about your bag was due on 21 "
                        "Nov, 05:50 and has not come in.");
    assert_string_equal(text_at(v, "escalated.0.text"), "Iberia was reminded on 21 Nov, 05:50.");
    assert_string_equal(text_at(v, "owed.0.for.code"), "BA");
    assert_null(view_at(v, "two_names"));
    /* the owner is the one that cannot be told: it is not said that it answers, reminds or takes over */
    begin(p);
    p->open[0].level = 2;
    p->case_open[0] = promise(BW_OWE_CASE_STEP, "BA", "2026-11-21T00:55:00Z", "2026-11-22T00:55:00Z", -1);
    bw_str_put(BW_STR("IB"), p->case_open[0].for_carrier, 4);
    v = say_at(p, "2026-11-21T08:00:00Z");
    assert_string_equal(
        text_at(v, "apology.text"),
        "British Airways is sorry that your bag did not arrive with you. Iberia brings the case to its end, "
        "but takes no messages from here: British Airways asks Iberia for you and tells you what it says.");
    assert_string_equal(text_at(v, "escalated.1.text"), "A colleague at British Airways took over on 21 Nov, 07:50.");
    assert_null(view_at(v, "two_names"));
    /* and where nobody can be told nothing is owed, missed or escalated */
    bw_str_put(BW_STR("IB"), p->case_open[0].debtor, 4);
    bw_str_put(BW_STR("BA"), p->open[0].for_carrier, 4);
    v = say_at(p, "2026-11-23T08:00:00Z");
    assert_string_equal(text_at(v, "next.0.text"),
                        "No airline of your journey takes messages from here yet, so none can be asked for an update.");
    assert_int_equal(count_at(v, "escalated"), 0);
    assert_true(is_at(v, "freshness.on_time"));
    assert_int_equal(count_at(v, "asks"), 0);
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
    assert_string_equal(text_at(v, "escalated.1.text"), "Iberia was reminded on 21 Nov, 05:35.");
    assert_string_equal(text_at(v, "escalated.2.text"), "A colleague at Iberia took over on 21 Nov, 07:35.");
    p->case_open[0] = promise(BW_OWE_FIRST_RESULT, "IB", "2026-11-21T00:20:00Z", "2026-11-21T01:20:00Z", 2);
    p->said.n_case_open = 1;
    v = say_at(p, "2026-11-21T06:55:00Z");
    assert_int_equal(count_at(v, "escalated"),
                     4); /* oldest first, and still one colleague: since the first that lapsed */
    assert_string_equal(text_at(v, "escalated.0.text"), "Iberia was reminded on 21 Nov, 02:20.");
    assert_string_equal(text_at(v, "escalated.1.text"), "A colleague at Iberia took over on 21 Nov, 04:20.");
    assert_string_equal(text_at(v, "escalated.2.text"), "British Airways was reminded on 21 Nov, 05:35.");
    assert_string_equal(text_at(v, "escalated.3.text"), "Iberia was reminded on 21 Nov, 05:35.");
    p->said.n_case_open = 0;
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

/* Seen by a carrier on the way it is told before the bag is handed over, with who saw it; proven delivery opens the
 * window, which closes by itself.  req: CASE-05 */
static void damage_is_told_before_delivery(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_event mine = said(BW_EV_DAMAGE_REPORTED, "", "2026-11-21T07:30:00Z");
    struct bw_event theirs = said(BW_EV_DAMAGE_REPORTED, "BA", "2026-11-21T07:00:00Z");
    struct bw_event copy = said(BW_EV_DAMAGE_REPORTED, "LH", "2026-11-21T07:40:00Z"); /* of the other bag of the file */
    mine.source = BW_SRC_CUSTOMER;
    copy.subject = BW_SUBJECT_CASE;
    const struct bw_event *const history[] = { &copy, &mine, &theirs };
    p->said.history = history;
    p->said.n_history = BW_LEN(history);
    struct bw_view *v = say_at(p, "2026-11-21T08:00:00Z");
    assert_null(view_at(v, "damage"));
    p->bag.damaged = true;
    v = say_at(p, "2026-11-21T08:00:00Z");
    assert_string_equal(text_at(v, "damage.text"),
                        "British Airways reported on 21 Nov, 08:00 that your bag is damaged: you are "
                        "told before it is handed to you. Your claim for it is part of this case.");
    assert_null(view_at(v, "damage_window"));
    p->said.n_history = 2; /* its owner's own report alone */
    v = say_at(p, "2026-11-21T08:00:00Z");
    assert_string_equal(text_at(v, "damage.text"), "Damage to your bag was reported; it is part of this case.");
    p->said.n_history = BW_LEN(history);
    p->bag.place = BW_PLACE_DELIVERED;
    p->bag.place_at = at("2026-11-21T17:30:00Z");
    v = say_at(p, "2026-11-28T22:00:00Z");
    assert_string_equal(text_at(v, "damage_window.text"),
                        "You can report damage to your bag or missing contents until 28 Nov, "
                        "23:59; it becomes part of this case.");
    assert_string_equal(text_at(v, "damage.text"), "Damage to your bag was reported; it is part of this case.");
    assert_null(view_at(say_at(p, "2026-11-28T23:00:00Z"), "damage_window"));
}

/* A hand-over between carriers is none of the reader's: its owner answers, whoever was asked.  req: CASE-03 CLK-07 */
static void an_offered_file_is_not_told(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_event missed = said(BW_EV_PROMISE_REMINDED, "", "2026-11-21T03:30:00Z");
    struct bw_event asked = said(BW_EV_CASE_OWNER_OFFERED, "IB", "2026-11-21T00:30:00Z");
    bw_str_put(BW_STR("owner-offered"), missed.data.owed, sizeof missed.data.owed);
    const struct bw_event *const history[] = { &missed, &asked };
    p->said.history = history;
    p->said.n_history = BW_LEN(history);
    p->said.n_open = 0;
    p->case_open[1] = promise(BW_OWE_OWNER, "BA", "2026-11-21T00:30:00Z", "2026-11-21T04:30:00Z", 2);
    p->said.n_case_open = 2;
    struct bw_view *v = say_at(p, "2026-11-21T05:00:00Z");
    assert_int_equal(count_at(v, "timeline"), 0);
    assert_int_equal(count_at(v, "owed"), 1);
    assert_int_equal(count_at(v, "next"), 1);
    assert_null(view_at(v, "escalated.0"));
    assert_string_equal(text_at(v, "freshness.word"), "on-time");
}

/* --- the timeline --- */

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
    soon.outcome = BW_OUT_IMPLAUSIBLE; /* its verdict of then; what it is now is marked */
    soon.marks = BW_MARK_POSSIBLE;
    bw_str_put(BW_STR("Lost and found"), seen.place, sizeof seen.place);
    v = say_at(p, "2026-11-21T18:10:00Z");
    assert_string_equal(text_at(v, "timeline.1.confidence"), "does not fit what else is known");
    assert_string_equal(text_at(v, "timeline.2.confidence"), "a possible sighting, not confirmed");
    assert_string_equal(text_at(v, "timeline.1.text"), "Seen at London Heathrow.");
    seen.marks = BW_MARK_TAKEN_BACK; /* req: ING-12 (the history shows both) */
    soon.marks = 0;
    v = say_at(p, "2026-11-21T18:10:00Z");
    assert_true(is_at(v, "timeline.1.taken_back") && !is_at(v, "timeline.2.taken_back"));
    assert_string_equal(text_at(v, "timeline.1.confidence"), "taken back by British Airways since: it does not count");
    assert_string_not_equal(text_at(v, "timeline.2.confidence"), "a possible sighting, not confirmed");
}

/* Why a time was put off, and to when, is in the history; that a level waits is nobody's news. */
static void what_was_put_off_is_told(void **state)
{
    struct page *p = *state;
    const struct bw_move ours = { BW_CLOSE_OUTAGE, id_of(77), at("2026-11-21T04:51:00Z"), at("2026-11-21T07:00:00Z") };
    const struct bw_move storm = { BW_CLOSE_MOVED, id_of(79), BW_TIME_NONE, at("2026-11-21T08:00:00Z") };
    struct bw_event waits, moved, stormy;
    begin(p);
    bw_move_event(&p->open[0], &ours, at("2026-11-21T06:00:00Z"), &waits); /* due 04:50 */
    bw_move_event(&p->case_open[0], &ours, at("2026-11-21T06:00:00Z"), &moved);
    bw_move_event(&p->open[0], &storm, at("2026-11-21T06:30:00Z"), &stormy);
    waits.recorded_at = moved.recorded_at = stormy.recorded_at = at("2026-11-21T06:30:00Z");
    const struct bw_event *const history[] = { &stormy, &moved, &waits };
    p->said.history = history;
    p->said.n_history = BW_LEN(history);
    struct bw_view *v = say_at(p, "2026-11-21T06:31:00Z");
    assert_int_equal(count_at(v, "timeline"), 2);
    assert_string_equal(text_at(v, "timeline.0.text"), "A disruption was declared. The update that British Airways "
                                                       "owes was put off until 21 Nov, 09:00.");
    assert_string_equal(text_at(v, "timeline.1.text"), "Our own service could not take updates for a while. The update "
                                                       "that Iberia owes was put off until 21 Nov, 08:00.");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_and_spans_are_said),
        cmocka_unit_test(freshness_follows_due_and_level),
        cmocka_unit_test(the_top_says_where_what_and_when),
        cmocka_unit_test(no_news_says_since_when),
        cmocka_unit_test(the_page_says_who_asks_for_the_reader),
        cmocka_unit_test(a_dispute_names_both),
        cmocka_unit_test(what_comes_higher_is_said),
        cmocka_unit_test(plans_say_whose_they_are),
        cmocka_unit_test(damage_is_told_before_delivery),
        cmocka_unit_test(an_offered_file_is_not_told),
        cmocka_unit_test(entries_say_who_when_and_how_sure),
        cmocka_unit_test(what_was_put_off_is_told),
        cmocka_unit_test(a_confirmation_has_its_own_line),
    };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
