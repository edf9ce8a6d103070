/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/letters.h"

#include "bw/app/mandates.h"
#include "bw/app/world.h"
#include "bw/storage/raw.h"

static const char *const reasons[] = { "repair", "sender-asked", "customer-asked", "audit" };

bool bw_letter_reason(struct bw_str word)
{
    for (size_t k = 0; k < BW_LEN(reasons); k++)
        if (bw_str_eq_c(word, reasons[k]))
            return true;
    return false;
}

const char *bw_letter_reason_at(size_t k)
{
    return k < BW_LEN(reasons) ? reasons[k] : NULL;
}

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for dead letters");
}

static void fill(struct bw_rows *rows, size_t row, struct bw_arena *arena, struct bw_letter *to)
{
    to->id = bw_rows_uuid(rows, row, "id");
    to->sender = bw_arena_str(arena, bw_rows_text(rows, row, "sender"));
    to->smi = bw_arena_str(arena, bw_rows_text(rows, row, "smi"));
    to->status = bw_arena_str(arena, bw_rows_text(rows, row, "status"));
    to->state = bw_arena_str(arena, bw_rows_text(rows, row, "state"));
    to->faults = bw_arena_str(arena, bw_rows_text(rows, row, "faults"));
    to->tried_by = bw_arena_str(arena, bw_rows_text(rows, row, "tried_by"));
    to->repaired_by = bw_arena_str(arena, bw_rows_text(rows, row, "repaired_by"));
    to->ordinal = bw_rows_i32(rows, row, "ordinal");
    to->first_line = bw_rows_i32(rows, row, "first_line");
    to->last_line = bw_rows_i32(rows, row, "last_line");
    to->received_at = bw_rows_time(rows, row, "received_at");
    to->tried_at = bw_rows_time(rows, row, "tried_at");
    to->repaired_at = bw_rows_time(rows, row, "repaired_at");
    to->destroyed_at = BW_TIME_NONE;
}

bw_code bw_letters_list(struct bw_pg *pg, struct bw_str sender, struct bw_str state, struct bw_arena *arena,
                        struct bw_letter **ret, size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_LETTER_LIST,
                             BW_PARAMS(bw_p_text(sender), bw_p_text(state), bw_p_i32(BW_LETTERS_MOST)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret = BW_NEW_ARRAY(arena, struct bw_letter, rows.n + 1);
    *ret_n = rows.n;
    for (size_t row = 0; *ret && row < rows.n; row++)
        fill(&rows, row, arena, &(*ret)[row]);
    return *ret ? BW_OK : no_memory(err);
}

bw_code bw_letters_count(struct bw_pg *pg, struct bw_str sender, struct bw_arena *arena, struct bw_letter_count **ret,
                         size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_LETTER_COUNTS, BW_PARAMS(bw_p_text(sender)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret = BW_NEW_ARRAY(arena, struct bw_letter_count, rows.n + 1);
    *ret_n = rows.n;
    for (size_t row = 0; *ret && row < rows.n; row++)
        (*ret)[row] = (struct bw_letter_count){ .sender = bw_arena_str(arena, bw_rows_text(&rows, row, "sender")),
                                                .waiting = bw_rows_i64(&rows, row, "waiting"),
                                                .replayed = bw_rows_i64(&rows, row, "replayed"),
                                                .dropped = bw_rows_i64(&rows, row, "dropped"),
                                                .newest = bw_rows_time(&rows, row, "newest") };
    return *ret ? BW_OK : no_memory(err);
}

static bw_code read_rows(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str sender, struct bw_rows *rows,
                         struct bw_error *err)
{
    bw_code rc = bw_pg_query(pg, BW_STMT_LETTER_READ, BW_PARAMS(bw_p_uuid(id), bw_p_text(sender)), rows, err);
    if (rc == BW_OK && rows->n == 0)
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such dead letter");
    return rc;
}

bw_code bw_letter_read(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str sender, struct bw_arena *arena,
                       struct bw_letter *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = read_rows(pg, id, sender, &rows, err);
    if (rc != BW_OK)
        return rc;
    fill(&rows, 0, arena, ret);
    ret->destroyed_at = bw_rows_time(&rows, 0, "destroyed_at");
    return ret->faults.p && ret->sender.p ? BW_OK : no_memory(err);
}

bw_code bw_letter_looks(struct bw_pg *pg, const struct bw_uuid *id, struct bw_arena *arena, struct bw_letter_look **ret,
                        size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_LETTER_LOOKS, BW_PARAMS(bw_p_uuid(id)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret = BW_NEW_ARRAY(arena, struct bw_letter_look, rows.n + 1);
    *ret_n = rows.n;
    for (size_t row = 0; *ret && row < rows.n; row++)
        (*ret)[row] = (struct bw_letter_look){ bw_arena_str(arena, bw_rows_text(&rows, row, "account")),
                                               bw_arena_str(arena, bw_rows_text(&rows, row, "reason")),
                                               bw_rows_time(&rows, row, "looked_at") };
    return *ret ? BW_OK : no_memory(err);
}

/* Lines as the reader of telegrams counts them: LF, CR, CRLF and CR CR LF end one. */
struct bw_str bw_letter_lines(struct bw_str text, int32_t first, int32_t last)
{
    const char *p = text.p, *end = text.p + text.n, *from = end;
    for (int32_t no = 1; p < end && no <= last; no++) {
        if (no == first)
            from = p;
        while (p < end && *p != '\n' && *p != '\r')
            p++;
        while (p < end && *p == '\r')
            p++;
        if (p < end && *p == '\n')
            p++;
    }
    return from < p ? bw_str_n(from, (size_t)(p - from)) : BW_STR("");
}

bw_code bw_letter_show(const struct bw_app *app, struct bw_pg *pg, const struct bw_letter *letter,
                       struct bw_str account, struct bw_str reason, bw_time now, struct bw_arena *arena,
                       struct bw_str *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_uuid look = bw_uuid_v7(now);
    bw_code rc = read_rows(pg, &letter->id, letter->sender, &rows, err);
    if (rc == BW_OK)
        rc = bw_pg_query(pg, BW_STMT_LETTER_LOOK,
                         BW_PARAMS(bw_p_uuid(&look), bw_p_uuid(&letter->id), bw_p_text(account), bw_p_text(reason),
                                   bw_p_time(now)),
                         NULL, err);
    if (rc != BW_OK)
        return rc;
    struct bw_uuid raw_id = bw_rows_uuid(&rows, 0, "raw_id");
    struct bw_str text;
    rc = bw_raw_open(app->keys, &raw_id, &rows, 0, arena, &text, err);
    if (rc == BW_OK)
        *ret = bw_letter_lines(text, letter->first_line, letter->last_line);
    return rc;
}

/* --- replay --- */

static void sender_of(struct bw_rows *rows, struct bw_principal *to)
{
    struct bw_str rest = bw_rows_text(rows, 0, "carriers");
    *to = (struct bw_principal){ .kind = BW_P_KEY, .scopes = BW_SCOPE_EVENTS, .expires_at = BW_TIME_NONE };
    bw_str_put(bw_rows_text(rows, 0, "sender"), to->organisation, sizeof to->organisation);
    while (rest.n > 0 && to->n_carriers < BW_CARRIERS_MAX)
        bw_str_put(bw_str_split(&rest, ' '), to->carriers[to->n_carriers++], sizeof to->carriers[0]);
}

/* The telegram with the letter's lines as they were repaired; what stands before and behind them is as it was. */
static struct bw_str splice(struct bw_str text, const struct bw_letter *letter, struct bw_str repaired,
                            struct bw_arena *arena)
{
    struct bw_str was = bw_letter_lines(text, letter->first_line, letter->last_line);
    size_t head = was.n ? (size_t)(was.p - text.p) : text.n;
    BW_CLEANUP(bw_buf_done) struct bw_buf whole = { 0 };
    bw_buf_init(&whole, text.n + repaired.n + 2);
    bw_buf_str(&whole, bw_str_take(text, head));
    bw_buf_str(&whole, repaired);
    if (!bw_str_ends(repaired, BW_STR("\n")))
        bw_buf_str(&whole, BW_STR("\r\n"));
    bw_buf_str(&whole, bw_str_drop(text, head + was.n));
    return bw_buf_ok(&whole) ? bw_arena_str(arena, bw_buf_view(&whole)) : BW_STR_NONE;
}

bw_code bw_letter_replay(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *id, struct bw_str sender,
                         struct bw_str repaired, struct bw_arena *arena, struct bw_letter_replay *ret,
                         struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = read_rows(pg, id, sender, &rows, err);
    if (rc != BW_OK)
        return rc;
    fill(&rows, 0, arena, &ret->letter);
    ret->raw_id = bw_rows_uuid(&rows, 0, "raw_id");
    sender_of(&rows, &ret->who);
    bw_time at = bw_rows_time(&rows, 0, "raw_received_at");
    struct bw_str text;
    rc = bw_mandates_of(app->doors, pg, &ret->who, err);
    if (rc == BW_OK)
        rc = bw_raw_open(app->keys, &ret->raw_id, &rows, 0, arena, &text, err);
    if (rc != BW_OK)
        return rc;
    if (repaired.n)
        text = splice(text, &ret->letter, repaired, arena);
    if (!text.p)
        return no_memory(err);
    const struct bw_world *world = bw_worlds_take(app->worlds);
    rc =
        bw_ingest_repair(app, world, &ret->who, text, repaired.n ? &ret->raw_id : NULL, at, arena, &ret->telegram, err);
    bw_worlds_release(app->worlds, world);
    if (rc == BW_OK && bw_telegram_lists_bags(&ret->telegram))
        rc = bw_telegram_lists(pg, &ret->telegram, at, err);
    return rc;
}

/* Whether a message of the telegram was used whole, by itself or with its fellows. */
static bool used(const struct bw_telegram *t, const struct bw_typeb_message *m)
{
    if (m->status == BW_TYPEB_WAITING_FOR_PARTS) {
        for (const struct bw_telegram *w = t->whole; w; w = w->whole)
            for (size_t k = 0; k < w->read.n_messages; k++)
                if (bw_hash_eq(&w->read.messages[k].series, &m->series))
                    return true;
        return false;
    }
    return !m->lost && (m->status == BW_TYPEB_USED || m->status == BW_TYPEB_NOT_A_BAG_MESSAGE);
}

bw_code bw_letter_tried(struct bw_pg *pg, struct bw_letter_replay *replay, struct bw_str by, bw_time now,
                        struct bw_error *err)
{
    const struct bw_telegram *t = &replay->telegram;
    int32_t *done = BW_NEW_ARRAY(t->work.arena, int32_t, t->read.n_messages + 1);
    size_t n = 0;
    if (!done)
        return no_memory(err);
    for (size_t k = 0; k < t->read.n_messages; k++) {
        if (!used(t, &t->read.messages[k]))
            continue;
        done[n++] = t->read.messages[k].ordinal;
        if (t->read.messages[k].ordinal == replay->letter.ordinal)
            replay->letter.state = BW_STR("replayed");
    }
    /* A text without any message was one letter, of ordinal 0. */
    if (n > 0 && n == t->read.n_messages) {
        done[n++] = 0;
        if (replay->letter.ordinal == 0)
            replay->letter.state = BW_STR("replayed");
    }
    struct bw_uuid repair = t->work.repair ? t->work.raw_id : (struct bw_uuid){ { 0 } };
    return bw_pg_query(pg, BW_STMT_LETTER_TRIED,
                       BW_PARAMS(bw_p_uuid(&replay->raw_id), bw_p_i32s(done, NULL, n), bw_p_time(now), bw_p_text(by),
                                 bw_p_uuid(&replay->letter.id), bw_p_uuid(&repair)),
                       NULL, err);
}
