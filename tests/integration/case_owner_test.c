/* SPDX-License-Identifier: Apache-2.0 */
/* case_owner_test.c - whose a file is, through the writer and the duties: two that answer at once, statements said
 * twice, offers that lapse, once, by one instance or two and after a restart; and every row stays the fold of its
 * log. */
#include "rig.h"
#include "standing_clock.h"

#include "bw/app/bagview.h"
#include "bw/app/duties.h"
#include "bw/app/verify.h"
#include "bw/storage/rows.h"

static struct rig rig;
static struct bw_pg *sql, *look;
static unsigned number;

static void set_clock(const char *rfc3339)
{
    bw_time t = 0;
    assert_true(bw_time_parse(bw_str_c(rfc3339), &t, NULL));
    standing_clock_set(t);
}

static int start(void **state)
{
    (void)state;
    rig_start(&rig);
    sql = rig_session(rig.cluster.owner, &test_stmts, BW_SET_ADMIN);
    look = rig_session(rig.cluster.app, NULL, BW_SET_QUERY);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    bw_pg_free(look);
    bw_pg_free(sql);
    rig_stop(&rig);
    return 0;
}

/* --- statements --- */

/* A person's step on a file; its id is a number of its own. */
static void fill(struct bw_item *item, const struct bw_uuid *file, enum bw_event_code code, const char *carrier)
{
    char text[BW_UUID_TEXT];
    *item = (struct bw_item){ .rc = BW_OK };
    bw_event_init(&item->ev);
    item->ev.code = code;
    item->ev.source = BW_SRC_STAFF;
    item->ev.subject = BW_SUBJECT_CASE;
    item->ev.ident.kind = BW_IDENT_ID;
    item->ev.ident.date = BW_DATE_NONE;
    bw_str_put(bw_str_c(bw_uuid_text(file, text)), item->ev.ident.value, sizeof item->ev.ident.value);
    (void)snprintf(item->ev.sender, sizeof item->ev.sender, "%s.u1", carrier);
    (void)snprintf(item->ev.event_id, sizeof item->ev.event_id, "step-%u", ++number);
    bw_str_put(bw_str_c(carrier), item->ev.carrier, sizeof item->ev.carrier);
}

static bw_code send(struct bw_item *item)
{
    struct bw_arena arena;
    bw_arena_init(&arena, 4 << 20);
    struct bw_work work = { .items = item, .n = 1, .arena = &arena };
    rig_ok(rig_submit(rig.writer, &work), &work.err);
    bw_arena_done(&arena);
    return item->rc;
}

static bw_code step(const struct bw_uuid *file, enum bw_event_code code, const char *carrier)
{
    struct bw_item item;
    fill(&item, file, code, carrier);
    return send(&item);
}

static struct bw_item offer(const struct bw_uuid *file, const char *carrier, const char *to)
{
    struct bw_item item;
    fill(&item, file, BW_EV_CASE_OWNER_OFFERED, carrier);
    bw_str_put(bw_str_c(to), item.ev.to_carrier, sizeof item.ev.to_carrier);
    (void)send(&item);
    return item;
}

static struct bw_case file_now(const struct bw_uuid *id)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    struct bw_case c = { 0 };
    int16_t bucket = bw_id_bucket(id);
    rig_ok(bw_pg_query(look, BW_STMT_CASE_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1)), &rows, &err),
           &err);
    assert_true(rows.n == 1 && bw_row_case(&rows, 0, &c));
    return c;
}

static const char *owner_of_its_bag(const struct bw_uuid *file, char to[4])
{
    struct bw_arena arena;
    struct bw_error err = { 0 };
    struct bw_bag_seen *seen;
    struct bw_uuid bag;
    size_t n;
    bw_arena_init(&arena, 4 << 20);
    rig_ok(bw_case_bags(look, file, &bag, 1, &n, &err), &err);
    rig_ok(bw_bag_see(look, &bag, BW_WANT_STATE, &arena, &seen, &err), &err);
    memcpy(to, seen->bag.owner, sizeof seen->bag.owner);
    bw_arena_done(&arena);
    return to;
}

static struct bw_uuid opened(const char *ref, const char *plate)
{
    bw_date date;
    assert_true(bw_date_parse(BW_STR("2026-11-20"), &date));
    return rig_open_case(&rig, ref, plate, date);
}

/* --- what happens later --- */

static struct bw_duties *duties_on(struct bw_writer *writer, const char *instance)
{
    const struct bw_duties_options o = {
        .conninfo = rig.cluster.app, .writer = writer, .worlds = rig.worlds, .instance = instance, .retention_days = 7
    };
    struct bw_duties *d = NULL;
    struct bw_error err = { 0 };
    rig_ok(bw_duties_new(&o, &d, &err), &err);
    rig_ok(bw_duties_start(d, &err), &err);
    return d;
}

static void duties_off(struct bw_duties *d)
{
    bw_duties_stop(d);
    bw_duties_free(d);
}

static size_t lapsed(void)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    rig_ok(bw_pg_query(sql, TEST_STMT_OWN_EVENTS, BW_PARAMS(bw_p_c("CASE_OWNER_LAPSED")), &rows, &err), &err);
    return rows.n;
}

static bool caught_up(void *ctx)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_error err = { 0 };
    struct bw_pg *pg = ctx;
    rig_ok(bw_pg_query(pg, BW_STMT_DUE_ANY, BW_PARAMS(bw_p_time(bw_clock_wall())), &rows, &err), &err);
    return !bw_rows_bool(&rows, 0, "any");
}

static void settle(void)
{
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_DUTIES);
    bool quiet = rig_until(caught_up, pg, 20 * BW_SECOND);
    bw_pg_free(pg);
    assert_true(quiet);
}

static void tell(void *ctx, const char *line)
{
    (void)ctx;
    print_message("%s\n", line);
}

static void every_row_is_its_fold(void)
{
    const struct bw_verify_options o = { .conninfo = rig.cluster.owner, .parts = BW_VERIFY_BAGS, .tell = tell };
    struct bw_verify_result r = { 0 };
    struct bw_error err = { 0 };
    rig_ok(bw_verify(&o, &r, &err), &err);
    assert_true(r.cases > 0);
    assert_int_equal(r.differences, 0);
}

/* --- the tests --- */

/* req: CASE-03 ING-04 */
static void a_file_changes_hands_once(void **state)
{
    char owner[4];
    (void)state;
    set_clock("2026-11-21T08:00:00Z");
    struct bw_uuid file = opened("MADIB10001", "0125728359");
    assert_string_equal(file_now(&file).rule, "opener");
    struct bw_item asked = offer(&file, "IB", "BA");
    assert_int_equal(asked.rc, BW_OK);
    assert_true(file_now(&file).answer_by == asked.ev.recorded_at + 4 * BW_HOUR);
    set_clock("2026-11-21T09:00:00Z");
    struct bw_item yes;
    fill(&yes, &file, BW_EV_CASE_OWNER_CHANGED, "BA");
    assert_int_equal(send(&yes), BW_OK);
    struct bw_case now = file_now(&file);
    assert_string_equal(now.owner, "BA");
    assert_string_equal(now.rule, "accepted");
    /* on its bag too, in the same transaction */
    assert_string_equal(owner_of_its_bag(&file, owner), "BA");
    /* said again it is the first answer, whatever was done since; another's is refused and stores nothing */
    struct bw_item again;
    fill(&again, &file, BW_EV_CASE_OWNER_OFFERED, "IB");
    memcpy(again.ev.event_id, asked.ev.event_id, sizeof again.ev.event_id);
    bw_str_put(BW_STR("BA"), again.ev.to_carrier, sizeof again.ev.to_carrier);
    assert_int_equal(send(&again), BW_OK);
    assert_int_equal(again.outcome, BW_OUT_DUPLICATE);
    assert_int_equal(offer(&file, "IB", "BA").rc, BW_E_FORBIDDEN);
    assert_int_equal(step(&file, BW_EV_CASE_OWNER_CHANGED, "IB"), BW_E_FORBIDDEN);
    assert_int_equal(file_now(&file).version, now.version);
}

struct race {
    struct bw_item items[2];
    struct bw_work works[2];
    struct bw_arena arenas[2];
    struct rig_latch latches[2];
};

/* Two carriers take a file that nobody was found for: one of them has it, the other is told. req: CASE-11 */
static void of_two_that_take_it_one_has_it(void **state)
{
    (void)state;
    struct bw_writer *second = rig_writer(&rig, "second");
    for (unsigned turn = 0; turn < 20; turn++) {
        char ref[16], plate[16];
        struct race r = { 0 };
        (void)snprintf(ref, sizeof ref, "MADIB2%04u", turn);
        (void)snprintf(plate, sizeof plate, "0125%06u", 200000 + turn);
        struct bw_uuid file = opened(ref, plate);
        for (size_t k = 0; k < 2; k++) {
            fill(&r.items[k], &file, BW_EV_CASE_OWNER_CHANGED, k ? "LH" : "BA");
            bw_arena_init(&r.arenas[k], 4 << 20);
            bw_mutex_init(&r.latches[k].mu);
            bw_cond_init(&r.latches[k].cond);
            r.works[k] = (struct bw_work){
                .items = &r.items[k], .n = 1, .arena = &r.arenas[k], .done = rig_done, .ctx = &r.latches[k]
            };
        }
        struct bw_error err = { 0 };
        rig_ok(bw_writer_submit(rig.writer, &r.works[0], &err), &err);
        rig_ok(bw_writer_submit(second, &r.works[1], &err), &err);
        for (size_t k = 0; k < 2; k++) {
            bw_lock(&r.latches[k].mu);
            while (!r.latches[k].done)
                assert_true(bw_cond_wait_until(&r.latches[k].cond, &r.latches[k].mu, bw_clock_mono() + 20 * BW_SECOND));
            bw_unlock(&r.latches[k].mu);
            rig_ok(r.works[k].rc, &r.works[k].err);
            bw_arena_done(&r.arenas[k]);
            bw_cond_done(&r.latches[k].cond);
            bw_mutex_done(&r.latches[k].mu);
        }
        size_t winner = r.items[0].rc == BW_OK ? 0 : 1;
        assert_int_equal(r.items[winner].rc, BW_OK);
        assert_int_equal(r.items[1 - winner].rc, BW_E_FORBIDDEN);
        assert_string_equal(file_now(&file).owner, r.items[winner].ev.carrier);
    }
    bw_writer_stop(second);
    bw_writer_free(second);
}

/* req: CASE-03 (or bounces back) CLK-01 */
static void an_offer_lapses_once(void **state)
{
    enum { FILES = 12 };
    (void)state;
    struct bw_uuid file[FILES];
    set_clock("2026-11-22T08:00:00Z");
    for (unsigned k = 0; k < FILES; k++) {
        char ref[16], plate[16];
        (void)snprintf(ref, sizeof ref, "MADIB3%04u", k);
        (void)snprintf(plate, sizeof plate, "0125%06u", 300000 + k);
        file[k] = opened(ref, plate);
        assert_int_equal(offer(&file[k], "IB", "BA").rc, BW_OK);
    }
    struct bw_duties *d = duties_on(rig.writer, "one");
    set_clock("2026-11-22T11:59:59Z");
    settle();
    assert_int_equal(lapsed(), 0);
    assert_int_equal(step(&file[0], BW_EV_CASE_OWNER_CHANGED, "BA"), BW_OK); /* in time, by a second */
    assert_int_equal(step(&file[1], BW_EV_CASE_OWNER_REFUSED, "BA"), BW_OK);
    duties_off(d);
    set_clock("2026-11-22T12:00:00Z");                       /* and nobody there to look */
    assert_int_equal(offer(&file[2], "IB", "LH").rc, BW_OK); /* asked of another in its stead */
    struct bw_writer *second = rig_writer(&rig, "second");
    struct bw_duties *a = duties_on(rig.writer, "one"), *b = duties_on(second, "two");
    settle();
    duties_off(a);
    duties_off(b);
    assert_int_equal(lapsed(), FILES - 3);
    d = duties_on(second, "one again");
    settle();
    duties_off(d);
    assert_int_equal(lapsed(), FILES - 3);
    bw_writer_stop(second);
    bw_writer_free(second);
    for (unsigned k = 0; k < FILES; k++) {
        struct bw_case now = file_now(&file[k]);
        assert_string_equal(now.owner, k == 0 ? "BA" : "IB");
        assert_string_equal(now.offered_to, k == 2 ? "LH" : "");
    }
    every_row_is_its_fold();
}

/* req: CASE-04 */
static void closing_is_asked_of_the_row(void **state)
{
    (void)state;
    set_clock("2026-11-23T08:00:00Z");
    struct bw_uuid file = opened("MADIB40001", "0125400001");
    struct bw_item fault, end;
    fill(&end, &file, BW_EV_CASE_CLOSED, "IB");
    bw_str_put(BW_STR("withdrawn"), end.ev.reason, sizeof end.ev.reason);
    assert_int_equal(send(&end), BW_E_CASE_STEP);
    fill(&fault, &file, BW_EV_FAULT_CODED, "IB");
    bw_str_put(BW_STR("LHR"), fault.ev.station, sizeof fault.ev.station);
    bw_str_put(BW_STR("54"), fault.ev.reason, sizeof fault.ev.reason);
    fault.ev.private_body = BW_STR("{\"note\":\"after the gate had closed\"}");
    assert_int_equal(send(&fault), BW_OK);
    assert_true(fault.ev.has_private_commitment);
    assert_int_equal(send(&end), BW_OK);
    struct bw_case now = file_now(&file);
    assert_int_equal(now.state, BW_CASE_CLOSED);
    assert_string_equal(now.closed_why, "withdrawn");
    every_row_is_its_fold();
}

int main(void)
{
    if (!standing_clock_start())
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_changes_hands_once),
        cmocka_unit_test(of_two_that_take_it_one_has_it),
        cmocka_unit_test(an_offer_lapses_once),
        cmocka_unit_test(closing_is_asked_of_the_row),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
