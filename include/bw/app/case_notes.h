/* SPDX-License-Identifier: Apache-2.0 */
/* case_notes.h - what people wrote on a file and its bags: notes between staff, and the comments of its steps.  Each is
 * read by the staff of the carrier that wrote it, by both sides of a hand-over, and by the file's owner; by others only
 * for a reason they gave (AUD-10).  Showing what others wrote is put on record before it is shown (CASE-07).
 * Layer: app.  Threads: a query worker with its session.  Source: SEC-13, CASE-03, CASE-04, CASE-07. */
#ifndef BW_APP_CASE_NOTES_H
#define BW_APP_CASE_NOTES_H

#include "bw/app/caseview.h"

#define BW_NOTES_MOST 200
struct bw_case_note {
    enum bw_event_code code;
    char carrier[4];
    char sender[BW_SENDER_TEXT];
    bw_time recorded_at;
    struct bw_str text;
};
/* Newest first, of the newest BW_NOTES_MOST those that this reader may read.  A text that does not open with the keys of
 * this installation is left out. */
BW_MUST_USE bw_code bw_case_notes(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                                  const struct bw_file_seen *file, bw_time now, struct bw_arena *arena,
                                  struct bw_case_note **ret, size_t *ret_n, struct bw_error *err);
/* The file's own log, newest first. */
BW_MUST_USE bw_code bw_case_log(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_arena *arena,
                                struct bw_event ***ret, size_t *ret_n, struct bw_error *err);

#endif
