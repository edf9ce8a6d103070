/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - a load generator of our own: one epoll loop, many connections, no think time.
 *     load scans   PORT KEY CONNECTIONS N PLATES                 single POST /v1/events, durable; prints rate, p50, p99
 *     load streams PORT KEY STREAMS SECONDS CHANGES_PER_S FILE   FILE holds "token plate" lines; opens STREAMS event
 * streams spread over the tokens (from several loopback addresses), posts changes, prints how long after the post was
 * sent its streams had the bytes One JSON line on standard output.  Loopback only. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PLATES_MOST 4096
#define PENDING 8192

struct conn {
    int fd;
    bool stream;
    int bag; /* streams: index of the token */
    char in[8192];
    size_t n;
    int64_t sent_at;
    bool hello;
};

struct bag {
    char token[32], plate[16];
    int64_t sent_at[64]; /* by version modulo 64 */
    int version;
};

static struct bag bags[PLATES_MOST];
static int n_bags;
static int64_t *sample;
static size_t n_samples, cap_samples;
static unsigned port;
static const char *key;
static int ep;
static long answered, failed, events_in;

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void take(int64_t us)
{
    if (n_samples == cap_samples) {
        cap_samples = cap_samples ? cap_samples * 2 : 65536;
        sample = realloc(sample, cap_samples * sizeof *sample);
        if (!sample)
            die("realloc");
    }
    sample[n_samples++] = us;
}

static int cmp(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double at(double q)
{
    return n_samples ? (double)sample[(size_t)(q * (double)(n_samples - 1))] / 1000.0 : 0;
}

/* 250 connections from each loopback address, so that limits by address are those of a city, not of a machine. */
static void dial(struct conn *c, unsigned nth)
{
    struct sockaddr_in from = { .sin_family = AF_INET },
                       to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        die("socket");
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + nth / 200);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) != 0 ||
        connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
    if (epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev) != 0)
        die("epoll_ctl");
}

static void put(struct conn *c, const char *text, size_t n)
{
    while (n) {
        ssize_t done = write(c->fd, text, n);
        if (done < 0 && errno != EAGAIN)
            die("write");
        if (done > 0) {
            text += done;
            n -= (size_t)done;
        }
    }
}

static void post(struct conn *c, const char *plate, long id, const char *code)
{
    char body[512], text[1024], when[40];
    struct timespec t;
    struct tm tm;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    (void)gmtime_r(&t.tv_sec, &tm);
    size_t at = strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(when + at, sizeof when - at, ".%06ldZ", t.tv_nsec / 1000);
    int n = snprintf(body, sizeof body,
                     "{\"event_id\":\"load-%d-%ld\",\"plate\":\"%s\",\"code\":\"%s\",\"occurred_at\":\"%s\","
                     "\"station\":\"LHR\"}",
                     (int)getpid(), id, plate, code, when);
    int all = snprintf(text, sizeof text,
                       "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: "
                       "application/json\r\nContent-Length: %d\r\n\r\n%s",
                       key, n, body);
    c->sent_at = now_us();
    put(c, text, (size_t)all); /* head and body in one segment, as clients send what is small */
}

/* True when a whole answer has come; the connection's buffer is empty then. */
static bool answer(struct conn *c)
{
    ssize_t n = read(c->fd, c->in + c->n, sizeof c->in - c->n - 1);
    if (n == 0 || (n < 0 && errno != EAGAIN))
        die("read");
    if (n > 0)
        c->n += (size_t)n;
    c->in[c->n] = '\0';
    char *end = strstr(c->in, "\r\n\r\n"), *len = strcasestr(c->in, "\r\nContent-Length: ");
    if (!end || !len)
        return false;
    size_t want = (size_t)(end - c->in) + 4 + (size_t)strtoul(len + 18, NULL, 10);
    if (want >= sizeof c->in) {
        fprintf(stderr, "an answer of %zu bytes\n", want);
        exit(1);
    }
    if (c->n < want)
        return false;
    if (strncmp(c->in, "HTTP/1.1 20", 11) != 0) {
        if (!failed)
            fprintf(stderr, "%.300s\n", c->in);
        failed++;
    }
    answered++;
    c->n = 0;
    return true;
}

static void scans(int connections, long total, int plates)
{
    struct conn *all = calloc((size_t)connections, sizeof *all);
    struct epoll_event ev[256];
    long sent = 0;
    char plate[16];
    if (!all)
        die("calloc");
    for (int k = 0; k < connections; k++)
        dial(&all[k], (unsigned)k);
    int64_t began = now_us();
    for (int k = 0; k < connections && sent < total; k++, sent++) {
        (void)snprintf(plate, sizeof plate, "0125%06d", (int)(sent % plates) + 1);
        post(&all[k], plate, sent, "BAG_SEEN");
    }
    while (answered < total) {
        int n = epoll_wait(ep, ev, 256, 10000);
        if (n <= 0)
            die("nothing came for ten seconds");
        for (int k = 0; k < n; k++) {
            struct conn *c = ev[k].data.ptr;
            if (!answer(c))
                continue;
            take(now_us() - c->sent_at);
            if (sent >= total)
                continue;
            (void)snprintf(plate, sizeof plate, "0125%06d", (int)(sent % plates) + 1);
            post(c, plate, sent++, "BAG_SEEN");
        }
    }
    double s = (double)(now_us() - began) / 1e6;
    qsort(sample, n_samples, sizeof *sample, cmp);
    printf("{\"bench\":\"scans\",\"connections\":%d,\"n\":%ld,\"failed\":%ld,\"per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":"
           "%.2f}\n",
           connections, total, failed, (double)total / s, at(0.5), at(0.99));
}

/* --- streams --- */

/* Answered 503 or 429, both with Retry-After. */
static bool told_later(const struct conn *c)
{
    return !c->hello && c->n >= 12 && (memcmp(c->in + 9, "503", 3) == 0 || memcmp(c->in + 9, "429", 3) == 0);
}

static void stream_bytes(struct conn *c)
{
    ssize_t n = read(c->fd, c->in + c->n, sizeof c->in - c->n - 1);
    if (n == 0 && told_later(c))
        return;
    if (n == 0) {
        fprintf(stderr, "a stream was closed: %.200s\n", c->in);
        exit(1);
    }
    if (n < 0)
        return;
    c->n += (size_t)n;
    c->in[c->n] = '\0';
    if (!c->hello && strstr(c->in, "event: hello"))
        c->hello = true;
    char *p = c->in, *data;
    while ((data = strstr(p, "\"version\":")) != NULL) {
        char *line = strchr(data, '\n');
        if (!line)
            break;
        long version = strtol(data + 10, NULL, 10);
        struct bag *b = &bags[c->bag];
        if (version > 0 && b->sent_at[version % 64]) {
            take(now_us() - b->sent_at[version % 64]);
            events_in++;
        }
        p = line + 1;
    }
    size_t left = c->n - (size_t)(p - c->in);
    if (p == c->in && c->n > sizeof c->in / 2) { /* heads and heartbeats */
        p = c->in + c->n - 200;
        left = 200;
    }
    memmove(c->in, p, left);
    c->n = left;
}

static void read_bags(const char *file)
{
    FILE *in = fopen(file, "re");
    if (!in)
        die(file);
    while (n_bags < PLATES_MOST &&
           fscanf(in, "%31s %15s %d", bags[n_bags].token, bags[n_bags].plate, &bags[n_bags].version) == 3)
        n_bags++;
    (void)fclose(in);
}

static void turn(int wait_ms, struct conn *poster, bool *ret_free)
{
    struct epoll_event ev[512];
    int n = epoll_wait(ep, ev, 512, wait_ms);
    for (int k = 0; k < n; k++) {
        struct conn *c = ev[k].data.ptr;
        if (c != poster)
            stream_bytes(c);
        else if (answer(c))
            *ret_free = true;
    }
}

static void ask_stream(struct conn *c, int k)
{
    char text[256];
    dial(c, (unsigned)k);
    c->bag = k % n_bags;
    int n = snprintf(text, sizeof text, "GET /t/%s/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", bags[c->bag].token);
    put(c, text, (size_t)n);
}

/* Who was told to come again comes again, as a browser would. */
static long ask_again(struct conn *all, int wanted)
{
    long again = 0;
    for (int k = 0; k < wanted; k++) {
        struct conn *c = &all[k];
        if (!told_later(c))
            continue;
        (void)close(c->fd);
        *c = (struct conn){ 0 };
        ask_stream(c, k);
        again++;
    }
    return again;
}

static void streams(int wanted, int seconds, int per_s, const char *file)
{
    struct conn *all = calloc((size_t)wanted + 1, sizeof *all), *poster = &all[wanted];
    bool free_now = true;
    if (!all)
        die("calloc");
    read_bags(file);
    int64_t opening = now_us();
    for (int k = 0; k < wanted; k++) {
        ask_stream(&all[k], k);
        if (k % 64 == 0)
            turn(0, poster, &free_now);
    }
    int open = 0;
    long again = 0;
    int64_t look_at = opening + 1000000, give_up = opening + 30000000;
    while (open < wanted && now_us() < give_up) {
        turn(10, poster, &free_now);
        if (now_us() > look_at) {
            again += ask_again(all, wanted);
            look_at += 1000000;
        }
        open = 0;
        for (int k = 0; k < wanted; k++)
            open += all[k].hello ? 1 : 0;
    }
    double opened_s = (double)(now_us() - opening) / 1e6;
    dial(poster, 0);
    n_samples = 0;
    int64_t began = now_us(), next = began;
    long posts = 0;
    free_now = true;
    while (now_us() - began < (int64_t)seconds * 1000000) {
        if (free_now && now_us() >= next) {
            struct bag *b = &bags[posts % n_bags];
            b->version++;
            b->sent_at[b->version % 64] = now_us();
            post(poster, b->plate, posts++, "BAG_SEEN");
            free_now = false;
            next += 1000000 / per_s;
        }
        turn(free_now ? 1 : 5, poster, &free_now);
    }
    qsort(sample, n_samples, sizeof *sample, cmp);
    printf("{\"bench\":\"streams\",\"streams\":%d,\"open\":%d,\"opened_s\":%.1f,\"asked_again\":%ld,\"posts\":%ld,"
           "\"failed\":%ld,"
           "\"events\":%ld,\"p50_ms\":%.2f,"
           "\"p99_ms\":%.2f}\n",
           wanted, open, opened_s, again, posts, failed, events_in, at(0.5), at(0.99));
}

int main(int argc, char **argv)
{
    struct rlimit files;
    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    ep = epoll_create1(EPOLL_CLOEXEC);
    if (argc < 7 || ep < 0) {
        fprintf(stderr,
                "usage: load scans PORT KEY CONNECTIONS N PLATES | load streams PORT KEY STREAMS SECONDS PER_S FILE\n");
        return 64;
    }
    port = (unsigned)strtoul(argv[2], NULL, 10);
    key = argv[3];
    if (strcmp(argv[1], "scans") == 0)
        scans((int)strtol(argv[4], NULL, 10), strtol(argv[5], NULL, 10), (int)strtol(argv[6], NULL, 10));
    else if (argc > 7)
        streams((int)strtol(argv[4], NULL, 10), (int)strtol(argv[5], NULL, 10), (int)strtol(argv[6], NULL, 10),
                argv[7]);
    return failed ? 1 : 0;
}
