/* SPDX-License-Identifier: Apache-2.0 */
/* bulk.c - PERF-02 from outside: events as NDJSON in bodies of at most 64 MiB and 200,000 lines over a few connections,
 * each on a thread of its own: a body is sent, its verdicts are read and counted, then the next.  Every plate is said
 * ROUNDS times, in order; no plate is on two connections.
 *     bulk PORT KEY EVENTS CONNECTIONS [LINES A BODY] [RUN] [FIRST PLATE]     prints one JSON line.  Loopback only. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 5
#define LINES_MOST 200000
#define CONNECTIONS_MOST 64
#define PIECE (256 * 1024)
#define LINE_MOST 256

struct feed {
    pthread_t thread;
    long first_plate, plates, events, at; /* of this connection; sent so far */
    long created, repeated, refused, bodies;
    int64_t bytes_in, bytes_out;
};

static unsigned port;
static const char *key, *run_name;
static long lines_a_body = LINES_MOST;
static char when[ROUNDS][32], day[16];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* All lines are of one length, so that the length of a body is known before it is made. */
static int line_of(const struct feed *f, long k, char to[LINE_MOST])
{
    static const char *const codes[ROUNDS] = { "BAG_SEEN", "BAG_SEEN", "BAG_SEEN", "BAG_SEEN", "BAG_SEEN" };
    static const char *const stations[ROUNDS] = { "JFK", "LHR", "LHR", "MAD", "MAD" };
    long plate = f->first_plate + k % f->plates, round = k / f->plates % ROUNDS;
    return snprintf(to, LINE_MOST,
                    "{\"event_id\":\"%s-%08ld-%ld\",\"plate\":\"0125%06ld\",\"travel_date\":\"%s\",\"code\":\"%s\","
                    "\"occurred_at\":\"%s\",\"station\":\"%s\"}\n",
                    run_name, plate, round, plate, day, codes[round], when[round], stations[round]);
}

static void send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0 && errno != EINTR)
            die("send");
        p += sent > 0 ? sent : 0;
        n -= sent > 0 ? (size_t)sent : 0;
    }
}

static void send_body(struct feed *f, int fd, long lines)
{
    static _Thread_local char piece[PIECE];
    char line[LINE_MOST];
    size_t n = (size_t)snprintf(piece, sizeof piece,
                                "POST /v1/events:bulk HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                                "Content-Type: application/x-ndjson\r\nContent-Length: %ld\r\n\r\n",
                                key, (long)line_of(f, f->at, line) * lines);
    for (long k = 0; k < lines; k++) {
        if (n + LINE_MOST > sizeof piece) {
            send_all(fd, piece, n);
            f->bytes_out += (int64_t)n;
            n = 0;
        }
        n += (size_t)line_of(f, f->at++, piece + n);
    }
    send_all(fd, piece, n);
    f->bytes_out += (int64_t)n;
}

/* Verdicts begin with {"line":N,"status":… */
static void verdict(struct feed *f, const char *p, size_t n)
{
    const char *status = memmem(p, n < 48 ? n : 48, "\"status\":", 9);
    int value = status ? atoi(status + 9) : 0;
    f->created += value == 201;
    f->repeated += value == 200;
    if (value != 200 && value != 201 && f->refused++ == 0)
        fprintf(stderr, "refused: %.*s\n", (int)n, p);
}

/* The head of an answer is in the first `n` bytes; its body's length, and where it begins. */
static long head_of(const char *p, size_t n, size_t *ret_begin)
{
    const char *end = memmem(p, n, "\r\n\r\n", 4), *length = memmem(p, n, "Content-Length: ", 16);
    if (!end || !length || strncmp(p, "HTTP/1.1 200", 12) != 0) {
        fprintf(stderr, "answer: %.*s\n", (int)n, p);
        exit(1);
    }
    *ret_begin = (size_t)(end - p) + 4;
    return atol(length + 16);
}

static void read_answer(struct feed *f, int fd)
{
    static _Thread_local char in[PIECE];
    size_t n = 0;
    long left = -1;
    while (left != 0) {
        ssize_t got = recv(fd, in + n, sizeof in - n, 0);
        if (got <= 0)
            die("recv");
        n += (size_t)got;
        f->bytes_in += got;
        size_t at = 0;
        if (left < 0) {
            if (!memmem(in, n, "\r\n\r\n", 4))
                continue;
            left = head_of(in, n, &at);
        }
        for (const char *end; (end = memchr(in + at, '\n', n - at)) != NULL;) {
            size_t line = (size_t)(end - (in + at)) + 1;
            verdict(f, in + at, line);
            at += line;
            left -= (long)line;
        }
        memmove(in, in + at, n - at);
        n -= at;
    }
}

static int open_connection(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect");
    return fd;
}

static void *run(void *arg)
{
    struct feed *f = arg;
    int fd = open_connection();
    while (f->at < f->events) {
        long left = f->events - f->at;
        send_body(f, fd, left < lines_a_body ? left : lines_a_body);
        read_answer(f, fd);
        f->bodies++;
    }
    close(fd);
    return NULL;
}

static void name_times(void)
{
    time_t now = time(NULL);
    struct tm tm;
    for (int k = 0; k < ROUNDS; k++) {
        time_t at = now - 3600 + k * 600;
        (void)strftime(when[k], sizeof when[k], "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
    }
    (void)strftime(day, sizeof day, "%Y-%m-%d", gmtime_r(&now, &tm));
}

int main(int argc, char **argv)
{
    static struct feed feeds[CONNECTIONS_MOST];
    if (argc < 5)
        return fprintf(stderr, "bulk PORT KEY EVENTS CONNECTIONS [LINES A BODY] [RUN] [FIRST PLATE]\n"), 64;
    port = (unsigned)atoi(argv[1]);
    key = argv[2];
    long events = atol(argv[3]), n = atol(argv[4]);
    lines_a_body = argc > 5 ? atol(argv[5]) : LINES_MOST;
    run_name = argc > 6 ? argv[6] : "bulk";
    long first = argc > 7 ? atol(argv[7]) : 0;
    if (n < 1 || n > CONNECTIONS_MOST || events < n * ROUNDS || lines_a_body < 1 || lines_a_body > LINES_MOST)
        return fprintf(stderr, "no such load\n"), 64;
    name_times();
    double began = now_s();
    for (long k = 0; k < n; k++) {
        struct feed *f = &feeds[k];
        f->events = events / n;
        f->plates = (f->events + ROUNDS - 1) / ROUNDS;
        f->first_plate = first + k * f->plates;
        if (pthread_create(&f->thread, NULL, run, f) != 0)
            die("thread");
    }
    struct feed all = { 0 };
    for (long k = 0; k < n; k++) {
        (void)pthread_join(feeds[k].thread, NULL);
        all.created += feeds[k].created;
        all.repeated += feeds[k].repeated;
        all.refused += feeds[k].refused;
        all.bodies += feeds[k].bodies;
        all.bytes_in += feeds[k].bytes_in;
        all.bytes_out += feeds[k].bytes_out;
    }
    double took = now_s() - began;
    printf("{\"bench\":\"bulk\",\"events\":%ld,\"connections\":%ld,\"bodies\":%ld,\"seconds\":%.2f,\"events_per_s\":%."
           "0f,"
           "\"created\":%ld,\"repeated\":%ld,\"refused\":%ld,\"mib_sent\":%.0f,\"mib_received\":%.0f}\n",
           all.created + all.repeated + all.refused, n, all.bodies, took, (double)(all.created + all.repeated) / took,
           all.created, all.repeated, all.refused, (double)all.bytes_out / 1048576, (double)all.bytes_in / 1048576);
    return all.refused ? 1 : 0;
}
