/* SPDX-License-Identifier: Apache-2.0 */
/* door_token.c - how tokens are made and what can be said of one without asking anybody.
 * Layer: app.  Threads: any.  Source: SEC-01, reliability.md A1, P3, W3. */
#include "door_int.h"

#include "bw/base/codec.h"
#include "bw/storage/pg.h"

enum { PREFIX = 10, BODY = 30, CHECK = 6 };

static const char *const prefixes[] = { "bagk_live_", "bagk_test_" };

static void check_digits(struct bw_str body, char to[CHECK + 1])
{
    bw_base62(bw_crc32(body), CHECK, to);
}

bool bw_key_well_formed(struct bw_str token)
{
    char want[CHECK + 1];
    if (token.n != PREFIX + BODY + CHECK)
        return false;
    struct bw_str prefix = bw_str_take(token, PREFIX), rest = bw_str_drop(token, PREFIX);
    if ((!bw_str_eq_c(prefix, prefixes[0]) && !bw_str_eq_c(prefix, prefixes[1])) || !bw_str_all(rest, bw_is_alnum))
        return false;
    check_digits(bw_str_take(rest, BODY), want);
    return bw_same_bytes(want, rest.p + BODY, CHECK);
}

void bw_key_token(bool test, char to[BW_KEY_TEXT])
{
    bw_str_put(bw_str_c(prefixes[test ? 1 : 0]), to, BW_KEY_TEXT);
    bw_random_base62(to + PREFIX, BODY);
    check_digits(bw_str_n(to + PREFIX, BODY), to + PREFIX + BODY);
}

static bool token_char(char c)
{
    return bw_is_alnum(c) || c == '-' || c == '_';
}

/* Length and alphabet; what it opens is decided by the hash of the very letters sent, so it has one spelling anyhow. */
bool bw_token_well_formed(struct bw_str token, size_t bytes)
{
    return token.n == (bytes * 8 + 5) / 6 && bw_str_all(token, token_char);
}

struct bw_str bw_link_test_part(struct bw_str token)
{
    struct bw_str prefix = BW_STR(BW_LINK_TEST);
    bool test = bw_str_starts(token, prefix) && token.n == prefix.n + BW_LINK_DIGITS;
    return test ? bw_str_drop(token, prefix.n) : BW_STR_NONE;
}

void bw_token_make(size_t bytes, char *to, size_t size)
{
    uint8_t raw[32];
    struct bw_buf text BW_CLEANUP(bw_buf_done);
    BW_ASSERT(bytes <= sizeof raw);
    bw_buf_init(&text, size);
    bw_random(raw, bytes);
    bw_base64url(raw, bytes, &text);
    BW_ASSERT(bw_buf_ok(&text)); /* 43 bytes */
    bw_str_put(bw_buf_view(&text), to, size);
    bw_wipe(raw, sizeof raw);
}

struct bw_uuid bw_token_id(const struct bw_hash *hash)
{
    return bw_uuid_v8(hash->b);
}

bool bw_hash_from(struct bw_str bytea, struct bw_hash *ret)
{
    if (bytea.n != sizeof ret->b)
        return false;
    memcpy(ret->b, bytea.p, sizeof ret->b);
    return true;
}

bool bw_token_row(struct bw_rows *rows, const struct bw_hash *token)
{
    struct bw_hash there;
    return rows->n > 0 && bw_hash_from(bw_rows_bytea(rows, 0, "token_hash"), &there) && bw_hash_eq(&there, token);
}
