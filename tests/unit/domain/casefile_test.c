/* SPDX-License-Identifier: Apache-2.0 */
/* casefile_test.c - the fold of a case, its copies on bags, its packed form, file references. */
#include "bw/domain/casefile.h"

#include "story_rows.h"

static struct bw_case c;

static void step(struct bw_event ev)
{
    ev.subject = BW_SUBJECT_CASE;
    stamp(&ev, BW_TIME_NONE);
    bw_case_step(&c, &ev);
}

static void open_case(uint8_t n_bags)
{
    struct bw_uuid id = id_of(77);
    struct bw_event ev = story_case();
    ev.data.n_bags = n_bags;
    bw_case_init(&c, &id);
    step(ev);
}

static struct bw_event own(enum bw_event_code code, uint8_t ordinal)
{
    struct bw_event ev = say("2026-11-21T17:32:00Z", "", code, "", "2026-11-21T17:30:00Z");
    ev.data.bag_ordinal = ordinal;
    return ev;
}

/* req: CASE-01 (reference, owner, bags), CASE-09 (a line per bag) */
static void opens_and_awaits(void **state)
{
    (void)state;
    open_case(2);
    assert_int_equal(c.state, BW_CASE_OPEN);
    assert_string_equal(c.ref, "MADIB10001");
    assert_string_equal(c.owner, "IB");
    assert_string_equal(c.station, "MAD");
    assert_int_equal(c.opened_recorded_at, at("2026-11-21T00:20:00Z"));
    assert_int_equal(c.awaited, 3);
    assert_false(c.first_result);
    step(own(BW_EV_WATCH_ENDED, 1));
    assert_int_equal(c.awaited, 2);
    step(own(BW_EV_WATCH_STARTED, 1));
    assert_int_equal(c.awaited, 3);
    step(own(BW_EV_WATCH_ENDED, 0));
    step(own(BW_EV_WATCH_ENDED, 200));
    assert_int_equal(c.awaited, 3);
    open_case(1);
    step(story_case());
    assert_int_equal(c.n_bags, 1);
}

/* req: CLK-04 (a machine's confirmation, and what came late, meet nothing) */
static void words_to_the_customer(void **state)
{
    (void)state;
    open_case(1);
    struct bw_event machine = story_confirmed(), late = story_confirmed(), person = story_confirmed();
    machine.source = BW_SRC_JSON;
    late.outcome = BW_OUT_LATE;
    step(machine);
    step(late);
    assert_false(c.first_result);
    step(person);
    assert_true(c.first_result && c.last_word_at == at("2026-11-21T00:55:00Z"));
    open_case(1);
    struct bw_event searched =
        say("2026-11-21T02:00:00Z", "BA", BW_EV_SEARCHED_NOT_FOUND, "LHR", "2026-11-21T02:00:00Z");
    step(searched);
    assert_false(c.first_result); /* req: ING-14 (a search needs a person) */
    searched.data.person = true;
    step(searched);
    assert_true(c.first_result);
    open_case(1);
    step(say("2026-11-21T02:00:00Z", "BA", BW_EV_CONTACT_LOGGED, "LHR", "2026-11-21T02:00:00Z"));
    assert_false(c.first_result);
}

/* req: CASE-05 (a damage report adds a claim to the same number) */
static void claims_loss_and_closing(void **state)
{
    (void)state;
    open_case(1);
    step(say("2026-11-21T18:05:00Z", "", BW_EV_DAMAGE_REPORTED, "", "2026-11-21T18:05:00Z"));
    assert_int_equal(c.state, BW_CASE_CLAIM);
    assert_int_equal(c.n_claims, 1);
    assert_int_equal(c.claims[0].step, BW_STEP_FILED);
    assert_string_equal(c.claims[0].reached, "IB");
    step(say("2026-11-21T18:06:00Z", "IB", BW_EV_LOSS_ADMITTED, "", "2026-11-21T18:06:00Z"));
    assert_int_equal(c.state, BW_CASE_LOST);
    struct bw_event owner = say("2026-11-21T18:07:00Z", "IB", BW_EV_CASE_OWNER_CHANGED, "", "2026-11-21T18:07:00Z");
    bw_str_put(BW_STR("BA"), owner.to_carrier, sizeof(owner.to_carrier));
    step(owner);
    assert_string_equal(c.owner, "BA");
    step(say("2026-11-21T18:08:00Z", "BA", BW_EV_CASE_CLOSED, "", "2026-11-21T18:08:00Z"));
    assert_int_equal(c.state, BW_CASE_CLOSED);
    assert_int_equal(c.awaited, 0);
    step(own(BW_EV_WATCH_STARTED, 1));
    step(say("2026-11-21T18:09:00Z", "IB", BW_EV_LOSS_ADMITTED, "", "2026-11-21T18:09:00Z"));
    assert_true(c.state == BW_CASE_CLOSED && c.awaited == 0);
    step(say("2026-11-21T18:10:00Z", "", BW_EV_PILFERAGE_REPORTED, "", "2026-11-21T18:10:00Z"));
    assert_int_equal(c.state, BW_CASE_CLAIM);
    struct bw_uuid id = id_of(77);
    bw_case_init(&c, &id);
    step(say("2026-11-21T18:05:00Z", "", BW_EV_DAMAGE_REPORTED, "", "2026-11-21T18:05:00Z"));
    assert_int_equal(c.state, BW_CASE_NONE);
}

/* Damage and opening in either order of happening and of being told: bag and file say CLAIM.
 * req: BAG-06 CASE-05 */
static void a_claim_told_before_its_file(void **state)
{
    (void)state;
    static const enum bw_event_code codes[] = { BW_EV_DAMAGE_REPORTED, BW_EV_PILFERAGE_REPORTED };
    for (unsigned how = 0; how < 8; how++) {
        const char *when = how & 1 ? "2026-11-20T22:00:00Z" : "2026-11-21T02:00:00Z"; /* the file: 00:20 */
        struct bw_event harm = say("2026-11-21T09:00:00Z", "BA", codes[how >> 1 & 1], "LHR", when);
        struct bw_event file = story_case();
        bool told_before = how & 4;
        struct log log;
        log_init(&log);
        struct bw_uuid id = id_of(77);
        bw_case_init(&c, &id);
        if (told_before) {
            hear(&log, harm);
            assert_int_equal(log.bag.case_state, BW_CASE_NONE);
            assert_true(log.bag.claim_waits);
            bw_str_put(BW_STR(BW_WHY_CLAIM), file.data.why, sizeof(file.data.why)); /* as the writer does */
            bw_str_put(bw_str_c(codes[how >> 1 & 1] == BW_EV_DAMAGE_REPORTED ? "damage" : "missing"),
                       file.data.claim_kind, sizeof(file.data.claim_kind));
        }
        hear(&log, file);
        step(file);
        if (!told_before) {
            hear(&log, harm);
            step(harm);
        }
        assert_int_equal(log.bag.case_state, BW_CASE_CLAIM);
        assert_false(log.bag.claim_waits);
        assert_int_equal(c.state, BW_CASE_CLAIM);
        assert_int_equal(c.n_claims, 1);
        assert_int_equal(c.claims[0].step, BW_STEP_FILED);
        assert_int_equal(c.claims[0].kind,
                         codes[how >> 1 & 1] == BW_EV_DAMAGE_REPORTED ? BW_CLAIM_DAMAGE : BW_CLAIM_MISSING);
    }
}

static void copies_on_bags(void **state)
{
    (void)state;
    open_case(2);
    struct bw_event ev = story_case(), to[3];
    const struct bw_uuid bags[] = { id_of(1), id_of(2) };
    ev.subject = BW_SUBJECT_CASE;
    ev.bag_id = c.case_id;
    ev.data.owner[0] = '\0';
    ev.private_body = BW_STR("{\"note\":\"x\"}");
    assert_int_equal(bw_case_follow(&c, &ev, bags, 2, to, 3), 2);
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(to[k].subject, BW_SUBJECT_BAG);
        assert_true(bw_uuid_eq(&to[k].bag_id, &bags[k]));
        assert_int_equal(to[k].data.bag_ordinal, k + 1);
        assert_string_equal(to[k].event_id, ev.event_id);
        assert_string_equal(to[k].sender, ev.sender);
        assert_string_equal(to[k].data.owner, "IB");
        assert_true(bw_str_empty(to[k].private_body));
        char text[BW_IDENT_TEXT], id[BW_UUID_TEXT];
        assert_string_equal(bw_ident_text(&to[k].ident, text) + 3, bw_uuid_text(&bags[k], id));
    }
    assert_int_equal(bw_case_follow(&c, &ev, bags, 2, to, 1), 1);
    ev.code = BW_EV_CONTACT_LOGGED;
    assert_int_equal(bw_case_follow(&c, &ev, bags, 2, to, 3), 0);
    ev = to[0];
    assert_int_equal(bw_case_follow(&c, &ev, bags, 2, to, 3), 0); /* a copy makes no copies */
}

static void packs(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, two = { 0 };
    bw_buf_init(&one, 1024);
    bw_buf_init(&two, 1024);
    open_case(2);
    step(story_confirmed());
    struct bw_case back;
    bw_case_pack(&c, &one);
    assert_true(bw_case_unpack(bw_buf_view(&one), &back));
    bw_case_pack(&back, &two);
    assert_true(bw_str_eq(bw_buf_view(&one), bw_buf_view(&two)));
    assert_true(back.awaited == 3 && back.first_result && back.last_word_at == c.last_word_at);
    assert_true(strcmp(back.ref, c.ref) == 0 && bw_order_cmp(&back.newest, &c.newest) == 0);
    struct bw_bag bag;
    assert_false(bw_bag_unpack(bw_buf_view(&one), &bag));
    assert_false(bw_case_unpack(bw_str_take(bw_buf_view(&one), one.n - 1), &back));
}

/* req: CASE-01 (station, carrier, five digits) */
static void file_references(void **state)
{
    (void)state;
    char ref[11];
    bw_fileref_make("MAD", "IB", 1, ref);
    assert_string_equal(ref, "MADIB00001");
    assert_true(bw_fileref_valid(bw_str_c(ref)));
    assert_true(bw_fileref_valid(BW_STR("MADU210001")));
    assert_false(bw_fileref_valid(BW_STR("madib10001")) || bw_fileref_valid(BW_STR("MADIB1000")));
    assert_false(bw_fileref_valid(BW_STR("0125728359")) || bw_fileref_valid(BW_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_and_awaits),        cmocka_unit_test(words_to_the_customer),
        cmocka_unit_test(claims_loss_and_closing), cmocka_unit_test(a_claim_told_before_its_file),
        cmocka_unit_test(copies_on_bags),          cmocka_unit_test(packs),
        cmocka_unit_test(file_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
