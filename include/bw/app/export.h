/* SPDX-License-Identifier: Apache-2.0 */
/* export.h - everything that is kept of a person under one file, for that person: details, what was said and written,
 * telegrams, links, and who was shown what.  Exporting is an event on the file (DATA_REVEALED, reason "export") that is
 * committed before the text is handed out.
 * Layer: app.  Threads: the session's owner.  Source: reliability.md P6, CASE-07. */
#ifndef BW_APP_EXPORT_H
#define BW_APP_EXPORT_H

#include "bw/app/app.h"
#include "bw/app/principal.h"
#include "bw/storage/pg.h"
#include "bw/storage/writer.h"

struct bw_export {
    struct bw_str json; /* one object; in the arena */
    struct bw_uuid case_id;
    struct bw_item item; /* the event */
    struct bw_work work; /* ready for bw_writer_submit but for done and ctx */
};
/* who: whose right it is checked to be, as for an erasure; NULL: the command line.  BW_E_NOT_FOUND: no such file, or not
 * theirs; BW_E_ERASED: nothing is kept any more. */
BW_MUST_USE bw_code bw_export_make(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref,
                                   const struct bw_principal *who, bw_time now, struct bw_arena *arena,
                                   struct bw_export **ret, struct bw_error *err);

#endif
