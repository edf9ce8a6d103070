/* SPDX-License-Identifier: Apache-2.0 */
/* The story of one bag (two flights, two airlines, a silent handover) through the writer on the test clock: after every
 * row the place, the custody, who owes what by when, and the two clocks. req: BAG-04 BAG-08 BAG-09 BAG-10 CLK-01 CLK-04
 * CLK-08 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "door_group.h"

#define PLATE "\"plate\":\"0125728359\",\"travel_date\":\"2026-11-20\""
#define RUSH "\"plate\":\"2125001234\",\"travel_date\":\"2026-11-21\""

struct cell {
    const char *place, *station, *custody, *custodian;
    const char *debtor, *owed, *due; /* of the first open place promise; NULL: nobody */
    const char *second;              /* debtor of the second; NULL: none */
    const char *seen, *news;
};

static void check_times(const struct bw_bag *bag, const struct cell *c)
{
    if (c->seen)
        assert_int_equal(bag->last_seen_at, bwt_time(c->seen));
    if (c->news)
        assert_int_equal(bag->last_news_at, bwt_time(c->news));
}

static void check(const struct cell *c)
{
    struct bw_uuid id = bwt_find(&door, "0125728359");
    struct bw_bag bag = bwt_bag(&door, &id);
    assert_string_equal(bw_place_word(bag.place), c->place);
    assert_string_equal(bag.station, c->station);
    assert_string_equal(bw_custody_word(bag.custody), c->custody);
    assert_string_equal(bag.custodian, c->custodian);
    struct bw_promise open[4];
    size_t n = bwt_open(&door, &id, open, 4);
    assert_int_equal(n, (c->debtor ? 1 : 0) + (c->second ? 1 : 0));
    if (c->debtor) {
        bool first = strcmp(open[0].debtor, c->debtor) == 0;
        const struct bw_promise *p = &open[first ? 0 : n - 1];
        assert_string_equal(p->debtor, c->debtor);
        assert_string_equal(bw_owed_row(p->owed)->word, c->owed);
        assert_int_equal(p->due_at, bwt_time(c->due));
        if (c->second)
            assert_string_equal(open[first ? 1 : 0].debtor, c->second);
    }
    check_times(&bag, c);
}

static struct bw_item *post(const char *at, const char *carrier, const char *json)
{
    bwt_clock_set(at);
    struct bw_item *item = bwt_post(&door, carrier, BW_VOICE_CARRIER, json);
    if (item->rc != BW_OK)
        fprintf(stderr, "refused: %s\n", item->err.detail);
    assert_int_equal(item->rc, BW_OK);
    return item;
}

static void telegram(const char *at, const char *text)
{
    size_t n;
    bwt_clock_set(at);
    struct bw_item *items = bwt_telegram(&door, "BA", text, &n);
    assert_int_equal(n, 1);
    assert_int_equal(items[0].rc, BW_OK);
    assert_int_equal(items[0].outcome, BW_OUT_ACCEPTED);
    assert_int_equal(bwt_telegram(&door, "BA", text, &n)[0].outcome, BW_OUT_DUPLICATE);
}

static struct bw_uuid the_case(void)
{
    struct bw_uuid id = bwt_find(&door, "0125728359");
    return bwt_bag(&door, &id).case_id;
}

static void check_step(const char *owed, const char *due)
{
    struct bw_uuid id = the_case();
    struct bw_promise open[4];
    size_t n = bwt_open(&door, &id, open, 4);
    assert_int_equal(n, owed ? 1 : 0);
    if (!owed)
        return;
    assert_string_equal(open[0].debtor, "IB");
    assert_string_equal(bw_owed_row(open[0].owed)->word, owed);
    assert_int_equal(open[0].due_at, bwt_time(due));
}

/* What the sweeper posts, at the time it is due. */
static struct bw_item *system_event(const char *at, struct bw_event *ev)
{
    bwt_clock_set(at);
    struct bw_item *item = BW_NEW(&door.arena, struct bw_item);
    assert_non_null(item);
    item->ev = *ev;
    struct bw_work work = { .items = item, .n = 1, .arena = &door.arena };
    bwt_submit(door.writer, &work);
    assert_int_equal(work.rc, BW_OK);
    assert_int_equal(item->rc, BW_OK);
    return item;
}

static struct bw_event disputed(const char *at)
{
    struct bw_event ev;
    char text[BW_UUID_TEXT];
    struct bw_uuid id = bwt_find(&door, "0125728359");
    bw_event_init(&ev);
    ev.code = BW_EV_CUSTODY_DISPUTED;
    ev.source = BW_SRC_SYSTEM;
    ev.occurred_at = bwt_time(at);
    ev.ident.kind = BW_IDENT_ID;
    bw_str_put(bw_str_c(bw_uuid_text(&id, text)), ev.ident.value, sizeof ev.ident.value);
    bw_str_put(BW_STR("BA"), ev.from_carrier, sizeof ev.from_carrier);
    bw_str_put(BW_STR("IB"), ev.to_carrier, sizeof ev.to_carrier);
    bw_str_put(BW_STR("bagwatch"), ev.sender, sizeof ev.sender);
    (void)snprintf(ev.event_id, sizeof ev.event_id, "%s.D1", text);
    return ev;
}

static void level(const char *at, int which)
{
    struct bw_uuid id = bwt_find(&door, "0125728359");
    struct bw_promise open[4];
    assert_int_equal(bwt_open(&door, &id, open, 4), 1);
    assert_int_equal(open[0].next_level_at, bwt_time(at));
    struct bw_event ev;
    bw_level_event(&open[0], which, &door.world, &ev);
    assert_int_equal(system_event(at, &ev)->outcome, BW_OUT_ACCEPTED);
    assert_int_equal(system_event(at, &ev)->outcome, BW_OUT_DUPLICATE); /* exactly once */
    assert_int_equal(bwt_open(&door, &id, open, 4), 1);
    assert_int_equal(open[0].level, which);
}

static void rows_1_to_5(void)
{
    telegram("2026-11-20T10:40:00Z",
             "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n.O/IB3167/20NOV/MAD\n.N/0125728359001\n.P/1SAMPLE/A\nENDBSM\n");
    check(&(struct cell){ .place = "EXPECTED", .station = "JFK", .custody = "NONE", .custodian = "" });
    (void)post("2026-11-20T11:05:00Z", "BA",
               "{\"event_id\":\"r2\"," PLATE
               ",\"code\":\"BAG_ACCEPTED\",\"station\":\"JFK\",\"occurred_at\":\"2026-11-20T11:04:00Z\"}");
    check(&(struct cell){ .place = "AT", .station = "JFK", .custody = "HELD", .custodian = "BA" });
    telegram("2026-11-20T12:31:00Z",
             "BPM\n.V/1LJFK\n.J/H///20NOV/072900L/B12\n.F/BA0178/20NOV/LHR\n.U/AKE11111BA\n.N/0125728359001\nENDBPM\n");
    check(&(struct cell){ .place = "LOADED", .station = "JFK", .custody = "HELD", .custodian = "BA" });
    (void)post("2026-11-20T20:12:00Z", "BA",
               "{\"event_id\":\"r4\"," PLATE
               ",\"code\":\"BAG_UNLOADED\",\"station\":\"LHR\",\"occurred_at\":\"2026-11-20T20:10:00Z\"}");
    check(&(struct cell){ .place = "AT", .station = "LHR", .custody = "HELD", .custodian = "BA" });
    (void)post("2026-11-20T20:35:00Z", "BA",
               "{\"event_id\":\"r5\"," PLATE ",\"code\":\"TRANSFER_OUT\",\"station\":\"LHR\",\"to_carrier\":\"IB\","
               "\"occurred_at\":\"2026-11-20T20:34:00Z\"}");
    check(&(struct cell){
        .place = "AT", .station = "LHR", .custody = "PENDING", .custodian = "BA", .seen = "2026-11-20T20:34:00Z" });
}

static void rows_8_to_11(void)
{
    bwt_clock_set("2026-11-21T00:20:00Z");
    struct bw_item *opened = bwt_open_case(&door, "MADIB10001", "IB", "MAD", "0125728359", "2026-11-20");
    assert_int_equal(opened->rc, BW_OK);
    check(&(struct cell){ .place = "AT",
                          .station = "LHR",
                          .custody = "PENDING",
                          .custodian = "BA",
                          .debtor = "IB",
                          .owed = "transfer-pending",
                          .due = "2026-11-21T01:20:00Z" });
    check_step("reported", "2026-11-21T01:20:00Z");
    struct bw_event ev = disputed("2026-11-21T00:35:00Z");
    assert_int_equal(system_event("2026-11-21T00:35:00Z", &ev)->outcome, BW_OUT_ACCEPTED);
    check(&(struct cell){ .place = "AT",
                          .station = "LHR",
                          .custody = "DISPUTED",
                          .custodian = "BA",
                          .debtor = "BA",
                          .second = "IB",
                          .owed = "custody-disputed",
                          .due = "2026-11-21T04:35:00Z" });
    (void)post("2026-11-21T00:50:00Z", "BA",
               "{\"event_id\":\"r10\"," PLATE ",\"code\":\"ON_HAND\",\"station\":\"LHR\",\"place\":\"store\","
               "\"occurred_at\":\"2026-11-21T00:45:00Z\"}");
    check(&(struct cell){ .place = "AT",
                          .station = "LHR",
                          .custody = "HELD",
                          .custodian = "BA",
                          .debtor = "BA",
                          .owed = "located",
                          .due = "2026-11-21T04:50:00Z",
                          .seen = "2026-11-21T00:45:00Z",
                          .news = "2026-11-21T00:50:00Z" });
    bwt_clock_set("2026-11-21T00:55:00Z");
    struct bw_item *said =
        bwt_post(&door, "IB", BW_VOICE_STAFF,
                 "{\"event_id\":\"r11\"," PLATE ",\"code\":\"STATUS_CONFIRMED\",\"action\":\"asked\","
                 "\"asked\":\"LHR\",\"waiting_for\":\"BA\",\"next_step_at\":\"2026-11-21T04:50:00Z\","
                 "\"occurred_at\":\"2026-11-21T00:55:00Z\"}");
    assert_int_equal(said->rc, BW_OK);
    check_step("case-step", "2026-11-22T00:55:00Z");
}

static void rows_12_to_15(void)
{
    level("2026-11-21T03:50:00Z", 0);
    level("2026-11-21T04:50:00Z", 1);
    level("2026-11-21T06:50:00Z", 2);
    check(&(struct cell){ .place = "AT",
                          .station = "LHR",
                          .custody = "HELD",
                          .custodian = "BA",
                          .debtor = "BA",
                          .owed = "located",
                          .due = "2026-11-21T04:50:00Z",
                          .seen = "2026-11-21T00:45:00Z",
                          .news = "2026-11-21T00:50:00Z" });
    (void)post("2026-11-21T07:05:00Z", "BA",
               "{\"event_id\":\"r13\"," PLATE
               ",\"code\":\"FORWARD_PLANNED\",\"station\":\"LHR\",\"to_station\":\"MAD\","
               "\"new_plate\":\"2125001234\",\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-21\"},\"time_type\":"
               "\"planned\","
               "\"occurred_at\":\"2026-11-21T07:05:00Z\"}");
    check(&(struct cell){ .place = "AT",
                          .station = "LHR",
                          .custody = "HELD",
                          .custodian = "BA",
                          .debtor = "IB",
                          .owed = "forward-planned",
                          .due = "2026-11-22T01:00:00Z" });
    (void)post("2026-11-21T09:14:00Z", "IB",
               "{\"event_id\":\"r14\"," RUSH
               ",\"code\":\"BAG_LOADED\",\"station\":\"LHR\",\"occurred_at\":\"2026-11-21T09:12:00Z\","
               "\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-21\"}}");
    check(&(struct cell){ .place = "LOADED",
                          .station = "LHR",
                          .custody = "HELD",
                          .custodian = "IB",
                          .debtor = "IB",
                          .owed = "in-flight",
                          .due = "2026-11-22T03:14:00Z" });
    struct bw_item *late = post("2026-11-21T09:40:00Z", "BA",
                                "{\"event_id\":\"r15\"," PLATE ",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                                "\"occurred_at\":\"2026-11-21T08:20:00Z\"}");
    assert_int_equal(late->outcome, BW_OUT_LATE);
    check(&(struct cell){ .place = "LOADED",
                          .station = "LHR",
                          .custody = "HELD",
                          .custodian = "IB",
                          .debtor = "IB",
                          .owed = "in-flight",
                          .due = "2026-11-22T03:14:00Z",
                          .seen = "2026-11-21T09:12:00Z" });
}

static void rows_16_to_18(void)
{
    (void)post("2026-11-21T12:22:00Z", "IB",
               "{\"event_id\":\"r16\"," RUSH ",\"code\":\"ARRIVED_AT_DESTINATION\",\"station\":\"MAD\","
               "\"occurred_at\":\"2026-11-21T12:20:00Z\"}");
    check(&(struct cell){ .place = "AT_DESTINATION",
                          .station = "MAD",
                          .custody = "HELD",
                          .custodian = "IB",
                          .debtor = "IB",
                          .owed = "at-station",
                          .due = "2026-11-21T16:22:00Z" });
    (void)post("2026-11-21T14:00:00Z", "IB",
               "{\"event_id\":\"r17\"," PLATE
               ",\"code\":\"HANDED_TO_COURIER\",\"station\":\"MAD\",\"occurred_at\":\"2026-11-21T14:00:00Z\","
               "\"window\":{\"from\":\"2026-11-21T15:00:00Z\",\"until\":\"2026-11-21T18:00:00Z\"}}");
    check(&(struct cell){ .place = "WITH_COURIER",
                          .station = "MAD",
                          .custody = "HELD",
                          .custodian = "IB",
                          .debtor = "IB",
                          .owed = "with-courier",
                          .due = "2026-11-21T19:00:00Z" });
    check_step("case-step", "2026-11-22T00:55:00Z");
    (void)post("2026-11-21T17:32:00Z", "IB",
               "{\"event_id\":\"r18\"," PLATE
               ",\"code\":\"DELIVERED\",\"proof\":\"pin\",\"occurred_at\":\"2026-11-21T17:30:00Z\"}");
    check(&(struct cell){ .place = "DELIVERED", .station = "MAD", .custody = "NONE", .custodian = "" });
    check_step(NULL, NULL);
}

static void the_story_cell_by_cell(void **state)
{
    (void)state;
    rows_1_to_5();
    rows_8_to_11();
    rows_12_to_15();
    rows_16_to_18();
    struct bw_uuid id = bwt_find(&door, "0125728359");
    struct bw_bag bag = bwt_bag(&door, &id);
    assert_false(bag.watched);
    assert_true(bag.watch_ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_story_cell_by_cell) };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
