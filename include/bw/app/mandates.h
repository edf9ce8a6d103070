/* SPDX-License-Identifier: Apache-2.0 */
/* mandates.h - what carriers let other organisations say in their name: granted and revoked by the carrier alone, each
 * change an event of the mandate's own log; and the book of them that a statement is held against when it comes in.
 * The doors read an organisation's page of the book whenever they read one of its keys or sessions, so it is as fresh
 * as those: within 5 s everywhere, at once on the instance that made the change.
 * Layer: app.  Threads: any; functions that take a bw_pg want it ready.  Source: SEC-10, SEC-13, BAG-05, ING-01. */
#ifndef BW_APP_MANDATES_H
#define BW_APP_MANDATES_H

#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/base/json_out.h"
#include "bw/storage/writer.h"

/* --- the book: owned by the doors --- */
struct bw_mandates;
/* True where who may say ev (carrier, code, station and times are set) in full: for its own carrier always, for another
 * by its mandates. */
bool bw_mandated(const struct bw_principal *who, const struct bw_event *ev, bw_time now);
/* True where who may read what concerns one of its carriers at one of n stations: its own always, another's by a
 * mandate in force today that names one of them, or none.  code: of enum bw_event_code, which that mandate has to hold;
 * -1: any. Without stations only a mandate for every station counts. */
bool bw_mandate_reads(const struct bw_principal *who, struct bw_str carrier, int code, const char (*stations)[4],
                      size_t n, bw_time now);
/* Marks what who says without a mandate. */
void bw_mandate_mark(const struct bw_principal *who, struct bw_event *ev, bw_time now);

/* Opens the book for a sender whose words of an earlier day are read again: who->organisation is set, and its carriers
 * are those that it could name then. */
struct bw_doors;
BW_MUST_USE bw_code bw_mandates_of(struct bw_doors *doors, struct bw_pg *pg, struct bw_principal *who,
                                   struct bw_error *err);

/* --- granting and revoking --- */
#define BW_MANDATE_LIST_MAX 200
struct bw_mandate_row {
    struct bw_uuid id;
    struct bw_str carrier, sender;
    const struct bw_str *stations, *codes; /* none = every one */
    size_t n_stations, n_codes;
    bw_date from, until; /* BW_DATE_NONE = open */
    bw_time made_at, revoked_at;
};
/* {"id","carrier","sender","stations",…} */
void bw_mandate_json(struct bw_json_out *j, const struct bw_mandate_row *m);
/* A grant or a revocation on its way to the writer; all texts of the arena. */
struct bw_mandate_work {
    struct bw_mandate_row row; /* as it is from then on */
    struct bw_mandate_terms terms;
    char sender[1][4];           /* audience: where it is a carrier; a handler reads what its mandates let it read */
    struct bw_uuid account_id;   /* who did it; the log has a handle only */
    struct bw_str before, after; /* the mandate as JSON; before.p == NULL: granted */
    struct bw_side side;
    struct bw_item item;
    struct bw_work work; /* ready but for done and ctx */
    bool nothing;        /* it was revoked before: there is nothing to write */
};
/* row: all but id and times, of the arena.  BW_E_INVALID_BODY with the field: nobody such, an unknown code, a station
 * that is none, until before from, sender = carrier. */
BW_MUST_USE bw_code bw_mandate_grant(struct bw_pg *pg, const struct bw_principal *who, const struct bw_mandate_row *row,
                                     bw_time now, struct bw_arena *arena, struct bw_mandate_work *ret,
                                     struct bw_error *err);
/* BW_E_NOT_FOUND where who's own carrier gave no such mandate. */
BW_MUST_USE bw_code bw_mandate_revoke(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                                      bw_time now, struct bw_arena *arena, struct bw_mandate_work *ret,
                                      struct bw_error *err);
/* Newest first, at most 1,000: those that the organisation gave or holds; empty = all. */
BW_MUST_USE bw_code bw_mandate_list(struct bw_pg *pg, struct bw_str organisation, struct bw_arena *arena,
                                    struct bw_mandate_row **ret, size_t *ret_n, struct bw_error *err);
/* {"changes":[{"at","by","organisation","before","after"}]} of one of them, oldest first.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_mandate_changes(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str organisation,
                                       struct bw_json_out *j, struct bw_error *err);

#endif
