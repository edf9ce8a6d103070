/* SPDX-License-Identifier: Apache-2.0 */
/* cases_test.c - the body of POST /v1/cases: faults all at once, for whom the file is opened, what is sealed and what
 * is left in clear for look-up. */
#include "bw/app/cases.h"

#include <stdio.h>

#include "app_test.h"
#include "bw/domain/casefile.h"
#include "bw/domain/event.h"

#define NOW "2026-11-20T23:15:00Z"
#define LEAST "\"plate\":\"0125728359\",\"station\":\"MAD\",\"passenger\":{\"surname\":\"Garcia\"}"

static struct bw_arena arena;
static struct bw_faults faults;
static struct bw_keys keys;
static struct bw_app app;
static struct bw_case_request *rq;

static int setup(void **state)
{
    (void)state;
    bw_arena_init(&arena, 8 << 20);
    keys = keys_of(1);
    app = (struct bw_app){ .keys = &keys };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_arena_done(&arena);
    return 0;
}

static bw_code ask(const struct bw_principal *who, const char *body)
{
    rq = NULL;
    bw_faults_init(&faults, &arena);
    return bw_case_request(&app, who, bw_str_c(body), at(NOW), &arena, &rq, &faults);
}

static const struct bw_case_new *opened(const char *body)
{
    struct bw_principal who = principal(BW_P_ACCOUNT, "IB");
    if (ask(&who, body) != BW_OK)
        fail_msg("%.*s: %.*s", BW_FMT(faults.v[0].pointer), BW_FMT(faults.v[0].detail));
    return &rq->new_case;
}

/* req: CASE-01 */
static void a_whole_body_becomes_one_case(void **state)
{
    (void)state;
    const struct bw_case_new *n = opened(
        "{\"plate\":\"0125-728359\",\"travel_date\":\"2026-11-20\",\"station\":\"MAD\",\"passenger\":{\"surname\":"
        "\"Garcia\",\"given\":\"Ana\"},\"itinerary\":[{\"flight\":\"BA 0178\",\"date\":\"2026-11-20\",\"from\":\"JFK\","
        "\"to\":\"LHR\"},{\"flight\":\"IB3167\",\"date\":\"2026-11-20\",\"from\":\"LHR\",\"to\":\"MAD\"}],"
        "\"language\":\"es\"}");
    assert_int_equal(n->n_bags, 1);
    assert_string_equal(n->bags[0].value, "0125728359");
    assert_true(n->bags[0].date != BW_DATE_NONE);
    assert_string_equal(n->station, "MAD");
    assert_string_equal(n->opener, "IB");
    assert_int_equal(n->n_legs, 2);
    assert_string_equal(n->legs[0].flight, "BA178");
    assert_string_equal(n->legs[1].from, "LHR");
    assert_string_equal(n->legs[1].to, "MAD");
    assert_true(bw_str_eq_c(n->language, "es"));
    const struct bw_event *ev = &rq->item.ev;
    assert_int_equal(ev->code, BW_EV_CASE_OPENED);
    assert_int_equal(ev->subject, BW_SUBJECT_CASE);
    assert_int_equal(ev->source, BW_SRC_STAFF);
    assert_int_equal(ev->occurred_at, at(NOW));
    assert_string_equal(ev->sender, "IB.u1c1d1e1f");
    assert_ptr_equal(rq->item.new_case, n);
    assert_ptr_equal(rq->work.items, &rq->item);
    assert_int_equal(rq->work.n, 1);
}

/* req: CASE-06 */
static void who_the_passenger_is_stands_in_the_sealed_part_alone(void **state)
{
    (void)state;
    const struct bw_case_new *n = opened(
        "{" LEAST ",\"contacts\":{\"phone\":\"+34 600 123 456\",\"mail\":\"Ana@Example.es\",\"pnr\":\"X7K2PQ\","
        "\"address\":\"Calle Mayor 1\",\"town\":\"Madrid\"},\"description\":\"black\",\"needed_by\":\"2026-11-22\"}");
    assert_true(bw_str_eq_c(n->sealed.details,
                            "{\"passenger\":{\"surname\":\"Garcia\"},\"contacts\":{\"phone\":\"+34 600 123 "
                            "456\",\"mail\":\"Ana@Example.es\",\"pnr\":\"X7K2PQ\",\"address\":\"Calle Mayor "
                            "1\",\"town\":\"Madrid\"},\"description\":\"black\",\"needed_by\":\"2026-11-"
                            "22\"}"));
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, 64 * 1024);
    bw_event_canonical(&rq->item.ev, &text);
    bw_buf_c(&text, "\n");
    bw_json_out_init(&j, &text);
    rq->item.answer = BW_STR("{\"event\":{}}");
    bw_case_answer(rq, BW_STR("https://bags.example"), &j);
    assert_true(bw_buf_ok(&text));
    static const char *const personal[] = { "Garcia", "600", "xample.es", "X7K2PQ", "Mayor", "Madrid", "black" };
    for (size_t k = 0; k < BW_LEN(personal); k++)
        if (has(bw_buf_view(&text), personal[k]))
            fail_msg("%s in %s", personal[k], bw_buf_cstr(&text));
    assert_true(has(bw_buf_view(&text), "\"opened\":{\"event\":{}}"));
    bw_buf_done(&text);
}

static bool hashed(const char *kind, const char *value, const uint8_t stored[8])
{
    uint8_t wanted[8];
    bw_search_hash(&keys, kind, bw_str_c(value), wanted);
    return memcmp(wanted, stored, sizeof wanted) == 0;
}

/* req: CASE-06 */
static void contacts_are_found_by_keyed_hashes(void **state)
{
    (void)state;
    const struct bw_case_new *n = opened("{" LEAST ",\"contacts\":{\"phone\":\"+34 (600) 123-456\",\"mail\":"
                                         "\"Ana@Example.ES\",\"pnr\":\"X7K2PQ\"}}");
    assert_true(n->sealed.search.has_phone && n->sealed.search.has_mail && n->sealed.search.has_pnr);
    assert_true(hashed("phone", "34600123456", n->sealed.search.phone));
    assert_true(hashed("phone7", "0123456", n->sealed.search.last7));
    assert_true(hashed("phone4", "3456", n->sealed.search.last4));
    assert_true(hashed("mail", "ana@example.es", n->sealed.search.mail));
    assert_true(hashed("pnr", "X7K2PQ", n->sealed.search.pnr));
    n = opened("{" LEAST ",\"contacts\":{\"phone\":\"12 34 56\",\"mail\":\"\",\"pnr\":\"\"}}");
    assert_false(n->sealed.search.has_phone || n->sealed.search.has_mail ||
                 n->sealed.search.has_pnr); /* too little to find anybody by */
    n = opened("{" LEAST "}");
    assert_false(n->sealed.search.has_phone || n->sealed.search.has_mail || n->sealed.search.has_pnr);
}

/* req: CASE-06 */
static void names_are_looked_up_in_one_spelling(void **state)
{
    (void)state;
    const struct bw_case_new *n = opened(
        "{\"plate\":\"BA728359\",\"station\":\"MAD\",\"passenger\":{\"surname\":\"  De la\\tCRUZ \",\"given\":\" "
        "Ana  Mu\xC3\xB1oz\"},\"contacts\":{\"town\":\"Alcal\xC3\xA1 de\\nHenares\"},\"description\":\"Black, "
        "Samsonite\"}");
    assert_true(bw_str_eq_c(n->sealed.search.names, "de la cruz ana munoz"));
    assert_true(bw_str_eq_c(n->sealed.search.town, "alcala de henares"));
    assert_true(bw_str_eq_c(n->sealed.search.description, "black samsonite"));
    n = opened("{" LEAST "}");
    assert_true(bw_str_eq_c(n->sealed.search.names, "garcia"));
    assert_int_equal(n->sealed.search.town.n, 0);
}

/* req: CASE-01 ING-05 */
static void every_fault_is_named_at_once(void **state)
{
    (void)state;
    struct bw_principal who = principal(BW_P_KEY, "BA IB");
    assert_int_equal(ask(&who, "{\"plate\":\"MADIB10001\",\"station\":\"madrid\",\"for_carrier\":\"LH\",\"passenger\":"
                               "{\"given\":\"Ana\"},\"itinerary\":[{\"flight\":\"?\",\"date\":\"2026-02-30\",\"from\":"
                               "\"JFK\"}],\"seat\":1}"),
                     BW_E_INVALID_BODY);
    static const char *const invalid[] = {
        "/plate", "/station", "/passenger/surname", "/itinerary/0/flight", "/itinerary/0/date", "/itinerary/0/to"
    };
    for (size_t k = 0; k < BW_LEN(invalid); k++)
        if (!told(&faults, BW_E_INVALID_BODY, invalid[k]))
            fail_msg("%s is not told", invalid[k]);
    assert_true(told(&faults, BW_E_UNKNOWN_FIELD, "/seat"));
    assert_true(told(&faults, BW_E_CODE_NOT_YOURS, "/for_carrier"));
    assert_int_equal(faults.n, BW_LEN(invalid) + 2);
    assert_null(rq);
}

static void names_of_the_bag_other_than_plates_are_refused(void **state)
{
    (void)state;
    static const char *const no_plates[] = { "0000000000", "MADIB10001", "728359", "01257283590",
                                             "0192f0a0-0000-7000-8000-000000000000" };
    struct bw_principal who = principal(BW_P_KEY, "IB");
    for (size_t k = 0; k < BW_LEN(no_plates); k++) {
        char body[200];
        int n = snprintf(body, sizeof body, "{\"plate\":\"%s\",\"station\":\"MAD\",\"passenger\":{\"surname\":\"G\"}}",
                         no_plates[k]);
        assert_true(n > 0 && (size_t)n < sizeof body);
        assert_int_equal(ask(&who, body), BW_E_INVALID_BODY);
        assert_true(told(&faults, BW_E_INVALID_BODY, "/plate"));
    }
    assert_int_equal(ask(&who, "{\"plate\":\"2125001234\",\"station\":\"MAD\",\"passenger\":{\"surname\":\"G\"}}"),
                     BW_OK);
    assert_int_equal(rq->new_case.bags[0].kind, BW_IDENT_RUSH);
}

/* A file is opened for a carrier within the mandate, by default the only one.  req: CASE-01 */
static void the_carrier_is_within_the_mandate(void **state)
{
    (void)state;
    struct bw_principal one = principal(BW_P_KEY, "IB"), two = principal(BW_P_KEY, "BA IB");
    assert_int_equal(ask(&one, "{" LEAST "}"), BW_OK);
    assert_string_equal(rq->new_case.opener, "IB");
    assert_int_equal(rq->item.ev.source, BW_SRC_JSON);
    assert_string_equal(rq->item.ev.sender, "IB");
    assert_int_equal(ask(&one, "{" LEAST ",\"for_carrier\":\"BA\"}"), BW_E_CODE_NOT_YOURS);
    assert_int_equal(ask(&two, "{" LEAST ",\"for_carrier\":\"IB\"}"), BW_OK);
    assert_string_equal(rq->item.ev.carrier, "IB");
    assert_int_equal(ask(&two, "{" LEAST "}"), BW_E_INVALID_BODY);
    assert_true(told(&faults, BW_E_INVALID_BODY, "/for_carrier"));
    struct bw_principal nobody = principal(BW_P_ACCOUNT, "");
    nobody.every_carrier = true;
    assert_int_equal(ask(&nobody, "{" LEAST ",\"for_carrier\":\"IB\"}"), BW_E_CODE_NOT_YOURS);
}

/* A code of three letters would not fit the reference AAABBNNNNN: it is refused, not asserted. */
static void carriers_of_three_letters_cannot_own_a_reference(void **state)
{
    (void)state;
    struct bw_principal who = principal(BW_P_KEY, "BAW");
    assert_int_equal(ask(&who, "{" LEAST "}"), BW_E_INVALID_BODY);
    assert_true(told(&faults, BW_E_INVALID_BODY, "/for_carrier"));
    assert_int_equal(ask(&who, "{" LEAST ",\"for_carrier\":\"BAW\"}"), BW_E_INVALID_BODY);
}

/* req: PAGE-06 */
static void the_customers_link_is_a_token_whose_hash_alone_is_kept(void **state)
{
    (void)state;
    char first[BW_LINK_TEXT];
    const struct bw_case_new *n = opened("{" LEAST "}");
    assert_int_equal(strlen(rq->token), 22);
    struct bw_hash hash = bw_sha256(bw_str_c(rq->token));
    assert_memory_equal(n->link_hash.b, hash.b, sizeof hash.b);
    bw_str_put(bw_str_c(rq->token), first, sizeof first);
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, 4096);
    bw_json_out_init(&j, &text);
    bw_case_answer(rq, BW_STR("https://bags.example"), &j);
    char url[80];
    int len = snprintf(url, sizeof url, "\"customer_url\":\"https://bags.example/t/%s\"", first);
    assert_true(len > 0 && has(bw_buf_view(&text), url));
    bw_buf_done(&text);
    (void)opened("{" LEAST "}");
    assert_string_not_equal(first, rq->token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_body_becomes_one_case),
        cmocka_unit_test(who_the_passenger_is_stands_in_the_sealed_part_alone),
        cmocka_unit_test(contacts_are_found_by_keyed_hashes),
        cmocka_unit_test(names_are_looked_up_in_one_spelling),
        cmocka_unit_test(every_fault_is_named_at_once),
        cmocka_unit_test(names_of_the_bag_other_than_plates_are_refused),
        cmocka_unit_test(the_carrier_is_within_the_mandate),
        cmocka_unit_test(carriers_of_three_letters_cannot_own_a_reference),
        cmocka_unit_test(the_customers_link_is_a_token_whose_hash_alone_is_kept),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
