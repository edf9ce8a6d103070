/* SPDX-License-Identifier: Apache-2.0 */
/* leg_body.c - a file of scans: NDJSON, in gzip or not, fed in pieces as a socket gives them, and its verdicts line by
 * line (ING-06, ING-13).  A body without an answer is sent again as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "bw/base/buf.h"
#include "leg.h"

enum { TEXT_MAX = 4 << 20, PIECE_MAX = 3000 };

struct body {
    struct bw_bulk *bulk;
    struct bw_mutex mu;
    struct bw_cond cond;
    bool parked, over; /* shared: mu */
};

static void on_park(void *ctx)
{
    struct body *b = ctx;
    bw_lock(&b->mu);
    b->parked = true;
    bw_unlock(&b->mu);
}

static void on_wake(void *ctx)
{
    struct body *b = ctx;
    bw_lock(&b->mu);
    b->parked = false;
    bw_cond_signal(&b->cond);
    bw_unlock(&b->mu);
}

static void on_over(void *ctx)
{
    struct body *b = ctx;
    bw_lock(&b->mu);
    b->over = true;
    bw_cond_signal(&b->cond);
    bw_unlock(&b->mu);
}

static void wait_for(struct body *b, const bool *what, bool is)
{
    bw_time end = bw_clock_mono() + PATIENCE_S * BW_SECOND;
    bw_lock(&b->mu);
    while (*what != is)
        if (!bw_cond_wait_until(&b->cond, &b->mu, end))
            _exit(4);
    bw_unlock(&b->mu);
}

static void pack(struct bw_str text, struct bw_buf *to)
{
    z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)text.p, .avail_in = (uInt)text.n };
    bool ready = deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    BW_ASSERT(ready);
    size_t room = deflateBound(&z, (uLong)text.n) + 64;
    char *at = bw_buf_room(to, room);
    BW_ASSERT(at);
    z.next_out = (Bytef *)at;
    z.avail_out = (uInt)room;
    bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
    BW_ASSERT(whole);
    bw_buf_grew(to, room - z.avail_out);
    (void)deflateEnd(&z);
}

/* {"line":3,"status":201,…,"event":{"uid":"…"…}} */
static void take_verdict(struct leg *leg, struct sim_statement *s, struct bw_str line)
{
    static const char uid[] = "\"uid\":\"";
    static const char named[] = "\"status\":";
    const char *at = memmem(line.p, line.n, named, sizeof named - 1);
    int64_t status = 0;
    bool said = at && bw_str_to_i64(bw_str_n(at + sizeof named - 1, 3), 100, 599, &status);
    BW_ASSERT(said);
    uint8_t answer = status == 201   ? SIM_STORED
                     : status == 200 ? SIM_REPEATED
                     : status == 409 ? SIM_CONFLICT
                                     : SIM_REFUSED;
    if (s->answer != SIM_UNANSWERED)
        return;
    if (answer == SIM_STORED) {
        at = memmem(line.p, line.n, uid, sizeof uid - 1);
        bool is = at && bw_uuid_parse(bw_str_n(at + sizeof uid - 1, BW_UUID_TEXT - 1), &s->uid);
        BW_ASSERT(is);
    }
    if (answer == SIM_REFUSED && !s->malformed)
        fprintf(stderr, "sim: line refused: %.*s: %s\n", BW_FMT(line), s->text);
    s->answer = answer;
    __atomic_add_fetch(&leg->r->tally->answered, 1, __ATOMIC_SEQ_CST);
}

static void read_answer(struct leg *leg, const struct body *b, struct sim_statement *lines, size_t n)
{
    struct bw_bulk_answer answer;
    BW_CLEANUP(bw_buf_done) struct bw_buf spool;
    bw_buf_init(&spool, TEXT_MAX);
    bw_bulk_answer(b->bulk, &answer);
    struct bw_str rest = answer.bytes;
    if (answer.fd >= 0) {
        char *to = bw_buf_room(&spool, answer.size);
        bool whole = to && pread(answer.fd, to, answer.size, 0) == (ssize_t)answer.size;
        BW_ASSERT(whole);
        (void)close(answer.fd);
        rest = bw_str_n(to, answer.size);
    }
    if (answer.code != BW_OK)
        return; /* the writer takes nothing: all of it again */
    BW_ASSERT(answer.lines == n);
    for (size_t k = 0; k < n; k++)
        take_verdict(leg, &lines[k], bw_str_split(&rest, '\n'));
}

void sim_send_body(struct leg *leg, struct sim_statement *lines, size_t n, uint64_t *rng)
{
    static struct body b;
    struct bw_error err = { 0 };
    struct bw_principal who = sim_speaker(leg, &lines[0]);
    BW_CLEANUP(bw_buf_done) struct bw_buf plain, packed;
    b.parked = b.over = false;
    bw_mutex_init(&b.mu);
    bw_cond_init(&b.cond);
    bw_buf_init(&plain, TEXT_MAX);
    bw_buf_init(&packed, TEXT_MAX);
    for (size_t k = 0; k < n; k++)
        bw_buf_printf(&plain, "%s\n", lines[k].text);
    if (lines[0].gzip)
        pack(bw_buf_view(&plain), &packed);
    struct bw_str text = bw_buf_view(lines[0].gzip ? &packed : &plain);
    const struct bw_bulk_options o = { .who = &who,
                                       .writer = leg->writers[sim_random(rng) % 2],
                                       .gzip = lines[0].gzip,
                                       .park = on_park,
                                       .wake = on_wake,
                                       .over = on_over,
                                       .ctx = &b };
    if (bw_bulk_new(leg->bulks, &o, &b.bulk, &err) != BW_OK)
        return;
    while (text.n > 0) {
        size_t piece = 1 + sim_random(rng) % PIECE_MAX;
        text = bw_str_drop(text, bw_bulk_feed(b.bulk, text.p, piece < text.n ? piece : text.n));
        wait_for(&b, &b.parked, false);
    }
    bw_bulk_end(b.bulk);
    wait_for(&b, &b.over, true);
    read_answer(leg, &b, lines, n);
    bw_bulk_leave(b.bulk);
}
