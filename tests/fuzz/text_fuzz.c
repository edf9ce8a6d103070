/* SPDX-License-Identifier: Apache-2.0 */
/* text_fuzz.c - the small forms that stand in targets, headers and bodies: times, dates, ids, cursors, hex, base64url,
 * escapes, forms, flights, keys, networks.  What one reads it prints back, and reads as the same again.  Source:
 * SEC-09. */
#include "address.h"
#include "bw/base/codec.h"
#include "bw/domain/identity.h"
#include "bw/push/hub.h"
#include "door_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void moments(struct bw_str s)
{
    char text[BW_TIME_TEXT], day[BW_DATE_TEXT];
    bw_time at, again;
    bw_date date, same;
    int offset, kept;
    if (bw_time_parse(s, &at, &offset)) {
        BW_ASSERT(bw_time_parse(bw_str_c(bw_time_text(at, text)), &again, NULL) && again == at);
        BW_ASSERT(bw_time_parse(bw_str_c(bw_time_text_at(at, offset, text)), &again, &kept) && again == at);
        BW_ASSERT(kept == offset);
    }
    if (bw_date_parse(s, &date))
        BW_ASSERT(bw_str_eq_c(s, bw_date_text(date, day)) && bw_date_parse(bw_str_c(day), &same) && same == date);
}

static void ids(struct bw_str s)
{
    char text[BW_UUID_TEXT], cursor[BW_CURSOR_TEXT], flight[BW_FLIGHT], again[BW_FLIGHT];
    struct bw_uuid id, same;
    struct bw_cursor c, back;
    struct bw_cidr cidr;
    struct bw_net net;
    if (bw_uuid_parse(s, &id))
        BW_ASSERT(bw_uuid_parse(bw_str_c(bw_uuid_text(&id, text)), &same) && bw_uuid_eq(&id, &same));
    if (bw_cursor_parse(s, &c))
        BW_ASSERT(bw_cursor_parse(bw_str_c(bw_cursor_text(c, cursor)), &back) && back.epoch == c.epoch &&
                  back.index == c.index);
    if (bw_flight_parse(s, flight)) {
        BW_ASSERT(bw_flight_parse(bw_str_c(flight), again) && strcmp(flight, again) == 0);
        BW_ASSERT(bw_is_carrier(bw_flight_carrier(flight)));
    }
    if (bw_key_well_formed(s))
        BW_ASSERT(s.n == BW_KEY_TEXT - 1);
    if (bw_cidr_parse(s, &cidr))
        BW_ASSERT(cidr.bits <= 8u * cidr.bytes);
    if (bw_net_parse(s, &net))
        BW_ASSERT(net.bits <= 128);
}

static void codes(struct bw_str s, struct bw_arena *arena)
{
    uint8_t bytes[64];
    char hex[2 * sizeof bytes + 1];
    size_t n;
    BW_CLEANUP(bw_buf_done) struct bw_buf to;
    bw_buf_init(&to, 1 << 20);
    if (s.n <= 2 * sizeof bytes && s.n % 2 == 0 && bw_unhex(s, bytes, s.n / 2)) {
        bw_hex(bytes, s.n / 2, hex);
        BW_ASSERT(bw_str_eq_nocase(s, bw_str_c(hex)));
    }
    if (bw_unbase64url(s, bytes, sizeof bytes, &n)) {
        bw_base64url(bytes, n, &to);
        BW_ASSERT(bw_str_eq(s, bw_buf_view(&to))); /* one spelling */
    }
    for (int plus = 0; plus < 2; plus++) {
        struct bw_str plain, again;
        if (!bw_percent_decode(arena, s, plus, &plain))
            continue;
        BW_ASSERT(plain.n == 0 || !memchr(plain.p, 0, plain.n) || memchr(s.p, 0, s.n));
        bw_buf_clear(&to);
        bw_percent_encode(&to, plain);
        BW_ASSERT(bw_buf_ok(&to) && bw_percent_decode(arena, bw_buf_view(&to), plus, &again) &&
                  bw_str_eq(plain, again));
    }
    struct bw_pair pairs[16];
    if (bw_form_parse(arena, s, pairs, BW_LEN(pairs), &n))
        BW_ASSERT(n <= BW_LEN(pairs));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str s = bw_str_n((const char *)data, size < 65536 ? size : 65536);
    struct bw_arena arena;
    bw_arena_init(&arena, 1 << 20);
    moments(s);
    ids(s);
    codes(s, &arena);
    bw_arena_done(&arena);
    return 0;
}
