/* SPDX-License-Identifier: Apache-2.0 */
/* control.c - what a stream says beside data: hello, reset, degraded, refresh, heartbeats, and its end.  Each event
 * carries the reader's position as id, so that a client which saw nothing else for hours still resumes from now. Layer:
 * push.  Threads: under the hub's lock.  Source: design.md 8 (SSE names), peers.md 1.4, STR-01 to STR-08. */
#include "hub_int.h"

#include "bw/base/crypto.h"
#include "bw/base/json_out.h"

static unsigned random_below(unsigned n)
{
    uint32_t v = 0;
    bw_random(&v, sizeof v);
    return v % n;
}

/* Formats into the fixed text of the subscriber; every control event fits. */
static void put(struct bw_sub *s, const struct bw_buf *b)
{
    BW_ASSERT(bw_buf_ok(b) && b->n <= sizeof s->control);
    memcpy(s->control, b->p, b->n);
    s->control_n = b->n;
    s->control_at = 0;
}

static void event(struct bw_sub *s, struct bw_buf *to, const char *name, const struct bw_buf *data)
{
    struct bw_cursor id = { s->hub->epoch, bw_sub_position_locked(s) };
    bw_sse_event(to, name, &id, bw_buf_view(data));
}

static void hello(struct bw_sub *s, struct bw_buf *to, struct bw_json_out *j, const struct bw_buf *data)
{
    s->hello_due = false;
    bw_sse_retry(to, 2000 + random_below(2000));
    bw_jo_begin(j);
    bw_jk_i64(j, "epoch", s->hub->epoch);
    bw_jk_i64(j, "index", (int64_t)bw_sub_position_locked(s));
    bw_jk_time(j, "server_time", bw_clock_wall());
    bw_jk_i64(j, "heartbeat_s", s->hub->config.heartbeat / BW_SECOND);
    bw_jo_end(j);
    event(s, to, "hello", data);
}

static void reset(struct bw_sub *s, struct bw_buf *to, struct bw_json_out *j, const struct bw_buf *data)
{
    bw_jo_begin(j);
    bw_jk_c(j, "reason", s->reset);
    bw_jk_c(j, "snapshot", s->kind == BW_SUB_CASE ? "fragment" : s->hub->config.snapshot);
    bw_jo_end(j);
    s->reset = NULL;
    s->refresh_due = false; /* it reads everything anew */
    event(s, to, "reset", data);
}

static void degraded(struct bw_sub *s, struct bw_buf *to, struct bw_json_out *j, const struct bw_buf *data)
{
    s->degraded_told = s->hub->degraded;
    bw_jo_begin(j);
    bw_jk_bool(j, "degraded", s->hub->degraded);
    bw_jk_time(j, "since", s->hub->degraded_since);
    bw_jo_end(j);
    event(s, to, "degraded", data);
}

/* What the page says beside the log has changed: its fragment is to be read again. */
static void refresh(struct bw_sub *s, struct bw_buf *to, struct bw_json_out *j, const struct bw_buf *data)
{
    s->refresh_due = false;
    bw_jo_begin(j);
    bw_jk_c(j, "reason", "station");
    bw_jo_end(j);
    event(s, to, "refresh", data);
}

/* The wait before coming back is spread, so that a restart is no stampede. */
static void goodbye(struct bw_sub *s, struct bw_buf *to, struct bw_json_out *j, const struct bw_buf *data)
{
    bool spread = s->end == BW_END_DRAIN || s->end == BW_END_BYE;
    bw_sse_retry(to, spread ? 1000 + random_below(4000) : 100 + random_below(900));
    bw_jo_begin(j);
    bw_jk_c(j, "reason", s->end_reason);
    bw_jo_end(j);
    event(s, to, s->end == BW_END_SLOW ? "slow" : "bye", data);
    s->ended = true;
}

bool bw_control_next_locked(struct bw_sub *s)
{
    struct bw_buf to BW_CLEANUP(bw_buf_done), data BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    char time[BW_TIME_TEXT];
    bw_buf_init(&to, sizeof s->control);
    bw_buf_init(&data, sizeof s->control);
    bw_json_out_init(&j, &data);
    if (s->ended)
        return false;
    if (s->hello_due) {
        hello(s, &to, &j, &data);
    } else if (s->reset) {
        reset(s, &to, &j, &data);
    } else if (s->degraded_told != s->hub->degraded) {
        degraded(s, &to, &j, &data);
    } else if (s->end != BW_END_NOT) {
        goodbye(s, &to, &j, &data);
    } else if (s->refresh_due) {
        refresh(s, &to, &j, &data);
    } else if (s->heartbeat_due) {
        s->heartbeat_due = false;
        bw_buf_printf(&to, ": hb %s\n\n", bw_time_text(bw_clock_wall(), time));
    } else {
        return false;
    }
    put(s, &to);
    return true;
}

void bw_sub_end_locked(struct bw_sub *s, enum bw_sub_end end, const char *reason)
{
    if (s->end != BW_END_NOT)
        return;
    s->end = end;
    s->end_reason = reason;
    bw_sub_wake_locked(s);
}
