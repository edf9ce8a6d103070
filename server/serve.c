/* SPDX-License-Identifier: Apache-2.0 */
/* serve.c - the verb `serve`: start, wait for a signal, end gracefully (REL-02).  SIGTERM and SIGINT: readiness goes
 * 503, streams leave spread over the drain time, accepted requests finish, what is queued is committed.  A second
 * signal ends the draining.  SIGHUP and SIGPIPE are nothing to us. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "bw/base/log.h"
#include "cli.h"
#include "wiring.h"

#define STEP_NS (200 * 1000 * 1000)

/* Blocked before any thread starts, so that this thread alone takes them. */
static void block_signals(sigset_t *ret)
{
    static const int ignored[] = { SIGPIPE, SIGHUP };
    for (size_t i = 0; i < BW_LEN(ignored); i++) {
        const struct sigaction ignore = { .sa_handler = SIG_IGN };
        (void)sigaction(ignored[i], &ignore, NULL);
    }
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, ret, NULL);
}

/* A release keeps no memory image that could hold keys; a test build may be looked into. */
static void harden(void)
{
    const struct rlimit none = { 0, 0 };
    if (bw_clock_testable())
        return;
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

/* The signal that came within a fifth of a second, or 0. */
static int next_signal(const sigset_t *set)
{
    const struct timespec step = { 0, STEP_NS };
    int got = sigtimedwait(set, NULL, &step);
    return got > 0 ? got : 0;
}

static void serve_until_told(struct bw_server *s, const sigset_t *set)
{
    int got = 0;
    while (!got) {
        got = next_signal(set);
        bw_server_tick(s);
    }
    bw_log(BW_INFO, "serve.stopping", BW_LI("signal", got));
}

static void drain(struct bw_server *s, const sigset_t *set)
{
    bw_time within = bw_opt_number(s->o, BW_OPT_DRAIN_SECONDS) * BW_SECOND;
    bw_time end = bw_clock_mono() + within + BW_SECOND;
    bw_server_drain(s, within);
    do {
        if (next_signal(set))
            break;
        bw_server_tick(s);
    } while (!bw_server_drained(s) && bw_clock_mono() < end);
    bw_server_drain(s, 0);
}

int bw_verb_serve(struct bw_cli *cli)
{
    struct bw_server s;
    struct bw_error err = { 0 };
    sigset_t set;
    block_signals(&set);
    harden();
    bw_log_init(STDERR_FILENO, (enum bw_level)bw_opt_number(&cli->options, BW_OPT_LOG_LEVEL));
    bw_code code = bw_clock_init(&err);
    if (code == BW_OK)
        code = bw_server_start(&cli->options, &s, &err);
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    bw_log(BW_INFO, "serve.ready", BW_LI("port", bw_http_port(s.http)),
           BW_LI("stream_port", bw_http_stream_port(s.http)), BW_LI("metrics_port", bw_http_metrics_port(s.http)),
           BW_LC("version", BW_VERSION));
    serve_until_told(&s, &set);
    drain(&s, &set);
    bw_server_stop(&s);
    bw_log(BW_INFO, "serve.stopped", BW_LC("version", BW_VERSION));
    return EX_OK;
}
