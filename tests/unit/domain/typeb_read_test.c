/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_read_test.c - limits, bounded memory and time on hostile texts, and printing what was read. */
#include "bw/domain/typeb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "typeb_case.h"

static struct typeb_case c;

static int open_case(void **state)
{
    (void)state;
    typeb_open(&c);
    return 0;
}

static int close_case(void **state)
{
    (void)state;
    typeb_close(&c);
    return 0;
}

#include "files.h"
#include "typeb_same.h"

#define HEAD "BSM\n.V/1LJFK\n.F/BA0178/20NOV/LHR\n"

static char big[BW_TYPEB_MAX + 1];

/* head, then unit as often as it fits or n times, then tail. */
static struct bw_str fill(const char *head, const char *unit, size_t n, const char *tail)
{
    size_t at = strlen(head), each = strlen(unit), end = strlen(tail);
    memcpy(big, head, at);
    for (; n > 0 && at + each + end <= BW_TYPEB_MAX; n--, at += each)
        memcpy(big + at, unit, each);
    memcpy(big + at, tail, end);
    return bw_str_n(big, at + end);
}

static bw_code read_code(struct bw_str text)
{
    struct bw_error err = { 0 };
    bw_arena_reset(&c.arena);
    bw_code rc = bw_typeb_read(text, &c.ctx, &c.arena, &c.t, &err);
    assert_int_equal(err.code, rc);
    return rc;
}

static void texts_of_256_kib_and_no_more(void **state)
{
    (void)state;
    struct bw_str text = fill("", "\n", SIZE_MAX, "");
    assert_int_equal(text.n, BW_TYPEB_MAX);
    assert_int_equal(read_code(text), BW_OK);
    assert_int_equal(c.t.n_messages, 0);
    text.n++;
    big[BW_TYPEB_MAX] = '\n';
    assert_int_equal(read_code(text), BW_E_TOO_LARGE);
}

/* req: TYB-08 */
static void bags_of_a_message_and_of_a_request_are_counted(void **state)
{
    (void)state;
    static const char tags[] = ".N/0125000000512\n.P/A\n.N/0125001000512\n.N/0125002000512\n.N/0125003000512\n"
                               ".N/0125004000512\n.N/0125005000512\n.N/0125006000512\n.N/0125007000512\n";
    char one[512], two[1024];
    assert_true(snprintf(one, sizeof one, HEAD "%sENDBSM\n", tags) < (int)sizeof one);
    assert_int_equal(read_code(bw_str_c(one)), BW_OK);
    assert_int_equal(c.t.n_facts, BW_TYPEB_BAGS);
    assert_true(snprintf(two, sizeof two, HEAD "%s.N/0125009000001\nENDBSM\n", tags) < (int)sizeof two);
    assert_int_equal(read_code(bw_str_c(two)), BW_E_TOO_MANY_BAGS);
    assert_true(snprintf(two, sizeof two, "%s%s", one, one) < (int)sizeof two);
    assert_int_equal(read_code(bw_str_c(two)), BW_OK);
    assert_int_equal(c.t.n_facts, BW_TYPEB_BAGS_REQUEST);
    assert_true(snprintf(two, sizeof two, "%s%s" HEAD ".N/0125009000001\nENDBSM\n", one, one) < (int)sizeof two);
    assert_int_equal(read_code(bw_str_c(two)), BW_E_TOO_MANY_BAGS);
}

/* req: TYB-08 TYB-09 */
static void hostile_texts_stay_within_the_arena(void **state)
{
    (void)state;
    static const struct {
        const char *head, *unit, *tail;
        enum bw_typeb_status status;
    } hostile[] = {
        { "", "BSM\n", "", BW_TYPEB_UNUSABLE },
        { "", "BSM\nENDBSM\n", "", BW_TYPEB_UNUSABLE },
        { "", "QU AAAAAAA\nAAAAAAA\nAAAAAAA\nAAAAAAA\nAAAAAAA\nAAAAAAA\n", "BCM\nENDBCM\n",
          BW_TYPEB_NOT_A_BAG_MESSAGE },
        { "", "QU AAAAAAA\n.AAAAAAA\nBCM\nENDBCM\n", "", BW_TYPEB_NOT_A_BAG_MESSAGE },
        { HEAD, ".F\n", "ENDBSM\n", BW_TYPEB_UNUSABLE },
        { HEAD, ".O/BA1/20NOV/AAA\n", ".N/0125000000999\nENDBSM\n", BW_TYPEB_PARTLY_USED },
        { "BPM\n.V/1LJFK\n.F/BA1/20NOV/LHR\n.N/0125000000999\n", ".J/S\n", "ENDBPM\n", BW_TYPEB_USED },
        { HEAD, ".N\n", "ENDBSM\n", BW_TYPEB_UNUSABLE },
        { HEAD, ".N/0125000000001\n.P/A\n", "ENDBSM\n", BW_TYPEB_PARTLY_USED },
        { HEAD ".N/0125000000001\n", "x\n", "ENDBSM\n", BW_TYPEB_PARTLY_USED },
        { HEAD ".N/0125000000001\n.Z", "/", "\nENDBSM\n", BW_TYPEB_USED },
    };
    for (size_t at = 0; at < BW_LEN(hostile); at++) {
        bool tags = strncmp(hostile[at].unit, ".N/", 3) == 0;
        struct bw_str text =
            fill(hostile[at].head, hostile[at].unit, tags ? BW_TYPEB_BAGS : SIZE_MAX, hostile[at].tail);
        assert_int_equal(read_code(text), BW_OK);
        assert_true(c.t.n_messages > 0);
        assert_int_equal(c.t.messages[0].status, hostile[at].status);
        size_t listed = 0;
        for (const struct bw_typeb_fault *f = c.t.messages[0].faults; f; f = f->next)
            listed++;
        assert_true(listed <= BW_TYPEB_FAULTS && listed <= c.t.messages[0].n_faults);
        assert_true(c.arena.used < BW_TYPEB_ARENA / 2);
    }
}

static void too_small_an_arena_is_said(void **state)
{
    (void)state;
    struct bw_str text = bw_str_c(HEAD ".J/S\n.O/BA1/20NOV/AAA\n.N/0125000000009\n.N/1\nENDBSM\nQU AAAAAAA\nBSM\n");
    bw_code last = BW_E_NOMEM;
    size_t failures = 0;
    for (size_t max = 64; max < 65536 && last == BW_E_NOMEM; max += 64) {
        struct bw_arena small;
        struct bw_error err = { 0 };
        bw_arena_init(&small, max);
        last = bw_typeb_read(text, &c.ctx, &small, &c.t, &err);
        failures += last == BW_E_NOMEM;
        bw_arena_done(&small);
    }
    assert_int_equal(last, BW_OK);
    assert_true(failures > 4);
}

/* req: TYB-07 */
static void print_reads_back_to_the_same_value(void **state)
{
    (void)state;
    struct dirent **names;
    static const char folder[] = BW_SOURCE_DIR "/tests/fuzz/corpus/typeb_message";
    int n = scandir(folder, &names, bw_test_visible, alphasort);
    assert_true(n >= 15);
    for (int at = 0; at < n; at++) {
        struct bw_str text = bw_test_slurp(folder, names[at]->d_name);
        assert_int_equal(read_code(text), BW_OK);
        bw_buf_clear(&c.out);
        bw_typeb_print(&c.t, &c.out);
        struct bw_typeb again;
        assert_int_equal(bw_typeb_read(bw_buf_view(&c.out), &c.ctx, &c.arena, &again, NULL), BW_OK);
        assert_true(typeb_same(&c.t, &again));
        free((void *)(uintptr_t)text.p);
        free(names[at]);
    }
    free(names);
}

/* req: TYB-07 */
static void print_is_clean_text(void **state)
{
    (void)state;
    static const char text[] =
        "\001QU AAAAAAA BBBBBBB CCCCCCC DDDDDDD EEEEEEE FFFFFFF GGGGGGG HHHHHHH\r\n.\r\nQK LHRLLBA\r\n"
        ".ISTKMTK 201200 TAIL  \r\n\002SYM\r\nBCM\r\nFOM\r\nchg\r\n.V/1LJFK/\r\n.Z/a//\r\nENDBCM\r\n\003BSM\r\n.V";
    assert_int_equal(read_code(bw_str_c(text)), BW_OK);
    bw_buf_clear(&c.out);
    bw_typeb_print(&c.t, &c.out);
    assert_string_equal(bw_buf_cstr(&c.out),
                        "QK LHRLLBA\n.ISTKMTK 201200 TAIL\nBCM\nFOM\nCHG\n.V/1LJFK/\n.Z/a//\nENDBCM\nBSM\n.V\n");
    assert_int_equal(read_code(
                         BW_STR("QU AAAAAAA BBBBBBB CCCCCCC DDDDDDD EEEEEEE FFFFFFF GGGGGGG HHHHHHH\nBCM\nENDBCM")),
                     BW_OK);
    bw_buf_clear(&c.out);
    bw_typeb_print(&c.t, &c.out);
    assert_string_equal(bw_buf_cstr(&c.out),
                        "QU AAAAAAA BBBBBBB CCCCCCC DDDDDDD EEEEEEE FFFFFFF GGGGGGG\nHHHHHHH\nBCM\nENDBCM\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_256_kib_and_no_more),
        cmocka_unit_test(bags_of_a_message_and_of_a_request_are_counted),
        cmocka_unit_test(hostile_texts_stay_within_the_arena),
        cmocka_unit_test(too_small_an_arena_is_said),
        cmocka_unit_test(print_reads_back_to_the_same_value),
        cmocka_unit_test(print_is_clean_text),
    };
    return cmocka_run_group_tests(tests, open_case, close_case);
}
