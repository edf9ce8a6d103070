/* SPDX-License-Identifier: Apache-2.0 */
/* http_rig.h - the HTTP side with real doors on a real database, on a free loopback port: cluster, doors, workers'
 * sessions, accounts and keys.  For tests/integration/http_*_test.c. */
#ifndef BW_TESTS_HTTP_RIG_H
#define BW_TESTS_HTTP_RIG_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "auth_int.h"
#include "bw/storage/keys.h"
#include "door_rig.h"
#include "http_int.h"
#include "pages_int.h"
#include "raw_http.h"

#define RIG_PASSWORD "correct horse battery"

static struct bw_http *rig_http;
static struct bw_doors *rig_the_doors;
static struct bw_keys rig_keys;
static struct bw_app rig_the_app;
static struct bw_pages *rig_pages;
static struct bw_http_realm rig_test; /* set before rig_http_setup where there is to be a test realm */
static pthread_t rig_ticker;
static atomic_bool rig_over;

static inline struct bw_pg *rig_db_open(void *ctx, enum bw_worker_kind kind)
{
    const struct bw_pg_options o = { .conninfo = rig_cluster.app, .name = "worker", .sets = BW_SET_QUERY };
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    (void)ctx;
    (void)kind;
    BW_ASSERT(bw_pg_new(&o, &pg, &err) == BW_OK);
    return pg;
}

static inline bw_code rig_db_ready(void *ctx, struct bw_pg *pg, struct bw_error *err)
{
    (void)ctx;
    return bw_pg_ensure(pg, err);
}

static inline void rig_db_close(void *ctx, struct bw_pg *pg)
{
    (void)ctx;
    bw_pg_free(pg);
}

static void *rig_tick(void *arg)
{
    const struct timespec step = { .tv_nsec = 20000000 };
    (void)arg;
    while (!atomic_load(&rig_over)) {
        bw_http_tick(rig_http);
        nanosleep(&step, NULL);
    }
    return NULL;
}

static inline int rig_http_setup(void **state)
{
    struct bw_error err = { 0 };
    uint8_t secret[32] = { 1 };
    bw_log_init(2, BW_ERROR);
    rig_setup(state);
    bw_keys_from(secret, &rig_keys);
    rig_the_doors = rig_doors(&(struct bw_doors_config){ .password_log2_n = 4 });
    rig_ok(bw_pages_new(NULL, &rig_pages, &err), &err);
    rig_the_app = (struct bw_app){ .doors = rig_the_doors, .keys = &rig_keys, .pages = rig_pages };
    const struct bw_http_config config = {
        .listen = "127.0.0.1:0",
        .app = &rig_the_app,
        .auth = bw_auth_doors(rig_the_doors),
        .db = { rig_db_open, rig_db_ready, rig_db_close, NULL },
        .test = rig_test,
    };
    rig_ok(bw_http_start(&config, &rig_http, &err), &err);
    atomic_store(&rig_over, false);
    return pthread_create(&rig_ticker, NULL, rig_tick, NULL);
}

static inline int rig_http_teardown(void **state)
{
    atomic_store(&rig_over, true);
    pthread_join(rig_ticker, NULL);
    bw_http_stop(rig_http);
    bw_doors_free(rig_the_doors);
    bw_pages_free(rig_pages);
    return rig_teardown(state);
}

/* Sends head lines (each with CRLF) and a body; the answer is the caller's to free. */
static inline struct raw_answer rig_send(const char *method, const char *path, const char *lines, const char *body)
{
    char text[8192];
    int n = body ? snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n%s", method,
                            path, lines, strlen(body), body)
                 : snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: h\r\n%s\r\n", method, path, lines);
    assert_true(n > 0 && (size_t)n < sizeof text);
    return raw_ask(bw_http_port(rig_http), text);
}

static inline int rig_status(const char *method, const char *path, const char *lines, const char *body)
{
    struct raw_answer a = rig_send(method, path, lines, body);
    int status = a.status;
    raw_answer_done(&a);
    return status;
}

static inline struct bw_uuid rig_account(const char *name, const char *organisation, const char *role)
{
    const struct bw_account_new a = { .name = bw_str_c(name),
                                      .organisation = bw_str_c(organisation),
                                      .role = bw_str_c(role),
                                      .password = BW_STR(RIG_PASSWORD) };
    struct bw_uuid id;
    struct bw_error err = { 0 };
    rig_ok(bw_account_create(rig_app, &a, 4, bw_clock_wall(), &id, &err), &err);
    return id;
}

static inline struct bw_session_made rig_login(const char *name, const char *organisation, const char *role)
{
    struct bw_uuid id = rig_account(name, organisation, role);
    struct bw_session_made made;
    struct bw_error err = { 0 };
    rig_ok(bw_session_open(rig_the_doors, rig_app, &id, BW_STR(""), bw_clock_wall(), &made, &err), &err);
    return made;
}

static inline struct bw_key_made rig_key(const char *organisation, unsigned scopes, bool test)
{
    const struct bw_key_new key = {
        .organisation = bw_str_c(organisation), .scopes = scopes, .test = test, .expires_at = BW_TIME_NONE
    };
    struct bw_key_made made;
    struct bw_error err = { 0 };
    rig_ok(bw_key_create(rig_app, &key, bw_clock_wall(), &made, &err), &err);
    return made;
}

#endif
