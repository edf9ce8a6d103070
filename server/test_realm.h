/* SPDX-License-Identifier: Apache-2.0 */
/* test_realm.h - where what `bagk_test_` keys say goes: a schema of its own with its own writer, feed, hub and duties
 * in the same process, smaller than the live ones.  It is in no report, no metric and no live stream; keys, mandates,
 * carriers, stations and policies are the live realm's.  Thirty days after the first of it, all of it is gone.
 * Owns: everything in it.  Layer: main.  Threads: main.  Source: ING-15, design.md 7. */
#ifndef BW_MAIN_TEST_REALM_H
#define BW_MAIN_TEST_REALM_H

#include <limits.h>

#include "bw/app/app.h"
#include "bw/app/around.h"
#include "bw/app/bulk.h"
#include "bw/app/duties.h"
#include "bw/app/feed.h"
#include "bw/app/pulse.h"

struct bw_server;

struct bw_test_realm {
    struct bw_hub *hub; /* NULL: there is no test realm */
    struct bw_feed *feed;
    struct bw_writer *writer;
    struct bw_duties *duties;
    struct bw_bulks *bulks;
    struct bw_around around;
    struct bw_beats beats;
    struct bw_worlds *worlds; /* the live one's: stations, carriers and policies are the same */
    char spool[PATH_MAX + 16], erasures[PATH_MAX + 32], attachments[PATH_MAX + 32];
    struct bw_app app; /* the live one's with the realm's own in place */
};

/* Nothing where the settings want none.  After the live hub, doors and worlds were made. */
BW_MUST_USE bw_code bw_test_realm_start(struct bw_server *s, struct bw_test_realm *ret, struct bw_error *err);
/* Fills ret->app once the live one is complete. */
void bw_test_realm_app(struct bw_test_realm *realm, const struct bw_app *live);
/* No stream of it is open. */
bool bw_test_realm_drained(struct bw_test_realm *realm);
/* After the requests, before the live duties: what was queued is committed. */
void bw_test_realm_stop(struct bw_test_realm *realm);
/* After the live hub, which knows this one's. */
void bw_test_realm_free(struct bw_test_realm *realm);

#endif
