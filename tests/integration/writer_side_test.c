/* SPDX-License-Identifier: Apache-2.0 */
/* Events of neither a bag nor a case: a log of their own, their rows in the same transaction, one of two that were
 * thought out by the same state, the same one twice, facts that a proof can be made of again.
 * Source: design.md 3, bw/storage/side.h. */
#include "door_group.h"

static const char policy[] = "0199aaaa-0000-7000-8000-00000000a1b2";

/* A row of the subject: any table of the writer's own statements does, here the list of what was changed in mandates.
 */
static bw_code write_change(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct bw_uuid *by = ctx;
    return bw_pipe_send(pg, BW_STMT_MANDATE_CHANGE_INSERT,
                        BW_PARAMS(bw_p_uuid(&ev->uid), bw_p_uuid(&ev->bag_id), bw_p_time(ev->recorded_at),
                                  bw_p_uuid(by), bw_p_text(BW_STR_NONE), bw_p_text(ev->data.facts)),
                        err);
}

static void side_event(struct post *p, struct bw_side *side, const char *event_id, int32_t read_version,
                       const char *facts)
{
    struct bw_item *item = &p->items[0];
    bw_event_init(&item->ev);
    assert_true(bw_uuid_parse(bw_str_c(policy), &side->id));
    side->read_version = read_version;
    side->state = "CHANGED";
    item->ev.code = BW_EV_POLICY_CHANGED;
    item->ev.subject = BW_SUBJECT_POLICY;
    item->ev.source = BW_SRC_SYSTEM;
    item->ev.occurred_at = bwt_time("2026-11-20T09:00:00Z");
    item->ev.ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(policy), item->ev.ident.value, sizeof item->ev.ident.value);
    bw_str_put(BW_STR("BA.u00000001"), item->ev.sender, sizeof item->ev.sender);
    bw_str_put(BW_STR("BA"), item->ev.carrier, sizeof item->ev.carrier);
    bw_str_put(bw_str_c(event_id), item->ev.event_id, sizeof item->ev.event_id);
    item->ev.data.facts = bw_str_c(facts);
    item->side = side;
    p->work.n = 1;
}

static enum bw_outcome say(struct bw_writer *w, struct bw_side *side, const char *event_id, int32_t read_version,
                           const char *facts)
{
    struct post p;
    post_init(&p);
    side_event(&p, side, event_id, read_version, facts);
    assert_int_equal(post_run(w, &p), BW_OK);
    assert_int_equal(p.items[0].rc, BW_OK);
    enum bw_outcome outcome = p.items[0].outcome;
    post_done(&p);
    return outcome;
}

static int64_t stored(void)
{
    return ask_i64(&door, "SELECT count(*) FROM event WHERE bag_id = '%s' AND subject = 'policy'", policy);
}

static void it_has_a_log_of_its_own_and_its_facts_read_back(void **state)
{
    (void)state;
    struct bw_side side = { 0 };
    static const char facts[] = "{\"after\":{\"minutes\":120},\"before\":null}";
    assert_int_equal(say(door.writer, &side, "p1", 0, facts), BW_OUT_ACCEPTED);
    assert_int_equal(stored(), 1);
    assert_string_equal(ask(&door, "SELECT data FROM event WHERE event_id = 'p1'"),
                        "{\"facts\":{\"after\":{\"minutes\":120},\"before\":null}}");
    /* the same again is the same; another step by the same old state is moot, by the new state the next version */
    assert_int_equal(say(door.writer, &side, "p1", 0, facts), BW_OUT_DUPLICATE);
    assert_int_equal(say(door.writer, &side, "p1", 0, "{\"after\":null}"), BW_OUT_MOOT);
    assert_int_equal(say(door.writer, &side, "p2", 0, "{\"after\":null}"), BW_OUT_MOOT);
    assert_int_equal(stored(), 1);
    assert_int_equal(say(door.writer, &side, "p2", 1, "{\"after\":null}"), BW_OUT_ACCEPTED);
    assert_int_equal(ask_i64(&door, "SELECT max(version) FROM event WHERE bag_id = '%s'", policy), 2);
}

static void of_two_instances_by_one_state_one_comes_in(void **state)
{
    (void)state;
    struct bw_side sides[2] = { 0 };
    struct post p[2];
    for (size_t k = 0; k < 2; k++) {
        post_init(&p[k]);
        side_event(&p[k], &sides[k], k ? "race-b" : "race-a", 2, "{\"by\":\"both\"}");
    }
    struct bw_pg *gate = gate_close(&door, "event_key");
    assert_int_equal(post_send(door.writer, &p[0]), BW_OK);
    assert_int_equal(post_send(door.other, &p[1]), BW_OK);
    gate_wait(&door, 2);
    gate_open(gate);
    size_t accepted = 0, moot = 0;
    for (size_t k = 0; k < 2; k++) {
        post_wait(&p[k]);
        accepted += p[k].items[0].outcome == BW_OUT_ACCEPTED;
        moot += p[k].items[0].outcome == BW_OUT_MOOT;
        post_done(&p[k]);
    }
    assert_int_equal(accepted, 1);
    assert_int_equal(moot, 1);
    assert_int_equal(stored(), 3);
}

static void a_row_that_cannot_be_stored_leaves_no_event(void **state)
{
    (void)state;
    struct bw_uuid nobody = { { 1 } }; /* no such account */
    struct bw_side side = { .write = write_change, .ctx = &nobody };
    struct post p;
    post_init(&p);
    side_event(&p, &side, "torn", 3, "{}");
    (void)post_run(door.writer, &p);
    assert_true(p.work.rc != BW_OK || p.items[0].rc != BW_OK);
    post_done(&p);
    assert_int_equal(stored(), 3);
    assert_int_equal(say(door.writer, &(struct bw_side){ 0 }, "whole", 3, "{}"), BW_OUT_ACCEPTED);
}

static void two_steps_of_one_batch_follow_each_other(void **state)
{
    (void)state;
    struct bw_side sides[2] = { 0 };
    struct post p[2];
    for (size_t k = 0; k < 2; k++) {
        post_init(&p[k]);
        side_event(&p[k], &sides[k], k ? "step-5" : "step-4", 4 + (int32_t)k, "{}");
    }
    posts_as_one_batch(&door, p, 2);
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(p[k].items[0].outcome, BW_OUT_ACCEPTED);
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT max(version) FROM event WHERE bag_id = '%s'", policy), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_a_log_of_its_own_and_its_facts_read_back),
        cmocka_unit_test(of_two_instances_by_one_state_one_comes_in),
        cmocka_unit_test(a_row_that_cannot_be_stored_leaves_no_event),
        cmocka_unit_test(two_steps_of_one_batch_follow_each_other),
    };
    return cmocka_run_group_tests(tests, door_start_two, door_stop_two);
}
