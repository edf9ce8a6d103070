/* SPDX-License-Identifier: Apache-2.0 */
/* ask_test.c - a station that is asked: what the bag allows, what each answer changes and meets, and what it does not;
 * whatever the order in which it is folded. */
#include "fixture.h"

#include "bw/domain/ask.h"

static struct bw_promise_changes changes;

static void on_bag(struct fixture *f, const struct bw_promise *open, size_t n, const struct bw_bag *after,
                   const struct bw_event *ev)
{
    memset(&changes, 0, sizeof changes);
    bw_promise_bag(open, n, after, ev, &f->world, next_id, f, &changes);
}

static void put(char *to, size_t size, const char *text)
{
    bw_str_put(bw_str_c(text), to, size);
}

/* IB asks; complete as the writer does it. */
static struct bw_event question(struct fixture *f, const struct bw_bag *bag, const char *carrier, const char *station,
                                const char *recorded)
{
    struct bw_event ev = said(BW_EV_STATION_ASKED, "IB", recorded);
    ev.source = BW_SRC_STAFF;
    put(ev.to_carrier, sizeof ev.to_carrier, carrier);
    put(ev.station, sizeof ev.station, station);
    bw_ask_complete(bag, &f->world, &ev);
    bw_event_set_order(&ev, BW_TIME_NONE);
    return ev;
}

static struct bw_event reply(const struct bw_event *to, const char *word, const char *recorded)
{
    struct bw_event ev = said(BW_EV_STATION_ANSWERED, to->to_carrier, recorded);
    ev.source = BW_SRC_STAFF;
    put(ev.station, sizeof ev.station, to->station);
    put(ev.data.action, sizeof ev.data.action, word);
    ev.data.ask = to->uid;
    if (strcmp(word, BW_ASK_HERE) == 0)
        put(ev.place, sizeof ev.place, "T3 store 2");
    bw_event_set_order(&ev, BW_TIME_NONE);
    return ev;
}

static enum bw_outcome fold(struct fixture *f, struct bw_bag *bag, const struct bw_event *ev)
{
    struct bw_step step;
    bw_bag_step(bag, ev, &f->world, &step);
    return step.outcome;
}

/* A watched bag with one question open to BA at LHR, and its promise. */
static struct bw_promise asked(struct fixture *f, struct bw_bag *bag, struct bw_event *q)
{
    *bag = watched_bag();
    *q = question(f, bag, "BA", "LHR", "2026-11-21T01:00:00Z");
    assert_int_equal(fold(f, bag, q), BW_OUT_ACCEPTED);
    on_bag(f, NULL, 0, bag, q);
    assert_int_equal(changes.n_opened, 2);
    for (size_t k = 0; k < changes.n_opened; k++)
        if (changes.opened[k].owed == BW_OWE_ASK)
            return changes.opened[k];
    fail_msg("no promise of an answer");
    return changes.opened[0];
}

/* req: CLK-01 (who, to whom, what, by when, why; at most one per debtor and subject of each kind) */
static void the_answer_is_owed_beside_the_place_news(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    struct bw_promise p = asked(f, &bag, &q);
    assert_string_equal(bw_owed_kind_word(bw_owed_row(p.owed)->kind), "ask");
    assert_string_equal(p.debtor, "BA");
    assert_string_equal(p.station, "LHR");
    assert_string_equal(p.policy, "ask");
    assert_true(strncmp(p.basis, "LHR ", 4) == 0);
    assert_true(p.due_at == at("2026-11-21T02:00:00Z") && p.due_at == q.data.answer_by);
    struct bw_event again = question(f, &bag, "BA", "JFK", "2026-11-21T01:10:00Z");
    struct bw_error err = { 0 };
    assert_int_equal(bw_ask_may(&bag, &again, &f->world, again.recorded_at, &err), BW_E_ASK);
    put(again.to_carrier, sizeof again.to_carrier, "LH");
    assert_int_equal(bw_ask_may(&bag, &again, &f->world, again.recorded_at, &err), BW_OK);
    bag.watch_ended = true;
    assert_int_equal(bw_ask_may(&bag, &again, &f->world, again.recorded_at, &err), BW_E_ASK);
}

static void a_question_may_give_more_time_than_the_policy_and_never_less(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    struct bw_error err = { 0 };
    struct bw_event q = question(f, &bag, "BA", "LHR", "2026-11-21T01:00:00Z");
    static const struct {
        const char *by;
        bw_code code;
    } tries[] = { { "2026-11-21T00:59:00Z", BW_E_ASK },
                  { "2026-11-21T01:59:00Z", BW_E_ASK },
                  { "2026-11-21T02:00:00Z", BW_OK },
                  { "2026-11-22T01:00:00Z", BW_OK },
                  { "2026-11-22T01:01:00Z", BW_E_ASK } };
    for (size_t k = 0; k < BW_LEN(tries); k++) {
        q.data.answer_by = at(tries[k].by);
        assert_int_equal(bw_ask_may(&bag, &q, &f->world, q.recorded_at, &err), tries[k].code);
    }
    struct bw_policy policy = { .owed = "ask", .carrier = "BA", .minutes = 30, .valid_from = BW_TIME_NONE };
    f->world.policies = &policy;
    f->world.n_policies = 1;
    q.data.answer_by = at("2026-11-21T01:30:00Z");
    assert_int_equal(bw_ask_may(&bag, &q, &f->world, q.recorded_at, &err), BW_OK);
    f->world.n_policies = 0;
}

static void whom_one_asks_has_the_bag_or_saw_it_there(void **state)
{
    (void)state;
    struct bw_bag bag = watched_bag();
    assert_string_equal(bw_ask_whom(&bag, "JFK"), "BA");
    bag.custodian[0] = '\0';
    assert_string_equal(bw_ask_whom(&bag, "LHR"), "BA");
    assert_string_equal(bw_ask_whom(&bag, "JFK"), "");
}

static void here_sets_the_place_and_leaves_custody(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    struct bw_promise p = asked(f, &bag, &q);
    put(bag.receiver, sizeof bag.receiver, "LH");
    bag.custody = BW_CUSTODY_PENDING;
    struct bw_event here = reply(&q, BW_ASK_HERE, "2026-11-21T01:20:00Z");
    assert_int_equal(fold(f, &bag, &here), BW_OUT_ACCEPTED);
    assert_int_equal(bag.place, BW_PLACE_AT);
    assert_true(bag.at_rest);
    assert_string_equal(bag.spot, "T3 store 2");
    assert_true(bag.last_seen_at == here.order.t);
    assert_int_equal(bag.custody, BW_CUSTODY_PENDING);
    assert_string_equal(bag.custodian, "BA");
    assert_int_equal(bag.n_asks, 0);
    on_bag(f, &p, 1, &bag, &here);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
}

/* Custody by the receiver's own scan alone: its word by the link takes nothing over and meets no handover. */
static void here_from_the_receiver_accepts_no_handover(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    bag.custody = BW_CUSTODY_PENDING;
    put(bag.receiver, sizeof bag.receiver, "LH");
    struct bw_event q = question(f, &bag, "LH", "LHR", "2026-11-21T01:00:00Z");
    (void)fold(f, &bag, &q);
    on_bag(f, NULL, 0, &bag, &q);
    assert_int_equal(changes.n_opened, 2);
    const struct bw_promise open[] = { changes.opened[0], changes.opened[1] };
    struct bw_event here = reply(&q, BW_ASK_HERE, "2026-11-21T01:20:00Z");
    (void)fold(f, &bag, &here);
    on_bag(f, open, 2, &bag, &here);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].owed, BW_OWE_ASK);
    assert_int_equal(changes.n_opened, 0);
}

static void not_here_is_a_search(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    struct bw_promise p = asked(f, &bag, &q);
    struct bw_event no = reply(&q, BW_ASK_NOT_HERE, "2026-11-21T01:20:00Z");
    bw_time seen = bag.last_seen_at;
    (void)fold(f, &bag, &no);
    assert_string_equal(bag.denied_by, "BA");
    assert_true(bag.last_seen_at == seen);
    on_bag(f, &p, 1, &bag, &no);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SEARCHED);
    assert_int_equal(changes.n_opened, 1);
    assert_int_equal(changes.opened[0].owed, BW_OWE_TRACING);
    assert_string_equal(changes.opened[0].debtor, "IB");
}

static void sent_on_is_news_and_meets_its_question_alone(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag = watched_bag();
    struct bw_event q = question(f, &bag, "BA", "LHR", "2026-11-21T01:00:00Z");
    (void)fold(f, &bag, &q);
    on_bag(f, NULL, 0, &bag, &q);
    const struct bw_promise open[] = { changes.opened[0], changes.opened[1] };
    struct bw_event sent = reply(&q, BW_ASK_SENT_ON, "2026-11-21T01:20:00Z");
    put(sent.flight, sizeof sent.flight, "IB3163");
    sent.flight_date = day("2026-11-21");
    bw_time seen = bag.last_seen_at;
    (void)fold(f, &bag, &sent);
    assert_true(bag.last_seen_at == seen && bag.last_news_at == sent.recorded_at);
    assert_false(bag.forward);
    assert_string_equal(bag.denied_by, "");
    on_bag(f, open, 2, &bag, &sent);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].owed, BW_OWE_ASK);
}

static void needs_until_moves_the_time_once(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    struct bw_error err = { 0 };
    struct bw_promise p = asked(f, &bag, &q);
    struct bw_event wait = reply(&q, BW_ASK_UNTIL, "2026-11-21T01:20:00Z");
    static const char *const wrong[] = { "2026-11-21T01:20:00Z", "2026-11-21T02:00:00Z", "2026-11-22T01:21:00Z" };
    for (size_t k = 0; k < BW_LEN(wrong); k++) {
        wait.data.answer_by = at(wrong[k]);
        assert_int_equal(bw_ask_may(&bag, &wait, &f->world, wait.recorded_at, &err), BW_E_ASK);
    }
    wait.data.answer_by = at("2026-11-21T06:00:00Z");
    assert_int_equal(bw_ask_may(&bag, &wait, &f->world, wait.recorded_at, &err), BW_OK);
    (void)fold(f, &bag, &wait);
    on_bag(f, &p, 1, &bag, &wait);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_REPLANNED);
    assert_int_equal(changes.n_opened, 2);
    const struct bw_promise *moved = &changes.opened[changes.opened[0].owed == BW_OWE_ASK ? 0 : 1];
    assert_true(moved->due_at == wait.data.answer_by);
    wait.data.answer_by = at("2026-11-21T08:00:00Z");
    assert_int_equal(bw_ask_may(&bag, &wait, &f->world, wait.recorded_at, &err), BW_E_ASK);
    struct bw_event stranger = reply(&q, BW_ASK_NOT_HERE, "2026-11-21T01:30:00Z");
    put(stranger.carrier, sizeof stranger.carrier, "LH");
    assert_int_equal(bw_ask_may(&bag, &stranger, &f->world, stranger.recorded_at, &err), BW_E_FORBIDDEN);
}

static void a_scan_answers_every_question(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    struct bw_promise p = asked(f, &bag, &q);
    struct bw_bag other = bag;
    struct bw_event scan = said(BW_EV_ON_HAND, "BA", "2026-11-21T01:20:00Z");
    put(scan.station, sizeof scan.station, "LHR");
    bw_event_set_order(&scan, BW_TIME_NONE);
    (void)fold(f, &bag, &scan);
    assert_int_equal(bag.n_asks, 0);
    on_bag(f, &p, 1, &bag, &scan);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
    put(scan.carrier, sizeof scan.carrier, "LH");
    (void)fold(f, &other, &scan);
    on_bag(f, &p, 1, &other, &scan);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_SUPERSEDED);
    struct bw_event late = reply(&q, BW_ASK_HERE, "2026-11-21T01:30:00Z");
    struct bw_error err = { 0 };
    assert_int_equal(bw_ask_may(&bag, &late, &f->world, late.recorded_at, &err), BW_E_ASK);
}

/* req: SEC-10 (a word without a mandate meets nothing) */
static void a_scan_without_a_mandate_is_no_answer(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    struct bw_promise p = asked(f, &bag, &q);
    struct bw_event seen = said(BW_EV_BAG_SEEN, "BA", "2026-11-21T01:20:00Z");
    seen.time_kind = BW_T_SCAN;
    put(seen.station, sizeof seen.station, "LHR");
    bag.n_asks = 0; /* whatever ended the question: it was not met */
    for (int k = 0; k < 2; k++) {
        seen.flags = k ? BW_FL_NO_MANDATE : 0;
        on_bag(f, &p, 1, &bag, &seen);
        assert_int_equal(changes.n_closed, 1);
        assert_int_equal(changes.closed[0].why, k ? BW_CLOSE_SUPERSEDED : BW_CLOSE_MET);
    }
}

/* With its file nobody waits for the answer any more, and the link says so. */
static void the_end_of_the_file_ends_the_question(void **state)
{
    struct fixture *f = *state;
    struct bw_bag bag;
    struct bw_event q;
    (void)asked(f, &bag, &q);
    struct bw_event closed = said(BW_EV_CASE_CLOSED, "IB", "2026-11-21T01:30:00Z");
    assert_non_null(bw_ask_open(&bag, &q.uid));
    bw_event_set_order(&closed, BW_TIME_NONE);
    (void)fold(f, &bag, &closed);
    assert_null(bw_ask_open(&bag, &q.uid));
    assert_int_equal(bag.n_asks, 0);
}

/* req: BAG-06 (whatever the order of arrival) */
static void the_order_of_arrival_does_not_matter(void **state)
{
    struct fixture *f = *state;
    struct bw_bag start = watched_bag(), forth = start, back = start;
    struct bw_event events[4];
    events[0] = said(BW_EV_CASE_OPENED, "IB", "2026-11-21T00:20:00Z");
    events[0].data.case_id = id_of(2000);
    events[1] = question(f, &start, "BA", "LHR", "2026-11-21T01:00:00Z");
    events[2] = reply(&events[1], BW_ASK_UNTIL, "2026-11-21T01:10:00Z");
    events[2].data.answer_by = at("2026-11-21T06:00:00Z");
    events[3] = question(f, &start, "LH", "JFK", "2026-11-21T01:15:00Z");
    const struct bw_event *one[4], *other[4];
    for (size_t k = 0; k < 4; k++) {
        events[k].version = (int32_t)k + 1;
        bw_event_set_order(&events[k], BW_TIME_NONE);
        one[k] = &events[k];
        other[3 - k] = &events[k];
    }
    (void)bw_bag_fold(&forth, one, 4, &f->world, NULL);
    (void)bw_bag_fold(&back, other, 4, &f->world, NULL);
    assert_int_equal(forth.n_asks, 2);
    assert_true(forth.asks[0].moved && forth.asks[0].due_at == at("2026-11-21T06:00:00Z"));
    struct bw_buf a, b;
    struct bw_bag again;
    bw_buf_init(&a, 8192);
    bw_buf_init(&b, 8192);
    bw_bag_pack(&forth, &a);
    bw_bag_pack(&back, &b);
    assert_true(bw_str_eq(bw_buf_view(&a), bw_buf_view(&b)));
    assert_true(bw_bag_unpack(bw_buf_view(&a), &again));
    assert_string_equal(again.asks[1].station, "JFK");
    assert_true(bw_uuid_eq(&again.asks[0].uid, &events[1].uid));
    bw_buf_done(&a);
    bw_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_scan_without_a_mandate_is_no_answer, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_end_of_the_file_ends_the_question, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_answer_is_owed_beside_the_place_news, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_question_may_give_more_time_than_the_policy_and_never_less, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test(whom_one_asks_has_the_bag_or_saw_it_there),
        cmocka_unit_test_setup_teardown(here_sets_the_place_and_leaves_custody, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(here_from_the_receiver_accepts_no_handover, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(not_here_is_a_search, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(sent_on_is_news_and_meets_its_question_alone, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(needs_until_moves_the_time_once, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_scan_answers_every_question, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_order_of_arrival_does_not_matter, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
