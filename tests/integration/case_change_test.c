/* SPDX-License-Identifier: Apache-2.0 */
/* case_change_test.c - the personal data of a file: read as they were sealed, changed with an event and the look-up row
 * in one transaction, refused where somebody else changed them meanwhile, without their reason once the file is
 * closed, gone with the key.  Source: CASE-01, CASE-06, CASE-12, DESK-04. */
#include "door_group.h"

#include "bw/app/case_details.h"
#include "bw/app/verify.h"

static struct bw_details details_of(struct post *p, const char *json)
{
    struct bw_details d;
    if (!bw_details_read(bw_str_c(json), &p->arena, &d))
        fail_msg("not read: %s", json);
    return d;
}

#define PERSON(rest) "{\"passenger\":{\"surname\":\"Garcia\",\"given\":\"Ana\"}" rest "}"
#define FIRST                                                                                                          \
    PERSON(",\"contacts\":{\"phone\":\"+34 600 123 456\",\"town\":\"Madrid\"},\"bags\":[{\"code\":\"BU22MBC\","        \
           "\"brand\":\"Samsonite\"}],\"priority\":{\"class\":\"medical\",\"reason\":\"insulin\"}")

static struct bw_uuid open_file(const char *ref, const char *plate, const char *json)
{
    struct post p;
    post_init(&p);
    struct bw_item *item = post_add_file(&p, ref, &plate, 1);
    struct bw_details d = details_of(&p, json);
    assert_int_equal(bw_case_seal(&door.keys, &d, &p.arena, &item->new_case->sealed), BW_OK);
    item->ev.data.priority = (enum bw_priority)(d.priority.class_ + 1);
    struct bw_uuid id = item->new_case->case_id;
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(item->rc, BW_OK);
    post_done(&p);
    return id;
}

static bw_code look(const struct bw_uuid *id, struct post *p, struct bw_case_whole *ret)
{
    struct bw_error err = { 0 };
    return bw_case_details(door.pg, &door.keys, id, &p->arena, ret, &err);
}

/* Changes what was read to json, said by a person of IB. */
static struct bw_item *change(struct post *p, const struct bw_case_whole *before, const char *json)
{
    unsigned fields;
    struct bw_details after = details_of(p, json);
    struct bw_item *item = &p->items[p->work.n++];
    bw_event_init(&item->ev);
    item->ev.source = BW_SRC_STAFF;
    bw_str_put(BW_STR("IB.u00000001"), item->ev.sender, sizeof item->ev.sender);
    bw_str_put(BW_STR("IB"), item->ev.carrier, sizeof item->ev.carrier);
    assert_int_equal(bw_case_change_of(&door.keys, before, &after, bw_clock_wall(), &p->arena, item, &fields), BW_OK);
    assert_true(fields != 0);
    return item;
}

static const char *text_of(const struct bw_details *d)
{
    static char to[2048];
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, sizeof to - 1);
    bw_json_out_init(&j, &text);
    bw_details_write(d, true, &j);
    bw_str_put(bw_buf_view(&text), to, sizeof to);
    return to;
}

static const char *hex_of(const struct bw_uuid *id)
{
    static char text[BW_UUID_TEXT];
    return bw_uuid_text(id, text);
}

static void all_folds_hold(void)
{
    const struct bw_verify_options o = { .conninfo = door.cluster.app, .parts = BW_VERIFY_BAGS };
    struct bw_verify_result r = { 0 };
    struct bw_error err = { 0 };
    assert_int_equal(bw_verify(&o, &r, &err), BW_OK);
    assert_true(r.cases > 0);
    assert_int_equal(r.differences, 0);
}

/* req: CASE-01 CASE-06 CASE-12 */
static void details_are_read_as_sealed_and_changed_with_their_event(void **state)
{
    (void)state;
    struct post p;
    struct bw_case_whole file;
    struct bw_uuid id = open_file("MADIB50001", "0125500001", FIRST);
    post_init(&p);
    assert_int_equal(look(&id, &p, &file), BW_OK);
    assert_string_equal(text_of(&file.details), FIRST);
    assert_int_equal(file.file.priority, BW_PRIORITY_MEDICAL);
    assert_string_equal(ask(&door, "SELECT description FROM case_search WHERE case_id = '%s'", hex_of(&id)),
                        "blue upright soft metal pull strap combination lock samsonite");

    int32_t before = file.file.version;
    struct bw_item *item =
        change(&p, &file, PERSON(",\"contacts\":{\"phone\":\"+34 600 999 999\",\"town\":\"Soria\"}"));
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(item->rc, BW_OK);
    assert_int_equal(item->ev.version, before + 1);
    assert_int_equal(look(&id, &p, &file), BW_OK);
    assert_string_equal(text_of(&file.details),
                        PERSON(",\"contacts\":{\"phone\":\"+34 600 999 999\",\"town\":\"Soria\"}"));
    assert_int_equal(file.file.changed_version, before + 1);
    assert_int_equal(file.file.priority, BW_PRIORITY_NONE);
    assert_string_equal(ask(&door, "SELECT data FROM event WHERE bag_id = '%s' AND code = 'DETAILS_CORRECTED'",
                            hex_of(&id)),
                        "{\"fields\":[\"contacts\",\"bags\",\"priority\"]}");
    assert_string_equal(ask(&door, "SELECT town || '/' || description FROM case_search WHERE case_id = '%s'",
                            hex_of(&id)),
                        "soria/");
    uint8_t hash[8];
    char hex[17];
    bw_search_hash(&door.keys, "phone", BW_STR("34600999999"), hash);
    for (size_t k = 0; k < sizeof hash; k++)
        (void)snprintf(hex + 2 * k, 3, "%02x", hash[k]);
    assert_string_equal(ask(&door, "SELECT encode(phone, 'hex') FROM case_search WHERE case_id = '%s'", hex_of(&id)),
                        hex);
    /* what was before is told under the file's key, its reason is not */
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event_private WHERE bag_id = '%s'", hex_of(&id)), 1);
    assert_true(bw_str_eq_c(item->ev.private_body,
                            "{\"before\":{\"contacts\":{\"phone\":\"+34 600 123 456\",\"town\":\"Madrid\"},"
                            "\"bags\":[{\"code\":\"BU22MBC\",\"brand\":\"Samsonite\"}]}}"));
    post_done(&p);
    all_folds_hold();
}

/* req: DESK-04 */
static void a_change_of_what_was_changed_meanwhile_is_refused(void **state)
{
    (void)state;
    struct post p[4];
    struct bw_case_whole file;
    struct bw_item *item[3];
    struct bw_uuid id = open_file("MADIB50002", "0125500002", PERSON(""));
    for (size_t k = 0; k < 4; k++)
        post_init(&p[k]);
    assert_int_equal(look(&id, &p[0], &file), BW_OK);
    /* something else happens to the file: no reason to refuse an edit */
    (void)post_add_as(&p[2], "IB", BW_VOICE_STAFF,
                      "{\"event_id\":\"c1\",\"plate\":\"0125500002\",\"code\":\"CONTACT_LOGGED\",\"occurred_at\":"
                      "\"2026-11-20T10:00:00Z\"}");
    assert_int_equal(post_run(door.writer, &p[2]), BW_OK);
    assert_int_equal(p[2].items[0].rc, BW_OK);
    item[0] = change(&p[0], &file, PERSON(",\"needed_by\":\"2026-11-22\""));
    item[1] = change(&p[1], &file, PERSON(",\"needed_by\":\"2026-11-23\""));
    int64_t events = ask_i64(&door, "SELECT count(*) FROM event");
    posts_as_one_batch(&door, p, 2);
    assert_int_equal(p[0].work.rc, BW_OK);
    assert_int_equal(p[1].work.rc, BW_OK);
    assert_int_equal(item[0]->rc, BW_OK);
    assert_int_equal(item[1]->rc, BW_E_PRECONDITION_FAILED);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event"), events + 1);
    assert_int_equal(look(&id, &p[0], &file), BW_OK);
    assert_int_equal(file.details.needed_by, bw_date_of(bwt_time("2026-11-22T00:00:00Z")));
    /* one that read nothing that ever was */
    file.file.version += 100;
    item[2] = change(&p[3], &file, PERSON(",\"needed_by\":\"2026-11-24\""));
    assert_int_equal(post_run(door.writer, &p[3]), BW_OK);
    assert_int_equal(item[2]->rc, BW_E_PRECONDITION_FAILED);
    for (size_t k = 0; k < 4; k++)
        post_done(&p[k]);
    all_folds_hold();
}

static struct bw_item *close_file(struct post *p, const struct bw_uuid *id)
{
    struct bw_item *item = &p->items[p->work.n++];
    struct bw_event *ev = &item->ev;
    bw_event_init(ev);
    ev->code = BW_EV_CASE_CLOSED;
    ev->source = BW_SRC_SYSTEM;
    ev->subject = BW_SUBJECT_CASE;
    ev->occurred_at = bw_clock_wall();
    bw_str_put(BW_STR("bagwatch"), ev->sender, sizeof ev->sender);
    bw_str_put(BW_STR("close"), ev->event_id, sizeof ev->event_id);
    bw_str_put(BW_STR("IB"), ev->carrier, sizeof ev->carrier);
    bw_str_put(BW_STR("79"), ev->reason, sizeof ev->reason);
    ev->ident.kind = BW_IDENT_ID;
    bw_str_put(bw_str_c(hex_of(id)), ev->ident.value, sizeof ev->ident.value);
    return item;
}

/* req: CASE-12 */
static void closing_empties_the_reason_and_nothing_brings_it_back(void **state)
{
    (void)state;
    struct post p[2];
    struct bw_case_whole file;
    struct bw_uuid id = open_file("MADIB50003", "0125500003", FIRST);
    for (size_t k = 0; k < 2; k++)
        post_init(&p[k]);
    assert_int_equal(look(&id, &p[1], &file), BW_OK);
    assert_true(bw_str_eq_c(file.details.priority.reason, "insulin"));
    assert_int_equal(close_file(&p[0], &id)->rc, BW_OK);
    assert_int_equal(post_run(door.writer, &p[0]), BW_OK);
    assert_string_equal(
        ask(&door, "SELECT state || (reason IS NULL) || (reason_nonce IS NULL) FROM case_file WHERE case_id = '%s'",
            hex_of(&id)),
        "CLOSEDtruetrue");
    assert_int_equal(change(&p[1], &file, PERSON(",\"priority\":{\"class\":\"medical\",\"reason\":\"insulin again\"}"))
                         ->rc,
                     BW_OK);
    assert_int_equal(post_run(door.writer, &p[1]), BW_OK);
    assert_int_equal(p[1].items[0].rc, BW_OK);
    assert_int_equal(ask_i64(&door, "SELECT count(reason) FROM case_file WHERE case_id = '%s'", hex_of(&id)), 0);
    assert_int_equal(look(&id, &p[0], &file), BW_OK);
    assert_int_equal(file.details.priority.reason.n, 0);
    for (size_t k = 0; k < 2; k++)
        post_done(&p[k]);
}

/* req: CASE-06 */
static void without_its_key_nothing_is_read_or_changed(void **state)
{
    (void)state;
    struct post p;
    struct bw_case_whole file, again;
    struct bw_uuid id = open_file("MADIB50004", "0125500004", FIRST);
    post_init(&p);
    assert_int_equal(look(&id, &p, &file), BW_OK);
    struct bw_error err = { 0 };
    struct bw_pg *pg = db_session(door.cluster.owner, BW_SET_ADMIN);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_CASE_KEY_DESTROY, BW_PARAMS(bw_p_uuid(&id)), NULL, &err), BW_OK);
    bw_pg_free(pg);
    assert_int_equal(look(&id, &p, &again), BW_E_NOT_FOUND);
    assert_string_equal(again.file.ref, "MADIB50004");
    struct bw_item *item = change(&p, &file, PERSON(""));
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(item->rc, BW_E_NOT_FOUND);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM data_key WHERE key_id = '%s'", hex_of(&id)), 0);
    post_done(&p);
}

static void a_file_that_never_was_is_not_found(void **state)
{
    (void)state;
    struct post p;
    struct bw_case_whole file;
    struct bw_uuid id = bw_uuid_v7(bw_clock_wall());
    post_init(&p);
    assert_int_equal(look(&id, &p, &file), BW_E_NOT_FOUND);
    assert_string_equal(file.file.ref, "");
    post_done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(details_are_read_as_sealed_and_changed_with_their_event),
        cmocka_unit_test(a_change_of_what_was_changed_meanwhile_is_refused),
        cmocka_unit_test(closing_empties_the_reason_and_nothing_brings_it_back),
        cmocka_unit_test(without_its_key_nothing_is_read_or_changed),
        cmocka_unit_test(a_file_that_never_was_is_not_found),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
