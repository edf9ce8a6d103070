/* SPDX-License-Identifier: Apache-2.0 */
/* say_health_test.c - what the customer's page says of a silent feed: of whoever owes or has the bag, where it is, and
 * only as long as it is true. */
#include "say_fixture.h"

static struct bw_silence silences[] = {
    { "BA", "LHR", 0 },
    { "IB", "MAD", 0 },
};

static struct bw_view *say_silent(struct page *p)
{
    for (size_t i = 0; i < BW_LEN(silences); i++)
        silences[i].since = at("2026-11-21T01:05:00Z");
    p->f.world.silences = silences;
    p->f.world.n_silences = BW_LEN(silences);
    struct bw_view *v = say_at(p, "2026-11-21T02:30:00Z");
    p->f.world.n_silences = 0;
    return v;
}

/* req: CLK-12 (on the page, of the debtor at the bag's station) */
static void the_page_names_the_silent_feed_of_who_must_speak(void **state)
{
    struct page *p = *state;
    begin(p);
    struct bw_view *v = say_silent(p);
    assert_int_equal(count_at(v, "silences"), 1); /* BA owes and has the bag: once; Madrid is not where it is */
    assert_string_equal(text_at(v, "silences.0.text"),
                        "Nothing has come from the systems of British Airways at London Heathrow since 21 Nov, 02:05.");
    bw_str_put(BW_STR("MAD"), p->open[0].station, sizeof p->open[0].station);
    bw_str_put(BW_STR("IB"), p->open[0].debtor, sizeof p->open[0].debtor);
    assert_int_equal(count_at(say_silent(p), "silences"), 2); /* the debtor there, the custodian here */
    assert_int_equal(count_at(say_at(p, "2026-11-21T02:30:00Z"), "silences"), 0);
}

static void nobody_is_named_who_need_not_speak(void **state)
{
    struct page *p = *state;
    begin(p);
    bw_str_put(BW_STR("LH"), p->open[0].debtor, sizeof p->open[0].debtor);
    bw_str_put(BW_STR("LH"), p->bag.custodian, sizeof p->bag.custodian);
    assert_int_equal(count_at(say_silent(p), "silences"), 0);
    begin(p);
    p->said.n_open = 0;
    p->bag.watch_ended = true;
    assert_int_equal(count_at(say_silent(p), "silences"), 0);
}

/* The incident is told as over a moment after the word that ends it. */
static void a_word_on_the_page_is_not_denied(void **state)
{
    struct page *p = *state;
    struct bw_event ev;
    begin(p);
    bw_event_init(&ev);
    ev.code = BW_EV_BAG_SEEN;
    ev.source = BW_SRC_JSON;
    ev.recorded_at = ev.occurred_at = at("2026-11-21T02:20:00Z");
    bw_str_put(BW_STR("BA"), ev.carrier, sizeof ev.carrier);
    bw_str_put(BW_STR("LHR"), ev.station, sizeof ev.station);
    p->history[0] = &ev;
    p->said.n_history = 1;
    assert_int_equal(count_at(say_silent(p), "silences"), 0);
    ev.source = BW_SRC_STAFF; /* a colleague at the desk: the systems are silent all the same */
    assert_int_equal(count_at(say_silent(p), "silences"), 1);
    ev.source = BW_SRC_JSON;
    ev.recorded_at = at("2026-11-21T01:05:00Z");
    assert_int_equal(count_at(say_silent(p), "silences"), 1);
}

/* An owner who is asked to take the file owes the reader no news of the bag: its systems elsewhere are nobody's matter.
 */
static void who_is_offered_the_file_is_not_named(void **state)
{
    struct page *p = *state;
    begin(p);
    p->open[1] = promise(BW_OWE_OWNER, "IB", "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", -1);
    bw_str_put(BW_STR("MAD"), p->open[1].station, sizeof p->open[1].station);
    p->said.n_open = 2;
    assert_int_equal(count_at(say_silent(p), "silences"), 1);
}

static struct bw_event put_off(const char *since, const char *until, const char *due)
{
    struct bw_event ev;
    bw_event_init(&ev);
    ev.code = BW_EV_PROMISE_MOVED;
    ev.source = BW_SRC_SYSTEM;
    ev.recorded_at = ev.occurred_at = at(until);
    ev.data.since = at(since);
    ev.data.due = at(due);
    bw_str_put(BW_STR(BW_MOVE_OUTAGE), ev.data.why, sizeof ev.data.why);
    return ev;
}

/* req: CLK-13 (the page says it was us: the newest, for a day) */
static void our_own_outage_is_said_for_a_day(void **state)
{
    struct page *p = *state;
    struct bw_event old = put_off("2026-11-20T04:00:00Z", "2026-11-20T05:00:00Z", "2026-11-20T06:00:00Z");
    struct bw_event new = put_off("2026-11-21T01:00:00Z", "2026-11-21T02:00:00Z", "2026-11-21T03:00:00Z");
    begin(p);
    p->history[0] = &old;
    p->history[1] = &new;
    p->said.n_history = 2;
    assert_string_equal(text_at(say_at(p, "2026-11-21T02:30:00Z"), "outage.text"),
                        "Our own service could not take updates from 21 Nov, 02:00 to 21 Nov, 03:00. That was our "
                        "fault "
                        "and no airline's: what fell due meanwhile was put off until 21 Nov, 04:00.");
    assert_non_null(strstr(text_at(say_at(p, "2026-11-22T01:59:59Z"), "outage.text"), "our fault"));
    assert_string_equal(text_at(say_at(p, "2026-11-22T02:00:00Z"), "outage.text"), "(nothing)");
    bw_str_put(BW_STR(BW_MOVE_DISRUPTION), new.data.why,
               sizeof new.data.why); /* of a storm's there is nothing of ours to say */
    assert_string_equal(text_at(say_at(p, "2026-11-21T06:00:00Z"), "outage.text"), "(nothing)");
}

/* req: CLK-09 (asked and due times show on the page, and the newest answer while nobody has seen the bag since) */
static void what_was_asked_and_answered_is_said_as_it_stands(void **state)
{
    struct page *p = *state;
    struct bw_event first, second;
    begin(p);
    struct bw_ask *ask = &p->bag.asks[p->bag.n_asks++];
    *ask = (struct bw_ask){ .asked_at = at("2026-11-21T02:00:00Z"), .due_at = at("2026-11-21T03:00:00Z") };
    bw_str_put(BW_STR("LHR"), ask->station, sizeof ask->station);
    bw_str_put(BW_STR("BA"), ask->carrier, sizeof ask->carrier);
    bw_str_put(BW_STR("IB"), ask->by, sizeof ask->by);
    assert_non_null(
        strstr(text_at(say_at(p, "2026-11-21T02:59:59Z"), "asked.0.text"), "The answer is due by 21 Nov, 04:00"));
    assert_non_null(strstr(text_at(say_at(p, "2026-11-21T03:00:00Z"), "asked.0.text"), "has not come in"));
    p->bag.n_asks = 0;
    bw_event_init(&first);
    first.code = BW_EV_STATION_ANSWERED;
    first.source = BW_SRC_STAFF;
    first.recorded_at = first.occurred_at = at("2026-11-21T02:10:00Z");
    bw_str_put(BW_STR("not-here"), first.data.action, sizeof first.data.action);
    bw_str_put(BW_STR("BA"), first.carrier, sizeof first.carrier);
    bw_str_put(BW_STR("LHR"), first.station, sizeof first.station);
    bw_event_set_order(&first, BW_TIME_NONE);
    second = first;
    second.recorded_at = second.occurred_at = at("2026-11-21T02:20:00Z");
    bw_event_set_order(&second, BW_TIME_NONE);
    p->history[0] = &first;
    p->history[1] = &second;
    p->said.n_history = 2;
    assert_non_null(strstr(text_at(say_at(p, "2026-11-21T03:00:00Z"), "asked.0.text"), "answered on 21 Nov, 03:20"));
    p->bag.last_seen_at = at("2026-11-21T02:20:01Z");
    assert_int_equal(count_at(say_at(p, "2026-11-21T03:00:00Z"), "asked"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_offered_the_file_is_not_named),
        cmocka_unit_test(our_own_outage_is_said_for_a_day),
        cmocka_unit_test(what_was_asked_and_answered_is_said_as_it_stands),
        cmocka_unit_test(the_page_names_the_silent_feed_of_who_must_speak),
        cmocka_unit_test(nobody_is_named_who_need_not_speak),
        cmocka_unit_test(a_word_on_the_page_is_not_denied),
    };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
