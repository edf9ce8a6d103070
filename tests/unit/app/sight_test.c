/* SPDX-License-Identifier: Apache-2.0 */
/* The visibility table, cell by cell: who sees which class of data of one file of two bags, in every relation to it
 * that there is; and what each may still ask for by a reason.  The words of the table are SEC-13's, apart from the
 * code. req: SEC-13 AUD-10 BAG-05 CASE-12 */
#include "bw/app/sight.h"

#include <stdio.h>

#include "app_test.h"

#define JOURNEY "case looks words initials town priority"
#define OWNER JOURNEY " names contacts address contents need notes"

static bw_time now;
static struct bw_case file;
static struct bw_bag bag[2];

/* IB owns; BA flies the first leg; UX has the second bag in its hands; LH opened the file; KL is asked to take it. */
static int setup(void **state)
{
    (void)state;
    const struct bw_uuid id = { { 1 } };
    now = at("2026-11-21T08:00:00Z");
    bw_case_init(&file, &id);
    bw_str_put(BW_STR("MADLH10001"), file.ref, sizeof file.ref);
    bw_str_put(BW_STR("LH"), file.opener, sizeof file.opener);
    bw_str_put(BW_STR("KL"), file.offered_to, sizeof file.offered_to);
    bw_str_put(BW_STR("IB"), file.owner, sizeof file.owner);
    bw_str_put(BW_STR("MAD"), file.station, sizeof file.station);
    for (size_t k = 0; k < 2; k++) {
        bw_bag_init(&bag[k], &id, now);
        bag[k].case_id = id;
        bag[k].legs[0] = (struct bw_leg){ "BA178", BW_DATE_NONE, "JFK", "LHR" };
        bag[k].legs[1] = (struct bw_leg){ "IB3167", BW_DATE_NONE, "LHR", "MAD" };
        bag[k].n_legs = 2;
        bag[k].legs_from_case = true;
        bw_str_put(BW_STR("IB"), bag[k].owner, sizeof bag[k].owner);
    }
    bw_str_put(BW_STR("UX"), bag[1].custodian, sizeof bag[1].custodian);
    return 0;
}

static struct bw_sight ask(const struct bw_principal *who, bw_time revealed)
{
    const struct bw_bag *bags[] = { &bag[0], &bag[1] };
    const struct bw_case_facts facts = { &file, bags, 2, revealed };
    struct bw_sight s;
    bw_case_sight(who, &facts, now, &s);
    return s;
}

static void words_of(unsigned sees, char to[256])
{
    size_t n = 0;
    to[0] = '\0';
    for (unsigned bit = 0; bw_sees_word(bit); bit++)
        if (sees & (1u << bit))
            n += (size_t)snprintf(to + n, 256 - n, "%s%s", n ? " " : "", bw_sees_word(bit));
}

static struct bw_principal staff(const char *carrier, unsigned role)
{
    struct bw_principal who = principal(BW_P_ACCOUNT, carrier);
    who.roles = role;
    bw_str_put(bw_str_c(carrier), who.own_carrier, sizeof who.own_carrier);
    return who;
}

static struct bw_principal with(struct bw_principal who, enum bw_organisation_kind kind, bool every)
{
    who.organisation_kind = kind;
    who.every_carrier = every;
    return who;
}

static struct bw_principal key(const char *carrier, unsigned scopes)
{
    struct bw_principal who = principal(BW_P_KEY, carrier);
    who.scopes = scopes;
    return who;
}

static struct bw_principal link(uint8_t case_id, bool companion)
{
    struct bw_principal who = principal(BW_P_LINK, "");
    who.n_carriers = 0;
    who.case_id.b[0] = case_id;
    who.companion = companion;
    return who;
}

static void every_cell_of_the_table(void **state)
{
    (void)state;
    const unsigned read = BW_SCOPE_READ, cases = BW_SCOPE_READ | BW_SCOPE_CASES;
    const struct {
        const char *name;
        struct bw_principal who;
        const char *sees, *asks, *revealed; /* revealed: with a reason in force */
    } cells[] = {
        { "nobody", principal(BW_P_ANONYMOUS, ""), "", "", "" },
        { "stranger's agent", staff("AF", BW_AGENT), "", "", "" },
        { "stranger's key", key("AF", cases), "", "", "" },
        { "stranger's auditor", staff("AF", BW_AUDITOR), "", "", "" },
        { "journey's agent", staff("BA", BW_AGENT), JOURNEY, "", JOURNEY },
        { "journey's supervisor", staff("BA", BW_SUPERVISOR), JOURNEY, "", JOURNEY },
        { "journey's key", key("BA", cases), JOURNEY, "", JOURNEY },
        { "journey's auditor", staff("BA", BW_AUDITOR), "case looks priority", "words initials town", JOURNEY },
        { "holder of one bag", staff("UX", BW_AGENT), JOURNEY, "", JOURNEY },
        { "opener's agent", staff("LH", BW_AGENT), JOURNEY, "", JOURNEY },
        { "agent of who is asked", staff("KL", BW_AGENT), JOURNEY, "", JOURNEY },
        { "owner's agent", staff("IB", BW_AGENT), OWNER, "", OWNER },
        { "owner's supervisor", staff("IB", BW_SUPERVISOR), OWNER " reads", "", OWNER " reads" },
        { "owner's key for reading", key("IB", read), JOURNEY, "", JOURNEY },
        { "owner's key for cases", key("IB", cases), OWNER, "", OWNER },
        { "owner's auditor", staff("IB", BW_AUDITOR), "case looks priority reads",
          "words initials town names contacts address contents need notes", OWNER " reads" },
        { "owner's administrator", staff("IB", BW_CARRIER_ADMIN), "case looks priority reads",
          "words initials town names contacts address contents need notes", OWNER " reads" },
        { "auditor of all", with(staff("", BW_AUDITOR), BW_ORG_AUDITOR, true), "case looks priority reads",
          "words initials town names contacts address contents need notes", OWNER " reads" },
        { "operator's agent", with(staff("", BW_AGENT), BW_ORG_OPERATOR, true), "case looks priority",
          "words initials town names contacts address contents need notes", OWNER },
        { "operator's administrator", with(staff("", BW_ADMIN), BW_ORG_OPERATOR, true), "case looks priority reads",
          "words initials town names contacts address contents need notes", OWNER " reads" },
        { "courier that brings nothing", with(staff("IB", BW_SCANNER), BW_ORG_COURIER, false), "", "", "" },
        { "main link", link(1, false), "case looks words initials", "", "case looks words initials" },
        { "companion link", link(1, true), "case", "", "case" },
        { "another case's link", link(2, false), "", "", "" },
    };
    for (size_t k = 0; k < BW_LEN(cells); k++) {
        char sees[256], asks[256], revealed[256];
        struct bw_sight s = ask(&cells[k].who, BW_TIME_NONE);
        words_of(s.sees, sees);
        words_of(s.asks, asks);
        words_of(ask(&cells[k].who, now + 1).sees, revealed);
        if (strcmp(sees, cells[k].sees) != 0 || strcmp(asks, cells[k].asks) != 0 ||
            strcmp(revealed, cells[k].revealed) != 0)
            fail_msg("%s: sees \"%s\", asks \"%s\", revealed \"%s\"", cells[k].name, sees, asks, revealed);
        assert_int_equal(ask(&cells[k].who, now).sees, s.sees); /* a reason that has just run out opens nothing */
    }
}

static unsigned courier(const char *organisation)
{
    struct bw_principal who = with(principal(BW_P_KEY, "IB"), BW_ORG_COURIER, false);
    who.scopes = BW_SCOPE_READ | BW_SCOPE_CASES;
    bw_str_put(bw_str_c(organisation), who.organisation, sizeof who.organisation);
    struct bw_sight s = ask(&who, now + 1);
    assert_true(s.sees == 0 || s.sees == BW_SEE_DROP);
    assert_int_equal(s.sees != 0, s.drops != 0);
    return s.drops;
}

static void hand_over(struct bw_bag *b, const char *to, const char *by)
{
    b->place = BW_PLACE_WITH_COURIER;
    bw_str_put(bw_str_c(to), b->courier, sizeof b->courier);
    bw_str_put(bw_str_c(by), b->courier_by, sizeof b->courier_by);
}

/* One address and one phone, of the bags that were handed to it, until 24 hours after the proof. */
static void a_courier_sees_what_it_brings(void **state)
{
    (void)state;
    hand_over(&bag[1], "VELOX", "IB");
    assert_int_equal(courier("VELOX"), 2);
    assert_int_equal(courier("OTHER"), 0);
    assert_int_equal(courier(""), 0);
    bag[1].case_id.b[0] = 9; /* of another file: this one only names the bag, and may name any address */
    assert_int_equal(courier("VELOX"), 0);
    bag[1].case_id = file.case_id;
    hand_over(&bag[1], "VELOX", "BA"); /* flies a leg of the itinerary */
    assert_int_equal(courier("VELOX"), 2);
    hand_over(&bag[1], "VELOX", "UX"); /* only has it in its hands */
    assert_int_equal(courier("VELOX"), 0);
    hand_over(&bag[1], "VELOX", "AF");
    assert_int_equal(courier("VELOX"), 0);
    hand_over(&bag[1], "VELOX", "IB");
    bag[1].place = BW_PLACE_DELIVERED;
    bag[1].place_at = now - BW_DAY + 1;
    assert_int_equal(courier("VELOX"), 2);
    bag[1].place_at = now - BW_DAY;
    assert_int_equal(courier("VELOX"), 0);
    hand_over(&bag[1], "VELOX", "IB");
    bag[1].place = BW_PLACE_AT_DESTINATION;
    assert_int_equal(courier("VELOX"), 0);
}

/* Whole or not at all: bags, lists and streams by carrier. */
static void bags_and_carriers(void **state)
{
    (void)state;
    struct bw_str to[BW_CARRIERS_MAX];
    struct bw_principal ba = staff("BA", BW_AGENT), af = staff("AF", BW_AGENT), ux = staff("UX", BW_AGENT),
                        all = with(staff("", BW_AUDITOR), BW_ORG_AUDITOR, true),
                        velox = with(staff("IB", BW_SCANNER), BW_ORG_COURIER, false);
    assert_true(bw_bag_visible(&bag[0], &ba) && bw_bag_visible(&bag[0], &all));
    assert_false(bw_bag_visible(&bag[0], &af) || bw_bag_visible(&bag[0], &ux) || bw_bag_visible(&bag[0], &velox));
    assert_true(bw_bag_visible(&bag[1], &ux));
    assert_true(bw_sees_carrier(&ba, BW_STR("BA"), now) && bw_sees_carrier(&all, BW_STR("BA"), now));
    assert_false(bw_sees_carrier(&ba, BW_STR("IB"), now) || bw_sees_carrier(&velox, BW_STR("IB"), now));
    assert_int_equal(bw_sight_carriers(&ba, now, to), 1);
    assert_int_equal(bw_sight_carriers(&velox, now, to), 0);
    assert_int_equal(bw_sight_carriers(&all, now, to), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_cell_of_the_table, setup),
        cmocka_unit_test_setup(a_courier_sees_what_it_brings, setup),
        cmocka_unit_test_setup(bags_and_carriers, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
