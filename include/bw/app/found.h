/* SPDX-License-Identifier: Apache-2.0 */
/* found.h - bags that a rule found before anybody asked for them: a file is proposed to the carrier that would own it,
 * whose staff open it, with what the bag's own journey says, or dismiss it with a reason.  And staff who ask for a bag
 * to be watched.  Layer: app.  Threads: query workers.  Source: CLK-20, CASE-02, BAG-09. */
#ifndef BW_APP_FOUND_H
#define BW_APP_FOUND_H

#include "bw/app/cases.h"
#include "bw/app/list.h"

struct bw_found_bag {
    struct bw_uuid id, bag_id;
    bw_time made_at, lands_at, decided_at;
    struct bw_str why, plate, owner, station, flight, decided_by, reason, ref;
    struct bw_str state; /* waiting, accepted, dismissed, moot */
    bw_date flight_date;
};
/* Those that the caller's carriers would own, newest first, at most BW_FOUND_MOST of those behind `after`; *ret_next is
 * where the next page begins. */
#define BW_FOUND_MOST 500
BW_MUST_USE bw_code bw_found_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_list_place *after,
                                  struct bw_arena *arena, struct bw_found_bag **ret, size_t *ret_n,
                                  struct bw_list_place *ret_next, struct bw_error *err);

/* Field table of the document that accepts; also the OpenAPI schema "FoundAcceptIn".  What it lacks of POST /v1/cases
 * is known of the bag. */
extern const struct bw_field bw_found_accept_fields[];
/* The file that is opened for it, its number drawn: ready for the writer but for done and ctx.  What the caller says of
 * the passenger is in body, checked by the same table as POST /v1/cases; all faults in f.  BW_E_NOT_FOUND where the
 * caller sees no such proposal, BW_E_FOUND where it was decided or is moot. */
BW_MUST_USE bw_code bw_found_accept(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                    const struct bw_uuid *id, struct bw_str body, bw_time now, struct bw_arena *arena,
                                    struct bw_case_request **ret, struct bw_faults *f, struct bw_error *err);
/* Notes that the file was opened. */
BW_MUST_USE bw_code bw_found_accepted(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                                      const char *ref, bw_time now, struct bw_error *err);

/* Why a proposal is dismissed, ended by NULL: "on-board", "travels-later", "with-owner", "mistaken". */
extern const char *const bw_found_reasons[];
/* reason: one of those words.  BW_E_NOT_FOUND, BW_E_FOUND as above. */
BW_MUST_USE bw_code bw_found_dismiss(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                                     struct bw_str reason, bw_time now, struct bw_error *err);

/* Field table of POST /v1/bags/{id}:watch. */
extern const struct bw_field bw_watch_fields[];
/* A WATCH_STARTED by staff, ready for the writer but for done and ctx; `moot` where the bag is watched already or is
 * with its owner.  BW_E_NOT_FOUND where the caller does not see the bag. */
struct bw_watch_request {
    struct bw_item item;
    struct bw_work work;
};
BW_MUST_USE bw_code bw_watch_ask(struct bw_pg *pg, const struct bw_principal *who, struct bw_str bag,
                                 struct bw_str event_id, struct bw_str for_carrier, bw_time now, struct bw_arena *arena,
                                 struct bw_watch_request **ret, struct bw_error *err);

#endif
