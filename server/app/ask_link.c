/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/ask_link.h"

#include "bw/base/codec.h"

enum { ID = 16, MAC = 16, RAW = 2 * ID + MAC };
_Static_assert(RAW * 8 / 6 == BW_ASK_TOKEN, "no bit is left over, so a token has one spelling");

static void sign(const struct bw_key *key, const uint8_t *ids, uint8_t to[MAC])
{
    const struct bw_str parts[] = { BW_STR("ask-link\n"), bw_str_n((const char *)ids, 2 * (size_t)ID) };
    struct bw_hash mac = bw_hmac(key, parts, BW_LEN(parts));
    memcpy(to, mac.b, MAC);
}

void bw_ask_token(const struct bw_key *key, const struct bw_uuid *bag_id, const struct bw_uuid *ask,
                  char to[BW_ASK_TOKEN + 1])
{
    uint8_t raw[RAW];
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    memcpy(raw, bag_id->b, ID);
    memcpy(raw + ID, ask->b, ID);
    sign(key, raw, raw + 2 * (size_t)ID);
    bw_buf_init(&text, 256);
    bw_base64url(raw, sizeof raw, &text);
    BW_ASSERT(bw_buf_ok(&text));
    bw_str_put(bw_buf_view(&text), to, BW_ASK_TOKEN + 1);
}

bool bw_ask_token_read(const struct bw_key *key, struct bw_str token, struct bw_uuid *ret_bag_id,
                       struct bw_uuid *ret_ask)
{
    uint8_t raw[RAW], want[MAC];
    size_t n;
    if (token.n != BW_ASK_TOKEN || !bw_unbase64url(token, raw, sizeof raw, &n) || n != sizeof raw)
        return false;
    sign(key, raw, want);
    if (!bw_same_bytes(want, raw + 2 * (size_t)ID, MAC))
        return false;
    memcpy(ret_bag_id->b, raw, ID);
    memcpy(ret_ask->b, raw + ID, ID);
    return true;
}
