/* SPDX-License-Identifier: Apache-2.0 */
/* bag_truth_test.c - a story of 30 statements by three carriers about two bags, in 1,000 orders of arrival with
 * duplicates: corrections and their corrections, sightings that cannot be, a check by staff, and two records that are
 * joined and parted again at any time.  One final state of each. */
#include "places.h"

enum { STATEMENTS = 30, ORDERS = 1000, RECORD_MOST = 80 };

/* One record as the writer keeps it. */
struct record {
    struct bw_bag bag;
    struct bw_event log[RECORD_MOST];
    size_t n;
};
static struct record one, two;
static const char *const plates[] = { "0125000031", "0075000031" };

static unsigned seed = 30;
static unsigned below(unsigned n)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % n;
}

static size_t gather(const struct record *r, const struct bw_event **to, size_t n)
{
    for (size_t k = 0; k < r->n; k++)
        to[n++] = &r->log[k];
    return n;
}

static void folded(struct record *r, struct bw_event *ev)
{
    const struct bw_event *all[2 * RECORD_MOST];
    struct record *other = r == &one ? &two : &one;
    struct bw_step step;
    ev->bag_id = r->bag.bag_id;
    ev->version = 0;
    assert_true(r->n < RECORD_MOST);
    r->log[r->n++] = *ev;
    struct bw_event *kept = &r->log[r->n - 1];
    bool both =
        r->bag.n_members || r->bag.n_parted || strcmp(ev->data.why, "merge") == 0 || ev->code == BW_EV_ALIAS_PARTED;
    if (bw_bag_needs_history(&r->bag, kept)) {
        size_t n = gather(r, all, 0);
        r->bag.events = (int32_t)bw_bag_fold(&r->bag, all, both ? gather(other, all, n) : n, &places, NULL);
    } else {
        bw_bag_step(&r->bag, kept, &places, &step);
        r->bag.events++;
    }
    kept->version = ++r->bag.version;
}

static bool known(const struct record *r, const struct bw_event *ev)
{
    for (size_t k = 0; k < r->n; k++)
        if (bw_uuid_eq(&r->log[k].uid, &ev->uid))
            return true;
    return false;
}

/* To the record that the plate means now. */
static void arrives(const struct bw_event *said)
{
    struct bw_event ev = *said;
    bool second = strcmp(ev.ident.value, plates[1]) == 0;
    if (!known(&one, &ev) && !known(&two, &ev))
        folded(second && bw_uuid_is_nil(&two.bag.joined_into) ? &two : &one, &ev);
}

static void link_on(struct record *r, enum bw_event_code code, const char *id, const char *why, const char *when)
{
    struct bw_event ev = say(when, "IB", code, "", when);
    (void)snprintf(ev.event_id, sizeof(ev.event_id), "%s", id);
    ev.source = BW_SRC_STAFF;
    ev.ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    (void)bw_uuid_text(&r->bag.bag_id, ev.ident.value);
    ev.data.other_bag = r == &one ? two.bag.bag_id : one.bag.bag_id;
    bw_str_put(bw_str_c(why), ev.data.why, sizeof(ev.data.why));
    stamp(&ev, BW_TIME_NONE);
    folded(r, &ev);
}

static void join(void)
{
    link_on(&two, BW_EV_ALIAS_JOINED, "j", "into", "2026-11-22T08:00:00Z");
    link_on(&one, BW_EV_ALIAS_JOINED, "j", "merge", "2026-11-22T08:00:00Z");
    assert_true(one.bag.n_members == 1 && !bw_uuid_is_nil(&two.bag.joined_into));
}

static void part(void)
{
    link_on(&one, BW_EV_ALIAS_PARTED, "p", "part", "2026-11-22T09:00:00Z");
    link_on(&two, BW_EV_ALIAS_PARTED, "p", "from", "2026-11-22T09:00:00Z");
    assert_true(one.bag.n_members == 0 && bw_uuid_is_nil(&two.bag.joined_into));
}

/* --- the story --- */

static struct bw_event *add(struct bw_event *set, size_t *n, int plate, const char *when, const char *carrier,
                            enum bw_event_code code, const char *station)
{
    char full[32];
    (void)snprintf(full, sizeof(full), "2026-11-2%s:00Z", when);
    struct bw_event *ev = &set[(*n)++];
    *ev = say(full, carrier, code, station, full);
    ev->recorded_at += BW_DAY;
    ev->ident = ident(plates[plate]);
    return ev;
}

static void take_back(struct bw_event *ev, const struct bw_event *what, char text[96])
{
    (void)snprintf(text, 96, "[{\"event_id\":\"%s\"}]", what->event_id);
    ev->replaces = bw_str_c(text);
    bw_str_put(bw_str_c(what->sender), ev->sender, sizeof(ev->sender));
}

static void flight(struct bw_event *ev, const char *no, const char *from, const char *to)
{
    on_flight(ev, no, "2026-11-20");
    ev->data.n_legs = 1;
    ev->data.legs[0] = (struct bw_leg){ .date = day("2026-11-20") };
    bw_str_put(bw_str_c(no), ev->data.legs[0].flight, BW_FLIGHT);
    bw_str_put(bw_str_c(from), ev->data.legs[0].from, 4);
    bw_str_put(bw_str_c(to), ev->data.legs[0].to, 4);
}

static void story(struct bw_event set[STATEMENTS])
{
    static char text[6][96];
    size_t n = 0;
    flight(add(set, &n, 0, "0T06:00", "BA", BW_EV_BAG_EXPECTED, "JFK"), "BA178", "JFK", "LHR");
    (void)add(set, &n, 0, "0T11:00", "BA", BW_EV_BAG_ACCEPTED, "JFK");
    on_flight(add(set, &n, 0, "0T12:00", "BA", BW_EV_BAG_LOADED, "JFK"), "BA178", "2026-11-20");
    (void)add(set, &n, 0, "0T19:00", "BA", BW_EV_BAG_UNLOADED, "LHR");
    /* cannot be, said twice by one reader; a second scan there was taken back */
    (void)add(set, &n, 0, "0T19:10", "AA", BW_EV_BAG_SEEN, "SIN");
    (void)add(set, &n, 0, "0T19:12", "AA", BW_EV_ON_HAND, "SIN");
    struct bw_event *third = add(set, &n, 0, "0T19:15", "IB", BW_EV_BAG_SEEN, "SIN");
    take_back(add(set, &n, 0, "0T20:00", "IB", BW_EV_CORRECTION, ""), third, text[0]);
    struct bw_event *offer = add(set, &n, 0, "0T20:30", "BA", BW_EV_TRANSFER_OUT, "LHR");
    bw_str_put(BW_STR("IB"), offer->to_carrier, sizeof(offer->to_carrier));
    (void)add(set, &n, 0, "0T20:40", "IB", BW_EV_TRANSFER_IN, "LHR");
    /* a supervisor takes back a handler's word; a correction is taken back, so the refusal stands */
    struct bw_event *wrong = add(set, &n, 0, "0T20:50", "IB", BW_EV_BAG_SEEN, "CDG");
    bw_str_put(BW_STR("handler"), wrong->sender, sizeof(wrong->sender));
    struct bw_event *chief = add(set, &n, 0, "0T21:30", "IB", BW_EV_CORRECTION, "");
    take_back(chief, wrong, text[1]);
    bw_str_put(BW_STR("IB.u00000001"), chief->sender, sizeof(chief->sender));
    chief->data.supervisor = true;
    struct bw_event *held = add(set, &n, 0, "0T21:00", "IB", BW_EV_ON_HAND, "LHR");
    struct bw_event *undo = add(set, &n, 0, "0T21:40", "IB", BW_EV_CORRECTION, "");
    take_back(undo, held, text[2]);
    take_back(add(set, &n, 0, "0T21:50", "IB", BW_EV_CORRECTION, ""), undo, text[3]);
    add(set, &n, 0, "0T22:00", "BA", BW_EV_SEARCHED_NOT_FOUND, "LHR")->data.person = true;
    /* the other bag */
    flight(add(set, &n, 1, "0T05:00", "IB", BW_EV_BAG_EXPECTED, "MAD"), "IB3444", "MAD", "CDG");
    (void)add(set, &n, 1, "0T09:00", "IB", BW_EV_BAG_ACCEPTED, "MAD");
    on_flight(add(set, &n, 1, "0T10:00", "IB", BW_EV_BAG_LOADED, "MAD"), "IB3444", "2026-11-20");
    (void)add(set, &n, 1, "0T12:30", "IB", BW_EV_BAG_UNLOADED, "CDG");
    /* cannot be, and a person has looked: it was there */
    (void)add(set, &n, 1, "0T12:40", "AA", BW_EV_BAG_SEEN, "MUC");
    struct bw_event *check = add(set, &n, 1, "0T15:00", "IB", BW_EV_SIGHTING_CONFIRMED, "MUC");
    check->source = BW_SRC_STAFF;
    /* cannot be after that, borne out by another carrier */
    (void)add(set, &n, 1, "0T12:50", "BA", BW_EV_BAG_SORTED, "JFK");
    (void)add(set, &n, 1, "0T13:30", "AA", BW_EV_BAG_SEEN, "JFK");
    struct bw_event *out = add(set, &n, 1, "0T14:00", "AA", BW_EV_TRANSFER_OUT, "JFK");
    bw_str_put(BW_STR("BA"), out->to_carrier, sizeof(out->to_carrier));
    struct bw_event *refused = add(set, &n, 1, "0T14:10", "BA", BW_EV_TRANSFER_REFUSED, "JFK");
    take_back(add(set, &n, 1, "0T14:30", "BA", BW_EV_CORRECTION, ""), refused, text[4]);
    (void)add(set, &n, 1, "0T14:40", "BA", BW_EV_TRANSFER_IN, "JFK");
    (void)add(set, &n, 1, "0T16:00", "BA", BW_EV_CUSTOMS_HOLD, "JFK");
    (void)add(set, &n, 1, "0T18:00", "BA", BW_EV_CUSTOMS_RELEASED, "JFK");
    assert_int_equal(n, STATEMENTS);
    for (size_t k = 0; k < n; k++)
        stamp(&set[k], BW_TIME_NONE);
}

static void begin(void)
{
    const struct bw_uuid ids[] = { id_of(1), id_of(2) };
    one = two = (struct record){ .n = 0 };
    bw_bag_init(&one.bag, &ids[0], at("2026-11-20T05:00:00Z"));
    bw_bag_init(&two.bag, &ids[1], at("2026-11-20T05:00:00Z"));
}

/* One order: every statement once, some twice, the two records joined and parted somewhere on the way. */
static void in_some_order(const struct bw_event *set, bool parted)
{
    size_t order[STATEMENTS];
    for (size_t k = 0; k < STATEMENTS; k++)
        order[k] = k;
    for (size_t k = STATEMENTS; k > 1; k--) {
        size_t with = below((unsigned)k), kept = order[k - 1];
        order[k - 1] = order[with];
        order[with] = kept;
    }
    /* a record that can be joined has been spoken of */
    size_t first = 0;
    while (strcmp(set[order[first]].ident.value, plates[1]) != 0)
        first++;
    size_t joined = first + below(STATEMENTS - (unsigned)first), gone = joined + below(STATEMENTS - (unsigned)joined);
    begin();
    for (size_t k = 0; k < STATEMENTS; k++) {
        arrives(&set[order[k]]);
        if (below(4) == 0)
            arrives(&set[order[below((unsigned)k + 1)]]);
        if (k == joined)
            join();
        if (k == gone && parted)
            part();
    }
}

/* The packed state, without what counts arrivals. */
static void packed(const struct record *r, struct bw_buf *to)
{
    struct bw_bag bag = r->bag;
    bag.version = 0;
    bw_buf_clear(to);
    bw_bag_pack(&bag, to);
    assert_true(bw_buf_ok(to));
}

static void one_final_state(const struct bw_event *set, bool parted)
{
    struct bw_buf want[2] = { { 0 } }, got = { 0 };
    bw_buf_init(&want[0], 8192);
    bw_buf_init(&want[1], 8192);
    bw_buf_init(&got, 8192);
    for (int round = 0; round < ORDERS; round++) {
        in_some_order(set, parted);
        const struct record *both[] = { &one, &two };
        for (size_t k = 0; k < (parted ? 2U : 1U); k++) {
            packed(both[k], round ? &got : &want[k]);
            if (round && !bw_str_eq(bw_buf_view(&got), bw_buf_view(&want[k])))
                fail_msg("order %d ends in another state of bag %zu", round, k + 1);
        }
    }
    bw_buf_done(&want[0]);
    bw_buf_done(&want[1]);
    bw_buf_done(&got);
}

/* req: BAG-02 BAG-06 BAG-11 ING-12 */
static void thirty_statements_in_any_order(void **state)
{
    (void)state;
    struct bw_event set[STATEMENTS];
    story(set);
    one_final_state(set, true);
    /* each is its own bag again */
    assert_string_equal(one.bag.station, "LHR");
    assert_string_equal(one.bag.custodian, "IB");
    assert_int_equal(one.bag.last_seen_at, at("2026-11-20T21:00:00Z"));
    assert_true(one.bag.at_rest && one.bag.possible == 2);
    assert_string_equal(one.bag.denied_by, "BA");
    assert_false(one.bag.pending_replaces);
    assert_string_equal(two.bag.station, "JFK");
    assert_string_equal(two.bag.custodian, "BA");
    assert_int_equal(two.bag.last_seen_at, at("2026-11-20T18:00:00Z"));
    assert_int_equal(two.bag.possible, 0);
    one_final_state(set, false);
    assert_int_equal(one.bag.n_members, 1); /* one bag for good: everything counts */
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(thirty_statements_in_any_order) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
