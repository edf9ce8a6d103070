/* SPDX-License-Identifier: Apache-2.0 */
/* world_int.h - parts of the world that are read by files of their own.  Private to app. */
#ifndef BW_APP_WORLD_INT_H
#define BW_APP_WORLD_INT_H

#include "bw/app/world.h"

/* The rules of the law, with a session that has prepared set query, duties or admin; all of it lives in the arena.  A
 * row that the program does not understand is left out: then nothing is said, rather than something wrong. */
BW_MUST_USE bw_code bw_world_legal(struct bw_pg *pg, struct bw_arena *arena, const struct bw_legal **ret,
                                   struct bw_error *err);

#endif
