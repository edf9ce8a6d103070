/* SPDX-License-Identifier: Apache-2.0 */
/* perish.h - what is not kept: texts of telegrams, parts whose fellows never came, lists of old flights.
 * Layer: app.  Threads: the duties' thread.  Source: TYB-04, TYB-06, TYB-11.  Private to app. */
#ifndef BW_APP_PERISH_H
#define BW_APP_PERISH_H

#include "bw/storage/pg.h"

/* A chore of the duties.  Any instance may run it, at any time; ctx is not used. */
bw_code bw_perish(void *ctx, struct bw_pg *pg, struct bw_error *err);

#endif
