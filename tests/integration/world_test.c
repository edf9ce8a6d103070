/* SPDX-License-Identifier: Apache-2.0 */
/* world_test.c - seeds and the world read back from a database of its own. */
#include "bw/app/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "bw/app/seed.h"
#include "bw/storage/pg.h"
#include "test_stmt_list.h"
#include "throwaway.h"

static struct bwt_cluster cluster;
static uint64_t legal_rows;

static int start(void **state)
{
    (void)state;
    bwt_cluster_start_migrated(&cluster);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    bwt_cluster_stop(&cluster);
    return 0;
}

static struct bw_pg *session(const struct bw_stmt_table *stmts, unsigned sets)
{
    const struct bw_pg_options o = { .conninfo = cluster.owner, .name = "test", .sets = sets, .stmts = stmts };
    struct bw_pg *pg = NULL;
    struct bw_error err = { 0 };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_OK);
    if (bw_pg_ensure(pg, &err) != BW_OK)
        fail_msg("%s", err.detail);
    return pg;
}

static void seeds_come_once(void **state)
{
    struct bw_seeded first, second;
    struct bw_error err = { 0 };
    (void)state;
    if (bw_seed_reference(cluster.owner, NULL, &first, &err) != BW_OK)
        fail_msg("%s", err.detail);
    assert_int_equal(first.carriers, 85);
    assert_int_equal(first.stations, 4485);
    assert_true(first.legal > 100);
    legal_rows = first.legal; /* the program understands every row that it carries */
    assert_int_equal(bw_seed_reference(cluster.owner, NULL, &second, &err), BW_OK);
    assert_int_equal(second.carriers + second.stations + second.legal, 0);
}

static void the_world_knows_stations_carriers_and_zones(void **state)
{
    struct bw_worlds *worlds = NULL;
    struct bw_error err = { 0 };
    unsigned missing = 99;
    bw_time winter, summer;
    (void)state;
    assert_int_equal(bw_worlds_new(NULL, &worlds, &err), BW_OK);
    const struct bw_world *empty = bw_worlds_take(worlds);
    assert_int_equal(empty->n_stations, 0);
    struct bw_pg *pg = session(NULL, BW_SET_DUTIES);
    if (bw_worlds_load(worlds, pg, &missing, &err) != BW_OK)
        fail_msg("%s", err.detail);
    assert_int_equal(missing, 0);
    assert_int_equal(empty->n_stations, 0); /* a held world stays what it was */
    bw_worlds_release(worlds, empty);

    const struct bw_world *world = bw_worlds_take(worlds);
    assert_int_equal(world->n_stations, 4485);
    assert_int_equal(world->n_carriers, 85);
    for (size_t i = 1; i < world->n_stations; i++)
        assert_true(strcmp(world->stations[i - 1].code, world->stations[i].code) < 0);
    const struct bw_station *lhr = bw_world_station(world, "LHR");
    assert_non_null(lhr);
    assert_string_equal(lhr->country, "GB");
    assert_true(lhr->latitude > 51 && lhr->latitude < 52 && lhr->longitude < 0);
    assert_true(bw_time_parse(BW_STR("2026-11-21T00:45:00Z"), &winter, NULL));
    assert_true(bw_time_parse(BW_STR("2026-07-21T00:45:00Z"), &summer, NULL));
    assert_int_equal(bw_station_offset(world, "MAD", winter), 60);
    assert_int_equal(bw_station_offset(world, "LHR", summer), 60);
    assert_string_equal(bw_carrier_name(world, "BA"), "British Airways");
    assert_non_null(bw_world_issuer(world, BW_STR("125")));
    assert_string_equal(bw_station_name(world, "BNN"), "Bronnoysund Airport, Bronnoy");
    assert_int_equal(world->legal->n_rules + world->legal->n_limits + world->legal->n_scopes, legal_rows);
    const bw_date day = bw_date_of(winter);
    assert_int_equal(bw_legal_limit(world->legal, BW_REGIME_MONTREAL, day)->amount, 1519);
    assert_int_equal(bw_legal_rule(world->legal, BW_REGIME_EU, BW_GRANT_DELAY, BW_TRIP_ANY, day)->amount, 21);
    assert_non_null(bw_legal_scope(world->legal, BW_REGIME_MONTREAL, false, "ES", day));
    assert_null(bw_legal_scope(world->legal, BW_REGIME_MONTREAL, true, "ES", day));
    bw_worlds_release(worlds, world);
    bw_pg_free(pg);
    bw_worlds_free(worlds);
}

static void policies_are_read_and_a_reload_shows_them(void **state)
{
    struct bw_worlds *worlds = NULL;
    struct bw_error err = { 0 };
    struct bw_pg *pg = session(NULL, BW_SET_QUERY);
    struct bw_pg *other = session(&test_stmts, BW_SET_ADMIN);
    (void)state;
    assert_int_equal(bw_worlds_new(NULL, &worlds, &err), BW_OK);
    assert_int_equal(bw_worlds_load(worlds, pg, NULL, &err), BW_OK);
    const struct bw_world *before = bw_worlds_take(worlds);
    assert_int_equal(before->n_policies, 0);
    struct bw_uuid id = bw_uuid_v7(bw_clock_wall());
    const int32_t steps[] = { 0, 2, 6 };
    if (bw_pg_query(other, TEST_STMT_POLICY_ADD,
                    BW_PARAMS(bw_p_uuid(&id), bw_p_c("located"), bw_p_c("BA"), bw_p_i32(4), bw_p_i32s(steps, NULL, 3),
                              bw_p_time(bw_clock_wall())),
                    NULL, &err) != BW_OK)
        fail_msg("%s", err.detail);
    assert_int_equal(bw_worlds_load(worlds, pg, NULL, &err), BW_OK);
    const struct bw_world *after = bw_worlds_take(worlds);
    assert_int_equal(after->n_policies, 1);
    assert_string_equal(after->policies[0].carrier, "BA");
    assert_string_equal(after->policies[0].station, "");
    assert_int_equal(after->policies[0].minutes, 4);
    assert_int_equal(after->policies[0].n_steps, 3);
    assert_int_equal(after->policies[0].steps[2], 6);
    assert_true(after->policies[0].told_at == after->policies[0].valid_from);
    assert_int_equal(before->n_policies, 0);
    bw_worlds_release(worlds, before);
    bw_worlds_release(worlds, after);
    bw_pg_free(pg);
    bw_pg_free(other);
    bw_worlds_free(worlds);
}

static void a_missing_zone_is_told_and_shows_utc(void **state)
{
    struct bw_worlds *worlds = NULL;
    struct bw_error err = { 0 };
    unsigned missing = 0;
    struct bw_pg *pg = session(NULL, BW_SET_QUERY);
    (void)state;
    assert_int_equal(bw_worlds_new("/nonexistent", &worlds, &err), BW_OK);
    assert_int_equal(bw_worlds_load(worlds, pg, &missing, &err), BW_OK);
    assert_true(missing > 0);
    const struct bw_world *world = bw_worlds_take(worlds);
    assert_null(bw_world_station(world, "MAD")->zone);
    assert_int_equal(bw_station_offset(world, "MAD", 0), 0);
    bw_worlds_release(worlds, world);
    bw_pg_free(pg);
    bw_worlds_free(worlds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeds_come_once),
        cmocka_unit_test(the_world_knows_stations_carriers_and_zones),
        cmocka_unit_test(policies_are_read_and_a_reload_shows_them),
        cmocka_unit_test(a_missing_zone_is_told_and_shows_utc),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
