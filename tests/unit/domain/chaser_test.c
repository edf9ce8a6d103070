/* SPDX-License-Identifier: Apache-2.0 */
/* chaser_test.c - who is told at which level, and the message in its three forms. */
#include "fixture.h"

#include "bw/domain/chaser.h"
#include "bw/domain/typeb_write.h"

static struct bw_promise missed(const char *debtor, const char *creditor, const char *for_carrier)
{
    struct bw_promise p = { .owed = BW_OWE_LOCATED, .why = BW_CLOSE_OPEN };
    bw_str_put(bw_str_c(debtor), p.debtor, sizeof p.debtor);
    bw_str_put(bw_str_c(creditor), p.creditor, sizeof p.creditor);
    bw_str_put(bw_str_c(for_carrier), p.for_carrier, sizeof p.for_carrier);
    return p;
}

static void assert_told(const struct bw_promise *p, int level, const char *whom)
{
    char got[64] = "";
    struct bw_chase_to to[BW_CHASE_MOST];
    size_t n = bw_chase_whom(p, level, to);
    for (size_t k = 0; k < n; k++) {
        size_t at = strlen(got);
        (void)snprintf(got + at, sizeof got - at, "%s%s %s", k ? ", " : "", bw_chase_word(to[k].kind), to[k].carrier);
    }
    assert_string_equal(got, whom);
}

/* req: CLK-05 (0 and 1 the debtor, 2 the owner's desk and the customer, 3 the supervisors of both, then daily) */
static void each_level_has_its_receivers(void **state)
{
    (void)state;
    struct bw_promise p = missed("BA", "IB", ""), own = missed("IB", "IB", ""), unowned = missed("BA", "", "");
    assert_told(&p, 0, "debtor BA");
    assert_told(&p, 1, "debtor BA");
    assert_told(&p, 2, "desk IB, customer ");
    assert_told(&p, 3, "supervisors BA, supervisors IB");
    assert_told(&p, 40, "supervisors BA, supervisors IB");
    assert_told(&own, 3, "supervisors IB");
    assert_told(&unowned, 2, "customer ");
    assert_told(&unowned, 3, "supervisors BA");
    /* an owner that cannot be told: who asks it is told in its place (CLK-16) */
    struct bw_promise via = missed("BA", "IB", "IB"), asks = missed("IB", "IB", "LH");
    assert_told(&via, 2, "desk BA, customer ");
    assert_told(&via, 3, "supervisors BA");
    assert_told(&asks, 2, "desk IB, customer ");
    p.owed = BW_OWE_OWNER; /* between carriers alone */
    assert_told(&p, 2, "desk IB");
}

static struct bw_chase_line lines[60];

static struct bw_chase about(size_t n, size_t all)
{
    struct bw_chase c = { .kind = BW_CHASE_DEBTOR, .level = 1, .lines = lines, .n = n, .all = all };
    for (size_t k = 0; k < BW_LEN(lines); k++) {
        lines[k] = (struct bw_chase_line){ .promise_id = id_of((unsigned)k + 1),
                                           .owed = BW_OWE_LOCATED,
                                           .due_at = at("2026-11-21T04:50:00Z") };
        bw_str_put(BW_STR("0125728359"), lines[k].plate, sizeof lines[k].plate);
        bw_str_put(BW_STR("MADIB10001"), lines[k].ref, sizeof lines[k].ref);
    }
    bw_str_put(BW_STR("BA"), c.receiver, sizeof c.receiver);
    bw_str_put(BW_STR("BA"), c.debtor, sizeof c.debtor);
    bw_str_put(BW_STR("LHR"), c.station, sizeof c.station);
    c.now = at("2026-11-21T05:05:00Z");
    return c;
}

static void is(const struct bw_chase *c, enum bw_channel channel, const char *want)
{
    struct bw_error err = { 0 };
    struct bw_buf text;
    bw_buf_init(&text, 65536);
    assert_int_equal(bw_chase_render(c, channel, BW_STR("LHRBABA"), &text, &err), BW_OK);
    assert_string_equal(bw_buf_cstr(&text), want);
    bw_buf_done(&text);
}

/* req: CLK-15 */
static void one_message_in_three_forms(void **state)
{
    (void)state;
    struct bw_chase c = about(1, 1);
    is(&c, BW_CHANNEL_MAIL,
       "Subject: BA owes 1 update at LHR that did not come: level 1\n\n"
       "0125728359 MADIB10001: a forward plan or the reason to hold, due 2026-11-21T04:50:00Z\n"
       "All of them: /v1/promises?owes=BA&overdue=true&station=LHR&level=1\n");
    c = about(1, 2);
    is(&c, BW_CHANNEL_MAIL,
       "Subject: BA owes 2 updates at LHR that did not come: level 1\n\n"
       "0125728359 MADIB10001: a forward plan or the reason to hold, due 2026-11-21T04:50:00Z\n"
       "and 1 more\n"
       "All of them: /v1/promises?owes=BA&overdue=true&station=LHR&level=1\n");
    c = about(1, 1);
    is(&c, BW_CHANNEL_WEBHOOK,
       "{\"v\":1,\"type\":\"promise.missed\",\"to\":\"BA\",\"as\":\"debtor\",\"carrier\":\"BA\",\"station\":\"LHR\","
       "\"level\":1,"
       "\"made\":\"2026-11-21T05:05:00Z\",\"count\":1,\"promises\":[{\"id\":\"10000001-0000-8000-8000-000000000000\","
       "\"plate\":\"0125728359\",\"case_ref\":\"MADIB10001\",\"owed\":\"located\",\"what\":\"a forward plan or the "
       "reason to "
       "hold\",\"due\":\"2026-11-21T04:50:00Z\",\"late_minutes\":15}],"
       "\"all\":\"/v1/promises?owes=BA&overdue=true&station=LHR&level=1\"}");
}

/* req: CLK-15, TYB-10 (a telegram that our own reader reads back, and that holds what fits) */
static void a_telegram_reads_back_and_is_never_too_long(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_arena arena;
    struct bw_typeb_letter letter;
    struct bw_buf text;
    struct bw_chase c = about(50, 500);
    bw_arena_init(&arena, 1 << 20);
    bw_buf_init(&text, 65536);
    assert_int_equal(bw_chase_render(&c, BW_CHANNEL_TELEGRAM, BW_STR("LHRBABA"), &text, &err), BW_OK);
    assert_true(text.n <= BW_TYPEB_LETTER);
    assert_true(bw_typeb_letter_read(bw_buf_view(&text), &arena, &letter));
    assert_non_null(letter.envelope);
    assert_non_null(strstr(bw_buf_cstr(&text), "BA OWES 500 UPDATES AT LHR"));
    assert_non_null(strstr(bw_buf_cstr(&text), "MORE"));
    bw_buf_clear(&text);
    c.n = 0; /* of what it is about nothing is there any more: the head line says how much it was */
    assert_int_equal(bw_chase_render(&c, BW_CHANNEL_TELEGRAM, BW_STR("LHRBABA"), &text, &err), BW_OK);
    assert_non_null(strstr(bw_buf_cstr(&text), "BA OWES 500 UPDATES AT LHR"));
    bw_buf_clear(&text);
    assert_int_equal(bw_chase_render(&c, BW_CHANNEL_TELEGRAM, BW_STR("nowhere"), &text, &err), BW_E_INVALID_BODY);
    bw_buf_done(&text);
    bw_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_has_its_receivers),
        cmocka_unit_test(one_message_in_three_forms),
        cmocka_unit_test(a_telegram_reads_back_and_is_never_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
