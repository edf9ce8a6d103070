/* SPDX-License-Identifier: Apache-2.0 */
/* attach.h - pictures of damage and of receipts: cleaned (photo.h), sealed under the case's key and kept as files of one
 * folder; what they are stands in the table `attachment`, that they were added in the log (CLAIM_EVIDENCE).
 * Order: file (temporary name, fsync, rename), event, row; then it is acknowledged.  What breaks off in between leaves a
 * file without a row, which the sweep takes away, and the same picture sent again mends it: its id is an HMAC of case,
 * claim and content.  Where the case's key is gone the files cannot be opened by anybody.
 * Several instances share the folder, as they share the keys.
 * Layer: app.  Threads: a query worker; the sweep on the duties' thread.  Source: CASE-08, CASE-06, design.md 3. */
#ifndef BW_APP_ATTACH_H
#define BW_APP_ATTACH_H

#include "bw/app/claims.h"
#include "bw/domain/photo.h"

/* A picture on its way in; zero it, end with bw_attach_done. */
struct bw_attach {
    struct bw_photo photo;
    struct bw_hash content; /* of the cleaned bytes */
    struct bw_uuid id;
    char *bytes; /* cleaned; heap */
};
void bw_attach_done(struct bw_attach *a);

/* Reads and cleans what came.  BW_E_PHOTO says what is wrong with it. */
BW_MUST_USE bw_code bw_attach_clean(const struct bw_app *app, const struct bw_uuid *case_id, unsigned claim,
                                    struct bw_str body, struct bw_attach *ret, struct bw_error *err);
/* Seals it and writes its file; nothing where it is there already.  BW_E_ERASED: the key is gone. */
BW_MUST_USE bw_code bw_attach_file(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *case_id,
                                   const struct bw_attach *a, struct bw_error *err);
/* Its row, once the event is in the log; nothing where it is there already. */
BW_MUST_USE bw_code bw_attach_row(struct bw_pg *pg, const struct bw_uuid *case_id, unsigned claim,
                                  const struct bw_attach *a, bw_time now, struct bw_error *err);
/* The picture of a file that was read for somebody who may see it; *ret_take is heap memory.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_attach_open(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *case_id,
                                   const struct bw_claim_photo *photo, char **ret_take, struct bw_error *err);

/* Makes the folder and its 256 subfolders. */
BW_MUST_USE bw_code bw_attach_prepare(const char *folder, struct bw_error *err);
/* A chore: removes files older than a day that no row names; ctx is the folder's path. */
bw_code bw_attach_sweep(void *ctx, struct bw_pg *pg, struct bw_error *err);

#endif
