/* SPDX-License-Identifier: Apache-2.0 */
/* owing_told_test.c - only one that is told can owe: who asks in whose place, and that coming and going decides about
 * new promises alone. */
#include "fixture.h"

#include "bw/domain/stale.h"

static struct bw_promise_changes changes;

/* A world in which those of the list, ended by "", are told. */
static void told(struct fixture *f, struct bw_member *members, const char *const *codes)
{
    size_t n = 0;
    for (; codes[n][0]; n++) {
        members[n] = (struct bw_member){ .how = BW_MEMBER_CONNECTED };
        bw_str_put(bw_str_c(codes[n]), members[n].code, sizeof members[n].code);
    }
    f->world.members = members;
    f->world.n_members = n;
}
#define TOLD(f, m, ...) told((f), (m), (const char *const[]){ __VA_ARGS__, "" })

static void on_bag(struct fixture *f, const struct bw_promise *open, size_t n, const struct bw_bag *after,
                   const struct bw_event *ev)
{
    memset(&changes, 0, sizeof changes);
    bw_promise_bag(open, n, after, ev, &f->world, next_id, f, &changes);
}

static void assert_opened(size_t k, const char *owed, const char *debtor, const char *for_carrier, const char *due)
{
    assert_true(changes.n_opened > k);
    const struct bw_promise *p = &changes.opened[k];
    assert_string_equal(bw_owed_row(p->owed)->word, owed);
    assert_string_equal(p->debtor, debtor);
    assert_string_equal(p->for_carrier, for_carrier);
    char text[BW_TIME_TEXT];
    assert_string_equal(bw_time_text(p->due_at, text), due);
}

/* BA, which has the bag at rest, cannot be told: IB, whose case it is, asks and reports in the time that BA would have.
 */
static struct bw_promise ba_via_ib(struct fixture *f, struct bw_member *m, struct bw_bag *ret)
{
    TOLD(f, m, "IB");
    *ret = watched_bag();
    ret->at_rest = true;
    struct bw_event ev = said(BW_EV_STAFF_NOTE, "IB", "2026-11-21T00:50:00Z");
    on_bag(f, NULL, 0, ret, &ev);
    assert_int_equal(changes.n_opened, 1);
    assert_opened(0, "ask-and-report", "IB", "BA", "2026-11-21T04:50:00Z");
    return changes.opened[0];
}

/* req: CLK-16 (the owner owes ask and report, entered as "BA, via IB") */
static void the_owner_asks_in_place_of_one_that_cannot_be_told(void **state)
{
    struct fixture *f = *state;
    struct bw_member m[4];
    struct bw_bag bag;
    struct bw_promise p = ba_via_ib(f, m, &bag);
    assert_string_equal(p.station, "LHR");
    assert_string_equal(p.creditor, "IB");
    assert_true(p.yardstick_at == p.due_at);
    assert_false(bw_promise_untold(&p));
    /* a flight's time is the flight's, whoever asks for it */
    bag.forward = true;
    bag.fwd_date = day("2026-11-21");
    bw_str_put(BW_STR("LHR"), bag.fwd_from, sizeof bag.fwd_from);
    bw_str_put(BW_STR("LH4711"), bag.fwd_flight, sizeof bag.fwd_flight);
    struct bw_event ev = said(BW_EV_STAFF_NOTE, "IB", "2026-11-21T01:00:00Z");
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 1);
    assert_opened(0, "ask-and-report", "IB", "LH", "2026-11-22T01:00:00Z");
}

static struct bw_event confirmed(const char *carrier, const char *asked, const char *waiting_for)
{
    struct bw_event ev = said(BW_EV_STATUS_CONFIRMED, carrier, "2026-11-21T02:00:00Z");
    ev.source = BW_SRC_STAFF;
    bw_str_put(bw_str_c(asked), ev.data.asked, sizeof ev.data.asked);
    bw_str_put(bw_str_c(waiting_for), ev.data.waiting_for, sizeof ev.data.waiting_for);
    return ev;
}

/* req: CLK-16 (met by what the owner says of it, or enters for it) */
static void asking_meets_it_and_talking_of_another_does_not(void **state)
{
    struct fixture *f = *state;
    struct bw_member m[4];
    struct bw_bag bag;
    struct bw_promise p = ba_via_ib(f, m, &bag);
    struct bw_event ev = confirmed("IB", "LHR", "LH");
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 0);
    ev = confirmed("LH", "BA", "");
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 0);
    ev = confirmed("IB", "BA", "");
    ev.source = BW_SRC_JSON; /* a machine asks nobody */
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 0);
    ev = confirmed("IB", "LHR", "BA");
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_CONFIRMED);
    assert_opened(0, "ask-and-report", "IB", "BA", "2026-11-21T06:00:00Z");
    /* what BA told on the telephone, entered by IB's people: at most a sighting, and it is what was asked for */
    ev = said(BW_EV_BAG_SEEN, "BA", "2026-11-21T02:30:00Z");
    ev.flags = BW_FL_NO_MANDATE;
    bw_str_put(BW_STR("LH.u00000001"), ev.sender, sizeof ev.sender);
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 0);
    bw_str_put(BW_STR("IB.u00000001"), ev.sender, sizeof ev.sender);
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.closed[0].why, BW_CLOSE_MET);
}

/* req: CLK-16 (a carrier that becomes a member: its next promise is its own; one that leaves keeps what it was told) */
static void who_comes_or_goes_changes_new_promises_alone(void **state)
{
    struct fixture *f = *state;
    struct bw_member m[4];
    struct bw_bag bag;
    struct bw_promise p = ba_via_ib(f, m, &bag);
    TOLD(f, m, "BA", "IB");
    struct bw_event note = said(BW_EV_STAFF_NOTE, "IB", "2026-11-21T01:00:00Z");
    on_bag(f, &p, 1, &bag, &note);
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
    struct bw_event ev = confirmed("IB", "BA", "");
    on_bag(f, &p, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 1);
    assert_opened(0, "located", "BA", "", "2026-11-21T06:00:00Z");
    struct bw_promise own = changes.opened[0];
    TOLD(f, m, "IB");
    on_bag(f, &own, 1, &bag, &note);
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
}

/* req: CLK-16, CLK-01 (the owner itself cannot be told: who opened the file, or who has the bag, asks it) */
static void an_owner_that_cannot_be_told_is_asked_by_the_nearest(void **state)
{
    struct fixture *f = *state;
    struct bw_member m[4];
    TOLD(f, m, "BA", "LH");
    struct bw_case c = open_case();
    struct bw_event ev = said(BW_EV_CASE_OPENED, "LH", "2026-11-21T00:20:00Z");
    bw_str_put(BW_STR("LH"), c.opener, sizeof c.opener);
    memset(&changes, 0, sizeof changes);
    bw_promise_case(NULL, 0, &c, &ev, &f->world, next_id, f, &changes);
    assert_opened(0, "reported", "LH", "IB", "2026-11-21T01:20:00Z");
    /* asked to take the file, and nobody there to answer */
    bw_str_put(BW_STR("UX"), c.offered_to, sizeof c.offered_to);
    memset(&changes, 0, sizeof changes);
    bw_promise_case(NULL, 0, &c, &ev, &f->world, next_id, f, &changes);
    assert_int_equal(changes.n_opened, 1);
    /* a handover to it: the giver asks; and once it is disputed the giver's own duty says for whom else it answers */
    struct bw_bag bag = watched_bag();
    bag.custody = BW_CUSTODY_PENDING;
    bw_str_put(BW_STR("IB"), bag.receiver, sizeof bag.receiver);
    on_bag(f, NULL, 0, &bag, &ev);
    assert_opened(0, "ask-and-report", "BA", "IB", "2026-11-21T01:20:00Z");
    struct bw_promise asks = changes.opened[0];
    bag.custody = BW_CUSTODY_DISPUTED;
    on_bag(f, &asks, 1, &bag, &ev);
    assert_int_equal(changes.n_closed, 1);
    assert_int_equal(changes.n_opened, 1);
    assert_opened(0, "custody-disputed", "BA", "IB", "2026-11-21T04:20:00Z");
    struct bw_promise both = changes.opened[0];
    on_bag(f, &both, 1, &bag, &ev);
    assert_int_equal(changes.n_closed + changes.n_opened, 0);
}

/* req: CLK-16 (coverage, never a breach) */
static void where_nobody_can_be_told_it_is_coverage_and_no_level_rises(void **state)
{
    struct fixture *f = *state;
    struct bw_member m[4];
    TOLD(f, m, "SK");
    struct bw_bag bag = watched_bag();
    bag.at_rest = true;
    struct bw_event ev = said(BW_EV_STAFF_NOTE, "IB", "2026-11-21T00:50:00Z");
    on_bag(f, NULL, 0, &bag, &ev);
    assert_opened(0, "located", "BA", "BA", "2026-11-21T04:50:00Z");
    struct bw_promise p = changes.opened[0];
    assert_true(bw_promise_untold(&p));
    assert_true(p.next_level_at == BW_TIME_NONE);
    const struct bw_stale_period period = { at("2026-11-21T00:00:00Z"), at("2026-11-22T00:00:00Z"),
                                            at("2026-11-21T10:50:00Z") };
    struct bw_stale_row row = { 0 }, none = { 0 };
    int64_t us;
    bw_stale_add(&row, &p, &period);
    assert_memory_equal(&row, &none, sizeof row);
    assert_true(bw_stale_coverage(&p, &period, &us));
    assert_true(us == 10 * BW_HOUR);
    /* where another asks, that one's lateness is its own, and how long it had to ask is coverage beside it */
    struct bw_promise via = ba_via_ib(f, m, &bag);
    bw_stale_add(&row, &via, &period);
    assert_int_equal(row.never, 1);
    assert_true(bw_stale_coverage(&via, &period, &us));
    /* and a carrier that is told owes for itself */
    bw_str_put(BW_STR(""), via.for_carrier, sizeof via.for_carrier);
    assert_false(bw_stale_coverage(&via, &period, &us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_owner_asks_in_place_of_one_that_cannot_be_told, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(asking_meets_it_and_talking_of_another_does_not, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(who_comes_or_goes_changes_new_promises_alone, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(an_owner_that_cannot_be_told_is_asked_by_the_nearest, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(where_nobody_can_be_told_it_is_coverage_and_no_level_rises, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
