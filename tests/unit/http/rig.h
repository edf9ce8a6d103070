/* SPDX-License-Identifier: Apache-2.0 */
/* rig.h - a real server on a free loopback port with a routes table of its own: each test program that includes this
 * takes the place of routes.c and schemas.c. */
#ifndef BW_TEST_HTTP_RIG_H
#define BW_TEST_HTTP_RIG_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_int.h"

#include "raw_http.h"

static struct bw_http *rig;
static pthread_t rig_ticker;
static atomic_bool rig_over;

static void *rig_tick(void *arg)
{
    struct timespec step = { .tv_nsec = 20000000 };
    (void)arg;
    while (!atomic_load(&rig_over)) {
        bw_http_tick(rig);
        nanosleep(&step, NULL);
    }
    return NULL;
}

static inline int rig_start(struct bw_http_config *config)
{
    struct bw_error err = { 0 };
    bw_log_init(2, BW_ERROR);
    if (!config->listen)
        config->listen = "127.0.0.1:0";
    if (bw_http_start(config, &rig, &err) != BW_OK) {
        print_error("%s: %s\n", err.field, err.detail);
        return -1;
    }
    atomic_store(&rig_over, false);
    return pthread_create(&rig_ticker, NULL, rig_tick, NULL);
}

static inline int rig_stop(void)
{
    atomic_store(&rig_over, true);
    pthread_join(rig_ticker, NULL);
    bw_http_stop(rig);
    rig = NULL;
    return 0;
}

/* True once cond() holds; gives up after 10 s. */
static inline bool rig_wait(bool (*cond)(void))
{
    struct timespec step = { .tv_nsec = 2000000 };
    for (int k = 0; k < 5000; k++) {
        if (cond())
            return true;
        nanosleep(&step, NULL);
    }
    return false;
}

/* "GET /x HTTP/1.1\r\nHost: h\r\n" + more + "\r\n" */
static inline int rig_get(const char *path, const char *more)
{
    char text[4096];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n", path, more);
    return raw_status(bw_http_port(rig), text);
}

#endif
