/* SPDX-License-Identifier: Apache-2.0 */
/* verify_journal.c - the journal's leaves are those of the events that point to it, and the feed's numbers have no
 * hole. */
#include <stdio.h>

#include "bw/storage/tx.h"
#include "verify_int.h"

enum { BATCHES = 200 };

static void tell(struct bw_verification *v, const char *line)
{
    v->r.differences++;
    v->o->tell(v->o->ctx, line);
}

static void tell_batch(struct bw_verification *v, int64_t id, const char *what)
{
    char line[160];
    snprintf(line, sizeof(line), "batch %lld: %s", (long long)id, what);
    tell(v, line);
}

/* The events of one batch among the leaves read, from *at on. */
static void check_batch(struct bw_verification *v, struct bw_rows *batches, size_t row, struct bw_rows *leaves,
                        size_t *at)
{
    int64_t id = bw_rows_i64(batches, row, "id");
    struct bw_str stored = bw_rows_bytea(batches, row, "leaves");
    int32_t n = bw_rows_i32(batches, row, "n"), found = 0;
    bool same = true;
    for (; *at < leaves->n && bw_rows_i64(leaves, *at, "journal_id") == id; ++*at, found++) {
        struct bw_str leaf = bw_rows_bytea(leaves, *at, "leaf");
        int32_t ordinal = bw_rows_i32(leaves, *at, "ordinal");
        same = same && ordinal == found && (size_t)(found + 1) * 32 <= stored.n &&
               bw_str_eq(leaf, bw_str_n(stored.p + (size_t)found * 32, 32));
    }
    v->r.batches++;
    if (found != n)
        tell_batch(v, id, "its number of events is not the number of events that point to it");
    else if (!same)
        tell_batch(v, id, "its leaves are not those of its events");
}

static bw_code journal_page(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_verification *v = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows batches = { 0 }, leaves = { 0 };
    int64_t after = v->journal_id;
    bw_code code =
        bw_pg_query(pg, BW_STMT_VERIFY_JOURNAL, BW_PARAMS(bw_p_i64(after), bw_p_i32(BATCHES)), &batches, err);
    v->more = code == BW_OK && batches.n == BATCHES;
    if (code != BW_OK || batches.n == 0)
        return code;
    int64_t last = bw_rows_i64(&batches, batches.n - 1, "id");
    code = bw_pg_query(pg, BW_STMT_VERIFY_LEAVES, BW_PARAMS(bw_p_i64(after + 1), bw_p_i64(last)), &leaves, err);
    size_t at = 0;
    for (size_t i = 0; code == BW_OK && i < batches.n; i++)
        check_batch(v, &batches, i, &leaves, &at);
    if (code == BW_OK && at != leaves.n)
        tell_batch(v, bw_rows_i64(&leaves, at, "journal_id"), "events point to a batch that is not there");
    v->journal_id = last;
    return code;
}

static bw_code check_feed(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_verification *v = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = bw_pg_query(pg, BW_STMT_VERIFY_FEED, BW_NO_PARAMS, &rows, err);
    if (code != BW_OK)
        return code;
    if (bw_rows_i64(&rows, 0, "seq_holes") || bw_rows_i64(&rows, 0, "stamped") != bw_rows_i64(&rows, 0, "last_seq"))
        tell(v, "feed: the numbers of the batches have holes");
    if (bw_rows_i64(&rows, 0, "index_holes"))
        tell(v, "feed: the indexes of the events have holes or overlap");
    if (bw_rows_i64(&rows, 0, "state_seq") != bw_rows_i64(&rows, 0, "last_seq") ||
        bw_rows_i64(&rows, 0, "state_index") != bw_rows_i64(&rows, 0, "last_index"))
        tell(v, "feed: the counter row does not stand where the journal stands");
    return BW_OK;
}

bw_code bw_verify_journal(struct bw_verification *v, struct bw_error *err)
{
    v->journal_id = 0;
    v->more = true;
    bw_code code = BW_OK;
    while (code == BW_OK && v->more)
        code = bw_tx_read(v->pg, journal_page, v, err);
    return code == BW_OK ? bw_tx_read(v->pg, check_feed, v, err) : code;
}
