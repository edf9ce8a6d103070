/* SPDX-License-Identifier: Apache-2.0 */
/* Which bag a statement is about, and which records are one bag: short plates, twins, joins and partings by staff,
 * corrections by supervisors; and that the first answer stays the answer. */
#include "posts.h"

static struct bwt_door door;
static unsigned number;

#define AT(t) ",\"occurred_at\":\"2026-11-20T" t ":00Z\"}"

/* A body with a number of its own as event id; texts live until the process ends. */
static struct bw_item *say(const char *carrier, enum bw_voice voice, const char *ident, const char *rest)
{
    char body[512];
    (void)snprintf(body, sizeof body, "{\"event_id\":\"t%u\",%s,%s", ++number, ident, rest);
    return bwt_post(&door, carrier, voice, body);
}

static struct bw_item *scan(const char *carrier, const char *ident, const char *rest)
{
    struct bw_item *item = say(carrier, BW_VOICE_CARRIER, ident, rest);
    if (item->rc != BW_OK)
        fail_msg("%s", item->err.detail);
    return item;
}

/* A forecast of a whole journey of one flight. */
static struct bw_item *expected(const char *carrier, const char *plate, const char *flight, const char *from,
                                const char *to, const char *day)
{
    char ident[64], rest[256];
    (void)snprintf(ident, sizeof ident, "\"plate\":\"%s\"", plate);
    (void)snprintf(rest, sizeof rest,
                   "\"code\":\"BAG_EXPECTED\",\"station\":\"%s\",\"to_station\":\"%s\",\"flight\":{\"no\":\"%s\","
                   "\"date\":"
                   "\"%s\"},\"occurred_at\":\"%sT05:00:00Z\"}",
                   from, to, flight, day, day);
    return scan(carrier, ident, rest);
}

/* A person of the carrier joins or parts two records. */
static struct bw_item *link_as(enum bw_event_code code, const char *event_id, const struct bw_uuid *bag,
                               const struct bw_uuid *other)
{
    static struct bw_item items[32];
    static size_t used;
    struct bw_item *item = &items[used++ % BW_LEN(items)];
    struct bw_work work = { .items = item, .n = 1, .arena = &door.arena };
    char text[BW_UUID_TEXT];
    *item = (struct bw_item){ .rc = BW_OK };
    bw_event_init(&item->ev);
    item->ev.code = code;
    item->ev.source = BW_SRC_STAFF;
    item->ev.ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(bag, text)), item->ev.ident.value, sizeof item->ev.ident.value);
    bw_str_put(bw_str_c(event_id), item->ev.event_id, sizeof item->ev.event_id);
    bw_str_put(BW_STR("BA.u00000001"), item->ev.sender, sizeof item->ev.sender);
    bw_str_put(BW_STR("BA"), item->ev.carrier, sizeof item->ev.carrier);
    item->ev.data.other_bag = *other;
    bwt_submit(door.writer, &work);
    assert_int_equal(work.rc, BW_OK);
    return item;
}

static struct bw_bag bag_of(const struct bw_item *item)
{
    return bwt_bag(&door, &item->ev.bag_id);
}

#define folds_are_right(one, two)                                                                                      \
    do {                                                                                                               \
        assert_true(bag_equals_fold(&door, one));                                                                      \
        assert_true(bag_equals_fold(&door, two));                                                                      \
    } while (0)

/* Two bags whose plates differ in the leading digit alone have one short plate.  req: BAG-01 BAG-02 ING-02 */
static void short_plates(void **state)
{
    (void)state;
    struct bw_item *a = expected("BA", "0125000001", "BA178", "JFK", "LHR", "2026-11-20");
    struct bw_item *one = scan("BA", "\"plate\":\"BA000001\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:00"));
    assert_true(bw_uuid_eq(&one->ev.bag_id, &a->ev.bag_id));
    assert_int_equal(one->outcome, BW_OUT_ACCEPTED);
    struct bw_item *b = expected("BA", "1125000001", "BA460", "LHR", "MAD", "2026-11-20");
    assert_false(bw_uuid_eq(&a->ev.bag_id, &b->ev.bag_id));
    /* by route, by flight */
    struct bw_item *hit = scan("BA", "\"plate\":\"BA000001\"", "\"code\":\"BAG_SEEN\",\"station\":\"MAD\"" AT("07:00"));
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &b->ev.bag_id));
    hit = scan("BA", "\"plate\":\"BA000001\"",
               "\"code\":\"BAG_LOADED\",\"station\":\"LHR\",\"flight\":{\"no\":\"BA178\",\"date\":\"2026-11-20\"}" AT(
                   "07:10"));
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &a->ev.bag_id));
    /* London is on both routes: kept, told, nothing moved */
    struct bw_bag before = bag_of(a), other = bag_of(b);
    hit = scan("BA", "\"plate\":\"BA000001\"", "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("08:00"));
    assert_int_equal(hit->outcome, BW_OUT_AMBIGUOUS);
    assert_int_equal(bag_of(a).version, before.version);
    assert_int_equal(bag_of(b).version, other.version);
    /* by open case */
    (void)bwt_open_case(&door, "MADIB20001", "IB", "MAD", "1125000001", NULL);
    hit = scan("BA", "\"plate\":\"BA000001\"", "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("08:10"));
    assert_int_equal(hit->outcome, BW_OUT_ACCEPTED);
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &b->ev.bag_id));
}

/* A bag is known by its short plate; two plates that both may be its own come in one batch, which asks for that form
 * once.  The first that fits it is it, the other is another.  req: BAG-01 BAG-02 */
static void two_plates_of_one_short_form_at_once(void **state)
{
    (void)state;
    struct bw_item *known =
        scan("BA", "\"plate\":\"BA000004\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:00"));
    struct post p;
    post_init(&p);
    const struct bw_item *one = post_add(&p, "BA",
                                         "{\"event_id\":\"both-1\",\"plate\":\"0125000004\",\"code\":\"BAG_SEEN\","
                                         "\"station\":\"JFK\",\"occurred_at\":\"2026-11-20T06:10:00Z\"}");
    const struct bw_item *two = post_add(&p, "BA",
                                         "{\"event_id\":\"both-2\",\"plate\":\"3125000004\",\"code\":\"BAG_SEEN\","
                                         "\"station\":\"JFK\",\"occurred_at\":\"2026-11-20T06:11:00Z\"}");
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    assert_int_equal(one->rc, BW_OK);
    assert_int_equal(two->rc, BW_OK);
    assert_true(bw_uuid_eq(&one->ev.bag_id, &known->ev.bag_id));
    assert_false(bw_uuid_eq(&two->ev.bag_id, &known->ev.bag_id));
    assert_string_equal(bwt_bag(&door, &one->ev.bag_id).plate, "0125000004");
    assert_string_equal(bwt_bag(&door, &two->ev.bag_id).plate, "3125000004");
    post_done(&p);
    /* and both are found by it from then on: which of them is not to be told */
    struct bw_item *hit = scan("BA", "\"plate\":\"BA000004\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:20"));
    assert_int_equal(hit->outcome, BW_OUT_AMBIGUOUS);
}

/* By travel date, where that was said.  req: BAG-02 */
static void short_plates_by_date(void **state)
{
    (void)state;
    struct bw_item *a = scan("BA", "\"plate\":\"0125000002\",\"travel_date\":\"2026-11-18\"",
                             "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("06:00"));
    struct bw_item *b = scan("BA", "\"plate\":\"3125000002\",\"travel_date\":\"2026-11-20\"",
                             "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("06:10"));
    struct bw_item *hit = scan("BA", "\"plate\":\"BA000002\",\"travel_date\":\"2026-11-18\"",
                               "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("07:00"));
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &a->ev.bag_id));
    hit = scan("BA", "\"plate\":\"BA000002\",\"travel_date\":\"2026-11-20\"",
               "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("07:10"));
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &b->ev.bag_id));
    hit = scan("BA", "\"plate\":\"BA000002\",\"travel_date\":\"2026-11-19\"",
               "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("07:20"));
    assert_int_equal(hit->outcome, BW_OUT_AMBIGUOUS);
}

/* One plate on two bags: another journey makes a twin, scans go to the one that fits, neither moves the other's case.
 * req: BAG-12 BAG-02 */
static void twins(void **state)
{
    (void)state;
    struct bw_item *a = expected("BA", "0125000003", "BA178", "JFK", "LHR", "2026-11-20");
    (void)bwt_open_case(&door, "MADIB20002", "IB", "LHR", "0125000003", NULL);
    struct bw_item *b = expected("BA", "0125000003", "LH1800", "MUC", "MAD", "2026-11-20");
    assert_false(bw_uuid_eq(&a->ev.bag_id, &b->ev.bag_id));
    assert_string_equal(bag_of(b).plate, "0125000003");
    struct bw_bag watched = bag_of(a);
    struct bw_item *hit =
        scan("LH", "\"plate\":\"0125000003\"", "\"code\":\"ARRIVED_AT_DESTINATION\",\"station\":\"MAD\"" AT("10:00"));
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &b->ev.bag_id));
    assert_int_equal(bag_of(a).version, watched.version);
    struct bw_promise open[4];
    assert_int_equal(bwt_open(&door, &b->ev.bag_id, open, 4), 0);
    hit = scan("BA", "\"plate\":\"0125000003\"", "\"code\":\"ON_HAND\",\"station\":\"LHR\"" AT("10:10"));
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &a->ev.bag_id));
    assert_string_equal(bag_of(b).station, "MAD");
    /* the journey goes on: no third bag */
    hit = expected("BA", "0125000003", "LH1801", "MAD", "FRA", "2026-11-21");
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &b->ev.bag_id));
    hit = scan("UX", "\"plate\":\"0125000003\"",
               "\"code\":\"BAG_SEEN\",\"station\":\"FRA\",\"occurred_at\":\"2026-11-21T10:20:00Z\"}");
    assert_int_equal(hit->outcome, BW_OUT_ACCEPTED);
    assert_true(bw_uuid_eq(&hit->ev.bag_id, &b->ev.bag_id));
    folds_are_right(&a->ev.bag_id, &b->ev.bag_id);
}

/* Two records become one and two again: the state, the first answers, the scans said meanwhile.  req: BAG-02 ING-04
 * BAG-07 */
static void joined_and_parted(void **state)
{
    (void)state;
    struct bw_item *a = scan("BA", "\"plate\":\"0125000004\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:00"));
    struct bw_item *b = scan("IB", "\"plate\":\"0075000004\"", "\"code\":\"BAG_SEEN\",\"station\":\"MAD\"" AT("07:00"));
    struct bw_uuid one = a->ev.bag_id, two = b->ev.bag_id;
    const char *first =
        "{\"event_id\":\"again\",\"plate\":\"0075000004\",\"code\":\"ON_HAND\",\"station\":\"MAD\"" AT("07:30");
    struct bw_item *said = bwt_post(&door, "IB", BW_VOICE_CARRIER, first);
    char *answer = strndup(said->answer.p, said->answer.n);

    struct bw_item *join = link_as(BW_EV_ALIAS_JOINED, "j1", &one, &two);
    assert_int_equal(join->rc, BW_OK);
    assert_int_equal(join->outcome, BW_OUT_ACCEPTED);
    struct bw_bag bag = bwt_bag(&door, &one), gone = bwt_bag(&door, &two);
    assert_string_equal(bag.station, "MAD");
    assert_string_equal(bag.custodian, "IB");
    assert_true(bw_uuid_eq(&gone.joined_into, &one));
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "j1", &one, &two)->outcome, BW_OUT_DUPLICATE);
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "j2", &one, &two)->rc, BW_E_LINK);
    struct bw_item *again = bwt_post(&door, "IB", BW_VOICE_CARRIER, first);
    assert_int_equal(again->outcome, BW_OUT_DUPLICATE);
    assert_true(bw_str_eq_c(again->answer, answer));
    folds_are_right(&one, &two);

    /* said while they are one bag: it stands on the survivor's log */
    struct bw_item *meanwhile =
        scan("IB", "\"plate\":\"0075000004\"",
             "\"code\":\"BAG_LOADED\",\"station\":\"MAD\",\"flight\":{\"no\":\"IB3170\",\"date\":\"2026-11-20\"}" AT(
                 "08:00"));
    assert_true(bw_uuid_eq(&meanwhile->ev.bag_id, &one));
    scan("BA", "\"plate\":\"0125000004\"", "\"code\":\"BAG_SORTED\",\"station\":\"JFK\"" AT("06:30"));

    struct bw_item *part = link_as(BW_EV_ALIAS_PARTED, "p1", &one, &two);
    assert_int_equal(part->rc, BW_OK);
    bag = bwt_bag(&door, &one);
    gone = bwt_bag(&door, &two);
    assert_string_equal(bag.station, "JFK");
    assert_string_equal(bag.custodian, "BA");
    assert_int_equal(bag.last_seen_at, bwt_time("2026-11-20T06:30:00Z"));
    assert_int_equal(gone.place, BW_PLACE_LOADED);
    assert_string_equal(gone.flight, "IB3170");
    assert_true(bw_uuid_is_nil(&gone.joined_into));
    assert_int_equal(link_as(BW_EV_ALIAS_PARTED, "p2", &one, &two)->rc, BW_E_LINK);
    folds_are_right(&one, &two);
    again = bwt_post(&door, "IB", BW_VOICE_CARRIER, first);
    assert_int_equal(again->outcome, BW_OUT_DUPLICATE);
    assert_true(bw_str_eq_c(again->answer, answer));
    assert_int_equal(ask_i64(&door, "SELECT count(*) FROM event WHERE event_id = 'again'"), 1);

    /* from now on each goes its way */
    struct bw_item *own =
        scan("IB", "\"plate\":\"0075000004\"", "\"code\":\"BAG_UNLOADED\",\"station\":\"LHR\"" AT("11:00"));
    assert_true(bw_uuid_eq(&own->ev.bag_id, &two));
    assert_string_equal(bwt_bag(&door, &one).station, "JFK");
    /* late news on either is folded with what was shared out */
    scan("IB", "\"plate\":\"0075000004\"", "\"code\":\"BAG_SEEN\",\"station\":\"MAD\"" AT("06:50"));
    scan("BA", "\"plate\":\"0125000004\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("05:50"));
    assert_string_equal(bwt_bag(&door, &two).station, "LHR");
    assert_string_equal(bwt_bag(&door, &one).station, "JFK");
    folds_are_right(&one, &two);
    /* and together again, with everything */
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "j3", &one, &two)->rc, BW_OK);
    bag = bwt_bag(&door, &one);
    assert_string_equal(bag.station, "LHR");
    assert_int_equal(bag.last_seen_at, bwt_time("2026-11-20T11:00:00Z"));
    folds_are_right(&one, &two);
    free(answer);
}

/* The record with a file lives on, whichever was named first; two files are never merged.  req: BAG-02 BAG-12 */
static void joins_that_cannot_be(void **state)
{
    (void)state;
    struct bw_item *a = scan("BA", "\"plate\":\"0125000005\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:00"));
    struct bw_item *b = scan("BA", "\"plate\":\"0125000006\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:00"));
    struct bw_item *c = scan("BA", "\"plate\":\"0125000007\"", "\"code\":\"ON_HAND\",\"station\":\"LHR\"" AT("09:00"));
    struct bw_uuid one = a->ev.bag_id, two = b->ev.bag_id, three = c->ev.bag_id, nobody = one;
    (void)bwt_open_case(&door, "MADIB20003", "IB", "MAD", "0125000005", NULL);
    (void)bwt_open_case(&door, "MADIB20004", "IB", "MAD", "0125000006", NULL);
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "c1", &one, &two)->rc, BW_E_LINK);
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "c2", &one, &one)->rc, BW_E_LINK);
    assert_int_equal(link_as(BW_EV_ALIAS_PARTED, "c3", &one, &three)->rc, BW_E_LINK);
    nobody.b[3] ^= 1;
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "c4", &one, &nobody)->rc, BW_E_NOT_FOUND);
    assert_int_equal(link_as(BW_EV_ALIAS_JOINED, "c5", &three, &one)->rc, BW_OK);
    struct bw_bag bag = bwt_bag(&door, &three), lives = bwt_bag(&door, &one);
    assert_true(bw_uuid_eq(&bag.joined_into, &one));
    assert_string_equal(lives.station, "LHR");
    assert_string_equal(lives.case_ref, "MADIB20003");
    struct bw_promise open[4];
    assert_int_equal(bwt_open(&door, &one, open, 4), 1);
    assert_int_equal(open[0].owed, BW_OWE_LOCATED); /* it stands in London now */
    folds_are_right(&one, &three);
}

/* A supervisor takes back what a handler said for the carrier; sent again without the role, it is the same statement.
 * req: ING-12 ING-04 */
static void a_supervisor_corrects(void **state)
{
    (void)state;
    struct bw_item *a = scan("BA", "\"plate\":\"0125000008\"", "\"code\":\"BAG_SEEN\",\"station\":\"JFK\"" AT("06:00"));
    struct bw_uuid id = a->ev.bag_id;
    struct post p;
    post_init(&p);
    struct bw_item *wrong =
        post_add(&p, "BA",
                 "{\"event_id\":\"w1\",\"plate\":\"0125000008\",\"code\":\"ON_HAND\",\"station\":\"MUC\"" AT("09:00"));
    bw_str_put(BW_STR("handler"), wrong->ev.sender, sizeof wrong->ev.sender);
    assert_int_equal(post_run(door.writer, &p), BW_OK);
    post_done(&p);
    assert_string_equal(bwt_bag(&door, &id).station, "MUC");
    const char *mend =
        "{\"event_id\":\"m1\",\"plate\":\"0125000008\",\"code\":\"CORRECTION\",\"replaces\":[{\"event_id\":\"w1\"}]" AT(
            "10:00");
    for (int turn = 0; turn < 2; turn++) {
        post_init(&p);
        struct bw_item *item = post_add_as(&p, "BA", BW_VOICE_STAFF, mend);
        item->supervisor = turn == 0;
        assert_int_equal(post_run(door.writer, &p), BW_OK);
        assert_int_equal(item->rc, BW_OK);
        assert_int_equal(item->outcome, turn ? BW_OUT_DUPLICATE : BW_OUT_CORRECTED);
        assert_string_equal(bwt_bag(&door, &id).station, "JFK");
        post_done(&p);
    }
    assert_true(bag_equals_fold(&door, &id));
}

/* A statement by plate and one by rush plate of the same bag, each clashing twice before it goes alone: they meet at a
 * lock. */
static void names_of_one_bag_share_a_lock(void **state)
{
    (void)state;
    scan("BA", "\"plate\":\"0125000009\"", "\"code\":\"ON_HAND\",\"station\":\"LHR\"" AT("06:00"));
    scan("BA", "\"plate\":\"0125000009\"",
         "\"code\":\"FORWARD_PLANNED\",\"station\":\"LHR\",\"to_station\":\"MAD\",\"flight\":{\"no\":\"IB3163\","
         "\"date\":"
         "\"2026-11-20\"},\"new_plate\":\"2125000009\"" AT("07:00"));
    db_script(door.cluster.owner,
              "CREATE SEQUENCE tries; CREATE TABLE held (n bigint, number bigint);"
              "CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = bagwatch AS "
              "$$BEGIN IF nextval('tries') % 3 <> 0 THEN RAISE unique_violation USING CONSTRAINT = 'event_pkey'; END "
              "IF; "
              "INSERT INTO held SELECT currval('tries'), classid::bigint << 32 | objid::bigint FROM pg_locks "
              "WHERE locktype = 'advisory' AND pid = pg_backend_pid(); RETURN NULL; END$$;"
              "CREATE TRIGGER clash AFTER INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION clash()");
    struct bw_item *a = scan("BA", "\"plate\":\"0125000009\"", "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("08:00"));
    struct bw_item *b = scan("IB", "\"plate\":\"2125000009\"", "\"code\":\"BAG_SEEN\",\"station\":\"LHR\"" AT("08:10"));
    assert_true(bw_uuid_eq(&a->ev.bag_id, &b->ev.bag_id));
    assert_int_equal(ask_i64(&door, "SELECT count(DISTINCT n) FROM held"), 2);
    assert_true(ask_i64(&door, "SELECT count(*) FROM held a JOIN held b ON a.number = b.number AND a.n < b.n") > 0);
    db_script(door.cluster.owner,
              "DROP TRIGGER clash ON event; DROP FUNCTION clash(); DROP TABLE held; DROP SEQUENCE tries");
}

static int start(void **state)
{
    (void)state;
    bwt_door_open(&door, "2026-11-21T20:00:00Z");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    bwt_door_close(&door);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_plates),          cmocka_unit_test(two_plates_of_one_short_form_at_once),
        cmocka_unit_test(short_plates_by_date),  cmocka_unit_test(twins),
        cmocka_unit_test(joined_and_parted),     cmocka_unit_test(joins_that_cannot_be),
        cmocka_unit_test(a_supervisor_corrects), cmocka_unit_test(names_of_one_bag_share_a_lock),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
