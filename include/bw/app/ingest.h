/* SPDX-License-Identifier: Apache-2.0 */
/* ingest.h - statements from outside into the writer: one JSON event, or a telegram.
 * A principal's organisation is the sender; a person adds a handle, so that two people never share event ids.
 * Layer: app.  Threads: any; the work's done() runs on the writer's thread.  Source: ING-01..05, TYB-01..04, SEC-10. */
#ifndef BW_APP_INGEST_H
#define BW_APP_INGEST_H

#include "bw/app/app.h"
#include "bw/app/principal.h"
#include "bw/domain/typeb.h"
#include "bw/storage/writer.h"

/* Sender as stored: "BA" for a key, "IB.u1a2b3c4d" for a person (design.md 3: no names in the log). */
void bw_sender_of(const struct bw_principal *who, char to[BW_SENDER_TEXT]);

/* Reads one event into work->items[0] (made in arena); faults go to f.  The work is ready for bw_writer_submit but for
 * done and ctx. */
BW_MUST_USE bw_code bw_ingest_event(const struct bw_principal *who, struct bw_str body, bw_time now,
                                    struct bw_arena *arena, struct bw_work *work, struct bw_faults *f);
/* The same into an item that is there: one of many lines. */
BW_MUST_USE bw_code bw_ingest_item(const struct bw_principal *who, struct bw_str body, bw_time now,
                                   struct bw_arena *arena, struct bw_item *item, struct bw_faults *f);
/* {"outcome","flags",…the stored answer}; *ret_status 201 or 200. */
void bw_ingest_answer(const struct bw_item *item, struct bw_json_out *j, int *ret_status);
/* The same members inside an object that is open. */
void bw_ingest_members(const struct bw_item *item, struct bw_json_out *j);
int bw_ingest_status(const struct bw_item *item);
/* What a refused item is told.  Of a conflict both fingerprints are named, so that the sender can tell which of its
 * statements is which (ING-04). */
void bw_ingest_refusal(const struct bw_item *item, struct bw_error *ret);

/* A telegram's request: what was read and the work it makes. */
struct bw_telegram {
    const struct bw_principal *who; /* whose mandates its bags are held against; must outlive it */
    bw_time at;                     /* when it came */
    struct bw_typeb read;
    struct bw_work work;
    struct bw_uuid letters_of; /* the text whose letters stand for what is unusable: its own, or the one it repairs */
    size_t *item_of;           /* first item of each message */
    struct bw_telegram *whole; /* messages that its parts completed together with parts sent before: a list by .whole */
};
/* Fails as bw_typeb_read does. `text` must outlive ret, as must the arena. */
BW_MUST_USE bw_code bw_ingest_telegram(const struct bw_app *app, const struct bw_world *world,
                                       const struct bw_principal *who, struct bw_str text, bw_time now,
                                       struct bw_arena *arena, struct bw_telegram *ret, struct bw_error *err);
/* The same of a text that repairs one: no dead letters are made, those of `repaired` stand; NULL: an ordinary one. */
BW_MUST_USE bw_code bw_ingest_repair(const struct bw_app *app, const struct bw_world *world,
                                     const struct bw_principal *who, struct bw_str text, const struct bw_uuid *repaired,
                                     bw_time now, struct bw_arena *arena, struct bw_telegram *ret, struct bw_error *err);
/* {"messages":[…]}; *ret_status 200, or 422 when no message could be looked at. */
void bw_ingest_telegram_answer(const struct bw_telegram *t, struct bw_json_out *j, int *ret_status);

/* --- telegrams that need the database (TYB-06); on a session of set query --- */

struct bw_pg;
/* A BTM that says which bags an inbound flight brings. */
bool bw_telegram_lists_bags(const struct bw_telegram *t);
/* Before the writer: a newer BTM withdraws the bags that only the older one for the same inbound flight had; of an
 * older one that comes late nothing is applied.  The same telegram again gives the same. */
BW_MUST_USE bw_code bw_telegram_lists(struct bw_pg *pg, struct bw_telegram *t, bw_time now, struct bw_error *err);
/* A part of a message whose fellows are not in the request. */
bool bw_telegram_waits(const struct bw_telegram *t);
/* After the writer: keeps where the parts stand; where one completes a message, t->whole is that message, ready for
 * the writer, its .whole the next.  Two instances may both complete one: event ids make the second a repetition. */
BW_MUST_USE bw_code bw_telegram_parts(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                      bw_time now, struct bw_telegram *t, struct bw_error *err);

#endif
