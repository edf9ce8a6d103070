/* SPDX-License-Identifier: Apache-2.0 */
/* erase.h - erasing a delayed-bag file: everything personal of it is destroyed, its steps, figures and proofs stay.
 * Order of things: what hangs on the file is read, opened and blanked (prepare), the erasure is put on the list, a file
 * outside of the database (bw/app/erasures.h), and only then CASE_ERASED and all that goes with it are committed by the
 * writer as one transaction.  A listed erasure that was not committed is done at the next start.
 * Layer: app.  Threads: the session's owner; bw_erase_run and bw_erase_replay wait for the writer.
 * Source: CASE-06, AUD-08, reliability.md P4, P6; design.md 3. */
#ifndef BW_APP_ERASE_H
#define BW_APP_ERASE_H

#include "bw/app/app.h"
#include "bw/app/principal.h"
#include "bw/storage/erasure.h"
#include "bw/storage/writer.h"

/* Why: data.why of CASE_ERASED. */
#define BW_ERASE_ASKED "asked"         /* the person asked for it */
#define BW_ERASE_RETENTION "retention" /* its time is over */

/* Texts may be large: an arena with this maximum holds what one file's telegrams can hold. */
#define BW_ERASE_ARENA ((size_t)256 << 20)
enum { BW_ERASE_TRIES = 5 }; /* where something is said of a bag meanwhile */

struct bw_erase_request {
    char ref[11];
    char owner[4];
    struct bw_uuid case_id;
    bw_time erased_at; /* done before; then there is no work to submit.  BW_TIME_NONE: not yet */
    struct bw_erasure what;
    struct bw_item item;
    struct bw_work work;
};

/* Reads what there is to destroy; ready for the list and for bw_writer_submit but for done and ctx.  who: whose right
 * it is checked to be (a supervisor of the owner, an administrator of the installation); NULL: Bagwatch itself.  at:
 * when it happened.  BW_E_NOT_FOUND: no such file, or not theirs. */
BW_MUST_USE bw_code bw_erase_prepare(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref,
                                     const struct bw_principal *who, const char *why, bw_time at,
                                     struct bw_arena *arena, struct bw_erase_request **ret, struct bw_error *err);
/* Puts it on the list, where it is not done yet. */
BW_MUST_USE bw_code bw_erase_list(const struct bw_app *app, const struct bw_erase_request *rq, struct bw_error *err);

/* Prepares, lists, commits and waits; tried again where something was said meanwhile.  *ret_at: when it was erased,
 * which is earlier than `at` where it was done before. */
BW_MUST_USE bw_code bw_erase_run(const struct bw_app *app, struct bw_pg *pg, struct bw_str ref, const char *why,
                                 bw_time at, bool list, bw_time *ret_at, struct bw_error *err);

struct bw_erase_replayed {
    size_t listed, done; /* erasures on the list; of those, what this database still had */
};
/* Does again what a list says, for a database that was restored from before: files that it does not have, and those
 * that are erased in it, are passed over.  path NULL: the installation's own list. */
BW_MUST_USE bw_code bw_erase_replay(const struct bw_app *app, struct bw_pg *pg, const char *path,
                                    struct bw_erase_replayed *ret, struct bw_error *err);

#endif
