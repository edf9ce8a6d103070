/* SPDX-License-Identifier: Apache-2.0 */
/* story_promise_test.c - the story (story.md, without flight times) through the real fold and the real promise rules:
 * every cell of rows 1 to 19, the two clocks, the levels, the customer's page at 06:55 and the report's figures. */
#include "fixture.h"
#include "view_text.h"

#include "bw/domain/stale.h"

#define LOG_MAX 80

/* What the writer does with a batch of one, without a database. */
struct teller {
    struct fixture f;
    struct bw_bag bag;
    struct bw_case c;
    struct bw_event log[LOG_MAX];
    size_t n_log;
    struct bw_promise rows[LOG_MAX]; /* all promises ever made, open and closed */
    size_t n_rows;
    enum bw_outcome outcome; /* of the event told last */
};

static size_t open_of(const struct teller *t, enum bw_subject subject, struct bw_promise to[BW_CHANGES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (t->rows[i].why == BW_CLOSE_OPEN && t->rows[i].subject == subject)
            to[n++] = t->rows[i];
    }
    return n;
}

static struct bw_promise *row_of(struct teller *t, const struct bw_uuid *id)
{
    for (size_t i = 0; i < t->n_rows; i++) {
        if (bw_uuid_eq(&t->rows[i].promise_id, id))
            return &t->rows[i];
    }
    fail_msg("no such promise");
    return NULL;
}

static void promises(struct teller *t, const struct bw_event *ev)
{
    static struct bw_promise_changes changes;
    struct bw_promise open[BW_CHANGES_MAX];
    size_t n = open_of(t, ev->subject, open);
    if (ev->subject == BW_SUBJECT_BAG)
        bw_promise_bag(open, n, &t->bag, ev, &t->f.world, next_id, &t->f, &changes);
    else
        bw_promise_case(open, n, &t->c, ev, &t->f.world, next_id, &t->f, &changes);
    for (size_t i = 0; i < changes.n_closed; i++)
        *row_of(t, &changes.closed[i].promise_id) = changes.closed[i];
    for (size_t i = 0; i < changes.n_raised; i++)
        *row_of(t, &changes.raised[i].promise_id) = changes.raised[i];
    for (size_t i = 0; i < changes.n_opened; i++)
        t->rows[t->n_rows++] = changes.opened[i];
}

static void fold_bag(struct teller *t, struct bw_event *ev)
{
    struct bw_step step;
    const struct bw_bag before = t->bag;
    if (bw_bag_needs_history(&t->bag, ev)) {
        const struct bw_event *history[LOG_MAX];
        size_t n = 0;
        for (size_t i = 0; i < t->n_log; i++) {
            if (t->log[i].subject == BW_SUBJECT_BAG)
                history[n++] = &t->log[i];
        }
        struct bw_told told = { .of = NULL };
        bw_bag_fold(&t->bag, history, n, &t->f.world, &told);
        bw_bag_judge(&before, &t->bag, ev, &told, &step);
    } else {
        bw_bag_step(&t->bag, ev, &t->f.world, &step);
    }
    ev->outcome = step.outcome;
}

/* One event and all that follows from it, in the same batch. */
static void tell(struct teller *t, const struct bw_event *told)
{
    struct bw_event queue[1 + 4 * BW_FOLLOW_MAX];
    size_t n = 1;
    queue[0] = *told;
    for (size_t i = 0; i < n; i++) {
        struct bw_event *ev = &t->log[t->n_log++];
        struct bw_event more[BW_FOLLOW_MAX];
        const struct bw_bag before = t->bag;
        size_t n_more;
        *ev = queue[i];
        ev->recorded_at = told->recorded_at;
        ev->uid = next_id(&t->f, ev->recorded_at);
        bw_event_set_order(ev, BW_TIME_NONE);
        if (ev->subject == BW_SUBJECT_BAG) {
            fold_bag(t, ev);
            promises(t, ev);
            n_more = bw_bag_follow(&before, &t->bag, ev, more, BW_FOLLOW_MAX);
        } else {
            bw_case_step(&t->c, ev);
            promises(t, ev);
            n_more = bw_case_follow(&t->c, ev, &t->bag.bag_id, 1, more, BW_FOLLOW_MAX);
        }
        if (i == 0)
            t->outcome = ev->outcome;
        for (size_t k = 0; k < n_more && n < BW_LEN(queue); k++)
            queue[n++] = more[k];
    }
}

static struct bw_event bag_event(struct teller *t, enum bw_event_code code, const char *carrier, const char *station,
                                 const char *occurred, const char *recorded)
{
    char text[BW_UUID_TEXT];
    struct bw_event ev = said(code, carrier, recorded);
    ev.time_kind = BW_T_SCAN;
    ev.subject = BW_SUBJECT_BAG;
    ev.bag_id = t->bag.bag_id;
    ev.occurred_at = at(occurred);
    ev.ident = ident(bw_uuid_text(&t->bag.bag_id, text));
    snprintf(ev.event_id, sizeof ev.event_id, "story-%zu", t->n_log);
    bw_str_put(bw_str_c(carrier[0] ? carrier : "bagwatch"), ev.sender, sizeof ev.sender);
    bw_str_put(bw_str_c(station), ev.station, sizeof ev.station);
    return ev;
}

static void fly(struct bw_event *ev, const char *flight, const char *date)
{
    bw_str_put(bw_str_c(flight), ev->flight, sizeof ev->flight);
    ev->flight_date = day(date);
}

/* Posts each level as it falls due, up to an instant. */
static void tick(struct teller *t, const char *until)
{
    for (;;) {
        const struct bw_promise *next = NULL;
        struct bw_event ev;
        for (size_t i = 0; i < t->n_rows; i++) {
            const struct bw_promise *p = &t->rows[i];
            bool due = p->why == BW_CLOSE_OPEN && p->next_level_at != BW_TIME_NONE && p->next_level_at <= at(until);
            if (due && (!next || p->next_level_at < next->next_level_at))
                next = p;
        }
        if (!next)
            return;
        bw_level_event(next, next->level + 1, &t->f.world, &ev);
        ev.recorded_at = ev.occurred_at;
        tell(t, &ev);
    }
}

/* --- what stands in a cell --- */

static void assert_state(const struct teller *t, const char *place, const char *station, const char *custody,
                         const char *custodian)
{
    assert_string_equal(bw_place_word(t->bag.place), place);
    assert_string_equal(t->bag.station, station);
    assert_string_equal(bw_custody_word(t->bag.custody), custody);
    assert_string_equal(t->bag.custodian, custodian);
}

/* "BA located 2026-11-21T04:50:00Z; …" of the open promises of a subject, in the order they were made. */
static void assert_owed(const struct teller *t, enum bw_subject subject, const char *wanted)
{
    struct bw_promise open[BW_CHANGES_MAX];
    char got[400] = "", due[BW_TIME_TEXT];
    size_t n = open_of(t, subject, open);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(got);
        snprintf(got + len, sizeof got - len, "%s%s %s %s", i ? "; " : "", open[i].debtor,
                 bw_owed_row(open[i].owed)->word, bw_time_text(open[i].due_at, due));
    }
    assert_string_equal(got, wanted);
}

static const struct bw_promise *closed_row(const struct teller *t, enum bw_owed owed, const char *debtor)
{
    for (size_t i = t->n_rows; i-- > 0;) {
        if (t->rows[i].owed == owed && strcmp(t->rows[i].debtor, debtor) == 0 && t->rows[i].why != BW_CLOSE_OPEN)
            return &t->rows[i];
    }
    fail_msg("no closed %s of %s", bw_owed_row(owed)->word, debtor);
    return NULL;
}

static void assert_closed(const struct teller *t, enum bw_owed owed, const char *debtor, enum bw_close why,
                          int minutes_early)
{
    const struct bw_promise *p = closed_row(t, owed, debtor);
    assert_string_equal(bw_close_word(p->why), bw_close_word(why));
    assert_int_equal((p->due_at - p->closed_at) / BW_MINUTE, minutes_early);
}

static void assert_seen(const struct teller *t, const char *seen, const char *news)
{
    char text[BW_TIME_TEXT];
    assert_string_equal(bw_time_text(t->bag.last_seen_at, text), seen);
    assert_string_equal(bw_time_text(t->bag.last_news_at, text), news);
}

/* --- the rows --- */

static void rows_1_to_5(struct teller *t)
{
    struct bw_event ev = bag_event(t, BW_EV_BAG_EXPECTED, "BA", "JFK", "2026-11-20T10:40:00Z", "2026-11-20T10:40:00Z");
    ev.source = BW_SRC_TYPEB;
    ev.occurred_at = BW_TIME_NONE;
    ev.time_kind = BW_T_DAY;
    fly(&ev, "BA178", "2026-11-20");
    ev.data.n_legs = 2;
    ev.data.legs[0] = (struct bw_leg){ "BA178", day("2026-11-20"), "JFK", "LHR" };
    ev.data.legs[1] = (struct bw_leg){ "IB3167", day("2026-11-20"), "LHR", "MAD" };
    tell(t, &ev);
    assert_state(t, "EXPECTED", "JFK", "NONE", "");

    ev = bag_event(t, BW_EV_BAG_ACCEPTED, "BA", "JFK", "2026-11-20T11:04:00Z", "2026-11-20T11:05:00Z");
    tell(t, &ev);
    assert_state(t, "AT", "JFK", "HELD", "BA");

    ev = bag_event(t, BW_EV_BAG_LOADED, "BA", "JFK", "2026-11-20T12:29:00Z", "2026-11-20T12:31:00Z");
    ev.source = BW_SRC_TYPEB;
    fly(&ev, "BA178", "2026-11-20");
    tell(t, &ev);
    assert_string_equal(bw_place_word(t->bag.place), "LOADED");
    assert_string_equal(t->bag.flight, "BA178");

    ev = bag_event(t, BW_EV_BAG_UNLOADED, "BA", "LHR", "2026-11-20T20:10:00Z", "2026-11-20T20:12:00Z");
    tell(t, &ev);
    assert_state(t, "AT", "LHR", "HELD", "BA");

    ev = bag_event(t, BW_EV_TRANSFER_OUT, "BA", "LHR", "2026-11-20T20:34:00Z", "2026-11-20T20:35:00Z");
    bw_str_put(BW_STR("IB"), ev.to_carrier, sizeof ev.to_carrier);
    tell(t, &ev);
    assert_state(t, "AT", "LHR", "PENDING", "BA");
    assert_string_equal(t->bag.receiver, "IB");
    assert_seen(t, "2026-11-20T20:34:00Z", "2026-11-20T20:35:00Z");
    assert_int_equal(t->n_rows, 0); /* not watched: nobody owes */
}

static void rows_8_and_9(struct teller *t)
{
    struct bw_event ev = bag_event(t, BW_EV_CASE_OPENED, "IB", "MAD", "2026-11-21T00:20:00Z", "2026-11-21T00:20:00Z");
    ev.source = BW_SRC_STAFF;
    ev.subject = BW_SUBJECT_CASE;
    ev.bag_id = ev.data.case_id = t->c.case_id;
    ev.data.n_bags = 1;
    bw_str_put(BW_STR("MADIB10001"), ev.data.case_ref, sizeof ev.data.case_ref);
    bw_str_put(BW_STR("IB"), ev.data.owner, sizeof ev.data.owner);
    tell(t, &ev);
    assert_state(t, "AT", "LHR", "PENDING", "BA");
    assert_true(t->bag.watched);
    assert_string_equal(t->bag.owner, "IB");
    assert_owed(t, BW_SUBJECT_BAG, "IB transfer-pending 2026-11-21T01:20:00Z");
    assert_owed(t, BW_SUBJECT_CASE, "IB reported 2026-11-21T01:20:00Z");

    assert_true(t->bag.timeout_at == at("2026-11-21T00:35:00Z"));
    ev = bag_event(t, BW_EV_CUSTODY_DISPUTED, "", "", "2026-11-21T00:35:00Z", "2026-11-21T00:35:00Z");
    ev.source = BW_SRC_SYSTEM;
    bw_str_put(BW_STR("BA"), ev.from_carrier, sizeof ev.from_carrier);
    bw_str_put(BW_STR("IB"), ev.to_carrier, sizeof ev.to_carrier);
    tell(t, &ev);
    assert_state(t, "AT", "LHR", "DISPUTED", "BA");
    assert_owed(t, BW_SUBJECT_BAG,
                "BA custody-disputed 2026-11-21T04:35:00Z; IB custody-disputed 2026-11-21T04:35:00Z");
    assert_closed(t, BW_OWE_TRANSFER, "IB", BW_CLOSE_SUPERSEDED, 45);
}

static void rows_10_and_11(struct teller *t)
{
    struct bw_event ev = bag_event(t, BW_EV_ON_HAND, "BA", "LHR", "2026-11-21T00:45:00Z", "2026-11-21T00:50:00Z");
    bw_str_put(BW_STR("LHR store"), ev.place, sizeof ev.place);
    tell(t, &ev);
    assert_state(t, "AT", "LHR", "HELD", "BA");
    assert_true(t->bag.at_rest);
    assert_owed(t, BW_SUBJECT_BAG, "BA located 2026-11-21T04:50:00Z");
    assert_closed(t, BW_OWE_DISPUTED, "BA", BW_CLOSE_SUPERSEDED, 225);
    assert_closed(t, BW_OWE_DISPUTED, "IB", BW_CLOSE_SUPERSEDED, 225);
    assert_seen(t, "2026-11-21T00:45:00Z", "2026-11-21T00:50:00Z");

    ev = bag_event(t, BW_EV_STATUS_CONFIRMED, "IB", "", "2026-11-21T00:55:00Z", "2026-11-21T00:55:00Z");
    ev.source = BW_SRC_STAFF;
    bw_str_put(BW_STR("asked"), ev.data.action, sizeof ev.data.action);
    bw_str_put(BW_STR("LHR"), ev.data.asked, sizeof ev.data.asked);
    bw_str_put(BW_STR("BA"), ev.data.waiting_for, sizeof ev.data.waiting_for);
    ev.data.next_step_at = at("2026-11-21T04:50:00Z");
    tell(t, &ev);
    assert_owed(t, BW_SUBJECT_BAG, "BA located 2026-11-21T04:50:00Z");
    assert_owed(t, BW_SUBJECT_CASE, "IB case-step 2026-11-22T00:55:00Z");
    assert_closed(t, BW_OWE_FIRST_RESULT, "IB", BW_CLOSE_CONFIRMED, 25);
}

static void row_12(struct teller *t)
{
    static const char *const due[] = { "2026-11-21T03:50:00Z", "2026-11-21T04:50:00Z", "2026-11-21T06:50:00Z" };
    for (int level = 0; level < 3; level++) {
        struct bw_promise open[BW_CHANGES_MAX];
        size_t before = t->n_log;
        tick(t, due[level]);
        assert_int_equal(t->n_log, before + 1);
        assert_true(t->log[before].recorded_at == at(due[level]));
        assert_int_equal(t->log[before].data.level, level);
        assert_int_equal(t->log[before].code, level ? BW_EV_PROMISE_MISSED : BW_EV_PROMISE_REMINDED);
        assert_int_equal(open_of(t, BW_SUBJECT_BAG, open), 1);
        assert_int_equal(open[0].level, level);
    }
    assert_state(t, "AT", "LHR", "HELD", "BA");
    /* Bagwatch's own words and confirmations move neither clock. */
    assert_seen(t, "2026-11-21T00:45:00Z", "2026-11-21T00:50:00Z");
}

static void rows_13_to_15(struct teller *t)
{
    struct bw_event ev =
        bag_event(t, BW_EV_FORWARD_PLANNED, "BA", "LHR", "2026-11-21T07:05:00Z", "2026-11-21T07:05:00Z");
    fly(&ev, "IB3163", "2026-11-21");
    bw_str_put(BW_STR("MAD"), ev.data.to_station, sizeof ev.data.to_station);
    bw_str_put(BW_STR("2125001234"), ev.new_plate, sizeof ev.new_plate);
    tell(t, &ev);
    assert_state(t, "AT", "LHR", "HELD", "BA");
    assert_owed(t, BW_SUBJECT_BAG, "IB forward-planned 2026-11-22T01:00:00Z");
    assert_closed(t, BW_OWE_LOCATED, "BA", BW_CLOSE_MET, -135);

    ev = bag_event(t, BW_EV_BAG_LOADED, "IB", "LHR", "2026-11-21T09:12:00Z", "2026-11-21T09:14:00Z");
    fly(&ev, "IB3163", "2026-11-21");
    tell(t, &ev);
    assert_string_equal(bw_place_word(t->bag.place), "LOADED");
    assert_string_equal(t->bag.flight, "IB3163");
    assert_string_equal(t->bag.custodian, "IB");
    assert_owed(t, BW_SUBJECT_BAG, "IB in-flight 2026-11-22T03:14:00Z");
    assert_closed(t, BW_OWE_FORWARD, "IB", BW_CLOSE_MET, 15 * 60 + 46);

    ev = bag_event(t, BW_EV_BAG_SEEN, "BA", "LHR", "2026-11-21T08:20:00Z", "2026-11-21T09:40:00Z");
    tell(t, &ev);
    assert_string_equal(bw_outcome_word(t->outcome), "late");
    assert_string_equal(bw_place_word(t->bag.place), "LOADED");
    assert_string_equal(t->bag.custodian, "IB");
    assert_owed(t, BW_SUBJECT_BAG, "IB in-flight 2026-11-22T03:14:00Z");
    char text[BW_TIME_TEXT];
    assert_string_equal(bw_time_text(t->bag.last_seen_at, text), "2026-11-21T09:12:00Z");
}

static void rows_16_to_19(struct teller *t)
{
    struct bw_event ev =
        bag_event(t, BW_EV_ARRIVED_AT_DESTINATION, "IB", "MAD", "2026-11-21T12:20:00Z", "2026-11-21T12:22:00Z");
    tell(t, &ev);
    assert_state(t, "AT_DESTINATION", "MAD", "HELD", "IB");
    assert_owed(t, BW_SUBJECT_BAG, "IB at-station 2026-11-21T16:22:00Z");
    assert_closed(t, BW_OWE_IN_FLIGHT, "IB", BW_CLOSE_MET, 14 * 60 + 52);

    ev = bag_event(t, BW_EV_HANDED_TO_COURIER, "IB", "MAD", "2026-11-21T14:00:00Z", "2026-11-21T14:00:00Z");
    ev.data.window_from = at("2026-11-21T15:00:00Z");
    ev.data.window_until = at("2026-11-21T18:00:00Z");
    tell(t, &ev);
    assert_string_equal(bw_place_word(t->bag.place), "WITH_COURIER");
    assert_string_equal(t->bag.custodian, "IB");
    assert_owed(t, BW_SUBJECT_BAG, "IB with-courier 2026-11-21T19:00:00Z");
    assert_closed(t, BW_OWE_AT_STATION, "IB", BW_CLOSE_MET, 142);

    ev = bag_event(t, BW_EV_DELIVERED, "IB", "", "2026-11-21T17:30:00Z", "2026-11-21T17:32:00Z");
    ev.source = BW_SRC_COURIER;
    bw_str_put(BW_STR("pin"), ev.data.proof, sizeof ev.data.proof);
    tell(t, &ev);
    assert_string_equal(bw_place_word(t->bag.place), "DELIVERED");
    assert_string_equal(bw_custody_word(t->bag.custody), "NONE");
    assert_owed(t, BW_SUBJECT_BAG, "");
    assert_owed(t, BW_SUBJECT_CASE, "");
    assert_true(t->bag.watch_ended);
    assert_closed(t, BW_OWE_COURIER, "IB", BW_CLOSE_MET, 88);
    assert_string_equal(bw_close_word(closed_row(t, BW_OWE_CASE_STEP, "IB")->why), "superseded");
    tick(t, "2026-12-24T00:00:00Z"); /* nothing is raised any more */

    ev = bag_event(t, BW_EV_DAMAGE_REPORTED, "", "", "2026-11-21T18:05:00Z", "2026-11-21T18:05:00Z");
    ev.source = BW_SRC_CUSTOMER;
    tell(t, &ev);
    assert_owed(t, BW_SUBJECT_BAG, "");
    assert_owed(t, BW_SUBJECT_CASE, "IB claim-acknowledge 2026-11-22T18:05:00Z");
}

/* --- the page and the report --- */

static int newest_first(const void *a, const void *b)
{
    const struct bw_event *x = *(const struct bw_event *const *)a;
    const struct bw_event *y = *(const struct bw_event *const *)b;
    return -bw_order_cmp(&x->order, &y->order);
}

static struct bw_view *page_of(struct teller *t, const struct bw_catalogue *words, struct bw_arena *arena,
                               const char *now)
{
    static struct bw_promise open[BW_CHANGES_MAX], case_open[BW_CHANGES_MAX];
    const struct bw_event *history[LOG_MAX];
    const struct bw_reader reader = { words, t->f.madrid };
    struct bw_view *to = bw_view_map(arena);
    for (size_t i = 0; i < t->n_log; i++)
        history[i] = &t->log[i];
    qsort(history, t->n_log, sizeof(const struct bw_event *), newest_first);
    size_t n_open = open_of(t, BW_SUBJECT_BAG, open), n_case = open_of(t, BW_SUBJECT_CASE, case_open);
    const struct bw_said said_of = { history, t->n_log, open, n_open, case_open, n_case };
    bw_say_status(&t->bag, &t->c, &said_of, &t->f.world, &reader, at(now), arena, to);
    return to;
}

/* req: PAGE-01 PAGE-02 CLK-07 */
static void the_page_at_0655(struct teller *t, const struct bw_catalogue *words, struct bw_arena *arena)
{
    struct bw_view *v = page_of(t, words, arena, "2026-11-21T06:55:00Z");
    assert_string_equal(text_at(v, "apology.text"), "Iberia is sorry that your bag did not arrive with you. Iberia "
                                                    "looks after this case and answers to "
                                                    "you.");
    assert_string_equal(text_at(v, "where.text"),
                        "Your bag was last seen at London Heathrow on 21 Nov, 01:45 (00:45 local "
                        "time there), in the store of British Airways.");
    assert_int_equal(count_at(v, "next"), 1);
    assert_string_equal(text_at(v, "next.0.text"),
                        "From British Airways, a plan to send your bag on or the reason to keep it "
                        "was due on 21 Nov, 05:50 and has not come in.");
    assert_int_equal(count_at(v, "escalated"), 2);
    assert_string_equal(text_at(v, "escalated.0.text"), "British Airways was reminded on 21 Nov, 05:50.");
    assert_string_equal(text_at(v, "escalated.1.text"), "A colleague at Iberia took over on 21 Nov, 07:50.");
    assert_string_equal(text_at(v, "escalates.text"),
                        "If it has still not come in by 21 Nov, 11:50, the supervisors of British "
                        "Airways and Iberia are told.");
    assert_string_equal(text_at(v, "next_word.text"), "The next word to you is due from Iberia by 22 Nov, 01:55.");
    assert_string_equal(text_at(v, "no_news.text"), "No news since 21 Nov, 01:50 (6 h 5 min)");
    assert_string_equal(text_at(v, "two_names.text"), "Iberia answers to you. British Airways must act.");
    assert_string_equal(text_at(v, "freshness.word"), "overdue");
    assert_non_null(
        strstr(text_at(v, "confirmed.text"), "Iberia confirmed on 21 Nov, 01:55 that it asked London Heathrow."));
    assert_string_equal(text_at(v, "timeline.0.code"), "PROMISE_MISSED");
    assert_string_equal(text_at(v, "announce"),
                        "The update from British Airways has still not come in; a colleague at Iberia took over.");
}

static void the_last_page(struct teller *t, const struct bw_catalogue *words, struct bw_arena *arena)
{
    struct bw_view *v = page_of(t, words, arena, "2026-11-21T18:10:00Z");
    size_t seen = 0, loaded = 0, entries = count_at(v, "timeline");
    for (size_t i = 0; i < entries; i++) {
        char path[64];
        snprintf(path, sizeof path, "timeline.%zu.code", i);
        if (strcmp(text_at(v, path), "BAG_SEEN") == 0)
            seen = i;
        if (strcmp(text_at(v, path), "BAG_LOADED") == 0 && !loaded)
            loaded = i;
        snprintf(path, sizeof path, "timeline.%zu.reported.text", i);
        if (seen == i && i > 0)
            assert_string_equal(text_at(v, path), "reported 1 h 20 min later by British Airways at LHR");
    }
    assert_true(loaded > 0 && seen > loaded); /* row 15 stands before row 14 in the history */
    assert_string_equal(text_at(v, "where.text"), "Your bag was handed over on 21 Nov, 18:30, says Iberia.");
    assert_null(view_at(v, "no_news"));
    assert_string_equal(text_at(v, "next.0.text"),
                        "Next comes word that your claim has arrived, from Iberia, due by 22 Nov, 19:05.");
}

/* req: AUD-02 (story.md, "The report", without flight times) */
static void the_report(const struct teller *t)
{
    const struct bw_stale_period period = { at("2026-11-20T00:00:00Z"), at("2026-11-22T00:00:00Z"),
                                            at("2026-11-21T18:05:00Z") };
    struct bw_stale_row ba = { 0 }, ib = { 0 };
    struct bw_span silences[LOG_MAX];
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        const struct bw_promise *p = &t->rows[i];
        bw_stale_add(strcmp(p->debtor, "BA") == 0 ? &ba : &ib, p, &period);
        n += bw_stale_silence(p, &period, &silences[n].from, &silences[n].to);
    }
    assert_int_equal(ba.fell_due, 1);
    assert_int_equal(ba.kept_fact + ba.kept_search + ba.kept_confirmation + ba.kept_replan, 0);
    assert_int_equal(ba.late, 1);
    assert_int_equal(bw_minutes(ba.late_us), 135);
    assert_int_equal(bw_minutes(ba.max_late_us), 135);
    assert_int_equal(ba.never, 0);
    assert_int_equal(ba.superseded, 1);
    assert_int_equal(bw_minutes(ba.silent_us), 135);
    assert_int_equal(ib.fell_due, 3);
    assert_int_equal(ib.kept_fact, 2);
    assert_int_equal(ib.kept_confirmation, 1);
    assert_int_equal(ib.late + ib.never + ib.pending, 0);
    assert_int_equal(ib.superseded, 2);
    assert_int_equal(ib.silent_us, 0);
    assert_int_equal(bw_minutes(bw_span_union(silences, n)), 135);
    assert_int_equal(bw_minutes(at("2026-11-21T17:32:00Z") - t->bag.watched_from), 1032);
}

/* req: CLK-01 CLK-04 CLK-05 CLK-08 BAG-04 BAG-08 BAG-09 BAG-10 (story.md, rows 1 to 19 without flight times) */
static void the_story_cell_by_cell(void **state)
{
    static struct teller t;
    struct bw_arena arena;
    struct bw_uuid bag_id = id_of(40000), case_id = id_of(50000);
    struct bw_catalogue *words = english();
    (void)state;
    fixture_init(&t.f);
    bw_arena_init(&arena, 4 << 20);
    bw_bag_init(&t.bag, &bag_id, at("2026-11-20T10:40:00Z"));
    bw_case_init(&t.c, &case_id);
    rows_1_to_5(&t);
    rows_8_and_9(&t);
    rows_10_and_11(&t);
    row_12(&t);
    the_page_at_0655(&t, words, &arena);
    rows_13_to_15(&t);
    rows_16_to_19(&t);
    the_last_page(&t, words, &arena);
    the_report(&t);
    bw_arena_done(&arena);
    bw_catalogue_free(words);
    fixture_done(&t.f);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_story_cell_by_cell) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
