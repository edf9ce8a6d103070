/* SPDX-License-Identifier: Apache-2.0 */
/* details_test.c - the details of a file: what is read is written back byte for byte, what differs is named, addresses
 * with dates fit together, and where the passenger is on a day. */
#include "bw/domain/details.h"

#include "domain_test.h"

static struct bw_arena arena;

static int setup(void **state)
{
    (void)state;
    bw_arena_init(&arena, 8 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_arena_done(&arena);
    return 0;
}

static struct bw_details details(const char *json)
{
    struct bw_details d;
    if (!bw_details_read(bw_str_c(json), &arena, &d))
        fail_msg("not read: %s", json);
    return d;
}

static const char *text_of(const struct bw_details *d, bool with_priority)
{
    static char to[4096];
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, sizeof to - 1);
    bw_json_out_init(&j, &text);
    bw_details_write(d, with_priority, &j);
    bw_str_put(bw_buf_view(&text), to, sizeof to);
    return to;
}

#define WHOLE                                                                                                          \
    "{\"passenger\":{\"surname\":\"Garcia\",\"given\":\"Ana\"},\"contacts\":{\"phone\":\"+34 600\",\"mail\":"          \
    "\"a@b.es\",\"pnr\":\"X7K2PQ\",\"address\":\"Calle 1\",\"town\":\"Madrid\"},\"description\":\"both black\","       \
    "\"bags\":[{\"code\":\"BU22MBC\",\"brand\":\"Samsonite\",\"description\":\"sticker\",\"contents\":["               \
    "{\"category\":\"clothes\",\"text\":\"two coats\"},{\"category\":\"shoes\"}]},{}],\"needed_by\":\"2026-11-22\","   \
    "\"language\":\"es\",\"delivery\":[{\"kind\":\"permanent\",\"address\":\"Calle 1\",\"town\":\"Madrid\","           \
    "\"country\":\"ES\",\"station\":\"MAD\"},{\"kind\":\"temporary\",\"town\":\"Sevilla\",\"phone\":\"+34 955\","      \
    "\"station\":\"SVQ\",\"from\":\"2026-11-23\",\"until\":\"2026-11-25\"}],\"collector\":\"B. Ruiz\""
#define PRIORITY ",\"priority\":{\"class\":\"medical\",\"reason\":\"insulin\"}}"

/* req: CASE-01 CASE-12 */
static void the_whole_is_read_and_written(void **state)
{
    (void)state;
    struct bw_details d = details(WHOLE PRIORITY);
    assert_string_equal(text_of(&d, true), WHOLE PRIORITY);
    assert_string_equal(text_of(&d, false), WHOLE "}"); /* sealed without its priority */
    assert_int_equal(d.priority.class_, BW_PRIORITY_MEDICAL - 1);
    d = details(WHOLE "}");
    assert_int_equal(d.priority.class_, -1);
    d = details("{\"passenger\":{\"surname\":\"G\"},\"contacts\":null,\"bags\":null,\"needed_by\":null}");
    assert_string_equal(text_of(&d, true), "{\"passenger\":{\"surname\":\"G\"}}");
    struct bw_details none;
    assert_false(
        bw_details_read(BW_STR("{\"passenger\":{\"surname\":\"G\"},\"bags\":[{\"code\":\"BLUE\"}]}"), &arena, &none));
    assert_false(bw_details_read(BW_STR("{}"), &arena, &none));
}

static void twelve_categories_a_bag_and_no_more(void **state)
{
    (void)state;
    char json[1024];
    int n = snprintf(json, sizeof json, "{\"passenger\":{\"surname\":\"G\"},\"bags\":[{\"contents\":[");
    for (int k = 0; k < 13; k++) {
        struct bw_details d;
        char closed[1100];
        n += snprintf(json + n, sizeof json - (size_t)n, "%s{\"category\":\"c%d\"}", k ? "," : "", k);
        (void)snprintf(closed, sizeof closed, "%s]}]}", json);
        assert_int_equal(bw_details_read(bw_str_c(closed), &arena, &d), k < 12);
    }
}

/* req: CASE-09 */
static void what_differs_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        unsigned bit;
    } changes[] = {
        { "\"Ana\"", "\"Eva\"", BW_DETAIL_PASSENGER },
        { "X7K2PQ", "X7K2PX", BW_DETAIL_CONTACTS },
        { "both black", "both blue!", BW_DETAIL_DESCRIPTION },
        { "two coats", "one coat!", BW_DETAIL_BAGS },
        { "\"shoes\"", "\"boots\"", BW_DETAIL_BAGS },
        { "BU22", "BK22", BW_DETAIL_BAGS },
        { "11-22\"", "11-21\"", BW_DETAIL_NEEDED_BY },
        { "\"es\"", "\"en\"", BW_DETAIL_LANGUAGE },
        { "11-25", "11-26", BW_DETAIL_DELIVERY },
        { "Sevilla", "Cordoba", BW_DETAIL_DELIVERY },
        { "B. Ruiz", "C. Ruiz", BW_DETAIL_COLLECTOR },
        { "insulin", "insulun", BW_DETAIL_PRIORITY },
    };
    struct bw_details before = details(WHOLE PRIORITY), same = details(WHOLE PRIORITY);
    assert_int_equal(bw_details_changed(&before, &same), 0);
    for (size_t k = 0; k < BW_LEN(changes); k++) {
        char json[] = WHOLE PRIORITY;
        char *place = strstr(json, changes[k].from);
        assert_non_null(place);
        memcpy(place, changes[k].to, strlen(changes[k].to));
        struct bw_details after = details(json);
        if (bw_details_changed(&before, &after) != changes[k].bit)
            fail_msg("%s", changes[k].to);
    }
    struct bw_details without = details(WHOLE "}");
    assert_int_equal(bw_details_changed(&before, &without), BW_DETAIL_PRIORITY);
}

/* req: CASE-10 */
static void where_the_passenger_is_on_a_day(void **state)
{
    (void)state;
    struct bw_details d = details(WHOLE "}");
    assert_true(bw_str_eq_c(bw_details_at(&d, day("2026-11-22"))->town, "Madrid"));
    assert_true(bw_str_eq_c(bw_details_at(&d, day("2026-11-23"))->town, "Sevilla"));
    assert_true(bw_str_eq_c(bw_details_at(&d, day("2026-11-25"))->town, "Sevilla"));
    assert_true(bw_str_eq_c(bw_details_at(&d, day("2026-11-26"))->town, "Madrid"));
    struct bw_stay stays[BW_STAYS];
    assert_int_equal(bw_details_stays(&d, stays), 2);
    assert_string_equal(stays[0].station, "SVQ"); /* the temporary one first */
    assert_int_equal(stays[0].until, day("2026-11-25"));
    assert_string_equal(stays[1].station, "MAD");
    assert_int_equal(stays[1].from, BW_DATE_NONE);
    d = details("{\"passenger\":{\"surname\":\"G\"},\"delivery\":[{\"kind\":\"temporary\",\"town\":\"Sevilla\","
                "\"from\":\"2026-11-23\"}]}");
    assert_null(bw_details_at(&d, day("2026-11-22")));
    assert_non_null(bw_details_at(&d, day("2027-01-01")));
    assert_int_equal(bw_details_stays(&d, stays), 0); /* no airport is named */
}

#define ONE "{\"kind\":\"temporary\",\"town\":\"A\",\"from\":\"2026-11-10\",\"until\":\"2026-11-12\"}"

/* req: CASE-10 ING-05 */
static void addresses_that_do_not_fit_together_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *second, *why;
    } tries[] = {
        { "{\"kind\":\"temporary\",\"town\":\"B\",\"from\":\"2026-11-13\"}", NULL },
        { "{\"kind\":\"permanent\",\"town\":\"B\"}", NULL },
        { "{\"kind\":\"temporary\",\"town\":\"B\",\"from\":\"2026-11-12\"}", "its days meet those of another one" },
        { "{\"kind\":\"temporary\",\"town\":\"B\",\"from\":\"2026-11-09\",\"until\":\"2026-11-10\"}",
          "its days meet those of another one" },
        { "{\"kind\":\"temporary\",\"town\":\"B\"}", "a temporary address needs its first day" },
        { "{\"kind\":\"temporary\",\"from\":\"2026-12-01\"}", "needs an address, a town or a station" },
        { "{\"kind\":\"temporary\",\"town\":\"B\",\"from\":\"2026-12-02\",\"until\":\"2026-12-01\"}",
          "ends before it begins" },
    };
    for (size_t k = 0; k < BW_LEN(tries); k++) {
        char json[400];
        struct bw_faults f;
        (void)snprintf(json, sizeof json, "{\"passenger\":{\"surname\":\"G\"},\"delivery\":[" ONE ",%s]}",
                       tries[k].second);
        struct bw_details d = details(json);
        bw_faults_init(&f, &arena);
        bw_details_check(&d, "/file", &f);
        if (!tries[k].why)
            assert_int_equal(f.n, 0);
        else if (f.n < 1 || !bw_str_eq_c(f.v[0].detail, tries[k].why) ||
                 !bw_str_eq_c(f.v[0].pointer, "/file/delivery/1"))
            fail_msg("%s: %.*s", tries[k].second, BW_FMT(f.v[0].detail));
    }
    struct bw_details two = details("{\"passenger\":{\"surname\":\"G\"},\"delivery\":[{\"kind\":\"permanent\",\"town\":"
                                    "\"A\"},{\"kind\":\"permanent\",\"town\":\"B\"}]}");
    struct bw_faults f;
    bw_faults_init(&f, &arena);
    bw_details_check(&two, "", &f);
    assert_int_equal(f.n, 1);
}

/* What the log keeps of a change: which members, the class, airports with days; it comes back as it was. */
static void the_log_says_which_members_and_nothing_of_them(void **state)
{
    (void)state;
    struct bw_event_data d, back;
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_event_data_init(&d);
    struct bw_details whole = details(WHOLE PRIORITY);
    d.fields = BW_DETAIL_CONTACTS | BW_DETAIL_DELIVERY | BW_DETAIL_PRIORITY;
    d.priority = BW_PRIORITY_ANIMAL;
    d.n_stays = (uint8_t)bw_details_stays(&whole, d.stays);
    bw_buf_init(&text, 4096);
    bw_event_data_json(&d, &text);
    assert_true(bw_str_eq_c(bw_buf_view(&text),
                            "{\"fields\":[\"contacts\",\"delivery\",\"priority\"],\"priority\":\"live-animal\","
                            "\"stays\":[{\"station\":\"SVQ\",\"from\":\"2026-11-23\",\"until\":\"2026-11-25\"},"
                            "{\"station\":\"MAD\"}]}"));
    assert_true(bw_event_data_parse(bw_buf_view(&text), &back, &arena));
    assert_int_equal(back.fields, d.fields);
    assert_int_equal(back.priority, d.priority);
    assert_int_equal(back.n_stays, 2);
    assert_string_equal(back.stays[0].station, "SVQ");
    assert_int_equal(back.stays[0].from, d.stays[0].from);
    assert_int_equal(back.stays[1].until, BW_DATE_NONE);
    assert_false(bw_event_data_parse(BW_STR("{\"fields\":[\"shoe_size\"]}"), &back, &arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_is_read_and_written),
        cmocka_unit_test(twelve_categories_a_bag_and_no_more),
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(where_the_passenger_is_on_a_day),
        cmocka_unit_test(addresses_that_do_not_fit_together_are_told),
        cmocka_unit_test(the_log_says_which_members_and_nothing_of_them),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
