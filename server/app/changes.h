/* SPDX-License-Identifier: Apache-2.0 */
/* changes.h - who changed a mandate or a policy, as it is listed.  Private to app.  Threads: any. */
#ifndef BW_APP_CHANGES_H
#define BW_APP_CHANGES_H

#include "bw/base/json_out.h"
#include "bw/storage/pg.h"

/* {"changes":[{"at","by","organisation","before","after"}]} of rows at, name, organisation, before (JSON, or null),
 * after. */
void bw_changes_json(struct bw_rows *rows, struct bw_json_out *j);

#endif
