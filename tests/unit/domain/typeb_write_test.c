/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_write_test.c - telegrams of our own, and that our reader reads them back as they were meant. */
#include "bw/domain/typeb_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

static struct typeb_case c;
static const struct bw_str addresses[40] = { BW_STR_INIT("LHRLLBA"), BW_STR_INIT("MADLLIB") };
static struct bw_typeb_head head;

static int open_case(void **state)
{
    (void)state;
    typeb_open(&c);
    head = (struct bw_typeb_head){ BW_STR("QU"), addresses, 2, BW_STR("BWXBAGW"), typeb_at("2026-11-20T12:34:56Z") };
    return 0;
}

static int close_case(void **state)
{
    (void)state;
    typeb_close(&c);
    return 0;
}

static const char *refused(bw_code rc, const struct bw_error *err)
{
    static char field[64];
    assert_int_not_equal(rc, BW_OK);
    assert_int_equal(bw_buf_view(&c.out).n, 0); /* nothing is half written */
    (void)snprintf(field, sizeof field, "%s", rc == BW_E_TOO_LARGE ? "too large" : err->field);
    return field;
}

static const char *request(const struct bw_typeb_request *r)
{
    struct bw_error err = { 0 };
    bw_buf_clear(&c.out);
    bw_code rc = bw_typeb_write_request(&head, r, &c.out, &err);
    return rc == BW_OK ? bw_buf_cstr(&c.out) : refused(rc, &err);
}

static const char *text(const char *words)
{
    struct bw_error err = { 0 };
    bw_buf_clear(&c.out);
    bw_code rc = bw_typeb_write_text(&head, bw_str_c(words), &c.out, &err);
    return rc == BW_OK ? bw_buf_cstr(&c.out) : refused(rc, &err);
}

#define ENVELOPE "QU LHRLLBA MADLLIB\n.BWXBAGW 201234\n"

/* req: TYB-10 */
static void a_request_reads_back_as_it_was_meant(void **state)
{
    (void)state;
    const struct bw_str plates[] = { BW_STR("0125728359"), BW_STR("2125300001") };
    struct bw_typeb_request r = {
        BW_STR("LHR"), BW_STR("MADIB10001"), BW_STR("BA178"), bw_date_of(head.at), BW_STR("LHR"), plates, 2
    };
    const char *written = request(&r);
    assert_string_equal(written, ENVELOPE "BRQ\n.V/1LLHR//MADIB10001\n.F/BA178/20NOV/LHR\n.N/0125728359\n"
                                          ".N/2125300001\nENDBRQ\n");
    char kept[1024];
    (void)snprintf(kept, sizeof kept, "%s", written);
    (void)typeb_read(&c, bw_str_c(kept));
    assert_int_equal(c.t.n_messages, 1);
    const struct bw_typeb_message *m = &c.t.messages[0];
    assert_int_equal(m->smi, BW_SMI_BRQ);
    assert_int_equal(m->status, BW_TYPEB_NOT_A_BAG_MESSAGE); /* it asks, it says nothing of a bag */
    assert_int_equal(m->n_faults, 0);
    assert_string_equal(m->station, "LHR");
    assert_int_equal(m->origin_at, typeb_at("2026-11-20T12:34:00Z"));
    assert_int_equal(m->envelope->n_to, 2);
    assert_true(bw_str_eq_c(m->envelope->to[1], "MADLLIB"));
    assert_true(bw_str_eq_c(bw_typeb_field(&m->elements[0], 2), "MADIB10001"));
    assert_true(bw_str_eq_c(bw_typeb_field(&m->elements[3], 0), "2125300001"));
    bw_buf_clear(&c.out);
    bw_typeb_print(&c.t, &c.out);
    assert_string_equal(bw_buf_cstr(&c.out), kept);
    r.reference = r.flight = BW_STR("");
    assert_string_equal(request(&r), ENVELOPE "BRQ\n.V/1LLHR\n.N/0125728359\n.N/2125300001\nENDBRQ\n");
}

/* req: TYB-10 */
static void what_is_no_request_or_no_envelope_is_refused(void **state)
{
    (void)state;
    const struct bw_str good[] = { BW_STR("0125728359") }, bad[] = { BW_STR("012572835") };
    const struct bw_str small[] = { BW_STR("lhrllba") };
    const struct bw_typeb_request r = { BW_STR("LHR"), BW_STR(""), BW_STR(""), BW_DATE_NONE, BW_STR(""), good, 1 };
    struct bw_typeb_request w = r;
    w.station = BW_STR("LH1");
    assert_string_equal(request(&w), "station");
    w = r;
    w.reference = BW_STR("A/B");
    assert_string_equal(request(&w), "reference");
    w.reference = BW_STR("ABCDEFGHIJK");
    assert_string_equal(request(&w), "reference");
    w = r;
    w.flight = BW_STR("BA/1");
    assert_string_equal(request(&w), "flight");
    w.flight = BW_STR("BA1");
    assert_string_equal(request(&w), "flight_date");
    w = r;
    w.destination = BW_STR("LH");
    assert_string_equal(request(&w), "destination");
    w = r;
    w.plates = bad;
    assert_string_equal(request(&w), "plates");
    w.n_plates = 0;
    assert_string_equal(request(&w), "plates");
    struct bw_str many[400];
    for (size_t k = 0; k < BW_LEN(many); k++)
        many[k] = good[0];
    w = (struct bw_typeb_request){
        BW_STR("LHR"), BW_STR(""), BW_STR(""), BW_DATE_NONE, BW_STR(""), many, BW_LEN(many)
    };
    assert_string_equal(request(&w), "too large");
    const struct bw_typeb_head was = head;
    head.priority = BW_STR("QX");
    assert_string_equal(request(&r), "priority");
    head = was;
    head.n_to = 0;
    assert_string_equal(text("HELLO"), "to");
    head.n_to = BW_TYPEB_TO + 1;
    assert_string_equal(text("HELLO"), "to");
    head.to = small;
    head.n_to = 1;
    assert_string_equal(text("HELLO"), "to");
    head = was;
    head.origin = BW_STR("BWX");
    assert_string_equal(text("HELLO"), "origin");
    head = was;
    head.at = BW_TIME_NONE;
    assert_string_equal(text("HELLO"), "at");
    head = was;
    assert_string_equal(text(" \n "), "text");
}

static void reads_back(const char *written, const char *body)
{
    struct bw_typeb_letter letter;
    struct bw_typeb read;
    char kept[4096];
    (void)snprintf(kept, sizeof kept, "%s", written);
    assert_true(bw_typeb_letter_read(bw_str_c(kept), &c.arena, &letter));
    assert_non_null(letter.envelope);
    assert_true(bw_str_eq_c(letter.envelope->origin, "BWXBAGW"));
    assert_true(bw_str_eq_c(letter.envelope->day_time, "201234"));
    assert_int_equal(letter.envelope->n_to, head.n_to);
    assert_true(bw_str_eq_c(letter.text, body));
    assert_int_equal(bw_typeb_read(bw_str_c(kept), &c.ctx, &c.arena, &read, NULL), BW_OK);
    assert_int_equal(read.n_messages, 0); /* nobody takes it for a baggage message */
}

/* req: TYB-10 */
static void free_text_is_wrapped_and_never_taken_for_a_message(void **state)
{
    (void)state;
    static const struct {
        const char *words, *body;
    } texts[] = {
        { "please search bag 0125728359, due 12:30", "PLEASE SEARCH BAG 0125728359, DUE 12:30\n" },
        { "BSM\n.N/0125728359001\n.ISTKMTK 081625\nQU LHRLLBA\nENDBSM\n..\n",
          "- BSM\n- .N/0125728359001\n- .ISTKMTK 081625\n- QU LHRLLBA\n- ENDBSM\n- ..\n" },
        { "line one\r\n\r\n  line two  ", "LINE ONE\n\nLINE TWO\n" },
        { "Gr\xc3\xbc\xc3\x9f \xe4\xbd\xa0! {x}\t<&>", "GR?? ?? ?X? ???\n" },
        { "one two three four five six seven eight nine ten eleven twelve thirteen fourteen BSM",
          "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE\nTHIRTEEN FOURTEEN BSM\n" },
        { "1234567890123456789012345678901234567890123456789012345678901234567 .N/0125728359001",
          "1234567890123456789012345678901234567890123456789012345678901234567\n- .N/0125728359001\n" },
        { "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
          "1234567890123456789012345678901234567890123456789012345678901234567\n8901234567890\n" },
    };
    char expected[1024];
    for (size_t k = 0; k < BW_LEN(texts); k++) {
        const char *written = text(texts[k].words);
        (void)snprintf(expected, sizeof expected, ENVELOPE "%s", texts[k].body);
        assert_string_equal(written, expected);
        reads_back(written, texts[k].body);
    }
    char long_text[4000];
    memset(long_text, 'A', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_string_equal(text(long_text), "too large");
    for (size_t k = 5; k < sizeof long_text; k += 6)
        long_text[k] = ' ';
    long_text[3300] = '\0';
    const char *whole = text(long_text);
    assert_true(strlen(whole) <= BW_TYPEB_LETTER);
    for (const char *line = whole; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line <= 69);
}

/* 32 addresses are five lines of at most 64 characters.  req: TYB-10 */
static void many_addresses_are_several_lines(void **state)
{
    (void)state;
    struct bw_str to[BW_TYPEB_TO];
    for (size_t k = 0; k < BW_LEN(to); k++)
        to[k] = addresses[k % 2];
    const struct bw_typeb_head was = head;
    head.to = to;
    head.n_to = BW_LEN(to);
    const char *written = text("HELLO");
    size_t lines = 0;
    for (const char *line = written; *line; line = strchr(line, '\n') + 1, lines++)
        assert_true(strchr(line, '\n') - line <= 64);
    assert_int_equal(lines, 7);
    reads_back(written, "HELLO\n");
    head = was;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_reads_back_as_it_was_meant),
        cmocka_unit_test(what_is_no_request_or_no_envelope_is_refused),
        cmocka_unit_test(free_text_is_wrapped_and_never_taken_for_a_message),
        cmocka_unit_test(many_addresses_are_several_lines),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
