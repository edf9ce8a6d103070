/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_turn.c - what a worker does for one body before the next has its turn: verdicts of what the writer is through
 * with, then lines out of what came, up to one chunk or BYTES_A_TURN.  Layer: app.  Threads: the worker whose turn it
 * is. */
#include "bulk_int.h"
#include "bw/base/metrics.h"

#define BYTES_A_TURN ((size_t)512 << 10)

/* --- verdicts, in the order of the lines --- */

static bool done(struct bw_bulk *b, const struct bulk_chunk *c)
{
    bw_lock(&b->mu);
    bool is = c->done;
    bw_unlock(&b->mu);
    return is;
}

static void collect(struct bw_bulk *b)
{
    while (b->first && done(b, b->first)) {
        struct bulk_chunk *c = b->first;
        struct bw_error err = c->work.err;
        bw_code rc = c->work.rc;
        b->first = c->next;
        b->undone = b->undone || c->work.undone;
        if (rc == BW_OK && b->n_stored + 1 == c->first)
            b->n_stored += c->n;
        if (rc == BW_OK && !bw_bulk_idle(b))
            rc = bw_bulk_verdicts(b, c, &err);
        if (rc != BW_OK)
            bw_bulk_refuse(b, rc, &err);
        if (!b->pool->opt.uncounted)
            bw_metric_add(BW_M_BULK_LINES, 0, c->n);
        bw_bulk_chunk_free(c);
    }
}

/* --- lines --- */

enum input { INPUT_SOME, INPUT_NONE, INPUT_END };

/* What came since, for what was read. */
static enum input take_input(struct bw_bulk *b)
{
    bw_lock(&b->mu);
    enum input is = b->in.n > 0 ? INPUT_SOME : b->ended ? INPUT_END : INPUT_NONE;
    struct bw_buf read = b->work;
    b->work = b->in;
    b->in = read;
    bw_buf_clear(&b->in);
    b->at = 0;
    if (b->parked) {
        b->parked = false;
        b->opt.wake(b->opt.ctx);
    }
    bw_unlock(&b->mu);
    return is;
}

/* The next piece of plain text, behind what was cut from the last one; empty: no more of what came. */
static bw_code next_piece(struct bw_bulk *b, struct bw_str *ret, struct bw_error *err)
{
    struct bw_str rest = bw_str_n(b->work.p + b->at, b->work.n - b->at);
    if (!b->inflate) {
        *ret = rest;
        return BW_OK;
    }
    if (b->plain_at == b->n_plain) {
        b->plain_at = b->n_plain = 0;
        bw_code rc = bw_inflate_run(b->inflate, &rest, b->plain, BW_BULK_PLAIN, &b->n_plain, err);
        b->at = b->work.n - rest.n;
        if (rc != BW_OK)
            return rc;
    }
    *ret = bw_str_n(b->plain + b->plain_at, b->n_plain - b->plain_at);
    return BW_OK;
}

static bw_code next_line(struct bw_bulk *b, enum bw_line *ret_kind, struct bw_str *ret_line, struct bw_error *err)
{
    struct bw_str piece = BW_STR_NONE;
    bw_code rc = next_piece(b, &piece, err);
    if (rc != BW_OK)
        return rc;
    size_t n = piece.n;
    *ret_kind = bw_lines_next(&b->lines, &piece, ret_line);
    n -= piece.n;
    b->bytes += n;
    *(b->inflate ? &b->plain_at : &b->at) += n;
    if (*ret_kind == BW_LINE_NO_MEMORY)
        return bw_fail(err, BW_E_BUSY, NULL, "no memory for a line");
    return b->bytes > BW_BULK_BODY ? bw_fail(err, BW_E_TOO_LARGE, NULL, "more than %zu bytes", BW_BULK_BODY) : BW_OK;
}

static bw_code add(struct bw_bulk *b, enum bw_line kind, struct bw_str line, bw_time now, struct bw_error *err)
{
    unsigned most = b->opt.atomic ? BW_BULK_ATOMIC : BW_BULK_LINES;
    if (b->n_lines == most)
        return bw_fail(err, BW_E_TOO_LARGE, NULL, "more than %u lines%s", most,
                       b->opt.atomic ? " for atomic=true" : "");
    if (!b->open)
        b->open = bw_bulk_chunk_new(b);
    if (!b->open || !bw_bulk_chunk_add(b->open, kind, line, now))
        return bw_fail(err, BW_E_BUSY, NULL, "no memory for lines");
    b->n_lines++;
    return BW_OK;
}

/* The body's end: an open last line, and gzip that has to be whole. */
static bw_code read_end(struct bw_bulk *b, bw_time now, struct bw_error *err)
{
    struct bw_str line = BW_STR_NONE;
    enum bw_line kind = bw_lines_end(&b->lines, &line);
    bw_code rc = b->inflate ? bw_inflate_end(b->inflate, err) : BW_OK;
    if (rc == BW_OK && kind != BW_LINE_NONE)
        rc = add(b, kind, line, now, err);
    b->read_all = rc == BW_OK;
    return rc;
}

static bool unread(const struct bw_bulk *b)
{
    return b->at < b->work.n || b->plain_at < b->n_plain;
}

/* Reads up to a full chunk; *ret_more: there is more to be read at once. */
static bw_code read_lines(struct bw_bulk *b, bool *ret_more, struct bw_error *err)
{
    bw_time now = bw_clock_wall();
    uint64_t until = b->bytes + BYTES_A_TURN;
    bw_code rc = BW_OK;
    *ret_more = true;
    while (rc == BW_OK && !(b->open && b->open->n == b->open->cap && !b->opt.atomic) && b->bytes < until) {
        enum bw_line kind = BW_LINE_NONE;
        struct bw_str line = BW_STR_NONE;
        rc = next_line(b, &kind, &line, err);
        if (rc == BW_OK && kind != BW_LINE_NONE)
            rc = add(b, kind, line, now, err);
        if (rc != BW_OK || kind != BW_LINE_NONE || unread(b))
            continue;
        enum input input = take_input(b);
        if (input == INPUT_SOME)
            continue;
        *ret_more = false;
        return input == INPUT_END ? read_end(b, now, err) : BW_OK;
    }
    return rc;
}

/* --- the turn --- */

/* Full, or the last, or nothing of this body is with the writer: then even one line need not wait. */
static bool due(struct bw_bulk *b)
{
    if (!b->open || (b->opt.atomic && !b->read_all))
        return false;
    if (b->read_all || b->open->n == b->open->cap)
        return true;
    bw_lock(&b->mu);
    bool none = b->in_flight == 0;
    bw_unlock(&b->mu);
    return none;
}

static void drop_input(struct bw_bulk *b)
{
    if (b->open)
        bw_bulk_chunk_free(b->open);
    b->open = NULL;
    (void)take_input(b);
}

static void finish(struct bw_bulk *b)
{
    struct bw_error err = { 0 };
    if (b->first || b->open || !(b->read_all || bw_bulk_idle(b)))
        return;
    bw_code rc = bw_bulk_spool_end(b, &err);
    if (rc != BW_OK)
        bw_bulk_refuse(b, rc, &err);
    bw_lock(&b->mu);
    bool now = b->ended && !b->over && !b->left;
    b->over = b->over || now;
    if (now)
        b->opt.over(b->opt.ctx);
    bw_unlock(&b->mu);
}

bool bw_bulk_turn(struct bw_bulk *b)
{
    struct bw_error err = { 0 };
    bool more = false;
    collect(b);
    bool held = !bw_bulk_idle(b) && due(b) && !bw_bulk_submit(b);
    if (!held && !b->read_all && !bw_bulk_idle(b)) {
        bw_code rc = read_lines(b, &more, &err);
        if (rc != BW_OK)
            bw_bulk_refuse(b, rc, &err);
    }
    if (bw_bulk_idle(b)) {
        drop_input(b);
        more = false;
    } else if (!held && due(b)) {
        more = bw_bulk_submit(b) && more;
    }
    collect(b); /* lines that are all refused never go to the writer */
    finish(b);
    return more;
}
