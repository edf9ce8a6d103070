/* SPDX-License-Identifier: Apache-2.0 */
/* Two instances at once: the same statement, other content under one id, first scans of one bag by two carriers, first
 * scans of a short plate, notes, telegrams in crossed order.  A gate before a table makes both read before either
 * writes.  Source: design.md 3 (guards), ING-04, BAG-01, BAG-02. */
#include "door_group.h"

#define AT "\"occurred_at\":\"2026-11-20T09:00:00Z\""

/* Both posts reach the gate, one a writer; then they race. */
static void race(struct post *a, struct post *b, const char *table)
{
    struct bw_pg *gate = gate_close(&door, table);
    assert_int_equal(post_send(door.writer, a), BW_OK);
    assert_int_equal(post_send(door.other, b), BW_OK);
    gate_wait(&door, 2);
    gate_open(gate);
    post_wait(a);
    post_wait(b);
    assert_int_equal(a->work.rc, BW_OK);
    assert_int_equal(b->work.rc, BW_OK);
}

static void pair_init(struct post p[2])
{
    post_init(&p[0]);
    post_init(&p[1]);
}

static void pair_done(struct post p[2])
{
    post_done(&p[0]);
    post_done(&p[1]);
}

static int64_t lines(void)
{
    return ask_i64(&door, "SELECT sum(array_length(string_to_array(rtrim(convert_from(entries, 'UTF8'), E'\\n'), "
                          "E'\\n'), 1)) FROM feed_payload");
}

/* req: ING-04 */
static void the_same_statement_on_two_instances_is_stored_once(void **state)
{
    (void)state;
    static const char body[] =
        "{\"event_id\":\"a1\",\"plate\":\"0125600001\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT
        ",\"note\":\"by the door\"}";
    struct post p[3];
    int64_t before = lines();
    pair_init(p);
    post_init(&p[2]);
    for (size_t k = 0; k < 3; k++)
        (void)post_add(&p[k], "BA", body);
    race(&p[0], &p[1], "event_key");
    bool first = p[0].items[0].outcome == BW_OUT_ACCEPTED;
    assert_int_equal(p[first ? 0 : 1].items[0].outcome, BW_OUT_ACCEPTED);
    assert_int_equal(p[first ? 1 : 0].items[0].outcome, BW_OUT_DUPLICATE);
    assert_int_equal(post_run(door.writer, &p[2]), BW_OK);
    assert_int_equal(p[2].items[0].outcome, BW_OUT_DUPLICATE);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(p[k].items[0].rc, BW_OK);
        assert_int_equal(p[k].calls, 1);
        assert_true(p[k].items[0].answer.n > 0);
        assert_true(bw_str_eq(p[k].items[0].answer, p[0].items[0].answer));
    }
    assert_int_equal(lines(), before + 1); /* one push */
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id = 'a1'"), 1);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event_private p JOIN event e USING (bucket, bag_id, version) "
                                    "WHERE e.event_id = 'a1'"),
                     1);
    pair_done(p);
    post_done(&p[2]);
}

/* req: ING-04 */
static void other_content_under_one_id_is_a_conflict_with_both_fingerprints(void **state)
{
    (void)state;
    struct post p[2];
    pair_init(p);
    (void)post_add(&p[0], "BA",
                   "{\"event_id\":\"b1\",\"plate\":\"0125600002\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT "}");
    (void)post_add(&p[1], "BA",
                   "{\"event_id\":\"b1\",\"plate\":\"0125600002\",\"code\":\"BAG_SEEN\",\"station\":\"MAD\"," AT "}");
    race(&p[0], &p[1], "event_key");
    bool first = p[0].items[0].rc == BW_OK;
    const struct bw_item *won = &p[first ? 0 : 1].items[0], *lost = &p[first ? 1 : 0].items[0];
    assert_int_equal(won->rc, BW_OK);
    assert_int_equal(lost->rc, BW_E_EVENT_CONFLICT);
    assert_string_equal(lost->err.field, "/event_id");
    assert_false(bw_hash_eq(&lost->fingerprint, &lost->stored_fingerprint));
    char hex[2 * BW_SHA256 + 1];
    for (size_t k = 0; k < BW_SHA256; k++)
        (void)snprintf(hex + 2 * k, 3, "%02x", lost->stored_fingerprint.b[k]);
    assert_string_equal(ask(&door, "SELECT encode(fingerprint, 'hex') FROM event_key WHERE event_id = 'b1'"), hex);
    pair_done(p);
}

/* req: ING-04 */
static void one_id_on_two_bags_is_two_statements(void **state)
{
    (void)state;
    struct post p[2];
    pair_init(p);
    (void)post_add(&p[0], "BA",
                   "{\"event_id\":\"c1\",\"plate\":\"0125600003\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT "}");
    (void)post_add(&p[1], "BA",
                   "{\"event_id\":\"c1\",\"plate\":\"0125600003\",\"travel_date\":\"2026-11-20\",\"code\":\"BAG_SEEN\","
                   "\"station\":\"MAD\"," AT "}");
    (void)post_add(&p[1], "BA",
                   "{\"event_id\":\"c1\",\"plate\":\"0125600004\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT "}");
    race(&p[0], &p[1], "event_key");
    assert_int_equal(p[0].items[0].outcome, BW_OUT_ACCEPTED);
    assert_int_equal(p[1].items[0].rc, BW_OK);
    assert_int_not_equal(p[1].items[0].outcome, BW_OUT_DUPLICATE);
    assert_int_equal(p[1].items[1].outcome, BW_OUT_ACCEPTED);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id = 'c1'"), 3);
    assert_int_equal(ask_i64(&door, "SELECT count(DISTINCT uid) FROM event WHERE event_id = 'c1'"), 3);
    pair_done(p);
}

/* Inside one request too. req: ING-04 */
static void duplicates_and_conflicts_inside_one_batch(void **state)
{
    (void)state;
    static const char body[] =
        "{\"event_id\":\"d1\",\"plate\":\"0125600005\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT "}";
    struct post p;
    int64_t before = lines();
    post_init(&p);
    (void)post_add(&p, "BA", body);
    (void)post_add(&p, "BA", body);
    (void)post_add(&p, "BA",
                   "{\"event_id\":\"d1\",\"plate\":\"0125600005\",\"code\":\"BAG_SEEN\",\"station\":\"JFK\"," AT "}");
    (void)post_add(&p, "IB", body);
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(p.items[0].outcome, BW_OUT_ACCEPTED);
    assert_int_equal(p.items[1].outcome, BW_OUT_DUPLICATE);
    assert_true(bw_str_eq(p.items[0].answer, p.items[1].answer));
    assert_int_equal(p.items[2].rc, BW_E_EVENT_CONFLICT);
    assert_true(bw_hash_eq(&p.items[2].stored_fingerprint, &p.items[1].fingerprint));
    assert_int_equal(p.items[3].rc, BW_OK); /* another sender */
    assert_int_not_equal(p.items[3].outcome, BW_OUT_DUPLICATE);
    assert_int_equal(lines(), before + 2);
    post_done(&p);
}

static bool one_waits_for_us(void *ctx)
{
    (void)ctx;
    return ask_i64(&door, "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'") == 1;
}

static bool one_waits_for_the_bags(void *ctx)
{
    (void)ctx;
    return ask_i64(&door, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'bag'::regclass") == 1;
}

/* The second instance looks for the key before the first commits, and at the bag after: the file that is open on it
 * is the very one it was told to open. req: ING-04 */
static void a_file_opened_twice_is_not_refused_for_itself(void **state)
{
    (void)state;
    struct post scan, p[2];
    const char *plate = "0125600050";
    post_init(&scan);
    (void)post_add(&scan, "BA",
                   "{\"event_id\":\"h1\",\"plate\":\"0125600050\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT "}");
    assert_int_equal(post_run(door.writer, &scan), BW_OK);
    pair_init(p);
    for (size_t k = 0; k < 2; k++)
        (void)post_add_file(&p[k], "MADIB60050", &plate, 1);
    /* the first to store it locks the bags against reading and stands at a lock of ours until the second reads them */
    db_script(door.cluster.owner,
              "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = bagwatch "
              "SET lock_timeout = '30s' AS "
              "$$BEGIN LOCK TABLE bag IN ACCESS EXCLUSIVE MODE; PERFORM pg_advisory_xact_lock(77); RETURN NULL; END$$;"
              "CREATE TRIGGER hold AFTER INSERT ON case_file EXECUTE FUNCTION hold()");
    struct bw_error err = { 0 };
    struct bw_pg *gate = db_session(door.cluster.owner, BW_SET_QUERY);
    assert_int_equal(bw_pg_script(gate, "gate", BW_STR("BEGIN; SELECT pg_advisory_xact_lock(77)"), &err), BW_OK);
    assert_int_equal(post_send(door.writer, &p[0]), BW_OK);
    assert_true(await(one_waits_for_us, NULL, 20 * BW_SECOND));
    assert_int_equal(post_send(door.other, &p[1]), BW_OK);
    assert_true(await(one_waits_for_the_bags, NULL, 5 * BW_SECOND));
    gate_open(gate);
    for (size_t k = 0; k < 2; k++) {
        post_wait(&p[k]);
        assert_int_equal(p[k].work.rc, BW_OK);
        if (p[k].items[0].rc != BW_OK)
            fail_msg("post %zu: %s", k, p[k].items[0].err.detail);
        assert_int_equal(p[k].items[0].outcome, k ? BW_OUT_DUPLICATE : BW_OUT_ACCEPTED);
    }
    db_script(door.cluster.owner, "DROP TRIGGER hold ON case_file; DROP FUNCTION hold()");
    pair_done(p);
    post_done(&scan);
}

/* Two carriers see a bag nobody knew, at once: one bag, both statements on it. req: BAG-01 */
static void first_scans_by_two_carriers_make_one_bag(void **state)
{
    (void)state;
    static const char *const days[][2] = { { "2026-11-20", "2026-11-20" }, { "2026-11-19", "2026-11-20" } };
    for (unsigned round = 0; round < 4; round++) {
        struct post p[2];
        pair_init(p);
        for (unsigned k = 0; k < 2; k++) {
            char body[256];
            (void)snprintf(body, sizeof body,
                           "{\"event_id\":\"e%u\",\"plate\":\"012560001%u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                           "\"occurred_at\":\"%sT09:00:00Z\"}",
                           round, round, days[round % 2][k]);
            (void)post_add(&p[k], k ? "IB" : "BA", body);
        }
        race(&p[0], &p[1], "event_key");
        for (size_t k = 0; k < 2; k++) {
            assert_int_equal(p[k].items[0].rc, BW_OK);
            assert_true(bw_uuid_eq(&p[k].items[0].ev.bag_id, &p[0].items[0].ev.bag_id));
        }
        assert_int_equal(p[0].items[0].ev.version + p[1].items[0].ev.version, 3);
        pair_done(p);
    }
}

/* The same by their short plates, and by plate and short plate: still one bag. req: BAG-01 BAG-02 */
static void first_scans_by_short_plate_make_one_bag(void **state)
{
    (void)state;
    static const char *const plates[][2] = { { "BA600020", "BA600020" },
                                             { "0125600021", "BA600021" },
                                             { "BA600022", "0125600022" } };
    for (unsigned round = 0; round < BW_LEN(plates); round++) {
        struct post p[2];
        pair_init(p);
        for (unsigned k = 0; k < 2; k++) {
            char body[256];
            (void)
                snprintf(body, sizeof body,
                         "{\"event_id\":\"f%u\",\"plate\":\"%s\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"occurred_"
                         "at\":\"2026-11-%uT09:00:00Z\"}",
                         round, plates[round][k], 19 + k);
            (void)post_add(&p[k], k ? "IB" : "BA", body);
        }
        race(&p[0], &p[1], "event_key");
        assert_int_equal(p[0].items[0].rc, BW_OK);
        assert_int_equal(p[1].items[0].rc, BW_OK);
        assert_true(bw_uuid_eq(&p[0].items[0].ev.bag_id, &p[1].items[0].ev.bag_id));
        assert_int_not_equal(p[0].items[0].outcome, BW_OUT_AMBIGUOUS);
        assert_int_not_equal(p[1].items[0].outcome, BW_OUT_AMBIGUOUS);
        pair_done(p);
    }
}

/* Both make the bag's data key at the same moment, for several bags in crossed order: one key a bag, every note opens.
 */
static void first_notes_at_once_share_one_key(void **state)
{
    (void)state;
    struct post p[2];
    pair_init(p);
    for (unsigned k = 0; k < 6; k++) {
        char body[256];
        struct post made;
        (void)snprintf(body, sizeof body,
                       "{\"event_id\":\"g%u\",\"plate\":\"012560003%u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\"," AT
                       "}",
                       k, k);
        post_init(&made);
        (void)post_add(&made, "BA", body);
        assert_int_equal(post_run(door.writer, &made), BW_OK);
        post_done(&made);
        for (unsigned side = 0; side < 2; side++) {
            (void)
                snprintf(body, sizeof body,
                         "{\"event_id\":\"n%u\",\"plate\":\"012560003%u\",\"code\":\"STAFF_NOTE\",\"note\":\"seen\"," AT
                         "}",
                         k, side ? 5 - k : k);
            (void)post_add_as(&p[side], side ? "IB" : "BA", BW_VOICE_STAFF, body);
        }
    }
    race(&p[0], &p[1], "data_key");
    for (unsigned k = 0; k < 12; k++)
        assert_int_equal(p[k / 6].items[k % 6].rc, BW_OK);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event_private p JOIN event e USING (bucket, bag_id, version) "
                                    "WHERE e.code = 'STAFF_NOTE'"),
                     12);
    pair_done(p);
}

/* req: TYB-06 */
static void the_same_telegrams_in_crossed_order_are_stored_once(void **state)
{
    (void)state;
    enum { N = 12 };
    static struct post p[2][N];
    struct bw_writer *w[2];
    struct bw_pg *gate = gate_close(&door, "data_key");
    for (unsigned side = 0; side < 2; side++) {
        struct bw_writer_options o = posts_options(&door, side ? "x" : "y");
        o.threads = 1;
        w[side] = posts_writer(&o);
        for (unsigned k = 0; k < N; k++) {
            struct post *at = &p[side][side ? N - 1 - k : k];
            post_init(at);
            char *text = bw_arena_printf(&at->arena, "BSM\n.V/1LLHR\n.N/0125%06u001\nENDBSM\n", 700 + k);
            at->work.raw = bw_str_c(text);
            at->work.raw_sender = BW_STR("BA");
            struct bw_hash h = bw_sha256(at->work.raw);
            at->work.raw_id = bw_uuid_v8(h.b);
        }
        for (unsigned k = 0; k < N; k++)
            assert_int_equal(post_send(w[side], &p[side][k]), BW_OK);
        posts_start(w[side]);
    }
    gate_wait(&door, 2);
    gate_open(gate);
    for (unsigned k = 0; k < 2 * N; k++) {
        post_wait(&p[k / N][k % N]);
        assert_int_equal(p[k / N][k % N].work.rc, BW_OK);
        post_done(&p[k / N][k % N]);
    }
    posts_end(w[0]);
    posts_end(w[1]);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM raw_message"), N);
}

/* Sorted arrays and one order of tables: nobody ever waited for each other. */
static void nothing_deadlocked(void **state)
{
    (void)state;
    assert_int_equal(ask_i64(&door, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_statement_on_two_instances_is_stored_once),
        cmocka_unit_test(other_content_under_one_id_is_a_conflict_with_both_fingerprints),
        cmocka_unit_test(one_id_on_two_bags_is_two_statements),
        cmocka_unit_test(duplicates_and_conflicts_inside_one_batch),
        cmocka_unit_test(a_file_opened_twice_is_not_refused_for_itself),
        cmocka_unit_test(first_scans_by_two_carriers_make_one_bag),
        cmocka_unit_test(first_scans_by_short_plate_make_one_bag),
        cmocka_unit_test(first_notes_at_once_share_one_key),
        cmocka_unit_test(the_same_telegrams_in_crossed_order_are_stored_once),
        cmocka_unit_test(nothing_deadlocked),
    };
    return cmocka_run_group_tests(tests, door_start_two, door_stop_two);
}
