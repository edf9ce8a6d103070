/* SPDX-License-Identifier: Apache-2.0 */
/* idempotency.c - see bw/app/idempotency.h.  Sealed: nonce, then AES-256-GCM of headers, an empty line and body; the
 * key is derived for each row, so that a row copied under another name does not open. Layer: app.  Threads: the
 * session's owner. */
#include "bw/app/idempotency.h"

#include "bw/domain/casefile.h"

#define SCOPE_TEXT 48
#define SEALED_MAX (1u << 20)

static bool key_char(char c)
{
    return c > 0x20 && c < 0x7f;
}

static bw_code scope_of(const struct bw_idem *idem, char to[SCOPE_TEXT], struct bw_error *err)
{
    char id[BW_UUID_TEXT];
    if (idem->key.n < 1 || idem->key.n > 128 || !bw_str_all(idem->key, key_char))
        return bw_fail(err, BW_E_BAD_REQUEST, "Idempotency-Key", "1 to 128 printable ASCII characters");
    BW_ASSERT(idem->who->kind == BW_P_KEY || idem->who->kind == BW_P_ACCOUNT);
    struct bw_str kind = idem->who->kind == BW_P_KEY ? BW_STR("key:") : BW_STR("account:");
    bw_str_put(kind, to, SCOPE_TEXT);
    bw_str_put(bw_str_c(bw_uuid_text(&idem->who->id, id)), to + kind.n, SCOPE_TEXT - kind.n);
    return BW_OK;
}

/* HMAC, not a bare hash: bodies with little entropy must not be found by trying. */
static struct bw_hash fingerprint(const struct bw_idem *idem)
{
    const struct bw_str parts[] = {
        BW_STR("idempotency\n"), idem->method, BW_STR(" "), idem->path, BW_STR("\n"), idem->body
    };
    return bw_hmac(&idem->keys->installation, parts, BW_LEN(parts));
}

static struct bw_key row_key(const struct bw_idem *idem, const char *scope)
{
    const struct bw_str parts[] = { BW_STR("idempotency answer\n"), bw_str_c(scope), BW_STR("\n"), idem->key };
    struct bw_hash h = bw_hmac(&idem->keys->master, parts, BW_LEN(parts));
    struct bw_key key;
    memcpy(key.b, h.b, sizeof key.b);
    bw_wipe(&h, sizeof h);
    return key;
}

static bool unseal(const struct bw_idem *idem, const char *scope, struct bw_str sealed, struct bw_arena *arena,
                   struct bw_idem_answer *ret)
{
    if (sealed.n < BW_NONCE + BW_TAG + 1)
        return false;
    size_t n = sealed.n - BW_NONCE - BW_TAG;
    char *plain = bw_arena_alloc(arena, n + 1);
    struct bw_key key = row_key(idem, scope);
    bool good = plain && bw_open(&key, (const uint8_t *)sealed.p, BW_STR("idempotency"), bw_str_drop(sealed, BW_NONCE),
                                 (uint8_t *)plain);
    bw_wipe(&key, sizeof key);
    if (!good)
        return false;
    size_t cut = 0;
    while (cut < n && plain[cut] != '\n') {
        const char *end = memchr(plain + cut, '\n', n - cut);
        cut = end ? (size_t)(end - plain) + 1 : n;
    }
    if (cut == n)
        return false;
    ret->headers = bw_str_n(plain, cut);
    ret->body = bw_str_n(plain + cut + 1, n - cut - 1);
    return true;
}

static bw_code take_over(struct bw_pg *pg, const struct bw_idem *idem, const char *scope, const struct bw_hash *print,
                         bw_time now, bw_time made_at, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_IDEM_TAKE,
                               BW_PARAMS(bw_p_c(scope), bw_p_text(idem->key), bw_p_bytea(bw_hash_bytes(print)),
                                         bw_p_time(now), bw_p_time(made_at)),
                               &rows, err);
    if (code != BW_OK)
        return code;
    return rows.affected == 1 ? BW_OK : bw_fail(err, BW_E_IDEMPOTENCY_RUNNING, NULL, "another repeat was first");
}

static bw_code look_again(struct bw_pg *pg, const struct bw_idem *idem, const char *scope, const struct bw_hash *print,
                          bw_time now, struct bw_arena *arena, struct bw_idem_answer *ret, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_hash there = { .b = { 0 } };
    bw_code code = bw_pg_query(pg, BW_STMT_IDEM_READ, BW_PARAMS(bw_p_c(scope), bw_p_text(idem->key)), &rows, err);
    if (code != BW_OK)
        return code;
    if (rows.n == 0) /* dropped just now */
        return bw_fail(err, BW_E_IDEMPOTENCY_RUNNING, NULL, "another request with this key has just been refused");
    bw_time made_at = bw_rows_time(&rows, 0, "made_at");
    struct bw_str stored = bw_rows_bytea(&rows, 0, "fingerprint");
    bool running = bw_rows_null(&rows, 0, "status");
    if (made_at <= now - BW_IDEM_KEEP)
        return take_over(pg, idem, scope, print, now, made_at, err);
    if (stored.n == sizeof there.b)
        memcpy(there.b, stored.p, sizeof there.b);
    if (!bw_hash_eq(&there, print))
        return bw_fail(err, BW_E_IDEMPOTENCY_MISMATCH, NULL, "the same key came with another payload");
    if (running && made_at <= now - BW_IDEM_STUCK)
        return take_over(pg, idem, scope, print, now, made_at, err);
    if (running)
        return bw_fail(err, BW_E_IDEMPOTENCY_RUNNING, NULL, "the first request has no answer yet");
    if (bw_rows_bytea(&rows, 0, "body").n == 0)
        return bw_fail(err, BW_E_ERASED, NULL, "the file that this request was about was erased");
    if (!unseal(idem, scope, bw_rows_bytea(&rows, 0, "body"), arena, ret))
        return bw_fail(err, BW_E_INTERNAL, NULL, "a kept answer does not open");
    ret->status = bw_rows_i16(&rows, 0, "status");
    return BW_OK;
}

bw_code bw_idem_begin(struct bw_pg *pg, const struct bw_idem *idem, bw_time now, struct bw_arena *arena,
                      struct bw_idem_answer *ret, struct bw_error *err)
{
    char scope[SCOPE_TEXT];
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    *ret = (struct bw_idem_answer){ 0 };
    bw_code code = scope_of(idem, scope, err);
    if (code != BW_OK)
        return code;
    struct bw_hash print = fingerprint(idem);
    code =
        bw_pg_query(pg, BW_STMT_IDEM_INSERT,
                    BW_PARAMS(bw_p_c(scope), bw_p_text(idem->key), bw_p_bytea(bw_hash_bytes(&print)), bw_p_time(now)),
                    &rows, err);
    if (code != BW_OK || rows.affected == 1)
        return code;
    return look_again(pg, idem, scope, &print, now, arena, ret, err);
}

/* The file that an answer is about: it was opened at this Location, or asked for under its own path. */
static struct bw_str about(struct bw_str text)
{
    static const char way[] = "/v1/cases/";
    for (size_t at = 0; at + sizeof way + 9 <= text.n; at++) {
        struct bw_str rest = bw_str_drop(text, at);
        if (bw_str_starts(rest, BW_STR("/v1/cases/")) && bw_fileref_valid(bw_str_n(rest.p + sizeof way - 1, 10)))
            return bw_str_n(rest.p + sizeof way - 1, 10);
    }
    return BW_STR_NONE;
}

bw_code bw_idem_finish(struct bw_pg *pg, const struct bw_idem *idem, const struct bw_idem_answer *answer,
                       struct bw_error *err)
{
    char scope[SCOPE_TEXT];
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    struct bw_buf plain BW_CLEANUP(bw_buf_done), sealed BW_CLEANUP(bw_buf_done);
    bw_buf_init(&plain, SEALED_MAX);
    bw_buf_init(&sealed, SEALED_MAX + BW_NONCE + BW_TAG);
    bw_code code = scope_of(idem, scope, err);
    if (code != BW_OK)
        return code;
    BW_ASSERT(bw_str_empty(answer->headers) || bw_str_ends(answer->headers, BW_STR("\n")));
    bw_buf_str(&plain, answer->headers);
    bw_buf_ch(&plain, '\n');
    bw_buf_str(&plain, answer->body);
    char *to = bw_buf_ok(&plain) ? bw_buf_room(&sealed, BW_NONCE + plain.n + BW_TAG) : NULL;
    if (!to)
        return bw_fail(err, BW_E_NOMEM, NULL, "the answer is too large to be kept");
    struct bw_key key = row_key(idem, scope);
    bw_random(to, BW_NONCE);
    bw_seal(&key, (const uint8_t *)to, BW_STR("idempotency"), bw_buf_view(&plain), (uint8_t *)to + BW_NONCE);
    bw_buf_grew(&sealed, BW_NONCE + plain.n + BW_TAG);
    bw_wipe(&key, sizeof key);
    bw_wipe(plain.p, plain.n);
    struct bw_str file = about(answer->headers);
    code = bw_pg_query(pg, BW_STMT_IDEM_FINISH,
                       BW_PARAMS(bw_p_c(scope), bw_p_text(idem->key), bw_p_i16((int16_t)answer->status),
                                 bw_p_bytea(bw_buf_view(&sealed)), bw_p_text(file.p ? file : about(idem->path))),
                       &rows, err);
    if (code == BW_OK && rows.affected != 1)
        code = bw_fail(err, BW_E_INTERNAL, NULL, "the row of this Idempotency-Key is gone");
    return code;
}

bw_code bw_idem_drop(struct bw_pg *pg, const struct bw_idem *idem, struct bw_error *err)
{
    char scope[SCOPE_TEXT];
    bw_code code = scope_of(idem, scope, err);
    if (code != BW_OK)
        return code;
    return bw_pg_query(pg, BW_STMT_IDEM_DROP, BW_PARAMS(bw_p_c(scope), bw_p_text(idem->key)), NULL, err);
}
