/* SPDX-License-Identifier: Apache-2.0 */
/* A row that cannot be stored spoils nobody else's: the batch is bisected until only its work is refused, the others
 * are stored as if it had not been there, and each is answered once.  The validator lets no such row through that we
 * know of, so the database is made to refuse some: by a check, by arithmetic, at COMMIT, by an error of no known class.
 * Source: design.md 3, reliability.md 7 row 10, writer.h; ING-03. */
#include "door_group.h"
#include "whole.h"

enum { POSTS = 40, BAGS = 5 };

static const struct {
    const char *name, *set, *unset;
} kinds[] = {
    { "check", "ALTER TABLE event ADD CONSTRAINT poison CHECK (event_id NOT LIKE 'poison%') NOT VALID",
      "ALTER TABLE event DROP CONSTRAINT poison" },
    { "arithmetic",
      "ALTER TABLE event_key ADD CONSTRAINT poison CHECK (CASE WHEN event_id LIKE 'poison%' THEN 1 / "
      "(version - version) = 1 ELSE true END) NOT VALID",
      "ALTER TABLE event_key DROP CONSTRAINT poison" },
    { "commit",
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = "
      "'23514'; END $$; CREATE CONSTRAINT TRIGGER poison AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW WHEN (NEW.event_id LIKE 'poison%') EXECUTE FUNCTION refuse()",
      "DROP TRIGGER poison ON event; DROP FUNCTION refuse()" },
    { "unheard-of",
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = "
      "'XY001'; END $$; CREATE TRIGGER poison BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.event_id LIKE 'poison%') "
      "EXECUTE FUNCTION refuse()",
      "DROP TRIGGER poison ON event; DROP FUNCTION refuse()" },
};

static void add(struct post *p, const char *id, unsigned kind, unsigned number)
{
    char body[256];
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"%s-%02u-%u\",\"plate\":\"0125%02u600%u\",\"code\":\"BAG_SEEN\",\"station\":\"LHR\","
                   "\"note\":\"n\",\"occurred_at\":\"2026-11-20T09:%02u:00Z\"}",
                   id, kind, number, kind, number % BAGS, number % 60);
    (void)post_add(p, "BA", body);
}

static void must_be_refused(const struct post *p)
{
    assert_int_equal(p->work.rc, BW_E_INTERNAL);
    assert_int_equal(p->calls, 1);
}

static void must_be_stored(const struct post *p)
{
    assert_int_equal(p->work.rc, BW_OK);
    assert_int_equal(p->calls, 1);
    for (size_t k = 0; k < p->work.n; k++) {
        assert_int_equal(p->items[k].rc, BW_OK);
        assert_int_not_equal(p->items[k].outcome, BW_OUT_DUPLICATE);
        assert_true(p->items[k].answer.n > 0);
    }
}

static bool among(unsigned k, const unsigned *list, size_t n)
{
    for (size_t at = 0; at < n; at++)
        if (list[at] == k)
            return true;
    return false;
}

/* One batch with poison at those places, twice the same bags: what is stored has versions 1 to n in queue order. */
static void batch_with(unsigned kind, unsigned run, const unsigned *poison, size_t n_poison)
{
    static struct post p[POSTS];
    unsigned number = kind * 10 + run;
    int32_t last[BAGS] = { 0 };
    for (unsigned k = 0; k < POSTS; k++) {
        post_init(&p[k]);
        add(&p[k], among(k, poison, n_poison) ? "poison" : "good", number, k);
    }
    posts_as_one_batch(&door, p, POSTS); /* until its threads have ended: nobody is answered later */
    for (unsigned k = 0; k < POSTS; k++) {
        if (among(k, poison, n_poison)) {
            must_be_refused(&p[k]);
        } else {
            must_be_stored(&p[k]);
            assert_int_equal(p[k].items[0].ev.version, ++last[k % BAGS]);
        }
        post_done(&p[k]);
    }
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'good-%02u-%%'", number),
                     POSTS - (int64_t)n_poison);
}

/* Its cause gone, the same statement is taken as new: nothing of it had stayed. */
static void again(unsigned number, unsigned k)
{
    struct post p;
    post_init(&p);
    add(&p, "poison", number, k);
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    must_be_stored(&p);
    post_done(&p);
}

/* req: ING-03 */
static void only_what_cannot_be_stored_is_refused(void **state)
{
    (void)state;
    static const unsigned first[] = { 0 }, last[] = { POSTS - 1 }, several[] = { 7, 8, 23 };
    for (unsigned kind = 0; kind < BW_LEN(kinds); kind++) {
        print_message("poison by %s\n", kinds[kind].name);
        db_script(door.cluster.owner, kinds[kind].set);
        batch_with(kind, 0, first, BW_LEN(first));
        batch_with(kind, 1, last, BW_LEN(last));
        batch_with(kind, 2, several, BW_LEN(several));
        assert_int_equal(ask_i64(&door,
                                 "SELECT count(*) FROM event_key WHERE event_id LIKE 'poison-%%' AND "
                                 "event_id LIKE '%%-%u_-%%'",
                                 kind),
                         0);
        db_script(door.cluster.owner, kinds[kind].unset);
        again(kind * 10, 0);
        again(kind * 10 + 2, 8);
    }
    struct bw_verify_result r = whole_database(door.cluster.app);
    assert_int_equal(r.events, BW_LEN(kinds) * (3 * POSTS - 5 + 2));
}

/* A request is stored whole or not at all: its other statements are refused with the one. req: ING-03 */
static void the_rest_of_a_poisoned_request_is_refused_with_it(void **state)
{
    (void)state;
    struct post p[3];
    db_script(door.cluster.owner, kinds[0].set);
    for (unsigned k = 0; k < 3; k++) {
        post_init(&p[k]);
        for (unsigned i = 0; i < 3; i++)
            add(&p[k], k == 1 && i == 1 ? "poison" : "good", 90 + k, i);
    }
    posts_as_one_batch(&door, p, 3);
    db_script(door.cluster.owner, kinds[0].unset);
    must_be_stored(&p[0]);
    must_be_refused(&p[1]);
    must_be_stored(&p[2]);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE '%%-91-%%'"), 0);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id LIKE 'good-9_-%%'"), 6);
    for (size_t k = 0; k < 3; k++)
        post_done(&p[k]);
}

/* The same poison twice is refused twice, and a good statement between keeps its own answer. req: ING-03 ING-04 */
static void poison_said_twice_is_refused_twice(void **state)
{
    (void)state;
    struct post p[4];
    static const char *const ids[] = { "poison", "good", "poison", "good" };
    db_script(door.cluster.owner, kinds[0].set);
    for (unsigned k = 0; k < 4; k++) {
        post_init(&p[k]);
        add(&p[k], ids[k], 80, 1);
    }
    posts_as_one_batch(&door, p, 4);
    db_script(door.cluster.owner, kinds[0].unset);
    must_be_refused(&p[0]);
    must_be_refused(&p[2]);
    must_be_stored(&p[1]);
    assert_int_equal(p[3].work.rc, BW_OK);
    assert_int_equal(p[3].items[0].outcome, BW_OUT_DUPLICATE);
    assert_int_equal(p[3].calls, 1);
    assert_true(bw_str_eq(p[3].items[0].answer, p[1].items[0].answer));
    for (size_t k = 0; k < 4; k++)
        post_done(&p[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_cannot_be_stored_is_refused),
        cmocka_unit_test(the_rest_of_a_poisoned_request_is_refused_with_it),
        cmocka_unit_test(poison_said_twice_is_refused_twice),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
