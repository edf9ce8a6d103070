/* SPDX-License-Identifier: Apache-2.0 */
/* bag_order_test.c - any order of arrival gives the same bag: random sets of events, with duplicates, corrections,
 * joins, untimed telegrams, time-outs and cases, each in many orders, handled as the writer handles them. */
#include "places.h"

enum { SETS = 50, ORDERS = 20, SET_EVENTS = 24 };

static unsigned seed = 753;

static unsigned below(unsigned n)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % n;
}

static const char *pick(const char *const *from, size_t n)
{
    return from[below((unsigned)n)];
}

static const char *const carriers[] = { "BA", "IB", "AA" };
static const char *const stations[] = { "JFK", "LHR", "MAD", "MUC", "SIN" }; /* the last two off every route */

/* Codes that anybody posts on a bag's log, the common ones often. */
static enum bw_event_code any_code(void)
{
    static const enum bw_event_code often[] = { BW_EV_BAG_SEEN,         BW_EV_TRANSFER_OUT,  BW_EV_TRANSFER_IN,
                                                BW_EV_TRANSFER_REFUSED, BW_EV_BAG_LOADED,    BW_EV_FORWARD_PLANNED,
                                                BW_EV_ON_HAND,          BW_EV_BAG_EXPECTED,  BW_EV_DELIVERED,
                                                BW_EV_CASE_OPENED,      BW_EV_DATA_WITHDRAWN };
    if (below(3))
        return often[below(BW_LEN(often))];
    return (enum bw_event_code)(1 + below(BW_EV_MAX - 1));
}

static void fill(struct bw_event *ev)
{
    if (below(2))
        on_flight(ev, below(2) ? "BA178" : "IB3163", below(2) ? "2026-11-20" : "2026-11-21");
    bw_str_put(bw_str_c(pick(carriers, 3)), ev->to_carrier, sizeof(ev->to_carrier));
    bw_str_put(bw_str_c(pick(stations, 3)), ev->data.to_station, sizeof(ev->data.to_station));
    if (ev->code == BW_EV_DELIVERED && below(3))
        bw_str_put(BW_STR("pin"), ev->data.proof, sizeof(ev->data.proof));
    if (bw_code_row(ev->code)->flags & BW_CF_TO_BAGS)
        ev->data.case_id = id_of(70 + below(2));
    if (ev->code == BW_EV_ALIAS_JOINED)
        ev->data.other_bag = id_of(100 + below(6));
    if (ev->code == BW_EV_WATCH_STARTED || ev->code == BW_EV_WATCH_ENDED)
        bw_str_put(below(2) ? BW_STR("rule") : BW_STR("delivered"), ev->data.why, sizeof(ev->data.why));
}

/* A handover's time-out names the handover, at four hours after its recording. */
static void time_out(struct bw_event *ev, const struct bw_event *out)
{
    ev->code = BW_EV_CUSTODY_DISPUTED;
    ev->source = BW_SRC_SYSTEM;
    ev->occurred_at = out->recorded_at + 4 * BW_HOUR;
    bw_str_put(bw_str_c(out->carrier), ev->from_carrier, sizeof(ev->from_carrier));
    bw_str_put(bw_str_c(out->to_carrier), ev->to_carrier, sizeof(ev->to_carrier));
    ev->carrier[0] = '\0';
}

static void take_back(struct bw_event *ev, const struct bw_event *what)
{
    static char texts[SETS * SET_EVENTS][128];
    static size_t used;
    char *text = texts[used++ % BW_LEN(texts)];
    ev->code = BW_EV_CORRECTION;
    ev->ident = what->ident;
    bw_str_put(bw_str_c(what->sender), ev->sender, sizeof(ev->sender));
    bw_str_put(bw_str_c(what->carrier), ev->carrier, sizeof(ev->carrier));
    (void)snprintf(text, sizeof(texts[0]), "[{\"event_id\":\"%s\"},{\"event_id\":\"never-%u\"}]", what->event_id,
                   below(2));
    ev->replaces = bw_str_c(text);
    if (below(2))
        ev->replaces.n = bw_str_find(ev->replaces, '}') + 1; /* cut short: the rest is not ours to believe */
}

/* One event on top of those before it; times of few values, so that instants collide. */
static struct bw_event any_event(const struct bw_event *set, size_t n)
{
    struct bw_event ev =
        say("2026-11-20T12:00:00Z", pick(carriers, 3), any_code(), pick(stations, 5), "2026-11-20T12:00:00Z");
    ev.occurred_at += (bw_time)below(12) * 10 * BW_MINUTE;
    ev.recorded_at = ev.occurred_at + (bw_time)below(4) * BW_HOUR;
    fill(&ev);
    const struct bw_event *other = n ? &set[below((unsigned)n)] : NULL;
    if (other && other->code == BW_EV_TRANSFER_OUT && below(2))
        time_out(&ev, other);
    else if (other && below(8) == 0)
        take_back(&ev, other);
    else if (below(6) == 0) {
        ev.time_kind = below(2) ? BW_T_ORIGIN : BW_T_DAY;
        ev.source = BW_SRC_TYPEB;
    }
    bw_time origin = ev.time_kind == BW_T_ORIGIN ? ev.occurred_at : BW_TIME_NONE;
    if (ev.time_kind != BW_T_SCAN)
        ev.occurred_at = BW_TIME_NONE;
    stamp(&ev, origin);
    ev.version = (int32_t)n + 1;
    return ev;
}

/* Arrivals in a random order, some of them twice; the packed bag. */
static void packed(const struct bw_event *set, size_t n, struct bw_buf *to)
{
    static struct log log;
    size_t order[SET_EVENTS + STORY_ROWS];
    log_init(&log);
    log.world = &places;
    log.keeps_stamps = true;
    for (size_t k = 0; k < n; k++)
        order[k] = k;
    for (size_t k = n; k > 1; k--) {
        size_t other = below((unsigned)k), swap = order[k - 1];
        order[k - 1] = order[other];
        order[other] = swap;
    }
    for (size_t k = 0; k < n; k++) {
        arrive(&log, &set[order[k]]);
        if (below(5) == 0)
            arrive(&log, &set[order[below((unsigned)k + 1)]]);
    }
    assert_int_equal(log.n, n);
    bw_buf_clear(to);
    bw_bag_pack(&log.bag, to);
    assert_true(bw_buf_ok(to));
}

static void check_set(const struct bw_event *set, size_t n, int orders)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf first = { 0 }, other = { 0 };
    bw_buf_init(&first, 4096);
    bw_buf_init(&other, 4096);
    packed(set, n, &first);
    for (int k = 1; k < orders; k++) {
        packed(set, n, &other);
        if (!bw_str_eq(bw_buf_view(&first), bw_buf_view(&other)))
            fail_msg("order %d of a set of %zu gives another bag", k, n);
    }
}

/* req: BAG-06 */
static void random_sets_in_any_order(void **state)
{
    (void)state;
    for (int k = 0; k < SETS; k++) {
        struct bw_event set[SET_EVENTS];
        size_t n = 0;
        while (n < SET_EVENTS) {
            set[n] = any_event(set, n);
            n++;
        }
        check_set(set, n, ORDERS);
    }
}

/* Telegrams alone, without scan times, on two instants: by receipt, whatever the order in which they are folded. req:
 * BAG-06 */
static void telegrams_in_any_order(void **state)
{
    (void)state;
    static const enum bw_event_code codes[] = { BW_EV_BAG_EXPECTED, BW_EV_BAG_EXPECTED, BW_EV_DATA_WITHDRAWN,
                                                BW_EV_BAG_LOADED };
    for (int k = 0; k < SETS; k++) {
        struct bw_event set[6];
        for (size_t n = 0; n < BW_LEN(set); n++) {
            set[n] =
                say("2026-11-20T11:00:00Z", pick(carriers, 3), codes[below(k % 2 ? 3 : 4)], pick(stations, 2), NULL);
            set[n].source = below(6) ? BW_SRC_TYPEB : BW_SRC_JSON;
            set[n].time_kind = BW_T_ORIGIN;
            set[n].recorded_at += (bw_time)below(4) * BW_MINUTE;
            set[n].version = (int32_t)n + 1;
            stamp(&set[n], at("2026-11-20T10:00:00Z") + (bw_time)below(2) * BW_HOUR);
        }
        check_set(set, BW_LEN(set), ORDERS);
    }
}

/* req: BAG-06, BAG-10 (the story with its case and its time-out, every recorded time as it was) */
static void the_story_in_any_order(void **state)
{
    (void)state;
    struct bw_event rows[STORY_ROWS];
    size_t n = story_rows(rows);
    for (size_t k = 0; k < n; k++)
        rows[k].version = (int32_t)k + 1;
    check_set(rows, n, 200);
}

/* Adding what is older than the last sighting never moves place back. req: ING-09 */
static void late_moves_nothing_back(void **state)
{
    (void)state;
    for (int k = 0; k < 500; k++) {
        struct log log;
        log_init(&log);
        for (int n = 0; n < 8; n++) {
            struct bw_event ev = any_event(NULL, 0);
            bool scan =
                bw_code_row(ev.code)->flags & BW_CF_SIGHTING && ev.code != BW_EV_DELIVERED && ev.time_kind == BW_T_SCAN;
            if (!scan)
                continue;
            const struct bw_bag before = log.bag;
            arrive(&log, &ev);
            if (before.last_seen_at == BW_TIME_NONE || ev.order.t >= before.last_seen_at)
                continue;
            assert_int_equal(log.bag.place, before.place);
            assert_string_equal(log.bag.station, before.station);
            assert_int_equal(log.bag.last_seen_at, before.last_seen_at);
            assert_int_equal(log.last.outcome, log.last.custody_moved ? BW_OUT_ACCEPTED : BW_OUT_LATE);
        }
    }
}

/* Telegrams without a scan time and of one t count by receipt, in one batch too: added, deleted, added again ends
 * added. */
static void telegrams_by_receipt(void **state)
{
    (void)state;
    static const enum bw_event_code codes[] = { BW_EV_BAG_EXPECTED, BW_EV_DATA_WITHDRAWN, BW_EV_BAG_EXPECTED };
    struct log log;
    log_init(&log);
    for (size_t k = 0; k < BW_LEN(codes); k++) {
        struct bw_event ev = say("2026-11-20T10:40:00Z", "BA", codes[k], "JFK", NULL);
        ev.source = BW_SRC_TYPEB;
        ev.time_kind = BW_T_ORIGIN;
        stamp(&ev, at("2026-11-20T10:39:00Z"));
        arrive(&log, &ev);
        assert_int_equal(log.bag.place, k == 1 ? BW_PLACE_NONE : BW_PLACE_EXPECTED);
        assert_int_equal(log.bag.data_withdrawn, k == 1);
        assert_int_equal(log.last.flags & (BW_FL_ORDER_BY_RECEIPT | BW_FL_UNTIMED),
                         k == 0 ? BW_FL_UNTIMED : BW_FL_ORDER_BY_RECEIPT | BW_FL_UNTIMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_sets_in_any_order), cmocka_unit_test(telegrams_in_any_order),
        cmocka_unit_test(the_story_in_any_order),   cmocka_unit_test(late_moves_nothing_back),
        cmocka_unit_test(telegrams_by_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
