/* SPDX-License-Identifier: Apache-2.0 */
/* Two instances fight over the same 50 bags: two carriers' statements in no order of time, a quarter of them sent to
 * both instances at once, some with other content under the same id.  Each verdict is checked: one statement is stored
 * once and everybody else is told so; and every event's version, verdict and answer are what the rules give when the
 * bag's log is read one by one, as if each had come alone.
 * Source: design.md 3 (guards), ING-02, ING-03, ING-04. */
#include "bw/base/metrics.h"
#include "bw/storage/answer.h"
#include "door_group.h"
#include "whole.h"

enum { BAGS = 50, FILES = 25, SAID = 1200, POSTS = 700, LOG_MOST = 400 };

/* What one carrier says: its carrier, and what follows event id, plate and time. */
static const struct {
    const char *who, *rest;
} lines[] = {
    { "BA", "\"code\":\"BAG_SEEN\",\"station\":\"LHR\",\"note\":\"by the door\"" },
    { "BA", "\"code\":\"BAG_UNLOADED\",\"station\":\"LHR\"" },
    { "BA", "\"code\":\"ON_HAND\",\"station\":\"LHR\"" },
    { "BA", "\"code\":\"TRANSFER_OUT\",\"station\":\"LHR\",\"to_carrier\":\"IB\"" },
    { "BA", "\"code\":\"BAG_LOADED\",\"station\":\"LHR\",\"flight\":{\"no\":\"BA460\",\"date\":\"2026-11-20\"}" },
    { "BA", "\"code\":\"BAG_OFFLOADED\",\"station\":\"LHR\"" },
    { "IB", "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" },
    { "IB", "\"code\":\"TRANSFER_IN\",\"station\":\"LHR\",\"from_carrier\":\"BA\"" },
    { "IB", "\"code\":\"TRANSFER_REFUSED\",\"station\":\"LHR\"" },
    { "IB", "\"code\":\"SEARCHED_NOT_FOUND\",\"station\":\"LHR\",\"searched\":\"belts\",\"person\":\"IB 17\"" },
    { "IB", "\"code\":\"BAG_LOADED\",\"station\":\"LHR\",\"flight\":{\"no\":\"IB3163\",\"date\":\"2026-11-20\"}" },
    { "IB", "\"code\":\"CUSTOMS_HOLD\",\"station\":\"LHR\"" },
};

/* A statement and all that were sent under its id. */
struct said {
    struct bw_item *item[3];
    bool other[3]; /* other content */
    unsigned n, bag;
};

static struct said said[SAID];
static struct post posts[2][POSTS];
static size_t n_posts[2];
static unsigned seed = 20261122;

static unsigned below(unsigned n)
{
    return (unsigned)rand_r(&seed) % n;
}

static void plate_of(unsigned bag, char to[11])
{
    (void)snprintf(to, 11, "01259200%02u", bag);
}

/* --- sending --- */

static void deal(unsigned number, unsigned instance, const char *who, const char *body, bool other)
{
    static size_t room[2];
    if (!room[instance]) {
        assert_in_range(n_posts[instance], 0, POSTS - 1);
        post_init(&posts[instance][n_posts[instance]++]);
        room[instance] = 1 + below(POST_ITEMS);
    }
    room[instance]--;
    struct said *s = &said[number];
    s->other[s->n] = other;
    s->item[s->n++] = post_add(&posts[instance][n_posts[instance] - 1], who, body);
}

static void think_up(unsigned number)
{
    char plate[11], body[400], other[400];
    unsigned line = below(BW_LEN(lines)), minute = number * 140 / SAID + below(40), own = below(2);
    said[number].bag = below(BAGS);
    plate_of(said[number].bag, plate);
    (void)snprintf(body, sizeof body,
                   "{\"event_id\":\"x%u\",\"plate\":\"%s\",%s,\"occurred_at\":\"2026-11-20T%02u:%02u:00Z\"}", number,
                   plate, lines[line].rest, 6 + minute / 60, minute % 60);
    (void)snprintf(other, sizeof other,
                   "{\"event_id\":\"x%u\",\"plate\":\"%s\",%s,\"occurred_at\":\"2026-11-20T05:%02u:00Z\"}", number,
                   plate, lines[line].rest, minute % 60);
    deal(number, own, lines[line].who, body, false);
    unsigned chance = below(32);
    if (chance < 8)
        deal(number, !own, lines[line].who, body, false);
    if (chance == 7 || chance == 8)
        deal(number, below(2), lines[line].who, other, true);
}

static unsigned busy;

static void settle(struct bw_writer *w, struct post *p)
{
    post_wait(p);
    for (unsigned tries = 0; p->work.rc == BW_E_BUSY && tries < 50; tries++) {
        busy++;
        p->finished = false;
        assert_int_equal(post_run(w, p), BW_OK);
    }
    if (p->work.rc != BW_OK)
        fail_msg("%s: %s", bw_code_info(p->work.rc)->name, p->work.err.detail);
}

/* Half of the bags have a file, so that promises and watching are fought over too. */
static void open_files(void)
{
    for (unsigned k = 0; k < FILES; k++) {
        struct post p;
        char ref[11], plate[11];
        const char *one = plate;
        static const struct bw_leg legs[] = { { "BA178", 20777, "JFK", "LHR" }, { "IB3167", 20777, "LHR", "MAD" } };
        post_init(&p);
        plate_of(k, plate);
        (void)snprintf(ref, sizeof ref, "MADIB8%04u", k);
        struct bw_case_new *made = post_add_file(&p, ref, &one, 1)->new_case;
        memcpy(made->legs, legs, sizeof legs);
        made->n_legs = BW_LEN(legs);
        assert_int_equal(post_run(door.writer, &p), BW_OK);
        assert_int_equal(p.items[0].rc, BW_OK);
        post_done(&p);
    }
}

static void the_fight(void **state)
{
    (void)state;
    struct bw_writer *w[2];
    open_files();
    for (unsigned k = 0; k < SAID; k++)
        think_up(k);
    int64_t clashes = bw_metric_get(BW_M_CLASHES, 0);
    for (unsigned k = 0; k < 2; k++) {
        struct bw_writer_options o = posts_options(&door, k ? "one" : "two");
        o.batch_max = 24;
        o.queue_age_max = o.batch_deadline = BW_MINUTE;
        w[k] = posts_writer(&o);
        posts_start(w[k]);
    }
    for (size_t k = 0; k < n_posts[0] || k < n_posts[1]; k++)
        for (unsigned side = 0; side < 2; side++)
            if (k < n_posts[side])
                assert_int_equal(post_send(w[side], &posts[side][k]), BW_OK);
    for (unsigned side = 0; side < 2; side++)
        for (size_t k = 0; k < n_posts[side]; k++)
            settle(w[side], &posts[side][k]);
    posts_end(w[0]);
    posts_end(w[1]);
    clashes = bw_metric_get(BW_M_CLASHES, 0) - clashes;
    print_message("%lld clashes, %u requests told to come again\n", (long long)clashes, busy);
    assert_true(clashes > 0);
}

/* --- what everybody was told --- */

/* req: ING-04 ING-02 */
static void a_statement_is_stored_once_and_all_others_are_told(void **state)
{
    (void)state;
    unsigned duplicates = 0, conflicts = 0;
    for (unsigned k = 0; k < SAID; k++) {
        const struct said *s = &said[k];
        unsigned first = s->n;
        for (unsigned i = 0; i < s->n; i++)
            if (s->item[i]->rc == BW_OK && s->item[i]->outcome != BW_OUT_DUPLICATE) {
                assert_int_equal(first, s->n); /* one of them only */
                first = i;
            }
        assert_int_not_equal(first, s->n);
        for (unsigned i = 0; i < s->n; i++) {
            const struct bw_item *item = s->item[i], *won = s->item[first];
            if (i == first)
                continue;
            if (s->other[i] != s->other[first]) {
                conflicts++;
                assert_int_equal(item->rc, BW_E_EVENT_CONFLICT);
                assert_false(bw_hash_eq(&item->fingerprint, &item->stored_fingerprint));
                continue;
            }
            duplicates++;
            assert_int_equal(item->rc, BW_OK);
            assert_int_equal(item->outcome, BW_OUT_DUPLICATE);
            assert_true(bw_str_eq(item->answer, won->answer));
        }
    }
    print_message("%u duplicates, %u conflicts\n", duplicates, conflicts);
    assert_true(duplicates > SAID / 8 && conflicts > SAID / 64);
}

/* --- what the rules give, one by one --- */

struct replay {
    struct bw_arena arena;
    const struct bw_event *log[LOG_MOST];
    struct bw_str answer[LOG_MOST];
    size_t n;
};

/* The log of a bag and what was answered, in order of versions. */
static void replay_read(struct replay *r, const struct bw_uuid *id)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 }, told = { 0 };
    struct bw_pg *pg = db_session(door.cluster.owner, BW_SET_ADMIN);
    int16_t bucket = bw_id_bucket(id);
    assert_int_equal(bw_pg_query(door.pg, BW_STMT_EVENT_HISTORY,
                                 BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1), bw_p_i32(5000)), &rows,
                                 &err),
                     BW_OK);
    assert_int_equal(bw_pg_query(pg, TEST_STMT_ANSWERS_OF, BW_PARAMS(bw_p_uuid(id)), &told, &err), BW_OK);
    assert_true(rows.n == told.n && rows.n <= LOG_MOST);
    bw_arena_init(&r->arena, (size_t)64 << 20);
    for (r->n = 0; r->n < rows.n; r->n++) {
        struct bw_event *ev = BW_NEW(&r->arena, struct bw_event);
        assert_true(ev && bw_row_event(&rows, r->n, &r->arena, ev));
        assert_int_equal(ev->version, r->n + 1); /* no hole */
        r->log[r->n] = ev;
        r->answer[r->n] = bw_arena_str(&r->arena, bw_rows_text(&told, r->n, "answer"));
    }
    bw_rows_done(&rows);
    bw_rows_done(&told);
    bw_pg_free(pg);
}

/* The next event of a log by the pure rules, as the writer folds one that comes alone. */
static void step(const struct replay *r, size_t at, struct bw_bag *bag, struct bw_step *ret)
{
    const struct bw_event *ev = r->log[at], *all[LOG_MOST];
    struct bw_bag before = *bag;
    if (bw_bag_needs_history(bag, ev)) {
        struct bw_told told = { .of = ev };
        memcpy(all, r->log, (at + 1) * sizeof *all);
        bag->events = (int32_t)at;
        bw_bag_fold(bag, all, at + 1, &door.world, &told);
        bw_bag_judge(&before, bag, ev, &told, ret);
    } else {
        bw_bag_step(bag, ev, &door.world, ret);
    }
    bag->version++;
    bag->events++;
    bag->recorded_at = ev->recorded_at;
}

static void must_hold(struct bw_str answer, const struct bw_bag *bag)
{
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, 65536);
    bw_json_out_init(&j, &text);
    bw_answer_bag(&j, bag);
    struct bw_str want = bw_buf_view(&text);
    if (!memmem(answer.p, answer.n, want.p, want.n))
        fail_msg("%.*s\nis not in\n%.*s", BW_FMT(want), BW_FMT(answer));
    bw_buf_done(&text);
}

/* What the senders heard of this bag is what was stored with that version. */
static void must_be_heard(const struct replay *r, unsigned bag)
{
    for (unsigned k = 0; k < SAID; k++)
        for (unsigned i = 0; said[k].bag == bag && i < said[k].n; i++) {
            const struct bw_item *item = said[k].item[i];
            if (item->rc != BW_OK || item->outcome == BW_OUT_DUPLICATE)
                continue;
            assert_in_range(item->ev.version, 1, r->n);
            const struct bw_event *ev = r->log[item->ev.version - 1];
            assert_string_equal(ev->event_id, item->ev.event_id);
            assert_int_equal(ev->outcome, item->outcome);
            assert_true(bw_str_eq(r->answer[item->ev.version - 1], item->answer));
        }
}

/* req: ING-02 BAG-07 */
static void every_verdict_is_what_the_log_gives_one_by_one(void **state)
{
    (void)state;
    static struct replay r;
    unsigned outcomes[BW_OUT_MAX] = { 0 };
    for (unsigned k = 0; k < BAGS; k++) {
        char plate[11];
        plate_of(k, plate);
        struct bw_uuid id = bwt_find(&door, plate);
        struct bw_bag row = bwt_bag(&door, &id), bag;
        replay_read(&r, &id);
        assert_int_equal(row.version, r.n);
        bw_bag_init(&bag, &id, row.made_at);
        bag.travel_date = row.travel_date;
        memcpy(bag.plate, row.plate, sizeof bag.plate);
        memcpy(bag.short_plate, row.short_plate, sizeof bag.short_plate);
        for (size_t at = 0; at < r.n; at++) {
            const struct bw_event *ev = r.log[at];
            struct bw_step did = { 0 };
            bool known = bag.n_legs > 0 || bag.owner[0] || bag.custodian[0];
            bool outside = known && ev->carrier[0] && !bw_bag_in_journey(&bag, ev->carrier);
            step(&r, at, &bag, &did);
            if (ev->outcome != did.outcome)
                fail_msg("%s of %s is %s, and should be %s", ev->event_id, plate, bw_outcome_word(ev->outcome),
                         bw_outcome_word(did.outcome));
            assert_int_equal(ev->flags & did.flags, did.flags);
            assert_int_equal((ev->flags & BW_FL_OUTSIDE_JOURNEY) != 0, outside);
            if (!outside)
                must_hold(r.answer[at], &bag);
            outcomes[ev->outcome]++;
        }
        must_be_heard(&r, k);
        bw_arena_done(&r.arena);
    }
    print_message("%u accepted, %u late, %u contradicting\n", outcomes[BW_OUT_ACCEPTED], outcomes[BW_OUT_LATE],
                  outcomes[BW_OUT_CONTRADICTING]);
    assert_true(outcomes[BW_OUT_ACCEPTED] > 0 && outcomes[BW_OUT_LATE] > 0 && outcomes[BW_OUT_CONTRADICTING] > 0);
}

/* At most one open promise per bag, kind and debtor, whoever opened it. req: CLK-01 */
static void nobody_owes_the_same_twice(void **state)
{
    (void)state;
    assert_true(ask_i64(&door, "SELECT count(*) FROM promise WHERE closed_at IS NULL") >= FILES);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM (SELECT 1 FROM promise WHERE closed_at IS NULL "
                                    "GROUP BY bag_id, kind, debtor HAVING count(*) > 1) AS o"),
                     0);
}

static void nothing_deadlocked_and_all_is_whole(void **state)
{
    (void)state;
    assert_int_equal(ask_i64(&door, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), 0);
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM (SELECT event_id FROM event WHERE event_id ~ '^x[0-9]+$' AND "
                                    "subject = 'bag' GROUP BY event_id HAVING count(*) = 1) AS o"),
                     SAID);
    struct bw_verify_result r = whole_database(door.cluster.app);
    assert_int_equal(r.bags, BAGS);
    assert_int_equal(r.cases, FILES);
    for (unsigned side = 0; side < 2; side++)
        for (size_t k = 0; k < n_posts[side]; k++) {
            assert_true(posts[side][k].calls >= 1);
            post_done(&posts[side][k]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fight),
        cmocka_unit_test(a_statement_is_stored_once_and_all_others_are_told),
        cmocka_unit_test(every_verdict_is_what_the_log_gives_one_by_one),
        cmocka_unit_test(nobody_owes_the_same_twice),
        cmocka_unit_test(nothing_deadlocked_and_all_is_whole),
    };
    return cmocka_run_group_tests(tests, door_start, door_stop);
}
