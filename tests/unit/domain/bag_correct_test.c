/* SPDX-License-Identifier: Apache-2.0 */
/* bag_correct_test.c - corrections: what they take back, who may say them, in which order they may come. */
#include "story_rows.h"

static struct log log_;

static void start(void)
{
    log_init(&log_);
}

static struct bw_event tell(const char *when, const char *carrier, enum bw_event_code code, const char *station)
{
    char full[32];
    (void)snprintf(full, sizeof(full), "2026-11-20T%s:00Z", when);
    struct bw_event ev = say(full, carrier, code, station, full);
    ev.recorded_at += BW_MINUTE;
    return ev;
}

static void hears(const char *when, const char *carrier, enum bw_event_code code, const char *station)
{
    hear(&log_, tell(when, carrier, code, station));
}

static struct bw_event correction(const char *when, const struct bw_event *what, char text[160])
{
    struct bw_event ev = tell(when, what->carrier, BW_EV_CORRECTION, "");
    (void)snprintf(text, 160, "[{\"event_id\":\"%s\"}]", what->event_id);
    ev.replaces = bw_str_c(text);
    return ev;
}

/* req: ING-02 (corrected; a correction may come before what it replaces) */
static void corrections_take_back(void **state)
{
    (void)state;
    char text[160], other[160];
    for (int late = 0; late < 2; late++) {
        struct bw_event wrong = tell("12:00", "BA", BW_EV_BAG_LOADED, "JFK"), mend = correction("12:30", &wrong, text);
        start();
        hears("11:00", "BA", BW_EV_BAG_ACCEPTED, "JFK");
        hear(&log_, late ? mend : wrong);
        assert_int_equal(log_.bag.place, late ? BW_PLACE_AT : BW_PLACE_LOADED);
        assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
        assert_int_equal(log_.bag.pending_replaces, late);
        hear(&log_, late ? wrong : mend);
        assert_int_equal(log_.last.outcome, BW_OUT_CORRECTED);
        assert_int_equal(log_.bag.place, BW_PLACE_AT);
        assert_int_equal(log_.bag.last_seen_at, at("2026-11-20T11:00:00Z"));
        assert_false(log_.bag.pending_replaces);
        hears("13:00", "BA", BW_EV_BAG_SEEN, "LHR");
        assert_string_equal(log_.bag.station, "LHR");
    }
    /* Nobody takes back what another carrier or sender said. */
    start();
    struct bw_event scan = tell("12:00", "BA", BW_EV_BAG_LOADED, "JFK"), foreign = correction("12:30", &scan, text);
    hear(&log_, scan);
    bw_str_put(BW_STR("IB"), foreign.carrier, sizeof(foreign.carrier));
    hear(&log_, foreign);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    foreign = correction("12:30", &scan, text);
    bw_str_put(BW_STR("handler"), foreign.sender, sizeof(foreign.sender));
    hear(&log_, foreign);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    /* A newer correction takes back an older one, and what that took back is said again; an older one cannot. */
    struct bw_event mine = correction("12:40", &scan, text), undo = correction("12:50", &mine, other);
    hear(&log_, mine);
    assert_int_equal(log_.bag.place, BW_PLACE_NONE);
    hear(&log_, undo);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    assert_int_equal(log_.last.outcome, BW_OUT_CORRECTED);
    char back[160];
    hear(&log_, correction("12:30", &undo, back));
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    assert_true(log_.bag.pending_replaces);
}

/* A supervisor of the carrier takes back what any sender said for it, and for no other carrier. req: ING-12 */
static void corrected_by_a_supervisor(void **state)
{
    (void)state;
    char text[160], none[160];
    start();
    hears("11:00", "BA", BW_EV_BAG_ACCEPTED, "JFK");
    struct bw_event scan = tell("12:00", "BA", BW_EV_BAG_LOADED, "JFK"), mend = correction("12:30", &scan, text);
    bw_str_put(BW_STR("handler"), scan.sender, sizeof(scan.sender));
    bw_str_put(BW_STR("BA.u0000000a"), mend.sender, sizeof(mend.sender));
    hear(&log_, scan);
    hear(&log_, mend);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED); /* a person without that role */
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    mend.event_id[0] = 's';
    mend.data.supervisor = true;
    struct bw_event other = mend;
    other.event_id[0] = 'o';
    bw_str_put(BW_STR("IB"), other.carrier, sizeof(other.carrier));
    hear(&log_, other);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    hear(&log_, mend);
    assert_int_equal(log_.bag.place, BW_PLACE_AT);
    assert_int_equal(log_.last.outcome, BW_OUT_CORRECTED);
    /* What Bagwatch itself or the customer said is no carrier's to take back. */
    struct bw_event ours = tell("12:40", "", BW_EV_DAMAGE_REPORTED, ""), bold = correction("12:50", &ours, none);
    bold.data.supervisor = true;
    bw_str_put(BW_STR("BA.u0000000a"), bold.sender, sizeof(bold.sender));
    hear(&log_, ours);
    hear(&log_, bold);
    assert_true(log_.bag.damaged);
}

/* Where the identity differs, the correction says so. */
static void correction_by_identity(void **state)
{
    (void)state;
    char text[160];
    start();
    struct bw_event scan = tell("12:00", "BA", BW_EV_BAG_LOADED, "JFK");
    scan.ident = ident("2125001234");
    struct bw_event mend = correction("12:30", &scan, text);
    hear(&log_, scan);
    hear(&log_, mend);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    assert_true(log_.bag.pending_replaces);
    mend.event_id[0] = 'm';
    (void)snprintf(text, sizeof(text), "[{\"event_id\":\"%s\",\"identity\":\"rush:2125001234@2026-11-20\"}]",
                   scan.event_id);
    mend.replaces = bw_str_c(text);
    hear(&log_, mend);
    assert_int_equal(log_.bag.place, BW_PLACE_NONE);
}

/* A delivery taken back: the watch goes on, and that is an event too. req: BAG-09 */
static void corrected_delivery(void **state)
{
    (void)state;
    char text[160];
    start();
    hears("11:00", "IB", BW_EV_ARRIVED_AT_DESTINATION, "MAD");
    struct bw_event report = story_case();
    report.occurred_at = at("2026-11-20T11:30:00Z");
    hear(&log_, report);
    struct bw_event home = tell("12:00", "IB", BW_EV_DELIVERED, "");
    bw_str_put(BW_STR("id"), home.data.proof, sizeof(home.data.proof));
    hear(&log_, home);
    assert_true(!log_.bag.watched && log_.bag.watch_ended);
    hear(&log_, correction("12:30", &home, text));
    assert_true(log_.bag.watched && !log_.bag.watch_ended);
    assert_int_equal(log_.bag.place, BW_PLACE_AT_DESTINATION);
    assert_int_equal(log_.n_follow, 2);
    assert_int_equal(log_.follow[0].code, BW_EV_WATCH_STARTED);
    assert_string_equal(log_.follow[0].data.why, "corrected");
    struct bw_event more[BW_FOLLOW_MAX];
    assert_int_equal(bw_bag_follow(&log_.bag, &log_.bag, &log_.follow[0], more, BW_FOLLOW_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corrections_take_back),
        cmocka_unit_test(corrected_by_a_supervisor),
        cmocka_unit_test(correction_by_identity),
        cmocka_unit_test(corrected_delivery),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
