/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_test.c - one search box: what each thing that people type may be. */
#include "bw/domain/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static bw_date day(const char *text)
{
    bw_date d;
    assert_true(bw_date_parse(bw_str_c(text), &d));
    return d;
}
#define TODAY day("2026-11-22")

static struct bw_lookup l;

static bool read(const char *typed)
{
    const char *why = NULL;
    bool good = bw_lookup_read(bw_str_c(typed), BW_DATE_NONE, TODAY, &l, &why);
    assert_true(good || (why && why[0]));
    return good;
}

/* req: DESK-01 */
static void one_box_reads_every_kind(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        unsigned readings;
        const char *value; /* of the identity, else "" */
    } rows[] = {
        { "0125728359", BW_READ_IDENT | BW_READ_PHONE, "0125728359" },
        { "0125-728359", BW_READ_IDENT | BW_READ_PHONE, "0125728359" },
        { "0 125 728 359", BW_READ_IDENT | BW_READ_PHONE, "0125728359" },
        { "125728359", BW_READ_IDENT | BW_READ_PHONE, "0125728359" },
        { "2125728359", BW_READ_IDENT | BW_READ_PHONE, "2125728359" },
        { "BA728359", BW_READ_IDENT | BW_READ_PNR, "BA728359" },
        { "ba 728359", BW_READ_IDENT, "BA728359" },
        { " MADIB10001 ", BW_READ_IDENT, "MADIB10001" },
        { "madib 10001", BW_READ_IDENT, "MADIB10001" },
        { "0190a3c0-0000-7000-8000-000000000001", BW_READ_IDENT, "0190a3c0-0000-7000-8000-000000000001" },
        { "728359", BW_READ_SERIAL | BW_READ_LAST4 | BW_READ_PNR, "" },
        { "X7K2PQ", BW_READ_PNR | BW_READ_WORDS, "" },
        { "Garcia", BW_READ_PNR | BW_READ_WORDS, "" },
        { "Müller", BW_READ_WORDS, "" },
        { "ma", BW_READ_WORDS, "" },
        { "blue samsonite", BW_READ_WORDS, "" },
        { "+34 600 123 456", BW_READ_PHONE, "" },
        { "3456", BW_READ_LAST4, "" },
        { "Ana@Example.ES", BW_READ_MAIL, "" },
        { "IB3167", BW_READ_PNR | BW_READ_FLIGHT | BW_READ_WORDS, "" },
        { "IB 3167 20NOV", BW_READ_FLIGHT | BW_READ_WORDS, "" },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        assert_true(read(rows[k].typed));
        if (l.readings != rows[k].readings)
            fail_msg("%s: %#x", rows[k].typed, l.readings);
        assert_string_equal(l.n_idents ? l.ident[0].value : "", rows[k].value);
    }
}

static void what_is_too_little_is_refused(void **state)
{
    (void)state;
    char much[BW_LOOKUP_MOST + 2];
    static const char *const refused[] = { "", "  ", "k", "-", "one two three four five six seven", "a\xFF", "@" };
    for (size_t k = 0; k < BW_LEN(refused); k++)
        assert_false(read(refused[k]));
    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    assert_false(read(much));
}

/* req: DESK-01 */
static void phones_are_one_number_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *digits;
    } rows[] = {
        { "+34 600 123 456", "34600123456" },
        { "+34 (600) 123-456", "34600123456" },
        { "0034600123456", "34600123456" },
        { "+44 (0)20 7946 0000", "442079460000" },
        { "0044 (0) 20 79460000", "442079460000" },
        { "600 123 456", "600123456" },
        { "0600.123.456", "0600123456" },
        { "(020) 7946/0000", "02079460000" },
        { "1234567", "1234567" },
        { "123456", "" },
        { "600 123 456 ext 7", "" },
        { "+123456789012345678", "" },
        { "", "" },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        char to[20];
        struct bw_str got = bw_phone_digits(bw_str_c(rows[k].typed), to);
        if (!bw_str_eq_c(got, rows[k].digits))
            fail_msg("%s: %.*s", rows[k].typed, BW_FMT(got));
    }
    assert_true(read("728359"));
    assert_string_equal(l.serial, "728359");
    assert_string_equal(l.digits, "728359");
}

static void bookings_and_mails_have_one_form(void **state)
{
    (void)state;
    char pnr[9], mail[255];
    assert_true(bw_str_eq_c(bw_pnr_plain(BW_STR(" x7k2pq "), pnr), "X7K2PQ"));
    assert_int_equal(bw_pnr_plain(BW_STR("x7k2"), pnr).n, 0);
    assert_int_equal(bw_pnr_plain(BW_STR("x7k2-q"), pnr).n, 0);
    assert_true(bw_str_eq_c(bw_mail_plain(BW_STR(" Ana@Example.ES "), mail), "ana@example.es"));
    assert_int_equal(bw_mail_plain(BW_STR("@example.es"), mail).n, 0);
    assert_int_equal(bw_mail_plain(BW_STR("ana@"), mail).n, 0);
    assert_int_equal(bw_mail_plain(BW_STR("ana maria@example.es"), mail).n, 0);
}

/* req: DESK-01 */
static void a_flight_is_read_with_its_day(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *flight, *first, *last;
    } rows[] = {
        { "IB3167 2026-11-20", "IB3167", "2026-11-20", "2026-11-20" },
        { "IB3167/20NOV", "IB3167", "2026-11-20", "2026-11-20" },
        { "ib 3167 20 nov", "IB3167", "2026-11-20", "2026-11-20" },
        { "IB3167, 20.11.", "IB3167", "2026-11-20", "2026-11-20" },
        { "BA0178 yesterday", "BA178", "2026-11-21", "2026-11-21" },
        { "IB 316 20", "IB316", "2026-11-20", "2026-11-20" },
        { "IB3167", "IB3167", "2026-10-24", "2026-11-23" },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        assert_true(read(rows[k].typed));
        assert_true(l.readings & BW_READ_FLIGHT);
        assert_string_equal(l.flight, rows[k].flight);
        assert_int_equal(l.first, day(rows[k].first));
        assert_int_equal(l.last, day(rows[k].last));
    }
    assert_true(read("IB3167 garcia"));
    assert_false(l.readings & BW_READ_FLIGHT);
    assert_true(read("0125728359 20NOV"));
    assert_int_equal(l.ident[0].date, day("2026-11-20"));
    const char *why;
    assert_true(bw_lookup_read(BW_STR("0125728359"), day("2026-11-19"), TODAY, &l, &why));
    assert_int_equal(l.ident[0].date, day("2026-11-19"));
}

static void days_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *day;
    } rows[] = {
        { "2026-11-20", "2026-11-20" },
        { "20NOV", "2026-11-20" },
        { "20nov26", "2026-11-20" },
        { "20 Nov 2026", "2026-11-20" },
        { "20 november", "2026-11-20" },
        { "20.11.", "2026-11-20" },
        { "20/11/26", "2026-11-20" },
        { "20-11-2025", "2025-11-20" },
        { "today", "2026-11-22" },
        { "Yesterday", "2026-11-21" },
        { "23NOV", "2026-11-23" },
        { "24NOV", "2025-11-24" },
        { "24DEC", "2025-12-24" },
        { "29FEB", "2024-02-29" },
        { "20", "2026-11-20" },
        { "23", "2026-11-23" },
        { "24", "2026-10-24" },
        { "31", "2026-10-31" },
        { "31/02", NULL },
        { "32NOV", NULL },
        { "20XYZ", NULL },
        { "20/13", NULL },
        { "20NOV265", NULL },
        { "20NOV26x", NULL },
        { "nov", NULL },
        { "", NULL },
        { "20.11.1999", NULL },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        bw_date got = BW_DATE_NONE;
        bool good = bw_day_read(bw_str_c(rows[k].typed), TODAY, &got);
        if (good != (rows[k].day != NULL) || (good && got != day(rows[k].day)))
            fail_msg("%s", rows[k].typed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_box_reads_every_kind),
        cmocka_unit_test(what_is_too_little_is_refused),
        cmocka_unit_test(phones_are_one_number_in_every_form),
        cmocka_unit_test(bookings_and_mails_have_one_form),
        cmocka_unit_test(a_flight_is_read_with_its_day),
        cmocka_unit_test(days_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
