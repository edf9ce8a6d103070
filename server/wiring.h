/* SPDX-License-Identifier: Apache-2.0 */
/* wiring.h - one running server: every object made in layer order and ended in reverse.  The one place that sees them
 * all. Owns: everything in it.  Layer: main.  Threads: main.  Source: design.md 4; REL-02. */
#ifndef BW_MAIN_WIRING_H
#define BW_MAIN_WIRING_H

#include "bw/app/app.h"
#include "bw/app/around.h"
#include "bw/app/bulk.h"
#include "bw/app/demo.h"
#include "bw/app/disruptions.h"
#include "bw/app/duties.h"
#include "bw/app/feed.h"
#include "bw/app/health.h"
#include "bw/app/hearing.h"
#include "bw/app/pulse.h"
#include "bw/http/pages.h"
#include "bw/http/server.h"
#include "bw/storage/keys.h"
#include "database.h"
#include "test_realm.h"

struct bw_server {
    const struct bw_options *o;
    struct bw_data *data; /* DATA's lock */
    struct bw_database db;
    struct bw_keys keys;
    char instance[80];
    struct bw_worlds *worlds;
    struct bw_hub *hub;
    struct bw_feed *feed;
    struct bw_writer *writer;
    struct bw_doors *doors;
    struct bw_hearing hearing;
    struct bw_storms storms;
    struct bw_around around;
    struct bw_duties *duties;
    struct bw_test_realm test;
    struct bw_bulks *bulks;
    struct bw_pages *pages;
    struct bw_demo *demo;
    char spool[PATH_MAX + 16], attachments[PATH_MAX + 16], demo_file[PATH_MAX + 16], demo_origin[64];
    struct bw_app eraser; /* what erasing needs, before anything is served */
    struct bw_health health;
    struct bw_vitals vitals; /* of the live realm, for all: they stand on the same database */
    struct bw_beats beats;
    struct bw_app app;
    struct bw_http *http;
};

/* From settings to a server that takes requests.  On failure everything that was made is ended again. */
BW_MUST_USE bw_code bw_server_start(const struct bw_options *o, struct bw_server *s, struct bw_error *err);
/* About five times a second: deadlines and streams. */
void bw_server_tick(struct bw_server *s);
/* Readiness goes 503 and streams begin to end, spread over `within`. */
void bw_server_drain(struct bw_server *s, bw_time within);
/* True once no stream is open any more. */
bool bw_server_drained(struct bw_server *s);
/* Accepted requests finish, what was queued is committed, everything ends. */
void bw_server_stop(struct bw_server *s);

#endif
