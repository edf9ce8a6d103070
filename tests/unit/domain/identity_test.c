/* SPDX-License-Identifier: Apache-2.0 */
/* identity_test.c - printed forms of bag names, flights, carriers and stations; buckets. */
#include "bw/domain/identity.h"

#include "bw/base/crypto.h"
#include "domain_test.h"

static void check_ident(const char *text, enum bw_ident_kind kind, const char *value)
{
    struct bw_ident id;
    const char *why = NULL;
    if (!bw_ident_parse(bw_str_c(text), BW_DATE_NONE, &id, &why))
        fail_msg("\"%s\": %s", text, why);
    assert_int_equal(id.kind, kind);
    assert_string_equal(id.value, value);
}

/* req: BAG-01 */
static void reads_every_printed_form(void **state)
{
    (void)state;
    check_ident("0125728359", BW_IDENT_PLATE, "0125728359");
    check_ident(" 0125 728-359 ", BW_IDENT_PLATE, "0125728359");
    check_ident("2125001234", BW_IDENT_RUSH, "2125001234");
    check_ident("1954000001", BW_IDENT_PLATE, "1954000001");
    check_ident("BA728359", BW_IDENT_SHORT, "BA728359");
    check_ident("ba 728359", BW_IDENT_SHORT, "BA728359");
    check_ident("B2001234", BW_IDENT_SHORT, "B2001234");
    check_ident("MADIB10001", BW_IDENT_REF, "MADIB10001");
    check_ident("mad-u2-10001", BW_IDENT_REF, "MADU210001");
    check_ident("0192F0C1-7A2B-7C3D-8E4F-0123456789AB", BW_IDENT_ID, "0192f0c1-7a2b-7c3d-8e4f-0123456789ab");
}

static void refuses_what_names_no_bag(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "012572835",
                                       "01257283590",
                                       "0000000000",
                                       "000 000 0000",
                                       "12728359",
                                       "BAX728359",
                                       "BA72835",
                                       "MADIB1000A",
                                       "M1DIB10001",
                                       "MAD1210001",
                                       "0125_28359",
                                       ("\xC3\x84"
                                        "A728359"),
                                       "0192f0c1-7a2b-7c3d-8e4f-0123456789a",
                                       "0125728359012572835901257283590125728359012572835901257283590125728359" };
    for (size_t k = 0; k < BW_LEN(bad); k++) {
        struct bw_ident id;
        const char *why = NULL;
        if (bw_ident_parse(bw_str_c(bad[k]), BW_DATE_NONE, &id, &why))
            fail_msg("\"%s\" was taken for %s %s", bad[k], bw_ident_kind_word(id.kind), id.value);
        assert_non_null(why);
    }
}

static void keeps_to_the_kind_that_was_said(void **state)
{
    (void)state;
    struct bw_ident id;
    const char *why = NULL;
    assert_true(bw_ident_parse_as(BW_IDENT_PLATE, BW_STR("2125001234"), BW_DATE_NONE, &id, &why));
    assert_int_equal(id.kind, BW_IDENT_RUSH);
    assert_false(bw_ident_parse_as(BW_IDENT_RUSH, BW_STR("0125728359"), BW_DATE_NONE, &id, &why));
    assert_string_equal(why, "a rush plate has ten digits and begins with 2");
    assert_false(bw_ident_parse_as(BW_IDENT_ID, BW_STR("BA728359"), BW_DATE_NONE, &id, &why));
    assert_false(bw_ident_parse_as(BW_IDENT_SHORT, BW_STR("0125728359"), BW_DATE_NONE, &id, &why));
    assert_false(bw_ident_parse_as(BW_IDENT_PLATE, BW_STR("0000000000"), BW_DATE_NONE, &id, &why));
    assert_non_null(strstr(why, "could not be read"));
    assert_false(bw_ident_parse_as(BW_IDENT_PLATE, BW_STR("nonsense"), BW_DATE_NONE, &id, &why));
    assert_string_equal(why, "a plate has ten digits");
}

static void text_round_trip(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "plate:0125728359@2026-11-20", "plate:0125728359", "rush:2125001234",
        "short:BA728359@2026-11-20",   "ref:MADIB10001",   "id:0192f0c1-7a2b-7c3d-8e4f-0123456789ab"
    };
    static const char *const bad[] = { "",
                                       "plate",
                                       "plate:",
                                       "rush:0125728359",
                                       "plate:0125 728359",
                                       "plate:0125728359@",
                                       "plate:0125728359@2026-13-01",
                                       "short:ba728359" };
    char to[BW_IDENT_TEXT];
    struct bw_ident id;
    for (size_t k = 0; k < BW_LEN(texts); k++) {
        assert_true(bw_ident_from_text(bw_str_c(texts[k]), &id));
        assert_string_equal(bw_ident_text(&id, to), texts[k]);
    }
    for (size_t k = 0; k < BW_LEN(bad); k++)
        assert_false(bw_ident_from_text(bw_str_c(bad[k]), &id));
}

static void buckets(void **state)
{
    (void)state;
    struct bw_ident plate = ident("0125728359");
    assert_int_equal(bw_ident_bucket(&plate), bw_sha256(BW_STR("plate0125728359")).b[0]);
    plate.date = day("2026-11-20");
    assert_int_equal(bw_ident_bucket(&plate), bw_sha256(BW_STR("plate0125728359")).b[0]);
    struct bw_uuid bag = bw_id_with_bucket(id_of(7), 0xA5);
    assert_int_equal(bw_id_bucket(&bag), 0xA5);
    char text[BW_UUID_TEXT];
    struct bw_ident id = ident(bw_uuid_text(&bag, text));
    assert_int_equal(bw_ident_bucket(&id), 0xA5);
}

static void plates_and_short_plates(void **state)
{
    (void)state;
    char to[9];
    assert_true(bw_str_eq_c(bw_plate_issuer("0125728359"), "125"));
    assert_true(bw_plate_to_short("0125728359", BW_STR("BA"), to));
    assert_string_equal(to, "BA728359");
    assert_false(bw_plate_to_short("0125728359", BW_STR("BAW"), to));
    assert_false(bw_plate_to_short("0125728359", BW_STR("12"), to));
}

static void flights(void **state)
{
    (void)state;
    static const char *const good[][3] = {
        { "BA0178", "BA178", "BA" },    { "BA 178", "BA178", "BA" }, { "ba178", "BA178", "BA" },
        { "U2123", "U2123", "U2" },     { "B2925", "B2925", "B2" },  { "DLH0505", "DLH505", "DLH" },
        { "IB3167A", "IB3167A", "IB" }, { "3K00012", "3K12", "3K" }, { "BA00178", "BA178", "BA" },
    };
    static const char *const bad[] = { "",        "BA",       "178",   "12345",    "BA0000",
                                       "BA178AB", "BA17 8X9", "B!123", "BA123456", "D1H505" };
    char to[BW_FLIGHT];
    for (size_t k = 0; k < BW_LEN(good); k++) {
        assert_true(bw_flight_parse(bw_str_c(good[k][0]), to));
        assert_string_equal(to, good[k][1]);
        assert_true(bw_str_eq_c(bw_flight_carrier(to), good[k][2]));
    }
    for (size_t k = 0; k < BW_LEN(bad); k++)
        if (bw_flight_parse(bw_str_c(bad[k]), to))
            fail_msg("\"%s\" was taken for flight %s", bad[k], to);
    assert_int_equal(bw_flight_carrier("").n, 0);
}

static void carriers_and_stations(void **state)
{
    (void)state;
    assert_true(bw_is_carrier(BW_STR("BA")) && bw_is_carrier(BW_STR("U2")) && bw_is_carrier(BW_STR("3K")));
    assert_true(bw_is_carrier(BW_STR("BAW")));
    assert_false(bw_is_carrier(BW_STR("12")) || bw_is_carrier(BW_STR("ba")) || bw_is_carrier(BW_STR("B2W")));
    assert_false(bw_is_carrier(BW_STR("B")) || bw_is_carrier(BW_STR("BAWX")) || bw_is_carrier(BW_STR("")));
    assert_true(bw_is_station(BW_STR("LHR")));
    assert_false(bw_is_station(BW_STR("LH1")) || bw_is_station(BW_STR("lhr")) || bw_is_station(BW_STR("LH")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_printed_form),
        cmocka_unit_test(refuses_what_names_no_bag),
        cmocka_unit_test(keeps_to_the_kind_that_was_said),
        cmocka_unit_test(text_round_trip),
        cmocka_unit_test(buckets),
        cmocka_unit_test(plates_and_short_plates),
        cmocka_unit_test(flights),
        cmocka_unit_test(carriers_and_stations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
