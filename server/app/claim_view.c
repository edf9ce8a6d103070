/* SPDX-License-Identifier: Apache-2.0 */
/* claim_view.c - the claims of a file as a reader sees them: steps and dates from the fold, words from the log, amounts
 * and arguments unsealed for those who may see them.  Layer: app.  Threads: a query worker with its session.
 * Source: CASE-08, SEC-13. */
#include <stdio.h>

#include "bw/app/claims.h"
#include "bw/base/codec.h"
#include "bw/storage/keys.h"
#include "bw/storage/rows.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for claims");
}

unsigned bw_claim_number(struct bw_str text)
{
    uint64_t n;
    return text.n <= 2 && bw_str_to_u64(text, 1, BW_CLAIMS, &n) ? (unsigned)n : 0;
}

/* --- reading --- */

static bool take(struct bw_str from, void *to, size_t n)
{
    if (from.n == n)
        memcpy(to, from.p, n);
    return from.n == n;
}

bw_code bw_case_key(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_key *ret,
                    bool *ret_there, struct bw_error *err)
{
    struct bw_wrapped wrapped = { .key_id = *case_id };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CLAIM_KEY, BW_PARAMS(bw_p_i16(bw_id_bucket(case_id)), bw_p_uuid(case_id)), &rows, err);
    *ret_there = rc == BW_OK && rows.n;
    if (!*ret_there)
        return rc;
    bool well = take(bw_rows_bytea(&rows, 0, "wrapped"), wrapped.sealed, sizeof wrapped.sealed) &&
                take(bw_rows_bytea(&rows, 0, "nonce"), wrapped.nonce, sizeof wrapped.nonce) &&
                bw_key_unwrap(app->keys, &wrapped, "case", ret);
    return well ? BW_OK : bw_fail(err, BW_E_DB, NULL, "the key of a file does not open");
}

/* What stands sealed beside an event; empty where there is nothing. */
static bool unseal(struct bw_rows *rows, size_t row, const struct bw_uuid *uid, const struct bw_key *key,
                   struct bw_arena *arena, struct bw_str *ret)
{
    uint8_t nonce[BW_NONCE];
    char aad[64], text[BW_UUID_TEXT];
    *ret = BW_STR_NONE;
    if (bw_rows_null(rows, row, "body"))
        return true;
    struct bw_str sealed = bw_rows_bytea(rows, row, "body");
    uint8_t *plain = sealed.n > BW_TAG ? bw_arena_alloc(arena, sealed.n) : NULL;
    int n = snprintf(aad, sizeof aad, "%s/event_private.body", bw_uuid_text(uid, text));
    BW_ASSERT(n > 0 && (size_t)n < sizeof aad);
    if (!plain || !take(bw_rows_bytea(rows, row, "nonce"), nonce, sizeof nonce) ||
        !bw_open(key, nonce, bw_str_n(aad, (size_t)n), sealed, plain))
        return false;
    *ret = bw_str_n((const char *)plain, sealed.n - BW_TAG);
    return true;
}

static bw_code read_words(struct bw_pg *pg, struct bw_claims_seen *seen, const struct bw_key *key,
                          struct bw_arena *arena, struct bw_error *err)
{
    const struct bw_uuid *id = &seen->file->file.case_id;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CLAIM_WORDS, BW_PARAMS(bw_p_i16(bw_id_bucket(id)), bw_p_uuid(id)), &rows, err);
    if (rc != BW_OK)
        return rc;
    seen->words = BW_NEW_ARRAY(arena, struct bw_claim_word, rows.n + 1);
    if (!seen->words)
        return no_memory(err);
    for (size_t row = 0; row < rows.n; row++) {
        struct bw_claim_word *word = &seen->words[seen->n_words++];
        word->ev = BW_NEW(arena, struct bw_event);
        if (!word->ev || !bw_row_event(&rows, row, arena, word->ev))
            return bw_fail(err, BW_E_DB, NULL, "an event of a claim does not read back");
        word->body = BW_STR_NONE;
        if (key && !unseal(&rows, row, &word->ev->uid, key, arena, &word->body))
            return bw_fail(err, BW_E_DB, NULL, "the words of a claim do not open");
    }
    return BW_OK;
}

static bw_code read_photos(struct bw_pg *pg, struct bw_claims_seen *seen, struct bw_arena *arena, struct bw_error *err)
{
    const struct bw_uuid *id = &seen->file->file.case_id;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_ATTACHMENT_LIST, BW_PARAMS(bw_p_i16(bw_id_bucket(id)), bw_p_uuid(id)), &rows, err);
    if (rc != BW_OK)
        return rc;
    seen->photos = BW_NEW_ARRAY(arena, struct bw_claim_photo, rows.n + 1);
    if (!seen->photos)
        return no_memory(err);
    for (size_t row = 0; row < rows.n; row++) {
        struct bw_claim_photo *one = &seen->photos[seen->n_photos++];
        *one = (struct bw_claim_photo){ .id = bw_rows_uuid(&rows, row, "attachment_id"),
                                        .stored_at = bw_rows_time(&rows, row, "stored_at"),
                                        .media = bw_arena_str(arena, bw_rows_text(&rows, row, "media")),
                                        .width = (unsigned)bw_rows_i32(&rows, row, "width"),
                                        .height = (unsigned)bw_rows_i32(&rows, row, "height"),
                                        .bytes = (unsigned)bw_rows_i32(&rows, row, "bytes"),
                                        .claim = (uint8_t)bw_rows_i16(&rows, row, "claim") };
        if (!one->media.p || !take(bw_rows_bytea(&rows, row, "content"), one->content.b, BW_SHA256))
            return no_memory(err);
    }
    return BW_OK;
}

bw_code bw_claims_ref(struct bw_pg *pg, const struct bw_uuid *case_id, char ret[11], struct bw_error *err)
{
    struct bw_case file;
    int16_t bucket = bw_id_bucket(case_id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CASE_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(case_id, 1)), &rows, err);
    if (rc != BW_OK)
        return rc;
    if (!rows.n || !bw_row_case(&rows, 0, &file))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    memcpy(ret, file.ref, sizeof file.ref);
    return BW_OK;
}

/* The carrier that answers for the file, and the customer whose claim it is. */
static bool sees_all(const struct bw_principal *who, const struct bw_file_seen *file)
{
    const unsigned needed = BW_SEE_NOTES | BW_SEE_CONTENTS;
    return who->kind == BW_P_LINK ? !who->companion : (file->sight.sees & needed) == needed;
}

bw_code bw_claims_see(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                      const struct bw_file_seen *file, struct bw_arena *arena, struct bw_claims_seen **ret,
                      struct bw_error *err)
{
    struct bw_key key = { { 0 } };
    bool there = false;
    struct bw_claims_seen *seen = BW_NEW(arena, struct bw_claims_seen);
    if (!seen)
        return no_memory(err);
    *seen = (struct bw_claims_seen){ .file = file };
    seen->whole = sees_all(who, file);
    bw_code rc = seen->whole ? bw_case_key(app, pg, &file->file.case_id, &key, &there, err) : BW_OK;
    rc = rc == BW_OK ? read_words(pg, seen, there ? &key : NULL, arena, err) : rc;
    bw_wipe(&key, sizeof key);
    if (rc == BW_OK && seen->whole)
        rc = read_photos(pg, seen, arena, err);
    if (rc == BW_OK)
        *ret = seen;
    return rc;
}

unsigned bw_claim_of(const struct bw_claims_seen *seen, const char *sender, const char *event_id)
{
    for (size_t k = 0; k < seen->n_words; k++) {
        const struct bw_event *ev = seen->words[k].ev;
        if (bw_is_claim(ev->code) && strcmp(ev->event_id, event_id) == 0 && strcmp(ev->sender, sender) == 0)
            return ev->data.claim;
    }
    return 0;
}

/* --- JSON --- */

/* Told of the bag, before or with the opening of the file: the claim was made by that event. */
static bool made_by(const struct bw_claim *claim, const struct bw_event *ev)
{
    bool told =
        ev->code == BW_EV_DAMAGE_REPORTED || ev->code == BW_EV_PILFERAGE_REPORTED || ev->code == BW_EV_CASE_OPENED;
    return told && ev->recorded_at == claim->filed_at && ev->data.bag_ordinal == claim->bag;
}

static const char *said_by(const struct bw_event *ev)
{
    return ev->source == BW_SRC_CUSTOMER ? "customer" : ev->carrier;
}

static void put_word(struct bw_json_out *j, const struct bw_claim_word *word)
{
    const struct bw_event *ev = word->ev;
    bw_jo_begin(j);
    bw_jk_c(j, "step", ev->code == BW_EV_CLAIM_STEP ? ev->data.claim_step : bw_claim_step_word(BW_STEP_FILED));
    bw_jk_time(j, "at", ev->recorded_at);
    bw_jk_c(j, "by", said_by(ev));
    bw_jk_c(j, "source", bw_source_word(ev->source));
    bw_jk_c(j, "event_id", ev->event_id);
    bw_jk_uuid(j, "uid", &ev->uid);
    bw_jko_c(j, "reason", ev->reason);
    if (ev->reason[0])
        bw_jko_c(j, "because", bw_refusal_sentence(bw_str_c(ev->reason)));
    if (word->body.n > 2) { /* the members of our own canonical object */
        bw_buf_ch(j->b, ',');
        bw_buf_str(j->b, bw_str_n(word->body.p + 1, word->body.n - 2));
    }
    bw_jo_end(j);
}

static void put_words(struct bw_json_out *j, const struct bw_claims_seen *seen, const struct bw_claim *claim,
                      unsigned number)
{
    bool filed = false;
    bw_jkey(j, "history");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_words; k++) {
        const struct bw_event *ev = seen->words[k].ev;
        bool made = !filed && made_by(claim, ev);
        bool own = (ev->code == BW_EV_CLAIM_FILED || ev->code == BW_EV_CLAIM_STEP) && ev->data.claim == number;
        filed = filed || made || (own && ev->code == BW_EV_CLAIM_FILED);
        if (made || own)
            put_word(j, &seen->words[k]);
    }
    bw_ja_end(j);
}

static void put_photos(struct bw_json_out *j, const struct bw_claims_seen *seen, unsigned number)
{
    char hex[2 * BW_SHA256 + 1];
    bw_jkey(j, "pictures");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_photos; k++) {
        const struct bw_claim_photo *p = &seen->photos[k];
        if (p->claim != number)
            continue;
        bw_jo_begin(j);
        bw_jk_uuid(j, "id", &p->id);
        bw_jk_str(j, "media", p->media);
        bw_jk_i64(j, "width", p->width);
        bw_jk_i64(j, "height", p->height);
        bw_jk_i64(j, "bytes", p->bytes);
        bw_hex(p->content.b, BW_SHA256, hex);
        bw_jk_c(j, "sha256", hex);
        bw_jk_time(j, "at", p->stored_at);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void put_next(struct bw_json_out *j, const struct bw_claims_seen *seen, const struct bw_claim *claim,
                     unsigned number)
{
    char basis[40];
    enum bw_claim_voice voice;
    enum bw_owed meets, owed = bw_claim_owes(claim);
    bw_jkey(j, "may_follow");
    bw_ja_begin(j);
    for (unsigned step = BW_STEP_FILED; step < BW_STEP_MAX; step++)
        if (bw_claim_row(claim, (enum bw_claim_step)step, &voice, &meets))
            bw_jstr(j, bw_str_c(bw_claim_step_word(step)));
    bw_ja_end(j);
    if (owed != BW_OWE_MAX)
        bw_jk_c(j, "owes", bw_owed_row(owed)->word);
    (void)snprintf(basis, sizeof basis, "claim %u", number);
    for (size_t k = 0; k < seen->file->n_open; k++)
        if (strcmp(seen->file->open[k].basis, basis) == 0)
            bw_jk_time(j, "due", seen->file->open[k].due_at);
}

void bw_claim_json(struct bw_json_out *j, const struct bw_claims_seen *seen, unsigned number)
{
    const struct bw_case *file = &seen->file->file;
    BW_ASSERT(number >= 1 && number <= file->n_claims);
    const struct bw_claim *claim = &file->claims[number - 1];
    bw_jo_begin(j);
    bw_jk_i64(j, "number", number);
    bw_jk_c(j, "ref", file->ref);
    bw_jk_c(j, "kind", bw_claim_kind_word(claim->kind));
    if (claim->bag)
        bw_jk_i64(j, "bag", claim->bag);
    bw_jk_c(j, "step", bw_claim_step_word(claim->step));
    bw_jk_c(j, "reached", claim->reached);
    bw_jk_c(j, "owner", file->owner);
    bw_jk_time(j, "filed_at", claim->filed_at);
    bw_jk_time(j, "since", claim->since);
    bw_jk_bool(j, "over", bw_claim_over(claim));
    put_next(j, seen, claim, number);
    put_words(j, seen, claim, number);
    if (seen->whole)
        put_photos(j, seen, number);
    bw_jo_end(j);
}
