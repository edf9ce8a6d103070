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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_names_the_silent_feed_of_who_must_speak),
        cmocka_unit_test(nobody_is_named_who_need_not_speak),
        cmocka_unit_test(a_word_on_the_page_is_not_denied),
    };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
