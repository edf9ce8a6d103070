/* SPDX-License-Identifier: Apache-2.0 */
/* case_edit.h - PATCH /v1/cases/{ref}: what a file holds of a person and of its bags is put right by a merge patch.
 * Its owner changes every member; another carrier of the journey changes how the bags look, and nothing that it may not
 * see (SEC-13).  What is stored is an event that names the members changed, never what is in them.
 * Layer: app.  Threads: a query worker with its session, then the writer.  Source: CASE-01, CASE-03, CASE-10, CASE-12,
 * DESK-04, RFC 7396. */
#ifndef BW_APP_CASE_EDIT_H
#define BW_APP_CASE_EDIT_H

#include "bw/app/app.h"
#include "bw/app/case_details.h"
#include "bw/app/principal.h"

struct bw_case_edit {
    struct bw_case_whole file; /* as read */
    unsigned fields;           /* enum bw_detail: what changes; 0: nothing, and there is nothing to commit */
    struct bw_item item;
    struct bw_work work;
};

/* Version that an If-Match names: "<version>-…" or "<version>" in quotes, or * for whatever is there (then -1).
 * BW_E_PRECONDITION_REQUIRED where there is none, BW_E_PRECONDITION_FAILED where it is no tag of ours. */
BW_MUST_USE bw_code bw_case_if_match(struct bw_str header, int32_t *ret, struct bw_error *err);
/* What a request asks for. */
struct bw_case_patch {
    struct bw_str ref;  /* as in the path */
    struct bw_str body; /* the merge patch */
    int32_t version;    /* that If-Match names; -1: any */
};
/* Reads the file, merges the patch into it and makes the work.  Faults of the patch are in f and come back as its code;
 * else err is filled: BW_E_NOT_FOUND: no such file, or none that the caller may see; BW_E_PRECONDITION_FAILED: somebody
 * changed the details after that version.  Memory from f's arena. */
BW_MUST_USE bw_code bw_case_edit(struct bw_pg *pg, const struct bw_app *app, const struct bw_principal *who,
                                 const struct bw_case_patch *patch, bw_time now, struct bw_case_edit **ret,
                                 struct bw_faults *f, struct bw_error *err);
/* Of the file after the commit. */
int32_t bw_case_edit_version(const struct bw_case_edit *edit);
/* {"ref","version","fields":[…],"changed":{…}} after the commit, or where nothing was to change. */
void bw_case_edit_answer(const struct bw_case_edit *edit, struct bw_json_out *j);

#endif
