/* SPDX-License-Identifier: Apache-2.0 */
/* raw_http.h - raw bytes to a server on loopback and back, for tests that say what no polite client would.
 * Every wait is bounded by a receive time-out. */
#ifndef BW_TEST_RAW_HTTP_H
#define BW_TEST_RAW_HTTP_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bw/base/str.h"

struct raw {
    int fd;
    char buf[512 * 1024];
    size_t n;    /* bytes read and not yet taken */
    bool closed; /* the server has ended the connection */
    bool chunked;      /* what comes is taken out of its chunks (RFC 9112 7.1): a chunk may end inside a word */
    bool in_data;      /* chunked: data, not a size line */
    size_t chunk_left; /* chunked: bytes of data still to come, or the size read so far */
};

/* Takes what stands in the buffer behind `from` out of its chunks. */
static inline void raw_unchunk(struct raw *r, size_t from)
{
    size_t to = from;
    for (size_t k = from; k < r->n; k++) {
        char c = r->buf[k];
        if (r->in_data) {
            r->buf[to++] = c;
            r->in_data = --r->chunk_left > 0;
        } else if (c == '\n') { /* of a size line, or of the end of a chunk, where the size is still 0 */
            r->in_data = r->chunk_left > 0;
        } else if (c != '\r') {
            r->chunk_left = r->chunk_left * 16 + (size_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        }
    }
    r->n = to;
    r->buf[r->n] = '\0';
}

static inline struct raw *raw_open(unsigned port)
{
    struct raw *r = calloc(1, sizeof *r);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    struct timeval limit = { .tv_sec = 20 };
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(r->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(r->fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(r->fd);
        free(r);
        return NULL;
    }
    return r;
}

static inline void raw_close(struct raw *r)
{
    if (!r)
        return;
    close(r->fd);
    free(r);
}

static inline bool raw_write(struct raw *r, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t w = send(r->fd, p, n, MSG_NOSIGNAL);
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static inline bool raw_say(struct raw *r, const char *text)
{
    return raw_write(r, text, strlen(text));
}

/* Reads once more; false at the end of the connection or after the time-out. */
static inline bool raw_more(struct raw *r)
{
    if (r->n + 1 >= sizeof r->buf)
        return false;
    ssize_t got = recv(r->fd, r->buf + r->n, sizeof r->buf - r->n - 1, 0);
    if (got <= 0) {
        r->closed = got == 0 || errno == ECONNRESET;
        return false;
    }
    r->n += (size_t)got;
    r->buf[r->n] = '\0';
    if (r->chunked)
        raw_unchunk(r, r->n - (size_t)got);
    return true;
}

/* Reads until `text` stands in what was read; NULL when the connection ends or time runs out before. */
static inline char *raw_until(struct raw *r, const char *text)
{
    for (;;) {
        char *at = r->n ? strstr(r->buf, text) : NULL;
        if (at)
            return at;
        if (!raw_more(r))
            return NULL;
    }
}

static inline void raw_drop(struct raw *r, size_t n)
{
    memmove(r->buf, r->buf + n, r->n - n + 1);
    r->n -= n;
}

struct raw_answer {
    int status;      /* 0 = none came */
    char *head;      /* with the empty line */
    char *body;
    size_t body_n;
};

static inline const char *raw_header(const struct raw_answer *a, const char *name)
{
    static _Thread_local char value[1024];
    size_t n = strlen(name);
    for (const char *line = strstr(a->head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':')
            continue;
        const char *from = line + 3 + n;
        while (*from == ' ')
            from++;
        size_t len = strcspn(from, "\r");
        snprintf(value, sizeof value, "%.*s", (int)len, from);
        return value;
    }
    return NULL;
}

/* One answer with Content-Length or without body (head = 1: to HEAD); free with raw_answer_done. */
static inline struct raw_answer raw_answer(struct raw *r, int head)
{
    struct raw_answer a = { 0, NULL, NULL, 0 };
    char *end = raw_until(r, "\r\n\r\n");
    if (!end || strncmp(r->buf, "HTTP/1.1 ", 9) != 0)
        return a;
    size_t head_n = (size_t)(end - r->buf) + 4;
    a.head = strndup(r->buf, head_n);
    uint64_t number = 0;
    a.status = bw_str_to_u64(bw_str_n(r->buf + 9, 3), 100, 599, &number) ? (int)number : 0;
    const char *length = raw_header(&a, "Content-Length");
    if (length && !head && bw_str_to_u64(bw_str_n(length, strspn(length, "0123456789")), 0, 1 << 30, &number))
        a.body_n = (size_t)number;
    while (r->n < head_n + a.body_n)
        if (!raw_more(r))
            break;
    a.body = strndup(r->buf + head_n, a.body_n);
    raw_drop(r, r->n < head_n + a.body_n ? r->n : head_n + a.body_n);
    return a;
}

static inline void raw_answer_done(struct raw_answer *a)
{
    free(a->head);
    free(a->body);
    *a = (struct raw_answer){ 0, NULL, NULL, 0 };
}

/* True when the server ends the connection without another byte. */
static inline bool raw_ended(struct raw *r)
{
    return r->n == 0 && !raw_more(r) && r->closed;
}

/* A connection of its own for one exchange. */
static inline struct raw_answer raw_ask(unsigned port, const char *text)
{
    struct raw *r = raw_open(port);
    struct raw_answer a = { 0, NULL, NULL, 0 };
    if (r && raw_say(r, text))
        a = raw_answer(r, strncmp(text, "HEAD", 4) == 0);
    raw_close(r);
    return a;
}

/* Just the status of one exchange. */
static inline int raw_status(unsigned port, const char *text)
{
    struct raw_answer a = raw_ask(port, text);
    int status = a.status;
    raw_answer_done(&a);
    return status;
}

#endif
