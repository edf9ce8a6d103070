/* SPDX-License-Identifier: Apache-2.0 */
/* bag_tables_test.c - walks every pair of state and event: each stands in a table or has a named verdict, and the rows
 * do what they print. */
#include "bag_int.h"
#include "writer_test.h"

/* A bag in any state; it was seen, so that forecasts are over where the place says so. */
static struct bw_bag bag_at(enum bw_place place, enum bw_custody custody, enum bw_case_state state)
{
    struct bw_bag bag;
    struct bw_uuid id = id_of(1);
    bw_bag_init(&bag, &id, at("2026-11-20T10:00:00Z"));
    bag.place = place;
    bag.custody = custody;
    bag.case_state = state;
    bag.newest.t = bag.place_at = bag.custody_at = at("2026-11-20T10:00:00Z");
    if (place > BW_PLACE_EXPECTED)
        bag.last_seen_at = at("2026-11-20T10:00:00Z");
    bw_str_put(BW_STR("LHR"), bag.station, sizeof(bag.station));
    if (custody != BW_CUSTODY_NONE)
        bw_str_put(BW_STR("BA"), bag.custodian, sizeof(bag.custodian));
    if (custody == BW_CUSTODY_PENDING || custody == BW_CUSTODY_DISPUTED)
        bw_str_put(BW_STR("IB"), bag.receiver, sizeof(bag.receiver));
    if (custody == BW_CUSTODY_PENDING)
        bag.timeout_at = at("2026-11-20T12:00:00Z");
    if (state != BW_CASE_NONE)
        bag.case_id = id_of(70);
    return bag;
}

/* A statement with all its code needs. */
static struct bw_event any_event(enum bw_event_code code, const char *carrier)
{
    struct bw_event ev = say("2026-11-20T12:00:01Z", carrier, code, "LHR", "2026-11-20T12:00:00Z");
    const char *other = strcmp(carrier, "LH") == 0 ? "AA" : "LH";
    if (code == BW_EV_CUSTODY_DISPUTED) {
        bw_str_put(BW_STR("BA"), ev.from_carrier, sizeof(ev.from_carrier));
        bw_str_put(BW_STR("IB"), ev.to_carrier, sizeof(ev.to_carrier));
    } else if (code == BW_EV_TRANSFER_OUT || code == BW_EV_CASE_OWNER_CHANGED) {
        bw_str_put(bw_str_c(other), ev.to_carrier, sizeof(ev.to_carrier));
    }
    if (code == BW_EV_STATION_ANSWERED)
        bw_str_put(BW_STR("here"), ev.data.action, sizeof ev.data.action);
    if (code == BW_EV_DELIVERED)
        bw_str_put(BW_STR("pin"), ev.data.proof, sizeof(ev.data.proof));
    if (code == BW_EV_CASE_OPENED)
        ev.data.case_id = id_of(71);
    stamp(&ev, BW_TIME_NONE);
    return ev;
}

/* "any but X", "A or B", "A, B or C". */
static bool covers(const char *from, const char *state)
{
    static const char any_but[] = "any but ";
    bool except = strncmp(from, any_but, sizeof(any_but) - 1) == 0;
    for (const char *hit = strstr(from, state); hit; hit = strstr(hit + 1, state)) {
        char before = hit == from ? ' ' : hit[-1], after = hit[strlen(state)];
        if (before == ' ' && (after == '\0' || after == ' ' || after == ','))
            return !except;
    }
    return except;
}

static const struct bw_table_row *row_for(const struct bw_table_row *rows, size_t n, const char *from,
                                          const char *event, bool *ret_known)
{
    const struct bw_table_row *found = NULL;
    *ret_known = false;
    for (size_t k = 0; k < n; k++) {
        if (strcmp(rows[k].event, event) != 0)
            continue;
        *ret_known = true;
        if (!covers(rows[k].from, from))
            continue;
        assert_null(found); /* one row a pair */
        found = &rows[k];
    }
    return found;
}

/* req: BAG-03 */
static void every_place_and_code(void **state)
{
    (void)state;
    const struct bw_table_row *rows;
    size_t n = bw_place_table(&rows), walked = 0;
    for (int place = 0; place < BW_PLACE_MAX; place++) {
        for (int code = 1; code < BW_EV_MAX; code++) {
            struct bw_bag bag = bag_at((enum bw_place)place, BW_CUSTODY_HELD, BW_CASE_NONE);
            struct bw_event ev = any_event((enum bw_event_code)code, "BA");
            const char *name = bw_code_row((enum bw_event_code)code)->name, *from = bw_place_word((enum bw_place)place);
            bool known;
            const struct bw_table_row *row = row_for(rows, n, from, name, &known);
            struct bw_step step;
            bw_bag_step(&bag, &ev, &nowhere, &step);
            const char *to = bw_place_word(bag.place);
            assert_true(step.sentence && step.sentence[0]);
            if (row && (strcmp(row->to, strcmp(row->to, "SAME") == 0 ? "SAME" : to) != 0))
                fail_msg("%s, %s: %s instead of %s", from, name, to, row->to);
            if (!row && strcmp(from, to) != 0)
                fail_msg("%s, %s: moved to %s without a row", from, name, to);
            if (!row && known && step.outcome != BW_OUT_CONTRADICTING && !(step.flags & BW_FL_NO_EFFECT))
                fail_msg("%s, %s: no row and no verdict, but \"%s\"", from, name, step.sentence);
            walked++;
        }
    }
    assert_int_equal(walked, BW_PLACE_MAX * (BW_EV_MAX - 1));
}

static void check_custody(const struct bw_bag *bag, const char *what)
{
    bool giver = bag->custodian[0] != '\0', receiver = bag->receiver[0] != '\0';
    bool none = bag->custody == BW_CUSTODY_NONE, held = bag->custody == BW_CUSTODY_HELD;
    if (giver == none || receiver == (none || held))
        fail_msg("%s: %s of \"%s\" to \"%s\"", what, bw_custody_word(bag->custody), bag->custodian, bag->receiver);
    if ((bag->custody == BW_CUSTODY_PENDING) != (bag->timeout_at != BW_TIME_NONE))
        fail_msg("%s: time-out and %s", what, bw_custody_word(bag->custody));
}

/* req: BAG-03, BAG-04 (only the speaker itself can become custodian; the one exception is the refusal, back to the
 * giver) */
static void every_custody_code_and_speaker(void **state)
{
    (void)state;
    static const char *const speakers[] = { "BA", "IB", "AA", "" };
    for (int custody = 0; custody < BW_CUSTODY_MAX; custody++)
        for (int code = 1; code < BW_EV_MAX; code++)
            for (size_t who = 0; who < BW_LEN(speakers); who++) {
                struct bw_bag bag = bag_at(BW_PLACE_AT, (enum bw_custody)custody, BW_CASE_NONE), was = bag;
                struct bw_event ev = any_event((enum bw_event_code)code, speakers[who]);
                const struct bw_code_row *row = bw_code_row((enum bw_event_code)code);
                struct bw_step step;
                bw_bag_step(&bag, &ev, &nowhere, &step);
                char what[80];
                (void)snprintf(what, sizeof(what), "%s, %s by \"%s\"", bw_custody_word(was.custody), row->name,
                               speakers[who]);
                check_custody(&bag, what);
                assert_true(step.sentence && step.sentence[0]);
                bool same = bag.custody == was.custody && strcmp(bag.custodian, was.custodian) == 0;
                if (!same && !speakers[who][0] && code != BW_EV_CUSTODY_DISPUTED)
                    fail_msg("%s moved custody", what);
                if (!same && row->hold == BW_HOLD_KEEP)
                    fail_msg("%s moved custody", what);
                if (bag.custodian[0] && strcmp(bag.custodian, was.custodian) != 0 &&
                    strcmp(bag.custodian, speakers[who]) != 0)
                    fail_msg("%s made %s custodian", what, bag.custodian);
                if (step.outcome == BW_OUT_CONTRADICTING && !same)
                    fail_msg("%s contradicts and moved custody", what);
            }
}

/* Every printed row of custody is met by a walk: its words are not decoration. */
static void every_custody_row_is_reached(void **state)
{
    (void)state;
    static const char *const speakers[] = { "BA", "IB", "AA" };
    static const char *const receivers[] = { "IB", "BA", "LH" };
    const struct bw_table_row *rows;
    size_t n = bw_custody_table(&rows);
    bool met[64] = { false };
    assert_true(n < BW_LEN(met));
    for (int custody = 0; custody < BW_CUSTODY_MAX; custody++)
        for (int code = 1; code < BW_EV_MAX; code++)
            for (size_t who = 0; who < 9; who++) {
                struct bw_bag bag = bag_at(BW_PLACE_AT, (enum bw_custody)custody, BW_CASE_NONE);
                struct bw_event ev = any_event((enum bw_event_code)code, speakers[who / 3]);
                if (code == BW_EV_TRANSFER_OUT)
                    bw_str_put(bw_str_c(receivers[who % 3]), ev.to_carrier, sizeof(ev.to_carrier));
                struct bw_part part;
                bw_custody_step(&bag, &ev, &part);
                const char *from = bw_custody_word((enum bw_custody)custody);
                for (size_t k = 0; k < n; k++)
                    if (strcmp(rows[k].from, from) == 0 && part.sentence == rows[k].sentence)
                        met[k] = true;
            }
    for (size_t k = 0; k < n; k++)
        if (!met[k])
            fail_msg("never met: %s, %s", rows[k].from, rows[k].event);
}

/* req: BAG-03 */
static void every_case_state_and_code(void **state)
{
    (void)state;
    const struct bw_table_row *rows;
    size_t n = bw_case_table(&rows);
    for (int from = 0; from < BW_CASE_MAX; from++)
        for (int code = 1; code < BW_EV_MAX; code++) {
            struct bw_bag bag = bag_at(BW_PLACE_AT, BW_CUSTODY_HELD, (enum bw_case_state)from), was = bag;
            struct bw_event ev = any_event((enum bw_event_code)code, "BA");
            const char *name = bw_code_row((enum bw_event_code)code)->name,
                       *word = bw_case_word((enum bw_case_state)from);
            bool known;
            const struct bw_table_row *row = row_for(rows, n, word, name, &known);
            struct bw_step step;
            bw_bag_step(&bag, &ev, &nowhere, &step);
            const char *to = bw_case_word(bag.case_state);
            if (row && strcmp(row->to, "SAME") != 0 && strcmp(row->to, to) != 0)
                fail_msg("%s, %s: %s instead of %s", word, name, to, row->to);
            if (!row && bag.case_state != was.case_state)
                fail_msg("%s, %s: moved to %s without a row", word, name, to);
            if (!row && known && step.outcome != BW_OUT_CONTRADICTING && !(step.flags & BW_FL_NO_EFFECT))
                fail_msg("%s, %s: no row and no verdict", word, name);
            /* Scans change place and custody, the rest changes the case: never both. */
            if (step.case_moved && (step.place_moved || step.custody_moved))
                fail_msg("%s, %s: moved case and place or custody", word, name);
        }
}

/* req: BAG-03 (a named verdict) */
static void named_verdicts(void **state)
{
    (void)state;
    struct bw_bag bag = bag_at(BW_PLACE_DELIVERED, BW_CUSTODY_NONE, BW_CASE_NONE);
    struct bw_event ev = any_event(BW_EV_BAG_LOADED, "IB");
    struct bw_step step;
    bw_bag_step(&bag, &ev, &nowhere, &step);
    assert_int_equal(step.outcome, BW_OUT_CONTRADICTING);
    assert_string_equal(step.sentence, "seen after delivery: kept, the bag stays delivered");
    assert_int_equal(bag.place, BW_PLACE_DELIVERED);
    assert_int_equal(bag.custody, BW_CUSTODY_NONE);
    assert_int_equal(bag.last_seen_at, at("2026-11-20T12:00:00Z")); /* the clocks go on */
    bag = bag_at(BW_PLACE_AT, BW_CUSTODY_HELD, BW_CASE_NONE);
    ev = any_event(BW_EV_DELIVERED, "BA");
    ev.data.proof[0] = '\0';
    bw_bag_step(&bag, &ev, &nowhere, &step);
    assert_int_equal(step.outcome, BW_OUT_CONTRADICTING);
    assert_int_equal(bag.place, BW_PLACE_AT);
    bag = bag_at(BW_PLACE_AT, BW_CUSTODY_HELD, BW_CASE_OPEN);
    ev = any_event(BW_EV_CASE_OPENED, "BA");
    bw_bag_step(&bag, &ev, &nowhere, &step);
    assert_int_equal(step.outcome, BW_OUT_CONTRADICTING);
    assert_true(bw_uuid_eq(&bag.case_id, &(struct bw_uuid){ { 0 } }) == false);
    struct bw_uuid first = id_of(70);
    assert_true(bw_uuid_eq(&bag.case_id, &first));
    ev = any_event(BW_EV_STAFF_NOTE, "BA");
    bw_bag_step(&bag, &ev, &nowhere, &step);
    assert_int_equal(step.outcome, BW_OUT_ACCEPTED);
    assert_int_equal(step.flags & BW_FL_NO_EFFECT, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_and_code),
        cmocka_unit_test(every_custody_code_and_speaker),
        cmocka_unit_test(every_custody_row_is_reached),
        cmocka_unit_test(every_case_state_and_code),
        cmocka_unit_test(named_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
