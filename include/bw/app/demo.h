/* SPDX-License-Identifier: Apache-2.0 */
/* demo.h - the demo story (OPS-08): one bag, two flights, two airlines, played on the real clock through the same door
 * as everything else. Two carriers with policies scaled 1:60 (an hour takes a minute), some backdated scans, a file, a
 * silence, a promise missed, the chasers, the plan, the delivery, the damage.  What it made is written to DATA/demo.txt
 * (0600), one "word value" a line, and is not made again while that file is there. Layer: app.  Threads: a thread of
 * its own; start and stop from main.  Source: story.md, OPS-08. */
#ifndef BW_APP_DEMO_H
#define BW_APP_DEMO_H

#include "bw/app/app.h"
#include "bw/base/err.h"

struct bw_demo_options {
    const struct bw_app *app;
    const char *conninfo, *role; /* as bw_pg_options */
    const char *file;            /* DATA/demo.txt */
    const char *origin;          /* "http://127.0.0.1:8080": what links begin with */
    unsigned password_log2_n;    /* 0 = 17 */
};
struct bw_demo;

/* Makes organisations, keys, accounts, policies and the file; prints addresses and log-ins on standard output. Where
 * the file is there it only prints them again.  Call once the server serves. */
BW_MUST_USE bw_code bw_demo_new(const struct bw_demo_options *o, struct bw_demo **ret_take, struct bw_error *err);
/* Plays on: the rest of the story, each step at its time. */
BW_MUST_USE bw_code bw_demo_start(struct bw_demo *demo, struct bw_error *err);
void bw_demo_stop(struct bw_demo *demo);
void bw_demo_free(struct bw_demo *demo);

#endif
