/* SPDX-License-Identifier: Apache-2.0 */
/* policies.c - the book of a carrier's policies, and a change of it on its way to the writer. */
#include "bw/app/policies.h"

#include "bw/app/ingest.h"
#include "bw/app/world.h"
#include "bw/storage/tx.h"
#include "changes.h"
#include "policies_int.h"

#define ROW_TEXT (6 * 1024) /* 88 intervals of 55 bytes are the longest */
#define OVERRIDES_MOST 64   /* in force or coming, of one row of what is owed */

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for policies");
}

/* --- reading --- */

struct bw_uuid bw_policy_book_id(const char *carrier)
{
    uint8_t b[16] = "policy book";
    for (size_t k = 0; k < 3 && carrier[k]; k++) {
        b[12 + k] = (uint8_t)carrier[k];
        b[15] = (uint8_t)(b[15] * 31 + (uint8_t)carrier[k]);
    }
    return bw_uuid_v8(b);
}

struct reading {
    struct bw_policy_book *book;
    struct bw_arena *arena;
};

static bw_code read_version(struct bw_pg *pg, struct bw_policy_book *book, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_uuid id = bw_policy_book_id(book->carrier);
    const int16_t bucket = id.b[15];
    bw_code rc =
        bw_pg_query(pg, BW_STMT_SUBJECT_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(&id, 1)), &rows, err);
    book->version = rc == BW_OK && rows.n ? bw_rows_i32(&rows, 0, "version") : 0;
    return rc;
}

static bw_code read_book(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct reading *r = ctx;
    bw_code rc = read_version(pg, r->book, err);
    rc = rc == BW_OK ? bw_policies_load(pg, r->arena, &r->book->all, &r->book->n_all, err) : rc;
    return rc == BW_OK ? bw_desk_hours_load(pg, r->arena, &r->book->hours, &r->book->n_hours, err) : rc;
}

bw_code bw_policy_book_read(struct bw_pg *pg, const char *carrier, bw_time now, struct bw_arena *arena,
                            struct bw_policy_book **ret, struct bw_error *err)
{
    struct bw_policy_book *book = BW_NEW(arena, struct bw_policy_book);
    struct reading r = { book, arena };
    if (!book)
        return no_memory(err);
    *book = (struct bw_policy_book){ 0 };
    bw_str_put(bw_str_c(carrier), book->carrier, sizeof book->carrier);
    bw_code rc = bw_tx_read(pg, read_book, &r, err);
    if (rc != BW_OK)
        return rc;
    book->rows = BW_NEW_ARRAY(arena, struct bw_policy_row, book->n_all + 1);
    if (!book->rows)
        return no_memory(err);
    for (size_t k = 0; k < book->n_all; k++) {
        const struct bw_policy *p = &book->all[k];
        if (p->carrier[0] && strcmp(p->carrier, carrier) != 0)
            continue;
        struct bw_policy_row *row = &book->rows[book->n++];
        row->p = *p;
        row->reigned = bw_policy_reign(book->all, book->n_all, k, now, &row->from, &row->until);
    }
    *ret = book;
    return BW_OK;
}

bw_code bw_policy_book_at(struct bw_pg *pg, const char *carrier, int32_t version, bw_time now, struct bw_arena *arena,
                          struct bw_policy_book **ret, struct bw_error *err)
{
    bw_code rc = bw_policy_book_read(pg, carrier, now, arena, ret, err);
    if (rc == BW_OK && version >= 0 && version != (*ret)->version)
        rc = bw_fail(err, BW_E_PRECONDITION_FAILED, NULL, "the policies are at version %d by now", (*ret)->version);
    return rc;
}

/* --- writing --- */

static void put_row(struct bw_json_out *j, const struct bw_policy *p)
{
    bw_jo_begin(j);
    bw_jk_c(j, "owed", p->owed);
    bw_jko_c(j, "carrier", p->carrier);
    bw_jko_c(j, "station", p->station);
    bw_jko_c(j, "lane", p->lane);
    bw_jko_c(j, "priority", bw_priority_word(p->priority));
    bw_jkey(j, "minutes");
    if (p->minutes)
        bw_ji64(j, p->minutes);
    else
        bw_jnull(j);
    bw_jk_i64(j, "level2_minutes", bw_policy_level(p, 2));
    bw_jk_i64(j, "level3_minutes", bw_policy_level(p, 3));
    bw_jk_time(j, "from", p->valid_from);
    bw_jk_time(j, "told_at", p->told_at);
    bw_jk_bool(j, "relaxed", bw_policy_relaxed(p));
}

static void put_defaults(struct bw_json_out *j)
{
    bw_jkey(j, "defaults");
    bw_ja_begin(j);
    for (int k = 0; k < BW_OWE_MAX; k++) {
        const struct bw_owed_row *row = bw_owed_row((enum bw_owed)k);
        bw_jo_begin(j);
        bw_jk_c(j, "owed", row->word);
        bw_jk_c(j, "kind", bw_owed_kind_word(row->kind));
        bw_jk_c(j, "what", row->what);
        bw_jk_i64(j, "minutes", row->minutes);
        bw_jk_i64(j, "limit_minutes", bw_policy_limit((enum bw_owed)k, BW_PRIORITY_NONE));
        bw_jk_i64(j, "level2_minutes", bw_policy_level(NULL, 2));
        bw_jk_i64(j, "level3_minutes", bw_policy_level(NULL, 3));
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

void bw_policy_json(const struct bw_policy *p, bw_time until, struct bw_json_out *j)
{
    put_row(j, p);
    bw_jko_time(j, "until", until);
    bw_jo_end(j);
}

enum bw_policy_when bw_policy_when(const struct bw_policy_row *row, bw_time now)
{
    if (!row->reigned || (row->until != BW_TIME_NONE && row->until <= now))
        return BW_POLICY_PAST;
    if (row->from > now)
        return BW_POLICY_COMING;
    return row->p.minutes ? BW_POLICY_IN_FORCE : BW_POLICY_PAST;
}

static void put_rows(struct bw_json_out *j, const char *key, const struct bw_policy_book *book,
                     enum bw_policy_when when, bw_time now)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t k = 0; k < book->n; k++) {
        const struct bw_policy_row *row = &book->rows[k];
        if (bw_policy_when(row, now) != when)
            continue;
        bw_policy_json(&row->p, row->reigned ? row->until : row->from, j);
    }
    bw_ja_end(j);
}

void bw_policy_book_json(const struct bw_policy_book *book, bw_time now, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_c(j, "carrier", book->carrier);
    bw_jk_i64(j, "version", book->version);
    bw_jk_time(j, "now", now);
    put_defaults(j);
    put_rows(j, "in_force", book, BW_POLICY_IN_FORCE, now);
    put_rows(j, "coming", book, BW_POLICY_COMING, now);
    put_rows(j, "past", book, BW_POLICY_PAST, now);
    bw_jo_end(j);
}

struct bw_str bw_policy_text(const struct bw_policy *p, const struct bw_hours *h, struct bw_arena *arena)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, ROW_TEXT);
    bw_json_out_init(&j, &b);
    if (h)
        bw_desk_hours_json(h, BW_TIME_NONE, &j);
    else
        bw_policy_json(p, BW_TIME_NONE, &j);
    return bw_buf_ok(&b) ? bw_arena_str(arena, bw_buf_view(&b)) : BW_STR_NONE;
}

bw_code bw_policy_changes_json(struct bw_pg *pg, const char *carrier, struct bw_json_out *j, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_POLICY_CHANGES, BW_PARAMS(bw_p_c(carrier)), &rows, err);
    if (rc != BW_OK)
        return rc;
    bw_changes_json(&rows, j);
    return BW_OK;
}

/* --- the wish --- */

static const char *const owed_words[] = {
#define P(id, word, kind, minutes, what) word,
#include "bw/domain/promises.def"
#undef P
    NULL
};

static const char *is_lane(struct bw_str s)
{
    bool lane = s.n == 7 && s.p[3] == '-' && bw_is_station(bw_str_take(s, 3)) && bw_is_station(bw_str_drop(s, 4));
    return lane ? NULL : "a lane is two stations, as JFK-MAD";
}

#define MINUTES_MOST (60 * 24 * 366)
const struct bw_field bw_policy_fields[] = {
    { BW_FIELD(struct bw_policy_wish, carrier, BW_J_STR), .max = 3, .check = bw_check_carrier },
    { BW_FIELD(struct bw_policy_wish, owed, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = owed_words },
    { BW_FIELD(struct bw_policy_wish, station, BW_J_STR), .max = 3, .check = bw_check_station },
    { BW_FIELD(struct bw_policy_wish, lane, BW_J_STR), .max = 7, .check = is_lane },
    { BW_FIELD(struct bw_policy_wish, priority, BW_J_ENUM), .words = bw_priority_words },
    { BW_FIELD(struct bw_policy_wish, minutes, BW_J_U32), .min = 1, .max = MINUTES_MOST,
      .present = offsetof(struct bw_policy_wish, has_minutes) + 1 },
    { BW_FIELD(struct bw_policy_wish, level2_minutes, BW_J_U32), .min = 1, .max = MINUTES_MOST,
      .present = offsetof(struct bw_policy_wish, has_level2) + 1 },
    { BW_FIELD(struct bw_policy_wish, level3_minutes, BW_J_U32), .min = 1, .max = MINUTES_MOST,
      .present = offsetof(struct bw_policy_wish, has_level3) + 1 },
    { BW_FIELD(struct bw_policy_wish, ends, BW_J_BOOL) },
    { BW_FIELD(struct bw_policy_wish, from, BW_J_TIME) },
    { BW_FIELD_END },
};

bw_code bw_policy_whose(const struct bw_principal *who, struct bw_str named, char carrier[4], struct bw_error *err)
{
    bool any = (who->roles & BW_ADMIN) && who->every_carrier;
    if (named.n && !bw_is_carrier(named))
        return bw_fail(err, BW_E_INVALID_BODY, "/carrier", "a carrier is a code of two or three characters");
    bw_str_put(any ? named : bw_str_c(who->own_carrier), carrier, 4);
    if (any || (who->own_carrier[0] && (!named.n || bw_str_eq_c(named, who->own_carrier))))
        return BW_OK;
    return bw_fail(err, BW_E_FORBIDDEN, "/carrier", "a carrier's policies are set by its own supervisors");
}

bw_code bw_policy_reads(const struct bw_principal *who, struct bw_str named, char carrier[4], struct bw_error *err)
{
    if (named.n && !bw_is_carrier(named))
        return bw_fail(err, BW_E_BAD_REQUEST, "carrier", "carrier must be a carrier");
    bw_str_put(who->every_carrier || named.n ? named : bw_str_c(who->own_carrier), carrier, 4);
    if (who->every_carrier || !carrier[0] || bw_principal_has(who, bw_str_c(carrier)))
        return BW_OK;
    return bw_fail(err, BW_E_FORBIDDEN, NULL, "you see the policies of your own carriers");
}

static bw_code refuse(struct bw_error *err, const char *field, const char *why)
{
    return bw_fail(err, BW_E_INVALID_BODY, field, "%s", why);
}

/* Levels come one after the other, the first when it is due; what is left out stays as it is by default. */
static bw_code take_steps(const struct bw_policy_wish *w, struct bw_policy *p, struct bw_error *err)
{
    if (!w->has_level2 && !w->has_level3)
        return BW_OK;
    p->n_steps = 3;
    p->steps[1] = w->has_level2 ? (int32_t)w->level2_minutes : (int32_t)bw_policy_level(NULL, 2);
    p->steps[2] = w->has_level3 ? (int32_t)w->level3_minutes : (int32_t)bw_policy_level(NULL, 3);
    if (p->steps[2] <= p->steps[1])
        return refuse(err, "/level3_minutes", "level 3 comes after level 2");
    return BW_OK;
}

static bw_code take_wish(const struct bw_policy_wish *w, const char *carrier, bw_time now, struct bw_policy *p,
                         struct bw_error *err)
{
    *p = (struct bw_policy){ .minutes = w->ends ? 0 : (int32_t)w->minutes, .valid_from = w->from.at, .told_at = now };
    if (w->ends && (w->has_minutes || w->has_level2 || w->has_level3))
        return refuse(err, "/ends", "an override that ends has no minutes and no levels");
    if (!w->ends && !w->has_minutes)
        return refuse(err, "/minutes", "minutes are needed, or ends: true");
    if (w->from.at != BW_TIME_NONE && w->from.at > now + BW_POLICY_AHEAD)
        return refuse(err, "/from", "is more than a year ahead");
    bw_str_put(bw_str_c(owed_words[w->owed]), p->owed, sizeof p->owed);
    bw_str_put(bw_str_c(carrier), p->carrier, sizeof p->carrier);
    bw_str_put(w->station, p->station, sizeof p->station);
    bw_str_put(w->lane, p->lane, sizeof p->lane);
    if (w->priority >= 0 && !bw_priority_from(bw_str_c(bw_priority_words[w->priority]), &p->priority))
        return refuse(err, "/priority", "no such class");
    return take_steps(w, p, err);
}

/* --- judging it --- */

/* What was told last under the same key; NULL: nothing. */
static const struct bw_policy *told_before(const struct bw_policy_book *book, const struct bw_policy *p)
{
    const struct bw_policy *last = NULL;
    for (size_t k = 0; k < book->n_all; k++) /* by time of telling within a key */
        if (bw_policy_same_key(&book->all[k], p))
            last = &book->all[k];
    return last;
}

static size_t standing(const struct bw_policy_book *book, const struct bw_policy *p, bw_time now)
{
    size_t n = 0;
    for (size_t k = 0; k < book->n; k++) {
        const struct bw_policy_row *row = &book->rows[k];
        n += strcmp(row->p.owed, p->owed) == 0 && row->p.minutes && bw_policy_when(row, now) != BW_POLICY_PAST &&
             !bw_policy_same_key(&row->p, p);
    }
    return n;
}

/* Could hold where the change does. */
static bool beside(const struct bw_policy *row, const struct bw_policy *change)
{
    return strcmp(row->owed, change->owed) == 0 &&
           (!row->carrier[0] || !change->carrier[0] || strcmp(row->carrier, change->carrier) == 0);
}

/* Rows of other duties and carriers, and those whose time is over, decide nothing; a change is judged by what is left.
 */
static bw_code living(const struct bw_policy_book *book, const struct bw_policy *change, bw_time now,
                      struct bw_arena *arena, struct bw_world *ret, struct bw_error *err)
{
    struct bw_policy *to = BW_NEW_ARRAY(arena, struct bw_policy, book->n_all + 1);
    size_t n = 0;
    if (!to)
        return no_memory(err);
    for (size_t k = 0; k < book->n_all; k++) {
        bw_time from, until;
        if (beside(&book->all[k], change) && bw_policy_reign(book->all, book->n_all, k, now, &from, &until) &&
            (until == BW_TIME_NONE || until > now))
            to[n++] = book->all[k];
    }
    *ret = (struct bw_world){ .policies = to, .n_policies = n };
    return BW_OK;
}

static bw_code judge(struct bw_policy_work *w, bw_time now, struct bw_arena *arena, struct bw_error *err)
{
    char text[BW_TIME_TEXT];
    struct bw_policy *p = &w->p;
    const struct bw_policy *last = told_before(w->book, p);
    if (last && p->told_at <= last->told_at) /* the last told counts, also within one instant */
        p->told_at = last->told_at + 1;
    struct bw_world world;
    enum bw_owed owed = BW_OWE_MAX;
    bw_code rc = living(w->book, p, now, arena, &world, err);
    if (rc != BW_OK)
        return rc;
    if (!p->minutes && (!last || !last->minutes))
        return refuse(err, "/ends", "there is no such override");
    if (p->minutes && standing(w->book, p, now) >= OVERRIDES_MOST)
        return bw_fail(err, BW_E_POLICY, "/owed", "there are %d overrides of this row already, the most that may be",
                       OVERRIDES_MOST);
    bw_policy_judge(&world, p, &w->verdict);
    if (!bw_owed_from(bw_str_c(p->owed), &owed))
        return refuse(err, "/owed", "no such row");
    if (w->verdict.beyond && strcmp(w->verdict.beyond, "minutes") == 0)
        return bw_fail(err, BW_E_POLICY, "/minutes", "twice the default is the most: %d minutes",
                       bw_policy_limit(owed, p->priority));
    if (w->verdict.beyond)
        return bw_fail(err, BW_E_POLICY, "/level2_minutes",
                       "levels may come at twice their default times at the latest: level 2 after 240 minutes, level 3 "
                       "after 720");
    if (p->valid_from == BW_TIME_NONE)
        p->valid_from = w->verdict.earliest;
    if (p->valid_from < w->verdict.earliest)
        return bw_fail(err, BW_E_POLICY, "/from",
                       w->verdict.relaxes ? "more time holds a day after it is told at the earliest, from %s"
                                          : "a change holds a minute after it is told at the earliest, from %s",
                       bw_time_text(w->verdict.earliest, text));
    return BW_OK;
}

/* --- the event, and what stands beside it --- */

static bw_code write_rows(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct bw_policy_work *w = ctx;
    const struct bw_policy *p = &w->p;
    bw_code rc =
        w->hours ? bw_desk_hours_write(pg, ev, w->hours, err)
                 : bw_pipe_send(pg, BW_STMT_POLICY_PUT,
                                BW_PARAMS(bw_p_uuid(&ev->uid), bw_p_c(p->owed), bw_p_c(p->carrier), bw_p_c(p->station),
                                          bw_p_c(p->lane), bw_p_c(bw_priority_word(p->priority)),
                                          p->minutes ? bw_p_i32(p->minutes) : bw_p_null(BW_T_I32),
                                          bw_p_i32s(p->steps, NULL, p->n_steps), bw_p_time(p->valid_from),
                                          bw_p_time(p->told_at), bw_p_c(ev->sender)),
                                err);
    if (rc != BW_OK)
        return rc;
    return bw_pipe_send(pg, BW_STMT_POLICY_CHANGE_INSERT,
                        BW_PARAMS(bw_p_uuid(&ev->uid), bw_p_c(w->book->carrier), bw_p_time(ev->recorded_at),
                                  bw_p_uuid(&w->account_id), bw_p_text(w->before), bw_p_text(w->after)),
                        err);
}

struct bw_str bw_policy_facts(const char *what, const char *carrier, struct bw_str before, struct bw_str after,
                              bool relaxes, struct bw_arena *arena)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, 3 * (size_t)ROW_TEXT);
    bw_json_out_init(&j, &b);
    bw_jo_begin(&j);
    bw_jk_c(&j, "what", what);
    bw_jk_c(&j, "carrier", carrier);
    bw_jkey(&j, "before");
    if (before.p)
        bw_jraw(&j, before);
    else
        bw_jnull(&j);
    bw_jkey(&j, "after");
    bw_jraw(&j, after);
    bw_jk_bool(&j, "relaxes", relaxes);
    bw_jo_end(&j);
    return bw_buf_ok(&b) ? bw_arena_str(arena, bw_buf_view(&b)) : BW_STR_NONE;
}

bw_code bw_policy_event(const struct bw_principal *who, bw_time now, struct bw_arena *arena, struct bw_policy_work *w,
                        struct bw_error *err)
{
    char id[BW_UUID_TEXT];
    struct bw_event *ev = &w->item.ev;
    const struct bw_policy *last = w->hours ? NULL : told_before(w->book, &w->p);
    bool before = last || w->hours_before, ends = w->hours ? w->hours->always : !w->p.minutes;
    const struct bw_uuid statement = bw_uuid_v7(now);
    w->account_id = who->id;
    w->before = before ? bw_policy_text(last, w->hours_before, arena) : BW_STR_NONE;
    w->after = bw_policy_text(&w->p, w->hours, arena);
    w->side = (struct bw_side){ .id = bw_policy_book_id(w->book->carrier),
                                .read_version = w->book->version,
                                .state = ends ? "ENDED" : "SET",
                                .write = write_rows,
                                .ctx = w };
    bw_event_init(ev);
    ev->code = BW_EV_POLICY_CHANGED;
    ev->source = BW_SRC_STAFF;
    ev->subject = BW_SUBJECT_POLICY;
    ev->occurred_at = now;
    bw_sender_of(who, ev->sender);
    bw_str_put(bw_str_c(bw_uuid_text(&statement, id)), ev->event_id, sizeof ev->event_id);
    bw_str_put(bw_str_c(w->book->carrier), ev->carrier, sizeof ev->carrier);
    ev->ident.kind = BW_IDENT_ID;
    (void)bw_uuid_text(&w->side.id, ev->ident.value);
    w->item.side = &w->side;
    w->work = (struct bw_work){ .items = &w->item, .n = 1, .arena = arena };
    if (!w->after.p || (before && !w->before.p))
        return no_memory(err);
    ev->data.facts = bw_policy_facts(w->hours ? "hours" : "policy", w->book->carrier, w->before, w->after,
                                     w->verdict.relaxes, arena);
    return ev->data.facts.p ? BW_OK : no_memory(err);
}

bw_code bw_policy_change(struct bw_pg *pg, const struct bw_principal *who, const struct bw_policy_wish *wish,
                         int32_t version, bw_time now, struct bw_arena *arena, struct bw_policy_work **ret,
                         struct bw_error *err)
{
    char carrier[4];
    struct bw_policy_work *w = BW_NEW(arena, struct bw_policy_work);
    if (!w)
        return no_memory(err);
    *w = (struct bw_policy_work){ 0 };
    bw_code rc = bw_policy_whose(who, wish->carrier, carrier, err);
    rc = rc == BW_OK ? take_wish(wish, carrier, now, &w->p, err) : rc;
    rc = rc == BW_OK ? bw_policy_book_at(pg, carrier, version, now, arena, &w->book, err) : rc;
    rc = rc == BW_OK ? judge(w, now, arena, err) : rc;
    rc = rc == BW_OK ? bw_policy_event(who, now, arena, w, err) : rc;
    *ret = w;
    return rc;
}
