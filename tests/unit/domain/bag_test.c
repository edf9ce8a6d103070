/* SPDX-License-Identifier: Apache-2.0 */
/* bag_test.c - custody, clocks, plans, reports, journey, joins, instructions: short stories of one day. */
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

static struct bw_event offer(const char *when, const char *carrier, const char *to)
{
    struct bw_event ev = tell(when, carrier, BW_EV_TRANSFER_OUT, "LHR");
    bw_str_put(bw_str_c(to), ev.to_carrier, sizeof(ev.to_carrier));
    return ev;
}

static struct bw_event time_out(const char *when, const char *from, const char *to)
{
    struct bw_event ev = tell(when, "", BW_EV_CUSTODY_DISPUTED, "LHR");
    bw_str_put(bw_str_c(from), ev.from_carrier, sizeof(ev.from_carrier));
    bw_str_put(bw_str_c(to), ev.to_carrier, sizeof(ev.to_carrier));
    return ev;
}

static void custody_is(enum bw_custody custody, const char *custodian, const char *receiver)
{
    if (log_.bag.custody != custody || strcmp(log_.bag.custodian, custodian) != 0 ||
        strcmp(log_.bag.receiver, receiver) != 0)
        fail_msg("%s %s>%s", bw_custody_word(log_.bag.custody), log_.bag.custodian, log_.bag.receiver);
}

static void pending(void)
{
    start();
    hears("10:00", "BA", BW_EV_BAG_ACCEPTED, "LHR");
    hear(&log_, offer("12:00", "BA", "IB"));
    custody_is(BW_CUSTODY_PENDING, "BA", "IB");
}

static void disputed(void)
{
    pending();
    assert_int_equal(log_.bag.timeout_at, at("2026-11-20T16:01:00Z"));
    hear(&log_, time_out("16:01", "BA", "IB"));
    custody_is(BW_CUSTODY_DISPUTED, "BA", "IB");
    assert_int_equal(log_.bag.timeout_at, BW_TIME_NONE);
}

static struct bw_event in_person(struct bw_event searched)
{
    searched.data.person = true;
    return searched;
}

/* A search in which nobody is named is no news and no denial; the same by somebody logged in, or with a name, is both.
 * req: ING-14 (SEARCHED_NOT_FOUND needs a person) BAG-08 */
static void a_search_needs_a_person(void **state)
{
    (void)state;
    start();
    hears("10:00", "BA", BW_EV_BAG_SEEN, "LHR");
    bw_time news = log_.bag.last_news_at;
    struct bw_event machine = tell("11:00", "BA", BW_EV_SEARCHED_NOT_FOUND, "LHR"), staff = machine;
    hear(&log_, machine);
    assert_true(log_.bag.last_news_at == news && !log_.bag.denied_by[0]);
    staff.source = BW_SRC_STAFF;
    staff.event_id[0] = 's';
    assert_true(bw_event_in_person(&staff) && !bw_event_in_person(&machine));
    hear(&log_, staff);
    assert_true(log_.bag.last_news_at > news);
    assert_string_equal(log_.bag.denied_by, "BA");
}

/* req: BAG-04 (TRANSFER_OUT never makes the receiver custodian; only its own acquisition does) */
static void handover_is_answered(void **state)
{
    (void)state;
    pending();
    hears("12:30", "IB", BW_EV_TRANSFER_IN, "LHR");
    custody_is(BW_CUSTODY_HELD, "IB", "");
    pending();
    hears("12:30", "IB", BW_EV_BAG_SEEN, "LHR");
    custody_is(BW_CUSTODY_HELD, "IB", "");
    pending();
    hears("12:30", "IB", BW_EV_TRANSFER_REFUSED, "LHR");
    custody_is(BW_CUSTODY_HELD, "BA", "");
    pending();
    hears("12:30", "BA", BW_EV_BAG_SEEN, "LHR");
    custody_is(BW_CUSTODY_HELD, "BA", "");
    pending();
    hears("12:30", "AA", BW_EV_ON_HAND, "LHR");
    custody_is(BW_CUSTODY_HELD, "AA", "");
    assert_true(log_.last.flags & BW_FL_NO_TRANSFER_OUT);
    pending();
    hears("12:30", "AA", BW_EV_TRANSFER_REFUSED, "LHR");
    custody_is(BW_CUSTODY_PENDING, "BA", "IB");
    assert_int_equal(log_.last.outcome, BW_OUT_CONTRADICTING);
    /* Words without a scan move nothing. */
    pending();
    hears("12:30", "IB", BW_EV_SEARCHED_NOT_FOUND, "LHR");
    custody_is(BW_CUSTODY_PENDING, "BA", "IB");
    assert_string_equal(log_.bag.denied_by, "");
    hear(&log_, in_person(tell("12:30", "IB", BW_EV_SEARCHED_NOT_FOUND, "LHR")));
    custody_is(BW_CUSTODY_PENDING, "BA", "IB");
    assert_string_equal(log_.bag.denied_by, "IB");
    hears("12:40", "AA", BW_EV_BAG_SEEN, "LHR");
    assert_string_equal(log_.bag.denied_by, "");
}

/* req: BAG-04 (pending becomes disputed on time-out; own sightings settle it; the finder holds) */
static void dispute_is_settled(void **state)
{
    (void)state;
    disputed();
    hears("16:30", "BA", BW_EV_ON_HAND, "LHR");
    custody_is(BW_CUSTODY_HELD, "BA", "");
    disputed();
    hears("16:30", "IB", BW_EV_BAG_LOADED, "LHR");
    custody_is(BW_CUSTODY_HELD, "IB", "");
    disputed();
    hears("16:30", "AA", BW_EV_BAG_SEEN, "LHR");
    custody_is(BW_CUSTODY_HELD, "AA", "");
    disputed();
    hears("16:30", "IB", BW_EV_TRANSFER_REFUSED, "LHR");
    custody_is(BW_CUSTODY_HELD, "BA", "");
    disputed();
    struct bw_event settled = tell("16:30", "IB", BW_EV_CUSTODY_RESOLVED, "LHR");
    settled.source = BW_SRC_STAFF;
    hear(&log_, settled);
    custody_is(BW_CUSTODY_HELD, "IB", "");
    assert_int_equal(log_.bag.last_seen_at, at("2026-11-20T12:00:00Z")); /* words of staff are no sighting */
    hears("16:40", "AA", BW_EV_CUSTODY_RESOLVED, "LHR");
    custody_is(BW_CUSTODY_HELD, "IB", "");
    assert_int_equal(log_.last.outcome, BW_OUT_CONTRADICTING);
}

/* design.md 3: time-outs count only if their condition still holds at that point. */
static void time_outs_can_be_moot(void **state)
{
    (void)state;
    pending();
    hears("12:30", "IB", BW_EV_TRANSFER_IN, "LHR");
    size_t stored = log_.n;
    hear(&log_, time_out("16:01", "BA", "IB"));
    assert_int_equal(log_.last.outcome, BW_OUT_MOOT);
    assert_int_equal(log_.n, stored);
    pending();
    hear(&log_, offer("13:00", "BA", "AA"));
    hear(&log_, time_out("16:01", "BA", "IB"));
    custody_is(BW_CUSTODY_PENDING, "BA", "AA");
    assert_int_equal(log_.last.outcome, BW_OUT_MOOT);
    /* Offered anew after the giver had it back: the old offer's time-out is not the new one's. */
    pending();
    hears("13:00", "BA", BW_EV_BAG_SEEN, "LHR");
    hear(&log_, offer("14:00", "BA", "IB"));
    hear(&log_, time_out("16:01", "BA", "IB"));
    custody_is(BW_CUSTODY_PENDING, "BA", "IB");
    assert_int_equal(log_.last.outcome, BW_OUT_MOOT);
    assert_int_equal(log_.bag.timeout_at, at("2026-11-20T18:01:00Z"));
    /* Saying it again buys no time. */
    pending();
    hear(&log_, offer("13:00", "BA", "IB"));
    assert_int_equal(log_.bag.timeout_at, at("2026-11-20T16:01:00Z"));
    /* The receiver's word came late, but before the time-out in the one order: no dispute is left. */
    disputed();
    hears("15:00", "IB", BW_EV_TRANSFER_IN, "LHR");
    custody_is(BW_CUSTODY_HELD, "IB", "");
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
}

/* Judged alone the word contradicts; in its place it settled the handover, and what came behind it contradicts. */
static void older_and_yet_it_counts(void **state)
{
    (void)state;
    pending();
    hears("13:00", "IB", BW_EV_TRANSFER_REFUSED, "LHR");
    custody_is(BW_CUSTODY_HELD, "BA", "");
    hears("12:30", "IB", BW_EV_CUSTODY_RESOLVED, "LHR");
    custody_is(BW_CUSTODY_HELD, "IB", "");
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
    assert_string_equal(log_.last.sentence, "older than what is known, and yet it changes it");
}

static void handovers_of_others(void **state)
{
    (void)state;
    start();
    hear(&log_, offer("12:00", "BA", "IB"));
    custody_is(BW_CUSTODY_PENDING, "BA", "IB"); /* its own sighting is enough to give */
    start();
    hears("11:58", "IB", BW_EV_TRANSFER_IN, "LHR");
    hear(&log_, offer("12:00", "BA", "IB"));
    custody_is(BW_CUSTODY_HELD, "IB", ""); /* clocks differ: it was taken before it was given */
    start();
    hears("11:58", "AA", BW_EV_BAG_SEEN, "LHR");
    hear(&log_, offer("12:00", "BA", "IB"));
    custody_is(BW_CUSTODY_PENDING, "BA", "IB");
    assert_true(log_.last.flags & BW_FL_NO_TRANSFER_OUT);
    start();
    hear(&log_, offer("12:00", "BA", "BA"));
    custody_is(BW_CUSTODY_NONE, "", "");
    assert_int_equal(log_.last.outcome, BW_OUT_CONTRADICTING);
}

/* req: BAG-06 (never outrank a timed sighting), BAG-08 (untimed never touches last seen) */
static void untimed_events(void **state)
{
    (void)state;
    start();
    struct bw_event loaded = tell("12:00", "BA", BW_EV_BAG_LOADED, "JFK");
    loaded.source = BW_SRC_TYPEB;
    loaded.time_kind = BW_T_ORIGIN;
    loaded.occurred_at = BW_TIME_NONE;
    on_flight(&loaded, "BA178", "2026-11-20");
    stamp(&loaded, at("2026-11-20T12:00:00Z"));
    arrive(&log_, &loaded);
    assert_int_equal(log_.bag.place, BW_PLACE_LOADED);
    assert_int_equal(log_.bag.last_seen_at, BW_TIME_NONE);
    custody_is(BW_CUSTODY_HELD, "BA", "");
    assert_true(log_.last.flags & BW_FL_UNTIMED);
    /* A timed sighting of an hour before outranks it. */
    hears("11:00", "BA", BW_EV_BAG_ACCEPTED, "JFK");
    assert_int_equal(log_.bag.place, BW_PLACE_AT);
    assert_int_equal(log_.bag.last_seen_at, at("2026-11-20T11:00:00Z"));
    loaded.event_id[0] = 'x';
    stamp(&loaded, at("2026-11-20T13:00:00Z"));
    arrive(&log_, &loaded);
    assert_int_equal(log_.bag.place, BW_PLACE_AT);
    assert_true(log_.last.flags & BW_FL_NO_EFFECT);
    assert_int_equal(log_.last.outcome, BW_OUT_ACCEPTED);
}

/* req: BAG-08 */
static void clocks_are_two(void **state)
{
    (void)state;
    start();
    hears("10:00", "BA", BW_EV_BAG_ACCEPTED, "JFK");
    bw_time news = log_.bag.last_news_at;
    struct bw_event quiet[] = {
        tell("11:00", "", BW_EV_PROMISE_MISSED, ""),     tell("11:10", "", BW_EV_WATCH_STARTED, ""),
        tell("11:20", "", BW_EV_DAMAGE_REPORTED, ""),    tell("11:30", "IB", BW_EV_STAFF_NOTE, ""),
        tell("11:40", "IB", BW_EV_CONTACT_LOGGED, ""),   story_case(),
        tell("11:50", "BA", BW_EV_STATUS_CONFIRMED, ""),
    };
    quiet[2].source = BW_SRC_CUSTOMER;
    for (size_t k = 0; k < BW_LEN(quiet); k++)
        hear(&log_, quiet[k]);
    assert_int_equal(log_.bag.last_seen_at, at("2026-11-20T10:00:00Z"));
    assert_int_equal(log_.bag.last_news_at, news);
    assert_int_equal(log_.bag.last_confirmed_at, BW_TIME_NONE); /* a machine's confirmation (CLK-04) */
    struct bw_event confirmed = story_confirmed();
    hear(&log_, confirmed);
    assert_int_equal(log_.bag.last_confirmed_at, confirmed.recorded_at);
    assert_int_equal(log_.bag.last_news_at, news);
    struct bw_event plan = story_plan();
    hear(&log_, plan);
    assert_int_equal(log_.bag.last_news_at, plan.recorded_at);
    assert_int_equal(log_.bag.last_seen_at, at("2026-11-20T10:00:00Z"));
}

/* req: BAG-10 (the same when a sighting before the report is recorded after it) */
static void report_and_rest(void **state)
{
    (void)state;
    for (int after = 0; after < 2; after++) {
        start();
        struct bw_event rest = tell("11:00", "BA", BW_EV_ON_HAND, "LHR"), report = story_case();
        report.occurred_at = at("2026-11-20T12:00:00Z");
        hear(&log_, after ? report : rest);
        hear(&log_, after ? rest : report);
        assert_true(log_.bag.at_rest && log_.bag.watched && !log_.bag.sighted_since_report);
        assert_string_equal(log_.bag.last_seen_station, "LHR");
        hears("12:00", "BA", BW_EV_BAG_SEEN, "LHR");
        assert_false(log_.bag.sighted_since_report || log_.bag.at_rest);
        hears("12:01", "BA", BW_EV_BAG_SEEN, "LHR");
        assert_true(log_.bag.sighted_since_report);
    }
}

static void plans_end(void **state)
{
    (void)state;
    start();
    hears("06:00", "BA", BW_EV_ON_HAND, "LHR");
    struct bw_event plan = story_plan(), newer = story_plan();
    plan.occurred_at = at("2026-11-20T07:00:00Z");
    newer.occurred_at = at("2026-11-20T08:00:00Z");
    on_flight(&newer, "IB3165", "2026-11-21");
    hear(&log_, newer);
    hear(&log_, plan);
    assert_string_equal(log_.bag.fwd_flight, "IB3165");
    struct bw_event left = tell("09:00", "IB", BW_EV_BAG_NOT_LOADED, "LHR");
    on_flight(&left, "IB3163", "2026-11-21");
    hear(&log_, left);
    assert_true(log_.bag.forward); /* another flight's */
    on_flight(&left, "IB3165", "2026-11-21");
    left.event_id[0] = 'n';
    left.occurred_at += BW_MINUTE;
    hear(&log_, left);
    assert_false(log_.bag.forward);
    assert_true(log_.bag.at_rest && log_.bag.fwd_flight[0] == '\0');
}

static void delivery_windows(void **state)
{
    (void)state;
    start();
    struct bw_event out = tell("09:00", "IB", BW_EV_HANDED_TO_COURIER, "MAD"),
                    again = tell("13:00", "IB", BW_EV_DELIVERY_SCHEDULED, "");
    out.data.window_from = at("2026-11-20T10:00:00Z");
    out.data.window_until = at("2026-11-20T12:00:00Z");
    again.data.window_from = at("2026-11-21T10:00:00Z");
    again.data.window_until = at("2026-11-21T12:00:00Z");
    hear(&log_, out);
    assert_int_equal(log_.bag.window_until, out.data.window_until);
    hears("11:00", "IB", BW_EV_DELIVERY_ATTEMPTED, "");
    assert_true(log_.bag.attempted && log_.bag.window_until == BW_TIME_NONE);
    assert_string_equal(log_.bag.station, "MAD");
    hear(&log_, again);
    assert_true(!log_.bag.attempted && log_.bag.window_until == again.data.window_until);
    assert_int_equal(log_.bag.place, BW_PLACE_WITH_COURIER);
    hears("14:00", "IB", BW_EV_RETURNED_TO_STATION, "MAD");
    assert_true(log_.bag.window_until == BW_TIME_NONE && log_.bag.place == BW_PLACE_AT_DESTINATION);
}

static struct bw_event forecast(const char *when, size_t n, const struct bw_leg *legs)
{
    struct bw_event ev = tell(when, "BA", BW_EV_BAG_EXPECTED, legs[0].from);
    ev.data.n_legs = (uint8_t)n;
    for (size_t k = 0; k < n; k++)
        ev.data.legs[k] = legs[k];
    return ev;
}

static void legs_are(const char *want)
{
    char text[128] = "";
    for (size_t k = 0; k < log_.bag.n_legs; k++)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s-%s", k ? " " : "", log_.bag.legs[k].from,
                       log_.bag.legs[k].to);
    assert_string_equal(text, want);
}

/* req: BAG-05 (who belongs to the journey) */
static void journeys_merge(void **state)
{
    (void)state;
    bw_date d = day("2026-11-20");
    const struct bw_leg a = { "BA178", d, "JFK", "LHR" }, b = { "IB3167", d, "LHR", "MAD" },
                        c = { "IB400", d, "MAD", "TFN" };
    const struct bw_leg other = { "IB3169", d, "LHR", "BCN" }, bare = { "IB3167", BW_DATE_NONE, "", "" };
    start();
    hear(&log_, forecast("01:00", 1, &b));
    legs_are("LHR-MAD");
    hear(&log_, forecast("02:00", 2, (struct bw_leg[]){ a, b }));
    legs_are("JFK-LHR LHR-MAD");
    hear(&log_, forecast("03:00", 1, &c));
    legs_are("JFK-LHR LHR-MAD MAD-TFN");
    assert_string_equal(log_.bag.destination, "TFN");
    hear(&log_, forecast("04:00", 1, &bare)); /* what it leaves out is known */
    legs_are("JFK-LHR LHR-MAD MAD-TFN");
    hear(&log_, forecast("05:00", 1, &other)); /* another way from London on */
    legs_are("JFK-LHR LHR-BCN");
    assert_string_equal(bw_bag_owner_by_rule(&log_.bag, "AA"), "IB");
    assert_true(bw_bag_in_journey(&log_.bag, "BA") && bw_bag_in_journey(&log_.bag, "IB"));
    assert_false(bw_bag_in_journey(&log_.bag, "AA") || bw_bag_in_journey(&log_.bag, ""));
    hears("06:00", "AA", BW_EV_BAG_SEEN, "ORD");
    assert_true(log_.last.flags & BW_FL_OUTSIDE_JOURNEY);
    hears("06:10", "BA", BW_EV_BAG_SEEN, "JFK");
    assert_false(log_.last.flags & BW_FL_OUTSIDE_JOURNEY);
    /* The passenger's own itinerary outranks forecasts. */
    struct bw_event report = story_case();
    report.data.n_legs = 1;
    report.data.legs[0] = b;
    hear(&log_, report);
    legs_are("LHR-MAD");
    struct bw_event late = forecast("23:00", 1, &c);
    late.occurred_at += 2 * BW_DAY;
    hear(&log_, late);
    legs_are("LHR-MAD");
}

static void owner_without_itinerary(void **state)
{
    (void)state;
    start();
    assert_string_equal(bw_bag_owner_by_rule(&log_.bag, "AA"), "AA");
    hears("10:00", "BA", BW_EV_BAG_SEEN, "LHR");
    assert_string_equal(bw_bag_owner_by_rule(&log_.bag, "AA"), "BA");
}

static void joins(void **state)
{
    (void)state;
    start();
    struct bw_event join = tell("10:00", "", BW_EV_ALIAS_JOINED, "");
    join.data.other_bag = id_of(9);
    assert_true(bw_bag_needs_history(&log_.bag, &join));
    hear(&log_, join);
    assert_int_equal(log_.bag.n_members, 1);
    struct bw_uuid nine = id_of(9);
    assert_true(bw_uuid_eq(&log_.bag.members[0], &nine));
    /* The member's own event stands in the merged history and names the survivor: nothing to do. */
    join.event_id[0] = 'o';
    join.data.other_bag = log_.bag.bag_id;
    bw_str_put(BW_STR("into"), join.data.why, sizeof(join.data.why));
    hear(&log_, join);
    assert_true(log_.bag.n_members == 1 && bw_uuid_is_nil(&log_.bag.joined_into));
    join.event_id[0] = 'p';
    join.data.other_bag = id_of(8);
    hear(&log_, join);
    struct bw_uuid eight = id_of(8);
    assert_true(bw_uuid_eq(&log_.bag.joined_into, &eight));
}

static void copies_for_the_case(void **state)
{
    (void)state;
    start();
    hears("10:00", "BA", BW_EV_SEARCHED_NOT_FOUND, "LHR");
    assert_int_equal(log_.n_follow, 0); /* no case yet */
    hear(&log_, story_case());
    struct bw_event searched = tell("11:00", "BA", BW_EV_SEARCHED_NOT_FOUND, "LHR");
    searched.private_body = BW_STR("{\"note\":\"behind the belt\"}");
    searched.has_private_commitment = true;
    hear(&log_, searched);
    assert_int_equal(log_.n_follow, 1);
    const struct bw_event *copy = &log_.follow[0];
    assert_true(copy->subject == BW_SUBJECT_CASE && bw_uuid_eq(&copy->bag_id, &log_.bag.case_id));
    assert_int_equal(copy->ident.kind, BW_IDENT_ID);
    assert_true(bw_str_empty(copy->private_body) && !copy->has_private_commitment);
    assert_string_equal(copy->data.case_ref, "MADIB10001");
    struct bw_event none[BW_FOLLOW_MAX];
    assert_int_equal(bw_bag_follow(&log_.bag, &log_.bag, copy, none, BW_FOLLOW_MAX), 0);
    assert_int_equal(bw_bag_follow(&log_.bag, &log_.bag, &searched, none, 0), 0);
}

/* A case on a bag that came home before: nobody waits for it. req: BAG-09 */
static void case_after_delivery(void **state)
{
    (void)state;
    start();
    struct bw_event home = tell("10:00", "IB", BW_EV_DELIVERED, "MAD");
    bw_str_put(BW_STR("pin"), home.data.proof, sizeof(home.data.proof));
    hear(&log_, home);
    assert_int_equal(log_.n_follow, 0);
    hear(&log_, story_case());
    assert_false(log_.bag.watched);
    assert_int_equal(log_.n_follow, 2);
    assert_int_equal(log_.follow[0].code, BW_EV_WATCH_ENDED);
    assert_int_equal(log_.follow[1].subject, BW_SUBJECT_CASE);
}

static void watch_by_a_rule(void **state)
{
    (void)state;
    start();
    struct bw_event on = tell("10:00", "", BW_EV_WATCH_STARTED, ""), off = tell("11:00", "", BW_EV_WATCH_ENDED, "");
    bw_str_put(BW_STR("off-route"), on.data.why, sizeof(on.data.why));
    bw_str_put(BW_STR("staff"), off.data.why, sizeof(off.data.why));
    hear(&log_, on);
    assert_true(log_.bag.watched && log_.bag.watched_from == on.recorded_at);
    assert_int_equal(log_.n_follow, 0);
    hear(&log_, off);
    assert_true(!log_.bag.watched && log_.bag.watch_ended);
}

static const struct bw_station stations[] = { { .code = "MAD", .name = "Madrid Barajas" } };
static const struct bw_carrier carriers[] = { { "BA", "125", "British Airways" }, { "IB", "075", "Iberia" } };
static const struct bw_world world = { .stations = stations, .n_stations = 1, .carriers = carriers, .n_carriers = 2 };

static void instruction_is(const char *carrier, const char *station, const char *want)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf words = { 0 };
    bw_buf_init(&words, 1024);
    bw_bag_instruction(&log_.bag, carrier, station, &world, &words);
    assert_string_equal(bw_buf_cstr(&words), want);
}

/* req: ING-02 (what to do with the bag, in words), BAG-05 */
static void instructions(void **state)
{
    (void)state;
    start();
    instruction_is("BA", "LHR", "Nothing is asked for this bag.");
    hear(&log_, forecast("01:00", 1, &(struct bw_leg){ "IB3167", day("2026-11-20"), "LHR", "MAD" }));
    hears("02:00", "BA", BW_EV_BAG_SEEN, "LHR");
    instruction_is("BA", "LHR", "Send it on IB3167 of 2026-11-20 to Madrid Barajas (MAD).");
    instruction_is("BA", "JFK", "Nothing is asked for this bag.");
    hear(&log_, offer("12:00", "BA", "IB"));
    instruction_is("IB", "LHR", "Take it over from British Airways (TRANSFER_IN) or refuse it (TRANSFER_REFUSED).");
    instruction_is("BA", "LHR", "Hand it to Iberia; you answer for it until Iberia has taken it.");
    hear(&log_, time_out("16:01", "BA", "IB"));
    instruction_is("BA", "LHR", "British Airways handed it over, Iberia has not taken it: whoever has it, scan it.");
    hears("17:00", "BA", BW_EV_ON_HAND, "LHR");
    struct bw_event report = story_case();
    report.occurred_at = at("2026-11-20T18:00:00Z");
    hear(&log_, report);
    instruction_is("BA", "LHR",
                   "Name the flight that takes it to Madrid Barajas (FORWARD_PLANNED), or say why it is held.");
    hear(&log_, story_plan());
    instruction_is("AA", "LHR", "Send it on IB3163 of 2026-11-21 to Madrid Barajas (MAD) under plate 2125001234.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handover_is_answered),    cmocka_unit_test(a_search_needs_a_person),
        cmocka_unit_test(dispute_is_settled),      cmocka_unit_test(older_and_yet_it_counts),
        cmocka_unit_test(time_outs_can_be_moot),   cmocka_unit_test(handovers_of_others),
        cmocka_unit_test(untimed_events),          cmocka_unit_test(clocks_are_two),
        cmocka_unit_test(report_and_rest),         cmocka_unit_test(plans_end),
        cmocka_unit_test(delivery_windows),        cmocka_unit_test(journeys_merge),
        cmocka_unit_test(owner_without_itinerary), cmocka_unit_test(joins),
        cmocka_unit_test(copies_for_the_case),     cmocka_unit_test(case_after_delivery),
        cmocka_unit_test(watch_by_a_rule),         cmocka_unit_test(instructions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
