/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/receipt.h"

#include "bw/base/codec.h"
#include "bw/storage/keys.h"

#define FORM 1

/* One order and one form for ever: the same claim is the same text. */
static void put_payload(struct bw_json_out *j, const struct bw_claims_seen *seen, unsigned number)
{
    char hex[2 * BW_SHA256 + 1];
    const struct bw_case *file = &seen->file->file;
    const struct bw_claim *claim = &file->claims[number - 1];
    bw_jo_begin(j);
    bw_jk_i64(j, "v", FORM);
    bw_jk_c(j, "ref", file->ref);
    bw_jk_i64(j, "claim", number);
    bw_jk_c(j, "kind", bw_claim_kind_word(claim->kind));
    bw_jk_i64(j, "bag", claim->bag);
    bw_jk_time(j, "filed_at", claim->filed_at);
    bw_jk_c(j, "reached", claim->reached);
    bw_jkey(j, "attachments");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_photos; k++) {
        if (seen->photos[k].claim != number)
            continue;
        bw_hex(seen->photos[k].content.b, BW_SHA256, hex);
        bw_jstr(j, bw_str_c(hex));
    }
    bw_ja_end(j);
    bw_jo_end(j);
}

static struct bw_str payload(const struct bw_claims_seen *seen, unsigned number, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    bw_buf_init(&text, 8192);
    bw_json_out_init(&j, &text);
    put_payload(&j, seen, number);
    return bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
}

struct bw_str bw_receipt(const struct bw_app *app, const struct bw_claims_seen *seen, unsigned number,
                         struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_str json = payload(seen, number, arena);
    bw_buf_init(&text, 16384);
    if (json.p)
        bw_jws(&app->keys->receipt, json, &text);
    return json.p && bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
}

void bw_receipt_json(struct bw_json_out *j, const struct bw_app *app, const struct bw_claims_seen *seen,
                     unsigned number, struct bw_arena *arena)
{
    bw_jo_begin(j);
    bw_jk_str(j, "receipt", bw_receipt(app, seen, number, arena));
    bw_jk_c(j, "key", app->keys->receipt.id);
    bw_jkey(j, "says");
    put_payload(j, seen, number);
    bw_jo_end(j);
}

void bw_receipt_keys(struct bw_json_out *j, const struct bw_app *app)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    bw_buf_init(&text, 512);
    bw_jwk(&app->keys->receipt, &text);
    BW_ASSERT(bw_buf_ok(&text));
    bw_jo_begin(j);
    bw_jkey(j, "keys");
    bw_ja_begin(j);
    bw_jraw(j, bw_buf_view(&text));
    bw_ja_end(j);
    bw_jo_end(j);
}
