/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - one JSON object a line, built on the stack and written by one write(2).
 * A line never exceeds PIPE_BUF, so lines of several instances on one pipe never mix (pipe(7)); what does not fit is
 * cut and the line says "cut":true.  Layer: base.  Threads: any.  Source: OPS-05, reliability.md W7. */
#include "bw/base/log.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "bw/base/clock.h"
#include "bw/base/metrics.h"

/* VALUE_MAX bounds one value so that a long one cannot crowd out the rest. */
enum { VALUE_MAX = 1024, ID_MAX = 64, ENDING = sizeof(",\"cut\":true}\n") };

struct line {
    char text[PIPE_BUF];
    size_t n;
    bool cut;
};

static _Atomic int log_fd = STDERR_FILENO;
static _Atomic int log_least = BW_INFO;
static _Atomic uint64_t dropped;
/* The last write stopped in the middle of a line: the next one begins with a line end. */
static _Atomic bool torn;

static _Thread_local struct {
    char request_id[ID_MAX], trace_id[ID_MAX];
} context;

void bw_log_init(int fd, enum bw_level least)
{
    atomic_store(&log_fd, fd);
    atomic_store(&log_least, (int)least);
}

void bw_log_context(struct bw_str request_id, struct bw_str trace_id)
{
    bw_str_put(bw_str_take(request_id, ID_MAX - 1), context.request_id, ID_MAX);
    bw_str_put(bw_str_take(trace_id, ID_MAX - 1), context.trace_id, ID_MAX);
}

static bool put(struct line *l, const char *p, size_t n)
{
    if (n > sizeof(l->text) - ENDING - l->n) {
        l->cut = true;
        return false;
    }
    memcpy(l->text + l->n, p, n);
    l->n += n;
    return true;
}

static bool put_c(struct line *l, const char *c)
{
    return put(l, c, strlen(c));
}

/* Length of the clean character at s; 0 for a byte that is not UTF-8. */
static size_t char_len(struct bw_str s)
{
    for (size_t n = 1; n <= 4 && n <= s.n; n++)
        if (bw_utf8_valid(bw_str_take(s, n), BW_UTF8_NUL_OK))
            return n;
    return 0;
}

static unsigned code_point(const char *p, size_t n)
{
    static const unsigned char lead_mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    unsigned value = (unsigned char)p[0] & lead_mask[n];
    for (size_t at = 1; at < n; at++)
        value = value << 6 | ((unsigned char)p[at] & 0x3F);
    return value;
}

/* What a terminal or a log viewer may obey instead of showing: C0 and C1 controls, DEL, line and paragraph
 * separators, and the marks that turn the direction of text (CVE-2021-42574). */
static bool is_unseen(unsigned c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

/* One character at the front of s in its escaped form; returns how many bytes of s it took. */
static size_t escape(struct bw_str s, char to[8], size_t *ret_n)
{
    size_t len = char_len(s);
    unsigned c = len ? code_point(s.p, len) : (unsigned char)s.p[0];
    if (len == 0)
        *ret_n = (size_t)snprintf(to, 8, "\\\\x%02x", c);
    else if (is_unseen(c))
        *ret_n = (size_t)snprintf(to, 8, "\\u%04x", c & 0xFFFFU);
    else if (c == '"' || c == '\\')
        *ret_n = (size_t)snprintf(to, 8, "\\%c", (char)c);
    else {
        memcpy(to, s.p, len);
        *ret_n = len;
    }
    return len ? len : 1;
}

static bool put_string(struct line *l, struct bw_str s)
{
    char piece[8];
    size_t n, room = sizeof(l->text) - ENDING - l->n;
    if (room < 16)
        return put(l, "                ", 16); /* does not fit: marks the line as cut */
    size_t limit = l->n + (room - 1 < VALUE_MAX ? room - 1 : VALUE_MAX);
    put(l, "\"", 1);
    while (s.n) {
        size_t took = escape(s, piece, &n);
        if (l->n + n > limit) {
            l->cut = true;
            break;
        }
        put(l, piece, n);
        s = bw_str_drop(s, took);
    }
    return put(l, "\"", 1);
}

static bool put_value(struct line *l, const struct bw_log_field *f)
{
    char number[24];
    switch (f->kind) {
    case BW_LK_STR:
        return put_string(l, f->s);
    case BW_LK_I64:
        snprintf(number, sizeof(number), "%lld", (long long)f->i);
        return put_c(l, number);
    case BW_LK_BOOL:
        return put_c(l, f->i ? "true" : "false");
    case BW_LK_END:
        break;
    }
    return false;
}

/* A field that does not fit leaves no trace but "cut". */
static void put_field(struct line *l, const struct bw_log_field *f)
{
    size_t before = l->n;
    if (!put(l, ",", 1) || !put_string(l, bw_str_c(f->key)) || !put(l, ":", 1) || !put_value(l, f))
        l->n = before;
}

static void drop_line(void)
{
    atomic_fetch_add_explicit(&dropped, 1, memory_order_relaxed);
    bw_metric_add(BW_M_LOG_DROPPED, 0, 1);
}

static void write_line(const char *p, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t wrote = write(atomic_load(&log_fd), p + done, n - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            drop_line();
            break;
        }
        done += (size_t)wrote;
    }
    if (done > 0)
        atomic_store(&torn, done < n);
}

void bw_log_fields(enum bw_level level, const char *event, const struct bw_log_field *fields, size_t n)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    if ((int)level < atomic_load_explicit(&log_least, memory_order_relaxed))
        return;
    int saved = errno;
    char time[BW_TIME_TEXT];
    struct line l = { .n = 0 };
    if (atomic_load(&torn))
        put(&l, "\n", 1);
    put_c(&l, "{\"time\":");
    put_string(&l, bw_str_c(bw_time_text(bw_clock_wall(), time)));
    put_field(&l, &BW_LC("level", names[level]));
    put_field(&l, &BW_LC("event", event));
    if (context.request_id[0])
        put_field(&l, &BW_LC("request_id", context.request_id));
    if (context.trace_id[0])
        put_field(&l, &BW_LC("trace_id", context.trace_id));
    for (size_t at = 0; at < n && fields[at].kind != BW_LK_END; at++)
        put_field(&l, &fields[at]);
    const char *ending = l.cut ? ",\"cut\":true}\n" : "}\n";
    memcpy(l.text + l.n, ending, strlen(ending));
    write_line(l.text, l.n + strlen(ending));
    errno = saved;
}

uint64_t bw_log_dropped(void)
{
    return atomic_load_explicit(&dropped, memory_order_relaxed);
}
