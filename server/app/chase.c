/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/chase.h"

#include <stdlib.h>

#include "bw/base/log.h"
#include "bw/domain/chaser.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"

#define DUTY "chase"
#define ARENA_MOST (64u << 20)
#define BODY_MOST (64 * 1024)
enum { BATCHES = 500, TURNS = 20, SLOTS = 4096, FEWER = 8 };

/* What is told to one receiver about one debtor, station and level in this turn. */
struct group {
    struct group *next, *of_slot;
    struct bw_chase head;
    struct bw_uuid *promises, *subjects;
    size_t n, cap;
    struct bw_str *readers; /* carriers that owe or are owed any of it */
    size_t n_readers, cap_readers;
};

struct turn {
    struct bw_pg *pg;
    const char *instance;
    struct bw_arena arena;
    bw_time now;
    struct group *groups, **end; /* in the order of the feed, and where the next is put */
    struct group *slots[SLOTS];
    int batches; /* of the feed, in one turn */
    size_t made;
    bool more;
};

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for chasers");
}

/* --- gathering --- */

static bool same(const struct bw_chase *a, const struct bw_chase *b)
{
    bool whom = a->kind == b->kind && strcmp(a->receiver, b->receiver) == 0;
    return whom && (a->kind == BW_CHASE_CUSTOMER ||
                    (strcmp(a->debtor, b->debtor) == 0 && strcmp(a->station, b->station) == 0 && a->level == b->level));
}

/* By the receiver and the station: after an outage of ours thousands of customers are told in one turn. */
static struct group **slot_of(struct turn *t, const struct bw_chase *head)
{
    uint32_t h = (uint32_t)head->level;
    const char *const texts[] = { head->receiver, head->kind == BW_CHASE_CUSTOMER ? "" : head->station };
    h = head->kind == BW_CHASE_CUSTOMER ? 0 : h;
    for (size_t k = 0; k < BW_LEN(texts); k++)
        for (const char *c = texts[k]; *c; c++)
            h = h * 31 + (unsigned char)*c;
    return &t->slots[h % SLOTS];
}

static struct group *group_of(struct turn *t, const struct bw_chase *head)
{
    struct group **slot = slot_of(t, head);
    for (struct group *g = *slot; g; g = g->of_slot)
        if (same(&g->head, head))
            return g;
    struct group *g = BW_NEW(&t->arena, struct group);
    if (!g)
        return NULL;
    *g = (struct group){ .head = *head, .of_slot = *slot };
    *slot = *t->end = g;
    t->end = &g->next;
    return g;
}

static bool add_reader(struct turn *t, struct group *g, struct bw_str carrier)
{
    for (size_t k = 0; k < g->n_readers; k++)
        if (bw_str_eq(g->readers[k], carrier))
            return true;
    if (!carrier.n)
        return true;
    if (g->n_readers == g->cap_readers) {
        size_t cap = g->cap_readers ? g->cap_readers * 2 : 4;
        struct bw_str *readers = BW_NEW_ARRAY(&t->arena, struct bw_str, cap);
        if (!readers)
            return false;
        if (g->n_readers)
            memcpy(readers, g->readers, g->n_readers * sizeof *readers);
        g->readers = readers;
        g->cap_readers = cap;
    }
    g->readers[g->n_readers] = bw_arena_str(&t->arena, carrier);
    return g->readers[g->n_readers++].p != NULL;
}

/* A level of a promise is raised once, and a group is of one level, so none comes twice. */
static bool add(struct turn *t, struct group *g, const struct bw_uuid *promise, const struct bw_uuid *subject)
{
    if (g->n == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 2;
        struct bw_uuid *promises = BW_NEW_ARRAY(&t->arena, struct bw_uuid, cap);
        struct bw_uuid *subjects = BW_NEW_ARRAY(&t->arena, struct bw_uuid, cap);
        if (!promises || !subjects)
            return false;
        if (g->n) {
            memcpy(promises, g->promises, g->n * sizeof *promises);
            memcpy(subjects, g->subjects, g->n * sizeof *subjects);
        }
        g->promises = promises;
        g->subjects = subjects;
        g->cap = cap;
    }
    g->promises[g->n] = *promise;
    g->subjects[g->n++] = *subject;
    return true;
}

static bw_code gather(struct turn *t, struct bw_rows *rows, size_t row, struct bw_error *err)
{
    struct bw_promise p;
    struct bw_chase_to to[BW_CHASE_MOST];
    if (!bw_row_promise(rows, row, &p))
        return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
    int level = bw_rows_i16(rows, row, "raised");
    struct bw_uuid file = bw_rows_uuid(rows, row, "case_id");
    size_t n = bw_chase_whom(&p, level, to);
    for (size_t k = 0; k < n; k++) {
        struct bw_chase head = { .kind = to[k].kind, .level = level, .now = t->now };
        if (to[k].kind == BW_CHASE_CUSTOMER && bw_uuid_is_nil(&file))
            continue; /* nobody has asked after it yet */
        if (to[k].kind == BW_CHASE_CUSTOMER)
            (void)bw_uuid_text(&file, head.receiver);
        else
            bw_str_put(bw_str_c(to[k].carrier), head.receiver, sizeof head.receiver);
        memcpy(head.debtor, p.debtor, sizeof head.debtor);
        memcpy(head.station, p.station, sizeof head.station);
        struct group *g = group_of(t, &head);
        if (!g || !add(t, g, &p.promise_id, &p.bag_id) || !add_reader(t, g, bw_str_c(p.debtor)) ||
            !add_reader(t, g, bw_str_c(p.creditor)))
            return no_memory(err);
    }
    return BW_OK;
}

/* --- one message --- */

/* When it may go, and which message takes it up; false: that customer has heard already. */
static bool schedule(const struct turn *t, const struct group *g, struct bw_rows *last, struct bw_uuid *ret_id,
                     bw_time *ret_not_before, bool *ret_joins)
{
    bool customer = g->head.kind == BW_CHASE_CUSTOMER;
    bw_time apart = customer ? BW_CHASE_CUSTOMER_APART : BW_CHASE_APART;
    *ret_joins = false;
    *ret_not_before = t->now + BW_CHASE_GATHER;
    *ret_id = bw_uuid_v7(t->now);
    if (!last->n)
        return true;
    bw_time before = bw_rows_time(last, 0, "not_before");
    if (before > t->now && bw_str_eq_c(bw_rows_text(last, 0, "state"), "ready")) {
        *ret_joins = true;
        *ret_not_before = before;
        *ret_id = bw_rows_uuid(last, 0, "chaser_id");
        return true;
    }
    if (before + apart > *ret_not_before)
        *ret_not_before = before + apart;
    return !customer || before + apart <= t->now;
}

static bool take_up(struct turn *t, struct group *g, struct bw_rows *last)
{
    struct group all = { .head = g->head };
    struct bw_array readers = bw_rows_array(last, 0, "readers");
    struct bw_array p = bw_rows_array(last, 0, "promises"), s = bw_rows_array(last, 0, "subjects");
    while (bw_array_next(&readers))
        if (!add_reader(t, g, readers.s))
            return false;
    while (bw_array_next(&p) && bw_array_next(&s)) {
        struct bw_uuid promise, subject;
        BW_ASSERT(p.s.n == sizeof promise && s.s.n == sizeof subject);
        memcpy(promise.b, p.s.p, sizeof promise.b);
        memcpy(subject.b, s.s.p, sizeof subject.b);
        if (!add(t, &all, &promise, &subject))
            return false;
    }
    for (size_t k = 0; k < g->n; k++)
        if (!add(t, &all, &g->promises[k], &g->subjects[k]))
            return false;
    g->promises = all.promises;
    g->subjects = all.subjects;
    g->n = all.n;
    return true;
}

static bw_code read_lines(struct turn *t, struct group *g, struct bw_error *err)
{
    size_t n = g->n < BW_CHASE_LINES ? g->n : BW_CHASE_LINES;
    int16_t *bucket = BW_NEW_ARRAY(&t->arena, int16_t, n);
    struct bw_chase_line *lines = BW_NEW_ARRAY(&t->arena, struct bw_chase_line, n);
    if (!bucket || !lines)
        return no_memory(err);
    for (size_t k = 0; k < n; k++)
        bucket[k] = bw_id_bucket(&g->subjects[k]);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(t->pg, BW_STMT_CHASE_LINES,
                    BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(g->subjects, n), bw_p_uuids(g->promises, n)),
                    &rows, err);
    if (rc != BW_OK)
        return rc;
    for (size_t k = 0; k < rows.n && k < n; k++) {
        struct bw_chase_line *l = &lines[k];
        l->promise_id = bw_rows_uuid(&rows, k, "promise_id");
        if (!bw_owed_from(bw_rows_text(&rows, k, "owed"), &l->owed) ||
            !bw_str_copy(bw_rows_text(&rows, k, "for_carrier"), l->for_carrier, sizeof l->for_carrier))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        l->due_at = bw_rows_time(&rows, k, "due_at");
        bw_str_put(bw_str_take(bw_rows_text(&rows, k, "plate"), sizeof l->plate - 1), l->plate, sizeof l->plate);
        bw_str_put(bw_str_take(bw_rows_text(&rows, k, "ref"), sizeof l->ref - 1), l->ref, sizeof l->ref);
    }
    g->head.lines = lines;
    g->head.n = rows.n < n ? rows.n : n;
    g->head.all = g->n;
    return BW_OK;
}

/* By its carrier's wish, else by mail; a customer as his file says, which whoever sends it reads. */
static bw_code wish(struct turn *t, const struct group *g, enum bw_channel *ret, char address[8], struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    *ret = g->head.kind == BW_CHASE_CUSTOMER ? BW_CHANNEL_PAGE : BW_CHANNEL_MAIL;
    address[0] = '\0';
    if (g->head.kind == BW_CHASE_CUSTOMER)
        return BW_OK;
    bw_code rc = bw_pg_query(t->pg, BW_STMT_CHASE_WISH, BW_PARAMS(bw_p_c(g->head.receiver)), &rows, err);
    if (rc == BW_OK && rows.n && bw_channel_from(bw_rows_text(&rows, 0, "channel"), ret))
        bw_str_put(bw_str_take(bw_rows_text(&rows, 0, "address"), 7), address, 8);
    return rc;
}

static bw_code put(struct turn *t, const struct group *g, const struct bw_uuid *id, bw_time not_before,
                   struct bw_error *err)
{
    enum bw_channel channel;
    char address[8];
    struct bw_buf body;
    bw_code rc = wish(t, g, &channel, address, err);
    bw_buf_init(&body, BODY_MOST);
    rc = rc == BW_OK ? bw_chase_render(&g->head, channel, bw_str_c(address), &body, err) : rc;
    if (rc == BW_OK)
        rc = bw_pg_query(t->pg, BW_STMT_CHASE_PUT,
                         BW_PARAMS(bw_p_uuid(id), bw_p_c(bw_chase_word(g->head.kind)), bw_p_c(g->head.receiver),
                                   bw_p_c(g->head.debtor), bw_p_c(g->head.station), bw_p_i16((int16_t)g->head.level),
                                   bw_p_c(bw_channel_word(channel)), bw_p_uuids(g->promises, g->n),
                                   bw_p_text(bw_buf_view(&body)), bw_p_time(t->now), bw_p_time(not_before),
                                   bw_p_uuids(g->subjects, g->n), bw_p_texts(g->readers, g->n_readers)),
                         NULL, err);
    bw_buf_done(&body);
    return rc;
}

static bw_code write_group(struct turn *t, struct group *g, struct bw_error *err)
{
    struct bw_uuid id;
    bw_time not_before;
    bool joins;
    BW_CLEANUP(bw_rows_done) struct bw_rows last = { 0 };
    bw_code rc =
        bw_pg_query(t->pg, BW_STMT_CHASE_LAST,
                    BW_PARAMS(bw_p_c(bw_chase_word(g->head.kind)), bw_p_c(g->head.receiver), bw_p_c(g->head.debtor),
                              bw_p_c(g->head.station), bw_p_i16((int16_t)g->head.level)),
                    &last, err);
    if (rc != BW_OK || !schedule(t, g, &last, &id, &not_before, &joins))
        return rc;
    if (joins && !take_up(t, g, &last))
        return no_memory(err);
    rc = read_lines(t, g, err);
    t->made += joins ? 0 : 1;
    return rc == BW_OK ? put(t, g, &id, not_before, err) : rc;
}

/* --- a turn --- */

static bw_code gather_all(struct turn *t, int64_t after, int64_t head, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(t->pg, BW_STMT_CHASE_LEVELS, BW_PARAMS(bw_p_i64(after), bw_p_i64(head)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        rc = gather(t, &rows, k, err);
    return rc;
}

static bw_code chase_locked(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct turn *t = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows mine = { 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows ahead = { 0 };
    bw_arena_reset(&t->arena);
    memset(t->slots, 0, sizeof t->slots);
    t->pg = pg;
    t->groups = NULL;
    t->end = &t->groups;
    t->made = 0;
    t->more = false;
    bw_code rc = bw_pg_query(pg, BW_STMT_DUTY_LOCK, BW_PARAMS(bw_p_c(DUTY)), &mine, err);
    if (rc != BW_OK || !mine.n)
        return rc;
    int64_t after = bw_rows_i64(&mine, 0, "cursor");
    rc = bw_pg_query(pg, BW_STMT_CHASE_HEAD, BW_PARAMS(bw_p_i64(after), bw_p_i32(t->batches)), &ahead, err);
    if (rc != BW_OK || bw_rows_null(&ahead, 0, "head"))
        return rc;
    int64_t head = bw_rows_i64(&ahead, 0, "head");
    rc = gather_all(t, after, head, err);
    for (struct group *g = t->groups; rc == BW_OK && g; g = g->next)
        rc = write_group(t, g, err);
    t->more = rc == BW_OK;
    return rc == BW_OK
               ? bw_pg_query(pg, BW_STMT_DUTY_TAKE,
                             BW_PARAMS(bw_p_c(DUTY), bw_p_i64(head), bw_p_time(t->now), bw_p_c(t->instance)), NULL, err)
               : rc;
}

bw_code bw_chase_turn(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    struct turn t = { .instance = ctx, .now = bw_clock_wall(), .batches = BATCHES };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_DUTY_ADD, BW_PARAMS(bw_p_c(DUTY), bw_p_time(t.now), bw_p_c(t.instance)), NULL, err);
    bw_arena_init(&t.arena, ARENA_MOST);
    t.more = true;
    for (int k = 0; rc == BW_OK && t.more && k < TURNS; k++) {
        rc = bw_tx_run(pg, chase_locked, &t, err);
        if (rc == BW_E_NOMEM && t.batches > 1) { /* too much at once must not stop it for good */
            t.batches = t.batches > FEWER ? t.batches / FEWER : 1;
            t.more = true;
            rc = BW_OK;
        } else if (rc == BW_OK && t.made)
            bw_log(BW_INFO, "chase.made", BW_LI("messages", (int64_t)t.made));
    }
    bw_arena_done(&t.arena);
    return rc;
}
