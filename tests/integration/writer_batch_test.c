/* SPDX-License-Identifier: Apache-2.0 */
/* What one batch may hold: unknown bags, many telegrams, many dead letters, many new files, refused files, a file
 * opened twice, a correction of what is stored, ids that meet.  None of it may spoil the statements beside it.
 * Source: design.md 3, writer.h; ING-03, ING-04. */
#include "door_group.h"

#define SEEN(id, plate)                                                                                                \
    "{\"event_id\":\"" id "\",\"plate\":\"" plate                                                                      \
    "\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"occurred_at\":\"2026-11-20T09:00:00Z\"}"

static void an_unknown_bag_is_not_found_and_harms_nobody(void **state)
{
    (void)state;
    struct post p[2];
    for (size_t k = 0; k < 2; k++)
        post_init(&p[k]);
    (void)post_add(&p[0], "BA",
                   "{\"event_id\":\"u1\",\"bag\":{\"kind\":\"id\",\"value\":\"018f0000-0000-7000-8000-0000000000aa\"},"
                   "\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"occurred_at\":\"2026-11-20T09:00:00Z\"}");
    (void)post_add(&p[1], "BA", SEEN("u2", "0125000001"));
    posts_as_one_batch(&door, p, 2);
    assert_int_equal(p[0].work.rc, BW_OK);
    assert_int_equal(p[0].items[0].rc, BW_E_NOT_FOUND);
    assert_string_equal(p[0].items[0].err.field, "/bag");
    assert_int_equal(p[1].work.rc, BW_OK);
    assert_int_equal(p[1].items[0].rc, BW_OK);
    for (size_t k = 0; k < 2; k++)
        post_done(&p[k]);
}

/* A work with a telegram and dead letters, and no bag. */
static void telegram(struct post *p, unsigned number, struct bw_dead_letter_new *dead, size_t n_dead)
{
    char *text = bw_arena_printf(&p->arena, "BSM\n.V/1LLHR\n.N/0125%06u001\n.P/1HIDDEN/NAME\nENDBSM\n", number);
    BW_ASSERT(text);
    p->work.raw = bw_str_c(text);
    p->work.raw_sender = BW_STR("BA");
    struct bw_hash h = bw_sha256(p->work.raw);
    p->work.raw_id = bw_uuid_v8(h.b);
    p->work.dead = dead;
    p->work.n_dead = n_dead;
    for (size_t k = 0; k < n_dead; k++) {
        h = bw_sha256(bw_str_n((const char *)h.b, sizeof h.b));
        dead[k] = (struct bw_dead_letter_new){ .ordinal = (int32_t)k + 1,
                                               .first_line = 1,
                                               .last_line = 5,
                                               .smi = "BSM",
                                               .status = "unusable",
                                               .faults = BW_STR("[]"),
                                               .id = bw_uuid_v8(h.b) };
    }
}

enum { TELEGRAMS = 80, DEAD = 150 };

/* req: TYB-11 */
static void many_telegrams_with_many_dead_letters_are_one_batch(void **state)
{
    (void)state;
    static struct post p[TELEGRAMS];
    static struct bw_dead_letter_new dead[TELEGRAMS][DEAD];
    for (unsigned k = 0; k < TELEGRAMS; k++) {
        post_init(&p[k]);
        telegram(&p[k], k, dead[k], k == 7 ? DEAD : 1);
    }
    int64_t journals = ask_i64(&door, "SELECT count(*) FROM journal");
    posts_as_one_batch(&door, p, TELEGRAMS);
    for (size_t k = 0; k < TELEGRAMS; k++) {
        assert_int_equal(p[k].work.rc, BW_OK);
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM journal"), journals + 1);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM raw_message"), TELEGRAMS);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM data_key WHERE kind = 'raw'"), TELEGRAMS);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM dead_letter"), TELEGRAMS - 1 + DEAD);
}

/* The same telegram by two requests of one batch is stored once, and nothing has to be tried again. */
static void the_same_telegram_twice_in_a_batch_is_one_row(void **state)
{
    (void)state;
    static struct post p[2];
    static struct bw_dead_letter_new dead[2][1];
    int64_t rows = ask_i64(&door, "SELECT count(*) FROM raw_message");
    int64_t journals = ask_i64(&door, "SELECT count(*) FROM journal");
    for (unsigned k = 0; k < 2; k++) {
        post_init(&p[k]);
        telegram(&p[k], 999, dead[k], 1);
    }
    posts_as_one_batch(&door, p, 2);
    for (unsigned k = 0; k < 2; k++) {
        assert_int_equal(p[k].work.rc, BW_OK);
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM raw_message"), rows + 1);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM journal"), journals + 1);
}

/* --- late news --- */

enum { LATE = 60 };

static void scans_of(unsigned hour, struct post p[LATE])
{
    for (unsigned k = 0; k < LATE; k++) {
        char json[256];
        (void)snprintf(json, sizeof json,
                       "{\"event_id\":\"late-%u-%u\",\"plate\":\"01257%05u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                       "\"occurred_at\":\"2026-11-20T%02u:00:00Z\"}",
                       hour, k, k, hour);
        post_init(&p[k]);
        (void)post_add(&p[k], "BA", json);
    }
    posts_as_one_batch(&door, p, LATE);
}

/* Each needs its own bag's history; all are read at once, and the batch stays whole. */
static void late_scans_of_many_bags_are_one_batch(void **state)
{
    (void)state;
    static struct post p[LATE];
    scans_of(9, p);
    for (size_t k = 0; k < LATE; k++)
        post_done(&p[k]);
    int64_t journals = ask_i64(&door, "SELECT count(*) FROM journal");
    scans_of(7, p);
    for (size_t k = 0; k < LATE; k++) {
        assert_int_equal(p[k].work.rc, BW_OK);
        assert_int_equal(p[k].items[0].outcome, BW_OUT_LATE);
        assert_true(bag_equals_fold(&door, &p[k].items[0].ev.bag_id));
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM journal"), journals + 1);
}

/* --- files --- */

enum { FILES = 40 };

/* req: CASE-01 */
static void many_files_are_opened_in_one_batch(void **state)
{
    (void)state;
    static struct post p[FILES];
    for (unsigned k = 0; k < FILES; k++) {
        char ref[11], plate[11];
        const char *one = plate;
        (void)snprintf(ref, sizeof ref, "MADIB2%04u", k);
        (void)snprintf(plate, sizeof plate, "01251%05u", k);
        post_init(&p[k]);
        (void)post_add_file(&p[k], ref, &one, 1);
    }
    int64_t journals = ask_i64(&door, "SELECT count(*) FROM journal");
    posts_as_one_batch(&door, p, FILES);
    for (size_t k = 0; k < FILES; k++) {
        assert_int_equal(p[k].work.rc, BW_OK);
        assert_int_equal(p[k].items[0].rc, BW_OK);
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM journal"), journals + 1);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM case_file WHERE ref LIKE 'MADIB2%%'"), FILES);
}

/* A file that is refused for its second bag leaves nothing of its first: the plate is as free as before. */
static void a_refused_file_leaves_no_window_behind(void **state)
{
    (void)state;
    static const char *const first[] = { "0125200001" }, *const both[] = { "0125200002", "0125200001" };
    struct post p[3];
    for (size_t k = 0; k < 3; k++)
        post_init(&p[k]);
    (void)post_add_file(&p[0], "MADIB30001", first, 1);
    assert_int_equal(post_run(door.writer, &p[0]), BW_OK);
    assert_int_equal(p[0].items[0].rc, BW_OK);
    (void)post_add_file(&p[1], "MADIB30002", both, 2);
    (void)post_add(&p[2], "BA", SEEN("w1", "0125200003"));
    posts_as_one_batch(&door, p + 1, 2); /* the second post makes the batch write */
    assert_int_equal(p[1].items[0].rc, BW_E_CASE_EXISTS);
    assert_int_equal(p[2].items[0].rc, BW_OK);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM alias WHERE bag_id NOT IN (SELECT bag_id FROM bag)"), 0);
    for (size_t k = 0; k < 3; k++)
        post_done(&p[k]);
    post_init(&p[0]);
    (void)post_add(&p[0], "BA", SEEN("w2", "0125200002"));
    assert_int_equal(post_run(door.writer, &p[0]), BW_OK);
    assert_int_equal(p[0].items[0].rc, BW_OK);
    post_done(&p[0]);
}

/* The same opening again, as after an unknown outcome, is the first answer and no conflict. req: ING-03 ING-04 */
static void a_file_opened_again_is_a_duplicate(void **state)
{
    (void)state;
    static const char *const plate[] = { "0125300001" };
    struct post p[2];
    for (size_t k = 0; k < 2; k++) {
        post_init(&p[k]);
        (void)post_add_file(&p[k], "MADIB40001", plate, 1);
        assert_int_equal(post_run(door.writer, &p[k]), BW_OK);
        assert_int_equal(p[k].items[0].rc, BW_OK);
    }
    assert_int_equal(p[0].items[0].outcome, BW_OUT_ACCEPTED);
    assert_int_equal(p[1].items[0].outcome, BW_OUT_DUPLICATE);
    assert_true(bw_str_eq(p[0].items[0].answer, p[1].items[0].answer));
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM case_file WHERE ref = 'MADIB40001'"), 1);
    for (size_t k = 0; k < 2; k++)
        post_done(&p[k]);
}

/* req: ING-12 */
static void a_correction_takes_back_what_is_stored(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"event_id\":\"k1\",\"plate\":\"0125400001\",\"code\":\"BAG_ACCEPTED\",\"station\":\"JFK\","
        "\"occurred_at\":\"2026-11-20T09:00:00Z\"}",
        "{\"event_id\":\"k2\",\"plate\":\"0125400001\",\"code\":\"BAG_UNLOADED\",\"station\":\"LHR\","
        "\"occurred_at\":\"2026-11-20T09:30:00Z\"}",
        "{\"event_id\":\"k3\",\"plate\":\"0125400001\",\"code\":\"CORRECTION\",\"replaces\":[{\"event_id\":\"k2\"}],"
        "\"occurred_at\":\"2026-11-20T09:40:00Z\"}",
    };
    struct post p[3];
    for (size_t k = 0; k < 3; k++) {
        post_init(&p[k]);
        (void)post_add(&p[k], "BA", bodies[k]);
        assert_int_equal(post_run(door.writer, &p[k]), BW_OK);
        assert_int_equal(p[k].items[0].rc, BW_OK);
    }
    assert_int_equal(p[2].items[0].outcome, BW_OUT_CORRECTED);
    struct bw_uuid id = bwt_find(&door, "0125400001");
    struct bw_bag bag = bwt_bag(&door, &id);
    assert_string_equal(bag.station, "JFK");
    assert_false(bag.pending_replaces);
    for (size_t k = 0; k < 3; k++)
        post_done(&p[k]);
}

/* An event id that a sender used on the bag by its id may be used on the bag's file too: the file's copies on the bag
 * do not take the key. req: ING-04 */
static void a_copy_does_not_clash_with_a_statement_of_the_same_id(void **state)
{
    (void)state;
    static const char *const plate[] = { "0125500001" };
    struct post p[3];
    char text[BW_UUID_TEXT], body[512];
    for (size_t k = 0; k < 3; k++)
        post_init(&p[k]);
    (void)post_add_file(&p[0], "MADIB50001", plate, 1);
    assert_int_equal(post_run(door.writer, &p[0]), BW_OK);
    struct bw_uuid bag = bwt_find(&door, "0125500001"), case_id = bwt_bag(&door, &bag).case_id;
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"same-id\",\"bag\":{\"kind\":\"id\",\"value\":\"%s\"},\"code\":\"STAFF_NOTE\","
                   "\"note\":\"looked\",\"occurred_at\":\"2026-11-20T09:30:00Z\"}",
                   bw_uuid_text(&bag, text));
    (void)post_add_as(&p[1], "IB", BW_VOICE_STAFF, body);
    assert_int_equal(post_run(door.writer, &p[1]), BW_OK);
    assert_int_equal(p[1].items[0].rc, BW_OK);
    struct bw_item *end = post_add_closing(&p[2], &case_id, "IB", "same-id");
    assert_int_equal(post_run(door.writer, &p[2]), BW_OK);
    assert_int_equal(end->rc, BW_OK);
    assert_int_equal(bwt_bag(&door, &bag).case_state, BW_CASE_CLOSED);
    for (size_t k = 0; k < 3; k++)
        post_done(&p[k]);
}

/* req: CLK-04 ING-04 */
static void a_next_step_lies_ahead_when_it_is_first_said(void **state)
{
    (void)state;
    static const char first[] = "{\"event_id\":\"step-";
    static const char rest[] =
        "\",\"plate\":\"0125500077\",\"code\":\"STATUS_CONFIRMED\",\"action\":\"asked\",\"asked\":"
        "\"LHR\",\"occurred_at\":\"2026-11-20T09:00:00Z\",\"next_step_at\":\"2026-11-20T11:00:00Z\"}";
    struct post p[3];
    char body[384];
    for (unsigned k = 0; k < 3; k++) {
        if (k == 1)
            bwt_clock_set("2026-11-20T11:00:00Z");
        (void)snprintf(body, sizeof body, "%s%u%s", first, k / 2, rest);
        post_init(&p[k]);
        (void)post_add_as(&p[k], "BA", BW_VOICE_STAFF, body);
        assert_int_equal(post_run(door.writer, &p[k]), BW_OK);
    }
    assert_int_equal(p[0].items[0].rc, BW_OK);
    assert_int_equal(p[1].items[0].rc, BW_OK); /* the first again, now that the step has come */
    assert_int_equal(p[1].items[0].outcome, BW_OUT_DUPLICATE);
    assert_int_equal(p[2].items[0].rc, BW_E_INVALID_BODY);
    assert_string_equal(p[2].items[0].err.field, "/next_step_at");
    for (unsigned k = 0; k < 3; k++)
        post_done(&p[k]);
    bwt_clock_set("2026-11-20T10:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_bag_is_not_found_and_harms_nobody),
        cmocka_unit_test(a_file_opened_again_is_a_duplicate),
        cmocka_unit_test(a_correction_takes_back_what_is_stored),
        cmocka_unit_test(a_copy_does_not_clash_with_a_statement_of_the_same_id),
        cmocka_unit_test(a_refused_file_leaves_no_window_behind),
        cmocka_unit_test(many_telegrams_with_many_dead_letters_are_one_batch),
        cmocka_unit_test(the_same_telegram_twice_in_a_batch_is_one_row),
        cmocka_unit_test(late_scans_of_many_bags_are_one_batch),
        cmocka_unit_test(many_files_are_opened_in_one_batch),
        cmocka_unit_test(a_next_step_lies_ahead_when_it_is_first_said),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
