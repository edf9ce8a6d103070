/* SPDX-License-Identifier: Apache-2.0 */
/* refresh_test.c - who is told that a page says something else than its log: those of the cases that are concerned, the
 * staff, and who comes back from before; nobody else is woken, and no position moves.  req: CLK-12 CLK-14 */
#include "hub_rig.h"

static struct bw_hub *make(uint64_t head)
{
    struct bw_hub *hub = bw_hub_new(&(struct bw_hub_config){ 0 });
    assert_non_null(hub);
    bw_hub_open(hub, 3, head);
    return hub;
}

static struct bw_sub_filter of_case(uint8_t n)
{
    return (struct bw_sub_filter){ .kind = BW_SUB_CASE, .case_id = { { n } }, .owner = { { 100, n } } };
}

/* Joins and reads the hello. */
static void join(struct reader *r, struct bw_hub *hub, struct bw_sub_filter filter, const struct bw_cursor *after)
{
    reader_init(r);
    assert_int_equal(reader_join(r, hub, filter, after), BW_OK);
}

/* What comes next, in one piece; "" where the reader was not woken. */
static const char *next(struct reader *r, char to[4096])
{
    long n = r->parked ? 0 : bw_sub_read(r->sub, to, 4095);
    to[n > 0 ? n : 0] = '\0';
    if (n > 0)
        assert_int_equal(bw_sub_read(r->sub, to + n, 1), 0); /* and nothing else */
    return to;
}

static void test_the_concerned_are_told(void **state)
{
    struct reader one, again, other, staff;
    struct bw_uuid cases[8];
    char text[4096];
    (void)state;
    struct bw_hub *hub = make(100);
    join(&one, hub, of_case(1), NULL);
    join(&again, hub, of_case(1), NULL);
    join(&other, hub, of_case(2), NULL);
    join(&staff, hub, rig_carrier, NULL);
    struct reader *const all[] = { &one, &again, &other, &staff };
    for (size_t k = 0; k < BW_LEN(all); k++)
        reader_drain(all[k], 4096);
    assert_int_equal(bw_hub_stale(hub, cases, BW_LEN(cases)), 2); /* each case once */
    assert_int_equal(cases[0].b[0] + cases[1].b[0], 3);
    assert_int_equal(bw_hub_stale(hub, cases, 1), 1);
    for (size_t k = 0; k < BW_LEN(all); k++)
        assert_true(all[k]->parked); /* asking tells nobody */
    const struct bw_uuid concerned = { { 1 } };
    bw_hub_refresh(hub, &concerned, 1);
    assert_true(other.parked);
    static const char frame[] = "id: 3-100\nevent: refresh\ndata: {\"reason\":\"station\"}\n\n";
    assert_string_equal(next(&one, text), frame);
    assert_string_equal(next(&again, text), frame);
    assert_string_equal(next(&staff, text), frame);
    assert_string_equal(next(&other, text), "");
    rig_publish(hub, 101, 104); /* what comes later is not passed over */
    assert_string_equal(next(&staff, text) + strlen(text) - 2, "\n\n");
    assert_non_null(strstr(text, "id: 3-102\n"));
    assert_non_null(strstr(text, "id: 3-104\n"));
    for (size_t k = 0; k < BW_LEN(all); k++)
        reader_done(all[k]);
    bw_hub_free(hub);
}

/* Entries that wait are told with it, and its id is before theirs. */
static void test_it_passes_nothing_over(void **state)
{
    struct reader r;
    char text[4096];
    (void)state;
    struct bw_hub *hub = make(0);
    join(&r, hub, rig_case, NULL);
    reader_drain(&r, 4096);
    rig_publish(hub, 1, 8);
    bw_hub_refresh(hub, &rig_case.case_id, 1);
    long n = bw_sub_read(r.sub, text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_true(strncmp(text, "id: 3-3\nevent: refresh\n", 23) == 0);
    const char *first = strstr(text, "id: 3-4\nevent: bag\n");
    assert_non_null(first);
    assert_non_null(strstr(first, "id: 3-8\nevent: bag\n"));
    reader_done(&r);
    bw_hub_free(hub);
}

/* A page that was made before the change and joins, or comes back, after it. */
static void test_who_comes_from_before(void **state)
{
    struct bw_uuid cases[2];
    const struct {
        uint64_t index;
        bool told;
    } from[] = { { 90, true }, { 100, true }, { 101, false }, { 104, false } };
    (void)state;
    struct bw_hub *hub = make(80);
    rig_publish(hub, 81, 100);
    struct reader r;
    join(&r, hub, of_case(9), &(struct bw_cursor){ 3, 100 });
    reader_drain(&r, 4096);
    assert_int_equal(r.hellos, 1);
    assert_string_equal(r.reason, ""); /* nothing has changed yet */
    reader_done(&r);
    assert_int_equal(bw_hub_stale(hub, cases, 2), 0);
    rig_publish(hub, 101, 104);
    for (size_t k = 0; k < BW_LEN(from); k++) {
        join(&r, hub, of_case(9), &(struct bw_cursor){ 3, from[k].index });
        reader_drain(&r, 4096);
        assert_string_equal(r.reason, from[k].told ? "station" : "");
        assert_int_equal(r.id.index, from[k].index); /* its position is where it was */
        reader_done(&r);
    }
    join(&r, hub, of_case(9), NULL); /* from now on: it has no page from before */
    reader_drain(&r, 4096);
    assert_string_equal(r.reason, "");
    reader_done(&r);
    join(&r, hub, of_case(9), &(struct bw_cursor){ 2, 90 }); /* of another epoch: it reads everything anew */
    reader_drain(&r, 4096);
    assert_int_equal(r.resets, 1);
    assert_string_equal(r.reason, "epoch");
    reader_done(&r);
    bw_hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_concerned_are_told),
        cmocka_unit_test(test_it_passes_nothing_over),
        cmocka_unit_test(test_who_comes_from_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
