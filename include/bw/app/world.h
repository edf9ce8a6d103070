/* SPDX-License-Identifier: Apache-2.0 */
/* world.h - the stations, carriers, policies and silent feeds of the database as one immutable value, replaced as a
 * whole. Happy path: bw_worlds_new once, bw_worlds_load at the start and whenever a policy changed; bw_worlds_take and
 * bw_worlds_release around each use.  A world that was replaced lives until its last holder lets go.
 * Failure: a load that fails leaves the world in force as it was.  A zone whose file is missing is told in
 * *ret_missing; its stations then show UTC. Layer: app.  Threads: any; load from one at a time.  Source: design.md 5,
 * 7; bw/domain/world.h. */
#ifndef BW_APP_WORLD_H
#define BW_APP_WORLD_H

#include "bw/base/arena.h"
#include "bw/base/err.h"
#include "bw/domain/world.h"

struct bw_pg;
struct bw_worlds;

/* zone_dir NULL = /usr/share/zoneinfo.  Holds an empty world until the first load. */
BW_MUST_USE bw_code bw_worlds_new(const char *zone_dir, struct bw_worlds **ret_take, struct bw_error *err);
/* Every taken world must have been released. */
void bw_worlds_free(struct bw_worlds *worlds);

/* Reads all of them in one snapshot, on a session that has prepared set query, duties or admin. */
BW_MUST_USE bw_code bw_worlds_load(struct bw_worlds *worlds, struct bw_pg *pg, unsigned *ret_missing,
                                   struct bw_error *err);

/* The stations alone, without zones, by code: enough to fold by.  Lives in the arena; the same sets. */
BW_MUST_USE bw_code bw_world_places(struct bw_pg *pg, struct bw_arena *arena, struct bw_world *ret,
                                    struct bw_error *err);

/* Something that is in the world was changed by this instance: whoever loads does so at its next turn. */
void bw_worlds_ask(struct bw_worlds *worlds);
bool bw_worlds_asked(struct bw_worlds *worlds);
/* The overrides alone, by key and time of telling; the same sets. */
BW_MUST_USE bw_code bw_policies_load(struct bw_pg *pg, struct bw_arena *arena, struct bw_policy **ret, size_t *ret_n,
                                     struct bw_error *err);

/* The world of this moment, held until it is released.  Never NULL.  The signatures are bw_writer_options' own. */
const struct bw_world *bw_worlds_take(void *worlds);
void bw_worlds_release(void *worlds, const struct bw_world *world);

#endif
