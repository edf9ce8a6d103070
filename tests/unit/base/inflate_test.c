/* SPDX-License-Identifier: Apache-2.0 */
/* inflate_test.c - gzip in pieces: the same text wherever it is cut and however little room there is; members in a row;
 * limits; what is cut off or no gzip is refused, and stays refused.  req: ING-13 SEC-09 */
#include "bw/base/inflate.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "bw/base/buf.h"

#define MOST ((uint64_t)64 << 20)

/* Appends one member. */
static void pack(struct bw_str text, struct bw_buf *to)
{
    z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)text.p, .avail_in = (uInt)text.n };
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, (uLong)text.n) + 64;
    char *at = bw_buf_room(to, room);
    assert_non_null(at);
    z.next_out = (Bytef *)at;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    bw_buf_grew(to, room - z.avail_out);
    (void)deflateEnd(&z);
}

static bw_code feed(struct bw_inflate *z, struct bw_str piece, size_t room, struct bw_buf *to)
{
    char some[4096];
    struct bw_error err = { 0 };
    for (;;) {
        size_t n = 0;
        bw_code rc = bw_inflate_run(z, &piece, some, room, &n, &err);
        if (rc != BW_OK || n == 0) {
            assert_true(rc != BW_OK || piece.n == 0);
            return rc;
        }
        bw_buf_add(to, some, n);
    }
}

static bw_code whole(struct bw_str packed, size_t cut, size_t room, uint64_t most, struct bw_buf *to)
{
    struct bw_error err = { 0 };
    struct bw_inflate *z = bw_inflate_new(most);
    assert_non_null(z);
    bw_code rc = feed(z, bw_str_take(packed, cut), room, to);
    if (rc == BW_OK)
        rc = feed(z, bw_str_drop(packed, cut), room, to);
    if (rc == BW_OK)
        rc = bw_inflate_end(z, &err);
    else
        assert_int_not_equal(feed(z, BW_STR("more"), room, to), BW_OK);
    bw_inflate_free(z);
    return rc;
}

static void the_same_wherever_it_is_cut(void **state)
{
    (void)state;
    struct bw_str text = BW_STR("{\"event_id\":\"a\"}\n{\"event_id\":\"b\"}\n{\"event_id\":\"c\"}\n"),
                  more = BW_STR("x\n");
    struct bw_buf packed, got;
    bw_buf_init(&packed, 1 << 16);
    bw_buf_init(&got, 1 << 16);
    pack(text, &packed);
    pack(BW_STR(""), &packed); /* a member of nothing */
    pack(more, &packed);
    for (size_t cut = 0; cut <= packed.n; cut++) {
        for (size_t room = 1; room <= 64; room += 9) {
            bw_buf_clear(&got);
            assert_int_equal(whole(bw_buf_view(&packed), cut, room, MOST, &got), BW_OK);
            assert_true(bw_str_starts(bw_buf_view(&got), text) && bw_str_ends(bw_buf_view(&got), more));
            assert_int_equal(got.n, text.n + more.n);
        }
    }
    bw_buf_done(&packed);
    bw_buf_done(&got);
}

static void what_is_cut_off_is_refused(void **state)
{
    (void)state;
    struct bw_buf packed, got;
    bw_buf_init(&packed, 1 << 16);
    bw_buf_init(&got, 1 << 16);
    pack(BW_STR("one\n"), &packed);
    size_t first = packed.n;
    pack(BW_STR("two\n"), &packed);
    for (size_t n = 0; n <= packed.n; n++) {
        bw_code want = n == first || n == packed.n ? BW_OK : BW_E_BAD_REQUEST;
        assert_int_equal(whole(bw_str_take(bw_buf_view(&packed), n), n / 2, 64, MOST, &got), want);
    }
    bw_buf_done(&packed);
    bw_buf_done(&got);
}

static void what_is_no_gzip_or_damaged_is_refused(void **state)
{
    (void)state;
    struct bw_buf packed, got;
    bw_buf_init(&packed, 1 << 16);
    bw_buf_init(&got, 1 << 20);
    assert_int_equal(whole(BW_STR("{\"event_id\":\"a\"}\n"), 3, 64, MOST, &got), BW_E_BAD_REQUEST);
    pack(BW_STR("a line that is long enough to be worth packing, packing, packing\n"), &packed);
    bw_buf_c(&packed, "and something behind it");
    assert_int_equal(whole(bw_buf_view(&packed), 5, 64, MOST, &got), BW_E_BAD_REQUEST);
    bw_buf_clear(&packed);
    pack(BW_STR("a line that is long enough to be worth packing, packing, packing\n"), &packed);
    packed.p[packed.n - 6] ^= 1; /* its checksum */
    assert_int_equal(whole(bw_buf_view(&packed), 5, 64, MOST, &got), BW_E_BAD_REQUEST);
    bw_buf_done(&packed);
    bw_buf_done(&got);
}

static void limits_count_what_comes_out(void **state)
{
    (void)state;
    size_t n = (size_t)8 << 20;
    char *zeros = calloc(1, n);
    struct bw_buf packed, got;
    bw_buf_init(&packed, n * 2);
    bw_buf_init(&got, n * 2);
    assert_non_null(zeros);
    pack(bw_str_n(zeros, 1000), &packed);
    assert_int_equal(whole(bw_buf_view(&packed), 0, 4096, 1000, &got), BW_OK);
    assert_int_equal(whole(bw_buf_view(&packed), 0, 4096, 999, &got), BW_E_TOO_LARGE);
    bw_buf_clear(&packed);
    bw_buf_clear(&got);
    pack(bw_str_n(zeros, n), &packed); /* 1,030 times: no list of scans shrinks like that */
    assert_int_equal(whole(bw_buf_view(&packed), 0, 4096, MOST, &got), BW_E_TOO_LARGE);
    assert_true(got.n < ((size_t)4 << 20) + 8192);
    free(zeros);
    bw_buf_done(&packed);
    bw_buf_done(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_wherever_it_is_cut),
        cmocka_unit_test(what_is_cut_off_is_refused),
        cmocka_unit_test(what_is_no_gzip_or_damaged_is_refused),
        cmocka_unit_test(limits_count_what_comes_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
