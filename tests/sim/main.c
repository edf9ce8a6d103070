/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - sim: a run of a few hours; BW_DEEP=1: 24 hours of thousands of bags (REL-06).  BW_SEED=N: another seed; the
 * same seed is the same traffic.  With arguments: tool.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bw/base/codec.h"
#include "bw/base/crypto.h"
#include "run.h"

static uint64_t seed_of(void)
{
    const char *text = getenv("BW_SEED");
    uint64_t seed = 20261123;
    if (text)
        assert_true(bw_str_to_u64(bw_str_c(text), 0, UINT64_MAX, &seed));
    return seed;
}

static struct bw_hash print_of(uint64_t seed, unsigned hours, unsigned bags)
{
    struct sim_traffic t = { .seed = seed,
                             .from = SIM_FROM,
                             .until = SIM_FROM + hours * BW_HOUR,
                             .bags = bags,
                             .max = (size_t)bags * SIM_PER_BAG };
    t.v = calloc(t.max, sizeof *t.v);
    assert_non_null(t.v);
    sim_traffic_make(&t);
    assert_true(t.n > 4UL * bags);
    struct bw_hash print = bw_sha256(bw_str_n((const char *)t.v, t.n * sizeof *t.v));
    free(t.v);
    return print;
}

static void one_seed_is_one_traffic(void **state)
{
    (void)state;
    struct bw_hash one = print_of(7, 6, 50), again = print_of(7, 6, 50), other = print_of(8, 6, 50);
    assert_true(bw_hash_eq(&one, &again));
    assert_false(bw_hash_eq(&one, &other));
}

/* req: REL-06, BAG-02, BAG-07, CLK-01, CLK-04, CLK-05, ING-03, ING-06, ING-13, SEC-10 */
static void state_equals_fold_and_promises_equal_recomputation(void **state)
{
    static struct sim_run run;
    const char *deep = getenv("BW_DEEP");
    bool whole = deep && strcmp(deep, "1") == 0;
    struct sim_checked got;
    bw_time started = bw_clock_mono();
    (void)state;
    sim_run_open(&run, seed_of(), SIM_FROM, whole ? 24 : 6, whole ? 4000 : 300);
    bool ran = sim_run_all(&run, whole ? 45 : 6);
    if (ran)
        sim_check(run.cluster.owner, &run.t, run.t.until, &got);
    const struct sim_tally *tally = run.tally;
    print_message("seed %llu: %zu statements, %u legs, %u kills, %u at named points, %u sessions cut, %lld s\n",
                  (unsigned long long)run.t.seed, run.t.n, tally->legs, tally->kills, tally->crash_points,
                  tally->cut_sessions, (long long)((bw_clock_mono() - started) / BW_SECOND));
    if (ran)
        print_message("stored %zu, repeated %zu, refused %zu, conflicts %zu; %zu events on %zu bags (%zu judged by the "
                      "model) "
                      "and %zu cases; %zu promises, %zu levels, %zu put off; %zu differences\n",
                      got.stored, got.repeated, got.refused, got.conflicts, got.events, got.bags, got.judged, got.cases,
                      got.promises, got.levels, got.moved, got.faults);
    if (ran)
        print_message("joined %zu, parted %zu (%zu statements went along), mandates %zu given and %zu ended, %zu said "
                      "with "
                      "one and %zu without, %zu files closed, %zu customers reached, %zu lines in bulk bodies, %zu of "
                      "them in gzip\n",
                      got.joined, got.parted, got.taken_along, got.granted, got.revoked, got.mandated, got.unmandated,
                      got.closed, got.reached, got.in_bodies, got.in_gzip);
    bool crashed = tally->kills > 0 && tally->crash_points > 0 && tally->cut_sessions > 0;
    sim_run_close(&run);
    assert_true(ran && crashed);
    assert_int_equal(got.faults, 0);
    assert_true(got.judged * 10 >= got.bags * 8);
    assert_true(got.promises > 0 && got.levels > 0 && got.moved > 0 && got.repeated > 0 && got.refused > 0 &&
                got.conflicts > 0);
    /* each kind of news occurred */
    assert_true(got.joined > 0 && got.parted > 0 && got.taken_along > 0);
    assert_true(got.granted > 0 && got.revoked > 0 && got.mandated > 0 && got.unmandated > 0);
    assert_true(got.closed > 0 && got.reached > 0 && got.in_gzip > 0 && got.in_bodies > got.in_gzip);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return sim_tool(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_is_one_traffic),
        cmocka_unit_test(state_equals_fold_and_promises_equal_recomputation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
