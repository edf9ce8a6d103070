/* SPDX-License-Identifier: Apache-2.0 */
/* world_test.c - look-ups, names and the flags of unknown codes. */
#include "bw/domain/world.h"

#include "domain_test.h"

static const struct bw_station stations[] = {
    { .code = "JFK", .name = "New York JFK" },
    { .code = "LHR", .name = "London Heathrow" },
    { .code = "MAD" },
};
static const struct bw_carrier carriers[] = {
    { "BA", "125", "British Airways" },
    { "IB", "075", "Iberia" },
    { "ZZ", "", "" },
};
static const struct bw_world world = { .stations = stations, .n_stations = 3, .carriers = carriers, .n_carriers = 3 };

static void finds_and_names(void **state)
{
    (void)state;
    assert_ptr_equal(bw_world_station(&world, "LHR"), &stations[1]);
    assert_null(bw_world_station(&world, "QQQ"));
    assert_null(bw_world_carrier(&(struct bw_world){ 0 }, "BA"));
    assert_string_equal(bw_carrier_name(&world, "IB"), "Iberia");
    assert_string_equal(bw_carrier_name(&world, "ZZ"), "ZZ");
    assert_string_equal(bw_carrier_name(&world, "QQ"), "QQ");
    assert_string_equal(bw_station_name(&world, "MAD"), "MAD");
    assert_string_equal(bw_world_issuer(&world, BW_STR("075"))->code, "IB");
    assert_null(bw_world_issuer(&world, BW_STR("")));
    assert_null(bw_world_issuer(&world, BW_STR("999")));
    assert_int_equal(bw_station_offset(&world, "LHR", 0), 0);
}

/* req: ING-05 (unknown stations are accepted with a flag) */
static void flags_unknown_codes(void **state)
{
    (void)state;
    struct bw_event ev;
    bw_event_init(&ev);
    ev.ident = ident("0125728359");
    bw_str_put(BW_STR("LHR"), ev.station, sizeof(ev.station));
    bw_str_put(BW_STR("BA"), ev.carrier, sizeof(ev.carrier));
    bw_world_flags(&world, &ev);
    assert_int_equal(ev.flags, 0);
    bw_str_put(BW_STR("QQQ"), ev.data.to_station, sizeof(ev.data.to_station));
    bw_str_put(BW_STR("QQ"), ev.to_carrier, sizeof(ev.to_carrier));
    ev.ident = ident("0999728359");
    bw_world_flags(&world, &ev);
    assert_int_equal(ev.flags, BW_FL_UNKNOWN_STATION | BW_FL_UNKNOWN_CARRIER | BW_FL_UNKNOWN_ISSUER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_and_names),
        cmocka_unit_test(flags_unknown_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
