/* SPDX-License-Identifier: Apache-2.0 */
/* app.h - what every use case is handed: the objects of one running server, made by wiring.c and read-only afterwards.
 * http handlers find it as rq->app.  Layer: app.  Threads: the pointers never change; each object says its own rules.
 */
#ifndef BW_APP_APP_H
#define BW_APP_APP_H

struct bw_writer;
struct bw_worlds;
struct bw_keys;
struct bw_doors;
struct bw_hub;
struct bw_pages;
struct bw_bulks;

struct bw_app {
    struct bw_writer *writer;   /* storage/writer.h */
    struct bw_worlds *worlds;   /* app/world.h */
    const struct bw_keys *keys; /* storage/keys.h */
    struct bw_doors *doors;     /* app/doors.h */
    struct bw_hub *hub;         /* push/hub.h */
    struct bw_bulks *bulks;     /* app/bulk.h */
    struct bw_pages *pages;     /* http/pages.h: compiled templates and catalogues */
    const char *erasures;       /* path of the list of erased files: app/erasures.h */
    const char *attachments;    /* folder of sealed pictures (app/attach.h) */
    const char *public_url;     /* "https://bags.example", or NULL: as asked */
};

#endif
